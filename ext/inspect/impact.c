/*
** What deleting rows would do, worked out without doing it: from the rows that go, each step leads on,
** level by level, until nothing more goes; then what stays loses its keys, or refuses.
**
** The answer is about the statement as a whole. SQLite looks at rows one at a time: a native RESTRICT
** (or a native action in a circle of rows) may refuse what would have gone a moment later, and
** `restrict` may refuse the first of several rows for members that the second would have taken along.
** Triggers of the user's own and CHECK constraints are not looked into.
*/
#include "enforce/words.h"
#include "fetch/keys.h"
#include "fetch/plan.h"
#include "inspect/inspect.h"
#include "inspect/steps.h"

static const int PLACES[REL_MAX_KEY_WIDTH] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

/* How a row was found. */
typedef struct Mark {
  int depth;
  int step;    /* NO_STEP: asked about */
  int natives; /* foreign keys in a row that led to it */
} Mark;

/* Rows of one table, by what tells them apart. */
typedef struct Rows {
  RelKeys keys; /* owned */
  Mark *marks;  /* owned: [keys.count] */
  int room;
} Rows;

typedef struct Touched {
  const RelTable *table; /* borrowed */
  Rows gone;             /* in the order they were found, that is by depth */
  Rows before;           /* what the walk before this one found */
  Rows roots;            /* what is asked about */
  Rows changed;
} Touched;

/* Rows found alike. */
typedef struct Tally {
  int depth;
  int step;              /* the first one that is said alike */
  int refuses;           /* whatever the step does */
  int rank;              /* of its action */
  const RelTable *table; /* borrowed */
  sqlite3_int64 rows;
} Tally;

typedef struct Impact {
  RelError *error;
  sqlite3 *db;
  const RelTable *owner;
  sqlite3_value *key;
  RelSteps steps;            /* owned */
  sqlite3_stmt **statements; /* owned: [steps.count], NULL until they are needed */
  Touched **touched;         /* owned; none moves, as statements are bound to their rows */
  int count, room;
  Tally *tallies; /* owned */
  int tallyCount, tallyRoom;
} Impact;

enum { NO_STEP = -1 };

/* --- rows ------------------------------------------------------------------------------------- */

static void startRows(Rows *rows, const RelTable *table) {
  int columns[REL_MAX_KEY_WIDTH];
  memset(rows, 0, sizeof *rows);
  relKeysStart(&rows->keys, relTableIdentity(table, columns), 1);
  rows->keys.until = 0;
}

static void clearRows(Rows *rows) {
  relKeysClear(&rows->keys);
  sqlite3_free(rows->marks);
}

/* The row whose identity the statement gives, once. A lower depth counts. */
static void addRow(RelError *error, Rows *rows, sqlite3_stmt *statement, Mark mark) {
  sqlite3_value *values[REL_MAX_KEY_WIDTH];
  int i, before = rows->keys.count, slot;
  for (i = 0; i < rows->keys.width; i++) values[i] = sqlite3_column_value(statement, i);
  slot = relKeysAdd(&rows->keys, values, PLACES, 1);
  if (slot < 0) relErrorNoMemory(error);
  rows->marks = relGrow(error, rows->marks, before, &rows->room, sizeof *rows->marks);
  if (error->rc != SQLITE_OK) return;
  if (slot == before || rows->marks[slot].depth > mark.depth) rows->marks[slot] = mark;
}

static int hasRow(Rows *rows, sqlite3_stmt *statement) {
  sqlite3_value *values[REL_MAX_KEY_WIDTH];
  int i;
  for (i = 0; i < rows->keys.width; i++) values[i] = sqlite3_column_value(statement, i);
  return relKeysFindKey(&rows->keys, values, PLACES) >= 0;
}

static Touched *touchedOf(Impact *impact, const RelTable *table) {
  Touched *touched;
  int i, columns[REL_MAX_KEY_WIDTH];
  for (i = 0; i < impact->count; i++) {
    if (impact->touched[i]->table == table) return impact->touched[i];
  }
  impact->touched =
      relGrow(impact->error, impact->touched, impact->count, &impact->room, sizeof(Touched *));
  touched = relAlloc(impact->error, sizeof *touched);
  if (touched == NULL) return NULL;
  impact->touched[impact->count++] = touched;
  touched->table = table;
  if (relTableIdentity(table, columns) == 0) {
    relErrorSet(impact->error, SQLITE_ERROR,
                "relationship_impact: the primary key of %s has more than %d columns", table->name,
                REL_MAX_KEY_WIDTH);
  }
  startRows(&touched->gone, table);
  startRows(&touched->before, table);
  startRows(&touched->roots, table);
  startRows(&touched->changed, table);
  return touched;
}

