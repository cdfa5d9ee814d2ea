#include "model/expressions.h"

#include "base/term.h"
#include "model/options.h"

/* What relTokenBalanced finds, and parameters, which nobody would bind. */
static void checkTokens(RelError *error, const Relationship *relationship, RelField field,
                        const char *text) {
  const char *cursor = text, *problem;
  RelToken token;
  if (!relTokenBalanced(text, &problem, NULL)) {
    relRefuse(error, relationship, "%s holds %s: '%s'", relFieldName(field), problem, text);
    return;
  }
  for (token = relTokenNext(&cursor); token.kind != REL_TOKEN_END; token = relTokenNext(&cursor)) {
    if (token.kind == REL_TOKEN_VARIABLE) {
      relRefuse(error, relationship, "%s takes no parameter: '%s'", relFieldName(field), text);
    }
  }
}

/* An integer would be an item of whatever SELECT the members are read with. */
static void checkTerm(RelError *error, const Relationship *relationship, RelSlice slice) {
  RelTerm term = relTermParts(slice);
  sqlite3_int64 position;
  if (!relTermPosition(&term, &position)) return;
  relRefuse(error, relationship, "order_by: %lld is a number, not a column of \"%s\"", position,
            relationship->target->name);
}

static void checkTerms(RelError *error, const Relationship *relationship, const char *text) {
  RelSlice term = {text, NULL};
  RelToken token;
  int depth = 0;
  if (error->rc != SQLITE_OK) return;
  do {
    token = relTokenNext(&text);
    if (token.kind == REL_TOKEN_OPEN) depth++;
    if (token.kind == REL_TOKEN_CLOSE) depth--;
    if (token.kind != REL_TOKEN_END && (token.kind != REL_TOKEN_COMMA || depth > 0)) continue;
    term.end = token.text;
    checkTerm(error, relationship, term);
    term.start = text;
  } while (token.kind != REL_TOKEN_END);
}

/* The text with every "name" as `name`: one that is unknown would silently be a string literal. */
static void addExpression(RelError *error, RelText *sql, const char *text) {
  const char *cursor = text, *from = text, *z;
  RelToken token;
  for (token = relTokenNext(&cursor); token.kind != REL_TOKEN_END; token = relTokenNext(&cursor)) {
    char *name;
    if (token.kind != REL_TOKEN_QUOTED || token.text[0] != '"') continue;
    relTextBytes(sql, from, (size_t)(token.text - from));
    from = cursor;
    name = relTokenName(error, token);
    relText(sql, "`");
    for (z = name; z != NULL && *z; z++) relTextBytes(sql, *z == '`' ? "``" : z, *z == '`' ? 2 : 1);
    relText(sql, "`");
    sqlite3_free(name);
  }
  relText(sql, from);
}

/* SQLite's complaint, with the column that was meant or the text that it could not read. */
static void refuseExpression(RelError *error, const Relationship *relationship, RelField field,
                             const char *text, const char *complaint) {
  static const char UNKNOWN[] = "no such column: ";
  RelNearest nearest = {NULL, NULL, 0};
  int i;
  if (strncmp(complaint, UNKNOWN, sizeof UNKNOWN - 1) == 0) {
    const char *dot = strrchr(complaint, '.');
    nearest.name = dot != NULL ? dot + 1 : complaint + sizeof UNKNOWN - 1;
  }
  for (i = 0; i < relationship->target->columnCount; i++) {
    relNearestOffer(&nearest, relationship->target->columns[i].name);
  }
  if (nearest.best != NULL) {
    relRefuse(error, relationship, "%s: %s; did you mean \"%s\"?", relFieldName(field), complaint,
              nearest.best);
  } else if (strstr(complaint, "syntax error") != NULL) {
    relRefuse(error, relationship, "%s: '%s' cannot stand there: %s", relFieldName(field), text,
              complaint);
  } else {
    relRefuse(error, relationship, "%s: %s", relFieldName(field), complaint);
  }
}

