/*
** Streaming: memory is bounded by the batch, or by the document; work stops when nobody wants more of
** it. Load profiles: views over selectin.
*/
#include "unit/fetched.h"

#include <poll.h>
#include <pthread.h>
#include <time.h>

enum { MILLION = 1000000, MEGABYTE = 1 << 20 };

/* CPU seconds of this process: what others do on a busy machine does not count. */
static double now(void) {
  return (double)clock() / CLOCKS_PER_SEC;
}

/* Owners o, of whom one in a hundred has two members m, and all the same parent p; links l to p. */
static sqlite3 *openMany(int owners) {
  sqlite3 *db =
      openWith("CREATE TABLE p(id INTEGER PRIMARY KEY, name TEXT); INSERT INTO p VALUES(1, "
               "'parent'), (2, 'other');"
               "CREATE TABLE o(id INTEGER PRIMARY KEY, v TEXT, p_id INT REFERENCES p, w INT);"
               "CREATE TABLE m(id INTEGER PRIMARY KEY, o_id INT REFERENCES o, x INT);"
               "CREATE TABLE l(o_id INT REFERENCES o, p_id INT REFERENCES p, PRIMARY KEY(o_id, "
               "p_id)) WITHOUT ROWID;"
               "CREATE INDEX m_o ON m(o_id)");
  char *sql = sqlite3_mprintf("BEGIN; WITH RECURSIVE i(i) AS (VALUES(1) UNION ALL SELECT i + 1 "
                              "FROM i WHERE i < %d) INSERT INTO o SELECT i, 'value', 1, -i FROM i;"
                              "INSERT INTO m SELECT id, id, id FROM o WHERE id %% 100 = 0; INSERT "
                              "INTO m SELECT id + 1, id, 2 FROM o WHERE id %% 100 = 0;"
                              "INSERT INTO l SELECT id, 1 + id %% 2 FROM o WHERE id %% 10 = 0; "
                              "COMMIT; CREATE INDEX o_p ON o(p_id)",
                              owners);
  run(db, sql);
  sqlite3_free(sql);
  return db;
}

/* Steps to the end. How much memory was in use at most, more than before; the rows and their bytes. */
static sqlite3_int64 memoryOf(sqlite3 *db, const char *sql, sqlite3_int64 *count,
                              sqlite3_int64 *bytes) {
  sqlite3_int64 before = sqlite3_memory_used();
  sqlite3_stmt *statement;
  int rc;
  sqlite3_memory_highwater(1);
  *count = *bytes = 0;
  ck_assert_int_eq(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
  while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
    ++*count;
    *bytes += sqlite3_column_bytes(statement, 0);
  }
  ck_assert_msg(rc == SQLITE_DONE, "%s: %s", sql, sqlite3_errmsg(db));
  sqlite3_finalize(statement);
  return sqlite3_memory_highwater(0) - before;
}

/* --- memory ----------------------------------------------------------------------------------- */

START_TEST(aMillionDocumentsTakeTheMemoryOfABatch) {
  static const struct {
    const char *selection;
    int owners;
    sqlite3_int64 bytes; /* of all documents */
    int most;            /* megabytes: without a LIMIT outside, whole tables may be read at once */
  } CASES[] = {
      {"v", MILLION, 13 * (sqlite3_int64)MILLION, 4},
      {"v, m(id)", 0, 0, 80},
      {"id, p(name), m(id), l!joined(p_id)", MILLION / 10, 0, 4},
      {"v, m!subquery(x ORDER BY x LIMIT 1), p!joined(name)", MILLION / 10, 0, 4},
  };
  sqlite3 *db = openMany(MILLION);
  size_t i;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    sqlite3_int64 count, bytes, memory;
    int owners = CASES[i].owners;
    char *sql = owners == 0
                    ? sqlite3_mprintf("SELECT doc FROM selectin('o', %Q)", CASES[i].selection)
                    : sqlite3_mprintf("SELECT doc FROM selectin('o', %Q) LIMIT %d",
                                      CASES[i].selection, owners);
    memory = memoryOf(db, sql, &count, &bytes);
    ck_assert_int_eq(count, owners == 0 ? MILLION : owners);
    if (CASES[i].bytes > 0) ck_assert_int_eq(bytes, CASES[i].bytes);
    ck_assert_msg(memory < CASES[i].most * (sqlite3_int64)MEGABYTE, "%s: %lld bytes",
                  CASES[i].selection, memory);
    sqlite3_free(sql);
  }
  closeDb(db);
}
END_TEST

