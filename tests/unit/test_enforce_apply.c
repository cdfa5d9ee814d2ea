/*
** What enforce/ makes in the database, and how it keeps that in step: by as little DDL as it takes,
** beside the user's own objects, in any database of the connection.
*/
#include "unit/declared.h"

#define OURS "SELECT name FROM sqlite_schema WHERE sql LIKE '%/* made by relationship%'"

#define SCHEMA                                                                                     \
  "SELECT s.rowid, s.*, v.schema_version FROM sqlite_schema AS s, pragma_schema_version AS v"

static const char BLOG[] =
    "CREATE TABLE users(id INTEGER PRIMARY KEY, name);"
    "CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INT REFERENCES users);"
    "INSERT INTO users VALUES(1, 'ann'), (2, 'bob');"
    "INSERT INTO posts VALUES(1, 1), (2, 2);";
static const char POSTS[] = "owner=users; name=posts; target=posts; cascade=all, delete-orphan";

/* With no changes: sync. With `drop`: all that is declared goes. */
static char *trySync(Db db, int drop) {
  RelError error = {SQLITE_OK, NULL};
  RelChanges changes;
  char *message;
  memset(&changes, 0, sizeof changes);
  relModelRefresh(&error, db.model);
  if (drop) relPlanDrop(&error, db.model, &changes);
  relCarryOut(&error, db.model, &changes);
  message = error.rc == SQLITE_OK ? NULL : sqlite3_mprintf("%s", error.message);
  relErrorClear(&error);
  relChangesClear(&changes);
  return message;
}

static void sync(Db db, int drop) {
  char *message = trySync(db, drop);
  ck_assert_msg(message == NULL, "%s", message);
}

START_TEST(syncChangesNothingThatIsRight) {
  Db db = openDb(BLOG);
  char *before, *after;
  run(db, "CREATE TABLE n(id INTEGER PRIMARY KEY, a INT, b INT)");
  declare(db, POSTS);
  declare(db, "owner=posts; name=author; target=users");
  declare(db, "owner=n; name=as; target=n; foreign_keys=a; cascade=all");
  declare(db, "owner=n; name=bs; target=n; foreign_keys=b; cascade=all");
  before = rows(db, SCHEMA);
  sync(db, 0);
  after = rows(db, SCHEMA);
  ck_assert_str_eq(before, after);
  sqlite3_free(before);
  sqlite3_free(after);
  closeDb(db);
}
END_TEST

START_TEST(everythingGoesWithTheDeclarations) {
  Db db = openDb(BLOG);
  run(db, "CREATE TABLE n(id INTEGER PRIMARY KEY, a INT, b INT)");
  declare(db, POSTS);
  declare(db, "owner=n; name=as; target=n; foreign_keys=a; cascade=all");
  declare(db, "owner=n; name=bs; target=n; foreign_keys=b; cascade=all");
  gives(
      db, OURS,
      "n.as\nn.as:append\nn.as:index\nn.as:leave\nn.as:move\nn.as:remove\nn.as:work\nn.as:work 0\n"
      "n.as:work 1\nn.as:work 2\nn.as:work 3\nn.as:work 4\nn.as:work 5\nn.as:work delete n\n"
      "n.bs\nn.bs:append\nn.bs:index\nn.bs:leave\nn.bs:move\nn.bs:remove\nn:cascade\nn:cascade in "
      "a run\n"
      "n:names\nposts:names\nrelationship:work\nusers.posts\n"
      "users.posts:append\nusers.posts:index\nusers.posts:leave\nusers.posts:move\nusers.posts:"
      "orphan\n"
      "users.posts:remove\nusers:delete\nusers:names\n");
  sync(db, 1);
  gives(db, "SELECT name FROM sqlite_schema WHERE sql IS NOT NULL",
        "n\nposts\nrelationship_catalog\nusers\n");
  closeDb(db);
}
END_TEST

/* SQLite drops no index while a statement runs: what has to stay is used again. */
START_TEST(indexesOutliveARunningStatement) {
  Db db = openDb(BLOG);
  sqlite3_stmt *running;
  run(db, "CREATE TABLE pages(id INTEGER PRIMARY KEY, user_id INT REFERENCES users)");
  declare(db, POSTS);
  ck_assert_int_eq(sqlite3_prepare_v2(db.db, "SELECT * FROM users", -1, &running, NULL), SQLITE_OK);
  ck_assert_int_eq(sqlite3_step(running), SQLITE_ROW);
  sync(db, 1);
  gives(db, OURS, "users.posts:index\n");
  declare(db, "owner=posts; name=author; target=users; cascade=all");
  gives(db, OURS,
        "posts.author\nposts.author:append\nposts.author:leave\nposts.author:move\nposts.author:"
        "remove\nposts:delete\n"
        "posts:names\nusers.posts:index\nusers:names\n");
  declare(db, "owner=users; name=posts; target=pages");
  gives(db, "SELECT name, tbl_name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL",
        "users.posts 2:index,pages\nusers.posts:index,posts\n");
  sqlite3_finalize(running);
  sync(db, 1);
  gives(db, OURS, "");
  closeDb(db);
}
END_TEST