/* --- steps ------------------------------------------------------------------------------------ */

static void bindRows(Impact *impact, sqlite3_stmt *statement, int parameter, const RelTable *table,
                     RelRowSet rows) {
  Touched *touched = touchedOf(impact, table);
  RelKeys *keys;
  if (touched == NULL) return;
  keys = &touched->gone.keys;
  if (rows == REL_ROWS_WENT_BEFORE) keys = &touched->before.keys;
  if (rows == REL_ROWS_ASKED) keys = &touched->roots.keys;
  relErrorFromDb(impact->error,
                 sqlite3_bind_pointer(statement, parameter, keys, REL_KEYS_POINTER, NULL),
                 impact->db);
}

/* The statement of a step, prepared once. Its plan is that of the first run: SQLite builds an automatic
** index, where it needs one, at each run, that is for each level. */
static sqlite3_stmt *statementOf(Impact *impact, int n) {
  RelStep *step = &impact->steps.items[n];
  char *sql;
  int i;
  if (impact->statements[n] != NULL) return impact->statements[n];
  sql = relStepSql(impact->error, &impact->steps, step);
  if (sql == NULL) return NULL;
  impact->statements[n] = relPrepare(impact->error, impact->db, 0, sql);
  sqlite3_free(sql);
  if (impact->error->rc != SQLITE_OK) return NULL;
  bindRows(impact, impact->statements[n], 1, step->from, REL_ROWS_GO);
  for (i = 0; i < step->parameterCount && impact->error->rc == SQLITE_OK; i++) {
    bindRows(impact, impact->statements[n], i + 2, step->parameters[i].table,
             step->parameters[i].rows);
  }
  return impact->statements[n];
}

/* --- where it begins -------------------------------------------------------------------------- */

/* The rows of the owner with these keys. ?1 is a key, or a JSON array: of keys, or one composite key. */
static char *composeRoots(RelError *error, const RelTable *owner, int list) {
  int i, width = relTableKeyWidth(owner), columns[REL_MAX_KEY_WIDTH], parts;
  RelText text;
  parts = relTableIdentity(owner, columns);
  relTextStart(&text, error);
  relText(&text, "SELECT ");
  for (i = 0; i < parts; i++) {
    if (i > 0) relText(&text, ",");
    relWordColumn(&text, NULL, owner, columns[i]);
  }
  relText(&text, " FROM ");
  if (list) relText(&text, "json_each(?1) AS \"relationship wanted\" CROSS JOIN ");
  relTextName(&text, owner->schema, owner->name);
  relText(&text, " WHERE ");
  for (i = 0; i < width; i++) {
    if (i > 0) relText(&text, " AND ");
    relWordColumn(&text, NULL, owner, relTableKeyColumn(owner, i));
    relText(&text, " = ");
    if (width > 1) relText(&text, "json_extract(");
    relText(&text, list ? "\"relationship wanted\".value" : "?1");
    if (width > 1) relTextFormat(&text, ",'$[%d]')", i);
  }
  return relTextFinish(&text);
}

/* The names of the key's columns, for a message that the caller owns. */
static char *keyNames(RelError *error, const RelTable *owner) {
  RelText text;
  int i;
  relTextStart(&text, error);
  for (i = 0; i < relTableKeyWidth(owner); i++) {
    if (i > 0) relText(&text, ", ");
    relTextPlainName(&text, relTableKeyName(owner, i));
  }
  return relTextFinish(&text);
}

/* What the key is: a value, or a JSON array that lists keys; a composite key is an array, too. */
typedef enum KeyShape { ONE_KEY, LIST_OF_KEYS, WRONG_KEY } KeyShape;

