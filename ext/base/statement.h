/*
** Preparing and running statements under a sticky error.
*/
#ifndef REL_BASE_STATEMENT_H
#define REL_BASE_STATEMENT_H

#include "base/text.h"

/* Prepares one statement; `flags` are SQLITE_PREPARE_*. The caller finalizes it. */
sqlite3_stmt *relPrepare(RelError *error, sqlite3 *db, unsigned flags, const char *sql);

/* relPrepare of a sqlite3_mprintf'ed text. */
sqlite3_stmt *relPrepareFormat(RelError *error, sqlite3 *db, const char *format, ...);

/* True while there is a row. A failure sets the error and ends the loop. */
int relStep(RelError *error, sqlite3_stmt *statement);

/* A column as text that the caller owns; NULL stays NULL. */
char *relColumnCopy(RelError *error, sqlite3_stmt *statement, int column);

/* Runs one or more statements that give no rows. */
void relExecute(RelError *error, sqlite3 *db, const char *sql);

/* Finalizes; a failure that stepping did not show sets the error. NULL is allowed. */
void relFinalize(RelError *error, sqlite3_stmt *statement);

#endif
