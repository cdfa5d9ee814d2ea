#include "fetch/batch.h"

#include "fetch/links.h"
#include "fetch/load.h"
#include "fetch/pool.h"
#include "fetch/rows.h"

#include <limits.h>

enum {
  FIRST_BATCH = 16,            /* owners: so that the first documents come soon */
  FIRST_UNLED = 1024,          /* the same where each batch takes long */
  FIRST_OF_ALL = 4,            /* the same of more than so many: to learn how large they are */
  LEARNED_OF = 256,            /* of so many owners, one by which that is learned, */
  LEARNED_OF_SCATTERED = 1024, /* or of so many where rows have to be fetched from all over, */
  ENOUGH_LEARNED = 1024,       /* but no more than these */
  MOST_LEARNED = 64,           /* owners, or four times those, from which it is still learned */
  MOST_OWNERS = 1 << 20,       /* of a batch */
  BATCH_BYTES = 2 << 20,       /* which the processor's caches still hold well */
  SCATTERED_BYTES = 48 << 20,  /* where more rows mean fewer pages for each */
  WHOLE_BYTES = 64 << 20,  /* where whole tables are read; more if the page cache may have more */
  KEPT_BYTES = 4 << 20,    /* likewise, by a plan that rests, */
  SPARED_BYTES = 64 << 10, /* and of those that have rested long */
  FEWEST_SCANNED = 256,    /* slots */
  SHARE_SCANNED = 60,      /* per cent of its owners from which on a table is read whole */
  SHARE_SCANNED_SCATTERED = 20, /* the same where its rows do not stand in their owners' order */
};

/* What a batch takes of memory, its documents left out. */
static size_t batchBytes(const RelPlan *plan) {
  size_t bytes = 0;
  int i;
  for (i = 0; i < plan->levelCount; i++) {
    const RelLevel *level = plan->levels[i];
    size_t ofRow = sizeof *level->rows + sizeof *level->slots +
                   (size_t)(level->gapWidth + 1) * sizeof *level->gaps +
                   (size_t)level->keys.width * sizeof *level->keys.values;
    bytes += level->text.length + (size_t)level->rowCount * ofRow;
  }
  return bytes;
}

static size_t keptBytes(const RelPlan *plan) {
  size_t bytes = plan->run.document.room;
  int i;
  for (i = 0; i < plan->levelCount; i++) bytes += relRowsKept(plan->levels[i]);
  return bytes;
}

static int isScattered(const RelPlan *plan) {
  int i;
  for (i = 1; i < plan->levelCount; i++) {
    if (plan->levels[i]->scattered) return 1;
  }
  return 0;
}

/* Each batch reads a whole table, whatever its size. */
static int isUnled(const RelPlan *plan) {
  int i;
  for (i = 1; i < plan->levelCount; i++) {
    if (plan->levels[i]->unled) return 1;
  }
  return 0;
}

static int readsWholeTables(const RelPlan *plan) {
  int i;
  for (i = 1; i < plan->levelCount; i++) {
    if (plan->levels[i]->queries[REL_QUERY_SCAN].piece.sql != NULL) return 1;
  }
  return 0;
}

/* The greatest key of the root's table, as a measure of how many rows it has. */
static sqlite3_int64 greatestKey(RelError *error, RelPlan *plan) {
  sqlite3_int64 greatest = INT64_MAX;
  sqlite3_stmt *statement;
  if (plan->root->queries[REL_QUERY_GREATEST].piece.sql == NULL) return greatest;
  relLoadPrepare(error, plan->root, REL_QUERY_GREATEST);
  if (error->rc != SQLITE_OK) return greatest;
  statement = plan->root->queries[REL_QUERY_GREATEST].statement;
  if (relLoadStep(error, plan->root, statement)) greatest = sqlite3_column_int64(statement, 0);
  sqlite3_reset(statement);
  return greatest;
}

/* How many keys the span has room for that are not beyond the greatest. */
static sqlite3_int64 spanned(const RelRun *run) {
  sqlite3_int64 least = run->least > 0 ? run->least : 0;
  sqlite3_int64 greatest = run->greatest < run->rows ? run->greatest : run->rows;
  return greatest < least ? 0 : greatest - least + (greatest < INT64_MAX);
}

/*
** How many owners are left at most. Where all come, by the greatest key: gaps make it too many, which
** only means that they are taken in smaller batches.
*/
static sqlite3_int64 ownersLeft(RelError *error, RelPlan *plan) {
  RelRun *run = &plan->run;
  sqlite3_int64 reached = run->total;
  if (run->kind == REL_QUERY_KEYED) return run->wanted.count - run->wantedAt;
  if (run->rows == 0) run->rows = greatestKey(error, plan);
  if (relQueryIsSpan(run->kind)) {
    return spanned(run) > run->total ? spanned(run) - run->total : 0;
  }
  if (run->kind == REL_QUERY_SCAN) {
    reached = relKeysInteger(&run->ownerKeys, run->owners[run->ownerCount - 1]);
  }
  if (reached < 0) reached = 0;
  return run->rows > reached ? run->rows - reached : 0;
}

static int isShare(sqlite3_int64 owners, sqlite3_int64 of, int percent) {
  return owners >= of / 100 * percent;
}

