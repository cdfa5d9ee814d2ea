-- What the cascades over cycles have still to do. Empty between statements.
CREATE TABLE {name}({made}
  "seq" INTEGER PRIMARY KEY,
  "run" TEXT,
  "since" REAL,
  "phase" INTEGER,
  "job" TEXT,
  "state" INTEGER,
  {columns},
  UNIQUE ("run", "phase", "seq" DESC)
)
