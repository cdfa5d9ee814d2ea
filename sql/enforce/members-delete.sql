-- The owner goes, and its members with it.
  DELETE FROM {member} WHERE {is_member};
