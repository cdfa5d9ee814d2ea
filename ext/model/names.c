#include "model/names.h"

enum { TABLES = 4 };

/* The texts, and for each the tables whose columns it names, in the order they are looked up. */
static const struct {
  RelField field;
  RelField tables[TABLES];
} TEXTS[] = {
    {REL_FIELD_FOREIGN_KEYS,
     {REL_FIELD_SECONDARY, REL_FIELD_TARGET, REL_FIELD_OWNER, REL_FIELD_COUNT}},
    {REL_FIELD_REMOTE_SIDE, {REL_FIELD_TARGET, REL_FIELD_OWNER, REL_FIELD_COUNT}},
    {REL_FIELD_PRIMARYJOIN,
     {REL_FIELD_TARGET, REL_FIELD_SECONDARY, REL_FIELD_OWNER, REL_FIELD_COUNT}},
    {REL_FIELD_SECONDARYJOIN,
     {REL_FIELD_TARGET, REL_FIELD_SECONDARY, REL_FIELD_OWNER, REL_FIELD_COUNT}},
    {REL_FIELD_ORDER_BY, {REL_FIELD_TARGET, REL_FIELD_SECONDARY, REL_FIELD_COUNT}},
    {REL_FIELD_UNIQUE_KEY, {REL_FIELD_TARGET, REL_FIELD_COUNT}},
};
enum { TEXT_COUNT = sizeof TEXTS / sizeof *TEXTS };

static int holdsSelect(const char *text) {
  RelToken token;
  do {
    token = relTokenNext(&text);
    if (relTokenIs(token, "SELECT")) return 1;
  } while (token.kind != REL_TOKEN_END);
  return 0;
}

static int nextText(RelNaming *naming) {
  while (naming->text < TEXT_COUNT) {
    int text = naming->text++;
    naming->field = TEXTS[text].field;
    naming->tables = TEXTS[text].tables;
    naming->cursor = naming->declaration->fields[naming->field];
    if (naming->cursor == NULL) continue;
    naming->qualifiedOnly = holdsSelect(naming->cursor);
    return 1;
  }
  return 0;
}

static RelToken peek(const char *cursor) {
  return relTokenNext(&cursor);
}

/* The next name in the text. Behind AS and COLLATE, and before a parenthesis, stand other names. */
static int nextInText(RelNaming *naming, RelNamed *named) {
  static const RelToken NONE = {REL_TOKEN_END, NULL, 0};
  RelToken token, before = NONE;
  for (token = relTokenNext(&naming->cursor); token.kind != REL_TOKEN_END;
       before = token, token = relTokenNext(&naming->cursor)) {
    RelToken table = NONE;
    if (!relTokenIsName(token) || relTokenIs(before, "AS") || relTokenIs(before, "COLLATE")) {
      continue;
    }
    while (peek(naming->cursor).kind == REL_TOKEN_DOT) {
      table = token;
      relTokenNext(&naming->cursor);
      token = relTokenNext(&naming->cursor);
    }
    if (!relTokenIsName(token) || peek(naming->cursor).kind == REL_TOKEN_OPEN) continue;
    if (table.kind == REL_TOKEN_END && naming->qualifiedOnly) continue;
    named->field = naming->field;
    named->tables = naming->tables;
    named->table = table;
    named->column = token;
    return 1;
  }
  return 0;
}

int relNamingNext(RelNaming *naming, RelNamed *named) {
  while (naming->cursor != NULL || nextText(naming)) {
    if (nextInText(naming, named)) return 1;
    naming->cursor = NULL;
  }
  return 0;
}
