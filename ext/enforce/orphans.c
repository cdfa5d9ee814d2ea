/*
** delete-orphan: what happens when a key is emptied, or turns to another row.
*/
#include "enforce/worklist.h"

#include "templates.h"

/* The columns of a key for which `wanted` holds, as a list; NULL (no error) where there is none. */
typedef int (*ColumnTest)(const RelTable *table, int column);

static int mayBeNull(const RelTable *table, int column) {
  return !table->columns[column].notNull;
}

/* An INTEGER PRIMARY KEY set to NULL is refused by SQLite before any trigger sees it. */
static int mayNotBeNull(const RelTable *table, int column) {
  return table->columns[column].notNull && column != table->integerKey &&
         !table->columns[column].generated;
}

int relOrphanInstead(const RelKey *key) {
  int i;
  for (i = 0; i < key->count; i++) {
    if (!mayNotBeNull(key->child, key->childColumns[i])) return 0;
  }
  return 1;
}

static int any(const RelTable *table, int column) {
  (void)table;
  (void)column;
  return 1;
}

static char *join(RelError *error, const RelKey *key, ColumnTest wanted, const char *between,
                  const char *before, const char *after) {
  RelText text;
  int i, count = 0;
  relTextStart(&text, error);
  for (i = 0; i < key->count; i++) {
    if (!wanted(key->child, key->childColumns[i])) continue;
    if (count++ > 0) relText(&text, between);
    relText(&text, before);
    relTextName(&text, NULL, relTableColumnName(key->child, key->childColumns[i]));
    relText(&text, after);
  }
  if (count > 0) return relTextFinish(&text);
  relTextDiscard(&text);
  return NULL;
}

/*
** The columns of UPDATE OF: NULL, which means any, where a generated column is among them, since an
** UPDATE never names it.
*/
static char *updatedColumns(RelError *error, const RelKey *key, ColumnTest wanted) {
  int i;
  for (i = 0; i < key->count; i++) {
    if (!relIsWritable(key->child, key->childColumns[i])) return NULL;
  }
  return join(error, key, wanted, ", ", "", "");
}

/* OLD."fk" IS NOT NEW."fk", for some column of the key. */
static char *keyMoves(RelError *error, const RelKey *key) {
  RelText text;
  int i;
  relTextStart(&text, error);
  for (i = 0; i < key->count; i++) {
    if (i > 0) relText(&text, " OR ");
    relWordColumn(&text, "OLD", key->child, key->childColumns[i]);
    relText(&text, " IS NOT ");
    relWordColumn(&text, "NEW", key->child, key->childColumns[i]);
  }
  return relTextFinish(&text);
}

/* --- what is let go --- */

/* One relationship whose members, target or links an UPDATE lets go. */
typedef struct LetGo {
  const Relationship *relationship; /* borrowed */
  const RelKey *key;                /* borrowed */
  const RelTable *to;               /* borrowed: rows of it are deleted */
  const RelCycle *cycle;            /* borrowed: the cycle that lets go as well, or NULL */
  const RelCycle *shared;           /* borrowed: the cycle of some item of the group, or NULL */
  char *columns;                    /* owned: of UPDATE OF, or NULL */
  char *when;                       /* owned */
  char *which;                      /* owned: the rows that are deleted */
  int group;                        /* of items that have columns in common */
} LetGo;

static void clearLetGo(LetGo *item) {
  sqlite3_free(item->columns);
  sqlite3_free(item->when);
  sqlite3_free(item->which);
}

/* A member whose key becomes NULL, in one of the columns that `wanted` holds for. */
static int memberLetGo(RelError *error, const Relationship *relationship, ColumnTest wanted,
                       LetGo *item) {
  const RelKey *key = &relationship->key;
  char *letsGo = join(error, key, wanted, " OR ", "NEW.", " IS NULL"), *row, *also;
  RelPieces pieces;
  if (letsGo == NULL) return 0;
  row = relWordSameRow(error, relationship->target, NULL, wanted == mayNotBeNull ? "OLD" : "NEW");
  also = relWordAlso(error, relationship->condition);
  relPiecesStart(&pieces, error);
  relPiece(&pieces, "lets_go", letsGo);
  relPiece(&pieces, "had_owner", join(error, key, any, " AND ", "OLD.", " IS NOT NULL"));
  relPiece(&pieces, "owner", relWordName(error, relationship->owner->name));
  relPiece(&pieces, "old_owner", relWordMatch(error, key, NULL, "OLD", NULL));
  item->relationship = relationship;
  item->key = key;
  item->to = relationship->target;
  item->columns = updatedColumns(error, key, wanted);
  item->when = relExpand(&pieces, relTemplate_orphan_when);
  item->which = relFormat(error, "%s%s", row ? row : "", also ? also : "");
  relPiecesClear(&pieces);
  sqlite3_free(row);
  sqlite3_free(also);
  return 1;
}

