"""Django: prefetch_related() and json."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))

import django
import protocol
from django.conf import settings

settings.configure(
    INSTALLED_APPS=["blog"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
)
django.setup()

from blog.models import Comment, Post, Tag, User
from documents import authored_document, comment_document, post_document, user_document
from django.db import connection, transaction
from django.db.models import Prefetch

# Owners that are fetched at once: each prefetch binds a variable per parent, of which SQLite allows
# 32,766.
BATCH = 1000

COMMENTS = Comment.objects.order_by("id")
AUTHORED = COMMENTS.prefetch_related(Prefetch("author", User.objects.only("id", "name")))
POSTS = Post.objects.order_by("id").prefetch_related(Prefetch("comments", COMMENTS))
TAGGED = Post.objects.order_by("id").prefetch_related(
    Prefetch("comments", AUTHORED), Prefetch("tags", Tag.objects.order_by("id"))
)
USERS = {
    "posts": User.objects.order_by("id").prefetch_related(Prefetch("posts", POSTS)),
    "all": User.objects.order_by("id").prefetch_related(Prefetch("posts", TAGGED)),
}


def tagged_document(post):
    document = post_document(post, [authored_document(comment) for comment in post.comments.all()])
    document["tags"] = [{"id": tag.id, "name": tag.name} for tag in post.tags.all()]
    return document


def plain_document(post):
    return post_document(post, [comment_document(comment) for comment in post.comments.all()])


POST_DOCUMENTS = {"posts": plain_document, "all": tagged_document}


class Peer:
    def open(self, path):
        connection.close()
        connection.settings_dict["NAME"] = path
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA cache_size = -400000")
            # Comments stay whose author is deleted; the other sides do not mind either.
            cursor.execute("PRAGMA foreign_keys = off")

    def owners(self, shape, ids):
        query = USERS[shape]
        if ids is not None:
            for i in range(0, len(ids), BATCH):
                yield from query.filter(id__in=ids[i : i + BATCH])
            return
        batch = query[:BATCH]
        while batch:
            yield from batch
            batch = query.filter(id__gt=batch[len(batch) - 1].id)[:BATCH]

    def owner(self, shape, id):
        return USERS[shape].get(id=id)

    def document(self, shape, user):
        of_post = POST_DOCUMENTS[shape]
        return user_document(user, [of_post(post) for post in user.posts.all()])

    def delete(self, ids):
        transaction.set_autocommit(False)
        _, counts = User.objects.filter(id__in=ids).delete()
        return counts[User._meta.label]

    def undo(self):
        transaction.rollback()
        transaction.set_autocommit(True)


protocol.serve("django", django.__version__, Peer())
