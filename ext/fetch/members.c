#include "fetch/sql.h"

/* The side of the relationship's key that holds the members, or their links. */
static void writeMemberJoin(RelCompose *c) {
  const Relationship *relationship = c->level->relationship;
  relWriteKeyJoin(c, &relationship->key, relationship->direction == REL_MANYTOONE);
}

static void writeTarget(RelCompose *c) {
  const RelKey *key = &c->level->relationship->targetKey;
  int i;
  relText(&c->text, " CROSS JOIN ");
  relWriteTable(c, c->level->table);
  relText(&c->text, " ON ");
  for (i = 0; i < key->count; i++) {
    if (i > 0) relText(&c->text, " AND ");
    relWriteColumn(c, key->parent, key->parentColumns[i]);
    relText(&c->text, " = ");
    relWriteColumn(c, key->child, key->childColumns[i]);
  }
}

/* The table that is joined to the slots. */
static const RelTable *joinedTable(const RelCompose *c) {
  const Relationship *relationship = c->level->relationship;
  return relationship->secondary != NULL ? relationship->secondary : c->level->table;
}

static void writeMembers(RelCompose *c) {
  relText(&c->text, " CROSS JOIN ");
  relWriteTable(c, joinedTable(c));
  relText(&c->text, " ON ");
  writeMemberJoin(c);
  if (c->level->relationship->secondary != NULL) writeTarget(c);
  relWriteConditions(c, " WHERE ");
}

/* With a limit, a subquery says which rows each slot has, so that no other is read. */
static void writeLimitedMembers(RelCompose *c, const int *identity, int width) {
  const RelTable *joined = joinedTable(c);
  int linked = c->level->relationship->secondary != NULL;
  relText(&c->text, " CROSS JOIN ");
  relWriteTable(c, joined);
  relText(&c->text, " ON ");
  relWriteTuple(c, joined, identity, width);
  relText(&c->text, " IN (SELECT ");
  relWriteColumns(c, joined, identity, width);
  relText(&c->text, " FROM ");
  relWriteTable(c, joined);
  if (linked) writeTarget(c);
  relText(&c->text, " WHERE ");
  writeMemberJoin(c);
  relWriteConditions(c, " AND ");
  relWriteOrder(c);
  relWriteLimit(c);
  relText(&c->text, ")");
  if (linked) writeTarget(c);
}

/* Further columns of a query that cannot apply the limit itself. */
static void writeLimitColumns(RelCompose *c) {
  RelSlice offset = c->reading->selection.offset;
  relText(&c->text, ",");
  relWriteExpression(c, c->reading->selection.limit, 0);
  relText(&c->text, ",");
  if (offset.start != NULL) relWriteExpression(c, offset, 0);
  if (offset.start == NULL) relText(&c->text, "0");
}

static void composeRows(RelCompose *c) {
  RelLevel *level = c->level;
  int identity[REL_MAX_KEY_WIDTH], width = relTableIdentity(joinedTable(c), identity);
  int limitColumns = level->limited && (width == 0 || level->windowed);
  relComposeStart(c, REL_QUERY_ROWS);
  c->query->stepped = !level->sortable || level->windowed || level->wide || limitColumns;
  c->query->limited = limitColumns;
  relWriteSelect(c, REL_SLOT_NAME, REL_PARTITIONED);
  if (limitColumns) writeLimitColumns(c);
  relText(&c->text, " FROM ");
  relWriteKeys(c);
  if (level->limited && !limitColumns) {
    writeLimitedMembers(c, identity, width);
  } else {
    writeMembers(c);
  }
  if (c->query->stepped) relWriteSlotOrder(c);
  relComposeFinish(c);
}