START_TEST(theUsersIndexesServe) {
  Db db = openDb("CREATE TABLE a(x INT, y TEXT COLLATE NOCASE, PRIMARY KEY(x, y));"
                 "CREATE TABLE m(x INT, y TEXT, FOREIGN KEY(x, y) REFERENCES a);"
                 "CREATE TABLE one(id INTEGER PRIMARY KEY REFERENCES b);"
                 "CREATE TABLE b(id INTEGER PRIMARY KEY, c INT UNIQUE REFERENCES b);"
                 "CREATE INDEX plain ON m(x, y);"
                 "CREATE INDEX partly ON m(y COLLATE NOCASE, x) WHERE x > 0;"
                 "CREATE INDEX expression ON m(x, lower(y));");
  declare(db, "owner=a; name=ms; target=m");
  declare(db, "owner=b; name=one; target=one");
  declare(db, "owner=b; name=next; target=b");
  gives(db, OURS " AND type = 'index'", "a.ms:index\n");
  run(db, "CREATE INDEX right ON m(y COLLATE NOCASE, x, y)");
  sync(db, 0);
  gives(db, OURS " AND type = 'index'", "");
  closeDb(db);
}
END_TEST

/* One index for both relationships of a key. */
START_TEST(indexesAreShared) {
  Db db = openDb(BLOG);
  declare(db, "owner=posts; name=author; target=users; cascade=all");
  declare(db, POSTS);
  gives(db, OURS " AND type = 'index'", "posts.author:index\n");
  closeDb(db);
}
END_TEST

START_TEST(whatIsGoneOrEditedIsRenewed) {
  Db db = openDb(BLOG);
  declare(db, POSTS);
  run(db,
      "DROP TRIGGER \"users:delete\"; DROP INDEX \"users.posts:index\"; DROP VIEW \"users.posts\";"
      "CREATE VIEW \"users.posts\" AS SELECT /* made by relationship; sync renews it */ 1 AS x");
  sync(db, 0);
  gives(db, "SELECT * FROM \"users.posts\"", "1,1,1\n2,2,2\n");
  run(db, "DELETE FROM \"users.posts\" WHERE id = 2; DELETE FROM users");
  gives(db, "SELECT * FROM posts", "");
  closeDb(db);
}
END_TEST

START_TEST(renamedTablesAndColumnsKeepWorking) {
  Db db = openDb(BLOG);
  run(db, "CREATE TABLE n(id INTEGER PRIMARY KEY, up INT)");
  declare(db, POSTS);
  declare(db, "owner=n; name=below; target=n; foreign_keys=up; cascade=all");
  run(db, "ALTER TABLE posts RENAME TO articles; ALTER TABLE articles RENAME user_id TO author_id;"
          "ALTER TABLE users RENAME id TO nr; ALTER TABLE n RENAME TO node;"
          "ALTER TABLE node RENAME up TO parent; ALTER TABLE articles ADD COLUMN extra");
  run(db, "DELETE FROM users WHERE nr = 1; UPDATE articles SET author_id = NULL");
  gives(db, "SELECT * FROM articles", "");
  run(db, "INSERT INTO node VALUES(1, NULL), (2, 1), (3, 2); DELETE FROM node WHERE id = 1");
  gives(db, "SELECT * FROM node", "");
  closeDb(db);
}
END_TEST

START_TEST(namesOfTheUsersAreLeftAlone) {
  Db db = openDb(BLOG);
  run(db, "CREATE TABLE \"Users.Posts\"(x)");
  refusesToDeclare(db, POSTS,
                   "relationship: users.posts: the view \"users.posts\" cannot be made: there is a "
                   "table of that name; rename it, or give the relationship another name");
  run(db, "DROP TABLE \"Users.Posts\"; CREATE TRIGGER \"users:delete\" AFTER DELETE ON users BEGIN "
          "SELECT 1; END");
  refusesToDeclare(
      db, POSTS,
      "relationship: users.posts: the trigger \"users:delete\" cannot be made: there is "
      "a trigger of that name; rename it, or give the relationship another name");
  gives(db, OURS, "");
  closeDb(db);
}
END_TEST

