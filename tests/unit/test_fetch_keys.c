/*
** fetch/: keys, links and names of every kind, rows of many columns, and schemas that change.
*/
#include "unit/fetched.h"

#include "fetch/selection.h"
#include "model/relationship.h"

/* A catalog as declarations leave it, so that rows can be put into it. */
static void makeCatalog(sqlite3 *db) {
  sqlite3_str *sql = sqlite3_str_new(NULL);
  char *words;
  int i;
  sqlite3_str_appendall(sql, "CREATE TABLE relationship_catalog(id INTEGER PRIMARY KEY");
  for (i = 0; i < REL_FIELD_COUNT; i++) {
    sqlite3_str_appendf(sql, ", \"%w\"", relFieldName((RelField)i));
  }
  sqlite3_str_appendall(sql, ")");
  words = sqlite3_str_finish(sql);
  run(db, words);
  sqlite3_free(words);
}

START_TEST(keysOfEveryKindWork) {
  sqlite3 *db = openWith(
      "CREATE TABLE country(code TEXT COLLATE NOCASE PRIMARY KEY, name);"
      "CREATE TABLE city(id INTEGER PRIMARY KEY, country TEXT REFERENCES country, name);"
      "CREATE INDEX city_country ON city(country COLLATE NOCASE);"
      "INSERT INTO country VALUES('de', 'Germany'), ('FR', 'France'), (x'00ff', 'Blob'), (NULL, "
      "'None');"
      "INSERT INTO city VALUES(1, 'DE', 'Berlin'), (2, 'fr', 'Paris'), (3, 'De', 'Bonn'), (4, "
      "NULL, '-'),"
      " (5, x'00ff', '?');"
      "CREATE TABLE o(a INT, b TEXT, note, PRIMARY KEY(a, b)) WITHOUT ROWID;"
      "CREATE TABLE l(oa INT, ob TEXT, n INT, what, PRIMARY KEY(oa, ob, n), FOREIGN KEY(oa, ob) "
      "REFERENCES o) WITHOUT ROWID;"
      "INSERT INTO o VALUES(2, 'x', 'two'), (1, 'y', 'one y'), (1, 'x', 'one x'), (-7, 'q\"', "
      "'neg');"
      "INSERT INTO l VALUES(1, 'x', 2, 'b'), (1, 'x', 1, 'a'), (1, 'x', 3, 'c'), (2, 'x', 1, 'd');"
      "CREATE TABLE plain(v); INSERT INTO plain VALUES('p'), ('q');"
      "CREATE VIEW v AS SELECT name FROM country WHERE name > 'C' ORDER BY name;");
  expectDocs(
      db, "'country', 'name, city(name)'",
      "SELECT code, json_object('name', name, 'city', (SELECT json_group_array(json_object('name',"
      " name)) FROM city WHERE country.code = city.country)) FROM country ORDER BY code");
  expectDocs(
      db, "'city', 'name, country(name) AS land'",
      "SELECT id, json_object('name', name, 'land', (SELECT json_object('name', name) FROM country "
      "WHERE code = city.country)) FROM city ORDER BY id");
  expect(db,
         "SELECT key, doc FROM selectin('country', 'name') WHERE key IN ('FR', 'de', 'DE', 'x')",
         "de|{\"name\":\"Germany\"}\nFR|{\"name\":\"France\"}\n");
  expect(db, "SELECT key, doc FROM selectin('country', 'name') WHERE key = 'de' COLLATE NOCASE",
         "de|{\"name\":\"Germany\"}\n");
  expect(db, "SELECT doc FROM selectin('country', 'name, city(name)') WHERE key = x'00ff'",
         "{\"name\":\"Blob\",\"city\":[{\"name\":\"?\"}]}\n");
  expectDocs(
      db, "'o', 'note, l(what)'",
      "SELECT json_array(a, b), json_object('note', note, 'l', (SELECT json_group_array("
      "json_object('what', what)) FROM (SELECT what FROM l WHERE oa = a AND ob = b ORDER BY n))) "
      "FROM o ORDER BY a, b");
  expectDocs(
      db, "'o', 'note, l(what ORDER BY n DESC LIMIT 2)'",
      "SELECT json_array(a, b), json_object('note', note, 'l', (SELECT json_group_array("
      "json_object('what', what)) FROM (SELECT what FROM l WHERE oa = a AND ob = b ORDER BY n DESC "
      "LIMIT 2))) FROM o ORDER BY a, b");
  expectDocs(
      db, "'l', 'what, ob(note) AS o'",
      "SELECT json_array(oa, ob, n), json_object('what', what, 'o', (SELECT json_object('note', "
      "note) FROM o WHERE oa = a AND ob = b)) FROM l ORDER BY oa, ob, n");
  expect(db, "SELECT key, doc FROM selectin('o', 'note') WHERE key = '[1,\"y\"]'",
         "[1,\"y\"]|{\"note\":\"one y\"}\n");
  expect(db,
         "SELECT key FROM selectin('o', 'note') WHERE key IN ('[2,\"x\"]', '[1, \"y\"]', '[', 7, "
         "'[-7,\"q\\\"\"]', '[1,\"x\"]', '[1,  \"x\"]')",
         "[-7,\"q\\\"\"]\n[1,\"x\"]\n[2,\"x\"]\n");
  expect(db, "SELECT key, doc FROM selectin('plain')", "1|{\"v\":\"p\"}\n2|{\"v\":\"q\"}\n");
  expect(db, "SELECT key, doc FROM selectin('plain', 'v ORDER BY v DESC') WHERE key > 0",
         "2|{\"v\":\"q\"}\n1|{\"v\":\"p\"}\n");
  expect(db, "SELECT key, doc FROM selectin('v', 'name')",
         "NULL|{\"name\":\"France\"}\nNULL|{\"name\":\"Germany\"}\nNULL|{\"name\":\"None\"}\n");
  expect(
      db,
      "SELECT key, doc FROM selectin('v', 'name WHERE name <> ''None'' ORDER BY 1 DESC LIMIT 1')",
      "NULL|{\"name\":\"Germany\"}\n");
  closeDb(db);
}
END_TEST

