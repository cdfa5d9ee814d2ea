"""Many-to-one, and the single member of a one-to-one."""

from case import By, Raises, case
from cases_owners import AO, DEFAULT
from mapping import Mapping, R

# --- many-to-one: h 1 and 2 share t 1, h 3 alone has t 2, nobody has t 3 ---


def holders(cascade=DEFAULT, back=None, **options):
    alchemy = {"single_parent": True} if cascade is AO else {}
    relationships = [R("h", "ref", "t", cascade=cascade, alchemy=alchemy, **options)]
    if back:
        relationships.append(R("t", "holders", "h", cascade=back))
    return Mapping(
        """
        CREATE TABLE t(id INTEGER PRIMARY KEY);
        CREATE TABLE h(id INTEGER PRIMARY KEY, t_id INTEGER REFERENCES t);
        """,
        "INSERT INTO t VALUES(1), (2), (3); INSERT INTO h VALUES(1, 1), (2, 1), (3, 2);",
        *relationships,
    )


def set_ref(holder, target):
    def event(s, o):
        o.h(holder).ref = o.t(target) if target else None
    return event


def set_new(s, o):
    o.h(3).ref = o.new("t", id=4)


NEW = "INSERT INTO t VALUES(4); UPDATE h SET t_id = 4 WHERE id = 3"
NEW_VIEW = 'INSERT INTO t VALUES(4); INSERT INTO "h.ref"(owner_id, id) VALUES (3, 4)'
EMPTY, EMPTY_VIEW = "UPDATE h SET t_id = NULL WHERE id = 3", 'DELETE FROM "h.ref" WHERE owner_id = 3'
SHARE, SHARE_VIEW = "UPDATE h SET t_id = 1 WHERE id = 3", 'INSERT INTO "h.ref"(owner_id, id) VALUES (3, 1)'
for word, cascade in (("default", DEFAULT), ("delete", "all"), ("orphan", AO)):
    case(f"holder_deleted_alone_{word}", holders(cascade), lambda s, o: s.delete(o.h(3)), "DELETE FROM h WHERE id = 3")
    case(f"holder_emptied_{word}", holders(cascade), set_ref(3, None), EMPTY, EMPTY_VIEW)
    case(f"holder_given_a_new_target_{word}", holders(cascade), set_new, NEW, NEW_VIEW)
    case(f"holder_given_a_shared_target_{word}", holders(cascade), set_ref(3, 1), SHARE, SHARE_VIEW)
    case(f"target_deleted_{word}", holders(cascade), lambda s, o: s.delete(o.t(2)), "DELETE FROM t WHERE id = 2",
         ours=By(off="DELETE FROM t WHERE id = 2", on=Raises("FOREIGN KEY")))
# A target that others hold stays. SQLAlchemy deletes it from under them, or takes it from them.
SHARED = "DELETE FROM h WHERE id = 1"
case("holder_deleted_shared_default", holders(), lambda s, o: s.delete(o.h(1)), SHARED)
for word, cascade in (("delete", "all"), ("orphan", AO)):
    case(f"holder_deleted_shared_{word}", holders(cascade), lambda s, o: s.delete(o.h(1)), SHARED,
         alchemy=By(off=SHARED + "; DELETE FROM t WHERE id = 1", on=Raises("IntegrityError")), ours=SHARED)
case("holder_deleted_shared_delete_with_inverse", holders("all", DEFAULT), lambda s, o: s.delete(o.h(1)), SHARED,
     alchemy=SHARED + "; DELETE FROM t WHERE id = 1; UPDATE h SET t_id = NULL WHERE id = 2", ours=SHARED)
case("holder_emptied_shared_orphan", holders(AO), set_ref(1, None), "UPDATE h SET t_id = NULL WHERE id = 1",
     'DELETE FROM "h.ref" WHERE owner_id = 1',
     alchemy=By(off="UPDATE h SET t_id = NULL WHERE id = 1; DELETE FROM t WHERE id = 1", on=Raises("IntegrityError")),
     ours="UPDATE h SET t_id = NULL WHERE id = 1")
