/*
** The table `relationship_stats`: what this connection has loaded. DELETE starts to count anew.
*/
#ifndef REL_TABLES_STATS_H
#define REL_TABLES_STATS_H

#include "fetch/stats.h"

int relStatsRegister(sqlite3 *db, RelStats *stats);

#endif
