#include "fetch/build.h"
#include "fetch/pool.h"

static const RelSlice NOWHERE = {NULL, NULL};

/* --- what an item means ----------------------------------------------------------------------- */

/* Columns that may be named: all but the hidden ones of a virtual table. */
static int isVisible(const RelTable *table, int column) {
  return !table->columns[column].hidden;
}

static void refuseName(RelBuild *build, const RelItem *item, const char *what) {
  const RelTable *table = build->level->table;
  const RelTable *secondary = build->level->reading->scope.secondary;
  RelNearest nearest = {item->name, NULL, 0};
  int i;
  if (build->error->rc != SQLITE_OK) return;
  if (strstr(what, "column") != NULL) {
    for (i = 0; i < table->columnCount; i++) {
      if (isVisible(table, i)) relNearestOffer(&nearest, table->columns[i].name);
    }
    for (i = 0; secondary != NULL && i < secondary->columnCount; i++) {
      relNearestOffer(&nearest, secondary->columns[i].name);
    }
  }
  if (strstr(what, "relationship") != NULL) {
    relModelSuggest(build->error, build->plan->model, table, &nearest);
  }
  relSelectionRefuse(build->error, &build->plan->source, build->level->path, item->nameAt.start,
                     nearest.best, "no %s \"%s\"", what, item->name);
}

void relBuildRefuse(RelBuild *build, RelSlice at, const char *message) {
  relSelectionRefuse(build->error, &build->plan->source, build->level->path, at.start, NULL, "%s",
                     message);
}

static Relationship *findRelationship(RelBuild *build, const RelItem *item) {
  return relModelFind(build->error, build->plan->model, build->level->table, item->name);
}

static int isFunction(RelBuild *build, const char *name) {
  int at = 0;
  return relSame(name, "any") || relSame(name, "has") ||
         sqlite3_keyword_check(name, (int)strlen(name)) ||
         relFunctionsNext(build->error, &build->plan->pool->functions, name, &at) != NULL;
}

/* An expression without a name: what was meant, where that can be told from its first words. */
static void refuseNameless(RelBuild *build, const RelItem *item) {
  const char *cursor = item->whole.start;
  RelToken first = relSliceNext(&cursor, item->whole);
  RelToken second = relSliceNext(&cursor, item->whole);
  RelToken third = relSliceNext(&cursor, item->whole);
  if (relTokenIsName(first) && second.kind == REL_TOKEN_DOT) {
    relSelectionRefuse(build->error, &build->plan->source, build->level->path, first.text, NULL,
                       "write %.*s without its table, or AS and a name behind it", third.length,
                       third.text);
  } else if (relTokenIsName(first) && relTokenIs(second, "AS")) {
    relBuildRefuse(build, relSliceOf(second), "AS needs a name behind it");
  } else if (relTokenIsName(first) && relTokenIsName(second)) {
    relSelectionRefuse(build->error, &build->plan->source, build->level->path, second.text, NULL,
                       "%.*s cannot stand here: a selection is items with commas between, then "
                       "WHERE, ORDER BY, LIMIT and OFFSET, then FOR EACH",
                       second.length, second.text);
  } else {
    relBuildRefuse(build, item->whole, "an expression needs a name: write AS and one behind it");
  }
}

static void resolveExpression(RelBuild *build, RelMember *member) {
  const RelItem *item = member->item;
  RelLevel *level = build->level;
  int ordered = 0;
  RelSlice aggregate =
      relFunctionsAggregate(build->error, &build->plan->pool->functions, item->whole, &ordered);
  if (item->kind == REL_ITEM_CALL && (item->alias == NULL || item->hintCount > 0)) {
    RelNearest nearest = {item->name, NULL, 0};
    relModelSuggest(build->error, build->plan->model, level->table, &nearest);
    if (item->hintCount > 0 && relScopeColumn(level->table, item->name) != REL_NO_COLUMN) {
      relSelectionRefuse(build->error, &build->plan->source, level->path, item->nameAt.start, NULL,
                         "\"%s\" is a column, not a relationship", item->name);
    }
    if (nearest.best != NULL || item->hintCount > 0) refuseName(build, item, "relationship");
  }
  if (item->kind == REL_ITEM_CALL && !isFunction(build, item->name)) {
    refuseName(build, item, "relationship or function");
  }
  if (item->alias == NULL) refuseNameless(build, item);
  if (aggregate.start == NULL) return;
  level->aggregate = 1;
  level->ordered |= ordered;
}

/* A column of the secondary, where the target has none of that name: written as an expression. */
static int takeSecondary(RelBuild *build, RelMember *member) {
  const RelTable *secondary = build->level->reading->scope.secondary;
  int column = secondary == NULL ? -1 : relTableColumn(secondary, member->item->name);
  if (column < 0) return 0;
  if (member->key == NULL) member->key = secondary->columns[column].name;
  return 1;
}

