/*
** What enforces the declarations, against what they compile to: that of those which fixes undeclare is
** left over already.
*/
#include "inspect/check_objects.h"

#include "model/catalog.h"
#include "model/renames.h"

static const char *const TYPES[] = {"view", "table", "index", "trigger"};

/* --- declarations that have to go ------------------------------------------------------------- */

static int sameName(const RelDeclaration *a, const RelDeclaration *b) {
  return relSame(a->fields[REL_FIELD_OWNER], b->fields[REL_FIELD_OWNER]) &&
         relSame(a->fields[REL_FIELD_NAME], b->fields[REL_FIELD_NAME]);
}

int relCheckNamesake(const RelCheck *check, int n, int resolved) {
  Relationship *relationship;
  const char *problem;
  const RelDeclaration *row = relModelRow(check->model, n, &relationship, &problem);
  int i, count = resolved ? n : relModelRowCount(check->model);
  for (i = 0; i < count; i++) {
    const RelDeclaration *other = relModelRow(check->model, i, &relationship, &problem);
    if (i != n && sameName(row, other) && (!resolved || relationship != NULL)) return 1;
  }
  return 0;
}

static void readRows(RelCheck *check) {
  int i;
  check->undeclared = check->renamed = check->entangled = 0;
  for (i = 0; i < relModelRowCount(check->model); i++) {
    Relationship *relationship;
    const char *problem;
    const RelDeclaration *row = relModelRow(check->model, i, &relationship, &problem);
    check->undeclared += relationship == NULL;
    check->renamed += relationship != NULL && row->renamed;
    if (relationship == NULL || !relCheckNamesake(check, i, 1)) continue;
    check->undeclared++;
    check->entangled = 1;
    relModelExclude(check->model, relationship);
  }
}

/* "relationship: users.posts: …" is about users.posts. */
static const Relationship *accused(const RelCheck *check, const char *message) {
  static const char START[] = "relationship: ";
  int i;
  if (message == NULL || strncmp(message, START, strlen(START)) != 0) return NULL;
  message += strlen(START);
  for (i = 0; i < relModelCount(check->model); i++) {
    const Relationship *relationship = relModelAt(check->model, i);
    size_t length = strlen(relationship->label);
    if (strncmp(message, relationship->label, length) == 0 && message[length] == ':') {
      return relationship;
    }
  }
  return NULL;
}

/* The compiler says one at a time what it cannot hold. Takes the message. */
static void refuse(RelCheck *check, const Relationship *relationship, char *message) {
  RelUnheld *added;
  check->unheld = relGrow(check->error, check->unheld, check->unheldCount, &check->unheldRoom,
                          sizeof *check->unheld);
  if (check->error->rc != SQLITE_OK) {
    sqlite3_free(message);
    return;
  }
  added = &check->unheld[check->unheldCount++];
  added->relationship = relationship;
  added->message = message;
  if (relationship == NULL) return;
  check->undeclared++;
  check->entangled = 1;
  relModelExclude(check->model, relationship);
}

static int compile(RelCheck *check) {
  int compiled = 0, refused = 0;
  while (!compiled && check->error->rc == SQLITE_OK) {
    RelError own = {SQLITE_OK, NULL};
    relCompileDeclared(&own, check->model, &check->script);
    compiled = own.rc == SQLITE_OK;
    if (!compiled) relScriptClear(&check->script); /* half of it */
    if ((own.rc & 0xff) == SQLITE_NOMEM || own.rc == SQLITE_INTERRUPT) {
      relErrorSet(check->error, own.rc, "%s", sqlite3_errstr(own.rc));
    } else if (!compiled) {
      const Relationship *relationship = accused(check, own.message);
      refuse(check, relationship, own.message);
      own.message = NULL;
      refused = relationship == NULL;
    }
    relErrorClear(&own);
    if (refused) break;
  }
  return compiled;
}

/* --- collecting ------------------------------------------------------------------------------- */

