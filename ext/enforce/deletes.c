/*
** What happens when a row is deleted, where it does not come back to its own table: all of it stands
** in one trigger per table and time, tables that refer to others first.
*/
#include "enforce/compile.h"

#include "templates.h"

#include <limits.h>

/*
** Of what is done to one table: what looks at its rows, then deletions, then its links. After all that,
** what is left refuses, or is let go.
*/
enum { FIRST, MIDDLE, LAST };

/* An action in its place. */
typedef struct Place {
  const RelAction *action; /* borrowed */
  int table;               /* whose rows go */
  int rank;                /* of the table acted on; what deletes nothing comes last */
  int part;                /* FIRST, MIDDLE, LAST */
  int before;
} Place;

/* What goes with the last link is found by the links: so it takes its place before they go. */
static Place placeOf(const RelCompiler *compiler, const RelAction *action) {
  const RelGraph *graph = &compiler->graph;
  const RelTable *to = action->kind == REL_DELETE_LINKED ? action->key->child : action->to;
  Place place = {action, relGraphTable(graph, action->from), 0, MIDDLE, 0};
  place.rank = graph->rank[relGraphTable(graph, to)];
  place.before = action->before && !action->after;
  if (action->kind == REL_DELETE_LINKED) place.part = FIRST;
  if (action->kind == REL_REFUSE) place.part = FIRST;
  if (action->kind == REL_UNLINK || action->kind == REL_UPDATE_MEMBERS) place.part = LAST;
  if (!relActionDeletes(action) && !action->atOnce) place.rank = INT_MAX;
  return place;
}

static int order(const Place *a, const Place *b) {
  if (a->table != b->table) return a->table - b->table;
  if (a->rank != b->rank) return a->rank > b->rank ? 1 : -1;
  return a->part - b->part;
}

/* By table, then in the order in which they run. Insertion: what is equal stays put. */
static void sortPlaces(Place *places, int count) {
  int i, j;
  for (i = 1; i < count; i++) {
    Place place = places[i];
    for (j = i; j > 0 && order(&places[j - 1], &place) > 0; j--) places[j] = places[j - 1];
    places[j] = place;
  }
}

/* Where one action must come before the row goes, all do that can: their order counts. */
static void settleTimes(Place *places, int count) {
  int i, before = 0;
  for (i = 0; i < count; i++) before |= places[i].before;
  for (i = 0; i < count; i++) places[i].before = before && !places[i].action->after;
}

char *relActionStatement(RelError *error, const RelAction *action, const char *row) {
  RelPieces pieces;
  char *sql;
  relPiecesStart(&pieces, error);
  relPiece(&pieces, "to", relWordName(error, action->to->name));
  relPiece(&pieces, "which", relActionWhich(error, action, row));
  relPiece(&pieces, action->kind == REL_REFUSE ? "refusal" : "values",
           relCopy(error, action->words));
  sql = relExpand(&pieces, action->kind == REL_REFUSE           ? relTemplate_members_refuse
                           : action->kind == REL_UPDATE_MEMBERS ? relTemplate_members_update
                                                                : relTemplate_delete);
  relPiecesClear(&pieces);
  return sql;
}

/* One trigger of the actions that belong to its time; none where there are none. */
static void addDeleteTrigger(RelCompiler *compiler, const Place *places, int count, int before) {
  const RelTable *table = places[0].action->from;
  const char *label = NULL;
  RelTrigger trigger = {NULL, NULL, NULL, "DELETE", NULL, NULL, NULL, NULL};
  RelText body;
  int i, several = 0;
  relTextStart(&body, compiler->error);
  for (i = 0; i < count; i++) {
    const RelAction *action = places[i].action;
    char *sql;
    if (places[i].before != before) continue;
    several |= label != NULL && label != action->relationship->label;
    label = action->relationship->label;
    sql = relActionStatement(compiler->error, action, "OLD");
    relAddStatement(&body, label, action->rule, sql);
    sqlite3_free(sql);
  }
  if (label == NULL) {
    relTextDiscard(&body);
    return;
  }
  trigger.name = relFormat(compiler->error, before ? "%s:before delete" : "%s:delete", table->name);
  trigger.label = several ? NULL : label;
  trigger.time = before ? "BEFORE" : "AFTER";
  trigger.table = table->name;
  trigger.body = relTextFinish(&body);
  relAddTrigger(compiler, &trigger);
}

/* A simple cycle deletes, and leaves the rest to us; any other sees to all that stays inside it. */
static int isOurs(const RelCompiler *compiler, const RelAction *action) {
  const RelCycle *cycle = relActionCycle(&compiler->graph, action);
  return cycle == NULL || (cycle->simple && !relActionDeletes(action));
}

void relCompileDeletes(RelCompiler *compiler) {
  const RelActions *actions = &compiler->actions;
  Place *places = relAlloc(compiler->error, ((size_t)actions->count + 1) * sizeof *places);
  int start, end, i, count = 0;
  for (i = 0; i < actions->count && places != NULL; i++) {
    const RelAction *action = &actions->items[i];
    if (isOurs(compiler, action)) places[count++] = placeOf(compiler, action);
  }
  sortPlaces(places, count);
  for (start = 0; start < count && compiler->error->rc == SQLITE_OK; start = end) {
    for (end = start; end < count && places[end].table == places[start].table; end++) continue;
    settleTimes(&places[start], end - start);
    addDeleteTrigger(compiler, &places[start], end - start, 1);
    addDeleteTrigger(compiler, &places[start], end - start, 0);
  }
  sqlite3_free(places);
}
