#include "inspect/steps.h"

#include "enforce/words.h"
#include "fetch/keys.h"
#include "fetch/plan.h"

static const char ROW[] = "\"relationship row\"";
static const char OTHER[] = "\"relationship other\"";
static const char BETWEEN[] = "\"relationship between\"";
static const char OWNER[] = "\"relationship owner\"";

int relStepIsUpward(const RelStep *step) {
  return step->up != NULL;
}

/* --- what relationships do -------------------------------------------------------------------- */

static RelStep *addStep(RelError *error, RelSteps *steps, RelStepKind kind, const char *action,
                        const char *label, const RelTable *from, const RelTable *to) {
  RelStep *step;
  steps->items = relGrow(error, steps->items, steps->count, &steps->room, sizeof *steps->items);
  if (error->rc != SQLITE_OK) return NULL;
  step = &steps->items[steps->count++];
  memset(step, 0, sizeof *step);
  step->kind = kind;
  step->action = action;
  step->label = label;
  step->from = from;
  step->to = to;
  return step;
}

/* A member goes with its last link where an owner of that goes: with the link, or after it. */
static void addLinked(RelError *error, RelSteps *steps, const RelAction *action) {
  const Relationship *relationship = action->relationship;
  RelStep *step = addStep(error, steps, REL_STEP_TAKES, "delete", relationship->label,
                          relationship->secondary, action->to);
  if (step == NULL) return;
  step->up = action->last;
  step->condition = action->condition;
  step->owner = relationship;
  step->ownerGoes = 1;
  step = addStep(error, steps, REL_STEP_TAKES, "delete", relationship->label, action->from,
                 action->to);
  if (step == NULL) return;
  step->down = action->key;
  step->up = action->last;
  step->condition = action->condition;
  step->late = 1;
}

static void addAction(RelError *error, RelSteps *steps, const RelAction *action) {
  const Relationship *relationship = action->relationship;
  RelStepKind kind = REL_STEP_TAKES;
  const char *said = action->kind == REL_UNLINK ? "unlink" : "delete";
  RelStep *step;
  int upward = action->kind == REL_DELETE_TARGET || action->kind == REL_DELETE_UNLINKED;
  if (action->kind == REL_DELETE_LINKED) {
    addLinked(error, steps, action);
    return;
  }
  if (action->kind == REL_REFUSE) {
    kind = REL_STEP_REFUSES;
    said = "refuse";
  } else if (action->kind == REL_UPDATE_MEMBERS) {
    kind = REL_STEP_EMPTIES;
    said = relationship->onDelete == REL_ON_DELETE_SET_DEFAULT ? "set default" : "set null";
  }
  step = addStep(error, steps, kind, said, relationship->label, action->from, action->to);
  if (step == NULL) return;
  step->down = upward ? NULL : action->key;
  step->up = upward ? action->key : NULL;
  step->condition = action->condition;
  step->atOnce = action->atOnce;
  step->defaults = relationship->onDelete == REL_ON_DELETE_SET_DEFAULT;
  if (action->kind == REL_DELETE_UNLINKED && relationship->onDelete != REL_ON_DELETE_CASCADE) {
    step->owner = relationship;
  }
}

/* --- what is left to foreign keys ------------------------------------------------------------- */

static int isOver(const RelStep *step, const RelKey *key) {
  return !step->native && step->up == NULL && step->down != NULL && relSameColumns(step->down, key);
}

/* True where a relationship sees to all rows of the key. */
static int isSeenTo(const RelSteps *steps, const RelKey *key) {
  int i;
  for (i = 0; i < steps->count; i++) {
    if (steps->items[i].condition == NULL && isOver(&steps->items[i], key)) return 1;
  }
  return 0;
}

/* True where the foreign key can write NULL, or the defaults, to all its columns. */
static int canBeWritten(RelError *error, const RelKey *key, int defaults) {
  int i, can = 1;
  for (i = 0; i < key->count; i++) {
    int column = key->childColumns[i];
    char *value = defaults ? relWordDefault(error, key->child, column) : NULL;
    if (!relIsWritable(key->child, column)) can = 0;
    if (key->child->columns[column].notNull || column == key->child->integerKey) {
      can &= value != NULL && strcmp(value, "NULL") != 0;
    }
    sqlite3_free(value);
  }
  return can;
}

