"""The tutorial's posts with their keywords, links with columns of their own, and unique objects."""

from mapping import Mapping, R
from saving import save

EMPTY = ""
BLOG_ROWS = """
    INSERT INTO users VALUES(1, 'wendy'), (2, 'jack');
    INSERT INTO posts VALUES(1, 1, 'Wendy''s Blog Post', 'This is a test'), (2, 2, 'On the sea', NULL);
    INSERT INTO keywords VALUES(1, 'wendy'), (2, 'firstpost'), (3, 'sea');
    INSERT INTO post_keywords VALUES(1, 1), (1, 2), (2, 3);
"""
BLOG = Mapping(
    """
    CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT UNIQUE);
    CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users(id), headline TEXT NOT NULL, body TEXT);
    CREATE TABLE keywords(id INTEGER PRIMARY KEY, keyword TEXT NOT NULL UNIQUE);
    CREATE TABLE post_keywords(post_id INTEGER REFERENCES posts(id), keyword_id INTEGER REFERENCES keywords(id),
      PRIMARY KEY(post_id, keyword_id));
    """,
    BLOG_ROWS,
    R("posts", "author", "users", back_populates="posts", ours={"unique_key": "name"}),
    R("users", "posts", "posts", back_populates="author"),
    R("posts", "keywords", "keywords", secondary="post_keywords", back_populates="posts", ours={"unique_key": "keyword"}),
    R("keywords", "posts", "posts", secondary="post_keywords", back_populates="keywords"))


def post(o, headline, author=None, keywords=(), **values):
    return o.new("posts", headline=headline, author=author, keywords=list(keywords), **values)


def keyword(o, word):
    return o.new("keywords", keyword=word)


save("post_with_keywords", BLOG, lambda s, o: s.add(post(o, "Wendy's Blog Post", o.new("users", name="wendy"), [
    keyword(o, "wendy"), keyword(o, "firstpost")], body="This is a test")),
     ("posts", {"headline": "Wendy's Blog Post", "body": "This is a test", "author": {"name": "wendy"},
                "keywords": [{"keyword": "wendy"}, {"keyword": "firstpost"}]}), rows=EMPTY)
save("user_with_posts_with_keywords", BLOG, lambda s, o: s.add(o.new("users", name="ed", posts=[
    post(o, "one", keywords=[keyword(o, "a"), keyword(o, "b")]), post(o, "two", keywords=[keyword(o, "c")])])),
     ("users", {"name": "ed", "posts": [{"headline": "one", "keywords": [{"keyword": "a"}, {"keyword": "b"}]},
                                        {"headline": "two", "keywords": [{"keyword": "c"}]}]}), rows=EMPTY, renamed=True)
save("keyword_appended", BLOG, lambda s, o: o.posts(1).keywords.append(keyword(o, "new")),
     ("posts", {"id": 1, "keywords": {"add": [{"keyword": "new"}]}}))
save("keyword_linked", BLOG, lambda s, o: o.posts(1).keywords.append(o.keywords(3)),
     ("posts", {"id": 1, "keywords": {"add": [{"id": 3}]}}))
save("keyword_linked_in_the_list", BLOG, lambda s, o: o.posts(1).keywords.append(o.keywords(3)),
     ("posts", {"id": 1, "keywords": [{"id": 1}, {"id": 2}, {"id": 3}]}))
save("keyword_linked_from_the_other_side", BLOG, lambda s, o: o.keywords(3).posts.append(o.posts(1)),
     ("keywords", {"id": 3, "posts": {"add": [{"id": 1}]}}))
save("keyword_linked_again", BLOG, lambda s, o: None, ("posts", {"id": 1, "keywords": {"add": [{"id": 1}]}}))
save("keyword_removed", BLOG, lambda s, o: o.posts(1).keywords.remove(o.keywords(1)),
     ("posts", {"id": 1, "keywords": {"remove": [{"id": 1}]}}))
save("keyword_removed_by_its_word", BLOG, lambda s, o: o.posts(1).keywords.remove(o.keywords(1)),
     ("posts", {"id": 1, "keywords": {"remove": [{"keyword": "wendy"}]}}))
save("keyword_removed_by_the_list", BLOG, lambda s, o: o.posts(1).keywords.remove(o.keywords(1)),
     ("posts", {"id": 1, "keywords": [{"id": 2}]}))
save("keyword_removed_from_the_other_side", BLOG, lambda s, o: o.keywords(1).posts.remove(o.posts(1)),
     ("keywords", {"id": 1, "posts": []}))
save("keyword_that_is_not_linked_removed", BLOG, lambda s, o: None, ("posts", {"id": 1, "keywords": {"remove": [{"id": 3}]}}))
save("keywords_cleared", BLOG, lambda s, o: setattr(o.posts(1), "keywords", []), ("posts", {"id": 1, "keywords": []}))


def replace_keywords(s, o):
    o.posts(1).keywords = [o.keywords(2), o.keywords(3), keyword(o, "new")]


save("keywords_replaced", BLOG, replace_keywords, ("posts", {"id": 1, "keywords": [{"id": 2}, {"id": 3}, {"keyword": "new"}]}))


