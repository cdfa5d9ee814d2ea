/*
** Nested documents, ours against the same documents by hand-written SQL, side by side in one run.
** Use: fetch [users [scattered]]     posts are ten times, comments fifty times as many
*/
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "relationship.h"

enum { ROUNDS = 7 };

static double now(void) {
  struct timespec t;
  timespec_get(&t, TIME_UTC);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void run(sqlite3 *db, const char *sql) {
  char *message = NULL;
  if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK) {
    fprintf(stderr, "%s: %s\n", sql, message);
    exit(1);
  }
}

/* Fills the tables; children in the parents' order, or in none. */
static void fill(sqlite3 *db, int users, int scattered) {
  char sql[4000];
  run(db,
      "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT, email TEXT, age INTEGER, city TEXT,"
      " score REAL, created_at TEXT);"
      "CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users, title TEXT,"
      " body TEXT, views INTEGER, rating REAL, created_at TEXT);"
      "CREATE TABLE comments(id INTEGER PRIMARY KEY, post_id INTEGER REFERENCES posts,"
      " author_id INTEGER REFERENCES users, body TEXT, likes INTEGER, created_at TEXT);"
      "CREATE TABLE tags(id INTEGER PRIMARY KEY, name TEXT);"
      "CREATE TABLE post_tags(post_id INTEGER REFERENCES posts, tag_id INTEGER REFERENCES tags,"
      " PRIMARY KEY(post_id, tag_id)) WITHOUT ROWID;");
  snprintf(sql, sizeof sql,
           "BEGIN;"
           "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
           " INSERT INTO users SELECT i, 'User ' || i, 'user' || i || '@example.com', 18 + i %% 60,"
           " 'City ' || (i %% 100), i %% 1000 / 100.0, '2024-01-01T00:00:00Z' FROM n;"
           "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
           " INSERT INTO posts SELECT i, 1 + (i - 1) / 10, 'Title of post ' || i,"
           " 'The body of post number ' || i || ', which is a little longer.', i %% 5000,"
           " i %% 50 / 10.0, '2024-02-' || (10 + i %% 18) FROM n ORDER BY %s;"
           "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
           " INSERT INTO comments SELECT %s, 1 + (i - 1) / 5, 1 + i * 7919 %% %d,"
           " 'Comment ' || i || ' says \"something\"', i %% 40, '2024-03-01' FROM n ORDER BY %s;"
           "INSERT INTO tags SELECT id, 'tag ' || id FROM users LIMIT 200;"
           "INSERT OR IGNORE INTO post_tags SELECT id, 1 + id * 31 %% 200 FROM posts;"
           "INSERT OR IGNORE INTO post_tags SELECT id, 1 + id * 57 %% 200 FROM posts;"
           "CREATE INDEX posts_user ON posts(user_id);"
           "CREATE INDEX comments_post ON comments(post_id);"
           "CREATE INDEX comments_author ON comments(author_id);"
           "CREATE INDEX post_tags_tag ON post_tags(tag_id); COMMIT; ANALYZE;",
           users, 10 * users, "i", 50 * users, scattered ? "NULL" : "i", users,
           scattered ? "random()" : "i");
  run(db, sql);
}

