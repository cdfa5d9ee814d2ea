#include "model/renames.h"

#include "base/statement.h"
#include "model/catalog.h"
#include "model/names.h"

void relRenamesClear(RelRenames *renames) {
  int i, j;
  for (i = 0; i < renames->count; i++) {
    RelRenamedTable *table = &renames->tables[i];
    for (j = 0; j < table->count; j++) {
      sqlite3_free(table->columns[j].was);
      sqlite3_free(table->columns[j].is);
    }
    sqlite3_free(table->columns);
    sqlite3_free(table->trigger);
    sqlite3_free(table->name.was);
    sqlite3_free(table->name.is);
  }
  sqlite3_free(renames->tables);
  memset(renames, 0, sizeof *renames);
}

/* The name behind AS at *cursor, owned by the caller, or NULL where there is none. */
static char *readAlias(RelError *error, const char **cursor) {
  RelToken token;
  if (!relTokenIs(relTokenNext(cursor), "AS")) return NULL;
  token = relTokenNext(cursor);
  return relTokenIsName(token) ? relTokenName(error, token) : NULL;
}

/* , NEW."is" AS "was" */
static int readColumn(RelError *error, const char **cursor, RelRenamedTable *table) {
  RelRename *column;
  RelToken is;
  if (relTokenNext(cursor).kind != REL_TOKEN_COMMA) return 0;
  if (!relTokenIs(relTokenNext(cursor), "NEW")) return 0;
  if (relTokenNext(cursor).kind != REL_TOKEN_DOT) return 0;
  is = relTokenNext(cursor);
  if (!relTokenIsName(is)) return 0;
  table->columns =
      relGrow(error, table->columns, table->count, &table->room, sizeof *table->columns);
  if (error->rc != SQLITE_OK) return 0;
  column = &table->columns[table->count++];
  column->is = relTokenName(error, is);
  column->was = readAlias(error, cursor);
  return column->was != NULL;
}

/* Reads a trigger's text. One that is not as we write it tells as much as it can. */
static void readTrigger(RelError *error, RelRenames *renames, const char *trigger, const char *is,
                        const char *sql) {
  RelRenamedTable *table;
  RelToken token;
  char *was;
  do {
    token = relTokenNext(&sql);
  } while (token.kind != REL_TOKEN_END && !relTokenIs(token, "BEGIN"));
  if (!relTokenIs(relTokenNext(&sql), "SELECT") || !relTokenIs(relTokenNext(&sql), "NULL")) return;
  was = readAlias(error, &sql);
  if (was == NULL) return;
  renames->tables =
      relGrow(error, renames->tables, renames->count, &renames->room, sizeof *renames->tables);
  if (error->rc != SQLITE_OK) {
    sqlite3_free(was);
    return;
  }
  table = &renames->tables[renames->count++];
  memset(table, 0, sizeof *table);
  table->trigger = relCopy(error, trigger);
  table->name.was = was;
  table->name.is = relCopy(error, is);
  while (readColumn(error, &sql, table)) continue;
}

void relRenamesRead(RelError *error, sqlite3 *db, const char *schema, RelRenames *renames) {
  sqlite3_stmt *rows = relPrepareFormat(
      error, db,
      "SELECT name, tbl_name, sql FROM \"%w\".sqlite_schema WHERE type = 'trigger' AND "
      "name LIKE '%%" REL_NAMES "' AND instr(sql, %Q)",
      schema, REL_MADE);
  while (relStep(error, rows)) {
    const char *trigger = (const char *)sqlite3_column_text(rows, 0);
    const char *table = (const char *)sqlite3_column_text(rows, 1);
    const char *sql = (const char *)sqlite3_column_text(rows, 2);
    if (sql != NULL) readTrigger(error, renames, trigger, table, sql);
  }
  relFinalize(error, rows);
}

static const RelRenamedTable *findTable(const RelRenames *renames, const char *was) {
  int i;
  for (i = 0; was != NULL && i < renames->count; i++) {
    if (relSame(renames->tables[i].name.was, was)) return &renames->tables[i];
  }
  return NULL;
}

static const RelRename *findColumn(const RelRenamedTable *table, const char *was) {
  int i;
  for (i = 0; table != NULL && i < table->count; i++) {
    if (relSame(table->columns[i].was, was)) return &table->columns[i];
  }
  return NULL;
}

static int isRenamed(const RelRename *rename) {
  return rename != NULL && rename->is != NULL && strcmp(rename->was, rename->is) != 0;
}

