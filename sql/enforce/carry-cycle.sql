-- A key changes that is part of the keys below it, at any depth: all of them follow, leaves first, so
-- that the trigger finds nothing to do for the rows that it changes itself.
  INSERT INTO {carry}("tbl", {columns})
  WITH RECURSIVE {closure}("tbl", {columns}) AS (
    SELECT {tag}, {old_key}, {new_key}
    UNION
    {steps}
  )
  SELECT {row} FROM (SELECT {row}, row_number() OVER () AS "seq" FROM {closure}) AS {closure}
  ORDER BY {closure}."seq" DESC;
