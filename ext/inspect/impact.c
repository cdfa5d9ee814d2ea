/*
** What deleting rows would do, worked out without doing it: from the rows that go, the actions of
** the relationships and the native foreign keys lead on, level by level, until nothing more goes.
*/
#include "enforce/actions.h"
#include "enforce/words.h"
#include "fetch/keys.h"
#include "fetch/plan.h"
#include "inspect/inspect.h"

static const char ROW[] = "\"relationship row\"";

/* The rows of one table that go, in the order they were found. */
typedef struct Gone {
  const RelTable *table; /* borrowed */
  RelKeys rows;          /* owned: by what tells them apart */
  int width;
  int *depths; /* owned: [rows.count] */
  int room;
  int reached; /* the rows before this one have been followed */
} Gone;

/* What the deletion of a row leads to, whoever sees to it. */
typedef struct Step {
  RelActionKind kind;
  const char *action; /* static: as it is said */
  const char *label;  /* borrowed: the relationship */
  const RelTable *from, *to;
  const RelKey *key;              /* as in RelAction */
  const char *condition;          /* borrowed, or NULL */
  const Relationship *whileOwner; /* the link must go while this one's owner stays; or, */
  const Relationship *withOwner;  /* because it goes */
  int native;
} Step;

/* Rows counted alike. */
typedef struct Tally {
  int depth;
  const char *label, *action, *table; /* borrowed */
  sqlite3_int64 rows;
} Tally;

typedef struct Impact {
  RelError *error;
  RelModel *model;
  RelActions actions; /* owned */
  Gone *gone;         /* owned */
  int goneCount, goneRoom;
  Step *steps; /* owned */
  int stepCount, stepRoom;
  Tally *tallies; /* owned */
  int tallyCount, tallyRoom;
} Impact;

/* --- rows that go ----------------------------------------------------------------------------- */

static Gone *goneOf(Impact *impact, const RelTable *table) {
  Gone *gone;
  int i, columns[REL_MAX_KEY_WIDTH];
  for (i = 0; i < impact->goneCount; i++) {
    if (impact->gone[i].table == table) return &impact->gone[i];
  }
  impact->gone =
      relGrow(impact->error, impact->gone, impact->goneCount, &impact->goneRoom, sizeof *gone);
  if (impact->error->rc != SQLITE_OK) return NULL;
  gone = &impact->gone[impact->goneCount++];
  memset(gone, 0, sizeof *gone);
  gone->table = table;
  gone->width = relTableIdentity(table, columns);
  relKeysStart(&gone->rows, gone->width, 1);
  gone->rows.until = 0; /* what this round finds, the next one follows */
  return gone;
}

/* Adds the row whose identity the statement gives; 0 where it goes already. */
static int addGone(Impact *impact, Gone *gone, sqlite3_stmt *statement, int depth) {
  static const int PLACES[REL_MAX_KEY_WIDTH] = {0, 1, 2,  3,  4,  5,  6,  7,
                                                8, 9, 10, 11, 12, 13, 14, 15};
  sqlite3_value *values[REL_MAX_KEY_WIDTH];
  int i, before = gone->rows.count, slot;
  for (i = 0; i < gone->width; i++) values[i] = sqlite3_column_value(statement, i);
  slot = relKeysAdd(&gone->rows, values, PLACES, 1);
  if (slot < 0) relErrorNoMemory(impact->error);
  if (slot < before || impact->error->rc != SQLITE_OK) return 0;
  gone->depths = relGrow(impact->error, gone->depths, before, &gone->room, sizeof *gone->depths);
  if (impact->error->rc != SQLITE_OK) return 0;
  gone->depths[before] = depth;
  return 1;
}

