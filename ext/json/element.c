/*
** What an element of a document that was read holds: as text, as a number, as a bound value. All of
** it relies on the reader's having found the text well-formed.
*/
#include "json/reader.h"
#include "base/memory.h"

#include <float.h>

/* True where each operation on doubles gives a double, not something longer that is rounded later. */
enum { ROUNDS_AT_ONCE = FLT_EVAL_METHOD == 0 || FLT_EVAL_METHOD == 1 };

static unsigned hexDigit(char c) {
  return (unsigned)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10) & 0xf;
}

/* The code unit of the escape whose u is at `at`. */
static unsigned codeUnit(const char *at) {
  return hexDigit(at[1]) << 12 | hexDigit(at[2]) << 8 | hexDigit(at[3]) << 4 | hexDigit(at[4]);
}

/* UTF-8 of at most 4 bytes; half of a surrogate pair gives the three bytes that its number has. */
static size_t writeCharacter(char *to, unsigned character) {
  if (character < 0x80) {
    to[0] = (char)character;
    return 1;
  }
  if (character < 0x800) {
    to[0] = (char)(0xc0 | character >> 6);
    to[1] = (char)(0x80 | (character & 0x3f));
    return 2;
  }
  if (character < 0x10000) {
    to[0] = (char)(0xe0 | character >> 12);
    to[1] = (char)(0x80 | (character >> 6 & 0x3f));
    to[2] = (char)(0x80 | (character & 0x3f));
    return 3;
  }
  to[0] = (char)(0xf0 | character >> 18);
  to[1] = (char)(0x80 | (character >> 12 & 0x3f));
  to[2] = (char)(0x80 | (character >> 6 & 0x3f));
  to[3] = (char)(0x80 | (character & 0x3f));
  return 4;
}

/* Writes what the \u escapes at *at (behind the backslash) stand for, and moves behind them. */
static size_t unescapeUnits(const char **at, char *to) {
  unsigned unit = codeUnit(*at), low;
  *at += 5;
  if ((unit & 0xfc00) != 0xd800 || (*at)[0] != '\\' || (*at)[1] != 'u') {
    return writeCharacter(to, unit);
  }
  low = codeUnit(*at + 1);
  if ((low & 0xfc00) != 0xdc00) return writeCharacter(to, unit);
  *at += 6;
  return writeCharacter(to, ((unit & 0x3ff) << 10) + (low & 0x3ff) + 0x10000);
}

/* Writes the 1 to 4 bytes that the escape at *at (behind the backslash) stands for. */
static size_t unescapeOne(const char **at, char *to) {
  static const char letters[] = "bfnrt", controls[] = "\b\f\n\r\t";
  const char *letter;
  if (**at == 'u') return unescapeUnits(at, to);
  letter = strchr(letters, **at);
  *to = letter != NULL ? controls[letter - letters] : **at;
  ++*at;
  return 1;
}

/* `to` has room for `length` bytes, which no text without its escapes needs. Returns its bytes. */
static size_t unescape(char *to, const char *from, size_t length) {
  const char *end = from + length;
  char *start = to;
  for (;;) {
    const char *slash = memchr(from, '\\', (size_t)(end - from));
    size_t plain = (size_t)((slash != NULL ? slash : end) - from);
    memcpy(to, from, plain);
    to += plain;
    if (slash == NULL) return (size_t)(to - start);
    from = slash + 1;
    to += unescapeOne(&from, to);
  }
}

static const char *textOf(const RelJson *json, unsigned element) {
  return json->text + json->elements[element].start;
}

typedef int (*Comparison)(const char *, const char *, int);

static int compareBytes(const char *a, const char *b, int bytes) {
  return memcmp(a, b, (size_t)bytes);
}

/* Compares piece by piece, so that nothing is allocated. */
static int escapedEquals(const char *text, size_t length, const char *name, Comparison compare) {
  const char *end = text + length;
  size_t left = strlen(name);
  while (text < end) {
    char character[4];
    const char *piece = text;
    size_t bytes = 1;
    if (*text++ == '\\') {
      bytes = unescapeOne(&text, character);
      piece = character;
    }
    if (bytes > left || *piece == 0 || compare(piece, name, (int)bytes) != 0) return 0;
    name += bytes;
    left -= bytes;
  }
  return left == 0;
}

