/*
** schema/: one table or view as SQLite has it. Each test describes what was read as text; what it
** must say is known from the CREATE statement, and of keys and indexes SQLite is asked as well.
*/
#include "unit/suites.h"

#include "schema/databases.h"
#include "schema/table.h"

static sqlite3 *openWith(const char *sql) {
  sqlite3 *db;
  char *message = NULL;
  ck_assert_int_eq(sqlite3_open(":memory:", &db), SQLITE_OK);
  sqlite3_exec(db, sql, NULL, NULL, &message);
  ck_assert_msg(message == NULL, "%s", message);
  return db;
}

static void closeDatabase(sqlite3 *db) {
  ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
}

static RelTable *readTable(sqlite3 *db, const char *schema, const char *name) {
  RelError error = {SQLITE_OK, NULL};
  RelTable *table = relTableRead(&error, db, schema, name);
  ck_assert_msg(error.rc == SQLITE_OK, "%s", error.message);
  return table;
}

static void describeNames(RelText *text, const RelTable *table, const int *columns, int count) {
  int i;
  for (i = 0; i < count; i++) {
    relTextFormat(text, "%s%s", i ? "," : "",
                  columns[i] == -2 ? "(expression)" : relTableColumnName(table, columns[i]));
  }
}

/* "a TEXT text NOCASE notnull key1; ...": the columns as read. */
static void describeColumns(RelText *text, const RelTable *table) {
  static const char *const AFFINITIES[] = {"none", "text", "numeric"};
  int i;
  for (i = 0; i < table->columnCount; i++) {
    const RelColumn *column = &table->columns[i];
    relTextFormat(text, "%s%s '%s' %s %s", i ? "; " : "", column->name, column->type,
                  AFFINITIES[column->affinity], column->collation);
    if (column->notNull) relText(text, " notnull");
    if (column->keyPart) relTextFormat(text, " key%d", column->keyPart);
    if (column->generated) relText(text, " generated");
    if (column->hidden) relText(text, " hidden");
    if (column->defaultValue) relTextFormat(text, " default %s", column->defaultValue);
  }
}

static void describeKeys(RelText *text, const RelTable *table) {
  int i, j;
  for (i = 0; i < table->foreignKeyCount; i++) {
    const RelForeignKey *key = &table->foreignKeys[i];
    relText(text, i ? "; " : "");
    describeNames(text, table, key->columns, key->count);
    relTextFormat(text, " -> %s(", key->parent);
    for (j = 0; j < key->count; j++) {
      relTextFormat(text, "%s%s", j ? "," : "", key->parentNames[j] ? key->parentNames[j] : "-");
    }
    relTextFormat(text, ") %s/%s", key->onDelete, key->onUpdate);
  }
}

static void describeIndexes(RelText *text, const RelTable *table) {
  int i, j;
  for (i = 0; i < table->indexCount; i++) {
    const RelIndex *index = &table->indexes[i];
    relTextFormat(text, "%s%s%s%s%s(", i ? "; " : "", index->unique ? "unique " : "",
                  index->primary ? "primary " : "", index->partial ? "partial " : "",
                  index->ours ? "ours " : "");
    describeNames(text, table, index->columns, index->count);
    relText(text, ")");
    for (j = 0; j < index->count; j++) relTextFormat(text, " %s", index->collations[j]);
  }
}

/* Reads table `name` and compares one description of it. */
static void expect(sqlite3 *db, const char *name, void (*describe)(RelText *, const RelTable *),
                   const char *expected) {
  RelError error = {SQLITE_OK, NULL};
  RelTable *table = readTable(db, "main", name);
  RelText text;
  char *found;
  ck_assert_msg(table != NULL, "%s", name);
  relTextStart(&text, &error);
  describe(&text, table);
  found = relTextFinish(&text);
  ck_assert_str_eq(found, expected);
  sqlite3_free(found);
  relTableFree(table);
}

/* "a,b" or "rowid"; then where the integer key stands. */
static void describeKey(RelText *text, const RelTable *table) {
  int i;
  for (i = 0; i < relTableKeyWidth(table); i++) {
    relTextFormat(text, "%s%s", i ? "," : "", relTableKeyName(table, i));
  }
  relTextFormat(text, " integer %d rowid %s", table->integerKey,
                table->rowid ? table->rowid : "none");
}

