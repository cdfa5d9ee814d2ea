/*
** Strategies: every one gives the same bytes.
*/
#include "unit/fetched.h"

/* As expectDocs, with each strategy at every @ and, apart from that, at every ~. */
static void expectMixed(sqlite3 *db, const char *arguments, const char *hand) {
  int i;
  for (i = 0; i < STRATEGY_COUNT; i++) {
    char *told = filled(arguments, STRATEGIES[i]), *mixed = sqlite3_mprintf("%s", told), *at;
    while ((at = strchr(mixed, '~')) != NULL) *at = '@';
    expectEvery(db, mixed, hand);
    sqlite3_free(mixed);
    sqlite3_free(told);
  }
}

#define POSTS_BY(pairs, more)                                                                      \
  ALL_OF(pairs, "(SELECT * FROM posts p WHERE user_id = u.id " more ") AS p")
#define TAGS_BY(pairs, more)                                                                       \
  ALL_OF(pairs, "(SELECT t.*, l.weight AS w FROM post_tags l JOIN tags t ON t.id = l.tag_id "      \
                "WHERE post_id = p.id " more ") AS t")
#define OF_USERS(pairs) DOCS("'id', id, " pairs, "users u ORDER BY id")
#define OF_POSTS(pairs) DOCS("'id', id, " pairs, "posts p ORDER BY id")

START_TEST(strategiesGiveTheSameBytes) {
  static const char *const CASES[][2] = {
      {"'users', 'id, posts@(title)'",
       OF_USERS("'posts', " POSTS_BY("'title', title", "ORDER BY id"))},
      {"'users', 'id, posts@(title) WHERE active ORDER BY name, id DESC LIMIT 150 OFFSET 20'",
       DOCS("'id', id, 'posts', " POSTS_BY("'title', title", "ORDER BY id"),
            "(SELECT * FROM users WHERE active ORDER BY name, id DESC LIMIT 150 OFFSET 20) AS u")},
      {"'users', 'id, posts@(id, title ORDER BY title DESC, created_at LIMIT 2 OFFSET 1)'",
       OF_USERS("'posts', " POSTS_BY("'id', id, 'title', title",
                                     "ORDER BY title DESC, created_at, id LIMIT 2 OFFSET 1"))},
      {"'users', 'id, posts@(id, row_number() OVER (ORDER BY title, id) AS r, count(*) OVER () AS "
       "c ORDER BY id DESC LIMIT 2)'",
       OF_USERS("'posts', " ALL_OF(
           "'id', id, 'r', r, 'c', c",
           "(SELECT id, row_number() OVER (ORDER BY title, id) AS r, count(*) OVER () AS c FROM "
           "posts WHERE user_id = u.id ORDER BY id DESC LIMIT 2)"))},
      {"'users', 'id, posts@(count(*) AS n, group_concat(title) AS t ORDER BY title DESC, id LIMIT "
       "3)'",
       OF_USERS("'posts', " ONE_OF(
           "'n', count(*), 't', group_concat(title)",
           "(SELECT * FROM posts p WHERE user_id = u.id ORDER BY title DESC, id LIMIT 3)"))},
      {"'users', 'id, posts@(count(*) AS n, max(title) AS t)'",
       OF_USERS(
           "'posts', " ONE_OF("'n', count(*), 't', max(title)", "posts p WHERE user_id = u.id"))},
      {"'posts', 'id, user@(id, name)'",
       OF_POSTS("'user', " ONE_OF("'id', id, 'name', name", "users WHERE id = user_id"))},
      {"'posts', 'id, user@(name WHERE active)'",
       OF_POSTS("'user', " ONE_OF("'name', name", "users WHERE id = user_id AND active"))},
      {"'posts', 'id, tags@(name)'", OF_POSTS("'tags', " TAGS_BY("'name', name", "ORDER BY t.id"))},
      {"'posts', 'id, tags@(name, post_tags.weight AS w WHERE weight > 3 ORDER BY name DESC)'",
       OF_POSTS("'tags', " TAGS_BY("'name', name, 'w', w",
                                   "AND t.weight > 3 ORDER BY name DESC, t.id"))},
      {"'posts', 'id, tags@(name ORDER BY name LIMIT 1)'",
       OF_POSTS("'tags', " TAGS_BY("'name', name", "ORDER BY name, t.id LIMIT 1"))},
      {"'posts', 'id, tags@(count(*) AS n, group_concat(name) AS t ORDER BY weight)'",
       OF_POSTS("'tags', " ONE_OF("'n', count(*), 't', group_concat(name)",
                                  "(SELECT t.* FROM post_tags l JOIN tags t ON t.id = l.tag_id "
                                  "WHERE post_id = p.id ORDER BY t.weight, t.id)"))},
      {"'users', 'id, boss@(id), users@(id)'",
       OF_USERS(
           "'boss', " ONE_OF("'id', id", "users b WHERE b.id = u.boss_id") ", 'users', " ALL_OF(
               "'id', id", "(SELECT * FROM users m WHERE m.boss_id = u.id ORDER BY id)"))},
      {"'users', 'id, posts!inner@(id WHERE score > ?)', 160",
       DOCS("'id', id, 'posts', " POSTS_BY("'id', id", "AND score > 160 ORDER BY id"),
            "users u WHERE id IN (SELECT user_id FROM posts WHERE score > 160) ORDER BY id")},
      {"'comments', 'id, post@(user@(name, boss@(name)))'",
       DOCS("'id', id, 'post', " ONE_OF(
                "'id', id, 'user_id', user_id, 'title', title, 'body', body, 'score', score, "
                "'created_at', created_at, 'user', " ONE_OF(
                    "'name', name, 'boss', " ONE_OF("'name', name",
                                                    "users b WHERE b.id = u.boss_id"),
                    "users u WHERE u.id = user_id"),
                "posts p WHERE p.id = post_id"),
            "comments ORDER BY id")},
      {"'tags', 'id, posts@(id, user@(name)) WHERE id < 30'",
       DOCS("'id', id, 'posts', " ALL_OF(
                "'id', id, 'user', " ONE_OF("'name', name", "users WHERE id = user_id"),
                "(SELECT p.* FROM post_tags l JOIN posts p ON p.id = l.post_id WHERE tag_id = t.id "
                "ORDER BY p.id)"),
            "tags t WHERE id < 30 ORDER BY id")},
  };
  sqlite3 *db = openWith(BLOG);
  size_t i;
  fillBatches(db);
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) expectEvery(db, CASES[i][0], CASES[i][1]);
  closeDb(db);
}
END_TEST