def exchange_keywords(s, o):
    one, other = o.posts(1), o.posts(2)
    one.keywords, other.keywords = list(other.keywords), list(one.keywords)


save("keywords_exchanged", BLOG, exchange_keywords, ("posts", [{"id": 1, "keywords": [{"id": 3}]}, {"id": 2, "keywords": [{"id": 1}, {"id": 2}]}]))
save("keyword_renamed_through_a_post", BLOG, lambda s, o: setattr(o.keywords(1), "keyword", "darling"),
     ("posts", {"id": 1, "keywords": [{"id": 1, "keyword": "darling"}, {"id": 2}]}))

# --- the recipe of unique objects ---


def unique(s, o, table, column, value):
    """The row that has the value, of the database or of this session, else a new one."""
    cls = o.classes[table]
    with s.no_autoflush:
        for pending in s.new:
            if isinstance(pending, cls) and getattr(pending, column) == value:
                return pending
        there = s.query(cls).filter_by(**{column: value}).first()
    if there is None:
        there = o.new(table, **{column: value})
        s.add(there)
    return o.hold(there)


def unique_keywords(s, o):
    for headline, words in ("one", ["sea", "sun"]), ("two", ["sun", "wendy", "sand"]):
        one = post(o, headline, unique(s, o, "users", "name", "ed"))
        s.add(one)
        one.keywords = [unique(s, o, "keywords", "keyword", word) for word in words]


save("unique_objects", BLOG, unique_keywords, ("posts", [
    {"headline": "one", "author": {"name": "ed"}, "keywords": [{"keyword": "sea"}, {"keyword": "sun"}]},
    {"headline": "two", "author": {"name": "ed"}, "keywords": [{"keyword": "sun"}, {"keyword": "wendy"}, {"keyword": "sand"}]}]),
     renamed=True)
save("unique_object_that_is_there", BLOG, lambda s, o: s.add(post(o, "three", unique(s, o, "users", "name", "jack"))),
     ("posts", {"headline": "three", "author": {"name": "jack"}}))
save("unique_object_replaces_another", BLOG, lambda s, o: setattr(o.posts(1), "author", unique(s, o, "users", "name", "jack")),
     ("posts", {"id": 1, "author": {"name": "jack"}}))


# --- members that go with their last link ---

OWNED = Mapping(
    """
    CREATE TABLE a(id INTEGER PRIMARY KEY, x TEXT);
    CREATE TABLE b(id INTEGER PRIMARY KEY, x TEXT);
    CREATE TABLE ab(a_id INTEGER REFERENCES a, b_id INTEGER REFERENCES b, PRIMARY KEY(a_id, b_id));
    """,
    "INSERT INTO a VALUES(1, 'a'), (2, 'b'); INSERT INTO b VALUES(11, 'c'), (12, 'd'), (13, 'e');"
    "INSERT INTO ab VALUES(1, 11), (1, 12), (2, 13);",
    R("a", "bs", "b", secondary="ab", back_populates="as_", cascade="all, delete-orphan", single_parent=True),
    R("b", "as_", "a", secondary="ab", back_populates="bs"))


def replace_owned(s, o):
    o.a(1).bs = [o.b(12), o.new("b", x="n")]


save("owned_members_replaced", OWNED, replace_owned, ("a", {"id": 1, "bs": [{"id": 12}, {"x": "n"}]}), renamed=True)
save("owned_member_removed", OWNED, lambda s, o: o.a(1).bs.remove(o.b(11)), ("a", {"id": 1, "bs": {"remove": [{"id": 11}]}}))
save("owned_members_cleared", OWNED, lambda s, o: setattr(o.a(1), "bs", []), ("a", {"id": 1, "bs": []}))

# --- nodes linked to nodes ---

NETWORK = Mapping(
    """
    CREATE TABLE node(id INTEGER PRIMARY KEY, label TEXT);
    CREATE TABLE node_to_node(left_node_id INTEGER REFERENCES node(id), right_node_id INTEGER REFERENCES node(id),
      PRIMARY KEY(left_node_id, right_node_id));
    """,
    "INSERT INTO node VALUES(1, 'a'), (2, 'b'), (3, 'c'); INSERT INTO node_to_node VALUES(1, 2), (2, 1), (2, 3);",
    R("node", "right_nodes", "node", secondary="node_to_node", back_populates="left_nodes",
      alchemy={"primaryjoin": lambda t: t["node"].c.id == t["node_to_node"].c.left_node_id,
               "secondaryjoin": lambda t: t["node"].c.id == t["node_to_node"].c.right_node_id},
      ours={"primaryjoin": "node.id = node_to_node.left_node_id", "secondaryjoin": "node.id = node_to_node.right_node_id"}),
    R("node", "left_nodes", "node", secondary="node_to_node", back_populates="right_nodes",
      alchemy={"primaryjoin": lambda t: t["node"].c.id == t["node_to_node"].c.right_node_id,
               "secondaryjoin": lambda t: t["node"].c.id == t["node_to_node"].c.left_node_id},
      ours={"primaryjoin": "node.id = node_to_node.right_node_id", "secondaryjoin": "node.id = node_to_node.left_node_id"}))


