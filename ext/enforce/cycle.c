/*
** Cascades that form a cycle over one or several tables. SQLite does not fire a trigger inside itself
** (recursive_triggers off), or only a thousand deep (on): so a trigger of the cycle computes all that
** goes, and deletes it row by row through a view. Rules that leave the cycle are not in here; they
** stand in the tables' delete triggers, which fire for each of those rows.
*/
#include "enforce/compile.h"

#include "model/options.h"
#include "templates.h"

/* One cycle, and what its statements have in common. */
typedef struct Cycle {
  RelCompiler *compiler;
  int number;        /* of its tables in graph.cycle */
  const char *label; /* its first relationship's, which names the view */
  int several;       /* more than one relationship is in it */
  int width;         /* columns that name a row of any of its tables */
  int before;        /* runs before the row goes: a native ON DELETE would come first */
  int guarded;       /* a row may be reached on several ways, so a work table keeps track */
  char *closure;     /* owned, quoted, as are the next two */
  char *reap;
  char *work;
} Cycle;

static int isStep(const Cycle *cycle, const RelEdge *edge) {
  const RelGraph *graph = &cycle->compiler->graph;
  return relEdgeInCycle(graph, edge) && graph->cycle[edge->from] == cycle->number;
}

static int isUnique(const RelTable *table, const RelKey *key) {
  int i;
  for (i = 0; i < key->count; i++) {
    if (relTableAffinity(table, key->parentColumns[i]) !=
        relTableAffinity(key->child, key->childColumns[i])) {
      return 0;
    }
  }
  return relTableUnique(table, key->parentColumns, key->count);
}

static void noteEdge(Cycle *cycle, const RelEdge *edge) {
  const RelGraph *graph = &cycle->compiler->graph;
  const RelTable *to = graph->tables[edge->to];
  const RelEdge *other;
  cycle->several |= cycle->label != NULL && cycle->label != edge->relationship->label;
  if (cycle->label == NULL) cycle->label = edge->relationship->label;
  if (relIdentityWidth(to) > cycle->width) cycle->width = relIdentityWidth(to);
  cycle->before |= relNativeDelete(edge->down) != NULL;
  cycle->guarded |= !isUnique(graph->tables[edge->from], edge->down);
  for (other = graph->edges; other < edge; other++) {
    cycle->guarded |= isStep(cycle, other) && other->to == edge->to;
  }
}

/* --- SQL about rows of a cycle: "tbl" is the table's name, "key1", "key2" ... its identity --- */

static char *keys(const Cycle *cycle) {
  RelText text;
  int i;
  relTextStart(&text, cycle->compiler->error);
  for (i = 1; i <= cycle->width; i++) relTextFormat(&text, "%s\"key%d\"", i > 1 ? ", " : "", i);
  return relTextFinish(&text);
}

static char *rowOf(const Cycle *cycle, const char *prefix) {
  RelText text;
  int i;
  relTextStart(&text, cycle->compiler->error);
  relTextFormat(&text, "%s.\"tbl\"", prefix);
  for (i = 1; i <= cycle->width; i++) relTextFormat(&text, ", %s.\"key%d\"", prefix, i);
  return relTextFinish(&text);
}

/* The identity of a row, as long as the cycle's is wide. Rowids need no collation. */
static void addIdentity(const Cycle *cycle, RelText *text, const char *prefix,
                        const RelTable *table) {
  int i;
  for (i = 0; i < cycle->width; i++) {
    relText(text, ", ");
    if (i >= relIdentityWidth(table)) {
      relText(text, "NULL");
    } else {
      relWordColumn(text, prefix, table, relIdentityColumn(table, i));
      if (table->rowid == NULL) relText(text, " COLLATE BINARY");
    }
  }
}

