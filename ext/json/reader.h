/*
** Reading JSON (RFC 8259, nothing laxer) once into a flat tape of elements, and handing what it
** holds to SQLite as json_extract() would. Nothing recurses: any depth is read.
*/
#ifndef REL_JSON_READER_H
#define REL_JSON_READER_H

#include "base/error.h"

typedef enum RelJsonKind {
  REL_JSON_NULL,
  REL_JSON_FALSE,
  REL_JSON_TRUE,
  REL_JSON_INTEGER, /* neither point nor exponent; it may be too large for 64 bits */
  REL_JSON_REAL,
  REL_JSON_STRING,
  REL_JSON_ARRAY,
  REL_JSON_OBJECT
} RelJsonKind;

/*
** One value, or one key of an object (a string directly before its value). Elements stand in the
** order of the text: the first member of a container, or the key of its first pair, is the element
** behind it; the member after element e is e's `next`, until that is the container's own `next`.
*/
typedef struct RelJsonElement {
  unsigned kind : 3;    /* RelJsonKind */
  unsigned escaped : 1; /* a string with a backslash in it */
  unsigned count : 28;  /* members of an array, pairs of an object; else 0 */
  unsigned start;       /* where its text begins in the document: of a string the byte behind the
                          quote */
  unsigned length;      /* bytes of its text: of a string without the quotes; of a container from
                          bracket to bracket */
  unsigned next;        /* the element behind it and all that is inside it */
} RelJsonElement;

/* A document: all zeros but for `db`, which is set before the first reading and then stays. */
typedef struct RelJson {
  sqlite3 *db;      /* borrowed: whose json_extract() reads reals that versions differ in */
  const char *text; /* borrowed */
  size_t bytes;
  RelJsonElement *elements; /* owned; the first is the whole document */
  unsigned count;           /* 0 when nothing was read, or not with success */
  int room;
  sqlite3_stmt *extract; /* owned: SELECT json_extract(?1, '$'), from the first document on that has
                            a number it may be needed for */
} RelJson;

/*
** Reads `text`, behind whose `bytes` bytes there is a zero, as sqlite3_value_text gives it. The
** document borrows it: it must stay until the next reading, and as long as a statement has a value
** of it bound. Storage is used again from call to call. Malformed text is SQLITE_ERROR, with a
** message that says where, in characters counted from 1, and what is wrong; more than 1 GiB, or than
** 2^26 elements, is SQLITE_TOOBIG.
*/
void relJsonRead(RelError *error, const char *text, size_t bytes, RelJson *json);

void relJsonClear(RelJson *json); /* frees, finalizes, and makes it all zeros */

static inline RelJsonKind relJsonKind(const RelJson *json, unsigned element) {
  return (RelJsonKind)json->elements[element].kind;
}

/* Members of an array, pairs of an object; 0 of a scalar. */
static inline unsigned relJsonCount(const RelJson *json, unsigned element) {
  return json->elements[element].count;
}

/* True where a string, most often a key, is `name`: byte for byte, or as relSame compares. */
int relJsonNamed(const RelJson *json, unsigned element, const char *name);
int relJsonNamedSame(const RelJson *json, unsigned element, const char *name);

/*
** Binds what json_extract() gives: NULL, 0 or 1 of false and true, an integer (too large for 64
** bits: a real), a real, text; an array or object as JSON without blanks. Text that stands in the
** document as it is bound is not copied. A \u0000 is a zero byte in the text, which goes on behind
** it (before 3.45 json_extract cuts there).
*/
void relJsonBind(RelError *error, sqlite3_stmt *statement, int parameter, const RelJson *json,
                 unsigned element);

/* The same as the result of a function or a virtual table's column. */
void relJsonResult(RelError *error, sqlite3_context *context, const RelJson *json,
                   unsigned element);

/*
** The text of a string, JSON without blanks of a container; else as it stands in the document.
** The caller owns it. Zero-terminated, so a \u0000 ends it.
*/
char *relJsonText(RelError *error, const RelJson *json, unsigned element);

/* True where the element is an integer of 64 bits, which *value then is. */
int relJsonAsInteger(const RelJson *json, unsigned element, sqlite3_int64 *value);

/* The double that json_extract() reads, whatever the locale; of other elements than numbers 0. */
double relJsonAsReal(RelError *error, const RelJson *json, unsigned element);

#endif