/* The row that refers to a target, or the link to a member, turns to another or to none. */
static void turnAway(RelError *error, const Relationship *relationship, LetGo *item) {
  int manyToMany = relationship->direction == REL_MANYTOMANY;
  RelAction action = {manyToMany ? REL_DELETE_UNLINKED : REL_DELETE_TARGET,
                      relationship,
                      manyToMany ? relationship->secondary : relationship->owner,
                      relationship->target,
                      manyToMany ? &relationship->targetKey : &relationship->key,
                      NULL,
                      relationship->condition,
                      "delete-orphan",
                      NULL,
                      0,
                      1,
                      0};
  item->relationship = relationship;
  item->key = action.key;
  item->to = relationship->target;
  item->columns = updatedColumns(error, item->key, any);
  item->when = keyMoves(error, item->key);
  item->which = relActionWhich(error, &action, "OLD");
}

/* --- statements and triggers --- */

/* What an item deletes, under a further condition or NULL. Takes that. */
static char *deletes(RelError *error, const LetGo *item, char *also) {
  char *which = relFormat(error, "%s%s%s%s", item->which ? item->which : "",
                          also ? "\n    AND (" : "", also ? also : "", also ? ")" : "");
  char *listed, *sql;
  RelPieces pieces;
  sqlite3_free(also);
  if (item->cycle != NULL) {
    listed = relWorklistDelete(error, item->cycle, item->to, which);
    sql = relWorklistRun(error, item->cycle, listed);
    sqlite3_free(listed);
    sqlite3_free(which);
    return sql;
  }
  relPiecesStart(&pieces, error);
  relPiece(&pieces, "to", relWordName(error, item->to->name));
  relPiece(&pieces, "which", which);
  sql = relExpand(&pieces, relTemplate_delete);
  relPiecesClear(&pieces);
  return sql;
}

static void addDelete(RelError *error, RelText *body, const LetGo *item, char *also) {
  char *sql = deletes(error, item, also);
  relAddStatement(body, item->relationship->label, "delete-orphan", sql);
  sqlite3_free(sql);
}

/* Takes columns, when and body. */
static void addUpdateTrigger(RelCompiler *compiler, const LetGo *item, const char *suffix,
                             const char *time, char *columns, char *when, char *body) {
  RelTrigger trigger = {NULL, NULL, NULL, "UPDATE", NULL, NULL, NULL, NULL};
  trigger.name = relFormat(compiler->error, "%s:%s", item->relationship->label, suffix);
  trigger.label = item->relationship->label;
  trigger.time = time;
  trigger.columns = columns;
  trigger.table = item->key->child->name;
  trigger.when = when;
  trigger.body = body;
  relAddTrigger(compiler, &trigger);
}

/*
** While a cycle works off its list, no trigger may rest on the one that began it: so each item has
** another for that time, which puts what it deletes on the list, if it is the cycle's.
*/
static void addInRun(RelCompiler *compiler, const LetGo *item) {
  RelError *error = compiler->error;
  char *running = relWorklistRunning(error, item->shared);
  RelText body;
  relTextStart(&body, error);
  if (item->cycle != NULL) {
    char *sql = relWorklistDelete(error, item->cycle, item->to, item->which);
    relAddStatement(&body, item->relationship->label, "delete-orphan", sql);
    sqlite3_free(sql);
  } else {
    addDelete(error, &body, item, NULL);
  }
  addUpdateTrigger(
      compiler, item, "orphan in a run", "AFTER", relCopy(error, item->columns),
      relFormat(error, "(%s)\n  AND %s", item->when ? item->when : "", running ? running : ""),
      relTextFinish(&body));
  sqlite3_free(running);
}

typedef struct Items {
  LetGo *items; /* owned */
  int count, room;
} Items;

/* The columns of several lists, separated by commas; NULL, which means any, if one of them is. */
static char *addColumns(RelError *error, char *columns, const char *more) {
  char *both = columns == NULL || more == NULL ? NULL : relFormat(error, "%s, %s", columns, more);
  sqlite3_free(columns);
  return both;
}

/* Takes `when`: not while the cycle works off its list. */
static char *unlessRunning(RelError *error, const RelCycle *cycle, char *when) {
  char *running, *both;
  if (cycle == NULL) return when;
  running = relWorklistRunning(error, cycle);
  both = relFormat(error, "(%s)\n  AND NOT %s", when ? when : "", running ? running : "");
  sqlite3_free(running);
  sqlite3_free(when);
  return both;
}

/*
** Where one column lets go of several rows, they go in one trigger: members first, since what they
** refer to goes when nothing does.
*/
static void addTogether(RelCompiler *compiler, const Items *items, int first) {
  RelError *error = compiler->error;
  const LetGo *item = &items->items[first];
  char *columns = relCopy(error, item->columns), *when = relCopy(error, item->when);
  RelText body;
  int i, along = 0;
  relTextStart(&body, error);
  for (i = first + 1; i < items->count; i++) along |= items->items[i].group == item->group;
  addDelete(error, &body, item, along ? relCopy(error, item->when) : NULL);
  for (i = first + 1; i < items->count; i++) {
    const LetGo *other = &items->items[i];
    char *either;
    if (other->group != item->group) continue;
    either = relFormat(error, "(%s)\n  OR (%s)", when ? when : "", other->when ? other->when : "");
    sqlite3_free(when);
    when = either;
    columns = addColumns(error, columns, other->columns);
    addDelete(error, &body, other, relCopy(error, other->when));
  }
  addUpdateTrigger(compiler, item, "orphan", "AFTER", columns,
                   unlessRunning(error, item->shared, when), relTextFinish(&body));
}

