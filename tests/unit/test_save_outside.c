/*
** Nested save: the statement around it, other databases and connections, and what is kept between saves.
*/
#define _POSIX_C_SOURCE 200809L
#include "unit/saved.h"

#include <unistd.h>

static const char PAIR[] = "CREATE TABLE t(id INTEGER PRIMARY KEY, x);"
                           "CREATE TABLE m(id INTEGER PRIMARY KEY, t_id INT REFERENCES t, y);";

START_TEST(lastRowidIsTheRoots) {
  sqlite3 *db = openWith(PAIR);
  run(db,
      "CREATE TABLE w(k TEXT PRIMARY KEY) WITHOUT ROWID; CREATE TABLE i(k INT PRIMARY KEY, t_id "
      "INT REFERENCES t) WITHOUT ROWID");
  save(db, "t", "[{\"m\": [{}, {}]}, {\"m\": [{}]}]");
  expect(db, "SELECT last_insert_rowid(), changes()", "2|1\n");
  save(db, "t", "{\"id\": 1, \"m\": {\"add\": [{}]}}");
  expect(db, "SELECT last_insert_rowid(), changes()", "1|1\n");
  save(db, "m", "{\"id\": 40, \"t\": {\"id\": 9, \"x\": 1}}");
  expect(db, "SELECT last_insert_rowid()", "40\n");
  save(db, "i", "{\"k\": 6, \"t\": {\"x\": 1}}");
  expect(db, "SELECT last_insert_rowid()", "6\n");
  save(db, "w", "{\"k\": \"x\"}");
  expect(db, "SELECT last_insert_rowid()", "0\n");
  save(db, "w", "[]");
  expect(db, "SELECT last_insert_rowid(), changes()", "0|1\n");
  closeDb(db);
}
END_TEST

START_TEST(totalChangesCountsRows) {
  sqlite3 *db = openWith(PAIR);
  int before = sqlite3_total_changes(db);
  save(db, "t", "{\"m\": [{}, {}, {}, {}]}");
  ck_assert_int_eq(sqlite3_total_changes(db), before + 6);
  save(db, "t", "{\"id\": 1, \"x\": 2, \"m\": [{\"id\": 1, \"y\": null}, {\"id\": 2, \"y\": 1}]}");
  ck_assert_int_eq(sqlite3_total_changes(db), before + 6 + 1 + 1 + 1 + 2);
  closeDb(db);
}
END_TEST

START_TEST(returningGivesWhatWasGiven) {
  sqlite3 *db = openWith(PAIR);
  expect(db, "INSERT INTO unit_of_work VALUES('t', '{\"x\": 1}'), ('m', '[]') RETURNING *",
         "t|{\"x\": 1}\nm|[]\n");
  holds(db, "t: 1|1\nm:\n");
  closeDb(db);
}
END_TEST

START_TEST(manyDocumentsComeFromAQuery) {
  sqlite3 *db = openWith(PAIR);
  run(db,
      "CREATE TABLE docs(id INTEGER PRIMARY KEY, doc); INSERT INTO docs(doc) VALUES('{\"x\": 1, "
      "\"m\": [{}]}'), ('[{\"x\": 2}, {\"x\": 3}]'), ('{\"id\": 1, \"x\": 9}')");
  run(db, "INSERT INTO unit_of_work SELECT 't', doc FROM docs ORDER BY id");
  expect(db, "SELECT * FROM t", "1|9\n2|2\n3|3\n");
  run(db, "INSERT INTO docs(doc) VALUES('{\"x\": 4}'), ('{\"y\": 5}')");
  expect(db, "INSERT INTO unit_of_work SELECT 't', doc FROM docs WHERE id > 3 ORDER BY id",
         "! unit_of_work: $.y: \"t\" has no column or relationship \"y\"\n");
  run(db, "BEGIN");
  expect(db, "INSERT INTO unit_of_work VALUES('t', '{\"x\": 4}'), ('m', '{\"y\": 5}'), ('t', '{')",
         "! unit_of_work: malformed JSON at character 2: a key in double quotes is missing\n");
  run(db, "COMMIT");
  expect(db, "SELECT (SELECT count(*) FROM t), (SELECT count(*) FROM m)", "3|1\n");
  run(db, "INSERT INTO unit_of_work SELECT 't', doc FROM selectin('t', 'id, x, m(id, y)')");
  expect(db, "SELECT * FROM t", "1|9\n2|2\n3|3\n");
  closeDb(db);
}
END_TEST

