"""Makes a save that went wrong smaller, and writes it down as a script."""

import copy
import json
import time
from dataclasses import replace

from playsaves import Broken, Play, dangling
from rowmodel import State
from saveworld import declaration_sql, row_sql, table_sql
from sqltext import literal

FETCHED = "fetched by"


def kind_of(broken):
    return broken.kind.split(":")[0][:24] + ("" if ": " not in broken.kind else "".join(
        word for word in ("UNIQUE", "NOT NULL", "FOREIGN", "no column", "same row") if word in broken.kind))


def fails(world, broken, rows, document, extension):
    one = Play(world, broken.mode, extension, rows)
    one.way = broken.way
    try:
        if not dangling(one):
            one.check(broken.owner, document)
    except Broken as found:
        return found
    except Exception:
        return None
    finally:
        one.db.close()
    return None


def smaller_documents(document):
    """With one thing less, at any depth."""
    if isinstance(document, dict):
        for name in document:
            yield {n: v for n, v in document.items() if n != name}
        for name, value in document.items():
            for less in smaller_documents(value):
                yield {**document, name: less}
    elif isinstance(document, list):
        for i in range(len(document)):
            yield document[:i] + document[i + 1:]
        for i, value in enumerate(document):
            for less in smaller_documents(value):
                yield document[:i] + [less] + document[i + 1:]


def without(world, rows, name, i):
    """The rows but one, and all that refers to it."""
    state = State(world, rows, 0)
    gone = [state.rows[name][i]]
    for row in gone:  # it grows
        row.gone = True
        for key in world.keys.values():
            if key.parent == row.table.name:
                gone += [one for one in state.referring(key, row) if one not in gone]
    return {name: [row.values for row in state.living(name)] for name in rows}


def smaller(broken):
    world = broken.world
    for document in smaller_documents(broken.document):
        if document not in ({}, []):
            yield world, broken.rows, document
    for name, table in broken.rows.items():
        for i in range(len(table)):
            yield world, without(world, broken.rows, name, i), broken.document
    for i in range(len(world.relationships)):
        less = copy.deepcopy(world)
        del less.relationships[i]
        yield less, broken.rows, broken.document
    for name in world.tables:
        if name != broken.owner and not broken.rows.get(name):
            less = copy.deepcopy(world)
            del less.tables[name]
            less.keys = {k: key for k, key in less.keys.items() if name not in (key.child, key.parent)}
            less.relationships = [r for r in less.relationships if r.key in less.keys and r.target in less.tables
                                  and (r.target_key is None or r.target_key in less.keys)]
            yield less, {n: t for n, t in broken.rows.items() if n != name}, broken.document
    if world.schema != "main":
        yield replace(world, schema="main"), broken.rows, broken.document
    for name, table in world.tables.items():
        for option in "without_rowid", "strict":
            if getattr(table, option):
                less = copy.deepcopy(world)
                setattr(less.tables[name], option, False)
                yield less, broken.rows, broken.document


def minimise(broken, extension, seconds):
    end = time.time() + seconds
    found = broken if broken.kind.startswith(FETCHED) else fails(
        broken.world, broken, broken.rows, broken.document, extension)
    if found is None or found.kind.startswith(FETCHED):
        return broken
    progress = True
    while progress:
        progress = False
        for world, rows, document in smaller(found):
            if time.time() > end:
                return found
            less = fails(world, found, rows, document, extension)
            if less is not None and kind_of(less) == kind_of(broken):
                found, progress = less, True
                break
    return found


def script(broken):
    world = broken.world
    lines = [".load build/relationship"] + ["ATTACH ':memory:' AS aux;"] * (world.schema == "aux")
    lines += [table_sql(world, table) + ";" for table in world.tables.values()]
    for name, table in broken.rows.items():
        generated = {c.name for c in world.tables[name].columns if c.generated}
        lines += [row_sql(world, name, {c: v for c, v in row.items() if c not in generated}) + ";" for row in table]
    lines += [declaration_sql(world, r) + ";" for r in world.relationships if r.declared]
    lines.append("PRAGMA foreign_keys = %d; PRAGMA recursive_triggers = %d;" % broken.mode)
    if broken.way != "autocommit":
        lines.append(broken.way + ";")
    lines.append("INSERT INTO unit_of_work(owner, doc) VALUES(%s, %s);" % (
        literal(broken.owner if world.schema == "main" else "aux." + broken.owner), literal(json.dumps(broken.document, ensure_ascii=False))))
    lines.append("-- " + broken.kind)
    if broken.found is not None:
        for name in world.tables:
            found, expected = (sorted(map(repr, rows[name])) for rows in (broken.found, broken.expected))
            if found != expected:
                lines.append("-- %s" % name)
                lines += ["--   found     %s" % row for row in found if row not in expected]
                lines += ["--   expected  %s" % row for row in expected if row not in found]
    return "\n".join(lines)
