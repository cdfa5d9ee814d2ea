#include "tables/declarations.h"

#include "enforce/declare.h"
#include "model/models.h"
#include "model/options.h"
#include "schema/databases.h"

/* Columns beside the fields of a declaration. */
enum { NO_FIELD = -1, BACKREF = -2, DIRECTION = -3, COLLECTION = -4, SCHEMA = -5, COMMAND = -6 };

/* The contract's columns, in its order: a field of the declaration, or one of the above. */
static const int COLUMNS[] = {REL_FIELD_OWNER,
                              REL_FIELD_NAME,
                              REL_FIELD_TARGET,
                              REL_FIELD_FOREIGN_KEYS,
                              REL_FIELD_REMOTE_SIDE,
                              REL_FIELD_SECONDARY,
                              REL_FIELD_PRIMARYJOIN,
                              REL_FIELD_SECONDARYJOIN,
                              REL_FIELD_USELIST,
                              REL_FIELD_BACK_POPULATES,
                              BACKREF,
                              REL_FIELD_CASCADE,
                              REL_FIELD_ON_DELETE,
                              REL_FIELD_PASSIVE_DELETES,
                              REL_FIELD_PASSIVE_UPDATES,
                              REL_FIELD_LAZY,
                              REL_FIELD_INNERJOIN,
                              REL_FIELD_ORDER_BY,
                              REL_FIELD_VIEWONLY,
                              REL_FIELD_SINGLE_PARENT,
                              REL_FIELD_JOIN_DEPTH,
                              REL_FIELD_POST_UPDATE,
                              REL_FIELD_INFO,
                              REL_FIELD_UNIQUE_KEY,
                              DIRECTION,
                              COLLECTION,
                              SCHEMA,
                              COMMAND};
enum { COLUMN_COUNT = sizeof COLUMNS / sizeof *COLUMNS };

typedef struct DeclarationsTable {
  sqlite3_vtab base;
  sqlite3 *db;
  RelJournal *journal; /* borrowed: the module holds a reference */
  RelModels models;    /* owned: of the databases that were asked for */
} DeclarationsTable;

/* One listed relationship: the text of each column, owned; NULL for NULL. */
typedef struct ListedRow {
  sqlite3_int64 rowid;
  char *columns[COLUMN_COUNT];
} ListedRow;

/* A cursor lists what was declared when it was opened, whatever is declared meanwhile. */
typedef struct DeclarationsCursor {
  sqlite3_vtab_cursor base;
  ListedRow *rows; /* owned */
  int count, room, at;
} DeclarationsCursor;

/* Rowids of all databases in one table: the catalog's id, and the database's number below it. */
enum { DATABASES = 128 };

/* A hostile id may overflow: then the row is listed, and cannot be altered by its rowid. */
static sqlite3_int64 rowidOf(sqlite3_int64 id, int database) {
  return (sqlite3_int64)((sqlite3_uint64)id * DATABASES + (sqlite3_uint64)database);
}

static const char *columnName(int column) {
  switch (COLUMNS[column]) {
  case BACKREF:
    return "backref";
  case DIRECTION:
    return "direction";
  case COLLECTION:
    return "collection";
  case SCHEMA:
    return "schema";
  case COMMAND:
    return "relationship";
  default:
    return relFieldName((RelField)COLUMNS[column]);
  }
}

static int declareColumns(RelError *error, sqlite3 *db) {
  RelText sql;
  char *words;
  int i, rc = SQLITE_NOMEM;
  relTextStart(&sql, error);
  for (i = 0; i < COLUMN_COUNT; i++) {
    relText(&sql, i ? ", " : "CREATE TABLE x(");
    relTextName(&sql, NULL, columnName(i));
    if (COLUMNS[i] == SCHEMA || COLUMNS[i] == COMMAND) relText(&sql, " HIDDEN");
  }
  relText(&sql, ")");
  words = relTextFinish(&sql);
  if (words != NULL) rc = sqlite3_declare_vtab(db, words);
  sqlite3_free(words);
  return rc;
}

