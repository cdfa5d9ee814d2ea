#include "model/resolve.h"

#include "model/catalog.h"
#include "model/columns.h"
#include "model/expressions.h"
#include "model/join.h"
#include "model/options.h"

static const char *said(const Relationship *relationship, RelField field) {
  return relationship->declaration.fields[field];
}

static void offerTables(RelError *error, RelModel *model, RelNearest *nearest) {
  sqlite3_stmt *rows =
      relPrepareFormat(error, relModelDb(model),
                       "SELECT name FROM \"%w\".sqlite_schema WHERE type IN "
                       "('table', 'view') AND name NOT LIKE 'sqlite\\_%%' ESCAPE '\\'",
                       relModelSchema(model));
  char *best = NULL;
  while (relStep(error, rows)) {
    const char *before = nearest->best;
    relNearestOffer(nearest, (const char *)sqlite3_column_text(rows, 0));
    if (nearest->best == before) continue;
    sqlite3_free(best); /* the offer's text dies with the row: keep a copy of the best so far */
    best = relCopy(error, nearest->best);
    nearest->best = best;
  }
  relFinalize(error, rows);
}

/* The table a field names. SQLite's own and the catalog are no part of relationships. */
static RelTable *findTable(RelError *error, RelModel *model, const Relationship *relationship,
                           RelField field) {
  const char *name = said(relationship, field);
  RelNearest nearest = {name, NULL, 0};
  RelTable *table;
  if (error->rc != SQLITE_OK) return NULL;
  if (name == NULL || *name == 0) {
    relRefuse(error, relationship, "%s is missing; every relationship has owner, name and target",
              relFieldName(field));
    return NULL;
  }
  if (sqlite3_strnicmp(name, "sqlite_", 7) == 0 || relSame(name, REL_CATALOG)) {
    relRefuse(error, relationship, "%s \"%s\" is an internal table", relFieldName(field), name);
    return NULL;
  }
  table = relModelTable(error, model, name);
  if (table != NULL || error->rc != SQLITE_OK) return table;
  offerTables(error, model, &nearest);
  if (nearest.best != NULL) {
    relRefuse(error, relationship, "%s: no table \"%s\"; did you mean \"%s\"?", relFieldName(field),
              name, nearest.best);
    sqlite3_free((char *)nearest.best);
  } else {
    relRefuse(error, relationship, "%s: no table \"%s\"; create it first", relFieldName(field),
              name);
  }
  return NULL;
}

static void findTables(RelError *error, RelModel *model, Relationship *relationship) {
  relationship->owner = findTable(error, model, relationship, REL_FIELD_OWNER);
  relationship->target = findTable(error, model, relationship, REL_FIELD_TARGET);
  if (said(relationship, REL_FIELD_SECONDARY) != NULL) {
    relationship->secondary = findTable(error, model, relationship, REL_FIELD_SECONDARY);
  }
  if (error->rc != SQLITE_OK) return;
  if (relationship->secondary == relationship->owner ||
      relationship->secondary == relationship->target) {
    relRefuse(
        error, relationship,
        "secondary \"%s\" is also the owner or the target; an association table is a third one",
        relationship->secondary->name);
  }
}

/* Views and virtual tables take no triggers: what touches one only reads. */
static void settleViews(RelError *error, Relationship *relationship) {
  if (error->rc != SQLITE_OK) return;
  if (relationship->owner->kind != REL_TABLE || relationship->target->kind != REL_TABLE ||
      (relationship->secondary != NULL && relationship->secondary->kind != REL_TABLE)) {
    relationship->viewonly = 1;
  }
}

/* A rowid can be referred to, but refers to nothing. */
static void checkChild(RelError *error, const Relationship *relationship, const RelKey *key) {
  int i;
  for (i = 0; i < key->count && error->rc == SQLITE_OK; i++) {
    if (key->childColumns[i] >= 0) continue;
    relRefuse(error, relationship,
              "the rowid of \"%s\" cannot be a foreign key; give the table an INTEGER PRIMARY KEY",
              key->child->name);
  }
}

/* A many-to-one may bear the name of its foreign key column; no other name is a column of the owner. */
static void checkName(RelError *error, const Relationship *relationship) {
  int column, i;
  if (error->rc != SQLITE_OK) return;
  column = relTableColumn(relationship->owner, relationship->name);
  if (column < 0) return;
  for (i = 0; relationship->direction == REL_MANYTOONE && i < relationship->key.count; i++) {
    if (relationship->key.childColumns[i] == column) return;
  }
  relRefuse(error, relationship, "\"%s\" is a column of \"%s\"; choose another name",
            relationship->name, relationship->owner->name);
}

static int isListed(const RelColumnList *list, int column) {
  int i;
  for (i = 0; i < list->count; i++) {
    if (list->refs[i].column == column) return 1;
  }
  return 0;
}

