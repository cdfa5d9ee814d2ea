"""The other patterns of the relationship documentation: one-to-one, trees, post_update, several keys
to one table, composite and natural keys, defaults, three levels."""

from mapping import Mapping, R
from saving import save

EMPTY = ""
AO = "all, delete-orphan"


# --- one-to-one ---


def one_to_one(cascade=None, unique=""):
    options = {"cascade": cascade} if cascade else {}
    return Mapping(
        f"""
        CREATE TABLE parent(id INTEGER PRIMARY KEY, x TEXT);
        CREATE TABLE child(id INTEGER PRIMARY KEY, parent_id INTEGER {unique} REFERENCES parent(id), y TEXT);
        """,
        "INSERT INTO parent VALUES(1, 'a'), (2, 'b'), (3, 'c'); INSERT INTO child VALUES(11, 1, 'x'), (12, 2, 'y'), (13, NULL, 'z');",
        R("parent", "child", "child", back_populates="parent", uselist=0, **options),
        R("child", "parent", "parent", back_populates="child"))


def replace_child(s, o):
    o.parent(1).child = o.new("child", y="new")


def flushed_replace_child(s, o):
    o.parent(1).child = None
    s.flush()
    replace_child(s, o)


def steal(s, o):
    one, other = o.parent(1), o.parent(2)
    taken = other.child
    one.child = None
    s.flush()
    one.child = taken


for word, mapping in (("", one_to_one()), ("_owned", one_to_one(AO)), ("_unique", one_to_one(unique="UNIQUE")),
                      ("_unique_owned", one_to_one(AO, "UNIQUE"))):
    save("one_set" + word, mapping, lambda s, o: setattr(o.parent(3), "child", o.new("child", y="new")),
         ("parent", {"id": 3, "child": {"y": "new"}}))
    save("one_new" + word, mapping, lambda s, o: s.add(o.new("parent", x="n", child=o.new("child", y="m"))),
         ("parent", {"x": "n", "child": {"y": "m"}}), rows=EMPTY)
    save("one_linked" + word, mapping, lambda s, o: setattr(o.parent(3), "child", o.child(13)),
         ("parent", {"id": 3, "child": {"id": 13}}))
    save("one_replaced" + word, mapping, flushed_replace_child, ("parent", {"id": 1, "child": {"y": "new"}}), renamed=True)
    save("one_emptied" + word, mapping, lambda s, o: setattr(o.parent(1), "child", None), ("parent", {"id": 1, "child": None}))
    save("one_changed" + word, mapping, lambda s, o: setattr(o.child(11), "y", "other"),
         ("parent", {"id": 1, "child": {"id": 11, "y": "other"}}))
    save("one_taken_from_another" + word, mapping, steal, ("parent", {"id": 1, "child": {"id": 12}}))
    save("one_from_the_child" + word, mapping, lambda s, o: s.add(o.new("child", y="new", parent=o.parent(3))),
         ("child", {"y": "new", "parent": {"id": 3}}))


# --- trees ---


def tree(cascade=None):
    options = {"cascade": cascade} if cascade else {}
    return Mapping(
        "CREATE TABLE node(id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES node(id), data TEXT);",
        "INSERT INTO node VALUES(1, NULL, 'root'), (2, 1, 'child1'), (3, 1, 'child2'), (4, 3, 'subchild1'), (5, 3, 'subchild2'),"
        " (6, 1, 'child3'), (7, NULL, 'other');",
        R("node", "children", "node", back_populates="parent", **options),
        R("node", "parent", "node", back_populates="children", remote_side="node.id"))


TREE, OWNED_TREE = tree(), tree(AO)


def node(o, data, *children):
    return o.new("node", data=data, children=list(children))


def leaf_first(s, o):
    s.add(o.new("node", data="c", parent=o.new("node", data="b", parent=o.new("node", data="a"))))


save("tree_new", TREE, lambda s, o: s.add(node(
    o, "root", node(o, "child1"), node(o, "child2", node(o, "subchild1"), node(o, "subchild2")), node(o, "child3"))),
     ("node", {"data": "root", "children": [{"data": "child1"}, {"data": "child2", "children": [
         {"data": "subchild1"}, {"data": "subchild2"}]}, {"data": "child3"}]}), rows=EMPTY, renamed=True)
