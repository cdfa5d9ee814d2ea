"""Chinook, without a declaration but one: what the FOREIGN KEYs imply."""

from sqlalchemy import case as sql_case, func, not_, or_, select
from sqlalchemy.orm import (aliased, contains_eager, defer, immediateload, joinedload, load_only, selectinload,
                            subqueryload, with_expression, with_loader_criteria)

from case import case
from worlds import CHINOOK

# SQLAlchemy 1.4's immediateload() does not hear and_().
LOADERS = [(selectinload, "!selectin"), (joinedload, "!joined"), (subqueryload, "!subquery"), (immediateload, "!select")]
WAYS = LOADERS + [(None, "")]


def loaded(name, query, owner, selection, **options):
    """A case for each loader, with our hint in place of !? and once without one."""
    for loader, hint in WAYS:
        if loader is immediateload and name.startswith("and_"):
            loader = selectinload
        case(f"chinook_{name}_{hint[1:] or 'unhinted'}", CHINOOK,
             lambda t, load=loader or selectinload: query(t, load), owner, selection.replace("!?", hint), **options)


def chinook(name, *arguments, **options):
    case(f"chinook_{name}", CHINOOK, *arguments, **options)


loaded("one_to_many", lambda t, load: select(t.Artist).options(load(t.Artist.Album)), "Artist", "*, Album!?")
loaded("many_to_one", lambda t, load: select(t.Album).options(load(t.Album.Artist)), "Album", "*, Artist!?")
loaded("many_to_many", lambda t, load: select(t.Playlist).options(load(t.Playlist.Track)), "Playlist", "*, Track!?")
loaded("three_levels", lambda t, load: select(t.Artist).options(load(t.Artist.Album).options(load(t.Album.Track).options(load(t.Track.Genre)))),
       "Artist", "*, Album!?(*, Track!?(*, Genre!?))")
loaded("several_beside_each_other", lambda t, load: select(t.Track).where(t.Track.TrackId <= 900).options(
           load(t.Track.Album), load(t.Track.Genre), load(t.Track.MediaType), load(t.Track.InvoiceLine), load(t.Track.Playlist)),
       "Track", "*, Album!?, Genre!?, MediaType!?, InvoiceLine!?, Playlist!? WHERE TrackId <= 900")
loaded("load_only", lambda t, load: select(t.Artist).options(load_only(t.Artist.Name), load(t.Artist.Album).load_only(t.Album.Title)),
       "Artist", "ArtistId, Name, Album!?(AlbumId, Title)")
loaded("defer", lambda t, load: select(t.Customer).options(defer(t.Customer.Fax), defer("Email"), load(t.Customer.Invoice).defer(t.Invoice.BillingCity)),
       "Customer", "-Fax, -Email, Invoice!?(-BillingCity)")
loaded("and_", lambda t, load: select(t.Artist).options(load(t.Artist.Album.and_(t.Album.Title.like("%a%")))),
       "Artist", "*, Album!?(* WHERE Title LIKE '%a%')")
loaded("and_nested", lambda t, load: select(t.Genre).options(load(t.Genre.Track.and_(t.Track.Milliseconds > 300000)).options(
           load(t.Track.Album.and_(t.Album.AlbumId % 2 == 0)))),
       "Genre", "*, Track!?(*, Album!?(* WHERE AlbumId % 2 = 0) WHERE Milliseconds > 300000)")
loaded("and_many_to_many", lambda t, load: select(t.Track).options(load(t.Track.Playlist.and_(t.Playlist.Name != "Music"))),
       "Track", "*, Playlist!?(* WHERE Name <> 'Music')")
loaded("limit_offset", lambda t, load: select(t.Album).order_by(t.Album.Title.desc(), t.Album.AlbumId).limit(20).offset(10).options(load(t.Album.Track)),
       "Album", "*, Track!? ORDER BY Title DESC LIMIT 20 OFFSET 10")
loaded("limit_on_a_filter", lambda t, load: select(t.Track).where(t.Track.Composer.is_(None)).order_by(t.Track.Bytes, t.Track.TrackId).limit(15).options(
           load(t.Track.Album).options(load(t.Album.Artist)), load(t.Track.Playlist)),
       "Track", "*, Album!?(*, Artist!?), Playlist!? WHERE Composer IS NULL ORDER BY Bytes LIMIT ?1", arguments=(15,))
loaded("self_reference", lambda t, load: select(t.Employee).options(load(t.Employee.Employee), load(t.Employee.boss)),
       "Employee", "*, Employee!?, boss!?", follow="Employee, boss")
loaded("self_reference_chained", lambda t, load: select(t.Employee).where(t.Employee.ReportsTo.is_(None)).options(
           load(t.Employee.Employee).options(load(t.Employee.Employee))),
       "Employee", "*, Employee!?(*, Employee!?) WHERE ReportsTo IS NULL")
