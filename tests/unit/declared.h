/*
** A database in memory, relationships declared in it by words, and what its rows are.
*/
#ifndef REL_TESTS_DECLARED_H
#define REL_TESTS_DECLARED_H

#include "unit/suites.h"

#include "enforce/declare.h"
#include "enforce/enforce.h"

typedef struct Db {
  sqlite3 *db;
  RelModel *model;
} Db;

static inline Db openDb(const char *schema) {
  RelError error = {SQLITE_OK, NULL};
  Db db;
  char *message = NULL;
  ck_assert_int_eq(sqlite3_open(":memory:", &db.db), SQLITE_OK);
  db.model = relModelNew(&error, db.db, "main");
  ck_assert_int_eq(error.rc, SQLITE_OK);
  sqlite3_exec(db.db, schema, NULL, NULL, &message);
  ck_assert_msg(message == NULL, "%s in %s", message, schema);
  return db;
}

static inline void closeDb(Db db) {
  relModelFree(db.model);
  ck_assert_int_eq(sqlite3_close(db.db), SQLITE_OK);
}

/* NULL, or what SQLite says. The caller frees it. */
static inline char *try(Db db, const char *sql) {
  char *message = NULL;
  sqlite3_exec(db.db, sql, NULL, NULL, &message);
  return message;
}

static inline void run(Db db, const char *sql) {
  char *message = try(db, sql);
  ck_assert_msg(message == NULL, "%s\n%s", message, sql);
}

static inline void refuses(Db db, const char *sql, const char *expected) {
  char *message = try(db, sql);
  ck_assert_msg(message != NULL, "not refused: %s", sql);
  ck_assert_str_eq(message, expected);
  sqlite3_free(message);
}

/* A row a line, values as SQL literals between commas. The caller frees it. */
static inline char *rows(Db db, const char *sql) {
  sqlite3_str *text = sqlite3_str_new(NULL);
  sqlite3_stmt *statement = NULL;
  char *result;
  int i;
  ck_assert_msg(sqlite3_prepare_v2(db.db, sql, -1, &statement, NULL) == SQLITE_OK, "%s\n%s",
                sqlite3_errmsg(db.db), sql);
  while (sqlite3_step(statement) == SQLITE_ROW) {
    for (i = 0; i < sqlite3_column_count(statement); i++) {
      const char *value = (const char *)sqlite3_column_text(statement, i);
      sqlite3_str_appendf(text, "%s%s", i > 0 ? "," : "", value ? value : "NULL");
    }
    sqlite3_str_appendall(text, "\n");
  }
  ck_assert_int_eq(sqlite3_finalize(statement), SQLITE_OK);
  result = sqlite3_str_finish(text);
  return result != NULL ? result : sqlite3_mprintf("");
}

/* In the order of the first column, and of the query behind that. */
static inline void gives(Db db, const char *sql, const char *expected) {
  char *ordered = sqlite3_mprintf("SELECT * FROM (%s) ORDER BY 1", sql);
  char *result = rows(db, ordered);
  sqlite3_free(ordered);
  ck_assert_msg(strcmp(result, expected) == 0, "%s\ngives\n%sexpected\n%s", sql, result, expected);
  sqlite3_free(result);
}

/* No cascade has anything left to do. */
static inline void leavesNoWork(Db db) {
  char *tables = rows(db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE "
                          "'relationship:work%'");
  char *name = tables, *end;
  for (; (end = strchr(name, '\n')) != NULL; name = end + 1) {
    char *sql;
    *end = 0;
    sql = sqlite3_mprintf("SELECT count(*) FROM \"%w\"", name);
    gives(db, sql, "0\n");
    sqlite3_free(sql);
  }
  sqlite3_free(tables);
}

/* "owner=users; name=posts; target=posts". NULL, or the refusal, which the caller frees. */
static inline char *tryDeclare(Db db, const char *words) {
  RelError error = {SQLITE_OK, NULL};
  RelDeclaration declaration = {0, 0, {NULL}};
  RelChanges changes;
  char *message;
  memset(&changes, 0, sizeof changes);
  while (*words) {
    size_t name = strcspn(words, "="), value = strcspn(words + name + 1, ";");
    int i;
    for (i = 0; i < REL_FIELD_COUNT; i++) {
      const char *field = relFieldName((RelField)i);
      if (strlen(field) == name && strncmp(field, words, name) == 0) break;
    }
    ck_assert_msg(i < REL_FIELD_COUNT, "no field in %s", words);
    declaration.fields[i] = sqlite3_mprintf("%.*s", (int)value, words + name + 1);
    words += name + 1 + value;
    words += strspn(words, "; ");
  }
  relModelRefresh(&error, db.model);
  run(db, "SAVEPOINT declaring");
  relPlanDeclare(&error, db.model, &declaration, NULL, REL_CONFLICT_REPLACE, &changes);
  if (error.rc == SQLITE_OK) relCarryOut(&error, db.model, &changes);
  run(db, error.rc == SQLITE_OK ? "RELEASE declaring" : "ROLLBACK TO declaring; RELEASE declaring");
  if (error.rc != SQLITE_OK) relModelForget(db.model);
  message = error.rc == SQLITE_OK ? NULL : sqlite3_mprintf("%s", error.message);
  relErrorClear(&error);
  relChangesClear(&changes);
  relDeclarationClear(&declaration);
  return message;
}

static inline void declare(Db db, const char *words) {
  char *message = tryDeclare(db, words);
  ck_assert_msg(message == NULL, "%s\n%s", message, words);
}

static inline void refusesToDeclare(Db db, const char *words, const char *expected) {
  char *message = tryDeclare(db, words);
  ck_assert_msg(message != NULL, "not refused: %s", words);
  ck_assert_str_eq(message, expected);
  sqlite3_free(message);
}

#endif
