#include "save/rows.h"

/* --- SQL --- */

static void addColumn(RelText *text, const char *prefix, const RelTable *table, int column) {
  relTextName(text, prefix, column < 0 ? table->rowid : table->columns[column].name);
}

static void addTable(RelText *text, const RelTable *table) {
  relTextName(text, table->schema, table->name);
}

/* The rowid where there is one, and what is kept: as relRowRead reads them. */
static void addRow(RelText *text, const char *prefix, const RelSaveTable *table) {
  int i, rowid = table->table->rowid != NULL;
  if (rowid) addColumn(text, prefix, table->table, -1);
  for (i = 0; i < table->keptCount; i++) {
    if (i > 0 || rowid) relText(text, ", ");
    addColumn(text, prefix, table->table, table->kept[i]);
  }
}

int relRowWidth(const RelSaveTable *table) {
  return table->keptCount + (table->table->rowid != NULL);
}

int relRowIdentityWidth(const RelTable *table) {
  return table->rowid != NULL ? 1 : table->keyCount;
}

static int identityColumn(const RelTable *table, int n) {
  return table->rowid != NULL ? -1 : table->key[n];
}

/* prefix."id" = ?1: the row that relRowBindIdentity binds. */
static void addIdentity(RelText *text, const char *prefix, const RelTable *table, int parameter) {
  int i;
  for (i = 0; i < relRowIdentityWidth(table); i++) {
    if (i > 0) relText(text, " AND ");
    addColumn(text, prefix, table, identityColumn(table, i));
    relTextFormat(text, " = ?%d", parameter + i);
  }
}

static sqlite3_stmt *prepare(RelSaver *saver, RelText *text) {
  char *sql = relTextFinish(text);
  sqlite3_stmt *statement =
      sql == NULL ? NULL : relPrepare(saver->error, saver->db, SQLITE_PREPARE_PERSISTENT, sql);
  sqlite3_free(sql);
  return statement;
}

static void startSelect(RelText *text, RelSaver *saver, const RelSaveTable *table) {
  relTextStart(text, saver->error);
  relText(text, "SELECT ");
  addRow(text, NULL, table);
  relText(text, " FROM ");
  addTable(text, table->table);
  relText(text, " WHERE ");
}

sqlite3_stmt *relRowsFind(RelSaver *saver, RelSaveTable *table) {
  RelText text;
  int i;
  if (table->find != NULL) return table->find;
  startSelect(&text, saver, table);
  for (i = 0; i < relTableKeyWidth(table->table); i++) {
    if (i > 0) relText(&text, " AND ");
    addColumn(&text, NULL, table->table, relTableKeyColumn(table->table, i));
    relTextFormat(&text, " = ?%d", i + 1);
  }
  return table->find = prepare(saver, &text);
}

sqlite3_stmt *relRowsUnique(RelSaver *saver, RelSaveEdge *edge) {
  const Relationship *relationship = edge->relationship;
  RelText text;
  int i;
  if (edge->unique != NULL) return edge->unique;
  startSelect(&text, saver, edge->target);
  for (i = 0; i < relationship->uniqueCount; i++) {
    if (i > 0) relText(&text, " AND ");
    addColumn(&text, NULL, relationship->target, relationship->uniqueKey[i]);
    relTextFormat(&text, " = ?%d", i + 1);
  }
  relText(&text, " LIMIT 2");
  return edge->unique = prepare(saver, &text);
}

sqlite3_stmt *relRowsRead(RelSaver *saver, RelSaveTable *table) {
  RelText text;
  int i;
  if (table->read != NULL) return table->read;
  relTextStart(&text, saver->error);
  relText(&text, "SELECT ");
  for (i = 0; i < table->table->columnCount; i++) {
    if (i > 0) relText(&text, ", ");
    addColumn(&text, NULL, table->table, i);
  }
  relText(&text, " FROM ");
  addTable(&text, table->table);
  relText(&text, " WHERE ");
  addIdentity(&text, NULL, table->table, 1);
  return table->read = prepare(saver, &text);
}

/* The same as expressions: as columns, RETURNING takes some of a WITHOUT ROWID table for REAL. */
static void addReturned(RelText *text, const RelSaveTable *table) {
  int i, rowid = table->table->rowid != NULL;
  if (rowid) addColumn(text, NULL, table->table, -1);
  for (i = 0; i < table->keptCount; i++) {
    relText(text, i > 0 || rowid ? ", +" : "+");
    addColumn(text, NULL, table->table, table->kept[i]);
  }
}

/* INSERT INTO "t"("a", "b": without the end of the list; how many columns are in it. */
static int startInsert(RelText *text, RelSaver *saver, const RelTable *table,
                       const unsigned char *columns) {
  int i, count = 0;
  relTextStart(text, saver->error);
  relText(text, "INSERT INTO ");
  addTable(text, table);
  for (i = 0; i < relShapeSlots(table); i++) {
    if (!columns[i]) continue;
    relText(text, count++ ? ", " : "(");
    addColumn(text, NULL, table, relShapeColumn(table, i));
  }
  return count;
}

