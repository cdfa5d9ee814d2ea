#include "base/text.h"

#include <stdarg.h>

void relTextStart(RelText *text, RelError *error) {
  text->error = error;
  text->str = sqlite3_str_new(NULL);
}

void relText(RelText *text, const char *words) {
  sqlite3_str_appendall(text->str, words);
}

void relTextBytes(RelText *text, const char *words, size_t bytes) {
  sqlite3_str_append(text->str, words, (int)bytes);
}

void relTextFormat(RelText *text, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  sqlite3_str_vappendf(text->str, format, arguments);
  va_end(arguments);
}

void relTextName(RelText *text, const char *qualifier, const char *name) {
  if (qualifier != NULL) sqlite3_str_appendf(text->str, "\"%w\".", qualifier);
  sqlite3_str_appendf(text->str, "\"%w\"", name);
}

static int isPlain(const char *name) {
  size_t i, length = strlen(name);
  if (length == 0 || (name[0] >= '0' && name[0] <= '9')) return 0;
  for (i = 0; i < length; i++) {
    char c = name[i];
    int letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    if (!letter && !(c >= '0' && c <= '9')) return 0;
  }
  return !sqlite3_keyword_check(name, (int)length);
}

void relTextPlainName(RelText *text, const char *name) {
  if (isPlain(name)) {
    relText(text, name);
  } else {
    relTextName(text, NULL, name);
  }
}

void relTextLiteral(RelText *text, const char *value) {
  sqlite3_str_appendf(text->str, "%Q", value);
}

int relTextLength(RelText *text) {
  return sqlite3_str_length(text->str);
}

char *relTextFinish(RelText *text) {
  int rc = sqlite3_str_errcode(text->str);
  char *words = sqlite3_str_finish(text->str);
  text->str = NULL;
  if (rc == SQLITE_TOOBIG) {
    relErrorSet(text->error, rc, "the SQL text is too long");
  } else if (rc != SQLITE_OK) {
    relErrorNoMemory(text->error);
  }
  if (words == NULL && text->error->rc == SQLITE_OK) words = relCopy(text->error, "");
  if (text->error->rc != SQLITE_OK) {
    sqlite3_free(words);
    words = NULL;
  }
  return words;
}

void relTextDiscard(RelText *text) {
  sqlite3_free(sqlite3_str_finish(text->str));
  text->str = NULL;
}
