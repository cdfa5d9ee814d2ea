-- Inserting all candidates is automap, on Chinook.
.chinook
SELECT owner, name, target, secondary, foreign_keys, direction FROM relationship_candidates ORDER BY owner, name;
INSERT INTO relationship(owner, name, target, foreign_keys, remote_side, secondary, back_populates, schema)
  SELECT owner, name, target, foreign_keys, remote_side, secondary, back_populates, schema FROM relationship_candidates;
SELECT count(*) FROM relationship_candidates;
CREATE TEMP TABLE inserted AS SELECT * FROM relationship;
CREATE TEMP TABLE made AS SELECT type, name, sql FROM sqlite_schema;
INSERT INTO relationship(relationship) VALUES ('drop');
INSERT INTO relationship(relationship) VALUES ('automap');
SELECT count(*) FROM relationship;
SELECT * FROM inserted EXCEPT SELECT * FROM relationship;
SELECT * FROM relationship EXCEPT SELECT * FROM inserted;
SELECT * FROM made EXCEPT SELECT type, name, sql FROM sqlite_schema;
SELECT type, name, sql FROM sqlite_schema EXCEPT SELECT * FROM made;
