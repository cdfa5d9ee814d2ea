/*
** What the two kinds of index share. Private to enforce/: index.c makes those that cascades and
** fetches go by, single.c those that allow one member or one parent only.
*/
#ifndef REL_ENFORCE_INDEX_H
#define REL_ENFORCE_INDEX_H

#include "enforce/compile.h"

/* "user_id", "code" COLLATE "NOCASE": a collation is written where it is not the column's own. */
char *relIndexColumns(RelError *error, const RelKey *key);
/* True where the database has an index of this name that we made. */
int relIndexIsMade(RelCompiler *compiler, const char *name);
void relIndexesClear(RelCompiler *compiler); /* frees the names that relIndexIsMade has read */
/* True where an index over the one key serves the other. */
int relIndexSame(const RelKey *a, const RelKey *b);
/* True where the key's child column is the rowid. */
int relIndexIsRowid(const RelKey *key);

/* True where single.c makes an index, or finds one, that serves the key. */
int relSingleServes(const RelCompiler *compiler, const RelKey *key);

#endif
