#include "fetch/build.h"
#include "fetch/pool.h"

#include <stdlib.h>

static const RelSlice NOWHERE = {NULL, NULL};

/* --- hints ------------------------------------------------------------------------------------ */

static int sameWord(RelSlice slice, const char *word) {
  size_t length = strlen(word);
  return (size_t)(slice.end - slice.start) == length &&
         sqlite3_strnicmp(slice.start, word, (int)length) == 0;
}

static void refuseHint(RelBuild *build, RelSlice word, const char *message) {
  relSelectionRefuse(build->error, &build->plan->source, build->level->path, word.start, NULL,
                     message, (int)(word.end - word.start), word.start);
}

static void takeStrategy(RelBuild *build, RelLevel *child, RelSlice word, RelStrategy strategy) {
  if (child->strategy != REL_STRATEGY_AUTO && child->strategy != strategy) {
    refuseHint(build, word, "!%.*s: another hint says already how the members are loaded");
  }
  child->strategy = strategy;
}

static void takeHint(RelBuild *build, RelLevel *child, const RelHint *hint) {
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
  if (child->plan->only != NULL && child->nesting == 1) return;
  if (child->strategy == REL_STRATEGY_AUTO && !child->recursive) {
    if (relSame(lazy, "joined")) child->strategy = REL_STRATEGY_JOINED;
    if (relSame(lazy, "subquery")) child->strategy = REL_STRATEGY_SUBQUERY;
  }
  if (child->strategy == REL_STRATEGY_JOINED && innerjoin != NULL && relSame(innerjoin, "1")) {
    child->inner = 1;
  }
}

static void checkRecursion(RelBuild *build, const RelLevel *child, RelSlice at) {
  if (!child->recursive) return;
  if (child->relationship->owner != child->relationship->target) {
    relSelectionRefuse(build->error, &build->plan->source, build->level->path, at.start, NULL,
                       "!recursive needs a relationship of a table to itself: %s leads from %s to "
                       "%s",
                       child->relationship->label, child->relationship->owner->name,
                       child->relationship->target->name);
  }
  if (child->strategy != REL_STRATEGY_AUTO) {
    relBuildRefuse(build, at, "!recursive loads level by level: no other hint can say how");
  }
  if (child->depth == 0) relBuildRefuse(build, at, "!recursive(n) needs at least 1 level");
}

static void checkNesting(RelBuild *build, const Relationship *relationship, RelSlice at) {
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
void relBuildKeys(RelLevel *level) {
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

enum { MOST_JOINED = 4 /* in one statement: deeper ones SQLite cannot always read */ };

static int joinedAbove(const RelLevel *level) {
  int count = 0;
  for (level = level->parent; level->strategy == REL_STRATEGY_JOINED; level = level->parent)
    count++;
  return count;
}

/* How the parent's rows say which of its slots is theirs. */
static void linkToParent(RelError *error, RelLevel *child) {
  RelLevel *parent = child->parent;
  const int *columns = relOwnerColumns(child->relationship);
  int i, identity[REL_MAX_KEY_WIDTH];
  relLevelMeasure(child);
  if (child->strategy == REL_STRATEGY_SUBQUERY && child->nesting > MOST_JOINED) {
    child->strategy = REL_STRATEGY_SELECTIN;
  }
  if (child->strategy == REL_STRATEGY_JOINED &&
      (child->wide || child->windowed || child->nested || joinedAbove(child) >= MOST_JOINED)) {
    child->strategy = REL_STRATEGY_SELECTIN;
    relBuildKeys(child);
  }
  /* Over aggregates, a window would see those of all owners in the statement. */
  if (child->aggregate && child->windowed) child->strategy = REL_STRATEGY_SELECT;
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

void relBuildChild(RelBuild *build, const RelMember *member) {
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
  child->counter = relStatsCounter(error, build->plan->pool->stats,
                                   relModelSchema(build->plan->model), child->relationship->label);
  for (i = 0; i < item->hintCount; i++) takeHint(build, child, &item->hints[i]);
  takeLazy(child);
  checkRecursion(build, child, item->nameAt);
  addToChildren(error, parent, child);
  relBuildOutput(build, member->key, item->whole, -1, parent->childCount - 1);
  relBuildLevel(error, child, item->inner, member->key);
  if (error->rc == SQLITE_OK) linkToParent(error, child);
}

/* A recursive level's rows are owners, too: the last thing each holds is its own members. */
void relBuildSelf(RelBuild *build, const char *key) {
  RelLevel *level = build->level;
  RelError *error = build->error;
  const int *columns;
  int i, width, identity[REL_MAX_KEY_WIDTH];
  if (!level->recursive || error->rc != SQLITE_OK) return;
  columns = relOwnerColumns(level->relationship);
  if (relBuildHasKey(build, key)) {
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
  relBuildOutput(build, key, NOWHERE, -1, level->childCount - 1);
  if (error->rc != SQLITE_OK) return;
  level->selfPrefix = (int)level->outputs[level->outputCount - 1].prefixLength;
  if (level->outputCount == 1) level->selfPrefix -= 2;
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

void relBuildEager(RelBuild *build) {
  RelModel *model = build->plan->model;
  int i;
  for (i = 0; i < relModelCount(model) && build->error->rc == SQLITE_OK; i++) {
    RelMember member = {NULL, NULL, REL_NO_COLUMN, NULL, 0};
    member.relationship = relModelAt(model, i);
    if (member.relationship->owner != build->level->table || !isEager(member.relationship))
      continue;
    if (!goesOn(build->level, member.relationship)) continue;
    member.key = member.relationship->name;
    if (!relBuildHasKey(build, member.key)) relBuildChild(build, &member);
  }
}
