/*
** enforce/: cascades that come back to a table on several ways, through last references, or while
** another rule is at work. What must be left is written out.
*/
#include "unit/declared.h"

enum { MODES = 4 };

static void setMode(Db db, int mode) {
  char *sql = sqlite3_mprintf("PRAGMA foreign_keys = %d; PRAGMA recursive_triggers = %d", mode & 1,
                              mode >> 1 & 1);
  run(db, sql);
  sqlite3_free(sql);
}

/* The words in either order: what holds must not depend on which is declared first. */
static void declareBoth(Db db, const char *a, const char *b, int turned) {
  declare(db, turned ? b : a);
  declare(db, turned ? a : b);
}

/* --- last references that lead on --- */

START_TEST(chainsOfLastReferences) {
  Db db = openDb("CREATE TABLE n(id INTEGER PRIMARY KEY, next INT REFERENCES n);"
                 "INSERT INTO n WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s "
                 "WHERE i < 20000) SELECT i, CASE WHEN i < 20000 THEN i + 1 END FROM s;"
                 "INSERT INTO n VALUES(30000, 15000);");
  declare(db, "owner=n; name=following; target=n; remote_side=id; cascade=all");
  setMode(db, _i);
  run(db, "DELETE FROM n WHERE id = 1");
  gives(db, "SELECT count(*), min(id) FROM n", "5002,15000\n");
  run(db, "UPDATE n SET next = 15000 WHERE id = 20000; DELETE FROM n WHERE id = 30000");
  gives(db, "SELECT count(*) FROM n", "5001\n");
  run(db, "DELETE FROM n WHERE id = 16000");
  gives(db, "SELECT count(*) FROM n", "0\n");
  leavesNoWork(db);
  closeDb(db);
}
END_TEST

/* A member is linked to the next; links of others keep it. */
START_TEST(chainsOfLastLinks) {
  Db db =
      openDb("CREATE TABLE n(name TEXT COLLATE NOCASE, part INT, PRIMARY KEY(name, part)) "
             "WITHOUT ROWID;"
             "CREATE TABLE follows(a TEXT COLLATE NOCASE, ap INT, b TEXT COLLATE NOCASE, bp INT,"
             " PRIMARY KEY(a, ap, b, bp), FOREIGN KEY(a, ap) REFERENCES n,"
             " FOREIGN KEY(b, bp) REFERENCES n) WITHOUT ROWID;"
             "INSERT INTO n WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s "
             "WHERE i < 5000) SELECT 'Node', i FROM s;"
             "INSERT INTO follows SELECT 'NODE', part, 'node', part + 1 FROM n "
             "WHERE part < 5000;"
             "INSERT INTO n VALUES('other', 1);"
             "INSERT INTO follows VALUES('OTHER', 1, 'NODE', 4000);");
  declare(db, "owner=n; name=followed; target=n; secondary=follows; foreign_keys=a, ap, b, bp; "
              "cascade=all");
  setMode(db, _i);
  run(db, "DELETE FROM n WHERE name = 'NODE' AND part = 1");
  gives(db, "SELECT count(*), min(part) FROM n WHERE name = 'node'", "1001,4000\n");
  gives(db, "SELECT count(*) FROM follows", "1001\n");
  run(db, "DELETE FROM n WHERE name = 'Other'");
  gives(db, "SELECT (SELECT count(*) FROM n) + (SELECT count(*) FROM follows)", "0\n");
  leavesNoWork(db);
  closeDb(db);
}
END_TEST

/* Down one key and up the same one, with a tree at the side that lets it come back. */
START_TEST(downAndUpOneKey) {
  Db db = openDb("CREATE TABLE t(id INTEGER PRIMARY KEY);"
                 "CREATE TABLE c(id INTEGER PRIMARY KEY, t INT REFERENCES t, p INT REFERENCES c);"
                 "CREATE TABLE k(id INTEGER PRIMARY KEY, t INT REFERENCES t);"
                 "INSERT INTO t VALUES(1), (2), (3), (4);"
                 "INSERT INTO c VALUES(1, 1, NULL), (2, 2, 1), (3, 3, 2), (4, 3, NULL), (5, 4, 3);"
                 "INSERT INTO k SELECT id, id FROM t;");
  declare(db, "owner=t; name=cs; target=c; cascade=all");
  declare(db, "owner=c; name=owner; target=t; foreign_keys=c.t; cascade=all");
  declare(db, "owner=c; name=kids; target=c; foreign_keys=p; cascade=all");
  declare(db, "owner=t; name=ks; target=k; cascade=all");
  setMode(db, _i);
  run(db, "DELETE FROM t WHERE id = 1");
  gives(db, "SELECT id FROM t UNION ALL SELECT 10 * id + t FROM c UNION ALL SELECT 100 * t FROM k",
        "3\n43\n300\n");
  leavesNoWork(db);
  closeDb(db);
}
END_TEST

