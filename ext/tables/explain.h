/*
** The table-valued function `relationship_explain(owner [, selection])`.
*/
#ifndef REL_TABLES_EXPLAIN_H
#define REL_TABLES_EXPLAIN_H

#include "fetch/stats.h"

int relExplainRegister(sqlite3 *db, RelStats *stats);

#endif
