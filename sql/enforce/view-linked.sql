-- A many-to-many whose association rows hold the owner's whole key.
-- (The member's table has its own name as an alias, for "table".*: before 3.40, ALTER TABLE RENAME
-- leaves that as it was.)
CREATE VIEW {name} AS
SELECT {made}
  {columns}
FROM {links} JOIN {member} ON {to_member}
WHERE {has_owner}
