#include "enforce/graph.h"

#include "model/options.h"

typedef struct Arc {
  int from, to;
} Arc;

typedef struct Arcs {
  Arc *items; /* owned */
  int count, room;
} Arcs;

int relActsOnDelete(const Relationship *relationship) {
  return relEnforced(relationship) && relationship->passiveDeletes == REL_PASSIVE_NO &&
         relationship->onDelete != REL_ON_DELETE_NO_ACTION;
}

static int sameChild(const RelKey *a, const RelKey *b) {
  int i, j;
  if (a->child != b->child || a->count != b->count) return 0;
  for (i = 0; i < a->count; i++) {
    for (j = 0; j < b->count && a->childColumns[i] != b->childColumns[j]; j++) continue;
    if (j == b->count) return 0;
  }
  return 1;
}

int relSameColumns(const RelKey *a, const RelKey *b) {
  int i, j;
  if (a->parent != b->parent || !sameChild(a, b)) return 0;
  for (i = 0; i < a->count; i++) {
    for (j = 0; a->childColumns[i] != b->childColumns[j]; j++) continue;
    if (a->parentColumns[i] != b->parentColumns[j]) return 0;
  }
  return 1;
}

/* --- tables and edges --- */

int relGraphTable(const RelGraph *graph, const RelTable *table) {
  int i;
  for (i = 0; i < graph->tableCount; i++) {
    if (graph->tables[i] == table) return i;
  }
  return -1;
}

static void addTable(RelError *error, RelGraph *graph, const RelTable *table) {
  if (table == NULL || relGraphTable(graph, table) >= 0) return;
  graph->tables =
      relGrow(error, graph->tables, graph->tableCount, &graph->tableRoom, sizeof *graph->tables);
  if (error->rc == SQLITE_OK) graph->tables[graph->tableCount++] = table;
}

