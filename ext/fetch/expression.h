/*
** Expressions of a selection → SQL: variables get their numbers, aliases their expressions, names
** that the level's FROM would leave ambiguous their table.
*/
#ifndef REL_FETCH_EXPRESSION_H
#define REL_FETCH_EXPRESSION_H

#include "base/text.h"
#include "fetch/selection.h"
#include "schema/table.h"

/* Which bytes of a statement stand for which bytes of the selection: errors find their column. */
typedef struct RelSpot {
  int offset; /* in the SQL */
  int length;
  const char *at; /* borrowed: in the selection's text */
} RelSpot;

typedef struct RelSpots {
  RelSpot *list; /* owned */
  int count;
  int room;
} RelSpots;

/* What an expression may refer to. Everything is borrowed. */
typedef struct RelScope {
  RelError *error;
  const RelSource *source;
  const char *path;
  const RelTable *table;
  const RelTable *secondary;     /* NULL unless many-to-many */
  const RelSelection *selection; /* whose aliases may be used */
  RelSpots *spots;               /* of the statement being written */
} RelScope;

/* The SQL name that the slots of a keyed level go by. */
#define REL_SLOT_NAME "\"relationship keys\".\"relationship slot\""

enum {
  REL_WITH_ALIASES = 1, /* names of items stand for their expressions */
  REL_PARTITIONED = 2   /* windows are counted per slot */
};
void relExpressionWrite(const RelScope *scope, RelText *text, RelSlice slice, int flags);

/* One term of ORDER BY. An integer is the n-th item, and a whole term an alias before a column. */
void relTermWrite(const RelScope *scope, RelText *text, RelSlice term, int flags);

/*
** True where the term is a column that compares bytewise, so that its order can be kept without
** SQL: its position (-1: the rowid), and whether it descends or has its NULLs last.
*/
typedef struct RelSortTerm {
  int column;
  int descending;
  int nullsLast;
} RelSortTerm;
int relTermSimple(const RelScope *scope, RelSlice term, RelSortTerm *sort);

/* The position of the column a name means, -1 for the rowid, REL_NO_COLUMN for none. */
enum { REL_NO_COLUMN = -2 };
int relScopeColumn(const RelTable *table, const char *name);

/* The first aggregate function called in an expression (not as a window function), or none. */
RelSlice relExpressionAggregate(RelSlice slice);
/* True where an expression may be about a column of the secondary rather than one of the table. */
int relExpressionMentions(const RelScope *scope, RelSlice slice);
/* True where an expression has a window function. */
int relExpressionWindowed(RelSlice slice);

void relSpotsClear(RelSpots *spots);
/* The byte of the selection that byte `offset` of the SQL stands for, or NULL. */
const char *relSpotsFind(const RelSpots *spots, int offset);

#endif
