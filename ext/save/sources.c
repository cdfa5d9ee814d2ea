#include "save/sources.h"

#include "save/rows.h"

int relSourceIsThere(const RelSaver *saver, int node) {
  unsigned char state = relNodeFirst(saver, node)->state;
  return state == REL_STATE_FOUND || state == REL_STATE_MADE;
}

const char *relSourceEmptyKey(const RelSaver *saver, int node, const RelKey *key) {
  const RelSaveNode *first = relNodeFirst(saver, node);
  const RelSaveTable *table = first->table;
  int i;
  for (i = 0; i < key->count; i++) {
    int column = key->parentColumns[i];
    if (table->table->rowid != NULL && relShapeIsRowid(table->table, column)) continue;
    if (sqlite3_value_type(first->row.kept[relShapeKept(table, column)]) == SQLITE_NULL) {
      return table->table->columns[column].name;
    }
  }
  return NULL;
}

int relSourceHasKey(const RelSaver *saver, int node, const RelKey *key) {
  return relSourceIsThere(saver, node) && relSourceEmptyKey(saver, node, key) == NULL;
}

static unsigned kindOf(const RelSaver *saver, unsigned element) {
  return saver->json.elements[element].kind;
}

int relSourceIsKnown(const RelSaver *saver, const RelSaveSource *source) {
  if (source->kind == REL_SOURCE_ELEMENT) return kindOf(saver, source->element) != REL_JSON_NULL;
  return source->kind == REL_SOURCE_ROW;
}

/* --- gathering --- */

static void clearSources(RelSaveTable *table) {
  memset(table->sources, 0, (size_t)relShapeSlots(table->table) * sizeof *table->sources);
}

/* Two rows that fill one foreign key have to say the same. */
static int isSameValue(const RelSaver *saver, const RelSaveSource *a, const RelSaveSource *b) {
  const RelSaveNode *first, *second;
  sqlite3_value *left, *right;
  if (a->kind != b->kind) return 0;
  if (a->kind == REL_SOURCE_NULL) return 1;
  if (a->node == b->node && a->column == b->column) return 1;
  first = &saver->nodes[a->node];
  second = &saver->nodes[b->node];
  if (relShapeIsRowid(first->table->table, a->column) ||
      relShapeIsRowid(second->table->table, b->column)) {
    return relShapeIsRowid(first->table->table, a->column) &&
           relShapeIsRowid(second->table->table, b->column) &&
           first->row.rowid == second->row.rowid;
  }
  if (a->kind == REL_SOURCE_LATE) return 0;
  left = first->row.kept[relShapeKept(first->table, a->column)];
  right = second->row.kept[relShapeKept(second->table, b->column)];
  return sqlite3_value_type(left) == sqlite3_value_type(right) &&
         sqlite3_value_bytes(left) == sqlite3_value_bytes(right) &&
         (sqlite3_value_bytes(left) == 0 ||
          memcmp(sqlite3_value_blob(left), sqlite3_value_blob(right),
                 (size_t)sqlite3_value_bytes(left)) == 0);
}

/* One column of a foreign key: from the row of `from`, or NULL where that is REL_NO_NODE. */
static void fillColumn(RelSaver *saver, int node, const RelSaveEdge *edge, RelSaveSource *source,
                       int from, int column) {
  RelSaveSource filled;
  memset(&filled, 0, sizeof filled);
  filled.relationship = 1;
  filled.kind = REL_SOURCE_NULL;
  if (from != REL_NO_NODE) {
    filled.kind = (edge->behind && !relSourceIsThere(saver, node)) || !relSourceIsThere(saver, from)
                      ? REL_SOURCE_LATE
                      : REL_SOURCE_ROW;
    filled.node = saver->nodes[from].same;
    filled.element = saver->nodes[from].element;
    filled.column = column;
  }
  if (source->relationship && !isSameValue(saver, source, &filled)) {
    relNodeRefuse(saver, node, "%s says another row than what stands around it or beside it",
                  edge->relationship->name);
  }
  *source = filled;
}

/* The foreign key of `edge`, on the row of `node`, from the row that it refers to. */
static void fillKey(RelSaver *saver, int node, const RelSaveEdge *edge, const RelKey *key,
                    RelSaveTable *table, int from) {
  int i;
  for (i = 0; i < key->count && saver->error->rc == SQLITE_OK; i++) {
    if (!relIsWritable(key->child, key->childColumns[i])) continue;
    fillColumn(saver, node, edge, &table->sources[relShapeSlot(table->table, key->childColumns[i])],
               from, key->parentColumns[i]);
  }
}

