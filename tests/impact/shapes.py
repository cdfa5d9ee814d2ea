"""Kinds of keys, names, databases and files. Each case is a function that says what is wrong, or nothing."""

import hashlib
import json
import os
import sqlite3
import tempfile

import known
import oracle
from sqltext import quote

CASCADE = "INSERT INTO relationship(owner, name, target, cascade) VALUES(%s, 'members', %s, 'all')"
QUESTION = "SELECT action, tbl_name, rows FROM relationship_impact(?, ?) ORDER BY depth, action, tbl_name"


def compared(connection, owner, keys, tables=None, **options):
    """What differs between the answer and the DELETE."""
    tables = tables or oracle.read_tables(connection)
    table = next(t for t in tables if t.name == owner)
    rows = oracle.impact(connection, table, keys)
    outcome = oracle.really(connection, table, keys, tables, **options)
    problem = oracle.differs(rows, outcome)
    return problem and "%s %s: %s\n  %s\n  %s" % (owner, keys, problem, rows, outcome)


def declared(extension, *statements, path=":memory:"):
    connection = known.connect(extension, path)
    for statement in statements:
        connection.execute(statement)
    return connection


def keys_of_every_kind(extension):
    kinds = {
        "INTEGER PRIMARY KEY": [1, 2, "1", 3.0, 99, -1, 2**62],
        "TEXT PRIMARY KEY": ["a", "it's", "", "[not json", "1", "\U0001f600", "none"],
        "TEXT COLLATE NOCASE PRIMARY KEY": ["Ab", "aB", "none"],
        "BLOB PRIMARY KEY": [b"\x00\x01", b"", b"none"],
        "REAL PRIMARY KEY": [0.5, 1, 1e300, 7.25],
        "PRIMARY KEY": [1, "1", b"1", 1.5],
        "ANY_NAME DATE PRIMARY KEY": ["2024-01-01", 5],
    }
    for kind, values in kinds.items():
        for option in "", " WITHOUT ROWID":
            connection = declared(
                extension, "CREATE TABLE a(id %s)%s" % (kind, option),
                "CREATE TABLE b(id INTEGER PRIMARY KEY, a_id %s REFERENCES a)" %
                kind.replace("PRIMARY KEY", ""), CASCADE % ("'a'", "'b'"))
            for value in values[:-1]:
                connection.execute("INSERT OR IGNORE INTO a VALUES(?)", (value,))
                connection.execute("INSERT INTO b(a_id) VALUES(?)", (value,))
            for value in values:
                yield compared(connection, "a", [[value]])


def composite_keys(extension):
    for option in "", " WITHOUT ROWID":
        connection = declared(
            extension, 'CREATE TABLE a("the tenant" INT, "or""der" TEXT COLLATE NOCASE, PRIMARY KEY('
            '"the tenant", "or""der"))%s' % option,
            'CREATE TABLE b(id INTEGER PRIMARY KEY, x INT, y TEXT, FOREIGN KEY(x, y) REFERENCES a)',
            CASCADE % ("'a'", "'b'"))
        for i in range(4):
            connection.execute("INSERT INTO a VALUES(?, ?)", (i % 2, "k%d" % i))
            connection.execute("INSERT INTO b(x, y) VALUES(?, ?)", (i % 2, "K%d" % i))
        for keys in [[[0, "k0"]], [[1, "K1"]], [[0, "none"]], [[0, "k0"], [1, "k1"], [9, "k9"]]]:
            yield compared(connection, "a", keys)


def tables_without_a_primary_key(extension):
    connection = declared(extension, "CREATE TABLE a(name)", "CREATE TABLE b(a_id)",
                          "CREATE TABLE c(rowid, _rowid_, id INTEGER)",
                          "INSERT INTO relationship(owner, name, target, cascade, primaryjoin) VALUES"
                          "('a', 'members', 'b', 'all', 'a.rowid = b.a_id')",
                          "INSERT INTO a VALUES('x'), ('y')", "INSERT INTO b VALUES(1), (2), (2)")
    for keys in [[1]], [[2]], [[3]], [[1], [2]]:
        yield compared(connection, "a", keys)


