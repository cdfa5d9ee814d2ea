#include "model/model.h"

#include "model/catalog.h"
#include "model/implied.h"
#include "model/resolve.h"

/* One row of the catalog, with what became of it. */
typedef struct Row {
  Relationship *relationship; /* owned; NULL where it no longer resolves */
  char *problem;              /* owned; why not */
} Row;

struct RelModel {
  sqlite3 *db;
  char *schema;
  sqlite3_stmt *sentinel; /* reads the schema, so SQLite re-prepares it when the schema moved */
  int preparations;       /* how often it has been re-prepared when last looked at */
  int current;            /* what follows is read */
  int settled;            /* and the database holds what it compiles to */

  RelTable **tables;
  int tableCount, tableRoom;
  RelDeclarations declarations;
  Row *rows;               /* [declarations.count] */
  Relationship **declared; /* borrowed from rows: those that resolve */
  int declaredCount;
  RelImplied implied;
  int impliedRead;
};

RelModel *relModelNew(RelError *error, sqlite3 *db, const char *schema) {
  RelModel *model = relAlloc(error, sizeof *model);
  if (model == NULL) return NULL;
  model->db = db;
  model->schema = relCopy(error, schema);
  if (error->rc != SQLITE_OK) {
    relModelFree(model);
    return NULL;
  }
  return model;
}

static void clearDeclarations(RelModel *model) {
  int i;
  for (i = 0; model->rows != NULL && i < model->declarations.count; i++) {
    relRelationshipFree(model->rows[i].relationship);
    sqlite3_free(model->rows[i].problem);
  }
  relDeclarationsClear(&model->declarations);
  sqlite3_free(model->rows);
  sqlite3_free(model->declared);
  model->rows = NULL;
  model->declared = NULL;
  model->declaredCount = 0;
  model->current = model->settled = 0;
}

static void clear(RelModel *model) {
  int i;
  relImpliedClear(&model->implied);
  clearDeclarations(model);
  for (i = 0; i < model->tableCount; i++) relTableFree(model->tables[i]);
  sqlite3_free(model->tables);
  model->tables = NULL;
  model->tableCount = model->tableRoom = 0;
  model->impliedRead = 0;
}

void relModelFree(RelModel *model) {
  if (model == NULL) return;
  clear(model);
  sqlite3_finalize(model->sentinel);
  sqlite3_free(model->schema);
  sqlite3_free(model);
}

sqlite3 *relModelDb(const RelModel *model) {
  return model->db;
}

const char *relModelSchema(const RelModel *model) {
  return model->schema;
}

void relModelForget(RelModel *model) {
  model->current = model->settled = 0;
}

/*
** Whether the schema moved since last asked. SQLite itself keeps watch: it re-prepares a statement
** when the schema cookie differs, and also when a ROLLBACK has put an older schema back, which the
** cookie's number alone would not show.
*/
static int schemaMoved(RelError *error, RelModel *model) {
  int before = model->preparations;
  if (model->sentinel == NULL) {
    char *sql = relFormat(error, "SELECT 1 FROM \"%w\".sqlite_schema WHERE 0", model->schema);
    model->sentinel = relPrepare(error, model->db, SQLITE_PREPARE_PERSISTENT, sql);
    sqlite3_free(sql);
    before = -1;
  }
  relStep(error, model->sentinel);
  if (model->sentinel == NULL) return 1;
  sqlite3_reset(model->sentinel);
  model->preparations = sqlite3_stmt_status(model->sentinel, SQLITE_STMTSTATUS_REPREPARE, 0);
  return model->preparations != before;
}

/* A declaration that no longer resolves is kept with the reason: the check will tell, sync skips it. */
static void resolveRow(RelError *error, RelModel *model, int n) {
  RelError own = {SQLITE_OK, NULL};
  Row *row = &model->rows[n];
  row->relationship = relResolve(&own, model, &model->declarations.items[n]);
  if (row->relationship != NULL) {
    model->declared[model->declaredCount++] = row->relationship;
  } else if ((own.rc & 0xff) == SQLITE_ERROR) {
    row->problem = own.message;
    own.message = NULL;
  } else {
    relErrorSet(error, own.rc, "%s", own.message != NULL ? own.message : sqlite3_errstr(own.rc));
  }
  relErrorClear(&own);
}

static Relationship *findDeclared(const RelModel *model, const RelTable *owner, const char *name) {
  int i;
  for (i = 0; i < model->declaredCount; i++) {
    Relationship *relationship = model->declared[i];
    if (relationship->owner == owner && relSame(relationship->name, name)) return relationship;
  }
  return NULL;
}

