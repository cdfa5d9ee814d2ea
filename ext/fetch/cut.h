/*
** LIMIT and OFFSET of every slot, kept while rows come: a row that cannot be among its slot's first is
** not written. That reads all members of an owner, as SQL must where no index has them in order.
*/
#ifndef REL_FETCH_CUT_H
#define REL_FETCH_CUT_H

#include "fetch/plan.h"

/* Before the rows of one batch. */
void relCutStart(RelLevel *level);
/* As LIMIT takes a value, also a text that is a number: SQLITE_MISMATCH where it is no integer. */
int relCutInteger(sqlite3_value *value, sqlite3_int64 *to);
/* Reads LIMIT and OFFSET, with the first row. */
int relCutRead(RelCut *cut, sqlite3_value *limit, sqlite3_value *offset);
/*
** Whether the row whose order is known, behind those written, is kept: 1, 0, or -1 when memory runs out.
** One that it drives out belongs to no slot any more.
*/
int relCutKeeps(RelLevel *level, int row, int slot);
/* What is left of each slot, once its rows are in order. */
void relCutSlots(RelLevel *level);
void relCutClear(RelCut *cut);

#endif
