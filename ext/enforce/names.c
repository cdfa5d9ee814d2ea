/*
** What lets declarations follow ALTER TABLE: a trigger on each table that says what is called how
** (model/renames.h reads it).
*/
#include "enforce/compile.h"
#include "model/names.h"
#include "model/renames.h"

#include "templates.h"

/* A table and which of its columns declarations speak of. */
typedef struct Tracked {
  const RelTable *table;
  unsigned char *columns; /* [table->columnCount] owned */
} Tracked;

typedef struct Tracking {
  RelError *error;
  Tracked *items; /* owned */
  int count, room;
} Tracking;

/* Views and virtual tables take no such trigger. */
static Tracked *track(Tracking *tracking, const RelTable *table) {
  Tracked *made;
  int i;
  if (table == NULL || table->kind != REL_TABLE) return NULL;
  for (i = 0; i < tracking->count; i++) {
    if (tracking->items[i].table == table) return &tracking->items[i];
  }
  tracking->items = relGrow(tracking->error, tracking->items, tracking->count, &tracking->room,
                            sizeof *tracking->items);
  if (tracking->error->rc != SQLITE_OK) return NULL;
  made = &tracking->items[tracking->count++];
  made->table = table;
  made->columns = relAlloc(tracking->error, (size_t)table->columnCount);
  return made;
}

static void trackColumn(Tracking *tracking, const RelTable *table, int column) {
  Tracked *tracked = track(tracking, table);
  if (tracked != NULL && tracked->columns != NULL && column >= 0) tracked->columns[column] = 1;
}

static void trackKey(Tracking *tracking, const RelKey *key) {
  int i;
  for (i = 0; i < key->count; i++) {
    trackColumn(tracking, key->parent, key->parentColumns[i]);
    trackColumn(tracking, key->child, key->childColumns[i]);
  }
}

static const RelTable *tableOf(const Relationship *relationship, RelField role) {
  return role == REL_FIELD_OWNER    ? relationship->owner
         : role == REL_FIELD_TARGET ? relationship->target
                                    : relationship->secondary;
}

static void trackNamed(Tracking *tracking, const Relationship *relationship,
                       const RelNamed *named) {
  RelError *error = tracking->error;
  char *tableName = named->table.kind != REL_TOKEN_END ? relTokenName(error, named->table) : NULL;
  char *columnName = relTokenName(error, named->column);
  const RelField *role;
  for (role = named->tables; *role != REL_FIELD_COUNT && columnName != NULL; role++) {
    const RelTable *table = tableOf(relationship, *role);
    int column;
    if (table == NULL || (tableName != NULL && !relSame(table->name, tableName))) continue;
    column = relTableColumn(table, columnName);
    if (column < 0) continue;
    trackColumn(tracking, table, column);
    break;
  }
  sqlite3_free(tableName);
  sqlite3_free(columnName);
}

static void trackRelationship(Tracking *tracking, const Relationship *relationship) {
  RelNaming naming = {&relationship->declaration, 0, REL_FIELD_COUNT, NULL, NULL, 0};
  RelNamed named;
  track(tracking, relationship->owner);
  track(tracking, relationship->target);
  track(tracking, relationship->secondary);
  trackKey(tracking, &relationship->key);
  if (relationship->secondary != NULL) trackKey(tracking, &relationship->targetKey);
  while (relNamingNext(&naming, &named)) trackNamed(tracking, relationship, &named);
}

/* The column whose updates cost a little more: of the key, which is seldom updated, if there is one. */
static const char *watchedColumn(const RelTable *table) {
  int i;
  if (table->keyCount > 0) return table->columns[table->key[0]].name;
  for (i = 0; i + 1 < table->columnCount && table->columns[i].generated; i++) continue;
  return table->columns[i].name;
}

static void addTrigger(RelCompiler *compiler, const Tracked *tracked) {
  const RelTable *table = tracked->table;
  RelTrigger trigger = {NULL, NULL, "AFTER", "UPDATE", NULL, table->name, NULL, NULL};
  RelPieces pieces;
  RelText columns;
  char *body;
  int i;
  relTextStart(&columns, compiler->error);
  for (i = 0; i < table->columnCount; i++) {
    if (!tracked->columns[i]) continue;
    relText(&columns, ", ");
    relText(&columns, "NEW.");
    relTextName(&columns, NULL, table->columns[i].name);
    relText(&columns, " AS ");
    relTextName(&columns, NULL, table->columns[i].name);
  }
  relPiecesStart(&pieces, compiler->error);
  relPiece(&pieces, "table", relWordName(compiler->error, table->name));
  relPiece(&pieces, "columns", relTextFinish(&columns));
  body = relExpand(&pieces, relTemplate_names);
  relPiecesClear(&pieces);
  trigger.name = relFormat(compiler->error, "%s" REL_NAMES, table->name);
  trigger.columns = relWordName(compiler->error, watchedColumn(table));
  trigger.when = relCopy(compiler->error, "0");
  trigger.body = relFormat(compiler->error, "%s\n", body);
  sqlite3_free(body);
  relAddTrigger(compiler, &trigger);
}

void relCompileNames(RelCompiler *compiler) {
  Tracking tracking = {compiler->error, NULL, 0, 0};
  int i;
  for (i = 0; i < relModelCount(compiler->model) && compiler->error->rc == SQLITE_OK; i++) {
    trackRelationship(&tracking, relModelAt(compiler->model, i));
  }
  for (i = 0; i < tracking.count && compiler->error->rc == SQLITE_OK; i++) {
    addTrigger(compiler, &tracking.items[i]);
  }
  for (i = 0; i < tracking.count; i++) sqlite3_free(tracking.items[i].columns);
  sqlite3_free(tracking.items);
}
