/*
** Simple cycles of cascades: every row is reached on one way only. A trigger of the cycle computes all
** that goes, and deletes it row by row through a view, leaves first. Rules that delete nothing, or
** lead out of the cycle, are not in here; they stand in the tables' delete triggers, which fire for
** each of those rows.
*/
#include "enforce/compile.h"

#include "templates.h"

/* One cycle, and what its statements have in common. */
typedef struct Cycle {
  RelCompiler *compiler;
  const RelCycle *info; /* borrowed */
  char *closure;        /* owned, quoted, as is the next */
  char *reap;
} Cycle;

static int isIn(const Cycle *cycle, int table) {
  const RelGraph *graph = &cycle->compiler->graph;
  return graph->cycle[table] == (int)(cycle->info - graph->cycles);
}

static int isStep(const Cycle *cycle, const RelEdge *edge) {
  return isIn(cycle, edge->from) && isIn(cycle, edge->to);
}

static char *rowOf(const Cycle *cycle) {
  RelError *error = cycle->compiler->error;
  char *keys = relWordKeys(error, cycle->closure, cycle->info->width), *row;
  row = relFormat(error, "%s.\"tbl\", %s", cycle->closure, keys);
  sqlite3_free(keys);
  return row;
}

/* SELECT 'posts', "posts"."rowid" */
static void addSelect(const Cycle *cycle, RelText *text, const RelTable *table) {
  char *identity = relWordIdentity(cycle->compiler->error, NULL, table, cycle->info->width);
  relText(text, "SELECT ");
  relTextLiteral(text, table->name);
  if (identity != NULL) relText(text, identity);
  sqlite3_free(identity);
}

/* What the row's deletion takes along at once. */
static char *seeds(const Cycle *cycle, int table) {
  const RelGraph *graph = &cycle->compiler->graph;
  RelText text;
  int i;
  relTextStart(&text, cycle->compiler->error);
  for (i = 0; i < graph->edgeCount; i++) {
    const RelEdge *edge = &graph->edges[i];
    char *which;
    if (!isStep(cycle, edge) || edge->from != table) continue;
    which = relActionWhich(cycle->compiler->error, edge->action, "OLD");
    if (relTextLength(&text) > 0) relText(&text, "\n    UNION ALL\n    ");
    addSelect(cycle, &text, graph->tables[edge->to]);
    relText(&text, ", 1 FROM ");
    relTextName(&text, NULL, graph->tables[edge->to]->name);
    relTextFormat(&text, " WHERE %s", which != NULL ? which : "");
    sqlite3_free(which);
  }
  return relTextFinish(&text);
}

/* One edge: from a row of the closure to the rows below it. */
static void addStep(const Cycle *cycle, RelText *text, const RelEdge *edge) {
  const RelGraph *graph = &cycle->compiler->graph;
  RelError *error = cycle->compiler->error;
  const RelTable *from = graph->tables[edge->from], *to = graph->tables[edge->to];
  char *alias = relWordAlias(error, from);
  char *which = relActionWhich(error, edge->action, alias);
  char *row = relWordIsRow(error, alias, from, cycle->closure);
  if (error->rc == SQLITE_OK) {
    addSelect(cycle, text, to);
    relTextFormat(text, ", %s.\"depth\" + 1\n      FROM %s CROSS JOIN ", cycle->closure,
                  cycle->closure);
    relTextName(text, NULL, from->name);
    relTextFormat(text, " AS %s CROSS JOIN ", alias);
    relTextName(text, NULL, to->name);
    relTextFormat(text, "\n      WHERE %s.\"tbl\" = ", cycle->closure);
    relTextLiteral(text, from->name);
    relTextFormat(text, " AND %s AND %s", row, which);
  }
  sqlite3_free(row);
  sqlite3_free(which);
  sqlite3_free(alias);
}

static char *steps(const Cycle *cycle) {
  const RelGraph *graph = &cycle->compiler->graph;
  RelText text;
  int i;
  relTextStart(&text, cycle->compiler->error);
  for (i = 0; i < graph->edgeCount; i++) {
    if (!isStep(cycle, &graph->edges[i])) continue;
    if (relTextLength(&text) > 0) relText(&text, "\n    UNION ALL\n    ");
    addStep(cycle, &text, &graph->edges[i]);
  }
  return relTextFinish(&text);
}

/* True where the row has something below it in the cycle. */
static char *hasMembers(const Cycle *cycle, int table) {
  const RelGraph *graph = &cycle->compiler->graph;
  RelText text;
  int i;
  relTextStart(&text, cycle->compiler->error);
  for (i = 0; i < graph->edgeCount; i++) {
    const RelEdge *edge = &graph->edges[i];
    char *which;
    if (!isStep(cycle, edge) || edge->from != table) continue;
    which = relActionWhich(cycle->compiler->error, edge->action, "OLD");
    if (relTextLength(&text) > 0) relText(&text, "\n  OR ");
    relText(&text, "EXISTS (SELECT 1 FROM ");
    relTextName(&text, NULL, graph->tables[edge->to]->name);
    relTextFormat(&text, " WHERE %s)", which != NULL ? which : "");
    sqlite3_free(which);
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
  RelText columns;
  char *name = relFormat(error, "%s:reap", cycle->info->label);
  int i;
  relTextStart(&columns, error);
  relText(&columns, "NULL AS \"tbl\"");
  for (i = 1; i <= cycle->info->width; i++) relTextFormat(&columns, ", NULL AS \"key%d\"", i);
  relPiecesStart(&pieces, error);
  relPiece(&pieces, "name", relCopy(error, cycle->reap));
  relPiece(&pieces, "made", relCopy(error, REL_MADE));
  relPiece(&pieces, "columns", relTextFinish(&columns));
  relAddObject(compiler, "view", name, name, cycleLabel(cycle),
               relExpand(&pieces, relTemplate_reap_view), NULL);
  relPiecesClear(&pieces);
}

static void addReapTrigger(const Cycle *cycle) {
  RelCompiler *compiler = cycle->compiler;
  RelError *error = compiler->error;
  RelTrigger trigger = {NULL, NULL, "INSTEAD OF", "INSERT", NULL, NULL, NULL, NULL};
  RelText body;
  char *view = relFormat(error, "%s:reap", cycle->info->label);
  int i;
  relTextStart(&body, error);
  for (i = 0; i < compiler->graph.tableCount; i++) {
    const RelTable *table = compiler->graph.tables[i];
    RelPieces pieces;
    char *sql;
    if (!isIn(cycle, i)) continue;
    relPiecesStart(&pieces, error);
    relPiece(&pieces, "table", relWordName(error, table->name));
    relPiece(&pieces, "tag", relWordLiteral(error, "%s", table->name));
    relPiece(&pieces, "is_row", relWordIsRow(error, NULL, table, "NEW"));
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
  relPiece(&pieces, "keys", relWordKeys(error, NULL, cycle->info->width));
  relPiece(&pieces, "closure_row", rowOf(cycle));
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
  trigger.when = hasMembers(cycle, number);
  trigger.body = relTextFinish(&body);
  relAddTrigger(compiler, &trigger);
}

void relCompileCycles(RelCompiler *compiler) {
  const RelGraph *graph = &compiler->graph;
  RelError *error = compiler->error;
  int i, j;
  for (i = 0; i < graph->cycleCount && error->rc == SQLITE_OK; i++) {
    Cycle cycle = {compiler, &graph->cycles[i], NULL, NULL};
    if (!cycle.info->simple) continue;
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
