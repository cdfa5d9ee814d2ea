-- A declaration that fails leaves nothing behind: not in the catalog, not in the schema, wherever it stands.
CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INT REFERENCES users, title TEXT);
CREATE TABLE profiles(id INTEGER PRIMARY KEY, user_id INT, bio TEXT);
CREATE TEMP TABLE before(what);
CREATE TEMP VIEW now AS SELECT type || ' ' || name || ' ' || ifnull(sql, '') AS what FROM main.sqlite_schema;
CREATE TEMP VIEW difference AS
  SELECT '+' AS sign, what FROM (SELECT what FROM now EXCEPT SELECT what FROM before)
  UNION ALL SELECT '-', what FROM (SELECT what FROM before EXCEPT SELECT what FROM now);

-- Alone, with no catalog yet.
INSERT INTO before SELECT what FROM now;
INSERT INTO relationship(owner, name, target) VALUES ('users', 'posts', 'pots');
SELECT * FROM difference;
-- Inside a transaction, several rows: the first one good.
BEGIN;
INSERT INTO relationship(owner, name, target, "cascade") VALUES ('users', 'posts', 'posts', 'all, delete-orphan'), ('posts', 'author', 'users', 'al');
SELECT * FROM difference;
COMMIT;
SELECT * FROM difference;
SELECT count(*) FROM relationship;
-- INSERT ... SELECT, and a query that fails halfway by itself.
INSERT INTO relationship(owner, name, target) SELECT 'users', column1, column2 FROM (VALUES ('posts', 'posts'), ('profiles', 'profiles'));
INSERT INTO relationship(owner, name, target) SELECT 'users', 'posts', 'posts' UNION ALL SELECT 'users', abs(-9223372036854775808), 'posts';
SELECT * FROM difference;
SELECT count(*) FROM relationship;

-- The same with declarations there.
INSERT INTO relationship(owner, name, target, backref, "cascade") VALUES ('users', 'posts', 'posts', 'author', 'all');
DELETE FROM before;
INSERT INTO before SELECT what FROM now;
CREATE TEMP TABLE rows AS SELECT * FROM main.relationship_catalog;
CREATE TEMP VIEW rowdiff AS
  SELECT '+', * FROM (SELECT * FROM main.relationship_catalog EXCEPT SELECT * FROM rows)
  UNION ALL SELECT '-', * FROM (SELECT * FROM rows EXCEPT SELECT * FROM main.relationship_catalog);
-- OR REPLACE, alone and inside a transaction; the second row fails.
INSERT OR REPLACE INTO relationship(owner, name, target, order_by) VALUES ('users', 'posts', 'posts', 'titel');
BEGIN;
INSERT OR REPLACE INTO relationship(owner, name, target, order_by) VALUES ('users', 'posts', 'posts', 'title'), ('users', 'more', 'posts', 'titel');
SELECT * FROM rowdiff;
SELECT * FROM difference;
-- UPDATE and DELETE.
UPDATE relationship SET order_by = CASE name WHEN 'posts' THEN 'title' ELSE 'titel' END;
UPDATE OR REPLACE relationship SET name = 'author', owner = 'posts', target = 'nothing' WHERE name = 'posts';
DELETE FROM relationship WHERE abs(CASE name WHEN 'posts' THEN 1 ELSE -9223372036854775808 END);
SELECT * FROM rowdiff;
SELECT * FROM difference;
COMMIT;
SELECT * FROM rowdiff;
SELECT * FROM difference;
-- A failure that shows only while the triggers and views are made: names of the user's own in the way.
CREATE VIEW "users.profiles" AS SELECT 1 AS x;
CREATE VIEW "users.later" AS SELECT 1 AS x;
DELETE FROM before;
INSERT INTO before SELECT what FROM now;
INSERT INTO relationship(owner, name, target, foreign_keys) VALUES ('users', 'profiles', 'profiles', 'user_id');
BEGIN;
INSERT INTO relationship(owner, name, target, foreign_keys) VALUES ('users', 'profiles', 'profiles', 'user_id');
UPDATE relationship SET name = 'later', back_populates = NULL WHERE name = 'posts';
INSERT OR IGNORE INTO relationship(owner, name, target, foreign_keys, "cascade") VALUES
  ('users', 'bios', 'profiles', 'user_id', 'all'), ('users', 'profiles', 'profiles', 'user_id', NULL);
SELECT * FROM rowdiff;
SELECT * FROM difference;
COMMIT;
DROP VIEW "users.profiles";
DROP VIEW "users.later";
DELETE FROM before;
INSERT INTO before SELECT what FROM now;
-- A savepoint undone, and a transaction undone: the next declaration starts from what is there.
SAVEPOINT s;
DELETE FROM relationship;
INSERT INTO relationship(owner, name, target, foreign_keys) VALUES ('users', 'profiles', 'profiles', 'user_id');
ROLLBACK TO s;
SELECT owner, name FROM relationship;
INSERT INTO relationship(relationship) VALUES ('drop');
ROLLBACK TO s;
RELEASE s;
SELECT owner, name FROM relationship;
BEGIN;
UPDATE relationship SET info = 'changed';
ROLLBACK;
SELECT owner, name, info FROM relationship;
SELECT * FROM rowdiff;
SELECT * FROM difference;
-- Another connection's declarations are seen at once.
.plain
DELETE FROM relationship_catalog WHERE name = 'author';
.ext
INSERT INTO relationship(relationship) VALUES ('sync');
SELECT owner, name FROM relationship;
SELECT sign, substr(what, 1, instr(what || ' CREATE', ' CREATE') - 1) FROM difference;

-- An attached database, inside a transaction.
ATTACH 'aux.db' AS aux;
CREATE TABLE aux.users(id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE aux.posts(id INTEGER PRIMARY KEY, user_id INT REFERENCES users, title TEXT);
CREATE VIEW aux."users.later" AS SELECT 1 AS x;
INSERT INTO relationship(owner, name, target, schema) VALUES ('users', 'posts', 'posts', 'aux');
DROP TABLE before;
CREATE TEMP TABLE before AS SELECT type || name AS what FROM aux.sqlite_schema;
DROP TABLE rows;
CREATE TEMP TABLE rows AS SELECT * FROM aux.relationship_catalog;
BEGIN;
INSERT INTO relationship(owner, name, target, schema) VALUES ('users', 'more', 'posts', 'aux'), ('users', 'none', 'pots', 'aux');
INSERT INTO relationship(owner, name, target, schema) VALUES ('users', 'later', 'posts', 'aux');
COMMIT;
SELECT type || name AS what FROM aux.sqlite_schema EXCEPT SELECT what FROM before;
SELECT what FROM before EXCEPT SELECT type || name FROM aux.sqlite_schema;
SELECT * FROM aux.relationship_catalog EXCEPT SELECT * FROM rows;
SELECT schema, owner, name FROM relationship;
