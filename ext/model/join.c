#include "model/join.h"

#include "model/columns.h"
#include "model/options.h"

static void keyStart(RelError *error, RelKey *key, RelTable *parent, RelTable *child, int count) {
  memset(key, 0, sizeof *key);
  key->parent = parent;
  key->child = child;
  key->count = count;
  key->parentColumns = relAlloc(error, (size_t)count * sizeof(int));
  key->childColumns = relAlloc(error, (size_t)count * sizeof(int));
}

void relKeyClear(RelKey *key) {
  sqlite3_free(key->parentColumns);
  sqlite3_free(key->childColumns);
  memset(key, 0, sizeof *key);
}

int relKeyFromForeignKey(RelError *error, RelTable *child, int n, RelTable *parent, RelKey *key) {
  const RelForeignKey *native = &child->foreignKeys[n];
  int i, valid = 1;
  memset(key, 0, sizeof *key);
  if (error->rc != SQLITE_OK || !relSame(native->parent, parent->name)) return 0;
  if (native->parentNames[0] == NULL && native->count != parent->keyCount) return 0;
  keyStart(error, key, parent, child, native->count);
  for (i = 0; i < native->count && error->rc == SQLITE_OK; i++) {
    key->childColumns[i] = native->columns[i];
    key->parentColumns[i] = native->parentNames[i] == NULL
                                ? parent->key[i]
                                : relTableColumn(parent, native->parentNames[i]);
    if (key->childColumns[i] < 0 || key->parentColumns[i] < 0) valid = 0;
  }
  if (!valid || error->rc != SQLITE_OK) {
    relKeyClear(key);
    return 0;
  }
  key->nativeOnDelete = native->onDelete;
  key->nativeOnUpdate = native->onUpdate;
  return 1;
}

static int holdsColumn(const int *columns, int count, int wanted) {
  int i;
  for (i = 0; i < count; i++) {
    if (columns[i] == wanted) return 1;
  }
  return 0;
}

/* Whether all of the listed columns stand in `columns`. */
static int listWithin(const RelColumnList *list, const int *columns, int count) {
  int i;
  for (i = 0; i < list->count; i++) {
    if (!holdsColumn(columns, count, list->refs[i].column)) return 0;
  }
  return 1;
}

/* The ways two tables could be joined, from which a declaration's words choose one. */
typedef struct Candidates {
  struct Candidate {
    RelKey key;
    RelDirection direction;
  } * items;
  int count;
  int room;
} Candidates;

static void candidatesClear(Candidates *candidates) {
  int i;
  for (i = 0; i < candidates->count; i++) relKeyClear(&candidates->items[i].key);
  sqlite3_free(candidates->items);
}

/* Takes the key. */
static void addCandidate(RelError *error, Candidates *candidates, RelKey *key,
                         RelDirection direction) {
  candidates->items = relGrow(error, candidates->items, candidates->count, &candidates->room,
                              sizeof *candidates->items);
  if (error->rc != SQLITE_OK) {
    relKeyClear(key);
    return;
  }
  candidates->items[candidates->count].key = *key;
  candidates->items[candidates->count++].direction = direction;
}

/* Whether a candidate has this very key: a FOREIGN KEY may be declared twice. */
static int isCandidate(const Candidates *candidates, const RelKey *key, RelDirection direction) {
  int i;
  for (i = 0; i < candidates->count; i++) {
    const struct Candidate *candidate = &candidates->items[i];
    if (candidate->direction == direction && relSameKey(&candidate->key, key)) return 1;
  }
  return 0;
}

static void addForeignKeys(RelError *error, Candidates *candidates, RelTable *child,
                           RelTable *parent, RelDirection direction) {
  int i;
  for (i = 0; i < child->foreignKeyCount; i++) {
    RelKey key;
    if (!relKeyFromForeignKey(error, child, i, parent, &key)) continue;
    if (isCandidate(candidates, &key, direction)) {
      relKeyClear(&key);
    } else {
      addCandidate(error, candidates, &key, direction);
    }
  }
}

static void removeCandidate(Candidates *candidates, int n) {
  relKeyClear(&candidates->items[n].key);
  candidates->count--;
  memmove(&candidates->items[n], &candidates->items[n + 1],
          (size_t)(candidates->count - n) * sizeof *candidates->items);
}

