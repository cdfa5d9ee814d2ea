#include "model/columns.h"

#include "base/token.h"
#include "model/options.h"

void relColumnListClear(RelColumnList *list) {
  sqlite3_free(list->refs);
  memset(list, 0, sizeof *list);
}

void relJoinClear(RelJoin *join) {
  sqlite3_free(join->pairs);
  sqlite3_free(join->condition);
  memset(join, 0, sizeof *join);
}

/* Whether the table has such a column; the rowid counts where a join names it with its table. */
static int hasColumn(const RelTable *table, const char *name, int rowids, int *column) {
  *column = relTableColumn(table, name);
  if (*column >= 0) return 1;
  if (!rowids || table->rowid == NULL) return 0;
  if (!relSame(name, "rowid") && !relSame(name, "_rowid_") && !relSame(name, "oid")) return 0;
  *column = table->integerKey;
  return 1;
}

static RelColumnRef lookUp(RelTable *const *tables, int tableCount, const char *qualifier,
                           const char *name, int rowids, int *found) {
  RelColumnRef ref = {NULL, -1};
  int i;
  *found = 0;
  for (i = 0; i < tableCount; i++) {
    int column;
    if (qualifier != NULL && !relSame(tables[i]->name, qualifier)) continue;
    if (!hasColumn(tables[i], name, rowids, &column)) continue;
    if (ref.table == NULL) {
      ref.table = tables[i];
      ref.column = column;
    }
    if (tables[i] != ref.table || *found == 0) ++*found;
  }
  return ref;
}

static void refuseColumn(RelError *error, const Relationship *relationship, RelField field,
                         RelTable *const *tables, int tableCount, const char *qualifier,
                         const char *name) {
  RelNearest nearest = {name, NULL, 0};
  RelText where;
  char *places;
  int i, j, known = 0;
  relTextStart(&where, error);
  for (i = 0; i < tableCount; i++) {
    if (i > 0 && tables[i] == tables[0]) continue;
    if (qualifier != NULL && !relSame(tables[i]->name, qualifier)) continue;
    relTextFormat(&where, "%s\"%w\"", known++ ? " or " : "", tables[i]->name);
    for (j = 0; j < tables[i]->columnCount; j++) {
      relNearestOffer(&nearest, tables[i]->columns[j].name);
    }
  }
  places = relTextFinish(&where);
  if (known == 0) {
    relRefuse(error, relationship, "%s: table \"%s\" is no part of this relationship",
              relFieldName(field), qualifier);
  } else if (nearest.best != NULL) {
    relRefuse(error, relationship, "%s: no column \"%s\" in %s; did you mean \"%s\"?",
              relFieldName(field), name, places, nearest.best);
  } else {
    relRefuse(error, relationship, "%s: no column \"%s\" in %s", relFieldName(field), name, places);
  }
  sqlite3_free(places);
}

static void addRef(RelError *error, RelColumnList *list, RelColumnRef ref) {
  list->refs = relGrow(error, list->refs, list->count, &list->room, sizeof *list->refs);
  if (error->rc == SQLITE_OK) list->refs[list->count++] = ref;
}

static int holdsRef(const RelColumnList *list, RelColumnRef ref) {
  int i;
  for (i = 0; i < list->count; i++) {
    if (list->refs[i].table == ref.table && list->refs[i].column == ref.column) return 1;
  }
  return 0;
}

static void readRef(RelError *error, const Relationship *relationship, RelField field,
                    RelTable *const *tables, int tableCount, int strict, const char *qualifier,
                    const char *name, RelColumnList *list) {
  int found;
  RelColumnRef ref = lookUp(tables, tableCount, qualifier, name, 0, &found);
  if (error->rc != SQLITE_OK) return;
  if (found == 0) {
    refuseColumn(error, relationship, field, tables, tableCount, qualifier, name);
  } else if (found > 1 && strict) {
    relRefuse(error, relationship,
              "%s: \"%s\" is a column of both \"%s\" and \"%s\"; write table.column",
              relFieldName(field), name, tables[0]->name, tables[1]->name);
  } else if (holdsRef(list, ref)) {
    relRefuse(error, relationship, "%s names \"%s\" twice", relFieldName(field), name);
  } else {
    addRef(error, list, ref);
  }
}

