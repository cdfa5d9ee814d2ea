-- A scalar takes one member: the old one goes first, as an orphan.
  DELETE FROM {member} WHERE {of_new_owner} AND NOT ({this_member});
