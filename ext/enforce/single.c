/*
** One member only (uselist=0), or one parent only (single_parent): UNIQUE indexes. A trigger would cost
** every INSERT as much again, twice.
*/
#include "enforce/index.h"

#include "model/options.h"
#include "templates.h"

/* What must be UNIQUE, and why. */
typedef struct Single {
  const Relationship *relationship;
  const RelKey *key;
  const char *condition; /* of the members among which it must be, or NULL */
  const char *option;    /* "uselist=0" or "single_parent" */
  const char *suffix;
} Single;

/* The n-th of what a relationship allows once only; false behind the last. */
static int singleOf(const Relationship *relationship, int n, Single *single) {
  int toMany = relationship->direction == REL_ONETOMANY;
  int links = relationship->direction == REL_MANYTOMANY;
  memset(single, 0, sizeof *single);
  single->relationship = relationship;
  single->key = &relationship->key;
  single->suffix = ":single";
  if (!relEnforced(relationship)) return 0;
  if ((toMany || (links && relationship->condition == NULL)) && !relationship->uselist &&
      n-- == 0) {
    single->condition = relationship->condition;
    single->option = "uselist=0";
    return 1;
  }
  if (toMany || !relationship->singleParent || n > 0) return 0;
  single->option = "single_parent";
  if (links) single->key = &relationship->targetKey;
  if (links) single->suffix = ":target single";
  return 1;
}

/* The user's own index, over these columns or some of them, allows no two rows. */
static int isUnique(const RelIndex *index, const RelKey *key) {
  int i;
  if (!index->unique || index->partial || index->ours) return 0;
  for (i = 0; i < index->count; i++) {
    int pair = relKeyPair(key, index->columns[i]);
    if (pair < 0 || !relSame(index->collations[i], relKeyCollation(key, pair))) return 0;
  }
  return 1;
}

static int isServed(const Single *single) {
  const RelTable *table = single->key->child;
  int i;
  if (relIndexIsRowid(single->key)) return 1;
  for (i = 0; i < table->indexCount; i++) {
    if (isUnique(&table->indexes[i], single->key)) return 1;
  }
  return 0;
}

int relSingleServes(const RelCompiler *compiler, const RelKey *key) {
  int i, n;
  for (i = 0; i < relModelCount(compiler->model); i++) {
    Single single;
    for (n = 0; singleOf(relModelAt(compiler->model, i), n, &single); n++) {
      if (single.condition == NULL && !isServed(&single) && relIndexSame(single.key, key)) return 1;
    }
  }
  return 0;
}

/* An index of an earlier declaration, which may have had another name, is used again. */
static char *chooseName(RelCompiler *compiler, const Single *single) {
  const RelTable *table = single->key->child;
  int i, j;
  for (i = 0; i < table->indexCount && single->condition == NULL; i++) {
    const RelIndex *index = &table->indexes[i];
    if (!index->ours || !index->unique || index->partial || index->count != single->key->count) {
      continue;
    }
    for (j = 0; j < index->count; j++) {
      if (index->columns[j] != single->key->childColumns[j] ||
          !relSame(index->collations[j], relKeyCollation(single->key, j))) {
        break;
      }
    }
    if (j == index->count && relIndexIsMade(compiler, index->name)) {
      return relCopy(compiler->error, index->name);
    }
  }
  return relFormat(compiler->error, "%s%s", single->relationship->label, single->suffix);
}

/* "user_id" IS NOT NULL AND ..., and the condition. */
static char *counted(RelError *error, const Single *single) {
  char *also = relWordAlso(error, single->condition);
  RelText text;
  int i;
  relTextStart(&text, error);
  for (i = 0; i < single->key->count; i++) {
    if (i > 0) relText(&text, " AND ");
    relWordColumn(&text, NULL, single->key->child, single->key->childColumns[i]);
    relText(&text, " IS NOT NULL");
  }
  if (also != NULL) relText(&text, also);
  sqlite3_free(also);
  return relTextFinish(&text);
}

