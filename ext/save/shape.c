#include "save/shape.h"

static void clearFields(RelSaveFields *fields) {
  int i;
  for (i = 0; i < fields->count; i++) sqlite3_free(fields->items[i].name);
  sqlite3_free(fields->items);
}

static void freeStatements(RelSaveStatement *list) {
  while (list != NULL) {
    RelSaveStatement *next = list->next;
    sqlite3_finalize(list->statement);
    sqlite3_free(list->columns);
    sqlite3_free(list);
    list = next;
  }
}

/* The statements name the kept columns: one more makes them new. */
static void dropStatements(RelSaveTable *table) {
  freeStatements(table->inserts);
  freeStatements(table->batchInserts);
  freeStatements(table->updates);
  sqlite3_finalize(table->find);
  sqlite3_finalize(table->read);
  sqlite3_finalize(table->highest);
  table->inserts = table->batchInserts = table->updates = NULL;
  table->find = table->read = table->highest = NULL;
}

static void dropEdgeStatements(RelSaveEdge *edge) {
  sqlite3_finalize(edge->unique);
  sqlite3_finalize(edge->members);
  sqlite3_finalize(edge->member);
  sqlite3_finalize(edge->letGo);
  edge->unique = edge->members = edge->member = edge->letGo = NULL;
}

static void freeTable(RelSaveTable *table) {
  dropStatements(table);
  clearFields(&table->fields);
  sqlite3_free(table->kept);
  sqlite3_free(table->sources);
  sqlite3_free(table->plain);
  sqlite3_free(table->flags);
  sqlite3_free(table);
}

static void freeEdge(RelSaveEdge *edge) {
  dropEdgeStatements(edge);
  clearFields(&edge->fields);
  sqlite3_free(edge);
}

void relShapesClear(RelShapes *shapes) {
  while (shapes->edges != NULL) {
    RelSaveEdge *edge = shapes->edges;
    shapes->edges = edge->next;
    freeEdge(edge);
  }
  shapes->edgeCount = 0;
  while (shapes->tables != NULL) {
    RelSaveTable *table = shapes->tables;
    shapes->tables = table->next;
    freeTable(table);
  }
}

static void unbind(sqlite3_stmt *statement) {
  sqlite3_reset(statement);
  if (statement != NULL) sqlite3_clear_bindings(statement);
}

void relShapesUnbind(RelShapes *shapes) {
  RelSaveTable *table;
  RelSaveEdge *edge;
  RelSaveStatement *one;
  for (table = shapes->tables; table != NULL; table = table->next) {
    for (one = table->inserts; one != NULL; one = one->next) unbind(one->statement);
    for (one = table->batchInserts; one != NULL; one = one->next) unbind(one->statement);
    for (one = table->updates; one != NULL; one = one->next) unbind(one->statement);
    unbind(table->find);
    unbind(table->read);
    sqlite3_reset(table->highest);
  }
  for (edge = shapes->edges; edge != NULL; edge = edge->next) {
    unbind(edge->unique);
    unbind(edge->members);
    unbind(edge->member);
    unbind(edge->letGo);
  }
}

int relShapeKept(const RelSaveTable *table, int column) {
  int i = 0;
  while (i < table->keptCount && table->kept[i] != column) i++;
  return i;
}

static void keep(RelError *error, RelShapes *shapes, RelSaveTable *table, int column) {
  RelSaveEdge *edge;
  if (table->table->rowid != NULL && relShapeIsRowid(table->table, column)) return;
  if (relShapeKept(table, column) < table->keptCount) return;
  table->kept = relGrow(error, table->kept, table->keptCount, &table->keptRoom, sizeof(int));
  if (error->rc != SQLITE_OK) return;
  table->kept[table->keptCount++] = column;
  dropStatements(table);
  for (edge = shapes->edges; edge != NULL; edge = edge->next) {
    if (edge->target == table || edge->links == table) dropEdgeStatements(edge);
  }
}

