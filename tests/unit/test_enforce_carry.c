/*
** passive_updates=0: changed keys are carried to the rows that refer to them, in every mode. The
** oracle is SQLite's own ON UPDATE CASCADE on a twin, where that can do the same.
*/
#include "unit/declared.h"

enum { KEYS = 6, MODES = 4 * KEYS };

static const char *const NATIVE[KEYS] = {NULL,       "NO ACTION",   "CASCADE",
                                         "SET NULL", "SET DEFAULT", "RESTRICT"};

/* "@(a, b) users(x, y)@" in a schema is a foreign key of the given kind, or nothing. */
static Db openKind(const char *native, const char *schema) {
  sqlite3_str *text = sqlite3_str_new(NULL);
  char *sql;
  Db db;
  while (*schema) {
    size_t plain = strcspn(schema, "@"), name, key;
    sqlite3_str_append(text, schema, (int)plain);
    schema += plain;
    if (*schema == 0) break;
    key = strcspn(++schema, "@");
    name = strcspn(schema, ")") + 1;
    if (native != NULL) {
      sqlite3_str_appendf(text, ", FOREIGN KEY %.*s REFERENCES %.*s ON UPDATE %s", (int)name,
                          schema, (int)(key - name), schema + name, native);
    }
    schema += key + 1;
  }
  sql = sqlite3_str_finish(text);
  db = openDb(sql);
  sqlite3_free(sql);
  return db;
}

static Db openMode(int mode, const char *schema) {
  Db db = openKind(NATIVE[mode / 4], schema);
  run(db, mode & 1 ? "PRAGMA foreign_keys = 1" : "PRAGMA foreign_keys = 0");
  run(db, mode & 2 ? "PRAGMA recursive_triggers = 1" : "PRAGMA recursive_triggers = 0");
  return db;
}

static int isNative(int mode, const char *action) {
  return NATIVE[mode / 4] != NULL && strcmp(NATIVE[mode / 4], action) == 0;
}

/* Runs the same on both, and compares the tables. */
static void both(Db db, Db twin, const char *sql, const char *const *tables) {
  run(db, sql);
  run(twin, sql);
  for (; *tables != NULL; tables++) {
    char *all = sqlite3_mprintf("SELECT *, 0 FROM \"%w\" ORDER BY 1, 2, 3", *tables);
    char *expected = rows(twin, all), *result = rows(db, all);
    ck_assert_msg(strcmp(result, expected) == 0, "%s\n%s\ngives\n%sexpected\n%s", sql, all, result,
                  expected);
    sqlite3_free(result);
    sqlite3_free(expected);
    sqlite3_free(all);
  }
}

/* --- one-to-many, and what refers further --- */

static const char SHOP[] =
    "CREATE TABLE shops(tenant TEXT COLLATE NOCASE, nr INT, name, PRIMARY KEY(tenant, nr));"
    "CREATE TABLE \"the orders\"(nr INT, tenant TEXT, shop INT DEFAULT NULL, note,"
    "  PRIMARY KEY(tenant, nr) @(tenant, shop) shops(tenant, nr)@) WITHOUT ROWID;"
    "CREATE TABLE items(id INTEGER PRIMARY KEY, tenant TEXT, \"or'der\" INT"
    "  @(tenant, \"or'der\") \"the orders\"(tenant, nr)@);"
    "INSERT INTO shops VALUES('A', 1, 'x'), ('a', 2, 'y'), ('b', 1, 'z');"
    "INSERT INTO \"the orders\" VALUES(1, 'a', 1, 'p'), (2, 'A', 1, 'q'), (1, 'b', 1, 'r'),"
    "  (3, 'a', NULL, 's');"
    "INSERT INTO items VALUES(1, 'a', 1), (2, 'A', 2), (3, 'b', 1), (4, 'a', NULL);";

