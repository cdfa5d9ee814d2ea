/*
** One level while its items become outputs and children.
*/
#ifndef REL_FETCH_BUILD_H
#define REL_FETCH_BUILD_H

#include "fetch/reading.h"

/* An item, or a relationship that is loaded unasked, with what it means. */
typedef struct RelMember {
  const RelItem *item;        /* NULL: unasked */
  const char *key;            /* borrowed */
  int column;                 /* REL_NO_COLUMN for the others */
  Relationship *relationship; /* NULL for the others */
  int placed;
} RelMember;

/* One level while its items are resolved. */
typedef struct RelBuild {
  RelError *error;
  RelPlan *plan;
  RelLevel *level;
  const RelSelection *selection;
  RelMember *members; /* owned: one for each item, in their order */
  char *left;         /* owned: [columnCount], columns taken out by `-` */
  const char **keys;  /* owned: of the outputs so far, borrowed */
  int keyRoom;
} RelBuild;

/* One level from its text, then its children (resolve.c). `key` is what its parent calls it. */
void relBuildLevel(RelError *error, RelLevel *level, RelSlice text, const char *key);

/* One key of the documents; a refusal where `at` is given and the key is there already. */
void relBuildOutput(RelBuild *build, const char *key, RelSlice at, int argument, int child);
int relBuildHasKey(const RelBuild *build, const char *key);
void relBuildRefuse(RelBuild *build, RelSlice at, const char *message);

/* The level that a relationship leads to (children.c). */
void relBuildChild(RelBuild *build, const RelMember *member);
/* A recursive level's rows are owners, too: the last thing each holds is its own members. */
void relBuildSelf(RelBuild *build, const char *key);
/* The relationships whose `lazy` has them loaded unasked. */
void relBuildEager(RelBuild *build);
/* Which keys lead to the level, and whether several parents may have the same. */
void relBuildKeys(RelLevel *level);

#endif
