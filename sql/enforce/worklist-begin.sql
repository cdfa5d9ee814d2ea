-- A row of a cycle goes, first of a run: until it ends, others that go only add to the work list.
  DELETE FROM {work} WHERE {work}."run" = {run};
  INSERT INTO {work}("run", "state", "job", {keys}) VALUES ({run}, julianday('now'), {job}{old_row});
