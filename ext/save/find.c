#include "save/ids.h"
#include "save/rows.h"
#include "save/sources.h"
#include "save/steps.h"

/* True where a foreign key that the edge fills is part of its table's primary key. */
static int fillsKey(const RelSaveEdge *edge, RelDirection direction) {
  const RelKey *key = &edge->relationship->key;
  int i;
  if (edge->relationship->direction != direction) return 0;
  for (i = 0; i < key->count; i++) {
    if (key->childColumns[i] >= 0 && key->child->columns[key->childColumns[i]].keyPart > 0) {
      return 1;
    }
  }
  return 0;
}

/* Whether the primary key may be known, without a look at each column. */
static int mayKnowKey(const RelSaver *saver, const RelSaveNode *node) {
  int target;
  if (node->given > 0) return 1;
  if (node->edge != NULL && fillsKey(node->edge, REL_ONETOMANY)) return 1;
  for (target = node->firstTarget; target != REL_NO_NODE;
       target = saver->nodes[target].nextTarget) {
    if (fillsKey(saver->nodes[target].edge, REL_MANYTOONE)) return 1;
  }
  return 0;
}

typedef enum Knowledge {
  UNKNOWN,
  LATE, /* once the rows that it refers to are made */
  KNOWN
} Knowledge;

static Knowledge knowsKey(const RelSaver *saver, const RelSaveTable *table) {
  int i, width = relTableKeyWidth(table->table);
  Knowledge knowledge = width > 0 ? KNOWN : UNKNOWN;
  for (i = 0; i < width; i++) {
    const RelSaveSource *source =
        &table->sources[relShapeSlot(table->table, relTableKeyColumn(table->table, i))];
    if (source->kind == REL_SOURCE_LATE) {
      knowledge = LATE;
    } else if (!relSourceIsKnown(saver, source)) {
      return UNKNOWN;
    }
  }
  return knowledge;
}

/* Steps to the row that was looked for; takes it where it is there, and resets the statement. */
static int takeRow(RelSaver *saver, int node, sqlite3_stmt *statement) {
  RelSaveNode *own = &saver->nodes[node];
  int rc = saver->error->rc == SQLITE_OK ? sqlite3_step(statement) : SQLITE_DONE;
  if (rc == SQLITE_ROW) {
    relRowRead(saver, statement, 0, own->table, &own->row);
    own->state = REL_STATE_FOUND;
    if (sqlite3_step(statement) == SQLITE_ROW) {
      relNodeRefuse(saver, node, "several rows of \"%w\" have this unique_key",
                    own->table->table->name);
    }
  } else {
    relNodeFail(saver, node, rc);
  }
  sqlite3_reset(statement);
  return own->state == REL_STATE_FOUND;
}

static void findByKey(RelSaver *saver, int node) {
  RelSaveTable *table = saver->nodes[node].table;
  sqlite3_stmt *find = relRowsFind(saver, table);
  int i;
  for (i = 0; i < relTableKeyWidth(table->table); i++) {
    int slot = relShapeSlot(table->table, relTableKeyColumn(table->table, i));
    relSourceBind(saver, find, i + 1, table->table, slot, &table->sources[slot]);
  }
  if (takeRow(saver, node, find)) {
    relIdsAddFound(saver, node);
  } else if (saver->error->rc == SQLITE_OK) {
    saver->nodes[node].state = REL_STATE_MISSING;
    relIdsAddMissing(saver, node);
  }
}

/* True where the sources of the table tell the unique_key; they are bound then. */
static int bindUnique(RelSaver *saver, int node, sqlite3_stmt *find) {
  RelSaveTable *table = saver->nodes[node].table;
  const Relationship *relationship = saver->nodes[node].edge->relationship;
  int i;
  for (i = 0; i < relationship->uniqueCount; i++) {
    int slot = relShapeSlot(table->table, relationship->uniqueKey[i]);
    if (!relSourceIsKnown(saver, &table->sources[slot])) return 0;
    relSourceBind(saver, find, i + 1, table->table, slot, &table->sources[slot]);
  }
  return 1;
}

static int hasUnique(const RelSaveNode *node) {
  return node->edge != NULL && node->edge->relationship->uniqueCount > 0;
}

/* One collection names a row once, also one that it makes itself. */
static void checkTwice(RelSaver *saver, int node) {
  const RelSaveNode *own = &saver->nodes[node];
  int other;
  if (own->list < 0 || own->role == REL_ROLE_REMOVE || saver->error->rc != SQLITE_OK) return;
  for (other = own->same; other != REL_NO_NODE; other = saver->nodes[other].nextSame) {
    if (other != node && saver->nodes[other].list == own->list) {
      relNodeRefuseTwice(saver, node, other);
    }
  }
}

void relFindUnique(RelSaver *saver, int node) {
  RelSaveNode *own = &saver->nodes[node];
  sqlite3_stmt *find;
  if (!hasUnique(own) || saver->error->rc != SQLITE_OK) return;
  relSourcesOfNode(saver, node);
  find = relRowsUnique(saver, own->edge);
  if (saver->error->rc != SQLITE_OK || !bindUnique(saver, node, find)) return;
  own->byUnique = 1;
  if (!takeRow(saver, node, find)) return;
  relIdsAddFound(saver, node);
  checkTwice(saver, node);
}

static void findRow(RelSaver *saver, int node) {
  RelSaveNode *own = &saver->nodes[node];
  Knowledge knowledge = UNKNOWN;
  if (mayKnowKey(saver, own)) {
    relSourcesOfNode(saver, node);
    if (saver->error->rc == SQLITE_OK) knowledge = knowsKey(saver, own->table);
  }
  if (knowledge == KNOWN) {
    findByKey(saver, node);
  } else {
    relFindUnique(saver, node);
    if (knowledge == LATE && own->role != REL_ROLE_REMOVE && !own->byUnique) {
      relIdsAddMissing(saver, node);
    }
  }
  if (own->role == REL_ROLE_REMOVE && knowledge != KNOWN && !own->byUnique) {
    relNodeRefuse(saver, node, "remove needs the key of the row: %s",
                  relTableKeyName(own->table->table, 0));
  }
}

void relFindRows(RelSaver *saver) {
  int i;
  for (i = 0; i < saver->orderCount && saver->error->rc == SQLITE_OK; i++) {
    findRow(saver, saver->order[i]);
  }
}
