"""One world, its database in every mode, and a history of events that all must tell alike."""

import random
import sqlite3

from events import Events
from rules import Refused, State, Unclear
from sqltext import quote
from world import declaration_sql, make_world, rows_sql, schema_sql

MODES = [(foreign_keys, recursive) for foreign_keys in (0, 1) for recursive in (0, 1)]
SECONDS = 10  # what a statement may take, in millions of instructions of the engine


class Broken(Exception):
    """The database and the model disagree."""

    def __init__(self, kind, mode, expected, found):
        super().__init__(kind)
        self.kind = kind
        self.mode = mode
        self.expected = expected
        self.found = found
        self.world = None
        self.events = []


def connect(extension=None):
    connection = sqlite3.connect(":memory:", isolation_level=None)
    if extension is not None:
        connection.enable_load_extension(True)
        connection.load_extension(extension)
    return connection


def build(world, extension, order=1):
    """The database with everything declared; `order` -1 declares from the last to the first."""
    connection = connect(extension)
    for sql in schema_sql(world):
        connection.execute(sql)
    for sql in rows_sql(world):
        connection.execute(sql)
    connection.execute("BEGIN")
    for relationship in world.relationships[::order]:
        connection.execute(declaration_sql(world, relationship))
    connection.execute("COMMIT")
    return connection


def clone(connection, mode):
    """The same database as another program opens it: without the extension."""
    copy = connect()
    connection.backup(copy)
    copy.execute("PRAGMA foreign_keys = %d" % mode[0])
    copy.execute("PRAGMA recursive_triggers = %d" % mode[1])
    copy.execute("PRAGMA trusted_schema = %d" % (mode[0] ^ mode[1]))
    steps = [0]

    def tick():
        steps[0] += 1
        return steps[0] > SECONDS * 10

    copy.set_progress_handler(tick, 100000)
    return copy


def dump(connection, world):
    tables = {}
    for table in world.tables.values():
        names = [column.name for column in table.columns]
        rows = connection.execute("SELECT %s FROM %s" % (
            ", ".join(map(quote, names)), quote(table.name)))
        tables[table.name] = {row[names.index("v")]: dict(zip(names, row)) for row in rows}
    return tables