def relink(s, o):
    o.node(2).right_nodes = [o.node(2), o.node(3)]


save("nodes_relinked", NETWORK, relink, ("node", {"id": 2, "right_nodes": [{"id": 2}, {"id": 3}]}))
save("nodes_relinked_from_the_left", NETWORK, lambda s, o: setattr(o.node(2), "left_nodes", [o.node(3)]),
     ("node", {"id": 2, "left_nodes": [{"id": 3}]}))
save("nodes_new", NETWORK, lambda s, o: s.add(o.new("node", label="n", right_nodes=[o.new("node", label="m"), o.node(1)])),
     ("node", {"label": "n", "right_nodes": [{"label": "m"}, {"id": 1}]}), renamed=True)

# --- association objects ---

ASSOCIATION = Mapping(
    """
    CREATE TABLE left_table(id INTEGER PRIMARY KEY, x TEXT);
    CREATE TABLE right_table(id INTEGER PRIMARY KEY, y TEXT);
    CREATE TABLE association(left_id INTEGER NOT NULL REFERENCES left_table(id),
      right_id INTEGER NOT NULL REFERENCES right_table(id), extra_data TEXT, PRIMARY KEY(left_id, right_id));
    """,
    "INSERT INTO left_table VALUES(1, 'l'), (2, 'm'); INSERT INTO right_table VALUES(1, 'r'), (2, 's');"
    "INSERT INTO association VALUES(1, 1, 'first'), (1, 2, 'second');",
    R("left_table", "children", "association", back_populates="parent", cascade="all, delete-orphan"),
    R("right_table", "parents", "association", back_populates="child", cascade="all, delete-orphan"),
    R("association", "parent", "left_table", back_populates="children"),
    R("association", "child", "right_table", back_populates="parents"),
    R("left_table", "rights", "right_table", secondary="association", alchemy={"viewonly": True}))


def linked(o, extra, child):
    return o.new("association", extra_data=extra, child=child)


def new_association(s, o):
    o.left_table(2).children.append(linked(o, "some extra data", o.new("right_table", y="new")))


def known_association(s, o):
    o.left_table(2).children.append(linked(o, "some extra data", o.right_table(2)))


save("association_whole", ASSOCIATION, lambda s, o: s.add(o.new("left_table", x="p", children=[
    linked(o, "some extra data", o.new("right_table", y="c"))])),
     ("left_table", {"x": "p", "children": [{"extra_data": "some extra data", "child": {"y": "c"}}]}), rows=EMPTY)
save("association_of_a_new_child", ASSOCIATION, new_association,
     ("left_table", {"id": 2, "children": {"add": [{"extra_data": "some extra data", "child": {"y": "new"}}]}}))
save("association_of_a_known_child", ASSOCIATION, known_association,
     ("left_table", {"id": 2, "children": [{"extra_data": "some extra data", "child": {"id": 2}}]}))
save("association_with_its_key", ASSOCIATION, known_association,
     ("left_table", {"id": 2, "children": [{"extra_data": "some extra data", "right_id": 2}]}))
save("association_as_root", ASSOCIATION, known_association,
     ("association", {"extra_data": "some extra data", "parent": {"id": 2}, "child": {"id": 2}}))
save("association_by_the_secondary", ASSOCIATION, known_association,
     ("left_table", {"id": 2, "rights": [{"id": 2, "extra_data": "some extra data"}]}))
save("association_by_the_secondary_new_child", ASSOCIATION, new_association,
     ("left_table", {"id": 2, "rights": [{"y": "new", "link_extra_data": "some extra data"}]}))


def change_extra(s, o):
    o.association((1, 2)).extra_data = "changed"


save("association_changed", ASSOCIATION, change_extra,
     ("left_table", {"id": 1, "children": {"add": [{"right_id": 2, "extra_data": "changed"}]}}))
save("association_changed_in_the_list", ASSOCIATION, change_extra, ("left_table", {"id": 1, "children": [
    {"child": {"id": 1}}, {"child": {"id": 2}, "extra_data": "changed"}]}))
save("association_changed_by_the_secondary", ASSOCIATION, change_extra,
     ("left_table", {"id": 1, "rights": [{"id": 1}, {"id": 2, "link_extra_data": "changed"}]}))


def remove_association(s, o):
    o.left_table(1).children.remove(o.association((1, 1)))


save("association_removed", ASSOCIATION, remove_association,
     ("left_table", {"id": 1, "children": {"remove": [{"right_id": 1}]}}))
save("association_removed_by_the_list", ASSOCIATION, remove_association,
     ("left_table", {"id": 1, "children": [{"right_id": 2, "extra_data": "second"}]}))
save("association_removed_from_the_right", ASSOCIATION, lambda s, o: o.right_table(1).parents.remove(o.association((1, 1))),
     ("right_table", {"id": 1, "parents": []}))
save("association_removed_by_the_secondary", ASSOCIATION, remove_association,
     ("left_table", {"id": 1, "rights": {"remove": [{"id": 1}]}}))
