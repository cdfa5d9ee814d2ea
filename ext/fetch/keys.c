#include "fetch/keys.h"

#include "base/memory.h"

#include <limits.h>

void relKeysStart(RelKeys *keys, int width, int distinct) {
  memset(keys, 0, sizeof *keys);
  keys->width = width;
  keys->distinct = distinct;
  keys->counted = width == 1 && !distinct;
  keys->until = INT_MAX;
}

/* Of distinct single keys: whether this one is an integer that `near` holds a place for. */
static int isNear(const RelKeys *keys, const RelKeyValue *value) {
  return value->type == SQLITE_INTEGER && value->as.integer >= 0 &&
         value->as.integer < keys->nearSize;
}

static void forgetNear(RelKeys *keys) {
  int i;
  for (i = 0; i < keys->count && keys->nearSize > 0; i++) {
    if (isNear(keys, &keys->values[i])) keys->near[keys->values[i].as.integer] = 0;
  }
}

void relKeysReset(RelKeys *keys) {
  forgetNear(keys);
  keys->counted = keys->width == 1 && !keys->distinct;
  keys->count = 0;
  keys->from = 0;
  keys->until = INT_MAX;
  keys->bytes.length = 0;
  keys->bytes.rc = SQLITE_OK;
  if (keys->table != NULL) memset(keys->table, 0, (size_t)keys->tableSize * sizeof *keys->table);
}

void relKeysClear(RelKeys *keys) {
  sqlite3_free(keys->values);
  sqlite3_free(keys->table);
  sqlite3_free(keys->near);
  sqlite3_free(keys->direct);
  relBufferClear(&keys->bytes);
  relKeysStart(keys, keys->width, keys->distinct);
}

size_t relKeysKept(const RelKeys *keys) {
  return (size_t)keys->room * (size_t)keys->width * sizeof *keys->values + keys->bytes.room +
         (size_t)keys->tableSize * sizeof *keys->table +
         (size_t)keys->nearSize * sizeof *keys->near +
         (size_t)keys->directRoom * sizeof *keys->direct;
}

/* A key that is written out. */
static RelKeyValue *keyAt(const RelKeys *keys, int slot) {
  return keys->values + (size_t)slot * (size_t)keys->width;
}

static RelKeyValue integerValue(sqlite3_int64 integer) {
  RelKeyValue value = {{0}, 0, SQLITE_INTEGER};
  value.as.integer = integer;
  return value;
}

static inline RelKeyValue valueOf(const RelKeys *keys, int slot, int part) {
  return keys->counted ? integerValue(keys->lowest + slot) : keyAt(keys, slot)[part];
}

static uint64_t mix(uint64_t hash, uint64_t bits) {
  hash = (hash ^ bits) * UINT64_C(0x9E3779B97F4A7C15);
  return hash ^ (hash >> 29);
}

static uint64_t hashBytes(uint64_t hash, const char *bytes, int length) {
  uint64_t word;
  for (; length >= 8; length -= 8, bytes += 8) {
    memcpy(&word, bytes, 8);
    hash = mix(hash, word);
  }
  for (word = 0; length > 0; length--) word = word << 8 | (unsigned char)*bytes++;
  return mix(hash, word);
}

uint64_t relKeysHash(const RelKeys *keys, int slot) {
  uint64_t hash = 0;
  int i;
  for (i = 0; i < keys->width; i++) {
    RelKeyValue value = valueOf(keys, slot, i);
    hash = mix(hash, (uint64_t)value.type);
    if (value.type == SQLITE_TEXT || value.type == SQLITE_BLOB) {
      hash = hashBytes(hash, keys->bytes.bytes + value.as.offset, value.length);
    } else {
      hash = mix(hash, (uint64_t)value.as.integer);
    }
  }
  return hash ^ (hash >> 32);
}

static int sameKey(const RelKeys *keys, int a, int b) {
  const RelKeyValue *left = keyAt(keys, a), *right = keyAt(keys, b);
  int i;
  for (i = 0; i < keys->width; i++, left++, right++) {
    if (left->type != right->type || left->length != right->length) return 0;
    if (left->type == SQLITE_TEXT || left->type == SQLITE_BLOB) {
      if (left->length > 0 &&
          memcmp(keys->bytes.bytes + left->as.offset, keys->bytes.bytes + right->as.offset,
                 (size_t)left->length) != 0) {
        return 0;
      }
    } else if (left->as.integer != right->as.integer) {
      return 0;
    }
  }
  return 1;
}

