#include "fetch/pool.h"

/* One query while it is written. */
typedef struct Compose {
  RelError *error;
  RelLevel *level;
  RelQuery *query;
  RelScope scope;
  RelText text;
  const RelSelection *selection;
  RelSelection declared;    /* owned: the relationship's order_by, where the selection gives none */
  RelSource declaredSource; /* owned */
  char *declaredText;       /* owned */
} Compose;

/* --- pieces ----------------------------------------------------------------------------------- */

static void writeColumn(Compose *c, const RelTable *table, int column) {
  relTextName(&c->text, table->name, relTableColumnName(table, column));
}

/* "a"."x", or ("a"."x","a"."y") */
static void writeColumns(Compose *c, const RelTable *table, const int *columns, int count) {
  int i;
  for (i = 0; i < count; i++) {
    if (i > 0) relText(&c->text, ",");
    writeColumn(c, table, columns[i]);
  }
}

static void writeIdentity(Compose *c, const RelTable *table, const int *columns, int count) {
  if (count > 1) relText(&c->text, "(");
  writeColumns(c, table, columns, count);
  if (count > 1) relText(&c->text, ")");
}

static void writeTable(Compose *c, const RelTable *table) {
  relTextName(&c->text, table->schema, table->name);
}

static void writeKeysTable(Compose *c) {
  relText(&c->text, "temp.relationship_keys(?34) AS \"relationship keys\"");
}

/* The n-th value of a slot, converting in comparisons as a column of that affinity does. */
static void writeKeyValue(Compose *c, RelAffinity affinity, int n) {
  relText(&c->text, "\"relationship keys\".");
  relTextFormat(
      &c->text,
      affinity == REL_AFFINITY_NUMERIC ? "\"" REL_KEYS_NUMBER "\"" : "\"" REL_KEYS_VALUE "\"", n);
}

/* The parent column rules a comparison: its affinity is the key's, its collation said explicitly.
 */
static void writeKeyEquals(Compose *c, RelAffinity affinity, const char *collation, int n,
                           const RelTable *table, int column) {
  writeKeyValue(c, affinity, n);
  if (!relSame(collation, "BINARY") || !relSame(relTableCollation(table, column), "BINARY")) {
    relText(&c->text, " COLLATE ");
    relTextName(&c->text, NULL, collation);
  }
  relText(&c->text, " = ");
  writeColumn(c, table, column);
}

/* Slots against the columns that hold the other side of the relationship's key. */
static void writeKeyJoin(Compose *c) {
  const Relationship *relationship = c->level->relationship;
  const RelKey *key = &relationship->key;
  int toOne = relationship->direction == REL_MANYTOONE, i;
  for (i = 0; i < key->count; i++) {
    int parent = key->parentColumns[i], child = key->childColumns[i];
    if (i > 0) relText(&c->text, " AND ");
    writeKeyEquals(
        c, toOne ? relTableAffinity(key->child, child) : relTableAffinity(key->parent, parent),
        relTableCollation(key->parent, parent), i, toOne ? key->parent : key->child,
        toOne ? parent : child);
  }
}

static void writeTargetJoin(Compose *c) {
  const RelKey *key = &c->level->relationship->targetKey;
  int i;
  for (i = 0; i < key->count; i++) {
    if (i > 0) relText(&c->text, " AND ");
    writeColumn(c, key->parent, key->parentColumns[i]);
    relText(&c->text, " = ");
    writeColumn(c, key->child, key->childColumns[i]);
  }
}

static void writeRaw(Compose *c, RelSlice slice, int flags) {
  relText(&c->text, "(");
  relExpressionWrite(&c->scope, &c->text, slice, flags);
  relText(&c->text, ")");
}

/* The selection's WHERE and the relationship's own condition, after `word` (WHERE or AND). */
static void writeConditions(Compose *c, const char *word) {
  const Relationship *relationship = c->level->relationship;
  if (relationship != NULL && relationship->condition != NULL) {
    RelSlice slice;
    slice.start = relationship->condition;
    slice.end = slice.start + strlen(slice.start);
    relText(&c->text, word);
    writeRaw(c, slice, 0);
    word = " AND ";
  }
  if (c->selection->where.start != NULL) {
    relText(&c->text, word);
    writeRaw(c, c->selection->where, REL_WITH_ALIASES);
  }
}

/* --- order ------------------------------------------------------------------------------------ */

/* The terms that order the level: the selection's, else those of the relationship's order_by. */
static const RelSelection *orderOf(Compose *c) {
  return c->selection->termCount > 0 ? c->selection : &c->declared;
}

