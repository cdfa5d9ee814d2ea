"""The demo database: every option once, on what readers of the README know."""

from sqlalchemy import and_, func, literal, select
from sqlalchemy.orm import (Load, aliased, contains_eager, defaultload, joinedload, lazyload, load_only, noload, raiseload,
                            selectinload, subqueryload, undefer, undefer_group, with_expression, with_loader_criteria, with_parent)

from case import case
from worlds import DEFERRED, DEMO


def demo(name, *arguments, **options):
    case(f"demo_{name}", DEMO, *arguments, **options)


demo("everything_of_a_post", lambda t: select(t.posts).options(selectinload(t.posts.author).joinedload(t.users.profiles), selectinload(t.posts.category),
         subqueryload(t.posts.comments).joinedload(t.comments.author), joinedload(t.posts.tags)),
     "posts", "*, author(*, profiles), category, comments(*, author), tags",
     follow="author.profiles, category, comments.author, tags")
demo("load_only_everywhere", lambda t: select(t.users).options(load_only(t.users.name), selectinload(t.users.posts).options(
         load_only(t.posts.title), selectinload(t.posts.tags).load_only(t.tags.name))),
     "users", "id, name, posts(id, title, tags(id, name))")
demo("Load_options", lambda t: select(t.users).options(Load(t.users).load_only(t.users.email).selectinload(t.users.posts).defer(t.posts.body)),
     "users", "id, email, posts(-body)")
demo("defaultload", lambda t: select(t.posts).options(joinedload(t.posts.comments), defaultload(t.posts.comments).load_only(t.comments.body)),
     "posts", "*, comments(id, body)")
demo("scalar_of_one_to_one", lambda t: select(t.users).options(joinedload(t.users.profiles)), "users", "*, profiles")
demo("order_by_of_the_relationship", lambda t: select(t.posts).options(selectinload(t.posts.newest)), "posts", "*, newest")
demo("order_by_of_the_relationship_joined", lambda t: select(t.posts).options(joinedload(t.posts.newest)), "posts", "*, newest!joined")
demo("order_by_of_the_relationship_filtered", lambda t: select(t.posts).options(selectinload(t.posts.newest.and_(t.comments.author_id != None))),  # noqa: E711
     "posts", "*, newest(* WHERE author_id IS NOT NULL)")
demo("order_by_overridden", lambda t: select(t.posts).join(t.posts.newest).order_by(t.posts.id, t.comments.body).options(contains_eager(t.posts.newest)),
     "posts", "*, newest!inner(* ORDER BY body)", loaded_order=True)
demo("many_to_many_itself", lambda t: select(t.users).options(selectinload(t.users.following)), "users", "*, following", follow="following")
demo("many_to_many_itself_twice", lambda t: select(t.users).where(t.users.id == 8).options(selectinload(t.users.following).selectinload(t.users.following)),
     "users", "*, following(*, following) WHERE id = 8", follow="following.following")
demo("many_to_many_itself_joined", lambda t: select(t.users).where(t.users.id == 5).options(joinedload(t.users.following).joinedload(t.users.following)),
     "users", "*, following!joined(*, following!joined) WHERE id = ?1", arguments=(5,), follow="following.following")
demo("association_object", lambda t: select(t.teams).options(selectinload(t.teams.memberships).joinedload(t.memberships.user)), "teams", "*, memberships(*, user)")
demo("association_beside_many_to_many", lambda t: select(t.users).options(selectinload(t.users.teams), selectinload(t.users.memberships)), "users", "*, memberships, teams")
demo("tree_down", lambda t: select(t.categories).where(t.categories.parent_id.is_(None)).options(
         selectinload(t.categories.categories).selectinload(t.categories.categories).selectinload(t.categories.categories)),
     "categories", "*, categories(*, categories(*, categories)) WHERE parent_id IS NULL")
demo("tree_down_recursive", lambda t: select(t.categories).where(t.categories.parent_id.is_(None)).options(
         selectinload(t.categories.categories).selectinload(t.categories.categories).selectinload(t.categories.categories)),
     "categories", "*, categories!recursive(3) WHERE parent_id IS NULL")
demo("tree_down_recursive_one", lambda t: select(t.categories).where(t.categories.id == 1).options(joinedload(t.categories.categories)),
     "categories", "*, categories!recursive(1) WHERE id = 1")
demo("tree_down_recursive_all", lambda t: select(t.categories).where(t.categories.parent_id.is_(None)).options(
         selectinload(t.categories.categories).load_only(t.categories.name).selectinload(t.categories.categories).load_only(t.categories.name)
         .selectinload(t.categories.categories).load_only(t.categories.name)),
     "categories", "*, categories!recursive(3)(id, name) WHERE parent_id IS NULL")
demo("tree_down_recursive_with_members", lambda t: select(t.categories).where(t.categories.id == 7).options(
         selectinload(t.categories.categories).options(selectinload(t.categories.posts), selectinload(t.categories.categories).options(
             selectinload(t.categories.posts)))),
     "categories", "*, categories!recursive(2)(*, posts) WHERE id = 7")
