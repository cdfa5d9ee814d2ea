/*
** Keys as SQL sees them: the table-valued function relationship_keys, and what reads and finds keys.
*/
#include "base/text.h"
#include "fetch/keys.h"

enum { COLUMN_SLOT, COLUMN_VALUES, COLUMN_POINTER = COLUMN_VALUES + 2 * REL_MAX_KEY_WIDTH };

typedef struct KeysCursor {
  sqlite3_vtab_cursor base;
  RelKeys *keys; /* borrowed from whoever bound the pointer */
  int slot;
  int end; /* where the slots end that there were at first: reading may add some */
} KeysCursor;

static int keysConnect(sqlite3 *db, void *data, int count, const char *const *words,
                       sqlite3_vtab **table, char **message) {
  RelError error = {SQLITE_OK, NULL};
  RelText text;
  char *sql;
  int i;
  (void)data;
  (void)count;
  (void)words;
  relTextStart(&text, &error);
  relText(&text, "CREATE TABLE x(\"" REL_KEYS_SLOT "\" INTEGER");
  for (i = 0; i < REL_MAX_KEY_WIDTH; i++) {
    relTextFormat(&text, ",\"" REL_KEYS_VALUE "\",\"" REL_KEYS_NUMBER "\" NUMERIC", i, i);
  }
  relText(&text, ",\"relationship pointer\" HIDDEN)");
  sql = relTextFinish(&text);
  if (error.rc == SQLITE_OK) relErrorFromDb(&error, sqlite3_declare_vtab(db, sql), db);
  sqlite3_free(sql);
  *table = relAlloc(&error, sizeof **table);
  return relErrorGive(&error, message);
}

static int keysDisconnect(sqlite3_vtab *table) {
  sqlite3_free(table);
  return SQLITE_OK;
}

static int keysBestIndex(sqlite3_vtab *table, sqlite3_index_info *info) {
  int i;
  (void)table;
  for (i = 0; i < info->nConstraint; i++) {
    if (info->aConstraint[i].iColumn != COLUMN_POINTER) continue;
    if (info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ) continue;
    if (!info->aConstraint[i].usable) return SQLITE_CONSTRAINT;
    info->aConstraintUsage[i].argvIndex = 1;
    info->aConstraintUsage[i].omit = 1;
    info->idxNum = 1;
  }
  info->orderByConsumed =
      info->nOrderBy == 1 && info->aOrderBy[0].iColumn == COLUMN_SLOT && !info->aOrderBy[0].desc;
  info->estimatedRows = 1000;
  info->estimatedCost = 1000.0;
  return SQLITE_OK;
}

static int keysOpen(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor) {
  KeysCursor *keys = sqlite3_malloc64(sizeof *keys);
  (void)table;
  if (keys == NULL) return SQLITE_NOMEM;
  memset(keys, 0, sizeof *keys);
  *cursor = &keys->base;
  return SQLITE_OK;
}

static int keysClose(sqlite3_vtab_cursor *cursor) {
  sqlite3_free(cursor);
  return SQLITE_OK;
}

static int keysFilter(sqlite3_vtab_cursor *cursor, int number, const char *text, int count,
                      sqlite3_value **values) {
  KeysCursor *keys = (KeysCursor *)cursor;
  (void)text;
  (void)count;
  keys->keys = number == 1 ? sqlite3_value_pointer(values[0], REL_KEYS_POINTER) : NULL;
  keys->slot = keys->keys == NULL ? 0 : keys->keys->from;
  keys->end = keys->keys == NULL ? 0 : keys->keys->count;
  if (keys->keys != NULL && keys->end > keys->keys->until) keys->end = keys->keys->until;
  if (keys->keys != NULL) keys->keys->at = keys->slot;
  return SQLITE_OK;
}

static int keysNext(sqlite3_vtab_cursor *cursor) {
  KeysCursor *keys = (KeysCursor *)cursor;
  keys->keys->at = ++keys->slot;
  return SQLITE_OK;
}

