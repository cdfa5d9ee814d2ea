/*
** tables/: what the golden files cannot show. Memory that runs out at some allocation of a statement,
** once or for good: the statement then works or says SQLITE_NOMEM, changes nothing, works when it is
** tried again, and nothing is lost. FAULTS=all in the environment tries every single allocation, which
** takes minutes; else it is 40 of them, spread evenly.
*/
#include "unit/failing.h"
#include "unit/suites.h"

#include <stdlib.h>

/* --- the statements --- */

static const char SCHEMA[] =
    "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE);"
    "CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INT REFERENCES users, title TEXT);"
    "CREATE TABLE tags(id INTEGER PRIMARY KEY, name TEXT);"
    "CREATE TABLE post_tags(post_id INT REFERENCES posts, tag_id INT REFERENCES tags,"
    " PRIMARY KEY(post_id, tag_id));";

static const char *const DECLARED = "INSERT INTO relationship(owner, name, target, backref) VALUES "
                                    "('users', 'posts', 'posts', 'author')";

#define RENAMED                                                                                    \
  "INSERT INTO relationship(owner, name, target, backref, order_by) VALUES "                       \
  "('users', 'posts', 'posts', 'author', 'title DESC, posts.user_id');"                            \
  "ALTER TABLE users RENAME TO people; ALTER TABLE posts RENAME COLUMN title TO headline;"         \
  "ALTER TABLE posts RENAME COLUMN user_id TO \"a b\""
#define BROKEN RENAMED "; DROP TABLE people"
#define DAMAGED                                                                                    \
  "INSERT INTO relationship(owner, name, target, \"cascade\") VALUES "                             \
  "('users', 'posts', 'posts', 'all, delete-orphan');"                                             \
  "INSERT INTO relationship(owner, name, target, uselist) VALUES ('posts', 'link', 'post_tags', "  \
  "0);"                                                                                            \
  "DROP TRIGGER \"users:delete\"; DROP VIEW \"users.posts\";"                                      \
  "INSERT INTO posts VALUES (1, 9, 'a'), (2, NULL, 'b'); INSERT INTO post_tags VALUES (1, 1)"
#define REPEATED DAMAGED "; DROP INDEX \"posts.link:single\"; INSERT INTO post_tags VALUES (1, 2)"

static const struct {
  const char *before; /* what is declared by then, or NULL */
  const char *sql;
} STATEMENTS[] = {
    {NULL, "INSERT INTO relationship(owner, name, target, backref, \"cascade\", order_by) VALUES"
           " ('users', 'posts', 'posts', 'author', 'all, delete-orphan', '\"title\" DESC')"},
    {NULL, "INSERT INTO relationship(owner, name, target, secondary) VALUES"
           " ('posts', 'tags', 'tags', 'post_tags'), ('tags', 'posts', 'posts', 'post_tags')"},
    {NULL, "INSERT INTO relationship(owner, name, target, primaryjoin, foreign_keys) VALUES"
           " ('users', 'p', 'posts', 'users.id = posts.user_id AND title > 1', 'posts.user_id')"},
    {NULL, "INSERT INTO relationship(relationship) VALUES ('automap')"},
    {DECLARED,
     "UPDATE relationship SET \"cascade\" = 'all', order_by = 'title' WHERE name = 'posts'"},
    {DECLARED, "DELETE FROM relationship"},
    {DECLARED, "SELECT * FROM relationship"},
    {DECLARED, "SELECT * FROM relationship_candidates"},
    {DECLARED, "SELECT * FROM relationship_script"},
    {DAMAGED, "SELECT * FROM relationship_check('all')"},
    {REPEATED, "SELECT * FROM relationship_check"},
    {BROKEN, "SELECT * FROM relationship_check"},
    {DECLARED, "SELECT relationship_diagram('mermaid')"},
    {DECLARED, "SELECT relationship_diagram('dot', '[pt]*')"},
    {RENAMED, "INSERT INTO relationship(relationship) VALUES ('sync')"},
    {BROKEN, "INSERT INTO relationship(relationship) VALUES ('drop')"},
};
enum { STATEMENT_COUNT = sizeof STATEMENTS / sizeof *STATEMENTS };

static sqlite3 *openDeclared(int n) {
  sqlite3 *db;
  ck_assert_int_eq(sqlite3_open(":memory:", &db), SQLITE_OK);
  ck_assert_int_eq(sqlite3_relationship_init(db, NULL, NULL), SQLITE_OK);
  ck_assert_int_eq(sqlite3_exec(db, SCHEMA, NULL, NULL, NULL), SQLITE_OK);
  ck_assert_int_eq(sqlite3_exec(db, STATEMENTS[n].before, NULL, NULL, NULL), SQLITE_OK);
  return db;
}

