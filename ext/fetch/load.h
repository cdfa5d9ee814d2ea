/*
** Loading the rows of one batch, level by level.
*/
#ifndef REL_FETCH_LOAD_H
#define REL_FETCH_LOAD_H

#include "fetch/plan.h"

/* Makes a query ready to run with the arguments of this fetch. */
void relLoadPrepare(RelError *error, RelLevel *level, RelQueryKind kind);
/*
** The same for what every level below the root needs at once. The deepest come first: what is wrong
** in a level is then said of it, and not of one whose SQL repeats it.
*/
void relLoadPrepareChildren(RelError *error, RelPlan *plan);

/* What the query's rows will be, before the first of them. */
void relLoadBegin(RelLevel *level, RelQueryKind kind);
/* Moves a statement to its next row. */
int relLoadStep(RelError *error, RelLevel *level, sqlite3_stmt *statement);
/* The number of the row that a stepped query stands at; a wide one is written now. */
int relLoadRow(RelError *error, RelLevel *level, sqlite3_stmt *statement);

/* Loads the rows of all slots by one query. */
void relLoadRows(RelError *error, RelLevel *level, RelQueryKind kind, int slots);
/* Loads all levels below the root, whose rows are there. */
void relLoadChildren(RelError *error, RelPlan *plan);

#endif
