/*
** inspect/check_compare.c and check_repair.c: problems in the way of each other's repair. Run in their order, the
** fixes of one check repair all of them.
*/
#define _POSIX_C_SOURCE 200809L

#include "unit/checked.h"

#define PEOPLE                                                                                     \
  "CREATE TABLE users(id INTEGER PRIMARY KEY); CREATE TABLE profiles(id INTEGER PRIMARY KEY, "     \
  "user_id INT REFERENCES users); INSERT INTO users VALUES (1), (2); INSERT INTO profiles VALUES " \
  "(1, 1), (2, 2); INSERT INTO relationship(owner, name, target, uselist, \"cascade\") VALUES "    \
  "('users', 'profile', 'profiles', 0, 'all, delete-orphan');"
#define UNHELD                                                                                     \
  "CREATE TABLE users(id INTEGER PRIMARY KEY); CREATE TABLE a(id INTEGER PRIMARY KEY, user_id "    \
  "INT REFERENCES users); CREATE TABLE b(id INTEGER PRIMARY KEY, user_id INT REFERENCES users); "  \
  "INSERT INTO relationship(owner, name, target, \"cascade\", on_delete, uselist) VALUES "         \
  "('users', 'a', 'a', 'delete-orphan', 'set null', 0);"
#define RESTRICT                                                                                   \
  "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'REFERENCES users', "  \
  "'REFERENCES users ON DELETE RESTRICT') WHERE type = 'table'"

