#include <stdio.h>
#include <string.h>

#include "cells.h"
#include "data.h"
#include "database.h"
#include "measure.h"
#include "writes.h"

enum { CACHE = -400000 /* KiB */, ROUNDS = 15, QUICK_ROUNDS = 3 };

/* --- databases ------------------------------------------------------------------------------------ */

sqlite3 *benchWritable(const char *name, const char *dataset, const char *action) {
  char *from = benchData(dataset), *path = sqlite3_mprintf("build/bench/%s-copy.db", name), *sql;
  sqlite3 *db;
  remove(path);
  db = benchOpen(path, CACHE);
  sql = sqlite3_mprintf(
      "PRAGMA journal_mode = off; PRAGMA synchronous = off; ATTACH %Q AS dataset; BEGIN;"
      "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT, email TEXT, age INTEGER, city TEXT,"
      " score REAL, created_at TEXT);"
      "CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users %s, title TEXT,"
      " body TEXT, views INTEGER, rating REAL, created_at TEXT);"
      "CREATE TABLE comments(id INTEGER PRIMARY KEY, post_id INTEGER REFERENCES posts %s,"
      " author_id INTEGER, body TEXT, likes INTEGER, created_at TEXT);"
      "INSERT INTO users SELECT * FROM dataset.users;"
      "INSERT INTO posts SELECT * FROM dataset.posts;"
      "INSERT INTO comments SELECT * FROM dataset.comments;"
      "CREATE INDEX posts_user ON posts(user_id); CREATE INDEX comments_post ON comments(post_id);"
      "COMMIT; DETACH dataset; ANALYZE; PRAGMA journal_mode = memory",
      from, action, action);
  benchExec(db, sql);
  sqlite3_free(sql);
  sqlite3_free(path);
  sqlite3_free(from);
  return db;
}

void benchDeclare(sqlite3 *db) {
  benchExec(db, "INSERT INTO relationship(owner, name, target, cascade) VALUES"
                " ('users', 'posts', 'posts', 'all, delete-orphan'),"
                " ('posts', 'comments', 'comments', 'all, delete-orphan')");
}

void benchWritableEnd(sqlite3 *db) {
  char *path = sqlite3_mprintf("%s", sqlite3_db_filename(db, "main"));
  sqlite3_close(db);
  remove(path);
  sqlite3_free(path);
}

double benchWriteRun(void *context) {
  BenchWrite *write = context;
  double start, took;
  int call;
  benchExec(write->db, "BEGIN");
  start = benchNow();
  for (call = 0; call < write->calls; call++) {
    sqlite3_bind_int64(write->statement, 1, write->ids != NULL ? write->ids[call] : call + 1);
    benchFinish(write->statement);
  }
  took = benchNow() - start;
  write->left = benchNumber(write->db, write->check);
  benchExec(write->db, "ROLLBACK");
  return took / write->calls;
}

/* --- what enforcement costs ----------------------------------------------------------------------- */

/* Every one touches comments, of which there are fifty per user, or posts. */
static const struct {
  const char *work, *sql;
  int calls;
} STATEMENTS[] = {
    {"insert, one row", "INSERT INTO comments(post_id, body) VALUES(1 + ?1 % 600, 'new')", 10000},
    {"insert, as many rows as there are",
     "INSERT INTO comments(post_id, body) SELECT post_id, body FROM comments WHERE ?1", 1},
    {"update, one row", "UPDATE comments SET body = 'changed' WHERE id = 1 + ?1 % 3000", 10000},
    {"update, all rows", "UPDATE comments SET body = 'changed' WHERE ?1", 1},
    {"update of owners, all rows", "UPDATE posts SET views = views + 1 WHERE ?1", 1},
    {"update of the key, one row",
     "UPDATE comments SET post_id = 1 + (post_id + ?1) % 600 WHERE id = 1 + ?1 % 3000", 10000},
    {"update of the key, all rows", "UPDATE comments SET post_id = 1 + (post_id + ?1) % 600", 1}};

/* The same statement on a database with relationships and on one without. */
static int measureStatement(const BenchOptions *options, const BenchCell *cell, sqlite3 **db,
                            const char *sql, int calls) {
  static const char *const NAMES[] = {"declared", "without"};
  BenchWrite writes[2];
  BenchSide sides[2];
  int i, well;
  memset(writes, 0, sizeof writes);
  memset(sides, 0, sizeof sides);
  for (i = 0; i < 2; i++) {
    writes[i].db = db[i];
    writes[i].statement = benchPrepare(db[i], sql);
    writes[i].calls = calls;
    writes[i].check =
        "SELECT total(length(body)) + 7 * total(post_id) + 60 * count(*) FROM comments";
    sides[i].name = NAMES[i];
    sides[i].run = benchWriteRun;
    sides[i].context = &writes[i];
    benchWriteRun(&writes[i]);
  }
  fprintf(stderr, "%s, %s, %s\n", cell->dataset, cell->shape, cell->work);
  well = benchMeasure(sides, 2, options->quick ? QUICK_ROUNDS : ROUNDS);
  if (writes[0].left != writes[1].left) {
    fprintf(stderr, "%s: leaves other rows with relationships than without\n", cell->work);
    well = 0;
  }
  benchReport(cell, sides, 2);
  for (i = 0; i < 2; i++) sqlite3_finalize(writes[i].statement);
  return !well;
}

int benchWrites(const BenchOptions *options) {
  const char *dataset = options->tiny ? "tiny" : "small";
  sqlite3 *db[2];
  int keys, failures = 0;
  size_t i;
  if (!benchWantedAny(options, "writes", "")) return 0;
  db[0] = benchWritable("declared", dataset, "");
  db[1] = benchWritable("without", dataset, "");
  benchDeclare(db[0]);
  for (keys = 0; keys < 2; keys++) {
    const char *setting = keys ? "foreign_keys on" : "foreign_keys off";
    benchExec(db[0], keys ? "PRAGMA foreign_keys = 1" : "PRAGMA foreign_keys = 0");
    benchExec(db[1], keys ? "PRAGMA foreign_keys = 1" : "PRAGMA foreign_keys = 0");
    for (i = 0; i < sizeof STATEMENTS / sizeof *STATEMENTS; i++) {
      BenchCell cell = {"writes", setting, STATEMENTS[i].work};
      if (!benchWanted(options, cell.dataset, cell.shape, cell.work)) continue;
      failures += measureStatement(options, &cell, db, STATEMENTS[i].sql, STATEMENTS[i].calls);
    }
  }
  benchWritableEnd(db[0]);
  benchWritableEnd(db[1]);
  return failures;
}
