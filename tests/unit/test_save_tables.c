/*
** Nested save: kinds of tables, keys and columns, what defaults and triggers do, attached databases, and
** caches across schema changes.
*/
#include "unit/saved.h"

/* --- keys --- */

START_TEST(compositeKeysAreFilled) {
  sqlite3 *db = openWith(
      "CREATE TABLE o(a INT, b TEXT, x, PRIMARY KEY(a, b));"
      "CREATE TABLE m(a INT, b TEXT, n INT, y, PRIMARY KEY(a, b, n), FOREIGN KEY(a, b) REFERENCES "
      "o) WITHOUT ROWID;"
      "CREATE TABLE k(id INTEGER PRIMARY KEY, a INT, b TEXT, n INT, FOREIGN KEY(a, b, n) "
      "REFERENCES "
      "m); PRAGMA foreign_keys = 1");
  savesAs(db, "o",
          "{\"a\": 1, \"b\": \"x\", \"m\": [{\"n\": 1, \"y\": 5, \"k\": [{}, {}]}, {\"n\": 2}]}",
          "o: 1|x|NULL\nm: 1|x|1|5, 1|x|2|NULL\nk: 1|1|x|1, 2|1|x|1\n");
  savesAs(db, "o",
          "{\"a\": 1, \"b\": \"x\", \"x\": 2, \"m\": [{\"n\": 1, \"y\": 6, \"k\": [{\"id\": 2}]}, "
          "{\"n\": 2, \"k\": [{\"id\": 1}]}, {\"n\": 3}]}",
          "o: 1|x|2\nm: 1|x|1|6, 1|x|2|NULL, 1|x|3|NULL\nk: 1|1|x|2, 2|1|x|1\n");
  savesAs(db, "k", "{\"id\": 7, \"n\": {\"n\": 4, \"b\": {\"a\": 2, \"b\": \"z\", \"x\": 1}}}",
          "o: 1|x|2, 2|z|1\nm: 1|x|1|6, 1|x|2|NULL, 1|x|3|NULL, 2|z|4|NULL\n"
          "k: 1|1|x|2, 2|1|x|1, 7|2|z|4\n");
  closeDb(db);
}
END_TEST

START_TEST(keysCompareAsTheirColumnDoes) {
  sqlite3 *db =
      openWith("CREATE TABLE o(id TEXT PRIMARY KEY COLLATE NOCASE, x) WITHOUT ROWID;"
               "CREATE TABLE m(id INTEGER PRIMARY KEY, o_id TEXT COLLATE NOCASE REFERENCES o);"
               "INSERT INTO o VALUES('abc', 1); PRAGMA foreign_keys = 1");
  savesAs(db, "o",
          "[{\"id\": \"ABC\", \"x\": 2, \"m\": [{}]}, {\"id\": \"New\", \"m\": [{}]}, {\"id\": "
          "\"NEW\", \"x\": 3, \"m\": {\"add\": [{}]}}]",
          "o: abc|2, New|3\nm: 1|abc, 2|New, 3|New\n");
  savesAs(db, "m", "[{\"id\": 1, \"o\": {\"id\": \"nEW\"}}, {\"id\": 3, \"o\": null}]",
          "o: abc|2, New|3\nm: 1|New, 2|New, 3|NULL\n");
  ck_assert_int_eq(sqlite3_last_insert_rowid(db), 3);
  save(db, "o", "{\"id\": \"z\"}");
  ck_assert_int_eq(sqlite3_last_insert_rowid(db), 0);
  closeDb(db);
}
END_TEST

