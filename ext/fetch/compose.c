#include "fetch/sql.h"

static RelCompose start(RelError *error, RelLevel *level) {
  RelCompose c;
  memset(&c, 0, sizeof c);
  c.error = error;
  c.level = level;
  c.reading = level->reading;
  c.feed = REL_FEED_KEYS;
  return c;
}

/* Where SQL alone cannot find the owners again, their keys are handed over. */
static void settleSubqueries(RelError *error, RelPlan *plan) {
  int i, width, identity[REL_MAX_KEY_WIDTH];
  for (i = 1; i < plan->levelCount; i++) {
    RelLevel *level = plan->levels[i];
    if (level->strategy != REL_STRATEGY_SUBQUERY) continue;
    if (!relHasSource(level->parent)) level->strategy = REL_STRATEGY_SELECTIN;
    plan->subqueries |= level->strategy == REL_STRATEGY_SUBQUERY;
  }
  if (!plan->subqueries) return;
  width = relTableIdentity(plan->root->table, identity);
  relKeysStart(&plan->run.identities, width, 0);
  for (i = 0; i < width; i++) {
    plan->identityArguments[i] = relLevelArgument(error, plan->root, identity[i]);
  }
}

/* What parents write into their own SQL: from the deepest levels up. */
static void composePieces(RelError *error, RelPlan *plan) {
  int i;
  for (i = plan->levelCount - 1; i > 0; i--) {
    RelCompose c = start(error, plan->levels[i]);
    if (error->rc != SQLITE_OK) return;
    if (c.level->inner) relComposeFilter(&c);
    if (c.level->strategy == REL_STRATEGY_JOINED) relComposeJoined(&c);
  }
}

static void composeLevel(RelCompose *c) {
  RelLevel *level = c->level;
  if (level->plan->subqueries && relHasSource(level)) relComposeSource(c);
  c->feed = REL_FEED_KEYS;
  if (level->strategy == REL_STRATEGY_JOINED) return;
  if (level->aggregate) {
    relComposeAggregate(c);
  } else if (level->parent == NULL) {
    relComposeRoot(c);
  } else {
    relComposeMembers(c);
  }
}

void relPlanCompose(RelError *error, RelPlan *plan) {
  int i;
  settleSubqueries(error, plan);
  for (i = 0; i < plan->levelCount; i++) relLevelMeasure(plan->levels[i]);
  composePieces(error, plan);
  for (i = 0; i < plan->levelCount && error->rc == SQLITE_OK; i++) {
    RelCompose c = start(error, plan->levels[i]);
    composeLevel(&c);
  }
  relPlanCheckCriteria(error, plan);
}
