"""The worlds: Chinook where it is there, the demo database, and a fleet of boats for the odd kinds of keys."""

import os

from world import R, World, file, implied

CHINOOK_SQL = ("..", "shared", "data", "chinook.sql")


def has_chinook():
    return os.path.exists(os.path.join(os.path.dirname(__file__), "..", "..", *CHINOOK_SQL))


CHINOOK = World(
    lambda: file(*CHINOOK_SQL),
    implied("Artist", "Album", "Album"),
    implied("Album", "Artist", "Artist"),
    implied("Album", "Track", "Track"),
    implied("Track", "Album", "Album"),
    implied("Track", "Genre", "Genre"),
    implied("Track", "MediaType", "MediaType"),
    implied("Track", "InvoiceLine", "InvoiceLine"),
    implied("Track", "Playlist", "Playlist", secondary="PlaylistTrack"),
    implied("Genre", "Track", "Track"),
    implied("MediaType", "Track", "Track"),
    implied("Playlist", "Track", "Track", secondary="PlaylistTrack"),
    implied("Customer", "SupportRep", "Employee"),
    implied("Customer", "Invoice", "Invoice"),
    implied("Employee", "Customer", "Customer"),
    implied("Employee", "Employee", "Employee"),
    R("Employee", "boss", "Employee", remote_side="EmployeeId"),
    implied("Invoice", "Customer", "Customer"),
    implied("Invoice", "InvoiceLine", "InvoiceLine"),
    implied("InvoiceLine", "Invoice", "Invoice"),
    implied("InvoiceLine", "Track", "Track"),
    expressions=[("Artist", "albums"), ("Track", "minutes")],
)


def own_join(table, secondary, columns, near):
    """The join of a many-to-many with itself, which SQLAlchemy has to be told."""
    return lambda t: t[table].c.id == t[secondary].c[columns[near]]


def to_itself(columns):
    return {
        "primaryjoin": own_join("users", "follows", columns, 0),
        "secondaryjoin": own_join("users", "follows", columns, 1),
    }


DEMO = World(
    lambda: file("sql", "demo.sql"),
    implied("users", "posts", "posts"),
    implied("users", "comments", "comments"),
    implied("users", "profiles", "profiles", uselist=False),
    implied("users", "memberships", "memberships"),
    implied("users", "teams", "teams", secondary="memberships"),
    R("users", "following", "users", secondary="follows", foreign_keys="follower_id, followed_id", order_by="name",
      alchemy={**to_itself(("follower_id", "followed_id")), "foreign_keys": "follows.follower_id, follows.followed_id"}),
    implied("posts", "author", "users"),
    implied("posts", "category", "categories"),
    implied("posts", "comments", "comments"),
    R("posts", "newest", "comments", order_by="-created_at, id", viewonly=1),
    implied("posts", "tags", "tags", secondary="post_tags"),
    implied("comments", "author", "users"),
    implied("comments", "post", "posts"),
    implied("tags", "posts", "posts", secondary="post_tags"),
    implied("categories", "posts", "posts"),
    implied("categories", "categories", "categories"),
    implied("categories", "parent", "categories", remote_side="id"),
    implied("teams", "users", "users", secondary="memberships"),
    implied("teams", "memberships", "memberships"),
    implied("memberships", "user", "users"),
    implied("memberships", "team", "teams"),
    expressions=[("users", "post_count")],
)

# The same with columns that SQLAlchemy defers by itself.
DEFERRED = World(
    DEMO.script, *DEMO.relationships, deferred=[("posts", "body", "long"), ("posts", "created_at", "long"), ("users", "email", None)]
)

