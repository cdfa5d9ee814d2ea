"""What native foreign keys can express, on a twin database: the same rows must be left."""

import random

from history import Broken, build, connect, dump, is_sound
from sqltext import literal, quote
from world import Relationship, make_world, rows_sql, schema_sql

RULES = {"cascade": "CASCADE", "set null": "SET NULL"}


def expressible(world, rng):
    """The world with only such rules as native keys have: one for each key."""
    world.relationships = []
    for key in world.keys.values():
        table = world.tables[key.child]
        can_go = all(table.can_be_null(c) for c in key.columns)
        rule = "set null" if can_go and rng.random() < 0.5 else "cascade"
        world.relationships.append(Relationship(
            "of_" + key.name, "one-to-many", key.parent, key.child, key.name, on_delete=rule))
        key.deferred = False
    return world


def native_twin(world):
    """The same tables, whose FOREIGN KEYs do what the relationships say."""
    for relationship in world.relationships:
        world.keys[relationship.key].native = RULES[relationship.on_delete]
    connection = connect()
    for sql in list(schema_sql(world)) + list(rows_sql(world)):
        connection.execute(sql)
    connection.execute("PRAGMA foreign_keys = 1")
    return connection


def compare(seed, extension):
    rng = random.Random(seed)
    world = expressible(make_world(rng), rng)
    if not is_sound(world):
        return
    for key in world.keys.values():
        key.native = rng.choice([None, "NO ACTION"])
    ours = build(world, extension)
    ours.execute("PRAGMA foreign_keys = %d" % rng.randrange(2))
    ours.execute("PRAGMA recursive_triggers = %d" % rng.randrange(2))
    twin = native_twin(world)
    for _ in range(4):
        table = rng.choice(list(world.tables))
        numbers = [row["v"] for row in world.rows[table] if rng.random() < 0.4]
        sql = "DELETE FROM %s WHERE v IN (%s)" % (
            quote(table), ", ".join(map(literal, numbers)))
        for connection in ours, twin:
            connection.execute(sql)
        found, expected = dump(ours, world), dump(twin, world)
        if found != expected:
            broken = Broken("differs from native keys after " + sql, (1, 0), expected, found)
            broken.world = world
            raise broken
    ours.close()
    twin.close()