START_TEST(keysHaveDefaults) {
  sqlite3 *db = openWith(
      "CREATE TABLE o(id TEXT PRIMARY KEY DEFAULT (lower(hex(randomblob(8)))), x);"
      "CREATE TABLE m(id TEXT PRIMARY KEY DEFAULT (lower(hex(randomblob(8)))), o_id TEXT NOT NULL "
      "REFERENCES o, x) WITHOUT ROWID; PRAGMA foreign_keys = 1");
  save(db, "o",
       "[{\"x\": 1, \"m\": [{\"x\": 1}, {\"x\": 2}, {\"x\": 3}, {\"id\": \"own\", \"x\": 4}]}, "
       "{\"x\": 2, \"m\": [{\"x\": 5}]}, {\"x\": 3}, {\"x\": 4}]");
  expect(db, "SELECT o.x, m.x FROM o LEFT JOIN m ON m.o_id = o.id ORDER BY o.x, m.x",
         "1|1\n1|2\n1|3\n1|4\n2|5\n3|NULL\n4|NULL\n");
  expect(db, "SELECT count(DISTINCT id), count(id), min(length(id)) FROM o", "4|4|16\n");
  expect(db, "SELECT last_insert_rowid()", "4\n");
  closeDb(db);
}
END_TEST

START_TEST(autoincrementGoesOn) {
  sqlite3 *db = openWith("CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, x);"
                         "CREATE TABLE m(id INTEGER PRIMARY KEY, t_id INT REFERENCES t);"
                         "INSERT INTO t VALUES(10, 1); DELETE FROM t;");
  savesAs(db, "t", "[{\"m\": [{}]}, {\"m\": [{}]}, {\"m\": [{}]}, {\"m\": [{}]}]",
          "t: 11|NULL, 12|NULL, 13|NULL, 14|NULL\nm: 1|11, 2|12, 3|13, 4|14\n");
  closeDb(db);
}
END_TEST

START_TEST(rowidsNearTheEndAreKnown) {
  sqlite3 *db = openWith("CREATE TABLE t(id INTEGER PRIMARY KEY, x);"
                         "CREATE TABLE m(id INTEGER PRIMARY KEY, t_id INT REFERENCES t, x);"
                         "INSERT INTO t VALUES(9223372036854775806, 0);");
  save(db, "t",
       "[{\"x\": 1, \"m\": [{\"x\": 1}]}, {\"x\": 2, \"m\": [{\"x\": 2}]}, {\"x\": 3, \"m\": "
       "[{\"x\": 3}]}, {\"x\": 4, \"m\": [{\"x\": 4}]}]");
  expect(db, "SELECT t.x, m.x FROM t LEFT JOIN m ON m.t_id = t.id ORDER BY 1",
         "0|NULL\n1|1\n2|2\n3|3\n4|4\n");
  run(db, "DELETE FROM t; DELETE FROM m; INSERT INTO t VALUES(-9, 0)");
  savesAs(db, "t", "[{\"m\": [{}]}, {\"m\": [{}]}, {\"m\": [{}]}]",
          "t: -9|0, -8|NULL, -7|NULL, -6|NULL\nm: 1|-8|NULL, 2|-7|NULL, 3|-6|NULL\n");
  closeDb(db);
}
END_TEST

START_TEST(rowsWithoutAPrimaryKeyHaveTheirRowid) {
  sqlite3 *db = openWith("CREATE TABLE t(a, b); CREATE TABLE u(rowid TEXT, a)");
  save(db, "t", "[{\"a\": 1}, {\"rowid\": 7, \"a\": 2}, {\"rowid\": 7, \"b\": 3}, {\"b\": 4}]");
  expect(db, "SELECT rowid, * FROM t", "1|1|NULL\n7|2|3\n8|NULL|4\n");
  save(db, "u", "[{\"a\": 1}, {\"rowid\": 7, \"a\": 2}]");
  expect(db, "SELECT _rowid_, * FROM u", "1|NULL|1\n2|7|2\n");
  closeDb(db);
}
END_TEST

/* --- columns --- */