/* Rows that are there already may break the rule: then one of the keys is named. */
static void checkRows(RelCompiler *compiler, const Single *single) {
  RelError *error = compiler->error;
  const RelKey *key = single->key;
  char *columns = relIndexColumns(error, key), *where = counted(error, single);
  char *names = relWordKey(error, key);
  sqlite3_stmt *rows;
  RelText values;
  char *text;
  int i;
  relTextStart(&values, error);
  for (i = 0; i < key->count; i++) {
    relText(&values, i > 0 ? " || ', ' || quote(" : "quote(");
    relWordColumn(&values, NULL, key->child, key->childColumns[i]);
    relText(&values, ")");
  }
  text = relTextFinish(&values);
  rows = relPrepareFormat(
      error, relModelDb(compiler->model),
      "SELECT %s FROM \"%w\".\"%w\" WHERE %s GROUP BY %s HAVING count(*) > 1 LIMIT 1", text,
      relModelSchema(compiler->model), key->child->name, where, columns);
  if (relStep(error, rows)) {
    relRefuse(error, single->relationship,
              "%s allows one %s only, but \"%w\" has several rows with %s = %s; leave one of them, "
              "or leave %s out",
              single->option, relSame(single->option, "single_parent") ? "parent" : "member",
              key->child->name, names, (const char *)sqlite3_column_text(rows, 0), single->option);
  }
  relFinalize(error, rows);
  sqlite3_free(text);
  sqlite3_free(names);
  sqlite3_free(where);
  sqlite3_free(columns);
}

/* SQLite indexes no condition that asks other tables: then only the view keeps to one member. */
static int canBeMade(RelCompiler *compiler, const char *sql) {
  RelError own = {SQLITE_OK, NULL};
  size_t start = strcspn(sql, "\"");
  sqlite3_stmt *probe =
      relPrepareFormat(&own, relModelDb(compiler->model), "%.*s\"%w\".%s", (int)start, sql,
                       relModelSchema(compiler->model), &sql[start]);
  int can = own.rc == SQLITE_OK;
  relFinalize(&own, probe);
  relErrorClear(&own);
  return can;
}

static char *createIndex(RelError *error, const Single *single, const char *name) {
  const RelKey *key = single->key;
  RelPieces pieces;
  char *also, *sql;
  relPiecesStart(&pieces, error);
  also = relWordAlso(error, single->condition);
  relPiece(&pieces, "name", relWordName(error, name));
  relPiece(&pieces, "made", relCopy(error, REL_MADE));
  relPiece(&pieces, "table", relWordName(error, key->child->name));
  relPiece(&pieces, "columns", relIndexColumns(error, key));
  relPiece(&pieces, "where",
           single->condition == NULL || also == NULL
               ? relCopy(error, "")
               : relFormat(error, " WHERE %s", also + strlen(" AND ")));
  sql = relExpand(&pieces, relTemplate_single);
  sqlite3_free(also);
  relPiecesClear(&pieces);
  return sql;
}

static int isAdded(const RelScript *script, const char *name) {
  int i;
  for (i = 0; i < script->count; i++) {
    if (relSame(script->objects[i].name, name)) return 1;
  }
  return 0;
}

static void addSingle(RelCompiler *compiler, const Single *single) {
  RelError *error = compiler->error;
  char *name = chooseName(compiler, single);
  char *sql = name != NULL ? createIndex(error, single, name) : NULL;
  int isMade = sql != NULL && relIndexIsMade(compiler, name);
  if (sql == NULL || isAdded(compiler->script, name) ||
      (single->condition != NULL && !isMade && !canBeMade(compiler, sql))) {
    sqlite3_free(name);
    sqlite3_free(sql);
    return;
  }
  if (!isMade && !compiler->anyRows) checkRows(compiler, single);
  relAddObject(compiler, "index", name, single->key->child->name, single->relationship->label, sql,
               NULL);
}

/* Whether an earlier relationship says the same. */
static int isRepeated(const RelCompiler *compiler, int end, const Single *single) {
  int i, n;
  for (i = 0; i < end; i++) {
    Single other;
    for (n = 0; singleOf(relModelAt(compiler->model, i), n, &other); n++) {
      if (other.condition == NULL && relIndexSame(other.key, single->key)) return 1;
    }
  }
  return 0;
}

void relCompileSingles(RelCompiler *compiler) {
  int i, n;
  for (i = 0; i < relModelCount(compiler->model); i++) {
    Single single;
    for (n = 0; singleOf(relModelAt(compiler->model, i), n, &single); n++) {
      if (isServed(&single) || isRepeated(compiler, i, &single)) continue;
      if (compiler->error->rc == SQLITE_OK) addSingle(compiler, &single);
    }
  }
}
