#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "database.h"
#include "direct.h"
#include "sides.h"
#include "sql.h"
#include "text.h"

typedef struct Way Way;

struct BenchWork {
  const BenchTask *task; /* borrowed */
  const Way *way;
  sqlite3_stmt **statements; /* owned: one, or one for each call */
  char **sql;                /* owned, their texts */
  int statementCount;
  BenchDirect *direct;                /* owned */
  BenchText from, to;                 /* of memcpy */
  BenchTake take;                     /* what is done with each document */
  void *context;                      /* of take, borrowed */
  sqlite3_stmt *probes[BENCH_LEVELS]; /* owned */
  int parents[BENCH_LEVELS];          /* of step: the level above, by number */
  int references[BENCH_LEVELS];       /* of step: the parent's column that a ONE level goes by */
  const BenchLevel *levels[BENCH_LEVELS];
  int levelCount;
};

struct Way {
  const char *name;
  int alternative;              /* one of the ways to write it by hand */
  int documents;                /* makes them */
  int whole;                    /* only for tasks that fetch all */
  int form;                     /* of benchDocuments(); JOINED of selectin */
  int (*open)(BenchWork *work); /* 0: this cannot be done here */
  void (*call)(BenchWork *work, int call);
};

enum { HINTED = 1 };

static void ignore(void *context, const char *text, size_t bytes) {
  (void)context;
  (void)text;
  (void)bytes;
}

/* --- documents by SQL ----------------------------------------------------------------------------- */

static int isSelectin(const Way *way) {
  return strcmp(way->name, "selectin") == 0 || strcmp(way->name, "join") == 0;
}

/* Whether a subquery in json_object() is taken for the JSON that it gives. */
static int subqueriesAreJson(sqlite3 *db) {
  return benchNumber(db, "SELECT json_object('a', (SELECT json_array(1))) = '{\"a\":[1]}'") != 0;
}

static char *documentsOf(const BenchWork *work, const char *owners) {
  const Way *way = work->way;
  return isSelectin(way) ? benchSelectin(work->task->shape, way->form == HINTED, owners)
                         : benchDocuments(work->task->shape, (BenchForm)way->form,
                                          !subqueriesAreJson(work->task->db), owners);
}

/* One owner at a time is bound, several are listed in a statement for each call. */
static int openSql(BenchWork *work) {
  const BenchTask *task = work->task;
  int i, count = task->together > 1 ? task->calls : 1;
  work->statements = benchAlloc((size_t)count * sizeof *work->statements);
  work->sql = benchAlloc((size_t)count * sizeof *work->sql);
  for (i = 0; i < count; i++) {
    char *owners = task->together == 0   ? sqlite3_mprintf("")
                   : task->together == 1 ? sqlite3_mprintf(" = ?1")
                                         : benchIn(task->ids + i * task->together, task->together);
    work->sql[i] = documentsOf(work, owners);
    work->statements[i] = benchTry(task->db, work->sql[i]);
    work->statementCount = i + 1;
    sqlite3_free(owners);
    if (work->statements[i] == NULL && work->way->form < BENCH_ORDERED) {
      benchFail("%s: %s", work->sql[i], sqlite3_errmsg(task->db));
    }
    if (work->statements[i] == NULL) return 0;
  }
  return 1;
}

static void readDocuments(BenchWork *work, sqlite3_stmt *statement) {
  while (sqlite3_step(statement) == SQLITE_ROW) {
    const char *text = (const char *)sqlite3_column_text(statement, 0);
    work->take(work->context, text, (size_t)sqlite3_column_bytes(statement, 0));
  }
  if (sqlite3_reset(statement) != SQLITE_OK) {
    benchFail("%s: %s", work->way->name, sqlite3_errmsg(work->task->db));
  }
}

static void runSql(BenchWork *work, sqlite3_stmt *statement, int call) {
  const BenchTask *task = work->task;
  if (task->together == 1) sqlite3_bind_int64(statement, 1, task->ids[call]);
  readDocuments(work, statement);
}

