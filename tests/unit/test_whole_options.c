/*
** The columns of `relationship` that change nothing by themselves, and the places a relationship can
** be declared in, as SQL sees them.
*/
#include "unit/suites.h"

#include "relationship.h"

#include <string.h>

static void run(sqlite3 *db, const char *sql) {
  char *message = NULL;
  int rc = sqlite3_exec(db, sql, NULL, NULL, &message);
  ck_assert_msg(rc == SQLITE_OK, "%s\n  in: %s", message ? message : "", sql);
}

static void refuses(sqlite3 *db, const char *sql, const char *expected) {
  char *message = NULL;
  ck_assert_msg(sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK, "not refused: %s", sql);
  ck_assert_str_eq(message, expected);
  sqlite3_free(message);
}

/* Columns by "|", rows by newline. */
static void gives(sqlite3 *db, const char *sql, const char *expected) {
  sqlite3_str *text = sqlite3_str_new(NULL);
  sqlite3_stmt *statement;
  char *got;
  ck_assert_msg(sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK, "%s\n  in: %s",
                sqlite3_errmsg(db), sql);
  while (sqlite3_step(statement) == SQLITE_ROW) {
    int i;
    for (i = 0; i < sqlite3_column_count(statement); i++) {
      const char *value = (const char *)sqlite3_column_text(statement, i);
      sqlite3_str_appendf(text, "%s%s", i ? "|" : "", value ? value : "NULL");
    }
    sqlite3_str_appendall(text, "\n");
  }
  ck_assert_msg(sqlite3_finalize(statement) == SQLITE_OK, "%s\n  in: %s", sqlite3_errmsg(db), sql);
  sqlite3_str_appendchar(text, 1, 0);
  got = sqlite3_str_finish(text);
  ck_assert_msg(strcmp(got, expected) == 0, "in: %s\ngot:\n%s\nexpected:\n%s", sql, got, expected);
  sqlite3_free(got);
}

static sqlite3 *openBlog(void) {
  sqlite3 *db;
  ck_assert_int_eq(sqlite3_open(":memory:", &db), SQLITE_OK);
  ck_assert_int_eq(sqlite3_relationship_init(db, NULL, NULL), SQLITE_OK);
  run(db, "CREATE TABLE users(id INTEGER PRIMARY KEY, name, email TEXT UNIQUE);"
          "CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INT REFERENCES users, title);"
          "INSERT INTO users VALUES(1, 'ann', 'a@'), (2, 'bob', 'b@');"
          "INSERT INTO posts VALUES(1, 1, 'x'), (2, 1, 'y'), (3, 2, 'z');");
  return db;
}

static void closeDb(sqlite3 *db) {
  ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
}

/* --- words --- */

static const char *const LAZY[] = {"select", "selectin",     "joined", "subquery", "immediate",
                                   "raise",  "raise_on_sql", "noload", "dynamic",  "write_only"};

START_TEST(everyLazyWordIsKept) {
  sqlite3 *db = openBlog();
  char *sql = sqlite3_mprintf("INSERT INTO relationship(owner, name, target, lazy) "
                              "VALUES('users', 'posts', 'posts', upper(%Q))",
                              LAZY[_i]);
  char *expected = sqlite3_mprintf("%s\n", LAZY[_i]);
  run(db, sql);
  run(db, "UPDATE relationship SET order_by = 'title'");
  gives(db, "SELECT lazy FROM relationship", expected);
  sqlite3_free(expected);
  sqlite3_free(sql);
  closeDb(db);
}
END_TEST

START_TEST(optionsAreKeptInOneForm) {
  static const char ALL[] =
      "SELECT \"cascade\", on_delete, passive_deletes, passive_updates, lazy, innerjoin, order_by, "
      "viewonly, single_parent, join_depth, post_update, info, unique_key FROM relationship";
  static const char *const OTHERS[] = {"name = 'texts'",           "uselist = 1",
                                       "foreign_keys = 'user_id'", "back_populates = 'user'",
                                       "primaryjoin = NULL",       "secondary = NULL"};
  sqlite3 *db = openBlog();
  size_t i;
  run(db, "CREATE UNIQUE INDEX by_title ON posts(user_id, title)");
  run(db, "INSERT INTO relationship(owner, name, target, \"cascade\", on_delete, passive_deletes, "
          "passive_updates, lazy, innerjoin, order_by, viewonly, single_parent, join_depth, "
          "post_update, info, unique_key) VALUES('USERS', 'posts', 'Posts', "
          "'Delete-Orphan ,EXPUNGE, refresh-expire,merge,save-update,delete', 'Cascade', 'FALSE', "
          "'false', 'Joined', 'Unnested', 'id DESC', 0, 'True', 3, 1, ' {\"a\": [1]}', 'title')");
  for (i = 0; i <= sizeof OTHERS / sizeof *OTHERS; i++) {
    gives(db, ALL,
          "all, delete-orphan|cascade|0|0|joined|unnested|id DESC|0|1|3|1| {\"a\": [1]}|title\n");
    if (i < sizeof OTHERS / sizeof *OTHERS) {
      char *sql = sqlite3_mprintf("UPDATE relationship SET %s", OTHERS[i]);
      run(db, sql);
      sqlite3_free(sql);
    }
  }
  gives(db, "SELECT owner, name, target FROM relationship", "users|texts|posts\n");
  closeDb(db);
}
END_TEST