static void count(Impact *impact, int depth, const char *label, const char *action,
                  const char *table, sqlite3_int64 rows) {
  Tally *tally;
  int i;
  for (i = 0; i < impact->tallyCount; i++) {
    tally = &impact->tallies[i];
    if (tally->depth == depth && tally->table == table && strcmp(tally->action, action) == 0 &&
        (label == NULL || tally->label == NULL ? label == tally->label
                                               : strcmp(tally->label, label) == 0)) {
      tally->rows += rows;
      return;
    }
  }
  impact->tallies = relGrow(impact->error, impact->tallies, impact->tallyCount, &impact->tallyRoom,
                            sizeof *impact->tallies);
  if (impact->error->rc != SQLITE_OK) return;
  tally = &impact->tallies[impact->tallyCount++];
  tally->depth = depth;
  tally->label = label;
  tally->action = action;
  tally->table = table;
  tally->rows = rows;
}

/* --- steps ------------------------------------------------------------------------------------ */

static Step *addStep(Impact *impact, RelActionKind kind, const char *action, const char *label,
                     const RelTable *from, const RelTable *to, const RelKey *key) {
  Step *step;
  impact->steps = relGrow(impact->error, impact->steps, impact->stepCount, &impact->stepRoom,
                          sizeof *impact->steps);
  if (impact->error->rc != SQLITE_OK) return NULL;
  step = &impact->steps[impact->stepCount++];
  memset(step, 0, sizeof *step);
  step->kind = kind;
  step->action = action;
  step->label = label;
  step->from = from;
  step->to = to;
  step->key = key;
  return step;
}

static void addAction(Impact *impact, const RelAction *action) {
  static const char *const SAID[] = {
      [REL_DELETE_MEMBERS] = "delete",  [REL_UNLINK] = "unlink",
      [REL_DELETE_TARGET] = "delete",   [REL_DELETE_LINKED] = "delete",
      [REL_DELETE_UNLINKED] = "delete", [REL_UPDATE_MEMBERS] = "set null",
      [REL_REFUSE] = "refuse"};
  const Relationship *relationship = action->relationship;
  Step *step = addStep(impact, action->kind, SAID[action->kind], relationship->label, action->from,
                       action->to, action->key);
  if (step == NULL) return;
  step->condition = action->condition;
  if (action->kind == REL_UPDATE_MEMBERS && relationship->onDelete == REL_ON_DELETE_SET_DEFAULT) {
    step->action = "set default";
  }
  if (action->kind == REL_DELETE_LINKED) { /* seen from the links, which go with the owner */
    step->from = relationship->secondary;
    step->key = action->last;
    step->withOwner = relationship;
  } else if (action->kind == REL_DELETE_UNLINKED &&
             relationship->onDelete != REL_ON_DELETE_CASCADE) {
    step->whileOwner = relationship;
  }
}

/* True where a relationship sees to the key, so that nothing is left for a native action. */
static int isSeenTo(const Impact *impact, const RelKey *key) {
  int i;
  for (i = 0; i < impact->stepCount; i++) {
    const Step *step = &impact->steps[i];
    if (!step->native && step->condition == NULL && step->from == key->parent &&
        step->to == key->child && relSameColumns(step->key, key)) {
      return 1;
    }
  }
  return 0;
}

static void addNative(Impact *impact, const Relationship *implied) {
  const RelKey *key = &implied->key;
  RelActionKind kind = REL_REFUSE;
  const char *action = "refuse";
  Step *step;
  if (implied->direction != REL_ONETOMANY || key->nativeOnDelete == NULL) return;
  if (isSeenTo(impact, key)) return;
  if (relSame(key->nativeOnDelete, "CASCADE")) {
    kind = REL_DELETE_MEMBERS;
    action = "delete";
  } else if (relSame(key->nativeOnDelete, "SET NULL")) {
    kind = REL_UPDATE_MEMBERS;
    action = "set null";
  } else if (relSame(key->nativeOnDelete, "SET DEFAULT")) {
    kind = REL_UPDATE_MEMBERS;
    action = "set default";
  }
  step = addStep(impact, kind, action, implied->label, key->parent, key->child, key);
  if (step != NULL) step->native = 1;
}

