-- Rows are put on the work list.
  INSERT INTO {work}("run", "since", "phase", "job", {keys})
  SELECT {run}, julianday('now'), {phase}, {job}{row} FROM {from} WHERE {which}{unless_listed};