save("tree_from_a_leaf", TREE, leaf_first, ("node", {"data": "c", "parent": {"data": "b", "parent": {"data": "a"}}}),
     rows=EMPTY, renamed=True)
for word, mapping in (("", TREE), ("_owned", OWNED_TREE)):
    save("tree_branch_removed" + word, mapping, lambda s, o: o.node(1).children.remove(o.node(3)),
         ("node", {"id": 1, "children": {"remove": [{"id": 3}]}}))
    save("tree_branch_removed_by_the_list" + word, mapping, lambda s, o: o.node(1).children.remove(o.node(3)),
         ("node", {"id": 1, "children": [{"id": 2}, {"id": 6}]}))
    save("tree_branch_moved" + word, mapping, lambda s, o: setattr(o.node(3), "parent", o.node(7)),
         ("node", {"id": 3, "parent": {"id": 7}}))
    save("tree_branch_moved_by_the_lists" + word, mapping, lambda s, o: setattr(o.node(3), "parent", o.node(2)),
         ("node", {"id": 1, "children": [{"id": 6}, {"id": 2, "children": [{"id": 3}]}]}))
save("tree_branch_appended", TREE, lambda s, o: o.node(4).children.append(node(o, "new", node(o, "newer"))),
     ("node", {"id": 4, "children": [{"data": "new", "children": [{"data": "newer"}]}]}), renamed=True)
save("tree_branch_becomes_a_root", TREE, lambda s, o: setattr(o.node(3), "parent", None), ("node", {"id": 3, "parent": None}))


def turn(s, o):
    o.node(2).parent = None
    s.flush()
    o.node(1).parent = o.node(2)


save("tree_turned_round", TREE, turn, ("node", {"id": 2, "parent": None, "children": [{"id": 1}]}))

# --- rows that point at each other ---

WIDGETS = Mapping(
    """
    CREATE TABLE widget(widget_id INTEGER PRIMARY KEY,
      favorite_entry_id INTEGER REFERENCES entry(entry_id), name TEXT);
    CREATE TABLE entry(entry_id INTEGER PRIMARY KEY, widget_id INTEGER REFERENCES widget(widget_id), name TEXT);
    """,
    "INSERT INTO widget VALUES(1, NULL, 'w'); INSERT INTO entry VALUES(1, 1, 'a'), (2, 1, 'b'); UPDATE widget SET favorite_entry_id = 1;",
    R("widget", "entries", "entry", foreign_keys="entry.widget_id"),
    R("widget", "favorite_entry", "entry", foreign_keys="widget.favorite_entry_id", post_update=True))


def widget(s, o):
    entry = o.new("entry", entry_id=5, name="someentry")
    s.add(o.new("widget", widget_id=3, name="somewidget", favorite_entry=entry, entries=[entry]))


for word, order in (("", ("favorite_entry", "entries")), ("_entries_first", ("entries", "favorite_entry"))):
    values = {"entries": [{"entry_id": 5, "name": "someentry"}], "favorite_entry": {"entry_id": 5}}
    save("widget_new" + word, WIDGETS, widget,
         ("widget", {"widget_id": 3, "name": "somewidget", **{key: values[key] for key in order}}), rows=EMPTY)
save("widget_favourite_changed", WIDGETS, lambda s, o: setattr(o.widget(1), "favorite_entry", o.entry(2)),
     ("widget", {"widget_id": 1, "favorite_entry": {"entry_id": 2}}))
save("widget_favourite_emptied", WIDGETS, lambda s, o: setattr(o.widget(1), "favorite_entry", None),
     ("widget", {"widget_id": 1, "favorite_entry": None}))


def favourite_gone(s, o):
    o.widget(1).favorite_entry = None
    o.widget(1).entries = [o.entry(2)]


save("widget_favourite_emptied_and_removed", WIDGETS, favourite_gone,
     ("widget", {"widget_id": 1, "favorite_entry": None, "entries": [{"entry_id": 2}]}))

PAIRS = Mapping(
    "CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT, partner_id INTEGER REFERENCES person(id));",
    "INSERT INTO person VALUES(1, 'a', 2), (2, 'b', 1), (3, 'c', NULL);",
    R("person", "partner", "person", remote_side="person.id", post_update=True))


def couple(s, o):
    one, other = o.new("person", id=7, name="x"), o.new("person", id=8, name="y")
    one.partner, other.partner = other, one
    s.add(one)


