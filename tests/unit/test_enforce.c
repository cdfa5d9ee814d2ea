/*
** enforce/: what declared relationships do to rows, under every setting a program may have. The
** oracle is a twin database whose native foreign keys say the same; where they cannot, the rows that
** must be left are written out.
*/
#include "unit/declared.h"

/* --- random schemas against native foreign keys --- */

static unsigned seed;

static int pick(int n) {
  seed = seed * 1103515245u + 12345u;
  return (int)((seed >> 16) % (unsigned)n);
}

enum { TABLES = 4, EDGES = 6, ROWS = 24 };

typedef enum Shape { ROWID, TEXT_KEY, PAIR, NO_KEY, SHAPES } Shape;

static const char *const KEYS[SHAPES] = {
    "\"the id\" INTEGER PRIMARY KEY, k2 INT",
    "k1 TEXT COLLATE NOCASE PRIMARY KEY, k2 INT",
    "k1 TEXT COLLATE NOCASE, k2 INT, PRIMARY KEY(k1, k2)",
    "k1 TEXT UNIQUE, k2 INT",
};
static const char *const KEY_COLUMNS[SHAPES] = {"\"the id\"", "k1", "k1, k2", "k1"};

typedef struct Edge {
  int parent, child;
  int cascades;       /* else set null */
  const char *native; /* of our database's own key; NULL: none declared */
} Edge;

typedef struct World {
  Shape shapes[TABLES];
  int withoutRowid[TABLES];
  Edge edges[EDGES];
  int edgeCount;
} World;

/* Table names that need quotes. */
static const char *const NAMES[TABLES] = {"plain", "two \"words\"", "order",
                                          "it's \xf0\x9f\x98\x80"};

static int isPair(const World *world, int edge) {
  return world->shapes[world->edges[edge].parent] == PAIR;
}

/* The database that the foreign keys of `native` enforce, or ours (native = 0). */
static char *schemaOf(const World *world, int native) {
  sqlite3_str *text = sqlite3_str_new(NULL);
  int i, e;
  for (i = 0; i < TABLES; i++) {
    const char *key = KEYS[world->shapes[i]];
    const char *more = strstr(key, ", PRIMARY KEY");
    sqlite3_str_appendf(text, "CREATE TABLE \"%w\"(%.*s", NAMES[i],
                        more ? (int)(more - key) : (int)strlen(key), key);
    for (e = 0; e < world->edgeCount; e++) {
      if (world->edges[e].child != i) continue;
      sqlite3_str_appendf(text, ", f%d%s", e, isPair(world, e) ? " TEXT" : "");
      if (isPair(world, e)) sqlite3_str_appendf(text, ", g%d INT", e);
    }
    if (more) sqlite3_str_appendall(text, more);
    for (e = 0; e < world->edgeCount; e++) {
      const Edge *edge = &world->edges[e];
      const char *action = edge->cascades ? "CASCADE" : "SET NULL";
      if (edge->child != i || (!native && edge->native == NULL)) continue;
      sqlite3_str_appendf(text, ", FOREIGN KEY(f%d", e);
      if (isPair(world, e)) sqlite3_str_appendf(text, ", g%d", e);
      sqlite3_str_appendf(text, ") REFERENCES \"%w\"(%s) ON DELETE %s", NAMES[edge->parent],
                          KEY_COLUMNS[world->shapes[edge->parent]], native ? action : edge->native);
    }
    sqlite3_str_appendf(text, ")%s;\n", world->withoutRowid[i] ? " WITHOUT ROWID" : "");
  }
  return sqlite3_str_finish(text);
}

static void declareWorld(const World *world, Db db) {
  int e;
  for (e = 0; e < world->edgeCount; e++) {
    const Edge *edge = &world->edges[e];
    const char *parent = NAMES[edge->parent];
    char *words, *pairs;
    pairs = isPair(world, e)
                ? sqlite3_mprintf("\"%w\".k1 = \"%w\".f%d AND \"%w\".k2 = \"%w\".g%d", parent,
                                  NAMES[edge->child], e, parent, NAMES[edge->child], e)
                : sqlite3_mprintf("\"%w\".%s = \"%w\".f%d", parent,
                                  KEY_COLUMNS[world->shapes[edge->parent]], NAMES[edge->child], e);
    words = sqlite3_mprintf("owner=%s; name=members%d; target=%s; primaryjoin=%s; "
                            "foreign_keys=\"%w\".f%d%s; on_delete=%s",
                            parent, e, NAMES[edge->child], pairs, NAMES[edge->child], e,
                            isPair(world, e) ? "" : "", edge->cascades ? "cascade" : "set null");
    if (isPair(world, e)) {
      sqlite3_free(words);
      words = sqlite3_mprintf("owner=%s; name=members%d; target=%s; primaryjoin=%s; "
                              "foreign_keys=\"%w\".f%d, \"%w\".g%d; on_delete=%s",
                              parent, e, NAMES[edge->child], pairs, NAMES[edge->child], e,
                              NAMES[edge->child], e, edge->cascades ? "cascade" : "set null");
    }
    declare(db, words);
    sqlite3_free(words);
    sqlite3_free(pairs);
  }
}

