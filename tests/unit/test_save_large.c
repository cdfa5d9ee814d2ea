/*
** Nested save: documents of many rows, and deep ones on a small C stack, in about linear time; how many
** statements are prepared.
*/
#define _POSIX_C_SOURCE 200809L
#include "unit/saved.h"

#include <pthread.h>
#include <time.h>

enum { FEW = 10000, MANY = 100000, SMALL_STACK = 256 * 1024 };

static const char TABLES[] =
    "CREATE TABLE o(id INTEGER PRIMARY KEY, x); CREATE TABLE m(id INTEGER PRIMARY KEY, o_id INT "
    "REFERENCES o, b_id INT REFERENCES b, y); CREATE TABLE b(id INTEGER PRIMARY KEY, o_id INT "
    "REFERENCES o, z TEXT); CREATE TABLE om(a INT REFERENCES o, b INT REFERENCES b, w, PRIMARY "
    "KEY(a, b)); CREATE INDEX m_o ON m(o_id); CREATE INDEX m_b ON m(b_id); CREATE INDEX b_o ON "
    "b(o_id); CREATE INDEX om_b ON om(b);"
    "CREATE TABLE n(id INTEGER PRIMARY KEY, up_id INT REFERENCES n, x); CREATE INDEX n_up ON "
    "n(up_id); CREATE TABLE e(s INT REFERENCES n, t INT REFERENCES n, PRIMARY KEY(s, t));"
    "INSERT INTO relationship(owner, name, target, foreign_keys, remote_side) VALUES ('n', 'kids', "
    "'n', 'up_id', NULL), ('n', 'up', 'n', 'up_id', 'id');"
    "INSERT INTO relationship(owner, name, target, secondary, primaryjoin, secondaryjoin) VALUES "
    "('n', 'next', 'n', 'e', 'n.id = e.s', 'n.id = e.t');"
    "INSERT INTO relationship(owner, name, target, secondary, single_parent, \"cascade\") VALUES "
    "('o', 'own', 'b', 'om', 1, 'all, delete-orphan');";

/* CPU seconds. */
static double timedSave(sqlite3 *db, const char *owner, const char *doc) {
  clock_t start = clock();
  char *message = trySave(db, owner, doc);
  ck_assert_msg(message == NULL, "%s\n  in: %.300s", message, doc);
  return (double)(clock() - start) / CLOCKS_PER_SEC;
}

/*
** A document: `item` between `head` and `tail`, `count` times, its number for each #. The caller frees
** it.
*/
static char *repeat(const char *head, const char *item, const char *tail, int count) {
  sqlite3_str *text = sqlite3_str_new(NULL);
  const char *at;
  int i;
  sqlite3_str_appendall(text, head);
  for (i = 1; i <= count; i++) {
    if (i > 1) sqlite3_str_appendchar(text, 1, ',');
    for (at = item; *at; at++) {
      if (*at == '#') {
        sqlite3_str_appendf(text, "%d", i);
      } else {
        sqlite3_str_appendchar(text, 1, *at);
      }
    }
  }
  sqlite3_str_appendall(text, tail);
  return sqlite3_str_finish(text);
}

/* Documents that are saved one after the other, and what a query gives then, of `count` items. */
typedef struct Large {
  const char *owner;
  const char *documents[3][3]; /* head, item, tail; NULL where there is none */
  const char *query;
} Large;

