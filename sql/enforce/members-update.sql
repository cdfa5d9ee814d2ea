-- The owner goes, and its members stay without one: their key becomes NULL, or its default.
  UPDATE {member} SET {values} WHERE {is_member};
