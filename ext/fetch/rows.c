#include "fetch/cut.h"
#include "fetch/render.h"
#include "fetch/rows.h"

#include <limits.h>

void relRowsReset(RelLevel *level) {
  relKeysReset(&level->keys);
  relKeysReset(&level->ordering);
  relOrdersReset(&level->orders);
  relKeysReset(&level->identities);
  relPlacesReset(&level->places);
  level->text.length = 0;
  level->text.rc = SQLITE_OK;
  level->rowCount = 0;
  level->slotCount = 0;
  level->orderCount = 0;
  level->disordered = 0;
  level->strays = 0;
  level->climbing = 1;
  level->lastSlot = -1;
  level->foundBefore = -1;
}

size_t relRowsKept(const RelLevel *level) {
  size_t ofRow = sizeof *level->rows + (size_t)level->gapWidth * sizeof *level->gaps;
  return level->text.room + (size_t)level->rowRoom * ofRow +
         (size_t)level->orderRoom * sizeof *level->order +
         (size_t)level->slotRoom * sizeof *level->slots +
         (size_t)level->association.room * sizeof *level->association.list +
         (size_t)level->association.spareRoom * sizeof *level->association.spare +
         2 * (size_t)level->places.room * sizeof *level->places.list + relKeysKept(&level->keys) +
         relKeysKept(&level->ordering) + relOrdersKept(&level->orders) +
         relKeysKept(&level->association.keys);
}

void relRowsFree(RelLevel *level) {
  relBufferClear(&level->text);
  relKeysClear(&level->keys);
  relKeysClear(&level->ordering);
  relOrdersClear(&level->orders);
  relPlacesClear(&level->places);
  sqlite3_free(level->slots);
  sqlite3_free(level->rows);
  sqlite3_free(level->gaps);
  sqlite3_free(level->order);
  level->slots = NULL;
  level->rows = NULL;
  level->gaps = NULL;
  level->order = NULL;
  level->slotRoom = level->rowRoom = level->orderRoom = 0;
}

RelSlot *relSlotsMake(RelError *error, RelSlot *slots, int *room, int count) {
  if (error->rc != SQLITE_OK) return slots;
  if (count <= *room) {
    if (count > 0) memset(slots, 0, (size_t)count * sizeof *slots);
    return slots;
  }
  sqlite3_free(slots);
  slots = relAlloc(error, (size_t)count * sizeof *slots);
  *room = slots == NULL ? 0 : count;
  return slots;
}

void relRowsStart(RelError *error, RelLevel *level, int count) {
  level->slots = relSlotsMake(error, level->slots, &level->slotRoom, count);
  level->slotCount = error->rc == SQLITE_OK ? count : 0;
}

int relRowsAddSlot(RelLevel *level) {
  RelError error = {SQLITE_OK, NULL};
  level->slots =
      relGrow(&error, level->slots, level->slotCount, &level->slotRoom, sizeof *level->slots);
  relErrorClear(&error);
  if (level->slotCount == level->slotRoom) return -1;
  memset(&level->slots[level->slotCount], 0, sizeof *level->slots);
  return level->slotCount++;
}

static int growRows(RelLevel *level) {
  int room = level->rowRoom ? 2 * level->rowRoom : 64;
  size_t linked = (size_t)level->gapWidth * sizeof *level->gaps;
  RelRow *rows;
  int *gaps;
  if (level->rowRoom > INT_MAX / 4) return SQLITE_TOOBIG;
  rows = sqlite3_realloc64(level->rows, (sqlite3_uint64)room * sizeof *rows);
  if (rows == NULL) return SQLITE_NOMEM;
  level->rows = rows;
  if (linked > 0) {
    gaps = sqlite3_realloc64(level->gaps, (sqlite3_uint64)room * linked);
    if (gaps == NULL) return SQLITE_NOMEM;
    level->gaps = gaps;
  }
  level->rowRoom = room;
  return SQLITE_OK;
}