/* table."rowid" = prefix."key1" ... */
static void addIsRow(RelText *text, const char *own, const RelTable *table, const char *prefix) {
  int i;
  for (i = 0; i < relIdentityWidth(table); i++) {
    relText(text, i > 0 ? " AND " : "");
    relWordColumn(text, own, table, relIdentityColumn(table, i));
    relTextFormat(text, " = %s.\"key%d\"", prefix, i + 1);
  }
}

/*
** prefix names the row that the trigger fires for: prefix."tbl" = 'nodes' AND prefix."key1" =
** +OLD."rowid". The + takes the affinity away, which would keep the work table's index from use.
*/
static char *isOld(const Cycle *cycle, const char *prefix, const RelTable *table) {
  RelText text;
  int i;
  relTextStart(&text, cycle->compiler->error);
  relTextFormat(&text, "%s.\"tbl\" = ", prefix);
  relTextLiteral(&text, table->name);
  for (i = 0; i < relIdentityWidth(table); i++) {
    relTextFormat(&text, " AND %s.\"key%d\" = +", prefix, i + 1);
    relWordColumn(&text, "OLD", table, relIdentityColumn(table, i));
  }
  return relTextFinish(&text);
}

static const char *between(const Cycle *cycle) {
  return cycle->guarded ? "\n    UNION\n    " : "\n    UNION ALL\n    ";
}

/* What the row's deletion takes along at once. */
static char *seeds(const Cycle *cycle, int table) {
  const RelGraph *graph = &cycle->compiler->graph;
  RelText text;
  int i;
  relTextStart(&text, cycle->compiler->error);
  for (i = 0; i < graph->edgeCount; i++) {
    const RelEdge *edge = &graph->edges[i];
    const RelTable *to = graph->tables[edge->to];
    char *match;
    if (!isStep(cycle, edge) || edge->from != table) continue;
    match = relWordMatch(cycle->compiler->error, edge->down, "OLD", NULL, relEdgeCondition(edge));
    if (relTextLength(&text) > 0) relText(&text, between(cycle));
    relText(&text, "SELECT ");
    relTextLiteral(&text, to->name);
    addIdentity(cycle, &text, NULL, to);
    relText(&text, cycle->guarded ? " FROM " : ", 1 FROM ");
    relTextName(&text, NULL, to->name);
    relTextFormat(&text, " WHERE %s", match != NULL ? match : "");
    sqlite3_free(match);
  }
  return relTextFinish(&text);
}

/* One edge: from a row of the closure to the rows below it. */
static void addStep(const Cycle *cycle, RelText *text, const RelEdge *edge) {
  const RelGraph *graph = &cycle->compiler->graph;
  RelError *error = cycle->compiler->error;
  const RelTable *from = graph->tables[edge->from], *to = graph->tables[edge->to];
  char *alias = relWordAlias(error, from);
  char *match = relWordMatch(error, edge->down, alias, NULL, relEdgeCondition(edge));
  if (error->rc == SQLITE_OK) {
    relText(text, "SELECT ");
    relTextLiteral(text, to->name);
    addIdentity(cycle, text, NULL, to);
    if (!cycle->guarded) relTextFormat(text, ", %s.\"depth\" + 1", cycle->closure);
    relTextFormat(text, "\n      FROM %s CROSS JOIN ", cycle->closure);
    relTextName(text, NULL, from->name);
    relTextFormat(text, " AS %s CROSS JOIN ", alias);
    relTextName(text, NULL, to->name);
    relTextFormat(text, "\n      WHERE %s.\"tbl\" = ", cycle->closure);
    relTextLiteral(text, from->name);
    relText(text, " AND ");
    addIsRow(text, alias, from, cycle->closure);
    relTextFormat(text, " AND %s", match);
  }
  sqlite3_free(match);
  sqlite3_free(alias);
}

