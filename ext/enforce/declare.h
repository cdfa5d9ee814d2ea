/*
** Changing what is declared: every change is checked whole first (plan), then written in one go
** (carry out): catalog rows, then triggers, views and indexes.
*/
#ifndef REL_ENFORCE_DECLARE_H
#define REL_ENFORCE_DECLARE_H

#include "model/catalog.h"
#include "model/model.h"

typedef enum RelOnConflict {
  REL_CONFLICT_REFUSE,
  REL_CONFLICT_REPLACE,
  REL_CONFLICT_IGNORE
} RelOnConflict;

/* Checked changes that are not written yet. */
typedef struct RelChanges {
  RelDeclarations writes; /* owned */
  sqlite3_int64 *deletes; /* owned: ids of catalog rows */
  int deleteCount;
  int deleteRoom;
} RelChanges;

void relChangesClear(RelChanges *changes);

/*
** Plans one declaration: a new one where its id is 0, else the row of that id altered. `backref`,
** or NULL, names the inverse that is declared with it. A name that is taken is refused
** (SQLITE_CONSTRAINT), replaced or left alone.
*/
void relPlanDeclare(RelError *error, RelModel *model, const RelDeclaration *declaration,
                    const char *backref, RelOnConflict onConflict, RelChanges *changes);
void relPlanUndeclare(RelError *error, sqlite3_int64 id, RelChanges *changes);

/* Plans everything the FOREIGN KEYs imply and nothing declares yet. */
void relPlanAutomap(RelError *error, RelModel *model, RelChanges *changes);
/* Whether something declares what is implied: joins the same columns, or has its name. */
int relIsDeclared(const RelModel *model, const Relationship *implied);
void relPlanDrop(RelError *error, RelModel *model, RelChanges *changes);

/* Reads the catalog anew. Refuses, where a row of the catalog no longer resolves: one line for each, and what to do. */
void relPlanSync(RelError *error, RelModel *model);

/*
** Writes the changes, and makes triggers, views and indexes match: with no changes, that is sync.
** The caller runs it where a failure is undone (journal.h), and calls relModelForget after one.
*/
void relCarryOut(RelError *error, RelModel *model, RelChanges *changes);

#endif