START_TEST(strategiesMix) {
  static const char *const CASES[][2] = {
      {"'posts', 'id, user@(id, posts~(id), boss~(id))'",
       OF_POSTS("'user', " ONE_OF(
           "'id', id, 'posts', " ALL_OF(
               "'id', id",
               "(SELECT id FROM posts q WHERE q.user_id = "
               "u.id ORDER BY id)") ", 'boss', " ONE_OF("'id', id",
                                                        "users b WHERE b.id = u.boss_id"),
           "users u WHERE id = user_id"))},
      {"'users', 'id, posts@(id, comments~(id, author~(name))) WHERE id < 400'",
       DOCS("'id', id, 'posts', " POSTS_BY(
                "'id', id, 'comments', " ALL_OF(
                    "'id', id, 'author', " ONE_OF("'name', name", "users a WHERE a.id = author_id"),
                    "comments WHERE post_id = p.id"),
                "ORDER BY id"),
            "users u WHERE id < 400")},
      {"'users', 'id, posts@(id, comments~(id ORDER BY id DESC LIMIT 1), tags~(name LIMIT 1) ORDER "
       "BY title DESC LIMIT 2) WHERE id < 400'",
       DOCS("'id', id, 'posts', " POSTS_BY(
                "'id', id, 'comments', " ALL_OF(
                    "'id', id",
                    "(SELECT * FROM comments WHERE post_id = p.id ORDER BY id DESC "
                    "LIMIT 1)") ", 'tags', " TAGS_BY("'name', name", "ORDER BY t.id LIMIT 1"),
                "ORDER BY title DESC, id LIMIT 2"),
            "users u WHERE id < 400")},
      {"'users', 'id, posts@(id, comments~(count(*) AS n), user~(name)), boss@(posts~(id WHERE id "
       "% 2), id) WHERE id < 400'",
       DOCS("'id', id, 'posts', " POSTS_BY(
                "'id', id, 'comments', " ONE_OF(
                    "'n', count(*)",
                    "comments WHERE post_id = p.id") ", 'user', json_object('name', u.name)",
                "ORDER BY id") ", 'boss', " ONE_OF("'posts', " ALL_OF("'id', id",
                                                                      "(SELECT * FROM posts WHERE "
                                                                      "user_id = b.id AND id % 2 "
                                                                      "ORDER BY id)") ", 'id', id",
                                                   "users b WHERE b.id = u.boss_id"),
            "users u WHERE id < 400")},
      {"'posts', 'id, tags@(name, posts~(id WHERE id < 50)), comments!inner@(id, author!inner~(id "
       "WHERE active)) WHERE id < 300'",
       DOCS("'id', id, 'tags', " TAGS_BY(
                "'name', name, 'posts', " ALL_OF("'id', post_id",
                                                 "(SELECT post_id FROM post_tags k WHERE k.tag_id "
                                                 "= t.id AND post_id < 50 ORDER BY 1)"),
                "ORDER BY t.id") ", 'comments', " ALL_OF("'id', id, 'author', json_object('id', "
                                                         "author_id)",
                                                         "comments WHERE post_id = p.id AND "
                                                         "author_id IN (SELECT id FROM users WHERE "
                                                         "active)"),
            "posts p WHERE id < 300 AND id IN (SELECT post_id FROM comments JOIN users ON users.id "
            "= author_id WHERE active)")},
      {"'comments', 'id, post@(id, tags~(name), comments~(id)) WHERE id < 300'",
       DOCS("'id', id, 'post', " ONE_OF(
                "'id', id, 'tags', " TAGS_BY(
                    "'name', name",
                    "ORDER BY t.id") ", 'comments', " ALL_OF("'id', id",
                                                             "comments k WHERE k.post_id = p.id"),
                "posts p WHERE p.id = c.post_id"),
            "comments c WHERE id < 300")},
      {"'users', 'id, posts@(id, user(users!recursive(2)(id), id)) WHERE id < 60'",
       DOCS("'id', id, 'posts', " POSTS_BY(
                "'id', id, 'user', json_object('users', " ALL_OF(
                    "'id', id, 'users', " ALL_OF("'id', id",
                                                 "users k WHERE k.boss_id = m.id AND k.id <> u.id"),
                    "users m WHERE m.boss_id = u.id AND m.id <> u.id") ", 'id', user_id)",
                "ORDER BY id"),
            "users u WHERE id < 60")},
  };
  sqlite3 *db = openWith(BLOG);
  size_t i;
  fillBatches(db);
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) expectMixed(db, CASES[i][0], CASES[i][1]);
  closeDb(db);
}
END_TEST

