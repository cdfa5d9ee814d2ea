/*
** inspect/impact.c: what each rule is called, who refuses, and what is said of wrong arguments. Whether
** the counts are right, tests/run_impact asks the DELETE itself.
*/
#include "relationship.h"
#include "unit/fetched.h"

#define IMPACT(arguments) "SELECT * FROM relationship_impact(" arguments ")"

static const char TWO_TABLES[] =
    "CREATE TABLE users(id INTEGER PRIMARY KEY);"
    "CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INT DEFAULT 2);"
    "INSERT INTO users VALUES(1), (2), (3); INSERT INTO posts VALUES(1, 1), (2, 1), (3, 2);";

/* --- what relationships do --- */

START_TEST(wordsOfOneToMany) {
  static const char *const CASES[][2] = {
      {"cascade = 'all'", "0|NULL|delete|users|1\n1|users.posts|delete|posts|2\n"},
      {"on_delete = 'cascade'", "0|NULL|delete|users|1\n1|users.posts|delete|posts|2\n"},
      {"cascade = NULL", "0|NULL|delete|users|1\n1|users.posts|set null|posts|2\n"},
      {"cascade = 'delete-orphan'", "0|NULL|delete|users|1\n1|users.posts|set null|posts|2\n"},
      {"on_delete = 'set default'", "0|NULL|delete|users|1\n1|users.posts|set default|posts|2\n"},
      {"on_delete = 'restrict'", "0|NULL|delete|users|1\n1|users.posts|refuse|posts|2\n"},
      {"on_delete = 'no action'", "0|NULL|delete|users|1\n"},
      {"passive_deletes = 'all'", "0|NULL|delete|users|1\n"},
      {"viewonly = 1", "0|NULL|delete|users|1\n"},
      {"primaryjoin = 'users.id = posts.user_id AND posts.id > 1', cascade = 'all'",
       "0|NULL|delete|users|1\n1|users.posts|delete|posts|1\n"},
  };
  sqlite3 *db = openWith(TWO_TABLES);
  int i;
  run(db, "INSERT INTO relationship(owner, name, target, foreign_keys) "
          "VALUES('users', 'posts', 'posts', 'user_id')");
  for (i = 0; i < (int)(sizeof CASES / sizeof *CASES); i++) {
    char *sql = sqlite3_mprintf("SAVEPOINT one; UPDATE relationship SET %s", CASES[i][0]);
    run(db, sql);
    expect(db, IMPACT("'users', 1"), CASES[i][1]);
    run(db, "ROLLBACK TO one; RELEASE one");
    sqlite3_free(sql);
  }
  closeDb(db);
}
END_TEST

START_TEST(keysThatMayNotBeNullRefuse) {
  sqlite3 *db = openWith("CREATE TABLE users(id INTEGER PRIMARY KEY);"
                         "CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INT NOT NULL);"
                         "INSERT INTO users VALUES(1), (2); INSERT INTO posts VALUES(1, 1);"
                         "INSERT INTO relationship(owner, name, target, foreign_keys) "
                         "VALUES('users', 'posts', 'posts', 'user_id')");
  expect(db, IMPACT("'users', 1"), "0|NULL|delete|users|1\n1|users.posts|refuse|posts|1\n");
  expect(db, IMPACT("'users', 2"), "0|NULL|delete|users|1\n");
  closeDb(db);
}
END_TEST

static const char LINKED[] =
    "CREATE TABLE posts(id INTEGER PRIMARY KEY); CREATE TABLE tags(id INTEGER PRIMARY KEY);"
    "CREATE TABLE post_tags(post_id INT REFERENCES posts, tag_id INT REFERENCES tags,"
    " PRIMARY KEY(post_id, tag_id));"
    "INSERT INTO posts VALUES(1), (2); INSERT INTO tags VALUES(1), (2);"
    "INSERT INTO post_tags VALUES(1, 1), (1, 2), (2, 1);"
    "INSERT INTO relationship(owner, name, target, secondary) "
    "VALUES('posts', 'tags', 'tags', 'post_tags')";

