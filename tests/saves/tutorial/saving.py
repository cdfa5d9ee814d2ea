"""A case: what a Session does, said as documents, and whether the same is left in all tables.

save(name, mapping, event, document...): `event` is a function of (session, objects) as in
tests/alchemy, a document (owner, value) with the value as Python has it. The twin databases must end
equal, keys included, for every setting of foreign_keys and recursive_triggers; `renamed` where each
side numbers the new rows in an order of its own: then up to a renaming that keeps the references.

`refused`: the words that our error holds where SQLAlchemy fails, too. `alchemy`: what SQLAlchemy
says where it alone fails; `instead` is then what is left by us, as SQL.
"""

import hashlib
import json
import sqlite3

from case import contents, describe, set_foreign_keys, stated, through_session
from mapping import EXTENSION

CASES = {}
SAVE = "INSERT INTO unit_of_work(owner, doc) VALUES (?, ?)"


class Case:
    def __init__(self, name, mapping, event, documents, rows, renamed, refused, alchemy, instead):
        self.name, self.mapping, self.event, self.documents = name, mapping, event, documents
        self.rows, self.renamed, self.refused = rows, renamed, refused
        self.alchemy, self.instead = alchemy, instead


def save(name, mapping, event, *documents, rows=None, renamed=False, refused=None, alchemy=None, instead=None):
    assert name not in CASES, name
    CASES[name] = Case(name, mapping, event, documents, rows, renamed, refused, alchemy, instead)


def opened(one, foreign_keys, recursive_triggers):
    """Our twin, with the extension."""
    db = one.mapping.declared(one.rows)
    db.enable_load_extension(True)
    db.load_extension(EXTENSION)
    set_foreign_keys(db, foreign_keys)
    db.execute(f"PRAGMA recursive_triggers = {recursive_triggers}")
    return db


def through_documents(one, foreign_keys, recursive_triggers, transaction):
    """What we leave: (tables, error or None)."""
    db = opened(one, foreign_keys, recursive_triggers)
    if transaction:
        db.execute("BEGIN")
    error = None
    for owner, value in one.documents:
        before = contents(db)
        try:
            db.execute(SAVE, (owner, json.dumps(value)))
        except sqlite3.Error as raised:
            error = str(raised)
            if contents(db) != before:
                error = f"left a half: {error}"
            break
    if transaction:
        db.execute("ROLLBACK" if error else "COMMIT")
    return contents(db), error


# --- equal up to the numbers of new rows ---


def digest(value):
    return hashlib.sha1(repr(value).encode()).hexdigest()[:12]


class Names:
    """Tables with every integer key called by what its row holds and what refers to it."""

    def __init__(self, db, tables):
        self.tables = {name: self.rows(db, name, rows) for name, rows in tables.items()}
        self.key = {name: self.integer_key(db, name) for name in tables}
        self.references = [
            (name, source, target, to or self.key[target])
            for name in tables
            for _, _, target, source, to, *_ in db.execute(f'PRAGMA foreign_key_list("{name}")')
        ]
        self.names = {}
        for _ in range(1 + sum(map(len, self.tables.values()))):
            names = {(name, row[self.key[name]]): digest(self.called(name, row))
                     for name in tables if self.key[name] for row in self.tables[name]}
            if len(set(names.values())) == len(set(self.names.values())):
                break
            self.names = names

    @staticmethod
    def rows(db, name, rows):
        columns = [column[1] for column in db.execute(f'PRAGMA table_info("{name}")')]
        return [dict(zip(columns, row)) for row in rows]

    @staticmethod
    def integer_key(db, name):
        columns = [c for c in db.execute(f'PRAGMA table_info("{name}")') if c[5]]
        return columns[0][1] if len(columns) == 1 and columns[0][2] == "INTEGER" else None

    def column(self, name, column, value):
        """A value, or the name of the row it is the key of."""
        for child, source, target, to in self.references:
            if (child, source) == (name, column) and to == self.key[target] and value is not None:
                return self.names.get((target, value), "dangling" if self.names else "")
        return value

    def called(self, name, row):
        key = self.key[name]
        held = [(c, self.column(name, c, v)) for c, v in row.items() if c != key]
        referring = sorted(
            (child, source, self.names.get((child, r.get(self.key[child])), repr(
                [(c, self.column(child, c, v)) for c, v in r.items() if c not in (source, self.key[child])])))
            for child, source, target, to in self.references if (target, to) == (name, key)
            for r in self.tables[child] if r[source] == row[key])
        return name, held, referring

    def renamed(self):
        return {name: sorted(repr({c: self.names[(name, v)] if c == self.key[name] else self.column(name, c, v)
                                   for c, v in row.items()}) for row in rows)
                for name, rows in self.tables.items()}


def equal(one, found, wanted):
    if not one.renamed:
        return found == wanted
    db = one.mapping.filled(one.rows)
    return Names(db, found).renamed() == Names(db, wanted).renamed()


# --- running ---


def wanted_tables(one, foreign_keys):
    """What must be left, or a sentence on why SQLAlchemy does not do what the case says."""
    tables, error = through_session(one.mapping, one.event, foreign_keys, one.rows)
    expected = one.alchemy or one.refused
    if expected is None and error is not None:
        return None, f"SQLAlchemy: {error}"
    if expected is not None and error is None:
        return None, "SQLAlchemy does it"
    if one.alchemy is not None:
        if one.alchemy not in error:
            return None, f"SQLAlchemy: {error}"
        tables = stated(one.mapping, one.instead, foreign_keys)[0]
    return tables, None


def failure(one, foreign_keys, recursive_triggers, transaction):
    wanted, why = wanted_tables(one, foreign_keys)
    if why:
        return why
    found, error = through_documents(one, foreign_keys, recursive_triggers, transaction)
    if error is not None and error.startswith("left a half"):
        return error
    if one.refused is not None:
        if error is None:
            return "is not refused"
        if not error.startswith("unit_of_work: $") or one.refused not in error:
            return f"the error is {error!r}, not {one.refused!r} behind a path"
    elif error is not None:
        return error
    return None if equal(one, found, wanted) else describe(found, wanted)


def run(one):
    """The failures of a case, as sentences."""
    failures = {}
    for foreign_keys in "off", "on":
        for recursive_triggers in "off", "on":
            why = failure(one, foreign_keys, recursive_triggers, (foreign_keys == "on") != (recursive_triggers == "on"))
            if why:
                failures.setdefault(why, []).append(f"foreign_keys {foreign_keys}, recursive_triggers {recursive_triggers}")
    return [f"{one.name}: {why} ({'; '.join(settings)})" for why, settings in failures.items()]


def main(names):
    passed = failed = 0
    for one in CASES.values():
        if names and one.name not in names:
            continue
        failures = run(one)
        print("".join(f"{line}\n" for line in failures), end="")
        passed, failed = passed + (not failures), failed + bool(failures)
    return passed, failed
