#include "tables/journal.h"

/* Looking for its rows runs the work that waits; there are none. */
typedef struct JournalTable {
  sqlite3_vtab base;
  RelJournal *journal; /* borrowed: the module holds a reference */
} JournalTable;

static int journalConnect(sqlite3 *db, void *journal, int argc, const char *const *argv,
                          sqlite3_vtab **table, char **message) {
  JournalTable *made;
  int rc = sqlite3_declare_vtab(db, "CREATE TABLE x(\"relationship step\")");
  (void)argc, (void)argv, (void)message;
  if (rc != SQLITE_OK) return rc;
  sqlite3_vtab_config(db, SQLITE_VTAB_DIRECTONLY);
  made = sqlite3_malloc64(sizeof *made);
  if (made == NULL) return SQLITE_NOMEM;
  memset(made, 0, sizeof *made);
  made->journal = journal;
  *table = &made->base;
  return SQLITE_OK;
}

static int journalDisconnect(sqlite3_vtab *table) {
  sqlite3_free(table);
  return SQLITE_OK;
}

/* Never claims a unique scan: SQLite would then update in one pass, without a journal. */
static int journalBestIndex(sqlite3_vtab *table, sqlite3_index_info *info) {
  (void)table;
  info->estimatedCost = 1;
  info->estimatedRows = 2;
  return SQLITE_OK;
}

static int journalOpen(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor) {
  (void)table;
  *cursor = sqlite3_malloc64(sizeof **cursor);
  if (*cursor == NULL) return SQLITE_NOMEM;
  memset(*cursor, 0, sizeof **cursor);
  return SQLITE_OK;
}

static int journalClose(sqlite3_vtab_cursor *cursor) {
  sqlite3_free(cursor);
  return SQLITE_OK;
}

static int refuse(sqlite3_vtab *table) {
  sqlite3_free(table->zErrMsg);
  table->zErrMsg = sqlite3_mprintf("relationship_journal is internal");
  return SQLITE_ERROR;
}

static int journalFilter(sqlite3_vtab_cursor *cursor, int number, const char *text, int argc,
                         sqlite3_value **argv) {
  RelJournal *journal = ((JournalTable *)cursor->pVtab)->journal;
  void (*work)(RelError *, void *) = journal->work;
  RelError *error = journal->error; /* another may run from within */
  (void)number, (void)text, (void)argc, (void)argv;
  if (work == NULL) return refuse(cursor->pVtab);
  journal->work = NULL; /* once, and not again from within */
  work(error, journal->context);
  return error->rc;
}

static int journalNext(sqlite3_vtab_cursor *cursor) {
  (void)cursor;
  return SQLITE_OK;
}

static int journalEof(sqlite3_vtab_cursor *cursor) {
  (void)cursor;
  return 1;
}

static int journalColumn(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int column) {
  (void)cursor, (void)context, (void)column;
  return SQLITE_OK;
}

static int journalRowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid) {
  (void)cursor;
  *rowid = 1;
  return SQLITE_OK;
}

static int journalUpdate(sqlite3_vtab *table, int argc, sqlite3_value **argv,
                         sqlite3_int64 *rowid) {
  (void)argc, (void)argv, (void)rowid;
  return refuse(table);
}

static const sqlite3_module JOURNAL_MODULE = {
    .iVersion = 1,
    .xConnect = journalConnect,
    .xBestIndex = journalBestIndex,
    .xDisconnect = journalDisconnect,
    .xOpen = journalOpen,
    .xClose = journalClose,
    .xFilter = journalFilter,
    .xNext = journalNext,
    .xEof = journalEof,
    .xColumn = journalColumn,
    .xRowid = journalRowid,
    .xUpdate = journalUpdate,
};

RelJournal *relJournalRegister(RelError *error, sqlite3 *db) {
  RelJournal *journal = relAlloc(error, sizeof *journal);
  if (journal == NULL) return NULL;
  journal->references = 2; /* the module's and the caller's */
  /* On failure SQLite calls the destructor itself. */
  relErrorFromDb(error,
                 sqlite3_create_module_v2(db, "relationship_journal", &JOURNAL_MODULE, journal,
                                          relJournalRelease),
                 db);
  return journal;
}

void relJournalRelease(void *pointer) {
  RelJournal *journal = pointer;
  if (journal != NULL && --journal->references == 0) sqlite3_free(journal);
}

static int isMain(const RelTable *table) {
  return table == NULL || relSame(table->schema, "main");
}

/*
** The statement that looks for rows in the journal, and has a statement journal on the database of
** `table`: it would insert what it finds there.
*/
static sqlite3_stmt *prepareFor(RelError *error, sqlite3 *db, const RelTable *table) {
  sqlite3_stmt *statement;
  char *sql;
  if (isMain(table)) {
    return relPrepare(error, db, SQLITE_PREPARE_PERSISTENT,
                      "UPDATE main.relationship_journal SET \"relationship step\" = 1");
  }
  sql =
      relFormat(error, "INSERT INTO \"%w\".\"%w\"(\"%w\") SELECT 1 FROM main.relationship_journal",
                table->schema, table->name, relTableKeyName(table, 0));
  statement = sql == NULL ? NULL : relPrepare(error, db, 0, sql);
  sqlite3_free(sql);
  return statement;
}

/* What the statement met with that was not the work's own error. */
static void runStatement(RelError *error, sqlite3_stmt *statement) {
  RelError outer = {SQLITE_OK, NULL};
  int rc;
  relStep(&outer, statement);
  rc = sqlite3_reset(statement);
  if (error->rc == SQLITE_OK && rc != SQLITE_OK) {
    relErrorSet(error, rc, "%s", outer.message != NULL ? outer.message : sqlite3_errstr(rc));
  }
  relErrorClear(&outer);
}

void relJournalRun(RelError *error, sqlite3 *db, RelJournal *journal, const RelTable *table,
                   sqlite3_stmt **kept, void (*work)(RelError *error, void *context),
                   void *context) {
  sqlite3_stmt *statement = kept != NULL && isMain(table) ? *kept : NULL;
  if (statement == NULL) statement = prepareFor(error, db, table);
  if (error->rc != SQLITE_OK) return;
  if (kept != NULL && isMain(table)) *kept = statement;
  journal->work = work;
  journal->context = context;
  journal->error = error;
  runStatement(error, statement);
  if (kept == NULL || *kept != statement) sqlite3_finalize(statement);
  if (error->rc == SQLITE_OK && journal->work != NULL) {
    relErrorSet(error, SQLITE_ERROR,
                "a table of yours called relationship_journal is in the way; rename it");
  }
  journal->work = NULL;
  journal->error = NULL;
}
