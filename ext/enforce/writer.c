/*
** The triggers of a collection view in the making: how they name rows, what they say, what they have
** in common.
*/
#include "enforce/writer.h"

#include "templates.h"

/* --- rows that a trigger names: `row` is NEW or OLD, of the view --- */

/* "users"."id" = NEW."owner_id" */
char *relWriterOwner(const RelView *view, const char *row) {
  RelText text;
  int i;
  relTextStart(&text, view->error);
  for (i = 0; i < view->ownerCount; i++) {
    char *name = relViewOwnerName(view, i);
    if (i > 0) relText(&text, " AND ");
    relWordColumn(&text, NULL, view->owner, view->ownerColumns[i]);
    relTextFormat(&text, " = %s.", row);
    if (name != NULL) relTextName(&text, NULL, name);
    sqlite3_free(name);
  }
  return relTextFinish(&text);
}

/* (SELECT "users"."id" FROM "users" WHERE <is>): a column of the row that `is` picks. */
void relWriterValueOf(RelText *text, const RelTable *table, int column, const char *is) {
  relText(text, "(SELECT ");
  relWordColumn(text, NULL, table, column);
  relText(text, " FROM ");
  relTextName(text, NULL, table->name);
  relTextFormat(text, " WHERE %s)", is);
}

/* The owner's value that a left-out foreign key column of the target equals. */
static void addLeftOut(const RelView *view, RelText *text, int column, const char *row) {
  const RelKey *key = view->key;
  char *is = relWriterOwner(view, row);
  int i;
  for (i = 0; key->childColumns[i] != column; i++) continue;
  if (is != NULL) relWriterValueOf(text, key->parent, key->parentColumns[i], is);
  sqlite3_free(is);
}

/* "posts"."id" = NEW."id" */
char *relWriterMember(const RelView *view, const char *row) {
  RelText text;
  int i;
  relTextStart(&text, view->error);
  for (i = 0; i < relTableKeyWidth(view->target); i++) {
    int column = relTableKeyColumn(view->target, i);
    if (i > 0) relText(&text, " AND ");
    relWordColumn(&text, NULL, view->target, column);
    relText(&text, " = ");
    if (column >= 0 && view->names[column] == NULL) {
      addLeftOut(view, &text, column, row);
    } else {
      relTextFormat(&text, "%s.", row);
      relTextName(&text, NULL, column < 0 ? view->target->rowid : view->names[column]);
    }
  }
  return relTextFinish(&text);
}

/* The child's key equals that of the parent row which `is` picks, in the parent's collation. */
char *relWriterRefers(const RelView *view, const RelKey *key, const char *is) {
  RelText text;
  int i;
  if (is == NULL) return NULL;
  relTextStart(&text, view->error);
  for (i = 0; i < key->count; i++) {
    const char *collation = relTableCollation(key->parent, key->parentColumns[i]);
    if (i > 0) relText(&text, " AND ");
    relWriterValueOf(&text, key->parent, key->parentColumns[i], is);
    if (!relSame(collation, relTableCollation(key->child, key->childColumns[i]))) {
      relText(&text, " COLLATE ");
      relTextName(&text, NULL, collation);
    }
    relText(&text, " = ");
    relWordColumn(&text, NULL, key->child, key->childColumns[i]);
  }
  return relTextFinish(&text);
}

/* "user_id" = <the key of the parent row which `is` picks> */
void relWriterTake(RelText *text, const RelKey *key, const char *is) {
  int i;
  for (i = 0; i < key->count && is != NULL; i++) {
    if (!relIsWritable(key->child, key->childColumns[i])) continue;
    if (relTextLength(text) > 0) relText(text, ", ");
    relTextName(text, NULL, relTableColumnName(key->child, key->childColumns[i]));
    relText(text, " = ");
    relWriterValueOf(text, key->parent, key->parentColumns[i], is);
  }
}

/* NEW."owner_id" IS NOT OLD."owner_id" */
static char *ownerChanges(const RelView *view) {
  RelText text;
  int i;
  relTextStart(&text, view->error);
  for (i = 0; i < view->ownerCount; i++) {
    char *name = relViewOwnerName(view, i);
    if (i > 0) relText(&text, " OR ");
    if (name != NULL) relTextFormat(&text, "NEW.\"%w\" IS NOT OLD.\"%w\"", name, name);
    sqlite3_free(name);
  }
  return relTextFinish(&text);
}