START_TEST(whatDoesNotWorkIsReported) {
  Db db = openDb("CREATE TABLE a(id INTEGER PRIMARY KEY, n);"
                 "CREATE TABLE m(id INTEGER PRIMARY KEY, a INT REFERENCES a);"
                 "CREATE TRIGGER broken AFTER DELETE ON m BEGIN DELETE FROM missing; END;");
  refusesToDeclare(db, "owner=a; name=ms; target=m; cascade=all",
                   "relationship: a.ms: the trigger \"a:delete\" does not work: no such table: "
                   "main.missing");
  gives(db, OURS, "");
  closeDb(db);
}
END_TEST

/* Strict settings that a program may have: no strings in double quotes, no trusted schema, DEFENSIVE. */
START_TEST(strictSettings) {
  Db db = openDb(BLOG);
  run(db, "CREATE TABLE n(id INTEGER PRIMARY KEY, a INT, b INT); PRAGMA trusted_schema = 0");
  sqlite3_db_config(db.db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
  sqlite3_db_config(db.db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
  sqlite3_db_config(db.db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  declare(db, POSTS);
  declare(db, "owner=n; name=as; target=n; foreign_keys=a; cascade=all, delete-orphan");
  declare(db, "owner=n; name=bs; target=n; foreign_keys=b; cascade=all, delete-orphan");
  run(db, "INSERT INTO n VALUES(1, 1, 1), (2, 1, 1), (3, 2, 1); DELETE FROM n WHERE id = 2");
  gives(db, "SELECT * FROM n", "1,1,1\n");
  run(db, "DELETE FROM \"users.posts\" WHERE owner_id = 2; DELETE FROM users");
  gives(db, "SELECT * FROM posts", "");
  closeDb(db);
}
END_TEST

START_TEST(attachedDatabases) {
  RelError error = {SQLITE_OK, NULL};
  Db db = openDb("ATTACH ':memory:' AS \"an other\";"
                 "CREATE TABLE posts(wrong);"
                 "CREATE TABLE \"an other\".users(id INTEGER PRIMARY KEY);"
                 "CREATE TABLE \"an other\".posts(id INTEGER PRIMARY KEY, user_id INT, up INT);"
                 "INSERT INTO \"an other\".users VALUES(1), (2);"
                 "INSERT INTO \"an other\".posts VALUES(1, 1, 2), (2, 2, NULL), (3, 2, 1);");
  relModelFree(db.model);
  db.model = relModelNew(&error, db.db, "an other");
  declare(
      db,
      "owner=users; name=posts; target=posts; foreign_keys=user_id; cascade=all, delete-orphan");
  declare(db, "owner=posts; name=replies; target=posts; foreign_keys=up; cascade=all");
  gives(db, "SELECT count(*) FROM main.sqlite_schema", "1\n");
  gives(db, "SELECT id FROM \"an other\".\"users.posts\"", "1\n2\n3\n");
  run(db, "DELETE FROM \"an other\".posts WHERE id = 1");
  gives(db, "SELECT id FROM \"an other\".posts", "2\n");
  run(db, "DELETE FROM \"an other\".users");
  gives(db, "SELECT id FROM \"an other\".posts", "");
  sync(db, 1);
  gives(db, "SELECT name FROM \"an other\".sqlite_schema WHERE sql IS NOT NULL",
        "posts\nrelationship_catalog\nusers\n");
  closeDb(db);
}
END_TEST

/* Nothing of it needs the extension: the file's own text carries it to another connection. */
START_TEST(plainSqlCarriesItAll) {
  Db db = openDb(BLOG), other;
  char *script;
  declare(db, POSTS);
  script = rows(db, "SELECT sql || ';' FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY "
                    "type = 'trigger', type = 'view', rowid");
  other = openDb(script);
  run(other, "INSERT INTO users VALUES(1, 'x'); INSERT INTO posts VALUES(1, 1), (2, NULL);"
             "DELETE FROM users");
  gives(other, "SELECT id FROM posts", "2\n");
  sqlite3_free(script);
  closeDb(other);
  closeDb(db);
}
END_TEST

Suite *relTestEnforceApply(void) {
  Suite *suite = suite_create("enforce_apply");
  TCase *cases = tcase_create("apply");
  tcase_add_test(cases, syncChangesNothingThatIsRight);
  tcase_add_test(cases, everythingGoesWithTheDeclarations);
  tcase_add_test(cases, indexesOutliveARunningStatement);
  tcase_add_test(cases, theUsersIndexesServe);
  tcase_add_test(cases, indexesAreShared);
  tcase_add_test(cases, whatIsGoneOrEditedIsRenewed);
  tcase_add_test(cases, renamedTablesAndColumnsKeepWorking);
  tcase_add_test(cases, namesOfTheUsersAreLeftAlone);
  tcase_add_test(cases, whatDoesNotWorkIsReported);
  tcase_add_test(cases, strictSettings);
  tcase_add_test(cases, attachedDatabases);
  tcase_add_test(cases, plainSqlCarriesItAll);
  suite_add_tcase(suite, cases);
  return suite;
}
