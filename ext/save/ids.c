#include "save/ids.h"

#include "save/rows.h"
#include "save/sources.h"

/* A row's identity: its rowid, or, where there is none yet or never, the bytes of its primary key. */
typedef struct Id {
  const RelSaveTable *table;
  sqlite3_int64 rowid;
  char *bytes; /* owned, or NULL: the rowid */
  int count;
} Id;

static uint64_t hashOf(const Id *id) {
  uint64_t hash = (uint64_t)(uintptr_t)id->table * 0x9e3779b97f4a7c15u;
  int i;
  if (id->bytes == NULL) hash ^= (uint64_t)id->rowid * 0xff51afd7ed558ccdu;
  for (i = 0; i < id->count; i++) hash = (hash ^ (unsigned char)id->bytes[i]) * 0x100000001b3u;
  return hash ^ (hash >> 29);
}

static int isNode(const RelSaver *saver, const Id *id, int node) {
  const RelSaveNode *own = &saver->nodes[node];
  if (own->state == REL_STATE_GONE) return 0;
  if (own->table != id->table || (own->id == NULL) != (id->bytes == NULL)) return 0;
  if (id->bytes == NULL) return own->row.rowid == id->rowid;
  return own->idBytes == id->count && memcmp(own->id, id->bytes, (size_t)id->count) == 0;
}

/* Where an identity stands in the hash table, or would. */
static int placeOf(const RelSaver *saver, const Id *id) {
  unsigned mask = (unsigned)saver->idRoom - 1;
  unsigned place = (unsigned)hashOf(id) & mask;
  while (saver->ids[place] != REL_NO_NODE && !isNode(saver, id, saver->ids[place])) {
    place = (place + 1) & mask;
  }
  return (int)place;
}

static Id idOfNode(const RelSaver *saver, int node) {
  const RelSaveNode *own = &saver->nodes[node];
  Id id = {own->table, own->row.rowid, own->id, own->idBytes};
  return id;
}

static void growIds(RelSaver *saver) {
  int room = saver->idRoom == 0 ? 64 : saver->idRoom * 2, i, count = saver->idRoom;
  int *old = saver->ids, *made;
  if (saver->idCount * 2 < saver->idRoom) return;
  made = relAlloc(saver->error, (size_t)room * sizeof(int));
  if (made == NULL) return;
  for (i = 0; i < room; i++) made[i] = REL_NO_NODE;
  saver->ids = made;
  saver->idRoom = room;
  for (i = 0; i < count; i++) {
    if (old[i] != REL_NO_NODE && saver->nodes[old[i]].state != REL_STATE_GONE) {
      Id id = idOfNode(saver, old[i]);
      made[placeOf(saver, &id)] = old[i];
    }
  }
  sqlite3_free(old);
}

/* A row that the document names again: its nodes are a chain from the first. */
static void join(RelSaver *saver, int first, int node) {
  RelSaveNode *own = &saver->nodes[node];
  own->same = first;
  saver->nodes[saver->nodes[first].lastSame].nextSame = node;
  saver->nodes[first].lastSame = node;
  relRowClear(own->table, &own->row);
  sqlite3_free(own->id);
  own->id = NULL;
  own->idBytes = 0;
}

static void addId(RelSaver *saver, int node) {
  Id id = idOfNode(saver, node);
  int place;
  growIds(saver);
  if (saver->error->rc != SQLITE_OK) return;
  place = placeOf(saver, &id);
  if (saver->ids[place] == node) return;
  if (saver->ids[place] != REL_NO_NODE) {
    join(saver, saver->ids[place], node);
  } else {
    saver->ids[place] = node;
    saver->idCount++;
  }
}

/* --- bytes of a key --- */