# Here delete-orphan needs no single_parent: a shared target is no orphan.
NO_PARENT = Mapping(holders().tables, holders().rows, R("h", "ref", "t", cascade=AO))
case("orphan_targets_without_single_parent", NO_PARENT, set_ref(3, None), EMPTY, EMPTY_VIEW,
     alchemy=Raises("ArgumentError"), ours=EMPTY + "; DELETE FROM t WHERE id = 2")

# --- one-to-one: u 1 has q 11, u 2 has q 12, u 3 has none; the key is UNIQUE ---


def single(cascade=DEFAULT, key="UNIQUE", swapped=False):
    rows = "INSERT INTO u VALUES(1), (2), (3); INSERT INTO q VALUES"
    return Mapping(
        f"""
        CREATE TABLE u(id INTEGER PRIMARY KEY);
        CREATE TABLE q(id INTEGER PRIMARY KEY, u_id INTEGER {key} REFERENCES u);
        """,
        rows + ("(12, 1), (11, 2)" if swapped else "(11, 1), (12, 2)"),
        R("u", "prof", "q", uselist=0, cascade=cascade),
    )


def replace(s, o):
    o.u(1).prof = o.new("q", id=13)


def steal(s, o):
    o.u(1).prof = o.u(2).prof


def swap(s, o):
    a, b = o.u(1), o.u(2)
    a.prof, b.prof = b.prof, a.prof


PUT = 'INSERT INTO q(id) VALUES (13); INSERT INTO "u.prof"(owner_id, id) VALUES (1, 13)'
PUT_TABLES = "UPDATE q SET u_id = NULL WHERE u_id = 1; INSERT INTO q VALUES (13, 1)"
STEAL_VIEW = 'INSERT INTO "u.prof"(owner_id, id) VALUES (1, 12)'
STEAL = "UPDATE q SET u_id = NULL WHERE u_id = 1; UPDATE q SET u_id = 1 WHERE id = 12"
STOLEN = "DELETE FROM q WHERE u_id = 1; UPDATE q SET u_id = 1 WHERE id = 12"
SWAP = "UPDATE q SET u_id = CASE u_id WHEN 1 THEN 2 ELSE 1 END WHERE u_id IN (1, 2)"
case("single_replaced_default", single(), replace, PUT_TABLES, PUT)
case("single_replaced_needed", single(key="NOT NULL UNIQUE"), replace, PUT_TABLES, alchemy=Raises("IntegrityError"),
     ours=Raises("u_id"))
# Appending to a scalar lets the old member go first; SQLAlchemy inserts before it deletes.
case("single_replaced_orphan", single(AO), replace, PUT_TABLES, PUT, alchemy=Raises("IntegrityError"),
     ours="DELETE FROM q WHERE id = 11; INSERT INTO q VALUES(13, 1)")
case("single_replaced_orphan_needed", single(AO, "NOT NULL UNIQUE"), replace, PUT_TABLES,
     alchemy=Raises("IntegrityError"), ours="DELETE FROM q WHERE id = 11; INSERT INTO q VALUES(13, 1)")
case("single_replaced_orphan_not_unique", single(AO, ""), replace, PUT_TABLES, PUT)
for word, cascade in (("default", DEFAULT), ("orphan", AO)):
    case(f"single_emptied_{word}", single(cascade), lambda s, o: setattr(o.u(1), "prof", None),
         "UPDATE q SET u_id = NULL WHERE u_id = 1", 'DELETE FROM "u.prof" WHERE owner_id = 1')
    case(f"single_owner_deleted_{word}", single(cascade), lambda s, o: s.delete(o.u(1)), "DELETE FROM u WHERE id = 1")
    case(f"single_swapped_{word}", single(cascade), swap, SWAP, alchemy=Raises("IntegrityError"), ours=Raises("UNIQUE"))
# SQLAlchemy's UPDATEs go by primary key, so that it depends on which is smaller.
case("single_stolen_default", single(), steal, STEAL, STEAL_VIEW)
case("single_stolen_default_other_order", single(swapped=True), steal, STEAL.replace("12", "11"),
     STEAL_VIEW.replace("12", "11"), alchemy=Raises("IntegrityError"), ours=STEAL.replace("12", "11"))
case("single_stolen_orphan", single(AO), steal, STEAL, STEAL_VIEW, alchemy=Raises("IntegrityError"), ours=STOLEN)