/* Its rows, and its text while that is put together and given. */
START_TEST(oneDocumentTakesTheMemoryOfItself) {
  static const struct {
    const char *selection;
    int members;
  } CASES[] = {{"o(id)", MILLION},
               {"o!select(id)", MILLION / 10},
               {"o!joined(id)", MILLION / 10},
               {"o!subquery(id)", MILLION / 10},
               {"o(id, v ORDER BY v DESC, id DESC)", MILLION / 10},
               {"o(id, p(name))", MILLION / 10}};
  size_t i;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    sqlite3 *db = openMany(CASES[i].members);
    sqlite3_int64 count, bytes, memory;
    char *sql =
        sqlite3_mprintf("SELECT doc FROM selectin('p', %Q) WHERE key = 1", CASES[i].selection);
    memory = memoryOf(db, sql, &count, &bytes);
    ck_assert_int_eq(count, 1);
    ck_assert_msg(bytes > 10 * (sqlite3_int64)CASES[i].members, "%s: %lld bytes", sql, bytes);
    ck_assert_msg(memory < 128 * (sqlite3_int64)CASES[i].members + 4 * bytes,
                  "%s: %lld bytes of memory for %lld", sql, memory, bytes);
    sqlite3_free(sql);
    closeDb(db);
  }
}
END_TEST

/* What a large document took is given back, and a small one after it takes little. */
START_TEST(memoryIsGivenBack) {
  sqlite3 *db = openMany(200000);
  sqlite3_int64 count, bytes, before, after;
  memoryOf(db, "SELECT doc FROM selectin('p', 'o(id)') WHERE key = 2", &count, &bytes);
  before = sqlite3_memory_used();
  memoryOf(db, "SELECT doc FROM selectin('p', 'o(id)') WHERE key = 1", &count, &bytes);
  after = sqlite3_memory_used();
  ck_assert_int_gt(bytes, 2 * MEGABYTE);
  ck_assert_msg(after - before < 4 * MEGABYTE, "%lld bytes stay", after - before);
  closeDb(db);
}
END_TEST

/* --- stopping --------------------------------------------------------------------------------- */

/* What LIMIT outside does not want is not loaded, nor what is not stepped to. */
START_TEST(limitOutsideStopsTheWork) {
  static const char *const CASES[] = {
      "SELECT doc FROM selectin('o', 'v, m!select(id)') LIMIT 3",
      "SELECT doc FROM selectin('o', 'v, m!select(id)') LIMIT 2 OFFSET 5",
      "SELECT doc FROM selectin('o', 'v, m!select(id) ORDER BY w') LIMIT 3",
      "SELECT doc FROM selectin('o', 'v, m!select(id) WHERE w < -5 ORDER BY v || id') LIMIT 3",
      "SELECT doc FROM selectin('o', 'v, m!select(id)') WHERE key > 50 LIMIT 1",
      "SELECT doc FROM selectin('o', 'v, m!select(id)') WHERE key IN (SELECT id FROM o) LIMIT 1",
      "SELECT doc FROM (SELECT * FROM selectin('o', 'v, m!select(id)')) LIMIT 1",
  };
  sqlite3 *db = openMany(100000);
  sqlite3_stmt *statement;
  size_t i;
  run(db, "CREATE INDEX o_w ON o(w)");
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    run(db, CASES[i]);
    expect(db, "SELECT lazy_loads > 0, lazy_loads < 128 FROM relationship_stats", "1|1\n");
    run(db, "DELETE FROM relationship_stats");
  }
  run(db, "SELECT doc FROM selectin('o', 'v, m(id)') LIMIT 3");
  expect(db, "SELECT batches, rows < 100 FROM relationship_stats", "1|1\n");
  run(db, "DELETE FROM relationship_stats");
  ck_assert_int_eq(
      sqlite3_prepare_v2(db, "SELECT doc FROM selectin('o', 'v, m(id)')", -1, &statement, NULL),
      SQLITE_OK);
  ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
  sqlite3_finalize(statement);
  expect(db, "SELECT batches, rows < 100 FROM relationship_stats", "1|1\n");
  closeDb(db);
}
END_TEST

/* --- batches ---------------------------------------------------------------------------------- */