/* The columns of a candidate at the target's end. */
static const int *remoteColumns(const struct Candidate *candidate) {
  return candidate->direction == REL_MANYTOONE ? candidate->key.parentColumns
                                               : candidate->key.childColumns;
}

static int sameList(const RelColumnList *list, const int *columns, int count) {
  return list->count == count && listWithin(list, columns, count);
}

/* The listed columns, paired with the parent's primary key in order; the rowid where it has none. */
static void pairWithPrimaryKey(RelError *error, const Relationship *relationship,
                               const RelColumnRef *refs, int count, RelTable *parent, RelKey *key) {
  int i, width = relTableKeyWidth(parent);
  memset(key, 0, sizeof *key);
  if (error->rc != SQLITE_OK) return;
  if (parent->kind != REL_TABLE) {
    relRefuse(error, relationship, "\"%s\" is a view, which has no key; say primaryjoin as well",
              parent->name);
    return;
  }
  if (width == 0) {
    relRefuse(error, relationship,
              "\"%s\" has neither a primary key nor a rowid by any name; say primaryjoin",
              parent->name);
    return;
  }
  if (width != count) {
    relRefuse(
        error, relationship,
        "foreign_keys names %d column%s for the primary key of \"%s\", which has %d; name one "
        "for each, in order, or say primaryjoin",
        count, count == 1 ? "" : "s", parent->name, width);
    return;
  }
  keyStart(error, key, parent, refs[0].table, count);
  for (i = 0; i < count && error->rc == SQLITE_OK; i++) {
    key->childColumns[i] = refs[i].column;
    key->parentColumns[i] = relTableKeyColumn(parent, i);
  }
}

static const char *said(const Relationship *relationship, RelField field) {
  return relationship->declaration.fields[field];
}

/* foreign_keys: keeps the declared keys over these columns, or makes one with the primary key. */
static void applyForeignKeys(RelError *error, const Relationship *relationship,
                             Candidates *candidates) {
  RelTable *tables[2];
  RelColumnList list = {NULL, 0, 0};
  int i;
  tables[0] = relationship->target;
  tables[1] = relationship->owner;
  if (said(relationship, REL_FIELD_FOREIGN_KEYS) == NULL) return;
  relColumnListRead(error, relationship, REL_FIELD_FOREIGN_KEYS, tables, 2, 1, &list);
  for (i = 1; i < list.count; i++) {
    if (list.refs[i].table != list.refs[0].table) {
      relRefuse(error, relationship,
                "foreign_keys names columns of two tables; the foreign key is "
                "on one of them");
    }
  }
  for (i = candidates->count - 1; i >= 0 && error->rc == SQLITE_OK; i--) {
    RelKey *key = &candidates->items[i].key;
    if (key->child != list.refs[0].table || !sameList(&list, key->childColumns, key->count)) {
      removeCandidate(candidates, i);
    }
  }
  if (error->rc == SQLITE_OK && candidates->count == 0) {
    RelKey key;
    int onTarget = list.refs[0].table == relationship->target;
    RelTable *parent = onTarget ? relationship->owner : relationship->target;
    pairWithPrimaryKey(error, relationship, list.refs, list.count, parent, &key);
    addCandidate(error, candidates, &key, onTarget ? REL_ONETOMANY : REL_MANYTOONE);
    if (relationship->owner == relationship->target) {
      pairWithPrimaryKey(error, relationship, list.refs, list.count, parent, &key);
      addCandidate(error, candidates, &key, REL_MANYTOONE);
    }
  }
  relColumnListClear(&list);
}

