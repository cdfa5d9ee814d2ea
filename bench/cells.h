/*
** The matrix: datasets, shapes and numbers of owners; and the measurements that stand beside it. Each
** function answers the number of differences and failures it met.
*/
#ifndef BENCH_CELLS_H
#define BENCH_CELLS_H

#include "peers.h"

typedef struct BenchOptions {
  int quick;        /* small data, few rounds, no peers */
  int tiny;         /* tiny data instead of small */
  int alone;        /* no peers */
  const char *only; /* "dataset/shape/work", or the beginning of one; NULL: everything */
  BenchPeer *peers[BENCH_PEERS];
  int peerCount;
} BenchOptions;

/* Whether this is to be measured. */
int benchWanted(const BenchOptions *options, const char *dataset, const char *shape,
                const char *work);

/* Whether anything of the dataset, or of this shape of it where one is given, is. */
int benchWantedAny(const BenchOptions *options, const char *dataset, const char *shape);

int benchMatrix(const BenchOptions *options);

/* All owners in a process of its own: its first call. */
int benchFirstCalls(const BenchOptions *options);

/* A million rows with SQLite's own page cache: time, and memory. */
int benchStream(const BenchOptions *options);

/* Collection views against the joins written by hand. */
int benchViews(const BenchOptions *options);

/* One side's query of the views' that has this name, by the view or by hand, so many times as often, on
** tiny data; and a statement of benchWrites() likewise, on a database that is "declared", "without", or
** has "triggers by hand". For counting instructions. */
int benchViewAgain(const char *side, const char *work, int times);
int benchWriteAgain(const char *state, const char *work, int times);

/* Loading the extension, the first fetch and a declaration beside 0, 100 and 1,000 relationships. */
int benchLoads(const BenchOptions *options);

/* Statements that cascade nothing, with relationships and without. */
int benchWrites(const BenchOptions *options);

/* Deletes of owners with their members, and of a tree: declared, native, by hand, by peers. */
int benchDeletes(const BenchOptions *options);

/* Time per row from a thousand rows on. */
int benchGrowth(const BenchOptions *options);

#endif
