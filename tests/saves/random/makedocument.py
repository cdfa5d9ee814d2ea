"""Random documents: of new graphs, whose objects at one place all have the same fields."""

from dataclasses import dataclass, field

from rowmodel import store
from saveworld import LINKS, MANY, ONE, TO_ONE
from sqltext import quote

WORDS = ["word", "Wörter", "it's", 'quo"ted', "", "a\nb", "\\", "Ab", "aB", "[1]", "null"]


@dataclass
class Shape:
    """What the objects at one place of a document have."""

    table: object
    relationship: object = None
    columns: list = field(default_factory=list)
    links: list = field(default_factory=list)  # columns of the secondary
    children: dict = field(default_factory=dict)  # relationship's name -> Shape
    only_links: bool = False
    filled: set = field(default_factory=set)  # columns that a relationship fills, whatever stands beside it


class Maker:
    def __init__(self, random, world):
        self.random, self.world = random, world
        self.number = 0
        self.spells = False  # whether keys may be written in another case than they are stored
        self.rows = {}  # what is in the tables, for links
        self.made = {}  # table's name -> keys of the rows that this document makes
        self.taken = set()  # rows that one collection already has

    def chance(self, p):
        return self.random.random() < p

    def next(self):
        self.number += 1
        return self.number

    # --- values ---

    def value(self, table, column):
        number = self.next()
        if column.name == "v":
            return "mark %d" % number
        if column.name == "u":
            return 1000 + number if column.type == "INTEGER" else "Unique %d" % number
        if not column.required and self.chance(0.15):
            return None
        return self.of_type(column, table.strict)

    def of_type(self, column, strict):
        r = self.random
        number = r.choice([0, 1, -1, 7, 123456789012, True])
        real = r.choice([0.5, -1.25, 1e300, 3.0, 2])
        blob = r.choice(["00FF", "0d", "AB12", "CAFE", ""])
        text = r.choice(WORDS)
        if column.type == "INTEGER":
            return number if strict or self.chance(0.9) else "text"
        if column.type == "TEXT":
            return text if self.chance(0.8) else r.choice([5, True, [1, "a", {"b": None}], {"k": [1.5]}])
        if column.type == "REAL":
            return real
        if column.type == "BLOB":
            return blob if strict or self.chance(0.8) else r.choice(["text", 5, "ABC"])
        return r.choice([number, real, text, blob])

    def new_key(self, table, column):
        """Far from each other, and from what SQLite numbers itself."""
        number = self.next()
        if column.type == "INTEGER":
            return -1000 * number
        if column.type == "REAL":
            return number + 0.5
        return "Key%d" % number

    # --- shapes ---

    def shape(self, table, depth, relationship=None, fresh=True):
        """`fresh`: of new rows, else of rows that are there, with their keys."""
        shape = Shape(table, relationship)
        filled = self.filled_by_owner(relationship)
        if relationship is not None and relationship.direction == LINKS:
            shape.links = [c.name for c in self.world.extras(relationship) if self.chance(0.6)]
        if relationship is not None and (depth <= 0 or self.chance(0.15)):
            shape.only_links = True
            shape.columns = list(table.primary)
            return shape
        if depth > 0:
            self.add_children(shape, depth, filled, fresh)
        given = filled | {c for r in self.relationships(shape) if r.direction == TO_ONE
                          for c in self.world.keys[r.key].columns}
        shape.filled = given
        for column in table.columns:
            if self.has(table, column, given, fresh):
                shape.columns.append(column.name)
        return shape

    def filled_by_owner(self, relationship):
        if relationship is None or relationship.direction not in (ONE, MANY):
            return set()
        return set(self.world.keys[relationship.key].columns)

    def relationships(self, shape):
        return [child.relationship for child in shape.children.values()]

    def has(self, table, column, given, fresh):
        if column.generated:
            return False
        if column.name in table.primary and not fresh:
            return True
        if column.name in given:
            return self.chance(0.03)
        if column.name == table.auto:
            return self.chance(0.25)
        if column.name == "v" or column.name in table.primary or column.required and column.default is None:
            return True
        return self.chance(0.6)

    def add_children(self, shape, depth, filled, fresh):
        candidates = [r for r in self.world.of(shape.table.name) if not r.viewonly and r.save_update]
        self.random.shuffle(candidates)
        for r in candidates:
            key = self.world.keys[r.key]
            back = shape.relationship is not None and shape.relationship.key in (r.key, r.target_key)
            needed = fresh and r.direction == TO_ONE and not any(shape.table.can_be_null(c) for c in key.columns)
            if back and not (r.direction == LINKS and self.chance(0.1)):
                continue
            if r.direction == TO_ONE and filled & set(key.columns):
                continue
            if len(shape.children) < 3 and (self.chance(0.6) or needed):
                shape.children[r.name] = self.shape(self.world.tables[r.target], depth - 1, r, fresh)

    # --- objects ---

    def fill(self, shape):
        """A new object."""
        table, result = shape.table, {}
        for name in shape.columns:
            column = table.column(name)
            keys = [k for k in self.world.keys.values() if k.child == table.name and name in k.columns]
            if keys:
                result[name] = self.reference(keys[0], name)
            elif name in table.primary:
                result[name] = self.random.randint(1, 3) if name == "nr" else self.new_key(table, column)
            elif name.endswith("_pos"):
                result[name] = self.random.randint(1, 4)
            else:
                result[name] = self.value(table, column)
        for name in shape.links:
            secondary = self.world.secondary(shape.relationship)
            result[self.link_name(shape, name)] = self.value(secondary, secondary.column(name))
        for name, child in shape.children.items():
            result[name] = self.members(child, table)
        if all(result.get(name) is not None for name in table.primary):
            self.made.setdefault(table.name, []).append({name: result[name] for name in table.primary})
        return self.shuffled(result)

    def begin(self, rows):
        """The next document, on the rows that are there."""
        self.rows, self.made, self.taken = rows, {}, set()

    def shuffled(self, document):
        items = list(document.items())
        self.random.shuffle(items)
        return dict(items)

    @staticmethod
    def link_name(shape, name):
        return name if all(c.name != name for c in shape.table.columns) else "link_" + name

    def reference(self, key, name):
        """A raw foreign key column: of a row that is there."""
        rows = self.rows.get(key.parent)
        if not rows:
            return None
        return as_json(self.random.choice(rows)[key.parent_columns[key.columns.index(name)]])

    def members(self, shape, owner):
        r = shape.relationship
        if r.direction in (ONE, TO_ONE):
            if self.chance(0.15) and (r.direction == ONE or any(
                    owner.can_be_null(c) for c in self.world.keys[r.key].columns)):
                return None
            return self.link(shape, set()) if shape.only_links else self.fill(shape)
        seen = set()
        several = [self.link(shape, seen) if shape.only_links else self.fill(shape)
                   for _ in range(self.random.choice([0, 1, 1, 2, 3, 4]))]
        return [one for one in several if one is not None]

    def respelled(self, column, value):
        """The same key in the eyes of its column."""
        return value.swapcase() if column.collation == "NOCASE" and self.spells and self.chance(0.1) else value

    def link(self, shape, seen):
        """A row that is there, or made by the document, by its key; None where there is none left."""
        r, table = shape.relationship, shape.table
        there = self.made.get(table.name, []) if self.chance(0.15) else self.rows.get(table.name, [])
        alone = r.direction in (ONE, MANY)  # a row can be in one of these collections only
        rows = [row for row in there
                if (tuple(row[c] for c in table.primary) not in seen)
                and not (alone and (r.key, tuple(row[c] for c in table.primary)) in self.taken)]
        if not rows:
            return None
        row = self.random.choice(rows)
        key = tuple(row[c] for c in table.primary)
        seen.add(key)
        if alone:
            self.taken.add((r.key, key))
        result = {c: self.respelled(table.column(c), as_json(row[c])) for c in table.primary}
        for name in shape.links:
            secondary = self.world.secondary(r)
            result[self.link_name(shape, name)] = self.value(secondary, secondary.column(name))
        return result


