/*
** inspect/candidates.c: what the FOREIGN KEYs imply can be inserted into `relationship` as it comes,
** and that declares what automap declares.
*/
#include "relationship.h"
#include "unit/declared.h"

#define INSERT_ALL                                                                                 \
  "INSERT INTO relationship(owner, name, target, foreign_keys, remote_side, secondary, "           \
  "back_populates, schema) SELECT owner, name, target, foreign_keys, remote_side, secondary, "     \
  "back_populates, schema FROM relationship_candidates"
enum { SCHEMAS = 25 };
#define AUTOMAP "INSERT INTO relationship(relationship) VALUES ('automap')"

static Db openExtended(const char *schema) {
  Db db = openDb(schema);
  ck_assert_int_eq(sqlite3_relationship_init(db.db, NULL, NULL), SQLITE_OK);
  return db;
}

/* Everything that declaring leaves behind: the listed rows, the catalog's, and all objects. */
static char *leftBehind(Db db) {
  char *listed = rows(db, "SELECT *, schema FROM relationship ORDER BY owner, name");
  char *catalog = rows(
      db, "SELECT * FROM (SELECT count(*), max(id) FROM relationship_catalog), "
          "(SELECT group_concat(owner || name || ifnull(foreign_keys, '-') || "
          "ifnull(remote_side, '-') || ifnull(secondary, '-') || ifnull(back_populates, '-') || "
          "ifnull(uselist, '-') || ifnull(primaryjoin, '-')) FROM relationship_catalog)");
  char *objects = rows(db, "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name");
  char *all = sqlite3_mprintf("%s\n%s\n%s", listed, catalog, objects);
  sqlite3_free(listed);
  sqlite3_free(catalog);
  sqlite3_free(objects);
  return all;
}

/* --- a random schema --- */

typedef struct Random {
  sqlite3_str *sql;
  uint32_t state;
  int tables;
  int first;      /* where in NAMES they begin */
  int parent[16]; /* how the key of each table is made */
  int keys;       /* FOREIGN KEYs made */
  int links;      /* association tables made */
} Random;

static uint32_t below(Random *random, uint32_t limit) {
  random->state = random->state * 1664525u + 1013904223u;
  return (random->state >> 8) % limit;
}

static const char *const NAMES[] = {
    "users", "posts", "order details", "Gr\xc3\xb6\xc3\x9f\x65", "select",
    "a.b",   "x\"y",  "it's",          "\xf0\x9f\x98\x80",       "[b]",
    "tags",  "Name",  "users_id"};
static const char *const COLUMNS[] = {"user_id", "userId", "ownerID",   "author_id", "author",
                                      "id_",     "_id",    "parent id", "\"q\"_id",  "\xc3\xa9_id",
                                      "posts",   "tags",   "users"};
enum { NAME_COUNT = sizeof NAMES / sizeof *NAMES, COLUMN_COUNT = sizeof COLUMNS / sizeof *COLUMNS };

static const char *nameOf(const Random *random, int table) {
  return NAMES[(random->first + table) % NAME_COUNT];
}

enum { INTEGER_KEY, TEXT_KEY, PAIR_KEY, UNIQUE_KEY, KEY_KINDS };

static void addParentKey(Random *random, int kind) {
  static const char *const KEYS[] = {
      "id INTEGER PRIMARY KEY", "code TEXT COLLATE NOCASE PRIMARY KEY",
      "a INT NOT NULL, b INT NOT NULL", "number INT UNIQUE, name TEXT"};
  sqlite3_str_appendall(random->sql, KEYS[kind]);
}

static const char *columnSuffix(int kind, int part) {
  return kind == PAIR_KEY ? (part ? "_b" : "_a") : "";
}

/* A FOREIGN KEY's columns, then the constraint itself; the column is COLUMNS[name]. */
static void addColumns(Random *random, int name, int kind, const char *words) {
  int part;
  for (part = 0; part <= (kind == PAIR_KEY); part++) {
    sqlite3_str_appendf(random->sql, ", \"%w%s\" INT %s", COLUMNS[name], columnSuffix(kind, part),
                        words);
  }
}

