/*
** !recursive: compared with SQL that is nested by hand as deep as the rows can go, each level leaving
** out the rows on its path.
*/
#include "unit/fetched.h"

#include <pthread.h>
#include <time.h>

/* --- the comparison --------------------------------------------------------------------------- */

typedef struct Recursion {
  const char *arguments; /* of selectin */
  const char *top;       /* what goes behind the root's rows, which are t0 */
  const char *pairs;     /* of the root's object, before the recursive key */
  const char *inner;     /* of a member's */
  const char *key;
  const char *from;     /* of the members $ of #, in order */
  const char *identity; /* of a row $ */
  int depth;            /* how many levels of members are written */
  int bounded;          /* the last of them is without the key; else its key is empty */
  int scalar;
} Recursion;

/* `text` with t<level> for $ and t<level - 1> for #. */
static void writeLevel(sqlite3_str *out, const char *text, int level) {
  for (; *text; text++) {
    if (*text == '$' || *text == '#') {
      sqlite3_str_appendf(out, "t%d", *text == '$' ? level : level - 1);
    } else {
      sqlite3_str_appendchar(out, 1, *text);
    }
  }
}

static void writeMembers(sqlite3_str *out, const Recursion *it, int level) {
  int i;
  sqlite3_str_appendf(out, "%s'%w', ", level > 1 || *it->pairs ? ", " : "", it->key);
  if (level > it->depth) {
    sqlite3_str_appendall(out, it->scalar ? "NULL" : "json('[]')");
    return;
  }
  sqlite3_str_appendall(out, it->scalar ? "(SELECT json_object("
                                        : "(SELECT json_group_array(json_object(");
  writeLevel(out, it->inner, level);
  if (level < it->depth || !it->bounded) writeMembers(out, it, level + 1);
  sqlite3_str_appendall(out, it->scalar ? ") FROM " : ")) FROM ");
  writeLevel(out, it->from, level);
  sqlite3_str_appendf(out, " AS t%d WHERE ", level);
  writeLevel(out, it->identity, level);
  sqlite3_str_appendall(out, " NOT IN (");
  for (i = 0; i < level; i++) {
    if (i > 0) sqlite3_str_appendall(out, ", ");
    writeLevel(out, it->identity, i);
  }
  sqlite3_str_appendall(out, "))");
}

static void expectRecursion(sqlite3 *db, const Recursion *it) {
  sqlite3_str *out = sqlite3_str_new(NULL);
  char *hand;
  sqlite3_str_appendf(out, "SELECT key, json_object(%s", it->pairs);
  writeMembers(out, it, 1);
  sqlite3_str_appendf(out, ") FROM %s", it->top);
  hand = sqlite3_str_finish(out);
  expectDocs(db, it->arguments, hand);
  sqlite3_free(hand);
}

static void expectRecursions(sqlite3 *db, const Recursion *list, size_t count) {
  size_t i;
  for (i = 0; i < count; i++) expectRecursion(db, &list[i]);
}

#define EXPECT_RECURSIONS(db, list) expectRecursions(db, list, sizeof(list) / sizeof *(list))
#define NODES "(SELECT id AS key, * FROM n ORDER BY id) AS t0"
#define KIDS(more) "(SELECT * FROM n WHERE up_id = #.id " more ")"
#define UP(more) "(SELECT * FROM n WHERE id = #.up_id " more ")"
#define NEXT(more) "(SELECT n.*, e.w AS ew FROM e JOIN n ON n.id = e.t WHERE e.s = #.id " more ")"

