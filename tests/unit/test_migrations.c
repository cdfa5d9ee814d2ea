/*
** Tables rebuilt as migration tools do it, in the very statements they send: create anew, copy, drop,
** rename. The README's recipe is tested with them: triggers and views go before, sync makes them
** again.
*/
#include "unit/suites.h"

#include "relationship.h"

#include <stdlib.h>
#include <string.h>

static const char *const TABLES[] = {"users", "posts", "comments", "tags", "post_tags"};
static const char *const COLUMNS[] = {
    "id INTEGER PRIMARY KEY, name TEXT",
    "id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users(id), title TEXT",
    "id INTEGER PRIMARY KEY, post_id INTEGER NOT NULL REFERENCES posts(id), body TEXT",
    "id INTEGER PRIMARY KEY, word TEXT",
    "post_id INT REFERENCES posts, tag_id INT REFERENCES tags, PRIMARY KEY(post_id, tag_id)",
};
enum { TABLE_COUNT = sizeof TABLES / sizeof *TABLES };

static const char ROWS[] = "INSERT INTO users VALUES (1, 'Ada'), (2, 'Bo');"
                           "INSERT INTO posts VALUES (1, 1, 'a'), (2, 1, 'b'), (3, 2, 'c');"
                           "INSERT INTO comments VALUES (1, 1, 'x'), (2, 2, 'y'), (3, 3, 'z');"
                           "INSERT INTO tags VALUES (1, 'red'), (2, 'blue');"
                           "INSERT INTO post_tags VALUES (1, 1), (3, 1), (3, 2);";

static const char DECLARE[] =
    "INSERT INTO relationship(owner, name, target, backref, \"cascade\", order_by) VALUES"
    " ('users', 'posts', 'posts', 'author', 'all, delete-orphan', 'title DESC'),"
    " ('posts', 'comments', 'comments', 'post', 'all, delete-orphan', 'body');"
    "INSERT INTO relationship(owner, name, target, secondary, backref) VALUES"
    " ('posts', 'tags', 'tags', 'post_tags', 'posts');";

static const char SYNC[] = "INSERT INTO relationship(relationship) VALUES ('sync')";

/* As the README has it. */
static const char PAUSE[] =
    "SELECT printf('DROP %s IF EXISTS \"%w\";', type, name) FROM sqlite_schema "
    "WHERE type IN ('trigger', 'view') AND sql LIKE '%made by relationship%' "
    "AND name NOT LIKE '%:names'";

/* {t}: the table, {c}: its columns. */
static const struct {
  const char *tool, *sql;
  int refused; /* by SQLite, where triggers and views that name the table stay */
} TOOLS[] = {
    {"Django _remake_table",
     "PRAGMA foreign_keys = OFF; BEGIN; CREATE TABLE \"new__{t}\" ({c});"
     "INSERT INTO \"new__{t}\" SELECT * FROM \"{t}\"; DROP TABLE \"{t}\";"
     "ALTER TABLE \"new__{t}\" RENAME TO \"{t}\"; PRAGMA foreign_key_check; COMMIT;"
     "PRAGMA foreign_keys = ON",
     1},
    {"Alembic batch_alter_table",
     "BEGIN; CREATE TABLE _alembic_tmp_{t} ({c}); INSERT INTO _alembic_tmp_{t} SELECT * FROM {t};"
     "DROP TABLE {t}; ALTER TABLE _alembic_tmp_{t} RENAME TO {t}; COMMIT",
     1},
    {"drizzle-kit",
     "PRAGMA foreign_keys=OFF; CREATE TABLE `__new_{t}` ({c});"
     "INSERT INTO `__new_{t}` SELECT * FROM `{t}`; DROP TABLE `{t}`;"
     "ALTER TABLE `__new_{t}` RENAME TO `{t}`; PRAGMA foreign_keys=ON",
     1},
    {"Rails alter_table",
     "BEGIN; PRAGMA defer_foreign_keys = ON; CREATE TEMPORARY TABLE \"a{t}\" ({c});"
     "INSERT INTO \"a{t}\" SELECT * FROM \"{t}\"; DROP TABLE main.\"{t}\"; CREATE TABLE \"{t}\" "
     "({c});"
     "INSERT INTO \"{t}\" SELECT * FROM \"a{t}\"; DROP TABLE \"a{t}\"; COMMIT",
     0},
    {"legacy_alter_table",
     "PRAGMA foreign_keys = OFF; PRAGMA legacy_alter_table = ON; BEGIN; CREATE TABLE new_{t} ({c});"
     "INSERT INTO new_{t} SELECT * FROM {t}; DROP TABLE {t}; ALTER TABLE new_{t} RENAME TO {t};"
     "COMMIT; PRAGMA legacy_alter_table = OFF",
     0},
};
enum { TOOL_COUNT = sizeof TOOLS / sizeof *TOOLS };

