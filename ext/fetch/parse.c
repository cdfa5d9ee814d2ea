#include "fetch/selection.h"

#include <stdarg.h>

#include "base/text.h"

static void extendSlice(RelSlice *slice, RelToken token) {
  if (slice->start == NULL) slice->start = token.text;
  slice->end = token.text + token.length;
}

/* Characters, not bytes: continuation bytes of UTF-8 do not count. */
static int columnOf(const char *text, const char *at) {
  int column = 1;
  for (; text < at; text++) column += (*text & 0xc0) != 0x80;
  return column;
}

void relSelectionRefuse(RelError *error, const RelSource *source, const char *path, const char *at,
                        const char *suggestion, const char *format, ...) {
  RelText text;
  char *message;
  va_list arguments;
  if (error->rc != SQLITE_OK) return;
  relTextStart(&text, error);
  relTextFormat(&text, "%s: %s: ", source->caller, path);
  va_start(arguments, format);
  sqlite3_str_vappendf(text.str, format, arguments);
  va_end(arguments);
  if (at != NULL) relTextFormat(&text, " (column %d)", columnOf(source->text, at));
  if (suggestion != NULL) relTextFormat(&text, "; did you mean \"%s\"?", suggestion);
  message = relTextFinish(&text);
  relErrorSet(error, SQLITE_ERROR, "%s", message);
  sqlite3_free(message);
}

static int variableNumber(RelToken token) {
  int i, number = 0;
  for (i = 1; i < token.length && number <= REL_MAX_ARGUMENTS; i++) {
    number = number * 10 + (token.text[i] - '0');
  }
  return number;
}

static void addVariable(RelError *error, RelSource *source, RelToken token, const char *path,
                        int *highest) {
  RelVariable *variable;
  int number = token.length == 1 ? *highest + 1 : variableNumber(token);
  if (token.text[0] != '?') {
    relSelectionRefuse(error, source, path, token.text, NULL,
                       "a parameter of a selection is ?1 to ?%d, not %.*s", REL_MAX_ARGUMENTS,
                       token.length, token.text);
  } else if (number < 1 || number > REL_MAX_ARGUMENTS) {
    relSelectionRefuse(error, source, path, token.text, NULL,
                       "the parameters of a selection are ?1 to ?%d", REL_MAX_ARGUMENTS);
  }
  source->variables = relGrow(error, source->variables, source->variableCount,
                              &source->variableRoom, sizeof *source->variables);
  if (error->rc != SQLITE_OK) return;
  variable = &source->variables[source->variableCount++];
  variable->at = token.text;
  variable->number = number;
  if (number > *highest) *highest = number;
}

void relSourceRead(RelError *error, RelSource *source, const char *text, const char *caller,
                   const char *path) {
  const char *cursor, *problem, *where;
  int highest = 0;
  memset(source, 0, sizeof *source);
  source->caller = caller;
  source->text = cursor = text == NULL ? "" : text;
  if (relTokenNext(&cursor).kind == REL_TOKEN_END) return;
  if (!relTokenBalanced(source->text, &problem, &where)) {
    relSelectionRefuse(error, source, path, where, NULL, "%s", problem);
  }
  for (cursor = source->text; error->rc == SQLITE_OK;) {
    RelToken token = relTokenNext(&cursor);
    if (token.kind == REL_TOKEN_END) break;
    if (token.kind == REL_TOKEN_VARIABLE) addVariable(error, source, token, path, &highest);
  }
}

void relSourceClear(RelSource *source) {
  sqlite3_free(source->variables);
  memset(source, 0, sizeof *source);
}

int relSourceVariable(const RelSource *source, const char *at) {
  int i;
  for (i = 0; i < source->variableCount; i++) {
    if (source->variables[i].at == at) return source->variables[i].number;
  }
  return 0;
}

static int isOperator(RelToken token, char operator) {
  return token.kind == REL_TOKEN_OPERATOR && token.length == 1 && token.text[0] == operator;
}

/* What reading one level needs: the tokens ahead of the cursor, and who is told of errors. */
typedef struct Parser {
  RelError *error;
  const RelSource *source;
  const char *path;
  RelSelection *selection;
  RelSlice text;
  const char *cursor;
  RelToken token; /* the one at hand */
} Parser;

