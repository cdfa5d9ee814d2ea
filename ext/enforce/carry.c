/*
** passive_updates=0: a changed key is carried to the rows that refer to it, at all levels. Each row
** that is changed so has triggers of its own, which carry on. Only where a key refers to itself by
** columns that it is made of (carry_cycle.c) does one trigger compute all that changes: SQLite does not fire a trigger inside itself (recursive_triggers off), or only a thousand deep (on).
*/
#include "enforce/carry.h"

#include "model/options.h"
#include "templates.h"

/* The rowid's column, where it has one. */
int relCarryColumn(const RelTable *table, int column) {
  return column < 0 ? table->integerKey : column;
}

int relCarryPosition(const RelTable *table, const int *columns, int count, int wanted) {
  int i;
  for (i = 0; i < count; i++) {
    if (relCarryColumn(table, columns[i]) == relCarryColumn(table, wanted)) return i;
  }
  return -1;
}

static int holds(const RelTable *table, const int *columns, int count, int wanted) {
  return relCarryPosition(table, columns, count, wanted) >= 0;
}

static int isNotNull(const RelTable *table, int column) {
  return column < 0 || column == table->integerKey || table->columns[column].notNull;
}

/* A native ON UPDATE that would detach or refuse the members before an AFTER trigger sees them. */
static int nativeComesFirst(const RelKey *key) {
  return key->nativeOnUpdate != NULL && !relSame(key->nativeOnUpdate, "NO ACTION") &&
         !relSame(key->nativeOnUpdate, "CASCADE");
}

/* --- what is carried --- */

static void checkWritable(RelError *error, const Relationship *relationship, const RelKey *key) {
  int i;
  for (i = 0; i < key->count; i++) {
    if (relIsWritable(key->child, key->childColumns[i])) continue;
    relRefuse(error, relationship,
              "passive_updates=0 cannot carry a changed key to \"%w\".\"%w\", which is generated; "
              "leave passive_updates out",
              key->child->name, relTableColumnName(key->child, key->childColumns[i]));
  }
}