START_TEST(wordsOfManyToMany) {
  static const char *const CASES[][3] = {
      {"cascade = NULL", "'posts', 1", "0|NULL|delete|posts|1\n1|posts.tags|unlink|post_tags|2\n"},
      {"cascade = NULL", "'tags', 1", "0|NULL|delete|tags|1\n1|posts.tags|unlink|post_tags|2\n"},
      {"cascade = 'all'", "'posts', 1",
       "0|NULL|delete|posts|1\n1|posts.tags|unlink|post_tags|2\n2|posts.tags|delete|tags|1\n"},
      {"cascade = 'all'", "'posts', '[1, 2]'",
       "0|NULL|delete|posts|2\n1|posts.tags|unlink|post_tags|3\n2|posts.tags|delete|tags|2\n"},
      {"cascade = 'all'", "'post_tags', '[1, 2]'", "0|NULL|delete|post_tags|1\n"},
      {"cascade = 'delete-orphan'", "'posts', 1",
       "0|NULL|delete|posts|1\n1|posts.tags|unlink|post_tags|2\n"},
      {"cascade = 'delete-orphan'", "'post_tags', '[1, 2]'",
       "0|NULL|delete|post_tags|1\n1|posts.tags|delete|tags|1\n"},
      {"cascade = 'delete-orphan'", "'post_tags', '[[1, 1], [1, 2]]'",
       "0|NULL|delete|post_tags|2\n1|posts.tags|delete|tags|1\n"},
      {"cascade = 'all, delete-orphan'", "'posts', 1",
       "0|NULL|delete|posts|1\n1|posts.tags|unlink|post_tags|2\n2|posts.tags|delete|tags|1\n"},
  };
  sqlite3 *db = openWith(LINKED);
  int i;
  for (i = 0; i < (int)(sizeof CASES / sizeof *CASES); i++) {
    char *sql = sqlite3_mprintf("UPDATE relationship SET %s", CASES[i][0]);
    char *asked = sqlite3_mprintf(IMPACT("%s"), CASES[i][1]);
    run(db, sql);
    expect(db, asked, CASES[i][2]);
    sqlite3_free(asked);
    sqlite3_free(sql);
  }
  closeDb(db);
}
END_TEST

START_TEST(targetsGoWithTheLastReference) {
  sqlite3 *db = openWith(TWO_TABLES);
  run(db, "INSERT INTO relationship(owner, name, target, foreign_keys, cascade) "
          "VALUES('posts', 'author', 'users', 'posts.user_id', 'delete')");
  expect(db, IMPACT("'posts', 1"), "0|NULL|delete|posts|1\n");
  expect(db, IMPACT("'posts', 3"), "0|NULL|delete|posts|1\n1|posts.author|delete|users|1\n");
  expect(db, IMPACT("'posts', '[1, 2]'"), "0|NULL|delete|posts|2\n1|posts.author|delete|users|1\n");
  closeDb(db);
}
END_TEST

/* --- what is left to foreign keys --- */