static void callSql(BenchWork *work, int call) {
  int i = work->task->together > 1 ? call : 0;
  sqlite3_stmt *statement = work->statements[i];
  if (work->task->anew) statement = benchPrepare(work->task->db, work->sql[i]);
  runSql(work, statement, call);
  if (work->task->anew) sqlite3_finalize(statement);
}

/* --- documents by a C program --------------------------------------------------------------------- */

static int openDirect(BenchWork *work) {
  work->direct = benchDirectNew(work->task->db, work->task->shape);
  return 1;
}

static void callDirect(BenchWork *work, int call) {
  const BenchTask *task = work->task;
  if (task->anew) benchDirectForget(work->direct);
  benchDirectFetch(work->direct, task->together > 0 ? task->ids + call * task->together : NULL,
                   task->together, work->take, work->context);
}

/* --- the limit of the row API --------------------------------------------------------------------- */

static void readColumn(sqlite3_stmt *statement, int i) {
  switch (sqlite3_column_type(statement, i)) {
  case SQLITE_INTEGER:
    sqlite3_column_int64(statement, i);
    break;
  case SQLITE_FLOAT:
    sqlite3_column_double(statement, i);
    break;
  case SQLITE_NULL:
    break;
  default:
    sqlite3_column_text(statement, i);
    sqlite3_column_bytes(statement, i);
  }
}

static int columnAt(const BenchLevel *level, const char *column) {
  int i = 0;
  while (i < level->columnCount && strcmp(level->columns[i], column) != 0) i++;
  return i;
}

static int openProbes(BenchWork *work) {
  const BenchLevel *parents[BENCH_LEVELS];
  int i, j;
  work->levelCount = benchLevels(work->task->shape, work->levels, parents);
  for (i = 0; i < work->levelCount; i++) {
    char *sql = i == 0 && work->task->together == 0 ? benchRows(work->levels[0], "%s")
                                                    : benchRowsOf(work->levels[i]);
    work->probes[i] = benchPrepare(work->task->db, sql);
    sqlite3_free(sql);
    work->parents[i] = -1;
    for (j = 0; j < i; j++) {
      if (work->levels[j] == parents[i]) work->parents[i] = j;
    }
    work->references[i] =
        work->levels[i]->kind == BENCH_ONE ? columnAt(parents[i], work->levels[i]->key) : 0;
  }
  return 1;
}

static void probe(BenchWork *work, int level) {
  sqlite3_stmt *statement = work->probes[level];
  int i, count = sqlite3_column_count(statement);
  while (sqlite3_step(statement) == SQLITE_ROW) {
    for (i = 0; i < count; i++) readColumn(statement, i);
    for (i = level + 1; i < work->levelCount; i++) {
      if (work->parents[i] != level) continue;
      sqlite3_bind_int64(work->probes[i], 1, sqlite3_column_int64(statement, work->references[i]));
      probe(work, i);
    }
  }
  sqlite3_reset(statement);
}

static void callProbes(BenchWork *work, int call) {
  const BenchTask *task = work->task;
  int i;
  if (task->together == 0) probe(work, 0);
  for (i = 0; i < task->together; i++) {
    sqlite3_bind_int64(work->probes[0], 1, task->ids[call * task->together + i]);
    probe(work, 0);
  }
}

/* --- every value inside the engine ---------------------------------------------------------------- */

static void touchAll(int count, sqlite3_value **values) {
  int i;
  for (i = 0; i < count; i++) {
    switch (sqlite3_value_type(values[i])) {
    case SQLITE_INTEGER:
      sqlite3_value_int64(values[i]);
      break;
    case SQLITE_FLOAT:
      sqlite3_value_double(values[i]);
      break;
    case SQLITE_NULL:
      break;
    default:
      sqlite3_value_text(values[i]);
      sqlite3_value_bytes(values[i]);
    }
  }
}

