#include "fetch/pool.h"
#include "fetch/sql.h"
#include "fetch/ways.h"

/* The side of the relationship's key that holds the members, or their links. */
static void writeMemberJoin(RelCompose *c) {
  const Relationship *relationship = c->level->relationship;
  relWriteKeyJoin(c, &relationship->key, relationship->direction == REL_MANYTOONE);
}

static void writeTarget(RelText *text, const Relationship *relationship, const char *join) {
  const RelKey *key = &relationship->targetKey;
  int i;
  relText(text, join);
  relTextName(text, key->parent->schema, key->parent->name);
  relText(text, " ON ");
  for (i = 0; i < key->count; i++) {
    if (i > 0) relText(text, " AND ");
    relTextName(text, key->parent->name, relTableColumnName(key->parent, key->parentColumns[i]));
    relText(text, " = ");
    relTextName(text, key->child->name, relTableColumnName(key->child, key->childColumns[i]));
  }
}

void relWriteTarget(RelText *text, const Relationship *relationship) {
  writeTarget(text, relationship, " CROSS JOIN ");
}

void relWriteTargetFreely(RelText *text, const Relationship *relationship) {
  writeTarget(text, relationship, " JOIN ");
}

/* The table that is joined to the slots. */
const RelTable *relJoinedTable(const RelCompose *c) {
  const Relationship *relationship = c->level->relationship;
  return relationship->secondary != NULL ? relationship->secondary : c->level->table;
}

static void addIdentity(RelIdentity *identity, const RelTable *table) {
  int i, columns[REL_MAX_KEY_WIDTH], width = relTableIdentity(table, columns);
  for (i = 0; i < width; i++) {
    identity->tables[identity->count] = table;
    identity->columns[identity->count++] = columns[i];
  }
}

void relIdentityOf(const RelLevel *level, RelIdentity *identity) {
  const Relationship *relationship = level->relationship;
  identity->count = 0;
  if (relationship == NULL || relationship->secondary == NULL) {
    addIdentity(identity, level->table);
    return;
  }
  addIdentity(identity, relationship->secondary);
  if (identity->count > 0 && !relRefersToOne(&relationship->targetKey)) {
    addIdentity(identity, level->table);
  }
}

void relWriteIdentity(RelCompose *c, const RelIdentity *identity) {
  int i;
  for (i = 0; i < identity->count; i++) {
    if (i > 0) relText(&c->text, ",");
    relWriteColumn(c, identity->tables[i], identity->columns[i]);
  }
}

/* The slots with their keys, found again from the root's rows. */
static void writeOwners(RelCompose *c) {
  const RelLevel *parent = c->level->parent;
  const int *columns = relOwnerColumns(c->level->relationship);
  int i, width = c->level->relationship->key.count;
  relText(&c->text, "(SELECT DISTINCT ");
  if (c->feed == REL_FEED_OWNERS) {
    relText(&c->text, "relationship_slot(");
    relWriteColumns(c, parent->table, columns, width);
    relText(&c->text, ") AS \"" REL_KEYS_SLOT "\",");
  }
  for (i = 0; i < width; i++) {
    if (i > 0) relText(&c->text, ",");
    relWriteColumn(c, parent->table, columns[i]);
    relTextFormat(&c->text, " AS \"" REL_KEYS_VALUE "\",", i);
    relWriteColumn(c, parent->table, columns[i]);
    relTextFormat(&c->text, " AS \"" REL_KEYS_NUMBER "\"", i);
  }
  relPieceWrite(c->error, &c->text, &c->piece->spots, &parent->source);
  relText(&c->text, ") AS \"relationship keys\"");
}

/*
** The table once more, for its index: what the level's rows are written from is then read from the table
** only, which saves SQLite from reading part of it from the index. Its columns go by other names, so
** that those of the selection mean the table's.
*/
static void writeIndex(RelCompose *c) {
  const RelKey *key = &c->level->relationship->key;
  int i;
  relText(&c->text, "(SELECT ");
  relWriteColumn(c, key->child, key->child->integerKey);
  relText(&c->text, " AS \"" REL_PLACES_ROWID "\"");
  for (i = 0; i < key->count; i++) {
    relText(&c->text, ",");
    relWriteColumn(c, key->child, key->childColumns[i]);
    relTextFormat(&c->text, " AS \"" REL_INDEX_VALUE "\"", i);
  }
  relText(&c->text, " FROM ");
  relWriteTable(c, key->child);
  relText(&c->text, ") AS " REL_INDEX_NAME " CROSS JOIN ");
}

