/*
** One level as its selection says it, while it is compiled: parsed, its order found, and whether its
** rows can be had without SQL ordering or joining them.
*/
#ifndef REL_FETCH_READING_H
#define REL_FETCH_READING_H

#include "fetch/plan.h"

typedef struct RelReading {
  RelSelection selection;   /* owned */
  RelScope scope;           /* what its expressions refer to; the spots are set per statement */
  RelSelection declared;    /* owned: the relationship's order_by, where the selection gives none */
  RelSource declaredSource; /* owned */
  char *declaredText;       /* owned */
  const RelSelection *order; /* whichever of the two has the terms that order the level */
  RelScope orderScope;       /* what those refer to */
} RelReading;

/* Parses, and sets the level's order, limited, complete and linked. Clear it also after an error. */
void relReadingStart(RelError *error, RelReading *reading, RelLevel *level, RelSlice text);
void relReadingClear(RelReading *reading);

/* The level's SQL; its children have added their keys to its arguments before (members.c, root.c). */
void relComposeMembers(RelError *error, RelLevel *level, const RelReading *reading);
void relComposeRoot(RelError *error, RelLevel *level, const RelReading *reading);

#endif
