#include "inspect/drawing.h"

#include "enforce/declare.h"
#include "schema/databases.h"

/* The relationships of one database, and which of them stand on a line already. */
typedef struct Pending {
  const Relationship **list; /* owned */
  unsigned char *drawn;      /* owned */
  int count, room;
} Pending;

/* One line while it is being drawn: a relationship, and its inverse or NULL. */
typedef struct Pair {
  const Relationship *first, *second;
} Pair;

/* --- entities --- */

static char *lowered(RelError *error, const char *text) {
  char *copy = relCopy(error, text), *c;
  for (c = copy; c != NULL && *c; c++) {
    if (*c >= 'A' && *c <= 'Z') *c = (char)(*c - 'A' + 'a');
  }
  return copy;
}

static int matches(RelError *error, const char *pattern, const char *name) {
  char *lowerPattern, *lowerName;
  int yes = 1;
  if (pattern == NULL) return 1;
  lowerPattern = lowered(error, pattern);
  lowerName = lowered(error, name);
  if (error->rc == SQLITE_OK) yes = sqlite3_strglob(lowerPattern, lowerName) == 0;
  sqlite3_free(lowerPattern);
  sqlite3_free(lowerName);
  return yes;
}

static void markUnique(RelEntity *entity) {
  const RelTable *table = entity->table;
  int i;
  for (i = 0; i < table->indexCount; i++) {
    const RelIndex *index = &table->indexes[i];
    if (index->unique && !index->primary && !index->partial && index->count == 1 &&
        index->columns[0] >= 0) {
      entity->marks[index->columns[0]] |= REL_MARK_UNIQUE;
    }
  }
}

static void markKeys(RelEntity *entity) {
  const RelTable *table = entity->table;
  int i, j;
  for (i = 0; i < table->columnCount; i++) {
    if (table->columns[i].keyPart > 0) entity->marks[i] |= REL_MARK_PRIMARY;
  }
  for (i = 0; i < table->foreignKeyCount; i++) {
    for (j = 0; j < table->foreignKeys[i].count; j++) {
      int column = table->foreignKeys[i].columns[j];
      if (column >= 0) entity->marks[column] |= REL_MARK_FOREIGN;
    }
  }
  markUnique(entity);
}

static int findEntity(const RelDrawing *drawing, const RelTable *table) {
  int i;
  for (i = 0; i < drawing->entityCount; i++) {
    if (drawing->entities[i].table == table) return i;
  }
  return -1;
}

/* Where the table matches the pattern and is not there yet. */
static void addEntity(RelError *error, RelDrawing *drawing, const RelTable *table,
                      const char *pattern) {
  RelEntity *entity;
  char *name = relSame(table->schema, "main")
                   ? relCopy(error, table->name)
                   : relFormat(error, "%s.%s", table->schema, table->name);
  if (name == NULL || findEntity(drawing, table) >= 0 || !matches(error, pattern, name)) {
    sqlite3_free(name);
    return;
  }
  drawing->entities = relGrow(error, drawing->entities, drawing->entityCount, &drawing->entityRoom,
                              sizeof *drawing->entities);
  if (error->rc != SQLITE_OK) {
    sqlite3_free(name);
    return;
  }
  entity = &drawing->entities[drawing->entityCount++];
  entity->table = table;
  entity->name = name;
  entity->marks = relAlloc(error, (size_t)table->columnCount);
  if (entity->marks != NULL) markKeys(entity);
}

/* The names of an FTS5 table's shadow tables and the like, each between newlines. */
static char *shadowTables(RelError *error, RelModel *model) {
  enum { SCHEMA, NAME, TYPE };
  sqlite3_stmt *rows =
      relPrepareFormat(error, relModelDb(model), "PRAGMA \"%w\".table_list", relModelSchema(model));
  RelText text;
  relTextStart(&text, error);
  relText(&text, "\n");
  while (relStep(error, rows)) {
    if (!relSame((const char *)sqlite3_column_text(rows, TYPE), "shadow")) continue;
    relTextFormat(&text, "%s\n", sqlite3_column_text(rows, NAME));
  }
  relFinalize(error, rows);
  return relTextFinish(&text);
}

/* The ordinary tables, in the order they were made; neither SQLite's own nor ours. */
static void addTables(RelError *error, RelDrawing *drawing, RelModel *model, const char *pattern) {
  char *shadows = shadowTables(error, model);
  sqlite3_stmt *rows = relPrepareFormat(
      error, relModelDb(model),
      "SELECT name FROM \"%w\".sqlite_schema WHERE type = 'table' AND rootpage > 0 AND "
      "name <> %Q AND NOT instr(sql, %Q) AND name NOT LIKE 'sqlite\\_%%' ESCAPE '\\' AND "
      "NOT instr(%Q, char(10) || name || char(10)) ORDER BY rowid",
      relModelSchema(model), REL_CATALOG, REL_MADE, shadows);
  while (relStep(error, rows)) {
    char *name = relColumnCopy(error, rows, 0);
    const RelTable *table = name != NULL ? relModelTable(error, model, name) : NULL;
    if (table != NULL) addEntity(error, drawing, table, pattern);
    sqlite3_free(name);
  }
  relFinalize(error, rows);
  sqlite3_free(shadows);
}

