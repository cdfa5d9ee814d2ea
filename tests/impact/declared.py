"""The random schemas and declarations of tests/worlds: every row of every table is asked about."""

import os
import random
import sqlite3
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "worlds"))

import oracle
from history import Watched, build, is_sound
from minimal import smaller
from rules import Refused, Unclear
from sqltext import literal, quote
from world import declaration_sql, make_world, rows_sql, schema_sql


class Broken(Exception):
    def __init__(self, kind, world, question, rows, outcome):
        super().__init__(kind)
        self.kind, self.world, self.question = kind, world, question
        self.rows, self.outcome = rows, outcome


def tables_of(world):
    return {t.name: oracle.Table(t.name, t.primary, "v") for t in world.tables.values()}


def delete(state, table, *groups):
    """The state after rows went, one group after another; as text where it is refused."""
    try:
        for group in groups:
            roots = {(table, v) for v in group if v in state.rows[table]}
            if roots:
                state.let_go(state.closure(roots))
    except Refused:
        return "refused"
    return state.rows


def excuses(world, foreign_keys, table, order):
    """Why the outcome may be SQLite's own: it depends on the order in which rows are looked at."""
    found = set()
    in_turn, at_once = (Watched(world, foreign_keys) for _ in range(2))
    try:
        if delete(in_turn, table, *[[v] for v in order]) != delete(at_once, table, order):
            found.add("rows of one DELETE that go in turn")
    except Unclear as reason:
        found.add(str(reason))
    return found | in_turn.excuses | at_once.excuses


def ask(world, connection, question, before=None):
    """One question: a mode, a table and the numbers of its rows. Returns the excuse that was needed."""
    mode, name, numbers = question
    connection.execute("PRAGMA foreign_keys = %d" % mode[0])
    connection.execute("PRAGMA recursive_triggers = %d" % mode[1])
    tables = tables_of(world)
    table = tables[name]
    chosen = [row for row in world.rows[name] if row["v"] in numbers]
    keys = [[row[column] for column in table.key] for row in chosen]
    if (len(keys) > 1 or len(table.key) > 1) and not oracle.can_be_json(keys):
        return None
    changes = connection.total_changes
    rows = oracle.impact(connection, table, keys)
    assert connection.total_changes == changes, "the question changed something"
    deferred = bool(mode[0]) and any(key.deferred for key in world.keys.values())
    outcome = oracle.really(connection, table, keys, tables.values(), before, deferred)
    kind = oracle.differs(rows, outcome)
    if kind is None:
        return None
    condition, values = oracle.where(table, keys)
    order = [v for (v,) in connection.execute(
        "SELECT v FROM %s WHERE %s" % (table.sql, condition), values)]
    found = excuses(world, mode[0], name, order)
    if found:
        return min(found)
    raise Broken(kind, world, question, rows, outcome)


def questions(world, rng):
    for foreign_keys in 0, 1:
        for name, rows in world.rows.items():
            numbers = [row["v"] for row in rows]
            several = [v for v in numbers if rng.random() < 0.5]
            for chosen in [[v] for v in numbers] + ([several] if len(several) > 1 else []):
                yield (foreign_keys, rng.randrange(2)), name, chosen


def smallest(broken, extension, seconds=20):
    """The smallest world in which the same question gets a wrong answer."""
    end, progress = time.time() + seconds, True
    while progress:
        progress = False
        for world, _ in smaller(broken.world, []):
            if time.time() > end:
                return broken
            try:
                if is_sound(world):
                    ask(world, build(world, extension), broken.question)
            except Broken as less:
                if less.kind[:12] == broken.kind[:12]:
                    broken, progress = less, True
                    break
            except Exception:
                continue
    return broken


def report(broken):
    world, ((foreign_keys, recursive), name, numbers) = broken.world, broken.question
    lines = [".load build/relationship"]
    lines += [sql + ";" for sql in list(schema_sql(world)) + list(rows_sql(world))]
    lines += [declaration_sql(world, r) + ";" for r in world.relationships]
    lines.append("PRAGMA foreign_keys = %d; PRAGMA recursive_triggers = %d;" % (
        foreign_keys, recursive))
    table = tables_of(world)[name]
    keys = [[row[c] for c in table.key] for row in world.rows[name] if row["v"] in numbers]
    lines.append("SELECT * FROM relationship_impact(%s, %s);" % (
        literal(name), literal(oracle.asked_key(table, keys))))
    lines += ["--   %s" % (row,) for row in broken.rows]
    lines.append("DELETE FROM %s WHERE v IN (%s);" % (quote(name), ", ".join(map(str, numbers))))
    lines.append("--   %s" % broken.outcome)
    lines.append("-- " + broken.kind)
    return "\n".join(lines)


def run(seed, extension):
    """Asks about one world. Returns how many questions, and the excuses by name."""
    rng = random.Random(seed)
    world = make_world(rng)
    if not is_sound(world):
        return 0, {}
    try:
        connection = build(world, extension, -1 if seed % 4 == 0 else 1)
    except sqlite3.Error as error:
        if "cannot be held over" in str(error):
            return 0, {}
        raise
    before = oracle.snapshot(connection, tables_of(world).values())
    asked, needed = 0, {}
    for question in questions(world, rng):
        excuse = ask(world, connection, question, before)
        asked += 1
        if excuse:
            needed[excuse] = needed.get(excuse, 0) + 1
    connection.close()
    return asked, needed
