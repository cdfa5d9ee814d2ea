/*
** What stands outside a selection: conditions on key, joins, LIMIT, and statements of every kind. What
** a condition on key gives is compared with what it gives over a plain copy of the keys, which no
** push-down can reach.
*/
#include "unit/fetched.h"

typedef struct Keyed {
  const char *name; /* of the table, as an argument */
  const char *schema;
} Keyed;

static const Keyed TABLES[] = {
    {"numbers", "CREATE TABLE numbers(id INTEGER PRIMARY KEY, x); INSERT INTO numbers "
                "VALUES(-9223372036854775808, 1), (-1, 2), (0, 3), (1, 4), (2, 5), (10, 6), "
                "(9007199254740993, 7), (9223372036854775807, 8);"},
    {"texts", "CREATE TABLE texts(k TEXT PRIMARY KEY, x); INSERT INTO texts VALUES('', 1), ('1', "
              "2), ('1.0', 3), ('01', 4), ('a', 5), ('A', 6), ('a ', 7), ('\xc3\x84', 8), (NULL, "
              "9), (NULL, 10), (x'31', 11), ('[1,2]', 12);"},
    {"nocase", "CREATE TABLE nocase(k TEXT COLLATE NOCASE PRIMARY KEY, x); INSERT INTO nocase "
               "VALUES('a', 1), ('B', 2), ('1', 3), (x'41', 4), ('', 5), (NULL, 6);"},
    {"rtrimmed", "CREATE TABLE rtrimmed(k TEXT COLLATE RTRIM PRIMARY KEY, x) WITHOUT ROWID; INSERT "
                 "INTO rtrimmed VALUES('a', 1), (' a', 2), ('A ', 3), ('1', 4);"},
    {"reals", "CREATE TABLE reals(k REAL PRIMARY KEY, x); INSERT INTO reals VALUES(1, 1), (2.5, "
              "2), (-0.0, 3), (9e999, 4), (9007199254740992.0, 5), ('a', 6), (NULL, 7);"},
    {"anything", "CREATE TABLE anything(k PRIMARY KEY, x); INSERT INTO anything VALUES(1, 1), "
                 "('1', 2), (x'31', 3), (2.5, 4), ('2.5', 5), ('a', 6), ('A', 7), (NULL, 8), (1.5, "
                 "9), (x'', 10), ('', 11);"},
    {"numeric", "CREATE TABLE numeric(k NUMERIC PRIMARY KEY, x) WITHOUT ROWID; INSERT INTO numeric "
                "VALUES(1, 1), ('2', 2), ('a', 3), (2.5, 4), (x'31', 5);"},
    {"strict", "CREATE TABLE strict(k ANY PRIMARY KEY, x ANY) STRICT; INSERT INTO strict VALUES(1, "
               "1), ('1', 2), (x'31', 3), ('a', 4);"},
    {"pairs", "CREATE TABLE pairs(a INT, b TEXT, x, PRIMARY KEY(a, b)); INSERT INTO pairs "
              "VALUES(1, 'x', 1), (1, 'X', 2), (2, '1', 3), (-1, '\"', 4), (NULL, 'n', 5), (1, "
              "NULL, 6), (NULL, NULL, 9), (NULL, NULL, 10), (3, x'31', 7), (3, '31', 8);"},
    {"mixed", "CREATE TABLE mixed(a, b TEXT COLLATE NOCASE, x, PRIMARY KEY(b, a)) WITHOUT ROWID; "
              "INSERT INTO mixed VALUES(1, 'x', 1), ('1', 'X', 2), (1.5, 'y', 3), (x'01', 'z', 4), "
              "('01', 'z', 5);"},
    {"plain", "CREATE TABLE plain(x); INSERT INTO plain VALUES(1), (2), (3);"},
    {"seen", "CREATE TABLE base(id INTEGER PRIMARY KEY, x); INSERT INTO base VALUES(1, 1), (2, 2); "
             "CREATE VIEW seen AS SELECT id, x FROM base;"},
};