/* The key's slot, where the row has shown that it is one integer without asking SQLite again. */
static inline int addKey(RelLevel *level, RelKeys *keys, sqlite3_value *const *values,
                         const int *arguments) {
  if (keys->width == 1 && level->arguments[*arguments].kept) {
    const RelFound *found = &level->found[*arguments];
    if (found->type == SQLITE_INTEGER) return relKeysAddInteger(keys, found->integer);
  }
  return relKeysAdd(keys, values, arguments, 0);
}

/* The slot of a child's that is the row's, and the row's number among those that recurse there. */
static int addChildKeys(RelLevel *level, RelLevel *child, int *slot, int **identity,
                        sqlite3_value *const *values) {
  int self = child == level;
  if (child->strategy == REL_STRATEGY_JOINED) {
    *slot = sqlite3_value_int(values[child->slotArgument]);
    return 1;
  }
  *slot =
      addKey(level, relLevelKeys(child), values, self ? child->selfArguments : child->keyArguments);
  if (*slot == REL_KEYS_NO_MEMORY || !child->recursive) return *slot != REL_KEYS_NO_MEMORY;
  **identity = relKeysAdd(&child->identities, values,
                          self ? child->identityArguments : child->startArguments, 1);
  return *(*identity)++ >= 0;
}

static int addKeys(RelLevel *level, int *gaps, sqlite3_value *const *values) {
  RelPlan *plan = level->plan;
  int i, *identity = gaps == NULL ? NULL : gaps + 2 * level->childCount;
  for (i = 0; i < level->childCount; i++) {
    if (!addChildKeys(level, level->children[i], &gaps[2 * i + 1], &identity, values)) {
      return SQLITE_NOMEM;
    }
  }
  if (level->parent == NULL && plan->keyWidth > 0 &&
      relKeysAdd(&plan->run.ownerKeys, values, plan->keyArguments, 1) < 0) {
    return SQLITE_NOMEM;
  }
  if (level->parent == NULL && plan->subqueries &&
      relKeysAdd(&plan->run.identities, values, plan->identityArguments, 1) < 0) {
    return SQLITE_NOMEM;
  }
  return SQLITE_OK;
}

int relRowsCompare(const RelLevel *level, int a, int b) {
  const RelKeys *ordering = &level->ordering;
  int i;
  if (level->integerOrder >= 0) {
    sqlite3_int64 left = relOrdersOf(&level->orders, a), right = relOrdersOf(&level->orders, b);
    return (left > right) - (left < right);
  }
  for (i = 0; i < ordering->width; i++) {
    const RelSortTerm *term = &level->sort[i];
    int difference = relKeysCompare(ordering, a, b, i);
    if (difference == 0) continue;
    if (relKeysIsNull(ordering, a, i)) return term->nullsLast ? 1 : -1;
    if (relKeysIsNull(ordering, b, i)) return term->nullsLast ? -1 : 1;
    return term->descending ? -difference : difference;
  }
  return 0;
}

/* Whether a row comes after one that it is to go before. */
static inline int isBehind(const RelLevel *level, int row) {
  if (level->integerOrder >= 0) return level->orders.behind;
  return row > 0 && relRowsCompare(level, row - 1, row) > 0;
}

/*
** Notes whether the row just written came in order. Its slot is not touched: that may be far away in
** memory, and relRowsSettle goes to all slots faster.
*/
static inline void noteOrder(RelLevel *level, int row) {
  int slot = level->rows[row].slot, behind = isBehind(level, row);
  if (behind) level->climbing = 0;
  if (level->disordered) return;
  level->disordered = slot < level->lastSlot || (slot == level->lastSlot && behind);
  level->lastSlot = slot;
}

/* The integer that orders the row, once it is written. */
static inline sqlite3_int64 orderOf(const RelLevel *level, sqlite3_value *const *values) {
  int argument = level->integerOrder;
  if (level->arguments[argument].kept) return level->found[argument].integer;
  return sqlite3_value_int64(values[argument]);
}

