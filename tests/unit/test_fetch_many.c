/*
** fetch/: more rows than a batch holds, and how many statements they take.
*/
#include "unit/fetched.h"

static void fillMany(sqlite3 *db, const char *order) {
  char *sql = sqlite3_mprintf(
      "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 700)"
      " INSERT INTO users SELECT i * 3, 'user ' || i, i %% 2, CASE WHEN i > 9 THEN i * 3 / 30 * 3 "
      "END FROM n;"
      "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 3000)"
      " INSERT INTO posts SELECT i, (1 + i * 7919 %% 720) * 3, 'title ' || i, i, i / 7.0, i %% 13 "
      "FROM n "
      "ORDER BY %s;"
      "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 9000)"
      " INSERT INTO comments SELECT i, 1 + i * 104729 %% 3100, 3 * (1 + i %% 800), 'body ' || i "
      "FROM n ORDER "
      "BY %s; INSERT INTO tags SELECT id, name, id FROM users LIMIT 50;"
      "INSERT OR IGNORE INTO post_tags SELECT id, 3 * (1 + id * 31 %% 50), id FROM posts;"
      "INSERT OR IGNORE INTO post_tags SELECT id, 3 * (1 + id * 17 %% 50), id FROM posts;",
      order, order);
  run(db, "DELETE FROM comments; DELETE FROM post_tags; DELETE FROM posts; DELETE FROM users; "
          "DELETE FROM "
          "tags;");
  run(db, sql);
  sqlite3_free(sql);
}

#define MANY_HAND                                                                                  \
  "SELECT u.id, json_object('name', u.name, 'posts', (SELECT json_group_array(json_object('id', "  \
  "p.id, "                                                                                         \
  "'title', p.title, 'comments', (SELECT json_group_array(json_object('id', c.id, 'author', "      \
  "(SELECT "                                                                                       \
  "json_object('name', a.name) FROM users a WHERE a.id = c.author_id))) FROM comments c WHERE "    \
  "c.post_id = "                                                                                   \
  "p.id), 'tags', (SELECT json_group_array(json_object('name', t.name)) FROM (SELECT tags.* FROM " \
  "tags JOIN "                                                                                     \
  "post_tags ON tag_id = tags.id WHERE post_id = p.id ORDER BY tags.id) t))) FROM posts p WHERE "  \
  "p.user_id = "                                                                                   \
  "u.id)) FROM users u"
#define MANY_OURS                                                                                  \
  "SELECT key, doc FROM selectin('users', 'name, posts(id, title, comments(id, author(name)), "    \
  "tags(name))"

START_TEST(manyRowsAreAsByHand) {
  sqlite3 *db = openWith(BLOG);
  int pass;
  for (pass = 0; pass < 2; pass++) {
    fillMany(db, pass == 0 ? "i" : "i * 7 % 101, i");
    expectSame(db, MANY_OURS "')", MANY_HAND " ORDER BY u.id");
    expectSame(db, MANY_OURS " WHERE id % 4 = 1')", MANY_HAND " WHERE u.id % 4 = 1 ORDER BY u.id");
    expectSame(db, MANY_OURS " ORDER BY active, name DESC')",
               MANY_HAND " ORDER BY active, name DESC, u.id");
    expectSame(db, MANY_OURS "') WHERE key IN (SELECT id * 2 FROM users)",
               MANY_HAND " WHERE u.id IN (SELECT id * 2 FROM users) ORDER BY u.id");
    expectSame(db, MANY_OURS " ORDER BY name DESC LIMIT 400 OFFSET 30')",
               MANY_HAND " ORDER BY name DESC LIMIT 400 OFFSET 30");
    expectSame(
        db,
        "SELECT doc FROM selectin('users', 'posts(id, comments(id WHERE id % 3) WHERE id % 5)')",
        "SELECT json_object('id', id, 'name', name, 'active', active, 'boss_id', boss_id, 'posts', "
        "(SELECT json_group_array(json_object('id', p.id, 'comments', (SELECT json_group_array("
        "json_object('id', c.id)) FROM comments c WHERE c.post_id = p.id AND c.id % 3))) FROM "
        "posts p "
        "WHERE p.user_id = users.id AND p.id % 5)) FROM users");
  }
  closeDb(db);
}
END_TEST

/* Statements run and prepared while a query is read to its end. */
typedef struct Count {
  int runs;
  int nested;
} Count;

