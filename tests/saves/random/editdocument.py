"""Random edits of a document: what a program does with what it fetched before it saves it again."""

import copy

from makedocument import as_json
from saveworld import LINKS, MANY, ONE

COLLECTIONS = (MANY, LINKS)


class Editor:
    def __init__(self, maker):
        self.maker = maker
        self.random = maker.random
        self.world = maker.world

    def chance(self, p):
        return self.random.random() < p

    def edit(self, roots, shape):
        """Changes the list of objects in place."""
        for _ in range(self.random.randint(1, 4)):
            sites = [site for i, root in enumerate(roots) for site in self.sites(root, shape)]
            if sites:
                self.change(*self.random.choice(sites), sites)
        if self.chance(0.2):
            roots.append(self.maker.fill(self.maker.shape(shape.table, 1)))

    def sites(self, document, shape):
        yield document, shape
        for name, child in shape.children.items():
            value = document.get(name)
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, dict) and not child.only_links and not set(one) <= {"add", "remove"}:
                    yield from self.sites(one, child)

    def change(self, document, shape, sites):
        names = [n for n in shape.children if n in document]
        if names and self.chance(0.75):
            name = self.random.choice(names)
            child = shape.children[name]
            if child.relationship.direction in COLLECTIONS:
                if isinstance(document[name], list):
                    self.change_collection(document, name, child, sites)
            else:
                self.change_scalar(document, name, child)
            return
        self.change_columns(document, shape)

    # --- columns ---

    def change_columns(self, document, shape):
        table = shape.table
        names = [c.name for c in table.columns if c.name not in table.primary and c.name != "v" and not c.generated]
        what = self.random.random()
        if what < 0.15:
            for name in list(document):
                if name not in table.primary and name != "v" and self.chance(0.5):
                    del document[name]
        elif what < 0.25:
            name = self.random.choice(list(document))
            document[name.upper()] = document.pop(name)
        elif names:
            name = self.random.choice(names)
            keys = [k for k in self.world.keys.values() if k.child == table.name and name in k.columns]
            if keys:
                document[name] = self.maker.reference(keys[0], name)
            elif name.endswith("_pos"):
                document[name] = self.random.randint(1, 4)
            elif name == "u" and self.chance(0.5):
                document[name] = self.there(table, "u")
            else:
                document[name] = self.maker.value(table, table.column(name))

    def there(self, table, name):
        """A value that some row has."""
        values = [row[name] for row in self.maker.rows[table.name]]
        return as_json(self.random.choice(values)) if values else None

    # --- scalars ---

    def change_scalar(self, document, name, child):
        what = self.random.random()
        if what < 0.25:
            document[name] = None
        elif what < 0.6:
            document[name] = self.maker.link(child, set()) or None
        elif what < 0.9 or document[name] is None:
            document[name] = self.new(child)
        else:
            del document[name]

    def new(self, child):
        shape = self.maker.shape(child.table, 1, child.relationship)
        shape.only_links = False
        if "v" not in shape.columns:
            shape.columns = [c.name for c in child.table.columns if not c.generated and c.default is None
                             and c.name not in self.maker.filled_by_owner(child.relationship)
                             and c.name != child.table.auto]
        result = self.maker.fill(shape)
        unique = "u" if child.relationship.unique_key == ("u",) else None
        if unique and self.chance(0.4):
            result[unique] = self.there(child.table, unique) or "made once"
            if child.table.column(unique).type == "INTEGER" and isinstance(result[unique], str):
                result[unique] = 99
            if self.chance(0.5):
                result = {unique: result[unique], **({"v": "mark of %s" % result[unique]} if self.chance(0.7) else {})}
        return result

    # --- collections ---

    def change_collection(self, document, name, child, sites):
        members = document[name]
        what = self.random.random()
        if what < 0.2 and members:
            del members[self.random.randrange(len(members))]
        elif what < 0.35:
            members.insert(self.random.randint(0, len(members)), self.new(child))
        elif what < 0.5:
            self.add_link(members, child)
        elif what < 0.65 and members:
            self.move(members, name, child, sites)
        elif what < 0.7:
            members.clear()
        elif what < 0.75:
            self.random.shuffle(members)
        elif what < 0.8 and members:
            i = self.random.randrange(len(members))
            members[i] = self.key_of(members[i], child)
        elif what < 0.97:
            document[name] = self.verbs(members, child)
        else:
            del document[name]

    def add_link(self, members, child):
        link = self.maker.link(child, {tuple(m.get(c) for c in child.table.primary) for m in members})
        if link is not None:
            members.append(link)

    def key_of(self, member, child):
        return {c: member[c] for c in child.table.primary if c in member}

    def move(self, members, name, child, sites):
        """To another owner's collection."""
        others = [d[name] for d, s in sites if s.children.get(name) is child and isinstance(d.get(name), list) and d[name] is not members]
        if not others:
            return
        member = members.pop(self.random.randrange(len(members)))
        if self.chance(0.3):
            member = self.key_of(member, child)
        self.random.choice(others).append(member)

    def verbs(self, members, child):
        result, kept = {}, copy.copy(members)
        self.random.shuffle(kept)
        if self.chance(0.6):
            result["remove"] = [self.key_of(kept.pop(), child) for _ in range(min(len(kept), self.random.randint(1, 2)))]
            unique = "u" if child.relationship.unique_key == ("u",) else None
            if unique and self.chance(0.3) and self.there(child.table, unique) is not None:
                result["remove"].append({unique: self.there(child.table, unique)})
        if self.chance(0.7) or not result:
            result["add"] = [self.new(child) for _ in range(self.random.randint(0, 2))]
            if self.chance(0.3):
                self.add_link(result["add"], child)
            result["add"] += kept[:self.random.randint(0, 1)]
        return self.maker.shuffled(result)


