#include "enforce/index.h"

#include "model/options.h"
#include "templates.h"

void relScriptClear(RelScript *script) {
  int i;
  for (i = 0; i < script->count; i++) {
    RelObject *object = &script->objects[i];
    sqlite3_free(object->name);
    sqlite3_free(object->tableName);
    sqlite3_free(object->relationship);
    sqlite3_free(object->sql);
    sqlite3_free(object->probe);
  }
  sqlite3_free(script->objects);
  memset(script, 0, sizeof *script);
}

void relAddObject(RelCompiler *compiler, const char *type, char *name, const char *tableName,
                  const char *label, char *sql, char *probe) {
  RelError *error = compiler->error;
  RelScript *script = compiler->script;
  RelObject *object;
  script->objects =
      relGrow(error, script->objects, script->count, &script->room, sizeof *script->objects);
  if (error->rc != SQLITE_OK) {
    sqlite3_free(name);
    sqlite3_free(sql);
    sqlite3_free(probe);
    return;
  }
  object = &script->objects[script->count++];
  object->type = type;
  object->name = name;
  object->tableName = relCopy(error, tableName);
  object->relationship = relCopy(error, label);
  object->sql = sql;
  object->probe = probe;
}

/* A statement that makes SQLite compile the trigger; NULL where none can be known. */
static char *probeOf(RelCompiler *compiler, const RelTrigger *trigger) {
  RelError *error = compiler->error;
  const char *schema = relModelSchema(compiler->model);
  if (strcmp(trigger->event, "DELETE") == 0) {
    return relFormat(error, "DELETE FROM \"%w\".\"%w\"", schema, trigger->table);
  }
  if (strcmp(trigger->event, "INSERT") == 0) {
    return relFormat(error, "INSERT INTO \"%w\".\"%w\" DEFAULT VALUES", schema, trigger->table);
  }
  return NULL;
}

/* The first of several quoted names: "UPDATE t SET <name> = NULL". */
static char *probeUpdate(RelCompiler *compiler, const RelTrigger *trigger) {
  const char *end = trigger->columns;
  if (end == NULL || *end != '"') return NULL;
  for (end++; *end && (*end != '"' || end[1] == '"'); end += *end == '"' ? 2 : 1) continue;
  return relFormat(compiler->error, "UPDATE \"%w\".\"%w\" SET %.*s\" = NULL",
                   relModelSchema(compiler->model), trigger->table, (int)(end - trigger->columns),
                   trigger->columns);
}

void relAddTrigger(RelCompiler *compiler, RelTrigger *trigger) {
  RelError *error = compiler->error;
  RelPieces pieces;
  char *sql, *probe;
  relPiecesStart(&pieces, error);
  relPiece(&pieces, "name", relWordName(error, trigger->name));
  relPiece(&pieces, "made", relCopy(error, REL_MADE));
  relPiece(&pieces, "time", relCopy(error, trigger->time));
  relPiece(&pieces, "event",
           trigger->columns == NULL
               ? relCopy(error, trigger->event)
               : relFormat(error, "%s OF %s", trigger->event, trigger->columns));
  relPiece(&pieces, "table", relWordName(error, trigger->table));
  relPiece(&pieces, "when",
           trigger->when == NULL ? relCopy(error, "")
                                 : relFormat(error, "\nWHEN %s", trigger->when));
  relPiece(&pieces, "body", trigger->body);
  sql = relExpand(&pieces, relTemplate_trigger);
  relPiecesClear(&pieces);
  probe = strcmp(trigger->event, "UPDATE") == 0 ? probeUpdate(compiler, trigger)
                                                : probeOf(compiler, trigger);
  relAddObject(compiler, "trigger", trigger->name, trigger->table, trigger->label, sql, probe);
  sqlite3_free(trigger->columns);
  sqlite3_free(trigger->when);
  memset(trigger, 0, sizeof *trigger);
}

void relAddStatement(RelText *body, const char *label, const char *rule, const char *sql) {
  if (sql == NULL) return;
  relText(body, "  /* ");
  for (; *label; label++) {
    char c = *label == '\n' || *label == '\r' ? ' ' : *label;
    relTextBytes(body, &c, 1);
    if (c == '*' && label[1] == '/') relText(body, " ");
  }
  relText(body, ": ");
  relText(body, rule);
  relText(body, " */\n");
  relText(body, sql);
  relText(body, "\n");
}

/* In a trigger OLD and NEW are the rows it fires for: a table called so cannot be named beside them. */
static void checkTableName(RelError *error, const Relationship *relationship,
                           const RelTable *table) {
  if (table == NULL || (!relSame(table->name, "old") && !relSame(table->name, "new"))) return;
  relRefuse(error, relationship,
            "a trigger cannot name the table \"%s\", where that means the row it fires for; set "
            "viewonly, or rename the table",
            table->name);
}

static void checkTableNames(RelCompiler *compiler) {
  int i;
  for (i = 0; i < relModelCount(compiler->model); i++) {
    const Relationship *relationship = relModelAt(compiler->model, i);
    if (!relEnforced(relationship)) continue;
    checkTableName(compiler->error, relationship, relationship->owner);
    checkTableName(compiler->error, relationship, relationship->target);
    checkTableName(compiler->error, relationship, relationship->secondary);
  }
}

/* Tables before indexes before views before triggers; within these as they were written. */
static void orderObjects(RelError *error, RelScript *script) {
  static const char *const TYPES[] = {"table", "index", "view", "trigger"};
  RelObject *ordered = relAlloc(error, (size_t)script->count * sizeof *ordered);
  int type, i, count = 0;
  if (ordered == NULL) return;
  for (type = 0; type < 4; type++) {
    for (i = 0; i < script->count; i++) {
      if (strcmp(script->objects[i].type, TYPES[type]) == 0) ordered[count++] = script->objects[i];
    }
  }
  sqlite3_free(script->objects);
  script->objects = ordered;
  script->room = script->count;
}

static void compile(RelError *error, RelModel *model, RelScript *script, int anyRows) {
  RelCompiler compiler;
  memset(&compiler, 0, sizeof compiler);
  compiler.error = error;
  compiler.model = model;
  compiler.script = script;
  compiler.anyRows = anyRows;
  checkTableNames(&compiler);
  if (error->rc == SQLITE_OK) relActionsCollect(error, model, &compiler.actions);
  if (error->rc == SQLITE_OK) relGraphBuild(error, model, &compiler.actions, &compiler.graph);
  if (error->rc == SQLITE_OK) relCompileSingles(&compiler);
  if (error->rc == SQLITE_OK) relCompileIndexes(&compiler);
  if (error->rc == SQLITE_OK) relCompileCollections(&compiler);
  if (error->rc == SQLITE_OK) relCompileDeletes(&compiler);
  if (error->rc == SQLITE_OK) relCompileOrphans(&compiler);
  if (error->rc == SQLITE_OK) relCompileCycles(&compiler);
  if (error->rc == SQLITE_OK) relCompileWorklists(&compiler);
  if (error->rc == SQLITE_OK) relCompileCarry(&compiler);
  if (error->rc == SQLITE_OK) relCompileNames(&compiler);
  if (error->rc == SQLITE_OK) orderObjects(error, script);
  relIndexesClear(&compiler);
  relGraphClear(&compiler.graph);
  relActionsClear(&compiler.actions);
}

void relCompile(RelError *error, RelModel *model, RelScript *script) {
  compile(error, model, script, 0);
}

void relCompileDeclared(RelError *error, RelModel *model, RelScript *script) {
  compile(error, model, script, 1);
}
