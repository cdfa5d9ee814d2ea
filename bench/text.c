#include <string.h>

#include "database.h"
#include "text.h"

static void reserve(BenchText *to, size_t more) {
  if (to->length + more <= to->capacity) return;
  to->capacity = 2 * (to->length + more);
  to->text = benchGrow(to->text, to->capacity);
}

void benchPut(BenchText *to, const char *bytes, size_t count) {
  reserve(to, count);
  memcpy(to->text + to->length, bytes, count);
  to->length += count;
}

static void putInteger(BenchText *to, sqlite3_int64 number) {
  char digits[24], *at = digits + sizeof digits;
  sqlite3_uint64 rest = number < 0 ? 0 - (sqlite3_uint64)number : (sqlite3_uint64)number;
  do {
    *--at = (char)('0' + rest % 10);
    rest /= 10;
  } while (rest > 0);
  if (number < 0) *--at = '-';
  benchPut(to, at, (size_t)(digits + sizeof digits - at));
}

static void putReal(BenchText *to, double number) {
  char digits[40];
  sqlite3_snprintf(sizeof digits, digits, "%!.15g", number);
  benchPut(to, digits, strlen(digits));
}

/* What follows the backslash; 'u': the code point in hexadecimal. 0: the byte stands for itself. */
static char escapeOf(unsigned char byte) {
  static const char CONTROLS[] = "uuuuuuuubtnufruuuuuuuuuuuuuuuuuu";
  if (byte < 32) return CONTROLS[byte];
  return byte == '"' || byte == '\\' ? (char)byte : 0;
}

static void putString(BenchText *to, const char *string, size_t count) {
  static const char HEX[] = "0123456789abcdef";
  size_t i, begun = 0;
  reserve(to, 6 * count + 2);
  to->text[to->length++] = '"';
  for (i = 0; i < count; i++) {
    unsigned char byte = (unsigned char)string[i];
    char escape;
    if (byte >= 32 && byte != '"' && byte != '\\') continue;
    escape = escapeOf(byte);
    benchPut(to, string + begun, i - begun);
    to->text[to->length++] = '\\';
    to->text[to->length++] = escape;
    if (escape == 'u') {
      char code[4] = {'0', '0', HEX[byte >> 4], HEX[byte & 15]};
      benchPut(to, code, sizeof code);
    }
    begun = i + 1;
  }
  benchPut(to, string + begun, count - begun);
  to->text[to->length++] = '"';
}

void benchPutValue(BenchText *to, sqlite3_stmt *statement, int column) {
  const char *text;
  switch (sqlite3_column_type(statement, column)) {
  case SQLITE_INTEGER:
    putInteger(to, sqlite3_column_int64(statement, column));
    break;
  case SQLITE_FLOAT:
    putReal(to, sqlite3_column_double(statement, column));
    break;
  case SQLITE_NULL:
    benchPut(to, "null", 4);
    break;
  default:
    text = (const char *)sqlite3_column_text(statement, column);
    putString(to, text, (size_t)sqlite3_column_bytes(statement, column));
  }
}

unsigned benchCrc(unsigned crc, const char *bytes, size_t count) {
  static const unsigned NIBBLES[16] = {0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac,
                                       0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
                                       0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
                                       0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c};
  size_t i;
  crc = ~crc;
  for (i = 0; i < count; i++) {
    crc ^= (unsigned char)bytes[i];
    crc = NIBBLES[crc & 15] ^ (crc >> 4);
    crc = NIBBLES[crc & 15] ^ (crc >> 4);
  }
  return ~crc;
}