static KeyShape shapeOf(RelError *error, sqlite3 *db, const RelTable *owner, sqlite3_value *key) {
  static const char ONE[] =
      "SELECT CASE WHEN NOT json_valid(?1) OR json_type(?1) <> 'array' THEN 0 WHEN EXISTS (SELECT "
      "1 "
      "FROM json_each(?1) WHERE type IN ('array', 'object')) THEN 2 ELSE 1 END";
  static const char SEVERAL[] =
      "SELECT CASE WHEN NOT json_valid(?1) OR json_type(?1) <> 'array' THEN 2 "
      "WHEN NOT EXISTS (SELECT 1 FROM json_each(?1) WHERE type <> 'array' OR "
      "json_array_length(value) <> ?2) THEN 1 WHEN json_array_length(?1) = ?2 AND NOT EXISTS "
      "(SELECT 1 FROM json_each(?1) WHERE type IN ('array', 'object')) THEN 0 ELSE 2 END";
  int width = relTableKeyWidth(owner), shape = ONE_KEY;
  sqlite3_stmt *statement;
  if (width == 1 && sqlite3_value_type(key) != SQLITE_TEXT) return ONE_KEY;
  statement = relPrepare(error, db, 0, width == 1 ? ONE : SEVERAL);
  if (error->rc == SQLITE_OK) relErrorFromDb(error, sqlite3_bind_value(statement, 1, key), db);
  if (error->rc == SQLITE_OK && width > 1) {
    relErrorFromDb(error, sqlite3_bind_int(statement, 2, width), db);
  }
  if (relStep(error, statement)) shape = sqlite3_column_int(statement, 0);
  relFinalize(error, statement);
  return (KeyShape)shape;
}

static void refuseKey(RelError *error, const RelTable *owner) {
  int width = relTableKeyWidth(owner);
  char *names = keyNames(error, owner);
  if (width == 1) {
    relErrorSet(
        error, SQLITE_ERROR,
        "relationship_impact: the key of %s is one column, %s: a JSON array lists keys, and "
        "may hold no other arrays",
        owner->name, names);
  } else {
    relErrorSet(
        error, SQLITE_ERROR,
        "relationship_impact: the key of %s is %s: give it as json_array(%s), or a JSON array "
        "of such",
        owner->name, names, names);
  }
  sqlite3_free(names);
}

static void addRoots(Impact *impact) {
  static const Mark ASKED = {0, NO_STEP, 0};
  Touched *touched = touchedOf(impact, impact->owner);
  int isNull = sqlite3_value_type(impact->key) == SQLITE_NULL;
  KeyShape shape =
      isNull ? ONE_KEY : shapeOf(impact->error, impact->db, impact->owner, impact->key);
  sqlite3_stmt *rows;
  char *sql;
  if (shape == WRONG_KEY) refuseKey(impact->error, impact->owner);
  if (isNull || impact->error->rc != SQLITE_OK) return;
  sql = composeRoots(impact->error, impact->owner, shape == LIST_OF_KEYS);
  rows = sql == NULL ? NULL : relPrepare(impact->error, impact->db, 0, sql);
  if (rows != NULL) {
    relErrorFromDb(impact->error, sqlite3_bind_value(rows, 1, impact->key), impact->db);
  }
  while (relStep(impact->error, rows)) {
    addRow(impact->error, &touched->gone, rows, ASKED);
    addRow(impact->error, &touched->roots, rows, ASKED);
  }
  relFinalize(impact->error, rows);
  sqlite3_free(sql);
}

/* --- what goes -------------------------------------------------------------------------------- */

/* The rows that go because those in the window do, which are all of one depth. */
static void follow(Impact *impact, int n, int depth) {
  const RelStep *step = &impact->steps.items[n];
  Touched *from = touchedOf(impact, step->from), *to = touchedOf(impact, step->to);
  sqlite3_stmt *statement;
  if (from == NULL || to == NULL || from->gone.keys.from >= from->gone.keys.until) return;
  statement = statementOf(impact, n);
  while (relStep(impact->error, statement)) {
    int slot = sqlite3_column_int(statement, to->gone.keys.width);
    Mark mark = {depth + 1, n, step->native ? from->gone.marks[slot].natives + 1 : 0};
    addRow(impact->error, &to->gone, statement, mark);
  }
  sqlite3_reset(statement);
}

/* Sets each table's window to the rows that were found since it was set last; 0 where there are none. */
static int nextWindows(Impact *impact) {
  int i, any = 0;
  for (i = 0; i < impact->count; i++) {
    RelKeys *keys = &impact->touched[i]->gone.keys;
    keys->from = keys->until;
    keys->until = keys->count;
    any |= keys->from < keys->until;
  }
  return any;
}

/* What goes with its last reference is looked for when all that refers has been found. */
enum { LATE, DOWNWARD, UPWARD, STAGES };

static int stageOf(const RelStep *step) {
  if (step->late) return LATE;
  return relStepIsUpward(step) ? UPWARD : DOWNWARD;
}

static int waitsForWalk(const RelStep *step) {
  return step->kind == REL_STEP_TAKES && step->owner != NULL && !step->ownerGoes;
}

