/*
** Nanoseconds per value: relJsonValue, and the running SQLite's json_array() of COUNT values.
*/
#include "json/json.h"

#include <stdio.h>
#include <time.h>

enum { COUNT = 100, CALLS = 4000, ROUNDS = 7 };

static double seconds(void) {
  return (double)clock() / CLOCKS_PER_SEC;
}

static double timeOurs(const RelJsonStyle *style, sqlite3_value *value) {
  RelBuffer buffer = {0};
  double start = seconds();
  int call, i;
  for (call = 0; call < CALLS; call++) {
    buffer.length = 0;
    for (i = 0; i < COUNT; i++) relJsonValue(&buffer, style, value);
  }
  start = seconds() - start;
  relBufferClear(&buffer);
  return start;
}

static double timeTheirs(sqlite3_stmt *array) {
  double start = seconds();
  int call;
  for (call = 0; call < CALLS; call++) {
    sqlite3_step(array);
    sqlite3_reset(array);
  }
  return seconds() - start;
}

static sqlite3_stmt *prepareArray(sqlite3 *db) {
  sqlite3_str *sql = sqlite3_str_new(db);
  sqlite3_stmt *array = NULL;
  char *text;
  int i;
  sqlite3_str_appendall(sql, "SELECT json_array(?1");
  for (i = 1; i < COUNT; i++) sqlite3_str_appendall(sql, ",?1");
  sqlite3_str_appendall(sql, ")");
  text = sqlite3_str_finish(sql);
  sqlite3_prepare_v2(db, text, -1, &array, NULL);
  sqlite3_free(text);
  return array;
}

/* The best of ROUNDS, the two sides in turn. */
static void compare(sqlite3 *db, const RelJsonStyle *style, const char *name, const char *sql) {
  sqlite3_stmt *array = prepareArray(db), *query = NULL;
  double ours = 1e9, theirs = 1e9;
  int round;
  sqlite3_prepare_v2(db, sql, -1, &query, NULL);
  sqlite3_step(query);
  sqlite3_bind_value(array, 1, sqlite3_column_value(query, 0));
  for (round = 0; round < ROUNDS; round++) {
    sqlite3_value *value = sqlite3_value_dup(sqlite3_column_value(query, 0));
    double ourTime = timeOurs(style, value), theirTime = timeTheirs(array);
    if (ourTime < ours) ours = ourTime;
    if (theirTime < theirs) theirs = theirTime;
    sqlite3_value_free(value);
  }
  printf("%-24s %8.1f %8.1f\n", name, ours * 1e9 / (COUNT * CALLS), theirs * 1e9 / (COUNT * CALLS));
  sqlite3_finalize(query);
  sqlite3_finalize(array);
}

int main(void) {
  static const struct {
    const char *name, *sql;
  } cases[] = {
      {"integer, 6 digits", "SELECT 123456"},
      {"integer, 19 digits", "SELECT 9223372036854775807"},
      {"real 19.99", "SELECT 19.99"},
      {"real 3.0", "SELECT 3.0"},
      {"real, full precision", "SELECT 1.0 / 3"},
      {"text, 12 bytes", "SELECT 'Ada Lovelace'"},
      {"text, 40 bytes", "SELECT printf('%040d', 0)"},
      {"text, 200 bytes", "SELECT printf('%0200d', 0)"},
      {"text, 2000 bytes", "SELECT printf('%02000d', 0)"},
      {"the same, 2% escaped", "SELECT replace(hex(zeroblob(40)), '00', printf('%049d\n', 0))"}};
  sqlite3 *db = NULL;
  RelError error = {0};
  RelJsonStyle style;
  size_t i;
  sqlite3_open(":memory:", &db);
  relJsonStyleLearn(&error, db, &style);
  printf("ns per value, SQLite %-4s %8s %8s\n", sqlite3_libversion(), "ours", "SQLite");
  for (i = 0; i < sizeof cases / sizeof cases[0]; i++)
    compare(db, &style, cases[i].name, cases[i].sql);
  relJsonStyleClear(&style);
  sqlite3_close(db);
  return 0;
}
