/*
** The whole extension, as SQL sees it. Cascades are compared with hand-written deletes on a twin
** database; Chinook is a real database by others.
*/
#define _POSIX_C_SOURCE 200809L
#include "unit/suites.h"

#include "relationship.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void run(sqlite3 *db, const char *sql) {
  char *message = NULL;
  int rc = sqlite3_exec(db, sql, NULL, NULL, &message);
  ck_assert_msg(rc == SQLITE_OK, "%s\n  in: %s", message ? message : "", sql);
}

/* Runs what must fail, and gives its message; the caller frees it with sqlite3_free. */
static char *refused(sqlite3 *db, const char *sql) {
  char *message = NULL;
  ck_assert_msg(sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK, "not refused: %s", sql);
  return message;
}

/* All rows of a query as text: columns by "|", rows by newline. The caller frees it. */
static char *rows(sqlite3 *db, const char *sql) {
  sqlite3_str *text = sqlite3_str_new(NULL);
  sqlite3_stmt *statement;
  int rc;
  ck_assert_msg(sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK, "%s\n  in: %s",
                sqlite3_errmsg(db), sql);
  while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
    int i;
    for (i = 0; i < sqlite3_column_count(statement); i++) {
      const char *value = (const char *)sqlite3_column_text(statement, i);
      sqlite3_str_appendf(text, "%s%s", i ? "|" : "", value ? value : "NULL");
    }
    sqlite3_str_appendall(text, "\n");
  }
  ck_assert_msg(rc == SQLITE_DONE, "%s\n  in: %s", sqlite3_errmsg(db), sql);
  sqlite3_finalize(statement);
  if (sqlite3_str_length(text) == 0) sqlite3_str_appendall(text, "(none)\n");
  return sqlite3_str_finish(text);
}

static void expect(sqlite3 *db, const char *sql, const char *expected) {
  char *got = rows(db, sql);
  ck_assert_msg(strcmp(got, expected) == 0, "in: %s\ngot:\n%s\nexpected:\n%s", sql, got, expected);
  sqlite3_free(got);
}

/* That a query gives the same on both connections. */
static void expectSame(sqlite3 *db, sqlite3 *twin, const char *sql, const char *twinSql) {
  char *got = rows(db, sql), *expected = rows(twin, twinSql);
  ck_assert_msg(strcmp(got, expected) == 0, "in: %s\ngot:\n%.2000s\nexpected:\n%.2000s", sql, got,
                expected);
  sqlite3_free(got);
  sqlite3_free(expected);
}

/* That the user's tables hold the same rows in both databases. */
static void expectSameContent(sqlite3 *db, sqlite3 *twin) {
  sqlite3_stmt *tables;
  sqlite3_prepare_v2(twin, "SELECT name FROM sqlite_schema WHERE type = 'table'", -1, &tables,
                     NULL);
  while (sqlite3_step(tables) == SQLITE_ROW) {
    char *sql = sqlite3_mprintf("SELECT * FROM \"%w\" ORDER BY 1, 2",
                                (const char *)sqlite3_column_text(tables, 0));
    expectSame(db, twin, sql, sql);
    sqlite3_free(sql);
  }
  sqlite3_finalize(tables);
}

static sqlite3 *openPlain(const char *name) {
  sqlite3 *db;
  ck_assert_int_eq(sqlite3_open(name, &db), SQLITE_OK);
  return db;
}

static sqlite3 *openExtended(const char *name) {
  sqlite3 *db = openPlain(name);
  ck_assert_int_eq(sqlite3_relationship_init(db, NULL, NULL), SQLITE_OK);
  return db;
}

static void closeDb(sqlite3 *db) {
  ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
}

static char *readFile(const char *path) {
  FILE *file = fopen(path, "rb");
  char *text;
  long size;
  if (file == NULL) return NULL;
  fseek(file, 0, SEEK_END);
  size = ftell(file);
  rewind(file);
  text = calloc((size_t)size + 1, 1);
  ck_assert_uint_eq(fread(text, 1, (size_t)size, file), (size_t)size);
  fclose(file);
  return text;
}