/* Writes the name in the place of a token of `text`, and what stands before it since *from. */
static void put(RelText *text, const char **from, RelToken token, const char *name) {
  relTextBytes(text, *from, (size_t)(token.text - *from));
  if (token.kind == REL_TOKEN_QUOTED) {
    relTextName(text, NULL, name);
  } else {
    relTextPlainName(text, name);
  }
  *from = token.text + token.length;
}

/* Finds what the table and the column were called, and are: NULL where they are not ours to know. */
static void lookUp(RelError *error, const RelRenames *renames, const RelDeclaration *declaration,
                   const RelNamed *named, const RelRenamedTable **table, const RelRename **column) {
  char *tableName = named->table.kind != REL_TOKEN_END ? relTokenName(error, named->table) : NULL;
  char *columnName = relTokenName(error, named->column);
  const RelField *role;
  *table = NULL;
  *column = NULL;
  for (role = named->tables; *role != REL_FIELD_COUNT && columnName != NULL; role++) {
    const char *was = declaration->fields[*role];
    if (tableName != NULL && !relSame(was, tableName)) continue;
    *table = findTable(renames, was);
    *column = findColumn(*table, columnName);
    if (tableName != NULL || *column != NULL) break;
  }
  sqlite3_free(tableName);
  sqlite3_free(columnName);
}

/* One text of the declaration in today's names; NULL where nothing in it was renamed. */
static char *followText(RelError *error, const RelRenames *renames,
                        const RelDeclaration *declaration, RelField field) {
  RelNaming naming = {declaration, 0, REL_FIELD_COUNT, NULL, NULL, 0};
  const char *from = declaration->fields[field];
  int renamed = 0;
  RelNamed named;
  RelText text;
  relTextStart(&text, error);
  while (relNamingNext(&naming, &named) && error->rc == SQLITE_OK) {
    const RelRenamedTable *table;
    const RelRename *column;
    if (named.field != field) continue;
    lookUp(error, renames, declaration, &named, &table, &column);
    if (named.table.kind != REL_TOKEN_END && table != NULL && isRenamed(&table->name)) {
      put(&text, &from, named.table, table->name.is);
      renamed = 1;
    }
    if (isRenamed(column)) {
      put(&text, &from, named.column, column->is);
      renamed = 1;
    }
  }
  if (!renamed) {
    relTextDiscard(&text);
    return NULL;
  }
  relText(&text, from);
  return relTextFinish(&text);
}

static char *followTable(RelError *error, const RelRenames *renames, const char *name) {
  const RelRenamedTable *table = findTable(renames, name);
  return table != NULL && isRenamed(&table->name) ? relCopy(error, table->name.is) : NULL;
}

int relRenamesFollow(RelError *error, const RelRenames *renames, RelDeclaration *declaration) {
  char *fields[REL_FIELD_COUNT] = {NULL};
  int renamed = 0, i;
  for (i = 0; i < REL_FIELD_COUNT; i++) {
    if (declaration->fields[i] == NULL) continue;
    fields[i] = i == REL_FIELD_OWNER || i == REL_FIELD_TARGET || i == REL_FIELD_SECONDARY
                    ? followTable(error, renames, declaration->fields[i])
                    : followText(error, renames, declaration, (RelField)i);
  }
  for (i = 0; i < REL_FIELD_COUNT; i++) {
    if (fields[i] == NULL) continue;
    sqlite3_free(declaration->fields[i]);
    declaration->fields[i] = fields[i];
    renamed = 1;
  }
  return renamed;
}

static int tellsRename(const RelRenamedTable *table) {
  int i, renamed = isRenamed(&table->name);
  for (i = 0; i < table->count; i++) renamed |= isRenamed(&table->columns[i]);
  return renamed;
}

void relRenamesForget(RelError *error, sqlite3 *db, const char *schema) {
  RelRenames renames = {NULL, 0, 0};
  int i;
  relRenamesRead(error, db, schema, &renames);
  for (i = 0; i < renames.count && error->rc == SQLITE_OK; i++) {
    char *sql;
    if (!tellsRename(&renames.tables[i])) continue;
    sql = relFormat(error, "DROP TRIGGER \"%w\".\"%w\"", schema, renames.tables[i].trigger);
    relExecute(error, db, sql);
    sqlite3_free(sql);
  }
  relRenamesClear(&renames);
}
