"""Expressions, as trees: written once into the selection, and once into the expected query."""

from dataclasses import dataclass, field


@dataclass
class Column:
    table: str
    name: str


@dataclass
class Literal:
    sql: str


@dataclass
class Parameter:
    number: int


@dataclass
class Alias:
    """What an item of the level is called."""

    name: str


@dataclass
class Operation:
    """`template` is SQL with {0}, {1} … for what it is made of."""

    template: str
    parts: list = field(default_factory=list)
    kind: str = ""  # "aggregate", "window", "subquery" or nothing


@dataclass
class Any:
    """any(relationship, expr), of the table called `owner`."""

    owner: str
    name: str
    expression: object = None
    word: str = "any"


@dataclass
class Term:
    """Of an ORDER BY: an expression, or the number of an item."""

    expression: object
    suffix: str = ""
    number: int = 0


def parts(expression):
    if isinstance(expression, Operation):
        return list(expression.parts)
    if isinstance(expression, Any):
        return [expression.expression] if expression.expression is not None else []
    return []


def walk(expression):
    yield expression
    for part in parts(expression):
        yield from walk(part)


def has_kind(expression, kind):
    return any(isinstance(part, Operation) and part.kind == kind for part in walk(expression))
