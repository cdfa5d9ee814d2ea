#include "enforce/graph.h"

#include "enforce/components.h"
#include "enforce/words.h"
#include "model/options.h"

/* --- tables --- */

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

static void addTables(RelError *error, RelModel *model, RelGraph *graph) {
  int i;
  for (i = 0; i < relModelCount(model); i++) {
    const Relationship *relationship = relModelAt(model, i);
    if (!relEnforced(relationship)) continue;
    addTable(error, graph, relationship->owner);
    addTable(error, graph, relationship->target);
    addTable(error, graph, relationship->secondary);
  }
}

static int *perTable(RelError *error, const RelGraph *graph) {
  return relAlloc(error, ((size_t)graph->tableCount + 1) * sizeof(int));
}

static int tableCalled(const RelGraph *graph, const char *name) {
  int i;
  for (i = 0; i < graph->tableCount; i++) {
    if (relSame(graph->tables[i]->name, name)) return i;
  }
  return -1;
}

static void findBefore(RelError *error, const RelActions *actions, RelGraph *graph) {
  int i;
  graph->before = perTable(error, graph);
  for (i = 0; i < actions->count && error->rc == SQLITE_OK; i++) {
    const RelAction *action = &actions->items[i];
    graph->before[relGraphTable(graph, action->from)] |= action->before && !action->after;
  }
}

static void addReference(RelError *error, const RelGraph *graph, RelArcs *arcs, const RelKey *key) {
  relArc(error, arcs, relGraphTable(graph, key->parent), relGraphTable(graph, key->child));
}

static void findRanks(RelError *error, RelModel *model, RelGraph *graph) {
  RelArcs arcs = {NULL, 0, 0};
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
      relArc(error, &arcs, tableCalled(graph, table->foreignKeys[j].parent), i);
    }
  }
  graph->rank = relComponents(error, graph->tableCount, &arcs);
  sqlite3_free(arcs.items);
}

/* --- edges --- */

static void addEdge(RelError *error, RelGraph *graph, RelEdge edge) {
  graph->edges =
      relGrow(error, graph->edges, graph->edgeCount, &graph->edgeRoom, sizeof *graph->edges);
  if (error->rc == SQLITE_OK && edge.from >= 0 && edge.to >= 0) {
    graph->edges[graph->edgeCount++] = edge;
  }
}

/* The columns that are emptied (or get a default) along a key: some or all of the child's. */
typedef struct Emptied {
  const RelTable *child;
  const int *columns;
  int count;
  int onlyNullable;
} Emptied;

static int empties(const Emptied *emptied, const RelKey *key) {
  int i;
  if (key->child != emptied->child) return 0;
  for (i = 0; i < emptied->count; i++) {
    int column = emptied->columns[i];
    if (emptied->onlyNullable && !relIsNullable(emptied->child, column)) continue;
    if (relIsInKey(key, column)) return 1;
  }
  return 0;
}

/* The key by which a relationship's members, target or links are let go. */
static const RelKey *letGoKey(const Relationship *relationship) {
  return relationship->direction == REL_MANYTOMANY ? &relationship->targetKey : &relationship->key;
}

/*
** A key is emptied: through every other relationship that has delete-orphan on one of its columns,
** something is let go. By the same key, nothing is: the row that was referred to is gone.
*/
static void addLetGo(RelError *error, RelModel *model, RelGraph *graph, RelEdge edge,
                     const Emptied *emptied) {
  int i;
  for (i = 0; i < relModelCount(model); i++) {
    const Relationship *through = relModelAt(model, i);
    const RelKey *key = letGoKey(through);
    if (!relHasOrphans(through) || !empties(emptied, key)) continue;
    if (edge.down != NULL && relSameColumns(key, edge.down) &&
        (through->direction == REL_ONETOMANY ||
         (!graph->before[edge.from] && relRefersToOne(key)))) {
      continue;
    }
    edge.through = through;
    edge.to = relGraphTable(graph, through->target);
    edge.up = through->direction == REL_ONETOMANY ? NULL : key;
    addEdge(error, graph, edge);
  }
}

