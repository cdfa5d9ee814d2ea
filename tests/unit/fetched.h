/*
** What the suites of fetch/ share: a database in memory with the extension in it, what a query gives,
** and the comparison, byte for byte, with what hand-written json_object() and json_group_array()
** give over the same rows.
*/
#ifndef REL_TESTS_FETCHED_H
#define REL_TESTS_FETCHED_H

#include "unit/suites.h"

#include "base/memory.h"
#include "relationship.h"

static inline void run(sqlite3 *db, const char *sql) {
  char *message = NULL;
  int rc = sqlite3_exec(db, sql, NULL, NULL, &message);
  ck_assert_msg(rc == SQLITE_OK, "%s\n  in: %s", message ? message : "", sql);
}

/* All rows of a query as text; or the message it fails with, after "! ". The caller frees it. */
static inline char *rows(sqlite3 *db, const char *sql) {
  sqlite3_str *text = sqlite3_str_new(NULL);
  sqlite3_stmt *statement = NULL;
  int rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
  while (rc == SQLITE_OK && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
    int i;
    for (i = 0; i < sqlite3_column_count(statement); i++) {
      const char *value = (const char *)sqlite3_column_text(statement, i);
      sqlite3_str_appendf(text, "%s%s", i ? "|" : "", value ? value : "NULL");
    }
    sqlite3_str_appendall(text, "\n");
    rc = SQLITE_OK;
  }
  if (rc != SQLITE_DONE) sqlite3_str_appendf(text, "! %s\n", sqlite3_errmsg(db));
  sqlite3_finalize(statement);
  if (sqlite3_str_length(text) == 0) sqlite3_str_appendall(text, "(none)\n");
  return sqlite3_str_finish(text);
}

static inline void expect(sqlite3 *db, const char *sql, const char *expected) {
  char *got = rows(db, sql);
  ck_assert_msg(strcmp(got, expected) == 0, "in: %s\ngot:\n%s\nexpected:\n%s", sql, got, expected);
  sqlite3_free(got);
}

/* Whether this SQLite knows a subquery's result for JSON: the newest do not always. */
static inline int knowsJson(sqlite3 *db) {
  char *result =
      rows(db, "SELECT json_array((SELECT json_group_array(x) FROM (SELECT 1 AS x ORDER BY 1)))");
  int knows = strcmp(result, "[[1]]\n") == 0;
  sqlite3_free(result);
  return knows;
}

/* Puts json() around every subquery that makes JSON. The caller frees the result. */
static inline char *tellJson(const char *hand) {
  static const char *const MAKERS[] = {"(SELECT json_group_array(", "(SELECT json_object("};
  sqlite3_str *text = sqlite3_str_new(NULL);
  int depth = 0, told = 0, depths[32];
  char quote = 0;
  for (; *hand; hand++) {
    int maker = !quote && (strncmp(hand, MAKERS[0], strlen(MAKERS[0])) == 0 ||
                           strncmp(hand, MAKERS[1], strlen(MAKERS[1])) == 0);
    if (maker) {
      depths[told++] = depth;
      sqlite3_str_appendall(text, "json(");
    }
    sqlite3_str_appendchar(text, 1, *hand);
    if (quote) {
      if (*hand == quote) quote = 0;
    } else if (*hand == '\'' || *hand == '"') {
      quote = *hand;
    } else if (*hand == '(') {
      depth++;
    } else if (*hand == ')') {
      depth--;
      if (told > 0 && depths[told - 1] == depth) {
        told--;
        sqlite3_str_appendall(text, ")");
      }
    }
  }
  return sqlite3_str_finish(text);
}

static inline void expectSame(sqlite3 *db, const char *ours, const char *hand) {
  char *told = knowsJson(db) ? sqlite3_mprintf("%s", hand) : tellJson(hand);
  char *expected = rows(db, told);
  ck_assert_msg(expected[0] != '!', "%s\n  in: %s", expected, told);
  expect(db, ours, expected);
  sqlite3_free(expected);
  sqlite3_free(told);
}

/* `SELECT key, doc` for one selection. The first word of ours may be the owner in quotes. */
static inline void expectDocs(sqlite3 *db, const char *arguments, const char *hand) {
  char *ours = sqlite3_mprintf("SELECT key, doc FROM selectin(%s)", arguments);
  expectSame(db, ours, hand);
  sqlite3_free(ours);
}

static inline void expectRefusal(sqlite3 *db, const char *owner, const char *selection,
                                 const char *message) {
  char *sql = sqlite3_mprintf("SELECT key, doc FROM selectin(%Q, %Q)", owner, selection);
  char *expected = sqlite3_mprintf("! %s\n", message);
  expect(db, sql, expected);
  sqlite3_free(expected);
  sqlite3_free(sql);
}

/* `text` with `word` at every @. The caller frees it. */
static inline char *filled(const char *text, const char *word) {
  sqlite3_str *result = sqlite3_str_new(NULL);
  for (; *text; text++) {
    if (*text == '@') {
      sqlite3_str_appendall(result, word);
    } else {
      sqlite3_str_appendchar(result, 1, *text);
    }
  }
  return sqlite3_str_finish(result);
}

