/*
** Running several writes so that a failure undoes them all. An INSERT of one row into a virtual
** table has no statement journal, and a savepoint cannot be opened inside it; but an UPDATE of a
** virtual table has one. So the work is done inside the xUpdate of an internal table.
*/
#ifndef REL_TABLES_JOURNAL_H
#define REL_TABLES_JOURNAL_H

#include "base/statement.h"

/* Where one connection's work waits for its xUpdate. Shared by the modules; reference-counted. */
typedef struct RelJournal {
  int references;
  void (*work)(RelError *error, void *context);
  void *context;
  RelError *error;
} RelJournal;

/* Registers the internal table. The caller owns one reference, given back by relJournalRelease. */
RelJournal *relJournalRegister(RelError *error, sqlite3 *db);
void relJournalRelease(void *journal);

/* Runs work(error, context); where it sets the error, all that it wrote is undone. */
void relJournalRun(RelError *error, sqlite3 *db, RelJournal *journal,
                   void (*work)(RelError *error, void *context), void *context);

#endif
