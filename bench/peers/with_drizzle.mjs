// Drizzle: relational queries over better-sqlite3, and JSON.stringify.

import { require, serve } from "./lib/protocol.mjs";

const Database = require("better-sqlite3");
const { eq, inArray, relations, sql } = require("drizzle-orm");
const { drizzle } = require("drizzle-orm/better-sqlite3");
const { integer, primaryKey, real, sqliteTable, text } = require("drizzle-orm/sqlite-core");

const users = sqliteTable("users", {
  id: integer().primaryKey(),
  name: text(),
  email: text(),
  age: integer(),
  city: text(),
  score: real(),
  created_at: text(),
});

const posts = sqliteTable("posts", {
  id: integer().primaryKey(),
  user_id: integer().references(() => users.id),
  title: text(),
  body: text(),
  views: integer(),
  rating: real(),
  created_at: text(),
});

const comments = sqliteTable("comments", {
  id: integer().primaryKey(),
  post_id: integer().references(() => posts.id),
  author_id: integer().references(() => users.id),
  body: text(),
  likes: integer(),
  created_at: text(),
});

const tags = sqliteTable("tags", { id: integer().primaryKey(), name: text() });

const postTags = sqliteTable(
  "post_tags",
  {
    post_id: integer().references(() => posts.id),
    tag_id: integer().references(() => tags.id),
  },
  (table) => [primaryKey({ columns: [table.post_id, table.tag_id] })],
);

const schema = {
  users,
  posts,
  comments,
  tags,
  postTags,
  usersRelations: relations(users, ({ many }) => ({ posts: many(posts) })),
  postsRelations: relations(posts, ({ one, many }) => ({
    user: one(users, { fields: [posts.user_id], references: [users.id] }),
    comments: many(comments),
    links: many(postTags),
  })),
  commentsRelations: relations(comments, ({ one }) => ({
    post: one(posts, { fields: [comments.post_id], references: [posts.id] }),
    author: one(users, { fields: [comments.author_id], references: [users.id] }),
  })),
  postTagsRelations: relations(postTags, ({ one }) => ({
    post: one(posts, { fields: [postTags.post_id], references: [posts.id] }),
    tag: one(tags, { fields: [postTags.tag_id], references: [tags.id] }),
  })),
};

const byId = (table, { asc }) => asc(table.id);

const SHAPES = {
  posts: { posts: { orderBy: byId, with: { comments: { orderBy: byId } } } },
  all: {
    posts: {
      orderBy: byId,
      with: {
        comments: { orderBy: byId, with: { author: { columns: { id: true, name: true } } } },
        links: {
          columns: {},
          orderBy: (link, { asc }) => asc(link.tag_id),
          with: { tag: true },
        },
      },
    },
  },
};

class Peer {
  open(path) {
    this.file?.close();
    this.file = new Database(path);
    this.file.pragma("cache_size = -400000");
    // Comments stay whose author is deleted; the other sides do not mind either.
    this.file.pragma("foreign_keys = off");
    this.db = drizzle(this.file, { schema });
    this.prepared = {};
  }

  owners(shape, ids) {
    const where = ids ? inArray(users.id, ids) : undefined;
    return this.db.query.users.findMany({ where, orderBy: byId, with: SHAPES[shape] }).sync();
  }

  owner(shape, id) {
    this.prepared[shape] ??= this.db.query.users
      .findFirst({ where: eq(users.id, sql.placeholder("id")), with: SHAPES[shape] })
      .prepare();
    return this.prepared[shape].execute({ id }).sync();
  }

  document(shape, user) {
    if (shape === "posts") return user;
    const tagged = ({ links, ...post }) => ({ ...post, tags: links.map(({ tag }) => tag) });
    return { ...user, posts: user.posts.map(tagged) };
  }

  begin() {
    this.file.exec("BEGIN");
  }

  undo() {
    this.file.exec("ROLLBACK");
  }

  // Drizzle cascades nothing: one deletes from the leaves up.
  delete(ids) {
    const theirs = this.db.select({ id: posts.id }).from(posts).where(inArray(posts.user_id, ids));
    this.db.delete(comments).where(inArray(comments.post_id, theirs)).run();
    this.db.delete(posts).where(inArray(posts.user_id, ids)).run();
    return this.db.delete(users).where(inArray(users.id, ids)).run().changes;
  }
}

const sqlite = new Database(":memory:").prepare("SELECT sqlite_version()").pluck().get();
const versionOf = (name) => require(`./node_modules/${name}/package.json`).version;
await serve(
  "drizzle",
  `${versionOf("drizzle-orm")}, better-sqlite3 ${versionOf("better-sqlite3")}, ` +
    `Node ${process.versions.node}, SQLite ${sqlite}`,
  new Peer(),
);
