"""SQLAlchemy: selectinload() and json."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))

import protocol
import sqlalchemy
from documents import authored_document, comment_document, post_document, user_document
from sqlalchemy import Column, Float, ForeignKey, Integer, Table, Text, create_engine, event, select
from sqlalchemy.orm import Session, declarative_base, relationship, selectinload
from sqlalchemy.pool import QueuePool

# Owners that are loaded at once. Python's collector goes through fewer objects where fewer are alive,
# but in small batches the same authors are loaded again and again. BENCH_WHOLE=1 loads all at once.
BATCHES = {} if os.environ.get("BENCH_WHOLE") else {"posts": 100, "all": 1000}

Base = declarative_base()

post_tags = Table(
    "post_tags",
    Base.metadata,
    Column("post_id", ForeignKey("posts.id"), primary_key=True),
    Column("tag_id", ForeignKey("tags.id"), primary_key=True),
)


class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    name = Column(Text)
    email = Column(Text)
    age = Column(Integer)
    city = Column(Text)
    score = Column(Float)
    created_at = Column(Text)
    posts = relationship("Post", order_by="Post.id", cascade="all, delete-orphan")


class Post(Base):
    __tablename__ = "posts"
    id = Column(Integer, primary_key=True)
    user_id = Column(ForeignKey("users.id"))
    title = Column(Text)
    body = Column(Text)
    views = Column(Integer)
    rating = Column(Float)
    created_at = Column(Text)
    comments = relationship("Comment", order_by="Comment.id", cascade="all, delete-orphan")
    # The databases for deletes have no tags.
    tags = relationship("Tag", secondary=post_tags, order_by="Tag.id", viewonly=True)


class Comment(Base):
    __tablename__ = "comments"
    id = Column(Integer, primary_key=True)
    post_id = Column(ForeignKey("posts.id"))
    author_id = Column(ForeignKey("users.id"))
    body = Column(Text)
    likes = Column(Integer)
    created_at = Column(Text)
    author = relationship("User")


class Tag(Base):
    __tablename__ = "tags"
    id = Column(Integer, primary_key=True)
    name = Column(Text)


POSTS = selectinload(User.posts).selectinload(Post.comments)
ALL = selectinload(User.posts).options(
    selectinload(Post.comments).selectinload(Comment.author).load_only(User.id, User.name),
    selectinload(Post.tags),
)
OPTIONS = {"posts": POSTS, "all": ALL}


def tagged_document(post):
    document = post_document(post, [authored_document(comment) for comment in post.comments])
    document["tags"] = [{"id": tag.id, "name": tag.name} for tag in post.tags]
    return document


def plain_document(post):
    return post_document(post, [comment_document(comment) for comment in post.comments])


POST_DOCUMENTS = {"posts": plain_document, "all": tagged_document}


class Peer:
    engine = None

    def open(self, path):
        if self.engine:
            self.engine.dispose()
        # SQLAlchemy 2's pool for files; 1.4 would open the file anew for each session.
        self.engine = create_engine(f"sqlite:///{path}", poolclass=QueuePool, future=True)
        event.listen(
            self.engine, "connect", lambda db, _: db.execute("PRAGMA cache_size = -400000").close()
        )

    def owners(self, shape, ids):
        query = select(User).options(OPTIONS[shape]).order_by(User.id)
        if shape in BATCHES:
            query = query.execution_options(yield_per=BATCHES[shape])
        if ids is not None:
            query = query.where(User.id.in_(ids))
        with Session(self.engine) as session:
            yield from session.scalars(query) if shape in BATCHES else session.scalars(query).all()

    def owner(self, shape, id):
        with Session(self.engine) as session:
            return session.get(User, id, options=[OPTIONS[shape]])

    def document(self, shape, user):
        of_post = POST_DOCUMENTS[shape]
        return user_document(user, [of_post(post) for post in user.posts])

    def delete(self, ids):
        self.session = Session(self.engine)
        query = select(User).options(POSTS).where(User.id.in_(ids))
        users = self.session.scalars(query).all()
        for user in users:
            self.session.delete(user)
        self.session.flush()
        return len(users)

    def undo(self):
        self.session.rollback()
        self.session.close()


protocol.serve("sqlalchemy", sqlalchemy.__version__, Peer())
