#include "fetch/cut.h"

#include "fetch/rows.h"

enum { MOST_TOPS = 64 /* rows kept in order while they come; with more, all are written */ };

void relCutStart(RelLevel *level) {
  level->cut.known = 0;
}

void relCutClear(RelCut *cut) {
  sqlite3_free(cut->tops);
  memset(cut, 0, sizeof *cut);
}

int relCutInteger(sqlite3_value *value, sqlite3_int64 *to) {
  int type = sqlite3_value_numeric_type(value);
  *to = sqlite3_value_int64(value);
  if (type == SQLITE_INTEGER) return SQLITE_OK;
  /* The ends of the range also stand for what is beyond it. */
  if (type == SQLITE_FLOAT && (double)*to == sqlite3_value_double(value) && *to > INT64_MIN &&
      *to < INT64_MAX) {
    return SQLITE_OK;
  }
  return SQLITE_MISMATCH;
}

int relCutRead(RelCut *cut, sqlite3_value *limit, sqlite3_value *offset) {
  int rc = relCutInteger(limit, &cut->limit);
  if (rc == SQLITE_OK) rc = relCutInteger(offset, &cut->offset);
  if (rc != SQLITE_OK) return rc;
  cut->known = 1;
  if (cut->offset < 0) cut->offset = 0;
  cut->width = 0;
  if (cut->limit >= 0 && cut->limit <= MOST_TOPS && cut->offset <= MOST_TOPS - cut->limit) {
    cut->width = (int)(cut->limit + cut->offset);
  }
  cut->slots = 0;
  return SQLITE_OK;
}

/* The first rows of a slot that have come so far: their count, then the best first. */
static int *topsOf(RelLevel *level, int slot) {
  RelCut *cut = &level->cut;
  size_t each = (size_t)cut->width + 1, count = (size_t)level->slotCount * each;
  if (cut->slots != level->slotCount) {
    int *tops = sqlite3_realloc64(cut->tops, count * sizeof *tops);
    if (tops == NULL) return NULL;
    memset(tops, 0, count * sizeof *tops);
    cut->tops = tops;
    cut->slots = level->slotCount;
  }
  return cut->tops + (size_t)slot * each;
}

int relCutKeeps(RelLevel *level, int row, int slot) {
  RelCut *cut = &level->cut;
  int *tops, *count, place;
  if (cut->limit == 0) return 0;
  if (cut->width == 0) return 1;
  tops = topsOf(level, slot);
  if (tops == NULL) return -1;
  count = tops++;
  if (*count == cut->width) {
    if (relRowsCompare(level, tops[*count - 1], row) <= 0) return 0;
    level->rows[tops[--*count]].slot = -1;
    level->strays++;
  }
  for (place = (*count)++; place > 0 && relRowsCompare(level, tops[place - 1], row) > 0; place--) {
    tops[place] = tops[place - 1];
  }
  tops[place] = row;
  return 1;
}

void relCutSlots(RelLevel *level) {
  const RelCut *cut = &level->cut;
  int i;
  for (i = 0; i < level->slotCount && cut->known; i++) {
    RelSlot *slot = &level->slots[i];
    int skipped = slot->count < cut->offset ? slot->count : (int)cut->offset;
    int kept = slot->count - skipped;
    if (cut->limit >= 0 && kept > cut->limit) kept = (int)cut->limit;
    level->strays += slot->count - kept;
    slot->first += skipped;
    slot->count = kept;
  }
}
