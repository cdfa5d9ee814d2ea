-- A row of a cycle of cascades went, and all below it goes, leaves first: so the trigger finds
-- nothing to do for the rows that it deletes itself, at any depth.
  INSERT INTO {reap}({columns})
  WITH RECURSIVE {closure}({columns}, "depth") AS (
    {seeds}
    UNION ALL
    {steps}
  )
  SELECT {columns} FROM {closure} ORDER BY "depth" DESC;
