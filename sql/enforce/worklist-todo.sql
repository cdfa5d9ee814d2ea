-- There are jobs to do.
EXISTS (SELECT 1 FROM {work} WHERE {work}."run" = {run} AND {work}."phase" >= 0)
