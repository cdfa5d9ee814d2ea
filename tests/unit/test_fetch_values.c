/*
** Values: what a document says of one is, byte for byte, what json_object() of the same SQLite says,
** wherever the value stands and whatever way it comes.
*/
#include "unit/fetched.h"

/* One value a row, x; every row is its own member, and one of many of row 0. */
static sqlite3 *openValues(const char *encoding) {
  sqlite3 *db = openWith("SELECT 1");
  char *sql =
      sqlite3_mprintf("PRAGMA encoding = '%s'; CREATE TABLE v(id INTEGER PRIMARY KEY, x, up_id INT "
                      "REFERENCES v, one_id INT REFERENCES v);"
                      "CREATE INDEX v_up ON v(up_id); INSERT INTO relationship(owner, name, "
                      "target, foreign_keys, remote_side) VALUES"
                      " ('v', 'all', 'v', 'up_id', NULL), ('v', 'one', 'v', 'one_id', 'id')",
                      encoding);
  run(db, sql);
  sqlite3_free(sql);
  return db;
}

static void addValues(sqlite3 *db, const char *query) {
  char *sql = sqlite3_mprintf("INSERT INTO v(x) %s", query);
  run(db, sql);
  sqlite3_free(sql);
}

/* Rows that hold U+0000 are no C strings: both sides are compared in SQL, as blobs. */
static void expectNoDifference(sqlite3 *db, const char *arguments, const char *hand) {
  char *sql = sqlite3_mprintf(
      "SELECT s.key, hex(s.doc), hex(h.doc) FROM selectin(%s) s LEFT JOIN (%s) h ON h.id = s.key"
      " WHERE typeof(s.doc) <> 'text' OR CAST(s.doc AS BLOB) IS NOT CAST(h.doc AS BLOB)"
      " UNION ALL SELECT 'rows', ours, theirs FROM (SELECT (SELECT count(*) FROM selectin(%s)) AS "
      "ours, (SELECT count(*) FROM (%s)) AS theirs) WHERE ours <> theirs LIMIT 3",
      arguments, hand, arguments, hand);
  expect(db, sql, "(none)\n");
  sqlite3_free(sql);
}

static void expectValues(sqlite3 *db) {
  int i;
  run(db, "UPDATE v SET up_id = (SELECT min(id) FROM v), one_id = id");
  expectNoDifference(db, "'v', 'x'", "SELECT id, json_object('x', x) AS doc FROM v");
  expectNoDifference(
      db, "'v', 'x AS y, json_array(x) AS a, coalesce(x, 0) AS c'",
      "SELECT id, json_object('y', x, 'a', json_array(x), 'c', coalesce(x, 0)) AS doc FROM v");
  expectNoDifference(db, "'v', 'x ORDER BY x, id LIMIT 1000000'",
                     "SELECT id, json_object('x', x) AS doc FROM v");
  for (i = 0; i < STRATEGY_COUNT; i++) {
    char *one = filled("'v', 'id, one@(x)'", STRATEGIES[i]),
         *all = filled("'v', 'id, all@(x) LIMIT 1'", STRATEGIES[i]);
    char *made = filled("'v', 'id, all@(json_group_array(x) AS x) LIMIT 1'", STRATEGIES[i]);
    expectNoDifference(
        db, one, "SELECT id, json_object('id', id, 'one', json_object('x', x)) AS doc FROM v");
    expectNoDifference(
        db, all,
        "SELECT min(id) AS id, json_object('id', min(id), 'all', json_group_array(json_object('x', "
        "x))) AS doc FROM (SELECT id, x FROM v ORDER BY id)");
    expectNoDifference(db, made,
                       "SELECT min(id) AS id, json_object('id', min(id), 'all', json_object('x', "
                       "json_group_array(x))) AS doc FROM (SELECT id, x FROM v ORDER BY id)");
    sqlite3_free(made);
    sqlite3_free(all);
    sqlite3_free(one);
  }
}

