/*
** A database file with something wrong in it: what relationship_check says of it, word for word, and that
** its fixes, run in order, leave nothing but what the case names.
*/
#ifndef REL_TESTS_CHECKED_H
#define REL_TESTS_CHECKED_H

#include "unit/declared.h"

#include "relationship.h"

#include <stdlib.h>
#include <unistd.h>

/* --- what the cases begin with --- */

#define SYNC "INSERT INTO relationship(relationship) VALUES ('sync');"
#define BLOG                                                                                       \
  "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE posts(id INTEGER PRIMARY "  \
  "KEY, user_id INTEGER REFERENCES users, title TEXT); INSERT INTO users VALUES (1, 'Ada'), (2, "  \
  "'Bo'); INSERT INTO posts VALUES (1, 1, 'a'), (2, 1, 'b'), (3, 2, 'c');"
#define POSTS                                                                                      \
  BLOG "INSERT INTO relationship(owner, name, target) VALUES ('users', 'posts', 'posts');"
#define OWNED                                                                                      \
  BLOG "INSERT INTO relationship(owner, name, target, \"cascade\") VALUES ('users', 'posts', "     \
       "'posts', 'all, delete-orphan');"
#define TAGS                                                                                       \
  "CREATE TABLE posts(id INTEGER PRIMARY KEY); CREATE TABLE tags(id INTEGER PRIMARY KEY); CREATE " \
  "TABLE post_tags(post_id INT REFERENCES posts, tag_id INT REFERENCES tags, PRIMARY "             \
  "KEY(post_id, tag_id)); INSERT INTO posts VALUES (1), (2); INSERT INTO tags VALUES (1), (2); "   \
  "INSERT INTO post_tags VALUES (1, 1), (2, 2);"
#define TAGGED                                                                                     \
  TAGS "INSERT INTO relationship(owner, name, target, secondary) VALUES ('posts', 'tags', "        \
       "'tags', 'post_tags');"
#define TREE                                                                                       \
  "CREATE TABLE nodes(id INTEGER PRIMARY KEY, parent_id INT REFERENCES nodes ON DELETE CASCADE); " \
  "INSERT INTO nodes VALUES (1, NULL), (2, 1), (3, 2);INSERT INTO relationship(owner, name, "      \
  "target, \"cascade\") VALUES ('nodes', 'children', 'nodes', 'all, delete-orphan');"

typedef struct Case {
  const char *name;
  const char *before;  /* in a connection that has loaded the extension */
  const char *damage;  /* in one that has not */
  const char *session; /* in the one that checks; %s: the file, which then is not its main */
  const char *scope;   /* "", or "('all')" */
  const char *found;   /* severity|relationship|problem|detail|fix, a row a line */
  const char *left;    /* the same, once all fixes have run */
  const char *query;   /* asked then, maybe after a statement; or NULL */
  const char *result;
} Case;

static inline void openFile(Db *db, const char *file, int extended) {
  ck_assert_int_eq(sqlite3_open(file, &db->db), SQLITE_OK);
  if (extended) ck_assert_int_eq(sqlite3_relationship_init(db->db, NULL, NULL), SQLITE_OK);
}

static inline char *checkRows(Db db, const char *columns, const char *scope) {
  char *sql = sqlite3_mprintf("SELECT %s FROM relationship_check%s", columns, scope);
  char *found = rows(db, sql);
  sqlite3_free(sql);
  return found;
}

static inline void says(const Case *tested, const char *when, Db db, const char *expected) {
  char *found =
      checkRows(db,
                "severity || '|' || ifnull(relationship, 'NULL') || '|' || problem || '|' "
                "|| detail || '|' || ifnull(fix, 'NULL')",
                tested->scope);
  ck_assert_msg(strcmp(found, expected) == 0, "%s: %s\n%sexpected\n%s", tested->name, when, found,
                expected);
  sqlite3_free(found);
}

/* All fixes of one check, in its order. */
static inline void runFixes(Db db, const char *scope) {
  char *sql = sqlite3_mprintf("SELECT fix FROM relationship_check%s", scope);
  char *fixes[100];
  sqlite3_stmt *row;
  int count = 0, i;
  ck_assert_int_eq(sqlite3_prepare_v2(db.db, sql, -1, &row, NULL), SQLITE_OK);
  while (sqlite3_step(row) == SQLITE_ROW) {
    const char *fix = (const char *)sqlite3_column_text(row, 0);
    ck_assert_int_lt(count, 100);
    if (fix != NULL) fixes[count++] = sqlite3_mprintf("%s", fix);
  }
  ck_assert_int_eq(sqlite3_finalize(row), SQLITE_OK);
  sqlite3_free(sql);
  for (i = 0; i < count; i++) {
    run(db, fixes[i]);
    sqlite3_free(fixes[i]);
  }
}

static inline void playCase(const Case *tested) {
  char file[] = "/tmp/relationshipXXXXXX", *session;
  int attached = strstr(tested->session, "%s") != NULL, made = mkstemp(file);
  Db db = {NULL, NULL};
  ck_assert_int_ge(made, 0);
  close(made);
  openFile(&db, file, 1);
  run(db, tested->before);
  sqlite3_close(db.db);
  openFile(&db, file, 0);
  run(db, tested->damage);
  sqlite3_close(db.db);
  openFile(&db, attached ? ":memory:" : file, 1);
  session = sqlite3_mprintf(tested->session, file);
  run(db, session);
  sqlite3_free(session);
  says(tested, "found", db, tested->found);
  runFixes(db, tested->scope);
  says(tested, "left", db, tested->left);
  if (tested->query != NULL) {
    const char *last = strstr(tested->query, "; ");
    char *result;
    if (last != NULL) run(db, tested->query); /* a SELECT behind it does no harm */
    result = rows(db, last != NULL ? last + 2 : tested->query);
    ck_assert_msg(strcmp(result, tested->result) == 0, "%s: %s gives %s", tested->name,
                  tested->query, result);
    sqlite3_free(result);
  }
  ck_assert_int_eq(sqlite3_close(db.db), SQLITE_OK);
  unlink(file);
}

#endif