static int isManyToOne(const RelSaveEdge *edge) {
  return edge != NULL && edge->relationship->direction == REL_MANYTOONE;
}

static void readColumns(RelSaver *saver, int node, RelSaveTable *table, RelSaveFieldKind kind) {
  const RelSaveNode *own = &saver->nodes[node];
  const RelJsonElement *elements = saver->json.elements;
  unsigned key, end = elements[own->element].next;
  for (key = own->element + 1; key < end; key = elements[key + 1].next) {
    const RelSaveField *field = relNodeField(saver, node, key);
    RelSaveSource *source;
    if (field->kind != kind) continue;
    if (isManyToOne(field->edge) && kindOf(saver, key + 1) == REL_JSON_OBJECT) continue;
    source = &table->sources[relShapeSlot(table->table, field->column)];
    source->kind = REL_SOURCE_ELEMENT;
    source->element = key + 1;
  }
}

/* Many-to-ones that are null. */
static void readNulls(RelSaver *saver, int node) {
  const RelSaveNode *own = &saver->nodes[node];
  const RelJsonElement *elements = saver->json.elements;
  unsigned key, end = elements[own->element].next;
  for (key = own->element + 1; key < end; key = elements[key + 1].next) {
    const RelSaveField *field = relNodeField(saver, node, key);
    if (field->kind != REL_SAVE_MEMBERS || !isManyToOne(field->edge)) continue;
    if (kindOf(saver, key + 1) != REL_JSON_NULL) continue;
    fillKey(saver, node, field->edge, &field->edge->relationship->key, own->table, REL_NO_NODE);
  }
}

static void gather(RelSaver *saver, int node) {
  const RelSaveNode *own = &saver->nodes[node];
  int target;
  clearSources(own->table);
  readColumns(saver, node, own->table, REL_SAVE_COLUMN);
  if (own->hasNulls) readNulls(saver, node);
  if (own->edge != NULL && own->edge->relationship->direction == REL_ONETOMANY) {
    fillKey(saver, node, own->edge, &own->edge->relationship->key, own->table, own->owner);
  }
  for (target = own->firstTarget; target != REL_NO_NODE; target = saver->nodes[target].nextTarget) {
    const RelSaveEdge *edge = saver->nodes[target].edge;
    fillKey(saver, node, edge, &edge->relationship->key, own->table, target);
  }
}

/* What other nodes of the row say where `given`, the node's own, says nothing. */
static void gatherOthers(RelSaver *saver, int node, RelSaveSource *given) {
  RelSaveTable *table = saver->nodes[node].table;
  int slots = relShapeSlots(table->table), i, other;
  for (other = saver->nodes[node].same; other != REL_NO_NODE && saver->error->rc == SQLITE_OK;
       other = saver->nodes[other].nextSame) {
    if (other == node || saver->nodes[other].role == REL_ROLE_REMOVE) continue;
    gather(saver, other);
    for (i = 0; i < slots; i++) {
      if (given[i].kind == REL_SOURCE_ABSENT) given[i] = table->sources[i];
    }
  }
  memcpy(table->sources, given, (size_t)slots * sizeof *given);
}

RelSaveSource *relSourcesOfNode(RelSaver *saver, int node) {
  RelSaveTable *table = saver->nodes[node].table;
  gather(saver, node);
  return table->sources;
}

RelSaveSource *relSourcesOfRow(RelSaver *saver, int node) {
  RelSaveTable *table = saver->nodes[node].table;
  size_t bytes = (size_t)relShapeSlots(table->table) * sizeof *table->sources;
  RelSaveSource *given;
  gather(saver, node);
  if (relNodeFirst(saver, node)->nextSame == REL_NO_NODE) return table->sources;
  given = relAlloc(saver->error, bytes);
  if (given == NULL) return table->sources;
  memcpy(given, table->sources, bytes);
  gatherOthers(saver, node, given);
  sqlite3_free(given);
  return table->sources;
}