/* remote_side: keeps what has these columns at the far end; a self-reference without is one-to-many. */
static void applyRemoteSide(RelError *error, const Relationship *relationship,
                            Candidates *candidates) {
  RelColumnList list = {NULL, 0, 0};
  RelTable *target = relationship->target;
  int self = relationship->owner == target, before = candidates->count, i;
  int isSaid = said(relationship, REL_FIELD_REMOTE_SIDE) != NULL;
  if (isSaid) {
    relColumnListRead(error, relationship, REL_FIELD_REMOTE_SIDE, &target, 1, 0, &list);
  }
  for (i = candidates->count - 1; i >= 0 && error->rc == SQLITE_OK; i--) {
    struct Candidate *candidate = &candidates->items[i];
    int keep = isSaid ? listWithin(&list, remoteColumns(candidate), candidate->key.count)
                      : !self || candidate->direction == REL_ONETOMANY;
    if (!keep) removeCandidate(candidates, i);
  }
  if (error->rc == SQLITE_OK && isSaid && before > 0 && candidates->count == 0) {
    relRefuse(
        error, relationship,
        "remote_side: '%s' is at the far end of no key that joins \"%s\" and \"%s\"; name the "
        "primary key for many-to-one, the foreign key for one-to-many",
        said(relationship, REL_FIELD_REMOTE_SIDE), relationship->owner->name, target->name);
  }
  relColumnListClear(&list);
}

static void nameColumns(RelText *text, const RelTable *table, const int *columns, int count) {
  int i;
  for (i = 0; i < count; i++) {
    if (i > 0) relText(text, ", ");
    relTextPlainName(text, relTableColumnName(table, columns[i]));
  }
}

/* "posts(author_id) references users(id); posts(editor_id) references users(id)": caller owns. */
static char *describeCandidates(RelError *error, const Candidates *candidates) {
  RelText text;
  int i;
  relTextStart(&text, error);
  for (i = 0; i < candidates->count; i++) {
    const RelKey *key = &candidates->items[i].key;
    if (i > 0) relText(&text, "; ");
    relTextPlainName(&text, key->child->name);
    relText(&text, "(");
    nameColumns(&text, key->child, key->childColumns, key->count);
    relText(&text, ") references ");
    relTextPlainName(&text, key->parent->name);
    relText(&text, "(");
    nameColumns(&text, key->parent, key->parentColumns, key->count);
    relText(&text, ")");
  }
  return relTextFinish(&text);
}

/* "foreign_keys='author_id' or foreign_keys='editor_id'": what would choose. The caller owns it. */
static char *describeChoices(RelError *error, const Candidates *candidates) {
  RelText text;
  int i;
  relTextStart(&text, error);
  for (i = 0; i < candidates->count; i++) {
    const RelKey *key = &candidates->items[i].key;
    int j;
    relTextFormat(&text, "%sforeign_keys='", i ? " or " : "");
    for (j = 0; j < key->count; j++) {
      if (j > 0) relText(&text, ", ");
      relTextPlainName(&text, key->child->name);
      relText(&text, ".");
      relTextPlainName(&text, relTableColumnName(key->child, key->childColumns[j]));
    }
    relText(&text, "'");
  }
  return relTextFinish(&text);
}

static void refuseNone(RelError *error, const Relationship *relationship) {
  if (relationship->owner->kind != REL_TABLE || relationship->target->kind != REL_TABLE) {
    int ownerIs = relationship->owner->kind != REL_TABLE;
    relRefuse(error, relationship,
              "\"%s\" is a view, so nothing says what joins it to \"%s\"; say primaryjoin, as in "
              "\"%s.column = %s.column\", and in foreign_keys which of the two refers to the other",
              ownerIs ? relationship->owner->name : relationship->target->name,
              ownerIs ? relationship->target->name : relationship->owner->name,
              relationship->owner->name, relationship->target->name);
  }
  relRefuse(error, relationship,
            "no FOREIGN KEY joins \"%s\" and \"%s\"; name the column(s) that refer to the other "
            "table in foreign_keys, or the association table in secondary",
            relationship->owner->name, relationship->target->name);
}

static void chooseCandidate(RelError *error, Relationship *relationship, Candidates *candidates) {
  char *what, *choices;
  if (error->rc != SQLITE_OK) return;
  if (candidates->count == 0) {
    refuseNone(error, relationship);
    return;
  }
  if (candidates->count > 1) {
    what = describeCandidates(error, candidates);
    choices = describeChoices(error, candidates);
    relRefuse(error, relationship, "more than one key joins \"%s\" and \"%s\": %s; say which: %s",
              relationship->owner->name, relationship->target->name, what, choices);
    sqlite3_free(what);
    sqlite3_free(choices);
    return;
  }
  relationship->key = candidates->items[0].key;
  relationship->direction = candidates->items[0].direction;
  memset(&candidates->items[0].key, 0, sizeof(RelKey));
}