/* The target's key is not changed by moving; what is left out of the view is the owner's. */
static char *keyChanges(const RelView *view) {
  RelText text;
  int i;
  relTextStart(&text, view->error);
  for (i = 0; i < relTableKeyWidth(view->target); i++) {
    int column = relTableKeyColumn(view->target, i);
    const char *name = column < 0 ? view->target->rowid : view->names[column];
    if (name == NULL) continue;
    if (relTextLength(&text) > 0) relText(&text, " OR ");
    relTextFormat(&text, "NEW.\"%w\" IS NOT OLD.\"%w\"", name, name);
  }
  if (relTextLength(&text) == 0) relText(&text, "0");
  return relTextFinish(&text);
}

/* --- what errors say --- */

static char *ownerNames(const RelView *view) {
  RelText text;
  int i;
  relTextStart(&text, view->error);
  for (i = 0; i < view->ownerCount; i++) {
    char *name = relViewOwnerName(view, i);
    relTextFormat(&text, "%s%s", i > 0 ? ", " : "", name != NULL ? name : "");
    sqlite3_free(name);
  }
  return relTextFinish(&text);
}

static char *memberNames(const RelView *view) {
  RelText text;
  int i;
  relTextStart(&text, view->error);
  for (i = 0; i < relTableKeyWidth(view->target); i++) {
    relTextFormat(&text, "%s%s", i > 0 ? ", " : "", relTableKeyName(view->target, i));
  }
  return relTextFinish(&text);
}

static void pieceErrors(RelPieces *pieces, const RelView *view) {
  const char *label = view->relationship->label;
  RelError *error = view->error;
  char *owner = ownerNames(view), *member = memberNames(view);
  relPiece(pieces, "no_owner",
           relWordLiteral(
               error, "%s: \"%w\" has no row with this %s; insert it first, or use unit_of_work",
               label, view->owner->name, owner));
  relPiece(pieces, "no_member",
           relWordLiteral(
               error, "%s: \"%w\" has no row with this %s; insert it first, or use unit_of_work",
               label, view->target->name, member));
  relPiece(pieces, "key_changed",
           relWordLiteral(error, "%s: %s is the member's own; update \"%w\" for it", label, member,
                          view->target->name));
  sqlite3_free(owner);
  sqlite3_free(member);
}

char *relWriterNotNull(const RelView *view, const char *advice) {
  char *columns = relWordKey(view->error, view->key), *literal;
  literal = relWordLiteral(view->error, "%s: %s may not be NULL; %s", view->relationship->label,
                           columns, advice);
  sqlite3_free(columns);
  return literal;
}

char *relWriterViewonly(const RelView *view) {
  const Relationship *relationship = view->relationship;
  if (relationship->inverse != NULL && relEnforced(relationship->inverse)) {
    return relWordLiteral(view->error, "%s: is viewonly; write \"%w\" instead", relationship->label,
                          relationship->inverse->label);
  }
  if (view->key->child->kind != REL_TABLE) {
    return relWordLiteral(view->error,
                          "%s: is viewonly; write the tables that \"%w\" shows instead",
                          relationship->label, view->key->child->name);
  }
  return relWordLiteral(view->error, "%s: is viewonly; write the table \"%w\" instead",
                        relationship->label, view->key->child->name);
}

/* --- the triggers --- */

static void startWriter(RelWriter *writer, const RelView *view) {
  writer->view = view;
  relPiecesStart(&writer->pieces, view->error);
  relPiece(&writer->pieces, "owner", relWordName(view->error, view->owner->name));
  relPiece(&writer->pieces, "member", relWordName(view->error, view->target->name));
  relTextStart(&writer->body, view->error);
}

void relWriterObey(RelWriter *writer, const char *what, const char *rule) {
  char *sql = relExpand(&writer->pieces, rule);
  relAddStatement(&writer->body, writer->view->relationship->label, what, sql);
  sqlite3_free(sql);
}

