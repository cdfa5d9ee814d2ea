/*
** The inspectors: each answers one question about what is declared, what is in the data, or what
** would happen. Nothing here writes.
*/
#ifndef REL_INSPECT_INSPECT_H
#define REL_INSPECT_INSPECT_H

#include "fetch/fetch.h"
#include "inspect/answer.h"
#include "model/model.h"

/* What one connection's inspectors work with. It holds statements, so it lives in a virtual table. */
typedef struct RelInspection {
  sqlite3 *db;       /* borrowed */
  RelPool *pool;     /* owned */
  RelModel **models; /* owned: of the databases asked about so far */
  int modelCount;
  int modelRoom;
} RelInspection;

RelInspection *relInspectionNew(RelError *error, sqlite3 *db, RelStats *stats);
void relInspectionFree(RelInspection *inspection);

/* The model of a database as it is now, lent until the next call for it. */
RelModel *relInspectionModel(RelError *error, RelInspection *inspection, const char *schema);

/*
** The table or view that `name` means, as selectin finds it, and its model; both lent. An unknown name
** is an error of `caller`.
*/
RelTable *relInspectionTable(RelError *error, RelInspection *inspection, const char *caller,
                             const char *name, RelModel **model);

/* Fills the answer. Arguments that are not given are NULL. */
typedef void RelInspect(RelError *error, RelInspection *inspection, sqlite3_value **arguments,
                        RelAnswer *answer);

typedef struct RelInspector {
  const char *name;
  const char *columns; /* as in CREATE TABLE, then the arguments as HIDDEN columns */
  int columnCount;     /* without the arguments */
  int argumentCount;
  int needed;        /* so many of the arguments must be given */
  const char *usage; /* said where they are not */
  RelInspect *inspect;
} RelInspector;

/* All of them; the last has no name. */
extern const RelInspector REL_INSPECTORS[];

RelInspect relExplain;
RelInspect relCandidates;
RelInspect relStatements;
RelInspect relImpact;
RelInspect relInspectCheck;

#endif
