/*
** Memory that runs out at some allocation of a save, once or for good, and interrupts at some step: the
** database is then what it was before, or what it should be behind, and the next save works. FAULTS=all
** in the environment tries every single allocation and step, which takes minutes; else it is a few,
** spread evenly.
*/
#include "unit/failing.h"
#include "unit/saved.h"

#include <stdlib.h>

static const char SCHEMA[] =
    "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT, best_id INT REFERENCES posts);"
    "CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INT REFERENCES users, title TEXT UNIQUE, b "
    "BLOB);"
    "CREATE TABLE tags(id INTEGER PRIMARY KEY, name TEXT UNIQUE);"
    "CREATE TABLE post_tags(post_id INT REFERENCES posts, tag_id INT REFERENCES tags, w INT, "
    "PRIMARY "
    "KEY(post_id, tag_id)) WITHOUT ROWID;"
    "CREATE TABLE nodes(id TEXT PRIMARY KEY, up_id TEXT REFERENCES nodes, x) WITHOUT ROWID;"
    "CREATE TABLE kept(id TEXT PRIMARY KEY, x); CREATE TABLE parts(a TEXT, n INT, kept_id TEXT "
    "REFERENCES kept, PRIMARY KEY(a, n));"
    "INSERT INTO relationship(owner, name, target, \"cascade\", foreign_keys) VALUES ('users', "
    "'posts', 'posts', 'all, delete-orphan', 'posts.user_id');"
    "INSERT INTO relationship(owner, name, target, secondary, unique_key) VALUES ('posts', 'tags', "
    "'tags', 'post_tags', 'name');"
    "INSERT INTO users VALUES(1, 'Ada', 1), (2, 'Bo', NULL);"
    "INSERT INTO posts VALUES(1, 1, 'a', NULL), (2, 1, 'b', x'00'), (3, 2, 'c', NULL);"
    "INSERT INTO tags VALUES(1, 'x'), (2, 'y'); INSERT INTO post_tags VALUES(1, 1, 1), (3, 2, 2);"
    "INSERT INTO nodes VALUES('r', NULL, 1), ('s', 'r', 2);"
    "INSERT INTO kept VALUES('k', 1); INSERT INTO parts VALUES('a', 1, 'k'), ('a', 2, 'k');";

typedef struct Document {
  const char *owner;
  const char *doc;
} Document;

static const Document DOCUMENTS[] = {
    {"users", "{\"name\": \"new\", \"posts\": [{\"title\": \"t1\", \"b\": \"0aFF\"}, {\"title\": "
              "\"t2\"}, {\"title\": \"t\\u00e93\"}, {\"title\": {\"j\": [1.5]}}]}"},
    {"users",
     "[{\"id\": 1, \"name\": \"A\", \"best\": {\"id\": 3}, \"posts\": [{\"id\": 3, \"title\": "
     "\"z\"}, {\"id\": 1, \"title\": \"c\"}]}, {\"id\": 2, \"posts\": []}]"},
    {"posts",
     "[{\"id\": 1, \"tags\": [{\"name\": \"new\"}, {\"name\": \"y\", \"w\": 3}]}, {\"id\": 3, "
     "\"title\": \"n\", \"tags\": {\"add\": [{\"name\": \"new\"}], \"remove\": [{\"id\": "
     "2}]}}]"},
    {"posts", "{\"title\": \"n\", \"tags\": [{\"id\": 11, \"name\": \"p\"}, {\"id\": 12, \"name\": "
              "\"q\"}, {\"id\": 13, \"name\": \"r\"}, {\"id\": 14, \"name\": \"s\"}], \"user\": "
              "{\"name\": \"w\"}}"},
    {"nodes", "{\"id\": \"r\", \"nodes\": [{\"id\": \"a\", \"x\": 1, \"nodes\": [{\"id\": \"s\"}, "
              "{\"id\": \"b\", \"x\": 2}]}, {\"id\": \"c\", \"x\": 3}], \"up\": {\"id\": \"d\", "
              "\"x\": 4, \"up\": {\"id\": \"b\"}}}"},
    {"kept", "[{\"id\": \"k\", \"parts\": [{\"a\": \"a\", \"n\": 2}, {\"a\": \"b\", \"n\": 1, "
             "\"kept_id\": 5}]}, "
             "{\"id\": \"l\", \"x\": 2.5, \"parts\": [{\"a\": \"a\", \"n\": 1}]}, {\"id\": \"m\"}, "
             "{\"id\": \"n\"}]"},
    {"users",
     "{\"id\": 9, \"name\": \"mutual\", \"best\": {\"id\": 8, \"title\": \"z\", \"user_id\": "
     "9, \"user\": {\"id\": 9}}}"},
};
enum { DOCUMENT_COUNT = sizeof DOCUMENTS / sizeof *DOCUMENTS };

