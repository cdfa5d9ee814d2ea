-- Removed from its collection, a member loses the link.
  DELETE FROM {links} WHERE {this_link};