static void addActionEdges(RelError *error, RelModel *model, const RelActions *actions,
                           RelGraph *graph) {
  int i;
  for (i = 0; i < actions->count && error->rc == SQLITE_OK; i++) {
    const RelAction *action = &actions->items[i];
    const RelKey *key = action->key;
    int upward = action->kind == REL_DELETE_TARGET || action->kind == REL_DELETE_UNLINKED;
    RelEdge edge = {action, NULL, 0, 0, upward ? NULL : key, upward ? key : action->last};
    edge.from = relGraphTable(graph, action->from);
    edge.to = relGraphTable(graph, action->to);
    if (relActionDeletes(action)) addEdge(error, graph, edge);
    if (action->kind == REL_UPDATE_MEMBERS) {
      Emptied emptied = {key->child, key->childColumns, key->count,
                         action->relationship->onDelete == REL_ON_DELETE_SET_NULL};
      addLetGo(error, model, graph, edge, &emptied);
    }
  }
}

static int holdsColumns(const RelKey *key, const RelTable *table, const RelForeignKey *foreignKey) {
  int i;
  if (key->child != table || key->count != foreignKey->count) return 0;
  for (i = 0; i < key->count; i++) {
    if (!relIsInKey(key, foreignKey->columns[i])) return 0;
  }
  return relSame(key->parent->name, foreignKey->parent);
}

/* The key of a relationship that a FOREIGN KEY declares, or NULL. */
static const RelKey *keyOf(RelModel *model, const RelTable *table,
                           const RelForeignKey *foreignKey) {
  int i;
  for (i = 0; i < relModelCount(model); i++) {
    const Relationship *relationship = relModelAt(model, i);
    if (!relEnforced(relationship)) continue;
    if (holdsColumns(&relationship->key, table, foreignKey)) return &relationship->key;
    if (relationship->secondary != NULL &&
        holdsColumns(&relationship->targetKey, table, foreignKey)) {
      return &relationship->targetKey;
    }
  }
  return NULL;
}

/* What native foreign keys delete or empty fires triggers as well. */
static void addNativeEdges(RelError *error, RelModel *model, RelGraph *graph, int child) {
  const RelTable *table = graph->tables[child];
  int i;
  for (i = 0; i < table->foreignKeyCount; i++) {
    const RelForeignKey *foreignKey = &table->foreignKeys[i];
    Emptied emptied = {table, foreignKey->columns, foreignKey->count, 0};
    RelEdge edge = {NULL, NULL, tableCalled(graph, foreignKey->parent), child, NULL, NULL};
    edge.down = keyOf(model, table, foreignKey);
    if (edge.from < 0) continue;
    if (relSame(foreignKey->onDelete, "CASCADE")) addEdge(error, graph, edge);
    if (relSame(foreignKey->onDelete, "SET NULL") || relSame(foreignKey->onDelete, "SET DEFAULT")) {
      addLetGo(error, model, graph, edge, &emptied);
    }
  }
}

/* --- walks --- */

/*
** Whether a row that goes by `edge` may take others along by `next`. When nothing refers to a row any
** more, nothing is reached by that key (an owner that is still there keeps its own link); and the row
** that a key led down from is gone by the time the same key leads up to it, unless it waits.
*/
static int leadsOn(const RelGraph *graph, const RelEdge *edge, const RelEdge *next) {
  int waits = graph->before[edge->from];
  if (edge->to != next->from) return 0;
  if (edge->up != NULL && next->down != NULL && relSameColumns(edge->up, next->down)) {
    return edge->down != NULL && waits;
  }
  return edge->down == NULL || next->up == NULL || waits || !relSameColumns(edge->down, next->up) ||
         !relRefersToOne(edge->down);
}

/* A search for walks, among the edges that may be part of one. */
typedef struct Walks {
  RelGraph *graph;
  int *edges; /* owned: those that do not lead out of a strongly connected component of tables */
  int count;
  char *from;  /* [edgeCount] owned: reached from the table at hand */
  char *back;  /* [edgeCount] owned: leads back to it */
  int *queue;  /* [edgeCount] owned */
  int *groups; /* borrowed: tables that belong together, as a forest */
} Walks;

/* Marks the edges that a walk along the arrows (or against them) reaches from the marked ones. */
static void spread(const Walks *walks, char *marks, int count, int against) {
  const RelGraph *graph = walks->graph;
  int at, i;
  for (at = 0; at < count; at++) {
    const RelEdge *edge = &graph->edges[walks->queue[at]];
    for (i = 0; i < walks->count; i++) {
      int number = walks->edges[i];
      const RelEdge *other = &graph->edges[number];
      if (marks[number] || !(against ? leadsOn(graph, other, edge) : leadsOn(graph, edge, other))) {
        continue;
      }
      marks[number] = 1;
      walks->queue[count++] = number;
    }
  }
}