static void addNative(RelError *error, RelSteps *steps, const Relationship *implied) {
  const RelKey *key = &implied->key;
  RelStepKind kind = REL_STEP_REFUSES;
  const char *action = "refuse";
  int defaults = relSame(key->nativeOnDelete, "SET DEFAULT");
  RelStep *step;
  if (isSeenTo(steps, key)) return;
  if (relSame(key->nativeOnDelete, "CASCADE")) {
    kind = REL_STEP_TAKES;
    action = "delete";
  } else if ((defaults || relSame(key->nativeOnDelete, "SET NULL")) &&
             canBeWritten(error, key, defaults)) {
    kind = REL_STEP_EMPTIES;
    action = defaults ? "set default" : "set null";
  }
  step = addStep(error, steps, kind, action, implied->label, key->parent, key->child);
  if (step == NULL) return;
  step->down = key;
  step->defaults = defaults;
  step->native = 1;
}

/* --- what a key that is emptied leads to ------------------------------------------------------ */

/* A new value of a key's column, as SQL that the caller owns; NULL where the step leaves it alone. */
static char *newValue(RelError *error, const RelStep *step, int column) {
  const RelTable *table = step->to;
  if (!relIsInKey(step->down, column)) return NULL;
  if (step->defaults) {
    return relIsWritable(table, column) ? relWordDefault(error, table, column) : NULL;
  }
  return step->native || relIsNullable(table, column) ? relCopy(error, "NULL") : NULL;
}

/* Whether the step changes a column of the key; `toNull`: to NULL. */
static int changes(RelError *error, const RelStep *step, const RelKey *key, int toNull) {
  int i, found = 0;
  if (step->to != key->child) return 0;
  for (i = 0; i < key->count && !found; i++) {
    char *value = newValue(error, step, key->childColumns[i]);
    found = value != NULL && (!toNull || strcmp(value, "NULL") == 0);
    sqlite3_free(value);
  }
  return found;
}

/* Members of another relationship let go of an owner that stays: its delete-orphan takes them. */
static void addOrphans(RelError *error, RelSteps *steps, const RelStep *emptying,
                       const Relationship *other) {
  RelStep *step;
  if (relSameColumns(&other->key, emptying->down)) return;
  if (!changes(error, emptying, &other->key, 1)) return;
  step =
      addStep(error, steps, REL_STEP_TAKES, "delete", other->label, emptying->from, other->target);
  if (step == NULL) return;
  step->down = emptying->down;
  step->condition = emptying->condition;
  step->owner = other;
}

/* Rows turn away from a target that has delete-orphan by a key that shares a column. */
static void addTurnedFrom(RelError *error, RelSteps *steps, const RelStep *emptying,
                          const Relationship *other) {
  const RelKey *up = other->direction == REL_MANYTOMANY ? &other->targetKey : &other->key;
  RelStep *step;
  if (relSameColumns(up, emptying->down) || !changes(error, emptying, up, 0)) return;
  step =
      addStep(error, steps, REL_STEP_TAKES, "delete", other->label, emptying->from, other->target);
  if (step == NULL) return;
  step->down = emptying->down;
  step->up = up;
  step->condition = other->condition;
  step->emptied = 1;
}

/* Whether the step empties a column of the key that may not be NULL. */
static int breaks(RelError *error, const RelStep *step, const RelKey *key) {
  int i, found = 0;
  for (i = 0; i < key->count && step->to == key->child; i++) {
    char *value = newValue(error, step, key->childColumns[i]);
    found |= value != NULL && strcmp(value, "NULL") == 0 &&
             step->to->columns[key->childColumns[i]].notNull;
    sqlite3_free(value);
  }
  return found;
}

/*
** Where a foreign key cannot empty a column it refuses; unless delete-orphan deletes the row instead.
*/
static void addLettingGo(RelError *error, RelModel *model, RelSteps *steps, int n) {
  int i;
  for (i = 0; i < relModelCount(model) && error->rc == SQLITE_OK; i++) {
    const Relationship *other = relModelAt(model, i);
    RelStep emptying = steps->items[n];
    if (!relHasOrphans(other)) continue;
    if (other->direction == REL_ONETOMANY) {
      if (emptying.kind == REL_STEP_REFUSES && !breaks(error, &emptying, &other->key)) continue;
      addOrphans(error, steps, &emptying, other);
    } else if (emptying.kind == REL_STEP_EMPTIES) {
      addTurnedFrom(error, steps, &emptying, other);
    }
  }
}