static void writeFound(RelCompose *c) {
  const RelTable *table = c->level->table;
  relWriteWord(c);
  relWriteColumn(c, table, table->integerKey);
  relText(&c->text, " = " REL_INDEX_NAME ".\"" REL_PLACES_ROWID "\"");
}

/* The slots behind their rows: a table of SQLite's own, which it makes an index of. */
static void writeSlots(RelCompose *c) {
  int i;
  relText(&c->text, " CROSS JOIN (SELECT \"" REL_KEYS_SLOT "\"");
  for (i = 0; i < c->level->relationship->key.count; i++) {
    relTextFormat(&c->text, ",\"" REL_KEYS_VALUE "\",\"" REL_KEYS_NUMBER "\"", i, i);
  }
  relText(&c->text, " FROM temp.relationship_keys(?33) LIMIT -1) AS \"relationship keys\"");
}

/* FROM, the keys, and what they are joined to; c->word is what goes before the first condition. */
static void writeFeed(RelCompose *c) {
  const Relationship *relationship = c->level->relationship;
  relText(&c->text, " FROM ");
  if (c->feed == REL_FEED_KEYS && !c->turned) relText(&c->text, REL_KEYS_TABLE " CROSS JOIN ");
  if (c->feed == REL_FEED_OWNERS || c->feed == REL_FEED_SOURCE) {
    writeOwners(c);
    relText(&c->text, " CROSS JOIN ");
  }
  if (c->feed == REL_FEED_CORRELATED && relHidesOwner(relationship)) {
    relWriteOwner(&c->text, relationship);
    relText(&c->text, " CROSS JOIN ");
  }
  if (c->indexFirst) writeIndex(c);
  relWriteTable(c, relJoinedTable(c));
  if (c->turned) writeSlots(c);
  if (relationship->secondary != NULL) relWriteTarget(&c->text, relationship);
  c->word = " WHERE ";
  if (c->indexFirst) writeFound(c);
  if (c->feed != REL_FEED_OWNERS) return;
  relWriteWord(c);
  relText(&c->text, REL_SLOT_NAME " >= 0");
}

/* What is beyond the least and the greatest key needs no look at the slots. */
static void writeBounds(RelCompose *c) {
  const RelKey *key = &c->level->relationship->key;
  if (key->count != 1 || !c->level->plan->pool->bytewise ||
      !relSame(relKeyCollation(key, 0), "BINARY") ||
      !relSame(relTableCollation(key->child, key->childColumns[0]), "BINARY")) {
    return;
  }
  relText(&c->text, " AND ");
  relWriteColumn(c, key->child, key->childColumns[0]);
  relText(&c->text, " BETWEEN +?35 AND +?36");
}

/* With a limit, a subquery says which rows each slot has, so that no other is read. */
static void writePicked(RelCompose *c, const RelIdentity *identity) {
  const Relationship *relationship = c->level->relationship;
  if (identity->count > 1) relText(&c->text, "(");
  relWriteIdentity(c, identity);
  if (identity->count > 1) relText(&c->text, ")");
  relText(&c->text, " IN (SELECT ");
  relWriteIdentity(c, identity);
  relText(&c->text, " FROM ");
  relWriteTable(c, relJoinedTable(c));
  if (relationship->secondary != NULL) relWriteTarget(&c->text, relationship);
  relText(&c->text, " WHERE ");
  writeMemberJoin(c);
  c->word = " AND ";
  relWriteConditions(c);
  relWriteOrder(c);
  relWriteLimit(c);
  relText(&c->text, ")");
}

/* Whether the rows that a limit leaves must be picked by what tells them apart. */
static int picks(const RelCompose *c) {
  return c->level->limited && !(c->feed == REL_FEED_KEYS && relCuts(c->level)) && !relIsForOne(c) &&
         c->feed != REL_FEED_EACH && c->feed != REL_FEED_CORRELATED;
}

void relWriteMembers(RelCompose *c) {
  RelIdentity identity;
  relIdentityOf(c->level, &identity);
  writeFeed(c);
  relWriteWord(c);
  if (picks(c) && identity.count > 0 && !c->level->windowed) {
    writePicked(c, &identity);
  } else {
    writeMemberJoin(c);
    if (c->turned) writeBounds(c);
    relWriteConditions(c);
  }
}

/* --- rows ------------------------------------------------------------------------------------- */

/* SELECT and a function, whose arguments come next. */
static void startSelect(RelCompose *c, const char *function) {
  relTextFormat(&c->text, "SELECT %s(", function);
  c->comma = "";
}

