#include "fetch/load.h"

#include "fetch/batch.h"
#include "fetch/cut.h"
#include "fetch/links.h"
#include "fetch/pool.h"
#include "fetch/rows.h"

static void bindArguments(RelError *error, const RelLevel *level, RelQueryKind kind) {
  const RelPlan *plan = level->plan;
  sqlite3_stmt *statement = level->queries[kind].statement;
  int i, count = plan->argumentsUsed, rc = SQLITE_OK;
  if (error->rc != SQLITE_OK || count == 0) return;
  if (count > sqlite3_bind_parameter_count(statement)) {
    count = sqlite3_bind_parameter_count(statement);
  }
  for (i = 0; i < count && rc == SQLITE_OK; i++) {
    if (plan->run.arguments[i] == NULL) continue;
    rc = sqlite3_bind_value(statement, i + 1, plan->run.arguments[i]);
  }
  relLevelError(error, level, rc);
}

static void bindRange(RelError *error, const RelLevel *level) {
  sqlite3_stmt *statement = level->queries[REL_QUERY_RANGE].statement;
  const RelKeys *keys = &level->keys;
  int rc;
  if (error->rc != SQLITE_OK) return;
  rc = sqlite3_bind_int64(statement, REL_FIRST_PARAMETER, relKeysInteger(keys, 0));
  if (rc == SQLITE_OK) {
    rc = sqlite3_bind_int64(statement, REL_LAST_PARAMETER, relKeysInteger(keys, keys->count - 1));
  }
  relLevelError(error, level, rc);
}

static void bindSpan(RelError *error, const RelLevel *root, RelQueryKind kind) {
  sqlite3_stmt *statement = root->queries[kind].statement;
  const RelRun *run = &root->plan->run;
  int rc;
  if (error->rc != SQLITE_OK) return;
  rc = sqlite3_bind_int64(statement, REL_FIRST_PARAMETER, run->least);
  if (rc == SQLITE_OK) rc = sqlite3_bind_int64(statement, REL_LAST_PARAMETER, run->greatest);
  relLevelError(error, root, rc);
}

/* The least and the greatest key, where the query has a place for them. */
static void bindEnds(RelError *error, RelLevel *level, RelQueryKind kind) {
  sqlite3_stmt *statement = level->queries[kind].statement;
  const RelKeys *keys = relLevelFeed(level, kind);
  int least, greatest, rc;
  if (error->rc != SQLITE_OK || keys->count == 0 ||
      sqlite3_bind_parameter_count(statement) < REL_LAST_PARAMETER) {
    return;
  }
  relKeysEnds(keys, &least, &greatest);
  rc = relKeysBind(keys, least, 0, statement, REL_FIRST_PARAMETER);
  if (rc == SQLITE_OK) rc = relKeysBind(keys, greatest, 0, statement, REL_LAST_PARAMETER);
  relLevelError(error, level, rc);
}

void relLoadPrepare(RelError *error, RelLevel *level, RelQueryKind kind) {
  relLevelPrepare(error, level, kind);
  bindArguments(error, level, kind);
  if (kind == REL_QUERY_RANGE) {
    bindRange(error, level);
  } else if (relQueryIsSpan(kind)) {
    bindSpan(error, level, kind);
  } else if (level->unled && kind != REL_QUERY_BOUND) {
    bindEnds(error, level, kind);
  }
}

int relLoadStep(RelError *error, RelLevel *level, sqlite3_stmt *statement) {
  RelStats *stats = level->plan->pool->stats;
  RelLevel *outer = stats->level;
  int rc;
  if (error->rc != SQLITE_OK) return 0;
  stats->level = level;
  rc = sqlite3_step(statement);
  stats->level = outer;
  if (rc == SQLITE_ROW) return 1;
  if (rc != SQLITE_DONE) relLevelError(error, level, rc);
  return 0;
}