static int countRun(unsigned kind, void *data, void *statement, void *text) {
  Count *count = data;
  (void)statement;
  /* one inside another is told as a comment; what reads the schema runs once */
  if (kind == SQLITE_TRACE_STMT && strncmp(text, "-- ", 3) == 0 &&
      strstr(text, "\"main\".\"") != NULL) {
    count->runs++;
  }
  return 0;
}

static int statementsOf(sqlite3 *db) {
  sqlite3_stmt *statement = NULL;
  int count = 0;
  while ((statement = sqlite3_next_stmt(db, statement)) != NULL) count++;
  return count;
}

START_TEST(statementsAreFew) {
  static const struct {
    const char *selection;
    int levels;
  } CASES[] = {{"name", 1},
               {"name, posts(id)", 2},
               {"name, posts(id, comments(id))", 3},
               {"name, posts(id, comments(id, author(name)), tags(name))", 5},
               {"name, posts(id ORDER BY created_at DESC LIMIT 2)", 2},
               {"name, posts(id) WHERE active ORDER BY name", 2}};
  sqlite3 *db = openWith(BLOG);
  size_t i;
  int owners[] = {700, 350, 1};
  fillMany(db, "i");
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    int j;
    for (j = 0; j < 3; j++) {
      Count count = {0, 0};
      int before = statementsOf(db), after;
      char *sql = sqlite3_mprintf(
          "SELECT count(doc) FROM selectin('users', %Q) WHERE key IN (SELECT id FROM "
          "users LIMIT %d)",
          CASES[i].selection, owners[j]);
      char *all =
          sqlite3_mprintf("SELECT count(doc) FROM selectin('users', %Q)", CASES[i].selection);
      int allowed = CASES[i].levels * (4 + owners[j] / 32);
      sqlite3_trace_v2(db, SQLITE_TRACE_STMT, countRun, &count);
      run(db, sql);
      ck_assert_msg(count.runs <= allowed, "%s: %d runs", CASES[i].selection, count.runs);
      count.runs = 0;
      run(db, all);
      ck_assert_msg(count.runs <= CASES[i].levels * (4 + 700 / 32), "%s: %d runs",
                    CASES[i].selection, count.runs);
      sqlite3_trace_v2(db, 0, NULL, NULL);
      after = statementsOf(db);
      ck_assert_msg(after - before <= 3 * CASES[i].levels + 4, "%s: %d statements",
                    CASES[i].selection, after - before);
      sqlite3_free(sql);
      sqlite3_free(all);
    }
  }
  closeDb(db);
}
END_TEST

/* SQLite holds the outer statement's read transaction itself; ours must not be what keeps it. */
START_TEST(nothingStaysRunning) {
  sqlite3 *db = openWith(BLOG);
  sqlite3_stmt *outer, *statement = NULL;
  ck_assert_int_eq(sqlite3_prepare_v2(db, "SELECT doc FROM selectin('users', 'posts(comments)')",
                                      -1, &outer, NULL),
                   SQLITE_OK);
  ck_assert_int_eq(sqlite3_step(outer), SQLITE_ROW);
  while ((statement = sqlite3_next_stmt(db, statement)) != NULL) {
    ck_assert_msg(statement == outer || !sqlite3_stmt_busy(statement), "%s",
                  sqlite3_sql(statement));
  }
  sqlite3_finalize(outer);
  ck_assert_int_eq(sqlite3_txn_state(db, "main"), SQLITE_TXN_NONE);
  run(db, "DROP TABLE comments");
  closeDb(db);
}
END_TEST

START_TEST(utf16WorksToo) {
  sqlite3 *db = openWith("PRAGMA encoding = 'UTF-16le'");
  run(db, BLOG);
  run(db, "UPDATE posts SET title = char(0x10000) || title WHERE id = 2; UPDATE posts SET title = "
          "char(0xffff)"
          " || title WHERE id = 4");
  expectDocs(
      db, "'users', 'posts(title ORDER BY title), name'",
      "SELECT id, json_object('posts', (SELECT json_group_array(json_object('title', title)) FROM "
      "(SELECT "
      "title FROM posts WHERE user_id = users.id ORDER BY title)), 'name', name) FROM users");
  closeDb(db);
}
END_TEST

Suite *relTestFetchMany(void) {
  Suite *suite = suite_create("fetch_many");
  add(suite, "manyRowsAreAsByHand", manyRowsAreAsByHand);
  add(suite, "statementsAreFew", statementsAreFew);
  add(suite, "nothingStaysRunning", nothingStaysRunning);
  add(suite, "utf16WorksToo", utf16WorksToo);
  return suite;
}