/* The column is part of the unique key, or the same for all members of one owner. */
static int isSettled(const Relationship *relationship, const RelColumnList *list, int column) {
  int i;
  if (isListed(list, column)) return 1;
  for (i = 0; relationship->key.child == relationship->target && i < relationship->key.count; i++) {
    if (relationship->key.childColumns[i] == column) return 1;
  }
  return 0;
}

/* True where no two members of one owner have these columns alike; one of them is in the reason. */
static int isUniqueKey(const Relationship *relationship, const RelColumnList *list) {
  const RelTable *target = relationship->target;
  int i, j;
  for (i = -1; i < target->indexCount; i++) {
    int count = i < 0 ? target->keyCount : target->indexes[i].count, listed = 0, all = count > 0;
    const int *columns = i < 0 ? target->key : target->indexes[i].columns;
    if (i >= 0 && (!target->indexes[i].unique || target->indexes[i].partial)) continue;
    for (j = 0; j < count; j++) {
      all &= isSettled(relationship, list, columns[j]);
      listed |= isListed(list, columns[j]);
    }
    if (all && listed) return 1;
  }
  return 0;
}

static char *listColumns(RelError *error, const RelColumnList *list) {
  RelText text;
  int i;
  relTextStart(&text, error);
  for (i = 0; i < list->count; i++) {
    if (i > 0) relText(&text, ", ");
    relTextName(&text, NULL, relTableColumnName(list->refs[i].table, list->refs[i].column));
  }
  return relTextFinish(&text);
}

static void readUniqueKey(RelError *error, Relationship *relationship) {
  RelTable *target = relationship->target;
  RelColumnList list = {NULL, 0, 0};
  int i;
  if (error->rc != SQLITE_OK || said(relationship, REL_FIELD_UNIQUE_KEY) == NULL) return;
  relColumnListRead(error, relationship, REL_FIELD_UNIQUE_KEY, &target, 1, 0, &list);
  if (error->rc == SQLITE_OK && !relationship->viewonly && !isUniqueKey(relationship, &list)) {
    char *columns = listColumns(error, &list);
    relRefuse(
        error, relationship,
        "unique_key: nothing keeps two rows of \"%w\" from having the same %s; create one, as "
        "in CREATE UNIQUE INDEX \"%w by %w\" ON \"%w\"(%s)",
        target->name, columns, target->name, relTableColumnName(target, list.refs[0].column),
        target->name, columns);
    sqlite3_free(columns);
  }
  if (error->rc == SQLITE_OK) {
    relationship->uniqueKey = relAlloc(error, (size_t)list.count * sizeof(int));
  }
  for (i = 0; i < list.count && relationship->uniqueKey != NULL; i++) {
    relationship->uniqueKey[relationship->uniqueCount++] = list.refs[i].column;
  }
  relColumnListClear(&list);
}

/* SQLAlchemy's info is a dictionary. Here it is any text, but what looks like JSON has to be that. */
static void checkInfo(RelError *error, RelModel *model, const Relationship *relationship) {
  const char *info = said(relationship, REL_FIELD_INFO);
  sqlite3_stmt *row;
  if (error->rc != SQLITE_OK || info == NULL) return;
  info += strspn(info, " \t\r\n");
  if (*info != '{' && *info != '[') return;
  row = relPrepareFormat(error, relModelDb(model), "SELECT json_valid(%Q)", info);
  if (relStep(error, row) && !sqlite3_column_int(row, 0)) {
    relRefuse(error, relationship,
              "info begins like JSON and is not; write valid JSON, or other text");
  }
  relFinalize(error, row);
}

Relationship *relResolve(RelError *error, RelModel *model, const RelDeclaration *declaration) {
  Relationship *relationship = relAlloc(error, sizeof *relationship);
  const char *owner = declaration->fields[REL_FIELD_OWNER];
  if (relationship == NULL) return NULL;
  relDeclarationCopy(error, &relationship->declaration, declaration);
  relationship->name = said(relationship, REL_FIELD_NAME);
  relationship->label =
      relFormat(error, "%s.%s", owner ? owner : "?", relationship->name ? relationship->name : "?");
  if (error->rc == SQLITE_OK && (relationship->name == NULL || *relationship->name == 0)) {
    relRefuse(error, relationship,
              "name is missing; every relationship has owner, name and target");
  }
  if (error->rc == SQLITE_OK) relOptionsRead(error, relationship);
  findTables(error, model, relationship);
  settleViews(error, relationship);
  relJoinResolve(error, relationship);
  checkChild(error, relationship, &relationship->key);
  checkChild(error, relationship, &relationship->targetKey);
  checkName(error, relationship);
  if (error->rc == SQLITE_OK) relOptionsSettle(error, relationship);
  relExpressionsCheck(error, model, relationship);
  readUniqueKey(error, relationship);
  checkInfo(error, model, relationship);
  if (error->rc != SQLITE_OK) {
    relRelationshipFree(relationship);
    return NULL;
  }
  return relationship;
}

