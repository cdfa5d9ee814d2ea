/*
** Documents whose rows stand anywhere in memory, more of them than are asked for ahead at once: the same,
** byte for byte, as by hand.
*/
#include "unit/fetched.h"

/*
** Rows come in no order. There are enough authors and links that caches do not hold them; some posts have no
** author, comments or tags, user 7 has very many, and some texts are long.
*/
static const char SCATTERED[] =
    "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT);"
    "CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users, title TEXT);"
    "CREATE TABLE comments(id INTEGER PRIMARY KEY, post_id INTEGER REFERENCES posts,"
    " author_id INTEGER REFERENCES users);"
    "CREATE TABLE tags(id INTEGER PRIMARY KEY, name TEXT);"
    "CREATE TABLE post_tags(post_id INTEGER REFERENCES posts, tag_id INTEGER REFERENCES tags,"
    " PRIMARY KEY(post_id, tag_id)) WITHOUT ROWID;"
    "CREATE INDEX posts_user ON posts(user_id);"
    "CREATE INDEX comments_post ON comments(post_id);"
    "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 3001)"
    " INSERT INTO users SELECT i, printf('%0100d', i) FROM n;"
    "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 40000)"
    " INSERT INTO posts SELECT i, CASE WHEN i % 50 = 0 THEN 7 ELSE i * 7919 % 3001 + 1 END,"
    " CASE WHEN i % 997 = 0 THEN printf('%03000d', i) ELSE 'post ' || i END FROM n;"
    "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 60000)"
    " INSERT INTO comments SELECT i, CASE WHEN i % 60 = 0 THEN 50 ELSE i * 6133 % 40009 + 1 END,"
    " CASE WHEN i % 11 THEN i * 5281 % 3001 + 1 END FROM n;"
    "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 40)"
    " INSERT INTO tags SELECT i, 'tag ' || i FROM n;"
    "INSERT INTO post_tags SELECT id, id * 7 % 40 + 1 FROM posts WHERE id % 3"
    " UNION SELECT id, id * 11 % 40 + 1 FROM posts WHERE id % 5;"
    "INSERT INTO relationship(owner, name, target) VALUES('users', 'posts', 'posts'),"
    " ('posts', 'comments', 'comments'), ('comments', 'author', 'users');"
    "INSERT INTO relationship(owner, name, target, secondary)"
    " VALUES('posts', 'tags', 'tags', 'post_tags'); ANALYZE";

#define AUTHOR ONE_OF("'id', a.id, 'name', a.name", "users AS a WHERE a.id = c.author_id")
#define COMMENTS                                                                                   \
  ALL_OF("'id', c.id, 'author', " AUTHOR,                                                          \
         "(SELECT * FROM comments WHERE post_id = p.id ORDER BY id) AS c")
#define TAGS                                                                                       \
  ALL_OF("'id', t.id", "(SELECT t.id FROM post_tags AS l JOIN tags AS t ON t.id = l.tag_id"        \
                       " WHERE l.post_id = p.id ORDER BY t.id) AS t")
#define POSTS                                                                                      \
  ALL_OF("'id', p.id, 'title', p.title, 'comments', " COMMENTS ", 'tags', " TAGS,                  \
         "(SELECT * FROM posts WHERE user_id = u.id ORDER BY id) AS p")

START_TEST(rowsAnywhereInMemoryMakeTheSameDocuments) {
  sqlite3 *db = openWith(SCATTERED);
  run(db, "PRAGMA cache_size = -200000");
  expectDocs(db, "'users', 'id, posts(id, title, comments(id, author(id, name)), tags(id))'",
             "SELECT u.id, json_object('id', u.id, 'posts', " POSTS ") FROM users AS u");
  closeDb(db);
}
END_TEST