/* A value of a table's key: text in changing case, so that NOCASE has work to do. */
static char *keyOf(Shape shape, int row) {
  switch (shape) {
  case ROWID:
    return sqlite3_mprintf("%d", row);
  case PAIR:
    return sqlite3_mprintf("'%c%d', %d", pick(2) ? 'k' : 'K', row / 3, row % 3);
  case TEXT_KEY:
    return sqlite3_mprintf("'%c%d'", pick(2) ? 'k' : 'K', row);
  default:
    return sqlite3_mprintf("'k%d'", row);
  }
}

/* Rows refer forward and back, to themselves, or nowhere; sparsely, so that something is left. */
static char *dataOf(const World *world) {
  sqlite3_str *text = sqlite3_str_new(NULL);
  int i, row, e;
  sqlite3_str_appendall(text, "BEGIN; PRAGMA defer_foreign_keys=1;\n");
  for (i = 0; i < TABLES; i++) {
    for (row = 1; row <= ROWS; row++) {
      char *key = keyOf(world->shapes[i], row);
      sqlite3_str_appendf(text, "INSERT INTO \"%w\" VALUES(%s%s", NAMES[i], key,
                          world->shapes[i] == PAIR ? "" : ", 0");
      sqlite3_free(key);
      for (e = 0; e < world->edgeCount; e++) {
        if (world->edges[e].child != i) continue;
        if (pick(3) == 0) {
          sqlite3_str_appendall(text, isPair(world, e) ? ", NULL, NULL" : ", NULL");
        } else {
          key = keyOf(world->shapes[world->edges[e].parent], 1 + pick(ROWS));
          sqlite3_str_appendf(text, ", %s", key);
          sqlite3_free(key);
        }
      }
      sqlite3_str_appendall(text, ");\n");
    }
  }
  sqlite3_str_appendall(text, "COMMIT;\n");
  return sqlite3_str_finish(text);
}

static void sameRows(const World *world, Db ours, Db twin, unsigned start) {
  int i;
  for (i = 0; i < TABLES; i++) {
    char *sql = sqlite3_mprintf("SELECT * FROM \"%w\" ORDER BY %s", NAMES[i],
                                KEY_COLUMNS[world->shapes[i]]);
    char *mine = rows(ours, sql), *theirs = rows(twin, sql);
    ck_assert_msg(strcmp(mine, theirs) == 0, "seed %u, table %s: ours\n%stwin\n%s", start, NAMES[i],
                  mine, theirs);
    sqlite3_free(mine);
    sqlite3_free(theirs);
    sqlite3_free(sql);
  }
  leavesNoWork(ours);
}

static World randomWorld(void) {
  static const char *const NATIVE[] = {NULL, NULL, "NO ACTION", "CASCADE", "SET NULL", "RESTRICT"};
  World world;
  int i, acyclic = pick(2);
  memset(&world, 0, sizeof world);
  for (i = 0; i < TABLES; i++) {
    world.shapes[i] = (Shape)pick(SHAPES);
    world.withoutRowid[i] = world.shapes[i] != NO_KEY && pick(3) == 0;
  }
  world.edgeCount = 1 + pick(EDGES);
  for (i = 0; i < world.edgeCount; i++) {
    int down = pick(TABLES - 1);
    world.edges[i].parent = acyclic ? down : pick(TABLES);
    world.edges[i].child = acyclic ? down + 1 + pick(TABLES - 1 - down) : pick(TABLES);
    world.edges[i].cascades = pick(3) > 0;
    world.edges[i].native = NATIVE[pick(acyclic ? 6 : 5)];
  }
  return world;
}