loaded("there_and_back", lambda t, load: select(t.Album).options(load(t.Album.Track).options(load(t.Track.Album))),
       "Album", "*, Track!?(*, Album!?)", follow="Track.Album")
loaded("criteria_everywhere", lambda t, load: select(t.Album).options(load(t.Album.Track).options(load(t.Track.Genre)),
           with_loader_criteria(t.Track, t.Track.Milliseconds < 200000), with_loader_criteria(t.Genre, t.Genre.Name != "Rock")),
       "Album", "*, Track!?(*, Genre!?) FOR EACH Track WHERE Milliseconds < 200000 FOR EACH Genre WHERE Name <> 'Rock'")

chinook("plain", lambda t: select(t.Invoice), "Invoice", "*")
chinook("plain_default", lambda t: select(t.InvoiceLine), "InvoiceLine", "")
chinook("hints_mixed", lambda t: select(t.Artist).options(selectinload(t.Artist.Album).joinedload(t.Album.Track).subqueryload(t.Track.Playlist)),
        "Artist", "*, Album!selectin(*, Track!joined(*, Playlist!subquery))")
chinook("hints_mixed_back", lambda t: select(t.Playlist).options(joinedload(t.Playlist.Track).selectinload(t.Track.Album).immediateload(t.Album.Artist)),
        "Playlist", "*, Track!joined(*, Album!selectin(*, Artist!select))")
chinook("subquery_over_limit", lambda t: select(t.Artist).order_by(t.Artist.Name, t.Artist.ArtistId).limit(7).options(
            subqueryload(t.Artist.Album).joinedload(t.Album.Track)),
        "Artist", "*, Album!subquery(*, Track!joined) ORDER BY Name LIMIT 7")
chinook("joinedload_inner", lambda t: select(t.Album).options(joinedload(t.Album.Track, innerjoin=True)), "Album", "*, Track!inner!joined")
chinook("joinedload_inner_nested", lambda t: select(t.Artist).options(joinedload(t.Artist.Album, innerjoin=True).joinedload(t.Album.Track, innerjoin=True)),
        "Artist", "*, Album!inner!joined(*, Track!inner!joined)")
chinook("with_expression", lambda t: select(t.Track).options(load_only(t.Track.Name), with_expression(t.Track.minutes, t.Track.Milliseconds / 60000)),
        "Track", "TrackId, Name, Milliseconds / 60000 AS minutes")
chinook("with_expression_subquery", lambda t: select(t.Artist).options(with_expression(
            t.Artist.albums, select(func.count()).select_from(t.Album).where(t.Album.ArtistId == t.Artist.ArtistId).scalar_subquery())),
        "Artist", "*, (SELECT count(*) FROM Album WHERE Album.ArtistId = Artist.ArtistId) AS albums")
chinook("with_expression_nested", lambda t: select(t.Album).options(selectinload(t.Album.Track).options(
            load_only(t.Track.Name), with_expression(t.Track.minutes, func.upper(t.Track.Name)))),
        "Album", "*, Track(TrackId, Name, upper(Name) AS minutes)")

# contains_eager: our collections are filtered and whole, with the owners' LIMIT counting owners.
chinook("contains_eager", lambda t: select(t.Artist).join(t.Artist.Album).options(contains_eager(t.Artist.Album)),
        "Artist", "*, Album!inner")
chinook("contains_eager_filtered", lambda t: select(t.Artist).join(t.Artist.Album).where(t.Album.Title.like("%Live%")).options(contains_eager(t.Artist.Album)),
        "Artist", "*, Album!inner(* WHERE Title LIKE '%Live%')")
chinook("contains_eager_nested", lambda t: select(t.Artist).join(t.Artist.Album).join(t.Album.Track).where(t.Track.Milliseconds > 600000).options(
            contains_eager(t.Artist.Album).contains_eager(t.Album.Track)),
        "Artist", "*, Album!inner(*, Track!inner(* WHERE Milliseconds > 600000))")
chinook("contains_eager_many_to_one", lambda t: select(t.Track).join(t.Track.Album).join(t.Album.Artist).where(t.Artist.Name == "AC/DC").options(
            contains_eager(t.Track.Album).contains_eager(t.Album.Artist)),
        "Track", "*, Album!inner(*, Artist!inner(* WHERE Name = 'AC/DC'))")
chinook("contains_eager_ordered", lambda t: select(t.Artist).join(t.Artist.Album).order_by(t.Artist.ArtistId, t.Album.Title.desc(), t.Album.AlbumId).options(
            contains_eager(t.Artist.Album)),
        "Artist", "*, Album!inner(* ORDER BY Title DESC)", loaded_order=True)