/* A tree under 1, a cycle 7 8 9 with 10 hanging on it, and 11, which is its own parent. */
static const char TREE[] =
    "CREATE TABLE n(id INTEGER PRIMARY KEY, up_id INT REFERENCES n, w INT, name TEXT);"
    "CREATE TABLE e(s INT REFERENCES n, t INT REFERENCES n, w INT, PRIMARY KEY(s, t));"
    "CREATE TABLE p(id INTEGER PRIMARY KEY, n_id INT REFERENCES n, o_id INT REFERENCES p);"
    "INSERT INTO relationship(owner, name, target, foreign_keys, remote_side) VALUES"
    " ('n', 'kids', 'n', 'up_id', NULL), ('n', 'up', 'n', 'up_id', 'id'),"
    " ('p', 'subs', 'p', 'o_id', NULL);"
    "INSERT INTO relationship(owner, name, target, secondary, primaryjoin, secondaryjoin) VALUES"
    " ('n', 'next', 'n', 'e', 'n.id = e.s', 'n.id = e.t');"
    "INSERT INTO n VALUES(1, NULL, 5, 'a'), (2, 1, 4, 'b'), (3, 1, 3, 'c'), (4, 2, 2, 'd'), (5, 2, "
    "9, 'e'), (6, 5, 7, 'f'), (7, 9, 1, 'g'), (8, 7, 8, 'h'), (9, 8, 6, 'i'), (10, 9, 0, 'j'), "
    "(11, 11, 1, 'k'), (12, 11, 2, NULL), (13, 99, 3, 'm');"
    "INSERT INTO e VALUES(1, 2, 1), (2, 1, 2), (2, 3, 3), (3, 1, 4), (3, 3, 5), (3, 4, 6), (4, 2, "
    "7), (4, 5, 8), (5, 99, 9), (6, NULL, 1), (1, 3, 3);"
    "INSERT INTO p VALUES(1, 2, NULL), (2, 2, 1), (3, 1, 2), (4, 5, 1), (5, NULL, 5);";

START_TEST(membersAreFollowed) {
  static const Recursion CASES[] = {
      {"'n', 'id, kids!recursive(id)'", NODES, "'id', id", "'id', id", "kids", KIDS("ORDER BY id"),
       "$.id", 5, 0, 0},
      {"'n', 'kids!recursive(name, w) AS sub'", NODES,
       "'id', id, 'up_id', up_id, 'w', w, 'name', name", "'name', name, 'w', w", "sub",
       KIDS("ORDER BY id"), "$.id", 5, 0, 0},
      {"'n', 'id, kids!recursive'", NODES, "'id', id",
       "'id', id, 'up_id', up_id, 'w', w, 'name', name", "kids", KIDS("ORDER BY id"), "$.id", 5, 0,
       0},
      {"'n', 'id, kids!recursive(1)(id)'", NODES, "'id', id", "'id', id", "kids",
       KIDS("ORDER BY id"), "$.id", 1, 1, 0},
      {"'n', 'id, kids!recursive(2)(id)'", NODES, "'id', id", "'id', id", "kids",
       KIDS("ORDER BY id"), "$.id", 2, 1, 0},
      {"'n', 'id, kids ! recursive ( 3 )'", NODES, "'id', id",
       "'id', id, 'up_id', up_id, 'w', w, 'name', name", "kids", KIDS("ORDER BY id"), "$.id", 3, 1,
       0},
      {"'n', 'id, kids!recursive(100)(id) WHERE id = 1'",
       "(SELECT id AS key, * FROM n WHERE id = 1) AS t0", "'id', id", "'id', id", "kids",
       KIDS("ORDER BY id"), "$.id", 5, 0, 0},
      {"'n', 'id, up!recursive(id)'", NODES, "'id', id", "'id', id", "up", UP(""), "$.id", 5, 0, 1},
      {"'n', 'id, up!recursive(2)(id, name)'", NODES, "'id', id", "'id', id, 'name', name", "up",
       UP(""), "$.id", 2, 1, 1},
      {"'n', 'id, next!recursive(id)'", NODES, "'id', id", "'id', id", "next",
       NEXT("ORDER BY n.id"), "$.id", 5, 0, 0},
      {"'n', 'id, next!recursive(2)(id)'", NODES, "'id', id", "'id', id", "next",
       NEXT("ORDER BY n.id"), "$.id", 2, 1, 0},
      {"'n', 'id, next!recursive(id, e.w AS ew, t)'", NODES, "'id', id",
       "'id', id, 'ew', ew, 't', id", "next", NEXT("ORDER BY n.id"), "$.id", 5, 0, 0},
  };
  sqlite3 *db = openWith(TREE);
  EXPECT_RECURSIONS(db, CASES);
  expect(
      db,
      "SELECT doc FROM selectin('n', 'id, kids!recursive(id)') WHERE key IN (11, 8) ORDER BY key",
      "{\"id\":8,\"kids\":[{\"id\":9,\"kids\":[{\"id\":7,\"kids\":[]},{\"id\":10,\"kids\":[]}]}]}\n"
      "{\"id\":11,\"kids\":[{\"id\":12,\"kids\":[]}]}\n");
  expect(db, "SELECT doc FROM selectin('n', 'id, up!recursive(id) WHERE id IN (8, 11, 12, 13)')",
         "{\"id\":8,\"up\":{\"id\":7,\"up\":{\"id\":9,\"up\":null}}}\n{\"id\":11,\"up\":null}\n"
         "{\"id\":12,\"up\":{\"id\":11,\"up\":null}}\n{\"id\":13,\"up\":null}\n");
  closeDb(db);
}
END_TEST

