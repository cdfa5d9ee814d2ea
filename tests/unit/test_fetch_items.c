/*
** What the items of a level may be: columns, expressions, relationships and aggregates; and what names
** and parameters may stand in them. Each @ stands for every strategy in turn.
*/
#include "unit/fetched.h"

#define TITLES(more)                                                                               \
  ALL_OF("'title', title", "(SELECT title FROM posts p WHERE user_id = u.id" more ")")
#define LINKED                                                                                     \
  "(SELECT t.*, l.post_id, l.tag_id, l.weight AS w FROM post_tags l JOIN tags t ON t.id = tag_id " \
  "WHERE post_id = posts.id ORDER BY t.id)"

START_TEST(itemsStandAsWritten) {
  static const char *const CASES[][2] = {
      {"'users', 'posts@(title WHERE score > 1) AS good, name, posts@(title WHERE NOT score > 1 OR "
       "score IS NULL) AS bad, posts(count(*) AS n) AS number'",
       DOCS("'good', " TITLES(" AND score > 1") ", 'name', name, 'bad', " TITLES(
                " AND (NOT score > 1 OR score IS NULL)") ", 'number', " ONE_OF("'n', count(*)",
                                                                               "posts WHERE "
                                                                               "user_id = u.id"),
            "users u")},
      {"'users', 'posts@(id, comments@(id) AS posts) AS name, posts@(id, tags@(id)) AS \"\"'",
       DOCS("'id', id, 'name', " ALL_OF(
                "'id', id, 'posts', " ALL_OF("'id', id", "comments WHERE post_id = p.id"),
                "posts p WHERE user_id = u.id") ", 'active', active, 'boss_id', boss_id, "
                                                "'', " ALL_OF("'id', id, 'tags', " ALL_OF("'id', "
                                                                                          "tag_id",
                                                                                          "(SELECT "
                                                                                          "tag_id "
                                                                                          "FROM "
                                                                                          "post_"
                                                                                          "tags "
                                                                                          "WHERE "
                                                                                          "post_id "
                                                                                          "= p.id "
                                                                                          "ORDER "
                                                                                          "BY 1)"),
                                                              "posts p WHERE user_id = u.id"),
            "users u")},
      {"'posts', 'tags@(tag_id, name, post_id, weight, post_tags.weight AS w, weight * 2 AS v), "
       "id'",
       DOCS("'tags', " ALL_OF("'tag_id', tag_id, 'name', name, 'post_id', post_id, 'weight', "
                              "weight, 'w', w, 'v', weight * 2",
                              LINKED) ", 'id', id",
            "posts ORDER BY id")},
      {"'posts', 'tags@(*, post_tags.weight AS weight, -id), id'",
       DOCS("'tags', " ALL_OF("'name', name, 'weight', w", LINKED) ", 'id', id",
            "posts ORDER BY id")},
      {"'posts', '-body, -score, upper(title) AS big, *, -user_id, length(title) AS created_at'",
       DOCS("'big', upper(title), 'id', id, 'title', title, 'created_at', length(title)",
            "posts ORDER BY id")},
      {"'posts', '1 AS one, *, id AS title, -BODY, - \"score\", user@(name) AS user_id'",
       DOCS("'one', 1, 'id', id, 'user_id', " ONE_OF(
                "'name', name",
                "users WHERE users.id = user_id") ", 'title', id, 'created_at', created_at",
            "posts ORDER BY id")},
      {"'users', '2 AS k, name, -1 AS m, posts@(title, 1 AS one ORDER BY one DESC, id DESC) ORDER "
       "BY k, m DESC, id DESC'",
       DOCS("'k', 2, 'name', name, 'm', -1, 'posts', " ALL_OF(
                "'title', title, 'one', 1",
                "(SELECT title FROM posts p WHERE user_id = u.id ORDER BY id DESC)"),
            "users u ORDER BY id DESC")},
      {"'posts', 'id, - score AS minus, -score - 1 AS less'",
       DOCS("'id', id, 'minus', -score, 'less', -score - 1", "posts ORDER BY id")},
      {"'posts', '/* a */ id -- , b\n /*,*/ , title/**/AS/**/t -- , c\n, user@ /* x */ ( /* ( */ "
       "name -- )\n ) /* end */'",
       DOCS("'id', id, 't', title, 'user', " ONE_OF("'name', name",
                                                    "users WHERE users.id = user_id"),
            "posts ORDER BY id")},
      {"'posts', '[id], `title` AS \"q\", \"user\"@(\"name\") AS [u v] WHERE \"id\" > 1 ORDER BY "
       "[id] DESC'",
       DOCS(
           "'id', id, 'q', title, 'u v', " ONE_OF("'name', name", "users WHERE users.id = user_id"),
           "posts WHERE id > 1 ORDER BY id DESC")},
      {"'posts', 'title COLLATE NOCASE AS t, CASE WHEN score > 1 THEN ''high'' END AS c, title IN "
       "(''a'', ''b'') AS i, '',)'' AS s, CAST(score AS TEXT) AS text, (1, 2) < (score, 2) AS row'",
       DOCS("'t', title, 'c', CASE WHEN score > 1 THEN 'high' END, 'i', title IN ('a', 'b'), 's', "
            "',)', 'text', CAST(score AS TEXT), 'row', (1, 2) < (score, 2)",
            "posts ORDER BY id")},
      {"'posts', 'id, user_id IN \"ids of some\" AS i WHERE id NOT IN \"ids of some\"'",
       DOCS("'id', id, 'i', user_id IN (1, 3)", "posts WHERE id NOT IN (1, 3) ORDER BY id")},
      {"'posts', '(date(created_at || ''-01'')) AS d, (user_id) AS user'",
       DOCS("'d', date(created_at || '-01'), 'user', user_id", "posts ORDER BY id")},
  };
  sqlite3 *db = openWith(BLOG);
  size_t i;
  run(db, "CREATE TABLE \"ids of some\"(id); INSERT INTO \"ids of some\" VALUES (1), (3)");
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) expectEvery(db, CASES[i][0], CASES[i][1]);
  closeDb(db);
}
END_TEST

