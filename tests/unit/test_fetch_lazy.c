/*
** What `lazy` says: included unasked, refused, or empty; related(), which loads one relationship of one
** owner; relationship_stats, which counts both and flags N+1.
*/
#include "unit/fetched.h"

/* a -> b -> c -> a in a circle of one-to-many and many-to-one, and a tree over a. */
static const char CIRCLE[] =
    "CREATE TABLE a(id INTEGER PRIMARY KEY, c_id INT, a_id INT); CREATE TABLE b(id INTEGER PRIMARY "
    "KEY, a_id INT); CREATE TABLE c(id INTEGER PRIMARY KEY, b_id INT);"
    "INSERT INTO a VALUES(1, 1, NULL), (2, 2, 1), (3, NULL, 2), (4, 9, 1); INSERT INTO b VALUES(1, "
    "1), (2, 1), (3, 2); INSERT INTO c VALUES(1, 1), (2, 1), (3, 3);";

#define LAZY(words)                                                                                \
  "INSERT OR REPLACE INTO relationship(owner, name, target, foreign_keys, remote_side, lazy, "     \
  "join_depth, innerjoin) VALUES" words ";"
#define BS(lazy, depth, inner) "('a', 'bs', 'b', 'b.a_id', NULL, '" lazy "', " depth ", " inner ")"
#define CS(lazy, depth, inner) "('b', 'cs', 'c', 'c.b_id', NULL, '" lazy "', " depth ", " inner ")"
#define AS(lazy, depth, inner) "('c', 'as', 'a', 'a.c_id', NULL, '" lazy "', " depth ", " inner ")"
#define KIDS(lazy, depth, inner)                                                                   \
  "('a', 'kids', 'a', 'a.a_id', NULL, '" lazy "', " depth ", " inner ")"
#define UP(lazy, depth, inner) "('a', 'up', 'a', 'a.a_id', 'id', '" lazy "', " depth ", " inner ")"

static void expectLazy(const char *declarations, const char *arguments, const char *same) {
  sqlite3 *db = openWith(CIRCLE);
  char *hand;
  run(db, declarations);
  hand = sqlite3_mprintf("SELECT key, doc FROM selectin(%s)", same);
  run(db, "BEGIN; UPDATE relationship SET lazy = NULL, innerjoin = NULL, join_depth = NULL; ");
  {
    char *expected = rows(db, hand), *ours;
    ck_assert_msg(expected[0] != '!', "%s in %s", expected, hand);
    run(db, "ROLLBACK");
    ours = sqlite3_mprintf("SELECT key, doc FROM selectin(%s)", arguments);
    expect(db, ours, expected);
    sqlite3_free(ours);
    sqlite3_free(expected);
  }
  sqlite3_free(hand);
  closeDb(db);
}

/* Each word that loads eagerly includes the relationship, as if it were named with no selection. */
START_TEST(eagerRelationshipsComeUnasked) {
  static const char *const EAGER[] = {"selectin", "joined", "subquery", "immediate"};
  static const char *const NOT_EAGER[] = {"select", "dynamic",      "write_only",
                                          "raise",  "raise_on_sql", "noload"};
  size_t i;
  for (i = 0; i < sizeof EAGER / sizeof *EAGER; i++) {
    char *words =
        sqlite3_mprintf(LAZY(BS("%s", "NULL", "NULL") "," CS("select", "NULL", "NULL")), EAGER[i]);
    expectLazy(words, "'a'", "'a', 'bs'");
    expectLazy(words, "'a', 'id'", "'a', 'id, bs'");
    expectLazy(words, "'a', 'id WHERE id < 3 ORDER BY id DESC LIMIT 1'",
               "'a', 'id, bs WHERE id = 2'");
    expectLazy(words, "'a', 'id, -a_id'", "'a', '-a_id, id, bs'");
    expectLazy(words, "'a', 'bs(id)'", "'a', 'bs(id)'");
    expectLazy(words, "'a', 'count(*) AS n'", "'a', 'count(*) AS n'");
    expectLazy(words, "'a', 'id AS bs'", "'a', 'id AS bs'");
    sqlite3_free(words);
  }
  for (i = 0; i < sizeof NOT_EAGER / sizeof *NOT_EAGER; i++) {
    char *words = sqlite3_mprintf(LAZY(BS("%s", "NULL", "NULL")), NOT_EAGER[i]);
    expectLazy(words, "'a'", "'a'");
    expectLazy(words, "'a', 'id, bs(id)'", "'a', 'id, bs(id)'");
    sqlite3_free(words);
  }
}
END_TEST