void relColumnListRead(RelError *error, const Relationship *relationship, RelField field,
                       RelTable *const *tables, int tableCount, int strict, RelColumnList *list) {
  const char *cursor = relationship->declaration.fields[field];
  RelToken token;
  do {
    char *qualifier = NULL, *name = NULL;
    token = relTokenNext(&cursor);
    if (relTokenIsName(token)) name = relTokenName(error, token);
    token = relTokenNext(&cursor);
    if (token.kind == REL_TOKEN_DOT && name != NULL) {
      qualifier = name;
      token = relTokenNext(&cursor);
      name = relTokenIsName(token) ? relTokenName(error, token) : NULL;
      token = relTokenNext(&cursor);
    }
    if (name == NULL || (token.kind != REL_TOKEN_COMMA && token.kind != REL_TOKEN_END)) {
      relRefuse(error, relationship,
                "%s is a list of columns such as \"a, b\" or \"table.a\", not '%s'",
                relFieldName(field), relationship->declaration.fields[field]);
    } else {
      readRef(error, relationship, field, tables, tableCount, strict, qualifier, name, list);
    }
    sqlite3_free(qualifier);
    sqlite3_free(name);
  } while (token.kind == REL_TOKEN_COMMA && error->rc == SQLITE_OK);
}

/* One conjunct of a join: `[from, to)` of the text. */
typedef struct Conjunct {
  const char *from;
  const char *to;
} Conjunct;

/*
** Reads `a.x` or `x` at *cursor as a column of one of the tables. False where it is no name, or
** names nothing; a name that both tables have is refused.
*/
static int readSide(RelError *error, const Relationship *relationship, RelField field,
                    const char **cursor, RelTable *const *tables, int tableCount,
                    RelColumnRef *ref) {
  char *qualifier = NULL, *name;
  const char *ahead;
  int found;
  RelToken token = relTokenNext(cursor);
  if (!relTokenIsName(token)) return 0;
  name = relTokenName(error, token);
  ahead = *cursor;
  token = relTokenNext(&ahead);
  if (token.kind == REL_TOKEN_DOT) {
    qualifier = name;
    token = relTokenNext(&ahead);
    name = relTokenIsName(token) ? relTokenName(error, token) : NULL;
    *cursor = ahead;
  }
  *ref = lookUp(tables, tableCount, qualifier, name != NULL ? name : "", qualifier != NULL, &found);
  if (found > 1 && name != NULL) {
    relRefuse(error, relationship,
              "%s: \"%s\" is a column of both \"%s\" and \"%s\"; write table.column",
              relFieldName(field), name, tables[0]->name, tables[1]->name);
  }
  sqlite3_free(qualifier);
  sqlite3_free(name);
  return found == 1;
}

static int readPair(RelError *error, const Relationship *relationship, RelField field,
                    Conjunct conjunct, RelTable *const *tables, int tableCount,
                    RelColumnRef pair[2]) {
  char *text = relCopyBytes(error, conjunct.from, (size_t)(conjunct.to - conjunct.from));
  const char *cursor = text;
  int isPair = 0;
  if (text == NULL) return 0;
  if (readSide(error, relationship, field, &cursor, tables, tableCount, &pair[0])) {
    RelToken token = relTokenNext(&cursor);
    isPair = token.kind == REL_TOKEN_OPERATOR && token.text[0] == '=' &&
             (token.length == 1 || token.text[1] == '=') &&
             readSide(error, relationship, field, &cursor, tables, tableCount, &pair[1]) &&
             relTokenNext(&cursor).kind == REL_TOKEN_END &&
             (pair[0].table != pair[1].table || tableCount == 1 || tables[0] == tables[1]);
  }
  sqlite3_free(text);
  return isPair;
}

