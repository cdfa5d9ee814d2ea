/*
** Reading an expression token by token, knowing what stands before and behind, and where a subquery
** makes names another level's.
*/
#ifndef REL_FETCH_WALK_H
#define REL_FETCH_WALK_H

#include "fetch/selection.h"

typedef struct RelWalk {
  RelSlice slice;
  const char *cursor; /* behind `next` */
  RelToken before;
  RelToken token; /* where the walk stands */
  RelToken next;
  int depth;     /* of parentheses */
  int subselect; /* the depth at which a subselect or any() opened, 0 outside */
} RelWalk;

void relWalkStart(RelWalk *walk, RelSlice slice);
/* Moves to the next token; 0 at the end. */
int relWalkNext(RelWalk *walk);

/*
** True where the token can only be the unqualified name of a column or alias. A bare keyword never
** is: whoever calls a column "end" quotes it.
*/
int relWalkAtName(const RelWalk *walk);

/* True for the words any and has. */
int relIsAny(RelToken token);

#endif