def as_json(value):
    return value.hex().upper() if isinstance(value, bytes) else value


# --- fetching the same ---


def selection(shape):
    items = [quote(name) for name in shape.columns]
    for name in shape.links:
        own = any(c.name == name for c in shape.table.columns)
        items.append("%s AS %s" % (quote(name), quote("link_" + name)) if own else quote(name))
    items += ["%s(%s)" % (quote(name), selection(child)) for name, child in shape.children.items()]
    return ", ".join(items)


def with_keys(shape):
    """The same, and the primary keys at every level."""
    columns = shape.columns + [c for c in shape.table.primary if c not in shape.columns]
    return Shape(shape.table, shape.relationship, columns, shape.links,
                 {name: with_keys(child) for name, child in shape.children.items()}, shape.only_links, shape.filled)


def canonical(world, shape, document):
    """A document as it comes back, its collections in an order that says nothing."""
    if document is None:
        return None
    result = {}
    for name, value in document.items():
        if name in shape.children:
            child = shape.children[name]
            if isinstance(value, list):
                value = sorted((canonical(world, child, one) for one in value), key=repr)
            else:
                value = canonical(world, child, value)
        elif name in shape.filled:
            continue
        elif name in shape.columns:
            value = as_json(store(shape.table.column(name), value, False, ""))
        else:
            secondary = world.secondary(shape.relationship)
            column = name if name in shape.links else name[len("link_"):]
            value = as_json(store(secondary.column(column), value, False, ""))
        result[name] = value
    return dict(sorted(result.items()))
