#include "save/ids.h"
#include "save/rows.h"
#include "save/sources.h"
#include "save/steps.h"

/* --- inserting --- */

/*
** A foreign key to a row that is not there yet: NULL until it is. Where that may not be, the value
** is written at once, and SQLite judges: it may be a row's own key, or a deferred foreign key.
*/
static void settleLate(RelSaver *saver, int node, const RelTable *table, int slot,
                       RelSaveSource *source) {
  int named;
  if (source->kind != REL_SOURCE_LATE) return;
  saver->nodes[node].late = 1;
  if (relIsNullable(table, relShapeColumn(table, slot))) {
    source->kind = REL_SOURCE_NULL;
    return;
  }
  for (named = source->node; named != REL_NO_NODE; named = saver->nodes[named].nextSame) {
    source->element = relNodeElement(saver, named, source->column);
    source->kind = REL_SOURCE_ELEMENT;
    if (source->element != 0) return;
  }
  relNodeRefuseField(saver, node, table->columns[slot].name,
                     "refers to a row that is made later, and may not be NULL until then");
}

static sqlite3_stmt *insertFor(RelSaver *saver, int node, RelSaveTable *table) {
  const RelTable *own = table->table;
  int slots = relShapeSlots(own), i;
  unsigned char *columns = table->flags;
  for (i = 0; i < slots; i++) {
    settleLate(saver, node, own, i, &table->sources[i]);
    columns[i] = (unsigned char)relShapeIsInserted(table, i);
  }
  return saver->error->rc == SQLITE_OK ? relRowsInsert(saver, table, columns) : NULL;
}

static void ignored(RelSaver *saver, int node, const RelSaveTable *table) {
  relNodeRefuse(saver, node, "a trigger or an ON CONFLICT IGNORE of \"%w\" leaves the row out",
                table->table->name);
}

static int isTaken(RelSaver *saver, int rc) {
  if ((rc & 0xff) != SQLITE_CONSTRAINT) return 0;
  rc = sqlite3_extended_errcode(saver->db);
  return rc == SQLITE_CONSTRAINT_UNIQUE || rc == SQLITE_CONSTRAINT_PRIMARYKEY ||
         rc == SQLITE_CONSTRAINT_ROWID;
}

/*
** Whether a statement that trips over a UNIQUE key may be tried again later. ON CONFLICT ROLLBACK of
** the key has ended the transaction.
*/
static int mayRetry(RelSaver *saver, RelWriteMode mode, const RelTable *table, int rc) {
  return mode != REL_WRITE_LAST && isTaken(saver, rc) &&
         sqlite3_txn_state(saver->db, table->schema) == SQLITE_TXN_WRITE;
}

/* False where the row trips over a UNIQUE key and may be tried again. */
static int insertRow(RelSaver *saver, int node, RelSaveTable *table, RelSaveRow *row,
                     RelWriteMode mode) {
  sqlite3_stmt *insert = insertFor(saver, node, table);
  int i, parameter = 0, rc = SQLITE_DONE;
  for (i = 0; i < relShapeSlots(table->table) && saver->error->rc == SQLITE_OK; i++) {
    if (!table->flags[i]) continue;
    relSourceBind(saver, insert, ++parameter, table->table, i, &table->sources[i]);
  }
  if (saver->error->rc != SQLITE_OK) return 1;
  rc = sqlite3_step(insert);
  if (mayRetry(saver, mode, table->table, rc)) {
    sqlite3_reset(insert);
    return 0;
  }
  relRowClear(table, row);
  if (rc == SQLITE_ROW) {
    relRowRead(saver, insert, 0, table, row);
    rc = sqlite3_step(insert);
  } else if (rc == SQLITE_DONE) {
    if (!relRowIsSimple(table) || sqlite3_changes(saver->db) == 0) ignored(saver, node, table);
    row->rowid = sqlite3_last_insert_rowid(saver->db);
  }
  relNodeFail(saver, node, rc);
  sqlite3_reset(insert);
  return 1;
}

/* --- updating --- */

