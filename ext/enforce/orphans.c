/*
** delete-orphan: what happens when a key is emptied or moved, or a link goes, while the owner stays.
*/
#include "enforce/compile.h"

#include "templates.h"

/* The columns of a key for which `wanted` holds, as a list; NULL (no error) where there is none. */
typedef int (*ColumnTest)(const RelTable *table, int column);

static int mayBeNull(const RelTable *table, int column) {
  return !table->columns[column].notNull;
}

/* An INTEGER PRIMARY KEY set to NULL is refused by SQLite before any trigger sees it. */
static int mayNotBeNull(const RelTable *table, int column) {
  return table->columns[column].notNull && column != table->integerKey &&
         !table->columns[column].generated;
}

static int any(const RelTable *table, int column) {
  (void)table;
  (void)column;
  return 1;
}

static char *join(RelError *error, const RelKey *key, ColumnTest wanted, const char *between,
                  const char *before, const char *after) {
  RelText text;
  int i, count = 0;
  relTextStart(&text, error);
  for (i = 0; i < key->count; i++) {
    if (!wanted(key->child, key->childColumns[i])) continue;
    if (count++ > 0) relText(&text, between);
    relText(&text, before);
    relTextName(&text, NULL, relTableColumnName(key->child, key->childColumns[i]));
    relText(&text, after);
  }
  if (count > 0) return relTextFinish(&text);
  relTextDiscard(&text);
  return NULL;
}

/*
** The columns of UPDATE OF: NULL, which means any, where a generated column is among them, since an
** UPDATE never names it.
*/
static char *updatedColumns(RelError *error, const RelKey *key, ColumnTest wanted) {
  int i;
  for (i = 0; i < key->count; i++) {
    if (!relIsWritable(key->child, key->childColumns[i])) return NULL;
  }
  return join(error, key, wanted, ", ", "", "");
}

/* OLD."fk" IS NOT NEW."fk", for some column of the key. */
static char *keyMoves(RelError *error, const RelKey *key) {
  RelText text;
  int i;
  relTextStart(&text, error);
  for (i = 0; i < key->count; i++) {
    if (i > 0) relText(&text, " OR ");
    relWordColumn(&text, "OLD", key->child, key->childColumns[i]);
    relText(&text, " IS NOT ");
    relWordColumn(&text, "NEW", key->child, key->childColumns[i]);
  }
  return relTextFinish(&text);
}

static void addStatementTrigger(RelCompiler *compiler, RelTrigger *trigger, const char *label,
                                const char *sql) {
  RelText body;
  relTextStart(&body, compiler->error);
  relAddStatement(&body, label, "delete-orphan", sql);
  trigger->label = label;
  trigger->event = "UPDATE";
  trigger->body = relTextFinish(&body);
  relAddTrigger(compiler, trigger);
}

/* A member whose key becomes NULL, in one of the columns that `wanted` holds for. */
static void addLettingGo(RelCompiler *compiler, const Relationship *relationship,
                         ColumnTest wanted) {
  RelError *error = compiler->error;
  const RelKey *key = &relationship->key;
  const RelTable *member = relationship->target;
  int instead = wanted == mayNotBeNull;
  char *letsGo = join(error, key, wanted, " OR ", "NEW.", " IS NULL"), *sql;
  RelTrigger trigger = {NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL};
  RelPieces pieces;
  if (letsGo == NULL) return;
  relPiecesStart(&pieces, error);
  relPiece(&pieces, "lets_go", letsGo);
  relPiece(&pieces, "had_owner", join(error, key, any, " AND ", "OLD.", " IS NOT NULL"));
  relPiece(&pieces, "owner", relWordName(error, relationship->owner->name));
  relPiece(&pieces, "old_owner", relWordMatch(error, key, NULL, "OLD", NULL));
  relPiece(&pieces, "member", relWordName(error, member->name));
  relPiece(&pieces, "also", relWordAlso(error, relationship->condition));
  relPiece(&pieces, "this_row", relWordSameRow(error, member, NULL, instead ? "OLD" : "NEW"));
  trigger.name = relFormat(error, instead ? "%s:before orphan" : "%s:orphan", relationship->label);
  trigger.time = instead ? "BEFORE" : "AFTER";
  trigger.columns = updatedColumns(error, key, wanted);
  trigger.table = member->name;
  trigger.when = relExpand(&pieces, relTemplate_orphan_when);
  sql = relExpand(&pieces, instead ? relTemplate_orphan_instead : relTemplate_orphan_delete);
  addStatementTrigger(compiler, &trigger, relationship->label, sql);
  sqlite3_free(sql);
  relPiecesClear(&pieces);
}