/* False, with a word about it, where Chinook is not here. */
static int loadChinook(sqlite3 *db) {
  char *sql = readFile("../shared/data/chinook.sql");
  if (sql == NULL) {
    printf("skipped: ../shared/data/chinook.sql is not here\n");
    return 0;
  }
  run(db, "BEGIN");
  run(db, sql);
  run(db, "COMMIT");
  free(sql);
  return 1;
}

/* --- Chinook --- */

#define ALBUMS "SELECT AlbumId FROM Album WHERE ArtistId IN (1, 90)"
#define TRACKS "SELECT TrackId FROM Track WHERE AlbumId IN (" ALBUMS ")"

/* Who deletes, and under which settings: the loop's number, bit by bit. */
static sqlite3 *chinookWriter(sqlite3 *extended, const char *name, int n) {
  sqlite3 *writer = n & 4 ? openPlain(name) : extended;
  run(writer, n & 1 ? "PRAGMA foreign_keys = ON" : "PRAGMA foreign_keys = OFF");
  run(writer, n & 2 ? "PRAGMA recursive_triggers = ON" : "PRAGMA recursive_triggers = OFF");
  return writer;
}

START_TEST(chinookArtistGoesWhole) {
  char name[] = "/tmp/relationshipXXXXXX";
  sqlite3 *db, *twin, *writer;
  close(mkstemp(name));
  db = openExtended(name);
  twin = openPlain(":memory:");
  if (loadChinook(db) && loadChinook(twin)) {
    run(db, "INSERT INTO relationship(relationship) VALUES('automap')");
    run(db, "UPDATE relationship SET cascade = 'all, delete-orphan' WHERE direction = 'ONETOMANY'");
    writer = chinookWriter(db, name, _i);
    run(writer, "DELETE FROM Artist WHERE ArtistId IN (1, 90)");
    run(twin, "DELETE FROM InvoiceLine WHERE TrackId IN (" TRACKS ")");
    run(twin, "DELETE FROM PlaylistTrack WHERE TrackId IN (" TRACKS ")");
    run(twin, "DELETE FROM Track WHERE AlbumId IN (" ALBUMS ")");
    run(twin, "DELETE FROM Album WHERE ArtistId IN (1, 90)");
    run(twin, "DELETE FROM Artist WHERE ArtistId IN (1, 90)");
    expectSameContent(db, twin);
    expect(db, "PRAGMA foreign_key_check", "(none)\n");
    expect(db, "PRAGMA integrity_check", "ok\n");
    if (writer != db) closeDb(writer);
  }
  closeDb(db);
  closeDb(twin);
  unlink(name);
}
END_TEST

/* What undeclaring leaves is the schema as it was. */
START_TEST(dropLeavesTheSchemaAsItWas) {
  sqlite3 *db = openExtended(":memory:"), *twin = openPlain(":memory:");
  const char *schema = "SELECT type, name, tbl_name, sql FROM sqlite_schema "
                       "WHERE tbl_name <> 'relationship_catalog' ORDER BY type, name";
  if (loadChinook(db) && loadChinook(twin)) {
    run(db, "INSERT INTO relationship(relationship) VALUES('automap')");
    run(db, "UPDATE relationship SET cascade = 'all' WHERE direction = 'ONETOMANY'");
    run(db, "INSERT INTO relationship(relationship) VALUES('drop')");
    expectSame(db, twin, schema, schema);
  }
  closeDb(db);
  closeDb(twin);
}
END_TEST

/* --- atomic declarations --- */

#define BLOG                                                                                       \
  "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT);"                                         \
  "CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users, title TEXT);"      \
  "INSERT INTO users VALUES(1, 'ada'), (2, 'bob');"                                                \
  "INSERT INTO posts VALUES(1, 1, 'c'), (2, 1, 'a'), (3, 2, 'b');"

