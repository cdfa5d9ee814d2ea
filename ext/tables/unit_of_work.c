#include "tables/unit_of_work.h"

#include "save/save.h"

enum { COLUMN_OWNER, COLUMN_DOC, COLUMN_COUNT };

typedef struct UnitOfWork {
  sqlite3_vtab base;
  sqlite3 *db;
  RelJournal *journal; /* borrowed: the module holds a reference */
  RelSaver *saver;     /* owned */
  sqlite3_stmt *run;   /* owned: what the journal runs */
} UnitOfWork;

static int connectTable(sqlite3 *db, void *journal, int count, const char *const *words,
                        sqlite3_vtab **result, char **message) {
  RelError error = {SQLITE_OK, NULL};
  UnitOfWork *table = relAlloc(&error, sizeof *table);
  (void)count, (void)words;
  if (table == NULL) return relErrorGive(&error, message);
  relErrorFromDb(&error, sqlite3_declare_vtab(db, "CREATE TABLE x(owner, doc)"), db);
  sqlite3_vtab_config(db, SQLITE_VTAB_DIRECTONLY);
  table->db = db;
  table->journal = journal;
  table->saver = relSaverNew(&error, db);
  *result = &table->base;
  if (error.rc != SQLITE_OK) {
    sqlite3_free(table);
    *result = NULL;
  }
  return relErrorGive(&error, message);
}

static int disconnectTable(sqlite3_vtab *table) {
  sqlite3_finalize(((UnitOfWork *)table)->run);
  relSaverFree(((UnitOfWork *)table)->saver);
  sqlite3_free(table);
  return SQLITE_OK;
}

static int planAccess(sqlite3_vtab *table, sqlite3_index_info *info) {
  (void)table;
  info->estimatedCost = 1;
  return SQLITE_OK;
}

static int refuse(sqlite3_vtab *table) {
  sqlite3_free(table->zErrMsg);
  table->zErrMsg =
      sqlite3_mprintf("unit_of_work takes INSERTs only; selectin reads what was saved");
  return table->zErrMsg == NULL ? SQLITE_NOMEM : SQLITE_ERROR;
}

static int openCursor(sqlite3_vtab *table, sqlite3_vtab_cursor **result) {
  (void)table;
  *result = sqlite3_malloc64(sizeof **result);
  if (*result == NULL) return SQLITE_NOMEM;
  memset(*result, 0, sizeof **result);
  return SQLITE_OK;
}

static int closeCursor(sqlite3_vtab_cursor *cursor) {
  sqlite3_free(cursor);
  return SQLITE_OK;
}

static int startCursor(sqlite3_vtab_cursor *cursor, int number, const char *words, int count,
                       sqlite3_value **values) {
  (void)number, (void)words, (void)count, (void)values;
  return refuse(cursor->pVtab);
}

static int nextRow(sqlite3_vtab_cursor *cursor) {
  (void)cursor;
  return SQLITE_OK;
}

static int isAtEnd(sqlite3_vtab_cursor *cursor) {
  (void)cursor;
  return 1;
}

static int giveColumn(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int n) {
  (void)cursor, (void)context, (void)n;
  return SQLITE_OK;
}

static int giveRowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid) {
  (void)cursor;
  *rowid = 0;
  return SQLITE_OK;
}

/* Copies, which outlive what a trigger's function may do to the statement's values. */
static char *textOf(RelError *error, sqlite3_value *value, const char *column, size_t *bytes) {
  const char *text;
  int type = sqlite3_value_type(value);
  if (type != SQLITE_TEXT) {
    relErrorSet(error, SQLITE_ERROR, "unit_of_work: %s is %s: %s", column,
                type == SQLITE_NULL ? "NULL" : "no text",
                strcmp(column, "owner") == 0 ? "give the name of a table"
                                             : "give an object, or an array of objects, as JSON");
    return NULL;
  }
  text = (const char *)sqlite3_value_text(value);
  *bytes = (size_t)sqlite3_value_bytes(value);
  if (text == NULL) relErrorNoMemory(error);
  return error->rc == SQLITE_OK ? relCopyBytes(error, text, *bytes) : NULL;
}

static void write(RelError *error, void *saver) {
  relSaverWrite(error, saver);
}

static void save(RelError *error, UnitOfWork *table, sqlite3_value **values, sqlite3_int64 *rowid) {
  size_t bytes = 0, ownerBytes = 0;
  char *owner = textOf(error, values[COLUMN_OWNER], "owner", &ownerBytes);
  char *doc = textOf(error, values[COLUMN_DOC], "doc", &bytes);
  if (table->journal->saver != NULL) {
    relErrorSet(error, SQLITE_MISUSE, "unit_of_work: a save runs already on this connection");
  }
  if (error->rc == SQLITE_OK) {
    table->journal->saver = table->saver;
    relSaverRead(error, table->saver, owner, doc, bytes);
    if (error->rc == SQLITE_OK) {
      relJournalRun(error, table->db, table->journal, relSaverTable(table->saver), &table->run,
                    write, table->saver);
    }
    if (error->rc == SQLITE_OK) *rowid = relSaverRowid(table->saver);
    table->journal->saver = NULL;
    relSaverEnd(table->saver);
  }
  sqlite3_free(owner);
  sqlite3_free(doc);
}

static int updateTable(sqlite3_vtab *base, int count, sqlite3_value **values,
                       sqlite3_int64 *rowid) {
  RelError error = {SQLITE_OK, NULL};
  if (count == 1 || sqlite3_value_type(values[0]) != SQLITE_NULL) return refuse(base);
  save(&error, (UnitOfWork *)base, values + 2, rowid);
  return relErrorGive(&error, &base->zErrMsg);
}

static const sqlite3_module UNIT_OF_WORK_MODULE = {
    .iVersion = 1,
    .xConnect = connectTable,
    .xBestIndex = planAccess,
    .xDisconnect = disconnectTable,
    .xOpen = openCursor,
    .xClose = closeCursor,
    .xFilter = startCursor,
    .xNext = nextRow,
    .xEof = isAtEnd,
    .xColumn = giveColumn,
    .xRowid = giveRowid,
    .xUpdate = updateTable,
};

void relUnitOfWorkRegister(RelError *error, sqlite3 *db, RelJournal *journal) {
  if (error->rc != SQLITE_OK) return;
  journal->references++;
  relErrorFromDb(error,
                 sqlite3_create_module_v2(db, "unit_of_work", &UNIT_OF_WORK_MODULE, journal,
                                          relJournalRelease),
                 db);
}
