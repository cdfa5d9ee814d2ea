/*
** Which nodes of a document are the same row.
*/
#ifndef REL_SAVE_IDS_H
#define REL_SAVE_IDS_H

#include "save/nodes.h"

/* Enters a node whose row is found, by its row; it joins the nodes of that row entered before. */
void relIdsAddFound(RelSaver *saver, int node);

/*
** Enters a node that has no row, by the sources of its table: its key is known, or will be once the
** rows that it refers to are made.
*/
void relIdsAddMissing(RelSaver *saver, int node);

/* Enters a node whose row this save made: from then on it is sought by its row, not by its key. */
void relIdsAddMade(RelSaver *saver, int node);

/* The first node of a row, or REL_NO_NODE where the document does not name it. */
int relIdsFind(RelSaver *saver, const RelSaveTable *table, const RelSaveRow *row);

#endif
