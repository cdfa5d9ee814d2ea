#include "fetch/expression.h"

void relSpotsClear(RelSpots *spots) {
  sqlite3_free(spots->list);
  memset(spots, 0, sizeof *spots);
}

const char *relSpotsFind(const RelSpots *spots, int offset) {
  int i;
  for (i = 0; i < spots->count; i++) {
    const RelSpot *spot = &spots->list[i];
    if (offset >= spot->offset && offset < spot->offset + spot->length) {
      return spot->at + (offset - spot->offset);
    }
  }
  return NULL;
}

static void writeRaw(const RelScope *scope, RelText *text, const char *from, const char *to) {
  RelSpots *spots = scope->spots;
  if (from >= to) return;
  spots->list = relGrow(scope->error, spots->list, spots->count, &spots->room, sizeof *spots->list);
  if (scope->error->rc != SQLITE_OK) return;
  spots->list[spots->count].offset = relTextLength(text);
  spots->list[spots->count].length = (int)(to - from);
  spots->list[spots->count++].at = from;
  relTextBytes(text, from, (size_t)(to - from));
}

static int isRowidName(const char *name) {
  return relSame(name, "rowid") || relSame(name, "oid") || relSame(name, "_rowid_");
}

int relScopeColumn(const RelTable *table, const char *name) {
  int column = relTableColumn(table, name);
  if (column >= 0) return column;
  return table->rowid != NULL && isRowidName(name) ? -1 : REL_NO_COLUMN;
}

/* True where a bare name must be given its table: two tables have it, or every table does. */
static int isAmbiguous(const RelScope *scope, const char *name) {
  int column = relScopeColumn(scope->table, name);
  if (column == REL_NO_COLUMN) return 0;
  if (column == -1) return 1;
  return scope->secondary != NULL && relScopeColumn(scope->secondary, name) != REL_NO_COLUMN;
}

static const RelItem *findAlias(const RelScope *scope, const char *name) {
  int i;
  if (scope->selection == NULL) return NULL;
  for (i = 0; i < scope->selection->itemCount; i++) {
    const RelItem *item = &scope->selection->items[i];
    if (item->alias != NULL && relSame(item->alias, name)) return item;
  }
  return NULL;
}

static int isColumn(const RelScope *scope, const char *name) {
  return relScopeColumn(scope->table, name) != REL_NO_COLUMN ||
         (scope->secondary != NULL && relScopeColumn(scope->secondary, name) != REL_NO_COLUMN);
}

/* Reading an expression token by token, knowing what stands before and behind. */
typedef struct Walk {
  RelSlice slice;
  const char *cursor;
  RelToken before;
  RelToken token;
  RelToken next;
  int depth;     /* of parentheses */
  int subselect; /* the depth at which a subselect opened, 0 outside */
} Walk;

static void startWalk(Walk *walk, RelSlice slice) {
  memset(walk, 0, sizeof *walk);
  walk->slice = slice;
  walk->cursor = slice.start;
  walk->next = relSliceNext(&walk->cursor, slice);
}

static int opensSubselect(RelToken token) {
  return relTokenIs(token, "SELECT") || relTokenIs(token, "WITH") || relTokenIs(token, "VALUES");
}

static int nextToken(Walk *walk) {
  walk->before = walk->token;
  walk->token = walk->next;
  if (walk->token.kind == REL_TOKEN_END) return 0;
  walk->next = relSliceNext(&walk->cursor, walk->slice);
  if (walk->token.kind == REL_TOKEN_OPEN) {
    walk->depth++;
    if (walk->subselect == 0 && opensSubselect(walk->next)) walk->subselect = walk->depth;
  } else if (walk->token.kind == REL_TOKEN_CLOSE) {
    if (walk->subselect == walk->depth) walk->subselect = 0;
    walk->depth--;
  }
  return 1;
}

/*
** True where the token can only be the unqualified name of a column or alias. A bare keyword never
** is: whoever calls a column "end" quotes it.
*/
static int isBareName(const Walk *walk) {
  if (!relTokenIsName(walk->token) || walk->subselect) return 0;
  if (walk->next.kind == REL_TOKEN_DOT || walk->next.kind == REL_TOKEN_OPEN) return 0;
  if (walk->before.kind == REL_TOKEN_DOT || relTokenIs(walk->before, "AS") ||
      relTokenIs(walk->before, "COLLATE")) {
    return 0;
  }
  return walk->token.kind == REL_TOKEN_QUOTED ||
         !sqlite3_keyword_check(walk->token.text, walk->token.length);
}

static void writeItem(const RelScope *scope, RelText *text, const RelItem *item, RelSlice at) {
  if (item->kind == REL_ITEM_NAME && !isColumn(scope, item->name)) {
    relSelectionRefuse(scope->error, scope->source, scope->path, at.start, NULL,
                       "\"%s\" is a relationship, not a value", item->name);
    return;
  }
  relText(text, "(");
  relExpressionWrite(scope, text, item->whole, 0);
  relText(text, ")");
}