static void followAll(Impact *impact, int walk) {
  int depth, stage, i;
  for (depth = 0; nextWindows(impact) && impact->error->rc == SQLITE_OK; depth++) {
    for (stage = 0; stage < STAGES; stage++) {
      for (i = 0; i < impact->steps.count && impact->error->rc == SQLITE_OK; i++) {
        const RelStep *step = &impact->steps.items[i];
        if (step->kind != REL_STEP_TAKES || stageOf(step) != stage) continue;
        if (walk == 0 && waitsForWalk(step)) continue;
        follow(impact, i, depth);
      }
    }
  }
}

/* Begins another walk. Says how many rows the last one found. */
static sqlite3_int64 startWalk(Impact *impact) {
  sqlite3_int64 found = 0;
  int i;
  for (i = 0; i < impact->count; i++) {
    Touched *touched = impact->touched[i];
    found += touched->gone.keys.count;
    clearRows(&touched->before);
    touched->before = touched->gone;
    startRows(&touched->gone, touched->table);
  }
  return found;
}

/*
** What goes because an owner stays is found by another walk, which knows from the one before it who
** goes.
*/
static void findGone(Impact *impact) {
  sqlite3_int64 before = -1, found = 0;
  int walk, walks = 1, i;
  for (i = 0; i < impact->steps.count; i++) {
    if (waitsForWalk(&impact->steps.items[i])) walks = 4;
  }
  for (walk = 0; walk < walks && impact->error->rc == SQLITE_OK; walk++) {
    if (walk > 0) found = startWalk(impact);
    if (walk > 1 && found == before) walks = walk + 1;
    before = found;
    addRoots(impact);
    followAll(impact, walk);
  }
}

/* --- counting --------------------------------------------------------------------------------- */

static int saidAlike(const RelStep *a, const RelStep *b) {
  return a->to == b->to && strcmp(a->label, b->label) == 0 && strcmp(a->action, b->action) == 0;
}

/* The first step that is said like this one. */
static int firstAlike(const Impact *impact, int n) {
  const RelStep *items = impact->steps.items;
  int i = 0;
  if (n == NO_STEP) return n;
  while (!saidAlike(&items[i], &items[n])) i++;
  return i;
}

static void countOne(Impact *impact, const RelTable *table, int depth, int step, int refuses) {
  Tally *last = impact->tallyCount > 0 ? &impact->tallies[impact->tallyCount - 1] : NULL;
  if (last == NULL || last->depth != depth || last->step != step || last->table != table ||
      last->refuses != refuses) {
    Tally tally = {depth, step, refuses, 0, table, 0};
    impact->tallies = relGrow(impact->error, impact->tallies, impact->tallyCount,
                              &impact->tallyRoom, sizeof tally);
    if (impact->error->rc != SQLITE_OK) return;
    last = &impact->tallies[impact->tallyCount++];
    *last = tally;
  }
  last->rows++;
}

/* SQLite refuses native cascades that go too deep. */
static void countAll(Impact *impact, const RelTable *table, const Rows *rows) {
  int levels = sqlite3_limit(impact->db, SQLITE_LIMIT_TRIGGER_DEPTH, -1);
  int i, step = NO_STEP;
  for (i = 0; i < rows->keys.count; i++) {
    const Mark *mark = &rows->marks[i];
    if (i == 0 || mark->step != mark[-1].step) step = firstAlike(impact, mark->step);
    countOne(impact, table, mark->depth, step, 0);
    if (mark->natives == levels) countOne(impact, table, mark->depth, step, 1);
  }
}

/* --- what stays, and loses its key or refuses ------------------------------------------------- */

static void judge(Impact *impact, int n) {
  const RelStep *step = &impact->steps.items[n];
  Touched *from = touchedOf(impact, step->from), *to = touchedOf(impact, step->to);
  int refuses = step->kind == REL_STEP_REFUSES;
  sqlite3_stmt *statement;
  Rows refusing;
  if (from == NULL || to == NULL || from->gone.keys.count == 0) return;
  startRows(&refusing, step->to);
  statement = statementOf(impact, n);
  while (relStep(impact->error, statement)) {
    int slot = sqlite3_column_int(statement, to->gone.keys.width);
    Mark mark = {from->gone.marks[slot].depth + 1, n, 0};
    if (!step->atOnce && hasRow(&to->gone, statement)) continue;
    addRow(impact->error, refuses ? &refusing : &to->changed, statement, mark);
  }
  sqlite3_reset(statement);
  countAll(impact, step->to, &refusing);
  clearRows(&refusing);
}

static void judgeAll(Impact *impact) {
  int i;
  for (i = 0; i < impact->count; i++) {
    impact->touched[i]->gone.keys.from = 0;
    impact->touched[i]->gone.keys.until = impact->touched[i]->gone.keys.count;
  }
  for (i = 0; i < impact->steps.count && impact->error->rc == SQLITE_OK; i++) {
    if (impact->steps.items[i].kind != REL_STEP_TAKES) judge(impact, i);
  }
}