START_TEST(nativeActions) {
  static const char *const CASES[][3] = {
      {"INT REFERENCES users ON DELETE CASCADE", "delete|posts|1\n", NULL},
      {"INT REFERENCES users ON DELETE SET NULL", "set null|posts|1\n", NULL},
      {"INT DEFAULT 2 REFERENCES users ON DELETE SET DEFAULT", "set default|posts|1\n", NULL},
      {"INT DEFAULT 9 REFERENCES users ON DELETE SET DEFAULT", "set default|posts|1\n",
       "1|users.posts|refuse|posts|1\n"},
      {"INT UNIQUE DEFAULT 2 REFERENCES users ON DELETE SET DEFAULT", "set default|posts|1\n",
       "1|users.posts|refuse|posts|1\n"},
      {"INT NOT NULL REFERENCES users ON DELETE SET NULL", "refuse|posts|1\n", NULL},
      {"INT NOT NULL REFERENCES users ON DELETE SET DEFAULT", "refuse|posts|1\n", NULL},
      {"INT REFERENCES users ON DELETE RESTRICT", "refuse|posts|1\n", NULL},
      {"INT REFERENCES users", "refuse|posts|1\n", NULL},
      {"INT REFERENCES users DEFERRABLE INITIALLY DEFERRED", "refuse|posts|1\n", NULL},
  };
  int i;
  for (i = 0; i < (int)(sizeof CASES / sizeof *CASES); i++) {
    char *schema = sqlite3_mprintf("CREATE TABLE users(id INTEGER PRIMARY KEY);"
                                   "CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id %s);"
                                   "INSERT INTO users VALUES(1), (2);"
                                   "INSERT INTO posts VALUES(1, 1), (2, 2);",
                                   CASES[i][0]);
    char *expected = sqlite3_mprintf("0|NULL|delete|users|1\n1|users.posts|%s%s", CASES[i][1],
                                     CASES[i][2] ? CASES[i][2] : "");
    sqlite3 *db = openWith(schema);
    expect(db, IMPACT("'users', 1"), "0|NULL|delete|users|1\n");
    run(db, "PRAGMA foreign_keys = 1");
    expect(db, IMPACT("'users', 1"), expected);
    closeDb(db);
    sqlite3_free(expected);
    sqlite3_free(schema);
  }
}
END_TEST

START_TEST(whatARelationshipSeesToIsNotNative) {
  sqlite3 *db = openWith(
      "PRAGMA foreign_keys = 1; CREATE TABLE users(id INTEGER PRIMARY KEY);"
      "CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INT REFERENCES users ON DELETE CASCADE);"
      "INSERT INTO users VALUES(1); INSERT INTO posts VALUES(1, 1), (2, 1), (3, 1);"
      "INSERT INTO relationship(owner, name, target, on_delete) "
      "VALUES('users', 'written', 'posts', 'set null')");
  expect(db, IMPACT("'users', 1"), "0|NULL|delete|users|1\n1|users.written|set null|posts|3\n");
  run(db, "UPDATE relationship SET primaryjoin = 'users.id = posts.user_id AND posts.id < 3'");
  expect(db, IMPACT("'users', 1"),
         "0|NULL|delete|users|1\n1|users.posts|delete|posts|1\n1|users.written|set null|posts|2\n");
  closeDb(db);
}
END_TEST

START_TEST(whatCannotBeEmptiedMayBeAnOrphan) {
  sqlite3 *db = openWith(
      "PRAGMA foreign_keys = 1; CREATE TABLE a(t INT, c INT, PRIMARY KEY(t, c));"
      "CREATE TABLE b(id INTEGER PRIMARY KEY, t INT NOT NULL, c1 INT, c2 INT,"
      " FOREIGN KEY(t, c1) REFERENCES a ON DELETE SET NULL);"
      "INSERT INTO a VALUES(1, 1), (1, 2), (1, 3); INSERT INTO b VALUES(1, 1, 1, 2), (2, 1, 3, 4);"
      "INSERT INTO relationship(owner, name, target, foreign_keys, cascade) "
      "VALUES('a', 'seconds', 'b', 'b.t, b.c2', 'all, delete-orphan')");
  expect(db, IMPACT("'a', '[1, 1]'"), "0|NULL|delete|a|1\n1|a.seconds|delete|b|1\n");
  expect(db, IMPACT("'a', '[1, 3]'"), "0|NULL|delete|a|1\n1|a.b|refuse|b|1\n");
  run(db, "DELETE FROM a WHERE c = 1");
  expect(db, "SELECT id FROM b", "2\n");
  closeDb(db);
}
END_TEST

