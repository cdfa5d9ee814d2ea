/*
** Following ALTER TABLE. The catalog holds names as text, which SQLite does not change when a table
** or a column is renamed. So each table that takes part carries a trigger that never fires and says
** what the table and its columns were called when they were declared:
**
**   CREATE TRIGGER "posts:names" AFTER UPDATE OF "id" ON "articles" WHEN 0
**   BEGIN SELECT NULL AS "posts", NEW."id" AS "id", NEW."writer" AS "user_id"; END
**
** The names on the left SQLite keeps up to date. It speaks of its own table only, so it never
** dangles: it goes when the table goes.
*/
#ifndef REL_MODEL_RENAMES_H
#define REL_MODEL_RENAMES_H

#include "model/relationship.h"

/* How these triggers' names end. */
#define REL_NAMES ":names"

/* What was called `was` is called `is`. */
typedef struct RelRename {
  char *was, *is; /* owned */
} RelRename;

typedef struct RelRenamedTable {
  char *trigger; /* owned */
  RelRename name;
  RelRename *columns; /* owned */
  int count, room;
} RelRenamedTable;

typedef struct RelRenames {
  RelRenamedTable *tables; /* owned */
  int count, room;
} RelRenames;

/* Fills an empty list from the triggers of the database. The caller clears it, also after an error. */
void relRenamesRead(RelError *error, sqlite3 *db, const char *schema, RelRenames *renames);
void relRenamesClear(RelRenames *renames);

/*
** Drops the triggers that tell of a rename. For when the catalog's rows have today's names: a name
** that once was another's must not be taken for it again.
*/
void relRenamesForget(RelError *error, sqlite3 *db, const char *schema);

/* Puts today's names into a declaration. True where that changed it. */
int relRenamesFollow(RelError *error, const RelRenames *renames, RelDeclaration *declaration);

#endif