/* Words of SQL are names where SQLite takes them for names; the others need quotes. */
START_TEST(wordsOfSqlAreNames) {
  sqlite3 *db = openWith(
      "CREATE TABLE action(key INTEGER PRIMARY KEY, \"group\" TEXT, \"order\" INT, desc INT, "
      "offset INT, any INT, \"inner\" INT, \"select\" INT REFERENCES action);"
      "INSERT INTO action VALUES(1, 'g', 3, 4, 5, 6, 7, NULL), (2, 'h', 1, 2, 3, 4, 5, 1);"
      "INSERT INTO relationship(owner, name, target, foreign_keys, remote_side) VALUES('action', "
      "'has', 'action', 'select', 'key'), ('action', 'recursive', 'action', 'select', NULL)");
  expectEvery(db,
              "'action', 'key, desc, offset, any, inner, \"group\", \"order\" AS \"group by\", "
              "has@(key, \"select\"), recursive@(key ORDER BY desc LIMIT 1 OFFSET 0) ORDER BY "
              "desc, \"order\" LIMIT 5 OFFSET 0'",
              "SELECT key, json_object('key', key, 'desc', desc, 'offset', offset, 'any', any, "
              "'inner', \"inner\", 'group', \"group\", 'group by', \"order\", 'has', " ONE_OF(
                  "'key', key, 'select', \"select\"",
                  "action b WHERE b.key = a.\"select\"") ", 'recursive', " ALL_OF("'key', key",
                                                                                  "action m WHERE "
                                                                                  "m.\"select\" = "
                                                                                  "a.key") ") FROM "
                                                                                           "action "
                                                                                           "a "
                                                                                           "ORDER "
                                                                                           "BY "
                                                                                           "desc");
  expectDocs(
      db,
      "'action', 'key, any(has) AS x, any(recursive) AS y, any + 1 AS z WHERE NOT any(\"has\")'",
      "SELECT 1, '{\"key\":1,\"x\":0,\"y\":1,\"z\":7}'");
  expectDocs(db, "'action', 'key, recursive!recursive(key) AS x WHERE desc > 2'",
             "SELECT 1, '{\"key\":1,\"x\":[{\"key\":2,\"x\":[]}]}'");
  closeDb(db);
}
END_TEST

