"""The models of the peer that uses Django, over tables that are there already."""

from django.db import models


class User(models.Model):
    id = models.IntegerField(primary_key=True)
    name = models.TextField(null=True)
    email = models.TextField(null=True)
    age = models.IntegerField(null=True)
    city = models.TextField(null=True)
    score = models.FloatField(null=True)
    created_at = models.TextField(null=True)

    class Meta:
        db_table, managed = "users", False


class Tag(models.Model):
    id = models.IntegerField(primary_key=True)
    name = models.TextField(null=True)

    class Meta:
        db_table, managed = "tags", False


class Post(models.Model):
    id = models.IntegerField(primary_key=True)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="posts")
    title = models.TextField(null=True)
    body = models.TextField(null=True)
    views = models.IntegerField(null=True)
    rating = models.FloatField(null=True)
    created_at = models.TextField(null=True)
    tags = models.ManyToManyField(Tag, through="PostTag")

    class Meta:
        db_table, managed = "posts", False


class Comment(models.Model):
    id = models.IntegerField(primary_key=True)
    post = models.ForeignKey(Post, models.CASCADE, null=True, related_name="comments")
    author = models.ForeignKey(User, models.DO_NOTHING, null=True, related_name="+")
    body = models.TextField(null=True)
    likes = models.IntegerField(null=True)
    created_at = models.TextField(null=True)

    class Meta:
        db_table, managed = "comments", False


class PostTag(models.Model):
    """The databases for deletes have no tags, and Django 3 has no composite keys."""

    post = models.OneToOneField(Post, models.DO_NOTHING, primary_key=True)
    tag = models.ForeignKey(Tag, models.DO_NOTHING)

    class Meta:
        db_table, managed = "post_tags", False
