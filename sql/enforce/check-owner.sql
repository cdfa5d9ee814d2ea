-- A collection is written for an owner that is there.
  SELECT RAISE(ABORT, {no_owner}) WHERE NOT EXISTS (SELECT 1 FROM {owner} WHERE {new_owner});
