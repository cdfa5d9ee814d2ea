/*
** The collection view of a relationship: the owner's primary key, the target's columns, and what else
** the links say.
*/
#include "enforce/collection.h"

#include "templates.h"

/* --- names --- */

char *relViewOwnerName(const RelView *view, int n) {
  int column = view->ownerColumns[n];
  return relFormat(view->error, "owner_%s",
                   column < 0 ? "rowid" : relTableColumnName(view->owner, column));
}

char *relViewLinkName(const RelView *view, int n) {
  return relFormat(view->error, "link_%s", relTableColumnName(view->links, view->linkColumns[n]));
}

static int matches(char *name, const char *wanted) {
  int same = relSame(name, wanted);
  sqlite3_free(name);
  return same;
}

static int isOwnerName(const RelView *view, const char *name) {
  int i;
  for (i = 0; i < view->ownerCount; i++) {
    if (matches(relViewOwnerName(view, i), name)) return 1;
  }
  return 0;
}

static int isTakenName(const RelView *view, const char *name, int column) {
  int i;
  if (isOwnerName(view, name)) return 1;
  for (i = 0; i < view->linkCount; i++) {
    if (matches(relViewLinkName(view, i), name)) return 1;
  }
  i = relTableColumn(view->target, name);
  return i >= 0 && i != column;
}

/* The owner's primary key; of a view, which has none, what the join uses. */
static void findOwnerColumns(RelView *view) {
  const RelKey *key = view->key;
  const int *joined =
      view->relationship->direction == REL_MANYTOONE ? key->childColumns : key->parentColumns;
  int i;
  view->ownerCount = relTableKeyWidth(view->owner);
  if (view->ownerCount == 0) view->ownerCount = key->count;
  view->ownerColumns = relAlloc(view->error, (size_t)view->ownerCount * sizeof(int));
  for (i = 0; i < view->ownerCount && view->ownerColumns != NULL; i++) {
    view->ownerColumns[i] =
        relTableKeyWidth(view->owner) > 0 ? relTableKeyColumn(view->owner, i) : joined[i];
  }
}

static void findLinkColumns(RelView *view) {
  int i;
  if (view->links == NULL) return;
  view->linkColumns = relAlloc(view->error, (size_t)view->links->columnCount * sizeof(int));
  for (i = 0; i < view->links->columnCount && view->linkColumns != NULL; i++) {
    if (relIsInKey(view->key, i) || relIsInKey(view->targetKey, i) ||
        view->links->columns[i].hidden) {
      continue;
    }
    view->linkColumns[view->linkCount++] = i;
  }
}

static char *targetName(RelView *view, int column) {
  const char *own = view->target->columns[column].name;
  int foreign = view->relationship->direction == REL_ONETOMANY && relIsInKey(view->key, column);
  char *name = relCopy(view->error, own);
  if (foreign && isOwnerName(view, own)) {
    sqlite3_free(name);
    return NULL;
  }
  while (name != NULL && isTakenName(view, name, column)) {
    char *longer = relFormat(view->error, "target_%s", name);
    sqlite3_free(name);
    name = longer;
  }
  return name;
}

static void findTargetNames(RelView *view) {
  const RelTable *target = view->target;
  int i;
  view->names = relAlloc(view->error, (size_t)target->columnCount * sizeof(char *));
  for (i = 0; i < target->columnCount && view->error->rc == SQLITE_OK; i++) {
    if (target->columns[i].hidden) continue;
    view->names[i] = targetName(view, i);
    if (view->names[i] == NULL || strcmp(view->names[i], target->columns[i].name) != 0) {
      view->renamed = 1;
    }
  }
}

