/*
** Keys that count up, and where they stop: they are held another way as long as each is the one before it
** + 1. The documents are the same, byte for byte, as by hand, wherever that ends.
*/
#include "unit/fetched.h"

#define UP_TO(most)                                                                                \
  "WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n WHERE i < " most ") "

/* What follows INSERT INTO t(id): 100 to 500 integers. */
static const char *const NUMBERS[] = {
    UP_TO("399") "SELECT i + 1 FROM n",
    UP_TO("399") "SELECT i + 1 FROM n WHERE i <> 399 - 1",
    UP_TO("399") "SELECT i + 1 FROM n WHERE i NOT IN (1, 77, 78, 200)",
    UP_TO("399") "SELECT i * 2 FROM n",
    UP_TO("399") "SELECT i FROM n WHERE i % 3",
    UP_TO("399") "SELECT i FROM n WHERE i % 9 NOT IN (4, 5)",
    UP_TO("399") "SELECT i FROM n WHERE i < 200 OR i % 2",
    UP_TO("399") "SELECT i FROM n WHERE i > 200 OR i % 2",
    UP_TO("399") "SELECT i - 200 FROM n",
    UP_TO("99") "SELECT 9223372036854775807 - i FROM n",
    UP_TO("99") "SELECT -9223372036854775808 + i FROM n",
    UP_TO("99") "SELECT CASE WHEN i % 2 THEN 9223372036854775807 - i / 2"
                " ELSE -9223372036854775808 + i / 2 END FROM n",
};
enum { NUMBERS_COUNT = sizeof NUMBERS / sizeof *NUMBERS };

/*
** Owners o, their members m and the members' members l, whose ids are these and which stand in the order of
** their owners, or another. An index has what most selections name of m, so that m is read in its order: there,
** and by the owners' place, the least id follows the greatest.
*/
static sqlite3 *openNumbers(const char *owners, const char *members, int scattered) {
  sqlite3 *db =
      openWith("CREATE TABLE o(id INTEGER PRIMARY KEY, place INTEGER);"
               "CREATE TABLE m(id INTEGER PRIMARY KEY, o INTEGER REFERENCES o, x, pad TEXT);"
               "CREATE TABLE l(id INTEGER PRIMARY KEY, m INTEGER REFERENCES m);"
               "CREATE INDEX m_o ON m(o); CREATE INDEX l_m ON l(m);"
               "CREATE INDEX m_x ON m(x, id, o);"
               "CREATE TABLE owners(n INTEGER PRIMARY KEY, id UNIQUE);"
               "CREATE TABLE members(n INTEGER PRIMARY KEY, id UNIQUE);");
  char *sql = sqlite3_mprintf(
      "INSERT INTO o(id) %s; INSERT INTO m(id) %s; INSERT INTO l(id) SELECT id FROM m;"
      "INSERT INTO owners SELECT row_number() OVER (ORDER BY id) - 1, id FROM o;"
      "INSERT INTO members SELECT row_number() OVER (ORDER BY id) - 1, id FROM m;"
      "UPDATE o SET place = (id < 0) * 2000 + id %% 1000;"
      "UPDATE m SET x = CASE WHEN abs(id / 2) > 1000 THEN id < 0 ELSE id / 40 %% 3 END, pad = "
      "'wide', o = (SELECT a.id FROM owners AS a, members AS b WHERE b.id = m.id"
      " AND a.n = %s %% (SELECT count(*) FROM o));"
      "UPDATE l SET m = (SELECT a.id FROM members AS a, members AS b WHERE b.id = l.id"
      " AND a.n = %s %% (SELECT count(*) FROM m));"
      "INSERT INTO relationship(owner, name, target) VALUES('o', 'ms', 'm'), ('m', 'ls', 'l'),"
      " ('m', 'owner', 'o'); ANALYZE",
      owners, members, scattered ? "(b.n * 37 + 11) % 41" : "b.n / 3",
      scattered ? "b.n * 11" : "b.n / 2");
  run(db, sql);
  sqlite3_free(sql);
  return db;
}

