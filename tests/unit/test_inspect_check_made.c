/*
** inspect/check_objects.c and check_keys.c: what enforces the declarations, and the keys and indexes that are
** there.
*/
#define _POSIX_C_SOURCE 200809L

#include "unit/checked.h"

#define NO_COLUMN                                                                                  \
  "error|c.p|key names no column|its FOREIGN KEY refers to rowid of p, which is not there: with "  \
  "foreign_keys on, writes to c fail; rows have the key, so declare it anew with the column that " \
  "they refer to, or add this one with their values|NULL\n"

#define GONE(child)                                                                                \
  "its FOREIGN KEY refers to \"gone\", which is not there: with foreign_keys on, writes to " child \
  " fail|CREATE TABLE IF NOT EXISTS gone(id INT, y TEXT, x INT, PRIMARY KEY(id), UNIQUE(y), "      \
  "UNIQUE(x)); INSERT OR IGNORE INTO gone(id) SELECT DISTINCT r FROM d WHERE r IS NOT NULL; "      \
  "INSERT OR IGNORE INTO gone(y) SELECT DISTINCT q FROM c WHERE q IS NOT NULL; INSERT OR IGNORE "  \
  "INTO gone(x) SELECT DISTINCT p FROM c WHERE p IS NOT NULL; INSERT OR IGNORE INTO gone(x) "      \
  "SELECT DISTINCT s FROM d WHERE s IS NOT NULL;\n"

#define TWO_KEYS                                                                                   \
  "error|c.p|key names no table|its FOREIGN KEY refers to \"gone\", which is not there: with "     \
  "foreign_keys on, writes to c fail|NULL\nerror|c.a|key names no table|its FOREIGN KEY refers "   \
  "to "                                                                                            \
  "\"gone\", which is not there: with foreign_keys on, writes to c fail|NULL\n"