START_TEST(wrongOptionsAreRefused) {
  static const char *const CASES[][2] = {
      {"info", "'{bad'"},
      {"info", "'[1,'"},
      {"unique_key", "'title'"},
      {"unique_key", "'titel'"},
      {"join_depth", "-1"},
      {"join_depth", "'deep'"},
      {"post_update", "2"},
      {"innerjoin", "'outer'"},
      {"lazy", "'selectinn'"},
      {"viewonly = 1, passive_updates", "0"},
      {"viewonly = 1, single_parent", "1"},
  };
  static const char *const REASONS[] = {
      "info begins like JSON and is not; write valid JSON, or other text",
      "info begins like JSON and is not; write valid JSON, or other text",
      "unique_key: nothing keeps two rows of \"posts\" from having the same \"title\"; create one, "
      "as in CREATE UNIQUE INDEX \"posts by title\" ON \"posts\"(\"title\")",
      "unique_key: no column \"titel\" in \"posts\"; did you mean \"title\"?",
      "join_depth is a number of levels, not \"-1\"",
      "join_depth is a number of levels, not \"deep\"",
      "post_update is 0 or 1, not \"2\"",
      "innerjoin: unknown word \"outer\"; there are: 0, 1, false, true, nested, unnested",
      "lazy: unknown word \"selectinn\"; did you mean \"selectin\"? (there are: select, selectin, "
      "joined, subquery, immediate, raise, raise_on_sql, noload, dynamic, write_only)",
      "a viewonly relationship writes nothing; leave passive_updates out",
      "a viewonly relationship writes nothing; leave single_parent out",
  };
  sqlite3 *db = openBlog();
  char *sql = sqlite3_mprintf("UPDATE relationship SET %s = %s", CASES[_i][0], CASES[_i][1]);
  char *expected = sqlite3_mprintf("relationship: users.posts: %s", REASONS[_i]);
  run(db, "INSERT INTO relationship(owner, name, target, info, unique_key) "
          "VALUES('users', 'posts', 'posts', 'a plain note', 'id')");
  refuses(db, sql, expected);
  gives(db, "SELECT info, unique_key FROM relationship", "a plain note|id\n");
  sqlite3_free(expected);
  sqlite3_free(sql);
  closeDb(db);
}
END_TEST

/* --- joins --- */

START_TEST(namesInJoinsAreOfOneTable) {
  sqlite3 *db = openBlog();
  refuses(db,
          "INSERT INTO relationship(owner, name, target, primaryjoin) VALUES('users', 'texts', "
          "'posts', 'id = user_id')",
          "relationship: users.texts: primaryjoin: \"id\" is a column of both \"users\" and "
          "\"posts\"; write table.column");
  run(db, "INSERT INTO relationship(owner, name, target, primaryjoin) VALUES('users', 'texts', "
          "'posts', 'users.id = user_id AND title <> ''y''')");
  gives(db, "SELECT owner_id, id FROM \"users.texts\"", "1|1\n2|3\n");
  closeDb(db);
}
END_TEST

START_TEST(joinsCanNameTheRowid) {
  sqlite3 *db = openBlog();
  run(db, "CREATE TABLE log(what); CREATE TABLE entries(id INTEGER PRIMARY KEY, log INT);"
          "INSERT INTO log VALUES('a'), ('b'); INSERT INTO entries VALUES(7, 2);"
          "INSERT INTO relationship(owner, name, target, primaryjoin, foreign_keys, \"cascade\") "
          "VALUES('log', 'entries', 'entries', 'log.rowid = entries.log', 'entries.log', 'all')");
  gives(db, "SELECT * FROM \"log.entries\"", "2|7|2\n");
  run(db, "DELETE FROM log WHERE what = 'b'");
  gives(db, "SELECT count(*) FROM entries", "0\n");
  refuses(db,
          "INSERT INTO relationship(owner, name, target, primaryjoin, foreign_keys) VALUES('log', "
          "'users', 'users', 'log._rowid_ = users.id', 'log.what')",
          "relationship: log.users: primaryjoin does not tell which side is the foreign key; name "
          "its column(s) in foreign_keys, as table.column");
  closeDb(db);
}
END_TEST

