/*
** Pieces of SQL about tables, rows and keys, as the rules need them. Each function returns text that
** the caller owns, NULL after an error.
**
** A `prefix` is SQL as it stands, what is written before the dot of a column: OLD, NEW or a quoted
** alias; NULL stands for the table's own name.
*/
#ifndef REL_ENFORCE_WORDS_H
#define REL_ENFORCE_WORDS_H

#include "model/relationship.h"

/* "name" */
char *relWordName(RelError *error, const char *name);
/* 'text', from sqlite3_mprintf's format */
char *relWordLiteral(RelError *error, const char *format, ...);
/* An alias for a table that is named twice in one statement: "nodes owner". */
char *relWordAlias(RelError *error, const RelTable *table);

/* "name", or "name" AS alias */
char *relWordTable(RelError *error, const RelTable *table, const char *alias);

/* prefix."column" */
void relWordColumn(RelText *text, const char *prefix, const RelTable *table, int column);
/* prefix."a", prefix."b"; in parentheses where there are several, as a row value needs them */
char *relWordColumns(RelError *error, const char *prefix, const RelTable *table, const int *columns,
                     int count);
char *relWordRowValue(RelError *error, const char *prefix, const RelTable *table,
                      const int *columns, int count);

/*
**  COLLATE "NOCASE" = "child"."fk", behind what stands for the n-th value of the parent's key but bears
** no collation, as a column of a view or closure: said where the comparison would else not be the key's.
*/
void relWordEqualsChild(RelText *text, const RelKey *key, int n);

/* parent."id" = child."fk" AND ..., then the extra condition where there is one. */
char *relWordMatch(RelError *error, const RelKey *key, const char *parent, const char *child,
                   const char *condition);

/* The extra condition of a join as one more term, " AND (...)"; nothing where there is none. */
char *relWordAlso(RelError *error, const char *condition);

/* "posts"."user_id", "posts"."tenant": the key's columns, for a message. */
char *relWordKey(RelError *error, const RelKey *key);

/*
** What tells a row from all others inside a cascade: the rowid where there is one, else the primary
** key.
*/
int relIdentityWidth(const RelTable *table);
int relIdentityColumn(const RelTable *table, int n);
/* "posts"."rowid" = OLD."rowid" */
char *relWordSameRow(RelError *error, const RelTable *table, const char *prefix, const char *other);

/*
** The same among rows of several tables: "key1", "key2" ... as many as `width`, NULL where a table's
** identity is narrower.
*/
char *relWordKeys(RelError *error, const char *prefix, int width);
/* , prefix."id", NULL: in the order of the keys, without a collation of their own. */
char *relWordIdentity(RelError *error, const char *prefix, const RelTable *table, int width);
/* own."rowid" = prefix."key1" ... */
char *relWordIsRow(RelError *error, const char *own, const RelTable *table, const char *prefix);

/* The DEFAULT of a column as an expression: NULL where it has none. */
char *relWordDefault(RelError *error, const RelTable *table, int column);

#endif