/*
** Notes the values that the row is ordered by, and whether it is kept: 1, 0, or -1 without memory. Rows that
** are ordered by an integer are never cut.
*/
static inline int takeOrder(RelLevel *level, int row, int slot, sqlite3_value *const *values) {
  RelKeys *ordering = &level->ordering;
  size_t bytes = ordering->bytes.length;
  int keeps;
  if (ordering->width > 0 && relKeysAdd(ordering, values, level->sortArguments, 1) < 0) {
    return -1;
  }
  if (!level->cutting) return 1;
  keeps = relCutKeeps(level, row, slot);
  if (keeps > 0 || ordering->width == 0) return keeps;
  ordering->count--;
  ordering->bytes.length = bytes;
  return keeps;
}

/* Where the next row's text starts. */
static size_t startText(RelLevel *level) {
  static const int unknown = 0;
  if (level->leaf) relBufferAdd(&level->text, (const char *)&unknown, sizeof unknown);
  return level->text.length;
}

static void noteLength(RelLevel *level, size_t start) {
  int length = (int)(level->text.length - start);
  memcpy(level->text.bytes + start - sizeof length, &length, sizeof length);
}

int relRowsWrite(RelLevel *level, int slot, sqlite3_value *const *values, int *rc) {
  int number = level->rowCount, *gaps = NULL, keeps;
  RelRow *row;
  size_t start;
  *rc = number == level->rowRoom ? growRows(level) : SQLITE_OK;
  if (*rc != SQLITE_OK) return -1;
  keeps = takeOrder(level, number, slot, values);
  if (keeps < 0) *rc = SQLITE_NOMEM;
  if (keeps <= 0) return keeps < 0 ? -1 : number;
  if (level->childCount > 0) {
    gaps = level->gaps + (size_t)number * (size_t)level->gapWidth;
  }
  start = startText(level);
  relRender(level, gaps, values);
  *rc = level->text.rc;
  if (level->text.length > INT_MAX) *rc = SQLITE_TOOBIG;
  if (*rc == SQLITE_OK && (gaps != NULL || level->parent == NULL)) {
    *rc = addKeys(level, gaps, values);
  }
  if (level->integerOrder >= 0 && !relOrdersAdd(&level->orders, orderOf(level, values))) {
    *rc = SQLITE_NOMEM;
  }
  if (*rc != SQLITE_OK) return -1;
  row = &level->rows[number];
  row->start = (int)start;
  row->slot = slot;
  level->rowCount++;
  if (level->leaf) noteLength(level, start);
  if (!level->stepped) noteOrder(level, number);
  return number;
}

void relRowsFileNext(RelError *error, RelLevel *level, int row) {
  RelSlot *slot;
  if (error->rc != SQLITE_OK || row < 0 || row >= level->rowCount) return;
  level->order =
      relGrow(error, level->order, level->orderCount, &level->orderRoom, sizeof *level->order);
  if (error->rc != SQLITE_OK) return;
  slot = &level->slots[level->rows[row].slot];
  if (slot->count++ == 0) slot->first = level->orderCount;
  level->order[level->orderCount++] = row;
  level->disordered = 1;
}

/* Merges two sorted runs of row numbers; equal rows keep their order. */
static void merge(const RelLevel *level, const int *from, int middle, int count, int *to) {
  int left = 0, right = middle, i;
  for (i = 0; i < count; i++) {
    int takeLeft =
        left < middle && (right >= count || relRowsCompare(level, from[left], from[right]) <= 0);
    to[i] = takeLeft ? from[left++] : from[right++];
  }
}

static void sortRows(const RelLevel *level, int *rows, int count, int *spare) {
  int middle = count / 2;
  if (count < 2) return;
  sortRows(level, rows, middle, spare);
  sortRows(level, rows + middle, count - middle, spare);
  if (relRowsCompare(level, rows[middle - 1], rows[middle]) <= 0) return;
  memcpy(spare, rows, (size_t)count * sizeof *rows);
  merge(level, spare, middle, count, rows);
}