static const Large LARGE[] = {
    {"o", {{"{\"m\": [", "{\"y\": #}", "]}"}}, "SELECT count(*), max(y) = id, min(o_id) FROM m"},
    {"o",
     {{"[", "{\"m\": [{\"y\": #}, {}], \"b\": [{\"z\": \"#\"}]}", "]"}},
     "SELECT count(*), sum(m.o_id = o.id), sum(b.z = o.id) / 2 FROM o JOIN m ON m.o_id = o.id JOIN "
     "b "
     "ON b.o_id = o.id"},
    {"o", /* what is there is compared, then let go of */
     {{"{\"id\": 1, \"m\": [", "{\"id\": #, \"y\": #}", "]}"},
      {"{\"id\": 1, \"m\": [", "{\"id\": #, \"y\": #}", "]}"},
      {"{\"id\": 1, \"m\": [", "", "]}"}},
     NULL},
    {"o", /* members move */
     {{"{\"id\": 1, \"m\": [", "{\"id\": #, \"y\": 1}", "]}"},
      {"[{\"id\": 1, \"m\": []}, {\"id\": 2, \"m\": [", "{\"id\": #, \"y\": 5}", "]}]"}},
     "SELECT count(*), min(o_id), max(o_id) FROM m"},
    {"o", /* links to one row that is made behind them */
     {{"{\"m\": [", "{\"b\": {\"id\": 7}}", "], \"b\": [{\"id\": 7, \"z\": \"x\"}]}"}},
     "SELECT count(*), min(b_id), max(b_id) FROM m"},
    {"o", /* one row, said again each time */
     {{"{\"m\": [", "{\"b\": {\"id\": 7, \"z\": \"#\"}}", "]}"}},
     "SELECT count(*), min(b_id), max(b_id) FROM m"},
    {"o", /* a link can have one owner, and moves */
     {{"{\"id\": 1, \"own\": [", "{\"id\": #, \"z\": #, \"w\": 1}", "]}"},
      {"[{\"id\": 1, \"own\": []}, {\"id\": 2, \"own\": [", "{\"id\": #}", "]}]"}},
     "SELECT count(*), min(a), max(a), min(w) FROM om"},
    {"o", /* and the same, as a list of verbs */
     {{"{\"id\": 1, \"m\": {\"add\": [", "{\"id\": #, \"y\": #}", "]}}"},
      {"{\"id\": 1, \"m\": {\"remove\": [", "{\"id\": #}", "]}}"}},
     "SELECT count(*), count(o_id) FROM m"},
};

static double saveLarge(const Large *it, int count, char **result) {
  sqlite3 *db = openWith(TABLES);
  double seconds = 0;
  int i;
  for (i = 0; i < 3 && it->documents[i][0] != NULL; i++) {
    int items = *it->documents[i][1] ? count : 0;
    char *doc = repeat(it->documents[i][0], it->documents[i][1], it->documents[i][2], items);
    seconds += timedSave(db, it->owner, doc);
    sqlite3_free(doc);
  }
  *result = it->query == NULL ? NULL : rows(db, it->query);
  closeDb(db);
  return seconds;
}

START_TEST(manyRowsTakeLinearTime) {
  char *few, *many;
  double shorter = saveLarge(&LARGE[_i], FEW, &few);
  double longer = saveLarge(&LARGE[_i], MANY, &many);
  ck_assert_msg(longer < 0.5 + 20 * shorter, "%d rows %.2f s, %d rows %.2f s", FEW, shorter, MANY,
                longer);
  sqlite3_free(few);
  sqlite3_free(many);
}
END_TEST

/* --- deep documents --- */

/* Objects inside each other, the first outside: {"x":1,"kids":[{"x":2}]}. The caller frees it. */
static char *nested(const char *name, int depth, int keys) {
  int scalar = strcmp(name, "up") == 0, i;
  sqlite3_str *text = sqlite3_str_new(NULL);
  for (i = 1; i <= depth; i++) {
    if (i > 1) sqlite3_str_appendf(text, scalar ? ",\"%s\":" : ",\"%s\":[", name);
    sqlite3_str_appendf(text, keys ? "{\"id\":%d,\"x\":%d" : "{\"x\":%d", i, i);
  }
  for (i = 1; i <= depth; i++) sqlite3_str_appendall(text, i == 1 || scalar ? "}" : "]}");
  return sqlite3_str_finish(text);
}

typedef struct Deep {
  const char *name;
  int depth;
  const char *message; /* NULL, or what it did not do */
} Deep;

static const char *saveDeep(const Deep *it) {
  sqlite3 *db = openWith(TABLES);
  char *with = nested(it->name, it->depth, 1), *without = nested(it->name, it->depth, 0);
  char *expected = sqlite3_mprintf("%d|%d\n", 2 * it->depth, it->depth - 1), *got;
  const char *message = NULL;
  int changes;
  save(db, "n", with);
  changes = sqlite3_total_changes(db);
  save(db, "n", with);
  if (sqlite3_total_changes(db) != changes + 1) message = "it changes something again";
  save(db, "n", without);
  got = rows(db, strcmp(it->name, "next") == 0
                     ? "SELECT (SELECT count(*) FROM n), count(*) / 2 FROM e JOIN n a ON a.id = s "
                       "JOIN n b ON b.id = t WHERE b.x = a.x + 1"
                     : "SELECT (SELECT count(*) FROM n), count(*) / 2 FROM n a JOIN n b ON b.id = "
                       "a.up_id WHERE abs(b.x - a.x) = 1");
  if (strcmp(got, expected) != 0) message = "the rows are others";
  sqlite3_free(got);
  sqlite3_free(expected);
  sqlite3_free(with);
  sqlite3_free(without);
  closeDb(db);
  return message;
}

