/*
** Nested save: what becomes of rows that are there, of members that are not listed, of those that move,
** and what counts as a change.
*/
#include "unit/saved.h"

static const char BLOGS[] =
    "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT DEFAULT 'nobody');"
    "CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INT REFERENCES users, title TEXT);"
    "CREATE TABLE tags(id INTEGER PRIMARY KEY, name TEXT UNIQUE, kind TEXT);"
    "CREATE TABLE post_tags(post_id INT REFERENCES posts, tag_id INT REFERENCES tags,"
    " PRIMARY KEY(post_id, tag_id)) WITHOUT ROWID;"
    "INSERT INTO users VALUES(1, 'Ada'), (2, 'Bo');"
    "INSERT INTO posts VALUES(1, 1, 'a'), (2, 1, 'b'), (3, 2, 'c');"
    "INSERT INTO tags VALUES(1, 'x', 'k'), (2, 'y', 'k');"
    "INSERT INTO post_tags VALUES(1, 1), (1, 2), (3, 2);"
    "PRAGMA foreign_keys = 1;";

#define TAGS "tags: 1|x|k, 2|y|k\npost_tags: 1|1, 1|2, 3|2\n"

static sqlite3 *openBlogs(const char *more) {
  sqlite3 *db = openWith(BLOGS);
  run(db, more);
  return db;
}

/* --- merging --- */

START_TEST(onlyGivenColumnsChange) {
  sqlite3 *db = openBlogs("");
  savesAs(db, "users", "{\"id\": 1, \"posts\": [{\"id\": 1}, {\"id\": 2, \"title\": \"B\"}]}",
          "users: 1|Ada, 2|Bo\nposts: 1|1|a, 2|1|B, 3|2|c\n" TAGS);
  savesAs(db, "users", "[{\"id\": 1, \"name\": null}, {\"id\": 7}, {\"id\": 8, \"name\": null}]",
          "users: 1|NULL, 2|Bo, 7|nobody, 8|NULL\nposts: 1|1|a, 2|1|B, 3|2|c\n" TAGS);
  savesAs(db, "users", "[{\"id\": 7, \"name\": \"p\"}, {\"id\": 7, \"name\": \"q\"}, {\"id\": 7}]",
          "users: 1|NULL, 2|Bo, 7|q, 8|NULL\nposts: 1|1|a, 2|1|B, 3|2|c\n" TAGS);
  closeDb(db);
}
END_TEST

START_TEST(whatIsThereChangesNothing) {
  sqlite3 *db = openBlogs(
      "CREATE TRIGGER no_users AFTER UPDATE ON users BEGIN SELECT RAISE(ABORT, 'fired'); END;"
      "CREATE TRIGGER no_posts AFTER UPDATE ON posts BEGIN SELECT RAISE(ABORT, 'fired'); END;"
      "CREATE TRIGGER no_tags AFTER DELETE ON post_tags BEGIN SELECT RAISE(ABORT, 'fired'); END;");
  static const char DOC[] =
      "[{\"id\": 1, \"name\": \"Ada\", \"posts\": [{\"id\": 1, \"title\": \"a\", \"user_id\": 1, "
      "\"tags\": [{\"id\": 2, \"name\": \"y\"}, {\"name\": \"x\", \"id\": 1}]}, {\"id\": 2}]}, "
      "{\"id\": 2, \"posts\": [{\"title\": \"c\", \"id\": 3, \"user\": {\"id\": 2, \"name\": "
      "\"Bo\"}, \"post_tags\": [{\"tag_id\": 2}]}]}]";
  int i;
  for (i = 0; i < 3; i++) changesNothing(db, "users", DOC);
  expect(db, "SELECT changes()", "1\n");
  changesNothing(db, "users", "[]");
  closeDb(db);
}
END_TEST

