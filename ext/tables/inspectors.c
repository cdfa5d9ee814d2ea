#include "tables/inspectors.h"

#include "inspect/inspect.h"

/* What the module of one inspector is registered with. */
typedef struct Module {
  const RelInspector *inspector;
  RelStats *stats; /* one reference */
} Module;

/* The inspection holds statements: it goes with the table, which goes before the connection does. */
typedef struct Table {
  sqlite3_vtab base;
  const RelInspector *inspector;
  RelInspection *inspection; /* owned */
} Table;

typedef struct Cursor {
  sqlite3_vtab_cursor base;
  RelAnswer answer; /* owned */
  int row;
} Cursor;

static int connectTable(sqlite3 *db, void *data, int count, const char *const *words,
                        sqlite3_vtab **result, char **message) {
  const Module *module = data;
  RelError error = {SQLITE_OK, NULL};
  Table *table = relAlloc(&error, sizeof *table);
  char *sql = relFormat(&error, "CREATE TABLE x(%s)", module->inspector->columns);
  (void)count;
  (void)words;
  if (sql != NULL) relErrorFromDb(&error, sqlite3_declare_vtab(db, sql), db);
  sqlite3_free(sql);
  if (error.rc == SQLITE_OK) {
    table->inspector = module->inspector;
    table->inspection = relInspectionNew(&error, db, module->stats);
    *result = &table->base;
  }
  if (error.rc != SQLITE_OK) {
    if (table != NULL) relInspectionFree(table->inspection);
    sqlite3_free(table);
    *result = NULL;
  }
  return relErrorGive(&error, message);
}

static int disconnectTable(sqlite3_vtab *base) {
  relInspectionFree(((Table *)base)->inspection);
  sqlite3_free(base);
  return SQLITE_OK;
}

/* The bits of idxNum say which arguments are given. */
static int planAccess(sqlite3_vtab *base, sqlite3_index_info *info) {
  const RelInspector *inspector = ((Table *)base)->inspector;
  int i, argument, given = 0, missing = 0, at[sizeof(int) * 8];
  for (i = 0; i < info->nConstraint; i++) {
    const struct sqlite3_index_constraint *constraint = &info->aConstraint[i];
    argument = constraint->iColumn - inspector->columnCount;
    if (argument < 0 || constraint->op != SQLITE_INDEX_CONSTRAINT_EQ) continue;
    if (!constraint->usable) return SQLITE_CONSTRAINT;
    given |= 1 << argument;
    at[argument] = i;
  }
  for (argument = 0, i = 0; argument < inspector->argumentCount; argument++) {
    if (given & 1 << argument) {
      info->aConstraintUsage[at[argument]].argvIndex = ++i;
      info->aConstraintUsage[at[argument]].omit = 1;
    } else if (argument < inspector->needed) {
      missing = 1;
    }
  }
  info->idxNum = given;
  info->estimatedRows = 10;
  /* For a term of an OR alone SQLite asks without the arguments: not to be chosen. */
  info->estimatedCost = missing ? 1e98 : 100000.0;
  return SQLITE_OK;
}

static int openCursor(sqlite3_vtab *table, sqlite3_vtab_cursor **result) {
  Cursor *cursor = sqlite3_malloc64(sizeof *cursor);
  (void)table;
  if (cursor == NULL) return SQLITE_NOMEM;
  memset(cursor, 0, sizeof *cursor);
  *result = &cursor->base;
  return SQLITE_OK;
}

static int closeCursor(sqlite3_vtab_cursor *base) {
  relAnswerClear(&((Cursor *)base)->answer);
  sqlite3_free(base);
  return SQLITE_OK;
}

static int startCursor(sqlite3_vtab_cursor *base, int given, const char *text, int count,
                       sqlite3_value **values) {
  Cursor *cursor = (Cursor *)base;
  Table *table = (Table *)base->pVtab;
  RelError error = {SQLITE_OK, NULL};
  sqlite3_value *arguments[sizeof(int) * 8] = {NULL};
  int i, next = 0;
  (void)text;
  (void)count;
  for (i = 0; i < table->inspector->argumentCount; i++) {
    if (given & 1 << i) arguments[i] = values[next++];
    if (arguments[i] == NULL && i < table->inspector->needed) {
      relErrorSet(&error, SQLITE_ERROR, "%s", table->inspector->usage);
    }
  }
  relAnswerClear(&cursor->answer);
  cursor->row = 0;
  if (error.rc == SQLITE_OK) {
    table->inspector->inspect(&error, table->inspection, arguments, &cursor->answer);
  }
  return relErrorGive(&error, &table->base.zErrMsg);
}

static int moveCursor(sqlite3_vtab_cursor *base) {
  ((Cursor *)base)->row++;
  return SQLITE_OK;
}

static int atEnd(sqlite3_vtab_cursor *base) {
  const Cursor *cursor = (Cursor *)base;
  return cursor->row >= cursor->answer.count / ((Table *)base->pVtab)->inspector->columnCount;
}

static int giveColumn(sqlite3_vtab_cursor *base, sqlite3_context *context, int column) {
  const Cursor *cursor = (Cursor *)base;
  int columns = ((Table *)base->pVtab)->inspector->columnCount;
  const RelCell *cell = &cursor->answer.cells[cursor->row * columns + column];
  if (column >= columns) return SQLITE_OK;
  if (cell->type == SQLITE_INTEGER) sqlite3_result_int64(context, cell->integer);
  if (cell->type == SQLITE_TEXT) sqlite3_result_text(context, cell->text, -1, SQLITE_TRANSIENT);
  return SQLITE_OK;
}

static int giveRowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid) {
  *rowid = ((Cursor *)base)->row;
  return SQLITE_OK;
}

/* xCreate NULL: eponymous only. */
static const sqlite3_module MODULE = {.xConnect = connectTable,
                                      .xBestIndex = planAccess,
                                      .xDisconnect = disconnectTable,
                                      .xOpen = openCursor,
                                      .xClose = closeCursor,
                                      .xFilter = startCursor,
                                      .xNext = moveCursor,
                                      .xEof = atEnd,
                                      .xColumn = giveColumn,
                                      .xRowid = giveRowid};

static void freeModule(void *pointer) {
  Module *module = pointer;
  relStatsRelease(module->stats);
  sqlite3_free(module);
}

void relInspectorsRegister(RelError *error, sqlite3 *db, RelStats *stats) {
  const RelInspector *inspector;
  for (inspector = REL_INSPECTORS; inspector->name != NULL; inspector++) {
    Module *module = relAlloc(error, sizeof *module);
    if (module == NULL) return;
    module->inspector = inspector;
    module->stats = relStatsHold(stats);
    /* On failure SQLite calls the destructor itself. */
    relErrorFromDb(error,
                   sqlite3_create_module_v2(db, inspector->name, &MODULE, module, freeModule), db);
  }
}
