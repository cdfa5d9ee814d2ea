#include "tables/saved_rows.h"

#include "save/save.h"

typedef struct RowsTable {
  sqlite3_vtab base;
  RelJournal *journal; /* borrowed: the module holds a reference */
} RowsTable;

static RelSaver *saverOf(sqlite3_vtab_cursor *cursor) {
  return ((RowsTable *)cursor->pVtab)->journal->saver;
}

static int rowsConnect(sqlite3 *db, void *journal, int count, const char *const *words,
                       sqlite3_vtab **result, char **message) {
  RelError error = {SQLITE_OK, NULL};
  RowsTable *table = relAlloc(&error, sizeof *table);
  RelText text;
  char *sql;
  int i;
  (void)count, (void)words;
  relTextStart(&text, &error);
  for (i = 0; i < REL_SAVER_COLUMNS; i++) {
    relTextFormat(&text, "%s\"%d\"", i ? ", " : "CREATE TABLE x(", i);
  }
  relText(&text, ")");
  sql = relTextFinish(&text);
  if (sql != NULL) relErrorFromDb(&error, sqlite3_declare_vtab(db, sql), db);
  sqlite3_free(sql);
  if (error.rc != SQLITE_OK) {
    sqlite3_free(table);
    return relErrorGive(&error, message);
  }
  sqlite3_vtab_config(db, SQLITE_VTAB_DIRECTONLY);
  table->journal = journal;
  *result = &table->base;
  return SQLITE_OK;
}

static int rowsDisconnect(sqlite3_vtab *table) {
  sqlite3_free(table);
  return SQLITE_OK;
}

static int rowsBestIndex(sqlite3_vtab *table, sqlite3_index_info *info) {
  (void)table;
  info->estimatedCost = 1000;
  info->estimatedRows = 1000;
  return SQLITE_OK;
}

static int rowsOpen(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor) {
  (void)table;
  *cursor = sqlite3_malloc64(sizeof **cursor);
  if (*cursor == NULL) return SQLITE_NOMEM;
  memset(*cursor, 0, sizeof **cursor);
  return SQLITE_OK;
}

static int rowsClose(sqlite3_vtab_cursor *cursor) {
  sqlite3_free(cursor);
  return SQLITE_OK;
}

static int rowsFilter(sqlite3_vtab_cursor *cursor, int number, const char *words, int count,
                      sqlite3_value **values) {
  (void)number, (void)words, (void)count, (void)values;
  if (saverOf(cursor) != NULL) return relSaverRowsStart(saverOf(cursor));
  sqlite3_free(cursor->pVtab->zErrMsg);
  cursor->pVtab->zErrMsg = sqlite3_mprintf("relationship_rows is internal");
  return SQLITE_ERROR;
}

static int rowsNext(sqlite3_vtab_cursor *cursor) {
  return relSaverRowsNext(saverOf(cursor));
}

static int rowsEof(sqlite3_vtab_cursor *cursor) {
  return !relSaverRowsMore(saverOf(cursor));
}

static int rowsColumn(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int n) {
  relSaverRowsColumn(saverOf(cursor), context, n);
  return SQLITE_OK;
}

static int rowsRowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid) {
  (void)cursor;
  *rowid = 0;
  return SQLITE_OK;
}

static const sqlite3_module ROWS_MODULE = {
    .iVersion = 1,
    .xConnect = rowsConnect,
    .xBestIndex = rowsBestIndex,
    .xDisconnect = rowsDisconnect,
    .xOpen = rowsOpen,
    .xClose = rowsClose,
    .xFilter = rowsFilter,
    .xNext = rowsNext,
    .xEof = rowsEof,
    .xColumn = rowsColumn,
    .xRowid = rowsRowid,
};

void relSavedRowsRegister(RelError *error, sqlite3 *db, RelJournal *journal) {
  if (error->rc != SQLITE_OK) return;
  journal->references++;
  relErrorFromDb(
      error,
      sqlite3_create_module_v2(db, "relationship_rows", &ROWS_MODULE, journal, relJournalRelease),
      db);
}
