#include "enforce/template.h"

void relPiecesStart(RelPieces *pieces, RelError *error) {
  memset(pieces, 0, sizeof *pieces);
  pieces->error = error;
}

void relPiecesClear(RelPieces *pieces) {
  int i;
  for (i = 0; i < pieces->count; i++) sqlite3_free(pieces->items[i].text);
  pieces->count = 0;
}

static int findPiece(const RelPieces *pieces, const char *name, size_t length) {
  int i;
  for (i = 0; i < pieces->count; i++) {
    const char *candidate = pieces->items[i].name;
    if (strlen(candidate) == length && memcmp(candidate, name, length) == 0) return i;
  }
  return -1;
}

void relPiece(RelPieces *pieces, const char *name, char *text) {
  int i = findPiece(pieces, name, strlen(name));
  if (i < 0 && pieces->count == REL_PIECES) {
    relErrorSet(pieces->error, SQLITE_INTERNAL, "no room for the piece {%s}", name);
    sqlite3_free(text);
    return;
  }
  if (i < 0) i = pieces->count++;
  sqlite3_free(pieces->items[i].text);
  pieces->items[i].name = name;
  pieces->items[i].text = text;
}

/* Adds the piece that `open`, an opening brace, begins. Returns what follows the closing one. */
static const char *addPiece(RelText *text, const RelPieces *pieces, const char *open) {
  const char *name = open + 1;
  size_t length = strcspn(name, "}");
  int i = findPiece(pieces, name, length);
  if (i < 0 || pieces->items[i].text == NULL) {
    relErrorSet(pieces->error, SQLITE_INTERNAL, "a rule lacks the piece {%.*s}", (int)length, name);
  } else {
    relText(text, pieces->items[i].text);
  }
  return name[length] == 0 ? name + length : name + length + 1;
}

char *relExpand(const RelPieces *pieces, const char *rule) {
  RelText text;
  relTextStart(&text, pieces->error);
  while (*rule && pieces->error->rc == SQLITE_OK) {
    size_t length = strcspn(rule, "{");
    relTextBytes(&text, rule, length);
    rule += length;
    if (*rule == '{') rule = addPiece(&text, pieces, rule);
  }
  return relTextFinish(&text);
}
