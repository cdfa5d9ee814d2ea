/*
** Pieces of a level's SQL, written into one query at a time.
*/
#ifndef REL_FETCH_SQL_H
#define REL_FETCH_SQL_H

#include "fetch/reading.h"

typedef struct RelCompose {
  RelError *error; /* borrowed, as are the next two */
  const RelReading *reading;
  RelLevel *level;
  RelQuery *query; /* the one being written */
  RelText text;
} RelCompose;

void relComposeStart(RelCompose *c, RelQueryKind kind);
void relComposeFinish(RelCompose *c);

/* "table"."column"; the same for several, with commas between; in parentheses where several. */
void relWriteColumn(RelCompose *c, const RelTable *table, int column);
void relWriteColumns(RelCompose *c, const RelTable *table, const int *columns, int count);
void relWriteTuple(RelCompose *c, const RelTable *table, const int *columns, int count);
/* "schema"."table", which then goes by its own name */
void relWriteTable(RelCompose *c, const RelTable *table);

/* The slots' keys, and the n-th value of one, converting in comparisons as that affinity does. */
void relWriteKeys(RelCompose *c);
void relWriteKey(RelCompose *c, RelAffinity affinity, int n);
/* A comparison that a column's affinity and collation rule: the key's value = a column. */
void relWriteKeyEquals(RelCompose *c, RelAffinity affinity, const char *collation, int n,
                       const RelTable *table, int column);
/* Slots against the parent's side of a key (their values are the child's), or the child's side. */
void relWriteKeyJoin(RelCompose *c, const RelKey *key, int toParent);

/* An expression in parentheses. */
void relWriteExpression(RelCompose *c, RelSlice slice, int flags);
/* The relationship's condition and the selection's WHERE, after `word` (WHERE or AND). */
void relWriteConditions(RelCompose *c, const char *word);
/* The terms of the order, then the primary key; relHasOrder says whether there are any. */
int relHasOrder(const RelCompose *c);
void relWriteTerms(RelCompose *c, int flags);
void relWriteOrder(RelCompose *c);
void relWriteSlotOrder(RelCompose *c);
void relWriteLimit(RelCompose *c);

/* `slot` and the level's arguments, for SELECT or a function. */
void relWriteArguments(RelCompose *c, const char *slot, int flags);
/* SELECT with an aggregate that writes all rows; or, for a stepped query, what gives each row. */
void relWriteSelect(RelCompose *c, const char *slot, int flags);

#endif
