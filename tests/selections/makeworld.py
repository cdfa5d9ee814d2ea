"""A random world."""

from data import key_value, spelled, value
from expression import Column as ColumnOf, Literal, Operation, Term
from names import folded
from world import Column, Key, Relationship, Table, World

TABLES = ["users", "posts", "two words", "order", 'quo"ted', "it's", "\U0001f600", "Group", "a.b", "teams",
          "ünï", "limit", "upper"]
COLUMNS = ["title", "name", "order", "two words", 'q"uote', "it's", "été", "where", "n", "limit", "Value", "a]b",
           "select", "created_at", "any", "x", "desc", "\U0001f600", "key", "doc", "d", "full name", "each", "for"]
RELATED = ["author", "items", "my list", "Friends", "all of it", "of", "parent", "first", "inner", "\U0001f4a1",
           'say "it"', "posts 2", "has", "tags", "count", "recursive", "owners", "left", "big one", "z"]
KINDS = [("INTEGER", "", "int")] * 3 + [("TEXT", "", "text")] * 3 + [
    ("TEXT", "", "wild"), ("TEXT", "NOCASE", "text"), ("REAL", "", "real"), ("", "", "anything"), ("", "", "int"),
    ("INTEGER", "", "bool"), ("INTEGER", "", "huge"), ("BLOB", "", "blob"), ("TEXT", "", "json"),
    ("NUMERIC", "", "real"), ("TEXT", "RTRIM", "text"), ("", "", "real"), ("VARCHAR(20)", "", "text")]
PRIMARY = {
    "integer": [("INTEGER", "", "integer")], "int": [("INT", "", "integer")], "text": [("TEXT", "", "text")],
    "nocase": [("TEXT", "NOCASE", "nocase")], "real": [("REAL", "", "real")], "blob": [("BLOB", "", "blob")],
    "any": [("", "", "any")], "none": [],
    "pair": [("INTEGER", "", "integer"), ("TEXT", "NOCASE", "nocase")],
    "triple": [("TEXT", "", "text"), ("INTEGER", "", "integer"), ("", "", "any")],
}


