/*
** The SQL functions of a connection: which are aggregates, and which may not be called from a
** schema.
*/
#ifndef REL_FETCH_FUNCTIONS_H
#define REL_FETCH_FUNCTIONS_H

#include "base/statement.h"
#include "fetch/selection.h"

typedef struct RelFunction {
  char *name;        /* owned */
  int argumentCount; /* -1: any */
  int aggregate;
  int direct; /* SQLITE_DIRECTONLY */
} RelFunction;

typedef struct RelFunctions {
  sqlite3 *db;       /* borrowed */
  RelFunction *list; /* owned */
  int count;
  int room;
  int fresh; /* read since the plan at hand was begun: a name not found is no function */
} RelFunctions;

/* The functions called `name`, taken one after the other: *at starts at 0; NULL at the end. */
const RelFunction *relFunctionsNext(RelError *error, RelFunctions *functions, const char *name,
                                    int *at);
void relFunctionsClear(RelFunctions *functions);

/*
** The first aggregate function called in an expression (not as a window function), or none. *ordered
** is set where an aggregate gives another result when its rows come in another order.
*/
RelSlice relFunctionsAggregate(RelError *error, RelFunctions *functions, RelSlice slice,
                               int *ordered);

#endif