/* Texts that the collation takes for the same are written the same, as far as SQLite's own go. */
static void addText(sqlite3_str *key, const RelTable *table, int column, const char *text,
                    int bytes) {
  const char *collation = relTableCollation(table, column);
  int i;
  if (relSame(collation, "RTRIM")) {
    while (bytes > 0 && text[bytes - 1] == ' ') bytes--;
  }
  sqlite3_str_appendf(key, "t%d:", bytes);
  for (i = 0; i < bytes; i++) {
    char letter = text[i];
    if (relSame(collation, "NOCASE") && letter >= 'A' && letter <= 'Z') {
      letter = (char)(letter - 'A' + 'a');
    }
    sqlite3_str_appendchar(key, 1, letter);
  }
}

static void addValue(sqlite3_str *key, const RelTable *table, int column, sqlite3_value *value) {
  switch (sqlite3_value_type(value)) {
  case SQLITE_INTEGER:
    sqlite3_str_appendf(key, "i%lld:", sqlite3_value_int64(value));
    break;
  case SQLITE_FLOAT:
    sqlite3_str_appendf(key, "r%!.17g:", sqlite3_value_double(value));
    break;
  case SQLITE_BLOB:
    sqlite3_str_appendf(key, "b%d:", sqlite3_value_bytes(value));
    sqlite3_str_append(key, sqlite3_value_blob(value), sqlite3_value_bytes(value));
    break;
  default:
    addText(key, table, column, (const char *)sqlite3_value_text(value),
            sqlite3_value_bytes(value));
  }
}

static void addRowColumn(sqlite3_str *key, const RelTable *table, int column,
                         const RelSaveTable *from, const RelSaveRow *row, int fromColumn) {
  if (from->table->rowid != NULL && relShapeIsRowid(from->table, fromColumn)) {
    sqlite3_str_appendf(key, "i%lld:", row->rowid);
  } else {
    addValue(key, table, column, row->kept[relShapeKept(from, fromColumn)]);
  }
}

/* The element as the column would store it, as far as its affinity goes. */
static void addElement(RelSaver *saver, sqlite3_str *key, const RelTable *table, int column,
                       unsigned element) {
  RelAffinity affinity = relTableAffinity(table, column);
  unsigned kind = saver->json.elements[element].kind;
  sqlite3_int64 integer;
  char *text = relJsonText(saver->error, &saver->json, element);
  if (text == NULL) return;
  if (affinity != REL_AFFINITY_TEXT && relJsonAsInteger(&saver->json, element, &integer)) {
    sqlite3_str_appendf(key, "i%lld:", integer);
  } else if (affinity == REL_AFFINITY_NUMERIC && kind == REL_JSON_STRING && *text != 0 &&
             strspn(text, "0123456789") == strlen(text) && strlen(text) < 18) {
    sqlite3_str_appendf(key, "i%lld:", strtoll(text, NULL, 10));
  } else {
    addText(key, table, column, text, (int)strlen(text));
  }
  sqlite3_free(text);
}

static char *finish(RelSaver *saver, sqlite3_str *key, int *bytes) {
  char *text;
  *bytes = sqlite3_str_length(key);
  text = sqlite3_str_finish(key);
  if (text == NULL) relErrorNoMemory(saver->error);
  return text;
}

static char *idOfRow(RelSaver *saver, const RelSaveTable *table, const RelSaveRow *row,
                     int *bytes) {
  sqlite3_str *key = sqlite3_str_new(saver->db);
  int i;
  for (i = 0; i < table->table->keyCount; i++) {
    int column = table->table->key[i];
    addRowColumn(key, table->table, column, table, row, column);
  }
  return finish(saver, key, bytes);
}

static char *idOfSources(RelSaver *saver, const RelSaveTable *table, int *bytes) {
  sqlite3_str *key = sqlite3_str_new(saver->db);
  int i;
  for (i = 0; i < relTableKeyWidth(table->table); i++) {
    int column = relTableKeyColumn(table->table, i);
    const RelSaveSource *source = &table->sources[relShapeSlot(table->table, column)];
    const RelSaveNode *from = &saver->nodes[source->node];
    if (source->kind == REL_SOURCE_ELEMENT) {
      addElement(saver, key, table->table, column, source->element);
    } else if (!relSourceIsThere(saver, source->node)) {
      sqlite3_str_appendf(key, "n%d.%d:", source->node, source->column);
    } else {
      addRowColumn(key, table->table, column, from->table, &from->row, source->column);
    }
  }
  return finish(saver, key, bytes);
}

