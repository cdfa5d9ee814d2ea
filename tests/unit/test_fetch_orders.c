/*
** ORDER BY: what a term means, and that the order holds where SQLite would take it for settled.
*/
#include "unit/fetched.h"

/* By its name or its number: SQLite would take the integer itself for a number. */
START_TEST(anItemThatIsAnIntegerOrdersNothing) {
  static const char *const INTEGERS[] = {"7",
                                         "-7",
                                         "+(7)",
                                         "0 COLLATE NOCASE",
                                         "(3) COLLATE \"rtrim\"",
                                         "(-5 COLLATE [binary])",
                                         "-(5) COLLATE nocase COLLATE 'rtrim'"};
  static const char *const SELECTIONS[] = {
      "'users', 'name, @ AS n, posts(title, @ AS m ORDER BY m, id DESC) ORDER BY n DESC, id DESC'",
      "'users', 'name, @ AS n, posts(title, @ AS m ORDER BY 2 COLLATE nocase, id DESC) ORDER BY 2, "
      "id DESC'"};
  sqlite3 *db = openWith(BLOG);
  size_t i, j;
  for (i = 0; i < sizeof INTEGERS / sizeof *INTEGERS; i++) {
    char *hand =
        filled("SELECT id, json_object('name', name, 'n', (SELECT @), 'posts', (SELECT "
               "json_group_array(json_object('title', title, 'm', (SELECT @))) FROM (SELECT "
               "title FROM posts WHERE user_id = users.id ORDER BY id DESC))) FROM users "
               "ORDER BY id DESC",
               INTEGERS[i]);
    for (j = 0; j < sizeof SELECTIONS / sizeof *SELECTIONS; j++) {
      char *quoted = sqlite3_mprintf("%q", INTEGERS[i]), *ours = filled(SELECTIONS[j], quoted);
      expectDocs(db, ours, hand);
      sqlite3_free(ours);
      sqlite3_free(quoted);
    }
    sqlite3_free(hand);
  }
  closeDb(db);
}
END_TEST

#define ITEMS "id AS name, name AS id, 9 AS score, 7 AS n, -(3) COLLATE nocase AS m"

/* Of users as owners and as members; ours and SQLite's own ORDER BY, both with `term` in it. */
static void expectOrder(sqlite3 *db, const char *term, const char *expected) {
  static const char *const OURS[] = {
      "SELECT json_extract(doc, '$.name'), json_extract(doc, '$.id') FROM selectin('users', '" ITEMS
      " ORDER BY @')",
      "SELECT json_extract(value, '$.name'), json_extract(value, '$.id') FROM selectin('teams', "
      "'users(" ITEMS " ORDER BY @)'), json_each(doc, '$.users')"};
  char *quoted = sqlite3_mprintf("%q", term);
  size_t i;
  for (i = 0; i < sizeof OURS / sizeof *OURS; i++) {
    char *ours = filled(OURS[i], quoted), *got = rows(db, ours);
    ck_assert_msg(expected != NULL ? strcmp(got, expected) == 0
                                   : strstr(got, "no column or expression") != NULL,
                  "in: %s\ngot:\n%s\nexpected:\n%s", ours, got,
                  expected != NULL ? expected : "a refusal");
    sqlite3_free(got);
    sqlite3_free(ours);
  }
  sqlite3_free(quoted);
}

