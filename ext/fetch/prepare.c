#include "fetch/pool.h"
#include "fetch/rows.h"

/* Two fetches inside this one have said already where. */
static int isPlaced(const char *message) {
  if (strncmp(message, "selectin: ", 10) != 0 && strncmp(message, "related: ", 9) != 0) return 0;
  return strstr(message + 9, "selectin: ") != NULL || strstr(message + 9, "related: ") != NULL;
}

static int isPartOf(const RelLevel *part, const RelLevel *level) {
  while (part != level && part->strategy == REL_STRATEGY_JOINED) part = part->parent;
  return part == level;
}

/* Of several limits in one statement, those of joined levels among them, SQLite does not say which. */
static void refuseLimit(RelError *error, const RelLevel *level, int rc) {
  const RelPlan *plan = level->plan;
  const RelLevel *limited = NULL;
  int i, count = 0;
  for (i = 0; i < plan->levelCount; i++) {
    if (!plan->levels[i]->limited || !isPartOf(plan->levels[i], level)) continue;
    limited = plan->levels[i];
    count++;
  }
  if (count == 1) {
    relSelectionRefuse(error, &plan->source, limited->path, limited->limitAt.start, NULL,
                       "LIMIT and OFFSET must be integers");
  } else if (count > 1) {
    relErrorSet(error, rc, "%s: %s, or a level joined to it: LIMIT and OFFSET must be integers",
                plan->source.caller, level->path);
  }
}

void relLevelError(RelError *error, const RelLevel *level, int rc) {
  const char *message = sqlite3_errmsg(level->plan->pool->db);
  if (rc == SQLITE_OK || error->rc != SQLITE_OK) return;
  if (rc == SQLITE_MISMATCH) refuseLimit(error, level, rc);
  if (error->rc != SQLITE_OK) return;
  if ((rc & 0xff) == SQLITE_NOMEM) {
    relErrorNoMemory(error);
  } else if (isPlaced(message)) {
    relErrorSet(error, rc, "%s", message);
  } else {
    relErrorSet(error, rc, "%s: %s: %s", level->plan->source.caller, level->path, message);
  }
}

/* The name behind `start`, without qualifier, where the message begins so; else NULL. */
static const char *nameBehind(const char *message, const char *start) {
  size_t length = strlen(start);
  const char *dot;
  if (strncmp(message, start, length) != 0) return NULL;
  dot = strrchr(message, '.');
  return dot == NULL ? message + length : dot + 1;
}

static void offerColumns(RelNearest *nearest, const RelTable *table) {
  int i;
  for (i = 0; table != NULL && i < table->columnCount; i++) {
    if (!table->columns[i].hidden) relNearestOffer(nearest, table->columns[i].name);
  }
}

static int isWithin(RelSlice slice, const char *at) {
  return slice.start != NULL && at >= slice.start && at < slice.end;
}

/* What can be said better than SQLite does; true where it is. */
static int refuseBetter(RelError *error, const RelLevel *level, const RelQuery *query, int offset,
                        const char *at, const char *message) {
  const RelSource *source = &level->plan->source;
  if (nameBehind(message, "no such column: ") != NULL && at != NULL &&
      (isWithin(level->limitAt, at) || isWithin(level->offsetAt, at))) {
    relSelectionRefuse(error, source, level->path, at, NULL,
                       "LIMIT and OFFSET are reckoned before any row: they cannot use columns");
  } else if (at == NULL && strcmp(message, "near \")\": syntax error") == 0 && offset > 0 &&
             relSpotsFind(&query->piece.spots, offset - 1, &at) != NULL) {
    relSelectionRefuse(error, source, level->path, at + 1, NULL, "the expression is incomplete");
  }
  return error->rc != SQLITE_OK;
}

