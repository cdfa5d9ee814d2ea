/*
** LIMIT and OFFSET of each owner's members, where rows are cut while they come: against the same rows by
** hand, and against the other strategies.
*/
#include "unit/fetched.h"

/* 300 owners of 0 to 99 members, in no order; v repeats, is NULL for some, and is in no index. */
static const char MANY[] =
    "CREATE TABLE o(id INTEGER PRIMARY KEY);"
    "CREATE TABLE m(id INTEGER PRIMARY KEY, o_id INTEGER REFERENCES o, v INTEGER, t TEXT);"
    "CREATE INDEX m_o ON m(o_id);"
    "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 300) "
    "INSERT INTO o SELECT i FROM n;"
    "WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n WHERE i < 14999) "
    "INSERT INTO m SELECT i * 7919 % 15013, 1 + i * i % 300, nullif(i * 31 % 17, 3), 't' || i % 5 "
    "FROM n;"
    "INSERT INTO relationship(owner, name, target) VALUES('o', 'ms', 'm');";

START_TEST(limitsAreOfEachOwner) {
  static const char *const LIMITS[] = {
      "LIMIT 3",           "LIMIT 1 OFFSET 2",  "LIMIT 0",
      "LIMIT -1",          "LIMIT -1 OFFSET 4", "LIMIT 3 OFFSET -2",
      "LIMIT 64",          "LIMIT 65",          "LIMIT 70 OFFSET 20",
      "LIMIT 2 OFFSET 999"};
  static const char *const ORDERS[] = {"v", "v DESC", "t, v DESC", "v DESC NULLS LAST"};
  sqlite3 *db = openWith(MANY);
  size_t i, j;
  for (i = 0; i < sizeof LIMITS / sizeof *LIMITS; i++) {
    for (j = 0; j < sizeof ORDERS / sizeof *ORDERS; j++) {
      char *ours = sqlite3_mprintf("SELECT key, doc FROM selectin('o', 'ms(id, v ORDER BY %s %s)')",
                                   ORDERS[j], LIMITS[i]);
      char *hand = sqlite3_mprintf(
          "SELECT o.id, json_object('id', o.id, 'ms', json((SELECT "
          "json_group_array(json_object('id', id, 'v', "
          "v)) FROM (SELECT id, v FROM m WHERE o_id = o.id ORDER BY %s, id %s)))) FROM o",
          ORDERS[j], LIMITS[i]);
      char *expected = rows(db, hand);
      expect(db, ours, expected);
      sqlite3_free(expected);
      sqlite3_free(hand);
      sqlite3_free(ours);
    }
  }
  closeDb(db);
}
END_TEST

START_TEST(whatIsCutIsNotCounted) {
  sqlite3 *db = openWith(MANY);
  run(db, "SELECT count(doc) FROM selectin('o', 'ms(id ORDER BY v LIMIT 2 OFFSET 1)')");
  expect(db,
         "SELECT rows = (SELECT sum(max(0, min(2, n - 1))) FROM (SELECT count(*) AS n FROM m GROUP "
         "BY o_id)) FROM relationship_stats",
         "1\n");
  closeDb(db);
}
END_TEST

START_TEST(limitsAreIntegers) {
  static const char *const WRONG[] = {"LIMIT 'x'", "LIMIT NULL", "LIMIT 1.5", "LIMIT 1 OFFSET 'y'"};
  sqlite3 *db = openWith(MANY);
  size_t i;
  for (i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
    char *selection = sqlite3_mprintf("ms(id ORDER BY v %s)", WRONG[i]);
    char *sql = sqlite3_mprintf("SELECT doc FROM selectin('o', %Q)", selection);
    char *got = rows(db, sql);
    ck_assert_msg(strstr(got, "LIMIT and OFFSET must be integers") != NULL, "%s: %s", sql, got);
    sqlite3_free(got);
    sqlite3_free(sql);
    sqlite3_free(selection);
  }
  closeDb(db);
}
END_TEST

START_TEST(anIndexInOrderCutsInSql) {
  sqlite3 *db = openWith(MANY);
  const char *cut = "SELECT instr(statement, ' LIMIT ') FROM relationship_explain('o', 'ms(id "
                    "ORDER BY v LIMIT 2)') WHERE strategy = 'selectin'";
  expect(db, cut, "0\n");
  run(db, "CREATE INDEX m_o_v ON m(o_id, v)");
  {
    char *got = rows(db, cut);
    ck_assert_msg(strcmp(got, "0\n") != 0, "%s", got);
    sqlite3_free(got);
  }
  closeDb(db);
}
END_TEST

Suite *relTestFetchCut(void) {
  Suite *suite = suite_create("fetch_cut");
  add(suite, "limitsAreOfEachOwner", limitsAreOfEachOwner);
  add(suite, "whatIsCutIsNotCounted", whatIsCutIsNotCounted);
  add(suite, "limitsAreIntegers", limitsAreIntegers);
  add(suite, "anIndexInOrderCutsInSql", anIndexInOrderCutsInSql);
  return suite;
}
