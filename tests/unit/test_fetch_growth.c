/*
** The shape of growth: what a row costs does not depend on how many there are. Steps of SQLite are
** counted; time is compared with time, and allowed what caches make of it.
*/
#include <time.h>

#include "unit/fetched.h"

enum { FEW = 1000, MANY = 100000 };

/* A row of users for ten of posts and fifty of comments, each with an author; three tags for a post. */
static sqlite3 *grown(int rowCount) {
  sqlite3 *db = openWith(
      "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT);"
      "CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users, title TEXT);"
      "CREATE TABLE comments(id INTEGER PRIMARY KEY, post_id INTEGER REFERENCES posts,"
      " author_id INTEGER REFERENCES users, body TEXT);"
      "CREATE TABLE tags(id INTEGER PRIMARY KEY, name TEXT);"
      "CREATE TABLE post_tags(post_id INTEGER REFERENCES posts, tag_id INTEGER REFERENCES tags,"
      " PRIMARY KEY(post_id, tag_id)) WITHOUT ROWID;"
      "CREATE INDEX posts_user ON posts(user_id); CREATE INDEX comments_post ON "
      "comments(post_id);");
  char *sql = sqlite3_mprintf(
      "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
      " INSERT INTO users SELECT i, 'user ' || i FROM n;"
      "WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
      " INSERT INTO posts SELECT i + 1, i / 10 + 1, 'post ' || i FROM n;"
      "WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
      " INSERT INTO comments SELECT i + 1, i / 5 + 1, i * 7919 %% %d + 1, 'comment ' || i FROM n;"
      "INSERT INTO tags SELECT id, 'tag ' || id FROM posts LIMIT 50;"
      "INSERT INTO post_tags SELECT p.id, 1 + (p.id * 7 + t.id * 11) %% 50 FROM posts AS p, tags "
      "AS t"
      " WHERE t.id <= 3;"
      "INSERT INTO relationship(owner, name, target) VALUES('users', 'posts', 'posts'),"
      " ('posts', 'comments', 'comments'), ('comments', 'author', 'users');"
      "INSERT INTO relationship(owner, name, target, secondary)"
      " VALUES('posts', 'tags', 'tags', 'post_tags'); ANALYZE",
      rowCount / 61, rowCount / 61 * 10 - 1, rowCount / 61 * 50 - 1, rowCount / 61);
  run(db, sql);
  sqlite3_free(sql);
  return db;
}

static const char *const SELECTIONS[] = {
    "posts(comments)",
    "posts!selectin(comments!selectin)",
    "posts!subquery(comments!subquery)",
    "posts!joined(comments!joined)",
    "posts(comments(*, author), tags)",
    "posts!selectin(comments!selectin(*, author!selectin), tags!selectin)",
    "posts(comments(* ORDER BY body LIMIT 2) ORDER BY title)"};

enum { SELECTION_COUNT = sizeof SELECTIONS / sizeof *SELECTIONS };

static int countStep(void *steps) {
  ++*(sqlite3_int64 *)steps;
  return 0;
}

static sqlite3_stmt *fetchAll(sqlite3 *db, const char *selection) {
  sqlite3_stmt *statement;
  char *sql = sqlite3_mprintf("SELECT total(length(doc)) FROM selectin('users', %Q)", selection);
  ck_assert_int_eq(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
  sqlite3_free(sql);
  return statement;
}

static void step(sqlite3_stmt *statement) {
  ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
  ck_assert_int_gt(sqlite3_column_int(statement, 0), 0);
  ck_assert_int_eq(sqlite3_reset(statement), SQLITE_OK);
}

static double stepsPerRow(sqlite3 *db, const char *selection, int rowCount) {
  sqlite3_stmt *statement = fetchAll(db, selection);
  sqlite3_int64 steps = 0;
  step(statement);
  sqlite3_progress_handler(db, 1, countStep, &steps);
  step(statement);
  sqlite3_progress_handler(db, 0, NULL, NULL);
  sqlite3_finalize(statement);
  return (double)steps / rowCount;
}

/* Nanoseconds, the least of several runs, each of so many fetches. */
static double timePerRow(sqlite3 *db, const char *selection, int rowCount, int fetches) {
  enum { RUNS = 3 };
  sqlite3_stmt *statement = fetchAll(db, selection);
  double least = 0;
  int time, i;
  step(statement);
  for (time = 0; time < RUNS; time++) {
    clock_t start = clock();
    double took;
    for (i = 0; i < fetches; i++) step(statement);
    took = (double)(clock() - start) * 1e9 / CLOCKS_PER_SEC / fetches / rowCount;
    if (time == 0 || took < least) least = took;
  }
  sqlite3_finalize(statement);
  return least;
}

/* Batches load authors and tags anew, which are more where there are more rows. */
START_TEST(stepsPerRowStay) {
  sqlite3 *few = grown(FEW), *many = grown(MANY);
  int i;
  for (i = 0; i < SELECTION_COUNT; i++) {
    double ofFew = stepsPerRow(few, SELECTIONS[i], FEW);
    double ofMany = stepsPerRow(many, SELECTIONS[i], MANY);
    ck_assert_msg(ofMany < 1.3 * ofFew, "%s: %.1f steps per row of %d rows, %.1f of %d",
                  SELECTIONS[i], ofFew, FEW, ofMany, MANY);
  }
  closeDb(few);
  closeDb(many);
}
END_TEST

START_TEST(timePerRowStays) {
  sqlite3 *few = grown(FEW), *many = grown(MANY);
  int i;
  for (i = 0; i < SELECTION_COUNT; i++) {
    double ofFew = timePerRow(few, SELECTIONS[i], FEW, MANY / FEW);
    double ofMany = timePerRow(many, SELECTIONS[i], MANY, 1);
    ck_assert_msg(ofMany < 5 * ofFew, "%s: %.0f ns per row of %d rows, %.0f of %d", SELECTIONS[i],
                  ofFew, FEW, ofMany, MANY);
  }
  closeDb(few);
  closeDb(many);
}
END_TEST

Suite *relTestFetchGrowth(void) {
  Suite *suite = suite_create("fetch_growth");
  add(suite, "stepsPerRowStay", stepsPerRowStay);
  add(suite, "timePerRowStays", timePerRowStays);
  return suite;
}
