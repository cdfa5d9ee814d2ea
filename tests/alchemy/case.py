"""A case: one event, done with a Session and in SQL, and what is in the tables afterwards.

case(name, mapping, event, sql, ...): `event` is a function of (session, objects); `sql` the same
event as statements on the tables, `view` on the collection views. Without more, the final tables
must be SQLAlchemy's, whole, for every setting of foreign_keys and recursive_triggers; where one
refuses, so must the other.

Where the rules differ, `alchemy` and `ours` state both outcomes, and both are asserted: plain SQL
for a database without relationships (what it leaves there is what must be left), Raises(word) for
an error that says `word`, or By(off=..., on=...) where it depends on foreign_keys.
"""

import itertools
import sqlite3
import sys

from sqlalchemy.exc import ArgumentError

CASES = {}
SETTINGS = list(itertools.product(("off", "on"), ("off", "on")))


class Raises:
    def __init__(self, word):
        self.word = word

    def __repr__(self):
        return f"Raises({self.word!r})"


class By:
    def __init__(self, off, on):
        self.off, self.on = off, on


class Either:
    """SQLAlchemy's outcome is a matter of chance."""

    def __init__(self, *outcomes):
        self.outcomes = outcomes


class Case:
    def __init__(self, name, mapping, event, sql, view=None, alchemy=None, ours=None, waits=None):
        self.name, self.mapping, self.event = name, mapping, event
        self.ways = [("tables", sql)] + [("view", v) for v in ([view] if isinstance(view, str) else view or [])]
        self.alchemy, self.ours, self.waits = alchemy, ours, waits
        self.file = None


def case(name, *arguments, **options):
    assert name not in CASES, name
    CASES[name] = Case(name, *arguments, **options)
    CASES[name].file = sys._getframe(1).f_globals["__name__"] + ".py"


def contents(db):
    """Every table, whole. Of our own work table, what a statement has left in it: nothing is right."""
    names = [n for (n,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    tables = {
        n: sorted(db.execute(f'SELECT * FROM "{n}"').fetchall(), key=repr)
        for n in names
        if not n.startswith(("relationship_", "sqlite_"))
    }
    return {n: rows for n, rows in tables.items() if rows or not n.startswith("relationship:")}


def set_foreign_keys(db, setting):
    db.execute(f"PRAGMA foreign_keys = {setting}")


def through_session(mapping, event, foreign_keys, rows=None, **options):
    """What SQLAlchemy leaves: (tables, error or None)."""
    db = mapping.filled(rows)
    set_foreign_keys(db, foreign_keys)
    db.isolation_level = ""
    try:
        session, objects = mapping.session(db, **options)
    except ArgumentError as refused:
        return contents(db), f"ArgumentError: {refused}"
    error = None
    try:
        event(session, objects)
        session.commit()
    except Exception as raised:
        session.rollback()
        error = f"{type(raised).__name__}: {raised}"
    session.close()
    if db.in_transaction:
        db.rollback()
    return contents(db), error


def through_sql(mapping, sql, foreign_keys, recursive_triggers, rows=None):
    """What our triggers leave: (tables, error or None)."""
    try:
        db = mapping.declared(rows)
    except sqlite3.Error as refused:
        return contents(mapping.filled(rows)), str(refused)
    set_foreign_keys(db, foreign_keys)
    db.execute(f"PRAGMA recursive_triggers = {recursive_triggers}")
    error = None
    db.execute("BEGIN")
    for statement in statements(sql):
        before = contents(db)
        try:
            db.execute(statement)
        except sqlite3.Error as raised:
            error = str(raised)
            if contents(db) != before:
                error = f"left a half: {error}"
            db.execute("ROLLBACK")
            break
    else:
        db.execute("COMMIT")
    return contents(db), error


def statements(sql):
    return [s for s in (part.strip() for part in sql.split(";")) if s]


def stated(mapping, outcome, foreign_keys):
    """An outcome as the case states it, as (tables, word or None)."""
    if isinstance(outcome, By):
        outcome = getattr(outcome, foreign_keys)
    db = mapping.filled()
    if isinstance(outcome, Raises):
        return contents(db), outcome.word
    set_foreign_keys(db, "off")
    for statement in statements(outcome):
        db.execute(statement)
    return contents(db), None


def differs(found, wanted):
    """Why an outcome is not the other, or None. An error has to say the words of the other."""
    (tables, error), (wanted_tables, word) = found, wanted
    if (error is None) != (word is None):
        return f"{error or 'no error'}, not {'no error' if word is None else word or 'an error'}; {describe(tables, wanted_tables)}"
    if error is not None and word not in error:
        return f"the error is {error!r}, not {word!r}"
    if error is not None and error.startswith("left a half"):
        return error
    if tables != wanted_tables:
        return describe(tables, wanted_tables)
    return None


def describe(tables, wanted):
    return "; ".join(
        f"{n} is {tables.get(n)}, not {wanted.get(n)}"
        for n in {**tables, **wanted}
        if tables.get(n) != wanted.get(n)
    )


def run(one):
    """The failures of a case, as sentences."""
    failures = {}
    for foreign_keys in ("off", "on"):
        session = through_session(one.mapping, one.event, foreign_keys)
        wanted = (session[0], session[1] and "")
        why = alchemy_differs(one, session, foreign_keys)
        if why:
            failures.setdefault(f"SQLAlchemy: {why}", []).append(f"foreign_keys {foreign_keys}")
        if one.ours is not None:
            wanted = stated(one.mapping, one.ours, foreign_keys)
        for recursive_triggers in ("off", "on"):
            for way, sql in one.ways:
                why = differs(through_sql(one.mapping, sql, foreign_keys, recursive_triggers), wanted)
                if why:
                    failures.setdefault(why, []).append(
                        f"{way}, foreign_keys {foreign_keys}, recursive_triggers {recursive_triggers}"
                    )
    return [f"{why} ({'; '.join(settings)})" for why, settings in failures.items()]


def alchemy_differs(one, session, foreign_keys):
    """A refusal that the case does not state can only be the database's."""
    if one.alchemy is None:
        refused = session[1] is not None and not session[1].startswith("IntegrityError")
        return session[1] if refused else None
    outcomes = one.alchemy.outcomes if isinstance(one.alchemy, Either) else [one.alchemy]
    why = [differs(session, stated(one.mapping, o, foreign_keys)) for o in outcomes]
    return why[0] if all(why) else None
