"""Saves that fail, in every way and every situation: the database is as it was before, or as it is
after the whole save, never between.

A cause makes the last of the documents fail. The documents before it succeed on their own, so that
a statement of several rows has something to take back. What SQLite itself says of a statement that
fails holds here: where it ended the transaction (RAISE(ROLLBACK), an interrupt, sometimes a full disk),
the database is as before BEGIN; else as before the statement, and the transaction goes on.
"""

import json
import os
import sqlite3
import tempfile

TABLES = """
    CREATE TABLE {s}.users(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, age INTEGER CHECK(age > 0), note TEXT);
    CREATE TABLE {s}.posts(id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users(id), title TEXT NOT NULL, body TEXT);
    CREATE TABLE {s}.comments(id INTEGER PRIMARY KEY, post_id INTEGER NOT NULL REFERENCES posts(id),
      user_id INTEGER REFERENCES users(id), body TEXT);
    CREATE TABLE {s}.tags(name TEXT PRIMARY KEY NOT NULL, weight INTEGER NOT NULL DEFAULT 1) STRICT, WITHOUT ROWID;
    CREATE TABLE {s}.post_tags(post_id INTEGER NOT NULL REFERENCES posts(id), tag TEXT NOT NULL REFERENCES tags(name),
      PRIMARY KEY(post_id, tag)) WITHOUT ROWID;
    CREATE TABLE {s}.marks(mark TEXT);
    CREATE TABLE {s}.log(nr INTEGER PRIMARY KEY, what TEXT);
    CREATE TRIGGER {s}.logged AFTER INSERT ON posts BEGIN INSERT INTO log(what) VALUES('post ' || NEW.title); END;
    INSERT INTO {s}.users VALUES(1, 'ann', 30, NULL), (2, 'bob', NULL, NULL), (3, 'cid', 20, NULL);
    INSERT INTO {s}.posts VALUES(1, 1, 'one', 'a'), (2, 1, 'two', 'b'), (3, 2, 'three', 'c'), (4, 1, 'four', 'd');
    INSERT INTO {s}.comments VALUES(1, 1, 2, 'x'), (2, 1, 1, 'y'), (3, 2, 2, 'z'), (4, 4, 2, 'w');
    INSERT INTO {s}.tags VALUES('red', 1), ('blue', 2), ('old', 3);
    INSERT INTO {s}.post_tags VALUES(1, 'red'), (1, 'old'), (2, 'blue');
"""
RELATIONSHIPS = [
    ("users", "posts", "posts", None, "all, delete-orphan"),
    ("posts", "author", "users", None, None),
    ("posts", "comments", "comments", None, "all, delete-orphan"),
    ("comments", "writer", "users", None, None),
    ("posts", "tags", "tags", "post_tags", None),
]
SCHEMA = {"main": "main", "attached": "aux"}


def world(where, folder=None, mode=None):
    """A connection with the tables in main or in an attached database."""
    schema = SCHEMA[where]
    db = sqlite3.connect(os.path.join(folder, "main.db") if folder else ":memory:", isolation_level=None)
    db.enable_load_extension(True)
    db.load_extension(world.extension)
    db.execute("ATTACH ? AS aux", (os.path.join(folder, "aux.db") if folder else ":memory:",))
    if mode:
        db.execute("PRAGMA %s.journal_mode = %s" % (schema, mode))
    db.execute("PRAGMA foreign_keys = 1")
    db.executescript(TABLES.format(s=schema))
    db.execute("CREATE TABLE main.documents(nr INTEGER PRIMARY KEY, doc TEXT)")
    for row in RELATIONSHIPS:
        db.execute("INSERT INTO relationship(schema, owner, name, target, secondary, cascade) VALUES(?, ?, ?, ?, ?, ?)",
                   (schema,) + row)
    return db


def state(db, schema):
    return {name: db.execute("SELECT * FROM %s.%s ORDER BY 1, 2" % (schema, name)).fetchall()
            for name in ("users", "posts", "comments", "tags", "post_tags", "log")} | {
                "marks": db.execute("SELECT * FROM %s.marks" % schema).fetchall()}


