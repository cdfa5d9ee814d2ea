/*
** What one connection is loading, and what it has loaded, relationship by relationship.
*/
#ifndef REL_FETCH_STATS_H
#define REL_FETCH_STATS_H

#include "base/memory.h"

/* So many keys, loaded lazily one after the other, are an N+1. */
enum { REL_STATS_MANY = 10 };

typedef struct RelCounter {
  char *relationship;    /* owned: owner.name, behind its schema where that is not main */
  sqlite3_int64 id;      /* from 1 */
  sqlite3_int64 batches; /* loads for many owners at once */
  sqlite3_int64 rows;
  sqlite3_int64 lazyLoads;       /* loads for one owner */
  int flagged;                   /* an N+1 was seen */
  uint64_t seen[REL_STATS_MANY]; /* keys loaded lazily in the statement or transaction at hand */
  int seenCount;
} RelCounter;

/* Shared by modules and functions; reference-counted. */
typedef struct RelStats {
  int references;
  RelCounter **list; /* owned, as its entries are: they stay where they are */
  int count;
  int room;
  struct RelLevel *level; /* borrowed: whose statement is at a step, or NULL */
  int alone;              /* what was loaded last was loaded outside a transaction */
} RelStats;

/* The caller owns one reference. relStatsRelease takes it; its type is a destructor's. */
RelStats *relStatsNew(RelError *error);
RelStats *relStatsHold(RelStats *stats);
void relStatsRelease(void *stats);

/* The counter of a relationship, which lives as long as the statistics. */
RelCounter *relStatsCounter(RelError *error, RelStats *stats, const char *schema,
                            const char *label);
void relCounterReset(RelCounter *counter);

/*
** A statement begins to load. Keys seen before do not count any more where it is outside a
** transaction, or what was loaded last was, or nothing has been read in its transaction yet.
*/
void relStatsBegin(RelStats *stats, sqlite3 *db);
/* One lazy load. Many keys of one relationship are flagged, and said once to sqlite3_log. */
void relCounterLazy(RelCounter *counter, uint64_t key);

#endif
