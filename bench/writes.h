/*
** Databases to write to, and statements that are measured on them. All that is written is undone.
*/
#ifndef BENCH_WRITES_H
#define BENCH_WRITES_H

#include <sqlite3.h>

#include "measure.h"

/* A database like the dataset, of users, posts and comments alone, in a file by this name that is renewed.
** `action` follows REFERENCES: "ON DELETE CASCADE", or nothing. Only what a post belongs to, and what a
** comment does, are keys. The caller closes it. */
sqlite3 *benchWritable(const char *name, const char *dataset, const char *action);

/* Declares on it that users own their posts, and posts their comments. */
void benchDeclare(sqlite3 *db);

/* Writes the triggers on it that do the same, as one would by hand. */
void benchByHand(sqlite3 *db);

/* Closes the connection and removes the file. */
void benchWritableEnd(sqlite3 *db);

typedef struct BenchWrite {
  sqlite3 *db;             /* borrowed, like all */
  sqlite3_stmt *statement; /* ?1 is the number of the call or, where there are ids, the id */
  sqlite3_stmt *before[2]; /* what goes before it in each call, with the same ?1; or NULL */
  const sqlite3_int64 *ids;
  int calls;          /* in one measurement */
  int share;          /* its time is divided by this */
  const char *check;  /* a query of one number on what is left */
  sqlite3_int64 left; /* its answer at the last run */
} BenchWrite;

/* As BenchSide has it: does the calls in a transaction of their own, which is rolled back. */
double benchWriteRun(void *write);

/* Whether all sides left the same as the first; says which did not. */
int benchSameLeft(const BenchCell *cell, const BenchWrite *writes, const BenchSide *sides,
                  int count);

#endif