/* touch(…): reads each value and gives nothing. */
static void touch(sqlite3_context *context, int count, sqlite3_value **values) {
  touchAll(count, values);
  sqlite3_result_int(context, 1);
}

/* touches(…): the same as an aggregate. */
static void touchStep(sqlite3_context *context, int count, sqlite3_value **values) {
  (void)context;
  touchAll(count, values);
}

static void touchFinal(sqlite3_context *context) {
  sqlite3_result_int(context, 1);
}

static void makeTouch(sqlite3 *db) {
  sqlite3_create_function(db, "touch", -1, SQLITE_UTF8, NULL, touch, NULL, NULL);
  sqlite3_create_function(db, "touches", -1, SQLITE_UTF8, NULL, NULL, touchStep, touchFinal);
}

/*
** What SQLite takes to find the same rows in the documents' order and to read their values: the statement
** by hand with nothing made of them. Where statements are prepared anew it is only ours that is.
*/
static int openReading(BenchWork *work) {
  makeTouch(work->task->db);
  return openSql(work);
}

static void callReading(BenchWork *work, int call) {
  const BenchTask *task = work->task;
  if (task->anew) {
    char *sql = benchSelectin(task->shape, 0, " = ?1");
    sqlite3_finalize(benchPrepare(task->db, sql));
    sqlite3_free(sql);
  }
  runSql(work, work->statements[task->together > 1 ? call : 0], call);
}

/* Each table once: those of members that many refer to, too. */
static int openTables(BenchWork *work, const char *what) {
  const BenchLevel *levels[BENCH_LEVELS], *parents[BENCH_LEVELS];
  int i, count = benchLevels(work->task->shape, levels, parents);
  work->statements = benchAlloc(2 * (size_t)count * sizeof *work->statements);
  for (i = 0; i < count; i++) {
    char *sql = benchRows(levels[i], what);
    work->statements[work->statementCount++] = benchPrepare(work->task->db, sql);
    sqlite3_free(sql);
    if (levels[i]->kind != BENCH_LINKED) continue;
    sql = benchLinks(levels[i], what);
    work->statements[work->statementCount++] = benchPrepare(work->task->db, sql);
    sqlite3_free(sql);
  }
  return 1;
}

static int openScans(BenchWork *work) {
  return openTables(work, "%s");
}

static int openTouch(BenchWork *work) {
  makeTouch(work->task->db);
  return openTables(work, "count(touch(%s))");
}

static void callScans(BenchWork *work, int call) {
  int i, column;
  (void)call;
  for (i = 0; i < work->statementCount; i++) {
    sqlite3_stmt *statement = work->statements[i];
    int count = sqlite3_column_count(statement);
    while (sqlite3_step(statement) == SQLITE_ROW) {
      for (column = 0; column < count; column++) readColumn(statement, column);
    }
    sqlite3_reset(statement);
  }
}

/* --- the output alone ----------------------------------------------------------------------------- */

static void collect(void *context, const char *text, size_t bytes) {
  benchPut(context, text, bytes);
}

static int openCopy(BenchWork *work) {
  BenchWork *ours = benchWorkNew(work->task, "selectin");
  ours->take = collect;
  ours->context = &work->from;
  ours->way->call(ours, 0);
  benchWorkFree(ours);
  benchPut(&work->to, work->from.text, work->from.length);
  return 1;
}

static void callCopy(BenchWork *work, int call) {
  (void)call;
  work->to.length = 0;
  benchPut(&work->to, work->from.text, work->from.length);
}

/* --- all of them ---------------------------------------------------------------------------------- */