START_TEST(valuesAreComparedAsTheyAreStored) {
  sqlite3 *db = openWith(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, i INT, r REAL, x TEXT, n, b BLOB, d DECIMAL, c TEXT "
      "COLLATE NOCASE, j TEXT); CREATE TABLE log(a);"
      "CREATE TRIGGER no AFTER UPDATE ON t BEGIN INSERT INTO log VALUES(NEW.id); END");
  static const char *const DOCS[] = {
      "{\"id\": 1, \"i\": \"5\", \"r\": 3, \"x\": 12, \"n\": 1.5, \"b\": \"00ff\", \"d\": "
      "\"1.50\", \"c\": \"Aa\", \"j\": {\"k\": [1, 2.50, \"\\u00e9\"]}}",
      "{\"id\": 1, \"i\": 5, \"r\": 3.0, \"x\": \"12\", \"n\": 15e-1, \"b\": \"00FF\", \"d\": "
      "1.5, \"c\": \"A\\u0061\", \"j\": {\"k\":[1,2.50,\"\\u00e9\"]}}",
      "{\"i\": 5.0, \"id\": 1, \"r\": \"3\", \"j\": \"{\\\"k\\\":[1,2.50,\\\"\\\\u00e9\\\"]}\"}",
  };
  size_t i;
  save(db, "t", DOCS[0]);
  expect(db, "SELECT id, i, r, x, n, quote(b), d, c, j FROM t",
         "1|5|3.0|12|1.5|X'00FF'|1.5|Aa|{\"k\":[1,2.50,\"\\u00e9\"]}\n");
  for (i = 0; i < sizeof DOCS / sizeof *DOCS; i++) changesNothing(db, "t", DOCS[i]);
  save(db, "t", "{\"id\": 1, \"n\": \"1.5\"}");
  save(db, "t", "{\"id\": 1, \"c\": \"aa\"}");
  expect(db, "SELECT typeof(n), c, (SELECT count(*) FROM log) FROM t", "text|aa|2\n");
  closeDb(db);
}
END_TEST

/* --- collections --- */

START_TEST(aListIsWhatTheCollectionBecomes) {
  sqlite3 *db = openBlogs("");
  savesAs(db, "users", "{\"id\": 1, \"posts\": [{\"id\": 2}, {\"title\": \"n\"}]}",
          "users: 1|Ada, 2|Bo\nposts: 1|NULL|a, 2|1|b, 3|2|c, 4|1|n\n" TAGS);
  savesAs(db, "users", "{\"id\": 1, \"posts\": []}",
          "users: 1|Ada, 2|Bo\nposts: 1|NULL|a, 2|NULL|b, 3|2|c, 4|NULL|n\n" TAGS);
  savesAs(db, "users", "{\"id\": 2, \"name\": \"B\"}",
          "users: 1|Ada, 2|B\nposts: 1|NULL|a, 2|NULL|b, 3|2|c, 4|NULL|n\n" TAGS);
  closeDb(db);
}
END_TEST

START_TEST(orphansAreDeleted) {
  sqlite3 *db =
      openBlogs("INSERT INTO relationship(owner, name, target, \"cascade\") VALUES"
                " ('users', 'posts', 'posts', 'all, delete-orphan'), ('posts', 'tags', 'post_tags',"
                " 'all, delete-orphan')");
  run(db, "DELETE FROM relationship WHERE name = 'tags'");
  run(db, "INSERT INTO relationship(owner, name, target, secondary, \"cascade\") VALUES"
          " ('posts', 'tags', 'tags', 'post_tags', 'all, delete-orphan')");
  savesAs(db, "users", "{\"id\": 1, \"posts\": [{\"id\": 2}]}",
          "users: 1|Ada, 2|Bo\nposts: 2|1|b, 3|2|c\ntags: 2|y|k\npost_tags: 3|2\n");
  savesAs(db, "users",
          "{\"id\": 2, \"posts\": {\"remove\": [{\"id\": 3}, {\"id\": 2}, {\"id\": 99}]}}",
          "users: 1|Ada, 2|Bo\nposts: 2|1|b\ntags:\npost_tags:\n");
  closeDb(db);
}
END_TEST

START_TEST(verbsLeaveTheOthers) {
  sqlite3 *db = openBlogs("");
  savesAs(db, "users",
          "{\"id\": 1, \"posts\": {\"add\": [{\"title\": \"n\"}, {\"id\": 3}, {\"id\": 1, "
          "\"title\": \"A\"}]}}",
          "users: 1|Ada, 2|Bo\nposts: 1|1|A, 2|1|b, 3|1|c, 4|1|n\n" TAGS);
  savesAs(db, "users",
          "{\"id\": 1, \"posts\": {\"remove\": [{\"id\": 1}, {\"id\": 77}], \"add\": [{\"title\": "
          "\"m\"}]}}",
          "users: 1|Ada, 2|Bo\nposts: 1|NULL|A, 2|1|b, 3|1|c, 4|1|n, 5|1|m\n" TAGS);
  savesAs(db, "posts",
          "{\"id\": 1, \"tags\": {\"add\": [{\"id\": 1}, {\"name\": \"z\"}], \"remove\": [{\"id\": "
          "2}]}}",
          "users: 1|Ada, 2|Bo\nposts: 1|NULL|A, 2|1|b, 3|1|c, 4|1|n, 5|1|m\n"
          "tags: 1|x|k, 2|y|k, 3|z|NULL\npost_tags: 1|1, 1|3, 3|2\n");
  changesNothing(db, "users", "{\"id\": 1, \"posts\": {}}");
  changesNothing(db, "users", "{\"id\": 1, \"posts\": {\"add\": [], \"remove\": []}}");
  changesNothing(db, "users", "{\"id\": 2, \"posts\": {\"remove\": [{\"id\": 2}]}}");
  closeDb(db);
}
END_TEST

