/*
** One SQL value as JSON.
*/
#include "json/json.h"

enum { SUBTYPE_JSON = 'J' };

static void addText(RelBuffer *buffer, sqlite3_value *value) {
  const char *text = (const char *)sqlite3_value_text(value);
  size_t bytes = (size_t)sqlite3_value_bytes(value);
  if (text == NULL) {
    relBufferFail(buffer, SQLITE_NOMEM);
  } else if (sqlite3_value_subtype(value) == SUBTYPE_JSON) {
    relBufferAdd(buffer, text, bytes);
  } else {
    relJsonString(buffer, text, bytes);
  }
}

static void addBlob(RelBuffer *buffer, sqlite3_value *value) {
  static const char hex[] = "0123456789ABCDEF";
  const unsigned char *blob = sqlite3_value_blob(value);
  size_t bytes = (size_t)sqlite3_value_bytes(value), i;
  char *to;
  if (blob == NULL && bytes > 0) relBufferFail(buffer, SQLITE_NOMEM);
  if (!relBufferReserve(buffer, 2 * bytes + 2)) return;
  to = buffer->bytes + buffer->length;
  *to++ = '"';
  for (i = 0; i < bytes; i++) {
    *to++ = hex[blob[i] >> 4];
    *to++ = hex[blob[i] & 0xf];
  }
  *to++ = '"';
  buffer->length = (size_t)(to - buffer->bytes);
}

void relJsonValue(RelBuffer *buffer, const RelJsonStyle *style, sqlite3_value *value) {
  switch (sqlite3_value_type(value)) {
  case SQLITE_INTEGER:
    relJsonInteger(buffer, sqlite3_value_int64(value));
    break;
  case SQLITE_FLOAT:
    relJsonReal(buffer, style, sqlite3_value_double(value));
    break;
  case SQLITE_TEXT:
    addText(buffer, value);
    break;
  case SQLITE_BLOB:
    addBlob(buffer, value);
    break;
  default:
    relBufferAdd(buffer, "null", 4);
  }
}
