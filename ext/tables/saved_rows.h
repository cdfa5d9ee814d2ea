/*
** relationship_rows: the rows that a save has ready to be inserted, as an internal table.
*/
#ifndef REL_TABLES_SAVED_ROWS_H
#define REL_TABLES_SAVED_ROWS_H

#include "tables/journal.h"

/* Registers the table; it holds a reference to the journal, which knows the save that runs. */
void relSavedRowsRegister(RelError *error, sqlite3 *db, RelJournal *journal);

#endif