static void compareWorlds(unsigned start) {
  World world;
  char *schema, *data;
  Db ours, twin;
  char *message;
  int step;
  seed = start;
  pick(2);
  world = randomWorld();
  schema = schemaOf(&world, 0);
  ours = openDb(schema);
  sqlite3_free(schema);
  schema = schemaOf(&world, 1);
  twin = openDb(schema);
  sqlite3_free(schema);
  declareWorld(&world, ours);
  data = dataOf(&world);
  run(ours, data);
  run(twin, data);
  sqlite3_free(data);
  run(twin, "PRAGMA foreign_keys=1");
  run(ours, start & 1 ? "PRAGMA foreign_keys=1" : "PRAGMA foreign_keys=0");
  run(ours, start & 2 ? "PRAGMA recursive_triggers=1" : "PRAGMA recursive_triggers=0");
  for (step = 0; step < 6; step++) {
    int table = pick(TABLES);
    char *key = keyOf(world.shapes[table], 1 + pick(ROWS));
    char *sql = sqlite3_mprintf("DELETE FROM \"%w\" WHERE (%s) = (%s)", NAMES[table],
                                KEY_COLUMNS[world.shapes[table]], key);
    message = try(twin, sql);
    if (message != NULL) {
      /* SQLite's own keys fail now and then where a row is both deleted and set NULL. */
      sqlite3_free(message);
      sqlite3_free(sql);
      sqlite3_free(key);
      break;
    }
    run(ours, sql);
    sqlite3_free(sql);
    sqlite3_free(key);
    sameRows(&world, ours, twin, start);
  }
  closeDb(ours);
  closeDb(twin);
}

START_TEST(cascadesLikeNativeKeys) {
  int i;
  for (i = 0; i < 40; i++) compareWorlds((unsigned)(_i * 40 + i));
}
END_TEST

/* --- cycles --- */

/* foreign_keys and recursive_triggers, by the bits of `mode`. */
static void setMode(Db db, int mode) {
  run(db, mode & 1 ? "PRAGMA foreign_keys = 1" : "PRAGMA foreign_keys = 0");
  run(db, mode & 2 ? "PRAGMA recursive_triggers = 1" : "PRAGMA recursive_triggers = 0");
}

#define SERIES(n) "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < " n ") "

START_TEST(chainsOfAnyDepth) {
  Db db = openDb("CREATE TABLE n(id INTEGER PRIMARY KEY, pid INT REFERENCES n);");
  declare(db, "owner=n; name=children; target=n; cascade=all, delete-orphan");
  setMode(db, _i);
  run(db, "INSERT INTO n " SERIES("100000") "SELECT i, nullif(i - 1, 0) FROM s");
  run(db, "UPDATE n SET pid = NULL WHERE id = 50001"); /* an orphan, with all below it */
  gives(db, "SELECT count(*), max(id) FROM n", "50000,50000\n");
  run(db, "DELETE FROM n WHERE id = 2");
  gives(db, "SELECT id FROM n", "1\n");
  run(db, "INSERT INTO n VALUES(2, 2), (3, 5), (4, 3), (5, 4), (6, 5)"); /* rings */
  run(db, "DELETE FROM n WHERE id IN (2, 4)");
  gives(db, "SELECT id FROM n", "1\n");
  closeDb(db);
}
END_TEST

/* What leaves the cycle goes for every row, with what hangs on it, and links as well. */
START_TEST(chainsGoWithAllThatHangsOnThem) {
  Db db = openDb("CREATE TABLE n(id INTEGER PRIMARY KEY, pid INT REFERENCES n);"
                 "CREATE TABLE leaf(id INTEGER PRIMARY KEY, n_id INT REFERENCES n);"
                 "CREATE TABLE dew(id INTEGER PRIMARY KEY, leaf_id INT REFERENCES leaf);"
                 "CREATE TABLE tag(id INTEGER PRIMARY KEY);"
                 "CREATE TABLE n_tag(n_id INT REFERENCES n, tag_id INT REFERENCES tag, "
                 "  PRIMARY KEY(n_id, tag_id)) WITHOUT ROWID;"
                 "CREATE TABLE fan(id INTEGER PRIMARY KEY, n_id INT REFERENCES n);");
  declare(db, "owner=n; name=children; target=n; cascade=all");
  declare(db, "owner=n; name=leaves; target=leaf; cascade=all");
  declare(db, "owner=leaf; name=dews; target=dew; cascade=all");
  declare(db, "owner=n; name=tags; target=tag; secondary=n_tag; cascade=all, delete-orphan");
  declare(db, "owner=n; name=fans; target=fan");
  setMode(db, _i);
  run(db, "INSERT INTO n " SERIES(
              "3000") "SELECT i, nullif(i - 1, 0) FROM s;"
                      "INSERT INTO leaf SELECT 9000 - id, id FROM n; INSERT INTO dew SELECT id, id "
                      "FROM leaf;"
                      "INSERT INTO tag SELECT id FROM n; INSERT INTO n_tag SELECT id, id FROM n;"
                      "INSERT INTO fan SELECT id, id FROM n WHERE id % 100 = 2");
  run(db, "DELETE FROM n WHERE id = 501");
  gives(db, "SELECT count(*), max(id) FROM n", "500,500\n");
  gives(db,
        "SELECT count(*) FROM leaf UNION ALL SELECT count(*) FROM dew UNION ALL "
        "SELECT count(*) FROM tag UNION ALL SELECT count(*) FROM n_tag",
        "500\n500\n500\n500\n");
  gives(db, "SELECT count(n_id), count(*) FROM fan", "5,30\n");
  closeDb(db);
}
END_TEST

