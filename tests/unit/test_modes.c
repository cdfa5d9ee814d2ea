/*
** The whole extension under every setting that a program may have: one story, told in each, must end
** the same.
*/
#define _POSIX_C_SOURCE 200809L
#include "unit/suites.h"

#include "relationship.h"
#include "base/sqlite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What a program may have set; each bit is a choice between two. */
enum {
  FOREIGN_KEYS = 1,
  RECURSIVE_TRIGGERS = 2,
  UNTRUSTED_SCHEMA = 4,
  DEFENSIVE = 8,
  NO_QUOTED_STRINGS = 16,
  DECLARED_KEYS = 32, /* FOREIGN KEYs stand in the schema */
  ATTACHED = 64,      /* in a database that is not main */
  WITHOUT = 128,      /* written by a connection without the extension */
  SETTINGS = 256
};

typedef enum Storage { MEMORY, ROLLBACK, WAL, STORAGES } Storage;

static void run(sqlite3 *db, const char *sql) {
  char *message = NULL;
  sqlite3_exec(db, sql, NULL, NULL, &message);
  ck_assert_msg(message == NULL, "%s\n%s", message, sql);
}

/* `sql` with every @ replaced by what stands before a table's name. */
static void runIn(sqlite3 *db, const char *sql, int settings) {
  sqlite3_str *text = sqlite3_str_new(NULL);
  char *expanded;
  for (; *sql; sql++) {
    if (*sql == '@') {
      if (settings & ATTACHED) sqlite3_str_appendall(text, "aux.");
    } else {
      sqlite3_str_appendchar(text, 1, *sql);
    }
  }
  expanded = sqlite3_str_finish(text);
  run(db, expanded);
  sqlite3_free(expanded);
}

static const char TABLES[] =
    "CREATE TABLE @users(id INTEGER PRIMARY KEY, boss_id INT %s, name TEXT);"
    "CREATE TABLE @posts(id INTEGER PRIMARY KEY, user_id INT %s, reader_id INT %s, title TEXT);"
    "CREATE TABLE @\"odd \"\"table\"(code TEXT COLLATE NOCASE PRIMARY KEY, post_id INT NOT NULL %s)"
    " WITHOUT ROWID;"
    "CREATE TABLE @tags(id INTEGER PRIMARY KEY, name TEXT);"
    "CREATE TABLE @post_tags(post_id INT %s, tag_id INT %s, PRIMARY KEY(post_id, tag_id));"
    "CREATE TABLE @p(id INTEGER PRIMARY KEY, m INT %s, f INT %s);"
    "CREATE TABLE @profiles(id INTEGER PRIMARY KEY, user_id INT %s);";

static const char ROWS[] =
    "INSERT INTO @users VALUES(1, NULL, 'a'), (2, 1, 'b'), (3, 2, 'c'), (4, NULL, 'd');"
    "INSERT INTO @posts VALUES(1, 1, 4, 'x'), (2, 2, 4, 'y'), (3, 4, 1, 'z'), (4, 4, 4, 'w');"
    "INSERT INTO @\"odd \"\"table\" VALUES('A', 1), ('b', 3), ('C', 4);"
    "INSERT INTO @tags VALUES(1, 't'), (2, 'u'), (3, 'v');"
    "INSERT INTO @post_tags VALUES(1, 1), (3, 1), (3, 2), (4, 3);"
    "INSERT INTO @p VALUES(1, NULL, NULL), (2, 1, NULL), (3, 2, 1), (4, 3, 3), (5, NULL, NULL);"
    "UPDATE @p SET m = 4 WHERE id = 1;"
    "INSERT INTO @profiles VALUES(1, 4), (2, NULL);";

static const char *const DECLARATIONS[] = {
    "'users', 'staff', 'users', 'boss_id', NULL, 'all', NULL",
    "'users', 'posts', 'posts', 'posts.user_id', NULL, 'all, delete-orphan', NULL",
    "'users', 'read', 'posts', 'posts.reader_id', NULL, NULL, NULL",
    "'posts', 'odd', 'odd \"table', '\"odd \"\"table\".post_id', NULL, 'all, delete-orphan', NULL",
    "'posts', 'tags', 'tags', 'post_id, tag_id', 'post_tags', 'all, delete-orphan', NULL",
    "'p', 'of_mother', 'p', 'm', NULL, 'all', NULL",
    "'p', 'of_father', 'p', 'f', NULL, 'all', NULL",
    "'users', 'profile', 'profiles', 'user_id', NULL, NULL, 0",
};

static const char STORY[] = "DELETE FROM @users WHERE id = 1;"
                            "DELETE FROM @\"posts.odd\" WHERE owner_id = 3 AND code = 'B';"
                            "INSERT INTO @\"posts.odd\"(owner_id, code) SELECT 3, 'c';"
                            "DELETE FROM @\"posts.tags\" WHERE owner_id = 3 AND id = 2;"
                            "INSERT INTO @\"posts.tags\"(owner_id, id) VALUES(4, 1);"
                            "INSERT INTO @\"users.profile\"(owner_id, id) VALUES(4, 2);"
                            "UPDATE @posts SET user_id = NULL WHERE id = 4;"
                            "DELETE FROM @p WHERE id = 2;";

static const char ENDING[] = "users 4,,d\nposts 3,4,,z\nodd C,3\ntags 1,t\npost_tags 3,1\np "
                             "5,,\nprofiles 1,\nprofiles 2,4\n";

