#include "tables/stats.h"

enum { COLUMN_RELATIONSHIP, COLUMN_BATCHES, COLUMN_ROWS, COLUMN_LAZY_LOADS, COLUMN_N_PLUS_ONE };

typedef struct StatsTable {
  sqlite3_vtab base;
  RelStats *stats; /* borrowed from the module */
} StatsTable;

typedef struct StatsCursor {
  sqlite3_vtab_cursor base;
  const RelStats *stats;
  int at;
} StatsCursor;

static int statsConnect(sqlite3 *db, void *stats, int count, const char *const *words,
                        sqlite3_vtab **result, char **message) {
  RelError error = {SQLITE_OK, NULL};
  StatsTable *table = relAlloc(&error, sizeof *table);
  (void)count;
  (void)words;
  if (table == NULL) return relErrorGive(&error, message);
  relErrorFromDb(&error,
                 sqlite3_declare_vtab(
                     db, "CREATE TABLE x(relationship, batches, rows, lazy_loads, n_plus_one)"),
                 db);
  table->stats = stats;
  *result = &table->base;
  if (error.rc != SQLITE_OK) {
    sqlite3_free(table);
    *result = NULL;
  }
  return relErrorGive(&error, message);
}

static int statsDisconnect(sqlite3_vtab *table) {
  sqlite3_free(table);
  return SQLITE_OK;
}

static int statsBestIndex(sqlite3_vtab *table, sqlite3_index_info *info) {
  (void)table;
  info->estimatedRows = 100;
  info->estimatedCost = 100.0;
  return SQLITE_OK;
}

static int statsOpen(sqlite3_vtab *table, sqlite3_vtab_cursor **result) {
  StatsCursor *cursor = sqlite3_malloc64(sizeof *cursor);
  if (cursor == NULL) return SQLITE_NOMEM;
  memset(cursor, 0, sizeof *cursor);
  cursor->stats = ((StatsTable *)table)->stats;
  *result = &cursor->base;
  return SQLITE_OK;
}

static int statsClose(sqlite3_vtab_cursor *cursor) {
  sqlite3_free(cursor);
  return SQLITE_OK;
}

static int isIdle(const RelCounter *counter) {
  return counter->batches == 0 && counter->lazyLoads == 0;
}

static void skipIdle(StatsCursor *cursor) {
  while (cursor->at < cursor->stats->count && isIdle(cursor->stats->list[cursor->at])) cursor->at++;
}

static int statsFilter(sqlite3_vtab_cursor *base, int number, const char *text, int count,
                       sqlite3_value **values) {
  StatsCursor *cursor = (StatsCursor *)base;
  (void)number;
  (void)text;
  (void)count;
  (void)values;
  cursor->at = 0;
  skipIdle(cursor);
  return SQLITE_OK;
}

static int statsNext(sqlite3_vtab_cursor *base) {
  StatsCursor *cursor = (StatsCursor *)base;
  cursor->at++;
  skipIdle(cursor);
  return SQLITE_OK;
}

static int statsEof(sqlite3_vtab_cursor *base) {
  StatsCursor *cursor = (StatsCursor *)base;
  return cursor->at >= cursor->stats->count;
}

static int statsColumn(sqlite3_vtab_cursor *base, sqlite3_context *context, int column) {
  StatsCursor *cursor = (StatsCursor *)base;
  const RelCounter *counter = cursor->stats->list[cursor->at];
  switch (column) {
  case COLUMN_RELATIONSHIP:
    sqlite3_result_text(context, counter->relationship, -1, SQLITE_TRANSIENT);
    break;
  case COLUMN_BATCHES:
    sqlite3_result_int64(context, counter->batches);
    break;
  case COLUMN_ROWS:
    sqlite3_result_int64(context, counter->rows);
    break;
  case COLUMN_LAZY_LOADS:
    sqlite3_result_int64(context, counter->lazyLoads);
    break;
  case COLUMN_N_PLUS_ONE:
    sqlite3_result_int(context, counter->flagged);
    break;
  default:
    break;
  }
  return SQLITE_OK;
}

static int statsRowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid) {
  StatsCursor *cursor = (StatsCursor *)base;
  *rowid = cursor->stats->list[cursor->at]->id;
  return SQLITE_OK;
}

static int statsUpdate(sqlite3_vtab *base, int count, sqlite3_value **values,
                       sqlite3_int64 *rowid) {
  RelStats *stats = ((StatsTable *)base)->stats;
  sqlite3_int64 id = sqlite3_value_int64(values[0]);
  (void)rowid;
  if (count != 1) {
    sqlite3_free(base->zErrMsg);
    base->zErrMsg = sqlite3_mprintf("relationship_stats counts by itself: DELETE FROM "
                                    "relationship_stats starts anew");
    return SQLITE_ERROR;
  }
  if (id > 0 && id <= stats->count) relCounterReset(stats->list[id - 1]);
  return SQLITE_OK;
}

/* xCreate NULL: eponymous only. */
static const sqlite3_module MODULE = {.xConnect = statsConnect,
                                      .xBestIndex = statsBestIndex,
                                      .xDisconnect = statsDisconnect,
                                      .xOpen = statsOpen,
                                      .xClose = statsClose,
                                      .xFilter = statsFilter,
                                      .xNext = statsNext,
                                      .xEof = statsEof,
                                      .xColumn = statsColumn,
                                      .xRowid = statsRowid,
                                      .xUpdate = statsUpdate};

int relStatsRegister(sqlite3 *db, RelStats *stats) {
  return sqlite3_create_module_v2(db, "relationship_stats", &MODULE, relStatsHold(stats),
                                  relStatsRelease);
}