/* Conditions on key, which every table answers somehow. w has literals of every kind. */
static const char *const CONDITIONS[] = {
    "key = 1",
    "key = 1.0",
    "key = '1'",
    "key = x'31'",
    "key = NULL",
    "key IS NULL",
    "key IS NOT NULL",
    "key IS 1",
    "key = 2.5",
    "key = '2.5'",
    "key = -0.0",
    "key = 9e999",
    "key = 9007199254740993",
    "key = 9007199254740992.0",
    "key = 'a'",
    "key = 'A'",
    "key = 'a' COLLATE NOCASE",
    "key = 'a  ' COLLATE RTRIM",
    "key COLLATE NOCASE = 'A'",
    "key = ''",
    "key = '\xc3\x84'",
    "key = '[1,\"x\"]'",
    "key = '[1,\"X\"]'",
    "key = '[1, \"x\"]'",
    "key = '[2,\"1\"]'",
    "key = '[2,1]'",
    "key = '[null,\"n\"]'",
    "key = '[1,null]'",
    "key = '[null,null]'",
    "key IN ('[null,null]', '[1,null]', '[1,\"x\"]')",
    "key = 1 OR (key = 2 AND doc > '')",
    "key = 'a' OR (key = 1 AND x > 0) OR (key = 2.5 AND x < 100)",
    "key = '[1,\"x\"]' OR (key = '[2,\"1\"]' AND doc > '')",
    "key = '[3,\"31\"]'",
    "key = '[-1,\"\\\"\"]'",
    "key = '[\"x\",1]'",
    "key = '[\"X\",\"1\"]'",
    "key = '[1.5,\"y\"]'",
    "key = '[\"z\",\"01\"]'",
    "key = '['",
    "key = '[1]'",
    "key = json_array(1, 'x')",
    "key = CAST('1' AS TEXT)",
    "key = +1",
    "key = (SELECT 1)",
    "key = (SELECT NULL)",
    "key = (SELECT '1')",
    "key = 1 AND key = '1'",
    "key = 1 OR key = 'a'",
    "key = 1 AND x > 0",
    "NOT key = 1",
    "key <> 1",
    "key > 1",
    "key >= '1'",
    "key < 'a'",
    "key BETWEEN 0 AND 5",
    "key LIKE 'A%'",
    "key IN (1, 2)",
    "key IN ('1', 'a')",
    "key IN (1, '1', x'31', 2.5, NULL)",
    "key IN (NULL)",
    "key IN ()",
    "key NOT IN (1, '1')",
    "key IN (SELECT k FROM w)",
    "key IN (SELECT k FROM w WHERE k > 0 ORDER BY k DESC)",
    "key IN (SELECT CAST(k AS TEXT) FROM w)",
    "key IN (SELECT t FROM w)",
    "key IN (SELECT c FROM w)",
    "key IN (SELECT key FROM copy)",
    "key IN (SELECT key FROM copy ORDER BY 1 DESC LIMIT 3)",
    "key IN (1, 'a') AND key IN ('a', 'A', 2)",
    "key IN (1, 2) AND key = 2",
    "key IN ('a', 'A') COLLATE NOCASE",
    "key COLLATE NOCASE IN ('A', 'b')",
    "(key, 1) IN ((1, 1), ('a', 1), (2, 2))",
    "(key, 1) = (1, 1)",
    "key = (SELECT k FROM w WHERE n = 1)",
    "key IN (1) OR 0",
    "key IS (SELECT NULL)",
    "key IN (1, 2) IS NOT 0",
    "EXISTS (SELECT 1 FROM w WHERE k = key)",
    "key || '' = '1'",
    "CAST(key AS TEXT) IN ('1', 'a')",
    "typeof(key) = 'text'",
};

static const char *const SELECTIONS[] = {"x",
                                         "x ORDER BY x DESC",
                                         "x WHERE x <> 3",
                                         "x LIMIT 4",
                                         "x ORDER BY x DESC LIMIT 3 OFFSET 1",
                                         "x, row_number() OVER () AS n"};

static const char WORDS[] =
    "CREATE TABLE w(n INTEGER PRIMARY KEY, k, t TEXT, c TEXT COLLATE NOCASE); INSERT INTO w(k, t, "
    "c) VALUES(1, 1, 1), ('1', '01', 'A'), (x'31', 'a', 'b'), (2.5, '', 'x'), (NULL, NULL, NULL), "
    "('a', '[1,\"x\"]', '[1,\"X\"]'), (2, '2', '2'), (-9223372036854775808, 'A', 'A'), (9e999, "
    "'9e999', ''), ('', 'a ', 'a ');";

