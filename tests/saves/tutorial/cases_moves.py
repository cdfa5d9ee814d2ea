"""Rows that a document names in more places than one: made here and linked there, moved away from a
row that goes, said from both sides."""

from mapping import Mapping, R
from saving import save

AO = "all, delete-orphan"
THREE = Mapping(
    """
    CREATE TABLE a(id INTEGER PRIMARY KEY, x TEXT);
    CREATE TABLE b(id INTEGER PRIMARY KEY, a_id INTEGER REFERENCES a, x TEXT);
    CREATE TABLE c(id INTEGER PRIMARY KEY, b_id INTEGER REFERENCES b, x TEXT);
    """,
    "INSERT INTO a VALUES(1, 'a'), (2, 'a'); INSERT INTO b VALUES(8, 1, 'b'), (9, 2, 'b');"
    "INSERT INTO c VALUES(10, 8, 'c'), (11, 8, 'c'), (12, 9, 'c');",
    R("a", "bs", "b", cascade=AO), R("b", "cs", "c", cascade=AO))


def move(o, target, kept):
    """Row 10 leaves row 8 and joins the target, and 8 is no member of 1 any more."""
    old, owner, moving = o.b(8), o.a(1), o.c(10)
    old.cs.remove(moving)
    target.cs.append(moving)
    owner.bs = kept


def moved_to_new(s, o):
    new = o.new("b", x="new")
    with s.no_autoflush:
        move(o, new, [new])


def moved_to_known(s, o):
    with s.no_autoflush:
        move(o, o.b(9), [])


save("moved_from_an_orphan_to_a_new_row", THREE, moved_to_new, ("a", {"id": 1, "bs": [{"x": "new", "cs": [{"id": 10}]}]}), renamed=True)
save("moved_from_an_orphan", THREE, moved_to_known, ("a", [
    {"id": 1, "bs": []}, {"id": 2, "bs": [{"id": 9, "cs": {"add": [{"id": 10}]}}]}]))

NEEDED = Mapping(
    """
    CREATE TABLE a(id INTEGER PRIMARY KEY, x TEXT);
    CREATE TABLE b(id INTEGER PRIMARY KEY, a_id INTEGER NOT NULL REFERENCES a, up INTEGER REFERENCES b, x TEXT);
    """,
    "INSERT INTO a VALUES(1, 'a'); INSERT INTO b VALUES(1, 1, NULL, 'b');",
    R("a", "bs", "b", foreign_keys="b.a_id", back_populates="a"), R("b", "a", "a", foreign_keys="b.a_id", back_populates="bs"),
    R("b", "downs", "b", foreign_keys="b.up"))


def linked_before(s, o):
    one, new, other = o.b(1), o.new("b", id=5, x="made"), o.new("a", x="new")
    new.a = one.a = other
    one.downs.append(new)


save("linked_before_it_is_made", NEEDED, linked_before, ("b", {
    "id": 1, "a": {"x": "new", "bs": [{"id": 1}, {"id": 5}]}, "downs": [{"id": 5, "x": "made"}]}))
save("linked_behind_where_it_is_made", NEEDED, linked_before, ("b", {
    "id": 1, "downs": [{"id": 5, "x": "made"}], "a": {"x": "new", "bs": [{"id": 1}, {"id": 5}]}}))

LINKED = Mapping(
    """
    CREATE TABLE a(id INTEGER PRIMARY KEY, b_id INTEGER REFERENCES b, x TEXT);
    CREATE TABLE b(id INTEGER PRIMARY KEY, x TEXT);
    CREATE TABLE ab(a_id INTEGER REFERENCES a, b_id INTEGER REFERENCES b, PRIMARY KEY(a_id, b_id));
    """,
    "INSERT INTO b VALUES(1, 'b'); INSERT INTO a VALUES(1, 1, 'a'), (2, 1, 'a'); INSERT INTO ab VALUES(1, 1);",
    R("a", "b", "b", foreign_keys="a.b_id"),
    R("a", "bs", "b", secondary="ab", back_populates="as_"),
    R("b", "as_", "a", secondary="ab", back_populates="bs", ours={"cascade": AO}))


def made_further_on(s, o):
    new = o.new("b", id=5, x="new")
    o.a(1).b = new
    o.a(2).bs.append(new)


def both_sides(s, o):
    new = o.new("b", x="new")
    o.a(2).bs.append(new)



def new_then_known(s, o):
    o.a(2).bs = [o.new("b", id=5, x="new"), o.b(1)]


save("key_to_a_row_made_further_on", LINKED, made_further_on, ("a", [
    {"id": 1, "b": {"id": 5}}, {"id": 2, "bs": [{"id": 5, "x": "new"}]}]))
save("link_said_from_both_sides", LINKED, both_sides, ("a", {"id": 2, "bs": [{"x": "new", "as_": [{"id": 2}]}]}))
save("links_of_a_new_and_a_known_row", LINKED, new_then_known, ("a", {"id": 2, "bs": [{"id": 5, "x": "new"}, {"id": 1}]}))
save("links_of_a_known_and_a_new_row", LINKED, new_then_known, ("a", {"id": 2, "bs": [{"id": 1}, {"id": 5, "x": "new"}]}))

ONE = Mapping(
    """
    CREATE TABLE a(id INTEGER PRIMARY KEY, x TEXT);
    CREATE TABLE b(id INTEGER PRIMARY KEY, a_id INTEGER UNIQUE REFERENCES a, other_id INTEGER REFERENCES a, x TEXT);
    """,
    "INSERT INTO a VALUES(1, 'a'), (2, 'a'); INSERT INTO b VALUES(10, 1, NULL, 'b');",
    R("a", "one", "b", foreign_keys="b.a_id", uselist=0), R("a", "many", "b", foreign_keys="b.other_id"))


def replaced(s, o):
    old = o.b(10)
    o.a(1).one = None
    s.flush()
    o.a(1).one = o.new("b", x="new")
    o.a(2).many.append(old)


save("one_replaced_and_named_elsewhere", ONE, replaced, ("a", [{"id": 1, "one": {"x": "new"}}, {"id": 2, "many": [{"id": 10}]}]))
