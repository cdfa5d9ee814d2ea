/*
** json/reader.h: what is wrong with malformed texts, and cases made by hand. (test_json_reader.c
** compares with SQLite.)
*/
#include "unit/failing.h"
#include "unit/suites.h"
#include "json/reader.h"

#include <check.h>
#include <locale.h>
#include <stdlib.h>

typedef struct Reading {
  sqlite3 *db;
  RelJson json;
  sqlite3_stmt *bound;
} Reading;

static void openReading(Reading *reading) {
  memset(reading, 0, sizeof *reading);
  ck_assert_int_eq(sqlite3_open(":memory:", &reading->db), SQLITE_OK);
  ck_assert_int_eq(sqlite3_prepare_v2(reading->db, "SELECT ?1", -1, &reading->bound, NULL),
                   SQLITE_OK);
  reading->json.db = reading->db;
}

static void closeReading(Reading *reading) {
  sqlite3_finalize(reading->bound);
  relJsonClear(&reading->json);
  ck_assert_int_eq(sqlite3_close(reading->db), SQLITE_OK);
}

/* A copy that ends where its memory ends. */
static char *tightCopy(const char *text, size_t bytes) {
  char *copy = malloc(bytes + 1);
  ck_assert_ptr_nonnull(copy);
  memcpy(copy, text, bytes);
  copy[bytes] = 0;
  return copy;
}

static const struct {
  const char *text, *says;
} MALFORMED[] = {
    {"", "1: a value is missing"},
    {" \n ", "4: a value is missing"},
    {"\xef\xbb\xbf[]", "1: a byte order mark does not belong here"},
    {"[1] 2", "5: nothing may stand behind the value"},
    {"[1]]", "4: nothing may stand behind the value"},
    {"{\"a\": 1, \"b\": 2", "16: a comma or } is missing"},
    {"{\"a\": 1 \"b\": 2}", "9: a comma or } is missing"},
    {"[1 2]", "4: a comma or ] is missing"},
    {"[1}", "3: a comma or ] is missing"},
    {"[1", "3: a comma or ] is missing"},
    {"[1,]", "4: a value is missing"},
    {"[,1]", "2: a value is missing"},
    {"[", "2: a value is missing"},
    {"{\"a\":}", "6: a value is missing"},
    {"{\"a\" 1}", "6: a colon is missing"},
    {"{", "2: a key in double quotes is missing"},
    {"{1: 2}", "2: a key in double quotes is missing"},
    {"{\"a\":1,}", "8: a key in double quotes is missing"},
    {"{a: 1}", "2: a key in double quotes is missing"},
    {"['a']", "2: strings stand in double quotes"},
    {"[True]", "2: only null, true and false stand without quotes"},
    {"[nul]", "2: only null, true and false stand without quotes"},
    {"[NaN]", "2: only null, true and false stand without quotes"},
    {"[t", "2: only null, true and false stand without quotes"},
    {"[nullx]", "6: a comma or ] is missing"},
    {"[1, /* two */ 2]", "5: there are no comments in JSON"},
    {"[+1]", "2: a value is missing"},
    {"[.5]", "2: a value is missing"},
    {"[01]", "2: a number has no leading zero"},
    {"[-01]", "3: a number has no leading zero"},
    {"[-]", "3: a digit is missing"},
    {"[1.]", "4: a digit is missing"},
    {"[1.5e]", "6: a digit is missing"},
    {"[1e+", "5: a digit is missing"},
    {"[0x1]", "3: a comma or ] is missing"},
    {"[\"a\", \"bc]", "7: the string that begins here has no end"},
    {"\"a\nb\"", "3: a control character in a string is written as an escape"},
    {"\"a\\xb\"", "4: a backslash is followed by one of \" \\ / b f n r t u"},
    {"\"a\\", "4: a backslash is followed by one of \" \\ / b f n r t u"},
    {"\"\\u12g4\"", "6: \\u is followed by four hex digits"},
    {"\"\\u12\"", "6: \\u is followed by four hex digits"},
    {"{\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\": \"\\u00e4\" ]", "18: a comma or } is missing"},
};

START_TEST(errorsSayWhereAndWhat) {
  static const char start[] = "malformed JSON at character ";
  RelError error = {0};
  RelJson json = {0};
  char *copy = tightCopy(MALFORMED[_i].text, strlen(MALFORMED[_i].text));
  relJsonRead(&error, copy, strlen(copy), &json);
  ck_assert_int_eq(error.rc, SQLITE_ERROR);
  ck_assert_msg(strncmp(error.message, start, sizeof start - 1) == 0 &&
                    strcmp(error.message + sizeof start - 1, MALFORMED[_i].says) == 0,
                "%s: %s", copy, error.message);
  relErrorClear(&error);
  relJsonClear(&json);
  free(copy);
}
END_TEST

static void expectError(const char *text, size_t bytes, int rc, const char *message) {
  RelError error = {0};
  RelJson json = {0};
  relJsonRead(&error, text, bytes, &json);
  ck_assert_int_eq(error.rc, rc);
  ck_assert_str_eq(error.message, message);
  relErrorClear(&error);
  relJsonClear(&json);
}

