/*
** Nested save: what a document makes of every direction and shape, whole tables compared.
*/
#include "unit/saved.h"

START_TEST(membersComeWithTheirOwner) {
  sqlite3 *db = openWith("CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT);"
                         "CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INT REFERENCES users,"
                         " title TEXT);"
                         "CREATE TABLE comments(id INTEGER PRIMARY KEY, post_id INT NOT NULL "
                         "REFERENCES posts, body TEXT); PRAGMA foreign_keys = 1");
  savesAs(db, "users",
          "{\"name\": \"Ada\", \"posts\": [{\"title\": \"a\", \"comments\": [{\"body\": \"x\"}, "
          "{\"body\": \"y\"}]}, {\"comments\": [], \"title\": \"b\"}]}",
          "users: 1|Ada\nposts: 1|1|a, 2|1|b\ncomments: 1|1|x, 2|1|y\n");
  ck_assert_int_eq(sqlite3_last_insert_rowid(db), 1);
  savesAs(db, "users",
          "[{\"name\": \"Bo\", \"posts\": [{\"title\": \"c\"}]}, {\"id\": 9}, {\"posts\": "
          "[{\"id\": 7, \"title\": \"d\", \"comments\": [{\"id\": 5, \"body\": \"z\"}]}]}]",
          "users: 1|Ada, 2|Bo, 9|NULL, 10|NULL\nposts: 1|1|a, 2|1|b, 3|2|c, 7|10|d\n"
          "comments: 1|1|x, 2|1|y, 5|7|z\n");
  ck_assert_int_eq(sqlite3_last_insert_rowid(db), 10);
  closeDb(db);
}
END_TEST

START_TEST(targetsComeFirst) {
  sqlite3 *db = openWith("CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT);"
                         "CREATE TABLE kinds(id INTEGER PRIMARY KEY, label TEXT);"
                         "CREATE TABLE posts(id INTEGER PRIMARY KEY, author_id INT NOT NULL "
                         "REFERENCES users, kind_id INT REFERENCES kinds, title TEXT);"
                         "PRAGMA foreign_keys = 1; INSERT INTO kinds VALUES(3, 'old')");
  savesAs(db, "posts",
          "{\"title\": \"a\", \"author\": {\"name\": \"Ada\"}, \"kind\": {\"label\": \"new\"}}",
          "users: 1|Ada\nkinds: 3|old, 4|new\nposts: 1|1|4|a\n");
  savesAs(db, "posts",
          "[{\"author\": {\"id\": 1}, \"kind\": {\"id\": 3, \"label\": \"kept\"}}, "
          "{\"author_id\": 1, \"kind\": null, \"title\": \"c\"}, {\"author_id\": 99, \"author\": "
          "{\"id\": 5, \"name\": \"Eve\"}, \"kind_id\": 3}]",
          "users: 1|Ada, 5|Eve\nkinds: 3|kept, 4|new\n"
          "posts: 1|1|4|a, 2|1|3|NULL, 3|1|NULL|c, 4|5|3|NULL\n");
  closeDb(db);
}
END_TEST

