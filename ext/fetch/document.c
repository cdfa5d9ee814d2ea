#include "fetch/ahead.h"
#include "fetch/pool.h"
#include "fetch/rows.h"

enum { ROWS_PER_PULSE = 8192 };

static void writeRun(RelBuffer *out, const RelLevel *level, int first, int count, int skip);

/* One row. `skip` is 1 where the comma that it starts with is to be left out. */
static void writeRow(RelBuffer *out, const RelLevel *level, int number, int skip) {
  writeRun(out, level, number, 1, skip);
}

/* The rows of a slot, joined by the comma that each starts with. */
static void writeRows(RelBuffer *out, const RelLevel *level, const RelSlot *slot) {
  int i;
  if (!level->disordered) {
    writeRun(out, level, slot->first, slot->count, 1);
    return;
  }
  for (i = 0; i < slot->count; i++) writeRow(out, level, level->order[slot->first + i], i == 0);
}

/* The targets of a slot's links. */
static void writeLinked(RelBuffer *out, const RelLevel *level, const RelSlot *slot) {
  const RelLink *link = level->association.list + slot->first, *end = link + slot->count;
  int first = 1;
  for (; link < end; link++, first = 0) writeRow(out, level, link->row, first);
}

static void writeRecursive(RelBuffer *out, RelLevel *level, int slot, int start);

static void writeList(RelBuffer *out, const RelLevel *level, int slotNumber) {
  const RelSlot *slot = slotNumber < 0 ? NULL : relLevelSlots(level) + slotNumber;
  int any = slot != NULL && slot->count > 0;
  relBufferAdd(out, "[", 1);
  if (any && level->linked) writeLinked(out, level, slot);
  if (any && !level->linked) writeRows(out, level, slot);
  relBufferAdd(out, "]", 1);
}

/* By its row, or of a leaf the place of its text; -1: none. */
static void writeObject(RelBuffer *out, const RelLevel *level, int name) {
  if (name < 0) {
    relBufferAdd(out, "null", 4);
  } else if (level->leaf) {
    relBufferAdd(out, level->text.bytes + name + 1, (size_t)relRowsLeafLength(level, name) - 1);
  } else {
    writeRow(out, level, name, 1);
  }
}

/*
** What fills a gap: the name of an object, else the slot. `start` is the owner's number among the rows of a
** recursive level.
*/
static void writeMembers(RelBuffer *out, RelLevel *level, int filling, int start) {
  if (level->recursive) {
    writeRecursive(out, level, filling, start);
  } else if (relLevelIsObject(level)) {
    writeObject(out, level, filling);
  } else {
    writeList(out, level, filling);
  }
}

static const int *gapsOf(const RelLevel *level, int number) {
  return level->gaps + (size_t)number * (size_t)level->gapWidth;
}

/*
** What is left of the row's text from `from` on, with its children, up to the gap of the last or that of
** its own members where it is recursive. Returns where in the level's text that is.
*/
static size_t writeHead(RelBuffer *out, const RelLevel *level, int number, size_t from) {
  const char *text = level->text.bytes;
  const int *gaps = gapsOf(level, number), *identity = gaps + 2 * level->childCount;
  int i;
  for (i = 0; i < level->childCount && level->children[i] != level; i++, gaps += 2) {
    size_t gap = (size_t)gaps[0];
    relBufferAdd(out, text + from, gap - from);
    writeMembers(out, level->children[i], gaps[1],
                 level->children[i]->recursive ? *identity++ : -1);
    from = gap;
  }
  return from;
}

/* The rest of the row's text. */
static void writeTail(RelBuffer *out, const RelLevel *level, int number, size_t from) {
  relBufferAdd(out, level->text.bytes + from, (size_t)relRowsEnd(level, number) - from);
}

/*
** Rows that stand one behind the other, whose text is one piece from each gap to the next. Recursion as
** deep as the selection, which is limited.
*/
static void writeRun(RelBuffer *out, const RelLevel *level, int first, int count, int skip) {
  size_t from = (size_t)(level->rows[first].start + skip);
  int i, last = first + count - 1;
  for (i = first; i <= last && level->childCount > 0; i++) from = writeHead(out, level, i, from);
  writeTail(out, level, last, from);
}