/* Writes what a bare name stands for; 0 where it stands as it is. */
static int writeName(const RelScope *scope, RelText *text, const Walk *walk, int flags) {
  char *name = relTokenName(scope->error, walk->token);
  const RelItem *item = NULL;
  int written = 1;
  if (name == NULL) return 0;
  if ((flags & REL_WITH_ALIASES) && !isColumn(scope, name)) item = findAlias(scope, name);
  if (item != NULL) {
    writeItem(scope, text, item, relSliceOf(walk->token));
  } else if (isAmbiguous(scope, name)) {
    relTextName(text, scope->table->name, name);
  } else {
    written = 0;
  }
  sqlite3_free(name);
  return written;
}

static void writeVariable(const RelScope *scope, RelText *text, RelToken token) {
  int number = relSourceVariable(scope->source, token.text);
  if (number == 0) {
    relSelectionRefuse(scope->error, scope->source, scope->path, NULL, NULL,
                       "%.*s: a parameter can stand in a selection only", token.length, token.text);
  }
  relTextFormat(text, "?%d", number);
}

static int opensWindow(const Walk *walk) {
  return walk->token.kind == REL_TOKEN_OPEN && relTokenIs(walk->before, "OVER") && !walk->subselect;
}

/*
** The parenthesis behind OVER, at which the walk stands: each slot becomes a partition of its own.
** Moves over a PARTITION BY, and returns where the text goes on.
*/
static const char *writePartition(RelText *text, Walk *walk) {
  relText(text, "(PARTITION BY " REL_SLOT_NAME);
  if (!relTokenIs(walk->next, "PARTITION")) {
    relText(text, " ");
    return walk->token.text + walk->token.length;
  }
  relText(text, ", ");
  nextToken(walk);
  nextToken(walk);
  return walk->token.text + walk->token.length;
}

void relExpressionWrite(const RelScope *scope, RelText *text, RelSlice slice, int flags) {
  const char *from = slice.start;
  Walk walk;
  startWalk(&walk, slice);
  while (scope->error->rc == SQLITE_OK && nextToken(&walk)) {
    const char *end = walk.token.text + walk.token.length;
    if (walk.token.kind == REL_TOKEN_VARIABLE) {
      writeRaw(scope, text, from, walk.token.text);
      writeVariable(scope, text, walk.token);
      from = end;
    } else if ((flags & REL_PARTITIONED) && opensWindow(&walk)) {
      writeRaw(scope, text, from, walk.token.text);
      from = writePartition(text, &walk);
    } else if (isBareName(&walk)) {
      writeRaw(scope, text, from, walk.token.text);
      from = writeName(scope, text, &walk, flags) ? end : walk.token.text;
    }
  }
  writeRaw(scope, text, from, slice.end);
}

/* The first token of a term, and the run of words behind it (ASC, DESC, NULLS …). */
static RelToken firstOfTerm(RelSlice term, RelSlice *rest) {
  const char *cursor = term.start;
  RelToken first = relSliceNext(&cursor, term);
  RelToken second = relSliceNext(&cursor, term);
  rest->start = second.text;
  rest->end = term.end;
  return first;
}

static int endsTerm(RelSlice rest) {
  const char *cursor = rest.start;
  RelToken token = relSliceNext(&cursor, rest);
  return token.kind == REL_TOKEN_END || relTokenIs(token, "COLLATE") || relTokenIs(token, "ASC") ||
         relTokenIs(token, "DESC") || relTokenIs(token, "NULLS");
}

/* The item that a term as a whole means, by number or by alias; NULL where it is an expression. */
static const RelItem *termItem(const RelScope *scope, RelSlice term, RelSlice *rest) {
  RelToken first = firstOfTerm(term, rest);
  const RelItem *item = NULL;
  int i, number = 0;
  if (scope->selection == NULL || !endsTerm(*rest)) return NULL;
  if (first.kind == REL_TOKEN_NUMBER) {
    for (i = 0; i < first.length && number < 100000; i++) {
      if (first.text[i] < '0' || first.text[i] > '9') return NULL;
      number = number * 10 + (first.text[i] - '0');
    }
    if (number > 0 && number <= scope->selection->itemCount) {
      item = &scope->selection->items[number - 1];
    }
    if (item == NULL || item->kind == REL_ITEM_STAR || item->kind == REL_ITEM_EXCEPT ||
        (item->kind == REL_ITEM_CALL && item->alias == NULL)) {
      relSelectionRefuse(scope->error, scope->source, scope->path, first.text, NULL,
                         "ORDER BY %d: item %d of this level is no column or expression", number,
                         number);
      return NULL;
    }
  } else if (relTokenIsName(first)) {
    char *name = relTokenName(scope->error, first);
    item = findAlias(scope, name);
    sqlite3_free(name);
  }
  return item;
}