START_TEST(aStatementRunsAgain) {
  sqlite3 *db = openWith(PAIR);
  sqlite3_stmt *insert;
  int i;
  ck_assert_int_eq(
      sqlite3_prepare_v2(db, "INSERT INTO unit_of_work VALUES(?1, ?2)", -1, &insert, NULL),
      SQLITE_OK);
  for (i = 0; i < 3; i++) {
    char *doc = sqlite3_mprintf("{\"x\": %d, \"m\": [{\"y\": %d}, {}, {}]}", i, i);
    sqlite3_bind_text(insert, 1, i == 1 ? "T" : "t", -1, SQLITE_STATIC);
    sqlite3_bind_text(insert, 2, doc, -1, sqlite3_free);
    ck_assert_int_eq(sqlite3_step(insert), SQLITE_DONE);
    ck_assert_int_eq(sqlite3_reset(insert), SQLITE_OK);
  }
  sqlite3_finalize(insert);
  expect(db, "SELECT t.id, x, count(*), max(y) FROM t JOIN m ON t_id = t.id GROUP BY 1",
         "1|0|3|0\n2|1|3|1\n3|2|3|2\n");
  closeDb(db);
}
END_TEST

START_TEST(theSchemaMayMoveBetweenSaves) {
  static const char DOC[] = "[{\"x\": 1, \"m\": [{\"y\": 1}]}, {\"x\": 2}, {\"x\": 3}, {\"x\": 4}]";
  sqlite3 *db = openWith(PAIR);
  save(db, "t", DOC);
  run(db, "ALTER TABLE t ADD COLUMN z DEFAULT 'z'; ALTER TABLE m RENAME COLUMN y TO w");
  refusesToSave(db, "t", DOC,
                "unit_of_work: $[0].m[0].y: \"m\" has no column or relationship \"y\"");
  save(db, "t", "[{\"x\": 5, \"m\": [{\"w\": 1}]}, {\"z\": 6}, {\"x\": 7}, {\"x\": 8}]");
  run(db,
      "ALTER TABLE m RENAME TO n; CREATE TABLE m(id INTEGER PRIMARY KEY, t_id INT REFERENCES t)");
  save(db, "t", "{\"id\": 1, \"m\": [{}, {}], \"n\": []}");
  run(db, "DROP TABLE n; CREATE UNIQUE INDEX one ON m(id, t_id)");
  save(db, "t", "[{\"id\": 1, \"z\": \"last\"}, {\"id\": 2}, {\"m\": [{}]}]");
  holds(db, "t: 1|1|last, 2|2|z, 3|3|z, 4|4|z, 5|5|z, 6|NULL|6, 7|7|z, 8|8|z, 9|NULL|z\n"
            "m: 1|1, 2|1, 3|9\n");
  run(db, "CREATE TRIGGER twice AFTER INSERT ON t WHEN NEW.x = 2 BEGIN INSERT INTO t(x) VALUES(0); "
          "END");
  save(db, "t", "[{\"x\": 1}, {\"x\": 2}, {\"x\": 3, \"m\": [{}]}, {\"x\": 4, \"m\": [{}]}]");
  expect(db, "SELECT t.id, x FROM m JOIN t ON t.id = t_id WHERE m.id > 3", "13|3\n14|4\n");
  closeDb(db);
}
END_TEST

START_TEST(declarationsMayMoveBetweenSaves) {
  sqlite3 *db = openWith(PAIR);
  static const char DOC[] = "{\"id\": 1, \"m\": [{\"id\": 1}]}";
  save(db, "t", "{\"m\": [{\"y\": 1}, {\"y\": 2}]}");
  run(db, "INSERT INTO relationship(owner, name, target, \"cascade\") VALUES('t', 'm', 'm', 'all, "
          "delete-orphan')");
  savesAs(db, "t", DOC, "t: 1|NULL\nm: 1|1|1\n");
  run(db, "UPDATE relationship SET viewonly = 1, \"cascade\" = NULL WHERE name = 'm'");
  refusesToSave(db, "t", DOC, "unit_of_work: $.m: t.m is viewonly: it cannot be saved through");
  run(db, "DELETE FROM relationship");
  savesAs(db, "t", "{\"id\": 1, \"m\": []}", "t: 1|NULL\nm: 1|NULL|1\n");
  closeDb(db);
}
END_TEST