/* SQLite's refusal of the SQL, at the place of the selection that it is about. */
static void refuse(RelError *error, const RelLevel *level, const RelQuery *query, int rc) {
  RelPlan *plan = level->plan;
  int offset = sqlite3_error_offset(plan->pool->db);
  const char *at = NULL;
  const RelSpot *spot = offset < 0 ? NULL : relSpotsFind(&query->piece.spots, offset, &at);
  const char *text = plan->source.text;
  char *message;
  RelNearest nearest = {NULL, NULL, 0};
  if ((rc & 0xff) != SQLITE_ERROR) {
    relLevelError(error, level, rc);
    return;
  }
  if (strcmp(sqlite3_errmsg(plan->pool->db), "parser stack overflow") == 0) {
    relErrorSet(error, rc,
                "%s: %s: any() and !inner stand deeper in each other than SQLite can read",
                plan->source.caller, level->path);
    return;
  }
  message = relCopy(error, sqlite3_errmsg(plan->pool->db));
  if (message == NULL || refuseBetter(error, level, query, offset, at, message)) {
    sqlite3_free(message);
    return;
  }
  nearest.name = nameBehind(message, "no such column: ");
  offerColumns(&nearest, spot != NULL ? spot->table : level->table);
  if (spot != NULL) offerColumns(&nearest, spot->secondary);
  if (nearest.name == NULL) {
    nearest.name = nameBehind(message, "no such function: ");
    relModelSuggest(error, plan->model, level->table, &nearest);
  }
  if (nearest.best != NULL && nearest.name == message + strlen("no such column: ") &&
      relSame(nearest.best, nearest.name)) {
    nearest.best = NULL;
  }
  if (at != NULL && (at < text || at >= text + strlen(text))) at = NULL;
  relSelectionRefuse(error, &plan->source, level->path, at, nearest.best, "%s", message);
  sqlite3_free(message);
}

RelKeys *relLevelFeed(RelLevel *level, RelQueryKind kind) {
  RelRun *run = &level->plan->run;
  switch (kind) {
  case REL_QUERY_KEYED:
    return &run->window;
  case REL_QUERY_PICK_KEYED:
    return &run->wanted;
  case REL_QUERY_LINKS:
    return &level->association.keys;
  case REL_QUERY_OWNERS:
    return &run->identities;
  default:
    return &level->keys;
  }
}

static void bindPointers(RelError *error, RelLevel *level, RelQueryKind kind) {
  sqlite3_stmt *statement = level->queries[kind].statement;
  int count = sqlite3_bind_parameter_count(statement), rc = SQLITE_OK;
  if (count >= REL_KEYS_PARAMETER) {
    rc = sqlite3_bind_pointer(statement, REL_KEYS_PARAMETER, relLevelFeed(level, kind),
                              REL_KEYS_POINTER, NULL);
  }
  if (rc == SQLITE_OK && count >= REL_PLACES_PARAMETER) {
    rc = sqlite3_bind_pointer(statement, REL_PLACES_PARAMETER, &level->places, REL_PLACES_POINTER,
                              NULL);
  }
  relLevelError(error, level, rc);
}

void relLevelPrepare(RelError *error, RelLevel *level, RelQueryKind kind) {
  RelQuery *query = &level->queries[kind];
  const char *tail = NULL;
  int rc;
  if (error->rc != SQLITE_OK || query->statement != NULL) return;
  rc = sqlite3_prepare_v3(level->plan->pool->db, query->piece.sql, -1, SQLITE_PREPARE_PERSISTENT,
                          &query->statement, &tail);
  if (rc != SQLITE_OK) {
    refuse(error, level, query, rc);
    return;
  }
  if (!sqlite3_stmt_readonly(query->statement) || *tail != 0) {
    relErrorSet(error, SQLITE_ERROR, "%s: %s: a selection can only read",
                level->plan->source.caller, level->path);
  } else {
    bindPointers(error, level, kind);
  }
  if (error->rc == SQLITE_OK) return;
  sqlite3_finalize(query->statement);
  query->statement = NULL;
}
