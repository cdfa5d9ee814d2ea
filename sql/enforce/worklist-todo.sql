-- There are jobs to do, of the phases that the run at hand is for.
EXISTS (SELECT 1 FROM {work} WHERE {work}."run" = {run} AND {work}."phase" BETWEEN 0 AND
    (SELECT "now"."state" FROM {work} AS "now" WHERE "now"."run" = {run} AND "now"."phase" IS NULL))
