#include "schema/databases.h"

void relDatabasesRead(RelError *error, sqlite3 *db, RelDatabases *list) {
  sqlite3_stmt *rows = relPrepare(error, db, 0, "PRAGMA database_list");
  while (relStep(error, rows)) {
    if (sqlite3_column_int(rows, 0) == 1) continue; /* temp */
    list->items = relGrow(error, list->items, list->count, &list->room, sizeof *list->items);
    if (error->rc != SQLITE_OK) break;
    list->items[list->count].number = sqlite3_column_int(rows, 0);
    list->items[list->count++].name = relColumnCopy(error, rows, 1);
  }
  relFinalize(error, rows);
}

void relDatabasesClear(RelDatabases *list) {
  int i;
  for (i = 0; i < list->count; i++) sqlite3_free(list->items[i].name);
  sqlite3_free(list->items);
  memset(list, 0, sizeof *list);
}

int relIsDatabase(RelError *error, sqlite3 *db, const char *schema) {
  RelDatabases databases = {NULL, 0, 0};
  int i, found = 0;
  relDatabasesRead(error, db, &databases);
  for (i = 0; i < databases.count; i++) found |= relSame(databases.items[i].name, schema);
  relDatabasesClear(&databases);
  return found;
}
