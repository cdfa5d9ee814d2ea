"""What saving a document leaves, worked out from the text of the rules: on rows in Python."""

from rowmodel import Auto, Refused, State, Unclear, fold, store
from saveworld import LINKS, MANY, ONE, TO_ONE


class List:
    """A collection, or a one-to-one, as the document says it: exactly these, or add and remove."""

    def __init__(self, relationship, owner, path):
        self.relationship, self.owner, self.path = relationship, owner, path
        self.members = []  # (row, link values, path)
        self.removed = []  # rows
        self.exact = True


class Save:
    def __init__(self, world, rows, foreign_keys):
        self.world = world
        self.state = State(world, rows, foreign_keys)
        self.lists, self.links, self.objects = [], [], 0
        self.found = {}  # (relationship, folded values) -> row made for its unique_key
        self.roots = []

    def run(self, owner, document):
        if isinstance(document, list):
            for i, one in enumerate(document):
                self.roots.append(self.read(one, self.world.tables[owner], "$[%d]" % i, root=True))
        else:
            self.roots.append(self.read(document, self.world.tables[owner], "$", root=True))
        self.finish_links()
        self.apply()
        self.check_made_once()
        self.write_links()
        self.let_go()
        self.state.generate()
        self.state.check()
        self.state.check_order()
        self.state.check_needed()
        return self.state

    # --- reading an object ---

    def sort(self, document, table, relationship, path):
        """The fields of an object: its columns, its relationships, the link's columns."""
        columns, relationships, link, seen = {}, [], {}, set()
        extras = {c.name.lower(): c for c in self.world.extras(relationship)} \
            if relationship and relationship.direction == LINKS else {}
        for name, value in document.items():
            if name.lower() in seen:
                raise Refused(path + "." + name, "twice")
            seen.add(name.lower())
            own = next((c for c in table.columns if c.name.lower() == name.lower()), None)
            further = self.world.relationship(table.name, name)
            if own is not None:
                if own.generated:
                    continue
                columns[own.name] = store(own, value, table.strict, path)
            elif further is not None:
                relationships.append((further, value, path + "." + name))
            elif name.lower() in extras or name.lower()[:5] == "link_" and name.lower()[5:] in extras:
                column = extras.get(name.lower()) or extras[name.lower()[5:]]
                link[column.name] = store(column, value, self.world.secondary(relationship).strict, path)
            else:
                raise Refused(path + "." + name, "no column or relationship")
        return columns, relationships, link

    def read(self, document, table, path, relationship=None, owner=None, root=False, with_link=False):
        if not isinstance(document, dict):
            raise Refused(path, "")
        self.objects += 1
        number = self.objects
        columns, relationships, link = self.sort(document, table, relationship, path)
        for r, _, where in relationships:
            if r.viewonly or not r.save_update:
                raise Refused(where, "")
        filled = {}
        if relationship is not None and relationship.direction in (MANY, ONE):
            key = self.world.keys[relationship.key]
            self.fill(filled, key.columns, owner, key.parent_columns, path)
        for r, value, where in relationships:
            if r.direction == TO_ONE:
                self.read_target(r, value, where, filled)
        values = {**columns, **filled}
        row, is_link = self.row_of(table, values, columns, relationships, relationship, path)
        if is_link:
            row.linked = True
        else:
            row.objects += 1
        self.give(row, columns, filled, number, relationship, is_link)
        for r, value, where in relationships:
            if r.direction != TO_ONE:
                self.read_list(r, value, where, row)
        return (row, link) if with_link else row

    def fill(self, filled, columns, row, row_columns, path):
        for column, source in zip(columns, row_columns):
            value = self.value(row, source) if row is not None else None
            if column in filled and filled[column] != value:
                raise Refused(path, "")
            filled[column] = value

    @staticmethod
    def value(row, column):
        return row.given[column][0] if column in row.given else row.values[column]

    def read_target(self, relationship, value, path, filled):
        key = self.world.keys[relationship.key]
        if value is None:
            # A column that may not be NULL, or is another key's, too, is not the key's to empty.
            table = self.world.tables[key.child]
            for column in key.columns:
                if column in filled:
                    raise Unclear("a many-to-one is null, and its column filled")
            if len(key.columns) > 1 and not all(table.can_be_null(c) for c in key.columns):
                raise Unclear("a composite key of which a part may not be NULL")
            filled.update(dict.fromkeys(key.columns))
            return
        if isinstance(value, list):
            raise Refused(path, "is one row, not a list")
        target = self.read(value, self.world.tables[relationship.target], path, relationship)
        target.linked = True
        self.fill(filled, key.columns, target, key.parent_columns, path.rsplit(".", 1)[0])

    def row_of(self, table, values, columns, relationships, relationship, path):
        key = [values.get(name) for name in table.primary]
        if None not in key:
            there = self.state.find(table, table.primary, key)
            is_link = relationship is not None and set(columns) == set(table.primary) and not relationships
            if there and (there[0].there or not is_link):
                return there[0], is_link
            row = there[0] if there else self.made(table, key)
            if is_link:
                self.links.append((row, path))
            return row, is_link
        unique = relationship.unique_key if relationship is not None else ()
        if unique and all(values.get(name) is not None for name in unique):
            return self.by_unique_key(table, unique, [values[name] for name in unique]), False
        return self.made(table, None), False

    def made(self, table, key):
        row = self.state.add(table, self.defaults(table))
        if key is not None:
            row.values.update(zip(table.primary, key))
        elif table.auto:
            row.values[table.auto] = Auto(row)
        return row

    def by_unique_key(self, table, names, values):
        there = [row for row in self.state.find(table, names, values) if row.there]
        if there:
            return there[0]
        key = (table.name, names, self.folded(table, names, values))
        if key not in self.found:
            self.found[key] = self.made(table, None)
        return self.found[key]

    @staticmethod
    def folded(table, names, values):
        return tuple(fold(value, table.column(name).collation) for name, value in zip(names, values))

    @staticmethod
    def defaults(table):
        return {column.name: column.default for column in table.columns}

    def give(self, row, columns, filled, number, relationship, is_link):
        """Notes what the object says of its row."""
        table = row.table
        if row.there and relationship is not None and not relationship.merge and not is_link:
            if any(c not in self.world.keys[relationship.key].columns for c in filled):
                raise Unclear("a relationship of a row that may not be changed")
            own = [c for c in columns if c not in filled and c not in table.primary]
            if any(c in row.given for c in own):
                raise Unclear("a row that may not be changed is changed elsewhere")
            if any(not same(columns[c], row.before[c]) for c in own):
                raise Refused(None, "merge")
        for column, value in {**columns, **filled}.items():
            if column in table.primary and row.there or isinstance(row.values.get(column), Auto):
                continue  # the row is found by it, as it is spelled
            if column in row.given and not same(row.given[column][0], value):
                raise Unclear("the document says two things of %s.%s" % (table.name, column))
            row.given[column] = (value, number)

    # --- collections ---

    def read_list(self, relationship, value, path, owner):
        one = List(relationship, owner, path)
        self.lists.append(one)
        if relationship.direction == ONE:
            if isinstance(value, list):
                raise Refused(path, "is one row, not a list")
            if value is not None:
                self.read_member(one, value, path)
            return
        if value is None:
            raise Refused(path, "[]")
        if isinstance(value, list):
            for i, member in enumerate(value):
                self.read_member(one, member, "%s[%d]" % (path, i))
            return
        if not isinstance(value, dict) or not set(value) <= {"add", "remove"}:
            raise Refused(path, "")
        if not value:
            raise Unclear("neither add nor remove")
        one.exact = False
        for verb, members in value.items():
            if not isinstance(members, list):
                raise Refused(path + "." + verb, "")
            for i, member in enumerate(members):
                where = "%s.%s[%d]" % (path, verb, i)
                if verb == "add":
                    self.read_member(one, member, where)
                else:
                    one.removed += self.read_removed(relationship, member, where, owner)
        if len({id(row) for row in one.removed}) < len(one.removed):
            raise Unclear("a row is removed twice")

    def read_member(self, one, value, path):
        r = one.relationship
        row, link = self.read(value, self.world.tables[r.target], path, r, one.owner, with_link=True)
        if any(row is other for other, _, _ in one.members):
            if one.relationship.unique_key:
                raise Unclear("a unique_key may have found the same row twice")
            raise Refused(path, "the same row")
        one.members.append((row, link, path))

    def read_removed(self, relationship, value, path, owner):
        table = self.world.tables[relationship.target]
        if not isinstance(value, dict):
            raise Refused(path, "")
        columns, relationships, link = self.sort(value, table, relationship, path)
        if relationships or link:
            raise Refused(path, "")
        values = dict(columns)
        if not owner.there and relationship.direction == MANY:
            raise Unclear("removed from a collection that is new")
        if relationship.direction == MANY:
            key = self.world.keys[relationship.key]
            for column, source in zip(key.columns, key.parent_columns):
                if column in table.primary:
                    values[column] = self.value(owner, source)
        if set(columns) <= set(table.primary) and all(values.get(c) is not None for c in table.primary):
            return [row for row in self.state.find(table, table.primary, [values[c] for c in table.primary]) if row.there]
        unique = relationship.unique_key
        if unique and set(columns) == set(unique) and None not in columns.values():
            return [row for row in self.state.find(table, unique, [columns[name] for name in unique]) if row.there]
        raise Refused(path, "")

    def finish_links(self):
        """Rows that were only named by their key have to be made by another object."""
        for row, path in self.links:
            if not row.objects:
                raise Refused(path, "no row of")

    # --- writing ---

    def apply(self):
        for rows in self.state.rows.values():
            for row in rows:
                for column, (value, _) in row.given.items():
                    if not (row.there and same(row.values[column], value)):
                        row.values[column] = value

    def check_made_once(self):
        """A row that another object makes with its key may be what the unique_key asks for."""
        for (name, names, values), made in self.found.items():
            for row in self.state.rows[name]:
                if row is not made and not row.there and self.folded(row.table, names, row.tuple(names)) == values:
                    raise Unclear("a unique_key is that of another new row")

    def write_links(self):
        for one in self.lists:
            if one.relationship.direction != LINKS:
                continue
            key, target_key = self.keys(one.relationship)
            table = self.world.secondary(one.relationship)
            for member, values, _ in one.members:
                link = self.link(key, target_key, one.owner, member)
                if link is None:
                    link = self.state.add(table, self.defaults(table))
                    link.values.update(zip(key.columns, one.owner.tuple(key.parent_columns)))
                    link.values.update(zip(target_key.columns, member.tuple(target_key.parent_columns)))
                link.objects += 1
                for column, value in values.items():
                    if column in link.given and not same(link.given[column][0], value):
                        raise Unclear("the document says two things of a link")
                    link.given[column] = (value, 0)
                    link.values[column] = value

    def keys(self, relationship):
        return self.world.keys[relationship.key], self.world.keys[relationship.target_key]

    def link(self, key, target_key, owner, member):
        return next((link for link in self.state.referring(key, owner)
                     if self.state.refers(target_key, link, member)), None)

    def let_go(self):
        said = [(id(one.owner), one.relationship.name) for one in self.lists]
        if len(set(said)) < len(said):
            raise Unclear("one collection is given twice")
        emptied = self.emptied_by_the_document()
        links, orphans = [], list(emptied)
        for one in self.lists:
            if one.relationship.direction == LINKS:
                links += self.links_let_go(one)
            else:
                orphans += self.members_let_go(one)
        self.check_lists()
        for link in links:
            if link.objects:
                raise Unclear("a link is named and let go of")
        gone = orphans + self.state.unlinked(links)
        if emptied and len(gone) > 1:
            raise Unclear("a row goes by its own key, and others go")
        self.state.delete([row for row in {id(row): row for row in gone}.values() if not row.gone])

    def emptied_by_the_document(self):
        """Existing rows whose key is given as null under delete-orphan: they go, as in any UPDATE."""
        orphans = []
        for r in self.state.enforced:
            key = self.world.keys[r.key]
            if not r.orphan or r.direction == LINKS:
                continue
            for row in self.state.living(key.child):
                if not row.there or None in [row.before[c] for c in key.columns] or None not in row.tuple(key.columns):
                    continue
                if any(self.state.refers(key, row, owner, True) for owner in self.state.living(key.parent)):
                    self.check_alone(row)
                    row.objects = 0
                    orphans.append(row)
        return orphans

    def check_alone(self, row):
        member = any(row is m for one in self.lists for m, _, _ in one.members)
        if row.objects != 1 or row.linked or member or any(row is one.owner for one in self.lists):
            raise Unclear("the document empties the key of an orphan that it names elsewhere")
        if any(self.state.refers(key, other, row, True) for key in self.world.keys.values()
               if key.parent == row.table.name for other in self.state.rows[key.child]):
            raise Unclear("a row goes by its own key, and what refers to it may have moved before")
        if any(row.values[c] != row.before[c] for names in row.table.uniques for c in names if row.values[c] is not None):
            raise Unclear("a row that goes takes a UNIQUE value first")

    def links_let_go(self, one):
        key, target_key = self.keys(one.relationship)
        there = self.state.referring(key, one.owner)
        listed = [member for member, _, _ in one.members]
        if one.exact:
            return [link for link in there if not any(self.state.refers(target_key, link, m) for m in listed)]
        if any(row in listed for row in one.removed):
            raise Unclear("added and removed")
        return [link for link in there if any(self.state.refers(target_key, link, m) for m in one.removed)]

    def members_let_go(self, one):
        r, key = one.relationship, self.world.keys[one.relationship.key]
        if not one.owner.there:
            return []
        there = self.state.referring(key, one.owner, before=True)
        listed = [member for member, _, _ in one.members]
        leaving = [row for row in (there if one.exact else one.removed)
                   if not any(row is m for m in listed) and any(row is m for m in there)]
        if not one.exact and any(row in listed for row in one.removed):
            raise Unclear("added and removed")
        if any(row not in there and self.state.refers(key, row, one.owner) for row in one.removed):
            raise Unclear("a row is removed that the document itself puts there")
        orphans = []
        for row in leaving:
            if not self.state.refers(key, row, one.owner):
                if None not in row.tuple(key.columns):
                    continue  # it moves
                if row.objects or row.linked:
                    raise Unclear("the document itself empties the key of a row let go of")
                continue
            elif any(column in row.given for column in key.columns if column not in row.table.primary):
                raise Unclear("a row is let go of that the document gives the same owner")
            columns = self.state.emptied(key)
            if r.orphan and r.declared:
                if row.objects or row.linked:
                    raise Unclear("an orphan is named elsewhere")
                orphans.append(row)
            elif not columns:
                raise Refused(one.path, key.columns[0])
            else:
                row.values.update(dict.fromkeys(columns))
        return orphans

    def check_lists(self):
        """A member that something else put into a list that does not have it."""
        for one in self.lists:
            r = one.relationship
            if not one.exact or r.direction == LINKS:
                continue
            key = self.world.keys[r.key]
            listed = [member for member, _, _ in one.members]
            for row in self.state.referring(key, one.owner):
                if not any(row is m for m in listed) and not (row.there and self.state.refers(key, row, one.owner, True)):
                    raise Unclear("a row is in a list that does not name it")
            for row in listed:
                if not self.state.refers(key, row, one.owner):
                    raise Unclear("a row of a list has gone elsewhere")


def same(one, other):
    return type(one) is type(other) and one == other
