#include "fetch/links.h"
#include "fetch/pool.h"
#include "fetch/reading.h"

#include <stdlib.h>

/* An item, or a relationship that is loaded unasked, with what it means. */
typedef struct Member {
  const RelItem *item;        /* NULL: unasked */
  const char *key;            /* borrowed */
  int column;                 /* REL_NO_COLUMN for the others */
  Relationship *relationship; /* NULL for the others */
  int placed;
} Member;

/* One level while its items are resolved. */
typedef struct Build {
  RelError *error;
  RelPlan *plan;
  RelLevel *level;
  const RelSelection *selection;
  Member *members;   /* owned: one for each item, in their order */
  char *left;        /* owned: [columnCount], columns taken out by `-` */
  const char **keys; /* owned: of the outputs so far, borrowed */
  int keyRoom;
} Build;

static const RelSlice NOWHERE = {NULL, NULL};

/* --- what an item means ----------------------------------------------------------------------- */

/* Columns that may be named: all but the hidden ones of a virtual table. */
static int isVisible(const RelTable *table, int column) {
  return !table->columns[column].hidden;
}

static void refuseName(Build *build, const RelItem *item, const char *what) {
  const RelTable *table = build->level->table;
  RelNearest nearest = {item->name, NULL, 0};
  int i;
  if (build->error->rc != SQLITE_OK) return;
  if (strstr(what, "column") != NULL) {
    for (i = 0; i < table->columnCount; i++) {
      if (isVisible(table, i)) relNearestOffer(&nearest, table->columns[i].name);
    }
  }
  if (strstr(what, "relationship") != NULL) {
    relModelSuggest(build->error, build->plan->model, table, &nearest);
  }
  relSelectionRefuse(build->error, &build->plan->source, build->level->path, item->nameAt.start,
                     nearest.best, "no %s \"%s\"", what, item->name);
}

static void refuseAt(Build *build, RelSlice at, const char *message) {
  relSelectionRefuse(build->error, &build->plan->source, build->level->path, at.start, NULL, "%s",
                     message);
}

static Relationship *findRelationship(Build *build, const RelItem *item) {
  return relModelFind(build->error, build->plan->model, build->level->table, item->name);
}

static void resolveExpression(Build *build, Member *member) {
  const RelItem *item = member->item;
  RelLevel *level = build->level;
  int ordered = 0;
  RelSlice aggregate =
      relFunctionsAggregate(build->error, &build->plan->pool->functions, item->whole, &ordered);
  if (item->kind == REL_ITEM_CALL && (item->alias == NULL || item->hintCount > 0)) {
    RelNearest nearest = {item->name, NULL, 0};
    relModelSuggest(build->error, build->plan->model, level->table, &nearest);
    if (nearest.best != NULL || item->hintCount > 0) refuseName(build, item, "relationship");
  }
  if (item->alias == NULL) {
    refuseAt(build, item->whole, "an expression needs a name: write AS and one behind it");
  }
  if (aggregate.start == NULL) return;
  level->aggregate = 1;
  level->ordered |= ordered;
}