int relLoadRow(RelError *error, RelLevel *level, sqlite3_stmt *statement) {
  sqlite3_value **values;
  int i, row, rc;
  if (!level->wide) return sqlite3_column_int(statement, 0);
  values = relAlloc(error, (size_t)level->argumentCount * sizeof *values);
  if (values == NULL) return -1;
  for (i = 0; i < level->argumentCount; i++) values[i] = sqlite3_column_value(statement, i + 1);
  row = relRowsWrite(level, sqlite3_column_int(statement, 0), values, &rc);
  if (row < 0)
    relErrorSet(error, rc, "%s: %s: %s", level->plan->source.caller, level->path,
                sqlite3_errstr(rc));
  sqlite3_free(values);
  return row;
}

/* LIMIT and OFFSET of a query that cannot apply them per slot itself. */
typedef struct Limits {
  sqlite3_int64 limit; /* negative: none */
  sqlite3_int64 offset;
  sqlite3_int64 seen; /* rows of the slot at hand */
  int slot;
} Limits;

static void readLimits(RelError *error, const RelLevel *level, sqlite3_stmt *statement, int column,
                       Limits *limits) {
  int rc = relCutInteger(sqlite3_column_value(statement, column), &limits->limit);
  if (rc == SQLITE_OK) {
    rc = relCutInteger(sqlite3_column_value(statement, column + 1), &limits->offset);
  }
  if (rc != SQLITE_OK) {
    relSelectionRefuse(error, &level->plan->source, level->path, level->limitAt.start, NULL,
                       "LIMIT and OFFSET must be integers");
  }
}

static int withinLimits(Limits *limits, int slot) {
  if (slot != limits->slot) limits->seen = 0;
  limits->slot = slot;
  limits->seen++;
  if (limits->offset > 0 && limits->seen <= limits->offset) return 0;
  return limits->limit < 0 ||
         limits->seen - (limits->offset > 0 ? limits->offset : 0) <= limits->limit;
}

static void fileRows(RelError *error, RelLevel *level, const RelQuery *query) {
  Limits limits = {-1, 0, 0, -1};
  while (relLoadStep(error, level, query->statement)) {
    int row = relLoadRow(error, level, query->statement);
    if (query->limited) {
      readLimits(error, level, query->statement, level->wide ? level->argumentCount + 1 : 1,
                 &limits);
    }
    if (error->rc != SQLITE_OK) return;
    if (withinLimits(&limits, level->rows[row].slot)) relRowsFileNext(error, level, row);
  }
}

/* Behind the limits, and what says whose the row is. */
static int valuesFrom(const RelLevel *level, const RelQuery *query) {
  int from = query->cut ? 2 : 0;
  if (query->slots == REL_SLOT_FED || query->slots == REL_SLOT_PLACED) return from;
  return query->slots == REL_SLOT_HANDED || level->scanConverts ? from + 1 : from;
}

void relLoadBegin(RelLevel *level, RelQueryKind kind) {
  const RelQuery *query = &level->queries[kind];
  level->stepped = query->stepped;
  level->slotsFrom = query->slots;
  level->valuesFrom = valuesFrom(level, query);
  level->fed = relLevelFeed(level, kind);
  level->cutting = query->cut;
  level->late = query->slots == REL_SLOT_KEYED && !level->linked && level->childCount == 0 &&
                level->plan->run.all && !level->keys.sequence;
  relCutStart(level);
}

/* Runs a query that hands its rows over from inside, or steps one that gives them. */
static void runQuery(RelError *error, RelLevel *level, RelQueryKind kind) {
  RelQuery *query = &level->queries[kind];
  relLoadPrepare(error, level, kind);
  if (error->rc != SQLITE_OK) return;
  relLoadBegin(level, kind);
  if (query->stepped) {
    fileRows(error, level, query);
  } else {
    relLoadStep(error, level, query->statement);
  }
  sqlite3_reset(query->statement);
}

void relLoadRows(RelError *error, RelLevel *level, RelQueryKind kind, int slots) {
  relRowsStart(error, level, slots);
  runQuery(error, level, kind);
  relRowsSettle(error, level);
}

