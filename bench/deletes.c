#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cells.h"
#include "data.h"
#include "database.h"
#include "measure.h"
#include "writes.h"

enum { CACHE = -400000 /* KiB */, ROUNDS = 7, QUICK_ROUNDS = 3, SOME = 100 /* owners */ };

/*
** The ways to have members go with their owner; or nothing has them go, and the same rows are deleted, table by
** table or owner by owner.
*/
typedef enum Way { DECLARED, DECLARED_KEYS, NATIVE, BY_HAND, BY_TABLE, BY_OWNER, WAYS } Way;
static const char *const WAY[WAYS] = {"declared",      "declared, foreign_keys",
                                      "native",        "triggers by hand",
                                      "rows by table", "rows by owner"};

/* Native needs foreign_keys. The others do without; declared is measured with both. */
static sqlite3 *openWay(Way way, const char *dataset) {
  static const char *const NAMES[WAYS] = {"delete-declared", "delete-keys",     "delete-native",
                                          "delete-by-hand",  "delete-by-table", "delete-by-owner"};
  sqlite3 *db = benchWritable(NAMES[way], dataset, way == NATIVE ? "ON DELETE CASCADE" : "");
  if (way == DECLARED || way == DECLARED_KEYS) benchDeclare(db);
  if (way == BY_HAND) benchByHand(db);
  benchExec(db, way == NATIVE || way == DECLARED_KEYS ? "PRAGMA foreign_keys = 1"
                                                      : "PRAGMA foreign_keys = 0");
  return db;
}

/* --- peers ---------------------------------------------------------------------------------------- */

typedef struct Asked {
  BenchPeer *peer;
  const char *path;
  char *ids; /* owned */
} Asked;

static double ask(void *context) {
  Asked *asked = context;
  char answer[200];
  if (!benchPeerAsk(asked->peer, "delete", answer, sizeof answer, "delete %s %s", asked->path,
                    asked->ids)) {
    return -1;
  }
  return atof(answer);
}

/* --- one cell ------------------------------------------------------------------------------------- */

typedef struct Deletion {
  const char *work, *table, *where; /* the owners */
  const char *posts;                /* what holds of theirs; NULL where there are none */
  const sqlite3_int64 *ids;         /* the owners' */
  int count;                        /* of them */
  int single;                       /* they are deleted one by one, and the time is that of one */
  int asked;                        /* peers are asked for it, too */
  int rounds;                       /* peers take ROUNDS */
} Deletion;

static sqlite3_stmt *prepareDelete(sqlite3 *db, const char *format, const char *where) {
  char *sql = sqlite3_mprintf(format, where);
  sqlite3_stmt *statement = benchPrepare(db, sql);
  sqlite3_free(sql);
  return statement;
}

static void prepareWrite(BenchWrite *write, Way way, sqlite3 *db, const Deletion *deletion) {
  char *format = sqlite3_mprintf("DELETE FROM %s WHERE %%s", deletion->table);
  write->db = db;
  write->statement = prepareDelete(db, format, way == BY_OWNER ? "id = ?1" : deletion->where);
  if (way == BY_TABLE || way == BY_OWNER) {
    const char *posts = way == BY_OWNER ? "user_id = ?1" : deletion->posts;
    write->before[0] = prepareDelete(
        db, "DELETE FROM comments WHERE post_id IN (SELECT id FROM posts WHERE %s)", posts);
    write->before[1] = prepareDelete(db, "DELETE FROM posts WHERE %s", posts);
  }
  write->ids = deletion->ids;
  write->calls = deletion->single || way == BY_OWNER ? deletion->count : 1;
  write->share = deletion->single ? write->calls : 1;
  sqlite3_free(format);
}

/* `db` has a database for each way, or NULL. */
static int measureDeletion(const BenchOptions *options, const BenchCell *cell, sqlite3 **db,
                           const char *check, const Deletion *deletion, const char *plain) {
  BenchWrite writes[WAYS];
  Asked asked[BENCH_PEERS];
  BenchSide sides[WAYS + BENCH_PEERS];
  int way, i, own = 0, count, well;
  fprintf(stderr, "%s, %s, %s\n", cell->dataset, cell->shape, cell->work);
  memset(writes, 0, sizeof writes);
  memset(sides, 0, sizeof sides);
  for (way = 0; way < WAYS; way++) {
    if (db[way] == NULL) continue;
    prepareWrite(&writes[own], (Way)way, db[way], deletion);
    writes[own].check = check;
    sides[own].name = WAY[way];
    sides[own].run = benchWriteRun;
    sides[own].context = &writes[own];
    benchWriteRun(&writes[own++]);
  }
  count = own;
  for (i = 0; deletion->asked && i < options->peerCount; i++) {
    Asked one = {options->peers[i], plain, benchIdList(deletion->ids, deletion->count)};
    asked[i] = one;
    sides[count].name = benchPeerName(one.peer);
    sides[count].run = ask;
    sides[count].most = ROUNDS;
    sides[count++].context = &asked[i];
  }
  well = benchMeasure(sides, count, options->quick ? QUICK_ROUNDS : deletion->rounds);
  well = benchSameLeft(cell, writes, sides, own) && well;
  benchReport(cell, sides, count);
  for (i = 0; i < own; i++) {
    sqlite3_finalize(writes[i].statement);
    sqlite3_finalize(writes[i].before[0]);
    sqlite3_finalize(writes[i].before[1]);
  }
  for (i = 0; i < count - own; i++) sqlite3_free(asked[i].ids);
  return !well;
}

/* --- owners with members of two levels ------------------------------------------------------------ */