/*
** Parentheses, signs and collations around a name or a number are SQLite's to read: an alias, a
** position or neither. The oracle is its own ORDER BY over the same items.
*/
START_TEST(termsAreReadAsSqlReadsThem) {
  static const char *const TERMS[] = {"(id)",
                                      "((id)) DESC",
                                      "(id) COLLATE nocase",
                                      "(id COLLATE nocase)",
                                      "((id COLLATE nocase) COLLATE 'binary') DESC",
                                      "(id COLLATE binary) COLLATE [nocase]",
                                      "+id DESC",
                                      "-id",
                                      "(+id) COLLATE nocase",
                                      "id || ''",
                                      "(name) DESC NULLS LAST",
                                      "(score) DESC NULLS FIRST",
                                      "-score NULLS LAST",
                                      "(users.score) DESC",
                                      "(2)",
                                      "+2 DESC",
                                      "+(+2)",
                                      "((2) COLLATE nocase)",
                                      "(2 COLLATE binary) COLLATE nocase",
                                      "+2 COLLATE nocase",
                                      "-(-(2)) DESC",
                                      "- -2",
                                      "0x2",
                                      "0X0000000002 DESC",
                                      "002",
                                      "+(2 COLLATE nocase)",
                                      "(-(-2 COLLATE nocase)) COLLATE rtrim",
                                      "-(6 COLLATE nocase) DESC",
                                      "2.0",
                                      "2e0 DESC",
                                      "2 + 0",
                                      "2147483648",
                                      "-2147483648 - 1",
                                      "0x80000000",
                                      "0x100000002 DESC",
                                      "likely(2)",
                                      "'id'",
                                      "x'32'",
                                      "(n)",
                                      "+n DESC",
                                      "-n",
                                      "- - n",
                                      "(n) COLLATE nocase DESC",
                                      "(-n)",
                                      "-(n COLLATE rtrim) COLLATE nocase",
                                      "n + 1",
                                      "n || ''",
                                      "n - score",
                                      "m",
                                      "-m",
                                      "(m COLLATE nocase)",
                                      "(4), (id COLLATE nocase)",
                                      "(5) DESC, -n, +n NULLS LAST, 2 DESC"};
  static const char *const REFUSED[] = {
      "0",          "(6)",        "-2",         "-(2)",
      "+(0)",       "(-1) DESC",  "-0x2",       "(6) COLLATE nocase",
      "0x7fffffff", "2147483647", "-2147483647"};
  static const char *const MALFORMED[][2] = {
      {"name AS n ORDER BY (n COLLATE)", "near \")\": syntax error (column 30)"},
      {"name AS n ORDER BY 2 +", "near \",\": syntax error"},
      {"7 AS n ORDER BY n 2", "near \"2\": syntax error (column 19)"},
      {"7 AS n ORDER BY 1 2", "near \"2\": syntax error (column 19)"},
      {"7 AS n ORDER BY -", "near \",\": syntax error"},
      {"7 AS n ORDER BY DESC", "no such column: DESC (column 17)"},
      {"7 AS n ORDER BY -n COLLATE", "near \",\": syntax error"},
      {"7 AS n ORDER BY n.", "near \",\": syntax error"},
      {"7 AS n ORDER BY - - users.n", "no such column: users.n (column 21)"},
      {"7 AS n ORDER BY n DESC NULLS", "near \",\": syntax error"},
      {"7 AS n ORDER BY n DESC 3", "near \"3\": syntax error"}};
  sqlite3 *db = openWith(
      "CREATE TABLE teams(id INTEGER PRIMARY KEY); CREATE TABLE users(id INTEGER PRIMARY KEY, name "
      "TEXT, score INT, team_id INT DEFAULT 1 REFERENCES teams); INSERT INTO teams VALUES (1);"
      "INSERT INTO users(id, name, score) VALUES (1, 'b', NULL), (2, 'a', 5), (3, 'C', 4), (4, "
      "'A', "
      "NULL), (5, 'B', 4); INSERT INTO relationship(owner, name, target) VALUES ('teams', 'users', "
      "'users');");
  size_t i;
  for (i = 0; i < sizeof TERMS / sizeof *TERMS; i++) {
    char *hand =
        filled("SELECT name, id FROM (SELECT " ITEMS " FROM users ORDER BY @, users.id LIMIT -1)",
               TERMS[i]);
    char *expected = rows(db, hand);
    ck_assert_msg(expected[0] != '!', "%s\n  in: %s", expected, hand);
    expectOrder(db, TERMS[i], expected);
    sqlite3_free(expected);
    sqlite3_free(hand);
  }
  for (i = 0; i < sizeof REFUSED / sizeof *REFUSED; i++) expectOrder(db, REFUSED[i], NULL);
  for (i = 0; i < sizeof MALFORMED / sizeof *MALFORMED; i++) {
    char *refusal = sqlite3_mprintf("selectin: users: %s", MALFORMED[i][1]);
    expectRefusal(db, "users", MALFORMED[i][0], refusal);
    sqlite3_free(refusal);
  }
  closeDb(db);
}
END_TEST

