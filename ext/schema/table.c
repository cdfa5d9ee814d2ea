#include "schema/table.h"

#include "base/token.h"

/* Whether `type` contains `word`, in any case (SQLite's affinity rules look for parts of words). */
static int contains(const char *type, const char *word) {
  size_t n = strlen(word);
  for (; *type; type++) {
    if (sqlite3_strnicmp(type, word, (int)n) == 0) return 1;
  }
  return 0;
}

/*
** Whether ANY stands for no affinity, as it does in a STRICT table. A view says ANY of such a column
** before 3.41, and of one with numeric affinity ever since.
*/
static int isAnyUntyped(const RelTable *table) {
  enum { VIEWS_TELL_AFFINITY = 3041000 };
  return table->strict ||
         (table->kind == REL_VIEW && sqlite3_libversion_number() < VIEWS_TELL_AFFINITY);
}

/* "Determination Of Column Affinity" of SQLite's datatype page. */
static RelAffinity affinityOf(const char *type, const RelTable *table) {
  if (contains(type, "INT")) return REL_AFFINITY_NUMERIC;
  if (contains(type, "CHAR") || contains(type, "CLOB") || contains(type, "TEXT")) {
    return REL_AFFINITY_TEXT;
  }
  if (type[0] == 0 || contains(type, "BLOB")) return REL_AFFINITY_NONE;
  if (sqlite3_stricmp(type, "ANY") == 0 && isAnyUntyped(table)) return REL_AFFINITY_NONE;
  return REL_AFFINITY_NUMERIC;
}

static char *collationOf(RelError *error, sqlite3 *db, const RelTable *table, const char *column) {
  const char *collation = NULL;
  if (error->rc == SQLITE_OK && table->kind == REL_TABLE) {
    relErrorFromDb(error,
                   sqlite3_table_column_metadata(db, table->schema, table->name, column, NULL,
                                                 &collation, NULL, NULL, NULL),
                   db);
  }
  return relCopy(error, collation != NULL ? collation : "BINARY");
}

static void readColumns(RelError *error, sqlite3 *db, RelTable *table) {
  int room = 0;
  sqlite3_stmt *rows =
      relPrepareFormat(error, db, "PRAGMA \"%w\".table_xinfo(\"%w\")", table->schema, table->name);
  while (relStep(error, rows)) {
    RelColumn *column;
    int hidden = sqlite3_column_int(rows, 6);
    table->columns =
        relGrow(error, table->columns, table->columnCount, &room, sizeof *table->columns);
    if (error->rc != SQLITE_OK) break;
    column = &table->columns[table->columnCount++];
    memset(column, 0, sizeof *column);
    column->name = relColumnCopy(error, rows, 1);
    column->type = relColumnCopy(error, rows, 2);
    if (column->type == NULL) column->type = relCopy(error, "");
    column->notNull = sqlite3_column_int(rows, 3);
    column->defaultValue = relColumnCopy(error, rows, 4);
    column->keyPart = sqlite3_column_int(rows, 5);
    column->generated = hidden == 2 || hidden == 3;
    column->hidden = hidden == 1;
    column->collation = collationOf(error, db, table, column->name);
    if (error->rc == SQLITE_OK) column->affinity = affinityOf(column->type, table);
    if (column->keyPart > 0) table->keyCount++;
  }
  relFinalize(error, rows);
}

/* PRIMARY KEY(a, a, b) numbers its columns 1 and 3: they are numbered anew, without the gap. */
static void readKey(RelError *error, RelTable *table) {
  int i, part, width = 0, last = 0;
  table->key = relAlloc(error, (size_t)table->keyCount * sizeof *table->key);
  if (table->key == NULL) return;
  for (i = 0; i < table->columnCount; i++) {
    if (table->columns[i].keyPart > last) last = table->columns[i].keyPart;
  }
  for (part = 1; part <= last; part++) {
    for (i = 0; i < table->columnCount && table->columns[i].keyPart != part; i++) {
    }
    if (i == table->columnCount) continue;
    table->key[width++] = i;
    table->columns[i].keyPart = width;
    if (table->withoutRowid || table->strict) table->columns[i].notNull = 1;
  }
}