START_TEST(columnsHaveTypeAffinityAndCollation) {
  sqlite3 *db = openWith(
      "CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT NOT NULL DEFAULT 'x''y', c, d BLOB,"
      " e VARCHAR(9) COLLATE NOCASE, f REAL, g \"FLOATING POINT\", h STRING, i CLOB COLLATE RTRIM,"
      " j DECIMAL(10,2) DEFAULT (1+2), k ANY, l CHARINT, m BLOBINT)");
  expect(db, "t", describeColumns,
         "a 'INTEGER' numeric BINARY notnull key1; b 'TEXT' text BINARY notnull default 'x''y'; "
         "c '' none BINARY; d 'BLOB' none BINARY; e 'VARCHAR(9)' text NOCASE; "
         "f 'REAL' numeric BINARY; g 'FLOATING POINT' numeric BINARY; h 'STRING' numeric BINARY; "
         "i 'CLOB' text RTRIM; j 'DECIMAL(10,2)' numeric BINARY default 1+2; "
         "k 'ANY' numeric BINARY; l 'CHARINT' numeric BINARY; m 'BLOBINT' numeric BINARY");
  closeDatabase(db);
}
END_TEST

/* The oracle is SQLite: two values compare equal only if the affinity converts one of them. */
START_TEST(affinityIsWhatSqliteCompares) {
  static const char *const TYPES[] = {"",
                                      "INT",
                                      "BIGINT",
                                      "UNSIGNED BIG INT",
                                      "CHARACTER(20)",
                                      "NVARCHAR(100)",
                                      "TEXT",
                                      "CLOB",
                                      "BLOB",
                                      "REAL",
                                      "DOUBLE PRECISION",
                                      "FLOAT",
                                      "NUMERIC",
                                      "BOOLEAN",
                                      "DATE",
                                      "ANY",
                                      "STRING",
                                      "FLOATING POINT",
                                      "CHARBLOB",
                                      "REALBLOB",
                                      "Text",
                                      "blob",
                                      "CHARINT",
                                      "xint",
                                      "JSON"};
  size_t i;
  for (i = 0; i < sizeof TYPES / sizeof *TYPES; i++) {
    RelError error = {SQLITE_OK, NULL};
    char *sql =
        relFormat(&error, "CREATE TABLE t(c %s); INSERT INTO t VALUES (1), ('1')", TYPES[i]);
    sqlite3 *db = openWith(sql);
    RelTable *table = readTable(db, "main", "t");
    sqlite3_stmt *rows = relPrepare(&error, db, 0, "SELECT group_concat(typeof(c)) FROM t");
    ck_assert(relStep(&error, rows));
    switch (table->columns[0].affinity) {
    case REL_AFFINITY_NONE:
      ck_assert_str_eq((const char *)sqlite3_column_text(rows, 0), "integer,text");
      break;
    case REL_AFFINITY_TEXT:
      ck_assert_str_eq((const char *)sqlite3_column_text(rows, 0), "text,text");
      break;
    default:
      ck_assert_ptr_null(strstr((const char *)sqlite3_column_text(rows, 0), "text"));
    }
    relFinalize(&error, rows);
    relTableFree(table);
    closeDatabase(db);
    sqlite3_free(sql);
  }
}
END_TEST

START_TEST(strictTablesAreRead) {
  sqlite3 *db = openWith("CREATE TABLE t(a TEXT PRIMARY KEY, b ANY, c INT NOT NULL) STRICT;"
                         "CREATE TABLE u(a INTEGER PRIMARY KEY, b ANY) STRICT, WITHOUT ROWID");
  RelTable *table = readTable(db, "main", "t");
  ck_assert(table->strict && !table->withoutRowid && table->kind == REL_TABLE);
  relTableFree(table);
  expect(db, "t", describeColumns,
         "a 'TEXT' text BINARY notnull key1; b 'ANY' none BINARY; c 'INT' numeric BINARY notnull");
  table = readTable(db, "main", "u");
  ck_assert(table->strict && table->withoutRowid);
  relTableFree(table);
  closeDatabase(db);
}
END_TEST

