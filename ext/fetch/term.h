/*
** Terms of ORDER BY → SQL. The SELECT that a level makes has other items than the selection, so what
** a term means is found out here.
*/
#ifndef REL_FETCH_TERM_H
#define REL_FETCH_TERM_H

#include "base/term.h"
#include "fetch/expression.h"

/* One term. An integer is the n-th item, and a whole term an alias before a column. */
void relTermWrite(const RelScope *scope, RelText *text, RelSlice slice, int flags);

/*
** True where the term is a column that compares bytewise, so that its order can be kept without
** SQL: its position (-1: the rowid), and whether it descends or has its NULLs last.
*/
typedef struct RelSortTerm {
  int column;
  int descending;
  int nullsLast;
} RelSortTerm;
int relTermSimple(const RelScope *scope, RelSlice slice, RelSortTerm *sort);

/*
** The column that the term is, whatever its sign and collation, and of which table; REL_NO_COLUMN
** for none.
*/
int relTermColumn(const RelScope *scope, RelSlice slice, const RelTable **table);

#endif
