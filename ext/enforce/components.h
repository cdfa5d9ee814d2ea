/*
** Strongly connected components of a directed graph.
*/
#ifndef REL_ENFORCE_COMPONENTS_H
#define REL_ENFORCE_COMPONENTS_H

#include "base/memory.h"

typedef struct RelArc {
  int from, to;
} RelArc;

typedef struct RelArcs {
  RelArc *items; /* owned */
  int count, room;
} RelArcs;

/* Adds an arc; none where one of its ends is negative. */
void relArc(RelError *error, RelArcs *arcs, int from, int to);

/*
** [n] the number of each node's component, so that every arc leads to the same or a lower number.
** The caller owns it; NULL after an error.
*/
int *relComponents(RelError *error, int n, const RelArcs *arcs);

#endif
