#include "fetch/ways.h"

/* An index has the members of each owner in the order that is asked for. */
static int isOrderedByIndex(const RelLevel *level) {
  const RelKey *key = &level->relationship->key;
  int i;
  for (i = 0; i < level->table->indexCount; i++) {
    const RelIndex *index = &level->table->indexes[i];
    if (!relKeyIsServed(key, index)) continue;
    /* Behind its columns, an index is in the order of the row ids. */
    if (index->count > key->count ? index->columns[key->count] == level->sort[0].column
                                  : relTableIsRowid(level->table, level->sort[0].column)) {
      return 1;
    }
  }
  return 0;
}

int relCuts(const RelLevel *level) {
  enum { LIMIT_AND_OFFSET = 2 };
  return level->limited && level->strategy == REL_STRATEGY_AUTO && level->sortable &&
         level->ordering.width > 0 && !level->windowed &&
         level->argumentCount + LIMIT_AND_OFFSET <= level->plan->maxArguments &&
         !level->recursive && !level->aggregate && level->childCount == 0 &&
         level->relationship->direction == REL_ONETOMANY && !isOrderedByIndex(level);
}

int relIsLed(const RelLevel *level) {
  const RelKey *key = &level->relationship->key;
  int i;
  if (level->relationship->direction == REL_MANYTOONE || relKeyConverts(key, 0)) return 0;
  for (i = 0; i < key->child->indexCount; i++) {
    if (relKeyIsServed(key, &key->child->indexes[i])) return 1;
  }
  return 0;
}

int relIsIndexed(const RelLevel *level) {
  const RelTable *table = level->table;
  return level->relationship->direction == REL_ONETOMANY && relIsLed(level) &&
         !level->queries[REL_QUERY_ROWS].stepped && !level->limited && !level->recursive &&
         !level->aggregate && table->kind == REL_TABLE &&
         (table->integerKey >= 0 || table->rowid != NULL);
}

int relArgumentOf(const RelLevel *level, int column) {
  int i = level->argumentCount - 1;
  while (i >= 0 && level->arguments[i].column != column) i--;
  return i;
}

int relIsRanged(const RelLevel *level) {
  const RelKey *key = &level->relationship->key;
  return relIsIndexed(level) && key->count == 1 &&
         relTableAffinity(key->child, key->childColumns[0]) == REL_AFFINITY_NUMERIC &&
         relArgumentOf(level, key->childColumns[0]) >= 0;
}

int relIsUnled(const RelLevel *level) {
  const RelKey *key = &level->relationship->key;
  const RelTable *table = key->child;
  int i;
  if (level->relationship->direction == REL_MANYTOONE || table->kind != REL_TABLE) return 0;
  for (i = 0; i < key->count; i++) {
    if (relTableIsRowid(table, key->childColumns[i]) ||
        relTableAffinity(table, key->childColumns[i]) !=
            relTableAffinity(key->parent, key->parentColumns[i])) {
      return 0;
    }
  }
  for (i = 0; i < table->indexCount; i++) {
    int pair = relKeyPair(key, table->indexes[i].columns[0]);
    if (pair >= 0 && relSame(table->indexes[i].collations[0], relKeyCollation(key, pair))) return 0;
  }
  return 1;
}

int relIsScannable(const RelLevel *level) {
  const Relationship *relationship = level->relationship;
  const RelKey *key = &relationship->key;
  if (!level->parent->complete || relationship->direction == REL_MANYTOONE || key->count != 1 ||
      level->strategy != REL_STRATEGY_AUTO || level->recursive) {
    return 0;
  }
  if (key->child->kind != REL_TABLE ||
      (relTableAffinity(key->child, key->childColumns[0]) != REL_AFFINITY_NUMERIC &&
       relTableAffinity(key->parent, key->parentColumns[0]) != REL_AFFINITY_NUMERIC)) {
    return 0;
  }
  return level->linked || (relationship->direction == REL_ONETOMANY && !level->limited &&
                           !level->queries[REL_QUERY_ROWS].stepped);
}
