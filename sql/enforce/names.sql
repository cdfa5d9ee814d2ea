-- Never fires. RENAME changes the names on the left with the table's; on the right stand those of
-- the declarations, so that they can be told apart.
  SELECT NULL AS {table}{columns};