/* Whether one of the functions called `name` may not be called from a schema. */
static int isRefused(RelError *error, sqlite3 *db, const char *name, int innocuousOnly) {
  int refused = 0;
  sqlite3_stmt *rows = relPrepare(error, db, 0, "PRAGMA function_list");
  while (relStep(error, rows)) {
    int flags = sqlite3_column_int(rows, 5);
    if (!relSame((const char *)sqlite3_column_text(rows, 0), name)) continue;
    refused |= (flags & SQLITE_DIRECTONLY) != 0;
    refused |= innocuousOnly && !(flags & SQLITE_INNOCUOUS);
  }
  relFinalize(error, rows);
  return refused;
}

/*
** A declaration is part of the schema, and a file may come from a stranger: as in triggers and
** views, functions that are for direct use only are refused, and all that are not innocuous where
** the schema is not trusted.
*/
static void checkFunctions(RelError *error, RelModel *model, const Relationship *relationship,
                           RelField field, const char *text) {
  const char *cursor = text;
  RelToken name = relTokenNext(&cursor), next;
  int trusted = 1;
  sqlite3_db_config(relModelDb(model), SQLITE_DBCONFIG_TRUSTED_SCHEMA, -1, &trusted);
  for (; name.kind != REL_TOKEN_END && error->rc == SQLITE_OK; name = next) {
    char *function;
    next = relTokenNext(&cursor);
    if (!relTokenIsName(name) || next.kind != REL_TOKEN_OPEN) continue;
    function = relTokenName(error, name);
    if (function != NULL && isRefused(error, relModelDb(model), function, !trusted)) {
      relRefuse(error, relationship, "%s: the function %s() may not be called from a schema%s",
                relFieldName(field), function,
                trusted ? "" : " that is not trusted (PRAGMA trusted_schema is off)");
    }
    sqlite3_free(function);
  }
}

/*
** Lets SQLite read an expression where it will stand, between `before` and `after`: over the
** columns of the target and the secondary. A name that both have is the target's.
*/
static void checkExpression(RelError *error, RelModel *model, const Relationship *relationship,
                            RelField field, const char *text, const char *before,
                            const char *after) {
  RelError own = {SQLITE_OK, NULL};
  RelText sql;
  char *words;
  if (error->rc != SQLITE_OK || text == NULL) return;
  checkTokens(error, relationship, field, text);
  if (field == REL_FIELD_ORDER_BY) checkTerms(error, relationship, text);
  checkFunctions(error, model, relationship, field, text);
  relTextStart(&sql, error);
  relText(&sql, "SELECT 1 FROM ");
  relTextName(&sql, relModelSchema(model), relationship->target->name);
  if (relationship->secondary != NULL) {
    relText(&sql, ", ");
    relTextName(&sql, relModelSchema(model), relationship->secondary->name);
  }
  relTextFormat(&sql, " %s ", before);
  addExpression(error, &sql, text);
  relTextFormat(&sql, "\n%s", after);
  words = relTextFinish(&sql);
  if (error->rc != SQLITE_OK) return;
  relFinalize(&own, relPrepare(&own, relModelDb(model), 0, words));
  sqlite3_free(words);
  if (own.rc == SQLITE_ERROR && sqlite3_strglob("ambiguous column*", own.message) == 0) {
    relErrorClear(&own);
  } else if (own.rc == SQLITE_ERROR || own.rc == SQLITE_AUTH) {
    refuseExpression(error, relationship, field, text, own.message);
  } else if (own.rc != SQLITE_OK) {
    /* The text is not to blame. */
    relErrorSet(error, own.rc, "%s", own.message != NULL ? own.message : sqlite3_errstr(own.rc));
  }
  relErrorClear(&own);
}

void relExpressionsCheck(RelError *error, RelModel *model, const Relationship *relationship) {
  RelField join = relationship->declaration.fields[REL_FIELD_SECONDARYJOIN] != NULL
                      ? REL_FIELD_SECONDARYJOIN
                      : REL_FIELD_PRIMARYJOIN;
  /* A term after the text: what reads as LIMIT or a second statement does not parse with it. */
  checkExpression(error, model, relationship, REL_FIELD_ORDER_BY, relationship->orderBy, "ORDER BY",
                  ", 1 ASC");
  checkExpression(error, model, relationship, join, relationship->condition, "WHERE (", ")");
}
