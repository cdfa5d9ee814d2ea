-- A key is about to change, and what refers to it goes ahead, because the foreign key's own ON UPDATE
-- would come first. Not to a key that another row has, nor to none; not the row itself, which SQLite
-- is about to write.
  UPDATE {member} SET {values} WHERE {is_member} AND {has_key} AND NOT ({itself})
    AND NOT EXISTS (SELECT 1 FROM {owner} WHERE {is_taken});
