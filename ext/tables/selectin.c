#include "tables/selectin.h"

#include "base/text.h"
#include "fetch/fetch.h"

enum { MOST_ARGUMENTS = 32 };

enum {
  COLUMN_KEY,
  COLUMN_DOC,
  COLUMN_OWNER,
  COLUMN_SELECTION,
  COLUMN_ARGUMENTS,
  COLUMN_TOO_MANY = COLUMN_ARGUMENTS + MOST_ARGUMENTS, /* takes the argument behind the last */
  COLUMN_ONLY, /* the one relationship that documents hold */
  COLUMN_COUNT
};

/* The pool holds all statements: it goes with the table, which goes before the connection does. */
typedef struct Selectin {
  sqlite3_vtab base;
  RelPool *pool; /* owned */
} Selectin;

typedef struct Cursor {
  sqlite3_vtab_cursor base;
  RelPlan *plan; /* lent by the pool while the cursor reads, or NULL */
  int more;
  int used;                                /* it has fetched in this statement before */
  sqlite3_value *compared[MOST_ARGUMENTS]; /* owned: arguments that SQLite compares once more */
} Cursor;

static int connectTable(sqlite3 *db, void *stats, int count, const char *const *words,
                        sqlite3_vtab **result, char **message) {
  RelError error = {SQLITE_OK, NULL};
  RelText text;
  Selectin *table;
  char *sql;
  int i;
  (void)count;
  (void)words;
  relTextStart(&text, &error);
  relText(&text, "CREATE TABLE x(key, doc, owner HIDDEN, selection HIDDEN");
  for (i = 1; i <= MOST_ARGUMENTS; i++) relTextFormat(&text, ", argument%d HIDDEN", i);
  relText(&text, ", argument HIDDEN, relationship HIDDEN)");
  sql = relTextFinish(&text);
  if (error.rc == SQLITE_OK) relErrorFromDb(&error, sqlite3_declare_vtab(db, sql), db);
  sqlite3_free(sql);
  table = relAlloc(&error, sizeof *table);
  if (table != NULL) {
    table->pool = relPoolNew(&error, db, stats);
    *result = &table->base;
  }
  if (error.rc != SQLITE_OK && table != NULL) {
    sqlite3_free(table);
    *result = NULL;
  }
  return relErrorGive(&error, message);
}

static int disconnectTable(sqlite3_vtab *base) {
  relPoolFree(((Selectin *)base)->pool);
  sqlite3_free(base);
  return SQLITE_OK;
}

/*
** The arguments that xFilter gets are said by a letter each: '0' the owner, '1' the selection, '2' …
** what is bound in it, the last the relationship; then 'k' one key, 'i' a list of keys, 'b' and 'e' the
** first and last that keys may be, 'a' and 'z' what they are between, 'l' and 'o' LIMIT and OFFSET outside.
*/
enum {
  LETTER_FIRST = '0',
  LETTER_KEY = 'k',
  LETTER_KEYS = 'i',
  LETTER_LEAST = 'b',
  LETTER_GREATEST = 'e',
  LETTER_ABOVE = 'a',
  LETTER_BELOW = 'z',
  LETTER_LIMIT = 'l',
  LETTER_OFFSET = 'o'
};
enum { WITHOUT_DOCUMENT = 1, ASCENDING = 2, DESCENDING = 4 };

