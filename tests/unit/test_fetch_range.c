/*
** Owners whose keys follow each other: their members are read from the index in one go. The documents are
** the same, byte for byte, as by hand, whatever stands between the keys.
*/
#include "unit/fetched.h"

/* How many statements have begun that read a range of keys. */
static int noteRange(unsigned event, void *ranges, void *statement, void *text) {
  (void)event;
  (void)text;
  *(int *)ranges += strstr(sqlite3_sql(statement), " AND +?36") != NULL;
  return SQLITE_OK;
}

/* As expectDocs; returns how often a range was read. */
static int rangesOf(sqlite3 *db, const char *arguments, const char *hand) {
  int ranges = 0;
  expectDocs(db, arguments, hand);
  sqlite3_trace_v2(db, SQLITE_TRACE_STMT, noteRange, &ranges);
  expectDocs(db, arguments, hand);
  sqlite3_trace_v2(db, 0, NULL, NULL);
  return ranges;
}

#define OWNERS(first)                                                                              \
  "CREATE TABLE o(id INTEGER PRIMARY KEY, p);"                                                     \
  "WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n WHERE i < 9)"                   \
  " INSERT INTO o SELECT " first " + i, 'owner ' || i FROM n;"

/* Members in no order, and what only looks like the key of an owner. */
#define MEMBERS                                                                                    \
  "INSERT INTO m(o, x) SELECT id, 'b' FROM o WHERE id % 3 ORDER BY id DESC;"                       \
  "INSERT INTO m(o, x) SELECT id, 'a' FROM o WHERE id % 4 ORDER BY p DESC;"                        \
  "INSERT INTO m(o, x) SELECT id + 0.0, 'real' FROM o;"                                            \
  "INSERT INTO m(o, x) SELECT id || '', 'text' FROM o;"                                            \
  "INSERT INTO m(o, x) SELECT id || '.0', 'text of a real' FROM o;"                                \
  "INSERT INTO m(o, x) SELECT CAST(id AS BLOB), 'blob' FROM o;"                                    \
  "INSERT INTO m(o, x) VALUES(2.5, 'between'), (NULL, 'none'), ('2x', 'word'), (0, 'before'),"     \
  " (99, 'behind'), (-9223372036854775808.0, 'least'), (9223372036854775807, 'greatest'),"         \
  " (9223372036854775808.0, 'beyond');"

#define MADE(type, index)                                                                          \
  "CREATE TABLE m(id INTEGER PRIMARY KEY, o " type " REFERENCES o, x TEXT);" index MEMBERS         \
  "INSERT INTO relationship(owner, name, target) VALUES('o', 'ms', 'm')"

#define MEMBERS_BY_HAND(order, where)                                                              \
  DOCS("'id', id, 'ms', " ALL_OF("'id', id, 'o', o, 'x', x",                                       \
                                 "(SELECT m.* FROM m WHERE m.o = o.id" where " ORDER BY " order    \
                                 ")"),                                                             \
       "o")

START_TEST(aRangeHasTheMembersOfItsOwnersOnly) {
  static const char *const OWNERS_FROM[] = {OWNERS("1"), OWNERS("-4"), OWNERS("(1 << 53)"),
                                            OWNERS("-9223372036854775807 - 1"),
                                            OWNERS("9223372036854775798")};
  static const struct {
    const char *members;
    int ranges; /* 0: the column compares otherwise than numbers do */
  } CASES[] = {
      {MADE("INTEGER", "CREATE INDEX m_o ON m(o);"), 1},
      {MADE("NUMERIC", "CREATE INDEX m_o ON m(o);"), 1},
      {MADE("REAL", "CREATE INDEX m_o ON m(o);"), 1},
      {MADE("INTEGER", "CREATE INDEX m_o ON m(o DESC);"), 1},
      {MADE("INTEGER", "CREATE INDEX m_o ON m(o, x);"), 1},
      {MADE("INTEGER", "CREATE INDEX m_o ON m(o) WHERE o IS NOT NULL;"), 1},
      {MADE("TEXT", "CREATE INDEX m_o ON m(o);"), 0},
      {MADE("", "CREATE INDEX m_o ON m(o);"), 0},
  };
  size_t i, j;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    for (j = 0; j < sizeof OWNERS_FROM / sizeof *OWNERS_FROM; j++) {
      sqlite3 *db = openWith(OWNERS_FROM[j]);
      run(db, CASES[i].members);
      ck_assert_int_eq(rangesOf(db, "'o', 'id, ms'", MEMBERS_BY_HAND("id", "")), CASES[i].ranges);
      ck_assert_int_eq(rangesOf(db, "'o', 'id, ms!selectin'", MEMBERS_BY_HAND("id", "")),
                       CASES[i].ranges);
      closeDb(db);
    }
  }
}
END_TEST