/* Owners with a member each, the first four's of that many bytes. */
static sqlite3 *openLarge(int owners, int bytes) {
  sqlite3 *db = openWith("CREATE TABLE p(id INTEGER PRIMARY KEY);"
                         "CREATE TABLE c(id INTEGER PRIMARY KEY, p INT REFERENCES p, x TEXT);"
                         "CREATE INDEX c_p ON c(p);"
                         "INSERT INTO relationship(owner, name, target) VALUES('p', 'cs', 'c')");
  char *sql = sqlite3_mprintf(
      "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
      " INSERT INTO p SELECT i FROM n;"
      "INSERT INTO c(p, x) SELECT id, CASE WHEN id <= 4 THEN printf('%%.*c', %d, 'x') END FROM p",
      owners, bytes);
  run(db, sql);
  sqlite3_free(sql);
  return db;
}

/* All come in one batch once it is known to fit: after four, or where those say nothing of the rest, more. */
START_TEST(fewOwnersTellWhetherAllFit) {
  static const struct {
    int owners, bytes;
    const char *batches, *first; /* rows of the first batch */
  } CASES[] = {
      {16, 1, "1\n", "16\n"},       {17, 1, "2\n", "4\n"},        {300, 1, "2\n", "4\n"},
      {300, 1 << 20, "3\n", "4\n"}, {16, 1 << 20, "1\n", "16\n"},
  };
  size_t i;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    sqlite3 *db = openLarge(CASES[i].owners, CASES[i].bytes);
    sqlite3_stmt *statement;
    run(db, "SELECT doc FROM selectin('p', 'id, cs')");
    expect(db, "SELECT batches FROM relationship_stats", CASES[i].batches);
    run(db, "DELETE FROM relationship_stats");
    ck_assert_int_eq(
        sqlite3_prepare_v2(db, "SELECT doc FROM selectin('p', 'id, cs')", -1, &statement, NULL),
        SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
    sqlite3_finalize(statement);
    expect(db, "SELECT rows FROM relationship_stats", CASES[i].first);
    closeDb(db);
  }
}
END_TEST

/* The last batch has all that is left; those before it have few, as more may not be wanted. */
START_TEST(firstDocumentsDoNotWaitForAll) {
  static const struct {
    int wanted;
    const char *rows;
  } CASES[] = {{4, "4\n"}, {20, "20\n"}, {50, "52\n"}, {100, "116\n"}, {200, "20000\n"}};
  sqlite3 *db = openLarge(20000, 1);
  sqlite3_stmt *statement;
  size_t i;
  int steps;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    ck_assert_int_eq(
        sqlite3_prepare_v2(db, "SELECT doc FROM selectin('p', 'id, cs')", -1, &statement, NULL),
        SQLITE_OK);
    for (steps = 0; steps < CASES[i].wanted; steps++) {
      ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
    }
    sqlite3_finalize(statement);
    expect(db, "SELECT rows FROM relationship_stats", CASES[i].rows);
    run(db, "DELETE FROM relationship_stats");
  }
  closeDb(db);
}
END_TEST

typedef struct Progress {
  int calls;
  int last;     /* the call that says stop, 0: none does */
  double since; /* when it did */
} Progress;

static int progress(void *data) {
  Progress *it = data;
  if (++it->calls != it->last) return 0;
  it->since = now();
  return 1;
}

/* Selections whose work lies in different stages: scans, probes, sorting, writing of documents. */
static const char *const LONG_WORK[] = {
    "SELECT count(doc) FROM selectin('o', 'v, p(name), m(id), l(p_id)')",
    "SELECT count(doc) FROM selectin('o', 'v, m!subquery(id LIMIT 1) ORDER BY v DESC, w')",
    "SELECT count(doc) FROM selectin('o', 'v, m!joined(id ORDER BY x), l!select(p_id)')",
    "SELECT doc FROM selectin('p', 'o(id, v ORDER BY v, id DESC)')",
    "SELECT doc FROM selectin('p', 'o!joined(id, m(count(*) AS n))')",
    "SELECT doc FROM selectin('p', 'o(count(*) AS n, group_concat(v) AS t)')",
    "SELECT related('p', 'o', 1)",
    "SELECT doc FROM selectin('o', 'count(*) AS n, group_concat(v) AS t WHERE any(m) OR any(l)')",
};