/* A word that is an expression by itself, where it names nothing. */
static int isConstant(const RelItem *item) {
  static const char *const WORDS[] = {"NULL",         "TRUE",         "FALSE",
                                      "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP"};
  size_t i;
  for (i = 0; *item->nameAt.start != '"' && i < sizeof WORDS / sizeof *WORDS; i++) {
    if (relSame(item->name, WORDS[i])) return 1;
  }
  return 0;
}

static int isRecursive(const RelItem *item) {
  int i;
  for (i = 0; i < item->hintCount; i++) {
    if (item->hints[i].word.end - item->hints[i].word.start == 9)
      return 1; /* as long as no other */
  }
  return 0;
}

static void resolveMember(RelBuild *build, RelMember *member) {
  const RelItem *item = member->item;
  member->column = REL_NO_COLUMN;
  member->key = item->alias;
  if (item->kind == REL_ITEM_NAME) {
    member->column = relScopeColumn(build->level->table, item->name);
    if (member->column == REL_NO_COLUMN && takeSecondary(build, member)) return;
    if (member->column == REL_NO_COLUMN) member->relationship = findRelationship(build, item);
    if (member->column == REL_NO_COLUMN && member->relationship == NULL && !isConstant(item) &&
        !relScopeBeside(build->level->table, item->name)) {
      refuseName(build, item, "column or relationship");
      return;
    }
  } else if (item->kind == REL_ITEM_CALL) {
    member->relationship = findRelationship(build, item);
  }
  if (member->relationship != NULL) {
    if (item->stray.start != NULL) {
      relBuildRefuse(build, item->stray,
                     isRecursive(item)
                         ? "behind !recursive stands the number of levels in parentheses, if you "
                           "like, then the members' selection in its own"
                         : "only AS and a name can stand behind a relationship");
    }
    if (member->key == NULL) member->key = member->relationship->name;
  } else if (member->column != REL_NO_COLUMN) {
    if (member->key == NULL) {
      member->key =
          member->column >= 0 ? build->level->table->columns[member->column].name : item->name;
    }
  } else {
    resolveExpression(build, member);
  }
}

static void leaveOut(RelBuild *build, const RelItem *item) {
  int column = relTableColumn(build->level->table, item->name);
  if (column < 0 && findRelationship(build, item) != NULL) {
    relSelectionRefuse(build->error, &build->plan->source, build->level->path, item->nameAt.start,
                       NULL, "\"%s\" is a relationship: it is left out by not naming it",
                       item->name);
  } else if (column < 0) {
    refuseName(build, item, "column");
  } else {
    build->left[column] = 1;
  }
}

/* --- outputs ---------------------------------------------------------------------------------- */

static char *renderPrefix(RelError *error, const char *key, int first, size_t *length) {
  RelBuffer buffer = {NULL, 0, 0, SQLITE_OK};
  char *prefix = NULL;
  if (error->rc != SQLITE_OK) return NULL;
  relBufferAdd(&buffer, first ? ",{" : ",", first ? 2 : 1);
  relJsonString(&buffer, key, strlen(key));
  relBufferAdd(&buffer, ":", 1);
  if (buffer.rc != SQLITE_OK) relErrorNoMemory(error);
  *length = buffer.length;
  prefix = relAlloc(error, buffer.length + REL_SHORT_PREFIX);
  if (prefix != NULL) memcpy(prefix, buffer.bytes, buffer.length);
  relBufferClear(&buffer);
  return prefix;
}

int relBuildHasKey(const RelBuild *build, const char *key) {
  int i;
  for (i = 0; i < build->level->outputCount; i++) {
    if (relSame(build->keys[i], key)) return 1;
  }
  return 0;
}

/* Whether a value comes from where a table keeps it: then nothing can have marked it as JSON. */
static int isStored(const RelLevel *level, int argument) {
  int column = argument < 0 ? REL_NO_COLUMN : level->arguments[argument].column;
  if (column == REL_NO_COLUMN || level->table->kind != REL_TABLE) return 0;
  return column < 0 || !level->table->columns[column].generated;
}

void relBuildOutput(RelBuild *build, const char *key, RelSlice at, int argument, int child) {
  RelLevel *level = build->level;
  RelOutput *output;
  if (at.start != NULL && relBuildHasKey(build, key)) {
    relSelectionRefuse(build->error, &build->plan->source, level->path, at.start, NULL,
                       "the key \"%s\" is there already: give one of them another with AS", key);
  }
  level->outputs = relGrow(build->error, level->outputs, level->outputCount, &level->outputRoom,
                           sizeof *level->outputs);
  build->keys = relGrow(build->error, (void *)build->keys, level->outputCount, &build->keyRoom,
                        sizeof *build->keys);
  if (build->error->rc != SQLITE_OK) return;
  output = &level->outputs[level->outputCount];
  output->prefix = renderPrefix(build->error, key, level->outputCount == 0, &output->prefixLength);
  output->brief = output->prefixLength <= REL_SHORT_PREFIX;
  output->argument = argument;
  output->stored = isStored(level, argument);
  output->child = child;
  level->renderRoom += output->prefixLength + REL_JSON_INTEGER;
  build->keys[level->outputCount++] = key;
}

