#include "tables/diagram.h"

#include "inspect/diagram.h"

void relDiagramFunction(sqlite3_context *context, int count, sqlite3_value **values) {
  RelError error = {SQLITE_OK, NULL};
  const char *format = (const char *)sqlite3_value_text(values[0]);
  const char *pattern = count > 1 ? (const char *)sqlite3_value_text(values[1]) : NULL;
  char *text = relDiagram(&error, sqlite3_context_db_handle(context), format, pattern);
  if (error.rc == SQLITE_OK) {
    sqlite3_result_text(context, text, -1, sqlite3_free);
  } else {
    sqlite3_free(text);
    sqlite3_result_error(context, error.message != NULL ? error.message : sqlite3_errstr(error.rc),
                         -1);
    sqlite3_result_error_code(context, error.rc);
  }
  relErrorClear(&error);
}