START_TEST(columnsAbsentAndNullDiffer) {
  sqlite3 *db = openWith("CREATE TABLE t(id INTEGER PRIMARY KEY, a DEFAULT 5, b DEFAULT (1 + 1), c "
                         "TEXT NOT NULL DEFAULT "
                         "'c', d, g AS (coalesce(a, 0) + 1), s TEXT AS (c || '!') STORED);");
  savesAs(db, "t",
          "[{}, {\"a\": null, \"b\": null, \"d\": 1}, {\"a\": 7, \"c\": \"x\", \"g\": 99, \"s\": "
          "\"given\"}, {}, {\"d\": null}, {\"b\": 3}]",
          "t: 1|5|2|c|NULL|6|c!, 2|NULL|NULL|c|1|1|c!, 3|7|2|x|NULL|8|x!, 4|5|2|c|NULL|6|c!, "
          "5|5|2|c|NULL|6|c!, 6|5|3|c|NULL|6|c!\n");
  changesNothing(db, "t", "[{\"id\": 1}, {\"id\": 3, \"g\": 1, \"s\": 2}]");
  savesAs(db, "t", "{\"id\": 1, \"a\": null}",
          "t: 1|NULL|2|c|NULL|1|c!, 2|NULL|NULL|c|1|1|c!, 3|7|2|x|NULL|8|x!, 4|5|2|c|NULL|6|c!, "
          "5|5|2|c|NULL|6|c!, 6|5|3|c|NULL|6|c!\n");
  closeDb(db);
}
END_TEST

START_TEST(valuesOfEveryType) {
  sqlite3 *db = openWith("CREATE TABLE t(id INTEGER PRIMARY KEY, n, b BLOB, j TEXT);"
                         "CREATE TABLE s(id INTEGER PRIMARY KEY, a ANY, b BLOB, t TEXT) STRICT;");
  save(db, "t",
       "[{\"n\": true, \"b\": \"00fF\", \"j\": {\"a\" : [1, 2]}}, {\"n\": false, \"b\": \"xyz\", "
       "\"j\": [ ]}, {\"n\": -9223372036854775808, \"b\": \"\", \"j\": \"00ff\"}, {\"n\": 1.0, "
       "\"b\": \"abc\", \"j\": \"\\u00e9\\n\\ud83d\\ude00\"}, {\"n\": \"0a\", \"b\": 5, \"j\": "
       "1e400}]");
  expect(db, "SELECT quote(n), quote(b), j FROM t",
         "1|X'00FF'|{\"a\":[1,2]}\n0|'xyz'|[]\n-9223372036854775808|X''|00ff\n"
         "1.0|'abc'|\303\251\n\360\237\230\200\n'0a'|5|Inf\n");
  save(db, "s",
       "[{\"a\": \"0d\", \"b\": \"0d\", \"t\": \"0d\"}, {\"a\": [1], \"t\": {}}, {\"a\": 2}]");
  expect(db, "SELECT quote(a), quote(b), quote(t) FROM s",
         "'0d'|X'0D'|'0d'\n'[1]'|NULL|'{}'\n2|NULL|NULL\n");
  closeDb(db);
}
END_TEST

START_TEST(columnSetsMayDiffer) {
  sqlite3 *db = openWith("CREATE TABLE t(id INTEGER PRIMARY KEY, a DEFAULT 1, b DEFAULT 2, c);");
  savesAs(db, "t",
          "[{\"a\": 5}, {\"a\": 6}, {\"a\": 7}, {\"b\": 5}, {\"b\": 6}, {\"b\": 7}, {\"b\": 1, "
          "\"a\": 2, \"c\": 3}, {}, {\"id\": 20}, {\"id\": 30, \"b\": 0}, {\"id\": 25}, {\"id\": "
          "26}, {\"id\": 27}, {}]",
          "t: 1|5|2|NULL, 2|6|2|NULL, 3|7|2|NULL, 4|1|5|NULL, 5|1|6|NULL, 6|1|7|NULL, 7|2|1|3, "
          "8|1|2|NULL, 20|1|2|NULL, 25|1|2|NULL, 26|1|2|NULL, 27|1|2|NULL, 30|1|0|NULL, "
          "31|1|2|NULL\n");
  closeDb(db);
}
END_TEST

