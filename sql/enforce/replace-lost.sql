-- A scalar takes one member: where the old one's going took the new one or the owner along, all of
-- it is undone.
  SELECT RAISE(ABORT, {lost}) WHERE NOT EXISTS (SELECT 1 FROM {member} WHERE {this_member})
    OR NOT EXISTS (SELECT 1 FROM {owner} WHERE {new_owner});
