/*
** The tables of a connection and how they are related, as a picture.
*/
#ifndef REL_INSPECT_DIAGRAM_H
#define REL_INSPECT_DIAGRAM_H

#include "base/memory.h"

/*
** The diagram in `format` (mermaid or dot) of the tables that match `pattern` (GLOB; NULL: all). The
** caller owns the text. Nothing is kept of the connection.
*/
char *relDiagram(RelError *error, sqlite3 *db, const char *format, const char *pattern);

#endif