# Keys of two, three and four columns, text keys, tables without rowid, names in quotes, keys that
# are partly NULL, a secondary that is read as an association object too, a circle of acquaintances.
FLEET_SQL = """
CREATE TABLE yards(country TEXT, no INTEGER, name TEXT NOT NULL, PRIMARY KEY(country, no)) WITHOUT ROWID;
CREATE TABLE boats(country TEXT, yard INTEGER, hull INTEGER, name TEXT, length REAL, plan BLOB,
  PRIMARY KEY(country, yard, hull), FOREIGN KEY(country, yard) REFERENCES yards);
CREATE TABLE sailors(id TEXT PRIMARY KEY, "full name" TEXT, "order" INTEGER, captain_id TEXT REFERENCES sailors) WITHOUT ROWID;
CREATE TABLE crew(country TEXT, yard INTEGER, hull INTEGER, sailor_id TEXT REFERENCES sailors, rank TEXT, pay,
  PRIMARY KEY(country, yard, hull, sailor_id), FOREIGN KEY(country, yard, hull) REFERENCES boats);
CREATE TABLE "sailor knows"("from" TEXT REFERENCES sailors, "to" TEXT REFERENCES sailors, PRIMARY KEY("from", "to"));
CREATE TABLE berths(id INTEGER PRIMARY KEY, pier TEXT, country TEXT, yard INTEGER, hull INTEGER,
  UNIQUE(country, yard, hull), FOREIGN KEY(country, yard, hull) REFERENCES boats);

INSERT INTO yards VALUES ('DK', 1, 'Nordhavn'), ('DK', 2, 'Svendborg'), ('FR', 1, 'La Rochelle'), ('FR', 2, 'Brest');
INSERT INTO boats VALUES ('DK', 1, 1, 'Ærø', 9.5, x'00ff10'), ('DK', 1, 2, 'Sælen', 12.25, NULL),
  ('DK', 2, 1, 'the "Gull"', 0.1, x''), ('FR', 1, 1, NULL, NULL, NULL), ('FR', 1, 2, 'Étoile 🚤', 0.0001, NULL),
  ('FR', 1, 3, 'Deux' || char(10) || 'lignes', 100.0, NULL);
INSERT INTO sailors VALUES ('a', 'Åse', 2, NULL), ('b', 'Bo', 1, 'a'), ('c', 'Clémence', 3, 'a'), ('d', 'Didier', 2, 'c'),
  ('e', NULL, NULL, 'd'), ('f', 'Freja', 5, 'f'), ('10', 'Ten', 9, 'e'), ('9', 'Nine', 8, NULL);
INSERT INTO crew VALUES ('DK', 1, 1, 'a', 'skipper', 10), ('DK', 1, 1, 'b', 'mate', 9.5), ('DK', 1, 2, 'b', 'skipper', NULL),
  ('DK', 2, 1, 'a', 'mate', 3), ('DK', 2, 1, 'c', 'cook', 4), ('DK', 2, 1, 'd', 'mate', 4), ('FR', 1, 1, 'c', 'skipper', '1'),
  ('FR', 1, 2, 'e', NULL, x'0a'), ('FR', 1, 2, '10', 'mate', 9007199254740993), ('FR', 1, 2, '9', 'cook', -1);
INSERT INTO "sailor knows" VALUES ('a', 'b'), ('b', 'a'), ('b', 'c'), ('c', 'c'), ('d', 'e'), ('e', '10'), ('10', 'd'), ('9', 'a'), ('9', '10');
INSERT INTO berths VALUES (1, 'north', 'DK', 1, 1), (2, 'north', 'DK', 2, 1), (3, 'south', 'FR', NULL, 1), (4, 'south', NULL, NULL, NULL), (5, 'west', 'FR', 1, 2);
"""


def knows(near, far):
    columns = (near, far)
    return {
        "primaryjoin": own_join("sailors", "sailor knows", columns, 0),
        "secondaryjoin": own_join("sailors", "sailor knows", columns, 1),
    }


def fleet(*more):
    return World(
        FLEET_SQL,
        R("yards", "boats", "boats", order_by="-hull"),
        R("boats", "yard of", "yards"),
        R("boats", "crew", "crew"),
        R("boats", "sailors", "sailors", secondary="crew", order_by="order, id"),
        R("boats", "berth", "berths", uselist=False),
        R("berths", "boat", "boats"),
        R("crew", "boat", "boats"),
        R("crew", "sailor", "sailors"),
        R("sailors", "boats", "boats", secondary="crew", alchemy={"viewonly": True}),
        R("sailors", "crew", "crew"),
        R("sailors", "captain", "sailors", remote_side="id"),
        R("sailors", "mates", "sailors", foreign_keys="sailors.captain_id"),
        R("sailors", "knows", "sailors", secondary="sailor knows", alchemy=knows("from", "to"), ours={"foreign_keys": '"from", "to"'}),
        R("sailors", "known by", "sailors", secondary="sailor knows", alchemy=knows("to", "from"), ours={"foreign_keys": '"to", "from"'}),
        *more,
        expressions=[("sailors", "boat_count"), ("boats", "feet")],
    )


FLEET = fleet()

# One relationship with each habit, over the same keys.
LAZY = fleet(
    *(R("yards", f"boats_{habit}", "boats", lazy=habit, viewonly=1)
      for habit in ("select", "raise", "raise_on_sql", "noload", "dynamic", "immediate")),
    *(R("sailors", f"captain_{habit}", "sailors", remote_side="id", lazy=habit, viewonly=1)
      for habit in ("select", "raise", "raise_on_sql", "noload")),
    *(R("boats", f"sailors_{habit}", "sailors", secondary="crew", lazy=habit, viewonly=1)
      for habit in ("select", "raise", "raise_on_sql", "noload", "dynamic")),
    *(R("boats", f"berth_{habit}", "berths", lazy=habit, viewonly=1, uselist=False) for habit in ("select", "raise", "noload")),
)