/* The letter that a constraint is passed on by; 0 for none. */
static char letterOf(sqlite3_index_info *info, int n) {
  const struct sqlite3_index_constraint *constraint = &info->aConstraint[n];
  if (!constraint->usable) return 0;
  if (constraint->op == SQLITE_INDEX_CONSTRAINT_LIMIT) return LETTER_LIMIT;
  if (constraint->op == SQLITE_INDEX_CONSTRAINT_OFFSET) return LETTER_OFFSET;
  if (constraint->iColumn >= COLUMN_OWNER && constraint->op == SQLITE_INDEX_CONSTRAINT_EQ) {
    return (char)(LETTER_FIRST + constraint->iColumn - COLUMN_OWNER);
  }
  if (constraint->iColumn != COLUMN_KEY || !relSame(sqlite3_vtab_collation(info, n), "BINARY")) {
    return 0;
  }
  switch (constraint->op) {
  case SQLITE_INDEX_CONSTRAINT_GT:
    return LETTER_ABOVE;
  case SQLITE_INDEX_CONSTRAINT_GE:
    return LETTER_LEAST;
  case SQLITE_INDEX_CONSTRAINT_LT:
    return LETTER_BELOW;
  case SQLITE_INDEX_CONSTRAINT_LE:
    return LETTER_GREATEST;
  case SQLITE_INDEX_CONSTRAINT_EQ:
    break;
  default:
    return 0;
  }
  return sqlite3_vtab_in(info, n, -1) ? LETTER_KEYS : LETTER_KEY;
}

/*
** In a join on the key, one document for each row that comes is never far from the best; all of them are,
** where the other table is filtered. So all cost more than SQLite reckons for a table whose size it does not know.
*/
static void setCost(sqlite3_index_info *info, const char *letters) {
  if (strchr(letters, LETTER_KEY) != NULL) {
    info->estimatedCost = 20.0;
    info->estimatedRows = 1;
  } else if (strchr(letters, LETTER_KEYS) != NULL) {
    info->estimatedCost = 500.0;
    info->estimatedRows = 25;
  } else {
    int ends = (strpbrk(letters, "ab") != NULL) + (strpbrk(letters, "ez") != NULL);
    info->estimatedCost = ends == 0 ? 100000000.0 : ends == 1 ? 10000000.0 : 100000.0;
    info->estimatedRows = ends == 0 ? 100000 : ends == 1 ? 10000 : 100;
  }
}

/* Whether the name of the table is known by now, and that its keys are integers, which can be ordered. */
static int isByInteger(Selectin *table, sqlite3_index_info *info) {
  RelError error = {SQLITE_OK, NULL};
  RelModel *model = NULL;
  RelTable *owner = NULL;
  sqlite3_value *name = NULL;
  int i, is;
  for (i = 0; i < info->nConstraint; i++) {
    if (info->aConstraint[i].iColumn != COLUMN_OWNER ||
        info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ ||
        sqlite3_vtab_rhs_value(info, i, &name) != SQLITE_OK ||
        sqlite3_value_type(name) != SQLITE_TEXT) {
      continue;
    }
    owner = relPoolTable(&error, table->pool, "selectin", (const char *)sqlite3_value_text(name),
                         &model);
    break;
  }
  is = owner != NULL && relFetchIsByInteger(owner);
  relErrorClear(&error);
  return is;
}

/* Takes ORDER BY key upon itself where it can. */
static void planOrder(Selectin *table, sqlite3_index_info *info, const char *letters) {
  if (info->nOrderBy != 1 || info->aOrderBy[0].iColumn != COLUMN_KEY ||
      strchr(letters, LETTER_KEYS) != NULL || !isByInteger(table, info)) {
    return;
  }
  info->orderByConsumed = 1;
  info->idxNum |= info->aOrderBy[0].desc ? DESCENDING : ASCENDING;
}

/*
** For a term of an OR alone SQLite asks without the arguments: that plan must not be chosen. Where
** there is no other, the name of the table is missing, which startCursor says.
*/
static const double NOT_TO_BE_CHOSEN = 1e98;

