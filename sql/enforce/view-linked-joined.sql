-- A many-to-many, joined with its owner.
CREATE VIEW {name} AS
SELECT {made}
  {columns}
FROM {owner} JOIN {links} ON {of_owner} JOIN {member} ON {to_member}
