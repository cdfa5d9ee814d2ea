#include "enforce/actions.h"
#include "enforce/words.h"
#include "inspect/check.h"

/* UPDATE relationship SET <what> WHERE …; */
static char *alter(RelCheck *check, const Relationship *relationship, const char *what) {
  char *where = relCheckWhere(check, relationship->owner->name, relationship->name);
  char *sql = relFormat(check->error, "UPDATE relationship SET %s %s;", what, where);
  sqlite3_free(where);
  return sql;
}

/* --- rows of the catalog ---------------------------------------------------------------------- */

static void checkRow(RelCheck *check, const RelDeclaration *row, const Relationship *relationship,
                     const char *problem) {
  const char *owner = row->fields[REL_FIELD_OWNER], *name = row->fields[REL_FIELD_NAME];
  char *label =
      relFormat(check->error, "%s.%s", owner == NULL ? "" : owner, name == NULL ? "" : name);
  if (relationship == NULL) {
    char *where = relCheckWhere(check, owner, name);
    check->unread++;
    relCheckAdd(check, REL_SEVERITY_ERROR, label, "does not resolve",
                relFormat(check->error, "%s", problem),
                relFormat(check->error, "DELETE FROM relationship %s;", where));
    sqlite3_free(where);
  } else if (row->renamed) {
    relCheckAdd(check, REL_SEVERITY_WARNING, label, "renamed",
                relCopy(check->error,
                        "a table or column that it names was renamed; what is declared and what is "
                        "enforced still have older names in places"),
                relCheckSync(check));
  }
  sqlite3_free(label);
}

/* --- inverses --------------------------------------------------------------------------------- */

static const Relationship *findDeclared(const RelCheck *check, const RelTable *owner,
                                        const char *name) {
  int i;
  for (i = 0; i < relModelCount(check->model); i++) {
    const Relationship *relationship = relModelAt(check->model, i);
    if (relationship->owner == owner && relSame(relationship->name, name)) return relationship;
  }
  return NULL;
}

static void checkInverse(RelCheck *check, const Relationship *relationship) {
  const char *name = relationship->declaration.fields[REL_FIELD_BACK_POPULATES], *answer;
  const Relationship *inverse;
  if (name == NULL) return;
  inverse = findDeclared(check, relationship->target, name);
  if (inverse == NULL) {
    relCheckAdd(check, REL_SEVERITY_NOTE, relationship->label, "inverse not declared",
                relFormat(check->error, "back_populates names %s.%s, which is not declared",
                          relationship->target->name, name),
                alter(check, relationship, "back_populates = NULL"));
    return;
  }
  answer = inverse->declaration.fields[REL_FIELD_BACK_POPULATES];
  if (!relOppositeJoin(relationship, inverse)) {
    relCheckAdd(check, REL_SEVERITY_ERROR, relationship->label, "inverse disagrees",
                relFormat(check->error,
                          "back_populates names %s, which does not join the same columns the other "
                          "way",
                          inverse->label),
                alter(check, relationship, "back_populates = NULL"));
  } else if (answer != NULL && !relSame(answer, relationship->name)) {
    relCheckAdd(check, REL_SEVERITY_ERROR, relationship->label, "inverse disagrees",
                relFormat(check->error, "back_populates names %s, whose own back_populates is %s",
                          inverse->label, answer),
                alter(check, relationship, "back_populates = NULL"));
  }
}

/* --- overlaps --------------------------------------------------------------------------------- */

/* The keys whose columns a relationship writes. */
static int writtenKeys(const Relationship *relationship, const RelKey **keys) {
  keys[0] = &relationship->key;
  if (relationship->direction != REL_MANYTOMANY) return 1;
  keys[1] = &relationship->targetKey;
  return 2;
}

static const RelKey *sharedKey(const Relationship *a, const Relationship *b) {
  const RelKey *left[2], *right[2];
  int i, j, lefts = writtenKeys(a, left), rights = writtenKeys(b, right);
  for (i = 0; i < lefts; i++) {
    for (j = 0; j < rights; j++) {
      if (relSharesColumn(left[i], right[j])) return left[i];
    }
  }
  return NULL;
}

static int areInverse(const Relationship *a, const Relationship *b) {
  return a->inverse == b || b->inverse == a;
}

/* A many-to-many and a relationship with the rows of its secondary: an association object. */
static int isAssociation(const Relationship *a, const Relationship *b) {
  return (a->direction == REL_MANYTOMANY) != (b->direction == REL_MANYTOMANY);
}

static char *linkInverses(RelCheck *check, const Relationship *a, const Relationship *b) {
  char *what, *sql;
  if (!relOppositeJoin(a, b) || a->declaration.fields[REL_FIELD_BACK_POPULATES] != NULL)
    return NULL;
  what = relFormat(check->error, "back_populates = %Q", b->name);
  sql = what == NULL ? NULL : alter(check, a, what);
  sqlite3_free(what);
  return sql;
}