START_TEST(changedKeysAreCarriedAtAllLevels) {
  static const char *const TABLES[] = {"shops", "the orders", "items", NULL};
  Db db = openMode(_i, SHOP), twin;
  /* a part of the orders' primary key cannot be emptied, so what the native keys do is no rule */
  if (isNative(_i, "SET NULL") || isNative(_i, "SET DEFAULT")) {
    run(db, "PRAGMA foreign_keys = 0");
  }
  twin = openKind("CASCADE", SHOP);
  run(twin, "PRAGMA foreign_keys = 1");
  declare(db, "owner=shops; name=orders; target=the orders; passive_updates=0; "
              "foreign_keys=\"the orders\".tenant, \"the orders\".shop");
  declare(db, "owner=the orders; name=items; target=items; passive_updates=0; "
              "foreign_keys=items.tenant, items.\"or'der\"");
  both(db, twin, "UPDATE shops SET tenant = 'c' WHERE nr = 1 AND tenant = 'A'", TABLES);
  both(db, twin, "UPDATE shops SET nr = nr + 10, name = 'w'", TABLES);
  both(db, twin, "UPDATE \"the orders\" SET nr = nr + 5 WHERE tenant = 'c'", TABLES);
  both(db, twin, "UPDATE shops SET name = 'v'; UPDATE shops SET nr = nr, tenant = tenant", TABLES);
  closeDb(twin);
  closeDb(db);
}
END_TEST

/* No shared columns: every native ON UPDATE would be free to act, and none of them does. */
static const char BLOG[] =
    "CREATE TABLE users(id INTEGER PRIMARY KEY, name);"
    "CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INT DEFAULT 2, title"
    "  @(user_id) users(id)@);"
    "INSERT INTO users VALUES(1, 'ann'), (2, 'bob');"
    "INSERT INTO posts VALUES(1, 1, 'a'), (2, 1, 'b'), (3, 2, 'c'), (4, NULL, 'd');";

START_TEST(noNativeActionComesFirst) {
  Db db = openMode(_i, BLOG);
  declare(db, "owner=users; name=posts; target=posts; foreign_keys=user_id; passive_updates=0");
  run(db, "UPDATE users SET id = 7 WHERE id = 1");
  gives(db, "SELECT id, user_id FROM posts", "1,7\n2,7\n3,2\n4,NULL\n");
  run(db, "UPDATE users SET rowid = id + 10");
  gives(db, "SELECT id, user_id FROM posts", "1,17\n2,17\n3,12\n4,NULL\n");
  run(db, "UPDATE OR IGNORE users SET id = 12 WHERE id = 17");
  gives(db, "SELECT id, user_id FROM posts", "1,17\n2,17\n3,12\n4,NULL\n");
  gives(db, "SELECT id FROM users", "12\n17\n");
  closeDb(db);
}
END_TEST

/* Following a key is a move, whoever watches: neither end is let go. */
START_TEST(followingIsNotLettingGo) {
  Db db = openMode(_i, BLOG);
  int early = isNative(_i, "SET NULL") || isNative(_i, "SET DEFAULT") || isNative(_i, "RESTRICT");
  declare(db, "owner=users; name=posts; target=posts; foreign_keys=user_id; passive_updates=0; "
              "cascade=all, delete-orphan");
  if (early) {
    refusesToDeclare(
        db, "owner=posts; name=author; target=users; foreign_keys=user_id; cascade=delete-orphan",
        "relationship: users.posts: passive_updates=0 cannot be held beside delete-orphan of "
        "\"posts.author\": a row that follows its key would look like one that lets go of its "
        "target; leave one of the two out");
  } else {
    declare(
        db,
        "owner=posts; name=author; target=users; foreign_keys=user_id; cascade=all, delete-orphan");
  }
  run(db, "UPDATE users SET id = 7 WHERE id = 1");
  gives(db, "SELECT * FROM users", "2,bob\n7,ann\n");
  gives(db, "SELECT id, user_id FROM posts", "1,7\n2,7\n3,2\n4,NULL\n");
  run(db, "UPDATE posts SET user_id = NULL WHERE id = 1");
  gives(db, "SELECT id, user_id FROM posts", "2,7\n3,2\n4,NULL\n");
  closeDb(db);
}
END_TEST

