/*
** Repairs, as SQL that a person would write: rows that have to go take along,
** or are let go by, what refers to them; where no declared or native rule sees to that, the repair
** does.
*/
#include "enforce/actions.h"
#include "enforce/words.h"
#include "inspect/check_rows.h"
#include "model/catalog.h"
#include "model/renames.h"

enum { DEEPEST = 8 };

/* A repair being written: which tables' rows it deletes, so that it ends. */
typedef struct Repair {
  RelCheck *check;
  RelText text;
  const RelTable *path[DEEPEST];
  int depth;
  int refused; /* a rule or key would refuse it, or it comes back to where it started */
} Repair;

/* --- letting go ------------------------------------------------------------------------------- */

static int holdsOther(const RelKey *key, const RelKey *other, int column) {
  return other->child == key->child && !relSameColumns(other, key) && relIsInKey(other, column);
}

int relCheckIsShared(RelCheck *check, const RelKey *key, int column) {
  Relationship *const *implied = NULL;
  int i, count = relModelImplied(check->error, check->model, &implied);
  for (i = 0; i < count; i++) {
    if (holdsOther(key, &implied[i]->key, column)) return 1;
  }
  for (i = 0; i < relModelCount(check->model); i++) {
    const Relationship *relationship = relModelAt(check->model, i);
    if (holdsOther(key, &relationship->key, column)) return 1;
    if (relationship->secondary != NULL && holdsOther(key, &relationship->targetKey, column)) {
      return 1;
    }
  }
  return 0;
}

/* One column that is NULL is enough: those that no other key has, if there are any. */
static void letGo(Repair *repair, const RelKey *key, const char *condition) {
  RelText *text = &repair->text;
  int i, own = 0, said = 0;
  for (i = 0; i < key->count; i++) {
    int column = key->childColumns[i];
    own |= relIsNullable(key->child, column) && !relCheckIsShared(repair->check, key, column);
  }
  relText(text, "UPDATE ");
  relCheckTable(repair->check, text, key->child);
  relText(text, " SET ");
  for (i = 0; i < key->count; i++) {
    int column = key->childColumns[i];
    if (!relIsNullable(key->child, column) ||
        (own && relCheckIsShared(repair->check, key, column))) {
      continue;
    }
    if (said++ > 0) relText(text, ", ");
    relRowsColumn(text, key->child, column);
    relText(text, " = NULL");
  }
  relTextFormat(text, " WHERE %s; ", condition);
}

int relCheckOrphans(const RelCheck *check, const RelKey *key) {
  int i;
  for (i = 0; i < relModelCount(check->model); i++) {
    const Relationship *relationship = relModelAt(check->model, i);
    if (relationship->direction == REL_ONETOMANY && relHasOrphans(relationship) &&
        relSharesColumn(&relationship->key, key)) {
      return 1;
    }
  }
  return 0;
}

/* --- what refers to rows that are deleted ------------------------------------------------------ */

/* It refuses that an owner goes before its members do. */
static int ruleHolds(const Relationship *relationship, const RelKey *key) {
  if (relationship->direction != REL_ONETOMANY || !relActsOnDelete(relationship)) return 0;
  if (!relSameColumns(&relationship->key, key)) return 0;
  return relationship->onDelete == REL_ON_DELETE_RESTRICT ||
         (relationship->onDelete != REL_ON_DELETE_CASCADE && !relKeyCanLetGo(key));
}

static int seesTo(const Relationship *relationship, const RelKey *key) {
  if (!relActsOnDelete(relationship)) return 0;
  if (relationship->direction == REL_MANYTOMANY) {
    return relSameColumns(&relationship->key, key) || relSameColumns(&relationship->targetKey, key);
  }
  if (relationship->direction != REL_ONETOMANY || relationship->condition != NULL) return 0;
  return relSameColumns(&relationship->key, key);
}

/* A rule lets go of the rows that refer by this key, or deletes them, when the row goes. */
static int isSeenTo(const RelCheck *check, const RelKey *key) {
  int i, seen = 0;
  for (i = 0; i < relModelCount(check->model); i++) {
    if (ruleHolds(relModelAt(check->model, i), key)) return 0;
    seen |= seesTo(relModelAt(check->model, i), key);
  }
  if (seen) return 1;
  return check->natives && relNativeDelete(key) != NULL &&
         !relSame(key->nativeOnDelete, "RESTRICT");
}

static void deleteRows(Repair *repair, const RelTable *table, const char *condition);

/* The rows that refer by this key to rows that will be deleted. */
static void handleReferring(Repair *repair, const RelKey *key, const char *condition) {
  RelText text;
  char *referring;
  relTextStart(&text, repair->check->error);
  relRowsChild(&text, key);
  relText(&text, " IN (SELECT ");
  relRowsParent(&text, key);
  relText(&text, " FROM ");
  relCheckTable(repair->check, &text, key->parent);
  relTextFormat(&text, " WHERE %s)", condition);
  referring = relTextFinish(&text);
  if (referring == NULL) return;
  if (relKeyCanLetGo(key)) {
    repair->refused |= relCheckOrphans(repair->check, key);
    letGo(repair, key, referring);
  } else {
    deleteRows(repair, key->child, referring);
  }
  sqlite3_free(referring);
}