static void search(const Walks *walks, char *marks, int table, int against) {
  int i, count = 0;
  memset(marks, 0, (size_t)walks->graph->edgeCount);
  for (i = 0; i < walks->count; i++) {
    const RelEdge *edge = &walks->graph->edges[walks->edges[i]];
    if ((against ? edge->to : edge->from) != table) continue;
    marks[walks->edges[i]] = 1;
    walks->queue[count++] = walks->edges[i];
  }
  spread(walks, marks, count, against);
}

static int rootOf(const int *groups, int table) {
  while (groups[table] != table) table = groups[table];
  return table;
}

static void join(int *groups, int a, int b) {
  a = rootOf(groups, a);
  b = rootOf(groups, b);
  if (a < b) groups[b] = a;
  if (b < a) groups[a] = b;
}

/*
** All tables on walks from a row of `table` back to its table belong together. Native keys alone are
** SQLite's own business.
*/
static void joinWalks(const Walks *walks, int table) {
  RelGraph *graph = walks->graph;
  int i, emptied, ours = 0;
  search(walks, walks->from, table, 0);
  search(walks, walks->back, table, 1);
  for (i = 0; i < graph->edgeCount; i++) {
    walks->from[i] = walks->from[i] && walks->back[i];
    ours |= walks->from[i] && graph->edges[i].action != NULL;
  }
  for (i = 0; i < graph->edgeCount && ours; i++) {
    const RelEdge *edge = &graph->edges[i];
    if (!walks->from[i]) continue;
    graph->cycle[edge->from] = graph->cycle[edge->to] = 1;
    join(walks->groups, table, edge->from);
    join(walks->groups, table, edge->to);
    if (edge->through == NULL) continue;
    emptied = relGraphTable(graph, letGoKey(edge->through)->child);
    graph->cycle[emptied] = 1;
    join(walks->groups, table, emptied);
  }
}

static void keepReturning(RelError *error, Walks *walks) {
  const RelGraph *graph = walks->graph;
  RelArcs arcs = {NULL, 0, 0};
  int *component, i;
  for (i = 0; i < graph->edgeCount; i++) {
    relArc(error, &arcs, graph->edges[i].from, graph->edges[i].to);
  }
  component = relComponents(error, graph->tableCount, &arcs);
  for (i = 0; i < graph->edgeCount && error->rc == SQLITE_OK; i++) {
    const RelEdge *edge = &graph->edges[i];
    if (component[edge->from] == component[edge->to]) walks->edges[walks->count++] = i;
  }
  sqlite3_free(component);
  sqlite3_free(arcs.items);
}

static void findWalks(RelError *error, RelGraph *graph, int *groups) {
  size_t edges = (size_t)graph->edgeCount;
  Walks walks = {graph, NULL, 0, NULL, NULL, NULL, groups};
  int i;
  walks.edges = relAlloc(error, (edges + 1) * sizeof *walks.edges);
  walks.from = relAlloc(error, edges + 1);
  walks.back = relAlloc(error, edges + 1);
  walks.queue = relAlloc(error, (edges + 1) * sizeof *walks.queue);
  if (error->rc == SQLITE_OK) keepReturning(error, &walks);
  for (i = 0; i < graph->tableCount && error->rc == SQLITE_OK && walks.count > 0; i++) {
    joinWalks(&walks, i);
  }
  sqlite3_free(walks.edges);
  sqlite3_free(walks.from);
  sqlite3_free(walks.back);
  sqlite3_free(walks.queue);
}

static void joinEndsOf(const RelAction *a, const RelAction *b, RelGraph *graph, int *groups) {
  int link = relGraphTable(graph, a->from), ends[3], n;
  ends[0] = link;
  ends[1] = relGraphTable(graph, a->to);
  ends[2] = relGraphTable(graph, b->to);
  for (n = 0; n < 3; n++) {
    graph->cycle[ends[n]] = 1;
    join(groups, link, ends[n]);
  }
}