static char *tell(sqlite3 *db, int settings) {
  static const char *const ROW[] = {
      "'users ' || id || ',' || ifnull(boss_id, '') || ',' || name FROM @users",
      ("'posts ' || id || ',' || ifnull(user_id, '') || ',' || ifnull(reader_id, '') || ',' || "
       "title"
       " FROM @posts"),
      "'odd ' || code || ',' || post_id FROM @\"odd \"\"table\"",
      "'tags ' || id || ',' || name FROM @tags",
      "'post_tags ' || post_id || ',' || tag_id FROM @post_tags",
      "'p ' || id || ',' || ifnull(m, '') || ',' || ifnull(f, '') FROM @p",
      "'profiles ' || id || ',' || ifnull(user_id, '') FROM @profiles"};
  sqlite3_str *text = sqlite3_str_new(NULL);
  size_t i;
  for (i = 0; i < sizeof ROW / sizeof *ROW; i++) {
    const char *row = ROW[i];
    sqlite3_str *query = sqlite3_str_new(NULL);
    sqlite3_stmt *statement;
    char *sql;
    sqlite3_str_appendall(query, "SELECT ");
    for (; *row; row++) {
      if (*row != '@') {
        sqlite3_str_appendchar(query, 1, *row);
      } else if (settings & ATTACHED) {
        sqlite3_str_appendall(query, "aux.");
      }
    }
    sqlite3_str_appendall(query, " ORDER BY 1");
    sql = sqlite3_str_finish(query);
    ck_assert_msg(sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK, "%s\n%s", sql,
                  sqlite3_errmsg(db));
    while (sqlite3_step(statement) == SQLITE_ROW) {
      sqlite3_str_appendf(text, "%s\n", sqlite3_column_text(statement, 0));
    }
    sqlite3_finalize(statement);
    sqlite3_free(sql);
  }
  return sqlite3_str_finish(text);
}

static void attach(sqlite3 *db, const char *path) {
  char *sql = sqlite3_mprintf("ATTACH %Q AS aux", path);
  run(db, sql);
  sqlite3_free(sql);
}

static sqlite3 *openWith(const char *path, int settings, int load) {
  sqlite3 *db;
  char *sql = sqlite3_mprintf("PRAGMA foreign_keys = %d; PRAGMA recursive_triggers = %d",
                              (settings & FOREIGN_KEYS) != 0, (settings & RECURSIVE_TRIGGERS) != 0);
  ck_assert_int_eq(sqlite3_open(settings & ATTACHED ? ":memory:" : path, &db), SQLITE_OK);
  if (load) ck_assert_int_eq(sqlite3_relationship_init(db, NULL, NULL), SQLITE_OK);
  if (settings & ATTACHED) attach(db, path);
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, !(settings & UNTRUSTED_SCHEMA), NULL);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, (settings & DEFENSIVE) != 0, NULL);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, !(settings & NO_QUOTED_STRINGS), NULL);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, !(settings & NO_QUOTED_STRINGS), NULL);
  run(db, sql);
  sqlite3_free(sql);
  return db;
}

static void declareAll(sqlite3 *db, int settings) {
  size_t i;
  for (i = 0; i < sizeof DECLARATIONS / sizeof *DECLARATIONS; i++) {
    char *sql = sqlite3_mprintf("INSERT INTO relationship(owner, name, target, foreign_keys, "
                                "secondary, cascade, uselist, schema) VALUES(%s, '%s')",
                                DECLARATIONS[i], settings & ATTACHED ? "aux" : "main");
    run(db, sql);
    sqlite3_free(sql);
  }
}

static void createTables(sqlite3 *db, int settings) {
  const char *users = settings & DECLARED_KEYS ? "REFERENCES users" : "";
  const char *posts = settings & DECLARED_KEYS ? "REFERENCES posts" : "";
  const char *tags = settings & DECLARED_KEYS ? "REFERENCES tags" : "";
  const char *p = settings & DECLARED_KEYS ? "REFERENCES p" : "";
  char *sql = sqlite3_mprintf(TABLES, users, users, users, posts, posts, tags, p, p, users);
  runIn(db, sql, settings);
  sqlite3_free(sql);
}

static void play(const char *path, Storage storage, int settings) {
  sqlite3 *db = openWith(path, settings, 1);
  char *end;
  if (storage == WAL) {
    run(db, settings & ATTACHED ? "PRAGMA aux.journal_mode = WAL" : "PRAGMA journal_mode = WAL");
  }
  createTables(db, settings);
  declareAll(db, settings);
  runIn(db, ROWS, settings);
  if (settings & WITHOUT && storage != MEMORY) {
    ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
    db = openWith(path, settings, 0);
  }
  runIn(db, STORY, settings);
  end = tell(db, settings);
  ck_assert_msg(strcmp(end, ENDING) == 0, "settings %d, storage %d:\n%s", settings, (int)storage,
                end);
  sqlite3_free(end);
  ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
}

/* All settings in memory; on disk every seventh, which still pairs each with each. */
START_TEST(oneStoryEndsTheSameInEveryMode) {
  Storage storage = (Storage)_i;
  char path[] = "/tmp/relationship-modes-XXXXXX", *journal;
  int settings, step = storage == MEMORY ? 1 : 7;
  int file = storage == MEMORY ? -1 : mkstemp(path);
  for (settings = 0; settings < SETTINGS; settings += step) {
    if (storage != MEMORY) {
      ck_assert_int_eq(ftruncate(file, 0), 0);
    }
    play(storage == MEMORY ? ":memory:" : path, storage, settings);
  }
  if (storage == MEMORY) return;
  close(file);
  journal = sqlite3_mprintf("%s-wal", path);
  remove(path);
  remove(journal);
  sqlite3_free(journal);
}
END_TEST

Suite *relTestModes(void) {
  Suite *suite = suite_create("modes");
  TCase *modes = tcase_create("modes");
  tcase_add_loop_test(modes, oneStoryEndsTheSameInEveryMode, 0, STORAGES);
  suite_add_tcase(suite, modes);
  return suite;
}
