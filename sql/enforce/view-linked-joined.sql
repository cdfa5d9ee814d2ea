-- A many-to-many, joined with its owner.
-- (The member's table has its own name as an alias, for "table".*: before 3.40, ALTER TABLE RENAME
-- leaves that as it was.)
CREATE VIEW {name} AS
SELECT {made}
  {columns}
FROM {owner} JOIN {links} ON {of_owner} JOIN {member} ON {to_member}
