/*
** The triggers of a collection view in the making. Private to enforce/: writer.c has what they share,
** writing.c says what each direction does. In what names rows, `row` is NEW or OLD, of the view.
*/
#ifndef REL_ENFORCE_WRITER_H
#define REL_ENFORCE_WRITER_H

#include "enforce/collection.h"

/* One trigger: the rules it obeys are appended one by one. */
typedef struct RelWriter {
  const RelView *view;
  RelPieces pieces;
  RelText body;
} RelWriter;

/* "users"."id" = NEW."owner_id" */
char *relWriterOwner(const RelView *view, const char *row);
/* "posts"."id" = NEW."id" */
char *relWriterMember(const RelView *view, const char *row);
/* (SELECT "users"."id" FROM "users" WHERE <is>): a column of the row that `is` picks. */
void relWriterValueOf(RelText *text, const RelTable *table, int column, const char *is);
/* The child's key equals that of the parent row which `is` picks, in the parent's collation. */
char *relWriterRefers(const RelView *view, const RelKey *key, const char *is);
/* "user_id" = <the key of the parent row which `is` picks> */
void relWriterTake(RelText *text, const RelKey *key, const char *is);
/* 'users.posts: "posts"."user_id" may not be NULL; <advice>' */
char *relWriterNotNull(const RelView *view, const char *advice);
/* What writing a viewonly collection is answered. */
char *relWriterViewonly(const RelView *view);

/* A trigger that appends, or moves, starts with its checks; finishing adds it to the script. */
void relWriterStartTake(RelWriter *writer, const RelView *view);
void relWriterStartMove(RelWriter *writer, const RelView *view);
void relWriterObey(RelWriter *writer, const char *what, const char *rule);
/* Takes `columns`; `when` is borrowed, and NULL where the trigger always fires. */
void relWriterFinish(RelWriter *writer, const char *event, const char *verb, char *columns,
                     const char *when);
void relWriterFinishMove(RelWriter *writer);

/* A trigger that only refuses. Takes `refusal`. */
void relWriterRefuse(const RelView *view, const char *event, const char *verb, char *refusal);

/* What removes a member: a DELETE of the view, and an UPDATE that leaves it no owner. */
typedef void (*RelRemoval)(RelWriter *writer);
void relWriterRemoval(const RelView *view, RelRemoval remove);

#endif
