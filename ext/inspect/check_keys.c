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

static int isServed(const RelKey *key) {
  const RelTable *child = key->child;
  int i;
  if (key->count == 1 && (key->childColumns[0] < 0 || key->childColumns[0] == child->integerKey)) {
    return 1;
  }
  for (i = 0; i < child->indexCount; i++) {
    if (relKeyIsServed(key, &child->indexes[i])) return 1;
  }
  return 0;
}

/* author_id, code COLLATE NOCASE: a collation is written where it is not the column's own. */
static char *indexColumns(RelCheck *check, const RelKey *key) {
  RelText text;
  int i;
  relTextStart(&text, check->error);
  for (i = 0; i < key->count; i++) {
    const char *collation = relTableCollation(key->parent, key->parentColumns[i]);
    if (i > 0) relText(&text, ", ");
    relTextPlainName(&text, relTableColumnName(key->child, key->childColumns[i]));
    if (relSame(collation, relTableCollation(key->child, key->childColumns[i]))) continue;
    relText(&text, " COLLATE ");
    relTextPlainName(&text, collation);
  }
  return relTextFinish(&text);
}

/* posts_author_id */
static char *indexName(RelCheck *check, const RelKey *key) {
  RelText text;
  int i;
  relTextStart(&text, check->error);
  relText(&text, key->child->name);
  for (i = 0; i < key->count; i++) {
    relTextFormat(&text, "_%s", relTableColumnName(key->child, key->childColumns[i]));
  }
  return relCheckFreeName(check, key->child->schema, relTextFinish(&text));
}

static char *createIndex(RelCheck *check, const RelKey *key, const char *columns) {
  char *name = indexName(check, key);
  RelText text;
  relTextStart(&text, check->error);
  relText(&text, "CREATE INDEX ");
  if (name != NULL) relCheckName(check, &text, key->child->schema, name);
  relText(&text, " ON ");
  relTextPlainName(&text, key->child->name);
  relTextFormat(&text, "(%s);", columns);
  sqlite3_free(name);
  return relTextFinish(&text);
}

static void addConverted(RelCheck *check, const Relationship *implied) {
  const RelKey *key = &implied->key;
  char *columns = relCheckColumns(check, key);
  const RelColumn *parent =
      key->parentColumns[0] < 0 ? NULL : &key->parent->columns[key->parentColumns[0]];
  relCheckAdd(
      check, REL_SEVERITY_WARNING, implied->label, "unusable index",
      relFormat(check->error,
                "%s of %s has another type than what it refers to%s%s: values are converted "
                "to be compared, no index serves, and deletes and fetches read the whole "
                "table",
                columns, key->child->name, parent == NULL ? "" : ", ",
                parent == NULL ? "" : parent->type),
      NULL);
  sqlite3_free(columns);
}

static void checkIndex(RelCheck *check, const Relationship *implied) {
  const RelKey *key = &implied->key;
  char *columns;
  if (implied->direction != REL_ONETOMANY) return;
  if (relKeyConverts(key, 0)) {
    addConverted(check, implied);
    return;
  }
  if (isDeclared(check, key) || isServed(key)) return;
  columns = indexColumns(check, key);
  relCheckAdd(check, REL_SEVERITY_WARNING, implied->label, "missing index",
              relFormat(check->error,
                        "no index of %s begins with %s: deletes and fetches read the whole table",
                        key->child->name, columns),
              columns == NULL ? NULL : createIndex(check, key, columns));
  sqlite3_free(columns);
}

void relCheckKeys(RelCheck *check) {
  Relationship *const *implied = NULL;
  int i, count;
  relCheckParents(check);
  if (!check->all) return;
  count = relModelImplied(check->error, check->model, &implied);
  for (i = 0; i < count && check->error->rc == SQLITE_OK; i++) checkIndex(check, implied[i]);
}