/* True where a key is emptied, or would be if it could. */
static int lettingGo(const RelStep *step) {
  const char *native = step->native ? step->down->nativeOnDelete : NULL;
  return step->kind == REL_STEP_EMPTIES ||
         (step->kind == REL_STEP_REFUSES && native != NULL &&
          (relSame(native, "SET NULL") || relSame(native, "SET DEFAULT")));
}

/* What may be wrong with the defaults that a step writes. */
static RelStep *addDoubt(RelError *error, RelSteps *steps, const RelStep *emptying) {
  RelStep *step = addStep(error, steps, REL_STEP_REFUSES, "refuse", emptying->label, emptying->from,
                          emptying->to);
  if (step == NULL) return NULL;
  step->down = emptying->down;
  step->condition = emptying->condition;
  step->native = emptying->native;
  step->defaults = 1;
  return step;
}

/* They may refer to nothing. */
static void addDangling(RelError *error, RelSteps *steps, int n, const Relationship *implied) {
  RelStep emptying = steps->items[n];
  RelStep *step;
  if (!emptying.defaults || !changes(error, &emptying, &implied->key, 0)) return;
  step = addDoubt(error, steps, &emptying);
  if (step != NULL) step->dangling = &implied->key;
}

/* They may be another row's already, or several rows' at once. */
static void addTwice(RelError *error, RelSteps *steps, int n) {
  RelStep emptying = steps->items[n];
  int i, j;
  for (i = 0; i < emptying.to->indexCount && emptying.defaults; i++) {
    const RelIndex *index = &emptying.to->indexes[i];
    int changed = 0;
    RelStep *step;
    if (!index->unique || index->partial) continue;
    for (j = 0; j < index->count; j++) {
      if (index->columns[j] < 0) break;
      changed |= relIsInKey(emptying.down, index->columns[j]);
    }
    if (j < index->count || !changed) continue;
    step = addDoubt(error, steps, &emptying);
    if (step != NULL) step->unique = index;
  }
}

void relStepsCollect(RelError *error, RelModel *model, int natively, RelSteps *steps) {
  Relationship *const *implied = NULL;
  int i, j, count, native;
  relActionsCollect(error, model, &steps->actions);
  for (i = 0; i < steps->actions.count; i++) addAction(error, steps, &steps->actions.items[i]);
  native = natively ? relModelImplied(error, model, &implied) : 0;
  for (i = 0; i < native; i++) {
    if (implied[i]->direction == REL_ONETOMANY) addNative(error, steps, implied[i]);
  }
  for (i = 0, count = steps->count; i < count && error->rc == SQLITE_OK; i++) {
    if (!lettingGo(&steps->items[i])) continue;
    addLettingGo(error, model, steps, i);
    if (steps->items[i].kind == REL_STEP_REFUSES) continue;
    addTwice(error, steps, i);
    for (j = 0; j < native; j++) {
      if (implied[j]->direction == REL_ONETOMANY) addDangling(error, steps, i, implied[j]);
    }
  }
}

void relStepsClear(RelSteps *steps) {
  int i;
  for (i = 0; i < steps->count; i++) sqlite3_free(steps->items[i].parameters);
  sqlite3_free(steps->items);
  relActionsClear(&steps->actions);
  memset(steps, 0, sizeof *steps);
}

/* --- SQL -------------------------------------------------------------------------------------- */

typedef struct Writer {
  RelText text;
  RelStep *step;
} Writer;

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

static void writeTaken(RelText *text, char *words) {
  if (words != NULL) relText(text, words);
  sqlite3_free(words);
}

/* FROM the rows that go, as ROW. */
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

/* The number of the parameter that holds these rows of a table. */
static int parameterOf(Writer *writer, const RelTable *table, RelRowSet rows) {
  RelStep *step = writer->step;
  int i;
  for (i = 0; i < step->parameterCount; i++) {
    if (step->parameters[i].table == table && step->parameters[i].rows == rows) return i + 2;
  }
  step->parameters = relGrow(writer->text.error, step->parameters, step->parameterCount,
                             &step->parameterRoom, sizeof *step->parameters);
  if (writer->text.error->rc != SQLITE_OK) return 2;
  step->parameters[i].table = table;
  step->parameters[i].rows = rows;
  return ++step->parameterCount + 1;
}

/* relationship_has(?n, the row's identity): it is one of these. */
static void writeHas(Writer *writer, RelRowSet rows, const char *prefix, const RelTable *table) {
  relTextFormat(&writer->text, "relationship_has(?%d,", parameterOf(writer, table, rows));
  writeIdentity(&writer->text, prefix, table);
  relText(&writer->text, ")");
}

