"""A selection as a tree, and what DESIGN says that its items give."""

from dataclasses import dataclass, field, replace

from expression import Column, has_kind
from names import folded


@dataclass
class Star:
    pass


@dataclass
class Except:
    column: str


@dataclass
class Value:
    """A column or an expression. Only a column needs no alias."""

    expression: object
    alias: str = None


@dataclass
class Member:
    """A relationship and its level."""

    level: object
    alias: str = None


@dataclass
class Level:
    table: str
    relationship: tuple = None  # (owner, name); None for the root
    items: list = field(default_factory=list)
    where: object = None
    order: list = field(default_factory=list)  # Terms
    limit: object = None
    offset: object = None
    inner: bool = False
    strategy: str = None
    recursive: int = None  # levels; 0: all
    bare: bool = False  # the name alone, without a parenthesis


@dataclass
class Criterion:
    """FOR EACH table WHERE expression"""

    table: str
    expression: object


@dataclass
class Case:
    world: object
    root: Level
    criteria: list = field(default_factory=list)
    parameters: list = field(default_factory=list)
    style: int = 0  # seed of the spelling


def key_of(item, world):
    if isinstance(item, Value):
        return item.alias or item.expression.name
    if isinstance(item, Member):
        return item.alias or item.level.relationship[1]
    return None


def is_aggregate(level):
    return any(isinstance(item, Value) and has_kind(item.expression, "aggregate") for item in level.items)


def levels(level):
    yield level
    for item in level.items:
        if isinstance(item, Member):
            yield from levels(item.level)


# --- what a level's objects hold ---


def star(world, level, placed):
    """All columns less those left out; an item called alike stands in a column's place."""
    left = {folded(item.column) for item in level.items if isinstance(item, Except)}
    called = {folded(key_of(item, world)): item for item in reversed(level.items)
              if key_of(item, world) is not None}
    for column in world.tables[level.table].columns:
        name = folded(column.name)
        if name in left:
            continue
        item = called.get(name, None)
        if item is None:
            yield column.name, Value(Column(level.table, column.name))
        elif id(item) not in placed:
            placed.add(id(item))
            yield key_of(item, world), item


def eager(world, level, path):
    """The levels that are loaded unasked. `path`: the tables from the root to here."""
    for relationship in world.of(level.table):
        if relationship.lazy not in ("selectin", "joined", "subquery", "immediate"):
            continue
        if relationship.join_depth is not None:
            if len(path) > relationship.join_depth:
                continue
        elif relationship.target in path:
            continue
        yield relationship.name, Member(
            Level(relationship.target, (relationship.owner, relationship.name)))


def outputs(world, level, path):
    """(key, item) in the order of the object's keys."""
    found, placed = [], set()
    named = [item for item in level.items if isinstance(item, (Star, Value))]
    related = [item for item in level.items if isinstance(item, Member)]
    if not named:
        found += star(world, level, placed)
    for item in level.items:
        if isinstance(item, Star):
            found += star(world, level, placed)
        elif not isinstance(item, Except) and id(item) not in placed:
            placed.add(id(item))
            found.append((key_of(item, world), item))
    if not related and not is_aggregate(level):
        there = {folded(key) for key, _ in found}
        found += [(key, item) for key, item in eager(world, level, path) if folded(key) not in there]
    return found


def with_strategy(level, choose):
    """The same selection with other hints: `choose` gives each level's."""
    items = [replace(item, level=with_strategy(item.level, choose)) if isinstance(item, Member) else item
             for item in level.items]
    strategy = None
    if level.relationship is not None and level.recursive is None:
        strategy = choose()
    return replace(level, items=items, strategy=strategy)