static int declarationsConnect(sqlite3 *db, void *journal, int argc, const char *const *argv,
                               sqlite3_vtab **table, char **message) {
  RelError error = {SQLITE_OK, NULL};
  DeclarationsTable *made = relAlloc(&error, sizeof *made);
  (void)argc, (void)argv;
  if (error.rc == SQLITE_OK) relErrorFromDb(&error, declareColumns(&error, db), db);
  if (error.rc != SQLITE_OK) {
    sqlite3_free(made);
    return relErrorGive(&error, message);
  }
  sqlite3_vtab_config(db, SQLITE_VTAB_DIRECTONLY);
  sqlite3_vtab_config(db, SQLITE_VTAB_CONSTRAINT_SUPPORT, 1);
  made->db = made->models.db = db;
  made->journal = journal;
  *table = &made->base;
  return SQLITE_OK;
}

static int declarationsDisconnect(sqlite3_vtab *base) {
  DeclarationsTable *table = (DeclarationsTable *)base;
  relModelsClear(&table->models);
  sqlite3_free(table);
  return SQLITE_OK;
}

/* The refreshed model of a database, owned by the table; NULL where the error is set. */
static RelModel *modelOf(RelError *error, DeclarationsTable *table, const char *schema) {
  RelModel *model;
  if (!relIsDatabase(error, table->db, schema)) {
    relErrorSet(error, SQLITE_ERROR,
                "relationship: schema: \"%s\" is neither main nor an attached database", schema);
  }
  if (error->rc != SQLITE_OK) return NULL;
  model = relModelsOf(error, &table->models, schema);
  if (model != NULL) relModelRefresh(error, model);
  return error->rc == SQLITE_OK ? model : NULL;
}

static int declarationsBestIndex(sqlite3_vtab *table, sqlite3_index_info *info) {
  (void)table;
  info->estimatedCost = 1000;
  info->estimatedRows = 100;
  return SQLITE_OK;
}

static int declarationsOpen(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor) {
  DeclarationsCursor *made = sqlite3_malloc64(sizeof *made);
  (void)table;
  if (made == NULL) return SQLITE_NOMEM;
  memset(made, 0, sizeof *made);
  *cursor = &made->base;
  return SQLITE_OK;
}

static void clearRows(DeclarationsCursor *cursor) {
  int i, column;
  for (i = 0; i < cursor->count; i++) {
    for (column = 0; column < COLUMN_COUNT; column++) sqlite3_free(cursor->rows[i].columns[column]);
  }
  sqlite3_free(cursor->rows);
  cursor->rows = NULL;
  cursor->count = cursor->room = cursor->at = 0;
}

static int declarationsClose(sqlite3_vtab_cursor *base) {
  clearRows((DeclarationsCursor *)base);
  sqlite3_free(base);
  return SQLITE_OK;
}

/* "user_id": the resolved columns of the foreign key, where the declaration names none. */
static char *resolvedForeignKeys(RelError *error, const Relationship *relationship) {
  const RelKey *key = &relationship->key;
  RelText text;
  int i;
  relTextStart(&text, error);
  for (i = 0; i < key->count; i++) {
    if (i > 0) relText(&text, ", ");
    relTextPlainName(&text, relTableColumnName(key->child, key->childColumns[i]));
  }
  return relTextFinish(&text);
}

static char *listColumn(RelError *error, const RelDeclaration *row,
                        const Relationship *relationship, const char *schema, int column) {
  int which = COLUMNS[column];
  if (which == SCHEMA) return relCopy(error, schema);
  if (which == BACKREF || which == COMMAND) return NULL;
  if (which >= 0 && row->fields[which] != NULL) return relCopy(error, row->fields[which]);
  if (relationship == NULL) return NULL;
  if (which == DIRECTION) return relCopy(error, relDirectionName(relationship->direction));
  if (which == COLLECTION) return relCopy(error, relationship->label);
  if (which == REL_FIELD_VIEWONLY) return relCopy(error, relationship->viewonly ? "1" : "0");
  if (which == REL_FIELD_USELIST) return relCopy(error, relationship->uselist ? "1" : "0");
  if (which == REL_FIELD_FOREIGN_KEYS && relationship->secondary == NULL) {
    return resolvedForeignKeys(error, relationship);
  }
  return relCopy(error, relOptionDefault((RelField)which));
}

