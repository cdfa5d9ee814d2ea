/*
** How much SQLite has to do for documents, against the same by hand: what an index, a limit or a key can
** spare by hand is not done by selections either. The documents are the same, byte for byte.
*/
#include "unit/fetched.h"

static int countStep(void *steps) {
  ++*(int *)steps;
  return 0;
}

/* Steps of SQLite for a query that has run before. */
static int stepsOf(sqlite3 *db, const char *sql) {
  int steps = 0;
  sqlite3_free(rows(db, sql));
  sqlite3_progress_handler(db, 1, countStep, &steps);
  sqlite3_free(rows(db, sql));
  sqlite3_progress_handler(db, 0, NULL, NULL);
  return steps;
}

/* `arguments` end selectin's, and may say more behind it. */
typedef struct Case {
  const char *arguments, *hand;
} Case;

static void expectNoMoreThanByHand(sqlite3 *db, const Case *cases, size_t count) {
  size_t i;
  for (i = 0; i < count; i++) {
    char *ours = sqlite3_mprintf("SELECT key, doc FROM selectin('o', %s", cases[i].arguments);
    int had, byHand;
    expectSame(db, ours, cases[i].hand);
    had = stepsOf(db, ours);
    byHand = stepsOf(db, cases[i].hand);
    ck_assert_msg(had < byHand * 3 / 2, "%s: %d steps, by hand %d", ours, had, byHand);
    sqlite3_free(ours);
  }
}

#define COUNT(cases) (sizeof(cases) / sizeof *(cases))

/* A hundred owners, each with a hundred members that stand all over the table. */
static sqlite3 *withMembers(const char *indexes) {
  sqlite3 *db =
      openWith("CREATE TABLE o(id INTEGER PRIMARY KEY, n TEXT);"
               "CREATE TABLE m(id INTEGER PRIMARY KEY, o INTEGER REFERENCES o, x INTEGER, t TEXT);"
               "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 100)"
               " INSERT INTO o SELECT i, 'owner ' || i FROM n;"
               "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 10000)"
               " INSERT INTO m SELECT i, 1 + i % 100, i * 7919 % 101, 'member ' || i FROM n;"
               "INSERT INTO relationship(owner, name, target) VALUES('o', 'ms', 'm');"
               "DROP INDEX IF EXISTS \"o.ms:index\"");
  run(db, indexes);
  return db;
}

#define MEMBERS(rest) ALL_OF("'t', t", "(SELECT t FROM m WHERE o = o.id " rest ")")
#define OWNERS(rest, where)                                                                        \
  "SELECT id, json_object('id', id, 'n', n, 'ms', " MEMBERS(rest) ") FROM o" where
#define MADE(pairs, rest)                                                                          \
  "SELECT id, json_object('id', id, 'n', n, 'ms', " ONE_OF(pairs,                                  \
                                                           "m WHERE m.o = o.id" rest) ") FROM o"

/* What WHERE asks for stands in the index behind the owner's key, or in an index of those rows alone. */
START_TEST(conditionsAreSoughtInTheIndexOfTheKey) {
  static const Case CASES[] = {
      {"'ms(t WHERE x = 5)')", OWNERS("AND x = 5 ORDER BY id", "")},
      {"'ms(t WHERE x < 3)')", OWNERS("AND x < 3 ORDER BY id", "")},
      {"'ms(t WHERE x = 5)') WHERE key IN (1, 7, 90)",
       OWNERS("AND x = 5 ORDER BY id", " WHERE id IN (1, 7, 90)")},
      {"'ms(t WHERE x = ?1)', 5)", OWNERS("AND x = 5 ORDER BY id", "")},
      {"'ms(t) FOR EACH m WHERE x = 5')", OWNERS("AND x = 5 ORDER BY id", "")}};
  static const Case PARTIAL[] = {{"'ms(t WHERE x = 7)')", OWNERS("AND x = 7 ORDER BY id", "")}};
  sqlite3 *db = withMembers("CREATE INDEX m_ox ON m(o, x)");
  expectNoMoreThanByHand(db, CASES, COUNT(CASES));
  closeDb(db);
  db = withMembers("CREATE INDEX m_o ON m(o); CREATE INDEX m_7 ON m(o) WHERE x = 7");
  expectNoMoreThanByHand(db, PARTIAL, COUNT(PARTIAL));
  closeDb(db);
}
END_TEST