/* Naming any relationship of a level takes what the level has unasked away; not so further down. */
START_TEST(namedRelationshipsComeAlone) {
  static const char WORDS[] =
      LAZY(BS("selectin", "NULL", "NULL") "," CS("joined", "NULL", "NULL") "," KIDS(
          "select", "NULL", "NULL") "," UP("select", "NULL", "NULL"));
  expectLazy(WORDS, "'a', 'id, kids(id)'", "'a', 'id, kids(id, bs(*, cs))'");
  expectLazy(WORDS, "'a', 'id, kids(id, bs(id))'", "'a', 'id, kids(id, bs(id, cs))'");
  expectLazy(WORDS, "'a', 'id, kids(id, up(id)) WHERE any(bs)'",
             "'a', 'id, kids(id, up(id, bs(*, cs))) WHERE any(bs)'");
}
END_TEST

/* Eager loading stops at a table that the path has already; or after join_depth relationships. */
START_TEST(eagerLoadingEnds) {
  expectLazy(LAZY(BS("selectin", "NULL", "NULL") "," CS("joined", "NULL",
                                                        "NULL") "," AS("subquery", "NULL", "NULL")),
             "'a'", "'a', 'bs(*, cs)'");
  expectLazy(LAZY(BS("selectin", "NULL", "NULL") "," CS("joined", "NULL",
                                                        "NULL") "," AS("subquery", "NULL", "NULL")),
             "'b'", "'b', 'cs(*, \"as\")'");
  expectLazy(LAZY(KIDS("selectin", "NULL", "NULL")), "'a'", "'a'");
  expectLazy(LAZY(KIDS("selectin", "1", "NULL")), "'a'", "'a', 'kids'");
  expectLazy(LAZY(KIDS("joined", "2", "NULL")), "'a'", "'a', 'kids(*, kids)'");
  expectLazy(LAZY(KIDS("subquery", "3", "NULL")), "'a'", "'a', 'kids(*, kids(*, kids))'");
  expectLazy(LAZY(UP("immediate", "2", "NULL")), "'a'", "'a', 'up(*, up)'");
  expectLazy(LAZY(KIDS("selectin", "1", "NULL") "," UP("joined", "2", "NULL")), "'a'",
             "'a', 'kids(*, up), up(*, up)'");
  expectLazy(LAZY(BS("selectin", "NULL", "NULL") "," CS("joined", "NULL",
                                                        "NULL") "," AS("subquery", "4", "NULL")),
             "'a'", "'a', 'bs(*, cs(*, \"as\"))'");
}
END_TEST

/* innerjoin makes a joined relationship keep only owners with members, however it comes to be joined. */
START_TEST(innerjoinIsInner) {
  expectLazy(LAZY(BS("joined", "NULL", "1")), "'a'", "'a', 'bs!inner'");
  expectLazy(LAZY(BS("joined", "NULL", "1")), "'a', 'id, bs(id WHERE id > 1) LIMIT 2'",
             "'a', 'id, bs!inner(id WHERE id > 1) LIMIT 2'");
  expectLazy(LAZY(BS("selectin", "NULL", "1")), "'a'", "'a', 'bs'");
  expectLazy(LAZY(BS("select", "NULL", "1")), "'a', 'bs!joined'", "'a', 'bs!inner'");
  expectLazy(LAZY(BS("joined", "NULL", "1")), "'a', 'bs!selectin'", "'a', 'bs'");
  expectLazy(LAZY(BS("joined", "NULL", "0")), "'a'", "'a', 'bs'");
  expectLazy(LAZY(BS("joined", "NULL", "1") "," CS("joined", "NULL", "1")), "'a'",
             "'a', 'bs!inner(*, cs!inner)'");
}
END_TEST

