#include "enforce/components.h"

void relArc(RelError *error, RelArcs *arcs, int from, int to) {
  if (from < 0 || to < 0) return;
  arcs->items = relGrow(error, arcs->items, arcs->count, &arcs->room, sizeof *arcs->items);
  if (error->rc != SQLITE_OK) return;
  arcs->items[arcs->count].from = from;
  arcs->items[arcs->count].to = to;
  arcs->count++;
}

/* Tarjan's algorithm with its stack made explicit: a chain of tables may be long. */
typedef struct Search {
  const RelArcs *arcs;
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

int *relComponents(RelError *error, int n, const RelArcs *arcs) {
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
