/*
** What happens when a row is deleted: all of it stands in one trigger per table and time, tables
** that refer to others first.
*/
#include "enforce/compile.h"

#include "model/options.h"
#include "templates.h"

#include <limits.h>

/* Of actions on the same table: a restriction comes first, then deletions, then what is let go. */
enum { FIRST, MIDDLE, LAST };

typedef struct Action {
  int table; /* whose rows are deleted */
  int rank;  /* of the table acted on; refusals of what cannot be let go come last of all */
  int part;  /* FIRST, MIDDLE, LAST */
  const Relationship *relationship; /* borrowed */
  const char *rule;                 /* static: named in the comment */
  char *sql;                        /* owned */
  int before;                       /* a native ON DELETE would act before an AFTER trigger */
  int after;                        /* must not run while the row is there */
} Action;

typedef struct Actions {
  RelCompiler *compiler;
  Action *items;
  int count, room;
} Actions;

/* Several relationships may say the same: it is done once, where the last of them needs it. */
static Action *findAction(const Actions *actions, int table, const char *sql) {
  int i;
  for (i = 0; i < actions->count; i++) {
    Action *action = &actions->items[i];
    if (action->table == table && strcmp(action->sql, sql) == 0) return action;
  }
  return NULL;
}

static void addAction(Actions *actions, Action action) {
  RelError *error = actions->compiler->error;
  Action *same = NULL;
  actions->items =
      relGrow(error, actions->items, actions->count, &actions->room, sizeof *actions->items);
  if (error->rc == SQLITE_OK) same = findAction(actions, action.table, action.sql);
  if (same != NULL) {
    if (action.rank > same->rank) same->rank = action.rank;
    if (action.part > same->part) same->part = action.part;
    same->before |= action.before;
    same->after |= action.after;
  }
  if (error->rc != SQLITE_OK || same != NULL) {
    sqlite3_free(action.sql);
    return;
  }
  actions->items[actions->count++] = action;
}

/* True where no native ON DELETE is in force, or one that does the same. */
static int nativeAgrees(const RelKey *key, const char *action) {
  return relNativeDelete(key) == NULL || relSame(key->nativeOnDelete, action);
}

static void pieceMember(RelPieces *pieces, const RelKey *key, const char *condition) {
  relPiece(pieces, "member", relWordName(pieces->error, key->child->name));
  relPiece(pieces, "is_member", relWordMatch(pieces->error, key, "OLD", NULL, condition));
}

/* --- one-to-many --- */

static void deleteMembers(Actions *actions, const Relationship *relationship, Action action) {
  RelPieces pieces;
  if (relGraphCycleEdge(&actions->compiler->graph, &relationship->key, relationship->condition)) {
    return;
  }
  relPiecesStart(&pieces, actions->compiler->error);
  pieceMember(&pieces, &relationship->key, relationship->condition);
  action.part = MIDDLE;
  action.rule = "delete";
  action.before = relNativeDelete(&relationship->key) != NULL;
  action.sql = relExpand(&pieces, relTemplate_members_delete);
  addAction(actions, action);
  relPiecesClear(&pieces);
}

/* A row that refers to itself does not keep itself from going. */
static char *isOtherMember(RelError *error, const Relationship *relationship) {
  char *member = relWordMatch(error, &relationship->key, "OLD", NULL, relationship->condition);
  char *itself, *other;
  if (relationship->owner != relationship->target) return member;
  itself = relWordSameRow(error, relationship->target, NULL, "OLD");
  other = relFormat(error, "%s AND NOT (%s)", member, itself);
  sqlite3_free(member);
  sqlite3_free(itself);
  return other;
}

static void refuseMembers(Actions *actions, const Relationship *relationship, Action action,
                          char *refusal) {
  RelError *error = actions->compiler->error;
  RelPieces pieces;
  relPiecesStart(&pieces, error);
  relPiece(&pieces, "member", relWordName(error, relationship->target->name));
  relPiece(&pieces, "is_member", isOtherMember(error, relationship));
  relPiece(&pieces, "refusal", refusal);
  action.before = relNativeDelete(&relationship->key) != NULL;
  action.sql = relExpand(&pieces, relTemplate_members_refuse);
  addAction(actions, action);
  relPiecesClear(&pieces);
}

