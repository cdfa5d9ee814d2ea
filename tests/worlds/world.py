"""A random world: tables, foreign keys, rows and the relationships that are declared over them."""

from dataclasses import dataclass, field

from sqltext import literal, quote

NULLABLE, REQUIRED = False, True


@dataclass
class Column:
    name: str
    type: str = ""
    collation: str = ""
    required: bool = NULLABLE
    default: object = None


@dataclass
class Key:
    """A foreign key; `native` is its ON DELETE, None where it is not declared to SQLite."""

    name: str
    child: str
    columns: list
    parent: str
    parent_columns: list
    native: str = None
    deferred: bool = False
    unique: bool = False


@dataclass
class Table:
    name: str
    columns: list
    primary: list
    without_rowid: bool = False
    strict: bool = False
    ends: tuple = ()  # of an association table: the names of its two keys

    def column(self, name):
        return next(column for column in self.columns if column.name == name)

    def can_be_null(self, name):
        return not self.column(name).required and name not in self.primary


@dataclass
class Relationship:
    """`key` leads to the owner from members or links; of a many-to-one, to the target."""

    name: str
    direction: str  # "one-to-many", "many-to-one", "many-to-many"
    owner: str
    target: str
    key: str
    target_key: str = None
    words: tuple = ()  # of cascade: "delete", "delete-orphan"
    on_delete: str = None
    passive: str = None  # passive_deletes
    viewonly: bool = False
    remainder: int = None  # only targets with v % 3 other than this count

    @property
    def enforced(self):
        return not self.viewonly


@dataclass
class World:
    tables: dict = field(default_factory=dict)
    keys: dict = field(default_factory=dict)
    relationships: list = field(default_factory=list)
    rows: dict = field(default_factory=dict)  # table name -> list of rows, dicts by column


# --- making one ---

KINDS = {
    "integer": [Column("id", "INTEGER")],
    "text": [Column("id", "TEXT")],
    "nocase": [Column("id", "TEXT", "NOCASE")],
    "rtrim": [Column("id", "TEXT", "RTRIM")],
    "blob": [Column("id", "BLOB")],
    "real": [Column("id", "REAL")],
    "pair": [Column("tenant", "INTEGER"), Column("code", "TEXT", "NOCASE")],
}
NAMES = ["plain", "two words", "order", 'quo"ted', "it's", "\U0001f600"]


