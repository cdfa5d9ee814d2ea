-- A key changes, and what refers to it follows.
  UPDATE {member} SET {values} WHERE {is_member};
