-- A row is on the work list already.
EXISTS (SELECT 1 FROM {work} WHERE {work}."run" = {run} AND {work}."job" = {job}{is_it})
