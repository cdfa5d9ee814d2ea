-- Declarations follow ALTER TABLE RENAME and RENAME COLUMN, at once and on paper with the next sync.
CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users, title TEXT, "made at" TEXT);
CREATE TABLE tags(id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE post_tags(post_id INTEGER REFERENCES posts, tag_id INTEGER REFERENCES tags, added TEXT, PRIMARY KEY(post_id, tag_id));
INSERT INTO users VALUES (1, 'Ada'), (2, 'Bo');
INSERT INTO posts VALUES (1, 1, 'b', '2020'), (2, 1, 'a', '2021'), (3, 2, 'c', '2022');
INSERT INTO tags VALUES (1, 'x'), (2, 'y');
INSERT INTO post_tags VALUES (1, 1, 'n'), (3, 1, 'n'), (3, 2, 'm');
INSERT INTO relationship(owner, name, target, backref, "cascade", order_by) VALUES
  ('users', 'posts', 'posts', 'author', 'all, delete-orphan', 'title COLLATE NOCASE DESC, "made at", lower(title)');
INSERT INTO relationship(owner, name, target, secondary, foreign_keys, order_by) VALUES
  ('posts', 'tags', 'tags', 'post_tags', 'post_id, post_tags.tag_id', 'added, tags.name');
INSERT INTO relationship(owner, name, target, primaryjoin, foreign_keys, viewonly, unique_key) VALUES
  ('users', 'recent', 'posts', 'users.id = posts.user_id AND "posts"."made at" > ''made at'' AND title <> ''title''', 'posts.user_id', 1, 'title');
CREATE TEMP VIEW named AS SELECT owner, name, target, secondary, foreign_keys, primaryjoin, order_by, unique_key, collection FROM relationship;
CREATE TEMP VIEW made AS SELECT type, name, tbl_name FROM main.sqlite_schema WHERE sql LIKE '%made by relationship%';

-- A table: owner of one, target of another.
ALTER TABLE users RENAME TO people;
SELECT owner, name, target, collection FROM named;
SELECT doc FROM selectin('people', 'name, posts(title)');
INSERT INTO relationship(relationship) VALUES ('sync');
SELECT owner, name, target, primaryjoin FROM relationship_catalog;
SELECT name, tbl_name FROM made WHERE name LIKE '%users%' OR tbl_name LIKE '%users%';
SELECT name FROM made WHERE type = 'view' ORDER BY name;
-- A sync that has nothing to do leaves every object as it is.
CREATE TEMP TABLE before AS SELECT * FROM main.sqlite_schema;
INSERT INTO relationship(relationship) VALUES ('sync');
SELECT * FROM main.sqlite_schema EXCEPT SELECT * FROM before;
-- The rules hold under the new name.
BEGIN;
DELETE FROM people WHERE id = 1;
SELECT id FROM posts;
ROLLBACK;

-- Columns: foreign keys, and those that order_by, joins and unique_key speak of. Text that only looks like a name stays.
ALTER TABLE posts RENAME COLUMN user_id TO "author id";
ALTER TABLE posts RENAME COLUMN title TO "order";
ALTER TABLE posts RENAME COLUMN "made at" TO made_at;
ALTER TABLE post_tags RENAME COLUMN tag_id TO tag;
ALTER TABLE post_tags RENAME TO labels;
ALTER TABLE labels RENAME COLUMN added TO since;
ALTER TABLE tags RENAME COLUMN name TO word;
SELECT * FROM named;
INSERT INTO relationship(relationship) VALUES ('sync');
SELECT owner, name, secondary, foreign_keys, primaryjoin, order_by, unique_key FROM relationship_catalog;
SELECT doc FROM selectin('people', 'name, posts("order", tags(word))');
DELETE FROM "people.posts" WHERE owner_id = 1 AND id = 2;
SELECT id FROM posts;

-- Renamed and renamed back: nothing to write down.
ALTER TABLE tags RENAME TO words;
ALTER TABLE words RENAME TO tags;
INSERT INTO relationship(relationship) VALUES ('sync');
SELECT target FROM relationship_catalog WHERE name = 'tags';
-- Any declaration writes the followed names down, not only sync.
ALTER TABLE tags RENAME TO words;
INSERT INTO relationship(owner, name, target, secondary) VALUES ('words', 'posts', 'posts', 'labels');
SELECT owner, name, target FROM relationship_catalog;
-- Two tables swap their names.
ALTER TABLE people RENAME TO swap;
ALTER TABLE words RENAME TO people;
ALTER TABLE swap RENAME TO words;
INSERT INTO relationship(relationship) VALUES ('sync');
SELECT owner, name, target FROM relationship_catalog;
SELECT * FROM "people.posts";

-- The primary key of a member: its view's triggers name it, so the views go for the time.
ALTER TABLE posts RENAME COLUMN id TO post_id;
DROP VIEW "people.posts";
DROP VIEW "words.posts";
DROP VIEW "words.recent";
DROP VIEW "posts.author";
DROP VIEW "posts.tags";
ALTER TABLE posts RENAME COLUMN id TO post_id;
INSERT INTO relationship(relationship) VALUES ('sync');
SELECT name FROM made WHERE type = 'view' ORDER BY name;
SELECT * FROM "words.posts";

-- A rename with legacy_alter_table, where SQLite leaves keys, views and triggers alone.
.open legacy.db
CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INTEGER, title TEXT);
INSERT INTO relationship(owner, name, target, foreign_keys, "cascade") VALUES ('users', 'posts', 'posts', 'user_id', 'all');
PRAGMA legacy_alter_table = ON;
ALTER TABLE users RENAME TO people;
PRAGMA legacy_alter_table = OFF;
INSERT INTO relationship(relationship) VALUES ('sync');
SELECT owner, name, target, collection FROM relationship;
INSERT INTO people VALUES (1, 'Ada');
INSERT INTO posts VALUES (1, 1, 'a');
DELETE FROM people;
SELECT count(*) FROM posts;
-- What cannot be known: the trigger that follows was lost together with its table. It is said, and told by hand.
CREATE TABLE humans AS SELECT * FROM people;
DROP TABLE people;
INSERT INTO relationship(relationship) VALUES ('sync');
DELETE FROM posts;
UPDATE relationship SET owner = 'humans' WHERE owner = 'people';
SELECT owner, name, target, collection FROM relationship;
INSERT INTO relationship(relationship) VALUES ('sync');
-- Two relationships that a rename gives one name.
CREATE TABLE robots(id INTEGER PRIMARY KEY);
INSERT INTO relationship(owner, name, target, foreign_keys) VALUES ('robots', 'posts', 'posts', 'user_id');
DROP TABLE robots;
DROP TRIGGER "humans:delete";
DROP VIEW "humans.posts";
DROP VIEW "robots.posts";
ALTER TABLE humans RENAME TO robots;
INSERT INTO relationship(relationship) VALUES ('sync');
SELECT rowid > 0, owner, name FROM relationship;
DELETE FROM relationship WHERE rowid = (SELECT max(rowid) FROM relationship);
INSERT INTO relationship(relationship) VALUES ('sync');
SELECT owner, name, target FROM relationship_catalog;