static char *replaced(const char *sql, int table) {
  sqlite3_str *text = sqlite3_str_new(NULL);
  for (; *sql; sql++) {
    if (strncmp(sql, "{t}", 3) == 0 || strncmp(sql, "{c}", 3) == 0) {
      sqlite3_str_appendall(text, sql[1] == 't' ? TABLES[table] : COLUMNS[table]);
      sql += 2;
    } else {
      sqlite3_str_appendchar(text, 1, *sql);
    }
  }
  return sqlite3_str_finish(text);
}

static void run(sqlite3 *db, const char *sql) {
  char *message = NULL;
  sqlite3_exec(db, sql, NULL, NULL, &message);
  ck_assert_msg(message == NULL, "%s\n  in: %s", message, sql);
}

/* The values of a query, each followed by `after`. The caller frees it. */
static char *values(sqlite3 *db, const char *sql, const char *after) {
  sqlite3_str *text = sqlite3_str_new(NULL);
  sqlite3_stmt *statement;
  char *result;
  ck_assert_msg(sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK, "%s\n  in: %s",
                sqlite3_errmsg(db), sql);
  while (sqlite3_step(statement) == SQLITE_ROW) {
    int i;
    for (i = 0; i < sqlite3_column_count(statement); i++) {
      const char *value = (const char *)sqlite3_column_text(statement, i);
      sqlite3_str_appendf(text, "%s%s", value ? value : "NULL", after);
    }
  }
  ck_assert_msg(sqlite3_finalize(statement) == SQLITE_OK, "%s\n  in: %s", sqlite3_errmsg(db), sql);
  result = sqlite3_str_finish(text);
  return result != NULL ? result : sqlite3_mprintf("");
}

static void expect(sqlite3 *db, const char *sql, const char *expected) {
  char *got = values(db, sql, " ");
  ck_assert_msg(strcmp(got, expected) == 0, "%s\ngives: %s\nnot:   %s", sql, got, expected);
  sqlite3_free(got);
}

static sqlite3 *openDeclared(void) {
  sqlite3 *db;
  int i;
  ck_assert_int_eq(sqlite3_open(":memory:", &db), SQLITE_OK);
  ck_assert_int_eq(sqlite3_relationship_init(db, NULL, NULL), SQLITE_OK);
  for (i = 0; i < TABLE_COUNT; i++) {
    char *sql = sqlite3_mprintf("CREATE TABLE %s (%s)", TABLES[i], COLUMNS[i]);
    run(db, sql);
    sqlite3_free(sql);
  }
  run(db, ROWS);
  run(db, DECLARE);
  return db;
}

static char *madeObjects(sqlite3 *db) {
  return values(db,
                "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql LIKE '%made by "
                "relationship%' ORDER BY type, name",
                "\n");
}

static void pauseEnforcement(sqlite3 *db) {
  char *sql = values(db, PAUSE, "\n");
  run(db, sql);
  sqlite3_free(sql);
}

