/*
** Strategies: every one gives the same bytes, by other statements. What relationship_explain says of
** them, and how many are prepared and run.
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

/* Several batches of owners; keys of no owner, NULL keys, owners without members. */
static void fillMany(sqlite3 *db) {
  run(db, "DELETE FROM comments; DELETE FROM post_tags; DELETE FROM posts; DELETE FROM users; "
          "DELETE FROM tags;"
          "CREATE INDEX comments_author ON comments(author_id); CREATE INDEX users_boss ON "
          "users(boss_id); CREATE INDEX tagged ON post_tags(tag_id);"
          "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 400)"
          " INSERT INTO users SELECT i * 3, nullif('user ' || i % 90, 'user 7'), i % 2, CASE WHEN "
          "i > 9 THEN i * 3 / 30 * 3 END FROM n;"
          "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 1200)"
          " INSERT INTO posts SELECT i, nullif((1 + i * 7919 % 420) * 3, 30), 'title ' || i % 200, "
          "i, i / 7.0, i % 13 FROM n ORDER BY i * 7 % 101;"
          "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 3000)"
          " INSERT INTO comments SELECT i, 1 + i * 104729 % 1300, nullif(3 * (1 + i % 450), 60), "
          "'body ' || i FROM n;"
          "INSERT INTO tags SELECT id, name, id % 20 FROM users LIMIT 50;"
          "INSERT OR IGNORE INTO post_tags SELECT id, 3 * (1 + id * 31 % 50), id FROM posts;"
          "INSERT OR IGNORE INTO post_tags SELECT id, 3 * (1 + id * 17 % 50), id FROM posts;"
          "INSERT OR IGNORE INTO post_tags SELECT id, NULL, id FROM posts LIMIT 30;");
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
  fillMany(db);
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
  fillMany(db);
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

/* SQLite takes ORDER BY id for settled under id = z_id, though 1 and '1' are both equal to 1. */
START_TEST(ordersHoldWhereTypesUnsettleThem) {
  static const char *const HINTS[] = {"", "!select", "!selectin", "!joined", "!subquery"};
  sqlite3 *db = openWith("CREATE TABLE t(n INTEGER, id PRIMARY KEY, z_id INTEGER REFERENCES t(id));"
                         "INSERT INTO t VALUES (3, 1, 'a'), (-1, '1', 1)");
  size_t i;
  for (i = 0; i < sizeof HINTS / sizeof *HINTS; i++) {
    char *sql = sqlite3_mprintf("SELECT doc FROM selectin('t', 'z%s(json_group_array(n) AS a ORDER "
                                "BY id DESC) WHERE n < 0')",
                                HINTS[i]);
    expect(db, sql, "{\"n\":-1,\"id\":\"1\",\"z_id\":1,\"z\":{\"a\":[-1,3]}}\n");
    sqlite3_free(sql);
  }
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

/* --- what runs -------------------------------------------------------------------------------- */

/* Each run of a statement inside the outermost, a line each: such are told as comments. */
static int noteRun(unsigned kind, void *text, void *statement, void *sql) {
  (void)statement;
  if (kind == SQLITE_TRACE_STMT && strncmp(sql, "-- ", 3) == 0 &&
      strstr(sql, "\"main\".\"") != NULL) {
    sqlite3_str_appendf(text, "%s\n", (const char *)sql + 3);
  }
  return 0;
}

static int occurrences(const char *text, const char *word) {
  int count = 0;
  while ((text = strstr(text, word)) != NULL) {
    count++;
    text += strlen(word);
  }
  return count;
}

/* The statements that a query runs. The caller frees them. */
static char *runsOf(sqlite3 *db, const char *sql) {
  sqlite3_str *text = sqlite3_str_new(NULL);
  sqlite3_trace_v2(db, SQLITE_TRACE_STMT, noteRun, text);
  run(db, sql);
  sqlite3_trace_v2(db, 0, NULL, NULL);
  ck_assert_int_gt(sqlite3_str_length(text), 0);
  return sqlite3_str_finish(text);
}

static int preparedIn(sqlite3 *db) {
  sqlite3_stmt *statement = NULL;
  int count = 0;
  while ((statement = sqlite3_next_stmt(db, statement)) != NULL) count++;
  return count;
}

enum { USERS = 400, BATCHES_AT_MOST = 16 };

/* Only !select runs a statement for each owner, and !joined none for the members. */
START_TEST(strategiesRunOtherStatements) {
  static const struct {
    const char *strategy;
    int least, most; /* runs of statements over posts that are not the owners' own */
  } CASES[] = {{"", 1, BATCHES_AT_MOST},
               {"!selectin", 1, BATCHES_AT_MOST},
               {"!select", USERS, USERS},
               {"!joined", 0, 0},
               {"!subquery", 1, BATCHES_AT_MOST}};
  sqlite3 *db = openWith(BLOG);
  size_t i;
  fillMany(db);
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    char *sql = sqlite3_mprintf("SELECT count(doc) FROM selectin('users', 'id, posts%s(title)')",
                                CASES[i].strategy);
    int before = preparedIn(db), prepared, all, members, again;
    char *text = runsOf(db, sql);
    prepared = preparedIn(db) - before;
    all = occurrences(text, "\n");
    members = occurrences(text, "_emit(\"relationship keys\".\"relationship slot\",\"posts\"") +
              occurrences(text, "_emit((SELECT") + occurrences(text, "_emit(0,\"posts\"") +
              occurrences(text, "_emit(\"posts\"");
    ck_assert_msg(members >= CASES[i].least && members <= CASES[i].most, "%s: %d of %d\n%.2000s",
                  CASES[i].strategy, members, all, text);
    ck_assert_msg(all - members <= 2 * BATCHES_AT_MOST, "%s: %d and %d", CASES[i].strategy, members,
                  all - members);
    ck_assert_msg(prepared <= 8, "%s: %d prepared", CASES[i].strategy, prepared);
    sqlite3_free(text);
    before = preparedIn(db);
    sqlite3_free(runsOf(db, sql));
    again = preparedIn(db) - before;
    ck_assert_msg(again == 0, "%s: %d prepared again", CASES[i].strategy, again);
    sqlite3_free(sql);
  }
  closeDb(db);
}
END_TEST

/* --- relationship_explain --------------------------------------------------------------------- */

START_TEST(strategiesAreExplained) {
  static const char *const CASES[][4] = {
      /* strategy, what explain calls it, and what its statement has and has not */
      {"", "selectin", "temp.relationship_keys(?33) AS \"relationship keys\" CROSS JOIN ",
       "\"users\""},
      {"!selectin", "selectin", "temp.relationship_keys(?33) AS \"relationship keys\" CROSS JOIN ",
       "\"users\""},
      {"!select", "select",
       "WHERE (SELECT \"relationship number 0\" FROM temp.relationship_keys(?33)) = "
       "\"posts\".\"user_id\"",
       "CROSS JOIN"},
      {"!subquery", "subquery", "CROSS JOIN \"main\".\"users\" ON", "IN (SELECT"},
  };
  sqlite3 *db = openWith(BLOG);
  size_t i;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    char *sql = sqlite3_mprintf(
        "SELECT level, path, strategy, instr(statement, %Q) > 0, instr(statement, %Q) > 0, detail "
        "LIKE '%%SEARCH %%posts USING%% INDEX posts_user (user_id=?)%%', detail LIKE '%%warning%%'"
        " FROM relationship_explain('users', 'id, posts%s(title)') WHERE level = 1 AND strategy <> "
        "'scan' AND strategy NOT LIKE 'place%%'",
        CASES[i][2], CASES[i][3], CASES[i][0]);
    char *expected = sqlite3_mprintf("1|users.posts|%s|1|0|1|0\n", CASES[i][1]);
    expect(db, sql, expected);
    sqlite3_free(expected);
    sqlite3_free(sql);
  }
  expect(db,
         "SELECT level, path, strategy, statement, detail FROM relationship_explain('users', 'id, "
         "posts!joined(title)') WHERE level = 1",
         "1|users.posts|joined|NULL|its rows come with those of users, in one statement\n");
  expect(db,
         "SELECT DISTINCT instr(statement, 'FROM \"main\".\"posts\" WHERE \"users\".\"id\" = "
         "\"posts\".\"user_id\"') > 0 FROM relationship_explain('users', 'id, "
         "posts!joined(title)') WHERE level = 0",
         "1\n");
  expect(db,
         "SELECT level, path, group_concat(DISTINCT strategy) FROM relationship_explain('users', "
         "'name, posts(id, tags(name), comments!select(author!joined(name))), "
         "users!recursive(2)(id)') WHERE strategy NOT LIKE 'scan%' AND strategy NOT LIKE 'place%' "
         "AND level > 0 GROUP BY path "
         "ORDER BY level, path",
         "1|users.posts|selectin\n1|users.users|recursive\n2|users.posts.comments|select\n2|users."
         "posts.tags|selectin, targets,selectin, links\n3|users.posts.comments.author|joined\n");
  expect(db,
         "SELECT path, strategy, detail LIKE '%SCAN%posts%' FROM relationship_explain('posts', "
         "'count(*) AS n')",
         "posts|aggregate|1\n");
  expect(db,
         "SELECT path, strategy FROM relationship_explain('users', 'posts!selectin(count(*) AS "
         "n)') WHERE level = 1",
         "users.posts|selectin\nusers.posts|owners without members\n");
  expect(db, "SELECT count(*) FROM relationship_explain('users') WHERE level > 0", "0\n");
  closeDb(db);
}
END_TEST