/* The n-th key of all that are declared or implied: NULL where a relationship has no second one. */
static const RelKey *keyAt(const RelModel *model, Relationship *const *implied, int n) {
  const Relationship *relationship;
  if (n >= 2 * relModelCount(model)) {
    relationship = implied[n - 2 * relModelCount(model)];
    return relationship->direction == REL_MANYTOMANY ? NULL : &relationship->key;
  }
  relationship = relModelAt(model, n / 2);
  if (n % 2 == 0) return &relationship->key;
  return relationship->direction == REL_MANYTOMANY ? &relationship->targetKey : NULL;
}

static int isRepeated(const RelModel *model, Relationship *const *implied, int end,
                      const RelKey *key) {
  int i;
  for (i = 0; i < end; i++) {
    const RelKey *other = keyAt(model, implied, i);
    if (other != NULL && relSameColumns(other, key)) return 1;
  }
  return 0;
}

/* --- what refuses that rows are deleted ------------------------------------------------------- */

/* Tables whose rows go by rules and keys when one of the first table's does. */
typedef struct Reach {
  const RelTable *tables[64];
  int count;
  int again; /* others of the first table's rows */
} Reach;

static void reach(Reach *reached, const RelTable *table) {
  int i;
  reached->again |= table == reached->tables[0];
  for (i = 0; i < reached->count; i++) {
    if (reached->tables[i] == table) return;
  }
  if (reached->count < 64) reached->tables[reached->count++] = table;
}

/* What refers to the first table's rows directly is handled before they go, unless it is they. */
static int isHandled(const Reach *reached, const RelTable *from, const RelTable *to) {
  return !reached->again && from == reached->tables[0] && to != from;
}

static int ruleRefuses(const RelActions *actions, Reach *reached, const RelTable *table) {
  int i, refused = 0;
  for (i = 0; i < actions->count; i++) {
    const RelAction *action = &actions->items[i];
    if (action->from != table) continue;
    refused |= action->kind == REL_REFUSE && !isHandled(reached, table, action->to);
    refused |=
        action->kind == REL_UPDATE_MEMBERS && /* the default may be taken, or refer to nothing */
        action->relationship->onDelete == REL_ON_DELETE_SET_DEFAULT;
    if (relActionDeletes(action)) reach(reached, action->to);
  }
  return refused;
}

/* A native SET NULL empties all of the key's columns. */
static int isRequired(const RelKey *key) {
  int i, required = 0;
  for (i = 0; i < key->count; i++) required |= !relIsNullable(key->child, key->childColumns[i]);
  return required;
}

static int keyRefuses(const Repair *repair, Relationship *const *implied, int count, Reach *reached,
                      const RelTable *table) {
  const RelModel *model = repair->check->model;
  int i, refused = 0;
  for (i = 0; repair->check->natives && i < 2 * relModelCount(model) + count; i++) {
    const RelKey *key = keyAt(model, implied, i);
    if (key == NULL || key->parent != table || key->nativeOnDelete == NULL) continue;
    if (relSame(key->nativeOnDelete, "CASCADE")) reach(reached, key->child);
    refused |= !isSeenTo(repair->check, key) && !isHandled(reached, table, key->child);
    refused |= reached->again && relSame(key->nativeOnDelete, "RESTRICT");
    refused |= relSame(key->nativeOnDelete, "SET DEFAULT");
    refused |= relSame(key->nativeOnDelete, "SET NULL") && isRequired(key);
  }
  return refused;
}

static int mayBeRefused(const Repair *repair, Relationship *const *implied, int count,
                        const RelTable *table) {
  RelError own = {SQLITE_OK, NULL};
  RelActions actions = {NULL, 0, 0};
  Reach reached = {{table}, 1, 0};
  int i, pass, refused = 0;
  relActionsCollect(&own, repair->check->model, &actions);
  for (pass = 0; pass < 2; pass++) { /* the second knows what the first reaches */
    for (i = 0, refused = 0; i < reached.count; i++) {
      refused |= ruleRefuses(&actions, &reached, reached.tables[i]);
      refused |= keyRefuses(repair, implied, count, &reached, reached.tables[i]);
    }
  }
  relActionsClear(&actions);
  if ((own.rc & 0xff) == SQLITE_NOMEM) relErrorNoMemory(repair->check->error);
  relErrorClear(&own);
  return refused;
}

/* --- deleting --------------------------------------------------------------------------------- */

