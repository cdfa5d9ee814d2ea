-- A member whose owner went, and which nothing deleted since, stays without one.
  UPDATE {to} SET {values} WHERE {is_row};