/* The integer that an INTEGER PRIMARY KEY makes of an element, where that is plain to see. */
static int elementAsRowid(RelSaver *saver, unsigned element, sqlite3_int64 *rowid) {
  unsigned kind = saver->json.elements[element].kind;
  const char *digits;
  double real;
  char *text;
  int plain;
  if (kind == REL_JSON_INTEGER) return relJsonAsInteger(&saver->json, element, rowid);
  if (kind == REL_JSON_TRUE || kind == REL_JSON_FALSE) {
    *rowid = kind == REL_JSON_TRUE;
    return 1;
  }
  if (kind == REL_JSON_REAL) {
    real = relJsonAsReal(saver->error, &saver->json, element);
    plain = real > -1e15 && real < 1e15 && real == (double)(sqlite3_int64)real;
    if (plain) *rowid = (sqlite3_int64)real;
    return plain;
  }
  text = relJsonText(saver->error, &saver->json, element);
  if (text == NULL) return 0;
  digits = text + (*text == '-');
  plain = *digits != 0 && strspn(digits, "0123456789") == strlen(digits) && strlen(digits) < 18;
  if (plain) *rowid = strtoll(text, NULL, 10);
  sqlite3_free(text);
  return plain;
}

/* The rowid that the sources give a row to be made, where they give one. */
static int rowidOfSources(RelSaver *saver, const RelSaveTable *table, sqlite3_int64 *rowid) {
  const RelSaveSource *source = &table->sources[relShapeSlot(table->table, -1)];
  const RelSaveNode *from;
  if (source->kind == REL_SOURCE_ELEMENT) return elementAsRowid(saver, source->element, rowid);
  if (source->kind != REL_SOURCE_ROW) return 0;
  from = &saver->nodes[source->node];
  *rowid = from->row.rowid;
  return relShapeIsRowid(from->table->table, source->column);
}

void relIdsAddFound(RelSaver *saver, int node) {
  RelSaveNode *own = &saver->nodes[node];
  if (saver->error->rc != SQLITE_OK) return;
  sqlite3_free(own->id); /* of a row that was missing, and is there now */
  own->id = NULL;
  own->idBytes = 0;
  if (own->table->table->rowid == NULL) {
    own->id = idOfRow(saver, own->table, &own->row, &own->idBytes);
  }
  if (saver->error->rc == SQLITE_OK) addId(saver, node);
}

void relIdsAddMissing(RelSaver *saver, int node) {
  RelSaveNode *own = &saver->nodes[node];
  const RelTable *table = own->table->table;
  if (own->state == REL_STATE_MISSING && relTableKeyWidth(table) == 1 &&
      relShapeIsRowid(table, relTableKeyColumn(table, 0))) {
    if (!rowidOfSources(saver, own->table, &own->row.rowid)) return;
  } else {
    own->id = idOfSources(saver, own->table, &own->idBytes);
  }
  if (saver->error->rc == SQLITE_OK) addId(saver, node);
}

/*
** A key that was sought stays where it was entered, and does no harm there: the node stands twice in
** the table, and is found by its row at either place.
*/
void relIdsAddMade(RelSaver *saver, int node) {
  const RelSaveNode *own = &saver->nodes[node];
  if (relIdsFind(saver, own->table, &own->row) == REL_NO_NODE) relIdsAddFound(saver, node);
}

int relIdsFind(RelSaver *saver, const RelSaveTable *table, const RelSaveRow *row) {
  Id id = {table, row->rowid, NULL, 0};
  int found;
  if (saver->idRoom == 0 || saver->error->rc != SQLITE_OK) return REL_NO_NODE;
  if (table->table->rowid == NULL) id.bytes = idOfRow(saver, table, row, &id.count);
  if (saver->error->rc != SQLITE_OK) return REL_NO_NODE;
  found = saver->ids[placeOf(saver, &id)];
  sqlite3_free(id.bytes);
  return found;
}