/* One row for each slot: the target that the link's key names. */
static void composeTargets(RelCompose *c) {
  const RelKey *key = &c->level->relationship->targetKey;
  relComposeStart(c, REL_QUERY_ROWS);
  c->query->stepped = c->level->wide;
  relWriteSelect(c, REL_SLOT_NAME, 0);
  relText(&c->text, " FROM ");
  relWriteKeys(c);
  relText(&c->text, " CROSS JOIN ");
  relWriteTable(c, c->level->table);
  relText(&c->text, " ON ");
  relWriteKeyJoin(c, key, 1);
  relWriteConditions(c, " WHERE ");
  if (c->query->stepped) relText(&c->text, " ORDER BY " REL_SLOT_NAME);
  relComposeFinish(c);
}

static void writeLinkSelect(RelCompose *c) {
  const RelKey *key = &c->level->relationship->targetKey;
  relText(&c->text, ",");
  relWriteColumns(c, key->child, key->childColumns, key->count);
  relText(&c->text, ") FROM ");
}

static void composeLinks(RelCompose *c) {
  const RelKey *key = &c->level->relationship->key;
  relComposeStart(c, REL_QUERY_LINKS);
  relText(&c->text, "SELECT relationship_link(?33," REL_SLOT_NAME);
  writeLinkSelect(c);
  relWriteKeys(c);
  relText(&c->text, " CROSS JOIN ");
  relWriteTable(c, key->child);
  relText(&c->text, " ON ");
  relWriteKeyJoin(c, key, 0);
  relComposeFinish(c);
}

/*
** Whether the members, or links, of many owners can be had by reading the whole table once: each row
** says by one number whose it is.
*/
static int isScannable(const RelLevel *level) {
  const Relationship *relationship = level->relationship;
  const RelKey *key = &relationship->key;
  if (!level->parent->complete || relationship->direction == REL_MANYTOONE || key->count != 1) {
    return 0;
  }
  if (key->child->kind != REL_TABLE ||
      relTableAffinity(key->child, key->childColumns[0]) != REL_AFFINITY_NUMERIC) {
    return 0;
  }
  return level->linked || (relationship->direction == REL_ONETOMANY && !level->limited &&
                           !level->queries[REL_QUERY_ROWS].stepped);
}

/* The place of the key among what is handed over: that of an argument, else one of its own. */
static int scanPlace(const RelLevel *level, int column) {
  int i;
  for (i = 0; i < level->argumentCount; i++) {
    if (level->arguments[i].column == column) return i + 2;
  }
  return 1;
}

static void composeScan(RelCompose *c) {
  RelLevel *level = c->level;
  const RelKey *key = &level->relationship->key;
  level->scanPlace = scanPlace(level, key->childColumns[0]);
  relComposeStart(c, REL_QUERY_SCAN);
  relText(&c->text, "SELECT relationship_emit(?33,");
  if (level->scanPlace == 1) relWriteColumn(c, level->table, key->childColumns[0]);
  relWriteArguments(c, level->scanPlace == 1 ? "" : "0", 0);
  relText(&c->text, ") FROM ");
  relWriteTable(c, level->table);
  relWriteConditions(c, " WHERE ");
  relComposeFinish(c);
}

static void composeLinkScan(RelCompose *c) {
  const RelKey *key = &c->level->relationship->key;
  relComposeStart(c, REL_QUERY_SCAN);
  relText(&c->text, "SELECT relationship_link(?33,");
  relWriteColumn(c, key->child, key->childColumns[0]);
  writeLinkSelect(c);
  relWriteTable(c, key->child);
  relComposeFinish(c);
}

void relComposeMembers(RelError *error, RelLevel *level, const RelReading *reading) {
  RelCompose c;
  if (error->rc != SQLITE_OK) return;
  memset(&c, 0, sizeof c);
  c.error = error;
  c.reading = reading;
  c.level = level;
  relLevelMeasure(level);
  if (level->linked) {
    composeLinks(&c);
    composeTargets(&c);
  } else {
    composeRows(&c);
  }
  if (!level->linked && level->queries[REL_QUERY_ROWS].stepped) {
    level->ordering.width = 0; /* SQL orders */
    level->integerOrder = -1;
  }
  if (isScannable(level)) {
    if (level->linked) {
      composeLinkScan(&c);
    } else {
      composeScan(&c);
    }
  }
}
