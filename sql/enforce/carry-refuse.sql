-- A key that is referred to becomes NULL where that cannot follow.
  SELECT RAISE(ABORT, {refusal}) WHERE ({lacks_key}) AND EXISTS (SELECT 1 FROM {member} WHERE {is_member});
