/*
** The inspectors as table-valued functions.
*/
#ifndef REL_TABLES_INSPECTORS_H
#define REL_TABLES_INSPECTORS_H

#include "fetch/stats.h"

void relInspectorsRegister(RelError *error, sqlite3 *db, RelStats *stats);

#endif
