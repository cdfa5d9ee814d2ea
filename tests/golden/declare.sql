-- Declaring relationships: every way to write the table, what it lists, and every refusal.
CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT, age INT);
CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INT REFERENCES users(id), title TEXT, created_at TEXT);
CREATE TABLE comments(id INTEGER PRIMARY KEY, post_id INT REFERENCES posts, author_id INT REFERENCES users, editor_id INT REFERENCES users);
CREATE TABLE profiles(user_id INTEGER PRIMARY KEY REFERENCES users, bio TEXT);
CREATE TABLE tags(id INTEGER PRIMARY KEY, name TEXT UNIQUE);
CREATE TABLE post_tags(post_id INT REFERENCES posts, tag_id INT REFERENCES tags, added_at TEXT, PRIMARY KEY(post_id, tag_id));
CREATE TABLE node(id INTEGER PRIMARY KEY, parent_id INT REFERENCES node, label TEXT);
CREATE TABLE notes(a INT, b INT, text TEXT);
CREATE VIEW adults AS SELECT * FROM users WHERE age >= 18;
CREATE VIEW shown AS SELECT owner, name, target, foreign_keys, remote_side, secondary, uselist, back_populates, direction FROM relationship;
CREATE TEMP VIEW shown AS SELECT owner, name, target, foreign_keys, remote_side, secondary, uselist, back_populates, direction FROM relationship;

-- The columns, and that a file that declares nothing is not written to.
SELECT group_concat(name) FROM pragma_table_xinfo('relationship');
SELECT count(*) FROM relationship;
SELECT name FROM sqlite_schema WHERE name LIKE 'relationship%';
-- Not from a view or trigger of the file.
SELECT * FROM main.shown;
DROP VIEW main.shown;

-- One row; several, in one statement; from a query.
INSERT INTO relationship(owner, name, target) VALUES ('users', 'posts', 'posts');
INSERT INTO relationship(owner, name, target, back_populates, cascade, order_by) VALUES
  ('posts', 'author', 'users', 'posts', NULL, NULL),
  ('posts', 'comments', 'comments', 'post', 'all, delete-orphan', NULL),
  ('comments', 'post', 'posts', 'comments', NULL, NULL);
INSERT INTO relationship(owner, name, target, foreign_keys)
  SELECT 'users', column1 || 's', 'comments', column1 || '_id' FROM (VALUES ('author'), ('editor'));
SELECT * FROM temp.shown;

-- Whatever the words' case, names are kept as the schema has them.
INSERT INTO relationship(owner, name, target, cascade, lazy) VALUES ('USERS', 'Profile', 'PROFILES', 'ALL', 'SelectIn');
SELECT owner, name, target, uselist, "cascade", lazy, collection FROM relationship WHERE name = 'profile' COLLATE NOCASE;

-- What is not given is listed as its default.
SELECT "cascade", on_delete, passive_deletes, passive_updates, lazy, innerjoin, order_by, viewonly, single_parent, join_depth,
  post_update, info, unique_key, backref, collection, schema, relationship FROM relationship WHERE owner = 'users' AND name = 'posts';
SELECT typeof(uselist), typeof(passive_deletes), typeof(viewonly), typeof(join_depth) FROM relationship WHERE name = 'posts';

-- A name that is taken: refused, left alone, or declared anew.
INSERT INTO relationship(owner, name, target) VALUES ('users', 'POSTS', 'posts');
INSERT OR IGNORE INTO relationship(owner, name, target, order_by) VALUES ('users', 'posts', 'posts', 'title');
SELECT name, order_by FROM relationship WHERE owner = 'users' AND name LIKE 'posts';
INSERT OR REPLACE INTO relationship(owner, name, target, order_by) VALUES ('users', 'POSTS', 'posts', 'title');
SELECT name, order_by FROM relationship WHERE owner = 'users' AND name LIKE 'posts';
INSERT OR REPLACE INTO relationship(owner, name, target) VALUES ('users', 'posts', 'posts');
-- OR IGNORE skips what exists, and nothing else.
INSERT OR IGNORE INTO relationship(owner, name, target) VALUES ('users', 'things', 'nothing');