/* A view takes no more columns than a table: the last of the target's that are no key give way. */
static void leaveOutWhatDoesNotFit(RelView *view) {
  sqlite3 *db = relModelDb(view->compiler->model);
  int room = sqlite3_limit(db, SQLITE_LIMIT_COLUMN, -1) - view->ownerCount - view->linkCount;
  int i, count = 0;
  for (i = 0; i < view->target->columnCount; i++) count += view->names[i] != NULL;
  for (i = view->target->columnCount - 1; i >= 0 && count > room; i--) {
    if (view->names[i] == NULL || view->target->columns[i].keyPart > 0) continue;
    sqlite3_free(view->names[i]);
    view->names[i] = NULL;
    view->renamed = 1;
    count--;
  }
}

/* The position of a column, the rowid's being that of the INTEGER PRIMARY KEY where there is one. */
static int canonical(const RelTable *table, int column) {
  return column < 0 ? table->integerKey : column;
}

int relViewChildColumn(const RelView *view, int ownerColumn) {
  const RelKey *key = view->key;
  int i;
  for (i = 0; i < key->count; i++) {
    if (canonical(view->owner, key->parentColumns[i]) == canonical(view->owner, ownerColumn)) {
      return key->childColumns[i];
    }
  }
  return -1;
}

/*
** True where the child's foreign key is the owner's whole primary key and compares alike: then it
** stands for the owner, who need not be looked at.
*/
static int isDirect(const RelView *view) {
  const RelTable *child = view->key->child;
  int i;
  if (view->relationship->direction == REL_MANYTOONE || view->ownerCount != view->key->count) {
    return 0;
  }
  for (i = 0; i < view->ownerCount; i++) {
    int parentColumn = view->ownerColumns[i], column = relViewChildColumn(view, parentColumn);
    if (column < 0 ||
        relTableAffinity(child, column) != relTableAffinity(view->owner, parentColumn) ||
        !relSame(relTableCollation(child, column), relTableCollation(view->owner, parentColumn))) {
      return 0;
    }
  }
  return 1;
}

static void openView(RelView *view, RelCompiler *compiler, const Relationship *relationship) {
  memset(view, 0, sizeof *view);
  view->compiler = compiler;
  view->error = compiler->error;
  view->relationship = relationship;
  view->owner = relationship->owner;
  view->target = relationship->target;
  view->links = relationship->secondary;
  view->key = &relationship->key;
  view->targetKey = view->links != NULL ? &relationship->targetKey : NULL;
  findOwnerColumns(view);
  findLinkColumns(view);
  findTargetNames(view);
  if (view->error->rc == SQLITE_OK) leaveOutWhatDoesNotFit(view);
  view->direct = view->error->rc == SQLITE_OK && isDirect(view);
}

static void closeView(RelView *view) {
  int i;
  for (i = 0; view->names != NULL && i < view->target->columnCount; i++) {
    sqlite3_free(view->names[i]);
  }
  sqlite3_free(view->names);
  sqlite3_free(view->ownerColumns);
  sqlite3_free(view->linkColumns);
}

/* --- the view --- */

static void addAs(RelText *text, char *name) {
  relText(text, " AS ");
  if (name != NULL) relTextName(text, NULL, name);
  sqlite3_free(name);
}

static void addOwnerColumns(const RelView *view, RelText *text, const char *owner) {
  int i;
  for (i = 0; i < view->ownerCount; i++) {
    if (view->direct) {
      relWordColumn(text, NULL, view->key->child, relViewChildColumn(view, view->ownerColumns[i]));
    } else {
      relWordColumn(text, owner, view->owner, view->ownerColumns[i]);
    }
    addAs(text, relViewOwnerName(view, i));
    relText(text, ", ");
  }
}

static void addTargetColumns(const RelView *view, RelText *text) {
  int i, first = 1;
  if (relTableKeyWidth(view->target) == 1 && relTableKeyColumn(view->target, 0) < 0) {
    relWordColumn(text, NULL, view->target, -1);
    addAs(text, relCopy(view->error, view->target->rowid));
    relText(text, ", ");
  }
  if (!view->renamed) {
    relTextName(text, NULL, view->target->name);
    relText(text, ".*");
    return;
  }
  for (i = 0; i < view->target->columnCount; i++) {
    if (view->names[i] == NULL) continue;
    if (!first) relText(text, ", ");
    first = 0;
    relWordColumn(text, NULL, view->target, i);
    addAs(text, relCopy(view->error, view->names[i]));
  }
}

