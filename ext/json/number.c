/*
** Numbers, and finding out how the SQLite at hand writes reals.
*/
#include "json/json.h"
#include "base/statement.h"
#include "json/digits.h"

static const char pairs[] = "00010203040506070809101112131415161718192021222324252627282930313233"
                            "34353637383940414243444546474849505152535455565758596061626364656667"
                            "6869707172737475767778798081828384858687888990919293949596979899";

/* Any number. */
static char *writeWhole(char *to, uint64_t number) {
  uint64_t high;
  if (number < 100000000) return relDigitsShort(to, (uint32_t)number);
  high = number / 100000000;
  to = writeWhole(to, high);
  relDigitsWrite(to, relDigitsSplit((uint32_t)(number - high * 100000000)));
  return to + 8;
}

/* Exactly `count` digits from `to` on; leading ones are zeros where the number has fewer. */
static char *writeDigits(char *to, uint64_t number, size_t count) {
  char *end = to + count;
  while (count >= 2) {
    count -= 2;
    memcpy(to + count, pairs + number % 100 * 2, 2);
    number /= 100;
  }
  if (count == 1) *to = (char)('0' + number % 10);
  return end;
}

char *relJsonPutLong(char *to, sqlite3_int64 value) {
  if (value >= 0) return writeWhole(to, (uint64_t)value);
  *to++ = '-';
  return writeWhole(to, 0 - (uint64_t)value);
}

void relJsonInteger(RelBuffer *buffer, sqlite3_int64 value) {
  char *to;
  if (!relBufferReserve(buffer, REL_JSON_INTEGER)) return;
  to = relJsonPutInteger(buffer->bytes + buffer->length, value);
  buffer->length = (size_t)(to - buffer->bytes);
}

/* The ways that versions of SQLite write a REAL as JSON. ASK: none of them, the statement does it.
 */
enum { ASK, FORMAT_COUNT = 3 };
static const char *const formats[FORMAT_COUNT] = {NULL, "%!.15g", "%!.17g"};

/* Longer than what any of the formats gives. */
enum { LONGEST_REAL = 48 };

enum { MOST_PLACES = 6 };

/*
** The decimal that a value, without its sign, equals: *digits with the result's number of places
** behind the point; -1 where it is none of at most 13 digits and 6 places, nor a whole number of
** at most 15 digits. From 0.001 on that decimal is what every format gives: "%!.17g" looks for
** a shorter form only where digits 14 to 16 are 000, or 15 and 16 are 99.
*/
static int findDecimal(double magnitude, uint64_t *digits) {
  static const double powers[MOST_PLACES + 1] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6};
  int places;
  if (magnitude < 1e-3 && magnitude != 0) return -1;
  for (places = 0; places <= MOST_PLACES; places++) {
    double scaled = magnitude * powers[places] + 0.5;
    if (!(scaled < (places == 0 ? 1e15 : 1e13))) return -1;
    *digits = (uint64_t)(int64_t)scaled;
    if ((double)(int64_t)*digits / powers[places] == magnitude) return places;
  }
  return -1;
}

static void addDecimal(RelBuffer *buffer, int negative, uint64_t digits, size_t places) {
  static const uint32_t powers[MOST_PLACES + 1] = {1, 10, 100, 1000, 10000, 100000, 1000000};
  uint64_t whole = digits / powers[places];
  char *to;
  if (!relBufferReserve(buffer, LONGEST_REAL)) return;
  to = buffer->bytes + buffer->length;
  if (negative) *to++ = '-';
  to = writeWhole(to, whole);
  *to++ = '.';
  to = writeDigits(to, digits - whole * powers[places], places != 0 ? places : 1);
  buffer->length = (size_t)(to - buffer->bytes);
}

static void addFormatted(RelBuffer *buffer, const char *format, double value) {
  char *to;
  if (!relBufferReserve(buffer, LONGEST_REAL)) return;
  to = buffer->bytes + buffer->length;
  sqlite3_snprintf(LONGEST_REAL, to, format, value);
  buffer->length += strlen(to);
}