START_TEST(conditionsOnKeyAreSqlites) {
  size_t t, s, c;
  for (t = 0; t < sizeof TABLES / sizeof *TABLES; t++) {
    sqlite3 *db = openWith(TABLES[t].schema);
    run(db, WORDS);
    for (s = 0; s < sizeof SELECTIONS / sizeof *SELECTIONS; s++) {
      char *copy =
          sqlite3_mprintf("DROP TABLE IF EXISTS copy; CREATE TABLE copy(key, doc, x); INSERT INTO "
                          "copy SELECT key, doc, doc ->> 'x' FROM selectin('%s', '%s')",
                          TABLES[t].name, SELECTIONS[s]);
      run(db, copy);
      sqlite3_free(copy);
      for (c = 0; c < sizeof CONDITIONS / sizeof *CONDITIONS; c++) {
        /* the terms of an OR, and tuples, may be looked up one after the other */
        int apart = strstr(CONDITIONS[c], " OR ") != NULL || CONDITIONS[c][0] == '(';
        const char *order = apart ? " ORDER BY 1, 2" : "";
        char *ours = sqlite3_mprintf("SELECT quote(key), doc FROM (SELECT *, doc ->> 'x' AS x, "
                                     "rowid FROM selectin('%s', '%s')) WHERE %s%s",
                                     TABLES[t].name, SELECTIONS[s], CONDITIONS[c], order);
        char *hand =
            sqlite3_mprintf("SELECT quote(key), doc FROM (SELECT *, rowid FROM copy) WHERE %s%s",
                            CONDITIONS[c], order);
        expectSame(db, ours, hand);
        sqlite3_free(hand);
        sqlite3_free(ours);
      }
    }
    closeDb(db);
  }
}
END_TEST

/* Joins on key, whichever side comes first, and with what stands around them. */
START_TEST(joinsOnKeyAreSqlites) {
  static const char *const JOINS[] = {
      "SELECT n, quote(s.key) FROM w JOIN %s s ON s.key = w.k ORDER BY n, s.x",
      "SELECT n, quote(s.key) FROM %s s JOIN w ON s.key = w.k ORDER BY n, s.x",
      "SELECT n, quote(s.key) FROM w CROSS JOIN %s s WHERE s.key = w.k ORDER BY n, s.x",
      "SELECT n, quote(s.key) FROM %s s CROSS JOIN w WHERE s.key = w.k ORDER BY n, s.x",
      "SELECT n, quote(s.key) FROM w LEFT JOIN %s s ON s.key = w.k ORDER BY n, s.x",
      "SELECT n, s.x FROM %s s LEFT JOIN w ON s.key = w.k ORDER BY s.x, n",
      "SELECT n, quote(s.key) FROM w JOIN %s s ON s.key = w.t ORDER BY n, s.x",
      "SELECT n, quote(s.key) FROM w JOIN %s s ON s.key = w.c ORDER BY n, s.x",
      "SELECT n, quote(s.key) FROM w JOIN %s s ON s.key IS w.k ORDER BY n, s.x",
      "SELECT n, quote(s.key) FROM w JOIN %s s ON s.key = w.k AND s.key IN (1, 'a', 2.5) ORDER BY "
      "n, s.x",
      "SELECT n, (SELECT count(*) FROM %s s WHERE s.key = w.k) FROM w",
      "SELECT n FROM w WHERE k IN (SELECT key FROM %s)",
      "SELECT n FROM w WHERE NOT EXISTS (SELECT 1 FROM %s s WHERE s.key = w.t)",
      "SELECT w.n, v.n, s.x FROM w JOIN %s s ON s.key = w.k JOIN w v ON v.k = s.key ORDER BY 1, 2, "
      "3",
      "SELECT s.x FROM %s s WHERE s.key IN (SELECT k FROM w WHERE w.n <= s.x) ORDER BY 1",
  };
  size_t t, j;
  for (t = 0; t < sizeof TABLES / sizeof *TABLES; t++) {
    sqlite3 *db = openWith(TABLES[t].schema);
    char *copy = sqlite3_mprintf("CREATE TABLE copy(key, doc, x); INSERT INTO copy SELECT key, "
                                 "doc, doc ->> 'x' FROM selectin('%s', 'x')",
                                 TABLES[t].name);
    char *view = sqlite3_mprintf(
        "CREATE VIEW ours AS SELECT key, doc, doc ->> 'x' AS x FROM selectin('%s', 'x')",
        TABLES[t].name);
    run(db, WORDS);
    run(db, copy);
    run(db, view);
    for (j = 0; j < sizeof JOINS / sizeof *JOINS; j++) {
      char *ours = sqlite3_mprintf(JOINS[j], "ours"), *hand = sqlite3_mprintf(JOINS[j], "copy");
      expectSame(db, ours, hand);
      sqlite3_free(hand);
      sqlite3_free(ours);
    }
    sqlite3_free(view);
    sqlite3_free(copy);
    closeDb(db);
  }
}
END_TEST

