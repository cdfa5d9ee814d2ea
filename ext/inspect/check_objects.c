#include "enforce/enforce.h"
#include "inspect/check.h"
#include "model/catalog.h"
#include "model/renames.h"

/* One object that is not as it should be. */
typedef struct Object {
  RelDifference difference;
  const char *type;   /* static */
  char *name;         /* owned, as are the others */
  char *tableName;    /* of the script's: what it stands on */
  char *relationship; /* or NULL */
  int foreign;        /* what is there bears no sign that sync would drop it by */
  int unique;
  int said; /* already, or it need not be */
} Object;

/* One object that the database has. */
typedef struct Known {
  char *type, *name; /* owned */
  int ours;          /* bears our sign */
  int unique;
} Known;

typedef struct Objects {
  RelCheck *check;
  Object *list; /* owned */
  int count, room;
  Known *known; /* owned; by name, in either case */
  int knownCount, knownRoom;
} Objects;

enum { NAMED = 3 }; /* how many objects a detail names */

static const char *const TYPES[] = {"view", "table", "index", "trigger"};

static const char *const PROBLEMS[][4] = {
    {"missing view", "missing table", "missing index", "missing trigger"},
    {"edited view", "edited table", "edited index", "edited trigger"},
    {"left over view", "left over table", "left over index", "left over trigger"}};

/* --- collecting ------------------------------------------------------------------------------- */