START_TEST(aManyToOneFollowsItsTarget) {
  Db db = openMode(_i, BLOG);
  declare(db, "owner=posts; name=author; target=users; foreign_keys=user_id; passive_updates=0");
  run(db, "UPDATE users SET id = 7 WHERE id = 1");
  gives(db, "SELECT id, user_id FROM posts", "1,7\n2,7\n3,2\n4,NULL\n");
  gives(db, "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql NOTNULL",
        "posts.author:index\n");
  closeDb(db);
}
END_TEST

START_TEST(bothEndsOfAssociationsAreCarried) {
  static const char *const TABLES[] = {"posts", "tags", "post_tags", NULL};
  static const char SCHEMA[] =
      "CREATE TABLE posts(id INTEGER PRIMARY KEY, t);"
      "CREATE TABLE tags(name TEXT PRIMARY KEY COLLATE NOCASE, t);"
      "CREATE TABLE post_tags(post INT, tag TEXT, at, PRIMARY KEY(post, tag)"
      "  @(post) posts(id)@ @(tag) tags(name)@);"
      "INSERT INTO posts(id) VALUES(1), (2); INSERT INTO tags VALUES('red', 0), ('blue', 0);"
      "INSERT INTO post_tags VALUES(1, 'RED', 1), (1, 'blue', 2), (2, 'red', 3);";
  Db db = openMode(_i, SCHEMA), twin = openKind("CASCADE", SCHEMA);
  run(twin, "PRAGMA foreign_keys = 1");
  declare(db, "owner=posts; name=tags; target=tags; secondary=post_tags; passive_updates=0; "
              "foreign_keys=post_tags.post, post_tags.tag");
  both(db, twin, "UPDATE posts SET id = id + 4", TABLES);
  both(db, twin, "UPDATE tags SET name = 'green' WHERE name = 'Red'", TABLES);
  closeDb(twin);
  closeDb(db);
}
END_TEST

/* --- keys that refer to themselves --- */

static const char TREE[] =
    "CREATE TABLE n(tenant INT, id INT, pid INT, PRIMARY KEY(tenant, id)"
    "  @(tenant, pid) n(tenant, id)@) WITHOUT ROWID;"
    "CREATE TABLE likes(id INTEGER PRIMARY KEY, tenant INT, n INT @(tenant, n) n(tenant, id)@);";

static void declareTree(Db db) {
  declare(db, "owner=n; name=kids; target=n; passive_updates=0; foreign_keys=tenant, pid");
  declare(db, "owner=n; name=likes; target=likes; passive_updates=0; foreign_keys=likes.tenant, "
              "likes.n");
}

/* A foreign key that shares a column with the key: a change goes down the whole tree. */
START_TEST(sharedColumnsAreCarriedDownTrees) {
  static const char *const TABLES[] = {"n", "likes", NULL};
  static const char DATA[] =
      "INSERT INTO n VALUES(1, 1, NULL), (1, 2, 1), (1, 3, 2), (1, 4, 2), (1, 5, 5), (2, 9, NULL),"
      "  (1, 6, 8), (1, 7, 6), (1, 8, 7);"
      "INSERT INTO likes VALUES(1, 1, 1), (2, 1, 3), (3, 1, 5), (4, 2, 9), (5, 1, NULL), (6, 1, "
      "7);";
  Db db, twin;
  db = openMode(_i, TREE);
  twin = openKind("CASCADE", TREE);
  run(db, "PRAGMA defer_foreign_keys = 0");
  run(db, DATA);
  run(twin, DATA);
  run(twin, "PRAGMA foreign_keys = 1");
  declareTree(db);
  both(db, twin, "UPDATE n SET tenant = 3 WHERE id = 1", TABLES);
  both(db, twin, "UPDATE n SET id = 40 WHERE id = 4", TABLES);
  both(db, twin, "UPDATE n SET id = 50 WHERE id = 5; UPDATE n SET tenant = 4 WHERE id = 50",
       TABLES);
  both(db, twin, "UPDATE n SET tenant = 5 WHERE id = 7", TABLES);
  both(db, twin, "UPDATE n SET tenant = tenant + 10", TABLES);
  closeDb(twin);
  closeDb(db);
}
END_TEST