chinook("contains_eager_outer", lambda t: select(t.Artist).outerjoin(t.Artist.Album.and_(t.Album.Title > "M")).options(contains_eager(t.Artist.Album)),
        "Artist", "*, Album(* WHERE Title > 'M')")
chinook("contains_eager_then_selectin", lambda t: select(t.Genre).join(t.Genre.Track).where(t.Track.Bytes > 100000000).options(
            contains_eager(t.Genre.Track).selectinload(t.Track.Playlist)),
        "Genre", "*, Track!inner(*, Playlist WHERE Bytes > 100000000)")
chinook("contains_eager_many_to_many", lambda t: select(t.Playlist).join(t.Playlist.Track).where(t.Track.GenreId == 3).options(contains_eager(t.Playlist.Track)),
        "Playlist", "*, Track!inner(* WHERE GenreId = 3)")


def contains_eager_alias(t):
    other = aliased(t.Album)
    return select(t.Artist).join(t.Artist.Album.of_type(other)).where(other.Title < "C").options(contains_eager(t.Artist.Album.of_type(other)))


chinook("contains_eager_alias", contains_eager_alias, "Artist", "*, Album!inner(* WHERE Title < 'C')")

# Filtering owners by what they have.
chinook("any", lambda t: select(t.Artist).where(t.Artist.Album.any()), "Artist", "* WHERE any(Album)")
chinook("any_criterion", lambda t: select(t.Artist).where(t.Artist.Album.any(t.Album.Title.like("%Live%"))),
        "Artist", "* WHERE any(Album, Title LIKE '%Live%')")
chinook("any_keywords", lambda t: select(t.Artist).where(t.Artist.Album.any(Title="Facelift")), "Artist", "* WHERE any(Album, Title = 'Facelift')")
chinook("any_not", lambda t: select(t.Artist).where(~t.Artist.Album.any()), "Artist", "* WHERE NOT any(Album)")
chinook("any_not_criterion", lambda t: select(t.Track).where(~t.Track.Playlist.any(t.Playlist.Name == "Music")), "Track", "* WHERE NOT any(Playlist, Name = 'Music')")
chinook("any_nested", lambda t: select(t.Artist).where(t.Artist.Album.any(t.Album.Track.any(t.Track.Genre.has(t.Genre.Name == "Jazz")))),
        "Artist", "* WHERE any(Album, any(Track, has(Genre, Name = 'Jazz')))")
chinook("any_nested_not", lambda t: select(t.Artist).where(t.Artist.Album.any(~t.Album.Track.any(t.Track.Milliseconds > 240000))),
        "Artist", "* WHERE any(Album, NOT any(Track, Milliseconds > 240000))")
chinook("any_or", lambda t: select(t.Employee).where(or_(t.Employee.Customer.any(t.Customer.Country == "Norway"), t.Employee.boss.has(t.Employee.Title.like("%IT%")))),
        "Employee", "* WHERE any(Customer, Country = 'Norway') OR has(boss, Title LIKE '%IT%')")
chinook("has", lambda t: select(t.Album).where(t.Album.Artist.has(t.Artist.Name < "B")), "Album", "* WHERE has(Artist, Name < 'B')")
chinook("has_not", lambda t: select(t.Employee).where(~t.Employee.boss.has()), "Employee", "* WHERE NOT has(boss)")
chinook("any_parameter", lambda t: select(t.Playlist).where(t.Playlist.Track.any(t.Track.UnitPrice > 0.99)), "Playlist", "* WHERE any(Track, UnitPrice > ?1)", arguments=(0.99,))
chinook("any_as_expression", lambda t: select(t.Artist).options(with_expression(t.Artist.albums, sql_case((t.Artist.Album.any(), 1), else_=0))), "Artist", "*, any(Album) AS albums")
chinook("any_in_a_member", lambda t: select(t.Album).options(selectinload(t.Album.Track.and_(t.Track.Playlist.any(t.Playlist.PlaylistId == 5)))),
        "Album", "*, Track(* WHERE any(Playlist, PlaylistId = 5))")
chinook("any_ordered_by", lambda t: select(t.Artist).order_by(t.Artist.Album.any().desc(), t.Artist.Name, t.Artist.ArtistId).limit(300),
        "Artist", "* ORDER BY any(Album) DESC, Name LIMIT 300")
