/*
** The links of a many-to-many that is loaded in two steps: which targets each slot has. The targets
** themselves are loaded once each, as rows of the level, by keys that the links give.
*/
#ifndef REL_FETCH_LINKS_H
#define REL_FETCH_LINKS_H

#include "fetch/plan.h"

void relLinksReset(RelLinks *links);
/* Gives back the memory that resetting keeps. */
void relLinksFree(RelLinks *links);
void relLinksClear(RelLinks *links);

/* Makes `count` empty slots. */
void relLinksStart(RelError *error, RelLinks *links, int count);

/*
** Once the targets are loaded: the links that have one, slot by slot in the targets' order, each with
** the target's row instead of its slot.
*/
void relLinksSettle(RelError *error, RelLevel *level);

int relLinksRegister(sqlite3 *db, RelStats *stats);

#endif
