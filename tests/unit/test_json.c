/*
** json/: what relJsonValue writes, against what the running SQLite's json_array() writes.
*/
#include "unit/suites.h"
#include "json/json.h"

#include <check.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>

typedef struct Pair {
  sqlite3 *db;
  RelJsonStyle style;
  sqlite3_stmt *both; /* ours and SQLite's text for ?1 */
} Pair;

/* ours(x): relJsonValue(x), as text. The user data is the style. */
static void oursFunction(sqlite3_context *context, int count, sqlite3_value **values) {
  RelBuffer buffer = {0};
  (void)count;
  relJsonValue(&buffer, sqlite3_user_data(context), values[0]);
  if (buffer.rc != SQLITE_OK) {
    sqlite3_result_error_code(context, buffer.rc);
  } else {
    sqlite3_result_blob64(context, buffer.bytes, buffer.length, SQLITE_TRANSIENT);
  }
  relBufferClear(&buffer);
}

static void openPair(Pair *pair, const char *encoding) {
  RelError error = {0};
  char *pragma = sqlite3_mprintf("PRAGMA encoding = '%s'", encoding);
  ck_assert_int_eq(sqlite3_open(":memory:", &pair->db), SQLITE_OK);
  ck_assert_int_eq(sqlite3_exec(pair->db, pragma, NULL, NULL, NULL), SQLITE_OK);
  sqlite3_free(pragma);
  relJsonStyleLearn(&error, pair->db, &pair->style);
  ck_assert_int_eq(error.rc, SQLITE_OK);
  ck_assert_int_eq(sqlite3_create_function(pair->db, "ours", 1, SQLITE_UTF8 | SQLITE_SUBTYPE,
                                           &pair->style, oursFunction, NULL, NULL),
                   SQLITE_OK);
  ck_assert_int_eq(
      sqlite3_prepare_v2(pair->db, "SELECT ours(?1), json_array(?1)", -1, &pair->both, NULL),
      SQLITE_OK);
}

static void closePair(Pair *pair) {
  sqlite3_finalize(pair->both);
  relJsonStyleClear(&pair->style);
  ck_assert_int_eq(sqlite3_close(pair->db), SQLITE_OK);
}

/* Column 1 in brackets is what column 0 must be. */
static void compareRow(sqlite3_stmt *statement) {
  const char *ours = sqlite3_column_blob(statement, 0);
  int oursBytes = sqlite3_column_bytes(statement, 0);
  const char *theirs = (const char *)sqlite3_column_text(statement, 1);
  int theirsBytes = sqlite3_column_bytes(statement, 1) - 2;
  if (oursBytes != theirsBytes || memcmp(ours, theirs + 1, (size_t)oursBytes) != 0) {
    ck_abort_msg("ours %.*s, SQLite's %s", oursBytes, ours, theirs);
  }
}

static void compareBound(Pair *pair) {
  ck_assert_int_eq(sqlite3_step(pair->both), SQLITE_ROW);
  compareRow(pair->both);
  sqlite3_reset(pair->both);
}

static void compareReal(Pair *pair, double value) {
  sqlite3_bind_double(pair->both, 1, value);
  compareBound(pair);
  sqlite3_bind_double(pair->both, 1, -value);
  compareBound(pair);
}

static void compareInteger(Pair *pair, sqlite3_int64 value) {
  sqlite3_bind_int64(pair->both, 1, value);
  compareBound(pair);
}

static void compareText(Pair *pair, const char *text, size_t bytes) {
  sqlite3_bind_text64(pair->both, 1, text, bytes, SQLITE_STATIC, SQLITE_UTF8);
  compareBound(pair);
}

/* The rows of a query that gives our text and SQLite's array. */
static void compareQuery(Pair *pair, const char *sql) {
  sqlite3_stmt *statement;
  int rows = 0;
  ck_assert_int_eq(sqlite3_prepare_v2(pair->db, sql, -1, &statement, NULL), SQLITE_OK);
  while (sqlite3_step(statement) == SQLITE_ROW) {
    compareRow(statement);
    rows++;
  }
  ck_assert_int_eq(sqlite3_finalize(statement), SQLITE_OK);
  ck_assert_int_gt(rows, 0);
}

