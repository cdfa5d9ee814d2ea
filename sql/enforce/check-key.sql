-- Moving a member does not change its key.
  SELECT RAISE(ABORT, {key_changed}) WHERE {key_changes};