/* What tells which row it is stays: its primary key, and the unique_key that it was found by. */
static int isIdentity(const RelSaveNode *node, const RelSaveTable *table, int column) {
  const Relationship *relationship = node->edge == NULL ? NULL : node->edge->relationship;
  int i;
  if (table != node->table) return 0;
  if (table->table->columns[column].keyPart > 0) return 1;
  if (!node->byUnique) return 0;
  for (i = 0; i < relationship->uniqueCount; i++) {
    if (relationship->uniqueKey[i] == column) return 1;
  }
  return 0;
}

static int isWritten(const RelSaver *saver, int node, const RelSaveTable *table, int column) {
  const RelSaveSource *source = &table->sources[column];
  return source->kind != REL_SOURCE_ABSENT && source->kind != REL_SOURCE_LATE &&
         !isIdentity(&saver->nodes[node], table, column);
}

/* Flags the columns that the row does not hold yet; their number, or -1 where the row is gone. */
static int flagChanges(RelSaver *saver, int node, RelSaveTable *table, const RelSaveRow *row) {
  sqlite3_stmt *read;
  int i, count = 0, rc;
  memset(table->flags, 0, (size_t)relShapeSlots(table->table));
  for (i = 0; i < table->table->columnCount; i++) count += isWritten(saver, node, table, i);
  if (count == 0) return 0;
  read = relRowsRead(saver, table);
  relRowBindIdentity(saver, read, 1, table, row);
  if (saver->error->rc != SQLITE_OK) return 0;
  rc = sqlite3_step(read);
  count = rc == SQLITE_ROW ? 0 : -1;
  for (i = 0; rc == SQLITE_ROW && i < table->table->columnCount; i++) {
    if (!isWritten(saver, node, table, i)) continue;
    if (relSourceEquals(saver, &table->sources[i], read, i)) continue;
    table->flags[i] = 1;
    count++;
  }
  relNodeFail(saver, node, rc);
  sqlite3_reset(read);
  return count;
}

/* Writes the flagged columns, where they differ. False where that trips over a UNIQUE key. */
static int writeChanges(RelSaver *saver, int node, RelSaveTable *table, const RelSaveRow *row,
                        RelWriteMode mode) {
  sqlite3_stmt *update = relRowsUpdate(saver, table, table->flags);
  int i, parameter = 0, rc;
  for (i = 0; i < table->table->columnCount; i++) {
    if (table->flags[i]) {
      relSourceBind(saver, update, ++parameter, table->table, i, &table->sources[i]);
    }
  }
  relRowBindIdentity(saver, update, parameter + 1, table, row);
  if (saver->error->rc != SQLITE_OK) return 1;
  rc = sqlite3_step(update);
  if (mayRetry(saver, mode, table->table, rc)) {
    sqlite3_reset(update);
    return 0;
  }
  relNodeFail(saver, node, rc);
  sqlite3_reset(update);
  return 1;
}

/* What others refer to the row by may have changed with it. */
static void keepAgain(RelSaver *saver, int node, RelSaveTable *table, RelSaveRow *row) {
  sqlite3_stmt *read;
  int i, rc, changed = 0;
  for (i = 0; i < table->keptCount; i++) changed |= table->flags[table->kept[i]];
  if (!changed || saver->error->rc != SQLITE_OK) return;
  read = relRowsRead(saver, table);
  relRowBindIdentity(saver, read, 1, table, row);
  if (saver->error->rc != SQLITE_OK) return;
  rc = sqlite3_step(read);
  for (i = 0; i < table->keptCount && rc == SQLITE_ROW; i++) {
    sqlite3_value *value = sqlite3_value_dup(sqlite3_column_value(read, table->kept[i]));
    if (value == NULL) {
      relErrorNoMemory(saver->error);
      break;
    }
    sqlite3_value_free(row->kept[i]);
    row->kept[i] = value;
  }
  relNodeFail(saver, node, rc);
  sqlite3_reset(read);
}