static void resolveMember(Build *build, Member *member) {
  const RelItem *item = member->item;
  member->column = REL_NO_COLUMN;
  member->key = item->alias;
  if (item->kind == REL_ITEM_NAME) {
    member->column = relScopeColumn(build->level->table, item->name);
    if (member->column == REL_NO_COLUMN) member->relationship = findRelationship(build, item);
    if (member->column == REL_NO_COLUMN && member->relationship == NULL) {
      refuseName(build, item, "column or relationship");
      return;
    }
  } else if (item->kind == REL_ITEM_CALL) {
    member->relationship = findRelationship(build, item);
  }
  if (member->relationship != NULL) {
    if (item->stray.start != NULL) {
      refuseAt(build, item->stray, "only AS and a name can stand behind a relationship");
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

static void leaveOut(Build *build, const RelItem *item) {
  int column = relTableColumn(build->level->table, item->name);
  if (column < 0) {
    refuseName(build, item, "column");
  } else {
    build->left[column] = 1;
  }
}

/* --- outputs ---------------------------------------------------------------------------------- */

static char *renderPrefix(RelError *error, const char *key, int first, int *length) {
  RelBuffer buffer = {NULL, 0, 0, SQLITE_OK};
  char *prefix = NULL;
  if (error->rc != SQLITE_OK) return NULL;
  relBufferAdd(&buffer, first ? ",{" : ",", first ? 2 : 1);
  relJsonString(&buffer, key, strlen(key));
  relBufferAdd(&buffer, ":", 1);
  if (buffer.rc != SQLITE_OK) relErrorNoMemory(error);
  *length = (int)buffer.length;
  prefix = relAlloc(error, buffer.length + REL_SHORT_PREFIX);
  if (prefix != NULL) memcpy(prefix, buffer.bytes, buffer.length);
  relBufferClear(&buffer);
  return prefix;
}

static int hasKey(const Build *build, const char *key) {
  int i;
  for (i = 0; i < build->level->outputCount; i++) {
    if (relSame(build->keys[i], key)) return 1;
  }
  return 0;
}

static void addOutput(Build *build, const char *key, RelSlice at, int argument, int child) {
  RelLevel *level = build->level;
  RelOutput *output;
  if (at.start != NULL && hasKey(build, key)) {
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
  output->argument = argument;
  output->child = child;
  build->keys[level->outputCount++] = key;
}

/* --- children --------------------------------------------------------------------------------- */

static void resolveLevel(RelError *error, RelLevel *level, RelSlice text, const char *key);

static int sameWord(RelSlice slice, const char *word) {
  size_t length = strlen(word);
  return (size_t)(slice.end - slice.start) == length &&
         sqlite3_strnicmp(slice.start, word, (int)length) == 0;
}

static void refuseHint(Build *build, RelSlice word, const char *message) {
  relSelectionRefuse(build->error, &build->plan->source, build->level->path, word.start, NULL,
                     message, (int)(word.end - word.start), word.start);
}

static void takeStrategy(Build *build, RelLevel *child, RelSlice word, RelStrategy strategy) {
  if (child->strategy != REL_STRATEGY_AUTO && child->strategy != strategy) {
    refuseHint(build, word, "!%.*s: another hint says already how the members are loaded");
  }
  child->strategy = strategy;
}

static void takeHint(Build *build, RelLevel *child, const RelHint *hint) {
  static const struct {
    const char *word;
    RelStrategy strategy;
  } STRATEGIES[] = {{"selectin", REL_STRATEGY_SELECTIN},
                    {"select", REL_STRATEGY_SELECT},
                    {"joined", REL_STRATEGY_JOINED},
                    {"subquery", REL_STRATEGY_SUBQUERY}};
  RelNearest nearest = {NULL, NULL, 0};
  char *word;
  size_t i;
  if (sameWord(hint->word, "inner")) {
    child->inner = 1;
    return;
  }
  if (sameWord(hint->word, "recursive")) {
    child->recursive = 1;
    if (hint->depth >= 0) child->depth = (int)hint->depth;
    return;
  }
  for (i = 0; i < sizeof STRATEGIES / sizeof *STRATEGIES; i++) {
    if (!sameWord(hint->word, STRATEGIES[i].word)) continue;
    takeStrategy(build, child, hint->word, STRATEGIES[i].strategy);
    return;
  }
  word = relCopyBytes(build->error, hint->word.start, (size_t)(hint->word.end - hint->word.start));
  nearest.name = word;
  for (i = 0; i < sizeof STRATEGIES / sizeof *STRATEGIES && word != NULL; i++) {
    relNearestOffer(&nearest, STRATEGIES[i].word);
  }
  if (word != NULL) relNearestOffer(&nearest, "inner");
  if (word != NULL) relNearestOffer(&nearest, "recursive");
  relSelectionRefuse(
      build->error, &build->plan->source, build->level->path, hint->word.start, nearest.best,
      "no hint !%s: there are inner, select, selectin, joined, subquery, recursive", word);
  sqlite3_free(word);
}

static const char *lazyWord(const Relationship *relationship) {
  const char *lazy = relationship->declaration.fields[REL_FIELD_LAZY];
  return lazy == NULL ? "select" : lazy;
}

/* What the declaration says of the shape, where no hint does. */
static void takeLazy(RelLevel *child) {
  const char *lazy = lazyWord(child->relationship);
  const char *innerjoin = child->relationship->declaration.fields[REL_FIELD_INNERJOIN];
  if (child->strategy == REL_STRATEGY_AUTO && !child->recursive) {
    if (relSame(lazy, "joined")) child->strategy = REL_STRATEGY_JOINED;
    if (relSame(lazy, "subquery")) child->strategy = REL_STRATEGY_SUBQUERY;
  }
  if (child->strategy == REL_STRATEGY_JOINED && innerjoin != NULL && relSame(innerjoin, "1")) {
    child->inner = 1;
  }
}

static void checkRecursion(Build *build, const RelLevel *child, RelSlice at) {
  if (!child->recursive) return;
  if (child->relationship->owner != child->relationship->target) {
    relSelectionRefuse(build->error, &build->plan->source, build->level->path, at.start, NULL,
                       "!recursive needs a relationship of a table to itself: %s leads from %s to "
                       "%s",
                       child->relationship->label, child->relationship->owner->name,
                       child->relationship->target->name);
  }
  if (child->strategy != REL_STRATEGY_AUTO) {
    refuseAt(build, at, "!recursive loads level by level: no other hint can say how");
  }
  if (child->depth == 0) refuseAt(build, at, "!recursive(n) needs at least 1 level");
}

static void checkNesting(Build *build, const Relationship *relationship, RelSlice at) {
  if (build->level->nesting + 1 > REL_MAX_NESTING) {
    relSelectionRefuse(build->error, &build->plan->source, build->level->path, at.start, NULL,
                       "relationships nest %d deep at most", REL_MAX_NESTING);
  } else if (relationship->key.count > REL_MAX_KEY_WIDTH) {
    relSelectionRefuse(build->error, &build->plan->source, build->level->path, at.start, NULL,
                       "a join over more than %d columns cannot be fetched", REL_MAX_KEY_WIDTH);
  }
}

/* What tells rows of a recursive relationship's table apart. A view's have only the key. */
static int identityOf(const RelLevel *level, int *columns) {
  const Relationship *relationship = level->relationship;
  int i, width = relTableIdentity(level->table, columns);
  if (width > 0) return width;
  for (i = 0; i < relationship->key.count; i++) columns[i] = relationship->key.parentColumns[i];
  return relationship->key.count;
}

/* Which keys lead to the level, and whether several parents may have the same. */
static void startKeys(RelLevel *level) {
  const Relationship *relationship = level->relationship;
  int toOne = relationship->direction == REL_MANYTOONE;
  int distinct = toOne || !level->parent->unique || level->recursive ||
                 level->strategy == REL_STRATEGY_SUBQUERY;
  relKeysStart(relLevelKeys(level), relationship->key.count, distinct);
  if (level->linked) relKeysStart(&level->keys, relationship->targetKey.count, 1);
  level->unique =
      toOne || level->linked || (relationship->direction == REL_ONETOMANY && level->parent->unique);
  if (level->strategy == REL_STRATEGY_JOINED) level->unique &= level->parent->unique && !toOne;
}

/* How the parent's rows say which of its slots is theirs. */
static void linkToParent(RelError *error, RelLevel *child) {
  RelLevel *parent = child->parent;
  const int *columns = relOwnerColumns(child->relationship);
  int i, identity[REL_MAX_KEY_WIDTH];
  relLevelMeasure(child);
  if (child->strategy == REL_STRATEGY_JOINED && child->wide) {
    child->strategy = REL_STRATEGY_SELECTIN;
    startKeys(child);
  }
  if (child->strategy == REL_STRATEGY_JOINED) {
    child->slotArgument = relLevelSlotArgument(error, parent, child);
    return;
  }
  for (i = 0; i < child->relationship->key.count; i++) {
    child->keyArguments[i] = relLevelArgument(error, parent, columns[i]);
  }
  for (i = child->recursive ? identityOf(child, identity) - 1 : -1; i >= 0; i--) {
    child->startArguments[i] = relLevelArgument(error, parent, identity[i]);
  }
}

static void addToChildren(RelError *error, RelLevel *parent, RelLevel *child) {
  parent->children = relGrow(error, parent->children, parent->childCount, &parent->childRoom,
                             sizeof *parent->children);
  if (error->rc != SQLITE_OK) return;
  parent->children[parent->childCount++] = child;
  parent->gapWidth += child->recursive ? 3 : 2;
}

static void addChild(Build *build, const Member *member) {
  static const RelItem UNASKED;
  RelError *error = build->error;
  RelLevel *parent = build->level, *child;
  const RelItem *item = member->item == NULL ? &UNASKED : member->item;
  int i;
  checkNesting(build, member->relationship, item->nameAt);
  child = error->rc == SQLITE_OK ? relPlanLevel(error, build->plan, parent) : NULL;
  if (child == NULL) return;
  child->path = relFormat(error, "%s.%s", parent->path, member->relationship->name);
  child->relationship = member->relationship;
  child->table = member->relationship->target;
  child->scalar = !member->relationship->uselist;
  for (i = 0; i < item->hintCount; i++) takeHint(build, child, &item->hints[i]);
  takeLazy(child);
  checkRecursion(build, child, item->nameAt);
  addToChildren(error, parent, child);
  addOutput(build, member->key, item->whole, -1, parent->childCount - 1);
  resolveLevel(error, child, item->inner, member->key);
  if (error->rc == SQLITE_OK) linkToParent(error, child);
}

/* A recursive level's rows are owners, too: the last thing each holds is its own members. */
static void addSelf(Build *build, const char *key) {
  RelLevel *level = build->level;
  RelError *error = build->error;
  const int *columns;
  int i, width, identity[REL_MAX_KEY_WIDTH];
  if (!level->recursive || error->rc != SQLITE_OK) return;
  columns = relOwnerColumns(level->relationship);
  if (hasKey(build, key)) {
    relSelectionRefuse(error, &build->plan->source, level->path, NULL, NULL,
                       "the key \"%s\" is there already: !recursive gives it to each member", key);
  }
  width = identityOf(level, identity);
  for (i = 0; i < level->relationship->key.count; i++) {
    level->selfArguments[i] = relLevelArgument(error, level, columns[i]);
  }
  for (i = 0; i < width; i++) {
    level->identityArguments[i] = relLevelArgument(error, level, identity[i]);
  }
  relKeysStart(&level->identities, width, 1);
  addToChildren(error, level, level);
  addOutput(build, key, NOWHERE, -1, level->childCount - 1);
  if (error->rc != SQLITE_OK) return;
  level->selfPrefix = level->outputs[level->outputCount - 1].prefixLength;
  if (level->outputCount == 1) level->selfPrefix -= 2;
}

static void addMember(Build *build, Member *member) {
  if (member->placed || build->error->rc != SQLITE_OK) return;
  member->placed = 1;
  if (member->relationship != NULL) {
    addChild(build, member);
  } else if (member->column != REL_NO_COLUMN) {
    addOutput(build, member->key, member->item->whole,
              relLevelArgument(build->error, build->level, member->column), -1);
  } else {
    addOutput(build, member->key, member->item->whole,
              relLevelExpression(build->error, build->level, member->item->whole), -1);
  }
}

/* --- relationships loaded unasked ------------------------------------------------------------- */

static int isEager(const Relationship *relationship) {
  const char *lazy = lazyWord(relationship);
  return relSame(lazy, "selectin") || relSame(lazy, "joined") || relSame(lazy, "subquery") ||
         relSame(lazy, "immediate");
}

/*
** SQLAlchemy's rule: eager loading stops at a table that the path from the root has already; with
** join_depth, after so many relationships.
*/
static int goesOn(const RelLevel *level, const Relationship *relationship) {
  const char *depth = relationship->declaration.fields[REL_FIELD_JOIN_DEPTH];
  const RelLevel *at;
  if (depth != NULL) return level->nesting + 1 <= strtol(depth, NULL, 10);
  for (at = level; at != NULL; at = at->parent) {
    if (at->table == relationship->target) return 0;
  }
  return 1;
}

static void addEager(Build *build) {
  RelModel *model = build->plan->model;
  int i;
  for (i = 0; i < relModelCount(model) && build->error->rc == SQLITE_OK; i++) {
    Member member = {NULL, NULL, REL_NO_COLUMN, NULL, 0};
    member.relationship = relModelAt(model, i);
    if (member.relationship->owner != build->level->table || !isEager(member.relationship))
      continue;
    if (!goesOn(build->level, member.relationship)) continue;
    member.key = member.relationship->name;
    if (!hasKey(build, member.key)) addChild(build, &member);
  }
}

/* --- one level -------------------------------------------------------------------------------- */

static Member *memberCalled(Build *build, const char *key) {
  int i;
  for (i = 0; i < build->selection->itemCount; i++) {
    if (build->members[i].key != NULL && relSame(build->members[i].key, key)) {
      return &build->members[i];
    }
  }
  return NULL;
}

/* All columns, except those left out; what a named item calls alike stands in a column's place. */
static void addStar(Build *build) {
  const RelTable *table = build->level->table;
  int i;
  for (i = 0; i < table->columnCount && build->error->rc == SQLITE_OK; i++) {
    Member *member;
    if (!isVisible(table, i) || build->left[i]) continue;
    member = memberCalled(build, table->columns[i].name);
    if (member != NULL) {
      addMember(build, member);
    } else {
      addOutput(build, table->columns[i].name, NOWHERE,
                relLevelArgument(build->error, build->level, i), -1);
    }
  }
}

/* An aggregate's object is made of all members: nothing in it can be about one of them. */
static void checkAggregate(Build *build) {
  int i;
  for (i = 0; i < build->selection->itemCount; i++) {
    const RelItem *item = &build->selection->items[i];
    const Member *member = &build->members[i];
    int ordered = 0;
    if (item->kind == REL_ITEM_STAR || item->kind == REL_ITEM_EXCEPT ||
        member->column != REL_NO_COLUMN) {
      refuseAt(build, item->whole,
               "a column cannot stand beside an aggregate, which is one object for all members");
    } else if (member->relationship != NULL) {
      refuseAt(build, item->whole,
               "a relationship cannot stand beside an aggregate, which is one object for all "
               "members");
    } else if (relFunctionsAggregate(build->error, &build->plan->pool->functions, item->whole,
                                     &ordered)
                       .start == NULL &&
               relExpressionMentionsColumn(&build->level->reading->scope, item->whole)) {
      refuseAt(build, item->whole,
               "an expression over columns cannot stand beside an aggregate, which is one object "
               "for all members");
    }
  }
  if (build->level->recursive) {
    refuseAt(build, build->selection->items[0].whole, "!recursive takes no aggregate");
  }
}

/* Finds out what the items mean: how many are named columns or expressions, how many relationships. */
static void resolveItems(Build *build, int *named, int *related) {
  int i, stars = 0;
  *named = *related = 0;
  for (i = 0; i < build->selection->itemCount && build->error->rc == SQLITE_OK; i++) {
    Member *member = &build->members[i];
    member->item = &build->selection->items[i];
    member->column = REL_NO_COLUMN;
    switch (member->item->kind) {
    case REL_ITEM_STAR:
      if (stars++ > 0) refuseAt(build, member->item->whole, "* is there already");
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

static void placeItems(Build *build, int named, int related) {
  int i;
  if (named == 0) addStar(build);
  for (i = 0; i < build->selection->itemCount && build->error->rc == SQLITE_OK; i++) {
    Member *member = &build->members[i];
    if (member->item->kind == REL_ITEM_STAR) addStar(build);
    if (member->key != NULL) addMember(build, member);
  }
  if (related == 0 && !build->level->aggregate) addEager(build);
}

static void placeClauses(RelError *error, RelLevel *level) {
  RelPlan *plan = level->plan;
  RelCriteria *criteria = &level->reading->selection.criteria;
  if (level->parent == NULL) {
    plan->criteria = *criteria;
    memset(criteria, 0, sizeof *criteria);
  } else if (criteria->count > 0) {
    relSelectionRefuse(
        error, &plan->source, level->path, criteria->list[0].at.start, NULL,
        "FOR EACH stands at the end of the whole selection: it holds for every level");
  }
}

static void resolveLevel(RelError *error, RelLevel *level, RelSlice text, const char *key) {
  Build build;
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
    if (level->parent != NULL) startKeys(level);
    placeItems(&build, named, related);
    addSelf(&build, key);
  }
  sqlite3_free(build.members);
  sqlite3_free(build.left);
  sqlite3_free((void *)build.keys);
}

/* --- the whole -------------------------------------------------------------------------------- */

/* The root of a plan that gives one relationship: it has no items, and that one child. */
static void resolveOnly(RelError *error, RelPlan *plan, RelSlice text) {
  Build build;
  Member member = {NULL, NULL, REL_NO_COLUMN, NULL, 0};
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
  item.inner = text;
  member.item = &item;
  member.key = member.relationship->name;
  addChild(&build, &member);
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
    resolveLevel(error, plan->root, all, NULL);
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
