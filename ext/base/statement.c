#include "base/statement.h"

#include <stdarg.h>

sqlite3_stmt *relPrepare(RelError *error, sqlite3 *db, unsigned flags, const char *sql) {
  sqlite3_stmt *statement = NULL;
  if (error->rc != SQLITE_OK) return NULL;
  relErrorFromDb(error, sqlite3_prepare_v3(db, sql, -1, flags, &statement, NULL), db);
  return statement;
}

sqlite3_stmt *relPrepareFormat(RelError *error, sqlite3 *db, const char *format, ...) {
  sqlite3_stmt *statement;
  va_list arguments;
  char *sql;
  if (error->rc != SQLITE_OK) return NULL;
  va_start(arguments, format);
  sql = sqlite3_vmprintf(format, arguments);
  va_end(arguments);
  if (sql == NULL) relErrorNoMemory(error);
  statement = relPrepare(error, db, 0, sql);
  sqlite3_free(sql);
  return statement;
}

int relStep(RelError *error, sqlite3_stmt *statement) {
  int rc;
  if (error->rc != SQLITE_OK) return 0;
  rc = sqlite3_step(statement);
  if (rc == SQLITE_ROW) return 1;
  if (rc != SQLITE_DONE) relErrorFromDb(error, rc, sqlite3_db_handle(statement));
  return 0;
}

char *relColumnCopy(RelError *error, sqlite3_stmt *statement, int column) {
  const char *text;
  if (error->rc != SQLITE_OK) return NULL;
  if (sqlite3_column_type(statement, column) == SQLITE_NULL) return NULL;
  text = (const char *)sqlite3_column_text(statement, column);
  if (text == NULL) relErrorNoMemory(error);
  return relCopy(error, text);
}

void relExecute(RelError *error, sqlite3 *db, const char *sql) {
  if (error->rc != SQLITE_OK || sql == NULL) return;
  relErrorFromDb(error, sqlite3_exec(db, sql, NULL, NULL, NULL), db);
}

void relFinalize(RelError *error, sqlite3_stmt *statement) {
  sqlite3 *db;
  int rc;
  if (statement == NULL) return;
  db = sqlite3_db_handle(statement);
  rc = sqlite3_finalize(statement);
  if (error->rc == SQLITE_OK) relErrorFromDb(error, rc, db);
}