/* --- recursive levels: as deep as the data, so without recursion ------------------------------ */

/* The members of one row, while they are written. */
typedef struct Frame {
  int slot;  /* -1: none */
  int place; /* the next member */
  int wrote; /* one has been written */
  int owner; /* the row whose members these are, -1 where it is of the parent level */
} Frame;

typedef struct Path {
  RelLevel *level;
  RelBuffer *out;
  RelError error;
  Frame *frames; /* owned */
  int count, room;
} Path;

static void push(Path *path, int slot, int owner) {
  Frame *frame;
  path->frames =
      relGrow(&path->error, path->frames, path->count, &path->room, sizeof *path->frames);
  if (path->error.rc != SQLITE_OK) return;
  frame = &path->frames[path->count++];
  frame->slot = slot;
  frame->place = 0;
  frame->wrote = 0;
  frame->owner = owner;
  if (!path->level->scalar) relBufferAdd(path->out, "[", 1);
}

static int identityOf(const RelLevel *level, int number) {
  return gapsOf(level, number)[level->gapWidth - 1];
}

/* Where in the level's text the row's own members go. */
static size_t ownGap(const RelLevel *level, int number) {
  return (size_t)gapsOf(level, number)[2 * (level->childCount - 1)];
}

/* Writes a row up to its own members, which come next; at the last level, without those. */
static void enterRow(Path *path, int number, int skip) {
  RelLevel *level = path->level;
  const int *gaps = gapsOf(level, number);
  size_t gap = ownGap(level, number);
  size_t from = writeHead(path->out, level, number, (size_t)(level->rows[number].start + skip));
  if (level->depth >= 0 && path->count >= level->depth) {
    relBufferAdd(path->out, level->text.bytes + from, gap - (size_t)level->selfPrefix - from);
    writeTail(path->out, level, number, gap);
    return;
  }
  relBufferAdd(path->out, level->text.bytes + from, gap - from);
  level->onPath[identityOf(level, number)] = 1;
  push(path, gaps[2 * level->childCount - 1], number);
}

/* All members of the topmost frame are written: back to the row that they belong to. */
static void leaveRow(Path *path) {
  RelLevel *level = path->level;
  Frame frame = path->frames[--path->count];
  if (!level->scalar) relBufferAdd(path->out, "]", 1);
  if (level->scalar && !frame.wrote) relBufferAdd(path->out, "null", 4);
  if (frame.owner < 0) return;
  level->onPath[identityOf(level, frame.owner)] = 0;
  writeTail(path->out, level, frame.owner, ownGap(level, frame.owner));
}

/* The next member of the topmost frame, if it has one. */
static int nextMember(const Path *path, Frame *frame) {
  const RelLevel *level = path->level;
  const RelSlot *slot = frame->slot < 0 ? NULL : &level->slots[frame->slot];
  if (slot == NULL || frame->place >= (level->scalar ? slot->count > 0 : slot->count)) return -1;
  return relRowsAt(level, slot->first + frame->place++);
}

/* Paths can be far more than rows: this is where a fetch may have to be stopped. */
static void checkPulse(RelPool *pool, RelBuffer *out) {
  size_t most = (size_t)sqlite3_limit(pool->db, SQLITE_LIMIT_LENGTH, -1);
  int rc = relPoolPulse(pool);
  if (rc != SQLITE_OK) relBufferFail(out, rc);
  if (out->length > most) relBufferFail(out, SQLITE_TOOBIG);
}

static void writeRecursive(RelBuffer *out, RelLevel *level, int slot, int start) {
  RelPool *pool = level->plan->pool;
  Path path = {level, out, {SQLITE_OK, NULL}, NULL, 0, 0};
  unsigned rows = 0;
  level->onPath[start] = 1;
  push(&path, slot, -1);
  while (path.count > 0 && path.error.rc == SQLITE_OK && out->rc == SQLITE_OK) {
    Frame *frame = &path.frames[path.count - 1];
    int number = nextMember(&path, frame);
    if (number < 0) {
      leaveRow(&path);
    } else if (!level->onPath[identityOf(level, number)]) {
      int first = !frame->wrote;
      frame->wrote = 1;
      enterRow(&path, number, first);
      if (++rows % ROWS_PER_PULSE == 0) checkPulse(pool, out);
    }
  }
  level->onPath[start] = 0;
  if (path.error.rc != SQLITE_OK) relBufferFail(out, SQLITE_NOMEM);
  relErrorClear(&path.error);
  sqlite3_free(path.frames);
}

