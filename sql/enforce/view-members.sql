-- A collection whose members hold the owner's whole key: their table itself.
CREATE VIEW {name} AS
SELECT {made}
  {columns}
FROM {member}
WHERE {has_owner}
