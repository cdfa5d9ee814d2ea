"""Answers the requests of a benchmark on stdin: what a peer written in Python adds is the ORM.

A peer has the methods
  open(path)              makes it the database of what follows; the connection stays open
  owners(shape, ids)      the users with their members, in the order of id, by a session of their own;
                          ids is None for all
  owner(shape, id)        the same for a single one
  document(shape, owner)  what becomes the JSON text
  delete(ids)             deletes users, posts and comments in a transaction; how many users
  undo()                  rolls that back
"""

import gc
import json
import platform
import sqlite3
import sys
import time
import zlib

to_text = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, check_circular=False).encode


def serve(name, version, peer):
    python, sqlite = platform.python_version(), sqlite3.sqlite_version
    print(f"ready {name} {version}, Python {python}, SQLite {sqlite}", flush=True)
    server = Server(peer)
    gc.freeze()  # what the modules made: the collector need not look at it again
    for line in sys.stdin:
        try:
            answer = server.answer(*line.split())
        except Exception as error:
            answer = "error " + " ".join(f"{type(error).__name__}: {error}".split())
        print(answer, flush=True)


class Server:
    def __init__(self, peer):
        self.peer = peer
        self.path = None

    def answer(self, request, path, *words):
        if request not in ("check", "fetch", "objects", "delete"):
            raise ValueError(f"no request {request}")
        if path != self.path:
            self.path = None  # where it cannot be opened
            self.peer.open(path)
            self.path = path
        ids = None if words[-1] == "*" else [int(word) for word in words[-1].split(",")]
        return f"{request} " + getattr(self, request)(*words[:-1], ids)

    def check(self, shape, ids):
        texts = [text.encode() for text in self.texts(shape, ids)]
        return f"{len(texts)} {sum(map(len, texts))} {zlib.crc32(b''.join(texts))}"

    def fetch(self, shape, manner, ids):
        texts = self.texts if manner == "together" else self.texts_of_each
        count = size = 0
        start = begin()
        for text in texts(shape, ids):
            count += 1
            size += len(text.encode())
        return f"{since(start)} {count} {size}"

    def objects(self, shape, manner, ids):
        start = begin()
        if manner == "together":
            count = sum(1 for _ in self.peer.owners(shape, ids))
        else:
            count = sum(self.peer.owner(shape, id) is not None for id in ids)
        return f"{since(start)} {count} 0"

    def delete(self, ids):
        start = begin()
        try:
            count = self.peer.delete(ids)
            took = since(start)
        finally:
            self.peer.undo()
        return f"{took} {count}"

    def texts(self, shape, ids):
        document = self.peer.document
        for owner in self.peer.owners(shape, ids):
            yield to_text(document(shape, owner))

    def texts_of_each(self, shape, ids):
        for id in ids:
            yield to_text(self.peer.document(shape, self.peer.owner(shape, id)))


def begin():
    gc.collect()
    return time.thread_time()


def since(start):
    return f"{(time.thread_time() - start) * 1e3:.4f}"
