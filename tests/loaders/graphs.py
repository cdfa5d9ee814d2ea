"""Random trees of loader options, and the selection that says the same.

In one tree a table occurs once, as a session has one state for an object, wherever it stands.
"""

import random
import re

from sqlalchemy import inspect, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import aliased, immediateload, joinedload, load_only, selectinload, subqueryload, with_loader_criteria

from case import differs, fetched
from sqltext import quote

HINTS = {
    selectinload: ("", "!selectin"),
    joinedload: ("", "!joined"),
    subqueryload: ("", "!subquery"),
    immediateload: ("", "!select"),
}


class Condition:
    """A condition on a table's rows, for both: theirs(class) and ours."""

    def __init__(self, graph, table, depth=1):
        rng, cls = graph.rng, graph.classes[table]
        relationships = [r for r in inspect(cls).relationships if r.mapper is not inspect(cls)]
        if depth and relationships and rng.random() < 0.25:
            r = rng.choice(relationships)
            inside = Condition(graph, graph.name(r.mapper), depth - 1)
            no, bare = rng.random() < 0.4, rng.random() < 0.3
            self.ours = f"{'NOT ' * no}{'any' if r.uselist else 'has'}({quote(r.key)}{'' if bare else f', {inside.ours}'})"
            self.theirs = lambda cls: invert(exists(getattr(cls, r.key), r, None if bare else inside), no)
            return
        column = rng.choice(list(inspect(cls).local_table.c.keys()))
        value = rng.choice(graph.values(table, column))
        if value is None or isinstance(value, bytes):
            self.ours, self.theirs = f"{quote(column)} IS NOT NULL", lambda cls: getattr(cls, column) != None  # noqa: E711
            return
        text = "'" + value.replace("'", "''") + "'" if isinstance(value, str) else repr(value)
        word = rng.choice(["<", ">=", "<>"])
        self.ours = f"{quote(column)} {word} {text}"
        self.theirs = lambda cls: {"<": getattr(cls, column) < value, ">=": getattr(cls, column) >= value, "<>": getattr(cls, column) != value}[word]


def exists(attribute, r, inside):
    """Under an alias, for SQLAlchemy takes a table of the query around it for its own."""
    alias = aliased(r.mapper.class_)
    given = () if inside is None else (inside.theirs(alias),)
    return attribute.of_type(alias).any(*given) if r.uselist else attribute.of_type(alias).has(*given)


def invert(expression, no):
    return ~expression if no else expression


