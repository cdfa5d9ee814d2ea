/*
** What FOREIGN KEYs refer to, where it is not there or cannot be referred to: SQLite says so only when
** a row is written.
*/
#include "inspect/check_rows.h"

enum { WIDEST = 16 }; /* columns of a key that is looked into */

/* A column that the fix of an earlier problem adds. Both are borrowed. */
typedef struct Added {
  const RelTable *table;
  const char *column;
} Added;

typedef struct Parents {
  RelCheck *check;
  const RelTable **tables; /* owned: those with FOREIGN KEYs */
  int count, room;
  Added *added; /* owned */
  int addedCount, addedRoom;
} Parents;

/* --- a table that is gone ---------------------------------------------------------------------- */

/* One of the keys that refer to it. */
typedef struct Lost {
  const RelTable *table; /* borrowed, as is the key: the child */
  const RelForeignKey *key;
} Lost;

typedef struct Losts {
  Lost *list; /* owned; the first is what becomes the primary key */
  int count, room;
  int clash; /* two primary keys of different width are referred to */
} Losts;

static const char *lostName(const Lost *lost, const Losts *losts, int i) {
  const Lost *first = &losts->list[0];
  if (lost->key->parentNames[i] != NULL) return lost->key->parentNames[i];
  if (lost->key->count == 1) return "id";
  return first->table->columns[first->key->columns[i]]
      .name; /* the primary key's, as they all mean */
}

static void collectLost(const Parents *parents, const char *parent, Losts *losts) {
  RelError *error = parents->check->error;
  int i, j;
  for (i = 0; i < parents->count; i++) {
    const RelTable *table = parents->tables[i];
    for (j = 0; j < table->foreignKeyCount; j++) {
      Lost lost = {table, &table->foreignKeys[j]}, *first;
      if (!relSame(lost.key->parent, parent)) continue;
      losts->list = relGrow(error, losts->list, losts->count, &losts->room, sizeof *losts->list);
      if (error->rc != SQLITE_OK) return;
      first = &losts->list[0];
      losts->list[losts->count++] = lost;
      if (lost.key->parentNames[0] != NULL) continue;
      if (first->key->parentNames[0] == NULL) {
        losts->clash |= first->key->count != lost.key->count;
      } else {
        losts->list[losts->count - 1] = *first;
        *first = lost;
      }
    }
  }
}

static int isLostColumn(const Losts *losts, const Lost *lost, const char *name) {
  int i;
  for (i = 0; i < lost->key->count; i++) {
    if (relSame(lostName(lost, losts, i), name)) return 1;
  }
  return 0;
}

/* True where an earlier key refers to the same columns. */
static int isLostAgain(const Losts *losts, int n) {
  const Lost *lost = &losts->list[n];
  int i, j;
  for (i = 0; i < n; i++) {
    const Lost *other = &losts->list[i];
    for (j = 0; j < lost->key->count; j++) {
      if (!isLostColumn(losts, other, lostName(lost, losts, j))) break;
    }
    if (j == lost->key->count && j == other->key->count) return 1;
  }
  return 0;
}

/* x TEXT, unless an earlier key has it; without a type where keys of different types refer to it. */
static void addLostColumn(const Losts *losts, RelText *text, int n, int at) {
  const Lost *lost = &losts->list[n];
  const RelColumn *column = &lost->table->columns[lost->key->columns[at]];
  const char *name = lostName(lost, losts, at);
  int i, j, alike = 1;
  for (i = 0; i < n; i++) {
    if (isLostColumn(losts, &losts->list[i], name)) return;
  }
  for (i = n + 1; i < losts->count; i++) {
    const Lost *other = &losts->list[i];
    for (j = 0; j < other->key->count; j++) {
      alike &= !relSame(lostName(other, losts, j), name) ||
               other->table->columns[other->key->columns[j]].affinity == column->affinity;
    }
  }
  relText(text, n == 0 && at == 0 ? "(" : ", ");
  relTextPlainName(text, name);
  if (*column->type && alike) relTextFormat(text, " %s", column->type);
  if (relSame(column->collation, "BINARY")) return;
  relText(text, " COLLATE ");
  relTextPlainName(text, column->collation);
}

static void addLostNames(const Losts *losts, RelText *text, const Lost *lost) {
  int i;
  for (i = 0; i < lost->key->count; i++) {
    relText(text, i == 0 ? "(" : ", ");
    relTextPlainName(text, lostName(lost, losts, i));
  }
  relText(text, ")");
}

