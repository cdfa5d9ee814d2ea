/*
** The catalog: the declarations of one database, as rows of its ordinary table
** relationship_catalog. Its rows are only text until relResolve has read them.
*/
#ifndef REL_MODEL_CATALOG_H
#define REL_MODEL_CATALOG_H

#include "model/relationship.h"

#define REL_CATALOG "relationship_catalog"

/* Stands in every trigger, view and index that a declaration makes, and nowhere else. */
#define REL_MADE "/* made by relationship; sync renews it */"

typedef struct RelDeclarations {
  RelDeclaration *items; /* owned, with their strings */
  int count;
  int room;
} RelDeclarations;

/*
** All rows, in the order they were declared and with the names that tables and columns have now;
** none where the database has no catalog yet.
*/
void relCatalogRead(RelError *error, sqlite3 *db, const char *schema, RelDeclarations *rows);

/* Creates the table where it is missing. */
void relCatalogCreate(RelError *error, sqlite3 *db, const char *schema);

/* Writes one row: a new one where its id is 0 (the id is then set), else over the row of that id. */
void relCatalogWrite(RelError *error, sqlite3 *db, const char *schema, RelDeclaration *row);
void relCatalogDelete(RelError *error, sqlite3 *db, const char *schema, sqlite3_int64 id);

/* Appends a copy. */
void relDeclarationsAdd(RelError *error, RelDeclarations *rows, const RelDeclaration *row);
void relDeclarationsClear(RelDeclarations *rows);

#endif
