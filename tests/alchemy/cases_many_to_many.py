"""Many-to-many, and the association table as a class of its own."""

from case import By, Raises, case
from cases_owners import AO, DEFAULT
from mapping import Mapping, R

# --- a 1 has b 11 and 12, a 2 has b 11 (shared), a 3 has b 13; nobody has b 14 ---

ROWS = """
INSERT INTO a VALUES(1), (2), (3);
INSERT INTO b VALUES(11), (12), (13), (14);
INSERT INTO ab VALUES(1, 11), (1, 12), (2, 11), (3, 13);
"""


def linked(bs=DEFAULT, as_=DEFAULT, native="", key=", PRIMARY KEY(a_id, b_id)", rows="", both=True, **options):
    alchemy = {"single_parent": True} if bs is AO else {}
    if options.get("viewonly"):
        alchemy["cascade"] = ""
    inverse = {"back_populates": "as_"} if both and not options.get("viewonly") else {}
    relationships = [R("a", "bs", "b", secondary="ab", cascade=bs, alchemy=alchemy, **inverse, **options)]
    if both:
        options.pop("viewonly", None)
        back = {"back_populates": "bs"} if inverse else {}
        relationships.append(R("b", "as_", "a", secondary="ab", cascade=as_, **back, **options))
    return Mapping(
        f"""
        CREATE TABLE a(id INTEGER PRIMARY KEY);
        CREATE TABLE b(id INTEGER PRIMARY KEY);
        CREATE TABLE ab(a_id INTEGER REFERENCES a {native}, b_id INTEGER REFERENCES b {native}{key});
        """,
        ROWS + rows, *relationships)


def delete_a(s, o):
    s.delete(o.a(1))


def delete_b(s, o):
    s.delete(o.b(11))


def remove(s, o):
    o.a(1).bs.remove(o.b(11))


def replace(s, o):
    o.a(1).bs = [o.b(12), o.b(14)]


A, B = "DELETE FROM a WHERE id = 1", "DELETE FROM b WHERE id = 11"
A_LINKS, B_LINKS = "; DELETE FROM ab WHERE a_id = 1", "; DELETE FROM ab WHERE b_id = 11"
REMOVE = "DELETE FROM ab WHERE a_id = 1 AND b_id = 11"
REMOVE_VIEWS = ('DELETE FROM "a.bs" WHERE owner_id = 1 AND id = 11', 'DELETE FROM "b.as_" WHERE owner_id = 11 AND id = 1')
REPLACE = REMOVE + "; INSERT INTO ab VALUES(1, 14)"
REPLACE_VIEW = REMOVE_VIEWS[0] + '; INSERT INTO "a.bs"(owner_id, id) VALUES (1, 14), (1, 12)'
KINDS = {"default": (DEFAULT, DEFAULT), "delete": ("all", DEFAULT), "both": ("all", "all"), "orphan": (AO, DEFAULT)}

# Only links: as SQLAlchemy.
case("many_end_deleted_default", linked(), delete_a, A)
case("many_other_end_deleted_default", linked(), delete_b, B)
for word in ("default", "delete", "both"):
    case(f"many_removed_{word}", linked(*KINDS[word]), remove, REMOVE, REMOVE_VIEWS)
    case(f"many_replaced_list_{word}", linked(*KINDS[word]), replace, REPLACE, REPLACE_VIEW)
    case(f"many_appended_{word}", linked(*KINDS[word]), lambda s, o: o.a(2).bs.append(o.b(14)),
         "INSERT INTO ab VALUES(2, 14)", ['INSERT INTO "a.bs"(owner_id, id) VALUES (2, 14)',
                                          'INSERT INTO "b.as_"(owner_id, id) VALUES (14, 2)'])
for word in ("delete", "orphan"):
    case(f"many_other_end_deleted_{word}", linked(*KINDS[word]), delete_b, B)
# Members that go: here with their last link, in SQLAlchemy at once, from under all other links.
LAST = A + A_LINKS + "; DELETE FROM b WHERE id = 12"
for word in ("delete", "orphan"):
    case(f"many_end_deleted_{word}", linked(*KINDS[word]), delete_a, A,
         alchemy=LAST + ";" + B + B_LINKS, ours=LAST)
    case(f"many_only_links_go_{word}", linked(*KINDS[word]), lambda s, o: s.delete(o.a(3)), "DELETE FROM a WHERE id = 3")
