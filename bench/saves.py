#!/usr/bin/python3
"""Nested save: unit_of_work against SQLAlchemy, executemany and json_each, side by side in one run.

Every side saves the same graphs from the same JSON into a database file of its own, all with the one
libsqlite3 of this process. What is measured is the saving itself, for SQLAlchemy add() and flush():
the transaction begins before it and is committed behind it, which costs every side the same. After every round the rows of every side are
compared with the documents and deleted again. Beside the wall time stands the CPU time of the
thread. Printed are the medians of the rounds and, as a ratio, how often unit_of_work would have
been done meanwhile; a goal is met by CPU time, which other work on the machine disturbs less.

foreign_keys is off, as SQLite has it.

Use: saves.py EXTENSION [rounds]     EXTENSION without .so; 9 rounds
"""

import collections
import gc
import hashlib
import itertools
import json
import os
import sqlite3
import statistics
import sys
import tempfile
import time

from sqlalchemy import Column, Float, ForeignKey, Integer, Text, create_engine
from sqlalchemy.orm import Session, declarative_base, relationship
from sqlalchemy.pool import StaticPool

OWNERS_BEFORE = 200  # the tables are not empty when the first document comes

TABLES = """
CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT, email TEXT, age INTEGER, city TEXT,
  score REAL, created_at TEXT);
CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users, title TEXT,
  body TEXT, views INTEGER, rating REAL, created_at TEXT);
CREATE TABLE comments(id INTEGER PRIMARY KEY, post_id INTEGER REFERENCES posts,
  author_id INTEGER REFERENCES users, body TEXT, likes INTEGER, created_at TEXT);
CREATE INDEX posts_user ON posts(user_id);
CREATE INDEX comments_post ON comments(post_id);
CREATE INDEX comments_author ON comments(author_id);
"""
INSERTS = {
    "users": "INSERT INTO users VALUES (?, ?, ?, ?, ?, ?, ?)",
    "posts": "INSERT INTO posts VALUES (?, ?, ?, ?, ?, ?, ?)",
    "comments": "INSERT INTO comments VALUES (?, ?, ?, ?, ?, ?)",
}
CONTENTS = """
SELECT u.name, u.email, u.age, u.city, u.score, u.created_at,
  p.title, p.body, p.views, p.rating, p.created_at, c.author_id, c.body, c.likes, c.created_at
FROM users u JOIN posts p ON p.user_id = u.id JOIN comments c ON c.post_id = p.id
WHERE u.id > ?
"""


def document(number, posts, comments):
    """The graph of one user; its numbers occur in no other."""

    def comment(i):
        return {
            "author_id": 1 + i * 7919 % OWNERS_BEFORE,
            "body": f'Comment {i} says "something"',
            "likes": i % 40,
            "created_at": "2024-03-01",
        }

    def post(i):
        return {
            "title": f"Title of post {i}",
            "body": f"The body of post number {i}, which is a little longer.",
            "views": i % 5000,
            "rating": i % 50 / 10,
            "created_at": f"2024-02-{10 + i % 18}",
            "comments": [comment(i * comments + k) for k in range(comments)],
        }

    return {
        "name": f"User {number}",
        "email": f"user{number}@example.com",
        "age": 18 + number % 60,
        "city": f"City {number % 100}",
        "score": number % 1000 / 100,
        "created_at": "2024-01-01T00:00:00Z",
        "posts": [post(number * posts + k) for k in range(posts)],
    }


def rows_of(graph, users, posts, comments):
    """The rows of the three tables, keys counted on from the last ones."""
    made = collections.namedtuple("Rows", INSERTS)([], [], [])
    user = users + 1
    post_keys, comment_keys = itertools.count(posts + 1), itertools.count(comments + 1)
    made.users.append((user, *(v for k, v in graph.items() if k != "posts")))
    for post in graph["posts"]:
        key = next(post_keys)
        made.posts.append((key, user, *(v for k, v in post.items() if k != "comments")))
        for comment in post["comments"]:
            made.comments.append((next(comment_keys), key, *comment.values()))
    return made


class Side:
    """One way to save. `ready` is not timed, `save` is; ready's items are save's arguments."""

    goal = None

    def __init__(self, path, extension):
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.execute("PRAGMA synchronous = off")
        self.db.execute("PRAGMA journal_mode = memory")
        self.db.executescript(TABLES)
        self.fill()
        self.last = self.last_keys()

    def fill(self):
        self.db.execute("BEGIN")
        for number in range(OWNERS_BEFORE):
            rows = rows_of(document(number, 10, 5), number, number * 10, number * 50)
            for table, sql in INSERTS.items():
                self.db.executemany(sql, getattr(rows, table))
        self.db.execute("COMMIT")

    def last_keys(self):
        return [self.db.execute(f"SELECT max(id) FROM {table}").fetchone()[0] for table in INSERTS]

    def ready(self, graphs, texts):
        return texts

    def begin(self):
        self.db.execute("BEGIN")

    def commit(self):
        self.db.execute("COMMIT")

    def contents(self):
        """What has been saved, whatever keys it was given: a count per table and a hash."""
        counts = [
            self.db.execute(f"SELECT count(*) FROM {table} WHERE id > ?", [last]).fetchone()[0]
            for table, last in zip(INSERTS, self.last)
        ]
        return counts, hash_of(self.db.execute(CONTENTS, self.last[:1]))

    def undo(self):
        self.db.execute("BEGIN")
        for table, last in zip(INSERTS, self.last):
            self.db.execute(f"DELETE FROM {table} WHERE id > ?", [last])
        self.db.execute("COMMIT")


