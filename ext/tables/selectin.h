/*
** The table-valued function `selectin(owner [, selection, …])`: one row, `key` and `doc`, for each
** owner.
*/
#ifndef REL_TABLES_SELECTIN_H
#define REL_TABLES_SELECTIN_H

#include "base/sqlite.h"

/* Registers the function and what its SQL calls. */
int relSelectinRegister(sqlite3 *db);

#endif
