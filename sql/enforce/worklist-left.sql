-- A run before the row went left jobs for when it is gone.
EXISTS (SELECT 1 FROM {work} WHERE {work}."run" = {run} AND {work}."phase" >= 0
    AND {work}."since" = julianday('now'))