/* A native ON DELETE that would act first, or refuse. */
START_TEST(chainsUnderNativeKeys) {
  static const char *const NATIVE[] = {"CASCADE", "SET NULL", "RESTRICT", "SET DEFAULT"};
  char *schema = sqlite3_mprintf(
      "CREATE TABLE n(id INTEGER PRIMARY KEY, pid INT REFERENCES n ON DELETE %s);"
      "CREATE TABLE leaf(id INTEGER PRIMARY KEY, n_id INT REFERENCES n ON DELETE %s);",
      NATIVE[_i / 4], NATIVE[_i / 4]);
  Db db = openDb(schema);
  sqlite3_free(schema);
  declare(db, "owner=n; name=children; target=n; cascade=all, delete-orphan");
  declare(db, "owner=n; name=leaves; target=leaf; cascade=all");
  setMode(db, _i);
  run(db, "INSERT INTO n " SERIES("4000") "SELECT i, nullif(i - 1, 0) FROM s;"
                                          "INSERT INTO leaf SELECT id, id FROM n");
  run(db, "DELETE FROM n WHERE id = 2");
  gives(db, "SELECT id FROM n", "1\n");
  gives(db, "SELECT id FROM leaf", "1\n");
  gives(db, "SELECT count(*) FROM \"relationship:work\"", "0\n");
  closeDb(db);
}
END_TEST

/* The cycle runs over three tables, whose rows are told apart in different ways. */
START_TEST(cyclesOverTables) {
  Db db = openDb(
      "CREATE TABLE a(id INTEGER PRIMARY KEY, c1 TEXT, c2 INT,"
      "  FOREIGN KEY(c1, c2) REFERENCES c);"
      "CREATE TABLE b(code TEXT COLLATE NOCASE PRIMARY KEY, a INT REFERENCES a) WITHOUT ROWID;"
      "CREATE TABLE c(k1 TEXT, k2 INT, b TEXT REFERENCES b, PRIMARY KEY(k1, k2)) WITHOUT ROWID;"
      "CREATE TABLE note(id INTEGER PRIMARY KEY, b TEXT REFERENCES b);");
  declare(db, "owner=a; name=bs; target=b; cascade=all");
  declare(db, "owner=b; name=cs; target=c; cascade=all");
  declare(db, "owner=c; name=as; target=a; cascade=all");
  declare(db, "owner=b; name=notes; target=note; cascade=all");
  setMode(db, _i);
  run(db, "BEGIN; PRAGMA defer_foreign_keys = 1;"
          "INSERT INTO a " SERIES("3000") "SELECT i, 'c' || (i - 1), i - 1 FROM s;"
                                          "UPDATE a SET c1 = NULL, c2 = NULL WHERE id = 1;"
                                          "INSERT INTO b SELECT 'B' || id, id FROM a;"
                                          "INSERT INTO c SELECT 'c' || id, id, 'b' || id FROM a;"
                                          "INSERT INTO note SELECT id, 'b' || id FROM a; COMMIT");
  run(db, "DELETE FROM b WHERE code = 'b3'");
  gives(db, "SELECT id FROM a", "1\n2\n3\n");
  gives(db, "SELECT code FROM b", "B1\nB2\n");
  gives(db, "SELECT k1 FROM c", "c1\nc2\n");
  gives(db, "SELECT id FROM note", "1\n2\n");
  run(db, "UPDATE a SET c1 = 'c2', c2 = 2 WHERE id = 1"); /* the data itself is a ring now */
  run(db, "DELETE FROM c WHERE k1 = 'c1'");
  gives(db, "SELECT id FROM a UNION ALL SELECT code FROM b UNION ALL SELECT id FROM note", "");
  closeDb(db);
}
END_TEST

