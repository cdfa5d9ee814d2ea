#include "save/batch.h"
#include "save/rows.h"
#include "save/sources.h"
#include "save/steps.h"

RelSaver *relSaverNew(RelError *error, sqlite3 *db) {
  RelSaver *saver = relAlloc(error, sizeof *saver);
  if (saver == NULL) return NULL;
  saver->db = saver->models.db = saver->shapes.db = saver->json.db = db;
  return saver;
}

void relSaverFree(RelSaver *saver) {
  if (saver == NULL) return;
  relNodesClear(saver);
  sqlite3_free(saver->nodes);
  sqlite3_free(saver->order);
  sqlite3_free(saver->lists);
  sqlite3_finalize(saver->triggers);
  relJsonClear(&saver->json);
  relShapesClear(&saver->shapes);
  relModelsClear(&saver->models);
  sqlite3_free(saver);
}

static void findOwner(RelError *error, RelSaver *saver, const char *owner) {
  if (relModelsRefresh(error, &saver->models)) relShapesClear(&saver->shapes);
  if (error->rc != SQLITE_OK) return;
  saver->table = relModelsFind(error, &saver->models, "unit_of_work", owner, &saver->model);
  if (error->rc == SQLITE_OK && saver->table->kind != REL_TABLE) {
    relErrorSet(error, SQLITE_ERROR,
                "unit_of_work: \"%w\" is no ordinary table: save into the table that it shows",
                saver->table->name);
  }
}

void relSaverRead(RelError *error, RelSaver *saver, const char *owner, const char *text,
                  size_t bytes) {
  RelError read = {SQLITE_OK, NULL};
  saver->error = error;
  findOwner(error, saver, owner);
  if (error->rc == SQLITE_OK) relJsonRead(&read, text, bytes, &saver->json);
  if (read.rc != SQLITE_OK) {
    relErrorSet(error, read.rc, "unit_of_work: %s",
                read.message == NULL ? sqlite3_errstr(read.rc) : read.message);
  }
  relErrorClear(&read);
  relNodesRead(saver);
}

const RelTable *relSaverTable(const RelSaver *saver) {
  return saver->table;
}

/* What is there already changes first, as far as nothing new is needed for it. */
static void updateRows(RelSaver *saver) {
  int i;
  for (i = 0; i < saver->orderCount && saver->error->rc == SQLITE_OK; i++) {
    int node = saver->order[i];
    if (relSourceIsThere(saver, node)) relWriteNode(saver, node, REL_WRITE_READY);
  }
}

static int isLinked(const RelSaveNode *node) {
  return node->role == REL_ROLE_MEMBER && node->edge->links != NULL;
}

/* Saves the rows that are not saved yet, or waited. */
static void writeRows(RelSaver *saver, RelWriteMode mode) {
  int i = 0;
  while (i < saver->orderCount && saver->error->rc == SQLITE_OK) {
    int node = saver->order[i], written = relBatchWrite(saver, i);
    RelSaveNode *own = &saver->nodes[node];
    if (written == 0 && (!own->saved || own->late)) relWriteNode(saver, node, mode);
    i += written > 0 ? written : 1;
  }
}

static void writeLinks(RelSaver *saver) {
  int i = 0;
  while (i < saver->orderCount && saver->error->rc == SQLITE_OK) {
    const RelSaveNode *own = &saver->nodes[saver->order[i]];
    int written = 0;
    if (isLinked(own) && !own->linked) {
      written = relBatchLinks(saver, i);
      if (written == 0) relWriteLink(saver, saver->order[i]);
    }
    i += written > 0 ? written : 1;
  }
}

/* How many nodes are not what the document says. */
static int countLeft(const RelSaver *saver) {
  int i, left = 0;
  for (i = 0; i < saver->nodeCount; i++) {
    const RelSaveNode *own = &saver->nodes[i];
    left += !own->saved || own->late || (isLinked(own) && !own->linked);
  }
  return left;
}

static int writeAll(RelSaver *saver, RelWriteMode mode) {
  writeRows(saver, mode);
  writeLinks(saver);
  return saver->error->rc == SQLITE_OK ? countLeft(saver) : 0;
}

/* What one row waits for another gives, if not at once: while something is saved, others may follow. */
static int writeReady(RelSaver *saver, int left) {
  int before;
  do {
    before = left;
    left = writeAll(saver, REL_WRITE_READY);
  } while (left > 0 && left < before);
  return left;
}

/* True where a row that was there is to be moved to one that is not. */
static int waitsToMove(const RelSaver *saver) {
  int i;
  for (i = 0; i < saver->nodeCount; i++) {
    const RelSaveNode *own = &saver->nodes[i];
    if (!own->saved && own->role != REL_ROLE_REMOVE && relSourceIsThere(saver, i)) return 1;
  }
  return 0;
}

/* Rows that refer to each other, and what waits for them; then what is in the way is an error. */
static void writeCircles(RelSaver *saver, int left) {
  int before = left + 1;
  while (left > 0 && left < before && saver->error->rc == SQLITE_OK) {
    before = left;
    writeAll(saver, REL_WRITE_LAST);
    writeAll(saver, REL_WRITE_LATE);
    left = writeReady(saver, left);
    if (left < before) continue;
    writeAll(saver, REL_WRITE_AHEAD);
    left = writeReady(saver, left);
  }
  if (left > 0) writeAll(saver, REL_WRITE_LAST);
  if (left > 0 && saver->error->rc == SQLITE_OK) {
    relErrorSet(saver->error, SQLITE_ERROR,
                "unit_of_work: rows of the document wait for each other's keys");
  }
}

void relSaverWrite(RelError *error, RelSaver *saver) {
  int left;
  saver->error = error;
  relFindRows(saver);
  updateRows(saver);
  if (waitsToMove(saver)) writeRows(saver, REL_WRITE_READY);
  if (waitsToMove(saver)) writeRows(saver, REL_WRITE_READY);
  relCollectionsLetGo(saver, 0);
  relCollectionsCheck(saver);
  left = writeReady(saver, saver->nodeCount + 1);
  relCollectionsLetGo(saver, 1);
  relCollectionsSettle(saver);
  if (left > 0) {
    relCollectionsCheck(saver);
    left = writeReady(saver, left + 1);
  }
  writeCircles(saver, left);
  relCollectionsCheck(saver);
}

/* A table without rowid has none; its key may be as good. */
static sqlite3_int64 rowidOf(const RelSaveNode *first) {
  const RelTable *table = first->table->table;
  sqlite3_value *key;
  if (table->rowid != NULL || table->keyCount != 1 || first->row.kept == NULL) {
    return first->row.rowid;
  }
  key = first->row.kept[relShapeKept(first->table, table->key[0])];
  return sqlite3_value_type(key) == SQLITE_INTEGER ? sqlite3_value_int64(key) : 0;
}

sqlite3_int64 relSaverRowid(const RelSaver *saver) {
  int i;
  for (i = saver->nodeCount - 1; i >= 0; i--) {
    if (saver->nodes[i].role == REL_ROLE_ROOT) return rowidOf(relNodeFirst(saver, i));
  }
  return 0;
}

void relSaverEnd(RelSaver *saver) {
  int failed = saver->error != NULL && (saver->error->rc & 0xff) == SQLITE_NOMEM;
  relNodesClear(saver);
  relShapesUnbind(&saver->shapes);
  if (failed) relShapesClear(&saver->shapes);
  saver->error = NULL;
}
