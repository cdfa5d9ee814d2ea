/*
** Memory and strings. All of it comes from sqlite3_malloc64, so that fault injection reaches
** every allocation; what these return is freed with sqlite3_free by whoever owns it.
*/
#ifndef REL_BASE_MEMORY_H
#define REL_BASE_MEMORY_H

#include "base/error.h"

/* Zeroed memory, or NULL with the error set (also where an error was set before). */
void *relAlloc(RelError *error, size_t bytes);

/*
** Makes room for element `used` of an array: returns the array, possibly moved, with *room
** (counted in elements) at least used + 1. On failure the error is set and the old array, still
** owned by the caller, is returned.
*/
void *relGrow(RelError *error, void *array, int used, int *room, size_t elementBytes);

/* Copies; NULL copies as NULL. The caller owns the copy. */
char *relCopy(RelError *error, const char *text);
char *relCopyBytes(RelError *error, const char *text, size_t bytes);

/* sqlite3_mprintf into a string that the caller owns. */
char *relFormat(RelError *error, const char *format, ...);

/* Names compare as SQLite compares identifiers: ASCII letters without regard to case. */
int relSame(const char *a, const char *b);

/*
** The candidate nearest in spelling to `name`, or NULL where none is near enough to be meant.
** Keep one RelNearest per question and offer every candidate to it; `best` is borrowed.
*/
typedef struct RelNearest {
  const char *name;
  const char *best;
  int distance;
} RelNearest;
void relNearestOffer(RelNearest *nearest, const char *candidate);

#endif
