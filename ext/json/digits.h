/*
** The digits of integers, written where the caller needs them: most are short, and a call would take as long
** as writing them.
*/
#ifndef REL_JSON_DIGITS_H
#define REL_JSON_DIGITS_H

#include "json/json.h"

#ifdef _MSC_VER
#include <intrin.h>
#endif

/* The eight digits of a number below 10^8, a byte for each, the first in the lowest: all at once. */
static inline uint64_t relDigitsSplit(uint32_t number) {
  uint64_t fours = number / 10000 | (uint64_t)(number % 10000) << 32;
  uint64_t hundreds = (fours * 5243 >> 19) & UINT64_C(0x0000007f0000007f);
  uint64_t twos = hundreds | (fours - 100 * hundreds) << 16;
  uint64_t tens = (twos * 103 >> 10) & UINT64_C(0x000f000f000f000f);
  return tens | (twos - 10 * tens) << 8;
}

/* In whatever order the machine keeps a word's bytes: compilers make one store of it. */
static inline void relDigitsWrite(char *to, uint64_t digits) {
  digits |= UINT64_C(0x3030303030303030);
  to[0] = (char)digits;
  to[1] = (char)(digits >> 8);
  to[2] = (char)(digits >> 16);
  to[3] = (char)(digits >> 24);
  to[4] = (char)(digits >> 32);
  to[5] = (char)(digits >> 40);
  to[6] = (char)(digits >> 48);
  to[7] = (char)(digits >> 56);
}

/* How many bits a number has that is not 0. */
static inline unsigned relDigitsBits(uint32_t number) {
#if defined(_MSC_VER)
  unsigned long highest;
  _BitScanReverse(&highest, number);
  return highest + 1;
#elif defined(__GNUC__)
  return 32 - (unsigned)__builtin_clz(number);
#else
  unsigned bits = 0;
  for (; number > 0; number >>= 1) bits++;
  return bits;
#endif
}

/* Of a number below 10^8. As many bits are 1233 / 4096 times as many digits, or one more. */
static inline int relDigitsCount(uint32_t number) {
  static const uint32_t powers[] = {0, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};
  unsigned least = relDigitsBits(number | 1) * 1233 >> 12;
  return (int)(least + (number >= powers[least]));
}

/*
** A number below 10^8, without leading zeros, but with up to seven bytes behind it that are to be
** overwritten. Numbers of a column have different lengths: without branches the processor cannot guess
** these wrong.
*/
static inline char *relDigitsShort(char *to, uint32_t number) {
  int count = relDigitsCount(number);
  relDigitsWrite(to, relDigitsSplit(number) >> 8 * (8 - count));
  return to + count;
}

/* An integer, where there is room for any; returns its end, behind which more may have been written. */
static inline char *relJsonPutInteger(char *to, sqlite3_int64 value) {
  return (uint64_t)value < 100000000 ? relDigitsShort(to, (uint32_t)value)
                                     : relJsonPutLong(to, value);
}

#endif
