/*
** Rows that go with all that refers to them, where that comes back to the tables that it started from,
** or goes on where no rule reaches: each statement finds them all again, by WITH RECURSIVE, and
** deletes those of one table, the referring tables' first.
*/
#include "enforce/actions.h"
#include "enforce/words.h"
#include "inspect/check_rows.h"
#include "model/catalog.h"

typedef struct Edge {
  const RelKey *key; /* borrowed */
  int parent;        /* positions of tables */
  int child;         /* or -1: what refers is let go */
} Edge;

typedef struct Closure {
  RelCheck *check;
  const char *condition;   /* of the rows of the first table that go */
  const RelTable **tables; /* owned: whose rows go */
  int count, room;
  Edge *edges; /* owned */
  int edgeCount, edgeRoom;
  char *reaches; /* owned: [count * count], whether rows of one take along rows of the other */
  char *name;    /* owned: what the rows that go are called */
  int held;      /* what dangles by any key has to go at once */
  RelText text;
} Closure;

/* --- which tables ----------------------------------------------------------------------------- */

static int tableAt(Closure *closure, const RelTable *table) {
  RelError *error = closure->check->error;
  int i;
  for (i = 0; i < closure->count; i++) {
    if (closure->tables[i] == table) return i;
  }
  closure->tables =
      relGrow(error, closure->tables, closure->count, &closure->room, sizeof *closure->tables);
  if (error->rc != SQLITE_OK) return 0;
  closure->tables[closure->count] = table;
  return closure->count++;
}

static void addEdge(Closure *closure, const RelKey *key, int parent) {
  RelCheck *check = closure->check;
  int child = relCheckGoes(check, key) ? tableAt(closure, key->child) : -1;
  Edge *edge;
  closure->edges = relGrow(check->error, closure->edges, closure->edgeCount, &closure->edgeRoom,
                           sizeof *closure->edges);
  if (check->error->rc != SQLITE_OK) return;
  edge = &closure->edges[closure->edgeCount++];
  edge->key = key;
  edge->parent = parent;
  edge->child = child;
}

static int reaches(const Closure *closure, int from, int to) {
  return closure->reaches[from * closure->count + to];
}

static void findReach(Closure *closure) {
  int i, j, k, count = closure->count;
  closure->reaches = relAlloc(closure->check->error, (size_t)count * (size_t)count);
  if (closure->reaches == NULL) return;
  for (i = 0; i < closure->edgeCount; i++) {
    const Edge *edge = &closure->edges[i];
    if (edge->child >= 0) closure->reaches[edge->parent * count + edge->child] = 1;
  }
  for (k = 0; k < count; k++) {
    for (i = 0; i < count; i++) {
      for (j = 0; j < count && reaches(closure, i, k); j++) {
        closure->reaches[i * count + j] |= closure->reaches[k * count + j];
      }
    }
  }
}

static void collect(Closure *closure, const RelTable *table) {
  int i, j, count;
  tableAt(closure, table);
  for (i = 0; i < closure->count && closure->check->error->rc == SQLITE_OK; i++) {
    const RelKey **keys = relCheckKeysTo(closure->check, closure->tables[i], &count);
    for (j = 0; j < count; j++) addEdge(closure, keys[j], i);
    sqlite3_free(keys);
  }
  findReach(closure);
}

/* The key takes along rows of a table that may come back to where they started. */
static int isCircular(const Closure *closure, const Edge *edge) {
  return edge->child >= 0 && reaches(closure, edge->child, edge->parent);
}

/* Rows of the table are among those that go whose rows of `last` are asked for. */
static int concerns(const Closure *closure, int table, int last) {
  return table == last || reaches(closure, table, last);
}

/* --- the rows that go ------------------------------------------------------------------------- */

static int isNumbered(const RelTable *table) {
  return table->rowid != NULL || table->integerKey >= 0;
}

