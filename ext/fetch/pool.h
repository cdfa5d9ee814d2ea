/*
** What one connection keeps between fetches: the models of its databases, and plans by owner and
** selection.
*/
#ifndef REL_FETCH_POOL_H
#define REL_FETCH_POOL_H

#include "fetch/plan.h"
#include "model/models.h"

struct RelPool {
  sqlite3 *db;     /* borrowed */
  RelStats *stats; /* borrowed */
  RelJsonStyle style;
  RelFunctions functions; /* owned */
  sqlite3_stmt *pulse;    /* owned, or NULL */
  int started;            /* what follows and the style are known */
  int bytewise;           /* text compares in C as it does in SQL: the database is in UTF-8 */
  RelModels models;       /* owned: of the databases that owners were looked for in */
  RelPlan *plans;         /* owned: the latest first */
  size_t allowance;       /* bytes that the page cache may take, when it was last asked for */
  RelPlan *keeper;        /* the plan that keeps much memory while it rests, or NULL */
  int fetching;           /* fetches that prepare or run statements at this moment */
  int nested;             /* one of those statements fetches, too */
};

/*
** For long work outside SQL: SQLITE_INTERRUPT where the connection has been interrupted, or its
** progress handler says so; else SQLITE_OK.
*/
int relPoolPulse(RelPool *pool);

/*
** How many bytes the connection's page cache may take: PRAGMA cache_size, by which the user says what
** memory the connection may have.
*/
size_t relPoolAllowance(RelError *error, RelPool *pool);

#endif
