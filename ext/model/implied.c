#include "model/implied.h"

#include "model/catalog.h"
#include "model/join.h"
#include "model/options.h"

/* One implied relationship while its name is still being found. */
typedef struct Proposal {
  Relationship *relationship; /* owned */
  char *name;                 /* owned: as short as the contract has it */
  char *longName;             /* owned: says which key or association */
  char *fullName;             /* owned: says both, where the long one could be another's; or NULL */
  int useLong;
} Proposal;

typedef struct Proposals {
  RelError *error;
  Proposal *items;
  int count;
  int room;
} Proposals;

/* The column less _id, Id or ID: "author_id" and "AuthorId" name the author. The caller owns it. */
static char *keyName(RelError *error, const RelKey *key) {
  const char *column = relTableColumnName(key->child, key->childColumns[key->count - 1]);
  size_t length = strlen(column), cut = 0;
  if (length > 3 && sqlite3_stricmp(column + length - 3, "_id") == 0) {
    cut = 3;
  } else if (length > 2 &&
             (strcmp(column + length - 2, "Id") == 0 || strcmp(column + length - 2, "ID") == 0)) {
    cut = 2;
  }
  return relCopyBytes(error, column, length - cut);
}

/* All of the key's columns: what tells two keys apart. The caller owns it. */
static char *keyColumns(RelError *error, const RelKey *key) {
  RelText text;
  int i;
  relTextStart(&text, error);
  for (i = 0; i < key->count; i++) {
    relTextFormat(&text, "%s%s", i ? "_" : "",
                  relTableColumnName(key->child, key->childColumns[i]));
  }
  return relTextFinish(&text);
}

static void copyKey(RelError *error, RelKey *to, const RelKey *from) {
  size_t bytes = (size_t)from->count * sizeof(int);
  *to = *from;
  to->parentColumns = relAlloc(error, bytes);
  to->childColumns = relAlloc(error, bytes);
  if (error->rc != SQLITE_OK) return;
  memcpy(to->parentColumns, from->parentColumns, bytes);
  memcpy(to->childColumns, from->childColumns, bytes);
}

/* Adds a proposal with its join; the caller then names it. NULL on failure. */
static Proposal *propose(Proposals *proposals, RelDirection direction, RelTable *owner,
                         RelTable *target, const RelKey *key) {
  RelError *error = proposals->error;
  Proposal *proposal;
  proposals->items = relGrow(error, proposals->items, proposals->count, &proposals->room,
                             sizeof *proposals->items);
  if (error->rc != SQLITE_OK) return NULL;
  proposal = &proposals->items[proposals->count];
  memset(proposal, 0, sizeof *proposal);
  proposal->relationship = relAlloc(error, sizeof(Relationship));
  if (proposal->relationship == NULL) return NULL;
  proposals->count++;
  proposal->relationship->implied = 1;
  proposal->relationship->direction = direction;
  proposal->relationship->owner = owner;
  proposal->relationship->target = target;
  copyKey(error, &proposal->relationship->key, key);
  return proposal;
}

static void proposeKey(Proposals *proposals, const RelKey *key) {
  RelError *error = proposals->error;
  Proposal *one = propose(proposals, REL_MANYTOONE, key->child, key->parent, key);
  char *columns = keyColumns(error, key);
  if (one != NULL) {
    one->name = keyName(error, key);
    one->longName = relFormat(error, "%s_by_%s", one->name, columns);
    one->fullName = relFormat(error, "%s_of_%s", one->name, key->parent->name);
    /* On a self-reference the table's name is the one-to-many. */
    if (key->child == key->parent && relSame(one->name, key->child->name)) one->useLong = 1;
  }
  one = propose(proposals, REL_ONETOMANY, key->parent, key->child, key);
  if (one != NULL) {
    char *by = keyName(error, key);
    one->name = relCopy(error, key->child->name);
    one->longName = relFormat(error, "%s_by_%s", one->name, by);
    one->fullName = relFormat(error, "%s_by_%s", one->name, columns);
    sqlite3_free(by);
  }
  sqlite3_free(columns);
}

static void proposeLink(Proposals *proposals, const RelKey *near, const RelKey *far) {
  RelError *error = proposals->error;
  Proposal *proposal = propose(proposals, REL_MANYTOMANY, near->parent, far->parent, near);
  if (proposal == NULL) return;
  proposal->relationship->secondary = near->child;
  copyKey(error, &proposal->relationship->targetKey, far);
  proposal->name = relCopy(error, far->parent->name);
  if (near->parent == far->parent) {
    char *by = keyName(error, far); /* both ways lead to the same table: say by which key */
    proposal->longName = relFormat(error, "%s_by_%s", proposal->name, by);
    proposal->fullName = relFormat(error, "%s_by_%s_%s", proposal->name, near->child->name, by);
    proposal->useLong = 1;
    sqlite3_free(by);
  } else {
    proposal->longName = relFormat(error, "%s_by_%s", proposal->name, near->child->name);
  }
}