START_TEST(selectinStandsWhereverATableDoes) {
  static const char *const CASES[][2] = {
      {"WITH q AS (SELECT key, doc FROM selectin('users', 'name, posts(id)')) SELECT a.doc FROM q "
       "a JOIN q b ON a.key = b.key + 1",
       "{\"name\":\"Bob\",\"posts\":[{\"id\":3}]}\n{\"name\":\"C\\\"ec\",\"posts\":[]}\n"},
      {"SELECT (SELECT json_group_array(json(doc)) FROM selectin('posts', 'title') WHERE key IN "
       "(SELECT id FROM posts WHERE user_id = u.id)) FROM users u",
       "[{\"title\":\"b\"},{\"title\":\"a\"},{\"title\":\"d\"},{\"title\":\"f\"}]\n[{\"title\":"
       "\"c\"}]\n[]\n[]\n"},
      {"SELECT s.key, p.value ->> 'id' FROM selectin('users', 'posts(id)') s, json_each(s.doc, "
       "'$.posts') p ORDER BY 2",
       "1|1\n1|2\n2|3\n1|4\n1|6\n"},
      {"SELECT key FROM selectin('users', 'name') UNION ALL SELECT -key FROM selectin('tags', "
       "'name') ORDER BY 1 LIMIT 6",
       "-4\n-3\n-2\n-1\n1\n2\n"},
      {"SELECT count(*), max(key), group_concat(doc ->> 'name') FROM selectin('tags', 'name')",
       "4|4|x,y,z,unused\n"},
      {"SELECT key FROM selectin('users', 'name') ORDER BY key DESC LIMIT 2 OFFSET 1", "3\n2\n"},
      {"SELECT doc ->> 'active', count(*) FROM selectin('users', 'active') GROUP BY 1",
       "0|1\n1|3\n"},
      {"SELECT key, row_number() OVER (ORDER BY doc ->> 'name' DESC) FROM selectin('tags', 'name') "
       "ORDER BY 1",
       "1|3\n2|2\n3|1\n4|4\n"},
      {"SELECT doc FROM selectin('tags', 'json((SELECT doc FROM selectin(''tags'', ''name'') WHERE "
       "key = tags.id + 1)) AS next LIMIT 1')",
       "{\"next\":{\"name\":\"y\"}}\n"},
      {"SELECT doc FROM selectin('users', 'id, related(''users'', ''posts'', id, ''id'') AS p "
       "LIMIT 1')",
       "{\"id\":1,\"p\":[{\"id\":1},{\"id\":2},{\"id\":4},{\"id\":6}]}\n"},
      {"SELECT doc FROM selectin('users', 'id, posts(id, related(''posts'', ''comments'', id, "
       "''id'') AS c)') WHERE key = 2",
       "{\"id\":2,\"posts\":[{\"id\":3,\"c\":[{\"id\":3}]}]}\n"},
  };
  sqlite3 *db = openWith(BLOG);
  size_t i;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) expect(db, CASES[i][0], CASES[i][1]);
  closeDb(db);
}
END_TEST

/* SQLite believes a virtual table the first sixteen arguments only, and compares the others. */
START_TEST(thirtyTwoArgumentsArrive) {
  static const char *const TYPES[] = {"%d", "'%d'", "%d.5", "x'%02d'"};
  sqlite3 *db = openWith(BLOG);
  size_t type;
  for (type = 0; type < sizeof TYPES / sizeof *TYPES; type++) {
    sqlite3_str *ours = sqlite3_str_new(db), *hand = sqlite3_str_new(db);
    char *texts[2];
    int i;
    sqlite3_str_appendall(ours, "SELECT doc ->> 'v' FROM selectin('users', 'quote(?1)");
    sqlite3_str_appendall(hand, "SELECT ''");
    for (i = 2; i <= 32; i++) sqlite3_str_appendf(ours, " || quote(?%d)", i);
    sqlite3_str_appendall(ours, " AS v LIMIT 1'");
    for (i = 1; i <= 32; i++) {
      sqlite3_str_appendall(ours, ", ");
      sqlite3_str_appendf(ours, TYPES[type], i);
      sqlite3_str_appendall(hand, " || quote(");
      sqlite3_str_appendf(hand, TYPES[type], i);
      sqlite3_str_appendall(hand, ")");
    }
    sqlite3_str_appendall(ours, ")");
    texts[0] = sqlite3_str_finish(ours);
    texts[1] = sqlite3_str_finish(hand);
    expectSame(db, texts[0], texts[1]);
    sqlite3_free(texts[0]);
    sqlite3_free(texts[1]);
  }
  closeDb(db);
}
END_TEST

