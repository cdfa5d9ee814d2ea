"""Changes between two selections, which what is kept from the first must not hide."""

from data import value
from sqltext import quote
from world import prefix


def change(random, world):
    """SQL that changes the tables, done to the world too."""
    table = random.choice([table for table in world.tables.values() if table.view_of is None])
    kind = random.choice(["index", "analyze", "update", "update", "delete"])
    passive = all(r.viewonly for r in world.relationships.values() if r.declared)
    if kind == "analyze":
        return "ANALYZE"
    if kind == "index":
        name = quote("%s %d" % (table.name, random.randrange(1 << 30)))
        columns = ", ".join(quote(column.name) for column in random.sample(table.stored, min(2, len(table.stored))))
        return "CREATE INDEX %s%s ON %s(%s)" % (prefix(world), name, quote(table.name), columns)
    if not table.primary or not table.rows or not passive:
        return None  # rows without a key, and those that triggers look after, are left alone
    row = random.choice(table.rows)
    where = " AND ".join("%s IS %s" % (quote(name), row[place(table, name)]) for name in table.primary)
    if kind == "delete":
        table.rows.remove(row)
        return "DELETE FROM %s WHERE %s" % (quote(table.name), where)
    return update(random, world, table, row, where)


def update(random, world, table, row, where):
    fixed = set(table.primary)
    for key in world.keys.values():
        fixed |= set(key.columns) if key.child == table.name and key.unique else set()
    columns = [column for column in table.stored if column.name not in fixed]
    if not columns:
        return None
    column = random.choice(columns)
    at = place(table, column.name)
    row[at] = random.choice(table.rows)[at]
    if column.kind != "foreign" and not table.strict:
        row[at] = value(random, column.kind, set())
    return "UPDATE %s SET %s = %s WHERE %s" % (quote(table.name), quote(column.name), row[at], where)


def place(table, name):
    return [column.name for column in table.stored].index(name)
