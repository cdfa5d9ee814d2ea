"""Random graphs: a few events each, with everything loaded before each of them; the tables are
compared whole after each. A failure prints the script that shows it."""

import random
import sqlite3

from case import contents, set_foreign_keys
from shapes import SHAPES, Key, Shape, link_columns

SEED = 20240501
MAPPINGS = 45
GRAPHS = 5  # of each mapping
EVENTS = 4


class Event:
    def __init__(self, session, tables, view=None):
        self.session, self.tables, self.view = session, tables, view or tables


def run():
    """For each graph None, or its failure."""
    for number in range(MAPPINGS):
        rng = random.Random(SEED + number)
        shape = Shape(list(SHAPES)[number % len(SHAPES)], rng)
        for _ in range(GRAPHS):
            yield compare(shape, rng, f"graph {number}, {shape.name}")


def compare(shape, rng, title):
    filling = inserts(shape, shape.rows(rng))
    foreign_keys, recursive_triggers = rng.choice(("off", "on")), rng.choice(("off", "on"))
    db = shape.mapping.filled(filling)
    set_foreign_keys(db, foreign_keys)
    db.isolation_level = ""
    session, objects = shape.mapping.session(db, autoflush=False)
    ours = {}
    for way in ("tables", "view"):
        ours[way] = shape.mapping.declared(filling)
        set_foreign_keys(ours[way], foreign_keys)
        ours[way].execute(f"PRAGMA recursive_triggers = {recursive_triggers}")
    done = []
    try:
        for _ in range(EVENTS):
            event = choose(shape, rng, contents(db))
            done.append(event)
            refusal = flush(session, objects, shape, event)
            if refusal not in ("", "IntegrityError"):
                return f"{title}: SQLAlchemy raised {refusal}\n{script(shape, filling, foreign_keys, recursive_triggers, done, 'tables')}"
            for way, mine in ours.items():
                error = execute(mine, getattr(event, way))
                if bool(error) != bool(refusal) or contents(mine) != contents(db):
                    wanted = f"SQLAlchemy: {refusal or 'no error'}, {contents(db)}\nwe: {error or 'no error'}, {contents(mine)}"
                    return f"{title}:\n{script(shape, filling, foreign_keys, recursive_triggers, done, way)}\n{wanted}"
    finally:
        session.close()
    return None


def flush(session, objects, shape, event):
    """The name of what SQLAlchemy raises, or ''."""
    objects.held = list(objects.load_everything(shape.mapping.relationships).values())
    try:
        event.session(objects)
        session.commit()
        return ""
    except Exception as raised:
        session.rollback()
        return type(raised).__name__
    finally:
        session.expire_all()


def execute(db, sql):
    try:
        db.execute(sql)
        return ""
    except sqlite3.Error as raised:
        return str(raised)


def inserts(shape, rows):
    sql = [f"INSERT INTO {t}({', '.join(['id', *row])}) VALUES ({', '.join(map(value, [i, *row.values()]))});"
           for t in shape.tables for i, row in rows[t].items()]
    for edge in shape.edges:
        if not isinstance(edge, Key):
            sql += [f"INSERT INTO {edge.secondary} VALUES ({a}, {b});" for a, b in rows[edge.secondary]]
    return "\n".join(sql)


def value(v):
    return "NULL" if v is None else str(v)


def choose(shape, rng, tables):
    """An event that these tables allow."""
    while True:
        if rng.random() < 0.3:
            table = rng.choice([t for t in shape.tables if tables[t]] or [None])
            return delete(table, rng.choice(tables[table])[0]) if table else insert(shape.tables[0])
        edge = rng.choice(shape.edges)
        owners, members = ([row[0] for row in tables[t]] for t in (edge.owner, edge.target))
        event = (key_event if isinstance(edge, Key) else link_event)(shape, rng, tables, edge, owners, members)
        if event:
            return event


def delete(table, key):
    return Event(lambda o: o.session.delete(getattr(o, table)(key)), f"DELETE FROM {table} WHERE id = {key}")


def insert(table):
    return Event(lambda o: o.session.add(o.new(table, id=99)), f"INSERT INTO {table}(id) VALUES (99)")


def key_event(shape, rng, tables, edge, owners, members):
    if not members:
        return insert(shape.tables[0]) if not any(tables.values()) else None
    member, view = rng.choice(members), f'"{edge.owner}.{edge.name}"'
    column = 1 + [e.column for e in shape.edges if isinstance(e, Key) and e.target == edge.target].index(edge.column)
    held = {row[0]: row[column] for row in tables[edge.target]}
    old, update = held[member], f"UPDATE {edge.target} SET {edge.column} = "
    if old is not None and rng.random() < 0.4:
        return Event(lambda o: put(o, edge, old, member, False), f"{update}NULL WHERE id = {member}",
                     f"DELETE FROM {view} WHERE owner_id = {old} AND id = {member}")
    free = [o for o in owners if o != old and (edge.owner != edge.target or o < member)
            and not (edge.single and o in held.values())]
    if not free:
        return None
    new = rng.choice(free)
    append = f"INSERT INTO {view}(owner_id, id) VALUES ({new}, {member})"
    move = f"UPDATE {view} SET owner_id = {new} WHERE owner_id = {old} AND id = {member}"
    return Event(lambda o: put(o, edge, new, member, True), f"{update}{new} WHERE id = {member}",
                 append if old is None or rng.random() < 0.5 else move)


def put(o, edge, owner, member, there):
    """Puts a member into its owner's attribute, or takes it out."""
    owner, member = getattr(o, edge.owner)(owner), getattr(o, edge.target)(member)
    if getattr(edge, "single", False):
        setattr(owner, edge.name, member if there else None)
    elif there:
        getattr(owner, edge.name).append(member)
    else:
        getattr(owner, edge.name).remove(member)


def link_event(shape, rng, tables, edge, owners, members):
    near, far = link_columns(edge)
    links, view = tables[edge.secondary], f'"{edge.owner}.{edge.name}"'
    if links and rng.random() < 0.5:
        a, b = rng.choice(links)
        return Event(lambda o: put(o, edge, a, b, False),
                     f"DELETE FROM {edge.secondary} WHERE {near} = {a} AND {far} = {b}",
                     f"DELETE FROM {view} WHERE owner_id = {a} AND id = {b}")
    taken = {b for _, b in links} if edge.exclusive else set()
    free = [(a, b) for a in owners for b in members if (a, b) not in links and b not in taken]
    if not free:
        return None if any(tables.values()) else insert(shape.tables[0])
    a, b = rng.choice(free)
    return Event(lambda o: put(o, edge, a, b, True), f"INSERT INTO {edge.secondary} VALUES ({a}, {b})",
                 f"INSERT INTO {view}(owner_id, id) VALUES ({a}, {b})")


def script(shape, filling, foreign_keys, recursive_triggers, events, way):
    declarations = []
    for r in shape.mapping.relationships:
        given = {"owner": r.owner, "name": r.name, "target": r.target, **r.ours}
        values = ", ".join(str(v) if isinstance(v, int) else f"'{v}'" for v in given.values())
        declarations.append(f"INSERT INTO relationship({', '.join(given)}) VALUES ({values});")
    statements = [getattr(event, way) + ";" for event in events]
    return "\n".join([".load ./build/relationship", shape.mapping.tables.strip(), *declarations, filling,
                      f"PRAGMA foreign_keys = {foreign_keys};", f"PRAGMA recursive_triggers = {recursive_triggers};",
                      *statements])
