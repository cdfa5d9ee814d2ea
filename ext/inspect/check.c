#include "inspect/check.h"

#include "model/catalog.h"
#include "schema/databases.h"

void relCheckAdd(RelCheck *check, RelSeverity severity, const char *label, const char *problem,
                 char *detail, char *fix) {
  const char *schema = relModelSchema(check->model);
  RelProblem *added;
  check->problems =
      relGrow(check->error, check->problems, check->count, &check->room, sizeof *check->problems);
  if (check->error->rc != SQLITE_OK) {
    sqlite3_free(detail);
    sqlite3_free(fix);
    return;
  }
  added = &check->problems[check->count++];
  added->severity = severity;
  added->stage = check->stage;
  added->relationship = label == NULL || relSame(schema, "main")
                            ? relCopy(check->error, label)
                            : relFormat(check->error, "%s.%s", schema, label);
  added->problem = problem;
  added->detail = detail;
  added->fix = fix;
}

char *relCheckRefusal(RelCheck *check, const char *label, const char *message) {
  static const char START[] = "relationship: ";
  size_t length = label == NULL ? 0 : strlen(label);
  if (strncmp(message, START, strlen(START)) == 0) message += strlen(START);
  if (length > 0 && strncmp(message, label, length) == 0 && message[length] == ':') {
    message += length + strspn(message + length, ": ");
  }
  return relCopy(check->error, message);
}

/* --- the table `relationship` ----------------------------------------------------------------- */

/*
** A table of the user's own that is called relationship hides ours: then ours goes by the name that
** CREATE VIRTUAL TABLE temp.… USING relationship gave it, or has to be given.
*/
static void nameDeclarations(RelCheck *check, const RelDatabases *databases) {
  RelError *error = check->error;
  sqlite3_stmt *rows;
  int i, hidden = 0;
  for (i = 0; i < databases->count; i++) {
    rows = relPrepareFormat(error, check->db,
                            "SELECT 1 FROM \"%w\".sqlite_schema WHERE type IN ('table', 'view') "
                            "AND name = 'relationship' COLLATE NOCASE",
                            databases->items[i].name);
    hidden |= relStep(error, rows);
    relFinalize(error, rows);
  }
  check->prelude = "";
  if (hidden) {
    rows = relPrepare(error, check->db, 0,
                      "SELECT name FROM temp.sqlite_schema WHERE type = 'table' AND "
                      "trim(sql, ' ();') LIKE 'CREATE VIRTUAL TABLE% USING relationship'");
    if (relStep(error, rows)) {
      check->declarations =
          relFormat(error, "temp.\"%w\"", (const char *)sqlite3_column_text(rows, 0));
    } else {
      check->declarations = relCopy(error, "temp.declared_relationships");
      check->prelude = "CREATE VIRTUAL TABLE IF NOT EXISTS temp.declared_relationships USING "
                       "relationship; ";
    }
    relFinalize(error, rows);
  } else {
    check->declarations = relCopy(error, "relationship");
  }
}

static int hasTempTables(RelCheck *check) {
  sqlite3_stmt *rows =
      relPrepare(check->error, check->db, 0,
                 "SELECT 1 FROM temp.sqlite_schema WHERE type IN ('table', 'view')");
  int found = relStep(check->error, rows);
  relFinalize(check->error, rows);
  return found;
}

static int isMain(const RelCheck *check) {
  return relSame(relModelSchema(check->model), "main");
}

char *relCheckSync(RelCheck *check) {
  if (isMain(check)) {
    return relFormat(check->error, "%sINSERT INTO %s(relationship) VALUES ('sync');",
                     check->prelude, check->declarations);
  }
  return relFormat(check->error, "%sINSERT INTO %s(relationship, schema) VALUES ('sync', %Q);",
                   check->prelude, check->declarations, relModelSchema(check->model));
}

char *relCheckClear(RelCheck *check, char *sql) {
  char *cleared;
  if (check->way == NULL || *check->way == 0) return sql;
  cleared = relFormat(check->error, "%s%s", check->way, sql == NULL ? "" : sql);
  sqlite3_free(sql);
  return cleared;
}

void relCheckSyncAgain(RelCheck *check, RelText *text) {
  char *sync;
  if (check->syncsLater) return;
  sync = relCheckSync(check);
  if (check->stage == REL_STAGE_SINGLES) sync = relCheckClear(check, sync);
  if (sync != NULL) relText(text, sync);
  sqlite3_free(sync);
}

/* schema = … AND owner = … AND name = … */
static char *isDeclaration(RelCheck *check, const char *owner, const char *name) {
  char *schema = isMain(check)
                     ? relCopy(check->error, "")
                     : relFormat(check->error, "schema = %Q AND ", relModelSchema(check->model));
  char *words =
      relFormat(check->error, "%sowner %s %Q AND name %s %Q", schema == NULL ? "" : schema,
                owner == NULL ? "IS" : "=", owner, name == NULL ? "IS" : "=", name);
  sqlite3_free(schema);
  return words;
}

char *relCheckAlter(RelCheck *check, const Relationship *relationship, const char *what) {
  char *where = isDeclaration(check, relationship->owner->name, relationship->name);
  char *sql = relFormat(check->error, "%sUPDATE %s SET %s WHERE %s;", check->prelude,
                        check->declarations, what, where);
  sqlite3_free(where);
  return sql;
}

static char *undeclare(RelCheck *check, const RelDeclaration *row, int byRow) {
  char *where =
      byRow ? relFormat(check->error, "rowid = %lld", row->id * 128 + check->database)
            : isDeclaration(check, row->fields[REL_FIELD_OWNER], row->fields[REL_FIELD_NAME]);
  char *sql = relFormat(check->error, "%sDELETE FROM %s WHERE %s;", check->prelude,
                        check->declarations, where);
  sqlite3_free(where);
  return sql;
}

