#include "tables/related.h"

#include "base/text.h"

enum { OWNER, NAME, KEY, SELECTION, LEAST_ARGUMENTS = SELECTION, MOST_ARGUMENTS = 36 };

/*
** The fetch is selectin's, which keeps plans and statements: a function cannot, since a statement
** that it kept would keep the connection from closing. Only while one statement outside runs is the
** statement over selectin kept, in the function's auxiliary data.
*/
static char *composeStatement(RelError *error, int count) {
  RelText text;
  int i;
  relTextStart(&text, error);
  relText(&text, "SELECT doc FROM temp.selectin(?1,");
  relTextFormat(&text, count > SELECTION ? "?%d" : "NULL", SELECTION + 1);
  for (i = SELECTION + 1; i < count; i++) relTextFormat(&text, ",?%d", i + 1);
  relTextFormat(&text, ") WHERE key = ?%d AND relationship = ?%d", KEY + 1, NAME + 1);
  return relTextFinish(&text);
}

static sqlite3_stmt *prepare(RelError *error, sqlite3 *db, int count) {
  sqlite3_stmt *statement = NULL;
  char *sql = composeStatement(error, count);
  if (sql != NULL) {
    relErrorFromDb(error, sqlite3_prepare_v2(db, sql, -1, &statement, NULL), db);
  }
  sqlite3_free(sql);
  return statement;
}

static void checkCall(RelError *error, int count, sqlite3_value **values) {
  if (count < LEAST_ARGUMENTS) {
    relErrorSet(error, SQLITE_ERROR,
                "related() takes a table, a relationship and a key; then a selection and its "
                "arguments, as you like");
  } else if (count > MOST_ARGUMENTS) {
    relErrorSet(error, SQLITE_ERROR, "related() takes at most 32 arguments for its selection");
  } else if (sqlite3_value_type(values[OWNER]) == SQLITE_NULL) {
    relErrorSet(error, SQLITE_ERROR, "related: the name of the table is NULL");
  } else if (sqlite3_value_type(values[NAME]) == SQLITE_NULL) {
    relErrorSet(error, SQLITE_ERROR, "related: the name of the relationship is NULL");
  }
}

static void giveDocument(RelError *error, sqlite3_context *context, sqlite3_stmt *statement) {
  sqlite3 *db = sqlite3_context_db_handle(context);
  int rc = sqlite3_step(statement);
  if (rc == SQLITE_ROW) {
    sqlite3_result_value(context, sqlite3_column_value(statement, 0));
    sqlite3_result_subtype(context, 'J');
  } else if (rc != SQLITE_DONE) {
    relErrorFromDb(error, rc, db);
  }
  sqlite3_reset(statement);
}

static void finalize(void *statement) {
  sqlite3_finalize(statement);
}

static void relatedFunction(sqlite3_context *context, int count, sqlite3_value **values) {
  sqlite3 *db = sqlite3_context_db_handle(context);
  RelError error = {SQLITE_OK, NULL};
  sqlite3_stmt *statement = sqlite3_get_auxdata(context, OWNER);
  int kept = statement != NULL, i;
  checkCall(&error, count, values);
  if (!kept && error.rc == SQLITE_OK) {
    relStatsBegin(sqlite3_user_data(context), db);
    statement = prepare(&error, db, count);
  }
  for (i = 0; i < count && error.rc == SQLITE_OK; i++) {
    relErrorFromDb(&error, sqlite3_bind_value(statement, i + 1, values[i]), db);
  }
  if (error.rc == SQLITE_OK) giveDocument(&error, context, statement);
  if (error.rc != SQLITE_OK) {
    sqlite3_result_error(context, error.message != NULL ? error.message : sqlite3_errstr(error.rc),
                         -1);
    sqlite3_result_error_code(context, error.rc);
  }
  relErrorClear(&error);
  if (!kept) sqlite3_set_auxdata(context, OWNER, statement, finalize);
}

int relRelatedRegister(sqlite3 *db, RelStats *stats) {
  enum { FLAGS = SQLITE_UTF8 | SQLITE_SUBTYPE | SQLITE_RESULT_SUBTYPE };
  return sqlite3_create_function_v2(db, "related", -1, FLAGS, relStatsHold(stats), relatedFunction,
                                    NULL, NULL, relStatsRelease);
}
