/*
** What the two parts of carrying changed keys share. Private to enforce/: carry.c finds the keys and
** compiles those that end, carry_cycle.c those that refer to themselves.
*/
#ifndef REL_ENFORCE_CARRY_H
#define REL_ENFORCE_CARRY_H

#include "enforce/compile.h"

/* One key whose changes are carried from its parent to its child. */
typedef struct RelCarried {
  const Relationship *relationship; /* borrowed: the first that says so */
  const RelKey *key;
  const char *condition; /* of the members that follow, or NULL */
  int cycle;             /* 0, or the number of its cycle, from 1 */
  int done;              /* its trigger is made */
} RelCarried;

typedef struct RelCarry {
  RelCompiler *compiler;
  RelError *error;
  RelCarried *items; /* owned */
  int count, room;
  unsigned char *reaches; /* [count * count] owned: a change of the one's key changes the other's */
} RelCarry;

/* The rowid's column, where it has one; else the column itself. */
int relCarryColumn(const RelTable *table, int column);
/* The position of a column among others, or -1. */
int relCarryPosition(const RelTable *table, const int *columns, int count, int wanted);
/* OLD."id" IS NOT NEW."id" OR ... */
char *relCarryChanges(RelError *error, const RelTable *table, const int *columns, int count);
/* The columns of UPDATE OF, or NULL where any may change them. */
char *relCarryUpdated(RelError *error, const RelTable *table, const int *columns, int count);
/* What cannot follow into NULL is refused by name: a cycle, or a column that may not be. */
void relCarryRefuse(RelCarry *carry, RelText *body, const RelCarried *item);

/* The triggers and the view of the cycle of which the n-th item is the first. */
void relCarryCycle(RelCarry *carry, int n);

#endif