/* xorshift64*: the same numbers in every run. */
static uint64_t nextRandom(uint64_t *state) {
  *state ^= *state >> 12;
  *state ^= *state << 25;
  *state ^= *state >> 27;
  return *state * UINT64_C(2685821657736338717);
}

START_TEST(integersAsSqliteWritesThem) {
  Pair pair;
  uint64_t state = 1, power = 1;
  int i, offset;
  openPair(&pair, "UTF-8");
  for (i = 0; i < 20; i++, power *= 10) {
    for (offset = -2; offset <= 2; offset++) {
      sqlite3_int64 value = (sqlite3_int64)(power + (uint64_t)(int64_t)offset);
      compareInteger(&pair, value);
      compareInteger(&pair, value == INT64_MIN ? value : -value);
    }
  }
  for (i = -1000; i <= 1000; i++) compareInteger(&pair, i);
  for (i = 0; i < 20000; i++) {
    uint64_t bits = nextRandom(&state);
    compareInteger(&pair, (sqlite3_int64)bits >> (i % 64));
  }
  compareInteger(&pair, INT64_MAX);
  compareInteger(&pair, INT64_MIN);
  closePair(&pair);
}
END_TEST

/* Zeros at every place of a group of digits: two digits of one number, all places, both signs. */
START_TEST(integersOfTwoDigits) {
  static const uint64_t digits[] = {1, 5, 9};
  Pair pair;
  uint64_t high, low;
  size_t i, j;
  openPair(&pair, "UTF-8");
  for (high = 1; high <= UINT64_C(1000000000000000000); high *= 10) {
    for (i = 0; i < 3; i++) {
      for (low = 1; low < high; low *= 10) {
        for (j = 0; j < 3; j++) {
          uint64_t value = digits[i] * high + digits[j] * low;
          if (value > INT64_MAX) continue;
          compareInteger(&pair, (sqlite3_int64)value);
          compareInteger(&pair, -(sqlite3_int64)value);
          compareInteger(&pair, INT64_MIN + (sqlite3_int64)value);
          compareInteger(&pair, INT64_MAX - (sqlite3_int64)value);
        }
      }
    }
  }
  closePair(&pair);
}
END_TEST

START_TEST(realsOfAnyBits) {
  Pair pair;
  uint64_t state = 2;
  int i;
  openPair(&pair, "UTF-8");
  for (i = 0; i < 20000; i++) {
    uint64_t bits = nextRandom(&state);
    double value;
    memcpy(&value, &bits, sizeof value);
    compareReal(&pair, value);
  }
  closePair(&pair);
}
END_TEST

START_TEST(realsNearThePlainForm) {
  Pair pair;
  uint64_t state = 3;
  int i, exponent;
  openPair(&pair, "UTF-8");
  for (exponent = -7; exponent <= 18; exponent++) {
    for (i = 0; i < 500; i++) {
      compareReal(&pair,
                  (double)(nextRandom(&state) >> 11) * pow(10, exponent) / 9007199254740992.0);
    }
  }
  closePair(&pair);
}
END_TEST

START_TEST(realsFromDecimals) {
  Pair pair;
  uint64_t state = 4, limit = 1;
  int digits, places, i;
  char text[64];
  openPair(&pair, "UTF-8");
  for (digits = 0; digits <= 17; digits++, limit *= 10) {
    for (places = -4; places <= 20; places++) {
      for (i = 0; i < 30; i++) {
        sqlite3_snprintf(sizeof text, text, "%llue%d", nextRandom(&state) % limit, -places);
        compareReal(&pair, strtod(text, NULL));
      }
    }
  }
  closePair(&pair);
}
END_TEST

START_TEST(realsOfFewPlaces) {
  Pair pair;
  int i;
  openPair(&pair, "UTF-8");
  for (i = 0; i < 6000; i++) {
    compareReal(&pair, i / 1e6);
    compareReal(&pair, i / 1e4);
    compareReal(&pair, 99999999940.0 + i / 1e2);
  }
  closePair(&pair);
}
END_TEST

