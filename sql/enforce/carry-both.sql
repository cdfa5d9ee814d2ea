-- Where rows are reached by several keys, a key's shared part and its own part change one at a time.
  SELECT RAISE(ABORT, {refusal}) WHERE ({some_change}) AND ({others_change});
