/*
** Relationships → the ordinary SQL objects that enforce them: triggers, views, indexes and, for
** the rare cycle that needs one, a work table. Compiling is pure text; applying makes the database
** hold exactly the compiled objects.
*/
#ifndef REL_ENFORCE_ENFORCE_H
#define REL_ENFORCE_ENFORCE_H

#include "model/model.h"

typedef struct RelObject {
  const char *type; /* "table", "index", "view" or "trigger" */
  char *name;       /* owned */
  char *tableName;  /* owned: what it stands on (a trigger's or index's table; a view's own name) */
  char *
      relationship; /* owned: label of the relationship it belongs to, or NULL where it serves several */
  char *sql;        /* owned: the CREATE statement, unqualified name, without a semicolon */
  char *probe;      /* owned: a statement whose preparing makes SQLite check the object, or NULL */
} RelObject;

typedef struct RelScript {
  RelObject
      *objects; /* owned: tables, indexes, views, triggers, in an order that can be executed */
  int count;
  int room;
} RelScript;

/*
** Everything that the model's declared relationships compile to. A rule that cannot be held is an
** error naming the relationship, the column and what to write instead. The caller owns the result
** (relScriptClear), also after an error.
*/
void relCompile(RelError *error, RelModel *model, RelScript *script);
/* The same whatever rows are there: with the UNIQUE indexes that these do not allow yet. */
void relCompileDeclared(RelError *error, RelModel *model, RelScript *script);
void relScriptClear(RelScript *script);

/*
** Makes the database hold exactly the script's objects: drops what an earlier declaration made and
** the script has no more or has otherwise, creates what is missing, then lets SQLite prepare a
** write to every table and view concerned. The caller runs it where a failure is undone (a nested
** statement with a journal). An object of the user's own under one of our names is an error.
*/
void relApply(RelError *error, RelModel *model, const RelScript *script);

/*
** What relApply would change. `object` is the script's, or NULL for one of ours that the script has
** not; `type` and `name` are the object's. Everything is borrowed for the call. An object that has lost
** our sign is missing.
*/
typedef enum RelDifference { REL_MISSING, REL_EDITED, REL_LEFT_OVER } RelDifference;
typedef void RelDiffer(void *context, RelDifference difference, const RelObject *object,
                       const char *type, const char *name);
void relCompare(RelError *error, RelModel *model, const RelScript *script, RelDiffer *differ,
                void *context);

#endif