static const Way WAYS[] = {
    {"selectin", 0, 1, 0, 0, openSql, callSql},
    {"correlated", 1, 1, 0, BENCH_CORRELATED, openSql, callSql},
    {"group by", 1, 1, 0, BENCH_GROUPED, openSql, callSql},
    {"spliced", 1, 1, 0, BENCH_SPLICED, openSql, callSql},
    {"ordered", 1, 1, 0, BENCH_ORDERED, openSql, callSql},
    {"jsonb", 1, 1, 0, BENCH_JSONB, openSql, callSql},
    {"C", 0, 1, 0, 0, openDirect, callDirect},
    {"reading", 0, 0, 0, BENCH_READING, openReading, callReading},
    {"step", 0, 0, 0, 0, openProbes, callProbes},
    {"step scans", 0, 0, 1, 0, openScans, callScans},
    {"touch", 0, 0, 1, 0, openTouch, callScans},
    {"memcpy", 0, 0, 1, 0, openCopy, callCopy},
    {"join", 0, 1, 0, HINTED, openSql, callSql},
};

BenchWork *benchWorkNew(const BenchTask *task, const char *name) {
  size_t i;
  BenchWork *work = benchAlloc(sizeof *work);
  memset(work, 0, sizeof *work);
  work->task = task;
  work->take = ignore;
  for (i = 0; i < sizeof WAYS / sizeof *WAYS; i++) {
    if (strcmp(WAYS[i].name, name) == 0) work->way = &WAYS[i];
  }
  if (work->way == NULL) benchFail("no side %s", name);
  if ((work->way->whole && task->together > 0) || (task->anew && work->way->call == callProbes) ||
      !work->way->open(work)) {
    benchWorkFree(work);
    return NULL;
  }
  return work;
}

void benchWorkFree(BenchWork *work) {
  int i;
  for (i = 0; i < work->statementCount; i++) {
    sqlite3_finalize(work->statements[i]);
    if (work->sql != NULL) sqlite3_free(work->sql[i]);
  }
  free(work->statements);
  free(work->sql);
  for (i = 0; i < BENCH_LEVELS; i++) sqlite3_finalize(work->probes[i]);
  if (work->direct != NULL) benchDirectFree(work->direct);
  free(work->from.text);
  free(work->to.text);
  free(work);
}

double benchWorkRun(void *context) {
  BenchWork *work = context;
  double start, took;
  int call;
  if (work->task->transaction) {
    benchExec(work->task->db, "BEGIN; SELECT count(*) FROM sqlite_schema");
  }
  start = benchNow();
  for (call = 0; call < work->task->calls; call++) work->way->call(work, call);
  took = benchNow() - start;
  if (work->task->transaction) benchExec(work->task->db, "COMMIT");
  return took / work->task->calls;
}

static void digest(void *context, const char *text, size_t bytes) {
  BenchDigest *to = context;
  to->documents++;
  to->bytes += (sqlite3_int64)bytes;
  to->crc = benchCrc(to->crc, text, bytes);
}

int benchWorkCheck(BenchWork *work, BenchDigest *to) {
  if (!work->way->documents) return 0;
  memset(to, 0, sizeof *to);
  work->take = digest;
  work->context = to;
  benchWorkRun(work);
  work->take = ignore;
  return 1;
}

int benchSame(const BenchDigest *one, const BenchDigest *other) {
  return one->documents == other->documents && one->bytes == other->bytes && one->crc == other->crc;
}

int benchSides(const BenchTask *task, BenchSide *sides) {
  int count = 0;
  size_t i;
  for (i = 0; i < sizeof WAYS / sizeof *WAYS; i++) {
    BenchWork *work;
    if (WAYS[i].form == HINTED && isSelectin(&WAYS[i])) continue;
    work = benchWorkNew(task, WAYS[i].name);
    if (work == NULL) continue;
    memset(&sides[count], 0, sizeof sides[count]);
    sides[count].name = WAYS[i].name;
    sides[count].run = benchWorkRun;
    sides[count].context = work;
    sides[count].alternative = WAYS[i].alternative;
    count++;
  }
  return count;
}
