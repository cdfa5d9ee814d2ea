"""Keys of several columns, text keys, names in quotes, association objects, self-references with circles."""

from sqlalchemy import func, select
from sqlalchemy.orm import (aliased, contains_eager, joinedload, load_only, selectinload, subqueryload, with_expression,
                            with_loader_criteria)

from case import case
from worlds import FLEET


def fleet(name, *arguments, **options):
    case(f"fleet_{name}", FLEET, *arguments, **options)


def loaded(name, query, owner, selection, **options):
    """A case for each loader, with our hint in place of !?. (immediateload() does not end in a circle.)"""
    for loader, hint in ((selectinload, "!selectin"), (joinedload, "!joined"), (subqueryload, "!subquery"), (selectinload, "!select"), (selectinload, "")):
        fleet(f"{name}_{hint[1:] or 'unhinted'}", lambda t, load=loader: query(t, load), owner, selection.replace("!?", hint), **options)


def named(cls, name):
    return getattr(cls, name)


loaded("composite_one_to_many", lambda t, load: select(t.yards).options(load(t.yards.boats)), "yards", "*, boats!?")
loaded("composite_many_to_one", lambda t, load: select(t.berths).options(load(t.berths.boat)), "berths", "*, boat!?")
loaded("composite_one_to_one", lambda t, load: select(t.boats).options(load(t.boats.berth)), "boats", "*, berth!?")
loaded("composite_two_levels", lambda t, load: select(t.yards).options(load(t.yards.boats).options(load(t.boats.crew).options(load(t.crew.sailor)))),
       "yards", "*, boats!?(*, crew!?(*, sailor!?))")
loaded("quoted_name", lambda t, load: select(t.boats).options(load(named(t.boats, "yard of"))), "boats", '*, "yard of"!?')
loaded("many_to_many", lambda t, load: select(t.boats).options(load(t.boats.sailors)), "boats", "*, sailors!?")
loaded("many_to_many_back", lambda t, load: select(t.sailors).options(load(t.sailors.boats)), "sailors", "*, boats!?")
loaded("association", lambda t, load: select(t.sailors).options(load(t.sailors.crew).options(load(t.crew.boat).options(load(named(t.boats, "yard of"))))),
       "sailors", '*, crew!?(*, boat!?(*, "yard of"!?))')
loaded("captain", lambda t, load: select(t.sailors).options(load(t.sailors.captain)), "sailors", "*, captain!?", follow="captain")
loaded("captains_captain", lambda t, load: select(t.sailors).options(load(t.sailors.captain).options(load(t.sailors.captain))),
       "sailors", "*, captain!?(*, captain!?)", follow="captain.captain")
loaded("mates", lambda t, load: select(t.sailors).options(load(t.sailors.mates).options(load(t.sailors.mates))), "sailors", "*, mates!?(*, mates!?)", follow="mates.mates")
loaded("knows", lambda t, load: select(t.sailors).options(load(t.sailors.knows)), "sailors", "*, knows!?", follow="knows")
loaded("knows_knows", lambda t, load: select(t.sailors).options(load(t.sailors.knows).options(load(t.sailors.knows).options(load(t.sailors.knows)))),
       "sailors", "*, knows!?(*, knows!?(*, knows!?))", follow="knows.knows.knows")
loaded("knows_both_ways", lambda t, load: select(t.sailors).options(load(t.sailors.knows), load(named(t.sailors, "known by"))),
       "sailors", '*, knows!?, "known by"!?', follow="knows, known by")
loaded("limit", lambda t, load: select(t.boats).order_by(t.boats.length.desc(), t.boats.hull).limit(3).offset(1).options(load(t.boats.sailors), load(t.boats.berth)),
       "boats", "*, sailors!?, berth!? ORDER BY length DESC, hull LIMIT 3 OFFSET 1")
loaded("order_by_of_the_relationship", lambda t, load: select(t.yards).where(t.yards.country == "FR").options(load(t.yards.boats)), "yards", "*, boats!? WHERE country = 'FR'")
loaded("criteria", lambda t, load: select(t.sailors).options(load(t.sailors.knows), load(t.sailors.crew), with_loader_criteria(t.sailors, t.sailors.order > 1)),
       "sailors", '*, crew!?, knows!? FOR EACH sailors WHERE "order" > 1', follow="crew, knows")

fleet("and_with_quoted_column", lambda t: select(t.boats).options(selectinload(t.boats.sailors.and_(named(t.sailors, "full name") < "D"))),
      "boats", """*, sailors(* WHERE "full name" < 'D')""")
fleet("load_only_quoted", lambda t: select(t.sailors).options(load_only(t.sailors.order, named(t.sailors, "full name"))), "sailors", 'id, "full name", "order"')
fleet("with_expression", lambda t: select(t.boats).options(with_expression(t.boats.feet, func.round(t.boats.length * 3.28084, 2))), "boats", "*, round(length * 3.28084, 2) AS feet")
fleet("with_expression_counting", lambda t: select(t.sailors).options(with_expression(
          t.sailors.boat_count, select(func.count()).where(t.crew.sailor_id == t.sailors.id).scalar_subquery())),
      "sailors", "*, (SELECT count(*) FROM crew WHERE crew.sailor_id = sailors.id) AS boat_count")
