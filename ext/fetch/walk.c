#include "fetch/walk.h"

void relWalkStart(RelWalk *walk, RelSlice slice) {
  memset(walk, 0, sizeof *walk);
  walk->slice = slice;
  walk->cursor = slice.start;
  walk->next = relSliceNext(&walk->cursor, slice);
}

int relIsAny(RelToken token) {
  return relTokenIs(token, "any") || relTokenIs(token, "has");
}

/* Behind the parenthesis at which the walk stands, names are another level's. */
static int opensSubselect(const RelWalk *walk) {
  return relTokenIs(walk->next, "SELECT") || relTokenIs(walk->next, "WITH") ||
         relTokenIs(walk->next, "VALUES") || relIsAny(walk->before);
}

int relWalkNext(RelWalk *walk) {
  walk->before = walk->token;
  walk->token = walk->next;
  if (walk->token.kind == REL_TOKEN_END) return 0;
  walk->next = relSliceNext(&walk->cursor, walk->slice);
  if (walk->token.kind == REL_TOKEN_OPEN) {
    walk->depth++;
    if (walk->subselect == 0 && opensSubselect(walk)) walk->subselect = walk->depth;
  } else if (walk->token.kind == REL_TOKEN_CLOSE) {
    if (walk->subselect == walk->depth) walk->subselect = 0;
    walk->depth--;
  }
  return 1;
}

int relWalkAtName(const RelWalk *walk) {
  if (!relTokenIsName(walk->token) || walk->subselect) return 0;
  if (walk->next.kind == REL_TOKEN_DOT || walk->next.kind == REL_TOKEN_OPEN) return 0;
  if (walk->before.kind == REL_TOKEN_DOT || relTokenIs(walk->before, "AS") ||
      relTokenIs(walk->before, "COLLATE")) {
    return 0;
  }
  return walk->token.kind == REL_TOKEN_QUOTED ||
         !sqlite3_keyword_check(walk->token.text, walk->token.length);
}
