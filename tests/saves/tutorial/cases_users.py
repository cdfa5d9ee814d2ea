"""The tutorial's users with their addresses: one-to-many and many-to-one."""

from mapping import Mapping, R
from saving import save

EMPTY = ""
ROWS = """
    INSERT INTO user_account VALUES(1, 'spongebob', 'Spongebob Squarepants'), (2, 'sandy', 'Sandy Cheeks'), (3, 'patrick', NULL);
    INSERT INTO address VALUES(1, 'spongebob@sqlalchemy.org', 1), (2, 'sandy@sqlalchemy.org', 2),
      (3, 'sandy@squirrelpower.org', 2), (4, 'lost@sqlalchemy.org', NULL);
"""


def users(cascade=None, needed=""):
    options = {"cascade": cascade} if cascade else {}
    return Mapping(
        f"""
        CREATE TABLE user_account(id INTEGER PRIMARY KEY, name VARCHAR(30) NOT NULL, fullname VARCHAR);
        CREATE TABLE address(id INTEGER PRIMARY KEY, email_address VARCHAR NOT NULL,
          user_id INTEGER {needed} REFERENCES user_account(id));
        """,
        ROWS,
        R("user_account", "addresses", "address", back_populates="user", **options),
        R("address", "user", "user_account", back_populates="addresses"))


USERS, OWNED = users(), users("all, delete-orphan")
NEEDED, NEEDED_OWNED = (users(c, "NOT NULL") for c in (None, "all, delete-orphan"))
REQUIRED_ROWS = ROWS.replace(",\n      (3", ", (3").replace(", (4, 'lost@sqlalchemy.org', NULL)", "")


def address(o, email, **values):
    return o.new("address", email_address=email, **values)


def user(o, name, *emails, **values):
    new = o.new("user_account", name=name, **values)
    new.addresses = [address(o, email) for email in emails]
    return new


# --- new rows ---

save("user_alone", USERS, lambda s, o: s.add(user(o, "squidward", fullname="Squidward Tentacles")),
     ("user_account", {"name": "squidward", "fullname": "Squidward Tentacles"}), rows=EMPTY)
save("user_with_addresses", USERS,
     lambda s, o: s.add(user(o, "pkrabs", "pearl.krabs@gmail.com", "pearl@aol.com", fullname="Pearl Krabs")),
     ("user_account", {"name": "pkrabs", "fullname": "Pearl Krabs", "addresses": [
         {"email_address": "pearl.krabs@gmail.com"}, {"email_address": "pearl@aol.com"}]}), rows=EMPTY)


def three(s, o):
    s.add_all([user(o, "spongebob", "spongebob@sqlalchemy.org"),
               user(o, "sandy", "sandy@sqlalchemy.org", "sandy@squirrelpower.org"), user(o, "patrick")])


THREE = [{"name": "spongebob", "addresses": [{"email_address": "spongebob@sqlalchemy.org"}]},
         {"name": "sandy", "addresses": [{"email_address": "sandy@sqlalchemy.org"}, {"email_address": "sandy@squirrelpower.org"}]},
         {"name": "patrick", "addresses": []}]
save("users_in_one_document", USERS, three, ("user_account", THREE), rows=EMPTY)
save("users_in_three_documents", USERS, three, *(("user_account", one) for one in THREE), rows=EMPTY)
save("users_with_given_keys", USERS, lambda s, o: s.add(user(o, "ehkrabs", "e@x.org", id=40)),
     ("user_account", {"id": 40, "name": "ehkrabs", "addresses": [{"email_address": "e@x.org"}]}))
save("address_with_its_user", USERS, lambda s, o: s.add(address(o, "p@x.org", user=user(o, "pkrabs"))),
     ("address", {"email_address": "p@x.org", "user": {"name": "pkrabs"}}), rows=EMPTY)
save("address_of_a_user_that_is_there", USERS, lambda s, o: s.add(address(o, "p@x.org", user=o.user_account(2))),
     ("address", {"email_address": "p@x.org", "user": {"id": 2}}))
