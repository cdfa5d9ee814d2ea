/*
** Pieces of the check's SQL about the rows of a key.
*/
#ifndef REL_INSPECT_CHECK_ROWS_H
#define REL_INSPECT_CHECK_ROWS_H

#include "inspect/check.h"

/* user_id, quoted where it has to be */
void relRowsColumn(RelText *text, const RelTable *table, int column);
/* a, b: what the key refers to */
void relRowsParent(RelText *text, const RelKey *key);
/* (a, b), or a: what refers, as the key compares it with the parent's columns */
void relRowsChild(RelText *text, const RelKey *key);

#endif