/* ? takes the number after the highest before it, as in SQLite, in the order of the text. */
START_TEST(parametersStandAtEveryLevel) {
  sqlite3 *db = openWith(BLOG);
  expectEvery(
      db,
      "'users', '?3 AS a, posts@(id, ? AS b, tags@(name, ?1 AS c WHERE post_tags.weight > ?2 ORDER "
      "BY weight * ?5 LIMIT ?6 OFFSET ?7) WHERE any(tags, name <> ?8) ORDER BY id * ?5 LIMIT ?9) "
      "WHERE any(posts, score IS NOT ?10) ORDER BY id * ?5 LIMIT ?11 OFFSET ?7 FOR EACH posts "
      "WHERE id <> ?12', "
      "'c', 1, x'0aff', '\"', -1, 9, 0, 'q', 3, 'x', 2, 9",
      DOCS("'a', '0AFF', 'posts', " ALL_OF(
               "'id', id, 'b', '\"', 'tags', " ALL_OF(
                   "'name', name, 'c', 'c'",
                   "(SELECT name FROM tags t JOIN post_tags l ON tag_id = t.id WHERE post_id = "
                   "p.id AND l.weight > 1 ORDER BY t.weight DESC)"),
               "(SELECT id FROM posts WHERE user_id = u.id AND id IN (SELECT post_id FROM "
               "post_tags) ORDER BY id DESC) p"),
           "users u WHERE id IN (1, 2) ORDER BY id DESC"));
  closeDb(db);
}
END_TEST

/* --- aggregates ------------------------------------------------------------------------------- */

#define POST_ROWS(more) "(SELECT * FROM posts p WHERE user_id = u.id " more ")"
#define POSTS_MADE(pairs, from)                                                                    \
  DOCS("'name', name, 'posts', " ONE_OF(pairs, from), "users u ORDER BY id")

START_TEST(aggregatesAreOneObjectPerOwner) {
  static const char *const CASES[][2] = {
      {"'users', 'name, posts@(count(*) AS n, max(score) AS best, total(score) / 2 AS half)'",
       POSTS_MADE("'n', count(*), 'best', max(score), 'half', total(score) / 2", POST_ROWS(""))},
      {"'users', 'name, posts@(max(score) - min(score) AS spread, 1 AS one, ?1 AS p WHERE "
       "title <> ?2)', 'p', 'a'",
       POSTS_MADE("'spread', max(score) - min(score), 'one', 1, 'p', 'p'",
                  POST_ROWS("AND title <> 'a'"))},
      {"'users', 'name, posts@(count(DISTINCT created_at) AS months, count(*) FILTER (WHERE "
       "score > 1) AS good)'",
       POSTS_MADE("'months', count(DISTINCT created_at), 'good', count(*) FILTER (WHERE score > 1)",
                  POST_ROWS(""))},
      {"'users', 'name, posts@(sum(any(comments)) AS n, count(*) FILTER (WHERE NOT any(tags)) "
       "AS m WHERE any(comments) OR any(tags))'",
       "SELECT 1, '{\"name\":\"Ann\",\"posts\":{\"n\":2,\"m\":1}}' UNION ALL SELECT "
       "2, '{\"name\":\"Bob\",\"posts\":{\"n\":1,\"m\":0}}' UNION ALL "
       "SELECT 3, '{\"name\":\"C\\\"ec\",\"posts\":{\"n\":null,\"m\":0}}' UNION ALL "
       "SELECT 5, '{\"name\":null,\"posts\":{\"n\":null,\"m\":0}}'"},
      {"'users', 'name, posts@(max((SELECT count(*) FROM comments WHERE post_id = posts.id)) "
       "AS most)'",
       POSTS_MADE("'most', max((SELECT count(*) FROM comments WHERE post_id = p.id))",
                  "posts p WHERE user_id = u.id")},
      {"'posts', 'id, user@(count(*) AS n, max(name) AS name)'",
       DOCS("'id', id, 'user', " ONE_OF("'n', count(*), 'name', max(name)",
                                        "users WHERE users.id = user_id"),
            "posts ORDER BY id")},
      {"'users', 'id, boss@(count(*) AS n WHERE active), users@(count(*) AS n, min(name) AS "
       "first)'",
       DOCS("'id', id, 'boss', " ONE_OF(
                "'n', count(*)",
                "users b WHERE b.id = u.boss_id AND "
                "b.active") ", 'users', " ONE_OF("'n', count(*), 'first', min(name)",
                                                 "users m WHERE m.boss_id = u.id"),
            "users u ORDER BY id")},
      {"'posts', 'id, tags@(count(*) AS n, sum(post_tags.weight) AS w, max(name) AS last, "
       "sum(tag_id) AS ids)'",
       DOCS("'id', id, 'tags', " ONE_OF(
                "'n', count(*), 'w', sum(w), 'last', max(name), 'ids', sum(tag_id)", LINKED),
            "posts ORDER BY id")},
      {"'users', 'name, posts@(id, comments@(count(*) AS n), tags@(count(*) AS n WHERE weight "
       "> 10))'",
       DOCS("'name', name, 'posts', " ALL_OF(
                "'id', id, 'comments', " ONE_OF(
                    "'n', count(*)",
                    "comments WHERE post_id = "
                    "p.id") ", 'tags', " ONE_OF("'n', count(*)", "post_tags JOIN tags t ON t.id = "
                                                                 "tag_id WHERE post_id = "
                                                                 "p.id AND t.weight > 10"),
                "posts p WHERE user_id = u.id"),
            "users u ORDER BY id")},
      {"'users', 'name, posts!inner@(count(*) AS n WHERE score > 1)'",
       "SELECT 1, '{\"name\":\"Ann\",\"posts\":{\"n\":3}}'"},
      {"'users', 'id, comments@(count(*) AS n, json_group_array(body) AS list, json(''[1]'') "
       "AS one)'",
       DOCS("'id', id, 'comments', " ONE_OF(
                "'n', count(*), 'list', json_group_array(body), 'one', json('[1]')",
                "comments WHERE author_id = u.id"),
            "users u ORDER BY id")},
  };
  sqlite3 *db = openWith(BLOG);
  size_t i;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) expectEvery(db, CASES[i][0], CASES[i][1]);
  closeDb(db);
}
END_TEST