static int planAccess(sqlite3_vtab *base, sqlite3_index_info *info) {
  char letters[COLUMN_COUNT + 8] = "";
  int i, used = 0, hasOwner = 0;
  relPoolReads(((Selectin *)base)->pool);
  for (i = 0; i < info->nConstraint; i++) {
    const struct sqlite3_index_constraint *constraint = &info->aConstraint[i];
    int isArgument =
        constraint->iColumn >= COLUMN_OWNER && constraint->op == SQLITE_INDEX_CONSTRAINT_EQ;
    char letter = letterOf(info, i);
    if (isArgument && !constraint->usable) return SQLITE_CONSTRAINT;
    if (letter == 0 || strchr(letters, letter) != NULL) continue;
    if ((letter == LETTER_KEY || letter == LETTER_KEYS) &&
        (strchr(letters, LETTER_KEY) != NULL || strchr(letters, LETTER_KEYS) != NULL)) {
      continue;
    }
    if (letter == LETTER_KEYS) sqlite3_vtab_in(info, i, 1);
    letters[used++] = letter;
    letters[used] = 0;
    info->aConstraintUsage[i].argvIndex = used;
    info->aConstraintUsage[i].omit = (unsigned char)isArgument;
    hasOwner |= letter == LETTER_FIRST;
  }
  if ((info->colUsed & (1u << COLUMN_DOC)) == 0) info->idxNum = WITHOUT_DOCUMENT;
  planOrder((Selectin *)base, info, letters);
  info->idxStr = sqlite3_mprintf("%s", letters);
  info->needToFreeIdxStr = 1;
  setCost(info, letters);
  if (!hasOwner) info->estimatedCost = NOT_TO_BE_CHOSEN;
  return info->idxStr == NULL ? SQLITE_NOMEM : SQLITE_OK;
}

/* Of what xBestIndex takes upon itself, SQLite believes the first sixteen; the others it compares. */
enum { BELIEVED = 16 };

static void forget(Cursor *cursor) {
  int i;
  for (i = 0; i < MOST_ARGUMENTS; i++) {
    sqlite3_value_free(cursor->compared[i]);
    cursor->compared[i] = NULL;
  }
}

/* Keeps what giveColumn must give for the comparison. NULL would be equal to nothing. */
static void keepCompared(RelError *error, Cursor *cursor, const char *letters,
                         sqlite3_value **values) {
  size_t i;
  forget(cursor);
  for (i = BELIEVED; i < strlen(letters); i++) {
    int n = letters[i] - LETTER_FIRST - (COLUMN_ARGUMENTS - COLUMN_OWNER);
    if (n < 0 || n >= MOST_ARGUMENTS) continue;
    cursor->compared[n] = sqlite3_value_dup(values[i]);
    if (cursor->compared[n] == NULL) relErrorNoMemory(error);
    if (sqlite3_value_type(values[i]) != SQLITE_NULL) continue;
    relErrorSet(
        error, SQLITE_ERROR,
        "selectin: argument ?%d is NULL, which SQLite passes on among the first %d only: give "
        "it a lower number",
        n + 1, BELIEVED - (COLUMN_ARGUMENTS - COLUMN_OWNER));
  }
}

static int openCursor(sqlite3_vtab *table, sqlite3_vtab_cursor **result) {
  Cursor *cursor = sqlite3_malloc64(sizeof *cursor);
  (void)table;
  if (cursor == NULL) return SQLITE_NOMEM;
  memset(cursor, 0, sizeof *cursor);
  *result = &cursor->base;
  return SQLITE_OK;
}

static int closeCursor(sqlite3_vtab_cursor *base) {
  Cursor *cursor = (Cursor *)base;
  if (cursor->plan != NULL) relPoolGive(((Selectin *)base->pVtab)->pool, cursor->plan);
  forget(cursor);
  sqlite3_free(cursor);
  return SQLITE_OK;
}

static void advance(RelError *error, Cursor *cursor) {
  cursor->more = error->rc == SQLITE_OK && relFetchNext(error, cursor->plan);
}

static void wantKeys(RelError *error, RelPlan *plan, sqlite3_value *list) {
  sqlite3_value *key = NULL;
  int rc = sqlite3_vtab_in_first(list, &key);
  for (; rc == SQLITE_OK && key != NULL; rc = sqlite3_vtab_in_next(list, &key)) {
    relFetchWant(error, plan, key);
  }
  if (rc != SQLITE_OK && rc != SQLITE_DONE) relErrorSet(error, rc, "%s", sqlite3_errstr(rc));
}

