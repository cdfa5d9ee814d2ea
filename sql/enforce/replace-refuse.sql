-- A scalar takes one member, and the old one cannot be let go.
  SELECT RAISE(ABORT, {refusal}) WHERE EXISTS (SELECT 1 FROM {member} WHERE {of_new_owner} AND NOT ({this_member}));
