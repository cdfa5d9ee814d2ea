#include "fetch/ahead.h"
#include "fetch/batch.h"
#include "fetch/links.h"
#include "fetch/load.h"
#include "fetch/pool.h"
#include "fetch/rows.h"

enum { MOST_FETCHES = 32 /* that run inside each other */ };

int relFetchRegister(sqlite3 *db, RelStats *stats) {
  int rc = relKeysRegister(db);
  if (rc == SQLITE_OK) rc = relPlacesRegister(db);
  if (rc == SQLITE_OK) rc = relRowsRegister(db, stats);
  return rc == SQLITE_OK ? relLinksRegister(db, stats) : rc;
}

/* --- batches of owners ------------------------------------------------------------------------ */

static void addOwner(RelError *error, RelRun *run, int row) {
  run->owners = relGrow(error, run->owners, run->ownerCount, &run->ownerRoom, sizeof *run->owners);
  if (error->rc != SQLITE_OK) return;
  run->owners[run->ownerCount++] = row;
}

/* The owners, slot by slot. */
static void addOwnersOfSlots(RelError *error, RelPlan *plan) {
  const RelLevel *root = plan->root;
  int i;
  for (i = 0; i < root->slotCount; i++) {
    if (root->slots[i].count > 0) {
      addOwner(error, &plan->run, relRowsAt(root, root->slots[i].first));
    }
  }
}

/*
** Owners as the scan gives them. Where it had to sort, it wrote all rows before it gave the first
** one: then they are all one batch.
*/
static void scanOwners(RelError *error, RelPlan *plan) {
  RelRun *run = &plan->run;
  RelLevel *root = plan->root;
  sqlite3_stmt *statement = root->queries[REL_QUERY_SCAN].statement;
  relLoadBegin(root, REL_QUERY_SCAN);
  while (run->ownerCount < run->batch || root->rowCount > run->ownerCount) {
    if (!relLoadStep(error, root, statement)) {
      run->finished = 1;
      return;
    }
    addOwner(error, run, relLoadRow(error, root, statement));
    if (error->rc != SQLITE_OK) return;
  }
}

static void takeWanted(RelError *error, RelPlan *plan) {
  RelRun *run = &plan->run;
  int left = run->wanted.count - run->wantedAt;
  run->window = relKeysPart(&run->wanted, run->wantedAt, left < run->batch ? left : run->batch);
  run->wantedAt += run->window.count;
  run->finished = run->wantedAt >= run->wanted.count;
  if (run->window.count == 0) return;
  relLoadRows(error, plan->root, REL_QUERY_KEYED, run->window.count);
  addOwnersOfSlots(error, plan);
}

static void pickOwners(RelError *error, RelPlan *plan) {
  RelRun *run = &plan->run;
  RelLevel *root = plan->root;
  sqlite3_stmt *statement = root->queries[run->kind].statement;
  sqlite3_value *values[REL_MAX_KEY_WIDTH];
  int places[REL_MAX_KEY_WIDTH], i;
  while (root->keys.count < run->batch && !run->finished) {
    if (!relLoadStep(error, root, statement)) {
      run->finished = 1;
      break;
    }
    for (i = 0; i < root->keys.width; i++) {
      values[i] = sqlite3_column_value(statement, i);
      places[i] = i;
    }
    if (relKeysAdd(&root->keys, values, places, 1) < 0) relErrorNoMemory(error);
  }
  if (root->keys.count == 0) return;
  relLoadRows(error, root, REL_QUERY_ROWS, root->keys.count);
  addOwnersOfSlots(error, plan);
}

/* Merges halves, each in order. `spare` has room for as many. */
static void mergeOwners(const RelRun *run, int *owners, int count, int *spare) {
  int middle = count / 2, left = 0, right = middle, i;
  if (count < 2) return;
  mergeOwners(run, owners, middle, spare);
  mergeOwners(run, owners + middle, count - middle, spare);
  memcpy(spare, owners, (size_t)count * sizeof *owners);
  for (i = 0; i < count; i++) {
    int takeLeft =
        left < middle &&
        (right >= count ||
         run->sorted * relKeysCompare(&run->ownerKeys, spare[left], spare[right], 0) <= 0);
    owners[i] = takeLeft ? spare[left++] : spare[right++];
  }
}

static void sortOwners(RelError *error, RelRun *run) {
  int *spare = relAlloc(error, (size_t)run->ownerCount * sizeof *spare);
  if (spare != NULL) mergeOwners(run, run->owners, run->ownerCount, spare);
  sqlite3_free(spare);
}