save("address_of_nobody", USERS, lambda s, o: s.add(address(o, "p@x.org", user=None)),
     ("address", {"email_address": "p@x.org", "user": None}))
save("user_without_what_is_needed", USERS, lambda s, o: s.add(user(o, None, "p@x.org")),
     ("user_account", {"addresses": [{"email_address": "p@x.org"}]}), refused="NOT NULL constraint failed: user_account.name")
save("address_without_what_is_needed", USERS, lambda s, o: s.add(user(o, "pkrabs", "p@x.org", None)),
     ("user_account", {"name": "pkrabs", "addresses": [{"email_address": "p@x.org"}, {}]}),
     refused="NOT NULL constraint failed: address.email_address")

# --- append, reassign, remove ---

APPENDED = {"email_address": "new@sqlalchemy.org"}


def append(s, o):
    o.user_account(1).addresses.append(address(o, "new@sqlalchemy.org"))


save("append", USERS, append, ("user_account", {"id": 1, "addresses": {"add": [APPENDED]}}))
save("append_in_the_list", USERS, append, ("user_account", {"id": 1, "addresses": [{"id": 1}, APPENDED]}))
save("append_from_the_address", USERS, append, ("address", {**APPENDED, "user": {"id": 1}}))
save("append_one_that_is_there", USERS, lambda s, o: o.user_account(1).addresses.append(o.address(4)),
     ("user_account", {"id": 1, "addresses": {"add": [{"id": 4}]}}))
save("append_one_of_another", USERS, lambda s, o: o.user_account(1).addresses.append(o.address(2)),
     ("user_account", {"id": 1, "addresses": {"add": [{"id": 2}]}}))


def reassign(s, o):
    o.user_account(2).addresses = [o.address(3), address(o, "new@sqlalchemy.org")]


REASSIGNED = ("user_account", {"id": 2, "addresses": [{"id": 3}, APPENDED]})


def remove(s, o):
    o.user_account(2).addresses.remove(o.address(2))


def clear(s, o):
    o.user_account(2).addresses = []


def swap(s, o):
    one, other = o.user_account(1), o.user_account(2)
    one.addresses, other.addresses = list(other.addresses), list(one.addresses)


def move(s, o):
    o.address(2).user = o.user_account(3)


def let_go(s, o):
    list(o.user_account(2).addresses)
    o.address(2).user = None


REMOVED = ("user_account", {"id": 2, "addresses": {"remove": [{"id": 2}]}})
KEPT = ("user_account", {"id": 2, "addresses": [{"id": 3}]})
SWAPPED = ("user_account", [{"id": 1, "addresses": [{"id": 2}, {"id": 3}]}, {"id": 2, "addresses": [{"id": 1}]}])
MOVED = ("user_account", [{"id": 2, "addresses": [{"id": 3}]}, {"id": 3, "addresses": [{"id": 2}]}])
for word, mapping, rows in (("", USERS, None), ("_owned", OWNED, None), ("_needed_owned", NEEDED_OWNED, REQUIRED_ROWS)):
    save("reassign" + word, mapping, reassign, REASSIGNED, rows=rows)
    save("remove" + word, mapping, remove, REMOVED, rows=rows)
    save("remove_by_the_list" + word, mapping, remove, KEPT, rows=rows)
    save("clear" + word, mapping, clear, ("user_account", {"id": 2, "addresses": []}), rows=rows)
    save("swap" + word, mapping, swap, SWAPPED, rows=rows)
    save("move" + word, mapping, move, MOVED, rows=rows)
    save("move_the_other_way_round" + word, mapping, move, ("user_account", list(reversed(MOVED[1]))), rows=rows)
    save("move_from_the_address" + word, mapping, move, ("address", {"id": 2, "user": {"id": 3}}), rows=rows)
    save("move_by_verbs" + word, mapping, move, ("user_account", [
        {"id": 2, "addresses": {"remove": [{"id": 2}]}}, {"id": 3, "addresses": {"add": [{"id": 2}]}}]), rows=rows)
