#include "fetch/render.h"

#include "fetch/pool.h"

enum { ROOM = REL_SHORT_PREFIX + REL_JSON_INTEGER /* what a key takes, with an integer or null */ };

/* What needs more room than there is for sure. */
static void addValue(RelBuffer *text, const RelLevel *level, const RelOutput *output,
                     sqlite3_value *value, int type) {
  const char *bytes;
  if (type != SQLITE_TEXT || !output->stored) {
    relJsonValue(text, &level->plan->pool->style, value);
    return;
  }
  bytes = (const char *)sqlite3_value_text(value);
  if (bytes == NULL) {
    relBufferFail(text, SQLITE_NOMEM);
  } else {
    relJsonString(text, bytes, (size_t)sqlite3_value_bytes(value));
  }
}

/* Where to go on writing, with room for a key and a little: NULL without memory. */
static char *ready(RelBuffer *text, const RelOutput *output) {
  size_t more = ROOM;
  if (output->prefixLength > REL_SHORT_PREFIX) more += (size_t)output->prefixLength;
  return relBufferReserve(text, more) ? text->bytes + text->length : NULL;
}

/*
** Of a short prefix a fixed number of bytes is copied: what is too much gets overwritten. `to` runs ahead
** of the buffer's length, which is brought up to it where others append.
*/
void relRender(RelLevel *level, int *gaps, sqlite3_value *const *values) {
  const RelOutput *output = level->outputs, *end = output + level->outputCount;
  RelBuffer *text = &level->text;
  size_t start = text->length;
  char *to = text->bytes + start, *limit = text->bytes + text->room;
  for (; output < end; output++) {
    sqlite3_value *value;
    int type, isLong = output->prefixLength > REL_SHORT_PREFIX;
    if (isLong || limit - to < ROOM) {
      text->length = (size_t)(to - text->bytes);
      to = ready(text, output);
      if (to == NULL) return;
      limit = text->bytes + text->room;
    }
    if (isLong) {
      memcpy(to, output->prefix, (size_t)output->prefixLength);
    } else {
      memcpy(to, output->prefix, REL_SHORT_PREFIX);
    }
    to += output->prefixLength;
    if (output->child >= 0) {
      gaps[2 * output->child] = (int)((size_t)(to - text->bytes) - start);
      continue;
    }
    value = values[output->argument];
    type = sqlite3_value_type(value);
    if (type == SQLITE_INTEGER) {
      to = relJsonPutInteger(to, sqlite3_value_int64(value));
      continue;
    }
    text->length = (size_t)(to - text->bytes);
    addValue(text, level, output, value, type);
    to = text->bytes + text->length;
    limit = text->bytes + text->room;
  }
  text->length = (size_t)(to - text->bytes);
  if (level->outputCount == 0) relBufferAdd(text, ",{", 2);
  relBufferAdd(text, "}", 1);
}
