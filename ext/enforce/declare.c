#include "enforce/declare.h"

#include "enforce/enforce.h"
#include "model/options.h"
#include "model/renames.h"
#include "model/resolve.h"

void relChangesClear(RelChanges *changes) {
  relDeclarationsClear(&changes->writes);
  sqlite3_free(changes->deletes);
  memset(changes, 0, sizeof *changes);
}

static const char *field(const RelDeclaration *declaration, RelField which) {
  return declaration->fields[which];
}

static int sameName(const RelDeclaration *a, const RelDeclaration *b) {
  return relSame(field(a, REL_FIELD_OWNER), field(b, REL_FIELD_OWNER)) &&
         relSame(field(a, REL_FIELD_NAME), field(b, REL_FIELD_NAME));
}

/* The catalog row that has the declaration's owner and name, or 0. */
static sqlite3_int64 rowOf(const RelModel *model, const RelDeclaration *declaration) {
  int i;
  for (i = 0; i < relModelRowCount(model); i++) {
    Relationship *relationship;
    const char *problem;
    const RelDeclaration *row = relModelRow(model, i, &relationship, &problem);
    if (sameName(row, declaration)) return row->id;
  }
  return 0;
}

/* True where the declaration goes on; it then has the id of the row to write over, or 0. */
static int settleConflict(RelError *error, const RelModel *model, RelOnConflict onConflict,
                          RelDeclaration *declaration, RelChanges *changes) {
  sqlite3_int64 taken = rowOf(model, declaration);
  if (taken == 0 || taken == declaration->id) return 1;
  if (onConflict == REL_CONFLICT_IGNORE) return 0;
  if (onConflict == REL_CONFLICT_REFUSE) {
    relErrorSet(error, SQLITE_CONSTRAINT,
                "relationship: %s.%s: is declared already; UPDATE alters it, INSERT OR REPLACE "
                "redeclares it, INSERT OR IGNORE leaves it",
                field(declaration, REL_FIELD_OWNER), field(declaration, REL_FIELD_NAME));
    return 0;
  }
  if (declaration->id != 0) {
    relPlanUndeclare(error, taken, changes);
  } else {
    declaration->id = taken;
  }
  return 1;
}

/* Names as the schema has them, however they were written. */
static void useDeclaredNames(RelError *error, const Relationship *relationship,
                             RelDeclaration *declaration) {
  static const RelField FIELDS[] = {REL_FIELD_OWNER, REL_FIELD_TARGET, REL_FIELD_SECONDARY};
  const RelTable *tables[3];
  int i;
  tables[0] = relationship->owner;
  tables[1] = relationship->target;
  tables[2] = relationship->secondary;
  for (i = 0; i < 3; i++) {
    if (tables[i] == NULL) continue;
    sqlite3_free(declaration->fields[FIELDS[i]]);
    declaration->fields[FIELDS[i]] = relCopy(error, tables[i]->name);
  }
}

/* Whether the changes take the catalog row away or write over it. */
static int isChanged(const RelChanges *changes, sqlite3_int64 id) {
  int i;
  for (i = 0; i < changes->deleteCount; i++) {
    if (changes->deletes[i] == id) return 1;
  }
  for (i = 0; i < changes->writes.count; i++) {
    if (changes->writes.items[i].id == id) return 1;
  }
  return 0;
}

/*
** Both sides of each back_populates must agree, whichever was declared first; and two labels may
** not be one view's name ("a.b"."c" and "a"."b.c").
*/
static void checkOthers(RelError *error, const RelModel *model, const Relationship *relationship,
                        const RelChanges *changes) {
  const char *inverseName = field(&relationship->declaration, REL_FIELD_BACK_POPULATES);
  int i;
  for (i = 0; i < relModelCount(model) && error->rc == SQLITE_OK; i++) {
    const Relationship *other = relModelAt(model, i);
    const char *back = field(&other->declaration, REL_FIELD_BACK_POPULATES);
    if (isChanged(changes, other->declaration.id)) continue;
    if (relSame(other->label, relationship->label)) {
      relRefuse(error, relationship, "the relationship \"%s\" of \"%s\" has this label already",
                other->name, other->owner->name);
    }
    if (other->owner == relationship->target && relSame(other->name, inverseName)) {
      relResolveInverse(error, relationship, other);
    }
    if (other->target == relationship->owner && relSame(back, relationship->name)) {
      relResolveInverse(error, other, relationship);
    }
  }
}