void relTermWrite(const RelScope *scope, RelText *text, RelSlice term, int flags) {
  RelSlice rest;
  const RelItem *item = termItem(scope, term, &rest);
  if (item == NULL) {
    relExpressionWrite(scope, text, term, flags);
    return;
  }
  writeItem(scope, text, item, term);
  relText(text, " ");
  relTextBytes(text, rest.start, (size_t)(rest.end - rest.start));
}

/* The column that a term's first token means, through an alias too. */
static int termColumn(const RelScope *scope, RelSlice term, RelSlice *rest) {
  const RelItem *item = termItem(scope, term, rest);
  RelToken first = firstOfTerm(term, rest);
  int column = REL_NO_COLUMN;
  char *name = NULL;
  if (item != NULL)
    return item->kind == REL_ITEM_NAME ? relScopeColumn(scope->table, item->name) : REL_NO_COLUMN;
  if (relTokenIsName(first)) name = relTokenName(scope->error, first);
  if (name != NULL) column = relScopeColumn(scope->table, name);
  sqlite3_free(name);
  return column;
}

int relTermSimple(const RelScope *scope, RelSlice term, RelSortTerm *sort) {
  RelSlice rest;
  RelToken token;
  const char *cursor;
  memset(sort, 0, sizeof *sort);
  sort->column = termColumn(scope, term, &rest);
  if (scope->error->rc != SQLITE_OK || sort->column == REL_NO_COLUMN) return 0;
  if (!relSame(relTableCollation(scope->table, sort->column), "BINARY")) return 0;
  cursor = rest.start;
  token = relSliceNext(&cursor, rest);
  if (relTokenIs(token, "ASC") || relTokenIs(token, "DESC")) {
    sort->descending = sort->nullsLast = relTokenIs(token, "DESC");
    token = relSliceNext(&cursor, rest);
  }
  if (relTokenIs(token, "NULLS")) {
    token = relSliceNext(&cursor, rest);
    sort->nullsLast = relTokenIs(token, "LAST");
    token = relSliceNext(&cursor, rest);
  }
  return token.kind == REL_TOKEN_END;
}

/* Commas of the parenthesis at which the walk stands, and whether it is followed by OVER. */
static int isPlainCall(const Walk *at, int *commas) {
  Walk walk = *at;
  int depth = walk.depth;
  *commas = 0;
  nextToken(&walk);
  while (walk.token.kind != REL_TOKEN_END && walk.depth > depth) {
    *commas += walk.token.kind == REL_TOKEN_COMMA && walk.depth == depth + 1;
    if (!nextToken(&walk)) break;
  }
  if (relTokenIs(walk.next, "FILTER")) {
    nextToken(&walk);
    nextToken(&walk);
    while (walk.depth > depth && nextToken(&walk)) continue;
  }
  return !relTokenIs(walk.next, "OVER");
}

RelSlice relExpressionAggregate(RelSlice slice) {
  static const char *const ALWAYS[] = {"count",
                                       "sum",
                                       "total",
                                       "avg",
                                       "group_concat",
                                       "string_agg",
                                       "json_group_array",
                                       "json_group_object",
                                       "jsonb_group_array",
                                       "jsonb_group_object"};
  RelSlice none = {NULL, NULL};
  Walk walk;
  size_t i;
  int commas;
  startWalk(&walk, slice);
  while (nextToken(&walk)) {
    int found = 0;
    if (walk.token.kind != REL_TOKEN_NAME || walk.next.kind != REL_TOKEN_OPEN || walk.subselect) {
      continue;
    }
    for (i = 0; i < sizeof ALWAYS / sizeof *ALWAYS; i++) found |= relTokenIs(walk.token, ALWAYS[i]);
    if (!found && !relTokenIs(walk.token, "min") && !relTokenIs(walk.token, "max")) continue;
    if (isPlainCall(&walk, &commas) && (found || commas == 0)) return relSliceOf(walk.token);
  }
  return none;
}

int relExpressionMentions(const RelScope *scope, RelSlice slice) {
  const char *cursor = slice.start;
  RelToken token;
  int mentions = 0;
  if (slice.start == NULL || scope->secondary == NULL) return 0;
  for (token = relSliceNext(&cursor, slice); token.kind != REL_TOKEN_END && !mentions;
       token = relSliceNext(&cursor, slice)) {
    char *name = relTokenIsName(token) ? relTokenName(scope->error, token) : NULL;
    mentions = name != NULL && (relSame(name, scope->secondary->name) ||
                                (relScopeColumn(scope->table, name) == REL_NO_COLUMN &&
                                 relScopeColumn(scope->secondary, name) != REL_NO_COLUMN));
    sqlite3_free(name);
  }
  return mentions;
}

int relExpressionWindowed(RelSlice slice) {
  Walk walk;
  startWalk(&walk, slice);
  while (nextToken(&walk)) {
    if (opensWindow(&walk)) return 1;
  }
  return 0;
}