/* How the rows that go are told apart, as far as they lead to the table `last`. */
typedef struct Shape {
  int last;
  int tables;   /* how many; one needs no name */
  int width;    /* columns of the widest identity */
  int numbered; /* every row by its number */
} Shape;

static Shape shapeOf(const Closure *closure, int last) {
  Shape shape = {last, 0, 0, 1};
  int i;
  for (i = 0; i < closure->count; i++) {
    if (!concerns(closure, i, last)) continue;
    shape.tables++;
    shape.numbered &= isNumbered(closure->tables[i]);
    if (relIdentityWidth(closure->tables[i]) > shape.width) {
      shape.width = relIdentityWidth(closure->tables[i]);
    }
  }
  return shape;
}

/* id, or id1, id2 */
static void addId(RelText *text, const Shape *shape, int n) {
  relText(text, "id");
  if (shape->width > 1) relTextFormat(text, "%d", n + 1);
}

static void addTableWord(const Closure *closure, RelText *text, int table) {
  relTextLiteral(text, closure->tables[table]->name);
}

/* 'posts', id: the row as one that goes; `alias` is of its table, or NULL. */
static void addRow(Closure *closure, const Shape *shape, int table, const char *alias) {
  const RelTable *from = closure->tables[table];
  RelText *text = &closure->text;
  int i;
  relText(text, "SELECT ");
  if (shape->tables > 1) {
    addTableWord(closure, text, table);
    relText(text, ", ");
  }
  for (i = 0; i < shape->width; i++) {
    if (i > 0) relText(text, ", ");
    if (i >= relIdentityWidth(from)) {
      relText(text, "NULL");
      continue;
    }
    if (alias != NULL) relTextFormat(text, "%s.", alias);
    relCheckColumn(text, from, relCheckIdentity(from, i));
    if (!isNumbered(from)) relText(text, " COLLATE BINARY");
  }
  relText(text, " FROM ");
}

/* Of several tables that refer to each other, any may be the first whose rows have gone already. */
static int isOfCircle(const Closure *closure, const Edge *edge) {
  return edge->parent != edge->child && isCircular(closure, edge);
}

static void addSeeds(Closure *closure, const Shape *shape) {
  RelText *text = &closure->text;
  int i;
  addRow(closure, shape, 0, NULL);
  relCheckTable(closure->check, text, closure->tables[0]);
  relTextFormat(text, " WHERE %s", closure->condition);
  for (i = 0; i < closure->edgeCount; i++) {
    const Edge *edge = &closure->edges[i];
    char *dangling;
    if (edge->child < 0 || !concerns(closure, edge->child, shape->last)) continue;
    if (!closure->held && !isOfCircle(closure, edge)) continue;
    dangling = relCheckDangling(closure->check, edge->key);
    if (dangling == NULL) return;
    if (edge->child != 0 || strcmp(dangling, closure->condition) != 0) {
      relText(text, " UNION ");
      addRow(closure, shape, edge->child, NULL);
      relCheckTable(closure->check, text, edge->key->child);
      relTextFormat(text, " WHERE %s", dangling);
    }
    sqlite3_free(dangling);
  }
}

/* What refers to the owner by its number can be asked for without it. */
static int isByNumber(const RelKey *key) {
  int parent = key->parentColumns[0];
  return key->count == 1 && (parent < 0 || parent == key->parent->integerKey) &&
         relTableAffinity(key->child, key->childColumns[0]) == REL_AFFINITY_NUMERIC;
}