/* A row that was there, reached by a relationship without merge. */
static int isUnmerged(const RelSaver *saver, int node, const RelSaveTable *table) {
  const RelSaveEdge *edge = saver->nodes[node].edge;
  return edge != NULL && table == edge->target && !(edge->relationship->cascade & REL_MERGE) &&
         relNodeFirst(saver, node)->state == REL_STATE_FOUND;
}

/*
** Such a row can be linked, not changed: tries the columns that the document gives one by one, and
** leaves the foreign keys flagged; their number.
*/
static int checkUnmerged(RelSaver *saver, int node, RelSaveTable *table, const RelSaveRow *row) {
  int i, j, count = table->table->columnCount, links = 0;
  for (i = 0; i < count && saver->error->rc == SQLITE_OK; i++) {
    if (!table->flags[i] || table->sources[i].relationship) continue;
    for (j = 0; j < count; j++) table->flags[j] = i == j;
    writeChanges(saver, node, table, row, REL_WRITE_LAST);
    if (saver->error->rc == SQLITE_OK && sqlite3_changes(saver->db) > 0) {
      relNodeRefuseField(saver, node, table->table->columns[i].name,
                         "the cascade of %s has no merge: a row that is there can be linked, not "
                         "changed",
                         saver->nodes[node].edge->relationship->label);
    }
    flagChanges(saver, node, table, row);
    for (j = 0; j <= i; j++) table->flags[j] &= table->sources[j].relationship != 0;
  }
  for (i = 0; i < count; i++) links += table->flags[i];
  return links;
}

/* True where a flagged column becomes NULL, and the node's row an orphan by that. */
static int makesOrphan(RelSaver *saver, int node, const RelSaveTable *table) {
  int i, empties = 0;
  if (table != saver->nodes[node].table) return 0;
  for (i = 0; i < table->table->columnCount; i++) {
    empties |= table->flags[i] && !relSourceIsKnown(saver, &table->sources[i]);
  }
  return empties && relSourcesOrphan(saver, node);
}

/* False where the update tripped over a UNIQUE key and may be tried again. */
static int updateRow(RelSaver *saver, int node, RelSaveTable *table, RelSaveRow *row,
                     RelWriteMode mode) {
  int count = flagChanges(saver, node, table, row);
  if (count < 0) relNodeRefuseGone(saver, node, table);
  if (count > 0 && isUnmerged(saver, node, table)) {
    count = checkUnmerged(saver, node, table, row);
  }
  if (count == 0 || saver->error->rc != SQLITE_OK) return 1;
  if (!writeChanges(saver, node, table, row, mode)) return 0;
  keepAgain(saver, node, table, row);
  if (makesOrphan(saver, node, table)) saver->letGo = 1;
  return 1;
}

/* --- nodes --- */

/* Not a link, rather a member than a target. */
static int findCreator(const RelSaver *saver, int first) {
  int node, best = REL_NO_NODE;
  for (node = first; node != REL_NO_NODE; node = saver->nodes[node].nextSame) {
    const RelSaveNode *own = &saver->nodes[node];
    if (own->isLink || own->role == REL_ROLE_REMOVE) continue;
    if (own->role != REL_ROLE_TARGET) return node;
    if (best == REL_NO_NODE) best = node;
  }
  return best;
}

/* The node that can make a row which several nodes name, as many of them may ask. */
static int creatorOf(RelSaver *saver, int first) {
  RelSaveNode *own = &saver->nodes[first];
  if (own->creator == 0) own->creator = findCreator(saver, first) + 1;
  return own->creator - 1;
}

/* True where a node that is not written yet leaves it to another to make their row. */
static int isMadeByAnother(RelSaver *saver, int node) {
  int creator;
  if (relSourceIsThere(saver, node)) return 0;
  creator = creatorOf(saver, saver->nodes[node].same);
  return creator != node && creator != REL_NO_NODE;
}

/* False where a foreign key to a row that is not there yet may not be NULL until it is. */
static int canWait(const RelSaveTable *table) {
  int i;
  for (i = 0; i < table->table->columnCount; i++) {
    if (table->sources[i].kind == REL_SOURCE_LATE && !relIsNullable(table->table, i)) return 0;
  }
  return 1;
}

