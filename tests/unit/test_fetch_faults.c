/*
** Memory that runs out at some allocation of a fetch, once or for good: the fetch then gives what it
** should or says SQLITE_NOMEM, works when it is tried again, and nothing is lost. FAULTS=all in the
** environment tries every single allocation, which takes minutes; else it is a few, spread evenly.
*/
#include "unit/failing.h"
#include "unit/fetched.h"

#include <stdlib.h>

static const char *const STATEMENTS[] = {
    "SELECT doc FROM selectin('users')",
    "SELECT doc FROM selectin('users', 'name, posts(title, comments(body, author(name)), "
    "tags(name, post_tags.weight AS w)), boss(name)')",
    "SELECT doc FROM selectin('users', 'name, posts!joined(title, comments!joined(body) ORDER BY "
    "title DESC LIMIT 2), boss!joined(name)')",
    "SELECT doc FROM selectin('users', 'name, posts!subquery(title, comments!subquery(body)), "
    "boss!subquery(name)')",
    "SELECT doc FROM selectin('users', 'name, posts!select(title, tags!select(name) LIMIT 2), "
    "boss!select(name)')",
    "SELECT doc FROM selectin('users', 'name, users!recursive(id, posts(id)), "
    "boss!recursive(2)(id)')",
    "SELECT doc FROM selectin('users', 'name, posts(count(*) AS n, group_concat(title) AS t ORDER "
    "BY title LIMIT 2), comments!joined(count(*) AS n)')",
    "SELECT doc FROM selectin('posts', 'count(*) AS n, group_concat(title) AS t WHERE "
    "any(comments) ORDER BY title LIMIT 3')",
    "SELECT doc FROM selectin('users', 'any(posts, NOT any(comments, body = ?1)) AS a, "
    "posts!inner(id, row_number() OVER (ORDER BY title) AS r LIMIT 2) ORDER BY name DESC LIMIT "
    "?2', 'one', 3)",
    "SELECT doc FROM selectin('users', 'name, posts(id, tags(id)) FOR EACH posts WHERE score > 1 "
    "FOR EACH post_tags WHERE has(tag) FOR EACH users WHERE any(boss)')",
    "SELECT key, doc FROM selectin('users', 'name, posts(id)') WHERE key IN (SELECT id FROM users "
    "WHERE active)",
    "SELECT u.id, doc FROM users u LEFT JOIN selectin('users', 'name, posts(id)') s ON s.key = "
    "u.boss_id",
    "SELECT key, doc FROM selectin('pairs', 'x, up(x)') WHERE key IN ('[1,\"x\"]', '[2,\"y\"]')",
    "SELECT doc FROM selectin('eager', 'x')",
    "SELECT related('users', 'posts', id, 'title, tags(name) ORDER BY title'), related('users', "
    "'boss', id) FROM users",
    "SELECT level, path, strategy, statement, detail FROM relationship_explain('users', 'name, "
    "posts(title, tags(name) LIMIT 2), boss!joined(name), users!recursive(id)')",
    "SELECT depth, relationship, action, tbl_name, rows FROM relationship_impact('users', '[1, "
    "2]')",
    "SELECT action, rows FROM relationship_impact('pairs', '[1, \"x\"]')",
    "SELECT action, rows FROM relationship_impact('linked', 1)",
};

static const char MORE[] =
    "CREATE TABLE pairs(a INT, b TEXT, x, ua INT, ub TEXT, PRIMARY KEY(a, b), FOREIGN KEY(ua, ub) "
    "REFERENCES pairs) WITHOUT ROWID;"
    "INSERT INTO pairs VALUES(1, 'x', 'one', NULL, NULL), (2, 'y', 'two', 1, 'x');"
    "CREATE TABLE eager(id INTEGER PRIMARY KEY, x); CREATE TABLE parts(id INTEGER PRIMARY KEY, "
    "e_id INT); CREATE VIEW seen AS SELECT * FROM parts;"
    "INSERT INTO eager VALUES(1, 'e'), (2, 'f'); INSERT INTO parts VALUES(1, 1), (2, 1);"
    "INSERT INTO relationship(owner, name, target, foreign_keys, lazy) VALUES('eager', 'parts', "
    "'parts', 'e_id', 'joined');"
    "INSERT INTO relationship(owner, name, target, foreign_keys, remote_side) VALUES('pairs', "
    "'up', 'pairs', 'ua, ub', 'a, b');"
    "INSERT INTO relationship(owner, name, target, primaryjoin, foreign_keys, viewonly, lazy, "
    "order_by) VALUES('eager', 'seen', 'seen', 'eager.id = seen.e_id', 'seen.e_id', 1, 'subquery', "
    "'id DESC');"
    "CREATE TABLE linked(id INTEGER PRIMARY KEY); CREATE TABLE ends(id INTEGER PRIMARY KEY, s INT "
    "DEFAULT 2 REFERENCES linked ON DELETE SET DEFAULT, t INT REFERENCES linked); CREATE TABLE "
    "links(l INT REFERENCES linked, e INT REFERENCES ends, PRIMARY KEY(l, e));"
    "INSERT INTO linked VALUES(1), (2); INSERT INTO ends VALUES(1, 1, NULL), (2, 1, 1);"
    "INSERT INTO links VALUES(1, 1), (1, 2), (2, 2); PRAGMA foreign_keys = 1;"
    "INSERT INTO relationship(owner, name, target, secondary, cascade) VALUES('linked', 'ends', "
    "'ends', 'links', 'delete'), ('ends', 'linked', 'linked', 'links', 'delete-orphan');";

