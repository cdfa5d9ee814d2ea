#include "fetch/pool.h"

#include "fetch/batch.h"

enum {
  PLANS_KEPT = 128,
  PLANS_WITH_MEMORY = 16 /* beyond those, they keep little but their statements */
};

RelPool *relPoolNew(RelError *error, sqlite3 *db, RelStats *stats) {
  RelPool *pool = relAlloc(error, sizeof *pool);
  if (pool == NULL) return NULL;
  pool->db = pool->models.db = db;
  pool->stats = stats;
  pool->functions.db = db;
  return pool;
}

void relPoolFree(RelPool *pool) {
  if (pool == NULL) return;
  while (pool->plans != NULL) {
    RelPlan *plan = pool->plans;
    pool->plans = plan->next;
    relPlanFree(plan);
  }
  relModelsClear(&pool->models);
  relFunctionsClear(&pool->functions);
  sqlite3_finalize(pool->pulse);
  relJsonStyleClear(&pool->style);
  sqlite3_free(pool);
}

int relPoolPulse(RelPool *pool) {
  int rc = SQLITE_OK;
  if (pool->pulse == NULL) {
    rc =
        sqlite3_prepare_v3(pool->db, "SELECT 1", -1, SQLITE_PREPARE_PERSISTENT, &pool->pulse, NULL);
  }
  if (rc == SQLITE_OK) rc = sqlite3_step(pool->pulse);
  sqlite3_reset(pool->pulse);
  return rc == SQLITE_ROW ? SQLITE_OK : rc;
}

static sqlite3_int64 askNumber(RelError *error, sqlite3 *db, const char *sql) {
  sqlite3_stmt *statement = relPrepare(error, db, 0, sql);
  sqlite3_int64 number = relStep(error, statement) ? sqlite3_column_int64(statement, 0) : 0;
  relFinalize(error, statement);
  return number;
}

size_t relPoolAllowance(RelError *error, RelPool *pool) {
  sqlite3_int64 size = askNumber(error, pool->db, "PRAGMA main.cache_size");
  /* Positive, it counts pages; negative, KiB. */
  sqlite3_int64 unit = size < 0 ? -1024 : askNumber(error, pool->db, "PRAGMA main.page_size");
  pool->allowance = (size_t)(size * unit);
  return pool->allowance;
}

void relPoolReads(RelPool *pool) {
  if (pool->fetching > 0) pool->nested = 1;
}

/* What fails is tried again with the next fetch. */
static void start(RelError *error, RelPool *pool) {
  sqlite3_stmt *statement;
  char *encoding = NULL;
  if (pool->started || error->rc != SQLITE_OK) return;
  relJsonStyleLearn(error, pool->db, &pool->style);
  statement = relPrepare(error, pool->db, 0, "PRAGMA main.encoding");
  if (relStep(error, statement)) encoding = relColumnCopy(error, statement, 0);
  relFinalize(error, statement);
  pool->bytewise = relSame(encoding, "UTF-8");
  pool->started = error->rc == SQLITE_OK;
  sqlite3_free(encoding);
  if (!pool->started) relJsonStyleClear(&pool->style);
}

/* Plans are stale where a model had to be read anew: an owner may then be another table. */
static void refreshModels(RelError *error, RelPool *pool) {
  RelPlan *plan;
  int moved = relModelsRefresh(error, &pool->models);
  for (plan = pool->plans; plan != NULL && moved; plan = plan->next) plan->stale = 1;
}

/* Frees what is stale and not taken, and what the oldest keep. */
static void tidy(RelPool *pool) {
  RelPlan **link = &pool->plans;
  int kept = 0;
  while (*link != NULL) {
    RelPlan *plan = *link;
    if (!plan->taken && (plan->stale || kept >= PLANS_KEPT)) {
      *link = plan->next;
      relPlanFree(plan);
    } else {
      if (++kept > PLANS_WITH_MEMORY && !plan->taken) relBatchSpare(plan);
      link = &plan->next;
    }
  }
}

static int same(const char *a, const char *b) {
  return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static int isFor(const RelPlan *plan, const RelCall *call) {
  return !plan->stale && same(plan->owner, call->owner) && same(plan->text, call->selection) &&
         same(plan->only, call->only);
}

static RelPlan *newPlan(RelError *error, RelPool *pool, const RelCall *call) {
  RelModel *model = NULL;
  RelTable *table = relModelsFind(error, &pool->models, relCallName(call), call->owner, &model);
  RelPlan *plan = relPlanNew(error, pool, model, table, call);
  if (plan == NULL) return NULL;
  plan->next = pool->plans;
  pool->plans = plan;
  return plan;
}

RelPlan *relPoolTake(RelError *error, RelPool *pool, RelPlan *had, const RelCall *call) {
  RelPlan *plan, **link = &pool->plans;
  start(error, pool);
  refreshModels(error, pool);
  if (had != NULL && error->rc == SQLITE_OK && isFor(had, call)) return had;
  if (had != NULL) relPoolGive(pool, had);
  tidy(pool);
  if (error->rc != SQLITE_OK) return NULL;
  while (*link != NULL && ((*link)->taken || !isFor(*link, call))) link = &(*link)->next;
  plan = *link;
  if (plan == NULL) {
    plan = newPlan(error, pool, call);
  } else {
    *link = plan->next;
    plan->next = pool->plans;
    pool->plans = plan;
  }
  if (plan != NULL) plan->taken = 1;
  return plan;
}

RelTable *relPoolTable(RelError *error, RelPool *pool, const char *caller, const char *name,
                       RelModel **model) {
  refreshModels(error, pool);
  return error->rc == SQLITE_OK ? relModelsFind(error, &pool->models, caller, name, model) : NULL;
}

void relPoolGive(RelPool *pool, RelPlan *plan) {
  relFetchEnd(plan);
  plan->taken = 0;
  tidy(pool);
}

const char *relPlanOwner(const RelPlan *plan) {
  return plan->owner;
}

const char *relPlanSelection(const RelPlan *plan) {
  return plan->text;
}
