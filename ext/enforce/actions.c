#include "enforce/actions.h"

#include "enforce/compile.h"
#include "model/options.h"
#include "templates.h"

int relActsOnDelete(const Relationship *relationship) {
  return relEnforced(relationship) && relationship->passiveDeletes == REL_PASSIVE_NO &&
         relationship->onDelete != REL_ON_DELETE_NO_ACTION;
}

int relHasOrphans(const Relationship *relationship) {
  return relEnforced(relationship) && (relationship->cascade & REL_DELETE_ORPHAN);
}

const char *relNativeDelete(const RelKey *key) {
  return relSame(key->nativeOnDelete, "NO ACTION") ? NULL : key->nativeOnDelete;
}

/* True where no native ON DELETE is in force, or one that does the same. */
static int nativeAgrees(const RelKey *key, const char *action) {
  return relNativeDelete(key) == NULL || relSame(key->nativeOnDelete, action);
}

/*
** True where another native key that shares a column empties it when the row goes: members are found
** before that.
*/
static int nativeEmpties(const RelKey *key) {
  const RelTable *child = key->child;
  int i, j, shared;
  for (i = 0; i < child->foreignKeyCount; i++) {
    const RelForeignKey *other = &child->foreignKeys[i];
    if (!relSame(other->parent, key->parent->name)) continue;
    if (!relSame(other->onDelete, "SET NULL") && !relSame(other->onDelete, "SET DEFAULT")) continue;
    for (j = 0, shared = 0; j < other->count; j++) shared += relIsInKey(key, other->columns[j]);
    if (shared > 0 && (shared < other->count || shared < key->count)) return 1;
  }
  return 0;
}

/* --- keys --- */

static int sameChild(const RelKey *a, const RelKey *b) {
  int i;
  if (a->child != b->child || a->count != b->count) return 0;
  for (i = 0; i < a->count; i++) {
    if (!relIsInKey(b, a->childColumns[i])) return 0;
  }
  return 1;
}

int relSameColumns(const RelKey *a, const RelKey *b) {
  int i, j;
  if (a->parent != b->parent || !sameChild(a, b)) return 0;
  for (i = 0; i < a->count; i++) {
    for (j = 0; a->childColumns[i] != b->childColumns[j]; j++) continue;
    if (a->parentColumns[i] != b->parentColumns[j]) return 0;
  }
  return 1;
}

int relSharesColumn(const RelKey *a, const RelKey *b) {
  int i;
  if (a->child != b->child) return 0;
  for (i = 0; i < a->count; i++) {
    if (relIsInKey(b, a->childColumns[i])) return 1;
  }
  return 0;
}

/* --- the list --- */