/* The row that refers to the target turns to another, or to none. */
static void addTurningAway(RelCompiler *compiler, const Relationship *relationship) {
  RelError *error = compiler->error;
  const RelKey *key = &relationship->key;
  RelTrigger trigger = {NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL};
  int itself = relationship->owner == relationship->target;
  char *name = relWordName(error, relationship->owner->name);
  char *alias = itself ? relWordAlias(error, relationship->owner) : NULL, *sql;
  RelPieces pieces;
  relPiecesStart(&pieces, error);
  relPiece(&pieces, "target", relWordName(error, relationship->target->name));
  relPiece(&pieces, "owner",
           itself ? relFormat(error, "%s AS %s", name, alias) : relCopy(error, name));
  relPiece(&pieces, "was_target", relWordMatch(error, key, NULL, "OLD", relationship->condition));
  relPiece(&pieces, "refers", relWordMatch(error, key, NULL, alias, NULL));
  trigger.name = relFormat(error, "%s:orphan", relationship->label);
  trigger.time = "AFTER";
  trigger.columns = updatedColumns(error, key, any);
  trigger.table = relationship->owner->name;
  trigger.when = keyMoves(error, key);
  sql = relExpand(&pieces, relTemplate_target_delete);
  addStatementTrigger(compiler, &trigger, relationship->label, sql);
  sqlite3_free(sql);
  sqlite3_free(alias);
  sqlite3_free(name);
  relPiecesClear(&pieces);
}

/*
** The member of a link that went, in a trigger of the secondary. With delete as well, it also goes
** when the owner did; without, only while the owner is there.
*/
static char *deleteUnlinked(RelCompiler *compiler, const Relationship *relationship) {
  RelError *error = compiler->error;
  const RelKey *key = &relationship->key, *targetKey = &relationship->targetKey;
  int itself = relationship->owner == relationship->target;
  char *name = relWordName(error, relationship->owner->name);
  char *alias = itself ? relWordAlias(error, relationship->owner) : NULL;
  char *owner = relWordMatch(error, key, alias, "OLD", NULL), *sql;
  RelPieces pieces;
  relPiecesStart(&pieces, error);
  relPiece(&pieces, "member", relWordName(error, relationship->target->name));
  relPiece(&pieces, "links", relWordName(error, relationship->secondary->name));
  relPiece(&pieces, "was_linked",
           relWordMatch(error, targetKey, NULL, "OLD", relationship->condition));
  relPiece(&pieces, "to_member", relWordMatch(error, targetKey, NULL, NULL, NULL));
  if (relationship->onDelete == REL_ON_DELETE_CASCADE) {
    relPiece(&pieces, "owner_stays", relCopy(error, ""));
  } else {
    relPiece(&pieces, "owner_stays",
             relFormat(error, "\n    AND EXISTS (SELECT 1 FROM %s%s%s WHERE %s)", name,
                       itself ? " AS " : "", itself ? alias : "", owner));
  }
  sql = relExpand(&pieces, relTemplate_unlinked_delete);
  relPiecesClear(&pieces);
  sqlite3_free(owner);
  sqlite3_free(alias);
  sqlite3_free(name);
  return sql;
}

/* A link turns to another member. */
static void addLinkTurningAway(RelCompiler *compiler, const Relationship *relationship) {
  RelTrigger trigger = {NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL};
  char *sql = deleteUnlinked(compiler, relationship);
  trigger.name = relFormat(compiler->error, "%s:orphan", relationship->label);
  trigger.time = "AFTER";
  trigger.columns = updatedColumns(compiler->error, &relationship->targetKey, any);
  trigger.table = relationship->secondary->name;
  trigger.when = keyMoves(compiler->error, &relationship->targetKey);
  addStatementTrigger(compiler, &trigger, relationship->label, sql);
  sqlite3_free(sql);
}

static int hasOrphans(const Relationship *relationship) {
  return relEnforced(relationship) && (relationship->cascade & REL_DELETE_ORPHAN);
}

/*
** One trigger per secondary for all its relationships. It is none of the table's delete trigger: what
** it deletes may delete links in turn, for which that one has to fire.
*/
static void addUnlinked(RelCompiler *compiler, const RelTable *secondary) {
  RelTrigger trigger = {NULL, NULL, "AFTER", "DELETE", NULL, NULL, NULL, NULL};
  RelText body;
  int i, count = 0;
  relTextStart(&body, compiler->error);
  for (i = 0; i < relModelCount(compiler->model); i++) {
    const Relationship *relationship = relModelAt(compiler->model, i);
    char *sql;
    if (relationship->secondary != secondary || !hasOrphans(relationship)) continue;
    sql = deleteUnlinked(compiler, relationship);
    trigger.label = count++ > 0 ? NULL : relationship->label;
    relAddStatement(&body, relationship->label, "delete-orphan", sql);
    sqlite3_free(sql);
  }
  if (count == 0) {
    relTextDiscard(&body);
    return;
  }
  trigger.name = relFormat(compiler->error, "%s:unlinked", secondary->name);
  trigger.table = secondary->name;
  trigger.body = relTextFinish(&body);
  relAddTrigger(compiler, &trigger);
}

void relCompileOrphans(RelCompiler *compiler) {
  int i;
  for (i = 0; i < relModelCount(compiler->model); i++) {
    const Relationship *relationship = relModelAt(compiler->model, i);
    if (!hasOrphans(relationship)) continue;
    switch (relationship->direction) {
    case REL_ONETOMANY:
      addLettingGo(compiler, relationship, mayBeNull);
      addLettingGo(compiler, relationship, mayNotBeNull);
      break;
    case REL_MANYTOONE:
      addTurningAway(compiler, relationship);
      break;
    case REL_MANYTOMANY:
      addLinkTurningAway(compiler, relationship);
      break;
    }
  }
  for (i = 0; i < compiler->graph.tableCount; i++) {
    addUnlinked(compiler, compiler->graph.tables[i]);
  }
}