START_TEST(realsAtTheEdges) {
  static const double values[] = {0.0,
                                  1.0,
                                  0.1 + 0.2,
                                  1e15,
                                  999999999999999.0,
                                  999999999999999.9,
                                  99999999999999.95,
                                  0.9999995,
                                  0.0000005,
                                  9007199254740993.0,
                                  DBL_MAX,
                                  DBL_MIN,
                                  DBL_EPSILON,
                                  5e-324,
                                  HUGE_VAL};
  Pair pair;
  size_t i;
  int exponent;
  char text[16];
  openPair(&pair, "UTF-8");
  for (i = 0; i < sizeof values / sizeof values[0]; i++) compareReal(&pair, values[i]);
  for (exponent = -330; exponent <= 310; exponent++) {
    double power;
    sqlite3_snprintf(sizeof text, text, "1e%d", exponent);
    power = strtod(text, NULL);
    compareReal(&pair, power);
    compareReal(&pair, nextafter(power, 0));
    compareReal(&pair, nextafter(power, HUGE_VAL));
    compareReal(&pair, ldexp(1, exponent));
    compareReal(&pair, ldexp(1, exponent) + 1);
  }
  compareReal(&pair, (double)NAN);
  compareQuery(&pair, "WITH t(x) AS (VALUES (9e999), (-9e999), (9e999 - 9e999), (-0.0))"
                      "SELECT ours(x), json_array(x) FROM t");
  closePair(&pair);
}
END_TEST

START_TEST(realColumnsHoldingIntegers) {
  Pair pair;
  openPair(&pair, "UTF-8");
  ck_assert_int_eq(
      sqlite3_exec(pair.db,
                   "CREATE TABLE t(r REAL, n NUMERIC, i INTEGER);"
                   "INSERT INTO t VALUES (1, 1.0, 1), (0, '2.50', '3'), (-7, '-0.0', 4.5),"
                   " (1e15, 1e15, 1e15), (123456789012345678, 1e19, 9223372036854775807)",
                   NULL, NULL, NULL),
      SQLITE_OK);
  compareQuery(&pair, "SELECT ours(r), json_array(r) FROM t UNION ALL "
                      "SELECT ours(n), json_array(n) FROM t UNION ALL "
                      "SELECT ours(i), json_array(i) FROM t");
  closePair(&pair);
}
END_TEST

/* The way for versions whose format is unknown. */
START_TEST(realsByAsking) {
  Pair pair;
  int i;
  uint64_t state = 5;
  openPair(&pair, "UTF-8");
  ck_assert_int_ne(pair.style.format, 0);
  pair.style.format = 0;
  compareReal(&pair, 0.0);
  compareReal(&pair, 12.5);
  compareReal(&pair, HUGE_VAL);
  for (i = 0; i < 1000; i++) compareReal(&pair, (double)nextRandom(&state) / 3.0);
  closePair(&pair);
}
END_TEST

static void oddFunction(sqlite3_context *context, int count, sqlite3_value **values) {
  (void)count;
  char *text = sqlite3_mprintf("~%.20e", sqlite3_value_double(values[0]));
  sqlite3_result_text(context, text, -1, sqlite3_free);
}

START_TEST(unknownStyleIsAsked) {
  static const char expected[] = "~2.50000000000000000000e+00";
  RelError error = {0};
  RelJsonStyle style;
  RelBuffer buffer = {0};
  sqlite3 *db;
  ck_assert_int_eq(sqlite3_open(":memory:", &db), SQLITE_OK);
  sqlite3_create_function(db, "json_quote", 1, SQLITE_UTF8, NULL, oddFunction, NULL, NULL);
  relJsonStyleLearn(&error, db, &style);
  ck_assert_int_eq(error.rc, SQLITE_OK);
  relJsonReal(&buffer, &style, 2.5);
  ck_assert_uint_eq(buffer.length, sizeof expected - 1);
  ck_assert_mem_eq(buffer.bytes, expected, buffer.length);
  relBufferClear(&buffer);
  relJsonStyleClear(&style);
  ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
}
END_TEST

