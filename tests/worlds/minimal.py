"""The smallest world and history that still go wrong, as a script for the sqlite3 shell."""

import copy
import time

from history import Broken, Copies, History, build, is_sound
from sqltext import quote
from world import declaration_sql, rows_sql, schema_sql


def fails(world, events, extension):
    """How it goes wrong, or None."""
    if not is_sound(world):
        return None
    try:
        with Copies(world, build(world, extension)) as modes:
            history = History(world, modes)
            try:
                history.replay(events)
            except Broken as broken:
                broken.world, broken.events = world, history.log
                return None if "no such table" in broken.kind else broken
    except Exception:  # a world that cannot be built, or lacks what an event is about
        return None
    return None


def kind_of(broken):
    """A refusal by its first words: smaller worlds are refused for other reasons."""
    return broken.kind.split(".")[0][:40]


def smaller(world, events):
    """Worlds and histories with one thing less."""
    for i in range(len(events)):
        yield world, events[:i] + events[i + 1:]
    for i in range(len(world.relationships)):
        less = copy.deepcopy(world)
        del less.relationships[i]
        yield less, events
    for name, rows in world.rows.items():
        for i in range(len(rows)):
            less = copy.deepcopy(world)
            del less.rows[name][i]
            yield less, events
    for name, key in world.keys.items():
        for change in {"native": None}, {"native": "NO ACTION"}, {"deferred": False}:
            if any(getattr(key, field) not in (value, None) for field, value in change.items()):
                less = copy.deepcopy(world)
                less.keys[name].__dict__.update(change)
                yield less, events
    for name in world.tables:
        for option in "without_rowid", "strict":
            if getattr(world.tables[name], option):
                less = copy.deepcopy(world)
                setattr(less.tables[name], option, False)
                yield less, events
    for i, relationship in enumerate(world.relationships):
        for field, value in ("words", ()), ("on_delete", None), ("remainder", None):
            if getattr(relationship, field) != value:
                less = copy.deepcopy(world)
                setattr(less.relationships[i], field, value)
                yield less, events


def minimise(broken, extension, seconds):
    end = time.time() + seconds
    found = fails(broken.world, broken.events, extension)
    if found is None:
        return broken
    progress = True
    while progress:
        progress = False
        for world, events in smaller(found.world, found.events):
            if time.time() > end:
                return found
            less = fails(world, events, extension)
            if less is not None and kind_of(less) == kind_of(broken):
                found, progress = less, True
                break
    return found


def used_tables(world, events):
    """Tables that hold rows, or that a relationship or another table's key needs."""
    used = {name for name, rows in world.rows.items() if rows}
    for relationship in world.relationships:
        used |= {relationship.owner, relationship.target, world.keys[relationship.key].child}
    before = -1
    while before != len(used):
        before = len(used)
        used |= {key.parent for key in world.keys.values() if key.child in used}
    return used


def script(broken):
    world = copy.deepcopy(broken.world)
    used = used_tables(world, broken.events)
    world.tables = {name: table for name, table in world.tables.items() if name in used}
    world.rows = {name: rows for name, rows in world.rows.items() if name in used}
    lines = [".load build/relationship"]
    lines += [sql + ";" for sql in schema_sql(world)]
    lines += [sql + ";" for sql in rows_sql(world)]
    lines += [declaration_sql(world, r) + ";" for r in world.relationships]
    lines.append("PRAGMA foreign_keys = %d; PRAGMA recursive_triggers = %d;" % broken.mode)
    lines += [event.sql + ";" for event in broken.events]
    lines.append("-- " + broken.kind)
    for name in used:
        if broken.found[name] != broken.expected[name]:
            lines.append("SELECT * FROM %s;" % quote(name))
            lines += ["-- found     %s" % row for row in broken.found[name].values()]
            lines += ["-- expected  %s" % row for row in broken.expected[name].values()]
    return "\n".join(lines)