/* INSERT OR IGNORE INTO users(login) SELECT DISTINCT user FROM posts WHERE user IS NOT NULL; */
static void addLostRows(RelCheck *check, const Losts *losts, RelText *text, const Lost *lost) {
  int i;
  relText(text, "INSERT OR IGNORE INTO ");
  relCheckName(check, text, lost->table->schema, lost->key->parent);
  addLostNames(losts, text, lost);
  for (i = 0; i < lost->key->count; i++) {
    relText(text, i == 0 ? " SELECT DISTINCT " : ", ");
    relTextPlainName(text, lost->table->columns[lost->key->columns[i]].name);
  }
  relText(text, " FROM ");
  relCheckTable(check, text, lost->table);
  for (i = 0; i < lost->key->count; i++) {
    relText(text, i == 0 ? " WHERE " : " AND ");
    relTextPlainName(text, lost->table->columns[lost->key->columns[i]].name);
    relText(text, " IS NOT NULL");
  }
  relText(text, ";");
}

/*
** Makes the table again that keys refer to, with what rows refer to by any of them: nothing is lost,
** and nothing dangles. It is the same for each of the keys, and may be run for each.
*/
static char *recreate(const Parents *parents, const RelTable *table, const char *parent) {
  RelCheck *check = parents->check;
  Losts losts = {NULL, 0, 0, 0};
  RelText text;
  int i, j;
  collectLost(parents, parent, &losts);
  if (losts.clash) {
    sqlite3_free(losts.list);
    return NULL;
  }
  check->grows = 1;
  relTextStart(&text, check->error);
  relText(&text, "CREATE TABLE IF NOT EXISTS ");
  relCheckName(check, &text, table->schema, parent);
  for (i = 0; i < losts.count; i++) {
    for (j = 0; j < losts.list[i].key->count; j++) addLostColumn(&losts, &text, i, j);
  }
  for (i = 0; i < losts.count; i++) {
    if (isLostAgain(&losts, i)) continue;
    relText(&text, i == 0 ? ", PRIMARY KEY" : ", UNIQUE");
    addLostNames(&losts, &text, &losts.list[i]);
  }
  relText(&text, ");");
  for (i = 0; i < losts.count; i++) {
    relText(&text, " ");
    addLostRows(check, &losts, &text, &losts.list[i]);
  }
  sqlite3_free(losts.list);
  return relTextFinish(&text);
}

/* --- columns that are missing, or not UNIQUE ---------------------------------------------------- */

static int isAdded(const Parents *parents, const RelTable *parent, const char *column) {
  int i;
  for (i = 0; i < parents->addedCount; i++) {
    const Added *added = &parents->added[i];
    if (added->table == parent && relSame(added->column, column)) return 1;
  }
  return 0;
}

static void addMissing(Parents *parents, RelText *text, const RelTable *parent, const char *column,
                       const char *type) {
  RelCheck *check = parents->check;
  Added *added;
  if (relTableColumn(parent, column) >= 0 || isAdded(parents, parent, column)) return;
  check->grows = 1;
  relText(text, "ALTER TABLE ");
  relCheckTable(check, text, parent);
  relText(text, " ADD COLUMN ");
  relTextPlainName(text, column);
  relTextFormat(text, "%s%s; ", *type ? " " : "", type);
  parents->added = relGrow(check->error, parents->added, parents->addedCount, &parents->addedRoom,
                           sizeof *parents->added);
  if (check->error->rc != SQLITE_OK) return;
  added = &parents->added[parents->addedCount++];
  added->table = parent;
  added->column = column;
}

/* users_login */
static char *uniqueName(RelCheck *check, const RelTable *parent, const RelForeignKey *key) {
  RelText text;
  int i;
  relTextStart(&text, check->error);
  relText(&text, parent->name);
  for (i = 0; i < key->count; i++) relTextFormat(&text, "_%s", key->parentNames[i]);
  return relCheckFreeName(check, parent->schema, relTextFinish(&text));
}