/* Every statement of a plan can be prepared by itself, as it stands. */
START_TEST(explainedStatementsAreWhatRuns) {
  static const char *const SELECTIONS[] = {
      "id, posts@(title, tags@(name LIMIT 1)), boss@(name)",
      "id, posts!inner@(count(*) AS n), users!recursive(id)",
      "name, posts@(id ORDER BY title LIMIT ?1) WHERE active ORDER BY name LIMIT ?2"};
  sqlite3 *db = openWith(BLOG);
  size_t i;
  int s;
  fillMany(db);
  for (i = 0; i < sizeof SELECTIONS / sizeof *SELECTIONS; i++) {
    for (s = 0; s < STRATEGY_COUNT; s++) {
      char *selection = filled(SELECTIONS[i], STRATEGIES[s]);
      char *sql =
               sqlite3_mprintf("SELECT count(doc) FROM selectin('users', %Q, 1, 300)", selection),
           *ran = runsOf(db, sql), *line = ran, *end;
      for (; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        char *known;
        known = sqlite3_mprintf(
            "SELECT count(*) > 0 FROM relationship_explain('users', %Q) WHERE statement = '%.*q'",
            selection, (int)(end - line), line);
        expect(db, known, "1\n");
        sqlite3_free(known);
      }
      sqlite3_free(ran);
      sqlite3_free(sql);
      sqlite3_free(selection);
    }
  }
  closeDb(db);
}
END_TEST

