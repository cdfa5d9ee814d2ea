-- A collection whose members hold the owner's whole key: their table itself.
-- (The member's table has its own name as an alias, for "table".*: before 3.40, ALTER TABLE RENAME
-- leaves that as it was.)
CREATE VIEW {name} AS
SELECT {made}
  {columns}
FROM {member}
WHERE {has_owner}