static void addConjunct(RelError *error, const Relationship *relationship, RelField field,
                        Conjunct conjunct, RelTable *const *tables, int tableCount, RelJoin *join,
                        RelText *condition) {
  RelColumnRef pair[2];
  if (readPair(error, relationship, field, conjunct, tables, tableCount, pair)) {
    join->pairs = relGrow(error, join->pairs, join->count, &join->room, sizeof *join->pairs);
    if (error->rc != SQLITE_OK) return;
    memcpy(join->pairs[join->count++], pair, sizeof pair);
    return;
  }
  relText(condition, relTextLength(condition) > 0 ? " AND (" : "(");
  relTextBytes(condition, conjunct.from, (size_t)(conjunct.to - conjunct.from));
  relText(condition, "\n)"); /* a line's end, lest a comment swallow the parenthesis */
}

/*
** Splits at each AND that joins conjuncts: outside parentheses and CASE, and not BETWEEN's own. An
** OR out there makes the whole one condition without pairs.
*/
static void splitConjuncts(RelError *error, const Relationship *relationship, RelField field,
                           const char *text, RelTable *const *tables, int tableCount, RelJoin *join,
                           RelText *condition) {
  const char *cursor = text;
  Conjunct conjunct = {text, text};
  int depth = 0, between = 0, either = 0;
  RelToken token;
  for (token = relTokenNext(&cursor); token.kind != REL_TOKEN_END; token = relTokenNext(&cursor)) {
    if (token.kind == REL_TOKEN_OPEN || relTokenIs(token, "CASE")) depth++;
    if (token.kind == REL_TOKEN_CLOSE || relTokenIs(token, "END")) depth--;
    if (depth == 0 && relTokenIs(token, "OR")) either = 1;
  }
  if (either) {
    conjunct.to = text + strlen(text);
    addConjunct(error, relationship, field, conjunct, tables, tableCount, join, condition);
    return;
  }
  cursor = text;
  do {
    token = relTokenNext(&cursor);
    if (token.kind == REL_TOKEN_OPEN || relTokenIs(token, "CASE")) depth++;
    if (token.kind == REL_TOKEN_CLOSE || relTokenIs(token, "END")) depth--;
    if (depth == 0 && relTokenIs(token, "BETWEEN")) between++;
    if (depth > 0 || !(token.kind == REL_TOKEN_END || relTokenIs(token, "AND"))) continue;
    if (token.kind != REL_TOKEN_END && between > 0) {
      between--;
      continue;
    }
    conjunct.to = token.text;
    addConjunct(error, relationship, field, conjunct, tables, tableCount, join, condition);
    conjunct.from = cursor;
  } while (token.kind != REL_TOKEN_END && error->rc == SQLITE_OK);
}

void relJoinRead(RelError *error, const Relationship *relationship, RelField field,
                 RelTable *const *tables, int tableCount, RelJoin *join) {
  const char *text = relationship->declaration.fields[field];
  const char *problem;
  RelText condition;
  if (error->rc != SQLITE_OK) return;
  if (!relTokenBalanced(text, &problem, NULL)) {
    relRefuse(error, relationship, "%s holds %s: '%s'", relFieldName(field), problem, text);
    return;
  }
  relTextStart(&condition, error);
  splitConjuncts(error, relationship, field, text, tables, tableCount, join, &condition);
  join->condition = relTextFinish(&condition);
  if (join->condition != NULL && *join->condition == 0) {
    sqlite3_free(join->condition);
    join->condition = NULL;
  }
  if (join->count > 0) return;
  relRefuse(
      error, relationship,
      "%s joins no columns of \"%s\" and \"%s\" by =, and other operators make no "
      "relationship; write it as \"%s.column = %s.column\", with further conditions after AND",
      relFieldName(field), tables[0]->name, tables[tableCount - 1]->name, tables[0]->name,
      tables[tableCount - 1]->name);
}
