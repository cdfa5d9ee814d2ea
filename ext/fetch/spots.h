/*
** SQL that was written from a selection, and which of its bytes stand for which of the selection's:
** so that errors of SQLite's find their column.
*/
#ifndef REL_FETCH_SPOTS_H
#define REL_FETCH_SPOTS_H

#include "fetch/selection.h"
#include "model/model.h"

typedef struct RelSpot {
  int offset; /* in the SQL */
  int length;
  const char *at;            /* borrowed: in the selection's text */
  const RelTable *table;     /* borrowed, as is the next: whose columns were meant */
  const RelTable *secondary; /* or NULL */
} RelSpot;

typedef struct RelSpots {
  RelSpot *list; /* owned */
  int count;
  int room;
} RelSpots;

void relSpotsAdd(RelError *error, RelSpots *spots, RelSpot spot);
void relSpotsClear(RelSpots *spots);
/*
** The spot that byte `offset` of the SQL stands in, or NULL; *at is set to the byte of the
** selection that it stands for.
*/
const RelSpot *relSpotsFind(const RelSpots *spots, int offset, const char **at);

/* A piece of SQL that was written before, with its spots. */
typedef struct RelPiece {
  char *sql;      /* owned; NULL for none */
  RelSpots spots; /* owned */
} RelPiece;
void relPieceClear(RelPiece *piece);
void relPieceWrite(RelError *error, RelText *text, RelSpots *spots, const RelPiece *piece);

#endif