/* The handler says stop at one call or another: the statement ends at once, and all works after it. */
START_TEST(progressHandlersStopTheWork) {
  sqlite3 *db = openMany(30000);
  size_t i;
  for (i = 0; i < sizeof LONG_WORK / sizeof *LONG_WORK; i++) {
    Progress all = {0, 0, 0};
    char *whole, *again;
    double start = now(), soon;
    int step;
    sqlite3_progress_handler(db, 1000, progress, &all);
    whole = rows(db, LONG_WORK[i]);
    soon = 0.1 + (now() - start) / 4;
    sqlite3_progress_handler(db, 0, NULL, NULL);
    ck_assert_msg(whole[0] != '!' && all.calls > 10, "%s: %d calls, %.200s", LONG_WORK[i],
                  all.calls, whole);
    for (step = 0; step < 5; step++) {
      Progress some = {0, 1 + all.calls * step / 5, 0};
      char *stopped;
      double late;
      sqlite3_progress_handler(db, 1000, progress, &some);
      stopped = rows(db, LONG_WORK[i]);
      late = now() - some.since;
      sqlite3_progress_handler(db, 0, NULL, NULL);
      ck_assert_msg(strstr(stopped, "interrupted") != NULL, "%s: %.300s", LONG_WORK[i], stopped);
      ck_assert_msg(late < soon && some.calls <= some.last + 1, "%s: %.2f s, %d calls later",
                    LONG_WORK[i], late, some.calls - some.last);
      sqlite3_free(stopped);
    }
    again = rows(db, LONG_WORK[i]);
    ck_assert_msg(strcmp(again, whole) == 0, "%s: differs after having been stopped", LONG_WORK[i]);
    sqlite3_free(again);
    sqlite3_free(whole);
  }
  closeDb(db);
}
END_TEST

typedef struct Interrupter {
  sqlite3 *db;
  int after; /* milliseconds */
  double at;
} Interrupter;

static void *interruptLater(void *data) {
  Interrupter *it = data;

  poll(NULL, 0, it->after); /* sqlite3_sleep() may know whole seconds only */
  it->at = now();
  sqlite3_interrupt(it->db);
  return NULL;
}

/* Interrupted by another thread after that time, the query ends soon; true where it was still at it. */
static int interrupts(sqlite3 *db, const char *sql, int after, double soon) {
  Interrupter it = {db, after, 0};
  pthread_t thread;
  char *result;
  double end;
  int stopped;
  ck_assert_int_eq(pthread_create(&thread, NULL, interruptLater, &it), 0);
  result = rows(db, sql);
  end = now();
  ck_assert_int_eq(pthread_join(thread, NULL), 0);
  stopped = strstr(result, "interrupted") != NULL;
  ck_assert_msg(!stopped || end - it.at < soon, "%s: %.2f s", sql, end - it.at);
  ck_assert_msg(stopped || result[0] != '!', "%s: %.300s", sql, result);
  sqlite3_free(result);
  return stopped;
}

START_TEST(interruptsStopTheWork) {
  sqlite3 *db = openMany(100000);
  size_t i;
  int stopped = 0, step;
  for (i = 0; i < sizeof LONG_WORK / sizeof *LONG_WORK; i++) {
    double start = now(), whole;
    sqlite3_free(rows(db, LONG_WORK[i]));
    whole = now() - start;
    for (step = 1; step < 4; step++)
      stopped += interrupts(db, LONG_WORK[i], (int)(250 * step * whole), 0.1 + whole / 4);
  }
  ck_assert_int_gt(stopped, 6);
  expect(db, "SELECT count(*) FROM selectin('o', 'v, m(id)')", "100000\n");
  closeDb(db);
}
END_TEST

/* Data whose paths are more than anyone can write: no SQL runs while they are written. */
START_TEST(interruptsStopPathsWithoutEnd) {
  sqlite3 *db =
      openWith("CREATE TABLE n(id INTEGER PRIMARY KEY); CREATE TABLE e(s INT REFERENCES n, t INT "
               "REFERENCES n, PRIMARY KEY(s, t));"
               "INSERT INTO relationship(owner, name, target, secondary, primaryjoin, "
               "secondaryjoin) VALUES('n', 'next', 'n', 'e', 'n.id = e.s', 'n.id = e.t');"
               "WITH RECURSIVE i(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM i WHERE i < 30) "
               "INSERT INTO n SELECT i FROM i; INSERT INTO e SELECT a.id, b.id FROM n a, n b");
  ck_assert(interrupts(
      db, "SELECT length(doc) FROM selectin('n', 'id, next!recursive(id)') WHERE key = 1", 50, 5));
  expect(db, "SELECT doc FROM selectin('n', 'id, next!recursive(1)(id LIMIT 2)') WHERE key = 2",
         "{\"id\":2,\"next\":[{\"id\":1}]}\n");
  closeDb(db);
}
END_TEST

/* --- load profiles ---------------------------------------------------------------------------- */