def large(text, size=0):
    return text + "." * size


def graph(last=None, size=0):
    """A document that updates, lets go, inserts, links and moves; `last` is put at its very end."""
    return {
        "id": 1, "name": "anna", "age": 31, "note": large("note", size),
        "posts": [
            {"id": 1, "title": "one!", "tags": [{"name": "red"}, {"name": "green", "weight": 5}],
             "comments": [{"id": 1, "body": "changed"}, {"body": large("new", size), "writer": {"name": "eve", "age": 9}}]},
            {"id": 3, "body": "moved"},
            {"title": "new", "body": large("text", size), "tags": [{"name": "blue"}],
             "comments": [{"body": "first", "writer": {"id": 2}}, {"body": large("second", size)}]},
            *([last] if last else [])]}


FIRST = {"name": "first", "posts": [{"title": "of the first", "comments": [{"body": "c"}], "tags": [{"name": "one", "weight": 6}]}]}
SECOND = {"id": 2, "age": 44, "posts": {"add": [{"title": "of the second"}]}}


# --- causes ---


class Cause:
    """What makes a save fail: something wrong at the end of the document, or SQL before it."""

    def __init__(self, name, last=None, sql=None, ignores=False, document=None):
        self.name, self.last, self.sql, self.ignores, self.document = name, last, sql, ignores, document

    def whole(self):
        return self.document or graph(self.last)


DOCUMENTS = [
    Cause("NOT NULL", {"title": None}),
    Cause("NOT NULL in a member", {"title": "t", "comments": [{"body": "a"}, {"id": 99, "body": "b"}], "tags": [{"name": None}]}),
    Cause("UNIQUE", {"title": "t", "comments": [{"body": "a", "writer": {"name": "bob"}}]}),
    Cause("CHECK", {"title": "t", "comments": [{"body": "a", "writer": {"name": "neg", "age": -1}}]}),
    Cause("FOREIGN KEY", {"title": "t", "comments": [{"body": "a", "user_id": 999}]}),
    Cause("STRICT", {"title": "t", "tags": [{"name": "t", "weight": "heavy"}]}),
    Cause("unknown field", {"title": "t", "comments": [{"body": "a"}, {"bodi": "b"}]}),
    Cause("missing row", {"title": "t", "comments": [{"body": "a", "writer": {"id": 999}}]}),
    Cause("wrong shape", {"title": "t", "comments": {"body": "a"}}),
    Cause("not to be let go", document={"id": 1, "name": "other", "posts": [{"id": 1, "comments": []}], "age": -5}),
]
EVENTS = {  # an event that the graph causes late, or in the middle
    "INSERT ON posts WHEN NEW.title = 'new'": "NEW",
    "INSERT ON comments WHEN NEW.body LIKE 'second%'": "NEW",
    "INSERT ON post_tags WHEN NEW.tag = 'green'": "NEW",
    "INSERT ON tags WHEN NEW.name = 'green'": "NEW",
    "INSERT ON users WHEN NEW.name = 'eve'": "NEW",
    "INSERT ON log WHEN NEW.what = 'post new'": "NEW",
    "UPDATE ON users WHEN NEW.name = 'anna'": "NEW",
    "UPDATE ON posts WHEN NEW.body = 'moved'": "NEW",
    "UPDATE ON comments WHEN NEW.body = 'changed'": "NEW",
    "DELETE ON posts WHEN OLD.id = 4": "OLD",
    "DELETE ON comments WHEN OLD.id = 4": "OLD",
    "DELETE ON post_tags WHEN OLD.tag = 'old'": "OLD",
}


def trigger_causes():
    for event in EVENTS:
        for when in "BEFORE", "AFTER":
            for word in "ABORT", "FAIL", "ROLLBACK", "IGNORE":
                raised = "RAISE(IGNORE)" if word == "IGNORE" else "RAISE(%s, 'stopped')" % word
                yield Cause("%s %s: %s" % (when, event, word), ignores=word == "IGNORE", sql=(
                    "CREATE TRIGGER {s}.stopping %s %s BEGIN SELECT %s; END" % (when, event, raised)))


