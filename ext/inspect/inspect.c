#include "inspect/inspect.h"

const RelInspector REL_INSPECTORS[] = {
    {"relationship_explain",
     "level, path, strategy, statement, detail, owner HIDDEN, selection HIDDEN", 5, 2, 1,
     "relationship_explain needs the name of a table: relationship_explain('users', 'posts')",
     relExplain},
    {"relationship_impact", "depth, relationship, action, tbl_name, rows, owner HIDDEN, key HIDDEN",
     5, 2, 2, "relationship_impact needs a table and a key: relationship_impact('users', 1)",
     relImpact},
    {"relationship_check", "severity, relationship, problem, detail, fix, scope HIDDEN", 5, 1, 0,
     "", relInspectCheck},
    {"relationship_candidates",
     "owner, name, target, foreign_keys, remote_side, secondary, back_populates, direction, schema",
     9, 0, 0, NULL, relCandidates},
    {"relationship_script", "relationship, statement, schema HIDDEN", 2, 1, 0, NULL, relStatements},
    {NULL, NULL, 0, 0, 0, NULL, NULL}};

RelInspection *relInspectionNew(RelError *error, sqlite3 *db, RelStats *stats) {
  RelInspection *inspection = relAlloc(error, sizeof *inspection);
  if (inspection == NULL) return NULL;
  inspection->db = db;
  inspection->pool = relPoolNew(error, db, stats);
  return inspection;
}

void relInspectionFree(RelInspection *inspection) {
  int i;
  if (inspection == NULL) return;
  relPoolFree(inspection->pool);
  for (i = 0; i < inspection->modelCount; i++) relModelFree(inspection->models[i]);
  sqlite3_free(inspection->models);
  sqlite3_free(inspection);
}

RelModel *relInspectionModel(RelError *error, RelInspection *inspection, const char *schema) {
  RelModel *model = NULL;
  int i;
  for (i = 0; i < inspection->modelCount && model == NULL; i++) {
    if (relSame(relModelSchema(inspection->models[i]), schema)) model = inspection->models[i];
  }
  if (model == NULL) {
    inspection->models = relGrow(error, inspection->models, inspection->modelCount,
                                 &inspection->modelRoom, sizeof *inspection->models);
    model = relModelNew(error, inspection->db, schema);
    if (model != NULL) inspection->models[inspection->modelCount++] = model;
  }
  if (model != NULL) relModelRefresh(error, model);
  return error->rc == SQLITE_OK ? model : NULL;
}

RelTable *relInspectionTable(RelError *error, RelInspection *inspection, const char *caller,
                             const char *name, RelModel **model) {
  if (name == NULL) {
    relErrorSet(error, SQLITE_ERROR, "%s: the name of the table is NULL", caller);
    return NULL;
  }
  return relPoolTable(error, inspection->pool, caller, name, model);
}
