/*
** unit_of_work: INSERT INTO unit_of_work(owner, doc) saves a document.
*/
#ifndef REL_TABLES_UNIT_OF_WORK_H
#define REL_TABLES_UNIT_OF_WORK_H

#include "tables/journal.h"

/* Registers the table; it holds a reference to the journal. */
void relUnitOfWorkRegister(RelError *error, sqlite3 *db, RelJournal *journal);

#endif
