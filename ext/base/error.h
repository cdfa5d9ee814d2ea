/*
** One sticky error: the first failure is kept, and every routine that takes a
** RelError is a no-op once it holds one. Bodies read straight down and check once.
*/
#ifndef REL_BASE_ERROR_H
#define REL_BASE_ERROR_H

#include "base/sqlite.h"

typedef struct RelError {
  int rc;        /* SQLITE_OK, or the first failure */
  char *message; /* owned (sqlite3_free), or NULL where the code says enough */
} RelError;

/* Sets the error unless one is set. The format is sqlite3_mprintf's. */
void relErrorSet(RelError *error, int rc, const char *format, ...);
void relErrorNoMemory(RelError *error);

/* Takes the connection's current error code and message. A no-op when rc is SQLITE_OK. */
void relErrorFromDb(RelError *error, int rc, sqlite3 *db);

/* Frees the message and resets to SQLITE_OK. */
void relErrorClear(RelError *error);

/* Hands the error to a virtual table: frees *target, moves the message there, returns rc. */
int relErrorGive(RelError *error, char **target);

#endif
