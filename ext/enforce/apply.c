/*
** Makes the database hold what the script says, by as little as that takes.
*/
#include "enforce/compile.h"

/* One object of ours that the database has. */
typedef struct Made {
  char *type; /* owned, as are the others */
  char *name;
  char *tableName;
  char *sql;
  int goes;
} Made;

typedef struct Apply {
  RelError *error;
  RelModel *model;
  sqlite3 *db;
  const char *schema;
  const RelScript *script;
  unsigned char *missing; /* [script->count] owned: to be created */
  Made *made;             /* owned */
  int count, room;
  int at; /* behind what was found last: what is asked for next stands there as a rule */
} Apply;

static void readMade(Apply *apply) {
  RelError *error = apply->error;
  sqlite3_stmt *rows =
      relPrepareFormat(error, apply->db,
                       "SELECT type, name, tbl_name, sql FROM \"%w\".sqlite_schema "
                       "WHERE instr(sql, %Q) ORDER BY rowid",
                       apply->schema, REL_MADE);
  while (relStep(error, rows)) {
    Made *made;
    apply->made = relGrow(error, apply->made, apply->count, &apply->room, sizeof *apply->made);
    if (error->rc != SQLITE_OK) break;
    made = &apply->made[apply->count++];
    made->type = relColumnCopy(error, rows, 0);
    made->name = relColumnCopy(error, rows, 1);
    made->tableName = relColumnCopy(error, rows, 2);
    made->sql = relColumnCopy(error, rows, 3);
    made->goes = 1;
  }
  relFinalize(error, rows);
}

static Made *findMade(Apply *apply, const RelObject *object) {
  int i;
  for (i = 0; i < apply->count; i++) {
    Made *made = &apply->made[(apply->at + i) % apply->count];
    if (strcmp(made->type, object->type) == 0 && relSame(made->name, object->name)) {
      apply->at = (int)(made - apply->made) + 1;
      return made;
    }
  }
  return NULL;
}

static int isUnique(const char *sql) {
  return strncmp(sql, "CREATE UNIQUE", strlen("CREATE UNIQUE")) == 0;
}

/* An index was found to serve when the script was compiled, however it is written. */
static int isSame(const Made *made, const RelObject *object) {
  return strcmp(made->sql, object->sql) == 0 ||
         (strcmp(object->type, "index") == 0 && !isUnique(made->sql) && !isUnique(object->sql));
}

static void compare(Apply *apply) {
  int i;
  for (i = 0; i < apply->script->count; i++) {
    Made *made = findMade(apply, &apply->script->objects[i]);
    if (made != NULL && isSame(made, &apply->script->objects[i])) {
      made->goes = 0;
    } else {
      apply->missing[i] = 1;
    }
  }
}

static int isTriggerOn(const RelObject *object, const char *table) {
  return strcmp(object->type, "trigger") == 0 && relSame(object->tableName, table);
}

/*
** Triggers of one table fire in an order that depends on when they were made. Where one of them is
** made anew, all are, so that one declaration always gives the same behaviour. A view that goes takes
** its triggers along.
*/
static void renewTogether(Apply *apply, const char *table) {
  int i;
  for (i = 0; i < apply->count; i++) {
    Made *made = &apply->made[i];
    if (strcmp(made->type, "trigger") == 0 && relSame(made->tableName, table)) made->goes = 1;
  }
  for (i = 0; i < apply->script->count; i++) {
    if (isTriggerOn(&apply->script->objects[i], table)) apply->missing[i] = 1;
  }
}

static void completeTables(Apply *apply) {
  int i;
  for (i = 0; i < apply->script->count; i++) {
    const RelObject *object = &apply->script->objects[i];
    int concerns = strcmp(object->type, "trigger") == 0 || strcmp(object->type, "view") == 0;
    if (apply->missing[i] && concerns) renewTogether(apply, object->tableName);
  }
}

/* SQLite drops no table and no index while any statement runs, and ours runs inside one as a rule. */
static int somethingRuns(sqlite3 *db) {
  sqlite3_stmt *statement = NULL;
  while ((statement = sqlite3_next_stmt(db, statement)) != NULL) {
    if (sqlite3_stmt_busy(statement)) return 1;
  }
  return 0;
}

/* A UNIQUE index that had to stay would go on refusing rows for a rule that nobody declares. */
static void refuseToLeave(Apply *apply) {
  int i;
  for (i = 0; i < apply->count; i++) {
    const Made *made = &apply->made[i];
    if (!made->goes || strcmp(made->type, "index") != 0 || !isUnique(made->sql)) continue;
    relErrorSet(apply->error, SQLITE_ERROR,
                "relationship: the UNIQUE index \"%w\" would go on allowing one only, and SQLite "
                "drops no index while a statement runs: first run DROP INDEX \"%w\".\"%w\"; then "
                "repeat this",
                made->name, apply->schema, made->name);
  }
}

/*
** Triggers before views before indexes before tables. What then has to stay, an unused index or an
** empty work table, does no harm; the next declaration uses it, or the next sync that can drops it.
*/
static void dropStale(Apply *apply) {
  static const char *const TYPES[] = {"trigger", "view", "index", "table"};
  int types = somethingRuns(apply->db) ? 2 : 4, type, i;
  if (types == 2) refuseToLeave(apply);
  for (type = 0; type < types; type++) {
    for (i = 0; i < apply->count && apply->error->rc == SQLITE_OK; i++) {
      const Made *made = &apply->made[i];
      char *sql;
      if (!made->goes || strcmp(made->type, TYPES[type]) != 0) continue;
      sql = relFormat(apply->error, "DROP %s IF EXISTS \"%w\".\"%w\"", TYPES[type], apply->schema,
                      made->name);
      relExecute(apply->error, apply->db, sql);
      if (strcmp(TYPES[type], "index") == 0) {
        relModelReindex(apply->error, apply->model, made->tableName);
      }
      sqlite3_free(sql);
    }
  }
}

