/*
** The function `related(owner, name, key [, selection, …])`: what one relationship of one owner holds,
** as JSON.
*/
#ifndef REL_TABLES_RELATED_H
#define REL_TABLES_RELATED_H

#include "fetch/stats.h"

int relRelatedRegister(sqlite3 *db, RelStats *stats);

#endif