/* The words count behind the columns only, whatever stands between them. */
START_TEST(tableOptions) {
  static const struct {
    const char *create;
    int withoutRowid, strict;
  } CASES[] = {
      {"t(a TEXT PRIMARY KEY)", 0, 0},
      {"t(a TEXT PRIMARY KEY) WITHOUT ROWID", 1, 0},
      {"t(a TEXT PRIMARY KEY) strict", 0, 1},
      {"t(a TEXT PRIMARY KEY)STRICT,without/* ) */rowid -- STRICT", 1, 1},
      {"t(a TEXT PRIMARY KEY, \"WITHOUT\" INT DEFAULT (1), strict, rowid CHECK (a <> ') STRICT'))",
       0, 0},
      {"t(a TEXT PRIMARY KEY /* ) STRICT, WITHOUT ROWID */)", 0, 0},
      {"t AS SELECT 1 AS a, ') STRICT' AS b", 0, 0},
  };
  size_t i;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    char *sql = sqlite3_mprintf("CREATE TABLE %s", CASES[i].create);
    sqlite3 *db = openWith(sql);
    RelTable *table = readTable(db, "main", "t");
    RelError error = {SQLITE_OK, NULL};
    sqlite3_stmt *row = relPrepare(&error, db, 0, "PRAGMA table_list(t)");
    ck_assert(relStep(&error, row));
    ck_assert_int_eq(table->withoutRowid, CASES[i].withoutRowid);
    ck_assert_int_eq(table->strict, CASES[i].strict);
    ck_assert_int_eq(table->withoutRowid, sqlite3_column_int(row, 4)); /* SQLite's word on it */
    ck_assert_int_eq(table->strict, sqlite3_column_int(row, 5));
    relFinalize(&error, row);
    relTableFree(table);
    closeDatabase(db);
    sqlite3_free(sql);
  }
}
END_TEST

START_TEST(generatedAndHiddenColumns) {
  sqlite3 *db = openWith("CREATE TABLE t(id INTEGER PRIMARY KEY, a, v AS (a + 1),"
                         " s TEXT GENERATED ALWAYS AS (a || 'x') STORED COLLATE NOCASE NOT NULL)");
  expect(db, "t", describeColumns,
         "id 'INTEGER' numeric BINARY notnull key1; a '' none BINARY; "
         "v '' none BINARY generated; s 'TEXT' text NOCASE notnull generated");
  closeDatabase(db);
}
END_TEST

START_TEST(keysOfEveryKind) {
  static const struct {
    const char *create, *key;
  } CASES[] = {
      {"a INTEGER PRIMARY KEY", "a integer 0 rowid rowid"},
      {"b, a integer primary key AUTOINCREMENT", "a integer 1 rowid rowid"},
      {"a INTEGER, PRIMARY KEY(a)", "a integer 0 rowid rowid"},
      {"a INTEGER, PRIMARY KEY(a DESC)", "a integer 0 rowid rowid"},
      {"a INTEGER PRIMARY KEY UNIQUE", "a integer 0 rowid rowid"},
      {"a INTEGER PRIMARY KEY, UNIQUE(a)", "a integer 0 rowid rowid"},
      {"a INTEGER PRIMARY KEY DESC", "a integer -1 rowid rowid"},
      {"a INT PRIMARY KEY", "a integer -1 rowid rowid"},
      {"a BIGINT PRIMARY KEY", "a integer -1 rowid rowid"},
      {"a PRIMARY KEY", "a integer -1 rowid rowid"},
      {"a INTEGER, PRIMARY KEY(a, a)", "a integer -1 rowid rowid"},
      {"a, b, c, PRIMARY KEY(c, a)", "c,a integer -1 rowid rowid"},
      {"a, b, PRIMARY KEY(a, a, b)", "a,b integer -1 rowid rowid"},
      {"a, b, PRIMARY KEY(b, b, a, b)", "b,a integer -1 rowid rowid"},
      {"a, b", "rowid integer -1 rowid rowid"},
      {"RowId TEXT, b", "_rowid_ integer -1 rowid _rowid_"},
      {"rowid, _rowid_, b", "oid integer -1 rowid oid"},
      {"rowid, _rowid_, oid", " integer -1 rowid none"},
      {"rowid INTEGER PRIMARY KEY", "rowid integer 0 rowid _rowid_"},
      {"oid INTEGER PRIMARY KEY, rowid", "oid integer 0 rowid _rowid_"},
      {"a INTEGER, b UNIQUE", "rowid integer -1 rowid rowid"},
  };
  size_t i;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    char *sql = sqlite3_mprintf("CREATE TABLE t(%s)", CASES[i].create);
    sqlite3 *db = openWith(sql);
    RelTable *table = readTable(db, "main", "t");
    expect(db, "t", describeKey, CASES[i].key);
    if (table->integerKey >= 0) { /* SQLite's word on it: the column is the rowid */
      char *insert = sqlite3_mprintf("INSERT INTO t(\"%w\") VALUES (77)",
                                     table->columns[table->integerKey].name);
      ck_assert_int_eq(sqlite3_exec(db, insert, NULL, NULL, NULL), SQLITE_OK);
      ck_assert_int_eq(sqlite3_last_insert_rowid(db), 77);
      sqlite3_free(insert);
    }
    relTableFree(table);
    closeDatabase(db);
    sqlite3_free(sql);
  }
}
END_TEST

