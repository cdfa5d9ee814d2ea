/*
** Nested save: each way to get a document wrong, and the whole message; nothing of the document stays.
*/
#include "unit/saved.h"

static const char SHOP[] =
    "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT NOT NULL CHECK (name <> ''), boss_id INT "
    "REFERENCES users);"
    "CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INT NOT NULL REFERENCES users, title TEXT "
    "UNIQUE, up AS (upper(title)));"
    "CREATE TABLE profiles(user_id INTEGER PRIMARY KEY REFERENCES users, bio TEXT);"
    "CREATE TABLE tags(id INTEGER PRIMARY KEY, name TEXT);"
    "CREATE TABLE post_tags(post_id INT REFERENCES posts, tag_id INT REFERENCES tags, weight INT,"
    " PRIMARY KEY(post_id, tag_id));"
    "CREATE TABLE notes(id INTEGER PRIMARY KEY, user_id INT, n INT, r REAL) STRICT;"
    "CREATE TABLE pairs(a INT, b INT, x, PRIMARY KEY(a, b)) WITHOUT ROWID;"
    "CREATE VIEW seen AS SELECT * FROM users;"
    "INSERT INTO users VALUES(1, 'Ada', NULL), (2, 'Bo', 1);"
    "INSERT INTO posts VALUES(1, 1, 'a'), (2, 1, 'b'), (3, 2, 'c');"
    "INSERT INTO tags VALUES(1, 'x'), (2, 'y'), (3, 'y'); INSERT INTO post_tags VALUES(1, 1, 5);"
    "PRAGMA foreign_keys = 1;"
    "INSERT INTO relationship(owner, name, target, \"cascade\", viewonly, foreign_keys) VALUES"
    " ('users', 'read', 'posts', NULL, 1, 'posts.user_id'),"
    " ('users', 'kept', 'posts', 'merge', NULL, 'posts.user_id'),"
    " ('users', 'fixed', 'posts', 'save-update', NULL, 'posts.user_id'),"
    " ('users', 'notes', 'notes', NULL, NULL, 'notes.user_id');";

typedef struct Wrong {
  const char *owner;
  const char *doc;
  const char *message; /* behind "unit_of_work: " */
} Wrong;

static void refusesEach(const Wrong *list, size_t count) {
  sqlite3 *db = openWith(SHOP);
  size_t i;
  for (i = 0; i < count; i++) {
    char *message = sqlite3_mprintf("unit_of_work: %s", list[i].message);
    refusesToSave(db, list[i].owner, list[i].doc, message);
    sqlite3_free(message);
  }
  closeDb(db);
}

#define REFUSES(list) refusesEach(list, sizeof(list) / sizeof *(list))

START_TEST(ownersThatCannotBeSavedInto) {
  static const Wrong LIST[] = {
      {"user", "{}", "no table or view \"user\"; did you mean \"users\"?"},
      {"elsewhere", "{}", "no table or view \"elsewhere\""},
      {"", "{}", "no table or view \"\""},
      {"seen", "{}", "\"seen\" is no ordinary table: save into the table that it shows"},
      {"sqlite_schema", "{}", "no table or view \"sqlite_schema\""},
  };
  REFUSES(LIST);
}
END_TEST

START_TEST(malformedDocuments) {
  static const Wrong LIST[] = {
      {"users", "", "malformed JSON at character 1: a value is missing"},
      {"users", "{", "malformed JSON at character 2: a key in double quotes is missing"},
      {"users", "{\"name\": \"x\",}",
       "malformed JSON at character 14: a key in double quotes is missing"},
      {"users", "{\"name\" \"x\"}", "malformed JSON at character 9: a colon is missing"},
      {"users", "{\"name\": 'x'}",
       "malformed JSON at character 10: strings stand in double quotes"},
      {"users", "[{\"name\": \"\303\251\"} {}]",
       "malformed JSON at character 16: a comma or ] is missing"},
      {"users", "{\"name\": \"x\"} x",
       "malformed JSON at character 15: nothing may stand behind the value"},
      {"users", "{\"name\": \"x",
       "malformed JSON at character 10: the string that begins here has "
       "no end"},
      {"users", "5", "doc is an object, or an array of objects"},
      {"users", "null", "doc is an object, or an array of objects"},
      {"users", "\"{}\"", "doc is an object, or an array of objects"},
      {"users", "[{\"id\": 1}, 2]", "$[1] is no object"},
      {"users", "[[{\"id\": 1}]]", "$[0] is no object"},
  };
  REFUSES(LIST);
}
END_TEST