for word, mapping in (("", USERS), ("_owned", OWNED)):
    save("set_to_none" + word, mapping, let_go, ("address", {"id": 2, "user": None}))
save("remove_needed", NEEDED, remove, REMOVED, rows=REQUIRED_ROWS, refused="user_id")
save("reassign_needed", NEEDED, reassign, REASSIGNED, rows=REQUIRED_ROWS, refused="user_id")
save("move_needed", NEEDED, move, MOVED, rows=REQUIRED_ROWS)


def append_and_remove(s, o):
    remove(s, o)
    o.user_account(2).addresses.append(address(o, "new@sqlalchemy.org"))


save("append_and_remove", OWNED, append_and_remove,
     ("user_account", {"id": 2, "addresses": {"add": [APPENDED], "remove": [{"id": 2}]}}))

# --- changed columns ---


def rename(s, o):
    o.user_account(1).fullname = "Sponge Bob"


def rename_member(s, o):
    o.address(3).email_address = "cheeks@x.org"


save("change_a_column", USERS, rename, ("user_account", {"id": 1, "fullname": "Sponge Bob"}))
save("change_nothing", USERS, lambda s, o: None, ("user_account", {"id": 1, "name": "spongebob"}))
save("change_to_null", USERS, lambda s, o: setattr(o.user_account(1), "fullname", None),
     ("user_account", {"id": 1, "fullname": None}))
save("change_a_member", USERS, rename_member,
     ("user_account", {"id": 2, "addresses": {"add": [{"id": 3, "email_address": "cheeks@x.org"}]}}))
save("change_a_member_in_the_list", USERS, rename_member,
     ("user_account", {"id": 2, "addresses": [{"id": 2}, {"id": 3, "email_address": "cheeks@x.org"}]}))
save("change_the_user_of_an_address", USERS, rename, ("address", {"id": 1, "user": {"id": 1, "fullname": "Sponge Bob"}}))

# --- merge: a graph that the session does not know ---


def merged(build):
    return lambda s, o: s.merge(build(o))


save("merge_known", USERS, merged(lambda o: o.new("user_account", id=1, name="bob")), ("user_account", {"id": 1, "name": "bob"}))
save("merge_unknown", USERS, merged(lambda o: o.new("user_account", id=9, name="bob", addresses=[
    o.new("address", id=77, email_address="bob@x.org")])),
     ("user_account", {"id": 9, "name": "bob", "addresses": [{"id": 77, "email_address": "bob@x.org"}]}))
for word, mapping in (("", USERS), ("_owned", OWNED)):
    save("merge_graph" + word, mapping, merged(lambda o: o.new("user_account", id=2, name="cheeks", addresses=[
        o.new("address", id=3, email_address="cheeks@x.org"), o.new("address", email_address="new@x.org"),
        o.new("address", id=1, email_address="was@bobs.org")])),
         ("user_account", {"id": 2, "name": "cheeks", "addresses": [
             {"id": 3, "email_address": "cheeks@x.org"}, {"email_address": "new@x.org"}, {"id": 1, "email_address": "was@bobs.org"}]}))
    save("merge_empty_list" + word, mapping, merged(lambda o: o.new("user_account", id=2, addresses=[])),
         ("user_account", {"id": 2, "addresses": []}))
save("merge_list_not_given", OWNED, merged(lambda o: o.new("user_account", id=2, name="cheeks")),
     ("user_account", {"id": 2, "name": "cheeks"}))
save("merge_many_to_one", USERS, merged(lambda o: o.new("address", id=1, user=o.new("user_account", id=2, name="cheeks"))),
     ("address", {"id": 1, "user": {"id": 2, "name": "cheeks"}}))
save("merge_many_to_one_unknown", USERS, merged(lambda o: o.new("address", id=1, user=o.new("user_account", id=8, name="gary"))),
     ("address", {"id": 1, "user": {"id": 8, "name": "gary"}}))
save("merge_none", USERS, merged(lambda o: o.new("address", id=1, user=None)), ("address", {"id": 1, "user": None}))
