"""One-to-many: a member is removed, moved, added or deleted."""

from case import By, Either, Raises, case
from cases_owners import AO, CASCADE, DEFAULT, DELETE, GUARDED, NULLIFY, delete_owner, family
from mapping import Mapping, R

KINDS = {"default": DEFAULT, "delete": "save-update, delete", "orphan": AO}
REMOVE = "UPDATE c SET p_id = NULL WHERE id = 11"
REMOVE_VIEW = 'DELETE FROM "p.kids" WHERE owner_id = 1 AND id = 11'
MOVE = "UPDATE c SET p_id = 2 WHERE id = 11"
MOVE_VIEWS = ('UPDATE "p.kids" SET owner_id = 2 WHERE owner_id = 1 AND id = 11',
              'INSERT INTO "p.kids"(owner_id, id) VALUES (2, 11)')
GONE = "DELETE FROM c WHERE id = 11"
NOTHING = "SELECT 1"


def remove(s, o):
    o.p(1).kids.remove(o.c(11))


def replace(s, o):
    o.p(1).kids = [o.c(12), o.new("c", id=13)]


def clear(s, o):
    o.p(1).kids.clear()


def append(s, o):
    o.p(2).kids.append(o.c(11))


def assign_owner(s, o):
    o.c(11).parent = o.p(2)


# --- removed ---

for word, cascade in KINDS.items():
    case(f"removed_{word}", family(cascade=cascade), remove, REMOVE, REMOVE_VIEW)
    case(f"replaced_list_{word}", family(cascade=cascade), replace,
         "INSERT INTO c(id, p_id) VALUES (13, 1);" + REMOVE,
         "INSERT INTO c(id) VALUES (13); INSERT INTO \"p.kids\"(owner_id, id) VALUES (1, 13);" + REMOVE_VIEW)
    case(f"cleared_{word}", family(cascade=cascade), clear,
         "UPDATE c SET p_id = NULL WHERE p_id = 1", 'DELETE FROM "p.kids" WHERE owner_id = 1')
# A key that may not be NULL: nobody may let go, unless delete-orphan says what happens then.
REMOVE_INSIDE = "UPDATE c SET p_id = NULL WHERE p_id = 1 AND id = 11"
for key, event, error in (("needed", remove, "IntegrityError"),
                          ("inside", lambda s, o: o.p(1).kids.remove(o.c((1, 11))), "AssertionError")):
    case(f"removed_{key}", family(key), event, REMOVE_INSIDE, REMOVE_VIEW,
         alchemy=Raises(error), ours=Raises("c"))
    case(f"removed_orphan_{key}", family(key, cascade=AO), event, REMOVE_INSIDE, REMOVE_VIEW)
# passive_deletes='all' is about the owner's end. SQLAlchemy writes nothing where no inverse does it.
case("removed_passive_all", family(passive_deletes="all"), remove, REMOVE, REMOVE_VIEW)
case("removed_passive_all_no_inverse", family(back=False, passive_deletes="all"), remove, REMOVE, REMOVE_VIEW,
     alchemy=NOTHING, ours=REMOVE)
# SQLAlchemy ignores what is done to a viewonly collection; we say which side can be written.
VIEWONLY = {"back": False, "viewonly": True}
case("removed_viewonly", family(**VIEWONLY), remove, REMOVE_VIEW, alchemy=NOTHING, ours=Raises("p.kids"))

# --- moved ---

for word, cascade in KINDS.items():
    case(f"appended_elsewhere_{word}", family(cascade=cascade), append, MOVE, MOVE_VIEWS)
    case(f"owner_assigned_{word}", family(cascade=cascade), assign_owner, MOVE,
         ['INSERT INTO "c.parent"(owner_id, id) VALUES (11, 2)'])
    case(f"key_written_{word}", family(cascade=cascade), lambda s, o: setattr(o.c(11), "p_id", 2), MOVE)
case("appended_elsewhere_passive_all", family(passive_deletes="all"), append, MOVE, MOVE_VIEWS)
BESIDE_VIEWONLY = Mapping(family().tables, family().rows,
                          R("p", "kids", "c", viewonly=True), R("c", "parent", "p"))
