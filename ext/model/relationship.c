#include "model/relationship.h"

void relDeclarationClear(RelDeclaration *declaration) {
  int i;
  for (i = 0; i < REL_FIELD_COUNT; i++) sqlite3_free(declaration->fields[i]);
  memset(declaration, 0, sizeof *declaration);
}

void relDeclarationCopy(RelError *error, RelDeclaration *to, const RelDeclaration *from) {
  int i;
  to->id = from->id;
  to->renamed = from->renamed;
  for (i = 0; i < REL_FIELD_COUNT; i++) to->fields[i] = relCopy(error, from->fields[i]);
}

static void clearKey(RelKey *key) {
  sqlite3_free(key->parentColumns);
  sqlite3_free(key->childColumns);
}

void relRelationshipFree(Relationship *relationship) {
  if (relationship == NULL) return;
  relDeclarationClear(&relationship->declaration);
  clearKey(&relationship->key);
  clearKey(&relationship->targetKey);
  sqlite3_free(relationship->uniqueKey);
  sqlite3_free(relationship->condition);
  sqlite3_free(relationship->label);
  sqlite3_free(relationship);
}

const char *relFieldName(RelField field) {
  static const char *const NAMES[REL_FIELD_COUNT] = {
      "owner",       "name",        "target",          "foreign_keys",    "remote_side",
      "secondary",   "primaryjoin", "secondaryjoin",   "uselist",         "back_populates",
      "cascade",     "on_delete",   "passive_deletes", "passive_updates", "lazy",
      "innerjoin",   "order_by",    "viewonly",        "single_parent",   "join_depth",
      "post_update", "info",        "unique_key"};
  return NAMES[field];
}

const char *relDirectionName(RelDirection direction) {
  static const char *const NAMES[] = {"ONETOMANY", "MANYTOONE", "MANYTOMANY"};
  return NAMES[direction];
}

int relEnforced(const Relationship *relationship) {
  return !relationship->viewonly;
}

const int *relRemoteColumns(const Relationship *relationship) {
  return relationship->direction == REL_MANYTOONE ? relationship->key.parentColumns
                                                  : relationship->key.childColumns;
}

int relSameKey(const RelKey *a, const RelKey *b) {
  int i, j;
  if (a->parent != b->parent || a->child != b->child || a->count != b->count) return 0;
  for (i = 0; i < a->count; i++) {
    for (j = 0; j < b->count; j++) {
      if (a->parentColumns[i] == b->parentColumns[j] && a->childColumns[i] == b->childColumns[j]) {
        break;
      }
    }
    if (j == b->count) return 0;
  }
  return 1;
}

int relSameJoin(const Relationship *a, const Relationship *b) {
  if (a->owner != b->owner || a->target != b->target || a->direction != b->direction) return 0;
  if (a->direction == REL_MANYTOMANY && !relSameKey(&a->targetKey, &b->targetKey)) return 0;
  return relSameKey(&a->key, &b->key);
}

int relOppositeJoin(const Relationship *a, const Relationship *b) {
  if (a->owner != b->target || a->target != b->owner) return 0;
  if (a->direction == REL_MANYTOMANY) {
    return b->direction == REL_MANYTOMANY && relSameKey(&a->key, &b->targetKey) &&
           relSameKey(&a->targetKey, &b->key);
  }
  return a->direction != b->direction && b->direction != REL_MANYTOMANY &&
         relSameKey(&a->key, &b->key);
}

int relKeyConverts(const RelKey *key, int otherSide) {
  int i;
  for (i = 0; i < key->count; i++) {
    RelAffinity parent = relTableAffinity(key->parent, key->parentColumns[i]);
    RelAffinity child = relTableAffinity(key->child, key->childColumns[i]);
    if (parent == child || (otherSide ? child : parent) != REL_AFFINITY_NUMERIC) return 0;
  }
  return 1;
}

int relKeyPair(const RelKey *key, int column) {
  int i;
  for (i = 0; i < key->count; i++) {
    if (key->childColumns[i] == column) return i;
  }
  return -1;
}

const char *relKeyCollation(const RelKey *key, int pair) {
  return relTableCollation(key->parent, key->parentColumns[pair]);
}

int relKeyIsServed(const RelKey *key, const RelIndex *index) {
  int i;
  if (index->partial || index->count < key->count) return 0;
  for (i = 0; i < key->count; i++) {
    int pair = relKeyPair(key, index->columns[i]);
    if (pair < 0 || !relSame(index->collations[i], relKeyCollation(key, pair))) return 0;
  }
  return 1;
}

int relIsWritable(const RelTable *table, int column) {
  return column >= 0 && !table->columns[column].generated;
}

int relIsNullable(const RelTable *table, int column) {
  return relIsWritable(table, column) && !table->columns[column].notNull &&
         table->columns[column].keyPart == 0;
}

int relIsInKey(const RelKey *key, int column) {
  int i;
  for (i = 0; i < key->count; i++) {
    if (key->childColumns[i] == column) return 1;
  }
  return 0;
}

int relKeyCanLetGo(const RelKey *key) {
  int i;
  for (i = 0; i < key->count; i++) {
    if (relIsNullable(key->child, key->childColumns[i])) return 1;
  }
  return 0;
}

char *relKeyLetGo(RelError *error, const RelKey *key, int orphan) {
  RelText text;
  int i;
  relTextStart(&text, error);
  for (i = 0; i < key->count; i++) {
    if (!orphan && !relIsNullable(key->child, key->childColumns[i])) continue;
    if (relTextLength(&text) > 0) relText(&text, ", ");
    relTextName(&text, NULL, relTableColumnName(key->child, key->childColumns[i]));
    relText(&text, " = NULL");
  }
  return relTextFinish(&text);
}

int relRefersToOne(const RelKey *key) {
  int i;
  for (i = 0; i < key->count; i++) {
    if (relTableAffinity(key->parent, key->parentColumns[i]) !=
        relTableAffinity(key->child, key->childColumns[i])) {
      return 0;
    }
  }
  return relTableUnique(key->parent, key->parentColumns, key->count);
}