START_TEST(tablesMayBeWide) {
  static const int WIDTHS[] = {98, 99, 100, 101, 250, 1999};
  size_t w;
  for (w = 0; w < sizeof WIDTHS / sizeof *WIDTHS; w++) {
    sqlite3_str *schema = sqlite3_str_new(NULL), *doc = sqlite3_str_new(NULL);
    char *sql, *text;
    sqlite3 *db;
    int i, row;
    sqlite3_str_appendall(schema, "CREATE TABLE t(id INTEGER PRIMARY KEY");
    for (i = 0; i < WIDTHS[w]; i++) sqlite3_str_appendf(schema, ", c%d", i);
    sqlite3_str_appendall(schema,
                          "); CREATE TABLE m(id INTEGER PRIMARY KEY, t_id INT REFERENCES t)");
    for (row = 0; row < 4; row++) {
      sqlite3_str_appendf(doc, "%s{\"m\": [{}]", row ? "," : "[");
      for (i = 0; i < WIDTHS[w]; i++) {
        sqlite3_str_appendf(doc, ", \"c%d\": %d", row % 2 ? WIDTHS[w] - 1 - i : i, row);
      }
      sqlite3_str_appendall(doc, "}");
    }
    sqlite3_str_appendall(doc, "]");
    sql = sqlite3_str_finish(schema);
    text = sqlite3_str_finish(doc);
    db = openWith(sql);
    save(db, "t", text);
    expect(db, "SELECT t.id, c0, c97, t_id FROM t JOIN m USING(id)",
           "1|0|0|1\n2|1|1|2\n3|2|2|3\n4|3|3|4\n");
    sqlite3_free(sql);
    sqlite3_free(text);
    closeDb(db);
  }
}
END_TEST

/* --- conflicts and triggers --- */

START_TEST(conflictClausesOfKeysHold) {
  sqlite3 *db = openWith("CREATE TABLE t(id INTEGER PRIMARY KEY, u UNIQUE ON CONFLICT REPLACE);"
                         "CREATE TABLE i(id INTEGER PRIMARY KEY, u UNIQUE ON CONFLICT IGNORE);"
                         "CREATE TABLE f(id INTEGER PRIMARY KEY, u UNIQUE ON CONFLICT FAIL);"
                         "CREATE TABLE r(id INTEGER PRIMARY KEY, u UNIQUE ON CONFLICT ROLLBACK);");
  savesAs(db, "t", "[{\"u\": 1}, {\"u\": 2}, {\"u\": 3}, {\"id\": 9, \"u\": 1}]",
          "t: 2|2, 3|3, 9|1\ni:\nf:\nr:\n");
  refusesToSave(
      db, "i", "[{\"u\": 1}, {\"u\": 2}, {\"u\": 3}, {\"u\": 1}]",
      "unit_of_work: $[3]: a trigger or an ON CONFLICT IGNORE of \"i\" leaves the row out");
  refusesToSave(db, "f", "[{\"u\": 1}, {\"u\": 2}, {\"u\": 3}, {\"u\": 1}]",
                "unit_of_work: $[3].u: UNIQUE constraint failed: f.u");
  run(db, "BEGIN; INSERT INTO r VALUES(1, 1)");
  expect(db,
         "INSERT INTO unit_of_work VALUES('r', '[{\"u\": 7}, {\"u\": 8}, {\"u\": 9}, {\"u\": 7}]')",
         "! unit_of_work: $[3].u: UNIQUE constraint failed: r.u\n");
  ck_assert_int_eq(sqlite3_get_autocommit(db), 1);
  holds(db, "t: 2|2, 3|3, 9|1\ni:\nf:\nr:\n");
  savesAs(db, "r", "[{\"u\": 7}, {\"u\": 8}]", "t: 2|2, 3|3, 9|1\ni:\nf:\nr: 1|7, 2|8\n");
  closeDb(db);
}
END_TEST

/* Documents of enough rows that they would be inserted together. */
#define FOUR                                                                                       \
  "[{\"x\": 1, \"m\": [{}]}, {\"x\": 2, \"m\": [{}]}, {\"x\": 3}, {\"x\": 4, \"m\": [{}]}]"

