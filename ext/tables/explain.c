#include "tables/explain.h"

#include "inspect/explain.h"

enum {
  COLUMN_LEVEL,
  COLUMN_PATH,
  COLUMN_STRATEGY,
  COLUMN_STATEMENT,
  COLUMN_DETAIL,
  COLUMN_OWNER,
  COLUMN_SELECTION
};

/* The pool holds statements: it goes with the table, which goes before the connection does. */
typedef struct Explain {
  sqlite3_vtab base;
  sqlite3 *db;   /* borrowed */
  RelPool *pool; /* owned */
} Explain;

typedef struct ExplainCursor {
  sqlite3_vtab_cursor base;
  RelExplanations explanations; /* owned */
  int at;
} ExplainCursor;

static int explainConnect(sqlite3 *db, void *stats, int count, const char *const *words,
                          sqlite3_vtab **result, char **message) {
  RelError error = {SQLITE_OK, NULL};
  Explain *table = relAlloc(&error, sizeof *table);
  (void)count;
  (void)words;
  if (table == NULL) return relErrorGive(&error, message);
  relErrorFromDb(&error,
                 sqlite3_declare_vtab(db,
                                      "CREATE TABLE x(level, path, strategy, statement, detail, "
                                      "owner HIDDEN, selection HIDDEN)"),
                 db);
  table->db = db;
  table->pool = relPoolNew(&error, db, stats);
  *result = &table->base;
  if (error.rc != SQLITE_OK) {
    sqlite3_free(table);
    *result = NULL;
  }
  return relErrorGive(&error, message);
}

static int explainDisconnect(sqlite3_vtab *base) {
  relPoolFree(((Explain *)base)->pool);
  sqlite3_free(base);
  return SQLITE_OK;
}

static int explainBestIndex(sqlite3_vtab *base, sqlite3_index_info *info) {
  int i, owner = -1, selection = -1;
  for (i = 0; i < info->nConstraint; i++) {
    const struct sqlite3_index_constraint *constraint = &info->aConstraint[i];
    if (constraint->iColumn < COLUMN_OWNER || constraint->op != SQLITE_INDEX_CONSTRAINT_EQ)
      continue;
    if (!constraint->usable) return SQLITE_CONSTRAINT;
    if (constraint->iColumn == COLUMN_OWNER) owner = i;
    if (constraint->iColumn == COLUMN_SELECTION) selection = i;
  }
  if (owner < 0) {
    sqlite3_free(base->zErrMsg);
    base->zErrMsg = sqlite3_mprintf(
        "relationship_explain needs the name of a table: relationship_explain('users', 'posts')");
    return SQLITE_ERROR;
  }
  info->aConstraintUsage[owner].argvIndex = 1;
  info->aConstraintUsage[owner].omit = 1;
  if (selection >= 0) {
    info->aConstraintUsage[selection].argvIndex = 2;
    info->aConstraintUsage[selection].omit = 1;
  }
  info->estimatedRows = 10;
  info->estimatedCost = 1000.0;
  return SQLITE_OK;
}

static int explainOpen(sqlite3_vtab *table, sqlite3_vtab_cursor **result) {
  ExplainCursor *cursor = sqlite3_malloc64(sizeof *cursor);
  (void)table;
  if (cursor == NULL) return SQLITE_NOMEM;
  memset(cursor, 0, sizeof *cursor);
  *result = &cursor->base;
  return SQLITE_OK;
}

static int explainClose(sqlite3_vtab_cursor *base) {
  relExplanationsClear(&((ExplainCursor *)base)->explanations);
  sqlite3_free(base);
  return SQLITE_OK;
}

static int explainFilter(sqlite3_vtab_cursor *base, int number, const char *text, int count,
                         sqlite3_value **values) {
  ExplainCursor *cursor = (ExplainCursor *)base;
  Explain *table = (Explain *)base->pVtab;
  RelError error = {SQLITE_OK, NULL};
  RelCall call = {NULL, NULL, NULL};
  (void)number;
  (void)text;
  relExplanationsClear(&cursor->explanations);
  cursor->at = 0;
  call.owner = (const char *)sqlite3_value_text(values[0]);
  if (count > 1) call.selection = (const char *)sqlite3_value_text(values[1]);
  if (call.owner == NULL) {
    relErrorSet(&error, SQLITE_ERROR, "relationship_explain: the name of the table is NULL");
  } else {
    relExplain(&error, table->db, table->pool, &call, &cursor->explanations);
  }
  return relErrorGive(&error, &table->base.zErrMsg);
}

static int explainNext(sqlite3_vtab_cursor *base) {
  ((ExplainCursor *)base)->at++;
  return SQLITE_OK;
}

static int explainEof(sqlite3_vtab_cursor *base) {
  ExplainCursor *cursor = (ExplainCursor *)base;
  return cursor->at >= cursor->explanations.count;
}

static int explainColumn(sqlite3_vtab_cursor *base, sqlite3_context *context, int column) {
  ExplainCursor *cursor = (ExplainCursor *)base;
  const RelExplanation *explanation = &cursor->explanations.list[cursor->at];
  const char *text[] = {NULL, explanation->path, explanation->strategy, explanation->statement,
                        explanation->detail};
  if (column == COLUMN_LEVEL) {
    sqlite3_result_int(context, explanation->level);
  } else if (column < COLUMN_OWNER) {
    sqlite3_result_text(context, text[column], -1, SQLITE_TRANSIENT);
  }
  return SQLITE_OK;
}

static int explainRowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid) {
  *rowid = ((ExplainCursor *)base)->at;
  return SQLITE_OK;
}

/* xCreate NULL: eponymous only. */
static const sqlite3_module MODULE = {.xConnect = explainConnect,
                                      .xBestIndex = explainBestIndex,
                                      .xDisconnect = explainDisconnect,
                                      .xOpen = explainOpen,
                                      .xClose = explainClose,
                                      .xFilter = explainFilter,
                                      .xNext = explainNext,
                                      .xEof = explainEof,
                                      .xColumn = explainColumn,
                                      .xRowid = explainRowid};

int relExplainRegister(sqlite3 *db, RelStats *stats) {
  return sqlite3_create_module_v2(db, "relationship_explain", &MODULE, relStatsHold(stats),
                                  relStatsRelease);
}