static const char *const STRATEGIES[] = {"", "!selectin", "!select", "!joined", "!subquery"};
enum { STRATEGY_COUNT = sizeof STRATEGIES / sizeof *STRATEGIES };

/* As expectDocs, with each strategy at every @ in turn. */
static inline void expectEvery(sqlite3 *db, const char *arguments, const char *hand) {
  int i;
  for (i = 0; i < STRATEGY_COUNT; i++) {
    char *told = filled(arguments, STRATEGIES[i]);
    expectDocs(db, told, hand);
    sqlite3_free(told);
  }
}

/* Pieces of the comparison by hand. */
#define ALL_OF(pairs, from) "(SELECT json_group_array(json_object(" pairs ")) FROM " from ")"
#define ONE_OF(pairs, from) "(SELECT json_object(" pairs ") FROM " from ")"
#define DOCS(pairs, from) "SELECT id, json_object(" pairs ") FROM " from

static inline sqlite3 *openWith(const char *schema) {
  sqlite3 *db;
  ck_assert_int_eq(sqlite3_open(":memory:", &db), SQLITE_OK);
  ck_assert_int_eq(sqlite3_relationship_init(db, NULL, NULL), SQLITE_OK);
  run(db, schema);
  return db;
}

static inline void closeDb(sqlite3 *db) {
  ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
}

/* --- a blog ----------------------------------------------------------------------------------- */

static const char BLOG[] =
    "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT, active INT, boss_id INT REFERENCES "
    "users);"
    "CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INT REFERENCES users, title TEXT, body "
    "TEXT,"
    " score REAL, created_at TEXT);"
    "CREATE TABLE comments(id INTEGER PRIMARY KEY, post_id INT REFERENCES posts,"
    " author_id INT REFERENCES users, body TEXT);"
    "CREATE TABLE tags(id INTEGER PRIMARY KEY, name TEXT, weight INT);"
    "CREATE TABLE post_tags(post_id INT REFERENCES posts, tag_id INT REFERENCES tags, weight INT,"
    " PRIMARY KEY(post_id, tag_id));"
    "CREATE INDEX posts_user ON posts(user_id); CREATE INDEX comments_post ON comments(post_id);"
    "INSERT INTO users VALUES(1, 'Ann', 1, NULL), (2, 'Bob', 0, 1), (3, 'C\"ec', 1, 1), (5, NULL, "
    "1, 2);"
    "INSERT INTO posts VALUES(1, 1, 'b', 'x', 1.5, '2024-02'), (2, 1, 'a', NULL, 2.25, '2024-01'),"
    " (3, 2, 'c', 'y', NULL, '2024-03'), (4, 1, 'd', 'z', 0.1, '2024-02'), (5, NULL, 'e', '', 7, "
    "NULL),"
    " (6, 1, 'f', 'w', 1.5, '2024-02');"
    "INSERT INTO comments VALUES(1, 1, 2, 'one'), (2, 1, 3, 'two'), (3, 3, NULL, 'three'),"
    " (4, 1, 2, 'four'), (5, 4, 5, 'five');"
    "INSERT INTO tags VALUES(1, 'x', 10), (2, 'y', 20), (3, 'z', 30), (4, 'unused', 0);"
    "INSERT INTO post_tags VALUES(1, 2, 5), (1, 1, 6), (2, 3, 1), (3, 1, 2), (3, 3, 9);";

static inline void add(Suite *suite, const char *name, const TTest *test) {
  TCase *tcase = tcase_create(name);
  tcase_add_test(tcase, test);
  suite_add_tcase(suite, tcase);
}

/* Several batches of owners; keys of no owner, NULL keys, owners without members. */
static inline void fillBatches(sqlite3 *db) {
  run(db, "DELETE FROM comments; DELETE FROM post_tags; DELETE FROM posts; DELETE FROM users; "
          "DELETE FROM tags;"
          "CREATE INDEX comments_author ON comments(author_id); CREATE INDEX users_boss ON "
          "users(boss_id); CREATE INDEX tagged ON post_tags(tag_id);"
          "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 400)"
          " INSERT INTO users SELECT i * 3, nullif('user ' || i % 90, 'user 7'), i % 2, CASE WHEN "
          "i > 9 THEN i * 3 / 30 * 3 END FROM n;"
          "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 1200)"
          " INSERT INTO posts SELECT i, nullif((1 + i * 7919 % 420) * 3, 30), 'title ' || i % 200, "
          "i, i / 7.0, i % 13 FROM n ORDER BY i * 7 % 101;"
          "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 3000)"
          " INSERT INTO comments SELECT i, 1 + i * 104729 % 1300, nullif(3 * (1 + i % 450), 60), "
          "'body ' || i FROM n;"
          "INSERT INTO tags SELECT id, name, id % 20 FROM users LIMIT 50;"
          "INSERT OR IGNORE INTO post_tags SELECT id, 3 * (1 + id * 31 % 50), id FROM posts;"
          "INSERT OR IGNORE INTO post_tags SELECT id, 3 * (1 + id * 17 % 50), id FROM posts;"
          "INSERT OR IGNORE INTO post_tags SELECT id, NULL, id FROM posts LIMIT 30;");
}

#endif
