/*
** One level as its selection says it, while it is compiled: parsed, its order found, and whether its
** rows can be had without SQL ordering or joining them.
*/
#ifndef REL_FETCH_READING_H
#define REL_FETCH_READING_H

#include "fetch/plan.h"

struct RelReading {
  RelSelection selection;   /* owned */
  RelScope scope;           /* what its expressions refer to; the spots are set per statement */
  RelSelection declared;    /* owned: the relationship's order_by, where the selection gives none */
  RelSource declaredSource; /* owned */
  char *declaredText;       /* owned */
  const RelSelection *order; /* whichever of the two has the terms that order the level */
  RelScope orderScope;       /* what those refer to */
};

/* Parses one level's text into level->reading. */
void relReadingStart(RelError *error, RelLevel *level, RelSlice text);

/*
** Sets the level's order, limited, windowed, complete and linked, once it is known what its items
** mean.
*/
void relReadingShape(RelError *error, RelLevel *level);
void relReadingClear(RelReading *reading);

/* A scope over a table that a relationship leads to, for what stands in the same selection. */
RelScope relScopeFor(const RelScope *from, const RelTable *table, const RelTable *secondary);

#endif