static void readKnown(Objects *objects) {
  RelError *error = objects->check->error;
  sqlite3_stmt *row =
      relPrepareFormat(error, objects->check->db,
                       "SELECT type, name, instr(sql, %Q) > 0, sql LIKE 'CREATE UNIQUE%%' FROM "
                       "\"%w\".sqlite_schema ORDER BY name COLLATE NOCASE",
                       REL_MADE, relModelSchema(objects->check->model));
  while (relStep(error, row)) {
    Known *known;
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
static const Known *findKnown(const Objects *objects, const char *name, int trigger) {
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
  Objects *objects = context;
  RelError *error = objects->check->error;
  const Known *known;
  Object *added;
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

static void clearObjects(Objects *objects) {
  int i;
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
}

/* --- what need not be said -------------------------------------------------------------------- */

/* The triggers of a view that is not there. */
static int isWithView(const Objects *objects, const Object *object) {
  int i;
  for (i = 0; strcmp(object->type, "trigger") == 0 && i < objects->count; i++) {
    const Object *view = &objects->list[i];
    if (strcmp(view->type, "view") == 0 && relSame(view->name, object->tableName)) return 1;
  }
  return 0;
}

static int countOf(const Objects *objects, RelDifference difference, const char *type) {
  int i, count = 0;
  for (i = 0; i < objects->count; i++) {
    const Object *object = &objects->list[i];
    count += object->difference == difference && strcmp(object->type, type) == 0;
  }
  return count;
}

/*
** After a rename SQLite's triggers and views still enforce and show the same, under older names: each
** of them is left over, for one that is missing, or written otherwise.
*/
static int isOnlyRenamed(const Objects *objects, const Object *object) {
  if (objects->check->renamed == 0 || object->foreign || object->unique) return 0;
  return object->difference != REL_MISSING || countOf(objects, REL_MISSING, object->type) <=
                                                  countOf(objects, REL_LEFT_OVER, object->type);
}

static int isSaid(const Objects *objects, const Object *object) {
  if (isWithView(objects, object) || isOnlyRenamed(objects, object)) return 0;
  /* It may belong to a row that does not resolve, and goes with it; but not what refuses rows. */
  return object->difference != REL_LEFT_OVER || objects->check->unread == 0 || object->unique;
}

/* --- saying it -------------------------------------------------------------------------------- */

/* What follows renames has older names once one was made: nothing is wrong yet. */
static int hasOlderNames(const Object *object) {
  size_t length = object->name == NULL ? 0 : strlen(object->name), end = strlen(REL_NAMES);
  return object->difference == REL_EDITED && !object->foreign && length > end &&
         strcmp(&object->name[length - end], REL_NAMES) == 0;
}

/* An index or work table that nothing needs does no harm, unless it refuses rows. */
static RelSeverity severityOf(const Object *object) {
  if (hasOlderNames(object)) return REL_SEVERITY_WARNING;
  if (object->difference != REL_LEFT_OVER || object->unique) return REL_SEVERITY_ERROR;
  return strcmp(object->type, "table") == 0 || strcmp(object->type, "index") == 0
             ? REL_SEVERITY_NOTE
             : REL_SEVERITY_ERROR;
}

/* Those that one row is about. */
static int isAlike(const Object *a, const Object *b) {
  return a->difference == b->difference && strcmp(a->type, b->type) == 0 &&
         a->unique == b->unique && severityOf(a) == severityOf(b);
}

static void addDrop(RelCheck *check, RelText *text, const Object *object) {
  const char *schema = relModelSchema(check->model);
  relText(text, strcmp(object->type, "view") == 0      ? "DROP VIEW IF EXISTS "
                : strcmp(object->type, "trigger") == 0 ? "DROP TRIGGER IF EXISTS "
                : strcmp(object->type, "index") == 0   ? "DROP INDEX IF EXISTS "
                                                       : "DROP TABLE IF EXISTS ");
  relTextName(text, check->shadowed || !relSame(schema, "main") ? schema : NULL, object->name);
  relText(text, "; ");
}

/* sync does not drop tables and indexes: SQLite does not while a statement runs. */
static int staysWithSync(const Object *object) {
  int stays = strcmp(object->type, "index") == 0 || strcmp(object->type, "table") == 0;
  return object->foreign || (stays && object->difference != REL_MISSING);
}

/*
** sync renews what bears its sign, and drops what no declaration has any more. What else is in its way
** goes first.
*/
static char *fixFor(const Objects *objects, const Object *first) {
  RelCheck *check = objects->check;
  int syncs = first->difference != REL_LEFT_OVER || !staysWithSync(first), i;
  RelText text;
  char *sql, *sync = syncs ? relCheckSync(check) : NULL;
  relTextStart(&text, check->error);
  for (i = 0; i < objects->count; i++) {
    const Object *object = &objects->list[i];
    int concerned = syncs ? object->difference == REL_EDITED : isAlike(object, first);
    if (concerned && staysWithSync(object) && !object->said) {
      addDrop(check, &text, object);
    }
  }
  if (sync != NULL) relText(&text, sync);
  sqlite3_free(sync);
  sql = relTextFinish(&text);
  if (sql != NULL && *sql && sql[strlen(sql) - 1] == ' ') sql[strlen(sql) - 1] = 0;
  return sql;
}

/* "users.posts", "posts.tags" and 4 more */
static char *namesOf(const Objects *objects, const Object *first, const char **relationship) {
  int i, count = 0, said = 0;
  RelText text;
  *relationship = first->relationship;
  for (i = 0; i < objects->count; i++) {
    const Object *object = &objects->list[i];
    if (!isAlike(object, first) || object->said) continue;
    if (!relSame(object->relationship, *relationship)) *relationship = NULL;
    count++;
  }
  relTextStart(&text, objects->check->error);
  for (i = 0; i < objects->count && said < NAMED; i++) {
    const Object *object = &objects->list[i];
    if (!isAlike(object, first) || object->said) continue;
    if (said > 0) relText(&text, said + 1 == count ? " and " : ", ");
    relTextName(&text, NULL, object->name);
    said++;
  }
  if (count > said) relTextFormat(&text, " and %d more", count - said);
  relText(&text, count == 1 ? " is" : " are");
  return relTextFinish(&text);
}

static void sayAlike(const Objects *objects, const Object *first) {
  static const char *const SAID[] = {"not there", "not as declared", "of no declaration any more"};
  RelCheck *check = objects->check;
  const char *relationship;
  char *names = namesOf(objects, first, &relationship);
  size_t type = 0;
  while (strcmp(TYPES[type], first->type) != 0) type++;
  if (first->difference == REL_LEFT_OVER && first->unique) check->stage = REL_STAGE_REFUSING;
  relCheckAdd(
      check, severityOf(first), relationship,
      hasOlderNames(first) ? "renamed" : PROBLEMS[first->difference][type],
      relFormat(check->error, "%s %s", names == NULL ? "" : names,
                hasOlderNames(first) ? "as before a column was renamed" : SAID[first->difference]),
      fixFor(objects, first));
  check->stage = REL_STAGE_MADE;
  sqlite3_free(names);
}

/* Something else of the user's has the name: a table gets another, what holds no rows makes way. */
static char *makeWay(RelCheck *check, const char *type, const char *name) {
  const char *schema = relModelSchema(check->model);
  char *sync = relCheckSync(check);
  RelText text;
  relTextStart(&text, check->error);
  relText(&text, strcmp(type, "table") == 0  ? "ALTER TABLE "
                 : strcmp(type, "view") == 0 ? "DROP VIEW "
                                             : "DROP INDEX ");
  relTextName(&text, check->shadowed || !relSame(schema, "main") ? schema : NULL, name);
  if (strcmp(type, "table") == 0) relTextFormat(&text, " RENAME TO \"%w table\"", name);
  relTextFormat(&text, "; %s", sync == NULL ? "" : sync);
  sqlite3_free(sync);
  return relTextFinish(&text);
}

static int sayTaken(const Objects *objects, const Object *object) {
  const Known *known;
  if (strcmp(object->type, "trigger") == 0) return 0;
  if (object->difference != REL_MISSING &&
      !(object->foreign && strcmp(object->type, "table") == 0)) {
    return 0; /* what is no table is said to be edited */
  }
  known = findKnown(objects, object->name, 0);
  if (known == NULL) return 0;
  relCheckAdd(objects->check, REL_SEVERITY_ERROR, object->relationship, "name taken",
              relFormat(objects->check->error,
                        "\"%w\" is the name of your %s, so the %s cannot be made", object->name,
                        known->type, object->type),
              makeWay(objects->check, known->type, object->name));
  return 1;
}

static void sayObjects(Objects *objects) {
  int i, j;
  for (i = 0; i < objects->count; i++) {
    objects->list[i].said = !isSaid(objects, &objects->list[i]);
  }
  for (i = 0; i < objects->count; i++) {
    const Object *object = &objects->list[i];
    if (object->said) continue;
    if (sayTaken(objects, object)) {
      objects->list[i].said = 1;
      continue;
    }
    for (j = 0; j < i; j++) {
      if (isAlike(&objects->list[j], object) && !objects->list[j].said) break;
    }
    if (j == i) sayAlike(objects, object);
  }
}

/* --- what cannot even be compared ------------------------------------------------------------- */

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

static void sayRefused(RelCheck *check, const char *message) {
  const Relationship *relationship = accused(check, message);
  const char *label = relationship == NULL ? NULL : relationship->label;
  if (check->surplus > 0) { /* why a UNIQUE index cannot be made */
    relCheckAdd(check, REL_SEVERITY_ERROR, label, "missing index",
                relCopy(check->error,
                        "its UNIQUE index can be made once the rows allow it; then the "
                        "check shows what else is missing"),
                relCheckSync(check));
    return;
  }
  relCheckAdd(check, REL_SEVERITY_ERROR, label, "cannot be enforced",
              relCheckRefusal(check, label, message),
              relationship == NULL
                  ? NULL
                  : relCheckUndeclare(check, relationship->owner->name, relationship->name));
}

void relCheckObjects(RelCheck *check) {
  RelError own = {SQLITE_OK, NULL};
  Objects objects = {check, NULL, 0, 0, NULL, 0, 0};
  relCompile(&own, check->model, &check->script);
  if (own.rc != SQLITE_OK) relScriptClear(&check->script); /* half of it */
  check->stage = REL_STAGE_SINGLES;
  relCheckSingles(check);
  check->stage = REL_STAGE_MADE;
  if (own.rc == SQLITE_OK) {
    readKnown(&objects);
    relCompare(check->error, check->model, &check->script, collect, &objects);
    sayObjects(&objects);
  } else if ((own.rc & 0xff) == SQLITE_NOMEM || own.rc == SQLITE_INTERRUPT) {
    relErrorSet(check->error, own.rc, "%s", sqlite3_errstr(own.rc));
  } else {
    sayRefused(check, own.message);
  }
  clearObjects(&objects);
  relErrorClear(&own);
}