/* A level that must read a whole table says which index it lacks; with that, it does not. */
START_TEST(missingIndexesAreNamed) {
  /* declared, a relationship makes its index: these follow from foreign keys */
  static const char SCHEMA[] =
      "CREATE TABLE u(id INTEGER PRIMARY KEY, code TEXT COLLATE NOCASE UNIQUE, a INT, b INT, "
      "UNIQUE(a, b));"
      "CREATE TABLE p(id INTEGER PRIMARY KEY, u_id INT REFERENCES u, x);"
      "CREATE TABLE c(id INTEGER PRIMARY KEY, code TEXT REFERENCES u(code), x);"
      "CREATE TABLE q(id INTEGER PRIMARY KEY, a INT, b INT, x, FOREIGN KEY(a, b) REFERENCES u(a, "
      "b));"
      "CREATE TABLE \"odd x\"(id INTEGER PRIMARY KEY, \"u \"\"id\" INT REFERENCES u, x);"
      "CREATE TABLE t(id INTEGER PRIMARY KEY);"
      "CREATE TABLE pt(t_id INT REFERENCES t, p_id INT REFERENCES p, UNIQUE(t_id, p_id));"
      "CREATE TABLE k(x, y TEXT COLLATE NOCASE UNIQUE); CREATE TABLE m(id INTEGER PRIMARY KEY, y "
      "TEXT REFERENCES k(y), x);"
      "CREATE INDEX m_y ON m(y);";
  static const char *const CASES[][5] = {
      {"u", "id, p@(x)", "u.p",
       "p is read whole, for want of an index: ", "CREATE INDEX \"u.p:index\" ON \"p\"(\"u_id\");"},
      {"u", "id, c@(x)", "u.c", "c is read whole, for want of an index: ",
       "CREATE INDEX \"u.c:index\" ON \"c\"(\"code\" COLLATE \"NOCASE\");"},
      {"u", "id, q@(x)", "u.q", "q is read whole, for want of an index: ",
       "CREATE INDEX \"u.q:index\" ON \"q\"(\"a\", \"b\");"},
      {"u", "id, \"odd x\"@(x ORDER BY x)", "u.odd x",
       "odd x is read whole, for want of an index: ",
       "CREATE INDEX \"u.odd x:index\" ON \"odd x\"(\"u \"\"id\");"},
      {"u", "id, p@(x ORDER BY x DESC LIMIT 2)", "u.p",
       "p is read whole, for want of an index: ", "CREATE INDEX \"u.p:index\" ON \"p\"(\"u_id\");"},
      {"u", "id, p@(group_concat(x) AS n LIMIT 2)", "u.p",
       "p is read whole, for want of an index: ", "CREATE INDEX \"u.p:index\" ON \"p\"(\"u_id\");"},
      {"u", "id, p@(count(*) AS n)", "u.p",
       "p is read whole, for want of an index: ", "CREATE INDEX \"u.p:index\" ON \"p\"(\"u_id\");"},
      {"p", "id, t@(id)", "p.t", "pt is read whole, for want of an index: ",
       "CREATE INDEX \"p.t:index\" ON \"pt\"(\"p_id\");"},
      {"t", "id, p@(u(p@(x)))", "t.p.u.p",
       "p is read whole, for want of an index: ", "CREATE INDEX \"u.p:index\" ON \"p\"(\"u_id\");"},
      {"k", "x, m@(x)", "k.m", "m is read whole, for want of an index: ",
       "CREATE INDEX \"k.m:index\" ON \"m\"(\"y\" COLLATE \"NOCASE\");"},
  };
  size_t i;
  int s;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    for (s = 0; s < STRATEGY_COUNT; s++) {
      sqlite3 *db = openWith(SCHEMA);
      char *selection = filled(CASES[i][1], STRATEGIES[s]);
      char *warning =
          sqlite3_mprintf("SELECT DISTINCT path, substr(detail, instr(detail, 'warning: ') + 9) "
                          "FROM relationship_explain(%Q, %Q) WHERE detail LIKE '%%warning%%'",
                          CASES[i][0], selection);
      char *expected = sqlite3_mprintf("%s|%s%s\n", CASES[i][2], CASES[i][3], CASES[i][4]);
      expect(db, warning, expected);
      run(db, CASES[i][4]);
      expect(db, warning, "(none)\n");
      sqlite3_free(expected);
      sqlite3_free(warning);
      sqlite3_free(selection);
      closeDb(db);
    }
  }
}
END_TEST

