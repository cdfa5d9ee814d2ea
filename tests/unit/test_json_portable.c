/*
** json/string.c compiled once more without SSE2, and both ways against json_quote(): every length of short
** text, with every byte that needs an escape at every place, and with two of them.
*/
#include "unit/suites.h"
#include "json/json.h"

#include <check.h>
#include <stdlib.h>

static void portableString(RelBuffer *buffer, const char *text, size_t bytes);
static char *portablePut(char *to, size_t room, const char *text, size_t bytes);

#undef __SSE2__
#undef _M_X64
#define relJsonString portableString
#define relJsonPutString portablePut
#include "json/string.c"
#undef relJsonString
#undef relJsonPutString

#ifdef REL_JSON_SSE2
#error "this is to be the other way"
#endif

enum {
  LONGEST = 104 /* with looks at several blocks, some blocks behind these, and a rest */,
  GUARD = 8
};

typedef struct Writer {
  void (*add)(RelBuffer *buffer, const char *text, size_t bytes);
  char *(*put)(char *to, size_t room, const char *text, size_t bytes);
} Writer;
static const Writer writers[] = {{relJsonString, relJsonPutString}, {portableString, portablePut}};

typedef struct Quote {
  sqlite3 *db;
  sqlite3_stmt *statement;
  Writer writer;
} Quote;

static void openQuote(Quote *quote, Writer writer) {
  quote->writer = writer;
  ck_assert_int_eq(sqlite3_open(":memory:", &quote->db), SQLITE_OK);
  ck_assert_int_eq(
      sqlite3_prepare_v2(quote->db, "SELECT json_quote(?1)", -1, &quote->statement, NULL),
      SQLITE_OK);
}

static void closeQuote(Quote *quote) {
  sqlite3_finalize(quote->statement);
  ck_assert_int_eq(sqlite3_close(quote->db), SQLITE_OK);
}

/* The same where there is room for escapes only, and nothing where there is less. */
static void comparePut(const Quote *quote, const char *text, size_t bytes,
                       const RelBuffer *expected, size_t start) {
  size_t room = 6 * bytes + 2;
  char *put = malloc(room), *end;
  ck_assert_ptr_nonnull(put);
  ck_assert_ptr_null(quote->writer.put(put, room - 1, text, bytes));
  end = quote->writer.put(put, room, text, bytes);
  ck_assert_ptr_nonnull(end);
  ck_assert_uint_eq((size_t)(end - put), expected->length - start);
  ck_assert_mem_eq(put, expected->bytes + start, expected->length - start);
  free(put);
}

/* Into a buffer that holds something, so that no place of the text is aligned. */
static void compare(const Quote *quote, const char *text, size_t bytes) {
  RelBuffer buffer = {0};
  sqlite3_stmt *statement = quote->statement;
  size_t start = bytes % GUARD;
  relBufferAdd(&buffer, "-------", start);
  quote->writer.add(&buffer, text, bytes);
  ck_assert_int_eq(buffer.rc, SQLITE_OK);
  sqlite3_bind_text64(statement, 1, text, bytes, SQLITE_STATIC, SQLITE_UTF8);
  ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
  ck_assert_uint_eq(buffer.length - start, (size_t)sqlite3_column_bytes(statement, 0));
  ck_assert_mem_eq(buffer.bytes + start, sqlite3_column_text(statement, 0), buffer.length - start);
  sqlite3_reset(statement);
  comparePut(quote, text, bytes, &buffer, start);
  relBufferClear(&buffer);
}

/* A text of letters, none like those near it, in memory that ends where it does. */
static char *letters(size_t bytes) {
  char *text = malloc(bytes != 0 ? bytes : 1);
  size_t i;
  ck_assert_ptr_nonnull(text);
  for (i = 0; i < bytes; i++) text[i] = (char)('0' + i % 40);
  return text;
}

START_TEST(oneEscapeAnywhere) {
  Quote quote;
  size_t bytes, at;
  int c;
  openQuote(&quote, writers[_i]);
  for (bytes = 0; bytes <= LONGEST; bytes++) {
    char *text = letters(bytes);
    compare(&quote, text, bytes);
    for (at = 0; at < bytes; at++) {
      char kept = text[at];
      for (c = 1; c < 0x100; c++) {
        if (c > 0x22 && c != '\\' && c != 0x7f && c != 0x80 && c != 0xff && c != 0xdc) continue;
        text[at] = (char)c;
        compare(&quote, text, bytes);
      }
      text[at] = kept;
    }
    free(text);
  }
  closeQuote(&quote);
}
END_TEST

START_TEST(twoEscapesAnywhere) {
  static const char escapes[] = {'"', '\\', '\n', 0x1f};
  Quote quote;
  size_t bytes, one, other;
  openQuote(&quote, writers[_i]);
  for (bytes = 0; bytes <= LONGEST; bytes++) {
    char *text = letters(bytes);
    for (one = 0; one < bytes; one++) {
      char keptOne = text[one];
      text[one] = escapes[(one + bytes) % sizeof escapes];
      for (other = one + 1; other < bytes; other++) {
        char keptOther = text[other];
        text[other] = escapes[other % sizeof escapes];
        compare(&quote, text, bytes);
        text[other] = keptOther;
      }
      text[one] = keptOne;
    }
    free(text);
  }
  closeQuote(&quote);
}
END_TEST

/* Every number of escapes that the next 20 bytes can have, from nowhere to everywhere. */
START_TEST(manyEscapes) {
  static const char escapes[] = {'"', '\\', '"', '\\', '\t', 0x01};
  Quote quote;
  unsigned chance = 1;
  size_t text, i;
  openQuote(&quote, writers[_i]);
  for (text = 0; text < 20000; text++) {
    size_t bytes = text % 300, kinds = text % 7 == 0 ? sizeof escapes : 2;
    char *bytesOf = letters(bytes);
    for (i = 0; i < bytes; i++) {
      chance = chance * 1664525 + 1013904223;
      if ((chance >> 16) % 20 < text / 300 % 20) bytesOf[i] = escapes[(chance >> 24) % kinds];
    }
    compare(&quote, bytesOf, bytes);
    free(bytesOf);
  }
  closeQuote(&quote);
}
END_TEST

START_TEST(nothingButEscapes) {
  Quote quote;
  char text[LONGEST];
  size_t bytes;
  int c;
  openQuote(&quote, writers[_i]);
  for (bytes = 0; bytes <= LONGEST; bytes++) {
    for (c = 1; c < 0x100; c++) {
      memset(text, c, bytes);
      compare(&quote, text, bytes);
    }
  }
  closeQuote(&quote);
}
END_TEST

Suite *relTestJsonPortable(void) {
  Suite *suite = suite_create("json portable");
  TCase *strings = tcase_create("strings");
  enum { WRITERS = sizeof writers / sizeof writers[0] };
  tcase_add_loop_test(strings, oneEscapeAnywhere, 0, WRITERS);
  tcase_add_loop_test(strings, twoEscapesAnywhere, 0, WRITERS);
  tcase_add_loop_test(strings, manyEscapes, 0, WRITERS);
  tcase_add_loop_test(strings, nothingButEscapes, 0, WRITERS);
  suite_add_tcase(suite, strings);
  return suite;
}
