"""A world: tables, rows and relationships, as SQLAlchemy's classes and as our declarations.

R(...) names a relationship with relationship()'s own words, as in tests/alchemy/mapping.py, and
order_by = "-column, column" what both are to sort by. What the FOREIGN KEYs imply need not be
declared: implied(...). Values come as SQLite has them: no column has a type here.
"""

import os
import sqlite3
import warnings

from sqlalchemy import MetaData, create_engine, event
from sqlalchemy.exc import SAWarning
from sqlalchemy.orm import Session, deferred, query_expression, registry, relationship
from sqlalchemy.pool import StaticPool
from sqlalchemy.types import NullType

from mapping import EXTENSION, R, arguments, declare

# What SQLAlchemy has to say of a mapping or a query is measured by what it gives.
warnings.simplefilter("ignore", SAWarning)


def implied(owner, name, target, **options):
    """A relationship that SQLAlchemy has to be told, and we find."""
    return R(owner, name, target, ours={"absent": True}, **options)


class AsIs(NullType):
    hashable = True  # else SQLAlchemy keeps repeated rows


class World:
    def __init__(self, script, *relationships, expressions=(), deferred=()):
        """`script`: SQL, or a function that gives it. `expressions`: (table, attribute) for with_expression; `deferred`: (table, column, group)."""
        self.script, self.relationships = script, relationships
        self.expressions, self.deferred = expressions, deferred
        self.made = None

    def databases(self):
        """The classes, an engine for SQLAlchemy and a connection with the extension, over equal databases."""
        if self.made is None:
            script = self.script() if callable(self.script) else self.script
            theirs = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
            theirs.executescript(script)
            ours = sqlite3.connect(":memory:", isolation_level=None)
            theirs.backup(ours)
            ours.enable_load_extension(True)
            ours.load_extension(EXTENSION)
            for r in self.relationships:
                declare(ours, ours_of(r))
            engine = create_engine("sqlite://", creator=lambda: theirs, poolclass=StaticPool)
            self.made = self.mapped(engine), engine, ours
        return self.made

    def session(self):
        return Session(self.databases()[1], future=True)

    def mapped(self, engine):
        metadata = MetaData()
        event.listen(metadata, "column_reflect", without_type)
        metadata.reflect(engine)
        tables = metadata.tables
        classes = Classes({name: type(name, (), {}) for name in tables})
        types = registry()
        for name, cls in classes.items():
            properties = {attribute: query_expression() for table, attribute in self.expressions if table == name}
            properties.update((c, deferred(tables[name].c[c], group=group)) for table, c, group in self.deferred if table == name)
            for r in self.relationships:
                if r.owner == name and not r.alchemy.get("absent"):
                    properties[r.name] = relationship(classes[r.target], **theirs_of(r, tables))
            types.map_imperatively(cls, tables[name], properties=properties)
        types.configure()
        return classes


class Classes(dict):
    """t.posts or t["posts"]: the class over the table `posts`."""

    __getattr__ = dict.__getitem__


def without_type(inspector, table, column):
    column["type"] = AsIs()


def theirs_of(r, tables):
    given = arguments(r, tables)
    if "order_by" in given:
        columns = tables[r.target].c
        given["order_by"] = [columns[w[1:]].desc() if w[0] == "-" else columns[w] for w in words(given["order_by"])]
    for option in ("viewonly", "innerjoin"):
        if option in given:
            given[option] = bool(given[option])
    return given


def ours_of(r):
    given = dict(r.ours)
    if "order_by" in given:
        given["order_by"] = ", ".join(f'"{w[1:]}" DESC' if w[0] == "-" else f'"{w}"' for w in words(given["order_by"]))
    return R(r.owner, r.name, r.target, ours=given)


def words(text):
    return [word.strip() for word in text.split(",")]


def file(*path):
    with open(os.path.join(os.path.dirname(__file__), "..", "..", *path), encoding="utf-8") as script:
        return script.read()