void relResolveInverse(RelError *error, const Relationship *relationship,
                       const Relationship *inverse) {
  const char *answer;
  if (error->rc != SQLITE_OK || inverse == NULL) return;
  answer = said(inverse, REL_FIELD_BACK_POPULATES);
  if (answer != NULL && !relSame(answer, relationship->name)) {
    relRefuse(error, relationship,
              "back_populates names \"%s\", whose own back_populates is \"%s\"", inverse->label,
              answer);
    return;
  }
  if (relOppositeJoin(relationship, inverse)) return;
  if (relationship->direction == inverse->direction && relationship->direction != REL_MANYTOMANY) {
    relRefuse(error, relationship,
              "back_populates: \"%s\" is %s as well; one side of a pair is ONETOMANY, the other "
              "MANYTOONE%s",
              inverse->label, relDirectionName(inverse->direction),
              relationship->owner == relationship->target
                  ? " (on a self-reference, set remote_side to the primary key for it)"
                  : "");
  } else {
    relRefuse(error, relationship,
              "back_populates: \"%s\" joins other columns; it is not the inverse", inverse->label);
  }
}

static void addColumns(RelText *text, const RelTable *table, const int *columns, int count) {
  int i;
  for (i = 0; i < count; i++) {
    if (relTextLength(text) > 0) relText(text, ", ");
    relTextName(text, table->name, relTableColumnName(table, columns[i]));
  }
}

static void invertForeignKeys(RelError *error, const Relationship *relationship,
                              RelDeclaration *inverse) {
  RelText text;
  relTextStart(&text, error);
  if (relationship->direction == REL_MANYTOMANY) {
    addColumns(&text, relationship->secondary, relationship->targetKey.childColumns,
               relationship->targetKey.count);
  }
  addColumns(&text, relationship->key.child, relationship->key.childColumns,
             relationship->key.count);
  inverse->fields[REL_FIELD_FOREIGN_KEYS] = relTextFinish(&text);
}

/* The owner's columns: what is far, seen from the other end. */
static void invertRemoteSide(RelError *error, const Relationship *relationship,
                             RelDeclaration *inverse) {
  RelText text;
  const RelKey *key = &relationship->key;
  int toMany = relationship->direction == REL_ONETOMANY;
  relTextStart(&text, error);
  addColumns(&text, relationship->owner, toMany ? key->parentColumns : key->childColumns,
             key->count);
  inverse->fields[REL_FIELD_REMOTE_SIDE] = relTextFinish(&text);
}

void relResolveBackref(RelError *error, const Relationship *relationship, const char *name,
                       RelDeclaration *inverse) {
  static const RelField KEPT[] = {REL_FIELD_SECONDARY, REL_FIELD_VIEWONLY, REL_FIELD_POST_UPDATE,
                                  REL_FIELD_PASSIVE_UPDATES};
  size_t i;
  int explicitJoin = said(relationship, REL_FIELD_PRIMARYJOIN) != NULL ||
                     said(relationship, REL_FIELD_SECONDARYJOIN) != NULL;
  memset(inverse, 0, sizeof *inverse);
  if (error->rc != SQLITE_OK) return;
  if (relationship->condition != NULL) {
    relRefuse(error, relationship,
              "backref cannot turn the join's further condition round: %s; declare the inverse by "
              "itself and name it in back_populates",
              relationship->condition);
  }
  if (relationship->owner == relationship->target && relSame(relationship->name, name)) {
    relRefuse(error, relationship, "backref needs a name of its own; \"%s\" is this relationship",
              name);
  }
  inverse->fields[REL_FIELD_OWNER] = relCopy(error, relationship->target->name);
  inverse->fields[REL_FIELD_NAME] = relCopy(error, name);
  inverse->fields[REL_FIELD_TARGET] = relCopy(error, relationship->owner->name);
  inverse->fields[REL_FIELD_BACK_POPULATES] = relCopy(error, relationship->name);
  for (i = 0; i < sizeof KEPT / sizeof *KEPT; i++) {
    inverse->fields[KEPT[i]] = relCopy(error, said(relationship, KEPT[i]));
  }
  if (explicitJoin && relationship->secondary == NULL) {
    inverse->fields[REL_FIELD_PRIMARYJOIN] =
        relCopy(error, said(relationship, REL_FIELD_PRIMARYJOIN));
    inverse->fields[REL_FIELD_FOREIGN_KEYS] =
        relCopy(error, said(relationship, REL_FIELD_FOREIGN_KEYS));
  } else if (explicitJoin) {
    inverse->fields[REL_FIELD_PRIMARYJOIN] =
        relCopy(error, said(relationship, REL_FIELD_SECONDARYJOIN));
    inverse->fields[REL_FIELD_SECONDARYJOIN] =
        relCopy(error, said(relationship, REL_FIELD_PRIMARYJOIN));
  } else if (said(relationship, REL_FIELD_FOREIGN_KEYS) != NULL ||
             said(relationship, REL_FIELD_REMOTE_SIDE) != NULL) {
    invertForeignKeys(error, relationship, inverse);
  }
  if (relationship->owner == relationship->target && relationship->secondary == NULL) {
    invertRemoteSide(error, relationship, inverse);
  }
}
