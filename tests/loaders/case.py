"""A case: one query, loaded by SQLAlchemy and fetched by selectin(), and the documents of both.

case(name, world, query, owner, selection): `query` is a function of the world's classes that gives a
select() with its loader options. What it loads is written as documents: an object is its loaded
columns in the table's order, then its loaded relationships in the mapping's; nothing may be loaded
while that is done. Rows of columns are documents already, "posts.n" a key inside. Objects and members that nothing sorts come in the order of their primary key.
Ours must be the same bytes, and the keys the same.

`follow` says which relationships belong to the documents ("posts.comments, tags"), where an object
that stands in several places of the graph has more; without it, all that is loaded does.
`loaded_order`: members come as loaded (contains_eager). `access`: lazy attributes are read.
"""

import json
import sqlite3

from sqlalchemy import event, inspect
from sqlalchemy.exc import InvalidRequestError

CASES = {}


class Case:
    def __init__(self, name, world, query, owner, selection, arguments=(), follow=None, loaded_order=False, access=False):
        self.name, self.world, self.query = name, world, query
        self.owner, self.selection, self.arguments = owner, selection, arguments
        self.follow = None if follow is None else tree_of(follow)
        self.loaded_order, self.access = loaded_order, access

    def failure(self):
        """What differs, or None."""
        theirs = self.loaded()
        found = fetched(self.world, self.owner, self.selection, self.arguments)
        return differs(found, theirs) and f"{differs(found, theirs)}\n  selectin('{self.owner}', '{self.selection}')"

    def loaded(self):
        """[(key or None, document)] by SQLAlchemy."""
        classes, engine, _ = self.world.databases()
        with self.world.session() as session:
            statement = self.query(classes)
            rows = session.execute(statement).unique().all()
            walk = Walk(self.loaded_order, self.access)
            with counted(engine) as statements:
                result = [walk.row(row, self.follow) for row in rows]
            if statements and not self.access:
                raise AssertionError(f"writing the documents loaded more: {statements[0]}")
        if not statement._order_by_clauses:
            result.sort(key=lambda pair: pair[0])
        return result


def case(name, *arguments, **options):
    assert name not in CASES, name
    CASES[name] = Case(name, *arguments, **options)


class Lazy:
    """lazy(name, world, owner, relationship): for each owner but those `without`, reading the attribute and related().
    `selection` and `query` say the same of the members."""

    def __init__(self, name, world, owner, relationship, selection=None, query=None, without=()):
        self.name, self.world, self.owner, self.relationship = name, world, owner, relationship
        self.selection, self.query, self.without = selection, query, without

    def failure(self):
        classes, _, ours = self.world.databases()
        for key in [row[0] for row in ours.execute("SELECT key FROM selectin(?)", (self.owner,))]:
            if key in self.without:
                continue
            with self.world.session() as session:
                identity = json.loads(key) if isinstance(key, str) and key.startswith("[") else key
                theirs = self.read(session.get(classes[self.owner], identity))
            found = related(ours, self.owner, self.relationship, key, self.selection)
            if found != theirs and not (theirs.startswith("refused") and found.startswith(theirs)):
                return f"of {key!r} is {found}, not {theirs}"
        return None

    def read(self, owner):
        try:
            value = getattr(owner, self.relationship)
            if self.query:
                value = self.query(value).all()
        except InvalidRequestError as refused:
            return f"refused: {refused}"
        return text(Walk(False, False).value(inspect(owner).mapper.relationships[self.relationship], value, {}))


def lazy(name, *arguments, **options):
    assert name not in CASES, name
    CASES[name] = Lazy(name, *arguments, **options)


def tree_of(paths):
    tree = {}
    for path in paths.split(","):
        level = tree
        for name in path.strip().split(".") if path.strip() else []:
            level = level.setdefault(name, {})
    return tree


class Walk:
    """Writes what is loaded as documents."""

    def __init__(self, loaded_order, access):
        self.loaded_order, self.access = loaded_order, access

    def row(self, row, follow):
        key, document = None, {}
        for name, value in row._mapping.items():
            state = inspect(value, raiseerr=False)
            if state is None:
                *outer, name = name.split(".")
                (document.setdefault(outer[0], {}) if outer else document)[name] = value
            else:
                key = state.identity
                document.update(self.document(value, follow, ()))
        return key, document

    def document(self, thing, follow, path):
        state = inspect(thing)
        assert follow is not None or thing not in path, f"{thing} is loaded below itself: say follow="
        names = [*state.mapper.local_table.c.keys(), *state.mapper.column_attrs.keys()]  # expressions come last
        result = {name: state.dict[name] for name in names if name in state.dict}
        for r in state.mapper.relationships:
            if follow is not None and r.key not in follow:
                continue
            if r.key in state.dict or (self.access and follow is not None):
                inside = None if follow is None else follow[r.key]
                result[r.key] = self.value(r, getattr(thing, r.key), inside, path + (thing,))
        return result

    def value(self, r, value, follow, path=()):
        if not r.uselist:
            return None if value is None else self.document(value, follow, path)
        members = list(value)
        if not r.order_by and not self.loaded_order:
            members.sort(key=lambda member: inspect(member).identity)
        return [self.document(member, follow, path) for member in members]


class counted:
    """The statements that an engine runs within."""

    def __init__(self, engine):
        self.engine, self.statements = engine, []

    def __enter__(self):
        event.listen(self.engine, "before_cursor_execute", self.note)
        return self.statements

    def __exit__(self, *_):
        event.remove(self.engine, "before_cursor_execute", self.note)

    def note(self, connection, cursor, statement, *_):
        self.statements.append(statement)


def fetched(world, owner, selection, arguments):
    """[(key, document's text)] by us, or the error."""
    ours = world.databases()[2]
    marks = "".join(", ?" for _ in arguments)
    try:
        return ours.execute(f"SELECT key, doc FROM selectin(?, ?{marks})", (owner, selection, *arguments)).fetchall()
    except sqlite3.Error as refused:
        return str(refused)


def related(ours, owner, relationship, key, selection):
    given = (owner, relationship, key) + ((selection,) if selection else ())
    try:
        return ours.execute(f"SELECT related({', '.join('?' * len(given))})", given).fetchone()[0]
    except sqlite3.Error as refused:
        return f"refused: {str(refused).removeprefix('related: ')}"


def text(document):
    """As json_object() writes it. Python and SQLite agree on every number the worlds have."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), default=lambda blob: blob.hex().upper())


def differs(found, theirs):
    if isinstance(found, str):
        return found
    for number, ((key, ours), (identity, document)) in enumerate(zip(found, theirs)):
        if ours != text(document):
            return f"row {number} is {apart(ours, text(document))}"
        if identity is not None and key != (identity[0] if len(identity) == 1 else text(list(identity))):
            return f"the key of row {number} is {key!r}, not {identity}"
    if len(found) != len(theirs):
        return f"{len(found)} rows, not {len(theirs)}"
    return None


def apart(ours, theirs):
    """Two long texts, from a little before the place where they part."""
    start = max(0, next((i for i, (a, b) in enumerate(zip(ours, theirs)) if a != b), min(len(ours), len(theirs))) - 60)
    return f"…{ours[start:start + 200]}…\nnot …{theirs[start:start + 200]}…"