/* Statements that write what they read through us. */
START_TEST(selectinStandsInStatementsThatWrite) {
  sqlite3 *db = openWith(BLOG);
  run(db, "DELETE FROM posts WHERE id IN (SELECT key FROM selectin('posts', 'id WHERE "
          "any(comments)'))");
  expect(db, "SELECT id FROM posts ORDER BY id", "2\n5\n6\n");
  run(db, "UPDATE users SET name = (SELECT doc ->> '$.posts[0].title' FROM selectin('users', "
          "'posts(title)') WHERE key = users.id)");
  expect(db, "SELECT id, name FROM users", "1|a\n2|NULL\n3|NULL\n5|NULL\n");
  run(db, "INSERT INTO tags(name) SELECT doc ->> 'name' FROM selectin('tags', 'name')");
  expect(db, "SELECT count(*), max(id) FROM tags", "8|8\n");
  run(db, "CREATE TABLE log(doc); CREATE TRIGGER logging AFTER INSERT ON tags BEGIN INSERT INTO "
          "log SELECT doc FROM selectin('tags', 'name, posts(id)') WHERE key = NEW.id; END;"
          "INSERT INTO tags VALUES(9, 'nine', 9), (10, 'ten', 10); CREATE TABLE kept AS SELECT * "
          "FROM selectin('tags', 'name') WHERE key > 8");
  expect(db, "SELECT * FROM log",
         "{\"name\":\"nine\",\"posts\":[]}\n{\"name\":\"ten\",\"posts\":[]}\n");
  expect(db, "SELECT * FROM kept", "9|{\"name\":\"nine\"}\n10|{\"name\":\"ten\"}\n");
  closeDb(db);
}
END_TEST

/* Rows written between two steps do not disturb what a batch has loaded, nor the next statement. */
START_TEST(writingBetweenStepsIsSafe) {
  sqlite3 *db = openWith(BLOG);
  sqlite3_stmt *statement;
  int count = 0;
  run(db, "WITH RECURSIVE i(i) AS (VALUES(100) UNION ALL SELECT i + 1 FROM i WHERE i < 2000) "
          "INSERT INTO users(id, name) SELECT i, i FROM i");
  ck_assert_int_eq(sqlite3_prepare_v2(db,
                                      "SELECT key, doc FROM selectin('users', 'name, posts(id)')",
                                      -1, &statement, NULL),
                   SQLITE_OK);
  while (sqlite3_step(statement) == SQLITE_ROW) {
    if (count++ % 100 == 0)
      run(db, "UPDATE users SET name = name || 'x' WHERE id % 7 = 0; DELETE FROM posts WHERE id = "
              "3; INSERT INTO posts(user_id) VALUES(1999)");
    ck_assert_ptr_nonnull(strstr((const char *)sqlite3_column_text(statement, 1), "\"posts\":["));
  }
  ck_assert_int_eq(sqlite3_finalize(statement), SQLITE_OK);
  ck_assert_int_eq(count, 4 + 1901);
  expectDocs(db, "'users', 'name, posts(id)'",
             DOCS("'name', name, 'posts', " ALL_OF("'id', id", "posts WHERE user_id = users.id"),
                  "users"));
  closeDb(db);
}
END_TEST

Suite *relTestFetchOutside(void) {
  Suite *suite = suite_create("fetch_outside");
  add(suite, "conditionsOnKeyAreSqlites", conditionsOnKeyAreSqlites);
  add(suite, "joinsOnKeyAreSqlites", joinsOnKeyAreSqlites);
  add(suite, "selectinStandsWhereverATableDoes", selectinStandsWhereverATableDoes);
  add(suite, "thirtyTwoArgumentsArrive", thirtyTwoArgumentsArrive);
  add(suite, "selectinStandsInStatementsThatWrite", selectinStandsInStatementsThatWrite);
  add(suite, "writingBetweenStepsIsSafe", writingBetweenStepsIsSafe);
  return suite;
}