class Maker:
    def __init__(self, random, big=False):
        self.random = random
        self.big = big
        self.world = World()
        self.wild = set()
        self.kinds = {}  # table -> kinds of its key's columns

    def chance(self, p):
        return self.random.random() < p

    def make(self):
        world = self.world
        if self.chance(0.1):
            world.encoding = self.random.choice(["UTF-16le", "UTF-16be"])
        else:
            self.world.schema = "aux" if self.chance(0.1) else "main"
            self.wild = {word for word in ("infinite", "invalid") if self.chance(0.2)}
        names = self.random.sample(TABLES, self.random.randint(2, 4))
        for name in names:
            self.entity(name)
        for _ in range(self.random.randint(1, 4)):
            self.key(self.random.choice(names), self.random.choice(names))
        for i in range(self.random.choice([0, 1, 1, 2])):
            self.association(self.random.choice(names), self.random.choice(names), i)
        for table in world.tables.values():
            self.order_columns(table)
        for table in list(world.tables.values()):
            self.fill(table)
        if self.chance(0.2):
            self.view(self.random.choice(names))
        self.declare()
        return world

    # --- tables ---

    def entity(self, name):
        kind = self.random.choice(["integer"] * 5 + list(PRIMARY))
        if self.big:
            kind = self.random.choice(["integer"] * 4 + ["text", "nocase", "pair"])
        shape = PRIMARY[kind]
        free = self.random.sample(COLUMNS, self.random.randint(2, 5))
        keys = ["id"] if len(shape) == 1 else ["key %d" % i for i in range(len(shape))]
        columns = [Column(key, type, collation, "key") for key, (type, collation, _) in zip(keys, shape)]
        columns += [Column(each, *self.random.choice(KINDS)) for each in free]
        table = Table(name, columns, keys)
        table.strict = bool(keys) and self.chance(0.1)
        if table.strict:
            for column in columns:
                column.type = {"": "ANY", "NUMERIC": "ANY", "VARCHAR(20)": "TEXT"}.get(column.type, column.type)
        table.without_rowid = bool(keys) and self.chance(0.25)
        numbers = [column for column in columns if column.kind == "int"]
        if numbers and self.chance(0.15):
            template = '"%s" * 2' % self.random.choice(numbers).name.replace('"', '""')
            columns.append(Column("made", "INTEGER", "", "int", template))
        self.kinds[name] = [kind for _, _, kind in shape]
        self.world.tables[name] = table

    def foreign(self, table, parent, word):
        """Columns of a foreign key, of which one is called as the key is."""
        names = []
        for i, name in enumerate(parent.identity):
            there = parent.column(name) if parent.primary else Column(name, "INTEGER")
            suffix = self.random.choice(["_id", "_id", "Id", ""]) if len(parent.identity) == 1 else "_%d" % i
            column = Column(word + suffix, there.type, there.collation, "foreign")
            if self.chance(0.1 if self.big else 0.2) and not table.strict:
                column.type = self.random.choice(["", "TEXT", "INTEGER"])
            if table.strict and column.type == "":
                column.type = "ANY"
            if self.chance(0.2):
                column.collation = ""
            names.append(column.name)
            table.columns.append(column)
        return names

    def is_free(self, table, word):
        taken = {folded(column.name) for column in table.columns}
        return not any(folded(word + suffix) in taken for suffix in ("_id", "Id", "", "_0", "_1", "_2"))

    def key(self, child, parent):
        table, to = self.world.tables[child], self.world.tables[parent]
        words = [word for word in RELATED + [parent] if self.is_free(table, word)]
        word = self.random.choice(words)
        key = Key("%s.%s" % (child, word), child, self.foreign(table, to, word), parent, to.identity)
        key.native = bool(to.primary) and self.chance(0.75)
        key.unique = self.chance(0.15)
        key.indexed = self.big or self.chance(0.3)
        self.world.keys[key.name] = key
        return key

    def association(self, left, right, number):
        name = self.random.choice(["links", "%s %s" % (left, right), "likes", "Member Ship"]) + "_%d" % number
        table = Table(name, [])
        self.world.tables[name] = table
        native = all(self.world.tables[end].primary for end in (left, right)) and self.chance(0.75)
        ends = []
        for word, parent in zip(self.random.sample(["a", "b side", "left", "To"], 2), (left, right)):
            to = self.world.tables[parent]
            key = Key("%s.%s" % (name, word), name, self.foreign(table, to, word), parent, to.identity, native)
            key.indexed = self.big
            self.world.keys[key.name] = key
            ends.append(key.name)
        table.ends = tuple(ends)
        if self.chance(0.7):
            table.primary = [column.name for column in table.columns]
            table.without_rowid = self.chance(0.5)
        for word in self.random.sample(["added_at", "title", "n", "where", "weight"], self.random.randint(0, 2)):
            table.columns.append(Column(word, *self.random.choice(KINDS)))

    def order_columns(self, table):
        if self.chance(0.3):
            self.random.shuffle(table.columns)

    def view(self, name):
        of = self.world.tables[name]
        if not of.primary:
            return
        shown = [Column(c.name, c.type, c.collation, c.kind) for c in of.columns]
        table = Table("view of " + name if self.chance(0.5) else "seen", shown, of.primary, view_of=name)
        self.world.tables[table.name] = table
        self.kinds[table.name] = self.kinds[name]
        for key in list(self.world.keys.values()):
            ends = self.world.tables[key.child].ends
            if key.child == name and not ends:
                self.world.keys["view " + key.name] = Key(
                    "view " + key.name, table.name, key.columns, key.parent, key.parent_columns, False)

    # --- rows ---

    def fill(self, table):
        if table.ends:
            return self.fill_association(table)
        count = self.random.choice([0, 1, 3, 4, 5, 6, 6, 8, 8, 10, 12])
        if self.big:
            count = self.random.choice([40, 400, 700, 900])
        kinds = self.kinds[table.name]
        keys = [key for key in self.world.keys.values() if key.child == table.name]
        used = {key.name: set() for key in keys}
        start = self.random.choice([0, 0, 2])
        for i in range(count):
            row = {}
            for n, (column, kind) in enumerate(zip(table.primary, kinds)):
                row[column] = self.key_part(kind, i, n, len(kinds), start)
            for key in keys:
                row.update(self.reference(table, key, used[key.name]))
            for column in table.stored:
                if column.name not in row:
                    row[column.name] = value(self.random, self.fitting(table, column), self.wild)
            table.rows.append([row[column.name] for column in table.stored])

    def fitting(self, table, column):
        if table.strict and column.type == "REAL":
            return "real"
        return column.kind

    def key_part(self, kind, i, n, width, start):
        """Composite keys share their first parts."""
        if width > 1:
            i = i // 4 if n == 0 else i % 4 if n == 1 and width == 2 else i % (n + 2) if n == 1 else i
        return key_value(kind, i + (start if width == 1 else 0))

    def of_parent(self, parent):
        """A key that a row of the parent may have."""
        kinds, table = self.kinds[parent], self.world.tables[parent]
        if not kinds:
            return [str(self.random.randint(1, 9))]
        count = len(table.rows) or (500 if self.big else 6)
        if table.rows and self.chance(0.9):
            row = self.random.choice(table.rows[:2] if self.chance(0.15) else table.rows)
            stored = [column.name for column in table.stored]
            return [row[stored.index(name)] for name in table.primary]
        i, start = self.random.randrange(count), self.random.choice([0, 2])
        return [self.key_part(kind, i, n, len(kinds), start) for n, kind in enumerate(kinds)]

    def reference(self, table, key, used):
        columns = [table.column(name) for name in key.columns]
        if self.chance(0.12):
            values = ["NULL" if self.chance(0.7) or len(columns) == 1 else v for v in self.of_parent(key.parent)]
        else:
            values = [v if key.unique or table.strict else spelled(self.random, v, column.type == "")
                      for v, column in zip(self.of_parent(key.parent), columns)]
        whole = tuple(folded(v) for v in values)
        if key.unique and (whole in used or "NULL" in values):
            values = ["NULL"] * len(values)
        used.add(whole)
        return dict(zip(key.columns, values))

    def fill_association(self, table):
        ends = [self.world.keys[end] for end in table.ends]
        seen = set()
        for _ in range(self.random.choice([0, 5, 8, 12, 16]) * (60 if self.big else 1)):
            row = {}
            for end in ends:
                row.update(zip(end.columns, self.of_parent(end.parent)))
            whole = tuple(folded(row[name]) for end in ends for name in end.columns)
            if whole in seen:
                continue
            seen.add(whole)
            for column in table.stored:
                if column.name not in row:
                    row[column.name] = value(self.random, column.kind, self.wild)
            table.rows.append([row[column.name] for column in table.stored])

    # --- relationships ---

    def name(self, owner, wanted=None):
        table = self.world.tables[owner]
        taken = {folded(column.name) for column in table.columns} | {"rowid"}
        taken |= {folded(r.name) for r in self.world.of(owner)}
        for name in ([wanted] if wanted else []) + self.random.sample(RELATED, len(RELATED)):
            if folded(name) not in taken:
                return name
        return None

    def add(self, owner, target, direction, key, target_key=None):
        name = self.name(owner, target if self.chance(0.3) else None)
        if name is None or (owner == target and not self.world.tables[owner].identity == self.world.tables[owner].primary):
            return
        relationship = Relationship(owner, name, target, direction, key.name, target_key)
        tables = [self.world.tables[each] for each in (owner, target)]
        views = [table for table in tables if table.view_of]
        relationship.uselist = direction != "many-to-one" and not (direction == "one-to-many" and key.unique)
        relationship.viewonly = bool(views) or self.chance(0.8)
        if self.chance(0.2):
            relationship.condition = self.condition(target)
        if self.chance(0.4) or tables[1].view_of:
            relationship.order = self.order(tables[1])
        if self.chance(0.2):
            relationship.lazy = self.random.choice(["selectin", "joined", "subquery", "immediate", "select"])
            relationship.join_depth = self.random.choice([None, None, 1, 2, 3])
            relationship.innerjoin = self.chance(0.3)
        self.world.relationships[owner, name] = relationship

    def condition(self, target):
        column = self.random.choice(self.world.tables[target].columns)
        template = self.random.choice(["{0} IS NOT NULL", "{0} <> 0", "typeof({0}) <> 'text'", "{0} IS NOT 'a'",
                                       "{0} IS NULL OR {0} > 1"])
        return Operation("(%s)" % template, [ColumnOf(target, column.name)])

    def order(self, table):
        terms = []
        for column in self.random.sample(table.columns, self.random.randint(0, 2) if table.view_of else 1):
            suffix = self.random.choice(["", " DESC", " ASC", " DESC NULLS FIRST", " NULLS LAST", " COLLATE NOCASE DESC"])
            terms.append(Term(ColumnOf(table.name, column.name), suffix))
        if table.view_of:
            terms += [Term(ColumnOf(table.name, name)) for name in table.primary]
        return terms

    def declare(self):
        for key in self.world.keys.values():
            child = self.world.tables[key.child]
            plain = not self.world.tables[key.parent].view_of
            if child.ends:
                continue
            if child.view_of or not key.native or self.chance(0.5):
                self.add(key.parent, key.child, "one-to-many", key)
            if child.view_of or not key.native or self.chance(0.5):
                if plain:
                    self.add(key.child, key.parent, "many-to-one", key)
        for table in self.world.tables.values():
            if table.ends:
                left, right = [self.world.keys[end] for end in table.ends]
                for one, other in (left, right), (right, left):
                    if not one.native or self.chance(0.5):
                        self.add(one.parent, other.parent, "many-to-many", one, other.name)


