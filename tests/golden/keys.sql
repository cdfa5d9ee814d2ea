-- What is asked of key from outside compares as SQLite compares, also where keys are text and numbers stand beside them.
CREATE TABLE t(id TEXT PRIMARY KEY, v);
INSERT INTO t VALUES ('04', 1), ('4', 2), ('x', 3);
CREATE TABLE n(i INTEGER, s TEXT);
INSERT INTO n VALUES (4, '04');
SELECT key, doc FROM selectin('t', 'v') s JOIN n ON s.key = n.i;
SELECT key, doc FROM selectin('t', 'v') WHERE key IN (SELECT i FROM n);
SELECT key, doc FROM selectin('t', 'v') s JOIN n ON s.key = n.s;
SELECT key, doc FROM selectin('t', 'v') WHERE key = 4;
SELECT key, doc FROM selectin('t', 'v') WHERE key IN ('4', 4);