static void resetBatch(RelPlan *plan) {
  RelRun *run = &plan->run;
  int i;
  for (i = 0; i < plan->levelCount; i++) {
    relRowsReset(plan->levels[i]);
    relLinksReset(&plan->levels[i]->association);
  }
  relKeysReset(&run->ownerKeys);
  relKeysReset(&run->identities);
  run->ownerCount = 0;
  run->at = -1;
  run->documentOf = -1;
}

static void loadBatch(RelError *error, RelPlan *plan) {
  RelRun *run = &plan->run;
  resetBatch(plan);
  switch (run->kind) {
  case REL_QUERY_SCAN:
    scanOwners(error, plan);
    break;
  case REL_QUERY_KEYED:
    takeWanted(error, plan);
    break;
  default:
    pickOwners(error, plan);
  }
  if (run->finished) sqlite3_reset(plan->root->queries[run->kind].statement);
  run->total += run->ownerCount;
  if (run->sorted) sortOwners(error, run);
  relLoadChildren(error, plan);
  relDocumentStart(error, plan);
  relAheadPlan(plan);
  relBatchGrow(error, plan);
}

/* --- the fetch -------------------------------------------------------------------------------- */

static int isSpanned(const RelPlan *plan) {
  return plan->root->queries[REL_QUERY_SPAN_UP].piece.sql != NULL;
}

/* Where no keys are given. A scan of a root that can be spanned is in the order of its keys. */
static RelQueryKind chooseSpan(const RelPlan *plan, const RelFetchRequest *request) {
  const RelQuery *queries = plan->root->queries;
  int scans = queries[REL_QUERY_SCAN].piece.sql != NULL;
  int bounded = request->least != NULL || request->greatest != NULL;
  if (!isSpanned(plan) || (!bounded && (request->order == 0 || (request->order > 0 && scans)))) {
    return scans ? REL_QUERY_SCAN : REL_QUERY_PICK;
  }
  if (request->order == 0 && queries[REL_QUERY_SPAN].piece.sql != NULL) return REL_QUERY_SPAN;
  return request->order < 0 ? REL_QUERY_SPAN_DOWN : REL_QUERY_SPAN_UP;
}

static RelQueryKind chooseKind(const RelPlan *plan, const RelFetchRequest *request) {
  const RelQuery *queries = plan->root->queries;
  if (request->keys != REL_KEYS_ALL) {
    int inOrder = plan->keysOrdered || request->keys == REL_KEYS_ONE;
    if (queries[REL_QUERY_KEYED].piece.sql != NULL && inOrder) return REL_QUERY_KEYED;
    if (queries[REL_QUERY_PICK_KEYED].piece.sql != NULL) return REL_QUERY_PICK_KEYED;
  }
  return chooseSpan(plan, request);
}

/* As the outside asked, where no statement gives its order. */
static int sortedBy(const RelPlan *plan, const RelFetchRequest *request) {
  RelQueryKind kind = plan->run.kind;
  int unordered = kind == REL_QUERY_PICK || (kind == REL_QUERY_SCAN && !isSpanned(plan));
  return unordered && plan->keyWidth > 0 ? request->order : 0;
}

/* An argument that the selection uses and the call does not give. */
static void checkArguments(RelError *error, const RelPlan *plan, const RelFetchRequest *request) {
  int i, given = request->argumentCount;
  for (i = 0; i < plan->source.variableCount; i++) {
    const RelVariable *variable = &plan->source.variables[i];
    if (variable->number <= given && request->arguments[variable->number - 1] != NULL) continue;
    relSelectionRefuse(error, &plan->source, plan->root->path, variable->at, NULL,
                       "?%d has no argument: %d %s given behind the selection", variable->number,
                       given, given == 1 ? "is" : "are");
    return;
  }
}

static void freeArguments(RelRun *run) {
  while (run->argumentCount > 0) {
    int last = --run->argumentCount;
    sqlite3_value_free(run->arguments[last]);
    run->arguments[last] = NULL;
  }
}

/* Copies: the caller's live no longer than its call, and statements may be prepared later. */
static void keepArguments(RelError *error, RelPlan *plan, const RelFetchRequest *request) {
  int i, count = plan->argumentsUsed;
  if (count > request->argumentCount) count = request->argumentCount;
  plan->run.argumentCount = count;
  for (i = 0; i < count; i++) {
    if (request->arguments[i] == NULL) continue;
    plan->run.arguments[i] = sqlite3_value_dup(request->arguments[i]);
    if (plan->run.arguments[i] == NULL) relErrorNoMemory(error);
  }
}