/* WHERE, ORDER BY and LIMIT hold at each level; only then the path is looked at. */
START_TEST(clausesHoldAtEveryLevel) {
  static const Recursion CASES[] = {
      {"'n', 'id, kids!recursive(id WHERE w > ?)', 2", NODES, "'id', id", "'id', id", "kids",
       KIDS("AND w > 2 ORDER BY id"), "$.id", 5, 0, 0},
      {"'n', 'id, kids!recursive(id ORDER BY w DESC)'", NODES, "'id', id", "'id', id", "kids",
       KIDS("ORDER BY w DESC, id"), "$.id", 5, 0, 0},
      {"'n', 'id, kids!recursive(id ORDER BY w LIMIT 1)'", NODES, "'id', id", "'id', id", "kids",
       KIDS("ORDER BY w, id LIMIT 1"), "$.id", 5, 0, 0},
      {"'n', 'id, kids!recursive(id LIMIT -1 OFFSET ?)', 1", NODES, "'id', id", "'id', id", "kids",
       KIDS("ORDER BY id LIMIT -1 OFFSET 1"), "$.id", 5, 0, 0},
      {"'n', 'id, kids!recursive(id LIMIT 0)'", NODES, "'id', id", "'id', id", "kids",
       KIDS("LIMIT 0"), "$.id", 5, 0, 0},
      {"'n', 'id, kids!recursive(2)(id, upper(name) AS u WHERE any(kids) OR name ORDER BY any(up, "
       "any(up)), id DESC LIMIT 2)'",
       NODES, "'id', id", "'id', id, 'u', upper(name)", "kids",
       KIDS("AND EXISTS (SELECT 1 FROM n k WHERE k.up_id = n.id) ORDER BY id DESC LIMIT 2"), "$.id",
       2, 1, 0},
      {"'n', 'id, up!recursive(id WHERE w <> 8)'", NODES, "'id', id", "'id', id", "up",
       UP("AND w <> 8"), "$.id", 5, 0, 1},
      {"'n', 'id, next!recursive(id WHERE w > 2 AND e.w < 9 ORDER BY e.w DESC LIMIT 2)'", NODES,
       "'id', id", "'id', id", "next", NEXT("AND n.w > 2 AND e.w < 9 ORDER BY e.w DESC LIMIT 2"),
       "$.id", 5, 0, 0},
      {"'n', 'id, next!recursive(id ORDER BY name DESC LIMIT 1 OFFSET 1)'", NODES, "'id', id",
       "'id', id", "next", NEXT("ORDER BY name DESC LIMIT 1 OFFSET 1"), "$.id", 5, 0, 0},
      {"'n', 'id, kids!recursive(id, row_number() OVER (ORDER BY w DESC) AS r)'", NODES, "'id', id",
       "'id', id, 'r', r", "kids",
       "(SELECT id, row_number() OVER (ORDER BY w DESC) AS r FROM n WHERE up_id = #.id ORDER BY "
       "id)",
       "$.id", 5, 0, 0},
      {"'n', 'id, kids!recursive(id) FOR EACH n WHERE w <> 4 AND w <> 6'",
       "(SELECT id AS key, * FROM n WHERE w NOT IN (4, 6) ORDER BY id) AS t0", "'id', id",
       "'id', id", "kids", KIDS("AND w NOT IN (4, 6) ORDER BY id"), "$.id", 5, 0, 0},
      {"'n', 'id, next!recursive(id) FOR EACH e WHERE w <> 3'", NODES, "'id', id", "'id', id",
       "next", NEXT("AND e.w <> 3 ORDER BY n.id"), "$.id", 5, 0, 0},
      {"'n', 'id, kids!recursive(id) WHERE w > 3 ORDER BY name DESC LIMIT 4 OFFSET 1'",
       "(SELECT id AS key, * FROM n WHERE w > 3 ORDER BY name DESC LIMIT 4 OFFSET 1) AS t0",
       "'id', id", "'id', id", "kids", KIDS("ORDER BY id"), "$.id", 5, 0, 0},
  };
  sqlite3 *db = openWith(TREE);
  EXPECT_RECURSIONS(db, CASES);
  closeDb(db);
}
END_TEST