static void readDeclaredOrder(Compose *c) {
  const Relationship *relationship = c->level->relationship;
  RelSlice all;
  if (relationship == NULL || relationship->orderBy == NULL || c->selection->termCount > 0) return;
  c->declaredText = relFormat(c->error, "ORDER BY %s", relationship->orderBy);
  if (c->error->rc != SQLITE_OK) return;
  c->declaredSource.text = c->declaredText;
  all.start = c->declaredText;
  all.end = all.start + strlen(all.start);
  relSelectionParse(c->error, &c->declaredSource, all, c->level->path, &c->declared);
}

static void writeTerms(Compose *c, int flags) {
  const RelSelection *order = orderOf(c);
  RelScope scope = c->scope;
  const char *between = "";
  int i;
  if (order != c->selection) {
    scope.selection = NULL;
    scope.source = &c->declaredSource;
  }
  for (i = 0; i < order->termCount; i++, between = ",") {
    relText(&c->text, between);
    relTermWrite(&scope, &c->text, order->terms[i], flags);
  }
  for (i = 0; i < relTableKeyWidth(c->level->table); i++, between = ",") {
    relText(&c->text, between);
    writeColumn(c, c->level->table, relTableKeyColumn(c->level->table, i));
  }
}

static int hasOrder(Compose *c) {
  return orderOf(c)->termCount > 0 || relTableKeyWidth(c->level->table) > 0;
}

static void writeOrder(Compose *c) {
  if (!hasOrder(c)) return;
  relText(&c->text, " ORDER BY ");
  writeTerms(c, REL_WITH_ALIASES);
}

static void writeLimit(Compose *c) {
  if (c->selection->limit.start == NULL) return;
  relText(&c->text, " LIMIT ");
  writeRaw(c, c->selection->limit, 0);
  if (c->selection->offset.start == NULL) return;
  relText(&c->text, " OFFSET ");
  writeRaw(c, c->selection->offset, 0);
}

static void addSort(Compose *c, RelSortTerm term) {
  RelLevel *level = c->level;
  int n = level->ordering.width, argument = relLevelArgument(c->error, level, term.column);
  if (c->error->rc != SQLITE_OK) return;
  level->sort[n] = term;
  level->sortArguments[n] = argument;
  level->ordering.width++;
}

/* True where no slot can have two rows, so that there is nothing to order. */
static int isSingle(const RelLevel *level) {
  const Relationship *relationship = level->relationship;
  if (relationship == NULL) return 1;
  return relationship->direction == REL_MANYTOONE &&
         relTableUnique(level->table, relationship->key.parentColumns, relationship->key.count);
}

/*
** Whether the level's order can be kept by comparing values of its rows outside SQL, which costs a
** fraction of SQLite's sorter and nothing where rows come in order. Sets level->sort.
*/
static int planSort(Compose *c) {
  RelLevel *level = c->level;
  const RelSelection *order = orderOf(c);
  RelScope scope = c->scope;
  int i, keyWidth = relTableKeyWidth(level->table), most = order->termCount + keyWidth;
  RelSortTerm *terms = relAlloc(c->error, ((size_t)most + 1) * sizeof *terms);
  int simple = terms != NULL;
  if (order != c->selection) {
    scope.selection = NULL;
    scope.source = &c->declaredSource;
  }
  for (i = 0; i < order->termCount && simple; i++) {
    simple = relTermSimple(&scope, order->terms[i], &terms[i]);
  }
  for (i = 0; i < keyWidth && simple; i++) {
    RelSortTerm *term = &terms[order->termCount + i];
    term->column = relTableKeyColumn(level->table, i);
    simple = relSame(relTableCollation(level->table, term->column), "BINARY");
  }
  for (i = 0; i < most && simple; i++) {
    int column = terms[i].column;
    int isNumber = column < 0 || column == level->table->integerKey;
    simple = isNumber || level->plan->pool->bytewise;
  }
  level->sort = relAlloc(c->error, ((size_t)most + 1) * sizeof *level->sort);
  level->sortArguments = relAlloc(c->error, ((size_t)most + 1) * sizeof *level->sortArguments);
  for (i = 0; i < most && simple && c->error->rc == SQLITE_OK; i++) {
    addSort(c, terms[i]);
    if (terms[i].column < 0 || terms[i].column == level->table->integerKey) break;
  }
  relKeysStart(&level->ordering, level->ordering.width, 0);
  if (simple && level->ordering.width == 1) {
    int isInteger = terms[0].column < 0 || terms[0].column == level->table->integerKey;
    if (isInteger && !terms[0].descending) {
      level->integerOrder = level->sortArguments[0];
      level->ordering.width = 0;
    }
  }
  sqlite3_free(terms);
  return simple;
}

