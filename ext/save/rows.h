/*
** Rows: their SQL, and what a save remembers of them.
*/
#ifndef REL_SAVE_ROWS_H
#define REL_SAVE_ROWS_H

#include "save/nodes.h"

/*
** The statements of a table and of an edge, each prepared when first used and lent. They give rows as
** relRowRead reads them; an insert and an update take their values in the order of the flagged slots.
** By primary key; all columns, by row; those flagged, in a new row; in all rows of relationship_rows;
** by row, where they differ.
*/
sqlite3_stmt *relRowsFind(RelSaver *saver, RelSaveTable *table);
sqlite3_stmt *relRowsRead(RelSaver *saver, RelSaveTable *table);
sqlite3_stmt *relRowsInsert(RelSaver *saver, RelSaveTable *table, const unsigned char *columns);
sqlite3_stmt *relRowsInsertAll(RelSaver *saver, RelSaveTable *table, const unsigned char *columns);
sqlite3_stmt *relRowsUpdate(RelSaver *saver, RelSaveTable *table, const unsigned char *columns);

/*
** The target by unique_key; the members of an owner; whether an owner has a member; what lets one go.
** Of a many-to-many the link stands behind the member, and is what is let go.
*/
sqlite3_stmt *relRowsUnique(RelSaver *saver, RelSaveEdge *edge);
sqlite3_stmt *relRowsMembers(RelSaver *saver, RelSaveEdge *edge);
sqlite3_stmt *relRowsMember(RelSaver *saver, RelSaveEdge *edge);
sqlite3_stmt *relRowsLetGo(RelSaver *saver, RelSaveEdge *edge);

/* How many columns or parameters a row takes: for relRowRead, and for what tells it from others. */
int relRowWidth(const RelSaveTable *table);
int relRowIdentityWidth(const RelTable *table);

/* Reads a row from column `first` on; it must be empty, and is then the caller's. */
void relRowRead(RelSaver *saver, sqlite3_stmt *statement, int first, const RelSaveTable *table,
                RelSaveRow *row);
void relRowClear(const RelSaveTable *table, RelSaveRow *row);

/* Binds what tells a row from others, from parameter `first` on; and the value of one column. */
void relRowBindIdentity(RelSaver *saver, sqlite3_stmt *statement, int first,
                        const RelSaveTable *table, const RelSaveRow *row);
void relRowBindColumn(RelSaver *saver, sqlite3_stmt *statement, int parameter,
                      const RelSaveTable *table, const RelSaveRow *row, int column);

/* The value of one column as a virtual table's. */
void relRowGiveColumn(sqlite3_context *context, const RelSaveTable *table, const RelSaveRow *row,
                      int column);

/* Whether the columns that other rows refer to need more than the rowid. */
static inline int relRowIsSimple(const RelSaveTable *table) {
  return table->keptCount == 0 && table->table->rowid != NULL;
}

#endif
