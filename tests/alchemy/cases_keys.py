"""Keys of several columns, keys that change, and one column in two keys."""

from sqlalchemy import and_
from sqlalchemy.orm import foreign, remote

from case import By, Raises, case
from cases_owners import AO, DEFAULT
from mapping import Mapping, R

# --- a tenant's rows: p (1, 1) has c 11 and 12, c 13 has half a key, p (2, 1) has c 21 ---


def tenants(cascade=DEFAULT, tenant=""):
    return Mapping(
        f"""
        CREATE TABLE p(tenant INTEGER, id INTEGER, PRIMARY KEY(tenant, id));
        CREATE TABLE c(id INTEGER PRIMARY KEY, tenant INTEGER {tenant}, p_id INTEGER,
          FOREIGN KEY(tenant, p_id) REFERENCES p(tenant, id));
        """,
        """
        INSERT INTO p VALUES(1, 1), (1, 2), (2, 1);
        INSERT INTO c VALUES(11, 1, 1), (12, 1, 1), (13, 1, NULL), (21, 2, 1);
        """,
        R("p", "kids", "c", cascade=cascade, back_populates="parent"),
        R("c", "parent", "p", back_populates="kids"))


def delete(s, o):
    s.delete(o.p((1, 1)))


def remove(s, o):
    o.p((1, 1)).kids.remove(o.c(11))


DELETE = "DELETE FROM p WHERE tenant = 1 AND id = 1"
REMOVE = "UPDATE c SET tenant = NULL, p_id = NULL WHERE id = 11"
REMOVE_PART = "UPDATE c SET p_id = NULL WHERE id = 11"
REMOVE_VIEW = 'DELETE FROM "p.kids" WHERE owner_tenant = 1 AND owner_id = 1 AND id = 11'
for word, cascade in (("default", DEFAULT), ("orphan", AO)):
    case(f"composite_owner_deleted_{word}", tenants(cascade), delete, DELETE)
    case(f"composite_removed_{word}", tenants(cascade), remove, REMOVE, REMOVE_VIEW)
    case(f"composite_moved_{word}", tenants(cascade), lambda s, o: o.p((1, 2)).kids.append(o.c(11)),
         "UPDATE c SET p_id = 2 WHERE id = 11", 'INSERT INTO "p.kids"(owner_tenant, owner_id, id) VALUES (1, 2, 11)')
case("composite_half_a_key_is_no_owner", tenants(AO), lambda s, o: s.delete(o.p((1, 2))), "DELETE FROM p WHERE tenant = 1 AND id = 2")
case("composite_half_emptied_orphan", tenants(AO), lambda s, o: setattr(o.c(11), "p_id", None), REMOVE_PART,
     alchemy=REMOVE_PART, ours="DELETE FROM c WHERE id = 11")
# The tenant stays where it may not be NULL.
LET_GO = DELETE + "; UPDATE c SET p_id = NULL WHERE tenant = 1 AND p_id = 1"
case("composite_owner_deleted_tenant_needed", tenants(tenant="NOT NULL"), delete, DELETE,
     alchemy=Raises("IntegrityError"), ours=LET_GO)
case("composite_removed_tenant_needed", tenants(tenant="NOT NULL"), remove, REMOVE_PART, REMOVE_VIEW,
     alchemy=Raises("IntegrityError"), ours=REMOVE_PART)
case("composite_owner_deleted_tenant_needed_orphan", tenants(AO, "NOT NULL"), delete, DELETE)

# --- one column in two keys: an article's magazine is also its writer's ---


def articles_key(t):
    """What SQLAlchemy has to be told, so that it lets the magazine alone."""
    return and_(t["writer"].c.id == remote(foreign(t["article"].c.writer_id)),
                t["writer"].c.magazine_id == remote(t["article"].c.magazine_id))


MAGAZINES = Mapping(
    """
    CREATE TABLE magazine(id INTEGER PRIMARY KEY);
    CREATE TABLE writer(id INTEGER, magazine_id INTEGER REFERENCES magazine, PRIMARY KEY(id, magazine_id));
    CREATE TABLE article(id INTEGER PRIMARY KEY, magazine_id INTEGER NOT NULL REFERENCES magazine, writer_id INTEGER,
      FOREIGN KEY(writer_id, magazine_id) REFERENCES writer(id, magazine_id));
    """,
    """
    INSERT INTO magazine VALUES(1), (2);
    INSERT INTO writer VALUES(1, 1), (2, 1), (1, 2);
    INSERT INTO article VALUES(11, 1, 1), (12, 1, 2), (13, 1, 1), (21, 2, 1);
    """,
    R("writer", "articles", "article", alchemy={"primaryjoin": articles_key}))
case("shared_column_owner_deleted", MAGAZINES, lambda s, o: s.delete(o.writer((1, 1))),
     "DELETE FROM writer WHERE id = 1 AND magazine_id = 1")
case("shared_column_removed", MAGAZINES, lambda s, o: o.writer((1, 1)).articles.remove(o.article(11)),
     "UPDATE article SET writer_id = NULL WHERE id = 11",
     'DELETE FROM "writer.articles" WHERE owner_id = 1 AND owner_magazine_id = 1 AND id = 11')

# --- the owner's key changes: p a has c a, which is its key and has g 1 and 2 ---


def levels(passive_updates, native=""):
    return Mapping(
        f"""
        CREATE TABLE p(code TEXT PRIMARY KEY);
        CREATE TABLE c(code TEXT PRIMARY KEY REFERENCES p {native});
        CREATE TABLE g(id INTEGER PRIMARY KEY, code TEXT REFERENCES c {native});
        """,
        """
        INSERT INTO p VALUES('a'), ('b');
        INSERT INTO c VALUES('a'), ('b');
        INSERT INTO g VALUES(1, 'a'), (2, 'a'), (3, 'b');
        """,
        R("p", "kids", "c", uselist=1, passive_updates=passive_updates),
        R("c", "kids", "g", passive_updates=passive_updates))


def change(s, o):
    p = o.p("a")
    list(p.kids)
    p.code = "z"


CHANGE = "UPDATE p SET code = 'z' WHERE code = 'a'"
ONE = CHANGE + "; UPDATE c SET code = 'z' WHERE code = 'a'"
ALL = ONE + "; UPDATE g SET code = 'z' WHERE code = 'a'"
case("key_changed_passive", levels(True), change, CHANGE, ours=By(off=CHANGE, on=Raises("FOREIGN KEY")))
case("key_changed_passive_native", levels(True, "ON UPDATE CASCADE"), change, CHANGE, ours=By(off=CHANGE, on=ALL))
case("key_changed_carried", levels(False), change, CHANGE,
     alchemy=By(off=ONE, on=Raises("IntegrityError")), ours=ALL)
case("key_changed_carried_native", levels(False, "ON UPDATE CASCADE"), change, CHANGE,
     alchemy=By(off=ONE, on=Raises("StaleDataError")), ours=ALL)
FLAT = Mapping(
    """
    CREATE TABLE p(code TEXT PRIMARY KEY);
    CREATE TABLE c(id INTEGER PRIMARY KEY, code TEXT REFERENCES p ON UPDATE CASCADE);
    """,
    "INSERT INTO p VALUES('a'), ('b'); INSERT INTO c VALUES(1, 'a'), (2, 'b'), (3, NULL);",
    R("p", "kids", "c", passive_updates=False))
case("key_changed_carried_native_one_level", FLAT, change, CHANGE)
