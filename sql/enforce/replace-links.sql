-- A scalar takes one member: the links to others go first.
  DELETE FROM {links} WHERE {of_new_owner} AND ({to_new_member}) IS NOT TRUE;