static void *onSmallStack(void *data) {
  Deep *deep = data;
  deep->message = saveDeep(deep);
  return NULL;
}

START_TEST(deepDocumentsNeedNoStack) {
  static const char *const NAMES[] = {"kids", "up", "next"};
  static const int DEPTHS[] = {1000, MANY};
  size_t i, d;
  for (i = 0; i < 3; i++) {
    for (d = 0; d < 2; d++) {
      Deep deep = {NAMES[i], DEPTHS[d], NULL};
      pthread_attr_t attributes;
      pthread_t thread;
      ck_assert_int_eq(pthread_attr_init(&attributes), 0);
      ck_assert_int_eq(pthread_attr_setstacksize(&attributes, SMALL_STACK), 0);
      ck_assert_int_eq(pthread_create(&thread, &attributes, onSmallStack, &deep), 0);
      ck_assert_int_eq(pthread_join(thread, NULL), 0);
      pthread_attr_destroy(&attributes);
      ck_assert_msg(deep.message == NULL, "%s %d: %s", NAMES[i], DEPTHS[d], deep.message);
    }
  }
}
END_TEST

/* --- statements --- */

/* How many statements are prepared: each asks for the right to do what it does. */
static int countPrepared(void *data, int action, const char *a, const char *b, const char *c,
                         const char *d) {
  int *counts = data;
  (void)a, (void)b, (void)c, (void)d;
  counts[0] += action == SQLITE_INSERT;
  counts[1] += action == SQLITE_SELECT;
  counts[2] += action == SQLITE_UPDATE;
  return SQLITE_OK;
}

START_TEST(statementsArePreparedOnce) {
  static const char ITEM[] = "{\"y\": #, \"b\": {\"z\": \"#\"}}";
  sqlite3 *db = openWith(TABLES);
  char *small = repeat("{\"x\": 1, \"m\": [", ITEM, "]}", 10);
  char *large = repeat("{\"x\": 1, \"m\": [", ITEM, "]}", 1000);
  int counts[3] = {0, 0, 0};
  sqlite3_stmt *insert = NULL;
  ck_assert_int_eq(
      sqlite3_prepare_v2(db, "INSERT INTO unit_of_work VALUES('o', ?1)", -1, &insert, NULL),
      SQLITE_OK);
  sqlite3_set_authorizer(db, countPrepared, counts);
  sqlite3_bind_text(insert, 1, large, -1, SQLITE_STATIC);
  ck_assert_int_eq(sqlite3_step(insert), SQLITE_DONE);
  sqlite3_reset(insert);
  ck_assert_msg(counts[0] > 0 && counts[0] <= 6 && counts[1] <= 40, "%d inserts, %d selects",
                counts[0], counts[1]);
  memset(counts, 0, sizeof counts);
  ck_assert_int_eq(sqlite3_step(insert), SQLITE_DONE);
  sqlite3_reset(insert);
  sqlite3_bind_text(insert, 1, small, -1, SQLITE_STATIC);
  ck_assert_int_eq(sqlite3_step(insert), SQLITE_DONE);
  sqlite3_finalize(insert);
  ck_assert_msg(counts[0] + counts[1] + counts[2] == 0, "%d inserts, %d selects, %d updates",
                counts[0], counts[1], counts[2]);
  sqlite3_set_authorizer(db, NULL, NULL);
  expect(db, "SELECT (SELECT count(*) FROM o), (SELECT count(*) FROM m), (SELECT count(*) FROM b)",
         "3|2010|2010\n");
  sqlite3_free(small);
  sqlite3_free(large);
  closeDb(db);
}
END_TEST

Suite *relTestSaveLarge(void) {
  Suite *suite = suite_create("save_large");
  TCase *many = tcase_create("manyRowsTakeLinearTime");
  tcase_add_loop_test(many, manyRowsTakeLinearTime, 0, sizeof LARGE / sizeof *LARGE);
  suite_add_tcase(suite, many);
  add(suite, "deepDocumentsNeedNoStack", deepDocumentsNeedNoStack);
  add(suite, "statementsArePreparedOnce", statementsArePreparedOnce);
  return suite;
}
