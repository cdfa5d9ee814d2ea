// No ORM: one statement per level by better-sqlite3, put together by hand, and JSON.stringify.

import { require, serve } from "./lib/protocol.mjs";

const Database = require("better-sqlite3");

const IDS = "(SELECT value FROM json_each(?))";
const STATEMENTS = {
  every: "SELECT * FROM users ORDER BY id",
  users: `SELECT * FROM users WHERE id IN ${IDS} ORDER BY id`,
  posts: `SELECT * FROM posts WHERE user_id IN ${IDS} ORDER BY id`,
  comments: `SELECT * FROM comments WHERE post_id IN ${IDS} ORDER BY id`,
  authors: `SELECT id, name FROM users WHERE id IN ${IDS}`,
  links: `SELECT post_id, tag_id FROM post_tags WHERE post_id IN ${IDS} ORDER BY post_id, tag_id`,
  tags: `SELECT id, name FROM tags WHERE id IN ${IDS}`,
};
const DELETES = [
  `DELETE FROM comments WHERE post_id IN (SELECT id FROM posts WHERE user_id IN ${IDS})`,
  `DELETE FROM posts WHERE user_id IN ${IDS}`,
  `DELETE FROM users WHERE id IN ${IDS}`,
];

// Owners that are fetched at once.
const BATCH = 100;

class Peer {
  open(path) {
    this.file?.close();
    this.file = new Database(path);
    this.file.pragma("cache_size = -400000");
    // Comments stay whose author is deleted; the other sides do not mind either.
    this.file.pragma("foreign_keys = off");
    this.statements = {};
  }

  rows(name, ids) {
    const statement = (this.statements[name] ??= this.file.prepare(STATEMENTS[name]));
    return ids ? statement.all(JSON.stringify(ids)) : statement.all();
  }

  *owners(shape, ids) {
    const users = ids ? this.rows("users", ids) : this.rows("every");
    for (let i = 0; i < users.length; i += BATCH) {
      yield* this.complete(shape, users.slice(i, i + BATCH));
    }
  }

  owner(shape, id) {
    return this.complete(shape, this.rows("users", [id]))[0];
  }

  complete(shape, users) {
    const posts = this.members(users, "posts", "posts", "user_id");
    const comments = this.members(posts, "comments", "comments", "post_id");
    if (shape === "all") {
      const authors = this.found("authors", comments, "author_id");
      for (const comment of comments) comment.author = authors.get(comment.author_id) ?? null;
      const links = this.members(posts, "tags", "links", "post_id");
      const tags = this.found("tags", links, "tag_id");
      for (const post of posts) post.tags = post.tags.map((link) => tags.get(link.tag_id));
    }
    return users;
  }

  // Puts the members into a list in each owner, and answers them all.
  members(owners, list, statement, key) {
    const byId = new Map();
    for (const owner of owners) byId.set(owner.id, (owner[list] = []));
    const rows = this.rows(statement, [...byId.keys()]);
    for (const row of rows) byId.get(row[key]).push(row);
    return rows;
  }

  // The rows that a column refers to, by their id.
  found(statement, from, column) {
    const ids = new Set();
    for (const row of from) ids.add(row[column]);
    const byId = new Map();
    for (const row of this.rows(statement, [...ids])) byId.set(row.id, row);
    return byId;
  }

  document(shape, user) {
    return user;
  }

  begin() {
    this.file.exec("BEGIN");
  }

  undo() {
    this.file.exec("ROLLBACK");
  }

  delete(ids) {
    let changes;
    for (const sql of DELETES) changes = this.file.prepare(sql).run(JSON.stringify(ids)).changes;
    return changes;
  }
}

const sqlite = new Database(":memory:").prepare("SELECT sqlite_version()").pluck().get();
await serve(
  "better-sqlite3",
  `${require("./node_modules/better-sqlite3/package.json").version}, ` +
    `Node ${process.versions.node}, SQLite ${sqlite}`,
  new Peer(),
);
