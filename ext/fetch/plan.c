#include "fetch/links.h"
#include "fetch/pool.h"
#include "fetch/reading.h"

int relTableIdentity(const RelTable *table, int *columns) {
  int i, width = relTableKeyWidth(table);
  if (table->integerKey >= 0 || table->rowid != NULL) {
    columns[0] = table->integerKey >= 0 ? table->integerKey : -1;
    return 1;
  }
  if (width > REL_MAX_KEY_WIDTH) return 0;
  for (i = 0; i < width; i++) columns[i] = relTableKeyColumn(table, i);
  return width;
}

/* --- arguments -------------------------------------------------------------------------------- */

static int addArgument(RelError *error, RelLevel *level, int column, RelSlice slice) {
  level->arguments = relGrow(error, level->arguments, level->argumentCount, &level->argumentRoom,
                             sizeof *level->arguments);
  if (error->rc != SQLITE_OK) return 0;
  level->arguments[level->argumentCount].column = column;
  level->arguments[level->argumentCount].slice = slice;
  return level->argumentCount++;
}

void relLevelMeasure(RelLevel *level) {
  enum { POINTER_AND_SLOT = 2 };
  level->wide = level->argumentCount + POINTER_AND_SLOT > level->plan->maxArguments;
}

int relLevelArgument(RelError *error, RelLevel *level, int column) {
  RelSlice none = {NULL, NULL};
  int i;
  for (i = 0; i < level->argumentCount; i++) {
    if (level->arguments[i].column == column) return i;
  }
  return addArgument(error, level, column, none);
}

/* --- resolving one level's items -------------------------------------------------------------- */

/* An item with what it means. */
typedef struct Member {
  const RelItem *item;
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
  RelReading reading; /* owned */
  Member *members;    /* owned: one for each item, in their order */
  char *left;         /* owned: [columnCount], columns taken out by `-` */
  const char **keys;  /* owned: of the outputs so far, borrowed */
  int keyRoom;
} Build;

static void resolveLevel(RelError *error, RelLevel *level, RelSlice text);

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

static void checkHints(Build *build, const RelItem *item) {
  int i;
  for (i = 0; i < item->hintCount; i++) {
    RelSlice word = item->hints[i].word;
    int length = (int)(word.end - word.start);
    if (length == 8 && sqlite3_strnicmp(word.start, "selectin", length) == 0) continue;
    relSelectionRefuse(build->error, &build->plan->source, build->level->path, word.start, NULL,
                       "no hint \"%.*s\": there is !selectin", length, word.start);
  }
}

static void resolveExpression(Build *build, Member *member) {
  const RelItem *item = member->item;
  RelSlice aggregate = relExpressionAggregate(item->whole);
  if (item->kind == REL_ITEM_CALL && item->alias == NULL) {
    RelNearest nearest = {item->name, NULL, 0};
    relModelSuggest(build->error, build->plan->model, build->level->table, &nearest);
    if (nearest.best != NULL || item->hintCount > 0) refuseName(build, item, "relationship");
  }
  if (item->alias == NULL) {
    refuseAt(build, item->whole, "an expression needs a name: write AS and one behind it");
  }
  if (aggregate.start != NULL) {
    relSelectionRefuse(build->error, &build->plan->source, build->level->path, aggregate.start,
                       NULL, "%.*s() is an aggregate: write it as a subquery, (SELECT %.*s(…) …)",
                       (int)(aggregate.end - aggregate.start), aggregate.start,
                       (int)(aggregate.end - aggregate.start), aggregate.start);
  }
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
    checkHints(build, item);
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

static void checkKey(Build *build, const char *key, RelSlice at) {
  int i;
  for (i = 0; at.start != NULL && i < build->level->outputCount; i++) {
    if (!relSame(build->keys[i], key)) continue;
    relSelectionRefuse(build->error, &build->plan->source, build->level->path, at.start, NULL,
                       "the key \"%s\" is there already: give one of them another with AS", key);
  }
}

static void addOutput(Build *build, const char *key, RelSlice at, int argument, int child) {
  RelLevel *level = build->level;
  RelOutput *output;
  checkKey(build, key, at);
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

static RelLevel *newLevel(RelError *error, RelPlan *plan, RelLevel *parent) {
  RelLevel *level;
  plan->levels =
      relGrow(error, plan->levels, plan->levelCount, &plan->levelRoom, sizeof *plan->levels);
  if (error->rc != SQLITE_OK) return NULL;
  level = relAlloc(error, sizeof *level);
  if (level == NULL) return NULL;
  level->plan = plan;
  level->parent = parent;
  level->nesting = parent == NULL ? 0 : parent->nesting + 1;
  plan->levels[plan->levelCount++] = level;
  return level;
}

/* The columns of the owner whose values are the key into the relationship. */
static const int *ownerColumns(const Relationship *relationship) {
  return relationship->direction == REL_MANYTOONE ? relationship->key.childColumns
                                                  : relationship->key.parentColumns;
}

static void addChild(Build *build, const Member *member) {
  RelError *error = build->error;
  RelLevel *parent = build->level, *child;
  Relationship *relationship = member->relationship;
  int i, width = relationship->key.count;
  if (parent->nesting + 1 > REL_MAX_NESTING) {
    relSelectionRefuse(error, &build->plan->source, parent->path, member->item->nameAt.start, NULL,
                       "relationships nest %d deep at most", REL_MAX_NESTING);
  } else if (width > REL_MAX_KEY_WIDTH) {
    relSelectionRefuse(error, &build->plan->source, parent->path, member->item->nameAt.start, NULL,
                       "a join over more than %d columns cannot be fetched", REL_MAX_KEY_WIDTH);
  }
  parent->children = relGrow(error, parent->children, parent->childCount, &parent->childRoom,
                             sizeof *parent->children);
  if (error->rc != SQLITE_OK) return;
  child = newLevel(error, build->plan, parent);
  if (child == NULL) return;
  parent->children[parent->childCount++] = child;
  child->path = relFormat(error, "%s.%s", parent->path, relationship->name);
  child->relationship = relationship;
  child->table = relationship->target;
  child->scalar = !relationship->uselist;
  for (i = 0; i < width; i++) {
    child->keyArguments[i] = relLevelArgument(error, parent, ownerColumns(relationship)[i]);
  }
  addOutput(build, member->key, member->item->whole, -1, parent->childCount - 1);
  resolveLevel(error, child, member->item->inner);
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
              addArgument(build->error, build->level, REL_NO_COLUMN, member->item->whole), -1);
  }
}