static void make(RelSaver *saver, int node, RelWriteMode mode) {
  RelSaveNode *first = relNodeFirst(saver, node);
  if (creatorOf(saver, saver->nodes[node].same) == REL_NO_NODE) {
    relNodeRefuse(saver, node,
                  "no row of \"%w\" has this key, and there is nothing but the key to make one of",
                  first->table->table->name);
  }
  if (saver->error->rc != SQLITE_OK) return;
  relSourcesOfRow(saver, node);
  if (saver->error->rc != SQLITE_OK) return;
  if (mode == REL_WRITE_LATE && !canWait(first->table)) return;
  if (!insertRow(saver, node, first->table, &first->row, mode)) return;
  first->state = REL_STATE_MADE;
  saver->nodes[node].saved = 1;
  if (saver->error->rc == SQLITE_OK && saver->nodes[node].byUnique) relIdsAddMade(saver, node);
}

static int isOneToMany(const RelSaveNode *node) {
  return node->edge != NULL && node->edge->relationship->direction == REL_ONETOMANY;
}

/* True where a foreign key of the row cannot be written yet. */
static int isLate(const RelSaveTable *table) {
  int i;
  for (i = 0; i < table->table->columnCount; i++) {
    if (table->sources[i].kind == REL_SOURCE_LATE) return 1;
  }
  return 0;
}

static void change(RelSaver *saver, int node, RelWriteMode mode) {
  RelSaveNode *own = &saver->nodes[node], *first = relNodeFirst(saver, node);
  if (own->isLink && !isOneToMany(own)) {
    own->saved = 1;
    return;
  }
  relSourcesOfNode(saver, node);
  if (saver->error->rc != SQLITE_OK) return;
  own->late = (unsigned char)isLate(first->table);
  own->saved = (unsigned char)updateRow(saver, node, first->table, &first->row, mode);
}

/* Refuses to refer to a row that is there without the key to do so by. */
static void checkKey(RelSaver *saver, int node, const RelSaveEdge *edge, const RelKey *key,
                     int refers) {
  const char *column;
  if (!relSourceIsThere(saver, refers)) return;
  column = relSourceEmptyKey(saver, refers, key);
  if (column == NULL) return;
  relNodeRefuse(saver, node, "%s refers to %s of \"%w\", which is NULL in this row",
                edge->relationship->name, column, key->parent->name);
}

static void checkKeys(RelSaver *saver, int node) {
  const RelSaveNode *own = &saver->nodes[node];
  int target;
  if (isOneToMany(own)) {
    checkKey(saver, node, own->edge, &own->edge->relationship->key, own->owner);
  }
  for (target = own->firstTarget; target != REL_NO_NODE; target = saver->nodes[target].nextTarget) {
    const RelSaveEdge *edge = saver->nodes[target].edge;
    checkKey(saver, node, edge, &edge->relationship->key, target);
  }
}

void relWriteNode(RelSaver *saver, int node, RelWriteMode mode) {
  RelSaveNode *own = &saver->nodes[node];
  if (own->role == REL_ROLE_REMOVE) {
    own->saved = 1;
    return;
  }
  if (relNodeFirst(saver, node)->state == REL_STATE_GONE) {
    relNodeRefuseGone(saver, node, own->table);
    return;
  }
  if (isMadeByAnother(saver, node)) return;
  if ((mode == REL_WRITE_READY || mode == REL_WRITE_LAST) && !relWriteIsReady(saver, node)) return;
  if (mode == REL_WRITE_LATE || mode == REL_WRITE_AHEAD) checkKeys(saver, node);
  own->late = 0;
  if (!relSourceIsThere(saver, node) && own->state == REL_STATE_NEW) relFindUnique(saver, node);
  if (saver->error->rc != SQLITE_OK) return;
  if (relSourceIsThere(saver, node)) {
    change(saver, node, mode);
  } else {
    make(saver, node, mode);
  }
}