static void linkInverses(RelModel *model) {
  int i;
  for (i = 0; i < model->declaredCount; i++) {
    Relationship *relationship = model->declared[i], *inverse;
    const char *name = relationship->declaration.fields[REL_FIELD_BACK_POPULATES];
    if (name == NULL) continue;
    inverse = findDeclared(model, relationship->target, name);
    if (inverse == NULL || !relOppositeJoin(relationship, inverse)) continue;
    relationship->inverse = inverse;
    if (inverse->inverse == NULL) inverse->inverse = relationship;
  }
}

void relModelRedeclare(RelError *error, RelModel *model) {
  int i, count;
  clearDeclarations(model);
  relCatalogRead(error, model->db, model->schema, &model->declarations);
  count = model->declarations.count;
  model->rows = relAlloc(error, (size_t)count * sizeof *model->rows);
  model->declared = relAlloc(error, (size_t)count * sizeof *model->declared);
  for (i = 0; i < count && error->rc == SQLITE_OK; i++) resolveRow(error, model, i);
  linkInverses(model);
  if (error->rc != SQLITE_OK) {
    clear(model);
    return;
  }
  model->current = 1;
}

int relModelRefresh(RelError *error, RelModel *model) {
  int moved = schemaMoved(error, model);
  if (!moved && model->current) return 0;
  clear(model);
  relModelRedeclare(error, model);
  return 1;
}

void relModelSettle(RelError *error, RelModel *model) {
  int i;
  for (i = 0; i < model->tableCount; i++) {
    if (model->tables[i]->kind != REL_TABLE) return; /* it may be a view that was made anew */
  }
  schemaMoved(error, model);
  model->settled = error->rc == SQLITE_OK;
}

int relModelSettled(const RelModel *model) {
  return model->settled;
}

void relModelExclude(RelModel *model, const Relationship *relationship) {
  int i, kept = 0;
  for (i = 0; i < model->declaredCount; i++) {
    if (model->declared[i]->inverse == relationship) model->declared[i]->inverse = NULL;
    if (model->declared[i] != relationship) model->declared[kept++] = model->declared[i];
  }
  model->declaredCount = kept;
}

void relModelReindex(RelError *error, RelModel *model, const char *table) {
  int i;
  for (i = 0; i < model->tableCount; i++) {
    if (relSame(model->tables[i]->name, table)) relTableReindex(error, model->db, model->tables[i]);
  }
}

RelTable *relModelTable(RelError *error, RelModel *model, const char *name) {
  RelTable *table;
  int i;
  for (i = 0; i < model->tableCount; i++) {
    if (relSame(model->tables[i]->name, name)) return model->tables[i];
  }
  if (error->rc != SQLITE_OK || name == NULL) return NULL;
  table = relTableRead(error, model->db, model->schema, name);
  if (table == NULL) return NULL;
  model->tables =
      relGrow(error, model->tables, model->tableCount, &model->tableRoom, sizeof *model->tables);
  if (error->rc != SQLITE_OK) {
    relTableFree(table);
    return NULL;
  }
  model->tables[model->tableCount++] = table;
  return table;
}

int relModelCount(const RelModel *model) {
  return model->declaredCount;
}

Relationship *relModelAt(const RelModel *model, int n) {
  return model->declared[n];
}

int relModelRowCount(const RelModel *model) {
  return model->declarations.count;
}

const RelDeclaration *relModelRow(const RelModel *model, int n, Relationship **relationship,
                                  const char **problem) {
  *relationship = model->rows[n].relationship;
  *problem = model->rows[n].problem;
  return &model->declarations.items[n];
}

int relModelImplied(RelError *error, RelModel *model, Relationship *const **list) {
  if (!model->impliedRead && error->rc == SQLITE_OK) {
    relImpliedClear(&model->implied);
    relImpliedRead(error, model, &model->implied);
    model->impliedRead = error->rc == SQLITE_OK;
  }
  *list = model->implied.items;
  return error->rc == SQLITE_OK ? model->implied.count : 0;
}

Relationship *relModelFind(RelError *error, RelModel *model, const RelTable *owner,
                           const char *name) {
  Relationship *found = findDeclared(model, owner, name);
  Relationship *const *list;
  int i, count;
  if (found != NULL) return found;
  count = relModelImplied(error, model, &list);
  for (i = 0; i < count; i++) {
    if (list[i]->owner == owner && relSame(list[i]->name, name)) return list[i];
  }
  return NULL;
}

void relModelSuggest(RelError *error, RelModel *model, const RelTable *owner, RelNearest *nearest) {
  Relationship *const *list;
  int i, count;
  for (i = 0; i < model->declaredCount; i++) {
    if (model->declared[i]->owner == owner) relNearestOffer(nearest, model->declared[i]->name);
  }
  count = relModelImplied(error, model, &list);
  for (i = 0; i < count; i++) {
    if (list[i]->owner == owner) relNearestOffer(nearest, list[i]->name);
  }
}