/* A sum over all rows, which allocates nothing that stays. */
static sqlite3_uint64 sumOf(sqlite3 *db) {
  char *all = contents(db, "main"), *at;
  sqlite3_uint64 sum = 7;
  for (at = all; *at; at++) sum = sum * 31 + (unsigned char)*at;
  sqlite3_free(all);
  return sum;
}

static sqlite3_stmt *prepareSave(sqlite3 *db, const Document *document) {
  sqlite3_stmt *insert = NULL;
  ck_assert_int_eq(
      sqlite3_prepare_v2(db, "INSERT INTO unit_of_work VALUES(?1, ?2)", -1, &insert, NULL),
      SQLITE_OK);
  sqlite3_bind_text(insert, 1, document->owner, -1, SQLITE_STATIC);
  sqlite3_bind_text(insert, 2, document->doc, -1, SQLITE_STATIC);
  return insert;
}

static int stepSave(sqlite3_stmt *insert) {
  int rc = sqlite3_step(insert);
  sqlite3_reset(insert);
  return rc == SQLITE_DONE ? SQLITE_OK : rc & 0xff;
}

/* What each document leads to, and how many allocations and steps it takes. */
typedef struct Course {
  const Document *document;
  sqlite3_uint64 before, behind;
  int allocations;
  int steps;
} Course;

static int countStep(void *steps) {
  (*(int *)steps)++;
  return 0;
}

enum { MANY = 1 << 30 };

static Course courseOf(const Document *document) {
  Course course = {document, 0, 0, 0, 0};
  sqlite3 *db = openWith(SCHEMA);
  sqlite3_stmt *insert = prepareSave(db, document);
  int rc;
  course.before = sumOf(db);
  sqlite3_progress_handler(db, 1, countStep, &course.steps);
  arm(MANY, 0);
  rc = stepSave(insert);
  course.allocations = MANY - countdown;
  arm(-1, 0);
  sqlite3_progress_handler(db, 0, NULL, NULL);
  ck_assert_msg(rc == SQLITE_OK, "%s in %s", sqlite3_errmsg(db), document->doc);
  course.behind = sumOf(db);
  ck_assert(course.before != course.behind);
  sqlite3_finalize(insert);
  closeDb(db);
  return course;
}

/* The save has failed, or not: the next one is right. */
static void goOn(sqlite3 *db, const Course *course, sqlite3_stmt *insert, int rc, const char *what,
                 int n) {
  sqlite3_uint64 sum = sumOf(db);
  int saved = rc == SQLITE_OK, again;
  /* An interrupt may come when all is done, also for SQLite's own statements. */
  if (rc == SQLITE_INTERRUPT) saved = sum == course->behind;
  ck_assert_msg(sum == (saved ? course->behind : course->before), "%s %d: %d, %s\n%s", what, n, rc,
                saved ? "not all is saved" : "something stays", course->document->doc);
  if (!sqlite3_get_autocommit(db)) run(db, "COMMIT");
  if (saved) return;
  again = stepSave(insert);
  ck_assert_msg(again == SQLITE_OK, "again after %s %d: %s\n%s", what, n, sqlite3_errmsg(db),
                course->document->doc);
  ck_assert_msg(sumOf(db) == course->behind, "again after %s %d: not all is saved", what, n);
}

static void failMemory(const Course *course, int after, int forGood, int inside) {
  sqlite3_int64 held = sqlite3_memory_used();
  sqlite3 *db = openWith(SCHEMA);
  sqlite3_stmt *insert = prepareSave(db, course->document);
  int rc;
  if (inside) run(db, "BEGIN");
  arm(after, forGood);
  rc = stepSave(insert);
  arm(-1, 0);
  ck_assert_msg(rc == SQLITE_OK || rc == SQLITE_NOMEM, "allocation %d: %d, %s\n%s", after, rc,
                sqlite3_errmsg(db), course->document->doc);
  goOn(db, course, insert, rc, "allocation", after);
  sqlite3_finalize(insert);
  closeDb(db);
  ck_assert_msg(sqlite3_memory_used() == held, "allocation %d: %lld bytes are lost\n%s", after,
                sqlite3_memory_used() - held, course->document->doc);
}