static void listModel(RelError *error, DeclarationsCursor *cursor, const RelModel *model,
                      int database) {
  int i, column;
  for (i = 0; i < relModelRowCount(model); i++) {
    Relationship *relationship;
    const char *problem;
    const RelDeclaration *row = relModelRow(model, i, &relationship, &problem);
    ListedRow *listed;
    cursor->rows = relGrow(error, cursor->rows, cursor->count, &cursor->room, sizeof *cursor->rows);
    if (error->rc != SQLITE_OK) return;
    listed = &cursor->rows[cursor->count++];
    memset(listed, 0, sizeof *listed);
    listed->rowid = rowidOf(row->id, database);
    for (column = 0; column < COLUMN_COUNT; column++) {
      listed->columns[column] = listColumn(error, row, relationship, relModelSchema(model), column);
    }
  }
}

static int declarationsFilter(sqlite3_vtab_cursor *base, int number, const char *text, int argc,
                              sqlite3_value **argv) {
  DeclarationsCursor *cursor = (DeclarationsCursor *)base;
  DeclarationsTable *table = (DeclarationsTable *)base->pVtab;
  RelError error = {SQLITE_OK, NULL};
  RelDatabases databases = {NULL, 0, 0};
  int i;
  (void)number, (void)text, (void)argc, (void)argv;
  clearRows(cursor);
  relDatabasesRead(&error, table->db, &databases);
  for (i = 0; i < databases.count && error.rc == SQLITE_OK; i++) {
    RelModel *model = modelOf(&error, table, databases.items[i].name);
    if (error.rc == SQLITE_OK) listModel(&error, cursor, model, databases.items[i].number);
  }
  relDatabasesClear(&databases);
  return relErrorGive(&error, &table->base.zErrMsg);
}

static int declarationsNext(sqlite3_vtab_cursor *cursor) {
  ((DeclarationsCursor *)cursor)->at++;
  return SQLITE_OK;
}

static int declarationsEof(sqlite3_vtab_cursor *base) {
  DeclarationsCursor *cursor = (DeclarationsCursor *)base;
  return cursor->at >= cursor->count;
}

/* Flags and depths are shown as the numbers they are. */
static int isNumber(int column, const char *text) {
  switch (COLUMNS[column]) {
  case REL_FIELD_USELIST:
  case REL_FIELD_PASSIVE_DELETES:
  case REL_FIELD_PASSIVE_UPDATES:
  case REL_FIELD_INNERJOIN:
  case REL_FIELD_VIEWONLY:
  case REL_FIELD_SINGLE_PARENT:
  case REL_FIELD_JOIN_DEPTH:
  case REL_FIELD_POST_UPDATE:
    return *text != 0 && strspn(text, "0123456789") == strlen(text);
  default:
    return 0;
  }
}

static int declarationsColumn(sqlite3_vtab_cursor *base, sqlite3_context *context, int column) {
  DeclarationsCursor *cursor = (DeclarationsCursor *)base;
  const char *text = cursor->rows[cursor->at].columns[column];
  if (sqlite3_vtab_nochange(context) || text == NULL) return SQLITE_OK;
  if (isNumber(column, text)) {
    sqlite3_result_int64(context, strtoll(text, NULL, 10));
  } else {
    sqlite3_result_text(context, text, -1, SQLITE_TRANSIENT);
  }
  return SQLITE_OK;
}

static int declarationsRowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid) {
  DeclarationsCursor *cursor = (DeclarationsCursor *)base;
  *rowid = cursor->rows[cursor->at].rowid;
  return SQLITE_OK;
}

/* One write to the table, unpacked. */
typedef struct Write {
  DeclarationsTable *table;         /* borrowed */
  RelModel *model;                  /* borrowed */
  RelChanges changes;               /* owned */
  RelDeclaration declaration;       /* owned */
  char *backref, *schema, *command; /* owned */
} Write;

static void clearWrite(Write *write) {
  relChangesClear(&write->changes);
  relDeclarationClear(&write->declaration);
  sqlite3_free(write->backref);
  sqlite3_free(write->schema);
  sqlite3_free(write->command);
}

static char *valueCopy(RelError *error, sqlite3_value *value) {
  const char *text;
  if (sqlite3_value_type(value) == SQLITE_NULL || error->rc != SQLITE_OK) return NULL;
  text = (const char *)sqlite3_value_text(value);
  if (text == NULL) relErrorNoMemory(error);
  return relCopy(error, text);
}