demo("tree_up", lambda t: select(t.categories).where(t.categories.id == 9).options(joinedload(t.categories.parent).joinedload(t.categories.parent)),
     "categories", "*, parent(*, parent) WHERE id = 9")
demo("tree_up_recursive", lambda t: select(t.categories).where(t.categories.id == 9).options(joinedload(t.categories.parent).joinedload(t.categories.parent).joinedload(t.categories.parent)),
     "categories", "*, parent!recursive WHERE id = 9")
demo("raiseload_elsewhere", lambda t: select(t.users).options(selectinload(t.users.posts), raiseload("*")), "users", "*, posts")
demo("lazyload_read", lambda t: select(t.posts).options(lazyload(t.posts.tags)), "posts", "*, tags", follow="tags", access=True)
demo("noload_gives_nothing", lambda t: select(t.users).options(noload(t.users.posts)), "users", "*, posts(* LIMIT 0)")
demo("and_with_parameter", lambda t: select(t.users).options(selectinload(t.users.posts.and_(t.posts.created_at > "2023-10-01", t.posts.published == 1))),
     "users", "*, posts(* WHERE created_at > ?2 AND published = ?1)", arguments=(1, "2023-10-01"))
demo("and_on_many_to_one", lambda t: select(t.comments).options(joinedload(t.comments.author.and_(t.users.active == 1))),
     "comments", "*, author(* WHERE active)")
demo("and_on_a_secondary", lambda t: select(t.posts).options(selectinload(t.posts.tags.and_(t.tags.name != "wood"))), "posts", "*, tags(* WHERE name <> 'wood')")
demo("contains_eager_aliased", lambda t: contains_eager_aliased(t, aliased(t.users)), "posts", "*, author!inner(* WHERE name LIKE 'F%')")
demo("contains_eager_three", lambda t: select(t.users).join(t.users.posts).join(t.posts.comments).where(t.comments.created_at >= "2024-01-01").options(
         contains_eager(t.users.posts).contains_eager(t.posts.comments)),
     "users", "*, posts!inner(*, comments!inner(* WHERE created_at >= '2024-01-01'))")
demo("inner_with_limit", lambda t: select(t.users).where(t.users.posts.any(t.posts.published == 0)).order_by(t.users.name.desc()).limit(2).options(
         selectinload(t.users.posts.and_(t.posts.published == 0))),
     "users", "*, posts!inner(* WHERE NOT published) ORDER BY name DESC LIMIT 2")
demo("inner_many_to_one", lambda t: select(t.comments).options(joinedload(t.comments.author, innerjoin=True)), "comments", "*, author!inner")
demo("inner_below_outer", lambda t: select(t.posts).options(joinedload(t.posts.comments).joinedload(t.comments.author, innerjoin=True)),
     "posts", "*, comments(*, author!inner)")
demo("with_expression_member", lambda t: select(t.users).options(with_expression(t.users.post_count,
         select(func.count()).where(t.posts.author_id == t.users.id).scalar_subquery())),
     "users", "*, (SELECT count(*) FROM posts WHERE posts.author_id = users.id) AS post_count")
demo("with_parent", lambda t: select(t.posts).where(with_parent(t.users(id=3), t.users.posts)), "posts", "* WHERE has(author, id = 3)")
demo("with_parent_many_to_many", lambda t: select(t.tags).where(with_parent(t.posts(id=3), t.posts.tags)), "tags", "* WHERE any(posts, id = 3)")
demo("any_all_kinds", lambda t: select(t.users).where(and_(t.users.posts.any(), t.users.profiles.has(), t.users.teams.any(), t.users.following.any())),
     "users", "* WHERE any(posts) AND has(profiles) AND any(teams) AND any(following)")
demo("any_none", lambda t: select(t.users).where(~t.users.profiles.has()), "users", "* WHERE NOT has(profiles)")
demo("any_itself", lambda t: select(t.users).where(t.users.following.any(name="Ada Moreau")), "users", "* WHERE any(following, name = 'Ada Moreau')")
demo("any_itself_nested", lambda t: any_itself_nested(t, aliased(t.users), aliased(t.users)), "users", "* WHERE any(following, any(following, name LIKE 'G%'))")
demo("any_every", lambda t: select(t.users).where(~t.users.posts.any(t.posts.published == 0)), "users", "* WHERE NOT any(posts, NOT published)")
demo("any_of_null", lambda t: select(t.posts).where(t.posts.comments.any(t.comments.author_id == 1)), "posts", "* WHERE any(comments, author_id = 1)")
demo("any_not_of_null", lambda t: select(t.posts).where(~t.posts.comments.any(t.comments.author_id == 1)), "posts", "* WHERE NOT any(comments, author_id = 1)")
demo("any_with_subquery", lambda t: select(t.users).where(t.users.posts.any(t.posts.id.in_(select(t.post_tags.post_id).where(t.post_tags.tag_id == 8)))),
     "users", "* WHERE any(posts, id IN (SELECT post_id FROM post_tags WHERE tag_id = 8))")
