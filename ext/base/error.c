#include "base/error.h"

#include <stdarg.h>

void relErrorNoMemory(RelError *error) {
  if (error->rc == SQLITE_OK) error->rc = SQLITE_NOMEM;
}

void relErrorSet(RelError *error, int rc, const char *format, ...) {
  va_list arguments;
  if (error->rc != SQLITE_OK) return;
  error->rc = rc;
  va_start(arguments, format);
  error->message = sqlite3_vmprintf(format, arguments);
  va_end(arguments);
  if (error->message == NULL) error->rc = SQLITE_NOMEM;
}

void relErrorFromDb(RelError *error, int rc, sqlite3 *db) {
  if (rc == SQLITE_OK) return;
  if ((rc & 0xff) == SQLITE_NOMEM) {
    relErrorNoMemory(error);
  } else {
    relErrorSet(error, rc, "%s", sqlite3_errmsg(db));
  }
}

void relErrorClear(RelError *error) {
  sqlite3_free(error->message);
  error->message = NULL;
  error->rc = SQLITE_OK;
}

int relErrorGive(RelError *error, char **target) {
  int rc = error->rc;
  sqlite3_free(*target);
  *target = error->message;
  error->message = NULL;
  error->rc = SQLITE_OK;
  return rc;
}
