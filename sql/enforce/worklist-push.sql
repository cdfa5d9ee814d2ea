-- Rows are put on the work list.
  INSERT INTO {work}("run", "phase", "job", {keys})
  SELECT {run}, {phase}, {job}{row} FROM {from} WHERE {which}{unless_listed};
