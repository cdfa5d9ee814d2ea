#include "fetch/sql.h"

/* The root's rows, by what singles them out. */
static void composeRootRows(RelCompose *c, const int *identity, int width) {
  const RelTable *table = c->level->table;
  int i;
  relComposeStart(c, REL_QUERY_ROWS);
  c->query->stepped = c->level->wide;
  relWriteSelect(c, REL_SLOT_NAME, 0);
  relText(&c->text, " FROM " REL_KEYS_TABLE " CROSS JOIN ");
  relWriteTable(c, table);
  relText(&c->text, " ON ");
  for (i = 0; i < width; i++) {
    if (i > 0) relText(&c->text, " AND ");
    relWriteKeyEquals(c, relTableAffinity(table, identity[i]),
                      relTableCollation(table, identity[i]), i, table, identity[i]);
  }
  if (c->query->stepped) relText(&c->text, " ORDER BY " REL_SLOT_NAME);
  relComposeFinish(c);
}

/*
** The root's rows by keys given from outside. Compared as outside (bytewise, without conversion),
** so that no row answers to two of them; the first comparison is what the index is used for.
*/
static void composeRootKeyed(RelCompose *c) {
  const RelTable *table = c->level->table;
  int column = relTableKeyColumn(table, 0);
  relComposeStart(c, REL_QUERY_KEYED);
  c->query->stepped = c->level->wide;
  relWriteSelect(c, REL_SLOT_NAME, 0);
  relText(&c->text, " FROM " REL_KEYS_TABLE " CROSS JOIN ");
  relWriteTable(c, table);
  relText(&c->text, " ON ");
  relWriteKeyEquals(c, REL_AFFINITY_NONE, relTableCollation(table, column), 0, table, column);
  relText(&c->text, " AND ");
  relWriteKey(c, REL_AFFINITY_NONE, 0);
  relText(&c->text, " = +");
  relWriteColumn(c, table, column);
  c->word = " WHERE ";
  relWriteConditions(c);
  if (c->query->stepped) relText(&c->text, " ORDER BY " REL_SLOT_NAME);
  relComposeFinish(c);
}

static void composeScan(RelCompose *c) {
  relComposeStart(c, REL_QUERY_SCAN);
  c->query->stepped = 1;
  relWriteSelect(c, "0", 0);
  relText(&c->text, " FROM ");
  relWriteTable(c, c->level->table);
  c->word = " WHERE ";
  relWriteConditions(c);
  relWriteOrder(c);
  relWriteLimit(c);
  relComposeFinish(c);
}

/* The parts of the composite keys from outside, as their JSON has them. */
static void writeParts(RelCompose *c) {
  int i;
  relText(&c->text, "SELECT ");
  for (i = 0; i < c->level->plan->keyWidth; i++) {
    if (i > 0) relText(&c->text, ",");
    relText(&c->text, "json_extract(CASE WHEN json_valid(");
    relWriteKey(c, REL_AFFINITY_NONE, 0);
    relText(&c->text, ") THEN ");
    relWriteKey(c, REL_AFFINITY_NONE, 0);
    relTextFormat(&c->text, " END,'$[%d]') AS \"relationship part %d\"", i, i);
  }
  relText(&c->text, " FROM " REL_KEYS_TABLE);
}

/* A part that says hexadecimal digits may be text or a blob: all ways to read each key. */
static void writeReadings(RelCompose *c) {
  int i, reading, width = c->level->plan->keyWidth;
  for (reading = 0; reading < 1 << width; reading++) {
    relText(&c->text, reading == 0 ? "SELECT " : " UNION ALL SELECT ");
    for (i = 0; i < width; i++) {
      relTextFormat(&c->text,
                    reading & 1 << i ? "%srelationship_unhex(\"relationship part %d\")"
                                     : "%s\"relationship part %d\"",
                    i > 0 ? "," : "", i);
      if (reading == 0) relTextFormat(&c->text, " AS \"relationship part %d\"", i);
    }
    relText(&c->text, " FROM (");
    writeParts(c);
    relText(&c->text, ")");
    if (c->level->table->strict) return;
  }
}

/* " WHERE <key> IN (<keys from outside>)" */
static void writeWanted(RelCompose *c) {
  const RelTable *table = c->level->table;
  int i, width = c->level->plan->keyWidth, columns[REL_MAX_KEY_WIDTH];
  for (i = 0; i < width; i++) columns[i] = relTableKeyColumn(table, i);
  relText(&c->text, " WHERE ");
  relWriteTuple(c, table, columns, width);
  relText(&c->text, " IN (SELECT ");
  for (i = 0; i < width && width > 1; i++) {
    relTextFormat(&c->text, "%s\"relationship part %d\"", i > 0 ? "," : "", i);
  }
  if (width == 1) {
    relWriteKey(c, REL_AFFINITY_NONE, 0);
    relText(&c->text, " FROM " REL_KEYS_TABLE);
  } else {
    relText(&c->text, " FROM (");
    writeReadings(c);
    relText(&c->text, ")");
  }
  relText(&c->text, ")");
}

static void composePick(RelCompose *c, const int *identity, int width, int keyed) {
  relComposeStart(c, keyed ? REL_QUERY_PICK_KEYED : REL_QUERY_PICK);
  c->query->stepped = 1;
  relText(&c->text, "SELECT ");
  relWriteColumns(c, c->level->table, identity, width);
  relText(&c->text, " FROM ");
  relWriteTable(c, c->level->table);
  if (keyed) writeWanted(c);
  c->word = keyed ? " AND " : " WHERE ";
  relWriteConditions(c);
  relWriteOrder(c);
  relWriteLimit(c);
  relComposeFinish(c);
}

