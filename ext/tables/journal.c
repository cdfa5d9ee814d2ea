#include "tables/journal.h"

/* The table has one row, whose UPDATE runs the work that waits. */
typedef struct JournalTable {
  sqlite3_vtab base;
  RelJournal *journal; /* borrowed: the module holds a reference */
} JournalTable;

typedef struct JournalCursor {
  sqlite3_vtab_cursor base;
  int done;
} JournalCursor;

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
  JournalCursor *made = sqlite3_malloc64(sizeof *made);
  (void)table;
  if (made == NULL) return SQLITE_NOMEM;
  memset(made, 0, sizeof *made);
  *cursor = &made->base;
  return SQLITE_OK;
}

static int journalClose(sqlite3_vtab_cursor *cursor) {
  sqlite3_free(cursor);
  return SQLITE_OK;
}

static int journalFilter(sqlite3_vtab_cursor *cursor, int number, const char *text, int argc,
                         sqlite3_value **argv) {
  (void)number, (void)text, (void)argc, (void)argv;
  ((JournalCursor *)cursor)->done = 0;
  return SQLITE_OK;
}

static int journalNext(sqlite3_vtab_cursor *cursor) {
  ((JournalCursor *)cursor)->done = 1;
  return SQLITE_OK;
}

static int journalEof(sqlite3_vtab_cursor *cursor) {
  return ((JournalCursor *)cursor)->done;
}

static int journalColumn(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int column) {
  (void)cursor, (void)column;
  sqlite3_result_int(context, 0);
  return SQLITE_OK;
}

static int journalRowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid) {
  (void)cursor;
  *rowid = 1;
  return SQLITE_OK;
}

static int journalUpdate(sqlite3_vtab *table, int argc, sqlite3_value **argv,
                         sqlite3_int64 *rowid) {
  RelJournal *journal = ((JournalTable *)table)->journal;
  void (*work)(RelError *, void *) = journal->work;
  (void)argv, (void)rowid;
  if (work == NULL || argc < 2) {
    sqlite3_free(table->zErrMsg);
    table->zErrMsg = sqlite3_mprintf("relationship_journal is internal");
    return SQLITE_ERROR;
  }
  journal->work = NULL; /* once, and not again from within */
  work(journal->error, journal->context);
  return journal->error->rc;
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

void relJournalRun(RelError *error, sqlite3 *db, RelJournal *journal,
                   void (*work)(RelError *error, void *context), void *context) {
  RelError outer = {SQLITE_OK, NULL};
  if (error->rc != SQLITE_OK) return;
  journal->work = work;
  journal->context = context;
  journal->error = error;
  relExecute(&outer, db, "UPDATE main.relationship_journal SET \"relationship step\" = 1");
  if (error->rc == SQLITE_OK && outer.rc != SQLITE_OK) {
    relErrorSet(error, outer.rc, "%s",
                outer.message != NULL ? outer.message : sqlite3_errstr(outer.rc));
  }
  relErrorClear(&outer);
  if (error->rc == SQLITE_OK && journal->work != NULL) {
    relErrorSet(error, SQLITE_ERROR,
                "a table of yours called relationship_journal is in the way; rename it");
  }
  journal->work = NULL;
  journal->error = NULL;
}
