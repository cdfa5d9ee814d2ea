/*
** A term of ORDER BY, taken apart. SQLite takes it for an item of its SELECT where it is a name or
** an integer, whatever parentheses and collations stand around it, and whatever signs before the
** integer (sqlite3ExprSkipCollateAndLikely(), sqlite3ExprIsInteger(): a collation inside a sign's
** parentheses makes it a value).
*/
#ifndef REL_BASE_TERM_H
#define REL_BASE_TERM_H

#include "base/token.h"

typedef struct RelTerm {
  RelToken core; /* the name or number that stands alone in it; REL_TOKEN_END where none does */
  RelToken qualifier; /* of a name, the table; empty where there is none */
  int sign;           /* before the core: 1 or -1; 0 where there is none */
  RelToken collation; /* the outermost; empty where there is none */
  RelSlice order;     /* ASC, DESC, NULLS …; empty where there is none */
} RelTerm;

/* The text must be balanced (relTokenBalanced). */
RelTerm relTermParts(RelSlice slice);

/* True for an integer of 32 bits, as only those are positions: 0, or below, is out of range. */
int relTermPosition(const RelTerm *term, sqlite3_int64 *position);

#endif
