-- Owner and member are linked, unless they are already.
  INSERT INTO {links}({columns}) SELECT {values}
  WHERE NOT EXISTS (SELECT 1 FROM {links} WHERE {of_new_owner} AND {to_new_member});
