/*
** What an ER diagram shows, before it is written in one format or another.
*/
#ifndef REL_INSPECT_DRAWING_H
#define REL_INSPECT_DRAWING_H

#include "model/model.h"

enum { REL_MARK_PRIMARY = 1, REL_MARK_FOREIGN = 2, REL_MARK_UNIQUE = 4 };

typedef struct RelEntity {
  const RelTable *table; /* borrowed from the drawing's model of its database */
  char *name;            /* owned: "posts", or "aux.posts" for what is attached */
  unsigned char *marks;  /* [columnCount] owned: REL_MARK_* */
} RelEntity;

/* How many rows of this end go with one of the other. */
typedef enum RelEnd { REL_END_ONE, REL_END_MAYBE, REL_END_MANY } RelEnd;

/* A relationship and its inverse. */
typedef struct RelLine {
  int from, to; /* entities: `from` owns what the label names first */
  RelEnd fromEnd, toEnd;
  int declared; /* either of them is; else they follow from a FOREIGN KEY only */
  int viewonly; /* all that is declared of them */
  char *label;  /* owned: "posts (all, delete-orphan) / author" */
} RelLine;

typedef struct RelDrawing {
  RelEntity *entities; /* owned */
  int entityCount, entityRoom;
  RelLine *lines; /* owned */
  int lineCount, lineRoom;
  RelModel **models; /* owned */
  int modelCount, modelRoom;
} RelDrawing;

/*
** Draws main and what is attached: the tables whose name, as drawn, matches the GLOB pattern (in
** either case; NULL: all), and what joins two of them; of views those that a declaration joins. The
** caller clears the drawing, also after an error.
*/
void relDrawingMake(RelError *error, sqlite3 *db, const char *pattern, RelDrawing *drawing);
void relDrawingClear(RelDrawing *drawing);

/* The drawing in each format. The caller owns the text. */
char *relDrawMermaid(RelError *error, const RelDrawing *drawing);
char *relDrawDot(RelError *error, const RelDrawing *drawing);

#endif
