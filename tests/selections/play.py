"""One world with the extension and one without, and selections compared between them."""

import sqlite3
import time
from dataclasses import replace

from makeworld import implied
from oracle import Oracle, TooMuch
from selection import is_aggregate, levels, with_strategy
from sqltext import quote
from text import Spelling, in_declaration
from world import declaration_sql, schema_sql, table_sql

PLAIN = "SELECT typeof(key), key, doc FROM {s} AS s"
RELATED = "related"
STRATEGIES = ["select", "selectin", "joined", "subquery"]


class Broken(Exception):
    """A selection that gave something else. `expected` and `found` are lists of rows, or a message."""

    def __init__(self, case, root, outer, expected, found):
        super().__init__()
        self.case, self.root, self.outer = case, root, outer
        self.expected, self.found = expected, found
        self.note = None

    @property
    def kind(self):
        return "error" if isinstance(self.found, str) else "rows"


def decoded(data):
    return data.decode("utf-8", "surrogateescape")


def connect(extension=None):
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.text_factory = decoded
    if extension is not None:
        connection.enable_load_extension(True)
        connection.load_extension(extension)
    return connection


class Pair:
    """The same tables in two databases: `ours` has the extension, `plain` the oracle's queries."""

    def __init__(self, world, extension):
        self.world = world
        self.plain = connect()
        self.ours = connect(extension)
        self.started = time.time()
        self.limit(self.plain, world.patience)
        self.limit(self.ours, 3 * world.patience)
        schema = list(schema_sql(world))
        for connection in self.plain, self.ours:
            for sql in schema:
                connection.execute(sql)
        self.plain.execute("CREATE TEMP TABLE expected(key, doc)")
        for relationship in world.relationships.values():
            if relationship.declared:
                self.ours.execute(declaration_sql(world, relationship, in_declaration(world, relationship.target)))

    def limit(self, connection, seconds):
        """Interrupts what takes longer: few joins without an index, over many rows."""
        connection.set_progress_handler(lambda: time.time() - self.started > seconds, 100000)

    def change(self, sql, noted=False):
        """`noted`: as part of the world, whose rows do not say it."""
        self.started = time.time()
        if sql is not None:
            self.plain.execute(sql)
            self.ours.execute(sql)
        if noted:
            self.world.after.append(sql)

    def close(self):
        self.plain.close()
        self.ours.close()


def learn(world, extension):
    """The names of what the FOREIGN KEYs imply, of which only the names are taken."""
    connection = connect(extension)
    for table in world.tables.values():
        connection.execute(table_sql(replace(world, schema="main"), table))
    connection.execute("INSERT INTO relationship(relationship) VALUES('automap')")
    implied(world, connection.execute(
        "SELECT owner, name, target, direction, replace(foreign_keys, '\"', ''), secondary, uselist"
        " FROM relationship").fetchall())
    connection.close()


# --- queries around a selection ---