START_TEST(oneToOneIsAnObject) {
  sqlite3 *db = openWith("CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT);"
                         "CREATE TABLE profiles(user_id INTEGER PRIMARY KEY REFERENCES users, bio "
                         "TEXT);"
                         "CREATE TABLE cards(id INTEGER PRIMARY KEY, user_id INT UNIQUE REFERENCES "
                         "users, no TEXT);");
  savesAs(db, "users",
          "{\"name\": \"Ada\", \"profiles\": {\"bio\": \"x\"}, \"cards\": {\"no\": \"1\"}}",
          "users: 1|Ada\nprofiles: 1|x\ncards: 1|1|1\n");
  savesAs(db, "users", "{\"id\": 1, \"profiles\": {\"bio\": \"y\"}, \"cards\": {\"no\": \"2\"}}",
          "users: 1|Ada\nprofiles: 1|y\ncards: 1|NULL|1, 2|1|2\n");
  savesAs(db, "users", "{\"id\": 1, \"cards\": null}",
          "users: 1|Ada\nprofiles: 1|y\ncards: 1|NULL|1, 2|NULL|2\n");
  savesAs(db, "cards", "{\"id\": 1, \"user\": {\"name\": \"Bo\", \"profiles\": {\"bio\": \"z\"}}}",
          "users: 1|Ada, 2|Bo\nprofiles: 1|y, 2|z\ncards: 1|2|1, 2|NULL|2\n");
  savesAs(db, "profiles", "{\"user\": {\"name\": \"Cy\"}, \"bio\": \"w\"}",
          "users: 1|Ada, 2|Bo, 3|Cy\nprofiles: 1|y, 2|z, 3|w\ncards: 1|2|1, 2|NULL|2\n");
  closeDb(db);
}
END_TEST

static const char TAGGED[] =
    "CREATE TABLE posts(id INTEGER PRIMARY KEY, title TEXT);"
    "CREATE TABLE tags(id INTEGER PRIMARY KEY, name TEXT);"
    "CREATE TABLE post_tags(post_id INT REFERENCES posts, tag_id INT REFERENCES tags,"
    " weight INT DEFAULT 7, name TEXT, PRIMARY KEY(post_id, tag_id));";

START_TEST(linksCarryTheirColumns) {
  sqlite3 *db = openWith(TAGGED);
  savesAs(db, "posts",
          "{\"title\": \"a\", \"tags\": [{\"name\": \"x\"}, {\"name\": \"y\", \"weight\": 2}, "
          "{\"name\": \"z\", \"link_name\": \"of the link\", \"link_weight\": null}]}",
          "posts: 1|a\ntags: 1|x, 2|y, 3|z\n"
          "post_tags: 1|1|7|NULL, 1|2|2|NULL, 1|3|NULL|of the link\n");
  savesAs(db, "posts",
          "{\"id\": 1, \"tags\": [{\"id\": 1}, {\"id\": 3, \"weight\": 5}, {\"id\": 8, \"name\": "
          "\"w\", \"link_weight\": 6}]}",
          "posts: 1|a\ntags: 1|x, 2|y, 3|z, 8|w\n"
          "post_tags: 1|1|7|NULL, 1|3|5|of the link, 1|8|6|NULL\n");
  savesAs(db, "tags",
          "{\"id\": 2, \"name\": \"yy\", \"posts\": [{\"id\": 1}, {\"title\": \"b\", "
          "\"tags\": [{\"id\": 1}]}]}",
          "posts: 1|a, 2|b\ntags: 1|x, 2|yy, 3|z, 8|w\npost_tags: 1|1|7|NULL, 1|2|7|NULL, "
          "1|3|5|of the link, 1|8|6|NULL, 2|1|7|NULL, 2|2|7|NULL\n");
  savesAs(db, "posts", "{\"id\": 1, \"tags\": []}",
          "posts: 1|a, 2|b\ntags: 1|x, 2|yy, 3|z, 8|w\npost_tags: 2|1|7|NULL, 2|2|7|NULL\n");
  closeDb(db);
}
END_TEST

START_TEST(associationObjectsAreMembers) {
  sqlite3 *db = openWith(TAGGED);
  savesAs(db, "posts",
          "{\"title\": \"a\", \"post_tags\": [{\"weight\": 1, \"tag\": {\"name\": \"x\"}}, "
          "{\"tag\": {\"id\": 6, \"name\": \"y\"}}]}",
          "posts: 1|a\ntags: 1|x, 6|y\npost_tags: 1|1|1|NULL, 1|6|7|NULL\n");
  savesAs(db, "posts",
          "{\"id\": 1, \"post_tags\": {\"add\": [{\"tag_id\": 6, \"weight\": 9}, {\"tag\": "
          "{\"id\": 1}, \"name\": \"n\"}]}}",
          "posts: 1|a\ntags: 1|x, 6|y\npost_tags: 1|1|1|n, 1|6|9|NULL\n");
  savesAs(db, "post_tags",
          "[{\"post\": {\"id\": 1}, \"tag\": {\"id\": 1}, \"weight\": 4}, {\"post\": {\"title\": "
          "\"b\"}, \"tag\": {\"id\": 6}}]",
          "posts: 1|a, 2|b\ntags: 1|x, 6|y\npost_tags: 1|1|4|n, 1|6|9|NULL, 2|6|7|NULL\n");
  closeDb(db);
}
END_TEST

