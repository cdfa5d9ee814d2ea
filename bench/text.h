/*
** Text that grows, and JSON values written to it, as a careful program without a JSON library does.
*/
#ifndef BENCH_TEXT_H
#define BENCH_TEXT_H

#include <sqlite3.h>
#include <stddef.h>

/* All zero is empty. The text is freed by free(); it has no terminator. */
typedef struct BenchText {
  char *text; /* owned */
  size_t length, capacity;
} BenchText;

void benchPut(BenchText *to, const char *bytes, size_t count);

/* A column of the statement's row, as json_object() writes it. BLOBs are not expected. */
void benchPutValue(BenchText *to, sqlite3_stmt *statement, int column);

/* zlib's CRC-32, continued from `crc`, which begins as 0. */
unsigned benchCrc(unsigned crc, const char *bytes, size_t count);

#endif