static void advance(Parser *parser) {
  parser->token = relSliceNext(&parser->cursor, parser->text);
}

static RelToken peek(const Parser *parser) {
  const char *cursor = parser->cursor;
  return relSliceNext(&cursor, parser->text);
}

static int atEnd(const Parser *parser) {
  return parser->token.kind == REL_TOKEN_END || parser->error->rc != SQLITE_OK;
}

static void refuse(Parser *parser, const char *at, const char *message) {
  relSelectionRefuse(parser->error, parser->source, parser->path, at, NULL, "%s", message);
}

static int atPair(const Parser *parser, const char *first, const char *second) {
  return relTokenIs(parser->token, first) && relTokenIs(peek(parser), second);
}

/* `OFFSET` is a word of its own only behind LIMIT; elsewhere SQLite reads it as a name. */
static int atClause(const Parser *parser) {
  return relTokenIs(parser->token, "WHERE") || relTokenIs(parser->token, "LIMIT") ||
         atPair(parser, "ORDER", "BY") || atPair(parser, "FOR", "EACH");
}

/* Moves over a parenthesis and what it holds; at any other token, over that one. */
static void skipGroup(Parser *parser, RelSlice *over) {
  int depth = 0;
  do {
    if (parser->token.kind == REL_TOKEN_OPEN) depth++;
    if (parser->token.kind == REL_TOKEN_CLOSE) depth--;
    extendSlice(over, parser->token);
    advance(parser);
  } while (depth > 0 && !atEnd(parser));
}

static int atItemEnd(const Parser *parser) {
  return atEnd(parser) || parser->token.kind == REL_TOKEN_COMMA || atClause(parser);
}

/* Both words are SQLite's own: unquoted, they are no names. */
static void refuseGroups(Parser *parser) {
  int having = relTokenIs(parser->token, "HAVING");
  if (!having && !atPair(parser, "GROUP", "BY")) return;
  relSelectionRefuse(
      parser->error, parser->source, parser->path, parser->token.text, NULL,
      "a selection has no %s: an aggregate gives one object for all rows of its level; "
      "write one for each group, as in count(*) FILTER (WHERE published) AS published, "
      "or group what the view of the collection gives",
      having ? "HAVING" : "GROUP BY");
}

/* The tokens up to a comma (where it ends the run), a clause or the end. */
static RelSlice readRun(Parser *parser, int stopAtComma, int stopAtOffset) {
  RelSlice run = {NULL, NULL};
  while (!atEnd(parser) && !atClause(parser)) {
    if (stopAtComma && parser->token.kind == REL_TOKEN_COMMA) break;
    if (stopAtOffset && relTokenIs(parser->token, "OFFSET")) break;
    refuseGroups(parser);
    skipGroup(parser, &run);
  }
  return run;
}

static void addHint(Parser *parser, RelItem *item, RelToken word) {
  item->hints =
      relGrow(parser->error, item->hints, item->hintCount, &item->hintRoom, sizeof *item->hints);
  if (parser->error->rc != SQLITE_OK) return;
  item->hints[item->hintCount].word = relSliceOf(word);
  item->hints[item->hintCount].depth = -1;
  item->hintCount++;
}

/* `(n)` behind `recursive`, where the parenthesis holds an integer and nothing else. */
static void readDepth(Parser *walk, RelItem *item) {
  const char *cursor = walk->cursor;
  RelToken number = relSliceNext(&cursor, walk->text);
  RelToken close = relSliceNext(&cursor, walk->text);
  sqlite3_int64 depth = 0;
  int i;
  if (walk->token.kind != REL_TOKEN_OPEN || number.kind != REL_TOKEN_NUMBER ||
      close.kind != REL_TOKEN_CLOSE || number.length > 9) {
    return;
  }
  for (i = 0; i < number.length; i++) {
    if (number.text[i] < '0' || number.text[i] > '9') return;
    depth = depth * 10 + (number.text[i] - '0');
  }
  item->hints[item->hintCount - 1].depth = depth;
  walk->cursor = cursor;
  advance(walk);
}