/* --- lines --- */

static void addPending(RelError *error, Pending *pending, const Relationship *relationship) {
  pending->list =
      relGrow(error, pending->list, pending->count, &pending->room, sizeof *pending->list);
  if (error->rc == SQLITE_OK) pending->list[pending->count++] = relationship;
}

/* What is declared, then what is implied and nothing declares. */
static void collect(RelError *error, RelModel *model, Pending *pending) {
  Relationship *const *implied;
  int count = relModelImplied(error, model, &implied), i;
  for (i = 0; i < relModelCount(model); i++) addPending(error, pending, relModelAt(model, i));
  for (i = 0; i < count; i++) {
    if (!relIsDeclared(model, implied[i])) addPending(error, pending, implied[i]);
  }
  pending->drawn = relAlloc(error, (size_t)pending->count);
}

/* The n-th and whatever is its inverse: the one it names, else one not drawn that joins the same way. */
static Pair takePair(Pending *pending, int n) {
  Pair pair = {pending->list[n], NULL};
  int i, found = -1;
  pending->drawn[n] = 1;
  for (i = 0; i < pending->count; i++) {
    const Relationship *other = pending->list[i];
    if (pending->drawn[i] || !relOppositeJoin(pair.first, other)) continue;
    if (other == pair.first->inverse) {
      found = i;
      break;
    }
    /* An inverse that is not implied any more, because it is declared, binds no one. */
    if (found < 0 && (other->inverse == NULL || other->implied)) found = i;
  }
  if (found < 0) return pair;
  pending->drawn[found] = 1;
  pair.second = pending->list[found];
  if (pair.second->direction == REL_ONETOMANY) {
    pair.second = pair.first;
    pair.first = pending->list[found];
  }
  return pair;
}

/* How many parents a row with the key has. */
static RelEnd parentEnd(const Pair *pair) {
  const RelKey *key = &pair->first->key;
  int i;
  if (key->parent->kind == REL_TABLE &&
      !relTableUnique(key->parent, key->parentColumns, key->count)) {
    return REL_END_MANY;
  }
  if (pair->first->condition != NULL) return REL_END_MAYBE;
  for (i = 0; i < key->count; i++) {
    int column = key->childColumns[i];
    if (column >= 0 && !key->child->columns[column].notNull) return REL_END_MAYBE;
  }
  return REL_END_ONE;
}

static RelEnd childEnd(const RelKey *key) {
  return relTableUnique(key->child, key->childColumns, key->count) ? REL_END_MAYBE : REL_END_MANY;
}

/* The end that members stand at: several, unless one side says that there is one. */
static RelEnd memberEnd(const Relationship *relationship, const Relationship *back) {
  int single =
      (relationship != NULL && !relationship->uselist) || (back != NULL && back->singleParent);
  return single ? REL_END_MAYBE : REL_END_MANY;
}

static void setEnds(const Pair *pair, RelLine *line) {
  const Relationship *first = pair->first;
  switch (first->direction) {
  case REL_ONETOMANY:
    line->fromEnd = parentEnd(pair);
    line->toEnd = memberEnd(first, pair->second);
    break;
  case REL_MANYTOONE:
    line->fromEnd = first->singleParent ? REL_END_MAYBE : childEnd(&first->key);
    line->toEnd = parentEnd(pair);
    break;
  default:
    line->fromEnd = memberEnd(pair->second, first);
    line->toEnd = memberEnd(first, pair->second);
    break;
  }
}

/* "all, delete-orphan, on delete restrict, viewonly": what is out of the ordinary. */
static char *composeWords(RelError *error, const Relationship *relationship, int markImplied) {
  char *const *fields = relationship->declaration.fields;
  const char *native = relationship->key.nativeOnDelete;
  RelText text;
  relTextStart(&text, error);
  if (relationship->implied && markImplied) relText(&text, ", implied");
  if (relationship->cascade != (REL_SAVE_UPDATE | REL_MERGE)) {
    relTextFormat(&text, ", %s", fields[REL_FIELD_CASCADE]);
  }
  if (fields[REL_FIELD_ON_DELETE] != NULL) {
    relTextFormat(&text, ", on delete %s", fields[REL_FIELD_ON_DELETE]);
  } else if (relationship->direction == REL_ONETOMANY && native != NULL &&
             !(relationship->cascade & REL_DELETE) && !relSame(native, "NO ACTION")) {
    char *lower = lowered(error, native);
    relTextFormat(&text, ", on delete %s", lower);
    sqlite3_free(lower);
  }
  if (relationship->viewonly) relText(&text, ", viewonly");
  return relTextFinish(&text);
}