/* `when` is borrowed, and NULL where the trigger always fires. */
void relWriterFinish(RelWriter *writer, const char *event, const char *verb, char *columns,
                     const char *when) {
  const RelView *view = writer->view;
  const char *label = view->relationship->label;
  RelTrigger trigger = {NULL, NULL, "INSTEAD OF", NULL, NULL, NULL, NULL, NULL};
  trigger.name = relFormat(view->error, "%s:%s", label, verb);
  trigger.label = label;
  trigger.event = event;
  trigger.columns = columns;
  trigger.table = label;
  trigger.when = relCopy(view->error, when);
  trigger.body = relTextFinish(&writer->body);
  relAddTrigger(view->compiler, &trigger);
  relPiecesClear(&writer->pieces);
}

void relWriterRefuse(const RelView *view, const char *event, const char *verb, char *refusal) {
  RelWriter writer;
  startWriter(&writer, view);
  relPiece(&writer.pieces, "refusal", refusal);
  relWriterObey(&writer, "refused", relTemplate_refuse);
  relWriterFinish(&writer, event, verb, NULL, NULL);
}

static char *ownerColumnList(const RelView *view) {
  RelText text;
  int i;
  relTextStart(&text, view->error);
  for (i = 0; i < view->ownerCount; i++) {
    char *name = relViewOwnerName(view, i);
    if (i > 0) relText(&text, ", ");
    if (name != NULL) relTextName(&text, NULL, name);
    sqlite3_free(name);
  }
  return relTextFinish(&text);
}

/* The columns whose UPDATE moves a member: those of the owner, and of the link. */
static char *movingColumns(const RelView *view) {
  RelText text;
  int i;
  relTextStart(&text, view->error);
  for (i = 0; i < view->ownerCount + view->linkCount; i++) {
    int link = i - view->ownerCount;
    char *name;
    if (link >= 0 && !relIsWritable(view->links, view->linkColumns[link])) continue;
    name = link < 0 ? relViewOwnerName(view, i) : relViewLinkName(view, link);
    if (i > 0) relText(&text, ", ");
    if (name != NULL) relTextName(&text, NULL, name);
    sqlite3_free(name);
  }
  return relTextFinish(&text);
}

/* NEW."owner_id" IS NULL OR ...: moved to no owner, a member is removed. */
static char *toNoOwner(const RelView *view) {
  RelText text;
  int i;
  relTextStart(&text, view->error);
  for (i = 0; i < view->ownerCount; i++) {
    char *name = relViewOwnerName(view, i);
    if (name != NULL) relTextFormat(&text, "%sNEW.\"%w\" IS NULL", i > 0 ? " OR " : "", name);
    sqlite3_free(name);
  }
  return relTextFinish(&text);
}

void relWriterFinishMove(RelWriter *writer) {
  char *nowhere = toNoOwner(writer->view),
       *when = relFormat(writer->view->error, "NOT (%s)", nowhere);
  relWriterFinish(writer, "UPDATE", "move", movingColumns(writer->view), when);
  sqlite3_free(when);
  sqlite3_free(nowhere);
}

void relWriterRemoval(const RelView *view, RelRemoval remove) {
  char *nowhere = toNoOwner(view);
  RelWriter writer;
  startWriter(&writer, view);
  remove(&writer);
  relWriterFinish(&writer, "DELETE", "remove", NULL, NULL);
  startWriter(&writer, view);
  remove(&writer);
  relWriterFinish(&writer, "UPDATE", "leave", ownerColumnList(view), nowhere);
  sqlite3_free(nowhere);
}

void relWriterStartTake(RelWriter *writer, const RelView *view) {
  startWriter(writer, view);
  pieceErrors(&writer->pieces, view);
  relPiece(&writer->pieces, "new_owner", relWriterOwner(view, "NEW"));
  relPiece(&writer->pieces, "new_member", relWriterMember(view, "NEW"));
}

void relWriterStartMove(RelWriter *writer, const RelView *view) {
  relWriterStartTake(writer, view);
  relPiece(&writer->pieces, "old_owner", relWriterOwner(view, "OLD"));
  relPiece(&writer->pieces, "key_changes", keyChanges(view));
  relPiece(&writer->pieces, "owner_changes", ownerChanges(view));
  relWriterObey(writer, "its key stays", relTemplate_check_key);
}
