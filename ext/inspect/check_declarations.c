#include "enforce/actions.h"
#include "enforce/words.h"
#include "inspect/check.h"

/* --- rows of the catalog ---------------------------------------------------------------------- */

static void checkRow(RelCheck *check, int n) {
  Relationship *relationship;
  const char *problem;
  const RelDeclaration *row = relModelRow(check->model, n, &relationship, &problem);
  const char *owner = row->fields[REL_FIELD_OWNER], *name = row->fields[REL_FIELD_NAME];
  char *label =
      relFormat(check->error, "%s.%s", owner == NULL ? "" : owner, name == NULL ? "" : name);
  if (relationship == NULL) {
    relCheckAdd(check, REL_SEVERITY_ERROR, label, "does not resolve",
                relCheckRefusal(check, label, problem),
                relCheckUndeclare(check, row, relCheckNamesake(check, n, 0)));
  } else if (row->renamed) {
    relCheckAdd(check, REL_SEVERITY_WARNING, label, "renamed",
                relCopy(check->error, "a table or column that it names was renamed; triggers and "
                                      "views follow, their names do so with sync"),
                relCheckSync(check));
  }
  sqlite3_free(label);
}

/* Of a renamed table may come the very name that another row has: then no statement tells them apart. */
static void checkTwice(RelCheck *check, int n) {
  Relationship *relationship;
  const char *problem;
  const RelDeclaration *row = relModelRow(check->model, n, &relationship, &problem);
  if (relationship == NULL || !relCheckNamesake(check, n, 1)) return;
  relCheckAdd(check, REL_SEVERITY_ERROR, NULL, "declared twice",
              relFormat(check->error, "a rename made a second relationship %s.%s of it",
                        row->fields[REL_FIELD_OWNER], row->fields[REL_FIELD_NAME]),
              relCheckUndeclare(check, row, 1));
}

static void checkUnheld(RelCheck *check, const RelUnheld *unheld) {
  const Relationship *relationship = unheld->relationship;
  const char *label = relationship == NULL ? NULL : relationship->label;
  const char *message = unheld->message == NULL ? "" : unheld->message;
  relCheckAdd(check, REL_SEVERITY_ERROR, label, "cannot be enforced",
              relCheckRefusal(check, label, message),
              relationship == NULL ? NULL
                                   : relCheckUndeclare(check, &relationship->declaration, 0));
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
  char *detail;
  int mutual;
  if (name == NULL) return;
  inverse = findDeclared(check, relationship->target, name);
  if (inverse == NULL) {
    relCheckAdd(check, REL_SEVERITY_NOTE, relationship->label, "inverse not declared",
                relFormat(check->error, "back_populates names %s.%s, which is not declared",
                          relationship->target->name, name),
                relCheckAlter(check, relationship, "back_populates = NULL"));
    return;
  }
  answer = inverse->declaration.fields[REL_FIELD_BACK_POPULATES];
  mutual = relSame(answer, relationship->name);
  if (mutual && inverse->declaration.id < relationship->declaration.id) return; /* said of that */
  if (!relOppositeJoin(relationship, inverse)) {
    detail = relFormat(
        check->error, "back_populates names %s, which does not join the same columns the other way",
        inverse->label);
  } else if (answer != NULL && !mutual) {
    detail = relFormat(check->error, "back_populates names %s, whose own back_populates is %s",
                       inverse->label, answer);
  } else {
    return;
  }
  relCheckAdd(check, REL_SEVERITY_ERROR, relationship->label, "inverse disagrees", detail,
              relCheckUnlink(check, relationship, mutual ? inverse : NULL));
}

/* --- overlaps --------------------------------------------------------------------------------- */

/* The keys whose columns a relationship writes. */
static int writtenKeys(const Relationship *relationship, const RelKey **keys) {
  keys[0] = &relationship->key;
  if (relationship->direction != REL_MANYTOMANY) return 1;
  keys[1] = &relationship->targetKey;
  return 2;
}