/* Makes rows comparable. */
static void spreadOrders(RelError *error, RelLevel *level) {
  if (error->rc == SQLITE_OK && !relOrdersSpread(&level->orders)) relErrorNoMemory(error);
}

void relRowsSort(RelError *error, RelLevel *level, int *rows, int count) {
  int *spare = relAlloc(error, ((size_t)count + 1) * sizeof *spare);
  spreadOrders(error, level);
  if (error->rc == SQLITE_OK) sortRows(level, rows, count, spare);
  sqlite3_free(spare);
}

/* Rows in order: each slot's are together. */
static void findFirsts(RelLevel *level) {
  int i;
  for (i = 0; i < level->rowCount; i++) {
    int slot = level->rows[i].slot;
    if (slot < 0 || slot >= level->slotCount) continue;
    if (level->slots[slot].count++ == 0) level->slots[slot].first = i;
  }
}

/* Row numbers, brought together by slot; those of one keep their order. */
static void groupRows(RelLevel *level) {
  int i, place = 0;
  for (i = 0; i < level->rowCount; i++) {
    int slot = level->rows[i].slot;
    if (slot >= 0 && slot < level->slotCount) level->slots[slot].count++;
  }
  for (i = 0; i < level->slotCount; i++) {
    level->slots[i].first = place;
    place += level->slots[i].count;
    level->slots[i].count = 0;
  }
  for (i = 0; i < level->rowCount; i++) {
    int slot = level->rows[i].slot;
    if (slot < 0 || slot >= level->slotCount) continue;
    level->order[level->slots[slot].first + level->slots[slot].count++] = i;
  }
}

/* All at once: the processor waits for many far places in memory together. */
static void findSlots(RelLevel *level) {
  int i;
  for (i = 0; i < level->rowCount; i++) {
    RelRow *row = &level->rows[i];
    row->slot = relKeysFind(&level->keys, row->slot);
    level->strays += row->slot == REL_NO_SLOT;
  }
}

void relRowsSettle(RelError *error, RelLevel *level) {
  int i, *spare = NULL;
  if (level->stepped || error->rc != SQLITE_OK) return;
  if (level->late) findSlots(level);
  if (!level->disordered) {
    findFirsts(level);
    return;
  }
  if (level->orderRoom < level->rowCount) {
    sqlite3_free(level->order);
    level->orderRoom = 0;
    level->order = relAlloc(error, (size_t)level->rowCount * sizeof *level->order);
    if (level->order != NULL) level->orderRoom = level->rowCount;
  }
  if (!level->climbing) {
    spreadOrders(error, level);
    spare = relAlloc(error, (size_t)level->rowCount * sizeof *spare);
  }
  if (error->rc == SQLITE_OK) groupRows(level);
  for (i = 0; i < level->slotCount && !level->climbing && error->rc == SQLITE_OK; i++) {
    sortRows(level, level->order + level->slots[i].first, level->slots[i].count, spare);
  }
  sqlite3_free(spare);
  if (level->cutting) relCutSlots(level);
}

/* What names the one row of a slot, or -1; an aggregate has one in any case. */
static inline int nameOf(const RelLevel *level, const RelSlot *slot) {
  int row = level->aggregate ? level->emptyRow : -1;
  if (slot != NULL && slot->count > 0) {
    row = level->linked ? level->association.list[slot->first].row : relRowsAt(level, slot->first);
  }
  return row >= 0 && level->leaf ? level->rows[row].start : row;
}

void relRowsPoint(RelLevel *level) {
  RelLevel *parent = level->parent;
  RelSlot *slots = level->linked ? level->association.slots : level->slots;
  int count = level->linked ? level->association.slotCount : level->slotCount;
  int i, child = 0, none, *gap, width = parent->gapWidth;
  if (!relLevelIsObject(level) || parent->rowCount == 0) return;
  none = nameOf(level, NULL);
  for (i = 0; i < count; i++) slots[i].first = nameOf(level, &slots[i]);
  while (parent->children[child] != level) child++;
  gap = parent->gaps + 2 * child + 1;
  for (i = 0; i < parent->rowCount; i++, gap += width) {
    *gap = *gap < 0 ? none : slots[*gap].first;
  }
}

