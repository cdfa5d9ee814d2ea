/*
** The triggers, views and indexes of one database's declarations, for whoever has no extension.
*/
#include "enforce/enforce.h"
#include "inspect/inspect.h"
#include "schema/databases.h"

/* A script that leaves out what no longer fits would enforce less, without a word. */
static void checkRows(RelError *error, const RelModel *model) {
  int i;
  for (i = 0; i < relModelRowCount(model); i++) {
    Relationship *relationship;
    const char *problem;
    relModelRow(model, i, &relationship, &problem);
    if (problem != NULL) relErrorSet(error, SQLITE_ERROR, "%s", problem);
  }
}

void relStatements(RelError *error, RelInspection *inspection, sqlite3_value **arguments,
                   RelAnswer *answer) {
  RelScript script = {NULL, 0, 0};
  RelModel *model = NULL;
  const char *schema = NULL;
  int i;
  if (arguments[0] != NULL) schema = (const char *)sqlite3_value_text(arguments[0]);
  if (schema == NULL) schema = "main";
  if (!relIsDatabase(error, inspection->db, schema)) {
    relErrorSet(error, SQLITE_ERROR,
                "relationship_script: \"%s\" is neither main nor an attached database", schema);
  }
  if (error->rc == SQLITE_OK) model = relInspectionModel(error, inspection, schema);
  if (model != NULL) checkRows(error, model);
  if (error->rc == SQLITE_OK) relCompile(error, model, &script);
  for (i = 0; i < script.count && error->rc == SQLITE_OK; i++) {
    relAnswerText(error, answer, script.objects[i].relationship);
    relAnswerTake(error, answer, relFormat(error, "%s;", script.objects[i].sql));
  }
  relScriptClear(&script);
}