/* SQLite takes ORDER BY id for settled under id = z_id, though 1, '1' and '1.0' are equal to 1. */
START_TEST(ordersHoldWhereTypesUnsettleThem) {
  static const char *const CASES[][2] = {{"", "[3,-1,7]"},
                                         {"ORDER BY n > 9", "[3,-1,7]"},
                                         {"ORDER BY id DESC", "[7,-1,3]"},
                                         {"ORDER BY (t.id) DESC", "[7,-1,3]"}};
  static const char *const FROM[][2] = {{"t", "z"}, {"o", "zs"}};
  sqlite3 *db = openWith(
      "CREATE TABLE t(n INTEGER, id PRIMARY KEY, z_id INTEGER REFERENCES t(id)); INSERT INTO t "
      "VALUES "
      "(-1, '1', 1), (3, 1, 'a'), (7, '1.0', 'b'); CREATE INDEX down ON t(id DESC); CREATE TABLE "
      "o(n INTEGER PRIMARY KEY); INSERT INTO o VALUES (-1); CREATE TABLE l(o_n INTEGER PRIMARY KEY "
      "REFERENCES o, t_id INTEGER REFERENCES t); INSERT INTO l VALUES (-1, 1); INSERT INTO "
      "relationship(owner, name, target, secondary) VALUES ('o', 'zs', 't', 'l');");
  size_t i, j;
  int s;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    for (j = 0; j < sizeof FROM / sizeof *FROM; j++) {
      for (s = 0; s < STRATEGY_COUNT; s++) {
        char *sql =
            sqlite3_mprintf("SELECT doc FROM selectin(%Q, 'n, %s%s(json_group_array(n) AS a "
                            "%s) AS z WHERE n < 0')",
                            FROM[j][0], FROM[j][1], STRATEGIES[s], CASES[i][0]);
        char *expected = sqlite3_mprintf("{\"n\":-1,\"z\":{\"a\":%s}}\n", CASES[i][1]);
        expect(db, sql, expected);
        sqlite3_free(expected);
        sqlite3_free(sql);
      }
    }
  }
  closeDb(db);
}
END_TEST

/* Nor under a = id, though '1', '1.0' and ' 1' are. Links have a name in common with targets. */
START_TEST(ordersOfLinksHoldWhereTypesUnsettleThem) {
  static const char *const TERMS[] = {"a",
                                      "(ab.a) DESC",
                                      "a COLLATE nocase",
                                      "A || x''",
                                      "ab.id",
                                      "(\"ab\".\"id\") DESC, a",
                                      "x",
                                      "(x) DESC, ab.id",
                                      "b.id, ab.id",
                                      "b.id DESC, (ab.id) DESC",
                                      "ab.id > 5",
                                      "a = 1 DESC, ab.id"};
  sqlite3 *db = openWith(
      "CREATE TABLE a(id INTEGER PRIMARY KEY); CREATE TABLE b(id INTEGER PRIMARY KEY); CREATE "
      "TABLE "
      "ab(a TEXT REFERENCES a, id TEXT REFERENCES b); INSERT INTO a VALUES (1), (2); INSERT INTO b "
      "VALUES (5), (6), (7); INSERT INTO ab VALUES ('1.0', '5'), ('1', '6'), (' 1', '7.0'), ('2', "
      "'5'), ('2', ' 6'), ('2.0', '7'), ('1 ', '5 '); INSERT INTO relationship(owner, name, "
      "target, "
      "secondary) VALUES ('a', 'bs', 'b', 'ab');");
  size_t i;
  int s;
  for (i = 0; i < sizeof TERMS / sizeof *TERMS; i++) {
    char *hand =
        filled("SELECT id, json_object('id', id, 'bs', (SELECT json_group_array(json_object('id', "
               "b, 'x', x)) FROM (SELECT b.id AS b, a AS x FROM ab JOIN b ON b.id = +ab.id "
               "WHERE +a = a.id ORDER BY @, b.id))) FROM a",
               TERMS[i]);
    for (s = 0; s < STRATEGY_COUNT; s++) {
      char *ours =
          sqlite3_mprintf("'a', 'id, bs%s(id, a AS x ORDER BY %q)'", STRATEGIES[s], TERMS[i]);
      expectDocs(db, ours, hand);
      sqlite3_free(ours);
    }
    sqlite3_free(hand);
  }
  closeDb(db);
}
END_TEST