chinook("contains", lambda t: select(t.Artist).where(t.Artist.Album.contains(t.Album(AlbumId=4, ArtistId=1))), "Artist", "* WHERE any(Album, AlbumId = 4)")
chinook("contains_not", lambda t: select(t.Playlist).where(~t.Playlist.Track.contains(t.Track(TrackId=1))), "Playlist", "* WHERE NOT any(Track, TrackId = 1)")
chinook("contains_many", lambda t: select(t.Playlist).where(t.Playlist.Track.contains(t.Track(TrackId=1))), "Playlist", "* WHERE any(Track, TrackId = 1)")
chinook("equals_none", lambda t: select(t.Employee).where(t.Employee.boss == None), "Employee", "* WHERE NOT has(boss)")  # noqa: E711
chinook("equals_object", lambda t: select(t.Customer).where(t.Customer.SupportRep == t.Employee(EmployeeId=4)), "Customer", "* WHERE has(SupportRep, EmployeeId = 4)")
chinook("differs_from_object", lambda t: select(t.Employee).where(t.Employee.boss != t.Employee(EmployeeId=2)), "Employee", "* WHERE NOT has(boss, EmployeeId = 2)")
chinook("collection_equals_none", lambda t: select(t.Artist).where(t.Artist.Album == None), "Artist", "* WHERE NOT any(Album)")  # noqa: E711
chinook("exists_not_in", lambda t: select(t.Track).where(not_(t.Track.InvoiceLine.any(t.InvoiceLine.Quantity >= 1))).options(selectinload(t.Track.Genre)),
        "Track", "*, Genre WHERE NOT any(InvoiceLine, Quantity >= 1)")

# Criteria for a whole fetch.
criteria = with_loader_criteria
chinook("criteria_root", lambda t: select(t.Album).options(criteria(t.Album, t.Album.Title > "S")), "Album", "* FOR EACH Album WHERE Title > 'S'")
chinook("criteria_root_and_where", lambda t: select(t.Album).where(t.Album.AlbumId > 100).order_by(t.Album.AlbumId.desc()).limit(5).options(criteria(t.Album, t.Album.Title > "S")),
        "Album", "* WHERE AlbumId > 100 ORDER BY AlbumId DESC LIMIT 5 FOR EACH Album WHERE Title > 'S'")
# Ours hold inside any() as well, where SQLAlchemy's do not.
chinook("criteria_any", lambda t: select(t.Artist).where(t.Artist.Album.any(t.Album.Title > "S")),
        "Artist", "* WHERE any(Album) FOR EACH Album WHERE Title > 'S'")
chinook("criteria_any_nested", lambda t: select(t.Artist).where(~t.Artist.Album.any(t.Album.Track.any(t.Track.GenreId == 1))),
        "Artist", "* WHERE NOT any(Album, any(Track)) FOR EACH Track WHERE GenreId = 1")
chinook("criteria_twice_one_table", lambda t: select(t.Genre).options(selectinload(t.Genre.Track), criteria(t.Track, t.Track.Milliseconds > 200000), criteria(t.Track, t.Track.Composer != None)),  # noqa: E711
        "Genre", "*, Track FOR EACH Track WHERE Milliseconds > 200000 FOR EACH Track WHERE Composer IS NOT NULL")
chinook("criteria_contains_eager", lambda t: select(t.Genre).join(t.Genre.Track).options(contains_eager(t.Genre.Track), criteria(t.Track, t.Track.Milliseconds > 400000)),
        "Genre", "*, Track!inner FOR EACH Track WHERE Milliseconds > 400000")
chinook("criteria_with_any", lambda t: select(t.Genre).options(selectinload(t.Genre.Track), criteria(t.Track, t.Track.Playlist.any(t.Playlist.PlaylistId == 5))),
        "Genre", "*, Track FOR EACH Track WHERE any(Playlist, PlaylistId = 5)")
chinook("criteria_both_levels", lambda t: select(t.Employee).options(selectinload(t.Employee.Employee), criteria(t.Employee, t.Employee.EmployeeId < 8)),
        "Employee", "*, Employee FOR EACH Employee WHERE EmployeeId < 8", follow="Employee")

# Joins, aggregates and orders that stand outside of loader options.
chinook("order_by_many_to_one", lambda t: select(t.Album).join(t.Album.Artist).order_by(t.Artist.Name.desc(), t.Album.AlbumId).options(selectinload(t.Album.Artist)),
        "Album", "*, Artist ORDER BY (SELECT Name FROM Artist WHERE Artist.ArtistId = Album.ArtistId) DESC")
chinook("count", lambda t: select(t.Artist.Name.label("Name"), func.count(t.Album.AlbumId).label("n")).outerjoin(t.Artist.Album).group_by(t.Artist.ArtistId).order_by(t.Artist.ArtistId),
        "Artist", "Name, (SELECT count(*) FROM Album WHERE Album.ArtistId = Artist.ArtistId) AS n")
chinook("aggregate_root", lambda t: select(func.count().label("n"), func.max(t.Invoice.Total).label("most")).select_from(t.Invoice).order_by("n"),
        "Invoice", "count(*) AS n, max(Total) AS most")
