/*
** Keys from one to another, and ORDER BY key, outside: what a fetch takes upon itself is what SQLite makes
** of all its rows.
*/
#include "unit/fetched.h"

static const char SCHEMA[] =
    "CREATE TABLE o(id INTEGER PRIMARY KEY, n TEXT);"
    "CREATE TABLE r(n TEXT);"
    "CREATE TABLE t(id TEXT PRIMARY KEY, n TEXT);"
    "CREATE TABLE u(id PRIMARY KEY, n TEXT);"
    "CREATE TABLE c(a INTEGER, b INTEGER, n TEXT, PRIMARY KEY(a, b));"
    "CREATE TABLE w(id INTEGER, n TEXT, PRIMARY KEY(id)) WITHOUT ROWID;"
    "CREATE VIEW v AS SELECT id, n FROM o;"
    "CREATE TABLE m(id INTEGER PRIMARY KEY, o INTEGER REFERENCES o, x TEXT);"
    "CREATE INDEX m_o ON m(o);"
    "WITH RECURSIVE n(i) AS (VALUES(-40) UNION ALL SELECT i + 1 FROM n WHERE i < 300)"
    " INSERT INTO o SELECT i * 3, 'n' || (i * 7 % 11) FROM n;"
    "INSERT INTO o VALUES(-9223372036854775808, 'first'), (9223372036854775807, 'last'),"
    " (1 << 53, 'far'), ((1 << 53) + 1, 'farther');"
    "INSERT INTO m(o, x) SELECT id, 'm' || id FROM o WHERE id % 2;"
    "INSERT INTO r SELECT n FROM o; INSERT INTO t SELECT id, n FROM o; INSERT INTO w SELECT id, n "
    "FROM o;"
    "INSERT INTO u SELECT id, n FROM o; INSERT INTO u VALUES('7', 'text'), (8.5, 'real'), (x'37', "
    "'blob');"
    "INSERT INTO c SELECT id, id % 5, n FROM o;"
    "CREATE TABLE numbers(i INTEGER, t TEXT, r REAL, n);"
    "INSERT INTO numbers VALUES(9, '9', 9.5, 'x'), (12, '12', -3.5, NULL), (NULL, NULL, 1e300, 30)";

static const char *const OWNERS[] = {"o", "r", "t", "u", "c", "w", "v"};

static const char *const SELECTIONS[] = {
    "n",
    "n WHERE n > 'n5'",
    "n ORDER BY n DESC",
    "n ORDER BY n LIMIT 7",
    "n, row_number() OVER (ORDER BY n) AS place ORDER BY n",
    "count(*) AS all_of_them",
};

static const char *const CONDITIONS[] = {
    "",
    "WHERE key > 9",
    "WHERE key >= 9 AND key < 33",
    "WHERE key BETWEEN -20 AND 20",
    "WHERE key > 9 AND key >= 3 AND key <= 300 AND key < 60",
    "WHERE key > 9.5 AND key < 30.5",
    "WHERE key >= -9.5 AND key <= -0.5",
    "WHERE key > '9'",
    "WHERE key < '9'",
    "WHERE key > x'00'",
    "WHERE key > NULL",
    "WHERE key < -1e300 OR key > 1e300",
    "WHERE key > -1e300 AND key < 1e300",
    "WHERE key >= 9223372036854775807",
    "WHERE key > 9223372036854775807",
    "WHERE key <= -9223372036854775808",
    "WHERE key < -9223372036854775808",
    "WHERE key > 9007199254740992.0",
    "WHERE key >= 9007199254740993",
    "WHERE key > 30 AND key < 30",
    "WHERE key > 100 AND key < 50",
    "WHERE key = 33 AND key > 9",
    "WHERE key IN (33, 9, 12) AND key > 9",
    "WHERE key NOT BETWEEN 0 AND 600",
    "WHERE key > (SELECT i FROM numbers LIMIT 1)",
    "WHERE key > (SELECT t FROM numbers LIMIT 1)",
    "WHERE key + 0 > 600",
};

static const char *const ORDERS[] = {
    "",
    " ORDER BY key",
    " ORDER BY key DESC",
    " ORDER BY key LIMIT 5",
    " ORDER BY key DESC LIMIT 3 OFFSET 2",
    " ORDER BY key DESC NULLS LAST",
    " ORDER BY key COLLATE NOCASE DESC",
    " ORDER BY key, doc",
    " ORDER BY doc, key",
};

#define COUNT(list) (int)(sizeof(list) / sizeof *(list))

/* The same of rows that SQLite has all got before it looks at what stands outside. */
static void expectAsOutside(sqlite3 *db, const char *owner, const char *selection,
                            const char *rest) {
  char *ours = sqlite3_mprintf("SELECT key, doc FROM selectin(%Q, %Q) %s", owner, selection, rest);
  char *outside =
      sqlite3_mprintf("SELECT key, doc FROM (SELECT key, doc FROM selectin(%Q, %Q) LIMIT -1) %s",
                      owner, selection, rest);
  char *expected = rows(db, outside);
  ck_assert_msg(expected[0] != '!', "%s\n  in: %s", expected, outside);
  expect(db, ours, expected);
  sqlite3_free(expected);
  sqlite3_free(outside);
  sqlite3_free(ours);
}