/*
** Around what may prepare or run statements: one that fetches itself must not be kept. SQLite does not
** see that a view reads itself where it does so through a fetch.
*/
static void enter(RelError *error, RelPlan *plan) {
  if (++plan->pool->fetching <= MOST_FETCHES) return;
  relErrorSet(error, SQLITE_ERROR,
              "%s: %s: more than %d fetches stand in each other: does a view read itself?",
              plan->source.caller, plan->root->path, MOST_FETCHES);
}

static void leave(RelPlan *plan) {
  RelPool *pool = plan->pool;
  plan->stale |= pool->nested;
  if (--pool->fetching == 0) pool->nested = 0;
}

static void prepareAll(RelError *error, RelPlan *plan) {
  enter(error, plan);
  relLoadPrepareChildren(error, plan);
  relLoadPrepare(error, plan->root, plan->run.kind);
  if (plan->run.kind != REL_QUERY_SCAN && plan->run.kind != REL_QUERY_KEYED) {
    relLoadPrepare(error, plan->root, REL_QUERY_ROWS);
  }
  leave(plan);
}

void relFetchStart(RelError *error, RelPlan *plan, const RelFetchRequest *request) {
  RelRun *run = &plan->run;
  relFetchEnd(plan);
  if (error->rc != SQLITE_OK) return;
  if (request->first && plan->only == NULL) relStatsBegin(plan->pool->stats, plan->pool->db);
  checkArguments(error, plan, request);
  keepArguments(error, plan, request);
  run->kind = chooseKind(plan, request);
  run->sorted = sortedBy(plan, request);
  run->least = request->least != NULL ? *request->least : INT64_MIN;
  run->greatest = request->greatest != NULL ? *request->greatest : INT64_MAX;
  run->all = plan->root->complete && request->expected == 0 &&
             plan->root->queries[REL_QUERY_GREATEST].piece.sql != NULL &&
             (run->kind == REL_QUERY_SCAN || run->kind == REL_QUERY_PICK);
  run->total = 0;
  prepareAll(error, plan);
  run->withoutDocument = request->withoutDocument;
  relBatchStart(error, plan, run->sorted ? 0 : request->expected);
  run->wantedAt = 0;
  run->finished = 0;
  relKeysReset(&run->wanted);
  run->ownerCount = 0;
  run->at = -1;
  run->running = error->rc == SQLITE_OK;
}

int relFetchIsByInteger(const RelTable *table) {
  return relTableKeyWidth(table) == 1 && relTableIsRowid(table, relTableKeyColumn(table, 0));
}

static int hasTextKeys(RelError *error, RelPlan *plan) {
  const RelQuery *query = &plan->root->queries[REL_QUERY_TEXTS];
  int found;
  if (query->piece.sql == NULL) return 0;
  relLoadPrepare(error, plan->root, REL_QUERY_TEXTS);
  found = relLoadStep(error, plan->root, query->statement);
  sqlite3_reset(query->statement);
  return found;
}

int relPlanFinds(RelError *error, RelPlan *plan, sqlite3_value *key) {
  int type = sqlite3_value_type(key);
  const char *text;
  if (plan->keyWidth == 1) {
    if (type != SQLITE_INTEGER && type != SQLITE_FLOAT) return 1;
    return !plan->keyIsText && !hasTextKeys(error, plan);
  }
  /* A part that is NULL equals nothing; older versions read a text of JSON no further than \u0000. */
  text = type == SQLITE_TEXT ? (const char *)sqlite3_value_text(key) : NULL;
  return text == NULL || (strstr(text, "null") == NULL && strstr(text, "\\u0000") == NULL);
}

void relFetchWant(RelError *error, RelPlan *plan, sqlite3_value *key) {
  int first = 0;
  if (error->rc != SQLITE_OK) return;
  if (relKeysAdd(&plan->run.wanted, &key, &first, 0) == REL_KEYS_NO_MEMORY) {
    relErrorNoMemory(error);
  }
  if (plan->only != NULL && plan->run.wanted.count > 0) {
    relCounterLazy(plan->root->children[0]->counter,
                   relKeysHash(&plan->run.wanted, plan->run.wanted.count - 1));
  }
}

int relFetchNext(RelError *error, RelPlan *plan) {
  RelRun *run = &plan->run;
  while (run->running && error->rc == SQLITE_OK) {
    if (run->at + 1 < run->ownerCount) {
      run->at++;
      return 1;
    }
    if (run->finished) break;
    enter(error, plan);
    if (error->rc == SQLITE_OK) loadBatch(error, plan);
    leave(plan);
  }
  relFetchEnd(plan);
  return 0;
}

void relFetchEnd(RelPlan *plan) {
  freeArguments(&plan->run);
  if (!plan->run.running) return;
  plan->run.running = 0;
  sqlite3_reset(plan->root->queries[plan->run.kind].statement);
  relBatchRelease(plan);
}