static const Case CASES[] = {
    {"a missing trigger", OWNED, "DROP TRIGGER \"users:delete\"", "", "",
     "error|users.posts|missing trigger|\"users:delete\" is not there|" SYNC "\n", "",
     "DELETE FROM users WHERE id = 1; SELECT group_concat(id) FROM posts", "3\n"},
    {"a missing view, and its triggers", OWNED, "DROP VIEW \"users.posts\"", "", "",
     "error|users.posts|missing view|\"users.posts\" is not there|" SYNC "\n", "",
     "SELECT count(*) FROM \"users.posts\"", "3\n"},
    {"missing triggers of a view that is there", OWNED,
     "DROP TRIGGER \"users.posts:append\"; DROP TRIGGER \"users.posts:remove\"", "", "",
     "error|users.posts|missing trigger|\"users.posts:append\" and \"users.posts:remove\" are not "
     "there|" SYNC "\n",
     "", NULL, NULL},
    {"a missing index", POSTS, "DROP INDEX \"users.posts:index\"", "", "",
     "error|users.posts|missing index|\"users.posts:index\" is not there|" SYNC "\n", "", NULL,
     NULL},
    {"an index in the wrong collation",
     "CREATE TABLE users(code TEXT COLLATE NOCASE PRIMARY KEY); CREATE TABLE posts(id INTEGER "
     "PRIMARY KEY, code TEXT REFERENCES users);INSERT INTO relationship(owner, name, target) "
     "VALUES ('users', 'posts', 'posts');",
     "DROP INDEX \"users.posts:index\"; CREATE INDEX mine ON posts(code)", "", "",
     "error|users.posts|missing index|\"users.posts:index\" is not there|" SYNC "\n", "", NULL,
     NULL},
    {"everything missing",
     TAGGED
     "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE articles(id INTEGER "
     "PRIMARY KEY, user_id INTEGER REFERENCES users, title TEXT); INSERT INTO users VALUES (1, "
     "'Ada'), (2, 'Bo'); INSERT INTO articles VALUES (1, 1, 'a'), (2, 1, 'b'), (3, 2, 'c');INSERT "
     "INTO relationship(owner, name, target) VALUES ('users', 'articles', 'articles');",
     "DROP VIEW \"posts.tags\"; DROP VIEW \"users.articles\"; DROP TRIGGER \"posts:delete\"; DROP "
     "TRIGGER \"tags:delete\"; DROP TRIGGER \"users:delete\"; DROP INDEX \"posts.tags:target "
     "index\"; DROP INDEX \"users.articles:index\" ",
     "", "",
     "error|NULL|missing index|\"posts.tags:target index\" and \"users.articles:index\" are not "
     "there|" SYNC "\n"
     "error|NULL|missing view|\"posts.tags\" and \"users.articles\" are not there|" SYNC "\n"
     "error|NULL|missing trigger|\"posts:delete\", \"tags:delete\" and \"users:delete\" are not "
     "there|" SYNC "\n",
     "", NULL, NULL},
    {"an edited trigger", OWNED,
     "DROP TRIGGER \"users:delete\"; CREATE TRIGGER \"users:delete\" AFTER DELETE ON users BEGIN "
     "SELECT 1; END",
     "", "",
     "error|users.posts|edited trigger|\"users:delete\" is not as declared|DROP TRIGGER IF EXISTS "
     "\"users:delete\"; " SYNC "\n",
     "", "DELETE FROM users WHERE id = 1; SELECT group_concat(id) FROM posts", "3\n"},
    {"an edited trigger that bears our sign", OWNED,
     "DROP TRIGGER \"users:delete\"; CREATE TRIGGER \"users:delete\" /* made by relationship; sync "
     "renews it */ AFTER DELETE ON users BEGIN SELECT 1; END",
     "", "", "error|users.posts|edited trigger|\"users:delete\" is not as declared|" SYNC "\n", "",
     "DELETE FROM users WHERE id = 1; SELECT group_concat(id) FROM posts", "3\n"},
    {"an edited view", OWNED,
     "DROP VIEW \"users.posts\"; CREATE VIEW \"users.posts\" AS SELECT 1 AS id", "", "",
     "error|users.posts|edited view|\"users.posts\" is not as declared|DROP VIEW IF EXISTS "
     "\"users.posts\"; " SYNC "\n",
     "", "SELECT count(*) FROM \"users.posts\" WHERE owner_id = 1", "2\n"},
    {"an edited UNIQUE index",
     "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE posts(id INTEGER PRIMARY "
     "KEY, user_id INTEGER REFERENCES users, title TEXT); INSERT INTO users VALUES (1, 'Ada'), (2, "
     "'Bo'); INSERT INTO posts VALUES (1, 1, 'a'), (3, 2, 'c');INSERT INTO relationship(owner, "
     "name, target, uselist) VALUES ('users', 'post', 'posts', 0);",
     "DROP INDEX \"users.post:single\"; CREATE UNIQUE INDEX \"users.post:single\" ON "
     "posts(user_id, title)",
     "", "",
     "error|users.post|edited index|\"users.post:single\" is not as declared|DROP INDEX IF EXISTS "
     "\"users.post:single\"; " SYNC "\n",
     "", NULL, NULL},
    {"a view by a name of ours in other letters", OWNED,
     "DROP VIEW \"users.posts\"; CREATE VIEW \"Users.Posts\" AS SELECT 1 AS id", "", "",
     "error|users.posts|edited view|\"users.posts\" is not as declared|DROP VIEW IF EXISTS "
     "\"users.posts\"; " SYNC "\n",
     "", NULL, NULL},
    {"a table by a name of ours", OWNED,
     "DROP VIEW \"users.posts\"; CREATE TABLE \"users.posts\"(id)", "", "",
     "error|users.posts|name taken|\"users.posts\" is the name of your table, so the view cannot "
     "be made|ALTER TABLE \"users.posts\" RENAME TO \"users.posts table\"; " SYNC "\n",
     "", "SELECT count(*) FROM \"users.posts table\"", "0\n"},
    {"an index by a name of ours", OWNED,
     "DROP VIEW \"users.posts\"; CREATE INDEX \"users.posts\" ON posts(title)", "", "",
     "error|users.posts|name taken|\"users.posts\" is the name of your index, so the view cannot "
     "be made|DROP INDEX \"users.posts\"; " SYNC "\n",
     "", NULL, NULL},
    {"left over objects", OWNED, "DELETE FROM relationship_catalog", "", "",
     "error|NULL|left over view|\"users.posts\" is of no declaration any more|" SYNC "\n"
     "error|NULL|left over trigger|\"users.posts:append\", \"users.posts:remove\", "
     "\"users.posts:leave\" and 5 more are of no declaration any more|" SYNC "\n"
     "note|NULL|left over index|\"users.posts:index\" is of no declaration any more|DROP INDEX IF "
     "EXISTS \"users.posts:index\";\n",
     "", "SELECT count(*) FROM sqlite_schema WHERE sql LIKE '%made by%'", "0\n"},
    {"a left over UNIQUE index",
     "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE posts(id INTEGER PRIMARY "
     "KEY, user_id INTEGER REFERENCES users, title TEXT); INSERT INTO users VALUES (1, 'Ada'), (2, "
     "'Bo'); INSERT INTO posts VALUES (1, 1, 'a'), (3, 2, 'c');INSERT INTO relationship(owner, "
     "name, target, uselist) VALUES ('users', 'post', 'posts', 0);",
     "DELETE FROM relationship_catalog", "", "",
     "error|NULL|left over index|\"users.post:single\" is of no declaration any more|DROP INDEX IF "
     "EXISTS \"users.post:single\";\n"
     "error|NULL|left over view|\"users.post\" is of no declaration any more|DROP INDEX IF EXISTS "
     "\"users.post:single\"; " SYNC "\n"
     "error|NULL|left over trigger|\"users.post:append\", \"users.post:remove\", "
     "\"users.post:leave\" and 4 more are of no declaration any more|DROP INDEX IF EXISTS "
     "\"users.post:single\"; " SYNC "\n",
     "", "SELECT count(*) FROM sqlite_schema WHERE sql LIKE '%made by%'", "0\n"},
    {"a key that nothing indexes",
     "CREATE TABLE users(code TEXT COLLATE NOCASE PRIMARY KEY); CREATE TABLE \"my posts\"(id "
     "INTEGER PRIMARY KEY, \"the code\" TEXT REFERENCES users); CREATE INDEX mine ON \"my "
     "posts\"(\"the code\"); CREATE INDEX \"my posts_the code\" ON \"my posts\"(id);",
     "", "", "('all')",
     "warning|users.my posts|missing index|no index of my posts begins with \"the code\" COLLATE "
     "NOCASE: deletes and fetches read the whole table|CREATE INDEX \"my posts_the code_2\" ON "
     "\"my posts\"(\"the code\" COLLATE NOCASE);\n",
     "", NULL, NULL},
    {"a key that no index serves",
     "CREATE TABLE users(id INTEGER PRIMARY KEY, code TEXT UNIQUE); CREATE TABLE posts(id INTEGER "
     "PRIMARY KEY, u REFERENCES users, t TEXT REFERENCES users, c REFERENCES users(code)); CREATE "
     "INDEX i ON posts(u); CREATE INDEX j ON posts(c);",
     "", "", "('all')",
     "warning|users.posts_by_u|unusable index|u of posts has another type than what it refers to, "
     "INTEGER: values are converted to be compared, no index serves, and deletes and fetches read "
     "the whole table|NULL\nwarning|users.posts_by_t|unusable index|t of posts has another type "
     "than what it refers to, INTEGER: values are converted to be compared, no index serves, and "
     "deletes and fetches read the whole table|NULL\n",
     "warning|users.posts_by_u|unusable index|u of posts has another type than what it refers to, "
     "INTEGER: values are converted to be compared, no index serves, and deletes and fetches read "
     "the whole table|NULL\nwarning|users.posts_by_t|unusable index|t of posts has another type "
     "than what it refers to, INTEGER: values are converted to be compared, no index serves, and "
     "deletes and fetches read the whole table|NULL\n",
     NULL, NULL},
    {"what no index serves gets none",
     "CREATE TABLE users(id INTEGER PRIMARY KEY); CREATE TABLE posts(id INTEGER PRIMARY KEY, t "
     "TEXT "
     "REFERENCES users); INSERT INTO relationship(relationship) VALUES ('automap');",
     "", "", "", "", "", "SELECT count(*) FROM sqlite_schema WHERE name LIKE '%:index'", "0\n"},
    {"a key that names no table", BLOG, "PRAGMA foreign_keys = OFF; DROP TABLE users", "",
     "('all')",
     "error|posts.user_id|key names no table|its FOREIGN KEY refers to \"users\", which is not "
     "there: with foreign_keys on, writes to posts fail|CREATE TABLE IF NOT EXISTS users(id "
     "INTEGER, PRIMARY KEY(id)); INSERT OR IGNORE INTO users(id) SELECT DISTINCT user_id FROM "
     "posts "
     "WHERE user_id IS NOT NULL;\n",
     "warning|users.posts|missing index|no index of posts begins with user_id: deletes and fetches "
     "read the whole table|CREATE INDEX posts_user_id ON posts(user_id);\n",
     "SELECT group_concat(id) FROM users", "1,2\n"},
    {"keys that name different columns of no table",
     "CREATE TABLE c(id INTEGER PRIMARY KEY, p INT REFERENCES gone(x), q TEXT REFERENCES gone(y)); "
     "CREATE TABLE d(r INT REFERENCES gone, s INT REFERENCES gone(x)); CREATE INDEX i ON c(p); "
     "CREATE INDEX j ON c(q); CREATE INDEX k ON d(r); CREATE INDEX l ON d(s); INSERT INTO c VALUES "
     "(1, 10, 'a'), (2, 10, 'b'), (3, 11, NULL); INSERT INTO d VALUES (7, 11), (8, 12), (7, NULL);",
     "", "PRAGMA foreign_keys = ON", "('all')",
     "error|c.p|key names no table|" GONE("c") "error|c.q|key names no table|" GONE(
         "c") "error|d.r|key names no table|" GONE("d") "error|d.s|key names no table|" GONE("d"),
     "",
     "SELECT (SELECT group_concat(p || ifnull(q, '-')) FROM c NOT INDEXED), (SELECT "
     "group_concat(r || ifnull(s, '-')) FROM d NOT INDEXED)",
     "10a,10b,11-,711,812,7-\n"},
    {"keys that name two primary keys of no table",
     "CREATE TABLE c(id INTEGER PRIMARY KEY, p INT REFERENCES gone, a INT, b INT, FOREIGN KEY(a, "
     "b) "
     "REFERENCES gone);",
     "", "", "('all')", TWO_KEYS, TWO_KEYS, NULL, NULL},
    {"a key that names no table, though nothing else is asked",
     BLOG "CREATE TABLE c(id INTEGER PRIMARY KEY, post_id INT REFERENCES posts);INSERT INTO "
          "relationship(owner, name, target) VALUES ('posts', 'c', 'c');",
     "PRAGMA foreign_keys = OFF; DROP TABLE users", "PRAGMA foreign_keys = ON", "",
     "error|posts.user_id|key names no table|its FOREIGN KEY refers to \"users\", which is not "
     "there: with foreign_keys on, writes to posts fail|CREATE TABLE IF NOT EXISTS users(id "
     "INTEGER, PRIMARY KEY(id)); INSERT OR IGNORE INTO users(id) SELECT DISTINCT user_id FROM "
     "posts "
     "WHERE user_id IS NOT NULL;\n",
     "", "SELECT group_concat(id) FROM users", "1,2\n"},
    {"a key whose parent is not UNIQUE",
     "CREATE TABLE users(id INTEGER PRIMARY KEY, login TEXT); CREATE TABLE posts(id INTEGER "
     "PRIMARY KEY, user TEXT REFERENCES users(login)); CREATE INDEX i ON posts(user); CREATE INDEX "
     "j ON users(login);",
     "", "", "('all')",
     "error|posts.user|key is not unique|its FOREIGN KEY refers to login of users, which no UNIQUE "
     "index covers: with foreign_keys on, writes to posts fail|CREATE UNIQUE INDEX IF NOT EXISTS "
     "users_login ON "
     "users(login);\n",
     "", NULL, NULL},
    {"the same, where another index has the name",
     "CREATE TABLE users(id INTEGER PRIMARY KEY, login TEXT); CREATE TABLE posts(id INTEGER "
     "PRIMARY KEY, user TEXT REFERENCES users(login)); CREATE INDEX i ON posts(user); CREATE INDEX "
     "users_login ON users(login);",
     "", "", "('all')",
     "error|posts.user|key is not unique|its FOREIGN KEY refers to login of users, which no UNIQUE "
     "index covers: with foreign_keys on, writes to posts fail|CREATE UNIQUE INDEX IF NOT EXISTS "
     "users_login_2 "
     "ON users(login);\n",
     "", NULL, NULL},
    {"the same, where rows are alike",
     "CREATE TABLE users(a TEXT COLLATE NOCASE, \"the b\" INT); CREATE TABLE posts(id INTEGER "
     "PRIMARY KEY, a TEXT, b INT, FOREIGN KEY(a, b) REFERENCES users(a, \"the b\")); INSERT INTO "
     "users VALUES ('x', 1), ('X', 1), (NULL, 1), (NULL, 1); CREATE INDEX i ON posts(a COLLATE "
     "NOCASE, b);",
     "", "", "('all')",
     "error|posts.a|key is not unique|its FOREIGN KEY refers to a of users, which no UNIQUE index "
     "covers, nor can one while rows are alike there: with foreign_keys on, writes to posts "
     "fail|NULL\n",
     "error|posts.a|key is not unique|its FOREIGN KEY refers to a of users, which no UNIQUE index "
     "covers, nor can one while rows are alike there: with foreign_keys on, writes to posts "
     "fail|NULL\n",
     NULL, NULL},
    {"a key that names no column",
     "CREATE TABLE users(id INTEGER PRIMARY KEY); CREATE TABLE posts(id INTEGER PRIMARY KEY, user "
     "TEXT REFERENCES users(login));",
     "", "", "('all')",
     "error|posts.user|key names no column|its FOREIGN KEY refers to login of users, which is not "
     "there: with foreign_keys on, writes to posts fail|ALTER TABLE users ADD COLUMN login TEXT; "
     "CREATE UNIQUE INDEX IF NOT EXISTS users_login ON users(login);\n",
     "warning|users.posts|missing index|no index of posts begins with user: deletes and fetches "
     "read the whole table|CREATE INDEX posts_user ON posts(user);\n",
     NULL, NULL},
    {"keys that name one column that is not there",
     "CREATE TABLE users(id INTEGER PRIMARY KEY); CREATE TABLE posts(id INTEGER PRIMARY KEY, user "
     "TEXT REFERENCES users(login), a INT, b INT, FOREIGN KEY(a, user) REFERENCES users(id, "
     "login)); CREATE TABLE marks(user TEXT PRIMARY KEY REFERENCES users(login));",
     "", "PRAGMA foreign_keys = ON", "('all')",
     "error|posts.user|key names no column|its FOREIGN KEY refers to login of users, which is not "
     "there: with foreign_keys on, writes to posts fail|ALTER TABLE users ADD COLUMN login TEXT; "
     "CREATE UNIQUE INDEX IF NOT EXISTS users_login ON users(login);\n"
     "error|posts.a|key names no column|its FOREIGN KEY refers to login of users, which is not "
     "there: with foreign_keys on, writes to posts fail|CREATE UNIQUE INDEX IF NOT EXISTS "
     "users_id_login ON users(id, login);\n"
     "error|marks.user|key names no column|its FOREIGN KEY refers to login of users, which is not "
     "there: with foreign_keys on, writes to marks fail|CREATE UNIQUE INDEX IF NOT EXISTS "
     "users_login ON users(login);\n",
     "warning|users.posts_by_user|missing index|no index of posts begins with user: deletes and "
     "fetches read the whole table|CREATE INDEX posts_user ON posts(user);\n"
     "warning|users.posts_by_a_user|missing index|no index of posts begins with a, user: deletes "
     "and fetches read the whole table|CREATE INDEX posts_a_user ON posts(a, user);\n",
     NULL, NULL},
    {"a key that names no column, which rows have",
     "CREATE TABLE p(x); INSERT INTO p VALUES ('a'), ('b'); CREATE TABLE c(id INTEGER PRIMARY KEY, "
     "p INT NOT NULL REFERENCES p(rowid)); INSERT INTO c VALUES (1, 1), (2, 2);",
     "", "", "('all')", NO_COLUMN, NO_COLUMN, "SELECT count(*) FROM c", "2\n"},
    {"keys that refer to what cannot be referred to",
     "CREATE TABLE users(id INTEGER PRIMARY KEY); CREATE VIEW seen AS SELECT id FROM users; CREATE "
     "TABLE pairs(a INT, b INT, PRIMARY KEY(a, b)); CREATE TABLE bare(a INT); CREATE TABLE "
     "posts(id INTEGER PRIMARY KEY, a INT REFERENCES seen(id), b INT REFERENCES pairs, c INT "
     "REFERENCES bare, d INT, e INT, FOREIGN KEY(d, e) REFERENCES users);",
     "", "", "('all')",
     "error|posts.a|key names no table|its FOREIGN KEY refers to seen, which is a view: with "
     "foreign_keys on, writes to posts fail|NULL\n"
     "error|posts.b|key names no column|its FOREIGN KEY refers to pairs, whose primary key has 2 "
     "columns: with foreign_keys on, writes to posts fail|NULL\n"
     "error|posts.c|key names no column|its FOREIGN KEY refers to bare, which has no primary key: "
     "with foreign_keys on, writes to posts fail|NULL\n"
     "error|posts.d|key names no column|its FOREIGN KEY refers to users, whose primary key has 1 "
     "column: with foreign_keys on, writes to posts fail|NULL\n",
     "error|posts.a|key names no table|its FOREIGN KEY refers to seen, which is a view: with "
     "foreign_keys on, writes to posts fail|NULL\n"
     "error|posts.b|key names no column|its FOREIGN KEY refers to pairs, whose primary key has 2 "
     "columns: with foreign_keys on, writes to posts fail|NULL\n"
     "error|posts.c|key names no column|its FOREIGN KEY refers to bare, which has no primary key: "
     "with foreign_keys on, writes to posts fail|NULL\n"
     "error|posts.d|key names no column|its FOREIGN KEY refers to users, whose primary key has 1 "
     "column: with foreign_keys on, writes to posts fail|NULL\n",
     NULL, NULL},
    {"a file with a table of its own called relationship", OWNED "CREATE TABLE relationship(a);",
     "DROP TRIGGER \"users:delete\"", "", "",
     "error|users.posts|missing trigger|\"users:delete\" is not there|CREATE VIRTUAL TABLE IF NOT "
     "EXISTS temp.declared_relationships USING relationship; INSERT INTO "
     "temp.declared_relationships(relationship) VALUES ('sync');\n",
     "", NULL, NULL},
    {"the same, served by another name", OWNED "CREATE TABLE relationship(a);",
     "DROP TRIGGER \"users:delete\"; UPDATE relationship_catalog SET passive_deletes = 1",
     "CREATE VIRTUAL TABLE temp.\"r 2\" USING relationship", "",
     "warning|users.posts|passive_deletes|an owner's members are left to its foreign key, which "
     "has no ON DELETE|UPDATE temp.\"r 2\" SET passive_deletes = NULL WHERE owner = 'users' AND "
     "name = 'posts';\n",
     "", NULL, NULL},
    {"an attached database",
     "ATTACH ':memory:' AS x; DETACH x;CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT); "
     "CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users, title TEXT); "
     "INSERT INTO users VALUES (1, 'Ada'), (2, 'Bo'); INSERT INTO posts VALUES (1, 1, 'a'), (2, 1, "
     "'b'), (3, 2, 'c');INSERT INTO relationship(owner, name, target, \"cascade\") VALUES "
     "('users', 'posts', 'posts', 'all, delete-orphan');",
     "DROP TRIGGER \"users:delete\"; DELETE FROM users WHERE id = 2", "ATTACH '%s' AS aux; ", "",
     "error|aux.users.posts|missing trigger|\"users:delete\" is not there|INSERT INTO "
     "relationship(relationship, schema) VALUES ('sync', 'aux');\n"
     "error|aux.users.posts|dangling reference|1 row of posts refers by user_id to no row of "
     "users: id = 3|DELETE FROM aux.posts WHERE user_id IS NOT NULL AND user_id NOT IN (SELECT id "
     "FROM aux.users);\n",
     "", "SELECT group_concat(id) FROM aux.posts", "1,2\n"},
};

START_TEST(theProblemIsSaidAndItsFixRepairsIt) {
  playCase(&CASES[_i]);
}
END_TEST

Suite *relTestInspectCheckMade(void) {
  Suite *suite = suite_create("inspect_check_made");
  TCase *tests = tcase_create("inspect_check_made");
  tcase_add_loop_test(tests, theProblemIsSaidAndItsFixRepairsIt, 0, sizeof CASES / sizeof *CASES);
  suite_add_tcase(suite, tests);
  return suite;
}
