#include "fetch/ahead.h"

#include "fetch/rows.h"

enum {
  MOST = 512, /* rows of a level: more than that has to be waited for */
  DEEPEST = 8,
  CACHED = 256 << 10, /* bytes, which come fast enough */
  MOST_BYTES = 1024,  /* of a row's text: what follows is read in a row, and comes by itself */
  LINE = 64           /* bytes that memory gives at once */
};

/*
** Reads it, and does nothing with it. The processor goes on while memory is on its way, so that many places
** are waited for together. A prefetch would be dropped where its page has to be looked up first, as it has
** with places all over memory.
*/
static inline void touch(const void *place) {
  (void)*(const volatile char *)place;
}

typedef struct Rows {
  int rows[MOST];
  int count;
} Rows;

/* Whether rows that follow each other in a document do not in memory: of a many-to-one any may be next. */
static int isSpread(const RelLevel *level) {
  return level->disordered || (relLevelIsObject(level) && level->text.length > CACHED);
}

static int isLinkedFar(const RelLevel *level) {
  const RelLinks *links = &level->association;
  return (size_t)links->slotCount * sizeof *links->slots > CACHED;
}

void relAheadPlan(RelPlan *plan) {
  int i, j;
  for (i = plan->levelCount - 1; i >= 0; i--) {
    RelLevel *level = plan->levels[i];
    int direct = relLevelIsObject(level) || !(level->linked || level->recursive);
    level->far = direct ? isSpread(level) : level->linked && isLinkedFar(level);
    for (j = 0; direct && j < level->childCount; j++) level->far |= level->children[j]->far;
  }
}

static void addMembers(const RelLevel *level, const RelSlot *slot, Rows *rows) {
  int i;
  for (i = 0; i < slot->count && rows->count < MOST; i++) {
    rows->rows[rows->count++] = relRowsAt(level, slot->first + i);
  }
}

/* What fills the row's gap. */
static int fillingOf(const RelLevel *level, int row, int child) {
  return level->gaps[(size_t)row * (size_t)level->gapWidth + 2 * (size_t)child + 1];
}

static void askForRows(const RelLevel *level, const Rows *rows) {
  int i;
  for (i = 0; i < rows->count; i++) {
    touch(&level->rows[rows->rows[i]]);
    if (level->childCount > 0) {
      touch(level->gaps + (size_t)rows->rows[i] * (size_t)level->gapWidth);
    }
  }
}

static void touchText(const char *text, int length) {
  const char *end = text + (length < MOST_BYTES ? length : MOST_BYTES);
  for (; text < end; text += LINE) touch(text);
  touch(end - 1);
}

static void askForText(const RelLevel *level, const Rows *rows) {
  int i;
  for (i = 0; i < rows->count; i++) {
    int row = rows->rows[i], start = level->rows[row].start;
    touchText(level->text.bytes + start, relRowsEnd(level, row) - start);
  }
}

/* Most are short. Where they are not, how long each is has to be known first. */
static void askForLeaves(const RelLevel *level, const Rows *owners, int child) {
  const RelLevel *at = level->children[child];
  const char *text = at->text.bytes, *last = text + at->text.length - 1;
  int areLong = at->text.length / LINE > (size_t)at->rowCount, i, place;
  for (i = 0; i < owners->count; i++) {
    place = fillingOf(level, owners->rows[i], child);
    if (place < 0) continue;
    touch(text + place - sizeof(int));
    touch(last - (text + place) < LINE ? last : text + place + LINE - sizeof(int) - 1);
  }
  for (i = 0; i < owners->count && areLong; i++) {
    place = fillingOf(level, owners->rows[i], child);
    if (place >= 0) touchText(text + place, relRowsLeafLength(at, place));
  }
}

static void addObjects(const RelLevel *level, const Rows *owners, int child, Rows *members) {
  int i;
  for (i = 0; i < owners->count; i++) {
    int row = fillingOf(level, owners->rows[i], child);
    if (row >= 0) members->rows[members->count++] = row;
  }
}

/* In steps, each of which needs what the one before has asked for. */
static void addLists(const RelLevel *level, const Rows *owners, int child, Rows *members) {
  const RelLevel *at = level->children[child];
  int i, slot;
  for (i = 0; i < owners->count; i++) {
    slot = fillingOf(level, owners->rows[i], child);
    if (slot >= 0) touch(&at->slots[slot]);
  }
  for (i = 0; i < owners->count; i++) {
    slot = fillingOf(level, owners->rows[i], child);
    if (slot >= 0 && at->disordered && at->slots[slot].count > 0) {
      touch(&at->order[at->slots[slot].first]);
    }
  }
  for (i = 0; i < owners->count; i++) {
    slot = fillingOf(level, owners->rows[i], child);
    if (slot >= 0) addMembers(at, &at->slots[slot], members);
  }
}

static void askForMembers(const RelLevel *level, const Rows *owners, int child, Rows *members) {
  const RelLevel *at = level->children[child];
  members->count = 0;
  if (relLevelIsObject(at)) {
    addObjects(level, owners, child, members);
  } else {
    addLists(level, owners, child, members);
  }
  askForRows(at, members);
  if (isSpread(at)) askForText(at, members);
}

/* Whose rows are few, so that the links alone are asked for. */
static void askForLinks(const RelLevel *level, const Rows *owners, int child) {
  const RelLinks *links = &level->children[child]->association;
  int i, slot;
  for (i = 0; i < owners->count; i++) {
    slot = fillingOf(level, owners->rows[i], child);
    if (slot >= 0) touch(&links->slots[slot]);
  }
  for (i = 0; i < owners->count; i++) {
    slot = fillingOf(level, owners->rows[i], child);
    if (slot >= 0 && links->slots[slot].count > 0) touch(&links->list[links->slots[slot].first]);
  }
}

static void askBelow(const RelLevel *level, const Rows *owners) {
  Rows members;
  int i;
  for (i = 0; i < level->childCount; i++) {
    if (!level->children[i]->far || level->nesting >= DEEPEST) continue;
    if (level->children[i]->linked && !relLevelIsObject(level->children[i])) {
      askForLinks(level, owners, i);
      continue;
    }
    if (level->children[i]->leaf) {
      askForLeaves(level, owners, i);
      continue;
    }
    askForMembers(level, owners, i, &members);
    askBelow(level->children[i], &members);
  }
}

void relAhead(const RelPlan *plan, int row) {
  Rows root;
  if (!plan->root->far) return;
  root.rows[0] = row;
  root.count = 1;
  askBelow(plan->root, &root);
}
