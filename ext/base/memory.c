#include "base/memory.h"

#include <limits.h>
#include <stdarg.h>

void *relAlloc(RelError *error, size_t bytes) {
  void *memory;
  if (error->rc != SQLITE_OK) return NULL;
  memory = sqlite3_malloc64(bytes ? bytes : 1);
  if (memory == NULL) {
    relErrorNoMemory(error);
  } else {
    memset(memory, 0, bytes);
  }
  return memory;
}

void *relGrow(RelError *error, void *array, int used, int *room, size_t elementBytes) {
  int wanted;
  void *grown;
  if (error->rc != SQLITE_OK || used < *room) return array;
  wanted = *room < 8 ? 8 : *room * 2;
  if (wanted <= used) wanted = used + 1;
  grown = sqlite3_realloc64(array, (sqlite3_uint64)wanted * elementBytes);
  if (grown == NULL) {
    relErrorNoMemory(error);
    return array;
  }
  *room = wanted;
  return grown;
}

char *relCopyBytes(RelError *error, const char *text, size_t bytes) {
  char *copy = relAlloc(error, bytes + 1);
  if (copy != NULL) memcpy(copy, text, bytes);
  return copy;
}

char *relCopy(RelError *error, const char *text) {
  return text == NULL ? NULL : relCopyBytes(error, text, strlen(text));
}

char *relFormat(RelError *error, const char *format, ...) {
  va_list arguments;
  char *text;
  if (error->rc != SQLITE_OK) return NULL;
  va_start(arguments, format);
  text = sqlite3_vmprintf(format, arguments);
  va_end(arguments);
  if (text == NULL) relErrorNoMemory(error);
  return text;
}

int relSame(const char *a, const char *b) {
  return a != NULL && b != NULL && sqlite3_stricmp(a, b) == 0;
}

static int lower(char c) {
  return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : (unsigned char)c;
}

/* Edit distance over names of at most 63 bytes; longer ones count as far away. */
static int editDistance(const char *a, const char *b) {
  enum { LONGEST = 63 };
  int row[LONGEST + 1];
  size_t aLength = strlen(a), bLength = strlen(b), i, j;
  if (aLength > LONGEST || bLength > LONGEST) return INT_MAX;
  for (j = 0; j <= bLength; j++) row[j] = (int)j;
  for (i = 1; i <= aLength; i++) {
    int diagonal = row[0];
    row[0] = (int)i;
    for (j = 1; j <= bLength; j++) {
      int cost = diagonal + (lower(a[i - 1]) != lower(b[j - 1]));
      diagonal = row[j];
      if (row[j] + 1 < cost) cost = row[j] + 1;
      if (row[j - 1] + 1 < cost) cost = row[j - 1] + 1;
      row[j] = cost;
    }
  }
  return row[bLength];
}

void relNearestOffer(RelNearest *nearest, const char *candidate) {
  int distance, limit;
  if (nearest->name == NULL || candidate == NULL) return;
  limit = (int)strlen(nearest->name) / 3;
  if (limit < 2) limit = 2;
  distance = editDistance(nearest->name, candidate);
  if (distance > limit || distance >= (int)strlen(nearest->name)) return;
  if (nearest->best == NULL || distance < nearest->distance) {
    nearest->best = candidate;
    nearest->distance = distance;
  }
}