/* relJsonString on a copy that ends where its memory ends, into a buffer with no byte to spare. */
static void compareTight(Pair *pair, const char *text, size_t bytes) {
  RelBuffer buffer = {0};
  char *copy = malloc(bytes != 0 ? bytes : 1);
  const char *theirs;
  size_t start;
  ck_assert_ptr_nonnull(copy);
  memcpy(copy, text, bytes);
  ck_assert(relBufferReserve(&buffer, 6 * bytes + 2));
  start = buffer.room - (6 * bytes + 2);
  memset(buffer.bytes, 'x', start);
  buffer.length = start;
  relJsonString(&buffer, copy, bytes);
  sqlite3_bind_text64(pair->both, 1, copy, bytes, SQLITE_STATIC, SQLITE_UTF8);
  ck_assert_int_eq(sqlite3_step(pair->both), SQLITE_ROW);
  theirs = (const char *)sqlite3_column_text(pair->both, 1);
  ck_assert_uint_eq(buffer.length - start, (size_t)sqlite3_column_bytes(pair->both, 1) - 2);
  ck_assert_mem_eq(buffer.bytes + start, theirs + 1, buffer.length - start);
  sqlite3_reset(pair->both);
  sqlite3_clear_bindings(pair->both);
  relBufferClear(&buffer);
  free(copy);
}

START_TEST(stringsOfEveryLength) {
  enum { LONGEST = 300 };
  static const char specials[] = "\"\\\n\x01\x1f\x7f\x80\xff'";
  char text[LONGEST];
  Pair pair;
  size_t length, at;
  openPair(&pair, "UTF-8");
  for (length = 0; length <= LONGEST; length++) {
    memset(text, 'a', sizeof text);
    compareTight(&pair, text, length);
    for (at = 0; at < length; at++) {
      text[at] = specials[(at + length) % (sizeof specials - 1)];
      compareText(&pair, text, length);
      if (length < 70 || at % 16 == 0) compareTight(&pair, text, length);
      text[at] = 'a';
    }
    for (at = 0; at < length; at++) text[at] = specials[at % 4];
    compareTight(&pair, text, length);
    memset(text, 1, length);
    compareTight(&pair, text, length);
  }
  closePair(&pair);
}
END_TEST

START_TEST(everyByteAtEveryPlaceOfABlock) {
  char text[41];
  Pair pair;
  int c;
  size_t at;
  openPair(&pair, "UTF-8");
  memset(text, 0xe2, sizeof text);
  for (c = 0; c < 256; c++) {
    for (at = 0; at < sizeof text; at++) {
      text[at] = (char)c;
      compareText(&pair, text, sizeof text);
      text[at] = (char)(at % 3 == 0 ? 0x21 : at % 3 == 1 ? 0x5d : 0xe2);
    }
  }
  closePair(&pair);
}
END_TEST

START_TEST(randomStrings) {
  static const char *const encodings[] = {"UTF-8", "UTF-16le", "UTF-16be"};
  char text[200];
  Pair pair;
  uint64_t state = 6;
  int i;
  openPair(&pair, encodings[_i]);
  for (i = 0; i < 10000; i++) {
    size_t length = (size_t)(nextRandom(&state) % sizeof text), at;
    unsigned mask = i % 2 == 0 ? 0xff : 0x3f;
    for (at = 0; at < length; at++) text[at] = (char)(nextRandom(&state) >> 32 & mask);
    compareText(&pair, text, length);
  }
  closePair(&pair);
}
END_TEST

START_TEST(codePoints) {
  static const char *const encodings[] = {"UTF-8", "UTF-16le", "UTF-16be"};
  Pair pair;
  openPair(&pair, encodings[_i]);
  compareQuery(&pair,
               "WITH RECURSIVE n(c) AS (SELECT 0 UNION ALL SELECT c + 1 FROM n WHERE c < 0x2fff)"
               "SELECT ours(char(c)), json_array(char(c)) FROM n");
  compareQuery(
      &pair,
      "WITH RECURSIVE n(c) AS (SELECT 0xd700 UNION ALL SELECT c + 257 FROM n WHERE c < 0x10fe00)"
      "SELECT ours('a' || char(c, c) || 'z'), json_array('a' || char(c, c) || 'z') FROM n");
  compareText(&pair, "a\0b\0", 4);
  compareText(&pair, "", 0);
  closePair(&pair);
}
END_TEST

