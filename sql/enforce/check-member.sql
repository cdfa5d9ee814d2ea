-- Only what is there can become a member.
  SELECT RAISE(ABORT, {no_member}) WHERE NOT EXISTS (SELECT 1 FROM {member} WHERE {new_member});
