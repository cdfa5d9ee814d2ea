"""What the contract says happens, on rows held in Python: no SQL, no triggers.

A state maps table names to rows by their number `v`. Deleting computes the least set of rows that goes;
then what stays lets go of it; then whatever may not be left refuses.
"""


class Refused(Exception):
    """The statement fails, and nothing changes."""


class Unclear(Exception):
    """The contract leaves the outcome open; says why."""


def fold(value, collation):
    if isinstance(value, str):
        if collation == "NOCASE":
            return value.lower()
        if collation == "RTRIM":
            return value.rstrip(" ")
    return value


class State:
    def __init__(self, world, foreign_keys, rows=None):
        self.world = world
        self.foreign_keys = foreign_keys
        self.rows = rows or {name: {row["v"]: dict(row) for row in table}
                             for name, table in world.rows.items()}
        self.enforced = [r for r in world.relationships if r.enforced]

    def copy(self):
        return State(self.world, self.foreign_keys, {
            name: {v: dict(row) for v, row in table.items()} for name, table in self.rows.items()})

    # --- who refers to whom ---

    def key(self, name):
        return self.world.keys[name]

    def values(self, key, row):
        return [row[column] for column in key.columns]

    def refers(self, key, row, owner):
        parent = self.world.tables[key.parent]
        for column, value in zip(key.parent_columns, self.values(key, row)):
            if value is None or owner[column] is None:
                return False
            collation = parent.column(column).collation
            if fold(owner[column], collation) != fold(value, collation):
                return False
        return True

    def referring(self, key, owner):
        return [(key.child, v) for v, row in self.rows[key.child].items()
                if self.refers(key, row, owner)]

    def owners(self, key, row):
        return [(key.parent, v) for v, owner in self.rows[key.parent].items()
                if self.refers(key, row, owner)]

    def row(self, place):
        return self.rows[place[0]].get(place[1])

    def counts(self, relationship, place):
        """Whether a target fulfils the extra condition of the join."""
        return relationship.remainder is None or place[1] % 3 != relationship.remainder

    def members(self, relationship, owner):
        return [place for place in self.referring(self.key(relationship.key), owner)
                if self.counts(relationship, place)]

    # --- what a relationship means ---

    def acts(self, relationship):
        return relationship.passive is None and self.on_delete(relationship) != "no action"

    def on_delete(self, relationship):
        if relationship.on_delete:
            return relationship.on_delete
        if "delete" in relationship.words:
            return "cascade"
        native = self.key(relationship.key).native
        if relationship.direction == "one-to-many" and native not in (None, "NO ACTION"):
            return native.lower()
        return "set null"

    def native(self, key):
        """The native ON DELETE in force, where no relationship acts before it."""
        if not self.foreign_keys or key.native in (None, "NO ACTION"):
            return None
        return key.native.lower()

    # --- deleting ---

    def delete(self, root):
        """One row, and all that goes or changes because of it."""
        gone = self.closure({root})
        self.let_go(gone)

    def closure(self, gone):
        """The least set around `gone`."""
        roots, before = set(gone), -1
        while before != len(gone):
            before = len(gone)
            for relationship in self.enforced:
                if relationship.direction == "one-to-many":
                    self.take_members(relationship, gone)
                elif relationship.direction == "many-to-one":
                    self.take_targets(relationship, gone)
                else:
                    self.take_links(relationship, gone)
                    self.take_linked(relationship, gone, roots)
            for key in self.world.keys.values():
                if self.native(key) == "cascade":
                    self.take_natively(key, gone)
        return gone

    def take_members(self, relationship, gone):
        if not self.acts(relationship) or self.on_delete(relationship) != "cascade":
            return
        for place in list(gone):
            if place[0] == relationship.owner:
                gone.update(self.members(relationship, self.row(place)))

    def take_natively(self, key, gone):
        """A native CASCADE takes what our rules leave to it: members they neither keep nor take."""
        for place in list(gone):
            if place[0] != key.parent:
                continue
            for member in self.referring(key, self.row(place)):
                if not self.keeps(key, member):
                    gone.add(member)

    def keeps(self, key, member):
        """A relationship over this key lets the member go, or refuses, before the native key acts."""
        return any(r.direction == "one-to-many" and r.key == key.name and self.acts(r)
                   and self.on_delete(r) != "cascade" and self.counts(r, member)
                   for r in self.enforced)

    def take_targets(self, relationship, gone):
        """Many-to-one: the target goes when nothing that stays refers to it."""
        if "delete" not in relationship.words:
            return
        key = self.key(relationship.key)
        for place in list(gone):
            if place[0] != relationship.owner:
                continue
            for target in self.owners(key, self.row(place)):
                if (self.counts(relationship, target)
                        and set(self.referring(key, self.row(target))) <= gone):
                    gone.add(target)

    def take_links(self, relationship, gone):
        """Either end of a link takes it along."""
        for key in self.key(relationship.key), self.key(relationship.target_key):
            for place in list(gone):
                if place[0] == key.parent:
                    gone.update(self.referring(key, self.row(place)))

    def take_linked(self, relationship, gone, roots):
        """A member whose last link goes: with `delete` because its owner does, with `delete-orphan`
        because the link does while its owner stays."""
        key, target_key = self.key(relationship.key), self.key(relationship.target_key)
        for member in [place for place in self.all(relationship.target) if place not in gone]:
            links = self.referring(target_key, self.row(member))
            lost = [link for link in links if link in gone]
            if not lost or len(lost) < len(links) or not self.counts(relationship, member):
                continue
            owners = {link: set(self.owners(key, self.row(link))) for link in lost}
            dead = any(owners[link] & gone and link not in roots for link in lost)
            stays = any(owners[link] - gone or owners[link] and link in roots for link in lost)
            if "delete" in relationship.words and (
                    dead or "delete-orphan" in relationship.words):
                gone.add(member)
            elif "delete-orphan" in relationship.words and stays:
                if dead:
                    raise Unclear("some links went with their owner, some without")
                gone.add(member)

    def all(self, name):
        return [(name, v) for v in self.rows[name]]

    def let_go(self, gone):
        """What stays loses its key; what cannot refuses."""
        changes = []
        for relationship in self.enforced:
            if relationship.direction == "one-to-many" and self.acts(relationship):
                changes += self.left_members(relationship, gone)
        for key in self.world.keys.values():
            changes += self.left_natively(key, gone, {c for _, values in changes for c in values})
        self.check_shared(changes)
        for place in gone:
            del self.rows[place[0]][place[1]]
        for place, values in changes:
            if self.row(place) is not None:
                self.change(place, values)
        self.check_keys()

    def check_shared(self, changes):
        """Once the one key is emptied, the row is no member by the other."""
        emptied = {}
        for place, values in changes:
            for others in emptied.setdefault(place, []):
                if set(others) != set(values) and set(others) & set(values):
                    raise Unclear("a member loses two keys that share a column")
            emptied[place].append(values)
        for place, values in changes:
            for relationship in self.enforced:
                key = self.key(relationship.key)
                if (relationship.direction == "one-to-many" and key.child == place[0]
                        and "delete-orphan" in relationship.words and set(values) & set(key.columns)
                        and set(self.owners(key, self.row(place))) & set(emptied) - {place}):
                    raise Unclear("members that are left let go of each other")

    def left_members(self, relationship, gone):
        rule, key = self.on_delete(relationship), self.key(relationship.key)
        members = [member for place in gone if place[0] == relationship.owner
                   for member in self.members(relationship, self.row(place))]
        left = [member for member in members if member not in gone]
        if (rule == "set default" and len(left) < len(members)
                and key.native not in (None, "NO ACTION", "SET DEFAULT")):
            raise Unclear("a member that goes gets its default first, before a native key acts")
        if not left or rule == "cascade":
            return []
        values = None if rule == "restrict" else self.emptied(key, rule)
        if values is None:
            raise Refused(relationship.name + ": " + rule)
        if (rule == "set default" and key.native not in (None, "NO ACTION")
                and set(self.owners(key, values)) & gone):
            raise Unclear("the default is a row that goes, under a native key")
        return [(member, values) for member in left]

    def emptied(self, key, rule):
        """What a key becomes: NULL where it may be, or its defaults. None where it cannot."""
        table = self.world.tables[key.child]
        if rule == "set null":
            return {c: None for c in key.columns if table.can_be_null(c)} or None
        values = {c: table.column(c).default for c in key.columns}
        if any(values[c] is None and table.column(c).required for c in values):
            return None
        return values

    def left_natively(self, key, gone, emptied):
        rule = self.native(key)
        if rule is None or rule == "cascade":
            return []
        left = [member for place in gone if place[0] == key.parent
                for member in self.referring(key, self.row(place))
                if member not in gone and not self.keeps(key, member)]
        if left and emptied & set(key.columns):
            raise Unclear("a native key shares a column with one that is emptied")
        if left and rule == "restrict":
            raise Refused("native restrict")
        table = self.world.tables[key.child]
        values = {c: table.column(c).default if rule == "set default" else None
                  for c in key.columns}
        if left and any(values[c] is None and not table.can_be_null(c) for c in values):
            raise Refused("native, NOT NULL")
        return [(member, values) for member in left]

    # --- changing ---

    def change(self, place, values):
        """An UPDATE of one row: what it lets go of, and whether that is allowed."""
        old = dict(self.row(place))
        new = dict(old, **values)
        orphaning = [r for r in self.enforced if self.lets_go(r, place, old, new)]
        orphan, table = bool(orphaning), self.world.tables[place[0]]
        instead = any(new[c] is None and table.column(c).required
                      for r in orphaning for c in self.key(r.key).columns)
        if not instead and any(new[c.name] is None and (c.required or c.name in table.primary)
                               for c in table.columns):
            raise Refused("NOT NULL")
        targets = [target for r in self.enforced for target in self.turned_from(r, place, old, new)]
        self.row(place).update(new)
        if orphan:
            self.delete_with(place, old)
        self.check_unique(place)
        for relationship, target in targets:
            key = self.letting_go_key(relationship)
            if (self.row(target) is not None and self.counts(relationship, target)
                    and not self.referring(key, self.row(target))):
                self.delete(target)

    def delete_with(self, place, old):
        """A member whose key may not be NULL goes as it was; else with the key emptied."""
        table = self.world.tables[place[0]]
        row = self.row(place)
        if any(row[c.name] is None and c.required for c in table.columns):
            row.update(old)
        self.delete(place)

    def lets_go(self, relationship, place, old, new):
        """delete-orphan: the key becomes NULL while the owner is there."""
        key = self.key(relationship.key)
        if (relationship.direction != "one-to-many" or "delete-orphan" not in relationship.words
                or place[0] != relationship.target or not self.counts(relationship, place)):
            return False
        return (None not in self.values(key, old) and None in self.values(key, new)
                and bool(self.owners(key, old)))

    def letting_go_key(self, relationship):
        many = relationship.direction == "many-to-many"
        return self.key(relationship.target_key if many else relationship.key)

    def turned_from(self, relationship, place, old, new):
        """delete-orphan: the target, or the member of the link, that the row turns away from."""
        key = self.letting_go_key(relationship)
        if (relationship.direction == "one-to-many" or "delete-orphan" not in relationship.words
                or key.child != place[0] or self.values(key, old) == self.values(key, new)):
            return []
        owners = self.owners(key, old)
        if relationship.direction == "many-to-many" and "delete" not in relationship.words:
            if not self.owners(self.key(relationship.key), old):
                owners = []
        return [(relationship, owner) for owner in owners]

    # --- constraints ---

    def check_unique(self, place):
        row, table = self.row(place), self.world.tables[place[0]]
        if row is None:
            return
        mine = [fold(row[c], table.column(c).collation) for c in table.primary]
        for other, twin in self.rows[place[0]].items():
            if other != place[1] and mine == [
                    fold(twin[c], table.column(c).collation) for c in table.primary]:
                raise Refused("PRIMARY KEY")

    def check_keys(self):
        """Native foreign keys at the end of a statement."""

    def dangling(self):
        """Rows that refer to nothing by a key that is declared to SQLite."""
        return [(key.name, v) for key in self.world.keys.values() if key.native is not None
                for v, row in self.rows[key.child].items()
                if None not in self.values(key, row) and not self.owners(key, row)]
