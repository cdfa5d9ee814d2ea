/*
** What one connection keeps between fetches: the models of its databases, and plans by owner and
** selection.
*/
#ifndef REL_FETCH_POOL_H
#define REL_FETCH_POOL_H

#include "fetch/plan.h"

struct RelPool {
  sqlite3 *db;     /* borrowed */
  RelStats *stats; /* borrowed */
  RelJsonStyle style;
  RelFunctions functions; /* owned */
  sqlite3_stmt *pulse;    /* owned, or NULL */
  int started;            /* what follows and the style are known */
  int bytewise;           /* text compares in C as it does in SQL: the database is in UTF-8 */
  RelModel **models;      /* owned: of the databases that owners were looked for in */
  int modelCount, modelRoom;
  RelPlan *plans; /* owned: the latest first */
  int fetching;   /* fetches that prepare or run statements at this moment */
  int nested;     /* one of those statements fetches, too */
};

/* The model of a database, lent by the pool. */
RelModel *relPoolModel(RelError *error, RelPool *pool, const char *schema);

/*
** The table or view that `name` means, and the model that it is in; both are lent. An unknown name
** is an error of `caller` (owner.c).
*/
RelTable *relPoolOwner(RelError *error, RelPool *pool, const char *caller, const char *name,
                       RelModel **model);

/*
** For long work outside SQL: SQLITE_INTERRUPT where the connection has been interrupted, or its
** progress handler says so; else SQLITE_OK.
*/
int relPoolPulse(RelPool *pool);

#endif