/* --- self-reference --- */

static const char NODES[] =
    "CREATE TABLE nodes(id INTEGER PRIMARY KEY, parent_id INT REFERENCES nodes, x TEXT);"
    "PRAGMA foreign_keys = 1;";

START_TEST(treesAreSaved) {
  sqlite3 *db = openWith(NODES);
  savesAs(
      db, "nodes",
      "{\"x\": \"r\", \"nodes\": [{\"x\": \"a\", \"nodes\": [{\"x\": \"aa\"}]}, {\"x\": \"b\"}, "
      "{\"x\": \"c\"}]}",
      "nodes: 1|NULL|r, 2|1|a, 3|1|b, 4|1|c, 5|2|aa\n");
  savesAs(db, "nodes", "{\"x\": \"leaf\", \"parent\": {\"x\": \"up\", \"parent\": {\"id\": 5}}}",
          "nodes: 1|NULL|r, 2|1|a, 3|1|b, 4|1|c, 5|2|aa, 6|5|up, 7|6|leaf\n");
  savesAs(db, "nodes",
          "{\"id\": 1, \"nodes\": [{\"id\": 2, \"nodes\": [{\"id\": 3}, {\"id\": 5}]}, "
          "{\"id\": 4}]}",
          "nodes: 1|NULL|r, 2|1|a, 3|2|b, 4|1|c, 5|2|aa, 6|5|up, 7|6|leaf\n");
  closeDb(db);
}
END_TEST

START_TEST(rowsPointToThemselvesAndInCircles) {
  sqlite3 *db = openWith(NODES);
  savesAs(db, "nodes", "{\"id\": 1, \"x\": \"own\", \"parent\": {\"id\": 1}}", "nodes: 1|1|own\n");
  savesAs(db, "nodes",
          "{\"id\": 2, \"x\": \"a\", \"parent\": {\"id\": 3, \"x\": \"b\", \"parent\": {\"id\": 4, "
          "\"x\": \"c\", \"parent\": {\"id\": 2}}}}",
          "nodes: 1|1|own, 2|3|a, 3|4|b, 4|2|c\n");
  savesAs(db, "nodes",
          "[{\"id\": 5, \"parent\": {\"id\": 6}}, {\"id\": 6, \"parent\": {\"id\": 5}}]",
          "nodes: 1|1|own, 2|3|a, 3|4|b, 4|2|c, 5|6|NULL, 6|5|NULL\n");
  closeDb(db);
}
END_TEST

START_TEST(aKeyToItselfMayBeNotNull) {
  sqlite3 *db =
      openWith("CREATE TABLE n(id INTEGER PRIMARY KEY, up_id INT NOT NULL REFERENCES n, x);"
               "CREATE TABLE t(id TEXT PRIMARY KEY, up_id TEXT NOT NULL REFERENCES t DEFERRABLE "
               "INITIALLY DEFERRED, x) WITHOUT ROWID; PRAGMA foreign_keys = 1");
  savesAs(db, "n", "{\"id\": 4, \"up\": {\"id\": 4}, \"n\": [{\"x\": \"k\"}]}",
          "n: 4|4|NULL, 5|4|k\nt:\n");
  savesAs(db, "t", "{\"id\": \"a\", \"up\": {\"id\": \"b\", \"x\": 1, \"up\": {\"id\": \"a\"}}}",
          "n: 4|4|NULL, 5|4|k\nt: a|b|NULL, b|a|1\n");
  closeDb(db);
}
END_TEST

