/*
** The databases of a connection: main and what is attached. Temp holds no relationships.
*/
#ifndef REL_SCHEMA_DATABASES_H
#define REL_SCHEMA_DATABASES_H

#include "base/statement.h"

typedef struct RelDatabases {
  struct RelDatabase {
    int number; /* SQLite's: 0 is main */
    char *name; /* owned */
  } * items;    /* owned */
  int count, room;
} RelDatabases;

/* Fills an empty list, in SQLite's order. The caller clears it, also after an error. */
void relDatabasesRead(RelError *error, sqlite3 *db, RelDatabases *list);
void relDatabasesClear(RelDatabases *list);

/* Whether `schema` is one of them. */
int relIsDatabase(RelError *error, sqlite3 *db, const char *schema);

#endif
