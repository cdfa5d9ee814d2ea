-- Sixty-four times the level below, as long as there are jobs.
  INSERT INTO {do}("level") SELECT {below} FROM
    (VALUES (1), (2), (3), (4), (5), (6), (7), (8)) CROSS JOIN
    (VALUES (1), (2), (3), (4), (5), (6), (7), (8));