START_TEST(unknownFields) {
  static const Wrong LIST[] = {
      {"users", "{\"nam\": 1}",
       "$.nam: \"users\" has no column or relationship \"nam\"; did you mean \"name\"?"},
      {"users", "{\"zzzzzz\": 1}", "$.zzzzzz: \"users\" has no column or relationship \"zzzzzz\""},
      {"users", "{\"\": 1}", "$.: \"users\" has no column or relationship \"\""},
      {"users", "{\"name\": \"n\", \"posts\": [{\"title\": \"t\"}, {\"titel\": \"u\"}]}",
       "$.posts[1].titel: \"posts\" has no column or relationship \"titel\"; did you mean "
       "\"title\"?"},
      {"users", "[{\"id\": 1}, {\"id\": 2, \"posts\": {\"add\": [{\"tgas\": []}]}}]",
       "$[1].posts.add[0].tgas: \"posts\" has no column or relationship \"tgas\"; did you mean "
       "\"tags\"?"},
      {"posts", "{\"id\": 1, \"tags\": [{\"id\": 1, \"wieght\": 2}]}",
       "$.tags[0].wieght: \"tags\" has no column or relationship \"wieght\"; did you mean "
       "\"weight\"?"},
      {"posts", "{\"id\": 1, \"tags\": [{\"id\": 1, \"link_no\": 2}]}",
       "$.tags[0].link_no: \"tags\" has no column or relationship \"link_no\""},
      {"tags", "{\"id\": 1, \"link_weight\": 2}",
       "$.link_weight: \"tags\" has no column or relationship \"link_weight\""},
      {"posts", "{\"user\": {\"boss\": {\"nmae\": 2}}}",
       "$.user.boss.nmae: \"users\" has no column or relationship \"nmae\"; did you mean "
       "\"name\"?"},
  };
  REFUSES(LIST);
}
END_TEST

START_TEST(fieldsGivenTwice) {
  static const Wrong LIST[] = {
      {"users", "{\"name\": \"a\", \"name\": \"a\"}", "$.name: given twice"},
      {"users", "{\"name\": \"a\", \"NAME\": \"a\"}", "$.NAME: given twice"},
      {"users", "{\"n\\u0061me\": \"a\", \"id\": 3, \"name\": \"b\"}", "$.name: given twice"},
      {"users", "{\"id\": 1, \"posts\": [], \"posts\": []}", "$.posts: given twice"},
      {"users", "{\"id\": 1, \"posts\": {\"remove\": [], \"remove\": []}}",
       "$.posts.remove: given twice"},
      {"users", "{\"id\": 1, \"posts\": {\"add\": [], \"remove\": [], \"add\": []}}",
       "$.posts.add: given twice"},
      {"posts", "{\"id\": 1, \"tags\": [{\"id\": 1, \"weight\": 1, \"link_weight\": 2}]}",
       "$.tags[0].link_weight: given twice"},
  };
  REFUSES(LIST);
}
END_TEST

START_TEST(wrongShapes) {
  static const Wrong LIST[] = {
      {"users", "{\"id\": 1, \"posts\": null}",
       "$.posts: a list of rows: give an array, [] for none"},
      {"users", "{\"id\": 1, \"posts\": 5}", "$.posts: a list of rows: give an array, [] for none"},
      {"users", "{\"id\": 1, \"posts\": {\"id\": 1}}",
       "$.posts: a list of rows: give an array, or an object of \"add\" and \"remove\", not "
       "\"id\""},
      {"users", "{\"id\": 1, \"posts\": {\"Add\": []}}",
       "$.posts: a list of rows: give an array, or an object of \"add\" and \"remove\", not "
       "\"Add\""},
      {"users", "{\"id\": 1, \"posts\": {\"add\": {\"id\": 1}}}", "$.posts: add takes an array"},
      {"users", "{\"id\": 1, \"posts\": {\"remove\": null}}", "$.posts: remove takes an array"},
      {"users", "{\"id\": 1, \"posts\": [{\"id\": 1}, 2]}",
       "$.posts[1]: no object: a row is named by one, as in {\"id\": 1}"},
      {"users", "{\"id\": 1, \"posts\": {\"remove\": [[1]]}}",
       "$.posts.remove[0]: no object: a row is named by one, as in {\"id\": 1}"},
      {"users", "{\"id\": 1, \"profiles\": [{\"bio\": \"x\"}]}",
       "$.profiles: users.profiles is one row, not a list: give an object, or null for none"},
      {"users", "{\"id\": 1, \"profiles\": \"x\"}",
       "$.profiles: users.profiles is one row, not a value: give an object, or null for none"},
      {"posts", "{\"id\": 1, \"user\": [{\"id\": 1}]}",
       "$.user: posts.user is one row, not a list: give an object, or null for none"},
      {"posts", "{\"id\": 1, \"user\": 1}",
       "$.user: posts.user is one row, not a value: give an object, or null for none"},
      {"users", "{\"id\": 1, \"profiles\": {\"add\": []}}",
       "$.profiles.add: \"profiles\" has no column or relationship \"add\""},
  };
  REFUSES(LIST);
}
END_TEST