/* Links that name nothing, or the same twice, or by another spelling. */
START_TEST(oddLinksWork) {
  static const char *const CASES[][2] = {
      {"'a', 'n, b(m)'",
       "json_object('m', m)) FROM (SELECT m FROM l JOIN b ON b.x = l.bx AND b.y = "
       "l.by WHERE a.n = l.an ORDER BY b.x, b.y)"},
      {"'a', 'n, b(m WHERE m <> 2)'", "json_object('m', m)) FROM (SELECT m FROM l JOIN b ON b.x = "
                                      "l.bx AND b.y = l.by WHERE a.n = l.an "
                                      "AND m <> 2 ORDER BY b.x, b.y)"},
      {"'a', 'n, b(m, l.w AS w ORDER BY w DESC)'",
       "json_object('m', m, 'w', w)) FROM (SELECT m, w FROM l JOIN b ON b.x = l.bx AND b.y = l.by "
       "WHERE "
       "a.n = l.an ORDER BY w DESC)"},
      {"'a', 'n, b(m ORDER BY m DESC)'", "json_object('m', m)) FROM (SELECT m FROM l JOIN b ON b.x "
                                         "= l.bx AND b.y = l.by WHERE a.n = l.an "
                                         "ORDER BY m DESC)"},
      {"'a', 'n, b(m ORDER BY m DESC LIMIT 1 OFFSET 1)'",
       "json_object('m', m)) FROM (SELECT m FROM l JOIN b ON b.x = l.bx AND b.y = l.by WHERE a.n = "
       "l.an "
       "ORDER BY m DESC LIMIT 1 OFFSET 1)"},
      {"'a', 'n, b(m, a(n) AS back)'",
       "json_object('m', m, 'back', (SELECT json_group_array(json_object('n', n)) FROM (SELECT z.n "
       "FROM l "
       "k JOIN a z ON z.n = k.an WHERE x = k.bx AND y = k.by ORDER BY z.id)))) FROM (SELECT m, x, "
       "y FROM l "
       "JOIN b ON b.x = l.bx AND b.y = l.by WHERE a.n = l.an ORDER BY b.x, b.y)"},
  };
  sqlite3 *db =
      openWith("CREATE TABLE a(id INTEGER PRIMARY KEY, n TEXT UNIQUE COLLATE NOCASE);"
               "CREATE TABLE b(x INT, y TEXT, m, PRIMARY KEY(x, y));"
               "CREATE TABLE l(id INTEGER PRIMARY KEY, an TEXT, bx INT, by TEXT, w INT);"
               "INSERT INTO a VALUES(1, 'Q'), (2, 'r'), (3, 's'), (4, NULL);"
               "INSERT INTO b VALUES(1, 'b', 1), (1, 'a', 2), (-1, 'z', 3), (NULL, 'n', 4);"
               "INSERT INTO l(an, bx, by, w) VALUES('q', 1, 'b', 1), ('R', 1, 'a', 2), ('Q', -1, "
               "'z', 3), ('q', 1, "
               "'a', 4), ('Q', 9, 'b', 5), ('q', NULL, 'n', 6), (NULL, 1, 'a', 7), ('r', 1, 'a', "
               "8), ('r', 1, 'B', "
               "9);");
  size_t i;
  makeCatalog(db);
  run(db,
      "INSERT INTO relationship_catalog(owner, name, target, secondary, primaryjoin, "
      "secondaryjoin) "
      "VALUES('a', 'b', 'b', 'l', 'a.n = l.an', 'b.x = l.bx AND b.y = l.by'), ('b', 'a', 'a', 'l', "
      "'b.x = l.bx AND b.y = l.by', 'a.n = l.an')");
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    char *hand =
        sqlite3_mprintf("SELECT id, json_object('n', n, 'b', (SELECT json_group_array(%s)) FROM a "
                        "ORDER BY id",
                        CASES[i][1]);
    expectDocs(db, CASES[i][0], hand);
    sqlite3_free(hand);
  }
  closeDb(db);
}
END_TEST