START_TEST(aNewOwnerHasVerbs) {
  sqlite3 *db = openBlogs("");
  savesAs(db, "users", "{\"posts\": {\"add\": [{\"id\": 3}], \"remove\": [{\"id\": 1}]}}",
          "users: 1|Ada, 2|Bo, 3|nobody\nposts: 1|1|a, 2|1|b, 3|3|c\n" TAGS);
  closeDb(db);
}
END_TEST

/* --- moving --- */

START_TEST(membersMoveBetweenOwners) {
  sqlite3 *db = openBlogs("INSERT INTO relationship(owner, name, target, \"cascade\") VALUES"
                          " ('users', 'posts', 'posts', 'all, delete-orphan')");
  savesAs(db, "users",
          "[{\"id\": 1, \"posts\": [{\"id\": 3}, {\"id\": 2}]}, {\"id\": 2, \"posts\": [{\"id\": "
          "1}]}]",
          "users: 1|Ada, 2|Bo\nposts: 1|2|a, 2|1|b, 3|1|c\n" TAGS);
  savesAs(db, "users", "[{\"id\": 1, \"posts\": []}, {\"posts\": [{\"id\": 2}, {\"id\": 3}]}]",
          "users: 1|Ada, 2|Bo, 3|nobody\nposts: 1|2|a, 2|3|b, 3|3|c\n" TAGS);
  savesAs(db, "posts", "[{\"id\": 2, \"user\": {\"id\": 1, \"posts\": [{\"id\": 2}]}}]",
          "users: 1|Ada, 2|Bo, 3|nobody\nposts: 1|2|a, 2|1|b, 3|3|c\n" TAGS);
  closeDb(db);
}
END_TEST

START_TEST(aRowMovesToWhatIsMadeWithATextKey) {
  sqlite3 *db = openWith("CREATE TABLE a(id INTEGER PRIMARY KEY, x);"
                         "CREATE TABLE b(id TEXT PRIMARY KEY, a_id INT REFERENCES a, x);"
                         "CREATE TABLE c(id TEXT PRIMARY KEY, b_id TEXT REFERENCES b, x);"
                         "INSERT INTO a VALUES(1, 1); INSERT INTO b VALUES('b1', 1, 1);"
                         "INSERT INTO c VALUES('c1', 'b1', '1');");
  savesAs(db, "a",
          "{\"id\": 1, \"b\": [{\"id\": \"b2\", \"x\": 1, \"c\": [{\"id\": \"c1\", \"x\": 5}, "
          "{\"id\": \"c2\", \"x\": 5}]}, {\"id\": \"b1\", \"x\": 6, \"c\": [{\"id\": \"c3\", "
          "\"x\": 7}]}]}",
          "a: 1|1\nb: b1|1|6, b2|1|1\nc: c1|b2|5, c2|b2|5, c3|b1|7\n");
  closeDb(db);
}
END_TEST

START_TEST(anOwnerKeepsALinkToWhatIsMade) {
  static const char *const TYPES[] = {"TEXT", "INTEGER", "INT", "REAL"};
  size_t i;
  for (i = 0; i < sizeof TYPES / sizeof *TYPES; i++) {
    char *schema =
        filled("CREATE TABLE a(id @ PRIMARY KEY, x); CREATE TABLE b(id @ PRIMARY KEY, x);"
               "CREATE TABLE ab(a_id @, b_id @, PRIMARY KEY(a_id, b_id))",
               TYPES[i]);
    sqlite3 *db = openWith(schema);
    run(db, "INSERT INTO relationship(owner, name, target, secondary, \"cascade\", primaryjoin, "
            "secondaryjoin) VALUES ('b', 'owners', 'a', 'ab', NULL, 'b.id = ab.b_id', 'a.id = "
            "ab.a_id'), ('a', 'members', 'b', 'ab', 'all, delete-orphan', 'a.id = ab.a_id', 'b.id "
            "= ab.b_id'); INSERT INTO a VALUES(1, 1), (2, 2); INSERT INTO b VALUES(5, 5);"
            "INSERT INTO ab VALUES(1, 5)");
    save(db, "b", "{\"id\": 5, \"owners\": [{\"id\": 8, \"x\": 1}, {\"id\": 7, \"x\": 2}]}");
    expect(db, "SELECT CAST(a_id AS INT), CAST(b_id AS INT) FROM ab ORDER BY 1", "7|5\n8|5\n");
    expect(db, "SELECT CAST(id AS INT), x FROM b", "5|5\n");
    closeDb(db);
    sqlite3_free(schema);
  }
}
END_TEST