START_TEST(numbersAreWrittenAsSqliteDoes) {
  sqlite3 *db = openValues("UTF-8");
  addValues(
      db,
      "VALUES(NULL), (0), (1), (-1), (9), (10), (99), (100), (-9223372036854775807 - 1), "
      "(9223372036854775807), (-9223372036854775807), (4294967296), (2147483648), (-2147483649)");
  addValues(db,
            "WITH RECURSIVE i(i, p) AS (VALUES(1, 1) UNION ALL SELECT i + 1, p * 10 FROM i WHERE i "
            "< 19) SELECT p FROM i UNION ALL SELECT p - 1 FROM i UNION ALL SELECT -p FROM i");
  addValues(db, "VALUES(0.0), (-0.0), (1.0), (0.1), (-1.5), (1e15), (1e16), (-1e17), "
                "(123456789012345678.0), (0.1 + 0.2), (1.0 / 3), (2.0 / 3), (9e999), (-9e999), "
                "(1.7976931348623157e308), (5e-324), (-5e-324),"
                "(2.2250738585072014e-308), (1e-5), (1e-4), (123.456), (4.35), (0.000123456789), "
                "(9007199254740993.0), (9.999999999999999e22), (1e21), (1e22), (1e23)");
  addValues(db, "WITH RECURSIVE i(i, r) AS (VALUES(1, 1.0) UNION ALL SELECT i + 1, r * -7.3 FROM i "
                "WHERE i < 350) SELECT r FROM i UNION ALL SELECT 1 / r FROM i");
  addValues(db, "WITH RECURSIVE i(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM i WHERE i < 2000) "
                "SELECT random() FROM i UNION ALL SELECT random() / 1000.0 FROM i UNION ALL SELECT "
                "random() * 1e-30 FROM i UNION ALL SELECT (random() % 100000) / 100.0 FROM i");
  expectValues(db);
  closeDb(db);
}
END_TEST

/* Each `step`th character of every plane, the first 4,095 whole, without U+0000 and surrogates. */
static void expectTexts(const char *encoding, int step) {
  sqlite3 *db = openValues(encoding);
  char *planes = sqlite3_mprintf("WITH RECURSIVE i(i) AS (VALUES(1) UNION ALL SELECT i + CASE WHEN "
                                 "i < 4096 THEN 1 ELSE %d END FROM i WHERE i <= 1114111 - %d)"
                                 " SELECT group_concat(char(i), '') FROM i WHERE i NOT BETWEEN "
                                 "0xd800 AND 0xdfff GROUP BY i / 512",
                                 step, step);
  addValues(db, planes);
  sqlite3_free(planes);
  addValues(
      db,
      "VALUES(''), ('\"'), ('\\'), ('/'), ('</script>'), (char(8, 9, 10, 11, 12, 13)), "
      "(char(127)), (char(0x2028, 0x2029)), (' '), ('null'), ('[1]'), ('{\"a\":1}'), ('\\u0041')");
  addValues(
      db,
      "WITH RECURSIVE i(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM i WHERE i < 300) SELECT "
      "substr(hex(zeroblob(150)), 1, i) || '\"' || substr(hex(zeroblob(150)), 1, 300 - i) FROM i");
  expectValues(db);
  closeDb(db);
}

START_TEST(textsAreWrittenAsSqliteDoes) {
  expectTexts("UTF-8", 1);
}
END_TEST

START_TEST(textsOfUtf16AreWrittenAsSqliteDoes) {
  expectTexts("UTF-16le", 7);
  expectTexts("UTF-16be", 31);
}
END_TEST