START_TEST(affinityIsTheParents) {
  sqlite3 *db =
      openWith("CREATE TABLE p(k TEXT PRIMARY KEY, n); CREATE TABLE c(id INTEGER PRIMARY KEY, "
               "k INT REFERENCES p(k)); CREATE TABLE r(k REAL PRIMARY KEY); CREATE TABLE s(id "
               "INTEGER PRIMARY KEY, k REFERENCES r(k));"
               "INSERT INTO p VALUES('1', 'one'), ('01', 'other'), ('x', 'x');"
               "INSERT INTO c VALUES(1, 1), (2, 'x'), (3, 7), (4, NULL);"
               "INSERT INTO r VALUES(1), (2.5); INSERT INTO s VALUES(1, 1), (2, 1.0), (3, "
               "'1'), (4, 2.5);");
  expectDocs(
      db, "'p', 'n, c(id)'",
      "SELECT k, json_object('n', n, 'c', (SELECT json_group_array(json_object('id', id)) FROM c "
      "WHERE p.k = c.k)) FROM p ORDER BY k");
  expectDocs(
      db, "'c', 'id, k(n) AS p'",
      "SELECT id, json_object('id', id, 'p', json((SELECT json_object('n', n) FROM p WHERE p.k = "
      "c.k ORDER BY p.k || ''))) FROM c ORDER BY id");
  expectDocs(
      db, "'r', 'k, s(id)'",
      "SELECT k, json_object('k', k, 's', (SELECT json_group_array(json_object('id', id)) FROM s "
      "WHERE r.k = s.k)) FROM r ORDER BY k");
  closeDb(db);
}
END_TEST

START_TEST(oddNamesWork) {
  sqlite3 *db = openWith(
      "CREATE TABLE \"odd \"\" table\"(\"the id\" INTEGER PRIMARY KEY, \"select\" TEXT, \"a.b\");"
      "CREATE TABLE \"\xf0\x9f\x98\x80\"(\"'\" INTEGER PRIMARY KEY, \"order\" INT REFERENCES \"odd "
      "\"\" "
      "table\", \"relationship slot\", [x y] INT);"
      "INSERT INTO \"odd \"\" table\" VALUES(1, 's', 't'), (2, 'u', NULL);"
      "INSERT INTO \"\xf0\x9f\x98\x80\"(\"'\", \"order\", \"relationship slot\") VALUES(10, 1, "
      "'q'), (11, 1, 'r');"
      "");
  expect(db,
         "SELECT key, doc FROM selectin('odd \" table', '\"select\", [a.b], "
         "\"\xf0\x9f\x98\x80\"(\"''\", \"relationship slot\" ORDER BY \"relationship slot\" DESC) "
         "AS [odd \" key]')",
         "1|{\"select\":\"s\",\"a.b\":\"t\",\"odd \\\" key\":[{\"'\":11,\"relationship "
         "slot\":\"r\"},{\"'\":10,"
         "\"relationship slot\":\"q\"}]}\n2|{\"select\":\"u\",\"a.b\":null,\"odd \\\" key\":[]}\n");
  closeDb(db);
}
END_TEST