/*
** A name of ours that the user gave to something else is why it could not be created, where that is
** so. Triggers have their names to themselves.
*/
static void refuseName(Apply *apply, const RelObject *object) {
  RelError *error = apply->error;
  sqlite3_stmt *rows = relPrepareFormat(
      error, apply->db,
      "SELECT type FROM \"%w\".sqlite_schema WHERE name = %Q COLLATE NOCASE AND (type = 'trigger') "
      "= (%Q = 'trigger')",
      apply->schema, object->name, object->type);
  if (relStep(error, rows)) {
    relErrorSet(
        error, SQLITE_ERROR,
        "relationship: %s%sthe %s \"%w\" cannot be made: there is %s %s of that name; rename "
        "it, or give the relationship another name",
        object->relationship != NULL ? object->relationship : "",
        object->relationship != NULL ? ": " : "", object->type, object->name,
        relSame((const char *)sqlite3_column_text(rows, 0), "index") ? "an" : "a",
        (const char *)sqlite3_column_text(rows, 0));
  }
  relFinalize(error, rows);
}

/* "CREATE VIEW " becomes "CREATE VIEW "schema".", which SQLite does not store. */
static void create(Apply *apply, const RelObject *object) {
  RelError own = {SQLITE_OK, NULL};
  size_t start = strcspn(object->sql, "\"");
  char *sql =
      relFormat(&own, "%.*s\"%w\".%s", (int)start, object->sql, apply->schema, &object->sql[start]);
  relExecute(&own, apply->db, sql);
  sqlite3_free(sql);
  if (own.rc == SQLITE_ERROR) refuseName(apply, object);
  if (strcmp(object->type, "index") == 0) relModelReindex(&own, apply->model, object->tableName);
  if (own.rc != SQLITE_OK) {
    relErrorSet(apply->error, own.rc, "%s",
                own.message != NULL ? own.message : sqlite3_errstr(own.rc));
  }
  relErrorClear(&own);
}

static void createMissing(Apply *apply) {
  int i;
  for (i = 0; i < apply->script->count && apply->error->rc == SQLITE_OK; i++) {
    if (apply->missing[i]) create(apply, &apply->script->objects[i]);
  }
}

/* SQLite looks into a trigger or a view only when it is used. */
static void probe(Apply *apply, const RelObject *object) {
  RelError own = {SQLITE_OK, NULL};
  relFinalize(&own, relPrepare(&own, apply->db, 0, object->probe));
  if (own.rc != SQLITE_OK) {
    relErrorSet(apply->error, own.rc, "relationship: %s: the %s \"%w\" does not work: %s",
                object->relationship != NULL ? object->relationship : object->tableName,
                object->type, object->name, own.message != NULL ? own.message : "");
  }
  relErrorClear(&own);
}

static void probeCreated(Apply *apply) {
  int i;
  for (i = 0; i < apply->script->count && apply->error->rc == SQLITE_OK; i++) {
    if (apply->missing[i] && apply->script->objects[i].probe != NULL) {
      probe(apply, &apply->script->objects[i]);
    }
  }
}

static void freeApply(Apply *apply) {
  int i;
  for (i = 0; i < apply->count; i++) {
    sqlite3_free(apply->made[i].type);
    sqlite3_free(apply->made[i].name);
    sqlite3_free(apply->made[i].tableName);
    sqlite3_free(apply->made[i].sql);
  }
  sqlite3_free(apply->made);
  sqlite3_free(apply->missing);
}

void relCompare(RelError *error, RelModel *model, const RelScript *script, RelDiffer *differ,
                void *context) {
  Apply apply = {error, model, relModelDb(model), relModelSchema(model), script, NULL, NULL, 0,
                 0,     0};
  int i;
  apply.missing = relAlloc(error, (size_t)script->count);
  readMade(&apply);
  if (error->rc == SQLITE_OK) compare(&apply);
  for (i = 0; i < script->count && error->rc == SQLITE_OK; i++) {
    const RelObject *object = &script->objects[i];
    if (!apply.missing[i]) continue;
    differ(context, findMade(&apply, object) != NULL ? REL_EDITED : REL_MISSING, object,
           object->type, object->name);
  }
  for (i = 0; i < apply.count && error->rc == SQLITE_OK; i++) {
    const Made *made = &apply.made[i];
    int known = !made->goes, j;
    for (j = 0; j < script->count && !known; j++) {
      known |= strcmp(made->type, script->objects[j].type) == 0 &&
               relSame(made->name, script->objects[j].name);
    }
    if (!known) differ(context, REL_LEFT_OVER, NULL, made->type, made->name);
  }
  freeApply(&apply);
}

void relApply(RelError *error, RelModel *model, const RelScript *script) {
  Apply apply = {error, model, relModelDb(model), relModelSchema(model), script, NULL, NULL, 0,
                 0,     0};
  apply.missing = relAlloc(error, (size_t)script->count);
  readMade(&apply);
  if (error->rc == SQLITE_OK) {
    compare(&apply);
    completeTables(&apply);
    dropStale(&apply);
    createMissing(&apply);
    probeCreated(&apply);
  }
  freeApply(&apply);
}
