#include "base/token.h"

static int isDigit(char c) {
  return c >= '0' && c <= '9';
}

static int isHexDigit(char c) {
  return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* SQLite's identifier characters: letters, '_', digits, '$' and every byte above 0x7f. */
static int isNameStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80);
}

static int isNamePart(char c) {
  return isNameStart(c) || isDigit(c) || c == '$';
}

/* A comment that is never closed is not skipped: it would swallow what is written behind the text. */
static const char *skipBlanks(const char *z) {
  for (;;) {
    if (*z == ' ' || (*z >= '\t' && *z <= '\r')) {
      z++;
    } else if (z[0] == '-' && z[1] == '-') {
      while (*z && *z != '\n') z++;
    } else if (z[0] == '/' && z[1] == '*' && strstr(z + 2, "*/") != NULL) {
      z = strstr(z + 2, "*/") + 2;
    } else {
      return z;
    }
  }
}

/* The end of a quoted run that doubles its quote to contain it, or NULL where it has no end. */
static const char *quotedEnd(const char *z, char quote) {
  for (z++; *z; z++) {
    if (*z != quote) continue;
    if (z[1] != quote || quote == ']') return z + 1;
    z++;
  }
  return NULL;
}

static const char *numberEnd(const char *z) {
  if (z[0] == '0' && (z[1] == 'x' || z[1] == 'X') && isHexDigit(z[2])) {
    for (z += 2; isHexDigit(*z) || *z == '_'; z++) {
    }
    return z;
  }
  while (isDigit(*z) || *z == '_') z++;
  if (*z == '.') {
    for (z++; isDigit(*z) || *z == '_'; z++) {
    }
  }
  if ((*z == 'e' || *z == 'E') &&
      (isDigit(z[1]) || ((z[1] == '+' || z[1] == '-') && isDigit(z[2])))) {
    for (z += 2; isDigit(*z) || *z == '_'; z++) {
    }
  }
  return z;
}

static int operatorLength(const char *z) {
  static const char *const OPERATORS[] = {"->>", "->", "||", "<=", "<>",
                                          "<<",  ">=", ">>", "==", "!="};
  size_t i;
  for (i = 0; i < sizeof OPERATORS / sizeof *OPERATORS; i++) {
    size_t n = strlen(OPERATORS[i]);
    if (strncmp(z, OPERATORS[i], n) == 0) return (int)n;
  }
  return strchr("+-*/%<>=&|~!", *z) != NULL;
}

static RelToken finish(RelTokenKind kind, const char *start, const char *end, const char **cursor) {
  RelToken token;
  token.kind = kind;
  token.text = start;
  token.length = (int)(end - start);
  *cursor = end;
  return token;
}

static RelToken quoted(RelTokenKind kind, const char *start, const char *quoteAt,
                       const char **cursor) {
  const char *end = quotedEnd(quoteAt, *quoteAt == '[' ? ']' : *quoteAt);
  if (end == NULL) return finish(REL_TOKEN_ERROR, start, start + strlen(start), cursor);
  return finish(kind, start, end, cursor);
}