# --- mistakes ---


def mistakes(random, world, roots, shape):
    """One thing that is wrong everywhere: (the documents with it, the path that the error names)."""
    roots = copy.deepcopy(roots)
    sites = [site for i, root in enumerate(roots) for site in placed(root, shape, "$[%d]" % i)]
    document, shape, path = random.choice(sites)
    names = [n for n in shape.children if n in document]
    lists = [n for n in names if shape.children[n].relationship.direction in COLLECTIONS]
    scalars = [n for n in names if shape.children[n].relationship.direction not in COLLECTIONS]
    what = random.randrange(7)
    if what == 0:
        document["titel"] = 1
        return roots, path + ".titel"
    if what == 1 and lists:
        name = random.choice(lists)
        document[name] = random.choice([None, 5, "text", {"add": [], "insert": []}, {"set": []}])
        return roots, path + "." + name
    if what == 2 and scalars:
        name = random.choice(scalars)
        document[name] = random.choice([[], [{}], 5, "text"])
        return roots, path + "." + name
    if what == 3 and lists:
        name = random.choice(lists)
        table = shape.children[name].table
        missing = {c: {"INTEGER": 987654, "REAL": 9876.5}.get(table.column(c).type, "no such key") for c in table.primary}
        if set(table.primary) & set(filled(world, shape.children[name].relationship)):
            return None
        if isinstance(document[name], list):
            document[name].append(missing)
            return roots, path + "." + name + "[%d]" % (len(document[name]) - 1)
    if what == 4 and lists:
        name = random.choice(lists)
        if isinstance(document[name], list):
            document[name].append(random.choice([5, "text", [], None]))
            return roots, path + "." + name + "[%d]" % (len(document[name]) - 1)
    if what == 5 and lists:
        name = random.choice(lists)
        child = shape.children[name]
        if isinstance(document[name], list) and document[name] and set(child.table.primary) <= set(document[name][0]):
            document[name].append({c: document[name][0][c] for c in child.table.primary})
            return roots, path + "." + name + "[%d]" % (len(document[name]) - 1)
    if what == 6:
        for relationship in world.of(shape.table.name):
            if (relationship.viewonly or not relationship.save_update) and relationship.name not in document:
                document[relationship.name] = random.choice([None, [], {}])
                return roots, path + "." + relationship.name
    return None


def filled(world, relationship):
    return world.keys[relationship.key].columns if relationship.direction in (ONE, MANY) else []


def placed(document, shape, path):
    yield document, shape, path
    for name, child in shape.children.items():
        value = document.get(name)
        if child.only_links or value is None:
            continue
        if isinstance(value, list):
            for i, one in enumerate(value):
                yield from placed(one, child, "%s.%s[%d]" % (path, name, i))
        else:
            yield from placed(value, child, "%s.%s" % (path, name))
