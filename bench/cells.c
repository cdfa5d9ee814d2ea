#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cells.h"
#include "data.h"
#include "database.h"
#include "sides.h"
#include "sql.h"

enum { CACHE = -400000 /* KiB */, LEAST_ROUNDS = 7, MOST_ROUNDS = 21, QUICK_ROUNDS = 3 };

/* Peers are slow: they fetch so many of the single owners. */
enum { PEER_SINGLES = 40 };

typedef struct Work {
  const char *name;
  int together, calls, anew, transaction;
} Work;

static const Work WORKS[] = {{"1", 1, 400, 0, 0},
                             {"1, in a transaction", 1, 400, 0, 1},
                             {"1, prepared anew", 1, 400, 1, 0},
                             {"20", 20, 20, 0, 0},
                             {"1000", 1000, 1, 0, 0},
                             {"all", 0, 1, 0, 0}};

enum { ONE = 1, WITHIN = 2, ANEW = 4, TWENTY = 8, THOUSAND = 16, ALL = 32 };

typedef struct Row {
  const char *dataset, *shape;
  int works, peers; /* bits of WORKS */
} Row;

static const Row ROWS[] = {
    {"small", "posts", ONE | WITHIN | ANEW | TWENTY | ALL, ONE | TWENTY | ALL},
    {"small", "all", ONE | ANEW | TWENTY | ALL, ONE | TWENTY | ALL},
    {"medium", "posts", ONE | WITHIN | ANEW | TWENTY | THOUSAND | ALL, THOUSAND},
    {"medium", "all", ONE | TWENTY | THOUSAND | ALL, 0},
    {"scattered", "posts", ONE | WITHIN | ANEW | TWENTY | THOUSAND | ALL, THOUSAND},
    {"scattered", "all", ONE | TWENTY | THOUSAND | ALL, 0},
    {"skewed", "posts", ONE | ANEW | TWENTY | THOUSAND | ALL, 0},
    {"text", "posts", ONE | ANEW | TWENTY | THOUSAND | ALL, 0},
    {"deep", "cities", ONE | ANEW | TWENTY | ALL, 0},
    {"wide", "parts", ONE | ANEW | TWENTY | ALL, 0}};

int benchWanted(const BenchOptions *options, const char *dataset, const char *shape,
                const char *work) {
  char *name = sqlite3_mprintf("%s/%s/%s", dataset, shape, work);
  int wanted = options->only == NULL || strncmp(name, options->only, strlen(options->only)) == 0;
  sqlite3_free(name);
  return wanted;
}

int benchWantedAny(const BenchOptions *options, const char *dataset, const char *shape) {
  char *name = sqlite3_mprintf("%s/%s", dataset, shape);
  const char *only = options->only != NULL ? options->only : "";
  size_t length = strlen(only) < strlen(name) ? strlen(only) : strlen(name);
  int wanted = strncmp(name, only, length) == 0;
  sqlite3_free(name);
  return wanted;
}

/* --- peers as sides ------------------------------------------------------------------------------- */

typedef struct Asked {
  BenchPeer *peer;
  const char *path, *shape;
  char *ids; /* owned: "*", or a list */
  const char *manner;
  int calls;
} Asked;

static double ask(void *context) {
  Asked *asked = context;
  char answer[200];
  if (!benchPeerAsk(asked->peer, "fetch", answer, sizeof answer, "fetch %s %s %s %s", asked->path,
                    asked->shape, asked->manner, asked->ids)) {
    return -1;
  }
  return atof(answer) / asked->calls;
}

static int ascending(const void *a, const void *b) {
  sqlite3_int64 x = *(const sqlite3_int64 *)a, y = *(const sqlite3_int64 *)b;
  return (x > y) - (x < y);
}

/* The first owners of the task, which the peer is asked for. The text is freed with sqlite3_free(). */
static char *peerIds(const BenchTask *task, int *calls) {
  sqlite3_int64 ids[1000];
  int count = task->together;
  *calls = 1;
  if (task->together == 1) *calls = count = task->calls < PEER_SINGLES ? task->calls : PEER_SINGLES;
  memcpy(ids, task->ids, (size_t)count * sizeof *ids);
  qsort(ids, (size_t)count, sizeof *ids, ascending);
  return benchIdList(ids, count);
}

/* Whether the peer gives the documents of one call as we do. */
static int peerAgrees(BenchPeer *peer, const BenchTask *task, const char *path) {
  BenchTask once = *task;
  BenchWork *ours;
  BenchDigest digest;
  char *ids = benchIdList(task->ids, task->together), answer[200];
  long long documents = 0, bytes = 0;
  unsigned crc = 0;
  int agrees;
  once.calls = 1;
  ours = benchWorkNew(&once, "selectin");
  benchWorkCheck(ours, &digest);
  benchWorkFree(ours);
  agrees = benchPeerAsk(peer, "check", answer, sizeof answer, "check %s %s %s", path,
                        task->shape->name, ids) &&
           sscanf(answer, "%lld %lld %u", &documents, &bytes, &crc) == 3 &&
           documents == digest.documents && bytes == digest.bytes && crc == digest.crc;
  if (!agrees) fprintf(stderr, "%s: other documents than ours\n", benchPeerName(peer));
  sqlite3_free(ids);
  return agrees;
}

