/* clock_gettime() */
#define _POSIX_C_SOURCE 200809L

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "measure.h"

static const char RECORD_HEADER[] =
    "sqlite\tdataset\tshape\twork\tside\trounds\tms\tq1\tq3\tratio\t"
    "ratio_q1\tratio_q3\n";

/* The records of this program, which has one thread. NULL: nothing is recorded. */
static FILE *records;

double benchNow(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* The figure below which this share of the sorted figures lies, between two of them if need be. */
static double quantile(const double *sorted, int count, double share) {
  double place = share * (count - 1);
  int below = (int)place;
  if (below + 1 >= count) return sorted[count - 1];
  return sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]);
}

static BenchSpread spread(const double *figures, int count) {
  double sorted[BENCH_ROUNDS];
  BenchSpread result = {0, 0, 0};
  if (count == 0) return result;
  memcpy(sorted, figures, (size_t)count * sizeof *sorted);
  qsort(sorted, (size_t)count, sizeof *sorted, ascending);
  result.low = quantile(sorted, count, 0.25);
  result.median = quantile(sorted, count, 0.5);
  result.high = quantile(sorted, count, 0.75);
  return result;
}

BenchSpread benchTimes(const BenchSide *side) {
  return spread(side->times, side->rounds);
}

BenchSpread benchRatios(const BenchSide *side, const BenchSide *to) {
  double ratios[BENCH_ROUNDS];
  int i, count = side->rounds < to->rounds ? side->rounds : to->rounds;
  for (i = 0; i < count; i++) ratios[i] = to->times[i] > 0 ? side->times[i] / to->times[i] : 0;
  return spread(ratios, count);
}

const BenchSide *benchBest(const BenchSide *sides, int count) {
  const BenchSide *best = NULL;
  int i;
  for (i = 0; i < count; i++) {
    if (!sides[i].alternative || sides[i].rounds == 0) continue;
    if (best == NULL || benchTimes(&sides[i]).median < benchTimes(best).median) best = &sides[i];
  }
  return best;
}

static void progress(const char *name, int round, int rounds) {
  if (!isatty(STDERR_FILENO)) return;
  if (round < rounds) {
    fprintf(stderr, "\r\033[K  round %d of %d: %s", round + 1, rounds, name);
  } else {
    fprintf(stderr, "\r\033[K");
  }
}

/* Two rounds tell which of the alternatives is far from the best, and one which is very far. */
static int outOfTheRunning(const BenchSide *side, const BenchSide *best) {
  double factor;
  if (!side->alternative || side->rounds == 0) return 0;
  factor = benchTimes(side).median / benchTimes(best).median;
  return factor > 2 || (side->rounds >= 2 && factor > 1.3);
}

static double wall(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* After a run that is not measured, where the last one was short. */
static double runWarm(BenchSide *side) {
  enum { SHORT = 250 /* milliseconds */ };
  double start, milliseconds;
  if (!side->cold && side->took < SHORT) side->run(side->context);
  start = wall();
  milliseconds = side->run(side->context);
  side->took = wall() - start;
  return milliseconds;
}

int benchMeasure(BenchSide *sides, int count, int rounds) {
  int round, turn, failed = 0, i;
  for (round = 0; round < rounds && round < BENCH_ROUNDS; round++) {
    const BenchSide *best = benchBest(sides, count);
    for (turn = 0; turn < count; turn++) {
      i = round % 2 == 0 ? turn : count - 1 - turn;
      if (sides[i].rounds < round || outOfTheRunning(&sides[i], best)) continue;
      if (sides[i].most > 0 && round >= sides[i].most) continue;
      progress(sides[i].name, round, rounds);
      sides[i].times[round] = runWarm(&sides[i]);
      if (sides[i].times[round] >= 0) {
        sides[i].rounds++;
      } else {
        sides[i].rounds = -1;
        failed = 1;
      }
    }
  }
  for (i = 0; i < count; i++) {
    if (sides[i].rounds < 0) sides[i].rounds = 0;
  }
  progress("", rounds, rounds);
  return !failed;
}

int benchRecordTo(const char *path) {
  records = fopen(path, "a");
  if (records == NULL) {
    perror(path);
    return 0;
  }
  if (ftell(records) == 0) fputs(RECORD_HEADER, records);
  return 1;
}

static void recordCell(const BenchCell *cell, const char *side) {
  fprintf(records, "%s\t%s\t%s\t%s\t%s", sqlite3_libversion(), cell->dataset, cell->shape,
          cell->work, side);
}

void benchRecordFigure(const BenchCell *cell, const char *name, double figure) {
  if (records == NULL) return;
  recordCell(cell, name);
  fprintf(records, "\t1\t%.6g\t%.6g\t%.6g\t\t\t\n", figure, figure, figure);
  fflush(records);
}

void benchRecordNote(const char *what, const char *note) {
  if (records == NULL) return;
  fprintf(records, "# %s\t%s\t%s\n", sqlite3_libversion(), what, note);
  fflush(records);
}

void benchReport(const BenchCell *cell, const BenchSide *sides, int count) {
  int i;
  printf("%s, %s, %s\n", cell->dataset, cell->shape, cell->work);
  for (i = 0; i < count; i++) {
    BenchSpread times = benchTimes(&sides[i]), ratios = benchRatios(&sides[i], &sides[0]);
    if (sides[i].rounds == 0) {
      printf("  %-28s failed\n", sides[i].name);
      continue;
    }
    printf("  %-28s %11.4f ms (%.4f to %.4f)", sides[i].name, times.median, times.low, times.high);
    if (i > 0) printf("  %6.2f x (%.2f to %.2f)", ratios.median, ratios.low, ratios.high);
    if (sides[i].rounds < sides[0].rounds)
      printf("  %d of %d rounds", sides[i].rounds, sides[0].rounds);
    printf("\n");
    if (records == NULL) continue;
    recordCell(cell, sides[i].name);
    fprintf(records, "\t%d\t%.6g\t%.6g\t%.6g\t%.5g\t%.5g\t%.5g\n", sides[i].rounds, times.median,
            times.low, times.high, ratios.median, ratios.low, ratios.high);
  }
  fflush(stdout);
  if (records != NULL) fflush(records);
}
