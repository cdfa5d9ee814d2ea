#include "enforce/actions.h"
#include "inspect/check.h"

static int isDeclared(const RelCheck *check, const RelKey *key) {
  int i;
  for (i = 0; i < relModelCount(check->model); i++) {
    const Relationship *relationship = relModelAt(check->model, i);
    if (relSameColumns(&relationship->key, key)) return 1;
    if (relationship->direction == REL_MANYTOMANY &&
        relSameColumns(&relationship->targetKey, key)) {
      return 1;
    }
  }
  return 0;
}

/* --- indexes ---------------------------------------------------------------------------------- */

static int pairOf(const RelKey *key, int column) {
  int i;
  for (i = 0; i < key->count; i++) {
    if (key->childColumns[i] == column) return i;
  }
  return -1;
}

/* The index begins with the key's columns, in any order, as the key compares them. */
static int serves(const RelIndex *index, const RelKey *key) {
  int i;
  if (index->partial || index->count < key->count) return 0;
  for (i = 0; i < key->count; i++) {
    int pair = pairOf(key, index->columns[i]);
    if (pair < 0) return 0;
    if (!relSame(index->collations[i], relTableCollation(key->parent, key->parentColumns[pair]))) {
      return 0;
    }
  }
  return 1;
}

static int isServed(const RelKey *key) {
  const RelTable *child = key->child;
  int i;
  if (key->count == 1 && (key->childColumns[0] < 0 || key->childColumns[0] == child->integerKey)) {
    return 1;
  }
  for (i = 0; i < child->indexCount; i++) {
    if (serves(&child->indexes[i], key)) return 1;
  }
  return 0;
}

static char *createIndex(RelCheck *check, const Relationship *implied) {
  const RelKey *key = &implied->key;
  RelText text;
  int i;
  relTextStart(&text, check->error);
  relText(&text, "CREATE INDEX ");
  if (!relSame(key->child->schema, "main")) {
    relTextName(&text, NULL, key->child->schema);
    relText(&text, ".");
  }
  relTextFormat(&text, "\"%w", key->child->name);
  for (i = 0; i < key->count; i++) {
    relTextFormat(&text, "_%w", relTableColumnName(key->child, key->childColumns[i]));
  }
  relText(&text, "\" ON ");
  relTextName(&text, NULL, key->child->name);
  for (i = 0; i < key->count; i++) {
    const char *collation = relTableCollation(key->parent, key->parentColumns[i]);
    relText(&text, i == 0 ? "(" : ", ");
    relTextName(&text, NULL, relTableColumnName(key->child, key->childColumns[i]));
    if (relSame(collation, relTableCollation(key->child, key->childColumns[i]))) continue;
    relText(&text, " COLLATE ");
    relTextName(&text, NULL, collation);
  }
  relText(&text, ");");
  return relTextFinish(&text);
}

static void checkIndex(RelCheck *check, const Relationship *implied) {
  const RelKey *key = &implied->key;
  if (implied->direction != REL_ONETOMANY || isDeclared(check, key) || isServed(key)) return;
  relCheckAdd(
      check, REL_SEVERITY_WARNING, implied->label, "missing index",
      relFormat(check->error,
                "no index of \"%w\" serves the foreign key (none has its columns first, in the "
                "collation of \"%w\"): every delete from \"%w\" and every fetch reads the whole "
                "table",
                key->child->name, key->parent->name, key->parent->name),
      createIndex(check, implied));
}

/* --- keys that name what is not there --------------------------------------------------------- */

static void checkForeignKey(RelCheck *check, const RelTable *table, const RelForeignKey *key) {
  RelTable *parent = relModelTable(check->error, check->model, key->parent);
  char *label =
      relFormat(check->error, "%s.%s", table->name, relTableColumnName(table, key->columns[0]));
  const char *missing = NULL;
  int i;
  for (i = 0; parent != NULL && i < key->count; i++) {
    if (key->parentNames[i] != NULL && relTableColumn(parent, key->parentNames[i]) < 0) {
      missing = key->parentNames[i];
    }
  }
  if (parent == NULL) {
    relCheckAdd(
        check, REL_SEVERITY_ERROR, label, "key names no table",
        relFormat(check->error,
                  "the foreign key refers to \"%w\", which is not there: with foreign_keys on "
                  "every write to \"%w\" fails; create it, or make \"%w\" anew without the key",
                  key->parent, table->name, table->name),
        NULL);
  } else if (missing != NULL) {
    relCheckAdd(check, REL_SEVERITY_ERROR, label, "key names no column",
                relFormat(check->error,
                          "the foreign key refers to \"%w\".\"%w\", which is not there: with "
                          "foreign_keys on every write to either table fails",
                          key->parent, missing),
                NULL);
  }
  sqlite3_free(label);
}

static void checkTables(RelCheck *check) {
  sqlite3_stmt *names = relPrepareFormat(
      check->error, check->db,
      "SELECT name FROM \"%w\".sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%%' "
      "ESCAPE '\\' ORDER BY name",
      relModelSchema(check->model));
  while (relStep(check->error, names)) {
    const RelTable *table =
        relModelTable(check->error, check->model, (const char *)sqlite3_column_text(names, 0));
    int i;
    for (i = 0; table != NULL && i < table->foreignKeyCount; i++) {
      checkForeignKey(check, table, &table->foreignKeys[i]);
    }
  }
  relFinalize(check->error, names);
}

void relCheckKeys(RelCheck *check) {
  Relationship *const *implied = NULL;
  int i, count;
  checkTables(check);
  count = relModelImplied(check->error, check->model, &implied);
  for (i = 0; i < count && check->error->rc == SQLITE_OK; i++) checkIndex(check, implied[i]);
}