def alone(s, o):
    self = o.new("person", id=7, name="x")
    self.partner = self
    s.add(self)


save("pair_new", PAIRS, couple, ("person", {"id": 7, "name": "x", "partner": {"id": 8, "name": "y", "partner": {"id": 7}}}), rows=EMPTY)
save("pair_with_itself", PAIRS, alone, ("person", {"id": 7, "name": "x", "partner": {"id": 7}}), rows=EMPTY)


def repair(s, o):
    o.person(1).partner, o.person(2).partner, o.person(3).partner = o.person(3), None, o.person(1)


save("pair_parted", PAIRS, repair, ("person", [
    {"id": 2, "partner": None}, {"id": 1, "partner": {"id": 3, "partner": {"id": 1}}}]))

# --- several keys to one table ---

CUSTOMERS = Mapping(
    """
    CREATE TABLE address(id INTEGER PRIMARY KEY, street TEXT);
    CREATE TABLE customer(id INTEGER PRIMARY KEY, name TEXT, billing_address_id INTEGER REFERENCES address(id),
      shipping_address_id INTEGER REFERENCES address(id));
    """,
    "INSERT INTO address VALUES(1, 'a'), (2, 'b'); INSERT INTO customer VALUES(1, 'c', 1, 2);",
    R("customer", "billing_address", "address", foreign_keys="customer.billing_address_id"),
    R("customer", "shipping_address", "address", foreign_keys="customer.shipping_address_id"))


def exchange(s, o):
    one = o.customer(1)
    one.billing_address, one.shipping_address = one.shipping_address, one.billing_address


save("two_keys_new", CUSTOMERS, lambda s, o: s.add(o.new(
    "customer", name="n", billing_address=o.new("address", street="x"), shipping_address=o.new("address", street="y"))),
     ("customer", {"name": "n", "billing_address": {"street": "x"}, "shipping_address": {"street": "y"}}), rows=EMPTY)
save("two_keys_exchanged", CUSTOMERS, exchange, ("customer", {"id": 1, "billing_address": {"id": 2}, "shipping_address": {"id": 1}}))
save("two_keys_to_one_row", CUSTOMERS, lambda s, o: setattr(o.customer(1), "billing_address", o.address(2)),
     ("customer", {"id": 1, "billing_address": {"id": 2, "street": "b"}, "shipping_address": {"id": 2}}))

# --- composite and natural keys ---

RELEASES = Mapping(
    """
    CREATE TABLE product(vendor TEXT NOT NULL, code INTEGER NOT NULL, title TEXT, PRIMARY KEY(vendor, code));
    CREATE TABLE part(vendor TEXT NOT NULL, code INTEGER NOT NULL, nr INTEGER NOT NULL, title TEXT,
      PRIMARY KEY(vendor, code, nr), FOREIGN KEY(vendor, code) REFERENCES product(vendor, code)) WITHOUT ROWID;
    CREATE TABLE review(id INTEGER PRIMARY KEY, vendor TEXT, code INTEGER, body TEXT,
      FOREIGN KEY(vendor, code) REFERENCES product(vendor, code));
    """,
    "INSERT INTO product VALUES('acme', 1, 'anvil'), ('acme', 2, 'rocket'); INSERT INTO part VALUES('acme', 1, 1, 'a'), ('acme', 1, 2, 'b');"
    "INSERT INTO review VALUES(1, 'acme', 1, 'heavy'), (2, 'acme', 2, 'fast');",
    R("product", "parts", "part", cascade=AO),
    R("product", "reviews", "review", back_populates="product"),
    R("review", "product", "product", back_populates="reviews"))


def product(s, o):
    s.add(o.new("product", vendor="acme", code=3, title="trap", parts=[
        o.new("part", nr=1, title="spring"), o.new("part", nr=2, title="bait")], reviews=[o.new("review", body="works")]))


def other_parts(s, o):
    one = o.product(("acme", 1))
    one.parts[0].title = "changed"
    one.parts = [one.parts[0], o.new("part", nr=3, title="c")]


save("composite_new", RELEASES, product, ("product", {"vendor": "acme", "code": 3, "title": "trap", "parts": [
    {"nr": 1, "title": "spring"}, {"nr": 2, "title": "bait"}], "reviews": [{"body": "works"}]}))
