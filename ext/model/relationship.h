/*
** One relationship, resolved against the tables it joins: what every other room works from.
*/
#ifndef REL_MODEL_RELATIONSHIP_H
#define REL_MODEL_RELATIONSHIP_H

#include "schema/table.h"

typedef enum RelDirection { REL_ONETOMANY, REL_MANYTOONE, REL_MANYTOMANY } RelDirection;

/* Words of `cascade`. REL_CASCADE_ALL is all of them but delete-orphan, as in SQLAlchemy. */
enum {
  REL_SAVE_UPDATE = 1,
  REL_MERGE = 2,
  REL_DELETE = 4,
  REL_DELETE_ORPHAN = 8,
  REL_REFRESH_EXPIRE = 16,
  REL_EXPUNGE = 32,
  REL_CASCADE_ALL = REL_SAVE_UPDATE | REL_MERGE | REL_DELETE | REL_REFRESH_EXPIRE | REL_EXPUNGE
};

/*
** What deleting an owner row does to its members, resolved from on_delete, cascade and the key.
** One-to-many: any of these. Many-to-one: CASCADE (the target goes with its last referrer) or
** NO_ACTION. Many-to-many: CASCADE (the member goes with its last link), SET_NULL (only the
** association rows go: what is unset is the link) or NO_ACTION (not even they).
*/
typedef enum RelOnDelete {
  REL_ON_DELETE_CASCADE,
  REL_ON_DELETE_SET_NULL,
  REL_ON_DELETE_SET_DEFAULT,
  REL_ON_DELETE_RESTRICT,
  REL_ON_DELETE_NO_ACTION
} RelOnDelete;

typedef enum RelPassiveDeletes {
  REL_PASSIVE_NO,
  REL_PASSIVE_YES,
  REL_PASSIVE_ALL
} RelPassiveDeletes;

/*
** The columns of `relationship` in the contract's order: the text of one declaration.
** Every field is owned, and NULL where the user gave nothing.
*/
typedef enum RelField {
  REL_FIELD_OWNER,
  REL_FIELD_NAME,
  REL_FIELD_TARGET,
  REL_FIELD_FOREIGN_KEYS,
  REL_FIELD_REMOTE_SIDE,
  REL_FIELD_SECONDARY,
  REL_FIELD_PRIMARYJOIN,
  REL_FIELD_SECONDARYJOIN,
  REL_FIELD_USELIST,
  REL_FIELD_BACK_POPULATES,
  REL_FIELD_CASCADE,
  REL_FIELD_ON_DELETE,
  REL_FIELD_PASSIVE_DELETES,
  REL_FIELD_PASSIVE_UPDATES,
  REL_FIELD_LAZY,
  REL_FIELD_INNERJOIN,
  REL_FIELD_ORDER_BY,
  REL_FIELD_VIEWONLY,
  REL_FIELD_SINGLE_PARENT,
  REL_FIELD_JOIN_DEPTH,
  REL_FIELD_POST_UPDATE,
  REL_FIELD_INFO,
  REL_FIELD_UNIQUE_KEY,
  REL_FIELD_COUNT
} RelField;

typedef struct RelDeclaration {
  sqlite3_int64 id; /* the catalog row, 0 before it is written */
  int renamed;      /* the row has older names: a table or column was renamed since */
  char *fields[REL_FIELD_COUNT];
} RelDeclaration;

/*
** A key: equal columns of two tables, pair by pair. `parent` is the side whose key is referenced,
** `child` the side that holds the foreign key; in every comparison the parent column stands on the
** left, whose collation and affinity rule (SQLite's foreign keys compare so).
*/
typedef struct RelKey {
  RelTable *parent; /* borrowed from the model */
  RelTable *child;  /* borrowed from the model */
  int count;
  int *parentColumns; /* [count], -1: the rowid */
  int *childColumns;  /* [count] */
  const char
      *nativeOnDelete; /* ON DELETE of the declared FOREIGN KEY, or NULL where none is declared */
  const char *nativeOnUpdate;
} RelKey;