static void checkOverlap(RelCheck *check, const Relationship *a, const Relationship *b) {
  const RelKey *key;
  char *columns;
  if (a->viewonly || b->viewonly || areInverse(a, b)) return;
  key = sharedKey(a, b);
  if (key == NULL) return;
  columns = relWordKey(check->error, key);
  relCheckAdd(check, isAssociation(a, b) ? REL_SEVERITY_NOTE : REL_SEVERITY_WARNING, a->label,
              "overlaps",
              relFormat(check->error, "%s is written by %s, too%s", columns, b->label,
                        isAssociation(a, b) ? ": the one sees links, the other what they link"
                        : relOppositeJoin(a, b)
                            ? ": they are each other's inverse, which back_populates would say"
                            : ": let one of them be viewonly, or see that their rules agree"),
              linkInverses(check, a, b));
  sqlite3_free(columns);
}

/* --- rules against keys ----------------------------------------------------------------------- */

static void checkPassive(RelCheck *check, const Relationship *relationship) {
  int toMany = relationship->direction == REL_ONETOMANY;
  const char *native = relationship->key.nativeOnDelete;
  if (!toMany || relationship->viewonly || relationship->passiveDeletes == REL_PASSIVE_NO) return;
  if (relationship->passiveDeletes == REL_PASSIVE_YES &&
      relNativeDelete(&relationship->key) == NULL) {
    relCheckAdd(
        check, REL_SEVERITY_WARNING, relationship->label, "passive_deletes",
        relFormat(check->error,
                  "it leaves the members of a deleted owner to the foreign key, which says %s",
                  native == NULL ? "nothing: none is declared" : "ON DELETE NO ACTION"),
        alter(check, relationship, "passive_deletes = NULL"));
  } else if (native != NULL && !check->natives) {
    relCheckAdd(
        check, REL_SEVERITY_WARNING, relationship->label, "passive_deletes",
        relCopy(check->error,
                "it leaves the members of a deleted owner to the foreign key, and foreign_keys "
                "is off in this connection"),
        relCopy(check->error, "PRAGMA foreign_keys = ON;"));
  }
}

static void checkNullify(RelCheck *check, const Relationship *relationship) {
  char *columns;
  if (relationship->direction != REL_ONETOMANY || !relActsOnDelete(relationship)) return;
  if (relationship->onDelete != REL_ON_DELETE_SET_NULL || relKeyCanLetGo(&relationship->key))
    return;
  columns = relWordKey(check->error, &relationship->key);
  relCheckAdd(
      check, REL_SEVERITY_WARNING, relationship->label, "set null on NOT NULL",
      relFormat(check->error,
                "deleting an owner that has members is refused, because %s may not be NULL; "
                "on_delete = 'restrict' says the same, cascade = 'all, delete-orphan' deletes "
                "them",
                columns),
      alter(check, relationship, "on_delete = 'restrict'"));
  sqlite3_free(columns);
}

static const char *nativeOf(RelOnDelete rule) {
  static const char *const NATIVE[] = {"CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT",
                                       "NO ACTION"};
  return NATIVE[rule];
}

static void checkNative(RelCheck *check, const Relationship *relationship) {
  const char *native = relNativeDelete(&relationship->key);
  if (relationship->direction != REL_ONETOMANY || !relActsOnDelete(relationship)) return;
  if (native == NULL || relSame(native, nativeOf(relationship->onDelete))) return;
  relCheckAdd(
      check, REL_SEVERITY_WARNING, relationship->label, "native action",
      relFormat(check->error,
                "the relationship says %s, its foreign key ON DELETE %s: the relationship acts "
                "first; where its trigger is missing, the key does as it says",
                nativeOf(relationship->onDelete), native),
      NULL);
}

/* SQLite's own cascades end, with an error, a thousand levels down. */
static void checkDepth(RelCheck *check, const Relationship *relationship) {
  if (relationship->owner != relationship->target || relationship->direction != REL_ONETOMANY)
    return;
  if (!relSame(relationship->key.nativeOnDelete, "CASCADE") || !check->natives) return;
  relCheckAdd(
      check, REL_SEVERITY_NOTE, relationship->label, "native depth",
      relCopy(check->error,
              "its foreign key says ON DELETE CASCADE, which SQLite follows 1000 levels deep "
              "at most; a key without ON DELETE has no such limit here"),
      NULL);
}

void relCheckDeclarations(RelCheck *check) {
  int i, j, count = relModelCount(check->model);
  check->unread = 0;
  for (i = 0; i < relModelRowCount(check->model); i++) {
    Relationship *relationship;
    const char *problem;
    const RelDeclaration *row = relModelRow(check->model, i, &relationship, &problem);
    checkRow(check, row, relationship, problem);
  }
  for (i = 0; i < count && check->error->rc == SQLITE_OK; i++) {
    const Relationship *relationship = relModelAt(check->model, i);
    checkInverse(check, relationship);
    checkPassive(check, relationship);
    checkNullify(check, relationship);
    checkNative(check, relationship);
    checkDepth(check, relationship);
    for (j = i + 1; j < count; j++) checkOverlap(check, relationship, relModelAt(check->model, j));
  }
}