START_TEST(whatCascadesDoNotAllow) {
  static const Wrong LIST[] = {
      {"users", "{\"id\": 1, \"read\": []}",
       "$.read: users.read is viewonly: it cannot be saved through"},
      {"users", "{\"id\": 1, \"kept\": [{\"id\": 1}]}",
       "$.kept: the cascade of users.kept has no save-update: it cannot be saved through"},
      {"users", "{\"id\": 1, \"fixed\": [{\"id\": 1, \"title\": \"new\"}, {\"id\": 2}]}",
       "$.fixed[0].title: the cascade of users.fixed has no merge: a row that is there can be "
       "linked, not changed"},
  };
  sqlite3 *db;
  REFUSES(LIST);
  db = openWith(SHOP);
  changesNothing(db, "users",
                 "{\"id\": 1, \"fixed\": [{\"id\": 1, \"title\": \"a\"}, {\"id\": 2}]}");
  save(db, "users", "{\"id\": 1, \"fixed\": [{\"id\": 1}, {\"id\": 2}, {\"id\": 3}, {}]}");
  expect(db, "SELECT * FROM posts WHERE id > 2", "3|1|c|C\n4|1|NULL|NULL\n");
  closeDb(db);
}
END_TEST

START_TEST(removesThatSayMore) {
  static const Wrong LIST[] = {
      {"users", "{\"id\": 1, \"posts\": {\"remove\": [{\"id\": 1, \"title\": \"a\"}]}}",
       "$.posts.remove[0].title: remove takes the key of a row, and nothing else"},
      {"users", "{\"id\": 1, \"posts\": {\"remove\": [{\"id\": 1, \"tags\": []}]}}",
       "$.posts.remove[0].tags: remove takes the key of a row, and nothing else"},
      {"posts", "{\"id\": 1, \"tags\": {\"remove\": [{\"id\": 1, \"weight\": 5}]}}",
       "$.tags.remove[0].weight: remove takes the key of a row, and nothing else"},
      {"posts", "{\"id\": 1, \"tags\": {\"remove\": [{}]}}",
       "$.tags.remove[0]: remove needs the key of the row: id"},
      {"posts", "{\"id\": 1, \"tags\": {\"remove\": [{\"id\": null}]}}",
       "$.tags.remove[0]: remove needs the key of the row: id"},
      {"posts", "{\"id\": 1, \"tags\": {\"remove\": [{\"name\": \"x\"}]}}",
       "$.tags.remove[0].name: remove takes the key of a row, and nothing else"},
  };
  REFUSES(LIST);
}
END_TEST

START_TEST(rowsThatAreNotThere) {
  static const Wrong LIST[] = {
      {"posts", "{\"id\": 1, \"tags\": [{\"id\": 1}, {\"id\": 99}]}",
       "$.tags[1]: no row of \"tags\" has this key, and there is nothing but the key to make one "
       "of"},
      {"posts", "{\"id\": 1, \"tags\": [{\"id\": 98, \"weight\": 1}]}",
       "$.tags[0]: no row of \"tags\" has this key, and there is nothing but the key to make one "
       "of"},
      {"users", "{\"id\": 1, \"boss\": {\"id\": 97}}",
       "$.boss: no row of \"users\" has this key, and there is nothing but the key to make one of"},
      {"users", "{\"id\": 1, \"posts\": {\"add\": [{\"id\": 96}]}}",
       "$.posts.add[0]: no row of \"posts\" has this key, and there is nothing but the key to make "
       "one of"},
      {"users", "{\"id\": 2, \"boss_id\": 99}", "$: FOREIGN KEY constraint failed"},
  };
  REFUSES(LIST);
}
END_TEST