RelSaveSource *relSourcesOfLink(RelSaver *saver, int node) {
  const RelSaveNode *own = &saver->nodes[node];
  const RelSaveEdge *edge = own->edge;
  clearSources(edge->links);
  readColumns(saver, node, edge->links, REL_SAVE_LINK);
  fillKey(saver, node, edge, &edge->relationship->key, edge->links, own->owner);
  fillKey(saver, node, edge, &edge->relationship->targetKey, edge->links, node);
  return edge->links->sources;
}

int relSourcesOrphan(RelSaver *saver, int node) {
  const RelTable *table = saver->nodes[node].table->table;
  const RelSaveSource *sources = relSourcesOfNode(saver, node);
  int i, part;
  for (i = 0; i < relModelCount(saver->model); i++) {
    const Relationship *relationship = relModelAt(saver->model, i);
    const RelKey *key = &relationship->key;
    if (relationship->direction != REL_ONETOMANY || key->child != table) continue;
    if (!(relationship->cascade & REL_DELETE_ORPHAN)) continue;
    for (part = 0; part < key->count; part++) {
      const RelSaveSource *source = &sources[relShapeSlot(table, key->childColumns[part])];
      if (source->kind != REL_SOURCE_ABSENT && source->kind != REL_SOURCE_LATE &&
          !relSourceIsKnown(saver, source)) {
        return 1;
      }
    }
  }
  return 0;
}

/* --- values --- */

static int hexDigit(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  return -1;
}

/* The string of an element where all of it is hex digits, two by two; NULL where it is not. */
static const char *hexOf(const RelSaver *saver, unsigned element, size_t *bytes) {
  const RelJsonElement *own = &saver->json.elements[element];
  const char *text = saver->json.text + own->start;
  size_t i;
  if (own->kind != REL_JSON_STRING || own->escaped || own->length % 2 != 0) return NULL;
  for (i = 0; i < own->length; i++) {
    if (hexDigit(text[i]) < 0) return NULL;
  }
  *bytes = own->length / 2;
  return text;
}

/* The bytes that hex digits stand for, with one more at the end; the caller owns them. */
static unsigned char *bytesOf(RelSaver *saver, const char *hex, size_t bytes) {
  unsigned char *blob = relAlloc(saver->error, bytes + 1);
  size_t i;
  for (i = 0; i < bytes && blob != NULL; i++) {
    blob[i] = (unsigned char)(hexDigit(hex[2 * i]) * 16 + hexDigit(hex[2 * i + 1]));
  }
  return blob;
}

static void bindHex(RelSaver *saver, sqlite3_stmt *statement, int parameter, const char *hex,
                    size_t bytes) {
  unsigned char *blob = bytesOf(saver, hex, bytes);
  if (blob == NULL) return;
  relErrorFromDb(saver->error, sqlite3_bind_blob64(statement, parameter, blob, bytes, sqlite3_free),
                 saver->db);
}

static void giveHex(RelSaver *saver, sqlite3_context *context, const char *hex, size_t bytes) {
  unsigned char *blob = bytesOf(saver, hex, bytes);
  if (blob != NULL) sqlite3_result_blob64(context, blob, bytes, sqlite3_free);
}

static int isBlob(const RelTable *table, int slot) {
  int column = relShapeColumn(table, slot);
  return column >= 0 && table->columns[column].affinity == REL_AFFINITY_NONE &&
         sqlite3_strlike("%BLOB%", table->columns[column].type, 0) == 0;
}

void relSourceBind(RelSaver *saver, sqlite3_stmt *statement, int parameter, const RelTable *table,
                   int slot, const RelSaveSource *source) {
  const RelSaveNode *from;
  size_t bytes;
  const char *hex;
  if (saver->error->rc != SQLITE_OK) return;
  switch (source->kind) {
  case REL_SOURCE_ELEMENT:
    hex = isBlob(table, slot) ? hexOf(saver, source->element, &bytes) : NULL;
    if (hex != NULL) {
      bindHex(saver, statement, parameter, hex, bytes);
    } else {
      relJsonBind(saver->error, statement, parameter, &saver->json, source->element);
    }
    break;
  case REL_SOURCE_ROW:
    from = &saver->nodes[source->node];
    relRowBindColumn(saver, statement, parameter, from->table, &from->row, source->column);
    break;
  default:
    relErrorFromDb(saver->error, sqlite3_bind_null(statement, parameter), saver->db);
  }
}