static int stepFor(int count, int samples) {
  return getenv("FAULTS") != NULL ? 1 : count / samples + 1;
}

START_TEST(memoryRunsOutWhileSaving) {
  enum { SAMPLES = 14 };
  Course course;
  int step, kind, after;
  installFailing();
  course = courseOf(&DOCUMENTS[_i]);
  step = stepFor(course.allocations, SAMPLES);
  for (kind = 0; kind < 4; kind++) {
    for (after = kind * step / 4; after < course.allocations; after += step) {
      failMemory(&course, after, kind % 2, kind / 2);
    }
  }
  restoreAllocator();
}
END_TEST

/* --- warm: with statements and shapes of a save before --- */

START_TEST(memoryRunsOutInTheSecondSave) {
  enum { SAMPLES = 30 };
  static const Document FIRST = {"users",
                                 "{\"id\": 2, \"name\": \"first\", \"posts\": [{\"id\": 3, "
                                 "\"tags\": []}, {\"title\": \"f\"}]}"};
  const Document *second = &DOCUMENTS[_i];
  int after, allocations = 1;
  installFailing();
  for (after = 0; after < allocations; after += stepFor(allocations, SAMPLES)) {
    sqlite3 *db = openWith(SCHEMA);
    sqlite3_stmt *insert;
    Course course = {second, 0, 0, 0, 0};
    int rc;
    save(db, FIRST.owner, FIRST.doc);
    insert = prepareSave(db, second);
    course.before = sumOf(db);
    run(db, "SAVEPOINT probe");
    arm(MANY, 0);
    rc = stepSave(insert);
    allocations = MANY - countdown;
    arm(-1, 0);
    ck_assert_msg(rc == SQLITE_OK, "%s in %s", sqlite3_errmsg(db), second->doc);
    course.behind = sumOf(db);
    run(db, "ROLLBACK TO probe; RELEASE probe");
    arm(after, after % 2);
    rc = stepSave(insert);
    arm(-1, 0);
    goOn(db, &course, insert, rc, "allocation", after);
    sqlite3_finalize(insert);
    closeDb(db);
  }
  restoreAllocator();
}
END_TEST

/* --- interrupts --- */

static int stopAt(void *steps) {
  return --*(int *)steps <= 0;
}

/* An interrupted INSERT ends the transaction, as any of SQLite's does. */
static void interruptAt(const Course *course, int step, int inside) {
  sqlite3 *db = openWith(SCHEMA);
  sqlite3_stmt *insert = prepareSave(db, course->document);
  int rc, left = step;
  if (inside) run(db, "BEGIN");
  sqlite3_progress_handler(db, 1, stopAt, &left);
  rc = stepSave(insert);
  sqlite3_progress_handler(db, 0, NULL, NULL);
  ck_assert_msg(rc == SQLITE_OK || rc == SQLITE_INTERRUPT, "step %d: %d, %s\n%s", step, rc,
                sqlite3_errmsg(db), course->document->doc);
  goOn(db, course, insert, rc, "step", step);
  sqlite3_finalize(insert);
  closeDb(db);
}

START_TEST(savesAreInterrupted) {
  enum { SAMPLES = 30 };
  Course course;
  int step, inside, at;
  installFailing();
  course = courseOf(&DOCUMENTS[_i]);
  restoreAllocator();
  step = stepFor(course.steps, SAMPLES);
  for (inside = 0; inside < 2; inside++) {
    for (at = 1 + inside * step / 2; at < course.steps; at += step) {
      interruptAt(&course, at, inside);
    }
  }
}
END_TEST

static void addLoop(Suite *suite, const char *name, const TTest *test) {
  TCase *tcase = tcase_create(name);
  tcase_add_loop_test(tcase, test, 0, DOCUMENT_COUNT);
  suite_add_tcase(suite, tcase);
}

Suite *relTestSaveFaults(void) {
  Suite *suite = suite_create("save_faults");
  addLoop(suite, "memoryRunsOutWhileSaving", memoryRunsOutWhileSaving);
  addLoop(suite, "memoryRunsOutInTheSecondSave", memoryRunsOutInTheSecondSave);
  addLoop(suite, "savesAreInterrupted", savesAreInterrupted);
  return suite;
}