static void resolveByKeys(RelError *error, Relationship *relationship) {
  Candidates candidates = {NULL, 0, 0};
  addForeignKeys(error, &candidates, relationship->target, relationship->owner, REL_ONETOMANY);
  addForeignKeys(error, &candidates, relationship->owner, relationship->target, REL_MANYTOONE);
  applyForeignKeys(error, relationship, &candidates);
  applyRemoteSide(error, relationship, &candidates);
  chooseCandidate(error, relationship, &candidates);
  candidatesClear(&candidates);
}

/* A key whose parent side is pairs[][parentSide]. */
static void keyFromPairs(RelError *error, const RelJoin *join, int parentSide, RelKey *key) {
  int i;
  keyStart(error, key, join->pairs[0][parentSide].table, join->pairs[0][!parentSide].table,
           join->count);
  for (i = 0; i < join->count && error->rc == SQLITE_OK; i++) {
    key->parentColumns[i] = join->pairs[i][parentSide].column;
    key->childColumns[i] = join->pairs[i][!parentSide].column;
  }
}

/* Gives the key the ON DELETE of the FOREIGN KEY over the same columns; true where there is one. */
static int matchNative(RelError *error, RelKey *key) {
  int i, j;
  for (i = 0; i < key->child->foreignKeyCount; i++) {
    RelKey native;
    int same;
    if (!relKeyFromForeignKey(error, key->child, i, key->parent, &native)) continue;
    same = native.count == key->count;
    for (j = 0; same && j < native.count; j++) {
      same = holdsColumn(key->childColumns, key->count, native.childColumns[j]) &&
             holdsColumn(key->parentColumns, key->count, native.parentColumns[j]);
    }
    if (same) {
      key->nativeOnDelete = native.nativeOnDelete;
      key->nativeOnUpdate = native.nativeOnUpdate;
    }
    relKeyClear(&native);
    if (same) return 1;
  }
  return 0;
}

/* How strongly a key's shape says that its child side holds the foreign key; 0: not at all. */
static int keyStrength(RelError *error, const Relationship *relationship, RelKey *key) {
  int native = matchNative(error, key);
  if (said(relationship, REL_FIELD_FOREIGN_KEYS) != NULL) {
    RelTable *tables[2];
    RelColumnList list = {NULL, 0, 0};
    int match;
    tables[0] = relationship->target;
    tables[1] = relationship->owner;
    relColumnListRead(error, relationship, REL_FIELD_FOREIGN_KEYS, tables, 2, 1, &list);
    match = error->rc == SQLITE_OK && list.refs[0].table == key->child &&
            sameList(&list, key->childColumns, key->count);
    relColumnListClear(&list);
    return match ? 3 : 0;
  }
  if (native) return 2;
  return relTableUnique(key->parent, key->parentColumns, key->count) &&
         !relTableUnique(key->child, key->childColumns, key->count);
}

/* Each pair one column of the owner's, one of the target's; for a self-reference as written. */
static void checkSides(RelError *error, const Relationship *relationship, RelJoin *join) {
  int i;
  for (i = 0; i < join->count && error->rc == SQLITE_OK; i++) {
    RelColumnRef *pair = join->pairs[i];
    if (pair[0].table != join->pairs[0][0].table) {
      RelColumnRef swap = pair[0];
      pair[0] = pair[1];
      pair[1] = swap;
    }
    if (pair[0].table == pair[1].table && relationship->owner != relationship->target) {
      relRefuse(error, relationship, "primaryjoin compares two columns of \"%s\"",
                pair[0].table->name);
    }
  }
}