static int sameCondition(const char *a, const char *b) {
  return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static void addKey(RelCarry *carry, const Relationship *relationship, const RelKey *key,
                   const char *condition) {
  int i;
  for (i = 0; i < carry->count; i++) {
    const RelCarried *item = &carry->items[i];
    if (relSameKey(item->key, key) && sameCondition(item->condition, condition)) return;
  }
  checkWritable(carry->error, relationship, key);
  carry->items =
      relGrow(carry->error, carry->items, carry->count, &carry->room, sizeof *carry->items);
  if (carry->error->rc != SQLITE_OK) return;
  memset(&carry->items[carry->count], 0, sizeof *carry->items);
  carry->items[carry->count].relationship = relationship;
  carry->items[carry->count].key = key;
  carry->items[carry->count++].condition = condition;
}

static void addRelationship(RelCarry *carry, const Relationship *relationship) {
  if (!relEnforced(relationship) || !relationship->carries) return;
  addKey(carry, relationship, &relationship->key,
         relationship->direction == REL_ONETOMANY ? relationship->condition : NULL);
  if (relationship->secondary != NULL) addKey(carry, relationship, &relationship->targetKey, NULL);
}

static int sharesColumn(const RelTable *table, const int *some, int count, const int *others,
                        int otherCount) {
  int i;
  for (i = 0; i < count; i++) {
    if (holds(table, others, otherCount, some[i])) return 1;
  }
  return 0;
}

/* The child's columns that one key changes are part of what the other refers to. */
static int leadsTo(const RelKey *from, const RelKey *to) {
  return from->child == to->parent &&
         sharesColumn(from->child, from->childColumns, from->count, to->parentColumns, to->count);
}

static void findCycles(RelCarry *carry) {
  int n = carry->count, i, j, k, cycles = 0;
  carry->reaches = relAlloc(carry->error, (size_t)n * (size_t)n);
  if (carry->reaches == NULL) return;
  for (i = 0; i < n * n; i++) {
    carry->reaches[i] = (unsigned char)leadsTo(carry->items[i / n].key, carry->items[i % n].key);
  }
  for (k = 0; k < n; k++) {
    for (i = 0; i < n; i++) {
      for (j = 0; carry->reaches[i * n + k] && j < n; j++) {
        carry->reaches[i * n + j] |= carry->reaches[k * n + j];
      }
    }
  }
  for (i = 0; i < n; i++) {
    if (!carry->reaches[i * n + i] || carry->items[i].cycle != 0) continue;
    cycles++;
    for (j = i; j < n; j++) {
      if (carry->reaches[i * n + j] && carry->reaches[j * n + i]) carry->items[j].cycle = cycles;
    }
  }
}

/* The key by which a target goes with its last reference, or NULL. */
static const RelKey *lastReference(const Relationship *relationship) {
  if (!relEnforced(relationship) || !(relationship->cascade & REL_DELETE_ORPHAN)) return NULL;
  if (relationship->direction == REL_MANYTOONE) return &relationship->key;
  return relationship->direction == REL_MANYTOMANY ? &relationship->targetKey : NULL;
}

/*
** A row that follows leaves the old key. Where a target is deleted with its last reference, that is
** harmless only if the target itself has the new key already.
*/
static void checkLastReference(RelCarry *carry, const RelCarried *item) {
  const RelModel *model = carry->compiler->model;
  int early = item->cycle != 0 || nativeComesFirst(item->key), i;
  for (i = 0; i < relModelCount(model); i++) {
    const Relationship *other = relModelAt(model, i);
    const RelKey *last = lastReference(other), *key = item->key;
    if (last == NULL || last->child != key->child) continue;
    if (relSameKey(last, key) ? early
                              : sharesColumn(key->child, key->childColumns, key->count,
                                             last->childColumns, last->count)) {
      relRefuse(carry->error, item->relationship,
                "passive_updates=0 cannot be held beside delete-orphan of \"%s\": a row that "
                "follows its key would look like one that lets go of its %s; leave one of the two "
                "out",
                other->label, other->secondary != NULL ? "member" : "target");
    }
  }
}

static void checkItem(RelCarry *carry, const RelCarried *item) {
  checkLastReference(carry, item);
  if (item->cycle == 0 || !nativeComesFirst(item->key)) return;
  relRefuse(carry->error, item->relationship,
            "passive_updates=0 cannot be held over a key that is part of itself and says ON UPDATE "
            "%s; declare it without, or with ON UPDATE CASCADE",
            item->key->nativeOnUpdate);
}

/* --- words --- */

/* OLD."id" IS NOT NEW."id" OR ... */
char *relCarryChanges(RelError *error, const RelTable *table, const int *columns, int count) {
  RelText text;
  int i;
  relTextStart(&text, error);
  for (i = 0; i < count; i++) {
    if (i > 0) relText(&text, " OR ");
    relWordColumn(&text, "OLD", table, columns[i]);
    relText(&text, " IS NOT ");
    relWordColumn(&text, "NEW", table, columns[i]);
  }
  return relTextFinish(&text);
}

/* "user_id" = NEW."id" */
static char *newValues(RelError *error, const RelKey *key) {
  RelText text;
  int i;
  relTextStart(&text, error);
  for (i = 0; i < key->count; i++) {
    if (i > 0) relText(&text, ", ");
    relTextName(&text, NULL, relTableColumnName(key->child, key->childColumns[i]));
    relText(&text, " = ");
    relWordColumn(&text, "NEW", key->parent, key->parentColumns[i]);
  }
  return relTextFinish(&text);
}

/* NEW."id" IS NULL OR ..., of the columns that can be; NULL (no error) where none can. */
static char *lacksKey(RelError *error, const RelKey *key) {
  RelText text;
  int i;
  relTextStart(&text, error);
  for (i = 0; i < key->count; i++) {
    if (isNotNull(key->parent, key->parentColumns[i])) continue;
    if (relTextLength(&text) > 0) relText(&text, " OR ");
    relWordColumn(&text, "NEW", key->parent, key->parentColumns[i]);
    relText(&text, " IS NULL");
  }
  if (relTextLength(&text) > 0) return relTextFinish(&text);
  relTextDiscard(&text);
  return NULL;
}

/* Another row has the new key. */
static char *isTaken(RelError *error, const RelKey *key) {
  char *itself = relWordSameRow(error, key->parent, NULL, "OLD"), *taken;
  RelText text;
  int i;
  relTextStart(&text, error);
  for (i = 0; i < key->count; i++) {
    relWordColumn(&text, NULL, key->parent, key->parentColumns[i]);
    relText(&text, " = ");
    relWordColumn(&text, "NEW", key->parent, key->parentColumns[i]);
    relText(&text, " AND ");
  }
  relTextFormat(&text, "NOT (%s)", itself != NULL ? itself : "");
  taken = relTextFinish(&text);
  sqlite3_free(itself);
  return taken;
}

static int isColumn(const RelTable *table, const char *name) {
  int i;
  for (i = 0; i < table->columnCount; i++) {
    if (relSame(table->columns[i].name, name)) return 1;
  }
  return 0;
}

/*
** The columns of UPDATE OF; NULL, which means any, where one is generated, since no UPDATE names it.
** The rowid goes by several names.
*/
char *relCarryUpdated(RelError *error, const RelTable *table, const int *columns, int count) {
  static const char *const ROWIDS[] = {"rowid", "_rowid_", "oid"};
  RelText text;
  int i, j;
  for (i = 0; i < count; i++) {
    if (columns[i] >= 0 && table->columns[columns[i]].generated) return NULL;
  }
  relTextStart(&text, error);
  for (i = 0; i < count; i++) {
    if (columns[i] >= 0) {
      if (relTextLength(&text) > 0) relText(&text, ", ");
      relTextName(&text, NULL, relTableColumnName(table, columns[i]));
    }
    if (table->withoutRowid || relCarryColumn(table, columns[i]) != table->integerKey) continue;
    for (j = 0; j < 3; j++) {
      if (isColumn(table, ROWIDS[j])) continue;
      if (relTextLength(&text) > 0) relText(&text, ", ");
      relTextName(&text, NULL, ROWIDS[j]);
    }
  }
  return relTextFinish(&text);
}

/* What cannot follow into NULL is refused by name: a cycle, or a column that may not be. */
void relCarryRefuse(RelCarry *carry, RelText *body, const RelCarried *item) {
  RelError *error = carry->error;
  const RelKey *key = item->key;
  char *lacks = lacksKey(error, key), *columns, *sql;
  RelPieces pieces;
  int needs = item->cycle != 0, i;
  for (i = 0; i < key->count; i++) needs |= isNotNull(key->child, key->childColumns[i]);
  if (lacks == NULL || !needs) {
    sqlite3_free(lacks);
    return;
  }
  columns = relWordKey(error, key);
  relPiecesStart(&pieces, error);
  relPiece(&pieces, "lacks_key", lacks);
  relPiece(&pieces, "member", relWordName(error, key->child->name));
  relPiece(&pieces, "is_member", relWordMatch(error, key, "OLD", NULL, item->condition));
  relPiece(&pieces, "refusal",
           relWordLiteral(error,
                          "%s: this key of \"%w\" may not become NULL while rows refer to it by "
                          "%s; move or delete them first",
                          item->relationship->label, key->parent->name, columns));
  sql = relExpand(&pieces, relTemplate_carry_refuse);
  relAddStatement(body, item->relationship->label, "none can follow to NULL", sql);
  sqlite3_free(sql);
  sqlite3_free(columns);
  relPiecesClear(&pieces);
}

/* --- keys that end --- */

static char *statement(RelCarry *carry, const RelCarried *item, int before) {
  RelError *error = carry->error;
  const RelKey *key = item->key;
  char *lacks = lacksKey(error, key), *sql;
  RelPieces pieces;
  relPiecesStart(&pieces, error);
  relPiece(&pieces, "member", relWordName(error, key->child->name));
  relPiece(&pieces, "values", newValues(error, key));
  relPiece(&pieces, "is_member", relWordMatch(error, key, "OLD", NULL, item->condition));
  if (before) {
    relPiece(&pieces, "owner", relWordName(error, key->parent->name));
    relPiece(&pieces, "is_taken", isTaken(error, key));
    relPiece(&pieces, "itself",
             key->parent != key->child ? relCopy(error, "0")
                                       : relWordSameRow(error, key->child, NULL, "OLD"));
    relPiece(&pieces, "has_key",
             lacks == NULL ? relCopy(error, "1") : relFormat(error, "NOT (%s)", lacks));
  }
  sql = relExpand(&pieces, before ? relTemplate_carry_before : relTemplate_carry);
  relPiecesClear(&pieces);
  sqlite3_free(lacks);
  return sql;
}

/* Where a native ON UPDATE comes first, a row that refers to itself is carried behind it. */
static void carryItself(RelCarry *carry, RelText *body, const RelCarried *item) {
  RelError *error = carry->error;
  const RelKey *key = item->key;
  RelPieces pieces;
  RelText was;
  char *sql;
  int i;
  if (key->parent != key->child || !nativeComesFirst(key)) return;
  relTextStart(&was, error);
  for (i = 0; i < key->count; i++) {
    if (i > 0) relText(&was, " AND ");
    relWordColumn(&was, "OLD", key->parent, key->parentColumns[i]);
    relText(&was, " = ");
    relWordColumn(&was, "NEW", key->child, key->childColumns[i]);
  }
  relPiecesStart(&pieces, error);
  relPiece(&pieces, "member", relWordName(error, key->child->name));
  relPiece(&pieces, "values", newValues(error, key));
  relPiece(&pieces, "itself", relWordSameRow(error, key->child, NULL, "NEW"));
  relPiece(&pieces, "was_itself", relTextFinish(&was));
  sql = relExpand(&pieces, relTemplate_carry_itself);
  relAddStatement(body, item->relationship->label, "passive_updates=0, of itself", sql);
  sqlite3_free(sql);
  relPiecesClear(&pieces);
}

/* The same columns of the same table: one trigger carries both. */
static int sameParent(const RelCarried *a, const RelCarried *b) {
  int i;
  if (b->cycle != 0 || a->key->parent != b->key->parent || a->key->count != b->key->count) return 0;
  for (i = 0; i < a->key->count; i++) {
    if (!holds(a->key->parent, b->key->parentColumns, b->key->count, a->key->parentColumns[i])) {
      return 0;
    }
  }
  return 1;
}

static void addTrigger(RelCarry *carry, const RelCarried *first, int before) {
  RelError *error = carry->error;
  const RelKey *key = first->key;
  RelTrigger trigger = {NULL, NULL, NULL, "UPDATE", NULL, NULL, NULL, NULL};
  RelText body;
  int i, count = 0;
  relTextStart(&body, error);
  for (i = 0; i < carry->count; i++) {
    const RelCarried *item = &carry->items[i];
    const char *label = item->relationship->label;
    char *sql;
    if (!sameParent(first, item) || (before && !nativeComesFirst(item->key))) continue;
    trigger.label = count++ > 0 ? NULL : label;
    if (!before) relCarryRefuse(carry, &body, item);
    sql = statement(carry, item, before);
    relAddStatement(&body, label, "passive_updates=0", sql);
    if (!before) carryItself(carry, &body, item);
    sqlite3_free(sql);
  }
  if (count == 0) {
    relTextDiscard(&body);
    return;
  }
  trigger.name =
      relFormat(error, "%s:%s%scarry", first->relationship->label, before ? "before " : "",
                key == &first->relationship->targetKey ? "target " : "");
  trigger.time = before ? "BEFORE" : "AFTER";
  trigger.columns = relCarryUpdated(error, key->parent, key->parentColumns, key->count);
  trigger.table = key->parent->name;
  trigger.when = relCarryChanges(error, key->parent, key->parentColumns, key->count);
  trigger.body = relTextFinish(&body);
  relAddTrigger(carry->compiler, &trigger);
}

void relCompileCarry(RelCompiler *compiler) {
  RelCarry carry = {compiler, compiler->error, NULL, 0, 0, NULL};
  int i, j, cycles = 0;
  for (i = 0; i < relModelCount(compiler->model); i++) {
    addRelationship(&carry, relModelAt(compiler->model, i));
  }
  if (carry.error->rc == SQLITE_OK && carry.count > 0) findCycles(&carry);
  for (i = 0; i < carry.count && carry.error->rc == SQLITE_OK; i++) {
    checkItem(&carry, &carry.items[i]);
  }
  for (i = 0; i < carry.count && carry.error->rc == SQLITE_OK; i++) {
    RelCarried *item = &carry.items[i];
    if (item->cycle > cycles) {
      cycles = item->cycle;
      relCarryCycle(&carry, i);
    }
    if (item->cycle != 0 || item->done) continue;
    for (j = i; j < carry.count; j++) carry.items[j].done |= sameParent(item, &carry.items[j]);
    addTrigger(&carry, item, 1);
    addTrigger(&carry, item, 0);
  }
  sqlite3_free(carry.items);
  sqlite3_free(carry.reaches);
}
