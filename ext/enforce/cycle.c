/*
** Simple cycles of cascades: every row is reached on one way only. A trigger of the cycle gathers the
** rows that have members, and deletes the members of one after the other through a view, leaves
** first. Rules that delete nothing, or lead out of the cycle, are not in here; they stand in the
** tables' delete triggers, which fire for each row that goes.
*/
#include "enforce/compile.h"

#include "templates.h"

/* One cycle, and what its statements have in common. */
typedef struct Cycle {
  RelCompiler *compiler;
  const RelCycle *info; /* borrowed */
  char *closure;        /* owned, quoted, as is the next */
  char *reap;
  int width;  /* columns by which members refer to a row, at most */
  int tagged; /* members are of several tables, and told apart by its name */
} Cycle;

static int isIn(const Cycle *cycle, int table) {
  const RelGraph *graph = &cycle->compiler->graph;
  return graph->cycle[table] == (int)(cycle->info - graph->cycles);
}

static int isStep(const Cycle *cycle, const RelEdge *edge) {
  return isIn(cycle, edge->from) && isIn(cycle, edge->to);
}

static void measure(Cycle *cycle) {
  const RelGraph *graph = &cycle->compiler->graph;
  int i, count = 0;
  for (i = 0; i < graph->edgeCount; i++) {
    const RelEdge *edge = &graph->edges[i];
    if (!isStep(cycle, edge)) continue;
    if (edge->action->key->count > cycle->width) cycle->width = edge->action->key->count;
    count++;
  }
  cycle->tagged = count > 1;
}

/* --- what the view and the closure hold: the key of a row, and the table of its members --- */

static char *columns(const Cycle *cycle) {
  RelError *error = cycle->compiler->error;
  char *keys = relWordKeys(error, NULL, cycle->width), *all;
  if (!cycle->tagged) return keys;
  all = relFormat(error, "\"tbl\", %s", keys);
  sqlite3_free(keys);
  return all;
}

/* The same of one row: 'posts', prefix."id", NULL */
static char *rowOf(const Cycle *cycle, const RelEdge *edge, const char *prefix) {
  const RelKey *key = edge->action->key;
  RelText text;
  int i;
  relTextStart(&text, cycle->compiler->error);
  if (cycle->tagged) relTextLiteral(&text, key->child->name);
  for (i = 0; i < cycle->width; i++) {
    if (relTextLength(&text) > 0) relText(&text, ", ");
    if (i < key->count) {
      relWordColumn(&text, prefix, key->parent, key->parentColumns[i]);
    } else {
      relText(&text, "NULL");
    }
  }
  return relTextFinish(&text);
}

/*
** What members of the row have, but for the condition. A column of the view or closure has not the
** collation of the parent's, and the + takes away an affinity that is of another table's key.
*/
static char *isMember(const Cycle *cycle, const RelEdge *edge, const char *prefix) {
  const RelKey *key = edge->action->key;
  RelText text;
  int i;
  relTextStart(&text, cycle->compiler->error);
  if (cycle->tagged) {
    relTextFormat(&text, "%s.\"tbl\" = ", prefix);
    relTextLiteral(&text, key->child->name);
    relText(&text, " AND ");
  }
  for (i = 0; i < key->count; i++) {
    relTextFormat(&text, "%s+%s.\"key%d\"", i > 0 ? " AND " : "", prefix, i + 1);
    relWordEqualsChild(&text, key, i);
  }
  return relTextFinish(&text);
}

/* prefix."id" IN (SELECT "posts"."user_id" FROM "posts"): looked up in the index, opened once. */
static void addHasMembers(const Cycle *cycle, RelText *text, const RelEdge *edge,
                          const char *prefix) {
  RelError *error = cycle->compiler->error;
  const RelKey *key = edge->action->key;
  char *row = relWordRowValue(error, prefix, key->parent, key->parentColumns, key->count);
  char *members = relWordKey(error, key);
  relTextFormat(text, "%s IN (SELECT %s FROM ", row ? row : "", members ? members : "");
  relTextName(text, NULL, key->child->name);
  relText(text, ")");
  sqlite3_free(row);
  sqlite3_free(members);
}