static char *forget(RelCheck *check, const RelDeclaration *row, int last) {
  char *sync = last ? relCheckSync(check) : NULL;
  char *sql =
      relFormat(check->error, "DELETE FROM \"%w\"." REL_CATALOG " WHERE id = %lld;%s%s",
                relModelSchema(check->model), row->id, last ? " " : "", sync == NULL ? "" : sync);
  sqlite3_free(sync);
  return last ? relCheckClear(check, sql) : sql;
}

char *relCheckUndeclare(RelCheck *check, const RelDeclaration *row, int byRow) {
  int last = ++check->undeclaring == check->undeclared;
  if (check->undeclared > 1 && (check->entangled || check->grows)) return forget(check, row, last);
  return relCheckClear(check, undeclare(check, row, byRow));
}

char *relCheckUnlink(RelCheck *check, const Relationship *a, const Relationship *b) {
  char *sync = relCheckSync(check);
  RelText text;
  relTextStart(&text, check->error);
  relTextFormat(&text, "UPDATE \"%w\"." REL_CATALOG " SET back_populates = NULL WHERE id ",
                relModelSchema(check->model));
  relTextFormat(&text, b == NULL ? "= %lld" : "IN (%lld, ", a->declaration.id);
  if (b != NULL) relTextFormat(&text, "%lld)", b->declaration.id);
  relTextFormat(&text, "; %s", sync == NULL ? "" : sync);
  sqlite3_free(sync);
  return relCheckClear(check, relTextFinish(&text));
}

/* --- the parts, over all databases ------------------------------------------------------------ */

/* What the check left out of the model is there for others again. */
static void leaveDatabase(RelCheck *check) {
  int i;
  for (i = 0; i < check->unheldCount; i++) sqlite3_free(check->unheld[i].message);
  sqlite3_free(check->unheld);
  check->unheld = NULL;
  check->unheldCount = check->unheldRoom = 0;
  relCheckObjectsFree(check->objects);
  check->objects = NULL;
  sqlite3_free(check->way);
  check->way = NULL;
  relScriptClear(&check->script);
  relModelForget(check->model);
}

static void checkDatabase(RelCheck *check, RelInspection *inspection,
                          const struct RelDatabase *database) {
  check->model = relInspectionModel(check->error, inspection, database->name);
  if (check->model == NULL) return;
  relModelForget(check->model); /* without the extension, the catalog may have been written to */
  relModelRefresh(check->error, check->model);
  check->database = database->number;
  relCheckCompare(check);
  check->stage = REL_STAGE_REFUSING;
  relCheckKeys(check);
  check->stage = REL_STAGE_DECLARED;
  relCheckDeclarations(check);
  check->stage = REL_STAGE_SINGLES;
  relCheckSingles(check);
  relCheckObjects(check);
  check->stage = REL_STAGE_DATA;
  relCheckData(check);
  leaveDatabase(check);
}

static void giveStage(const RelCheck *check, RelAnswer *answer, RelSeverity severity,
                      RelStage stage) {
  static const char *const SAID[] = {"error", "warning", "note"};
  int i;
  for (i = 0; i < check->count; i++) {
    const RelProblem *problem = &check->problems[i];
    if (problem->severity != severity || problem->stage != stage) continue;
    relAnswerText(check->error, answer, SAID[severity]);
    relAnswerText(check->error, answer, problem->relationship);
    relAnswerText(check->error, answer, problem->problem);
    relAnswerText(check->error, answer, problem->detail);
    relAnswerText(check->error, answer, problem->fix);
  }
}

static void giveProblems(const RelCheck *check, RelAnswer *answer) {
  int severity, stage;
  for (severity = REL_SEVERITY_ERROR; severity <= REL_SEVERITY_NOTE; severity++) {
    for (stage = 0; stage < REL_STAGE_COUNT; stage++) {
      giveStage(check, answer, (RelSeverity)severity, (RelStage)stage);
    }
  }
}

static int readScope(RelError *error, sqlite3_value *argument) {
  const char *scope = argument == NULL ? NULL : (const char *)sqlite3_value_text(argument);
  if (argument == NULL || relSame(scope, "all")) return argument != NULL;
  relErrorSet(
      error, SQLITE_ERROR,
      "relationship_check: no scope '%s': it is relationship_check, for what is declared, or "
      "relationship_check('all'), for every FOREIGN KEY",
      scope == NULL ? "NULL" : scope);
  return 0;
}

static void clearCheck(RelCheck *check) {
  int i;
  for (i = 0; i < check->count; i++) {
    sqlite3_free(check->problems[i].relationship);
    sqlite3_free(check->problems[i].detail);
    sqlite3_free(check->problems[i].fix);
  }
  sqlite3_free(check->problems);
  sqlite3_free(check->declarations);
}

void relInspectCheck(RelError *error, RelInspection *inspection, sqlite3_value **arguments,
                     RelAnswer *answer) {
  RelDatabases databases = {NULL, 0, 0};
  RelCheck check;
  int i;
  memset(&check, 0, sizeof check);
  check.error = error;
  check.db = inspection->db;
  check.all = readScope(error, arguments[0]);
  sqlite3_db_config(inspection->db, SQLITE_DBCONFIG_ENABLE_FKEY, -1, &check.natives);
  relDatabasesRead(error, inspection->db, &databases);
  nameDeclarations(&check, &databases);
  check.shadowed = hasTempTables(&check);
  for (i = 0; i < databases.count && error->rc == SQLITE_OK; i++) {
    checkDatabase(&check, inspection, &databases.items[i]);
  }
  giveProblems(&check, answer);
  clearCheck(&check);
  relDatabasesClear(&databases);
}