#define OWNERS_OF(where) "(SELECT id AS key, * FROM n o WHERE " where " ORDER BY id) AS t0"

/* !inner asks for a first level; the !inner of a relationship inside holds at each. */
START_TEST(innerAsksForTheFirstLevel) {
  static const Recursion CASES[] = {
      {"'n', 'id, kids!inner!recursive(id)'", OWNERS_OF("id IN (SELECT up_id FROM n)"), "'id', id",
       "'id', id", "kids", KIDS("ORDER BY id"), "$.id", 5, 0, 0},
      {"'n', 'id, kids!recursive(1)!inner(id WHERE w > 5)'",
       OWNERS_OF("id IN (SELECT up_id FROM n WHERE w > 5)"), "'id', id", "'id', id", "kids",
       KIDS("AND w > 5 ORDER BY id"), "$.id", 1, 1, 0},
      {"'n', 'id, up!recursive!inner(id)'", OWNERS_OF("up_id IN (SELECT id FROM n)"), "'id', id",
       "'id', id", "up", UP(""), "$.id", 5, 0, 1},
      {"'n', 'id, kids!recursive(id, next!inner(id))'", NODES, "'id', id",
       "'id', id, 'next', " ALL_OF("'id', t", "e WHERE s = $.id AND t IN (SELECT id FROM n)"),
       "kids",
       KIDS("AND EXISTS (SELECT 1 FROM e JOIN n m ON m.id = e.t WHERE e.s = n.id) ORDER BY id"),
       "$.id", 5, 0, 0},
  };
  sqlite3 *db = openWith(TREE);
  EXPECT_RECURSIONS(db, CASES);
  closeDb(db);
}
END_TEST

START_TEST(relationshipsStandInside) {
  static const Recursion CASES[] = {
      {"'n', 'id, kids!recursive(id, next(id), up(name))'", NODES, "'id', id",
       "'id', id, 'next', " ALL_OF(
           "'id', id",
           "(SELECT n.id FROM e JOIN n ON n.id = t WHERE s = "
           "$.id ORDER BY n.id)") ", 'up', " ONE_OF("'name', name", "n u WHERE u.id = $.up_id"),
       "kids", KIDS("ORDER BY id"), "$.id", 5, 0, 0},
      {"'n', 'id, kids!recursive(3)(id, next(id, kids(id)), p(count(*) AS c))'", NODES, "'id', id",
       "'id', id, 'next', " ALL_OF(
           "'id', id, 'kids', " ALL_OF("'id', id", "n k WHERE k.up_id = m.id"),
           "(SELECT n.id FROM e JOIN n ON n.id = t WHERE s = $.id ORDER BY "
           "n.id) m") ", 'p', " ONE_OF("'c', count(*)", "p WHERE n_id = $.id"),
       "kids", KIDS("ORDER BY id"), "$.id", 3, 1, 0},
      {"'n', 'id, kids!recursive(2)(id, p!select(id), next!joined(id LIMIT 1), p!subquery(id) AS "
       "again)'",
       NODES, "'id', id",
       "'id', id, 'p', " ALL_OF("'id', id", "p WHERE n_id = $.id") ", 'next', " ALL_OF(
           "'id', id", "(SELECT n.id FROM e JOIN n ON n.id = t WHERE s = $.id ORDER BY n.id LIMIT "
                       "1)") ", 'again', " ALL_OF("'id', id", "p WHERE n_id = $.id"),
       "kids", KIDS("ORDER BY id"), "$.id", 2, 1, 0},
  };
  sqlite3 *db = openWith(TREE);
  EXPECT_RECURSIONS(db, CASES);
  closeDb(db);
}
END_TEST