class UnitOfWork(Side):
    name = "unit_of_work"

    def __init__(self, path, extension):
        super().__init__(path, extension)
        self.db.enable_load_extension(True)
        self.db.load_extension(extension)

    def there(self):
        modules = "SELECT count(*) FROM pragma_module_list WHERE name = 'unit_of_work'"
        return self.db.execute(modules).fetchone()[0]

    def save(self, text):
        self.db.execute("INSERT INTO unit_of_work VALUES (?, ?)", ("users", text))


class JsonEach(Side):
    """One INSERT ... SELECT per table. A post's key follows from its place in the array; nothing
    needs to know a comment's, so that SQLite gives it."""

    name = "INSERT ... json_each"
    goal = 1

    USERS = """INSERT INTO users SELECT NULL, ?1 ->> '$.name', ?1 ->> '$.email', ?1 ->> '$.age',
      ?1 ->> '$.city', ?1 ->> '$.score', ?1 ->> '$.created_at'"""
    POSTS = """INSERT INTO posts SELECT ?3 + p.key, ?2, p.value ->> '$.title',
      p.value ->> '$.body', p.value ->> '$.views', p.value ->> '$.rating',
      p.value ->> '$.created_at' FROM json_each(?1, '$.posts') AS p"""
    COMMENTS = """INSERT INTO comments SELECT NULL, ?3 + p.key, c.value ->> '$.author_id',
      c.value ->> '$.body', c.value ->> '$.likes', c.value ->> '$.created_at'
      FROM json_each(?1, '$.posts') AS p CROSS JOIN json_each(p.value, '$.comments') AS c"""

    def save(self, text):
        db = self.db
        user = db.execute(self.USERS, (text,)).lastrowid
        (post,) = db.execute("SELECT max(id) + 1 FROM posts").fetchone()
        db.execute(self.POSTS, (text, user, post))
        db.execute(self.COMMENTS, (text, user, post))


class ExecuteMany(Side):
    name = "json.loads, executemany"
    goal = 2

    def save(self, text):
        db = self.db
        u = json.loads(text)
        posts, comments = [], []
        row = (None, u["name"], u["email"], u["age"], u["city"], u["score"], u["created_at"])
        user = db.execute(INSERTS["users"], row).lastrowid
        (key,) = db.execute("SELECT max(id) FROM posts").fetchone()
        for key, p in enumerate(u["posts"], key + 1):
            posts.append(
                (key, user, p["title"], p["body"], p["views"], p["rating"], p["created_at"])
            )
            for c in p["comments"]:
                comments.append(
                    (None, key, c["author_id"], c["body"], c["likes"], c["created_at"])
                )
        db.executemany(INSERTS["posts"], posts)
        db.executemany(INSERTS["comments"], comments)


class Savepoint(ExecuteMany):
    """All or nothing, as unit_of_work is: where it fails inside a transaction, nothing of it stays."""

    name = "the same in a savepoint"

    def save(self, text):
        self.db.execute("SAVEPOINT graph")
        super().save(text)
        self.db.execute("RELEASE graph")


class Limit(Side):
    name = "executemany, tuples ready"

    def ready(self, graphs, texts):
        made, last = [], list(self.last)
        for graph in graphs:
            made.append(rows_of(graph, *last))
            last = [rows[-1][0] for rows in made[-1]]
        return made

    def save(self, rows):
        db = self.db
        db.executemany(INSERTS["users"], rows.users)
        db.executemany(INSERTS["posts"], rows.posts)
        db.executemany(INSERTS["comments"], rows.comments)


Base = declarative_base()


class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    name, email, age, city = Column(Text), Column(Text), Column(Integer), Column(Text)
    score, created_at = Column(Float), Column(Text)
    posts = relationship("Post")


class Post(Base):
    __tablename__ = "posts"
    id = Column(Integer, primary_key=True)
    user_id = Column(ForeignKey("users.id"))
    title, body, views = Column(Text), Column(Text), Column(Integer)
    rating, created_at = Column(Float), Column(Text)
    comments = relationship("Comment")


class Comment(Base):
    __tablename__ = "comments"
    id = Column(Integer, primary_key=True)
    post_id, author_id = Column(ForeignKey("posts.id")), Column(ForeignKey("users.id"))
    body, likes, created_at = Column(Text), Column(Integer), Column(Text)


def objects(graph):
    """The User of a document, which is used up."""
    for post in graph["posts"]:
        post["comments"] = [Comment(**comment) for comment in post["comments"]]
    graph["posts"] = [Post(**post) for post in graph["posts"]]
    return User(**graph)