/*
** Members whose key is emptied are let go by another relationship, too, where that shares a column
** of the key: its delete-orphan then deletes them while its owner stays.
*/
static void addLettingGo(Impact *impact, const Step *emptying) {
  int i, steps = impact->stepCount;
  Step from = *emptying;
  for (i = 0; i < relModelCount(impact->model) && impact->stepCount >= steps; i++) {
    const Relationship *other = relModelAt(impact->model, i);
    Step *step;
    if (!relHasOrphans(other) || other->direction != REL_ONETOMANY || other->target != from.to ||
        !relSharesColumn(&other->key, from.key) || relSameColumns(&other->key, from.key)) {
      continue;
    }
    step =
        addStep(impact, REL_DELETE_MEMBERS, "delete", other->label, from.from, from.to, from.key);
    if (step == NULL) return;
    step->condition = from.condition;
    step->whileOwner = other;
  }
}

static void collectSteps(Impact *impact, sqlite3 *db) {
  Relationship *const *implied = NULL;
  int i, count, native = 0;
  relActionsCollect(impact->error, impact->model, &impact->actions);
  for (i = 0; i < impact->actions.count; i++) addAction(impact, &impact->actions.items[i]);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, -1, &native);
  count = native ? relModelImplied(impact->error, impact->model, &implied) : 0;
  for (i = 0; i < count; i++) addNative(impact, implied[i]);
  for (i = 0, count = impact->stepCount; i < count && impact->error->rc == SQLITE_OK; i++) {
    Step step = impact->steps[i];
    if (step.kind == REL_UPDATE_MEMBERS) addLettingGo(impact, &step);
  }
}

/* --- SQL -------------------------------------------------------------------------------------- */

static void writeIdentity(RelText *text, const char *prefix, const RelTable *table) {
  int i, columns[REL_MAX_KEY_WIDTH], width = relTableIdentity(table, columns);
  for (i = 0; i < width; i++) {
    if (i > 0) relText(text, ",");
    relWordColumn(text, prefix, table, columns[i]);
  }
}

static void writeTable(RelText *text, const RelTable *table, const char *alias) {
  relTextName(text, table->schema, table->name);
  if (alias != NULL) relTextFormat(text, " AS %s", alias);
}

/* FROM the rows that go, as ROW. ?1 is their keys. */
static void writeRows(RelText *text, const RelTable *table) {
  int i, columns[REL_MAX_KEY_WIDTH], width = relTableIdentity(table, columns);
  relText(text, " FROM temp.relationship_keys(?1) AS \"relationship keys\" CROSS JOIN ");
  writeTable(text, table, ROW);
  relText(text, " ON ");
  for (i = 0; i < width; i++) {
    int numeric = relTableAffinity(table, columns[i]) == REL_AFFINITY_NUMERIC;
    if (i > 0) relText(text, " AND ");
    relText(text, "\"relationship keys\".");
    relTextFormat(text, numeric ? "\"" REL_KEYS_NUMBER "\"" : "\"" REL_KEYS_VALUE "\"", i);
    relText(text, " COLLATE ");
    relTextName(text, NULL, relTableCollation(table, columns[i]));
    relText(text, " = ");
    relWordColumn(text, ROW, table, columns[i]);
  }
}

/* relationship_has(?n, the row's identity): it goes. */
static void writeGone(RelText *text, int parameter, const char *prefix, const RelTable *table) {
  relTextFormat(text, "relationship_has(?%d,", parameter);
  writeIdentity(text, prefix, table);
  relText(text, ")");
}

static void writeTaken(RelText *text, char *words) {
  if (words != NULL) relText(text, words);
  sqlite3_free(words);
}

/* No row that stays refers to the target. ?2 is the rows of the referring table that go. */
static void writeUnreferenced(RelText *text, const RelKey *key) {
  static const char OTHER[] = "\"relationship other\"";
  relText(text, " AND NOT EXISTS (SELECT 1 FROM ");
  writeTable(text, key->child, OTHER);
  relText(text, " WHERE ");
  writeTaken(text, relWordMatch(text->error, key, NULL, OTHER, NULL));
  relText(text, " AND NOT ");
  writeGone(text, 2, OTHER, key->child);
  relText(text, ")");
}

