-- Rows go along with the one that is deleted.
  DELETE FROM {to} WHERE {which};
