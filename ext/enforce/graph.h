/*
** How deletions spread over tables: who takes whom along, where that comes back, and in which order
** the tables refer to each other.
*/
#ifndef REL_ENFORCE_GRAPH_H
#define REL_ENFORCE_GRAPH_H

#include "enforce/actions.h"

/* A row of `from` goes, and because of it rows of `to` may go. */
typedef struct RelEdge {
  const RelAction *action;     /* borrowed; NULL: a native foreign key does it */
  const Relationship *through; /* borrowed: not the action deletes, but the delete-orphan of this
                                  relationship, whose key the action (or native key) empties */
  int from, to;
  const RelKey *down; /* rows of `to` refer to the row by this key, or NULL */
  const RelKey *up;   /* rows of `to` are not referred to by this key any more, or NULL */
} RelEdge;

/*
** Tables whose deletions come back to them. SQLite does not fire a trigger inside itself
** (recursive_triggers off), or only a thousand deep (on): so nothing in a cycle may rest on a trigger
** that sets itself off.
*/
typedef struct RelCycle {
  const char *label; /* borrowed: its first relationship's, which names what serves the cycle */
  int several;       /* more than one relationship is in it */
  int width;         /* columns that name a row of any of its tables */
  int before;        /* some table's rows must be dealt with before they go */
  int simple;        /* every row is reached on one way only, and goes at once */
} RelCycle;

typedef struct RelGraph {
  const RelTable **tables; /* owned array: the tables that take part */
  int tableCount, tableRoom;
  RelEdge *edges; /* owned */
  int edgeCount, edgeRoom;
  int *before; /* [tableCount] owned: what a row's going sets off must begin while it is there */
  int *rank;   /* [tableCount] owned: a table that refers to another has the lower rank, where
                       the references form no cycle */
  int *cycle;  /* [tableCount] owned: index in `cycles`, or -1 */
  RelCycle *cycles; /* owned */
  int cycleCount;
} RelGraph;

/* Builds the graph of the model's declared relationships, whose actions it borrows. The caller clears
** it, also after an error. */
void relGraphBuild(RelError *error, RelModel *model, const RelActions *actions, RelGraph *graph);
void relGraphClear(RelGraph *graph);

int relGraphTable(const RelGraph *graph, const RelTable *table);

/* The cycle that a table is in, or NULL; and that both tables of an action are in. */
const RelCycle *relGraphCycle(const RelGraph *graph, const RelTable *table);
const RelCycle *relActionCycle(const RelGraph *graph, const RelAction *action);
/* The cycle that deletes rows through the delete-orphan of a relationship, or NULL. */
const RelCycle *relLetGoCycle(const RelGraph *graph, const Relationship *relationship);

#endif
