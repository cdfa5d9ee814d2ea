#include "fetch/cut.h"
#include "fetch/links.h"
#include "fetch/pool.h"
#include "fetch/reading.h"

int relTableIdentity(const RelTable *table, int *columns) {
  int i, width = relTableKeyWidth(table);
  if (table->integerKey >= 0 || table->rowid != NULL) {
    columns[0] = table->integerKey >= 0 ? table->integerKey : -1;
    return 1;
  }
  if (width > REL_MAX_KEY_WIDTH) return 0;
  for (i = 0; i < width; i++) columns[i] = relTableKeyColumn(table, i);
  return width;
}

const int *relOwnerColumns(const Relationship *relationship) {
  return relationship->direction == REL_MANYTOONE ? relationship->key.childColumns
                                                  : relationship->key.parentColumns;
}

/* --- levels ----------------------------------------------------------------------------------- */

RelLevel *relPlanLevel(RelError *error, RelPlan *plan, RelLevel *parent) {
  RelLevel *level;
  plan->levels =
      relGrow(error, plan->levels, plan->levelCount, &plan->levelRoom, sizeof *plan->levels);
  if (error->rc != SQLITE_OK) return NULL;
  level = relAlloc(error, sizeof *level);
  if (level == NULL) return NULL;
  level->plan = plan;
  level->parent = parent;
  level->nesting = parent == NULL ? 0 : parent->nesting + 1;
  level->depth = -1;
  level->renderRoom = REL_SHORT_PREFIX;
  plan->levels[plan->levelCount++] = level;
  return level;
}

static int addArgument(RelError *error, RelLevel *level, RelArgument argument) {
  level->arguments = relGrow(error, level->arguments, level->argumentCount, &level->argumentRoom,
                             sizeof *level->arguments);
  if (error->rc != SQLITE_OK) return 0;
  level->arguments[level->argumentCount] = argument;
  return level->argumentCount++;
}

void relLevelMeasure(RelLevel *level) {
  enum { SLOT = 1 /* or the number of a joined level */ };
  level->wide = level->argumentCount + SLOT > level->plan->maxArguments;
  level->leaf = relLevelIsObject(level) && level->childCount == 0;
}

int relLevelArgument(RelError *error, RelLevel *level, int column) {
  RelArgument argument = {0, {NULL, NULL}, NULL, 0};
  int i;
  for (i = 0; i < level->argumentCount; i++) {
    if (level->arguments[i].column == column) return i;
  }
  argument.column = column;
  return addArgument(error, level, argument);
}

int relLevelExpression(RelError *error, RelLevel *level, RelSlice slice) {
  RelArgument argument = {REL_NO_COLUMN, {NULL, NULL}, NULL, 0};
  argument.slice = slice;
  return addArgument(error, level, argument);
}

int relLevelSlotArgument(RelError *error, RelLevel *level, RelLevel *joined) {
  RelArgument argument = {REL_NO_COLUMN, {NULL, NULL}, NULL, 0};
  argument.joined = joined;
  return addArgument(error, level, argument);
}

static void freeReading(RelLevel *level) {
  if (level->reading != NULL) relReadingClear(level->reading);
  sqlite3_free(level->reading);
  level->reading = NULL;
  relPieceClear(&level->filter);
  relPieceClear(&level->joinedRows);
  relPieceClear(&level->source);
}

static void freeLevel(RelLevel *level) {
  int i;
  freeReading(level);
  for (i = 0; i < REL_QUERY_COUNT; i++) {
    sqlite3_finalize(level->queries[i].statement);
    relPieceClear(&level->queries[i].piece);
  }
  for (i = 0; i < level->outputCount; i++) sqlite3_free(level->outputs[i].prefix);
  relKeysClear(&level->keys);
  relKeysClear(&level->ordering);
  relOrdersClear(&level->orders);
  relKeysClear(&level->identities);
  relBufferClear(&level->text);
  sqlite3_free(level->path);
  sqlite3_free(level->arguments);
  sqlite3_free(level->found);
  sqlite3_free(level->outputs);
  sqlite3_free(level->children);
  sqlite3_free(level->sort);
  sqlite3_free(level->sortArguments);
  sqlite3_free(level->rows);
  sqlite3_free(level->gaps);
  sqlite3_free(level->onPath);
  relLinksClear(&level->association);
  relPlacesClear(&level->places);
  relCutClear(&level->cut);
  sqlite3_free(level->slots);
  sqlite3_free(level->order);
  sqlite3_free(level);
}

/* --- the plan --------------------------------------------------------------------------------- */