/* A native action makes a table's rules run before its row goes; one of them comes back to it. */
START_TEST(rulesThatComeBackBeforeTheRowGoes) {
  Db db = openDb("CREATE TABLE t(id INTEGER PRIMARY KEY, p INT REFERENCES t);"
                 "CREATE TABLE c(id INTEGER PRIMARY KEY, t INT REFERENCES t);"
                 "CREATE TABLE k(id INTEGER PRIMARY KEY, t INT REFERENCES t ON DELETE CASCADE);"
                 "CREATE TABLE b(id INTEGER PRIMARY KEY, t INT REFERENCES t ON DELETE SET NULL);"
                 "INSERT INTO t VALUES(1, NULL), (2, 1), (3, 2), (4, NULL);"
                 "INSERT INTO c SELECT id, id FROM t; INSERT INTO k SELECT id, id FROM t;"
                 "INSERT INTO b SELECT id, id FROM t;");
  declare(db, "owner=t; name=kids; target=t; cascade=all");
  declare(db, "owner=t; name=cs; target=c");
  declare(db, "owner=c; name=owner; target=t; foreign_keys=c.t; cascade=all, delete-orphan");
  declare(db, "owner=t; name=ks; target=k; cascade=all");
  declare(db, "owner=t; name=bs; target=b; cascade=all");
  setMode(db, _i);
  run(db, "DELETE FROM t WHERE id = 1");
  gives(db,
        "SELECT 't', id FROM t UNION ALL SELECT 'c' || id, t FROM c UNION ALL "
        "SELECT 'k' || id, t FROM k UNION ALL SELECT 'b' || id, t FROM b",
        "b4,4\nc1,NULL\nc2,NULL\nc3,NULL\nc4,4\nk4,4\nt,4\n");
  leavesNoWork(db);
  closeDb(db);
}
END_TEST

/* One column, two owners: losing the one that goes is letting go of the one that stays. */
START_TEST(anEmptiedColumnLetsGoOfAnotherOwner) {
  Db db = openDb("CREATE TABLE a(id INTEGER PRIMARY KEY, up INT);"
                 "CREATE TABLE c(id INTEGER PRIMARY KEY);"
                 "CREATE TABLE m(id INTEGER PRIMARY KEY, x INT);"
                 "CREATE TABLE k(id INTEGER PRIMARY KEY, a INT);"
                 "INSERT INTO a VALUES(1, 1), (2, 2), (3, NULL); INSERT INTO c VALUES(1), (3);"
                 "INSERT INTO m VALUES(1, 1), (2, 2), (3, 3); INSERT INTO k VALUES(1, 1), (2, 2);"
                 "UPDATE a SET up = 1 WHERE id = 2; UPDATE a SET up = NULL WHERE id = 1;");
  declare(db, "owner=a; name=ms; target=m; foreign_keys=x");
  declare(db, "owner=c; name=ms; target=m; foreign_keys=x; cascade=delete-orphan");
  declare(db, "owner=m; name=as; target=a; primaryjoin=m.id = a.up; cascade=all");
  declare(db, "owner=a; name=ks; target=k; foreign_keys=a; cascade=all");
  setMode(db, _i);
  run(db, "DELETE FROM a WHERE id = 1");
  gives(db,
        "SELECT 'a', id FROM a UNION ALL SELECT 'm' || id, x FROM m UNION ALL "
        "SELECT 'k' || id, a FROM k",
        "a,3\nm2,NULL\nm3,3\n");
  leavesNoWork(db);
  closeDb(db);
}
END_TEST

/* --- both sides let go --- */

