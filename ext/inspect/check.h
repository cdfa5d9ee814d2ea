/*
** relationship_check: what the parts of it share. Each part looks for one kind of problem in one
** database.
*/
#ifndef REL_INSPECT_CHECK_H
#define REL_INSPECT_CHECK_H

#include "enforce/enforce.h"
#include "inspect/inspect.h"

typedef enum RelSeverity {
  REL_SEVERITY_ERROR,
  REL_SEVERITY_WARNING,
  REL_SEVERITY_NOTE
} RelSeverity;

/* Among problems of one severity: in which order their fixes work. */
typedef enum RelStage {
  REL_STAGE_REFUSING, /* what would refuse the others */
  REL_STAGE_SINGLES,  /* rows that would refuse a UNIQUE index */
  REL_STAGE_TAKEN,    /* names that ours need: from here on sync works */
  REL_STAGE_DECLARED,
  REL_STAGE_MADE,
  REL_STAGE_DATA, /* under the rules, which now hold: rows that have to go */
  REL_STAGE_KEYS, /* those that stay, and let go */
  REL_STAGE_COUNT
} RelStage;

typedef struct RelProblem {
  RelSeverity severity;
  RelStage stage;
  char *relationship;  /* owned, or NULL */
  const char *problem; /* static: its name */
  char *detail;        /* owned */
  char *fix;           /* owned: complete SQL, or NULL */
} RelProblem;

/* A declaration that cannot be held. */
typedef struct RelUnheld {
  const Relationship *relationship; /* borrowed; NULL where the message names none */
  char *message;                    /* owned */
} RelUnheld;

typedef struct RelCheckObjects RelCheckObjects;

typedef struct RelCheck {
  RelError *error; /* borrowed, as are the next two */
  sqlite3 *db;
  RelModel *model;
  int database;             /* SQLite's number of it */
  int all;                  /* every FOREIGN KEY, declared or not */
  int natives;              /* foreign_keys is on */
  int shadowed;             /* temp has tables, which unqualified names would find first */
  RelScript script;         /* owned: what the declarations compile to; empty where they do not */
  RelCheckObjects *objects; /* owned: what the database has otherwise */
  RelUnheld *unheld;        /* owned: left out of the script, as what does not resolve */
  int unheldCount;
  int unheldRoom;
  int undeclared;       /* declarations that fixes take away, */
  int undeclaring;      /* so far, */
  int entangled;        /* each of which stands in the way of the others */
  int renamed;          /* rows of the catalog that have older names */
  int grows;            /* fixes make tables or columns, so that what did not resolve may */
  int taken;            /* names of ours that something else has */
  int broken;           /* triggers, views or tables of ours are not as declared */
  int syncsLater;       /* a fix of a later problem syncs, this one cannot yet */
  char *way;            /* owned: drops what sync would be refused for */
  const char *prelude;  /* static: SQL by which `declarations` comes to be, or "" */
  char *declarations;   /* owned: how SQL calls the table `relationship` here */
  RelStage stage;       /* of what is added */
  RelProblem *problems; /* owned */
  int count;
  int room;
} RelCheck;

/* Adds a problem of a relationship (`label`, or NULL). Takes detail and fix. */
void relCheckAdd(RelCheck *check, RelSeverity severity, const char *label, const char *problem,
                 char *detail, char *fix);

/* A refusal without "relationship: users.posts: " before it, which the row says already. */
char *relCheckRefusal(RelCheck *check, const char *label, const char *message);

/* What the parts ask: which declarations have to go, and what the others compile to. */
void relCheckCompare(RelCheck *check);
void relCheckObjectsFree(RelCheckObjects *objects);
/* True where another row of the catalog has the owner and name of the n-th; `resolved`: an earlier one
** that resolves. */
int relCheckNamesake(const RelCheck *check, int n, int resolved);

/* The trigger by which declarations follow renames: once it is dropped, they do not. */
int relCheckIsNames(const char *trigger);

/* The parts. */
void relCheckDeclarations(RelCheck *check); /* what is declared, against itself and the schema */
void relCheckObjects(RelCheck *check); /* triggers, views and indexes, against what is declared */
void relCheckKeys(RelCheck *check);    /* FOREIGN KEYs that nothing declares, and their indexes */
void relCheckParents(RelCheck *check); /* FOREIGN KEYs that refer to what is not there */
void relCheckSingles(RelCheck *check); /* rows that only one of may be */
void relCheckData(RelCheck *check);    /* rows that refer to nothing, and orphans */

/* --- SQL as a person would write it ----------------------------------------------------------- */

/* posts, or aux.posts */
void relCheckName(RelCheck *check, RelText *text, const char *schema, const char *name);
void relCheckTable(RelCheck *check, RelText *text, const RelTable *table);
/* The name, or with a number behind it the first that is free: posts_author_id_2. Takes the name. */
char *relCheckFreeName(RelCheck *check, const char *schema, char *wanted);
/* user_id, or tenant and user_id: the key's columns on its child. The caller owns it. */
char *relCheckColumns(RelCheck *check, const RelKey *key);

/* The statement that makes triggers, views and indexes match. */
char *relCheckSync(RelCheck *check);
/* The same behind a repair for which triggers of ours were dropped, unless it comes later. */
void relCheckSyncAgain(RelCheck *check, RelText *text);
/* Drops before the statement what sync, and whatever else alters what is declared, would be refused for.
** Takes the statement. */
char *relCheckClear(RelCheck *check, char *sql);
/* UPDATE relationship SET what WHERE …; */
char *relCheckAlter(RelCheck *check, const Relationship *relationship, const char *what);
/*
** DELETE FROM relationship WHERE …; by the row itself where another has its owner and name. Of several
** that stand in each other's way all go out of the catalog before the last fix syncs.
*/
char *relCheckUndeclare(RelCheck *check, const RelDeclaration *row, int byRow);
/* Takes back_populates from one or both (b is NULL, or not): UPDATE relationship would be refused for
** others that disagree. */
char *relCheckUnlink(RelCheck *check, const Relationship *a, const Relationship *b);

/*
** The rows of a key's child: that have the key; that have no row to refer to; and that are not the
** first, among those fulfilling `condition`, to refer to theirs.
*/
void relCheckHasKey(RelText *text, const RelKey *key);
char *relCheckDangling(RelCheck *check, const RelKey *key);
char *relCheckRepeated(RelCheck *check, const RelKey *key, const char *condition);

/*
** Whether a FOREIGN KEY gives values of the child another type, so that a join may not find what they
** refer to; those that it does not find; and the statement that gives them that type for good.
*/
int relCheckRetypes(const RelKey *key);
char *relCheckUnjoined(RelCheck *check, const RelKey *key);
char *relCheckRetype(RelCheck *check, const RelKey *key, const char *condition);

/* True where emptying or changing the column changes another key, too. */
int relCheckIsShared(RelCheck *check, const RelKey *key, int column);

/* True where rows that dangle by the key have to go: their owner would have taken them along, or they
** cannot be without one. */
int relCheckGoes(const RelCheck *check, const RelKey *key);
/* True where a row that lets go, by this key, of an owner that is there is deleted for it. */
int relCheckOrphans(const RelCheck *check, const RelKey *key);

/*
** The statements that let go of what the rows of the key's child refer to, or delete them where they
** have to go; and with them what refers to those, where no rule does. `condition` says which rows;
** `delete`: in any case.
*/
char *relCheckRepair(RelCheck *check, const RelKey *key, const char *condition, int delete);

#endif