/* An index goes on in the order of the rows' keys, up and down. */
START_TEST(limitsReadNoMoreThanTheyLeave) {
  static const Case CASES[] = {
      {"'ms(t LIMIT 2)')", OWNERS("ORDER BY id LIMIT 2", "")},
      {"'ms(t ORDER BY id DESC LIMIT 2)')", OWNERS("ORDER BY id DESC LIMIT 2", "")},
      {"'ms(t ORDER BY id DESC LIMIT 2 OFFSET 1)')",
       OWNERS("ORDER BY id DESC LIMIT 2 OFFSET 1", "")}};
  sqlite3 *db = withMembers("CREATE INDEX m_o ON m(o)");
  expectNoMoreThanByHand(db, CASES, COUNT(CASES));
  closeDb(db);
}
END_TEST

START_TEST(aggregatesReadNoMoreThanByHand) {
  static const Case CASES[] = {
      {"'ms(max(x) AS a)')", MADE("'a', max(x)", "")},
      {"'ms(min(x) AS a)')", MADE("'a', min(x)", "")},
      {"'ms(count(*) AS a)')", MADE("'a', count(*)", "")},
      {"'ms(count(*) AS a, sum(x) AS b, max(t) AS c WHERE x > 90)')",
       MADE("'a', count(*), 'b', sum(x), 'c', max(t)", " AND x > 90")},
      {"'ms(count(*) AS a)') WHERE key = 7", MADE("'a', count(*)", "") " WHERE id = 7"}};
  sqlite3 *db = withMembers("CREATE INDEX m_ox ON m(o, x)");
  expectNoMoreThanByHand(db, CASES, COUNT(CASES));
  closeDb(db);
}
END_TEST

/* Where no index leads to the members, their table is read once for however many owners. */
START_TEST(membersWithoutAnIndexAreReadOnce) {
  static const Case CASES[] = {
      {"'ms(t)') WHERE key = 7", OWNERS("ORDER BY id", " WHERE id = 7")},
      {"'ms(t)') WHERE key IN (7, 8)", OWNERS("ORDER BY id", " WHERE id IN (7, 8)")},
      {"'ms(t ORDER BY t LIMIT 1)')",
       "WITH g AS (SELECT o, min(t) AS least FROM m GROUP BY o)"
       "SELECT id, json_object('id', id, 'n', n, 'ms', json_array(json_object('t', least)))"
       " FROM o JOIN g ON g.o = id ORDER BY id"},
      {"'ms(t WHERE x = 5 ORDER BY t DESC LIMIT 1)') WHERE key = 7",
       OWNERS("AND x = 5 ORDER BY t DESC, id LIMIT 1", " WHERE id = 7")}};
  sqlite3 *db = withMembers("");
  expectNoMoreThanByHand(db, CASES, COUNT(CASES));
  closeDb(db);
}
END_TEST

/* Four hundred owners, each with a hundred of a thousand targets. */
static sqlite3 *withLinks(const char *indexes) {
  sqlite3 *db = openWith(
      "CREATE TABLE o(id INTEGER PRIMARY KEY, n TEXT);"
      "CREATE TABLE m(id INTEGER PRIMARY KEY, x INTEGER, t TEXT);"
      "CREATE TABLE l(o INTEGER REFERENCES o, m INTEGER REFERENCES m, PRIMARY KEY(o, m)) WITHOUT "
      "ROWID;"
      "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 400)"
      " INSERT INTO o SELECT i, 'owner ' || i FROM n;"
      "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 1000)"
      " INSERT INTO m SELECT i, i * 7919 % 101, 'member ' || i FROM n;"
      "INSERT OR IGNORE INTO l SELECT o.id, 1 + (o.id * 7919 + m.id * 31) % 1000 FROM o, m"
      " WHERE m.id <= 100;"
      "INSERT INTO relationship(owner, name, target, secondary) VALUES('o', 'ms', 'm', 'l')");
  run(db, indexes);
  return db;
}

#define LINKED(rest, where)                                                                        \
  "SELECT id, json_object('id', id, 'n', n, 'ms', " ALL_OF(                                        \
      "'t', t",                                                                                    \
      "(SELECT t FROM l JOIN m ON m.id = l.m WHERE l.o = o.id " rest ")") ") FROM o" where

