/*
** Expressions of a selection → SQL: variables get their numbers, aliases their expressions, names
** that the level's FROM would leave ambiguous their table.
*/
#ifndef REL_FETCH_EXPRESSION_H
#define REL_FETCH_EXPRESSION_H

#include "fetch/functions.h"
#include "fetch/spots.h"

/* What an expression may refer to. Everything is borrowed. */
typedef struct RelScope {
  const struct RelScope *outer; /* whose SQL this stands inside, or NULL */
  RelError *error;
  const RelSource *source;
  const char *path;
  const RelTable *table;
  const RelTable *secondary;     /* NULL unless many-to-many */
  const RelSelection *selection; /* whose aliases may be used, or NULL */
  RelModel *model;               /* where any() finds relationships; NULL: there is no any() */
  RelCriteria *criteria;         /* what holds for every row of a table; NULL: nothing */
  RelFunctions *functions;       /* those of the connection */
  RelSpots *spots;               /* of the statement being written */
} RelScope;

/* The SQL name that the slots of a keyed level go by. */
#define REL_SLOT_NAME "\"relationship keys\".\"relationship slot\""

enum {
  REL_WITH_ALIASES = 1, /* names of items stand for their expressions */
  REL_PARTITIONED = 2   /* windows are counted per slot */
};
void relExpressionWrite(const RelScope *scope, RelText *text, RelSlice slice, int flags);

/* What an item of the scope's selection stands for, in parentheses; errors name what is at `at`. */
void relItemWrite(const RelScope *scope, RelText *text, const RelItem *item, RelSlice at,
                  int flags);

/* The item called `name`, or NULL; whether a column is. */
const RelItem *relScopeAlias(const RelScope *scope, const char *name);
int relScopeHas(const RelScope *scope, const char *name);

/* The position of the column a name means, -1 for the rowid, REL_NO_COLUMN for none. */
enum { REL_NO_COLUMN = -2 };
int relScopeColumn(const RelTable *table, const char *name);

/*
** True for what a virtual table may have beside its columns: row ids, though it need not have them, and hidden
** columns.
*/
int relScopeBeside(const RelTable *table, const char *name);

/* Refuses a function that may not be called from a schema: a view may hold the selection. */
void relFunctionsCheck(const RelScope *scope, RelToken name);

/*
** any(relationship [, expr]): EXISTS with the member's rows, for the row at hand of the scope's
** table. `name` is the relationship's, `expr` may be empty (exists.c).
*/
void relExistsWrite(const RelScope *scope, RelText *text, RelToken name, RelSlice expr);

/* True where an expression may be about a column of the secondary rather than one of the table. */
int relExpressionMentions(const RelScope *scope, RelSlice slice);
/* True where it is about a column: of the table, the secondary, or by a qualified name. */
int relExpressionMentionsColumn(const RelScope *scope, RelSlice slice);
/* True where an expression has a subquery. */
int relExpressionNested(RelSlice slice);
/* True where an expression has a window function. */
int relExpressionWindowed(RelSlice slice);

#endif