START_TEST(nativeCascadesGoSoDeep) {
  sqlite3 *db =
      openWith("CREATE TABLE n(id INTEGER PRIMARY KEY, up INT REFERENCES n ON DELETE CASCADE);"
               "CREATE INDEX ups ON n(up); PRAGMA foreign_keys = 1;"
               "WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 1002)"
               "INSERT INTO n SELECT n, nullif(n - 1, 0) FROM i");
#define REFUSED(key)                                                                               \
  "SELECT depth, rows FROM relationship_impact('n', " key ") WHERE action = 'refuse'"
  expect(db, REFUSED("3"), "(none)\n");
  expect(db, REFUSED("1"), "1000|1\n");
  expect(db, "DELETE FROM n WHERE id = 1",
         sqlite3_libversion_number() < 3054000 ? "! too many levels of trigger recursion\n"
                                               : "! triggers nested too deep\n");
  run(db, "DELETE FROM n WHERE id = 3");
  closeDb(db);
}
END_TEST

/* --- levels --- */

START_TEST(rowsCountOnceAtTheirLowestDepth) {
  sqlite3 *db = openWith(
      "PRAGMA foreign_keys = 1; CREATE TABLE a(id INTEGER PRIMARY KEY);"
      "CREATE TABLE b(id INTEGER PRIMARY KEY, a_id INT REFERENCES a ON DELETE CASCADE);"
      "CREATE TABLE c(id INTEGER PRIMARY KEY, b_id INT REFERENCES b ON DELETE CASCADE,"
      " a_id INT REFERENCES a ON DELETE CASCADE);"
      "CREATE TABLE d(id INTEGER PRIMARY KEY, c_id INT REFERENCES c ON DELETE SET NULL,"
      " a_id INT REFERENCES a ON DELETE SET NULL);"
      "INSERT INTO a VALUES(1); INSERT INTO b VALUES(1, 1), (2, 1);"
      "INSERT INTO c VALUES(1, 1, 1), (2, 1, NULL); INSERT INTO d VALUES(1, 1, NULL), (2, 2, 1);");
  expect(db, IMPACT("'a', 1"),
         "0|NULL|delete|a|1\n1|a.b|delete|b|2\n1|a.c|delete|c|1\n1|a.d|set null|d|1\n"
         "2|b.c|delete|c|1\n2|c.d|set null|d|1\n");
  closeDb(db);
}
END_TEST

START_TEST(circlesEnd) {
  sqlite3 *db = openWith("CREATE TABLE n(id INTEGER PRIMARY KEY, up INT);"
                         "INSERT INTO n VALUES(1, 3), (2, 1), (3, 2), (4, 4), (5, 4);"
                         "INSERT INTO relationship(owner, name, target, foreign_keys, cascade) "
                         "VALUES('n', 'below', 'n', 'up', 'all')");
  expect(db, IMPACT("'n', 1"), "0|NULL|delete|n|1\n1|n.below|delete|n|1\n2|n.below|delete|n|1\n");
  expect(db, IMPACT("'n', 4"), "0|NULL|delete|n|1\n1|n.below|delete|n|1\n");
  closeDb(db);
}
END_TEST

/* --- keys --- */