static void writeGone(Writer *writer, const char *prefix, const RelTable *table) {
  writeHas(writer, REL_ROWS_GO, prefix, table);
}

/* A row that goes is the parent of the row called `child`. */
static void writeParentGone(Writer *writer, const RelKey *key, const char *child,
                            const char *condition) {
  relText(&writer->text, "EXISTS (SELECT 1 FROM ");
  writeTable(&writer->text, key->parent, OWNER);
  relText(&writer->text, " WHERE ");
  writeTaken(&writer->text, relWordMatch(writer->text.error, key, OWNER, child, condition));
  relText(&writer->text, " AND ");
  writeGone(writer, OWNER, key->parent);
  relText(&writer->text, ")");
}

/* No row that stays, and keeps its key, refers to the target. */
static void writeUnreferenced(Writer *writer) {
  const RelStep *step = writer->step;
  relText(&writer->text, " AND NOT EXISTS (SELECT 1 FROM ");
  writeTable(&writer->text, step->up->child, OTHER);
  relText(&writer->text, " WHERE ");
  writeTaken(&writer->text, relWordMatch(writer->text.error, step->up, NULL, OTHER, NULL));
  relText(&writer->text, " AND NOT ");
  writeGone(writer, OTHER, step->up->child);
  if (step->emptied) {
    relText(&writer->text, " AND NOT ");
    writeParentGone(writer, step->down, OTHER, NULL);
  }
  relText(&writer->text, ")");
}

/*
** The owner of the row (a link, or a member itself) goes, or stays. A link that is asked about goes
** before all others, while its owner is there.
*/
static void writeOwner(Writer *writer) {
  const RelStep *step = writer->step;
  const char *row = step->up != NULL ? ROW : NULL;
  RelText *text = &writer->text;
  relText(text, " AND EXISTS (SELECT 1 FROM ");
  writeTable(text, step->owner->owner, OWNER);
  relText(text, " WHERE ");
  writeTaken(text, relWordMatch(text->error, &step->owner->key, OWNER, row, NULL));
  if (step->ownerGoes) {
    relText(text, " AND ");
    writeGone(writer, OWNER, step->owner->owner);
  } else {
    relText(text, " AND NOT (");
    writeHas(writer, REL_ROWS_WENT_BEFORE, OWNER, step->owner->owner);
    if (row != NULL) {
      relText(text, " AND NOT ");
      writeHas(writer, REL_ROWS_ASKED, row, step->from);
    }
    relText(text, ")");
  }
  relText(text, ")");
  if (step->ownerGoes) {
    relText(text, " AND NOT ");
    writeHas(writer, REL_ROWS_ASKED, row, step->from);
  }
}

/* The rows of `to`, and how the row that goes leads to them. */
static void writeWay(Writer *writer) {
  const RelStep *step = writer->step;
  RelText *text = &writer->text;
  const char *row = step->down != NULL && step->up != NULL ? BETWEEN : ROW;
  if (row == BETWEEN) {
    relText(text, " CROSS JOIN ");
    writeTable(text, step->down->child, BETWEEN);
    relText(text, " ON ");
    writeTaken(text, relWordMatch(text->error, step->down, ROW, BETWEEN, NULL));
  }
  relText(text, " CROSS JOIN ");
  writeTable(text, step->to, NULL);
  relText(text, " WHERE ");
  if (step->up == NULL) {
    writeTaken(text, relWordMatch(text->error, step->down, ROW, NULL, step->condition));
    return;
  }
  writeTaken(text, relWordMatch(text->error, step->up, NULL, row, step->condition));
  if (row == BETWEEN) {
    relText(text, " AND NOT ");
    writeHas(writer, step->emptied ? REL_ROWS_GO : REL_ROWS_ASKED, BETWEEN, step->down->child);
  }
  writeUnreferenced(writer);
}

/* Rows that a relationship over the same key keeps from the foreign key's own action. */
static void writeKept(Writer *writer, const RelSteps *steps) {
  const RelStep *step = writer->step;
  int i;
  for (i = 0; i < steps->count; i++) {
    const RelStep *ours = &steps->items[i];
    if (ours->kind == REL_STEP_TAKES || ours->condition == NULL || !isOver(ours, step->down)) {
      continue;
    }
    relTextFormat(&writer->text, " AND (%s\n) IS NOT TRUE", ours->condition);
  }
}