static void enter(RelKeys *keys, int slot) {
  unsigned mask = (unsigned)keys->tableSize - 1, at = (unsigned)relKeysHash(keys, slot) & mask;
  while (keys->table[at] != 0) at = (at + 1) & mask;
  keys->table[at] = slot + 1;
}

/* Keeps the hash at most half full with `count` + 1 keys. */
static int growTable(RelKeys *keys) {
  int size = keys->tableSize ? keys->tableSize : 64, slot;
  int *table;
  while (size < 2 * (keys->count + 1)) size *= 2;
  if (size == keys->tableSize) return 1;
  table = sqlite3_malloc64((sqlite3_uint64)size * sizeof *table);
  if (table == NULL) return 0;
  memset(table, 0, (size_t)size * sizeof *table);
  sqlite3_free(keys->table);
  keys->table = table;
  keys->tableSize = size;
  for (slot = 0; slot < keys->count; slot++) enter(keys, slot);
  return 1;
}

/*
** Makes room for integers up to one that is not far beyond what the keys are many. Without memory there
** is none: the hash finds them, too.
*/
static void growNear(RelKeys *keys, sqlite3_int64 integer) {
  enum { FEWEST = 1 << 10, FOR_EACH = 16 };
  sqlite3_int64 most = FEWEST + FOR_EACH * (sqlite3_int64)keys->count;
  int size = keys->nearSize > 0 ? keys->nearSize : FEWEST, i;
  int *near;
  if (integer < 0 || integer >= most || most > INT_MAX / 2) return;
  while (size <= integer) size *= 2;
  near = sqlite3_realloc64(keys->near, (sqlite3_uint64)size * sizeof *near);
  if (near == NULL) return;
  memset(near + keys->nearSize, 0, (size_t)(size - keys->nearSize) * sizeof *near);
  keys->near = near;
  keys->nearSize = size;
  for (i = 0; i < keys->count; i++) {
    if (isNear(keys, &keys->values[i])) near[keys->values[i].as.integer] = i + 1;
  }
}

static void enterNear(RelKeys *keys, int slot) {
  const RelKeyValue *value = &keys->values[slot];
  if (value->type != SQLITE_INTEGER) return;
  if (value->as.integer >= keys->nearSize) growNear(keys, value->as.integer);
  if (isNear(keys, value)) keys->near[value->as.integer] = slot + 1;
}

/* The key just written behind the last slot: the slot that holds its equal, or a new one. */
static int settle(RelKeys *keys) {
  unsigned mask, at;
  if (!keys->distinct) return keys->count++;
  if (!growTable(keys)) return REL_KEYS_NO_MEMORY;
  mask = (unsigned)keys->tableSize - 1;
  at = (unsigned)relKeysHash(keys, keys->count) & mask;
  for (; keys->table[at] != 0; at = (at + 1) & mask) {
    if (sameKey(keys, keys->table[at] - 1, keys->count)) return keys->table[at] - 1;
  }
  keys->table[at] = keys->count + 1;
  if (keys->width == 1) enterNear(keys, keys->count);
  return keys->count++;
}

static void takeValue(RelKeys *keys, RelKeyValue *to, sqlite3_value *value) {
  const char *bytes = NULL;
  to->type = sqlite3_value_type(value);
  to->length = 0;
  to->as.integer = 0;
  switch (to->type) {
  case SQLITE_INTEGER:
    to->as.integer = sqlite3_value_int64(value);
    return;
  case SQLITE_FLOAT:
    to->as.real = sqlite3_value_double(value);
    return;
  case SQLITE_TEXT:
    bytes = (const char *)sqlite3_value_text(value);
    break;
  case SQLITE_BLOB:
    bytes = sqlite3_value_blob(value);
    break;
  default:
    return;
  }
  to->length = sqlite3_value_bytes(value);
  to->as.offset = keys->bytes.length;
  if (bytes == NULL && (to->length > 0 || to->type == SQLITE_TEXT)) {
    keys->bytes.rc = SQLITE_NOMEM;
  } else if (to->length > 0) {
    relBufferAdd(&keys->bytes, bytes, (size_t)to->length);
  }
}

/* Makes room for a key behind the last slot. */
static inline int growValues(RelKeys *keys) {
  RelError error = {SQLITE_OK, NULL};
  if (keys->count < keys->room) return 1;
  keys->values = relGrow(&error, keys->values, keys->count, &keys->room,
                         (size_t)keys->width * sizeof *keys->values);
  relErrorClear(&error);
  return keys->count < keys->room;
}