/* --- one cell ------------------------------------------------------------------------------------- */

/* Runs each side once, which also warms it, and compares what comes. Answers the number of differences;
** *took is how long it all took. */
static int compare(BenchSide *sides, int count, const BenchCell *cell, double *took) {
  BenchDigest ours, theirs;
  int i, differences = 0;
  double start = benchNow();
  for (i = 0; i < count; i++) {
    if (!benchWorkCheck(sides[i].context, i == 0 ? &ours : &theirs)) continue;
    if (i == 0 || benchSame(&ours, &theirs)) continue;
    fprintf(stderr, "%s, %s, %s: %s gives %lld documents of %lld bytes, ours are %lld of %lld\n",
            cell->dataset, cell->shape, cell->work, sides[i].name, theirs.documents, theirs.bytes,
            ours.documents, ours.bytes);
    differences++;
  }
  *took = benchNow() - start;
  return differences;
}

/* About a quarter of a minute, but neither too few nor too many. */
static int roundsFor(const BenchOptions *options, double milliseconds) {
  int rounds = (int)(12000 / (milliseconds + 1));
  if (options->quick) return QUICK_ROUNDS;
  return rounds < LEAST_ROUNDS ? LEAST_ROUNDS : rounds > MOST_ROUNDS ? MOST_ROUNDS : rounds;
}

static int measureCell(const BenchOptions *options, const BenchTask *task, const BenchCell *cell,
                       const char *path, int peers) {
  BenchSide sides[BENCH_SIDES + BENCH_PEERS];
  Asked asked[BENCH_PEERS];
  int i, own = benchSides(task, sides), count = own, failures;
  double took;
  fprintf(stderr, "%s, %s, %s\n", cell->dataset, cell->shape, cell->work);
  failures = compare(sides, own, cell, &took);
  for (i = 0; peers && i < options->peerCount; i++) {
    Asked *one = &asked[count - own];
    if (!peerAgrees(options->peers[i], task, path)) {
      failures++;
      continue;
    }
    one->peer = options->peers[i];
    one->path = path;
    one->shape = cell->shape;
    one->manner = task->together == 1 ? "each" : "together";
    one->ids = peerIds(task, &one->calls);
    memset(&sides[count], 0, sizeof sides[count]);
    sides[count].most = LEAST_ROUNDS;
    sides[count].name = benchPeerName(one->peer);
    sides[count].run = ask;
    sides[count++].context = one;
  }
  if (!benchMeasure(sides, count, roundsFor(options, took))) failures++;
  benchReport(cell, sides, count);
  for (i = 0; i < count; i++) {
    if (i < own) {
      benchWorkFree(sides[i].context);
    } else {
      sqlite3_free(asked[i - own].ids);
    }
  }
  return failures;
}

static int measureRow(const BenchOptions *options, const Row *row, const char *dataset) {
  const BenchShape *shape = benchShape(row->shape);
  char *path = benchData(dataset),
       *count = sqlite3_mprintf("SELECT count(*) FROM %s", shape->root->table);
  sqlite3 *db = benchOpen(path, CACHE);
  int owners = (int)benchNumber(db, count), failures = 0;
  size_t i;
  for (i = 0; i < sizeof WORKS / sizeof *WORKS; i++) {
    Work work = WORKS[i];
    BenchCell cell = {dataset, row->shape, work.name};
    BenchTask task = {db, shape, NULL, work.together, work.calls, work.anew, work.transaction};
    sqlite3_int64 *ids;
    if (!(row->works & 1 << i) || !benchWanted(options, dataset, row->shape, work.name)) continue;
    if (task.calls * task.together > owners) task.calls = owners / task.together;
    if (task.calls == 0) continue;
    ids = benchPick(owners, task.calls * task.together, task.together > 0 ? task.together : 1);
    task.ids = ids;
    failures += measureCell(options, &task, &cell, path, row->peers >> i & 1);
    free(ids);
  }
  sqlite3_close(db);
  sqlite3_free(count);
  sqlite3_free(path);
  return failures;
}

static int rowWanted(const BenchOptions *options, const Row *row, const char *dataset) {
  size_t i;
  for (i = 0; i < sizeof WORKS / sizeof *WORKS; i++) {
    if (row->works & 1 << i && benchWanted(options, dataset, row->shape, WORKS[i].name)) return 1;
  }
  return 0;
}

int benchMatrix(const BenchOptions *options) {
  int failures = 0;
  size_t i;
  for (i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
    int small = strcmp(ROWS[i].dataset, "small") == 0;
    const char *dataset = small && options->tiny ? "tiny" : ROWS[i].dataset;
    if (options->quick && !small) continue;
    if (rowWanted(options, &ROWS[i], dataset)) failures += measureRow(options, &ROWS[i], dataset);
  }
  return failures;
}
