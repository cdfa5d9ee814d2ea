/*
** Connections of the benchmarks. Whatever fails here ends the program with a message: a benchmark has
** nothing to go on with.
*/
#ifndef BENCH_DATABASE_H
#define BENCH_DATABASE_H

#include <sqlite3.h>
#include <stddef.h>

/* The extension that is loaded from now on, borrowed; at first build/relationship. */
void benchExtension(const char *path);
const char *benchExtensionPath(void);

/* A connection with the extension loaded and this page cache, as PRAGMA cache_size takes it; 0 leaves
** SQLite's own. The caller closes it. */
sqlite3 *benchOpen(const char *path, int cacheSize);

/* Loads the extension, as a user's program does. */
void benchLoad(sqlite3 *db);

void benchExec(sqlite3 *db, const char *sql);

/* The caller finalizes it. */
sqlite3_stmt *benchPrepare(sqlite3 *db, const char *sql);

/* Prepares only if this SQLite knows all that the statement needs; NULL where not. */
sqlite3_stmt *benchTry(sqlite3 *db, const char *sql);

/* Steps to the end and resets. */
void benchFinish(sqlite3_stmt *statement);

sqlite3_int64 benchNumber(sqlite3 *db, const char *sql);

/* Says what went wrong, as printf does, and ends the program. */
void benchFail(const char *format, ...);

/* Memory that is there, or the end of the program. It is freed by free(). */
void *benchAlloc(size_t bytes);
void *benchGrow(void *block, size_t bytes);

#endif
