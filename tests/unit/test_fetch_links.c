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
  add(suite, "linksStandInTheTargetsOrderWhateverItIs", linksStandInTheTargetsOrderWhateverItIs);
  return suite;
}
