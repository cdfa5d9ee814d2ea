/*
** Several connections, and several processes, that declare in one file: one waits or is told that the
** database is busy; none undoes what another has declared.
*/
#define _POSIX_C_SOURCE 200809L
#include "unit/suites.h"

#include "relationship.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const MODES[] = {"PRAGMA journal_mode = DELETE", "PRAGMA journal_mode = WAL"};
enum { DELETE_MODE, WAL_MODE, MODE_COUNT };

enum { EACH = 12 }; /* relationships that each process declares */

#define DECLARE(name, target, cascade)                                                             \
  "INSERT INTO relationship(owner, name, target, \"cascade\") VALUES ('users', '" name             \
  "', '" target "', '" cascade "')"

static char file[64];

static void run(sqlite3 *db, const char *sql) {
  char *message = NULL;
  sqlite3_exec(db, sql, NULL, NULL, &message);
  ck_assert_msg(message == NULL, "%s\n  in: %s", message, sql);
}

static int number(sqlite3 *db, const char *sql) {
  sqlite3_stmt *statement;
  int result;
  ck_assert_msg(sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK, "%s\n  in: %s",
                sqlite3_errmsg(db), sql);
  ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
  result = sqlite3_column_int(statement, 0);
  sqlite3_finalize(statement);
  return result;
}

static sqlite3 *openFile(void) {
  sqlite3 *db;
  ck_assert_int_eq(sqlite3_open(file, &db), SQLITE_OK);
  ck_assert_int_eq(sqlite3_relationship_init(db, NULL, NULL), SQLITE_OK);
  return db;
}

static sqlite3 *makeFile(int mode) {
  sqlite3 *db;
  strcpy(file, "/tmp/relationshipXXXXXX");
  close(mkstemp(file));
  db = openFile();
  run(db, MODES[mode]);
  run(db, "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT);"
          "CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INT REFERENCES users);"
          "CREATE TABLE notes(id INTEGER PRIMARY KEY, user_id INT REFERENCES users);");
  return db;
}

static void removeFile(void) {
  char path[80];
  unlink(file);
  unlink(strcat(strcpy(path, file), "-wal"));
  unlink(strcat(strcpy(path, file), "-shm"));
}

/* That both rules hold, and that sync finds everything as it would make it. */
static void expectBoth(sqlite3 *db) {
  run(db, "CREATE TEMP TABLE before AS SELECT * FROM main.sqlite_schema");
  run(db, "INSERT INTO relationship(relationship) VALUES ('sync')");
  ck_assert_int_eq(number(db, "SELECT count(*) FROM (SELECT * FROM main.sqlite_schema EXCEPT "
                              "SELECT * FROM before)"),
                   0);
  run(db, "INSERT INTO users VALUES (1, 'Ada'); INSERT INTO posts VALUES (1, 1);"
          "INSERT INTO notes VALUES (1, 1); DELETE FROM users");
  ck_assert_int_eq(number(db, "SELECT count(*) FROM posts"), 0);
  ck_assert_int_eq(number(db, "SELECT count(*) FROM notes"), 0);
}

START_TEST(oneSeesWhatTheOtherDeclared) {
  sqlite3 *a = makeFile(_i), *b = openFile();
  ck_assert_int_eq(number(a, "SELECT count(*) FROM relationship"), 0);
  ck_assert_int_eq(number(b, "SELECT count(*) FROM relationship"), 0);
  run(a, DECLARE("posts", "posts", "all"));
  run(b, DECLARE("notes", "notes", "all"));
  run(a, "UPDATE relationship SET info = 'x' WHERE name = 'posts'");
  ck_assert_int_eq(number(b, "SELECT count(*) FROM relationship WHERE info = 'x'"), 1);
  expectBoth(a);
  sqlite3_close(a);
  sqlite3_close(b);
  removeFile();
}
END_TEST