/* --- the answer ------------------------------------------------------------------------------- */

static const char *actionOf(const Impact *impact, const Tally *tally) {
  if (tally->refuses) return "refuse";
  return tally->step == NO_STEP ? "delete" : impact->steps.items[tally->step].action;
}

static int rankOf(const char *action) {
  static const char *const ORDER[] = {"delete", "unlink", "set null", "set default", "refuse"};
  int rank = 0;
  while (strcmp(ORDER[rank], action) != 0) rank++;
  return rank;
}

/* By depth, then by action, then in the order of the declarations. */
static int compareTallies(const void *left, const void *right) {
  const Tally *a = left, *b = right;
  if (a->depth != b->depth) return a->depth < b->depth ? -1 : 1;
  if (a->rank != b->rank) return a->rank < b->rank ? -1 : 1;
  return (a->step > b->step) - (a->step < b->step);
}

static void giveTally(Impact *impact, const Tally *tally, RelAnswer *answer) {
  const RelStep *steps = impact->steps.items;
  relAnswerInteger(impact->error, answer, tally->depth);
  relAnswerText(impact->error, answer, tally->step == NO_STEP ? NULL : steps[tally->step].label);
  relAnswerText(impact->error, answer, actionOf(impact, tally));
  relAnswerText(impact->error, answer, tally->table->name);
  relAnswerInteger(impact->error, answer, tally->rows);
}

static void giveAnswer(Impact *impact, RelAnswer *answer) {
  int i, next;
  for (i = 0; i < impact->count; i++) {
    countAll(impact, impact->touched[i]->table, &impact->touched[i]->gone);
    countAll(impact, impact->touched[i]->table, &impact->touched[i]->changed);
  }
  for (i = 0; i < impact->tallyCount; i++) {
    impact->tallies[i].rank = rankOf(actionOf(impact, &impact->tallies[i]));
  }
  if (impact->tallyCount > 1) {
    qsort(impact->tallies, (size_t)impact->tallyCount, sizeof *impact->tallies, compareTallies);
  }
  for (i = 0; i < impact->tallyCount; i = next) {
    Tally *tally = &impact->tallies[i];
    for (next = i + 1; next < impact->tallyCount; next++) {
      if (compareTallies(tally, &impact->tallies[next]) != 0) break;
      tally->rows += impact->tallies[next].rows;
    }
    giveTally(impact, tally, answer);
  }
}

static void clear(Impact *impact) {
  int i;
  for (i = 0; i < impact->steps.count && impact->statements != NULL; i++) {
    sqlite3_finalize(impact->statements[i]);
  }
  for (i = 0; i < impact->count; i++) {
    clearRows(&impact->touched[i]->gone);
    clearRows(&impact->touched[i]->before);
    clearRows(&impact->touched[i]->roots);
    clearRows(&impact->touched[i]->changed);
    sqlite3_free(impact->touched[i]);
  }
  sqlite3_free(impact->statements);
  sqlite3_free(impact->touched);
  sqlite3_free(impact->tallies);
  relStepsClear(&impact->steps);
}

static int hasForeignKeys(sqlite3 *db) {
  int on = 0;
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, -1, &on);
  return on;
}

void relImpact(RelError *error, RelInspection *inspection, sqlite3_value **arguments,
               RelAnswer *answer) {
  const char *name = (const char *)sqlite3_value_text(arguments[0]);
  RelModel *model = NULL;
  Impact impact;
  memset(&impact, 0, sizeof impact);
  impact.error = error;
  impact.db = inspection->db;
  impact.key = arguments[1];
  impact.owner = relInspectionTable(error, inspection, "relationship_impact", name, &model);
  if (impact.owner != NULL && impact.owner->kind != REL_TABLE) {
    relErrorSet(error, SQLITE_ERROR,
                "relationship_impact: %s is a %s: ask about the table whose rows are deleted",
                impact.owner->name, impact.owner->kind == REL_VIEW ? "view" : "virtual table");
  }
  if (error->rc == SQLITE_OK)
    relStepsCollect(error, model, hasForeignKeys(impact.db), &impact.steps);
  impact.statements = relAlloc(error, ((size_t)impact.steps.count + 1) * sizeof(sqlite3_stmt *));
  if (error->rc == SQLITE_OK) findGone(&impact);
  if (error->rc == SQLITE_OK) judgeAll(&impact);
  if (error->rc == SQLITE_OK) giveAnswer(&impact, answer);
  clear(&impact);
}