START_TEST(bothEndsOfALinkGoInEitherOrder) {
  Db db = openDb("CREATE TABLE a(id INTEGER PRIMARY KEY); CREATE TABLE b(id INTEGER PRIMARY KEY);"
                 "CREATE TABLE ab(a INT REFERENCES a, b INT REFERENCES b, PRIMARY KEY(a, b));"
                 "INSERT INTO a VALUES(1), (2), (3); INSERT INTO b VALUES(1), (2), (3);"
                 "INSERT INTO ab VALUES(1, 1), (2, 2), (2, 3), (3, 3);");
  declareBoth(db, "owner=a; name=bs; target=b; secondary=ab; cascade=delete-orphan",
              "owner=b; name=as; target=a; secondary=ab; cascade=delete-orphan", _i & 1);
  setMode(db, _i >> 1);
  run(db, "DELETE FROM ab WHERE a = 1");
  gives(db, "SELECT 'a', id FROM a UNION ALL SELECT 'b', id FROM b", "a,2\na,3\nb,2\nb,3\n");
  run(db, "DELETE FROM a WHERE id = 2");
  gives(db, "SELECT 'a', id FROM a UNION ALL SELECT 'b', id FROM b", "a,3\nb,2\nb,3\n");
  run(db, "DELETE FROM \"a.bs\" WHERE owner_id = 3");
  gives(db, "SELECT 'a', id FROM a UNION ALL SELECT 'b', id FROM b", "b,2\n");
  leavesNoWork(db);
  closeDb(db);
}
END_TEST

START_TEST(bothSidesOfAKeyGoInEitherOrder) {
  Db db = openDb("CREATE TABLE t(id INTEGER PRIMARY KEY);"
                 "CREATE TABLE c(id INTEGER PRIMARY KEY, t INT REFERENCES t);"
                 "INSERT INTO t VALUES(1), (2), (3);"
                 "INSERT INTO c VALUES(1, 1), (2, 2), (3, 2), (4, 3);");
  declareBoth(db, "owner=t; name=cs; target=c; cascade=delete-orphan",
              "owner=c; name=owner; target=t; foreign_keys=c.t; cascade=delete-orphan", _i & 1);
  setMode(db, _i >> 1);
  run(db, "UPDATE c SET t = NULL WHERE id IN (1, 2)");
  gives(db, "SELECT 't', id FROM t UNION ALL SELECT 'c' || id, t FROM c", "c3,2\nc4,3\nt,2\nt,3\n");
  run(db, "UPDATE c SET t = 2 WHERE id = 4");
  gives(db, "SELECT 't', id FROM t UNION ALL SELECT 'c' || id, t FROM c", "c3,2\nc4,2\nt,2\n");
  closeDb(db);
}
END_TEST

/* --- refusals --- */

/* Members that the cascade deletes anyway, by whatever way, are not in the way. */
START_TEST(refusalsCountWhatIsLeft) {
  Db db = openDb("CREATE TABLE n(id INTEGER PRIMARY KEY, p INT REFERENCES n, root INT NOT NULL "
                 "REFERENCES n);"
                 "CREATE TABLE x(id INTEGER PRIMARY KEY, a INT NOT NULL REFERENCES n, "
                 "b INT REFERENCES n);"
                 "INSERT INTO n VALUES(1, NULL, 1), (2, 1, 1), (3, 2, 1), (4, 3, 1), "
                 "(9, NULL, 9);"
                 "INSERT INTO x VALUES(1, 2, 4), (2, 4, 2), (3, 9, 9);");
  declare(db, "owner=n; name=kids; target=n; foreign_keys=p; cascade=all");
  declare(db, "owner=n; name=all_of; target=n; foreign_keys=root");
  declare(db, "owner=n; name=xa; target=x; foreign_keys=a; on_delete=restrict");
  declare(db, "owner=n; name=xb; target=x; foreign_keys=b; cascade=all");
  setMode(db, _i);
  run(db, "UPDATE x SET b = 9 WHERE id = 2");
  refuses(db, "DELETE FROM n WHERE id = 1",
          "n.xa: this row of \"n\" still has members in \"x\", and on_delete is restrict; delete "
          "or move them first");
  run(db, "UPDATE x SET b = 3 WHERE id = 2; INSERT INTO n VALUES(8, 9, 1)");
  refuses(db, "DELETE FROM n WHERE id = 1",
          "n.all_of: \"n\".\"root\" may not be NULL, so the members of this row of \"n\" cannot be "
          "let go; set cascade to 'all, delete-orphan', or on_delete");
  gives(db, "SELECT count(*) FROM n", "6\n");
  gives(db, "SELECT count(*) FROM x", "3\n");
  run(db, "DELETE FROM n WHERE id = 8; DELETE FROM n WHERE id = 1");
  gives(db, "SELECT id FROM n", "9\n");
  gives(db, "SELECT id FROM x", "3\n");
  leavesNoWork(db);
  closeDb(db);
}
END_TEST