START_TEST(withoutRowidTables) {
  sqlite3 *db =
      openWith("CREATE TABLE t(a TEXT COLLATE NOCASE, b INT, c, PRIMARY KEY(b, a)) WITHOUT ROWID;"
               "CREATE TABLE i(a INTEGER PRIMARY KEY, b) WITHOUT ROWID;"
               "CREATE TABLE d(a, b, PRIMARY KEY(a, a, b)) WITHOUT ROWID");
  expect(db, "t", describeKey, "b,a integer -1 rowid none");
  expect(
      db, "t", describeColumns,
      "a 'TEXT' text NOCASE notnull key2; b 'INT' numeric BINARY notnull key1; c '' none BINARY");
  expect(db, "i", describeKey, "a integer -1 rowid none");
  expect(db, "d", describeKey, "a,b integer -1 rowid none");
  closeDatabase(db);
}
END_TEST

START_TEST(oddNames) {
  sqlite3 *db =
      openWith("CREATE TABLE \"my \"\"odd\"\" [table]; --\"(\"select\" INTEGER PRIMARY KEY,"
               " [a b] REFERENCES \"it's\"(\"%s\"), `\xf0\x9f\x98\x80` TEXT);"
               "CREATE INDEX \"x ' y\" ON \"my \"\"odd\"\" [table]; --\"(\"a b\")");
  expect(db, "my \"odd\" [table]; --", describeColumns,
         "select 'INTEGER' numeric BINARY notnull key1; a b '' none BINARY; "
         "\xf0\x9f\x98\x80 'TEXT' text BINARY");
  expect(db, "my \"odd\" [table]; --", describeKeys, "a b -> it's(%s) NO ACTION/NO ACTION");
  expect(db, "my \"odd\" [table]; --", describeIndexes, "(a b) BINARY");
  closeDatabase(db);
}
END_TEST

START_TEST(namesAreAsDeclared) {
  sqlite3 *db = openWith("CREATE TABLE Users(Id INTEGER PRIMARY KEY, Name)");
  RelTable *table = readTable(db, "main", "uSERS");
  ck_assert_str_eq(table->name, "Users");
  ck_assert_str_eq(table->schema, "main");
  ck_assert_int_eq(relTableColumn(table, "NAME"), 1);
  ck_assert_int_eq(relTableColumn(table, "nobody"), -1);
  ck_assert_str_eq(relTableColumnName(table, 1), "Name");
  ck_assert_str_eq(relTableColumnName(table, -1), "rowid");
  ck_assert_int_eq(relTableAffinity(table, -1), REL_AFFINITY_NUMERIC);
  ck_assert_str_eq(relTableCollation(table, -1), "BINARY");
  relTableFree(table);
  closeDatabase(db);
}
END_TEST

START_TEST(foreignKeysInDeclaredOrder) {
  sqlite3 *db =
      openWith("CREATE TABLE p(a, b, PRIMARY KEY(a, b));"
               "CREATE TABLE t(id INTEGER PRIMARY KEY, x REFERENCES one ON DELETE CASCADE,"
               " y INT REFERENCES TWO(id) ON DELETE SET NULL ON UPDATE CASCADE, z, w,"
               " FOREIGN KEY(w, z) REFERENCES p ON DELETE SET DEFAULT,"
               " FOREIGN KEY(z, w) REFERENCES p(b, a) ON UPDATE RESTRICT,"
               " CONSTRAINT self FOREIGN KEY(y) REFERENCES t(id) ON DELETE RESTRICT)");
  expect(db, "t", describeKeys,
         "x -> one(-) CASCADE/NO ACTION; y -> TWO(id) SET NULL/CASCADE; "
         "w,z -> p(-,-) SET DEFAULT/NO ACTION; z,w -> p(b,a) NO ACTION/RESTRICT; "
         "y -> t(id) RESTRICT/NO ACTION");
  closeDatabase(db);
}
END_TEST

