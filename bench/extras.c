#include <stdio.h>
#include <string.h>

#include "cells.h"
#include "data.h"
#include "database.h"
#include "fresh.h"
#include "sides.h"

enum { CACHE = -400000, OWN_CACHE = -2000 /* KiB, SQLite's default */ };
enum { ROUNDS = 7, QUICK_ROUNDS = 3, ROWS_OF_ONE = 61 /* a user and what is below */ };

static int roundsOf(const BenchOptions *options) {
  return options->quick ? QUICK_ROUNDS : ROUNDS;
}

/* --- in a process of its own ---------------------------------------------------------------------- */

typedef struct Child {
  const char *dataset, *shape, *side;
  int cache;
  double most; /* memory that it came to need, KiB */
} Child;

static double runChild(void *context) {
  Child *child = context;
  double figures[2];
  benchFresh(figures, 2, "fetch %s %s '%s' %d", child->dataset, child->shape, child->side,
             child->cache);
  if (figures[1] > child->most) child->most = figures[1];
  return figures[0];
}

/* Ours, and what may be the best by hand. */
enum { RIVALS = 3 };
static const char *const RIVAL[RIVALS] = {"selectin", "correlated", "spliced"};

/* Each time in a new process. */
static int measureChildren(const BenchOptions *options, const char *dataset, const char *shape,
                           const char *work, int cache) {
  BenchCell cell = {dataset, shape, work};
  Child children[RIVALS];
  BenchSide sides[RIVALS];
  int i, well;
  if (!benchWanted(options, dataset, shape, work)) return 0;
  sqlite3_free(benchData(dataset));
  fprintf(stderr, "%s, %s, %s\n", dataset, shape, work);
  memset(sides, 0, sizeof sides);
  for (i = 0; i < RIVALS; i++) {
    Child child = {dataset, shape, RIVAL[i], cache, 0};
    children[i] = child;
    sides[i].name = RIVAL[i];
    sides[i].run = runChild;
    sides[i].cold = 1;
    sides[i].context = &children[i];
    sides[i].alternative = i > 0;
  }
  well = benchMeasure(sides, RIVALS, roundsOf(options));
  benchReport(&cell, sides, RIVALS);
  for (i = 0; i < RIVALS; i++) {
    char *name = sqlite3_mprintf("%s, KiB", RIVAL[i]);
    printf("  %-28s %8.1f MB at most\n", RIVAL[i], children[i].most / 1024);
    benchRecordFigure(&cell, name, children[i].most);
    sqlite3_free(name);
  }
  return !well;
}

int benchFirstCalls(const BenchOptions *options) {
  static const char *const DATASETS[] = {"small", "medium", "scattered"};
  size_t i;
  int failures = 0;
  if (options->tiny) return measureChildren(options, "tiny", "posts", "all, first call", CACHE);
  for (i = 0; i < (options->quick ? 1 : sizeof DATASETS / sizeof *DATASETS); i++) {
    failures += measureChildren(options, DATASETS[i], "posts", "all, first call", CACHE);
    failures += measureChildren(options, DATASETS[i], "all", "all, first call", CACHE);
  }
  return failures;
}

int benchStream(const BenchOptions *options) {
  const char *dataset = options->tiny ? "tiny" : options->quick ? "small" : "medium";
  return measureChildren(options, dataset, "posts", "all, streamed", OWN_CACHE);
}

/* --- growth --------------------------------------------------------------------------------------- */

/* All owners of so many rows, and each of them as often as makes up for the timing. */
static int measureGrowth(const BenchOptions *options, int users, const BenchCell *cell, int calls) {
  char *dataset = sqlite3_mprintf("rows-%d", users), *path = benchData(dataset);
  BenchTask task = {benchOpen(path, CACHE), benchShape("posts"), NULL, 0, calls, 0, 0};
  BenchSide sides[RIVALS];
  int i, well;
  fprintf(stderr, "growth: %s\n", cell->work);
  memset(sides, 0, sizeof sides);
  for (i = 0; i < RIVALS; i++) {
    sides[i].name = RIVAL[i];
    sides[i].run = benchWorkRun;
    sides[i].context = benchWorkNew(&task, RIVAL[i]);
    sides[i].alternative = i > 0;
  }
  benchWorkRun(sides[0].context);
  well = benchMeasure(sides, RIVALS, roundsOf(options));
  benchReport(cell, sides, RIVALS);
  for (i = 0; i < RIVALS; i++) {
    printf("  %-28s %8.1f ns per row\n", RIVAL[i],
           benchTimes(&sides[i]).median * 1e6 / (users * ROWS_OF_ONE));
    benchWorkFree(sides[i].context);
  }
  sqlite3_close(task.db);
  sqlite3_free(path);
  sqlite3_free(dataset);
  return !well;
}

