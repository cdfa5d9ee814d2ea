/*
** What the letting go of members needs to know of cycles that work off a list.
*/
#ifndef REL_ENFORCE_WORKLIST_H
#define REL_ENFORCE_WORKLIST_H

#include "enforce/compile.h"

/* The condition that a run of the cycle is under way. The caller owns it. */
char *relWorklistRunning(RelError *error, const RelCycle *cycle);

/* A statement that puts the rows of a table that `which` holds for on the list. The caller owns it. */
char *relWorklistDelete(RelError *error, const RelCycle *cycle, const RelTable *table,
                        const char *which);

/*
** Statements as a run of the cycle: what they put on the list is worked off. Borrows them; the caller
** owns the result.
*/
char *relWorklistRun(RelError *error, const RelCycle *cycle, const char *statements);

#endif
