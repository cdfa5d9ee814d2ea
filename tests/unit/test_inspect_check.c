/*
** inspect/check.c: the scope, what cannot be read, and that a check is one pass over each table.
*/
#define _POSIX_C_SOURCE 200809L

#include "unit/checked.h"

static int compare(void *context, int length, const void *text, int otherLength,
                   const void *other) {
  int shorter = length < otherLength ? length : otherLength,
      order = memcmp(text, other, (size_t)shorter);
  (void)context;
  return order != 0 ? order : length - otherLength;
}

START_TEST(anotherScopeIsRefused) {
  Db db = {NULL, NULL};
  openFile(&db, ":memory:", 1);
  refuses(db, "SELECT * FROM relationship_check('everything')",
          "relationship_check: no scope 'everything': it is relationship_check, for what is "
          "declared, or relationship_check('all'), for every FOREIGN KEY");
  refuses(db, "SELECT * FROM relationship_check(NULL)",
          "relationship_check: no scope 'NULL': it is relationship_check, for what is declared, or "
          "relationship_check('all'), for every FOREIGN KEY");
  run(db, "SELECT * FROM relationship_check('ALL')");
  sqlite3_close(db.db);
}
END_TEST

/* The other tables are checked all the same. */
START_TEST(aTableOfAnUnknownCollationIsSaid) {
  char file[] = "/tmp/relationshipXXXXXX", *found;
  Db db = {NULL, NULL};
  close(mkstemp(file));
  openFile(&db, file, 1);
  sqlite3_create_collation(db.db, "mine", SQLITE_UTF8, NULL, compare);
  run(db, "CREATE TABLE codes(code TEXT COLLATE mine PRIMARY KEY);"
          "CREATE TABLE marks(id INTEGER PRIMARY KEY, code TEXT REFERENCES codes);"
          "INSERT INTO relationship(owner, name, target) VALUES ('codes', 'marks', 'marks');" POSTS
          "DELETE FROM relationship_catalog WHERE 0; DROP TRIGGER \"users:delete\";"
          "DELETE FROM users WHERE id = 2");
  sqlite3_close(db.db);
  openFile(&db, file, 1);
  found = checkRows(db, "severity, problem, detail", "");
  ck_assert_str_eq(found, "error,missing trigger,\"users:delete\" is not there\n"
                          "error,cannot be read,\"marks\": no such collation sequence: mine\n"
                          "error,dangling reference,1 row of posts refers by user_id to no row of "
                          "users: id = 3\n");
  sqlite3_free(found);
  sqlite3_close(db.db);
  unlink(file);
}
END_TEST

/* What statements did, all together. */
typedef struct Work {
  sqlite3_int64 rows, steps;
} Work;

static int addWork(unsigned event, void *context, void *statement, void *time) {
  Work *work = context;
  (void)event;
  (void)time;
  work->rows += sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_FULLSCAN_STEP, 0);
  work->steps += sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 0);
  return 0;
}

/* Three keys in one table; `codes` has no index by which its rows could be looked up. */
static Work workFor(int members) {
  Db db = {NULL, NULL};
  Work work = {0, 0};
  char *sql;
  openFile(&db, ":memory:", 1);
  sql = sqlite3_mprintf(
      "CREATE TABLE codes(id INTEGER PRIMARY KEY, code TEXT);"
      "CREATE TABLE users(id INTEGER PRIMARY KEY);"
      "CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INT REFERENCES users, editor_id INT "
      "REFERENCES users, code TEXT);"
      "CREATE INDEX a ON posts(user_id); CREATE INDEX b ON posts(editor_id);"
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) INSERT INTO "
      "posts SELECT i, i, i + 1, 'c' || i FROM n;"
      "INSERT INTO users SELECT id FROM posts; INSERT INTO codes SELECT id, code FROM posts;"
      "INSERT INTO relationship(owner, name, target, primaryjoin, foreign_keys, viewonly) VALUES "
      "('codes', 'posts', 'posts', 'codes.code = posts.code', 'posts.code', 1)",
      members);
  run(db, sql);
  sqlite3_free(sql);
  sqlite3_trace_v2(db.db, SQLITE_TRACE_PROFILE, addWork, &work);
  gives(db, "SELECT problem, detail FROM relationship_check('all')",
        members == 1000 ? "dangling reference,1 row of posts refers by editor_id to no row of "
                          "users: id = 1000\n"
                        : "dangling reference,1 row of posts refers by editor_id to no row of "
                          "users: id = 8000\n");
  sqlite3_trace_v2(db.db, 0, NULL, NULL);
  sqlite3_close(db.db);
  return work;
}

START_TEST(aCheckReadsEachTableOnce) {
  Work few = workFor(1000), many = workFor(8000);
  ck_assert_int_lt(many.rows, 2 * 8000 + 200); /* of posts, and of codes, which it indexes */
  ck_assert_int_lt(many.steps, 10 * few.steps);
}
END_TEST

Suite *relTestInspectCheck(void) {
  Suite *suite = suite_create("inspect_check");
  TCase *tests = tcase_create("inspect_check");
  tcase_add_test(tests, anotherScopeIsRefused);
  tcase_add_test(tests, aTableOfAnUnknownCollationIsSaid);
  tcase_add_test(tests, aCheckReadsEachTableOnce);
  suite_add_tcase(suite, tests);
  return suite;
}