/* Exactly two foreign keys, one of them maybe `repeated`, which together are the primary key or UNIQUE. */
static int isAssociation(const RelTable *table, const RelKey *keys, int count, int repeated) {
  int columns[64], width = 0, i, j;
  if (count != 2 || table->foreignKeyCount - repeated != 2) return 0;
  for (i = 0; i < 2; i++) {
    for (j = 0; j < keys[i].count; j++) {
      int k, known = 0;
      for (k = 0; k < width; k++) known |= columns[k] == keys[i].childColumns[j];
      if (!known && width < 64) columns[width++] = keys[i].childColumns[j];
    }
  }
  return relTableUnique(table, columns, width);
}

static void proposeTable(Proposals *proposals, RelModel *model, RelTable *table) {
  RelError *error = proposals->error;
  RelKey *keys = relAlloc(error, (size_t)table->foreignKeyCount * sizeof *keys);
  int count = 0, repeated = 0, i, j;
  for (i = 0; i < table->foreignKeyCount && error->rc == SQLITE_OK; i++) {
    RelTable *parent = relModelTable(error, model, table->foreignKeys[i].parent);
    if (parent == NULL || parent->kind != REL_TABLE) continue;
    if (!relKeyFromForeignKey(error, table, i, parent, &keys[count])) continue;
    for (j = 0; j < count && !relSameKey(&keys[j], &keys[count]); j++) continue;
    if (j < count) { /* declared twice */
      relKeyClear(&keys[count]);
      repeated++;
    } else {
      proposeKey(proposals, &keys[count]);
      count++;
    }
  }
  if (error->rc == SQLITE_OK && isAssociation(table, keys, count, repeated)) {
    proposeLink(proposals, &keys[0], &keys[1]);
    proposeLink(proposals, &keys[1], &keys[0]);
  }
  for (i = 0; i < count; i++) relKeyClear(&keys[i]);
  sqlite3_free(keys);
}

static void proposeAll(Proposals *proposals, RelModel *model) {
  RelError *error = proposals->error;
  sqlite3_stmt *rows =
      relPrepareFormat(error, relModelDb(model),
                       "SELECT name FROM \"%w\".sqlite_schema WHERE type = 'table' AND name <> %Q"
                       " AND name NOT LIKE 'sqlite\\_%%' ESCAPE '\\'"
                       " AND instr(upper(sql), 'REFERENCES') ORDER BY rowid",
                       relModelSchema(model), REL_CATALOG);
  while (relStep(error, rows)) {
    char *name = relColumnCopy(error, rows, 0);
    RelTable *table = relModelTable(error, model, name);
    if (table != NULL && table->kind == REL_TABLE) proposeTable(proposals, model, table);
    sqlite3_free(name);
  }
  relFinalize(error, rows);
}

static int isLink(const Proposal *proposal) {
  return proposal->relationship->direction == REL_MANYTOMANY;
}

/* Whether the short name is another column of the owner than the key's own. */
static int clashesWithColumn(const Proposal *proposal, const char *name) {
  const Relationship *relationship = proposal->relationship;
  int column = relTableColumn(relationship->owner, name), i;
  if (column < 0) return 0;
  for (i = 0; relationship->direction == REL_MANYTOONE && i < relationship->key.count; i++) {
    if (relationship->key.childColumns[i] == column) return 0;
  }
  return 1;
}

/*
** A key's name wins over an association's; two of a kind that share a name both say which. A
** proposal already long by its own rule takes no name from another.
*/
static int clashesWithProposal(const Proposals *proposals, const Proposal *proposal) {
  int i;
  for (i = 0; i < proposals->count; i++) {
    const Proposal *other = &proposals->items[i];
    if (other == proposal || other->relationship->owner != proposal->relationship->owner) continue;
    if (!relSame(other->name, proposal->name)) continue;
    if (isLink(other) && !isLink(proposal)) continue;
    if (!isLink(other) && other->useLong == 1) continue;
    return 1;
  }
  return 0;
}

static const char *chosenName(const Proposal *proposal) {
  if (proposal->useLong == 3) return proposal->fullName;
  return proposal->useLong ? proposal->longName : proposal->name;
}

/*
** Two associations of a table with itself, by keys of the same names; two keys over the same columns,
** or whose last columns are the same.
*/
static void chooseFullNames(Proposals *proposals, Proposal *proposal) {
  int i;
  for (i = 0; i < proposals->count; i++) {
    Proposal *other = &proposals->items[i];
    if (other == proposal || other->fullName == NULL ||
        other->relationship->owner != proposal->relationship->owner ||
        other->relationship->direction != proposal->relationship->direction ||
        !relSame(other->longName, proposal->longName)) {
      continue;
    }
    other->useLong = proposal->useLong = 3;
  }
}