static int equals(const RelJson *json, unsigned element, const char *name, Comparison compare) {
  const RelJsonElement *one = &json->elements[element];
  const char *text = textOf(json, element);
  if (one->kind != REL_JSON_STRING) return 0;
  if (one->escaped) return escapedEquals(text, one->length, name, compare);
  return strlen(name) == one->length && compare(text, name, (int)one->length) == 0;
}

int relJsonNamed(const RelJson *json, unsigned element, const char *name) {
  return equals(json, element, name, compareBytes);
}

static int compareNames(const char *a, const char *b, int bytes) {
  return sqlite3_strnicmp(a, b, bytes);
}

int relJsonNamedSame(const RelJson *json, unsigned element, const char *name) {
  return equals(json, element, name, compareNames);
}

/* Behind the string whose quote is at `at`. */
static const char *skipString(const char *at) {
  for (at++; *at != '"'; at++) at += *at == '\\';
  return at + 1;
}

/* The first blank that is not in a string, or `end`. Outside of strings no other byte is as low. */
static const char *findBlank(const char *at, const char *end) {
  while (at < end && (unsigned char)*at > ' ') at = *at == '"' ? skipString(at) : at + 1;
  return at;
}

/* Copies without blanks; `to` has room for `length` bytes. Returns how many it needed. */
static size_t minify(char *to, const char *from, size_t length) {
  const char *end = from + length;
  char *start = to;
  while (from < end) {
    const char *blank = findBlank(from, end);
    memcpy(to, from, (size_t)(blank - from));
    to += blank - from;
    for (from = blank; from < end && (unsigned char)*from <= ' ';) from++;
  }
  return (size_t)(to - start);
}

/* True where the element's text is other bytes than stand in the document. */
static int needsCopy(const RelJson *json, const RelJsonElement *element) {
  const char *text = json->text + element->start, *end = text + element->length;
  if (element->kind < REL_JSON_ARRAY) return element->escaped;
  return findBlank(text, end) != end;
}

/* The text of an element, zero-terminated, and its bytes. The caller owns it. */
static char *copyText(RelError *error, const RelJson *json, unsigned element, size_t *bytes) {
  const RelJsonElement *one = &json->elements[element];
  char *copy;
  if (error->rc != SQLITE_OK) return NULL;
  copy = sqlite3_malloc64((sqlite3_uint64)one->length + 1);
  if (copy == NULL) {
    relErrorNoMemory(error);
    return NULL;
  }
  if (one->kind >= REL_JSON_ARRAY) {
    *bytes = minify(copy, textOf(json, element), one->length);
  } else if (one->escaped) {
    *bytes = unescape(copy, textOf(json, element), one->length);
  } else {
    memcpy(copy, textOf(json, element), one->length);
    *bytes = one->length;
  }
  copy[*bytes] = 0;
  return copy;
}

char *relJsonText(RelError *error, const RelJson *json, unsigned element) {
  size_t bytes;
  return copyText(error, json, element, &bytes);
}

int relJsonAsInteger(const RelJson *json, unsigned element, sqlite3_int64 *value) {
  const RelJsonElement *one = &json->elements[element];
  const char *at = textOf(json, element), *end = at + one->length;
  int negative = *at == '-';
  uint64_t largest = (uint64_t)INT64_MAX + (uint64_t)negative, magnitude = 0;
  if (one->kind != REL_JSON_INTEGER) return 0;
  for (at += negative; at < end; at++) {
    uint64_t digit = (uint64_t)(*at - '0');
    if (magnitude > (largest - digit) / 10) return 0;
    magnitude = magnitude * 10 + digit;
  }
  *value = magnitude > (uint64_t)INT64_MAX ? INT64_MIN : (sqlite3_int64)magnitude;
  if (negative && *value > 0) *value = -*value;
  return 1;
}

/* A decimal number without its sign: digits times ten to the exponent. */
typedef struct Decimal {
  uint64_t digits;
  int exponent;
} Decimal;