COMPONENT = "DELETE FROM a WHERE id IN (1, 2); DELETE FROM ab WHERE a_id IN (1, 2); DELETE FROM b WHERE id IN (11, 12)"
case("many_end_deleted_both", linked(*KINDS["both"]), delete_a, A, alchemy=COMPONENT, ours=LAST)
case("many_other_end_deleted_both", linked(*KINDS["both"]), delete_b, B, alchemy=COMPONENT,
     ours=B + B_LINKS + "; DELETE FROM a WHERE id = 2")
case("many_removed_orphan", linked(*KINDS["orphan"]), remove, REMOVE, REMOVE_VIEWS, alchemy=B + B_LINKS, ours=REMOVE)
case("many_removed_last_orphan", linked(*KINDS["orphan"]), lambda s, o: o.a(3).bs.remove(o.b(13)),
     "DELETE FROM ab WHERE a_id = 3", 'DELETE FROM "a.bs" WHERE owner_id = 3')
case("many_replaced_list_orphan", linked(*KINDS["orphan"]), replace, REPLACE, REPLACE_VIEW,
     alchemy=REPLACE + ";" + B + B_LINKS, ours=REPLACE)
case("many_orphans_without_single_parent",
     Mapping(linked().tables, ROWS, R("a", "bs", "b", secondary="ab", cascade=AO)), remove, REMOVE, REMOVE_VIEWS[0],
     alchemy=Raises("ArgumentError"), ours=REMOVE)

# passive_deletes: the native key's.
for native, outcome, other in (
    ("", By(off=A, on=Raises("FOREIGN KEY")), By(off=B, on=Raises("FOREIGN KEY"))),
    ("ON DELETE CASCADE", By(off=A, on=A + A_LINKS), By(off=B, on=B + B_LINKS)),
):
    word = "native" if native else "none"
    case(f"many_end_deleted_passive_{word}", linked(native=native, passive_deletes=True), delete_a, A, ours=outcome)
    case(f"many_other_end_deleted_passive_{word}", linked(native=native, passive_deletes=True), delete_b, B, ours=other)
case("many_removed_passive", linked(native="ON DELETE CASCADE", passive_deletes=True), remove, REMOVE, REMOVE_VIEWS)
PASSIVE = linked("all", native="ON DELETE CASCADE", passive_deletes=True, both=False)
case("many_end_deleted_passive_delete", PASSIVE, delete_a, A, ours=By(off=A, on=A + A_LINKS))

# viewonly, and only one side declared.
READ = linked(viewonly=True, both=False)
case("many_end_deleted_viewonly", READ, delete_a, A, ours=By(off=A, on=Raises("FOREIGN KEY")))
case("many_removed_viewonly", READ, remove, REMOVE_VIEWS[0], alchemy="SELECT 1", ours=Raises("a.bs"))
case("many_other_end_deleted_beside_viewonly", linked(viewonly=True), delete_b, B)
case("many_removed_beside_viewonly", linked(viewonly=True), remove, REMOVE_VIEWS[0], alchemy="SELECT 1", ours=Raises("a.bs"))
case("many_other_end_deleted_one_sided", linked(both=False), delete_b, B,
     alchemy=By(off=B, on=Raises("IntegrityError")), ours=B + B_LINKS)

# Links that are there already, on both sides, twice, or gone.


def append_again(s, o):
    b = o.b(12)
    with s.no_autoflush:
        o.a(1).bs.append(b)


def append_both(s, o):
    a, b = o.a(2), o.b(14)
    a.bs.append(b)
    b.as_.append(a)


AGAIN = 'INSERT INTO "a.bs"(owner_id, id) VALUES (1, 12)'
case("many_appended_again", linked(), append_again, AGAIN, alchemy="SELECT 1", ours="SELECT 1")
case("many_appended_on_both_sides", linked(), append_both, "INSERT INTO ab VALUES(2, 14)",
     'INSERT INTO "a.bs"(owner_id, id) VALUES (2, 14); INSERT INTO "b.as_"(owner_id, id) VALUES (14, 2)')


def link_gone(s, o):
    a, b = o.a(1), o.b(11)
    list(a.bs)
    s.connection().exec_driver_sql(REMOVE)
    a.bs.remove(b)


TWICE = linked(key="", rows="INSERT INTO ab VALUES(1, 11);", both=False)
case("many_removed_link_is_gone", linked(), link_gone, REMOVE + ";" + REMOVE, REMOVE + ";" + REMOVE_VIEWS[0],
     alchemy=Raises("StaleDataError"), ours=REMOVE)
