#include "fetch/stats.h"

RelStats *relStatsNew(RelError *error) {
  RelStats *stats = relAlloc(error, sizeof *stats);
  if (stats != NULL) stats->references = 1;
  return stats;
}

RelStats *relStatsHold(RelStats *stats) {
  stats->references++;
  return stats;
}

void relStatsRelease(void *pointer) {
  RelStats *stats = pointer;
  int i;
  if (stats == NULL || --stats->references > 0) return;
  for (i = 0; i < stats->count; i++) {
    sqlite3_free(stats->list[i]->relationship);
    sqlite3_free(stats->list[i]);
  }
  sqlite3_free(stats->list);
  sqlite3_free(stats);
}

RelCounter *relStatsCounter(RelError *error, RelStats *stats, const char *schema,
                            const char *label) {
  RelCounter *counter;
  char *name =
      relSame(schema, "main") ? relCopy(error, label) : relFormat(error, "%s.%s", schema, label);
  int i;
  for (i = 0; name != NULL && i < stats->count; i++) {
    if (!relSame(stats->list[i]->relationship, name)) continue;
    sqlite3_free(name);
    return stats->list[i];
  }
  stats->list = relGrow(error, stats->list, stats->count, &stats->room, sizeof(RelCounter *));
  counter = relAlloc(error, sizeof *counter);
  if (counter == NULL) {
    sqlite3_free(name);
    return NULL;
  }
  counter->relationship = name;
  stats->list[stats->count++] = counter;
  counter->id = stats->count;
  return counter;
}

void relCounterReset(RelCounter *counter) {
  counter->batches = counter->rows = counter->lazyLoads = 0;
  counter->flagged = 0;
  counter->seenCount = 0;
}

void relStatsBegin(RelStats *stats, sqlite3 *db) {
  int i, alone = sqlite3_get_autocommit(db), were = stats->alone;
  stats->alone = alone;
  if (!alone && !were && sqlite3_txn_state(db, NULL) != SQLITE_TXN_NONE) return;
  for (i = 0; i < stats->count; i++) stats->list[i]->seenCount = 0;
}

void relCounterLazy(RelCounter *counter, uint64_t key) {
  int i;
  counter->lazyLoads++;
  for (i = 0; i < counter->seenCount; i++) {
    if (counter->seen[i] == key) return;
  }
  if (counter->seenCount < REL_STATS_MANY) counter->seen[counter->seenCount++] = key;
  if (counter->seenCount < REL_STATS_MANY || counter->flagged) return;
  counter->flagged = 1;
  sqlite3_log(
      SQLITE_NOTICE,
      "relationship: %s was loaded lazily for %d keys one after the other (N+1): name it in "
      "a selection of selectin(), which loads it for all at once",
      counter->relationship, REL_STATS_MANY);
}
