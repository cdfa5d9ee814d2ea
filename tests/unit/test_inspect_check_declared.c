/*
** inspect/check_declarations.c: what is declared, against itself, the tables and their keys.
*/
#define _POSIX_C_SOURCE 200809L

#include "unit/checked.h"

static const Case CASES[] = {
    {"a healthy database",
     OWNED
     "CREATE TABLE tags(id INTEGER PRIMARY KEY); CREATE TABLE post_tags(post_id INT REFERENCES "
     "posts, tag_id INT REFERENCES tags, PRIMARY KEY(post_id, tag_id)); INSERT INTO tags VALUES "
     "(1), (2); INSERT INTO post_tags VALUES (1, 1), (2, 2);INSERT INTO relationship(owner, name, "
     "target, back_populates) VALUES ('posts', 'author', 'users', 'posts');INSERT INTO "
     "relationship(owner, name, target, secondary) VALUES ('posts', 'tags', 'tags', 'post_tags');",
     "", "", "('all')", "", "", NULL, NULL},
    {"nothing declared, all keys served", BLOG "CREATE INDEX i ON posts(user_id);", "", "",
     "('all')", "", "", NULL, NULL},
    {"a table that is gone", OWNED, "DROP TABLE posts", "", "",
     "error|users.posts|does not resolve|target: no table \"posts\"; create it first|DELETE FROM "
     "relationship WHERE owner = 'users' AND name = 'posts';\n",
     "", "SELECT count(*) FROM relationship", "0\n"},
    {"a column that is gone",
     POSTS "INSERT INTO relationship(owner, name, target) VALUES ('posts', 'author', "
           "'users');UPDATE relationship SET order_by = 'title' WHERE name = 'posts';",
     "CREATE TABLE new_posts(id INTEGER PRIMARY KEY, user_id INT REFERENCES users); DROP VIEW "
     "\"users.posts\"; DROP VIEW \"posts.author\"; DROP TRIGGER \"users:delete\"; INSERT INTO "
     "new_posts SELECT id, user_id FROM posts; DROP TABLE posts; ALTER TABLE new_posts RENAME TO "
     "posts",
     "", "",
     "error|users.posts|does not resolve|order_by: no such column: title|DELETE FROM relationship "
     "WHERE owner = 'users' AND name = 'posts';\n"
     "error|posts.author|missing view|\"posts.author\" is not there|" SYNC "\n"
     "error|NULL|missing trigger|\"posts:names\" is not there|" SYNC "\n",
     "", "SELECT group_concat(name) FROM relationship", "author\n"},
    {"a one-to-one whose owner is gone leaves a UNIQUE index",
     "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE posts(id INTEGER PRIMARY "
     "KEY, user_id INTEGER REFERENCES users, title TEXT); INSERT INTO users VALUES (1, 'Ada'), (2, "
     "'Bo'); INSERT INTO posts VALUES (1, 1, 'a'), (3, 2, 'c');INSERT INTO relationship(owner, "
     "name, target, uselist) VALUES ('users', 'post', 'posts', 0);",
     "DROP TABLE users", "", "",
     "error|NULL|left over index|\"users.post:single\" is of no declaration any more|DROP INDEX IF "
     "EXISTS \"users.post:single\";\n"
     "error|users.post|does not resolve|owner: no table \"users\"; create it first|DROP INDEX IF "
     "EXISTS \"users.post:single\"; DELETE FROM relationship WHERE owner = 'users' AND name = "
     "'post';\n",
     "", NULL, NULL},
    {"a table that was renamed", OWNED, "ALTER TABLE posts RENAME TO articles", "", "",
     "warning|users.posts|renamed|a table or column that it names was renamed; triggers and views "
     "follow, their names do so with sync|" SYNC "\n",
     "", "SELECT owner, name, target FROM relationship", "users,posts,articles\n"},
    {"a column that was renamed", OWNED, "ALTER TABLE posts RENAME COLUMN user_id TO author_id", "",
     "", "warning|NULL|renamed|\"posts:names\" is as before a column was renamed|" SYNC "\n", "",
     "DELETE FROM users WHERE id = 1; SELECT group_concat(id) FROM posts", "3\n"},
    {"a renamed table, and a trigger that is gone", OWNED,
     "ALTER TABLE users RENAME TO people; DROP TRIGGER \"users:delete\"", "", "",
     "error|NULL|missing trigger|\"people:delete\", \"people.posts:orphan\" and \"people:names\" "
     "are not there|" SYNC "\n"
     "warning|people.posts|renamed|a table or column that it names was renamed; triggers and views "
     "follow, their names do so with sync|" SYNC "\n",
     "", NULL, NULL},
    {"a rename that makes two of one name",
     POSTS "CREATE TABLE people(id INTEGER PRIMARY KEY); CREATE TABLE old_posts(id INTEGER PRIMARY "
           "KEY, old_id INT REFERENCES people);INSERT INTO relationship(owner, name, target) "
           "VALUES ('people', 'posts', 'old_posts');",
     "DROP VIEW \"people.posts\"; DROP TABLE people; ALTER TABLE users RENAME TO people", "", "",
     "error|NULL|declared twice|a rename made a second relationship people.posts of it|DELETE FROM "
     "relationship WHERE rowid = 256;\n"
     "warning|people.posts|renamed|a table or column that it names was renamed; triggers and views "
     "follow, their names do so with sync|" SYNC "\n",
     "note|NULL|left over index|\"people.posts:index\" is of no declaration any more|DROP INDEX IF "
     "EXISTS \"people.posts:index\";\n",
     "SELECT owner, name, target FROM relationship", "people,posts,posts\n"},
    {"an inverse that is not declared",
     BLOG "INSERT INTO relationship(owner, name, target, back_populates) VALUES ('users', 'posts', "
          "'posts', 'author');",
     "", "", "",
     "note|users.posts|inverse not declared|back_populates names posts.author, which is not "
     "declared|UPDATE relationship SET back_populates = NULL WHERE owner = 'users' AND name = "
     "'posts';\n",
     "", NULL, NULL},
    {"an inverse that joins other columns",
     "CREATE TABLE users(id INTEGER PRIMARY KEY); CREATE TABLE posts(id INTEGER PRIMARY KEY, "
     "author_id INT REFERENCES users, editor_id INT REFERENCES users);INSERT INTO "
     "relationship(owner, name, target, foreign_keys, back_populates) VALUES ('users', 'posts', "
     "'posts', 'author_id', 'author');INSERT INTO relationship(owner, name, target, foreign_keys, "
     "back_populates) VALUES ('posts', 'author', 'users', 'author_id', 'posts');",
     "UPDATE relationship_catalog SET foreign_keys = 'editor_id' WHERE name = 'author'", "", "",
     "error|users.posts|inverse disagrees|back_populates names posts.author, which does not join "
     "the same columns the other way|UPDATE \"main\".relationship_catalog SET back_populates = "
     "NULL WHERE id IN (1, 2); " SYNC "\n"
     "error|posts.author|edited view|\"posts.author\" is not as declared|" SYNC "\n"
     "warning|NULL|renamed|\"posts:names\" is as before a column was renamed|" SYNC "\n",
     "", "SELECT group_concat(name || ifnull(back_populates, '')) FROM relationship",
     "posts,author\n"},
    {"an inverse that names another",
     BLOG "INSERT INTO relationship(owner, name, target, back_populates) VALUES ('users', 'posts', "
          "'posts', 'author');INSERT INTO relationship(owner, name, target, back_populates) VALUES "
          "('posts', 'author', 'users', 'posts');",
     "UPDATE relationship_catalog SET back_populates = 'writing' WHERE name = 'author'", "", "",
     "error|users.posts|inverse disagrees|back_populates names posts.author, whose own "
     "back_populates is writing|UPDATE \"main\".relationship_catalog SET back_populates = NULL "
     "WHERE id = 1; " SYNC "\n"
     "note|posts.author|inverse not declared|back_populates names users.writing, which is not "
     "declared|UPDATE relationship SET back_populates = NULL WHERE owner = 'posts' AND name = "
     "'author';\n",
     "warning|posts.author|overlaps|users.posts writes user_id of posts, too: say by "
     "back_populates that it is the inverse|UPDATE relationship SET back_populates = 'author' "
     "WHERE owner = 'users' AND name = 'posts';\n",
     "SELECT group_concat(name || ifnull(back_populates, '')) FROM relationship", "posts,author\n"},
    {"two relationships that write one key",
     POSTS "INSERT INTO relationship(owner, name, target) VALUES ('users', 'articles', 'posts');",
     "", "", "",
     "warning|users.articles|overlaps|users.posts writes user_id of posts, too: let one be "
     "viewonly, or see that their rules agree|NULL\n",
     "warning|users.articles|overlaps|users.posts writes user_id of posts, too: let one be "
     "viewonly, or see that their rules agree|NULL\n",
     NULL, NULL},
    {"inverses that do not say so",
     POSTS "INSERT INTO relationship(owner, name, target) VALUES ('posts', 'author', 'users');", "",
     "", "",
     "warning|posts.author|overlaps|users.posts writes user_id of posts, too: say by "
     "back_populates that it is the inverse|UPDATE relationship SET back_populates = 'author' "
     "WHERE owner = 'users' AND name = 'posts';\n",
     "", "SELECT group_concat(name || ifnull(back_populates, '')) FROM relationship",
     "postsauthor,author\n"},
    {"a composite key that shares a column",
     "CREATE TABLE a(t INT, id INT, PRIMARY KEY(t, id)); CREATE TABLE b(t INT, id INT, PRIMARY "
     "KEY(t, id)); CREATE TABLE c(id INTEGER PRIMARY KEY, t INT, a INT, b INT, FOREIGN KEY(t, a) "
     "REFERENCES a, FOREIGN KEY(t, b) REFERENCES b);INSERT INTO relationship(owner, name, target) "
     "VALUES ('a', 'c', 'c');INSERT INTO relationship(owner, name, target) VALUES ('b', 'c', 'c');",
     "", "", "",
     "warning|b.c|overlaps|a.c writes t of c, too: let one be viewonly, or see that their "
     "rules agree|NULL\n",
     "warning|b.c|overlaps|a.c writes t of c, too: let one be viewonly, or see that their "
     "rules agree|NULL\n",
     NULL, NULL},
    {"passive_deletes without ON DELETE",
     BLOG "INSERT INTO relationship(owner, name, target, passive_deletes) VALUES ('users', "
          "'posts', 'posts', 1);",
     "", "", "",
     "warning|users.posts|passive_deletes|an owner's members are left to its foreign key, which "
     "has no ON DELETE|UPDATE relationship SET passive_deletes = NULL WHERE owner = 'users' AND "
     "name = 'posts';\n",
     "", "SELECT passive_deletes FROM relationship", "0\n"},
    {"passive_deletes without foreign_keys",
     "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE posts(id INTEGER PRIMARY "
     "KEY, user_id INTEGER REFERENCES users ON DELETE CASCADE, title TEXT); INSERT INTO users "
     "VALUES (1, 'Ada'), (2, 'Bo'); INSERT INTO posts VALUES (1, 1, 'a'), (2, 1, 'b'), (3, 2, "
     "'c');INSERT INTO relationship(owner, name, target, passive_deletes) VALUES ('users', "
     "'posts', 'posts', 1);",
     "", "PRAGMA foreign_keys = OFF", "",
     "warning|users.posts|passive_deletes|an owner's members are left to its foreign key, and "
     "foreign_keys is off in this connection|PRAGMA foreign_keys = ON;\n",
     "", NULL, NULL},
    {"passive_deletes with foreign_keys",
     "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE posts(id INTEGER PRIMARY "
     "KEY, user_id INTEGER REFERENCES users ON DELETE CASCADE, title TEXT); INSERT INTO users "
     "VALUES (1, 'Ada'), (2, 'Bo'); INSERT INTO posts VALUES (1, 1, 'a'), (2, 1, 'b'), (3, 2, "
     "'c');INSERT INTO relationship(owner, name, target, passive_deletes) VALUES ('users', "
     "'posts', 'posts', 1);",
     "", "PRAGMA foreign_keys = ON", "", "", "", NULL, NULL},
    {"passive_deletes of links",
     TAGS "INSERT INTO relationship(owner, name, target, secondary, passive_deletes) VALUES "
          "('posts', 'tags', 'tags', 'post_tags', 1);",
     "", "", "",
     "warning|posts.tags|passive_deletes|an owner's links are left to its foreign key, which has "
     "no ON DELETE|UPDATE relationship SET passive_deletes = NULL WHERE owner = 'posts' AND name = "
     "'tags';\n",
     "", NULL, NULL},
    {"set null on NOT NULL",
     "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE posts(id INTEGER PRIMARY "
     "KEY, user_id INTEGER NOT NULL REFERENCES users, title TEXT); INSERT INTO users VALUES (1, "
     "'Ada'), (2, 'Bo'); INSERT INTO posts VALUES (1, 1, 'a'), (2, 1, 'b'), (3, 2, 'c');INSERT "
     "INTO relationship(owner, name, target) VALUES ('users', 'posts', 'posts');",
     "", "", "",
     "warning|users.posts|set null on NOT NULL|an owner that has members cannot be deleted, for "
     "user_id may not be NULL; cascade = 'all, delete-orphan' would delete them|UPDATE "
     "relationship SET on_delete = 'restrict' WHERE owner = 'users' AND name = 'posts';\n",
     "", "SELECT on_delete FROM relationship", "restrict\n"},
    {"a link that goes anyway",
     "CREATE TABLE posts(id INTEGER PRIMARY KEY); CREATE TABLE tags(id INTEGER PRIMARY KEY); "
     "CREATE TABLE post_tags(post_id INT NOT NULL REFERENCES posts, tag_id INT REFERENCES tags, "
     "PRIMARY KEY(post_id, tag_id)); INSERT INTO posts VALUES (1), (2); INSERT INTO tags VALUES "
     "(1), (2); INSERT INTO post_tags VALUES (1, 1), (2, 2);INSERT INTO relationship(owner, name, "
     "target, secondary) VALUES ('posts', 'tags', 'tags', 'post_tags');INSERT INTO "
     "relationship(owner, name, target) VALUES ('posts', 'links', 'post_tags');",
     "", "", "", "", "", NULL, NULL},
    {"a native action that contradicts",
     "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE posts(id INTEGER PRIMARY "
     "KEY, user_id INTEGER REFERENCES users ON DELETE SET NULL, title TEXT); INSERT INTO users "
     "VALUES (1, 'Ada'), (2, 'Bo'); INSERT INTO posts VALUES (1, 1, 'a'), (2, 1, 'b'), (3, 2, "
     "'c');INSERT INTO relationship(owner, name, target, \"cascade\") VALUES ('users', 'posts', "
     "'posts', 'all');",
     "", "", "",
     "warning|users.posts|native action|the relationship says CASCADE and acts first; its foreign "
     "key says ON DELETE SET NULL|NULL\n",
     "warning|users.posts|native action|the relationship says CASCADE and acts first; its foreign "
     "key says ON DELETE SET NULL|NULL\n",
     NULL, NULL},
    {"a tree under ON DELETE CASCADE", TREE, "", "PRAGMA foreign_keys = ON", "",
     "note|nodes.children|native depth|its foreign key's ON DELETE CASCADE goes 1000 levels deep "
     "at most; without it there is no limit|NULL\n",
     "note|nodes.children|native depth|its foreign key's ON DELETE CASCADE goes 1000 levels deep "
     "at most; without it there is no limit|NULL\n",
     NULL, NULL},
    {"a tree under ON DELETE CASCADE that is not in force", TREE, "", "PRAGMA foreign_keys = OFF",
     "", "", "", NULL, NULL},
    {"a cascade that a key restricts",
     BLOG "INSERT INTO relationship(owner, name, target, \"cascade\", on_delete) VALUES ('users', "
          "'posts', 'posts', 'delete-orphan', 'set null');",
     "CREATE TABLE new_posts(id INTEGER PRIMARY KEY, user_id INT REFERENCES users ON DELETE "
     "RESTRICT, title TEXT); DROP VIEW \"users.posts\"; DROP TRIGGER \"users:delete\"; INSERT INTO "
     "new_posts SELECT * FROM posts; DROP TABLE posts; ALTER TABLE new_posts RENAME TO posts",
     "", "",
     "error|users.posts|cannot be enforced|delete-orphan without delete cannot be held over "
     "\"posts\".\"user_id\": its foreign key says ON DELETE RESTRICT, so members would have to be "
     "let go while the owner is still there, which makes them orphans; add delete to cascade, or "
     "declare the key without ON DELETE|DELETE FROM relationship WHERE owner = 'users' AND name = "
     "'posts';\n",
     "", NULL, NULL},
};

START_TEST(theProblemIsSaidAndItsFixRepairsIt) {
  playCase(&CASES[_i]);
}
END_TEST

Suite *relTestInspectCheckDeclared(void) {
  Suite *suite = suite_create("inspect_check_declared");
  TCase *tests = tcase_create("inspect_check_declared");
  tcase_add_loop_test(tests, theProblemIsSaidAndItsFixRepairsIt, 0, sizeof CASES / sizeof *CASES);
  suite_add_tcase(suite, tests);
  return suite;
}
