/*
** Writing through a collection view: triggers that append, remove and move. They name keys and link
** columns only, so that the target's other columns come and go without them.
*/
#include "enforce/writer.h"

#include "templates.h"

/* --- one-to-many: the member holds the key --- */

static char *takeKey(const RelView *view, const RelKey *key, char *is) {
  RelText text;
  relTextStart(&text, view->error);
  relWriterTake(&text, key, is);
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

static void parkMember(RelWriter *writer) {
  const RelView *view = writer->view;
  int column = parkingColumn(view);
  const char *value = parkingValue(view->target, column);
  const char *name = relTableColumnName(view->target, column);
  relPiece(&writer->pieces, "park", relFormat(view->error, "\"%w\" = %s", name, value));
  relPiece(&writer->pieces, "is_parked",
           relFormat(view->error, "\"%w\".\"%w\" = %s", view->target->name, name, value));
  relWriterObey(writer, "one member, so the old one moves aside", relTemplate_replace_park);
}

static void replaceMember(RelWriter *writer) {
  const RelView *view = writer->view;
  if (view->relationship->uselist) return;
  if (mayTakeAlong(view)) {
    parkMember(writer);
  } else if (view->relationship->cascade & REL_DELETE_ORPHAN) {
    relWriterObey(writer, "one member, so the old one goes first", relTemplate_replace_delete);
  } else if (relKeyCanLetGo(view->key)) {
    relPiece(&writer->pieces, "let_go", relKeyLetGo(view->error, view->key, 0));
    relWriterObey(writer, "one member, so the old one goes first", relTemplate_replace_update);
  } else {
    relPiece(&writer->pieces, "refusal",
             relWriterNotNull(view, "the member that is there must be moved or deleted first"));
    relWriterObey(writer, "one member, so the old one goes first", relTemplate_replace_refuse);
  }
}

static void takeMember(RelWriter *writer, const char *row, const char *what) {
  const RelView *view = writer->view;
  char *is = relWriterOwner(view, "NEW");
  relPiece(&writer->pieces, "this_member", relWriterMember(view, row));
  relPiece(&writer->pieces, "of_new_owner", relWriterRefers(view, view->key, is));
  relPiece(&writer->pieces, "take", takeKey(view, view->key, is));
  replaceMember(writer);
  if (mayTakeAlong(view)) {
    relWriterObey(writer, what, relTemplate_member_take);
    relWriterObey(writer, "the old one goes", relTemplate_replace_parked);
  }
  if (!view->relationship->uselist) {
    relPiece(&writer->pieces, "lost",
             relWordLiteral(view->error,
                            "%s: letting the old member go would delete the new one or its owner; "
                            "remove the old one or move it first",
                            view->relationship->label));
    relWriterObey(writer, "what it takes along may not be the new one", relTemplate_replace_lost);
  }
  if (!mayTakeAlong(view)) relWriterObey(writer, what, relTemplate_member_take);
}

static void removeMember(RelWriter *writer) {
  const RelView *view = writer->view;
  relPiece(&writer->pieces, "this_member", relWriterMember(view, "OLD"));
  if (view->relationship->cascade & REL_DELETE_ORPHAN) {
    relPiece(&writer->pieces, "this_row", relWriterMember(view, "OLD"));
    relPiece(&writer->pieces, "also", relCopy(view->error, ""));
    relWriterObey(writer, "delete-orphan", relTemplate_orphan_delete);
  } else if (relKeyCanLetGo(view->key)) {
    relPiece(&writer->pieces, "let_go", relKeyLetGo(view->error, view->key, 0));
    relWriterObey(writer, "remove", relTemplate_member_let_go);
  } else {
    relPiece(&writer->pieces, "refusal",
             relWriterNotNull(view, "set cascade to 'all, delete-orphan', or move the member"));
    relWriterObey(writer, "remove", relTemplate_refuse);
  }
}

static void writeOneToMany(const RelView *view) {
  RelWriter writer;
  relWriterStartTake(&writer, view);
  relWriterObey(&writer, "the owner must be there", relTemplate_check_owner);
  relWriterObey(&writer, "the member must be there", relTemplate_check_member);
  takeMember(&writer, "NEW", "append");
  relWriterFinish(&writer, "INSERT", "append", NULL, NULL);
  relWriterRemoval(view, removeMember);
  relWriterStartMove(&writer, view);
  relWriterObey(&writer, "the owner must be there", relTemplate_check_owner);
  takeMember(&writer, "OLD", "move");
  relWriterFinishMove(&writer);
}

/* --- many-to-one: the owner holds the key --- */

static void takeTarget(RelWriter *writer, const char *row, const char *what) {
  const RelView *view = writer->view;
  char *is = relWriterMember(view, row);
  relPiece(&writer->pieces, "refers_to_new", relWriterRefers(view, view->key, is));
  relPiece(&writer->pieces, "take", takeKey(view, view->key, is));
  relWriterObey(writer, what, relTemplate_owner_take);
}

static void letTargetGo(RelWriter *writer, const char *what, char *unlessSame) {
  const RelView *view = writer->view;
  relPiece(&writer->pieces, "old_owner", relWriterOwner(view, "OLD"));
  relPiece(&writer->pieces, "let_go",
           relKeyLetGo(view->error, view->key, !relKeyCanLetGo(view->key)));
  relPiece(&writer->pieces, "unless_same", unlessSame);
  relWriterObey(writer, what, relTemplate_owner_let_go);
}

static char *refuseEmptyOwner(const RelView *view) {
  return relWriterNotNull(view, "append another target, which takes its place");
}

/* An owner without target is an orphan of the target's collection: emptying its key deletes it. */
static int isOrphanWithout(const RelView *view) {
  const RelModel *model = view->compiler->model;
  int i;
  for (i = 0; i < relModelCount(model); i++) {
    const Relationship *inverse = relModelAt(model, i);
    if (relHasOrphans(inverse) && inverse->direction == REL_ONETOMANY &&
        inverse->condition == NULL && relSameColumns(&inverse->key, view->key)) {
      return relOrphanInstead(&inverse->key);
    }
  }
  return 0;
}

static int canLetTargetGo(const RelView *view) {
  return relKeyCanLetGo(view->key) || isOrphanWithout(view);
}

static void removeTarget(RelWriter *writer) {
  const RelView *view = writer->view;
  if (canLetTargetGo(view)) {
    letTargetGo(writer, "remove", relCopy(view->error, ""));
  } else {
    relPiece(&writer->pieces, "refusal", refuseEmptyOwner(view));
    relWriterObey(writer, "remove", relTemplate_refuse);
  }
}

static void writeManyToOne(const RelView *view) {
  RelWriter writer;
  relWriterStartTake(&writer, view);
  relWriterObey(&writer, "the owner must be there", relTemplate_check_owner);
  relWriterObey(&writer, "the member must be there", relTemplate_check_member);
  takeTarget(&writer, "NEW", "append");
  relWriterFinish(&writer, "INSERT", "append", NULL, NULL);
  relWriterRemoval(view, removeTarget);
  relWriterStartMove(&writer, view);
  relWriterObey(&writer, "the owner must be there", relTemplate_check_owner);
  if (canLetTargetGo(view)) {
    char *same = relWriterOwner(view, "NEW");
    takeTarget(&writer, "OLD", "move");
    letTargetGo(&writer, "move", relFormat(view->error, " AND NOT (%s)", same));
    sqlite3_free(same);
  } else {
    relPiece(&writer.pieces, "refusal", refuseEmptyOwner(view));
    relWriterObey(&writer, "move", relTemplate_owner_refuse);
  }
  relWriterFinishMove(&writer);
}

/* --- many-to-many: the link holds both keys --- */

/* The link's owner, who may be gone where the view does not look at it. */
static char *isOfOldOwner(const RelView *view) {
  char *owner, *of;
  RelText text;
  int i;
  if (!view->direct) {
    owner = relWriterOwner(view, "OLD");
    of = relWriterRefers(view, view->key, owner);
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
  char *member = relWriterMember(view, "OLD"), *ofOwner = isOfOldOwner(view);
  char *toMember = relWriterRefers(view, view->targetKey, member);
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

static void pieceLinks(RelWriter *writer) {
  const RelView *view = writer->view;
  char *owner = relWriterOwner(view, "NEW"), *member = relWriterMember(view, "NEW");
  relPiece(&writer->pieces, "links", relWordName(view->error, view->links->name));
  relPiece(&writer->pieces, "of_new_owner", relWriterRefers(view, view->key, owner));
  relPiece(&writer->pieces, "to_new_member", relWriterRefers(view, view->targetKey, member));
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

static void insertLink(RelWriter *writer) {
  const RelView *view = writer->view;
  char *owner = relWriterOwner(view, "NEW"), *member = relWriterMember(view, "NEW");
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
    relWriterValueOf(&values, key->parent, key->parentColumns[n],
                     key == view->key ? owner : member);
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
  relWriterObey(writer, "append", relTemplate_link_insert);
}

static char *takeLink(const RelView *view) {
  char *owner = relWriterOwner(view, "NEW");
  RelText text;
  int i;
  relTextStart(&text, view->error);
  relWriterTake(&text, view->key, owner);
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

static void replaceLinks(RelWriter *writer) {
  if (!writer->view->relationship->uselist)
    relWriterObey(writer, "one member, so the old one goes first", relTemplate_replace_links);
}

static void removeLink(RelWriter *writer) {
  const RelView *view = writer->view;
  relPiece(&writer->pieces, "links", relWordName(view->error, view->links->name));
  relPiece(&writer->pieces, "this_link", isLink(view));
  relWriterObey(writer, "remove", relTemplate_link_delete);
}

static void writeManyToMany(const RelView *view) {
  RelWriter writer;
  relWriterStartTake(&writer, view);
  pieceLinks(&writer);
  relWriterObey(&writer, "the owner must be there", relTemplate_check_owner);
  relWriterObey(&writer, "the member must be there", relTemplate_check_member);
  replaceLinks(&writer);
  insertLink(&writer);
  relWriterFinish(&writer, "INSERT", "append", NULL, NULL);

  relWriterRemoval(view, removeLink);

  relWriterStartMove(&writer, view);
  pieceLinks(&writer);
  relPiece(&writer.pieces, "this_link", isLink(view));
  relPiece(&writer.pieces, "take", takeLink(view));
  relWriterObey(&writer, "the owner must be there", relTemplate_check_owner);
  replaceLinks(&writer);
  relWriterObey(&writer, "move", relTemplate_link_move);
  relWriterFinishMove(&writer);
}

static int isKeyWritable(const RelKey *key) {
  int i;
  for (i = 0; i < key->count; i++) {
    if (relIsWritable(key->child, key->childColumns[i])) return 1;
  }
  return 0;
}

static void refuseAll(const RelView *view) {
  relWriterRefuse(view, "INSERT", "append", relWriterViewonly(view));
  relWriterRefuse(view, "DELETE", "remove", relWriterViewonly(view));
  relWriterRefuse(view, "UPDATE", "move", relWriterViewonly(view));
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