class ObjectsReady(Side):
    """One session for a round, which keeps its one connection."""

    name = "SQLAlchemy, objects ready"
    goal = 30

    def __init__(self, path, extension):
        super().__init__(path, extension)
        self.db.isolation_level = ""
        self.engine = create_engine("sqlite://", creator=lambda: self.db, poolclass=StaticPool)

    def begin(self):
        self.session = Session(self.engine, future=True, expire_on_commit=False)
        self.session.connection()

    def commit(self):
        self.session.commit()
        self.session.close()

    def ready(self, graphs, texts):
        return [objects(json.loads(text)) for text in texts]

    def save(self, user):
        self.session.add(user)
        self.session.flush()


class Objects(ObjectsReady):
    name = "SQLAlchemy, from JSON"

    def ready(self, graphs, texts):
        return texts

    def save(self, text):
        super().save(objects(json.loads(text)))


SIDES = (UnitOfWork, ObjectsReady, Objects, ExecuteMany, Savepoint, JsonEach, Limit)


def hash_of(rows):
    lines = sorted(repr(tuple(row)) for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def expected(graphs):
    """The contents of a side that has saved the graphs."""
    counts, rows = [0, 0, 0], []
    for graph in graphs:
        user = [v for k, v in graph.items() if k != "posts"]
        counts[0] += 1
        for post in graph["posts"]:
            counts[1] += 1
            values = user + [v for k, v in post.items() if k != "comments"]
            for comment in post["comments"]:
                counts[2] += 1
                rows.append(values + list(comment.values()))
    return counts, hash_of(rows)


def measure(side, graphs, texts):
    """Milliseconds per save: of the clock, and of the thread's CPU time."""
    ready = side.ready(graphs, texts)
    gc.collect()
    side.begin()
    wall, cpu = time.perf_counter(), time.thread_time()
    for item in ready:
        side.save(item)
    wall, cpu = time.perf_counter() - wall, time.thread_time() - cpu
    side.commit()
    return wall * 1e3 / len(texts), cpu * 1e3 / len(texts)


def progress(text):
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def play(sides, shape, saves, rounds):
    """{side: [(wall, cpu) of each round]}; who begins changes from round to round."""
    graphs = [document(OWNERS_BEFORE + i, *shape) for i in range(saves)]
    texts = [json.dumps(graph, separators=(",", ":")) for graph in graphs]
    wanted = expected(graphs)
    times = {side: [] for side in sides}
    for turn in range(-1, rounds):  # the first is to warm up
        first = turn % len(sides)
        for side in sides[first:] + sides[:first]:
            progress(f"1 x {shape[0]} x {shape[1]}: round {turn + 1} of {rounds}, {side.name}")
            took = measure(side, graphs, texts)
            if side.contents() != wanted:
                sys.exit(f"{side.name} has not saved what the documents say")
            side.undo()
            if turn >= 0:
                times[side].append(took)
    progress("")
    return times


def report(shape, times):
    posts, comments = shape
    rows = 1 + posts + posts * comments
    base = next((side for side in times if isinstance(side, UnitOfWork)), None)
    print(f"1 x {posts:,} x {comments}: {rows:,} rows per save")
    print(f"{'':27}{'wall ms':>10}{'spread':>18}{'CPU ms':>10}{'us/row':>8}", end="")
    print(f"{'ratio':>10}{'CPU':>8}{'goal':>10}" if base else "")
    for side, took in times.items():
        walls, cpus = zip(*took)
        wall, cpu = statistics.median(walls), statistics.median(cpus)
        spread = f"{min(walls):.3f}-{max(walls):.3f}"
        line = f"{side.name:27}{wall:10.3f}{spread:>18}{cpu:10.3f}{cpu * 1e3 / rows:8.2f}"
        print(line + (ratios(took, times[base], side.goal) if base else ""))


def ratios(took, base, goal):
    """How much longer it takes than the base, by the medians, and whether that is the goal."""
    wall, cpu = (
        statistics.median(t[i] for t in took) / statistics.median(t[i] for t in base)
        for i in (0, 1)
    )
    text = f"{wall:8.2f} x{cpu:6.2f} x"
    if goal:
        text += f"{f'>= {goal} x':>10}  {'met' if cpu >= goal else 'MISSED'}"
    return text


def main(extension, rounds=9):
    sys.stdout.reconfigure(line_buffering=True)
    with tempfile.TemporaryDirectory() as folder:
        sides = [
            kind(os.path.join(folder, f"{kind.__name__}.db"), os.path.abspath(extension))
            for kind in SIDES
        ]
        gc.freeze()
        print(f"nested save, SQLite {sqlite3.sqlite_version}, medians of {rounds} rounds")
        if not sides[0].there():
            print("this extension has no unit_of_work: its side and the ratios are skipped")
            sides = sides[1:]
        for shape, saves in (((10, 5), 50), ((1000, 5), 2)):
            report(shape, play(sides, shape, saves, int(rounds)))


main(*sys.argv[1:])