/* Milliseconds to read every document; *bytes and *hash say what they were. */
static double measure(sqlite3_stmt *statement, sqlite3_int64 *bytes, unsigned *hash) {
  double start = now();
  *bytes = 0;
  *hash = 2166136261u;
  while (sqlite3_step(statement) == SQLITE_ROW) {
    const unsigned char *text = sqlite3_column_text(statement, 0);
    int i, length = sqlite3_column_bytes(statement, 0);
    *bytes += length;
    for (i = 0; i < length; i += 97) *hash = (*hash ^ text[i]) * 16777619u;
  }
  start = now() - start;
  if (sqlite3_reset(statement) != SQLITE_OK) {
    fprintf(stderr, "%s\n", sqlite3_errmsg(sqlite3_db_handle(statement)));
    exit(1);
  }
  return start;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void compare(sqlite3 *db, const char *name, const char *hand, const char *ours) {
  sqlite3_stmt *statements[2];
  double times[2][ROUNDS];
  sqlite3_int64 bytes[2];
  unsigned hash[2];
  int round, side;
  if (sqlite3_prepare_v2(db, hand, -1, &statements[0], NULL) != SQLITE_OK ||
      sqlite3_prepare_v2(db, ours, -1, &statements[1], NULL) != SQLITE_OK) {
    fprintf(stderr, "%s: %s\n", name, sqlite3_errmsg(db));
    exit(1);
  }
  for (round = 0; round < ROUNDS; round++) {
    for (side = 0; side < 2; side++) {
      times[side][round] = measure(statements[side], &bytes[side], &hash[side]);
    }
  }
  for (side = 0; side < 2; side++) {
    qsort(times[side], ROUNDS, sizeof **times, ascending);
    sqlite3_finalize(statements[side]);
  }
  printf("%-28s %9.3f ms by hand %9.3f ms ours %5.2f x  %s\n", name, times[0][ROUNDS / 2],
         times[1][ROUNDS / 2], times[0][ROUNDS / 2] / times[1][ROUNDS / 2],
         bytes[0] == bytes[1] && hash[0] == hash[1] ? "same" : "DIFFERENT");
}

#define USER_KEYS                                                                                  \
  "'id', u.id, 'name', u.name, 'email', u.email, 'age', u.age, 'city', u.city, 'score', u.score, " \
  "'created_at', u.created_at"
#define POST_KEYS                                                                                  \
  "'id', p.id, 'user_id', p.user_id, 'title', p.title, 'body', p.body, 'views', p.views, "         \
  "'rating', p.rating, 'created_at', p.created_at"
#define COMMENT_KEYS                                                                               \
  "'id', c.id, 'post_id', c.post_id, 'author_id', c.author_id, 'body', c.body, 'likes', c.likes, " \
  "'created_at', c.created_at"
#define HAND                                                                                       \
  "SELECT json_object(" USER_KEYS ", 'posts', (SELECT json_group_array(json_object(" POST_KEYS     \
  ", 'comments', (SELECT json_group_array(json_object(" COMMENT_KEYS                               \
  ")) FROM comments c WHERE c.post_id = p.id))) FROM posts p WHERE p.user_id = u.id)) FROM users " \
  "u"
#define HAND_ALL                                                                                   \
  "SELECT json_object(" USER_KEYS ", 'posts', (SELECT json_group_array(json_object(" POST_KEYS     \
  ", 'comments', (SELECT json_group_array(json_object(" COMMENT_KEYS                               \
  ", 'author', (SELECT json_object('id', a.id, 'name', a.name) FROM users a WHERE a.id = "         \
  "c.author_id))) FROM comments c WHERE c.post_id = p.id), 'tags', (SELECT "                       \
  "json_group_array(json_object('id', t.id, 'name', t.name)) FROM post_tags l JOIN tags t ON "     \
  "t.id = l.tag_id WHERE l.post_id = p.id))) FROM posts p WHERE p.user_id = u.id)) FROM users u"
#define OURS "SELECT doc FROM selectin('users', 'posts(comments)')"
#define OURS_ALL                                                                                   \
  "SELECT doc FROM selectin('users', 'posts(comments(*, author(id, name)), tags(id, name))')"

int main(int count, char **words) {
  int users = count > 1 ? atoi(words[1]) : 1000, scattered = count > 2;
  sqlite3 *db;
  remove("build/bench-fetch.db");
  if (sqlite3_open("build/bench-fetch.db", &db) != SQLITE_OK ||
      sqlite3_relationship_init(db, NULL, NULL)) {
    return 1;
  }
  run(db, "PRAGMA synchronous = off; PRAGMA cache_size = -400000");
  fill(db, users, scattered);
  compare(db, "all, users>posts>comments", HAND, OURS);
  compare(db, "1, users>posts>comments", HAND " WHERE u.id = 77", OURS " WHERE key = 77");
  compare(db, "20, users>posts>comments",
          HAND " WHERE u.id IN (SELECT id * 37 FROM users LIMIT 20)",
          OURS " WHERE key IN (SELECT id * 37 FROM users LIMIT 20)");
  compare(db, "all, with author and tags", HAND_ALL, OURS_ALL);
  compare(db, "1, with author and tags", HAND_ALL " WHERE u.id = 77", OURS_ALL " WHERE key = 77");
  compare(db, "joined on key", HAND " LIMIT 1000",
          "SELECT doc FROM (SELECT id FROM users LIMIT 1000) AS s CROSS JOIN selectin('users', "
          "'posts(comments)') AS d ON d.key = s.id");
  compare(
      db, "three newest of each",
      "SELECT json_object('name', u.name, 'posts', (SELECT json_group_array(json_object('title',"
      " title)) FROM (SELECT title FROM posts p WHERE p.user_id = u.id ORDER BY created_at "
      "DESC, id LIMIT 3))) FROM users u",
      "SELECT doc FROM selectin('users', 'name, posts(title ORDER BY created_at DESC LIMIT 3)')");
  compare(
      db, "ordered",
      "SELECT json_object('name', u.name, 'posts', (SELECT json_group_array(json_object('title',"
      " title)) FROM (SELECT title FROM posts p WHERE p.user_id = u.id ORDER BY created_at "
      "DESC, id))) FROM users u",
      "SELECT doc FROM selectin('users', 'name, posts(title ORDER BY created_at DESC)')");
  sqlite3_close(db);
  remove("build/bench-fetch.db");
  return 0;
}
