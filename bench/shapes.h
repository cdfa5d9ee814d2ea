/*
** What is fetched: a tree of levels, from which each side makes its statements.
*/
#ifndef BENCH_SHAPES_H
#define BENCH_SHAPES_H

enum { BENCH_CHILDREN = 2, BENCH_DEPTH = 6, BENCH_LEVELS = 6 /* of one shape */ };

typedef enum BenchKind {
  BENCH_ROOT,
  BENCH_MANY,  /* rows that refer to the parent: an array */
  BENCH_ONE,   /* the row that the parent refers to: an object or null */
  BENCH_LINKED /* rows by way of an association table: an array */
} BenchKind;

/* One level. Every table has the INTEGER PRIMARY KEY id; members are ordered by it. */
typedef struct BenchLevel BenchLevel;
struct BenchLevel {
  BenchKind kind;
  const char *table;
  const char *name; /* the key in the parent's document */
  const char *const *columns;
  int columnCount;
  const char *
      key; /* of MANY: its own column; of ONE: the parent's; of LINKED: the link's for the parent */
  const char *link;                           /* of LINKED: the association table */
  const char *far;                            /* of LINKED: the link's column for the member */
  const BenchLevel *children[BENCH_CHILDREN]; /* NULL: none */
};

typedef struct BenchShape {
  const char *name;
  const char *selection; /* for selectin() */
  const char *joined;    /* the same, with the hint that keeps to the batch join */
  const BenchLevel *root;
} BenchShape;

/* Ends the program where there is no such shape. */
const BenchShape *benchShape(const char *name);

#endif