START_TEST(rowsNamedTwice) {
  static const Wrong LIST[] = {
      {"users", "{\"id\": 1, \"posts\": [{\"id\": 1}, {\"id\": 2}, {\"id\": 1}]}",
       "$.posts[2]: the same row as $.posts[0]"},
      {"users", "{\"id\": 1, \"posts\": {\"add\": [{\"id\": 3}, {\"id\": \"3\"}]}}",
       "$.posts.add[1]: the same row as $.posts.add[0]"},
      {"posts", "[{\"id\": 1}, {\"id\": 2, \"tags\": [{\"id\": 2}, {\"id\": 2, \"weight\": 1}]}]",
       "$[1].tags[1]: the same row as $[1].tags[0]"},
      {"users",
       "{\"name\": \"n\", \"posts\": [{\"id\": 50, \"title\": \"p\"}, {\"id\": 50, "
       "\"title\": \"q\"}]}",
       "$.posts[1]: the same row as $.posts[0]"},
      {"posts",
       "{\"title\": \"n\", \"user_id\": 1, \"tags\": [{\"id\": 50, \"name\": \"p\"}, "
       "{\"id\": 50}]}",
       "$.tags[1]: the same row as $.tags[0]"},
  };
  REFUSES(LIST);
}
END_TEST

START_TEST(membersThatCannotBeLetGo) {
  static const Wrong LIST[] = {
      {"users", "{\"id\": 1, \"posts\": [{\"id\": 1}]}",
       "$.posts: a row of \"posts\" is not among them any more, and its user_id may not be NULL: "
       "name it, or declare delete-orphan for users.posts"},
      {"users", "[{\"id\": 2}, {\"id\": 1, \"posts\": {\"remove\": [{\"id\": 2}]}}]",
       "$[1].posts: a row of \"posts\" is not among them any more, and its user_id may not be "
       "NULL: "
       "name it, or declare delete-orphan for users.posts"},
  };
  REFUSES(LIST);
}
END_TEST

START_TEST(relationshipsThatDisagree) {
  static const Wrong LIST[] = {
      {"users", "{\"id\": 1, \"posts\": {\"add\": [{\"title\": \"n\", \"user\": {\"id\": 2}}]}}",
       "$.posts.add[0]: user says another row than what stands around it or beside it"},
      {"users", "{\"name\": \"n\", \"posts\": [{\"title\": \"n\", \"user\": null}]}",
       "$.posts[0]: posts says another row than what stands around it or beside it"},
  };
  REFUSES(LIST);
}
END_TEST

START_TEST(constraintsSayWhere) {
  static const Wrong LIST[] = {
      {"users", "{\"name\": null}", "$.name: NOT NULL constraint failed: users.name"},
      {"users", "{\"name\": \"\"}", "$: CHECK constraint failed: name <> ''"},
      {"users",
       "{\"name\": \"n\", \"posts\": [{\"title\": \"x\"}, {\"title\": \"y\"}, {\"title\": "
       "\"a\"}, {\"title\": \"z\"}]}",
       "$.posts[2].title: UNIQUE constraint failed: posts.title"},
      {"users", "[{\"id\": 1, \"name\": null}]",
       "$[0].name: NOT NULL constraint failed: users.name"},
      {"users", "{\"id\": \"five\", \"name\": \"n\"}", "$: datatype mismatch"},
      {"users", "{\"id\": 2.5, \"name\": \"n\"}", "$: datatype mismatch"},
      {"users", "{\"id\": [1], \"name\": \"n\"}", "$: datatype mismatch"},
      {"users", "{\"id\": 99999999999999999999, \"name\": \"n\"}", "$: datatype mismatch"},
      {"notes", "{\"n\": \"x\"}", "$.n: cannot store TEXT value in INT column notes.n"},
      {"users", "{\"id\": 1, \"notes\": [{\"n\": 1}, {\"n\": 2}, {\"n\": 2.5}, {\"n\": 3}]}",
       "$.notes[2].n: cannot store REAL value in INT column notes.n"},
      {"notes", "[{\"id\": 4, \"r\": {}}]",
       "$[0].r: cannot store TEXT value in REAL column notes.r"},
      {"pairs", "{\"a\": 1}", "$.b: NOT NULL constraint failed: pairs.b"},
      {"pairs", "{\"a\": 1, \"b\": null}", "$.b: NOT NULL constraint failed: pairs.b"},
  };
  REFUSES(LIST);
}
END_TEST