/*
** Whether it is time to take all that is left at once. Sooner, whoever wants only the first documents would
** wait for all; later, too many would have been loaded in the slower way.
*/
static int hasLearned(const RelPlan *plan) {
  const RelRun *run = &plan->run;
  sqlite3_int64 share = run->rows / (isScattered(plan) ? LEARNED_OF_SCATTERED : LEARNED_OF);
  if (run->kind == REL_QUERY_KEYED) share = 0;
  if (share > ENOUGH_LEARNED) share = ENOUGH_LEARNED;
  return run->total >= share && run->total <= (share > MOST_LEARNED / 4 ? 4 * share : MOST_LEARNED);
}

/* Whether so large a share of all owners is wanted that whole tables may be read. */
static int wantsMost(RelError *error, RelPlan *plan) {
  RelRun *run = &plan->run;
  if (run->all) return 1;
  if (relQueryIsSpan(run->kind)) {
    return spanned(run) >= FEWEST_SCANNED &&
           isShare(spanned(run), run->rows, SHARE_SCANNED_SCATTERED);
  }
  if (run->kind != REL_QUERY_KEYED || run->wanted.count < FEWEST_SCANNED) return 0;
  if (run->rows == 0) run->rows = greatestKey(error, plan);
  return isShare(run->wanted.count, run->rows, SHARE_SCANNED_SCATTERED);
}

/* What a batch may take where it is all that is left. */
static size_t wholeBytes(RelError *error, RelPlan *plan) {
  size_t allowed = relPoolAllowance(error, plan->pool);
  return allowed > WHOLE_BYTES ? allowed : WHOLE_BYTES;
}

static int ownersIn(size_t bytes, size_t each) {
  size_t owners = bytes / each;
  return owners < MOST_OWNERS ? (int)owners : MOST_OWNERS;
}

void relBatchStart(RelError *error, RelPlan *plan, int expected) {
  RelRun *run = &plan->run;
  run->rows = 0;
  run->batch = FIRST_BATCH;
  if (run->sorted) {
    run->batch = INT_MAX;
    return;
  }
  if (isUnled(plan)) run->batch = FIRST_UNLED;
  if (expected > 0 && expected < run->batch) run->batch = expected;
  if (relQueryIsSpan(run->kind) && readsWholeTables(plan)) run->rows = greatestKey(error, plan);
  if (!run->all || !readsWholeTables(plan) || isUnled(plan)) return;
  run->rows = greatestKey(error, plan);
  if (run->rows > FIRST_BATCH && run->rows < MOST_OWNERS) run->batch = FIRST_OF_ALL;
}

/*
** Batches double until they no longer fit the caches well; keys from outside, which are all meant, go
** there at once. But where few have come, and all that is left fits into one batch that memory bears, it is
** taken in one, because then whole tables can be read.
*/
void relBatchGrow(RelError *error, RelPlan *plan) {
  RelRun *run = &plan->run;
  int unled = isUnled(plan);
  size_t each, most = unled || isScattered(plan) ? SCATTERED_BYTES : BATCH_BYTES;
  if (run->finished || run->ownerCount == 0) return;
  each = batchBytes(plan) / (size_t)run->ownerCount + 1;
  if (hasLearned(plan) && readsWholeTables(plan) && wantsMost(error, plan)) {
    sqlite3_int64 left = ownersLeft(error, plan);
    if (left < ownersIn(wholeBytes(error, plan), each)) {
      run->batch = (int)left + FIRST_BATCH;
      return;
    }
  }
  if (run->kind != REL_QUERY_KEYED && !unled && run->batch < ownersIn(most / 2, each)) {
    run->batch = 2 * run->batch > FIRST_BATCH ? 2 * run->batch : FIRST_BATCH;
  } else if (run->kind == REL_QUERY_KEYED || unled || run->batch < FIRST_BATCH) {
    run->batch = ownersIn(most, each) > FIRST_BATCH ? ownersIn(most, each) : FIRST_BATCH;
  }
}

int relBatchScans(RelLevel *level) {
  const RelRun *run = &level->plan->run;
  RelKeys *keys = relLevelKeys(level);
  sqlite3_int64 rows = run->all ? run->total : run->rows;
  int share = level->scattered ? SHARE_SCANNED_SCATTERED : SHARE_SCANNED;
  return level->queries[REL_QUERY_SCAN].piece.sql != NULL && run->finished && rows > 0 &&
         keys->count >= FEWEST_SCANNED && isShare(run->ownerCount, rows, share) &&
         relKeysIndex(keys);
}

static void freeLarge(RelPlan *plan) {
  int i;
  relBufferClear(&plan->run.document);
  for (i = 0; i < plan->levelCount; i++) {
    relRowsFree(plan->levels[i]);
    relLinksFree(&plan->levels[i]->association);
  }
}

void relBatchSpare(RelPlan *plan) {
  if (keptBytes(plan) > SPARED_BYTES) freeLarge(plan);
}

/*
** A plan that rests keeps what the page cache may have of memory; but only one of them does so, the last
** that needed it.
*/
void relBatchRelease(RelPlan *plan) {
  RelPool *pool = plan->pool;
  size_t bytes = keptBytes(plan);
  int i;
  for (i = 0; i < plan->levelCount; i++) {
    relRowsReset(plan->levels[i]);
    relLinksReset(&plan->levels[i]->association);
  }
  if (bytes <= KEPT_BYTES) return;
  if (bytes > pool->allowance || (pool->keeper != NULL && pool->keeper->run.running)) {
    freeLarge(plan);
    return;
  }
  if (pool->keeper != NULL && pool->keeper != plan) freeLarge(pool->keeper);
  pool->keeper = plan;
}
