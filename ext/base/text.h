/*
** Building SQL text. Every identifier and literal that reaches SQL is quoted here and nowhere else.
*/
#ifndef REL_BASE_TEXT_H
#define REL_BASE_TEXT_H

#include "base/memory.h"

typedef struct RelText {
  RelError *error;  /* borrowed; once set, everything below is a no-op */
  sqlite3_str *str; /* owned until relTextFinish or relTextDiscard */
} RelText;

void relTextStart(RelText *text, RelError *error);
void relText(RelText *text, const char *words);
void relTextBytes(RelText *text, const char *words, size_t bytes);
/* sqlite3_mprintf's format. For identifiers and literals use the two below. */
void relTextFormat(RelText *text, const char *format, ...);
/* "name", or "qualifier"."name" where a qualifier is given. */
void relTextName(RelText *text, const char *qualifier, const char *name);
/* The name as a person would write it: quoted only where SQLite needs it. */
void relTextPlainName(RelText *text, const char *name);
/* 'literal' */
void relTextLiteral(RelText *text, const char *value);
int relTextLength(RelText *text);

/* Ends building. The caller owns the string; NULL with the error set on failure. */
char *relTextFinish(RelText *text);
void relTextDiscard(RelText *text);

#endif
