-- The second half of `make demo`: the copy of the demo database, in a shell that loads no extension.
.mode box
.echo on

-- 5. The same delete on the copy, by a program that never loaded the extension: the same outcome.

SELECT count(*) AS "extension loaded" FROM pragma_function_list WHERE name = 'relationship_version';

DELETE FROM users WHERE id = 7;

SELECT (SELECT count(*) FROM users) AS users, (SELECT count(*) FROM posts) AS posts,
       (SELECT count(*) FROM comments) AS comments, (SELECT count(*) FROM post_tags) AS post_tags,
       (SELECT count(*) FROM profiles) AS profiles, (SELECT count(*) FROM memberships) AS memberships,
       (SELECT count(*) FROM follows) AS follows;

SELECT id, author_id, body FROM comments WHERE id IN (4, 29, 32);
SELECT count(*) AS "broken references" FROM pragma_foreign_key_check;