START_TEST(viewsOverSelectinAreLoadProfiles) {
  sqlite3 *db = openWith(BLOG);
  run(db, "CREATE VIEW page AS SELECT key, doc FROM selectin('users', 'name, posts!select(title)');"
          "CREATE VIEW busy AS SELECT key AS id, doc ->> 'name' AS name, doc FROM "
          "selectin('users', 'name, posts!inner(id)')");
  expect(db, "SELECT * FROM page WHERE key = 2",
         "2|{\"name\":\"Bob\",\"posts\":[{\"title\":\"c\"}]}\n");
  expect(db, "SELECT lazy_loads FROM relationship_stats", "1\n");
  run(db, "DELETE FROM relationship_stats");
  expect(db,
         "SELECT key FROM page WHERE key IN (SELECT id FROM users WHERE boss_id = 1) AND doc IS "
         "NOT NULL",
         "2\n3\n");
  expect(db, "SELECT lazy_loads FROM relationship_stats", "2\n");
  run(db, "DELETE FROM relationship_stats");
  expect(db, "SELECT p.doc FROM posts JOIN page p ON p.key = posts.user_id WHERE posts.id = 3",
         "{\"name\":\"Bob\",\"posts\":[{\"title\":\"c\"}]}\n");
  expect(db, "SELECT lazy_loads FROM relationship_stats", "1\n");
  expect(db, "SELECT id, name FROM busy WHERE id > 1", "2|Bob\n");
  expect(db, "SELECT count(*) FROM busy b JOIN page p ON p.key = b.id", "2\n");
  run(db, "UPDATE users SET name = 'Al' WHERE id = 1; ALTER TABLE posts RENAME COLUMN title TO "
          "heading; DROP VIEW page; CREATE VIEW page AS SELECT * FROM selectin('users', 'name, "
          "posts(heading)')");
  expect(db, "SELECT doc FROM page WHERE key = 3", "{\"name\":\"C\\\"ec\",\"posts\":[]}\n");
  closeDb(db);
}
END_TEST

/* A schema that is not trusted may not read by itself what its text says; a statement, or a view of the
** connection's own, may. */
START_TEST(untrustedSchemasDoNotFetch) {
  sqlite3 *db = openWith(BLOG);
  run(db, "CREATE VIEW page AS SELECT key, doc FROM selectin('users', 'name'); CREATE VIEW one AS "
          "SELECT related('users', 'boss', 2, 'name') AS boss;"
          "CREATE TEMP VIEW mine AS SELECT key, doc FROM selectin('users', 'name'); PRAGMA "
          "trusted_schema = OFF");
  expect(db, "SELECT * FROM page", "! unsafe use of virtual table \"selectin\"\n");
  expect(db, "SELECT * FROM one", "! unsafe use of related()\n");
  expect(db, "SELECT doc FROM mine WHERE key = 2", "{\"name\":\"Bob\"}\n");
  expect(db,
         "SELECT doc FROM selectin('users', 'upper(name) AS n, posts(title WHERE any(tags))') "
         "WHERE key = 2",
         "{\"n\":\"BOB\",\"posts\":[{\"title\":\"c\"}]}\n");
  expect(db, "SELECT related('users', 'boss', 2, 'name')", "{\"name\":\"Ann\"}\n");
  run(db, "PRAGMA trusted_schema = ON");
  expect(db, "SELECT doc, boss FROM page, one WHERE key = 1",
         "{\"name\":\"Ann\"}|{\"name\":\"Ann\"}\n");
  closeDb(db);
}
END_TEST

Suite *relTestFetchStreaming(void) {
  Suite *suite = suite_create("fetch_streaming");
  add(suite, "aMillionDocumentsTakeTheMemoryOfABatch", aMillionDocumentsTakeTheMemoryOfABatch);
  add(suite, "oneDocumentTakesTheMemoryOfItself", oneDocumentTakesTheMemoryOfItself);
  add(suite, "memoryIsGivenBack", memoryIsGivenBack);
  add(suite, "limitOutsideStopsTheWork", limitOutsideStopsTheWork);
  add(suite, "fewOwnersTellWhetherAllFit", fewOwnersTellWhetherAllFit);
  add(suite, "firstDocumentsDoNotWaitForAll", firstDocumentsDoNotWaitForAll);
  add(suite, "progressHandlersStopTheWork", progressHandlersStopTheWork);
  add(suite, "interruptsStopTheWork", interruptsStopTheWork);
  add(suite, "interruptsStopPathsWithoutEnd", interruptsStopPathsWithoutEnd);
  add(suite, "viewsOverSelectinAreLoadProfiles", viewsOverSelectinAreLoadProfiles);
  add(suite, "untrustedSchemasDoNotFetch", untrustedSchemasDoNotFetch);
  return suite;
}
