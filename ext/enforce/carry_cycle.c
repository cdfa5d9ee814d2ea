/*
** passive_updates=0 over a key that refers to itself by columns that it is made of, over one or
** several tables: one trigger per table computes all that changes, and a view changes it, leaves
** first.
*/
#include "enforce/carry.h"

#include "templates.h"

/* One cycle: the columns that rows of its tables are referred to by go by position. */
typedef struct Cycle {
  RelCarry *carry;
  int number;
  int width;         /* of the widest table's columns */
  const char *label; /* its first relationship's */
  char *name;        /* owned: the view's */
  char *closure;     /* owned, quoted */
} Cycle;

static int isIn(const Cycle *cycle, const RelCarried *item) {
  return item->cycle == cycle->number;
}

/* The columns of a table that keys of the cycle refer to. The caller owns them. */
static int *referredColumns(const Cycle *cycle, const RelTable *table, int *count) {
  RelCarry *carry = cycle->carry;
  int *columns = relAlloc(carry->error, (size_t)(table->columnCount + 1) * sizeof(int));
  int i, j;
  *count = 0;
  for (i = 0; i < carry->count && columns != NULL; i++) {
    const RelKey *key = carry->items[i].key;
    if (!isIn(cycle, &carry->items[i]) || key->parent != table) continue;
    for (j = 0; j < key->count; j++) {
      if (relCarryPosition(table, columns, *count, key->parentColumns[j]) < 0) {
        columns[(*count)++] = key->parentColumns[j];
      }
    }
  }
  return columns;
}

/* "old1", "old2", "new1", "new2", each behind the prefix where there is one. */
static char *closureColumns(const Cycle *cycle, const char *prefix) {
  RelText text;
  int i;
  relTextStart(&text, cycle->carry->error);
  for (i = 0; i < 2 * cycle->width; i++) {
    relTextFormat(&text, "%s%s%s\"%s%d\"", i > 0 ? ", " : "", prefix != NULL ? prefix : "",
                  prefix != NULL ? "." : "", i < cycle->width ? "old" : "new",
                  i % cycle->width + 1);
  }
  return relTextFinish(&text);
}

/*
** The child refers to prefix's old key, in the parent's collation, which a column of the view or of
** the closure does not bear.
*/
static char *refersToOld(const Cycle *cycle, const RelCarried *item, const char *prefix) {
  RelError *error = cycle->carry->error;
  const RelKey *key = item->key;
  char *also = relWordAlso(error, item->condition);
  RelText text;
  int count, i, *columns = referredColumns(cycle, key->parent, &count);
  relTextStart(&text, error);
  for (i = 0; i < key->count && columns != NULL; i++) {
    relTextFormat(&text, "%s%s.\"old%d\"", i > 0 ? " AND " : "", prefix,
                  1 + relCarryPosition(key->parent, columns, count, key->parentColumns[i]));
    relWordEqualsChild(&text, key, i);
  }
  if (also != NULL) relText(&text, also);
  sqlite3_free(also);
  sqlite3_free(columns);
  return relTextFinish(&text);
}

/* The columns of a row that the cycle's keys refer to, as wide as the cycle. */
static char *rowKey(const Cycle *cycle, const RelTable *table, const char *prefix) {
  RelText text;
  int count, i, *columns = referredColumns(cycle, table, &count);
  relTextStart(&text, cycle->carry->error);
  for (i = 0; i < cycle->width && columns != NULL; i++) {
    if (i > 0) relText(&text, ", ");
    if (i < count)
      relWordColumn(&text, prefix, table, columns[i]);
    else
      relText(&text, "NULL");
  }
  sqlite3_free(columns);
  return relTextFinish(&text);
}