static void resolveByJoin(RelError *error, Relationship *relationship) {
  RelTable *tables[2];
  RelJoin join = {NULL, 0, 0, NULL};
  Candidates candidates = {NULL, 0, 0};
  int side, strength[2] = {0, 0}, self = relationship->owner == relationship->target;
  tables[0] = relationship->owner;
  tables[1] = relationship->target;
  relJoinRead(error, relationship, REL_FIELD_PRIMARYJOIN, tables, 2, &join);
  checkSides(error, relationship, &join);
  for (side = 0; side < 2 && error->rc == SQLITE_OK; side++) {
    RelKey key;
    keyFromPairs(error, &join, side, &key);
    if (error->rc == SQLITE_OK) strength[side] = keyStrength(error, relationship, &key);
    relKeyClear(&key);
  }
  if (error->rc == SQLITE_OK && strength[0] == strength[1]) {
    relRefuse(error, relationship,
              "primaryjoin does not tell which side is the foreign key; name its column(s) in "
              "foreign_keys, as table.column");
  }
  if (error->rc == SQLITE_OK) {
    int parentSide = strength[0] > strength[1] ? 0 : 1;
    RelKey key;
    keyFromPairs(error, &join, parentSide, &key);
    matchNative(error, &key);
    addCandidate(error, &candidates, &key,
                 key.child == relationship->target ? REL_ONETOMANY : REL_MANYTOONE);
    if (self) {
      keyFromPairs(error, &join, parentSide, &key);
      matchNative(error, &key);
      addCandidate(error, &candidates, &key, REL_MANYTOONE);
    }
  }
  applyRemoteSide(error, relationship, &candidates);
  chooseCandidate(error, relationship, &candidates);
  relationship->condition = join.condition;
  join.condition = NULL;
  candidatesClear(&candidates);
  relJoinClear(&join);
}

/* One end of a many-to-many: the key between `parent` and the secondary, from an explicit join. */
static void endByJoin(RelError *error, Relationship *relationship, RelField field, RelTable *parent,
                      RelKey *key) {
  RelTable *tables[2];
  RelJoin join = {NULL, 0, 0, NULL};
  tables[0] = parent;
  tables[1] = relationship->secondary;
  relJoinRead(error, relationship, field, tables, 2, &join);
  checkSides(error, relationship, &join);
  if (error->rc == SQLITE_OK) {
    keyFromPairs(error, &join, join.pairs[0][0].table == parent ? 0 : 1, key);
    matchNative(error, key);
  }
  if (join.condition != NULL && relationship->condition != NULL) {
    char *both = relFormat(error, "%s AND %s", relationship->condition, join.condition);
    sqlite3_free(relationship->condition);
    relationship->condition = both;
  } else if (join.condition != NULL) {
    relationship->condition = join.condition;
    join.condition = NULL;
  }
  relJoinClear(&join);
}

/* One end from the only declared key, else refused. */
static void endByNative(RelError *error, Relationship *relationship, RelTable *parent,
                        RelKey *key) {
  Candidates candidates = {NULL, 0, 0};
  char *what;
  addForeignKeys(error, &candidates, relationship->secondary, parent, REL_MANYTOMANY);
  if (error->rc == SQLITE_OK && candidates.count == 1) {
    *key = candidates.items[0].key;
    memset(&candidates.items[0].key, 0, sizeof(RelKey));
  } else if (candidates.count == 0) {
    relRefuse(error, relationship,
              "no FOREIGN KEY of \"%s\" references \"%s\"; name the secondary's columns in "
              "foreign_keys: those for \"%s\" first, then those for \"%s\"",
              relationship->secondary->name, parent->name, relationship->owner->name,
              relationship->target->name);
  } else {
    what = describeCandidates(error, &candidates);
    relRefuse(error, relationship,
              "more than one key of \"%s\" references \"%s\": %s; name the secondary's columns in "
              "foreign_keys: those for the owner first, then those for the target",
              relationship->secondary->name, parent->name, what);
    sqlite3_free(what);
  }
  candidatesClear(&candidates);
}

/* One end from listed columns: the declared key over them, else paired with the primary key. */
static void endByColumns(RelError *error, const Relationship *relationship,
                         const RelColumnRef *refs, int count, RelTable *parent, RelKey *key) {
  RelColumnList part;
  int i;
  part.refs = (RelColumnRef *)refs;
  part.count = part.room = count;
  for (i = 0; i < relationship->secondary->foreignKeyCount; i++) {
    const RelForeignKey *native = &relationship->secondary->foreignKeys[i];
    if (relKeyFromForeignKey(error, relationship->secondary, i, parent, key)) {
      if (sameList(&part, key->childColumns, key->count)) return;
      relKeyClear(key);
    } else if (sameList(&part, native->columns, native->count)) {
      relRefuse(error, relationship,
                "foreign_keys: \"%s\" of \"%s\" references \"%s\", not \"%s\"; name the columns "
                "for the owner first, then those for the target",
                relTableColumnName(relationship->secondary, refs[0].column),
                relationship->secondary->name, native->parent, parent->name);
    }
  }
  pairWithPrimaryKey(error, relationship, refs, count, parent, key);
}