START_TEST(declaredRelationshipsAreFollowed) {
  sqlite3 *db =
      openWith("CREATE TABLE users(id INTEGER PRIMARY KEY, name, author);"
               "CREATE TABLE posts(id INTEGER PRIMARY KEY, author INT, title, rank INT, kind);"
               "CREATE VIEW loud AS SELECT id, author, upper(title) AS shout FROM posts;"
               "INSERT INTO users VALUES(1, 'Ann', 'a'), (2, 'Bob', 'b');"
               "INSERT INTO posts VALUES(1, 1, 'x', 3, 'p'), (2, 1, 'y', 1, 'q'), (3, 2, 'z', 2, "
               "'p'), (4, 1, 'w', 1,"
               " 'p');");
  makeCatalog(db);
  run(db, "INSERT INTO relationship_catalog(owner, name, target, foreign_keys, order_by) "
          "VALUES('users', "
          "'written', 'posts', 'posts.author', 'rank DESC, title'), ('posts', 'author', 'users', "
          "'posts.author', NULL);"
          "INSERT INTO relationship_catalog(owner, name, target, foreign_keys, uselist) "
          "VALUES('users', "
          "'first', 'posts', 'posts.author', '0');"
          "INSERT INTO relationship_catalog(owner, name, target, primaryjoin, viewonly) "
          "VALUES('users', "
          "'ps', 'posts', 'users.id = posts.author AND posts.kind = ''p''', '1'), ('users', "
          "'loud', 'loud',"
          " 'users.id = loud.author', '1');");
  expect(db, "SELECT doc FROM selectin('users', 'name, written(title)')",
         "{\"name\":\"Ann\",\"written\":[{\"title\":\"x\"},{\"title\":\"w\"},{\"title\":\"y\"}]}\n"
         "{\"name\":\"Bob\",\"written\":[{\"title\":\"z\"}]}\n");
  expect(
      db,
      "SELECT doc FROM selectin('users', 'written(title LIMIT 1), first(title), ps(title), loud("
      "shout ORDER BY shout DESC), name')",
      "{\"written\":[{\"title\":\"x\"}],\"first\":{\"title\":\"x\"},\"ps\":[{\"title\":\"x\"},{"
      "\"title\":"
      "\"w\"}],\"loud\":[{\"shout\":\"Y\"},{\"shout\":\"X\"},{\"shout\":\"W\"}],\"name\":\"Ann\"}\n"
      "{\"written\":[{\"title\":\"z\"}],\"first\":{\"title\":\"z\"},\"ps\":[{\"title\":\"z\"}],"
      "\"loud\":[{"
      "\"shout\":\"Z\"}],\"name\":\"Bob\"}\n");
  expect(db,
         "SELECT doc FROM selectin('users', 'name, loud(shout ORDER BY shout LIMIT 1 OFFSET 1)')",
         "{\"name\":\"Ann\",\"loud\":[{\"shout\":\"X\"}]}\n{\"name\":\"Bob\",\"loud\":[]}\n");
  expect(db, "SELECT doc FROM selectin('posts', 'id, author') WHERE key = 1",
         "{\"id\":1,\"author\":1}\n");
  expect(db, "SELECT doc FROM selectin('posts', 'id, author(name)') WHERE key = 1",
         "{\"id\":1,\"author\":{\"name\":\"Ann\"}}\n");
  expect(db, "SELECT doc FROM selectin('posts', 'author(name)') WHERE key = 1",
         "{\"id\":1,\"author\":{\"name\":\"Ann\"},\"title\":\"x\",\"rank\":3,\"kind\":\"p\"}\n");
  closeDb(db);
}
END_TEST

