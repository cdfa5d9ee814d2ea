#include "fetch/spots.h"

void relSpotsClear(RelSpots *spots) {
  sqlite3_free(spots->list);
  memset(spots, 0, sizeof *spots);
}

const RelSpot *relSpotsFind(const RelSpots *spots, int offset, const char **at) {
  int i;
  for (i = 0; i < spots->count; i++) {
    const RelSpot *spot = &spots->list[i];
    if (offset < spot->offset || offset >= spot->offset + spot->length) continue;
    *at = spot->at + (offset - spot->offset);
    return spot;
  }
  return NULL;
}

void relSpotsAdd(RelError *error, RelSpots *spots, RelSpot spot) {
  spots->list = relGrow(error, spots->list, spots->count, &spots->room, sizeof *spots->list);
  if (error->rc == SQLITE_OK) spots->list[spots->count++] = spot;
}

void relPieceClear(RelPiece *piece) {
  sqlite3_free(piece->sql);
  relSpotsClear(&piece->spots);
  piece->sql = NULL;
}

void relPieceWrite(RelError *error, RelText *text, RelSpots *spots, const RelPiece *piece) {
  int i, from = relTextLength(text);
  for (i = 0; i < piece->spots.count; i++) {
    RelSpot spot = piece->spots.list[i];
    spot.offset += from;
    relSpotsAdd(error, spots, spot);
  }
  if (piece->sql != NULL) relText(text, piece->sql);
}