START_TEST(triggersSeeEachRow) {
  static const char *const NAMES[] = {"log it", "DELETE", "insert"};
  size_t i;
  for (i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
    sqlite3 *db = openWith("CREATE TABLE t(id INTEGER PRIMARY KEY, x);"
                           "CREATE TABLE m(id INTEGER PRIMARY KEY, t_id INT REFERENCES t);"
                           "CREATE TABLE log(id INTEGER PRIMARY KEY, what)");
    char *sql = sqlite3_mprintf(
        "CREATE TRIGGER \"%w\" /* on DELETE */ AFTER INSERT ON t BEGIN INSERT INTO log(what) "
        "VALUES(NEW.id || '=' || NEW.x); INSERT INTO t(id, x) SELECT NEW.id + 100, 'copy' WHERE "
        "NEW.x = 2; END",
        NAMES[i]);
    run(db, sql);
    sqlite3_free(sql);
    savesAs(db, "t", FOUR,
            "t: 1|1, 2|2, 102|copy, 103|3, 104|4\nm: 1|1, 2|2, 3|104\n"
            "log: 1|1=1, 2|2=2, 3|103=3, 4|104=4\n");
    closeDb(db);
  }
}
END_TEST

START_TEST(temporaryTriggersComeAndGo) {
  sqlite3 *db = openWith("CREATE TABLE t(id INTEGER PRIMARY KEY, x); CREATE TABLE m(id INTEGER "
                         "PRIMARY KEY, t_id INT REFERENCES t); CREATE TEMP TABLE log(what)");
  savesAs(db, "t", FOUR, "t: 1|1, 2|2, 3|3, 4|4\nm: 1|1, 2|2, 3|4\n");
  run(db,
      "CREATE TEMP TRIGGER spy BEFORE INSERT ON main.t BEGIN INSERT INTO t VALUES(NEW.x * 10 + 70, "
      "'t'); INSERT INTO log VALUES(NEW.x); END");
  savesAs(db, "t", FOUR,
          "t: 1|1, 2|2, 3|3, 4|4, 80|t, 81|1, 90|t, 91|2, 100|t, 101|3, 110|t, 111|4\n"
          "m: 1|1, 2|2, 3|4, 4|81, 5|91, 6|111\n");
  closeDb(db);
}
END_TEST

START_TEST(triggersMayRefuseOrIgnore) {
  sqlite3 *db = openWith(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, x); CREATE TABLE m(id INTEGER PRIMARY KEY, t_id INT "
      "REFERENCES t); CREATE TRIGGER g BEFORE INSERT ON t WHEN NEW.x = 3 BEGIN SELECT "
      "RAISE(IGNORE); END; CREATE TRIGGER a AFTER INSERT ON t WHEN NEW.x = 4 BEGIN SELECT "
      "RAISE(ABORT, 'four'); END; CREATE TRIGGER f AFTER INSERT ON t WHEN NEW.x = 5 BEGIN SELECT "
      "RAISE(FAIL, 'five'); END; CREATE TRIGGER u BEFORE UPDATE ON m BEGIN SELECT RAISE(ABORT, "
      "'fixed'); END");
  refusesToSave(
      db, "t", FOUR,
      "unit_of_work: $[2]: a trigger or an ON CONFLICT IGNORE of \"t\" leaves the row out");
  refusesToSave(db, "t", "[{\"x\": 1}, {\"x\": 2, \"m\": [{}]}, {\"x\": 4}]",
                "unit_of_work: $[2]: four");
  refusesToSave(db, "t", "[{\"x\": 1}, {\"x\": 5, \"m\": [{}]}, {\"x\": 1}]",
                "unit_of_work: $[1]: five");
  save(db, "t", "{\"x\": 1, \"m\": [{}, {}]}");
  refusesToSave(db, "t", "{\"x\": 1, \"m\": [{}, {\"id\": 2}]}", "unit_of_work: $.m[1]: fixed");
  closeDb(db);
}
END_TEST

