"""One random world: saves played in it, each compared with the model over whole tables."""

import json
import random
import sqlite3

from editdocument import Editor, mistakes
from makedocument import Maker, canonical, selection, with_keys
from rowmodel import Auto, Refused, Unclear
from savemodel import Save
from saveworld import declaration_sql, make_world, row_sql, table_sql
from sqltext import literal, quote, quoted

SAVE = "INSERT INTO unit_of_work(owner, doc) VALUES (?, ?)"
WAYS = ["autocommit", "BEGIN", "SAVEPOINT s"]
EDITS = 6  # rounds of edits in each world


class Broken(Exception):
    """What went wrong, with all that is needed to play it again."""

    def __init__(self, kind, play, rows, owner, document, found=None, expected=None):
        super().__init__(kind)
        self.kind, self.world, self.mode, self.way = kind, play.world, play.mode, play.way
        self.rows, self.owner, self.document = rows, owner, document
        self.found, self.expected = found, expected


def typed(row):
    return tuple((type(value).__name__, value) for value in row.values())


def contents(rows):
    return {name: sorted(map(typed, table), key=repr) for name, table in rows.items()}


class Play:
    def __init__(self, world, mode, extension, rows=None):
        self.world, self.mode, self.way = world, mode, WAYS[0]
        self.db = sqlite3.connect(":memory:", isolation_level=None)
        self.db.enable_load_extension(True)
        self.db.load_extension(extension)
        self.db.execute("PRAGMA foreign_keys = %d" % mode[0])
        self.db.execute("PRAGMA recursive_triggers = %d" % mode[1])
        self.db.execute("ATTACH ':memory:' AS aux")
        for table in world.tables.values():
            self.db.execute(table_sql(world, table))
        for relationship in world.relationships:
            if relationship.declared:
                self.db.execute(declaration_sql(world, relationship))
        self.insert(rows or {})

    def insert(self, rows):
        self.db.execute("PRAGMA foreign_keys = 0")
        for name, table in rows.items():
            generated = {c.name for c in self.world.tables[name].columns if c.generated}
            for row in table:
                self.db.execute(row_sql(self.world, name, {c: v for c, v in row.items() if c not in generated}))
        self.db.execute("PRAGMA foreign_keys = %d" % self.mode[0])

    def rows(self):
        result = {}
        for name, table in self.world.tables.items():
            names = [column.name for column in table.columns]
            rows = self.db.execute("SELECT %s FROM %s.%s" % (quoted(names), self.world.schema, quote(name)))
            result[name] = [dict(zip(names, row)) for row in rows]
        return result

    # --- one save ---

    def save(self, owner, document):
        """The error, or None."""
        if self.way != WAYS[0]:
            self.db.execute(self.way)
        try:
            self.db.execute(SAVE, (self.owner(owner), json.dumps(document)))
            error = None
        except sqlite3.Error as raised:
            error = str(raised)
        self.after = self.rows()
        self.last = self.db.execute("SELECT last_insert_rowid()").fetchone()[0]
        if self.db.in_transaction:
            try:
                self.db.execute("COMMIT" if self.way == "BEGIN" else "RELEASE s")
            except sqlite3.IntegrityError:  # a deferred key
                self.db.execute("ROLLBACK")
        return error

    def check(self, owner, document, path=None):
        """Saves it, and compares. `path`: a mistake was made there. Returns what the model says."""
        before, changes = self.rows(), self.db.total_changes
        verdict, model = self.model(owner, document, before)
        if path is not None and verdict != "saved":
            verdict = "unclear" if verdict == "unclear" else "refused"
        error = self.save(owner, document)

        def broken(kind, *values):
            return Broken(kind, self, before, owner, document, *values)

        if error is not None:
            if contents(self.after) != contents(before):
                raise broken("left a half: " + error, self.after, before)
            at_commit = verdict == "unclear" and error == "FOREIGN KEY constraint failed"
            if not error.startswith("unit_of_work: ") and not at_commit:
                raise broken("an error without its beginning: " + error)
            if verdict == "saved":
                raise broken("error: " + error)
            self.check_path(error, path, broken)
            return verdict
        if verdict == "refused":
            raise broken("not refused: %s" % (model,), self.after, before)
        if verdict == "saved":
            self.compare(model, broken)
            self.check_counts(model, before, changes, broken)
        return verdict

    @staticmethod
    def check_path(error, path, broken):
        said = error[len("unit_of_work: "):]
        if path is not None and not said.startswith(path) and not said.replace(": ", ".", 1).startswith(path):
            raise broken("the error is not about %s: %s" % (path, error))

    def model(self, owner, document, rows):
        save = Save(self.world, rows, self.mode[0])
        try:
            state = save.run(owner, document)
        except Refused as refused:
            return "refused", refused
        except Unclear as why:
            return "unclear", why
        state.roots = save.roots
        return "saved", state

    def compare(self, state, broken):
        """Whole tables. New rows are known by their mark, which gives the keys that SQLite chose."""
        keys = {}
        for name, table in self.world.tables.items():
            for row in state.living(name):
                if table.auto and isinstance(row.values[table.auto], Auto):
                    keys[id(row)] = self.chosen_key(table, row, state)
        expected = {name: [{c.name: self.resolved(row.values[c.name], keys) for c in table.columns}
                           for row in state.living(name)] for name, table in self.world.tables.items()}
        if contents(expected) != contents(self.after):
            raise broken("rows", self.after, expected)
        self.keys = keys

    def chosen_key(self, table, row, state):
        mark = row.values["v"]
        old = {r.values[table.auto] for r in state.living(table.name) if r.there}
        alike = [r for r in state.living(table.name) if not r.there and r.values["v"] == mark]
        if mark is None or len(alike) > 1:
            raise UnknownKeys()
        there = [r[table.auto] for r in self.after[table.name] if r["v"] == mark and r[table.auto] not in old]
        return there[0] if len(there) == 1 else "missing"

    @staticmethod
    def resolved(value, keys):
        return keys[id(value.row)] if isinstance(value, Auto) else value

    def check_counts(self, state, before, changes, broken):
        grown = self.db.total_changes - changes
        if contents(self.after) == contents(before) and grown != 1:
            raise broken("nothing changes, but total_changes grows by %d" % grown)
        root = state.roots[-1]
        if root.gone:
            return
        table, key = root.table, [self.resolved(root.values[c], self.keys) for c in root.table.primary]
        wanted = key[0] if len(key) == 1 and isinstance(key[0], int) else 0
        if not table.without_rowid:
            where = " AND ".join("%s = %s" % (quote(c), literal(v)) for c, v in zip(table.primary, key))
            wanted = self.db.execute("SELECT rowid FROM %s.%s WHERE %s" % (
                self.world.schema, quote(table.name), where)).fetchone()[0]
        if self.last != wanted:
            raise broken("last_insert_rowid() is %s, not %s" % (self.last, wanted))

    # --- documents ---

    def owner(self, name):
        return name if self.world.schema == "main" else "aux." + name

    def fetch(self, shape, marks):
        where = ", ".join(literal(mark) for mark in marks)
        text = "%s WHERE \"v\" IN (%s)" % (selection(shape), where)
        self.asked = text
        return [json.loads(doc) for (doc,) in self.db.execute(
            "SELECT doc FROM selectin(?, ?)", (self.owner(shape.table.name), text))]