static void sayRelationship(RelText *text, const Relationship *relationship, int markImplied) {
  char *words = composeWords(text->error, relationship, markImplied);
  relText(text, relationship->name);
  if (words != NULL && *words) relTextFormat(text, " (%s)", words + 2);
  sqlite3_free(words);
}

static char *composeLabel(RelError *error, const Pair *pair, int declared) {
  RelText text;
  relTextStart(&text, error);
  sayRelationship(&text, pair->first, declared);
  if (pair->second != NULL) {
    relText(&text, " / ");
    sayRelationship(&text, pair->second, declared);
  }
  if (pair->first->secondary != NULL) {
    relTextFormat(&text, ", through %s", pair->first->secondary->name);
  }
  return relTextFinish(&text);
}

/* A key need not be declared as a FOREIGN KEY to be one. */
static void markForeign(const RelDrawing *drawing, const RelKey *key) {
  int n = findEntity(drawing, key->child), i;
  for (i = 0; n >= 0 && i < key->count; i++) {
    int column = key->childColumns[i];
    if (column >= 0) drawing->entities[n].marks[column] |= REL_MARK_FOREIGN;
  }
}

static void addLine(RelError *error, RelDrawing *drawing, const Pair *pair) {
  const Relationship *first = pair->first, *second = pair->second;
  int from = findEntity(drawing, first->owner), to = findEntity(drawing, first->target);
  RelLine *line;
  markForeign(drawing, &first->key);
  if (first->secondary != NULL) markForeign(drawing, &first->targetKey);
  if (from < 0 || to < 0) return;
  drawing->lines = relGrow(error, drawing->lines, drawing->lineCount, &drawing->lineRoom,
                           sizeof *drawing->lines);
  if (error->rc != SQLITE_OK) return;
  line = &drawing->lines[drawing->lineCount++];
  memset(line, 0, sizeof *line);
  line->from = from;
  line->to = to;
  line->declared = !first->implied || (second != NULL && !second->implied);
  line->viewonly = (first->implied || first->viewonly) &&
                   (second == NULL || second->implied || second->viewonly) && line->declared;
  setEnds(pair, line);
  line->label = composeLabel(error, pair, line->declared);
}

/* --- the drawing --- */

static void drawDatabase(RelError *error, RelDrawing *drawing, RelModel *model,
                         const char *pattern) {
  Pending pending = {NULL, NULL, 0, 0};
  int i;
  addTables(error, drawing, model, pattern);
  for (i = 0; i < relModelCount(model); i++) {
    addEntity(error, drawing, relModelAt(model, i)->owner, pattern);
    addEntity(error, drawing, relModelAt(model, i)->target, pattern);
  }
  collect(error, model, &pending);
  for (i = 0; i < pending.count && error->rc == SQLITE_OK; i++) {
    Pair pair;
    if (pending.drawn[i]) continue;
    pair = takePair(&pending, i);
    addLine(error, drawing, &pair);
  }
  sqlite3_free(pending.list);
  sqlite3_free(pending.drawn);
}

void relDrawingMake(RelError *error, sqlite3 *db, const char *pattern, RelDrawing *drawing) {
  RelDatabases databases = {NULL, 0, 0};
  int i;
  relDatabasesRead(error, db, &databases);
  for (i = 0; i < databases.count && error->rc == SQLITE_OK; i++) {
    RelModel *model;
    drawing->models = relGrow(error, drawing->models, drawing->modelCount, &drawing->modelRoom,
                              sizeof *drawing->models);
    model = relModelNew(error, db, databases.items[i].name);
    if (error->rc == SQLITE_OK) {
      drawing->models[drawing->modelCount++] = model;
      relModelRefresh(error, model);
    } else {
      relModelFree(model);
    }
    if (error->rc == SQLITE_OK) drawDatabase(error, drawing, model, pattern);
  }
  relDatabasesClear(&databases);
}

void relDrawingClear(RelDrawing *drawing) {
  int i;
  for (i = 0; i < drawing->entityCount; i++) {
    sqlite3_free(drawing->entities[i].name);
    sqlite3_free(drawing->entities[i].marks);
  }
  for (i = 0; i < drawing->lineCount; i++) sqlite3_free(drawing->lines[i].label);
  for (i = 0; i < drawing->modelCount; i++) relModelFree(drawing->models[i]);
  sqlite3_free(drawing->entities);
  sqlite3_free(drawing->lines);
  sqlite3_free(drawing->models);
}