START_TEST(strategiesTakeKeysOfEveryKind) {
  static const char SCHEMA[] =
      "CREATE TABLE country(code TEXT COLLATE NOCASE PRIMARY KEY, name);"
      "CREATE TABLE city(id INTEGER PRIMARY KEY, country TEXT REFERENCES country, name);"
      "INSERT INTO country VALUES('de', 'Germany'), ('FR', 'France'), (x'00ff', 'Blob'), (NULL, "
      "'None'), (NULL, 'More');"
      "INSERT INTO city VALUES(1, 'DE', 'Berlin'), (2, 'fr', 'Paris'), (3, 'De', 'Bonn'), (4, "
      "NULL, '-'), (5, x'00ff', '?'), (6, 'it', 'Rome');"
      "CREATE TABLE o(a INT, b TEXT, note, PRIMARY KEY(a, b)) WITHOUT ROWID;"
      "CREATE TABLE l(oa INT, ob TEXT, n INT, what, PRIMARY KEY(oa, ob, n), FOREIGN KEY(oa, ob) "
      "REFERENCES o) WITHOUT ROWID;"
      "INSERT INTO o VALUES(2, 'x', 'two'), (1, 'y', 'one y'), (1, 'x', 'one x'), (-7, 'q\"', "
      "'neg');"
      "INSERT INTO l VALUES(1, 'x', 2, 'b'), (1, 'x', 1, 'a'), (1, 'x', 3, 'c'), (2, 'x', 1, 'd'), "
      "(5, 'x', 1, 'e');"
      "CREATE TABLE p(k TEXT PRIMARY KEY, n); CREATE TABLE c(id INTEGER PRIMARY KEY, k INT "
      "REFERENCES p(k));"
      "INSERT INTO p VALUES('1', 'one'), ('01', 'other'), ('x', 'x'); INSERT INTO c VALUES(1, 1), "
      "(2, 'x'), (3, 7), (4, NULL);"
      "CREATE TABLE r(k REAL PRIMARY KEY); CREATE TABLE s(id INTEGER PRIMARY KEY, k REFERENCES "
      "r(k));"
      "INSERT INTO r VALUES(1), (2.5); INSERT INTO s VALUES(1, 1), (2, 1.0), (3, '1'), (4, 2.5);"
      "CREATE VIEW v AS SELECT * FROM city;"
      "INSERT INTO relationship(owner, name, target, primaryjoin, foreign_keys, viewonly) "
      "VALUES('country', 'v', 'v', 'country.code = v.country', 'v.country', 1), ('v', 'c', "
      "'country', 'country.code = v.country', 'v.country', 1)";
#define OF_COUNTRY(list)                                                                           \
  "SELECT code, json_object('name', name, 'city', " list ") FROM country ORDER BY code, rowid"
#define CITIES(pairs, more)                                                                        \
  ALL_OF(pairs, "(SELECT * FROM city WHERE country.code = city.country " more ")")
#define OF_L(more) "(SELECT * FROM l WHERE oa = a AND ob = b " more ")"
  static const char *const CASES[][2] = {
      {"'country', 'name, city@(name)'", OF_COUNTRY(CITIES("'name', name", "ORDER BY id"))},
      {"'country', 'name, city@(name ORDER BY name LIMIT 1)'",
       OF_COUNTRY(CITIES("'name', name", "ORDER BY name LIMIT 1"))},
      {"'country', 'name, v@(name ORDER BY id) AS city'",
       OF_COUNTRY(CITIES("'name', name", "ORDER BY id"))},
      {"'country', 'name, v@(name ORDER BY id DESC LIMIT 1 OFFSET 1) AS city'",
       OF_COUNTRY(CITIES("'name', name", "ORDER BY id DESC LIMIT 1 OFFSET 1"))},
      {"'country', 'name, v@(name, c@(name) ORDER BY id) AS city'",
       OF_COUNTRY(CITIES("'name', name, 'c', json_object('name', country.name)", "ORDER BY id"))},
      {"'city', 'name, country@(name) AS land'",
       DOCS("'name', name, 'land', " ONE_OF("'name', name", "country WHERE code = city.country"),
            "city ORDER BY id")},
      {"'o', 'note, l@(what)'", "SELECT json_array(a, b), json_object('note', note, 'l', " ALL_OF(
                                    "'what', what", OF_L("ORDER BY n")) ") FROM o ORDER BY a, b"},
      {"'o', 'note, l@(what ORDER BY n DESC LIMIT 2) WHERE a > 0'",
       "SELECT json_array(a, b), json_object('note', note, 'l', " ALL_OF(
           "'what', what", OF_L("ORDER BY n DESC LIMIT 2")) ") FROM o WHERE a > 0 ORDER BY a, b"},
      {"'o', 'note, l@(sum(n) AS s, group_concat(what) AS w)'",
       "SELECT json_array(a, b), json_object('note', note, 'l', " ONE_OF(
           "'s', sum(n), 'w', group_concat(what)", OF_L("ORDER BY n")) ") FROM o ORDER BY a, b"},
      {"'l', 'what, ob@(note) AS o'",
       "SELECT json_array(oa, ob, n), json_object('what', what, 'o', " ONE_OF(
           "'note', note", "o WHERE oa = a AND ob = b") ") FROM l ORDER BY oa, ob, n"},
      {"'p', 'n, c@(id)'", "SELECT k, json_object('n', n, 'c', " ALL_OF(
                               "'id', id", "c WHERE p.k = c.k") ") FROM p ORDER BY k"},
      {"'c', 'id, k@(n) AS p'",
       DOCS("'id', id, 'p', " ONE_OF(
                "'n', n", "(SELECT n FROM p WHERE p.k = c.k ORDER BY p.k || '' LIMIT 1)"),
            "c ORDER BY id")},
      {"'r', 'k, s@(id)'", "SELECT k, json_object('k', k, 's', " ALL_OF(
                               "'id', id", "s WHERE r.k = s.k") ") FROM r ORDER BY k"},
  };
  sqlite3 *db = openWith(SCHEMA);
  size_t i;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) expectEvery(db, CASES[i][0], CASES[i][1]);
  closeDb(db);
}
END_TEST

