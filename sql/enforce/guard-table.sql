-- The rows that a cascade over a cycle is about to delete. Empty between statements.
CREATE TABLE {name}({made}
  "seq" INTEGER PRIMARY KEY,
  "root" INTEGER,
  "tbl" TEXT,
  {columns},
  UNIQUE ("tbl", {columns}, "seq"),
  UNIQUE ("root", "seq")
)