static void addStep(Closure *closure, const Shape *shape, const Edge *edge) {
  const RelKey *key = edge->key;
  RelText *text = &closure->text;
  int i, width = relIdentityWidth(key->parent);
  relText(text, " UNION ");
  addRow(closure, shape, edge->child, "member");
  relText(text, closure->name);
  if (!isByNumber(key)) {
    relText(text, " JOIN ");
    relCheckTable(closure->check, text, key->parent);
    for (i = 0; i < width; i++) {
      relText(text, i == 0 ? " AS owner ON owner." : " AND owner.");
      relCheckColumn(text, key->parent, relCheckIdentity(key->parent, i));
      relTextFormat(text, " = %s%s.", shape->numbered ? "" : "+", closure->name);
      addId(text, shape, i);
    }
  }
  relText(text, " JOIN ");
  relCheckTable(closure->check, text, key->child);
  relText(text, " AS member ON ");
  relCheckMatch(text, key, isByNumber(key) ? NULL : "owner", "member");
  if (isByNumber(key)) {
    relTextFormat(text, " = %s%s.", shape->numbered ? "" : "+", closure->name);
    addId(text, shape, 0);
  }
  if (shape->tables == 1) return;
  relTextFormat(text, " WHERE %s.tbl = ", closure->name);
  addTableWord(closure, text, edge->parent);
}

/* WITH RECURSIVE gone(tbl, id) AS (…) */
static void addGone(Closure *closure, const Shape *shape) {
  RelText *text = &closure->text;
  int i;
  relTextFormat(text, "WITH RECURSIVE %s(%s", closure->name, shape->tables > 1 ? "tbl, " : "");
  for (i = 0; i < shape->width; i++) {
    if (i > 0) relText(text, ", ");
    addId(text, shape, i);
  }
  relText(text, ") AS (");
  addSeeds(closure, shape);
  for (i = 0; i < closure->edgeCount; i++) {
    const Edge *edge = &closure->edges[i];
    if (edge->child >= 0 && concerns(closure, edge->child, shape->last)) {
      addStep(closure, shape, edge);
    }
  }
  relText(text, ") ");
}

/* id IN (SELECT id FROM gone WHERE tbl = 'posts') */
static void addIsGone(Closure *closure, const Shape *shape) {
  const RelTable *table = closure->tables[shape->last];
  RelText *text = &closure->text;
  int i, width = relIdentityWidth(table);
  if (width > 1) relText(text, "(");
  for (i = 0; i < width; i++) {
    if (i > 0) relText(text, ", ");
    relCheckColumn(text, table, relCheckIdentity(table, i));
  }
  relTextFormat(text, "%s IN (SELECT ", width > 1 ? ")" : "");
  for (i = 0; i < width; i++) {
    relText(text, i > 0 ? ", " : "");
    if (!shape->numbered) relText(text, "+");
    addId(text, shape, i);
  }
  relTextFormat(text, " FROM %s", closure->name);
  if (shape->tables > 1) {
    relText(text, " WHERE tbl = ");
    addTableWord(closure, text, shape->last);
  }
  relText(text, ")");
}

/* --- the statements --------------------------------------------------------------------------- */

/* Emptying the key while its owner is there would delete the row as an orphan. */
static int isLate(const Closure *closure, const Edge *edge) {
  return edge->child < 0 && relCheckOrphans(closure->check, edge->key);
}

static void addLetGo(Closure *closure, const Edge *edge) {
  RelCheck *check = closure->check;
  Shape shape = shapeOf(closure, edge->parent);
  RelText text, whole = closure->text;
  char *referring;
  relTextStart(&text, check->error);
  relCheckChildValue(&text, edge->key);
  relText(&text, " IN (SELECT ");
  relCheckParentValue(&text, edge->key);
  relText(&text, " FROM ");
  relCheckTable(check, &text, edge->key->parent);
  relText(&text, " WHERE ");
  closure->text = text;
  addIsGone(closure, &shape);
  relText(&closure->text, ")");
  referring = relTextFinish(&closure->text);
  closure->text = whole;
  addGone(closure, &shape);
  if (referring != NULL) relCheckLetGo(check, &closure->text, edge->key, referring);
  sqlite3_free(referring);
}

