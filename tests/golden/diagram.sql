-- The tables and how they are related. Implied only: dashed.
.demo
SELECT relationship_diagram('mermaid');
SELECT relationship_diagram('dot', 'post*');
-- Declared: solid. One end may be declared only, or otherwise than the other.
INSERT INTO relationship(owner, name, target, backref, cascade) VALUES
  ('users', 'posts', 'posts', 'author', 'all, delete-orphan'),
  ('posts', 'comments', 'comments', NULL, 'all, delete-orphan');
INSERT INTO relationship(owner, name, target, on_delete) VALUES ('categories', 'posts', 'posts', 'restrict');
INSERT INTO relationship(owner, name, target, primaryjoin, viewonly) VALUES
  ('users', 'drafts', 'posts', 'users.id = posts.author_id AND NOT posts.published', 1);
INSERT INTO relationship(owner, name, target, secondary, cascade, foreign_keys, backref) VALUES
  ('users', 'follows', 'users', 'follows', 'all', 'follower_id, followed_id', 'followers');
SELECT relationship_diagram('mermaid', '*[str]s');
SELECT relationship_diagram('dot', 'COMM?NTS'), relationship_diagram('mermaid', 'nothing');
-- Each line once, whatever is declared first.
INSERT INTO relationship(relationship) VALUES ('automap');
SELECT count(*), sum(instr(value, '--') > 0), sum(instr(value, '..') > 0) FROM
  json_each('["' || replace(replace(relationship_diagram('mermaid'), '"', ''''), char(10), '","') || '"]') WHERE value LIKE '% : %';
-- The format is one of two.
SELECT relationship_diagram('svg');
SELECT relationship_diagram(NULL);
SELECT relationship_diagram();
SELECT relationship_diagram('Mermaid', NULL) = relationship_diagram('mermaid');
-- Ends: NOT NULL, UNIQUE, a partly empty key, a parent that is not unique, a native action, no FOREIGN KEY at all.
.open ends.db
CREATE TABLE a(x INT NOT NULL, y INT NOT NULL, code TEXT, PRIMARY KEY(x, y)) WITHOUT ROWID;
CREATE TABLE b(id INTEGER PRIMARY KEY, x INT NOT NULL, y INT, UNIQUE(x, y), FOREIGN KEY(x, y) REFERENCES a ON DELETE CASCADE);
CREATE TABLE c(id INTEGER PRIMARY KEY REFERENCES b ON DELETE SET NULL, next NOT NULL REFERENCES c, code TEXT);
CREATE TABLE d(untyped, c_id INT);
CREATE TABLE e(once TEXT UNIQUE, sometimes TEXT, a REFERENCES c);
CREATE UNIQUE INDEX e_sometimes ON e(sometimes) WHERE sometimes > '';
CREATE UNIQUE INDEX d_c ON d(c_id) WHERE c_id > 0;
CREATE VIEW v AS SELECT c_id FROM d;
CREATE VIEW unused AS SELECT * FROM d;
CREATE VIRTUAL TABLE words USING fts5(word);
CREATE TABLE link(b_id REFERENCES b, d_rowid, PRIMARY KEY(b_id, d_rowid));
INSERT INTO relationship(owner, name, target, secondary, primaryjoin, secondaryjoin, single_parent) VALUES
  ('b', 'ds', 'd', 'link', 'b.id = link.b_id', 'd.rowid = link.d_rowid', 1);
INSERT INTO relationship(owner, name, target, primaryjoin, foreign_keys) VALUES ('a', 'same', 'c', 'a.code = c.code', 'c.code');
INSERT INTO relationship(owner, name, target, foreign_keys, uselist) VALUES ('c', 'd', 'd', 'c_id', 0);
INSERT INTO relationship(owner, name, target, primaryjoin) VALUES ('v', 'c', 'c', 'v.c_id = c.id');
INSERT INTO relationship(owner, name, target, primaryjoin, secondaryjoin, secondary, uselist) VALUES
  ('a', 'd', 'd', 'a.code = c.code', 'c.id = d.c_id', 'c', 0);
SELECT relationship_diagram('mermaid');
-- What is attached is called by its name there. A broken view is none of the diagram's.
CREATE VIEW broken AS SELECT * FROM gone;
ATTACH ':memory:' AS other;
CREATE TABLE other.a(id INTEGER PRIMARY KEY);
CREATE TABLE other.e(a_id REFERENCES a);
SELECT relationship_diagram('mermaid', '*[ae]');
SELECT relationship_diagram('mermaid', 'other.*');
-- One owner only, said from the other end. Our own tables are none of the picture.
.open cycle.db
CREATE TABLE x(id INTEGER PRIMARY KEY, y_id REFERENCES y);
CREATE TABLE y(id INTEGER PRIMARY KEY, x_id REFERENCES x);
CREATE TABLE z(x_id REFERENCES x);
INSERT INTO relationship(owner, name, target, foreign_keys, cascade) VALUES ('x', 'ys', 'y', 'x_id', 'all'), ('y', 'xs', 'x', 'y_id', 'all');
CREATE TABLE w(x_id);
INSERT INTO relationship(owner, name, target, foreign_keys, single_parent) VALUES ('z', 'x', 'x', 'x_id', 1), ('w', 'x', 'x', 'x_id', 1);
SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name LIKE 'relationship:%';
SELECT relationship_diagram('mermaid');
-- Nothing but what is there.
.open empty.db
SELECT relationship_diagram('mermaid');
SELECT relationship_diagram('dot');