/* Each recursion has a path of its own, which begins with the row it starts from. */
START_TEST(recursionsStandInRecursions) {
  sqlite3 *db = openWith(TREE);
  expect(
      db,
      "SELECT doc FROM selectin('n', 'id, kids!recursive(2)(id, up!recursive(id)) WHERE id = 2')",
      "{\"id\":2,\"kids\":["
      "{\"id\":4,\"up\":{\"id\":2,\"up\":{\"id\":1,\"up\":null}},\"kids\":[]},"
      "{\"id\":5,\"up\":{\"id\":2,\"up\":{\"id\":1,\"up\":null}},\"kids\":["
      "{\"id\":6,\"up\":{\"id\":5,\"up\":{\"id\":2,\"up\":{\"id\":1,\"up\":null}}}}]}]}\n");
  expect(db,
         "SELECT doc FROM selectin('n', 'id, kids!recursive(id, p(id, subs!recursive(id))) WHERE "
         "id = 1')",
         "{\"id\":1,\"kids\":["
         "{\"id\":2,\"p\":[{\"id\":1,\"subs\":[{\"id\":2,\"subs\":[{\"id\":3,\"subs\":[]}]},{"
         "\"id\":4,\"subs\":[]}]},"
         "{\"id\":2,\"subs\":[{\"id\":3,\"subs\":[]}]}],\"kids\":["
         "{\"id\":4,\"p\":[],\"kids\":[]},{\"id\":5,\"p\":[{\"id\":4,\"subs\":[]}],\"kids\":[{"
         "\"id\":6,\"p\":[],\"kids\":[]}]}]},"
         "{\"id\":3,\"p\":[],\"kids\":[]}]}\n");
  expect(
      db,
      "SELECT doc FROM selectin('n', 'id, next!recursive(id, kids!recursive(1)(id)), "
      "kids!recursive(id) AS k2 WHERE id = 4')",
      "{\"id\":4,\"next\":["
      "{\"id\":2,\"kids\":[{\"id\":4},{\"id\":5}],\"next\":["
      "{\"id\":1,\"kids\":[{\"id\":2},{\"id\":3}],\"next\":[{\"id\":3,\"kids\":[],\"next\":[]}]},"
      "{\"id\":3,\"kids\":[],\"next\":[{\"id\":1,\"kids\":[{\"id\":2},{\"id\":3}],\"next\":[]}]}]},"
      "{\"id\":5,\"kids\":[{\"id\":6}],\"next\":[]}],\"k2\":[]}\n");
  expect(db, "SELECT doc FROM selectin('p', 'id, n(kids!recursive(1)(id), id) WHERE id = 2')",
         "{\"id\":2,\"n\":{\"kids\":[{\"id\":4},{\"id\":5}],\"id\":2}}\n");
  closeDb(db);
}
END_TEST

/* Whatever way the owners of the first level come, among them the same one several times. */
START_TEST(recursionsStandBelowEveryStrategy) {
  static const char *const CASES[][2] = {
      {"'p', 'id, n@(id, kids!recursive(2)(id))'",
       DOCS("'id', id, 'n', " ONE_OF(
                "'id', id, 'kids', " ALL_OF(
                    "'id', id, 'kids', " ALL_OF(
                        "'id', id", "n l WHERE l.up_id = k.id AND l.id NOT IN (k.id, n.id)"),
                    "n k WHERE k.up_id = n.id AND k.id <> n.id"),
                "n WHERE n.id = n_id"),
            "p ORDER BY id")},
      {"'e', 'w, s@(id, up!recursive(1)(id)) AS a, t@(id, up!recursive(1)(id)) AS b WHERE s < 3'",
       "SELECT json_array(s, t), json_object('w', w, 'a', " ONE_OF(
           "'id', id, 'up', " ONE_OF("'id', id", "n u WHERE u.id = n.up_id AND u.id <> n.id"),
           "n WHERE n.id = s") ", 'b', " ONE_OF("'id', id, 'up', " ONE_OF("'id', id",
                                                                          "n u WHERE u.id = "
                                                                          "n.up_id AND u.id <> "
                                                                          "n.id"),
                                                "n WHERE n.id = t") ") FROM e WHERE s < 3 ORDER BY "
                                                                    "s, t"},
      {"'n', 'id, next@(id, kids!recursive(1)(id, p@(id)) LIMIT 2)'",
       DOCS("'id', id, 'next', " ALL_OF(
                "'id', id, 'kids', " ALL_OF(
                    "'id', id, 'p', " ALL_OF("'id', id", "p WHERE n_id = k.id"),
                    "n k WHERE k.up_id = m.id AND k.id <> m.id"),
                "(SELECT n.id FROM e JOIN n ON n.id = t WHERE s = o.id ORDER BY n.id LIMIT 2) m"),
            "n o ORDER BY id")},
  };
  sqlite3 *db = openWith(TREE);
  size_t i;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) expectEvery(db, CASES[i][0], CASES[i][1]);
  run(db, "INSERT OR REPLACE INTO relationship(owner, name, target, foreign_keys, lazy) "
          "VALUES('p', 'subs', 'p', 'o_id', 'select'), ('n', 'ps', 'p', 'n_id', 'joined')");
  expect(db, "SELECT doc FROM selectin('n', 'id, kids!recursive(id) WHERE id = 1')",
         "{\"id\":1,\"kids\":[{\"id\":2,\"ps\":[{\"id\":1,\"n_id\":2,\"o_id\":null},{\"id\":2,\"n_"
         "id\":2,\"o_id\":1}],\"kids\":["
         "{\"id\":4,\"ps\":[],\"kids\":[]},{\"id\":5,\"ps\":[{\"id\":4,\"n_id\":5,\"o_id\":1}],"
         "\"kids\":[{\"id\":6,\"ps\":[],\"kids\":[]}]}]},"
         "{\"id\":3,\"ps\":[],\"kids\":[]}]}\n");
  closeDb(db);
}
END_TEST