static void addDelete(Closure *closure, int table) {
  Shape shape = shapeOf(closure, table);
  addGone(closure, &shape);
  relText(&closure->text, "DELETE FROM ");
  relCheckTable(closure->check, &closure->text, closure->tables[table]);
  relText(&closure->text, " WHERE ");
  addIsGone(closure, &shape);
  relText(&closure->text, "; ");
}

/* The referring tables first: `done` is [count]. */
static void addDeletes(Closure *closure, int table, char *done) {
  int i;
  done[table] = 1;
  for (i = 0; i < closure->edgeCount; i++) {
    const Edge *edge = &closure->edges[i];
    if (edge->parent == table && edge->child >= 0 && !done[edge->child]) {
      addDeletes(closure, edge->child, done);
    }
  }
  addDelete(closure, table);
}

static void addStatements(Closure *closure) {
  RelCheck *check = closure->check;
  char *done = relAlloc(check->error, (size_t)closure->count);
  int i;
  for (i = 0; i < closure->edgeCount; i++) {
    const Edge *edge = &closure->edges[i];
    if (edge->child >= 0 || isLate(closure, edge)) continue;
    addLetGo(closure, edge);
    if (closure->held) relCheckHeld(check, edge->key, &closure->text);
  }
  if (done != NULL) addDeletes(closure, 0, done);
  for (i = 0; i < closure->edgeCount; i++) {
    const Edge *edge = &closure->edges[i];
    char *dangling;
    if (!isLate(closure, edge)) continue;
    dangling = relCheckDangling(check, edge->key);
    if (dangling != NULL) relCheckLetGo(check, &closure->text, edge->key, dangling);
    sqlite3_free(dangling);
  }
  sqlite3_free(done);
}

/* --- what would refuse them ------------------------------------------------------------------- */

/* In a circle owners may go before their members, as before those that are let go late. */
static int refusesMembers(const Closure *closure, const RelAction *action) {
  int i;
  for (i = 0; action->kind == REL_REFUSE && i < closure->edgeCount; i++) {
    const Edge *edge = &closure->edges[i];
    if (!relSameColumns(edge->key, action->key)) continue;
    if (isCircular(closure, edge) || isLate(closure, edge)) return 1;
  }
  return 0;
}

/* Rows that are let go would take along what they refer to, ahead of what refers to that. */
static int losesLast(const Closure *closure) {
  int i;
  for (i = 0; i < closure->edgeCount; i++) {
    const Edge *edge = &closure->edges[i];
    if (edge->child < 0 && relCheckLosesLast(closure->check, edge->key)) return 1;
  }
  return 0;
}

/* Our own triggers would refuse it, or delete what else they may be refused. */
static int rulesRefuse(const Closure *closure) {
  RelError own = {SQLITE_OK, NULL};
  RelActions actions = {NULL, 0, 0};
  int i, j, refused = losesLast(closure);
  relActionsCollect(&own, closure->check->model, &actions);
  for (i = 0; i < actions.count; i++) {
    const RelAction *action = &actions.items[i];
    int from = 0, to = 0;
    for (j = 0; j < closure->count; j++) {
      from |= closure->tables[j] == action->from;
      to |= closure->tables[j] == action->to;
    }
    refused |= refusesMembers(closure, action);
    refused |= from && !to && relActionDeletes(action);
    refused |= from && action->kind == REL_UPDATE_MEMBERS &&
               action->relationship->onDelete == REL_ON_DELETE_SET_DEFAULT;
  }
  relActionsClear(&actions);
  if ((own.rc & 0xff) == SQLITE_NOMEM) relErrorNoMemory(closure->check->error);
  relErrorClear(&own);
  return refused;
}

/* Rows that are let go dangle by another key, and this does not delete them. */
static int isHeldBesides(const Closure *closure, const Edge *edge) {
  int i;
  for (i = 0; i < closure->count; i++) {
    if (closure->tables[i] == edge->key->child) return 0;
  }
  return (relCheckHeld(closure->check, edge->key, NULL) & REL_HELD_GOING) != 0;
}