START_TEST(indexesAreRead) {
  sqlite3 *db =
      openWith("CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT UNIQUE COLLATE NOCASE, b, c);"
               "CREATE INDEX i1 ON t(b, c COLLATE RTRIM);"
               "CREATE UNIQUE INDEX i2 ON t(c) WHERE b IS NULL;"
               "CREATE UNIQUE INDEX i3 ON t(lower(a), b);"
               "CREATE INDEX i4 ON t(id, b DESC);"
               "CREATE INDEX \"t.x:index\" ON t(b)");
  expect(db, "t", describeIndexes,
         "ours (b) BINARY; (id,b) BINARY BINARY; unique ((expression),b) BINARY BINARY; "
         "unique partial (c) BINARY; (b,c) BINARY RTRIM; unique (a) NOCASE");
  closeDatabase(db);
}
END_TEST

/* "a,b" is unique where SQLite refuses a second row of those values. */
START_TEST(uniquenessIsOfExactlyTheseColumns) {
  sqlite3 *db = openWith("CREATE TABLE t(id INTEGER PRIMARY KEY, a, b, c, d, e, UNIQUE(a, b));"
                         "CREATE UNIQUE INDEX i1 ON t(c) WHERE b IS NULL;"
                         "CREATE UNIQUE INDEX i2 ON t(d, lower(e));"
                         "CREATE UNIQUE INDEX i3 ON t(e);"
                         "CREATE UNIQUE INDEX \"t.x:index\" ON t(d);"
                         "CREATE TABLE k(a, b, PRIMARY KEY(b, a)); CREATE TABLE n(a)");
  static const struct {
    int count, columns[3], unique;
  } CASES[] = {
      {1, {0}, 1}, {1, {-1}, 1}, {2, {1, 2}, 1}, {2, {2, 1}, 1}, {1, {1}, 0},    {3, {1, 2, 3}, 0},
      {1, {3}, 0}, {1, {4}, 0},  {2, {4, 5}, 0}, {1, {5}, 1},    {2, {0, 1}, 0},
  };
  RelTable *table = readTable(db, "main", "t");
  int pair[2] = {0, 1};
  size_t i;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    ck_assert_msg(relTableUnique(table, CASES[i].columns, CASES[i].count) == CASES[i].unique, "%zu",
                  i);
  }
  relTableFree(table);
  table = readTable(db, "main", "k");
  ck_assert(relTableUnique(table, pair, 2) && !relTableUnique(table, pair, 1));
  relTableFree(table);
  table = readTable(db, "main", "n");
  ck_assert(!relTableUnique(table, pair, 1));
  relTableFree(table);
  closeDatabase(db);
}
END_TEST

START_TEST(viewsHaveColumnsButNoKey) {
  sqlite3 *db = openWith("CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT);"
                         "CREATE VIEW v AS SELECT id, a, id + 1 AS n FROM t;"
                         "CREATE VIEW broken AS SELECT * FROM nowhere");
  RelTable *table = readTable(db, "main", "v");
  RelError error = {SQLITE_OK, NULL};
  ck_assert_int_eq(table->kind, REL_VIEW);
  ck_assert_int_eq(relTableKeyWidth(table), 0);
  ck_assert_ptr_null(table->rowid);
  ck_assert_int_eq(relTableColumn(table, "n"), 2);
  relTableFree(table);
  expect(db, "v", describeColumns,
         "id 'INTEGER' numeric BINARY; a 'TEXT' text BINARY; n '' none BINARY");
  /* A broken view is an error that says what is broken, or has no columns; never a crash. */
  table = relTableRead(&error, db, "main", "broken");
  ck_assert(table == NULL ? error.rc != SQLITE_OK : table->columnCount == 0);
  relTableFree(table);
  relErrorClear(&error);
  closeDatabase(db);
}
END_TEST

START_TEST(virtualTablesAreTold) {
  sqlite3 *db = openWith("CREATE VIRTUAL TABLE f USING fts5(title, body)");
  RelTable *table = readTable(db, "main", "f");
  ck_assert_int_eq(table->kind, REL_VIRTUAL_TABLE);
  ck_assert_int_eq(relTableColumn(table, "body"), 1);
  ck_assert_int_eq(relTableColumn(table, "rank"), -1);
  relTableFree(table);
  table = readTable(db, "main", "f_content"); /* a shadow table is a table */
  ck_assert_int_eq(table->kind, REL_TABLE);
  relTableFree(table);
  closeDatabase(db);
}
END_TEST

