-- A member that replaces another is never lost with it.
CREATE TABLE n(id INTEGER PRIMARY KEY, prev INT UNIQUE REFERENCES n);
INSERT INTO n VALUES (1, NULL), (2, 1), (3, 2);
INSERT INTO relationship(owner, name, target, cascade) VALUES ('n', 'next', 'n', 'all, delete-orphan');
INSERT INTO "n.next"(owner_id, id) VALUES (1, 3);
UPDATE "n.next" SET owner_id = 1 WHERE id = 3;
SELECT * FROM n;
CREATE TABLE u(id INTEGER PRIMARY KEY);
CREATE TABLE p(id INTEGER PRIMARY KEY, u INT UNIQUE REFERENCES u);
INSERT INTO u VALUES (1), (2);
INSERT INTO p VALUES (1, 1), (2, 2);
INSERT INTO relationship(owner, name, target, cascade) VALUES ('u', 'p_', 'p', NULL), ('p', 'u', 'u', 'all, delete-orphan');
INSERT INTO "u.p_"(owner_id, id) VALUES (1, 2);
SELECT * FROM u;
SELECT * FROM p;
-- An owner key UNIQUE in another collation: the cascade ends.
CREATE TABLE k(id INTEGER PRIMARY KEY, code TEXT COLLATE NOCASE, p TEXT);
CREATE UNIQUE INDEX ku ON k(code COLLATE BINARY);
INSERT INTO k VALUES (1, 'a', 'A'), (2, 'A', 'a'), (3, 'x', 'a');
INSERT INTO relationship(owner, name, target, primaryjoin, foreign_keys, cascade) VALUES ('k', 'kids', 'k', 'k.code = k.p', 'p', 'all');
DELETE FROM k WHERE id = 1;
SELECT * FROM k;
