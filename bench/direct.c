#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "database.h"
#include "direct.h"
#include "text.h"
#include "sql.h"

enum { WIDTHS = 10 /* IN lists of 1, 2, 4 … 512 */ };

/* Rows by a key: open addressing. */
typedef struct Map {
  sqlite3_int64 *keys; /* owned, as values */
  int *values;         /* a row; -1: none */
  size_t size;         /* a power of two */
} Map;

/* The rows of one level, each a piece of JSON text. */
typedef struct Rows {
  const BenchLevel *level;
  struct Rows *parent;
  struct Rows *children[BENCH_CHILDREN];
  BenchText *prefixes; /* owned: ,"name": of each column */
  BenchText text;      /* of all rows, one after the other */
  size_t *starts;      /* owned: where each row's text begins */
  sqlite3_int64 *ids;  /* owned */
  int *next;           /* owned: the following row of the same parent; -1: none */
  int *first, *last; /* owned: of each of the parent's rows; of a ONE level, first is its member */
  sqlite3_int64 *references; /* owned: what each of the parent's rows refers to, of a ONE level */
  size_t count, capacity, parentCapacity;
  int keyColumn;   /* the parent's key in the statements' rows, -1: none */
  int firstColumn; /* of the level's own */
  Map map;         /* rows by id */
  sqlite3_stmt *all, *some[WIDTHS];
} Rows;

struct BenchDirect {
  sqlite3 *db;
  Rows levels[BENCH_LEVELS];
  int levelCount;
  sqlite3_int64 *wanted; /* owned: keys that are about to be asked for */
  size_t wantedCapacity;
  BenchText document;
};

/* --- rows by key ---------------------------------------------------------------------------------- */

static void clearMap(Map *map, size_t count) {
  size_t size = 16;
  while (size < 2 * count) size *= 2;
  if (size > map->size) {
    map->keys = benchGrow(map->keys, size * sizeof *map->keys);
    map->values = benchGrow(map->values, size * sizeof *map->values);
    map->size = size;
  }
  memset(map->values, -1, map->size * sizeof *map->values);
}

/* The key's place: its own, or the empty one where it would be. */
static size_t placeOf(const Map *map, sqlite3_int64 key) {
  size_t place = ((sqlite3_uint64)key * 0x9e3779b97f4a7c15u >> 20) & (map->size - 1);
  while (map->values[place] >= 0 && map->keys[place] != key) place = (place + 1) & (map->size - 1);
  return place;
}

static void put(Map *map, sqlite3_int64 key, int value) {
  size_t place = placeOf(map, key);
  map->keys[place] = key;
  map->values[place] = value;
}

/* --- statements ----------------------------------------------------------------------------------- */

/* width 0: all rows. The caller finalizes it. */
static sqlite3_stmt *prepare(sqlite3 *db, const BenchLevel *level, int width) {
  sqlite3_str *sql = sqlite3_str_new(db);
  char *columns = benchColumns(level, NULL), *text;
  const char *key = level->kind == BENCH_MANY || level->kind == BENCH_LINKED ? level->key : "id";
  sqlite3_stmt *statement;
  int i;
  if (level->kind == BENCH_LINKED) {
    sqlite3_str_appendf(sql, "SELECT %s.%s, %s FROM %s JOIN %s ON %s.id = %s.%s", level->link, key,
                        columns, level->link, level->table, level->table, level->link, level->far);
  } else {
    sqlite3_str_appendf(sql, "SELECT %s FROM %s", columns, level->table);
  }
  for (i = 0; i < width; i++) {
    if (i == 0) sqlite3_str_appendf(sql, " WHERE %s IN (", key);
    sqlite3_str_appendall(sql, i > 0 ? ", ?" : "?");
  }
  if (width > 0) sqlite3_str_appendall(sql, ")");
  if (level->kind == BENCH_LINKED) {
    sqlite3_str_appendf(sql, " ORDER BY %s, %s", key, level->far);
  } else {
    sqlite3_str_appendf(
        sql, width > 0 && level->kind == BENCH_MANY ? " ORDER BY %s, id" : " ORDER BY id", key);
  }
  text = sqlite3_str_finish(sql);
  statement = benchPrepare(db, text);
  sqlite3_free(text);
  sqlite3_free(columns);
  return statement;
}

static void forget(Rows *rows) {
  int i;
  sqlite3_finalize(rows->all);
  rows->all = NULL;
  for (i = 0; i < WIDTHS; i++) {
    sqlite3_finalize(rows->some[i]);
    rows->some[i] = NULL;
  }
}

/* --- reading a level ------------------------------------------------------------------------------ */

static void growRows(Rows *rows) {
  rows->capacity = rows->capacity > 0 ? 2 * rows->capacity : 64;
  rows->starts = benchGrow(rows->starts, (rows->capacity + 1) * sizeof *rows->starts);
  rows->ids = benchGrow(rows->ids, rows->capacity * sizeof *rows->ids);
  rows->next = benchGrow(rows->next, rows->capacity * sizeof *rows->next);
}

