"""Rows that cannot be without what they refer to, over tables that refer to each other in any way: one round
of fixes leaves no error, inside a transaction and outside, and deletes just what has to go."""

import random
import sqlite3

ACTIONS = ["", "", "", " ON DELETE CASCADE", " ON DELETE SET NULL", " ON DELETE RESTRICT",
           " ON DELETE SET DEFAULT"]


class Key:
    def __init__(self, rng, child, parent, column, plain):
        self.child, self.parent, self.column = child, parent, column
        self.required = rng.random() < 0.7
        self.action = "" if plain else rng.choice(ACTIONS)
        # A rule that SQLite itself cannot hold is no business of the check.
        if self.required and self.action in (" ON DELETE SET NULL", " ON DELETE SET DEFAULT"):
            self.action = ""
        self.deletes = self.required or self.action == " ON DELETE CASCADE"


def schema(rng):
    tables = ["a", "b", "c", "gone"][:rng.randint(1, 4)]
    plain = rng.random() < 0.5
    kinds = {t: rng.choice(["INTEGER PRIMARY KEY", "INTEGER PRIMARY KEY", "TEXT PRIMARY KEY COLLATE NOCASE",
                            "TEXT NOT NULL UNIQUE", "PRIMARY KEY", "WITHOUT"]) for t in tables}
    keys = [Key(rng, rng.choice(tables), rng.choice(tables), "k%d" % n, plain)
            for n in range(rng.randint(1, 5))]
    statements = []
    for table in tables:
        without = kinds[table] == "WITHOUT"
        statements.append("CREATE TABLE %s(id %s%s)%s" % (
            table, "TEXT PRIMARY KEY" if without else kinds[table],
            "".join(", %s%s%s REFERENCES %s(id)%s" % (
                key.column, " INT" if kinds[key.parent].startswith("INTEGER") else " TEXT",
                " NOT NULL" if key.required else "", key.parent, key.action)
                for key in keys if key.child == table),
            " WITHOUT ROWID" if without else ""))
    return tables, keys, statements


def fill(rng, connection, tables, keys):
    for table in tables:
        columns = [key.column for key in keys if key.child == table]
        numbers = connection.execute("SELECT type FROM pragma_table_info(?)", (table,)).fetchone()[0] == "INTEGER"
        for i in range(1, rng.randint(3, 12)):
            values = [None if not key.required and rng.random() < 0.2 else
                      i + 1 if rng.random() < 0.3 else rng.randint(1, 13 if rng.random() < 0.2 else 6)
                      for key in keys if key.child == table]
            connection.execute("INSERT INTO %s(%s) VALUES (%s)" % (
                table, ", ".join(["id"] + columns), ", ".join("?" * (1 + len(columns)))), [i if numbers else str(i)] + values)


def dump(connection, tables, keys):
    return {t: {str(row[0]): [None if v is None else str(v) for v in row[1:]] for row in connection.execute(
        "SELECT %s FROM %s" % (", ".join(["id"] + [k.column for k in keys if k.child == t]), t))}
        for t in tables}


def settle(rows, keys):
    """What is left once all that dangles is deleted, or let go, until nothing dangles."""
    changed = True
    while changed:
        changed = False
        for key in keys:
            position = [k for k in keys if k.child == key.child].index(key)
            for row, values in list(rows[key.child].items()):
                if values[position] is None or values[position] in rows[key.parent]:
                    continue
                changed = True
                if key.deletes:
                    del rows[key.child][row]
                else:
                    values[position] = None
    return rows


def circular(keys):
    """Keys that may come back to where they started."""
    reach = {(k.parent, k.child) for k in keys if k.deletes}
    for _ in range(4):
        reach |= {(a, d) for a, b in reach for c, d in reach if b == c}
    return [k for k in keys if (k.child, k.parent) in reach or k.child == k.parent]


def wrong(seed, extension):
    """What is wrong with the repair of one database, or None."""
    rng = random.Random(seed)
    tables, keys, statements = schema(rng)
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.enable_load_extension(True)
    connection.load_extension(extension)
    for sql in statements:
        connection.execute(sql)
    fill(rng, connection, tables, keys)
    natives, inside = rng.randrange(2), rng.randrange(2)
    connection.execute("PRAGMA foreign_keys = %d" % natives)
    expected = settle(dump(connection, tables, keys), keys)
    fixes = [fix for (fix,) in connection.execute(
        "SELECT fix FROM relationship_check('all') WHERE severity = 'error'")]
    # SQLite knows no way to delete rows of a circle under such an action with foreign_keys on, nor to
    # update a row that dangles by a key with its own table.
    if inside and any("foreign_keys = OFF" in fix for fix in fixes):
        held = {k.child for k in keys if k.deletes and k.child == k.parent}
        if not any(k.action not in ("", " ON DELETE CASCADE") for k in circular(keys)) and not any(
                k.child in held and not k.deletes for k in keys):
            return "%r: switches foreign_keys off: %r" % (statements, fixes)
        inside = 0
    connection.execute("BEGIN" if inside else "SELECT 1")
    for fix in fixes:
        if fix is None or "sync" in fix:
            return "%r: a fix that is none, or that syncs nothing: %r" % (statements, fixes)
        for sql in fix.split("; "):
            try:
                connection.execute(sql)
            except sqlite3.Error as error:
                return "%r: %r: %s" % (statements, fix, error)
    if inside != connection.in_transaction:
        return "%r: %r leave another transaction" % (statements, fixes)
    connection.execute("COMMIT" if inside else "SELECT 1")
    found = dump(connection, tables, keys)
    if found != expected:
        return "%r: %r give %r, expected %r" % (statements, fixes, found, expected)
    return None
