"""A random world to save into: tables, foreign keys, relationships, and their SQL."""

from dataclasses import dataclass, field

from sqltext import literal, quote, quoted

NAMES = ["plain", "two words", "order", 'quo"ted', "it's", "Größe"]
ONE, MANY, TO_ONE, LINKS = "one-to-one", "one-to-many", "many-to-one", "many-to-many"


@dataclass
class Column:
    name: str
    type: str = ""
    collation: str = ""
    required: bool = False
    default: object = None
    generated: str = None  # "VIRTUAL" or "STORED": the mark with a "!" behind it


@dataclass
class Key:
    """A foreign key on the parent's primary key."""

    name: str
    child: str
    columns: list
    parent: str
    parent_columns: list
    declared: bool = True
    deferred: bool = False


@dataclass
class Table:
    name: str
    columns: list
    primary: list
    without_rowid: bool = False
    strict: bool = False
    uniques: list = field(default_factory=list)  # lists of column names
    ends: tuple = ()  # of an association table: the names of its two keys
    primary_is_unique: bool = False  # UNIQUE(...) instead of PRIMARY KEY(...)

    def column(self, name):
        return next(column for column in self.columns if column.name == name)

    def can_be_null(self, name):
        return not self.column(name).required and name not in self.primary

    @property
    def auto(self):
        """The column that SQLite numbers."""
        alone = len(self.primary) == 1 and not self.without_rowid and not self.primary_is_unique
        return self.primary[0] if alone and self.column(self.primary[0]).type == "INTEGER" else None


@dataclass
class Relationship:
    """`key` leads to the owner from members or links; of a many-to-one, to the target."""

    name: str
    direction: str
    owner: str
    target: str
    key: str
    target_key: str = None
    delete: bool = False
    orphan: bool = False
    unique_key: tuple = ()
    declared: bool = True
    viewonly: bool = False
    save_update: bool = True
    merge: bool = True
    post_update: bool = False

    @property
    def enforced(self):
        return self.declared and not self.viewonly


@dataclass
class World:
    schema: str = "main"
    tables: dict = field(default_factory=dict)
    keys: dict = field(default_factory=dict)
    relationships: list = field(default_factory=list)

    def of(self, table):
        return [r for r in self.relationships if r.owner == table]

    def relationship(self, table, name):
        return next((r for r in self.of(table) if r.name.lower() == name.lower()), None)

    def secondary(self, relationship):
        return self.tables[self.keys[relationship.key].child]

    def extras(self, relationship):
        """The further columns of a many-to-many's links."""
        table = self.secondary(relationship)
        return [column for column in table.columns if column.name not in table.primary]


# --- making one ---


