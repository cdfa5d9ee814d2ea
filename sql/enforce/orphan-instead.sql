-- A member is about to let go of its owner by a column that may not be NULL: it is deleted, and the
-- update of it is dropped.
  DELETE FROM {member} WHERE {this_row}{also};
  SELECT RAISE(IGNORE) WHERE NOT EXISTS (SELECT 1 FROM {member} WHERE {this_row});
