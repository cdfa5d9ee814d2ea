"""The demo database and Chinook, under several declarations: every row of a sample is asked about."""

import os
import random
import sqlite3

import oracle

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
DEMO = os.path.join(ROOT, "sql", "demo.sql")
CHINOOK = os.path.join(ROOT, "..", "shared", "data", "chinook.sql")

AUTOMAP = "INSERT INTO relationship(relationship) VALUES('automap');"

DEMO_DECLARED = {
    "nothing": "",
    "automap": AUTOMAP,
    "as in the tour": """
      INSERT INTO relationship(owner, name, target, cascade) VALUES
        ('users', 'posts', 'posts', 'all, delete-orphan'),
        ('posts', 'comments', 'comments', 'all, delete-orphan'),
        ('users', 'profile', 'profiles', 'all');
      INSERT INTO relationship(owner, name, target, secondary, cascade) VALUES
        ('posts', 'tags', 'tags', 'post_tags', 'all, delete-orphan'),
        ('users', 'teams', 'teams', 'memberships', 'save-update');""",
    "everything goes": AUTOMAP + """
      UPDATE relationship SET cascade = 'all, delete-orphan'
      WHERE direction = 'ONETOMANY' OR owner = 'posts';""",
    "both ends of a link": AUTOMAP + """
      UPDATE relationship SET cascade = 'all' WHERE owner IN ('users', 'posts', 'categories');
      UPDATE relationship SET cascade = 'delete' WHERE direction = 'MANYTOMANY';""",
}

CHINOOK_DECLARED = {
    "nothing": "",
    "automap": AUTOMAP,
    "artists take their albums along": AUTOMAP + """
      UPDATE relationship SET cascade = 'all, delete-orphan'
      WHERE owner || '.' || name IN ('Artist.Album', 'Album.Track', 'Track.InvoiceLine');""",
    "playlists take their tracks along": AUTOMAP + """
      UPDATE relationship SET cascade = 'all, delete-orphan'
      WHERE owner || '.' || name IN ('Playlist.Track', 'Track.InvoiceLine', 'InvoiceLine.Invoice',
        'Employee.Employee', 'Employee.Customer', 'Customer.Invoice', 'Invoice.InvoiceLine');""",
    "on_delete": AUTOMAP + """
      UPDATE relationship SET on_delete = 'restrict' WHERE owner || '.' || name IN
        ('Genre.Track', 'Employee.Customer');
      UPDATE relationship SET on_delete = 'cascade'
      WHERE owner IN ('Artist', 'MediaType', 'Track', 'Album') AND direction = 'ONETOMANY';""",
}


def has_chinook():
    return os.path.exists(CHINOOK)


def connect(extension, path=":memory:", **options):
    connection = sqlite3.connect(path, isolation_level=None, **options)
    connection.enable_load_extension(True)
    connection.load_extension(extension)
    return connection


def fill(connection, path):
    with open(path, encoding="utf-8-sig") as script:
        connection.executescript("BEGIN;" + script.read().replace("PRAGMA", "-- PRAGMA") + ";COMMIT;")


class Asker:
    def __init__(self, connection, name):
        self.connection, self.name = connection, name
        self.tables = oracle.read_tables(connection)
        self.before = oracle.snapshot(connection, self.tables)
        self.asked, self.failures, self.excuses = 0, [], {}

    def ask(self, table, keys, mode):
        self.asked += 1
        self.connection.execute("PRAGMA foreign_keys = %d" % mode[0])
        self.connection.execute("PRAGMA recursive_triggers = %d" % mode[1])
        rows = oracle.impact(self.connection, table, keys)
        outcome = oracle.really(self.connection, table, keys, self.tables, self.before)
        problem = oracle.differs(rows, outcome)
        if problem and self.excused(table, keys, rows, outcome):
            return
        if problem:
            self.failures.append("%s, %s %s, foreign_keys %d: %s\n  %s\n  %s" % (
                self.name, table.name, keys, mode[0], problem, rows, outcome))

    def excused(self, table, keys, rows, outcome):
        """A refusal for rows that a later row of the statement takes along: one by one, in an order
        that lets them go first, the same rows can be deleted."""
        if outcome.error is None or "FOREIGN KEY" in outcome.error:
            return False
        waiting = self.one_by_one(table, keys)
        if oracle.differs(rows, waiting):
            return False
        self.excuses["refused row by row"] = self.excuses.get("refused row by row", 0) + 1
        return True

    def one_by_one(self, table, keys):
        """What goes when rows that are refused are tried again after the others."""
        left, progress = list(keys), True
        self.connection.execute("SAVEPOINT turns")
        while left and progress:
            progress = False
            for key in list(left):
                condition, values = oracle.where(table, [key])
                try:
                    self.connection.execute(
                        "DELETE FROM %s WHERE %s" % (table.sql, condition), values)
                    left.remove(key)
                    progress = True
                except sqlite3.Error:
                    pass
        outcome = oracle.compare(self.before, oracle.snapshot(self.connection, self.tables))
        self.connection.execute("ROLLBACK TO turns")
        self.connection.execute("RELEASE turns")
        return oracle.Outcome(error="refused") if left else outcome


def run(script, declarations, extension, seed, sample):
    """Returns how many questions were asked, what failed, and the excuses that were needed."""
    asked, failures, excuses = 0, [], {}
    source = connect(extension)
    fill(source, script)
    for name, sql in declarations.items():
        rng = random.Random(seed)
        connection = connect(extension)
        source.backup(connection)
        connection.executescript(sql)
        asker = Asker(connection, name)
        for table in asker.tables:
            keys = oracle.all_keys(connection, table)
            for foreign_keys in 0, 1:
                for key in rng.sample(keys, min(sample, len(keys))):
                    asker.ask(table, [key], (foreign_keys, rng.randrange(2)))
            asker.ask(table, rng.sample(keys, min(5, len(keys))), (rng.randrange(2), 0))
        asked += asker.asked
        failures += asker.failures
        for excuse, count in asker.excuses.items():
            excuses[excuse] = excuses.get(excuse, 0) + count
        connection.close()
    source.close()
    return asked, failures, excuses