-- Odd names, composite keys, WITHOUT ROWID, a self-reference; a subquery's own tables cannot be followed.
.open odd.db
CREATE TABLE "a ""b"(x TEXT COLLATE NOCASE, "y z" BLOB, "select" INT, PRIMARY KEY(x, "y z")) WITHOUT ROWID;
CREATE TABLE "🐟"(id INTEGER PRIMARY KEY, "fk 1" TEXT, "fk""2" BLOB, "order" INT, FOREIGN KEY("fk 1", "fk""2") REFERENCES "a ""b");
INSERT INTO relationship(owner, name, target, "cascade", order_by) VALUES
  ('a "b', 'kids', '🐟', 'all, delete-orphan', '"order" DESC, [fk 1], `fk"2` COLLATE NOCASE');
CREATE TABLE nodes(id INTEGER PRIMARY KEY, parent_id INT REFERENCES nodes, n);
INSERT INTO relationship(owner, name, target, backref, "cascade", order_by, foreign_keys, remote_side) VALUES
  ('nodes', 'children', 'nodes', 'parent', 'all', 'nodes.n, n + id', 'nodes.parent_id', 'parent_id');
CREATE TABLE nokey(a, b);
CREATE TABLE kid(r, nokey_a);
INSERT INTO relationship(owner, name, target, primaryjoin, foreign_keys, viewonly) VALUES
  ('nokey', 'kids', 'kid', 'nokey.a = kid.nokey_a AND kid.r > (SELECT count(*) FROM nodes WHERE n = kid.r)', 'kid.nokey_a', 1);
ALTER TABLE "a ""b" RENAME TO "c.d";
ALTER TABLE "c.d" RENAME COLUMN "y z" TO "as";
ALTER TABLE "🐟" RENAME TO "Ünï";
ALTER TABLE "Ünï" RENAME COLUMN "order" TO "or""d";
ALTER TABLE "Ünï" RENAME COLUMN "fk 1" TO f1;
ALTER TABLE "Ünï" RENAME COLUMN "fk""2" TO "f 2";
ALTER TABLE nodes RENAME TO tree;
ALTER TABLE tree RENAME COLUMN parent_id TO "up";
ALTER TABLE tree RENAME COLUMN n TO m;
ALTER TABLE kid RENAME COLUMN r TO s;
ALTER TABLE nokey RENAME COLUMN a TO "A b";
INSERT INTO relationship(relationship) VALUES ('sync');
SELECT owner, name, target, foreign_keys, remote_side, primaryjoin, order_by FROM relationship;
UPDATE relationship SET primaryjoin = replace(primaryjoin, 'FROM nodes WHERE n', 'FROM tree WHERE m') WHERE owner = 'nokey';
INSERT INTO relationship(relationship) VALUES ('sync');
SELECT owner, name, target, foreign_keys, primaryjoin, order_by FROM relationship_catalog;
INSERT INTO tree VALUES (1, NULL, 1), (2, 1, 1), (3, 2, 1);
DELETE FROM tree WHERE id = 1;
SELECT count(*) FROM tree;