/* --- unique keys --- */

START_TEST(uniqueKeysFindOrMakeOnce) {
  sqlite3 *db = openBlogs(
      "INSERT INTO relationship(owner, name, target, secondary, unique_key) VALUES ('posts', "
      "'tags', 'tags', 'post_tags', 'name')");
  savesAs(db, "posts",
          "[{\"id\": 1, \"tags\": [{\"name\": \"y\", \"kind\": \"K\"}, {\"name\": \"new\"}]}, "
          "{\"id\": 3, \"tags\": [{\"name\": \"new\"}]}, {\"title\": \"d\", \"tags\": [{\"name\": "
          "\"new\", \"kind\": \"last\"}, {\"name\": \"x\"}]}]",
          "users: 1|Ada, 2|Bo\nposts: 1|1|a, 2|1|b, 3|2|c, 4|NULL|d\n"
          "tags: 1|x|k, 2|y|K, 3|new|last\npost_tags: 1|2, 1|3, 3|3, 4|1, 4|3\n");
  savesAs(db, "posts",
          "{\"id\": 4, \"tags\": {\"remove\": [{\"name\": \"x\"}, {\"name\": \"no\"}]}}",
          "users: 1|Ada, 2|Bo\nposts: 1|1|a, 2|1|b, 3|2|c, 4|NULL|d\n"
          "tags: 1|x|k, 2|y|K, 3|new|last\npost_tags: 1|2, 1|3, 3|3, 4|3\n");
  refusesToSave(db, "posts", "{\"title\": \"e\", \"tags\": [{\"name\": \"q\"}, {\"name\": \"q\"}]}",
                "unit_of_work: $.tags[1]: the same row as $.tags[0]");
  closeDb(db);
}
END_TEST

START_TEST(aUniqueKeyMayHoldTheOwner) {
  sqlite3 *db = openWith(
      "CREATE TABLE o(id INTEGER PRIMARY KEY, x); CREATE TABLE m(id INTEGER PRIMARY KEY, o_id INT "
      "REFERENCES o, slug TEXT, x, UNIQUE(o_id, slug)); INSERT INTO o VALUES(1, 1), (2, 2); INSERT "
      "INTO m VALUES(1, 1, "
      "'s', 1), (2, 2, 's', 2);"
      "INSERT INTO relationship(owner, name, target, unique_key) VALUES('o', 'ms', 'm', 'o_id, "
      "slug')");
  savesAs(db, "o",
          "[{\"id\": 2, \"ms\": [{\"slug\": \"s\", \"x\": 3}, {\"slug\": \"t\"}]}, {\"ms\": "
          "[{\"slug\": \"s\"}]}]",
          "o: 1|1, 2|2, 3|NULL\nm: 1|1|s|1, 2|2|s|3, 3|2|t|NULL, 4|3|s|NULL\n");
  closeDb(db);
}
END_TEST

/* --- keys --- */

START_TEST(keysAreTheSameHoweverWritten) {
  sqlite3 *db = openBlogs("");
  savesAs(
      db, "users",
      "[{\"id\": \"5\", \"posts\": [{\"title\": \"p\"}]}, {\"id\": 6.0, \"posts\": [{\"title\": "
      "\"q\"}]}, {\"id\": \"7.0\", \"posts\": [{\"title\": \"r\"}]}, {\"id\": \" 8\"}]",
      "users: 1|Ada, 2|Bo, 5|nobody, 6|nobody, 7|nobody, 8|nobody\n"
      "posts: 1|1|a, 2|1|b, 3|2|c, 4|5|p, 5|6|q, 6|7|r\n" TAGS);
  savesAs(db, "users", "[{\"id\": \"9\"}, {\"id\": 9, \"name\": \"n\"}, {\"id\": 9.0}]",
          "users: 1|Ada, 2|Bo, 5|nobody, 6|nobody, 7|nobody, 8|nobody, 9|n\n"
          "posts: 1|1|a, 2|1|b, 3|2|c, 4|5|p, 5|6|q, 6|7|r\n" TAGS);
  savesAs(db, "posts", "{\"id\": \"1\", \"user\": {\"id\": true}, \"tags\": [{\"id\": \"2\"}]}",
          "users: 1|Ada, 2|Bo, 5|nobody, 6|nobody, 7|nobody, 8|nobody, 9|n\n"
          "posts: 1|1|a, 2|1|b, 3|2|c, 4|5|p, 5|6|q, 6|7|r\n"
          "tags: 1|x|k, 2|y|k\npost_tags: 1|2, 3|2\n");
  closeDb(db);
}
END_TEST