START_TEST(wideRowsWork) {
  sqlite3_str *create = sqlite3_str_new(NULL), *object = sqlite3_str_new(NULL);
  char *sql, *keys, *hand;
  sqlite3 *db;
  int i;
  sqlite3_str_appendall(create, "CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE w(id INTEGER "
                                "PRIMARY KEY, p_id INT REFERENCES p");
  sqlite3_str_appendall(object, "'id', id, 'p_id', p_id");
  for (i = 0; i < 300; i++) sqlite3_str_appendf(create, ", c%d", i);
  sqlite3_str_appendall(create,
                        "); INSERT INTO p VALUES(1), (2), (3); INSERT INTO w(id, p_id, c0, c299) "
                        "VALUES(1, 2, 'x', 9), (2, 1, 'y', 8), (3, 2, NULL, 7);");
  sql = sqlite3_str_finish(create);
  db = openWith(sql);
  keys = sqlite3_str_finish(object);
  /* json_object takes 63 pairs at most, so the oracle compares three of them */
  hand = sqlite3_mprintf(
      "SELECT id, json_object('id', id, 'w', (SELECT json_group_array(json_object(%s, "
      "'c0', c0, 'c299', c299)) FROM w WHERE p_id = p.id)) FROM p ORDER BY id",
      keys);
  expectDocs(db, "'p', 'id, w(id, p_id, c0, c299)'", hand);
  expect(db,
         "SELECT count(*), sum(json_extract(doc, '$.w[0].c299')), sum(json_extract(doc, "
         "'$.w[1].c299')), "
         "group_concat((SELECT count(*) FROM json_each(doc, '$.w[0]'))) FROM selectin('p', 'w')",
         "3|17|7|302,302,0\n");
  expect(db, "SELECT json_extract(doc, '$.c299') FROM selectin('w') ORDER BY key DESC",
         "7\n8\n9\n");
  expect(db, "SELECT json_extract(doc, '$.c299') FROM selectin('w', '* ORDER BY c299')",
         "7\n8\n9\n");
  expect(
      db,
      "SELECT json_extract(doc, '$.w[0].c0', '$.w[1]') FROM selectin('p', 'w(* ORDER BY c299 DESC "
      "LIMIT 1)')",
      "[\"y\",null]\n[\"x\",null]\n[null,null]\n");
  sqlite3_free(hand);
  sqlite3_free(keys);
  sqlite3_free(sql);
  closeDb(db);
}
END_TEST

START_TEST(nestingIsBounded) {
  sqlite3 *db =
      openWith("CREATE TABLE n(id INTEGER PRIMARY KEY, up_id INT REFERENCES n); INSERT INTO n "
               "VALUES(1, NULL);");
  int depth;
  for (depth = 199; depth <= 201; depth++) {
    sqlite3_str *text = sqlite3_str_new(NULL);
    char *selection, *got, *sql;
    int i;
    for (i = 0; i < depth; i++) sqlite3_str_appendall(text, "up(id, ");
    sqlite3_str_appendall(text, "up_id");
    for (i = 0; i < depth; i++) sqlite3_str_appendall(text, ")");
    selection = sqlite3_str_finish(text);
    sql = sqlite3_mprintf("SELECT doc FROM selectin('n', 'id, %s')", selection);
    got = rows(db, sql);
    if (depth <= REL_MAX_NESTING) {
      ck_assert_str_eq(got, "{\"id\":1,\"up\":null}\n");
    } else {
      ck_assert_ptr_nonnull(strstr(got, ": relationships nest 200 deep at most (column 1405)"));
    }
    sqlite3_free(got);
    sqlite3_free(sql);
    sqlite3_free(selection);
  }
  closeDb(db);
}
END_TEST

START_TEST(attachedDatabasesAreFound) {
  sqlite3 *db =
      openWith("CREATE TABLE a(id INTEGER PRIMARY KEY, v); INSERT INTO a VALUES(1, 'main');"
               "ATTACH ':memory:' AS aux; CREATE TABLE aux.a(id INTEGER PRIMARY KEY, v);"
               "CREATE TABLE aux.b(id INTEGER PRIMARY KEY, a_id INT REFERENCES a);"
               "INSERT INTO aux.a VALUES(1, 'aux'), (2, 'more'); INSERT INTO aux.b VALUES(7, 1);");
  expect(db, "SELECT doc FROM selectin('a', 'v')", "{\"v\":\"main\"}\n");
  expect(db, "SELECT doc FROM selectin('aux.a', 'v, b(id)')",
         "{\"v\":\"aux\",\"b\":[{\"id\":7}]}\n{\"v\":\"more\",\"b\":[]}\n");
  expect(db, "SELECT doc FROM selectin('\"aux\".\"a\"', 'v LIMIT 1')", "{\"v\":\"aux\"}\n");
  expect(db, "SELECT doc FROM selectin('b', 'a(v)')",
         "{\"id\":7,\"a_id\":1,\"a\":{\"v\":\"aux\"}}\n");
  run(db, "CREATE TABLE \"aux.a\"(z); INSERT INTO \"aux.a\" VALUES(0)");
  expect(db, "SELECT doc FROM selectin('aux.a')", "{\"z\":0}\n");
  run(db, "CREATE TABLE b(id INTEGER PRIMARY KEY); INSERT INTO b VALUES(70)");
  expect(db, "SELECT doc FROM selectin('b')", "{\"id\":70}\n");
  run(db, "DROP TABLE \"aux.a\"; DROP TABLE b");
  expect(db, "SELECT doc FROM selectin('b', 'id')", "{\"id\":7}\n");
  run(db, "DETACH aux");
  expect(db, "SELECT doc FROM selectin('b', 'id')", "! selectin: no table or view \"b\"\n");
  expect(db, "SELECT doc FROM selectin('a', 'v')", "{\"v\":\"main\"}\n");
  closeDb(db);
}
END_TEST