/*
** Objects of every kind, each kind more than what is read without being asked for ahead: one-to-one,
** many-to-one, through a secondary, of aggregates, inside another. Each may be missing. Posts come in order.
*/
static const char OBJECTS[] =
    "CREATE TABLE owners(id INTEGER PRIMARY KEY, name TEXT);"
    "CREATE TABLE profiles(id INTEGER PRIMARY KEY, owner_id INTEGER UNIQUE REFERENCES owners, "
    "about "
    "TEXT);"
    "CREATE TABLE badges(id INTEGER PRIMARY KEY, name TEXT);"
    "CREATE TABLE owner_badges(owner_id INTEGER PRIMARY KEY REFERENCES owners,"
    " badge_id INTEGER REFERENCES badges);"
    "CREATE TABLE posts(id INTEGER PRIMARY KEY, owner_id INTEGER REFERENCES owners,"
    " author_id INTEGER REFERENCES owners, editor_id INTEGER REFERENCES owners, title TEXT);"
    "CREATE INDEX posts_owner ON posts(owner_id);"
    "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 5003)"
    " INSERT INTO owners SELECT i, printf('%050d', i) FROM n;"
    "INSERT INTO profiles SELECT id * 3571 % 5003, id, printf('%0120d', id) FROM owners WHERE id % "
    "9;"
    "INSERT INTO badges SELECT id, printf('%0150d', id) FROM owners;"
    "INSERT INTO owner_badges SELECT id, id * 1237 % 2503 FROM owners WHERE id % 7;"
    "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
    " INSERT INTO posts SELECT i, (i + 7) / 4, CASE WHEN i % 5 THEN i * 7919 % 5003 END,"
    " i * 3331 % 5003, printf('%090d', i) FROM n;"
    "INSERT INTO relationship(owner, name, target) VALUES('owners', 'profile', 'profiles');"
    "INSERT INTO relationship(owner, name, target, foreign_keys) VALUES"
    " ('owners', 'posts', 'posts', 'posts.owner_id'), ('posts', 'author', 'owners', "
    "'posts.author_id'),"
    " ('posts', 'editor', 'owners', 'posts.editor_id');"
    "INSERT INTO relationship(owner, name, target, secondary, uselist)"
    " VALUES('owners', 'badge', 'badges', 'owner_badges', 0); ANALYZE";

#define PROFILE(owner) ONE_OF("'about', r.about", "profiles AS r WHERE r.owner_id = " owner)
#define WRITER(name, key)                                                                          \
  ONE_OF("'id', " name ".id, 'profile', " PROFILE(name ".id"),                                     \
         "owners AS " name " WHERE " name ".id = " key)
#define BADGE                                                                                      \
  ONE_OF("'name', b.name",                                                                         \
         "owner_badges AS l JOIN badges AS b ON b.id = l.badge_id WHERE l.owner_id = o.id")
#define TOTAL ONE_OF("'n', count(*), 'last', max(p.title)", "posts AS p WHERE p.owner_id = o.id")
#define WRITTEN                                                                                    \
  ALL_OF("'id', p.id, 'author', " WRITER(                                                          \
             "a", "p.author_id") ", 'title', p.title, 'editor', " WRITER("e", "p.editor_id"),      \
         "(SELECT * FROM posts WHERE owner_id = o.id ORDER BY id) AS p")

START_TEST(objectsOfEveryKindMakeTheSameDocuments) {
  sqlite3 *db = openWith(OBJECTS);
  run(db, "PRAGMA cache_size = -200000");
  expectDocs(db,
             "'owners', 'id, profile(about), badge(name), posts(count(*) AS n, max(title) AS last) "
             "AS total,"
             " posts(id, author(id, profile(about)), title, editor(id, profile(about)))'",
             "SELECT o.id, json_object('id', o.id, 'profile', " PROFILE(
                 "o.id") ", 'badge', " BADGE ", 'total', " TOTAL ", 'posts', " WRITTEN
                         ") FROM owners AS o");
  closeDb(db);
}
END_TEST

/* Short ones, of any length from nothing on: what is asked for ahead is more than some of them have. */
static const char SHORT_OBJECTS[] =
    "CREATE TABLE owners(id INTEGER PRIMARY KEY, name TEXT);"
    "CREATE TABLE posts(id INTEGER PRIMARY KEY, author_id INTEGER REFERENCES owners);"
    "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 15000)"
    " INSERT INTO owners SELECT i, substr(printf('%040d', i), 41 - i % 40) FROM n;"
    "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 30000)"
    " INSERT INTO posts SELECT i, CASE WHEN i % 5 THEN i * 7919 % 15000 + 1 END FROM n;"
    "INSERT INTO relationship(owner, name, target) VALUES('posts', 'author', 'owners'); ANALYZE";

START_TEST(shortObjectsAnywhereInMemoryMakeTheSameDocuments) {
  sqlite3 *db = openWith(SHORT_OBJECTS);
  run(db, "PRAGMA cache_size = -200000");
  expectDocs(db, "'posts', 'id, author(id, name)'",
             "SELECT p.id, json_object('id', p.id, 'author', " ONE_OF(
                 "'id', a.id, 'name', a.name",
                 "owners AS a WHERE a.id = p.author_id") ") FROM posts AS p");
  closeDb(db);
}
END_TEST

Suite *relTestFetchFar(void) {
  Suite *suite = suite_create("fetch_far");
  add(suite, "rowsAnywhereInMemoryMakeTheSameDocuments", rowsAnywhereInMemoryMakeTheSameDocuments);
  add(suite, "objectsOfEveryKindMakeTheSameDocuments", objectsOfEveryKindMakeTheSameDocuments);
  add(suite, "shortObjectsAnywhereInMemoryMakeTheSameDocuments",
      shortObjectsAnywhereInMemoryMakeTheSameDocuments);
  return suite;
}