static char *viewColumns(const RelView *view, const char *owner) {
  RelText text;
  int i;
  relTextStart(&text, view->error);
  addOwnerColumns(view, &text, owner);
  addTargetColumns(view, &text);
  for (i = 0; i < view->linkCount; i++) {
    relText(&text, ", ");
    relWordColumn(&text, NULL, view->links, view->linkColumns[i]);
    addAs(&text, relViewLinkName(view, i));
  }
  return relTextFinish(&text);
}

/* The child has an owner: none of its foreign key columns is NULL. */
static char *hasOwner(const RelView *view) {
  const RelKey *key = view->key;
  RelText text;
  int i;
  relTextStart(&text, view->error);
  for (i = 0; i < key->count; i++) {
    if (i > 0) relText(&text, " AND ");
    relWordColumn(&text, NULL, key->child, key->childColumns[i]);
    relText(&text, " IS NOT NULL");
  }
  return relTextFinish(&text);
}

static const char *viewRule(const RelView *view) {
  if (view->links != NULL)
    return view->direct ? relTemplate_view_linked : relTemplate_view_linked_joined;
  return view->direct ? relTemplate_view_members : relTemplate_view_joined;
}

static void pieceJoins(RelPieces *pieces, const RelView *view, const char *owner) {
  const char *condition = view->relationship->condition;
  RelError *error = view->error;
  int toOne = view->relationship->direction == REL_MANYTOONE;
  char *also = relWordAlso(error, condition), *has = hasOwner(view);
  if (view->links != NULL) {
    relPiece(pieces, "links", relWordName(error, view->links->name));
    relPiece(pieces, "of_owner", relWordMatch(error, view->key, owner, NULL, NULL));
    relPiece(pieces, "to_member", relWordMatch(error, view->targetKey, NULL, NULL, condition));
    relPiece(pieces, "has_owner", relCopy(error, has));
  } else {
    relPiece(pieces, "joined",
             toOne ? relWordMatch(error, view->key, NULL, owner, condition)
                   : relWordMatch(error, view->key, owner, NULL, condition));
    relPiece(pieces, "has_owner", relFormat(error, "%s%s", has, also));
  }
  sqlite3_free(also);
  sqlite3_free(has);
}

static void addView(const RelView *view) {
  RelError *error = view->error;
  const char *label = view->relationship->label;
  int itself = view->owner == view->target;
  char *alias = itself ? relWordAlias(error, view->owner) : NULL;
  RelPieces pieces;
  relPiecesStart(&pieces, error);
  relPiece(&pieces, "name", relWordName(error, label));
  relPiece(&pieces, "made", relCopy(error, REL_MADE));
  relPiece(&pieces, "columns", viewColumns(view, alias));
  relPiece(&pieces, "owner",
           itself ? relFormat(error, "\"%w\" AS %s", view->owner->name, alias)
                  : relWordName(error, view->owner->name));
  relPiece(&pieces, "member",
           relFormat(error, "\"%w\" AS \"%w\"", view->target->name, view->target->name));
  pieceJoins(&pieces, view, alias);
  relAddObject(view->compiler, "view", relCopy(error, label), label, label,
               relExpand(&pieces, viewRule(view)),
               relFormat(error, "SELECT * FROM \"%w\".\"%w\"",
                         relModelSchema(view->compiler->model), label));
  relPiecesClear(&pieces);
  sqlite3_free(alias);
}

void relCompileCollections(RelCompiler *compiler) {
  int i;
  for (i = 0; i < relModelCount(compiler->model) && compiler->error->rc == SQLITE_OK; i++) {
    RelView view;
    openView(&view, compiler, relModelAt(compiler->model, i));
    if (compiler->error->rc == SQLITE_OK) addView(&view);
    if (compiler->error->rc == SQLITE_OK) relCompileWriting(&view);
    closeView(&view);
  }
}