/* --- databases --- */

START_TEST(attachedDatabasesAreSavedInto) {
  sqlite3 *db = openWith(PAIR);
  run(db, "ATTACH ':memory:' AS aux; CREATE TABLE aux.t(id INTEGER PRIMARY KEY, x, only);"
          "CREATE TABLE aux.o(id INTEGER PRIMARY KEY, x);"
          "CREATE TABLE aux.p(id INTEGER PRIMARY KEY, o_id INT NOT NULL REFERENCES o, y UNIQUE);");
  save(db, "t", "{\"x\": \"main\"}");
  save(db, "aux.t", "[{\"x\": \"a\"}, {\"only\": \"b\"}, {}, {}]");
  save(db, "o", "[{\"x\": 1, \"p\": [{\"y\": 1}, {\"y\": 2}]}, {}, {}, {\"p\": [{\"y\": 3}]}]");
  holds(db, "t: 1|main\nm:\n");
  holdsIn(db, "aux",
          "t: 1|a|NULL, 2|NULL|b, 3|NULL|NULL, 4|NULL|NULL\n"
          "o: 1|1, 2|NULL, 3|NULL, 4|NULL\np: 1|1|1, 2|1|2, 3|4|3\n");
  run(db, "BEGIN; INSERT INTO o(x) VALUES(7)");
  expect(db,
         "INSERT INTO unit_of_work VALUES('aux.o', '{\"x\": 8, \"p\": [{\"y\": 9}, {\"y\": 3}]}')",
         "! unit_of_work: $.p[1].y: UNIQUE constraint failed: p.y\n");
  run(db, "COMMIT; CREATE TRIGGER aux.g AFTER INSERT ON p BEGIN UPDATE o SET x = 'g' WHERE id = "
          "NEW.o_id; END");
  save(db, "AUX.O", "{\"id\": 2, \"p\": [{\"y\": 11}, {\"y\": 12}, {\"y\": 13}]}");
  holdsIn(db, "aux",
          "t: 1|a|NULL, 2|NULL|b, 3|NULL|NULL, 4|NULL|NULL\n"
          "o: 1|1, 2|g, 3|NULL, 4|NULL, 5|7\np: 1|1|1, 2|1|2, 3|4|3, 4|2|11, 5|2|12, 6|2|13\n");
  closeDb(db);
}
END_TEST

START_TEST(aDatabaseMayTakeAnothersPlace) {
  sqlite3 *db = openWith(PAIR);
  run(db, "ATTACH ':memory:' AS aux; CREATE TABLE aux.o(id INTEGER PRIMARY KEY, x, y)");
  save(db, "o", "[{\"x\": 1}, {\"x\": 2}, {\"x\": 3}]");
  run(db, "DETACH aux");
  refusesToSave(db, "o", "{}", "unit_of_work: no table or view \"o\"");
  run(db, "ATTACH ':memory:' AS aux; CREATE TABLE aux.o(id INTEGER PRIMARY KEY, z, x)");
  save(db, "o", "[{\"x\": 1}, {\"x\": 2}, {\"x\": 3, \"z\": 4}]");
  holdsIn(db, "aux", "o: 1|NULL|1, 2|NULL|2, 3|4|3\n");
  closeDb(db);
}
END_TEST

