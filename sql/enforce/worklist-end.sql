-- The run ends.
  DELETE FROM {work} WHERE {work}."run" = {run};
