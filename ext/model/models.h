/*
** The models of a connection's databases, each made when it is first asked for.
*/
#ifndef REL_MODEL_MODELS_H
#define REL_MODEL_MODELS_H

#include "model/model.h"

typedef struct RelModels {
  sqlite3 *db;      /* borrowed */
  RelModel **items; /* owned */
  int count, room;
} RelModels;

void relModelsClear(RelModels *models);

/* The model of a database, lent; it is read, but not refreshed. */
RelModel *relModelsOf(RelError *error, RelModels *models, const char *schema);

/*
** Makes all models match their databases; a model whose database is gone goes. True where one had to
** be read anew: then every RelTable and Relationship lent before is gone, and a name may mean another.
*/
int relModelsRefresh(RelError *error, RelModels *models);

/*
** The table or view that `name` means, and the model that it is in; both are lent. It is looked up in
** main, then in the attached databases, then as `schema.table`. An unknown name is an error of `caller`.
*/
RelTable *relModelsFind(RelError *error, RelModels *models, const char *caller, const char *name,
                        RelModel **model);

#endif