void relDocumentStart(RelError *error, RelPlan *plan) {
  int i;
  for (i = 1; i < plan->levelCount; i++) {
    RelLevel *level = plan->levels[i];
    if (!level->recursive) continue;
    sqlite3_free(level->onPath);
    level->onPath = relAlloc(error, (size_t)level->identities.count + 1);
  }
}

/* What the one relationship of the plan holds, in place of an object. */
static void writeOnly(RelPlan *plan, int number) {
  RelLevel *root = plan->root;
  const int *gaps = gapsOf(root, number);
  writeMembers(&plan->run.document, root->children[0], gaps[1],
               root->children[0]->recursive ? gaps[2] : -1);
}

void relDocumentWrite(RelError *error, RelPlan *plan) {
  RelRun *run = &plan->run;
  if (error->rc != SQLITE_OK || run->documentOf == run->at) return;
  run->document.length = 0;
  run->document.rc = SQLITE_OK;
  run->documentOf = run->at;
  if (run->likely > run->document.room) relBufferReserve(&run->document, run->likely);
  relAhead(plan, run->owners[run->at]);
  if (plan->only != NULL) {
    writeOnly(plan, run->owners[run->at]);
  } else {
    writeRow(&run->document, plan->root, run->owners[run->at], 1);
  }
  if (run->document.rc == SQLITE_OK) return;
  run->documentOf = -1;
  if (run->document.rc == SQLITE_NOMEM) relErrorNoMemory(error);
  relErrorSet(error, run->document.rc, "%s: %s: %s", plan->source.caller, plan->root->path,
              sqlite3_errstr(run->document.rc));
}

/*
** Gives the document's memory away instead of copying it. SQLite would copy what does not say that it
** ends in a zero; the next document will likely be as long.
*/
static void handOver(RelError *error, RelPlan *plan, sqlite3_context *context) {
  enum { MOST_RESERVED = 64 << 10 };
  RelRun *run = &plan->run;
  RelBuffer document = run->document;
  memset(&run->document, 0, sizeof run->document);
  run->documentOf = -1;
  if (relBufferReserve(&document, 1)) document.bytes[document.length] = 0;
  if (document.rc != SQLITE_OK) {
    relBufferClear(&document);
    relErrorNoMemory(error);
  } else if (!plan->raw || strlen(document.bytes) == document.length) {
    sqlite3_result_text(context, document.bytes, -1, sqlite3_free);
  } else {
    sqlite3_result_text64(context, document.bytes, document.length, sqlite3_free, SQLITE_UTF8);
  }
  run->likely =
      document.length < MOST_RESERVED ? document.length + document.length / 8 : MOST_RESERVED;
}

void relFetchDocument(RelError *error, RelPlan *plan, sqlite3_context *context) {
  enum { COPIED = 4 << 10 };
  RelRun *run = &plan->run;
  relDocumentWrite(error, plan);
  if (error->rc != SQLITE_OK) return;
  if (run->document.length <= COPIED) {
    sqlite3_result_text64(context, run->document.bytes, run->document.length, SQLITE_TRANSIENT,
                          SQLITE_UTF8);
  } else {
    handOver(error, plan, context);
  }
  sqlite3_result_subtype(context, 'J');
}

sqlite3_int64 relFetchRowid(const RelPlan *plan) {
  const RelRun *run = &plan->run;
  int owner = run->owners[run->at];
  sqlite3_int64 number = plan->keyWidth == 1 ? relKeysInteger(&run->ownerKeys, owner) : 0;
  if (plan->keyWidth == 0) return run->total - run->ownerCount + run->at;
  return number != 0 ? number : (sqlite3_int64)relKeysHash(&run->ownerKeys, owner);
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