static int sameText(const char *a, const char *b) {
  return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static int sameKeys(const RelKey *a, const RelKey *b) {
  return a == b || (a != NULL && b != NULL && relSameColumns(a, b));
}

static int sameAction(const RelAction *a, const RelAction *b) {
  if (a->kind != b->kind || a->from != b->from || a->to != b->to || !sameKeys(a->key, b->key) ||
      !sameKeys(a->last, b->last) || !sameText(a->condition, b->condition) ||
      !sameText(a->words, b->words)) {
    return 0;
  }
  return a->kind != REL_DELETE_UNLINKED ||
         (a->relationship->onDelete == b->relationship->onDelete &&
          relSameColumns(&a->relationship->key, &b->relationship->key));
}

static int isUpward(const RelAction *action) {
  return action->kind == REL_DELETE_TARGET || action->kind == REL_DELETE_UNLINKED;
}

/* Takes the action's words. */
static void addAction(RelError *error, RelActions *actions, RelAction action) {
  int i;
  action.before |= !isUpward(&action) && nativeEmpties(action.key);
  actions->items =
      relGrow(error, actions->items, actions->count, &actions->room, sizeof *actions->items);
  for (i = 0; i < actions->count && error->rc == SQLITE_OK; i++) {
    RelAction *same = &actions->items[i];
    if (!sameAction(same, &action)) continue;
    same->before |= action.before;
    same->after |= action.after;
    break;
  }
  if (error->rc != SQLITE_OK || i < actions->count) {
    sqlite3_free(action.words);
    return;
  }
  actions->items[actions->count++] = action;
}

void relActionsClear(RelActions *actions) {
  int i;
  for (i = 0; i < actions->count; i++) sqlite3_free(actions->items[i].words);
  sqlite3_free(actions->items);
  memset(actions, 0, sizeof *actions);
}

int relActionDeletes(const RelAction *action) {
  return action->kind != REL_UPDATE_MEMBERS && action->kind != REL_REFUSE;
}

/* --- one-to-many --- */

/* The members' key cannot be emptied, nor get a default. Those that go anyway do not count. */
static void refuseToLetGo(RelError *error, RelActions *actions, RelAction action) {
  const Relationship *relationship = action.relationship;
  char *columns = relWordKey(error, action.key);
  action.kind = REL_REFUSE;
  action.rule = "may not be NULL";
  action.before = relNativeDelete(action.key) != NULL;
  action.words = relWordLiteral(
      error,
      "%s: %s may not be NULL, so the members of this row of \"%w\" cannot be let go; set cascade "
      "to 'all, delete-orphan', or on_delete",
      relationship->label, columns, relationship->owner->name);
  sqlite3_free(columns);
  addAction(error, actions, action);
}

static void restrictMembers(RelError *error, RelActions *actions, RelAction action) {
  const Relationship *relationship = action.relationship;
  action.kind = REL_REFUSE;
  action.rule = "restrict";
  action.before = relNativeDelete(action.key) != NULL;
  action.words =
      relWordLiteral(error,
                     "%s: this row of \"%w\" still has members in \"%w\", and on_delete "
                     "is restrict; delete or move them first",
                     relationship->label, relationship->owner->name, relationship->target->name);
  addAction(error, actions, action);
}

/* "fk" = DEFAULT, for the columns that can be written; *lettingGo: one of them becomes NULL. */
static char *defaultValues(RelError *error, const RelKey *key, int *lettingGo) {
  RelText text;
  int i, count = 0, refused = 0;
  *lettingGo = 0;
  relTextStart(&text, error);
  for (i = 0; i < key->count; i++) {
    int column = key->childColumns[i];
    char *value;
    if (!relIsWritable(key->child, column)) continue;
    value = relWordDefault(error, key->child, column);
    if (value != NULL && strcmp(value, "NULL") == 0) {
      *lettingGo = 1;
      refused |= key->child->columns[column].notNull;
    }
    if (count++ > 0) relText(&text, ", ");
    relTextName(&text, NULL, relTableColumnName(key->child, column));
    if (value != NULL) relTextFormat(&text, " = %s", value);
    sqlite3_free(value);
  }
  if (refused || count == 0) {
    relTextDiscard(&text);
    return NULL;
  }
  return relTextFinish(&text);
}

/*
** Emptying the key reads as letting go of an owner that is still there, if a relationship between
** these tables has delete-orphan on one of its columns.
*/
static int readsAsOrphan(const RelModel *model, const Relationship *relationship) {
  int i;
  for (i = 0; i < relModelCount(model); i++) {
    const Relationship *other = relModelAt(model, i);
    if (relHasOrphans(other) && other->direction == REL_ONETOMANY &&
        other->owner == relationship->owner && other->target == relationship->target &&
        relSharesColumn(&other->key, &relationship->key)) {
      return 1;
    }
  }
  return 0;
}

static void refuseOrphansBefore(RelError *error, const RelAction *action) {
  char *columns;
  if (!action->after || !action->before) return;
  columns = relWordKey(error, action->key);
  relRefuse(
      error, action->relationship,
      "delete-orphan without delete cannot be held over %s: its foreign key says ON DELETE %s, "
      "so members would have to be let go while the owner is still there, which makes them "
      "orphans; add delete to cascade, or declare the key without ON DELETE",
      columns, action->key->nativeOnDelete);
  sqlite3_free(columns);
}

/* True where the native action, if one is in force, does what the values say. */
static int nativeUpdates(const RelKey *key, int defaults) {
  int i;
  for (i = 0; i < key->count && !defaults; i++) {
    if (!relIsNullable(key->child, key->childColumns[i])) return relNativeDelete(key) == NULL;
  }
  return nativeAgrees(key, defaults ? "SET DEFAULT" : "SET NULL");
}

static void updateMembers(RelError *error, RelModel *model, RelActions *actions, RelAction action) {
  const Relationship *relationship = action.relationship;
  int defaults = relationship->onDelete == REL_ON_DELETE_SET_DEFAULT, lettingGo = 1;
  action.kind = REL_UPDATE_MEMBERS;
  action.rule = defaults ? "set default" : "set null";
  if (defaults) {
    action.words = defaultValues(error, action.key, &lettingGo);
  } else if (relKeyCanLetGo(action.key)) {
    action.words = relKeyLetGo(error, action.key, 0);
  }
  if (action.words == NULL) {
    refuseToLetGo(error, actions, action);
    return;
  }
  action.before = !nativeUpdates(action.key, defaults);
  action.after = lettingGo && readsAsOrphan(model, relationship);
  refuseOrphansBefore(error, &action);
  addAction(error, actions, action);
}

static void addOneToMany(RelError *error, RelModel *model, RelActions *actions, RelAction action) {
  switch (action.relationship->onDelete) {
  case REL_ON_DELETE_CASCADE:
    action.kind = REL_DELETE_MEMBERS;
    action.rule = "delete";
    action.before = relNativeDelete(action.key) != NULL;
    addAction(error, actions, action);
    break;
  case REL_ON_DELETE_SET_NULL:
  case REL_ON_DELETE_SET_DEFAULT:
    updateMembers(error, model, actions, action);
    break;
  case REL_ON_DELETE_RESTRICT:
    restrictMembers(error, actions, action);
    break;
  case REL_ON_DELETE_NO_ACTION:
    break;
  }
}

/* --- the other directions --- */

/* Runs when the row is gone, so that it no longer counts as referring. */
static void addManyToOne(RelError *error, RelActions *actions, RelAction action) {
  if (action.relationship->onDelete != REL_ON_DELETE_CASCADE) return;
  action.kind = REL_DELETE_TARGET;
  action.rule = "delete with the last reference";
  action.after = 1;
  addAction(error, actions, action);
}

static void unlink(RelError *error, RelActions *actions, RelAction action, const RelKey *key) {
  action.kind = REL_UNLINK;
  action.rule = "unlink";
  action.from = key->parent;
  action.to = key->child;
  action.key = key;
  action.condition = NULL;
  action.before = !nativeAgrees(key, "CASCADE");
  refuseOrphansBefore(error, &action);
  addAction(error, actions, action);
}

/* What goes with an owner. Looks at its links, so it runs while they are there. */
static void addManyToMany(RelError *error, RelActions *actions, RelAction action) {
  const Relationship *relationship = action.relationship;
  int deletes = relationship->onDelete == REL_ON_DELETE_CASCADE;
  int orphans = relHasOrphans(relationship);
  RelAction other = action;
  if (deletes && !orphans) {
    action.kind = REL_DELETE_LINKED;
    action.rule = "delete with the last link";
    action.last = &relationship->targetKey;
    action.before = relNativeDelete(action.key) != NULL;
    addAction(error, actions, action);
  }
  other.after = orphans && !deletes;
  unlink(error, actions, other, &relationship->key);
  other.after = 0;
  unlink(error, actions, other, &relationship->targetKey);
}

/* With delete as well, the member also goes when the owner did; without, only while that is there. */
static int whileOwnerStays(const RelAction *unlinked) {
  return unlinked->kind == REL_DELETE_UNLINKED &&
         unlinked->relationship->onDelete != REL_ON_DELETE_CASCADE;
}

static void addUnlinked(RelError *error, RelActions *actions, RelAction action) {
  action.kind = REL_DELETE_UNLINKED;
  action.rule = "delete-orphan";
  action.from = action.relationship->secondary;
  action.key = &action.relationship->targetKey;
  action.after = 1;
  addAction(error, actions, action);
}

/*
** A restriction counts members that go anyway, unless by its own key: then the two contradict each
** other, and what deletes less holds.
*/
static void settleRefusals(RelActions *actions) {
  int i, j;
  for (i = 0; i < actions->count; i++) {
    RelAction *refusal = &actions->items[i];
    if (refusal->kind != REL_REFUSE || strcmp(refusal->rule, "restrict") != 0) continue;
    for (j = 0; j < actions->count; j++) {
      const RelAction *other = &actions->items[j];
      refusal->atOnce |= other->kind != REL_REFUSE && other->from == refusal->from &&
                         other->to == refusal->to && relSameColumns(other->key, refusal->key);
    }
  }
}

/*
** Links that go with an owner are no orphans' links: they go when the owner is gone, whoever deletes
** them.
*/
static void settleLinks(RelError *error, RelActions *actions) {
  int i, j;
  for (i = 0; i < actions->count; i++) {
    RelAction *links = &actions->items[i];
    if (links->kind != REL_DELETE_MEMBERS) continue;
    for (j = 0; j < actions->count; j++) {
      const RelAction *orphans = &actions->items[j];
      if (orphans->kind != REL_DELETE_UNLINKED || !whileOwnerStays(orphans)) continue;
      if (!relSameColumns(&orphans->relationship->key, links->key)) continue;
      links->after = 1;
      links->before = !nativeAgrees(links->key, "CASCADE");
      refuseOrphansBefore(error, links);
    }
  }
}

void relActionsCollect(RelError *error, RelModel *model, RelActions *actions) {
  int i;
  for (i = 0; i < relModelCount(model) && error->rc == SQLITE_OK; i++) {
    const Relationship *relationship = relModelAt(model, i);
    RelAction action = {REL_REFUSE,
                        relationship,
                        relationship->owner,
                        relationship->target,
                        &relationship->key,
                        NULL,
                        relationship->condition,
                        NULL,
                        NULL,
                        0,
                        0,
                        0};
    int manyToMany = relationship->direction == REL_MANYTOMANY;
    if (manyToMany && relHasOrphans(relationship)) addUnlinked(error, actions, action);
    if (!relActsOnDelete(relationship)) continue;
    if (manyToMany) addManyToMany(error, actions, action);
    if (relationship->direction == REL_MANYTOONE) addManyToOne(error, actions, action);
    if (relationship->direction == REL_ONETOMANY) addOneToMany(error, model, actions, action);
  }
  if (error->rc == SQLITE_OK) settleRefusals(actions);
  if (error->rc == SQLITE_OK) settleLinks(error, actions);
}

/* --- the rows that an action is about --- */

/* A row that refers to itself does not keep itself from going, nor is it left behind. */
static char *whichMembers(RelError *error, const RelAction *action, const char *row) {
  char *member = relWordMatch(error, action->key, row, NULL, action->condition);
  char *itself, *other;
  if (action->from != action->to || action->kind == REL_DELETE_MEMBERS) return member;
  itself = relWordSameRow(error, action->to, NULL, row);
  other = relFormat(error, "%s AND NOT (%s)", member, itself);
  sqlite3_free(member);
  sqlite3_free(itself);
  return other;
}

char *relActionUnreferenced(RelError *error, const RelAction *action) {
  const RelKey *key = action->last != NULL ? action->last : action->key;
  int itself = key->child == key->parent;
  char *alias = itself ? relWordAlias(error, key->child) : NULL, *unreferenced;
  RelPieces pieces;
  relPiecesStart(&pieces, error);
  relPiece(&pieces, "referring", relWordTable(error, key->child, alias));
  relPiece(&pieces, "refers", relWordMatch(error, key, NULL, alias, NULL));
  unreferenced = relExpand(&pieces, relTemplate_unreferenced);
  relPiecesClear(&pieces);
  sqlite3_free(alias);
  return unreferenced;
}

/* The target of a many-to-one, or the member of a link. */
static char *whichReferred(RelError *error, const RelAction *action, const char *row) {
  const Relationship *relationship = action->relationship;
  int itself = relationship->owner == relationship->target;
  char *alias = itself ? relWordAlias(error, relationship->owner) : NULL, *which;
  int owner = whileOwnerStays(action);
  RelPieces pieces;
  relPiecesStart(&pieces, error);
  relPiece(&pieces, "was_referred_to",
           relWordMatch(error, action->key, NULL, row, action->condition));
  relPiece(&pieces, "unreferenced", relActionUnreferenced(error, action));
  if (owner) {
    relPiece(&pieces, "owner", relWordTable(error, relationship->owner, alias));
    relPiece(&pieces, "was_owner", relWordMatch(error, &relationship->key, alias, row, NULL));
  }
  which = relExpand(&pieces, owner ? relTemplate_which_orphan : relTemplate_which_target);
  relPiecesClear(&pieces);
  sqlite3_free(alias);
  return which;
}

char *relActionLinked(RelError *error, const RelAction *action, const char *row) {
  const RelKey *key = action->key, *last = action->last;
  RelPieces pieces;
  char *linked;
  relPiecesStart(&pieces, error);
  relPiece(&pieces, "links", relWordName(error, key->child->name));
  relPiece(&pieces, "is_link", relWordMatch(error, key, row, NULL, NULL));
  relPiece(&pieces, "member_key",
           relWordRowValue(error, NULL, last->parent, last->parentColumns, last->count));
  relPiece(&pieces, "link_member",
           relWordColumns(error, NULL, last->child, last->childColumns, last->count));
  relPiece(&pieces, "also", relWordAlso(error, action->condition));
  linked = relExpand(&pieces, relTemplate_linked);
  relPiecesClear(&pieces);
  return linked;
}

static char *whichLinked(RelError *error, const RelAction *action, const char *row) {
  const RelKey *key = action->key;
  RelPieces pieces;
  char *which;
  relPiecesStart(&pieces, error);
  relPiece(&pieces, "is_linked", relActionLinked(error, action, row));
  relPiece(&pieces, "links", relWordName(error, key->child->name));
  relPiece(&pieces, "to_member", relWordMatch(error, action->last, NULL, NULL, NULL));
  relPiece(&pieces, "old_key",
           relWordRowValue(error, row, key->parent, key->parentColumns, key->count));
  relPiece(&pieces, "link_owner",
           relWordRowValue(error, NULL, key->child, key->childColumns, key->count));
  which = relExpand(&pieces, relTemplate_which_linked);
  relPiecesClear(&pieces);
  return which;
}

char *relActionWhich(RelError *error, const RelAction *action, const char *row) {
  switch (action->kind) {
  case REL_DELETE_TARGET:
  case REL_DELETE_UNLINKED:
    return whichReferred(error, action, row);
  case REL_DELETE_LINKED:
    return whichLinked(error, action, row);
  default:
    return whichMembers(error, action, row);
  }
}