START_TEST(deepPathsAreCut) {
  sqlite3 *db = openWith("CREATE TABLE n(id INTEGER PRIMARY KEY, n_id INT REFERENCES n, x INT)");
  sqlite3_str *doc = sqlite3_str_new(NULL);
  char *text, *message;
  int i;
  for (i = 0; i < 100; i++) sqlite3_str_appendall(doc, "{\"n\": [");
  sqlite3_str_appendall(doc, "{\"y\": 1}");
  for (i = 0; i < 100; i++) sqlite3_str_appendall(doc, "]}");
  text = sqlite3_str_finish(doc);
  message = trySave(db, "n", text);
  ck_assert_int_eq(strncmp(message, "unit_of_work: $....n[0].n[0].", 29), 0);
  ck_assert_str_eq(strstr(message, ".y: "), ".y: \"n\" has no column or relationship \"y\"");
  sqlite3_free(message);
  sqlite3_free(text);
  holds(db, "n:\n");
  closeDb(db);
}
END_TEST

/* --- the statement around it --- */

START_TEST(onlyInsertsAreTaken) {
  sqlite3 *db = openWith(SHOP);
  expect(db, "SELECT * FROM unit_of_work",
         "! unit_of_work takes INSERTs only; selectin reads what was saved\n");
  expect(db, "DELETE FROM unit_of_work",
         "! unit_of_work takes INSERTs only; selectin reads what was saved\n");
  expect(db, "UPDATE unit_of_work SET doc = '{}' WHERE owner = 'users'",
         "! unit_of_work takes INSERTs only; selectin reads what was saved\n");
  expect(db, "INSERT INTO unit_of_work DEFAULT VALUES",
         "! unit_of_work: owner is NULL: give the name of a table\n");
  expect(db, "INSERT INTO unit_of_work(owner) VALUES('users')",
         "! unit_of_work: doc is NULL: give an object, or an array of objects, as JSON\n");
  expect(db, "INSERT INTO unit_of_work VALUES('users', x'7b7d')",
         "! unit_of_work: doc is no text: give an object, or an array of objects, as JSON\n");
  expect(db, "INSERT INTO unit_of_work VALUES(5, '{}')",
         "! unit_of_work: owner is no text: give the name of a table\n");
  expect(db, "SELECT * FROM relationship_rows", "! relationship_rows is internal\n");
  closeDb(db);
}
END_TEST

/* An older SQLite does not look at what a trigger writes to. */
START_TEST(triggersAndViewsCannotSave) {
  sqlite3 *db = openWith(SHOP);
  run(db,
      "CREATE VIEW door AS SELECT '' AS doc; CREATE TRIGGER enter INSTEAD OF INSERT ON door BEGIN "
      "INSERT INTO unit_of_work(owner, doc) VALUES('users', NEW.doc); END");
  if (sqlite3_libversion_number() >= 3040000) {
    expect(db, "INSERT INTO door VALUES('{\"name\": \"n\"}')",
           "! unsafe use of virtual table \"unit_of_work\"\n");
    expect(db, "SELECT count(*) FROM users", "2\n");
  }
  closeDb(db);
}
END_TEST

Suite *relTestSaveErrors(void) {
  Suite *suite = suite_create("save_errors");
  add(suite, "ownersThatCannotBeSavedInto", ownersThatCannotBeSavedInto);
  add(suite, "malformedDocuments", malformedDocuments);
  add(suite, "unknownFields", unknownFields);
  add(suite, "fieldsGivenTwice", fieldsGivenTwice);
  add(suite, "wrongShapes", wrongShapes);
  add(suite, "whatCascadesDoNotAllow", whatCascadesDoNotAllow);
  add(suite, "removesThatSayMore", removesThatSayMore);
  add(suite, "rowsThatAreNotThere", rowsThatAreNotThere);
  add(suite, "rowsNamedTwice", rowsNamedTwice);
  add(suite, "membersThatCannotBeLetGo", membersThatCannotBeLetGo);
  add(suite, "relationshipsThatDisagree", relationshipsThatDisagree);
  add(suite, "constraintsSayWhere", constraintsSayWhere);
  add(suite, "deepPathsAreCut", deepPathsAreCut);
  add(suite, "onlyInsertsAreTaken", onlyInsertsAreTaken);
  add(suite, "triggersAndViewsCannotSave", triggersAndViewsCannotSave);
  return suite;
}
