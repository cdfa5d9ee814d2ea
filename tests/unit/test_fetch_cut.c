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

/* What selectin() is asked, with `limit` at the ~ of its selection. */
static char *limited(const char *level, const char *limit) {
  const char *at = strchr(level, '~');
  return sqlite3_mprintf("SELECT key, doc FROM selectin(%.*s%q%s)", (int)(at - level), level, limit,
                         at + 1);
}

/* LIMIT takes what becomes an integer without loss, however the level is loaded. */
START_TEST(limitsAreIntegers) {
  static const char *const LEVELS[] = {
      "'o', 'id, ms@(id ORDER BY v ~) WHERE id < 9'",
      "'o', 'id, ms@(id, count(*) OVER () AS c ORDER BY v ~) WHERE id < 9'",
      "'o', 'id, ms@(json_group_array(id) AS a ORDER BY v ~) WHERE id < 9'",
      "'m', 'id, o@(id ~) WHERE id < 9'", "'o', 'id ~'"};
  static const char *const WRONG[] = {"LIMIT 'x'",
                                      "LIMIT NULL",
                                      "LIMIT 1.5",
                                      "LIMIT 1 OFFSET 'y'",
                                      "LIMIT ''",
                                      "LIMIT x'31'",
                                      "LIMIT 9223372036854775808",
                                      "LIMIT 1 OFFSET 1e19"};
  static const char *const RIGHT[] = {"LIMIT '2'", "LIMIT 2.0", "LIMIT ' 2.0 '",
                                      "LIMIT '2e0' OFFSET '0'"};
  sqlite3 *db = openWith(MANY);
  size_t i, j;
  int s;
  for (i = 0; i < sizeof LEVELS / sizeof *LEVELS; i++) {
    for (s = 0; s < STRATEGY_COUNT; s++) {
      char *level = filled(LEVELS[i], STRATEGIES[s]), *hand = limited(level, "LIMIT 2");
      for (j = 0; j < sizeof WRONG / sizeof *WRONG; j++) {
        char *sql = limited(level, WRONG[j]), *got = rows(db, sql);
        ck_assert_msg(strstr(got, "LIMIT and OFFSET must be integers") != NULL, "%s: %s", sql, got);
        sqlite3_free(got);
        sqlite3_free(sql);
      }
      for (j = 0; j < sizeof RIGHT / sizeof *RIGHT; j++) {
        char *sql = limited(level, RIGHT[j]), *expected = rows(db, hand);
        expect(db, sql, expected);
        sqlite3_free(expected);
        sqlite3_free(sql);
      }
      sqlite3_free(hand);
      sqlite3_free(level);
    }
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
