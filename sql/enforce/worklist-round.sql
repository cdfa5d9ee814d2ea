-- One round: the jobs of the phase at hand, the latest first. What they bring up is for the next.
  INSERT INTO {do}("seq", "state", "job", {keys})
  SELECT {work}."seq", {work}."state", {work}."job", {work_keys} FROM {work}
  WHERE {work}."run" = {run} AND {work}."phase" =
    (SELECT min("todo"."phase") FROM {work} AS "todo" WHERE "todo"."run" = {run})
  ORDER BY {work}."seq" DESC{limit};