static void growReferences(Rows *rows, size_t count) {
  if (count <= rows->parentCapacity) return;
  rows->parentCapacity = 2 * count;
  rows->first = benchGrow(rows->first, rows->parentCapacity * sizeof *rows->first);
  rows->last = benchGrow(rows->last, rows->parentCapacity * sizeof *rows->last);
  rows->references = benchGrow(rows->references, rows->parentCapacity * sizeof *rows->references);
}

/* What the row that is being read refers to, for each child that is a ONE. */
static void noteReferences(Rows *rows, sqlite3_stmt *statement, int row) {
  int i;
  for (i = 0; i < BENCH_CHILDREN && rows->children[i] != NULL; i++) {
    Rows *child = rows->children[i];
    if (child->level->kind != BENCH_ONE) continue;
    growReferences(child, (size_t)row + 1);
    child->references[row] = sqlite3_column_int64(statement, child->keyColumn);
  }
}

static void writeRow(Rows *rows, sqlite3_stmt *statement) {
  int i;
  benchPut(&rows->text, "{", 1);
  for (i = 0; i < rows->level->columnCount; i++) {
    benchPut(&rows->text, rows->prefixes[i].text, rows->prefixes[i].length);
    benchPutValue(&rows->text, statement, rows->firstColumn + i);
  }
}

static void addRow(Rows *rows, sqlite3_stmt *statement) {
  int row = (int)rows->count;
  if (rows->count == rows->capacity) growRows(rows);
  rows->count++;
  rows->starts[row] = rows->text.length;
  rows->ids[row] = sqlite3_column_int64(statement, rows->firstColumn);
  rows->next[row] = -1;
  noteReferences(rows, statement, row);
  writeRow(rows, statement);
  rows->starts[row + 1] = rows->text.length;
  if (rows->parent != NULL && rows->level->kind != BENCH_ONE) {
    sqlite3_int64 key = sqlite3_column_int64(statement, rows->keyColumn);
    int parent = rows->parent->map.values[placeOf(&rows->parent->map, key)];
    if (parent < 0) return;
    if (rows->first[parent] < 0) {
      rows->first[parent] = row;
    } else {
      rows->next[rows->last[parent]] = row;
    }
    rows->last[parent] = row;
  }
}

static void readAll(Rows *rows, sqlite3_stmt *statement) {
  while (sqlite3_step(statement) == SQLITE_ROW) addRow(rows, statement);
  if (sqlite3_reset(statement) != SQLITE_OK) {
    benchFail("%s", sqlite3_errmsg(sqlite3_db_handle(statement)));
  }
}

/* A list shorter than the statement's is filled up with its last key. */
static void readSome(BenchDirect *direct, Rows *rows, const sqlite3_int64 *keys, size_t count) {
  size_t done, i;
  int at, width;
  for (done = 0; done < count; done += (size_t)width) {
    for (at = 0; at + 1 < WIDTHS && (size_t)1 << at < count - done; at++) continue;
    width = 1 << at;
    if (rows->some[at] == NULL) rows->some[at] = prepare(direct->db, rows->level, width);
    for (i = 0; i < (size_t)width; i++) {
      sqlite3_bind_int64(rows->some[at], (int)i + 1, keys[done + i < count ? done + i : count - 1]);
    }
    readAll(rows, rows->some[at]);
  }
}

static void startLevel(Rows *rows) {
  rows->count = 0;
  rows->text.length = 0;
  if (rows->parent == NULL) return;
  growReferences(rows, rows->parent->count);
  memset(rows->first, -1, rows->parent->count * sizeof *rows->first);
}

static void indexRows(Rows *rows) {
  size_t i;
  clearMap(&rows->map, rows->count);
  for (i = 0; i < rows->count; i++) put(&rows->map, rows->ids[i], (int)i);
}

/* The different keys that the parent's rows refer to, into direct->wanted. */
static size_t distinct(BenchDirect *direct, Rows *rows) {
  size_t i, count = 0;
  clearMap(&rows->map, rows->parent->count);
  for (i = 0; i < rows->parent->count; i++) {
    size_t place = placeOf(&rows->map, rows->references[i]);
    if (rows->map.values[place] >= 0) continue;
    rows->map.keys[place] = rows->references[i];
    rows->map.values[place] = 0;
    direct->wanted[count++] = rows->references[i];
  }
  return count;
}

static void attachReferences(Rows *rows) {
  size_t i;
  for (i = 0; i < rows->parent->count; i++) {
    rows->first[i] = rows->map.values[placeOf(&rows->map, rows->references[i])];
  }
}