/* The owner of the row (a link, or a member itself) goes, or stays. ?3 is the owners that go. */
static void writeOwner(RelText *text, const Relationship *relationship, const char *row,
                       int stays) {
  static const char OWNER[] = "\"relationship owner\"";
  relText(text, " AND EXISTS (SELECT 1 FROM ");
  writeTable(text, relationship->owner, OWNER);
  relText(text, " WHERE ");
  writeTaken(text, relWordMatch(text->error, &relationship->key, OWNER, row, NULL));
  relText(text, stays ? " AND NOT " : " AND ");
  writeGone(text, 3, OWNER, relationship->owner);
  relText(text, ")");
}

static int isUpward(const Step *step) {
  return step->kind == REL_DELETE_TARGET || step->kind == REL_DELETE_LINKED ||
         step->kind == REL_DELETE_UNLINKED;
}

/* The rows of step->to that the rows of step->from lead to; each with the first such row. */
static char *composeStep(RelError *error, const Step *step) {
  int upward = isUpward(step);
  RelText text;
  relTextStart(&text, error);
  relText(&text, "SELECT ");
  writeIdentity(&text, NULL, step->to);
  relText(&text, ",min("
                 "\"relationship keys\".\"" REL_KEYS_SLOT "\")");
  writeRows(&text, step->from);
  relText(&text, " CROSS JOIN ");
  writeTable(&text, step->to, NULL);
  relText(&text, " WHERE ");
  writeTaken(&text, relWordMatch(error, step->key, upward ? NULL : ROW, upward ? ROW : NULL,
                                 step->condition));
  if (upward) writeUnreferenced(&text, step->key);
  if (step->whileOwner != NULL) writeOwner(&text, step->whileOwner, upward ? ROW : NULL, 1);
  if (step->withOwner != NULL) writeOwner(&text, step->withOwner, ROW, 0);
  relText(&text, " GROUP BY ");
  writeIdentity(&text, NULL, step->to);
  return relTextFinish(&text);
}

static sqlite3_stmt *prepareStep(Impact *impact, const Step *step) {
  const Relationship *owner = step->whileOwner != NULL ? step->whileOwner : step->withOwner;
  sqlite3 *db = relModelDb(impact->model);
  char *sql = composeStep(impact->error, step);
  sqlite3_stmt *statement = sql == NULL ? NULL : relPrepare(impact->error, db, 0, sql);
  const RelTable *tables[3];
  int i;
  tables[0] = step->from;
  tables[1] = step->key->child;
  tables[2] = owner == NULL ? NULL : owner->owner;
  for (i = 0; i < 3 && impact->error->rc == SQLITE_OK; i++) {
    if (tables[i] != NULL) goneOf(impact, tables[i]);
  }
  for (i = 0; i < sqlite3_bind_parameter_count(statement) && impact->error->rc == SQLITE_OK; i++) {
    Gone *gone = tables[i] == NULL ? NULL : goneOf(impact, tables[i]);
    if (gone == NULL) continue;
    relErrorFromDb(impact->error,
                   sqlite3_bind_pointer(statement, i + 1, &gone->rows, REL_KEYS_POINTER, NULL), db);
  }
  sqlite3_free(sql);
  return statement;
}

/* --- the walk --------------------------------------------------------------------------------- */

/* What goes because rows at this depth go. */
static void follow(Impact *impact, int n, int depth) {
  const Step *step = &impact->steps[n];
  sqlite3_stmt *rows;
  Gone *to = goneOf(impact, step->to);
  sqlite3_int64 found = 0;
  if (to == NULL) return;
  rows = prepareStep(impact, step);
  to = goneOf(impact, step->to);
  while (relStep(impact->error, rows)) found += addGone(impact, to, rows, depth + 1);
  relFinalize(impact->error, rows);
  if (found > 0) count(impact, depth + 1, step->label, step->action, step->to->name, found);
}

/* Sets each table's window to the rows that were found since it was set last; 0 where there are none. */
static int nextWindows(Impact *impact) {
  int i, any = 0;
  for (i = 0; i < impact->goneCount; i++) {
    Gone *gone = &impact->gone[i];
    gone->rows.from = gone->reached;
    gone->rows.until = gone->reached = gone->rows.count;
    any |= gone->rows.from < gone->rows.until;
  }
  return any;
}

