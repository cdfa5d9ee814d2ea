-- A run begins, for the phases up to the given one: until it ends, rows that go only add to the list.
  DELETE FROM {work} WHERE {work}."run" = {run} AND {work}."since" IS NOT julianday('now');
  INSERT INTO {work}("run", "since", "state", "job", {keys}) VALUES ({run}, julianday('now'), {upto}, {job}{old_row});
