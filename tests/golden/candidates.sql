-- What the FOREIGN KEYs imply, ready to be inserted.
.demo
SELECT owner, name, target, foreign_keys, remote_side, secondary, back_populates, direction FROM relationship_candidates
  WHERE owner IN ('users', 'categories', 'post_tags') OR target = 'tags';
-- Some of it is declared by hand: what is left is what automap would add.
INSERT INTO relationship(owner, name, target, backref) VALUES ('users', 'articles', 'posts', 'writer');
INSERT INTO relationship(owner, name, target) VALUES ('posts', 'comments', 'comments');
SELECT owner, name, back_populates FROM relationship_candidates WHERE owner = 'posts' OR target = 'posts';
CREATE TABLE first AS SELECT * FROM relationship_candidates;
INSERT INTO relationship(owner, name, target, foreign_keys, remote_side, secondary, back_populates, schema)
  SELECT owner, name, target, foreign_keys, remote_side, secondary, back_populates, schema FROM relationship_candidates;
SELECT count(*) FROM relationship_candidates;
CREATE TABLE inserted AS SELECT * FROM relationship;
DELETE FROM relationship WHERE (owner, name) IN (SELECT owner, name FROM first);
INSERT INTO relationship(relationship) VALUES ('automap');
SELECT count(*) FROM relationship;
SELECT * FROM inserted EXCEPT SELECT * FROM relationship;
SELECT * FROM relationship EXCEPT SELECT * FROM inserted;
-- All columns as they come; direction is read-only and let be. Nothing here writes.
DELETE FROM relationship WHERE owner = 'profiles';
INSERT INTO relationship(owner, name, target, foreign_keys, remote_side, secondary, back_populates, direction, schema)
  SELECT * FROM relationship_candidates;
SELECT owner, name, target, foreign_keys, back_populates FROM relationship WHERE owner = 'profiles';
DELETE FROM relationship_candidates;
-- What is attached is declared where it is.
ATTACH ':memory:' AS aux;
CREATE TABLE aux.firms(id INTEGER PRIMARY KEY);
CREATE TABLE aux.cars(id INTEGER PRIMARY KEY, firm_id REFERENCES firms, twin INTEGER UNIQUE REFERENCES cars);
SELECT * FROM relationship_candidates;
INSERT INTO relationship(owner, name, target, foreign_keys, remote_side, secondary, back_populates, direction, schema)
  SELECT * FROM relationship_candidates WHERE schema = 'aux';
SELECT owner, name, uselist, direction, schema FROM relationship WHERE schema = 'aux';
SELECT count(*) FROM aux.relationship_catalog;
DETACH aux;
SELECT count(*) FROM relationship_candidates;
-- A name that a declaration has taken is not implied again, though it joins otherwise.
.open taken.db
CREATE TABLE a(id INTEGER PRIMARY KEY);
CREATE TABLE b(id INTEGER PRIMARY KEY, a_id REFERENCES a, other INTEGER);
INSERT INTO relationship(owner, name, target, foreign_keys) VALUES ('a', 'b', 'b', 'other');
SELECT owner, name, back_populates FROM relationship_candidates;
-- A table called "" cannot be named in a declaration: nothing implies one of it.
CREATE TABLE ""(id INTEGER PRIMARY KEY, b_id REFERENCES b);
CREATE TABLE c(b_id REFERENCES b, "" REFERENCES b, x REFERENCES "");
SELECT owner, name, target FROM relationship_candidates;
INSERT INTO relationship(relationship) VALUES ('automap');
INSERT INTO relationship(relationship) VALUES ('sync');
