#include "fetch/render.h"

#include "fetch/pool.h"
#include "json/digits.h"

/* A column's text where it fits before the limit whatever it holds, else NULL. */
static inline char *putText(char *to, const char *limit, sqlite3_value *value) {
  const char *bytes = (const char *)sqlite3_value_text(value);
  if (bytes == NULL || to > limit) return NULL;
  return relJsonPutString(to, (size_t)(limit - to), bytes, (size_t)sqlite3_value_bytes(value));
}

/* Makes room for what has a known length. Returns where texts are to end, NULL without memory. */
static inline const char *reserve(RelLevel *level) {
  RelBuffer *text = &level->text;
  if (!relBufferReserve(text, level->renderRoom)) return NULL;
  return text->bytes + text->room - level->renderRoom;
}

static inline RelFound find(const RelOutput *output, sqlite3_value *value) {
  RelFound found = {0, output->integer ? SQLITE_INTEGER : sqlite3_value_type(value)};
  if (found.type == SQLITE_INTEGER) found.integer = sqlite3_value_int64(value);
  return found;
}

/* The same of an argument that is kept. */
static inline RelFound findKept(RelLevel *level, const RelOutput *output, sqlite3_value *value) {
  RelFound *found = &level->found[output->argument];
  if (output->argument != level->foundBefore) *found = find(output, value);
  return *found;
}

/*
** Of a short prefix a fixed number of bytes is copied: what is too much gets overwritten. `to` runs ahead
** of the buffer's length, which is brought up to it where others append.
*/
void relRender(RelLevel *level, int *gaps, sqlite3_value *const *values) {
  const RelOutput *output = level->outputs, *end = output + level->outputCount;
  RelBuffer *text = &level->text;
  size_t start = text->length;
  const char *limit = reserve(level);
  char *to, *behind;
  if (limit == NULL) return;
  to = text->bytes + start;
  for (; output < end; output++) {
    sqlite3_value *value;
    RelFound found;
    if (output->brief) {
      memcpy(to, output->prefix, REL_SHORT_PREFIX);
    } else {
      memcpy(to, output->prefix, output->prefixLength);
    }
    to += output->prefixLength;
    if (output->child >= 0) {
      gaps[2 * output->child] = (int)(to - text->bytes);
      continue;
    }
    value = values[output->argument];
    found = output->kept ? findKept(level, output, value) : find(output, value);
    if (found.type == SQLITE_INTEGER) {
      to = relJsonPutInteger(to, found.integer);
      continue;
    }
    behind = found.type == SQLITE_TEXT && output->stored ? putText(to, limit, value) : NULL;
    if (behind != NULL) {
      to = behind;
      continue;
    }
    text->length = (size_t)(to - text->bytes);
    relJsonValue(text, &level->plan->pool->style, value);
    limit = reserve(level);
    if (limit == NULL) return;
    to = text->bytes + text->length;
  }
  text->length = (size_t)(to - text->bytes);
  if (level->outputCount == 0) relBufferAdd(text, ",{", 2);
  relBufferAdd(text, "}", 1);
}
