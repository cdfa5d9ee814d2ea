/*
** What the parts of the compiler share: the script they write to and the graph they ask. Private to
** enforce/; others see enforce.h.
*/
#ifndef REL_ENFORCE_COMPILE_H
#define REL_ENFORCE_COMPILE_H

#include "enforce/enforce.h"
#include "enforce/graph.h"
#include "enforce/template.h"
#include "enforce/words.h"
#include "model/catalog.h"

typedef struct RelCompiler {
  RelError *error;    /* borrowed */
  RelModel *model;    /* borrowed */
  RelScript *script;  /* borrowed */
  int anyRows;        /* rows need not allow what is compiled */
  RelActions actions; /* owned */
  RelGraph graph;     /* owned */
  char **indexes;     /* owned: the names of the indexes that we made, sorted; NULL: not read yet */
  int indexCount;
} RelCompiler;

/* The parts, in the order in which relCompile calls them. */
void relCompileSingles(RelCompiler *compiler);
void relCompileIndexes(RelCompiler *compiler);
void relCompileCollections(RelCompiler *compiler);
void relCompileDeletes(RelCompiler *compiler);
void relCompileOrphans(RelCompiler *compiler);
void relCompileCycles(RelCompiler *compiler);
void relCompileWorklists(RelCompiler *compiler);
void relCompileCarry(RelCompiler *compiler);
void relCompileNames(RelCompiler *compiler);

/*
** True where emptying any column of the key can be answered by deleting the row instead, as
** delete-orphan does: all may not be NULL, and SQLite lets a trigger see that first.
*/
int relOrphanInstead(const RelKey *key);

/*
** A trigger to be. `name`, `columns`, `when` and `body` are taken by relAddTrigger; the rest is
** borrowed.
*/
typedef struct RelTrigger {
  char *name;
  const char *label; /* the relationship it belongs to, or NULL */
  const char *time;  /* "BEFORE", "AFTER" or "INSTEAD OF" */
  const char *event; /* "DELETE", "INSERT" or "UPDATE" */
  char *columns;     /* of UPDATE OF, quoted; NULL: any */
  const char *table; /* or view */
  char *when;        /* or NULL */
  char *body;
} RelTrigger;

void relAddTrigger(RelCompiler *compiler, RelTrigger *trigger);

/* Adds an object. Takes name, sql and probe. */
void relAddObject(RelCompiler *compiler, const char *type, char *name, const char *tableName,
                  const char *label, char *sql, char *probe);

/* Appends a statement to a trigger's body, under a comment that names its relationship and rule. */
void relAddStatement(RelText *body, const char *label, const char *rule, const char *sql);

/* An action as a statement; `row` is what the row that goes is called. The caller owns the text. */
char *relActionStatement(RelError *error, const RelAction *action, const char *row);

#endif