START_TEST(mutualReferencesAreSaved) {
  sqlite3 *db = openWith(
      "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT, best_id INT REFERENCES posts);"
      "CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INT NOT NULL REFERENCES users, title);"
      "PRAGMA foreign_keys = 1;"
      "INSERT INTO relationship(owner, name, target, foreign_keys, post_update) VALUES"
      " ('users', 'best', 'posts', 'users.best_id', 1)");
  savesAs(db, "users",
          "{\"name\": \"Ada\", \"best\": {\"id\": 8}, \"posts\": [{\"id\": 7, \"title\": \"a\"}, "
          "{\"id\": 8, \"title\": \"b\"}]}",
          "users: 1|Ada|8\nposts: 7|1|a, 8|1|b\n");
  savesAs(db, "users", "{\"id\": 1, \"best\": {\"id\": 7}}",
          "users: 1|Ada|7\nposts: 7|1|a, 8|1|b\n");
  savesAs(db, "users",
          "{\"id\": 2, \"name\": \"Bo\", \"best\": {\"title\": \"c\", \"user\": {\"id\": 2}}}",
          "users: 1|Ada|7, 2|Bo|9\nposts: 7|1|a, 8|1|b, 9|2|c\n");
  savesAs(db, "users", "{\"id\": 2, \"best\": null}",
          "users: 1|Ada|7, 2|Bo|NULL\nposts: 7|1|a, 8|1|b, 9|2|c\n");
  closeDb(db);
}
END_TEST

START_TEST(selfReferentialLinksAreSaved) {
  sqlite3 *db = openWith(
      "CREATE TABLE n(id INTEGER PRIMARY KEY, x);"
      "CREATE TABLE e(s INT REFERENCES n, t INT REFERENCES n, w INT, PRIMARY KEY(s, t));"
      "INSERT INTO relationship(owner, name, target, secondary, primaryjoin, secondaryjoin) VALUES"
      " ('n', 'next', 'n', 'e', 'n.id = e.s', 'n.id = e.t'),"
      " ('n', 'prior', 'n', 'e', 'n.id = e.t', 'n.id = e.s')");
  savesAs(db, "n",
          "{\"id\": 1, \"next\": [{\"x\": \"a\", \"w\": 3, \"next\": [{\"id\": 1, \"w\": 4}]}, "
          "{\"id\": 1, \"w\": 5}]}",
          "n: 1|NULL, 2|a\ne: 1|1|5, 1|2|3, 2|1|4\n");
  savesAs(db, "n", "{\"id\": 2, \"prior\": [{\"x\": \"b\", \"w\": 1}], \"next\": []}",
          "n: 1|NULL, 2|a, 3|b\ne: 1|1|5, 3|2|1\n");
  closeDb(db);
}
END_TEST

Suite *relTestSave(void) {
  Suite *suite = suite_create("save");
  add(suite, "membersComeWithTheirOwner", membersComeWithTheirOwner);
  add(suite, "targetsComeFirst", targetsComeFirst);
  add(suite, "oneToOneIsAnObject", oneToOneIsAnObject);
  add(suite, "linksCarryTheirColumns", linksCarryTheirColumns);
  add(suite, "associationObjectsAreMembers", associationObjectsAreMembers);
  add(suite, "treesAreSaved", treesAreSaved);
  add(suite, "rowsPointToThemselvesAndInCircles", rowsPointToThemselvesAndInCircles);
  add(suite, "aKeyToItselfMayBeNotNull", aKeyToItselfMayBeNotNull);
  add(suite, "mutualReferencesAreSaved", mutualReferencesAreSaved);
  add(suite, "selfReferentialLinksAreSaved", selfReferentialLinksAreSaved);
  return suite;
}