static int keysEof(sqlite3_vtab_cursor *cursor) {
  KeysCursor *keys = (KeysCursor *)cursor;
  return keys->slot >= keys->end;
}

static int keysColumn(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int column) {
  KeysCursor *keys = (KeysCursor *)cursor;
  int part = (column - COLUMN_VALUES) / 2;
  if (column == COLUMN_SLOT) {
    sqlite3_result_int(context, keys->slot);
  } else if (column < COLUMN_POINTER && part < keys->keys->width) {
    relKeysResult(keys->keys, keys->slot, part, context);
  }
  return SQLITE_OK;
}

static int keysRowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid) {
  *rowid = ((KeysCursor *)cursor)->slot;
  return SQLITE_OK;
}

/* xCreate NULL: eponymous only. */
static const sqlite3_module KEYS_MODULE = {.xConnect = keysConnect,
                                           .xBestIndex = keysBestIndex,
                                           .xDisconnect = keysDisconnect,
                                           .xOpen = keysOpen,
                                           .xClose = keysClose,
                                           .xFilter = keysFilter,
                                           .xNext = keysNext,
                                           .xEof = keysEof,
                                           .xColumn = keysColumn,
                                           .xRowid = keysRowid};

static int hexDigit(unsigned char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* relationship_unhex(text): the blob that is written so in a key; NULL where it is none. */
static void unhexFunction(sqlite3_context *context, int count, sqlite3_value **values) {
  const unsigned char *text = sqlite3_value_text(values[0]);
  int i, length = sqlite3_value_bytes(values[0]);
  unsigned char *blob;
  (void)count;
  if (sqlite3_value_type(values[0]) != SQLITE_TEXT || length % 2 != 0) return;
  blob = sqlite3_malloc64((sqlite3_uint64)length / 2 + 1);
  if (blob == NULL || text == NULL) {
    sqlite3_result_error_nomem(context);
    sqlite3_free(blob);
    return;
  }
  for (i = 0; i < length; i += 2) {
    int high = hexDigit(text[i]), low = hexDigit(text[i + 1]);
    if (high < 0 || low < 0) break;
    blob[i / 2] = (unsigned char)(high << 4 | low);
  }
  if (i == length) {
    sqlite3_result_blob(context, blob, length / 2, sqlite3_free);
  } else {
    sqlite3_free(blob);
  }
}

/* relationship_has(keys, value, …): whether distinct keys have this one. */
static void hasFunction(sqlite3_context *context, int count, sqlite3_value **values) {
  static const int PLACES[REL_MAX_KEY_WIDTH] = {0, 1, 2,  3,  4,  5,  6,  7,
                                                8, 9, 10, 11, 12, 13, 14, 15};
  RelKeys *keys = count < 1 ? NULL : sqlite3_value_pointer(values[0], REL_KEYS_POINTER);
  int slot;
  if (keys == NULL || count != keys->width + 1) {
    sqlite3_result_error(context, "this function is private to relationship", -1);
    return;
  }
  slot = relKeysFindKey(keys, values + 1, PLACES);
  if (slot == REL_KEYS_NO_MEMORY) sqlite3_result_error_nomem(context);
  if (slot != REL_KEYS_NO_MEMORY) sqlite3_result_int(context, slot >= 0);
}

int relKeysRegister(sqlite3 *db) {
  enum { FLAGS = SQLITE_UTF8 | SQLITE_DIRECTONLY };
  int rc = sqlite3_create_function_v2(db, "relationship_unhex", 1, FLAGS | SQLITE_DETERMINISTIC,
                                      NULL, unhexFunction, NULL, NULL, NULL);
  if (rc != SQLITE_OK) return rc;
  rc = sqlite3_create_function_v2(db, "relationship_has", -1, FLAGS, NULL, hasFunction, NULL, NULL,
                                  NULL);
  if (rc != SQLITE_OK) return rc;
  return sqlite3_create_module_v2(db, "relationship_keys", &KEYS_MODULE, NULL, NULL);
}