/* The key that a row of the child gets when it follows, and which of its columns change. */
static void followingKey(const Cycle *cycle, const RelCarried *item, RelPieces *pieces) {
  RelError *error = cycle->carry->error;
  const RelKey *key = item->key;
  RelText values, changes;
  int count, parentCount, i, j;
  int *columns = referredColumns(cycle, key->child, &count);
  int *parents = referredColumns(cycle, key->parent, &parentCount);
  relTextStart(&values, error);
  relTextStart(&changes, error);
  for (i = 0; i < cycle->width && error->rc == SQLITE_OK; i++) {
    if (i > 0) relText(&values, ", ");
    for (j = 0; i < count && j < key->count; j++) {
      if (relCarryColumn(key->child, key->childColumns[j]) ==
          relCarryColumn(key->child, columns[i]))
        break;
    }
    if (i >= count) {
      relText(&values, "NULL");
    } else if (j == key->count) {
      relWordColumn(&values, NULL, key->child, columns[i]);
    } else {
      int n = 1 + relCarryPosition(key->parent, parents, parentCount, key->parentColumns[j]);
      relTextFormat(&values, "%s.\"new%d\"", cycle->closure, n);
      relTextFormat(&changes, "%s%s.\"new%d\" IS NOT ", relTextLength(&changes) > 0 ? " OR " : "",
                    cycle->closure, n);
      relWordColumn(&changes, NULL, key->child, columns[i]);
    }
  }
  sqlite3_free(parents);
  sqlite3_free(columns);
  relPiece(pieces, "new_key", relTextFinish(&values));
  relPiece(pieces, "changes", relTextFinish(&changes));
}

static char *steps(const Cycle *cycle) {
  RelCarry *carry = cycle->carry;
  RelError *error = carry->error;
  RelText text;
  int i;
  relTextStart(&text, error);
  for (i = 0; i < carry->count; i++) {
    const RelCarried *item = &carry->items[i];
    const RelKey *key = item->key;
    RelPieces pieces;
    char *sql;
    if (!isIn(cycle, item)) continue;
    relPiecesStart(&pieces, error);
    relPiece(&pieces, "closure", relCopy(error, cycle->closure));
    relPiece(&pieces, "member", relWordName(error, key->child->name));
    relPiece(&pieces, "tag", relWordLiteral(error, "%s", key->parent->name));
    relPiece(&pieces, "member_tag", relWordLiteral(error, "%s", key->child->name));
    relPiece(&pieces, "old_key", rowKey(cycle, key->child, NULL));
    relPiece(&pieces, "is_member", refersToOld(cycle, item, cycle->closure));
    followingKey(cycle, item, &pieces);
    sql = relExpand(&pieces, relTemplate_carry_step);
    if (relTextLength(&text) > 0) relText(&text, "\n    UNION\n    ");
    if (sql != NULL) relText(&text, sql);
    sqlite3_free(sql);
    relPiecesClear(&pieces);
  }
  return relTextFinish(&text);
}

static void addCarryView(const Cycle *cycle) {
  RelCarry *carry = cycle->carry;
  RelError *error = carry->error;
  RelPieces pieces;
  RelText columns;
  int i;
  relTextStart(&columns, error);
  relText(&columns, "NULL AS \"tbl\"");
  for (i = 0; i < 2 * cycle->width; i++) {
    relTextFormat(&columns, ", NULL AS \"%s%d\"", i < cycle->width ? "old" : "new",
                  i % cycle->width + 1);
  }
  relPiecesStart(&pieces, error);
  relPiece(&pieces, "name", relWordName(error, cycle->name));
  relPiece(&pieces, "made", relCopy(error, REL_MADE));
  relPiece(&pieces, "columns", relTextFinish(&columns));
  relAddObject(carry->compiler, "view", relCopy(error, cycle->name), cycle->name, cycle->label,
               relExpand(&pieces, relTemplate_reap_view), NULL);
  relPiecesClear(&pieces);
}

/* "user_id" = NEW."new1" */
static char *carriedValues(const Cycle *cycle, const RelKey *key) {
  RelText text;
  int count, i, *columns = referredColumns(cycle, key->parent, &count);
  relTextStart(&text, cycle->carry->error);
  for (i = 0; i < key->count && columns != NULL; i++) {
    if (i > 0) relText(&text, ", ");
    relTextName(&text, NULL, relTableColumnName(key->child, key->childColumns[i]));
    relTextFormat(&text, " = NEW.\"new%d\"",
                  1 + relCarryPosition(key->parent, columns, count, key->parentColumns[i]));
  }
  sqlite3_free(columns);
  return relTextFinish(&text);
}

