#include "save/batch.h"

#include "base/token.h"
#include "save/rows.h"
#include "save/sources.h"
#include "save/steps.h"

enum { FEWEST = 3 };

/* --- tables --- */

/* The event that a trigger waits for, told from its text. */
static int waitsForInsert(const char *sql) {
  const char *cursor = sql;
  RelToken token = relTokenNext(&cursor), before = token;
  while (token.kind != REL_TOKEN_END) {
    if (relTokenIs(token, "DELETE") || relTokenIs(token, "UPDATE")) return 0;
    if (relTokenIs(token, "INSERT") && !relTokenIs(before, "TRIGGER")) return 1;
    before = token;
    token = relTokenNext(&cursor);
  }
  return 1;
}

/* A table whose keys say what conflicts do has its own mind about rows that go together. */
static int hasConflictClause(const char *sql) {
  const char *cursor = sql;
  RelToken token;
  for (token = relTokenNext(&cursor); token.kind != REL_TOKEN_END; token = relTokenNext(&cursor)) {
    if (relTokenIs(token, "CONFLICT")) return 1;
  }
  return 0;
}

static int isHindrance(const char *type, const char *sql) {
  if (sql == NULL) return 0;
  return strcmp(type, "trigger") == 0 ? waitsForInsert(sql)
                                      : strcmp(type, "table") == 0 && hasConflictClause(sql);
}

/* Whether something about the table in the schema says that its rows are inserted one by one. */
static int isHindered(RelSaver *saver, const char *schema, const RelTable *table) {
  sqlite3_stmt *objects = relPrepareFormat(
      saver->error, saver->db,
      "SELECT type, sql FROM \"%w\".sqlite_schema WHERE lower(tbl_name) = lower(%Q)", schema,
      table->name);
  int hindered = 0;
  while (!hindered && relStep(saver->error, objects)) {
    hindered = isHindrance((const char *)sqlite3_column_text(objects, 0),
                           (const char *)sqlite3_column_text(objects, 1));
  }
  relFinalize(saver->error, objects);
  return hindered;
}

static int insertedColumns(const RelTable *table) {
  int i, count = 1;
  for (i = 0; i < table->columnCount; i++) count += !table->columns[i].generated;
  return count;
}

/* The schema cannot change while this connection saves; temp triggers may between saves. */
static int takesBatches(RelSaver *saver, RelSaveTable *table) {
  if (table->batches == 0) {
    int hindered = insertedColumns(table->table) > REL_SAVER_COLUMNS ||
                   isHindered(saver, table->table->schema, table->table);
    table->batches = hindered ? -1 : 1;
  }
  if (saver->temporary == 0 && saver->error->rc == SQLITE_OK) {
    if (saver->triggers == NULL) {
      saver->triggers = relPrepare(saver->error, saver->db, SQLITE_PREPARE_PERSISTENT,
                                   "SELECT 1 FROM temp.sqlite_schema WHERE type = 'trigger'");
    }
    saver->temporary = relStep(saver->error, saver->triggers) ? 1 : -1;
    sqlite3_reset(saver->triggers);
  }
  return saver->error->rc == SQLITE_OK && table->batches > 0 && saver->temporary < 0;
}

/*
** Whether SQLite numbers new rows one behind the other: it does while the highest rowid is not near
** the end.
*/
static int numbersOn(RelSaver *saver, RelSaveTable *table) {
  RelText text;
  char *sql;
  sqlite3_int64 highest = 0;
  if (table->highest == NULL) {
    relTextStart(&text, saver->error);
    relText(&text, "SELECT max(");
    relTextName(&text, NULL, table->table->rowid);
    relText(&text, ") FROM ");
    relTextName(&text, table->table->schema, table->table->name);
    sql = relTextFinish(&text);
    if (sql != NULL) {
      table->highest = relPrepare(saver->error, saver->db, SQLITE_PREPARE_PERSISTENT, sql);
    }
    sqlite3_free(sql);
  }
  if (relStep(saver->error, table->highest)) highest = sqlite3_column_int64(table->highest, 0);
  sqlite3_reset(table->highest);
  return saver->error->rc == SQLITE_OK && highest < ((sqlite3_int64)1 << 62);
}

/* --- what goes together --- */

/* True where a foreign key of the row is written behind it. */
static int hasBehind(const RelSaver *saver, const RelSaveNode *own) {
  int target;
  if (own->edge != NULL && own->edge->behind) return 1;
  for (target = own->firstTarget; target != REL_NO_NODE; target = saver->nodes[target].nextTarget) {
    if (saver->nodes[target].edge->behind) return 1;
  }
  return 0;
}

static int canJoin(const RelSaver *saver, int node) {
  const RelSaveNode *own = &saver->nodes[node];
  if (own->saved || own->isLink || own->role == REL_ROLE_REMOVE || own->byUnique) return 0;
  if (own->state != REL_STATE_NEW && own->state != REL_STATE_MISSING) return 0;
  if (own->same != node || own->nextSame != REL_NO_NODE) return 0;
  if (own->edge != NULL && own->edge->relationship->uniqueCount > 0) return 0;
  if (hasBehind(saver, own)) return 0;
  return own->state == REL_STATE_NEW || own->id != NULL || own->row.rowid != 0;
}

static int canLink(const RelSaver *saver, int node) {
  const RelSaveNode *own = &saver->nodes[node];
  if (own->linked || own->role != REL_ROLE_MEMBER || own->edge->links == NULL) return 0;
  if (own->edge->relationship->singleParent) return 0;
  return relSourceHasKey(saver, node, &own->edge->relationship->targetKey) &&
         relSourceHasKey(saver, own->owner, &own->edge->relationship->key) &&
         relWriteLinkIsNew(saver, node);
}