/* Which columns of a secondary are the owner's is what its declared keys say. */
START_TEST(secondaryColumnsFollowTheDeclaredKeys) {
  sqlite3 *db = openBlog();
  run(db, "CREATE TABLE c(p, q, code UNIQUE, PRIMARY KEY(p, q));"
          "CREATE TABLE cb(c REFERENCES c(code), who INT, PRIMARY KEY(c, who));"
          "INSERT INTO c VALUES(1, 1, 'k'); INSERT INTO cb VALUES('k', 2);"
          "INSERT INTO relationship(owner, name, target, secondary, foreign_keys) VALUES"
          "('c', 'users', 'users', 'cb', 'c, who'), ('users', 'cs', 'c', 'cb', 'who, c')");
  gives(db, "SELECT owner_p, owner_q, name FROM \"c.users\"", "1|1|bob\n");
  gives(db, "SELECT owner_id, code FROM \"users.cs\"", "2|k\n");
  closeDb(db);
}
END_TEST

/* --- places --- */

START_TEST(relationshipsOnViewsOnlyRead) {
  sqlite3 *db = openBlog();
  run(db, "CREATE VIEW authors AS SELECT id, name FROM users;"
          "CREATE VIEW texts AS SELECT id, user_id AS by_id, title FROM posts;");
  refuses(db, "INSERT INTO relationship(owner, name, target) VALUES('authors', 'texts', 'texts')",
          "relationship: authors.texts: \"authors\" is a view, so nothing says what joins it to "
          "\"texts\"; say primaryjoin, as in \"authors.column = texts.column\", and in "
          "foreign_keys which of the two refers to the other");
  run(db, "INSERT INTO relationship(owner, name, target, primaryjoin, foreign_keys) VALUES"
          "('authors', 'texts', 'texts', 'authors.id = texts.by_id', 'texts.by_id'),"
          "('texts', 'author', 'authors', 'authors.id = texts.by_id', 'texts.by_id'),"
          "('users', 'texts', 'texts', 'users.id = texts.by_id', 'texts.by_id')");
  gives(db, "SELECT owner, direction, viewonly, uselist FROM relationship",
        "authors|ONETOMANY|1|1\ntexts|MANYTOONE|1|0\nusers|ONETOMANY|1|1\n");
  gives(db, "SELECT owner_id, title FROM \"authors.texts\"", "1|x\n1|y\n2|z\n");
  gives(db, "SELECT doc FROM selectin('authors', 'name, texts(title, author(name))') LIMIT 1",
        "{\"name\":\"ann\",\"texts\":[{\"title\":\"x\",\"author\":{\"name\":\"ann\"}},"
        "{\"title\":\"y\",\"author\":{\"name\":\"ann\"}}]}\n");
  gives(db, "SELECT doc FROM selectin('users', 'name, texts(title) WHERE id = 2')",
        "{\"name\":\"bob\",\"texts\":[{\"title\":\"z\"}]}\n");
  refuses(db, "DELETE FROM \"users.texts\"",
          "users.texts: is viewonly; write the tables that \"texts\" shows instead");
  run(db, "DELETE FROM users WHERE id = 1");
  gives(db, "SELECT count(*) FROM posts", "3\n");
  closeDb(db);
}
END_TEST

START_TEST(aFileWithItsOwnRelationshipTableIsServed) {
  sqlite3 *db = openBlog();
  run(db,
      "CREATE TABLE relationship(who); INSERT INTO relationship VALUES('me');"
      "CREATE VIRTUAL TABLE temp.r USING relationship;"
      "INSERT INTO r(owner, name, target, \"cascade\") VALUES('users', 'posts', 'posts', 'all');"
      "INSERT INTO temp.r(relationship) VALUES('automap');"
      "DELETE FROM users WHERE id = 1;");
  gives(db, "SELECT owner, name, \"cascade\" FROM r",
        "users|posts|all\nposts|user|save-update, merge\n");
  gives(db, "SELECT id FROM posts", "3\n");
  run(db, "UPDATE r SET \"cascade\" = NULL; INSERT INTO r(relationship) VALUES('sync');"
          "DELETE FROM users;");
  gives(db, "SELECT * FROM posts", "3|NULL|z\n");
  gives(db, "SELECT who FROM relationship", "me\n");
  run(db, "INSERT INTO r(relationship) VALUES('drop'); DROP TABLE r;");
  gives(db, "SELECT count(*) FROM sqlite_schema WHERE type IN ('trigger', 'view')", "0\n");
  run(db, "DROP TABLE relationship");
  gives(db, "SELECT count(*) FROM relationship", "0\n");
  closeDb(db);
}
END_TEST

