/*
** Running several writes so that a failure undoes them all. An INSERT of one row into a virtual
** table has no statement journal, and a savepoint cannot be opened inside it; but an UPDATE has one.
** So the work is done while an UPDATE looks for rows in an internal table. It finds none, so that the
** UPDATE itself counts for nothing in total_changes().
*/
#ifndef REL_TABLES_JOURNAL_H
#define REL_TABLES_JOURNAL_H

#include "schema/table.h"

/* Where one connection's work waits. Shared by the modules; reference-counted. */
typedef struct RelJournal {
  int references;
  void (*work)(RelError *error, void *context);
  void *context;
  RelError *error;
  struct RelSaver *saver; /* what relationship_rows gives the rows of, while a save runs */
} RelJournal;

/* Registers the internal table. The caller owns one reference, given back by relJournalRelease. */
RelJournal *relJournalRegister(RelError *error, sqlite3 *db);
void relJournalRelease(void *journal);

/*
** Runs work(error, context); where it sets the error, all that it wrote is undone: to main, or to the
** attached database of `table`, an ordinary table there, whichever it is. `kept`, NULL or a place that
** is NULL at first, keeps the statement for main for the next time; the caller finalizes it.
*/
void relJournalRun(RelError *error, sqlite3 *db, RelJournal *journal, const RelTable *table,
                   sqlite3_stmt **kept, void (*work)(RelError *error, void *context),
                   void *context);

#endif
