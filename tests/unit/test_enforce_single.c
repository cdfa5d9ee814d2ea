/*
** One member only, one parent only: UNIQUE indexes.
*/
#include "unit/declared.h"

static Db openUsers(void) {
  return openDb("CREATE TABLE users(id INTEGER PRIMARY KEY, name);"
                "CREATE TABLE profiles(id INTEGER PRIMARY KEY, user_id INT REFERENCES users, main);"
                "CREATE TABLE tags(name TEXT COLLATE NOCASE PRIMARY KEY);"
                "CREATE TABLE user_tags(user_id INT REFERENCES users, tag TEXT REFERENCES tags,"
                "  PRIMARY KEY(user_id, tag));"
                "INSERT INTO users VALUES(1, 'ann'), (2, 'bob');"
                "INSERT INTO tags VALUES('red'), ('blue');");
}

static const char MADE[] = "SELECT sql FROM sqlite_schema WHERE type = 'index' AND sql NOTNULL";

START_TEST(aScalarHasOneMember) {
  Db db = openUsers();
  declare(db, "owner=users; name=profile; target=profiles; uselist=0");
  gives(
      db, MADE,
      "CREATE UNIQUE INDEX \"users.profile:single\" /* made by relationship; sync renews it */ ON "
      "\"profiles\"(\"user_id\")\n");
  run(db, "INSERT INTO profiles VALUES(1, 1, 0), (2, NULL, 0), (3, NULL, 0)");
  refuses(db, "INSERT INTO profiles VALUES(4, 1, 0)", "UNIQUE constraint failed: profiles.user_id");
  declare(db, "owner=users; name=profile; target=profiles; uselist=0; cascade=all");
  declare(db, "owner=users; name=profile; target=profiles");
  gives(db, MADE,
        "CREATE INDEX \"users.profile:index\" /* made by relationship; sync renews it */ ON "
        "\"profiles\"(\"user_id\")\n");
  closeDb(db);
}
END_TEST

START_TEST(rowsThatBreakItAreNamed) {
  Db db = openUsers();
  run(db, "INSERT INTO profiles VALUES(1, NULL, 0), (2, NULL, 0), (3, 2, 0), (4, 2, 0);"
          "INSERT INTO user_tags VALUES(1, 'Red'), (2, 'RED')");
  refusesToDeclare(
      db, "owner=users; name=profile; target=profiles; uselist=0",
      "relationship: users.profile: uselist=0 allows one member only, but \"profiles\" "
      "has several rows with \"profiles\".\"user_id\" = 2; leave one of them, or leave "
      "uselist=0 out");
  refusesToDeclare(db, "owner=profiles; name=user; target=users; single_parent=1",
                   "relationship: profiles.user: single_parent allows one parent only, but "
                   "\"profiles\" has several rows with \"profiles\".\"user_id\" = 2; leave one of "
                   "them, or leave single_parent out");
  refusesToDeclare(
      db, "owner=users; name=tags; target=tags; secondary=user_tags; single_parent=1",
      "relationship: users.tags: single_parent allows one parent only, but "
      "\"user_tags\" has several rows with \"user_tags\".\"tag\" = 'Red'; leave one of "
      "them, or leave single_parent out");
  gives(db, MADE, "");
  gives(db, "SELECT count(*) FROM sqlite_schema WHERE name LIKE '%catalog%'", "0\n");
  closeDb(db);
}
END_TEST

/* In the collation of the key that is referenced: 'red' and 'RED' are one tag. */
START_TEST(aSingleParentHasOneLink) {
  Db db = openUsers();
  declare(db, "owner=users; name=tags; target=tags; secondary=user_tags; single_parent=1");
  run(db, "INSERT INTO user_tags VALUES(1, 'red'), (1, 'blue')");
  refuses(db, "INSERT INTO user_tags VALUES(2, 'RED')", "UNIQUE constraint failed: user_tags.tag");
  gives(
      db, MADE,
      "CREATE UNIQUE INDEX \"users.tags:target single\" /* made by relationship; sync renews it */ "
      "ON \"user_tags\"(\"tag\" COLLATE \"NOCASE\")\n");
  closeDb(db);
}
END_TEST

START_TEST(aSingleParentRefersAlone) {
  Db db = openUsers();
  declare(db, "owner=profiles; name=user; target=users; single_parent=1");
  declare(db, "owner=users; name=profile; target=profiles; uselist=0");
  gives(db, "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql NOTNULL",
        "profiles.user:single\n");
  run(db, "INSERT INTO profiles VALUES(1, 1, 0)");
  refuses(db, "INSERT INTO profiles VALUES(2, 1, 0)", "UNIQUE constraint failed: profiles.user_id");
  closeDb(db);
}
END_TEST

/* Only the members that fulfil the join's condition are counted, where SQLite can index it. */
START_TEST(onlyMembersAreCounted) {
  Db db = openUsers();
  run(db, "INSERT INTO profiles VALUES(1, 1, 1), (2, 1, 0), (3, 2, 0)");
  declare(db, "owner=users; name=main; target=profiles; uselist=0; "
              "primaryjoin=users.id = profiles.user_id AND profiles.main");
  refuses(db, "UPDATE profiles SET main = 1", "UNIQUE constraint failed: profiles.user_id");
  declare(db, "owner=users; name=last; target=profiles; uselist=0; primaryjoin=users.id = "
              "profiles.user_id AND profiles.id = (SELECT max(p.id) FROM profiles AS p)");
  gives(db, "SELECT name FROM sqlite_schema WHERE sql LIKE 'CREATE UNIQUE%'",
        "users.main:single\n");
  closeDb(db);
}
END_TEST

START_TEST(aKeyThatIsUniqueNeedsNoIndex) {
  Db db = openDb("CREATE TABLE a(code TEXT COLLATE NOCASE PRIMARY KEY, id INTEGER UNIQUE);"
                 "CREATE TABLE b(a TEXT UNIQUE REFERENCES a);"
                 "CREATE TABLE c(id INTEGER PRIMARY KEY REFERENCES a(id));"
                 "CREATE TABLE d(tenant, a TEXT COLLATE NOCASE UNIQUE REFERENCES a);");
  declare(db, "owner=a; name=c; target=c");
  declare(db, "owner=a; name=d; target=d; uselist=0");
  declare(db, "owner=d; name=a_; target=a; single_parent=1");
  gives(db, MADE, "");
  declare(db, "owner=a; name=b; target=b"); /* one to one, but UNIQUE in another collation */
  gives(db, "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql NOTNULL", "a.b:single\n");
  closeDb(db);
}
END_TEST

Suite *relTestEnforceSingle(void) {
  Suite *suite = suite_create("enforce_single");
  TCase *cases = tcase_create("one");
  tcase_add_test(cases, aScalarHasOneMember);
  tcase_add_test(cases, rowsThatBreakItAreNamed);
  tcase_add_test(cases, aSingleParentHasOneLink);
  tcase_add_test(cases, aSingleParentRefersAlone);
  tcase_add_test(cases, onlyMembersAreCounted);
  tcase_add_test(cases, aKeyThatIsUniqueNeedsNoIndex);
  suite_add_tcase(suite, cases);
  return suite;
}