static void planBackref(RelError *error, RelModel *model, const Relationship *relationship,
                        const char *backref, RelOnConflict onConflict, RelChanges *changes) {
  RelDeclaration inverse;
  relResolveBackref(error, relationship, backref, &inverse);
  relPlanDeclare(error, model, &inverse, NULL, onConflict, changes);
  relDeclarationClear(&inverse);
}

void relPlanDeclare(RelError *error, RelModel *model, const RelDeclaration *declaration,
                    const char *backref, RelOnConflict onConflict, RelChanges *changes) {
  RelDeclaration settled = {0, 0, {NULL}};
  Relationship *relationship;
  if (error->rc != SQLITE_OK) return;
  relDeclarationCopy(error, &settled, declaration);
  if (settled.fields[REL_FIELD_BACK_POPULATES] == NULL) {
    settled.fields[REL_FIELD_BACK_POPULATES] = relCopy(error, backref);
  }
  relationship = relResolve(error, model, &settled);
  if (relationship != NULL && backref != NULL &&
      !relSame(settled.fields[REL_FIELD_BACK_POPULATES], backref)) {
    relRefuse(error, relationship,
              "backref declares the inverse, back_populates names one that is "
              "declared; say only one of them");
  }
  if (relationship != NULL) useDeclaredNames(error, relationship, &settled);
  if (relationship != NULL) relOptionsNormalise(error, relationship, &settled);
  if (error->rc == SQLITE_OK && settleConflict(error, model, onConflict, &settled, changes)) {
    relDeclarationsAdd(error, &changes->writes, &settled);
    if (backref != NULL) planBackref(error, model, relationship, backref, onConflict, changes);
    checkOthers(error, model, relationship, changes);
  }
  relRelationshipFree(relationship);
  relDeclarationClear(&settled);
}

void relPlanUndeclare(RelError *error, sqlite3_int64 id, RelChanges *changes) {
  changes->deletes = relGrow(error, changes->deletes, changes->deleteCount, &changes->deleteRoom,
                             sizeof *changes->deletes);
  if (error->rc == SQLITE_OK) changes->deletes[changes->deleteCount++] = id;
}

void relPlanDrop(RelError *error, RelModel *model, RelChanges *changes) {
  int i;
  for (i = 0; i < relModelRowCount(model); i++) {
    Relationship *relationship;
    const char *problem;
    relPlanUndeclare(error, relModelRow(model, i, &relationship, &problem)->id, changes);
  }
}

/* "users.posts: no table ..." on a line of its own. */
static void sayProblem(RelText *text, const char *problem) {
  static const char START[] = "relationship: ";
  if (strncmp(problem, START, sizeof START - 1) == 0) problem += sizeof START - 1;
  relText(text, "\n  ");
  relText(text, problem);
}

void relPlanSync(RelError *error, RelModel *model) {
  RelText problems, rows;
  char *said, *which;
  int i, count = 0;
  relModelForget(model); /* whoever has no extension may have written to the catalog itself */
  relModelRefresh(error, model);
  relTextStart(&problems, error);
  relTextStart(&rows, error);
  for (i = 0; i < relModelRowCount(model); i++) {
    Relationship *relationship;
    const char *problem;
    const RelDeclaration *row = relModelRow(model, i, &relationship, &problem);
    if (problem == NULL) continue;
    sayProblem(&problems, problem);
    relText(&rows, count++ > 0 ? ", (" : "(");
    relTextLiteral(&rows, field(row, REL_FIELD_OWNER));
    relText(&rows, ", ");
    relTextLiteral(&rows, field(row, REL_FIELD_NAME));
    relText(&rows, ")");
  }
  said = relTextFinish(&problems);
  which = relTextFinish(&rows);
  if (count > 0) {
    relErrorSet(error, SQLITE_ERROR,
                "relationship: sync changed nothing, for these no longer fit the tables:%s\n"
                "UPDATE them where something has another name now, or DELETE FROM relationship "
                "WHERE (owner, name) IN (VALUES %s)",
                said, which);
  }
  sqlite3_free(said);
  sqlite3_free(which);
}