START_TEST(keysAreFound) {
  sqlite3 *db = openWith(TWO_TABLES);
  run(db, "CREATE TABLE words(word TEXT PRIMARY KEY); INSERT INTO words VALUES('[x'), ('7');"
          "CREATE TABLE pairs(a INT, b TEXT, PRIMARY KEY(a, b)); INSERT INTO pairs VALUES(1, 'x');"
          "CREATE TABLE blobs(b BLOB PRIMARY KEY); INSERT INTO blobs VALUES(x'00ff');"
          "CREATE TABLE plain(x); INSERT INTO plain VALUES('a'), ('b');");
  expect(db, IMPACT("'users', '1'"), "0|NULL|delete|users|1\n");
  expect(db, IMPACT("'users', 99"), "(none)\n");
  expect(db, IMPACT("'users', NULL"), "(none)\n");
  expect(db, IMPACT("'users', '[]'"), "(none)\n");
  expect(db, IMPACT("'users', '[1, 1, 2, 99]'"), "0|NULL|delete|users|2\n");
  expect(db, IMPACT("'USERS', 1"), "0|NULL|delete|users|1\n");
  expect(db, IMPACT("'main.users', 1"), "0|NULL|delete|users|1\n");
  expect(db, IMPACT("'words', '[x'"), "0|NULL|delete|words|1\n");
  expect(db, IMPACT("'words', json_array('[x', '7')"), "0|NULL|delete|words|2\n");
  expect(db, IMPACT("'pairs', '[1, \"x\"]'"), "0|NULL|delete|pairs|1\n");
  expect(db, IMPACT("'pairs', '[[1, \"x\"], [1, \"y\"]]'"), "0|NULL|delete|pairs|1\n");
  expect(db, IMPACT("'pairs', '[]'"), "(none)\n");
  expect(db, IMPACT("'blobs', x'00ff'"), "0|NULL|delete|blobs|1\n");
  expect(db, IMPACT("'plain', 2"), "0|NULL|delete|plain|1\n");
  closeDb(db);
}
END_TEST

START_TEST(wrongArgumentsAreRefused) {
  static const char COMPOSITE[] =
      "! relationship_impact: the key of pairs is a, \"b c\": give it as "
      "json_array(a, \"b c\"), or a JSON array of such\n";
  static const char SINGLE[] = "! relationship_impact: the key of users is one column, id: a JSON "
                               "array lists keys, and may hold no other arrays\n";
  static const char *const CASES[][2] = {
      {"'user', 1", "! relationship_impact: no table or view \"user\"; did you mean \"users\"?\n"},
      {"NULL, 1", "! relationship_impact: the name of the table is NULL\n"},
      {"'users'",
       "! relationship_impact needs a table and a key: relationship_impact('users', 1)\n"},
      {"'v', 1",
       "! relationship_impact: v is a view: ask about the table whose rows are deleted\n"},
      {"'pairs', 1", COMPOSITE},
      {"'pairs', 'x'", COMPOSITE},
      {"'pairs', '[1'", COMPOSITE},
      {"'pairs', x'00'", COMPOSITE},
      {"'pairs', '[1]'", COMPOSITE},
      {"'pairs', '[1, 2, 3]'", COMPOSITE},
      {"'pairs', '[[1, 2], [3]]'", COMPOSITE},
      {"'pairs', '[[1, 2], 3]'", COMPOSITE},
      {"'pairs', '{\"a\": 1}'", COMPOSITE},
      {"'users', '[[1], [2]]'", SINGLE},
      {"'users', '[1, {}]'", SINGLE},
  };
  sqlite3 *db = openWith(TWO_TABLES);
  int i;
  run(db, "CREATE TABLE pairs(a INT, \"b c\" INT, PRIMARY KEY(a, \"b c\"));"
          "CREATE VIEW v AS SELECT * FROM users;");
  for (i = 0; i < (int)(sizeof CASES / sizeof *CASES); i++) {
    char *sql = sqlite3_mprintf(IMPACT("%s"), CASES[i][0]);
    expect(db, sql, CASES[i][1]);
    sqlite3_free(sql);
  }
  closeDb(db);
}
END_TEST

/* --- what else it promises --- */

START_TEST(nothingIsChanged) {
  sqlite3 *db = openWith(LINKED);
  int changes = sqlite3_total_changes(db);
  run(db, "PRAGMA query_only = 1");
  expect(db, IMPACT("'posts', 1"), "0|NULL|delete|posts|1\n1|posts.tags|unlink|post_tags|2\n");
  ck_assert_int_eq(sqlite3_total_changes(db), changes);
  ck_assert_int_ne(sqlite3_get_autocommit(db), 0);
  expect(db, "SELECT count(*) FROM post_tags", "3\n");
  closeDb(db);
}
END_TEST