static void addMember(RelBuild *build, RelMember *member) {
  if (member->placed || build->error->rc != SQLITE_OK) return;
  member->placed = 1;
  if (member->relationship != NULL) {
    relBuildChild(build, member);
  } else if (member->column != REL_NO_COLUMN) {
    relBuildOutput(build, member->key, member->item->whole,
                   relLevelArgument(build->error, build->level, member->column), -1);
  } else {
    relBuildOutput(build, member->key, member->item->whole,
                   relLevelExpression(build->error, build->level, member->item->whole), -1);
  }
}

/* --- one level -------------------------------------------------------------------------------- */

static RelMember *memberCalled(RelBuild *build, const char *key) {
  int i;
  for (i = 0; i < build->selection->itemCount; i++) {
    if (build->members[i].key != NULL && relSame(build->members[i].key, key)) {
      return &build->members[i];
    }
  }
  return NULL;
}

/* All columns, except those left out; what a named item calls alike stands in a column's place. */
static void addStar(RelBuild *build) {
  const RelTable *table = build->level->table;
  int i;
  for (i = 0; i < table->columnCount && build->error->rc == SQLITE_OK; i++) {
    RelMember *member;
    if (!isVisible(table, i) || build->left[i]) continue;
    member = memberCalled(build, table->columns[i].name);
    if (member != NULL) {
      addMember(build, member);
    } else {
      relBuildOutput(build, table->columns[i].name, NOWHERE,
                     relLevelArgument(build->error, build->level, i), -1);
    }
  }
}

/* An aggregate's object is made of all members: nothing in it can be about one of them. */
static void checkAggregate(RelBuild *build) {
  int i;
  for (i = 0; i < build->selection->itemCount; i++) {
    const RelItem *item = &build->selection->items[i];
    const RelMember *member = &build->members[i];
    int ordered = 0;
    if (item->kind == REL_ITEM_STAR || item->kind == REL_ITEM_EXCEPT ||
        member->column != REL_NO_COLUMN) {
      relBuildRefuse(
          build, item->whole,
          "a column cannot stand beside an aggregate, which is one object for all members");
    } else if (member->relationship != NULL) {
      relBuildRefuse(build, item->whole,
                     "a relationship cannot stand beside an aggregate, which is one object for all "
                     "members");
    } else if (relFunctionsAggregate(build->error, &build->plan->pool->functions, item->whole,
                                     &ordered)
                       .start == NULL &&
               relExpressionMentionsColumn(&build->level->reading->scope, item->whole)) {
      relBuildRefuse(
          build, item->whole,
          "an expression over columns cannot stand beside an aggregate, which is one object "
          "for all members");
    }
  }
  if (build->level->recursive) {
    relBuildRefuse(build, build->selection->items[0].whole, "!recursive takes no aggregate");
  }
}

/* Finds out what the items mean: how many are named columns or expressions, how many relationships. */
static void resolveItems(RelBuild *build, int *named, int *related) {
  int i, stars = 0;
  *named = *related = 0;
  for (i = 0; i < build->selection->itemCount && build->error->rc == SQLITE_OK; i++) {
    RelMember *member = &build->members[i];
    member->item = &build->selection->items[i];
    member->column = REL_NO_COLUMN;
    switch (member->item->kind) {
    case REL_ITEM_STAR:
      if (stars++ > 0) relBuildRefuse(build, member->item->whole, "* is there already");
      ++*named;
      break;
    case REL_ITEM_EXCEPT:
      leaveOut(build, member->item);
      break;
    default:
      resolveMember(build, member);
      *named += member->relationship == NULL;
      *related += member->relationship != NULL;
    }
  }
  if (build->level->aggregate && build->error->rc == SQLITE_OK) checkAggregate(build);
}

static void placeItems(RelBuild *build, int named, int related) {
  int i;
  if (named == 0) addStar(build);
  for (i = 0; i < build->selection->itemCount && build->error->rc == SQLITE_OK; i++) {
    RelMember *member = &build->members[i];
    if (member->item->kind == REL_ITEM_STAR) addStar(build);
    if (member->key != NULL) addMember(build, member);
  }
  if (related == 0 && !build->level->aggregate) relBuildEager(build);
}