START_TEST(longStrings) {
  enum { LONG = 300000 };
  Pair pair;
  char *text = malloc(LONG);
  size_t at, length;
  ck_assert_ptr_nonnull(text);
  openPair(&pair, "UTF-8");
  for (at = 0; at < LONG; at++) text[at] = at % 1000 == 999 ? '\n' : (char)('A' + at % 23);
  for (length = 65530; length < 65545; length++) compareText(&pair, text, length);
  compareText(&pair, text, 2 * 65536);
  compareText(&pair, text, LONG);
  memset(text, '"', LONG);
  compareText(&pair, text, LONG);
  closePair(&pair);
  free(text);
}
END_TEST

START_TEST(nullsSubtypesAndBlobs) {
  Pair pair;
  openPair(&pair, "UTF-8");
  sqlite3_bind_null(pair.both, 1);
  compareBound(&pair);
  compareQuery(&pair,
               "WITH t(x) AS (VALUES ('{\"a\" : [1, \"\\u0041\"]}'), ('7'), ('null'), ('\"x\"'))"
               "SELECT ours(json(x)), json_array(json(x)) FROM t");
  compareQuery(&pair, "SELECT ours(json_array(1, 'a')), json_array(json_array(1, 'a'))");
  compareQuery(&pair,
               "WITH t(x) AS (VALUES (x''), (x'00'), (x'0123456789abcdefff'), (zeroblob(1000)),"
               " (randomblob(777))), fixed AS MATERIALIZED (SELECT x FROM t)"
               "SELECT ours(x), json_array(hex(x)) FROM fixed");
  closePair(&pair);
}
END_TEST

START_TEST(bufferKeepsItsFirstFailure) {
  RelBuffer buffer = {0};
  relBufferAdd(&buffer, "kept", 4);
  relBufferAdd(&buffer, NULL, 0);
  ck_assert(!relBufferReserve(&buffer, SIZE_MAX));
  relBufferFail(&buffer, SQLITE_INTERRUPT);
  relBufferAdd(&buffer, "lost", 4);
  relJsonInteger(&buffer, 5);
  relJsonString(&buffer, "lost", 4);
  ck_assert_int_eq(buffer.rc, SQLITE_NOMEM);
  ck_assert_uint_eq(buffer.length, 4);
  ck_assert_mem_eq(buffer.bytes, "kept", 4);
  relBufferClear(&buffer);
  ck_assert_int_eq(buffer.rc, SQLITE_OK);
}
END_TEST

START_TEST(outOfMemoryIsReported) {
  RelBuffer buffer = {0};
  char text[1000];
  int i;
  memset(text, 'a', sizeof text);
  sqlite3_hard_heap_limit64(1000000);
  for (i = 0; i < 2000; i++) relJsonString(&buffer, text, sizeof text);
  ck_assert_int_eq(buffer.rc, SQLITE_NOMEM);
  relBufferClear(&buffer);
  sqlite3_hard_heap_limit64(0);
}
END_TEST

Suite *relTestJson(void) {
  Suite *suite = suite_create("json");
  TCase *numbers = tcase_create("numbers");
  TCase *strings = tcase_create("strings");
  TCase *others = tcase_create("others");
  tcase_add_test(numbers, integersAsSqliteWritesThem);
  tcase_add_test(numbers, integersOfTwoDigits);
  tcase_add_test(numbers, realsOfAnyBits);
  tcase_add_test(numbers, realsNearThePlainForm);
  tcase_add_test(numbers, realsFromDecimals);
  tcase_add_test(numbers, realsOfFewPlaces);
  tcase_add_test(numbers, realsAtTheEdges);
  tcase_add_test(numbers, realColumnsHoldingIntegers);
  tcase_add_test(numbers, realsByAsking);
  tcase_add_test(numbers, unknownStyleIsAsked);
  tcase_add_test(strings, stringsOfEveryLength);
  tcase_add_test(strings, everyByteAtEveryPlaceOfABlock);
  tcase_add_loop_test(strings, randomStrings, 0, 3);
  tcase_add_loop_test(strings, codePoints, 0, 3);
  tcase_add_test(strings, longStrings);
  tcase_add_test(others, nullsSubtypesAndBlobs);
  tcase_add_test(others, bufferKeepsItsFirstFailure);
  tcase_add_test(others, outOfMemoryIsReported);
  suite_add_tcase(suite, numbers);
  suite_add_tcase(suite, strings);
  suite_add_tcase(suite, others);
  return suite;
}
