-- A collection, or the one target of a many-to-one, joined with its owner.
-- (The member's table has its own name as an alias, for "table".*: before 3.40, ALTER TABLE RENAME
-- leaves that as it was.)
CREATE VIEW {name} AS
SELECT {made}
  {columns}
FROM {owner} JOIN {member} ON {joined}
