/*
** What the suites of save/ share: documents that are saved, or refused word for word, and all rows of a
** database afterwards.
*/
#ifndef REL_TESTS_SAVED_H
#define REL_TESTS_SAVED_H

#include "unit/fetched.h"

/* NULL, or what it is refused with. The caller frees it. */
static inline char *trySave(sqlite3 *db, const char *owner, const char *doc) {
  char *sql = sqlite3_mprintf("INSERT INTO unit_of_work(owner, doc) VALUES (%Q, %Q)", owner, doc);
  char *message = NULL;
  int rc = sqlite3_exec(db, sql, NULL, NULL, &message);
  ck_assert_msg((rc == SQLITE_OK) == (message == NULL), "%d without a message", rc);
  sqlite3_free(sql);
  return message;
}

static inline void save(sqlite3 *db, const char *owner, const char *doc) {
  char *message = trySave(db, owner, doc);
  ck_assert_msg(message == NULL, "%s\n  in: %s", message, doc);
}

/* All tables of the user, a line each: "users: 1|Ada, 2|Bo". The caller frees it. */
static inline char *contents(sqlite3 *db, const char *schema) {
  sqlite3_str *text = sqlite3_str_new(NULL);
  sqlite3_stmt *tables = NULL, *all = NULL;
  char *sql = sqlite3_mprintf(
      "SELECT name FROM \"%w\".sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%%'"
      " AND name NOT LIKE 'relationship%%' ORDER BY rowid",
      schema);
  ck_assert_int_eq(sqlite3_prepare_v2(db, sql, -1, &tables, NULL), SQLITE_OK);
  sqlite3_free(sql);
  while (sqlite3_step(tables) == SQLITE_ROW) {
    const char *name = (const char *)sqlite3_column_text(tables, 0), *comma = " ";
    int i;
    sql = sqlite3_mprintf("SELECT * FROM \"%w\".\"%w\" ORDER BY 1, 2", schema, name);
    if (sqlite3_prepare_v2(db, sql, -1, &all, NULL) != SQLITE_OK) {
      sqlite3_free(sql);
      sql = sqlite3_mprintf("SELECT * FROM \"%w\".\"%w\" ORDER BY 1", schema, name);
      ck_assert_int_eq(sqlite3_prepare_v2(db, sql, -1, &all, NULL), SQLITE_OK);
    }
    sqlite3_free(sql);
    sqlite3_str_appendf(text, "%s:", name);
    for (; sqlite3_step(all) == SQLITE_ROW; comma = ", ") {
      for (i = 0; i < sqlite3_column_count(all); i++) {
        const char *value = (const char *)sqlite3_column_text(all, i);
        sqlite3_str_appendf(text, "%s%s", i ? "|" : comma, value ? value : "NULL");
      }
    }
    ck_assert_int_eq(sqlite3_finalize(all), SQLITE_OK);
    sqlite3_str_appendall(text, "\n");
  }
  sqlite3_finalize(tables);
  return sqlite3_str_finish(text);
}

static inline void holdsIn(sqlite3 *db, const char *schema, const char *expected) {
  char *got = contents(db, schema);
  ck_assert_msg(strcmp(got, expected) == 0, "the tables hold\n%sexpected\n%s", got, expected);
  sqlite3_free(got);
}

static inline void holds(sqlite3 *db, const char *expected) {
  holdsIn(db, "main", expected);
}

static inline void savesAs(sqlite3 *db, const char *owner, const char *doc, const char *expected) {
  char *got;
  save(db, owner, doc);
  got = contents(db, "main");
  ck_assert_msg(strcmp(got, expected) == 0, "%s\ngives\n%sexpected\n%s", doc, got, expected);
  sqlite3_free(got);
}

/* A document that says what is there: only the INSERT itself counts. */
static inline void changesNothing(sqlite3 *db, const char *owner, const char *doc) {
  char *before = contents(db, "main");
  int changes = sqlite3_total_changes(db);
  save(db, owner, doc);
  ck_assert_msg(sqlite3_total_changes(db) == changes + 1, "%d changes by %s",
                sqlite3_total_changes(db) - changes, doc);
  holds(db, before);
  sqlite3_free(before);
}

/* Refused with `expected`, outside of a transaction and inside; nothing of it stays. */
static inline void refusesToSave(sqlite3 *db, const char *owner, const char *doc,
                                 const char *expected) {
  char *before = contents(db, "main");
  int inside;
  for (inside = 0; inside < 2; inside++) {
    char *message;
    if (inside) run(db, "BEGIN");
    message = trySave(db, owner, doc);
    ck_assert_msg(message != NULL, "not refused: %s", doc);
    ck_assert_msg(strcmp(message, expected) == 0, "%s\nsays\n%s\nexpected\n%s", doc, message,
                  expected);
    sqlite3_free(message);
    ck_assert_int_eq(sqlite3_get_autocommit(db), !inside);
    if (inside) run(db, "COMMIT");
    holds(db, before);
  }
  sqlite3_free(before);
}

#endif
