-- The run ends.
  DELETE FROM {work} WHERE {work}."run" = {run} AND {work}."phase" IS NULL;
