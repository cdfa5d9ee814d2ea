/* popen() */
#define _POSIX_C_SOURCE 200809L

#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "data.h"
#include "database.h"
#include "fresh.h"
#include "sides.h"

/* A line of /proc/self/status: KiB. 0 where there is no such thing. */
static double memory(const char *what) {
  char line[200];
  double kib = 0;
  FILE *status = fopen("/proc/self/status", "r");
  if (status == NULL) return 0;
  while (fgets(line, sizeof line, status) != NULL) {
    if (strncmp(line, what, strlen(what)) == 0) kib = atof(line + strlen(what));
  }
  fclose(status);
  return kib;
}

/* DATASET SHAPE SIDE CACHE: milliseconds to prepare and fetch all, and the most memory beyond that of
** the opened connection, KiB. */
static int fetchOnce(char **words) {
  BenchTask task = {NULL, benchShape(words[1]), NULL, 0, 1, 0, 0};
  char *path = benchData(words[0]);
  double start, before;
  BenchWork *work;
  task.db = benchOpen(path, atoi(words[3]));
  benchNumber(task.db, "SELECT count(*) FROM sqlite_schema");
  before = memory("VmRSS:");
  start = benchNow();
  work = benchWorkNew(&task, words[2]);
  if (work == NULL) return 1;
  benchWorkRun(work);
  printf("%.4f %.0f\n", benchNow() - start, memory("VmHWM:") - before);
  benchWorkFree(work);
  sqlite3_close(task.db);
  sqlite3_free(path);
  return 0;
}

static double timeOf(sqlite3 *db, const char *sql) {
  double start = benchNow();
  benchExec(db, sql);
  return benchNow() - start;
}

/* COUNT: milliseconds to load the extension, then to fetch for the first time, then to declare. */
static int loadOnce(char **words) {
  char *path = benchDeclared(atoi(words[0]));
  double load, fetch, declare;
  sqlite3 *db;
  if (sqlite3_open(path, &db) != SQLITE_OK) benchFail("%s: %s", path, sqlite3_errmsg(db));
  benchNumber(db, "SELECT count(*) FROM sqlite_schema");
  load = benchNow();
  benchLoad(db);
  load = benchNow() - load;
  fetch = timeOf(db, "SELECT doc FROM selectin('t0', 'plain') WHERE key = 1");
  benchExec(db, "BEGIN");
  declare = timeOf(db, "INSERT INTO relationship(owner, name, target) VALUES"
                       " ('t0', 'plain', 'plain')");
  benchExec(db, "ROLLBACK");
  printf("%.4f %.4f %.4f\n", load, fetch, declare);
  sqlite3_close(db);
  sqlite3_free(path);
  return 0;
}

int benchFreshChild(int count, char **words) {
  if (count == 5 && strcmp(words[0], "fetch") == 0) return fetchOnce(words + 1);
  if (count == 2 && strcmp(words[0], "load") == 0) return loadOnce(words + 1);
  return 2;
}

void benchFresh(double *figures, int count, const char *format, ...) {
  va_list arguments;
  char *words, *command;
  FILE *child;
  int i;
  va_start(arguments, format);
  words = sqlite3_vmprintf(format, arguments);
  va_end(arguments);
  command = sqlite3_mprintf("exec /proc/%d/exe --extension '%s' --fresh %s", (int)getpid(),
                            benchExtensionPath(), words);
  child = popen(command, "r");
  for (i = 0; i < count; i++) {
    if (child == NULL || fscanf(child, "%lf", &figures[i]) != 1) benchFail("%s: no figure", words);
  }
  pclose(child);
  sqlite3_free(command);
  sqlite3_free(words);
}