START_TEST(attachedDatabasesAreServed) {
  sqlite3 *db = openBlog();
  run(db, "ATTACH ':memory:' AS aux;"
          "CREATE TABLE aux.users(id INTEGER PRIMARY KEY, name);"
          "CREATE TABLE aux.n(tenant INT, id INT, pid INT, user_id INT UNIQUE, "
          "  PRIMARY KEY(tenant, id));"
          "INSERT INTO aux.users VALUES(1, 'cid'), (2, 'dan');"
          "INSERT INTO aux.n VALUES(1, 1, NULL, 1), (1, 2, 1, 2), (1, 3, 2, NULL);"
          "INSERT INTO relationship(\"schema\", owner, name, target, foreign_keys, \"cascade\", "
          "  passive_updates, uselist) VALUES"
          "  ('aux', 'n', 'kids', 'n', 'tenant, pid', 'all, delete-orphan', 0, 1),"
          "  ('aux', 'users', 'n', 'n', 'user_id', NULL, 0, 0);"
          "UPDATE aux.n SET tenant = 2 WHERE id = 1; UPDATE aux.users SET id = id + 6;");
  gives(db, "SELECT * FROM aux.n", "2|1|NULL|7\n2|2|1|8\n2|3|2|NULL\n");
  run(db, "INSERT INTO aux.\"users.n\"(owner_id, tenant, id) VALUES(8, 2, 3);"
          "UPDATE aux.\"n.kids\" SET owner_tenant = NULL WHERE id = 3;");
  gives(db, "SELECT * FROM aux.n", "2|1|NULL|7\n2|2|1|NULL\n");
  gives(db, "SELECT owner, name, \"schema\" FROM relationship", "n|kids|aux\nusers|n|aux\n");
  gives(db, "SELECT doc FROM selectin('aux.users', 'name, n(id)')",
        "{\"name\":\"cid\",\"n\":{\"id\":1}}\n{\"name\":\"dan\",\"n\":null}\n");
  gives(db, "SELECT count(*) FROM main.sqlite_schema WHERE name LIKE '%.%'", "0\n");
  run(db, "DELETE FROM relationship");
  gives(db, "SELECT count(*) FROM aux.sqlite_schema WHERE type IN ('trigger', 'view')", "0\n");
  closeDb(db);
}
END_TEST

/* --- undeclaring what has a UNIQUE index --- */

START_TEST(aUniqueIndexNeverOutlivesItsRule) {
  sqlite3 *db = openBlog();
  static const char REFUSAL[] =
      "relationship: the UNIQUE index \"users.post:single\" would go on allowing one only, and "
      "SQLite drops no index while a statement runs: first run DROP INDEX "
      "\"main\".\"users.post:single\"; then repeat this";
  run(db,
      "DELETE FROM posts WHERE id = 2;"
      "INSERT INTO relationship(owner, name, target, uselist) VALUES('users', 'post', 'posts', 0)");
  refuses(db, "DELETE FROM relationship", REFUSAL);
  refuses(db, "UPDATE relationship SET uselist = 1", REFUSAL);
  refuses(db, "INSERT INTO relationship(relationship) VALUES('drop')", REFUSAL);
  gives(db, "SELECT uselist FROM relationship", "0\n");
  run(db, "INSERT OR REPLACE INTO relationship(owner, name, target, uselist, \"cascade\") "
          "VALUES('users', 'post', 'posts', 0, 'all');"
          "INSERT INTO relationship(relationship) VALUES('sync');");
  run(db, "ALTER TABLE posts RENAME COLUMN user_id TO by; ALTER TABLE posts RENAME TO texts;");
  run(db, "BEGIN; DROP INDEX \"users.post:single\"; DELETE FROM relationship; COMMIT;"
          "INSERT INTO texts VALUES(4, 1, 'w')");
  gives(db, "SELECT count(*) FROM texts", "3\n");
  closeDb(db);
}
END_TEST

/* --- rules of 2.3 on kinds of keys --- */