static const char MAILS[] =
    "CREATE TABLE u(id INTEGER PRIMARY KEY, mail TEXT UNIQUE, c TEXT);"
    "CREATE TABLE p(id INTEGER PRIMARY KEY, u_mail TEXT REFERENCES u(mail) ON UPDATE CASCADE, x);"
    "CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT UNIQUE);"
    "CREATE TABLE pt(p_id INT REFERENCES p, name TEXT REFERENCES t(name) ON UPDATE CASCADE, "
    "PRIMARY "
    "KEY(p_id, name));"
    "INSERT INTO u VALUES(1, 'a', NULL), (2, NULL, NULL); INSERT INTO p VALUES(1, 'a', 1);"
    "INSERT INTO t VALUES(1, 'x'), (2, NULL); PRAGMA foreign_keys = 1;";

START_TEST(keysMayChangeWithTheirMembers) {
  sqlite3 *db = openWith(MAILS);
  savesAs(db, "u", "{\"id\": 1, \"mail\": \"b\", \"p\": [{\"id\": 1, \"x\": 5}, {\"x\": 2}]}",
          "u: 1|b|NULL, 2|NULL|NULL\np: 1|b|5, 2|b|2\nt: 1|x, 2|NULL\npt:\n");
  savesAs(db, "u", "{\"id\": 2, \"mail\": \"c\", \"p\": [{\"id\": 1}]}",
          "u: 1|b|NULL, 2|c|NULL\np: 1|c|5, 2|b|2\nt: 1|x, 2|NULL\npt:\n");
  savesAs(db, "p",
          "{\"id\": 2, \"u_mail\": {\"id\": 2, \"mail\": \"d\"}, \"t\": [{\"id\": 1, "
          "\"name\": \"y\"}, {\"id\": 2, \"name\": \"z\"}]}",
          "u: 1|b|NULL, 2|d|NULL\np: 1|d|5, 2|d|2\nt: 1|y, 2|z\npt: 2|y, 2|z\n");
  closeDb(db);
}
END_TEST

START_TEST(aKeyThatIsNullHasNoMembers) {
  sqlite3 *db = openWith(MAILS);
  refusesToSave(db, "u", "{\"id\": 2, \"p\": [{\"x\": 2}]}",
                "unit_of_work: $.p[0]: p refers to mail of \"u\", which is NULL in this row");
  refusesToSave(db, "u", "{\"p\": {\"add\": [{\"id\": 1}]}}",
                "unit_of_work: $.p.add[0]: p refers to mail of \"u\", which is NULL in this row");
  refusesToSave(db, "p", "[{\"x\": 2}, {\"u_mail\": {\"c\": \"new\"}}]",
                "unit_of_work: $[1]: u_mail refers to mail of \"u\", which is NULL in this row");
  refusesToSave(db, "p", "{\"id\": 1, \"t\": [{}, {}, {}, {}]}",
                "unit_of_work: $.t[0]: t refers to name of \"t\", which is NULL in this row");
  changesNothing(db, "u", "{\"id\": 2, \"p\": []}");
  closeDb(db);
}
END_TEST

