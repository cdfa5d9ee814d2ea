/*
** The table `relationship`: INSERT declares, UPDATE alters, DELETE undeclares, SELECT lists.
*/
#ifndef REL_TABLES_DECLARATIONS_H
#define REL_TABLES_DECLARATIONS_H

#include "tables/journal.h"

/* Registers the module. Borrows the journal for as long as the module lives (takes a reference). */
void relDeclarationsRegister(RelError *error, sqlite3 *db, RelJournal *journal);

#endif
