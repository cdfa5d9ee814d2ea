/*
** What enforcement costs: statements that touch no key, against the same tables without relationships;
** and cascades, against native ON DELETE CASCADE. Side by side in one run, CPU time, each round undone.
** Use: writes [users [scattered]]     posts are ten times, comments fifty times as many
*/
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "relationship.h"

enum { ROUNDS = 9, SIDES = 4 };

static double now(void) {
  return (double)clock() * 1e3 / CLOCKS_PER_SEC;
}

static void run(sqlite3 *db, const char *sql) {
  char *message = NULL;
  if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK) {
    fprintf(stderr, "%s: %s\n", sql, message);
    exit(1);
  }
}

/* `action` follows REFERENCES: ON DELETE CASCADE, or nothing. */
static sqlite3 *fill(int users, int scattered, const char *action) {
  const char *order = scattered ? "random()" : "i";
  sqlite3 *db;
  char *sql;
  if (sqlite3_open(":memory:", &db) != SQLITE_OK) exit(1);
  sql = sqlite3_mprintf(
      "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT, city TEXT);"
      "CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users %s, title TEXT,"
      " views INTEGER);"
      "CREATE TABLE comments(id INTEGER PRIMARY KEY, post_id INTEGER REFERENCES posts %s,"
      " body TEXT);"
      "CREATE TABLE folders(id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES folders %s);"
      "CREATE INDEX posts_user ON posts(user_id); CREATE INDEX comments_post ON comments(post_id);"
      "CREATE INDEX folders_parent ON folders(parent_id);"
      "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
      " INSERT INTO users SELECT i, 'User ' || i, 'City ' || (i %% 100) FROM n;"
      "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
      " INSERT INTO posts(user_id, title, views) SELECT 1 + (i - 1) / 10, 'Title of post ' || i,"
      " i %% 5000 FROM n ORDER BY %s;"
      "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
      " INSERT INTO comments(post_id, body) SELECT 1 + (i - 1) / 5, 'Comment ' || i || ' says it'"
      " FROM n ORDER BY %s;"
      "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
      " INSERT INTO folders SELECT i, CASE WHEN i > 1 THEN (i + 2) / 4 END FROM n;",
      action, action, action, users, 10 * users, order, 50 * users, order, 10 * users);
  run(db, sql);
  sqlite3_free(sql);
  run(db, "ANALYZE");
  return db;
}

static void declare(sqlite3 *db) {
  if (sqlite3_relationship_init(db, NULL, NULL) != SQLITE_OK) exit(1);
  run(db, "INSERT INTO relationship(owner, name, target, cascade) VALUES"
          " ('users', 'posts', 'posts', 'all, delete-orphan'),"
          " ('posts', 'comments', 'comments', 'all, delete-orphan'),"
          " ('folders', 'folders', 'folders', 'all')");
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* The statement, `times` over with ?1 counting, and its undoing. Only the first is timed. */
static double measure(sqlite3 *db, sqlite3_stmt *statement, int times) {
  double start, took;
  int i;
  run(db, "BEGIN");
  start = now();
  for (i = 1; i <= times; i++) {
    sqlite3_bind_int(statement, 1, i);
    sqlite3_step(statement);
    if (sqlite3_reset(statement) != SQLITE_OK) {
      fprintf(stderr, "%s\n", sqlite3_errmsg(db));
      exit(1);
    }
  }
  took = now() - start;
  run(db, "ROLLBACK");
  return took;
}

/* Sides in pairs: the second of each is ours, and its ratio to the first is printed. */
static void compare(sqlite3 **sides, const char *name, const char *sql, int times) {
  sqlite3_stmt *statements[SIDES];
  double took[SIDES][ROUNDS];
  int side, round;
  for (side = 0; side < SIDES; side++) {
    if (sqlite3_prepare_v2(sides[side], sql, -1, &statements[side], NULL) != SQLITE_OK) exit(1);
  }
  for (round = 0; round < ROUNDS; round++) {
    for (side = 0; side < SIDES; side++) {
      took[side][round] = measure(sides[side], statements[side], times);
    }
  }
  printf("%-24s", name);
  for (side = 0; side < SIDES; side++) {
    qsort(took[side], ROUNDS, sizeof **took, ascending);
    sqlite3_finalize(statements[side]);
    printf(" %8.3f ms", took[side][ROUNDS / 2]);
    if (side % 2 == 1) printf(" %5.2f x  ", took[side - 1][ROUNDS / 2] / took[side][ROUNDS / 2]);
  }
  printf("\n");
}

/* Both pairs: without relationships and with; foreign_keys off, then on. */
static void plainWrites(int users, int scattered) {
  sqlite3 *sides[SIDES];
  int side;
  for (side = 0; side < SIDES; side++) {
    sides[side] = fill(users, scattered, "");
    if (side % 2 == 1) declare(sides[side]);
    run(sides[side], side < 2 ? "PRAGMA foreign_keys = 0" : "PRAGMA foreign_keys = 1");
  }
  printf("no key is touched: without relationships, with; then the same under foreign_keys\n");
  compare(sides, "insert, one row", "INSERT INTO comments(post_id, body) VALUES(?1, 'new')", 20000);
  compare(sides, "insert, select",
          "INSERT INTO comments(post_id, body) SELECT post_id, body FROM comments WHERE ?1", 1);
  compare(sides, "update, one row", "UPDATE comments SET body = 'changed' WHERE id = ?1", 20000);
  compare(sides, "update, all rows", "UPDATE comments SET body = 'changed' WHERE ?1", 1);
  compare(sides, "update owners, all rows", "UPDATE posts SET views = views + 1 WHERE ?1", 1);
  for (side = 0; side < SIDES; side++) sqlite3_close(sides[side]);
}

/* Native needs foreign_keys; ours is measured without, and with keys of no action in force. */
static void cascades(int users, int scattered) {
  sqlite3 *sides[SIDES];
  char *sql;
  int side;
  for (side = 0; side < SIDES; side++) {
    sides[side] = fill(users, scattered, side % 2 == 0 ? "ON DELETE CASCADE" : "");
    if (side % 2 == 1) declare(sides[side]);
    run(sides[side], side == 1 ? "PRAGMA foreign_keys = 0" : "PRAGMA foreign_keys = 1");
  }
  printf("cascades: native, declared; native, declared under foreign_keys\n");
  compare(sides, "delete one owner", "DELETE FROM users WHERE id = ?1 * 7", 100);
  compare(sides, "delete 100 owners", "DELETE FROM users WHERE id <= ?1 * 100", 1);
  sql = sqlite3_mprintf("DELETE FROM users WHERE ?1 AND id <= %d", users / 20);
  compare(sides, "delete 5 % of owners", sql, 1);
  sqlite3_free(sql);
  compare(sides, "delete all owners", "DELETE FROM users WHERE ?1", 1);
  compare(sides, "delete a tree", "DELETE FROM folders WHERE id = ?1", 1);
  for (side = 0; side < SIDES; side++) sqlite3_close(sides[side]);
}

int main(int count, char **words) {
  int users = count > 1 ? atoi(words[1]) : 2000, scattered = count > 2;
  plainWrites(users, scattered);
  cascades(users, scattered);
  return 0;
}
