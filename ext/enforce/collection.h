/*
** How the columns of one collection view are called. Private to enforce/: collection.c makes the
** view, writing.c the triggers that write through it.
*/
#ifndef REL_ENFORCE_COLLECTION_H
#define REL_ENFORCE_COLLECTION_H

#include "enforce/compile.h"

typedef struct RelView {
  RelCompiler *compiler; /* borrowed, as is all but what says owned */
  RelError *error;       /* the compiler's */
  const Relationship *relationship;
  const RelTable *owner, *target, *links; /* links: NULL unless many-to-many */
  const RelKey *key;                      /* whose child is the target, the owner or the links */
  const RelKey *targetKey;                /* links to target, or NULL */
  int ownerCount;
  int *ownerColumns; /* owned: the owner's primary key, -1 the rowid */
  int linkCount;
  int *linkColumns; /* owned: further columns of the links */
  char **names;     /* [target->columnCount] owned: a column's name in the view; NULL: left out */
  int direct;       /* the child's key stands for the owner, who is not looked at */
  int renamed;      /* some name is not the column's own, or left out */
} RelView;

/* The name in the view of the n-th owner column, of the n-th link column. The caller owns it. */
char *relViewOwnerName(const RelView *view, int n);
char *relViewLinkName(const RelView *view, int n);

/* The child's column that equals an owner column, or -1. */
int relViewChildColumn(const RelView *view, int ownerColumn);

/* The triggers that append, remove and move. */
void relCompileWriting(const RelView *view);

#endif
