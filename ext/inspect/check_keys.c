#include "enforce/actions.h"
#include "inspect/check.h"

enum { WIDEST = 16 }; /* columns of a key that is looked into */

static int isDeclared(const RelCheck *check, const RelKey *key) {
  int i;
  for (i = 0; i < relModelCount(check->model); i++) {
    const Relationship *relationship = relModelAt(check->model, i);
    if (relSameColumns(&relationship->key, key)) return 1;
    if (relationship->direction == REL_MANYTOMANY &&
        relSameColumns(&relationship->targetKey, key)) {
      return 1;
    }
  }
  return 0;
}

/* --- indexes ---------------------------------------------------------------------------------- */

static int pairOf(const RelKey *key, int column) {
  int i;
  for (i = 0; i < key->count; i++) {
    if (key->childColumns[i] == column) return i;
  }
  return -1;
}

/* The index begins with the key's columns, in any order, as the key compares them. */
int relCheckServes(const RelIndex *index, const RelKey *key) {
  int i;
  if (index->partial || index->count < key->count) return 0;
  for (i = 0; i < key->count; i++) {
    int pair = pairOf(key, index->columns[i]);
    if (pair < 0) return 0;
    if (!relSame(index->collations[i], relTableCollation(key->parent, key->parentColumns[pair]))) {
      return 0;
    }
  }
  return 1;
}

static int isServed(const RelKey *key) {
  const RelTable *child = key->child;
  int i;
  if (key->count == 1 && (key->childColumns[0] < 0 || key->childColumns[0] == child->integerKey)) {
    return 1;
  }
  for (i = 0; i < child->indexCount; i++) {
    if (relCheckServes(&child->indexes[i], key)) return 1;
  }
  return 0;
}

static void addTableName(RelCheck *check, RelText *text, const char *schema, const char *name) {
  if (check->shadowed || !relSame(schema, "main")) {
    relTextPlainName(text, schema);
    relText(text, ".");
  }
  relTextPlainName(text, name);
}

/* author_id, code COLLATE NOCASE: a collation is written where it is not the column's own. */
static char *indexColumns(RelCheck *check, const RelKey *key) {
  RelText text;
  int i;
  relTextStart(&text, check->error);
  for (i = 0; i < key->count; i++) {
    const char *collation = relTableCollation(key->parent, key->parentColumns[i]);
    if (i > 0) relText(&text, ", ");
    relTextPlainName(&text, relTableColumnName(key->child, key->childColumns[i]));
    if (relSame(collation, relTableCollation(key->child, key->childColumns[i]))) continue;
    relText(&text, " COLLATE ");
    relTextPlainName(&text, collation);
  }
  return relTextFinish(&text);
}

/* The name, or with a number behind it the first that is free: posts_author_id_2. Takes the name. */
static char *freeName(RelCheck *check, const char *schema, char *wanted) {
  char *name = NULL;
  int i, taken = 1;
  for (i = 1; taken && check->error->rc == SQLITE_OK; i++) {
    sqlite3_stmt *row;
    sqlite3_free(name);
    name = i == 1 ? relCopy(check->error, wanted) : relFormat(check->error, "%s_%d", wanted, i);
    row = relPrepareFormat(check->error, check->db,
                           "SELECT 1 FROM \"%w\".sqlite_schema WHERE name = %Q COLLATE NOCASE",
                           schema, name);
    taken = relStep(check->error, row);
    relFinalize(check->error, row);
  }
  sqlite3_free(wanted);
  return name;
}

/* posts_author_id */
static char *indexName(RelCheck *check, const RelKey *key) {
  RelText text;
  int i;
  relTextStart(&text, check->error);
  relText(&text, key->child->name);
  for (i = 0; i < key->count; i++) {
    relTextFormat(&text, "_%s", relTableColumnName(key->child, key->childColumns[i]));
  }
  return freeName(check, key->child->schema, relTextFinish(&text));
}