START_TEST(selfReferencesFollow) {
  Db db = openMode(_i, "CREATE TABLE n(id INTEGER PRIMARY KEY, pid INT @(pid) n(id)@);"
                       "INSERT INTO n VALUES(1, NULL), (2, 1), (3, 3), (4, 3), (5, 6), (6, 5);");
  declare(db, "owner=n; name=kids; target=n; passive_updates=0; foreign_keys=pid");
  if (isNative(_i, "RESTRICT") && (_i & 1)) { /* SQLite counts the row itself */
    refuses(db, "UPDATE n SET id = id + 10", "FOREIGN KEY constraint failed");
    run(db, "PRAGMA foreign_keys = 0");
  }
  run(db, "UPDATE n SET id = id + 10");
  gives(db, "SELECT * FROM n", "11,NULL\n12,11\n13,13\n14,13\n15,16\n16,15\n");
  closeDb(db);
}
END_TEST

START_TEST(longChainsAreCarriedInLinearTime) {
  Db db;
  db = openMode(_i, TREE);
  declareTree(db);
  run(db, "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 20000) "
          "INSERT INTO n SELECT 1, 20001 - i, nullif(20000 - i, 0) FROM c ORDER BY i DESC");
  run(db, "INSERT INTO likes VALUES(1, 1, 20000)");
  run(db, "UPDATE n SET tenant = 2 WHERE id = 1");
  gives(db, "SELECT tenant, count(*) FROM n GROUP BY 1", "2,20000\n");
  gives(db, "SELECT * FROM likes", "1,2,20000\n");
  closeDb(db);
}
END_TEST

/* Two tables that refer to each other by a shared column. */
START_TEST(cyclesOverTablesAreCarried) {
  static const char *const TABLES[] = {"users", "teams", NULL};
  static const char SCHEMA[] =
      "CREATE TABLE users(tenant TEXT COLLATE NOCASE, id INT, team INT, PRIMARY KEY(tenant, id)"
      "  @(tenant, team) teams(tenant, id)@);"
      "CREATE TABLE teams(tenant TEXT COLLATE NOCASE, id INT, boss INT, PRIMARY KEY(tenant, id)"
      "  @(tenant, boss) users(tenant, id)@);";
  static const char DATA[] = "INSERT INTO users VALUES('a', 1, NULL), ('A', 2, 1), ('a', 3, 1),"
                             "  ('a', 4, 2), ('b', 1, NULL);"
                             "INSERT INTO teams VALUES('a', 1, 1), ('a', 2, 3), ('a', 3, 4);";
  Db db, twin;
  db = openMode(_i, SCHEMA);
  twin = openKind("CASCADE", SCHEMA);
  run(db, "PRAGMA foreign_keys = 0");
  run(db, DATA);
  run(twin, DATA);
  run(db, _i & 1 ? "PRAGMA foreign_keys = 1" : "PRAGMA foreign_keys = 0");
  run(twin, "PRAGMA foreign_keys = 1");
  declare(db, "owner=users; name=leads; target=teams; passive_updates=0; "
              "foreign_keys=teams.tenant, teams.boss");
  declare(db, "owner=teams; name=people; target=users; passive_updates=0; "
              "foreign_keys=users.tenant, users.team");
  both(db, twin, "UPDATE users SET tenant = 'c' WHERE id = 1 AND tenant = 'a'", TABLES);
  both(db, twin, "UPDATE teams SET id = 30 WHERE id = 3", TABLES);
  closeDb(twin);
  closeDb(db);
}
END_TEST

/* --- what is special --- */

START_TEST(onlyMembersFollow) {
  Db db = openMode(_i & 3, BLOG);
  run(db, "PRAGMA foreign_keys = 0");
  declare(db, "owner=users; name=posts; target=posts; foreign_keys=posts.user_id; "
              "passive_updates=0; primaryjoin=users.id = posts.user_id AND posts.title <> 'b'");
  run(db, "UPDATE users SET id = 7 WHERE id = 1");
  gives(db, "SELECT id, user_id FROM posts", "1,7\n2,1\n3,2\n4,NULL\n");
  closeDb(db);
}
END_TEST