START_TEST(linksReadNoMoreThanByHand) {
  static const Case CASES[] = {
      {"'ms(t WHERE id = 8)')", LINKED("AND m.id = 8 ORDER BY m.id", "")},
      {"'ms(t WHERE id = 8)') WHERE key IN (1, 7, 90)",
       LINKED("AND m.id = 8 ORDER BY m.id", " WHERE id IN (1, 7, 90)")},
      {"'ms(t WHERE id > 990)')", LINKED("AND m.id > 990 ORDER BY m.id", "")},
      {"'ms(t LIMIT 2)')", LINKED("ORDER BY l.m LIMIT 2", "")},
      {"'ms(t ORDER BY id DESC LIMIT 2)')", LINKED("ORDER BY l.m DESC LIMIT 2", "")}};
  static const Case NAMED[] = {
      {"'ms(t WHERE x = 5)')",
       "SELECT id, json_object('id', id, 'n', n, 'ms', " ALL_OF(
           "'t', t", "(SELECT t FROM m CROSS JOIN l ON m.id = l.m"
                     " WHERE l.o = o.id AND x = 5 ORDER BY m.id)") ") FROM o"}};
  sqlite3 *db = withLinks("");
  expectNoMoreThanByHand(db, CASES, COUNT(CASES));
  closeDb(db);
  db = withLinks("CREATE INDEX m_x ON m(x); CREATE INDEX l_m ON l(m)");
  expectNoMoreThanByHand(db, NAMED, COUNT(NAMED));
  closeDb(db);
}
END_TEST

/* What a view makes of a whole table it makes once for all owners, and for one of that one's rows alone. */
START_TEST(viewsAreWorkedOutOnce) {
#define GROUPED(where)                                                                             \
  "SELECT id, json_object('id', id, 'n', n, 'g', json_object('o', o, 'a', a)) FROM o JOIN vg ON "  \
  "o = id" where
#define UNITED(where) OWNERS_OF("SELECT t FROM vu WHERE o = o.id ORDER BY id", where)
#define OWNERS_OF(members, where)                                                                  \
  "SELECT id, json_object('id', id, 'n', n, 'us', " ALL_OF("'t', t",                               \
                                                           "(" members ")") ") FROM o" where
  static const Case CASES[] = {
      {"'g')", GROUPED(" ORDER BY id")},
      {"'g') WHERE key = 7", GROUPED(" WHERE id = 7")},
      {"'us(t ORDER BY id)') WHERE key = 7", UNITED(" WHERE id = 7")},
      {"'us(t ORDER BY id)')",
       "WITH g AS (SELECT o, json_group_array(json_object('t', t)) AS all_of"
       " FROM (SELECT o, t FROM vu ORDER BY id) GROUP BY o)"
       "SELECT id, json_object('id', id, 'n', n, 'us', json(all_of)) FROM o JOIN g ON "
       "o = id ORDER BY id"}};
  sqlite3 *db = withMembers("CREATE INDEX m_o ON m(o)");
  run(db, "CREATE VIEW vg AS SELECT o, count(x) AS a FROM m GROUP BY o;"
          "CREATE VIEW vu AS SELECT id, o, t FROM m WHERE x > 50 UNION ALL"
          " SELECT id, o, t FROM m WHERE x <= 50;"
          "INSERT INTO relationship(owner, name, target, primaryjoin, viewonly, uselist)"
          " VALUES('o', 'g', 'vg', 'o.id = vg.o', 1, 0), ('o', 'us', 'vu', 'o.id = vu.o', 1, 1)");
  expectNoMoreThanByHand(db, CASES, COUNT(CASES));
  closeDb(db);
}
END_TEST

