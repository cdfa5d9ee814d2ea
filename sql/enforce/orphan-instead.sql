-- A member about to let go of its owner by a column that may not be NULL was deleted: so the update
-- of it is dropped.
  SELECT RAISE(IGNORE) WHERE NOT EXISTS (SELECT 1 FROM {member} WHERE {this_row});
