#include "fetch/places.h"

#include "base/memory.h"
#include "base/sqlite.h"

#include <stdint.h>
#include <string.h>

void relPlacesReset(RelPlaces *places) {
  places->count = 0;
  places->jumps = 0;
  places->slots = 0;
}

void relPlacesClear(RelPlaces *places) {
  sqlite3_free(places->list);
  sqlite3_free(places->spare);
  memset(places, 0, sizeof *places);
}

static int grow(RelPlaces *places) {
  RelError error = {SQLITE_OK, NULL};
  places->list = relGrow(&error, places->list, places->count, &places->room, sizeof *places->list);
  sqlite3_free(places->spare);
  places->spare = NULL;
  relErrorClear(&error);
  return places->count < places->room;
}

int relPlacesAdd(RelPlaces *places, sqlite3_int64 rowid, int slot) {
  const RelPlace *last;
  if (places->count == places->room && !grow(places)) return 0;
  last = places->list + places->count - 1;
  if (places->count == 0 || last->slot != slot) {
    places->slots++;
    places->jumps += places->count > 0 && rowid < last->rowid;
  }
  places->list[places->count].rowid = rowid;
  places->list[places->count++].slot = slot;
  return 1;
}

/* --- sorting ---------------------------------------------------------------------------------- */

enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS };

static unsigned digitOf(sqlite3_int64 rowid, sqlite3_int64 lowest, int shift) {
  return (unsigned)(((uint64_t)rowid - (uint64_t)lowest) >> shift) & (DIGITS - 1);
}

/* One pass of a radix sort, which keeps the order of equal digits. */
static void sortByDigit(const RelPlace *from, RelPlace *to, int count, sqlite3_int64 lowest,
                        int shift) {
  int starts[DIGITS], i, place = 0;
  memset(starts, 0, sizeof starts);
  for (i = 0; i < count; i++) starts[digitOf(from[i].rowid, lowest, shift)]++;
  for (i = 0; i < DIGITS; i++) {
    int many = starts[i];
    starts[i] = place;
    place += many;
  }
  for (i = 0; i < count; i++) to[starts[digitOf(from[i].rowid, lowest, shift)]++] = from[i];
}

void relPlacesSort(RelError *error, RelPlaces *places) {
  sqlite3_int64 lowest, highest;
  int shift, i;
  if (places->count < 2 || error->rc != SQLITE_OK) return;
  if (places->spare == NULL) {
    places->spare = relAlloc(error, (size_t)places->room * sizeof *places->spare);
    if (places->spare == NULL) return;
  }
  lowest = highest = places->list[0].rowid;
  for (i = 1; i < places->count; i++) {
    if (places->list[i].rowid < lowest) lowest = places->list[i].rowid;
    if (places->list[i].rowid > highest) highest = places->list[i].rowid;
  }
  for (shift = 0; shift < 64 && ((uint64_t)highest - (uint64_t)lowest) >> shift != 0;
       shift += DIGIT_BITS) {
    RelPlace *sorted = places->spare;
    sortByDigit(places->list, sorted, places->count, lowest, shift);
    places->spare = places->list;
    places->list = sorted;
  }
}

/* --- relationship_places ---------------------------------------------------------------------- */

enum { COLUMN_ROWID, COLUMN_POINTER };

typedef struct PlacesCursor {
  sqlite3_vtab_cursor base;
  RelPlaces *places; /* borrowed from whoever bound the pointer */
} PlacesCursor;

static int placesConnect(sqlite3 *db, void *data, int count, const char *const *words,
                         sqlite3_vtab **table, char **message) {
  RelError error = {SQLITE_OK, NULL};
  (void)data;
  (void)count;
  (void)words;
  relErrorFromDb(&error,
                 sqlite3_declare_vtab(db, "CREATE TABLE x(\"" REL_PLACES_ROWID
                                          "\" INTEGER,\"relationship pointer\" HIDDEN)"),
                 db);
  *table = relAlloc(&error, sizeof **table);
  return relErrorGive(&error, message);
}

static int placesDisconnect(sqlite3_vtab *table) {
  sqlite3_free(table);
  return SQLITE_OK;
}

static int placesBestIndex(sqlite3_vtab *table, sqlite3_index_info *info) {
  int i;
  (void)table;
  for (i = 0; i < info->nConstraint; i++) {
    if (info->aConstraint[i].iColumn != COLUMN_POINTER) continue;
    if (info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ) continue;
    if (!info->aConstraint[i].usable) return SQLITE_CONSTRAINT;
    info->aConstraintUsage[i].argvIndex = 1;
    info->aConstraintUsage[i].omit = 1;
  }
  info->estimatedRows = 1000;
  info->estimatedCost = 1000.0;
  return SQLITE_OK;
}

static int placesOpen(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor) {
  RelError error = {SQLITE_OK, NULL};
  PlacesCursor *places = relAlloc(&error, sizeof *places);
  (void)table;
  relErrorClear(&error);
  if (places == NULL) return SQLITE_NOMEM;
  *cursor = &places->base;
  return SQLITE_OK;
}

static int placesClose(sqlite3_vtab_cursor *cursor) {
  sqlite3_free(cursor);
  return SQLITE_OK;
}

static int placesFilter(sqlite3_vtab_cursor *cursor, int number, const char *text, int count,
                        sqlite3_value **values) {
  PlacesCursor *places = (PlacesCursor *)cursor;
  (void)number;
  (void)text;
  places->places = count == 1 ? sqlite3_value_pointer(values[0], REL_PLACES_POINTER) : NULL;
  if (places->places != NULL) places->places->at = 0;
  return SQLITE_OK;
}

static int placesNext(sqlite3_vtab_cursor *cursor) {
  ((PlacesCursor *)cursor)->places->at++;
  return SQLITE_OK;
}

static int placesEof(sqlite3_vtab_cursor *cursor) {
  const RelPlaces *places = ((PlacesCursor *)cursor)->places;
  return places == NULL || places->at >= places->count;
}

static int placesColumn(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int column) {
  const RelPlaces *places = ((PlacesCursor *)cursor)->places;
  if (column == COLUMN_ROWID) sqlite3_result_int64(context, places->list[places->at].rowid);
  return SQLITE_OK;
}

static int placesRowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid) {
  *rowid = ((PlacesCursor *)cursor)->places->at;
  return SQLITE_OK;
}

/* xCreate NULL: eponymous only. */
static const sqlite3_module PLACES_MODULE = {.xConnect = placesConnect,
                                             .xBestIndex = placesBestIndex,
                                             .xDisconnect = placesDisconnect,
                                             .xOpen = placesOpen,
                                             .xClose = placesClose,
                                             .xFilter = placesFilter,
                                             .xNext = placesNext,
                                             .xEof = placesEof,
                                             .xColumn = placesColumn,
                                             .xRowid = placesRowid};

int relPlacesRegister(sqlite3 *db) {
  return sqlite3_create_module_v2(db, "relationship_places", &PLACES_MODULE, NULL, NULL);
}