/* A row that is made takes the rowid of the last one that went, where no column holds it. */
START_TEST(aRowThatWentIsNotTheOneThatTakesItsRowid) {
  sqlite3 *db = openWith(
      "CREATE TABLE o(id INTEGER PRIMARY KEY, x);"
      "CREATE TABLE m(id TEXT PRIMARY KEY, o_id INT UNIQUE REFERENCES o, n);"
      "CREATE TABLE k(id TEXT PRIMARY KEY, m_id TEXT REFERENCES m, n);"
      "CREATE TABLE om(o_id INT REFERENCES o, m_id TEXT REFERENCES m, PRIMARY KEY(o_id, m_id));"
      "CREATE TABLE ok(o_id INT REFERENCES o, k_id TEXT REFERENCES k, PRIMARY KEY(o_id, k_id));"
      "INSERT INTO o VALUES(1, 5), (2, 6); INSERT INTO m VALUES('a', 1, 1);"
      "INSERT INTO k VALUES('x', 'a', 1); PRAGMA foreign_keys = 1;"
      "INSERT INTO relationship(owner, name, target, \"cascade\") VALUES"
      " ('o', 'own', 'm', 'all, delete-orphan'), ('m', 'ks', 'k', 'all');"
      "INSERT INTO relationship(owner, name, target, secondary, \"cascade\") VALUES"
      " ('o', 'ms', 'm', 'om', 'all'), ('m', 'os', 'o', 'om', 'save-update, merge, delete-orphan'),"
      " ('o', 'ls', 'k', 'ok', 'all')");
  refusesToSave(
      db, "o",
      "[{\"id\": 1, \"own\": null}, {\"id\": 2, \"ls\": {\"add\": [{\"id\": \"y\", \"n\": 2}, "
      "{\"id\": \"x\"}]}}]",
      "unit_of_work: $[1].ls.add[1]: the row of \"k\" went with what the document "
      "removes: name it where it stays");
  refusesToSave(db, "o",
                "[{\"id\": 1, \"own\": null}, {\"id\": 2, \"ls\": {\"remove\": [{\"id\": "
                "\"x\"}]}}, {\"ls\": [{\"id\": \"x\"}]}]",
                "unit_of_work: $[2].ls[0]: the row of \"k\" went with what the document "
                "removes: name it where it stays");
  savesAs(db, "o",
          "{\"id\": 1, \"ms\": {\"remove\": [{\"id\": \"a\"}]}, \"own\": {\"id\": \"b\", \"n\": 3, "
          "\"os\": [{\"id\": 1}]}}",
          "o: 1|5, 2|6\nm: b|1|3\nk:\nom: 1|b\nok:\n");
  savesAs(
      db, "o",
      "[{\"id\": 1, \"own\": {\"id\": \"c\", \"n\": 4}, \"ms\": [{\"id\": \"c\"}]}, {\"id\": 2, "
      "\"ms\": {\"remove\": [{\"id\": \"b\"}]}}]",
      "o: 1|5, 2|6\nm: c|1|4\nk:\nom: 1|c\nok:\n");
  closeDb(db);
}
END_TEST

START_TEST(aRowMayMakeItselfAnOrphan) {
  sqlite3 *db = openWith(
      "CREATE TABLE o(id INTEGER PRIMARY KEY, x);"
      "CREATE TABLE m(id INTEGER PRIMARY KEY, o_id INT REFERENCES o, n);"
      "CREATE TABLE k(id INTEGER PRIMARY KEY, m_id INT REFERENCES m);"
      "INSERT INTO o VALUES(1, 5); INSERT INTO m VALUES(1, 1, 1), (2, 1, 2), (3, 1, 3), (4, 1, 4);"
      "INSERT INTO k VALUES(1, 2); PRAGMA foreign_keys = 1;"
      "INSERT INTO relationship(owner, name, target, \"cascade\") VALUES"
      " ('o', 'ms', 'm', 'all, delete-orphan'), ('m', 'o', 'o', NULL), ('m', 'ks', 'k', NULL)");
  savesAs(db, "m", "[{\"id\": 1, \"o\": null}, {\"id\": 2, \"ks\": []}]",
          "o: 1|5\nm: 2|1|2, 3|1|3, 4|1|4\nk: 1|NULL\n");
  savesAs(db, "m", "[{\"id\": 3, \"o_id\": null}, {\"id\": 2, \"ks\": [{\"id\": 1}]}]",
          "o: 1|5\nm: 2|1|2, 4|1|4\nk: 1|2\n");
  run(db, "INSERT INTO relationship(owner, name, target, \"cascade\") VALUES('m', 'all_ks', 'k', "
          "'all')");
  refusesToSave(db, "m",
                "[{\"id\": 2, \"o_id\": null}, {\"id\": 4, \"ks\": {\"add\": [{\"id\": 1}]}}]",
                "unit_of_work: $[1].ks.add[0]: the row of \"k\" went with what the document "
                "removes: name it where it stays");
  refusesToSave(db, "m",
                "[{\"id\": 4, \"o\": null}, {\"id\": 4, \"n\": 5}, {\"id\": 2, \"ks\": []}]",
                "unit_of_work: $[1]: the row of \"m\" went with what the document removes: name it "
                "where it stays");
  closeDb(db);
}
END_TEST