static int sameText(const char *a, const char *b) {
  return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* The condition that an edge's deletion is under: links go without one. */
static const char *conditionOf(const Relationship *relationship) {
  return relationship->direction == REL_MANYTOMANY ? NULL : relationship->condition;
}

static void addEdge(RelError *error, RelGraph *graph, const Relationship *relationship,
                    const RelTable *from, const RelTable *to, const RelKey *down,
                    const RelKey *last) {
  RelEdge *edge;
  graph->edges =
      relGrow(error, graph->edges, graph->edgeCount, &graph->edgeRoom, sizeof *graph->edges);
  if (error->rc != SQLITE_OK) return;
  edge = &graph->edges[graph->edgeCount++];
  edge->relationship = relationship;
  edge->from = relGraphTable(graph, from);
  edge->to = relGraphTable(graph, to);
  edge->down = down;
  edge->last = last;
}

/* Deletion at once, along a key. Several relationships may say the same of one key. */
static void addKeyEdge(RelError *error, RelGraph *graph, const Relationship *relationship,
                       const RelKey *key) {
  int i;
  for (i = 0; i < graph->edgeCount; i++) {
    const RelEdge *edge = &graph->edges[i];
    if (edge->last == NULL && relSameColumns(edge->down, key) &&
        sameText(conditionOf(edge->relationship), conditionOf(relationship))) {
      return;
    }
  }
  addEdge(error, graph, relationship, key->parent, key->child, key, NULL);
}

static void addEdges(RelError *error, RelGraph *graph, const Relationship *relationship) {
  int deletes = relationship->onDelete == REL_ON_DELETE_CASCADE;
  switch (relationship->direction) {
  case REL_ONETOMANY:
    if (deletes) addKeyEdge(error, graph, relationship, &relationship->key);
    break;
  case REL_MANYTOONE:
    if (deletes) {
      addEdge(error, graph, relationship, relationship->owner, relationship->target, NULL,
              &relationship->key);
    }
    break;
  case REL_MANYTOMANY:
    addKeyEdge(error, graph, relationship, &relationship->key);
    addKeyEdge(error, graph, relationship, &relationship->targetKey);
    if (!deletes) break;
    if (relationship->cascade & REL_DELETE_ORPHAN) {
      addEdge(error, graph, relationship, relationship->secondary, relationship->target, NULL,
              &relationship->targetKey);
    } else {
      addEdge(error, graph, relationship, relationship->owner, relationship->target,
              &relationship->key, &relationship->targetKey);
    }
    break;
  }
}

/* --- strongly connected components --- */

/* Tarjan's algorithm with its stack made explicit: a chain of tables may be long. */
typedef struct Search {
  const Arcs *arcs;
  int *first;  /* [n + 1] where the arcs of a node begin in `order` */
  int *order;  /* arcs sorted by `from` */
  int *next;   /* [n] the arc to look at next */
  int *number; /* [n] order of discovery, 0: not yet */
  int *low;    /* [n] */
  int *open;   /* nodes of components that are not closed yet */
  int *path;   /* nodes the walk stands on */
  int *component;
  int openCount, pathCount, discovered, components;
} Search;

static void visit(Search *search, int node) {
  search->number[node] = search->low[node] = ++search->discovered;
  search->next[node] = search->first[node];
  search->open[search->openCount++] = node;
  search->path[search->pathCount++] = node;
}

static void leave(Search *search, int node) {
  int member;
  search->pathCount--;
  if (search->pathCount > 0) {
    int above = search->path[search->pathCount - 1];
    if (search->low[node] < search->low[above]) search->low[above] = search->low[node];
  }
  if (search->low[node] != search->number[node]) return;
  do {
    member = search->open[--search->openCount];
    search->component[member] = search->components;
  } while (member != node);
  search->components++;
}

static void walk(Search *search, int start) {
  visit(search, start);
  while (search->pathCount > 0) {
    int node = search->path[search->pathCount - 1];
    if (search->next[node] == search->first[node + 1]) {
      leave(search, node);
    } else {
      int to = search->arcs->items[search->order[search->next[node]++]].to;
      if (search->number[to] == 0) {
        visit(search, to);
      } else if (search->component[to] < 0 && search->number[to] < search->low[node]) {
        search->low[node] = search->number[to];
      }
    }
  }
}

static void sortArcs(Search *search, int n) {
  int i;
  for (i = 0; i < search->arcs->count; i++) search->first[search->arcs->items[i].from + 1]++;
  for (i = 0; i < n; i++) search->first[i + 1] += search->first[i];
  for (i = 0; i < n; i++) search->next[i] = search->first[i];
  for (i = 0; i < search->arcs->count; i++) {
    search->order[search->next[search->arcs->items[i].from]++] = i;
  }
}

/* Numbers the components so that every arc leads to the same or a lower number. Owned result. */
static int *numberComponents(RelError *error, int n, const Arcs *arcs) {
  size_t nodes = (size_t)n + 1;
  int *memory = relAlloc(error, (7 * nodes + (size_t)arcs->count) * sizeof *memory);
  Search search = {arcs, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, 0, 0};
  int i;
  search.component = relAlloc(error, nodes * sizeof *search.component);
  if (error->rc == SQLITE_OK) {
    search.first = memory;
    search.next = search.first + nodes;
    search.number = search.next + nodes;
    search.low = search.number + nodes;
    search.open = search.low + nodes;
    search.path = search.open + nodes;
    search.order = search.path + nodes;
    sortArcs(&search, n);
    for (i = 0; i < n; i++) search.component[i] = -1;
    for (i = 0; i < n; i++) {
      if (search.number[i] == 0) walk(&search, i);
    }
  }
  sqlite3_free(memory);
  return search.component;
}

static void addArc(RelError *error, Arcs *arcs, int from, int to) {
  if (from < 0 || to < 0) return;
  arcs->items = relGrow(error, arcs->items, arcs->count, &arcs->room, sizeof *arcs->items);
  if (error->rc != SQLITE_OK) return;
  arcs->items[arcs->count].from = from;
  arcs->items[arcs->count].to = to;
  arcs->count++;
}

static void findCycles(RelError *error, RelGraph *graph) {
  Arcs arcs = {NULL, 0, 0};
  int i;
  for (i = 0; i < graph->edgeCount; i++) {
    if (graph->edges[i].last == NULL) {
      addArc(error, &arcs, graph->edges[i].from, graph->edges[i].to);
    }
  }
  graph->cycle = numberComponents(error, graph->tableCount, &arcs);
  sqlite3_free(arcs.items);
}

static int tableCalled(const RelGraph *graph, const char *name) {
  int i;
  for (i = 0; i < graph->tableCount; i++) {
    if (relSame(graph->tables[i]->name, name)) return i;
  }
  return -1;
}

static void addReference(RelError *error, const RelGraph *graph, Arcs *arcs, const RelKey *key) {
  addArc(error, arcs, relGraphTable(graph, key->parent), relGraphTable(graph, key->child));
}

static void findRanks(RelError *error, RelModel *model, RelGraph *graph) {
  Arcs arcs = {NULL, 0, 0};
  int i, j;
  for (i = 0; i < relModelCount(model); i++) {
    const Relationship *relationship = relModelAt(model, i);
    if (!relEnforced(relationship)) continue;
    addReference(error, graph, &arcs, &relationship->key);
    if (relationship->secondary != NULL) {
      addReference(error, graph, &arcs, &relationship->targetKey);
    }
  }
  for (i = 0; i < graph->tableCount; i++) {
    const RelTable *table = graph->tables[i];
    for (j = 0; j < table->foreignKeyCount; j++) {
      addArc(error, &arcs, tableCalled(graph, table->foreignKeys[j].parent), i);
    }
  }
  graph->rank = numberComponents(error, graph->tableCount, &arcs);
  sqlite3_free(arcs.items);
}

/* --- deletions that come back --- */

/* The way on which the search reached each table. */
typedef struct Way {
  const RelGraph *graph;
  int *queue; /* tables reached, in order */
  int *by;    /* [tableCount] the edge that reached it, -1: not reached */
  int count;
} Way;

static void reach(Way *way, int edge) {
  int to = way->graph->edges[edge].to;
  if (way->by[to] >= 0) return;
  way->by[to] = edge;
  way->queue[way->count++] = to;
}

/* Whether something may be reached from the members of `edge` by `step`: by its key, nothing is. */
static int leadsOn(const RelEdge *step, const RelEdge *edge) {
  return step->down == NULL || !sameChild(step->down, edge->last);
}

static char *prepend(RelError *error, const RelTable *table, char *names) {
  char *longer = relFormat(error, "\"%w\" -> %s", table->name, names);
  sqlite3_free(names);
  return longer;
}

/* "a" -> "b" -> "a": from the table where the edge begins back to it. */
static char *nameWay(RelError *error, const Way *way, const RelEdge *edge) {
  const RelGraph *graph = way->graph;
  char *names = relFormat(error, "\"%w\"", graph->tables[edge->from]->name);
  int at = edge->from;
  while (edge->from != edge->to) {
    const RelEdge *step = &graph->edges[way->by[at]];
    at = step->from;
    names = prepend(error, graph->tables[at], names);
    if (at == edge->to && leadsOn(step, edge)) break;
  }
  return prepend(error, graph->tables[edge->from], names);
}

static void refuseCycle(RelError *error, const Way *way, const RelEdge *edge) {
  char *names = nameWay(error, way, edge);
  relRefuse(error, edge->relationship,
            "its delete cascade, which waits for the last reference, comes back to where it "
            "started: %s; leave delete out of the cascade of one of these relationships",
            names);
  sqlite3_free(names);
}

/*
** The members of `edge` go when nothing refers to them by its key `last`; so from them, nothing is
** reached by that key. Whether its own table is reached in any other way, where the trigger that is
** at work would not fire again.
*/
static void checkReturn(RelError *error, const RelGraph *graph, const RelEdge *edge, Way *way) {
  int i, at;
  way->count = 0;
  for (i = 0; i < graph->tableCount; i++) way->by[i] = -1;
  for (i = 0; i < graph->edgeCount; i++) {
    const RelEdge *step = &graph->edges[i];
    if (step->from == edge->to && leadsOn(step, edge)) reach(way, i);
  }
  for (at = 0; at < way->count; at++) {
    for (i = 0; i < graph->edgeCount; i++) {
      if (graph->edges[i].from == way->queue[at]) reach(way, i);
    }
  }
  if (edge->from == edge->to || way->by[edge->from] >= 0) refuseCycle(error, way, edge);
}

static void checkReturns(RelError *error, const RelGraph *graph) {
  size_t tables = (size_t)graph->tableCount;
  int *memory = relAlloc(error, 2 * tables * sizeof *memory);
  Way way = {graph, memory, NULL, 0};
  int i;
  if (memory == NULL) return;
  way.by = memory + tables;
  for (i = 0; i < graph->edgeCount && error->rc == SQLITE_OK; i++) {
    if (graph->edges[i].last != NULL) checkReturn(error, graph, &graph->edges[i], &way);
  }
  sqlite3_free(memory);
}

void relGraphBuild(RelError *error, RelModel *model, RelGraph *graph) {
  int i;
  memset(graph, 0, sizeof *graph);
  for (i = 0; i < relModelCount(model); i++) {
    const Relationship *relationship = relModelAt(model, i);
    if (!relEnforced(relationship)) continue;
    addTable(error, graph, relationship->owner);
    addTable(error, graph, relationship->target);
    addTable(error, graph, relationship->secondary);
  }
  for (i = 0; i < relModelCount(model); i++) {
    if (relActsOnDelete(relModelAt(model, i))) addEdges(error, graph, relModelAt(model, i));
  }
  if (error->rc == SQLITE_OK) findCycles(error, graph);
  if (error->rc == SQLITE_OK) findRanks(error, model, graph);
  if (error->rc == SQLITE_OK) checkReturns(error, graph);
}

void relGraphClear(RelGraph *graph) {
  sqlite3_free(graph->tables);
  sqlite3_free(graph->edges);
  sqlite3_free(graph->cycle);
  sqlite3_free(graph->rank);
  memset(graph, 0, sizeof *graph);
}

int relEdgeInCycle(const RelGraph *graph, const RelEdge *edge) {
  return edge->last == NULL && graph->cycle[edge->from] == graph->cycle[edge->to];
}

const RelEdge *relGraphCycleEdge(const RelGraph *graph, const RelKey *key, const char *condition) {
  int i;
  for (i = 0; i < graph->edgeCount; i++) {
    const RelEdge *edge = &graph->edges[i];
    if (relEdgeInCycle(graph, edge) && relSameColumns(edge->down, key) &&
        sameText(conditionOf(edge->relationship), condition)) {
      return edge;
    }
  }
  return NULL;
}

const char *relEdgeCondition(const RelEdge *edge) {
  return conditionOf(edge->relationship);
}