-- UPDATE alters: one column, several rows, a name, nothing, NULL for the default again.
UPDATE relationship SET "cascade" = 'all', order_by = 'created_at DESC' WHERE owner = 'users' AND name = 'posts';
UPDATE relationship SET lazy = 'selectin' WHERE direction = 'ONETOMANY' AND owner = 'users';
UPDATE relationship SET name = 'edits', info = '{"a":1}' WHERE name = 'editors';
UPDATE relationship SET lazy = 'raise' WHERE owner = 'nobody';
UPDATE relationship SET order_by = NULL WHERE owner = 'users' AND name = 'posts';
SELECT owner, name, "cascade", order_by, lazy, info FROM relationship;
SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name;
-- What UPDATE refuses.
UPDATE relationship SET direction = 'MANYTOONE' WHERE name = 'posts';
UPDATE relationship SET collection = 'x' WHERE name = 'posts';
UPDATE relationship SET schema = 'aux' WHERE name = 'posts';
UPDATE relationship SET relationship = 'sync' WHERE name = 'posts';
UPDATE relationship SET name = 'authors' WHERE name = 'edits';
UPDATE relationship SET name = 'age' WHERE name = 'edits';
UPDATE relationship SET target = 'nothing' WHERE name = 'edits';
UPDATE relationship SET "cascade" = 'everything' WHERE owner = 'users';
-- OR REPLACE: the one that bore the name goes.
UPDATE OR REPLACE relationship SET name = 'authors' WHERE name = 'edits';
SELECT owner, name, foreign_keys FROM relationship WHERE target = 'comments';

-- DELETE undeclares.
DELETE FROM relationship WHERE owner = 'users' AND name = 'authors';
DELETE FROM relationship WHERE owner = 'nobody';
SELECT owner, name FROM relationship;
DELETE FROM relationship;
SELECT type, name FROM sqlite_schema WHERE name LIKE '%.%' OR name LIKE '%:%';

-- backref declares the inverse: of each direction, and of a self-reference.
INSERT INTO relationship(owner, name, target, backref) VALUES
  ('users', 'posts', 'posts', 'author'), ('comments', 'post', 'posts', 'comments'), ('node', 'children', 'node', 'parent');
INSERT INTO relationship(owner, name, target, secondary, backref) VALUES ('posts', 'tags', 'tags', 'post_tags', 'posts');
INSERT INTO relationship(owner, name, target, remote_side, backref) VALUES ('users', 'edited', 'comments', 'editor_id', 'editor');
SELECT * FROM temp.shown;
-- Again, in the three ways; OR REPLACE also with another key, for both sides at once.
INSERT INTO relationship(owner, name, target, backref) VALUES ('users', 'posts', 'posts', 'author');
INSERT OR IGNORE INTO relationship(owner, name, target, backref) VALUES ('users', 'posts', 'posts', 'writer');
INSERT OR REPLACE INTO relationship(owner, name, target, foreign_keys, backref) VALUES ('users', 'edited', 'comments', 'author_id', 'editor');
INSERT OR REPLACE INTO relationship(owner, name, target, backref) VALUES ('users', 'posts', 'posts', 'author');
UPDATE relationship SET backref = 'writer', back_populates = NULL WHERE owner = 'users' AND name = 'posts';
SELECT * FROM temp.shown WHERE owner IN ('users', 'comments', 'posts') AND secondary IS NULL;
-- What backref refuses.
INSERT INTO relationship(owner, name, target, backref, back_populates) VALUES ('users', 'p', 'posts', 'a', 'b');
INSERT INTO relationship(owner, name, target, backref) VALUES ('users', 'p', 'posts', 'title');
INSERT INTO relationship(owner, name, target, backref) VALUES ('users', 'p', 'posts', 'author');
INSERT INTO relationship(owner, name, target, backref) VALUES ('node', 'down', 'node', 'down');
INSERT OR IGNORE INTO relationship(owner, name, target, foreign_keys, backref) VALUES ('users', 'more', 'comments', 'editor_id', 'editor');
INSERT INTO relationship(owner, name, target, primaryjoin, backref) VALUES ('users', 'p', 'posts', 'users.id = posts.user_id AND title > 1', 'a');
SELECT count(*) FROM relationship;

