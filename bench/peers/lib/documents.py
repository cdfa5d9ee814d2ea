"""What becomes JSON, of the objects of either ORM."""


def user_document(user, posts):
    return {
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "age": user.age,
        "city": user.city,
        "score": user.score,
        "created_at": user.created_at,
        "posts": posts,
    }


def post_document(post, comments):
    return {
        "id": post.id,
        "user_id": post.user_id,
        "title": post.title,
        "body": post.body,
        "views": post.views,
        "rating": post.rating,
        "created_at": post.created_at,
        "comments": comments,
    }


def comment_document(comment):
    return {
        "id": comment.id,
        "post_id": comment.post_id,
        "author_id": comment.author_id,
        "body": comment.body,
        "likes": comment.likes,
        "created_at": comment.created_at,
    }


def authored_document(comment):
    document = comment_document(comment)
    author = comment.author
    document["author"] = None if author is None else {"id": author.id, "name": author.name}
    return document