static void restrictMembers(Actions *actions, const Relationship *relationship, Action action) {
  action.part = FIRST;
  action.rule = "restrict";
  refuseMembers(actions, relationship, action,
                relWordLiteral(actions->compiler->error,
                               "%s: this row of \"%w\" still has members in \"%w\", and on_delete "
                               "is restrict; delete or move them first",
                               relationship->label, relationship->owner->name,
                               relationship->target->name));
}

/* The members' key cannot be emptied, nor get a default. Those that go anyway do not count. */
static void refuseToLetGo(Actions *actions, const Relationship *relationship, Action action) {
  RelError *error = actions->compiler->error;
  char *columns = relWordKey(error, &relationship->key);
  action.rank = INT_MAX;
  action.part = LAST;
  action.rule = "may not be NULL";
  refuseMembers(
      actions, relationship, action,
      relWordLiteral(error,
                     "%s: %s may not be NULL, so the members of this row of \"%w\" cannot "
                     "be let go; set cascade to 'all, delete-orphan', or on_delete",
                     relationship->label, columns, relationship->owner->name));
  sqlite3_free(columns);
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

static int sharesColumn(const RelKey *a, const RelKey *b) {
  int i, j;
  for (i = 0; i < a->count; i++) {
    for (j = 0; j < b->count; j++) {
      if (a->childColumns[i] == b->childColumns[j]) return 1;
    }
  }
  return 0;
}

/*
** Emptying the key reads as letting go of an owner that is still there, if a relationship between
** these tables has delete-orphan on one of its columns.
*/
static int readsAsOrphan(const RelModel *model, const Relationship *relationship) {
  int i;
  for (i = 0; i < relModelCount(model); i++) {
    const Relationship *other = relModelAt(model, i);
    if (relEnforced(other) && other->direction == REL_ONETOMANY &&
        (other->cascade & REL_DELETE_ORPHAN) && other->owner == relationship->owner &&
        other->target == relationship->target && sharesColumn(&other->key, &relationship->key)) {
      return 1;
    }
  }
  return 0;
}

static void refuseOrphansBefore(RelError *error, const Relationship *relationship,
                                const RelKey *key) {
  char *columns = relWordKey(error, key);
  relRefuse(
      error, relationship,
      "delete-orphan without delete cannot be held over %s: its foreign key says ON DELETE %s, "
      "so members would have to be let go while the owner is still there, which makes them "
      "orphans; add delete to cascade, or declare the key without ON DELETE",
      columns, key->nativeOnDelete);
  sqlite3_free(columns);
}

static void updateMembers(Actions *actions, const Relationship *relationship, Action action,
                          char *values, const char *native) {
  RelPieces pieces;
  relPiecesStart(&pieces, actions->compiler->error);
  pieceMember(&pieces, &relationship->key, relationship->condition);
  relPiece(&pieces, "values", values);
  action.part = LAST;
  action.before = !nativeAgrees(&relationship->key, native);
  action.sql = relExpand(&pieces, relTemplate_members_update);
  if (action.after && action.before) {
    refuseOrphansBefore(actions->compiler->error, relationship, &relationship->key);
  }
  addAction(actions, action);
  relPiecesClear(&pieces);
}

static void letMembersGo(Actions *actions, const Relationship *relationship, Action action) {
  RelError *error = actions->compiler->error;
  const RelKey *key = &relationship->key;
  if (!relKeyCanLetGo(key)) {
    refuseToLetGo(actions, relationship, action);
    return;
  }
  action.rule = "set null";
  action.after = readsAsOrphan(actions->compiler->model, relationship);
  updateMembers(actions, relationship, action, relWordLetGo(error, key), "SET NULL");
}

static void setMembersDefault(Actions *actions, const Relationship *relationship, Action action) {
  int lettingGo;
  char *values = defaultValues(actions->compiler->error, &relationship->key, &lettingGo);
  if (values == NULL) {
    refuseToLetGo(actions, relationship, action);
    return;
  }
  action.rule = "set default";
  action.after = lettingGo && readsAsOrphan(actions->compiler->model, relationship);
  updateMembers(actions, relationship, action, values, "SET DEFAULT");
}

static void addOneToMany(Actions *actions, const Relationship *relationship, Action action) {
  const RelGraph *graph = &actions->compiler->graph;
  action.rank = graph->rank[relGraphTable(graph, relationship->target)];
  switch (relationship->onDelete) {
  case REL_ON_DELETE_CASCADE:
    deleteMembers(actions, relationship, action);
    break;
  case REL_ON_DELETE_SET_NULL:
    letMembersGo(actions, relationship, action);
    break;
  case REL_ON_DELETE_SET_DEFAULT:
    setMembersDefault(actions, relationship, action);
    break;
  case REL_ON_DELETE_RESTRICT:
    restrictMembers(actions, relationship, action);
    break;
  case REL_ON_DELETE_NO_ACTION:
    break;
  }
}

/* --- many-to-one --- */

/* Runs when the row is gone, so that it no longer counts as referring. */
static void addManyToOne(Actions *actions, const Relationship *relationship, Action action) {
  const RelGraph *graph = &actions->compiler->graph;
  RelError *error = actions->compiler->error;
  RelPieces pieces;
  if (relationship->onDelete != REL_ON_DELETE_CASCADE) return;
  relPiecesStart(&pieces, error);
  relPiece(&pieces, "target", relWordName(error, relationship->target->name));
  relPiece(&pieces, "owner", relWordName(error, relationship->owner->name));
  relPiece(&pieces, "was_target",
           relWordMatch(error, &relationship->key, NULL, "OLD", relationship->condition));
  relPiece(&pieces, "refers", relWordMatch(error, &relationship->key, NULL, NULL, NULL));
  action.rank = graph->rank[relGraphTable(graph, relationship->target)];
  action.part = MIDDLE;
  action.rule = "delete with the last reference";
  action.after = 1;
  action.sql = relExpand(&pieces, relTemplate_target_delete);
  addAction(actions, action);
  relPiecesClear(&pieces);
}

/* --- many-to-many --- */

/* The association rows of one end. */
static void deleteLinks(Actions *actions, const Relationship *relationship, const RelKey *key,
                        Action action) {
  const RelGraph *graph = &actions->compiler->graph;
  RelError *error = actions->compiler->error;
  RelPieces pieces;
  if (relGraphCycleEdge(graph, key, NULL)) return;
  relPiecesStart(&pieces, error);
  relPiece(&pieces, "links", relWordName(error, key->child->name));
  relPiece(&pieces, "is_link", relWordMatch(error, key, "OLD", NULL, NULL));
  action.table = relGraphTable(graph, key->parent);
  action.part = LAST;
  action.rule = "unlink";
  action.before = !nativeAgrees(key, "CASCADE");
  action.sql = relExpand(&pieces, relTemplate_links_delete);
  if (action.after && action.before) refuseOrphansBefore(error, relationship, key);
  addAction(actions, action);
  relPiecesClear(&pieces);
}

/* The members that only this owner has. Looks at the links, so it runs while they are there. */
static void deleteLinked(Actions *actions, const Relationship *relationship, Action action) {
  const RelKey *key = &relationship->key, *targetKey = &relationship->targetKey;
  RelError *error = actions->compiler->error;
  RelPieces pieces;
  relPiecesStart(&pieces, error);
  relPiece(&pieces, "member", relWordName(error, relationship->target->name));
  relPiece(&pieces, "links", relWordName(error, key->child->name));
  relPiece(&pieces, "is_link", relWordMatch(error, key, "OLD", NULL, NULL));
  relPiece(
      &pieces, "member_key",
      relWordRowValue(error, NULL, targetKey->parent, targetKey->parentColumns, targetKey->count));
  relPiece(
      &pieces, "link_member",
      relWordColumns(error, NULL, targetKey->child, targetKey->childColumns, targetKey->count));
  relPiece(&pieces, "also", relWordAlso(error, relationship->condition));
  relPiece(&pieces, "to_member", relWordMatch(error, targetKey, NULL, NULL, NULL));
  relPiece(&pieces, "old_key",
           relWordRowValue(error, "OLD", key->parent, key->parentColumns, key->count));
  relPiece(&pieces, "link_owner",
           relWordRowValue(error, NULL, key->child, key->childColumns, key->count));
  action.part = MIDDLE;
  action.rule = "delete with the last link";
  action.before = relNativeDelete(key) != NULL;
  action.sql = relExpand(&pieces, relTemplate_linked_delete);
  addAction(actions, action);
  relPiecesClear(&pieces);
}

static void addManyToMany(Actions *actions, const Relationship *relationship, Action action) {
  const RelGraph *graph = &actions->compiler->graph;
  int deletes = relationship->onDelete == REL_ON_DELETE_CASCADE;
  int orphans = (relationship->cascade & REL_DELETE_ORPHAN) != 0;
  int memberRank = graph->rank[relGraphTable(graph, relationship->target)];
  Action other = action;
  action.rank = other.rank = graph->rank[relGraphTable(graph, relationship->secondary)];
  if (deletes && memberRank > action.rank) action.rank = memberRank;
  if (deletes && !orphans) deleteLinked(actions, relationship, action);
  action.after = orphans && !deletes;
  deleteLinks(actions, relationship, &relationship->key, action);
  deleteLinks(actions, relationship, &relationship->targetKey, other);
}

/* --- the triggers --- */

static void collectActions(Actions *actions) {
  RelCompiler *compiler = actions->compiler;
  int i;
  for (i = 0; i < relModelCount(compiler->model) && compiler->error->rc == SQLITE_OK; i++) {
    const Relationship *relationship = relModelAt(compiler->model, i);
    Action action = {0, 0, 0, relationship, NULL, NULL, 0, 0};
    if (!relActsOnDelete(relationship)) continue;
    action.table = relGraphTable(&compiler->graph, relationship->owner);
    switch (relationship->direction) {
    case REL_ONETOMANY:
      addOneToMany(actions, relationship, action);
      break;
    case REL_MANYTOONE:
      addManyToOne(actions, relationship, action);
      break;
    case REL_MANYTOMANY:
      addManyToMany(actions, relationship, action);
      break;
    }
  }
}

/* By table, then in the order in which they run. Insertion: actions of one declaration stay put. */
static void sortActions(Actions *actions) {
  int i, j;
  for (i = 1; i < actions->count; i++) {
    Action action = actions->items[i];
    for (j = i; j > 0; j--) {
      const Action *left = &actions->items[j - 1];
      int order = left->table != action.table ? left->table - action.table
                  : left->rank != action.rank ? (left->rank > action.rank ? 1 : -1)
                                              : left->part - action.part;
      if (order <= 0) break;
      actions->items[j] = *left;
    }
    actions->items[j] = action;
  }
}

/* One trigger of the actions that belong to its time; none where there are none. */
static void addDeleteTrigger(Actions *actions, int start, int end, int before) {
  RelCompiler *compiler = actions->compiler;
  const RelTable *table = compiler->graph.tables[actions->items[start].table];
  const char *label = NULL;
  RelTrigger trigger = {NULL, NULL, NULL, "DELETE", NULL, NULL, NULL, NULL};
  RelText body;
  int i, several = 0;
  relTextStart(&body, compiler->error);
  for (i = start; i < end; i++) {
    const Action *action = &actions->items[i];
    if (action->before != before) continue;
    several |= label != NULL && label != action->relationship->label;
    label = action->relationship->label;
    relAddStatement(&body, label, action->rule, action->sql);
  }
  if (label == NULL) {
    relTextDiscard(&body);
    return;
  }
  trigger.name = relFormat(compiler->error, before ? "%s:before delete" : "%s:delete", table->name);
  trigger.label = several ? NULL : label;
  trigger.time = before ? "BEFORE" : "AFTER";
  trigger.table = table->name;
  trigger.body = relTextFinish(&body);
  relAddTrigger(compiler, &trigger);
}

/* Where one action must come before the row goes, all do that can: their order counts. */
static void settleTimes(Action *items, int count) {
  int i, before = 0;
  for (i = 0; i < count; i++) before |= items[i].before && !items[i].after;
  for (i = 0; i < count; i++) items[i].before = before && !items[i].after;
}

void relCompileDeletes(RelCompiler *compiler) {
  Actions actions = {compiler, NULL, 0, 0};
  int start, end, i;
  collectActions(&actions);
  if (compiler->error->rc == SQLITE_OK) sortActions(&actions);
  for (start = 0; start < actions.count && compiler->error->rc == SQLITE_OK; start = end) {
    for (end = start; end < actions.count; end++) {
      if (actions.items[end].table != actions.items[start].table) break;
    }
    settleTimes(&actions.items[start], end - start);
    addDeleteTrigger(&actions, start, end, 1);
    addDeleteTrigger(&actions, start, end, 0);
  }
  for (i = 0; i < actions.count; i++) sqlite3_free(actions.items[i].sql);
  sqlite3_free(actions.items);
}
