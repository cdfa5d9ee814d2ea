#include "inspect/answer.h"

static RelCell *addCell(RelError *error, RelAnswer *answer) {
  RelCell *cell;
  answer->cells =
      relGrow(error, answer->cells, answer->count, &answer->room, sizeof *answer->cells);
  if (error->rc != SQLITE_OK) return NULL;
  cell = &answer->cells[answer->count++];
  memset(cell, 0, sizeof *cell);
  cell->type = SQLITE_NULL;
  return cell;
}

void relAnswerTake(RelError *error, RelAnswer *answer, char *text) {
  RelCell *cell = addCell(error, answer);
  if (cell == NULL) {
    sqlite3_free(text);
  } else if (text != NULL) {
    cell->type = SQLITE_TEXT;
    cell->text = text;
  }
}

void relAnswerText(RelError *error, RelAnswer *answer, const char *text) {
  relAnswerTake(error, answer, relCopy(error, text));
}

void relAnswerInteger(RelError *error, RelAnswer *answer, sqlite3_int64 integer) {
  RelCell *cell = addCell(error, answer);
  if (cell == NULL) return;
  cell->type = SQLITE_INTEGER;
  cell->integer = integer;
}

void relAnswerClear(RelAnswer *answer) {
  int i;
  for (i = 0; i < answer->count; i++) sqlite3_free(answer->cells[i].text);
  sqlite3_free(answer->cells);
  memset(answer, 0, sizeof *answer);
}