int relIsDeclared(const RelModel *model, const Relationship *implied) {
  int i;
  for (i = 0; i < relModelCount(model); i++) {
    if (relSameJoin(relModelAt(model, i), implied)) return 1;
  }
  return rowOf(model, &implied->declaration) != 0;
}

/* Whether one of the columns needs its table's name, because `other` has one called the same. */
static int needsTable(const RelTable *table, const int *columns, int count, const RelTable *other) {
  int i;
  for (i = 0; i < count && other != table; i++) {
    if (relTableColumn(other, relTableColumnName(table, columns[i])) >= 0) return 1;
  }
  return 0;
}

static void sayColumns(const RelTable *table, const int *columns, int count, const RelTable *other,
                       RelText *text) {
  int qualify = needsTable(table, columns, count, other), i;
  for (i = 0; i < count; i++) {
    if (relTextLength(text) > 0) relText(text, ", ");
    if (qualify) {
      relTextPlainName(text, table->name);
      relText(text, ".");
    }
    relTextPlainName(text, relTableColumnName(table, columns[i]));
  }
}

/*
** The declaration of an implied relationship, with the columns spelled out where a reader or a key
** added later could take it for another.
*/
static void planImplied(RelError *error, const RelModel *model, const Relationship *implied,
                        RelChanges *changes) {
  RelDeclaration declaration = {0, 0, {NULL}};
  const RelKey *key = &implied->key;
  RelText columns;
  relDeclarationCopy(error, &declaration, &implied->declaration);
  if (implied->secondary == NULL || implied->owner == implied->target) {
    relTextStart(&columns, error);
    sayColumns(key->child, key->childColumns, key->count,
               implied->secondary != NULL ? key->child : key->parent, &columns);
    if (implied->secondary != NULL) {
      sayColumns(implied->secondary, implied->targetKey.childColumns, implied->targetKey.count,
                 implied->secondary, &columns);
    }
    declaration.fields[REL_FIELD_FOREIGN_KEYS] = relTextFinish(&columns);
  }
  if (implied->owner == implied->target && implied->direction == REL_MANYTOONE) {
    relTextStart(&columns, error);
    sayColumns(key->parent, key->parentColumns, key->count, key->parent, &columns);
    declaration.fields[REL_FIELD_REMOTE_SIDE] = relTextFinish(&columns);
  }
  if (implied->inverse != NULL && !relIsDeclared(model, implied->inverse)) {
    declaration.fields[REL_FIELD_BACK_POPULATES] = relCopy(error, implied->inverse->name);
  }
  relDeclarationsAdd(error, &changes->writes, &declaration);
  relDeclarationClear(&declaration);
}

void relPlanAutomap(RelError *error, RelModel *model, RelChanges *changes) {
  Relationship *const *list;
  int i, count = relModelImplied(error, model, &list);
  for (i = 0; i < count && error->rc == SQLITE_OK; i++) {
    if (!relIsDeclared(model, list[i])) planImplied(error, model, list[i], changes);
  }
}

/*
** Drops the view of a relationship that is about to be altered: it is made anew with the rest, and
** that schema change tells every connection to read the catalog again.
*/
static void dropOldView(RelError *error, RelModel *model, sqlite3_int64 id) {
  int i;
  for (i = 0; i < relModelCount(model); i++) {
    const Relationship *relationship = relModelAt(model, i);
    char *sql;
    if (relationship->declaration.id != id) continue;
    sql = relFormat(error, "DROP VIEW IF EXISTS \"%w\".\"%w\"", relModelSchema(model),
                    relationship->label);
    relExecute(error, relModelDb(model), sql);
    sqlite3_free(sql);
    return;
  }
}