/* Further columns of a query that cannot apply the limit itself. */
static void writeLimitColumns(RelCompose *c) {
  RelSlice offset = c->reading->selection.offset;
  relWriteComma(c);
  relWriteExpression(c, c->reading->selection.limit, 0);
  relWriteComma(c);
  if (offset.start != NULL) relWriteExpression(c, offset, 0);
  if (offset.start == NULL) relText(&c->text, "0");
}

/* An aggregate that writes all rows, behind the limits where they are cut while they come. */
static void writeUnstepped(RelCompose *c, RelSlotSource slots) {
  c->query->slots = slots;
  c->query->cut = relCuts(c->level);
  startSelect(c, "relationship_emit");
  if (c->query->cut) writeLimitColumns(c);
  if (slots == REL_SLOT_HANDED) relWriteComma(c);
  if (slots == REL_SLOT_HANDED) relText(&c->text, REL_SLOT_NAME);
  relWriteArguments(c, 0);
  relText(&c->text, ")");
}

static void writeRows(RelCompose *c) {
  RelLevel *level = c->level;
  int one = relIsForOne(c);
  if (c->feed == REL_FEED_KEYS && relCuts(level)) {
    writeUnstepped(c, c->turned ? REL_SLOT_HANDED : REL_SLOT_FED);
  } else {
    relWriteSelect(c, relSlotName(c), one ? 0 : REL_PARTITIONED);
  }
  if (c->query->limited) writeLimitColumns(c);
  relWriteMembers(c);
  if (c->query->stepped && !one) relWriteSlotOrder(c);
  if (c->query->stepped && one) relWriteOrder(c);
  if (one) relWriteLimit(c);
  relComposeFinish(c);
}

/*
** Of a view that SQLite works out for each statement: what a key alone lets it seek, it does, where that key
** is a parameter and not a row of another table.
*/
static void composeBound(RelCompose *c) {
  RelLevel *level = c->level;
  const RelKey *key = &level->relationship->key;
  RelQuery *query = &level->queries[REL_QUERY_BOUND];
  int i;
  if (level->limited || level->recursive) return;
  for (i = 0; i < key->count; i++) {
    if (relTableAffinity(key->parent, key->parentColumns[i]) !=
        relTableAffinity(key->child, key->childColumns[i])) {
      return;
    }
  }
  c->feed = REL_FEED_BOUND;
  relComposeStart(c, REL_QUERY_BOUND);
  query->stepped = level->queries[REL_QUERY_ROWS].stepped;
  writeRows(c);
  c->feed = REL_FEED_KEYS;
  if (!relSeeksThrough(c)) relPieceClear(c->piece);
}

static void composeRows(RelCompose *c, RelQueryKind kind) {
  RelLevel *level = c->level;
  RelQuery *query = &level->queries[kind];
  RelIdentity identity;
  relIdentityOf(level, &identity);
  query->limited = picks(c) && (identity.count == 0 || level->windowed);
  query->stepped = !level->sortable || level->windowed || level->wide || query->limited ||
                   (c->feed == REL_FEED_ONE && level->limited);
  c->turned = kind == REL_QUERY_ROWS && relIsUnled(level) && (query->limited || !picks(c));
  level->unled = c->turned;
  relComposeStart(c, kind);
  writeRows(c);
  if (level->table->kind == REL_VIEW && kind == REL_QUERY_ROWS) level->unled = relMaterializes(c);
  if (kind == REL_QUERY_ROWS && relIsIndexed(level)) {
    level->sought = relSeeksFurther(c);
    c->indexFirst = !level->sought;
  }
  if (c->indexFirst) relComposeStart(c, kind);
  if (c->indexFirst) writeRows(c);
  c->indexFirst = c->turned = 0;
  if (!query->stepped) return;
  level->ordering.width = 0; /* SQL orders */
  level->integerOrder = -1;
}

/* One row for each slot: the target that the link's key names. */
static void composeTargets(RelCompose *c) {
  const RelKey *key = &c->level->relationship->targetKey;
  relComposeStart(c, REL_QUERY_ROWS);
  c->query->stepped = c->level->wide;
  relWriteSelect(c, REL_SLOT_NAME, 0);
  relText(&c->text, " FROM " REL_KEYS_TABLE " CROSS JOIN ");
  relWriteTable(c, c->level->table);
  relText(&c->text, " ON ");
  relWriteKeyJoin(c, key, 1);
  c->word = " WHERE ";
  relWriteConditions(c);
  if (c->query->stepped) relText(&c->text, " ORDER BY " REL_SLOT_NAME);
  relComposeFinish(c);
}

static void writeLinkSelect(RelCompose *c) {
  const RelKey *key = &c->level->relationship->targetKey;
  relWriteComma(c);
  relWriteColumns(c, key->child, key->childColumns, key->count);
  relText(&c->text, ") FROM ");
}

