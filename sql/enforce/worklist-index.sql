-- Whether a row is on the work list already.
CREATE INDEX {name} {made} ON {work}("run", "job", {columns})
