-- One member only, or one parent only: UNIQUE, in the collation of the key that is referenced.
CREATE UNIQUE INDEX {name} {made} ON {table}({columns}){where}