static sqlite3 *openAll(void) {
  sqlite3 *db = openWith(BLOG);
  run(db, MORE);
  return db;
}

/* A sum over all values that a statement gives, in their order, which allocates nothing itself. */
static int sumOf(sqlite3 *db, const char *sql, sqlite3_uint64 *sum) {
  sqlite3_stmt *statement = NULL;
  int rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL), i;
  *sum = 7;
  while (rc == SQLITE_OK && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
    rc = SQLITE_OK;
    for (i = 0; i < sqlite3_column_count(statement) && rc == SQLITE_OK; i++) {
      int type = sqlite3_column_type(statement, i);
      const unsigned char *text = sqlite3_column_text(statement, i);
      if (text == NULL && type != SQLITE_NULL) rc = SQLITE_NOMEM;
      while (text != NULL && *text) *sum = *sum * 31 + *text++;
      *sum = *sum * 31 + (unsigned)type;
    }
  }
  sqlite3_finalize(statement);
  return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* How many allocations the statement makes, and what it gives. */
static int allocations(const char *sql, sqlite3_uint64 *sum) {
  enum { MANY = 1 << 30 };
  sqlite3 *db = openAll();
  int made, rc;
  arm(MANY, 0);
  rc = sumOf(db, sql, sum);
  made = MANY - countdown;
  arm(-1, 0);
  ck_assert_msg(rc == SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(db));
  closeDb(db);
  return made;
}

static void failOnce(const char *sql, sqlite3_uint64 expected, int after, int forGood) {
  sqlite3_int64 held = sqlite3_memory_used();
  sqlite3 *db = openAll();
  sqlite3_uint64 sum;
  int rc;
  arm(after, forGood);
  rc = sumOf(db, sql, &sum);
  arm(-1, 0);
  ck_assert_msg(rc == SQLITE_OK || rc == SQLITE_NOMEM, "%s\nallocation %d: %d, %s", sql, after, rc,
                sqlite3_errmsg(db));
  ck_assert_msg(rc == SQLITE_NOMEM || sum == expected, "%s\nallocation %d: a wrong result", sql,
                after);
  rc = sumOf(db, sql, &sum);
  ck_assert_msg(rc == SQLITE_OK && sum == expected, "%s\nagain after allocation %d: %s", sql, after,
                sqlite3_errmsg(db));
  closeDb(db);
  ck_assert_msg(sqlite3_memory_used() == held, "%s\nallocation %d: %lld bytes are lost", sql, after,
                sqlite3_memory_used() - held);
}

START_TEST(memoryRunsOutWhileFetching) {
  enum { SAMPLES = 16 };
  const char *sql = STATEMENTS[_i];
  sqlite3_uint64 expected;
  int count, step, forGood, after;
  installFailing();
  count = allocations(sql, &expected);
  step = getenv("FAULTS") != NULL ? 1 : count / SAMPLES + 1;
  for (forGood = 0; forGood < 2; forGood++) {
    for (after = forGood * step / 2; after < count; after += step)
      failOnce(sql, expected, after, forGood);
  }
  restoreAllocator();
}
END_TEST

Suite *relTestFetchFaults(void) {
  Suite *suite = suite_create("fetch_faults");
  TCase *tcase = tcase_create("memoryRunsOutWhileFetching");
  tcase_add_loop_test(tcase, memoryRunsOutWhileFetching, 0, sizeof STATEMENTS / sizeof *STATEMENTS);
  suite_add_tcase(suite, tcase);
  return suite;
}