def odd_names(extension):
    for name in "two words", 'quo"ted', "it's", "select", "\U0001f600", "a.b", "[x]", "%d", "?1":
        connection = declared(
            extension, "CREATE TABLE %s(%s INTEGER PRIMARY KEY)" % (quote(name), quote(name)),
            "CREATE TABLE %s(id INTEGER PRIMARY KEY, %s INT REFERENCES %s)" % (
                quote(name + "s"), quote("of " + name), quote(name)),
            CASCADE % tuple("'%s'" % n.replace("'", "''") for n in (name, name + "s")),
            "INSERT INTO %s VALUES(1), (2)" % quote(name),
            "INSERT INTO %s VALUES(1, 1), (2, 1), (3, 2)" % quote(name + "s"))
        for keys in [[1]], [[1], [2]]:
            yield compared(connection, name, keys)


def attached_databases(extension):
    connection = declared(
        extension, "ATTACH ':memory:' AS aux", "CREATE TABLE a(id INTEGER PRIMARY KEY)",
        "CREATE TABLE aux.a(id INTEGER PRIMARY KEY)",
        "CREATE TABLE aux.b(id INTEGER PRIMARY KEY, a_id INT REFERENCES a)",
        "INSERT INTO relationship(schema, owner, name, target, cascade) VALUES('aux', 'a', 'b', 'b', 'all')",
        "INSERT INTO a VALUES(1), (2)", "INSERT INTO aux.a VALUES(1)",
        "INSERT INTO aux.b VALUES(1, 1), (2, 1)")
    tables = oracle.read_tables(connection, "aux")
    for keys in [[1]], [[2]]:
        yield compared(connection, "a", keys, tables)
    yield compared(connection, "a", [[1]], oracle.read_tables(connection))
    found = connection.execute(QUESTION, ("a", 1)).fetchall()
    if found != [("delete", "a", 1)]:
        yield "main's table is not meant first: %s" % found


def native_refusals(extension):
    """Each with foreign_keys on and off; keys that wait for COMMIT refuse as well."""
    for action in "NO ACTION", "RESTRICT", "SET NULL", "SET DEFAULT", "CASCADE":
        for more in "", " NOT NULL", " DEFAULT 2", " DEFAULT 7", " NOT NULL DEFAULT 2", " UNIQUE DEFAULT 2":
            for deferred in "", " DEFERRABLE INITIALLY DEFERRED":
                connection = declared(
                    extension, "CREATE TABLE a(id INTEGER PRIMARY KEY)",
                    "CREATE TABLE b(id INTEGER PRIMARY KEY, a_id INT%s REFERENCES a ON DELETE %s%s)" % (
                        more, action, deferred),
                    "INSERT INTO a VALUES(1), (2), (3)", "INSERT INTO b(a_id) VALUES(1), (2)")
                for foreign_keys in 0, 1:
                    connection.execute("PRAGMA foreign_keys = %d" % foreign_keys)
                    for keys in [[1]], [[2]], [[3]], [[1], [2]]:
                        problem = compared(connection, "a", keys, deferred=bool(deferred and foreign_keys))
                        yield problem and "ON DELETE %s%s%s, foreign_keys %d: %s" % (
                            action, more, deferred, foreign_keys, problem)