/*
** A member about to let go by a column that may not be NULL: it is deleted instead, and what else the
** column lets go of with it. It may be part of a run: so it begins none of its own.
*/
static void addInstead(RelCompiler *compiler, const Items *items, const LetGo *item) {
  RelError *error = compiler->error;
  RelPieces pieces;
  RelText body;
  int i;
  char *sql;
  relTextStart(&body, error);
  addDelete(error, &body, item, NULL);
  for (i = 0; i < items->count; i++) {
    LetGo other = items->items[i];
    if (other.relationship->direction == REL_ONETOMANY || !relSharesColumn(other.key, item->key)) {
      continue;
    }
    other.cycle = NULL;
    addDelete(error, &body, &other, relCopy(error, other.when));
  }
  relPiecesStart(&pieces, error);
  relPiece(&pieces, "member", relWordName(error, item->to->name));
  relPiece(&pieces, "this_row", relWordSameRow(error, item->to, NULL, "OLD"));
  sql = relExpand(&pieces, relTemplate_orphan_instead);
  if (sql != NULL) relTextFormat(&body, "%s\n", sql);
  sqlite3_free(sql);
  relPiecesClear(&pieces);
  addUpdateTrigger(compiler, item, "before orphan", "BEFORE", relCopy(error, item->columns),
                   relCopy(error, item->when), relTextFinish(&body));
}

static void addItem(RelError *error, const RelGraph *graph, Items *items, LetGo item) {
  items->items = relGrow(error, items->items, items->count, &items->room, sizeof *items->items);
  if (error->rc != SQLITE_OK) {
    clearLetGo(&item);
    return;
  }
  item.cycle = relLetGoCycle(graph, item.relationship);
  item.shared = item.cycle;
  item.group = items->count;
  items->items[items->count++] = item;
}

static void joinGroups(Items *items, int from, int to, const RelCycle *shared) {
  int i;
  for (i = 0; i < items->count; i++) {
    LetGo *item = &items->items[i];
    if (item->group == from) item->group = to;
    if (item->group == to) item->shared = shared;
  }
}

/* A group goes by the number of its first item. Two cycles do not share one: either may be running. */
static void findGroups(Items *items) {
  int i, j;
  for (i = 0; i < items->count; i++) {
    for (j = 0; j < i; j++) {
      const LetGo *a = &items->items[i], *b = &items->items[j];
      if (a->group == b->group || !relSharesColumn(a->key, b->key)) continue;
      if (a->shared != NULL && b->shared != NULL && a->shared != b->shared) continue;
      joinGroups(items, a->group > b->group ? a->group : b->group,
                 a->group < b->group ? a->group : b->group, a->shared ? a->shared : b->shared);
    }
  }
}

/* Members first. */
static void collect(RelCompiler *compiler, Items *items) {
  int members, i;
  for (members = 1; members >= 0; members--) {
    for (i = 0; i < relModelCount(compiler->model); i++) {
      const Relationship *relationship = relModelAt(compiler->model, i);
      LetGo item;
      memset(&item, 0, sizeof item);
      if (!relHasOrphans(relationship)) continue;
      if ((relationship->direction == REL_ONETOMANY) != members) continue;
      if (!members) {
        turnAway(compiler->error, relationship, &item);
      } else if (!memberLetGo(compiler->error, relationship, mayBeNull, &item)) {
        continue;
      }
      addItem(compiler->error, &compiler->graph, items, item);
    }
  }
}

void relCompileOrphans(RelCompiler *compiler) {
  RelError *error = compiler->error;
  Items items = {NULL, 0, 0};
  int i;
  collect(compiler, &items);
  findGroups(&items);
  for (i = 0; i < items.count && error->rc == SQLITE_OK; i++) {
    if (items.items[i].group == i) addTogether(compiler, &items, i);
    if (items.items[i].shared != NULL) addInRun(compiler, &items.items[i]);
  }
  for (i = 0; i < relModelCount(compiler->model) && error->rc == SQLITE_OK; i++) {
    const Relationship *relationship = relModelAt(compiler->model, i);
    LetGo item;
    memset(&item, 0, sizeof item);
    if (!relHasOrphans(relationship) || relationship->direction != REL_ONETOMANY) continue;
    if (memberLetGo(error, relationship, mayNotBeNull, &item)) {
      addInstead(compiler, &items, &item);
      clearLetGo(&item);
    }
  }
  for (i = 0; i < items.count; i++) clearLetGo(&items.items[i]);
  sqlite3_free(items.items);
}
