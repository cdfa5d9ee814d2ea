/*
** The growing buffer behind all JSON writing.
*/
#include "json/json.h"

void relBufferClear(RelBuffer *buffer) {
  sqlite3_free(buffer->bytes);
  memset(buffer, 0, sizeof *buffer);
}

/* Without room every later append comes through relBufferGrow, which refuses. */
void relBufferFail(RelBuffer *buffer, int rc) {
  if (buffer->rc != SQLITE_OK) return;
  buffer->rc = rc;
  buffer->room = buffer->length;
}

/*
** Room is a power of two: its largest step that sqlite3_realloc64 serves, 1 GiB, is beyond the
** longest text that SQLite takes.
*/
int relBufferGrow(RelBuffer *buffer, size_t more) {
  size_t room = buffer->room != 0 ? buffer->room : 256;
  char *grown = NULL;
  if (buffer->rc != SQLITE_OK) return 0;
  while (room - buffer->length < more && room <= SIZE_MAX / 2) room *= 2;
  if (room - buffer->length >= more) grown = sqlite3_realloc64(buffer->bytes, room);
  if (grown == NULL) {
    relBufferFail(buffer, SQLITE_NOMEM);
    return 0;
  }
  buffer->bytes = grown;
  buffer->room = room;
  return 1;
}
