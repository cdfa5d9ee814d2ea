/*
** Where the rows of a batch stand in their table: row ids, found from an index alone, with the slot that
** each belongs to. Sorted, they let the rows be read in the order of the table's pages. SQL writes them
** by the private aggregate relationship_place, and reads them as the table-valued function
** relationship_places(pointer).
*/
#ifndef REL_FETCH_PLACES_H
#define REL_FETCH_PLACES_H

#include "base/error.h"

typedef struct RelPlace {
  sqlite3_int64 rowid;
  int slot;
} RelPlace;

typedef struct RelPlaces {
  RelPlace *list;  /* owned */
  RelPlace *spare; /* owned: as many, or NULL */
  int count, room;
  int jumps; /* how often a slot's first row stands before the last of the slot before */
  int slots; /* that have a row */
  int at;    /* the place that SQL stands at */
} RelPlaces;

void relPlacesReset(RelPlaces *places);
void relPlacesClear(RelPlaces *places);
/* Slots come one after the other. Returns 0 when memory runs out. */
int relPlacesAdd(RelPlaces *places, sqlite3_int64 rowid, int slot);
void relPlacesSort(RelError *error, RelPlaces *places);

/* Bind a RelPlaces to the function's argument as a pointer of this type. */
#define REL_PLACES_POINTER "relationship_places"
#define REL_PLACES_ROWID "relationship rowid"
int relPlacesRegister(sqlite3 *db);

#endif
