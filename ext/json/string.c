/*
** Strings: what needs no escape is found and copied 32, 16 or 8 bytes at a time.
*/
#include "json/json.h"

#if defined(__SSE2__) || defined(_M_X64)
#define REL_JSON_SSE2 1
#include <emmintrin.h>
#ifdef _MSC_VER
#include <intrin.h>
#endif
#endif

/* From this many bytes on a text is worth looks at several blocks. */
enum { LONG = 64 };

#define EVERY_BYTE(value) (UINT64_C(0x0101010101010101) * (value))

/* Text goes in pieces of this many bytes: a long one must not reserve six times its length. */
enum { PIECE = 1 << 16, LONGEST_ESCAPE = 6 };

static int needsEscape(unsigned char c) {
  return c < 0x20 || c == '"' || c == '\\';
}

static char *writeEscape(char *to, unsigned char c) {
  static const char shortForms[0x20] = {
      ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
  char letter = (char)c;
  if (c < 0x20) letter = shortForms[c];
  *to++ = '\\';
  if (letter != 0) {
    *to++ = letter;
    return to;
  }
  memcpy(to, c < 0x10 ? "u000" : "u001", 4);
  to[4] = "0123456789abcdef"[c & 0xf];
  return to + 5;
}

static char *writeBytes(char *to, const char *from, size_t bytes) {
  size_t i;
  for (i = 0; i < bytes; i++) {
    unsigned char c = (unsigned char)from[i];
    if (needsEscape(c)) {
      to = writeEscape(to, c);
    } else {
      *to++ = (char)c;
    }
  }
  return to;
}

/* The high bit of some byte is set where, and only where, some byte of the word is zero. */
static uint64_t zeroBytes(uint64_t word) {
  return (word - EVERY_BYTE(0x01)) & ~word & EVERY_BYTE(0x80);
}

/* True where one of the 8 bytes at `from` needs an escape. */
static int wordNeedsEscape(const char *from) {
  uint64_t word, controls;
  memcpy(&word, from, sizeof word);
  controls = (word - EVERY_BYTE(0x20)) & ~word & EVERY_BYTE(0x80);
  return (controls | zeroBytes(word ^ EVERY_BYTE('"')) | zeroBytes(word ^ EVERY_BYTE('\\'))) != 0;
}

/*
** `before` bytes of the text stand in front of `from`. The last word may begin among them: where it
** needs no escape they needed none, and are the bytes written last.
*/
static char *writeWords(char *to, const char *from, size_t bytes, size_t before) {
  for (; bytes >= 8; from += 8, bytes -= 8, before += 8) {
    if (wordNeedsEscape(from)) {
      to = writeBytes(to, from, 8);
    } else {
      memcpy(to, from, 8);
      to += 8;
    }
  }
  if (bytes == 0 || before < 8 || wordNeedsEscape(from + bytes - 8)) {
    return writeBytes(to, from, bytes);
  }
  memcpy(to + bytes - 8, from + bytes - 8, 8);
  return to + bytes;
}

/* The same for 4 to 7 bytes, as two halves of a word that overlap. */
static char *writeHalves(char *to, const char *from, size_t bytes) {
  char word[8];
  memcpy(word, from, 4);
  memcpy(word + 4, from + bytes - 4, 4);
  if (wordNeedsEscape(word)) return writeBytes(to, from, bytes);
  memcpy(to, word, 4);
  memcpy(to + bytes - 4, word + 4, 4);
  return to + bytes;
}

#ifdef REL_JSON_SSE2

/* Which of the 16 bytes need an escape: '"' changes places with ' ', the first that needs none. */
static inline __m128i findEscapes(__m128i block) {
  __m128i moved = _mm_xor_si128(block, _mm_set1_epi8('"' ^ 0x20));
  __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(moved, _mm_set1_epi8(0x20)), moved);
  return _mm_or_si128(low, _mm_cmpeq_epi8(block, _mm_set1_epi8('\\')));
}

/* A bit for each. */
static unsigned blockEscapes(__m128i block) {
  return (unsigned)_mm_movemask_epi8(findEscapes(block));
}

static size_t lowestBit(unsigned bits) {
#ifdef _MSC_VER
  unsigned long position;
  _BitScanForward(&position, bits);
  return position;
#else
  return (size_t)__builtin_ctz(bits);
#endif
}

static __m128i loadBlock(const char *from) {
  return _mm_loadu_si128((const __m128i *)(const void *)from);
}

static void storeBlock(char *to, __m128i block) {
  _mm_storeu_si128((__m128i *)(void *)to, block);
}

typedef struct Cursor {
  char *to;
  const char *from;
  size_t bytes; /* left of the text */
} Cursor;

/* Blocks up to one that needs an escape. */
static inline Cursor passClean(Cursor at) {
  while (at.bytes >= 32) {
    __m128i one = loadBlock(at.from), two = loadBlock(at.from + 16);
    if ((blockEscapes(one) | blockEscapes(two)) != 0) break;
    storeBlock(at.to, one);
    storeBlock(at.to + 16, two);
    at.to += 32;
    at.from += 32;
    at.bytes -= 32;
  }
  return at;
}