static int hasWindow(Impact *impact, const RelTable *table) {
  Gone *gone = goneOf(impact, table);
  return gone != NULL && gone->rows.from < gone->rows.until;
}

static void followAll(Impact *impact) {
  int depth = 0, i, upward;
  while (nextWindows(impact) && impact->error->rc == SQLITE_OK) {
    for (upward = 0; upward < 2; upward++) { /* what goes with its last reference comes last */
      for (i = 0; i < impact->stepCount && impact->error->rc == SQLITE_OK; i++) {
        const Step *step = &impact->steps[i];
        if (step->kind == REL_UPDATE_MEMBERS || step->kind == REL_REFUSE) continue;
        if (isUpward(step) == upward && hasWindow(impact, step->from)) follow(impact, i, depth);
      }
    }
    depth++;
  }
}

/* Rows that stay, and lose their key or refuse. */
static void judge(Impact *impact, const Step *step) {
  Gone *from = goneOf(impact, step->from), *to = goneOf(impact, step->to);
  sqlite3_stmt *rows = NULL;
  if (impact->error->rc != SQLITE_OK) return;
  from = goneOf(impact, step->from);
  if (from->rows.count == 0) return;
  rows = prepareStep(impact, step);
  from = goneOf(impact, step->from);
  to = goneOf(impact, step->to);
  while (relStep(impact->error, rows)) {
    static const int PLACES[REL_MAX_KEY_WIDTH] = {0, 1, 2,  3,  4,  5,  6,  7,
                                                  8, 9, 10, 11, 12, 13, 14, 15};
    sqlite3_value *values[REL_MAX_KEY_WIDTH];
    int i;
    for (i = 0; i < to->width; i++) values[i] = sqlite3_column_value(rows, i);
    if (relKeysFindKey(&to->rows, values, PLACES) >= 0) continue;
    count(impact, from->depths[sqlite3_column_int(rows, to->width)] + 1, step->label, step->action,
          step->to->name, 1);
  }
  relFinalize(impact->error, rows);
}

static void judgeAll(Impact *impact) {
  int i;
  for (i = 0; i < impact->goneCount; i++) {
    impact->gone[i].rows.from = 0;
    impact->gone[i].rows.until = impact->gone[i].rows.count;
  }
  for (i = 0; i < impact->stepCount; i++) {
    RelActionKind kind = impact->steps[i].kind;
    if (kind == REL_UPDATE_MEMBERS || kind == REL_REFUSE) judge(impact, &impact->steps[i]);
  }
}

/* --- where it begins -------------------------------------------------------------------------- */