START_TEST(aKeyFromARowToBeMadeIsKnownAhead) {
  sqlite3 *db = openWith("CREATE TABLE w(id INTEGER PRIMARY KEY, v);"
                         "CREATE TABLE p(w_id INT NOT NULL REFERENCES w, nr INT NOT NULL, x, y, "
                         "PRIMARY KEY(w_id, nr));"
                         "CREATE TABLE s(id INTEGER PRIMARY KEY REFERENCES w, x, y);"
                         "PRAGMA foreign_keys = 1;");
  savesAs(db, "p",
          "[{\"nr\": 3, \"x\": 1, \"w\": {\"id\": 7, \"v\": 1}}, {\"nr\": 3, \"y\": 2, \"w\": "
          "{\"id\": 7}}, {\"nr\": 3, \"w\": {\"v\": 2}}]",
          "w: 7|1, 8|2\np: 7|3|1|2, 8|3|NULL|NULL\ns:\n");
  savesAs(db, "s", "[{\"x\": 1, \"id\": {\"id\": 9, \"v\": 1}}, {\"y\": 2, \"id\": {\"id\": 9}}]",
          "w: 7|1, 8|2, 9|1\np: 7|3|1|2, 8|3|NULL|NULL\ns: 9|1|2\n");
  refusesToSave(db, "w", "{\"v\": 3, \"p\": [{\"nr\": 1, \"x\": 1}, {\"nr\": 1, \"x\": 2}]}",
                "unit_of_work: $.p[1]: the same row as $.p[0]");
  closeDb(db);
}
END_TEST

/* The row that post_update writes ahead is there before the owner's links go. */
START_TEST(aLinkMovesToARowThatRefersLater) {
  sqlite3 *db = openWith(
      "CREATE TABLE a(id INTEGER PRIMARY KEY, b_id INT REFERENCES b);"
      "CREATE TABLE b(id INTEGER PRIMARY KEY, x);"
      "CREATE TABLE ab(a_id INT REFERENCES a, b_id INT REFERENCES b, PRIMARY KEY(a_id, b_id));"
      "INSERT INTO a VALUES(1, NULL); INSERT INTO b VALUES(1, 1), (2, 2);"
      "INSERT INTO ab VALUES(1, 1); PRAGMA foreign_keys = 1;"
      "INSERT INTO relationship(owner, name, target, post_update) VALUES('a', 'b', 'b', 1);"
      "INSERT INTO relationship(owner, name, target, secondary, \"cascade\") VALUES"
      " ('a', 'bs', 'b', 'ab', 'save-update, merge, delete-orphan'), ('b', 'as_', 'a', 'ab', "
      "NULL)");
  savesAs(db, "b", "{\"id\": 1, \"as_\": [{\"id\": 2, \"b\": {\"id\": 2}}]}",
          "a: 1|NULL, 2|2\nb: 1|1, 2|2\nab: 2|1\n");
  closeDb(db);
}
END_TEST

/* Whoever goes with a row that the document makes an orphan: what it names elsewhere has to stay. */
START_TEST(whatGoesWithAnOrphanMayNotBeNamed) {
  sqlite3 *db = openWith(
      "CREATE TABLE o(id INTEGER PRIMARY KEY, x);"
      "CREATE TABLE m(id INTEGER PRIMARY KEY, o_id INT REFERENCES o, n);"
      "CREATE TABLE b(id INTEGER PRIMARY KEY, n);"
      "CREATE TABLE mb(m_id INT REFERENCES m, b_id INT, PRIMARY KEY(m_id, b_id));"
      "CREATE TABLE y(id INTEGER PRIMARY KEY, z_id INT REFERENCES z);"
      "CREATE TABLE z(id INTEGER PRIMARY KEY, y_id INT REFERENCES y);"
      "CREATE TABLE k(id INTEGER PRIMARY KEY, m_id INT REFERENCES m, o_id INT REFERENCES o, y_id "
      "INT REFERENCES y);"
      "INSERT INTO o VALUES(1, 5); INSERT INTO m VALUES(1, 1, 1); INSERT INTO b VALUES(1, 7);"
      "INSERT INTO mb VALUES(1, 1); INSERT INTO k VALUES(1, 1, 1, NULL), (2, NULL, NULL, NULL);"
      "INSERT INTO relationship(owner, name, target, \"cascade\") VALUES"
      " ('o', 'ms', 'm', 'all, delete-orphan'), ('m', 'o', 'o', NULL), ('m', 'ks', 'k', 'all'),"
      " ('o', 'ks', 'k', 'all, delete-orphan'), ('k', 'o', 'o', NULL), ('k', 'y', 'y', NULL)");
  run(db, "INSERT INTO relationship(owner, name, target, foreign_keys) VALUES('y', 'z', 'z', "
          "'y.z_id'), ('z', 'y', 'y', 'z.y_id')");
  run(db, "INSERT INTO relationship(owner, name, target, secondary, primaryjoin, secondaryjoin, "
          "\"cascade\") VALUES('m', 'bs', 'b', 'mb', 'm.id = mb.m_id', 'b.id = mb.b_id', 'all, "
          "delete-orphan')");
  refusesToSave(db, "m", "[{\"id\": 1, \"o\": null}, {\"n\": 2, \"bs\": [{\"id\": 1}]}]",
                "unit_of_work: $[1].bs[0]: the row of \"b\" went with what the document removes: "
                "name it where it stays");
  refusesToSave(db, "k",
                "[{\"id\": 1, \"o\": null, \"y\": {\"id\": 5, \"z\": {\"id\": 6, \"y\": {\"id\": "
                "5}}}}, {\"id\": 2, \"o\": {\"id\": 1, \"ms\": []}}]",
                "unit_of_work: $[0]: the row of \"k\" went with what the document removes: name it "
                "where it stays");
  closeDb(db);
}
END_TEST

