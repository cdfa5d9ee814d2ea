"""A database of 200 tables made at random, with foreign keys of all actions. Either they are all there
is, or automap declares what they imply: then the same holds with foreign_keys off.

The twin of a database is native throughout, and its refusals wait until the statement ends.
"""

import random
import sqlite3

import oracle
from sqltext import quote

TABLES = 200
ACTIONS = ["CASCADE", "CASCADE", "CASCADE", "SET NULL", "SET NULL", "SET DEFAULT", "RESTRICT",
           "NO ACTION"]
KEYS = {
    "integer": ["INTEGER PRIMARY KEY"],
    "text": ["TEXT NOT NULL PRIMARY KEY"],
    "nocase": ["TEXT COLLATE NOCASE NOT NULL PRIMARY KEY"],
    "pair": ["INTEGER NOT NULL", "TEXT COLLATE NOCASE NOT NULL"],
    "unique": ["INTEGER UNIQUE"],  # no primary key: rows go by their rowid
}


class Key:
    def __init__(self, random, table, parent, number, action):
        self.parent = parent
        self.columns = ["f%d_%s" % (number, c) for c in parent.key]
        self.required = random.random() < 0.3
        self.action = action
        self.linking = False
        self.default = random.random() < 0.5 and random.choice(parent.values)

    def refuses(self):
        """SQLite judges it row by row."""
        no_default = self.action == "SET DEFAULT" and not self.default
        return self.action == "RESTRICT" or self.required and (
            self.action == "SET NULL" or no_default)

    def action_of_twin(self, declared):
        if self.refuses() or not declared:
            return "NO ACTION" if self.refuses() else self.action
        if self.linking:
            return "CASCADE"  # links go
        return "SET NULL" if self.action == "NO ACTION" and not self.required else self.action

    def sql(self, twin, declared):
        return "FOREIGN KEY(%s) REFERENCES %s(%s) ON DELETE %s" % (
            ", ".join(map(quote, self.columns)), quote(self.parent.name),
            ", ".join(map(quote, self.parent.key)),
            self.action_of_twin(declared) if twin else self.action)


class Table:
    def __init__(self, random, number):
        self.name = random.choice(["t%d", "t %d", "T\"%d", "order%d"]) % number
        self.kind = random.choice(["integer"] * 4 + list(KEYS))
        self.key = ["tenant", "code"] if self.kind == "pair" else ["id"]
        self.without_rowid = self.kind != "unique" and random.random() < 0.2
        self.values = [self.value(i) for i in range(random.randint(3, 8))]
        self.keys = []

    def value(self, i):
        if self.kind == "pair":
            return (i % 2, "c%d" % i)
        return ("k%d" % i,) if self.kind in ("text", "nocase") else (i + 1,)

    def refer(self, random, tables):
        number = random.choice([0, 1, 1, 2, 2, 3])
        index = tables.index(self)
        for i in range(number):
            near = tables[max(0, index - 12):index] if index and random.random() < 0.9 else tables
            near = [t for t in near if not isinstance(t, Association)] or [self]
            parent = random.choice(near)
            if self.keys and random.random() < 0.25:
                parent = self.keys[0].parent
            if random.random() < 0.1:
                parent = self
            self.keys.append(Key(random, self, parent, i, random.choice(ACTIONS)))

    def sql(self, twin, declared):
        columns = ["%s %s" % pair for pair in zip(map(quote, self.key), KEYS[self.kind])]
        if self.kind == "pair":
            columns[0] = '"tenant" INTEGER NOT NULL'
        for key in self.keys:
            for i, column in enumerate(key.columns):
                type_ = "TEXT" if isinstance(key.parent.values[0][i], str) else "INTEGER"
                columns.append("%s %s%s%s" % (
                    quote(column), type_, " NOT NULL" if key.required else "",
                    " DEFAULT %r" % key.default[i] if key.default else ""))
        columns.append('"n" INTEGER')
        if self.kind == "pair":
            columns.append("PRIMARY KEY(tenant, code)")
        columns += [key.sql(twin, declared) for key in self.keys]
        return "CREATE TABLE %s(%s)%s" % (
            quote(self.name), ", ".join(columns), " WITHOUT ROWID" if self.without_rowid else "")

    def rows(self, random):
        for n, value in enumerate(self.values):
            row = list(value)
            for key in self.keys:
                reference = random.choice(key.parent.values)
                if key.parent is self and not key.required and n == 0:
                    reference = [None] * len(key.columns)
                elif not key.required and random.random() < 0.2:
                    reference = [None] * len(key.columns)
                elif key.parent.kind in ("nocase", "pair") and random.random() < 0.5:
                    reference = [v.upper() if isinstance(v, str) else v for v in reference]
                row += reference
            yield row + [n]


class Association(Table):
    """Two keys that are the primary key."""

    def refer(self, random, tables):
        parents = [t for t in tables[:tables.index(self)] if not isinstance(t, Association)]
        action = random.choice(["NO ACTION", "CASCADE"])
        self.keys = [Key(random, self, random.choice(parents or tables[:1]), i, action)
                     for i in range(2)]
        for key in self.keys:
            key.required, key.default, key.linking = True, False, True
        self.key = self.keys[0].columns + self.keys[1].columns

    def sql(self, twin, declared):
        columns = ["%s %s NOT NULL" % (quote(c), "TEXT" if isinstance(v, str) else "INTEGER")
                   for key in self.keys for c, v in zip(key.columns, key.parent.values[0])]
        columns += ['"n" INTEGER', "PRIMARY KEY(%s)" % ", ".join(map(quote, self.key))]
        columns += [key.sql(twin, declared) for key in self.keys]
        return "CREATE TABLE %s(%s)" % (quote(self.name), ", ".join(columns))

    def rows(self, random):
        seen = set()
        for n in range(random.randint(2, 8)):
            row = [v for key in self.keys for v in random.choice(key.parent.values)]
            if tuple(row) not in seen:
                seen.add(tuple(row))
                yield row + [n]


