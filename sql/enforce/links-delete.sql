-- One end of a many-to-many goes, and its association rows with it.
  DELETE FROM {links} WHERE {is_link};
