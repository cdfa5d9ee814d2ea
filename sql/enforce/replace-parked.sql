-- The old member, which moved aside, goes as an orphan.
  DELETE FROM {member} WHERE {is_parked};
