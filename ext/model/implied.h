/*
** What the FOREIGN KEYs imply: both directions of each key, and the many-to-many over every
** association table, under the names of the contract.
*/
#ifndef REL_MODEL_IMPLIED_H
#define REL_MODEL_IMPLIED_H

#include "model/model.h"

typedef struct RelImplied {
  Relationship **items; /* owned */
  int count;
  int room;
} RelImplied;

/* Reads every table of the model's database. Inverses are linked. */
void relImpliedRead(RelError *error, RelModel *model, RelImplied *implied);
void relImpliedClear(RelImplied *implied);

#endif