# --- situations ---

TRANSACTIONS = {"autocommit": [], "BEGIN": ["BEGIN"], "SAVEPOINT": ["SAVEPOINT a"], "BEGIN, SAVEPOINT": ["BEGIN", "SAVEPOINT a"]}
FORMS = ["one row", "several rows", "INSERT SELECT"]


def statement(db, form, owner, document):
    """The statement and its values: `document` is the last that is saved."""
    documents = [document] if form == "one row" else [FIRST, SECOND, document]
    texts = [json.dumps(one) for one in documents]
    if form != "INSERT SELECT":
        rows = ", ".join("(?, ?)" for _ in texts)
        return "INSERT INTO unit_of_work(owner, doc) VALUES " + rows, [v for text in texts for v in (owner, text)]
    db.execute("DELETE FROM main.documents")
    db.executemany("INSERT INTO main.documents(doc) VALUES(?)", [(text,) for text in texts])
    return "INSERT INTO unit_of_work(owner, doc) SELECT ?, doc FROM main.documents ORDER BY nr", [owner]


class Situation:
    def __init__(self, where, transaction, form):
        self.where, self.transaction, self.form = where, transaction, form
        self.schema = SCHEMA[where]
        self.owner = "aux.users" if where == "attached" else "users"

    def __str__(self):
        return "%s, %s, %s" % (self.where, self.transaction, self.form)

    def begin(self, db):
        for sql in TRANSACTIONS[self.transaction]:
            db.execute(sql)
        if db.in_transaction:
            db.execute("INSERT INTO %s.marks VALUES('of the transaction')" % self.schema)

    def run(self, db, sql, values):
        try:
            db.execute(sql, values)
        except sqlite3.Error as error:
            return str(error)
        return None

    def after(self, db, sql, values):
        """What the whole save leaves, tried and taken back."""
        db.execute("SAVEPOINT trying")
        db.execute(sql, values)
        result = state(db, self.schema)
        db.execute("ROLLBACK TO trying")
        db.execute("RELEASE trying")
        return result


def situations():
    for where in SCHEMA:
        for transaction in TRANSACTIONS:
            for form in FORMS:
                yield Situation(where, transaction, form)


def difference(found, wanted):
    return "; ".join("%s is %s, not %s" % (name, found[name], wanted[name]) for name in found if found[name] != wanted[name])[:600]


def check_failed(db, situation, before, started, error):
    """Why what a failed statement left is wrong, or None. Ends the transaction."""
    found = state(db, situation.schema)
    wanted = started if db.in_transaction else before
    if found != wanted:
        return "left a half (%s): %s" % (error, difference(found, wanted))
    if db.in_transaction:
        db.execute("COMMIT") if "BEGIN" in situation.transaction else db.execute("RELEASE a")
        if state(db, situation.schema) != started:
            return "changed at COMMIT (%s)" % error
    return None


def play(cause, situation):
    """Why a cause in a situation goes wrong, or None."""
    db = world(situation.where)
    try:
        sql, values = statement(db, situation.form, situation.owner, cause.whole())
        if cause.sql:
            wanted = situation.after(db, sql, values)
            db.execute(cause.sql.format(s=situation.schema))
        before = state(db, situation.schema)
        situation.begin(db)
        started = state(db, situation.schema)
        error = situation.run(db, sql, values)
        if error is None:
            return check_ignored(db, situation, started, wanted) if cause.ignores else "does not fail"
        why = check_failed(db, situation, before, started, error)
        if why is None and cause.sql:
            db.execute("DROP TRIGGER %s.stopping" % situation.schema)
            error = situation.run(db, sql, values)
            found = state(db, situation.schema)
            found["marks"] = wanted["marks"]
            why = error and "cannot be done again: " + error or found != wanted and "not the same afterwards: " + difference(found, wanted)
        return why or None
    finally:
        db.close()


TEXTS = {"users": 1, "posts": 2, "comments": 3, "tags": 0, "post_tags": 1, "log": 1}  # the column that says which