typedef struct Relationship {
  RelDeclaration declaration; /* owned; of an implied one only owner, name, target, secondary */
  int implied;                /* follows from FOREIGN KEYs, not declared */

  RelTable *owner; /* borrowed from the model, as are the next two */
  RelTable *target;
  RelTable *secondary; /* NULL unless many-to-many */
  const char *name;    /* borrowed from the declaration */
  char *label;         /* "owner.name": the collection's view, and how errors call it */
  RelDirection direction;

  /*
  ** One-to-many: parent = owner, child = target. Many-to-one: parent = target, child = owner.
  ** Many-to-many: parent = owner, child = secondary, and targetKey has parent = target,
  ** child = secondary.
  */
  RelKey key;
  RelKey targetKey;
  char *
      condition; /* extra condition of an explicit join, or NULL; names the tables by their names */

  int uselist;
  int viewonly;
  unsigned cascade;
  RelOnDelete onDelete; /* resolved: what happens, whether said by on_delete, cascade or the key */
  RelPassiveDeletes passiveDeletes;
  int carries; /* passive_updates=0: a changed key is carried to the rows that refer to it */
  int singleParent;
  int postUpdate; /* the foreign key is written behind both rows */
  int *uniqueKey; /* [uniqueCount] columns of the target by which a save finds a member; owned */
  int uniqueCount;
  const char *orderBy; /* borrowed from the declaration, or NULL */
  struct Relationship
      *inverse; /* borrowed: the one back_populates names, once both exist; or NULL */
} Relationship;

void relDeclarationClear(RelDeclaration *declaration);
/* Fills `to`, which must be empty, with copies that it owns. */
void relDeclarationCopy(RelError *error, RelDeclaration *to, const RelDeclaration *from);
void relRelationshipFree(Relationship *relationship);

/* The contract's name of a column of `relationship`: "owner", "name", ... */
const char *relFieldName(RelField field);
const char *relDirectionName(RelDirection direction);

/* True where enforcement is ours to do: neither viewonly nor on a view. */
int relEnforced(const Relationship *relationship);

/* The columns of a key at the side that the relationship's target stands on ("remote"). */
const int *relRemoteColumns(const Relationship *relationship);

/*
** True where every comparison converts what the child's columns hold (of the other side: the
** parent's), as numbers are compared with text: no index of those columns can follow that.
*/
int relKeyConverts(const RelKey *key, int otherSide);

/* The position among the key's pairs of a column of the child, or -1. */
int relKeyPair(const RelKey *key, int column);
/* The collation that the n-th pair is compared in: the parent's. */
const char *relKeyCollation(const RelKey *key, int n);
/* True where the index begins with the key's columns, in any order, each in that collation. */
int relKeyIsServed(const RelKey *key, const RelIndex *index);

/* False for a generated column and for a rowid without a name, which cannot be written. */
int relIsWritable(const RelTable *table, int column);
/* True where a foreign key column can be emptied: it may be NULL and is no part of a primary key. */
int relIsNullable(const RelTable *table, int column);
/* True where the column is one of the key's, on its child. */
int relIsInKey(const RelKey *key, int column);
/* True where some column of the key can be emptied. */
int relKeyCanLetGo(const RelKey *key);

/* "fk" = NULL, for the columns that can be emptied; `orphan`: for all, where that is answered by
** deleting the row. The caller owns it. */
char *relKeyLetGo(RelError *error, const RelKey *key, int orphan);

/* True where a row can refer to one row at most: the parent's columns are UNIQUE as they compare. */
int relRefersToOne(const RelKey *key);

/* Whether two keys pair the same columns, in whatever order. */
int relSameKey(const RelKey *a, const RelKey *b);

/* Whether two relationships join the same rows the same way, or the one the other's reverse. */
int relSameJoin(const Relationship *a, const Relationship *b);
int relOppositeJoin(const Relationship *a, const Relationship *b);

#endif
