/*
** Nested save, the unit of work: a document → its rows in the order in which they can be written →
** writes. What the tables/ room calls.
*/
#ifndef REL_SAVE_SAVE_H
#define REL_SAVE_SAVE_H

#include "schema/table.h"

/* What a connection keeps between saves: models, shapes and statements. It lives in a virtual table's
** object, because it holds statements. */
typedef struct RelSaver RelSaver;

/* The caller owns it (relSaverFree). */
RelSaver *relSaverNew(RelError *error, sqlite3 *db);
void relSaverFree(RelSaver *saver);

/*
** Reads the document of `bytes` bytes, which is borrowed until relSaverEnd, and holds it against the
** model: whatever can be refused without looking at rows is. Nothing is written. One save runs at a
** time: the caller sees to that.
*/
void relSaverRead(RelError *error, RelSaver *saver, const char *owner, const char *text,
                  size_t bytes);

/* The table of the roots; borrowed until relSaverEnd. */
const RelTable *relSaverTable(const RelSaver *saver);

/* Writes what was read. The caller runs it where a failure is undone (tables/journal.h). */
void relSaverWrite(RelError *error, RelSaver *saver);

/* The rowid of the last root; 0 where there is none. */
sqlite3_int64 relSaverRowid(const RelSaver *saver);

/*
** While a save runs: the rows that wait to be inserted, which the internal table relationship_rows
** gives to the statement that inserts them. Start and next return a result code.
*/
enum { REL_SAVER_COLUMNS = 100 };
int relSaverRowsStart(RelSaver *saver);
int relSaverRowsNext(RelSaver *saver);
int relSaverRowsMore(const RelSaver *saver);
void relSaverRowsColumn(RelSaver *saver, sqlite3_context *context, int n);

/* Ends a save, whether it failed or not. */
void relSaverEnd(RelSaver *saver);

#endif
