/*
** One table or view as it is in the database now: columns, keys, foreign keys, indexes.
** Read with PRAGMA statements (a hostile schema can shadow the pragma_* functions).
*/
#ifndef REL_SCHEMA_TABLE_H
#define REL_SCHEMA_TABLE_H

#include "base/statement.h"

typedef enum RelTableKind { REL_TABLE, REL_VIEW, REL_VIRTUAL_TABLE } RelTableKind;

/* How comparisons convert the other side; SQLite's five affinities, the numeric ones together. */
typedef enum RelAffinity { REL_AFFINITY_NONE, REL_AFFINITY_TEXT, REL_AFFINITY_NUMERIC } RelAffinity;

typedef struct RelColumn {
  char *name;
  char *type;         /* declared type, "" where none */
  char *defaultValue; /* SQL text of the DEFAULT, or NULL */
  char *collation;    /* never NULL */
  RelAffinity affinity;
  int notNull;   /* declared NOT NULL, or part of a WITHOUT ROWID table's key */
  int keyPart;   /* 1-based position in the primary key, 0 outside */
  int generated; /* a generated column: readable, never written */
  int hidden;    /* hidden column of a virtual table */
} RelColumn;

typedef struct RelForeignKey {
  char *parent;       /* the referenced table, as written */
  int count;          /* columns of the key */
  int *columns;       /* [count] positions in this table */
  char **parentNames; /* [count] referenced columns as written; NULL entries: the primary key */
  char *onDelete;     /* "NO ACTION", "CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT" */
  char *onUpdate;
} RelForeignKey;

typedef struct RelIndex {
  char *name;
  int unique;
  int primary; /* made by PRIMARY KEY */
  int partial;
  int ours;          /* made by an earlier declaration (its name ends in ":index") */
  int count;         /* key columns */
  int *columns;      /* [count] positions; -1 the rowid, -2 an expression */
  char **collations; /* [count] */
} RelIndex;

typedef struct RelTable {
  char *schema; /* "main", or an attached database */
  char *name;   /* as declared */
  RelTableKind kind;
  int withoutRowid;
  int strict;
  int columnCount;
  RelColumn *columns;
  int keyCount;      /* columns of the primary key; 0: the rowid serves (not for a view) */
  int *key;          /* [keyCount] positions, in key order */
  int integerKey;    /* position of the INTEGER PRIMARY KEY that is the rowid, or -1 */
  const char *rowid; /* "rowid", "_rowid_" or "oid", whichever no column hides; NULL where there is
                        none (WITHOUT ROWID, views, or all three hidden) */
  int foreignKeyCount;
  RelForeignKey *foreignKeys; /* in the order they are declared */
  int indexCount;
  RelIndex *indexes;
} RelTable;

/*
** Reads table or view `name` of `schema`. The caller owns the result (relTableFree). NULL without
** an error where there is no such table, NULL with one where reading failed.
*/
RelTable *relTableRead(RelError *error, sqlite3 *db, const char *schema, const char *name);
void relTableFree(RelTable *table);

/* Reads the table's indexes anew; what else was read, and borrowed from it, stays. */
void relTableReindex(RelError *error, sqlite3 *db, RelTable *table);

/* Position of the column called `name` (not hidden), or -1. */
int relTableColumn(const RelTable *table, const char *name);

/* True where exactly these columns, in any order, are the primary key or UNIQUE (not partial). */
int relTableUnique(const RelTable *table, const int *columns, int count);

/*
** The columns that identify a row: the primary key's, else the rowid under the name it goes by.
** relTableKeyName gives the n-th one's name, borrowed; relTableKeyWidth how many there are
** (0 for a view, which has no key).
*/
int relTableKeyWidth(const RelTable *table);
const char *relTableKeyName(const RelTable *table, int n);
/* The n-th key column's position, or -1 for the rowid of a table without a primary key. */
int relTableKeyColumn(const RelTable *table, int n);
/* Whether a column is the rowid, or an alias of it: it always is an integer. */
static inline int relTableIsRowid(const RelTable *table, int position) {
  return position < 0 || position == table->integerKey;
}
/* The collation and affinity of column `position`; -1 is the rowid. */
const char *relTableCollation(const RelTable *table, int position);
RelAffinity relTableAffinity(const RelTable *table, int position);
/* The name of column `position`; -1 is the rowid. */
const char *relTableColumnName(const RelTable *table, int position);

#endif
