/*
** From text to tape. A container that is still open holds in `next` the one it is inside of, which
** is all the stack that nesting needs.
*/
#include "json/reader.h"
#include "base/statement.h"

#define EVERY_BYTE(value) (UINT64_C(0x0101010101010101) * (value))

enum {
  LONGEST = 1 << 30,       /* bytes of a text */
  MOST_ELEMENTS = 1 << 26, /* the next power of two is more than sqlite3_realloc64 serves */
  MOST_MEMBERS = (1 << 28) - 1
};

static const unsigned NONE = ~0u;

typedef struct Reader {
  RelError *error;
  const char *text;
  const char *end; /* a zero stands here, so that a byte may be looked at without asking first */
  const char *at;
  RelJsonElement *elements;
  unsigned count;
  int room;
  unsigned open;       /* the innermost container that is open, or NONE */
  int needsExtract;    /* there is a real, or an integer that may be too large */
  const char *problem; /* what is wrong at `at`, or NULL */
} Reader;

static int isBlank(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static int isDigit(char c) {
  return c >= '0' && c <= '9';
}

static int isLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static int isHex(char c) {
  return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static const char *skipBlanks(const char *at) {
  while (isBlank(*at)) at++;
  return at;
}

/* The first byte in the lowest bits, on any machine. */
static uint64_t wordAt(const char *text) {
  const unsigned char *at = (const unsigned char *)text;
  return (uint64_t)at[0] | (uint64_t)at[1] << 8 | (uint64_t)at[2] << 16 | (uint64_t)at[3] << 24 |
         (uint64_t)at[4] << 32 | (uint64_t)at[5] << 40 | (uint64_t)at[6] << 48 |
         (uint64_t)at[7] << 56;
}

/* Bytes below `limit` (at most 0x80) have their high bit set, up to the first of them exactly. */
static uint64_t bytesBelow(uint64_t word, unsigned limit) {
  return (word - EVERY_BYTE(limit)) & ~word & EVERY_BYTE(0x80);
}

/* Quotes, backslashes and controls have their high bit set, up to the first of them exactly. */
static uint64_t stringStops(uint64_t word) {
  return bytesBelow(word, 0x20) | bytesBelow(word ^ EVERY_BYTE('"'), 1) |
         bytesBelow(word ^ EVERY_BYTE('\\'), 1);
}

static size_t firstStop(uint64_t stops) {
  uint64_t below = (stops - 1) & ~stops;
  return (size_t)(((below & EVERY_BYTE(1)) * EVERY_BYTE(1)) >> 56) - 1;
}

static int isPlain(char c) {
  return (unsigned char)c >= 0x20 && c != '"' && c != '\\';
}

/* The first quote, backslash or control. */
static const char *skipPlain(const char *at, const char *end) {
  for (; end - at >= 8; at += 8) {
    uint64_t stops = stringStops(wordAt(at));
    if (stops != 0) return at + firstStop(stops);
  }
  while (isPlain(*at)) at++;
  return at;
}

static int wrong(Reader *reader, const char *at, const char *problem) {
  reader->at = at;
  reader->problem = problem;
  return 0;
}

static int grow(Reader *reader) {
  if (reader->room == MOST_ELEMENTS) {
    relErrorSet(reader->error, SQLITE_TOOBIG, "JSON of more than %d values is not read",
                MOST_ELEMENTS);
  }
  reader->elements = relGrow(reader->error, reader->elements, (int)reader->count, &reader->room,
                             sizeof *reader->elements);
  return reader->error->rc == SQLITE_OK;
}

static RelJsonElement *add(Reader *reader, RelJsonKind kind, const char *start) {
  RelJsonElement *element;
  if (reader->count == (unsigned)reader->room && !grow(reader)) return NULL;
  element = &reader->elements[reader->count++];
  element->kind = (unsigned)kind & 7;
  element->escaped = 0;
  element->count = 0;
  element->start = (unsigned)(start - reader->text);
  element->next = reader->count;
  return element;
}

/* `at` is behind a backslash; returns what is behind the escape. */
static const char *skipEscape(Reader *reader, const char *at) {
  int i;
  switch (*at) {
  case '"':
  case '\\':
  case '/':
  case 'b':
  case 'f':
  case 'n':
  case 'r':
  case 't':
    return at + 1;
  case 'u':
    for (i = 1; i <= 4; i++) {
      if (isHex(at[i])) continue;
      wrong(reader, at + i, "\\u is followed by four hex digits");
      return NULL;
    }
    return at + 5;
  default:
    wrong(reader, at, "a backslash is followed by one of \" \\ / b f n r t u");
    return NULL;
  }
}

static int wrongString(Reader *reader, const char *quote, const char *at) {
  if (at == reader->end) return wrong(reader, quote, "the string that begins here has no end");
  return wrong(reader, at, "a control character in a string is written as an escape");
}

/* The string whose quote is at `at`. */
static int readString(Reader *reader) {
  const char *quote = reader->at, *at = quote + 1;
  RelJsonElement *element = add(reader, REL_JSON_STRING, at);
  if (element == NULL) return 0;
  for (at = skipPlain(at, reader->end); *at != '"'; at = skipPlain(at, reader->end)) {
    if (*at != '\\') return wrongString(reader, quote, at);
    element->escaped = 1;
    at = skipEscape(reader, at + 1);
    if (at == NULL) return 0;
  }
  element->length = (unsigned)(at - quote - 1);
  reader->at = at + 1;
  return 1;
}

/* At least one digit; returns what is behind them. */
static const char *skipDigits(Reader *reader, const char *at) {
  if (!isDigit(*at)) {
    wrong(reader, at, "a digit is missing");
    return NULL;
  }
  while (isDigit(*at)) at++;
  return at;
}

/* What follows the whole part: returns what is behind the number. */
static const char *skipFraction(Reader *reader, const char *at) {
  if (*at == '.') {
    at = skipDigits(reader, at + 1);
    if (at == NULL) return NULL;
  }
  if (*at == 'e' || *at == 'E') {
    at++;
    at += *at == '+' || *at == '-';
    at = skipDigits(reader, at);
  }
  return at;
}

static int readNumber(Reader *reader) {
  enum { ALWAYS_FITS = 18 };
  const char *start = reader->at, *whole = start + (*start == '-'), *behind;
  const char *at = skipDigits(reader, whole);
  RelJsonElement *element;
  if (at == NULL) return 0;
  if (*whole == '0' && at != whole + 1) return wrong(reader, whole, "a number has no leading zero");
  behind = skipFraction(reader, at);
  if (behind == NULL) return 0;
  element = add(reader, behind == at ? REL_JSON_INTEGER : REL_JSON_REAL, start);
  if (element == NULL) return 0;
  element->length = (unsigned)(behind - start);
  reader->needsExtract |= behind != at || at - whole > ALWAYS_FITS;
  reader->at = behind;
  return 1;
}

static int wrongValue(Reader *reader) {
  const char *at = reader->at;
  if (isLetter(*at)) return wrong(reader, at, "only null, true and false stand without quotes");
  if (*at == '\'') return wrong(reader, at, "strings stand in double quotes");
  if (*at == '/') return wrong(reader, at, "there are no comments in JSON");
  return wrong(reader, at, "a value is missing");
}

static int readWord(Reader *reader, RelJsonKind kind, const char *word, unsigned length) {
  RelJsonElement *element;
  if (reader->end - reader->at < (ptrdiff_t)length || memcmp(reader->at, word, length) != 0) {
    return wrongValue(reader);
  }
  element = add(reader, kind, reader->at);
  if (element == NULL) return 0;
  element->length = length;
  reader->at += length;
  return 1;
}

static int readScalar(Reader *reader) {
  switch (*reader->at) {
  case '"':
    return readString(reader);
  case 'n':
    return readWord(reader, REL_JSON_NULL, "null", 4);
  case 't':
    return readWord(reader, REL_JSON_TRUE, "true", 4);
  case 'f':
    return readWord(reader, REL_JSON_FALSE, "false", 5);
  default:
    return *reader->at == '-' || isDigit(*reader->at) ? readNumber(reader) : wrongValue(reader);
  }
}

/* Blanks, a key and its colon. */
static int readKey(Reader *reader) {
  reader->at = skipBlanks(reader->at);
  if (*reader->at != '"') return wrong(reader, reader->at, "a key in double quotes is missing");
  if (!readString(reader)) return 0;
  reader->at = skipBlanks(reader->at);
  if (*reader->at != ':') return wrong(reader, reader->at, "a colon is missing");
  reader->at++;
  return 1;
}

static int isObject(const Reader *reader) {
  return reader->elements[reader->open].kind == REL_JSON_OBJECT;
}

/* The innermost container gets one more member: of an object its key is read. */
static int readBeforeMember(Reader *reader) {
  RelJsonElement *open = &reader->elements[reader->open];
  open->count = (open->count + 1u) & MOST_MEMBERS;
  return !isObject(reader) || readKey(reader);
}

static int openContainer(Reader *reader, RelJsonKind kind) {
  RelJsonElement *element = add(reader, kind, reader->at);
  if (element == NULL) return 0;
  element->next = reader->open;
  reader->open = reader->count - 1;
  reader->at = skipBlanks(reader->at + 1);
  return 1;
}

/* Closes what is closed at this place, from the inside outward. */
static void closeContainers(Reader *reader) {
  for (;;) {
    RelJsonElement *open;
    reader->at = skipBlanks(reader->at);
    if (reader->open == NONE || *reader->at != (isObject(reader) ? '}' : ']')) return;
    reader->at++;
    open = &reader->elements[reader->open];
    reader->open = open->next;
    open->length = (unsigned)(reader->at - reader->text) - open->start;
    open->next = reader->count;
  }
}

/*
** Reads a value's beginning: a scalar, or a container's bracket. *behind becomes true where a whole
** value was read, or an empty container is about to be closed.
*/
static int readValue(Reader *reader, int *behind) {
  char c;
  reader->at = skipBlanks(reader->at);
  c = *reader->at;
  *behind = 1;
  if (c != '{' && c != '[') return readScalar(reader);
  if (!openContainer(reader, c == '{' ? REL_JSON_OBJECT : REL_JSON_ARRAY)) return 0;
  if (*reader->at == (c == '{' ? '}' : ']')) return 1;
  *behind = 0;
  return readBeforeMember(reader);
}

/* Behind a value: true where the innermost container has another. */
static int readComma(Reader *reader) {
  if (*reader->at == ',') {
    reader->at++;
    return readBeforeMember(reader);
  }
  return wrong(reader, reader->at,
               isObject(reader) ? "a comma or } is missing" : "a comma or ] is missing");
}

static void readDocument(Reader *reader) {
  int behind;
  if (strncmp(reader->text, "\xef\xbb\xbf", 3) == 0) {
    wrong(reader, reader->text, "a byte order mark does not belong here");
    return;
  }
  while (readValue(reader, &behind)) {
    if (!behind) continue;
    closeContainers(reader);
    if (reader->open == NONE) {
      if (reader->at != reader->end) {
        wrong(reader, reader->at, "nothing may stand behind the value");
      }
      return;
    }
    if (!readComma(reader)) return;
  }
}

/* In characters, counted from 1. */
static size_t placeOf(const char *text, const char *at) {
  size_t place = 1;
  for (; text < at; text++) place += ((unsigned char)*text & 0xc0) != 0x80;
  return place;
}

static void prepareExtract(RelError *error, RelJson *json) {
  if (json->extract != NULL) return;
  json->extract =
      relPrepare(error, json->db, SQLITE_PREPARE_PERSISTENT, "SELECT json_extract(?1, '$')");
}

void relJsonRead(RelError *error, const char *text, size_t bytes, RelJson *json) {
  Reader reader = {.error = error, .open = NONE};
  json->text = text;
  json->bytes = bytes;
  json->count = 0;
  if (error->rc != SQLITE_OK) return;
  if (bytes > LONGEST) {
    relErrorSet(error, SQLITE_TOOBIG, "JSON of more than 1 GB is not read");
    return;
  }
  reader.text = reader.at = text;
  reader.end = text + bytes;
  reader.elements = json->elements;
  reader.room = json->room;
  readDocument(&reader);
  json->elements = reader.elements;
  json->room = reader.room;
  if (reader.problem != NULL) {
    relErrorSet(error, SQLITE_ERROR, "malformed JSON at character %llu: %s",
                (sqlite3_uint64)placeOf(text, reader.at), reader.problem);
  }
  if (reader.needsExtract && error->rc == SQLITE_OK) prepareExtract(error, json);
  if (error->rc == SQLITE_OK) json->count = reader.count;
}

void relJsonClear(RelJson *json) {
  sqlite3_free(json->elements);
  sqlite3_finalize(json->extract);
  memset(json, 0, sizeof *json);
}
