-- The compiled SQL, for a program that loads no extension.
SELECT count(*) FROM relationship_script;
CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users, title TEXT);
CREATE TABLE tags(id INTEGER PRIMARY KEY, parent INTEGER REFERENCES tags);
INSERT INTO relationship(owner, name, target, cascade) VALUES ('users', 'posts', 'posts', 'all, delete-orphan');
INSERT INTO relationship(owner, name, target, backref, cascade) VALUES ('tags', 'parts', 'tags', 'whole', 'all');
SELECT statement FROM relationship_script WHERE relationship = 'users.posts';
SELECT relationship, substr(statement, 1, instr(statement, '*/') + 1) FROM relationship_script;
-- It is what the database holds.
SELECT statement FROM relationship_script EXCEPT SELECT sql || ';' FROM sqlite_schema;
SELECT sql || ';' FROM sqlite_schema WHERE sql LIKE '%made by relationship%' EXCEPT SELECT statement FROM relationship_script;
-- One script is one file's: main's, or that of the database it is asked for.
ATTACH 'aux.db' AS aux;
CREATE TABLE aux.users(id INTEGER PRIMARY KEY);
CREATE TABLE aux.cars(id INTEGER PRIMARY KEY, user_id NOT NULL REFERENCES users);
INSERT INTO relationship(owner, name, target, schema) VALUES ('users', 'cars', 'cars', 'aux');
SELECT DISTINCT relationship FROM relationship_script;
SELECT DISTINCT relationship FROM relationship_script('AUX');
SELECT count(*) FROM relationship_script WHERE schema = 'aux' AND statement LIKE '%aux%';
SELECT name, (SELECT count(*) FROM relationship_script(name)) FROM pragma_database_list WHERE name <> 'temp';
SELECT * FROM relationship_script('nowhere');
SELECT count(*) FROM relationship_script(NULL) AS a, relationship_script('main');
-- A script that would leave out what no longer fits is refused.
DROP TABLE aux.cars;
SELECT * FROM relationship_script('aux');
SELECT count(*) > 0 FROM relationship_script;
