/*
** What the FOREIGN KEYs imply and nothing declares yet, as automap would declare it.
*/
#include "enforce/declare.h"
#include "inspect/inspect.h"
#include "schema/databases.h"

static const RelField FIELDS[] = {
    REL_FIELD_OWNER,       REL_FIELD_NAME,      REL_FIELD_TARGET,        REL_FIELD_FOREIGN_KEYS,
    REL_FIELD_REMOTE_SIDE, REL_FIELD_SECONDARY, REL_FIELD_BACK_POPULATES};

static const char *directionOf(RelError *error, RelModel *model, const RelDeclaration *candidate) {
  const RelTable *owner = relModelTable(error, model, candidate->fields[REL_FIELD_OWNER]);
  const Relationship *implied = NULL;
  if (owner != NULL) {
    implied = relModelFind(error, model, owner, candidate->fields[REL_FIELD_NAME]);
  }
  return implied != NULL ? relDirectionName(implied->direction) : NULL;
}

static void addCandidates(RelError *error, RelModel *model, RelAnswer *answer) {
  RelChanges changes;
  size_t field;
  int i;
  memset(&changes, 0, sizeof changes);
  relPlanAutomap(error, model, &changes);
  for (i = 0; i < changes.writes.count; i++) {
    const RelDeclaration *candidate = &changes.writes.items[i];
    for (field = 0; field < sizeof FIELDS / sizeof *FIELDS; field++) {
      relAnswerText(error, answer, candidate->fields[FIELDS[field]]);
    }
    relAnswerText(error, answer, directionOf(error, model, candidate));
    relAnswerText(error, answer, relModelSchema(model));
  }
  relChangesClear(&changes);
}

void relCandidates(RelError *error, RelInspection *inspection, sqlite3_value **arguments,
                   RelAnswer *answer) {
  RelDatabases databases = {NULL, 0, 0};
  int i;
  (void)arguments;
  relDatabasesRead(error, inspection->db, &databases);
  for (i = 0; i < databases.count && error->rc == SQLITE_OK; i++) {
    RelModel *model = relInspectionModel(error, inspection, databases.items[i].name);
    if (model != NULL) addCandidates(error, model, answer);
  }
  relDatabasesClear(&databases);
}
