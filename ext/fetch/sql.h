/*
** Pieces of a level's SQL, written into one query at a time.
*/
#ifndef REL_FETCH_SQL_H
#define REL_FETCH_SQL_H

#include "fetch/reading.h"

/* Where a level's SQL has the keys of its owners from. */
typedef enum RelFeed {
  REL_FEED_KEYS,      /* those of a batch, as a table of slots */
  REL_FEED_ONE,       /* the one slot that the statement is run for */
  REL_FEED_BOUND,     /* the same, its key among the parameters */
  REL_FEED_EACH,      /* the slot at hand of the surrounding SQL, which is over such a table */
  REL_FEED_OWNERS,    /* from the root's rows, found again: a table of slots as well */
  REL_FEED_SOURCE,    /* the same without the slots, for what is below */
  REL_FEED_CORRELATED /* the row at hand of the surrounding SQL, which goes by its table's name */
} RelFeed;

typedef struct RelCompose {
  RelError *error; /* borrowed, as are the next */
  RelLevel *level;
  const RelReading *reading;
  RelPiece *piece; /* the one being written */
  RelQuery *query; /* whose it is, or NULL */
  RelFeed feed;
  int indexFirst; /* rows are found as REL_INDEX_NAME, then looked up in the table */
  int turned;     /* rows come first, and the slots of each are looked up */
  RelText text;
  const char *word;  /* what goes before the next condition: WHERE or AND */
  const char *comma; /* what goes before the next argument or column: "," but for the first */
} RelCompose;

void relComposeStart(RelCompose *c, RelQueryKind kind);
void relComposePiece(RelCompose *c, RelPiece *piece);
void relComposeFinish(RelCompose *c);

/* "table"."column"; the same for several, with commas between; in parentheses where several. */
void relWriteColumn(RelCompose *c, const RelTable *table, int column);
void relWriteColumns(RelCompose *c, const RelTable *table, const int *columns, int count);
void relWriteTuple(RelCompose *c, const RelTable *table, const int *columns, int count);
/* "schema"."table", which then goes by its own name */
void relWriteTable(RelCompose *c, const RelTable *table);

/* The level's table where nothing but its index is read. */
#define REL_INDEX_NAME "\"relationship index\""
#define REL_INDEX_VALUE "relationship index %d"

/* The slots' keys as a table, the slot at hand, and the n-th value of its key. */
#define REL_KEYS_TABLE "temp.relationship_keys(?33) AS \"relationship keys\""
int relIsForOne(const RelCompose *c); /* the statement is */
const char *relSlotName(const RelCompose *c);
void relWriteKey(RelCompose *c, RelAffinity affinity, int n);
/* A comparison that a column's affinity and collation rule: the key's value = a column. */
void relWriteKeyEquals(RelCompose *c, RelAffinity affinity, const char *collation, int n,
                       const RelTable *table, int column);
/* Slots against the parent's side of a key (their values are the child's), or the child's side. */
void relWriteKeyJoin(RelCompose *c, const RelKey *key, int toParent);
/* True where the surrounding SQL's row must be renamed, for its table is one of the level's, too. */
int relHidesOwner(const Relationship *relationship);
/* (SELECT key of the surrounding SQL's row) AS "relationship owner" */
void relWriteOwner(RelText *text, const Relationship *relationship);

/* `word`, at first, then AND. */
void relWriteWord(RelCompose *c);
/* An expression in parentheses. */
void relWriteExpression(RelCompose *c, RelSlice slice, int flags);
/*
** What holds for the level's rows, each behind c->word: the relationship's condition, FOR EACH, the
** selection's WHERE, and that inner children have members.
*/
void relWriteConditions(RelCompose *c);
/* The same for what holds wherever the relationship leads: its condition, FOR EACH. */
void relStandingWrite(const RelScope *scope, RelText *text, const Relationship *relationship,
                      const char **word);

/* The terms of the order, then the primary key; relHasOrder says whether there are any. */
int relHasOrder(const RelCompose *c);
void relWriteTerms(RelCompose *c, int flags);
void relWriteOrder(RelCompose *c);
void relWriteSlotOrder(RelCompose *c);
void relWriteLimit(RelCompose *c);

void relWriteArgument(RelCompose *c, const RelArgument *argument, int flags);
/* `comma`, from then on a comma. */
void relWriteComma(RelCompose *c);
/* All arguments of the level, each behind c->comma. */
void relWriteArguments(RelCompose *c, int flags);
/*
** SELECT with an aggregate that writes all rows; or, for a stepped query, what gives each row. `slot` is
** the SQL of its slot, which is left out where the query feeds the aggregate slot by slot.
*/
void relWriteSelect(RelCompose *c, const char *slot, int flags);

/* " CROSS JOIN target ON …" behind the secondary (members.c); the second lets SQLite choose which is first. */
void relWriteTarget(RelText *text, const Relationship *relationship);
void relWriteTargetFreely(RelText *text, const Relationship *relationship);

/*
** Whether anything but the key decides which rows a level has; whether it lets SQLite read less of an index
** than a key's rows, by its own account of the SQL at hand; whether that reads no table whole (seek.c).
*/
int relIsFiltered(const RelCompose *c);
int relSeeksFurther(const RelCompose *c);
int relSeeksAll(const RelCompose *c);
/* Whether SQLite works out a whole view first, by its own account; whether it reads nothing whole for that. */
int relMaterializes(const RelCompose *c);
int relSeeksThrough(const RelCompose *c);

/* The queries and pieces of one level (members.c, aggregate.c, root.c). */
void relComposeMembers(RelCompose *c);
void relComposeAggregate(RelCompose *c);
void relComposeRoot(RelCompose *c);
void relComposeFilter(RelCompose *c);
void relComposeJoined(RelCompose *c);
void relComposeSource(RelCompose *c);
/* Whether a level's rows can be found from the root's by SQL alone. */
int relHasSource(const RelLevel *level);

/* FROM and WHERE of a level's members, for the feed at hand (members.c). */
void relWriteMembers(RelCompose *c);
const RelTable *relJoinedTable(const RelCompose *c);

/*
** The columns that tell a level's rows apart: those of the link, where there is one, and of the target
** where a link may have several. None where SQL cannot tell.
*/
typedef struct RelIdentity {
  const RelTable *tables[2 * REL_MAX_KEY_WIDTH];
  int columns[2 * REL_MAX_KEY_WIDTH];
  int count;
} RelIdentity;
void relIdentityOf(const RelLevel *level, RelIdentity *identity);
/* Them all, with commas between. */
void relWriteIdentity(RelCompose *c, const RelIdentity *identity);
/*
** FROM and WHERE of a level's rows in its order, within its limit, and so that a function's arguments
** are computed last: a subquery would lose what makes them JSON. Then of an aggregate's rows, in
** order only where that matters (aggregate.c).
*/
void relWriteInOrder(RelCompose *c);
void relWriteAggregated(RelCompose *c);

#endif
