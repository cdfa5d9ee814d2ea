-- A member gets its owner's key, unless it has it already.
  UPDATE {member} SET {take} WHERE {this_member} AND ({of_new_owner}) IS NOT TRUE;
