-- The index that cascades and fetches go by, in the collation of the key that is referenced.
CREATE INDEX {name} {made} ON {table}({columns})