def implied(world, rows):
    """Takes over what the FOREIGN KEYs imply, from rows of automap: names and joins."""
    for owner, name, target, direction, columns, secondary, uselist in rows:
        if any(owner == r.owner and folded(name) == folded(r.name) for r in world.of(owner)):
            continue
        found = [r for r in readings(world, owner, target, direction, secondary)
                 if columns is None or columns == ", ".join(r[2])]
        if len(found) == 1:
            key, target_key, _ = found[0]
            way = {"ONETOMANY": "one-to-many", "MANYTOONE": "many-to-one", "MANYTOMANY": "many-to-many"}[direction]
            world.relationships[owner, name] = Relationship(
                owner, name, target, way, key.name, target_key, declared=False, uselist=bool(uselist))
        else:
            world.unread.append((owner, name))


def readings(world, owner, target, direction, secondary):
    """The keys that may be meant, with the columns that say which."""
    for key in world.keys.values():
        if not key.native:
            continue
        if direction == "MANYTOMANY":
            ends = world.tables[key.child].ends
            if key.child != secondary or key.parent != owner or key.name not in ends:
                continue
            other = world.keys[ends[1 - ends.index(key.name)]]
            if other.parent == target:
                yield key, other.name, key.columns + other.columns
        elif (key.parent, key.child) == ((owner, target) if direction == "ONETOMANY" else (target, owner)):
            yield key, None, key.columns