static void addViewTrigger(const Cycle *cycle) {
  RelCarry *carry = cycle->carry;
  RelError *error = carry->error;
  RelTrigger trigger = {NULL, NULL, "INSTEAD OF", "INSERT", NULL, NULL, NULL, NULL};
  RelText body;
  int i;
  relTextStart(&body, error);
  for (i = 0; i < carry->count; i++) {
    const RelCarried *item = &carry->items[i];
    RelPieces pieces;
    char *sql;
    if (!isIn(cycle, item)) continue;
    relPiecesStart(&pieces, error);
    relPiece(&pieces, "member", relWordName(error, item->key->child->name));
    relPiece(&pieces, "tag", relWordLiteral(error, "%s", item->key->parent->name));
    relPiece(&pieces, "values", carriedValues(cycle, item->key));
    relPiece(&pieces, "is_member", refersToOld(cycle, item, "NEW"));
    sql = relExpand(&pieces, relTemplate_carry_row);
    relAddStatement(&body, item->relationship->label, "passive_updates=0", sql);
    sqlite3_free(sql);
    relPiecesClear(&pieces);
  }
  trigger.name = relCopy(error, cycle->name);
  trigger.label = cycle->label;
  trigger.table = cycle->name;
  trigger.body = relTextFinish(&body);
  relAddTrigger(carry->compiler, &trigger);
}

/* (<key changes>) AND (<some row refers to the old one>) */
static char *whenReferred(const Cycle *cycle, const RelTable *table, const int *columns,
                          int count) {
  RelCarry *carry = cycle->carry;
  RelError *error = carry->error;
  char *changes = relCarryChanges(error, table, columns, count);
  RelText text;
  int i, several = 0;
  relTextStart(&text, error);
  relTextFormat(&text, "(%s)\n  AND (", changes != NULL ? changes : "");
  for (i = 0; i < carry->count; i++) {
    const RelCarried *item = &carry->items[i];
    char *match;
    if (!isIn(cycle, item) || item->key->parent != table) continue;
    match = relWordMatch(error, item->key, "OLD", NULL, item->condition);
    relText(&text, several++ ? "\n  OR EXISTS (SELECT 1 FROM " : "EXISTS (SELECT 1 FROM ");
    relTextName(&text, NULL, item->key->child->name);
    relTextFormat(&text, " WHERE %s)", match != NULL ? match : "");
    sqlite3_free(match);
  }
  relText(&text, ")");
  sqlite3_free(changes);
  return relTextFinish(&text);
}

/* Whether rows of some table follow by more than one key of the cycle. */
static int hasCrossings(const Cycle *cycle) {
  const RelCarry *carry = cycle->carry;
  int i, j;
  for (i = 0; i < carry->count; i++) {
    for (j = 0; isIn(cycle, &carry->items[i]) && j < i; j++) {
      if (isIn(cycle, &carry->items[j]) &&
          carry->items[i].key->child == carry->items[j].key->child) {
        return 1;
      }
    }
  }
  return 0;
}

/* The column is also part of a foreign key of the cycle, so it changes with those above, too. */
static int isShared(const Cycle *cycle, const RelTable *table, int column) {
  const RelCarry *carry = cycle->carry;
  int i;
  for (i = 0; i < carry->count; i++) {
    const RelKey *key = carry->items[i].key;
    if (isIn(cycle, &carry->items[i]) && key->child == table &&
        relCarryPosition(table, key->childColumns, key->count, column) >= 0) {
      return 1;
    }
  }
  return 0;
}

/*
** A row that follows by one key leaves what its other key refers to. That is found again by what did
** not change of it, which takes two steps where all of it changes.
*/
static void refuseBoth(const Cycle *cycle, RelText *body, const RelTable *table, int *columns,
                       int count) {
  RelError *error = cycle->carry->error;
  int shared = 0, i;
  char *some, *others, *sql;
  RelPieces pieces;
  for (i = 0; i < count; i++) {
    int column = columns[i];
    if (!isShared(cycle, table, column)) continue;
    columns[i] = columns[shared];
    columns[shared++] = column;
  }
  if (!hasCrossings(cycle) || shared == 0 || shared == count) return;
  some = relCarryChanges(error, table, columns, shared);
  others = relCarryChanges(error, table, columns + shared, count - shared);
  relPiecesStart(&pieces, error);
  relPiece(&pieces, "some_change", some);
  relPiece(&pieces, "others_change", others);
  relPiece(&pieces, "refusal",
           relWordLiteral(error,
                          "%s: rows follow this key of \"%w\" on several ways; change \"%w\" and "
                          "\"%w\" in two UPDATEs",
                          cycle->label, table->name, relTableColumnName(table, columns[0]),
                          relTableColumnName(table, columns[shared])));
  sql = relExpand(&pieces, relTemplate_carry_both);
  relAddStatement(body, cycle->label, "one part of the key at a time", sql);
  sqlite3_free(sql);
  relPiecesClear(&pieces);
}