START_TEST(whileOneDeclaresTheOtherIsBusy) {
  sqlite3 *a = makeFile(_i), *b = openFile();
  ck_assert_int_eq(number(b, "SELECT count(*) FROM relationship"), 0);
  run(a, "BEGIN IMMEDIATE");
  run(a, DECLARE("posts", "posts", "all"));
  ck_assert_int_eq(sqlite3_exec(b, DECLARE("notes", "notes", "all"), NULL, NULL, NULL),
                   SQLITE_BUSY);
  run(a, "COMMIT");
  run(b, DECLARE("notes", "notes", "all"));
  expectBoth(b);
  sqlite3_close(a);
  sqlite3_close(b);
  removeFile();
}
END_TEST

/* A transaction that has read an older state cannot write to the newer one: SQLite's own rule. */
START_TEST(anOldSnapshotCannotDeclare) {
  sqlite3 *a = makeFile(WAL_MODE), *b = openFile();
  run(b, "BEGIN");
  ck_assert_int_eq(number(b, "SELECT count(*) FROM relationship"), 0);
  run(a, DECLARE("posts", "posts", "all"));
  ck_assert_int_eq(number(b, "SELECT count(*) FROM relationship"), 0);
  ck_assert_int_eq(sqlite3_exec(b, DECLARE("notes", "notes", "all"), NULL, NULL, NULL),
                   SQLITE_BUSY);
  ck_assert_int_eq(sqlite3_extended_errcode(b), SQLITE_BUSY_SNAPSHOT);
  run(b, "ROLLBACK");
  run(b, DECLARE("notes", "notes", "all"));
  expectBoth(b);
  sqlite3_close(a);
  sqlite3_close(b);
  removeFile();
}
END_TEST

/* What a rolled-back transaction declared is declared nowhere, also not in the connection itself. */
START_TEST(whatIsRolledBackIsForgotten) {
  sqlite3 *a = makeFile(_i), *b = openFile();
  run(a, "BEGIN");
  run(a, DECLARE("posts", "posts", "all"));
  run(a, "ROLLBACK");
  run(b, DECLARE("posts", "posts", "none"));
  run(a, "INSERT OR REPLACE INTO relationship(owner, name, target, \"cascade\") VALUES "
         "('users', 'posts', 'posts', 'all')");
  run(b, DECLARE("notes", "notes", "all"));
  expectBoth(a);
  sqlite3_close(a);
  sqlite3_close(b);
  removeFile();
}
END_TEST

static void declareMany(const char *table) {
  sqlite3 *db = openFile();
  int i;
  sqlite3_busy_timeout(db, 20000);
  for (i = 0; i < EACH; i++) {
    char *sql = sqlite3_mprintf("INSERT INTO relationship(owner, name, target, \"cascade\") VALUES "
                                "('users', '%s%d', '%s', 'all')",
                                table, i, table);
    run(db, sql);
    sqlite3_free(sql);
  }
  sqlite3_close(db);
}

START_TEST(twoProcessesDeclareAtOnce) {
  sqlite3 *db = makeFile(_i);
  pid_t child;
  int status;
  sqlite3_close(db);
  child = fork();
  if (child == 0) {
    declareMany("notes");
    _exit(0);
  }
  declareMany("posts");
  ck_assert_int_eq(waitpid(child, &status, 0), child);
  ck_assert_int_eq(status, 0);
  db = openFile();
  ck_assert_int_eq(number(db, "SELECT count(*) FROM relationship WHERE direction = 'ONETOMANY'"),
                   2 * EACH);
  expectBoth(db);
  sqlite3_close(db);
  removeFile();
}
END_TEST

Suite *relTestTablesShared(void) {
  Suite *suite = suite_create("tables_shared");
  TCase *cases = tcase_create("shared");
  tcase_add_loop_test(cases, oneSeesWhatTheOtherDeclared, 0, MODE_COUNT);
  tcase_add_loop_test(cases, whileOneDeclaresTheOtherIsBusy, 0, MODE_COUNT);
  tcase_add_test(cases, anOldSnapshotCannotDeclare);
  tcase_add_loop_test(cases, whatIsRolledBackIsForgotten, 0, MODE_COUNT);
  tcase_add_loop_test(cases, twoProcessesDeclareAtOnce, 0, MODE_COUNT);
  suite_add_tcase(suite, cases);
  return suite;
}