class Maker:
    def __init__(self, random):
        self.random = random
        self.world = World()

    def chance(self, p):
        return self.random.random() < p

    def make(self):
        names = self.random.sample(NAMES, self.random.randint(2, 4))
        for name in names:
            self.add_table(name)
        for _ in range(self.random.randint(1, len(names) + 1)):
            child = self.random.choice(names)
            self.add_key(child, child if self.chance(0.2) else self.random.choice(names))
        for i in range(self.random.choice([0, 1, 1, 2])):
            self.add_association("links%d" % i, self.random.choice(names), self.random.choice(names))
        self.add_part(names)
        self.relate()
        if self.chance(0.15):
            self.world.schema = "aux"
        return self.world

    def primary_columns(self):
        kind = self.random.choice(["integer"] * 5 + ["text", "nocase", "pair", "real"])
        if kind == "integer":
            return [Column("id", "INTEGER")]
        if kind == "pair":
            return [Column("tenant", "INTEGER", required=True), Column("code", "TEXT", "NOCASE", required=True)]
        if kind == "real":
            return [Column("id", "REAL", required=True)]
        return [Column("id", "TEXT", "NOCASE" if kind == "nocase" else "", required=True)]

    def add_table(self, name):
        columns = self.primary_columns()
        primary = [c.name for c in columns]
        strict = self.chance(0.2)
        columns.append(Column("v", "TEXT"))
        uniques = []
        for i in range(self.random.randint(0, 3)):
            column = Column("c%d" % i, self.random.choice(["INTEGER", "TEXT", "REAL", "BLOB", "ANY" if strict else ""]))
            if column.type == "TEXT" and self.chance(0.4):
                column.collation = "NOCASE"
            if self.chance(0.4):
                column.default = {"INTEGER": 7, "TEXT": "dflt", "REAL": 0.5, "BLOB": b"\x0d"}.get(column.type, "any")
                column.required = self.chance(0.5)
            else:
                column.required = self.chance(0.1)
            columns.append(column)
        if self.chance(0.5):
            columns.append(Column("u", self.random.choice(["TEXT", "INTEGER"]), self.random.choice(["", "NOCASE"])))
            uniques.append(["u"])
        if self.chance(0.25):
            columns.append(Column("g", "TEXT", generated=self.random.choice(["VIRTUAL", "STORED"])))
        self.random.shuffle(columns)
        self.world.tables[name] = Table(
            name, columns, primary, without_rowid=self.chance(0.25), strict=strict, uniques=uniques)

    def key_columns(self, prefix, parent, required):
        table = self.world.tables[parent]
        several = len(table.primary) > 1
        for name in table.primary:
            column = table.column(name)
            yield Column(prefix + "_" + (name if several else "id"), column.type, column.collation, required)

    def add_key(self, child, parent):
        name = "k%d" % len(self.world.keys)
        table, required = self.world.tables[child], self.chance(0.3)
        columns = list(self.key_columns(name, parent, required))
        if len(columns) == 2 and self.chance(0.3):
            columns[0].required = True
        table.columns += columns
        names = [c.name for c in columns]
        if self.chance(0.25):
            table.uniques.append(names)
        elif self.chance(0.2):
            table.columns.append(Column(name + "_pos", "INTEGER"))
            table.uniques.append(names + [name + "_pos"])
        self.world.keys[name] = Key(
            name, child, names, parent, list(self.world.tables[parent].primary),
            declared=self.chance(0.7), deferred=self.chance(0.2))

    def add_association(self, name, a, b):
        table = Table(name, [], [], without_rowid=self.chance(0.4), strict=self.chance(0.2))
        self.world.tables[name] = table
        ends = []
        for end, parent in ("a", a), ("b", b):
            columns = list(self.key_columns(end, parent, True))
            table.columns += columns
            table.primary += [c.name for c in columns]
            key = Key("%s_%s" % (name, end), name, [c.name for c in columns], parent,
                      list(self.world.tables[parent].primary), declared=self.chance(0.7))
            self.world.keys[key.name] = key
            ends.append(key.name)
        if not table.without_rowid and self.chance(0.3):
            table.primary_is_unique = True
        if self.chance(0.6):
            table.columns.append(Column("x", "TEXT", default=self.random.choice([None, "linked"])))
        if self.chance(0.3):
            table.columns.append(Column("n", "INTEGER", required=True, default=1))
        table.ends = tuple(ends)

    def add_part(self, names):
        """A table whose primary key begins with its owner's."""
        if not self.chance(0.35):
            return
        parent = self.random.choice(names)
        columns = list(self.key_columns("k_part", parent, True))
        key = Key("k_part", "part", [c.name for c in columns], parent,
                  list(self.world.tables[parent].primary), declared=self.chance(0.7))
        columns += [Column("nr", "INTEGER", required=True), Column("v", "TEXT"), Column("c0", "TEXT", default="dflt")]
        self.world.keys[key.name] = key
        self.world.tables["part"] = Table(
            "part", columns, key.columns + ["nr"], without_rowid=self.chance(0.5), strict=self.chance(0.2))

    # --- relationships ---

    def relate(self):
        for key in list(self.world.keys.values()):
            if not self.world.tables[key.child].ends:
                self.relate_key(key)
        for table in list(self.world.tables.values()):
            if table.ends:
                self.relate_links(table)

    def unique_key(self, target, key=None):
        """Columns by which a member is found: of its own, or the owner's key and a place."""
        uniques = self.world.tables[target].uniques
        if key is not None and key.columns + [key.name + "_pos"] in uniques and self.chance(0.6):
            return tuple(key.columns + [key.name + "_pos"])
        return ("u",) if ["u"] in uniques and self.chance(0.6) else ()

    def restricted(self, relationship):
        """Now and then a cascade without one of its words."""
        if relationship.declared and self.chance(0.12):
            word = self.random.choice(["viewonly", "save_update", "merge", "merge"])
            setattr(relationship, word, word == "viewonly")
            if word == "viewonly":
                relationship.delete = relationship.orphan = False
        return relationship

    def add(self, relationship):
        self.world.relationships.append(self.restricted(relationship))

    def relate_key(self, key):
        single = key.columns in self.world.tables[key.child].uniques
        if self.is_implied(key) and self.chance(0.3):
            self.world.relationships.append(Relationship(
                key.child, ONE if single else MANY, key.parent, key.child, key.name, declared=False))
        elif self.chance(0.9) or not key.declared:
            delete, orphan = self.random.choice([(False, False), (False, False), (True, False), (True, True), (True, True), (False, True)])
            self.add(Relationship(
                "m" + key.name[1:], ONE if single else MANY, key.parent, key.child, key.name,
                delete=delete, orphan=orphan, unique_key=self.unique_key(key.child, key)))
        if self.chance(0.7):
            declared = not key.declared or len(key.columns) > 1 or self.chance(0.6)
            self.add(Relationship(
                key.name, TO_ONE, key.child, key.parent, key.name, declared=declared,
                unique_key=self.unique_key(key.parent) if declared else (),
                post_update=declared and self.can_be_empty(key) and self.chance(0.15)))

    def can_be_empty(self, key):
        return all(self.world.tables[key.child].can_be_null(c) for c in key.columns)

    def is_implied(self, key):
        """The one-to-many has the name of the child's table: no other key leads there, and nothing is called so."""
        others = [k for k in self.world.keys.values() if k.child == key.child and k.parent == key.parent]
        return key.declared and key.child != key.parent and len(others) == 1

    def relate_links(self, table):
        a, b = (self.world.keys[end] for end in table.ends)
        sides = self.random.choice(["a", "b", "ab"])
        owning = self.random.choice(sides)
        for side, key, target_key in ("a", a, b), ("b", b, a):
            if side in sides:
                delete, orphan = self.random.choice([(False, False)] * 3 + [(True, True), (False, True)])
                if side != owning:
                    delete = orphan = False
                self.add(Relationship(
                    "l%s%s" % (table.name[5:], side), LINKS, key.parent, target_key.parent, key.name, target_key.name,
                    delete=delete, orphan=orphan, unique_key=self.unique_key(target_key.parent)))