/* A tree of links: members go with their last one, at any depth. */
START_TEST(selfReferentialLinksMakeOrphans) {
  sqlite3 *db = openBlog();
  run(db, _i & 1 ? "PRAGMA recursive_triggers = 1" : "PRAGMA recursive_triggers = 0");
  run(db, _i & 2 ? "PRAGMA foreign_keys = 1" : "PRAGMA foreign_keys = 0");
  run(db, "CREATE TABLE n(id INTEGER PRIMARY KEY);"
          "CREATE TABLE nn(a INT REFERENCES n, b INT REFERENCES n, PRIMARY KEY(a, b));"
          "INSERT INTO n VALUES(1), (2), (3), (4), (5);"
          "INSERT INTO nn VALUES(1, 2), (1, 3), (2, 3), (3, 4), (5, 4);"
          "INSERT INTO relationship(owner, name, target, secondary, foreign_keys, \"cascade\") "
          "VALUES('n', 'parts', 'n', 'nn', 'a, b', 'all, delete-orphan')");
  run(db, "DELETE FROM \"n.parts\" WHERE owner_id = 1 AND id = 3");
  gives(db, "SELECT group_concat(id) FROM n", "1,2,3,4,5\n");
  run(db, "DELETE FROM nn WHERE a = 1 AND b = 2");
  gives(db, "SELECT group_concat(id) FROM n", "1,4,5\n");
  gives(db, "SELECT * FROM nn", "5|4\n");
  closeDb(db);
}
END_TEST

/* A part of a composite key is NULL: that is no parent, whatever the other part says. */
START_TEST(halfAKeyIsNoParent) {
  sqlite3 *db = openBlog();
  run(db, _i & 1 ? "PRAGMA foreign_keys = 1" : "PRAGMA foreign_keys = 0");
  run(db, "CREATE TABLE o(t INT, id INT, PRIMARY KEY(t, id));"
          "CREATE TABLE m(id INTEGER PRIMARY KEY, t INT NOT NULL, o INT,"
          "  FOREIGN KEY(t, o) REFERENCES o);"
          "CREATE TABLE k(id INTEGER PRIMARY KEY, t INT, o INT, FOREIGN KEY(t, o) REFERENCES o);"
          "INSERT INTO o VALUES(1, 1), (1, 2), (2, 1);"
          "INSERT INTO m VALUES(1, 1, 1), (2, 1, NULL), (3, 1, 2);"
          "INSERT INTO k VALUES(1, 1, 1), (2, NULL, 1), (3, 1, 2), (4, 2, 1);"
          "INSERT INTO relationship(owner, name, target, \"cascade\", passive_updates) VALUES"
          "  ('o', 'ms', 'm', NULL, 0), ('o', 'ks', 'k', 'save-update, delete-orphan', 0)");
  gives(db, "SELECT owner_t, owner_id, id FROM \"o.ms\"", "1|1|1\n1|2|3\n");
  gives(db, "SELECT owner_t, owner_id, id FROM \"o.ks\"", "1|1|1\n1|2|3\n2|1|4\n");
  run(db, "UPDATE o SET t = 3 WHERE id = 2; DELETE FROM o WHERE t = 1");
  gives(db, "SELECT * FROM m", "1|1|NULL\n2|1|NULL\n3|3|2\n");
  gives(db, "SELECT * FROM k", "1|NULL|NULL\n2|NULL|1\n3|3|2\n4|2|1\n");
  run(db, "DELETE FROM \"o.ms\"; UPDATE k SET t = NULL WHERE id = 4");
  gives(db, "SELECT * FROM m", "1|1|NULL\n2|1|NULL\n3|3|NULL\n");
  gives(db, "SELECT * FROM k", "1|NULL|NULL\n2|NULL|1\n3|3|2\n");
  closeDb(db);
}
END_TEST

Suite *relTestWholeOptions(void) {
  Suite *suite = suite_create("whole_options");
  TCase *cases = tcase_create("options");
  tcase_add_loop_test(cases, everyLazyWordIsKept, 0, 10);
  tcase_add_test(cases, optionsAreKeptInOneForm);
  tcase_add_loop_test(cases, wrongOptionsAreRefused, 0, 11);
  tcase_add_test(cases, namesInJoinsAreOfOneTable);
  tcase_add_test(cases, joinsCanNameTheRowid);
  tcase_add_test(cases, secondaryColumnsFollowTheDeclaredKeys);
  tcase_add_test(cases, relationshipsOnViewsOnlyRead);
  tcase_add_test(cases, aFileWithItsOwnRelationshipTableIsServed);
  tcase_add_test(cases, attachedDatabasesAreServed);
  tcase_add_test(cases, aUniqueIndexNeverOutlivesItsRule);
  tcase_add_loop_test(cases, selfReferentialLinksMakeOrphans, 0, 4);
  tcase_add_loop_test(cases, halfAKeyIsNoParent, 0, 2);
  suite_add_tcase(suite, cases);
  return suite;
}