static int measureAmounts(const BenchOptions *options, const char *dataset, sqlite3 **db,
                          const char *plain) {
  static const char *const CHECK = "SELECT (SELECT total(id) FROM users) + (SELECT total(id) FROM "
                                   "posts) + (SELECT total(id) FROM"
                                   " comments)";
  int users = (int)benchNumber(db[0], "SELECT count(*) FROM users"), failures = 0;
  int some = users < SOME ? users / 2 : SOME, few = (users + 13) / 20 /* 7, 27, … */, i;
  sqlite3_int64 *ids = benchPick(users, some, 1), *all = benchPick(users, users, users);
  sqlite3_int64 *part = benchAlloc(((size_t)few + 1) * sizeof *part);
  char *list = benchIdList(ids, some);
  char *ofSome = sqlite3_mprintf("?1 AND id IN (%s)", list);
  char *ofSomePosts = sqlite3_mprintf("?1 AND user_id IN (%s)", list);
  const Deletion deletions[] = {
      {"1 owner", "users", "id = ?1", "user_id = ?1", ids, some, 1, plain != NULL, BENCH_ROUNDS},
      {"100 owners", "users", ofSome, ofSomePosts, ids, some, 0, plain != NULL, BENCH_ROUNDS},
      {"5 % of owners", "users", "?1 AND id % 20 = 7",
       "user_id IN (SELECT id FROM users WHERE ?1 AND id % 20 = 7)", part, few, 0, 0, ROUNDS},
      {"all owners", "users", "?1", "?1", all, users, 0, 0, ROUNDS}};
  for (i = 0; i < few; i++) part[i] = 20 * i + 7;
  for (i = 0; i < (int)(sizeof deletions / sizeof *deletions); i++) {
    BenchCell cell = {"delete", dataset, deletions[i].work};
    if (!benchWanted(options, cell.dataset, cell.shape, cell.work)) continue;
    failures += measureDeletion(options, &cell, db, CHECK, &deletions[i], plain);
  }
  sqlite3_free(ofSome);
  sqlite3_free(ofSomePosts);
  sqlite3_free(list);
  free(ids);
  free(all);
  free(part);
  return failures;
}

static int measureDataset(const BenchOptions *options, const char *dataset, int peers) {
  sqlite3 *db[WAYS], *plain = NULL;
  int way, failures;
  if (!benchWantedAny(options, "delete", dataset)) return 0;
  for (way = 0; way < WAYS; way++) db[way] = openWay((Way)way, dataset);
  if (peers && options->peerCount > 0) plain = benchWritable("delete-plain", dataset, "");
  failures = measureAmounts(options, dataset, db,
                            plain != NULL ? sqlite3_db_filename(plain, "main") : NULL);
  for (way = 0; way < WAYS; way++) benchWritableEnd(db[way]);
  if (plain != NULL) benchWritableEnd(plain);
  return failures;
}

/* --- a tree --------------------------------------------------------------------------------------- */

enum { FAN_OUT = 10, FOLDERS = 100000, QUICK_FOLDERS = 2000 };

static sqlite3 *openTree(Way way, int folders) {
  sqlite3 *db = benchOpen(":memory:", CACHE);
  char *sql = sqlite3_mprintf(
      "CREATE TABLE folders(id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES folders %s,"
      " name TEXT);"
      "CREATE INDEX folders_parent ON folders(parent_id);"
      "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
      " INSERT INTO folders SELECT i, CASE WHEN i > 1 THEN (i + %d) / %d END, 'Folder ' || i FROM "
      "n;"
      "ANALYZE",
      way == NATIVE ? "ON DELETE CASCADE" : "", folders, FAN_OUT - 2, FAN_OUT);
  benchExec(db, sql);
  sqlite3_free(sql);
  if (way == DECLARED || way == DECLARED_KEYS) {
    benchExec(db, "INSERT INTO relationship(owner, name, target, cascade)"
                  " VALUES('folders', 'folders', 'folders', 'all')");
  }
  benchExec(db, way == NATIVE || way == DECLARED_KEYS ? "PRAGMA foreign_keys = 1"
                                                      : "PRAGMA foreign_keys = 0");
  return db;
}

static int measureTree(const BenchOptions *options, const BenchCell *cell, int folders,
                       const char *setting) {
  static const Deletion WHOLE = {"", "folders", "id = ?1", NULL, NULL, 1, 1, 0, ROUNDS};
  sqlite3 *db[WAYS] = {NULL};
  int way, failures;
  for (way = 0; way < BY_HAND; way++) {
    db[way] = openTree((Way)way, folders);
    benchExec(db[way], setting);
  }
  failures =
      measureDeletion(options, cell, db, "SELECT count(*) + total(id) FROM folders", &WHOLE, NULL);
  for (way = 0; way < BY_HAND; way++) sqlite3_close(db[way]);
  return failures;
}

static int measureTrees(const BenchOptions *options) {
  static const char *const SETTINGS[] = {"recursive_triggers off", "recursive_triggers on"};
  int folders = options->quick ? QUICK_FOLDERS : FOLDERS, setting, failures = 0;
  char work[40];
  sqlite3_snprintf(sizeof work, work, "%d rows", folders);
  for (setting = 0; setting < 2; setting++) {
    BenchCell cell = {"tree", SETTINGS[setting], work};
    if (!benchWanted(options, cell.dataset, cell.shape, cell.work)) continue;
    failures +=
        measureTree(options, &cell, folders,
                    setting ? "PRAGMA recursive_triggers = 1" : "PRAGMA recursive_triggers = 0");
  }
  return failures;
}

int benchDeletes(const BenchOptions *options) {
  int failures = measureDataset(options, options->tiny ? "tiny" : "small", 1);
  if (!options->quick) {
    failures += measureDataset(options, "medium", 0);
    failures += measureDataset(options, "scattered", 0);
  }
  return failures + measureTrees(options);
}