/* That all is as it was declared, in the schema and in what a delete does. */
static void expectEnforced(sqlite3 *db, const char *made) {
  char *now = madeObjects(db);
  ck_assert_str_eq(now, made);
  sqlite3_free(now);
  expect(
      db, "SELECT doc FROM selectin('users', 'name, posts(title, comments(body), tags(word))')",
      "{\"name\":\"Ada\",\"posts\":[{\"title\":\"b\",\"comments\":[{\"body\":\"y\"}],\"tags\":[]},"
      "{\"title\":\"a\",\"comments\":[{\"body\":\"x\"}],\"tags\":[{\"word\":\"red\"}]}]} "
      "{\"name\":\"Bo\",\"posts\":[{\"title\":\"c\",\"comments\":[{\"body\":\"z\"}],"
      "\"tags\":[{\"word\":\"red\"},{\"word\":\"blue\"}]}]} ");
  run(db, "UPDATE posts SET user_id = NULL WHERE id = 3; DELETE FROM users WHERE id = 1");
  expect(db,
         "SELECT (SELECT count(*) FROM posts), (SELECT count(*) FROM comments),"
         " (SELECT count(*) FROM post_tags), (SELECT count(*) FROM tags)",
         "0 0 0 2 ");
}

START_TEST(aRebuildBetweenPauseAndSyncChangesNothing) {
  int tool = _i / TABLE_COUNT, table = _i % TABLE_COUNT;
  sqlite3 *db = openDeclared();
  char *made = madeObjects(db), *sql = replaced(TOOLS[tool].sql, table);
  pauseEnforcement(db);
  run(db, sql);
  run(db, SYNC);
  expectEnforced(db, made);
  sqlite3_free(made);
  sqlite3_free(sql);
  sqlite3_close(db);
}
END_TEST

/* Either SQLite refuses the rename, and undoing it leaves all as it was; or sync makes up for it. */
START_TEST(aRebuildWithoutPauseIsRefusedOrMadeUpForBySync) {
  int tool = _i / TABLE_COUNT, table = _i % TABLE_COUNT;
  sqlite3 *db = openDeclared();
  char *made = madeObjects(db), *sql = replaced(TOOLS[tool].sql, table), *message = NULL;
  run(db, "SAVEPOINT before");
  if (TOOLS[tool].refused) {
    /* Inside the savepoint the tool's own BEGIN would be an error. */
    char *begin = strstr(sql, "BEGIN;"), *commit = strstr(sql, "COMMIT");
    if (begin != NULL) memset(begin, ' ', strlen("BEGIN;"));
    if (commit != NULL) memset(commit, ' ', strlen("COMMIT"));
    sqlite3_exec(db, sql, NULL, NULL, &message);
    ck_assert_ptr_nonnull(message);
    ck_assert_msg(sqlite3_strglob("error in * no such table: main.*", message) == 0, "%s", message);
    run(db, "ROLLBACK TO before; RELEASE before");
  } else {
    run(db, "RELEASE before");
    run(db, sql);
    run(db, SYNC);
  }
  expectEnforced(db, made);
  sqlite3_free(message);
  sqlite3_free(made);
  sqlite3_free(sql);
  sqlite3_close(db);
}
END_TEST

