"""One mapping, for both: tables, rows and relationships, as SQLAlchemy classes and as declarations.

R(...) names a relationship with relationship()'s own words. What only one of the two is to be told
goes into alchemy={...} or ours={...}; None as a relationship of ours leaves it undeclared.
"""

import os
import sqlite3
import warnings

from sqlalchemy import create_engine, MetaData
from sqlalchemy.exc import SAWarning
from sqlalchemy.orm import Session, registry, relationship
from sqlalchemy.pool import StaticPool

EXTENSION = os.path.join(os.path.dirname(__file__), "..", "..", "build", "relationship")

# What SQLAlchemy has to say of a mapping is measured by what it does with it.
warnings.simplefilter("ignore", SAWarning)


class R:
    def __init__(self, owner, name, target, alchemy=None, ours=None, **options):
        self.owner, self.name, self.target = owner, name, target
        self.alchemy = {**options, **(alchemy or {})}
        self.ours = {**options, **(ours or {})}


class Objects:
    """objects.p(1) is the p whose key is 1, from the session or the database."""

    def __init__(self, session, classes):
        self.session, self.classes = session, classes
        self.held = []  # a session forgets what nobody holds

    def __getattr__(self, table):
        return lambda key: self.hold(self.session.get(self.classes[table], key))

    def hold(self, row):
        self.held.append(row)
        return row

    def new(self, table, **values):
        return self.classes[table](**values)

    def all(self):
        return {table: self.session.query(cls).all() for table, cls in self.classes.items()}

    def load_everything(self, relationships):
        rows = self.all()
        for r in relationships:
            for row in rows[r.owner]:
                getattr(row, r.name)
        return rows


class Mapping:
    def __init__(self, tables, rows, *relationships):
        self.tables, self.rows, self.relationships = tables, rows, relationships
        self.classes = None
        self.template = None

    def filled(self, rows=None):
        """A database with the tables and rows, and no relationship."""
        db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        db.executescript(self.tables)
        db.executescript(self.rows if rows is None else rows)
        return db

    def declared(self, rows=None):
        """The same with our relationships; the connection itself does not have the extension."""
        if self.template is None:
            template = sqlite3.connect(":memory:", isolation_level=None)
            template.enable_load_extension(True)
            template.load_extension(EXTENSION)
            template.executescript(self.tables)
            for r in self.relationships:
                declare(template, r)
            self.template = template
        db = sqlite3.connect(":memory:", isolation_level=None)
        self.template.backup(db)
        db.executescript(self.rows if rows is None else rows)
        return db

    def session(self, db, **options):
        """A session of SQLAlchemy on a connection, and its objects."""
        engine = create_engine("sqlite://", creator=lambda: db, poolclass=StaticPool)
        if self.classes is None:
            self.classes = self.mapped(engine)
        session = Session(engine, future=True, **options)
        return session, Objects(session, self.classes)

    def mapped(self, engine):
        metadata = MetaData()
        metadata.reflect(engine)
        tables = metadata.tables
        mapped = {r.owner for r in self.relationships} | {r.target for r in self.relationships}
        mapped |= set(tables) - {r.alchemy.get("secondary") for r in self.relationships}
        classes = {name: type(name, (), {}) for name in mapped}
        types = registry()
        for name, cls in classes.items():
            properties = {}
            for r in self.relationships:
                if r.owner == name and not r.alchemy.get("absent"):
                    properties[r.name] = relationship(classes[r.target], **arguments(r, tables))
            types.map_imperatively(cls, tables[name], properties=properties)
        types.configure()
        return classes


def arguments(r, tables):
    given = dict(r.alchemy)
    if "secondary" in given:
        given["secondary"] = tables[given["secondary"]]
    for option in ("foreign_keys", "remote_side"):
        if option in given:
            given[option] = [column(tables, r, name.strip()) for name in given[option].split(",")]
    for option in ("primaryjoin", "secondaryjoin"):
        if callable(given.get(option)):
            given[option] = given[option](tables)
    if "uselist" in given:
        given["uselist"] = bool(given["uselist"])
    return given


def column(tables, r, name):
    if "." in name:
        table, name = name.split(".")
        return tables[table].c[name]
    return next(tables[t].c[name] for t in (r.target, r.owner) if name in tables[t].c)


def declare(db, r):
    if r.ours.get("absent"):
        return
    given = {"owner": r.owner, "name": r.name, "target": r.target, **r.ours}
    db.execute(
        f"INSERT INTO relationship({', '.join(given)}) VALUES ({', '.join('?' * len(given))})",
        [int(v) if isinstance(v, bool) else v for v in given.values()],
    )
