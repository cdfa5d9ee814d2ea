#include <stdio.h>
#include <string.h>

#include "cells.h"
#include "data.h"
#include "database.h"
#include "measure.h"
#include "writes.h"

enum { CACHE = -400000 /* KiB */, ROUNDS = 31, QUICK_ROUNDS = 3 };

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

void benchByHand(sqlite3 *db) {
  benchExec(db, "CREATE TRIGGER users_gone AFTER DELETE ON users BEGIN"
                " DELETE FROM posts WHERE user_id = old.id; END;"
                "CREATE TRIGGER posts_gone AFTER DELETE ON posts BEGIN"
                " DELETE FROM comments WHERE post_id = old.id; END;"
                "CREATE TRIGGER posts_left AFTER UPDATE OF user_id ON posts"
                " WHEN new.user_id IS NULL AND old.user_id IS NOT NULL"
                " BEGIN DELETE FROM posts WHERE id = new.id; END;"
                "CREATE TRIGGER comments_left AFTER UPDATE OF post_id ON comments"
                " WHEN new.post_id IS NULL AND old.post_id IS NOT NULL"
                " BEGIN DELETE FROM comments WHERE id = new.id; END");
}

void benchWritableEnd(sqlite3 *db) {
  char *path = sqlite3_mprintf("%s", sqlite3_db_filename(db, "main"));
  sqlite3_close(db);
  remove(path);
  sqlite3_free(path);
}

static void runOnce(sqlite3_stmt *statement, sqlite3_int64 value) {
  if (statement == NULL) return;
  sqlite3_bind_int64(statement, 1, value);
  benchFinish(statement);
}

double benchWriteRun(void *context) {
  BenchWrite *write = context;
  double start, took;
  int call;
  benchExec(write->db, "BEGIN");
  start = benchNow();
  for (call = 0; call < write->calls; call++) {
    sqlite3_int64 value = write->ids != NULL ? write->ids[call] : call + 1;
    runOnce(write->before[0], value);
    runOnce(write->before[1], value);
    runOnce(write->statement, value);
  }
  took = benchNow() - start;
  write->left = benchNumber(write->db, write->check);
  benchExec(write->db, "ROLLBACK");
  return took / write->share;
}

int benchSameLeft(const BenchCell *cell, const BenchWrite *writes, const BenchSide *sides,
                  int count) {
  int i, same = 1;
  for (i = 1; i < count; i++) {
    if (writes[i].left == writes[0].left) continue;
    fprintf(stderr, "%s, %s, %s: %s leaves other rows than %s\n", cell->dataset, cell->shape,
            cell->work, sides[i].name, sides[0].name);
    same = 0;
  }
  return same;
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

enum { STATES = 3 };
static const char *const STATE[STATES] = {"declared", "without", "triggers by hand"};

/* The same statement on a database with relationships, on one without, and on one with triggers. */
static int measureStatement(const BenchOptions *options, const BenchCell *cell, sqlite3 **db,
                            const char *sql, int calls) {
  BenchWrite writes[STATES];
  BenchSide sides[STATES];
  int i, well;
  memset(writes, 0, sizeof writes);
  memset(sides, 0, sizeof sides);
  for (i = 0; i < STATES; i++) {
    writes[i].db = db[i];
    writes[i].statement = benchPrepare(db[i], sql);
    writes[i].calls = writes[i].share = calls;
    writes[i].check =
        "SELECT total(length(body)) + 7 * total(post_id) + 60 * count(*) FROM comments";
    sides[i].name = STATE[i];
    sides[i].run = benchWriteRun;
    sides[i].context = &writes[i];
    benchWriteRun(&writes[i]);
  }
  fprintf(stderr, "%s, %s, %s\n", cell->dataset, cell->shape, cell->work);
  well = benchMeasure(sides, STATES, options->quick ? QUICK_ROUNDS : ROUNDS);
  well = benchSameLeft(cell, writes, sides, STATES) && well;
  benchReport(cell, sides, STATES);
  for (i = 0; i < STATES; i++) sqlite3_finalize(writes[i].statement);
  return !well;
}

int benchWriteAgain(const char *state, const char *work, int times) {
  sqlite3 *db = benchWritable("writes-again", "tiny", "");
  BenchWrite write = {db, NULL, {NULL, NULL}, NULL, 0, 1, "SELECT count(*) FROM comments", 0};
  size_t i;
  int time;
  if (strcmp(state, STATE[0]) == 0) benchDeclare(db);
  if (strcmp(state, STATE[2]) == 0) benchByHand(db);
  for (i = 0; i < sizeof STATEMENTS / sizeof *STATEMENTS; i++) {
    if (strcmp(STATEMENTS[i].work, work) != 0) continue;
    write.statement = benchPrepare(db, STATEMENTS[i].sql);
    write.calls = STATEMENTS[i].calls < 1000 ? STATEMENTS[i].calls : 1000;
  }
  if (write.statement == NULL) benchFail("no statement %s", work);
  for (time = 0; time < times; time++) benchWriteRun(&write);
  sqlite3_finalize(write.statement);
  benchWritableEnd(db);
  return 0;
}

int benchWrites(const BenchOptions *options) {
  const char *dataset = options->tiny ? "tiny" : "small";
  sqlite3 *db[STATES];
  int keys, state, failures = 0;
  size_t i;
  if (!benchWantedAny(options, "writes", "")) return 0;
  db[0] = benchWritable("writes-declared", dataset, "");
  db[1] = benchWritable("writes-without", dataset, "");
  db[2] = benchWritable("writes-by-hand", dataset, "");
  benchDeclare(db[0]);
  benchByHand(db[2]);
  for (keys = 0; keys < 2; keys++) {
    const char *setting = keys ? "foreign_keys on" : "foreign_keys off";
    for (state = 0; state < STATES; state++) {
      benchExec(db[state], keys ? "PRAGMA foreign_keys = 1" : "PRAGMA foreign_keys = 0");
    }
    for (i = 0; i < sizeof STATEMENTS / sizeof *STATEMENTS; i++) {
      BenchCell cell = {"writes", setting, STATEMENTS[i].work};
      if (!benchWanted(options, cell.dataset, cell.shape, cell.work)) continue;
      failures += measureStatement(options, &cell, db, STATEMENTS[i].sql, STATEMENTS[i].calls);
    }
  }
  for (state = 0; state < STATES; state++) benchWritableEnd(db[state]);
  return failures;
}