static void addKey(Random *random, int name, int parent) {
  static const char *const REFERENCED[] = {"id", "code", "a, b", "number"};
  static const char *const ACTIONS[] = {"", "ON DELETE CASCADE", "ON DELETE SET NULL",
                                        "ON DELETE RESTRICT ON UPDATE CASCADE"};
  int kind = random->parent[parent], part;
  sqlite3_str_appendall(random->sql, ", FOREIGN KEY(");
  for (part = 0; part <= (kind == PAIR_KEY); part++) {
    sqlite3_str_appendf(random->sql, "%s\"%w%s\"", part ? ", " : "", COLUMNS[name],
                        columnSuffix(kind, part));
  }
  sqlite3_str_appendf(random->sql, ") REFERENCES \"%w\"", nameOf(random, parent));
  if (kind == UNIQUE_KEY || below(random, 2)) {
    sqlite3_str_appendf(random->sql, "(%s)", REFERENCED[kind]);
  }
  sqlite3_str_appendf(random->sql, " %s", ACTIONS[below(random, 4)]);
  random->keys++;
}

static void addTable(Random *random, int table) {
  int count = (int)below(random, 4), first = (int)below(random, COLUMN_COUNT), i;
  int parents[4] = {0};
  sqlite3_str_appendf(random->sql, "CREATE TABLE \"%w\"(", nameOf(random, table));
  addParentKey(random, random->parent[table]);
  for (i = 0; i < count; i++) {
    /* Any table, its own and later ones, too. */
    parents[i] = (int)below(random, (uint32_t)random->tables);
    addColumns(random, (first + i) % COLUMN_COUNT, random->parent[parents[i]],
               below(random, 3) == 0 && random->parent[parents[i]] != PAIR_KEY ? "UNIQUE" : "");
  }
  if (below(random, 3) == 0) sqlite3_str_appendall(random->sql, ", title TEXT");
  if (random->parent[table] == PAIR_KEY) sqlite3_str_appendall(random->sql, ", PRIMARY KEY(a, b)");
  for (i = 0; i < count; i++) addKey(random, (first + i) % COLUMN_COUNT, parents[i]);
  sqlite3_str_appendall(random->sql, ");\n");
}

static void addLink(Random *random, int n) {
  int first = (int)below(random, COLUMN_COUNT), ends[2], i, part, width = 0;
  sqlite3_str_appendf(random->sql, "CREATE TABLE link%d(%s", n,
                      below(random, 2) ? "x" : "x, extra");
  for (i = 0; i < 2; i++) {
    ends[i] = (int)below(random, (uint32_t)random->tables);
    addColumns(random, (first + i) % COLUMN_COUNT, random->parent[ends[i]], "NOT NULL");
  }
  sqlite3_str_appendall(random->sql, below(random, 2) ? ", PRIMARY KEY(" : ", UNIQUE(");
  for (i = 0; i < 2; i++) {
    int kind = random->parent[ends[i]];
    for (part = 0; part <= (kind == PAIR_KEY); part++) {
      sqlite3_str_appendf(random->sql, "%s\"%w%s\"", width++ ? ", " : "",
                          COLUMNS[(first + i) % COLUMN_COUNT], columnSuffix(kind, part));
    }
  }
  sqlite3_str_appendall(random->sql, ")");
  for (i = 0; i < 2; i++) addKey(random, (first + i) % COLUMN_COUNT, ends[i]);
  sqlite3_str_appendall(random->sql, ");\n");
  random->links++;
}

/* The caller frees it. */
static char *randomSchema(Random *random, uint32_t seed) {
  int i, links;
  memset(random, 0, sizeof *random);
  random->sql = sqlite3_str_new(NULL);
  random->state = seed;
  below(random, 2);
  random->first = (int)below(random, NAME_COUNT);
  random->tables = 1 + (int)below(random, 7);
  for (i = 0; i < random->tables; i++) random->parent[i] = (int)below(random, KEY_KINDS);
  for (i = 0; i < random->tables; i++) addTable(random, i);
  links = (int)below(random, 4);
  for (i = 0; i < links; i++) addLink(random, i);
  return sqlite3_str_finish(random->sql);
}