case("owner_assigned_beside_viewonly", BESIDE_VIEWONLY, assign_owner, MOVE)
# Where both the relationship and its column are set, the relationship wins; in SQL there is one column.
for word, cascade in KINDS.items():
    def assign_both(s, o):
        o.c(11).parent = o.p(2)
        o.c(11).p_id = 1
    case(f"owner_and_key_assigned_{word}", family(cascade=cascade), assign_both, MOVE)


def remove_flush_append(s, o):
    p, q, c = o.p(1), o.p(2), o.c(11)
    p.kids.remove(c)
    s.flush()
    q.kids.append(c)
    s.flush()


def remove_append(s, o):
    with s.no_autoflush:
        c = o.c(11)
        o.p(1).kids.remove(c)
        o.p(2).kids.append(c)


def remove_reappend(s, o):
    p, c = o.p(1), o.c(11)
    p.kids.remove(c)
    p.kids.append(c)


# Two statements are two events: after the first, an orphan is gone.
case("removed_then_appended_default", family(), remove_flush_append, REMOVE + ";" + MOVE,
     REMOVE_VIEW + ";" + MOVE_VIEWS[1])
case("removed_then_appended_orphan", family(cascade=AO), remove_flush_append, REMOVE + ";" + MOVE,
     alchemy=Raises("has been deleted"), ours=GONE)
case("removed_then_appended_orphan_view", family(cascade=AO), remove_flush_append,
     REMOVE_VIEW + ";" + MOVE_VIEWS[1], alchemy=Raises("has been deleted"), ours=Raises("p.kids"))
for word, cascade in KINDS.items():
    case(f"handed_over_{word}", family(cascade=cascade), remove_append, MOVE, MOVE_VIEWS)
    case(f"taken_back_{word}", family(cascade=cascade), remove_reappend, "UPDATE c SET p_id = 1 WHERE id = 11",
         'INSERT INTO "p.kids"(owner_id, id) VALUES (1, 11)')

# --- the key is emptied: the same to a database, whoever does it ---


def forget(s, o):
    o.c(11).parent = None


def forget_loaded(s, o):
    o.p(1)
    o.c(11).parent = None


def empty_key(s, o):
    list(o.p(1).kids)
    o.c(11).p_id = None


FORGET_VIEW = ['DELETE FROM "c.parent" WHERE owner_id = 11 AND id = 1']
for word in ("default", "delete"):
    case(f"owner_forgotten_{word}", family(cascade=KINDS[word]), forget, REMOVE, FORGET_VIEW)
    case(f"key_emptied_{word}", family(cascade=KINDS[word]), empty_key, REMOVE)
case("owner_forgotten_orphan", family(cascade=AO), forget, REMOVE, FORGET_VIEW, alchemy=REMOVE, ours=GONE)
case("owner_forgotten_orphan_needed", family("needed", cascade=AO), forget, REMOVE,
     alchemy=Raises("IntegrityError"), ours=GONE)
case("owner_forgotten_orphan_needed_view", family("needed", cascade=AO), forget, FORGET_VIEW[0],
     alchemy=Raises("IntegrityError"), ours=GONE)
case("owner_forgotten_orphan_loaded", family(cascade=AO), forget_loaded, REMOVE, FORGET_VIEW)
case("owner_forgotten_orphan_history", family(cascade=AO, back_options={"alchemy": {"active_history": True}}),
     forget, REMOVE, FORGET_VIEW)
case("owner_forgotten_beside_viewonly", BESIDE_VIEWONLY, forget, REMOVE, FORGET_VIEW)
case("owner_forgotten_passive_all", family(passive_deletes="all"), forget, REMOVE, FORGET_VIEW)
case("key_emptied_orphan", family(cascade=AO), empty_key, REMOVE, alchemy=REMOVE, ours=GONE)
case("owner_attribute_deleted_orphan", family(cascade=AO), lambda s, o: delattr(o.c(11), "parent"), REMOVE,
     alchemy=REMOVE, ours=GONE)

# --- moved while the old owner goes ---


def key_then_delete(s, o):
    p, c = o.p(1), o.c(11)
    list(p.kids)
    with s.no_autoflush:
        c.p_id = 2
        s.delete(p)


def key_then_delete_unloaded(s, o):
    p, c = o.p(1), o.c(11)
    c.p_id = 2
    s.delete(p)