/*
** Whether the rows are to be read in the order of their table. That takes a look at where they stand,
** which the index gives; where they are found to stand as their slots do, or nearly so, it is not worth
** its cost for some time.
*/
static int shouldPlace(RelError *error, RelLevel *level) {
  enum { FEWEST = 48 /* slots */, BATCHES_WITHOUT_LOOK = 64 };
  if (level->queries[REL_QUERY_PLACES].piece.sql == NULL || level->keys.count < FEWEST) return 0;
  if (!level->scattered && level->untilLook-- > 0) return 0;
  relPlacesReset(&level->places);
  runQuery(error, level, REL_QUERY_PLACES);
  level->scattered = level->places.jumps > level->places.slots / 4;
  level->untilLook = BATCHES_WITHOUT_LOOK;
  return level->scattered;
}

/* Runs the query for the slots from one up to, not including, another. */
static void runWindow(RelError *error, RelLevel *level, RelQueryKind kind, int from, int until) {
  level->keys.from = from;
  level->keys.until = until;
  runQuery(error, level, kind);
}

/* A statement for each slot, its key as parameters. */
static void loadBound(RelError *error, RelLevel *level) {
  sqlite3_stmt *statement;
  int i, part, count = level->keys.count, rc = SQLITE_OK;
  relLevelPrepare(error, level, REL_QUERY_BOUND);
  relRowsStart(error, level, count);
  for (i = 0; i < count && error->rc == SQLITE_OK; i++) {
    statement = level->queries[REL_QUERY_BOUND].statement;
    for (part = 0; part < level->keys.width && rc == SQLITE_OK; part++) {
      rc = relKeysBind(&level->keys, i, part, statement, REL_FIRST_PARAMETER + part);
    }
    relLevelError(error, level, rc);
    runWindow(error, level, REL_QUERY_BOUND, i, i + 1);
  }
  relRowsSettle(error, level);
}

static void loadSeveral(RelError *error, RelLevel *level) {
  enum { MOST_BOUND = 64 };
  RelQueryKind kind = REL_QUERY_ROWS;
  if (level->queries[REL_QUERY_BOUND].piece.sql != NULL && level->keys.count <= MOST_BOUND) {
    loadBound(error, level);
    return;
  }
  if (shouldPlace(error, level)) {
    kind = REL_QUERY_PLACED;
    relPlacesSort(error, &level->places);
  } else if (level->queries[REL_QUERY_RANGE].piece.sql != NULL && relKeysSequence(&level->keys)) {
    kind = REL_QUERY_RANGE;
  }
  relLoadRows(error, level, kind, level->keys.count);
}

/* Loads links, then every target that they name once. */
static void loadLinked(RelError *error, RelLevel *level, RelQueryKind links) {
  relLinksStart(error, &level->association, level->association.keys.count);
  runQuery(error, level, links);
  relLoadRows(error, level, REL_QUERY_ROWS, level->keys.count);
  relLinksSettle(error, level);
}

static void loadEach(RelError *error, RelLevel *level) {
  int i, count = level->keys.count;
  relRowsStart(error, level, count);
  for (i = 0; i < count && error->rc == SQLITE_OK; i++) {
    runWindow(error, level, REL_QUERY_ONE, i, i + 1);
  }
  relRowsSettle(error, level);
}

/*
** The members, then their members, and so on: each run takes the owners that no run before has had,
** so that it ends whatever circles the data has.
*/
static void loadRecursive(RelError *error, RelLevel *level) {
  int from = 0, depth = 0;
  relRowsStart(error, level, 0);
  while (from < level->keys.count && error->rc == SQLITE_OK) {
    int until = level->keys.count;
    if (level->depth >= 0 && depth++ >= level->depth) break;
    while (level->slotCount < until && error->rc == SQLITE_OK) {
      if (relRowsAddSlot(level) < 0) relErrorNoMemory(error);
    }
    runWindow(error, level, REL_QUERY_ROWS, from, until);
    from = until;
  }
  relRowsSettle(error, level);
}

