#include "model/models.h"

#include "base/token.h"
#include "schema/databases.h"

void relModelsClear(RelModels *models) {
  int i;
  for (i = 0; i < models->count; i++) relModelFree(models->items[i]);
  sqlite3_free(models->items);
  models->items = NULL;
  models->count = models->room = 0;
}

RelModel *relModelsOf(RelError *error, RelModels *models, const char *schema) {
  RelModel *model;
  int i;
  for (i = 0; i < models->count; i++) {
    if (relSame(relModelSchema(models->items[i]), schema)) return models->items[i];
  }
  models->items =
      relGrow(error, models->items, models->count, &models->room, sizeof *models->items);
  model = relModelNew(error, models->db, schema);
  if (model == NULL) return NULL;
  relModelRefresh(error, model);
  models->items[models->count++] = model;
  return model;
}

int relModelsRefresh(RelError *error, RelModels *models) {
  int i, moved = 0;
  for (i = models->count - 1; i >= 0; i--) {
    RelError own = {SQLITE_OK, NULL};
    moved |= relModelRefresh(&own, models->items[i]);
    if (own.rc == SQLITE_OK) continue;
    moved = 1;
    if (i == 0) {
      relErrorSet(error, own.rc, "%s", own.message == NULL ? sqlite3_errstr(own.rc) : own.message);
    } else {
      relModelFree(models->items[i]);
      models->items[i] = models->items[--models->count];
    }
    relErrorClear(&own);
  }
  return moved;
}

/* What a caller may have put quotes around. */
static char *unquoted(RelError *error, const char *text, size_t length) {
  char *name = relCopyBytes(error, text, length), *bare;
  const char *cursor = name;
  RelToken token;
  if (name == NULL || strchr("\"`[", *name) == NULL) return name;
  token = relTokenNext(&cursor);
  if (token.kind != REL_TOKEN_QUOTED || *cursor != 0) return name;
  bare = relTokenName(error, token);
  sqlite3_free(name);
  return bare;
}

/* `schema.table`, for a name that no table bears as a whole. */
static RelTable *findQualified(RelError *error, RelModels *models, const RelDatabases *databases,
                               const char *name, RelModel **model) {
  const char *dot;
  RelTable *found = NULL;
  for (dot = strchr(name, '.'); dot != NULL && found == NULL; dot = strchr(dot + 1, '.')) {
    char *schema = unquoted(error, name, (size_t)(dot - name));
    char *rest = unquoted(error, dot + 1, strlen(dot + 1));
    int i;
    for (i = 0; i < databases->count && error->rc == SQLITE_OK && found == NULL; i++) {
      if (!relSame(databases->items[i].name, schema)) continue;
      *model = relModelsOf(error, models, schema);
      if (*model != NULL) found = relModelTable(error, *model, rest);
    }
    sqlite3_free(schema);
    sqlite3_free(rest);
  }
  return found;
}

static void refuseOwner(RelError *error, RelModels *models, const RelDatabases *databases,
                        const char *caller, const char *name) {
  RelNearest nearest = {name, NULL, 0};
  char *best = NULL;
  int i;
  for (i = 0; i < databases->count; i++) {
    sqlite3_stmt *names = relPrepareFormat(
        error, models->db, "SELECT name FROM \"%w\".sqlite_schema WHERE type IN ('table','view')",
        databases->items[i].name);
    while (relStep(error, names)) {
      const char *candidate = (const char *)sqlite3_column_text(names, 0);
      relNearestOffer(&nearest, candidate);
      if (nearest.best == best) continue;
      sqlite3_free(best);
      nearest.best = best = relCopy(error, candidate);
    }
    relFinalize(error, names);
  }
  if (best != NULL) {
    relErrorSet(error, SQLITE_ERROR, "%s: no table or view \"%s\"; did you mean \"%s\"?", caller,
                name, best);
  } else {
    relErrorSet(error, SQLITE_ERROR, "%s: no table or view \"%s\"", caller, name);
  }
  sqlite3_free(best);
}

RelTable *relModelsFind(RelError *error, RelModels *models, const char *caller, const char *name,
                        RelModel **model) {
  RelDatabases databases;
  RelTable *found = NULL;
  int i;
  memset(&databases, 0, sizeof databases);
  *model = relModelsOf(error, models, "main");
  if (*model != NULL) found = relModelTable(error, *model, name);
  if (found != NULL || error->rc != SQLITE_OK) return found;
  relDatabasesRead(error, models->db, &databases);
  for (i = 1; i < databases.count && error->rc == SQLITE_OK && found == NULL; i++) {
    *model = relModelsOf(error, models, databases.items[i].name);
    if (*model != NULL) found = relModelTable(error, *model, name);
  }
  if (found == NULL) found = findQualified(error, models, &databases, name, model);
  if (found == NULL) refuseOwner(error, models, &databases, caller, name);
  relDatabasesClear(&databases);
  return found;
}
