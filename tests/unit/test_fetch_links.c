/*
** The links of a many-to-many: whatever the order of the targets, each owner has its own in it.
*/
#include "unit/fetched.h"

/* Owners for every set of four targets, so many that links are read target by target, too. */
static const char SETS[] =
    "CREATE TABLE owners(id INTEGER PRIMARY KEY);"
    "CREATE TABLE targets(id INTEGER PRIMARY KEY, place INTEGER);"
    "CREATE TABLE links(owner_id INTEGER REFERENCES owners, target_id INTEGER REFERENCES targets,"
    " PRIMARY KEY(owner_id, target_id)) WITHOUT ROWID;"
    "CREATE INDEX links_target ON links(target_id);"
    "WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n WHERE i < 2047)"
    " INSERT INTO owners SELECT i FROM n;"
    "INSERT INTO targets(id) VALUES(3), (0), (2), (1);"
    "INSERT INTO links SELECT o.id, t.id FROM targets AS t, owners AS o WHERE o.id % 16 >> t.id & "
    "1;"
    "INSERT INTO relationship(owner, name, target, secondary, order_by)"
    " VALUES('owners', 'targets', 'targets', 'links', 'place'); ANALYZE";

/* Places targets as the n-th of their 24 orders says. */
static void place(sqlite3 *db, int n) {
  int places[4], used = 0, i, left = n;
  for (i = 0; i < 4; i++) {
    int skip = left % (4 - i), at = 0;
    left /= 4 - i;
    while (used >> at & 1 || skip-- > 0) at++;
    used |= 1 << at;
    places[i] = at;
  }
  for (i = 0; i < 4; i++) {
    char *sql = sqlite3_mprintf("UPDATE targets SET place = %d WHERE id = %d", places[i], i);
    run(db, sql);
    sqlite3_free(sql);
  }
}

#define TARGETS                                                                                    \
  ALL_OF("'id', t.id, 'place', t.place",                                                           \
         "(SELECT t.* FROM links AS l JOIN targets AS t ON t.id = l.target_id"                     \
         " WHERE l.owner_id = o.id ORDER BY t.place) AS t")

/* Statistics by which SQLite reads the links once by an index and once without, in another order each time. */
static const char TWICE[] =
    "CREATE TABLE a(id INTEGER PRIMARY KEY);"
    "CREATE TABLE d(id INTEGER PRIMARY KEY);"
    "CREATE TABLE l(a_id INTEGER REFERENCES a, d_id TEXT REFERENCES d, PRIMARY KEY(d_id, a_id));"
    "INSERT INTO a VALUES(5); INSERT INTO d VALUES(2);"
    "INSERT INTO l VALUES "
    "(-9223372036854775807 - 1, '18.0'), (83, '7'), (44, '7'), (4, '3'), "
    "(-9223372036854775807 - 1, '31'), (40, '2.0'), (5, '2.0'), (28, '26'), "
    "(62, '36'), (42, '2'), (44, '10'), (40, '18'), (-1, '7'), (2, '36'), "
    "(73, '24'), (13, '9223372036854775807'), (5, '2'), (9, '7'), (68, '2.0'), "
    "(13, '31'), (9007199254740993, '10'), (64, '26'), (55, '26'), (9, '36'), "
    "(-1, '14.0'), (-1, '10'), (40, '7'), (7, '26'), (20, '10'), (85, '18.0'), "
    "(42, '31'), (71, '36'), (66, '9223372036854775807'), (13, '7'), (20, '31'), "
    "(68, '14'), (1, '26'), (9007199254740993, '14'), "
    "(-9223372036854775807 - 1, '2'), (7, '2.0'), (57, '31'), (55, '2'), (57, '26'), "
    "(20, '18.0'), (9, '26'), (64, '10'), (9223372036854775807, '18'), (85, '7'), "
    "(-9223372036854775807 - 1, '26.0'), (62, '24'), "
    "(-9223372036854775807 - 1, '18'), (9223372036854775807, '9007199254740993'), "
    "(22, '2'), (53, '18'), (26, '26'), (2, '9223372036854775807'), (22, '3'), "
    "(25, '24'), (7, '7'), (2, '3'), (71, '9007199254740993'), (12, '2'), "
    "(22, '9223372036854775807'), (12, '3'), (12, '9223372036854775807'), "
    "(0, '9223372036854775807'), (73, '7'), (53, '31'), (13, '24'), (-1, '3'), "
    "(73, '31'), (9007199254740993, '9007199254740993');"
    "ANALYZE";

/* Two links lead to one target, as '2.0' and '2' are the same number: a limit leaves one of them. */
START_TEST(limitsTakeTheSameOfLinksThatAreEqual) {
  sqlite3 *db = openWith(TWICE);
  expectEvery(db, "'a', 'id, d@(id LIMIT -1 OFFSET 1)'",
              "SELECT 5, json_object('id', 5, 'd', json_array(json_object('id', 2)))");
  expectEvery(db, "'a', 'id, d@(id LIMIT 1)'",
              "SELECT 5, json_object('id', 5, 'd', json_array(json_object('id', 2)))");
  expectEvery(db, "'a', 'id, d@(count(*) AS n LIMIT -1 OFFSET 1)'",
              "SELECT 5, json_object('id', 5, 'd', json_object('n', 1))");
  closeDb(db);
}
END_TEST

START_TEST(linksStandInTheTargetsOrderWhateverItIs) {
  static const char *const HINTS[] = {"", "!selectin"};
  sqlite3 *db = openWith(SETS);
  size_t i;
  int n;
  for (n = 0; n < 24; n++) {
    place(db, n);
    for (i = 0; i < sizeof HINTS / sizeof *HINTS; i++) {
      char *arguments = sqlite3_mprintf("'owners', 'id, targets%s(id, place)'", HINTS[i]);
      expectDocs(db, arguments,
                 "SELECT o.id, json_object('id', o.id, 'targets', " TARGETS ") FROM owners AS o");
      sqlite3_free(arguments);
    }
  }
  closeDb(db);
}
END_TEST

Suite *relTestFetchLinks(void) {
  Suite *suite = suite_create("fetch_links");
  add(suite, "limitsTakeTheSameOfLinksThatAreEqual", limitsTakeTheSameOfLinksThatAreEqual);
  add(suite, "linksStandInTheTargetsOrderWhateverItIs", linksStandInTheTargetsOrderWhateverItIs);
  return suite;
}