/* Rows whose key is emptied in part by others no longer refer to the row that goes. */
static void writeNotEmptied(Writer *writer, const RelSteps *steps) {
  const RelStep *step = writer->step;
  int i;
  for (i = 0; i < steps->count; i++) {
    const RelStep *other = &steps->items[i];
    if (other->kind != REL_STEP_EMPTIES || relSameColumns(other->down, step->down)) continue;
    if (!changes(writer->text.error, other, step->down, 0)) continue;
    relText(&writer->text, " AND NOT ");
    writeParentGone(writer, other->down, NULL, other->condition);
  }
}

/* The row gets other values than it has. */
static void writeChanged(Writer *writer) {
  const RelStep *step = writer->step;
  RelText *text = &writer->text;
  int i;
  relText(text, " AND (0");
  for (i = 0; i < step->down->count; i++) {
    char *value = newValue(text->error, step, step->down->childColumns[i]);
    if (value == NULL) continue;
    relText(text, " OR ");
    relWordColumn(text, NULL, step->to, step->down->childColumns[i]);
    relText(text, " COLLATE BINARY IS NOT ");
    writeTaken(text, value);
  }
  relText(text, ")");
}

/* What stands in a column of a row of `to` once the key has its defaults. */
static void writeNew(Writer *writer, int column) {
  char *value = newValue(writer->text.error, writer->step, column);
  if (value == NULL) {
    relWordColumn(&writer->text, NULL, writer->step->to, column);
  } else {
    writeTaken(&writer->text, value);
  }
}

static void writeDangling(Writer *writer) {
  const RelKey *key = writer->step->dangling;
  RelText *text = &writer->text;
  int i;
  for (i = 0; i < key->count; i++) {
    relText(text, " AND ");
    writeNew(writer, key->childColumns[i]);
    relText(text, " IS NOT NULL");
  }
  relText(text, " AND NOT EXISTS (SELECT 1 FROM ");
  writeTable(text, key->parent, OWNER);
  relText(text, " WHERE ");
  for (i = 0; i < key->count; i++) {
    relWordColumn(text, OWNER, key->parent, key->parentColumns[i]);
    relText(text, " = ");
    writeNew(writer, key->childColumns[i]);
    relText(text, " AND ");
  }
  relText(text, "NOT ");
  writeGone(writer, OWNER, key->parent);
  relText(text, ")");
}

/* Another row that stays has the same in all columns of the index, once both have been changed. */
static void writeTwice(Writer *writer) {
  const RelStep *step = writer->step;
  RelText *text = &writer->text;
  int i;
  relText(text, " AND EXISTS (SELECT 1 FROM ");
  writeTable(text, step->to, OTHER);
  relText(text, " WHERE NOT ");
  writeGone(writer, OTHER, step->to);
  relText(text, " AND (");
  writeIdentity(text, NULL, step->to);
  relText(text, ") <> (");
  writeIdentity(text, OTHER, step->to);
  relText(text, ")");
  for (i = 0; i < step->unique->count; i++) {
    int column = step->unique->columns[i];
    relText(text, " AND ");
    writeNew(writer, column);
    relText(text, " IS NOT NULL AND (");
    relWordColumn(text, OTHER, step->to, column);
    relText(text, " COLLATE ");
    relTextName(text, NULL, step->unique->collations[i]);
    relText(text, " = ");
    writeNew(writer, column);
    if (relIsInKey(step->down, column)) {
      relText(text, " OR ");
      writeParentGone(writer, step->down, OTHER, NULL);
    }
    relText(text, ")");
  }
  relText(text, ")");
}

char *relStepSql(RelError *error, const RelSteps *steps, RelStep *step) {
  Writer writer = {{NULL, NULL}, step};
  relTextStart(&writer.text, error);
  relText(&writer.text, "SELECT ");
  writeIdentity(&writer.text, NULL, step->to);
  relText(&writer.text, ",\"relationship keys\".\"" REL_KEYS_SLOT "\"");
  writeRows(&writer.text, step->from);
  writeWay(&writer);
  if (step->owner != NULL) writeOwner(&writer);
  if (step->native) writeKept(&writer, steps);
  if (step->kind == REL_STEP_REFUSES && step->native && step->dangling == NULL &&
      step->unique == NULL) {
    writeNotEmptied(&writer, steps);
  }
  if (step->kind == REL_STEP_EMPTIES && step->defaults) writeChanged(&writer);
  if (step->dangling != NULL) writeDangling(&writer);
  if (step->unique != NULL) writeTwice(&writer);
  return relTextFinish(&writer.text);
}