static void addTableTrigger(const Cycle *cycle, const RelTable *table) {
  RelCarry *carry = cycle->carry;
  RelError *error = carry->error;
  RelTrigger trigger = {NULL, NULL, "AFTER", "UPDATE", NULL, NULL, NULL, NULL};
  int count, i, *columns = referredColumns(cycle, table, &count);
  RelPieces pieces;
  RelText body;
  char *sql;
  relTextStart(&body, error);
  for (i = 0; i < carry->count; i++) {
    const RelCarried *item = &carry->items[i];
    if (isIn(cycle, item) && item->key->parent == table) relCarryRefuse(carry, &body, item);
  }
  if (columns != NULL) {
    int *sorted = referredColumns(cycle, table, &count);
    if (sorted != NULL) refuseBoth(cycle, &body, table, sorted, count);
    sqlite3_free(sorted);
  }
  relPiecesStart(&pieces, error);
  relPiece(&pieces, "carry", relWordName(error, cycle->name));
  relPiece(&pieces, "closure", relCopy(error, cycle->closure));
  relPiece(&pieces, "columns", closureColumns(cycle, NULL));
  relPiece(&pieces, "tag", relWordLiteral(error, "%s", table->name));
  relPiece(&pieces, "old_key", rowKey(cycle, table, "OLD"));
  relPiece(&pieces, "new_key", rowKey(cycle, table, "NEW"));
  relPiece(&pieces, "steps", steps(cycle));
  {
    char *row = closureColumns(cycle, cycle->closure);
    relPiece(&pieces, "row", relFormat(error, "%s.\"tbl\", %s", cycle->closure, row));
    sqlite3_free(row);
  }
  sql = relExpand(&pieces, relTemplate_carry_cycle);
  relAddStatement(&body, cycle->label, "passive_updates=0, in a cycle", sql);
  sqlite3_free(sql);
  relPiecesClear(&pieces);
  trigger.name = relFormat(error, "%s:carry %s", cycle->label, table->name);
  trigger.label = cycle->label;
  trigger.table = table->name;
  trigger.columns = columns != NULL ? relCarryUpdated(error, table, columns, count) : NULL;
  trigger.when = columns != NULL ? whenReferred(cycle, table, columns, count) : NULL;
  trigger.body = relTextFinish(&body);
  sqlite3_free(columns);
  relAddTrigger(carry->compiler, &trigger);
}

/* Whether an earlier key of the cycle has the same parent, whose trigger is there then. */
static int isRepeated(const RelCarry *carry, int n) {
  int i;
  for (i = 0; i < n; i++) {
    if (carry->items[i].cycle == carry->items[n].cycle &&
        carry->items[i].key->parent == carry->items[n].key->parent) {
      return 1;
    }
  }
  return 0;
}

void relCarryCycle(RelCarry *carry, int first) {
  RelError *error = carry->error;
  Cycle cycle = {carry, carry->items[first].cycle, 0, NULL, NULL, NULL};
  int i;
  cycle.label = carry->items[first].relationship->label;
  cycle.name = relFormat(error, "%s:carrying", cycle.label);
  cycle.closure = relFormat(error, "\"%w:carried\"", cycle.label);
  for (i = first; i < carry->count && error->rc == SQLITE_OK; i++) {
    int count;
    if (!isIn(&cycle, &carry->items[i])) continue;
    sqlite3_free(referredColumns(&cycle, carry->items[i].key->parent, &count));
    if (count > cycle.width) cycle.width = count;
  }
  if (error->rc == SQLITE_OK) addCarryView(&cycle);
  if (error->rc == SQLITE_OK) addViewTrigger(&cycle);
  for (i = first; i < carry->count && error->rc == SQLITE_OK; i++) {
    if (!isIn(&cycle, &carry->items[i]) || isRepeated(carry, i)) continue;
    addTableTrigger(&cycle, carry->items[i].key->parent);
  }
  sqlite3_free(cycle.name);
  sqlite3_free(cycle.closure);
}