/* Whether the listed columns from `start` on are a declared key of the secondary to `parent`. */
static int isDeclaredKey(RelError *error, const Relationship *relationship, RelTable *parent,
                         const RelColumnList *list, int start, int count) {
  RelColumnList part;
  int i, is = 0;
  part.refs = list->refs + start;
  part.count = part.room = count;
  for (i = 0; i < relationship->secondary->foreignKeyCount && !is; i++) {
    RelKey key;
    if (!relKeyFromForeignKey(error, relationship->secondary, i, parent, &key)) continue;
    is = sameList(&part, key.childColumns, key.count);
    relKeyClear(&key);
  }
  return is;
}

/* How many of the listed columns are for the owner: a declared key says so, else its primary key. */
static int ownerWidth(RelError *error, const Relationship *relationship,
                      const RelColumnList *list) {
  int width;
  for (width = 1; width < list->count; width++) {
    if (isDeclaredKey(error, relationship, relationship->owner, list, 0, width) ||
        isDeclaredKey(error, relationship, relationship->target, list, width,
                      list->count - width)) {
      return width;
    }
  }
  return relTableKeyWidth(relationship->owner);
}

/* Both ends from foreign_keys: the secondary's columns for the owner, then those for the target. */
static void endsByColumns(RelError *error, Relationship *relationship, const RelColumnList *list) {
  int width = ownerWidth(error, relationship, list);
  if (list->count <= width) {
    relRefuse(error, relationship,
              "foreign_keys of a many-to-many names the secondary's columns for \"%s\" first, then "
              "those for \"%s\"",
              relationship->owner->name, relationship->target->name);
    return;
  }
  endByColumns(error, relationship, list->refs, width, relationship->owner, &relationship->key);
  if (error->rc != SQLITE_OK) return;
  endByColumns(error, relationship, list->refs + width, list->count - width, relationship->target,
               &relationship->targetKey);
}

static void resolveEnd(RelError *error, Relationship *relationship, RelField field,
                       RelTable *parent, RelKey *key) {
  if (error->rc != SQLITE_OK) return;
  if (said(relationship, field) != NULL) {
    endByJoin(error, relationship, field, parent, key);
  } else {
    endByNative(error, relationship, parent, key);
  }
}

static void resolveSecondary(RelError *error, Relationship *relationship) {
  RelColumnList list = {NULL, 0, 0};
  int byJoin = said(relationship, REL_FIELD_PRIMARYJOIN) != NULL ||
               said(relationship, REL_FIELD_SECONDARYJOIN) != NULL;
  relationship->direction = REL_MANYTOMANY;
  if (said(relationship, REL_FIELD_FOREIGN_KEYS) != NULL) {
    relColumnListRead(error, relationship, REL_FIELD_FOREIGN_KEYS, &relationship->secondary, 1, 0,
                      &list);
  }
  if (list.count > 0 && !byJoin && error->rc == SQLITE_OK) {
    endsByColumns(error, relationship, &list);
  } else {
    resolveEnd(error, relationship, REL_FIELD_PRIMARYJOIN, relationship->owner, &relationship->key);
    resolveEnd(error, relationship, REL_FIELD_SECONDARYJOIN, relationship->target,
               &relationship->targetKey);
  }
  relColumnListClear(&list);
}

void relJoinResolve(RelError *error, Relationship *relationship) {
  if (error->rc != SQLITE_OK) return;
  if (relationship->secondary != NULL) {
    resolveSecondary(error, relationship);
  } else if (said(relationship, REL_FIELD_SECONDARYJOIN) != NULL) {
    relRefuse(error, relationship,
              "secondaryjoin needs a secondary; say secondary, or leave it out");
  } else if (said(relationship, REL_FIELD_PRIMARYJOIN) != NULL) {
    resolveByJoin(error, relationship);
  } else {
    resolveByKeys(error, relationship);
  }
}
