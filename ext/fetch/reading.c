#include "fetch/reading.h"

#include "fetch/pool.h"

/* --- order ------------------------------------------------------------------------------------ */

static void readDeclaredOrder(RelError *error, RelReading *reading, const RelLevel *level) {
  const Relationship *relationship = level->relationship;
  RelSlice all;
  reading->order = &reading->selection;
  reading->orderScope = reading->scope;
  if (relationship == NULL || relationship->orderBy == NULL || reading->selection.termCount > 0) {
    return;
  }
  reading->declaredText = relFormat(error, "ORDER BY %s", relationship->orderBy);
  if (error->rc != SQLITE_OK) return;
  reading->declaredSource.text = all.start = reading->declaredText;
  reading->declaredSource.caller = level->plan->source.caller;
  all.end = all.start + strlen(all.start);
  relSelectionParse(error, &reading->declaredSource, all, level->path, &reading->declared);
  reading->order = &reading->declared;
  reading->orderScope.source = &reading->declaredSource;
  reading->orderScope.selection = NULL;
  reading->orderScope.model = NULL;
}

/*
** True where values of the column order in C as they do in SQL. What collation a column of a view or a
** virtual table has, nothing says.
*/
static int comparesInC(const RelLevel *level, int column) {
  return relTableIsRowid(level->table, column) ||
         (level->plan->pool->bytewise && level->table->kind == REL_TABLE &&
          relSame(relTableCollation(level->table, column), "BINARY"));
}

/*
** The terms by which rows can be ordered without SQL: those of the order, then the primary key.
** Returns how many, or -1 where SQL must do it.
*/
static int sortTerms(const RelReading *reading, const RelLevel *level, RelSortTerm *terms) {
  const RelSelection *order = reading->order;
  int i, count = 0, settled = 0, width = relTableKeyWidth(level->table);
  for (i = 0; i < order->termCount; i++, count++) {
    if (!relTermSimple(&reading->orderScope, order->terms[i], &terms[count])) return -1;
    if (!comparesInC(level, terms[count].column)) return -1;
    if (settled > 0 || !relTableIsRowid(level->table, terms[count].column)) continue;
    settled = count + 1;
    /* Links may have a row twice, which terms about the link would tell apart. */
    if (reading->orderScope.secondary == NULL) break;
  }
  if (settled > 0) return settled;
  for (i = 0; i < width; i++, count++) {
    memset(&terms[count], 0, sizeof *terms);
    terms[count].column = relTableKeyColumn(level->table, i);
    if (!comparesInC(level, terms[count].column)) return -1;
  }
  return count;
}

/*
** Decides how the level's order is kept. Comparing values of its rows outside SQL costs a fraction
** of SQLite's sorter, and next to nothing where rows come in order.
*/
static void planSort(RelError *error, RelReading *reading, RelLevel *level) {
  size_t most = (size_t)reading->order->termCount + (size_t)relTableKeyWidth(level->table) + 1;
  int i, count;
  level->sort = relAlloc(error, most * sizeof *level->sort);
  level->sortArguments = relAlloc(error, most * sizeof *level->sortArguments);
  if (error->rc != SQLITE_OK) return;
  count = sortTerms(reading, level, level->sort);
  level->sortable = count >= 0;
  for (i = 0; i < count; i++) {
    level->sortArguments[i] = relLevelArgument(error, level, level->sort[i].column);
  }
  if (count == 1 && relTableIsRowid(level->table, level->sort[0].column) &&
      !level->sort[0].descending) {
    level->integerOrder = level->sortArguments[0];
    count = 0;
  }
  relKeysStart(&level->ordering, count > 0 ? count : 0, 0);
}

/* True where no slot can have two rows, so that there is nothing to order. */
static int isSingle(const RelLevel *level) {
  const Relationship *relationship = level->relationship;
  return relationship->direction == REL_MANYTOONE && relRefersToOne(&relationship->key);
}

/* --- shapes ----------------------------------------------------------------------------------- */

static int isComplete(const RelLevel *level) {
  const RelReading *reading = level->reading;
  int i;
  if (level->limited || level->aggregate || reading->selection.where.start != NULL) return 0;
  if (level->plan->criteria.count > 0) return 0;
  for (i = 0; i < reading->selection.itemCount; i++) {
    if (reading->selection.items[i].hintCount > 0) return 0;
  }
  return level->parent == NULL ||
         (level->relationship->direction == REL_ONETOMANY && level->parent->complete &&
          level->relationship->condition == NULL && !level->recursive);
}

