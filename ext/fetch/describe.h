/*
** What a plan may run, statement by statement: for explanations.
*/
#ifndef REL_FETCH_DESCRIBE_H
#define REL_FETCH_DESCRIBE_H

#include "fetch/fetch.h"

typedef struct RelDescription {
  int level;            /* 0: the root */
  const char *path;     /* borrowed from the plan */
  const char *strategy; /* static */
  const char *sql;      /* borrowed from the plan */
  const char *owner;    /* borrowed: the level whose statement that is; NULL: its own */
  int picked;           /* a subquery in the statement picks the rows that a LIMIT leaves */
  const char *table;    /* borrowed: which the statement should not have to read whole, or NULL */
  char *index;          /* owned: what would spare that, as SQL; NULL where no index can */
} RelDescription;

/* Prepares every statement, so that what is wrong with the selection is said as selectin says it. */
void relPlanPrepare(RelError *error, RelPlan *plan);

/*
** The n-th statement, from 0; 0 where there is none. The caller frees `index`. What is borrowed lives
** until the plan is given back.
*/
int relPlanDescribe(RelError *error, const RelPlan *plan, int n, RelDescription *description);

#endif