/* A native action acts row by row, or cannot wait: no order of the rows of a circle does. */
static int keysRefuse(const Closure *closure) {
  int i;
  for (i = 0; closure->check->natives && i < closure->edgeCount; i++) {
    const Edge *edge = &closure->edges[i];
    const char *native = relNativeDelete(edge->key);
    if (edge->child < 0 && isHeldBesides(closure, edge)) return 1;
    if (native == NULL || relSame(native, "CASCADE")) continue;
    if (isCircular(closure, edge) || isLate(closure, edge)) return 1;
  }
  return 0;
}

/* The keys are right again only when all statements have run. */
static int mustWait(const Closure *closure) {
  int i;
  if (closure->held) return 1;
  for (i = 0; closure->check->natives && i < closure->edgeCount; i++) {
    const Edge *edge = &closure->edges[i];
    if (edge->key->nativeOnDelete == NULL) continue;
    if (isOfCircle(closure, edge) || isLate(closure, edge)) return 1;
  }
  return 0;
}

static int areToldApart(const Closure *closure) {
  int i;
  for (i = 0; i < closure->count; i++) {
    if (relIdentityWidth(closure->tables[i]) == 0) return 0;
  }
  return 1;
}

/* True where something was dropped. */
static int addDrops(Closure *closure) {
  int before = relTextLength(&closure->text), i, j;
  for (i = 0; i < closure->count; i++) {
    relCheckDropTriggers(closure->check, &closure->text, closure->tables[i], REL_CHECK_DELETES);
  }
  for (i = 0; i < closure->edgeCount; i++) {
    const Edge *edge = &closure->edges[i];
    if (edge->child >= 0) continue;
    for (j = 0; j < i; j++) {
      const Edge *other = &closure->edges[j];
      if (other->child < 0 && other->key->child == edge->key->child) break;
    }
    if (j < i) continue;
    relCheckDropTriggers(closure->check, &closure->text, edge->key->child, REL_CHECK_UPDATES);
  }
  return relTextLength(&closure->text) > before;
}

static void addAll(Closure *closure, int alone) {
  RelCheck *check = closure->check;
  int off = keysRefuse(closure), waits, drops, i;
  for (i = 0; !off && i < closure->edgeCount; i++) {
    const Edge *edge = &closure->edges[i];
    closure->held |= edge->child < 0 && relCheckHeld(check, edge->key, NULL) != 0;
  }
  waits = !off && mustWait(closure);
  if (off) relText(&closure->text, "PRAGMA foreign_keys = OFF; ");
  if (waits) relText(&closure->text, "SAVEPOINT repair; PRAGMA defer_foreign_keys = ON; ");
  drops = alone && addDrops(closure);
  addStatements(closure);
  if (waits) relText(&closure->text, "RELEASE repair; ");
  if (off) relText(&closure->text, "PRAGMA foreign_keys = ON; ");
  if (drops) relCheckSyncAgain(check, &closure->text);
}

char *relCheckClosure(RelCheck *check, const RelTable *table, const char *condition, int alone) {
  Closure closure = {.check = check, .condition = condition};
  char *sql;
  relTextStart(&closure.text, check->error);
  collect(&closure, table);
  closure.name =
      relCheckFreeName(check, relModelSchema(check->model), relCopy(check->error, "gone"));
  if (check->error->rc == SQLITE_OK && areToldApart(&closure)) {
    addAll(&closure, alone || rulesRefuse(&closure));
  }
  sql = relTextFinish(&closure.text);
  sqlite3_free(closure.tables);
  sqlite3_free(closure.edges);
  sqlite3_free(closure.reaches);
  sqlite3_free(closure.name);
  if (sql != NULL && *sql == 0) {
    sqlite3_free(sql);
    sql = NULL;
  }
  return sql;
}