static void loadLevel(BenchDirect *direct, Rows *rows, const sqlite3_int64 *ids, int count) {
  size_t i;
  startLevel(rows);
  if (count == 0) {
    if (rows->all == NULL) rows->all = prepare(direct->db, rows->level, 0);
    readAll(rows, rows->all);
  } else if (rows->parent == NULL) {
    readSome(direct, rows, ids, (size_t)count);
  } else {
    if (rows->parent->count > direct->wantedCapacity) {
      direct->wantedCapacity = 2 * rows->parent->count;
      direct->wanted = benchGrow(direct->wanted, direct->wantedCapacity * sizeof *direct->wanted);
    }
    if (rows->level->kind == BENCH_ONE) {
      readSome(direct, rows, direct->wanted, distinct(direct, rows));
    } else {
      readSome(direct, rows, rows->parent->ids, rows->parent->count);
    }
  }
  if (rows->level->kind == BENCH_ONE || rows->children[0] != NULL) indexRows(rows);
  if (rows->level->kind == BENCH_ONE) attachReferences(rows);
  for (i = 0; i < BENCH_CHILDREN && rows->children[i] != NULL; i++) {
    loadLevel(direct, rows->children[i], NULL, count);
  }
}

/* --- documents ------------------------------------------------------------------------------------ */

static void assemble(BenchText *to, const Rows *rows, int row) {
  int i, member;
  benchPut(to, rows->text.text + rows->starts[row], rows->starts[row + 1] - rows->starts[row]);
  for (i = 0; i < BENCH_CHILDREN && rows->children[i] != NULL; i++) {
    const Rows *child = rows->children[i];
    const BenchText *name = &child->prefixes[child->level->columnCount];
    benchPut(to, name->text, name->length);
    member = child->first[row];
    if (child->level->kind == BENCH_ONE) {
      if (member < 0) {
        benchPut(to, "null", 4);
      } else {
        assemble(to, child, member);
      }
      continue;
    }
    benchPut(to, "[", 1);
    for (; member >= 0; member = child->next[member]) {
      if (member != child->first[row]) benchPut(to, ",", 1);
      assemble(to, child, member);
    }
    benchPut(to, "]", 1);
  }
  benchPut(to, "}", 1);
}

void benchDirectFetch(BenchDirect *direct, const sqlite3_int64 *ids, int count, BenchTake take,
                      void *context) {
  size_t i;
  loadLevel(direct, &direct->levels[0], ids, count);
  for (i = 0; i < direct->levels[0].count; i++) {
    direct->document.length = 0;
    assemble(&direct->document, &direct->levels[0], (int)i);
    take(context, direct->document.text, direct->document.length);
  }
}

/* --- beginning and end ---------------------------------------------------------------------------- */

/* The place of a column among a level's. */
static int columnAt(const BenchLevel *level, const char *column) {
  int i;
  for (i = 0; i < level->columnCount; i++) {
    if (strcmp(level->columns[i], column) == 0) return i;
  }
  return -1;
}

static void setUp(Rows *rows, const BenchLevel *level, Rows *parent) {
  int i;
  char name[120];
  rows->level = level;
  rows->parent = parent;
  rows->keyColumn = level->kind == BENCH_ONE      ? columnAt(parent->level, level->key)
                    : level->kind == BENCH_LINKED ? 0
                    : level->kind == BENCH_MANY   ? columnAt(level, level->key)
                                                  : -1;
  rows->firstColumn = level->kind == BENCH_LINKED;
  rows->prefixes = benchAlloc((size_t)(level->columnCount + 1) * sizeof *rows->prefixes);
  memset(rows->prefixes, 0, (size_t)(level->columnCount + 1) * sizeof *rows->prefixes);
  for (i = 0; i <= level->columnCount; i++) {
    const char *key = i < level->columnCount ? level->columns[i] : level->name;
    if (key == NULL) continue;
    snprintf(name, sizeof name, "%s\"%s\":", i > 0 ? "," : "", key);
    benchPut(&rows->prefixes[i], name, strlen(name));
  }
}

BenchDirect *benchDirectNew(sqlite3 *db, const BenchShape *shape) {
  const BenchLevel *levels[BENCH_LEVELS], *parents[BENCH_LEVELS];
  BenchDirect *direct = benchAlloc(sizeof *direct);
  int i, j, child;
  memset(direct, 0, sizeof *direct);
  direct->db = db;
  direct->levelCount = benchLevels(shape, levels, parents);
  for (i = 0; i < direct->levelCount; i++) {
    Rows *parent = NULL;
    for (j = 0; j < i; j++) {
      if (levels[j] == parents[i]) parent = &direct->levels[j];
    }
    setUp(&direct->levels[i], levels[i], parent);
    if (parent == NULL) continue;
    for (child = 0; parent->children[child] != NULL; child++) continue;
    parent->children[child] = &direct->levels[i];
  }
  return direct;
}

void benchDirectForget(BenchDirect *direct) {
  int i;
  for (i = 0; i < direct->levelCount; i++) forget(&direct->levels[i]);
}

void benchDirectFree(BenchDirect *direct) {
  int i, j;
  benchDirectForget(direct);
  for (i = 0; i < direct->levelCount; i++) {
    Rows *rows = &direct->levels[i];
    for (j = 0; j <= rows->level->columnCount; j++) free(rows->prefixes[j].text);
    free(rows->prefixes);
    free(rows->text.text);
    free(rows->starts);
    free(rows->ids);
    free(rows->next);
    free(rows->first);
    free(rows->last);
    free(rows->references);
    free(rows->map.keys);
    free(rows->map.values);
  }
  free(direct->wanted);
  free(direct->document.text);
  free(direct);
}