/* However deep: what is more than SQLite reads in one statement comes in several. */
START_TEST(wholeTablesAreReadUnderTheirConditions) {
  sqlite3 *db =
      openWith("CREATE TABLE t(id INTEGER PRIMARY KEY);"
               "CREATE TABLE m(id INTEGER PRIMARY KEY, t_id INTEGER REFERENCES t, n);"
               "WITH RECURSIVE c(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM c WHERE i < 700) "
               "INSERT INTO t SELECT i FROM c; INSERT INTO m SELECT id, id, id % 2 FROM t");
  expect(db, "SELECT sum(json_array_length(doc, '$.m')) FROM selectin('t', 'm(id WHERE n)')",
         "350\n");
  closeDb(db);
}
END_TEST

/* A key without a type is converted to be compared, and shown as it is. */
START_TEST(wholeTablesAreReadOfKeysWithoutType) {
  sqlite3 *db = openWith(
      "CREATE TABLE t(id INTEGER PRIMARY KEY); CREATE TABLE m(id INTEGER PRIMARY KEY, t_id "
      "REFERENCES t); CREATE TABLE l(t_id TEXT REFERENCES t, m_id INT REFERENCES m, UNIQUE(t_id, "
      "m_id)); CREATE INDEX m_t ON m(t_id);"
      "WITH RECURSIVE c(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM c WHERE i < 700) "
      "INSERT INTO t SELECT i FROM c; INSERT INTO m SELECT id, CASE id % 7 WHEN 0 THEN id WHEN 1 "
      "THEN '0' || id WHEN 2 THEN ' ' || id || '.0 ' WHEN 3 THEN CAST(id AS REAL) WHEN 4 THEN "
      "CAST(id AS BLOB) WHEN 5 THEN id || 'x' END FROM t; INSERT INTO l SELECT t_id, id FROM m");
  expect(db,
         "SELECT count(*) FROM relationship_explain('t', 'm, m_by_l') WHERE strategy LIKE 'scan%' "
         "AND level = 1",
         "2\n");
  expect(db,
         "SELECT sum(json_array_length(doc, '$.m')), sum(json_array_length(doc, '$.m_by_l')) > 0 "
         "FROM selectin('t', 'm, m_by_l')",
         "400|1\n");
  expect(db,
         "SELECT count(*) FROM (SELECT key, doc FROM selectin('t', 'm, m_by_l') EXCEPT SELECT key, "
         "doc FROM selectin('t', 'm!select, m_by_l!select'))",
         "0\n");
  closeDb(db);
}
END_TEST

