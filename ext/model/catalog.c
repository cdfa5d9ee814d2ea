#include "model/catalog.h"

#include "base/statement.h"
#include "model/renames.h"

void relDeclarationsAdd(RelError *error, RelDeclarations *rows, const RelDeclaration *row) {
  rows->items = relGrow(error, rows->items, rows->count, &rows->room, sizeof *rows->items);
  if (error->rc != SQLITE_OK) return;
  memset(&rows->items[rows->count], 0, sizeof *rows->items);
  relDeclarationCopy(error, &rows->items[rows->count++], row);
}

void relDeclarationsClear(RelDeclarations *rows) {
  int i;
  for (i = 0; i < rows->count; i++) relDeclarationClear(&rows->items[i]);
  sqlite3_free(rows->items);
  memset(rows, 0, sizeof *rows);
}

static int exists(RelError *error, sqlite3 *db, const char *schema) {
  sqlite3_stmt *row = relPrepareFormat(
      error, db, "SELECT 1 FROM \"%w\".sqlite_schema WHERE type = 'table' AND name = %Q", schema,
      REL_CATALOG);
  int found = relStep(error, row);
  relFinalize(error, row);
  return found;
}

/* "owner, name, target, ..." */
static void addFieldNames(RelText *sql, const char *qualifier) {
  int field;
  for (field = 0; field < REL_FIELD_COUNT; field++) {
    relText(sql, field ? ", " : "");
    relTextName(sql, qualifier, relFieldName((RelField)field));
  }
}

static sqlite3_stmt *prepareAll(RelError *error, sqlite3 *db, const char *schema) {
  sqlite3_stmt *rows;
  RelText sql;
  char *words;
  relTextStart(&sql, error);
  relText(&sql, "SELECT c.id, ");
  addFieldNames(&sql, "c"); /* unqualified, a column that is missing would read as a string */
  relText(&sql, " FROM ");
  relTextName(&sql, schema, REL_CATALOG);
  relText(&sql, " AS c ORDER BY c.id");
  words = relTextFinish(&sql);
  rows = relPrepare(error, db, 0, words);
  sqlite3_free(words);
  return rows;
}

void relCatalogRead(RelError *error, sqlite3 *db, const char *schema, RelDeclarations *rows) {
  RelRenames renames = {NULL, 0, 0};
  sqlite3_stmt *statement;
  if (!exists(error, db, schema)) return;
  relRenamesRead(error, db, schema, &renames);
  statement = prepareAll(error, db, schema);
  while (relStep(error, statement)) {
    RelDeclaration *row;
    int field;
    rows->items = relGrow(error, rows->items, rows->count, &rows->room, sizeof *rows->items);
    if (error->rc != SQLITE_OK) break;
    row = &rows->items[rows->count++];
    memset(row, 0, sizeof *row);
    row->id = sqlite3_column_int64(statement, 0);
    for (field = 0; field < REL_FIELD_COUNT; field++) {
      row->fields[field] = relColumnCopy(error, statement, field + 1);
    }
    row->renamed = relRenamesFollow(error, &renames, row);
  }
  relFinalize(error, statement);
  relRenamesClear(&renames);
}

void relCatalogCreate(RelError *error, sqlite3 *db, const char *schema) {
  RelText sql;
  char *words;
  int field;
  if (exists(error, db, schema) || error->rc != SQLITE_OK) return;
  relTextStart(&sql, error);
  relText(&sql, "CREATE TABLE ");
  relTextName(&sql, schema, REL_CATALOG);
  relText(&sql,
          "(\n  /* the declarations of relationship; INSERT INTO relationship writes them */\n"
          "  id INTEGER PRIMARY KEY");
  for (field = 0; field < REL_FIELD_COUNT; field++) {
    relText(&sql, ",\n  ");
    relTextName(&sql, NULL, relFieldName((RelField)field));
    relText(&sql, field == REL_FIELD_OWNER || field == REL_FIELD_NAME
                      ? " TEXT NOT NULL COLLATE NOCASE"
                  : field == REL_FIELD_TARGET ? " TEXT NOT NULL"
                                              : " TEXT");
  }
  relText(&sql, ",\n  UNIQUE(owner, name))");
  words = relTextFinish(&sql);
  relExecute(error, db, words);
  sqlite3_free(words);
}

void relCatalogWrite(RelError *error, sqlite3 *db, const char *schema, RelDeclaration *row) {
  sqlite3_stmt *statement;
  RelText sql;
  char *words;
  int field;
  relTextStart(&sql, error);
  relText(&sql, "INSERT OR REPLACE INTO ");
  relTextName(&sql, schema, REL_CATALOG);
  relText(&sql, "(id, ");
  addFieldNames(&sql, NULL);
  relText(&sql, ") VALUES (?");
  for (field = 0; field < REL_FIELD_COUNT; field++) relText(&sql, ", ?");
  relText(&sql, ")");
  words = relTextFinish(&sql);
  statement = relPrepare(error, db, 0, words);
  sqlite3_free(words);
  if (statement == NULL) return;
  if (row->id != 0) sqlite3_bind_int64(statement, 1, row->id);
  for (field = 0; field < REL_FIELD_COUNT; field++) {
    sqlite3_bind_text(statement, field + 2, row->fields[field], -1, SQLITE_STATIC);
  }
  relStep(error, statement);
  relFinalize(error, statement);
  if (error->rc == SQLITE_OK && row->id == 0) row->id = sqlite3_last_insert_rowid(db);
}

void relCatalogDelete(RelError *error, sqlite3 *db, const char *schema, sqlite3_int64 id) {
  sqlite3_stmt *statement =
      relPrepareFormat(error, db, "DELETE FROM \"%w\".\"%w\" WHERE id = ?", schema, REL_CATALOG);
  if (statement == NULL) return;
  sqlite3_bind_int64(statement, 1, id);
  relStep(error, statement);
  relFinalize(error, statement);
}