/* The object of owners without members. */
static void loadEmpty(RelError *error, RelLevel *level) {
  RelQuery *query = &level->queries[REL_QUERY_EMPTY];
  relLoadPrepare(error, level, REL_QUERY_EMPTY);
  if (error->rc != SQLITE_OK) return;
  relLoadBegin(level, REL_QUERY_EMPTY);
  if (relLoadStep(error, level, query->statement)) {
    level->emptyRow = relLoadRow(error, level, query->statement);
  }
  sqlite3_reset(query->statement);
}

/* The one relationship that is loaded alone, where its `lazy` withholds it: true. */
static int isWithheld(RelError *error, RelLevel *level) {
  if (level->nesting != 1 || level->plan->withheld == REL_LOAD) return 0;
  relRowsStart(error, level, relLevelKeys(level)->count);
  if (level->plan->withheld == REL_LOAD_WITHOUT_SQL && relLevelKeys(level)->count > 0) {
    relErrorSet(error, SQLITE_ERROR, "'%s' is not available due to lazy='raise_on_sql'",
                level->relationship->label);
  }
  return 1;
}

static void countLoad(RelLevel *level, int slots) {
  RelCounter *counter = level->counter;
  int i;
  counter->rows += level->rowCount - level->strays;
  if (level->queries[REL_QUERY_EMPTY].piece.sql != NULL) counter->rows--;
  if (level->plan->only != NULL && level->nesting == 1) return;
  if (level->strategy != REL_STRATEGY_SELECT) counter->batches++;
  for (i = 0; level->strategy == REL_STRATEGY_SELECT && i < slots; i++) {
    relCounterLazy(counter, relKeysHash(&level->keys, i));
  }
}

static void loadLevel(RelError *error, RelLevel *level) {
  int scans = relBatchScans(level);
  if (level->strategy == REL_STRATEGY_JOINED) {
    relRowsSettle(error, level);
    return;
  }
  if (level->aggregate) loadEmpty(error, level);
  if (isWithheld(error, level)) return;
  if (relLevelKeys(level)->count == 0) return;
  if (level->recursive) {
    loadRecursive(error, level);
  } else if (level->strategy == REL_STRATEGY_SELECT) {
    loadEach(error, level);
  } else if (level->linked) {
    loadLinked(error, level, scans ? REL_QUERY_SCAN : REL_QUERY_LINKS);
  } else if (level->strategy == REL_STRATEGY_SUBQUERY) {
    relLoadRows(error, level, REL_QUERY_OWNERS, level->keys.count);
  } else if (scans) {
    relLoadRows(error, level, REL_QUERY_SCAN, level->keys.count);
  } else {
    loadSeveral(error, level);
  }
}

void relLoadChildren(RelError *error, RelPlan *plan) {
  int i;
  for (i = 1; i < plan->levelCount && !plan->run.withoutDocument && error->rc == SQLITE_OK; i++) {
    RelLevel *level = plan->levels[i];
    int slots = relLevelKeys(level)->count;
    loadLevel(error, level);
    if (error->rc == SQLITE_OK) relRowsPoint(level);
    if (slots > 0 || level->slotCount > 0) countLoad(level, slots);
  }
}

static void prepareLevel(RelError *error, RelLevel *level) {
  if (level->strategy == REL_STRATEGY_JOINED) return;
  if (level->aggregate) relLoadPrepare(error, level, REL_QUERY_EMPTY);
  if (level->linked) relLoadPrepare(error, level, REL_QUERY_LINKS);
  if (level->strategy == REL_STRATEGY_SELECT) {
    relLoadPrepare(error, level, REL_QUERY_ONE);
  } else if (level->strategy == REL_STRATEGY_SUBQUERY) {
    relLoadPrepare(error, level, REL_QUERY_OWNERS);
  } else {
    relLoadPrepare(error, level, REL_QUERY_ROWS);
  }
}

void relLoadPrepareChildren(RelError *error, RelPlan *plan) {
  int i;
  for (i = plan->levelCount - 1; i > 0; i--) prepareLevel(error, plan->levels[i]);
}
