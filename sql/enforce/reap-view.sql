-- The members of the row that is inserted here are deleted: one row after the other, in the order of
-- the INSERT.
CREATE VIEW {name} AS SELECT {made} {columns}
