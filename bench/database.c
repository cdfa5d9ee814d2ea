#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "database.h"

static const char *extension = "build/relationship";

void benchFail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
  exit(1);
}

void *benchGrow(void *block, size_t bytes) {
  void *grown = realloc(block, bytes > 0 ? bytes : 1);
  if (grown == NULL) benchFail("out of memory");
  return grown;
}

void *benchAlloc(size_t bytes) {
  return benchGrow(NULL, bytes);
}

void benchExtension(const char *path) {
  extension = path;
}

const char *benchExtensionPath(void) {
  return extension;
}

void benchLoad(sqlite3 *db) {
  char *message = NULL;
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 1, NULL);
  if (sqlite3_load_extension(db, extension, NULL, &message) != SQLITE_OK) {
    benchFail("%s: %s", extension, message);
  }
}

sqlite3 *benchOpen(const char *path, int cacheSize) {
  sqlite3 *db;
  if (sqlite3_open(path, &db) != SQLITE_OK) benchFail("%s: %s", path, sqlite3_errmsg(db));
  benchLoad(db);
  if (cacheSize != 0) {
    char *sql = sqlite3_mprintf("PRAGMA cache_size = %d", cacheSize);
    benchExec(db, sql);
    sqlite3_free(sql);
  }
  return db;
}

void benchExec(sqlite3 *db, const char *sql) {
  char *message = NULL;
  if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK) benchFail("%s: %s", sql, message);
}

sqlite3_stmt *benchTry(sqlite3 *db, const char *sql) {
  sqlite3_stmt *statement = NULL;
  return sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK ? statement : NULL;
}

sqlite3_stmt *benchPrepare(sqlite3 *db, const char *sql) {
  sqlite3_stmt *statement = benchTry(db, sql);
  if (statement == NULL) benchFail("%.2000s: %s", sql, sqlite3_errmsg(db));
  return statement;
}

void benchFinish(sqlite3_stmt *statement) {
  while (sqlite3_step(statement) == SQLITE_ROW) continue;
  if (sqlite3_reset(statement) != SQLITE_OK) {
    benchFail("%.2000s: %s", sqlite3_sql(statement), sqlite3_errmsg(sqlite3_db_handle(statement)));
  }
}

sqlite3_int64 benchNumber(sqlite3 *db, const char *sql) {
  sqlite3_stmt *statement = benchPrepare(db, sql);
  sqlite3_int64 number;
  if (sqlite3_step(statement) != SQLITE_ROW) benchFail("%s: %s", sql, sqlite3_errmsg(db));
  number = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  return number;
}