/*
** What the key needs to refer to: its columns, those that are missing added, and UNIQUE together. The
** fix of another key may have made them already.
*/
static char *complete(Parents *parents, const RelTable *parent, const RelTable *table,
                      const RelForeignKey *key) {
  RelCheck *check = parents->check;
  char *name = uniqueName(check, parent, key);
  RelText text;
  int i;
  relTextStart(&text, check->error);
  for (i = 0; i < key->count; i++) {
    addMissing(parents, &text, parent, key->parentNames[i], table->columns[key->columns[i]].type);
  }
  relText(&text, "CREATE UNIQUE INDEX IF NOT EXISTS ");
  if (name != NULL) relCheckName(check, &text, parent->schema, name);
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

/* SELECT 1 FROM table WHERE none of the columns is NULL */
static void selectKeyed(RelText *text, const RelTable *table, const int *columns, int count) {
  int i;
  relText(text, "SELECT 1 FROM ");
  relTextName(text, table->schema, table->name);
  for (i = 0; i < count; i++) {
    relText(text, i == 0 ? " WHERE " : " AND ");
    relTextName(text, NULL, table->columns[columns[i]].name);
    relText(text, " IS NOT NULL");
  }
}

/* True where a row refers by the key. */
static int isUsed(RelCheck *check, const RelTable *table, const RelForeignKey *key) {
  RelText text;
  relTextStart(&text, check->error);
  selectKeyed(&text, table, key->columns, key->count);
  return relCheckGivesRow(check, relTextFinish(&text));
}

/* True where rows of the parent are alike in the key's columns, so that no UNIQUE index can be made. */
static int isRepeated(RelCheck *check, const RelTable *parent, const int *columns, int count) {
  RelText text;
  int i;
  relTextStart(&text, check->error);
  selectKeyed(&text, parent, columns, count);
  for (i = 0; i < count; i++) {
    relText(&text, i == 0 ? " GROUP BY " : ", ");
    relTextName(&text, NULL, parent->columns[columns[i]].name);
  }
  relText(&text, " HAVING count(*) > 1");
  return relCheckGivesRow(check, relTextFinish(&text));
}

/* --- the keys --------------------------------------------------------------------------------- */

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

/*
** A column that rows refer to cannot be added empty: they would all dangle, and be let go or deleted
** next. What they refer to, only the user knows.
*/
static void checkColumns(Parents *parents, const RelTable *parent, const RelTable *table,
                         const RelForeignKey *key, const char *label, const char *missing) {
  RelCheck *check = parents->check;
  int used = isUsed(check, table, key);
  relCheckAdd(check, REL_SEVERITY_ERROR, label, "key names no column",
              relFormat(check->error,
                        "its FOREIGN KEY refers to %s of %s, which is not there: with foreign_keys "
                        "on, writes to %s fail%s",
                        missing, parent->name, table->name,
                        used ? "; rows have the key, so declare it anew with the column that they "
                               "refer to, or add this one with their values"
                             : ""),
              used ? NULL : complete(parents, parent, table, key));
}

/* What SQLite finds wrong as soon as the key is looked at. */
static void checkParent(Parents *parents, const RelTable *table, const RelForeignKey *key,
                        const char *label) {
  RelCheck *check = parents->check;
  const RelTable *parent = relModelTable(check->error, check->model, key->parent);
  const char *missing = NULL;
  int i, columns[WIDEST];
  if (parent == NULL) {
    relCheckAdd(check, REL_SEVERITY_ERROR, label, "key names no table",
                relFormat(check->error,
                          "its FOREIGN KEY refers to \"%w\", which is not there: with foreign_keys "
                          "on, writes to %s fail",
                          key->parent, table->name),
                recreate(parents, table, key->parent));
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
    checkColumns(parents, parent, table, key, label, missing);
  } else if (!relTableUnique(parent, columns, key->count)) {
    int repeated = isRepeated(check, parent, columns, key->count);
    relCheckAdd(
        check, REL_SEVERITY_ERROR, label, "key is not unique",
        relFormat(check->error,
                  "its FOREIGN KEY refers to %s of %s, which no UNIQUE index covers%s: with "
                  "foreign_keys on, writes to %s fail",
                  key->parentNames[0], parent->name,
                  repeated ? ", nor can one while rows are alike there" : "", table->name),
        repeated ? NULL : complete(parents, parent, table, key));
  }
}

static void checkForeignKey(Parents *parents, const RelTable *table, const RelForeignKey *key) {
  char *label = relFormat(parents->check->error, "%s.%s", table->name,
                          relTableColumnName(table, key->columns[0]));
  checkParent(parents, table, key, label);
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

static void collectTables(Parents *parents) {
  RelCheck *check = parents->check;
  sqlite3_stmt *names = relPrepareFormat(
      check->error, check->db,
      "SELECT name FROM \"%w\".sqlite_schema WHERE type = 'table' AND rootpage > 0 AND "
      "instr(upper(sql), 'REFERENCES') AND name NOT LIKE 'sqlite\\_%%' ESCAPE '\\' ORDER BY rowid",
      relModelSchema(check->model));
  while (relStep(check->error, names)) {
    const RelTable *table =
        relModelTable(check->error, check->model, (const char *)sqlite3_column_text(names, 0));
    if (table == NULL) continue;
    parents->tables = relGrow(check->error, parents->tables, parents->count, &parents->room,
                              sizeof *parents->tables);
    if (check->error->rc == SQLITE_OK) parents->tables[parents->count++] = table;
  }
  relFinalize(check->error, names);
}

void relCheckParents(RelCheck *check) {
  Parents parents = {.check = check};
  int i, j;
  check->grows = 0;
  collectTables(&parents);
  for (i = 0; i < parents.count && check->error->rc == SQLITE_OK; i++) {
    const RelTable *table = parents.tables[i];
    for (j = 0; takesPart(check, table) && j < table->foreignKeyCount; j++) {
      checkForeignKey(&parents, table, &table->foreignKeys[j]);
    }
  }
  sqlite3_free(parents.tables);
  sqlite3_free(parents.added);
}