/* WHERE, ORDER BY, LIMIT and OFFSET choose and order what is aggregated. */
START_TEST(clausesChooseWhatIsAggregated) {
#define JOINED_TITLES "'t', group_concat(title, '')"
  static const char *const CASES[][2] = {
      {"'users', 'name, posts@(group_concat(title, '''') AS t)'",
       POSTS_MADE(JOINED_TITLES, POST_ROWS("ORDER BY id"))},
      {"'users', 'name, posts@(group_concat(title, '''') AS t ORDER BY title DESC)'",
       POSTS_MADE(JOINED_TITLES, POST_ROWS("ORDER BY title DESC"))},
      {"'users', 'name, posts@(group_concat(title, '''') AS t ORDER BY created_at DESC, "
       "length(body), any(tags) LIMIT 3)'",
       POSTS_MADE(JOINED_TITLES, POST_ROWS("ORDER BY created_at DESC, length(body), EXISTS (SELECT "
                                           "1 FROM post_tags WHERE post_id = p.id), id LIMIT 3"))},
      {"'users', 'name, posts@(count(*) AS n, sum(id) AS s ORDER BY id DESC LIMIT 2 OFFSET 1)'",
       POSTS_MADE("'n', count(*), 's', sum(id)", POST_ROWS("ORDER BY id DESC LIMIT 2 OFFSET 1"))},
      {"'users', 'name, posts@(count(*) AS n LIMIT 0)'",
       POSTS_MADE("'n', count(*)", POST_ROWS("LIMIT 0"))},
      {"'users', 'name, posts@(count(*) AS n LIMIT ?2 OFFSET ?1)', 3, -1",
       POSTS_MADE("'n', count(*)", POST_ROWS("LIMIT -1 OFFSET 3"))},
      {"'posts', 'id, tags@(group_concat(name, '''') AS names ORDER BY post_tags.weight DESC LIMIT "
       "1)'",
       DOCS("'id', id, 'tags', " ONE_OF("'names', group_concat(name, '')",
                                        "(SELECT * FROM " LINKED " ORDER BY w DESC LIMIT 1)"),
            "posts ORDER BY id")},
      {"'posts', 'id, tags@(group_concat(name || post_tags.weight) AS names WHERE weight < 30 "
       "ORDER BY weight DESC)'",
       DOCS("'id', id, 'tags', " ONE_OF("'names', group_concat(name || w)",
                                        "(SELECT * FROM " LINKED
                                        " WHERE weight < 30 ORDER BY weight DESC)"),
            "posts ORDER BY id")},
      {"'posts', 'count(*) AS n, group_concat(title) AS t'",
       "SELECT NULL, json_object('n', count(*), 't', group_concat(title)) FROM (SELECT * FROM "
       "posts ORDER BY id)"},
      {"'posts', 'group_concat(title) AS t WHERE score > 1 ORDER BY score DESC, title DESC LIMIT 3 "
       "OFFSET 1'",
       "SELECT NULL, json_object('t', group_concat(title)) FROM (SELECT * FROM posts WHERE score > "
       "1 ORDER BY score DESC, title DESC LIMIT 3 OFFSET 1)"},
      {"'posts', 'count(*) AS n LIMIT 2'", "SELECT NULL, '{\"n\":2}'"},
      {"'posts', 'count(*) AS n LIMIT 0'", "SELECT NULL, '{\"n\":0}'"},
      {"'posts', 'count(*) AS n, max(score) AS m WHERE score > 1000'",
       "SELECT NULL, '{\"n\":0,\"m\":null}'"},
      {"'posts', 'count(*) AS n WHERE any(tags) OR any(user, name = ''Ann'')'",
       "SELECT NULL, '{\"n\":5}'"},
  };
  sqlite3 *db = openWith(BLOG);
  size_t i;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) expectEvery(db, CASES[i][0], CASES[i][1]);
  expect(db, "SELECT key, doc FROM selectin('posts', 'count(*) AS n') WHERE key IS NULL",
         "NULL|{\"n\":6}\n");
  expect(db, "SELECT key, doc FROM selectin('posts', 'count(*) AS n') WHERE key = 1", "(none)\n");
  run(db, "INSERT INTO relationship(owner, name, target, order_by) VALUES('users', 'latest', "
          "'posts', 'created_at DESC, title')");
  expectEvery(db, "'users', 'name, latest@(group_concat(title, '''') AS t) AS posts'",
              POSTS_MADE(JOINED_TITLES, POST_ROWS("ORDER BY created_at DESC, title")));
  closeDb(db);
}
END_TEST

