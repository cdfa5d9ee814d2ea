"""Rows held in Python: what deleting one does, and which constraints hold. No SQL, no triggers."""

import json

from saveworld import LINKS, MANY, ONE


class Refused(Exception):
    """The save fails, and nothing changes. `path` where the message begins with it, if that is decided."""

    def __init__(self, path, word=""):
        super().__init__(path, word)
        self.path, self.word = path, word


class Unclear(Exception):
    """The rules leave the outcome open; says why."""


class Auto:
    """The key that SQLite will give to a row."""

    def __init__(self, row):
        self.row = row

    def __repr__(self):
        return "Auto"


def fold(value, collation):
    return value.lower() if isinstance(value, str) and collation == "NOCASE" else value


def is_hex(text):
    return len(text) % 2 == 0 and all(c in "0123456789abcdefABCDEF" for c in text)


def store(column, value, strict, path):
    """What SQLite keeps of a value of a document in a column."""
    if isinstance(value, bool):
        value = int(value)
    if isinstance(value, (list, dict)):
        value = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    if column.type == "BLOB" and isinstance(value, str) and is_hex(value):
        value = bytes.fromhex(value)
    if column.type == "INTEGER" and isinstance(value, float) and value == int(value):
        value = int(value)
    if column.type == "TEXT" and isinstance(value, int):
        value = str(value)
    if column.type == "REAL" and isinstance(value, int):
        value = float(value)
    fitting = {"INTEGER": int, "TEXT": str, "REAL": float, "BLOB": bytes}.get(column.type)
    if strict and value is not None and fitting and not isinstance(value, fitting):
        raise Refused(path, "cannot store")
    return value


class Row:
    def __init__(self, table, values, there):
        self.table, self.values, self.there = table, values, there
        self.before = dict(values) if there else None
        self.gone = False
        self.objects = 0  # of the document that name it, and say more than its key
        self.linked = False  # by nothing but its key
        self.given = {}  # column -> (value, object) as the document and its relationships say

    def tuple(self, names):
        return [self.values[name] for name in names]

    def changed(self):
        return not self.there or self.gone or self.values != self.before


