/*
** What enforces the declarations, compared with what they compile to. Private to the check.
*/
#ifndef REL_INSPECT_CHECK_OBJECTS_H
#define REL_INSPECT_CHECK_OBJECTS_H

#include "inspect/check.h"

/* One object that is not as it should be. */
typedef struct RelCheckObject {
  RelDifference difference;
  const char *type;   /* static */
  char *name;         /* owned, as are the others */
  char *tableName;    /* of the script's: what it stands on */
  char *relationship; /* or NULL */
  int foreign;        /* what is there bears no sign that sync would drop it by */
  int unique;
  int said; /* already, or it need not be */
} RelCheckObject;

/* One object that the database has. */
typedef struct RelCheckKnown {
  char *type, *name; /* owned */
  int ours;          /* bears our sign */
  int unique;
} RelCheckKnown;

struct RelCheckObjects {
  RelCheck *check;      /* borrowed */
  RelCheckObject *list; /* owned */
  int count, room;
  RelCheckKnown *known; /* owned; by name, in either case */
  int knownCount, knownRoom;
};

/* What of the user's own has the name that the object needs; NULL where nothing has. */
const RelCheckKnown *relCheckTaken(const RelCheckObjects *objects, const RelCheckObject *object);

/* sync does not drop it: it bears no sign, or is a table or index, which SQLite keeps while a statement
** runs. */
int relCheckStays(const RelCheckObject *object);

/* DROP VIEW IF EXISTS …; */
void relCheckDrop(RelCheck *check, RelText *text, const char *type, const char *name);

/* What follows renames has older names once one was made: nothing is wrong yet. */
int relCheckHasOlderNames(const RelCheckObject *object);

#endif
