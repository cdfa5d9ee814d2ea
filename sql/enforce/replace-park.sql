-- A scalar takes one member, and the old one's going could take the new one along: it moves aside,
-- to an owner that is none, until the new one is taken.
  UPDATE {member} SET {park} WHERE {of_new_owner} AND NOT ({this_member});
