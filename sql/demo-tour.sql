-- What `make demo` shows: run by the sqlite3 shell on the demo database (sql/demo.sql), from the top folder.
.load build/relationship
.mode box
.echo on

-- 1. Declare. A relationship is a row.

INSERT INTO relationship(owner, name, target, back_populates, cascade, order_by) VALUES
  ('users',    'posts',    'posts',    'author', 'all, delete-orphan', 'created_at DESC'),
  ('posts',    'author',   'users',    'posts',  NULL,                 NULL),
  ('posts',    'comments', 'comments', NULL,     'all, delete-orphan', 'created_at'),
  ('users',    'comments', 'comments', 'author', NULL,                 NULL),
  ('comments', 'author',   'users',    'comments', NULL,               NULL),
  ('users',    'profile',  'profiles', NULL,     'all, delete-orphan', NULL);

INSERT INTO relationship(owner, name, target, secondary) VALUES
  ('posts', 'tags',  'tags',  'post_tags'),
  ('users', 'teams', 'teams', 'memberships');

INSERT INTO relationship(owner, name, target, secondary, primaryjoin, secondaryjoin) VALUES
  ('users', 'following', 'users', 'follows', 'users.id = follows.follower_id', 'users.id = follows.followed_id');

SELECT owner, name, direction, target, cascade, on_delete FROM relationship;

-- 2. Fetch. A selection is a nested SELECT: WHERE, ORDER BY and LIMIT hold per parent.

.mode list
SELECT doc FROM selectin('users',
  'name, profile(bio), teams(name),
   posts(title, tags(name), comments(body, author(name) ORDER BY created_at DESC LIMIT 1)
         WHERE published ORDER BY created_at DESC LIMIT 1)
   WHERE active ORDER BY name LIMIT 2');

SELECT key, doc FROM selectin('posts', 'title, author(name), length(body) AS length') WHERE key IN (1, 19);
.mode box

-- 3. Collections are views: append, remove, move.

INSERT INTO "posts.tags"(owner_id, id) VALUES (1, 8);
DELETE FROM "posts.tags" WHERE owner_id = 1 AND id = 5;
SELECT owner_id, id, name FROM "posts.tags" WHERE owner_id = 1;

-- A comment removed from its post is an orphan, and goes.
DELETE FROM "posts.comments" WHERE owner_id = 2 AND id = 6;
SELECT count(*) AS "comment 6" FROM comments WHERE id = 6;

-- 4. Delete. The rules hold at every level: Gil's posts go with their comments and tag links; what he
--    wrote under the posts of others stays, without an author. First a copy of the file, for later.

VACUUM INTO 'build/demo-copy.db';

SELECT (SELECT count(*) FROM users) AS users, (SELECT count(*) FROM posts) AS posts,
       (SELECT count(*) FROM comments) AS comments, (SELECT count(*) FROM post_tags) AS post_tags,
       (SELECT count(*) FROM profiles) AS profiles, (SELECT count(*) FROM memberships) AS memberships,
       (SELECT count(*) FROM follows) AS follows;

DELETE FROM users WHERE id = 7;

SELECT (SELECT count(*) FROM users) AS users, (SELECT count(*) FROM posts) AS posts,
       (SELECT count(*) FROM comments) AS comments, (SELECT count(*) FROM post_tags) AS post_tags,
       (SELECT count(*) FROM profiles) AS profiles, (SELECT count(*) FROM memberships) AS memberships,
       (SELECT count(*) FROM follows) AS follows;

SELECT id, author_id, body FROM comments WHERE id IN (4, 29, 32);
SELECT count(*) AS "broken references" FROM pragma_foreign_key_check;

-- 5. Save. A document is a unit of work: what it refers to first, then the row, then its members; a
--    list that it gives becomes what the list says.

.mode list
INSERT INTO unit_of_work(owner, doc) VALUES ('users',
  '{"name": "Ines Prado", "created_at": "2024-04-01", "profile": {"bio": "Rivets."},
    "posts": [{"title": "Tar", "created_at": "2024-04-02", "tags": [{"id": 1}, {"name": "tar"}],
               "comments": [{"body": "Smells good.", "created_at": "2024-04-03", "author": {"id": 2}}]}]}');
SELECT doc FROM selectin('users', 'name, profile(bio), posts(title, tags(name), comments(body, author(name)))')
WHERE key = last_insert_rowid();
INSERT INTO unit_of_work(owner, doc) VALUES
  ('posts', '{"id": 5, "title": "A seam that holds", "tags": {"add": [{"id": 1}], "remove": [{"id": 3}]}}');
SELECT doc FROM selectin('posts', 'id, title, tags(name) WHERE id = 5');
.mode box