START_TEST(newDeclarationsAreSeen) {
  sqlite3 *db = openWith(TWO_TABLES);
  sqlite3_stmt *statement;
  int i, rowsGiven[3];
  ck_assert_int_eq(sqlite3_prepare_v2(db, IMPACT("'users', 1"), -1, &statement, NULL), SQLITE_OK);
  for (i = 0; i < 3; i++) {
    for (rowsGiven[i] = 0; sqlite3_step(statement) == SQLITE_ROW; rowsGiven[i]++) continue;
    sqlite3_reset(statement);
    if (i == 0) {
      run(db, "INSERT INTO relationship(owner, name, target, foreign_keys) "
              "VALUES('users', 'posts', 'posts', 'user_id')");
    } else {
      run(db, "DELETE FROM relationship");
    }
  }
  sqlite3_finalize(statement);
  ck_assert_int_eq(rowsGiven[0], 1);
  ck_assert_int_eq(rowsGiven[1], 2);
  ck_assert_int_eq(rowsGiven[2], 1);
  closeDb(db);
}
END_TEST

typedef struct Countdown {
  int left;
} Countdown;

static int countDown(void *data) {
  return --((Countdown *)data)->left < 0;
}

START_TEST(interruptsStopIt) {
  sqlite3 *db =
      openWith("CREATE TABLE n(id INTEGER PRIMARY KEY, up INT);"
               "WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 5000)"
               "INSERT INTO n SELECT n, n - 1 FROM i;"
               "INSERT INTO relationship(owner, name, target, foreign_keys, cascade) "
               "VALUES('n', 'below', 'n', 'up', 'all')");
  Countdown all = {1 << 30};
  int i, calls;
  sqlite3_progress_handler(db, 100, countDown, &all);
  expect(db, "SELECT count(*), max(depth) FROM relationship_impact('n', 1)", "5000|4999\n");
  calls = (1 << 30) - all.left;
  ck_assert_int_gt(calls, 100);
  for (i = 0; i < 10; i++) {
    Countdown some = {calls * i / 10};
    sqlite3_progress_handler(db, 100, countDown, &some);
    expect(db, "SELECT count(*) FROM relationship_impact('n', 1)", "! interrupted\n");
  }
  sqlite3_progress_handler(db, 0, NULL, NULL);
  expect(db, "SELECT count(*) FROM relationship_impact('n', 1)", "5000\n");
  closeDb(db);
}
END_TEST

Suite *relTestInspectImpact(void) {
  Suite *suite = suite_create("inspect_impact");
  TCase *tests = tcase_create("impact");
  tcase_add_test(tests, wordsOfOneToMany);
  tcase_add_test(tests, keysThatMayNotBeNullRefuse);
  tcase_add_test(tests, wordsOfManyToMany);
  tcase_add_test(tests, targetsGoWithTheLastReference);
  tcase_add_test(tests, nativeActions);
  tcase_add_test(tests, whatARelationshipSeesToIsNotNative);
  tcase_add_test(tests, whatCannotBeEmptiedMayBeAnOrphan);
  tcase_add_test(tests, nativeCascadesGoSoDeep);
  tcase_add_test(tests, rowsCountOnceAtTheirLowestDepth);
  tcase_add_test(tests, circlesEnd);
  tcase_add_test(tests, keysAreFound);
  tcase_add_test(tests, wrongArgumentsAreRefused);
  tcase_add_test(tests, nothingIsChanged);
  tcase_add_test(tests, newDeclarationsAreSeen);
  tcase_add_test(tests, interruptsStopIt);
  suite_add_tcase(suite, tests);
  return suite;
}