int benchGrowth(const BenchOptions *options) {
  double rows, atOnce = options->quick ? 1e4 : 1e6; /* rows of one measurement */
  int failures = 0;
  for (rows = 1e3; rows <= (options->quick ? 1e4 : 1e7); rows *= 10) {
    int users = (int)(rows / ROWS_OF_ONE + 0.5), calls = rows < atOnce ? (int)(atOnce / rows) : 1;
    char work[40];
    BenchCell cell = {"growth", "posts", work};
    sqlite3_snprintf(sizeof work, work, "%d rows", users * ROWS_OF_ONE);
    if (!benchWanted(options, cell.dataset, cell.shape, cell.work)) continue;
    failures += measureGrowth(options, users, &cell, calls);
  }
  return failures;
}

/* --- collection views ----------------------------------------------------------------------------- */

typedef struct Query {
  sqlite3_stmt *statement;
  int times;
} Query;

/* Reads every value, as whoever asks for rows does. */
static double runQuery(void *context) {
  Query *query = context;
  double start = benchNow();
  int i, time, count = sqlite3_column_count(query->statement);
  for (time = 0; time < query->times; time++) {
    sqlite3_bind_int(query->statement, 1, 1 + time);
    while (sqlite3_step(query->statement) == SQLITE_ROW) {
      for (i = 0; i < count; i++) {
        sqlite3_column_text(query->statement, i);
        sqlite3_column_bytes(query->statement, i);
      }
    }
    if (sqlite3_reset(query->statement) != SQLITE_OK) return -1;
  }
  return (benchNow() - start) / query->times;
}

static int sameRows(sqlite3 *db, const char *one, const char *other) {
  char *sql = sqlite3_mprintf("SELECT (SELECT count(*) FROM (%s EXCEPT %s)) + (SELECT count(*) FROM"
                              " (%s EXCEPT %s)) + (SELECT count(*) FROM (%s)) - (SELECT count(*)"
                              " FROM (%s))",
                              one, other, other, one, one, other);
  sqlite3_int64 different = benchNumber(db, sql);
  sqlite3_free(sql);
  return different == 0;
}

/* A query of a collection view, and the same of the tables. */
static const struct {
  const char *work, *view, *hand;
  int times;
} PAIRS[] = {{"one owner", "SELECT * FROM \"users.posts\" WHERE owner_id = ?1",
              "SELECT user_id, * FROM posts WHERE user_id = ?1", 1000},
             {"all, joined",
              "SELECT u.name, p.title FROM users u JOIN \"users.posts\" p ON p.owner_id = u.id",
              "SELECT u.name, p.title FROM users u JOIN posts p ON p.user_id = u.id", 1},
             {"many-to-many, one owner", "SELECT * FROM \"posts.tags\" WHERE owner_id = ?1",
              "SELECT l.post_id, t.id, t.name FROM post_tags l JOIN tags t ON t.id = l.tag_id"
              " WHERE l.post_id = ?1",
              10000},
             {"many-to-many, all",
              "SELECT p.title, t.name FROM posts p JOIN \"posts.tags\" t ON t.owner_id = p.id",
              "SELECT p.title, t.name FROM posts p JOIN post_tags l ON l.post_id = p.id JOIN tags t"
              " ON t.id = l.tag_id",
              1}};

static const char VIEWS[] = "build/bench/views-copy.db";

/* A copy of the dataset in which all relationships are declared. */
static sqlite3 *openViews(const char *dataset) {
  sqlite3 *db;
  benchCopy(dataset, VIEWS);
  db = benchOpen(VIEWS, CACHE);
  benchExec(db, "INSERT INTO relationship(relationship) VALUES('automap'); ANALYZE");
  return db;
}