static void writeLinks(RelCompose *c, int filtered) {
  const Relationship *relationship = c->level->relationship;
  relComposeStart(c, REL_QUERY_LINKS);
  c->query->slots = c->turned ? REL_SLOT_HANDED : REL_SLOT_FED;
  startSelect(c, "relationship_link");
  if (c->turned) relWriteComma(c);
  if (c->turned) relText(&c->text, REL_SLOT_NAME);
  writeLinkSelect(c);
  if (!c->turned) relText(&c->text, REL_KEYS_TABLE " CROSS JOIN ");
  relWriteTable(c, relationship->key.child);
  if (c->turned) writeSlots(c);
  relText(&c->text, " ON ");
  relWriteKeyJoin(c, &relationship->key, 0);
  if (c->turned) writeBounds(c);
  if (filtered) relWriteTarget(&c->text, relationship);
  c->word = " WHERE ";
  if (filtered) relWriteConditions(c);
  relComposeFinish(c);
}

/* Of targets that are filtered, not all links are read where an index has those that are asked for. */
static void composeLinks(RelCompose *c) {
  c->level->unled = c->turned = relIsUnled(c->level);
  if (relIsFiltered(c)) {
    writeLinks(c, 1);
    c->level->sought = relSeeksFurther(c);
  }
  if (!c->level->sought) writeLinks(c, 0);
  c->turned = 0;
}

/* --- whole tables ----------------------------------------------------------------------------- */

/*
** The place of the key among what is handed over: that of an argument, else one of its own. What has
** to be converted has its own, for the document shows what the column holds.
*/
static void placeKey(RelLevel *level, int column) {
  int place = relKeyConverts(&level->relationship->key, 0) ? -1 : relArgumentOf(level, column);
  level->scanPlace = place < 0 ? 0 : place;
  level->scanConverts = place < 0;
}

static void composeScan(RelCompose *c) {
  RelLevel *level = c->level;
  const RelKey *key = &level->relationship->key;
  placeKey(level, key->childColumns[0]);
  relComposeStart(c, REL_QUERY_SCAN);
  c->query->slots = REL_SLOT_KEYED;
  startSelect(c, "relationship_emit");
  if (level->scanConverts) relWriteComma(c);
  if (level->scanConverts) relWriteColumn(c, level->table, key->childColumns[0]);
  relWriteArguments(c, 0);
  relText(&c->text, ") FROM ");
  relWriteTable(c, level->table);
  c->word = " WHERE ";
  relWriteConditions(c);
  relComposeFinish(c);
}

/*
** The members' side of the key from the first slot's to the last's. The + keeps a SQLite that samples
** indexes (STAT4) from preparing the statement anew whenever other keys are bound.
*/
static void composeRange(RelCompose *c) {
  RelLevel *level = c->level;
  placeKey(level, level->relationship->key.childColumns[0]);
  relComposeStart(c, REL_QUERY_RANGE);
  writeUnstepped(c, REL_SLOT_KEYED);
  relText(&c->text, " FROM ");
  writeIndex(c);
  relWriteTable(c, level->table);
  c->word = " WHERE ";
  writeFound(c);
  relTextFormat(&c->text, " AND " REL_INDEX_NAME ".\"" REL_INDEX_VALUE "\" BETWEEN +?35 AND +?36",
                0);
  relWriteConditions(c);
  relComposeFinish(c);
}

static void writeLinkScan(RelCompose *c, int filtered) {
  const Relationship *relationship = c->level->relationship;
  const RelKey *key = &relationship->key;
  relComposeStart(c, REL_QUERY_SCAN);
  c->query->slots = REL_SLOT_KEYED;
  c->level->scanConverts = 1;
  startSelect(c, "relationship_link");
  relWriteComma(c);
  relWriteColumn(c, key->child, key->childColumns[0]);
  writeLinkSelect(c);
  relWriteTable(c, key->child);
  if (filtered) relWriteTargetFreely(&c->text, relationship);
  c->word = " WHERE ";
  if (filtered) relWriteConditions(c);
  relComposeFinish(c);
}

/* The links of targets that are filtered, where indexes lead to those and from them to the links. */
static void composeLinkScan(RelCompose *c) {
  if (relIsFiltered(c)) {
    writeLinkScan(c, 1);
    if (relSeeksAll(c)) return;
    relPieceClear(c->piece);
  }
  if (!c->level->sought) writeLinkScan(c, 0);
}

/* --- in the table's order --------------------------------------------------------------------- */