def make_world(random):
    return Maker(random).make()


# --- as SQL ---


def column_sql(table, column):
    line = "%s %s" % (quote(column.name), column.type)
    line += " COLLATE " + column.collation if column.collation else ""
    line += " NOT NULL" if column.required else ""
    line += " DEFAULT " + literal(column.default) if column.default is not None else ""
    if column.generated:
        line += " AS (\"v\" || '!') " + column.generated
    return line


def table_sql(world, table):
    lines = [column_sql(table, column) for column in table.columns]
    lines.append("%s(%s)" % ("UNIQUE" if table.primary_is_unique else "PRIMARY KEY", quoted(table.primary)))
    lines += ["UNIQUE(%s)" % quoted(names) for names in table.uniques]
    for key in world.keys.values():
        if key.child == table.name and key.declared:
            lines.append("FOREIGN KEY(%s) REFERENCES %s(%s)%s" % (
                quoted(key.columns), quote(key.parent), quoted(key.parent_columns),
                " DEFERRABLE INITIALLY DEFERRED" if key.deferred else ""))
    options = ["WITHOUT ROWID"] * table.without_rowid + ["STRICT"] * table.strict
    return "CREATE TABLE %s.%s(%s)%s" % (world.schema, quote(table.name), ", ".join(lines), " " + ", ".join(options) if options else "")


def row_sql(world, name, row):
    return "INSERT INTO %s.%s(%s) VALUES(%s)" % (world.schema, quote(name), quoted(row), ", ".join(map(literal, row.values())))


def join_sql(key):
    return " AND ".join("%s.%s = %s.%s" % (quote(key.parent), quote(p), quote(key.child), quote(c))
                        for p, c in zip(key.parent_columns, key.columns))


def cascade(relationship):
    words = [word for word, there in (
        ("save-update", relationship.save_update), ("merge", relationship.merge),
        ("delete", relationship.delete), ("delete-orphan", relationship.orphan)) if there]
    return ", ".join(words) or "none"


def declaration_sql(world, relationship):
    key = world.keys[relationship.key]
    values = {"owner": relationship.owner, "name": relationship.name, "target": relationship.target,
              "unique_key": quoted(relationship.unique_key) or None}
    if relationship.viewonly:
        values["viewonly"] = 1
    else:
        values["cascade"] = cascade(relationship)
    if relationship.post_update:
        values["post_update"] = 1
    if world.schema != "main":
        values["schema"] = world.schema
    itself = relationship.owner == relationship.target
    if relationship.direction == LINKS:
        values["secondary"] = key.child
        values["primaryjoin"] = join_sql(key)
        values["secondaryjoin"] = join_sql(world.keys[relationship.target_key])
    else:
        values["foreign_keys"] = ", ".join("%s.%s" % (quote(key.child), quote(c)) for c in key.columns)
        values["uselist"] = 1 if relationship.direction == MANY else 0
        if itself and relationship.direction == TO_ONE:
            values["remote_side"] = ", ".join("%s.%s" % (quote(key.parent), quote(c)) for c in key.parent_columns)
        elif itself:
            values["remote_side"] = values["foreign_keys"]
    given = {name: value for name, value in values.items() if value is not None}
    return "INSERT INTO relationship(%s) VALUES(%s)" % (", ".join(given), ", ".join(map(literal, given.values())))
