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
void relCheckLetGo(RelCheck *check, RelText *text, const RelKey *key, const char *condition) {
  int i, own = 0, said = 0;
  for (i = 0; i < key->count; i++) {
    int column = key->childColumns[i];
    own |= relIsNullable(key->child, column) && !relCheckIsShared(check, key, column);
  }
  relText(text, "UPDATE ");
  relCheckTable(check, text, key->child);
  relText(text, " SET ");
  for (i = 0; i < key->count; i++) {
    int column = key->childColumns[i];
    if (!relIsNullable(key->child, column) || (own && relCheckIsShared(check, key, column))) {
      continue;
    }
    if (said++ > 0) relText(text, ", ");
    relCheckColumn(text, key->child, column);
    relText(text, " = NULL");
  }
  relTextFormat(text, " WHERE %s; ", condition);
}

int relCheckHeld(RelCheck *check, const RelKey *key, RelText *text) {
  int i, count, held = 0;
  const RelKey **keys;
  if (!check->natives) return 0;
  keys = relCheckKeysTo(check, key->child, &count);
  for (i = 0; i < count; i++) {
    const RelKey *other = keys[i];
    char *dangling;
    RelText query;
    if (other->child != key->child || other->nativeOnDelete == NULL || relSameColumns(other, key)) {
      continue;
    }
    dangling = relCheckDangling(check, other);
    relTextStart(&query, check->error);
    relText(&query, "SELECT 1 FROM ");
    relTextName(&query, key->child->schema, key->child->name);
    relTextFormat(&query, " WHERE %s", dangling == NULL ? "" : dangling);
    if (relCheckGivesRow(check, relTextFinish(&query))) {
      int goes = relCheckGoes(check, other);
      held |= goes ? REL_HELD_GOING : REL_HELD_LETTING;
      if (!goes && text != NULL && dangling != NULL) relCheckLetGo(check, text, other, dangling);
    }
    sqlite3_free(dangling);
  }
  sqlite3_free(keys);
  return held;
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

int relCheckLosesLast(const RelCheck *check, const RelKey *key) {
  int i;
  for (i = 0; i < relModelCount(check->model); i++) {
    const Relationship *relationship = relModelAt(check->model, i);
    const RelKey *last =
        relationship->direction == REL_MANYTOMANY ? &relationship->targetKey : &relationship->key;
    if (relationship->direction != REL_ONETOMANY && relHasOrphans(relationship) &&
        relSharesColumn(last, key)) {
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
  relCheckChildValue(&text, key);
  relText(&text, " IN (SELECT ");
  relCheckParentValue(&text, key);
  relText(&text, " FROM ");
  relCheckTable(repair->check, &text, key->parent);
  relTextFormat(&text, " WHERE %s)", condition);
  referring = relTextFinish(&text);
  if (referring == NULL) return;
  if (!relCheckGoes(repair->check, key)) {
    repair->refused |= relCheckOrphans(repair->check, key) ||
                       relCheckLosesLast(repair->check, key) ||
                       relCheckHeld(repair->check, key, NULL) != 0;
    relCheckLetGo(repair->check, &repair->text, key, referring);
  } else {
    deleteRows(repair, key->child, referring);
  }
  sqlite3_free(referring);
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

static int empties(const Relationship *relationship, const RelKey *key) {
  return relationship->direction == REL_ONETOMANY && relActsOnDelete(relationship) &&
         relSameColumns(&relationship->key, key) &&
         (relationship->onDelete == REL_ON_DELETE_SET_NULL ||
          relationship->onDelete == REL_ON_DELETE_SET_DEFAULT);
}

/* When a row goes, those that refer to it by this key are let go, even if they are deleted for it then. */
static int isUpdated(const RelCheck *check, const RelKey *key) {
  int i, updated = check->natives && (relSame(key->nativeOnDelete, "SET NULL") ||
                                      relSame(key->nativeOnDelete, "SET DEFAULT"));
  for (i = 0; i < relModelCount(check->model); i++)
    updated |= empties(relModelAt(check->model, i), key);
  return updated;
}

/* What no rule sees to dangles, or is refused by SQLite, unless it is handled before. So is a row that is let
** go, by whatever, where it dangles by a key of its table with itself. */
static int keyRefuses(const Repair *repair, Reach *reached, const RelTable *table) {
  int i, count, refused = 0;
  const RelKey **keys = relCheckKeysTo(repair->check, table, &count);
  for (i = 0; i < count; i++) {
    const RelKey *key = keys[i];
    refused |= !isSeenTo(repair->check, key) && !isHandled(reached, table, key->child);
    refused |= isUpdated(repair->check, key) && relCheckHeld(repair->check, key, NULL) != 0;
    if (!repair->check->natives || key->nativeOnDelete == NULL) continue;
    if (relSame(key->nativeOnDelete, "CASCADE")) reach(reached, key->child);
    refused |= reached->again && relSame(key->nativeOnDelete, "RESTRICT");
    refused |= relSame(key->nativeOnDelete, "SET DEFAULT");
    refused |= relSame(key->nativeOnDelete, "SET NULL") && isRequired(key);
  }
  sqlite3_free(keys);
  return refused;
}

static int mayBeRefused(const Repair *repair, const RelTable *table) {
  RelError own = {SQLITE_OK, NULL};
  RelActions actions = {NULL, 0, 0};
  Reach reached = {{table}, 1, 0};
  int i, pass, refused = 0;
  relActionsCollect(&own, repair->check->model, &actions);
  for (pass = 0; pass < 2; pass++) { /* the second knows what the first reaches */
    for (i = 0, refused = 0; i < reached.count; i++) {
      refused |= ruleRefuses(&actions, &reached, reached.tables[i]);
      refused |= keyRefuses(repair, &reached, reached.tables[i]);
    }
  }
  relActionsClear(&actions);
  if ((own.rc & 0xff) == SQLITE_NOMEM) relErrorNoMemory(repair->check->error);
  relErrorClear(&own);
  return refused;
}

/* --- deleting --------------------------------------------------------------------------------- */

static void deleteRows(Repair *repair, const RelTable *table, const char *condition) {
  const RelKey **keys;
  int i, count;
  for (i = 0; i < repair->depth; i++) repair->refused |= repair->path[i] == table;
  if (repair->depth == DEEPEST || mayBeRefused(repair, table)) repair->refused = 1;
  if (repair->refused) return;
  repair->path[repair->depth++] = table;
  keys = relCheckKeysTo(repair->check, table, &count);
  for (i = 0; i < count; i++) {
    if (!isSeenTo(repair->check, keys[i])) handleReferring(repair, keys[i], condition);
  }
  sqlite3_free(keys);
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

/* What the triggers of a table do is not what is declared: sync could not come first. */
static int isAsFound(const RelCheck *check) {
  return check->script.count == 0 || (check->stage == REL_STAGE_SINGLES && check->broken);
}

/* A trigger that has lost our sign is ours by its name. */
static int isOurs(const RelCheck *check, const char *trigger) {
  int i;
  for (i = 0; i < check->script.count; i++) {
    const RelObject *object = &check->script.objects[i];
    if (strcmp(object->type, "trigger") == 0 && relSame(object->name, trigger)) return 1;
  }
  return 0;
}

/* Of a renamed table those that are there have older names. */
static void dropFound(RelCheck *check, RelText *text, const RelTable *table) {
  sqlite3_stmt *row = relPrepareFormat(
      check->error, check->db,
      "SELECT name, instr(sql, %Q), name LIKE tbl_name || ':%%' FROM "
      "\"%w\".sqlite_schema WHERE type = 'trigger' AND tbl_name = %Q COLLATE NOCASE",
      REL_MADE, table->schema, table->name);
  while (relStep(check->error, row)) {
    const char *name = (const char *)sqlite3_column_text(row, 0);
    int ours =
        sqlite3_column_int(row, 1) || (check->script.count == 0 && sqlite3_column_int(row, 2));
    if (name == NULL || relCheckIsNames(name)) continue;
    if (ours || isOurs(check, name)) dropTrigger(text, table, name);
  }
  relFinalize(check->error, row);
}

/* Ours: those that sync will have made by then; all that are there, where it cannot yet. */
void relCheckDropTriggers(RelCheck *check, RelText *text, const RelTable *table,
                          const char *event) {
  int i;
  if (isAsFound(check) || check->renamed > 0) dropFound(check, text, table);
  for (i = 0; i < check->script.count && !isAsFound(check); i++) {
    const RelObject *object = &check->script.objects[i];
    if (strcmp(object->type, "trigger") == 0 && relSame(object->tableName, table->name) &&
        strstr(object->sql, event) != NULL && !relCheckIsNames(object->name)) {
      dropTrigger(text, table, object->name);
    }
  }
}

/* Where nothing can be said of the triggers, some may be there that do not work. */
static int works(RelCheck *check, const char *sql) {
  int rc = SQLITE_OK;
  while (sql != NULL && *sql && rc == SQLITE_OK) {
    sqlite3_stmt *statement = NULL;
    sql += strspn(sql, " ");
    if (strncmp(sql, "PRAGMA ", 7) == 0) { /* it would act already now */
      sql = strchr(sql, ';') + 1;
      continue;
    }
    rc = sqlite3_prepare_v2(check->db, sql, -1, &statement, &sql);
    sqlite3_finalize(statement);
  }
  if ((rc & 0xff) == SQLITE_NOMEM) relErrorNoMemory(check->error);
  return rc == SQLITE_OK;
}

/* Where rows are too many, what dangles and has to go is still there; else it has gone by then. */
static void letGo(RelCheck *check, RelText *text, const RelKey *key, const char *condition) {
  char *others;
  RelText also;
  int held, off;
  relTextStart(&also, check->error);
  held = relCheckHeld(check, key, &also);
  others = relTextFinish(&also);
  off = check->stage == REL_STAGE_SINGLES && (held & REL_HELD_GOING);
  held = !off && (held & REL_HELD_LETTING);
  if (off) relText(text, "PRAGMA foreign_keys = OFF; ");
  if (held) relText(text, "SAVEPOINT repair; PRAGMA defer_foreign_keys = ON; ");
  relCheckLetGo(check, text, key, condition);
  if (held) relTextFormat(text, "%sRELEASE repair; ", others == NULL ? "" : others);
  if (off) relText(text, "PRAGMA foreign_keys = ON; ");
  sqlite3_free(others);
}

static char *letGoAlone(RelCheck *check, const RelKey *key, const char *condition) {
  RelText text;
  int drops;
  relTextStart(&text, check->error);
  relCheckDropTriggers(check, &text, key->child, REL_CHECK_UPDATES);
  drops = relTextLength(&text) > 0;
  letGo(check, &text, key, condition);
  if (drops) relCheckSyncAgain(check, &text);
  return relTextFinish(&text);
}

char *relCheckRepair(RelCheck *check, const RelKey *key, const char *condition, int delete) {
  Repair repair = {.check = check, .refused = 0};
  int letsGo = !delete &&relKeyCanLetGo(key), alone;
  char *sql;
  size_t length;
  if (condition == NULL) return NULL;
  relTextStart(&repair.text, check->error);
  if (letsGo) {
    letGo(check, &repair.text, key, condition);
  } else {
    deleteRows(&repair, key->child, condition);
  }
  sql = relTextFinish(&repair.text);
  alone = isAsFound(check) && (check->script.count > 0 || !works(check, sql));
  if (repair.refused || alone) {
    sqlite3_free(sql);
    sql = letsGo ? letGoAlone(check, key, condition)
                 : relCheckClosure(check, key->child, condition, alone);
  }
  length = sql == NULL ? 0 : strlen(sql);
  if (length > 0 && sql[length - 1] == ' ') sql[length - 1] = 0;
  return sql;
}
