-- A member whose owner went, and which nothing deleted since, is in the way.
  SELECT RAISE(ABORT, {refusal}) WHERE EXISTS (SELECT 1 FROM {to} WHERE {is_row});