static char *createIndex(RelCheck *check, const RelKey *key, const char *columns) {
  char *name = indexName(check, key);
  RelText text;
  relTextStart(&text, check->error);
  relText(&text, "CREATE INDEX ");
  if (name != NULL) addTableName(check, &text, key->child->schema, name);
  relText(&text, " ON ");
  relTextPlainName(&text, key->child->name);
  relTextFormat(&text, "(%s);", columns);
  sqlite3_free(name);
  return relTextFinish(&text);
}

static void addConverted(RelCheck *check, const Relationship *implied) {
  const RelKey *key = &implied->key;
  char *columns = relCheckColumns(check, key);
  const RelColumn *parent =
      key->parentColumns[0] < 0 ? NULL : &key->parent->columns[key->parentColumns[0]];
  relCheckAdd(
      check, REL_SEVERITY_WARNING, implied->label, "unusable index",
      relFormat(check->error,
                "%s of %s has another type than what it refers to%s%s: values are converted "
                "to be compared, no index serves, and deletes and fetches read the whole "
                "table",
                columns, key->child->name, parent == NULL ? "" : ", ",
                parent == NULL ? "" : parent->type),
      NULL);
  sqlite3_free(columns);
}

static void checkIndex(RelCheck *check, const Relationship *implied) {
  const RelKey *key = &implied->key;
  char *columns;
  if (implied->direction != REL_ONETOMANY) return;
  if (relKeyConverts(key, 0)) {
    addConverted(check, implied);
    return;
  }
  if (isDeclared(check, key) || isServed(key)) return;
  columns = indexColumns(check, key);
  relCheckAdd(check, REL_SEVERITY_WARNING, implied->label, "missing index",
              relFormat(check->error,
                        "no index of %s begins with %s: deletes and fetches read the whole table",
                        key->child->name, columns),
              columns == NULL ? NULL : createIndex(check, key, columns));
  sqlite3_free(columns);
}

/* --- keys that name what is not there --------------------------------------------------------- */

/*
** Makes the table again that a key refers to, with the keys that rows refer to: nothing is lost, and
** nothing dangles.
*/
static char *recreate(RelCheck *check, const RelTable *table, const RelForeignKey *key) {
  RelText text, names, values;
  char *listed, *chosen;
  int i;
  relTextStart(&text, check->error);
  relTextStart(&names, check->error);
  relTextStart(&values, check->error);
  relText(&text, "CREATE TABLE IF NOT EXISTS ");
  addTableName(check, &text, table->schema, key->parent);
  for (i = 0; i < key->count; i++) {
    const RelColumn *column = &table->columns[key->columns[i]];
    const char *name = key->parentNames[i];
    if (name == NULL) name = key->count == 1 ? "id" : column->name;
    relText(&text, i == 0 ? "(" : ", ");
    relTextPlainName(&text, name);
    if (*column->type) relTextFormat(&text, " %s", column->type);
    if (!relSame(column->collation, "BINARY")) {
      relText(&text, " COLLATE ");
      relTextPlainName(&text, column->collation);
    }
    relText(&names, i == 0 ? "" : ", ");
    relTextPlainName(&names, name);
    relText(&values, i == 0 ? "" : " IS NOT NULL AND ");
    relTextPlainName(&values, column->name);
  }
  listed = relTextFinish(&names);
  chosen = relTextFinish(&values);
  relTextFormat(&text, ", PRIMARY KEY(%s)); INSERT OR IGNORE INTO ", listed == NULL ? "" : listed);
  addTableName(check, &text, table->schema, key->parent);
  relText(&text, " SELECT DISTINCT ");
  for (i = 0; i < key->count; i++) {
    if (i > 0) relText(&text, ", ");
    relTextPlainName(&text, table->columns[key->columns[i]].name);
  }
  relText(&text, " FROM ");
  relCheckTable(check, &text, table);
  relTextFormat(&text, " WHERE %s IS NOT NULL;", chosen == NULL ? "" : chosen);
  sqlite3_free(listed);
  sqlite3_free(chosen);
  return relTextFinish(&text);
}

