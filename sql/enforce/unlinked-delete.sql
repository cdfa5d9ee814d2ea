-- A link goes, and the member of a many-to-many with its last one.
  DELETE FROM {member} WHERE {was_linked}{owner_stays}
    AND NOT EXISTS (SELECT 1 FROM {links} WHERE {to_member});