def on_delete_words(extension):
    for word in "cascade", "set null", "set default", "restrict", "no action":
        for more in "", " NOT NULL", " DEFAULT 2", " DEFAULT 7", " NOT NULL DEFAULT 2", " UNIQUE DEFAULT 2":
            for native in "", " REFERENCES a", " REFERENCES a ON DELETE CASCADE":
                connection = declared(
                    extension, "CREATE TABLE a(id INTEGER PRIMARY KEY)",
                    "CREATE TABLE b(id INTEGER PRIMARY KEY, a_id INT%s%s)" % (more, native),
                    "INSERT INTO relationship(owner, name, target, foreign_keys, on_delete) "
                    "VALUES('a', 'members', 'b', 'a_id', '%s')" % word,
                    "INSERT INTO a VALUES(1), (2), (3)", "INSERT INTO b(a_id) VALUES(1), (2)")
                for foreign_keys in 0, 1:
                    connection.execute("PRAGMA foreign_keys = %d" % foreign_keys)
                    for keys in [[1]], [[2]], [[3]]:
                        if (word, more[-2:], native[-7:], keys) == ("set default", " 2", "CASCADE", [[2]]):
                            continue  # the default is the row that goes: its native key takes the member
                        problem = compared(connection, "a", keys)
                        yield problem and "on_delete %s%s%s, foreign_keys %d: %s" % (
                            word, more, native, foreign_keys, problem)


def files_stay_as_they_are(extension):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "demo.db")
        connection = known.connect(extension, path)
        known.fill(connection, known.DEMO)
        connection.executescript(known.DEMO_DECLARED["everything goes"])
        tables = oracle.read_tables(connection)
        expected = {t.name: oracle.impact(connection, t, oracle.all_keys(connection, t)[:1])
                    for t in tables}
        connection.close()
        with open(path, "rb") as file:
            before = hashlib.sha256(file.read()).digest()
        for options in "?mode=ro", "?immutable=1", "":
            connection = known.connect(extension, "file:%s%s" % (path, options), uri=True)
            for table in tables:
                keys = oracle.all_keys(connection, table)[:1]
                if oracle.impact(connection, table, keys) != expected[table.name]:
                    yield "%s: another answer for %s" % (options, table.name)
                yield None
            if connection.total_changes:
                yield "%s: total_changes() is %d" % (options, connection.total_changes)
            connection.close()
        with open(path, "rb") as file:
            if hashlib.sha256(file.read()).digest() != before:
                yield "the file has changed"
        if os.listdir(folder) != ["demo.db"]:
            yield "left over: %s" % os.listdir(folder)


def native_cascades_that_go_deep(extension):
    """SQLite goes so deep and no deeper."""
    connection = declared(
        extension, "CREATE TABLE n(id INTEGER PRIMARY KEY, up INT REFERENCES n ON DELETE CASCADE)",
        "CREATE INDEX ups ON n(up)", "PRAGMA foreign_keys = 1", "WITH RECURSIVE i(n) AS (SELECT 1 UNION "
        "ALL SELECT n + 1 FROM i WHERE n < 1010) INSERT INTO n SELECT n, nullif(n - 1, 0) FROM i")
    for first in 1, 9, 10, 11, 12:
        yield compared(connection, "n", [[first]])
    yield compared(connection, "n", [[12], [900]])
    connection.execute(CASCADE % ("'n'", "'n'"))
    yield compared(connection, "n", [[1]])
    connection.execute("PRAGMA foreign_keys = 0")
    yield compared(connection, "n", [[1]])


def rows_of_a_join(extension):
    """Asked about for every row of a query."""
    connection = known.connect(extension)
    known.fill(connection, known.DEMO)
    connection.executescript(known.DEMO_DECLARED["automap"])
    one_by_one = [(key, connection.execute(
        "SELECT sum(rows) FROM relationship_impact('posts', ?)", (key,)).fetchone()[0])
        for (key,) in connection.execute("SELECT id FROM posts ORDER BY id").fetchall()]
    joined = connection.execute("SELECT id, sum(rows) FROM posts, relationship_impact('posts', id) "
                                "GROUP BY id ORDER BY id").fetchall()
    yield None if joined == one_by_one else "a join says otherwise"


CASES = [keys_of_every_kind, composite_keys, tables_without_a_primary_key, odd_names,
         attached_databases, native_refusals, native_cascades_that_go_deep, on_delete_words, files_stay_as_they_are, rows_of_a_join]


def run(extension):
    asked, failures = 0, []
    for case in CASES:
        for problem in case(extension):
            asked += 1
            if problem:
                failures.append("%s: %s" % (case.__name__, problem))
    return asked, failures, {}