/* The last value it was given, and how many: its result depends on the order. */
static void lastStep(sqlite3_context *context, int count, sqlite3_value **values) {
  sqlite3_int64 *last = sqlite3_aggregate_context(context, 2 * sizeof *last);
  last[0] = sqlite3_value_int64(values[count - 1]);
  last[1]++;
}

static void lastFinal(sqlite3_context *context) {
  const sqlite3_int64 *last = sqlite3_aggregate_context(context, 0);
  if (last != NULL) sqlite3_result_int64(context, last[0] * 100 + last[1]);
}

/* An aggregate is what SQLite has registered as one for so many arguments. */
START_TEST(aggregatesAreWhatSqliteSays) {
  sqlite3 *db = openWith(BLOG);
  expectRefusal(db, "users", "posts(final(id) AS x)",
                "selectin: users.posts: no relationship or function \"final\" (column 7)");
  ck_assert_int_eq(
      sqlite3_create_function(db, "final", -1, SQLITE_UTF8, NULL, NULL, lastStep, lastFinal),
      SQLITE_OK);
  expectEvery(db, "'users', 'name, posts@(final(id) AS x ORDER BY title)'",
              "SELECT 1, '{\"name\":\"Ann\",\"posts\":{\"x\":604}}' UNION ALL SELECT 2, "
              "'{\"name\":\"Bob\",\"posts\":{\"x\":301}}' UNION ALL SELECT 3, "
              "'{\"name\":\"C\\\"ec\",\"posts\":{\"x\":null}}' UNION ALL SELECT 5, "
              "'{\"name\":null,\"posts\":{\"x\":null}}'");
  expectDocs(db, "'posts', 'FINAL(title, id) AS x WHERE id < 4 ORDER BY id DESC'",
             "SELECT NULL, '{\"x\":103}'");
  expectEvery(db, "'users', 'id, posts@(id, max(id, 4) AS m, min(score, 1, 2) AS s)'",
              DOCS("'id', id, 'posts', " ALL_OF("'id', id, 'm', max(id, 4), 's', min(score, 1, 2)",
                                                "posts WHERE user_id = u.id"),
                   "users u ORDER BY id"));
  expectEvery(
      db,
      "'users', 'id, posts@(id, sum(id) OVER () AS w, count(*) FILTER (WHERE score > 1) OVER "
      "(PARTITION BY created_at) AS f)'",
      DOCS("'id', id, 'posts', " ALL_OF(
               "'id', id, 'w', w, 'f', f",
               "(SELECT id, sum(id) OVER () AS w, count(*) FILTER (WHERE score > 1) OVER "
               "(PARTITION BY created_at) AS f FROM posts WHERE user_id = u.id ORDER BY id)"),
           "users u ORDER BY id"));
  expectEvery(
      db,
      "'users', 'id, posts@(id, (SELECT count(*) FROM comments WHERE post_id = posts.id) AS n)'",
      DOCS("'id', id, 'posts', " ALL_OF(
               "'id', id, 'n', (SELECT count(*) FROM comments WHERE post_id = p.id)",
               "posts p WHERE user_id = u.id"),
           "users u ORDER BY id"));
  closeDb(db);
}
END_TEST