#define LEAVES ALL_OF("'id', l.id, 'm', l.m", "(SELECT * FROM l WHERE l.m = m.id ORDER BY id) AS l")
#define MEMBER                                                                                     \
  "'id', m.id, 'o', m.o, 'x', m.x, 'pad', m.pad, 'owner', " ONE_OF(                                \
      "'id', b.id", "o AS b WHERE b.id = m.o") ", 'ls', " LEAVES
#define BY_HAND(order)                                                                             \
  "json_object('id', o.id, 'ms', " ALL_OF(                                                         \
      MEMBER, "(SELECT * FROM m WHERE m.o = o.id ORDER BY " order ") AS m") ")"

static void compare(sqlite3 *db) {
  static const char *const HINTS[] = {"", "!selectin"};
  static const struct {
    const char *ours, *hand;
  } CASES[] = {
      {"SELECT key, doc FROM selectin('o', 'id, ms@(*, owner(id), ls@)')",
       "SELECT id, " BY_HAND("id") " FROM o"},
      {"SELECT key, doc FROM selectin('o', 'id, ms@(*, owner(id), ls@ ORDER BY x, id DESC)')",
       "SELECT id, " BY_HAND("x, id DESC") " FROM o"},
      {"SELECT key, doc FROM selectin('o', 'id, ms@(*, owner(id), ls@) ORDER BY place, id')",
       "SELECT id, " BY_HAND("id") " FROM o ORDER BY place, id"},
      {"SELECT key, doc FROM selectin('o', 'id, ms@(*, owner(id), ls@) ORDER BY id DESC')",
       "SELECT id, " BY_HAND("id") " FROM o ORDER BY id DESC"},
      {"SELECT key, doc FROM selectin('o', 'id, ms@(id, owner(id))')",
       "SELECT id, json_object('id', o.id, 'ms', " ALL_OF(
           "'id', m.id, 'owner', " ONE_OF("'id', b.id", "o AS b WHERE b.id = m.o"),
           "(SELECT * FROM m WHERE m.o = o.id ORDER BY id) AS m") ") FROM o"},
      {"SELECT key, doc FROM selectin('o', 'id, ms@(id, x)')",
       "SELECT id, json_object('id', o.id, 'ms', " ALL_OF(
           "'id', m.id, 'x', m.x",
           "(SELECT * FROM m WHERE m.o = o.id ORDER BY id) AS m") ") FROM o"},
      {"SELECT key, doc FROM selectin('o', 'id, ms@(*, owner(id), ls@)')"
       " WHERE key IN (SELECT id FROM o WHERE id % 10 <> 3)",
       "SELECT id, " BY_HAND("id") " FROM o WHERE id % 10 <> 3"},
      {"SELECT key, doc FROM selectin('o', 'id, ms@(*, owner(id), ls@)')"
       " WHERE key IN (SELECT id FROM o ORDER BY id LIMIT 50)",
       "SELECT id, " BY_HAND("id") " FROM o ORDER BY id LIMIT 50"},
      {"SELECT o.id, doc FROM o CROSS JOIN selectin('o', 'id, ms@(*, owner(id), ls@)') WHERE key = "
       "o.id",
       "SELECT id, " BY_HAND("id") " FROM o"},
  };
  size_t i, j;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    for (j = 0; j < sizeof HINTS / sizeof *HINTS; j++) {
      char *ours = filled(CASES[i].ours, HINTS[j]);
      expectSame(db, ours, CASES[i].hand);
      sqlite3_free(ours);
    }
  }
}

START_TEST(keysMayCountUpAndStop) {
  int owners = _i / 2, scattered = _i % 2, members;
  for (members = 0; members < NUMBERS_COUNT; members++) {
    sqlite3 *db = openNumbers(NUMBERS[owners], NUMBERS[members], scattered);
    compare(db);
    closeDb(db);
  }
}
END_TEST

Suite *relTestFetchCounting(void) {
  Suite *suite = suite_create("fetch_counting");
  TCase *tcase = tcase_create("keysMayCountUpAndStop");
  tcase_add_loop_test(tcase, keysMayCountUpAndStop, 0, 2 * NUMBERS_COUNT);
  tcase_set_timeout(tcase, 60);
  suite_add_tcase(suite, tcase);
  return suite;
}
