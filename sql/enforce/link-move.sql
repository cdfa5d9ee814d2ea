-- A link moves to another owner, or joins the one that is there already; its own columns change.
  DELETE FROM {links} WHERE {this_link} AND ({owner_changes})
    AND EXISTS (SELECT 1 FROM {links} WHERE {of_new_owner} AND {to_new_member});
  UPDATE {links} SET {take} WHERE {this_link};