save("composite_list_replaced", RELEASES, other_parts, ("product", {"vendor": "acme", "code": 1, "parts": [
    {"nr": 1, "title": "changed"}, {"nr": 3, "title": "c"}]}))
save("composite_moved", RELEASES, lambda s, o: setattr(o.review(1), "product", o.product(("acme", 2))),
     ("review", {"id": 1, "product": {"vendor": "acme", "code": 2}}))
save("composite_let_go", RELEASES, lambda s, o: setattr(o.review(1), "product", None), ("review", {"id": 1, "product": None}))
save("composite_removed", RELEASES, lambda s, o: setattr(o.product(("acme", 1)), "reviews", []),
     ("product", {"vendor": "acme", "code": 1, "reviews": []}))

NATURAL = Mapping(
    """
    CREATE TABLE usr(username TEXT NOT NULL PRIMARY KEY, fullname TEXT);
    CREATE TABLE address(email TEXT NOT NULL PRIMARY KEY, username TEXT REFERENCES usr(username)) WITHOUT ROWID;
    """,
    "INSERT INTO usr VALUES('jack', 'Jack'), ('ed', 'Ed'); INSERT INTO address VALUES('jack@x.org', 'jack'), ('ed@x.org', 'ed');",
    R("usr", "addresses", "address", back_populates="user"),
    R("address", "user", "usr", back_populates="addresses"))


def natural(s, o):
    s.add(o.new("usr", username="wendy", addresses=[o.new("address", email="wendy@x.org"), o.address("ed@x.org")]))


save("natural_new", NATURAL, natural, ("usr", {"username": "wendy", "fullname": None, "addresses": [
    {"email": "wendy@x.org", "username": None}, {"email": "ed@x.org"}]}))
save("natural_moved", NATURAL, lambda s, o: setattr(o.address("ed@x.org"), "user", o.usr("jack")),
     ("address", {"email": "ed@x.org", "user": {"username": "jack"}}))

# --- defaults; three levels ---

ORDERS = Mapping(
    """
    CREATE TABLE customer(id INTEGER PRIMARY KEY, name TEXT DEFAULT 'somebody', level INTEGER NOT NULL DEFAULT 1);
    CREATE TABLE orders(id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer(id), state TEXT DEFAULT 'open');
    CREATE TABLE item(id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES orders(id), sku TEXT, n INTEGER DEFAULT 1);
    """,
    "INSERT INTO customer VALUES(1, 'c', 2); INSERT INTO orders VALUES(1, 1, 'open'), (2, 1, 'sent');"
    "INSERT INTO item VALUES(1, 1, 'a', 1), (2, 1, 'b', 2), (3, 2, 'c', 3);",
    R("customer", "orders", "orders", cascade=AO),
    R("orders", "items", "item", cascade=AO))


def order(o, *items, **values):
    return o.new("orders", items=[o.new("item", sku=sku) for sku in items], **values)


def reorder(s, o):
    one = o.customer(1)
    first = o.orders(1)
    first.state = "paid"
    first.items = [o.item(2), o.new("item", sku="d")]
    one.orders = [first, order(o, "e", "f")]


save("three_levels_new", ORDERS, lambda s, o: s.add(o.new("customer", name="n", orders=[order(o, "a", "b"), order(o, "c")])),
     ("customer", {"name": "n", "orders": [{"items": [{"sku": "a"}, {"sku": "b"}]}, {"items": [{"sku": "c"}]}]}), rows=EMPTY)
save("three_levels_defaults", ORDERS, lambda s, o: s.add(o.new("customer", orders=[order(o, "a")])),
     ("customer", {"orders": [{"items": [{"sku": "a"}]}]}), rows=EMPTY)
save("three_levels_replaced", ORDERS, reorder, ("customer", {"id": 1, "orders": [
    {"id": 1, "state": "paid", "items": [{"id": 2}, {"sku": "d"}]}, {"items": [{"sku": "e"}, {"sku": "f"}]}]}), renamed=True)
save("three_levels_cleared", ORDERS, lambda s, o: setattr(o.customer(1), "orders", []), ("customer", {"id": 1, "orders": []}))


def move_item(s, o):
    o.orders(2).items.append(o.item(1))
    o.customer(1).orders.remove(o.orders(1))


save("three_levels_item_saved_from_its_order", ORDERS, move_item,
     ("customer", {"id": 1, "orders": [{"id": 2, "items": {"add": [{"id": 1}]}}]}))