RelSaveTable *relShapeTable(RelError *error, RelShapes *shapes, RelTable *table) {
  RelSaveTable *made = shapes->tables;
  int i;
  while (made != NULL && made->table != table) made = made->next;
  if (made != NULL || error->rc != SQLITE_OK) return made;
  made = relAlloc(error, sizeof *made);
  if (made == NULL) return NULL;
  made->table = table;
  made->sources = relAlloc(error, (size_t)relShapeSlots(table) * sizeof *made->sources);
  made->width = relTableKeyWidth(table);
  for (i = 0; i < table->columnCount; i++) made->writable += !table->columns[i].generated;
  made->plain = relAlloc(error, (size_t)relShapeSlots(table));
  for (i = 0; i < table->columnCount && made->plain != NULL; i++) {
    made->plain[i] = !table->columns[i].generated && table->columns[i].defaultValue == NULL;
  }
  made->flags = relAlloc(error, (size_t)relShapeSlots(table));
  for (i = 0; i < table->keyCount && table->rowid == NULL; i++) {
    keep(error, shapes, made, table->key[i]);
  }
  made->next = shapes->tables;
  shapes->tables = made;
  return made;
}

static void keepParent(RelError *error, RelShapes *shapes, const RelKey *key) {
  RelSaveTable *parent = relShapeTable(error, shapes, key->parent);
  int i;
  for (i = 0; i < key->count && error->rc == SQLITE_OK; i++) {
    keep(error, shapes, parent, key->parentColumns[i]);
  }
}

/* Whether the same links are another relationship's that deletes its orphans: the owners, seen here. */
static int orphansOwners(const RelModel *model, const Relationship *relationship) {
  int i;
  for (i = 0; i < relModelCount(model); i++) {
    const Relationship *other = relModelAt(model, i);
    if (other->direction == REL_MANYTOMANY && other->secondary == relationship->secondary &&
        (other->cascade & REL_DELETE_ORPHAN) && relSameKey(&other->targetKey, &relationship->key)) {
      return 1;
    }
  }
  return 0;
}

static int canBeNull(const RelKey *key) {
  int i;
  for (i = 0; i < key->count; i++) {
    if (!relIsNullable(key->child, key->childColumns[i])) return 0;
  }
  return 1;
}

RelSaveEdge *relShapeEdge(RelError *error, RelShapes *shapes, const RelModel *model,
                          Relationship *relationship) {
  RelSaveEdge *made = shapes->edges;
  while (made != NULL && made->relationship != relationship) made = made->next;
  if (made != NULL || error->rc != SQLITE_OK) return made;
  made = relAlloc(error, sizeof *made);
  if (made == NULL) return NULL;
  made->relationship = relationship;
  made->number = ++shapes->edgeCount;
  made->next = shapes->edges;
  shapes->edges = made;
  made->owner = relShapeTable(error, shapes, relationship->owner);
  made->target = relShapeTable(error, shapes, relationship->target);
  made->nullable = canBeNull(&relationship->key);
  made->behind = relationship->postUpdate && made->nullable;
  keepParent(error, shapes, &relationship->key);
  if (relationship->direction == REL_MANYTOMANY) {
    made->links = relShapeTable(error, shapes, relationship->secondary);
    made->orphansOwners = orphansOwners(model, relationship);
    keepParent(error, shapes, &relationship->targetKey);
  }
  return made;
}

/* --- fields --- */

/* The secondary's column that `name` means: link_<column>, or, where `plain`, its own name. */
static int linkColumn(const RelSaveEdge *edge, const char *name, int plain) {
  const Relationship *relationship;
  int column;
  if (edge == NULL || edge->links == NULL) return -1;
  relationship = edge->relationship;
  if (!plain && sqlite3_strnicmp(name, "link_", 5) != 0) return -1;
  column = relTableColumn(edge->links->table, plain ? name : name + 5);
  if (column >= 0 &&
      (relIsInKey(&relationship->key, column) || relIsInKey(&relationship->targetKey, column))) {
    return -1;
  }
  return column;
}