static void deleteRows(Repair *repair, const RelTable *table, const char *condition) {
  RelModel *model = repair->check->model;
  Relationship *const *implied = NULL;
  int i, count = relModelImplied(repair->check->error, model, &implied);
  for (i = 0; i < repair->depth; i++) repair->refused |= repair->path[i] == table;
  if (repair->depth == DEEPEST || mayBeRefused(repair, implied, count, table)) repair->refused = 1;
  if (repair->refused) return;
  repair->path[repair->depth++] = table;
  for (i = 0; i < 2 * relModelCount(model) + count; i++) {
    const RelKey *key = keyAt(model, implied, i);
    if (key == NULL || key->parent != table || key->child->kind != REL_TABLE) continue;
    if (isRepeated(model, implied, i, key) || isSeenTo(repair->check, key)) continue;
    handleReferring(repair, key, condition);
  }
  relText(&repair->text, "DELETE FROM ");
  relCheckTable(repair->check, &repair->text, table);
  relTextFormat(&repair->text, " WHERE %s; ", condition);
  repair->depth--;
}

static void dropTrigger(RelText *text, const RelTable *table, const char *name) {
  relText(text, "DROP TRIGGER IF EXISTS ");
  relTextName(text, table->schema, name);
  relText(text, "; ");
}

/* Ours: those that sync will have made by then; all that are there, where it cannot yet. */
static void dropTriggers(RelCheck *check, RelText *text, const RelTable *table) {
  sqlite3_stmt *row;
  int i;
  for (i = 0; i < check->script.count; i++) {
    const RelObject *object = &check->script.objects[i];
    if (strcmp(object->type, "trigger") == 0 && relSame(object->tableName, table->name) &&
        strstr(object->sql, " DELETE ON ") != NULL) {
      dropTrigger(text, table, object->name);
    }
  }
  if (check->script.count > 0) return;
  row =
      relPrepareFormat(check->error, check->db,
                       "SELECT name FROM \"%w\".sqlite_schema WHERE type = 'trigger' AND tbl_name "
                       "= %Q COLLATE NOCASE AND (instr(sql, %Q) OR name LIKE tbl_name || ':%%') "
                       "AND name NOT LIKE '%%" REL_NAMES "'",
                       table->schema, table->name, REL_MADE);
  while (relStep(check->error, row)) {
    dropTrigger(text, table, (const char *)sqlite3_column_text(row, 0));
  }
  relFinalize(check->error, row);
}

static void addRepair(Repair *repair, const RelKey *key, const char *condition, int delete) {
  if (!delete &&relKeyCanLetGo(key)) {
    letGo(repair, key, condition);
  } else if (repair->refused) {
    relText(&repair->text, "DELETE FROM ");
    relCheckTable(repair->check, &repair->text, key->child);
    relTextFormat(&repair->text, " WHERE %s; ", condition);
  } else {
    deleteRows(repair, key->child, condition);
  }
}

/*
** The rows alone, without triggers and keys, which sync then brings back. What refers to them dangles
** then, and is for the next check.
*/
static char *repairAlone(RelCheck *check, const RelKey *key, const char *condition, int delete) {
  Repair repair = {.check = check, .refused = 1};
  char *sync = relCheckSync(check);
  relTextStart(&repair.text, check->error);
  if (check->natives) relText(&repair.text, "PRAGMA foreign_keys = OFF; ");
  dropTriggers(check, &repair.text, key->child);
  addRepair(&repair, key, condition, delete);
  if (check->natives) relText(&repair.text, "PRAGMA foreign_keys = ON; ");
  if (sync != NULL) relText(&repair.text, sync);
  sqlite3_free(sync);
  return relTextFinish(&repair.text);
}

/* Where sync cannot come first, triggers may be there that do not work. */
static int works(RelCheck *check, const char *sql) {
  int rc = SQLITE_OK;
  while (check->script.count == 0 && sql != NULL && *sql && rc == SQLITE_OK) {
    sqlite3_stmt *statement = NULL;
    rc = sqlite3_prepare_v2(check->db, sql, -1, &statement, &sql);
    sqlite3_finalize(statement);
  }
  if ((rc & 0xff) == SQLITE_NOMEM) relErrorNoMemory(check->error);
  return rc == SQLITE_OK;
}

char *relCheckRepair(RelCheck *check, const RelKey *key, const char *condition, int delete) {
  Repair repair = {.check = check, .refused = 0};
  char *sql;
  size_t length;
  if (condition == NULL) return NULL;
  relTextStart(&repair.text, check->error);
  addRepair(&repair, key, condition, delete);
  sql = relTextFinish(&repair.text);
  if (repair.refused || !works(check, sql)) {
    sqlite3_free(sql);
    sql = repairAlone(check, key, condition, delete);
  }
  length = sql == NULL ? 0 : strlen(sql);
  if (length > 0 && sql[length - 1] == ' ') sql[length - 1] = 0;
  return sql;
}
