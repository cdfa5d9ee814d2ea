"""A world: tables, rows, keys and the relationships over them, and the SQL that makes it."""

from dataclasses import dataclass, field

from sqltext import literal, quote


@dataclass
class Column:
    name: str
    type: str = ""
    collation: str = ""
    kind: str = "int"  # what its values are like: see data.py
    generated: str = None


@dataclass
class Table:
    name: str
    columns: list
    primary: list = field(default_factory=list)  # names; none: the rowid, or nothing for a view
    without_rowid: bool = False
    strict: bool = False
    view_of: str = None  # the table that a view shows some of
    rows: list = field(default_factory=list)  # lists of SQL expressions
    rowids: list = field(default_factory=list)  # of the rows, where they are said
    unique: list = field(default_factory=list)  # lists of names
    ends: tuple = ()  # of an association table: the names of its two keys

    @property
    def identity(self):
        """The columns that tell its rows apart, none for a view."""
        if self.view_of is not None:
            return []
        return self.primary or ["rowid"]

    def column(self, name):
        return next(column for column in self.columns if column.name == name)

    @property
    def stored(self):
        return [column for column in self.columns if column.generated is None]


@dataclass
class Key:
    """A foreign key. `native`: SQLite is told."""

    name: str
    child: str
    columns: list
    parent: str
    parent_columns: list
    native: bool = True
    unique: bool = False
    indexed: bool = False


@dataclass
class Relationship:
    """`key` leads to the owner from members or links; of a many-to-one, to the target."""

    owner: str
    name: str
    target: str
    direction: str  # "one-to-many", "many-to-one", "many-to-many"
    key: str
    target_key: str = None
    declared: bool = True
    uselist: bool = True
    viewonly: bool = True
    condition: object = None  # an expression over the target
    order: list = field(default_factory=list)  # Terms
    lazy: str = None
    join_depth: int = None
    innerjoin: bool = False


@dataclass
class World:
    tables: dict = field(default_factory=dict)
    keys: dict = field(default_factory=dict)
    relationships: dict = field(default_factory=dict)  # (owner, name) -> Relationship
    unread: list = field(default_factory=list)  # (owner, name) of implied ones that are left alone
    encoding: str = "UTF-8"
    schema: str = "main"  # or "aux", which is attached
    after: list = field(default_factory=list)  # SQL that follows the rows: indexes and changes
    patience: int = 1  # seconds that a query may take

    def secondary(self, relationship):
        return self.keys[relationship.key].child if relationship.target_key else None

    def of(self, owner):
        return [r for r in self.relationships.values() if r.owner == owner]


def pairs(world, relationship, owner, target, link):
    """The equalities that join target (and link) to owner, each an alias; the parent's stands left."""
    key = world.keys[relationship.key]
    parent, child = owner, target
    if relationship.direction == "many-to-one":
        parent, child = target, owner
    elif relationship.direction == "many-to-many":
        child = link
    equal = ["%s.%s = %s.%s" % (parent, quote(p), child, quote(c))
             for p, c in zip(key.parent_columns, key.columns)]
    if relationship.target_key:
        key = world.keys[relationship.target_key]
        equal += ["%s.%s = %s.%s" % (target, quote(p), link, quote(c))
                  for p, c in zip(key.parent_columns, key.columns)]
    return equal


# --- as SQL ---


def prefix(world):
    return "" if world.schema == "main" else world.schema + "."


