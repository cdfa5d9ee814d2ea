-- What declarations compile to: the text of every kind of rule.

.print == one-to-many: delete and delete-orphan; its many-to-one
CREATE TABLE users(id INTEGER PRIMARY KEY);
CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users, title TEXT);
INSERT INTO relationship(owner, name, target, cascade, backref) VALUES('users', 'posts', 'posts', 'all, delete-orphan', 'author');
SELECT sql || ';' FROM sqlite_schema WHERE sql LIKE '%made by relationship%' ORDER BY type, name;

.print == on_delete: restrict and set default; a one-to-one over a native RESTRICT; a key that may not be NULL
.open on_delete.db
CREATE TABLE users(id INTEGER PRIMARY KEY, email TEXT COLLATE NOCASE UNIQUE);
CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users, editor_id INTEGER DEFAULT 1 REFERENCES users);
CREATE TABLE profiles(user_id INTEGER PRIMARY KEY REFERENCES users ON DELETE RESTRICT, bio TEXT);
CREATE TABLE mails(id INTEGER PRIMARY KEY, email TEXT NOT NULL REFERENCES users(email));
INSERT INTO relationship(owner, name, target, foreign_keys, on_delete) VALUES
  ('users', 'posts', 'posts', 'user_id', 'restrict'),
  ('users', 'edits', 'posts', 'editor_id', 'set default');
INSERT INTO relationship(owner, name, target, cascade) VALUES ('users', 'profile', 'profiles', 'all'), ('users', 'mails', 'mails', NULL);
SELECT sql || ';' FROM sqlite_schema WHERE sql LIKE '%made by relationship%' AND tbl_name NOT LIKE 'users.edits' AND tbl_name NOT LIKE 'users.posts' ORDER BY type, name;

.print == many-to-many: links, and the last link
.open many.db
CREATE TABLE posts(id INTEGER PRIMARY KEY);
CREATE TABLE tags(id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE post_tags(post_id INTEGER REFERENCES posts, tag_id INTEGER REFERENCES tags, added_at TEXT DEFAULT CURRENT_TIMESTAMP, PRIMARY KEY(post_id, tag_id)) WITHOUT ROWID;
INSERT INTO relationship(owner, name, target, secondary, cascade) VALUES('posts', 'tags', 'tags', 'post_tags', 'all, delete-orphan');
SELECT sql || ';' FROM sqlite_schema WHERE sql LIKE '%made by relationship%' ORDER BY type, name;

.print == many-to-one with delete and delete-orphan
.open one.db
CREATE TABLE users(id INTEGER PRIMARY KEY);
CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users);
INSERT INTO relationship(owner, name, target, cascade) VALUES('posts', 'author', 'users', 'all, delete-orphan');
SELECT sql || ';' FROM sqlite_schema WHERE sql LIKE '%made by relationship%' AND tbl_name = 'posts' ORDER BY type, name;

.print == a tree
.open tree.db
CREATE TABLE nodes(id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES nodes);
INSERT INTO relationship(owner, name, target, cascade) VALUES('nodes', 'children', 'nodes', 'all');
SELECT sql || ';' FROM sqlite_schema WHERE sql LIKE '%made by relationship%' AND name NOT LIKE 'nodes.children:%e%' OR name LIKE '%reap' ORDER BY type, name;

.print == rows with two owners, in a cycle
.open cycle.db
CREATE TABLE people(id INTEGER PRIMARY KEY, mother_id INTEGER REFERENCES people, father_id INTEGER REFERENCES people);
INSERT INTO relationship(owner, name, target, foreign_keys, cascade) VALUES
  ('people', 'of_mother', 'people', 'mother_id', 'all'),
  ('people', 'of_father', 'people', 'father_id', 'all');
SELECT sql || ';' FROM sqlite_schema WHERE sql LIKE '%made by relationship%' AND tbl_name IN ('people', 'people.of_mother:work', 'relationship:work') ORDER BY type, name;

.print == viewonly
.open viewonly.db
CREATE TABLE users(id INTEGER PRIMARY KEY);
CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users);
INSERT INTO relationship(owner, name, target, viewonly) VALUES('users', 'posts', 'posts', 1);
SELECT sql || ';' FROM sqlite_schema WHERE sql LIKE '%made by relationship%' ORDER BY type, name;
INSERT INTO relationship(relationship) VALUES('drop');
SELECT type, name FROM sqlite_schema WHERE sql LIKE '%made by relationship%';
