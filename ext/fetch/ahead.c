#include "fetch/ahead.h"

#include "base/prefetch.h"
#include "fetch/rows.h"

enum {
  MOST = 512, /* rows of a level: more than that has to be waited for */
  DEEPEST = 8,
  LINE = 64 /* bytes that memory gives at once */
};

typedef struct Rows {
  int rows[MOST];
  int count;
} Rows;

void relAheadPlan(RelPlan *plan) {
  int i, j;
  for (i = plan->levelCount - 1; i >= 0; i--) {
    RelLevel *level = plan->levels[i];
    int direct = !level->linked && !level->recursive && !level->aggregate;
    level->far = direct && level->disordered;
    for (j = 0; direct && j < level->childCount; j++) level->far |= level->children[j]->far;
  }
}

static void addMembers(const RelLevel *level, const RelSlot *slot, Rows *rows) {
  int i;
  for (i = 0; i < slot->count && rows->count < MOST; i++) {
    rows->rows[rows->count++] = relRowsAt(level, slot->first + i);
  }
}

static int slotOf(const RelLevel *level, int row, int child) {
  return level->gaps[(size_t)row * (size_t)level->gapWidth + 2 * (size_t)child + 1];
}

static void askForRows(const RelLevel *level, const Rows *rows) {
  int i;
  for (i = 0; i < rows->count; i++) {
    REL_PREFETCH(&level->rows[rows->rows[i]]);
    if (level->childCount > 0) {
      REL_PREFETCH(level->gaps + (size_t)rows->rows[i] * (size_t)level->gapWidth);
    }
  }
}

static void askForText(const RelLevel *level, const Rows *rows) {
  int i;
  for (i = 0; i < rows->count; i++) {
    const char *text = level->text.bytes + level->rows[rows->rows[i]].start;
    REL_PREFETCH(text);
    REL_PREFETCH(text + LINE);
    REL_PREFETCH(text + 2 * LINE);
  }
}

/* In steps, each of which needs what the one before has asked for. */
static void askForMembers(const RelLevel *level, const Rows *owners, int child, Rows *members) {
  const RelLevel *at = level->children[child];
  int i, slot;
  members->count = 0;
  for (i = 0; i < owners->count; i++) {
    slot = slotOf(level, owners->rows[i], child);
    if (slot >= 0) REL_PREFETCH(&at->slots[slot]);
  }
  for (i = 0; i < owners->count; i++) {
    slot = slotOf(level, owners->rows[i], child);
    if (slot >= 0 && at->disordered) REL_PREFETCH(&at->order[at->slots[slot].first]);
  }
  for (i = 0; i < owners->count; i++) {
    slot = slotOf(level, owners->rows[i], child);
    if (slot >= 0) addMembers(at, &at->slots[slot], members);
  }
  askForRows(at, members);
  askForText(at, members);
}

static void askBelow(const RelLevel *level, const Rows *owners) {
  Rows members;
  int i;
  for (i = 0; i < level->childCount; i++) {
    if (!level->children[i]->far || level->nesting >= DEEPEST) continue;
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