/* Bytes that are no UTF-8 and texts with U+0000 in them are given as SQLite gives them. */
START_TEST(brokenTextsAreWrittenAsSqliteDoes) {
  static const char *const ENCODINGS[] = {"UTF-8", "UTF-16le"};
  size_t i;
  for (i = 0; i < sizeof ENCODINGS / sizeof *ENCODINGS; i++) {
    sqlite3 *db = openValues(ENCODINGS[i]);
    int byte;
    for (byte = 0; byte < 256; byte++) {
      char *sql = sqlite3_mprintf(
          "VALUES(CAST(x'%02X' AS TEXT)), (CAST(x'61%02X62' AS TEXT)), (CAST(x'E2%02X22' AS TEXT))",
          byte, byte, byte);
      addValues(db, sql);
      sqlite3_free(sql);
    }
    addValues(
        db, "VALUES(CAST(x'610062' AS TEXT)), (CAST(x'00' AS TEXT)), (CAST(x'0000' AS TEXT)), "
            "(CAST(x'2200' AS TEXT)), (CAST(x'6100' AS TEXT)), (char(0)), (char(97, 0, 34, 0, 98)),"
            "(CAST(x'ff' AS TEXT)), (CAST(x'80' AS TEXT)), (CAST(x'c3' AS TEXT)), (CAST(x'c328' AS "
            "TEXT)), (CAST(x'e282' AS TEXT)), (CAST(x'e28228' AS TEXT)), (CAST(x'f09f98' AS "
            "TEXT)), (CAST(x'f09f9822' AS TEXT)),"
            "(CAST(x'c080' AS TEXT)), (CAST(x'eda080' AS TEXT)), (CAST(x'eda080edb080' AS TEXT)), "
            "(CAST(x'f4908080' AS TEXT)), (CAST(x'f8888080' AS TEXT)), (CAST(x'fe' AS TEXT)), "
            "(CAST(x'22ff22' AS TEXT)), (CAST(x'5cff5c' AS TEXT)),"
            "(CAST(x'efbbbf61' AS TEXT)), (CAST(x'efbfbe' AS TEXT)), (CAST(x'ffff' AS TEXT)), "
            "(char(0xd800)), (char(0xdfff)), (char(0x10ffff)), (char(0xfffe))");
    addValues(db, "WITH RECURSIVE i(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM i WHERE i < 2000) "
                  "SELECT CAST(randomblob(1 + i % 40) AS TEXT) FROM i");
    expectValues(db);
    closeDb(db);
  }
}
END_TEST

/* A BLOB, which json_object() refuses, is uppercase hex. */
START_TEST(blobsAreHex) {
  sqlite3 *db = openValues("UTF-8");
  int i;
  addValues(db, "VALUES(x''), (x'00'), (x'0aff'), (zeroblob(1000)), (randomblob(7)), (CAST('text' "
                "AS BLOB)), (x'22'), (NULL)");
  run(db, "UPDATE v SET up_id = 1, one_id = id");
  expectNoDifference(db, "'v', 'x, x || '''' AS t'",
                     "SELECT id, json_object('x', CASE WHEN x IS NOT NULL THEN hex(x) END, 't', x "
                     "|| '') AS doc FROM v");
  for (i = 0; i < STRATEGY_COUNT; i++) {
    char *one = filled("'v', 'id, one@(x)'", STRATEGIES[i]),
         *all = filled("'v', 'id, all@(x ORDER BY id DESC) LIMIT 1'", STRATEGIES[i]);
    expectNoDifference(db, one,
                       "SELECT id, json_object('id', id, 'one', json_object('x', CASE WHEN x IS "
                       "NOT NULL THEN hex(x) END)) AS doc FROM v");
    expectNoDifference(
        db, all,
        "SELECT 1 AS id, json_object('id', 1, 'all', json_group_array(json_object('x', CASE WHEN x "
        "IS NOT NULL THEN hex(x) END))) AS doc FROM (SELECT * FROM v ORDER BY id DESC)");
    sqlite3_free(all);
    sqlite3_free(one);
  }
  closeDb(db);
}
END_TEST