START_TEST(keysOfEveryKindRecurse) {
  static const char SCHEMA[] =
      "CREATE TABLE c(a INT, b TEXT COLLATE NOCASE, ua INT, ub TEXT, PRIMARY KEY(a, b), FOREIGN "
      "KEY(ua, ub) REFERENCES c) WITHOUT ROWID;"
      "INSERT INTO c VALUES(1, 'x', NULL, NULL), (1, 'Y', 1, 'X'), (2, 'x', 1, 'y'), (2, 'z', 2, "
      "'X'), (3, 'q', 3, 'Q'), (3, 'r', 3, 'q'), (4, 's', 5, 'T'), (5, 't', 4, 'S');"
      "CREATE TABLE k(id INTEGER PRIMARY KEY, code TEXT UNIQUE COLLATE NOCASE, up TEXT REFERENCES "
      "k(code));"
      "INSERT INTO k VALUES(1, 'a', NULL), (2, 'B', 'A'), (3, 'c', 'b'), (4, NULL, 'C'), (5, 'd', "
      "'D'), (6, 'e', 'f'), (7, 'F', 'E');"
      "INSERT INTO relationship(owner, name, target, foreign_keys, remote_side) VALUES('c', "
      "'kids', 'c', 'ua, ub', NULL), ('c', 'up', 'c', 'ua, ub', 'a, b'), ('k', 'kids', 'k', 'up', "
      "NULL), ('k', 'upper', 'k', 'up', 'code');";
#define CS "(SELECT json_array(a, b) AS key, * FROM c ORDER BY a, b) AS t0"
#define KS "(SELECT id AS key, * FROM k ORDER BY id) AS t0"
  static const Recursion CASES[] = {
      {"'c', 'a, b, kids!recursive(a, b)'", CS, "'a', a, 'b', b", "'a', a, 'b', b", "kids",
       "(SELECT * FROM c WHERE #.a = ua AND #.b = ub ORDER BY a, b)", "$.a || lower($.b)", 5, 0, 0},
      {"'c', 'a, kids!recursive(2)(b ORDER BY b DESC LIMIT 1)'", CS, "'a', a", "'b', b", "kids",
       "(SELECT * FROM c WHERE #.a = ua AND #.b = ub ORDER BY b DESC LIMIT 1)", "$.a || lower($.b)",
       2, 1, 0},
      {"'c', 'a, b, up!recursive(a, b)'", CS, "'a', a, 'b', b", "'a', a, 'b', b", "up",
       "(SELECT * FROM c WHERE a = #.ua AND b = #.ub)", "$.a || lower($.b)", 5, 0, 1},
      {"'k', 'code, kids!recursive(code)'", KS, "'code', code", "'code', code", "kids",
       "(SELECT * FROM k WHERE #.code = up ORDER BY id)", "$.id", 5, 0, 0},
      {"'k', 'code, upper!recursive(code)'", KS, "'code', code", "'code', code", "upper",
       "(SELECT * FROM k WHERE code = #.up)", "$.id", 5, 0, 1},
  };
  sqlite3 *db = openWith(SCHEMA);
  EXPECT_RECURSIONS(db, CASES);
  closeDb(db);
}
END_TEST