START_TEST(connectionsSeeEachOthersSchema) {
  char path[] = "/tmp/relationship-save-XXXXXX";
  sqlite3 *first, *second;
  int file = mkstemp(path);
  ck_assert_int_ge(file, 0);
  close(file);
  ck_assert_int_eq(sqlite3_open(path, &first), SQLITE_OK);
  ck_assert_int_eq(sqlite3_open(path, &second), SQLITE_OK);
  ck_assert_int_eq(sqlite3_relationship_init(first, NULL, NULL), SQLITE_OK);
  ck_assert_int_eq(sqlite3_relationship_init(second, NULL, NULL), SQLITE_OK);
  run(first, PAIR);
  save(first, "t", "{\"x\": 1, \"m\": [{}]}");
  save(second, "t", "{\"id\": 1, \"m\": [{}, {}]}");
  run(second, "ALTER TABLE t ADD COLUMN z");
  save(first, "t", "{\"id\": 1, \"z\": 5, \"m\": [{\"id\": 2}]}");
  run(second, "BEGIN IMMEDIATE");
  refusesToSave(first, "t", "{\"x\": 2}", "database is locked");
  run(second, "COMMIT");
  run(first,
      "INSERT INTO relationship(owner, name, target, \"cascade\") VALUES('t', 'm', 'm', 'all, "
      "delete-orphan')");
  save(second, "t", "{\"id\": 1, \"m\": []}");
  holds(first, "t: 1|1|5\nm: 1|NULL|NULL, 3|NULL|NULL\n");
  closeDb(first);
  closeDb(second);
  unlink(path);
}
END_TEST

START_TEST(readOnlyDatabasesSaySo) {
  sqlite3 *db = openWith(PAIR);
  run(db, "INSERT INTO t VALUES(1, 1); PRAGMA query_only = 1");
  refusesToSave(db, "t", "{\"x\": 1}", "attempt to write a readonly database");
  closeDb(db);
}
END_TEST

/* --- single parents --- */

START_TEST(singleParentsMove) {
  sqlite3 *db = openWith(
      "CREATE TABLE a(id INTEGER PRIMARY KEY, x); CREATE TABLE b(id INTEGER PRIMARY KEY, y);"
      "CREATE TABLE ab(a_id INT REFERENCES a, b_id INT REFERENCES b, w INT, PRIMARY KEY(a_id, "
      "b_id));"
      "INSERT INTO relationship(owner, name, target, secondary, single_parent, \"cascade\") VALUES"
      " ('a', 'bs', 'b', 'ab', 1, 'all, delete-orphan')");
  savesAs(db, "a", "[{\"bs\": [{\"y\": 1, \"w\": 5}, {\"y\": 2}]}, {\"bs\": [{\"y\": 3}]}]",
          "a: 1|NULL, 2|NULL\nb: 1|1, 2|2, 3|3\nab: 1|1|5, 1|2|NULL, 2|3|NULL\n");
  savesAs(db, "a",
          "[{\"id\": 1, \"bs\": [{\"id\": 2}, {\"id\": 3}]}, {\"id\": 2, \"bs\": [{\"id\": "
          "1}]}]",
          "a: 1|NULL, 2|NULL\nb: 1|1, 2|2, 3|3\nab: 1|2|NULL, 1|3|NULL, 2|1|5\n");
  savesAs(db, "a", "{\"id\": 1, \"bs\": {\"remove\": [{\"id\": 2}]}}",
          "a: 1|NULL, 2|NULL\nb: 1|1, 3|3\nab: 1|3|NULL, 2|1|5\n");
  closeDb(db);
}
END_TEST

Suite *relTestSaveOutside(void) {
  Suite *suite = suite_create("save_outside");
  add(suite, "lastRowidIsTheRoots", lastRowidIsTheRoots);
  add(suite, "totalChangesCountsRows", totalChangesCountsRows);
  add(suite, "returningGivesWhatWasGiven", returningGivesWhatWasGiven);
  add(suite, "manyDocumentsComeFromAQuery", manyDocumentsComeFromAQuery);
  add(suite, "aStatementRunsAgain", aStatementRunsAgain);
  add(suite, "theSchemaMayMoveBetweenSaves", theSchemaMayMoveBetweenSaves);
  add(suite, "declarationsMayMoveBetweenSaves", declarationsMayMoveBetweenSaves);
  add(suite, "attachedDatabasesAreSavedInto", attachedDatabasesAreSavedInto);
  add(suite, "aDatabaseMayTakeAnothersPlace", aDatabaseMayTakeAnothersPlace);
  add(suite, "connectionsSeeEachOthersSchema", connectionsSeeEachOthersSchema);
  add(suite, "readOnlyDatabasesSaySo", readOnlyDatabasesSaySo);
  add(suite, "singleParentsMove", singleParentsMove);
  return suite;
}