def move_then_delete(s, o):
    append(s, o)
    s.delete(o.p(1))


MOVED_DEFAULT = MOVE + ";" + NULLIFY
MOVED_ORPHAN = MOVE + ";" + CASCADE
for word, outcome, lost in (("default", MOVED_DEFAULT, NULLIFY), ("orphan", MOVED_ORPHAN, CASCADE)):
    mapping = family(cascade=KINDS[word])
    case(f"key_written_and_owner_deleted_{word}", mapping, key_then_delete, MOVE + ";" + DELETE,
         alchemy=lost, ours=outcome)
    case(f"moved_and_owner_deleted_{word}", mapping, move_then_delete, MOVE + ";" + DELETE,
         MOVE_VIEWS[0] + ";" + DELETE)
case("key_written_unloaded_and_owner_deleted_default", family(), key_then_delete_unloaded, MOVE + ";" + DELETE,
     alchemy=NULLIFY, ours=MOVED_DEFAULT)
case("key_written_unloaded_and_owner_deleted_orphan", family(cascade=AO), key_then_delete_unloaded,
     MOVE + ";" + DELETE)

# --- new members, and members deleted ---

NEW = "INSERT INTO c(id, p_id) VALUES (13, NULL)"


def new_then_removed(s, o):
    p = o.p(1)
    list(p.kids)
    with s.no_autoflush:
        c = o.new("c", id=13)
        p.kids.append(c)
        p.kids.remove(c)
        s.add(c)


for word, cascade in KINDS.items():
    case(f"inserted_without_owner_{word}", family(cascade=cascade), lambda s, o: s.add(o.new("c", id=13)), NEW)
    case(f"inserted_after_removal_{word}", family(cascade=cascade), new_then_removed, NEW)
    case(f"member_deleted_{word}", family(cascade=cascade), lambda s, o: s.delete(o.c(11)), GONE)

# --- two owners that each delete orphans ---


def two():
    return Mapping(
        """
        CREATE TABLE a(id INTEGER PRIMARY KEY);
        CREATE TABLE b(id INTEGER PRIMARY KEY);
        CREATE TABLE k(id INTEGER PRIMARY KEY, a_id INTEGER REFERENCES a, b_id INTEGER REFERENCES b);
        """,
        """
        INSERT INTO a VALUES(1), (2);
        INSERT INTO b VALUES(1), (2);
        INSERT INTO k VALUES(1, 1, 1), (2, 1, NULL), (3, NULL, 1), (4, 2, 2);
        """,
        R("a", "kids", "k", cascade=AO),
        R("b", "kids", "k", cascade=AO),
    )


def hand_over(s, o):
    o.a(1).kids.append(o.k(3))
    o.b(1).kids.remove(o.k(3))


case("two_owners_one_lets_go", two(), lambda s, o: o.a(1).kids.remove(o.k(1)),
     "UPDATE k SET a_id = NULL WHERE id = 1", 'DELETE FROM "a.kids" WHERE owner_id = 1 AND id = 1')
case("two_owners_one_is_deleted", two(), lambda s, o: s.delete(o.a(1)), "DELETE FROM a WHERE id = 1")
case("two_owners_inserted_with_one", two(), lambda s, o: s.add(o.new("k", id=5, a_id=1)), "INSERT INTO k VALUES(5, 1, NULL)")
case("two_owners_appended_to_one", two(), lambda s, o: o.a(1).kids.append(o.new("k", id=5)),
     "INSERT INTO k VALUES(5, 1, NULL)")
case("two_owners_handed_over", two(), hand_over, "UPDATE k SET a_id = 1, b_id = NULL WHERE id = 3",
     alchemy=Either("DELETE FROM k WHERE id = 3", "UPDATE k SET a_id = 1, b_id = NULL WHERE id = 3"),
     ours="DELETE FROM k WHERE id = 3")


def pending_in_two(s, o):
    a, b, k = o.a(1), o.b(1), o.new("k", id=5)
    a.kids.append(k)
    b.kids.append(k)
    s.flush()
    a.kids.remove(k)


case("two_owners_new_and_one_lets_go", two(), pending_in_two,
     "INSERT INTO k VALUES(5, 1, 1); UPDATE k SET a_id = NULL WHERE id = 5")