static void placeClauses(RelError *error, RelLevel *level) {
  RelPlan *plan = level->plan;
  RelCriteria *criteria = &level->reading->selection.criteria;
  if (level->parent == NULL || (plan->only != NULL && level->nesting == 1)) {
    plan->criteria = *criteria;
    memset(criteria, 0, sizeof *criteria);
  } else if (criteria->count > 0) {
    relSelectionRefuse(
        error, &plan->source, level->path, criteria->list[0].at.start, NULL,
        "FOR EACH stands at the end of the whole selection: it holds for every level");
  }
}

void relBuildLevel(RelError *error, RelLevel *level, RelSlice text, const char *key) {
  RelBuild build;
  int named, related;
  relReadingStart(error, level, text);
  if (error->rc != SQLITE_OK) return;
  placeClauses(error, level);
  memset(&build, 0, sizeof build);
  build.error = error;
  build.plan = level->plan;
  build.level = level;
  build.selection = &level->reading->selection;
  build.members = relAlloc(error, (size_t)build.selection->itemCount * sizeof *build.members);
  build.left = relAlloc(error, (size_t)level->table->columnCount);
  if (error->rc == SQLITE_OK) {
    resolveItems(&build, &named, &related);
    relReadingShape(error, level);
    if (level->parent != NULL) relBuildKeys(level);
    placeItems(&build, named, related);
    relBuildSelf(&build, key);
  }
  sqlite3_free(build.members);
  sqlite3_free(build.left);
  sqlite3_free((void *)build.keys);
}

/* --- the whole -------------------------------------------------------------------------------- */

/* Refuses what may not be loaded alone. */
static void withhold(RelError *error, RelPlan *plan, const Relationship *relationship) {
  const char *lazy = relationship->declaration.fields[REL_FIELD_LAZY];
  if (lazy == NULL) return;
  if (relSame(lazy, "raise") ||
      (relSame(lazy, "raise_on_sql") && relationship->direction != REL_MANYTOONE)) {
    relErrorSet(error, SQLITE_ERROR, "'%s' is not available due to lazy='%s'", relationship->label,
                lazy);
  }
  if (relSame(lazy, "raise_on_sql")) plan->withheld = REL_LOAD_WITHOUT_SQL;
  if (relSame(lazy, "noload")) plan->withheld = REL_LOAD_NOTHING;
}

/* The root of a plan that gives one relationship: it has no items, and that one child. */
static void resolveOnly(RelError *error, RelPlan *plan, RelSlice text) {
  RelBuild build;
  RelMember member = {NULL, NULL, REL_NO_COLUMN, NULL, 0};
  RelNearest nearest = {plan->only, NULL, 0};
  RelItem item;
  memset(&build, 0, sizeof build);
  memset(&item, 0, sizeof item);
  relReadingStart(error, plan->root, NOWHERE);
  if (error->rc != SQLITE_OK) return;
  relReadingShape(error, plan->root);
  build.error = error;
  build.plan = plan;
  build.level = plan->root;
  member.relationship = relModelFind(error, plan->model, plan->root->table, plan->only);
  if (member.relationship == NULL) {
    relModelSuggest(error, plan->model, plan->root->table, &nearest);
    relSelectionRefuse(error, &plan->source, plan->root->path, NULL, nearest.best,
                       "no relationship \"%s\"", plan->only);
    return;
  }
  withhold(error, plan, member.relationship);
  item.inner = text;
  member.item = &item;
  member.key = member.relationship->name;
  relBuildChild(&build, &member);
  sqlite3_free((void *)build.keys);
}

static void offerTables(RelNearest *nearest, const RelPlan *plan) {
  int i;
  for (i = 0; i < plan->levelCount; i++) {
    const Relationship *relationship = plan->levels[i]->relationship;
    relNearestOffer(nearest, plan->levels[i]->table->name);
    if (relationship != NULL && relationship->secondary != NULL) {
      relNearestOffer(nearest, relationship->secondary->name);
    }
  }
}

void relPlanResolve(RelError *error, RelPlan *plan) {
  RelSlice all;
  all.start = plan->source.text;
  all.end = all.start + strlen(all.start);
  if (plan->only != NULL) {
    resolveOnly(error, plan, all);
  } else {
    relBuildLevel(error, plan->root, all, NULL);
  }
}

/* A table in FOR EACH that occurs nowhere is a mistake. Known once all SQL is written. */
void relPlanCheckCriteria(RelError *error, const RelPlan *plan) {
  int i;
  for (i = 0; i < plan->criteria.count && error->rc == SQLITE_OK; i++) {
    const RelCriterion *criterion = &plan->criteria.list[i];
    RelNearest nearest = {criterion->table, NULL, 0};
    if (criterion->used) continue;
    offerTables(&nearest, plan);
    relSelectionRefuse(error, &plan->source, plan->root->path, criterion->at.start, nearest.best,
                       "FOR EACH: the selection has no table \"%s\"", criterion->table);
  }
}