/* Writes a key behind the last slot, where it does not count yet. */
static int writeKey(RelKeys *keys, sqlite3_value *const *values, const int *arguments,
                    int keepNull) {
  RelKeyValue *to;
  int i;
  if (!growValues(keys)) return REL_KEYS_NO_MEMORY;
  to = keyAt(keys, keys->count);
  for (i = 0; i < keys->width; i++, to++) {
    takeValue(keys, to, values[arguments[i]]);
    if (to->type == SQLITE_NULL && !keepNull) return REL_NO_SLOT;
  }
  return keys->bytes.rc == SQLITE_OK ? 0 : REL_KEYS_NO_MEMORY;
}

/* The slot of a single integer, of distinct keys, or REL_NO_SLOT: most keys of a many-to-one are there. */
static int findInteger(const RelKeys *keys, sqlite3_int64 integer) {
  uint64_t hash;
  unsigned mask = (unsigned)keys->tableSize - 1, at;
  if (integer >= 0 && integer < keys->nearSize) return keys->near[integer] - 1;
  hash = mix(mix(0, SQLITE_INTEGER), (uint64_t)integer);
  for (at = (unsigned)(hash ^ (hash >> 32)) & mask; keys->table[at] != 0; at = (at + 1) & mask) {
    const RelKeyValue *value = &keys->values[keys->table[at] - 1];
    if (value->as.integer == integer && value->type == SQLITE_INTEGER) return keys->table[at] - 1;
  }
  return REL_NO_SLOT;
}

/* Writes out the keys that were counted, as the next is another. */
static int stopCounting(RelKeys *keys) {
  int i;
  if (!growValues(keys)) return 0;
  for (i = 0; i < keys->count; i++) keys->values[i] = integerValue(keys->lowest + i);
  keys->counted = 0;
  return 1;
}

/* Counts a key that is the one before it + 1, or the first. */
static inline int isNext(RelKeys *keys, sqlite3_int64 integer) {
  if (keys->count == 0) keys->lowest = integer;
  return integer >= keys->lowest &&
         (uint64_t)integer - (uint64_t)keys->lowest == (uint64_t)keys->count;
}

int relKeysAddInteger(RelKeys *keys, sqlite3_int64 integer) {
  int slot = keys->tableSize > 0 ? findInteger(keys, integer) : REL_NO_SLOT;
  if (slot != REL_NO_SLOT) return slot;
  if (keys->counted && isNext(keys, integer)) return keys->count++;
  if (keys->counted ? !stopCounting(keys) : !growValues(keys)) return REL_KEYS_NO_MEMORY;
  *keyAt(keys, keys->count) = integerValue(integer);
  return settle(keys);
}

int relKeysAdd(RelKeys *keys, sqlite3_value *const *values, const int *arguments, int keepNull) {
  int rc;
  if (keys->width == 1 && sqlite3_value_type(values[*arguments]) == SQLITE_INTEGER) {
    return relKeysAddInteger(keys, sqlite3_value_int64(values[*arguments]));
  }
  if (keys->counted && !stopCounting(keys)) return REL_KEYS_NO_MEMORY;
  rc = writeKey(keys, values, arguments, keepNull);
  return rc == 0 ? settle(keys) : rc;
}

RelKeys relKeysPart(const RelKeys *keys, int from, int count) {
  RelKeys part = *keys;
  part.count = count;
  if (part.counted) part.lowest += from;
  if (!part.counted && from > 0) part.values = keyAt(keys, from);
  return part;
}

int relKeysFindKey(RelKeys *keys, sqlite3_value *const *values, const int *arguments) {
  size_t bytes = keys->bytes.length;
  int found = REL_NO_SLOT, rc = writeKey(keys, values, arguments, 0);
  unsigned mask = (unsigned)keys->tableSize - 1, at;
  if (rc == 0 && keys->tableSize > 0) {
    for (at = (unsigned)relKeysHash(keys, keys->count) & mask; keys->table[at] != 0;
         at = (at + 1) & mask) {
      if (!sameKey(keys, keys->table[at] - 1, keys->count)) continue;
      found = keys->table[at] - 1;
      break;
    }
  }
  keys->bytes.length = bytes;
  return rc == REL_KEYS_NO_MEMORY ? rc : found;
}

