/*
** Taking times. Sides that do the same work run in turns, round for round, so that what slows the
** machine slows them all. What is said of them are medians with quartiles, and ratios, which are taken
** within each round. All times are milliseconds of CPU.
*/
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

enum { BENCH_ROUNDS = 31 /* at most */ };

typedef struct BenchSide {
  const char *name; /* borrowed */
  /* Does the work once and answers the milliseconds that count; negative where it failed, once it has
  ** said why on stderr. */
  double (*run)(void *context);
  void *context; /* borrowed */
  /* One of several ways to do one thing, of which only the best matters: the others leave after a
  ** round or two. */
  int alternative;
  int most;    /* rounds that this side takes part in, where it is slow; 0: all */
  int cold;    /* nothing stays warm from one run to the next: each has a process of its own */
  int rounds;  /* measured */
  double took; /* by the clock on the wall, at the last of them */
  double times[BENCH_ROUNDS];
} BenchSide;

typedef struct BenchSpread {
  double low, median, high; /* low and high are the quartiles */
} BenchSpread;

/* What a set of sides was measured at. All borrowed. */
typedef struct BenchCell {
  const char *dataset; /* "small" */
  const char *shape;   /* what is fetched or written: "posts", "delete" */
  const char *work;    /* how much of it: "1", "all" */
} BenchCell;

/* Milliseconds of CPU that this thread has used so far. */
double benchNow(void);

/* Measures the sides in turns: with warm caches, where a run is so short that the side before may have
** left it none. A side that fails has no rounds and takes no further part. Answers 0 if one failed. */
int benchMeasure(BenchSide *sides, int count, int rounds);

BenchSpread benchTimes(const BenchSide *side);

/* How many times as long as `to` the side takes: over 1 where `to` is faster. */
BenchSpread benchRatios(const BenchSide *side, const BenchSide *to);

/* The side of the smallest median among those that are alternatives, or NULL. */
const BenchSide *benchBest(const BenchSide *sides, int count);

/* Records are appended to this file from now on: one line per side, tab separated, as RECORD_HEADER in
** measure.c has them. Answers 0 if it cannot be written. */
int benchRecordTo(const char *path);

/* Prints the cell, a line per side, and records it. The ratios are to sides[0], which is ours. */
void benchReport(const BenchCell *cell, const BenchSide *sides, int count);

/* Records a figure that is no time of a round: bytes of memory, a count. `name` says what it is. */
void benchRecordFigure(const BenchCell *cell, const char *name, double figure);

/* Records something to know about the run, as a comment: "peer", "sqlalchemy 1.4.46". */
void benchRecordNote(const char *what, const char *note);

#endif
