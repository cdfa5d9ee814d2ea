-- What is inserted here is done: a job of the work list, or so many rounds of jobs.
CREATE VIEW {name} AS
SELECT {made} NULL AS "level", NULL AS "seq", NULL AS "state", NULL AS "job", {columns}