/* The least and greatest key; 0 where they are not all single integers. */
static int integerRange(const RelKeys *keys, sqlite3_int64 *lowest, sqlite3_int64 *highest) {
  int i;
  if (keys->width != 1 || keys->count == 0) return 0;
  if (keys->counted) {
    *lowest = keys->lowest;
    *highest = keys->lowest + (keys->count - 1);
    return 1;
  }
  *lowest = *highest = keys->values[0].as.integer;
  for (i = 0; i < keys->count; i++) {
    if (keys->values[i].type != SQLITE_INTEGER) return 0;
    if (keys->values[i].as.integer < *lowest) *lowest = keys->values[i].as.integer;
    if (keys->values[i].as.integer > *highest) *highest = keys->values[i].as.integer;
  }
  return 1;
}

/* Of single keys: whether they are integers from the lowest up, each the one before it + 1. */
static int isSequence(const RelKeys *keys) {
  int i;
  if (keys->counted) return 1;
  for (i = 0; i < keys->count; i++) {
    const RelKeyValue *value = &keys->values[i];
    if (value->as.integer < keys->lowest) return 0;
    if ((uint64_t)value->as.integer - (uint64_t)keys->lowest != (uint64_t)i) return 0;
    if (value->type != SQLITE_INTEGER) return 0;
  }
  return 1;
}

int relKeysSequence(RelKeys *keys) {
  if (keys->width != 1 || keys->count == 0) return 0;
  keys->lowest = valueOf(keys, 0, 0).as.integer;
  keys->directSize = keys->count;
  keys->sequence = isSequence(keys);
  return keys->sequence;
}

int relKeysIndex(RelKeys *keys) {
  sqlite3_int64 highest;
  uint64_t span;
  int i;
  if (!integerRange(keys, &keys->lowest, &highest)) return 0;
  span = (uint64_t)highest - (uint64_t)keys->lowest;
  if (span > 1024 + 8 * (uint64_t)keys->count) return 0;
  keys->directSize = (int)span + 1;
  keys->sequence = keys->directSize == keys->count && isSequence(keys);
  if (keys->sequence) return 1;
  if (keys->directSize > keys->directRoom) {
    sqlite3_free(keys->direct);
    keys->directRoom = 0;
    keys->direct = sqlite3_malloc64((sqlite3_uint64)keys->directSize * sizeof *keys->direct);
    if (keys->direct == NULL) return 0; /* there is another way to load, which needs less */
    keys->directRoom = keys->directSize;
  }
  memset(keys->direct, 0, (size_t)keys->directSize * sizeof *keys->direct);
  for (i = 0; i < keys->count; i++) {
    int *place = &keys->direct[keys->values[i].as.integer - keys->lowest];
    if (*place != 0) return 0;
    *place = i + 1;
  }
  return 1;
}

int relKeysPlaceOfOther(const RelKeys *keys, sqlite3_value *value) {
  int type = sqlite3_value_type(value);
  if (type == SQLITE_TEXT) type = sqlite3_value_numeric_type(value);
  if (type == SQLITE_INTEGER) return relKeysPlaceOf(keys, sqlite3_value_int64(value));
  if (type == SQLITE_FLOAT) {
    double real = sqlite3_value_double(value);
    if (real >= -9223372036854775808.0 && real < 9223372036854775808.0 &&
        (double)(sqlite3_int64)real == real) {
      return relKeysPlaceOf(keys, (sqlite3_int64)real);
    }
  }
  return -1;
}

sqlite3_int64 relKeysInteger(const RelKeys *keys, int slot) {
  RelKeyValue value = valueOf(keys, slot, 0);
  return value.type == SQLITE_INTEGER ? value.as.integer : 0;
}

int relKeysIsNull(const RelKeys *keys, int slot, int part) {
  return valueOf(keys, slot, part).type == SQLITE_NULL;
}

static int typeRank(int type) {
  if (type == SQLITE_NULL) return 0;
  if (type == SQLITE_TEXT) return 2;
  return type == SQLITE_BLOB ? 3 : 1;
}

/* Exact: a double has too few digits for every int64. */
static int compareIntegerReal(sqlite3_int64 integer, double real) {
  sqlite3_int64 whole;
  if (real < -9223372036854775808.0) return 1;
  if (real >= 9223372036854775808.0) return -1;
  whole = (sqlite3_int64)real;
  if (integer != whole) return integer < whole ? -1 : 1;
  if ((double)whole == real) return 0;
  return (double)whole < real ? -1 : 1;
}

static int compareNumbers(const RelKeyValue *a, const RelKeyValue *b) {
  if (a->type == SQLITE_INTEGER && b->type == SQLITE_INTEGER) {
    return (a->as.integer > b->as.integer) - (a->as.integer < b->as.integer);
  }
  if (a->type == SQLITE_INTEGER) return compareIntegerReal(a->as.integer, b->as.real);
  if (b->type == SQLITE_INTEGER) return -compareIntegerReal(b->as.integer, a->as.real);
  return (a->as.real > b->as.real) - (a->as.real < b->as.real);
}

