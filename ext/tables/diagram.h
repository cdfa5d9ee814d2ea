/*
** relationship_diagram(format [, pattern]): the scalar function.
*/
#ifndef REL_TABLES_DIAGRAM_H
#define REL_TABLES_DIAGRAM_H

#include "base/sqlite.h"

void relDiagramFunction(sqlite3_context *context, int count, sqlite3_value **values);

#endif
