#include "fetch/functions.h"

#include "fetch/expression.h"
#include "fetch/walk.h"

static void addFunction(RelError *error, RelFunctions *functions, sqlite3_stmt *row) {
  enum { NAME, TYPE = 2, ARGUMENTS = 4, FLAGS = 5 };
  RelFunction *function;
  const char *type = (const char *)sqlite3_column_text(row, TYPE);
  functions->list =
      relGrow(error, functions->list, functions->count, &functions->room, sizeof *functions->list);
  if (error->rc != SQLITE_OK) return;
  function = &functions->list[functions->count];
  function->name = relColumnCopy(error, row, NAME);
  function->argumentCount = sqlite3_column_int(row, ARGUMENTS);
  function->aggregate = type != NULL && *type != 's';
  function->direct = (sqlite3_column_int(row, FLAGS) & SQLITE_DIRECTONLY) != 0;
  if (function->name != NULL) functions->count++;
}

static void empty(RelFunctions *functions) {
  while (functions->count > 0) sqlite3_free(functions->list[--functions->count].name);
}

void relFunctionsClear(RelFunctions *functions) {
  empty(functions);
  sqlite3_free(functions->list);
  functions->list = NULL;
  functions->room = 0;
}

static void readAll(RelError *error, RelFunctions *functions) {
  sqlite3_stmt *rows = relPrepare(error, functions->db, 0, "PRAGMA main.function_list");
  empty(functions);
  while (relStep(error, rows)) addFunction(error, functions, rows);
  relFinalize(error, rows);
  functions->fresh = 1;
}

/* Where the next one called `name` is, from *at; 0 where there is none. */
static int findFrom(const RelFunctions *functions, const char *name, int *at) {
  while (*at < functions->count && !relSame(functions->list[*at].name, name)) ++*at;
  return *at < functions->count;
}

/* A name that is not there may be one registered since; a keyword, as IN, is hardly one. */
static int mayBeNew(const RelFunctions *functions, const char *name) {
  if (functions->count == 0) return 1;
  return !functions->fresh && !sqlite3_keyword_check(name, (int)strlen(name));
}

const RelFunction *relFunctionsNext(RelError *error, RelFunctions *functions, const char *name,
                                    int *at) {
  int first = *at == 0;
  if (error->rc != SQLITE_OK) return NULL;
  if (!findFrom(functions, name, at) && first && mayBeNew(functions, name)) {
    readAll(error, functions);
    *at = 0;
    findFrom(functions, name, at);
  }
  return *at < functions->count ? &functions->list[(*at)++] : NULL;
}

void relFunctionsCheck(const RelScope *scope, RelToken token) {
  char *name;
  const RelFunction *function;
  int at = 0;
  if (scope->functions == NULL || scope->error->rc != SQLITE_OK) return;
  name = relTokenName(scope->error, token);
  while ((function = relFunctionsNext(scope->error, scope->functions, name, &at)) != NULL) {
    if (!function->direct) continue;
    relSelectionRefuse(scope->error, scope->source, scope->path, token.text, NULL,
                       "the function %s() may be called directly only, not from a selection", name);
  }
  sqlite3_free(name);
}

/* Arguments of the call at whose parenthesis the walk stands; *over: it is a window function. */
static int countArguments(const RelWalk *at, int *over) {
  RelWalk walk = *at;
  int depth = walk.depth - 1, commas = 0, tokens = 0;
  while (relWalkNext(&walk) && walk.depth > depth) {
    commas += walk.token.kind == REL_TOKEN_COMMA && walk.depth == depth + 1;
    tokens++;
  }
  if (relTokenIs(walk.next, "FILTER")) {
    relWalkNext(&walk);
    relWalkNext(&walk);
    while (walk.depth > depth && relWalkNext(&walk)) continue;
  }
  *over = relTokenIs(walk.next, "OVER");
  return tokens == 0 ? 0 : commas + 1;
}

static int isAggregate(RelError *error, RelFunctions *functions, RelToken token, int arguments) {
  char *name = relTokenName(error, token);
  const RelFunction *function;
  int at = 0, exact = 0, aggregate = 0;
  while ((function = relFunctionsNext(error, functions, name, &at)) != NULL) {
    if (function->argumentCount == arguments) {
      exact = 1;
      aggregate = function->aggregate;
    } else if (function->argumentCount < 0 && !exact) {
      aggregate = function->aggregate;
    }
  }
  sqlite3_free(name);
  return aggregate;
}

static int isUnordered(RelToken token) {
  return relTokenIs(token, "count") || relTokenIs(token, "min") || relTokenIs(token, "max") ||
         relTokenIs(token, "sum") || relTokenIs(token, "total") || relTokenIs(token, "avg");
}

RelSlice relFunctionsAggregate(RelError *error, RelFunctions *functions, RelSlice slice,
                               int *ordered) {
  RelSlice first = {NULL, NULL};
  RelWalk walk;
  relWalkStart(&walk, slice);
  while (relWalkNext(&walk)) {
    RelToken name = walk.token;
    int over, arguments;
    if (!relTokenIsName(name) || walk.next.kind != REL_TOKEN_OPEN || walk.subselect) continue;
    if (relIsAny(name)) continue;
    relWalkNext(&walk);
    arguments = countArguments(&walk, &over);
    if (over || !isAggregate(error, functions, name, arguments)) continue;
    *ordered |= !isUnordered(name);
    if (first.start == NULL) first = relSliceOf(name);
  }
  return first;
}