/* The two ends of a link are let go by the same event: which goes must not depend on the order. */
static void joinEnds(const RelActions *actions, RelGraph *graph, int *groups) {
  int i, j;
  for (i = 0; i < actions->count; i++) {
    const RelAction *a = &actions->items[i];
    if (a->kind != REL_DELETE_UNLINKED) continue;
    for (j = 0; j < i; j++) {
      const RelAction *b = &actions->items[j];
      if (b->kind != a->kind || a->from != b->from || relSameColumns(a->key, b->key)) continue;
      joinEndsOf(a, b, graph, groups);
    }
  }
}

/* What goes with the last link of an owner that goes is found when the links are gone. */
static void joinLinks(const RelActions *actions, RelGraph *graph, int *groups) {
  int i;
  for (i = 0; i < actions->count; i++) {
    const RelAction *action = &actions->items[i];
    int from = relGraphTable(graph, action->from), to = relGraphTable(graph, action->to), links;
    if (action->kind != REL_DELETE_LINKED || !graph->cycle[from] || !graph->cycle[to]) continue;
    if (rootOf(groups, from) != rootOf(groups, to)) continue;
    links = relGraphTable(graph, action->key->child);
    graph->cycle[links] = 1;
    join(groups, from, links);
  }
}

/* Marks in `reached` what deletions lead to from the tables of a group, by any way. */
static void reachTables(const RelGraph *graph, const int *groups, int group, char *reached) {
  int i, changed = 1;
  for (i = 0; i < graph->tableCount; i++) reached[i] = rootOf(groups, i) == group;
  while (changed) {
    changed = 0;
    for (i = 0; i < graph->edgeCount; i++) {
      const RelEdge *edge = &graph->edges[i];
      if (!reached[edge->from] || reached[edge->to]) continue;
      reached[edge->to] = 1;
      changed = 1;
    }
  }
}

/* Joins the reached tables that lead to `table`. */
static void joinReached(RelGraph *graph, int *groups, int table, const char *reached) {
  int i, changed = 1;
  graph->cycle[table] = 1;
  while (changed) {
    changed = 0;
    for (i = 0; i < graph->edgeCount; i++) {
      const RelEdge *edge = &graph->edges[i];
      if (!reached[edge->from] || rootOf(groups, edge->to) != rootOf(groups, table) ||
          rootOf(groups, edge->from) == rootOf(groups, table)) {
        continue;
      }
      graph->cycle[edge->from] = 1;
      join(groups, edge->from, table);
      changed = 1;
    }
  }
}

/*
** A refusal inside a cycle counts what the cycle leaves: so what deletes the members that it is about
** belongs to the cycle.
*/
static void joinRefusals(RelError *error, const RelActions *actions, RelGraph *graph, int *groups) {
  char *reached = relAlloc(error, (size_t)graph->tableCount + 1);
  int i;
  for (i = 0; i < actions->count && error->rc == SQLITE_OK; i++) {
    const RelAction *action = &actions->items[i];
    int from = relGraphTable(graph, action->from), to = relGraphTable(graph, action->to);
    if (action->kind != REL_REFUSE || !graph->cycle[from]) continue;
    reachTables(graph, groups, rootOf(groups, from), reached);
    if (reached[to]) joinReached(graph, groups, to, reached);
  }
  sqlite3_free(reached);
}

/* --- cycles --- */

static void numberCycles(RelError *error, RelGraph *graph, const int *groups) {
  int i;
  graph->cycles = relAlloc(error, ((size_t)graph->tableCount + 1) * sizeof *graph->cycles);
  for (i = 0; i < graph->tableCount && error->rc == SQLITE_OK; i++) {
    int root = rootOf(groups, i);
    RelCycle *cycle;
    if (!graph->cycle[i]) {
      graph->cycle[i] = -1;
      continue;
    }
    graph->cycle[i] = root == i ? graph->cycleCount++ : graph->cycle[root];
    cycle = &graph->cycles[graph->cycle[i]];
    cycle->before |= graph->before[i];
    if (relIdentityWidth(graph->tables[i]) > cycle->width) {
      cycle->width = relIdentityWidth(graph->tables[i]);
    }
  }
}

static int edgeInside(const RelGraph *graph, const RelEdge *edge, const RelCycle *cycle) {
  return relGraphCycle(graph, graph->tables[edge->from]) == cycle &&
         relGraphCycle(graph, graph->tables[edge->to]) == cycle;
}