/* What is JSON to json_object() is to us: functions that give it, and nothing that only looks like it. */
START_TEST(jsonStaysJson) {
  static const char *const EXPRESSIONS[] = {"json(x)",
                                            "json_array(x, 1)",
                                            "json_object('a', x)",
                                            "json_extract(x, '$.a')",
                                            "x -> '$.a'",
                                            "x ->> '$.a'",
                                            "json_quote('q')",
                                            "json_set(x, '$.a', json('[1]'))",
                                            "json_set(x, '$.a', '[1]')",
                                            "json_patch(x, '{\"b\":2}')",
                                            "json_remove(x, '$.a')",
                                            "CASE WHEN id THEN json(x) END",
                                            "coalesce(json(x), 0)",
                                            "json(x) || ''",
                                            "json(NULL)",
                                            "json_type(x)",
                                            "iif(id, json(x), 0)",
                                            "+json(x)",
                                            "(json(x))",
                                            "json('[]') -> '$'"};
  sqlite3 *db = openValues("UTF-8");
  size_t i;
  int s;
  addValues(db, "VALUES('{\"a\":[1,2,{\"b\":null}]}'), ('{ \"a\" : \"text\" }'), ('{}'), ('[3, "
                "4]'), ('7'), ('\"s\"'), ('null')");
  run(db, "UPDATE v SET up_id = 1, one_id = id");
  for (i = 0; i < sizeof EXPRESSIONS / sizeof *EXPRESSIONS; i++) {
    char *root = sqlite3_mprintf("%s AS j", EXPRESSIONS[i]),
         *arguments = sqlite3_mprintf("'v', %Q", root);
    char *hand = sqlite3_mprintf("SELECT id, json_object('j', %s) AS doc FROM v", EXPRESSIONS[i]);
    char *handOne = sqlite3_mprintf(
        "SELECT id, json_object('id', id, 'one', json_object('j', %s)) AS doc FROM v",
        EXPRESSIONS[i]);
    char *handAll = sqlite3_mprintf(
        "SELECT 1 AS id, json_object('id', 1, 'all', json_group_array(json_object('j', %s))) AS "
        "doc FROM (SELECT * FROM v ORDER BY id DESC)",
        EXPRESSIONS[i]);
    expectNoDifference(db, arguments, hand);
    for (s = 0; s < STRATEGY_COUNT; s++) {
      char *one = sqlite3_mprintf("id, one%s(%s AS j)", STRATEGIES[s], EXPRESSIONS[i]),
           *all = sqlite3_mprintf("id, all%s(%s AS j ORDER BY id DESC) LIMIT 1", STRATEGIES[s],
                                  EXPRESSIONS[i]);
      char *ofOne = sqlite3_mprintf("'v', %Q", one), *ofAll = sqlite3_mprintf("'v', %Q", all);
      expectNoDifference(db, ofOne, handOne);
      expectNoDifference(db, ofAll, handAll);
      sqlite3_free(ofAll);
      sqlite3_free(ofOne);
      sqlite3_free(all);
      sqlite3_free(one);
    }
    sqlite3_free(handAll);
    sqlite3_free(handOne);
    sqlite3_free(hand);
    sqlite3_free(arguments);
    sqlite3_free(root);
  }
  expectDocs(db,
             "'v', 'count(*) AS n, json_group_array(json(x)) AS j, json_group_object(id, x) AS o'",
             "SELECT NULL, json_object('n', count(*), 'j', json_group_array(json(x)), 'o', "
             "json_group_object(id, x)) FROM (SELECT * FROM v ORDER BY id)");
  closeDb(db);
}
END_TEST

/* Keys of documents are JSON texts, too. */
START_TEST(namesAreWrittenAsValuesAre) {
  sqlite3 *db =
      openWith("CREATE TABLE t(id INTEGER PRIMARY KEY, \"a\"\"b\\c\td\" INT, "
               "\"\xf0\x9f\x98\x80\x01\" INT, \"\" INT); INSERT INTO t VALUES(1, 2, 3, 4)");
  expectDocs(
      db, "'t'",
      "SELECT id, json_object('id', id, 'a\"b\\c\td', 2, '\xf0\x9f\x98\x80\x01', 3, '', 4) FROM t");
  expectDocs(db, "'t', 'id AS \"\x1f\x7f\"\"\"'",
             "SELECT id, json_object('\x1f\x7f\"', id) FROM t");
  closeDb(db);
}
END_TEST

Suite *relTestFetchValues(void) {
  Suite *suite = suite_create("fetch_values");
  add(suite, "numbersAreWrittenAsSqliteDoes", numbersAreWrittenAsSqliteDoes);
  add(suite, "textsAreWrittenAsSqliteDoes", textsAreWrittenAsSqliteDoes);
  add(suite, "textsOfUtf16AreWrittenAsSqliteDoes", textsOfUtf16AreWrittenAsSqliteDoes);
  add(suite, "brokenTextsAreWrittenAsSqliteDoes", brokenTextsAreWrittenAsSqliteDoes);
  add(suite, "blobsAreHex", blobsAreHex);
  add(suite, "jsonStaysJson", jsonStaysJson);
  add(suite, "namesAreWrittenAsValuesAre", namesAreWrittenAsValuesAre);
  return suite;
}
