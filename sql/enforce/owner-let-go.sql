-- The owner of a many-to-one loses its target.
  UPDATE {owner} SET {let_go} WHERE {old_owner}{unless_same};
