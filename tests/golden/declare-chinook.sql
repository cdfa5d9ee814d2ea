-- Chinook, declared whole by its FOREIGN KEYs.
.chinook
INSERT INTO relationship(relationship) VALUES ('automap');
SELECT owner, name, target, direction, secondary, foreign_keys, back_populates FROM relationship ORDER BY owner, name;
-- The same again changes nothing.
CREATE TEMP TABLE before AS SELECT type, name, sql FROM sqlite_schema;
INSERT INTO relationship(relationship) VALUES ('automap');
INSERT INTO relationship(relationship) VALUES ('sync');
SELECT type, name, sql FROM sqlite_schema EXCEPT SELECT * FROM before;
SELECT count(*), count(DISTINCT owner || '.' || name) FROM relationship;
-- Each back_populates is answered.
SELECT a.owner, a.name FROM relationship AS a
  WHERE NOT EXISTS (SELECT 1 FROM relationship AS b WHERE b.owner = a.target AND b.name = a.back_populates AND b.back_populates = a.name);
INSERT INTO relationship(relationship) VALUES ('drop');
SELECT count(*) FROM relationship;
SELECT type, name FROM sqlite_schema WHERE type IN ('trigger', 'view') AND name LIKE '%.%';