def keyed_queries(case, random, keys):
    """SQL around {s}, the selection's rows, that says something of their key."""
    table = case.world.tables[case.root.table]
    owner = quote(table.name)
    column = "o." + quote(table.identity[0]) if table.identity else "NULL"
    if len(table.identity) > 1:
        column = "json_array(%s)" % ", ".join(
            "CASE typeof(o.%s) WHEN 'blob' THEN hex(o.%s) ELSE o.%s END" % ((quote(name),) * 3)
            for name in table.identity)
    known = keys + ["NULL", "'1'", "1.0", "2", "'AB'", "'c'", "x'31'", "'[1,\"Ab\"]'", "'nope'", "0"]
    some = [random.choice(known) for _ in range(random.randint(1, 5))]
    shown = "typeof(s.key), s.key, s.doc"
    limit = "LIMIT %d OFFSET %d" % (random.choice([0, 1, 2, 3, -1]), random.choice([0, 0, 1, 2]))
    yield "SELECT %s FROM {s} AS s %s %s" % (shown, random.choice(
        ["", "", "WHERE length(s.doc) > 20", "WHERE s.key > %s" % some[0], "WHERE s.key = %s" % some[0],
         "WHERE s.key IS NOT NULL"]), limit)
    yield "SELECT %s FROM {s} AS s WHERE s.key = %s" % (shown, random.choice(keys or known))
    yield random.choice([
        "SELECT %s FROM {s} AS s WHERE s.key = %s" % (shown, random.choice(known)),
        "SELECT %s FROM {s} AS s WHERE s.key IN (%s)" % (shown, ", ".join(some)),
        "SELECT %s FROM {s} AS s WHERE s.key IN (%s) AND length(s.doc) > 20" % (shown, ", ".join(some)),
        "SELECT %s FROM {s} AS s WHERE s.key = %s OR s.key = %s" % (shown, some[0], some[-1]),
        "SELECT %s FROM {s} AS s WHERE s.key IS %s" % (shown, some[0]),
        "SELECT %s FROM {s} AS s WHERE s.key = %s COLLATE NOCASE" % (shown, some[0]),
        "SELECT %s FROM {s} AS s WHERE s.key > %s" % (shown, some[0]),
        "SELECT %s FROM {s} AS s WHERE +s.key = %s" % (shown, some[0])])
    yield random.choice([
        "SELECT %s FROM (SELECT key, doc FROM {s}) AS s WHERE s.key = %s" % (shown, some[0]),
        "SELECT %s FROM {s} AS s JOIN {s} AS t ON t.key = s.key" % shown,
        "SELECT %s FROM {s} AS s JOIN {s} AS t ON t.key IN (s.key, %s)" % (shown, some[0]),
        "SELECT %s FROM {s} AS s WHERE s.key IN (SELECT %s FROM %s AS o)" % (shown, column, owner),
        "SELECT %s, %s FROM %s AS o JOIN {s} AS s ON s.key = %s" % (column, shown, owner, column),
        "SELECT %s, %s FROM %s AS o LEFT JOIN {s} AS s ON %s = s.key" % (column, shown, owner, column),
        "SELECT %s, %s FROM {s} AS s CROSS JOIN %s AS o WHERE %s = s.key" % (column, shown, owner, column),
        "SELECT %s, (SELECT s.doc FROM {s} AS s WHERE s.key = %s) FROM %s AS o" % (column, column, owner),
        "SELECT count(*), sum(length(s.doc)) FROM {s} AS s",
        "SELECT %s FROM {s} AS s JOIN (VALUES (%s)) AS v ON s.key = v.column1" % (shown, "), (".join(some))])


# --- comparing ---



def question(case, root, outer):
    """The SQL around a selection, and what is bound in it."""
    owner = case.root.table
    if case.world.schema != "main" and (case.style or 0) % 2:
        owner = case.world.schema + "." + owner
    spelling = Spelling(case.world, case.style)
    marks = ", ?" * (1 + len(case.parameters))
    if outer != RELATED:
        bound = [owner, spelling.selection(case, root)] + case.parameters
        return outer.replace("{s}", "selectin(?%s)" % marks), bound * outer.count("{s}")
    table, level = case.world.tables[case.root.table], root.items[1].level
    columns = ["o." + quote(name) for name in table.identity]
    key = columns[0] if len(columns) == 1 else "json_array(%s)" % ", ".join(columns)
    sql = "SELECT related(?, ?, %s%s), related(?, ?, 'no such key'%s) FROM %s AS o ORDER BY %s" % (
        key, marks, marks, quote(table.name), ", ".join(columns))
    return sql, ([owner, level.relationship[1], spelling.related_selection(level)] + case.parameters) * 2


def run(connection, sql, parameters):
    """Rows, or what the error says."""
    try:
        return connection.execute(sql, parameters).fetchall()
    except (sqlite3.Error, sqlite3.Warning) as error:
        return str(error)


def same(one, other, ordered):
    if isinstance(one, str) or isinstance(other, str):
        return False
    if not ordered:
        one, other = sorted(one, key=repr), sorted(other, key=repr)
    return repr(one) == repr(other)


