#include "fetch/links.h"

#include "fetch/rows.h"

void relLinksReset(RelLinks *links) {
  relKeysReset(&links->keys);
  links->count = 0;
  links->slotCount = 0;
}

void relLinksFree(RelLinks *links) {
  relKeysClear(&links->keys);
  sqlite3_free(links->list);
  sqlite3_free(links->spare);
  links->list = links->spare = NULL;
  links->room = links->spareRoom = 0;
}

void relLinksClear(RelLinks *links) {
  relKeysClear(&links->keys);
  sqlite3_free(links->list);
  sqlite3_free(links->spare);
  sqlite3_free(links->slots);
  memset(links, 0, sizeof *links);
}

void relLinksStart(RelError *error, RelLinks *links, int count) {
  links->slots = relSlotsMake(error, links->slots, &links->slotRoom, count);
  links->slotCount = error->rc == SQLITE_OK ? count : 0;
}

static int slotOf(const RelLevel *level, sqlite3_value *said) {
  if (level->slotsFrom == REL_SLOT_FED) return level->fed->at;
  if (level->slotsFrom == REL_SLOT_HANDED) return sqlite3_value_int(said);
  return relKeysFindValue(&level->association.keys, said);
}

/*
** relationship_link(key of the target, …): an aggregate that notes a link at each step. Where it
** reads a whole table, the owner's key goes before that of the target.
*/
static void linkStep(sqlite3_context *context, int count, sqlite3_value **values) {
  static const int PLACES[REL_MAX_KEY_WIDTH] = {0, 1, 2,  3,  4,  5,  6,  7,
                                                8, 9, 10, 11, 12, 13, 14, 15};
  RelLevel *level = relLevelOf(context);
  RelError error = {SQLITE_OK, NULL};
  RelLinks *links;
  int slot, target;
  if (level == NULL || count != level->keys.width + level->valuesFrom) {
    sqlite3_result_error(context, "this function is private to selectin", -1);
    return;
  }
  links = &level->association;
  slot = slotOf(level, values[0]);
  if (slot < 0 || slot >= links->slotCount) return;
  target = relKeysAdd(&level->keys, values + level->valuesFrom, PLACES, 0);
  if (target == REL_NO_SLOT) return;
  links->list = relGrow(&error, links->list, links->count, &links->room, sizeof *links->list);
  if (target == REL_KEYS_NO_MEMORY || error.rc != SQLITE_OK) {
    sqlite3_result_error_nomem(context);
    return;
  }
  links->list[links->count].slot = slot;
  links->list[links->count++].row = target;
}

static void linkFinal(sqlite3_context *context) {
  sqlite3_result_null(context);
}

int relLinksRegister(sqlite3 *db, RelStats *stats) {
  return sqlite3_create_function_v2(db, "relationship_link", -1, SQLITE_UTF8 | SQLITE_DIRECTONLY,
                                    relStatsHold(stats), NULL, linkStep, linkFinal,
                                    relStatsRelease);
}

/* The place of every row in the level's order. The caller frees it. */
static int *rankRows(RelError *error, RelLevel *level) {
  size_t bytes = (size_t)level->rowCount * sizeof(int);
  int *ranks = relAlloc(error, bytes), *rows = relAlloc(error, bytes);
  int i;
  for (i = 0; i < level->rowCount && rows != NULL; i++) rows[i] = i;
  relRowsSort(error, level, rows, level->rowCount);
  for (i = 0; i < level->rowCount && rows != NULL; i++) ranks[rows[i]] = i;
  sqlite3_free(rows);
  return ranks;
}

/*
** Replaces each link's target slot by its row, drops links whose target was not loaded, and counts those of
** each slot. Returns whether they have come in the targets' order.
*/
static int resolveTargets(RelLevel *level, const int *ranks) {
  RelLinks *links = &level->association;
  int i, kept = 0, climbing = 1, last = -1;
  for (i = 0; i < links->count; i++) {
    RelLink link = links->list[i];
    const RelSlot *target = &level->slots[link.row];
    if (target->count == 0) continue;
    link.row = relRowsAt(level, target->first);
    climbing &= ranks[link.row] >= last;
    last = ranks[link.row];
    links->slots[link.slot].count++;
    links->list[kept++] = link;
  }
  links->count = kept;
  return climbing;
}

static void makeSpare(RelError *error, RelLinks *links) {
  if (error->rc != SQLITE_OK || links->spareRoom >= links->room) return;
  sqlite3_free(links->spare);
  links->spare = sqlite3_malloc64((sqlite3_uint64)links->room * sizeof *links->spare);
  links->spareRoom = links->spare == NULL ? 0 : links->room;
  if (links->spare == NULL) relErrorNoMemory(error);
}

/* Brings links together by slot; those of one keep their order. */
static void groupLinks(RelLinks *links) {
  RelLink *grouped = links->spare, *list = links->list;
  int i, place = 0, room = links->room;
  for (i = 0; i < links->slotCount; i++) {
    links->slots[i].first = place;
    place += links->slots[i].count;
    links->slots[i].count = 0;
  }
  for (i = 0; i < links->count; i++) {
    RelSlot *slot = &links->slots[links->list[i].slot];
    grouped[slot->first + slot->count++] = links->list[i];
  }
  links->list = grouped;
  links->room = links->spareRoom;
  links->spare = list;
  links->spareRoom = room;
}

/* Orders one slot's few links by insertion, its many by merging halves. */
static void sortLinks(RelLink *list, int count, const int *ranks, RelLink *spare) {
  enum { FEW = 12 };
  int middle = count / 2, left = 0, right = middle, i, j;
  if (count <= FEW) {
    for (i = 1; i < count; i++) {
      RelLink link = list[i];
      for (j = i; j > 0 && ranks[list[j - 1].row] > ranks[link.row]; j--) list[j] = list[j - 1];
      list[j] = link;
    }
    return;
  }
  sortLinks(list, middle, ranks, spare);
  sortLinks(list + middle, count - middle, ranks, spare);
  if (ranks[list[middle - 1].row] <= ranks[list[middle].row]) return;
  memcpy(spare, list, (size_t)count * sizeof *list);
  for (i = 0; i < count; i++) {
    int takeLeft =
        left < middle && (right >= count || ranks[spare[left].row] <= ranks[spare[right].row]);
    list[i] = takeLeft ? spare[left++] : spare[right++];
  }
}

static void sortSlots(RelLinks *links, const int *ranks) {
  int i;
  for (i = 0; i < links->slotCount; i++) {
    const RelSlot *slot = &links->slots[i];
    sortLinks(links->list + slot->first, slot->count, ranks, links->spare);
  }
}

void relLinksSettle(RelError *error, RelLevel *level) {
  RelLinks *links = &level->association;
  int *ranks = rankRows(error, level);
  makeSpare(error, links);
  if (error->rc == SQLITE_OK) {
    int climbing = resolveTargets(level, ranks);
    groupLinks(links);
    if (!climbing) sortSlots(links, ranks);
  }
  sqlite3_free(ranks);
}
