#include "inspect/check_objects.h"

enum { NAMED = 3 }; /* how many objects a detail names */

static const char *const TYPES[] = {"view", "table", "index", "trigger"};

static const char *const PROBLEMS[][4] = {
    {"missing view", "missing table", "missing index", "missing trigger"},
    {"edited view", "edited table", "edited index", "edited trigger"},
    {"left over view", "left over table", "left over index", "left over trigger"}};

/* An index or work table that nothing needs does no harm, unless it refuses rows. */
static RelSeverity severityOf(const RelCheckObject *object) {
  if (relCheckHasOlderNames(object)) return REL_SEVERITY_WARNING;
  if (object->difference != REL_LEFT_OVER || object->unique) return REL_SEVERITY_ERROR;
  return strcmp(object->type, "table") == 0 || strcmp(object->type, "index") == 0
             ? REL_SEVERITY_NOTE
             : REL_SEVERITY_ERROR;
}

/* Those that one row is about. */
static int isAlike(const RelCheckObject *a, const RelCheckObject *b) {
  return a->difference == b->difference && strcmp(a->type, b->type) == 0 &&
         a->unique == b->unique && severityOf(a) == severityOf(b);
}

/* sync renews what bears its sign, and drops what no declaration has any more, but for tables and indexes. */
static char *fixFor(const RelCheckObjects *objects, const RelCheckObject *first) {
  RelCheck *check = objects->check;
  RelText text;
  char *sql;
  int i;
  if (first->difference != REL_LEFT_OVER || !relCheckStays(first)) {
    return relCheckClear(check, relCheckSync(check));
  }
  relTextStart(&text, check->error);
  for (i = 0; i < objects->count; i++) {
    const RelCheckObject *object = &objects->list[i];
    if (isAlike(object, first) && !object->said)
      relCheckDrop(check, &text, object->type, object->name);
  }
  sql = relTextFinish(&text);
  if (sql != NULL && *sql) sql[strlen(sql) - 1] = 0;
  return sql;
}

/* "users.posts", "posts.tags" and 4 more */
static char *namesOf(const RelCheckObjects *objects, const RelCheckObject *first,
                     const char **relationship) {
  int i, count = 0, said = 0;
  RelText text;
  *relationship = first->relationship;
  for (i = 0; i < objects->count; i++) {
    const RelCheckObject *object = &objects->list[i];
    if (!isAlike(object, first) || object->said) continue;
    if (!relSame(object->relationship, *relationship)) *relationship = NULL;
    count++;
  }
  relTextStart(&text, objects->check->error);
  for (i = 0; i < objects->count && said < NAMED; i++) {
    const RelCheckObject *object = &objects->list[i];
    if (!isAlike(object, first) || object->said) continue;
    if (said > 0) relText(&text, said + 1 == count ? " and " : ", ");
    relTextName(&text, NULL, object->name);
    said++;
  }
  if (count > said) relTextFormat(&text, " and %d more", count - said);
  relText(&text, count == 1 ? " is" : " are");
  return relTextFinish(&text);
}

static void sayAlike(const RelCheckObjects *objects, const RelCheckObject *first) {
  static const char *const SAID[] = {"not there", "not as declared", "of no declaration any more"};
  RelCheck *check = objects->check;
  const char *relationship;
  char *names = namesOf(objects, first, &relationship);
  size_t type = 0;
  while (strcmp(TYPES[type], first->type) != 0) type++;
  if (first->difference == REL_LEFT_OVER && first->unique) check->stage = REL_STAGE_REFUSING;
  relCheckAdd(check, severityOf(first), relationship,
              relCheckHasOlderNames(first) ? "renamed" : PROBLEMS[first->difference][type],
              relFormat(check->error, "%s %s", names == NULL ? "" : names,
                        relCheckHasOlderNames(first) ? "as before a column was renamed"
                                                     : SAID[first->difference]),
              fixFor(objects, first));
  check->stage = REL_STAGE_MADE;
  sqlite3_free(names);
}

/* Some may not work: SQLite renames no table then. */
static int mayNotWork(const RelCheckObjects *objects) {
  int i, differ = objects->check->broken;
  for (i = 0; i < objects->count; i++) {
    const RelCheckObject *object = &objects->list[i];
    differ |= strcmp(object->type, "view") == 0 && object->difference != REL_MISSING;
  }
  return differ;
}

/* All triggers and views that sync will make again. */
static void dropAll(const RelCheckObjects *objects, RelText *text) {
  RelCheck *check = objects->check;
  int i;
  if (check->way != NULL) relText(text, check->way);
  for (i = 0; i < objects->knownCount; i++) {
    const RelCheckKnown *known = &objects->known[i];
    if (!known->ours || strcmp(known->type, "index") == 0 || strcmp(known->type, "table") == 0 ||
        relCheckIsNames(known->name)) {
      continue;
    }
    relCheckDrop(check, text, known->type, known->name);
  }
}

/*
** Something else of the user's has the name: a table gets another, what holds no rows makes way. The last
** to do so lets sync follow, unless the fix of a declaration does.
*/
static char *makeWay(const RelCheckObjects *objects, const char *type, const char *name, int last) {
  RelCheck *check = objects->check;
  const char *schema = relModelSchema(check->model);
  RelText text;
  relTextStart(&text, check->error);
  if (strcmp(type, "table") == 0 && mayNotWork(objects)) dropAll(objects, &text);
  relText(&text, strcmp(type, "table") == 0  ? "ALTER TABLE "
                 : strcmp(type, "view") == 0 ? "DROP VIEW "
                                             : "DROP INDEX ");
  relTextName(&text, check->shadowed || !relSame(schema, "main") ? schema : NULL, name);
  if (strcmp(type, "table") == 0) {
    char *other = relCheckFreeName(check, schema, relFormat(check->error, "%s table", name));
    relText(&text, " RENAME TO ");
    if (other != NULL) relTextName(&text, NULL, other);
    sqlite3_free(other);
  }
  relText(&text, ";");
  if (last && check->undeclared == 0) {
    char *sync = relCheckClear(check, relCheckSync(check));
    relTextFormat(&text, " %s", sync == NULL ? "" : sync);
    sqlite3_free(sync);
  }
  return relTextFinish(&text);
}

static void sayTaken(RelCheckObjects *objects) {
  RelCheck *check = objects->check;
  int i, said = 0;
  check->stage = REL_STAGE_TAKEN;
  for (i = 0; i < objects->count; i++) {
    RelCheckObject *object = &objects->list[i];
    const RelCheckKnown *known = object->said ? NULL : relCheckTaken(objects, object);
    if (known == NULL) continue;
    object->said = 1;
    said++;
    relCheckAdd(check, REL_SEVERITY_ERROR, object->relationship, "name taken",
                relFormat(check->error, "\"%w\" is the name of your %s, so the %s cannot be made",
                          object->name, known->type, object->type),
                makeWay(objects, known->type, object->name, said == check->taken));
  }
  check->stage = REL_STAGE_MADE;
}

void relCheckObjects(RelCheck *check) {
  RelCheckObjects *objects = check->objects;
  int i, j;
  if (objects == NULL) return;
  sayTaken(objects);
  for (i = 0; i < objects->count; i++) {
    const RelCheckObject *object = &objects->list[i];
    if (object->said) continue;
    for (j = 0; j < i; j++) {
      if (isAlike(&objects->list[j], object) && !objects->list[j].said) break;
    }
    if (j == i) sayAlike(objects, object);
  }
}