/* True where anything that the level says may be about the secondary's columns. */
static int mentionsSecondary(const RelReading *reading) {
  const RelSelection *selection = &reading->selection;
  int i, mentions = 0;
  for (i = 0; i < selection->itemCount; i++) {
    const RelItem *item = &selection->items[i];
    if (item->kind != REL_ITEM_STAR && item->kind != REL_ITEM_EXCEPT) {
      mentions |= relExpressionMentions(&reading->scope, item->whole);
    }
  }
  for (i = 0; i < reading->order->termCount; i++) {
    mentions |= relExpressionMentions(&reading->scope, reading->order->terms[i]);
  }
  return mentions || relExpressionMentions(&reading->scope, selection->where);
}

static int isNested(const RelSelection *selection) {
  int i, nested = relExpressionNested(selection->where) || relExpressionNested(selection->limit);
  for (i = 0; i < selection->itemCount; i++) {
    const RelItem *item = &selection->items[i];
    nested |= item->kind == REL_ITEM_EXPRESSION && relExpressionNested(item->whole);
  }
  for (i = 0; i < selection->termCount; i++) nested |= relExpressionNested(selection->terms[i]);
  return nested;
}

static int isWindowed(const RelSelection *selection) {
  int i, windowed = 0;
  for (i = 0; i < selection->itemCount; i++) {
    windowed |= relExpressionWindowed(selection->items[i].whole);
  }
  for (i = 0; i < selection->termCount; i++) windowed |= relExpressionWindowed(selection->terms[i]);
  return windowed;
}

/* FOR EACH of the secondary. */
static int filtersSecondary(const RelLevel *level) {
  const RelCriteria *criteria = &level->plan->criteria;
  int i;
  for (i = 0; i < criteria->count; i++) {
    if (relSame(criteria->list[i].table, level->relationship->secondary->name)) return 1;
  }
  return 0;
}

/*
** Whether a many-to-many can be loaded in two steps, the links and then each target once. Not where
** a target may be chosen, ordered or written by its link.
*/
static int isLinked(const RelReading *reading, const RelLevel *level) {
  const Relationship *relationship = level->relationship;
  return relationship->direction == REL_MANYTOMANY && level->sortable && !level->limited &&
         !level->windowed && !level->aggregate && !level->recursive &&
         (level->strategy == REL_STRATEGY_AUTO || level->strategy == REL_STRATEGY_SELECTIN) &&
         relationship->condition == NULL && relRefersToOne(&relationship->targetKey) &&
         !filtersSecondary(level) && !mentionsSecondary(reading);
}

RelScope relScopeFor(const RelScope *from, const RelTable *table, const RelTable *secondary) {
  RelScope scope = *from;
  scope.table = table;
  scope.secondary = secondary;
  scope.selection = NULL;
  return scope;
}

void relReadingStart(RelError *error, RelLevel *level, RelSlice text) {
  static const char NOTHING[] = "";
  RelPlan *plan = level->plan;
  RelReading *reading = level->reading = relAlloc(error, sizeof *reading);
  if (reading == NULL) return;
  if (text.start == NULL) text.start = text.end = NOTHING;
  relSelectionParse(error, &plan->source, text, level->path, &reading->selection);
  if (level->strategy == REL_STRATEGY_JOINED) reading->scope.outer = &level->parent->reading->scope;
  reading->scope.error = error;
  reading->scope.source = &plan->source;
  reading->scope.path = level->path;
  reading->scope.table = level->table;
  reading->scope.secondary = level->relationship == NULL ? NULL : level->relationship->secondary;
  reading->scope.selection = &reading->selection;
  reading->scope.model = plan->model;
  reading->scope.criteria = &plan->criteria;
  reading->scope.functions = &plan->pool->functions;
}

void relReadingShape(RelError *error, RelLevel *level) {
  RelReading *reading = level->reading;
  if (error->rc != SQLITE_OK) return;
  readDeclaredOrder(error, reading, level);
  level->limited = reading->selection.limit.start != NULL;
  level->limitAt = reading->selection.limit;
  level->offsetAt = reading->selection.offset;
  level->complete = isComplete(level);
  level->windowed = isWindowed(&reading->selection);
  level->nested = isNested(&reading->selection);
  level->integerOrder = -1;
  if (level->relationship == NULL || level->aggregate || error->rc != SQLITE_OK) return;
  level->sortable = isSingle(level);
  if (!level->sortable) planSort(error, reading, level);
  if (error->rc == SQLITE_OK) level->linked = isLinked(reading, level);
}

void relReadingClear(RelReading *reading) {
  relSelectionClear(&reading->selection);
  relSelectionClear(&reading->declared);
  relSourceClear(&reading->declaredSource);
  sqlite3_free(reading->declaredText);
}