static Member *memberCalled(Build *build, const char *key) {
  int i;
  for (i = 0; i < build->reading.selection.itemCount; i++) {
    if (build->members[i].key != NULL && relSame(build->members[i].key, key)) {
      return &build->members[i];
    }
  }
  return NULL;
}

/* All columns, except those left out; what a named item calls alike stands in a column's place. */
static void addStar(Build *build) {
  const RelTable *table = build->level->table;
  RelSlice nowhere = {NULL, NULL};
  int i;
  for (i = 0; i < table->columnCount && build->error->rc == SQLITE_OK; i++) {
    Member *member;
    if (!isVisible(table, i) || build->left[i]) continue;
    member = memberCalled(build, table->columns[i].name);
    if (member != NULL) {
      addMember(build, member);
    } else {
      addOutput(build, table->columns[i].name, nowhere,
                relLevelArgument(build->error, build->level, i), -1);
    }
  }
}

/* Which keys lead to the level, and whether several parents may have the same. */
static void startKeys(RelLevel *level) {
  const Relationship *relationship = level->relationship;
  int toOne = relationship->direction == REL_MANYTOONE;
  relKeysStart(relLevelKeys(level), relationship->key.count, toOne || !level->parent->unique);
  if (level->linked) relKeysStart(&level->keys, relationship->targetKey.count, 1);
  level->unique =
      toOne || level->linked || (relationship->direction == REL_ONETOMANY && level->parent->unique);
}

static void resolveItems(Build *build) {
  RelSelection *selection = &build->reading.selection;
  int i, named = 0, stars = 0;
  for (i = 0; i < selection->itemCount && build->error->rc == SQLITE_OK; i++) {
    Member *member = &build->members[i];
    member->item = &selection->items[i];
    switch (member->item->kind) {
    case REL_ITEM_STAR:
      if (stars++ > 0) refuseAt(build, member->item->whole, "* is there already");
      break;
    case REL_ITEM_EXCEPT:
      leaveOut(build, member->item);
      break;
    default:
      resolveMember(build, member);
      named += member->relationship == NULL;
    }
  }
  if (stars == 0 && named == 0) addStar(build);
  for (i = 0; i < selection->itemCount && build->error->rc == SQLITE_OK; i++) {
    Member *member = &build->members[i];
    if (member->item->kind == REL_ITEM_STAR) addStar(build);
    if (member->key != NULL) addMember(build, member);
  }
}

