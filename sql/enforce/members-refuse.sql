-- The owner has members and may not go.
  SELECT RAISE(ABORT, {refusal}) WHERE EXISTS (SELECT 1 FROM {to} WHERE {which});
