-- What cannot be done is refused.
  SELECT RAISE(ABORT, {refusal});
