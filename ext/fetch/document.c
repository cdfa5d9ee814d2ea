#include "fetch/pool.h"
#include "fetch/rows.h"

static void writeRow(RelBuffer *out, const RelLevel *level, int number, int skip);

/*
** The rows of a slot, joined by the comma that each starts with. Rows that hold no others and
** stand in the arena as they came are one piece.
*/
static void writeRows(RelBuffer *out, const RelLevel *level, const RelSlot *slot) {
  int i;
  if (level->childCount == 0 && !level->disordered) {
    const RelRow *first = &level->rows[slot->first], *last = first + slot->count - 1;
    relBufferAdd(out, level->text.bytes + first->start + 1,
                 last->start + (size_t)last->length - first->start - 1);
    return;
  }
  for (i = 0; i < slot->count; i++) {
    writeRow(out, level, relRowsAt(level, slot->first + i), i == 0);
  }
}

/* The targets of a slot's links. */
static void writeLinked(RelBuffer *out, const RelLevel *level, const RelSlot *slot) {
  const RelLink *link = level->association.list + slot->first, *end = link + slot->count;
  int first = 1;
  for (; link < end; link++, first = 0) writeRow(out, level, link->row, first);
}

static int firstRow(const RelLevel *level, const RelSlot *slot) {
  return level->linked ? level->association.list[slot->first].row : relRowsAt(level, slot->first);
}

static void writeMembers(RelBuffer *out, const RelLevel *level, int slotNumber) {
  const RelSlot *slots = level->linked ? level->association.slots : level->slots;
  const RelSlot *slot = slotNumber < 0 ? NULL : &slots[slotNumber];
  int any = slot != NULL && slot->count > 0;
  if (level->scalar) {
    if (any) writeRow(out, level, firstRow(level, slot), 1);
    if (!any) relBufferAdd(out, "null", 4);
    return;
  }
  relBufferAdd(out, "[", 1);
  if (any && level->linked) writeLinked(out, level, slot);
  if (any && !level->linked) writeRows(out, level, slot);
  relBufferAdd(out, "]", 1);
}

/* Recursion as deep as the selection, which is limited. */
static void writeRow(RelBuffer *out, const RelLevel *level, int number, int skip) {
  const RelRow *row = &level->rows[number];
  const char *text = level->text.bytes + row->start;
  const int *gaps = level->gaps + 2 * (size_t)number * (size_t)level->childCount;
  int from = skip, i;
  for (i = 0; i < level->childCount; i++, gaps += 2) {
    relBufferAdd(out, text + from, (size_t)(gaps[0] - from));
    writeMembers(out, level->children[i], gaps[1]);
    from = gaps[0];
  }
  relBufferAdd(out, text + from, (size_t)(row->length - from));
}

void relDocumentWrite(RelError *error, RelPlan *plan) {
  RelRun *run = &plan->run;
  if (error->rc != SQLITE_OK || run->documentOf == run->at) return;
  run->document.length = 0;
  run->document.rc = SQLITE_OK;
  run->documentOf = run->at;
  writeRow(&run->document, plan->root, run->owners[run->at], 1);
  if (run->document.rc == SQLITE_OK) return;
  run->documentOf = -1;
  relErrorNoMemory(error);
}

void relFetchDocument(RelError *error, RelPlan *plan, sqlite3_context *context) {
  enum { COPIED = 64 << 10 };
  RelRun *run = &plan->run;
  relDocumentWrite(error, plan);
  if (error->rc != SQLITE_OK) return;
  if (run->document.length <= COPIED) {
    sqlite3_result_text64(context, run->document.bytes, run->document.length, SQLITE_TRANSIENT,
                          SQLITE_UTF8);
  } else {
    sqlite3_result_text64(context, run->document.bytes, run->document.length, sqlite3_free,
                          SQLITE_UTF8);
    memset(&run->document, 0, sizeof run->document);
    run->documentOf = -1;
  }
  sqlite3_result_subtype(context, 'J');
}

void relFetchKey(RelError *error, RelPlan *plan, sqlite3_context *context) {
  RelRun *run = &plan->run;
  RelBuffer json = {NULL, 0, 0, SQLITE_OK};
  int owner = run->owners[run->at];
  if (plan->keyWidth == 0) return;
  if (plan->keyWidth == 1) {
    relKeysResult(&run->ownerKeys, owner, 0, context);
    return;
  }
  relKeysJson(&run->ownerKeys, owner, &plan->pool->style, &json);
  if (json.rc != SQLITE_OK) relErrorNoMemory(error);
  if (error->rc == SQLITE_OK) {
    sqlite3_result_text64(context, json.bytes, json.length, SQLITE_TRANSIENT, SQLITE_UTF8);
    sqlite3_result_subtype(context, 'J');
  }
  relBufferClear(&json);
}