/* What the key needs to refer to: its columns, those that are missing added, and UNIQUE together. */
static char *complete(RelCheck *check, const RelTable *parent, const RelTable *table,
                      const RelForeignKey *key) {
  char *name = freeName(check, parent->schema,
                        relFormat(check->error, "%s_%s", parent->name, key->parentNames[0]));
  RelText text;
  int i;
  relTextStart(&text, check->error);
  for (i = 0; i < key->count; i++) {
    if (relTableColumn(parent, key->parentNames[i]) >= 0) continue;
    relText(&text, "ALTER TABLE ");
    relCheckTable(check, &text, parent);
    relText(&text, " ADD COLUMN ");
    relTextPlainName(&text, key->parentNames[i]);
    relTextFormat(&text, "%s%s; ", *table->columns[key->columns[i]].type ? " " : "",
                  table->columns[key->columns[i]].type);
  }
  relText(&text, "CREATE UNIQUE INDEX ");
  if (name != NULL) addTableName(check, &text, parent->schema, name);
  relText(&text, " ON ");
  relTextPlainName(&text, parent->name);
  for (i = 0; i < key->count; i++) {
    relText(&text, i == 0 ? "(" : ", ");
    relTextPlainName(&text, key->parentNames[i]);
  }
  relText(&text, ");");
  sqlite3_free(name);
  return relTextFinish(&text);
}

/* True where rows of the parent are alike in the key's columns, so that no UNIQUE index can be made. */
static int isRepeated(RelCheck *check, const RelTable *parent, const int *columns, int count) {
  RelError own = {SQLITE_OK, NULL};
  sqlite3_stmt *row;
  RelText text;
  char *sql;
  int i, found;
  relTextStart(&text, check->error);
  relText(&text, "SELECT 1 FROM ");
  relTextName(&text, parent->schema, parent->name);
  for (i = 0; i < count; i++) {
    relText(&text, i == 0 ? " WHERE " : " AND ");
    relTextName(&text, NULL, parent->columns[columns[i]].name);
    relText(&text, " IS NOT NULL");
  }
  for (i = 0; i < count; i++) {
    relText(&text, i == 0 ? " GROUP BY " : ", ");
    relTextName(&text, NULL, parent->columns[columns[i]].name);
  }
  relText(&text, " HAVING count(*) > 1");
  sql = relTextFinish(&text);
  if (sql == NULL) return 0;
  row = relPrepare(&own, check->db, 0, sql);
  found = relStep(&own, row);
  relFinalize(&own, row);
  sqlite3_free(sql);
  if (own.rc != SQLITE_OK && (own.rc & 0xff) != SQLITE_ERROR) {
    relErrorSet(check->error, own.rc, "%s", sqlite3_errstr(own.rc));
  }
  relErrorClear(&own); /* a table that cannot be read is a problem of its own */
  return found;
}

/* A key that no row can be referred to by, as its author alone can put right. */
static void addUseless(RelCheck *check, const RelTable *table, const char *label,
                       const char *problem, char *what) {
  relCheckAdd(check, REL_SEVERITY_ERROR, label, problem,
              relFormat(check->error,
                        "its FOREIGN KEY refers to %s: with foreign_keys on, writes to %s fail",
                        what, table->name),
              NULL);
  sqlite3_free(what);
}

