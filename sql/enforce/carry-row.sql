-- One key of a cycle: the rows that refer to it get the new one.
  UPDATE {member} SET {values} WHERE NEW."tbl" = {tag} AND {is_member};
