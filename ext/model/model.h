/*
** The model of one database of one connection: its tables as they are now, the relationships its
** catalog declares, and those its FOREIGN KEYs imply. Rebuilt when the schema moves.
*/
#ifndef REL_MODEL_MODEL_H
#define REL_MODEL_MODEL_H

#include "model/relationship.h"

typedef struct RelModel RelModel;

/*
** A model of database `schema`. The caller owns it (relModelFree). Nothing is read until it is
** asked for. The model holds a prepared statement, so it lives in a virtual table's object.
*/
RelModel *relModelNew(RelError *error, sqlite3 *db, const char *schema);
void relModelFree(RelModel *model);

sqlite3 *relModelDb(const RelModel *model);
const char *relModelSchema(const RelModel *model);

/*
** Makes the model match the database. True where it was read anew: then every RelTable and
** Relationship lent before is gone, and what was compiled from them must not be used again.
*/
int relModelRefresh(RelError *error, RelModel *model);

/* Makes the next refresh read anew, whatever the schema says. */
void relModelForget(RelModel *model);

/* Reads the declarations anew, for when only they have changed: the tables stay. */
void relModelRedeclare(RelError *error, RelModel *model);

/*
** Says that the database now holds what the declarations compile to, and that the schema moved only
** by that: the model stays. True from then on, until it is read anew or forgotten.
*/
void relModelSettle(RelError *error, RelModel *model);
int relModelSettled(const RelModel *model);

/* Leaves a declared relationship out of relModelCount and relModelAt, until the model is read anew. */
void relModelExclude(RelModel *model, const Relationship *relationship);

/* Reads the indexes of a table anew, one of which was made or dropped. */
void relModelReindex(RelError *error, RelModel *model, const char *table);

/* The table or view called `name`, lent by the model; NULL without an error where there is none. */
RelTable *relModelTable(RelError *error, RelModel *model, const char *name);

/* The declared relationships, in the order they were declared. */
int relModelCount(const RelModel *model);
Relationship *relModelAt(const RelModel *model, int n);

/*
** Every row of the catalog, also those that no longer resolve (a table is gone, say): then
** *relationship is NULL and *problem says why. All of it is borrowed.
*/
int relModelRowCount(const RelModel *model);
const RelDeclaration *relModelRow(const RelModel *model, int n, Relationship **relationship,
                                  const char **problem);

/*
** The relationship `name` of `owner`: the declared one, else the one its FOREIGN KEYs imply;
** NULL without an error where there is neither.
*/
Relationship *relModelFind(RelError *error, RelModel *model, const RelTable *owner,
                           const char *name);

/* Offers the names of all relationships of `owner` to a spelling suggestion. */
void relModelSuggest(RelError *error, RelModel *model, const RelTable *owner, RelNearest *nearest);

/* Everything the FOREIGN KEYs imply, over all tables (borrowed): what automap declares. */
int relModelImplied(RelError *error, RelModel *model, Relationship *const **list);

#endif
