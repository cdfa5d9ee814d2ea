-- A row of a cycle of cascades went, and all below it goes, leaves first: so the trigger finds
-- nothing to do for the rows that it deletes itself, at any depth.
  INSERT INTO {reap}("tbl", {keys})
  WITH RECURSIVE {closure}("tbl", {keys}, "depth") AS (
    {seeds}
    UNION ALL
    {steps}
  )
  SELECT {closure_row} FROM {closure} ORDER BY {closure}."depth" DESC;
