/*
** What the deletion of a row leads to, whoever sees to it: the actions of the declared relationships
** and, where they are in force, what is left to native foreign keys. Each step finds the rows that
** some rows lead to with one statement.
*/
#ifndef REL_INSPECT_STEPS_H
#define REL_INSPECT_STEPS_H

#include "enforce/actions.h"

typedef enum RelStepKind {
  REL_STEP_TAKES,   /* the rows go */
  REL_STEP_EMPTIES, /* they stay, and lose their key */
  REL_STEP_REFUSES  /* while they are there, nothing may go */
} RelStepKind;

/* Rows of one table that a statement asks about. */
typedef enum RelRowSet {
  REL_ROWS_GO,          /* they go */
  REL_ROWS_WENT_BEFORE, /* the walk before this one found them */
  REL_ROWS_ASKED        /* it all begins with them */
} RelRowSet;

/* The n-th parameter of a step's statement after ?1. */
typedef struct RelParameter {
  const RelTable *table;
  RelRowSet rows;
} RelParameter;

typedef struct RelStep {
  RelStepKind kind;
  const char *action;    /* static: as it is said */
  const char *label;     /* borrowed: the relationship */
  const RelTable *from;  /* rows of it go */
  const RelTable *to;    /* rows of it are found */
  const RelKey *down;    /* its parent is `from`, or NULL */
  const RelKey *up;      /* its parent is `to`, whose rows nothing refers to any more; or NULL */
  const char *condition; /* borrowed: what the rows found fulfil besides, or NULL */
  const Relationship *owner; /* whose owner of the row that lets go (by `key`) … */
  int ownerGoes;             /* … goes, or stays; NULL where that is all the same */
  int emptied;               /* the rows between `down` and `up` stay, and lose their key */
  int late;                  /* looked at before others, as its rows may have gone long ago */
  int defaults;              /* the key gets its defaults */
  int native;                /* a foreign key sees to it */
  int atOnce;                /* REFUSES: also because of rows that go */
  const RelKey *dangling;    /* REFUSES: the defaults make this key refer to nothing */
  const RelIndex *unique;    /* REFUSES: the defaults are there already */
  RelParameter *parameters;  /* owned: what relStepSql asks for */
  int parameterCount, parameterRoom;
} RelStep;

typedef struct RelSteps {
  RelActions actions; /* owned */
  RelStep *items;     /* owned */
  int count, room;
} RelSteps;

/* `natively`: foreign keys are in force. The caller clears the list, also after an error. */
void relStepsCollect(RelError *error, RelModel *model, int natively, RelSteps *steps);
void relStepsClear(RelSteps *steps);

/*
** The statement of a step: the identity of each row found, and the slot of the row that leads to it.
** Rows come in the order of the slots, and more than once where several lead to them. ?1 is bound to
** the rows of step->from as RelKeys, the others to what step->parameters say. The caller owns the text.
*/
char *relStepSql(RelError *error, const RelSteps *steps, RelStep *step);

/* True for what goes with the last row that refers to it. */
int relStepIsUpward(const RelStep *step);

#endif
