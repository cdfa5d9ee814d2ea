-- The schema changes under declarations: columns come and go, tables are dropped, the file is copied.
CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users, title TEXT, body TEXT);
CREATE TABLE comments(id INTEGER PRIMARY KEY, post_id INTEGER REFERENCES posts);
CREATE TABLE tags(id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE post_tags(post_id INTEGER REFERENCES posts, tag_id INTEGER REFERENCES tags, PRIMARY KEY(post_id, tag_id));
INSERT INTO relationship(owner, name, target, "cascade", order_by) VALUES
  ('users', 'posts', 'posts', 'all, delete-orphan', 'title'), ('posts', 'comments', 'comments', 'all', NULL);
INSERT INTO relationship(owner, name, target, secondary) VALUES ('posts', 'tags', 'tags', 'post_tags');
INSERT INTO users VALUES (1, 'Ada'), (2, 'Bo');
INSERT INTO posts VALUES (1, 1, 'b', 'x'), (2, 2, 'a', 'y');
INSERT INTO comments VALUES (1, 1), (2, 2);

-- Columns that no declaration speaks of come and go; the views show them at once.
ALTER TABLE posts ADD COLUMN stars INTEGER DEFAULT 5;
ALTER TABLE posts DROP COLUMN body;
INSERT INTO relationship(relationship) VALUES ('sync');
SELECT * FROM "users.posts";
-- One that a declaration speaks of stays until the declaration is altered.
ALTER TABLE posts DROP COLUMN title;
UPDATE relationship SET order_by = NULL WHERE owner = 'users';
ALTER TABLE posts DROP COLUMN title;
SELECT * FROM "users.posts";
-- A new column that has a relationship's name: it is said, and the relationship gets another.
ALTER TABLE posts ADD COLUMN tags TEXT;
INSERT INTO relationship(relationship) VALUES ('sync');
UPDATE relationship SET name = 'labels' WHERE owner = 'posts' AND name = 'tags';
INSERT INTO relationship(relationship) VALUES ('sync');
SELECT owner, name, collection FROM relationship;

-- The file copied whole: the copy holds the rules, and a sync there has nothing to do.
VACUUM INTO 'copy.db';
ATTACH 'copy.db' AS copy;
SELECT type, name, sql FROM main.sqlite_schema EXCEPT SELECT type, name, sql FROM copy.sqlite_schema;
CREATE TEMP TABLE before AS SELECT * FROM copy.sqlite_schema;
INSERT INTO relationship(relationship, schema) VALUES ('sync', 'copy');
SELECT * FROM copy.sqlite_schema EXCEPT SELECT * FROM before;
DELETE FROM copy.users WHERE id = 1;
SELECT (SELECT count(*) FROM copy.posts), (SELECT count(*) FROM copy.comments), (SELECT count(*) FROM main.posts);
DETACH copy;

-- DROP TABLE of a target. What names it fails aloud, not silently; sync says what is missing and what to do.
BEGIN;
DROP TABLE comments;
DELETE FROM posts;
INSERT INTO relationship(relationship) VALUES ('sync');
DELETE FROM relationship WHERE (owner, name) IN (VALUES ('posts', 'comments'));
INSERT INTO relationship(relationship) VALUES ('sync');
DELETE FROM users WHERE id = 1;
SELECT count(*) FROM posts;
ROLLBACK;
-- Of a secondary: the rest is declared and altered as ever, and enforced.
BEGIN;
DROP TABLE post_tags;
INSERT INTO relationship(relationship) VALUES ('sync');
INSERT INTO relationship(owner, name, target) VALUES ('posts', 'author', 'users');
SELECT owner, name, direction FROM relationship;
DELETE FROM users WHERE id = 1;
SELECT (SELECT count(*) FROM posts), (SELECT count(*) FROM comments);
-- It comes back: sync makes its rules again.
CREATE TABLE post_tags(post_id INTEGER REFERENCES posts, tag_id INTEGER REFERENCES tags, PRIMARY KEY(post_id, tag_id));
INSERT INTO relationship(relationship) VALUES ('sync');
INSERT INTO tags VALUES (1, 'x');
INSERT INTO "posts.labels"(owner_id, id) VALUES (2, 1);
DELETE FROM posts;
SELECT count(*) FROM post_tags;
ROLLBACK;
-- Of an owner, and of everything: nothing is left to enforce.
DROP TABLE users;
INSERT INTO relationship(relationship) VALUES ('sync');
DELETE FROM relationship WHERE owner = 'users';
DROP TABLE posts;
DROP TABLE tags;
INSERT INTO relationship(relationship) VALUES ('drop');
INSERT INTO relationship(relationship) VALUES ('sync');
SELECT type, name FROM sqlite_schema;

-- A catalog written by a program without the extension: sync takes it as it stands.
.open catalog.db
CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users);
INSERT INTO relationship(owner, name, target) VALUES ('users', 'posts', 'posts');
UPDATE relationship_catalog SET "cascade" = 'all', name = 'writings';
INSERT INTO relationship(relationship) VALUES ('sync');
SELECT owner, name, "cascade", collection FROM relationship;
INSERT INTO users VALUES (1, 'Ada');
INSERT INTO posts VALUES (1, 1);
DELETE FROM users;
SELECT count(*) FROM posts;
SELECT name FROM sqlite_schema WHERE type = 'view';
