"""
Worlds in which batches are large: hundreds of owners and thousands of members, in random physical
order. What is read in the order of its table, or as a whole, is read so only there.
"""

import makeselection
import makeworld
from expression import Column as ColumnOf, Literal, Operation, Term
from selection import Case, Level, Member, Star, Value
from sqltext import quote
from world import Column, Key, Relationship, Table

LEAST, GREATEST = -(1 << 63), (1 << 63) - 1
EXACT = 1 << 53  # beyond, not every integer is a REAL
NUMBERS = ["INTEGER", "INT", "NUMERIC", "TEXT", "", "REAL"]
HIDING = ["rowid", "ROWID", "oid"]


def integers(random, count, near=False):
    """So many distinct ones, in random order as often as in their own; `near`: that REAL has, too."""
    start = random.choice([1] * 9 + [0, -count // 2, -1000000, 1 << 41, EXACT - count // 2, 9000000000000000 - count,
                                     LEAST, GREATEST - 2 * count, GREATEST - count + 1])
    if near and abs(start) + 4 * count > EXACT:
        start = 1
    shape = random.random()
    found = range(start, start + count)
    if shape < 0.4:
        found = random.sample(range(start, min(start + 2 * count, GREATEST + 1)), count)
    elif shape < 0.5 and not near:
        found = random.sample(range(-(1 << 61), 1 << 61), count)
    elif shape < 0.6 and not near:
        found = [LEAST, GREATEST, -1, 0] + list(range(5, count + 1))
    found = list(found)
    order = random.random()
    if order < 0.5:
        random.shuffle(found)
    return found if order < 0.85 else found[::-1]


def is_whole(sql):
    return sql.strip("'").lstrip("-").isdigit()


def same_number(sql):
    """The same text for whatever spells a number."""
    text = sql.strip("' ")
    return text[:-2] if text.endswith(".0") else text


def counted(table):
    """Its column of small numbers."""
    return "n" if any(column.name == "n" for column in table.columns) else "weight"