def leftovers(connection):
    """Rows that a cascade left on its work list."""
    names = [name for (name,) in connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'relationship:%'")]
    return sum(connection.execute("SELECT count(*) FROM " + quote(name)).fetchone()[0]
               for name in names)


def is_sound(world):
    """Every row has what it must have, and refers to what is there."""
    for table in world.tables.values():
        for row in world.rows[table.name]:
            if any(row[c.name] is None and c.required for c in table.columns):
                return False
    return not State(world, 1).dangling()


# --- outcomes that SQLite decides, not the rules: each a predicate over the model ---


def goes_in_a_circle(state, gone):
    """Rows that go refer to each other in a circle by a key with a native ON DELETE: SQLite refuses
    (RESTRICT), or acts on rows that are going."""
    arrows = {}
    native = set()
    for key in state.world.keys.values():
        for place in gone:
            if place[0] != key.parent:
                continue
            for member in state.referring(key, state.row(place)):
                if member in gone and member != place:
                    arrows.setdefault(place, set()).add(member)
                    if key.native not in (None, "NO ACTION"):
                        native.add((place, member))
    return any(reaches(arrows, member, place) for place, member in native)


def reaches(arrows, start, end):
    seen, queue = {start}, [start]
    for place in queue:
        if place == end:
            return True
        for other in arrows.get(place, ()):
            if other not in seen:
                seen.add(other)
                queue.append(other)
    return False


def goes_natively(state, gone):
    """A native CASCADE takes a row whose members another native ON DELETE guards, while a cascade of
    ours is at work: SQLite looks at them before we can."""
    for key in state.world.keys.values():
        if state.native(key) != "cascade":
            continue
        taken = {member for place in gone if place[0] == key.parent
                 for member in state.referring(key, state.row(place)) if member in gone}
        for other in state.world.keys.values():
            if state.native(other) and any(
                    place[0] == other.parent and set(
                        state.referring(other, state.row(place))) & gone for place in taken):
                return True
    return False


def guards_rows_that_go(state, gone):
    """A native RESTRICT (or SET NULL of what may not be NULL) joins two rows that both go: SQLite judges
    it when the one goes, whatever becomes of the other. Ours go first, unless no relationship acts, or
    the row that is deleted itself refers to one that goes with its last reference."""
    for key in state.world.keys.values():
        rule = state.native(key)
        if rule in (None, "cascade") or rule != "restrict" and set(
                state.emptied(key, rule) or ()) == set(key.columns):
            continue
        if not takes_last_references(state) and any(
                key.name in (r.key, r.target_key) and r.direction != "many-to-one"
                and state.acts(r) for r in state.enforced):
            continue
        if any(place[0] == key.parent and set(state.referring(key, state.row(place))) & gone
               for place in gone):
            return True
    return False


def takes_last_references(state):
    return any(r.direction != "one-to-many" and r.words for r in state.enforced)


def refuses_row_by_row(state, gone):
    """A refusing rule joins two rows that both go: row by row, the one may go first."""
    for relationship in state.enforced:
        if relationship.direction != "one-to-many" or not state.acts(relationship):
            continue
        rule, key = state.on_delete(relationship), state.key(relationship.key)
        if rule != "restrict" and (rule == "cascade" or state.emptied(key, rule) is not None):
            continue
        for place in gone:
            if place[0] == relationship.owner and set(
                    state.members(relationship, state.row(place))) & gone:
                return True
    return False


class Watched(State):
    """A state that remembers what went, and why its outcome may be SQLite's own."""

    def __init__(self, world, foreign_keys, rows=None):
        super().__init__(world, foreign_keys, rows)
        self.excuses = set()

    def copy(self):
        rows = super().copy().rows
        return Watched(self.world, self.foreign_keys, rows)

    def closure(self, gone):
        super().closure(gone)
        if self.foreign_keys and goes_in_a_circle(self, gone):
            self.excuses.add("native key in a circle")
        if self.foreign_keys and guards_rows_that_go(self, gone):
            self.excuses.add("native RESTRICT among what goes")
        if self.foreign_keys and goes_natively(self, gone):
            self.excuses.add("native CASCADE in the middle")
        if refuses_row_by_row(self, gone):
            self.excuses.add("refused row by row")
        return gone


# --- the history ---


class History:
    def __init__(self, world, copies):
        self.world = world
        self.copies = copies
        self.states = {fk: Watched(world, fk) for fk in (0, 1)}
        self.log = []  # the events so far
        self.excused = set()

    def play(self, seed, length):
        events = Events(random.Random(seed), self.world)
        for _ in range(length):
            event = events.make(self.states[0])
            if event is None or not self.step(event):
                return

    def replay(self, events):
        for event in events:
            if not self.step(event):
                return

    def step(self, event):
        """False where the history ends: the outcomes of the modes part, or are not the rules'."""
        self.log.append(event)
        results = {fk: self.expect(fk, event) for fk in (0, 1)}
        for mode, copy in self.copies.items():
            expected, excuses = results[mode[0]]
            self.compare(mode, copy, event, expected, excuses)
        if any(expected is None for expected, _ in results.values()) or self.excused:
            return False
        if results[0][0].rows != results[1][0].rows:
            return False
        self.states = {fk: results[fk][0] for fk in (0, 1)}
        return True

    def expect(self, fk, event):
        """The state after the event, the one before where it is refused, or None where unclear."""
        order = event.order(self.copies[fk, 0])
        state = self.states[fk]
        attempt = state.copy()
        refused = None
        try:
            event.apply(attempt, order)
            if fk and attempt.dangling():
                refused = "FOREIGN KEY"
        except Refused as reason:
            refused = str(reason)
        except Unclear as reason:
            self.excused.add(str(reason))
            return None, attempt.excuses
        if refused is None:
            attempt_excuses, attempt.excuses = attempt.excuses, set()
            attempt.refused = None
            return attempt, attempt_excuses
        kept = state.copy()
        kept.refused = refused
        return kept, attempt.excuses

    def compare(self, mode, copy, event, expected, excuses):
        problem = None
        try:
            copy.execute(event.sql)
        except sqlite3.Error as error:
            problem = str(error)
        if expected is None:
            return
        rows = dump(copy, self.world)
        kind = None
        if leftovers(copy):
            kind = "leaves work"
        elif problem is not None and expected.refused is None:
            if "refused row by row" in excuses and ("still has members" in problem
                                                    or "may not be NULL" in problem):
                self.excused.add("refused row by row")
                return
            kind = "refused: " + problem
        elif problem is None and expected.refused is not None:
            kind = "not refused: " + expected.refused
        elif rows != expected.rows:
            kind = "rows differ"
        if kind is None:
            return
        native = {excuse for excuse in excuses if excuse.startswith("native")}
        if native:
            self.excused |= native
            return
        raise Broken(kind, mode, expected.rows, rows)


class Copies:
    """The database in every mode. Histories are undone, unless keys are checked at their COMMIT only:
    then each has copies of its own."""

    def __init__(self, world, connection):
        self.connection = connection
        self.deferred = any(key.deferred for key in world.keys.values())
        self.copies = {}

    def __enter__(self):
        if not self.copies:
            self.copies = {mode: clone(self.connection, mode) for mode in MODES}
        if not self.deferred:
            for copy in self.copies.values():
                copy.execute("BEGIN")
        return self.copies

    def __exit__(self, *_):
        if self.deferred:
            self.close()
        for copy in self.copies.values():
            copy.execute("ROLLBACK")

    def close(self):
        for copy in self.copies.values():
            copy.close()
        self.copies = {}


def play(seed, extension, histories, length=4):
    """Plays several histories of one world. Returns how many, and the excuses that were needed."""
    world = make_world(random.Random(seed))
    if not is_sound(world):
        return 0, {}
    try:
        connection = build(world, extension, -1 if seed % 4 == 0 else 1)
    except sqlite3.Error as error:
        if "cannot be held over" in str(error):
            return 0, {}
        raise
    excuses = {}
    copies = Copies(world, connection)
    for i in range(histories):
        with copies as modes:
            history = History(world, modes)
            try:
                history.play(seed * 1000 + i, length)
            except Broken as broken:
                broken.world, broken.events = world, history.log
                raise
        for excuse in history.excused:
            excuses[excuse] = excuses.get(excuse, 0) + 1
    copies.close()
    connection.close()
    return histories, excuses