/* --- what a broken statement leaves --- */

/* RAISE(FAIL) keeps what the statement did so far: the next one must not take it for its own. */
START_TEST(whatAFailedStatementLeavesIsOfNoAccount) {
  Db db = openDb("CREATE TABLE p(id INTEGER PRIMARY KEY, m INT REFERENCES p, f INT REFERENCES p);"
                 "INSERT INTO p VALUES(1, NULL, NULL), (2, 1, NULL), (3, 2, 1), (4, 3, 2), "
                 "(10, NULL, NULL), (11, 10, NULL), (12, 11, 10), (13, 12, 11);");
  declare(db, "owner=p; name=of_mother; target=p; foreign_keys=m; cascade=all");
  declare(db, "owner=p; name=of_father; target=p; foreign_keys=f; cascade=all");
  setMode(db, _i & ~1);
  run(db, "CREATE TRIGGER fails BEFORE DELETE ON p WHEN OLD.id = 3 BEGIN "
          "SELECT RAISE(FAIL, 'not this one'); END");
  refuses(db, "DELETE FROM p WHERE id = 1", "not this one");
  gives(db, "SELECT count(*) > 0 FROM \"relationship:work\"", "1\n");
  sqlite3_sleep(2);
  run(db, "DELETE FROM p WHERE id = 10");
  gives(db, "SELECT count(*) FROM p WHERE id >= 10", "0\n");
  leavesNoWork(db);
  closeDb(db);
}
END_TEST

/* --- members that triggers of the user's delete --- */

START_TEST(whatTheUserDeletesMeanwhileTakesItsMembersAlong) {
  Db db = openDb("CREATE TABLE p(id INTEGER PRIMARY KEY, m INT REFERENCES p, f INT REFERENCES p);"
                 "INSERT INTO p VALUES(1, NULL, NULL), (2, 1, NULL), (3, 2, 1), "
                 "(10, NULL, NULL), (11, 10, NULL), (12, 11, 10), (13, 12, 11);");
  declare(db, "owner=p; name=of_mother; target=p; foreign_keys=m; cascade=all");
  declare(db, "owner=p; name=of_father; target=p; foreign_keys=f; cascade=all");
  setMode(db, _i);
  run(db, "CREATE TRIGGER takes AFTER DELETE ON p WHEN OLD.id = 3 BEGIN "
          "DELETE FROM p WHERE id = 10; END");
  run(db, "DELETE FROM p WHERE id = 1");
  gives(db, "SELECT count(*) FROM p", "0\n");
  leavesNoWork(db);
  closeDb(db);
}
END_TEST

Suite *relTestEnforceCycles(void) {
  Suite *suite = suite_create("enforce_cycles");
  TCase *cycles = tcase_create("cycles");
  tcase_add_loop_test(cycles, chainsOfLastReferences, 0, MODES);
  tcase_add_loop_test(cycles, chainsOfLastLinks, 0, MODES);
  tcase_add_loop_test(cycles, downAndUpOneKey, 0, MODES);
  tcase_add_loop_test(cycles, rulesThatComeBackBeforeTheRowGoes, 0, MODES);
  tcase_add_loop_test(cycles, anEmptiedColumnLetsGoOfAnotherOwner, 0, MODES);
  tcase_add_loop_test(cycles, bothEndsOfALinkGoInEitherOrder, 0, 2 * MODES);
  tcase_add_loop_test(cycles, bothSidesOfAKeyGoInEitherOrder, 0, 2 * MODES);
  tcase_add_loop_test(cycles, refusalsCountWhatIsLeft, 0, MODES);
  tcase_add_loop_test(cycles, whatAFailedStatementLeavesIsOfNoAccount, 0, MODES);
  tcase_add_loop_test(cycles, whatTheUserDeletesMeanwhileTakesItsMembersAlong, 0, MODES);
  suite_add_tcase(suite, cycles);
  return suite;
}
