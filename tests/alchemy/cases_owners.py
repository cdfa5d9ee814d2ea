"""One-to-many: the owner row goes."""

from sqlalchemy import delete

from case import By, Raises, case
from mapping import Mapping, R

ROWS = """
INSERT INTO p VALUES(1), (2);
INSERT INTO c(p_id, id) VALUES(1, 11), (1, 12), (2, 21);
"""
KEYS = {"nullable": "", "needed": "NOT NULL", "inside": "NOT NULL"}


def family(key="nullable", native="", back=True, absent=False, back_options=None, **options):
    """p has kids: p 1 has c 11 and 12, p 2 has c 21. The key may be NULL, or not, or is part of c's."""
    inside = ", PRIMARY KEY(p_id, id)" if key == "inside" else ""
    tables = f"""
    CREATE TABLE p(id INTEGER PRIMARY KEY);
    CREATE TABLE c(p_id INTEGER {KEYS[key]} REFERENCES p {native},
      id INTEGER {'NOT NULL' if inside else 'PRIMARY KEY'}{inside});
    """
    if back:
        options["back_populates"] = "parent"
    relationships = [] if absent else [R("p", "kids", "c", **options)]
    if back or absent:
        inverse = {} if absent else {"back_populates": "kids"}
        relationships.append(R("c", "parent", "p", **inverse, **(back_options or {})))
    return Mapping(tables, ROWS, *relationships)


def delete_owner(s, o):
    s.delete(o.p(1))


def delete_owner_loaded(s, o):
    p = o.p(1)
    list(p.kids)
    s.delete(p)


DELETE = "DELETE FROM p WHERE id = 1"
NULLIFY = DELETE + "; UPDATE c SET p_id = NULL WHERE p_id = 1"
CASCADE = DELETE + "; DELETE FROM c WHERE p_id = 1"
GUARDED = By(off=DELETE, on=Raises("FOREIGN KEY"))

# Without `delete` the members stay and lose their key; where it may not be NULL, nothing happens.
case("owner_deleted_members_stay", family(), delete_owner, DELETE)
case("owner_deleted_members_need_it", family("needed"), delete_owner, DELETE,
     alchemy=Raises("IntegrityError"), ours=Raises("p.kids"))
case("owner_deleted_key_inside_key", family("inside"), delete_owner, DELETE,
     alchemy=Raises("AssertionError"), ours=Raises("p.kids"))

# With it they go, whatever their key is like.
for key in KEYS:
    case(f"owner_deleted_delete_{key}", family(key, cascade="save-update, delete"), delete_owner, DELETE)
    case(f"owner_deleted_all_{key}", family(key, cascade="all"), delete_owner, DELETE)
    case(f"owner_deleted_all_orphan_{key}", family(key, cascade="all, delete-orphan"), delete_owner, DELETE)

# delete-orphan alone is about letting go, not about the owner's end.
ORPHAN = {"cascade": "save-update, delete-orphan"}
case("owner_deleted_orphan_only", family(**ORPHAN), delete_owner, DELETE, ours=NULLIFY)
case("owner_deleted_orphan_only_needed", family("needed", **ORPHAN), delete_owner, DELETE,
     alchemy=Raises("IntegrityError"), ours=Raises("p.kids"))
case("owner_deleted_orphan_only_inside", family("inside", **ORPHAN), delete_owner, DELETE,
     alchemy=Raises("AssertionError"), ours=Raises("p.kids"))
# A native SET NULL empties the keys as well, and makes no orphan either.
case("owner_deleted_native_set_null_is_no_orphan", family(native="ON DELETE SET NULL", **ORPHAN),
     delete_owner, DELETE, ours=NULLIFY)

# passive_deletes leaves it to the native key: as SQLAlchemy where nothing was loaded.
NATIVE = {"": GUARDED, "ON DELETE CASCADE": By(off=DELETE, on=CASCADE), "ON DELETE SET NULL": By(off=DELETE, on=NULLIFY)}
for native, outcome in NATIVE.items():
    word = native.replace("ON DELETE ", "").replace(" ", "_").lower() or "none"
    for cascade in ("save-update", "all", "all, delete-orphan"):
        kind = {"save-update": "default", "all": "all"}.get(cascade, "orphan")
        passive = family(native=native, passive_deletes=True, cascade=cascade)
        case(f"owner_deleted_passive_{word}_{kind}", passive, delete_owner, DELETE, ours=outcome)
        case(f"owner_deleted_passive_{word}_{kind}_loaded", passive, delete_owner_loaded, DELETE,
             alchemy=NULLIFY if kind == "default" else CASCADE, ours=outcome)
for key in ("needed", "inside"):
    case(f"owner_deleted_passive_{key}", family(key, passive_deletes=True), delete_owner, DELETE, ours=GUARDED)
    case(f"owner_deleted_passive_{key}_loaded", family(key, passive_deletes=True), delete_owner_loaded, DELETE,
         alchemy=Raises("IntegrityError" if key == "needed" else "AssertionError"), ours=GUARDED)
    case(f"owner_deleted_passive_{key}_loaded_all", family(key, passive_deletes=True, cascade="all"),
         delete_owner_loaded, DELETE, alchemy=CASCADE, ours=GUARDED)

# 'all': members are never touched, loaded or not.
for key in KEYS:
    for event in (delete_owner, delete_owner_loaded):
        case(f"owner_deleted_passive_all_{key}{'_loaded' * (event is delete_owner_loaded)}",
             family(key, passive_deletes="all"), event, DELETE, ours=GUARDED)

# viewonly, or nothing said on the owner's side: the rule is the native key's.
for key in KEYS:
    case(f"owner_deleted_viewonly_{key}", family(key, back=False, viewonly=True), delete_owner, DELETE, ours=GUARDED)
    case(f"owner_deleted_only_the_way_back_{key}", family(key, absent=True), delete_owner, DELETE, ours=GUARDED)

# Every writer is held to the rule, also the one that goes past the session.
case("owner_deleted_past_the_session", family(cascade="all"),
     lambda s, o: s.execute(delete(o.classes["p"]).where(o.classes["p"].id == 1),
                            execution_options={"synchronize_session": False}),
     DELETE, alchemy=GUARDED, ours=CASCADE)


def three(outer, inner):
    return Mapping(
        """
        CREATE TABLE p(id INTEGER PRIMARY KEY);
        CREATE TABLE c(id INTEGER PRIMARY KEY, p_id INTEGER REFERENCES p);
        CREATE TABLE g(id INTEGER PRIMARY KEY, c_id INTEGER REFERENCES c);
        """,
        """
        INSERT INTO p VALUES(1), (2);
        INSERT INTO c VALUES(11, 1), (12, 1), (21, 2);
        INSERT INTO g VALUES(111, 11), (112, 11), (121, 12), (211, 21);
        """,
        R("p", "kids", "c", cascade=outer),
        R("c", "kids", "g", cascade=inner),
    )


def remove_first(s, o):
    o.p(1).kids.remove(o.c(11))


AO, DEFAULT = "all, delete-orphan", "save-update, merge"
REMOVE = ("UPDATE c SET p_id = NULL WHERE id = 11", 'DELETE FROM "p.kids" WHERE owner_id = 1 AND id = 11')
for outer, inner in ((AO, AO), (AO, DEFAULT), (DEFAULT, AO)):
    word = ("all" if outer is AO else "default") + "_then_" + ("all" if inner is AO else "default")
    case(f"levels_{word}_root_deleted", three(outer, inner), delete_owner, DELETE)
    case(f"levels_{word}_member_removed", three(outer, inner), remove_first, *REMOVE)
