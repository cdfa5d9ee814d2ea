-- A many-to-many whose association rows hold the owner's whole key.
CREATE VIEW {name} AS
SELECT {made}
  {columns}
FROM {links} JOIN {member} ON {to_member}
WHERE {has_owner}