/* The slot of a row whose key says it; of late levels where that will be looked up. */
static inline int keyedSlot(RelLevel *level, sqlite3_value *key) {
  int place;
  level->foundBefore = -1;
  if (sqlite3_value_type(key) != SQLITE_INTEGER) {
    place = relKeysPlaceOfOther(&level->keys, key);
  } else {
    RelFound found = {sqlite3_value_int64(key), SQLITE_INTEGER};
    place = relKeysPlaceOf(&level->keys, found.integer);
    if (!level->scanConverts) {
      level->found[level->scanPlace] = found;
      level->foundBefore = level->scanPlace;
    }
  }
  return level->late ? place : relKeysFind(&level->keys, place);
}

static inline void emitRow(sqlite3_context *context, RelLevel *level, int count,
                           sqlite3_value **values) {
  int rc = SQLITE_OK, row, slot;
  if (level == NULL || count != level->argumentCount + level->valuesFrom) {
    sqlite3_result_error(context, "this function is private to selectin", -1);
    return;
  }
  if (level->cutting && !level->cut.known) {
    rc = relCutRead(&level->cut, values[0], values[1]);
    level->disordered = 1;
    if (rc != SQLITE_OK) {
      sqlite3_result_error_code(context, rc);
      return;
    }
  }
  if (level->slotsFrom == REL_SLOT_FED) {
    slot = level->fed->at;
  } else if (level->slotsFrom == REL_SLOT_KEYED) {
    slot = keyedSlot(level, values[level->scanPlace]);
    if (slot == REL_NO_SLOT) return;
  } else if (level->slotsFrom == REL_SLOT_PLACED) {
    slot = level->places.list[level->places.at].slot;
  } else {
    slot = sqlite3_value_int(values[level->valuesFrom - 1]);
  }
  row = relRowsWrite(level, slot, values + level->valuesFrom, &rc);
  if (row < 0) {
    sqlite3_result_error_code(context, rc);
  } else if (level->stepped) {
    sqlite3_result_int(context, row);
  }
}

/* relationship_row(slot, value, …): the number of the row it wrote. */
static void rowFunction(sqlite3_context *context, int count, sqlite3_value **values) {
  emitRow(context, relLevelOf(context), count, values);
}

/*
** relationship_emit(value, …): an aggregate that writes a row at each step. What goes before the level's
** arguments, if anything, says whose the row is.
*/
static void emitStep(sqlite3_context *context, int count, sqlite3_value **values) {
  emitRow(context, relLevelOf(context), count, values);
}

static void emitFinal(sqlite3_context *context) {
  sqlite3_result_null(context);
}

/* relationship_place(rowid): an aggregate that notes where a row stands at each step. */
static void placeStep(sqlite3_context *context, int count, sqlite3_value **values) {
  RelLevel *level = relLevelOf(context);
  if (level == NULL || count != 1) {
    sqlite3_result_error(context, "this function is private to selectin", -1);
  } else if (!relPlacesAdd(&level->places, sqlite3_value_int64(values[0]), level->fed->at)) {
    sqlite3_result_error_nomem(context);
  }
}

/* Writes a row that has come with its owner's into a slot of the level. */
static void joinRow(sqlite3_context *context, RelLevel *level, int slot, int count,
                    sqlite3_value **values) {
  int rc;
  if (level == NULL || count != level->argumentCount + 1) {
    sqlite3_result_error(context, "this function is private to selectin", -1);
  } else if (slot < 0) {
    sqlite3_result_error_nomem(context);
  } else if (relRowsWrite(level, slot, values + 1, &rc) < 0) {
    sqlite3_result_error_code(context, rc);
  }
}