/* The word of the declaration also decides the statement, where no hint does. */
START_TEST(lazyDecidesTheStatement) {
  static const char *const CASES[][3] = {{"selectin", "bs", "selectin"},
                                         {"joined", "bs", "joined"},
                                         {"subquery", "bs", "subquery"},
                                         {"immediate", "bs", "selectin"},
                                         {"raise", "bs", "selectin"},
                                         {"joined", "bs!selectin", "selectin"},
                                         {"subquery", "bs!joined(id)", "joined"},
                                         {"joined", "bs!select", "select"},
                                         {"joined", "bs!subquery", "subquery"}};
  sqlite3 *db = openWith(CIRCLE);
  size_t i;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    char *words = sqlite3_mprintf(LAZY(BS("%s", "NULL", "NULL")), CASES[i][0]);
    char *ours = sqlite3_mprintf(
        "SELECT DISTINCT strategy FROM relationship_explain('a', 'id, "
        "%s') WHERE level = 1 AND strategy NOT IN ('scan', 'range', 'places', 'placed')",
        CASES[i][1]);
    char *expected = sqlite3_mprintf("%s\n", CASES[i][2]);
    run(db, words);
    expect(db, ours, expected);
    sqlite3_free(expected);
    sqlite3_free(ours);
    sqlite3_free(words);
  }
  closeDb(db);
}
END_TEST

/* --- related() -------------------------------------------------------------------------------- */

START_TEST(relatedIsOneRelationship) {
  static const char *const CASES[][2] = {
      {"SELECT related('users', 'posts', 1)",
       "SELECT json_group_array(json_object('id', id, 'user_id', user_id, 'title', title, 'body', "
       "body, 'score', score, 'created_at', created_at)) FROM posts WHERE user_id = 1"},
      {"SELECT related('users', 'POSTS', 1, 'title, comments(id) WHERE score > ?1 ORDER BY title "
       "DESC LIMIT ?2', 1, 2)",
       "SELECT json_group_array(json_object('title', title, 'comments', " ALL_OF(
           "'id', id",
           "comments WHERE post_id = p.id") ")) FROM (SELECT * FROM posts WHERE user_id = 1 AND "
                                            "score > 1 ORDER BY title DESC LIMIT 2) p"},
      {"SELECT id, related('users', 'posts', id, 'id') FROM users",
       "SELECT id, " ALL_OF("'id', id", "posts WHERE user_id = users.id") " FROM users"},
      {"SELECT id, related('users', 'boss', id, 'name') FROM users",
       "SELECT id, coalesce(" ONE_OF("'name', name",
                                     "users b WHERE b.id = users.boss_id") ", 'null') FROM users"},
      {"SELECT id, related('posts', 'tags', id, 'name, post_tags.weight AS w ORDER BY w') FROM "
       "posts",
       "SELECT id, " ALL_OF("'name', name, 'w', w",
                            "(SELECT name, l.weight AS w FROM post_tags l JOIN tags t ON t.id = "
                            "tag_id WHERE post_id = posts.id ORDER BY l.weight)") " FROM posts"},
      {"SELECT related('users', 'posts', 1, 'count(*) AS n')", "SELECT '{\"n\":4}'"},
      {"SELECT related('users', 'posts', 3)", "SELECT '[]'"},
      {"SELECT related('users', 'boss', 1)", "SELECT 'null'"},
      {"SELECT related('users', 'posts', 4), related('users', 'boss', NULL), related('users', "
       "'boss', 'x'), related('users', 'posts', '1')",
       "SELECT NULL, NULL, NULL, NULL"},
      {"SELECT related('users', 'posts', 1.0, 'id LIMIT 1')", "SELECT '[{\"id\":1}]'"},
      {"SELECT json_object('posts', related('users', 'posts', 2, 'id'), 'boss', related('users', "
       "'boss', 1))",
       "SELECT '{\"posts\":[{\"id\":3}],\"boss\":null}'"},
      {"SELECT u.id, p.value ->> 'id' FROM users u, json_each(related('users', 'posts', u.id, "
       "'id')) p",
       "SELECT user_id, id FROM posts WHERE user_id NOT NULL ORDER BY 1, 2"},
      {"SELECT id FROM users WHERE json_array_length(related('users', 'posts', id)) > 1 ORDER BY "
       "related('users', 'boss', id)",
       "SELECT 1"},
      {"SELECT related(o, r, k, s) FROM (SELECT 'users' AS o, 'posts' AS r, 2 AS k, 'id' AS s "
       "UNION ALL SELECT 'posts', 'user', 3, 'name' UNION ALL SELECT 'tags', 'posts', 1, NULL "
       "UNION ALL SELECT 'users', 'boss', 2, 'id')",
       "SELECT '[{\"id\":3}]' UNION ALL SELECT '{\"name\":\"Bob\"}' UNION ALL SELECT "
       "json_group_array(json_object('id', id, 'user_id', user_id, 'title', title, 'body', body, "
       "'score', score, 'created_at', created_at)) FROM posts WHERE id IN (1, 3) UNION ALL SELECT "
       "'{\"id\":1}'"},
  };
  sqlite3 *db = openWith(BLOG);
  size_t i;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) expectSame(db, CASES[i][0], CASES[i][1]);
  run(db, "CREATE TABLE o(a INT, b TEXT, PRIMARY KEY(a, b)) WITHOUT ROWID; CREATE TABLE l(id "
          "INTEGER PRIMARY KEY, oa INT, ob TEXT, FOREIGN KEY(oa, ob) REFERENCES o); INSERT INTO o "
          "VALUES(1, 'x'), (1, 'y'); INSERT INTO l VALUES(7, 1, 'y')");
  expect(db, "SELECT related('o', 'l', json_array(a, b), 'id') FROM o", "[]\n[{\"id\":7}]\n");
  expect(db,
         "SELECT related('o', 'l', '[1,\"y\"]', 'id'), related('o', 'l', '[1,\"z\"]', 'id'), "
         "related('o', 'l', 1, 'id')",
         "[{\"id\":7}]|NULL|NULL\n");
  closeDb(db);
}
END_TEST