static void addAsked(RelBuffer *buffer, sqlite3_stmt *quote, double value) {
  int rc = sqlite3_bind_double(quote, 1, value);
  if (rc == SQLITE_OK) rc = sqlite3_step(quote);
  if (rc == SQLITE_ROW) {
    const char *text = (const char *)sqlite3_column_text(quote, 0);
    if (text != NULL) {
      relBufferAdd(buffer, text, (size_t)sqlite3_column_bytes(quote, 0));
    } else {
      relBufferFail(buffer, SQLITE_NOMEM);
    }
  } else {
    relBufferFail(buffer, rc);
  }
  sqlite3_reset(quote);
}

static int isInfinite(double value) {
  return value - value != 0;
}

void relJsonReal(RelBuffer *buffer, const RelJsonStyle *style, double value) {
  uint64_t digits;
  int places;
  if (value != value) {
    relBufferAdd(buffer, "null", 4);
    return;
  }
  if (style->format == ASK || isInfinite(value)) {
    addAsked(buffer, style->quote, value);
    return;
  }
  places = findDecimal(value < 0 ? -value : value, &digits);
  if (places >= 0) {
    addDecimal(buffer, value < 0, digits, (size_t)places);
  } else {
    addFormatted(buffer, formats[style->format], value);
  }
}

/* True where relJsonReal, in the style as it is, writes `value` as the statement does. */
static int agrees(RelBuffer *scratch, const RelJsonStyle *style, double value) {
  size_t asked;
  scratch->length = 0;
  addAsked(scratch, style->quote, value);
  asked = scratch->length;
  relJsonReal(scratch, style, value);
  return scratch->rc == SQLITE_OK && scratch->length == 2 * asked &&
         memcmp(scratch->bytes, scratch->bytes + asked, asked) == 0;
}

/* Values at which formats part: many digits, ends of the plain form, ends of the range. */
static int agreesOnAll(RelBuffer *scratch, const RelJsonStyle *style) {
  static const double probes[] = {0.0,
                                  -0.0,
                                  0.1,
                                  1e-4,
                                  1e-5,
                                  9.999999e-5,
                                  0.1 + 0.2,
                                  1.0 / 3.0,
                                  -200.0 / 3.0,
                                  3.141592653589793,
                                  0.999999999999999,
                                  0.9999999999999999,
                                  123456.789012,
                                  99999999999999.9,
                                  1234567890123.45,
                                  9999999.999999,
                                  0.000981,
                                  123456789012345.0,
                                  999999999999999.0,
                                  1e15,
                                  1234567890123456.0,
                                  1e17,
                                  1e23,
                                  1e100,
                                  1.2345678901234567e22,
                                  1.7976931348623157e308,
                                  1e-300,
                                  5e-324};
  size_t i;
  for (i = 0; i < sizeof probes / sizeof probes[0]; i++) {
    if (!agrees(scratch, style, probes[i])) return 0;
  }
  return 1;
}

void relJsonStyleLearn(RelError *error, sqlite3 *db, RelJsonStyle *style) {
  RelBuffer scratch = {0};
  style->format = ASK;
  style->quote = relPrepare(error, db, SQLITE_PREPARE_PERSISTENT, "SELECT json_quote(?1)");
  if (error->rc != SQLITE_OK) return;
  for (style->format = FORMAT_COUNT - 1; style->format != ASK; style->format--) {
    if (agreesOnAll(&scratch, style)) break;
  }
  if (scratch.rc != SQLITE_OK) relErrorFromDb(error, scratch.rc, db);
  relBufferClear(&scratch);
}

void relJsonStyleClear(RelJsonStyle *style) {
  sqlite3_finalize(style->quote);
  memset(style, 0, sizeof *style);
}