demo("criteria_every_level", lambda t: select(t.users).options(selectinload(t.users.posts).selectinload(t.posts.comments).joinedload(t.comments.author),
         with_loader_criteria(t.users, t.users.active == 1), with_loader_criteria(t.posts, t.posts.published == 1)),
     "users", "*, posts(*, comments(*, author)) FOR EACH users WHERE active FOR EACH posts WHERE published", follow="posts.comments.author")
demo("criteria_secondary_target", lambda t: select(t.teams).options(selectinload(t.teams.users), with_loader_criteria(t.users, t.users.active == 1)),
     "teams", "*, users FOR EACH users WHERE active")
demo("criteria_itself", lambda t: select(t.users).options(selectinload(t.users.following), with_loader_criteria(t.users, lambda users: users.active == 1, include_aliases=True)),
     "users", "*, following FOR EACH users WHERE active", follow="following")
demo("criteria_with_parameter", lambda t: select(t.posts).options(joinedload(t.posts.comments), with_loader_criteria(t.comments, t.comments.created_at < "2023-07-01")),
     "posts", "*, comments!joined FOR EACH comments WHERE created_at < ?1", arguments=("2023-07-01",))
demo("criteria_inner", lambda t: select(t.posts).join(t.posts.comments).options(contains_eager(t.posts.comments), with_loader_criteria(t.comments, t.comments.author_id == 6)),
     "posts", "*, comments!inner FOR EACH comments WHERE author_id = 6")
demo("count_per_parent", lambda t: select(t.users.name.label("name"), func.count(t.posts.id).label("n")).outerjoin(t.users.posts).group_by(t.users.id).order_by(t.users.id),
     "users", "name, (SELECT count(*) FROM posts WHERE posts.author_id = users.id) AS n")
demo("aggregates_of_the_root", lambda t: select(func.count().label("n"), func.max(t.posts.created_at).label("last"), func.total(t.posts.published).label("published"))
     .select_from(t.posts).where(t.posts.author_id == 3).order_by("n"),
     "posts", "count(*) AS n, max(created_at) AS last, total(published) AS published WHERE author_id = 3")
demo("aggregates_of_nothing", lambda t: select(func.count().label("n"), func.max(t.posts.id).label("most")).select_from(t.posts).where(literal(0) == 1).order_by("n"),
     "posts", "count(*) AS n, max(id) AS most WHERE 0")


def contains_eager_aliased(t, author):
    return select(t.posts).join(t.posts.author.of_type(author)).where(author.name.like("F%")).options(contains_eager(t.posts.author.of_type(author)))


def any_itself_nested(t, first, second):
    return select(t.users).where(t.users.following.of_type(first).any(first.following.of_type(second).any(second.name.like("G%"))))


# An aggregate per owner stands in an object of its own.
case("demo_aggregate_per_owner", DEMO, lambda t: select(t.users.name.label("name"), func.count(t.posts.id).label("posts.n"), func.max(t.posts.created_at).label("posts.last"))
     .outerjoin(t.users.posts).group_by(t.users.id).order_by(t.users.id), "users", "name, posts(count(*) AS n, max(created_at) AS last)")
case("demo_aggregate_filtered", DEMO, lambda t: select(t.users.name.label("name"), func.count(t.posts.id).label("posts.n"))
     .outerjoin(t.users.posts.and_(t.posts.published == 0)).group_by(t.users.id).order_by(t.users.id), "users", "name, posts(count(*) AS n WHERE NOT published)")
case("demo_aggregate_inner", DEMO, lambda t: select(t.users.name.label("name"), func.count(t.posts.id).label("posts.n"))
     .join(t.users.posts).group_by(t.users.id).order_by(t.users.id), "users", "name, posts!inner(count(*) AS n)")
case("demo_aggregate_many_to_many", DEMO, lambda t: select(t.tags.name.label("name"), func.count(t.posts.id).label("posts.n"), func.min(t.posts.title).label("posts.first"))
     .outerjoin(t.tags.posts).group_by(t.tags.id).order_by(t.tags.id), "tags", "name, posts(count(*) AS n, min(title) AS first)")
case("demo_aggregate_many_to_one", DEMO, lambda t: select(t.comments.id.label("id"), func.count(t.users.id).label("author.n"))
     .outerjoin(t.comments.author).group_by(t.comments.id).order_by(t.comments.id), "comments", "id, author(count(*) AS n)")

# What SQLAlchemy defers by its mapping is left out by name here.
case("deferred", DEFERRED, lambda t: select(t.posts), "posts", "-body, -created_at")
case("deferred_nested", DEFERRED, lambda t: select(t.users).options(selectinload(t.users.posts)), "users", "-email, posts(-body, -created_at)")
case("undefer", DEFERRED, lambda t: select(t.posts).options(undefer(t.posts.body)), "posts", "-created_at")
case("undefer_group", DEFERRED, lambda t: select(t.posts).options(undefer_group("long")), "posts", "*")
case("undefer_nested", DEFERRED, lambda t: select(t.users).options(undefer("*"), joinedload(t.users.posts).undefer_group("long")), "users", "*, posts!joined(*)")