static void resolveLevel(RelError *error, RelLevel *level, RelSlice text) {
  Build build;
  memset(&build, 0, sizeof build);
  build.error = error;
  build.plan = level->plan;
  build.level = level;
  relReadingStart(error, &build.reading, level, text);
  if (level->parent != NULL) startKeys(level);
  build.members =
      relAlloc(error, (size_t)build.reading.selection.itemCount * sizeof *build.members);
  build.left = relAlloc(error, (size_t)level->table->columnCount);
  if (error->rc == SQLITE_OK) resolveItems(&build);
  if (level->parent == NULL) {
    relComposeRoot(error, level, &build.reading);
  } else {
    relComposeMembers(error, level, &build.reading);
  }
  relReadingClear(&build.reading);
  sqlite3_free(build.members);
  sqlite3_free(build.left);
  sqlite3_free((void *)build.keys);
}

/* --- the plan --------------------------------------------------------------------------------- */

static void resolveKey(RelError *error, RelPlan *plan, RelTable *owner) {
  int i, width = relTableKeyWidth(owner);
  if (width > REL_MAX_KEY_WIDTH) width = 0;
  plan->keyWidth = width;
  plan->keyIsText =
      width == 1 && relTableAffinity(plan->root->table, relTableKeyColumn(plan->root->table, 0)) ==
                        REL_AFFINITY_TEXT;
  relKeysStart(&plan->run.wanted, 1, 0);
  relKeysStart(&plan->run.ownerKeys, width, 0);
  for (i = 0; i < width; i++) {
    plan->keyArguments[i] = relLevelArgument(error, plan->root, relTableKeyColumn(owner, i));
  }
}

static void resolveRoot(RelError *error, RelPlan *plan, RelTable *owner) {
  int identity[REL_MAX_KEY_WIDTH];
  RelSlice all;
  RelLevel *root = plan->root = newLevel(error, plan, NULL);
  if (root == NULL) return;
  root->path = relCopy(error, owner->name);
  root->table = owner;
  root->unique = 1;
  relKeysStart(&root->keys, relTableIdentity(owner, identity), 0);
  relSourceRead(error, &plan->source, plan->text, owner->name);
  resolveKey(error, plan, owner);
  all.start = plan->source.text;
  all.end = all.start + (all.start == NULL ? 0 : strlen(all.start));
  if (error->rc == SQLITE_OK) resolveLevel(error, root, all);
}

RelPlan *relPlanNew(RelError *error, RelPool *pool, RelModel *model, RelTable *table,
                    const char *owner, const char *selection) {
  RelPlan *plan = relAlloc(error, sizeof *plan);
  int i;
  if (plan == NULL) return NULL;
  plan->pool = pool;
  plan->model = model;
  plan->maxArguments = sqlite3_limit(pool->db, SQLITE_LIMIT_FUNCTION_ARG, -1);
  plan->owner = relCopy(error, owner);
  plan->text = relCopy(error, selection);
  if (error->rc == SQLITE_OK) resolveRoot(error, plan, table);
  for (i = 0; i < plan->source.variableCount; i++) {
    if (plan->source.variables[i].number > plan->argumentsUsed) {
      plan->argumentsUsed = plan->source.variables[i].number;
    }
  }
  if (error->rc == SQLITE_OK) return plan;
  relPlanFree(plan);
  return NULL;
}

static void freeQuery(RelQuery *query) {
  sqlite3_finalize(query->statement);
  sqlite3_free(query->sql);
  relSpotsClear(&query->spots);
}

static void freeLevel(RelLevel *level) {
  int i;
  for (i = 0; i < REL_QUERY_COUNT; i++) freeQuery(&level->queries[i]);
  for (i = 0; i < level->outputCount; i++) sqlite3_free(level->outputs[i].prefix);
  relKeysClear(&level->keys);
  relKeysClear(&level->ordering);
  relBufferClear(&level->text);
  sqlite3_free(level->path);
  sqlite3_free(level->arguments);
  sqlite3_free(level->outputs);
  sqlite3_free(level->children);
  sqlite3_free(level->sort);
  sqlite3_free(level->sortArguments);
  sqlite3_free(level->rows);
  sqlite3_free(level->gaps);
  relLinksClear(&level->association);
  sqlite3_free(level->slots);
  sqlite3_free(level->order);
  sqlite3_free(level);
}

void relPlanFree(RelPlan *plan) {
  int i;
  if (plan == NULL) return;
  relFetchEnd(plan);
  relKeysClear(&plan->run.wanted);
  relKeysClear(&plan->run.ownerKeys);
  relBufferClear(&plan->run.document);
  sqlite3_free(plan->run.owners);
  for (i = 0; i < plan->levelCount; i++) freeLevel(plan->levels[i]);
  relSourceClear(&plan->source);
  sqlite3_free(plan->levels);
  sqlite3_free(plan->text);
  sqlite3_free(plan->owner);
  sqlite3_free(plan);
}