/* True where a foreign key that the edge fills, to `refers`, can be written now or behind the row. */
static int isFilled(const RelSaver *saver, int node, const RelSaveEdge *edge, int refers) {
  if (edge->behind && !relSourceIsThere(saver, node)) return 1;
  return relSourceHasKey(saver, refers, &edge->relationship->key);
}

static int isReady(const RelSaver *saver, int node) {
  const RelSaveNode *own = &saver->nodes[node];
  int target;
  if (isOneToMany(own) && !isFilled(saver, node, own->edge, own->owner)) return 0;
  for (target = own->firstTarget; target != REL_NO_NODE; target = saver->nodes[target].nextTarget) {
    if (!isFilled(saver, node, saver->nodes[target].edge, target)) return 0;
  }
  return 1;
}

/* A row that is to be made needs the owner that another node gives it, where it cannot be without. */
int relWriteIsReady(const RelSaver *saver, int node) {
  int other = saver->nodes[node].same;
  if (!isReady(saver, node)) return 0;
  if (relSourceIsThere(saver, node)) return 1;
  for (; other != REL_NO_NODE; other = saver->nodes[other].nextSame) {
    const RelSaveNode *own = &saver->nodes[other];
    if (other == node || own->role == REL_ROLE_REMOVE || !isOneToMany(own)) continue;
    if (!own->edge->nullable && !relSourceIsThere(saver, own->owner)) return 0;
  }
  return 1;
}

/* --- links --- */

/* True where nothing can refer to the row but what its only node says. */
static int isNew(const RelSaveNode *first) {
  return first->state == REL_STATE_MADE && !first->byUnique && first->nextSame == REL_NO_NODE;
}

int relWriteLinkIsNew(const RelSaver *saver, int node) {
  const RelSaveNode *own = &saver->nodes[node];
  const RelSaveTable *links = own->edge->links;
  if (links->shared || links->named == links->stamp) return 0;
  return isNew(relNodeFirst(saver, node)) || isNew(relNodeFirst(saver, own->owner));
}

/* The link that is there: true, and the row is the caller's. */
static int findLink(RelSaver *saver, int node, RelSaveRow *link) {
  RelSaveEdge *edge = saver->nodes[node].edge;
  const RelSaveNode *member = relNodeFirst(saver, node);
  const RelSaveNode *owner = relNodeFirst(saver, saver->nodes[node].owner);
  sqlite3_stmt *find;
  int rc;
  if (relWriteLinkIsNew(saver, node)) return 0;
  find = relRowsMember(saver, edge);
  relRowBindIdentity(saver, find, 1, edge->owner, &owner->row);
  relRowBindIdentity(saver, find, 1 + relRowIdentityWidth(edge->owner->table), edge->target,
                     &member->row);
  if (saver->error->rc != SQLITE_OK) return 0;
  rc = sqlite3_step(find);
  if (rc == SQLITE_ROW) {
    relRowRead(saver, find, relRowWidth(edge->target), edge->links, link);
  } else {
    relNodeFail(saver, node, rc);
  }
  sqlite3_reset(find);
  return rc == SQLITE_ROW;
}

void relWriteLink(RelSaver *saver, int node) {
  RelSaveNode *own = &saver->nodes[node];
  RelSaveRow link = {0, NULL};
  RelSaveTable *links = own->edge->links;
  int there;
  if (!relSourceIsThere(saver, node) || !relSourceIsThere(saver, own->owner)) return;
  checkKey(saver, node, own->edge, &own->edge->relationship->key, own->owner);
  checkKey(saver, node, own->edge, &own->edge->relationship->targetKey, node);
  if (saver->error->rc != SQLITE_OK) return;
  there = findLink(saver, node, &link) || relCollectionsTakeLink(saver, node, &link);
  if (saver->error->rc == SQLITE_OK) relSourcesOfLink(saver, node);
  if (saver->error->rc == SQLITE_OK && there) updateRow(saver, node, links, &link, REL_WRITE_LAST);
  if (saver->error->rc == SQLITE_OK && !there) insertRow(saver, node, links, &link, REL_WRITE_LAST);
  relRowClear(links, &link);
  own->linked = 1;
}
