-- The members of a row of a cycle go.
  DELETE FROM {member} WHERE {is_member}{also};