class Graph:
    def __init__(self, world, seed):
        self.world, self.seed, self.rng = world, seed, random.Random(seed)
        self.classes, self.engine, self.db = world.databases()
        self.tables, self.immediate = set(), False
        self.secondaries = {r.alchemy.get("secondary") for r in world.relationships}
        owners = [t for t in self.classes if inspect(self.classes[t]).relationships]
        self.owner = self.rng.choice(owners)
        self.root(self.rng)

    def name(self, mapper):
        return mapper.local_table.name

    def values(self, table, column):
        rows = self.db.execute(f"SELECT DISTINCT {quote(column)} FROM {quote(table)} ORDER BY 1 LIMIT 40").fetchall()
        return [value for (value,) in rows] or [None]

    def root(self, rng):
        cls = self.classes[self.owner]
        options, items, self.tree = self.level(self.owner, rng.choice([1, 1, 2, 2, 3]))
        statement, tail = select(cls), ""
        if rng.random() < 0.4:
            where = Condition(self, self.owner)
            statement, tail = statement.where(where.theirs(cls)), f" WHERE {where.ours}"
        key = [getattr(cls, c.key) for c in inspect(cls).primary_key]
        if rng.random() < 0.5:
            column = getattr(cls, rng.choice(list(inspect(cls).local_table.c.keys())))
            statement, tail = statement.order_by(column.desc(), *key), f"{tail} ORDER BY {quote(column.key)} DESC"
        else:
            statement = statement.order_by(*key)
        if rng.random() < 0.5:
            limit, offset = rng.randint(0, 30), rng.randint(0, 3)
            statement, tail = statement.limit(limit).offset(offset), f"{tail} LIMIT {limit} OFFSET {offset}"
        # SQLAlchemy's criteria hold neither inside any() nor for a secondary nor for immediateload().
        hearing = not self.immediate and not re.search(r"\b(any|has)\(", items + tail)
        for table in sorted(self.tables - self.secondaries) if hearing else []:
            if rng.random() < 0.25:
                everywhere = Condition(self, table, 0)
                options.append(with_loader_criteria(self.classes[table], everywhere.theirs(self.classes[table])))
                tail += f" FOR EACH {quote(table)} WHERE {everywhere.ours}"
        self.statement, self.selection = statement.options(*options), items + tail

    def level(self, table, depth):
        """The options, the items and the tree (columns, {relationship: tree}) of one level."""
        rng, cls = self.rng, self.classes[table]
        self.tables.add(table)
        columns = list(inspect(cls).local_table.c.keys())
        options, items, members = [], ["*"], {}
        if rng.random() < 0.4:
            needed = [c.key for c in inspect(cls).local_table.c if c.primary_key or c.foreign_keys]
            columns = [c for c in columns if c in needed or rng.random() < 0.4]
            options, items = [load_only(*columns)], [quote(c) for c in columns]
        relationships = list(inspect(cls).relationships)
        for r in rng.sample(relationships, min(len(relationships), rng.choice([1, 1, 2, 3]))) if depth else []:
            if self.name(r.mapper) in self.tables:
                continue
            load = rng.choice([selectinload, selectinload, joinedload, subqueryload, immediateload])
            attribute, where = getattr(cls, r.key), ""
            if load is immediateload:
                self.immediate, depth = True, 1  # below it SQLAlchemy loads no more for what it has already
            elif rng.random() < 0.3:
                condition = Condition(self, self.name(r.mapper))
                attribute, where = attribute.and_(condition.theirs(r.mapper.class_)), f" WHERE {condition.ours}"
            inside, names, members[r.key] = self.level(self.name(r.mapper), depth - 1)
            options.append(load(attribute).options(*inside))
            items.append(f"{quote(r.key)}{rng.choice(HINTS[load])}({names}{where})")
        return options, ", ".join(items), (columns, members)

    def failure(self, theirs):
        why = differs(fetched(self.world, self.owner, self.selection, ()), theirs)
        return why and f"graph {self.seed}: {why}\n  selectin('{self.owner}', '{self.selection}')"

    def loaded(self):
        """[(key, document)], or None where SQLAlchemy fails."""
        try:
            with self.world.session() as session:
                rows = session.execute(self.statement).unique().scalars().all()
                return [(inspect(row).identity, self.document(row, self.tree)) for row in rows]
        except (NotLoaded, OperationalError):
            return None

    def document(self, thing, tree):
        columns, members = tree
        result = {column: getattr(thing, column) for column in columns}
        for name, inside in members.items():
            if name not in inspect(thing).dict:
                raise NotLoaded
            r, value = inspect(thing).mapper.relationships[name], inspect(thing).dict[name]
            if r.uselist:
                value = list(dict.fromkeys(value))  # subqueryload() below a joinedload() repeats some
            if r.uselist and not r.order_by:
                value.sort(key=lambda member: inspect(member).identity)
            result[name] = [self.document(m, inside) for m in value] if r.uselist else value and self.document(value, inside)
        return result


class NotLoaded(Exception):
    """SQLAlchemy left out what it was told to load: it does so where an object was there already."""


def run(world, count):
    """None or what differs, for so many graphs. SQLAlchemy may fail in a few."""
    left = count // 20
    for seed in range(count):
        graph = Graph(world, seed)
        theirs = graph.loaded()
        if theirs is None:
            left -= 1
            yield None if left >= 0 else f"graph {seed}: SQLAlchemy fails too often"
        else:
            yield graph.failure(theirs)