class State:
    def __init__(self, world, rows, foreign_keys):
        self.world, self.foreign_keys = world, foreign_keys
        self.rows = {name: [Row(world.tables[name], dict(row), True) for row in rows[name]] for name in world.tables}
        self.enforced = [r for r in world.relationships if r.enforced]

    def living(self, name):
        return [row for row in self.rows[name] if not row.gone]

    def add(self, table, values):
        row = Row(table, values, False)
        self.rows[table.name].append(row)
        return row

    # --- references ---

    def matches(self, key, child, parent):
        """Two tuples of values, as the parent's columns compare."""
        table = self.world.tables[key.parent]
        for column, mine, other in zip(key.parent_columns, child, parent):
            if mine is None or other is None:
                return False
            collation = table.column(column).collation
            if fold(mine, collation) != fold(other, collation):
                return False
        return True

    def refers(self, key, row, owner, before=False):
        values = row.before if before else row.values
        if values is None:
            return False
        return self.matches(key, [values[c] for c in key.columns], owner.tuple(key.parent_columns))

    def referring(self, key, owner, before=False):
        rows = self.rows[key.child] if before else self.living(key.child)
        return [row for row in rows if self.refers(key, row, owner, before)]

    def parents(self, key, row):
        return [owner for owner in self.living(key.parent) if self.refers(key, row, owner)]

    def find(self, table, names, values):
        """The living rows that have the values, as the columns compare."""
        folded = [fold(value, table.column(name).collation) for name, value in zip(names, values)]
        return [row for row in self.living(table.name)
                if [fold(row.values[name], table.column(name).collation) for name in names] == folded]

    # --- letting go ---

    def emptied(self, key, orphan=False):
        """The columns of a key that become NULL."""
        table = self.world.tables[key.child]
        return [c for c in key.columns if orphan or table.can_be_null(c)]

    def delete(self, roots):
        """Rows, and all that goes or changes because of it."""
        gone = list(roots)
        for row in gone:
            row.gone = True
        for row in gone:  # it grows
            gone += self.taken_with(row)
        for row in gone:
            if row.objects or row.linked:
                raise Unclear("a row goes that the document names")
        for row in gone:
            self.leave_members(row)

    def taken_with(self, row):
        taken = []
        for relationship in self.enforced:
            key = self.world.keys[relationship.key]
            if relationship.direction in (ONE, MANY) and key.parent == row.table.name and relationship.delete:
                taken += self.referring(key, row)
            elif relationship.direction == LINKS:
                for end in key, self.world.keys[relationship.target_key]:
                    if end.parent == row.table.name:
                        taken += self.unlinked(self.referring(end, row))
        fresh = []
        for one in taken:
            if not one.gone:
                one.gone = True
                fresh.append(one)
        return fresh

    def unlinked(self, links):
        """The links, and the members that go with their last one."""
        taken = [link for link in links if not link.gone]
        for link in taken:
            link.gone = True
        members = []
        for link in taken:
            for relationship in self.enforced:
                key = self.world.keys[relationship.key]
                if relationship.direction != LINKS or key.child != link.table.name:
                    continue
                target_key = self.world.keys[relationship.target_key]
                owned = bool(self.parents(key, link))
                if relationship.orphan if owned else relationship.delete:
                    members += [member for member in self.parents(target_key, link)
                                if not self.referring(target_key, member)]
        return list({id(member): member for member in members}.values())

    def leave_members(self, row):
        for relationship in self.enforced:
            key = self.world.keys[relationship.key]
            if relationship.direction not in (ONE, MANY) or key.parent != row.table.name or relationship.delete:
                continue
            for member in self.referring(key, row):
                if any(column in member.given for column in key.columns):
                    raise Unclear("the document refers to a row that goes")
                columns = self.emptied(key)
                if not columns:
                    raise Refused(None, relationship.name)
                member.values.update(dict.fromkeys(columns))

    # --- constraints ---

    def check(self):
        for name, table in self.world.tables.items():
            rows = self.living(name)
            for row in rows:
                if row.changed():
                    self.check_null(table, row)
            for names in [table.primary] + table.uniques:
                self.check_unique(table, names, rows)
        if self.foreign_keys:
            self.check_references()

    @staticmethod
    def check_null(table, row):
        for column in table.columns:
            needed = column.required or column.name in table.primary
            if needed and row.values[column.name] is None:
                raise Refused(None, "NOT NULL")

    @staticmethod
    def check_unique(table, names, rows):
        seen = set()
        for row in rows:
            values = tuple(fold(row.values[n], table.column(n).collation) for n in names)
            if None in values:
                continue
            if values in seen:
                raise Refused(None, "UNIQUE")
            seen.add(values)

    def check_references(self):
        for key in self.world.keys.values():
            if key.declared and self.dangling(key):
                if key.deferred:
                    raise Unclear("a deferred key dangles")
                raise Refused(None, "FOREIGN KEY")

    def dangling(self, key):
        return [row for row in self.living(key.child)
                if None not in row.tuple(key.columns) and not self.parents(key, row)]

    def check_order(self):
        """Values of UNIQUE keys that go round in a circle, through rows that have to be there first:
        one statement at a time cannot do it."""
        waits = {}
        for name, table in self.world.tables.items():
            for names in table.uniques:
                self.wait_for_values(table, names, waits)
        if not waits:
            return
        for key in self.world.keys.values():
            for row in self.living(key.child):
                for parent in self.parents(key, row):
                    if not parent.there:
                        waits.setdefault(id(row), set()).add(id(parent))
        self.check_inserts(waits)
        while waits:
            free = [one for one, others in waits.items() if not others & set(waits)]
            if not free:
                raise Unclear("UNIQUE values go round in a circle")
            for one in free:
                del waits[one]

    def check_inserts(self, waits):
        """A new row takes the value of one that changes only when another new row is there."""
        new = {id(row) for rows in self.rows.values() for row in rows if not row.there}
        for one in new & set(waits):
            if any(waits.get(holder, set()) & new for holder in waits[one] - new):
                raise Unclear("an insert waits for an update that waits for an insert")

    def was_of(self, row, owner):
        return any(key.child == row.table.name and key.parent == owner.table.name
                   and self.refers(key, row, owner, before=True) for key in self.world.keys.values())

    def moves_to_new(self):
        """Whether a row that is there now refers to a new one."""
        return any(row.there and any(not owner.there for owner in self.parents(key, row))
                   for key in self.world.keys.values() for row in self.living(key.child))

    def wait_for_values(self, table, names, waits):
        def folded(values):
            return tuple(fold(values[n], table.column(n).collation) for n in names)

        held = {folded(row.before): row for row in self.rows[table.name] if row.there}
        for row in self.living(table.name):
            values = folded(row.values)
            holder = held.get(values)
            if None not in values and row.changed() and holder is not None and holder is not row:
                if holder.gone and not row.there and self.moves_to_new():
                    raise Unclear("a new row waits for one that goes, and a move for the new row")
                if holder.gone and row.there and self.was_of(row, holder):
                    raise Unclear("a row takes the place of its owner, which goes")
                waits.setdefault(id(row), set()).add(id(holder))

    def check_needed(self):
        """New rows that each need the other first."""
        if not self.foreign_keys:
            return
        needs = {}
        for key in self.world.keys.values():
            table = self.world.tables[key.child]
            if key.declared and not key.deferred and not any(table.can_be_null(c) for c in key.columns):
                for row in self.living(key.child):
                    needs.setdefault(id(row), []).extend(
                        (id(p) for p in self.parents(key, row) if not p.there and p is not row))
        fresh = [id(row) for rows in self.rows.values() for row in rows if not row.there]
        for _ in fresh:
            fresh = [one for one in fresh if set(needs.get(one, ())) & set(fresh)]
        if fresh:
            raise Unclear("new rows need each other")

    def generate(self):
        for table in self.world.tables.values():
            for column in table.columns:
                if column.generated:
                    for row in self.living(table.name):
                        mark = row.values["v"]
                        row.values[column.name] = None if mark is None else mark + "!"