/* The key of `a` that shares columns with a key of `b`; NULL where there is none. */
static const RelKey *sharedKey(const Relationship *a, const Relationship *b, const RelKey **with) {
  const RelKey *left[2], *right[2];
  int i, j, lefts = writtenKeys(a, left), rights = writtenKeys(b, right);
  for (i = 0; i < lefts; i++) {
    for (j = 0; j < rights; j++) {
      *with = right[j];
      if (relSharesColumn(left[i], right[j])) return left[i];
    }
  }
  return NULL;
}

/* t and a: the columns of the first key that the second has, too. */
static char *sharedColumns(RelCheck *check, const RelKey *key, const RelKey *with) {
  RelText text;
  int i, said = 0, shared = 0;
  for (i = 0; i < key->count; i++) shared += relIsInKey(with, key->childColumns[i]);
  relTextStart(&text, check->error);
  for (i = 0; i < key->count; i++) {
    if (!relIsInKey(with, key->childColumns[i])) continue;
    relText(&text, said == 0 ? "" : said == shared - 1 ? " and " : ", ");
    relTextPlainName(&text, relTableColumnName(key->child, key->childColumns[i]));
    said++;
  }
  return relTextFinish(&text);
}

static int areInverse(const Relationship *a, const Relationship *b) {
  return a->inverse == b || b->inverse == a;
}

/* A many-to-many sees links as a relationship with the rows of its secondary sees them, too. */
static int isAssociation(const Relationship *a, const Relationship *b) {
  return (a->direction == REL_MANYTOMANY) != (b->direction == REL_MANYTOMANY);
}

static char *linkInverses(RelCheck *check, const Relationship *a, const Relationship *b) {
  char *what, *sql;
  if (!relOppositeJoin(a, b) || a->declaration.fields[REL_FIELD_BACK_POPULATES] != NULL)
    return NULL;
  what = relFormat(check->error, "back_populates = %Q", b->name);
  sql = what == NULL ? NULL : relCheckAlter(check, a, what);
  sqlite3_free(what);
  return sql;
}

/* True where it is said that `b` writes what an earlier `a` writes. */
static int checkOverlap(RelCheck *check, const Relationship *a, const Relationship *b) {
  const RelKey *key, *with;
  char *columns, *link;
  if (a->viewonly || b->viewonly || areInverse(a, b) || isAssociation(a, b)) return 0;
  key = sharedKey(a, b, &with);
  if (key == NULL) return 0;
  columns = sharedColumns(check, key, with);
  link = linkInverses(check, a, b);
  relCheckAdd(check, REL_SEVERITY_WARNING, b->label, "overlaps",
              relFormat(check->error, "%s writes %s of %s, too: %s", a->label, columns,
                        key->child->name,
                        link != NULL ? "say by back_populates that it is the inverse"
                                     : "let one be viewonly, or see that their rules agree"),
              link);
  sqlite3_free(columns);
  return 1;
}

/* --- rules against keys ----------------------------------------------------------------------- */

/* Of a many-to-many, what is left to the key are its links. */
static void checkPassive(RelCheck *check, const Relationship *relationship) {
  const char *rows = relationship->direction == REL_MANYTOMANY ? "links" : "members";
  if (relationship->direction == REL_MANYTOONE || !relEnforced(relationship)) return;
  if (relationship->passiveDeletes == REL_PASSIVE_NO) return;
  if (relNativeDelete(&relationship->key) != NULL) {
    if (check->natives) return;
    relCheckAdd(check, REL_SEVERITY_WARNING, relationship->label, "passive_deletes",
                relFormat(check->error,
                          "an owner's %s are left to its foreign key, and foreign_keys is off in "
                          "this connection",
                          rows),
                relCopy(check->error, "PRAGMA foreign_keys = ON;"));
  } else if (relationship->passiveDeletes == REL_PASSIVE_YES) {
    relCheckAdd(check, REL_SEVERITY_WARNING, relationship->label, "passive_deletes",
                relFormat(check->error,
                          "an owner's %s are left to its foreign key, which has no ON DELETE",
                          rows),
                relCheckAlter(check, relationship, "passive_deletes = NULL"));
  }
}