/* Where the walk starts: SELECT OLD."id", 1 */
static char *seeds(const Cycle *cycle, int table) {
  const RelGraph *graph = &cycle->compiler->graph;
  RelText text;
  int i;
  relTextStart(&text, cycle->compiler->error);
  for (i = 0; i < graph->edgeCount; i++) {
    const RelEdge *edge = &graph->edges[i];
    char *row;
    if (!isStep(cycle, edge) || edge->from != table) continue;
    row = rowOf(cycle, edge, "OLD");
    if (relTextLength(&text) > 0) relText(&text, "\n    UNION ALL\n    ");
    relTextFormat(&text, "SELECT %s, 1", row ? row : "");
    sqlite3_free(row);
  }
  return relTextFinish(&text);
}

/* From rows whose members go by one edge, to those of the members that have members by the next. */
static char *step(const Cycle *cycle, const RelEdge *edge, const RelEdge *next) {
  RelError *error = cycle->compiler->error;
  RelPieces pieces;
  RelText hasMembers;
  char *sql;
  relTextStart(&hasMembers, error);
  addHasMembers(cycle, &hasMembers, next, NULL);
  relPiecesStart(&pieces, error);
  relPiece(&pieces, "row", rowOf(cycle, next, NULL));
  relPiece(&pieces, "closure", relCopy(error, cycle->closure));
  relPiece(&pieces, "member", relWordName(error, edge->action->to->name));
  relPiece(&pieces, "is_member", isMember(cycle, edge, cycle->closure));
  relPiece(&pieces, "has_members", relTextFinish(&hasMembers));
  relPiece(&pieces, "also", relWordAlso(error, edge->action->condition));
  sql = relExpand(&pieces, relTemplate_reap_step);
  relPiecesClear(&pieces);
  return sql;
}

static char *steps(const Cycle *cycle) {
  const RelGraph *graph = &cycle->compiler->graph;
  RelText text;
  int i, j;
  relTextStart(&text, cycle->compiler->error);
  for (i = 0; i < graph->edgeCount; i++) {
    const RelEdge *edge = &graph->edges[i];
    for (j = 0; j < graph->edgeCount; j++) {
      const RelEdge *next = &graph->edges[j];
      char *sql;
      if (!isStep(cycle, edge) || !isStep(cycle, next) || edge->to != next->from) continue;
      sql = step(cycle, edge, next);
      if (relTextLength(&text) > 0) relText(&text, "\n    UNION ALL\n    ");
      if (sql != NULL) relText(&text, sql);
      sqlite3_free(sql);
    }
  }
  return relTextFinish(&text);
}

/* True where the row has something below it in the cycle. */
static char *anyMembers(const Cycle *cycle, int table) {
  const RelGraph *graph = &cycle->compiler->graph;
  RelText text;
  int i;
  relTextStart(&text, cycle->compiler->error);
  for (i = 0; i < graph->edgeCount; i++) {
    const RelEdge *edge = &graph->edges[i];
    if (!isStep(cycle, edge) || edge->from != table) continue;
    if (relTextLength(&text) > 0) relText(&text, "\n  OR ");
    addHasMembers(cycle, &text, edge, "OLD");
  }
  return relTextFinish(&text);
}

/* --- the objects --- */

static const char *cycleLabel(const Cycle *cycle) {
  return cycle->info->several ? NULL : cycle->info->label;
}

static void addReapView(const Cycle *cycle) {
  RelCompiler *compiler = cycle->compiler;
  RelError *error = compiler->error;
  RelPieces pieces;
  RelText nulls;
  char *name = relFormat(error, "%s:reap", cycle->info->label);
  int i;
  relTextStart(&nulls, error);
  if (cycle->tagged) relText(&nulls, "NULL AS \"tbl\", ");
  for (i = 1; i <= cycle->width; i++) {
    relTextFormat(&nulls, "%sNULL AS \"key%d\"", i > 1 ? ", " : "", i);
  }
  relPiecesStart(&pieces, error);
  relPiece(&pieces, "name", relCopy(error, cycle->reap));
  relPiece(&pieces, "made", relCopy(error, REL_MADE));
  relPiece(&pieces, "columns", relTextFinish(&nulls));
  relAddObject(compiler, "view", name, name, cycleLabel(cycle),
               relExpand(&pieces, relTemplate_reap_view), NULL);
  relPiecesClear(&pieces);
}