static const char PLAIN[] = OWNERS("1") MADE("INTEGER", "CREATE INDEX m_o ON m(o);");

START_TEST(aRangeKeepsOrderAndConditions) {
  sqlite3 *db = openWith(PLAIN);
  ck_assert_int_eq(
      rangesOf(db, "'o', 'id, ms(* ORDER BY x DESC)'", MEMBERS_BY_HAND("x DESC, id", "")), 1);
  ck_assert_int_eq(
      rangesOf(db, "'o', 'id, ms(* ORDER BY o, id DESC)'", MEMBERS_BY_HAND("id DESC", "")), 1);
  ck_assert_int_eq(
      rangesOf(db, "'o', 'id, ms(* WHERE x <> ?1)', 'b'", MEMBERS_BY_HAND("id", " AND m.x <> 'b'")),
      1);
  closeDb(db);
}
END_TEST

/* Members of members; a row whose own text does not show whose it is; one owner. */
START_TEST(aRangeNeedsKeysThatFollowEachOther) {
  static const char BY_HAND[] =
      DOCS("'id', id, 'ms', " ALL_OF("'x', x", "m WHERE m.o = o.id"), "o");
  static const char ONE[] = MEMBERS_BY_HAND("id", "") " WHERE id = 3";
  sqlite3 *db = openWith(PLAIN);
  ck_assert_int_eq(rangesOf(db, "'o', 'id, ms(x)'", BY_HAND), 0);
  ck_assert_int_eq(rangesOf(db, "'o', 'id, ms') WHERE key IN (3", ONE), 1);
  run(db, "DELETE FROM o WHERE id = 4");
  ck_assert_int_eq(rangesOf(db, "'o', 'id, ms'", MEMBERS_BY_HAND("id", "")), 0);
  closeDb(db);
}
END_TEST

START_TEST(aRangeIsOfIntegers) {
  static const char BY_HAND[] =
      DOCS("'p', p, 'ms', " ALL_OF("'id', id, 'o', o", "m WHERE m.o = o.p"), "o");
  sqlite3 *db = openWith("CREATE TABLE o(id INTEGER PRIMARY KEY, p NUMERIC UNIQUE);"
                         "CREATE TABLE m(id INTEGER PRIMARY KEY, o NUMERIC REFERENCES o(p));"
                         "CREATE INDEX m_o ON m(o);"
                         "INSERT INTO o(p) VALUES('a'), ('b'), ('c');"
                         "INSERT INTO m(o) VALUES('b'), ('a'), (0), (1), (2), ('c'), ('a');"
                         "INSERT INTO relationship(owner, name, target) VALUES('o', 'ms', 'm')");
  ck_assert_int_eq(rangesOf(db, "'o', 'p, ms'", BY_HAND), 0);
  run(db, "UPDATE o SET p = id");
  ck_assert_int_eq(rangesOf(db, "'o', 'p, ms'", BY_HAND), 1);
  closeDb(db);
}
END_TEST

START_TEST(rangesLieInEachOther) {
  sqlite3 *db = openWith(PLAIN);
  run(db,
      "CREATE TABLE l(id INTEGER PRIMARY KEY, m INT REFERENCES m); CREATE INDEX l_m ON l(m);"
      "INSERT INTO l(m) SELECT id FROM m WHERE id % 2 UNION ALL SELECT id FROM m;"
      "INSERT INTO relationship(owner, name, target) VALUES('m', 'ls', 'l'), ('m', 'owner', 'o');"
      "UPDATE m SET o = id / 8 + 1; DELETE FROM o WHERE id > 5");
  ck_assert_int_eq(
      rangesOf(
          db, "'o', 'id, ms(id, o, owner(p), ls)'",
          DOCS("'id', id, 'ms', " ALL_OF(
                   "'id', id, 'o', o, 'owner', " ONE_OF(
                       "'p', p", "o AS b WHERE b.id = m.o") ", 'ls', " ALL_OF("'id', id, 'm', m",
                                                                              "l WHERE l.m = m.id"),
                   "m WHERE m.o = o.id"),
               "o")),
      2);
  closeDb(db);
}
END_TEST

Suite *relTestFetchRange(void) {
  Suite *suite = suite_create("fetch_range");
  add(suite, "aRangeHasTheMembersOfItsOwnersOnly", aRangeHasTheMembersOfItsOwnersOnly);
  add(suite, "aRangeKeepsOrderAndConditions", aRangeKeepsOrderAndConditions);
  add(suite, "aRangeNeedsKeysThatFollowEachOther", aRangeNeedsKeysThatFollowEachOther);
  add(suite, "aRangeIsOfIntegers", aRangeIsOfIntegers);
  add(suite, "rangesLieInEachOther", rangesLieInEachOther);
  return suite;
}