/* Reads the given columns; one that an UPDATE leaves as it is keeps what `before` has. */
static void readValues(RelError *error, Write *write, const RelDeclaration *before,
                       sqlite3_value **values) {
  int column;
  for (column = 0; column < COLUMN_COUNT; column++) {
    int which = COLUMNS[column], kept = before != NULL && sqlite3_value_nochange(values[column]);
    if (which >= 0) {
      write->declaration.fields[which] =
          kept ? relCopy(error, before->fields[which]) : valueCopy(error, values[column]);
    } else if (kept) {
      continue;
    } else if (which == BACKREF) {
      write->backref = valueCopy(error, values[column]);
    } else if (which == SCHEMA) {
      write->schema = valueCopy(error, values[column]);
    } else if (which == COMMAND) {
      write->command = valueCopy(error, values[column]);
    } else if (before != NULL) {
      relErrorSet(error, SQLITE_ERROR, "relationship: %s is read-only; it follows from the others",
                  columnName(column));
    }
  }
}

static RelOnConflict onConflict(sqlite3 *db) {
  switch (sqlite3_vtab_on_conflict(db)) {
  case SQLITE_REPLACE:
    return REL_CONFLICT_REPLACE;
  case SQLITE_IGNORE:
    return REL_CONFLICT_IGNORE;
  default:
    return REL_CONFLICT_REFUSE;
  }
}

static void carryOut(RelError *error, void *context) {
  Write *write = context;
  relCarryOut(error, write->model, &write->changes);
}

/* A table of the database that is written, for the journal; NULL for main, or where there is none. */
static const RelTable *tableOf(RelError *error, const Write *write) {
  RelModel *model = write->model;
  const RelTable *table = NULL;
  if (relSame(relModelSchema(model), "main")) return NULL;
  if (write->changes.writes.count > 0) {
    table = relModelTable(error, model, write->changes.writes.items[0].fields[REL_FIELD_OWNER]);
  } else if (relModelCount(model) > 0) {
    table = relModelAt(model, 0)->owner;
  }
  return table != NULL && table->kind == REL_TABLE ? table : NULL;
}

static void runWrite(RelError *error, Write *write) {
  const RelTable *table = tableOf(error, write);
  relJournalRun(error, write->table->db, write->table->journal, table, NULL, carryOut, write);
  /* OR IGNORE would take a constraint that fails in there for a name that exists. */
  if ((error->rc & 0xff) == SQLITE_CONSTRAINT) error->rc = SQLITE_ERROR;
}

static void runCommand(RelError *error, Write *write) {
  static const char *const COMMANDS[] = {"sync", "automap", "drop"};
  RelNearest nearest = {write->command, NULL, 0};
  int i;
  if (relSame(write->command, "automap")) {
    relPlanAutomap(error, write->model, &write->changes);
  } else if (relSame(write->command, "drop")) {
    relPlanDrop(error, write->model, &write->changes);
  } else if (relSame(write->command, "sync")) {
    relPlanSync(error, write->model);
  } else {
    for (i = 0; i < 3; i++) relNearestOffer(&nearest, COMMANDS[i]);
    relErrorSet(error, SQLITE_ERROR,
                "relationship: no command \"%s\"%s%s%s; there are: sync, automap, drop",
                write->command, nearest.best ? " (did you mean \"" : "",
                nearest.best ? nearest.best : "", nearest.best ? "\"?)" : "");
  }
  if (error->rc == SQLITE_OK) runWrite(error, write);
}

static void runInsert(RelError *error, Write *write, sqlite3_value **values) {
  readValues(error, write, NULL, values);
  if (error->rc != SQLITE_OK) return;
  write->model = modelOf(error, write->table, write->schema != NULL ? write->schema : "main");
  if (error->rc != SQLITE_OK) return;
  if (write->command != NULL) {
    runCommand(error, write);
    return;
  }
  relPlanDeclare(error, write->model, &write->declaration, write->backref,
                 onConflict(write->table->db), &write->changes);
  if (error->rc == SQLITE_OK && write->changes.writes.count > 0) runWrite(error, write);
}

