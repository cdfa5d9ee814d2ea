/*
** Where the texts of a declaration (column lists, joins, order_by) name columns.
*/
#ifndef REL_MODEL_NAMES_H
#define REL_MODEL_NAMES_H

#include "base/token.h"
#include "model/relationship.h"

/* One column named in a text. */
typedef struct RelNamed {
  RelField field; /* the text it stands in */
  RelToken table; /* what stands before the dot; of kind REL_TOKEN_END where there is none */
  RelToken column;
  const RelField *tables; /* the tables it may belong to, the first that has it: REL_FIELD_OWNER,
                             _TARGET or _SECONDARY, up to REL_FIELD_COUNT. Static. */
} RelNamed;

/* A walk over them. Start with a zeroed one whose declaration (borrowed) is set. */
typedef struct RelNaming {
  const RelDeclaration *declaration;
  int text; /* which text comes next */
  RelField field;
  const RelField *tables;
  const char *cursor; /* in the text, or NULL between texts */
  int qualifiedOnly;  /* a subquery is in it, whose tables bring columns of their own */
} RelNaming;

/*
** The next name, in the order of the texts. What is a column cannot be told for certain without
** SQLite: a name that no table has is no column.
*/
int relNamingNext(RelNaming *naming, RelNamed *named);

#endif