/* --- queries ---------------------------------------------------------------------------------- */

static void startQuery(Compose *c, RelQueryKind kind) {
  c->query = &c->level->queries[kind];
  c->scope.spots = &c->query->spots;
  relTextStart(&c->text, c->error);
}

static void finishQuery(Compose *c) {
  c->query->sql = relTextFinish(&c->text);
}

static void writeArguments(Compose *c, const char *slot, int flags) {
  RelLevel *level = c->level;
  int i;
  relText(&c->text, slot);
  for (i = 0; i < level->argumentCount; i++) {
    const RelArgument *argument = &level->arguments[i];
    relText(&c->text, ",");
    if (argument->column == REL_NO_COLUMN) {
      writeRaw(c, argument->slice, flags);
    } else {
      writeColumn(c, level->table, argument->column);
    }
  }
}

/* An aggregate that writes all rows; or, where they are stepped, a function that writes each. */
static void writeSelect(Compose *c, const char *slot, int flags) {
  relText(&c->text, "SELECT ");
  if (c->level->wide) {
    writeArguments(c, slot, flags);
    return;
  }
  relText(&c->text, c->query->stepped ? "relationship_row(?33," : "relationship_emit(?33,");
  writeArguments(c, slot, flags);
  relText(&c->text, ")");
}

/* FROM of a level whose rows are joined to slots without a limit. */
static void writeMembers(Compose *c) {
  const Relationship *relationship = c->level->relationship;
  relText(&c->text, " CROSS JOIN ");
  if (relationship->secondary != NULL) {
    writeTable(c, relationship->secondary);
    relText(&c->text, " ON ");
    writeKeyJoin(c);
    relText(&c->text, " CROSS JOIN ");
    writeTable(c, c->level->table);
    relText(&c->text, " ON ");
    writeTargetJoin(c);
  } else {
    writeTable(c, c->level->table);
    relText(&c->text, " ON ");
    writeKeyJoin(c);
  }
}

/* FROM of a level with a limit: each slot's subquery says which rows, so that no other is read. */
static void writeLimitedMembers(Compose *c, const RelTable *linked, const int *identity,
                                int width) {
  const RelTable *secondary = c->level->relationship->secondary;
  relText(&c->text, " CROSS JOIN ");
  writeTable(c, linked);
  relText(&c->text, " ON ");
  writeIdentity(c, linked, identity, width);
  relText(&c->text, " IN (SELECT ");
  writeColumns(c, linked, identity, width);
  relText(&c->text, " FROM ");
  writeTable(c, linked);
  if (secondary != NULL) {
    relText(&c->text, " CROSS JOIN ");
    writeTable(c, c->level->table);
    relText(&c->text, " ON ");
    writeTargetJoin(c);
  }
  relText(&c->text, " WHERE ");
  writeKeyJoin(c);
  writeConditions(c, " AND ");
  writeOrder(c);
  writeLimit(c);
  relText(&c->text, ")");
  if (secondary != NULL) {
    relText(&c->text, " CROSS JOIN ");
    writeTable(c, c->level->table);
    relText(&c->text, " ON ");
    writeTargetJoin(c);
  }
}

static void writeSlotOrder(Compose *c) {
  relText(&c->text, " ORDER BY " REL_SLOT_NAME);
  if (!hasOrder(c)) return;
  relText(&c->text, ",");
  writeTerms(c, REL_WITH_ALIASES | REL_PARTITIONED);
}

/*
** Whether the members of many owners can be had by reading the whole table once: each says by one
** number whose it is.
*/
static int isScannable(const Compose *c) {
  const RelLevel *level = c->level;
  const Relationship *relationship = level->relationship;
  return relationship->direction == REL_ONETOMANY && relationship->key.count == 1 &&
         level->parent->complete && level->table->kind == REL_TABLE && !level->limited &&
         !level->queries[REL_QUERY_ROWS].stepped &&
         relTableAffinity(level->table, relationship->key.childColumns[0]) == REL_AFFINITY_NUMERIC;
}

static void composeMembersScan(Compose *c) {
  const RelKey *key = &c->level->relationship->key;
  int i;
  startQuery(c, REL_QUERY_SCAN);
  relText(&c->text, "SELECT relationship_emit(?33,");
  c->level->scanValue = 1;
  for (i = 0; i < c->level->argumentCount; i++) {
    if (c->level->arguments[i].column == key->childColumns[0]) c->level->scanValue = i + 2;
  }
  if (c->level->scanValue == 1) writeColumn(c, c->level->table, key->childColumns[0]);
  writeArguments(c, c->level->scanValue == 1 ? "" : "0", 0);
  relText(&c->text, ") FROM ");
  writeTable(c, c->level->table);
  writeConditions(c, " WHERE ");
  finishQuery(c);
}

