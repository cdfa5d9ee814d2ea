#include "base/term.h"

static int isOrder(RelToken token) {
  return relTokenIs(token, "ASC") || relTokenIs(token, "DESC") || relTokenIs(token, "NULLS");
}

static int isSign(RelToken token) {
  return token.kind == REL_TOKEN_OPERATOR && token.length == 1 &&
         (*token.text == '-' || *token.text == '+');
}

RelTerm relTermParts(RelSlice slice) {
  RelTerm term;
  const char *cursor = slice.start;
  RelToken token = relSliceNext(&cursor, slice);
  int depth = 0, signDepth = 0, whole;
  memset(&term, 0, sizeof term);
  for (; token.kind == REL_TOKEN_OPEN || isSign(token); token = relSliceNext(&cursor, slice)) {
    if (token.kind == REL_TOKEN_OPEN) {
      depth++;
      continue;
    }
    if (term.sign == 0) {
      term.sign = 1;
      signDepth = depth;
    }
    if (*token.text == '-') term.sign = -term.sign;
  }
  term.core = token;
  for (token = relSliceNext(&cursor, slice);
       relTokenIsName(term.core) && token.kind == REL_TOKEN_DOT;
       token = relSliceNext(&cursor, slice)) {
    term.qualifier = term.core;
    term.core = relSliceNext(&cursor, slice);
  }
  whole = term.core.kind == REL_TOKEN_NUMBER || relTokenIsName(term.core);
  while (token.kind == REL_TOKEN_CLOSE || relTokenIs(token, "COLLATE")) {
    if (token.kind == REL_TOKEN_CLOSE) {
      depth--;
    } else {
      term.collation = relSliceNext(&cursor, slice);
      if (term.sign != 0 && depth > signDepth) whole = 0;
      if (!relTokenIsName(term.collation) && term.collation.kind != REL_TOKEN_STRING) whole = 0;
    }
    token = relSliceNext(&cursor, slice);
  }
  if (!whole || (token.kind != REL_TOKEN_END && !isOrder(token))) term.core.kind = REL_TOKEN_END;
  term.order.start = token.text;
  term.order.end = slice.end;
  return term;
}

int relTermPosition(const RelTerm *term, sqlite3_int64 *position) {
  const char *z = term->core.text, *end = z + term->core.length;
  int base = 10;
  if (term->core.kind != REL_TOKEN_NUMBER) return 0;
  if (end - z > 2 && (z[1] == 'x' || z[1] == 'X')) {
    base = 16;
    z += 2;
  }
  for (*position = 0; z < end; z++) {
    int digit = *z >= '0' && *z <= '9' ? *z - '0' : 10 + ((*z | 0x20) - 'a');
    if (*z == '_') continue;
    if (digit < 0 || digit >= base) return 0;
    *position = *position * base + digit;
    if (*position > INT32_MAX) return 0;
  }
  if (term->sign < 0) *position = -*position;
  return 1;
}
