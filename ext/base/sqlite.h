/*
** The one place that includes SQLite. Every source file reaches SQLite through
** the routine table that the host hands to the entry point (relationship.c);
** compiled with SQLITE_CORE the same calls are linked directly.
*/
#ifndef REL_BASE_SQLITE_H
#define REL_BASE_SQLITE_H

#include <sqlite3ext.h>
#ifndef REL_ENTRY_POINT
SQLITE_EXTENSION_INIT3
#endif

/* Since 3.45: the function's result may have a subtype. Older ones do not look at it. */
#ifndef SQLITE_RESULT_SUBTYPE
#define SQLITE_RESULT_SUBTYPE 0x001000000
#endif

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#endif