START_TEST(viewsRecurse) {
  static const Recursion CASES[] = {
      {"'v', 'id, kids!recursive(id ORDER BY id) ORDER BY id'",
       "(SELECT NULL AS key, * FROM n ORDER BY id) AS t0", "'id', id", "'id', id", "kids",
       KIDS("ORDER BY id"), "$.id", 5, 0, 0},
      {"'v', 'id, up!recursive(2)(id) ORDER BY id'",
       "(SELECT NULL AS key, * FROM n ORDER BY id) AS t0", "'id', id", "'id', id", "up", UP(""),
       "$.id", 2, 1, 1},
  };
  sqlite3 *db = openWith(TREE);
  run(db, "CREATE VIEW v AS SELECT * FROM n; INSERT INTO relationship(owner, name, target, "
          "primaryjoin, foreign_keys, remote_side, viewonly) VALUES"
          "('v', 'kids', 'v', 'v.id = v.up_id', 'up_id', 'up_id', 1), ('v', 'up', 'v', 'v.id = "
          "v.up_id', 'up_id', 'id', 1)");
  EXPECT_RECURSIONS(db, CASES);
  closeDb(db);
}
END_TEST

/* Every row leads to every other: each path has each row once at most. */
START_TEST(dataThatCirclesEverywhereEnds) {
  static const Recursion CASE = {
      "'n', 'id, next!recursive(id)'", NODES,  "'id', id", "'id', id", "next",
      NEXT("ORDER BY n.id"),           "$.id", 5,          0,          0};
  sqlite3 *db = openWith(TREE);
  run(db, "DELETE FROM e; DELETE FROM n; WITH RECURSIVE i(i) AS (VALUES(1) UNION ALL SELECT i + 1 "
          "FROM i WHERE i < 6) INSERT INTO n SELECT i, i, i, i FROM i;"
          "INSERT INTO e SELECT a.id, b.id, 1 FROM n a, n b");
  expectRecursion(db, &CASE);
  closeDb(db);
}
END_TEST

/* --- deep chains ------------------------------------------------------------------------------ */

enum { SHORT_CHAIN = 20000, LONG_CHAIN = 100000, SMALL_STACK = 256 * 1024 };

/* {"id":1,"kids":[{"id":2,"kids":[]}]}, or {"id":1,"up":{"id":2,"up":null}}. The caller frees it. */
static char *chain(int first, int last, const char *key, int scalar) {
  sqlite3_str *text = sqlite3_str_new(NULL);
  int step = first < last ? 1 : -1, i;
  for (i = first; i != last + step; i += step) {
    sqlite3_str_appendf(text, "{\"id\":%d,\"%s\":", i, key);
    if (!scalar) sqlite3_str_appendall(text, "[");
  }
  if (scalar) sqlite3_str_appendall(text, "null");
  for (i = first; i != last + step; i += step) sqlite3_str_appendall(text, scalar ? "}" : "]}");
  return sqlite3_str_finish(text);
}

/* CPU seconds of one query, whose only row is the text. */
static double timed(sqlite3 *db, const char *sql, const char *expected) {
  clock_t start = clock();
  char *got = rows(db, sql);
  double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
  size_t length = strlen(expected);
  ck_assert_msg(strlen(got) == length + 1 && strncmp(got, expected, length) == 0, "%s: %.200s", sql,
                got);
  sqlite3_free(got);
  return seconds;
}

static void fillChain(sqlite3 *db, int length) {
  char *filling = sqlite3_mprintf(
      "DELETE FROM n; DELETE FROM e; WITH RECURSIVE i(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM "
      "i WHERE i < %d) INSERT INTO n(id, up_id) SELECT i, nullif(i - 1, 0) FROM i;"
      "INSERT INTO e SELECT up_id, id, 1 FROM n WHERE up_id > 0",
      length);
  run(db, filling);
  sqlite3_free(filling);
}

typedef struct Chains {
  sqlite3 *db;
  double seconds;
} Chains;