/* The rows of the owner with this key: a value, or a JSON array of keys; composite keys are arrays. */
static char *composeRoots(RelError *error, const RelTable *owner, int list) {
  int i, width = relTableKeyWidth(owner);
  RelText text;
  relTextStart(&text, error);
  relText(&text, "SELECT ");
  writeIdentity(&text, NULL, owner);
  relText(&text, " FROM ");
  writeTable(&text, owner, NULL);
  if (list)
    relText(&text, " CROSS JOIN (SELECT value FROM json_each(?1)) AS \"relationship wanted\"");
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

static void addRoots(Impact *impact, const RelTable *owner, sqlite3_value *key, int list) {
  Gone *gone = goneOf(impact, owner);
  char *sql = composeRoots(impact->error, owner, list);
  sqlite3 *db = relModelDb(impact->model);
  sqlite3_stmt *rows = sql == NULL ? NULL : relPrepare(impact->error, db, 0, sql);
  sqlite3_int64 found = 0;
  if (impact->error->rc == SQLITE_OK) {
    relErrorFromDb(impact->error, sqlite3_bind_value(rows, 1, key), db);
  }
  while (relStep(impact->error, rows)) found += addGone(impact, gone, rows, 0);
  relFinalize(impact->error, rows);
  sqlite3_free(sql);
  if (found > 0) count(impact, 0, NULL, "delete", owner->name, found);
}

/* What json_type() says of a key: 0 where it is no JSON array, 1 for one key, 2 for a list of keys. */
static int arrayDepth(RelError *error, sqlite3 *db, sqlite3_value *key) {
  sqlite3_stmt *statement;
  int depth = 0;
  if (sqlite3_value_type(key) != SQLITE_TEXT) return 0;
  statement = relPrepare(error, db, 0,
                         "SELECT CASE WHEN NOT json_valid(?1) OR json_type(?1) <> 'array' THEN 0 "
                         "WHEN json_type(?1, '$[0]') = 'array' THEN 2 ELSE 1 END");
  if (error->rc == SQLITE_OK) relErrorFromDb(error, sqlite3_bind_value(statement, 1, key), db);
  if (relStep(error, statement)) depth = sqlite3_column_int(statement, 0);
  relFinalize(error, statement);
  return depth;
}

static void findRoots(Impact *impact, const RelTable *owner, sqlite3_value *key) {
  int arrays = arrayDepth(impact->error, relModelDb(impact->model), key);
  int width = relTableKeyWidth(owner), identity[REL_MAX_KEY_WIDTH];
  if (relTableIdentity(owner, identity) == 0) {
    relErrorSet(impact->error, SQLITE_ERROR,
                "relationship_impact: %s is a view: ask about the table whose rows are deleted",
                owner->name);
  } else if (width > 1 && arrays == 0) {
    relErrorSet(impact->error, SQLITE_ERROR,
                "relationship_impact: the key of %s has %d columns: give a JSON array of them, "
                "json_array(…)",
                owner->name, width);
  }
  if (impact->error->rc == SQLITE_OK)
    addRoots(impact, owner, key, width > 1 ? arrays == 2 : arrays);
}

/* --- the answer ------------------------------------------------------------------------------- */

static int comesBefore(const Tally *a, const Tally *b) {
  static const char *const ORDER[] = {"delete", "unlink", "set null", "set default", "refuse"};
  size_t left = 0, right = 0;
  if (a->depth != b->depth) return a->depth < b->depth;
  while (strcmp(ORDER[left], a->action) != 0) left++;
  while (strcmp(ORDER[right], b->action) != 0) right++;
  return left < right;
}

/* By depth, then by action; alike ones stay in the order of the declarations. */
static void sortTallies(Impact *impact) {
  int i, j;
  for (i = 1; i < impact->tallyCount; i++) {
    Tally tally = impact->tallies[i];
    for (j = i; j > 0 && comesBefore(&tally, &impact->tallies[j - 1]); j--) {
      impact->tallies[j] = impact->tallies[j - 1];
    }
    impact->tallies[j] = tally;
  }
}

static void giveAnswer(Impact *impact, RelAnswer *answer) {
  int i;
  sortTallies(impact);
  for (i = 0; i < impact->tallyCount; i++) {
    const Tally *tally = &impact->tallies[i];
    relAnswerInteger(impact->error, answer, tally->depth);
    relAnswerText(impact->error, answer, tally->label);
    relAnswerText(impact->error, answer, tally->action);
    relAnswerText(impact->error, answer, tally->table);
    relAnswerInteger(impact->error, answer, tally->rows);
  }
}

static void clear(Impact *impact) {
  int i;
  for (i = 0; i < impact->goneCount; i++) {
    relKeysClear(&impact->gone[i].rows);
    sqlite3_free(impact->gone[i].depths);
  }
  sqlite3_free(impact->gone);
  sqlite3_free(impact->steps);
  sqlite3_free(impact->tallies);
  relActionsClear(&impact->actions);
}

void relImpact(RelError *error, RelInspection *inspection, sqlite3_value **arguments,
               RelAnswer *answer) {
  const char *name = (const char *)sqlite3_value_text(arguments[0]);
  Impact impact;
  RelTable *owner;
  memset(&impact, 0, sizeof impact);
  impact.error = error;
  owner = relInspectionTable(error, inspection, "relationship_impact", name, &impact.model);
  if (owner != NULL) {
    collectSteps(&impact, inspection->db);
    findRoots(&impact, owner, arguments[1]);
    followAll(&impact);
    judgeAll(&impact);
    giveAnswer(&impact, answer);
  }
  clear(&impact);
}