START_TEST(missingTablesAreNoError) {
  sqlite3 *db = openWith("CREATE TABLE t(a); CREATE TEMP TABLE x(a)");
  RelError error = {SQLITE_OK, NULL};
  ck_assert_ptr_null(readTable(db, "main", "u"));
  ck_assert_ptr_null(readTable(db, "main", "x"));
  ck_assert_ptr_null(readTable(db, "main", ""));
  ck_assert_ptr_null(readTable(db, "main", "pragma_table_list"));
  ck_assert_ptr_null(relTableRead(&error, db, "nowhere", "t"));
  ck_assert_str_eq(error.message, "no such table: nowhere.sqlite_schema");
  relErrorClear(&error);
  relTableFree(NULL);
  closeDatabase(db);
}
END_TEST

START_TEST(attachedDatabasesAreApart) {
  sqlite3 *db =
      openWith("ATTACH ':memory:' AS \"a \"\"b\"; ATTACH ':memory:' AS c;"
               "CREATE TABLE t(a); CREATE TABLE \"a \"\"b\".t(b PRIMARY KEY COLLATE NOCASE);"
               "CREATE TABLE c.u(x REFERENCES t); CREATE INDEX c.i ON u(x);"
               "CREATE TEMP TABLE t(temporary)");
  RelTable *table = readTable(db, "a \"b", "t");
  ck_assert_str_eq(table->schema, "a \"b");
  ck_assert_str_eq(table->columns[0].name, "b");
  ck_assert_str_eq(table->columns[0].collation, "NOCASE");
  relTableFree(table);
  table = readTable(db, "main", "t");
  ck_assert_str_eq(table->columns[0].name, "a");
  relTableFree(table);
  table = readTable(db, "c", "u");
  ck_assert_int_eq(table->indexCount, 1);
  ck_assert_int_eq(table->foreignKeyCount, 1);
  relTableFree(table);
  closeDatabase(db);
}
END_TEST

START_TEST(databasesAreListedWithoutTemp) {
  sqlite3 *db =
      openWith("CREATE TEMP TABLE t(a); ATTACH ':memory:' AS one; ATTACH ':memory:' AS two;"
               "DETACH one");
  RelError error = {SQLITE_OK, NULL};
  RelDatabases list = {NULL, 0, 0};
  relDatabasesRead(&error, db, &list);
  ck_assert_int_eq(error.rc, SQLITE_OK);
  ck_assert_int_eq(list.count, 2);
  ck_assert_str_eq(list.items[0].name, "main");
  ck_assert_int_eq(list.items[0].number, 0);
  ck_assert_str_eq(list.items[1].name, "two");
  relDatabasesClear(&list);
  ck_assert_int_eq(list.count, 0);
  closeDatabase(db);
}
END_TEST

/* What stands in temp under the same names, or shadows the pragma functions, is not read. */
START_TEST(shadowsAreNotRead) {
  sqlite3 *db = openWith("CREATE TABLE t(id INTEGER PRIMARY KEY);"
                         "CREATE TABLE pragma_table_xinfo(a); CREATE TABLE pragma_table_list(a);"
                         "CREATE TEMP TABLE t(x, y)");
  expect(db, "t", describeColumns, "id 'INTEGER' numeric BINARY notnull key1");
  closeDatabase(db);
}
END_TEST

Suite *relTestSchema(void) {
  Suite *suite = suite_create("schema");
  TCase *tables = tcase_create("table"), *databases = tcase_create("databases");
  tcase_add_test(tables, columnsHaveTypeAffinityAndCollation);
  tcase_add_test(tables, affinityIsWhatSqliteCompares);
  tcase_add_test(tables, strictTablesAreRead);
  tcase_add_test(tables, tableOptions);
  tcase_add_test(tables, generatedAndHiddenColumns);
  tcase_add_test(tables, keysOfEveryKind);
  tcase_add_test(tables, withoutRowidTables);
  tcase_add_test(tables, oddNames);
  tcase_add_test(tables, namesAreAsDeclared);
  tcase_add_test(tables, foreignKeysInDeclaredOrder);
  tcase_add_test(tables, indexesAreRead);
  tcase_add_test(tables, uniquenessIsOfExactlyTheseColumns);
  tcase_add_test(tables, viewsHaveColumnsButNoKey);
  tcase_add_test(tables, virtualTablesAreTold);
  tcase_add_test(tables, missingTablesAreNoError);
  tcase_add_test(tables, attachedDatabasesAreApart);
  tcase_add_test(tables, shadowsAreNotRead);
  tcase_add_test(databases, databasesAreListedWithoutTemp);
  suite_add_tcase(suite, tables);
  suite_add_tcase(suite, databases);
  return suite;
}
