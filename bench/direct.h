/*
** The C program that somebody writes who does without JSON functions: one query with IN per level
** through SQLite's public API, rows put under their parents in memory, the JSON written by itself.
*/
#ifndef BENCH_DIRECT_H
#define BENCH_DIRECT_H

#include <sqlite3.h>

#include "shapes.h"

typedef struct BenchDirect BenchDirect;

/* Takes a document, which it borrows. */
typedef void (*BenchTake)(void *context, const char *text, size_t bytes);

BenchDirect *benchDirectNew(sqlite3 *db, const BenchShape *shape);
void benchDirectFree(BenchDirect *direct);

/* The documents of these owners, in the order of id; count 0: of all. Statements and memory are kept
** for the next time. */
void benchDirectFetch(BenchDirect *direct, const sqlite3_int64 *ids, int count, BenchTake take,
                      void *context);

/* Finalizes its statements, so that the next fetch prepares anew. */
void benchDirectForget(BenchDirect *direct);

#endif
