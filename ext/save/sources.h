/*
** Where the columns of a node's row come from: the document, the owner it stands in, and what its
** many-to-ones name.
*/
#ifndef REL_SAVE_SOURCES_H
#define REL_SAVE_SOURCES_H

#include "save/nodes.h"

/* Fills the sources of the node's table; lent until the next call for that table. */
RelSaveSource *relSourcesOfNode(RelSaver *saver, int node);

/* The same for a row to be made: also what other nodes of the row say, where it says nothing. */
RelSaveSource *relSourcesOfRow(RelSaver *saver, int node);

/* The same of the link between a member of a many-to-many and its owner. */
RelSaveSource *relSourcesOfLink(RelSaver *saver, int node);

/* True where the document empties a foreign key, without which delete-orphan deletes the node's row. */
int relSourcesOrphan(RelSaver *saver, int node);

/* True where the node's row is there. */
int relSourceIsThere(const RelSaver *saver, int node);

/* True where the node's row is there, and has the key by which rows refer to it. */
int relSourceHasKey(const RelSaver *saver, int node, const RelKey *key);
/* The column of the key that is NULL in the node's row, which is there; NULL where none is. */
const char *relSourceEmptyKey(const RelSaver *saver, int node, const RelKey *key);

/* True where the value can be had now, and is not NULL. */
int relSourceIsKnown(const RelSaver *saver, const RelSaveSource *source);

/* Binds the value for a slot of `table`. */
void relSourceBind(RelSaver *saver, sqlite3_stmt *statement, int parameter, const RelTable *table,
                   int slot, const RelSaveSource *source);

/* The same as a virtual table's column. */
void relSourceGive(RelSaver *saver, sqlite3_context *context, const RelTable *table, int slot,
                   const RelSaveSource *source);

/* True where the value is what a statement's column holds, as far as can be told without SQL. */
int relSourceEquals(RelSaver *saver, const RelSaveSource *source, sqlite3_stmt *statement,
                    int column);

#endif