/* The model and catalog id that a rowid of this table stands for. */
static sqlite3_int64 openRow(RelError *error, Write *write, sqlite3_value *rowid) {
  sqlite3_int64 number = sqlite3_value_int64(rowid);
  RelDatabases databases = {NULL, 0, 0};
  int i;
  relDatabasesRead(error, write->table->db, &databases);
  for (i = 0; i < databases.count && error->rc == SQLITE_OK; i++) {
    if (databases.items[i].number != (int)(number % DATABASES)) continue;
    write->model = modelOf(error, write->table, databases.items[i].name);
  }
  relDatabasesClear(&databases);
  return number / DATABASES;
}

static const RelDeclaration *findRow(const RelModel *model, sqlite3_int64 id) {
  int i;
  for (i = 0; i < relModelRowCount(model); i++) {
    Relationship *relationship;
    const char *problem;
    const RelDeclaration *row = relModelRow(model, i, &relationship, &problem);
    if (row->id == id) return row;
  }
  return NULL;
}

static void runAlter(RelError *error, Write *write, sqlite3_value *rowid, sqlite3_value **values) {
  sqlite3_int64 id = openRow(error, write, rowid);
  const RelDeclaration *before = write->model != NULL ? findRow(write->model, id) : NULL;
  if (before == NULL) return; /* gone meanwhile: nothing to alter */
  readValues(error, write, before, values);
  if (write->command != NULL || write->schema != NULL) {
    relErrorSet(error, SQLITE_ERROR,
                "relationship: UPDATE cannot set %s; commands are INSERTed, and a relationship is "
                "moved to another database by declaring it there",
                write->command != NULL ? "relationship" : "schema");
  }
  write->declaration.id = id;
  relPlanDeclare(error, write->model, &write->declaration, write->backref,
                 onConflict(write->table->db), &write->changes);
  if (error->rc == SQLITE_OK && write->changes.writes.count > 0) runWrite(error, write);
}

static void runDelete(RelError *error, Write *write, sqlite3_value *rowid) {
  sqlite3_int64 id = openRow(error, write, rowid);
  if (write->model == NULL) return;
  relPlanUndeclare(error, id, &write->changes);
  runWrite(error, write);
}

static int declarationsUpdate(sqlite3_vtab *base, int argc, sqlite3_value **argv,
                              sqlite3_int64 *rowid) {
  RelError error = {SQLITE_OK, NULL};
  Write write;
  memset(&write, 0, sizeof write);
  write.table = (DeclarationsTable *)base;
  if (argc == 1) {
    runDelete(&error, &write, argv[0]);
  } else if (sqlite3_value_type(argv[0]) == SQLITE_NULL) {
    runInsert(&error, &write, argv + 2);
    *rowid = write.changes.writes.count > 0 ? rowidOf(write.changes.writes.items[0].id, 0) : 0;
  } else {
    runAlter(&error, &write, argv[0], argv + 2);
  }
  /* Undone with the statement: what earlier rows of it wrote, too. */
  if (error.rc != SQLITE_OK && write.model != NULL) relModelForget(write.model);
  clearWrite(&write);
  return relErrorGive(&error, &base->zErrMsg);
}

/* Eponymous, and creatable under another name: CREATE VIRTUAL TABLE temp.r USING relationship. */
static const sqlite3_module DECLARATIONS_MODULE = {
    .iVersion = 1,
    .xCreate = declarationsConnect,
    .xConnect = declarationsConnect,
    .xBestIndex = declarationsBestIndex,
    .xDisconnect = declarationsDisconnect,
    .xDestroy = declarationsDisconnect,
    .xOpen = declarationsOpen,
    .xClose = declarationsClose,
    .xFilter = declarationsFilter,
    .xNext = declarationsNext,
    .xEof = declarationsEof,
    .xColumn = declarationsColumn,
    .xRowid = declarationsRowid,
    .xUpdate = declarationsUpdate,
};

void relDeclarationsRegister(RelError *error, sqlite3 *db, RelJournal *journal) {
  if (error->rc != SQLITE_OK) return;
  journal->references++;
  relErrorFromDb(error,
                 sqlite3_create_module_v2(db, "relationship", &DECLARATIONS_MODULE, journal,
                                          relJournalRelease),
                 db);
}
