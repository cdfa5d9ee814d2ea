#include "inspect/check.h"

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
  added->relationship = label == NULL || relSame(schema, "main")
                            ? relCopy(check->error, label)
                            : relFormat(check->error, "%s.%s", schema, label);
  added->problem = problem;
  added->detail = detail;
  added->fix = fix;
}

void relCheckTable(RelText *text, const RelTable *table) {
  relTextName(text, relSame(table->schema, "main") ? NULL : table->schema, table->name);
}

char *relCheckWhere(RelCheck *check, const char *owner, const char *name) {
  const char *schema = relModelSchema(check->model);
  if (relSame(schema, "main")) {
    return relFormat(check->error, "WHERE owner = %Q AND name = %Q", owner, name);
  }
  return relFormat(check->error, "WHERE schema = %Q AND owner = %Q AND name = %Q", schema, owner,
                   name);
}

char *relCheckSync(RelCheck *check) {
  const char *schema = relModelSchema(check->model);
  if (relSame(schema, "main")) {
    return relCopy(check->error, "INSERT INTO relationship(relationship) VALUES ('sync');");
  }
  return relFormat(check->error,
                   "INSERT INTO relationship(relationship, schema) VALUES ('sync', %Q);", schema);
}

static void checkDatabase(RelCheck *check, RelInspection *inspection, const char *schema) {
  check->model = relInspectionModel(check->error, inspection, schema);
  if (check->model == NULL) return;
  relCheckDeclarations(check);
  relCheckSingles(check); /* before the UNIQUE index that could not be made */
  relCheckObjects(check);
  relCheckData(check);
  if (check->all) relCheckKeys(check);
}

static void giveProblems(RelCheck *check, RelAnswer *answer) {
  static const char *const SAID[] = {"error", "warning", "note"};
  int severity, i;
  for (severity = REL_SEVERITY_ERROR; severity <= REL_SEVERITY_NOTE; severity++) {
    for (i = 0; i < check->count; i++) {
      const RelProblem *problem = &check->problems[i];
      if ((int)problem->severity != severity) continue;
      relAnswerText(check->error, answer, SAID[severity]);
      relAnswerText(check->error, answer, problem->relationship);
      relAnswerText(check->error, answer, problem->problem);
      relAnswerText(check->error, answer, problem->detail);
      relAnswerText(check->error, answer, problem->fix);
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
  for (i = 0; i < databases.count && error->rc == SQLITE_OK; i++) {
    checkDatabase(&check, inspection, databases.items[i].name);
  }
  giveProblems(&check, answer);
  for (i = 0; i < check.count; i++) {
    sqlite3_free(check.problems[i].relationship);
    sqlite3_free(check.problems[i].detail);
    sqlite3_free(check.problems[i].fix);
  }
  sqlite3_free(check.problems);
  relDatabasesClear(&databases);
}
