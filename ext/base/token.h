/*
** SQLite's tokens, one at a time. Blanks and comments are skipped. Nothing is allocated: a token
** points into the text it was read from.
*/
#ifndef REL_BASE_TOKEN_H
#define REL_BASE_TOKEN_H

#include "base/memory.h"

typedef enum RelTokenKind {
  REL_TOKEN_END,
  REL_TOKEN_NAME,   /* a bare word: identifier, keyword or function name */
  REL_TOKEN_QUOTED, /* an identifier in "", `` or [] */
  REL_TOKEN_STRING, /* '...' */
  REL_TOKEN_NUMBER,
  REL_TOKEN_BLOB,     /* x'...' */
  REL_TOKEN_VARIABLE, /* ?, ?NNN, :name, @name, $name */
  REL_TOKEN_OPEN,     /* ( */
  REL_TOKEN_CLOSE,    /* ) */
  REL_TOKEN_COMMA,
  REL_TOKEN_DOT,
  REL_TOKEN_SEMICOLON,
  REL_TOKEN_OPERATOR, /* any other operator, of one to three characters */
  REL_TOKEN_ERROR     /* an unterminated quote or comment, or a character SQLite does not know */
} RelTokenKind;

typedef struct RelToken {
  RelTokenKind kind;
  const char *text; /* borrowed */
  int length;       /* bytes */
} RelToken;

/* The token at *cursor, which moves behind it. At the end of the text: REL_TOKEN_END for ever. */
RelToken relTokenNext(const char **cursor);

/* A run of whole tokens, without blanks or comments at its ends. `start` is NULL for none. */
typedef struct RelSlice {
  const char *start; /* borrowed */
  const char *end;
} RelSlice;

/* The next token of a slice; *cursor starts at its start. REL_TOKEN_END at its end. */
RelToken relSliceNext(const char **cursor, RelSlice slice);
RelSlice relSliceOf(RelToken token);

/* True for the bare word `word`, without regard to case. Quoted names are never a word. */
int relTokenIs(RelToken token, const char *word);

/* True for a name, bare or quoted. */
int relTokenIsName(RelToken token);

/* The name a token spells, quotes resolved. The caller owns it. */
char *relTokenName(RelError *error, RelToken token);

/*
** True where the text is one or more whole expressions that can be put between parentheses:
** balanced, without semicolon and with every quote and comment closed. On failure *problem
** says what is wrong (a static string) and *where points at it; both may be NULL.
*/
int relTokenBalanced(const char *text, const char **problem, const char **where);

#endif