/* A primary key without an index of its own is the rowid: SQLite's INTEGER PRIMARY KEY. */
static void findRowid(RelTable *table) {
  static const char *const NAMES[] = {"rowid", "_rowid_", "oid"};
  int i;
  table->integerKey = -1;
  if (table->kind != REL_TABLE || table->withoutRowid) return;
  for (i = 0; i < 3 && table->rowid == NULL; i++) {
    if (relTableColumn(table, NAMES[i]) < 0) table->rowid = NAMES[i];
  }
  if (table->keyCount != 1) return;
  for (i = 0; i < table->indexCount; i++) {
    if (table->indexes[i].primary) return;
  }
  table->integerKey = table->key[0];
  table->columns[table->integerKey].notNull = 1;
}

static RelForeignKey *addForeignKey(RelError *error, RelTable *table, int *room) {
  RelForeignKey *key;
  table->foreignKeys =
      relGrow(error, table->foreignKeys, table->foreignKeyCount, room, sizeof *table->foreignKeys);
  if (error->rc != SQLITE_OK) return NULL;
  key = &table->foreignKeys[table->foreignKeyCount++];
  memset(key, 0, sizeof *key);
  return key;
}

/* foreign_key_list numbers the keys from the last declared to the first. */
static void reverseForeignKeys(RelTable *table) {
  int i, j;
  for (i = 0, j = table->foreignKeyCount - 1; i < j; i++, j--) {
    RelForeignKey key = table->foreignKeys[i];
    table->foreignKeys[i] = table->foreignKeys[j];
    table->foreignKeys[j] = key;
  }
}

static void readForeignKeys(RelError *error, sqlite3 *db, RelTable *table) {
  int room = 0, columnRoom = 0, nameRoom = 0, current = -1;
  RelForeignKey *key = NULL;
  sqlite3_stmt *rows = relPrepareFormat(error, db, "PRAGMA \"%w\".foreign_key_list(\"%w\")",
                                        table->schema, table->name);
  while (relStep(error, rows)) {
    if (sqlite3_column_int(rows, 0) != current) {
      current = sqlite3_column_int(rows, 0);
      key = addForeignKey(error, table, &room);
      if (key == NULL) break;
      key->parent = relColumnCopy(error, rows, 2);
      key->onUpdate = relColumnCopy(error, rows, 5);
      key->onDelete = relColumnCopy(error, rows, 6);
      columnRoom = nameRoom = 0;
    }
    key->columns = relGrow(error, key->columns, key->count, &columnRoom, sizeof *key->columns);
    key->parentNames = relGrow(error, key->parentNames, key->count, &nameRoom, sizeof(char *));
    if (error->rc != SQLITE_OK) break;
    key->columns[key->count] = relTableColumn(table, (const char *)sqlite3_column_text(rows, 3));
    key->parentNames[key->count] = relColumnCopy(error, rows, 4);
    key->count++;
  }
  relFinalize(error, rows);
  reverseForeignKeys(table);
}

static int endsIn(const char *name, const char *end) {
  size_t n = strlen(name), m = strlen(end);
  return n > m && strcmp(name + n - m, end) == 0;
}

static void readIndexColumns(RelError *error, sqlite3 *db, const RelTable *table, RelIndex *index) {
  int columnRoom = 0, nameRoom = 0;
  sqlite3_stmt *rows =
      relPrepareFormat(error, db, "PRAGMA \"%w\".index_xinfo(\"%w\")", table->schema, index->name);
  while (relStep(error, rows)) {
    if (!sqlite3_column_int(rows, 5)) continue; /* stored along, no key column */
    index->columns = relGrow(error, index->columns, index->count, &columnRoom, sizeof(int));
    index->collations = relGrow(error, index->collations, index->count, &nameRoom, sizeof(char *));
    if (error->rc != SQLITE_OK) break;
    index->columns[index->count] = sqlite3_column_int(rows, 1);
    index->collations[index->count] = relColumnCopy(error, rows, 4);
    index->count++;
  }
  relFinalize(error, rows);
}

