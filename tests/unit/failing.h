/*
** An allocator that fails when told to, in place of SQLite's.
*/
#ifndef REL_TESTS_FAILING_H
#define REL_TESTS_FAILING_H

#include "relationship.h"

#include <stddef.h>

static sqlite3_mem_methods real;
static int countdown;  /* allocations that still succeed; negative: all do */
static int persistent; /* once failed, all fail */

static inline int fails(void) {
  if (countdown < 0) return 0;
  if (countdown > 0) {
    countdown--;
    return 0;
  }
  if (!persistent) countdown = -1;
  return 1;
}

static inline void *failingMalloc(int bytes) {
  return fails() ? NULL : real.xMalloc(bytes);
}

static inline void *failingRealloc(void *memory, int bytes) {
  return fails() ? NULL : real.xRealloc(memory, bytes);
}

static inline void arm(int after, int forGood) {
  countdown = after;
  persistent = forGood;
}

static inline void installFailing(void) {
  sqlite3_mem_methods failing;
  sqlite3_shutdown();
  if (real.xMalloc == NULL) sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real);
  failing = real;
  failing.xMalloc = failingMalloc;
  failing.xRealloc = failingRealloc;
  sqlite3_config(SQLITE_CONFIG_MALLOC, &failing);
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 1);
  sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0); /* or small allocations would never fail */
  arm(-1, 0);
  sqlite3_initialize();
}

static inline void restoreAllocator(void) {
  sqlite3_shutdown();
  sqlite3_config(SQLITE_CONFIG_MALLOC, &real);
  sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 1200, 40);
  sqlite3_initialize();
}

#endif
