-- The last row that refers to the target of a many-to-one lets go, and the target goes.
  DELETE FROM {target} WHERE {was_target}
    AND NOT EXISTS (SELECT 1 FROM {owner} WHERE {refers});