/* Where comparing converts the sought column's values, no index is proposed: none would serve. */
START_TEST(noIndexIsNamedThatCannotServe) {
  static const char *const SELECTIONS[] = {"'u', 'id, p@(x)'", "'w', 'code, v@(id)'",
                                           "'v', 'id, code@(code) AS w'"};
  static const char *const EXPECTED[] = {
      "p is read whole: the key's columns differ in type, and no index serves while values are "
      "converted to be compared\n",
      "(none)\n",
      "w is read whole: the key's columns differ in type, and no index serves while values are "
      "converted to be compared\n"};
  sqlite3 *db = openWith("CREATE TABLE u(id INTEGER PRIMARY KEY);"
                         "CREATE TABLE p(id INTEGER PRIMARY KEY, u_id REFERENCES u, x);"
                         "CREATE INDEX p_u ON p(u_id);"
                         "CREATE TABLE w(code TEXT PRIMARY KEY);"
                         "CREATE TABLE v(id INTEGER PRIMARY KEY, code INT REFERENCES w);"
                         "CREATE INDEX v_code ON v(code);");
  size_t i;
  int s;
  for (i = 0; i < sizeof SELECTIONS / sizeof *SELECTIONS; i++) {
    for (s = 0; s < STRATEGY_COUNT; s++) {
      char *arguments = filled(SELECTIONS[i], STRATEGIES[s]);
      char *warning =
          sqlite3_mprintf("SELECT DISTINCT substr(detail, instr(detail, 'warning: ') + 9) "
                          "FROM relationship_explain(%s) WHERE detail LIKE '%%warning%%'",
                          arguments);
      expect(db, warning, EXPECTED[i]);
      sqlite3_free(warning);
      sqlite3_free(arguments);
    }
  }
  closeDb(db);
}
END_TEST

Suite *relTestFetchStrategies(void) {
  Suite *suite = suite_create("fetch_strategies");
  add(suite, "strategiesGiveTheSameBytes", strategiesGiveTheSameBytes);
  add(suite, "strategiesMix", strategiesMix);
  add(suite, "strategiesTakeKeysOfEveryKind", strategiesTakeKeysOfEveryKind);
  add(suite, "wholeTablesAreReadUnderTheirConditions", wholeTablesAreReadUnderTheirConditions);
  add(suite, "wholeTablesAreReadOfKeysWithoutType", wholeTablesAreReadOfKeysWithoutType);
  add(suite, "ordersHoldWhereTypesUnsettleThem", ordersHoldWhereTypesUnsettleThem);
  add(suite, "strategiesNestDeep", strategiesNestDeep);
  add(suite, "strategiesTakeWideRows", strategiesTakeWideRows);
  add(suite, "everyLimitOfArgumentsGivesTheSame", everyLimitOfArgumentsGivesTheSame);
  add(suite, "strategiesRunOtherStatements", strategiesRunOtherStatements);
  add(suite, "strategiesAreExplained", strategiesAreExplained);
  add(suite, "explainedStatementsAreWhatRuns", explainedStatementsAreWhatRuns);
  add(suite, "missingIndexesAreNamed", missingIndexesAreNamed);
  add(suite, "noIndexIsNamedThatCannotServe", noIndexIsNamedThatCannotServe);
  return suite;
}
