/*
** The sides of a fetch: ours, what else one could write, and what bounds them all. Each does the same
** task on the same connection.
*/
#ifndef BENCH_SIDES_H
#define BENCH_SIDES_H

#include <sqlite3.h>

#include "measure.h"
#include "shapes.h"

enum { BENCH_SIDES = 13 };

/* Fetches that are measured together. */
typedef struct BenchTask {
  sqlite3 *db; /* borrowed, like all */
  const BenchShape *shape;
  const sqlite3_int64 *ids; /* calls times together, ascending within each call */
  int together;             /* owners of one call; 0: all there are */
  int calls;                /* in one measurement, whose time is divided by them */
  int anew;                 /* statements are prepared for each call */
  int transaction;          /* the calls share one, which is there already */
} BenchTask;

/* What documents came: all those of all calls, in order. */
typedef struct BenchDigest {
  sqlite3_int64 documents, bytes;
  unsigned crc;
} BenchDigest;

typedef struct BenchWork BenchWork;

/* A side of the task by its name; NULL where this SQLite cannot do it, or it makes no sense for the
** task. Names: selectin, join (selectin, held to the batch join), correlated, group by, spliced,
** ordered, jsonb, C, reading, step, step scans, touch, memcpy. */
BenchWork *benchWorkNew(const BenchTask *task, const char *name);
void benchWorkFree(BenchWork *work);

/* As BenchSide has it: the work is the context. Milliseconds of one call. */
double benchWorkRun(void *work);

/* Answers 0 where the side makes no documents. */
int benchWorkCheck(BenchWork *work, BenchDigest *digest);

int benchSame(const BenchDigest *one, const BenchDigest *other);

/* All sides of the task, ours first; answers how many there are. Their contexts are BenchWork and freed
** with benchWorkFree(). */
int benchSides(const BenchTask *task, BenchSide *sides);

#endif
