/*
** The databases that are measured on: made once, by a generator that always makes the same.
*/
#ifndef BENCH_DATA_H
#define BENCH_DATA_H

#include <sqlite3.h>

/* The path of a dataset, which is made where it is missing or from an older generator. The text is
** freed with sqlite3_free(). Datasets: tiny, small, medium, scattered, skewed, text, deep, wide, and
** rows-N for N users with their posts and comments in order. */
char *benchData(const char *dataset);

/* A copy of a dataset to write to, at this path, renewed each time. */
void benchCopy(const char *dataset, const char *path);

/* A database with so many declared relationships, and two tables without: t0 and plain. As benchData(). */
char *benchDeclared(int count);

/* Numbers that are the same in each run. */
typedef struct BenchChance {
  sqlite3_uint64 state;
} BenchChance;

/* 0 to below - 1 */
sqlite3_int64 benchDraw(BenchChance *chance, sqlite3_int64 below);

/* `count` different ids out of 1 to `of`, ascending within each group of `together`; freed by free(). */
sqlite3_int64 *benchPick(sqlite3_int64 of, int count, int together);

#endif