static char *insertSql(RelSaver *saver, const RelSaveTable *table, const unsigned char *columns) {
  RelText text;
  int i, count = startInsert(&text, saver, table->table, columns);
  relText(&text, count ? ") VALUES" : " DEFAULT VALUES");
  for (i = 1; i <= count; i++) relTextFormat(&text, "%s?%d", i > 1 ? ", " : "(", i);
  if (count) relText(&text, ")");
  if (!relRowIsSimple(table)) {
    relText(&text, " RETURNING ");
    addReturned(&text, table);
  }
  return relTextFinish(&text);
}

static char *insertAllSql(RelSaver *saver, const RelSaveTable *table,
                          const unsigned char *columns) {
  RelText text;
  int i, count = startInsert(&text, saver, table->table, columns);
  for (i = 0; i < count; i++) relTextFormat(&text, "%s\"%d\"", i ? ", " : ") SELECT ", i);
  relText(&text, " FROM main.relationship_rows");
  return relTextFinish(&text);
}

/*
** "a" = ?1, and in the condition: it would become another value. The column's affinity holds for what
** it is compared with; a column without one tells 1 from 1.0.
*/
static void addChange(RelText *text, const RelColumn *column, int parameter) {
  relTextName(text, NULL, column->name);
  relTextFormat(text, " IS NOT ?%d COLLATE BINARY", parameter);
  if (column->affinity != REL_AFFINITY_NONE) return;
  relText(text, " OR typeof(");
  relTextName(text, NULL, column->name);
  relTextFormat(text, ") <> typeof(?%d)", parameter);
}

static char *updateSql(RelSaver *saver, const RelSaveTable *table, const unsigned char *columns) {
  const RelTable *own = table->table;
  RelText text;
  int i, count = 0;
  relTextStart(&text, saver->error);
  relText(&text, "UPDATE ");
  addTable(&text, own);
  for (i = 0; i < own->columnCount; i++) {
    if (!columns[i]) continue;
    relText(&text, count++ ? ", " : " SET ");
    relTextName(&text, NULL, own->columns[i].name);
    relTextFormat(&text, " = ?%d", count);
  }
  relText(&text, " WHERE ");
  addIdentity(&text, NULL, own, count + 1);
  for (i = count = 0; i < own->columnCount; i++) {
    if (!columns[i]) continue;
    relText(&text, count++ ? " OR " : " AND (");
    addChange(&text, &own->columns[i], count);
  }
  relText(&text, ")");
  return relTextFinish(&text);
}

/* The statement for the flagged slots out of a list, made where it is missing, then the first. */
static sqlite3_stmt *statementFor(RelSaver *saver, RelSaveTable *table, RelSaveStatement **list,
                                  const unsigned char *columns,
                                  char *(*sql)(RelSaver *, const RelSaveTable *,
                                               const unsigned char *)) {
  size_t slots = (size_t)relShapeSlots(table->table);
  RelSaveStatement **link = list, *one;
  char *words;
  while (*link != NULL && memcmp((*link)->columns, columns, slots) != 0) link = &(*link)->next;
  one = *link;
  if (one != NULL) {
    *link = one->next;
    one->next = *list;
    *list = one;
    return one->statement;
  }
  one = relAlloc(saver->error, sizeof *one);
  if (one == NULL) return NULL;
  one->next = *list;
  *list = one;
  one->columns = relAlloc(saver->error, slots);
  if (one->columns != NULL) memcpy(one->columns, columns, slots);
  words = sql(saver, table, columns);
  if (words != NULL) {
    one->statement = relPrepare(saver->error, saver->db, SQLITE_PREPARE_PERSISTENT, words);
  }
  sqlite3_free(words);
  return one->statement;
}

sqlite3_stmt *relRowsInsert(RelSaver *saver, RelSaveTable *table, const unsigned char *columns) {
  return statementFor(saver, table, &table->inserts, columns, insertSql);
}

sqlite3_stmt *relRowsInsertAll(RelSaver *saver, RelSaveTable *table, const unsigned char *columns) {
  return statementFor(saver, table, &table->batchInserts, columns, insertAllSql);
}

sqlite3_stmt *relRowsUpdate(RelSaver *saver, RelSaveTable *table, const unsigned char *columns) {
  return statementFor(saver, table, &table->updates, columns, updateSql);
}

/* --- SQL of an edge --- */

/* The owner goes by another name, so that a condition may name the target, which may be its table. */
#define OWNER "the owner"

static void addMatch(RelText *text, const RelKey *key, const char *parent, const char *child) {
  int i;
  for (i = 0; i < key->count; i++) {
    if (i > 0) relText(text, " AND ");
    addColumn(text, parent, key->parent, key->parentColumns[i]);
    relText(text, " = ");
    addColumn(text, child, key->child, key->childColumns[i]);
  }
}

