/*
** The rows that an inspector answers with.
*/
#ifndef REL_INSPECT_ANSWER_H
#define REL_INSPECT_ANSWER_H

#include "base/memory.h"

typedef struct RelCell {
  int type; /* SQLITE_NULL, SQLITE_INTEGER or SQLITE_TEXT */
  sqlite3_int64 integer;
  char *text; /* owned */
} RelCell;

/* Cells in reading order: a row is full once it has as many as the table has columns. */
typedef struct RelAnswer {
  RelCell *cells; /* owned */
  int count;
  int room;
} RelAnswer;

/* One more cell. relAnswerText copies, relAnswerTake takes; NULL is SQL's NULL. */
void relAnswerText(RelError *error, RelAnswer *answer, const char *text);
void relAnswerTake(RelError *error, RelAnswer *answer, char *text);
void relAnswerInteger(RelError *error, RelAnswer *answer, sqlite3_int64 integer);
void relAnswerClear(RelAnswer *answer);

#endif