static void measureArguments(RelLevel *level) {
  enum { POINTER_AND_SLOT = 2 };
  level->wide = level->argumentCount + POINTER_AND_SLOT > level->plan->maxArguments;
}

static void composeMembers(Compose *c) {
  RelLevel *level = c->level;
  const RelTable *linked =
      level->relationship->secondary != NULL ? level->relationship->secondary : level->table;
  int identity[REL_MAX_KEY_WIDTH], width = relTableIdentity(linked, identity);
  int ordered = isSingle(level) || planSort(c);
  int limitHere = level->limited && (width == 0 || level->windowed);
  startQuery(c, REL_QUERY_ROWS);
  measureArguments(level);
  c->query->stepped = !ordered || level->windowed || level->wide || limitHere;
  if (c->query->stepped) {
    level->ordering.width = 0;
    level->integerOrder = -1;
  }
  c->query->limited = limitHere;
  writeSelect(c, REL_SLOT_NAME, REL_PARTITIONED);
  if (limitHere) {
    relText(&c->text, ",");
    writeRaw(c, c->selection->limit, 0);
    relText(&c->text, ",");
    if (c->selection->offset.start != NULL) writeRaw(c, c->selection->offset, 0);
    if (c->selection->offset.start == NULL) relText(&c->text, "0");
  }
  relText(&c->text, " FROM ");
  writeKeysTable(c);
  if (level->limited && !limitHere) {
    writeLimitedMembers(c, linked, identity, width);
  } else {
    writeMembers(c);
    writeConditions(c, " WHERE ");
  }
  if (c->query->stepped) writeSlotOrder(c);
  finishQuery(c);
  if (isScannable(c)) composeMembersScan(c);
}

/* --- the root --------------------------------------------------------------------------------- */

/* The root's rows, by what singles them out. */
static void composeRootRows(Compose *c, const int *identity, int width) {
  const RelTable *table = c->level->table;
  int i;
  startQuery(c, REL_QUERY_ROWS);
  c->query->stepped = c->level->wide;
  writeSelect(c, REL_SLOT_NAME, 0);
  relText(&c->text, " FROM ");
  writeKeysTable(c);
  relText(&c->text, " CROSS JOIN ");
  writeTable(c, table);
  relText(&c->text, " ON ");
  for (i = 0; i < width; i++) {
    if (i > 0) relText(&c->text, " AND ");
    writeKeyEquals(c, relTableAffinity(table, identity[i]), relTableCollation(table, identity[i]),
                   i, table, identity[i]);
  }
  if (c->query->stepped) relText(&c->text, " ORDER BY " REL_SLOT_NAME);
  finishQuery(c);
}

/*
** The root's rows by keys given from outside. Compared as outside (bytewise, without conversion),
** so that no row answers to two of them; the first comparison is what the index is used for.
*/
static void composeRootKeyed(Compose *c) {
  const RelTable *table = c->level->table;
  int column = relTableKeyColumn(table, 0);
  startQuery(c, REL_QUERY_KEYED);
  c->query->stepped = c->level->wide;
  writeSelect(c, REL_SLOT_NAME, 0);
  relText(&c->text, " FROM ");
  writeKeysTable(c);
  relText(&c->text, " CROSS JOIN ");
  writeTable(c, table);
  relText(&c->text, " ON ");
  writeKeyEquals(c, REL_AFFINITY_NONE, relTableCollation(table, column), 0, table, column);
  relText(&c->text, " AND ");
  writeKeyValue(c, REL_AFFINITY_NONE, 0);
  relText(&c->text, " = +");
  writeColumn(c, table, column);
  writeConditions(c, " WHERE ");
  if (c->query->stepped) relText(&c->text, " ORDER BY " REL_SLOT_NAME);
  finishQuery(c);
}

static void composeScan(Compose *c) {
  startQuery(c, REL_QUERY_SCAN);
  c->query->stepped = 1;
  writeSelect(c, "0", 0);
  relText(&c->text, " FROM ");
  writeTable(c, c->level->table);
  writeConditions(c, " WHERE ");
  writeOrder(c);
  writeLimit(c);
  finishQuery(c);
}