/* The level whose number in the plan is the first argument, or NULL. */
static RelLevel *joinedLevel(sqlite3_context *context, int count, sqlite3_value **values) {
  RelLevel *owner = relLevelOf(context);
  int number = count < 1 ? -1 : sqlite3_value_int(values[0]);
  if (owner == NULL || number < 1 || number >= owner->plan->levelCount) return NULL;
  return owner->plan->levels[number];
}

/* What relationship_members keeps between its steps. */
typedef struct Joined {
  RelLevel *level;
  int slot;
} Joined;

/*
** relationship_members(number of the level, value, …): an aggregate that writes the members of one owner, and gives
** their slot; NULL where there is none.
*/
static void membersStep(sqlite3_context *context, int count, sqlite3_value **values) {
  Joined *joined = sqlite3_aggregate_context(context, sizeof *joined);
  if (joined == NULL) return;
  if (joined->level == NULL) {
    joined->level = joinedLevel(context, count, values);
    if (joined->level != NULL) joined->slot = relRowsAddSlot(joined->level);
  }
  joinRow(context, joined->level, joined->slot, count, values);
}

static void membersFinal(sqlite3_context *context) {
  Joined *joined = sqlite3_aggregate_context(context, 0);
  sqlite3_result_int(context, joined == NULL || joined->level == NULL ? -1 : joined->slot);
}

/* relationship_object(number of the level, value, …): the same for the one row of an aggregate. */
static void objectFunction(sqlite3_context *context, int count, sqlite3_value **values) {
  RelLevel *level = joinedLevel(context, count, values);
  int slot = level == NULL ? -1 : relRowsAddSlot(level);
  joinRow(context, level, slot, count, values);
  if (slot >= 0) sqlite3_result_int(context, slot);
}

/* relationship_slot(value, …): the slot that has this key, -1 where none has. */
static void slotFunction(sqlite3_context *context, int count, sqlite3_value **values) {
  static const int PLACES[REL_MAX_KEY_WIDTH] = {0, 1, 2,  3,  4,  5,  6,  7,
                                                8, 9, 10, 11, 12, 13, 14, 15};
  RelLevel *level = relLevelOf(context);
  int slot;
  if (level == NULL || count != level->keys.width) {
    sqlite3_result_error(context, "this function is private to selectin", -1);
    return;
  }
  slot = relKeysFindKey(&level->keys, values, PLACES);
  if (slot == REL_KEYS_NO_MEMORY) sqlite3_result_error_nomem(context);
  if (slot != REL_KEYS_NO_MEMORY) sqlite3_result_int(context, slot);
}

typedef struct Private {
  const char *name;
  void (*function)(sqlite3_context *, int, sqlite3_value **); /* NULL for an aggregate */
  void (*step)(sqlite3_context *, int, sqlite3_value **);
  void (*final)(sqlite3_context *);
} Private;

int relRowsRegister(sqlite3 *db, RelStats *stats) {
  static const Private FUNCTIONS[] = {
      {"relationship_row", rowFunction, NULL, NULL},
      {"relationship_emit", NULL, emitStep, emitFinal},
      {"relationship_place", NULL, placeStep, emitFinal},
      {"relationship_members", NULL, membersStep, membersFinal},
      {"relationship_object", objectFunction, NULL, NULL},
      {"relationship_slot", slotFunction, NULL, NULL},
  };
  enum { FLAGS = SQLITE_UTF8 | SQLITE_DIRECTONLY | SQLITE_SUBTYPE };
  int rc = SQLITE_OK;
  size_t i;
  for (i = 0; i < sizeof FUNCTIONS / sizeof *FUNCTIONS && rc == SQLITE_OK; i++) {
    const Private *f = &FUNCTIONS[i];
    rc = sqlite3_create_function_v2(db, f->name, -1, FLAGS, relStatsHold(stats), f->function,
                                    f->step, f->final, relStatsRelease);
  }
  return rc;
}
