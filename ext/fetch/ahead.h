/*
** Asking for the memory of a document before it is written. Rows that came in the order of their table
** stand anywhere in memory: one after the other each would be waited for, together they come at once.
*/
#ifndef REL_FETCH_AHEAD_H
#define REL_FETCH_AHEAD_H

#include "fetch/plan.h"

/* Once a batch is loaded: finds out for which levels it is worth asking. */
void relAheadPlan(RelPlan *plan);
/* The root's row, and everything below it. */
void relAhead(const RelPlan *plan, int row);

#endif