/* " WHERE <key> IN (<keys from outside>)"; the parts of a composite key are read from its JSON. */
static void writeWanted(Compose *c) {
  const RelTable *table = c->level->table;
  int i, width = c->level->plan->keyWidth, columns[REL_MAX_KEY_WIDTH];
  for (i = 0; i < width; i++) columns[i] = relTableKeyColumn(table, i);
  relText(&c->text, " WHERE ");
  writeIdentity(c, table, columns, width);
  relText(&c->text, " IN (SELECT ");
  for (i = 0; i < width && width > 1; i++) {
    if (i > 0) relText(&c->text, ",");
    relText(&c->text, "json_extract(CASE WHEN json_valid(");
    writeKeyValue(c, REL_AFFINITY_NONE, 0);
    relText(&c->text, ") THEN ");
    writeKeyValue(c, REL_AFFINITY_NONE, 0);
    relTextFormat(&c->text, " END,'$[%d]')", i);
  }
  if (width == 1) writeKeyValue(c, REL_AFFINITY_NONE, 0);
  relText(&c->text, " FROM ");
  writeKeysTable(c);
  relText(&c->text, ")");
}

static void composePick(Compose *c, const int *identity, int width, int keyed) {
  startQuery(c, keyed ? REL_QUERY_PICK_KEYED : REL_QUERY_PICK);
  c->query->stepped = 1;
  relText(&c->text, "SELECT ");
  writeColumns(c, c->level->table, identity, width);
  relText(&c->text, " FROM ");
  writeTable(c, c->level->table);
  if (keyed) writeWanted(c);
  writeConditions(c, keyed ? " AND " : " WHERE ");
  writeOrder(c);
  writeLimit(c);
  finishQuery(c);
}

static void composeGreatest(Compose *c) {
  const RelTable *table = c->level->table;
  if (table->integerKey < 0 && (table->keyCount > 0 || table->rowid == NULL)) return;
  startQuery(c, REL_QUERY_GREATEST);
  relText(&c->text, "SELECT max(");
  writeColumn(c, table, table->integerKey);
  relText(&c->text, ") FROM ");
  writeTable(c, table);
  finishQuery(c);
}

/* A scan gives the rows in key order without sorting where the table itself is in that order. */
static int scansInOrder(const Compose *c) {
  const RelTable *table = c->level->table;
  if (c->selection->where.start != NULL || c->selection->termCount > 0) return 0;
  return table->integerKey >= 0 || table->withoutRowid || table->keyCount == 0;
}

/*
** Whether a key outside can be turned back into its columns: a number or text that JSON keeps as
** it is, which leaves out columns that hold whatever they are given.
*/
static int keyReversible(const RelTable *table, int width) {
  int i;
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

static void composeRoot(Compose *c) {
  RelLevel *root = c->level;
  RelPlan *plan = root->plan;
  int identity[REL_MAX_KEY_WIDTH], width = relTableIdentity(root->table, identity);
  int pushable = !root->limited && !root->windowed && keyReversible(root->table, plan->keyWidth);
  if (root->complete && root->table->kind == REL_TABLE) composeGreatest(c);
  if (width == 0 || root->windowed || scansInOrder(c)) composeScan(c);
  if (width == 0 || root->windowed) return;
  if (root->queries[REL_QUERY_SCAN].sql == NULL) {
    composePick(c, identity, width, 0);
    composeRootRows(c, identity, width);
  }
  if (!pushable) return;
  if (plan->keyWidth == 1 && c->selection->termCount == 0) {
    int column = relTableKeyColumn(root->table, 0);
    composeRootKeyed(c);
    plan->keysOrdered = relSame(relTableCollation(root->table, column), "BINARY");
    if (plan->keysOrdered) return;
  }
  composePick(c, identity, width, 1);
  if (root->queries[REL_QUERY_ROWS].sql == NULL) composeRootRows(c, identity, width);
}

void relLevelCompose(RelError *error, RelLevel *level, const RelSelection *selection) {
  Compose c;
  if (error->rc != SQLITE_OK) return;
  memset(&c, 0, sizeof c);
  c.error = error;
  c.level = level;
  c.selection = selection;
  c.scope.error = error;
  c.scope.source = &level->plan->source;
  c.scope.path = level->path;
  c.scope.table = level->table;
  c.scope.secondary = level->relationship == NULL ? NULL : level->relationship->secondary;
  c.scope.selection = selection;
  level->integerOrder = -1;
  measureArguments(level);
  readDeclaredOrder(&c);
  if (error->rc == SQLITE_OK && level->relationship != NULL) composeMembers(&c);
  if (error->rc == SQLITE_OK && level->relationship == NULL) composeRoot(&c);
  relSelectionClear(&c.declared);
  relSourceClear(&c.declaredSource);
  sqlite3_free(c.declaredText);
}
