-- A scalar takes one member: the old one is let go first.
  UPDATE {member} SET {let_go} WHERE {of_new_owner} AND NOT ({this_member});