-- back_populates: either side first; both must agree.
DELETE FROM relationship;
INSERT INTO relationship(owner, name, target, back_populates) VALUES ('users', 'posts', 'posts', 'author');
INSERT INTO relationship(owner, name, target, back_populates) VALUES ('posts', 'author', 'users', 'writings');
INSERT INTO relationship(owner, name, target, foreign_keys) VALUES ('posts', 'author', 'users', 'created_at');
INSERT INTO relationship(owner, name, target, back_populates) VALUES ('posts', 'author', 'users', 'posts');
UPDATE relationship SET back_populates = 'nobody' WHERE name = 'author';
INSERT INTO relationship(owner, name, target, back_populates) VALUES ('node', 'children', 'node', 'parent');
INSERT INTO relationship(owner, name, target, back_populates) VALUES ('node', 'parent', 'node', 'children');
INSERT INTO relationship(owner, name, target, back_populates, remote_side) VALUES ('node', 'parent', 'node', 'children', 'id');

-- Commands.
INSERT INTO relationship(relationship) VALUES ('drop');
SELECT count(*) FROM relationship;
INSERT INTO relationship(relationship) VALUES ('automap');
SELECT * FROM temp.shown;
SELECT DISTINCT "cascade" FROM relationship;
INSERT INTO relationship(relationship) VALUES ('AUTOMAP');
INSERT INTO relationship(relationship) VALUES ('sync');
SELECT count(*) FROM relationship;
INSERT INTO relationship(relationship) VALUES ('drop');
-- automap leaves what is declared as it is, under whatever name.
INSERT INTO relationship(owner, name, target, "cascade") VALUES ('users', 'articles', 'posts', 'all');
INSERT INTO relationship(relationship) VALUES ('automap');
SELECT owner, name, "cascade", back_populates FROM relationship WHERE 'users' IN (owner, target) AND 'posts' IN (owner, target);
INSERT INTO relationship(relationship) VALUES ('automapp');
INSERT INTO relationship(relationship) VALUES ('everything');
INSERT INTO relationship(relationship) VALUES ('drop');