static char *steps(const Cycle *cycle) {
  const RelGraph *graph = &cycle->compiler->graph;
  RelText text;
  int i;
  relTextStart(&text, cycle->compiler->error);
  for (i = 0; i < graph->edgeCount; i++) {
    if (!isStep(cycle, &graph->edges[i])) continue;
    if (relTextLength(&text) > 0) relText(&text, between(cycle));
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
    char *match;
    if (!isStep(cycle, edge) || edge->from != table) continue;
    match = relWordMatch(cycle->compiler->error, edge->down, "OLD", NULL, relEdgeCondition(edge));
    if (relTextLength(&text) > 0) relText(&text, "\n  OR ");
    relText(&text, "EXISTS (SELECT 1 FROM ");
    relTextName(&text, NULL, graph->tables[edge->to]->name);
    relTextFormat(&text, " WHERE %s)", match != NULL ? match : "");
    sqlite3_free(match);
  }
  return relTextFinish(&text);
}

/* --- the objects --- */

static const char *cycleLabel(const Cycle *cycle) {
  return cycle->several ? NULL : cycle->label;
}

static void addReapView(const Cycle *cycle) {
  RelCompiler *compiler = cycle->compiler;
  RelError *error = compiler->error;
  RelPieces pieces;
  RelText columns;
  char *name = relFormat(error, "%s:reap", cycle->label);
  int i;
  relTextStart(&columns, error);
  relText(&columns, "NULL AS \"tbl\"");
  for (i = 1; i <= cycle->width; i++) relTextFormat(&columns, ", NULL AS \"key%d\"", i);
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
  char *view = relFormat(error, "%s:reap", cycle->label);
  int i;
  relTextStart(&body, error);
  for (i = 0; i < compiler->graph.tableCount; i++) {
    const RelTable *table = compiler->graph.tables[i];
    RelPieces pieces;
    RelText row;
    char *sql;
    if (compiler->graph.cycle[i] != cycle->number) continue;
    relTextStart(&row, error);
    addIsRow(&row, NULL, table, "NEW");
    relPiecesStart(&pieces, error);
    relPiece(&pieces, "table", relWordName(error, table->name));
    relPiece(&pieces, "tag", relWordLiteral(error, "%s", table->name));
    relPiece(&pieces, "is_row", relTextFinish(&row));
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

/* One work table serves all cycles of the same width. */
static void addWorkTable(Cycle *cycle) {
  RelCompiler *compiler = cycle->compiler;
  RelError *error = compiler->error;
  char *name = cycle->width == 1 ? relCopy(error, "relationship:doomed")
                                 : relFormat(error, "relationship:doomed %d", cycle->width);
  RelPieces pieces;
  int i;
  cycle->work = name != NULL ? relWordName(error, name) : NULL;
  for (i = 0; i < compiler->script->count && name != NULL; i++) {
    if (strcmp(compiler->script->objects[i].name, name) == 0) {
      sqlite3_free(name);
      return;
    }
  }
  relPiecesStart(&pieces, error);
  relPiece(&pieces, "name", relCopy(error, cycle->work));
  relPiece(&pieces, "made", relCopy(error, REL_MADE));
  relPiece(&pieces, "columns", keys(cycle));
  relAddObject(compiler, "table", name, name, NULL, relExpand(&pieces, relTemplate_guard_table),
               NULL);
  relPiecesClear(&pieces);
}

/* The number under which the work table has the row that the trigger fires for. */
static char *rootOf(const Cycle *cycle, const RelTable *table) {
  RelError *error = cycle->compiler->error;
  char *is = isOld(cycle, "\"run\"", table), *root;
  root = relFormat(error, "(SELECT \"run\".\"seq\" FROM %s AS \"run\" WHERE %s)", cycle->work, is);
  sqlite3_free(is);
  return root;
}

static void pieceGuard(RelPieces *pieces, const Cycle *cycle, const RelTable *table) {
  RelError *error = cycle->compiler->error;
  RelText old;
  relTextStart(&old, error);
  addIdentity(cycle, &old, "OLD", table);
  relPiece(pieces, "work", relCopy(error, cycle->work));
  relPiece(pieces, "tag", relWordLiteral(error, "%s", table->name));
  relPiece(pieces, "old_keys", relTextFinish(&old));
  relPiece(pieces, "root", rootOf(cycle, table));
  relPiece(pieces, "closure_is_old", isOld(cycle, cycle->closure, table));
  relPiece(pieces, "work_row", rowOf(cycle, cycle->work));
  relPiece(pieces, "is_old", isOld(cycle, cycle->work, table));
}

static char *whenReached(const Cycle *cycle, int table) {
  RelError *error = cycle->compiler->error;
  char *members = hasMembers(cycle, table), *when, *is;
  if (!cycle->guarded) return members;
  is = isOld(cycle, cycle->work, cycle->compiler->graph.tables[table]);
  when = relFormat(error, "(%s)\n  AND NOT EXISTS (SELECT 1 FROM %s WHERE %s)", members,
                   cycle->work, is);
  sqlite3_free(is);
  sqlite3_free(members);
  return when;
}

static void addTableTrigger(const Cycle *cycle, int number) {
  RelCompiler *compiler = cycle->compiler;
  RelError *error = compiler->error;
  const RelTable *table = compiler->graph.tables[number];
  RelTrigger trigger = {NULL, NULL, NULL, "DELETE", NULL, NULL, NULL, NULL};
  RelPieces pieces;
  RelText body;
  char *sql;
  relPiecesStart(&pieces, error);
  relPiece(&pieces, "reap", relCopy(error, cycle->reap));
  relPiece(&pieces, "closure", relCopy(error, cycle->closure));
  relPiece(&pieces, "keys", keys(cycle));
  relPiece(&pieces, "closure_row", rowOf(cycle, cycle->closure));
  relPiece(&pieces, "seeds", seeds(cycle, number));
  relPiece(&pieces, "steps", steps(cycle));
  if (cycle->guarded) pieceGuard(&pieces, cycle, table);
  sql = relExpand(&pieces, cycle->guarded ? relTemplate_guard : relTemplate_reap);
  relPiecesClear(&pieces);
  relTextStart(&body, error);
  relAddStatement(&body, cycle->label, "delete, in a cycle", sql);
  sqlite3_free(sql);
  trigger.name = relFormat(error, cycle->before ? "%s:before cycle" : "%s:cycle", table->name);
  trigger.label = cycleLabel(cycle);
  trigger.time = cycle->before ? "BEFORE" : "AFTER";
  trigger.table = table->name;
  trigger.when = whenReached(cycle, number);
  trigger.body = relTextFinish(&body);
  relAddTrigger(compiler, &trigger);
}

static void addCycle(Cycle *cycle) {
  RelCompiler *compiler = cycle->compiler;
  RelError *error = compiler->error;
  int i;
  cycle->guarded |= cycle->before;
  cycle->closure = relFormat(error, "\"%w:closure\"", cycle->label);
  cycle->reap = relFormat(error, "\"%w:reap\"", cycle->label);
  addReapView(cycle);
  addReapTrigger(cycle);
  if (cycle->guarded) addWorkTable(cycle);
  for (i = 0; i < compiler->graph.tableCount && error->rc == SQLITE_OK; i++) {
    if (compiler->graph.cycle[i] == cycle->number) addTableTrigger(cycle, i);
  }
}

void relCompileCycles(RelCompiler *compiler) {
  const RelGraph *graph = &compiler->graph;
  int number, i;
  for (number = 0; number < graph->tableCount && compiler->error->rc == SQLITE_OK; number++) {
    Cycle cycle = {compiler, number, NULL, 0, 0, 0, 0, NULL, NULL, NULL};
    for (i = 0; i < graph->edgeCount; i++) {
      if (isStep(&cycle, &graph->edges[i])) noteEdge(&cycle, &graph->edges[i]);
    }
    if (cycle.label != NULL) addCycle(&cycle);
    sqlite3_free(cycle.closure);
    sqlite3_free(cycle.reap);
    sqlite3_free(cycle.work);
  }
}
