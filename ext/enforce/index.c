/*
** The indexes that cascades, orphan rules and fetches go by: one per foreign key that has none.
*/
#include "enforce/index.h"

#include "templates.h"

/* One key whose columns need an index on the child. */
typedef struct Wanted {
  const RelKey *key;
  const char *label;  /* of the relationship that wants it */
  const char *suffix; /* ":index" or ":target index" */
} Wanted;

/* An index that serves: one named like ours, or one that is not. */
static const RelIndex *findIndex(const RelKey *key, int ours) {
  int i;
  for (i = 0; i < key->child->indexCount; i++) {
    const RelIndex *index = &key->child->indexes[i];
    if (index->ours == ours && !(ours && index->unique) && relKeyIsServed(key, index)) return index;
  }
  return NULL;
}

static int compareNames(const void *a, const void *b) {
  return sqlite3_stricmp(*(char *const *)a, *(char *const *)b);
}

/* All at once: the schema has no order by which one name is found. */
static void readMade(RelCompiler *compiler) {
  RelError *error = compiler->error;
  sqlite3_stmt *rows = relPrepareFormat(
      error, relModelDb(compiler->model),
      "SELECT name FROM \"%w\".sqlite_schema WHERE type = 'index' AND instr(sql, %Q)",
      relModelSchema(compiler->model), REL_MADE);
  int room = 0;
  compiler->indexes = relGrow(error, NULL, 0, &room, sizeof(char *));
  while (relStep(error, rows)) {
    compiler->indexes =
        relGrow(error, compiler->indexes, compiler->indexCount, &room, sizeof(char *));
    if (error->rc != SQLITE_OK) break;
    compiler->indexes[compiler->indexCount] =
        relCopy(error, (const char *)sqlite3_column_text(rows, 0));
    if (error->rc == SQLITE_OK) compiler->indexCount++;
  }
  relFinalize(error, rows);
  if (error->rc == SQLITE_OK) {
    qsort(compiler->indexes, (size_t)compiler->indexCount, sizeof(char *), compareNames);
  }
}

int relIndexIsMade(RelCompiler *compiler, const char *name) {
  if (compiler->indexes == NULL) readMade(compiler);
  if (compiler->error->rc != SQLITE_OK) return 0;
  return bsearch(&name, compiler->indexes, (size_t)compiler->indexCount, sizeof(char *),
                 compareNames) != NULL;
}

void relIndexesClear(RelCompiler *compiler) {
  int i;
  for (i = 0; i < compiler->indexCount; i++) sqlite3_free(compiler->indexes[i]);
  sqlite3_free(compiler->indexes);
  compiler->indexes = NULL;
  compiler->indexCount = 0;
}

/* The user's own index, whatever its name. */
static int isServed(RelCompiler *compiler, const RelKey *key) {
  const RelIndex *named;
  if (findIndex(key, 0) != NULL) return 1;
  named = findIndex(key, 1);
  return named != NULL && !relIndexIsMade(compiler, named->name);
}

int relIndexSame(const RelKey *a, const RelKey *b) {
  int i;
  if (a->child != b->child || a->count != b->count) return 0;
  for (i = 0; i < a->count; i++) {
    int pair = relKeyPair(b, a->childColumns[i]);
    if (pair < 0 || !relSame(relKeyCollation(a, i), relKeyCollation(b, pair))) return 0;
  }
  return 1;
}

char *relIndexColumns(RelError *error, const RelKey *key) {
  RelText text;
  int i;
  relTextStart(&text, error);
  for (i = 0; i < key->count; i++) {
    int column = key->childColumns[i];
    if (i > 0) relText(&text, ", ");
    relTextName(&text, NULL, relTableColumnName(key->child, column));
    if (!relSame(relTableCollation(key->child, column), relKeyCollation(key, i))) {
      relText(&text, " COLLATE ");
      relTextName(&text, NULL, relKeyCollation(key, i));
    }
  }
  return relTextFinish(&text);
}

/*
** SQLite drops no index while a statement runs, so one that an earlier declaration made may still be
** there: it is used again where it serves, and passed by where it does not.
*/
static char *chooseName(RelCompiler *compiler, const Wanted *wanted) {
  RelError *error = compiler->error;
  const RelIndex *left = findIndex(wanted->key, 1);
  char *name;
  int n;
  if (left != NULL) return relCopy(error, left->name);
  name = relFormat(error, "%s%s", wanted->label, wanted->suffix);
  for (n = 2; name != NULL && relIndexIsMade(compiler, name); n++) {
    sqlite3_free(name);
    name = relFormat(error, "%s %d%s", wanted->label, n, wanted->suffix);
  }
  return name;
}

static void addIndex(RelCompiler *compiler, const Wanted *wanted) {
  RelError *error = compiler->error;
  const RelTable *table = wanted->key->child;
  char *name = chooseName(compiler, wanted);
  RelPieces pieces;
  if (name == NULL) return;
  relPiecesStart(&pieces, error);
  relPiece(&pieces, "name", relWordName(error, name));
  relPiece(&pieces, "made", relCopy(error, REL_MADE));
  relPiece(&pieces, "table", relWordName(error, table->name));
  relPiece(&pieces, "columns", relIndexColumns(error, wanted->key));
  relAddObject(compiler, "index", name, table->name, wanted->label,
               relExpand(&pieces, relTemplate_index), NULL);
  relPiecesClear(&pieces);
}

int relIndexIsRowid(const RelKey *key) {
  return key->count == 1 &&
         (key->childColumns[0] < 0 || key->childColumns[0] == key->child->integerKey);
}

static void want(RelCompiler *compiler, Wanted **list, int *count, int *room, const RelKey *key,
                 const char *label, const char *suffix) {
  int i;
  if (key->child->kind != REL_TABLE || relIndexIsRowid(key) || relSingleServes(compiler, key) ||
      isServed(compiler, key)) {
    return;
  }
  if (relKeyConverts(key, 0)) return; /* no index serves: the check says so */
  for (i = 0; i < *count; i++) {
    if (relIndexSame((*list)[i].key, key)) return;
  }
  *list = relGrow(compiler->error, *list, *count, room, sizeof **list);
  if (compiler->error->rc != SQLITE_OK) return;
  (*list)[*count].key = key;
  (*list)[*count].label = label;
  (*list)[*count].suffix = suffix;
  (*count)++;
}

static int looksBack(const Relationship *relationship) {
  return relationship->direction != REL_MANYTOONE ||
         relationship->onDelete == REL_ON_DELETE_CASCADE || relationship->carries ||
         (relationship->cascade & REL_DELETE_ORPHAN);
}

void relCompileIndexes(RelCompiler *compiler) {
  Wanted *list = NULL;
  int count = 0, room = 0, i;
  for (i = 0; i < relModelCount(compiler->model); i++) {
    const Relationship *relationship = relModelAt(compiler->model, i);
    if (!looksBack(relationship)) continue;
    want(compiler, &list, &count, &room, &relationship->key, relationship->label, ":index");
    if (relationship->secondary == NULL) continue;
    want(compiler, &list, &count, &room, &relationship->targetKey, relationship->label,
         ":target index");
  }
  for (i = 0; i < count; i++) addIndex(compiler, &list[i]);
  sqlite3_free(list);
}