/* An aggregate is one object whatever it counts; what is withheld counts as none. */
START_TEST(anAggregateOfWhatLazyWithholdsIsOfNothing) {
  static const char *const CASES[][2] = {
      {"select", "{\"n\":2}\n"},
      {"noload", "{\"n\":0}\n"},
      {"raise_on_sql", "! 'a.bs' is not available due to lazy='raise_on_sql'\n"},
  };
  size_t i;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    sqlite3 *db = openWith(CIRCLE);
    char *words = sqlite3_mprintf(LAZY(BS("%s", "NULL", "NULL")), CASES[i][0]);
    run(db, words);
    expect(db, "SELECT related('a', 'bs', 1, 'count(*) AS n')", CASES[i][1]);
    sqlite3_free(words);
    closeDb(db);
  }
}
END_TEST

/* Of an owner without members there is nothing to make one of. */
START_TEST(joinedAggregatesNeedAnOwner) {
  sqlite3 *db = openWith(CIRCLE);
  run(db, LAZY(BS("select", "NULL", "NULL")) LAZY(CS("select", "NULL", "NULL")));
  expect(db, "SELECT doc FROM selectin('a', 'id, bs(id, cs!joined(count(*) AS n))')",
         "{\"id\":1,\"bs\":[{\"id\":1,\"cs\":{\"n\":2}},{\"id\":2,\"cs\":{\"n\":0}}]}\n"
         "{\"id\":2,\"bs\":[{\"id\":3,\"cs\":{\"n\":1}}]}\n"
         "{\"id\":3,\"bs\":[]}\n{\"id\":4,\"bs\":[]}\n");
  expect(db, "SELECT doc FROM selectin('a', 'id, bs(id, cs!joined(count(*) AS n))') WHERE key = 4",
         "{\"id\":4,\"bs\":[]}\n");
  expect(db, "SELECT doc FROM selectin('a', 'id, bs!joined(count(*) AS n) WHERE id > 9')",
         "(none)\n");
  expect(db,
         "SELECT doc FROM selectin('a', 'id, bs!joined(count(*) AS n) WHERE id > 9 ORDER BY c_id')",
         "(none)\n");
  closeDb(db);
}
END_TEST