static double readChains(sqlite3 *db, int length) {
  char *down = chain(1, length, "kids", 0), *up = chain(length, 1, "up", 1),
       *next = chain(1, length, "next", 0);
  char *upwards = sqlite3_mprintf(
      "SELECT doc FROM selectin('n', 'id, up!recursive(id)') WHERE key = %d", length);
  double seconds =
      timed(db, "SELECT doc FROM selectin('n', 'id, kids!recursive(id)') WHERE key = 1", down);
  seconds += timed(db, upwards, up);
  seconds +=
      timed(db, "SELECT doc FROM selectin('n', 'id, next!recursive(id)') WHERE key = 1", next);
  sqlite3_free(upwards);
  sqlite3_free(next);
  sqlite3_free(up);
  sqlite3_free(down);
  return seconds;
}

static void *onSmallStack(void *data) {
  Chains *chains = data;
  chains->seconds = readChains(chains->db, LONG_CHAIN);
  return NULL;
}

/* On a stack that 100,000 calls inside each other would never fit, in about linear time. */
START_TEST(chainsOfAnyLengthAreFollowed) {
  sqlite3 *db = openWith(TREE);
  Chains chains = {db, 0};
  pthread_attr_t attributes;
  pthread_t thread;
  double shorter;
  run(db, "CREATE INDEX n_up ON n(up_id)");
  fillChain(db, SHORT_CHAIN);
  shorter = readChains(db, SHORT_CHAIN);
  fillChain(db, LONG_CHAIN);
  ck_assert_int_eq(pthread_attr_init(&attributes), 0);
  ck_assert_int_eq(pthread_attr_setstacksize(&attributes, SMALL_STACK), 0);
  ck_assert_int_eq(pthread_create(&thread, &attributes, onSmallStack, &chains), 0);
  ck_assert_int_eq(pthread_join(thread, NULL), 0);
  pthread_attr_destroy(&attributes);
  ck_assert_msg(chains.seconds < 0.3 + 12 * shorter, "%d rows %.2f s, %d rows %.2f s", SHORT_CHAIN,
                shorter, LONG_CHAIN, chains.seconds);
  closeDb(db);
}
END_TEST

/* A circle as long: each row once, from wherever it starts; and a depth cuts it short. */
START_TEST(longCirclesEnd) {
  sqlite3 *db = openWith(TREE);
  char *whole = chain(1, LONG_CHAIN, "kids", 0);
  run(db, "CREATE INDEX n_up ON n(up_id)");
  fillChain(db, LONG_CHAIN);
  run(db, "UPDATE n SET up_id = 100000 WHERE id = 1");
  timed(db, "SELECT doc FROM selectin('n', 'id, kids!recursive(id)') WHERE key = 1", whole);
  expect(db, "SELECT doc FROM selectin('n', 'id, kids!recursive(2)(id)') WHERE key = 99999",
         "{\"id\":99999,\"kids\":[{\"id\":100000,\"kids\":[{\"id\":1}]}]}\n");
  expectSame(
      db, "SELECT count(*), sum(length(doc)) FROM selectin('n', 'id, kids!recursive(3)(id)')",
      "SELECT count(*), sum(4 * length(id) + "
      "length('{\"id\":,\"kids\":[{\"id\":,\"kids\":[{\"id\":,\"kids\":[{\"id\":}]}]}]}')) FROM n");
  sqlite3_free(whole);
  closeDb(db);
}
END_TEST

Suite *relTestFetchRecursive(void) {
  Suite *suite = suite_create("fetch_recursive");
  add(suite, "membersAreFollowed", membersAreFollowed);
  add(suite, "clausesHoldAtEveryLevel", clausesHoldAtEveryLevel);
  add(suite, "innerAsksForTheFirstLevel", innerAsksForTheFirstLevel);
  add(suite, "relationshipsStandInside", relationshipsStandInside);
  add(suite, "recursionsStandInRecursions", recursionsStandInRecursions);
  add(suite, "recursionsStandBelowEveryStrategy", recursionsStandBelowEveryStrategy);
  add(suite, "keysOfEveryKindRecurse", keysOfEveryKindRecurse);
  add(suite, "viewsRecurse", viewsRecurse);
  add(suite, "dataThatCirclesEverywhereEnds", dataThatCirclesEverywhereEnds);
  add(suite, "chainsOfAnyLengthAreFollowed", chainsOfAnyLengthAreFollowed);
  add(suite, "longCirclesEnd", longCirclesEnd);
  return suite;
}