static const char *textOf(RelError *error, sqlite3_value *value) {
  const char *text;
  if (value == NULL || sqlite3_value_type(value) == SQLITE_NULL) return NULL;
  text = (const char *)sqlite3_value_text(value);
  if (text == NULL) relErrorNoMemory(error);
  return text;
}

/* What xFilter was called with, by its letters. */
typedef struct Call {
  sqlite3_value *values[COLUMN_COUNT - COLUMN_OWNER]; /* of the hidden columns */
  sqlite3_value *key;
  sqlite3_int64 least, greatest;
  RelFetchRequest request;
} Call;

/*
** A number as the end of a span, which may be somewhat longer: SQLite compares again. Else NULL. `step` leads
** to the next integer, where the end itself is none of it.
*/
static const sqlite3_int64 *readEnd(sqlite3_value *value, int step, sqlite3_int64 *end) {
  int type = sqlite3_value_type(value);
  *end = sqlite3_value_int64(value);
  if (type == SQLITE_INTEGER && *end > INT64_MIN && *end < INT64_MAX) *end += step;
  return type == SQLITE_INTEGER || type == SQLITE_FLOAT ? end : NULL;
}

static void readCall(Call *call, const char *letters, sqlite3_value **values) {
  int i;
  sqlite3_int64 expected = 0;
  memset(call, 0, sizeof *call);
  for (i = 0; letters[i] != 0; i++) {
    int place = letters[i] - LETTER_FIRST;
    switch (letters[i]) {
    case LETTER_KEY:
    case LETTER_KEYS:
      call->key = values[i];
      call->request.keys = letters[i] == LETTER_KEY ? REL_KEYS_ONE : REL_KEYS_LIST;
      break;
    case LETTER_LEAST:
    case LETTER_ABOVE:
      call->request.least = readEnd(values[i], letters[i] == LETTER_ABOVE, &call->least);
      break;
    case LETTER_GREATEST:
    case LETTER_BELOW:
      call->request.greatest = readEnd(values[i], -(letters[i] == LETTER_BELOW), &call->greatest);
      break;
    case LETTER_LIMIT:
    case LETTER_OFFSET:
      if (sqlite3_value_int64(values[i]) > 0) expected += sqlite3_value_int64(values[i]) & 0xffff;
      break;
    default:
      call->values[place] = values[i];
      if (place >= 2 && place - 1 > call->request.argumentCount && place - 1 <= MOST_ARGUMENTS) {
        call->request.argumentCount = place - 1;
      }
    }
  }
  if (strchr(letters, LETTER_LIMIT) != NULL) call->request.expected = (int)expected;
  call->request.arguments = call->values + 2;
}

/* Whether all the keys asked for can be looked up; else all owners come, and SQLite compares. */
static int findsKeys(RelError *error, RelPlan *plan, const Call *call) {
  sqlite3_value *key = NULL;
  int rc, finds = 1;
  if (call->request.keys == REL_KEYS_ONE) return relPlanFinds(error, plan, call->key);
  rc = sqlite3_vtab_in_first(call->key, &key);
  for (; rc == SQLITE_OK && key != NULL && finds; rc = sqlite3_vtab_in_next(call->key, &key)) {
    finds = relPlanFinds(error, plan, key);
  }
  if (rc != SQLITE_OK && rc != SQLITE_DONE) relErrorSet(error, rc, "%s", sqlite3_errstr(rc));
  return finds;
}