/* A rebuild that renames a column on the way: nobody can know, so sync says it, and goes on when told. */
START_TEST(aColumnRenamedByARebuildIsSaidAndTold) {
  sqlite3 *db = openDeclared();
  char *message = NULL;
  pauseEnforcement(db);
  run(db, "CREATE TABLE new_posts(id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users(id),"
          " headline TEXT); INSERT INTO new_posts SELECT * FROM posts; DROP TABLE posts;"
          "ALTER TABLE new_posts RENAME TO posts");
  sqlite3_exec(db, SYNC, NULL, NULL, &message);
  ck_assert_str_eq(message,
                   "relationship: sync changed nothing, for these no longer fit the tables:\n"
                   "  users.posts: order_by: no such column: title\n"
                   "UPDATE them where something has another name now, or DELETE FROM relationship "
                   "WHERE (owner, name) IN (VALUES ('users', 'posts'))");
  sqlite3_free(message);
  run(db, "UPDATE relationship SET order_by = 'headline' WHERE order_by LIKE 'title%'");
  run(db, SYNC);
  expect(db, "SELECT doc FROM selectin('users', 'posts(headline)') LIMIT 1",
         "{\"id\":1,\"name\":\"Ada\",\"posts\":[{\"headline\":\"a\"},{\"headline\":\"b\"}]} ");
  run(db, "DELETE FROM users");
  expect(db, "SELECT count(*) FROM comments", "0 ");
  sqlite3_close(db);
}
END_TEST

/* Renames by ALTER TABLE between pause and sync are followed: what does it outlives the pause. */
START_TEST(renamesDuringThePauseAreFollowed) {
  sqlite3 *db = openDeclared();
  pauseEnforcement(db);
  run(db, "ALTER TABLE posts RENAME COLUMN id TO post_id; ALTER TABLE posts RENAME TO articles;"
          "ALTER TABLE articles RENAME COLUMN title TO headline");
  run(db, SYNC);
  expect(db, "SELECT owner || '.' || name, target, order_by FROM relationship_catalog",
         "users.posts articles headline DESC articles.author users NULL "
         "articles.comments comments body comments.post articles NULL "
         "articles.tags tags NULL tags.posts articles NULL ");
  run(db, "DELETE FROM users WHERE id = 1");
  expect(db, "SELECT count(*) FROM comments", "1 ");
  sqlite3_close(db);
}
END_TEST

/* The words differ between SQLite's versions, so this is no golden test. */
START_TEST(aKeyColumnIsNotDroppedWhileDeclared) {
  sqlite3 *db = openDeclared();
  char *message = NULL;
  sqlite3_exec(db, "ALTER TABLE posts DROP COLUMN title", NULL, NULL, &message);
  ck_assert_str_eq(message,
                   "error in trigger posts:names after drop column: no such column: NEW.title");
  sqlite3_free(message);
  run(db, "CREATE TABLE notes(id INTEGER PRIMARY KEY, user_id INT);"
          "INSERT INTO relationship(owner, name, target, foreign_keys) VALUES"
          " ('users', 'notes', 'notes', 'user_id')");
  sqlite3_exec(db, "ALTER TABLE notes DROP COLUMN user_id", NULL, NULL, &message);
  ck_assert_int_eq(sqlite3_strglob("error in * after drop column: no such column: *", message), 0);
  sqlite3_free(message);
  run(db, "DELETE FROM relationship WHERE name = 'notes'; DROP INDEX \"users.notes:index\";"
          "ALTER TABLE notes DROP COLUMN user_id");
  sqlite3_close(db);
}
END_TEST

Suite *relTestMigrations(void) {
  Suite *suite = suite_create("migrations");
  TCase *rebuilds = tcase_create("rebuilds");
  TCase *renames = tcase_create("renames");
  tcase_add_loop_test(rebuilds, aRebuildBetweenPauseAndSyncChangesNothing, 0,
                      TOOL_COUNT * TABLE_COUNT);
  tcase_add_loop_test(rebuilds, aRebuildWithoutPauseIsRefusedOrMadeUpForBySync, 0,
                      TOOL_COUNT * TABLE_COUNT);
  suite_add_tcase(suite, rebuilds);
  tcase_add_test(renames, aColumnRenamedByARebuildIsSaidAndTold);
  tcase_add_test(renames, renamesDuringThePauseAreFollowed);
  tcase_add_test(renames, aKeyColumnIsNotDroppedWhileDeclared);
  suite_add_tcase(suite, renames);
  return suite;
}
