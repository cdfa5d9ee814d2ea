-- A run is under way in this very statement. (What a statement left that broke off, by a user's
-- RAISE(FAIL), is of another time: 'now' stands still within a statement.)
EXISTS (SELECT 1 FROM {work} WHERE {work}."run" = {run} AND {work}."phase" IS NULL
    AND {work}."since" = julianday('now'))