START_TEST(strategiesNestDeep) {
  enum { DEPTH = 40 };
  sqlite3 *db = openWith(BLOG);
  sqlite3_str *text = sqlite3_str_new(NULL);
  char *selection, *arguments, *first, *hand;
  int i;
  run(db, "UPDATE users SET boss_id = 3 WHERE id = 1"); /* 1 and 3 are each other's */
  for (i = 0; i < DEPTH; i++)
    sqlite3_str_appendall(text, i == DEPTH / 2 ? "id, users@(" : "id, boss@(");
  sqlite3_str_appendall(text, "id, posts@(id ORDER BY title LIMIT 1)");
  for (i = 0; i < DEPTH; i++) sqlite3_str_appendall(text, i % 3 ? ")" : " WHERE id < 4 LIMIT 2)");
  selection = sqlite3_str_finish(text);
  arguments = sqlite3_mprintf("'users', %Q", selection);
  first = filled(arguments, "");
  hand = sqlite3_mprintf("SELECT key, doc FROM selectin(%s)", first);
  expectEvery(db, arguments, hand);
  sqlite3_free(hand);
  sqlite3_free(first);
  sqlite3_free(arguments);
  sqlite3_free(selection);
  closeDb(db);
}
END_TEST

/* More columns than a function takes arguments. */
START_TEST(strategiesTakeWideRows) {
  static const char *const SELECTIONS[] = {"w@", "id, w@(* ORDER BY c299 DESC LIMIT 1)",
                                           "id, w@(-c7, up@(*) AS u)",
                                           "id, w!inner@(*, count(*) OVER () AS n WHERE c299 > 6)"};
  sqlite3_str *create = sqlite3_str_new(NULL);
  char *sql;
  sqlite3 *db;
  size_t i;
  sqlite3_str_appendall(create, "CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE w(id INTEGER "
                                "PRIMARY KEY, up INT REFERENCES p");
  for (i = 0; i < 300; i++) sqlite3_str_appendf(create, ", c%d", (int)i);
  sqlite3_str_appendall(create,
                        "); INSERT INTO p VALUES(1), (2), (3); INSERT INTO w(id, up, c0, c299) "
                        "VALUES(1, 2, 'x', 9), (2, 1, 'y', 8), (3, 2, NULL, 7), (4, NULL, 1, 1);");
  sql = sqlite3_str_finish(create);
  db = openWith(sql);
  for (i = 0; i < sizeof SELECTIONS / sizeof *SELECTIONS; i++) {
    char *arguments = sqlite3_mprintf("'p', %Q", SELECTIONS[i]), *first = filled(arguments, "");
    char *hand = sqlite3_mprintf("SELECT key, doc FROM selectin(%s)", first);
    char *columns =
        sqlite3_mprintf("SELECT sum(json_extract(doc, '$.w[#-1].c299')), max((SELECT count(*) FROM "
                        "json_each(doc, '$.w[0]'))) >= 300 FROM selectin(%s)",
                        first);
    expect(db, columns, i == 1 ? "17|1\n" : "15|1\n");
    expectEvery(db, arguments, hand);
    sqlite3_free(columns);
    sqlite3_free(hand);
    sqlite3_free(first);
    sqlite3_free(arguments);
  }
  sqlite3_free(sql);
  closeDb(db);
}
END_TEST