def stored(document, world):
    """As Python can pass it on, which is for text in UTF-8 only."""
    return document.encode("utf-8", "surrogateescape") if world.encoding == "UTF-8" else document


def is_slow(found):
    return isinstance(found, str) and found.endswith("interrupted")


def compare(pair, case, root, functions, outers):
    """Raises Broken; sqlite3.Error and TooMuch where the oracle cannot say."""
    counted = root
    if RELATED in outers:  # which leaves out no owner
        member = replace(root.items[1], level=replace(root.items[1].level, strategy="select"))
        counted = replace(root, items=[root.items[0], member])
    rows = expect(pair, replace(case, root=counted), functions, any("{s}" in outer for outer in outers if outer != PLAIN))
    for outer in outers:
        ask(pair, case, root, outer, rows)


def expect(pair, case, functions, kept=True):
    """The oracle's rows; `kept`: for queries around them, too."""
    pair.started = time.time()
    rows = Oracle(case, pair.plain, functions).rows()
    pair.plain.execute("DELETE FROM expected")
    if kept:
        pair.plain.executemany("INSERT INTO expected SELECT ?, CAST(? AS TEXT)", [
            (key, stored(document, case.world)) for _, key, document in rows])
    return rows


def ask(pair, case, root, outer, rows):
    """One query, where `rows` are expected of the selection itself."""
    pair.started = time.time()
    if outer == PLAIN:
        expected = rows
    elif outer == RELATED and root.items[1].alias == "related":
        expected = [(document[len('{"one":1,"related":'):-1], None) for _, _, document in rows]
    else:
        expected = run(pair.plain, outer.replace("{s}", "expected"), [])
    if isinstance(expected, str):
        raise sqlite3.OperationalError(expected)
    pair.started = time.time()
    found = run(pair.ours, *question(case, root, outer))
    if is_slow(found):
        raise sqlite3.OperationalError(found)
    if not same(expected, found, outer in (PLAIN, RELATED) or " LIMIT " in outer):
        raise Broken(case, root, outer, expected, found)


def shapes(case, random):
    """The selection as it is, with each strategy at all levels, and with any at each."""
    yield case.root
    if len(list(levels(case.root))) == 1:
        return
    for word in STRATEGIES:
        yield with_strategy(case.root, lambda word=word: word)
    yield with_strategy(case.root, lambda: random.choice(STRATEGIES + [None]))


def check(pair, case, random):
    """Compares a selection in all its shapes. Returns how many queries were compared."""
    functions = random.random() < 0.5 and not has_infinite(case.world)
    count = 0
    roots = list(shapes(case, random))
    keys = [row[0] for row in pair.plain.execute(key_literals(case))]
    asked = random.randrange(len(roots))
    for i, root in enumerate(roots):
        outers = [PLAIN] + (list(keyed_queries(case, random, keys)) if i == asked else [])
        compare(pair, case, root, functions, outers)
        count += len(outers)
    return count


def has_infinite(world):
    """What json() cannot read."""
    return any("9e999" in value for table in world.tables.values() for row in table.rows for value in row)


def check_related(pair, case, random):
    compare(pair, case, case.root, random.random() < 0.5 and not has_infinite(case.world), [RELATED])
    return 1


def key_literals(case):
    table = case.world.tables[case.root.table]
    columns = [quote(name) for name in table.identity]
    if is_aggregate(case.root) or not columns:
        return "SELECT 'NULL'"
    if len(columns) == 1:
        return "SELECT quote(%s) FROM %s" % (columns[0], quote(table.name))
    if any("BLOB" in column.type for column in table.columns if column.name in table.primary):
        return "SELECT 'NULL'"
    return "SELECT quote(json_array(%s)) FROM %s WHERE 'blob' NOT IN (%s)" % (
        ", ".join(columns), quote(table.name), ", ".join("typeof(%s)" % column for column in columns))
