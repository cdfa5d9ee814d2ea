"""What a DELETE really does: every row of every table before and after, in a savepoint that is rolled
back. It knows nothing of relationships."""

import json
import re
import sqlite3
from dataclasses import dataclass, field

from sqltext import quote


@dataclass
class Table:
    """A table of one database, its key, and what tells its rows apart even where the key changes."""

    name: str
    key: list
    identity: str
    schema: str = "main"

    @property
    def sql(self):
        return "%s.%s" % (quote(self.schema), quote(self.name))

    @property
    def asked(self):
        """How relationship_impact is told which table is meant."""
        return self.name if self.schema == "main" else "%s.%s" % (self.schema, self.name)


@dataclass
class Outcome:
    """Counts by table, where there are any; or what the error says."""

    gone: dict = field(default_factory=dict)
    changed: dict = field(default_factory=dict)
    error: str = None


def read_tables(connection, schema="main"):
    """The tables of a database, without those that relationships have made."""
    tables = []
    for name, without_rowid in connection.execute(
            "SELECT name, wr FROM pragma_table_list WHERE schema = ? AND type = 'table' AND "
            "name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name NOT LIKE 'relationship%'",
            (schema,)).fetchall():
        columns = connection.execute(
            "SELECT name, pk FROM pragma_table_info(?, ?)", (name, schema)).fetchall()
        key = [column for column, part in sorted(columns, key=lambda c: c[1]) if part]
        identity = " || ',' || ".join("quote(%s)" % quote(c) for c in key) if without_rowid else "rowid"
        tables.append(Table(name, key or ["rowid"], identity, schema))
    return tables


def all_keys(connection, table):
    return [list(row) for row in connection.execute(
        "SELECT %s FROM %s" % (", ".join(map(quote, table.key)), table.sql))]


def snapshot(connection, tables):
    return {table.name: {row[0]: row[1:] for row in connection.execute(
        "SELECT %s, * FROM %s" % (table.identity, table.sql))} for table in tables}


def compare(before, after):
    outcome = Outcome()
    for name, rows in before.items():
        gone = sum(row not in after[name] for row in rows)
        changed = sum(after[name].get(row, values) != values for row, values in rows.items())
        if gone:
            outcome.gone[name] = gone
        if changed:
            outcome.changed[name] = changed
    return outcome


def where(table, keys):
    """The condition of the one DELETE that is about these keys, and its parameters."""
    if len(table.key) == 1 and len(keys) > 1:
        return "%s IN (SELECT value FROM json_each(?))" % quote(table.key[0]), [json.dumps(
            [key[0] for key in keys])]
    one = " AND ".join("%s = ?" % quote(column) for column in table.key)
    return " OR ".join("(%s)" % one for _ in keys), [value for key in keys for value in key]


def dangling(connection):
    return len(connection.execute("PRAGMA foreign_key_check").fetchall())


def really(connection, table, keys, tables, before=None, deferred=False):
    """`deferred`: keys that SQLite judges at COMMIT are judged as well."""
    before = before or snapshot(connection, tables)
    condition, values = where(table, keys)
    violations = dangling(connection) if deferred else 0
    connection.execute("SAVEPOINT oracle")
    try:
        connection.execute("DELETE FROM %s WHERE %s" % (table.sql, condition), values)
        outcome = compare(before, snapshot(connection, tables))
        if deferred and dangling(connection) > violations:
            outcome = Outcome(error="FOREIGN KEY constraint failed, at COMMIT")
    except sqlite3.Error as error:
        outcome = Outcome(error=str(error))
    connection.execute("ROLLBACK TO oracle")
    connection.execute("RELEASE oracle")
    return outcome


def asked_key(table, keys):
    """The keys as relationship_impact takes them."""
    if len(table.key) == 1:
        return keys[0][0] if len(keys) == 1 else json.dumps([key[0] for key in keys])
    return json.dumps(keys[0] if len(keys) == 1 else keys)


def can_be_json(keys):
    return all(not isinstance(value, bytes) for key in keys for value in key)


def impact(connection, table, keys):
    return connection.execute(
        "SELECT depth, relationship, action, tbl_name, rows FROM relationship_impact(?, ?)",
        (table.asked, asked_key(table, keys))).fetchall()


def summed(rows, *actions):
    counts = {}
    for _, _, action, table, count in rows:
        if action in actions:
            counts[table] = counts.get(table, 0) + count
    return counts


def differs(rows, outcome):
    """How the answer is not what really happens; None where it is."""
    refusals = [row for row in rows if row[2] == "refuse"]
    if outcome.error is None:
        if refusals:
            return "refused by %s, but the DELETE works" % (refusals,)
        if summed(rows, "delete", "unlink") != outcome.gone:
            return "other rows go"
        if summed(rows, "set null", "set default") != outcome.changed:
            return "other rows change"
        return shape(rows)
    if not refusals:
        return "not refused, but the DELETE says: " + outcome.error
    blamed = re.match(r"(.+?): (this row|.* may not be NULL)", outcome.error)
    if blamed and blamed.group(1) not in [row[1] for row in refusals]:
        return "refused by %s, but the DELETE says: %s" % (refusals, outcome.error)
    return None


def shape(rows):
    """What holds of every answer."""
    if not rows:
        return None
    if rows[0][0] != 0 or rows[0][1] is not None or rows[0][2] != "delete":
        return "does not begin with the rows themselves"
    if any(row[0] < 1 or row[1] is None for row in rows[1:]):
        return "a row without depth or relationship"
    if [row[0] for row in rows] != sorted(row[0] for row in rows):
        return "not in the order of depth"
    if any(row[4] < 1 for row in rows):
        return "counts nothing"
    return None
