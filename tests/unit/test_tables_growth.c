/*
** What a declaration costs beside many others: SQLite's steps, which no machine's noise changes, grow
** with the number of relationships and not with its square.
*/
#include "unit/suites.h"

#include "relationship.h"

enum { FEW = 60, MANY = 240 };

static void run(sqlite3 *db, const char *sql) {
  char *message = NULL;
  sqlite3_exec(db, sql, NULL, NULL, &message);
  ck_assert_msg(message == NULL, "%s\n  in: %s", message, sql);
}

/* Pairs of tables, each with a relationship and an index that it made. */
static sqlite3 *openPairs(int count) {
  sqlite3 *db;
  int i;
  ck_assert_int_eq(sqlite3_open(":memory:", &db), SQLITE_OK);
  ck_assert_int_eq(sqlite3_relationship_init(db, NULL, NULL), SQLITE_OK);
  for (i = 0; i <= count; i++) {
    char *sql = sqlite3_mprintf("CREATE TABLE o%d(id INTEGER PRIMARY KEY); CREATE TABLE m%d(id "
                                "INTEGER PRIMARY KEY, o_id INT REFERENCES o%d)",
                                i, i, i);
    run(db, sql);
    sqlite3_free(sql);
  }
  run(db, "INSERT INTO relationship(relationship) VALUES('automap')");
  run(db, "DELETE FROM relationship WHERE owner IN ('o0', 'm0')");
  return db;
}

static int countStep(void *count) {
  ++*(sqlite3_int64 *)count;
  return 0;
}

static double stepsToDeclare(int count) {
  sqlite3 *db = openPairs(count);
  sqlite3_int64 steps = 0;
  sqlite3_progress_handler(db, 1, countStep, &steps);
  run(db, "INSERT INTO relationship(owner, name, target) VALUES('o0', 'ms', 'm0')");
  sqlite3_progress_handler(db, 0, NULL, NULL);
  ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
  return (double)steps;
}

START_TEST(declarationsGrowWithTheirNumber) {
  double few = stepsToDeclare(FEW), many = stepsToDeclare(MANY);
  ck_assert_msg(many < 1.3 * (MANY / FEW) * few, "%.0f steps beside %d, %.0f beside %d", few, FEW,
                many, MANY);
}
END_TEST

Suite *relTestTablesGrowth(void) {
  Suite *suite = suite_create("tables_growth");
  TCase *growth = tcase_create("growth");
  tcase_add_test(growth, declarationsGrowWithTheirNumber);
  suite_add_tcase(suite, growth);
  return suite;
}
