/*
** The integer key that orders a level's rows, of each row by its number. Rows that are read from their table
** mostly count up, and only where that starts anew is written down.
*/
#ifndef REL_FETCH_ORDERS_H
#define REL_FETCH_ORDERS_H

#include "base/memory.h"

/* Rows from this one on, up to the next stretch: each has the order of the one before it + 1. */
typedef struct RelStretch {
  sqlite3_int64 order;
  int row;
} RelStretch;

typedef struct RelOrders {
  int count;             /* of rows */
  int behind;            /* the row that came last is to go before the one that it follows */
  sqlite3_int64 last;    /* of that row */
  RelStretch *stretches; /* owned */
  int stretchCount, stretchRoom;
  int spread;          /* `list` holds, and no stretches */
  sqlite3_int64 *list; /* owned: of each row */
  int room;
} RelOrders;

/* Empties, keeping the memory. */
void relOrdersReset(RelOrders *orders);
void relOrdersClear(RelOrders *orders);
size_t relOrdersKept(const RelOrders *orders); /* bytes of that memory */

/* Notes the order of one more row. Returns 0 when memory runs out. */
int relOrdersAddOther(RelOrders *orders, sqlite3_int64 order);
static inline int relOrdersAdd(RelOrders *orders, sqlite3_int64 order) {
  if (orders->stretchCount == 0 || order <= orders->last ||
      (uint64_t)order - (uint64_t)orders->last != 1) {
    return relOrdersAddOther(orders, order);
  }
  orders->last = order;
  orders->behind = 0;
  orders->count++;
  return 1;
}

/* Writes down all orders, for relOrdersOf. Returns 0 without memory. */
int relOrdersSpread(RelOrders *orders);
static inline sqlite3_int64 relOrdersOf(const RelOrders *orders, int row) {
  return orders->list[row];
}

#endif