/* A zero byte is no end of the text, as it is for json_valid(). */
START_TEST(zeroBytesAndTooLongTexts) {
  static const char end[] = "malformed JSON at character 4: nothing may stand behind the value";
  expectError("[1]\0", 4, SQLITE_ERROR, end);
  expectError("[\0]", 3, SQLITE_ERROR, "malformed JSON at character 2: a value is missing");
  expectError("\"a\0b\"", 5, SQLITE_ERROR,
              "malformed JSON at character 3: a control character in a string is written as an "
              "escape");
  expectError("[1]", ((size_t)1 << 30) + 1, SQLITE_TOOBIG, "JSON of more than 1 GB is not read");
}
END_TEST

START_TEST(zeroEscapesAreZeroBytes) {
  static const char text[] = "[\"a\\u0000b\", \"\\u0000\"]";
  RelError error = {0};
  Reading reading;
  char *first;
  openReading(&reading);
  relJsonRead(&error, text, sizeof text - 1, &reading.json);
  relJsonBind(&error, reading.bound, 1, &reading.json, 1);
  ck_assert_int_eq(error.rc, SQLITE_OK);
  ck_assert_int_eq(sqlite3_step(reading.bound), SQLITE_ROW);
  ck_assert_int_eq(sqlite3_column_bytes(reading.bound, 0), 3);
  ck_assert_mem_eq(sqlite3_column_blob(reading.bound, 0), "a\0b", 3);
  sqlite3_reset(reading.bound);
  ck_assert(!relJsonNamed(&reading.json, 1, "a") && !relJsonNamed(&reading.json, 1, "ab"));
  ck_assert(!relJsonNamed(&reading.json, 2, "") && !relJsonNamedSame(&reading.json, 2, ""));
  first = relJsonText(&error, &reading.json, 1);
  ck_assert_str_eq(first, "a");
  sqlite3_free(first);
  closeReading(&reading);
}
END_TEST

START_TEST(numbersAndTextsOfElements) {
  static const char text[] = "[ -9223372036854775808, 9223372036854775808, 1.50, \"5\", null, "
                             "true, {\"k\" : [ \" \\\" \" ]}, -0, 12345678901234567890123 ]";
  static const char *const texts[] = {"-9223372036854775808",
                                      "9223372036854775808",
                                      "1.50",
                                      "5",
                                      "null",
                                      "true",
                                      "{\"k\":[\" \\\" \"]}",
                                      "-0",
                                      "12345678901234567890123"};
  static const double reals[] = {
      -9223372036854775808.0, 9223372036854775808.0, 1.5, 0, 0, 0, 0, 0, 12345678901234567890123.0};
  RelError error = {0};
  sqlite3_int64 integer = 7;
  unsigned member, i = 0;
  Reading reading;
  openReading(&reading);
  relJsonRead(&error, text, sizeof text - 1, &reading.json);
  ck_assert_uint_eq(relJsonCount(&reading.json, 0), 9);
  for (member = 1; member < reading.json.count; member = reading.json.elements[member].next, i++) {
    char *copy = relJsonText(&error, &reading.json, member);
    ck_assert_str_eq(copy, texts[i]);
    sqlite3_free(copy);
    ck_assert_double_eq(relJsonAsReal(&error, &reading.json, member), reals[i]);
    ck_assert_int_eq(relJsonAsInteger(&reading.json, member, &integer), i == 0 || i == 7);
    ck_assert_int_eq(integer, i < 7 ? INT64_MIN : 0);
  }
  ck_assert_int_eq(error.rc, SQLITE_OK);
  ck_assert(!relJsonNamed(&reading.json, 5, "null") && relJsonCount(&reading.json, 5) == 0);
  closeReading(&reading);
}
END_TEST

/* Some builds of SQLite read reals with strtod(), which then takes the comma for the point. */
START_TEST(noLocaleChangesReals) {
  static const char text[] = "[-411.6174149, 0.7536636267671171785, 1.5e-30, 2.5]";
  static const double reals[] = {-411.6174149, 0.7536636267671171785, 1.5e-30, 2.5};
  static const char *const commas[] = {"de_DE.UTF-8", "de_DE", "fr_FR.UTF-8", "fr_FR"};
  RelError error = {0};
  Reading reading;
  unsigned i;
  for (i = 0; i < 4 && setlocale(LC_NUMERIC, commas[i]) == NULL;) i++;
  openReading(&reading);
  relJsonRead(&error, text, sizeof text - 1, &reading.json);
  for (i = 0; i < 4; i++) {
    double read = relJsonAsReal(&error, &reading.json, i + 1);
    ck_assert_double_eq_tol(read / reals[i], 1, 1e-15);
  }
  ck_assert_int_eq(error.rc, SQLITE_OK);
  closeReading(&reading);
  setlocale(LC_NUMERIC, "C");
}
END_TEST