/* Rows reached on many ways: a grid, where everyone has two parents. */
START_TEST(rowsReachedTwice) {
  Db db = openDb("CREATE TABLE p(id INTEGER PRIMARY KEY, mother INT REFERENCES p, "
                 "  father INT REFERENCES p);"
                 "CREATE TABLE toy(id INTEGER PRIMARY KEY, p INT REFERENCES p);");
  declare(db, "owner=p; name=children; target=p; foreign_keys=mother; cascade=all");
  declare(db, "owner=p; name=offspring; target=p; foreign_keys=father; cascade=all");
  declare(db, "owner=p; name=toys; target=toy; cascade=all");
  setMode(db, _i);
  run(db, "INSERT INTO p " SERIES("4000") "SELECT i, CASE WHEN i > 100 THEN i - 100 END, "
                                          "CASE WHEN i % 100 <> 1 THEN i - 1 END FROM s; INSERT "
                                          "INTO toy SELECT id, id FROM p");
  run(db, "DELETE FROM p WHERE id = 251");
  gives(db, "SELECT count(*), sum(id < 251), sum(id % 100 BETWEEN 1 AND 50) FROM p",
        "2100,250,2000\n");
  gives(db, "SELECT count(*) FROM toy", "2100\n");
  run(db, "UPDATE p SET mother = 2150 WHERE id = 1; DELETE FROM p WHERE id = 2");
  gives(db, "SELECT count(*) FROM p", "0\n");
  gives(db, "SELECT count(*) FROM \"relationship:work\"", "0\n");
  closeDb(db);
}
END_TEST

/* Of what leaves the cycle, rows that refer to others go first, for the rows of the closure, too. */
START_TEST(restrictionsAroundACycle) {
  Db db = openDb(
      "CREATE TABLE n(id INTEGER PRIMARY KEY, pid INT REFERENCES n);"
      "CREATE TABLE doc(id INTEGER PRIMARY KEY, n INT REFERENCES n);"
      "CREATE TABLE item(id INTEGER PRIMARY KEY, n INT REFERENCES n, doc INT REFERENCES doc);"
      "INSERT INTO n VALUES(1, NULL), (2, 1), (3, 2), (4, NULL);"
      "INSERT INTO doc SELECT id, id FROM n; INSERT INTO item SELECT id, id, id FROM n;");
  declare(db, "owner=n; name=docs; target=doc; cascade=all");
  declare(db, "owner=n; name=children; target=n; cascade=all");
  declare(db, "owner=doc; name=items; target=item; on_delete=restrict");
  declare(db, "owner=n; name=items; target=item; cascade=all");
  setMode(db, _i);
  run(db, "INSERT INTO item VALUES(9, 4, 3)");
  refuses(
      db, "DELETE FROM n WHERE id = 1",
      "doc.items: this row of \"doc\" still has members in \"item\", and on_delete is restrict; "
      "delete or move them first");
  gives(db, "SELECT count(*) FROM n", "4\n");
  gives(db, "SELECT count(*) FROM item", "5\n");
  run(db, "DELETE FROM item WHERE id = 9; DELETE FROM n WHERE id = 1");
  gives(db,
        "SELECT 'n', id FROM n UNION ALL SELECT 'doc', id FROM doc UNION ALL "
        "SELECT 'item', id FROM item",
        "doc,4\nitem,4\nn,4\n");
  closeDb(db);
}
END_TEST

Suite *relTestEnforce(void) {
  Suite *suite = suite_create("enforce");
  TCase *twin = tcase_create("twin"), *cycles = tcase_create("cycles");
  tcase_add_loop_test(twin, cascadesLikeNativeKeys, 0, 10);
  tcase_add_loop_test(cycles, chainsOfAnyDepth, 0, 4);
  tcase_add_loop_test(cycles, chainsGoWithAllThatHangsOnThem, 0, 4);
  tcase_add_loop_test(cycles, chainsUnderNativeKeys, 0, 16);
  tcase_add_loop_test(cycles, cyclesOverTables, 0, 4);
  tcase_add_loop_test(cycles, rowsReachedTwice, 0, 4);
  tcase_add_loop_test(cycles, restrictionsAroundACycle, 0, 4);
  suite_add_tcase(suite, twin);
  suite_add_tcase(suite, cycles);
  return suite;
}
