-- The owner goes, and with it the members of a many-to-many that are linked to no other owner.
  DELETE FROM {member} WHERE {member_key} IN (SELECT {link_member} FROM {links} WHERE {is_link}){also}
    AND NOT EXISTS (SELECT 1 FROM {links} WHERE {to_member} AND {old_key} IS NOT {link_owner});
