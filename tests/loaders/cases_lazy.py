"""What `lazy` says: related() against reading the attribute, and what is included unasked."""

from sqlalchemy import select, text
from sqlalchemy.orm import joinedload, load_only, selectinload, with_loader_criteria

from case import case, lazy
from world import R, World
from worlds import LAZY

for habit in ("select", "raise", "raise_on_sql", "noload", "immediate"):
    lazy(f"lazy_{habit}_one_to_many", LAZY, "yards", f"boats_{habit}")
for habit in ("select", "raise", "raise_on_sql", "noload"):
    lazy(f"lazy_{habit}_many_to_one", LAZY, "sailors", f"captain_{habit}", without=("f",))  # its own captain: loaded already
    lazy(f"lazy_{habit}_many_to_many", LAZY, "boats", f"sailors_{habit}")
for habit in ("select", "raise", "noload"):
    lazy(f"lazy_{habit}_one_to_one", LAZY, "boats", f"berth_{habit}")
lazy("lazy_order_by", LAZY, "yards", "boats")
lazy("lazy_circle", LAZY, "sailors", "knows")
lazy("lazy_quoted", LAZY, "boats", "yard of")
lazy("lazy_association", LAZY, "sailors", "crew")
lazy("lazy_dynamic", LAZY, "yards", "boats_dynamic", selection="*")
lazy("lazy_dynamic_filtered", LAZY, "yards", "boats_dynamic", selection="* WHERE length > 1 ORDER BY length DESC LIMIT 1",
     query=lambda boats: boats.filter(text("length > 1")).order_by(text("length DESC")).limit(1))
lazy("lazy_dynamic_many_to_many", LAZY, "boats", "sailors_dynamic", selection="*")

# A name overrides the habit.
case("named_raise", LAZY, lambda t: select(t.yards).options(selectinload(t.yards.boats_raise)), "yards", "*, boats_raise", follow="boats_raise")
case("named_noload", LAZY, lambda t: select(t.boats).options(joinedload(t.boats.berth_noload)), "boats", "*, berth_noload", follow="berth_noload")
case("named_raise_many", LAZY, lambda t: select(t.boats).options(selectinload(t.boats.sailors_raise)), "boats", "*, sailors_raise", follow="sailors_raise")
case("habits_say_nothing_unasked", LAZY, lambda t: select(t.sailors), "sailors", "*", follow="")

TREE = """
CREATE TABLE n(id INTEGER PRIMARY KEY, pid INTEGER REFERENCES n, label TEXT);
CREATE TABLE m(id INTEGER PRIMARY KEY, n_id INTEGER REFERENCES n, label TEXT);
CREATE TABLE x(id INTEGER PRIMARY KEY, m_id INTEGER NOT NULL REFERENCES m);
INSERT INTO n VALUES (1, NULL, 'root'), (2, 1, 'a'), (3, 1, 'b'), (4, 2, 'aa'), (5, 4, 'aaa'), (6, 5, 'aaaa'), (7, NULL, 'other'), (8, 3, 'ba');
INSERT INTO m VALUES (1, 1, 'm1'), (2, 1, 'm2'), (3, 4, 'm3'), (4, NULL, 'm4'), (5, 8, 'm5');
INSERT INTO x VALUES (1, 1), (2, 1), (3, 3), (4, 5);
"""


def roots(t):
    return select(t.n).where(t.n.pid == None)  # noqa: E711


for habit in ("selectin", "joined", "subquery"):
    for depth in (None, 1, 2, 3):
        options = {} if depth is None else {"join_depth": depth}
        tree = World(TREE, R("n", "children", "n", foreign_keys="n.pid", lazy=habit, **options))
        name = f"eager_{habit}_tree_{depth or 'unsaid'}"
        case(name, tree, roots, "n", "* WHERE pid IS NULL")
        case(f"{name}_up", World(TREE, R("n", "parent", "n", remote_side="id", lazy=habit, **options)), lambda t: select(t.n).where(t.n.id == 6), "n", "* WHERE id = 6")

for habit in ("selectin", "joined", "subquery", "immediate"):
    chain = World(TREE, R("n", "ms", "m", lazy=habit), R("m", "xs", "x", lazy=habit))
    case(f"eager_{habit}_chain", chain, lambda t: select(t.n), "n", "")
    case(f"eager_{habit}_chain_below", chain, lambda t: select(t.m), "m", "")
    case(f"eager_{habit}_beside_columns", chain, lambda t: select(t.n).options(load_only(t.n.label)), "n", "id, label")
    case(f"eager_{habit}_filtered", chain, lambda t: select(t.n).where(t.n.label > "a").order_by(t.n.label.desc()).limit(3), "n", "* WHERE label > 'a' ORDER BY label DESC LIMIT 3")
    case(f"eager_{habit}_ordered_limited", chain, lambda t: select(t.n).order_by(t.n.label.desc()).limit(3).offset(2), "n", "* ORDER BY label DESC LIMIT 3 OFFSET 2")
    case(f"eager_{habit}_any", chain, lambda t: select(t.n).where(t.n.ms.any(t.m.xs.any())), "n", "* WHERE any(ms, any(xs))")
    if habit != "immediate":  # which does not hear criteria
        case(f"eager_{habit}_criteria", chain, lambda t: select(t.n).options(with_loader_criteria(t.m, t.m.label > "m1")), "n", "* FOR EACH m WHERE label > 'm1'")
    named = World(TREE, R("n", "ms", "m"), R("m", "xs", "x", lazy=habit), R("n", "children", "n", foreign_keys="n.pid"))
    case(f"eager_{habit}_below_a_name", named, lambda t: select(t.n).options(selectinload(t.n.ms)), "n", "*, ms")
    case(f"eager_{habit}_below_names", named, lambda t: roots(t).options(selectinload(t.n.children).selectinload(t.n.ms).load_only(t.m.label)),
         "n", "*, children(*, ms(id, label)) WHERE pid IS NULL")
    back = World(TREE, R("n", "ms", "m", back_populates="n", lazy=habit), R("m", "n", "n", back_populates="ms", lazy=habit))
    if habit in ("selectin", "subquery"):
        case(f"eager_{habit}_there_and_back", back, lambda t: select(t.n), "n", "", follow="ms")
        case(f"eager_{habit}_back_and_there", back, lambda t: select(t.m), "m", "", follow="n")

case("eager_mixed", World(TREE, R("n", "ms", "m", lazy="joined"), R("m", "xs", "x", lazy="selectin"), R("n", "children", "n", foreign_keys="n.pid", lazy="subquery")),
     roots, "n", "* WHERE pid IS NULL")
case("eager_innerjoin", World(TREE, R("x", "m", "m", lazy="joined", innerjoin=1)), lambda t: select(t.x), "x", "")
case("eager_innerjoin_nullable", World(TREE, R("m", "n", "n", lazy="joined", innerjoin=1)), lambda t: select(t.m), "m", "")
case("eager_innerjoin_collection", World(TREE, R("n", "ms", "m", lazy="joined", innerjoin=1)), lambda t: select(t.n), "n", "")
