/*
** By which ways the rows of a level can be had: what its table, its indexes and its relationship allow.
*/
#ifndef REL_FETCH_WAYS_H
#define REL_FETCH_WAYS_H

#include "fetch/reading.h"

/* Whether an index of the members, or their links, begins with the columns of the owners' key. */
int relIsLed(const RelLevel *level);
/*
** Whether nothing leads from a slot to its rows, so that SQLite would make an index of the whole table for
** however few slots. Not where values convert in the comparison, which an index of the slots would not do.
*/
int relIsUnled(const RelLevel *level);
/* Whether an index alone tells where the members of many owners stand. */
int relIsIndexed(const RelLevel *level);
/*
** Whether an index has the members of owners whose keys follow each other together, so that SQLite need
** not look for those of each; and a row's own text shows whose it is.
*/
int relIsRanged(const RelLevel *level);
/*
** Whether the members, or links, of many owners can be had by reading the whole table once: each row
** says by one number whose it is.
*/
int relIsScannable(const RelLevel *level);
/* Whether rows are cut while they come: where SQL would read and sort all of them anyway. */
int relCuts(const RelLevel *level);

/* The argument that is a column of the level's table, or -1. */
int relArgumentOf(const RelLevel *level, int column);

#endif