START_TEST(manyRowsMayReferToRowsMadeLater) {
  sqlite3 *db = openWith(
      "CREATE TABLE a(id INTEGER PRIMARY KEY, b_id INT REFERENCES b);"
      "CREATE TABLE b(id INTEGER PRIMARY KEY, x); PRAGMA foreign_keys = 1;"
      "INSERT INTO relationship(owner, name, target, post_update) VALUES('a', 'b', 'b', 1)");
  savesAs(db, "a",
          "[{\"b\": {\"x\": 1}}, {\"b\": {\"x\": 2}}, {\"b\": {\"x\": 3}}, {\"b\": {\"x\": 4}}, "
          "{\"b\": {\"x\": 5}}, {\"b\": {\"x\": 6}}]",
          "a: 1|1, 2|2, 3|3, 4|4, 5|5, 6|6\nb: 1|1, 2|2, 3|3, 4|4, 5|5, 6|6\n");
  closeDb(db);
}
END_TEST

Suite *relTestSaveRules(void) {
  Suite *suite = suite_create("save_rules");
  add(suite, "onlyGivenColumnsChange", onlyGivenColumnsChange);
  add(suite, "whatIsThereChangesNothing", whatIsThereChangesNothing);
  add(suite, "valuesAreComparedAsTheyAreStored", valuesAreComparedAsTheyAreStored);
  add(suite, "aListIsWhatTheCollectionBecomes", aListIsWhatTheCollectionBecomes);
  add(suite, "orphansAreDeleted", orphansAreDeleted);
  add(suite, "verbsLeaveTheOthers", verbsLeaveTheOthers);
  add(suite, "aNewOwnerHasVerbs", aNewOwnerHasVerbs);
  add(suite, "membersMoveBetweenOwners", membersMoveBetweenOwners);
  add(suite, "aRowMovesToWhatIsMadeWithATextKey", aRowMovesToWhatIsMadeWithATextKey);
  add(suite, "anOwnerKeepsALinkToWhatIsMade", anOwnerKeepsALinkToWhatIsMade);
  add(suite, "uniqueKeysFindOrMakeOnce", uniqueKeysFindOrMakeOnce);
  add(suite, "aUniqueKeyMayHoldTheOwner", aUniqueKeyMayHoldTheOwner);
  add(suite, "keysAreTheSameHoweverWritten", keysAreTheSameHoweverWritten);
  add(suite, "keysMayChangeWithTheirMembers", keysMayChangeWithTheirMembers);
  add(suite, "aKeyThatIsNullHasNoMembers", aKeyThatIsNullHasNoMembers);
  add(suite, "aRowThatWentIsNotTheOneThatTakesItsRowid", aRowThatWentIsNotTheOneThatTakesItsRowid);
  add(suite, "aRowMayMakeItselfAnOrphan", aRowMayMakeItselfAnOrphan);
  add(suite, "aKeyFromARowToBeMadeIsKnownAhead", aKeyFromARowToBeMadeIsKnownAhead);
  add(suite, "aLinkMovesToARowThatRefersLater", aLinkMovesToARowThatRefersLater);
  add(suite, "whatGoesWithAnOrphanMayNotBeNamed", whatGoesWithAnOrphanMayNotBeNamed);
  add(suite, "manyRowsMayReferToRowsMadeLater", manyRowsMayReferToRowsMadeLater);
  return suite;
}
