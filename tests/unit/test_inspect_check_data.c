/*
** inspect/check_data.c and check_repair.c: rows that refer to nothing, that are too many, or that nobody owns.
*/
#define _POSIX_C_SOURCE 200809L

#include "unit/checked.h"

static const Case CASES[] = {
    {"a dangling reference", POSTS,
     "DROP TRIGGER \"users:delete\"; DELETE FROM users WHERE id = 1; CREATE TRIGGER t AFTER DELETE "
     "ON users BEGIN SELECT 1; END",
     "", "",
     "error|users.posts|missing trigger|\"users:delete\" is not there|" SYNC "\n"
     "error|users.posts|dangling reference|2 rows of posts refer by user_id to no row of users; "
     "the first: id = 1|UPDATE posts SET user_id = NULL WHERE user_id IS NOT NULL AND user_id NOT "
     "IN (SELECT id FROM users);\n",
     "", "SELECT group_concat(ifnull(user_id, '-')) FROM posts", "-,-,2\n"},
    {"members that REPLACE left behind",
     "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT UNIQUE); CREATE TABLE posts(id INTEGER "
     "PRIMARY KEY, user_id INTEGER REFERENCES users, title TEXT); INSERT INTO users VALUES (1, "
     "'Ada'), (2, 'Bo'); INSERT INTO posts VALUES (1, 1, 'a'), (2, 1, 'b'), (3, 2, 'c');INSERT "
     "INTO relationship(owner, name, target, \"cascade\") VALUES ('users', 'posts', 'posts', 'all, "
     "delete-orphan');",
     "REPLACE INTO users VALUES (9, 'Ada')", "", "",
     "error|users.posts|dangling reference|2 rows of posts refer by user_id to no row of users; "
     "the first: id = 1|DELETE FROM posts WHERE user_id IS NOT NULL AND user_id NOT IN (SELECT id "
     "FROM users);\n",
     "", "SELECT group_concat(id) FROM posts", "3\n"},
    {"links that REPLACE left behind",
     "CREATE TABLE posts(id INTEGER PRIMARY KEY, a UNIQUE); CREATE TABLE tags(id INTEGER PRIMARY "
     "KEY); CREATE TABLE post_tags(post_id INT REFERENCES posts, tag_id INT REFERENCES tags, "
     "PRIMARY KEY(post_id, tag_id)); INSERT INTO posts VALUES (1, 1), (2, 2); INSERT INTO tags "
     "VALUES (1), (2); INSERT INTO post_tags VALUES (1, 1), (2, 2);INSERT INTO relationship(owner, "
     "name, target, secondary) VALUES ('posts', 'tags', 'tags', 'post_tags');",
     "REPLACE INTO posts VALUES (9, 1)", "", "",
     "error|posts.tags|dangling reference|1 row of post_tags refers by post_id to no row of posts: "
     "post_id, tag_id = 1, 1|DELETE FROM post_tags WHERE post_id IS NOT NULL AND post_id NOT IN "
     "(SELECT id FROM posts);\n",
     "", "SELECT count(*) FROM post_tags", "1\n"},
    {"a NOT NULL key",
     "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE posts(id INTEGER PRIMARY "
     "KEY, user_id INTEGER NOT NULL REFERENCES users, title TEXT); INSERT INTO users VALUES (1, "
     "'Ada'), (2, 'Bo'); INSERT INTO posts VALUES (1, 1, 'a'), (2, 1, 'b'), (3, 2, 'c');",
     "DELETE FROM users WHERE id = 1", "", "('all')",
     "error|users.posts|dangling reference|2 rows of posts refer by user_id to no row of users; "
     "the first: id = 1|DELETE FROM posts WHERE user_id NOT IN (SELECT id FROM users);\n"
     "warning|users.posts|missing index|no index of posts begins with user_id: deletes and fetches "
     "read the whole table|CREATE INDEX posts_user_id ON posts(user_id);\n",
     "", "SELECT group_concat(id) FROM posts", "3\n"},
    {"a nullable key that nothing declares", BLOG "CREATE INDEX i ON posts(user_id);",
     "DELETE FROM users WHERE id = 1", "", "('all')",
     "error|users.posts|dangling reference|2 rows of posts refer by user_id to no row of users; "
     "the first: id = 1|UPDATE posts SET user_id = NULL WHERE user_id IS NOT NULL AND user_id NOT "
     "IN (SELECT id FROM users);\n",
     "", "SELECT group_concat(ifnull(user_id, '-')) FROM posts", "-,-,2\n"},
    {"what nothing declares is not looked at", BLOG, "DELETE FROM users WHERE id = 1", "", "", "",
     "", NULL, NULL},
    {"a key that should have cascaded",
     "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE posts(id INTEGER PRIMARY "
     "KEY, user_id INTEGER REFERENCES users ON DELETE CASCADE, title TEXT); INSERT INTO users "
     "VALUES (1, 'Ada'), (2, 'Bo'); INSERT INTO posts VALUES (1, 1, 'a'), (2, 1, 'b'), (3, 2, "
     "'c');CREATE INDEX i ON posts(user_id);",
     "DELETE FROM users WHERE id = 1", "", "('all')",
     "error|users.posts|dangling reference|2 rows of posts refer by user_id to no row of users; "
     "the first: id = 1|DELETE FROM posts WHERE user_id IS NOT NULL AND user_id NOT IN (SELECT id "
     "FROM users);\n",
     "", "SELECT group_concat(id) FROM posts", "3\n"},
    {"what refers to rows that go",
     "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE posts(id INTEGER PRIMARY "
     "KEY, user_id INTEGER NOT NULL REFERENCES users, title TEXT); INSERT INTO users VALUES (1, "
     "'Ada'), (2, 'Bo'); INSERT INTO posts VALUES (1, 1, 'a'), (2, 1, 'b'), (3, 2, 'c');CREATE "
     "TABLE comments(id INTEGER PRIMARY KEY, post_id INT NOT NULL REFERENCES posts); CREATE TABLE "
     "likes(id INTEGER PRIMARY KEY, post_id INT REFERENCES posts); INSERT INTO comments VALUES (1, "
     "1), (2, 3); INSERT INTO likes VALUES (1, 1), (2, 3); CREATE INDEX a ON posts(user_id); "
     "CREATE INDEX b ON comments(post_id); CREATE INDEX c ON likes(post_id);",
     "DELETE FROM users WHERE id = 1", "PRAGMA foreign_keys = ON", "('all')",
     "error|users.posts|dangling reference|2 rows of posts refer by user_id to no row of users; "
     "the first: id = 1|DELETE FROM comments WHERE post_id IN (SELECT id FROM posts WHERE user_id "
     "NOT IN (SELECT id FROM users)); UPDATE likes SET post_id = NULL WHERE post_id IN (SELECT id "
     "FROM posts WHERE user_id NOT IN (SELECT id FROM users)); DELETE FROM posts WHERE user_id NOT "
     "IN (SELECT id FROM users);\n",
     "",
     "SELECT (SELECT group_concat(id) FROM posts), (SELECT group_concat(id) FROM comments), "
     "(SELECT group_concat(id || ifnull(post_id, '-')) FROM likes)",
     "3,2,1-,23\n"},
    {"a rule that refuses",
     "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE posts(id INTEGER PRIMARY "
     "KEY, user_id INTEGER NOT NULL REFERENCES users, title TEXT); INSERT INTO users VALUES (1, "
     "'Ada'), (2, 'Bo'); INSERT INTO posts VALUES (1, 1, 'a'), (2, 1, 'b'), (3, 2, 'c');CREATE "
     "TABLE c(id INTEGER PRIMARY KEY, post_id INT NOT NULL REFERENCES posts ON DELETE RESTRICT); "
     "INSERT INTO c VALUES (1, 1), (2, 3);INSERT INTO relationship(owner, name, target, "
     "\"cascade\") VALUES ('users', 'posts', 'posts', 'all');INSERT INTO relationship(owner, name, "
     "target, on_delete) VALUES ('posts', 'c', 'c', 'restrict');",
     "DROP TRIGGER \"users:delete\"; PRAGMA foreign_keys = OFF; DELETE FROM users WHERE id = 1",
     "PRAGMA foreign_keys = ON", "",
     "error|users.posts|missing trigger|\"users:delete\" is not there|" SYNC "\n"
     "error|users.posts|dangling reference|2 rows of posts refer by user_id to no row of users; "
     "the first: id = 1|DELETE FROM c WHERE post_id IN (SELECT id FROM posts WHERE user_id NOT IN "
     "(SELECT id FROM users)); DELETE FROM posts WHERE user_id NOT IN (SELECT id FROM users);\n",
     "", "SELECT (SELECT group_concat(id) FROM posts), (SELECT group_concat(id) FROM c)", "3,2\n"},
    {"a chain of rows that cannot be without the next",
     "CREATE TABLE t(id INTEGER PRIMARY KEY, parent INT NOT NULL REFERENCES t); CREATE INDEX i ON "
     "t(parent); CREATE TABLE c(id INTEGER PRIMARY KEY, t_id INT REFERENCES t); CREATE INDEX j ON "
     "c(t_id); WITH RECURSIVE s(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM s WHERE i < 3000) "
     "INSERT INTO t SELECT i, i + 1 FROM s; INSERT INTO t VALUES (9000, 9000); INSERT INTO c "
     "VALUES (1, 7), (2, 9000);",
     "", "PRAGMA foreign_keys = ON; BEGIN", "('all')",
     "error|t.t|dangling reference|1 row of t refers by parent to no row of t: id = 3000|WITH "
     "RECURSIVE gone(id) AS (SELECT id FROM t WHERE parent NOT IN (SELECT id FROM t) UNION SELECT "
     "member.id FROM gone JOIN t AS member ON member.parent = gone.id) UPDATE c SET t_id = NULL "
     "WHERE t_id IN (SELECT id FROM t WHERE id IN (SELECT id FROM gone)); WITH RECURSIVE gone(id) "
     "AS (SELECT id FROM t WHERE parent NOT IN (SELECT id FROM t) UNION SELECT member.id FROM gone "
     "JOIN t AS member ON member.parent = gone.id) DELETE FROM t WHERE id IN (SELECT id FROM "
     "gone);\n",
     "",
     "COMMIT; SELECT (SELECT group_concat(id) FROM t), (SELECT group_concat(id || ifnull(t_id, "
     "'-')) FROM c)",
     "9000,1-,29000\n"},
    {"a chain over two tables",
     "CREATE TABLE a(id INTEGER PRIMARY KEY, b_id INT NOT NULL REFERENCES b); CREATE TABLE b(id "
     "INTEGER PRIMARY KEY, a_id INT NOT NULL REFERENCES a); CREATE INDEX i ON a(b_id); CREATE "
     "INDEX j ON b(a_id); WITH RECURSIVE s(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM s WHERE i "
     "< 300) INSERT INTO a SELECT i, i FROM s; INSERT INTO b SELECT id, id + 1 FROM a;",
     "", "PRAGMA foreign_keys = ON; BEGIN", "('all')",
     "error|a.b_by_a|dangling reference|1 row of b refers by a_id to no row of a: id = "
     "300|SAVEPOINT "
     "repair; PRAGMA defer_foreign_keys = ON; WITH RECURSIVE gone(tbl, id) AS (SELECT 'b', id FROM "
     "b WHERE a_id NOT IN (SELECT id FROM a) UNION SELECT 'a', id FROM a WHERE b_id NOT IN (SELECT "
     "id FROM b) UNION SELECT 'a', member.id FROM gone JOIN a AS member ON member.b_id = gone.id "
     "WHERE gone.tbl = 'b' UNION SELECT 'b', member.id FROM gone JOIN b AS member ON member.a_id = "
     "gone.id WHERE gone.tbl = 'a') DELETE FROM a WHERE id IN (SELECT id FROM gone WHERE tbl = "
     "'a'); WITH RECURSIVE gone(tbl, id) AS (SELECT 'b', id FROM b WHERE a_id NOT IN (SELECT id "
     "FROM a) UNION SELECT 'a', id FROM a WHERE b_id NOT IN (SELECT id FROM b) UNION SELECT 'a', "
     "member.id FROM gone JOIN a AS member ON member.b_id = gone.id WHERE gone.tbl = 'b' UNION "
     "SELECT 'b', member.id FROM gone JOIN b AS member ON member.a_id = gone.id WHERE gone.tbl = "
     "'a') DELETE FROM b WHERE id IN (SELECT id FROM gone WHERE tbl = 'b'); RELEASE repair;\n",
     "", "COMMIT; SELECT (SELECT count(*) FROM a) + (SELECT count(*) FROM b)", "0\n"},
    {"a composite key, partly NULL",
     "CREATE TABLE users(tenant INT, code TEXT COLLATE NOCASE, PRIMARY KEY(tenant, code)) WITHOUT "
     "ROWID; CREATE TABLE posts(tenant INT, id INT, code TEXT, PRIMARY KEY(tenant, id), FOREIGN "
     "KEY(tenant, code) REFERENCES users) WITHOUT ROWID; INSERT INTO users VALUES (1, 'a'), (1, "
     "'b'); INSERT INTO posts VALUES (1, 1, 'A'), (1, 2, 'B'), (1, 3, NULL), (2, 1, 'x'), (2, 2, "
     "NULL);INSERT INTO relationship(owner, name, target) VALUES ('users', 'posts', 'posts');",
     "", "", "",
     "error|users.posts|dangling reference|1 row of posts refers by tenant and code to no row of "
     "users: tenant, id = 2, 1|UPDATE posts SET code = NULL WHERE code IS NOT NULL AND (tenant, "
     "code COLLATE NOCASE) NOT IN (SELECT tenant, code FROM users);\n",
     "", "SELECT group_concat(id || ifnull(code, '-')) FROM posts", "3-,1A,2B,1-,2-\n"},
    {"two keys that share a column",
     "CREATE TABLE a(t INT, id INT, PRIMARY KEY(t, id)); CREATE TABLE b(t INT, id INT, PRIMARY "
     "KEY(t, id)); INSERT INTO a VALUES (1, 1); INSERT INTO b VALUES (1, 1); CREATE TABLE c(id "
     "INTEGER PRIMARY KEY, t INT, a INT, b INT, FOREIGN KEY(t, a) REFERENCES a, FOREIGN KEY(t, b) "
     "REFERENCES b); CREATE INDEX i ON c(t, a); CREATE INDEX j ON c(t, b); INSERT INTO c VALUES "
     "(1, 1, 1, 1), (2, 1, 7, 1);",
     "", "", "('all')",
     "error|a.c|dangling reference|1 row of c refers by t and a to no row of a: id = 2|UPDATE c "
     "SET a = NULL WHERE t IS NOT NULL AND a IS NOT NULL AND (t, a) NOT IN (SELECT t, id FROM a "
     "WHERE t IS NOT NULL AND id IS NOT NULL);\n",
     "", "SELECT group_concat(t || ifnull(a, '-') || b) FROM c", "111,1-1\n"},
    {"a NOCASE key",
     "CREATE TABLE users(code TEXT COLLATE NOCASE PRIMARY KEY); CREATE TABLE posts(id INTEGER "
     "PRIMARY KEY, code TEXT REFERENCES users); INSERT INTO users VALUES ('a'); INSERT INTO posts "
     "VALUES (1, 'A'), (2, 'a'), (3, 'b');INSERT INTO relationship(owner, name, target) VALUES "
     "('users', 'posts', 'posts');",
     "", "", "",
     "error|users.posts|dangling reference|1 row of posts refers by code to no row of users: id = "
     "3|UPDATE posts SET code = NULL WHERE code IS NOT NULL AND code COLLATE NOCASE NOT IN (SELECT "
     "code FROM users WHERE code IS NOT NULL);\n",
     "", "SELECT group_concat(id || ifnull(code, '-')) FROM posts", "1A,2a,3-\n"},
    {"a UNIQUE parent that may be NULL",
     "CREATE TABLE users(id INTEGER PRIMARY KEY, code UNIQUE); CREATE TABLE posts(id INTEGER "
     "PRIMARY KEY, code REFERENCES users(code)); INSERT INTO users VALUES (1, 'a'), (2, NULL); "
     "INSERT INTO posts VALUES (1, 'a'), (2, 'b'), (3, NULL);INSERT INTO relationship(owner, name, "
     "target) VALUES ('users', 'posts', 'posts');",
     "", "", "",
     "error|users.posts|dangling reference|1 row of posts refers by code to no row of users: id = "
     "2|UPDATE posts SET code = NULL WHERE code IS NOT NULL AND code NOT IN (SELECT code FROM "
     "users WHERE code IS NOT NULL);\n",
     "", "SELECT group_concat(id || ifnull(code, '-')) FROM posts", "1a,2-,3-\n"},
    {"roots are no orphans, but may be missing",
     "CREATE TABLE nodes(id INTEGER PRIMARY KEY, parent_id INT REFERENCES nodes); INSERT INTO "
     "nodes VALUES (1, NULL), (2, 1), (3, 2);INSERT INTO relationship(owner, name, target, "
     "\"cascade\") VALUES ('nodes', 'children', 'nodes', 'all, delete-orphan');",
     "INSERT INTO nodes VALUES (4, 99), (5, 4)", "", "",
     "error|nodes.children|dangling reference|1 row of nodes refers by parent_id to no row of "
     "nodes: id = 4|DELETE FROM nodes WHERE parent_id IS NOT NULL AND parent_id NOT IN (SELECT id "
     "FROM nodes);\n",
     "", "SELECT group_concat(id) FROM nodes", "1,2,3\n"},
    {"a self-reference that only lets go",
     "CREATE TABLE nodes(id INTEGER PRIMARY KEY, parent_id INT REFERENCES nodes); INSERT INTO "
     "nodes VALUES (1, NULL), (2, 1), (3, 2);INSERT INTO relationship(owner, name, target, "
     "\"cascade\") VALUES ('nodes', 'children', 'nodes', 'save-update');",
     "INSERT INTO nodes VALUES (4, 99), (5, 4)", "", "",
     "error|nodes.children|dangling reference|1 row of nodes refers by parent_id to no row of "
     "nodes: id = 4|UPDATE nodes SET parent_id = NULL WHERE parent_id IS NOT NULL AND parent_id "
     "NOT IN (SELECT id FROM nodes);\n",
     "", "SELECT group_concat(id || ifnull(parent_id, '-')) FROM nodes", "1-,21,32,4-,54\n"},
    {"orphans", OWNED, "INSERT INTO posts VALUES (4, NULL, 'd'), (5, NULL, 'e')", "", "",
     "note|users.posts|orphan|2 rows of posts have no owner: inserted so, or older than "
     "delete-orphan|NULL\n",
     "note|users.posts|orphan|2 rows of posts have no owner: inserted so, or older than "
     "delete-orphan|NULL\n",
     NULL, NULL},
    {"several members",
     "CREATE TABLE users(id INTEGER PRIMARY KEY); CREATE TABLE profiles(id INTEGER PRIMARY KEY, "
     "user_id INT REFERENCES users, main INT DEFAULT 1); INSERT INTO users VALUES (1), (2), (3); "
     "INSERT INTO profiles VALUES (1, 1, 1), (2, 2, 1), (3, NULL, 1), (4, NULL, 1);INSERT INTO "
     "relationship(owner, name, target, uselist) VALUES ('users', 'profile', 'profiles', 0);",
     "DROP INDEX \"users.profile:single\"; UPDATE profiles SET user_id = 1 WHERE id > 1", "", "",
     "error|users.profile|several members|3 rows of profiles too many: an owner has one member at "
     "most; the first stays|UPDATE profiles SET user_id = NULL WHERE id IN (SELECT id FROM (SELECT "
     "id, row_number() OVER (PARTITION BY user_id ORDER BY id) AS nth FROM profiles WHERE user_id "
     "IS NOT NULL) WHERE nth > 1);\n"
     "error|users.profile|missing index|\"users.profile:single\" is not there|" SYNC "\n",
     "", "SELECT group_concat(id || ifnull(user_id, '-')) FROM profiles", "2-,3-,4-,11\n"},
    {"several members under delete-orphan",
     "CREATE TABLE users(id INTEGER PRIMARY KEY); CREATE TABLE profiles(id INTEGER PRIMARY KEY, "
     "user_id INT REFERENCES users, main INT DEFAULT 1); INSERT INTO users VALUES (1), (2), (3); "
     "INSERT INTO profiles VALUES (1, 1, 1), (2, 2, 1), (3, NULL, 1), (4, NULL, 1);INSERT INTO "
     "relationship(owner, name, target, uselist, \"cascade\") VALUES ('users', 'profile', "
     "'profiles', 0, 'all, delete-orphan');DELETE FROM profiles WHERE id > 2;",
     "DROP INDEX \"users.profile:single\"; UPDATE profiles SET user_id = 1 WHERE id = 2", "", "",
     "error|users.profile|several members|1 row of profiles too many: an owner has one member at "
     "most; the first stays|DELETE FROM profiles WHERE id IN (SELECT id FROM (SELECT id, "
     "row_number() OVER (PARTITION BY user_id ORDER BY id) AS nth FROM profiles WHERE user_id IS "
     "NOT NULL) WHERE nth > 1);\n"
     "error|users.profile|missing index|\"users.profile:single\" is not there|" SYNC "\n",
     "", "SELECT group_concat(id || ifnull(user_id, '-')) FROM profiles", "11\n"},
    {"several members among those that count",
     "CREATE TABLE users(id INTEGER PRIMARY KEY); CREATE TABLE profiles(id INTEGER PRIMARY KEY, "
     "user_id INT , main INT DEFAULT 1); INSERT INTO users VALUES (1), (2), (3); INSERT INTO "
     "profiles VALUES (1, 1, 1), (2, 2, 1), (3, NULL, 1), (4, NULL, 1);INSERT INTO "
     "relationship(owner, name, target, uselist, primaryjoin) VALUES ('users', 'profile', "
     "'profiles', 0, 'users.id = profiles.user_id AND profiles.main');",
     "DROP INDEX \"users.profile:single\"; INSERT INTO profiles VALUES (5, 1, 0), (6, 2, 1)", "",
     "",
     "error|users.profile|several members|1 row of profiles too many: an owner has one member at "
     "most; the first stays|UPDATE profiles SET user_id = NULL WHERE id IN (SELECT id FROM (SELECT "
     "id, row_number() OVER (PARTITION BY user_id ORDER BY id) AS nth FROM profiles WHERE user_id "
     "IS NOT NULL AND (( profiles.main\n))) WHERE nth > 1);\n"
     "error|users.profile|missing index|\"users.profile:single\" is not there|" SYNC "\n",
     "", "SELECT group_concat(id || ifnull(user_id, '-')) FROM profiles", "3-,4-,6-,11,51,22\n"},
    {"several members beside what else is missing",
     "CREATE TABLE users(id INTEGER PRIMARY KEY); CREATE TABLE profiles(id INTEGER PRIMARY KEY, "
     "user_id INT REFERENCES users, main INT DEFAULT 1); INSERT INTO users VALUES (1), (2), (3); "
     "INSERT INTO profiles VALUES (1, 1, 1), (2, 2, 1), (3, NULL, 1), (4, NULL, 1);INSERT INTO "
     "relationship(owner, name, target, uselist) VALUES ('users', 'profile', 'profiles', 0);",
     "DROP INDEX \"users.profile:single\"; DROP TRIGGER \"users:delete\"; DROP VIEW "
     "\"users.profile\"; UPDATE profiles SET user_id = 1 WHERE id = 2",
     "", "",
     "error|users.profile|several members|1 row of profiles too many: an owner has one member at "
     "most; the first stays|UPDATE profiles SET user_id = NULL WHERE id IN (SELECT id FROM (SELECT "
     "id, row_number() OVER (PARTITION BY user_id ORDER BY id) AS nth FROM profiles WHERE user_id "
     "IS NOT NULL) WHERE nth > 1);\n"
     "error|users.profile|missing index|\"users.profile:single\" is not there|" SYNC "\n"
     "error|users.profile|missing view|\"users.profile\" is not there|" SYNC "\n"
     "error|users.profile|missing trigger|\"users:delete\" is not there|" SYNC "\n",
     "", NULL, NULL},
    {"several parents of a many-to-many",
     TAGS "INSERT INTO relationship(owner, name, target, secondary, single_parent) VALUES "
          "('posts', 'tags', 'tags', 'post_tags', 1);",
     "DROP INDEX \"posts.tags:target single\"; INSERT INTO post_tags VALUES (1, 2)", "", "",
     "error|posts.tags|several parents|1 row of post_tags too many: under single_parent one parent "
     "at most; the first stays|DELETE FROM post_tags WHERE rowid IN (SELECT rowid FROM (SELECT "
     "rowid, row_number() OVER (PARTITION BY tag_id ORDER BY rowid) AS nth FROM post_tags WHERE "
     "tag_id IS NOT NULL) WHERE nth > 1);\n"
     "error|posts.tags|missing index|\"posts.tags:target single\" is not there|" SYNC "\n",
     "", "SELECT group_concat(post_id || tag_id) FROM post_tags", "11,22\n"},
    {"several parents of a many-to-one",
     "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE posts(id INTEGER PRIMARY "
     "KEY, user_id INTEGER REFERENCES users, title TEXT); INSERT INTO users VALUES (1, 'Ada'), (2, "
     "'Bo'); INSERT INTO posts VALUES (1, 1, 'a'), (3, 2, 'c');INSERT INTO relationship(owner, "
     "name, target, single_parent, \"cascade\") VALUES ('posts', 'author', 'users', 1, 'all, "
     "delete-orphan');",
     "DROP INDEX \"posts.author:single\"; INSERT INTO posts VALUES (4, 2, 'd')", "", "",
     "error|posts.author|several parents|1 row of posts too many: under single_parent one parent "
     "at most; the first stays|UPDATE posts SET user_id = NULL WHERE id IN (SELECT id FROM (SELECT "
     "id, row_number() OVER (PARTITION BY user_id ORDER BY id) AS nth FROM posts WHERE user_id IS "
     "NOT NULL) WHERE nth > 1);\n"
     "error|posts.author|missing index|\"posts.author:single\" is not there|" SYNC "\n",
     "", "SELECT group_concat(id || ifnull(user_id, '-')) FROM posts", "4-,11,32\n"},
    {"odd names",
     "CREATE TABLE \"it's \"\"a\"\" \xf0\x9f\x98\x80"
     "\"(\"the id\" INTEGER PRIMARY KEY); CREATE TABLE \"order\"(\"select\" INTEGER PRIMARY KEY, "
     "\"f k\" INT REFERENCES \"it's \"\"a\"\" \xf0\x9f\x98\x80"
     "\"); INSERT INTO \"order\" VALUES (7, 1);INSERT INTO relationship(owner, name, target) "
     "VALUES ('it''s \"a\" \xf0\x9f\x98\x80"
     "', 'x.y', 'order');",
     "", "", "",
     "error|it's \"a\" \xf0\x9f\x98\x80"
     ".x.y|dangling reference|1 row of \"order\" refers by \"f k\" to no row of \"it's \"\"a\"\" "
     "\xf0\x9f\x98\x80"
     "\": \"select\" = 7|UPDATE \"order\" SET \"f k\" = NULL WHERE \"f k\" IS NOT NULL AND \"f k\" "
     "NOT IN (SELECT \"the id\" FROM \"it's \"\"a\"\" \xf0\x9f\x98\x80"
     "\");\n",
     "", "SELECT count(*) FROM \"order\" WHERE \"f k\" IS NULL", "1\n"},
    {"a view as target",
     BLOG "CREATE VIEW heads AS SELECT id, user_id FROM posts;INSERT INTO relationship(owner, "
          "name, target, primaryjoin, foreign_keys, viewonly) VALUES ('users', 'heads', 'heads', "
          "'users.id = heads.user_id', 'heads.user_id', 1);",
     "DELETE FROM users", "", "", "", "", NULL, NULL},
    {"a number that refers to text",
     "CREATE TABLE users(code TEXT PRIMARY KEY) WITHOUT ROWID; CREATE TABLE posts(id INTEGER "
     "PRIMARY KEY, code REFERENCES users); CREATE INDEX i ON posts(code); INSERT INTO users VALUES "
     "('1'), ('2'); INSERT INTO posts VALUES (1, 1), (2, '2'), (3, 3);",
     "", "", "('all')",
     "error|users.posts|dangling reference|1 row of posts refers by code to no row of users: id = "
     "3|UPDATE posts SET code = NULL WHERE code IS NOT NULL AND +code NOT IN (SELECT code FROM "
     "users);\n"
     "warning|users.posts|types differ|1 row of posts refers by code with a number to text of "
     "users: its FOREIGN KEY takes 1 for '1', joins, fetches and cascades do not|UPDATE posts SET "
     "code = CAST(code AS TEXT) WHERE code IS NOT NULL AND code NOT IN (SELECT code FROM users) "
     "AND +code IN (SELECT code FROM users);\n",
     "", "SELECT group_concat(id || ':' || quote(code)) FROM posts NOT INDEXED",
     "1:'1',2:'2',3:NULL\n"},
    {"what is joined by no FOREIGN KEY is judged by the join",
     "CREATE TABLE users(code TEXT PRIMARY KEY) WITHOUT ROWID; CREATE TABLE posts(id INTEGER "
     "PRIMARY KEY, code); INSERT INTO users VALUES ('1'); INSERT INTO posts VALUES (1, 1);INSERT "
     "INTO relationship(owner, name, target, foreign_keys) VALUES ('users', 'posts', 'posts', "
     "'posts.code');",
     "", "", "('all')",
     "error|users.posts|dangling reference|1 row of posts refers by code to no row of users: id = "
     "1|UPDATE posts SET code = NULL WHERE code IS NOT NULL AND code NOT IN (SELECT code FROM "
     "users);\n",
     "", NULL, NULL},
    {"a table that temp hides", POSTS,
     "DROP TRIGGER \"users:delete\"; DELETE FROM users WHERE id = 1; CREATE TRIGGER t AFTER DELETE "
     "ON users BEGIN SELECT 1; END",
     "CREATE TEMP TABLE users(id); CREATE TEMP TABLE posts(id, user_id); INSERT INTO posts VALUES "
     "(1, 1)",
     "",
     "error|users.posts|missing trigger|\"users:delete\" is not there|" SYNC "\n"
     "error|users.posts|dangling reference|2 rows of posts refer by user_id to no row of users; "
     "the first: id = 1|UPDATE main.posts SET user_id = NULL WHERE user_id IS NOT NULL AND user_id "
     "NOT IN (SELECT id FROM main.users);\n",
     "", "SELECT group_concat(ifnull(user_id, '-')) FROM main.posts", "-,-,2\n"},
    {"rows beside a declaration that does not resolve",
     POSTS
     "CREATE TABLE a(id INTEGER PRIMARY KEY); CREATE TABLE b(id INTEGER PRIMARY KEY, a_id INT "
     "REFERENCES a);INSERT INTO relationship(owner, name, target) VALUES ('a', 'b', 'b');",
     "DELETE FROM relationship_catalog WHERE 0; DROP TABLE b; INSERT INTO posts VALUES (4, 99, "
     "'d')",
     "", "",
     "error|a.b|does not resolve|target: no table \"b\"; create it first|DELETE FROM relationship "
     "WHERE owner = 'a' AND name = 'b';\n"
     "error|users.posts|dangling reference|1 row of posts refers by user_id to no row of users: id "
     "= 4|UPDATE posts SET user_id = NULL WHERE user_id IS NOT NULL AND user_id NOT IN (SELECT id "
     "FROM users);\n",
     "", "SELECT count(*) FROM posts WHERE user_id IS NULL", "1\n"},
};

START_TEST(theProblemIsSaidAndItsFixRepairsIt) {
  playCase(&CASES[_i]);
}
END_TEST

Suite *relTestInspectCheckData(void) {
  Suite *suite = suite_create("inspect_check_data");
  TCase *tests = tcase_create("inspect_check_data");
  tcase_add_loop_test(tests, theProblemIsSaidAndItsFixRepairsIt, 0, sizeof CASES / sizeof *CASES);
  suite_add_tcase(suite, tests);
  return suite;
}