static void chooseNames(Proposals *proposals) {
  int i;
  for (i = 0; i < proposals->count; i++) {
    Proposal *proposal = &proposals->items[i];
    if (proposal->fullName != NULL) chooseFullNames(proposals, proposal);
    if (proposal->useLong) continue;
    if (clashesWithColumn(proposal, proposal->name) || clashesWithProposal(proposals, proposal)) {
      proposal->useLong = 2;
    }
  }
}

/* SQLite lets a table be called "", which no declaration can say. */
static int cannotBeSaid(const Proposal *proposal) {
  const Relationship *relationship = proposal->relationship;
  return *relationship->owner->name == 0 || *relationship->target->name == 0 ||
         *chosenName(proposal) == 0 ||
         (relationship->secondary != NULL && *relationship->secondary->name == 0);
}

/* Whether an earlier proposal of the owner, or a column, has the chosen name: then none is implied. */
static int isTaken(const Proposals *proposals, int n) {
  const Proposal *proposal = &proposals->items[n];
  int i;
  if (clashesWithColumn(proposal, chosenName(proposal))) return 1;
  for (i = 0; i < n; i++) {
    const Proposal *other = &proposals->items[i];
    if (other->relationship != NULL &&
        other->relationship->owner == proposal->relationship->owner &&
        relSame(chosenName(other), chosenName(proposal))) {
      return 1;
    }
  }
  return 0;
}

/* Gives the relationship the declaration that would declare it, and what follows from that. */
static void finish(RelError *error, Relationship *relationship, const char *name) {
  char **fields = relationship->declaration.fields;
  fields[REL_FIELD_OWNER] = relCopy(error, relationship->owner->name);
  fields[REL_FIELD_NAME] = relCopy(error, name);
  fields[REL_FIELD_TARGET] = relCopy(error, relationship->target->name);
  if (relationship->secondary != NULL) {
    fields[REL_FIELD_SECONDARY] = relCopy(error, relationship->secondary->name);
  }
  relationship->name = fields[REL_FIELD_NAME];
  relationship->label = relFormat(error, "%s.%s", relationship->owner->name, name);
  if (error->rc != SQLITE_OK) return;
  relOptionsRead(error, relationship);
  relOptionsSettle(error, relationship);
}

static void take(RelError *error, Proposals *proposals, RelImplied *implied) {
  int i;
  for (i = 0; i < proposals->count && error->rc == SQLITE_OK; i++) {
    Proposal *proposal = &proposals->items[i];
    if (cannotBeSaid(proposal) || isTaken(proposals, i)) continue;
    finish(error, proposal->relationship, chosenName(proposal));
    implied->items = relGrow(error, implied->items, implied->count, &implied->room, sizeof(void *));
    if (error->rc == SQLITE_OK) implied->items[implied->count++] = proposal->relationship;
  }
}

static void linkInverses(RelImplied *implied) {
  int i, j;
  for (i = 0; i < implied->count; i++) {
    for (j = i + 1; j < implied->count && implied->items[i]->inverse == NULL; j++) {
      if (!relOppositeJoin(implied->items[i], implied->items[j])) continue;
      implied->items[i]->inverse = implied->items[j];
      implied->items[j]->inverse = implied->items[i];
    }
  }
}

static int isTakenInto(const RelImplied *implied, const Relationship *relationship) {
  int i;
  for (i = 0; i < implied->count; i++) {
    if (implied->items[i] == relationship) return 1;
  }
  return 0;
}

void relImpliedRead(RelError *error, RelModel *model, RelImplied *implied) {
  Proposals proposals = {NULL, NULL, 0, 0};
  int i;
  proposals.error = error;
  proposeAll(&proposals, model);
  if (error->rc == SQLITE_OK) {
    chooseNames(&proposals);
    take(error, &proposals, implied);
    linkInverses(implied);
  }
  for (i = 0; i < proposals.count; i++) {
    Proposal *proposal = &proposals.items[i];
    if (!isTakenInto(implied, proposal->relationship)) relRelationshipFree(proposal->relationship);
    sqlite3_free(proposal->name);
    sqlite3_free(proposal->longName);
    sqlite3_free(proposal->fullName);
  }
  sqlite3_free(proposals.items);
}

void relImpliedClear(RelImplied *implied) {
  int i;
  for (i = 0; i < implied->count; i++) relRelationshipFree(implied->items[i]);
  sqlite3_free(implied->items);
  memset(implied, 0, sizeof *implied);
}
