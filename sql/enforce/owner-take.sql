-- The owner of a many-to-one gets its target's key, unless it has it already.
  UPDATE {owner} SET {take} WHERE {new_owner} AND ({refers_to_new}) IS NOT TRUE;
