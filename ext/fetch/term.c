#include "fetch/term.h"

static const RelItem *itemCalled(const RelScope *scope, const RelTerm *term) {
  char *name = relTokenName(scope->error, term->core);
  const RelItem *item = NULL;
  if (name != NULL && term->qualifier.length == 0) item = relScopeAlias(scope, name);
  sqlite3_free(name);
  return item;
}

/* The item that a term as a whole means, by number or by alias; NULL where it is an expression. */
static const RelItem *termItem(const RelScope *scope, const RelTerm *term) {
  const RelItem *item = NULL;
  sqlite3_int64 position;
  if (scope->selection == NULL) return NULL;
  if (relTokenIsName(term->core)) {
    if (term->sign == 0) item = itemCalled(scope, term);
  } else if (relTermPosition(term, &position)) {
    if (position > 0 && position <= scope->selection->itemCount) {
      item = &scope->selection->items[position - 1];
    }
    if (item == NULL || item->kind == REL_ITEM_STAR || item->kind == REL_ITEM_EXCEPT ||
        (item->kind == REL_ITEM_CALL && item->alias == NULL)) {
      relSelectionRefuse(scope->error, scope->source, scope->path, term->core.text, NULL,
                         "ORDER BY %lld: item %lld of this level is no column or expression",
                         position, position);
      return NULL;
    }
  }
  return item;
}

static int isCalled(const RelScope *scope, RelToken token, const RelTable *table) {
  char *name = relTokenName(scope->error, token);
  int is = name != NULL && relSame(name, table->name);
  sqlite3_free(name);
  return is;
}

/* The column of one of the scope's tables that the term's name means. */
static int columnOf(const RelScope *scope, const RelTerm *term, const RelTable *table) {
  char *name;
  int column = REL_NO_COLUMN;
  if (term->qualifier.length > 0 && !isCalled(scope, term->qualifier, table)) return column;
  name = relTokenName(scope->error, term->core);
  if (name != NULL) column = relScopeColumn(table, name);
  sqlite3_free(name);
  return column;
}

/* The same, of both; whatever sign stands before it. */
static int termColumn(const RelScope *scope, const RelTerm *term, const RelTable **table) {
  int column = REL_NO_COLUMN;
  *table = scope->table;
  if (!relTokenIsName(term->core)) return column;
  column = columnOf(scope, term, scope->table);
  if (column != REL_NO_COLUMN || scope->secondary == NULL) return column;
  *table = scope->secondary;
  return columnOf(scope, term, scope->secondary);
}

static int isNumber(const RelItem *item) {
  return relTermParts(item->whole).core.kind == REL_TOKEN_NUMBER;
}

/*
** True where the item's expression in the term's place would make it an integer, which SQLite would
** take for a position. A number orders nothing. Behind a sign, a column comes before an alias.
*/
static int isNumberByAlias(const RelScope *scope, const RelTerm *term, const RelItem *item) {
  if (item == NULL && relTokenIsName(term->core)) {
    const RelTable *table;
    item = itemCalled(scope, term);
    if (item != NULL && termColumn(scope, term, &table) != REL_NO_COLUMN) item = NULL;
  }
  return item != NULL && isNumber(item);
}

void relTermWrite(const RelScope *scope, RelText *text, RelSlice slice, int flags) {
  RelTerm term = relTermParts(slice);
  const RelItem *item = termItem(scope, &term);
  if (scope->error->rc != SQLITE_OK) return;
  if (isNumberByAlias(scope, &term, item)) {
    relText(text, "NULL");
  } else if (item == NULL) {
    relExpressionWrite(scope, text, slice, flags);
    return;
  } else {
    relItemWrite(scope, text, item, slice, flags);
    if (term.collation.length > 0) {
      relText(text, " COLLATE ");
      relTextBytes(text, term.collation.text, (size_t)term.collation.length);
    }
  }
  relText(text, " ");
  relTextBytes(text, term.order.start, (size_t)(term.order.end - term.order.start));
}

/* What the term is made of, an item in the place of its name or number. */
static RelTerm resolved(const RelScope *scope, RelSlice slice) {
  RelTerm term = relTermParts(slice), meant;
  const RelItem *item = termItem(scope, &term);
  if (item == NULL) return term;
  meant = relTermParts(item->whole);
  meant.order = term.order;
  if (term.collation.length > 0) meant.collation = term.collation;
  return meant;
}

int relTermColumn(const RelScope *scope, RelSlice slice, const RelTable **table) {
  RelTerm term = resolved(scope, slice);
  return termColumn(scope, &term, table);
}

int relTermSimple(const RelScope *scope, RelSlice slice, RelSortTerm *sort) {
  RelTerm term = resolved(scope, slice);
  const RelTable *table;
  const char *cursor = term.order.start;
  RelToken token = relSliceNext(&cursor, term.order);
  memset(sort, 0, sizeof *sort);
  sort->column = termColumn(scope, &term, &table);
  if (term.sign != 0) return 0;
  if (scope->error->rc != SQLITE_OK || sort->column == REL_NO_COLUMN) return 0;
  if (table != scope->table || term.collation.length > 0) return 0;
  if (!relSame(relTableCollation(table, sort->column), "BINARY")) return 0;
  if (relTokenIs(token, "ASC") || relTokenIs(token, "DESC")) {
    sort->descending = sort->nullsLast = relTokenIs(token, "DESC");
    token = relSliceNext(&cursor, term.order);
  }
  if (relTokenIs(token, "NULLS")) {
    token = relSliceNext(&cursor, term.order);
    sort->nullsLast = relTokenIs(token, "LAST");
    token = relSliceNext(&cursor, term.order);
  }
  return token.kind == REL_TOKEN_END;
}