START_TEST(plansFollowTheSchema) {
  sqlite3 *db = openWith(BLOG);
  sqlite3_stmt *open;
  expect(db, "SELECT doc FROM selectin('tags') LIMIT 1",
         "{\"id\":1,\"name\":\"x\",\"weight\":10}\n");
  run(db, "ALTER TABLE tags ADD COLUMN extra DEFAULT 'e'");
  expect(db, "SELECT doc FROM selectin('tags') LIMIT 1",
         "{\"id\":1,\"name\":\"x\",\"weight\":10,\"extra\":\"e\"}\n");
  ck_assert_int_eq(
      sqlite3_prepare_v2(db, "SELECT doc FROM selectin('tags', 'name, extra')", -1, &open, NULL),
      SQLITE_OK);
  ck_assert_int_eq(sqlite3_step(open), SQLITE_ROW);
  run(db, "CREATE TABLE another(x)");
  expect(db, "SELECT doc FROM selectin('tags', 'name, extra') LIMIT 1",
         "{\"name\":\"x\",\"extra\":\"e\"}\n");
  ck_assert_int_eq(sqlite3_step(open), SQLITE_ROW);
  ck_assert_str_eq((const char *)sqlite3_column_text(open, 0), "{\"name\":\"y\",\"extra\":\"e\"}");
  sqlite3_finalize(open);
  expect(db, "SELECT doc FROM selectin('tags', 'name, extra') LIMIT 1",
         "{\"name\":\"x\",\"extra\":\"e\"}\n");
  closeDb(db);
}
END_TEST

/* A view of them calls the column ANY, which elsewhere would be numeric: '1' is not 1. */
START_TEST(viewsOfStrictTablesKeepTheirTypes) {
  sqlite3 *db = openWith(
      "CREATE TABLE a(id PRIMARY KEY); INSERT INTO a VALUES (1), ('1'), ('x'), (2); CREATE TABLE "
      "s(id INTEGER PRIMARY KEY, a_id ANY) STRICT; INSERT INTO s VALUES (1, '1'), (2, 1), (3, "
      "'x'), "
      "(4, 2.0), (5, '2'), (6, x'31'); CREATE VIEW v AS SELECT id, a_id FROM s; INSERT INTO "
      "relationship(owner, name, target, foreign_keys, primaryjoin, viewonly) VALUES ('v', 'a', "
      "'a', "
      "'v.a_id', 'a.id = v.a_id', 1), ('a', 'vs', 'v', 'v.a_id', 'a.id = v.a_id', 1)");
  expectEvery(db, "'v', 'id, a@(id, typeof(id) AS t) ORDER BY id'",
              "SELECT NULL, json_object('id', id, 'a', (SELECT json_object('id', a.id, 't', "
              "typeof(a.id)) FROM a WHERE a.id = v.a_id)) FROM v ORDER BY id");
  expectEvery(
      db, "'a', 'id, vs@(id ORDER BY id)'",
      "SELECT id, json_object('id', id, 'vs', (SELECT json_group_array(json_object('id', "
      "id)) FROM (SELECT v.id FROM v WHERE a.id = v.a_id ORDER BY v.id))) FROM a ORDER BY id");
  closeDb(db);
}
END_TEST

Suite *relTestFetchKeys(void) {
  Suite *suite = suite_create("fetch_keys");
  add(suite, "keysOfEveryKindWork", keysOfEveryKindWork);
  add(suite, "oddLinksWork", oddLinksWork);
  add(suite, "affinityIsTheParents", affinityIsTheParents);
  add(suite, "oddNamesWork", oddNamesWork);
  add(suite, "declaredRelationshipsAreFollowed", declaredRelationshipsAreFollowed);
  add(suite, "wideRowsWork", wideRowsWork);
  add(suite, "nestingIsBounded", nestingIsBounded);
  add(suite, "attachedDatabasesAreFound", attachedDatabasesAreFound);
  add(suite, "plansFollowTheSchema", plansFollowTheSchema);
  add(suite, "viewsOfStrictTablesKeepTheirTypes", viewsOfStrictTablesKeepTheirTypes);
  return suite;
}
