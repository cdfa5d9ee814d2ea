/*
** json/reader.h: what is read and bound, against the json_valid(), json_tree() and json() of the
** running SQLite.
*/
#include "unit/suites.h"
#include "base/memory.h"
#include "json/reader.h"

#include <check.h>
#include <stdlib.h>

static const unsigned NO_KEY = ~0u;

typedef struct Pair {
  sqlite3 *db;
  RelJson json;
  sqlite3_stmt *valid, *tree, *bound;
  int converts; /* the database is not in UTF-8, so that half a surrogate pair becomes U+FFFD */
} Pair;

static sqlite3_stmt *prepared(sqlite3 *db, const char *sql) {
  sqlite3_stmt *statement = NULL;
  ck_assert_int_eq(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
  return statement;
}

static void openPair(Pair *pair, const char *encoding) {
  char *pragma = sqlite3_mprintf("PRAGMA encoding = '%s'", encoding);
  memset(pair, 0, sizeof *pair);
  ck_assert_int_eq(sqlite3_open(":memory:", &pair->db), SQLITE_OK);
  ck_assert_int_eq(sqlite3_exec(pair->db, pragma, NULL, NULL, NULL), SQLITE_OK);
  sqlite3_free(pragma);
  pair->json.db = pair->db;
  pair->converts = strcmp(encoding, "UTF-8") != 0;
  pair->valid = prepared(pair->db, "SELECT json_valid(?1)");
  pair->tree = prepared(pair->db, "SELECT key, type, value FROM json_tree(?1)");
  pair->bound = prepared(pair->db, "SELECT ?1");
}

static void closePair(Pair *pair) {
  sqlite3_finalize(pair->valid);
  sqlite3_finalize(pair->tree);
  sqlite3_finalize(pair->bound);
  relJsonClear(&pair->json);
  ck_assert_ptr_null(pair->json.elements);
  ck_assert_int_eq(sqlite3_close(pair->db), SQLITE_OK);
}

/* A copy that ends where its memory ends. */
static char *tightCopy(const char *text, size_t bytes) {
  char *copy = malloc(bytes + 1);
  ck_assert_ptr_nonnull(copy);
  memcpy(copy, text, bytes);
  copy[bytes] = 0;
  return copy;
}

static int isValid(Pair *pair, const char *text, size_t bytes) {
  int valid;
  sqlite3_bind_text64(pair->valid, 1, text, bytes, SQLITE_STATIC, SQLITE_UTF8);
  ck_assert_int_eq(sqlite3_step(pair->valid), SQLITE_ROW);
  valid = sqlite3_column_int(pair->valid, 0);
  sqlite3_reset(pair->valid);
  return valid;
}

static void sameValue(sqlite3_stmt *ours, sqlite3_stmt *theirs, int column) {
  int type = sqlite3_column_type(theirs, column);
  ck_assert_int_eq(sqlite3_column_type(ours, 0), type);
  if (type == SQLITE_INTEGER) {
    ck_assert_int_eq(sqlite3_column_int64(ours, 0), sqlite3_column_int64(theirs, column));
  } else if (type == SQLITE_FLOAT) {
    double a = sqlite3_column_double(ours, 0), b = sqlite3_column_double(theirs, column);
    if (memcmp(&a, &b, sizeof a) != 0) ck_abort_msg("%.20g is %.20g here", b, a);
  } else if (type == SQLITE_TEXT) {
    const unsigned char *a = sqlite3_column_text(ours, 0);
    const unsigned char *b = sqlite3_column_text(theirs, column);
    int bytes = sqlite3_column_bytes(theirs, column);
    if (sqlite3_column_bytes(ours, 0) != bytes || memcmp(a, b, (size_t)bytes) != 0) {
      ck_abort_msg("'%s' is '%s' here", b, a);
    }
  }
}

/* The element, bound, is what the column of json_tree() is. */
static void sameBound(Pair *pair, unsigned element, int column) {
  RelError error = {0};
  relJsonBind(&error, pair->bound, 1, &pair->json, element);
  ck_assert_int_eq(error.rc, SQLITE_OK);
  ck_assert_int_eq(sqlite3_step(pair->bound), SQLITE_ROW);
  sameValue(pair->bound, pair->tree, column);
  sqlite3_reset(pair->bound);
  sqlite3_clear_bindings(pair->bound);
}

static void isNamed(Pair *pair, unsigned key, const char *other, int named, int same) {
  ck_assert_int_eq(relJsonNamed(&pair->json, key, other), named);
  ck_assert_int_eq(relJsonNamedSame(&pair->json, key, other), same);
}

static void sameKey(Pair *pair, unsigned key) {
  RelError error = {0};
  char *name = relJsonText(&error, &pair->json, key), *other = sqlite3_mprintf("%sx", name);
  size_t length = strlen(name);
  ck_assert_int_eq(error.rc, SQLITE_OK);
  sameBound(pair, key, 0);
  if (!pair->converts) ck_assert_str_eq(name, (const char *)sqlite3_column_text(pair->tree, 0));
  isNamed(pair, key, name, 1, 1);
  isNamed(pair, key, other, 0, 0);
  other[length] = 0;
  if (length > 0) {
    other[length - 1] ^= 0x20;
    isNamed(pair, key, other, 0, relSame(name, other));
    other[length - 1] = 0;
    isNamed(pair, key, other, 0, 0);
  }
  sqlite3_free(other);
  sqlite3_free(name);
}

static void sameElement(Pair *pair, unsigned element) {
  static const char *const types[] = {"null", "false", "true",  "integer",
                                      "real", "text",  "array", "object"};
  ck_assert_str_eq(types[relJsonKind(&pair->json, element)],
                   (const char *)sqlite3_column_text(pair->tree, 1));
  sameBound(pair, element, 2);
}

/* The element and all that is inside it are the next rows of json_tree(). */
static void sameTree(Pair *pair, unsigned element, unsigned key) {
  RelJsonElement one = pair->json.elements[element];
  unsigned member = element + 1, i;
  ck_assert_int_eq(sqlite3_step(pair->tree), SQLITE_ROW);
  if (key != NO_KEY) sameKey(pair, key);
  sameElement(pair, element);
  for (i = 0; i < relJsonCount(&pair->json, element); i++) {
    unsigned name = NO_KEY;
    if (one.kind == REL_JSON_OBJECT) name = member++;
    sameTree(pair, member, name);
    member = pair->json.elements[member].next;
  }
  ck_assert_uint_eq(member, one.next);
}

/* Read where, and only where, json_valid() says so; and then as the same. Returns whether. */
static int compare(Pair *pair, const char *text, size_t bytes) {
  RelError error = {0};
  char *copy = tightCopy(text, bytes);
  int valid = isValid(pair, copy, bytes);
  relJsonRead(&error, copy, bytes, &pair->json);
  if (valid != (error.rc == SQLITE_OK)) {
    ck_abort_msg("json_valid is %d, ours says '%s' of\n%s", valid, error.message, copy);
  }
  if (valid) {
    sqlite3_bind_text64(pair->tree, 1, copy, bytes, SQLITE_STATIC, SQLITE_UTF8);
    sameTree(pair, 0, NO_KEY);
    ck_assert_uint_eq(pair->json.elements[0].next, pair->json.count);
    ck_assert_int_eq(sqlite3_step(pair->tree), SQLITE_DONE);
    sqlite3_reset(pair->tree);
    sqlite3_clear_bindings(pair->tree);
  } else {
    ck_assert_int_eq(error.rc, SQLITE_ERROR);
    ck_assert_uint_eq(pair->json.count, 0);
  }
  sqlite3_clear_bindings(pair->valid);
  relErrorClear(&error);
  free(copy);
  return valid;
}

/* xorshift64*: the same numbers in every run. */
static unsigned nextRandom(uint64_t *state, unsigned limit) {
  *state ^= *state >> 12;
  *state ^= *state << 25;
  *state ^= *state >> 27;
  return (unsigned)((*state * UINT64_C(2685821657736338717)) >> 33) % limit;
}

static void addBlanks(sqlite3_str *text, uint64_t *state) {
  while (nextRandom(state, 5) == 0)
    sqlite3_str_appendchar(text, 1, " \t\n\r"[nextRandom(state, 4)]);
}

static void addDigits(sqlite3_str *text, uint64_t *state, unsigned most) {
  unsigned count = 1 + nextRandom(state, most);
  while (count-- > 0) sqlite3_str_appendchar(text, 1, (char)('0' + nextRandom(state, 10)));
}

static void addNumber(sqlite3_str *text, uint64_t *state) {
  static const char *const edges[] = {"9223372036854775807",
                                      "9223372036854775808",
                                      "9223372036854775809",
                                      "9223372036854775799",
                                      "9223372036854775810",
                                      "922337203685477580",
                                      "9007199254740993",
                                      "9007199254740993.0",
                                      "0",
                                      "0.0",
                                      "0e7",
                                      "9e999",
                                      "1e-999",
                                      "5e-324",
                                      "1.7976931348623157e308"};
  unsigned wholeDigits = nextRandom(state, 4) == 0 ? 20 : 6;
  if (nextRandom(state, 3) == 0) sqlite3_str_appendchar(text, 1, '-');
  if (nextRandom(state, 8) == 0) {
    sqlite3_str_appendall(text, edges[nextRandom(state, sizeof edges / sizeof *edges)]);
    return;
  }
  if (nextRandom(state, 4) == 0) {
    sqlite3_str_appendchar(text, 1, '0');
  } else {
    sqlite3_str_appendchar(text, 1, (char)('1' + nextRandom(state, 9)));
    if (nextRandom(state, 3) != 0) addDigits(text, state, wholeDigits);
  }
  if (nextRandom(state, 2) == 0) {
    sqlite3_str_appendchar(text, 1, '.');
    addDigits(text, state, nextRandom(state, 2) == 0 ? 4 : 20);
  }
  if (nextRandom(state, 4) == 0) {
    static const char *const marks[] = {"e", "E", "e+", "e-", "E-", "e-"};
    sqlite3_str_appendf(text, "%s%u", marks[nextRandom(state, 6)],
                        nextRandom(state, nextRandom(state, 4) == 0 ? 400 : 30));
  }
}

static void addString(sqlite3_str *text, uint64_t *state) {
  static const char *const pieces[] = {"a",
                                       "name",
                                       "_id",
                                       "\xc3\xa4",
                                       "\xe2\x82\xac",
                                       "\xf0\x9f\x98\x80",
                                       "\\\"",
                                       "\\\\",
                                       "\\/",
                                       "\\b\\f",
                                       "\\n",
                                       "\\r\\t",
                                       "\\u0041",
                                       "\\u00e4",
                                       "\\u20AC",
                                       "\\ud83d\\uDE00",
                                       "\\ud83d",
                                       "\\ude00",
                                       "\\u0001",
                                       "a long piece without escapes, { [ : ",
                                       "\x7f",
                                       " ",
                                       "'"};
  unsigned count = nextRandom(state, 6);
  sqlite3_str_appendchar(text, 1, '"');
  while (count-- > 0) {
    sqlite3_str_appendall(text, pieces[nextRandom(state, sizeof pieces / sizeof *pieces)]);
  }
  sqlite3_str_appendchar(text, 1, '"');
}

static void addValue(sqlite3_str *text, uint64_t *state, unsigned depth) {
  static const char *const words[] = {"null", "true", "false"};
  unsigned kind = nextRandom(state, depth > 0 ? 8 : 4), count = nextRandom(state, 5), i;
  addBlanks(text, state);
  if (kind == 0) {
    sqlite3_str_appendall(text, words[nextRandom(state, 3)]);
  } else if (kind == 1) {
    addNumber(text, state);
  } else if (kind < 4) {
    addString(text, state);
  } else {
    int object = kind < 6;
    sqlite3_str_appendchar(text, 1, object ? '{' : '[');
    addBlanks(text, state);
    for (i = 0; i < count; i++) {
      if (i > 0) sqlite3_str_appendchar(text, 1, ',');
      addBlanks(text, state);
      if (object) addString(text, state);
      if (object) addBlanks(text, state);
      if (object) sqlite3_str_appendchar(text, 1, ':');
      addValue(text, state, depth - 1);
    }
    sqlite3_str_appendchar(text, 1, object ? '}' : ']');
  }
  addBlanks(text, state);
}

static char *randomText(uint64_t *state, unsigned depth, size_t *bytes) {
  sqlite3_str *text = sqlite3_str_new(NULL);
  addValue(text, state, depth);
  *bytes = (size_t)sqlite3_str_length(text);
  return sqlite3_str_finish(text);
}

START_TEST(randomTextsAsSqliteReadsThem) {
  static const char *const encodings[] = {"UTF-8", "UTF-16le", "UTF-16be"};
  uint64_t state = 11;
  Pair pair;
  int i;
  openPair(&pair, encodings[_i]);
  for (i = 0; i < 6000; i++) {
    size_t bytes;
    char *text = randomText(&state, 1 + (unsigned)i % 6, &bytes);
    ck_assert_msg(compare(&pair, text, bytes), "not valid: %s", text);
    sqlite3_free(text);
  }
  closePair(&pair);
}
END_TEST

/* Takes away, puts in or changes a byte, or cuts the text. `text` has room for one more byte. */
static size_t mutate(char *text, size_t bytes, uint64_t *state) {
  static const char alphabet[] =
      "{}[]\",:\\/u0123456789.+-eEaftnulrs \t\n\r\x01\x1f\x7f\x80\xc3\xff'N";
  size_t at = nextRandom(state, (unsigned)bytes + 1);
  char put = alphabet[nextRandom(state, sizeof alphabet - 1)];
  switch (nextRandom(state, 8)) {
  case 0:
    return at;
  case 1:
  case 2:
    if (at == bytes) return bytes;
    memmove(text + at, text + at + 1, bytes - at - 1);
    return bytes - 1;
  case 3:
  case 4:
    memmove(text + at + 1, text + at, bytes - at);
    text[at] = put;
    return bytes + 1;
  default:
    if (at < bytes) text[at] = put;
    return bytes;
  }
}

START_TEST(mutatedTextsAreRefusedWhereSqliteRefuses) {
  enum { TEXTS = 1500, MUTANTS = 20 };
  uint64_t state = 12;
  int i, j, accepted = 0;
  Pair pair;
  openPair(&pair, "UTF-8");
  for (i = 0; i < TEXTS; i++) {
    size_t bytes;
    char *text = randomText(&state, 1 + (unsigned)i % 4, &bytes), *mutant = malloc(bytes + 4);
    for (j = 0; j < MUTANTS; j++) {
      size_t length = bytes;
      unsigned changes = 1 + nextRandom(&state, 3);
      memcpy(mutant, text, bytes);
      while (changes-- > 0) length = mutate(mutant, length, &state);
      mutant[length] = 0;
      if (strstr(mutant, "\\u0000") != NULL) continue; /* before 3.45 SQLite cuts there */
      accepted += compare(&pair, mutant, length);
    }
    sqlite3_free(text);
    free(mutant);
  }
  ck_assert_int_gt(accepted, TEXTS * MUTANTS / 20);
  ck_assert_int_lt(accepted, TEXTS * MUTANTS * 3 / 4);
  closePair(&pair);
}
END_TEST

/* All texts of up to five of these bytes, and numbers among more. */
START_TEST(allShortTextsAsSqliteTakesThem) {
  static const char *const alphabets[] = {"[]{}\":,1 ", "-+.eE01", "\"\\u0a\xc3"};
  size_t set, digits[6], length, i;
  char text[6];
  Pair pair;
  openPair(&pair, "UTF-8");
  for (set = 0; set < sizeof alphabets / sizeof *alphabets; set++) {
    size_t letters = strlen(alphabets[set]);
    for (length = 0; length <= 5; length++) {
      memset(digits, 0, sizeof digits);
      do {
        for (i = 0; i < length; i++) text[i] = alphabets[set][digits[i]];
        compare(&pair, text, length);
        for (i = 0; i < length && ++digits[i] == letters; i++) digits[i] = 0;
      } while (i < length);
    }
  }
  closePair(&pair);
}
END_TEST

/* Decimals of every length and exponent that the short way takes, and of some that it leaves. */
START_TEST(realsAsSqliteReadsThem) {
  uint64_t state = 13;
  int round;
  Pair pair;
  openPair(&pair, "UTF-8");
  for (round = 0; round < 60; round++) {
    sqlite3_str *text = sqlite3_str_new(NULL);
    char *document;
    int i;
    sqlite3_str_appendall(text, "[0");
    for (i = 0; i < 1000; i++) {
      sqlite3_str_appendf(text, ",%s%d.", i % 2 ? "" : "-", (int)nextRandom(&state, 1000));
      addDigits(text, &state, 1 + (unsigned)i % 18);
      if (i % 3 == 0) sqlite3_str_appendf(text, "e%d", (int)nextRandom(&state, 60) - 30);
    }
    sqlite3_str_appendall(text, "]");
    document = sqlite3_str_finish(text);
    ck_assert(compare(&pair, document, strlen(document)));
    sqlite3_free(document);
  }
  closePair(&pair);
}
END_TEST

/* The first byte that ends a run of plain ones, at every place of a word and of the text's end. */
START_TEST(stringsOfEveryLength) {
  enum { LONGEST = 40 };
  static const char *const marks[] = {"\\n", "\\u20ac", "\x1f", "\x80\xff", "\x01", "\\", "\""};
  char text[LONGEST + 16];
  size_t length, at, mark, behind;
  Pair pair;
  openPair(&pair, "UTF-8");
  for (length = 0; length < LONGEST; length++) {
    for (at = 0; at <= length; at++) {
      for (mark = 0; mark < sizeof marks / sizeof *marks; mark++) {
        behind = strlen(marks[mark]);
        memset(text, mark % 2 ? 'a' : '\xe4', sizeof text);
        text[0] = '"';
        memcpy(text + 1 + at, marks[mark], behind);
        behind += 1 + length;
        text[behind] = '"';
        compare(&pair, text, behind + 1);
        compare(&pair, text, behind);
      }
    }
  }
  closePair(&pair);
}
END_TEST

Suite *relTestJsonReader(void) {
  Suite *suite = suite_create("json_reader");
  TCase *alike = tcase_create("alike");
  tcase_add_loop_test(alike, randomTextsAsSqliteReadsThem, 0, 3);
  tcase_add_test(alike, mutatedTextsAreRefusedWhereSqliteRefuses);
  tcase_add_test(alike, allShortTextsAsSqliteTakesThem);
  tcase_add_test(alike, realsAsSqliteReadsThem);
  tcase_add_test(alike, stringsOfEveryLength);
  suite_add_tcase(suite, alike);
  return suite;
}
