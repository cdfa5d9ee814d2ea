-- The owner goes, and its members stay without one: their key becomes NULL, or its default.
  UPDATE {to} SET {values} WHERE {which};
