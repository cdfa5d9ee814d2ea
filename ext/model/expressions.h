/*
** The SQL expressions in a declaration: order_by, and the condition of an explicit join.
*/
#ifndef REL_MODEL_EXPRESSIONS_H
#define REL_MODEL_EXPRESSIONS_H

#include "model/model.h"

/* Refuses what SQLite cannot read where it will stand, parameters, and functions not for schemas. */
void relExpressionsCheck(RelError *error, RelModel *model, const Relationship *relationship);

#endif
