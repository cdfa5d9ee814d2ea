#include "enforce/words.h"

#include "base/token.h"

#include <stdarg.h>

char *relWordName(RelError *error, const char *name) {
  return relFormat(error, "\"%w\"", name);
}

char *relWordLiteral(RelError *error, const char *format, ...) {
  va_list arguments;
  char *words, *literal;
  if (error->rc != SQLITE_OK) return NULL;
  va_start(arguments, format);
  words = sqlite3_vmprintf(format, arguments);
  va_end(arguments);
  if (words == NULL) relErrorNoMemory(error);
  literal = relFormat(error, "%Q", words);
  sqlite3_free(words);
  return literal;
}

char *relWordAlias(RelError *error, const RelTable *table) {
  return relFormat(error, "\"%w owner\"", table->name);
}

char *relWordTable(RelError *error, const RelTable *table, const char *alias) {
  if (alias == NULL) return relFormat(error, "\"%w\"", table->name);
  return relFormat(error, "\"%w\" AS %s", table->name, alias);
}

void relWordColumn(RelText *text, const char *prefix, const RelTable *table, int column) {
  if (prefix != NULL) {
    relText(text, prefix);
  } else {
    relTextName(text, NULL, table->name);
  }
  relText(text, ".");
  relTextName(text, NULL, relTableColumnName(table, column));
}

static void addColumns(RelText *text, const char *prefix, const RelTable *table, const int *columns,
                       int count) {
  int i;
  for (i = 0; i < count; i++) {
    if (i > 0) relText(text, ", ");
    relWordColumn(text, prefix, table, columns[i]);
  }
}

char *relWordColumns(RelError *error, const char *prefix, const RelTable *table, const int *columns,
                     int count) {
  RelText text;
  relTextStart(&text, error);
  addColumns(&text, prefix, table, columns, count);
  return relTextFinish(&text);
}

char *relWordRowValue(RelError *error, const char *prefix, const RelTable *table,
                      const int *columns, int count) {
  RelText text;
  relTextStart(&text, error);
  if (count > 1) relText(&text, "(");
  addColumns(&text, prefix, table, columns, count);
  if (count > 1) relText(&text, ")");
  return relTextFinish(&text);
}

/* The user's text in parentheses: a line comment at its end must not swallow the closing one. */
static char *enclose(RelError *error, const char *words) {
  return relFormat(error, strstr(words, "--") != NULL ? "(%s\n)" : "(%s)", words);
}

char *relWordAlso(RelError *error, const char *condition) {
  char *enclosed, *also;
  if (condition == NULL) return relCopy(error, "");
  enclosed = enclose(error, condition);
  also = relFormat(error, " AND %s", enclosed);
  sqlite3_free(enclosed);
  return also;
}

void relWordEqualsChild(RelText *text, const RelKey *key, int n) {
  const char *collation = relKeyCollation(key, n);
  if (!relSame(collation, "BINARY") ||
      !relSame(collation, relTableCollation(key->child, key->childColumns[n]))) {
    relText(text, " COLLATE ");
    relTextName(text, NULL, collation);
  }
  relText(text, " = ");
  relWordColumn(text, NULL, key->child, key->childColumns[n]);
}

char *relWordMatch(RelError *error, const RelKey *key, const char *parent, const char *child,
                   const char *condition) {
  RelText text;
  char *also;
  int i;
  relTextStart(&text, error);
  for (i = 0; i < key->count; i++) {
    if (i > 0) relText(&text, " AND ");
    relWordColumn(&text, parent, key->parent, key->parentColumns[i]);
    relText(&text, " = ");
    relWordColumn(&text, child, key->child, key->childColumns[i]);
  }
  also = relWordAlso(error, condition);
  if (also != NULL) relText(&text, also);
  sqlite3_free(also);
  return relTextFinish(&text);
}

char *relWordKey(RelError *error, const RelKey *key) {
  return relWordColumns(error, NULL, key->child, key->childColumns, key->count);
}

int relIdentityWidth(const RelTable *table) {
  return table->rowid != NULL ? 1 : table->keyCount;
}

int relIdentityColumn(const RelTable *table, int n) {
  return table->rowid != NULL ? -1 : table->key[n];
}

char *relWordSameRow(RelError *error, const RelTable *table, const char *prefix,
                     const char *other) {
  RelText text;
  int i;
  relTextStart(&text, error);
  for (i = 0; i < relIdentityWidth(table); i++) {
    if (i > 0) relText(&text, " AND ");
    relWordColumn(&text, prefix, table, relIdentityColumn(table, i));
    relText(&text, " = ");
    relWordColumn(&text, other, table, relIdentityColumn(table, i));
  }
  return relTextFinish(&text);
}

char *relWordKeys(RelError *error, const char *prefix, int width) {
  RelText text;
  int i;
  relTextStart(&text, error);
  for (i = 1; i <= width; i++) {
    if (i > 1) relText(&text, ", ");
    if (prefix != NULL) relTextFormat(&text, "%s.", prefix);
    relTextFormat(&text, "\"key%d\"", i);
  }
  return relTextFinish(&text);
}

char *relWordIdentity(RelError *error, const char *prefix, const RelTable *table, int width) {
  RelText text;
  int i;
  relTextStart(&text, error);
  for (i = 0; i < width; i++) {
    relText(&text, ", ");
    if (i >= relIdentityWidth(table)) {
      relText(&text, "NULL");
    } else {
      relWordColumn(&text, prefix, table, relIdentityColumn(table, i));
      if (table->rowid == NULL) relText(&text, " COLLATE BINARY");
    }
  }
  return relTextFinish(&text);
}

char *relWordIsRow(RelError *error, const char *own, const RelTable *table, const char *prefix) {
  RelText text;
  int i;
  relTextStart(&text, error);
  for (i = 0; i < relIdentityWidth(table); i++) {
    relText(&text, i > 0 ? " AND " : "");
    relWordColumn(&text, own, table, relIdentityColumn(table, i));
    relTextFormat(&text, " = %s.\"key%d\"", prefix, i + 1);
  }
  return relTextFinish(&text);
}

/* SQLite takes a lone name after DEFAULT for a string, unless it is one of these. */
static int isConstantWord(RelToken token) {
  static const char *const WORDS[] = {"NULL",         "TRUE",         "FALSE",
                                      "CURRENT_TIME", "CURRENT_DATE", "CURRENT_TIMESTAMP"};
  size_t i;
  for (i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
    if (relTokenIs(token, WORDS[i])) return 1;
  }
  return 0;
}

char *relWordDefault(RelError *error, const RelTable *table, int column) {
  const char *words = table->columns[column].defaultValue;
  const char *cursor = words;
  RelToken token;
  char *name, *literal;
  if (words == NULL) return relCopy(error, "NULL");
  token = relTokenNext(&cursor);
  if (relTokenNext(&cursor).kind != REL_TOKEN_END) return enclose(error, words);
  if (!relTokenIsName(token) || isConstantWord(token)) return relCopy(error, words);
  name = relTokenName(error, token);
  literal = relFormat(error, "%Q", name);
  sqlite3_free(name);
  return literal;
}