def table_sql(world, table):
    if table.view_of is not None:
        shown = ", ".join(quote(column.name) for column in table.columns)
        return "CREATE VIEW %s%s AS SELECT %s FROM %s" % (
            prefix(world), quote(table.name), shown, quote(table.view_of))
    lines = []
    for column in table.columns:
        line = ("%s %s" % (quote(column.name), column.type)).strip()
        line += " COLLATE " + column.collation if column.collation else ""
        line += " AS (%s)" % column.generated if column.generated else ""
        if table.primary == [column.name] and column.type == "INTEGER":
            line += " PRIMARY KEY"
        lines.append(line)
    if table.primary and not any("PRIMARY KEY" in line for line in lines):
        lines.append("PRIMARY KEY(%s)" % ", ".join(map(quote, table.primary)))
    for key in world.keys.values():
        if key.child == table.name and key.native:
            lines.append("FOREIGN KEY(%s) REFERENCES %s(%s)" % (
                ", ".join(map(quote, key.columns)), quote(key.parent),
                ", ".join(map(quote, key.parent_columns))))
        if key.child == table.name and key.unique:
            lines.append("UNIQUE(%s)" % ", ".join(map(quote, key.columns)))
    lines += ["UNIQUE(%s)" % ", ".join(map(quote, names)) for names in table.unique]
    options = ["WITHOUT ROWID"] * table.without_rowid + ["STRICT"] * table.strict
    return "CREATE TABLE %s%s(%s)%s" % (
        prefix(world), quote(table.name), ", ".join(lines), " " + ", ".join(options) if options else "")


def schema_sql(world):
    """Tables and their rows."""
    if world.encoding != "UTF-8":
        yield "PRAGMA encoding = '%s'" % world.encoding
    if world.schema != "main":
        yield "ATTACH ':memory:' AS " + world.schema
    for table in world.tables.values():
        yield table_sql(world, table)
    for key in world.keys.values():
        if key.indexed and world.tables[key.child].view_of is None:
            yield "CREATE INDEX %s%s ON %s(%s)" % (
                prefix(world), quote("index " + key.name), quote(key.child), ", ".join(map(quote, key.columns)))
    for table in world.tables.values():
        columns = ", ".join(["_rowid_"] * bool(table.rowids) + [quote(column.name) for column in table.stored])
        rows = [[rowid] + row for rowid, row in zip(table.rowids, table.rows)] if table.rowids else table.rows
        for i in range(0, len(rows), 100):
            values = ", ".join("(%s)" % ", ".join(row) for row in rows[i:i + 100])
            yield "INSERT OR IGNORE INTO %s(%s) VALUES %s" % (quote(table.name), columns, values)
    yield from world.after


def declaration_sql(world, relationship, write):
    """`write` renders expressions and terms as a declaration has them."""
    key = world.keys[relationship.key]
    owner, target = quote(relationship.owner), quote(relationship.target)
    values = {
        "schema": world.schema if world.schema != "main" else None,
        "owner": relationship.owner,
        "name": relationship.name,
        "target": relationship.target,
        "viewonly": 1 if relationship.viewonly else None,
        "uselist": 0 if relationship.direction == "one-to-many" and not relationship.uselist else None,
        "order_by": ", ".join(write(term) for term in relationship.order) or None,
        "lazy": relationship.lazy,
        "join_depth": relationship.join_depth,
        "innerjoin": 1 if relationship.innerjoin else None,
    }
    spelled_out = any(world.tables[name].identity != world.tables[name].primary
                      for name in (relationship.owner, relationship.target))
    for name in filter(None, (relationship.key, relationship.target_key)):
        used = world.keys[name]
        spelled_out |= used.parent_columns != world.tables[used.parent].primary
    condition = " AND " + write(relationship.condition) if relationship.condition is not None else ""
    if relationship.direction == "many-to-many":
        target_key = world.keys[relationship.target_key]
        values["secondary"] = key.child
        values["foreign_keys"] = ", ".join(map(quote, key.columns + target_key.columns))
        if condition or spelled_out:
            equal = pairs(world, relationship, owner, target, quote(key.child))
            values["primaryjoin"] = " AND ".join(equal[:len(key.columns)])
            values["secondaryjoin"] = " AND ".join(equal[len(key.columns):]) + condition
    else:
        values["foreign_keys"] = ", ".join("%s.%s" % (quote(key.child), quote(c)) for c in key.columns)
        if relationship.owner == relationship.target and relationship.direction == "many-to-one":
            values["remote_side"] = ", ".join(map(quote, key.parent_columns))
        if condition or spelled_out:
            equal = pairs(world, relationship, owner, target, None)
            values["primaryjoin"] = " AND ".join(equal) + condition
    given = {name: value for name, value in values.items() if value is not None}
    return "INSERT INTO relationship(%s) VALUES(%s)" % (
        ", ".join(given), ", ".join(map(literal, given.values())))