/* An owner without key has no members: they stay without owner, which makes them no orphans. */
START_TEST(aKeyThatBecomesNullLetsGo) {
  Db db =
      openMode(_i & 3, "CREATE TABLE a(code TEXT UNIQUE);"
                       "CREATE TABLE b(id INTEGER PRIMARY KEY, code TEXT @(code) a(code)@);"
                       "CREATE TABLE c(id INTEGER PRIMARY KEY, code TEXT NOT NULL);"
                       "INSERT INTO a VALUES('x'), ('y'); INSERT INTO b VALUES(1, 'x'), (2, 'y');"
                       "INSERT INTO c VALUES(1, 'y');");
  declare(db, "owner=a; name=bs; target=b; primaryjoin=a.code = b.code; foreign_keys=b.code; "
              "passive_updates=0; cascade=all, delete-orphan");
  declare(db, "owner=a; name=cs; target=c; primaryjoin=a.code = c.code; foreign_keys=c.code; "
              "passive_updates=0; cascade=all, delete-orphan");
  run(db, "UPDATE a SET code = NULL WHERE code = 'x'");
  gives(db, "SELECT * FROM b", "1,NULL\n2,y\n");
  refuses(db, "UPDATE a SET code = NULL",
          "a.cs: this key of \"a\" may not become NULL while rows refer to it by \"c\".\"code\"; "
          "move or delete them first");
  closeDb(db);
}
END_TEST

START_TEST(generatedColumnsAreNotCarriedTo) {
  Db db = openDb("CREATE TABLE a(id INTEGER PRIMARY KEY, slug AS ('s' || id) STORED UNIQUE);"
                 "CREATE TABLE b(id INTEGER PRIMARY KEY, doc, a AS (doc + 0));"
                 "CREATE TABLE c(id INTEGER PRIMARY KEY, slug);"
                 "INSERT INTO a(id) VALUES(1); INSERT INTO c VALUES(1, 's1');");
  refusesToDeclare(db, "owner=a; name=bs; target=b; foreign_keys=b.a; passive_updates=0",
                   "relationship: a.bs: passive_updates=0 cannot carry a changed key to "
                   "\"b\".\"a\", which is generated; leave passive_updates out");
  declare(db, "owner=a; name=cs; target=c; primaryjoin=a.slug = c.slug; foreign_keys=c.slug; "
              "passive_updates=0");
  run(db, "UPDATE a SET id = 2");
  gives(db, "SELECT * FROM c", "1,s2\n");
  closeDb(db);
}
END_TEST

/* Neither an INSERT nor an UPDATE of other columns runs anything. */
START_TEST(otherUpdatesCostNothing) {
  Db db = openKind(NULL, BLOG);
  char *plain, *plan;
  plain = rows(db, "EXPLAIN UPDATE users SET name = 'x'");
  declare(db, "owner=users; name=posts; target=posts; foreign_keys=user_id; passive_updates=0");
  plan = rows(db, "EXPLAIN UPDATE users SET name = 'x'");
  ck_assert_ptr_null(strstr(plan, "Program"));
  ck_assert_ptr_null(strstr(plain, "Program"));
  sqlite3_free(plan);
  plan = rows(db, "EXPLAIN UPDATE users SET id = 1");
  ck_assert_ptr_nonnull(strstr(plan, "Program"));
  sqlite3_free(plan);
  sqlite3_free(plain);
  closeDb(db);
}
END_TEST

/* Tables and columns are renamed under the triggers of a cycle. */
START_TEST(renamesReachCarriedCycles) {
  Db db = openKind("NO ACTION", TREE);
  declareTree(db);
  run(db, "INSERT INTO n VALUES(1, 1, NULL), (1, 2, 1), (1, 3, 2);"
          "ALTER TABLE n RENAME TO m; ALTER TABLE m RENAME COLUMN pid TO up;"
          "UPDATE m SET tenant = 7 WHERE id = 1");
  gives(db, "SELECT * FROM m", "7,1,NULL\n7,2,1\n7,3,2\n");
  closeDb(db);
}
END_TEST