fleet("any_composite", lambda t: select(t.yards).where(t.yards.boats.any(t.boats.length > 10)), "yards", "* WHERE any(boats, length > 10)")
fleet("any_composite_not", lambda t: select(t.yards).where(~t.yards.boats.any(t.boats.length > 10)), "yards", "* WHERE NOT any(boats, length > 10)")
fleet("has_composite", lambda t: select(t.berths).where(t.berths.boat.has()), "berths", "* WHERE has(boat)")
fleet("has_not_composite", lambda t: select(t.berths).where(~t.berths.boat.has()), "berths", "* WHERE NOT has(boat)")
fleet("has_one_to_one", lambda t: select(t.boats).where(t.boats.berth.has(pier="north")), "boats", "* WHERE has(berth, pier = 'north')")
fleet("any_many_to_many", lambda t: select(t.boats).where(t.boats.sailors.any(t.sailors.order.in_([1, 9]))), "boats", '* WHERE any(sailors, "order" IN (1, 9))')
fleet("any_association", lambda t: select(t.boats).where(t.boats.crew.any(t.crew.rank == "cook")), "boats", "* WHERE any(crew, rank = 'cook')")
fleet("any_association_nested", lambda t: select(t.yards).where(t.yards.boats.any(t.boats.crew.any(t.crew.sailor.has(t.sailors.order == None)))),  # noqa: E711
      "yards", '* WHERE any(boats, any(crew, has(sailor, "order" IS NULL)))')
fleet("contains_many_to_many", lambda t: select(t.boats).where(t.boats.sailors.contains(t.sailors(id="10"))), "boats", "* WHERE any(sailors, id = '10')")
fleet("contains_composite_not", lambda t: select(t.yards).where(~t.yards.boats.contains(t.boats(country="DK", yard=1, hull=2))),
      "yards", "* WHERE NOT any(boats, (country, yard, hull) = ('DK', 1, 2))")
fleet("knows_oneself", lambda t: knows_oneself(t, aliased(t.sailors)), "sailors", "* WHERE any(knows, id = 'c') AND id = 'c'")
fleet("captains_of_captains", lambda t: captains_of_captains(t, aliased(t.sailors), aliased(t.sailors)), "sailors", "* WHERE has(captain, has(captain, \"order\" > 0))")
fleet("inner_composite", lambda t: select(t.yards).join(t.yards.boats).where(t.boats.length > 5).order_by(t.yards.country, t.yards.no, t.boats.hull.desc()).options(contains_eager(t.yards.boats)),
      "yards", "*, boats!inner(* WHERE length > 5)", loaded_order=True)
fleet("inner_many_to_many", lambda t: select(t.boats).join(t.boats.sailors).where(t.sailors.order < 3).order_by(t.boats.country, t.boats.yard, t.boats.hull, t.sailors.order, t.sailors.id).options(
          contains_eager(t.boats.sailors)),
      "boats", '*, sailors!inner(* WHERE "order" < 3)', loaded_order=True)
fleet("inner_association", lambda t: select(t.sailors).join(t.sailors.crew).join(t.crew.boat).where(t.boats.yard == 2).options(
          contains_eager(t.sailors.crew).contains_eager(t.crew.boat)),
      "sailors", "*, crew!inner(*, boat!inner(* WHERE yard = 2))")
fleet("inner_itself", lambda t: inner_itself(t, aliased(t.sailors)), "sailors", '*, mates!inner(* WHERE "order" > 2)', follow="mates")
fleet("mates_recursive", lambda t: select(t.sailors).where(t.sailors.id == "a").options(
          selectinload(t.sailors.mates).selectinload(t.sailors.mates).selectinload(t.sailors.mates).selectinload(t.sailors.mates).selectinload(t.sailors.mates)),
      "sailors", "*, mates!recursive WHERE id = 'a'")
fleet("captain_recursive", lambda t: select(t.sailors).where(t.sailors.id == "10").options(
          selectinload(t.sailors.captain).selectinload(t.sailors.captain).selectinload(t.sailors.captain).selectinload(t.sailors.captain).selectinload(t.sailors.captain)),
      "sailors", "*, captain!recursive WHERE id = '10'")
fleet("captain_recursive_twice", lambda t: select(t.sailors).where(t.sailors.id == "10").options(selectinload(t.sailors.captain).selectinload(t.sailors.captain)),
      "sailors", "*, captain!recursive(2) WHERE id = '10'")
fleet("knows_recursive", lambda t: select(t.sailors).where(t.sailors.id == "d").options(selectinload(t.sailors.knows).selectinload(t.sailors.knows)),
      "sailors", "*, knows!recursive(2) WHERE id = 'd'")


def knows_oneself(t, other):
    return select(t.sailors).where(t.sailors.knows.of_type(other).any(other.id == t.sailors.id))


def captains_of_captains(t, first, second):
    return select(t.sailors).where(t.sailors.captain.of_type(first).has(first.captain.of_type(second).has(second.order > 0)))


def inner_itself(t, mates):
    return select(t.sailors).join(t.sailors.mates.of_type(mates)).where(mates.order > 2).options(contains_eager(t.sailors.mates.of_type(mates)))
