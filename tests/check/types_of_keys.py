"""Keys whose columns have any types and collations: what dangles by relationship_check is what dangles by
PRAGMA foreign_key_check, and once the fixes have run, joins find what the keys refer to."""

import random
import sqlite3

TYPES = ["", "TEXT", "INTEGER", "INT", "REAL", "NUMERIC", "BLOB", "VARCHAR(9)", "ANY"]
COLLATIONS = ["", "", "", " COLLATE NOCASE", " COLLATE RTRIM"]
VALUES = [None, 0, 1, 2, 12, 1.0, 1.5, -0.0, "1", "01", "1.0", "1.5", "1e0", " 1", "a", "A", "a ", "",
          b"1", b"a", b""]


def columns(rng, names):
    return ["%s %s%s" % (name, rng.choice(TYPES), rng.choice(COLLATIONS)) for name in names]


def schema(rng):
    width = rng.choice([1, 1, 1, 2])
    key = ["k1", "k2"][:width]
    if width == 1 and rng.random() < 0.2:
        parent = "CREATE TABLE p(k1 INTEGER PRIMARY KEY)"
    else:
        parent = "CREATE TABLE p(%s, %s(%s))%s" % (
            ", ".join(columns(rng, key)), rng.choice(["PRIMARY KEY", "UNIQUE"]), ", ".join(key), "")
        if "PRIMARY" in parent and rng.random() < 0.3:
            parent += " WITHOUT ROWID"
    child = ["c1", "c2"][:width]
    return key, child, [parent, "CREATE TABLE c(id INTEGER PRIMARY KEY, %s, FOREIGN KEY(%s) REFERENCES p(%s)%s)" % (
        ", ".join(columns(rng, child)), ", ".join(child), ", ".join(key),
        rng.choice(["", " ON DELETE CASCADE"]))]


def fill(rng, connection, key, child):
    for table, names, rows in ("p", key, 12), ("c", child, 20):
        for _ in range(rows):
            try:
                connection.execute("INSERT INTO %s(%s) VALUES (%s)" % (
                    table, ", ".join(names), ", ".join("?" * len(names))),
                    [rng.choice(VALUES) for _ in names])
            except sqlite3.Error:
                pass


def problems(connection, problem):
    return connection.execute("SELECT detail, fix FROM relationship_check('all') WHERE problem = ?",
                              (problem,)).fetchall()


def dangling(connection):
    return len(connection.execute("PRAGMA foreign_key_check(c)").fetchall())


def wrong(seed, extension):
    """What is wrong with the check of one pair of tables, or None."""
    rng = random.Random(seed)
    key, child, statements = schema(rng)
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.enable_load_extension(True)
    connection.load_extension(extension)
    for sql in statements:
        connection.execute(sql)
    fill(rng, connection, key, child)
    connection.execute("PRAGMA foreign_keys = %d" % rng.randrange(2))
    if rng.random() < 0.5:
        connection.execute("INSERT INTO relationship(owner, name, target) VALUES ('p', 'cs', 'c')")
    found = problems(connection, "dangling reference")
    counted = int(found[0][0].split()[0]) if found else 0
    if counted != dangling(connection):
        return "%r: counts %d dangling, foreign_key_check %d" % (statements, counted, dangling(connection))
    for _, fix in found:
        connection.executescript(fix)
    if dangling(connection):
        return "%r: after %r %d dangle" % (statements, found, dangling(connection))
    found = problems(connection, "types differ")
    for _, fix in found:
        connection.executescript(fix)
    if dangling(connection) or problems(connection, "types differ"):
        return "%r: %r does not repair" % (statements, found)
    lost = connection.execute("SELECT count(*) FROM c WHERE %s AND NOT EXISTS (SELECT 1 FROM p WHERE %s)" % (
        " AND ".join("c.%s IS NOT NULL" % c for c in child),
        " AND ".join("p.%s = c.%s" % pair for pair in zip(key, child)))).fetchone()[0]
    if lost:
        return "%r: joins do not find what %d rows refer to" % (statements, lost)
    return None