static void startRoot(RelError *error, RelPlan *plan, RelTable *owner, const char *caller) {
  int identity[REL_MAX_KEY_WIDTH];
  RelLevel *root = plan->root = relPlanLevel(error, plan, NULL);
  if (root == NULL) return;
  root->path = relCopy(error, owner->name);
  root->table = owner;
  root->unique = 1;
  relKeysStart(&root->keys, relTableIdentity(owner, identity), 0);
  relSourceRead(error, &plan->source, plan->text, caller, owner->name);
}

/* The root's key, known once it is known whether the root is an aggregate, which has none. */
static void resolveKey(RelError *error, RelPlan *plan) {
  const RelTable *owner = plan->root->table;
  int i, width = relTableKeyWidth(owner);
  if (width > REL_MAX_KEY_WIDTH || plan->root->aggregate) width = 0;
  plan->keyWidth = width;
  plan->keyIsText =
      width == 1 && relTableAffinity(owner, relTableKeyColumn(owner, 0)) == REL_AFFINITY_TEXT;
  relKeysStart(&plan->run.wanted, 1, 0);
  relKeysStart(&plan->run.ownerKeys, width, 0);
  for (i = 0; i < width; i++) {
    plan->keyArguments[i] = relLevelArgument(error, plan->root, relTableKeyColumn(owner, i));
  }
}

static void countArguments(RelPlan *plan) {
  int i;
  for (i = 0; i < plan->source.variableCount; i++) {
    if (plan->source.variables[i].number > plan->argumentsUsed) {
      plan->argumentsUsed = plan->source.variables[i].number;
    }
  }
}

/* Whether rows ask for an argument besides writing it: as their place, their order or a member's key. */
static int asks(const RelLevel *level, int argument) {
  int i;
  if (argument == level->scanPlace || argument == level->integerOrder) return 1;
  for (i = 0; i < level->childCount; i++) {
    const RelLevel *child = level->children[i];
    const int *key = child == level ? child->selfArguments : child->keyArguments;
    if (key[0] == argument) return 1;
  }
  return 0;
}

/* Which arguments are noted while a row is written. */
static void planFound(RelError *error, RelLevel *level) {
  int i;
  level->found = relAlloc(error, (size_t)level->argumentCount * sizeof *level->found);
  for (i = 0; i < level->outputCount && error->rc == SQLITE_OK; i++) {
    RelOutput *output = &level->outputs[i];
    RelArgument *argument;
    if (output->child >= 0) continue;
    argument = &level->arguments[output->argument];
    output->kept = argument->kept = asks(level, output->argument);
    output->integer =
        argument->column != REL_NO_COLUMN && relTableIsRowid(level->table, argument->column);
  }
}

static int hasExpressions(const RelLevel *level) {
  int i;
  for (i = 0; i < level->outputCount; i++) {
    if (level->outputs[i].child < 0 && !level->outputs[i].stored) return 1;
  }
  return 0;
}

RelPlan *relPlanNew(RelError *error, RelPool *pool, RelModel *model, RelTable *table,
                    const RelCall *call) {
  RelPlan *plan = relAlloc(error, sizeof *plan);
  int i;
  if (plan == NULL) return NULL;
  plan->pool = pool;
  plan->model = model;
  plan->maxArguments = sqlite3_limit(pool->db, SQLITE_LIMIT_FUNCTION_ARG, -1);
  plan->owner = relCopy(error, call->owner);
  plan->text = relCopy(error, call->selection);
  plan->only = relCopy(error, call->only);
  pool->functions.fresh = 0;
  if (error->rc == SQLITE_OK) startRoot(error, plan, table, relCallName(call));
  if (error->rc == SQLITE_OK) relPlanResolve(error, plan);
  if (error->rc == SQLITE_OK) resolveKey(error, plan);
  if (error->rc == SQLITE_OK) relPlanCompose(error, plan);
  countArguments(plan);
  for (i = 0; i < plan->levelCount; i++) {
    plan->raw |= hasExpressions(plan->levels[i]);
    planFound(error, plan->levels[i]);
    freeReading(plan->levels[i]);
  }
  if (error->rc == SQLITE_OK) return plan;
  relPlanFree(plan);
  return NULL;
}

void relPlanFree(RelPlan *plan) {
  int i;
  if (plan == NULL) return;
  relFetchEnd(plan);
  if (plan->pool->keeper == plan) plan->pool->keeper = NULL;
  relKeysClear(&plan->run.wanted);
  relKeysClear(&plan->run.ownerKeys);
  relKeysClear(&plan->run.identities);
  relBufferClear(&plan->run.document);
  sqlite3_free(plan->run.owners);
  for (i = 0; i < plan->levelCount; i++) freeLevel(plan->levels[i]);
  relSourceClear(&plan->source);
  relCriteriaClear(&plan->criteria);
  sqlite3_free(plan->levels);
  sqlite3_free(plan->text);
  sqlite3_free(plan->only);
  sqlite3_free(plan->owner);
  sqlite3_free(plan);
}