/* As many arguments as a function may have, one more and one less: by a limit as low as the table is. */
START_TEST(everyLimitOfArgumentsGivesTheSame) {
  static const char TABLES[] =
      "CREATE TABLE p(id INTEGER PRIMARY KEY);"
      "CREATE TABLE w(id INTEGER PRIMARY KEY, up INT REFERENCES p, a INT, b TEXT, c INT);"
      "CREATE INDEX w_up ON w(up); INSERT INTO p VALUES(1), (2), (3);"
      "INSERT INTO w VALUES(1, 2, 9, 'x', 1), (2, 1, 8, 'y', NULL), (3, 2, 9, 'z', 5), (4, 2, 1, "
      "'', 0);";
  static const char HAND[] = "SELECT p.id, json_object('id', p.id, 'w', json((SELECT "
                             "json_group_array(json_object('id', id, "
                             "'up', up, 'a', a, 'b', b, 'c', c)) FROM (SELECT * FROM w WHERE up = "
                             "p.id ORDER BY a, id LIMIT "
                             "2)))) FROM p";
  static const char *const HINTS[] = {"", "!selectin", "!joined", "!select", "!subquery"};
  int limit;
  size_t i;
  for (limit = 3; limit < 12; limit++) {
    sqlite3 *db = openWith(TABLES);
    char *expected = rows(db, HAND);
    sqlite3_limit(db, SQLITE_LIMIT_FUNCTION_ARG, limit);
    for (i = 0; i < sizeof HINTS / sizeof *HINTS; i++) {
      char *sql = sqlite3_mprintf("SELECT key, doc FROM selectin('p', 'w%s(* ORDER BY a LIMIT 2)')",
                                  HINTS[i]);
      expect(db, sql, expected);
      sqlite3_free(sql);
    }
    sqlite3_free(expected);
    closeDb(db);
  }
}
END_TEST

Suite *relTestFetchStrategies(void) {
  Suite *suite = suite_create("fetch_strategies");
  add(suite, "strategiesGiveTheSameBytes", strategiesGiveTheSameBytes);
  add(suite, "strategiesMix", strategiesMix);
  add(suite, "strategiesTakeKeysOfEveryKind", strategiesTakeKeysOfEveryKind);
  add(suite, "wholeTablesAreReadUnderTheirConditions", wholeTablesAreReadUnderTheirConditions);
  add(suite, "wholeTablesAreReadOfKeysWithoutType", wholeTablesAreReadOfKeysWithoutType);
  add(suite, "strategiesNestDeep", strategiesNestDeep);
  add(suite, "strategiesTakeWideRows", strategiesTakeWideRows);
  add(suite, "everyLimitOfArgumentsGivesTheSame", everyLimitOfArgumentsGivesTheSame);
  return suite;
}