RelToken relTokenNext(const char **cursor) {
  const char *z = skipBlanks(*cursor);
  const char *end = z;
  switch (*z) {
  case 0:
    return finish(REL_TOKEN_END, z, z, cursor);
  case '(':
    return finish(REL_TOKEN_OPEN, z, z + 1, cursor);
  case ')':
    return finish(REL_TOKEN_CLOSE, z, z + 1, cursor);
  case ',':
    return finish(REL_TOKEN_COMMA, z, z + 1, cursor);
  case ';':
    return finish(REL_TOKEN_SEMICOLON, z, z + 1, cursor);
  case '\'':
    return quoted(REL_TOKEN_STRING, z, z, cursor);
  case '"':
  case '`':
  case '[':
    return quoted(REL_TOKEN_QUOTED, z, z, cursor);
  case '?':
    for (end++; isDigit(*end); end++) {
    }
    return finish(REL_TOKEN_VARIABLE, z, end, cursor);
  case ':':
  case '@':
  case '$':
    for (end++; isNamePart(*end); end++) {
    }
    return finish(end == z + 1 ? REL_TOKEN_ERROR : REL_TOKEN_VARIABLE, z, end, cursor);
  case '/':
    if (z[1] == '*') return finish(REL_TOKEN_ERROR, z, z + strlen(z), cursor);
    break;
  default:
    break;
  }
  if (isDigit(*z) || (*z == '.' && isDigit(z[1]))) {
    return finish(REL_TOKEN_NUMBER, z, numberEnd(z), cursor);
  }
  if (*z == '.') return finish(REL_TOKEN_DOT, z, z + 1, cursor);
  if ((*z == 'x' || *z == 'X') && z[1] == '\'') return quoted(REL_TOKEN_BLOB, z, z + 1, cursor);
  if (isNameStart(*z)) {
    while (isNamePart(*end)) end++;
    return finish(REL_TOKEN_NAME, z, end, cursor);
  }
  if (operatorLength(z)) return finish(REL_TOKEN_OPERATOR, z, z + operatorLength(z), cursor);
  return finish(REL_TOKEN_ERROR, z, z + 1, cursor);
}

RelToken relSliceNext(const char **cursor, RelSlice slice) {
  RelToken token = relTokenNext(cursor);
  if (token.text < slice.end) return token;
  token.kind = REL_TOKEN_END;
  token.text = slice.end;
  token.length = 0;
  *cursor = slice.end;
  return token;
}

RelSlice relSliceOf(RelToken token) {
  RelSlice slice;
  slice.start = token.text;
  slice.end = token.text + token.length;
  return slice;
}

int relTokenIs(RelToken token, const char *word) {
  return token.kind == REL_TOKEN_NAME && (size_t)token.length == strlen(word) &&
         sqlite3_strnicmp(token.text, word, token.length) == 0;
}

int relTokenIsName(RelToken token) {
  return token.kind == REL_TOKEN_NAME || token.kind == REL_TOKEN_QUOTED;
}

char *relTokenName(RelError *error, RelToken token) {
  char *name, *to, quote;
  const char *from, *end = token.text + token.length;
  if (token.kind != REL_TOKEN_QUOTED) {
    return relCopyBytes(error, token.text, (size_t)token.length);
  }
  name = relAlloc(error, (size_t)token.length);
  if (name == NULL) return NULL;
  quote = token.text[0] == '[' ? ']' : token.text[0];
  to = name;
  for (from = token.text + 1; from < end - 1; from++) {
    if (*from == quote && from + 1 < end - 1) from++; /* a doubled quote stands for one */
    *to++ = *from;
  }
  *to = 0;
  return name;
}

/* Why a token that starts so is none. */
static const char *whatIsWrong(char first) {
  if (first == '/') return "a comment without its end";
  if (first == '\'' || first == '"' || first == '`' || first == '[')
    return "a quote without its end";
  return "a character that SQLite cannot read";
}

int relTokenBalanced(const char *text, const char **problem, const char **where) {
  const char *cursor = text, *what = NULL;
  int depth = 0, any = 0;
  RelToken token;
  for (;;) {
    token = relTokenNext(&cursor);
    if (token.kind == REL_TOKEN_END) break;
    any = 1;
    if (token.kind == REL_TOKEN_OPEN) depth++;
    if (token.kind == REL_TOKEN_CLOSE && --depth < 0) what = "a ) without its (";
    if (token.kind == REL_TOKEN_SEMICOLON) what = "a semicolon";
    if (token.kind == REL_TOKEN_ERROR) what = whatIsWrong(*token.text);
    if (what != NULL) break;
  }
  if (what == NULL && depth > 0) what = "a ( without its )";
  if (what == NULL && !any) what = "nothing at all";
  if (what != NULL && problem != NULL) *problem = what;
  if (what != NULL && where != NULL) *where = token.text;
  return what == NULL;
}
