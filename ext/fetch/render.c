#include "fetch/render.h"

#include "fetch/pool.h"

enum { ROOM = REL_SHORT_PREFIX + REL_JSON_INTEGER /* what a key takes, with an integer or null */ };

/* A column's text where there is room for it, else NULL. */
static inline char *putText(char *to, const char *limit, sqlite3_value *value) {
  const char *bytes = (const char *)sqlite3_value_text(value);
  if (bytes == NULL) return NULL;
  return relJsonPutString(to, (size_t)(limit - to), bytes, (size_t)sqlite3_value_bytes(value));
}

/*
** What is no short prefix with a value behind it, or comes where room is short. Returns where to go on
** writing, NULL without memory.
*/
static char *writePrefix(RelBuffer *text, const RelOutput *output, char *to) {
  text->length = (size_t)(to - text->bytes);
  if (!relBufferReserve(text, output->prefixLength + ROOM)) return NULL;
  to = text->bytes + text->length;
  memcpy(to, output->prefix, output->prefixLength);
  return to + output->prefixLength;
}

/*
** Of a short prefix a fixed number of bytes is copied: what is too much gets overwritten. `to` runs ahead
** of the buffer's length, which is brought up to it where others append.
*/
void relRender(RelLevel *level, int *gaps, sqlite3_value *const *values) {
  const RelOutput *output = level->outputs, *end = output + level->outputCount;
  RelBuffer *text = &level->text;
  size_t start = text->length;
  char *to = text->bytes + start, *limit = text->bytes + text->room, *behind;
  for (; output < end; output++) {
    sqlite3_value *value;
    int type;
    if (output->plain && limit - to >= ROOM) {
      memcpy(to, output->prefix, REL_SHORT_PREFIX);
      to += output->prefixLength;
    } else {
      to = writePrefix(text, output, to);
      if (to == NULL) return;
      limit = text->bytes + text->room;
      if (output->child >= 0) {
        gaps[2 * output->child] = (int)((size_t)(to - text->bytes) - start);
        continue;
      }
    }
    value = values[output->argument];
    type = sqlite3_value_type(value);
    if (type == SQLITE_INTEGER) {
      to = relJsonPutInteger(to, sqlite3_value_int64(value));
      continue;
    }
    behind = type == SQLITE_TEXT && output->stored ? putText(to, limit, value) : NULL;
    if (behind != NULL) {
      to = behind;
      continue;
    }
    text->length = (size_t)(to - text->bytes);
    relJsonValue(text, &level->plan->pool->style, value);
    to = text->bytes + text->length;
    limit = text->bytes + text->room;
  }
  text->length = (size_t)(to - text->bytes);
  if (level->outputCount == 0) relBufferAdd(text, ",{", 2);
  relBufferAdd(text, "}", 1);
}