static void readKnown(RelCheckObjects *objects) {
  RelError *error = objects->check->error;
  sqlite3_stmt *row =
      relPrepareFormat(error, objects->check->db,
                       "SELECT type, name, instr(sql, %Q) > 0, sql LIKE 'CREATE UNIQUE%%' FROM "
                       "\"%w\".sqlite_schema ORDER BY name COLLATE NOCASE",
                       REL_MADE, relModelSchema(objects->check->model));
  while (relStep(error, row)) {
    RelCheckKnown *known;
    objects->known = relGrow(error, objects->known, objects->knownCount, &objects->knownRoom,
                             sizeof *objects->known);
    if (error->rc != SQLITE_OK) break;
    known = &objects->known[objects->knownCount++];
    known->type = relColumnCopy(error, row, 0);
    known->name = relColumnCopy(error, row, 1);
    known->ours = sqlite3_column_int(row, 2);
    known->unique = sqlite3_column_int(row, 3);
  }
  relFinalize(error, row);
}

/* The object of that name: a trigger, or what is none. NULL where there is none. */
static const RelCheckKnown *findKnown(const RelCheckObjects *objects, const char *name,
                                      int trigger) {
  int low = 0, high = objects->knownCount;
  while (low < high) {
    int middle = low + (high - low) / 2;
    if (sqlite3_stricmp(objects->known[middle].name, name) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  for (; low < objects->knownCount && relSame(objects->known[low].name, name); low++) {
    if ((strcmp(objects->known[low].type, "trigger") == 0) == trigger) return &objects->known[low];
  }
  return NULL;
}

static void collect(void *context, RelDifference difference, const RelObject *object,
                    const char *type, const char *name) {
  RelCheckObjects *objects = context;
  RelError *error = objects->check->error;
  const RelCheckKnown *known;
  RelCheckObject *added;
  size_t i = 0;
  objects->list =
      relGrow(error, objects->list, objects->count, &objects->room, sizeof *objects->list);
  if (error->rc != SQLITE_OK) return;
  added = &objects->list[objects->count++];
  memset(added, 0, sizeof *added);
  while (strcmp(TYPES[i], type) != 0) i++;
  added->difference = difference;
  added->type = TYPES[i];
  added->name = relCopy(error, name);
  added->tableName = object == NULL ? NULL : relCopy(error, object->tableName);
  added->relationship = object == NULL ? NULL : relCopy(error, object->relationship);
  known = findKnown(objects, name, strcmp(type, "trigger") == 0);
  if (known != NULL && strcmp(known->type, type) == 0) {
    if (difference == REL_MISSING) added->difference = REL_EDITED; /* it has lost our sign */
    added->foreign = !known->ours;
    added->unique = known->unique;
  }
}

void relCheckObjectsFree(RelCheckObjects *objects) {
  int i;
  if (objects == NULL) return;
  for (i = 0; i < objects->count; i++) {
    sqlite3_free(objects->list[i].name);
    sqlite3_free(objects->list[i].tableName);
    sqlite3_free(objects->list[i].relationship);
  }
  for (i = 0; i < objects->knownCount; i++) {
    sqlite3_free(objects->known[i].type);
    sqlite3_free(objects->known[i].name);
  }
  sqlite3_free(objects->list);
  sqlite3_free(objects->known);
  sqlite3_free(objects);
}

/* --- what need not be said -------------------------------------------------------------------- */

/* The triggers of a view that is not there. */
static int isWithView(const RelCheckObjects *objects, const RelCheckObject *object) {
  int i;
  for (i = 0; strcmp(object->type, "trigger") == 0 && i < objects->count; i++) {
    const RelCheckObject *view = &objects->list[i];
    if (strcmp(view->type, "view") == 0 && relSame(view->name, object->tableName)) return 1;
  }
  return 0;
}

/* Without those that refuse rows, which have to go whatever they are called. */
static int countOf(const RelCheckObjects *objects, RelDifference difference, const char *type) {
  int i, count = 0;
  for (i = 0; i < objects->count; i++) {
    const RelCheckObject *object = &objects->list[i];
    if (object->unique || strcmp(object->type, type) != 0) continue;
    count += object->difference == difference;
  }
  return count;
}

/*
** After a rename SQLite's triggers and views still enforce and show the same, under older names: each
** of them is left over, for one that is missing, or written otherwise.
*/
static int isOnlyRenamed(const RelCheckObjects *objects, const RelCheckObject *object) {
  if (objects->check->renamed == 0 || object->foreign || object->unique) return 0;
  return object->difference != REL_MISSING || countOf(objects, REL_MISSING, object->type) <=
                                                  countOf(objects, REL_LEFT_OVER, object->type);
}

static int isSaid(const RelCheckObjects *objects, const RelCheckObject *object) {
  if (isWithView(objects, object) || isOnlyRenamed(objects, object)) return 0;
  /* It may belong to a row that goes, and goes with it; but not what refuses rows. */
  return object->difference != REL_LEFT_OVER || objects->check->undeclared == 0 || object->unique;
}

/* --- what the repairs have to know ------------------------------------------------------------- */

int relCheckIsNames(const char *trigger) {
  size_t length = trigger == NULL ? 0 : strlen(trigger), end = strlen(REL_NAMES);
  return length > end && strcmp(&trigger[length - end], REL_NAMES) == 0;
}

int relCheckHasOlderNames(const RelCheckObject *object) {
  return object->difference == REL_EDITED && !object->foreign && relCheckIsNames(object->name);
}

const RelCheckKnown *relCheckTaken(const RelCheckObjects *objects, const RelCheckObject *object) {
  if (strcmp(object->type, "trigger") == 0) return NULL; /* these have their names to themselves */
  if (object->difference != REL_MISSING &&
      !(object->foreign && strcmp(object->type, "table") == 0)) {
    return NULL; /* what is no table is said to be edited */
  }
  return findKnown(objects, object->name, 0);
}

int relCheckStays(const RelCheckObject *object) {
  int stays = strcmp(object->type, "index") == 0 || strcmp(object->type, "table") == 0;
  return object->foreign || (stays && object->difference != REL_MISSING);
}

void relCheckDrop(RelCheck *check, RelText *text, const char *type, const char *name) {
  const char *schema = relModelSchema(check->model);
  relText(text, strcmp(type, "view") == 0      ? "DROP VIEW IF EXISTS "
                : strcmp(type, "trigger") == 0 ? "DROP TRIGGER IF EXISTS "
                : strcmp(type, "index") == 0   ? "DROP INDEX IF EXISTS "
                                               : "DROP TABLE IF EXISTS ");
  relTextName(text, check->shadowed || !relSame(schema, "main") ? schema : NULL, name);
  relText(text, "; ");
}

/* sync would be refused for it, or leave it. */
static int isInTheWay(const RelCheckObject *object) {
  if (object->difference == REL_LEFT_OVER) return object->unique;
  return object->difference == REL_EDITED && relCheckStays(object);
}

/* The rows of tables that are written obey others than the rules. The view of a collection is no part of
** these, nor are its triggers. */
static int isRule(const RelCheckObjects *objects, const RelCheckObject *object) {
  if (isOnlyRenamed(objects, object) || relCheckHasOlderNames(object)) return 0;
  if (object->difference == REL_LEFT_OVER) return strcmp(object->type, "trigger") == 0;
  return strcmp(object->type, "index") != 0 && !relSame(object->tableName, object->relationship);
}

static void judge(RelCheckObjects *objects) {
  RelCheck *check = objects->check;
  RelText way;
  int i;
  relTextStart(&way, check->error);
  for (i = 0; i < objects->count; i++) {
    RelCheckObject *object = &objects->list[i];
    object->said = !isSaid(objects, object);
    check->broken |= isRule(objects, object);
    if (object->said) continue;
    if (relCheckTaken(objects, object) != NULL) {
      check->taken++;
    } else if (isInTheWay(object)) {
      relCheckDrop(check, &way, object->type, object->name);
    }
  }
  check->way = relTextFinish(&way);
}

void relCheckCompare(RelCheck *check) {
  RelCheckObjects *objects = relAlloc(check->error, sizeof *objects);
  check->objects = objects;
  check->taken = check->broken = 0;
  if (objects == NULL) return;
  objects->check = check;
  readRows(check);
  if (!compile(check)) {
    check->broken = 1;
    return;
  }
  readKnown(objects);
  relCompare(check->error, check->model, &check->script, collect, objects);
  if (check->error->rc == SQLITE_OK) judge(objects);
}
