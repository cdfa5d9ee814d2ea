/*
** relationship_check: what the parts of it share. Each part looks for one kind of problem in one
** database.
*/
#ifndef REL_INSPECT_CHECK_H
#define REL_INSPECT_CHECK_H

#include "inspect/inspect.h"

typedef enum RelSeverity {
  REL_SEVERITY_ERROR,
  REL_SEVERITY_WARNING,
  REL_SEVERITY_NOTE
} RelSeverity;

typedef struct RelProblem {
  RelSeverity severity;
  char *relationship;  /* owned, or NULL */
  const char *problem; /* static: its name */
  char *detail;        /* owned */
  char *fix;           /* owned: complete SQL, or NULL */
} RelProblem;

typedef struct RelCheck {
  RelError *error; /* borrowed, as are the next two */
  sqlite3 *db;
  RelModel *model;
  int all;              /* every FOREIGN KEY, declared or not */
  int natives;          /* foreign_keys is on */
  int unread;           /* rows of the catalog that do not resolve */
  RelProblem *problems; /* owned */
  int count;
  int room;
} RelCheck;

/* Adds a problem of a relationship (`label`, or NULL). Takes detail and fix. */
void relCheckAdd(RelCheck *check, RelSeverity severity, const char *label, const char *problem,
                 char *detail, char *fix);

/* The parts. */
void relCheckDeclarations(RelCheck *check); /* what is declared, against itself and the schema */
void relCheckObjects(RelCheck *check); /* triggers, views and indexes, against what is declared */
void relCheckKeys(RelCheck *check);    /* FOREIGN KEYs that nothing declares, and their indexes */
void relCheckSingles(RelCheck *check); /* rows that only one of may be */
void relCheckData(RelCheck *check);    /* rows that refer to nothing, and orphans */

/* "schema"."table", or "table" in main. */
void relCheckTable(RelText *text, const RelTable *table);
/* WHERE schema = … AND owner = … AND name = …, in the table `relationship`. */
char *relCheckWhere(RelCheck *check, const char *owner, const char *name);
/* The rows of a key's child: that refer to no row; and that are not the first to refer to theirs. */
char *relCheckDangling(RelCheck *check, const RelKey *key);
char *relCheckRepeated(RelCheck *check, const RelKey *key, const char *condition);

/*
** The statements that let go of what the rows of the key's child refer to, or delete them where
** they cannot; and with them what refers to those, where no rule does. `condition` says which rows;
** `delete`: in any case.
*/
char *relRepair(RelCheck *check, const RelKey *key, const char *condition, int delete);

/* The statement that makes triggers, views and indexes match. */
char *relCheckSync(RelCheck *check);

#endif
