-- When a member lets go: its key becomes NULL while the owner it had is still there.
({lets_go}) AND {had_owner}
  AND EXISTS (SELECT 1 FROM {owner} WHERE {old_owner})
