/*
** What documents are held against: tables, the relationships between them, and what the fields of an
** object mean. Made once per connection and model.
*/
#ifndef REL_SAVE_SHAPE_H
#define REL_SAVE_SHAPE_H

#include "json/reader.h"
#include "model/models.h"

typedef struct RelSaveTable RelSaveTable;
typedef struct RelSaveEdge RelSaveEdge;

typedef enum RelSaveFieldKind {
  REL_SAVE_COLUMN,   /* of the table */
  REL_SAVE_MEMBERS,  /* a relationship */
  REL_SAVE_LINK,     /* a column of the secondary through which the object is reached */
  REL_SAVE_GENERATED /* a generated column, which SQLite fills */
} RelSaveFieldKind;

typedef struct RelSaveField {
  char *name; /* owned: as documents spell it */
  size_t bytes;
  RelSaveFieldKind kind;
  int column;         /* position; -1: the rowid */
  int isKey;          /* a column of the primary key */
  RelSaveEdge *edge;  /* of MEMBERS; of a COLUMN that is a many-to-one's name, too; or NULL */
  int first;          /* the first field that means the same */
  sqlite3_int64 seen; /* of a first field: the object that had it last, counted over all saves */
} RelSaveField;

typedef struct RelSaveFields {
  RelSaveField *items; /* owned */
  int count, room;
} RelSaveFields;

/* Where the value of a column comes from. */
typedef enum RelSaveSourceKind {
  REL_SOURCE_ABSENT,
  REL_SOURCE_ELEMENT, /* a value of the document */
  REL_SOURCE_NULL,
  REL_SOURCE_ROW, /* a column of another row: a foreign key */
  REL_SOURCE_LATE /* a column of a row that is not there yet */
} RelSaveSourceKind;

typedef struct RelSaveSource {
  RelSaveSourceKind kind;
  unsigned element;
  int node; /* the object whose row it is */
  int column;
  int relationship; /* a relationship says so, not a column of the document */
} RelSaveSource;

/* A statement for one set of columns. */
typedef struct RelSaveStatement {
  unsigned char *columns; /* owned, one flag per slot */
  sqlite3_stmt *statement;
  struct RelSaveStatement *next;
} RelSaveStatement;

/*
** A row as far as a save remembers it: the rowid where the table has one, and the values that other
** rows refer to.
*/
typedef struct RelSaveRow {
  sqlite3_int64 rowid;
  sqlite3_value **kept; /* owned, as many as the table keeps; or NULL */
} RelSaveRow;

struct RelSaveTable {
  RelTable *table;      /* borrowed from the model */
  RelSaveFields fields; /* of an object that is no member of a many-to-many */
  int *kept;            /* owned: columns whose values are kept, the rowid and its alias apart */
  int keptCount, keptRoom;
  RelSaveSource *sources; /* owned, one per slot: of the row at hand */
  int width;              /* columns of its primary key */
  int writable;           /* columns that are not generated */
  sqlite3_int64 named;    /* the save that had objects of it last, */
  sqlite3_int64 stamp;    /* and that had it for links, */
  RelSaveEdge *linkedBy;  /* for this one last */
  int shared;             /* and for others */
  unsigned char *plain;   /* owned, one per slot: columns without a default that can be written */
  unsigned char *flags;   /* owned, one per slot: columns at hand */
  RelSaveStatement *inserts, *batchInserts, *updates; /* owned, the latest first */
  sqlite3_stmt *find;                                 /* owned: by primary key */
  sqlite3_stmt *read;                                 /* owned: all columns of a row */
  sqlite3_stmt *highest;                              /* owned: the highest rowid */
  int batches; /* 1: many rows can be inserted at once, -1: they cannot, 0: not known */
  RelSaveTable *next;
};

struct RelSaveEdge {
  Relationship *relationship; /* borrowed from the model */
  RelSaveTable *owner, *target, *links;
  int orphansOwners;    /* an owner that loses its last link is an orphan by another relationship */
  int behind;           /* post_update: its foreign key is NULL until the row itself is there */
  int nullable;         /* its foreign key may be NULL */
  int number;           /* from 1, 0 standing for the roots */
  RelSaveFields fields; /* of a member of a many-to-many */
  sqlite3_stmt *unique; /* owned: the member by unique_key */
  sqlite3_stmt *members; /* owned: those that an owner has now */
  sqlite3_stmt *member;  /* owned: whether an owner has a member now */
  sqlite3_stmt *letGo;   /* owned: ends it */
  RelSaveEdge *next;
};

/* All shapes of a connection. */
typedef struct RelShapes {
  sqlite3 *db; /* borrowed */
  RelSaveTable *tables;
  RelSaveEdge *edges;
  int edgeCount;
} RelShapes;

void relShapesClear(RelShapes *shapes);
/* Forgets what the statements were bound to, which lives no longer than the save. */
void relShapesUnbind(RelShapes *shapes);

RelSaveTable *relShapeTable(RelError *error, RelShapes *shapes, RelTable *table);
RelSaveEdge *relShapeEdge(RelError *error, RelShapes *shapes, const RelModel *model,
                          Relationship *relationship);

/* All fields of the objects of a table, or of a many-to-many's members. */
RelSaveFields *relShapeFields(RelSaveTable *table, RelSaveEdge *edge);

/*
** What the name in `element` means in an object of `table` that was reached by `edge` (NULL: a root);
** NULL where it means nothing, with or without an error. `expected` is where it stood last time; it
** moves on.
*/
RelSaveField *relShapeField(RelError *error, RelShapes *shapes, RelModel *model,
                            RelSaveTable *table, RelSaveEdge *edge, const RelJson *json,
                            unsigned element, int *expected);

/* Positions with room for a rowid that is no column: columnCount + 1 of them. */
static inline int relShapeSlots(const RelTable *table) {
  return table->columnCount + 1;
}

static inline int relShapeSlot(const RelTable *table, int column) {
  if (column >= 0) return column;
  return table->integerKey >= 0 ? table->integerKey : table->columnCount;
}

/* The column of a slot, -1 for the rowid's. */
static inline int relShapeColumn(const RelTable *table, int slot) {
  return slot < table->columnCount ? slot : -1;
}

/* True where the column is the rowid under a name. */
static inline int relShapeIsRowid(const RelTable *table, int column) {
  return column < 0 || column == table->integerKey;
}

/*
** True where a slot is part of an insert: it is given, or NULL, which is then inserted, says the same
** as leaving it out.
*/
static inline int relShapeIsInserted(const RelSaveTable *table, int slot) {
  return table->plain[slot] || table->sources[slot].kind != REL_SOURCE_ABSENT;
}

/* Where the value of a kept column stands. */
int relShapeKept(const RelSaveTable *table, int column);

#endif