static void readIndexes(RelError *error, sqlite3 *db, RelTable *table) {
  int room = 0, i;
  sqlite3_stmt *rows =
      relPrepareFormat(error, db, "PRAGMA \"%w\".index_list(\"%w\")", table->schema, table->name);
  while (relStep(error, rows)) {
    const char *origin;
    RelIndex *index;
    table->indexes = relGrow(error, table->indexes, table->indexCount, &room, sizeof(RelIndex));
    if (error->rc != SQLITE_OK) break;
    index = &table->indexes[table->indexCount++];
    memset(index, 0, sizeof *index);
    index->name = relColumnCopy(error, rows, 1);
    index->unique = sqlite3_column_int(rows, 2);
    origin = (const char *)sqlite3_column_text(rows, 3);
    index->primary = origin != NULL && strcmp(origin, "pk") == 0;
    index->partial = sqlite3_column_int(rows, 4);
    if (index->name != NULL) {
      index->ours = endsIn(index->name, ":index") || endsIn(index->name, ":target index") ||
                    endsIn(index->name, ":single") || endsIn(index->name, ":target single");
    }
  }
  relFinalize(error, rows);
  for (i = 0; i < table->indexCount && error->rc == SQLITE_OK; i++) {
    readIndexColumns(error, db, table, &table->indexes[i]);
  }
}

static void freeIndexes(RelTable *table) {
  int i, j;
  for (i = 0; i < table->indexCount; i++) {
    RelIndex *index = &table->indexes[i];
    for (j = 0; j < index->count; j++) sqlite3_free(index->collations[j]);
    sqlite3_free(index->name);
    sqlite3_free(index->columns);
    sqlite3_free(index->collations);
  }
  sqlite3_free(table->indexes);
  table->indexes = NULL;
  table->indexCount = 0;
}

void relTableReindex(RelError *error, sqlite3 *db, RelTable *table) {
  freeIndexes(table);
  readIndexes(error, db, table);
}

/* The words behind the last parenthesis of CREATE TABLE: WITHOUT ROWID and STRICT. */
static void readOptions(RelTable *table, const char *sql) {
  RelToken token;
  int depth = 0, behind = 0;
  for (token = relTokenNext(&sql); token.kind != REL_TOKEN_END; token = relTokenNext(&sql)) {
    if (token.kind == REL_TOKEN_OPEN) depth++;
    if (token.kind == REL_TOKEN_CLOSE) behind = --depth == 0;
    if (!behind) continue;
    if (relTokenIs(token, "ROWID")) table->withoutRowid = 1;
    if (relTokenIs(token, "STRICT")) table->strict = 1;
  }
}

/*
** Which kind of table or view has the name; NULL where none has. Not by PRAGMA table_list, which
** prepares a broken view, or a virtual table whose module is missing, once per table each time it
** is asked for one table.
*/
static RelTable *readKind(RelError *error, sqlite3 *db, const char *schema, const char *name) {
  RelTable *table = NULL;
  sqlite3_stmt *rows =
      relPrepareFormat(error, db,
                       "SELECT name, type = 'view', rootpage, sql FROM \"%w\".sqlite_schema "
                       "WHERE name = %Q COLLATE NOCASE AND type IN ('table', 'view')",
                       schema, name);
  if (relStep(error, rows)) {
    char *sql = relColumnCopy(error, rows, 3);
    table = relAlloc(error, sizeof *table);
    if (table != NULL) {
      table->schema = relCopy(error, schema);
      table->name = relColumnCopy(error, rows, 0);
      table->kind = sqlite3_column_int(rows, 1)          ? REL_VIEW
                    : sqlite3_column_int64(rows, 2) == 0 ? REL_VIRTUAL_TABLE
                                                         : REL_TABLE;
      if (sql != NULL && table->kind == REL_TABLE) readOptions(table, sql);
    }
    sqlite3_free(sql);
  }
  relFinalize(error, rows);
  return table;
}

