-- A collection, or the one target of a many-to-one, joined with its owner.
CREATE VIEW {name} AS
SELECT {made}
  {columns}
FROM {owner} JOIN {member} ON {joined}
