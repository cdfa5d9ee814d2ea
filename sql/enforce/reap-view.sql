-- What is inserted here is deleted: one row at a time, in the order of the INSERT.
CREATE VIEW {name} AS SELECT {made} {columns}