/* Another rule deletes the members of an owner that goes. */
static int goAnyway(const RelCheck *check, const RelKey *key) {
  int i;
  for (i = 0; i < relModelCount(check->model); i++) {
    const Relationship *other = relModelAt(check->model, i);
    if (!relActsOnDelete(other) || other->direction == REL_MANYTOONE) continue;
    if (relSameColumns(&other->key, key) &&
        (other->direction == REL_MANYTOMANY || other->onDelete == REL_ON_DELETE_CASCADE)) {
      return 1;
    }
    if (other->direction == REL_MANYTOMANY && relSameColumns(&other->targetKey, key)) return 1;
  }
  return 0;
}

static void checkNullify(RelCheck *check, const Relationship *relationship) {
  const RelKey *key = &relationship->key;
  char *columns;
  if (relationship->direction != REL_ONETOMANY || !relActsOnDelete(relationship)) return;
  if (relationship->onDelete != REL_ON_DELETE_SET_NULL || relKeyCanLetGo(key)) return;
  if (goAnyway(check, key)) return;
  columns = relCheckColumns(check, key);
  relCheckAdd(check, REL_SEVERITY_WARNING, relationship->label, "set null on NOT NULL",
              relFormat(check->error,
                        "an owner that has members cannot be deleted, for %s may not be NULL; "
                        "cascade = 'all, delete-orphan' would delete them",
                        columns),
              relCheckAlter(check, relationship, "on_delete = 'restrict'"));
  sqlite3_free(columns);
}

static const char *nativeOf(RelOnDelete rule) {
  static const char *const NATIVE[] = {"CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT",
                                       "NO ACTION"};
  return NATIVE[rule];
}

/* Which of the two is meant, nobody but the user knows: no fix. */
static void checkNative(RelCheck *check, const Relationship *relationship) {
  const char *native = relNativeDelete(&relationship->key);
  if (relationship->direction != REL_ONETOMANY || !relActsOnDelete(relationship)) return;
  if (native == NULL || relSame(native, nativeOf(relationship->onDelete))) return;
  relCheckAdd(
      check, REL_SEVERITY_WARNING, relationship->label, "native action",
      relFormat(check->error,
                "the relationship says %s and acts first; its foreign key says ON DELETE %s",
                nativeOf(relationship->onDelete), native),
      NULL);
}

/* SQLite's own cascades end, with an error, a thousand levels down. */
static void checkDepth(RelCheck *check, const Relationship *relationship) {
  if (relationship->owner != relationship->target || relationship->direction != REL_ONETOMANY)
    return;
  if (!relSame(relationship->key.nativeOnDelete, "CASCADE") || !check->natives) return;
  relCheckAdd(check, REL_SEVERITY_NOTE, relationship->label, "native depth",
              relCopy(check->error, "its foreign key's ON DELETE CASCADE goes 1000 levels deep at "
                                    "most; without it there is no limit"),
              NULL);
}

void relCheckDeclarations(RelCheck *check) {
  int i, j, count = relModelCount(check->model);
  check->undeclaring = 0;
  for (i = 0; i < relModelRowCount(check->model); i++) {
    checkRow(check, i);
    checkTwice(check, i);
  }
  for (i = 0; i < check->unheldCount; i++) checkUnheld(check, &check->unheld[i]);
  for (i = 0; i < count && check->error->rc == SQLITE_OK; i++) {
    const Relationship *relationship = relModelAt(check->model, i);
    checkInverse(check, relationship);
    checkPassive(check, relationship);
    checkNullify(check, relationship);
    checkNative(check, relationship);
    checkDepth(check, relationship);
    for (j = 0; j < i; j++) {
      if (checkOverlap(check, relModelAt(check->model, j), relationship)) break;
    }
  }
}