/* The keys of few owners are compared with a view's columns as those of many are. */
START_TEST(fewOwnersOfViewsHaveTheirMembers) {
  static const char *const KEYS[] = {"INTEGER", "TEXT", "TEXT COLLATE NOCASE", "REAL", "NUMERIC",
                                     "BLOB",    ""};
  size_t parent, child;
  int key;
  for (parent = 0; parent < COUNT(KEYS); parent++) {
    for (child = 0; child < COUNT(KEYS); child++) {
      sqlite3 *db = openWith("");
      char *sql = sqlite3_mprintf(
          "CREATE TABLE p(id INTEGER PRIMARY KEY, k %s UNIQUE);"
          "CREATE TABLE m(id INTEGER PRIMARY KEY, k %s); CREATE INDEX m_k ON m(k);"
          "CREATE VIEW v AS SELECT id, k FROM m WHERE id < 9 UNION ALL SELECT id, k FROM m WHERE "
          "id >= 9;"
          "INSERT INTO p(k) VALUES(1), ('2'), ('a'), ('B'), (2.5), (x'61'), (NULL), ('03'), (4);"
          "INSERT INTO m(k) SELECT k FROM p; INSERT INTO m(k) VALUES('1'), (2), ('A'), ('b'), "
          "('2.5'),"
          " (x'31'), (3), ('3.0'), ('04'), (1.0);"
          "INSERT INTO relationship(owner, name, target, primaryjoin, viewonly)"
          " VALUES('p', 'vs', 'v', 'p.k = v.k', 1)",
          KEYS[parent], KEYS[child]);
      run(db, sql);
      sqlite3_free(sql);
      for (key = 0; key <= 9; key++) {
        sql = sqlite3_mprintf(
            "SELECT key, doc FROM selectin('p', 'vs(id ORDER BY id)') WHERE key %s %d",
            key > 0 ? "=" : ">", key);
        char *hand = sqlite3_mprintf(
            "SELECT id, json_object('id', id, 'k', CASE typeof(k) WHEN 'blob' THEN hex(k) ELSE k "
            "END, 'vs', " ALL_OF(
                "'id', id",
                "(SELECT v.id FROM v WHERE p.k = v.k ORDER BY v.id)") ") FROM p WHERE id %s %d",
            key > 0 ? "=" : ">", key);
        expectSame(db, sql, hand);
        sqlite3_free(hand);
        sqlite3_free(sql);
      }
      closeDb(db);
    }
  }
}
END_TEST

/* Keys from one to another, and their order, are not left to whoever asks. */
START_TEST(spansOfKeysReadTheirOwnersOnly) {
  static const Case CASES[] = {
      {"'ms(t)') WHERE key BETWEEN 20 AND 22",
       OWNERS("ORDER BY id", " WHERE id BETWEEN 20 AND 22")},
      {"'ms(t)') WHERE key > 97", OWNERS("ORDER BY id", " WHERE id > 97")},
      {"'ms(t)') WHERE key >= 98.5", OWNERS("ORDER BY id", " WHERE id >= 98.5")},
      {"'ms(t)') WHERE key < 3", OWNERS("ORDER BY id", " WHERE id < 3")},
      {"'ms(t)') WHERE key > 50 ORDER BY key LIMIT 16",
       OWNERS("ORDER BY id", " WHERE id > 50 ORDER BY id LIMIT 16")},
      {"'ms(t)') WHERE key < 50 ORDER BY key DESC LIMIT 16",
       OWNERS("ORDER BY id", " WHERE id < 50 ORDER BY id DESC LIMIT 16")},
      {"'ms(t)') ORDER BY key DESC LIMIT 16", OWNERS("ORDER BY id", " ORDER BY id DESC LIMIT 16")},
      {"'ms(t) ORDER BY n') WHERE key BETWEEN 8 AND 11",
       OWNERS("ORDER BY id", " WHERE id BETWEEN 8 AND 11 ORDER BY n")},
      {"'ms(t) WHERE n LIKE ''owner 9_'' ORDER BY n') WHERE key > 95 ORDER BY key DESC",
       OWNERS("ORDER BY id", " WHERE n LIKE 'owner 9_' AND id > 95 ORDER BY id DESC")}};
  sqlite3 *db = withMembers("CREATE INDEX m_o ON m(o)");
  expectNoMoreThanByHand(db, CASES, COUNT(CASES));
  closeDb(db);
}
END_TEST

Suite *relTestFetchEffort(void) {
  Suite *suite = suite_create("fetch effort");
  add(suite, "conditionsAreSoughtInTheIndexOfTheKey", conditionsAreSoughtInTheIndexOfTheKey);
  add(suite, "limitsReadNoMoreThanTheyLeave", limitsReadNoMoreThanTheyLeave);
  add(suite, "aggregatesReadNoMoreThanByHand", aggregatesReadNoMoreThanByHand);
  add(suite, "membersWithoutAnIndexAreReadOnce", membersWithoutAnIndexAreReadOnce);
  add(suite, "linksReadNoMoreThanByHand", linksReadNoMoreThanByHand);
  add(suite, "viewsAreWorkedOutOnce", viewsAreWorkedOutOnce);
  add(suite, "fewOwnersOfViewsHaveTheirMembers", fewOwnersOfViewsHaveTheirMembers);
  add(suite, "spansOfKeysReadTheirOwnersOnly", spansOfKeysReadTheirOwnersOnly);
  return suite;
}