static const Case CASES[] = {
    {"several members beside an edited view", PEOPLE,
     "DROP INDEX \"users.profile:single\"; DROP VIEW \"users.profile\"; CREATE VIEW "
     "\"users.profile\" AS SELECT 1 AS id; UPDATE profiles SET user_id = 1",
     "", "",
     "error|users.profile|several members|1 row of profiles too many: an owner has one member at "
     "most; the first stays|DELETE FROM profiles WHERE id IN (SELECT id FROM (SELECT id, "
     "row_number() OVER (PARTITION BY user_id ORDER BY id) AS nth FROM profiles WHERE user_id IS "
     "NOT NULL) WHERE nth > 1);\n"
     "error|users.profile|missing index|\"users.profile:single\" is not there|DROP VIEW IF EXISTS "
     "\"users.profile\"; " SYNC "\n"
     "error|users.profile|edited view|\"users.profile\" is not as declared|DROP VIEW IF EXISTS "
     "\"users.profile\"; " SYNC "\n",
     "", "SELECT group_concat(id) FROM profiles", "1\n"},
    {"several members beside a trigger that is edited, where triggers make way",
     PEOPLE
     "CREATE TABLE pictures(id INTEGER PRIMARY KEY, profile_id INT NOT NULL DEFAULT 9 REFERENCES "
     "profiles); INSERT INTO pictures VALUES (1, 1), (2, 2); INSERT INTO relationship(owner, name, "
     "target, on_delete) VALUES ('profiles', 'pictures', 'pictures', 'set default');",
     "DROP INDEX \"users.profile:single\"; DROP TRIGGER \"users:delete\"; CREATE TRIGGER "
     "\"users:delete\" AFTER DELETE ON users BEGIN SELECT 1; END; UPDATE profiles SET user_id = 1",
     "", "",
     "error|users.profile|several members|1 row of profiles too many: an owner has one member at "
     "most; the first stays|DROP TRIGGER IF EXISTS \"main\".\"profiles:delete\"; DROP TRIGGER IF "
     "EXISTS \"main\".\"users.profile:orphan\"; WITH RECURSIVE gone(tbl, id) AS (SELECT "
     "'profiles', id FROM profiles WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER "
     "(PARTITION BY user_id ORDER BY id) AS nth FROM profiles WHERE user_id IS NOT NULL) WHERE nth "
     "> 1) UNION SELECT 'pictures', member.id FROM gone JOIN pictures AS member ON "
     "member.profile_id = gone.id WHERE gone.tbl = 'profiles') DELETE FROM pictures WHERE id IN "
     "(SELECT id FROM gone WHERE tbl = 'pictures'); WITH RECURSIVE gone(id) AS (SELECT id FROM "
     "profiles WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY user_id "
     "ORDER BY id) AS nth FROM profiles WHERE user_id IS NOT NULL) WHERE nth > 1)) DELETE FROM "
     "profiles WHERE id IN (SELECT id FROM gone); DROP TRIGGER IF EXISTS \"users:delete\"; " SYNC
     "\n"
     "error|users.profile|missing index|\"users.profile:single\" is not there|DROP TRIGGER IF "
     "EXISTS \"users:delete\"; " SYNC "\n"
     "error|users.profile|edited trigger|\"users:delete\" is not as declared|DROP TRIGGER IF "
     "EXISTS \"users:delete\"; " SYNC "\n",
     "", "SELECT (SELECT group_concat(id) FROM profiles), (SELECT group_concat(id) FROM pictures)",
     "1,1\n"},
    {"several members, and a cascade that is missing",
     PEOPLE
     "CREATE TABLE pictures(id INTEGER PRIMARY KEY, profile_id INT REFERENCES profiles); INSERT "
     "INTO pictures VALUES (1, 1), (2, 2); INSERT INTO relationship(owner, name, target, "
     "\"cascade\") VALUES ('profiles', 'pictures', 'pictures', 'all, delete-orphan');",
     "DROP INDEX \"users.profile:single\"; DROP TRIGGER \"profiles:delete\"; UPDATE profiles SET "
     "user_id = 1",
     "", "",
     "error|users.profile|several members|1 row of profiles too many: an owner has one member at "
     "most; the first stays|DROP TRIGGER IF EXISTS \"main\".\"users.profile:orphan\"; DROP TRIGGER "
     "IF EXISTS \"main\".\"profiles.pictures:orphan\"; WITH RECURSIVE gone(tbl, id) AS (SELECT "
     "'profiles', id FROM profiles WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER "
     "(PARTITION BY user_id ORDER BY id) AS nth FROM profiles WHERE user_id IS NOT NULL) WHERE nth "
     "> 1) UNION SELECT 'pictures', member.id FROM gone JOIN pictures AS member ON "
     "member.profile_id = gone.id WHERE gone.tbl = 'profiles') DELETE FROM pictures WHERE id IN "
     "(SELECT id FROM gone WHERE tbl = 'pictures'); WITH RECURSIVE gone(id) AS (SELECT id FROM "
     "profiles WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY user_id "
     "ORDER BY id) AS nth FROM profiles WHERE user_id IS NOT NULL) WHERE nth > 1)) DELETE FROM "
     "profiles WHERE id IN (SELECT id FROM gone); " SYNC "\n"
     "error|users.profile|missing index|\"users.profile:single\" is not there|" SYNC "\n"
     "error|profiles.pictures|missing trigger|\"profiles:delete\" is not there|" SYNC "\n",
     "", "SELECT (SELECT group_concat(id) FROM profiles), (SELECT group_concat(id) FROM pictures)",
     "1,1\n"},
    {"several members to be let go, and a trigger that is left over",
     "CREATE TABLE users(id INTEGER PRIMARY KEY); CREATE TABLE profiles(id INTEGER PRIMARY KEY, "
     "user_id INT REFERENCES users); INSERT INTO users VALUES (1), (2); INSERT INTO profiles "
     "VALUES (1, 1), (2, 2); INSERT INTO relationship(owner, name, target, uselist, on_delete) "
     "VALUES ('users', 'profile', 'profiles', 0, 'set null');INSERT INTO relationship(owner, name, "
     "target, \"cascade\") VALUES ('users', 'profiles', 'profiles', 'all, delete-orphan');",
     "DROP INDEX \"users.profile:single\"; DELETE FROM relationship_catalog WHERE name = "
     "'profiles'; PRAGMA recursive_triggers = OFF; UPDATE profiles SET user_id = 1",
     "", "",
     "error|users.profile|several members|1 row of profiles too many: an owner has one member at "
     "most; the first stays|DROP TRIGGER IF EXISTS \"main\".\"users.profiles:orphan\"; UPDATE "
     "profiles SET user_id = NULL WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER "
     "(PARTITION BY user_id ORDER BY id) AS nth FROM profiles WHERE user_id IS NOT NULL) WHERE nth "
     "> 1); " SYNC "\n"
     "error|users.profile|missing index|\"users.profile:single\" is not there|" SYNC "\n"
     "error|users.profile|edited trigger|\"users:delete\" is not as declared|" SYNC "\n"
     "error|NULL|left over view|\"users.profiles\" is of no declaration any more|" SYNC "\n"
     "error|NULL|left over trigger|\"users.profiles:append\", \"users.profiles:remove\", "
     "\"users.profiles:leave\" and 2 more are of no declaration any more|" SYNC "\n",
     "", "SELECT group_concat(id || ifnull(user_id, '-')) FROM profiles NOT INDEXED", "11,2-\n"},
    {"several members of two relationships",
     PEOPLE "CREATE TABLE mates(id INTEGER PRIMARY KEY, user_id INT REFERENCES users); INSERT INTO "
            "mates VALUES (1, 1), (2, 2); INSERT INTO relationship(owner, name, target, uselist) "
            "VALUES ('users', 'mate', 'mates', 0); CREATE TABLE pictures(id INTEGER PRIMARY KEY, "
            "profile_id INT NOT NULL DEFAULT 9 REFERENCES profiles); INSERT INTO pictures VALUES "
            "(1, 1), (2, 2); INSERT INTO relationship(owner, name, target, on_delete) VALUES "
            "('profiles', 'pictures', 'pictures', 'set default');",
     "DROP INDEX \"users.profile:single\"; DROP INDEX \"users.mate:single\"; UPDATE profiles SET "
     "user_id = 1; UPDATE mates SET user_id = 1",
     "", "",
     "error|users.profile|several members|1 row of profiles too many: an owner has one member at "
     "most; the first stays|DROP TRIGGER IF EXISTS \"main\".\"profiles:delete\"; WITH RECURSIVE "
     "gone(tbl, id) AS (SELECT 'profiles', id FROM profiles WHERE id IN (SELECT id FROM (SELECT "
     "id, row_number() OVER (PARTITION BY user_id ORDER BY id) AS nth FROM profiles WHERE user_id "
     "IS NOT NULL) WHERE nth > 1) UNION SELECT 'pictures', member.id FROM gone JOIN pictures AS "
     "member ON member.profile_id = gone.id WHERE gone.tbl = 'profiles') DELETE FROM pictures "
     "WHERE id IN (SELECT id FROM gone WHERE tbl = 'pictures'); WITH RECURSIVE gone(id) AS (SELECT "
     "id FROM profiles WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY "
     "user_id ORDER BY id) AS nth FROM profiles WHERE user_id IS NOT NULL) WHERE nth > 1)) DELETE "
     "FROM profiles WHERE id IN (SELECT id FROM gone);\n"
     "error|users.mate|several members|1 row of mates too many: an owner has one member at most; "
     "the first stays|UPDATE mates SET user_id = NULL WHERE id IN (SELECT id FROM (SELECT id, "
     "row_number() OVER (PARTITION BY user_id ORDER BY id) AS nth FROM mates WHERE user_id IS NOT "
     "NULL) WHERE nth > 1);\n"
     "error|NULL|missing index|\"users.profile:single\" and \"users.mate:single\" are not "
     "there|" SYNC "\n",
     "",
     "SELECT (SELECT group_concat(id) FROM profiles), (SELECT group_concat(id) FROM pictures), "
     "(SELECT group_concat(id || ifnull(user_id, '-')) FROM mates NOT INDEXED)",
     "1,1,11,2-\n"},
    {"several members beside a declaration that does not resolve",
     PEOPLE
     "CREATE TABLE pictures(id INTEGER PRIMARY KEY, profile_id INT NOT NULL DEFAULT 9 REFERENCES "
     "profiles); INSERT INTO pictures VALUES (1, 1), (2, 2); INSERT INTO relationship(owner, name, "
     "target, on_delete) VALUES ('profiles', 'pictures', 'pictures', 'set default'); CREATE TABLE "
     "a(id INTEGER PRIMARY KEY); CREATE TABLE b(id INTEGER PRIMARY KEY, a_id INT REFERENCES "
     "a);INSERT INTO relationship(owner, name, target) VALUES ('a', 'b', 'b');",
     "DROP INDEX \"users.profile:single\"; UPDATE profiles SET user_id = 1; DROP TABLE b", "", "",
     "error|users.profile|several members|1 row of profiles too many: an owner has one member at "
     "most; the first stays|DROP TRIGGER IF EXISTS \"main\".\"profiles:delete\"; DROP TRIGGER IF "
     "EXISTS \"main\".\"users.profile:orphan\"; WITH RECURSIVE gone(tbl, id) AS (SELECT "
     "'profiles', id FROM profiles WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER "
     "(PARTITION BY user_id ORDER BY id) AS nth FROM profiles WHERE user_id IS NOT NULL) WHERE nth "
     "> 1) UNION SELECT 'pictures', member.id FROM gone JOIN pictures AS member ON "
     "member.profile_id = gone.id WHERE gone.tbl = 'profiles') DELETE FROM pictures WHERE id IN "
     "(SELECT id FROM gone WHERE tbl = 'pictures'); WITH RECURSIVE gone(id) AS (SELECT id FROM "
     "profiles WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY user_id "
     "ORDER BY id) AS nth FROM profiles WHERE user_id IS NOT NULL) WHERE nth > 1)) DELETE FROM "
     "profiles WHERE id IN (SELECT id FROM gone);\n"
     "error|a.b|does not resolve|target: no table \"b\"; create it first|DELETE FROM relationship "
     "WHERE owner = 'a' AND name = 'b';\n"
     "error|users.profile|missing index|\"users.profile:single\" is not there|" SYNC "\n",
     "", "SELECT (SELECT group_concat(id) FROM profiles), (SELECT group_concat(id) FROM pictures)",
     "1,1\n"},
    {"several members beside a name that is taken", PEOPLE,
     "DROP INDEX \"users.profile:single\"; UPDATE profiles SET user_id = 1; DROP VIEW "
     "\"users.profile\"; CREATE TABLE \"users.profile\"(a)",
     "", "",
     "error|users.profile|several members|1 row of profiles too many: an owner has one member at "
     "most; the first stays|DELETE FROM profiles WHERE id IN (SELECT id FROM (SELECT id, "
     "row_number() OVER (PARTITION BY user_id ORDER BY id) AS nth FROM profiles WHERE user_id IS "
     "NOT NULL) WHERE nth > 1);\n"
     "error|users.profile|name taken|\"users.profile\" is the name of your table, so the view "
     "cannot be made|ALTER TABLE \"users.profile\" RENAME TO \"users.profile table\"; " SYNC "\n"
     "error|users.profile|missing index|\"users.profile:single\" is not there|" SYNC "\n",
     "", "SELECT group_concat(id) FROM profiles", "1\n"},
    {"links whose table is gone, and made again",
     "CREATE TABLE posts(id INTEGER PRIMARY KEY); CREATE TABLE tags(id INTEGER PRIMARY KEY); "
     "CREATE TABLE post_tags(post_id INT REFERENCES posts, tag_id INT, PRIMARY KEY(post_id, "
     "tag_id)); INSERT INTO posts VALUES (1), (2); INSERT INTO tags VALUES (1), (2); INSERT INTO "
     "post_tags VALUES (1, 1), (2, 2); INSERT INTO relationship(owner, name, target, foreign_keys) "
     "VALUES ('posts', 'links', 'post_tags', 'post_tags.post_id'); INSERT INTO relationship(owner, "
     "name, target, secondary, foreign_keys, single_parent) VALUES ('posts', 'tags', 'tags', "
     "'post_tags', 'post_id, tag_id', 1);",
     "DROP TABLE posts", "", "('all')",
     "error|post_tags.post_id|key names no table|its FOREIGN KEY refers to \"posts\", which is not "
     "there: with foreign_keys on, writes to post_tags fail|CREATE TABLE IF NOT EXISTS posts(id "
     "INT, PRIMARY KEY(id)); INSERT OR IGNORE INTO posts(id) SELECT DISTINCT post_id FROM "
     "post_tags WHERE post_id IS NOT NULL;\n"
     "error|NULL|left over index|\"posts.tags:target single\" is of no declaration any more|DROP "
     "INDEX IF EXISTS \"posts.tags:target single\";\n"
     "error|posts.links|does not resolve|owner: no table \"posts\"; create it first|DELETE FROM "
     "\"main\".relationship_catalog WHERE id = 1;\n"
     "error|posts.tags|does not resolve|owner: no table \"posts\"; create it first|DROP INDEX IF "
     "EXISTS \"posts.tags:target single\"; DELETE FROM \"main\".relationship_catalog WHERE id = "
     "2; " SYNC "\n",
     "", "SELECT (SELECT count(*) FROM relationship), (SELECT group_concat(id) FROM posts)",
     "0,1,2\n"},
    {"a one-to-one that cannot be enforced", UNHELD, RESTRICT, "", "",
     "error|NULL|left over index|\"users.a:single\" is of no declaration any more|DROP INDEX IF "
     "EXISTS \"users.a:single\";\n"
     "error|users.a|cannot be enforced|delete-orphan without delete cannot be held over "
     "\"a\".\"user_id\": its foreign key says ON DELETE RESTRICT, so members would have to be let "
     "go while the owner is still there, which makes them orphans; add delete to cascade, or "
     "declare the key without ON DELETE|DROP INDEX IF EXISTS \"users.a:single\"; DELETE FROM "
     "relationship WHERE owner = 'users' AND name = 'a';\n",
     "", "SELECT count(*) FROM relationship", "0\n"},
    {"two that cannot be enforced",
     UNHELD "INSERT INTO relationship(owner, name, target, \"cascade\", on_delete) VALUES "
            "('users', 'b', 'b', 'delete-orphan', 'set null');",
     RESTRICT, "", "",
     "error|NULL|left over index|\"users.a:single\" is of no declaration any more|DROP INDEX IF "
     "EXISTS \"users.a:single\";\n"
     "error|users.a|cannot be enforced|delete-orphan without delete cannot be held over "
     "\"a\".\"user_id\": its foreign key says ON DELETE RESTRICT, so members would have to be let "
     "go while the owner is still there, which makes them orphans; add delete to cascade, or "
     "declare the key without ON DELETE|DELETE FROM \"main\".relationship_catalog WHERE id = 1;\n"
     "error|users.b|cannot be enforced|delete-orphan without delete cannot be held over "
     "\"b\".\"user_id\": its foreign key says ON DELETE RESTRICT, so members would have to be let "
     "go while the owner is still there, which makes them orphans; add delete to cascade, or "
     "declare the key without ON DELETE|DROP INDEX IF EXISTS \"users.a:single\"; DELETE FROM "
     "\"main\".relationship_catalog WHERE id = 2; " SYNC "\n",
     "note|NULL|left over index|\"users.b:index\" is of no declaration any more|DROP INDEX IF "
     "EXISTS \"users.b:index\";\n",
     "SELECT count(*) FROM relationship", "0\n"},
    {"what cannot be enforced beside what is edited",
     UNHELD "CREATE TABLE c(id INTEGER PRIMARY KEY, b_id INT REFERENCES b); INSERT INTO "
            "relationship(owner, name, target) VALUES ('b', 'c', 'c');",
     "DROP VIEW \"b.c\"; CREATE VIEW \"b.c\" AS SELECT 1 AS id; " RESTRICT, "", "",
     "error|NULL|left over index|\"users.a:single\" is of no declaration any more|DROP INDEX IF "
     "EXISTS \"users.a:single\";\n"
     "error|users.a|cannot be enforced|delete-orphan without delete cannot be held over "
     "\"a\".\"user_id\": its foreign key says ON DELETE RESTRICT, so members would have to be let "
     "go while the owner is still there, which makes them orphans; add delete to cascade, or "
     "declare the key without ON DELETE|DROP VIEW IF EXISTS \"b.c\"; DROP INDEX IF EXISTS "
     "\"users.a:single\"; DELETE FROM relationship WHERE owner = 'users' AND name = 'a';\n"
     "error|b.c|edited view|\"b.c\" is not as declared|DROP VIEW IF EXISTS \"b.c\"; DROP INDEX IF "
     "EXISTS \"users.a:single\"; " SYNC "\n",
     "", "SELECT group_concat(name) FROM relationship", "c\n"},
    {"names that are taken, and an edited view",
     PEOPLE
     "CREATE TABLE mates(id INTEGER PRIMARY KEY, user_id INT REFERENCES users); INSERT INTO "
     "relationship(owner, name, target) VALUES ('users', 'mates', 'mates'), ('mates', 'user', "
     "'users'); UPDATE relationship SET back_populates = 'user' WHERE name = 'mates';",
     "DROP VIEW \"users.profile\"; CREATE TABLE \"users.profile\"(a); CREATE TABLE \"users.profile "
     "table\"(a); DROP VIEW \"users.mates\"; CREATE INDEX \"users.mates\" ON mates(id); DROP VIEW "
     "\"mates.user\"; CREATE VIEW \"mates.user\" AS SELECT 1 AS id",
     "", "",
     "error|users.profile|name taken|\"users.profile\" is the name of your table, so the view "
     "cannot be made|DROP VIEW IF EXISTS \"mates.user\"; DROP TRIGGER IF EXISTS "
     "\"users.profile:orphan\"; DROP TRIGGER IF EXISTS \"users:delete\"; ALTER TABLE "
     "\"users.profile\" RENAME TO \"users.profile table_2\";\n"
     "error|users.mates|name taken|\"users.mates\" is the name of your index, so the view cannot "
     "be made|DROP INDEX \"users.mates\"; DROP VIEW IF EXISTS \"mates.user\"; " SYNC "\n"
     "error|mates.user|edited view|\"mates.user\" is not as declared|DROP VIEW IF EXISTS "
     "\"mates.user\"; " SYNC "\n",
     "", "SELECT count(*) FROM \"users.profile table_2\"", "0\n"},
    {"rows that are let go, of which the last takes along what it refers to",
     "CREATE TABLE a(id INTEGER PRIMARY KEY, b_id INT NOT NULL REFERENCES b); CREATE TABLE b(id "
     "INTEGER PRIMARY KEY, a_id INT NOT NULL REFERENCES a); CREATE TABLE c(id INTEGER PRIMARY KEY, "
     "a_id INT REFERENCES a); CREATE TABLE d(id INTEGER PRIMARY KEY, a_id INT REFERENCES a); "
     "CREATE INDEX i ON a(b_id); CREATE INDEX j ON b(a_id); CREATE INDEX k ON d(a_id); INSERT INTO "
     "relationship(owner, name, target, \"cascade\") VALUES ('c', 'a', 'a', 'delete, "
     "delete-orphan'); INSERT INTO a VALUES (1, 2), (2, 1); INSERT INTO b VALUES (1, 1); INSERT "
     "INTO c VALUES (1, 1); INSERT INTO d VALUES (1, 1), (2, 2);",
     "", "", "('all')",
     "error|b.a_by_b|dangling reference|1 row of a refers by b_id to no row of b: id = 1|DROP "
     "TRIGGER IF EXISTS \"main\".\"c.a:orphan\"; WITH RECURSIVE gone(tbl, id) AS (SELECT 'a', id "
     "FROM a WHERE b_id NOT IN (SELECT id FROM b) UNION SELECT 'b', id FROM b WHERE a_id NOT IN "
     "(SELECT id FROM a) UNION SELECT 'b', member.id FROM gone JOIN b AS member ON member.a_id = "
     "gone.id WHERE gone.tbl = 'a' UNION SELECT 'a', member.id FROM gone JOIN a AS member ON "
     "member.b_id = gone.id WHERE gone.tbl = 'b') UPDATE c SET a_id = NULL WHERE a_id IN (SELECT "
     "id FROM a WHERE id IN (SELECT id FROM gone WHERE tbl = 'a')); WITH RECURSIVE gone(tbl, id) "
     "AS (SELECT 'a', id FROM a WHERE b_id NOT IN (SELECT id FROM b) UNION SELECT 'b', id FROM b "
     "WHERE a_id NOT IN (SELECT id FROM a) UNION SELECT 'b', member.id FROM gone JOIN b AS member "
     "ON member.a_id = gone.id WHERE gone.tbl = 'a' UNION SELECT 'a', member.id FROM gone JOIN a "
     "AS member ON member.b_id = gone.id WHERE gone.tbl = 'b') UPDATE d SET a_id = NULL WHERE a_id "
     "IN (SELECT id FROM a WHERE id IN (SELECT id FROM gone WHERE tbl = 'a')); WITH RECURSIVE "
     "gone(tbl, id) AS (SELECT 'a', id FROM a WHERE b_id NOT IN (SELECT id FROM b) UNION SELECT "
     "'b', id FROM b WHERE a_id NOT IN (SELECT id FROM a) UNION SELECT 'b', member.id FROM gone "
     "JOIN b AS member ON member.a_id = gone.id WHERE gone.tbl = 'a' UNION SELECT 'a', member.id "
     "FROM gone JOIN a AS member ON member.b_id = gone.id WHERE gone.tbl = 'b') DELETE FROM b "
     "WHERE id IN (SELECT id FROM gone WHERE tbl = 'b'); WITH RECURSIVE gone(tbl, id) AS (SELECT "
     "'a', id FROM a WHERE b_id NOT IN (SELECT id FROM b) UNION SELECT 'b', id FROM b WHERE a_id "
     "NOT IN (SELECT id FROM a) UNION SELECT 'b', member.id FROM gone JOIN b AS member ON "
     "member.a_id = gone.id WHERE gone.tbl = 'a' UNION SELECT 'a', member.id FROM gone JOIN a AS "
     "member ON member.b_id = gone.id WHERE gone.tbl = 'b') DELETE FROM a WHERE id IN (SELECT id "
     "FROM gone WHERE tbl = 'a'); " SYNC "\n",
     "",
     "SELECT (SELECT count(*) FROM a), (SELECT group_concat(id || ifnull(a_id, '-')) FROM c NOT "
     "INDEXED), (SELECT group_concat(id || ifnull(a_id, '-')) FROM d NOT INDEXED)",
     "0,1-,1-,2-\n"},
    {"inverses that disagree, one in the way of the other",
     "CREATE TABLE users(id INTEGER PRIMARY KEY); CREATE TABLE posts(id INTEGER PRIMARY KEY, "
     "author INT REFERENCES users, editor INT REFERENCES users); INSERT INTO relationship(owner, "
     "name, target, foreign_keys) VALUES ('users', 'written', 'posts', 'posts.author'), ('posts', "
     "'editor', 'users', 'editor'), ('posts', 'reader', 'users', 'editor');",
     "UPDATE relationship_catalog SET back_populates = 'editor' WHERE name = 'written'; UPDATE "
     "relationship_catalog SET back_populates = 'written' WHERE name = 'reader'",
     "", "",
     "error|users.written|inverse disagrees|back_populates names posts.editor, which does not join "
     "the same columns the other way|UPDATE \"main\".relationship_catalog SET back_populates = "
     "NULL WHERE id = 1; " SYNC "\n"
     "error|posts.reader|inverse disagrees|back_populates names users.written, which does not join "
     "the same columns the other way|UPDATE \"main\".relationship_catalog SET back_populates = "
     "NULL WHERE id = 3; " SYNC "\n"
     "warning|posts.reader|overlaps|posts.editor writes editor of posts, too: let one be viewonly, "
     "or see that their rules agree|NULL\n",
     "warning|posts.reader|overlaps|posts.editor writes editor of posts, too: let one be viewonly, "
     "or see that their rules agree|NULL\n",
     "SELECT group_concat(name || ifnull(back_populates, '-')) FROM relationship",
     "written-,editor-,reader-\n"},
    {"several members to be let go, one of which dangles by another key",
     "CREATE TABLE users(id INTEGER PRIMARY KEY); CREATE TABLE profiles(id INTEGER PRIMARY KEY, "
     "user_id INT REFERENCES users, origin INT NOT NULL REFERENCES profiles); INSERT INTO users "
     "VALUES (1), (2); INSERT INTO profiles VALUES (1, 1, 1), (2, 2, 1); INSERT INTO "
     "relationship(owner, name, target, uselist, foreign_keys) VALUES ('users', 'profile', "
     "'profiles', 0, 'user_id'); CREATE INDEX i ON profiles(origin);",
     "DROP INDEX \"users.profile:single\"; UPDATE profiles SET user_id = 1, origin = id + 7",
     "PRAGMA foreign_keys = ON", "('all')",
     "error|users.profile|several members|1 row of profiles too many: an owner has one member at "
     "most; the first stays|PRAGMA foreign_keys = OFF; UPDATE profiles SET user_id = NULL WHERE id "
     "IN (SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY user_id ORDER BY id) AS nth "
     "FROM profiles WHERE user_id IS NOT NULL) WHERE nth > 1); PRAGMA foreign_keys = ON;\n"
     "error|users.profile|missing index|\"users.profile:single\" is not there|" SYNC "\n"
     "error|profiles.profiles|dangling reference|2 rows of profiles refer by origin to no row of "
     "profiles; the first: id = 1|WITH RECURSIVE gone(id) AS (SELECT id FROM profiles WHERE origin "
     "NOT IN (SELECT id FROM profiles) UNION SELECT member.id FROM gone JOIN profiles AS member ON "
     "member.origin = gone.id) DELETE FROM profiles WHERE id IN (SELECT id FROM gone);\n",
     "", "SELECT count(*) FROM profiles", "0\n"},
    {"rows that a rule lets go while they dangle by another key",
     "CREATE TABLE a(id INTEGER PRIMARY KEY, u INT REFERENCES u); CREATE TABLE u(id INTEGER "
     "PRIMARY KEY); CREATE TABLE b(id INTEGER PRIMARY KEY, a INT REFERENCES a, b INT REFERENCES "
     "b); INSERT INTO u VALUES (1); INSERT INTO a VALUES (1, 1), (2, 1); INSERT INTO b VALUES (1, "
     "1, 1), (2, 1, 1), (3, 2, 1); INSERT INTO relationship(owner, name, target, \"cascade\") "
     "VALUES ('u', 'as', 'a', 'all, delete-orphan'), ('a', 'bs', 'b', 'delete-orphan'), ('b', "
     "'bs', 'b', 'all, delete-orphan');",
     "UPDATE a SET u = 5 WHERE id = 1; UPDATE b SET b = 9 WHERE id = 2", "PRAGMA foreign_keys = ON",
     "",
     "error|u.as|dangling reference|1 row of a refers by u to no row of u: id = 1|WITH RECURSIVE "
     "gone(tbl, id) AS (SELECT 'a', id FROM a WHERE u IS NOT NULL AND u NOT IN (SELECT id FROM u) "
     "UNION SELECT 'b', member.id FROM gone JOIN b AS member ON member.a = gone.id WHERE gone.tbl "
     "= 'a' UNION SELECT 'b', member.id FROM gone JOIN b AS member ON member.b = gone.id WHERE "
     "gone.tbl = 'b') DELETE FROM b WHERE id IN (SELECT id FROM gone WHERE tbl = 'b'); WITH "
     "RECURSIVE gone(id) AS (SELECT id FROM a WHERE u IS NOT NULL AND u NOT IN (SELECT id FROM u)) "
     "DELETE FROM a WHERE id IN (SELECT id FROM gone);\n"
     "error|b.bs|dangling reference|1 row of b refers by b to no row of b: id = 2|DELETE FROM b "
     "WHERE b IS NOT NULL AND b NOT IN (SELECT id FROM b);\n",
     "", "SELECT (SELECT group_concat(id) FROM a), (SELECT group_concat(id) FROM b)", "2,NULL\n"},
    {"several members, and a trigger of the user's own that is called like ours", PEOPLE,
     "CREATE TABLE log(id); CREATE TRIGGER \"profiles:mine\" AFTER DELETE ON profiles BEGIN INSERT "
     "INTO log VALUES (old.id); END; DROP INDEX \"users.profile:single\"; DROP TRIGGER "
     "\"users:delete\"; UPDATE profiles SET user_id = 1",
     "", "",
     "error|users.profile|several members|1 row of profiles too many: an owner has one member at "
     "most; the first stays|DROP TRIGGER IF EXISTS \"main\".\"users.profile:orphan\"; WITH "
     "RECURSIVE gone(id) AS (SELECT id FROM profiles WHERE id IN (SELECT id FROM (SELECT id, "
     "row_number() OVER (PARTITION BY user_id ORDER BY id) AS nth FROM profiles WHERE user_id IS "
     "NOT NULL) WHERE nth > 1)) DELETE FROM profiles WHERE id IN (SELECT id FROM gone); " SYNC "\n"
     "error|users.profile|missing index|\"users.profile:single\" is not there|" SYNC "\n"
     "error|users.profile|missing trigger|\"users:delete\" is not there|" SYNC "\n",
     "",
     "SELECT (SELECT group_concat(id) FROM log), (SELECT count(*) FROM sqlite_schema WHERE name = "
     "'profiles:mine')",
     "2,1\n"},
    {"a name that is taken, and triggers that do not work",
     "CREATE TABLE users(id INTEGER PRIMARY KEY); CREATE TABLE posts(id INTEGER PRIMARY KEY, "
     "user_id INT REFERENCES users); CREATE TABLE marks(id INTEGER PRIMARY KEY, post_id INT "
     "REFERENCES posts); INSERT INTO relationship(owner, name, target, \"cascade\") VALUES "
     "('users', 'posts', 'posts', 'all'), ('posts', 'marks', 'marks', 'all');",
     "DROP VIEW \"users.posts\"; CREATE TABLE \"users.posts\"(a); DROP TABLE marks", "", "",
     "error|users.posts|name taken|\"users.posts\" is the name of your table, so the view cannot "
     "be made|DROP VIEW IF EXISTS \"posts.marks\"; DROP TRIGGER IF EXISTS \"posts.marks:append\"; "
     "DROP TRIGGER IF EXISTS \"posts.marks:leave\"; DROP TRIGGER IF EXISTS \"posts.marks:move\"; "
     "DROP TRIGGER IF EXISTS \"posts.marks:remove\"; DROP TRIGGER IF EXISTS \"posts:delete\"; DROP "
     "TRIGGER IF EXISTS \"users:delete\"; ALTER TABLE \"users.posts\" RENAME TO \"users.posts "
     "table\";\n"
     "error|posts.marks|does not resolve|target: no table \"marks\"; create it first|DELETE FROM "
     "relationship WHERE owner = 'posts' AND name = 'marks';\n"
     "warning|NULL|renamed|\"posts:names\" is as before a column was renamed|" SYNC "\n",
     "", "SELECT group_concat(name) FROM relationship", "posts\n"},
    {"a one-to-one among those that count, whose table was renamed",
     "CREATE TABLE users(id INTEGER PRIMARY KEY); CREATE TABLE profiles(id INTEGER PRIMARY KEY, "
     "user_id INT, main INT DEFAULT 1); INSERT INTO relationship(owner, name, target, uselist, "
     "primaryjoin) VALUES ('users', 'profile', 'profiles', 0, 'users.id = profiles.user_id AND "
     "profiles.main');",
     "ALTER TABLE users RENAME TO people", "", "",
     "error|NULL|left over index|\"users.profile:single\" is of no declaration any more|DROP INDEX "
     "IF EXISTS \"users.profile:single\";\n"
     "error|people.profile|missing index|\"people.profile:single\" is not there|DROP INDEX IF "
     "EXISTS \"users.profile:single\"; " SYNC "\n"
     "warning|people.profile|renamed|a table or column that it names was renamed; triggers and "
     "views follow, their names do so with sync|" SYNC "\n",
     "", "SELECT name FROM sqlite_schema WHERE name LIKE '%:single'", "people.profile:single\n"},
};

START_TEST(theProblemIsSaidAndItsFixRepairsIt) {
  playCase(&CASES[_i]);
}
END_TEST

Suite *relTestInspectCheckRepairs(void) {
  Suite *suite = suite_create("inspect_check_repairs");
  TCase *tests = tcase_create("inspect_check_repairs");
  tcase_add_loop_test(tests, theProblemIsSaidAndItsFixRepairsIt, 0, sizeof CASES / sizeof *CASES);
  suite_add_tcase(suite, tests);
  return suite;
}
