"""The smallest world and selection that still go wrong, as a script for the sqlite3 shell."""

import copy
import time
import sqlite3
from dataclasses import fields, is_dataclass, replace

from expression import Any, Literal, Operation, Parameter, Term, parts
from oracle import Oracle, TooMuch
from play import Broken, Pair, compare, question
from selection import Case, Level, Member, Value, levels
from sqltext import literal
from text import in_declaration
from world import declaration_sql, schema_sql


def fails(broken, extension):
    """The failure of the same case built anew, or None."""
    case = replace(broken.case, root=broken.root)
    pair = None
    try:
        pair = Pair(case.world, extension)
        for functions in False, True:
            compare(pair, case, case.root, functions, [broken.outer])
    except Broken as again:
        return again
    except (TooMuch, sqlite3.Error, KeyError, StopIteration, AttributeError, IndexError):
        return None
    finally:
        if pair is not None:
            pair.close()
    return None


# --- one thing less ---


def without(items):
    """Lists with something less, halves first."""
    size = len(items)
    while size > 1:
        size = (size + 1) // 2
        for start in range(0, len(items), size):
            yield items[:start] + items[start + size:]
        if size == 1:
            break
    if len(items) == 1:
        yield []


def smaller_expression(it):
    for part in parts(it):
        yield part
    if isinstance(it, Operation):
        for i, part in enumerate(it.parts):
            for less in smaller_expression(part):
                yield replace(it, parts=it.parts[:i] + [less] + it.parts[i + 1:])
    if isinstance(it, Any) and it.expression is not None:
        yield replace(it, expression=None)
        for less in smaller_expression(it.expression):
            yield replace(it, expression=less)


def smaller_item(item):
    if isinstance(item, Member):
        if item.alias is not None:
            yield replace(item, alias=None)
        for less in smaller_level(item.level):
            yield replace(item, level=less)
    if isinstance(item, Value):
        for less in smaller_expression(item.expression):
            if item.alias is not None:
                yield replace(item, expression=less)


def smaller_level(level):
    for less in without(level.items):
        yield replace(level, items=less)
    for name, value in ("where", None), ("order", []), ("offset", None), ("limit", None), ("inner", False), \
            ("strategy", None), ("recursive", None):
        if getattr(level, name) != value:
            yield replace(level, **{name: value})
    for less in without(level.order):
        yield replace(level, order=less)
    for i, term in enumerate(level.order):
        if term.suffix:
            yield replace(level, order=level.order[:i] + [replace(term, suffix="")] + level.order[i + 1:])
    if level.where is not None:
        for less in smaller_expression(level.where):
            yield replace(level, where=less)
    for i, item in enumerate(level.items):
        for less in smaller_item(item):
            yield replace(level, items=level.items[:i] + [less] + level.items[i + 1:])


def smaller_world(world):
    for after in without(world.after):
        yield replace(world, after=after)
    for name, table in world.tables.items():
        for rows in without(table.rows):
            yield replace(world, tables={**world.tables, name: replace(table, rows=rows)})
    for name, relationship in world.relationships.items():
        less = dict(world.relationships)
        del less[name]
        unread = world.unread if relationship.declared else world.unread + [name]
        yield replace(world, relationships=less, unread=unread)
    for name, relationship in world.relationships.items():
        for field, value in ("condition", None), ("order", []), ("lazy", None), ("join_depth", None), \
                ("innerjoin", False):
            if getattr(relationship, field) != value:
                yield replace(world, relationships={
                    **world.relationships, name: replace(relationship, **{field: value})})
    used = {name for r in world.relationships.values() for name in (r.key, r.target_key)}
    for name in world.keys:
        if name not in used and name not in [end for table in world.tables.values() for end in table.ends]:
            yield replace(world, keys={n: key for n, key in world.keys.items() if n != name})
    for name, table in world.tables.items():
        used = [r for r in world.relationships.values() if name in (r.owner, r.target, world.secondary(r))]
        if not used and not [k for k in world.keys.values() if name == k.parent] and not table.view_of:
            yield without_table(world, name)
        needed = {c for k in world.keys.values() if k.child == name for c in k.columns} | set(table.primary)
        for i, column in enumerate(table.columns):
            if column.name not in needed and column.generated is None:
                at = table.stored.index(column)
                rows = [row[:at] + row[at + 1:] for row in table.rows]
                columns = table.columns[:i] + table.columns[i + 1:]
                yield replace(world, tables={**world.tables, name: replace(table, columns=columns, rows=rows)})
        for field in "without_rowid", "strict":
            if getattr(table, field):
                yield replace(world, tables={**world.tables, name: replace(table, **{field: False})})
    if world.encoding != "UTF-8":
        yield replace(world, encoding="UTF-8")
    if world.schema != "main":
        yield replace(world, schema="main")


def without_table(world, name):
    return replace(world, tables={n: table for n, table in world.tables.items() if n != name},
                   keys={n: key for n, key in world.keys.items() if key.child != name})


def smaller(broken):
    case = broken.case
    if case.style is not None:
        yield Broken(replace(case, style=None), broken.root, broken.outer, None, None)
    for criteria in without(case.criteria):
        yield Broken(replace(case, criteria=criteria), broken.root, broken.outer, None, None)
    for root in smaller_level(broken.root):
        yield Broken(case, root, broken.outer, None, None)
    for world in smaller_world(case.world):
        yield Broken(replace(case, world=world), broken.root, broken.outer, None, None)


def minimise(broken, extension, seconds):
    end = time.time() + seconds
    found = fails(broken, extension)
    if found is None:
        broken.note = broken.note or "only after what the seed asks before it"
        return broken
    first = found
    progress = True
    while progress:
        progress = False
        for less in smaller(found):
            if time.time() > end:
                return found
            again = fails(less, extension)
            if again is not None and again.kind == first.kind and message(again) == message(first):
                found, progress = again, True
                break
    return found


def message(broken):
    """What an error says, less the names in it."""
    return broken.found.split(": ")[-1][:12] if isinstance(broken.found, str) else None


# --- as a script ---


def script(broken):
    case = replace(broken.case, root=broken.root)
    world = case.world
    lines = [".load build/relationship"]
    lines += [sql + ";" for sql in schema_sql(world)]
    lines += [declaration_sql(world, r, in_declaration(world, r.target)) + ";"
              for r in world.relationships.values() if r.declared]
    lines += ["-- (implied) %s.%s" % name for name, r in world.relationships.items() if not r.declared]
    sql, bound = question(case, case.root, broken.outer)
    pieces = sql.split("?")
    lines.append("".join(piece + literal(value) for piece, value in zip(pieces, bound)) + pieces[-1] + ";")
    found = [broken.found] if isinstance(broken.found, str) else [repr(row) for row in broken.found]
    expected = [repr(row) for row in broken.expected]
    lines += ["-- found     " + row for row in found if row not in expected or sorted(found) == sorted(expected)][:20]
    lines += ["-- expected  " + row for row in expected if row not in found or sorted(found) == sorted(expected)][:20]
    if broken.note:
        lines.append("-- " + broken.note)
    query = Oracle(case, Unconnected(), True).query()
    for i, value in reversed(list(enumerate(case.parameters))):
        query = query.replace(":p%d" % (i + 1), literal(value))
    lines.append("-- the oracle's query:\n%s;" % query)
    return "\n".join(lines).encode("utf-8", "backslashreplace").decode()


class Unconnected:
    """For an oracle that only composes."""

    def create_function(self, *_):
        pass

    def execute(self, *_):
        return self

    def fetchone(self):
        return [""]
