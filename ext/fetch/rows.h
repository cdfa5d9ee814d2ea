/*
** The rows that a level has loaded in one batch: their text, whose members they are, and in which
** order. The private function relationship_emit writes them from inside SQL.
*/
#ifndef REL_FETCH_ROWS_H
#define REL_FETCH_ROWS_H

#include "fetch/plan.h"

/* Empties a level for the next batch, which takes over its memory; relRowsFree gives that back. */
void relRowsReset(RelLevel *level);
void relRowsFree(RelLevel *level);
/* How many bytes that memory has. */
size_t relRowsKept(const RelLevel *level);

/* Makes `count` empty slots. */
void relRowsStart(RelError *error, RelLevel *level, int count);
/* One more empty slot: its number, or -1 when memory runs out. */
int relRowsAddSlot(RelLevel *level);

/*
** Writes one row from its arguments, and hands its keys to the level's children. Returns the row's
** number, or -1 with *rc set. relRowsFile then says that it belongs to its slot; rows that come
** slot by slot in order are filed in place, others by relRowsFileNext, called in order.
*/
int relRowsWrite(RelLevel *level, int slot, sqlite3_value *const *values, int *rc);
void relRowsFileNext(RelError *error, RelLevel *level, int row);

/* Brings the rows of every slot together and in order, where they did not come so. */
void relRowsSettle(RelError *error, RelLevel *level);

/*
** Of a level whose owners hold one object each: names its row, where their gaps name its slot; of a leaf the
** place of its text, before which stands its length. From then on `first` of its slots is that name, too.
*/
void relRowsPoint(RelLevel *level);

static inline int relRowsLeafLength(const RelLevel *level, int place) {
  int length;
  memcpy(&length, level->text.bytes + place - sizeof length, sizeof length);
  return length;
}

/* The row at a place in the level's order. */
static inline int relRowsAt(const RelLevel *level, int place) {
  return level->disordered ? level->order[place] : place;
}

/* Where its text ends; a leaf has a length instead. */
static inline int relRowsEnd(const RelLevel *level, int row) {
  return row + 1 < level->rowCount ? level->rows[row + 1].start : (int)level->text.length;
}

/* Where two rows stand to each other in the level's order; integers have to be spread. */
int relRowsCompare(const RelLevel *level, int a, int b);
/* Sorts row numbers by it. */
void relRowsSort(RelError *error, RelLevel *level, int *rows, int count);

/* An array of `count` empty slots, which takes the place of `slots` where that has no room. */
RelSlot *relSlotsMake(RelError *error, RelSlot *slots, int *room, int count);

/* Inside a private function: the level whose statement calls it, or NULL. */
static inline RelLevel *relLevelOf(sqlite3_context *context) {
  return ((const RelStats *)sqlite3_user_data(context))->level;
}

int relRowsRegister(sqlite3 *db, RelStats *stats);

#endif