#define SCHEMA "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name"

/* An object of the user's own stands where the view would go: found only when triggers are made. */
START_TEST(lateFailureLeavesNothing) {
  sqlite3 *db = openExtended(":memory:"), *twin = openPlain(":memory:");
  char *message;
  run(db, BLOG "CREATE VIEW \"users.posts\" AS SELECT 1 AS one;");
  run(twin, BLOG "CREATE VIEW \"users.posts\" AS SELECT 1 AS one;");
  if (_i == 1) run(db, "BEGIN; INSERT INTO users VALUES(3, 'eve');");
  message = refused(db, "INSERT INTO relationship(owner, name, target, cascade) "
                        "VALUES('users', 'posts', 'posts', 'all')");
  ck_assert_msg(strstr(message, "users.posts") != NULL, "%s", message);
  sqlite3_free(message);
  if (_i == 1) run(db, "COMMIT");
  expectSame(db, twin, SCHEMA, SCHEMA);
  expect(db, "SELECT count(*) FROM users", _i == 1 ? "3\n" : "2\n");
  expect(db, "SELECT count(*) FROM relationship", "0\n");
  run(db, "DROP VIEW \"users.posts\"");
  run(db, "INSERT INTO relationship(owner, name, target) VALUES('users', 'posts', 'posts')");
  expect(db, "SELECT owner_id, id FROM \"users.posts\" ORDER BY id", "1|1\n1|2\n2|3\n");
  closeDb(db);
  closeDb(twin);
}
END_TEST

/* --- what other connections and transactions see --- */

START_TEST(otherConnectionSeesDeclarations) {
  char name[] = "/tmp/relationshipXXXXXX";
  const char *fetch = "SELECT doc FROM selectin('users', 'posts(title)') WHERE key = 1";
  sqlite3 *one, *two;
  close(mkstemp(name));
  one = openExtended(name);
  two = openExtended(name);
  run(one, BLOG);
  run(one, "INSERT INTO relationship(owner, name, target, order_by) "
           "VALUES('users', 'posts', 'posts', 'title')");
  expect(two, fetch,
         "{\"id\":1,\"name\":\"ada\",\"posts\":[{\"title\":\"a\"},{\"title\":\"c\"}]}\n");
  run(one, "UPDATE relationship SET order_by = 'title DESC'");
  expect(two, fetch,
         "{\"id\":1,\"name\":\"ada\",\"posts\":[{\"title\":\"c\"},{\"title\":\"a\"}]}\n");
  run(one, "DELETE FROM relationship");
  sqlite3_free(refused(two, "SELECT * FROM \"users.posts\""));
  closeDb(one);
  closeDb(two);
  unlink(name);
}
END_TEST

START_TEST(rollbackUndeclares) {
  sqlite3 *db = openExtended(":memory:");
  run(db, BLOG);
  run(db, "BEGIN");
  run(db, "INSERT INTO relationship(owner, name, target, cascade) "
          "VALUES('users', 'posts', 'posts', 'all')");
  expect(db, "SELECT owner, name FROM relationship", "users|posts\n");
  run(db, "ROLLBACK");
  expect(db, "SELECT owner, name FROM relationship", "(none)\n");
  run(db, "SAVEPOINT s");
  run(db, "INSERT INTO relationship(owner, name, target) VALUES('users', 'posts', 'posts')");
  run(db, "ROLLBACK TO s");
  expect(db, "SELECT owner, name FROM relationship", "(none)\n");
  run(db, "RELEASE s");
  run(db, "DELETE FROM users");
  expect(db, "SELECT count(*) FROM posts", "3\n");
  closeDb(db);
}
END_TEST