int benchViewAgain(const char *side, const char *work, int times) {
  enum { SOME = 20 /* owners: there are enough for three times as many */ };
  sqlite3 *db = openViews("tiny");
  Query query = {NULL, 0};
  size_t i;
  for (i = 0; i < sizeof PAIRS / sizeof *PAIRS; i++) {
    if (strcmp(PAIRS[i].work, work) != 0) continue;
    query.statement = benchPrepare(db, strcmp(side, "view") == 0 ? PAIRS[i].view : PAIRS[i].hand);
    query.times = PAIRS[i].times < SOME ? PAIRS[i].times : SOME;
  }
  if (query.statement == NULL) benchFail("no query %s", work);
  query.times *= times;
  runQuery(&query);
  sqlite3_finalize(query.statement);
  sqlite3_close(db);
  remove(VIEWS);
  return 0;
}

int benchViews(const BenchOptions *options) {
  const char *dataset = options->tiny ? "tiny" : "small";
  int failures = 0, i;
  sqlite3 *db;
  size_t pair;
  if (!benchWanted(options, "views", dataset, "")) return 0;
  db = openViews(dataset);
  for (pair = 0; pair < sizeof PAIRS / sizeof *PAIRS; pair++) {
    BenchCell cell = {"views", dataset, PAIRS[pair].work};
    Query queries[2] = {{benchPrepare(db, PAIRS[pair].view), PAIRS[pair].times},
                        {benchPrepare(db, PAIRS[pair].hand), PAIRS[pair].times}};
    BenchSide sides[2];
    memset(sides, 0, sizeof sides);
    sides[0].name = "view";
    sides[1].name = "by hand";
    fprintf(stderr, "views: %s\n", PAIRS[pair].work);
    if (!sameRows(db, PAIRS[pair].view, PAIRS[pair].hand)) {
      fprintf(stderr, "views, %s: other rows than by hand\n", PAIRS[pair].work);
      failures++;
    }
    for (i = 0; i < 2; i++) {
      sides[i].run = runQuery;
      sides[i].context = &queries[i];
    }
    if (!benchMeasure(sides, 2, options->quick ? QUICK_ROUNDS : BENCH_ROUNDS)) failures++;
    benchReport(&cell, sides, 2);
    for (i = 0; i < 2; i++) sqlite3_finalize(queries[i].statement);
  }
  sqlite3_close(db);
  remove(VIEWS);
  return failures;
}

/* --- loading -------------------------------------------------------------------------------------- */

typedef struct Loading {
  int relationships, rounds;
  double figures[BENCH_ROUNDS][3];
  int place, at; /* which figure, and of which round */
} Loading;

static double nextFigure(void *context) {
  Loading *loading = context;
  return loading->figures[loading->at++][loading->place];
}

int benchLoads(const BenchOptions *options) {
  static const int COUNTS[] = {0, 100, 1000};
  static const char *const NAMES[] = {"load", "first fetch", "declare"};
  Loading loading;
  size_t i;
  for (i = 0; i < (options->quick ? 2 : sizeof COUNTS / sizeof *COUNTS); i++) {
    BenchSide sides[3];
    char work[40];
    BenchCell cell = {"loading", "relationships", work};
    int round, place;
    sqlite3_snprintf(sizeof work, work, "%d", COUNTS[i]);
    if (!benchWanted(options, cell.dataset, cell.shape, cell.work)) continue;
    sqlite3_free(benchDeclared(COUNTS[i]));
    fprintf(stderr, "loading beside %d relationships\n", COUNTS[i]);
    memset(sides, 0, sizeof sides);
    for (round = 0; round < roundsOf(options); round++) {
      benchFresh(loading.figures[round], 3, "load %d", COUNTS[i]);
    }
    for (place = 0; place < 3; place++) {
      sides[place].name = NAMES[place];
      sides[place].run = nextFigure;
      sides[place].cold = 1;
      sides[place].context = &loading;
      loading.place = place;
      loading.at = 0;
      benchMeasure(&sides[place], 1, roundsOf(options));
    }
    benchReport(&cell, sides, 3);
  }
  return 0;
}
