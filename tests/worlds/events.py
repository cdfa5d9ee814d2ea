"""What happens to a world: statements, and the same done to a state of the model."""

from rules import Refused
from sqltext import literal, quote


class Event:
    """`sql` with a marker for nothing; `rows` are the rows it is about, in SQLite's order of visiting
    them once `order` was asked."""

    def __init__(self, sql, apply, table=None, where=None):
        self.sql = sql
        self.apply = apply
        self.table = table
        self.where = where

    def order(self, connection):
        """The numbers of the rows in the order in which SQLite visits them."""
        if self.table is None:
            return []
        return [v for (v,) in connection.execute(
            "SELECT v FROM %s WHERE %s" % (quote(self.table), self.where))]

    def run(self, state, order):
        """A new state, or Refused."""
        after = state.copy()
        self.apply(after, order)
        if after.foreign_keys and after.dangling():
            raise Refused("FOREIGN KEY")
        return after


def declared(state, relationship):
    """The relationship as the state's world has it: the minimiser changes worlds, not events."""
    return next(r for r in state.world.relationships if r.name == relationship.name)


def view(relationship):
    return quote("%s.%s" % (relationship.owner, relationship.name))


class Events:
    """Makes events at random, about rows that are there."""

    def __init__(self, random, world):
        self.random = random
        self.world = world
        self.fresh = 100

    def make(self, state):
        makers = [self.delete, self.delete, self.refer, self.refer, self.append, self.remove,
                  self.move]
        for _ in range(20):
            event = self.random.choice(makers)(state)
            if event is not None:
                return event
        return None

    def some_rows(self, state, table):
        numbers = sorted(state.rows[table])
        if not numbers:
            return None, None
        if self.random.random() < 0.75:
            chosen = [self.random.choice(numbers)]
        else:
            chosen = [v for v in numbers if self.random.random() < 0.5] or numbers[:1]
        return chosen, "v IN (%s)" % ", ".join(map(str, chosen))

    # --- on tables ---

    def delete(self, state):
        table = self.random.choice(list(self.world.tables))
        chosen, where = self.some_rows(state, table)
        if chosen is None:
            return None

        def apply(after, order):
            for v in order:
                if v in after.rows[table]:
                    after.delete((table, v))

        return Event("DELETE FROM %s WHERE %s" % (quote(table), where), apply, table, where)

    def refer(self, state):
        """A key is emptied, in part or whole, or refers to another row, or to none that is there."""
        key = self.random.choice(list(self.world.keys.values()))
        chosen, where = self.some_rows(state, key.child)
        if chosen is None:
            return None
        columns = key.columns
        owners = list(state.rows[key.parent].values())
        if self.random.random() < 0.5:
            if len(columns) > 1 and self.random.random() < 0.3:
                columns = [self.random.choice(columns)]
            values = {c: None for c in columns}
        elif owners:
            owner = self.random.choice(owners)
            values = dict(zip(columns, (owner[c] for c in key.parent_columns)))
        else:
            return None
        return self.update(key.child, where, values)

    def update(self, table, where, values):
        def apply(after, order):
            for v in order:
                if v in after.rows[table]:
                    after.change((table, v), values)

        setting = ", ".join("%s = %s" % (quote(c), literal(value)) for c, value in values.items())
        return Event("UPDATE %s SET %s WHERE %s" % (quote(table), setting, where), apply, table,
                     where)

    # --- on collections ---

    def collection(self, *directions):
        found = [r for r in self.world.relationships if r.direction in directions and r.enforced]
        return self.random.choice(found) if found else None

    def owner_columns(self, table):
        return [quote("owner_" + c) for c in self.world.tables[table].primary]

    def primary_values(self, table, row):
        return [row[c] for c in self.world.tables[table].primary]

    def pick(self, state, table):
        rows = list(state.rows[table].values())
        return self.random.choice(rows) if rows else None

    def clashes(self, relationship):
        """Member columns that the view calls otherwise: not worth the trouble here."""
        owners = {"owner_" + c for c in self.world.tables[relationship.owner].primary}
        return owners & {c.name for c in self.world.tables[relationship.target].columns}

    def is_member(self, state, relationship, owner, member):
        """The rows by which the member is in the owner's collection, as its view shows it."""
        relationship = declared(state, relationship)
        key = state.key(relationship.key)
        place = (relationship.target, member["v"])
        owner = state.row((relationship.owner, owner["v"]))
        member = state.row(place)
        if owner is None or member is None or not state.counts(relationship, place):
            return []
        if relationship.direction == "one-to-many":
            return [place] if state.refers(key, member, owner) else []
        links = state.referring(state.key(relationship.target_key), member)
        return [link for link in links if state.refers(key, state.row(link), owner)]

    def append(self, state):
        relationship = self.collection("one-to-many", "many-to-many")
        if relationship is None or relationship.remainder is not None:
            return None
        owner = self.pick(state, relationship.owner)
        member = self.pick(state, relationship.target)
        if owner is None or member is None or self.clashes(relationship):
            return None
        primary = self.world.tables[relationship.target].primary
        names = self.owner_columns(relationship.owner) + [quote(c) for c in primary]
        values = (self.primary_values(relationship.owner, owner)
                  + self.primary_values(relationship.target, member))
        self.fresh += 1
        fresh = self.fresh
        if relationship.direction == "many-to-many":
            names.append('"link_v"')
            values.append(fresh)

        def apply(after, _):
            if self.is_member(after, relationship, owner, member):
                return
            key = after.key(relationship.key)
            taken = dict(zip(key.columns, (owner[c] for c in key.parent_columns)))
            if relationship.direction == "one-to-many":
                after.change((relationship.target, member["v"]), taken)
                return
            target_key = after.key(relationship.target_key)
            link = {c.name: None for c in self.world.tables[key.child].columns}
            link.update(taken, v=fresh)
            link.update(zip(target_key.columns, (member[c] for c in target_key.parent_columns)))
            after.rows[key.child][fresh] = link

        return Event("INSERT INTO %s(%s) VALUES(%s)" % (
            view(relationship), ", ".join(names), ", ".join(map(literal, values))), apply)

    def pair(self, state):
        """An owner and one of its members, and how the view's row is found."""
        relationship = self.collection("one-to-many", "many-to-many")
        if relationship is None or self.clashes(relationship):
            return None
        found = [(owner, member) for owner in state.rows[relationship.owner].values()
                 for member in state.rows[relationship.target].values()
                 if self.is_member(state, relationship, owner, member)]
        if not found:
            return None
        owner, member = self.random.choice(found)
        where = " AND ".join("%s = %s" % (name, literal(value)) for name, value in zip(
            self.owner_columns(relationship.owner),
            self.primary_values(relationship.owner, owner)))
        return relationship, owner, member, "%s AND \"v\" = %d" % (where, member["v"])

    def remove(self, state):
        pair = self.pair(state)
        if pair is None:
            return None
        relationship, owner, member, where = pair

        def apply(after, _):
            if relationship.direction == "many-to-many":
                for link in self.is_member(after, relationship, owner, member):
                    if after.row(link) is not None:
                        after.delete(link)
                return
            place = (relationship.target, member["v"])
            if not self.is_member(after, relationship, owner, member):
                return
            if "delete-orphan" in declared(after, relationship).words:
                after.delete(place)
                return
            values = after.emptied(after.key(relationship.key), "set null")
            if values is None:
                raise Refused("may not be NULL")
            after.change(place, values)

        return Event("DELETE FROM %s WHERE %s" % (view(relationship), where), apply)

    def move(self, state):
        pair = self.pair(state)
        if pair is None or pair[0].direction == "many-to-many":
            return None
        relationship, _, member, where = pair
        owner = self.pick(state, relationship.owner)

        def apply(after, _):
            key = after.key(relationship.key)
            if not after.refers(key, after.row((relationship.target, member["v"])), owner):
                after.change((relationship.target, member["v"]),
                             dict(zip(key.columns, (owner[c] for c in key.parent_columns))))

        setting = ", ".join("%s = %s" % (name, literal(value)) for name, value in zip(
            self.owner_columns(relationship.owner),
            self.primary_values(relationship.owner, owner)))
        return Event("UPDATE %s SET %s WHERE %s" % (view(relationship), setting, where), apply)