START_TEST(relatedDoesAsLazySays) {
  static const struct {
    const char *lazy, *many, *one, *oneOfNull;
  } CASES[] = {
      {"select", "[{\"id\":1},{\"id\":2}]", "{\"id\":1}", "null"},
      {"selectin", "[{\"id\":1},{\"id\":2}]", "{\"id\":1}", "null"},
      {"joined", "[{\"id\":1},{\"id\":2}]", "{\"id\":1}", "null"},
      {"subquery", "[{\"id\":1},{\"id\":2}]", "{\"id\":1}", "null"},
      {"immediate", "[{\"id\":1},{\"id\":2}]", "{\"id\":1}", "null"},
      {"dynamic", "[{\"id\":1},{\"id\":2}]", NULL, NULL},
      {"write_only", "[{\"id\":1},{\"id\":2}]", NULL, NULL},
      {"noload", "[]", "null", "null"},
      {"raise", "! 'a.bs' is not available due to lazy='raise'",
       "! 'a.up' is not available due to lazy='raise'",
       "! 'a.up' is not available due to lazy='raise'"},
      {"raise_on_sql", "! 'a.bs' is not available due to lazy='raise_on_sql'",
       "! 'a.up' is not available due to lazy='raise_on_sql'", "null"},
  };
  size_t i;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    sqlite3 *db = openWith(CIRCLE);
    char *words = sqlite3_mprintf(LAZY(BS("%s", "NULL", "NULL")), CASES[i].lazy);
    char *expected = sqlite3_mprintf("%s\n", CASES[i].many);
    run(db, words);
    expect(db, "SELECT related('a', 'bs', 1, 'id')", expected);
    expect(db, "SELECT doc FROM selectin('a', 'id, bs(id) WHERE id = 1')",
           "{\"id\":1,\"bs\":[{\"id\":1},{\"id\":2}]}\n");
    sqlite3_free(expected);
    sqlite3_free(words);
    if (CASES[i].one != NULL) {
      words = sqlite3_mprintf(LAZY(UP("%s", "NULL", "NULL")), CASES[i].lazy);
      run(db, "DELETE FROM relationship");
      run(db, words);
      expected = sqlite3_mprintf("%s\n", CASES[i].one);
      expect(db, "SELECT related('a', 'up', 2, 'id')", expected);
      sqlite3_free(expected);
      expected = sqlite3_mprintf("%s\n", CASES[i].oneOfNull);
      expect(db, "SELECT related('a', 'up', 1, 'id')", expected);
      sqlite3_free(expected);
      sqlite3_free(words);
    }
    closeDb(db);
  }
}
END_TEST

/* A statement with related() keeps a connection open as any statement does, and nothing else does. */
START_TEST(relatedLetsTheConnectionClose) {
  sqlite3 *db = openWith(BLOG), *other;
  sqlite3_stmt *statement;
  ck_assert_int_eq(sqlite3_prepare_v2(db, "SELECT related('users', 'posts', id) FROM users", -1,
                                      &statement, NULL),
                   SQLITE_OK);
  ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
  ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
  ck_assert_int_eq(sqlite3_close(db), SQLITE_BUSY);
  ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
  ck_assert_int_eq(sqlite3_reset(statement), SQLITE_OK);
  ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
  ck_assert_int_eq(sqlite3_finalize(statement), SQLITE_OK);
  ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
  other = openWith(BLOG);
  ck_assert_int_eq(sqlite3_prepare_v2(other, "SELECT related('users', 'posts', id) FROM users", -1,
                                      &statement, NULL),
                   SQLITE_OK);
  ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
  ck_assert_int_eq(sqlite3_close_v2(other), SQLITE_OK);
  ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
  ck_assert_int_eq(sqlite3_finalize(statement), SQLITE_OK);
}
END_TEST

START_TEST(relatedFollowsTheSchemaAndTheData) {
  sqlite3 *db = openWith(BLOG);
  sqlite3_stmt *statement;
  ck_assert_int_eq(
      sqlite3_prepare_v2(db, "SELECT related('posts', 'tags', 2, 'name')", -1, &statement, NULL),
      SQLITE_OK);
  ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
  ck_assert_str_eq((const char *)sqlite3_column_text(statement, 0), "[{\"name\":\"z\"}]");
  sqlite3_reset(statement);
  run(db, "UPDATE tags SET name = 'new'; ALTER TABLE tags ADD COLUMN extra DEFAULT 'e'");
  ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
  ck_assert_str_eq((const char *)sqlite3_column_text(statement, 0), "[{\"name\":\"new\"}]");
  sqlite3_finalize(statement);
  expect(db, "SELECT related('posts', 'tags', 2, '-weight')",
         "[{\"id\":3,\"name\":\"new\",\"extra\":\"e\"}]\n");
  closeDb(db);
}
END_TEST