/* What SQLite finds wrong as soon as the key is looked at. */
static void checkParent(RelCheck *check, const RelTable *table, const RelForeignKey *key,
                        const char *label) {
  const RelTable *parent = relModelTable(check->error, check->model, key->parent);
  const char *missing = NULL;
  int i, columns[WIDEST];
  if (parent == NULL) {
    relCheckAdd(check, REL_SEVERITY_ERROR, label, "key names no table",
                relFormat(check->error,
                          "its FOREIGN KEY refers to \"%w\", which is not there: with foreign_keys "
                          "on, writes to %s fail",
                          key->parent, table->name),
                recreate(check, table, key));
    return;
  }
  if (parent->kind != REL_TABLE) {
    addUseless(check, table, label, "key names no table",
               relFormat(check->error, "%s, which is a %s", parent->name,
                         parent->kind == REL_VIEW ? "view" : "virtual table"));
    return;
  }
  if (key->parentNames[0] == NULL && key->count != parent->keyCount) {
    addUseless(check, table, label, "key names no column",
               parent->keyCount == 0
                   ? relFormat(check->error, "%s, which has no primary key", parent->name)
                   : relFormat(check->error, "%s, whose primary key has %d column%s", parent->name,
                               parent->keyCount, parent->keyCount == 1 ? "" : "s"));
    return;
  }
  if (key->parentNames[0] == NULL || key->count > WIDEST) return;
  for (i = 0; i < key->count; i++) {
    columns[i] = relTableColumn(parent, key->parentNames[i]);
    if (columns[i] < 0) missing = key->parentNames[i];
  }
  if (missing != NULL) {
    relCheckAdd(check, REL_SEVERITY_ERROR, label, "key names no column",
                relFormat(check->error,
                          "its FOREIGN KEY refers to %s of %s, which is not there: with "
                          "foreign_keys on, writes to %s fail",
                          missing, parent->name, table->name),
                complete(check, parent, table, key));
  } else if (!relTableUnique(parent, columns, key->count)) {
    int repeated = isRepeated(check, parent, columns, key->count);
    relCheckAdd(
        check, REL_SEVERITY_ERROR, label, "key is not unique",
        relFormat(check->error,
                  "its FOREIGN KEY refers to %s of %s, which no UNIQUE index covers%s: with "
                  "foreign_keys on, writes to %s fail",
                  key->parentNames[0], parent->name,
                  repeated ? ", nor can one while rows are alike there" : "", table->name),
        repeated ? NULL : complete(check, parent, table, key));
  }
}

static void checkForeignKey(RelCheck *check, const RelTable *table, const RelForeignKey *key) {
  char *label =
      relFormat(check->error, "%s.%s", table->name, relTableColumnName(table, key->columns[0]));
  checkParent(check, table, key, label);
  sqlite3_free(label);
}

static int takesPart(const RelCheck *check, const RelTable *table) {
  int i;
  for (i = 0; i < relModelCount(check->model); i++) {
    const Relationship *relationship = relModelAt(check->model, i);
    if (relationship->owner == table || relationship->target == table ||
        relationship->secondary == table) {
      return 1;
    }
  }
  return check->all;
}

static void checkTables(RelCheck *check) {
  sqlite3_stmt *names = relPrepareFormat(
      check->error, check->db,
      "SELECT name FROM \"%w\".sqlite_schema WHERE type = 'table' AND rootpage > 0 AND "
      "instr(upper(sql), 'REFERENCES') AND name NOT LIKE 'sqlite\\_%%' ESCAPE '\\' ORDER BY rowid",
      relModelSchema(check->model));
  while (relStep(check->error, names)) {
    const RelTable *table =
        relModelTable(check->error, check->model, (const char *)sqlite3_column_text(names, 0));
    int i;
    for (i = 0; table != NULL && takesPart(check, table) && i < table->foreignKeyCount; i++) {
      checkForeignKey(check, table, &table->foreignKeys[i]);
    }
  }
  relFinalize(check->error, names);
}

void relCheckKeys(RelCheck *check) {
  Relationship *const *implied = NULL;
  int i, count;
  checkTables(check);
  if (!check->all) return;
  count = relModelImplied(check->error, check->model, &implied);
  for (i = 0; i < count && check->error->rc == SQLITE_OK; i++) checkIndex(check, implied[i]);
}