/* As PICK, of the keys between two. */
static void composeSpan(RelCompose *c, RelQueryKind kind) {
  const RelTable *table = c->level->table;
  int column = relTableKeyColumn(table, 0);
  relComposeStart(c, kind);
  c->query->stepped = 1;
  relText(&c->text, "SELECT ");
  relWriteColumn(c, table, column);
  relText(&c->text, " FROM ");
  relWriteTable(c, table);
  relText(&c->text, " WHERE ");
  relWriteColumn(c, table, column);
  relText(&c->text, " BETWEEN ?35 AND ?36");
  c->word = " AND ";
  relWriteConditions(c);
  if (kind == REL_QUERY_SPAN) {
    relWriteOrder(c);
  } else {
    relText(&c->text, " ORDER BY ");
    relWriteColumn(c, table, column);
    if (kind == REL_QUERY_SPAN_DOWN) relText(&c->text, " DESC");
  }
  relComposeFinish(c);
}

static void composeSpans(RelCompose *c) {
  if (c->reading->selection.termCount > 0) composeSpan(c, REL_QUERY_SPAN);
  composeSpan(c, REL_QUERY_SPAN_UP);
  composeSpan(c, REL_QUERY_SPAN_DOWN);
}

static void composeGreatest(RelCompose *c) {
  const RelTable *table = c->level->table;
  if (table->integerKey < 0 && (table->keyCount > 0 || table->rowid == NULL)) return;
  relComposeStart(c, REL_QUERY_GREATEST);
  relText(&c->text, "SELECT max(");
  relWriteColumn(c, table, table->integerKey);
  relText(&c->text, ") FROM ");
  relWriteTable(c, table);
  relComposeFinish(c);
}

/* Whether anything decides which rows come, so that SQLite may read them by another index. */
static int isFiltered(const RelCompose *c) {
  int i;
  for (i = 0; i < c->level->childCount; i++) {
    if (c->level->children[i]->inner) return 1;
  }
  return c->reading->selection.where.start != NULL || c->level->plan->criteria.count > 0;
}

/* Whether any key is text, where a column that has no type may hold it beside numbers. */
static void composeTexts(RelCompose *c) {
  const RelTable *table = c->level->table;
  int column = relTableKeyColumn(table, 0);
  if (relTableAffinity(table, column) != REL_AFFINITY_NONE) return;
  relComposeStart(c, REL_QUERY_TEXTS);
  relText(&c->text, "SELECT 1 FROM ");
  relWriteTable(c, table);
  relText(&c->text, " WHERE ");
  relWriteColumn(c, table, column);
  relText(&c->text, " >= '' AND ");
  relWriteColumn(c, table, column);
  relText(&c->text, " < x'' LIMIT 1");
  relComposeFinish(c);
}

/* A scan gives the rows in key order without sorting where the table itself is in that order. */
static int scansInOrder(const RelCompose *c) {
  const RelTable *table = c->level->table;
  if (isFiltered(c) || c->reading->selection.termCount > 0) return 0;
  return table->integerKey >= 0 || table->withoutRowid || table->keyCount == 0;
}

/*
** Whether a key outside can be turned back into its columns: a number or text that JSON keeps as
** it is, which leaves out columns that hold whatever they are given.
*/
static int keyReversible(const RelTable *table, int width) {
  enum { MOST_PARTS = 5 }; /* which can be read in 32 ways */
  int i;
  if (width > MOST_PARTS && !table->strict) return 0;
  for (i = 0; i < width && width > 1; i++) {
    const RelColumn *column = &table->columns[relTableKeyColumn(table, i)];
    if (column->affinity == REL_AFFINITY_NONE) return 0;
    if (column->affinity == REL_AFFINITY_NUMERIC &&
        sqlite3_strlike("%INT%", column->type, 0) != 0) {
      return 0;
    }
  }
  return width > 0;
}

void relComposeRoot(RelCompose *c) {
  RelLevel *root = c->level;
  RelPlan *plan = root->plan;
  int identity[REL_MAX_KEY_WIDTH], width = relTableIdentity(root->table, identity);
  int pushable = !root->limited && !root->windowed && keyReversible(root->table, plan->keyWidth);
  if (root->complete && root->table->kind == REL_TABLE) composeGreatest(c);
  if (width == 0 || root->windowed || scansInOrder(c)) composeScan(c);
  if (width == 0 || root->windowed) return;
  if (root->queries[REL_QUERY_SCAN].piece.sql == NULL) {
    composePick(c, identity, width, 0);
    composeRootRows(c, identity, width);
  }
  if (!pushable) return;
  if (relFetchIsByInteger(root->table)) {
    composeSpans(c);
    if (root->queries[REL_QUERY_ROWS].piece.sql == NULL) composeRootRows(c, identity, width);
  }
  if (plan->keyWidth == 1) composeTexts(c);
  if (plan->keyWidth == 1 && c->reading->selection.termCount == 0) {
    int column = relTableKeyColumn(root->table, 0);
    composeRootKeyed(c);
    plan->keysOrdered = relSame(relTableCollation(root->table, column), "BINARY");
    if (plan->keysOrdered) return;
  }
  composePick(c, identity, width, 1);
  if (root->queries[REL_QUERY_ROWS].piece.sql == NULL) composeRootRows(c, identity, width);
}