/* All of the schema and the catalog, as text; the caller frees it. */
static char *snapshot(sqlite3 *db) {
  static const char *const QUERIES[] = {
      "SELECT group_concat(type || name || ifnull(sql, ''), char(10)) FROM (SELECT * FROM "
      "sqlite_schema"
      " ORDER BY type, name)",
      "SELECT group_concat(id || owner || name || ifnull(order_by, '') || ifnull(\"cascade\", ''))"
      " FROM (SELECT * FROM relationship_catalog ORDER BY id)"};
  char *text = sqlite3_mprintf("");
  size_t i;
  for (i = 0; i < 2; i++) {
    sqlite3_stmt *row = NULL;
    if (sqlite3_prepare_v2(db, QUERIES[i], -1, &row, NULL) == SQLITE_OK) {
      sqlite3_step(row);
      text = sqlite3_mprintf("%z%s\n", text, sqlite3_column_text(row, 0));
    }
    sqlite3_finalize(row);
  }
  return text;
}

/* How many allocations the statement makes. */
static int allocations(int n) {
  enum { MANY = 1 << 30 };
  sqlite3 *db = openDeclared(n);
  int made;
  arm(MANY, 0);
  ck_assert_int_eq(sqlite3_exec(db, STATEMENTS[n].sql, NULL, NULL, NULL), SQLITE_OK);
  made = MANY - countdown;
  arm(-1, 0);
  ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
  return made;
}

/* Fails the allocation number `after` inside a transaction. */
static void failOnce(int n, int after, int forGood) {
  sqlite3_int64 held = sqlite3_memory_used();
  sqlite3 *db = openDeclared(n);
  char *before = snapshot(db), *now;
  int rc;
  ck_assert_int_eq(sqlite3_exec(db, "BEGIN", NULL, NULL, NULL), SQLITE_OK);
  arm(after, forGood);
  rc = sqlite3_exec(db, STATEMENTS[n].sql, NULL, NULL, NULL);
  arm(-1, 0);
  ck_assert_msg(rc == SQLITE_OK || rc == SQLITE_NOMEM, "%s\nallocation %d: %d, %s",
                STATEMENTS[n].sql, after, rc, sqlite3_errmsg(db));
  if (rc != SQLITE_OK) {
    if (!sqlite3_get_autocommit(db)) {
      now = snapshot(db);
      ck_assert_str_eq(now, before);
      sqlite3_free(now);
    }
    ck_assert_msg(sqlite3_exec(db, STATEMENTS[n].sql, NULL, NULL, NULL) == SQLITE_OK,
                  "%s\nagain after allocation %d: %s", STATEMENTS[n].sql, after,
                  sqlite3_errmsg(db));
  }
  sqlite3_free(before);
  ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
  ck_assert_int_eq(sqlite3_memory_used(), held);
}

START_TEST(memoryRunsOut) {
  int count, step, forGood, after;
  installFailing();
  count = allocations(_i);
  step = getenv("FAULTS") != NULL ? 1 : count / 40 + 1;
  for (forGood = 0; forGood < 2; forGood++) {
    for (after = 0; after < count; after += step) failOnce(_i, after, forGood);
  }
  restoreAllocator();
}
END_TEST

START_TEST(journalIsInternal) {
  sqlite3 *db;
  ck_assert_int_eq(sqlite3_open(":memory:", &db), SQLITE_OK);
  ck_assert_int_eq(sqlite3_relationship_init(db, NULL, NULL), SQLITE_OK);
  ck_assert_int_eq(sqlite3_exec(db, "UPDATE relationship_journal SET \"relationship step\" = 1",
                                NULL, NULL, NULL),
                   SQLITE_ERROR);
  ck_assert_str_eq(sqlite3_errmsg(db), "relationship_journal is internal");
  ck_assert_int_eq(
      sqlite3_exec(db, "INSERT INTO relationship_journal VALUES (1)", NULL, NULL, NULL),
      SQLITE_ERROR);
  ck_assert_int_eq(sqlite3_exec(db, "DELETE FROM relationship_journal", NULL, NULL, NULL),
                   SQLITE_ERROR);
  ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
}
END_TEST

/* A file whose own table is called relationship. */
START_TEST(anotherNameServes) {
  sqlite3 *db;
  char *message = NULL;
  ck_assert_int_eq(sqlite3_open(":memory:", &db), SQLITE_OK);
  ck_assert_int_eq(sqlite3_relationship_init(db, NULL, NULL), SQLITE_OK);
  sqlite3_exec(db, SCHEMA, NULL, NULL, NULL);
  sqlite3_exec(db,
               "CREATE TABLE relationship(x);"
               "CREATE VIRTUAL TABLE temp.r USING relationship;"
               "INSERT INTO r(owner, name, target) VALUES ('users', 'posts', 'posts');"
               "UPDATE r SET lazy = 'raise'; SELECT * FROM r; DROP TABLE temp.r;"
               "SELECT * FROM \"users.posts\"",
               NULL, NULL, &message);
  ck_assert_msg(message == NULL, "%s", message);
  ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
}
END_TEST

Suite *relTestTables(void) {
  Suite *suite = suite_create("tables");
  TCase *faults = tcase_create("faults"), *declarations = tcase_create("declarations");
  tcase_add_loop_test(faults, memoryRunsOut, 0, STATEMENT_COUNT);
  tcase_add_test(declarations, journalIsInternal);
  tcase_add_test(declarations, anotherNameServes);
  suite_add_tcase(suite, faults);
  suite_add_tcase(suite, declarations);
  return suite;
}
