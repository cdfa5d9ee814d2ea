-- A row of a cycle of cascades went (or is about to), and all below it goes, where a row may be
-- reached on several ways. The work table holds what is going; the trigger passes over such rows.
  INSERT INTO {work}("tbl", {keys}) VALUES ({tag}{old_keys});
  INSERT INTO {work}("root", "tbl", {keys})
  WITH RECURSIVE {closure}("tbl", {keys}) AS (
    {seeds}
    UNION
    {steps}
  )
  SELECT {root}, {closure_row} FROM {closure} WHERE NOT ({closure_is_old});
  INSERT INTO {reap}("tbl", {keys})
  SELECT {work_row} FROM {work} WHERE {work}."root" = {root} ORDER BY {work}."seq" DESC;
  DELETE FROM {work} WHERE {work}."root" = {root};
  DELETE FROM {work} WHERE {is_old};