START_TEST(viewsAndOddKeysAreAggregated) {
  sqlite3 *db = openWith(
      "CREATE TABLE o(a INT, b TEXT COLLATE NOCASE, note, PRIMARY KEY(a, b)) WITHOUT ROWID;"
      "CREATE TABLE l(oa INT, ob TEXT, n INT, what, PRIMARY KEY(oa, ob, n), FOREIGN KEY(oa, ob) "
      "REFERENCES o) WITHOUT ROWID;"
      "INSERT INTO o VALUES(2, 'x', 'two'), (1, 'y', 'one y'), (1, 'x', 'one x');"
      "INSERT INTO l VALUES(1, 'X', 2, 'b'), (1, 'x', 1, 'a'), (1, 'x', 3, 'c'), (2, 'x', 1, 'd'), "
      "(3, 'x', 1, 'e');"
      "CREATE VIEW v AS SELECT * FROM l;"
      "INSERT INTO relationship(owner, name, target, primaryjoin, foreign_keys, viewonly) "
      "VALUES('o', 'v', 'v', 'o.a = v.oa AND o.b = v.ob', 'v.oa, v.ob', 1)");
#define OF_O(pairs, more)                                                                          \
  "SELECT json_array(a, b), json_object('note', note, 'm', " ONE_OF(                               \
      pairs, "(SELECT * FROM l WHERE o.a = oa AND o.b = ob " more ")") ") FROM o ORDER BY a, b"
  expectEvery(db, "'o', 'note, l@(count(*) AS n, max(what) AS w) AS m'",
              OF_O("'n', count(*), 'w', max(what)", ""));
  expectEvery(db, "'o', 'note, l@(group_concat(what) AS w ORDER BY n DESC LIMIT 2) AS m'",
              OF_O("'w', group_concat(what)", "ORDER BY n DESC LIMIT 2"));
  expectEvery(db, "'o', 'note, v@(count(*) AS n, max(what) AS w) AS m'",
              OF_O("'n', count(*), 'w', max(what)", ""));
  expectEvery(db, "'o', 'note, v@(group_concat(what) AS w ORDER BY n DESC) AS m'",
              OF_O("'w', group_concat(what)", "ORDER BY n DESC"));
  expectDocs(db, "'v', 'group_concat(what) AS w ORDER BY what DESC LIMIT 2'",
             "SELECT NULL, '{\"w\":\"e,d\"}'");
  closeDb(db);
}
END_TEST

Suite *relTestFetchItems(void) {
  Suite *suite = suite_create("fetch_items");
  add(suite, "itemsStandAsWritten", itemsStandAsWritten);
  add(suite, "wordsOfSqlAreNames", wordsOfSqlAreNames);
  add(suite, "parametersStandAtEveryLevel", parametersStandAtEveryLevel);
  add(suite, "aggregatesAreOneObjectPerOwner", aggregatesAreOneObjectPerOwner);
  add(suite, "clausesChooseWhatIsAggregated", clausesChooseWhatIsAggregated);
  add(suite, "aggregatesAreWhatSqliteSays", aggregatesAreWhatSqliteSays);
  add(suite, "viewsAndOddKeysAreAggregated", viewsAndOddKeysAreAggregated);
  return suite;
}