/* A window counts the members of one owner, in ORDER BY as in an item, whatever it goes by there. */
START_TEST(windowsInOrdersAreOfOneOwner) {
  static const char *const TERMS[] = {
      "n",
      "(n) DESC",
      "2",
      "-n",
      "n + 0",
      "n COLLATE nocase",
      "dense_rank() OVER (PARTITION BY score IS NULL ORDER BY score)",
      "-dense_rank() OVER (PARTITION BY score IS NULL ORDER BY score)"};
#define RANKED "id, dense_rank() OVER (PARTITION BY score IS NULL ORDER BY score) AS n"
  sqlite3 *db = openWith("CREATE TABLE teams(id INTEGER PRIMARY KEY); CREATE TABLE users(id "
                         "INTEGER PRIMARY KEY, score "
                         "INT, team_id INT REFERENCES teams); INSERT INTO teams VALUES (1), (2); "
                         "INSERT INTO users VALUES "
                         "(1, 7, 1), (2, NULL, 1), (3, 9, 1), (4, 5, 2), (5, 4, 2), (6, NULL, 2), "
                         "(7, 3, 2); INSERT INTO "
                         "relationship(owner, name, target) VALUES ('teams', 'users', 'users');");
  size_t i;
  int s;
  for (i = 0; i < sizeof TERMS / sizeof *TERMS; i++) {
    char *hand = filled(
        "SELECT id, json_object('id', id, 'users', (SELECT json_group_array(json_object('id', "
        "id, 'n', n)) FROM (SELECT " RANKED
        " FROM users WHERE team_id = teams.id ORDER BY @, id))) FROM teams",
        TERMS[i]);
    for (s = 0; s < STRATEGY_COUNT; s++) {
      char *ours =
          sqlite3_mprintf("'teams', 'users%s(" RANKED " ORDER BY %s)'", STRATEGIES[s], TERMS[i]);
      expectDocs(db, ours, hand);
      sqlite3_free(ours);
    }
    sqlite3_free(hand);
  }
  closeDb(db);
}
END_TEST

START_TEST(windowsOverAggregatesAreOfOneOwner) {
  static const char *const WINDOWS[] = {
      "sum(count(*)) OVER ()",         "row_number() OVER ()", "rank() OVER (ORDER BY count(*))",
      "sum(max(n)) OVER (ORDER BY 1)", "count(*) OVER ()",     "lag(count(*)) OVER (ORDER BY 1)"};
  sqlite3 *db = openWith(
      "CREATE TABLE o(id INTEGER PRIMARY KEY); CREATE TABLE m(id INTEGER PRIMARY KEY, o_id INTEGER "
      "REFERENCES o, n); INSERT INTO o VALUES (1), (2), (3); INSERT INTO m VALUES (1, 1, 5), (2, "
      "1, "
      "0), (3, 1, -2), (4, 2, NULL), (5, 2, 7); INSERT INTO relationship(owner, name, target) "
      "VALUES "
      "('o', 'ms', 'm');");
  size_t i;
  for (i = 0; i < sizeof WINDOWS / sizeof *WINDOWS; i++) {
    char *ours = filled("'o', 'ms#(count(*) AS c, @ AS w)'", WINDOWS[i]);
    char *hand =
        filled("SELECT id, json_object('id', id, 'ms', (SELECT json_object('c', c, 'w', w) "
               "FROM (SELECT count(*) AS c, @ AS w FROM m WHERE o_id = o.id))) FROM o",
               WINDOWS[i]);
    *strchr(ours, '#') = '@';
    expectEvery(db, ours, hand);
    sqlite3_free(hand);
    sqlite3_free(ours);
  }
  closeDb(db);
}
END_TEST

Suite *relTestFetchOrders(void) {
  Suite *suite = suite_create("fetch_orders");
  add(suite, "anItemThatIsAnIntegerOrdersNothing", anItemThatIsAnIntegerOrdersNothing);
  add(suite, "termsAreReadAsSqlReadsThem", termsAreReadAsSqlReadsThem);
  add(suite, "ordersHoldWhereTypesUnsettleThem", ordersHoldWhereTypesUnsettleThem);
  add(suite, "ordersOfLinksHoldWhereTypesUnsettleThem", ordersOfLinksHoldWhereTypesUnsettleThem);
  add(suite, "windowsInOrdersAreOfOneOwner", windowsInOrdersAreOfOneOwner);
  add(suite, "windowsOverAggregatesAreOfOneOwner", windowsOverAggregatesAreOfOneOwner);
  return suite;
}