static void composePlaces(RelCompose *c) {
  const RelTable *table = c->level->table;
  relComposeStart(c, REL_QUERY_PLACES);
  c->query->slots = REL_SLOT_FED;
  relText(&c->text, "SELECT relationship_place(");
  relWriteColumn(c, table, table->integerKey);
  relText(&c->text, ") FROM " REL_KEYS_TABLE " CROSS JOIN ");
  relWriteTable(c, table);
  relText(&c->text, " ON ");
  writeMemberJoin(c);
  relComposeFinish(c);
  relComposeStart(c, REL_QUERY_PLACED);
  writeUnstepped(c, REL_SLOT_PLACED);
  relText(&c->text, " FROM temp.relationship_places(?34) AS \"relationship places\" CROSS JOIN ");
  relWriteTable(c, table);
  relText(&c->text, " ON \"relationship places\".\"" REL_PLACES_ROWID "\" = ");
  relWriteColumn(c, table, table->integerKey);
  c->word = " WHERE ";
  relWriteConditions(c);
  relComposeFinish(c);
}

void relComposeMembers(RelCompose *c) {
  RelLevel *level = c->level;
  if (level->strategy == REL_STRATEGY_SELECT) {
    c->feed = REL_FEED_ONE;
    composeRows(c, REL_QUERY_ONE);
  } else if (level->strategy == REL_STRATEGY_SUBQUERY) {
    c->feed = REL_FEED_OWNERS;
    composeRows(c, REL_QUERY_OWNERS);
  } else if (level->linked) {
    composeLinks(c);
    composeTargets(c);
    if (relIsScannable(level)) composeLinkScan(c);
  } else {
    composeRows(c, REL_QUERY_ROWS);
    if (level->sought) return;
    if (level->unled && level->table->kind == REL_VIEW) composeBound(c);
    if (relIsScannable(level)) composeScan(c);
    if (relIsRanged(level)) composeRange(c);
    if (relIsIndexed(level) && level->strategy == REL_STRATEGY_AUTO) composePlaces(c);
  }
}

/* --- pieces of other levels' SQL -------------------------------------------------------------- */

void relComposeFilter(RelCompose *c) {
  relComposePiece(c, &c->level->filter);
  c->feed = REL_FEED_CORRELATED;
  relText(&c->text, "EXISTS (SELECT 1");
  relWriteMembers(c);
  relWriteLimit(c);
  relText(&c->text, ")");
  relComposeFinish(c);
}

int relHasSource(const RelLevel *level) {
  RelIdentity identity;
  relIdentityOf(level, &identity);
  if (level->relationship == NULL) return identity.count > 0;
  if (level->recursive || level->windowed || level->aggregate) return 0;
  return (!level->limited || identity.count > 0) && relHasSource(level->parent);
}

static void writeRootSource(RelCompose *c) {
  const RelTable *table = c->level->table;
  int i, identity[REL_MAX_KEY_WIDTH], width = relTableIdentity(table, identity);
  relText(&c->text, " FROM " REL_KEYS_TABLE " CROSS JOIN ");
  relWriteTable(c, table);
  relText(&c->text, " ON ");
  for (i = 0; i < width; i++) {
    if (i > 0) relText(&c->text, " AND ");
    relWriteKeyEquals(c, relTableAffinity(table, identity[i]),
                      relTableCollation(table, identity[i]), i, table, identity[i]);
  }
}

void relComposeSource(RelCompose *c) {
  relComposePiece(c, &c->level->source);
  c->feed = c->level->parent == NULL ? REL_FEED_KEYS : REL_FEED_SOURCE;
  if (c->level->parent == NULL) {
    writeRootSource(c);
  } else {
    relWriteMembers(c);
  }
  relComposeFinish(c);
}

/*
** The subquery that loads the members of the owner's row at hand and gives their slot. The function
** is told which level of the plan that is.
*/
void relComposeJoined(RelCompose *c) {
  RelLevel *level = c->level;
  int number = 0;
  while (level->plan->levels[number] != level) number++;
  relComposePiece(c, &level->joinedRows);
  c->feed = REL_FEED_CORRELATED;
  relTextFormat(&c->text, "(SELECT %s(%d",
                level->aggregate ? "relationship_object" : "relationship_members", number);
  c->comma = ",";
  relWriteArguments(c, 0);
  relText(&c->text, ")");
  if (level->aggregate) {
    relWriteAggregated(c);
  } else if (level->sortable && !level->limited) {
    relWriteMembers(c);
  } else {
    relWriteInOrder(c);
    level->ordering.width = 0; /* SQL orders */
    level->integerOrder = -1;
  }
  relText(&c->text, ")");
  relComposeFinish(c);
}
