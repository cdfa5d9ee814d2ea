/*
** What a selection will run: each statement with its query plan, and where it lacks an index.
*/
#include "fetch/describe.h"
#include "inspect/inspect.h"

enum { DEEPEST = 64 }; /* levels of a query plan that are indented */

/* How deep each node of a query plan stands, found by the number of the node above it. */
typedef struct Nodes {
  struct {
    int id;
    int depth;
  } list[DEEPEST];
  int count;
} Nodes;

static int depthBelow(const Nodes *nodes, int parent) {
  int i;
  for (i = nodes->count - 1; i >= 0; i--) {
    if (nodes->list[i].id == parent) return nodes->list[i].depth + 1;
  }
  return 0;
}

static void addNode(Nodes *nodes, int id, int depth) {
  if (nodes->count == DEEPEST) {
    memmove(nodes->list, nodes->list + 1, (DEEPEST - 1) * sizeof *nodes->list);
    nodes->count--;
  }
  nodes->list[nodes->count].id = id;
  nodes->list[nodes->count++].depth = depth;
}

/* True for a step that reads the whole table, or makes an index of it each time. */
static int readsWhole(const char *step, const char *table) {
  size_t length = strlen(table);
  const char *scanned = step + 5, *at;
  if (strncmp(step, "SCAN ", 5) != 0 && strstr(step, "USING AUTOMATIC") == NULL) return 0;
  if (*step != 'S' || strncmp(step, "SEARCH ", 7) == 0) scanned = step + 7;
  for (at = scanned; at != NULL; at = strchr(at, '.'), at += at != NULL) {
    if (sqlite3_strnicmp(at, table, (int)length) == 0 && (at[length] == 0 || at[length] == ' ')) {
      return 1;
    }
  }
  return 0;
}

/*
** The query plan, a line each step; and whether the table is read whole: by the statement itself, or,
** where the rows come with an owner's, by a subquery in it.
*/
static char *queryPlan(RelError *error, sqlite3 *db, const RelDescription *description,
                       int *whole) {
  enum { ID, PARENT, DETAIL = 3 };
  sqlite3_stmt *steps = relPrepareFormat(error, db, "EXPLAIN QUERY PLAN %s", description->sql);
  Nodes nodes = {.count = 0};
  RelText text;
  relTextStart(&text, error);
  while (relStep(error, steps)) {
    const char *step = (const char *)sqlite3_column_text(steps, DETAIL);
    int depth = depthBelow(&nodes, sqlite3_column_int(steps, PARENT));
    addNode(&nodes, sqlite3_column_int(steps, ID), depth);
    relTextFormat(&text, "%s%*s%s", relTextLength(&text) > 0 ? "\n" : "", 2 * depth, "", step);
    if (description->table == NULL || (description->owner != NULL && depth == 0)) continue;
    if (description->owner == NULL && depth > 0 && !description->picked) continue;
    *whole |= readsWhole(step, description->table);
  }
  relFinalize(error, steps);
  return relTextFinish(&text);
}

/* The detail of a statement: its plan, then a warning where it must read a whole table. */
static char *detailOf(RelError *error, sqlite3 *db, const RelDescription *description) {
  int whole = 0;
  char *plan, *detail;
  plan = queryPlan(error, db, description, &whole);
  if (description->owner != NULL) {
    sqlite3_free(plan);
    plan = relFormat(error, "its rows come with those of %s, in one statement", description->owner);
  }
  if (!whole || plan == NULL) return plan;
  detail =
      description->index == NULL
          ? relFormat(error,
                      "%s\nwarning: %s is read whole: the key's columns differ in type, and no "
                      "index serves while values are converted to be compared",
                      plan, description->table)
          : relFormat(error, "%s\nwarning: %s is read whole, for want of an index: %s;", plan,
                      description->table, description->index);
  sqlite3_free(plan);
  return detail;
}

static void addExplanation(RelError *error, sqlite3 *db, RelAnswer *answer,
                           const RelDescription *description) {
  relAnswerInteger(error, answer, description->level);
  relAnswerText(error, answer, description->path);
  relAnswerText(error, answer, description->strategy);
  relAnswerText(error, answer, description->owner == NULL ? description->sql : NULL);
  relAnswerTake(error, answer, detailOf(error, db, description));
}

void relExplain(RelError *error, RelInspection *inspection, sqlite3_value **arguments,
                RelAnswer *answer) {
  RelCall call = {NULL, NULL, NULL};
  RelDescription description;
  RelPlan *plan = NULL;
  int n;
  call.owner = (const char *)sqlite3_value_text(arguments[0]);
  if (arguments[1] != NULL) call.selection = (const char *)sqlite3_value_text(arguments[1]);
  if (call.owner == NULL) {
    relErrorSet(error, SQLITE_ERROR, "relationship_explain: the name of the table is NULL");
  }
  if (error->rc == SQLITE_OK) plan = relPoolTake(error, inspection->pool, NULL, &call);
  if (plan != NULL) relPlanPrepare(error, plan);
  for (n = 0; error->rc == SQLITE_OK && relPlanDescribe(error, plan, n, &description); n++) {
    addExplanation(error, inspection->db, answer, &description);
    sqlite3_free(description.index);
  }
  if (plan != NULL) relPoolGive(inspection->pool, plan);
}
