/*
** The steps of a save, in the order in which save.c takes them.
*/
#ifndef REL_SAVE_STEPS_H
#define REL_SAVE_STEPS_H

#include "save/nodes.h"

/* Finds the rows that are there already: by primary key, else by unique_key. */
void relFindRows(RelSaver *saver);
/* By unique_key, for a node that may have been made since. */
void relFindUnique(RelSaver *saver, int node);

typedef enum RelWriteMode {
  REL_WRITE_READY, /* only rows that all they refer to is there for */
  REL_WRITE_LATE,  /* also others: a foreign key to a row that is not there yet is written later */
  REL_WRITE_AHEAD, /* as LATE, and one that may not be NULL until then is written before that row */
  REL_WRITE_LAST /* as READY, and what trips over a UNIQUE key is an error, not tried again later */
} RelWriteMode;

/*
** Makes the node's row say what the document says: inserts or updates. A node that cannot be written
** yet stays unsaved; one whose foreign keys are not all written is late.
*/
void relWriteNode(RelSaver *saver, int node, RelWriteMode mode);
/* True where all that the row of the node refers to is there. */
int relWriteIsReady(const RelSaver *saver, int node);
/* True where a member of a many-to-many cannot be linked to its owner yet. */
int relWriteLinkIsNew(const RelSaver *saver, int node);
/* Links a member of a many-to-many to its owner. */
void relWriteLink(RelSaver *saver, int node);

/*
** Lets go of members that are listed no more. Those that the document names elsewhere wait, for they
** may move: relCollectionsSettle lets go of them where they have not. Where the owner would be an
** orphan without its links, this is done behind the new ones: `behind` says which lists are meant.
*/
void relCollectionsLetGo(RelSaver *saver, int behind);
void relCollectionsSettle(RelSaver *saver);
/*
** Rows that the document names have to be there still, whatever went with those let go: refuses where
** one is not. To be called before rows are made, for these may take the rowids of rows that went.
*/
void relCollectionsCheck(RelSaver *saver);
/* Takes the link that waits to be let go of for the member, which it then is: 1 where there is one. */
int relCollectionsTakeLink(RelSaver *saver, int node, RelSaveRow *link);

#endif
