-- The owner of a many-to-one cannot be without target.
  SELECT RAISE(ABORT, {refusal}) WHERE {owner_changes};