def key_value(kind, i):
    """The i-th primary key of a table; references write it as another program might."""
    if kind == "integer":
        return (i + 1,)
    if kind == "real":
        return (i + 0.5,)
    if kind == "blob":
        return (b"k%d" % i,)
    if kind == "pair":
        return (i % 2 + 1, "c%d" % (i // 2))
    return ("k%d" % i,)


def spelled(random, column, value):
    """The same value in the eyes of the column's collation."""
    if column.collation == "NOCASE" and random.random() < 0.5:
        return value.upper()
    if column.collation == "RTRIM" and random.random() < 0.3:
        return value + " "
    return value


class Maker:
    def __init__(self, random):
        self.random = random
        self.world = World()
        self.kinds = {}

    def chance(self, p):
        return self.random.random() < p

    def make(self):
        r = self.random
        names = r.sample(NAMES, r.randint(2, 5))
        for name in names:
            self.add_table(name)
        for _ in range(r.randint(1, len(names) + 2)):
            child = r.choice(names)
            self.add_key(child, child if self.chance(0.25) else r.choice(names))
        for i in range(r.choice([0, 0, 1, 1, 2])):
            self.add_secondary("links%d" % i, r.choice(names), r.choice(names))
        self.share_a_column()
        for name in self.world.tables:
            self.fill(name)
        for name in self.world.tables:
            self.refer(name)
        for name in self.world.tables:
            if self.world.tables[name].ends:
                self.link(name)
        self.relate()
        return self.world

    def add_table(self, name):
        kind = "integer" if self.chance(0.4) else self.random.choice(list(KINDS))
        columns = [Column(c.name, c.type, c.collation, REQUIRED) for c in KINDS[kind]]
        columns.append(Column("v", "INTEGER"))
        self.kinds[name] = kind
        self.world.tables[name] = Table(
            name, columns, [c.name for c in KINDS[kind]],
            without_rowid=self.chance(0.25), strict=self.chance(0.1))
        self.world.rows[name] = []

    def key_columns(self, prefix, parent, required):
        columns = []
        for column in KINDS[self.kinds[parent]]:
            collation = column.collation if self.chance(0.7) else ""
            columns.append(Column(prefix + column.name, column.type, collation, required))
        return columns

    def add_key(self, child, parent):
        name = "f%d" % len(self.world.keys)
        required = self.chance(0.3)
        columns = self.key_columns(name + "_", parent, required)
        if len(columns) == 2 and self.chance(0.4):
            columns[0].required = REQUIRED
        if self.chance(0.25):
            for column, value in zip(columns, key_value(self.kinds[parent], 0)):
                column.default = value
        self.world.tables[child].columns += columns
        native = self.random.choice(
            [None, None, "NO ACTION", "NO ACTION", "CASCADE", "SET NULL", "RESTRICT", "SET DEFAULT"])
        self.world.keys[name] = Key(
            name, child, [c.name for c in columns], parent,
            [c.name for c in KINDS[self.kinds[parent]]], native, self.chance(0.2))

    def add_secondary(self, name, a, b):
        table = Table(name, [], [], without_rowid=self.chance(0.4))
        self.world.tables[name] = table
        self.world.rows[name] = []
        ends = []
        for end, parent in ("a", a), ("b", b):
            columns = self.key_columns(end + "_", parent, REQUIRED)
            table.columns += columns
            table.primary += [c.name for c in columns]
            key = Key("%s_%s" % (name, end), name, [c.name for c in columns], parent,
                      [c.name for c in KINDS[self.kinds[parent]]],
                      self.random.choice([None, "NO ACTION", "NO ACTION", "CASCADE", "RESTRICT"]),
                      self.chance(0.2))
            self.world.keys[key.name] = key
            ends.append(key.name)
        table.columns.append(Column("v", "INTEGER"))
        table.ends = tuple(ends)

    def share_a_column(self):
        """Two composite keys of one table that hold the tenant in the same column."""
        pairs = {}
        for key in self.world.keys.values():
            if len(key.columns) == 2 and not self.world.tables[key.child].ends:
                pairs.setdefault(key.child, []).append(key)
        for child, keys in pairs.items():
            if len(keys) < 2 or not self.chance(0.6):
                continue
            first, second = keys[:2]
            table = self.world.tables[child]
            table.columns.remove(table.column(second.columns[0]))
            second.columns[0] = first.columns[0]

    def fill(self, name):
        if self.world.tables[name].ends:
            return
        for i in range(self.random.randint(2, 6)):
            row = {c.name: None for c in self.world.tables[name].columns}
            row.update(zip(self.world.tables[name].primary, key_value(self.kinds[name], i)))
            row["v"] = i
            self.world.rows[name].append(row)

    def reference(self, key, row):
        """The values by which `row` is referred to. (SQLite refuses updates of a row that refers to
        itself in another spelling.)"""
        table = self.world.tables[key.parent]
        if key.parent == key.child:
            return [row[c] for c in key.parent_columns]
        return [spelled(self.random, table.column(c), row[c]) for c in key.parent_columns]

    def refer(self, name):
        for key in self.world.keys.values():
            if key.child != name or self.world.tables[name].ends:
                continue
            parents = self.world.rows[key.parent]
            for i, row in enumerate(self.world.rows[name]):
                owner = self.random.choice(parents)
                if key.parent == name and self.chance(0.5):
                    owner = parents[max(0, i - 1)]
                required = [self.world.tables[name].column(c).required for c in key.columns]
                if not any(required) and self.chance(0.2):
                    continue
                self.set_reference(key, row, self.reference(key, owner))

    def set_reference(self, key, row, values):
        """A column that another key has set already says which owners are left to choose from."""
        for column, parent_column, value in zip(key.columns, key.parent_columns, values):
            if row[column] is not None and row[column] != value:
                fitting = [p for p in self.world.rows[key.parent]
                           if p[parent_column] == row[column]]
                if fitting:
                    values = self.reference(key, self.random.choice(fitting))
                break
        row.update(zip(key.columns, values))

    def link(self, name):
        a, b = (self.world.keys[end] for end in self.world.tables[name].ends)
        seen = set()
        for i in range(self.random.randint(1, 7)):
            owner = self.random.choice(self.world.rows[a.parent])
            member = self.random.choice(self.world.rows[b.parent])
            row = dict(zip(a.columns, (owner[c] for c in a.parent_columns)))
            row.update(zip(b.columns, (member[c] for c in b.parent_columns)))
            if tuple(row.values()) not in seen:
                seen.add(tuple(row.values()))
                row["v"] = i
                self.world.rows[name].append(row)

    def words(self, *choices):
        return self.random.choice(choices)

    def relate(self):
        relationships = []
        for key in self.world.keys.values():
            secondary = self.world.tables[key.child].ends
            if not secondary or self.chance(0.12):
                relationships.append(self.one_to_many(key))
            if not secondary and self.chance(0.5):
                relationships.append(Relationship(
                    "to_" + key.name, "many-to-one", key.child, key.parent, key.name,
                    words=self.words((), (), (), ("delete",), ("delete", "delete-orphan"),
                                     ("delete-orphan",)),
                    remainder=self.remainder()))
        for table in self.world.tables.values():
            if table.ends:
                relationships += self.many_to_many(table)
        self.random.shuffle(relationships)
        self.world.relationships = relationships

    def remainder(self):
        return self.random.randint(0, 2) if self.chance(0.04) else None

    def one_to_many(self, key):
        both = ("delete", "delete-orphan")
        reading = Relationship("of_" + key.name, "one-to-many", key.parent, key.child, key.name)
        if self.chance(0.06):
            reading.viewonly, reading.passive = self.random.choice([(True, None), (False, "all")])
            return reading
        return Relationship(
            "of_" + key.name, "one-to-many", key.parent, key.child, key.name,
            words=self.words((), (), ("delete",), ("delete",), both, both, ("delete-orphan",)),
            on_delete=self.random.choice(
                [None] * 8 + ["cascade", "set null", "set default", "restrict"]),
            passive="1" if self.chance(0.06) else None, remainder=self.remainder())

    def many_to_many(self, table):
        a, b = (self.world.keys[end] for end in table.ends)
        sides = self.random.choice(["a", "b", "ab"])
        for side, key, target_key in ("a", a, b), ("b", b, a):
            if side in sides:
                yield Relationship(
                    "%s_by_%s" % (table.name, side), "many-to-many", key.parent, target_key.parent,
                    key.name, target_key.name,
                    words=self.words((), (), ("delete",), ("delete-orphan",),
                                     ("delete", "delete-orphan")),
                    remainder=self.remainder())


def make_world(random):
    return Maker(random).make()


# --- as SQL ---


def schema_sql(world):
    for table in world.tables.values():
        lines = []
        for column in table.columns:
            line = "%s %s" % (quote(column.name), column.type)
            line += " COLLATE " + column.collation if column.collation else ""
            line += " NOT NULL" if column.required else ""
            line += " DEFAULT " + literal(column.default) if column.default is not None else ""
            lines.append(line)
        lines.append("PRIMARY KEY(%s)" % ", ".join(map(quote, table.primary)))
        for key in world.keys.values():
            if key.child == table.name and key.native is not None:
                lines.append("FOREIGN KEY(%s) REFERENCES %s(%s)%s%s" % (
                    ", ".join(map(quote, key.columns)), quote(key.parent),
                    ", ".join(map(quote, key.parent_columns)),
                    "" if key.native == "NO ACTION" else " ON DELETE " + key.native,
                    " DEFERRABLE INITIALLY DEFERRED" if key.deferred else ""))
        options = ["WITHOUT ROWID"] * table.without_rowid + ["STRICT"] * table.strict
        yield "CREATE TABLE %s(%s)%s" % (
            quote(table.name), ", ".join(lines), " " + ", ".join(options) if options else "")


def rows_sql(world):
    for name, rows in world.rows.items():
        for row in rows:
            yield "INSERT INTO %s(%s) VALUES(%s)" % (
                quote(name), ", ".join(map(quote, row)), ", ".join(map(literal, row.values())))


def join_sql(world, key, parent=None, child=None):
    return " AND ".join(
        "%s.%s = %s.%s" % (quote(parent or key.parent), quote(p), quote(child or key.child), quote(c))
        for p, c in zip(key.parent_columns, key.columns))


def qualified(key):
    return ", ".join("%s.%s" % (quote(key.child), quote(c)) for c in key.columns)


def declaration_sql(world, relationship):
    key = world.keys[relationship.key]
    values = {
        "owner": relationship.owner,
        "name": relationship.name,
        "target": relationship.target,
        "cascade": ", ".join(relationship.words) if relationship.words else None,
        "on_delete": relationship.on_delete,
        "passive_deletes": relationship.passive,
        "viewonly": 1 if relationship.viewonly else None,
    }
    condition = ""
    if relationship.remainder is not None:
        condition = ' AND %s."v" %% 3 <> %d' % (quote(relationship.target), relationship.remainder)
    itself = relationship.owner == relationship.target
    if relationship.direction == "many-to-many":
        target_key = world.keys[relationship.target_key]
        values["secondary"] = key.child
        values["foreign_keys"] = ", ".join(map(quote, key.columns + target_key.columns))
        if condition:
            values["primaryjoin"] = join_sql(world, key)
            values["secondaryjoin"] = join_sql(world, target_key) + condition
    else:
        values["foreign_keys"] = qualified(key)
        if itself and relationship.direction == "many-to-one":
            values["remote_side"] = ", ".join(map(quote, key.parent_columns))
        if condition:
            values["primaryjoin"] = join_sql(world, key) + condition
    given = {name: value for name, value in values.items() if value is not None}
    return "INSERT INTO relationship(%s) VALUES(%s)" % (
        ", ".join(given), ", ".join(map(literal, given.values())))
