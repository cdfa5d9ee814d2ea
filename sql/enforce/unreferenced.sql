-- Nothing refers to the row any more.
NOT EXISTS (SELECT 1 FROM {referring} WHERE {refers})
