/*
** Pieces of the check's SQL about the rows of a key.
*/
#ifndef REL_INSPECT_CHECK_ROWS_H
#define REL_INSPECT_CHECK_ROWS_H

#include "inspect/check.h"

/* user_id, quoted where it has to be */
void relCheckColumn(RelText *text, const RelTable *table, int column);
/* a, b: what the key refers to */
void relCheckParentValue(RelText *text, const RelKey *key);
/* (a, b), or a: what refers, as the key compares it with the parent's columns */
void relCheckChildValue(RelText *text, const RelKey *key);

/* owner.id = member.user_id, as the key compares them; the child's side alone where there is no owner. */
void relCheckMatch(RelText *text, const RelKey *key, const char *owner, const char *member);

/*
** What tells a row from the others: the n-th of relIdentityWidth(table) columns, by the name that it
** has, if it has one.
*/
int relCheckIdentity(const RelTable *table, int n);

/* True where the query gives a row. Takes its text. */
int relCheckGivesRow(RelCheck *check, char *sql);

/* The different keys, declared or implied, that refer to the table. The caller owns the list. */
const RelKey **relCheckKeysTo(RelCheck *check, const RelTable *parent, int *count);

/* UPDATE child SET the key's columns = NULL WHERE condition; */
void relCheckLetGo(RelCheck *check, RelText *text, const RelKey *key, const char *condition);

/*
** With foreign_keys on, SQLite looks at a key of a table with itself whenever one of its rows is
** updated: whether rows of the key's child dangle by such another key, REL_HELD_GOING where they have
** to go. `text`, unless NULL, takes the statements that empty the keys of the others.
*/
enum { REL_HELD_LETTING = 1, REL_HELD_GOING = 2 };
int relCheckHeld(RelCheck *check, const RelKey *key, RelText *text);

/* True where a row that such a row lets go of is deleted when no other refers to it. */
int relCheckLosesLast(const RelCheck *check, const RelKey *key);

/* DROP TRIGGER IF EXISTS …; for each of ours that acts on one of these events. */
#define REL_CHECK_DELETES " DELETE ON "
#define REL_CHECK_UPDATES " UPDATE OF "
void relCheckDropTriggers(RelCheck *check, RelText *text, const RelTable *table, const char *event);

/*
** Deletes the rows of the table that fulfil the condition, and all that refers to them under the same
** rule as the check has for what dangles; the rest is let go. NULL where the rows of a table cannot be
** told apart. `alone`: without our triggers.
*/
char *relCheckClosure(RelCheck *check, const RelTable *table, const char *condition, int alone);

#endif
