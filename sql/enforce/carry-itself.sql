-- A row that refers to itself follows its own key, which the foreign key's ON UPDATE just took away.
  UPDATE {member} SET {values} WHERE {itself} AND {was_itself};
