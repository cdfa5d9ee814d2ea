/*
** The column lists and join conditions of a declaration, as text: "user_id, posts.author_id" and
** "users.id = posts.user_id AND posts.published".
*/
#ifndef REL_MODEL_COLUMNS_H
#define REL_MODEL_COLUMNS_H

#include "model/relationship.h"

typedef struct RelColumnRef {
  RelTable *table; /* borrowed */
  int column;
} RelColumnRef;

typedef struct RelColumnList {
  RelColumnRef *refs; /* owned */
  int count;
  int room;
} RelColumnList;

/*
** Reads the list in `field` of the declaration. A qualified name is looked up in the table of that
** name among `tables`, an unqualified one in the first of them that has it; where `strict`, one
** that two of them have is refused. The caller owns the list (relColumnListClear), also after an
** error.
*/
void relColumnListRead(RelError *error, const Relationship *relationship, RelField field,
                       RelTable *const *tables, int tableCount, int strict, RelColumnList *list);
void relColumnListClear(RelColumnList *list);

/* The equality pairs of a join: sides[0] and sides[1] as written. */
typedef struct RelJoin {
  RelColumnRef (*pairs)[2]; /* owned */
  int count;
  int room;
  char *condition; /* owned: the conjuncts that are no such pair, or NULL */
} RelJoin;

/* Reads the join in `field`: conjuncts between the columns of `tables`. At least one pair. */
void relJoinRead(RelError *error, const Relationship *relationship, RelField field,
                 RelTable *const *tables, int tableCount, RelJoin *join);
void relJoinClear(RelJoin *join);

#endif