/* SELECT member, link FROM owner, link, member WHERE the owner is the one that is bound */
static void startMembers(RelText *text, RelSaver *saver, const RelSaveEdge *edge) {
  const Relationship *relationship = edge->relationship;
  const RelTable *target = relationship->target, *links = relationship->secondary;
  relTextStart(text, saver->error);
  relText(text, "SELECT ");
  addRow(text, target->name, edge->target);
  if (links != NULL) {
    relText(text, ", ");
    addRow(text, links->name, edge->links);
  }
  relText(text, " FROM ");
  addTable(text, relationship->owner);
  relText(text, " AS \"" OWNER "\" CROSS JOIN ");
  if (links != NULL) {
    addTable(text, links);
    relText(text, " CROSS JOIN ");
  }
  addTable(text, target);
  relText(text, " WHERE ");
  addIdentity(text, OWNER, relationship->owner, 1);
  relText(text, " AND ");
  addMatch(text, &relationship->key, OWNER, links != NULL ? links->name : target->name);
  if (links != NULL) {
    relText(text, " AND ");
    addMatch(text, &relationship->targetKey, target->name, links->name);
  }
  if (relationship->condition != NULL) relTextFormat(text, " AND (%s)", relationship->condition);
}

sqlite3_stmt *relRowsMembers(RelSaver *saver, RelSaveEdge *edge) {
  RelText text;
  if (edge->members != NULL) return edge->members;
  startMembers(&text, saver, edge);
  return edge->members = prepare(saver, &text);
}

sqlite3_stmt *relRowsMember(RelSaver *saver, RelSaveEdge *edge) {
  RelText text;
  if (edge->member != NULL) return edge->member;
  startMembers(&text, saver, edge);
  relText(&text, " AND ");
  addIdentity(&text, edge->target->table->name, edge->target->table,
              relRowIdentityWidth(edge->owner->table) + 1);
  return edge->member = prepare(saver, &text);
}

sqlite3_stmt *relRowsLetGo(RelSaver *saver, RelSaveEdge *edge) {
  const Relationship *relationship = edge->relationship;
  RelText text;
  char *columns;
  if (edge->letGo != NULL) return edge->letGo;
  relTextStart(&text, saver->error);
  if (edge->links != NULL) {
    relText(&text, "DELETE FROM ");
    addTable(&text, relationship->secondary);
  } else {
    columns = relKeyLetGo(saver->error, &relationship->key,
                          (relationship->cascade & REL_DELETE_ORPHAN) != 0);
    relText(&text, "UPDATE ");
    addTable(&text, relationship->target);
    relTextFormat(&text, " SET %s", columns == NULL ? "" : columns);
    sqlite3_free(columns);
  }
  relText(&text, " WHERE ");
  addIdentity(&text, NULL, edge->links != NULL ? relationship->secondary : relationship->target, 1);
  return edge->letGo = prepare(saver, &text);
}

/* --- rows --- */

void relRowRead(RelSaver *saver, sqlite3_stmt *statement, int first, const RelSaveTable *table,
                RelSaveRow *row) {
  int i;
  if (table->table->rowid != NULL) row->rowid = sqlite3_column_int64(statement, first++);
  if (table->keptCount == 0) return;
  row->kept = relAlloc(saver->error, (size_t)table->keptCount * sizeof *row->kept);
  for (i = 0; i < table->keptCount && row->kept != NULL; i++) {
    row->kept[i] = sqlite3_value_dup(sqlite3_column_value(statement, first + i));
    if (row->kept[i] == NULL) relErrorNoMemory(saver->error);
  }
}

void relRowClear(const RelSaveTable *table, RelSaveRow *row) {
  int i;
  for (i = 0; row->kept != NULL && i < table->keptCount; i++) sqlite3_value_free(row->kept[i]);
  sqlite3_free(row->kept);
  memset(row, 0, sizeof *row);
}

static void bindDone(RelSaver *saver, int rc) {
  if (rc != SQLITE_OK) relErrorFromDb(saver->error, rc, saver->db);
}

void relRowBindColumn(RelSaver *saver, sqlite3_stmt *statement, int parameter,
                      const RelSaveTable *table, const RelSaveRow *row, int column) {
  if (saver->error->rc != SQLITE_OK) return;
  if (table->table->rowid != NULL && relShapeIsRowid(table->table, column)) {
    bindDone(saver, sqlite3_bind_int64(statement, parameter, row->rowid));
  } else {
    bindDone(saver,
             sqlite3_bind_value(statement, parameter, row->kept[relShapeKept(table, column)]));
  }
}

void relRowGiveColumn(sqlite3_context *context, const RelSaveTable *table, const RelSaveRow *row,
                      int column) {
  if (table->table->rowid != NULL && relShapeIsRowid(table->table, column)) {
    sqlite3_result_int64(context, row->rowid);
  } else {
    sqlite3_result_value(context, row->kept[relShapeKept(table, column)]);
  }
}

void relRowBindIdentity(RelSaver *saver, sqlite3_stmt *statement, int first,
                        const RelSaveTable *table, const RelSaveRow *row) {
  int i;
  for (i = 0; i < relRowIdentityWidth(table->table); i++) {
    relRowBindColumn(saver, statement, first + i, table, row, identityColumn(table->table, i));
  }
}
