/*
** Nested documents by selectin(), and cascades, against all else that one could use instead.
** Use: bench [--quick] [--tiny] [--no-peers] [--only DATASET/SHAPE/WORK] [--records FILE] [--extension PATH]
**      bench --run DATASET SHAPE COUNT SIDE TIMES        COUNT: 1, 20, 1000, all
**      bench --write STATE WORK TIMES, or --view SIDE WORK TIMES
** --only takes the beginning of a name, too. --run, --write and --view do one side's work so many times,
** for a profiler.
** Exit status 1: a side gave other documents than ours, or failed.
*/
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cells.h"
#include "data.h"
#include "database.h"
#include "fresh.h"
#include "measure.h"
#include "sides.h"

static int runOne(char **words) {
  enum { CALLS = 100 };
  const BenchShape *shape = benchShape(words[1]);
  char *path = benchData(words[0]), *count;
  sqlite3 *db = benchOpen(path, -400000);
  BenchTask task = {db, shape, NULL, strcmp(words[2], "all") == 0 ? 0 : atoi(words[2]), 1, 0, 0};
  sqlite3_int64 owners, *ids;
  BenchWork *work;
  double milliseconds = 0;
  int time;
  count = sqlite3_mprintf("SELECT count(*) FROM %s", shape->root->table);
  owners = benchNumber(db, count);
  if (task.together == 1) task.calls = owners < CALLS ? (int)owners : CALLS;
  if (task.together > owners) benchFail("%s has %lld owners", words[0], owners);
  ids = benchPick(owners, task.calls * task.together, task.together > 0 ? task.together : 1);
  task.ids = ids;
  work = benchWorkNew(&task, words[3]);
  if (work == NULL) benchFail("%s: not here", words[3]);
  for (time = 0; time < atoi(words[4]); time++) milliseconds += benchWorkRun(work);
  printf("%s, %s, %s, %s: %.4f ms\n", words[0], words[1], words[2], words[3],
         time > 0 ? milliseconds / time : 0);
  benchWorkFree(work);
  free(ids);
  sqlite3_close(db);
  sqlite3_free(count);
  sqlite3_free(path);
  return 0;
}

static int measureAll(BenchOptions *options) {
  int failures = 0;
  if (!options->quick && !options->alone) options->peerCount = benchPeersStart(options->peers);
  failures += benchMatrix(options);
  failures += benchDeletes(options);
  benchPeersEnd(options->peers, options->peerCount);
  failures += benchWrites(options);
  failures += benchFirstCalls(options);
  failures += benchStream(options);
  failures += benchViews(options);
  failures += benchLoads(options);
  failures += benchGrowth(options);
  if (failures > 0) fprintf(stderr, "%d differences and failures\n", failures);
  return failures > 0;
}

int main(int count, char **words) {
  BenchOptions options;
  int i;
  memset(&options, 0, sizeof options);
  setvbuf(stdout, NULL, _IOLBF, 0);
  for (i = 1; i < count; i++) {
    if (strcmp(words[i], "--quick") == 0) {
      options.quick = 1;
    } else if (strcmp(words[i], "--tiny") == 0) {
      options.quick = options.tiny = 1;
    } else if (strcmp(words[i], "--no-peers") == 0) {
      options.alone = 1;
    } else if (strcmp(words[i], "--only") == 0 && i + 1 < count) {
      options.only = words[++i];
    } else if (strcmp(words[i], "--records") == 0 && i + 1 < count) {
      if (!benchRecordTo(words[++i])) return 1;
    } else if (strcmp(words[i], "--extension") == 0 && i + 1 < count) {
      benchExtension(words[++i]);
    } else if (strcmp(words[i], "--run") == 0 && i + 5 < count) {
      return runOne(words + i + 1);
    } else if (strcmp(words[i], "--write") == 0 && i + 3 < count) {
      return benchWriteAgain(words[i + 1], words[i + 2], atoi(words[i + 3]));
    } else if (strcmp(words[i], "--view") == 0 && i + 3 < count) {
      return benchViewAgain(words[i + 1], words[i + 2], atoi(words[i + 3]));
    } else if (strcmp(words[i], "--fresh") == 0) {
      return benchFreshChild(count - i - 1, words + i + 1);
    } else {
      benchFail("%s: use --quick, --no-peers, --only NAME, --records FILE, --extension PATH, or "
                "--run DATASET SHAPE COUNT SIDE TIMES, --write STATE WORK TIMES, "
                "--view SIDE WORK TIMES",
                words[i]);
    }
  }
  printf("SQLite %s, CPU time; x: how many times as long as ours\n", sqlite3_libversion());
  return measureAll(&options);
}