RelTable *relTableRead(RelError *error, sqlite3 *db, const char *schema, const char *name) {
  RelTable *table = readKind(error, db, schema, name);
  if (table == NULL) return NULL;
  readColumns(error, db, table);
  if (error->rc == SQLITE_OK) readKey(error, table);
  if (error->rc == SQLITE_OK && table->kind == REL_TABLE) {
    readForeignKeys(error, db, table);
    readIndexes(error, db, table);
  }
  if (error->rc != SQLITE_OK) {
    relTableFree(table);
    return NULL;
  }
  findRowid(table);
  return table;
}

static void freeForeignKey(RelForeignKey *key) {
  int i;
  for (i = 0; i < key->count; i++) sqlite3_free(key->parentNames[i]);
  sqlite3_free(key->parentNames);
  sqlite3_free(key->columns);
  sqlite3_free(key->parent);
  sqlite3_free(key->onDelete);
  sqlite3_free(key->onUpdate);
}

void relTableFree(RelTable *table) {
  int i;
  if (table == NULL) return;
  for (i = 0; i < table->columnCount; i++) {
    RelColumn *column = &table->columns[i];
    sqlite3_free(column->name);
    sqlite3_free(column->type);
    sqlite3_free(column->defaultValue);
    sqlite3_free(column->collation);
  }
  for (i = 0; i < table->foreignKeyCount; i++) freeForeignKey(&table->foreignKeys[i]);
  freeIndexes(table);
  sqlite3_free(table->columns);
  sqlite3_free(table->foreignKeys);
  sqlite3_free(table->key);
  sqlite3_free(table->schema);
  sqlite3_free(table->name);
  sqlite3_free(table);
}

int relTableColumn(const RelTable *table, const char *name) {
  int i;
  for (i = 0; i < table->columnCount; i++) {
    if (!table->columns[i].hidden && relSame(table->columns[i].name, name)) return i;
  }
  return -1;
}

static int holds(const int *columns, int count, int wanted) {
  int i;
  for (i = 0; i < count; i++) {
    if (columns[i] == wanted) return 1;
  }
  return 0;
}

static int sameColumns(const int *a, int aCount, const int *b, int bCount) {
  int i;
  if (aCount != bCount) return 0;
  for (i = 0; i < aCount; i++) {
    if (!holds(b, bCount, a[i])) return 0;
  }
  return 1;
}

/* Unique in another collation than the columns compare in is not unique for comparisons. */
static int hasOwnCollations(const RelTable *table, const RelIndex *index) {
  int i;
  for (i = 0; i < index->count; i++) {
    if (index->columns[i] < -1) return 0;
    if (!relSame(index->collations[i], relTableCollation(table, index->columns[i]))) return 0;
  }
  return 1;
}

int relTableUnique(const RelTable *table, const int *columns, int count) {
  int i;
  if (count == 1 && columns[0] == -1) return 1;
  if (table->keyCount > 0 && sameColumns(table->key, table->keyCount, columns, count)) return 1;
  for (i = 0; i < table->indexCount; i++) {
    const RelIndex *index = &table->indexes[i];
    if (index->unique && !index->partial && !index->ours &&
        sameColumns(index->columns, index->count, columns, count) &&
        hasOwnCollations(table, index)) {
      return 1;
    }
  }
  return 0;
}

int relTableKeyWidth(const RelTable *table) {
  if (table->keyCount > 0) return table->keyCount;
  return table->rowid != NULL;
}

int relTableKeyColumn(const RelTable *table, int n) {
  return table->keyCount > 0 ? table->key[n] : -1;
}

const char *relTableKeyName(const RelTable *table, int n) {
  return relTableColumnName(table, relTableKeyColumn(table, n));
}

const char *relTableColumnName(const RelTable *table, int position) {
  return position < 0 ? table->rowid : table->columns[position].name;
}

const char *relTableCollation(const RelTable *table, int position) {
  return position < 0 ? "BINARY" : table->columns[position].collation;
}

RelAffinity relTableAffinity(const RelTable *table, int position) {
  return position < 0 ? REL_AFFINITY_NUMERIC : table->columns[position].affinity;
}