static void addReapTrigger(const Cycle *cycle) {
  RelCompiler *compiler = cycle->compiler;
  RelError *error = compiler->error;
  const RelGraph *graph = &compiler->graph;
  RelTrigger trigger = {NULL, NULL, "INSTEAD OF", "INSERT", NULL, NULL, NULL, NULL};
  RelText body;
  char *view = relFormat(error, "%s:reap", cycle->info->label);
  int i;
  relTextStart(&body, error);
  for (i = 0; i < graph->edgeCount; i++) {
    const RelEdge *edge = &graph->edges[i];
    RelPieces pieces;
    char *sql;
    if (!isStep(cycle, edge)) continue;
    relPiecesStart(&pieces, error);
    relPiece(&pieces, "member", relWordName(error, edge->action->to->name));
    relPiece(&pieces, "is_member", isMember(cycle, edge, "NEW"));
    relPiece(&pieces, "also", relWordAlso(error, edge->action->condition));
    sql = relExpand(&pieces, relTemplate_reap_row);
    if (sql != NULL) relTextFormat(&body, "%s\n", sql);
    sqlite3_free(sql);
    relPiecesClear(&pieces);
  }
  trigger.name = relCopy(error, view);
  trigger.label = cycleLabel(cycle);
  trigger.table = view;
  trigger.body = relTextFinish(&body);
  relAddTrigger(compiler, &trigger);
  sqlite3_free(view);
}

static void addTableTrigger(const Cycle *cycle, int number) {
  RelCompiler *compiler = cycle->compiler;
  RelError *error = compiler->error;
  const RelTable *table = compiler->graph.tables[number];
  RelTrigger trigger = {NULL, NULL, "AFTER", "DELETE", NULL, NULL, NULL, NULL};
  RelPieces pieces;
  RelText body;
  char *sql;
  relPiecesStart(&pieces, error);
  relPiece(&pieces, "reap", relCopy(error, cycle->reap));
  relPiece(&pieces, "closure", relCopy(error, cycle->closure));
  relPiece(&pieces, "columns", columns(cycle));
  relPiece(&pieces, "seeds", seeds(cycle, number));
  relPiece(&pieces, "steps", steps(cycle));
  sql = relExpand(&pieces, relTemplate_reap);
  relPiecesClear(&pieces);
  relTextStart(&body, error);
  relAddStatement(&body, cycle->info->label, "delete, in a cycle", sql);
  sqlite3_free(sql);
  trigger.name = relFormat(error, "%s:cycle", table->name);
  trigger.label = cycleLabel(cycle);
  trigger.table = table->name;
  trigger.when = anyMembers(cycle, number);
  trigger.body = relTextFinish(&body);
  relAddTrigger(compiler, &trigger);
}

void relCompileCycles(RelCompiler *compiler) {
  const RelGraph *graph = &compiler->graph;
  RelError *error = compiler->error;
  int i, j;
  for (i = 0; i < graph->cycleCount && error->rc == SQLITE_OK; i++) {
    Cycle cycle = {compiler, &graph->cycles[i], NULL, NULL, 0, 0};
    if (!cycle.info->simple) continue;
    measure(&cycle);
    cycle.closure = relFormat(error, "\"%w:closure\"", cycle.info->label);
    cycle.reap = relFormat(error, "\"%w:reap\"", cycle.info->label);
    addReapView(&cycle);
    addReapTrigger(&cycle);
    for (j = 0; j < graph->tableCount; j++) {
      if (isIn(&cycle, j)) addTableTrigger(&cycle, j);
    }
    sqlite3_free(cycle.closure);
    sqlite3_free(cycle.reap);
  }
}