START_TEST(spansAndOrdersAreAsOutside) {
  sqlite3 *db = openWith(SCHEMA);
  int owner, selection, condition, order;
  for (owner = 0; owner < COUNT(OWNERS); owner++) {
    for (selection = 0; selection < COUNT(SELECTIONS); selection++) {
      for (condition = 0; condition < COUNT(CONDITIONS); condition++) {
        for (order = 0; order < COUNT(ORDERS); order++) {
          char *rest = sqlite3_mprintf("%s%s", CONDITIONS[condition], ORDERS[order]);
          expectAsOutside(db, OWNERS[owner], SELECTIONS[selection], rest);
          sqlite3_free(rest);
        }
      }
    }
  }
  closeDb(db);
}
END_TEST

/* Members come with their owners, of however large a span, whole tables read or not. */
START_TEST(membersOfSpansAreTheirs) {
  static const char *const MEMBERS[] = {"n, ms(x)", "n, ms!select(x) ORDER BY n",
                                        "ms(x ORDER BY x DESC LIMIT 1)"};
  sqlite3 *db = openWith(SCHEMA);
  int selection, condition, order;
  run(db, "INSERT INTO relationship(owner, name, target) VALUES('o', 'ms', 'm')");
  for (selection = 0; selection < COUNT(MEMBERS); selection++) {
    for (condition = 0; condition < COUNT(CONDITIONS); condition++) {
      for (order = 0; order < COUNT(ORDERS); order++) {
        char *rest = sqlite3_mprintf("%s%s", CONDITIONS[condition], ORDERS[order]);
        expectAsOutside(db, "o", MEMBERS[selection], rest);
        sqlite3_free(rest);
      }
    }
  }
  closeDb(db);
}
END_TEST

/* In a join the ends are columns, of whatever type; a name that is bound is not known when that is planned. */
START_TEST(spansStandInJoins) {
  static const char *const QUERIES[][2] = {
      {"SELECT i, t, r, key, doc FROM numbers JOIN selectin('o', 'n') AS s ON s.key > numbers.@"
       " AND s.key < 60 ORDER BY 1, 2, 3, 4",
       "SELECT i, t, r, key, doc FROM numbers JOIN (SELECT key, doc FROM selectin('o', 'n') LIMIT "
       "-1) AS s"
       " ON s.key > numbers.@ AND s.key < 60 ORDER BY 1, 2, 3, 4"},
      {"SELECT key, doc FROM selectin('o', 'n') WHERE key <= (SELECT max(@) FROM numbers) ORDER BY "
       "key DESC",
       "SELECT key, doc FROM (SELECT key, doc FROM selectin('o', 'n') LIMIT -1)"
       " WHERE key <= (SELECT max(@) FROM numbers) ORDER BY key DESC"},
      {"SELECT s.key, s.doc FROM o JOIN selectin('o', 'n') AS s ON s.key = o.id WHERE o.n = 'n@' "
       "ORDER BY s.key",
       "SELECT o.id, json_object('n', o.n) FROM o WHERE o.n = 'n@' ORDER BY o.id"},
      {"SELECT n.@, (SELECT group_concat(key) FROM (SELECT key FROM selectin('o', 'n') WHERE key > "
       "n.@"
       " ORDER BY key LIMIT 3)) FROM numbers AS n",
       "SELECT n.@, (SELECT group_concat(id) FROM (SELECT id FROM (SELECT +id AS id FROM o LIMIT "
       "-1)"
       " WHERE id > +n.@ ORDER BY id LIMIT 3)) FROM numbers AS n"}};
  static const char *const COLUMNS[] = {"i", "t", "r", "n"};
  sqlite3 *db = openWith(SCHEMA);
  int query, column;
  for (query = 0; query < COUNT(QUERIES); query++) {
    for (column = 0; column < COUNT(COLUMNS); column++) {
      char *ours = filled(QUERIES[query][0], COLUMNS[column]);
      char *hand = filled(QUERIES[query][1], COLUMNS[column]);
      expectSame(db, ours, hand);
      sqlite3_free(ours);
      sqlite3_free(hand);
    }
  }
  closeDb(db);
}
END_TEST

static void expectBound(sqlite3 *db, const char *sql, const char *owner, int end,
                        const char *expected) {
  sqlite3_stmt *statement;
  sqlite3_str *text = sqlite3_str_new(NULL);
  char *got;
  ck_assert_int_eq(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
  sqlite3_bind_text(statement, 1, owner, -1, SQLITE_STATIC);
  sqlite3_bind_int(statement, 2, end);
  while (sqlite3_step(statement) == SQLITE_ROW) {
    sqlite3_str_appendf(text, "%s ", sqlite3_column_text(statement, 0));
  }
  ck_assert_int_eq(sqlite3_finalize(statement), SQLITE_OK);
  got = sqlite3_str_finish(text);
  ck_assert_str_eq(got == NULL ? "" : got, expected);
  sqlite3_free(got);
}

START_TEST(namesMayBeBound) {
  static const char SQL[] =
      "SELECT key FROM selectin(?1, 'n') WHERE key > ?2 ORDER BY key DESC LIMIT 3";
  sqlite3 *db = openWith(SCHEMA);
  expectBound(db, SQL, "o", 600, "9223372036854775807 9007199254740993 9007199254740992 ");
  expectBound(db, SQL, "w", 2147483647, "9223372036854775807 9007199254740993 9007199254740992 ");
  expectBound(db, SQL, "t", 600, "99 96 93 ");
  closeDb(db);
}
END_TEST

Suite *relTestFetchSpans(void) {
  Suite *suite = suite_create("fetch spans");
  add(suite, "spansAndOrdersAreAsOutside", spansAndOrdersAreAsOutside);
  add(suite, "membersOfSpansAreTheirs", membersOfSpansAreTheirs);
  add(suite, "spansStandInJoins", spansStandInJoins);
  add(suite, "namesMayBeBound", namesMayBeBound);
  return suite;
}