/* False where there are more than 16 digits that count, or an exponent of more than 3. */
static int readDecimal(const char *at, const char *end, Decimal *decimal) {
  int exponent = 0, places = 0, behindPoint = 0, negative;
  decimal->digits = 0;
  for (; at < end && *at != 'e' && *at != 'E'; at++) {
    if (*at == '.') {
      behindPoint = 1;
      continue;
    }
    if (decimal->digits >= UINT64_C(1000000000000000)) return 0;
    decimal->digits = decimal->digits * 10 + (uint64_t)(*at - '0');
    places += behindPoint;
  }
  if (at < end) {
    negative = at[1] == '-';
    at += negative || at[1] == '+' ? 2 : 1;
    if (end - at > 3) return 0;
    for (; at < end; at++) exponent = exponent * 10 + (*at - '0');
    if (negative) exponent = -exponent;
  }
  decimal->exponent = exponent - places;
  return 1;
}

/* What a product of doubles lost when it was rounded, exactly. */
static double lostInProduct(double a, double b, double product) {
  const double splitter = 134217729.0; /* 2^27 + 1 */
  double aHigh = a * splitter - (a * splitter - a), aLow = a - aHigh;
  double bHigh = b * splitter - (b * splitter - b), bLow = b - bHigh;
  return ((aHigh * bHigh - product) + aHigh * bLow + aLow * bHigh) + aLow * bLow;
}

/*
** The quotient, where it is so far from the middle between two doubles that dividing in any higher
** precision, and rounding that, gives the same: builds of SQLite differ in the precision.
*/
static int divide(double digits, double power, double *quotient) {
  const double margin = 1.0 / 32;
  double near = digits / power, product = near * power;
  double rest = ((digits - product) - lostInProduct(near, power, product)) / power;
  *quotient = near;
  return near + rest * (1 + margin) == near;
}

/* The double that every build of SQLite reads a decimal as; false where that is not certain. */
static int findReal(const Decimal *decimal, double *value) {
  static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                  1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  const int most = (int)(sizeof powers / sizeof *powers) - 1;
  const double exact = 9007199254740992.0; /* 2^53 */
  double digits = (double)decimal->digits;
  *value = digits;
  if (decimal->digits == 0) return 1;
  if (!ROUNDS_AT_ONCE || digits > exact) return 0;
  if (decimal->exponent < -most || decimal->exponent > most) return 0;
  if (decimal->exponent < 0) return divide(digits, powers[-decimal->exponent], value);
  *value = digits * powers[decimal->exponent];
  return *value <= exact;
}

/*
** Writes a number anew as an integer with an exponent, zero-terminated; `to` has room for `length`
** bytes and 16 more. Without its point no locale changes how it is read: some builds of SQLite read
** reals of JSON with strtod().
*/
static size_t withoutPoint(char *to, const char *at, size_t length) {
  const int huge = 100000000;
  const char *end = at + length;
  char *start = to, *digits;
  int exponent = 0, places = 0, behindPoint = 0, negative;
  if (*at == '-') *to++ = *at++;
  for (digits = to; at < end && *at != 'e' && *at != 'E'; at++) {
    if (*at == '.') {
      behindPoint = 1;
      continue;
    }
    places += behindPoint;
    if (to > digits || *at != '0') *to++ = *at;
  }
  if (to == digits) *to++ = '0';
  negative = at < end && at[1] == '-';
  for (; at < end; at++) {
    if (*at >= '0' && *at <= '9' && exponent < huge) exponent = exponent * 10 + (*at - '0');
  }
  sqlite3_snprintf(16, to, "e%d", (negative ? -exponent : exponent) - places);
  return (size_t)(to - start) + strlen(to);
}

/* The reading of the SQLite at hand. */
static double askReal(RelError *error, const RelJson *json, unsigned element) {
  const RelJsonElement *one = &json->elements[element];
  sqlite3_stmt *extract = json->extract;
  char *number = relAlloc(error, (size_t)one->length + 16);
  double value = 0;
  size_t bytes;
  int rc;
  if (number == NULL) return 0;
  bytes = withoutPoint(number, textOf(json, element), one->length);
  rc = sqlite3_bind_text64(extract, 1, number, bytes, sqlite3_free, SQLITE_UTF8);
  if (rc == SQLITE_OK) rc = sqlite3_step(extract);
  if (rc == SQLITE_ROW) {
    value = sqlite3_column_double(extract, 0);
  } else {
    relErrorFromDb(error, rc, json->db);
  }
  sqlite3_reset(extract);
  return value;
}

