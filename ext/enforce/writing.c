/*
** Writing through a collection view: triggers that append, remove and move. They name keys and link
** columns only, so that the target's other columns come and go without them.
*/
#include "enforce/collection.h"

#include "templates.h"

/* --- rows that a trigger names: `row` is NEW or OLD, of the view --- */

/* "users"."id" = NEW."owner_id" */
static char *isOwner(const RelView *view, const char *row) {
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
static void addValueOf(RelText *text, const RelTable *table, int column, const char *is) {
  relText(text, "(SELECT ");
  relWordColumn(text, NULL, table, column);
  relText(text, " FROM ");
  relTextName(text, NULL, table->name);
  relTextFormat(text, " WHERE %s)", is);
}

/* The owner's value that a left-out foreign key column of the target equals. */
static void addLeftOut(const RelView *view, RelText *text, int column, const char *row) {
  const RelKey *key = view->key;
  char *is = isOwner(view, row);
  int i;
  for (i = 0; key->childColumns[i] != column; i++) continue;
  if (is != NULL) addValueOf(text, key->parent, key->parentColumns[i], is);
  sqlite3_free(is);
}

/* "posts"."id" = NEW."id" */
static char *isMember(const RelView *view, const char *row) {
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
static char *refersTo(const RelView *view, const RelKey *key, const char *is) {
  RelText text;
  int i;
  if (is == NULL) return NULL;
  relTextStart(&text, view->error);
  for (i = 0; i < key->count; i++) {
    const char *collation = relTableCollation(key->parent, key->parentColumns[i]);
    if (i > 0) relText(&text, " AND ");
    addValueOf(&text, key->parent, key->parentColumns[i], is);
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
static void addTake(RelText *text, const RelKey *key, const char *is) {
  int i;
  for (i = 0; i < key->count && is != NULL; i++) {
    if (!relIsWritable(key->child, key->childColumns[i])) continue;
    if (relTextLength(text) > 0) relText(text, ", ");
    relTextName(text, NULL, relTableColumnName(key->child, key->childColumns[i]));
    relText(text, " = ");
    addValueOf(text, key->parent, key->parentColumns[i], is);
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

static char *notNull(const RelView *view, const char *advice) {
  char *columns = relWordKey(view->error, view->key), *literal;
  literal = relWordLiteral(view->error, "%s: %s may not be NULL; %s", view->relationship->label,
                           columns, advice);
  sqlite3_free(columns);
  return literal;
}

static char *viewonly(const RelView *view) {
  const Relationship *relationship = view->relationship;
  if (relationship->inverse != NULL && relEnforced(relationship->inverse)) {
    return relWordLiteral(view->error, "%s: is viewonly; write \"%w\" instead", relationship->label,
                          relationship->inverse->label);
  }
  return relWordLiteral(view->error, "%s: is viewonly; write the table \"%w\" instead",
                        relationship->label, view->key->child->name);
}

/* --- the triggers --- */

/* One trigger in the making: the rules it obeys are appended one by one. */
typedef struct Writer {
  const RelView *view;
  RelPieces pieces;
  RelText body;
} Writer;

static void startWriter(Writer *writer, const RelView *view) {
  writer->view = view;
  relPiecesStart(&writer->pieces, view->error);
  relPiece(&writer->pieces, "owner", relWordName(view->error, view->owner->name));
  relPiece(&writer->pieces, "member", relWordName(view->error, view->target->name));
  relTextStart(&writer->body, view->error);
}

static void obey(Writer *writer, const char *what, const char *rule) {
  char *sql = relExpand(&writer->pieces, rule);
  relAddStatement(&writer->body, writer->view->relationship->label, what, sql);
  sqlite3_free(sql);
}

/* `when` is borrowed, and NULL where the trigger always fires. */
static void finishWriter(Writer *writer, const char *event, const char *verb, char *columns,
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

static void refuse(const RelView *view, const char *event, const char *verb, char *refusal) {
  Writer writer;
  startWriter(&writer, view);
  relPiece(&writer.pieces, "refusal", refusal);
  obey(&writer, "refused", relTemplate_refuse);
  finishWriter(&writer, event, verb, NULL, NULL);
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

static void finishMoving(Writer *writer) {
  char *nowhere = toNoOwner(writer->view),
       *when = relFormat(writer->view->error, "NOT (%s)", nowhere);
  finishWriter(writer, "UPDATE", "move", movingColumns(writer->view), when);
  sqlite3_free(when);
  sqlite3_free(nowhere);
}

/* What removes a member: a DELETE of the view, and an UPDATE that leaves it no owner. */
typedef void (*Removal)(Writer *writer);

static void addRemoval(const RelView *view, Removal remove) {
  char *nowhere = toNoOwner(view);
  Writer writer;
  startWriter(&writer, view);
  remove(&writer);
  finishWriter(&writer, "DELETE", "remove", NULL, NULL);
  startWriter(&writer, view);
  remove(&writer);
  finishWriter(&writer, "UPDATE", "leave", ownerColumnList(view), nowhere);
  sqlite3_free(nowhere);
}

static void startTaking(Writer *writer, const RelView *view) {
  startWriter(writer, view);
  pieceErrors(&writer->pieces, view);
  relPiece(&writer->pieces, "new_owner", isOwner(view, "NEW"));
  relPiece(&writer->pieces, "new_member", isMember(view, "NEW"));
}

static void startMoving(Writer *writer, const RelView *view) {
  startTaking(writer, view);
  relPiece(&writer->pieces, "old_owner", isOwner(view, "OLD"));
  relPiece(&writer->pieces, "key_changes", keyChanges(view));
  relPiece(&writer->pieces, "owner_changes", ownerChanges(view));
  obey(writer, "its key stays", relTemplate_check_key);
}

/* --- one-to-many: the member holds the key --- */

static char *takeKey(const RelView *view, const RelKey *key, char *is) {
  RelText text;
  relTextStart(&text, view->error);
  addTake(&text, key, is);
  sqlite3_free(is);
  return relTextFinish(&text);
}

/* A column of the key that may name an owner who is none, or -1: not one that tells members apart. */
static int parkingColumn(const RelView *view) {
  const RelKey *key = view->key;
  int i;
  for (i = 0; i < key->count; i++) {
    int column = key->childColumns[i];
    if (relIsWritable(key->child, column) && key->child->columns[column].keyPart == 0) {
      return column;
    }
  }
  return -1;
}

/* A value that no owner's key has, and that the column takes. */
static const char *parkingValue(const RelTable *table, int column) {
  if (relTableAffinity(table, column) == REL_AFFINITY_NUMERIC) return "-9223372036854775807";
  if (table->strict && relSame(table->columns[column].type, "BLOB")) return "x'7061726b6564'";
  return "'parked by relationship'";
}

/* True where the going of one member may take another along, which then is not the new one. */
static int mayTakeAlong(const RelView *view) {
  return !view->relationship->uselist && (view->relationship->cascade & REL_DELETE_ORPHAN) &&
         relGraphCycle(&view->compiler->graph, view->target) != NULL && parkingColumn(view) >= 0;
}

static void parkMember(Writer *writer) {
  const RelView *view = writer->view;
  int column = parkingColumn(view);
  const char *value = parkingValue(view->target, column);
  const char *name = relTableColumnName(view->target, column);
  relPiece(&writer->pieces, "park", relFormat(view->error, "\"%w\" = %s", name, value));
  relPiece(&writer->pieces, "is_parked",
           relFormat(view->error, "\"%w\".\"%w\" = %s", view->target->name, name, value));
  obey(writer, "one member, so the old one moves aside", relTemplate_replace_park);
}

static void replaceMember(Writer *writer) {
  const RelView *view = writer->view;
  if (view->relationship->uselist) return;
  if (mayTakeAlong(view)) {
    parkMember(writer);
  } else if (view->relationship->cascade & REL_DELETE_ORPHAN) {
    obey(writer, "one member, so the old one goes first", relTemplate_replace_delete);
  } else if (relKeyCanLetGo(view->key)) {
    relPiece(&writer->pieces, "let_go", relWordLetGo(view->error, view->key));
    obey(writer, "one member, so the old one goes first", relTemplate_replace_update);
  } else {
    relPiece(&writer->pieces, "refusal",
             notNull(view, "the member that is there must be moved or deleted first"));
    obey(writer, "one member, so the old one goes first", relTemplate_replace_refuse);
  }
}

static void takeMember(Writer *writer, const char *row, const char *what) {
  const RelView *view = writer->view;
  char *is = isOwner(view, "NEW");
  relPiece(&writer->pieces, "this_member", isMember(view, row));
  relPiece(&writer->pieces, "of_new_owner", refersTo(view, view->key, is));
  relPiece(&writer->pieces, "take", takeKey(view, view->key, is));
  replaceMember(writer);
  if (mayTakeAlong(view)) {
    obey(writer, what, relTemplate_member_take);
    obey(writer, "the old one goes", relTemplate_replace_parked);
  }
  if (!view->relationship->uselist) {
    relPiece(&writer->pieces, "lost",
             relWordLiteral(view->error,
                            "%s: letting the old member go would delete the new one or its owner; "
                            "remove the old one or move it first",
                            view->relationship->label));
    obey(writer, "what it takes along may not be the new one", relTemplate_replace_lost);
  }
  if (!mayTakeAlong(view)) obey(writer, what, relTemplate_member_take);
}

static void removeMember(Writer *writer) {
  const RelView *view = writer->view;
  relPiece(&writer->pieces, "this_member", isMember(view, "OLD"));
  if (view->relationship->cascade & REL_DELETE_ORPHAN) {
    relPiece(&writer->pieces, "this_row", isMember(view, "OLD"));
    relPiece(&writer->pieces, "also", relCopy(view->error, ""));
    obey(writer, "delete-orphan", relTemplate_orphan_delete);
  } else if (relKeyCanLetGo(view->key)) {
    relPiece(&writer->pieces, "let_go", relWordLetGo(view->error, view->key));
    obey(writer, "remove", relTemplate_member_let_go);
  } else {
    relPiece(&writer->pieces, "refusal",
             notNull(view, "set cascade to 'all, delete-orphan', or move the member"));
    obey(writer, "remove", relTemplate_refuse);
  }
}

static void writeOneToMany(const RelView *view) {
  Writer writer;
  startTaking(&writer, view);
  obey(&writer, "the owner must be there", relTemplate_check_owner);
  obey(&writer, "the member must be there", relTemplate_check_member);
  takeMember(&writer, "NEW", "append");
  finishWriter(&writer, "INSERT", "append", NULL, NULL);
  addRemoval(view, removeMember);
  startMoving(&writer, view);
  obey(&writer, "the owner must be there", relTemplate_check_owner);
  takeMember(&writer, "OLD", "move");
  finishMoving(&writer);
}

/* --- many-to-one: the owner holds the key --- */

static void takeTarget(Writer *writer, const char *row, const char *what) {
  const RelView *view = writer->view;
  char *is = isMember(view, row);
  relPiece(&writer->pieces, "refers_to_new", refersTo(view, view->key, is));
  relPiece(&writer->pieces, "take", takeKey(view, view->key, is));
  obey(writer, what, relTemplate_owner_take);
}

static void letTargetGo(Writer *writer, const char *what, char *unlessSame) {
  const RelView *view = writer->view;
  relPiece(&writer->pieces, "old_owner", isOwner(view, "OLD"));
  relPiece(&writer->pieces, "let_go", relWordLetGo(view->error, view->key));
  relPiece(&writer->pieces, "unless_same", unlessSame);
  obey(writer, what, relTemplate_owner_let_go);
}

static char *refuseEmptyOwner(const RelView *view) {
  return notNull(view, "append another target, which takes its place");
}

static void removeTarget(Writer *writer) {
  const RelView *view = writer->view;
  if (relKeyCanLetGo(view->key)) {
    letTargetGo(writer, "remove", relCopy(view->error, ""));
  } else {
    relPiece(&writer->pieces, "refusal", refuseEmptyOwner(view));
    obey(writer, "remove", relTemplate_refuse);
  }
}

static void writeManyToOne(const RelView *view) {
  Writer writer;
  startTaking(&writer, view);
  obey(&writer, "the owner must be there", relTemplate_check_owner);
  obey(&writer, "the member must be there", relTemplate_check_member);
  takeTarget(&writer, "NEW", "append");
  finishWriter(&writer, "INSERT", "append", NULL, NULL);
  addRemoval(view, removeTarget);
  startMoving(&writer, view);
  obey(&writer, "the owner must be there", relTemplate_check_owner);
  if (relKeyCanLetGo(view->key)) {
    char *same = isOwner(view, "NEW");
    takeTarget(&writer, "OLD", "move");
    letTargetGo(&writer, "move", relFormat(view->error, " AND NOT (%s)", same));
    sqlite3_free(same);
  } else {
    relPiece(&writer.pieces, "refusal", refuseEmptyOwner(view));
    obey(&writer, "move", relTemplate_owner_refuse);
  }
  finishMoving(&writer);
}

/* --- many-to-many: the link holds both keys --- */

/* The link's owner, who may be gone where the view does not look at it. */
static char *isOfOldOwner(const RelView *view) {
  char *owner, *of;
  RelText text;
  int i;
  if (!view->direct) {
    owner = isOwner(view, "OLD");
    of = refersTo(view, view->key, owner);
    sqlite3_free(owner);
    return of;
  }
  relTextStart(&text, view->error);
  for (i = 0; i < view->ownerCount; i++) {
    char *name = relViewOwnerName(view, i);
    if (i > 0) relText(&text, " AND ");
    relWordColumn(&text, NULL, view->links, relViewChildColumn(view, view->ownerColumns[i]));
    if (name != NULL) relTextFormat(&text, " = OLD.\"%w\"", name);
    sqlite3_free(name);
  }
  return relTextFinish(&text);
}

/* The pair, and where the links have a primary key beside it, that as well. */
static char *isLink(const RelView *view) {
  char *member = isMember(view, "OLD"), *ofOwner = isOfOldOwner(view);
  char *toMember = refersTo(view, view->targetKey, member);
  RelText text;
  int i;
  relTextStart(&text, view->error);
  if (view->error->rc == SQLITE_OK) relTextFormat(&text, "%s AND %s", ofOwner, toMember);
  for (i = 0; i < view->linkCount; i++) {
    char *name;
    if (view->links->columns[view->linkColumns[i]].keyPart == 0) continue;
    name = relViewLinkName(view, i);
    relText(&text, " AND ");
    relWordColumn(&text, NULL, view->links, view->linkColumns[i]);
    if (name != NULL) relTextFormat(&text, " IS OLD.\"%w\"", name);
    sqlite3_free(name);
  }
  sqlite3_free(member);
  sqlite3_free(ofOwner);
  sqlite3_free(toMember);
  return relTextFinish(&text);
}

static void pieceLinks(Writer *writer) {
  const RelView *view = writer->view;
  char *owner = isOwner(view, "NEW"), *member = isMember(view, "NEW");
  relPiece(&writer->pieces, "links", relWordName(view->error, view->links->name));
  relPiece(&writer->pieces, "of_new_owner", refersTo(view, view->key, owner));
  relPiece(&writer->pieces, "to_new_member", refersTo(view, view->targetKey, member));
  sqlite3_free(owner);
  sqlite3_free(member);
}

static void addPair(RelText *columns, RelText *values, const RelTable *table, int column) {
  if (relTextLength(columns) > 0) {
    relText(columns, ", ");
    relText(values, ", ");
  }
  relTextName(columns, NULL, relTableColumnName(table, column));
}

/* A view gives its triggers NULL for what an INSERT leaves out: the column's DEFAULT is meant. */
static void addLinkValue(const RelView *view, RelText *values, int n) {
  char *name = relViewLinkName(view, n);
  char *standard = relWordDefault(view->error, view->links, view->linkColumns[n]);
  if (name != NULL && standard != NULL) {
    int plain = strcmp(standard, "NULL") == 0;
    relTextFormat(values, plain ? "NEW.\"%w\"" : "coalesce(NEW.\"%w\", %s)", name, standard);
  }
  sqlite3_free(name);
  sqlite3_free(standard);
}

static void insertLink(Writer *writer) {
  const RelView *view = writer->view;
  char *owner = isOwner(view, "NEW"), *member = isMember(view, "NEW");
  RelText columns, values;
  int i;
  relTextStart(&columns, view->error);
  relTextStart(&values, view->error);
  for (i = 0; i < view->key->count + view->targetKey->count && member != NULL; i++) {
    const RelKey *key = i < view->key->count ? view->key : view->targetKey;
    int n = key == view->key ? i : i - view->key->count;
    int again = key == view->targetKey && relIsInKey(view->key, key->childColumns[n]);
    if (again || !relIsWritable(view->links, key->childColumns[n])) continue;
    addPair(&columns, &values, view->links, key->childColumns[n]);
    addValueOf(&values, key->parent, key->parentColumns[n], key == view->key ? owner : member);
  }
  for (i = 0; i < view->linkCount; i++) {
    if (!relIsWritable(view->links, view->linkColumns[i])) continue;
    addPair(&columns, &values, view->links, view->linkColumns[i]);
    addLinkValue(view, &values, i);
  }
  sqlite3_free(owner);
  sqlite3_free(member);
  relPiece(&writer->pieces, "columns", relTextFinish(&columns));
  relPiece(&writer->pieces, "values", relTextFinish(&values));
  obey(writer, "append", relTemplate_link_insert);
}

static char *takeLink(const RelView *view) {
  char *owner = isOwner(view, "NEW");
  RelText text;
  int i;
  relTextStart(&text, view->error);
  addTake(&text, view->key, owner);
  for (i = 0; i < view->linkCount; i++) {
    char *name;
    if (!relIsWritable(view->links, view->linkColumns[i])) continue;
    name = relViewLinkName(view, i);
    if (relTextLength(&text) > 0) relText(&text, ", ");
    relTextName(&text, NULL, relTableColumnName(view->links, view->linkColumns[i]));
    if (name != NULL) relTextFormat(&text, " = NEW.\"%w\"", name);
    sqlite3_free(name);
  }
  sqlite3_free(owner);
  return relTextFinish(&text);
}

static void replaceLinks(Writer *writer) {
  if (!writer->view->relationship->uselist)
    obey(writer, "one member, so the old one goes first", relTemplate_replace_links);
}

static void removeLink(Writer *writer) {
  const RelView *view = writer->view;
  relPiece(&writer->pieces, "links", relWordName(view->error, view->links->name));
  relPiece(&writer->pieces, "this_link", isLink(view));
  obey(writer, "remove", relTemplate_link_delete);
}

static void writeManyToMany(const RelView *view) {
  Writer writer;
  startTaking(&writer, view);
  pieceLinks(&writer);
  obey(&writer, "the owner must be there", relTemplate_check_owner);
  obey(&writer, "the member must be there", relTemplate_check_member);
  replaceLinks(&writer);
  insertLink(&writer);
  finishWriter(&writer, "INSERT", "append", NULL, NULL);

  addRemoval(view, removeLink);

  startMoving(&writer, view);
  pieceLinks(&writer);
  relPiece(&writer.pieces, "this_link", isLink(view));
  relPiece(&writer.pieces, "take", takeLink(view));
  obey(&writer, "the owner must be there", relTemplate_check_owner);
  replaceLinks(&writer);
  obey(&writer, "move", relTemplate_link_move);
  finishMoving(&writer);
}

static int isKeyWritable(const RelKey *key) {
  int i;
  for (i = 0; i < key->count; i++) {
    if (relIsWritable(key->child, key->childColumns[i])) return 1;
  }
  return 0;
}

static void refuseAll(const RelView *view) {
  refuse(view, "INSERT", "append", viewonly(view));
  refuse(view, "DELETE", "remove", viewonly(view));
  refuse(view, "UPDATE", "move", viewonly(view));
}

void relCompileWriting(const RelView *view) {
  if (!relEnforced(view->relationship) || !isKeyWritable(view->key)) {
    refuseAll(view);
    return;
  }
  if (relTableKeyWidth(view->target) == 0) return; /* its rows cannot be told apart */
  switch (view->relationship->direction) {
  case REL_ONETOMANY:
    writeOneToMany(view);
    break;
  case REL_MANYTOONE:
    writeManyToOne(view);
    break;
  case REL_MANYTOMANY:
    writeManyToMany(view);
    break;
  }
}
