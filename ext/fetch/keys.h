/*
** The keys that one run of a level is loaded by: each is a slot, numbered from 0, holding the
** values of the parent's key columns. SQL reads them as the table-valued function
** relationship_keys(pointer).
*/
#ifndef REL_FETCH_KEYS_H
#define REL_FETCH_KEYS_H

#include "json/json.h"

enum { REL_MAX_KEY_WIDTH = 16 };

typedef struct RelKeyValue {
  union {
    sqlite3_int64 integer;
    double real;
    size_t offset; /* of text and blobs, into `bytes` */
  } as;
  int length; /* bytes of text and blobs */
  int type;   /* SQLITE_INTEGER … SQLITE_NULL */
} RelKeyValue;

typedef struct RelKeys {
  int width;    /* values of one key */
  int distinct; /* equal keys share a slot */
  int counted; /* each is the integer `lowest` + slot, as those of most tables are: none is written */
  int count;
  int room;
  int from, until;     /* the slots that SQL reads; relKeysReset makes it all of them */
  int at;              /* the slot that SQL stands at */
  RelKeyValue *values; /* owned: [count * width], unless they are counted */
  RelBuffer bytes;     /* owned */
  int *table;          /* owned: open hash of slots + 1, where distinct */
  int tableSize;       /* a power of two, or 0 */
  int *near; /* owned: of distinct keys, those that are integers from 0 up: slot + 1 by value */
  int nearSize;
  int *direct; /* owned: of keys that are integers, slot + 1 by value less `lowest` */
  int directSize, directRoom;
  int sequence; /* each key is the one before it + 1: the slot is the value less `lowest` */
  sqlite3_int64 lowest;
} RelKeys;

void relKeysStart(RelKeys *keys, int width, int distinct);
/* Empties, keeping the memory for the next batch. */
void relKeysReset(RelKeys *keys);
void relKeysClear(RelKeys *keys);
size_t relKeysKept(const RelKeys *keys); /* bytes of that memory */

/*
** The slot of the key made of values[arguments[0]], values[arguments[1]], …; -1 where one of them
** is NULL (unless NULLs are kept), -2 when memory runs out.
*/
enum { REL_NO_SLOT = -1, REL_KEYS_NO_MEMORY = -2 };
int relKeysAdd(RelKeys *keys, sqlite3_value *const *values, const int *arguments, int keepNull);
int relKeysAddInteger(RelKeys *keys, sqlite3_int64 integer); /* a single one */

/* Some of the keys, from a slot on. It borrows their memory, and must not be cleared. */
RelKeys relKeysPart(const RelKeys *keys, int from, int count);

/* The slot of a key as relKeysAdd takes it, of distinct keys; REL_NO_SLOT where it is none of them. */
int relKeysFindKey(RelKeys *keys, sqlite3_value *const *values, const int *arguments);

/*
** Makes keys findable by their value: single integers, no two alike and not too far apart. Returns 0
** where they are not of that kind. relKeysFind gives the slot, or REL_NO_SLOT.
*/
int relKeysIndex(RelKeys *keys);
static inline int relKeysFind(const RelKeys *keys, int place) {
  if (place < 0) return REL_NO_SLOT;
  return keys->sequence ? place : keys->direct[place] - 1;
}

/* The same where each key is the integer before it + 1; else it returns 0. */
int relKeysSequence(RelKeys *keys);

/*
** Where relKeysFind is to look for a column's value, which equals a key as numbers do; -1 where no key can
** be. Text that is a number becomes one.
*/
static inline int relKeysPlaceOf(const RelKeys *keys, sqlite3_int64 value) {
  uint64_t place = (uint64_t)value - (uint64_t)keys->lowest;
  return place < (uint64_t)keys->directSize ? (int)place : -1;
}
int relKeysPlaceOfOther(const RelKeys *keys, sqlite3_value *value); /* no integer, as it is */
static inline int relKeysPlace(const RelKeys *keys, sqlite3_value *value) {
  if (sqlite3_value_type(value) != SQLITE_INTEGER) return relKeysPlaceOfOther(keys, value);
  return relKeysPlaceOf(keys, sqlite3_value_int64(value));
}
static inline int relKeysFindValue(const RelKeys *keys, sqlite3_value *value) {
  return relKeysFind(keys, relKeysPlace(keys, value));
}

/* How one value of two keys compares, as SQLite orders them bytewise: NULL, numbers, text, blobs.
 */
int relKeysCompare(const RelKeys *keys, int a, int b, int part);
sqlite3_int64 relKeysInteger(const RelKeys *keys,
                             int slot); /* the first value; 0 for other types */
/* The slots of the least and the greatest key by their first value, of at least one. */
void relKeysEnds(const RelKeys *keys, int *least, int *greatest);
/* A value of a key as a parameter of a statement; returns what binding does. */
int relKeysBind(const RelKeys *keys, int slot, int part, sqlite3_stmt *statement, int parameter);
int relKeysIsNull(const RelKeys *keys, int slot, int part);
uint64_t relKeysHash(const RelKeys *keys, int slot);

/* One value of a key as the result of a function or column, and as JSON. */
void relKeysResult(const RelKeys *keys, int slot, int part, sqlite3_context *context);
void relKeysJson(const RelKeys *keys, int slot, const RelJsonStyle *style, RelBuffer *buffer);

/*
** Registers relationship_keys, and the function relationship_has(pointer, value, …), which says
** whether distinct keys have one of these values. Bind a RelKeys to its argument as a pointer of this type. */
#define REL_KEYS_POINTER "relationship_keys"
int relKeysRegister(sqlite3 *db);

/*
** Names of its columns: the slot, and for each part of a key the same value twice, once without
** affinity and once with NUMERIC affinity, so that a comparison converts as the owner's column
*would.
*/
#define REL_KEYS_SLOT "relationship slot"
#define REL_KEYS_VALUE "relationship key %d"
#define REL_KEYS_NUMBER "relationship number %d"

#endif
