/*
** Writing JSON exactly as the SQLite at hand writes it in json_object(), into one growing buffer.
*/
#ifndef REL_JSON_JSON_H
#define REL_JSON_JSON_H

#include "base/error.h"

/*
** Append-only bytes; starts as all zeros. On failure `rc` is set, further appends are no-ops, and
** what was written before stays readable.
*/
typedef struct RelBuffer {
  char *bytes; /* owned */
  size_t length;
  size_t room;
  int rc;
} RelBuffer;

void relBufferClear(RelBuffer *buffer);            /* frees, and makes it all zeros */
void relBufferFail(RelBuffer *buffer, int rc);     /* sets rc unless it is set */
int relBufferGrow(RelBuffer *buffer, size_t more); /* relBufferReserve, where room is short */

/* True where `more` bytes can be written at bytes + length; the caller then moves length. */
static inline int relBufferReserve(RelBuffer *buffer, size_t more) {
  return buffer->room - buffer->length >= more || relBufferGrow(buffer, more);
}

static inline void relBufferAdd(RelBuffer *buffer, const char *bytes, size_t length) {
  if (length == 0 || !relBufferReserve(buffer, length)) return;
  memcpy(buffer->bytes + buffer->length, bytes, length);
  buffer->length += length;
}

/*
** How the SQLite at hand writes a REAL as JSON: found out once per connection by asking it
** (relJsonStyleLearn), because versions differ. Holds a prepared statement, so it lives in a
** virtual table's object; whoever writes values with it must be on its connection.
*/
typedef struct RelJsonStyle {
  sqlite3_stmt *quote; /* owned: SELECT json_quote(?1), for reals that no fast way is known for */
  int format;          /* which sqlite3_snprintf format agrees with it; an index private to json/;
                          0: none, the statement is asked each time */
} RelJsonStyle;
void relJsonStyleLearn(RelError *error, sqlite3 *db, RelJsonStyle *style);
void relJsonStyleClear(RelJsonStyle *style); /* finalizes; also after a failed relJsonStyleLearn */

/*
** One value, as json_object() would write it; a BLOB, which json_object() refuses, as a string of
** uppercase hex. Text in UTF-16 is converted in place, as sqlite3_value_text does. A function that
** hands its arguments here is registered with SQLITE_SUBTYPE: text with subtype JSON goes in raw.
*/
void relJsonValue(RelBuffer *buffer, const RelJsonStyle *style, sqlite3_value *value);
void relJsonInteger(RelBuffer *buffer, sqlite3_int64 value);
enum { REL_JSON_INTEGER = 20 /* bytes of one at most */ };
/* What relJsonPutInteger (digits.h) leaves: one that is negative or has more than eight digits. */
char *relJsonPutLong(char *to, sqlite3_int64 value);
void relJsonReal(RelBuffer *buffer, const RelJsonStyle *style, double value); /* NaN is null */
/* A string in quotes, escaped as SQLite escapes. Invalid UTF-8 passes through unchanged. */
void relJsonString(RelBuffer *buffer, const char *text, size_t bytes);
/* The same where there is `room` for it whatever it holds; NULL where there may not be. */
char *relJsonPutString(char *to, size_t room, const char *text, size_t bytes);

#endif