static int isSimple(const RelGraph *graph, const RelActions *actions, const RelCycle *cycle) {
  int i, j;
  if (cycle->before) return 0;
  for (i = 0; i < graph->edgeCount; i++) {
    const RelEdge *edge = &graph->edges[i];
    if (!edgeInside(graph, edge, cycle)) continue;
    if (edge->action == NULL || edge->through != NULL || edge->up != NULL) return 0;
    if (!relRefersToOne(edge->down)) return 0;
    for (j = 0; j < i; j++) {
      if (graph->edges[j].to == edge->to && edgeInside(graph, &graph->edges[j], cycle)) return 0;
    }
  }
  for (i = 0; i < actions->count; i++) {
    const RelAction *action = &actions->items[i];
    if (relActionCycle(graph, action) != cycle || relActionDeletes(action)) continue;
    if (action->kind == REL_REFUSE) return 0;
    for (j = 0; j < graph->edgeCount; j++) {
      const RelEdge *edge = &graph->edges[j];
      if (edgeInside(graph, edge, cycle) && relSharesColumn(edge->down, action->key)) return 0;
    }
  }
  return 1;
}

static void describeCycles(const RelActions *actions, RelGraph *graph) {
  int i;
  for (i = 0; i < actions->count; i++) {
    const RelAction *action = &actions->items[i];
    const RelCycle *found = relActionCycle(graph, action);
    RelCycle *cycle;
    if (found == NULL) continue;
    cycle = &graph->cycles[found - graph->cycles];
    cycle->several |= cycle->label != NULL && cycle->label != action->relationship->label;
    if (cycle->label == NULL) cycle->label = action->relationship->label;
  }
  for (i = 0; i < graph->cycleCount; i++) {
    graph->cycles[i].simple = isSimple(graph, actions, &graph->cycles[i]);
  }
}

static void findCycles(RelError *error, const RelActions *actions, RelGraph *graph) {
  int *groups = perTable(error, graph), i;
  graph->cycle = perTable(error, graph);
  if (error->rc == SQLITE_OK) {
    for (i = 0; i < graph->tableCount; i++) groups[i] = i;
    findWalks(error, graph, groups);
  }
  if (error->rc == SQLITE_OK) joinEnds(actions, graph, groups);
  if (error->rc == SQLITE_OK) joinRefusals(error, actions, graph, groups);
  if (error->rc == SQLITE_OK) joinLinks(actions, graph, groups);
  if (error->rc == SQLITE_OK) numberCycles(error, graph, groups);
  if (error->rc == SQLITE_OK) describeCycles(actions, graph);
  sqlite3_free(groups);
}

const RelCycle *relGraphCycle(const RelGraph *graph, const RelTable *table) {
  int i = relGraphTable(graph, table);
  return i < 0 || graph->cycle[i] < 0 ? NULL : &graph->cycles[graph->cycle[i]];
}

const RelCycle *relActionCycle(const RelGraph *graph, const RelAction *action) {
  const RelCycle *cycle = relGraphCycle(graph, action->from);
  return cycle == relGraphCycle(graph, action->to) ? cycle : NULL;
}

const RelCycle *relLetGoCycle(const RelGraph *graph, const Relationship *relationship) {
  int i;
  for (i = 0; i < graph->edgeCount; i++) {
    const RelEdge *edge = &graph->edges[i];
    const RelCycle *cycle;
    if (edge->through != relationship) continue;
    cycle = relGraphCycle(graph, graph->tables[edge->from]);
    if (cycle != NULL && cycle == relGraphCycle(graph, graph->tables[edge->to])) return cycle;
  }
  return NULL;
}

void relGraphBuild(RelError *error, RelModel *model, const RelActions *actions, RelGraph *graph) {
  int i;
  memset(graph, 0, sizeof *graph);
  addTables(error, model, graph);
  if (error->rc == SQLITE_OK) findBefore(error, actions, graph);
  if (error->rc == SQLITE_OK) addActionEdges(error, model, actions, graph);
  for (i = 0; i < graph->tableCount && error->rc == SQLITE_OK; i++) {
    addNativeEdges(error, model, graph, i);
  }
  if (error->rc == SQLITE_OK) findRanks(error, model, graph);
  if (error->rc == SQLITE_OK) findCycles(error, actions, graph);
}

void relGraphClear(RelGraph *graph) {
  sqlite3_free(graph->tables);
  sqlite3_free(graph->edges);
  sqlite3_free(graph->before);
  sqlite3_free(graph->rank);
  sqlite3_free(graph->cycle);
  sqlite3_free(graph->cycles);
  memset(graph, 0, sizeof *graph);
}
