/*
** How many owners a batch has, and what memory a plan keeps when it rests.
*/
#ifndef REL_FETCH_BATCH_H
#define REL_FETCH_BATCH_H

#include "fetch/plan.h"

/* Before the first batch: `expected` owners are likely to be asked for, 0 where nobody knows. */
void relBatchStart(RelError *error, RelPlan *plan, int expected);
/* Behind a batch: says how many the next one has. */
void relBatchGrow(RelError *error, RelPlan *plan);
/* True where to read a level's whole table, or links, beats seeking those of each slot. */
int relBatchScans(RelLevel *level);
/* Empties all levels, and gives back what is too much to keep. */
void relBatchRelease(RelPlan *plan);
/* Gives back what is too much to keep for a plan that has rested long. */
void relBatchSpare(RelPlan *plan);

#endif