/* --- relationship_stats ----------------------------------------------------------------------- */

START_TEST(loadsAreCounted) {
  sqlite3 *db = openWith(BLOG);
  expect(db, "SELECT * FROM relationship_stats", "(none)\n");
  run(db, "SELECT doc FROM selectin('users', 'name')");
  expect(db, "SELECT * FROM relationship_stats", "(none)\n");
  run(db, "SELECT doc FROM selectin('users', 'posts(id, comments(id)), boss(name)')");
  expect(db, "SELECT * FROM relationship_stats ORDER BY relationship",
         "posts.comments|1|5|0|0\nusers.boss|1|2|0|0\nusers.posts|1|5|0|0\n");
  run(db,
      "SELECT doc FROM selectin('users', 'posts!joined(id WHERE id < 3), boss!subquery(name)')");
  expect(db, "SELECT * FROM relationship_stats ORDER BY relationship",
         "posts.comments|1|5|0|0\nusers.boss|2|4|0|0\nusers.posts|2|7|0|0\n");
  run(db, "SELECT related('users', 'posts', 1), related('users', 'posts', 2)");
  expect(db,
         "SELECT batches, rows, lazy_loads, n_plus_one FROM relationship_stats WHERE relationship "
         "= 'users.posts'",
         "2|12|2|0\n");
  run(db, "SELECT doc FROM selectin('users', 'posts!select(id)')");
  expect(db,
         "SELECT batches, rows, lazy_loads, n_plus_one FROM relationship_stats WHERE relationship "
         "= 'users.posts'",
         "2|17|6|0\n");
  run(db, "SELECT key FROM selectin('users', 'posts')");
  expect(db, "SELECT batches FROM relationship_stats WHERE relationship = 'users.posts'", "2\n");
  run(db, "DELETE FROM relationship_stats WHERE relationship = 'users.posts'");
  expect(db, "SELECT relationship FROM relationship_stats ORDER BY relationship",
         "posts.comments\nusers.boss\n");
  run(db, "DELETE FROM relationship_stats");
  expect(db, "SELECT * FROM relationship_stats", "(none)\n");
  expect(db, "INSERT INTO relationship_stats(relationship) VALUES('x')",
         "! relationship_stats counts by itself: DELETE FROM relationship_stats starts anew\n");
  run(db,
      "ATTACH ':memory:' AS aux; CREATE TABLE aux.x(id INTEGER PRIMARY KEY, x_id INT REFERENCES "
      "x); INSERT INTO aux.x VALUES(1, NULL), (2, 1); SELECT doc FROM selectin('aux.x', 'x(id)')");
  expect(db, "SELECT relationship, batches, rows FROM relationship_stats", "aux.x.x|1|1\n");
  closeDb(db);
}
END_TEST

/* What sqlite3_log was told that begins with "relationship". */
static void noteLog(void *text, int code, const char *message) {
  if (strncmp(message, "relationship", 12) == 0)
    sqlite3_str_appendf(text, "%d %s\n", code, message);
}

static void logTo(sqlite3_str *text) {
  ck_assert_int_eq(sqlite3_shutdown(), SQLITE_OK);
  ck_assert_int_eq(sqlite3_config(SQLITE_CONFIG_LOG, text == NULL ? NULL : noteLog, (void *)text),
                   SQLITE_OK);
  ck_assert_int_eq(sqlite3_initialize(), SQLITE_OK);
}

#define FLAG "SELECT n_plus_one FROM relationship_stats WHERE relationship = 'users.posts'"
#define MANY_USERS                                                                                 \
  "WITH RECURSIVE n(i) AS (VALUES(10) UNION ALL SELECT i + 1 FROM n WHERE i < 40) INSERT INTO "    \
  "users(id) SELECT i FROM n"
#define FLAGGED                                                                                    \
  "27 relationship: users.posts was loaded lazily for 10 keys one after the other (N+1): name it " \
  "in a selection of selectin(), which loads it for all at once\n"