def make(seed, extension, declared):
    """The connection, its tables, and the twin."""
    rng = random.Random(seed)
    tables = [Table(rng, 0)] + [
        (Association if rng.random() < 0.15 else Table)(rng, i) for i in range(1, TABLES)]
    for table in tables:
        table.refer(rng, tables)
    rows = {table.name: list(table.rows(rng)) for table in tables}
    connection = fill(tables, rows, extension, False, declared)
    if declared:
        connection.execute("INSERT INTO relationship(relationship) VALUES('automap')")
    return connection, tables, fill(tables, rows, extension, True, declared)


def fill(tables, rows, extension, twin, declared):
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.enable_load_extension(True)
    connection.load_extension(extension)
    connection.execute("BEGIN")
    for table in tables:
        connection.execute(table.sql(twin, declared))
        for row in rows[table.name]:
            connection.execute("INSERT INTO %s VALUES(%s)" % (
                quote(table.name), ", ".join("?" * len(row))), row)
    connection.execute("COMMIT")
    assert not connection.execute("PRAGMA foreign_key_check").fetchall()
    return connection


def lowest_depths(connection, tables, root, value):
    """A plain search along native CASCADEs: how many rows of each table go at each depth."""
    stored = {t.name: connection.execute("SELECT * FROM %s" % quote(t.name)).fetchall() for t in tables}
    names = {t.name: [c[1] for c in connection.execute("PRAGMA table_info(%s)" % quote(t.name))]
             for t in tables}
    upper = lambda values: tuple(v.lower() if isinstance(v, str) else v for v in values)
    key_of = lambda t, row, columns: upper(row[names[t.name].index(c)] for c in columns)
    level, depth = [(root, row) for row in stored[root.name]
                    if key_of(root, row, root.key) == upper(value)], 0
    seen, counts = {(root.name, row[-1]) for _, row in level}, {(0, root.name): 1}
    while level:
        depth, found = depth + 1, []
        for parent, row in level:
            for child in tables:
                for key in child.keys:
                    if key.parent is not parent or key.action != "CASCADE":
                        continue
                    mine = key_of(parent, row, parent.key)
                    for other in stored[child.name]:
                        place = child.name, other[-1]
                        if place in seen or key_of(child, other, key.columns) != mine:
                            continue
                        seen.add(place)
                        found.append((child, other))
                        counts[depth, child.name] = counts.get((depth, child.name), 0) + 1
        level = found
    return counts


class Checker:
    def __init__(self, connection, tables, twin):
        self.connection, self.tables, self.twin = connection, tables, twin
        self.known = [oracle.Table(t.name, ["rowid"] if t.kind == "unique" and not isinstance(
            t, Association) else t.key, "n") for t in tables]
        self.before = oracle.snapshot(connection, self.known)
        self.asked, self.failures, self.excuses = 0, [], {}

    def ask(self, table, keys, mode, searched=None):
        self.asked += 1
        self.connection.execute("PRAGMA foreign_keys = %d" % mode[0])
        self.connection.execute("PRAGMA recursive_triggers = %d" % mode[1])
        rows = oracle.impact(self.connection, table, keys)
        outcome = oracle.really(self.connection, table, keys, self.known, self.before)
        problem = oracle.differs(rows, outcome)
        if problem and self.excused(table, keys, rows, outcome):
            return
        if searched is not None and not problem:
            counts = {(depth, name): 0 for depth, _, action, name, _ in rows if action == "delete"}
            for depth, _, action, name, count in rows:
                if action == "delete":
                    counts[depth, name] += count
            if counts != searched:
                problem = "other depths than %s" % searched
        if problem:
            self.failures.append("%s %s, foreign_keys %d, recursive_triggers %d: %s\n  %s\n  %s" % (
                table.name, keys, *mode, problem, rows, outcome))

    def excused(self, table, keys, rows, outcome):
        """What refuses row by row is another matter where the same DELETE, with refusals that wait until
        the end, does what was said; or where both refuse, for other rows."""
        if outcome.error is None:
            return False
        self.twin.execute("PRAGMA foreign_keys = 1")
        waiting = oracle.really(self.twin, table, keys, self.known, self.before)
        refused = any(row[2] == "refuse" for row in rows)
        if not (refused and waiting.error) and oracle.differs(rows, waiting):
            return False
        name = "refused row by row"
        self.excuses[name] = self.excuses.get(name, 0) + 1
        return True


def run(seed, extension, share=1):
    """Asks about one in `share` tables. Returns how many questions, what failed, and the excuses."""
    rng = random.Random(seed)
    declared = seed % 2 == 1
    connection, tables, twin = make(seed, extension, declared)
    checker = Checker(connection, tables, twin)
    for table, known in zip(tables, checker.known):
        if rng.random() > 1 / share:
            continue
        keys = oracle.all_keys(connection, known)
        for foreign_keys in 0, 1:
            searched, key = None, rng.choice(keys)
            if not declared and foreign_keys and table.kind != "unique":
                searched = lowest_depths(connection, tables, table, key)
            checker.ask(known, [key], (foreign_keys, rng.randrange(2)), searched)
        checker.ask(known, rng.sample(keys, min(3, len(keys))), (1, 0))
    connection.close()
    return checker.asked, checker.failures, checker.excuses