int relKeysCompare(const RelKeys *keys, int a, int b, int part) {
  RelKeyValue left = valueOf(keys, a, part), right = valueOf(keys, b, part);
  int rank = typeRank(left.type), difference = 0, shorter;
  if (rank != typeRank(right.type)) return rank < typeRank(right.type) ? -1 : 1;
  if (rank == 0) return 0;
  if (rank == 1) return compareNumbers(&left, &right);
  shorter = left.length < right.length ? left.length : right.length;
  if (shorter > 0) {
    difference = memcmp(keys->bytes.bytes + left.as.offset, keys->bytes.bytes + right.as.offset,
                        (size_t)shorter);
  }
  return difference != 0 ? difference : left.length - right.length;
}

void relKeysEnds(const RelKeys *keys, int *least, int *greatest) {
  int i;
  *least = *greatest = 0;
  if (keys->counted) *greatest = keys->count - 1;
  for (i = 1; i < keys->count && !keys->counted; i++) {
    if (relKeysCompare(keys, i, *least, 0) < 0) *least = i;
    if (relKeysCompare(keys, i, *greatest, 0) > 0) *greatest = i;
  }
}

int relKeysBind(const RelKeys *keys, int slot, int part, sqlite3_stmt *statement, int parameter) {
  RelKeyValue value = valueOf(keys, slot, part);
  const char *bytes = value.length > 0 ? keys->bytes.bytes + value.as.offset : "";
  switch (value.type) {
  case SQLITE_INTEGER:
    return sqlite3_bind_int64(statement, parameter, value.as.integer);
  case SQLITE_FLOAT:
    return sqlite3_bind_double(statement, parameter, value.as.real);
  case SQLITE_TEXT:
    return sqlite3_bind_text(statement, parameter, bytes, value.length, SQLITE_TRANSIENT);
  case SQLITE_BLOB:
    return sqlite3_bind_blob(statement, parameter, bytes, value.length, SQLITE_TRANSIENT);
  default:
    return sqlite3_bind_null(statement, parameter);
  }
}

void relKeysResult(const RelKeys *keys, int slot, int part, sqlite3_context *context) {
  RelKeyValue value = valueOf(keys, slot, part);
  const char *bytes = value.length > 0 ? keys->bytes.bytes + value.as.offset : "";
  switch (value.type) {
  case SQLITE_INTEGER:
    sqlite3_result_int64(context, value.as.integer);
    break;
  case SQLITE_FLOAT:
    sqlite3_result_double(context, value.as.real);
    break;
  case SQLITE_TEXT:
    sqlite3_result_text(context, bytes, value.length, SQLITE_TRANSIENT);
    break;
  case SQLITE_BLOB:
    sqlite3_result_blob(context, bytes, value.length, SQLITE_TRANSIENT);
    break;
  default:
    sqlite3_result_null(context);
  }
}

static void addHex(RelBuffer *buffer, const char *blob, int length) {
  static const char HEX[] = "0123456789ABCDEF";
  int i;
  relBufferAdd(buffer, "\"", 1);
  for (i = 0; i < length; i++) {
    relBufferAdd(buffer, &HEX[(unsigned char)blob[i] >> 4], 1);
    relBufferAdd(buffer, &HEX[blob[i] & 15], 1);
  }
  relBufferAdd(buffer, "\"", 1);
}

void relKeysJson(const RelKeys *keys, int slot, const RelJsonStyle *style, RelBuffer *buffer) {
  int i;
  for (i = 0; i < keys->width; i++) {
    RelKeyValue value = valueOf(keys, slot, i);
    const char *bytes = value.length > 0 ? keys->bytes.bytes + value.as.offset : "";
    relBufferAdd(buffer, i == 0 ? "[" : ",", 1);
    switch (value.type) {
    case SQLITE_INTEGER:
      relJsonInteger(buffer, value.as.integer);
      break;
    case SQLITE_FLOAT:
      relJsonReal(buffer, style, value.as.real);
      break;
    case SQLITE_TEXT:
      relJsonString(buffer, bytes, (size_t)value.length);
      break;
    case SQLITE_BLOB:
      addHex(buffer, bytes, value.length);
      break;
    default:
      relBufferAdd(buffer, "null", 4);
    }
  }
  relBufferAdd(buffer, "]", 1);
}