/*
** A block that may need up to two escapes, without a branch that asks whether it does, which the processor
** cannot guess: behind each escape the rest is stored anew, and what is too much gets overwritten.
*/
static inline Cursor passEscapes(Cursor at) {
  while (at.bytes >= 32) {
    __m128i block = loadBlock(at.from);
    unsigned escapes = blockEscapes(block), further = escapes & (escapes - 1);
    size_t first = lowestBit(escapes | 1 << 16), second = lowestBit(further | 1 << 16);
    if ((further & (further - 1)) != 0 || (unsigned char)at.from[first] < 0x20 ||
        (unsigned char)at.from[second] < 0x20) {
      at.to = writeBytes(at.to, at.from, 16);
    } else {
      __m128i rest = loadBlock(at.from + first), last = loadBlock(at.from + second);
      storeBlock(at.to, block);
      at.to[first] = '\\';
      storeBlock(at.to + first + 1, rest);
      at.to[second + 1] = '\\';
      storeBlock(at.to + second + 2, last);
      at.to += 16 + (escapes != 0) + (further != 0);
    }
    at.from += 16;
    at.bytes -= 16;
  }
  return at;
}

/*
** The whole block is stored even where it is cut at an escape: the room for it is reserved. The last
** block begins among the bytes before, where the text has some: where it needs no escape they needed none.
*/
static char *writeBlocks(char *to, const char *from, size_t bytes, const char *start) {
  while (bytes >= 16) {
    __m128i block = loadBlock(from);
    unsigned escapes = blockEscapes(block);
    size_t clean = 16;
    storeBlock(to, block);
    if (escapes != 0) {
      clean = lowestBit(escapes);
      to = writeEscape(to + clean, (unsigned char)from[clean]);
      from += clean + 1;
      bytes -= clean + 1;
    } else {
      to += 16;
      from += 16;
      bytes -= 16;
    }
  }
  if (from - start >= 16 && bytes > 0) {
    __m128i block = loadBlock(from + bytes - 16);
    if (blockEscapes(block) == 0) {
      storeBlock(to + bytes - 16, block);
      return to + bytes;
    }
  }
  if (bytes >= 8) {
    __m128i first = _mm_loadl_epi64((const __m128i *)(const void *)from);
    __m128i last = _mm_loadl_epi64((const __m128i *)(const void *)(from + bytes - 8));
    if (blockEscapes(_mm_unpacklo_epi64(first, last)) == 0) {
      _mm_storel_epi64((__m128i *)(void *)to, first);
      _mm_storel_epi64((__m128i *)(void *)(to + bytes - 8), last);
      return to + bytes;
    }
  }
  if (bytes >= 4 && bytes < 8) return writeHalves(to, from, bytes);
  return writeWords(to, from, bytes, (size_t)(from - start));
}

/*
** Copies 16 to 63 bytes as blocks that overlap, and says whether none needs an escape: asked once, as most
** texts need none.
*/
static inline int copyClean(char *to, const char *from, size_t bytes) {
  __m128i first = loadBlock(from), last = loadBlock(from + bytes - 16);
  __m128i escapes = _mm_or_si128(findEscapes(first), findEscapes(last));
  storeBlock(to, first);
  if (bytes > 32) {
    __m128i second = loadBlock(from + 16), third = loadBlock(from + bytes - 32);
    escapes = _mm_or_si128(escapes, _mm_or_si128(findEscapes(second), findEscapes(third)));
    storeBlock(to + 16, second);
    storeBlock(to + bytes - 32, third);
  }
  storeBlock(to + bytes - 16, last);
  return _mm_movemask_epi8(escapes) == 0;
}

/* A text that needs an escape likely needs more of them. */
static char *writeLong(char *to, const char *from, size_t bytes) {
  Cursor at = {to, from, bytes};
  at = passEscapes(passClean(at));
  return writeBlocks(at.to, at.from, at.bytes, from);
}

static char *writeText(char *to, const char *from, size_t bytes) {
  if (bytes >= LONG) return writeLong(to, from, bytes);
  if (bytes >= 16 && copyClean(to, from, bytes)) return to + bytes;
  return writeBlocks(to, from, bytes, from);
}

#else

static char *writeText(char *to, const char *from, size_t bytes) {
  if (bytes >= 4 && bytes < 8) return writeHalves(to, from, bytes);
  return writeWords(to, from, bytes, 0);
}

#endif

/* In quotes, where there is room. */
static char *writeQuoted(char *to, const char *text, size_t bytes) {
  *to++ = '"';
  to = writeText(to, text, bytes);
  *to++ = '"';
  return to;
}

char *relJsonPutString(char *to, size_t room, const char *text, size_t bytes) {
  if (bytes >= PIECE || room < bytes * LONGEST_ESCAPE + 2) return NULL;
  return writeQuoted(to, text, bytes);
}

/* Reserves for the piece and the two quotes, of which each piece may be first and last. */
static int reservePiece(RelBuffer *buffer, size_t piece) {
  return relBufferReserve(buffer, piece * LONGEST_ESCAPE + 2);
}

void relJsonString(RelBuffer *buffer, const char *text, size_t bytes) {
  size_t piece = bytes < PIECE ? bytes : PIECE;
  char *to;
  if (!reservePiece(buffer, piece)) return;
  if (piece == bytes) {
    to = writeQuoted(buffer->bytes + buffer->length, text, bytes);
    buffer->length = (size_t)(to - buffer->bytes);
    return;
  }
  buffer->bytes[buffer->length++] = '"';
  for (;;) {
    to = writeText(buffer->bytes + buffer->length, text, piece);
    buffer->length = (size_t)(to - buffer->bytes);
    text += piece;
    bytes -= piece;
    if (bytes == 0) break;
    piece = bytes < PIECE ? bytes : PIECE;
    if (!reservePiece(buffer, piece)) return;
  }
  buffer->bytes[buffer->length++] = '"';
}