/* Each name that a candidate has is one that can be fetched by, though nothing is declared. */
static void canBeFetched(Db db, const char *schema) {
  sqlite3_stmt *statement;
  int rc;
  ck_assert_int_eq(sqlite3_prepare_v2(db.db,
                                      "SELECT c.owner || '.' || c.name, (SELECT count(*) FROM "
                                      "selectin(c.owner, printf('\"%w\"(*)', c.name))) "
                                      "FROM relationship_candidates AS c",
                                      -1, &statement, NULL),
                   SQLITE_OK);
  while ((rc = sqlite3_step(statement)) == SQLITE_ROW) continue;
  ck_assert_msg(rc == SQLITE_DONE, "%s\n%s", sqlite3_errmsg(db.db), schema);
  sqlite3_finalize(statement);
}

static int count(Db db, const char *sql) {
  char *result = rows(db, sql);
  int number = atoi(result);
  sqlite3_free(result);
  return number;
}

START_TEST(candidatesAreWhatAutomapDeclares) {
  Random random;
  int refused = 0, implied = 0, keys = 0, seed;
  for (seed = 1; seed <= SCHEMAS; seed++) {
    char *schema = randomSchema(&random, (uint32_t)(_i * SCHEMAS + seed));
    Db one = openExtended(schema), twin = openExtended(schema);
    char *inserted, *mapped, *left, *leftOfTwin;
    keys += 2 * (random.keys + random.links);
    implied += count(one, "SELECT count(*) FROM relationship_candidates");
    ck_assert_int_eq(0, count(one, "SELECT count(*) FROM relationship_candidates AS a "
                                   "JOIN relationship_candidates AS b USING (owner, name) "
                                   "WHERE a.rowid <> b.rowid OR a.name LIKE '%\\_2' ESCAPE '\\'"));
    canBeFetched(one, schema);
    inserted = try(one, INSERT_ALL);
    mapped = try(twin, AUTOMAP);
    ck_assert_msg((inserted == NULL) == (mapped == NULL), "%s\n%s\n%s", inserted, mapped, schema);
    refused += inserted != NULL;
    if (inserted == NULL && random.keys > 0) {
      left = leftBehind(one);
      leftOfTwin = leftBehind(twin);
      ck_assert_msg(strcmp(left, leftOfTwin) == 0, "%s\n---\n%s\n%s", left, leftOfTwin, schema);
      gives(one, "SELECT count(*) FROM relationship_candidates", "0\n");
      sqlite3_free(left);
      sqlite3_free(leftOfTwin);
    }
    sqlite3_free(inserted);
    sqlite3_free(mapped);
    sqlite3_free(schema);
    closeDb(one);
    closeDb(twin);
  }
  ck_assert_msg(refused * 10 < SCHEMAS, "%d schemas were refused", refused);
  /* Two keys whose columns differ only in how they say "id" (author, author_id) share one name. */
  ck_assert_msg(implied <= keys && implied > keys * 9 / 10, "%d of %d are implied", implied, keys);
}
END_TEST

START_TEST(keysOverOneColumnAreToldApart) {
  Db db = openExtended(
      "CREATE TABLE a(id INTEGER PRIMARY KEY); CREATE TABLE b(id INTEGER PRIMARY KEY);"
      "CREATE TABLE c(u INT, FOREIGN KEY(u) REFERENCES a, FOREIGN KEY(u) REFERENCES b);"
      "CREATE TABLE d(u INT REFERENCES a REFERENCES a);"
      "CREATE TABLE l(a_id INT REFERENCES a REFERENCES a, b_id INT REFERENCES b, PRIMARY KEY(a_id, "
      "b_id))");
  gives(db, "SELECT owner, name, target, back_populates FROM relationship_candidates",
        "a,c,c,u_of_a\na,d,d,u\na,l,l,a\na,b,b,a\nb,c,c,u_of_b\nb,l,l,b\nb,a,a,b\n"
        "c,u_of_a,a,c\nc,u_of_b,b,c\nd,u,a,d\nl,a,a,l\nl,b,b,l\n");
  run(db, "INSERT INTO relationship(relationship) VALUES ('automap')");
  gives(db, "SELECT count(*) FROM relationship", "12\n");
  closeDb(db);
}
END_TEST

Suite *relTestInspectCandidates(void) {
  Suite *suite = suite_create("inspect_candidates");
  TCase *agreement = tcase_create("agreement");
  tcase_add_loop_test(agreement, candidatesAreWhatAutomapDeclares, 0, 3);
  tcase_add_test(agreement, keysOverOneColumnAreToldApart);
  suite_add_tcase(suite, agreement);
  return suite;
}