/* Reads an item that starts `name(` or `name!` as a relationship; what does not fit is stray. */
static void readRelationship(Parser *parser, RelItem *item) {
  Parser walk = *parser;
  RelSlice group = {NULL, NULL};
  walk.text = item->whole;
  walk.cursor = item->nameAt.end;
  advance(&walk);
  while (isOperator(walk.token, '!') && peek(&walk).kind == REL_TOKEN_NAME) {
    RelToken word;
    advance(&walk);
    word = walk.token;
    addHint(&walk, item, word);
    if (parser->error->rc != SQLITE_OK) return;
    advance(&walk);
    if (relTokenIs(word, "recursive")) readDepth(&walk, item);
  }
  if (walk.token.kind == REL_TOKEN_OPEN) {
    skipGroup(&walk, &group);
    item->hasInner = 1;
    item->inner.start = group.start + 1;
    item->inner.end = group.end - 1;
  }
  if (walk.token.kind != REL_TOKEN_END) item->stray = relSliceOf(walk.token);
}

/* The kind of an item from its first tokens. */
static void classify(Parser *parser, RelItem *item) {
  const char *cursor = item->whole.start;
  RelToken first = relSliceNext(&cursor, item->whole);
  RelToken second = relSliceNext(&cursor, item->whole);
  RelToken third = relSliceNext(&cursor, item->whole);
  RelToken name = first;
  item->kind = REL_ITEM_EXPRESSION;
  if (isOperator(first, '*') && second.kind == REL_TOKEN_END && item->alias == NULL) {
    item->kind = REL_ITEM_STAR;
    return;
  }
  if (isOperator(first, '-') && relTokenIsName(second) && third.kind == REL_TOKEN_END &&
      item->alias == NULL) {
    item->kind = REL_ITEM_EXCEPT;
    name = second;
  } else if (relTokenIsName(first) && second.kind == REL_TOKEN_END) {
    item->kind = REL_ITEM_NAME;
  } else if (relTokenIsName(first) && (second.kind == REL_TOKEN_OPEN || isOperator(second, '!'))) {
    item->kind = REL_ITEM_CALL;
  } else {
    return;
  }
  item->name = relTokenName(parser->error, name);
  item->nameAt = relSliceOf(name);
  if (item->kind == REL_ITEM_CALL) readRelationship(parser, item);
}

/* Takes `AS alias` where that ends the item. */
static int takeAlias(Parser *parser, RelItem *item) {
  Parser ahead = *parser;
  RelToken name;
  if (!relTokenIs(parser->token, "AS") || item->whole.start == NULL) return 0;
  advance(&ahead);
  name = ahead.token;
  advance(&ahead);
  if (!relTokenIsName(name) || !atItemEnd(&ahead)) return 0;
  item->alias = relTokenName(parser->error, name);
  *parser = ahead;
  return 1;
}

static void readItem(Parser *parser) {
  RelSelection *selection = parser->selection;
  RelItem *item;
  selection->items = relGrow(parser->error, selection->items, selection->itemCount,
                             &selection->itemRoom, sizeof *selection->items);
  if (parser->error->rc != SQLITE_OK) return;
  item = &selection->items[selection->itemCount++];
  memset(item, 0, sizeof *item);
  while (!atItemEnd(parser) && !takeAlias(parser, item)) {
    refuseGroups(parser);
    skipGroup(parser, &item->whole);
  }
  refuseGroups(parser);
  if (item->whole.start == NULL) refuse(parser, parser->token.text, "an item is missing");
  if (parser->error->rc == SQLITE_OK) classify(parser, item);
}

static void readItems(Parser *parser) {
  if (atEnd(parser) || atClause(parser)) return;
  for (;;) {
    readItem(parser);
    if (parser->error->rc != SQLITE_OK || parser->token.kind != REL_TOKEN_COMMA) return;
    advance(parser);
  }
}

static void needSlice(Parser *parser, RelSlice slice, const char *what) {
  if (slice.start != NULL || parser->error->rc != SQLITE_OK) return;
  relSelectionRefuse(parser->error, parser->source, parser->path, parser->token.text, NULL,
                     "%s needs an expression", what);
}

static void readTerms(Parser *parser) {
  RelSelection *selection = parser->selection;
  for (;;) {
    RelSlice term = readRun(parser, 1, 0);
    selection->terms = relGrow(parser->error, selection->terms, selection->termCount,
                               &selection->termRoom, sizeof *selection->terms);
    needSlice(parser, term, "ORDER BY");
    if (parser->error->rc != SQLITE_OK) return;
    selection->terms[selection->termCount++] = term;
    if (parser->token.kind != REL_TOKEN_COMMA) return;
    advance(parser);
  }
}