/* What a trigger's function runs on the same connection. */
static void runSql(sqlite3_context *context, int count, sqlite3_value **values) {
  sqlite3 *db = sqlite3_context_db_handle(context);
  char *message = NULL;
  (void)count;
  sqlite3_exec(db, (const char *)sqlite3_value_text(values[0]), NULL, NULL, &message);
  sqlite3_result_text(context, message ? message : "done", -1, SQLITE_TRANSIENT);
  sqlite3_free(message);
}

START_TEST(aSaveRunsAlone) {
  sqlite3 *db =
      openWith("CREATE TABLE t(id INTEGER PRIMARY KEY, x); CREATE TABLE m(id INTEGER PRIMARY "
               "KEY, t_id INT REFERENCES t); CREATE TABLE log(what)");
  sqlite3_create_function(db, "run_sql", 1, SQLITE_UTF8, NULL, runSql, NULL, NULL);
  run(db, "CREATE TRIGGER a AFTER INSERT ON t BEGIN INSERT INTO log VALUES(run_sql('INSERT INTO "
          "unit_of_work VALUES(''t'', ''{}'')')); END");
  savesAs(db, "t", "[{\"x\": 1, \"m\": [{}]}, {\"x\": 2, \"m\": [{}]}]",
          "t: 1|1, 2|2\nm: 1|1, 2|2\nlog: unit_of_work: a save runs already on this connection, "
          "unit_of_work: a save runs already on this connection\n");
  run(db,
      "DROP TRIGGER a; DELETE FROM log; CREATE TRIGGER b AFTER INSERT ON t WHEN NEW.x = 9 BEGIN "
      "INSERT INTO log VALUES(run_sql('INSERT INTO relationship(owner, name, target) "
      "VALUES(''t'', ''ms'', ''m'')')); END");
  savesAs(db, "t", "[{\"x\": 9, \"m\": [{}]}, {\"x\": 2, \"m\": [{}]}]",
          "t: 1|1, 2|2, 3|9, 4|2\nm: 1|1, 2|2, 3|3, 4|4\nlog: done\n");
  save(db, "t", "{\"id\": 1, \"ms\": []}");
  closeDb(db);
}
END_TEST

START_TEST(namesOfOursMayBeTaken) {
  sqlite3 *db = openWith("CREATE TABLE t(id INTEGER PRIMARY KEY, x);"
                         "CREATE TABLE relationship_rows(\"0\", \"1\");"
                         "INSERT INTO relationship_rows VALUES(77, 78)");
  refusesToSave(db, "t", "[{\"x\": 1}, {\"x\": 2}, {\"x\": 3}]",
                "a table of yours called relationship_rows is in the way; rename it");
  closeDb(db);
}
END_TEST

Suite *relTestSaveTables(void) {
  Suite *suite = suite_create("save_tables");
  add(suite, "compositeKeysAreFilled", compositeKeysAreFilled);
  add(suite, "keysCompareAsTheirColumnDoes", keysCompareAsTheirColumnDoes);
  add(suite, "keysHaveDefaults", keysHaveDefaults);
  add(suite, "autoincrementGoesOn", autoincrementGoesOn);
  add(suite, "rowidsNearTheEndAreKnown", rowidsNearTheEndAreKnown);
  add(suite, "rowsWithoutAPrimaryKeyHaveTheirRowid", rowsWithoutAPrimaryKeyHaveTheirRowid);
  add(suite, "columnsAbsentAndNullDiffer", columnsAbsentAndNullDiffer);
  add(suite, "valuesOfEveryType", valuesOfEveryType);
  add(suite, "columnSetsMayDiffer", columnSetsMayDiffer);
  add(suite, "tablesMayBeWide", tablesMayBeWide);
  add(suite, "conflictClausesOfKeysHold", conflictClausesOfKeysHold);
  add(suite, "triggersSeeEachRow", triggersSeeEachRow);
  add(suite, "temporaryTriggersComeAndGo", temporaryTriggersComeAndGo);
  add(suite, "triggersMayRefuseOrIgnore", triggersMayRefuseOrIgnore);
  add(suite, "aSaveRunsAlone", aSaveRunsAlone);
  add(suite, "namesOfOursMayBeTaken", namesOfOursMayBeTaken);
  return suite;
}