static int isRowidName(const RelTable *table, const char *name) {
  return table->rowid != NULL && relTableKeyWidth(table) == 1 && relTableKeyColumn(table, 0) < 0 &&
         relSame(name, relTableKeyName(table, 0));
}

static int isKeyColumn(const RelTable *table, int column) {
  int i;
  for (i = 0; i < relTableKeyWidth(table); i++) {
    if (relTableKeyColumn(table, i) == column) return 1;
  }
  return 0;
}

/* What a name means; false where it means nothing. */
static int readMeaning(RelError *error, RelShapes *shapes, RelModel *model, RelSaveTable *table,
                       RelSaveEdge *edge, RelSaveField *field) {
  const RelTable *own = table->table;
  Relationship *relationship;
  field->column = linkColumn(edge, field->name, 0);
  field->kind = REL_SAVE_LINK;
  if (field->column >= 0) return 1;
  field->column = relTableColumn(own, field->name);
  relationship = relModelFind(error, model, own, field->name);
  if (relationship != NULL) field->edge = relShapeEdge(error, shapes, model, relationship);
  if (field->column >= 0 || isRowidName(own, field->name)) {
    int generated = field->column >= 0 && own->columns[field->column].generated;
    field->kind = generated ? REL_SAVE_GENERATED : REL_SAVE_COLUMN;
    field->isKey = isKeyColumn(own, field->column);
    return error->rc == SQLITE_OK;
  }
  if (relationship != NULL) {
    field->kind = REL_SAVE_MEMBERS;
    return error->rc == SQLITE_OK;
  }
  field->kind = REL_SAVE_LINK;
  field->column = linkColumn(edge, field->name, 1);
  return field->column >= 0;
}

/* Where the first field stands that means the same under another spelling. */
static int firstOf(const RelSaveFields *fields, const RelSaveField *field) {
  int i;
  for (i = 0; i < fields->count; i++) {
    const RelSaveField *other = &fields->items[i];
    if (other->kind != field->kind) continue;
    if (field->kind == REL_SAVE_MEMBERS ? other->edge == field->edge
                                        : other->column == field->column) {
      return i;
    }
  }
  return fields->count;
}

static RelSaveField *addField(RelError *error, RelShapes *shapes, RelModel *model,
                              RelSaveTable *table, RelSaveEdge *edge, RelSaveFields *fields,
                              const RelJson *json, unsigned element) {
  RelSaveField made;
  memset(&made, 0, sizeof made);
  fields->items = relGrow(error, fields->items, fields->count, &fields->room, sizeof made);
  made.name = relJsonText(error, json, element);
  if (error->rc == SQLITE_OK && readMeaning(error, shapes, model, table, edge, &made)) {
    made.bytes = strlen(made.name);
    made.first = firstOf(fields, &made);
    fields->items[fields->count] = made;
    return &fields->items[fields->count++];
  }
  sqlite3_free(made.name);
  return NULL;
}

RelSaveFields *relShapeFields(RelSaveTable *table, RelSaveEdge *edge) {
  return edge != NULL && edge->links != NULL ? &edge->fields : &table->fields;
}

static int isNamed(const RelJson *json, unsigned element, const RelSaveField *field) {
  const RelJsonElement *own = &json->elements[element];
  if (own->escaped) return relJsonNamed(json, element, field->name);
  return own->length == field->bytes &&
         memcmp(json->text + own->start, field->name, field->bytes) == 0;
}

RelSaveField *relShapeField(RelError *error, RelShapes *shapes, RelModel *model,
                            RelSaveTable *table, RelSaveEdge *edge, const RelJson *json,
                            unsigned element, int *expected) {
  RelSaveFields *fields = relShapeFields(table, edge);
  int i, n = *expected;
  for (i = 0; i < fields->count; i++, n++) {
    RelSaveField *field;
    if (n >= fields->count) n = 0;
    field = &fields->items[n];
    if (!isNamed(json, element, field)) continue;
    *expected = n + 1;
    return field;
  }
  *expected = fields->count + 1;
  return addField(error, shapes, model, table, edge, fields, json, element);
}