def check_ignored(db, situation, started, wanted):
    """A trigger that ignores what it is told: nothing but that row, and what would be its, may be missing."""
    found = state(db, situation.schema)
    dangling = db.execute("PRAGMA %s.foreign_key_check" % situation.schema).fetchall()
    if dangling:
        return "rows refer to what was ignored: %s" % dangling
    for name, column in TEXTS.items():
        known = {row[column] for row in wanted[name] + started[name]}
        extra = [row for row in found[name] if row[column] not in known]
        if extra:
            return "%s has rows that nobody asked for: %s, not %s" % (name, extra, wanted[name])
    return None


# --- interrupted at every step ---

def interrupted(situation, points):
    """Why a save interrupted at so many points goes wrong, or None; how often it was interrupted."""
    db = world(situation.where)
    sql, values = statement(db, situation.form, situation.owner, graph())
    wanted = situation.after(db, sql, values)
    steps = [0]

    def count():
        steps[0] += 1
        return steps[0] == steps[1] if len(steps) > 1 else 0

    db.set_progress_handler(count, 1)
    situation.after(db, sql, values)
    total, failed = steps[0], 0
    for point in range(1, total + 50, max(1, total // points)):
        db.set_progress_handler(None, 1)
        db.execute("DELETE FROM %s.marks" % situation.schema)
        before = state(db, situation.schema)
        situation.begin(db)
        started = state(db, situation.schema)
        steps[:] = [0, point]
        db.set_progress_handler(count, 1)
        error = situation.run(db, sql, values)
        db.set_progress_handler(None, 1)
        if error is None:
            found = state(db, situation.schema)
            found["marks"] = wanted["marks"]
            return (None if found == wanted else "step %d: %s" % (point, difference(found, wanted))), failed
        why = check_failed(db, situation, before, started, error)
        if why:
            return "step %d of %d: %s" % (point, total, why), failed
        failed += 1
    return "is never done", failed


# --- a full disk ---


def full(situation, mode):
    """Why a save on a disk that is full after some pages goes wrong, or None; how often it was full."""
    with tempfile.TemporaryDirectory() as folder:
        db = world(situation.where, folder, mode)
        db.execute("PRAGMA synchronous = 0")
        sql, values = statement(db, situation.form, situation.owner, graph(size=6000))
        pages, failed = db.execute("PRAGMA %s.page_count" % situation.schema).fetchone()[0], 0
        for more in range(0, 40):
            db.execute("PRAGMA %s.max_page_count = %d" % (situation.schema, pages + more))
            before = state(db, situation.schema)
            try:
                situation.begin(db)
            except sqlite3.OperationalError:
                db.execute("ROLLBACK")
                continue
            started = state(db, situation.schema)
            error = situation.run(db, sql, values)
            if error is None:
                db.close()
                return (None if failed else "was never full"), failed
            if "full" not in error:
                return error, failed
            why = check_failed(db, situation, before, started, error)
            if why:
                return "%d pages more: %s" % (more, why), failed
            failed += 1
        return "is never done", failed


# --- all of it ---


def run(extension, thorough):
    """Passed and failed. Not `thorough`: each trigger in some of the situations, and fewer interrupts."""
    world.extension = extension
    passed = failed = 0
    for name, why in failures(thorough):
        passed, failed = passed + (not why), failed + bool(why)
        if why:
            print("%s: %s" % (name, why), flush=True)
    return passed, failed


def failures(thorough):
    """(name, why or None) of each."""
    points = fulls = 0
    for number, situation in enumerate(situations()):
        triggers = [cause for i, cause in enumerate(trigger_causes()) if thorough or (i // 4 + i + number) % 5 == 0]
        for cause in DOCUMENTS + triggers:
            yield "%s (%s)" % (cause.name, situation), play(cause, situation)
        why, count = interrupted(situation, 2000 if thorough else 40)
        points += count
        yield "interrupt (%s)" % situation, why
        for mode in ("DELETE", "WAL") if thorough else ("DELETE", "WAL")[number % 2:][:1]:
            why, count = full(situation, mode)
            fulls += count
            yield "full disk, %s (%s)" % (mode, situation), why
    print("%d saves interrupted, %d on a full disk" % (points, fulls))
