#include "fetch/orders.h"

void relOrdersReset(RelOrders *orders) {
  orders->count = 0;
  orders->stretchCount = 0;
  orders->spread = 0;
  orders->behind = 0;
}

void relOrdersClear(RelOrders *orders) {
  sqlite3_free(orders->stretches);
  sqlite3_free(orders->list);
  memset(orders, 0, sizeof *orders);
}

size_t relOrdersKept(const RelOrders *orders) {
  return (size_t)orders->stretchRoom * sizeof *orders->stretches +
         (size_t)orders->room * sizeof *orders->list;
}

/* Makes room in the list for one order more than there are. */
static int growList(RelOrders *orders) {
  RelError error = {SQLITE_OK, NULL};
  orders->list = relGrow(&error, orders->list, orders->count, &orders->room, sizeof *orders->list);
  relErrorClear(&error);
  return orders->count < orders->room;
}

int relOrdersSpread(RelOrders *orders) {
  int i, row;
  if (orders->spread) return 1;
  if (!growList(orders)) return 0;
  for (i = 0; i < orders->stretchCount; i++) {
    const RelStretch *stretch = &orders->stretches[i];
    int end = i + 1 < orders->stretchCount ? stretch[1].row : orders->count;
    for (row = stretch->row; row < end; row++) {
      orders->list[row] = stretch->order + (row - stretch->row);
    }
  }
  orders->stretchCount = 0;
  orders->spread = 1;
  return 1;
}

static int addStretch(RelOrders *orders, sqlite3_int64 order) {
  RelError error = {SQLITE_OK, NULL};
  RelStretch *stretch;
  orders->stretches = relGrow(&error, orders->stretches, orders->stretchCount, &orders->stretchRoom,
                              sizeof *orders->stretches);
  relErrorClear(&error);
  if (orders->stretchCount == orders->stretchRoom) return 0;
  stretch = &orders->stretches[orders->stretchCount++];
  stretch->order = order;
  stretch->row = orders->count;
  return 1;
}

/* A stretch takes as much memory as two orders. */
static int isWorthStretches(const RelOrders *orders) {
  enum { FEWEST = 32, ROWS_OF_EACH = 4 };
  return orders->stretchCount < FEWEST || orders->count / ROWS_OF_EACH >= orders->stretchCount;
}

int relOrdersAddOther(RelOrders *orders, sqlite3_int64 order) {
  orders->behind = orders->count > 0 && orders->last > order;
  if (!orders->spread && !isWorthStretches(orders) && !relOrdersSpread(orders)) return 0;
  if (orders->spread ? !growList(orders) : !addStretch(orders, order)) return 0;
  if (orders->spread) orders->list[orders->count] = order;
  orders->last = order;
  orders->count++;
  return 1;
}
