#include "enforce/enforce.h"
#include "inspect/check.h"

/* What somebody put in the place of ours may bear no sign that sync could drop it by. */
static char *dropAndSync(RelCheck *check, const char *type, const char *name) {
  char *sync = relCheckSync(check);
  char *sql = relFormat(check->error, "DROP %s \"%w\".\"%w\"; %s", type,
                        relModelSchema(check->model), name, sync);
  sqlite3_free(sync);
  return sql;
}

/* Triggers, views and indexes are renewed; what no declaration has any more goes by name. */
static char *fixFor(RelCheck *check, RelDifference difference, const char *type, const char *name) {
  const char *schema = relModelSchema(check->model);
  int stays = strcmp(type, "index") == 0 || strcmp(type, "table") == 0; /* sync cannot drop these */
  if (difference == REL_EDITED) return dropAndSync(check, type, name);
  if (difference != REL_LEFT_OVER || !stays) return relCheckSync(check);
  if (relSame(schema, "main")) return relFormat(check->error, "DROP %s \"%w\";", type, name);
  return relFormat(check->error, "DROP %s \"%w\".\"%w\";", type, schema, name);
}

static int isUnique(RelCheck *check, const char *name) {
  sqlite3_stmt *row = relPrepareFormat(
      check->error, check->db,
      "SELECT 1 FROM \"%w\".sqlite_schema WHERE name = %Q AND sql LIKE 'CREATE UNIQUE%%'",
      relModelSchema(check->model), name);
  int unique = relStep(check->error, row);
  relFinalize(check->error, row);
  return unique;
}

/* An index or work table that nothing needs does no harm, unless it refuses rows. */
static RelSeverity severityOf(RelCheck *check, RelDifference difference, const char *type,
                              const char *name) {
  if (difference != REL_LEFT_OVER) return REL_SEVERITY_ERROR;
  if (strcmp(type, "table") == 0) return REL_SEVERITY_NOTE;
  if (strcmp(type, "index") == 0 && !isUnique(check, name)) return REL_SEVERITY_NOTE;
  return REL_SEVERITY_ERROR;
}

static const char *nameOf(RelDifference difference, const char *type) {
  static const char *const NAMES[][4] = {
      {"missing trigger", "missing view", "missing index", "missing table"},
      {"edited trigger", "edited view", "edited index", "edited table"},
      {"left over trigger", "left over view", "left over index", "left over table"}};
  static const char *const TYPES[] = {"trigger", "view", "index"};
  int i = 0;
  while (i < 3 && strcmp(type, TYPES[i]) != 0) i++;
  return NAMES[difference][i];
}

static void differs(void *context, RelDifference difference, const RelObject *object,
                    const char *type, const char *name) {
  static const char *const DETAILS[] = {
      "the %s \"%s\" is not there: what it enforces, shows or speeds up is not",
      "the %s \"%s\" is not as the declarations make it",
      "the %s \"%s\" belongs to no declaration"};
  RelCheck *check = context;
  if (difference == REL_LEFT_OVER && check->unread > 0) return; /* of a row that does not resolve */
  relCheckAdd(check, severityOf(check, difference, type, name),
              object == NULL ? NULL : object->relationship, nameOf(difference, type),
              relFormat(check->error, DETAILS[difference], type, name),
              fixFor(check, difference, type, name));
}

void relCheckObjects(RelCheck *check) {
  RelScript script = {NULL, 0, 0};
  RelError own = {SQLITE_OK, NULL};
  relCompile(&own, check->model, &script);
  if (own.rc == SQLITE_OK) {
    relCompare(check->error, check->model, &script, differs, check);
  } else if ((own.rc & 0xff) == SQLITE_NOMEM || own.rc == SQLITE_INTERRUPT) {
    relErrorSet(check->error, own.rc, "%s", sqlite3_errstr(own.rc));
  } else {
    relCheckAdd(check, REL_SEVERITY_ERROR, NULL, "cannot be enforced",
                relCopy(check->error, own.message), NULL);
  }
  relErrorClear(&own);
  relScriptClear(&script);
}
