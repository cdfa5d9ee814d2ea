/*
** The table-valued function `selectin(owner [, selection, …])`: one row, `key` and `doc`, for each
** owner.
*/
#ifndef REL_TABLES_SELECTIN_H
#define REL_TABLES_SELECTIN_H

#include "fetch/stats.h"

/* Registers the function and what its SQL calls. */
int relSelectinRegister(sqlite3 *db, RelStats *stats);

#endif