-- Refusals: tables and names.
INSERT INTO relationship(owner, name) VALUES ('users', 'posts');
INSERT INTO relationship(name, target) VALUES ('posts', 'posts');
INSERT INTO relationship(owner, target) VALUES ('users', 'posts');
INSERT INTO relationship DEFAULT VALUES;
INSERT INTO relationship(owner, name, target) VALUES ('user', 'posts', 'posts');
INSERT INTO relationship(owner, name, target) VALUES ('users', 'orders', 'orders');
INSERT INTO relationship(owner, name, target, secondary) VALUES ('posts', 'tags', 'tags', 'post_tag');
INSERT INTO relationship(owner, name, target) VALUES ('users', 'all', 'sqlite_schema');
INSERT INTO relationship(owner, name, target) VALUES ('users', 'all', 'relationship_catalog');
INSERT INTO relationship(owner, name, target) VALUES ('users', 'name', 'posts');
INSERT INTO relationship(owner, name, target, schema) VALUES ('users', 'posts', 'posts', 'aux');
INSERT INTO relationship(owner, name, target, schema) VALUES ('users', 'posts', 'posts', 'temp');
INSERT INTO relationship(owner, name, targt) VALUES ('users', 'posts', 'posts');
-- Keys.
INSERT INTO relationship(owner, name, target) VALUES ('users', 'comments', 'comments');
INSERT INTO relationship(owner, name, target) VALUES ('users', 'notes', 'notes');
INSERT INTO relationship(owner, name, target, foreign_keys) VALUES ('users', 'posts', 'posts', 'usr_id');
INSERT INTO relationship(owner, name, target, foreign_keys) VALUES ('users', 'posts', 'posts', 'id');
INSERT INTO relationship(owner, name, target, foreign_keys) VALUES ('users', 'posts', 'posts', 'tags.id');
INSERT INTO relationship(owner, name, target, foreign_keys) VALUES ('users', 'posts', 'posts', 'user_id title');
INSERT INTO relationship(owner, name, target, foreign_keys) VALUES ('users', 'notes', 'notes', 'a, b');
INSERT INTO relationship(owner, name, target, remote_side) VALUES ('node', 'parent', 'node', 'label');
INSERT INTO relationship(owner, name, target, secondary) VALUES ('users', 'tags', 'tags', 'post_tags');
INSERT INTO relationship(owner, name, target, secondary) VALUES ('posts', 'tags', 'tags', 'tags');
INSERT INTO relationship(owner, name, target, secondaryjoin) VALUES ('posts', 'tags', 'tags', 'posts.id = tags.id');
INSERT INTO relationship(owner, name, target, unique_key) VALUES ('users', 'posts', 'posts', 'titel');
-- Joins and expressions.
INSERT INTO relationship(owner, name, target, primaryjoin) VALUES ('users', 'p', 'posts', 'users.id > posts.user_id');
INSERT INTO relationship(owner, name, target, primaryjoin) VALUES ('users', 'p', 'posts', 'users.id = posts.user_id AND posts.titel = 1');
INSERT INTO relationship(owner, name, target, primaryjoin) VALUES ('users', 'p', 'posts', 'users.name = posts.title');
INSERT INTO relationship(owner, name, target, order_by) VALUES ('users', 'p', 'posts', 'titel');
INSERT INTO relationship(owner, name, target, order_by) VALUES ('users', 'p', 'posts', 'load_extension(title)');
INSERT INTO relationship(owner, name, target, order_by) VALUES ('users', 'p', 'posts', '"titel"');
INSERT INTO relationship(owner, name, target, order_by) VALUES ('users', 'p', 'posts', '"tïtel"');
INSERT INTO relationship(owner, name, target, order_by) VALUES ('users', 'p', 'posts', 'title LIMIT 3');
INSERT INTO relationship(owner, name, target, order_by) VALUES ('users', 'p', 'posts', 'title; DROP TABLE posts');
INSERT INTO relationship(owner, name, target, order_by) VALUES ('users', 'p', 'posts', 'title /*');
INSERT INTO relationship(owner, name, target, order_by) VALUES ('users', 'p', 'posts', ':by');
-- Words and flags.
INSERT INTO relationship(owner, name, target, "cascade") VALUES ('users', 'p', 'posts', 'all, deleteorphan');
INSERT INTO relationship(owner, name, target, on_delete) VALUES ('users', 'p', 'posts', 'nullify');
INSERT INTO relationship(owner, name, target, on_delete) VALUES ('posts', 'a', 'users', 'set null');
INSERT INTO relationship(owner, name, target, lazy) VALUES ('users', 'p', 'posts', 'eager');
INSERT INTO relationship(owner, name, target, passive_deletes) VALUES ('users', 'p', 'posts', 'yes');
INSERT INTO relationship(owner, name, target, uselist) VALUES ('users', 'p', 'posts', 2);
INSERT INTO relationship(owner, name, target, join_depth) VALUES ('users', 'p', 'posts', 'deep');
INSERT INTO relationship(owner, name, target, viewonly, "cascade") VALUES ('users', 'p', 'posts', 1, 'all');
INSERT INTO relationship(owner, name, target, viewonly, on_delete) VALUES ('users', 'p', 'posts', 1, 'cascade');
INSERT INTO relationship(owner, name, target, passive_deletes, "cascade") VALUES ('users', 'p', 'posts', 'all', 'all, delete-orphan');
-- Views.
INSERT INTO relationship(owner, name, target) VALUES ('adults', 'posts', 'posts');
INSERT INTO relationship(owner, name, target, primaryjoin, foreign_keys, "cascade") VALUES ('adults', 'posts', 'posts', 'adults.id = posts.user_id', 'user_id', 'all');
INSERT INTO relationship(owner, name, target, primaryjoin, foreign_keys) VALUES ('adults', 'posts', 'posts', 'adults.id = posts.user_id', 'user_id');
SELECT owner, name, target, direction FROM relationship;
-- Two labels that would be one view.
CREATE TABLE "a.b"(id INTEGER PRIMARY KEY, p INT REFERENCES users);
CREATE TABLE a(id INTEGER PRIMARY KEY, q INT REFERENCES users);
INSERT INTO relationship(owner, name, target) VALUES ('a.b', 'c', 'users');
INSERT INTO relationship(owner, name, target) VALUES ('a', 'b.c', 'users');
-- A name that is a table of the user's own.
CREATE TABLE "users.posts"(x);
INSERT INTO relationship(owner, name, target) VALUES ('users', 'posts', 'posts');
SELECT owner, name FROM relationship;
-- What is gone is listed, and can be undeclared.
DROP TABLE "users.posts";
INSERT INTO relationship(owner, name, target) VALUES ('node', 'children', 'node');
DROP VIEW "node.children";
DROP TABLE node;
SELECT owner, name, direction FROM relationship WHERE owner = 'node';
UPDATE relationship SET lazy = 'raise' WHERE owner = 'node';
DELETE FROM relationship WHERE owner = 'node';
SELECT count(*) FROM relationship WHERE owner = 'node';
