-- A member let go of its owner.
  DELETE FROM {member} WHERE {this_row}{also};