/* Two keys of one row that share a column: a key that changes in all its parts would lose one. */
START_TEST(crossingKeysChangeOnePartAtATime) {
  Db db = openMode(_i, "CREATE TABLE n(t INT, id INT, ma INT, pa INT, PRIMARY KEY(t, id)"
                       "  @(t, ma) n(t, id)@ @(t, pa) n(t, id)@);"
                       "INSERT INTO n VALUES(1, 1, NULL, NULL), (1, 2, 1, NULL), (1, 3, 2, 1),"
                       "  (1, 4, 3, 2);");
  declare(db, "owner=n; name=by_ma; target=n; passive_updates=0; foreign_keys=t, ma");
  declare(db, "owner=n; name=by_pa; target=n; passive_updates=0; foreign_keys=t, pa");
  refuses(db, "UPDATE n SET t = 2, id = 9 WHERE id = 1",
          "n.by_ma: rows follow this key of \"n\" on several ways; change \"t\" and \"id\" in two "
          "UPDATEs");
  run(db, "UPDATE n SET t = 2 WHERE id = 1; UPDATE n SET id = 9 WHERE id = 1");
  gives(db, "SELECT id, t, ma, pa FROM n", "2,2,9,NULL\n3,2,2,9\n4,2,3,2\n9,2,NULL,NULL\n");
  closeDb(db);
}
END_TEST

START_TEST(lastReferencesBesideSharedColumnsAreRefused) {
  Db db = openDb("CREATE TABLE orgs(id INTEGER PRIMARY KEY);"
                 "CREATE TABLE cats(org INT REFERENCES orgs, id INT, PRIMARY KEY(org, id));"
                 "CREATE TABLE posts(id INTEGER PRIMARY KEY, org INT REFERENCES orgs, cat INT,"
                 "  FOREIGN KEY(org, cat) REFERENCES cats(org, id));");
  declare(db, "owner=orgs; name=posts; target=posts; passive_updates=0");
  refusesToDeclare(db, "owner=posts; name=cat; target=cats; cascade=all, delete-orphan",
                   "relationship: orgs.posts: passive_updates=0 cannot be held beside "
                   "delete-orphan of \"posts.cat\": a row that follows its key would look like one "
                   "that lets go of its target; leave one of the two out");
  closeDb(db);
}
END_TEST

Suite *relTestEnforceCarry(void) {
  Suite *suite = suite_create("enforce_carry");
  TCase *cases = tcase_create("keys");
  tcase_add_loop_test(cases, changedKeysAreCarriedAtAllLevels, 0, MODES);
  tcase_add_loop_test(cases, noNativeActionComesFirst, 0, MODES);
  tcase_add_loop_test(cases, followingIsNotLettingGo, 0, MODES);
  tcase_add_loop_test(cases, aManyToOneFollowsItsTarget, 0, MODES);
  tcase_add_loop_test(cases, bothEndsOfAssociationsAreCarried, 0, MODES);
  tcase_add_loop_test(cases, sharedColumnsAreCarriedDownTrees, 0, 8);
  tcase_add_loop_test(cases, selfReferencesFollow, 0, MODES);
  tcase_add_loop_test(cases, longChainsAreCarriedInLinearTime, 0, 8);
  tcase_add_loop_test(cases, cyclesOverTablesAreCarried, 0, 8);
  tcase_add_loop_test(cases, onlyMembersFollow, 0, 4);
  tcase_add_loop_test(cases, aKeyThatBecomesNullLetsGo, 0, 4);
  tcase_add_test(cases, generatedColumnsAreNotCarriedTo);
  tcase_add_test(cases, otherUpdatesCostNothing);
  tcase_add_test(cases, renamesReachCarriedCycles);
  tcase_add_loop_test(cases, crossingKeysChangeOnePartAtATime, 0, 8);
  tcase_add_test(cases, lastReferencesBesideSharedColumnsAreRefused);
  suite_add_tcase(suite, cases);
  return suite;
}