START_TEST(manyLazyLoadsAreFlaggedAndLoggedOnce) {
  sqlite3_str *log = sqlite3_str_new(NULL);
  sqlite3 *db;
  logTo(log);
  db = openWith(BLOG);
  run(db, MANY_USERS);
  run(db, "SELECT related('users', 'posts', id) FROM users LIMIT 9");
  expect(db, FLAG, "0\n");
  run(db, "SELECT related('users', 'posts', 1) FROM users");
  expect(db, FLAG, "0\n");
  ck_assert_ptr_null(sqlite3_str_value(log));
  run(db, "SELECT related('users', 'posts', id) FROM users");
  expect(db, FLAG, "1\n");
  run(db, "SELECT related('users', 'posts', id), related('users', 'posts', -id) FROM users");
  ck_assert_str_eq(sqlite3_str_value(log), FLAGGED);
  run(db, "DELETE FROM relationship_stats");
  expect(db, FLAG, "(none)\n");
  run(db, "SELECT related('users', 'posts', id) FROM users");
  expect(db, FLAG, "1\n");
  ck_assert_str_eq(sqlite3_str_value(log), FLAGGED FLAGGED);
  closeDb(db);
  logTo(NULL);
  sqlite3_free(sqlite3_str_finish(log));
}
END_TEST

static void loadEach(sqlite3 *db, const char *format, int count) {
  int i;
  for (i = 1; i <= count; i++) {
    char *sql = sqlite3_mprintf(format, i + 9);
    run(db, sql);
    sqlite3_free(sql);
  }
}

/* Statements and transactions by themselves are no N+1, all statements of one transaction are. */
START_TEST(transactionsAreLookedAtAsAWhole) {
  sqlite3 *db = openWith(BLOG);
  run(db, MANY_USERS);
  loadEach(db, "SELECT related('users', 'posts', %d)", 30);
  expect(db, FLAG, "0\n");
  loadEach(db, "BEGIN; SELECT related('users', 'posts', %d); COMMIT", 30);
  expect(db, FLAG, "0\n");
  loadEach(db, "SELECT doc FROM selectin('users', 'posts!select(id)') WHERE key = %d", 30);
  expect(db, FLAG, "0\n");
  run(db, "BEGIN");
  loadEach(db, "SELECT related('users', 'posts', %d)", 9);
  expect(db, FLAG, "0\n");
  loadEach(db, "SELECT related('users', 'posts', %d)", 12);
  expect(db, FLAG, "1\n");
  run(db, "COMMIT; DELETE FROM relationship_stats");
  run(db, "SELECT doc FROM selectin('users', 'posts') WHERE key > 1");
  expect(db, FLAG, "0\n");
  run(db,
      "SELECT doc FROM users u JOIN selectin('users', 'posts!select(id)') s ON s.key = u.id + 0");
  expect(db, FLAG, "1\n");
  run(db, "DELETE FROM relationship_stats");
  run(db, "SELECT doc FROM selectin('users', 'posts!select(id)')");
  expect(db, FLAG, "1\n");
  closeDb(db);
}
END_TEST

Suite *relTestFetchLazy(void) {
  Suite *suite = suite_create("fetch_lazy");
  add(suite, "eagerRelationshipsComeUnasked", eagerRelationshipsComeUnasked);
  add(suite, "namedRelationshipsComeAlone", namedRelationshipsComeAlone);
  add(suite, "eagerLoadingEnds", eagerLoadingEnds);
  add(suite, "innerjoinIsInner", innerjoinIsInner);
  add(suite, "lazyDecidesTheStatement", lazyDecidesTheStatement);
  add(suite, "relatedIsOneRelationship", relatedIsOneRelationship);
  add(suite, "relatedDoesAsLazySays", relatedDoesAsLazySays);
  add(suite, "joinedAggregatesNeedAnOwner", joinedAggregatesNeedAnOwner);
  add(suite, "anAggregateOfWhatLazyWithholdsIsOfNothing",
      anAggregateOfWhatLazyWithholdsIsOfNothing);
  add(suite, "relatedLetsTheConnectionClose", relatedLetsTheConnectionClose);
  add(suite, "relatedFollowsTheSchemaAndTheData", relatedFollowsTheSchemaAndTheData);
  add(suite, "loadsAreCounted", loadsAreCounted);
  add(suite, "manyLazyLoadsAreFlaggedAndLoggedOnce", manyLazyLoadsAreFlaggedAndLoggedOnce);
  add(suite, "transactionsAreLookedAtAsAWhole", transactionsAreLookedAtAsAWhole);
  return suite;
}
