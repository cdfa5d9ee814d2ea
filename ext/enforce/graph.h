/*
** How deletions spread over tables: who takes whom along, in cycles or not, and in which order the
** tables refer to each other.
*/
#ifndef REL_ENFORCE_GRAPH_H
#define REL_ENFORCE_GRAPH_H

#include "model/model.h"

typedef struct RelEdge {
  const Relationship *relationship; /* borrowed: the first that brings this edge */
  int from, to;                     /* tables: deleting a row of `from` deletes rows of `to` */
  const RelKey
      *down; /* the key by which rows of `to` (or links to them) name the row of `from`; NULL
                         where `from` names `to` */
  const RelKey *last; /* NULL where the rows go at once; else they go when none refers to them by
                         this key any more */
} RelEdge;

typedef struct RelGraph {
  const RelTable **tables; /* owned array: the tables that take part */
  int tableCount, tableRoom;
  RelEdge *edges; /* owned */
  int edgeCount, edgeRoom;
  int *cycle; /* [tableCount] owned: tables of one number delete each other's rows at once */
  int *rank;  /* [tableCount] owned: a table that refers to another has the lower rank, where the
                 references form no cycle */
} RelGraph;

/*
** Builds the graph of the model's declared relationships. Refused: a relationship whose members go
** with the last reference, where that leads back to its own table. The caller clears it, also after
** an error.
*/
void relGraphBuild(RelError *error, RelModel *model, RelGraph *graph);
void relGraphClear(RelGraph *graph);

int relGraphTable(const RelGraph *graph, const RelTable *table);

/* True where the edge is part of a cycle of deletions at once. */
int relEdgeInCycle(const RelGraph *graph, const RelEdge *edge);
/* The extra condition that rows deleted at once along the edge fulfil, or NULL. Borrowed. */
const char *relEdgeCondition(const RelEdge *edge);
/* The edge in a cycle by which `key` deletes rows at once, or NULL. */
const RelEdge *relGraphCycleEdge(const RelGraph *graph, const RelKey *key, const char *condition);

/* True where deleting an owner row is the relationship's business. */
int relActsOnDelete(const Relationship *relationship);
/* True for the same columns of the same tables. */
int relSameColumns(const RelKey *a, const RelKey *b);

#endif