class UnknownKeys(Exception):
    """A new row without a mark: which key it got cannot be told."""


class Tally:
    def __init__(self):
        self.saved = self.refused = self.unclear = self.fetched = 0


def play(seed, extension, tally):
    chance = random.Random(seed)
    world = make_world(chance)
    mode = (chance.randint(0, 1), chance.randint(0, 1))
    one = Play(world, mode, extension)
    maker = Maker(chance, world)
    roots = [table for table in world.tables.values() if not table.ends]
    for _ in range(3):
        new_graph(one, maker, chance.choice(roots), tally)
    for _ in range(EDITS):
        if dangling(one):
            return
        edited_graph(one, maker, chance.choice(roots), tally)


def attempt(one, tally, owner, document, path=None):
    try:
        verdict = one.check(owner, document, path)
    except UnknownKeys:
        verdict = "unclear"
    setattr(tally, verdict, getattr(tally, verdict) + 1)
    return verdict


def new_graph(one, maker, table, tally):
    """A graph of new rows, saved, fetched and compared, and saved again as it was fetched."""
    maker.begin(one.rows())
    one.way = maker.random.choice(WAYS)
    shape = maker.shape(table, maker.random.choice([1, 2, 2, 3]))
    documents = [maker.fill(shape) for _ in range(maker.random.choice([1, 1, 2, 3]))]
    if attempt(one, tally, table.name, documents if len(documents) > 1 else documents[0]) != "saved":
        return
    if "v" not in shape.columns:
        return
    fetched = one.fetch(shape, [document["v"] for document in documents])
    compare_fetched(one, shape, table, documents, fetched)
    tally.fetched += 1
    again = one.fetch(with_keys(shape), [document["v"] for document in documents])
    before = one.rows()
    attempt(one, tally, table.name, again)
    if contents(one.after) != contents(before):
        raise Broken("saving what was fetched changes something", one, before, table.name, again, one.after, before)


def compare_fetched(one, shape, table, documents, fetched):
    wanted = sorted((canonical(one.world, shape, d) for d in documents), key=repr)
    found = sorted((canonical(one.world, shape, d) for d in fetched), key=repr)
    if repr(wanted) != repr(found):
        raise Broken("fetched by %s\n-- found     %s\n-- expected  %s" % (one.asked, found, wanted),
                     one, {}, table.name, documents)


def edited_graph(one, maker, table, tally):
    maker.begin(one.rows())
    maker.spells = True
    one.way = maker.random.choice(WAYS)
    marks = [row["v"] for row in maker.rows[table.name] if row["v"] is not None]
    if not marks:
        return
    shape = maker.shape(table, maker.random.choice([1, 2, 2, 3]), fresh=False)
    documents = one.fetch(shape, maker.random.sample(marks, min(len(marks), maker.random.randint(1, 3))))
    if not documents:
        return
    if maker.chance(0.2):
        wrong = mistakes(maker.random, one.world, documents, shape)
        if wrong is not None and one.model(table.name, documents, maker.rows)[0] == "saved":
            verdict = one.model(table.name, wrong[0], maker.rows)
            if verdict[0] == "saved":
                raise Broken("the model does not see the mistake at " + wrong[1], one, maker.rows, table.name, wrong[0])
            attempt(one, tally, table.name, wrong[0], wrong[1])
        return
    Editor(maker).edit(documents, shape)
    attempt(one, tally, table.name, documents if len(documents) > 1 or maker.chance(0.3) else documents[0])


def dangling(one):
    """After that, rows that get a key again would find members."""
    state = Save(one.world, one.rows(), 0).state
    return [row for key in one.world.keys.values() for row in state.dangling(key)]