class WorldMaker(makeworld.Maker):
    def __init__(self, random):
        super().__init__(random, True)
        self.members = []

    def make(self):
        world = self.world
        world.patience = 8
        if self.chance(0.08):
            world.encoding = "UTF-16le"
        owners = self.owners("people", self.random.choice([330, 330, 420, 600, 900, 1500, 3000]))
        others = self.owners("places", self.random.choice([30, 280, 500]))
        self.room = 9000 - len(owners.rows)
        for name in self.random.sample(["posts", "parts", "notes"], self.random.choice([1, 2, 2, 3])):
            self.table_of_members(name, owners if self.chance(0.8) else others)
        below = self.random.choice(self.members)
        if self.chance(0.6) and below.primary and len(below.primary) == 1:
            self.table_of_members("leaves", below)
        for i, (one, other) in enumerate([(owners, others), (owners, owners)][:self.random.choice([0, 1, 1, 2])]):
            self.links("links %d" % i, one, other)
        self.relate()
        return world

    # --- owners ---

    def owners(self, name, count):
        kind = self.random.choice(["integer"] * 9 + ["int", "text", "none"])
        ids = integers(self.random, count)
        codes = integers(self.random, count, near=self.chance(0.7))
        columns = [Column("id", {"integer": "INTEGER", "int": "INT", "text": "TEXT"}.get(kind, ""), "", "key")]
        columns += [Column("code", self.random.choice(NUMBERS), "", "foreign")]
        columns += [Column("a", "INTEGER", "", "int"),
                    Column("b", "TEXT", self.random.choice(["", "", "NOCASE"]), "text")]
        columns += [Column("title", "TEXT", "", "text"), Column("n", "INTEGER", "", "int"),
                    Column("boss", columns[0].type, "", "foreign")]
        table = Table(name, columns, ["id"], unique=[["code"], ["a", "b"]])
        if kind == "none":
            table.primary = []
            table.rowids = list(map(str, integers(self.random, count)))
            columns[0].kind = "int"
        spell = str if kind != "text" else lambda i: "'id %d'" % i
        for i, (each, code) in enumerate(zip(ids, codes)):
            table.rows.append([
                spell(each), self.held(columns[1].type, code), str(i // 7), "'B%d'" % (i % 7),
                "'%s'" % self.random.choice(["x", "y", "Ada", "it''s", "ü"]), str(self.random.randint(0, 9)),
                "NULL" if self.chance(0.3) else spell(self.random.choice(ids))])
        self.world.tables[name] = table
        if kind != "none":
            self.key(table, ["boss"], table, ["id"])
        return table

    def held(self, type, code):
        """Among the values of a column without type are texts."""
        if type == "TEXT" or type == "" and self.chance(0.02):
            return "'%d'" % code
        return str(code)

    def key(self, child, columns, parent, parent_columns):
        key = Key("%s.%s" % (child.name, columns[0]), child.name, columns, parent.name, parent_columns, native=False)
        self.world.keys[key.name] = key
        self.index(child, columns)
        return key

    # --- members ---

    def table_of_members(self, name, owners):
        count = min(self.room, self.random.choice([600, 1500, 1500, 3000, 4500]))
        self.room = max(self.room - count, 300)
        key = self.random.choice([["code"], ["id"], ["id"], ["id"], ["a", "b"]])
        if "code" not in [column.name for column in owners.columns]:
            key = owners.primary
        elif key == ["id"] and not owners.primary:
            key = ["code"]
        foreign = [self.foreign_column(owners, part, "of_%s" % part) for part in key]
        columns = foreign + [Column("title", "TEXT", self.random.choice(["", "", "NOCASE"]), "text"),
                             Column("n", "INTEGER", "", "int"), Column("filler", "TEXT", "", "text")]
        table = Table(name, columns)
        identity = self.identity(table, count)
        names = [column.name for column in owners.stored]
        often, longest = (0.4, 5000) if self.chance(0.15) else (0.05, 6000)
        references = self.references(owners, [names.index(part) for part in key], foreign, count)
        for i, reference in enumerate(references):
            values = reference + [
                "'%s'" % self.random.choice(["a", "b", "B", "Ada Moreau", "\U0001f600"]),
                str(self.random.randint(0, 9)),
                "printf('%%%ds', 'z')" % self.random.choice([10, 300, longest]) if self.chance(often) else "NULL"]
            table.rows.append(identity[i] + values if identity else values)
        self.world.tables[name] = table
        self.members.append(table)
        self.key(table, [column.name for column in foreign], owners, key)

    def foreign_column(self, owners, part, name):
        to = owners.column(part)
        column = Column(name, to.type, to.collation, "foreign")
        sqls = [row[owners.stored.index(to)] for row in owners.rows]
        small = all(is_whole(sql) and abs(int(sql.strip("'"))) <= EXACT for sql in sqls)
        if part != "b" and self.chance(0.5):
            column.type = self.random.choice(NUMBERS if small else NUMBERS[:-1])
        return column

    def identity(self, table, count):
        """What tells members apart: in front of their columns, or where they stand."""
        kind = self.random.choice(["integer"] * 5 + ["none", "none", "hidden", "hidden", "text", "without", "int"])
        ids = integers(self.random, count)
        if kind == "none":
            table.rowids = list(map(str, ids))
            return None
        name = "id" if kind != "hidden" else self.random.choice(HIDING)
        table.columns.insert(0, Column(name, {"integer": "INTEGER", "int": "INT"}.get(kind, "TEXT"), "", "key"))
        table.primary = [name]
        table.without_rowid = kind == "without"
        if kind in ("hidden", "text", "int") and self.chance(0.7):
            table.rowids = list(map(str, integers(self.random, count)))
        return [[str(i)] if kind in ("integer", "int") else ["'m%d'" % i] for i in ids]

    def references(self, owners, places, columns, count):
        rows = owners.rows
        favoured = self.random.sample(rows, 3)
        found = []
        for i in range(count):
            row = self.random.choice(favoured if self.chance(0.1) else rows)
            found.append([self.spelled(row[place], column) for place, column in zip(places, columns)])
        if self.chance(0.25):
            found.sort()
        for reference in found:
            if self.chance(0.04):
                reference[self.random.randrange(len(reference))] = "NULL"
            elif self.chance(0.03):
                reference[0] = self.random.choice(["12345678", "'nobody'", "7.5", "x'37'", "''", "1e300", "0"])
        return found

    def spelled(self, sql, column):
        """As another program might write it."""
        number = sql.strip("'")
        if not is_whole(sql) or self.chance(0.6):
            return sql
        exact = int(float(number)) == int(number) and abs(int(number)) < GREATEST
        if column.type in ("INTEGER", "INT", "NUMERIC", "REAL"):
            return self.random.choice(["%s", "'%s'", "' %s'", "'%s.0'" if exact else "%s"]) % number
        return self.random.choice(["%s", "'%s'", "'%s.0'", "'%s '"] + ["%s.0"] * exact) % number

    def index(self, table, columns):
        names, other = ", ".join(map(quote, columns)), counted(table)
        shapes = ["(%s)" % names] * 6 + [
            "(%s, %s)" % (names, other), "(%s, %s)" % (other, names), "(%s) WHERE %s > 3" % (names, other),
            "(%s DESC)" % names, "(%s COLLATE NOCASE)" % names, "(%s)" % ", ".join(map(quote, columns[::-1])), None]
        for i, shape in enumerate(self.random.sample(shapes, self.random.choice([1, 1, 1, 2]))):
            if shape is not None:
                self.world.after.append("CREATE INDEX %s ON %s%s" % (
                    quote("index %s %s %d" % (table.name, columns[0], i)), quote(table.name), shape))
        if self.chance(0.2):
            self.world.after.append("ANALYZE")

    # --- links ---

    def links(self, name, one, other):
        table = Table(name, [])
        ends = []
        for word, parent in ("left", one), ("right", other):
            part = "id" if parent.primary and self.chance(0.75) else "code"
            column = self.foreign_column(parent, part, word)
            table.columns.append(column)
            ends.append((column, parent, part))
        table.columns.append(Column("weight", "INTEGER", "", "int"))
        if self.chance(0.4):
            table.primary = ["left", "right"]
            table.without_rowid = self.chance(0.5)
        elif self.chance(0.5):
            table.rowids = list(map(str, integers(self.random, 4000)))
        count = min(self.room, self.random.choice([700, 2000, 4000]))
        sides = [self.references(parent, [[c.name for c in parent.stored].index(part)], [column], count)
                 for column, parent, part in ends]
        seen = set()  # what tells two links of the same two apart would come in no order
        for (left,), (right,) in zip(*sides):
            pair = same_number(left), same_number(right)
            if pair in seen or table.without_rowid and "NULL" in (left, right):
                continue
            seen.add(pair)
            table.rows.append([left, right, str(self.random.randint(0, 9))])
        table.rows += [list(row) for row in self.random.sample(table.rows, 50)]
        if table.rowids:
            table.rowids += [str(i) for i in range(5000000, 5000100)]
            del table.rowids[len(table.rows):]
        self.world.tables[name] = table
        keys = [self.key(table, [column.name], parent, [part]) for column, parent, part in ends]
        table.ends = tuple(key.name for key in keys)

    # --- relationships ---

    def relate(self):
        for key in list(self.world.keys.values()):
            if self.world.tables[key.child].ends:
                continue
            self.add(key.parent, key.child, "one-to-many", key)
            self.add(key.child, key.parent, "many-to-one", key)
        for table in list(self.world.tables.values()):
            if table.ends:
                left, right = [self.world.keys[end] for end in table.ends]
                self.add(left.parent, right.parent, "many-to-many", left, right.name)
                self.add(right.parent, left.parent, "many-to-many", right, left.name)

    def add(self, owner, target, direction, key, target_key=None):
        table = self.world.tables[target]
        relationship = Relationship(owner, self.name(owner), target, direction, key.name, target_key)
        relationship.uselist = direction != "many-to-one"
        if self.chance(0.1):
            relationship.condition = Operation("({0} > 2)", [ColumnOf(target, "n")])
        if self.chance(0.35):
            relationship.order = [Term(ColumnOf(target, self.random.choice(["title", "n", table.columns[0].name])),
                                       self.random.choice(["", " DESC", " DESC NULLS LAST", " COLLATE NOCASE"]))]
        self.world.relationships[owner, relationship.name] = relationship


class SelectionMaker(makeselection.Maker):
    """Selections over such a world: half of the levels so plain that any way to load is open to them."""

    def make(self):
        owner = "people" if self.chance(0.8) else self.random.choice(
            [table.name for table in self.world.tables.values() if not table.ends])
        root = Level(owner)
        if self.chance(0.5):
            self.plain_items(root)
        used = set()
        related = self.world.of(owner)
        for relationship in self.random.sample(related, min(len(related), self.random.choice([1, 1, 2, 3]))):
            root.items.append(Member(self.member(relationship, 1)))
        if self.chance(0.2):
            self.clauses(root, [owner])
        case = Case(self.world, root, style=self.random.randrange(1 << 30))
        if self.chance(0.12):
            case.criteria = self.criteria(root)
        case.parameters = self.parameters
        return case

    def member(self, relationship, depth):
        if self.chance(0.35):
            return self.level(relationship.target, relationship, min(depth + 1, 3))
        level = Level(relationship.target, (relationship.owner, relationship.name))
        self.budget -= 1
        self.plain_items(level)
        related = self.world.of(level.table)
        if depth < 3 and related and self.budget > 0 and self.chance(0.45):
            level.items.append(Member(self.member(self.random.choice(related), depth + 1)))
        if self.chance(0.4):
            level.order = [Term(ColumnOf(level.table, self.random.choice(self.columns([level.table])).name),
                                self.random.choice(["", " DESC"]))]
        if self.chance(0.2):
            level.where = Operation(self.random.choice(["{0} > 4", "{0} % 3 = 1", "{0} IS NOT 5"]),
                                    [ColumnOf(level.table, "n")])
        if self.chance(0.25):
            many = Literal(self.random.choice(["7", "60", "70", "'3'", "2.0"]))
            level.limit = many if self.chance(0.3) else self.count()
            level.offset = self.count() if self.chance(0.3) else None
        level.inner = self.chance(0.08)
        return level

    def plain_items(self, level):
        if self.chance(0.5):
            level.items.append(Star())
            return
        names = [column.name for column in self.world.tables[level.table].columns]
        for name in self.random.sample(names, self.random.randint(1, min(3, len(names)))):
            level.items.append(Value(ColumnOf(level.table, name)))

    def subquery(self, scope):
        """Not for each of thousands of rows."""
        other = self.random.choice(list(self.world.tables.values()))
        return Operation("(SELECT max(typeof(%s)) FROM %s)" % (
            quote(other.columns[0].name), quote(other.name)), [], "subquery")


def change(random, world):
    """SQL that moves many rows, which must not mislead what was learnt from them before."""
    key = random.choice(list(world.keys.values()))
    child, parent = quote(key.child), quote(key.parent)
    column, to = quote(key.columns[0]), quote(key.parent_columns[0])
    changes = [
        "UPDATE OR IGNORE {child} SET {column} = NULL WHERE {counted} % 3 = 0",
        "DELETE FROM {child} WHERE {counted} % 2 = 0", "DELETE FROM {parent} WHERE n % 3 = 0",
        "DELETE FROM {parent} WHERE n < 9",
        "CREATE INDEX {name} ON {child}({column}, {counted})", "ANALYZE"]
    if not world.tables[key.child].ends:  # else the same two would be linked by rows that differ
        changes += [
            "UPDATE OR IGNORE {child} SET {column} = (SELECT min({to}) FROM {parent}) WHERE {counted} % 3 = 1",
            "UPDATE OR IGNORE {child} SET {column} ="
            " (SELECT max(p.{to}) FROM {parent} AS p WHERE p.{to} < {child}.{column})"]
    return random.choice(changes).format(
        child=child, parent=parent, column=column, to=to, counted=counted(world.tables[key.child]),
        name=quote("index %d" % random.randrange(1 << 30)))
