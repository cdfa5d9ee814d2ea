"""A table that refers to itself, and tables that refer to each other."""

from case import By, Raises, case
from cases_owners import AO, DEFAULT
from mapping import Mapping, R

NODES = "CREATE TABLE n(id INTEGER PRIMARY KEY, pid INTEGER REFERENCES n);"
TREE = "INSERT INTO n VALUES(1, NULL), (2, 1), (3, 1), (4, 2), (5, 4);"


def nodes(cascade=DEFAULT, rows=TREE, post_update=False):
    return Mapping(
        NODES, rows,
        R("n", "children", "n", cascade=cascade, back_populates="parent"),
        R("n", "parent", "n", remote_side="id", back_populates="children", post_update=post_update),
    )


def upward(post_update, rows=TREE):
    return Mapping(NODES, rows, R("n", "parent", "n", remote_side="id", post_update=post_update))


def delete_node(key):
    return lambda s, o: s.delete(o.n(key))


def set_parent(key, parent):
    def event(s, o):
        o.n(key).parent = o.n(parent)
    return event


def without(key):
    return f"DELETE FROM n WHERE id = {key}"


for word, cascade in (("default", DEFAULT), ("orphan", AO)):
    mapping = nodes(cascade)
    case(f"tree_root_deleted_{word}", mapping, delete_node(1), without(1))
    case(f"tree_middle_deleted_{word}", mapping, delete_node(2), without(2))
    case(f"tree_branch_removed_{word}", mapping, lambda s, o: o.n(1).children.remove(o.n(2)),
         "UPDATE n SET pid = NULL WHERE id = 2", 'DELETE FROM "n.children" WHERE owner_id = 1 AND id = 2')
    case(f"tree_branch_moved_{word}", mapping, set_parent(4, 3), "UPDATE n SET pid = 3 WHERE id = 4",
         ['UPDATE "n.children" SET owner_id = 3 WHERE owner_id = 2 AND id = 4',
          'INSERT INTO "n.children"(owner_id, id) VALUES (3, 4)'])
    # Nobody looks for circles in the data.
    case(f"tree_made_a_circle_{word}", mapping, set_parent(1, 2), "UPDATE n SET pid = 2 WHERE id = 1")

# Rows that point at themselves or each other: SQLAlchemy finds no order, rows have none to find.
SELF = TREE + "INSERT INTO n VALUES(7, 7);"
PAIR = TREE + "INSERT INTO n VALUES(7, NULL), (8, 7); UPDATE n SET pid = 8 WHERE id = 7;"
for word, cascade in (("default", DEFAULT), ("orphan", AO)):
    case(f"self_pointing_deleted_{word}", nodes(cascade, SELF), delete_node(7), without(7),
         alchemy=Raises("CircularDependencyError"), ours=without(7))
case("pair_deleted_default", nodes(DEFAULT, PAIR), delete_node(7), without(7))
for word, post_update in (("orphan", False), ("orphan_post_update", True)):
    case(f"pair_deleted_{word}", nodes(AO, PAIR, post_update), delete_node(7), without(7),
         alchemy=Raises("CircularDependencyError"), ours="DELETE FROM n WHERE id IN (7, 8)")


def insert_self(s, o):
    node = o.new("n", id=7)
    node.parent = node
    s.add(node)


def insert_pair(s, o):
    a, b = o.new("n", id=7), o.new("n", id=8)
    a.parent, b.parent = b, a
    s.add_all([a, b])


INSERT_SELF = "INSERT INTO n VALUES(7, 7)"
INSERT_PAIR = "INSERT INTO n VALUES(7, 8), (8, 7)"
CIRCULAR = Raises("CircularDependencyError")
for word, event, sql in (("self_pointing", insert_self, INSERT_SELF), ("pair", insert_pair, INSERT_PAIR)):
    case(f"{word}_inserted_upward", upward(False), event, sql, alchemy=CIRCULAR, ours=sql)
    case(f"{word}_inserted_upward_post_update", upward(True), event, sql)
    case(f"{word}_inserted_both_ways", nodes(DEFAULT, TREE, True), event, sql, alchemy=CIRCULAR, ours=sql)
# Upward alone, nobody says what becomes of children: that is left to the native key.
case("self_pointing_deleted_upward", upward(False, SELF), delete_node(7), without(7),
     alchemy=CIRCULAR, ours=without(7))
case("self_pointing_deleted_upward_post_update", upward(True, SELF), delete_node(7), without(7))


def delete_pair(s, o):
    a, b = o.n(7), o.n(8)
    s.delete(a)
    s.delete(b)


BOTH = "DELETE FROM n WHERE id IN (7, 8)"
case("pair_deleted_upward", upward(False, PAIR), delete_pair, BOTH, alchemy=CIRCULAR, ours=BOTH)
case("pair_deleted_upward_post_update", upward(True, PAIR), delete_pair, BOTH)

# --- w has entries e, and one of them is its favourite ---


def widgets(cascade=DEFAULT, post_update=False):
    return Mapping(
        """
        CREATE TABLE w(id INTEGER PRIMARY KEY, fav_id INTEGER REFERENCES e);
        CREATE TABLE e(id INTEGER PRIMARY KEY, w_id INTEGER REFERENCES w);
        """,
        """
        INSERT INTO w VALUES(1, NULL), (2, NULL);
        INSERT INTO e VALUES(11, 1), (12, 1), (21, 2);
        UPDATE w SET fav_id = 11 WHERE id = 1;
        """,
        R("w", "entries", "e", foreign_keys="e.w_id", cascade=cascade),
        R("w", "fav", "e", foreign_keys="w.fav_id", post_update=post_update),
    )


def insert_widget(s, o):
    w, e = o.new("w", id=3), o.new("e", id=31)
    w.entries.append(e)
    w.fav = e
    s.add(w)


NEW = "INSERT INTO w VALUES(3, NULL); INSERT INTO e VALUES(31, 3); UPDATE w SET fav_id = 31 WHERE id = 3"
NEW_VIEW = "INSERT INTO w VALUES(3, NULL); INSERT INTO e VALUES(31, 3); INSERT INTO \"w.fav\"(owner_id, id) VALUES (3, 31)"
W, E = "DELETE FROM w WHERE id = 1", "DELETE FROM e WHERE id = 11"
for word, cascade in (("default", DEFAULT), ("orphan", AO)):
    case(f"favourite_inserted_{word}", widgets(cascade), insert_widget, NEW, NEW_VIEW, alchemy=CIRCULAR, ours=NEW)
    case(f"favourite_inserted_{word}_post_update", widgets(cascade, True), insert_widget, NEW, NEW_VIEW)
    case(f"favourite_holder_deleted_{word}_post_update", widgets(cascade, True), lambda s, o: s.delete(o.w(1)), W)
    case(f"favourite_deleted_{word}_post_update", widgets(cascade, True), lambda s, o: s.delete(o.e(11)), E,
         ours=By(off=E, on=Raises("FOREIGN KEY")))
case("favourite_holder_deleted_default", widgets(), lambda s, o: s.delete(o.w(1)), W)
case("favourite_holder_deleted_orphan", widgets(AO), lambda s, o: s.delete(o.w(1)), W,
     alchemy=CIRCULAR, ours=W + "; DELETE FROM e WHERE w_id = 1")
case("favourite_removed_orphan_post_update", widgets(AO, True), lambda s, o: o.w(1).entries.remove(o.e(11)),
     "UPDATE e SET w_id = NULL WHERE id = 11", 'DELETE FROM "w.entries" WHERE owner_id = 1 AND id = 11',
     ours=By(off=E, on=Raises("FOREIGN KEY")))