START_TEST(syncIsIdempotentAndMends) {
  sqlite3 *db = openExtended(":memory:");
  char *before, *after;
  run(db, BLOG);
  run(db, "INSERT INTO relationship(owner, name, target, backref, cascade) "
          "VALUES('users', 'posts', 'posts', 'user', 'all, delete-orphan')");
  before = rows(db, "PRAGMA schema_version");
  run(db, "INSERT INTO relationship(relationship) VALUES('sync')");
  after = rows(db, "PRAGMA schema_version");
  ck_assert_str_eq(before, after);
  sqlite3_free(before);
  sqlite3_free(after);
  before = rows(db, SCHEMA);
  run(db, "DROP VIEW \"users.posts\";"
          "DROP TRIGGER \"users:delete\";"
          "DROP INDEX \"users.posts:index\"");
  run(db, "INSERT INTO relationship(relationship) VALUES('sync')");
  after = rows(db, SCHEMA);
  ck_assert_str_eq(before, after);
  sqlite3_free(before);
  sqlite3_free(after);
  closeDb(db);
}
END_TEST

/* CREATE VIRTUAL TABLE temp.r serves a file that has a table of its own called relationship. */
START_TEST(ownTableCalledRelationship) {
  sqlite3 *db = openExtended(":memory:");
  run(db, BLOG "CREATE TABLE relationship(a, b); INSERT INTO relationship VALUES(1, 2);");
  run(db, "CREATE VIRTUAL TABLE temp.r USING relationship");
  run(db, "INSERT INTO r(owner, name, target, cascade) VALUES('users', 'posts', 'posts', 'all')");
  expect(db, "SELECT owner, name, cascade FROM r", "users|posts|all\n");
  run(db, "DELETE FROM users WHERE id = 1");
  expect(db, "SELECT id FROM posts", "3\n");
  expect(db, "SELECT a, b FROM relationship", "1|2\n");
  closeDb(db);
}
END_TEST

START_TEST(attachedDatabase) {
  sqlite3 *db = openExtended(":memory:");
  run(db, "ATTACH ':memory:' AS aux");
  run(db, "CREATE TABLE aux.a(id INTEGER PRIMARY KEY);"
          "CREATE TABLE aux.b(id INTEGER PRIMARY KEY, a_id INTEGER REFERENCES a);"
          "INSERT INTO aux.a VALUES(1), (2); INSERT INTO aux.b VALUES(1, 1), (2, 2);");
  run(db, "INSERT INTO relationship(owner, name, target, cascade, schema) "
          "VALUES('a', 'bs', 'b', 'all', 'aux')");
  expect(db, "SELECT owner, name, schema FROM relationship", "a|bs|aux\n");
  run(db, "DELETE FROM aux.a WHERE id = 1");
  expect(db, "SELECT id FROM aux.b", "2\n");
  expect(db, "SELECT count(*) FROM main.sqlite_schema", "0\n");
  run(db, "UPDATE relationship SET cascade = 'none' WHERE schema = 'aux'");
  run(db, "DELETE FROM relationship");
  expect(db, "SELECT name FROM aux.sqlite_schema WHERE type IN ('trigger', 'view')", "(none)\n");
  closeDb(db);
}
END_TEST

Suite *relTestWhole(void) {
  Suite *suite = suite_create("whole");
  TCase *chinook = tcase_create("chinook"), *seen = tcase_create("seen");
  tcase_add_loop_test(chinook, chinookArtistGoesWhole, 0, 8);
  tcase_add_test(chinook, dropLeavesTheSchemaAsItWas);
  tcase_add_loop_test(seen, lateFailureLeavesNothing, 0, 2);
  tcase_add_test(seen, otherConnectionSeesDeclarations);
  tcase_add_test(seen, rollbackUndeclares);
  tcase_add_test(seen, syncIsIdempotentAndMends);
  tcase_add_test(seen, ownTableCalledRelationship);
  tcase_add_test(seen, attachedDatabase);
  suite_add_tcase(suite, chinook);
  suite_add_tcase(suite, seen);
  return suite;
}