case("many_removed_link_is_there_twice", TWICE, remove, REMOVE, REMOVE_VIEWS[0], alchemy=Raises("StaleDataError"), ours=REMOVE)
case("many_end_deleted_link_is_there_twice", TWICE, delete_a, A, alchemy=Raises("StaleDataError"), ours=A + A_LINKS)

# The key of one end changes.
KEY = "UPDATE a SET id = 9 WHERE id = 1"


def change_key(s, o):
    o.a(1).id = 9


CARRIED = KEY + "; UPDATE ab SET a_id = 9 WHERE a_id = 1"
case("many_key_changed_passive", linked(), change_key, KEY, ours=By(off=KEY, on=Raises("FOREIGN KEY")))
case("many_key_changed_carried", linked(passive_updates=False, both=False), change_key, KEY,
     alchemy=By(off=CARRIED, on=Raises("IntegrityError")), ours=CARRIED)
# One link each, as single_parent says; SQLAlchemy does not look at what is in the tables.
case("many_single_parent_second_link", Mapping(
    linked().tables, "INSERT INTO a VALUES(1), (2); INSERT INTO b VALUES(11); INSERT INTO ab VALUES(1, 11);",
    R("a", "bs", "b", secondary="ab", cascade=AO, single_parent=True)),
    lambda s, o: o.a(2).bs.append(o.b(11)), "INSERT INTO ab VALUES(2, 11)",
    'INSERT INTO "a.bs"(owner_id, id) VALUES (2, 11)',
    alchemy="INSERT INTO ab VALUES(2, 11)", ours=Raises("UNIQUE"))

# --- the association as an object: u and g have links, which are rows of m ---


def membership(cascade, both=False, viewonly=False):
    relationships = [R("u", "links", "m", cascade=cascade), R("g", "links", "m", cascade=cascade)]
    if both:
        relationships.append(R("u", "gs", "g", secondary="m", viewonly=viewonly))
    return Mapping(
        """
        CREATE TABLE u(id INTEGER PRIMARY KEY);
        CREATE TABLE g(id INTEGER PRIMARY KEY);
        CREATE TABLE m(u_id INTEGER NOT NULL REFERENCES u, g_id INTEGER NOT NULL REFERENCES g, role TEXT,
          PRIMARY KEY(u_id, g_id));
        """,
        "INSERT INTO u VALUES(1), (2); INSERT INTO g VALUES(1), (2); INSERT INTO m VALUES(1, 1, 'a'), (1, 2, 'b'), (2, 1, 'c');",
        *relationships)


for table, label in (("u", "u.links"), ("g", "g.links")):
    def delete(s, o, table=table):
        s.delete(getattr(o, table)(1))
    case(f"association_end_deleted_{table}_default", membership(DEFAULT), delete, f"DELETE FROM {table} WHERE id = 1",
         alchemy=Raises("AssertionError"), ours=Raises(label))
    case(f"association_end_deleted_{table}_orphan", membership(AO), delete, f"DELETE FROM {table} WHERE id = 1")
case("association_link_removed", membership(AO), lambda s, o: o.u(1).links.remove(o.m((1, 2))),
     "DELETE FROM m WHERE u_id = 1 AND g_id = 2", ['DELETE FROM "u.links" WHERE owner_id = 1 AND g_id = 2'])
case("association_row_deleted", membership(AO, True), lambda s, o: s.delete(o.m((1, 2))),
     "DELETE FROM m WHERE u_id = 1 AND g_id = 2", 'DELETE FROM "u.gs" WHERE owner_id = 1 AND id = 2')


def append_twice(s, o):
    u, g = o.u(2), o.g(2)
    u.gs.append(g)
    link = o.new("m", role="d")
    u.links.append(link)
    g.links.append(link)


# The same link written on two ways. Through the views the second finds it there.
LINK = "INSERT INTO m VALUES(2, 2, 'd')"
case("association_appended_twice", membership(AO, True), append_twice,
     LINK + '; INSERT INTO "u.gs"(owner_id, id) VALUES (2, 2)', alchemy=Raises("IntegrityError"), ours=LINK)
case("association_appended_beside_viewonly", membership(AO, True, True), lambda s, o: s.add(o.new("m", u_id=2, g_id=2, role="d")),
     LINK)
case("association_and_secondary_end_deleted", membership(AO, True), lambda s, o: s.delete(o.u(1)), "DELETE FROM u WHERE id = 1")
case("association_and_viewonly_end_deleted", membership(AO, True, True), lambda s, o: s.delete(o.u(1)),
     "DELETE FROM u WHERE id = 1")