static int startCursor(sqlite3_vtab_cursor *base, int number, const char *letters, int count,
                       sqlite3_value **values) {
  Selectin *table = (Selectin *)base->pVtab;
  Cursor *cursor = (Cursor *)base;
  RelError error = {SQLITE_OK, NULL};
  RelCall what;
  Call call;
  (void)count;
  readCall(&call, letters, values);
  keepCompared(&error, cursor, letters, values);
  call.request.withoutDocument = number & WITHOUT_DOCUMENT;
  if (number & (ASCENDING | DESCENDING)) call.request.order = number & ASCENDING ? 1 : -1;
  call.request.first = !cursor->used;
  cursor->used = 1;
  what.owner = textOf(&error, call.values[0]);
  what.selection = textOf(&error, call.values[1]);
  what.only = textOf(&error, call.values[COLUMN_ONLY - COLUMN_OWNER]);
  cursor->more = 0;
  if (call.values[COLUMN_TOO_MANY - COLUMN_OWNER] != NULL) {
    relErrorSet(&error, SQLITE_ERROR, "selectin takes %d arguments behind the selection at most",
                MOST_ARGUMENTS);
  } else if (call.values[0] == NULL) {
    relErrorSet(&error, SQLITE_ERROR, "selectin needs the name of a table: selectin('users')");
  } else if (what.owner == NULL) {
    relErrorSet(&error, SQLITE_ERROR, "selectin: the name of the table is NULL");
  }
  if (error.rc == SQLITE_OK) {
    cursor->plan = relPoolTake(&error, table->pool, cursor->plan, &what);
  }
  if (error.rc == SQLITE_OK) {
    if (call.request.keys != REL_KEYS_ALL && !findsKeys(&error, cursor->plan, &call)) {
      call.request.keys = REL_KEYS_ALL;
    }
    relFetchStart(&error, cursor->plan, &call.request);
    if (call.request.keys == REL_KEYS_ONE) relFetchWant(&error, cursor->plan, call.key);
    if (call.request.keys == REL_KEYS_LIST) wantKeys(&error, cursor->plan, call.key);
    advance(&error, cursor);
  }
  return relErrorGive(&error, &table->base.zErrMsg);
}

static int moveCursor(sqlite3_vtab_cursor *base) {
  RelError error = {SQLITE_OK, NULL};
  advance(&error, (Cursor *)base);
  return relErrorGive(&error, &base->pVtab->zErrMsg);
}

static int atEnd(sqlite3_vtab_cursor *base) {
  return !((Cursor *)base)->more;
}

static int giveColumn(sqlite3_vtab_cursor *base, sqlite3_context *context, int n) {
  RelPlan *plan = ((Cursor *)base)->plan;
  RelError error = {SQLITE_OK, NULL};
  switch (n) {
  case COLUMN_KEY:
    relFetchKey(&error, plan, context);
    break;
  case COLUMN_DOC:
    relFetchDocument(&error, plan, context);
    break;
  case COLUMN_OWNER:
    sqlite3_result_text(context, relPlanOwner(plan), -1, SQLITE_TRANSIENT);
    break;
  case COLUMN_SELECTION:
    sqlite3_result_text(context, relPlanSelection(plan), -1, SQLITE_TRANSIENT);
    break;
  default:
    if (n < COLUMN_TOO_MANY && ((Cursor *)base)->compared[n - COLUMN_ARGUMENTS] != NULL) {
      sqlite3_result_value(context, ((Cursor *)base)->compared[n - COLUMN_ARGUMENTS]);
    }
  }
  return relErrorGive(&error, &base->pVtab->zErrMsg);
}

static int giveRowid(sqlite3_vtab_cursor *base, sqlite3_int64 *result) {
  *result = relFetchRowid(((Cursor *)base)->plan);
  return SQLITE_OK;
}

/* xCreate NULL: eponymous only. */
static const sqlite3_module MODULE = {.xConnect = connectTable,
                                      .xBestIndex = planAccess,
                                      .xDisconnect = disconnectTable,
                                      .xOpen = openCursor,
                                      .xClose = closeCursor,
                                      .xFilter = startCursor,
                                      .xNext = moveCursor,
                                      .xEof = atEnd,
                                      .xColumn = giveColumn,
                                      .xRowid = giveRowid};

int relSelectinRegister(sqlite3 *db, RelStats *stats) {
  int rc = relFetchRegister(db, stats);
  if (rc != SQLITE_OK) return rc;
  return sqlite3_create_module_v2(db, "selectin", &MODULE, relStatsHold(stats), relStatsRelease);
}