void relSourceGive(RelSaver *saver, sqlite3_context *context, const RelTable *table, int slot,
                   const RelSaveSource *source) {
  const RelSaveNode *from;
  size_t bytes;
  const char *hex;
  if (source->kind == REL_SOURCE_ELEMENT) {
    hex = isBlob(table, slot) ? hexOf(saver, source->element, &bytes) : NULL;
    if (hex != NULL) {
      giveHex(saver, context, hex, bytes);
    } else {
      relJsonResult(saver->error, context, &saver->json, source->element);
    }
  } else if (source->kind == REL_SOURCE_ROW) {
    from = &saver->nodes[source->node];
    relRowGiveColumn(context, from->table, &from->row, source->column);
  }
}

static int equalsHex(RelSaver *saver, unsigned element, sqlite3_stmt *statement, int column) {
  size_t bytes, i;
  const char *hex = hexOf(saver, element, &bytes);
  const unsigned char *blob = sqlite3_column_blob(statement, column);
  if (hex == NULL || (size_t)sqlite3_column_bytes(statement, column) != bytes) return 0;
  for (i = 0; i < bytes; i++) {
    if (blob[i] != hexDigit(hex[2 * i]) * 16 + hexDigit(hex[2 * i + 1])) return 0;
  }
  return 1;
}

/* What stands there with escapes is left to SQL. */
static int equalsText(RelSaver *saver, unsigned element, sqlite3_stmt *statement, int column) {
  const RelJsonElement *own = &saver->json.elements[element];
  const char *text = (const char *)sqlite3_column_text(statement, column);
  return text != NULL && !own->escaped &&
         (size_t)sqlite3_column_bytes(statement, column) == own->length &&
         memcmp(saver->json.text + own->start, text, own->length) == 0;
}

static int equalsElement(RelSaver *saver, unsigned element, sqlite3_stmt *statement, int column) {
  unsigned kind = kindOf(saver, element);
  sqlite3_int64 integer, given;
  double real;
  switch (sqlite3_column_type(statement, column)) {
  case SQLITE_NULL:
    return kind == REL_JSON_NULL;
  case SQLITE_INTEGER:
    integer = sqlite3_column_int64(statement, column);
    if (relJsonAsInteger(&saver->json, element, &given)) return given == integer;
    return (kind == REL_JSON_TRUE && integer == 1) || (kind == REL_JSON_FALSE && integer == 0);
  case SQLITE_FLOAT:
    real = sqlite3_column_double(statement, column);
    return kind == REL_JSON_REAL && relJsonAsReal(saver->error, &saver->json, element) == real;
  case SQLITE_TEXT:
    return kind == REL_JSON_STRING && equalsText(saver, element, statement, column);
  default:
    return kind == REL_JSON_STRING && equalsHex(saver, element, statement, column);
  }
}

static int equalsValue(sqlite3_value *value, sqlite3_stmt *statement, int column) {
  int type = sqlite3_value_type(value), bytes;
  if (type != sqlite3_column_type(statement, column)) return 0;
  if (type == SQLITE_INTEGER) {
    return sqlite3_value_int64(value) == sqlite3_column_int64(statement, column);
  }
  if (type == SQLITE_NULL) return 1;
  bytes = sqlite3_value_bytes(value);
  return bytes == sqlite3_column_bytes(statement, column) &&
         (bytes == 0 || memcmp(sqlite3_value_blob(value), sqlite3_column_blob(statement, column),
                               (size_t)bytes) == 0);
}

int relSourceEquals(RelSaver *saver, const RelSaveSource *source, sqlite3_stmt *statement,
                    int column) {
  const RelSaveNode *from;
  switch (source->kind) {
  case REL_SOURCE_ELEMENT:
    return equalsElement(saver, source->element, statement, column);
  case REL_SOURCE_NULL:
    return sqlite3_column_type(statement, column) == SQLITE_NULL;
  case REL_SOURCE_ROW:
    from = &saver->nodes[source->node];
    if (from->table->table->rowid != NULL && relShapeIsRowid(from->table->table, source->column)) {
      return sqlite3_column_type(statement, column) == SQLITE_INTEGER &&
             sqlite3_column_int64(statement, column) == from->row.rowid;
    }
    return equalsValue(from->row.kept[relShapeKept(from->table, source->column)], statement,
                       column);
  default:
    return 1;
  }
}
