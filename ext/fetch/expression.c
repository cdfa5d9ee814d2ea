#include "fetch/expression.h"

#include "fetch/walk.h"

static void writeRaw(const RelScope *scope, RelText *text, const char *from, const char *to) {
  RelSpot spot;
  if (from >= to) return;
  spot.offset = relTextLength(text);
  spot.length = (int)(to - from);
  spot.at = from;
  spot.table = scope->table;
  spot.secondary = scope->secondary;
  relSpotsAdd(scope->error, scope->spots, spot);
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

int relScopeBeside(const RelTable *table, const char *name) {
  int i;
  if (table->kind != REL_VIRTUAL_TABLE || relScopeColumn(table, name) != REL_NO_COLUMN) return 0;
  for (i = 0; i < table->columnCount; i++) {
    if (relSame(table->columns[i].name, name)) return 1;
  }
  return isRowidName(name);
}

/* True where a bare name must be given its table: two tables have it, or every table does. */
static int isAmbiguous(const RelScope *scope, const char *name) {
  int column = relScopeColumn(scope->table, name);
  if (relScopeBeside(scope->table, name)) return 1;
  if (column == REL_NO_COLUMN) return 0;
  if (column == -1) return 1;
  return scope->secondary != NULL && relScopeColumn(scope->secondary, name) != REL_NO_COLUMN;
}

const RelItem *relScopeAlias(const RelScope *scope, const char *name) {
  int i;
  if (scope->selection == NULL) return NULL;
  for (i = 0; i < scope->selection->itemCount; i++) {
    const RelItem *item = &scope->selection->items[i];
    if (item->alias != NULL && relSame(item->alias, name)) return item;
  }
  return NULL;
}

int relScopeHas(const RelScope *scope, const char *name) {
  return relScopeColumn(scope->table, name) != REL_NO_COLUMN ||
         (scope->secondary != NULL && relScopeColumn(scope->secondary, name) != REL_NO_COLUMN);
}

static int isTable(const RelScope *scope, const char *name) {
  return relSame(scope->table->name, name) ||
         (scope->secondary != NULL && relSame(scope->secondary->name, name));
}

static int isRelationship(const RelScope *scope, const RelItem *item) {
  if (item->kind == REL_ITEM_NAME && relScopeHas(scope, item->name)) return 0;
  return (item->kind == REL_ITEM_NAME || item->kind == REL_ITEM_CALL) && scope->model != NULL &&
         relModelFind(scope->error, scope->model, (RelTable *)scope->table, item->name) != NULL;
}

void relItemWrite(const RelScope *scope, RelText *text, const RelItem *item, RelSlice at,
                  int flags) {
  int ordered = 0;
  if (isRelationship(scope, item)) {
    relSelectionRefuse(scope->error, scope->source, scope->path, at.start, NULL,
                       "\"%.*s\" is a relationship, not a value", (int)(at.end - at.start),
                       at.start);
    return;
  }
  if (scope->functions != NULL && item->kind != REL_ITEM_NAME &&
      relFunctionsAggregate(scope->error, scope->functions, item->whole, &ordered).start != NULL) {
    relSelectionRefuse(scope->error, scope->source, scope->path, at.start, NULL,
                       "\"%s\" is an aggregate: WHERE and ORDER BY are about the members that go "
                       "into it",
                       item->alias);
    return;
  }
  relText(text, "(");
  relExpressionWrite(scope, text, item->whole, flags & REL_PARTITIONED);
  relText(text, ")");
}

/* SQLite would take a name in double quotes that it does not know for a text. */
static void refuseColumn(const RelScope *scope, RelToken token, const char *name) {
  RelNearest nearest = {name, NULL, 0};
  int i;
  for (i = 0; i < scope->table->columnCount; i++) {
    relNearestOffer(&nearest, scope->table->columns[i].name);
  }
  for (i = 0; scope->secondary != NULL && i < scope->secondary->columnCount; i++) {
    relNearestOffer(&nearest, scope->secondary->columns[i].name);
  }
  relSelectionRefuse(scope->error, scope->source, scope->path, token.text, nearest.best,
                     "no such column: %s", name);
}

/* x IN users reads the table; behind FROM (IS DISTINCT FROM) and INTO SQLite has its say. */
static int mayBeTable(const RelWalk *walk) {
  return relTokenIs(walk->before, "IN") || relTokenIs(walk->before, "FROM") ||
         relTokenIs(walk->before, "INTO");
}

/* Writes what a bare name stands for; 0 where it stands as it is. */
static int writeName(const RelScope *scope, RelText *text, const RelWalk *walk, int flags) {
  char *name = relTokenName(scope->error, walk->token);
  const RelItem *item = NULL;
  int written = 1;
  if (name == NULL) return 0;
  if ((flags & REL_WITH_ALIASES) && !relScopeHas(scope, name)) item = relScopeAlias(scope, name);
  if (item != NULL) {
    relItemWrite(scope, text, item, relSliceOf(walk->token), flags);
  } else if (isAmbiguous(scope, name)) {
    relTextName(text, scope->table->name, name);
  } else if (!relScopeHas(scope, name) && scope->model != NULL && !mayBeTable(walk) &&
             relModelFind(scope->error, scope->model, (RelTable *)scope->table, name) != NULL) {
    relSelectionRefuse(scope->error, scope->source, scope->path, walk->token.text, NULL,
                       "\"%s\" is a relationship, not a value: any(%s) is one", name, name);
  } else if (*walk->token.text == '"' && !relScopeHas(scope, name) && !mayBeTable(walk)) {
    refuseColumn(scope, walk->token, name);
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

static int opensWindow(const RelWalk *walk) {
  return walk->token.kind == REL_TOKEN_OPEN && relTokenIs(walk->before, "OVER") && !walk->subselect;
}

/*
** The parenthesis behind OVER, at which the walk stands: each slot becomes a partition of its own.
** Moves over a PARTITION BY, and returns where the text goes on.
*/
static const char *writePartition(RelText *text, RelWalk *walk) {
  relText(text, "(PARTITION BY " REL_SLOT_NAME);
  if (!relTokenIs(walk->next, "PARTITION")) {
    relText(text, " ");
    return walk->token.text + walk->token.length;
  }
  relText(text, ", ");
  relWalkNext(walk);
  relWalkNext(walk);
  return walk->token.text + walk->token.length;
}

/* The tokens from *cursor, behind an opening parenthesis, to the one that closes it. */
static RelSlice restOfGroup(const char **cursor, RelSlice slice) {
  RelSlice rest = {NULL, NULL};
  int depth = 1;
  for (;;) {
    RelToken token = relSliceNext(cursor, slice);
    if (token.kind == REL_TOKEN_OPEN) depth++;
    if (token.kind == REL_TOKEN_CLOSE) depth--;
    if (depth == 0 || token.kind == REL_TOKEN_END) return rest;
    if (rest.start == NULL) rest.start = token.text;
    rest.end = token.text + token.length;
  }
}

/* The first comma of a run outside parentheses, or NULL. */
static const char *topComma(RelSlice slice) {
  const char *cursor = slice.start;
  int depth = 0;
  while (slice.start != NULL) {
    RelToken token = relSliceNext(&cursor, slice);
    if (token.kind == REL_TOKEN_OPEN) depth++;
    if (token.kind == REL_TOKEN_CLOSE) depth--;
    if (token.kind == REL_TOKEN_COMMA && depth == 0) return token.text;
    if (token.kind == REL_TOKEN_END) break;
  }
  return NULL;
}

/*
** Where the walk stands at any(relationship [, expr]): writes it, moves behind it and returns where
** the text goes on; NULL where it is anything else.
*/
static const char *writeAny(const RelScope *scope, RelText *text, RelWalk *walk, const char *from) {
  static const char TAKES[] =
      "%.*s() takes the name of a relationship and, if you like, an expression";
  const char *cursor = walk->cursor, *comma = NULL;
  RelToken name, mark;
  RelSlice expr = {NULL, NULL};
  if (scope->model == NULL || !relIsAny(walk->token) || walk->next.kind != REL_TOKEN_OPEN) {
    return NULL;
  }
  name = relSliceNext(&cursor, walk->slice);
  mark = relSliceNext(&cursor, walk->slice);
  if (!relTokenIsName(name) || (mark.kind != REL_TOKEN_COMMA && mark.kind != REL_TOKEN_CLOSE)) {
    relSelectionRefuse(scope->error, scope->source, scope->path,
                       relTokenIsName(name) ? mark.text : name.text, NULL, TAKES,
                       walk->token.length, walk->token.text);
    return from;
  }
  if (mark.kind == REL_TOKEN_COMMA) {
    expr = restOfGroup(&cursor, walk->slice);
    comma = topComma(expr);
    if (expr.start == NULL || comma != NULL) {
      relSelectionRefuse(scope->error, scope->source, scope->path,
                         comma == NULL ? mark.text : comma, NULL, TAKES, walk->token.length,
                         walk->token.text);
      return from;
    }
  }
  writeRaw(scope, text, from, walk->token.text);
  relExistsWrite(scope, text, name, expr);
  while (walk->token.text + walk->token.length < cursor && relWalkNext(walk)) continue;
  return cursor;
}

/*
** Where the SQL stands inside that of the owners, their columns would be visible, too. They are not:
** a name means the same whichever way a level is loaded.
*/
static void checkOuter(const RelScope *scope, const RelWalk *walk) {
  const RelScope *outer;
  int qualified = walk->next.kind == REL_TOKEN_DOT && walk->before.kind != REL_TOKEN_DOT;
  char *name;
  if (scope->outer == NULL || walk->subselect || !relTokenIsName(walk->token)) return;
  if (!qualified && !relWalkAtName(walk)) return;
  name = relTokenName(scope->error, walk->token);
  if (name == NULL ||
      (!qualified && (relScopeHas(scope, name) || relScopeBeside(scope->table, name) ||
                      relScopeAlias(scope, name) != NULL)) ||
      (qualified && isTable(scope, name))) {
    sqlite3_free(name);
    return;
  }
  for (outer = scope->outer; outer != NULL; outer = outer->outer) {
    if (qualified ? isTable(outer, name) : relScopeHas(outer, name)) {
      relSelectionRefuse(scope->error, scope->source, scope->path, walk->token.text, NULL,
                         qualified ? "the table %s is an outer level's, which is not visible here"
                                   : "the column %s is an outer level's, which is not visible here",
                         name);
    }
  }
  sqlite3_free(name);
}

void relExpressionWrite(const RelScope *scope, RelText *text, RelSlice slice, int flags) {
  const char *from = slice.start;
  RelWalk walk;
  relWalkStart(&walk, slice);
  while (scope->error->rc == SQLITE_OK && relWalkNext(&walk)) {
    const char *end = walk.token.text + walk.token.length, *behind;
    if (walk.next.kind == REL_TOKEN_OPEN && relTokenIsName(walk.token)) {
      relFunctionsCheck(scope, walk.token);
    }
    checkOuter(scope, &walk);
    if ((behind = writeAny(scope, text, &walk, from)) != NULL) {
      from = behind;
    } else if (walk.token.kind == REL_TOKEN_VARIABLE) {
      writeRaw(scope, text, from, walk.token.text);
      writeVariable(scope, text, walk.token);
      from = end;
    } else if ((flags & REL_PARTITIONED) && opensWindow(&walk)) {
      writeRaw(scope, text, from, walk.token.text);
      from = writePartition(text, &walk);
    } else if (relWalkAtName(&walk)) {
      writeRaw(scope, text, from, walk.token.text);
      from = writeName(scope, text, &walk, flags) ? end : walk.token.text;
    }
  }
  writeRaw(scope, text, from, slice.end);
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

int relExpressionMentionsColumn(const RelScope *scope, RelSlice slice) {
  RelWalk walk;
  int mentions = 0;
  relWalkStart(&walk, slice);
  while (!mentions && relWalkNext(&walk)) {
    char *name;
    if (walk.token.kind == REL_TOKEN_DOT && !walk.subselect) return 1;
    if (relIsAny(walk.token) && walk.next.kind == REL_TOKEN_OPEN && !walk.subselect) return 1;
    if (!relWalkAtName(&walk)) continue;
    name = relTokenName(scope->error, walk.token);
    mentions = name != NULL && relScopeHas(scope, name);
    sqlite3_free(name);
  }
  return mentions;
}

int relExpressionNested(RelSlice slice) {
  const char *cursor = slice.start;
  RelToken token;
  if (slice.start == NULL) return 0;
  for (token = relSliceNext(&cursor, slice); token.kind != REL_TOKEN_END;
       token = relSliceNext(&cursor, slice)) {
    if (relTokenIs(token, "SELECT")) return 1;
  }
  return 0;
}

int relExpressionWindowed(RelSlice slice) {
  RelWalk walk;
  relWalkStart(&walk, slice);
  while (relWalkNext(&walk)) {
    if (opensWindow(&walk)) return 1;
  }
  return 0;
}
