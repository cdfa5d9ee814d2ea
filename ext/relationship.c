/*
** The entry point: refuses a SQLite that is too old, then registers what the tables below list.
*/
#define REL_ENTRY_POINT /* this file owns the routine table that base/sqlite.h refers to */
#include "relationship.h"

#include "tables/declarations.h"
#include "tables/diagram.h"
#include "tables/inspectors.h"
#include "tables/journal.h"
#include "tables/related.h"
#include "tables/saved_rows.h"
#include "tables/selectin.h"
#include "tables/stats.h"
#include "tables/unit_of_work.h"

SQLITE_EXTENSION_INIT1

enum { OLDEST_SQLITE = 3038000 };

typedef struct Function {
  const char *name;
  int arguments; /* -1: any number */
  int flags;
  void (*call)(sqlite3_context *context, int count, sqlite3_value **values);
} Function;

static void versionFunction(sqlite3_context *context, int count, sqlite3_value **values) {
  (void)count;
  (void)values;
  sqlite3_result_text(context, REL_VERSION, -1, SQLITE_STATIC);
}

static const Function FUNCTIONS[] = {
    {"relationship_version", 0, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
     versionFunction},
    {"relationship_diagram", 1, SQLITE_UTF8, relDiagramFunction},
    {"relationship_diagram", 2, SQLITE_UTF8, relDiagramFunction},
};

static void registerFunctions(RelError *error, sqlite3 *db) {
  size_t i;
  for (i = 0; i < sizeof FUNCTIONS / sizeof *FUNCTIONS && error->rc == SQLITE_OK; i++) {
    const Function *f = &FUNCTIONS[i];
    relErrorFromDb(error,
                   sqlite3_create_function_v2(db, f->name, f->arguments, f->flags, NULL, f->call,
                                              NULL, NULL, NULL),
                   db);
  }
}

static void registerTables(RelError *error, sqlite3 *db) {
  RelJournal *journal = relJournalRegister(error, db);
  if (journal != NULL) relDeclarationsRegister(error, db, journal);
  if (journal != NULL) relUnitOfWorkRegister(error, db, journal);
  if (journal != NULL) relSavedRowsRegister(error, db, journal);
  relJournalRelease(journal);
}

/* What loads and counts what it loads. */
static void registerFetching(RelError *error, sqlite3 *db) {
  RelStats *stats = relStatsNew(error);
  if (error->rc == SQLITE_OK) relErrorFromDb(error, relSelectinRegister(db, stats), db);
  if (error->rc == SQLITE_OK) relErrorFromDb(error, relRelatedRegister(db, stats), db);
  if (error->rc == SQLITE_OK) relErrorFromDb(error, relStatsRegister(db, stats), db);
  if (error->rc == SQLITE_OK) relInspectorsRegister(error, db, stats);
  relStatsRelease(stats);
}

int sqlite3_relationship_init(sqlite3 *db, char **message, const sqlite3_api_routines *api) {
  RelError error = {SQLITE_OK, NULL};
  int rc;
  SQLITE_EXTENSION_INIT2(api)
  (void)api;
  if (sqlite3_libversion_number() < OLDEST_SQLITE) {
    relErrorSet(
        &error, SQLITE_ERROR,
        "relationship needs SQLite 3.38.0 or newer; this program has %s: load it from a program "
        "with a newer SQLite",
        sqlite3_libversion());
  }
  registerFunctions(&error, db);
  registerTables(&error, db);
  registerFetching(&error, db);
  rc = error.rc;
  if (message != NULL && rc != SQLITE_OK) {
    *message = error.message;
  } else {
    relErrorClear(&error);
  }
  return rc;
}
