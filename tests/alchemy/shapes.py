"""The mappings of the random graphs: tables of `id` and keys, with cascades drawn for each.

In all of them SQLAlchemy's outcome follows from the rows alone, as long as everything is loaded: no
members that several owners share and one of them would delete, no circles in the data; and a
many-to-many is declared on both sides, as SQLAlchemy unlinks what goes only where it was told to.
"""

from mapping import Mapping, R

DEFAULT, DELETE, AO, ORPHAN = "save-update, merge", "save-update, delete", "all, delete-orphan", "save-update, delete-orphan"
ANY = (DEFAULT, DELETE, AO, ORPHAN)


class Key:
    """A foreign key, and the one-to-many over it."""

    def __init__(self, owner, name, target, column, cascades=ANY, needed=None, single=False):
        self.owner, self.name, self.target, self.column = owner, name, target, column
        self.cascades, self.needed, self.single = cascades, needed, single


class Links:
    """A secondary, and the many-to-many over it."""

    def __init__(self, owner, name, target, secondary, cascades=(DEFAULT,), exclusive=False):
        self.owner, self.name, self.target, self.secondary = owner, name, target, secondary
        self.cascades, self.exclusive = cascades, exclusive


SHAPES = {
    "one-to-many, three levels": ["p c g", Key("p", "cs", "c", "p_id"), Key("c", "gs", "g", "c_id")],
    "the same, keys needed": ["p c g", Key("p", "cs", "c", "p_id", needed=True), Key("c", "gs", "g", "c_id", needed=True)],
    "two parents": ["a b k", Key("a", "ks", "k", "a_id"), Key("b", "ks", "k", "b_id")],
    "two keys to one parent": ["p c", Key("p", "firsts", "c", "p_id"), Key("p", "seconds", "c", "q_id")],
    "diamond": ["p c d", Key("p", "cs", "c", "p_id"), Key("p", "ds", "d", "p_id"), Key("c", "ds", "d", "c_id")],
    "diamond, keys needed": ["p c d", Key("p", "cs", "c", "p_id", needed=True), Key("p", "ds", "d", "p_id", needed=True),
                             Key("c", "ds", "d", "c_id", needed=True)],
    "one-to-one": ["u q r", Key("u", "q", "q", "u_id", single=True), Key("q", "rs", "r", "q_id")],
    "tree": ["n m", Key("n", "children", "n", "pid"), Key("n", "ms", "m", "n_id")],
    "forest": ["p n m", Key("p", "ns", "n", "p_id"), Key("n", "children", "n", "pid"), Key("n", "ms", "m", "n_id"), Key("p", "ms", "m", "p_id")],
    "two trees in one table": ["n", Key("n", "children", "n", "pid"), Key("n", "others", "n", "qid")],
    "tree with tags": ["n t", Key("n", "children", "n", "pid"), Links("n", "ts", "t", "nt")],
    "many-to-many": ["a b c", Links("a", "bs", "b", "ab"), Key("a", "cs", "c", "a_id")],
    "many-to-many, exclusive": ["a b c", Links("a", "bs", "b", "ab", (DELETE, AO), True), Key("b", "cs", "c", "b_id")],
    "many-to-many to itself": ["n", Links("n", "ns", "n", "nn")],
    "association object": ["u g m", Key("u", "links", "m", "u_id", (DELETE, AO), True), Key("g", "links", "m", "g_id", (DELETE, AO), True)],
}


class Shape:
    """A mapping with its cascades, inverses and keys drawn."""

    def __init__(self, name, rng):
        self.name = name
        tables, *self.edges = SHAPES[name]
        self.tables = tables.split()
        relationships, keys, links = [], {t: [] for t in self.tables}, []
        for edge in self.edges:
            cascade, inverse = rng.choice(edge.cascades), f"{edge.name}_of_{edge.owner}"
            both = isinstance(edge, Links) or rng.random() < 0.5
            options = {"back_populates": inverse} if both else {}
            if isinstance(edge, Key):
                keys[edge.target].append(edge)
                self.relate_key(relationships, edge, cascade, options, inverse if both else None)
            else:
                links.append(edge)
                self.relate_links(relationships, edge, cascade, options, inverse)
        rng.shuffle(relationships)
        self.mapping = Mapping("".join(ddl(t, keys[t]) for t in self.tables) + "".join(map(links_ddl, links)),
                               "", *relationships)

    @staticmethod
    def relate_key(relationships, edge, cascade, options, inverse):
        if edge.single:
            options["uselist"] = 0
        key = {"foreign_keys": f"{edge.target}.{edge.column}"}
        relationships.append(R(edge.owner, edge.name, edge.target, cascade=cascade, **key, **options))
        if inverse:
            if edge.owner == edge.target:
                key["remote_side"] = "id"
            relationships.append(R(edge.target, inverse, edge.owner, back_populates=edge.name, **key))

    @staticmethod
    def relate_links(relationships, edge, cascade, options, inverse):
        alchemy = {"single_parent": True} if "orphan" in cascade else {}
        there, back = dict(options), {"back_populates": edge.name}
        if edge.owner == edge.target:
            s = edge.secondary
            for given, near, far in ((there, "x_id", "y_id"), (back, "y_id", "x_id")):
                given["alchemy"] = {"primaryjoin": join(edge.owner, s, near), "secondaryjoin": join(edge.owner, s, far)}
                given["ours"] = {"foreign_keys": f"{near}, {far}"}
        else:
            there["alchemy"] = alchemy
        relationships.append(R(edge.owner, edge.name, edge.target, secondary=edge.secondary, cascade=cascade, **there))
        relationships.append(R(edge.target, inverse, edge.owner, secondary=edge.secondary, **back))

    def rows(self, rng):
        """Random rows, as {table: {id: {column: value}}} with the links as sets of pairs."""
        rows = {t: {i + 1: {} for i in range(rng.randint(2, 5))} for t in self.tables}
        for edge in self.edges:
            if isinstance(edge, Key):
                free = list(rows[edge.owner])
                for i, row in list(rows[edge.target].items()):
                    some = [o for o in free if edge.owner != edge.target or o < i]
                    row[edge.column] = None
                    if some and (edge.needed or rng.random() < 0.8):
                        row[edge.column] = rng.choice(some)
                        if edge.single:
                            free.remove(row[edge.column])
            else:
                pairs = [(a, b) for a in rows[edge.owner] for b in rows[edge.target]]
                chosen = rng.sample(pairs, len(pairs) // 3)
                if edge.exclusive:
                    chosen = list({b: (a, b) for a, b in chosen}.values())
                rows[edge.secondary] = chosen
        return rows


def join(table, secondary, column):
    return lambda t: t[table].c.id == t[secondary].c[column]


def ddl(table, keys):
    columns = "".join(
        f", {k.column} INTEGER{' NOT NULL' * bool(k.needed)}{' UNIQUE' * k.single} REFERENCES {k.owner}" for k in keys
    )
    return f"CREATE TABLE {table}(id INTEGER PRIMARY KEY{columns});\n"


def links_ddl(edge):
    near, far = link_columns(edge)
    return (f"CREATE TABLE {edge.secondary}({near} INTEGER REFERENCES {edge.owner}, {far} INTEGER REFERENCES {edge.target},"
            f" PRIMARY KEY({near}, {far}));\n")


def link_columns(edge):
    return ("x_id", "y_id") if edge.owner == edge.target else (f"{edge.owner}_id", f"{edge.target}_id")