static int goesWith(const RelSaver *saver, int node) {
  const RelSaveBatch *batch = &saver->batch;
  const RelSaveNode *own = &saver->nodes[node];
  if (own->edge != batch->edge || own->table != batch->members) return 0;
  if (batch->links) return canLink(saver, node);
  return own->state == batch->state && canJoin(saver, node) && relWriteIsReady(saver, node);
}

/* Fills the sources of the row that the batch stands at, and says whether the statement takes them. */
static int gather(RelSaver *saver) {
  RelSaveBatch *batch = &saver->batch;
  int node = saver->order[batch->first + batch->count];
  RelSaveSource *sources =
      batch->links ? relSourcesOfLink(saver, node) : relSourcesOfNode(saver, node);
  int i, slots = relShapeSlots(batch->table->table);
  if (saver->error->rc != SQLITE_OK) return 0;
  for (i = 0; i < slots; i++) {
    if (sources[i].kind == REL_SOURCE_LATE) return 0;
    if (relShapeIsInserted(batch->table, i) != batch->table->flags[i]) return 0;
  }
  return 1;
}

static void setColumns(RelSaver *saver) {
  RelSaveBatch *batch = &saver->batch;
  int i, slots = relShapeSlots(batch->table->table), count = 0;
  for (i = 0; i < slots; i++) {
    batch->table->flags[i] = (unsigned char)relShapeIsInserted(batch->table, i);
    if (batch->table->flags[i]) batch->slots[count++] = i;
  }
}

/* --- the rows, as relationship_rows gives them --- */

int relSaverRowsStart(RelSaver *saver) {
  saver->batch.count = 0;
  saver->batch.more = saver->batch.started = 1;
  gather(saver);
  return saver->error->rc;
}

int relSaverRowsNext(RelSaver *saver) {
  RelSaveBatch *batch = &saver->batch;
  batch->count++;
  batch->more = batch->first + batch->count < saver->orderCount &&
                goesWith(saver, saver->order[batch->first + batch->count]) && gather(saver);
  return saver->error->rc;
}

int relSaverRowsMore(const RelSaver *saver) {
  return saver->batch.more;
}

void relSaverRowsColumn(RelSaver *saver, sqlite3_context *context, int n) {
  const RelSaveBatch *batch = &saver->batch;
  int slot = batch->slots[n];
  relSourceGive(saver, context, batch->table->table, slot, &batch->table->sources[slot]);
}

/* --- inserting --- */

static int startsRun(RelSaver *saver, int position) {
  int i;
  if (saver->single || position + FEWEST > saver->orderCount) return 0;
  for (i = 0; i < FEWEST; i++) {
    if (!goesWith(saver, saver->order[position + i])) return 0;
  }
  return 1;
}

/* False where the rows have to go one by one; what the statement wrote is undone then. */
static int run(RelSaver *saver) {
  RelSaveBatch *batch = &saver->batch;
  sqlite3_stmt *insert;
  int rc;
  setColumns(saver);
  insert = relRowsInsertAll(saver, batch->table, batch->table->flags);
  if (saver->error->rc != SQLITE_OK) return 0;
  batch->started = 0;
  rc = sqlite3_step(insert);
  if (rc == SQLITE_DONE && !batch->started) {
    relErrorSet(saver->error, SQLITE_ERROR,
                "a table of yours called relationship_rows is in the way; rename it");
  }
  if ((rc & 0xff) == SQLITE_CONSTRAINT && saver->error->rc == SQLITE_OK) {
    saver->single = 1;
  } else {
    relNodeFail(saver, saver->order[batch->first], rc);
  }
  sqlite3_reset(insert);
  return rc == SQLITE_DONE && saver->error->rc == SQLITE_OK;
}

static int start(RelSaver *saver, int position, int links) {
  RelSaveBatch *batch = &saver->batch;
  const RelSaveNode *own = &saver->nodes[saver->order[position]];
  batch->first = position;
  batch->edge = own->edge;
  batch->members = own->table;
  batch->table = links ? own->edge->links : own->table;
  batch->links = links;
  batch->state = own->state;
  return startsRun(saver, position) && takesBatches(saver, batch->table);
}

/* True where the row has been given its rowid, not SQLite asked for one. */
static int hasOwnRowid(const RelSaveNode *node) {
  return node->state == REL_STATE_MISSING && node->id == NULL;
}

int relBatchWrite(RelSaver *saver, int position) {
  RelSaveBatch *batch = &saver->batch;
  sqlite3_int64 last;
  int i;
  if (!canJoin(saver, saver->order[position]) || !start(saver, position, 0)) return 0;
  if (!relRowIsSimple(batch->table) || !numbersOn(saver, batch->table)) return 0;
  relSourcesOfNode(saver, saver->order[position]);
  if (saver->error->rc != SQLITE_OK || !run(saver)) return 0;
  last = sqlite3_last_insert_rowid(saver->db);
  for (i = 0; i < batch->count; i++) {
    RelSaveNode *node = &saver->nodes[saver->order[position + i]];
    if (!hasOwnRowid(node)) node->row.rowid = last - batch->count + 1 + i;
    node->state = REL_STATE_MADE;
    node->saved = 1;
  }
  return batch->count;
}

int relBatchLinks(RelSaver *saver, int position) {
  RelSaveBatch *batch = &saver->batch;
  int i;
  if (!canLink(saver, saver->order[position]) || !start(saver, position, 1)) return 0;
  relSourcesOfLink(saver, saver->order[position]);
  if (saver->error->rc != SQLITE_OK || !run(saver)) return 0;
  for (i = 0; i < batch->count; i++) saver->nodes[saver->order[position + i]].linked = 1;
  return batch->count;
}