/* `depth` times the opening, the inner value, `depth` times the closing text. */
static char *nested(const char *opening, const char *closing, size_t depth, size_t *bytes) {
  size_t openingBytes = strlen(opening), closingBytes = strlen(closing), i;
  char *text = malloc(depth * (openingBytes + closingBytes) + 2), *to = text;
  ck_assert_ptr_nonnull(text);
  for (i = 0; i < depth; i++, to += openingBytes) memcpy(to, opening, openingBytes + 1);
  *to++ = '7';
  for (i = 0; i < depth; i++, to += closingBytes) memcpy(to, closing, closingBytes);
  *to = 0;
  *bytes = (size_t)(to - text);
  return text;
}

START_TEST(anyDepth) {
  enum { DEPTH = 1000000 };
  static const char *const opens[] = {"[", "{\"a\":", "[ ", "[0,"};
  static const char *const closes[] = {"]", "}", " ]", ",{}]"};
  const unsigned each = _i == 1 ? 2 : _i == 3 ? 3 : 1;
  RelError error = {0};
  size_t bytes;
  char *text = nested(opens[_i], closes[_i], DEPTH, &bytes), *copy;
  Reading reading;
  openReading(&reading);
  relJsonRead(&error, text, bytes, &reading.json);
  ck_assert_int_eq(error.rc, SQLITE_OK);
  ck_assert_uint_eq(reading.json.count, each * DEPTH + 1);
  ck_assert_uint_eq(reading.json.elements[0].next, each * DEPTH + 1);
  ck_assert_uint_eq(reading.json.elements[0].length, bytes);
  copy = relJsonText(&error, &reading.json, 0);
  ck_assert_uint_eq(strlen(copy), _i == 2 ? 2 * DEPTH + 1 : bytes);
  sqlite3_free(copy);
  relJsonRead(&error, text, bytes - 1, &reading.json);
  ck_assert_int_eq(error.rc, SQLITE_ERROR);
  relErrorClear(&error);
  closeReading(&reading);
  free(text);
}
END_TEST

/* Reads and takes everything twice, so that storage is used again. */
static void takeAll(RelError *error, sqlite3 *db, RelJson *json) {
  static const char text[] =
      "[{\"a\\n\" : 1.2345678901234567, \"b\" : [ 1, 2, 9e999 ]}, \"\\u20ac\", [],"
      "12345678901234567890, 3,4,5,6,7,8,9,{\"x\":{}},\"plain\",true,null]";
  sqlite3_stmt *bound = NULL;
  unsigned i;
  int round, rc = sqlite3_prepare_v2(db, "SELECT ?1", -1, &bound, NULL);
  relErrorFromDb(error, rc, db);
  for (round = 0; round < 2 && error->rc == SQLITE_OK; round++) {
    relJsonRead(error, text, sizeof text - 1, json);
    for (i = 0; i < json->count; i++) {
      sqlite3_free(relJsonText(error, json, i));
      relJsonBind(error, bound, 1, json, i);
      relJsonAsReal(error, json, i);
    }
  }
  sqlite3_finalize(bound);
}

START_TEST(memoryRunsOut) {
  enum { MANY = 1 << 30 };
  sqlite3 *db;
  int after = 0, made = 1, forGood;
  installFailing();
  ck_assert_int_eq(sqlite3_open(":memory:", &db), SQLITE_OK);
  for (after = -1; after < made; after++) {
    for (forGood = 0; forGood < 2; forGood++) {
      sqlite3_int64 held = sqlite3_memory_used();
      RelError error = {0};
      RelJson json = {.db = db};
      arm(after < 0 ? MANY : after, forGood);
      takeAll(&error, db, &json);
      if (after < 0) made = MANY - countdown;
      arm(-1, 0);
      ck_assert_int_eq(error.rc, after < 0 ? SQLITE_OK : SQLITE_NOMEM);
      relErrorClear(&error);
      takeAll(&error, db, &json);
      ck_assert_int_eq(error.rc, SQLITE_OK);
      ck_assert_int_gt((int)json.count, 20);
      relJsonClear(&json);
      if (after >= 0) ck_assert_int_eq(sqlite3_memory_used(), held);
    }
  }
  ck_assert_int_gt(made, 20);
  ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
  restoreAllocator();
}
END_TEST

Suite *relTestJsonReaderCases(void) {
  Suite *suite = suite_create("json_reader_cases");
  TCase *errors = tcase_create("errors");
  TCase *others = tcase_create("others");
  tcase_add_loop_test(errors, errorsSayWhereAndWhat, 0, sizeof MALFORMED / sizeof *MALFORMED);
  tcase_add_test(errors, zeroBytesAndTooLongTexts);
  tcase_add_test(others, zeroEscapesAreZeroBytes);
  tcase_add_test(others, numbersAndTextsOfElements);
  tcase_add_test(others, noLocaleChangesReals);
  tcase_add_loop_test(others, anyDepth, 0, 4);
  tcase_add_test(others, memoryRunsOut);
  suite_add_tcase(suite, errors);
  suite_add_tcase(suite, others);
  return suite;
}