static void readLimit(Parser *parser) {
  RelSelection *selection = parser->selection;
  selection->limit = readRun(parser, 1, 1);
  needSlice(parser, selection->limit, "LIMIT");
  if (parser->token.kind == REL_TOKEN_COMMA) {
    refuse(parser, parser->token.text, "write LIMIT count OFFSET start, without a comma");
  }
  if (!relTokenIs(parser->token, "OFFSET")) return;
  advance(parser);
  selection->offset = readRun(parser, 1, 0);
  needSlice(parser, selection->offset, "OFFSET");
}

/* FOR EACH table WHERE expr */
static void readCriterion(Parser *parser) {
  RelCriteria *criteria = &parser->selection->criteria;
  RelCriterion *criterion;
  advance(parser);
  advance(parser);
  if (!relTokenIsName(parser->token)) {
    refuse(parser, parser->token.text, "FOR EACH needs the name of a table");
  }
  criteria->list = relGrow(parser->error, criteria->list, criteria->count, &criteria->room,
                           sizeof *criteria->list);
  if (parser->error->rc != SQLITE_OK) return;
  criterion = &criteria->list[criteria->count++];
  memset(criterion, 0, sizeof *criterion);
  criterion->table = relTokenName(parser->error, parser->token);
  criterion->at = relSliceOf(parser->token);
  advance(parser);
  if (parser->token.kind == REL_TOKEN_DOT) {
    refuse(parser, criterion->at.start,
           "FOR EACH takes the table's name alone: all tables are of the owner's database");
  }
  if (!relTokenIs(parser->token, "WHERE")) {
    refuse(parser, parser->token.text, "FOR EACH and a table need WHERE and an expression");
    return;
  }
  advance(parser);
  criterion->where = readRun(parser, 0, 0);
  needSlice(parser, criterion->where, "WHERE");
}

void relCriteriaClear(RelCriteria *criteria) {
  int i;
  for (i = 0; i < criteria->count; i++) sqlite3_free(criteria->list[i].table);
  sqlite3_free(criteria->list);
  memset(criteria, 0, sizeof *criteria);
}

static void readClauses(Parser *parser) {
  RelSelection *selection = parser->selection;
  if (relTokenIs(parser->token, "WHERE")) {
    advance(parser);
    selection->where = readRun(parser, 0, 0);
    needSlice(parser, selection->where, "WHERE");
  }
  if (relTokenIs(parser->token, "ORDER") && !atEnd(parser)) {
    advance(parser);
    advance(parser);
    readTerms(parser);
  }
  if (relTokenIs(parser->token, "LIMIT") && !atEnd(parser)) {
    advance(parser);
    readLimit(parser);
  }
  while (atPair(parser, "FOR", "EACH") && !atEnd(parser)) readCriterion(parser);
  if (!atEnd(parser)) {
    relSelectionRefuse(parser->error, parser->source, parser->path, parser->token.text, NULL,
                       "%.*s cannot stand here: a selection is items, then WHERE, ORDER BY, LIMIT "
                       "and OFFSET, then FOR EACH",
                       parser->token.length, parser->token.text);
  }
}

void relSelectionParse(RelError *error, const RelSource *source, RelSlice text, const char *path,
                       RelSelection *selection) {
  Parser parser;
  memset(selection, 0, sizeof *selection);
  if (error->rc != SQLITE_OK) return;
  memset(&parser, 0, sizeof parser);
  parser.error = error;
  parser.source = source;
  parser.path = path;
  parser.selection = selection;
  parser.text = text;
  parser.cursor = text.start;
  advance(&parser);
  readItems(&parser);
  readClauses(&parser);
}

void relSelectionClear(RelSelection *selection) {
  int i;
  for (i = 0; i < selection->itemCount; i++) {
    sqlite3_free(selection->items[i].name);
    sqlite3_free(selection->items[i].alias);
    sqlite3_free(selection->items[i].hints);
  }
  sqlite3_free(selection->items);
  sqlite3_free(selection->terms);
  relCriteriaClear(&selection->criteria);
  memset(selection, 0, sizeof *selection);
}