double relJsonAsReal(RelError *error, const RelJson *json, unsigned element) {
  const RelJsonElement *one = &json->elements[element];
  const char *at = textOf(json, element), *end = at + one->length;
  int negative = *at == '-';
  sqlite3_int64 integer;
  Decimal decimal;
  double value;
  if (relJsonAsInteger(json, element, &integer)) return (double)integer;
  if (one->kind != REL_JSON_REAL && one->kind != REL_JSON_INTEGER) return 0;
  if (!readDecimal(at + negative, end, &decimal) || !findReal(&decimal, &value)) {
    return askReal(error, json, element);
  }
  return negative ? -value : value;
}

static int bindText(RelError *error, sqlite3_stmt *statement, int parameter, const RelJson *json,
                    unsigned element) {
  const RelJsonElement *one = &json->elements[element];
  size_t bytes = 0;
  char *copy;
  if (!needsCopy(json, one)) {
    return sqlite3_bind_text64(statement, parameter, textOf(json, element), one->length,
                               SQLITE_STATIC, SQLITE_UTF8);
  }
  copy = copyText(error, json, element, &bytes);
  if (copy == NULL) return SQLITE_NOMEM;
  return sqlite3_bind_text64(statement, parameter, copy, bytes, sqlite3_free, SQLITE_UTF8);
}

static int bindNumber(RelError *error, sqlite3_stmt *statement, int parameter, const RelJson *json,
                      unsigned element) {
  sqlite3_int64 integer;
  double real;
  if (relJsonAsInteger(json, element, &integer)) {
    return sqlite3_bind_int64(statement, parameter, integer);
  }
  real = relJsonAsReal(error, json, element);
  return error->rc != SQLITE_OK ? error->rc : sqlite3_bind_double(statement, parameter, real);
}

void relJsonBind(RelError *error, sqlite3_stmt *statement, int parameter, const RelJson *json,
                 unsigned element) {
  int rc;
  if (error->rc != SQLITE_OK) return;
  switch (relJsonKind(json, element)) {
  case REL_JSON_NULL:
    rc = sqlite3_bind_null(statement, parameter);
    break;
  case REL_JSON_FALSE:
  case REL_JSON_TRUE:
    rc = sqlite3_bind_int(statement, parameter, relJsonKind(json, element) == REL_JSON_TRUE);
    break;
  case REL_JSON_INTEGER:
  case REL_JSON_REAL:
    rc = bindNumber(error, statement, parameter, json, element);
    break;
  default:
    rc = bindText(error, statement, parameter, json, element);
  }
  relErrorFromDb(error, rc, sqlite3_db_handle(statement));
}

static void resultText(RelError *error, sqlite3_context *context, const RelJson *json,
                       unsigned element) {
  const RelJsonElement *one = &json->elements[element];
  size_t bytes = 0;
  char *copy;
  if (!needsCopy(json, one)) {
    sqlite3_result_text64(context, textOf(json, element), one->length, SQLITE_STATIC, SQLITE_UTF8);
    return;
  }
  copy = copyText(error, json, element, &bytes);
  if (copy != NULL) sqlite3_result_text64(context, copy, bytes, sqlite3_free, SQLITE_UTF8);
}

void relJsonResult(RelError *error, sqlite3_context *context, const RelJson *json,
                   unsigned element) {
  sqlite3_int64 integer;
  switch (relJsonKind(json, element)) {
  case REL_JSON_NULL:
    break;
  case REL_JSON_FALSE:
  case REL_JSON_TRUE:
    sqlite3_result_int(context, relJsonKind(json, element) == REL_JSON_TRUE);
    break;
  case REL_JSON_INTEGER:
  case REL_JSON_REAL:
    if (relJsonAsInteger(json, element, &integer)) {
      sqlite3_result_int64(context, integer);
    } else {
      sqlite3_result_double(context, relJsonAsReal(error, json, element));
    }
    break;
  default:
    resultText(error, context, json, element);
  }
}
