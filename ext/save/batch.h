/*
** Inserting many rows of one table with one statement: INSERT INTO … SELECT … FROM relationship_rows,
** an internal table whose rows are the nodes at hand. That spares what starting and ending a statement
** costs, which is more than inserting a row does.
*/
#ifndef REL_SAVE_BATCH_H
#define REL_SAVE_BATCH_H

#include "save/nodes.h"

/*
** Inserts the rows of the nodes from `position` of the order on, as many as go together, and gives
** their number; 0 where they have to be written one by one, among others for the error that one of
** them has.
*/
int relBatchWrite(RelSaver *saver, int position);

/* The same for links of members to their owners. */
int relBatchLinks(RelSaver *saver, int position);

#endif