/* A row of the catalog as it would stand there with today's names, unless the changes concern it. */
static const RelDeclaration *renamedRow(const RelModel *model, const RelChanges *changes, int n) {
  Relationship *relationship;
  const char *problem;
  const RelDeclaration *row = relModelRow(model, n, &relationship, &problem);
  return row->renamed && !isChanged(changes, row->id) ? row : NULL;
}

/* What was told apart by the name of its table may not be any more. */
static void checkRenamed(RelError *error, const RelModel *model, const RelChanges *changes,
                         const RelDeclaration *renamed) {
  int i;
  for (i = 0; i < relModelRowCount(model); i++) {
    Relationship *relationship;
    const char *problem;
    const RelDeclaration *other = relModelRow(model, i, &relationship, &problem);
    if (other->id == renamed->id || isChanged(changes, other->id) || !sameName(other, renamed)) {
      continue;
    }
    relErrorSet(
        error, SQLITE_ERROR,
        "relationship: %s.%s: a table was renamed, and now two relationships are called so; "
        "DELETE one FROM relationship by its rowid",
        field(renamed, REL_FIELD_OWNER), field(renamed, REL_FIELD_NAME));
  }
}

/* Puts today's names into the catalog. All such rows go first: tables may have swapped names. */
static void writeRenamed(RelError *error, RelModel *model, const RelChanges *changes) {
  sqlite3 *db = relModelDb(model);
  const char *schema = relModelSchema(model);
  int i, count = relModelRowCount(model);
  for (i = 0; i < count; i++) {
    const RelDeclaration *row = renamedRow(model, changes, i);
    if (row == NULL) continue;
    checkRenamed(error, model, changes, row);
    relCatalogDelete(error, db, schema, row->id);
  }
  for (i = 0; i < count && error->rc == SQLITE_OK; i++) {
    const RelDeclaration *row = renamedRow(model, changes, i);
    RelDeclaration written;
    if (row == NULL) continue;
    written = *row; /* its strings stay the model's */
    relCatalogWrite(error, db, schema, &written);
  }
  relRenamesForget(error, db, schema);
}

static int sameText(const char *a, const char *b) {
  return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* Whether the catalog has exactly this row. */
static int isWritten(const RelModel *model, const RelDeclaration *declaration) {
  int i, which, same;
  for (i = 0; i < relModelRowCount(model); i++) {
    Relationship *relationship;
    const char *problem;
    const RelDeclaration *row = relModelRow(model, i, &relationship, &problem);
    if (row->id != declaration->id) continue;
    same = !row->renamed && relationship != NULL;
    for (which = 0; which < REL_FIELD_COUNT; which++) {
      same &= sameText(row->fields[which], declaration->fields[which]);
    }
    return same;
  }
  return 0;
}

/* Writes the changes into the catalog. False where there was nothing to change. */
static int writeChanges(RelError *error, RelModel *model, RelChanges *changes) {
  sqlite3 *db = relModelDb(model);
  const char *schema = relModelSchema(model);
  int i, changed = changes->deleteCount > 0;
  if (changes->writes.count > 0) relCatalogCreate(error, db, schema);
  if (!relModelSettled(model)) writeRenamed(error, model, changes);
  for (i = 0; i < changes->deleteCount; i++)
    relCatalogDelete(error, db, schema, changes->deletes[i]);
  for (i = 0; i < changes->writes.count; i++) {
    RelDeclaration *declaration = &changes->writes.items[i];
    if (isWritten(model, declaration)) continue;
    if (declaration->id != 0) dropOldView(error, model, declaration->id);
    relCatalogWrite(error, db, schema, declaration);
    changed = 1;
  }
  return changed;
}

void relCarryOut(RelError *error, RelModel *model, RelChanges *changes) {
  RelScript script = {NULL, 0, 0};
  int settled = relModelSettled(model);
  if (!writeChanges(error, model, changes) && settled) return;
  relModelRedeclare(error, model);
  if (error->rc == SQLITE_OK) relCompile(error, model, &script);
  if (error->rc == SQLITE_OK) relApply(error, model, &script);
  if (error->rc == SQLITE_OK) relModelSettle(error, model);
  relScriptClear(&script);
}
