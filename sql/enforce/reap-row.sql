-- One table of a cycle: deletes the row that is named.
  DELETE FROM {table} WHERE NEW."tbl" = {tag} AND {is_row};
