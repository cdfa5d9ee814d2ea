/*
** model/: back_populates and backref.
*/
#include "unit/modelled.h"

static void checkInverse(Fixture f, const Relationship *a, const Relationship *b,
                         const char *expected) {
  RelError error = {SQLITE_OK, NULL};
  (void)f;
  relResolveInverse(&error, a, b);
  ck_assert_str_eq(error.rc != SQLITE_OK ? error.message : "agrees", expected);
  relErrorClear(&error);
}

START_TEST(inversesMustAgree) {
  Fixture f = start(BLOG);
  Relationship *posts = give(f, "users", "posts", "posts", "back_populates", "author", NULL);
  Relationship *author = give(f, "posts", "author", "users", NULL);
  Relationship *named = give(f, "posts", "author", "users", "back_populates", "Posts", NULL);
  Relationship *other = give(f, "posts", "author", "users", "back_populates", "writings", NULL);
  Relationship *title = give(f, "posts", "author", "users", "foreign_keys", "tenant", NULL);
  Relationship *down = give(f, "node", "children", "node", NULL);
  Relationship *down2 = give(f, "node", "parent", "node", NULL);
  checkInverse(f, posts, author, "agrees");
  checkInverse(f, posts, named, "agrees");
  checkInverse(f, posts, NULL, "agrees");
  checkInverse(f, posts, other,
               "relationship: users.posts: back_populates names \"posts.author\", whose own "
               "back_populates is \"writings\"");
  checkInverse(
      f, posts, title,
      "relationship: users.posts: back_populates: \"posts.author\" joins other columns; it "
      "is not the inverse");
  checkInverse(f, down, down2,
               "relationship: node.children: back_populates: \"node.parent\" is ONETOMANY as well; "
               "one side of a pair is ONETOMANY, the other MANYTOONE (on a self-reference, set "
               "remote_side to the primary key for it)");
  relRelationshipFree(posts);
  relRelationshipFree(author);
  relRelationshipFree(named);
  relRelationshipFree(other);
  relRelationshipFree(title);
  relRelationshipFree(down);
  relRelationshipFree(down2);
  end(f);
}
END_TEST

/* The inverse that a backref makes joins the same columns the other way round. */
static void expectBackref(Fixture f, const char *expected, Relationship *relationship) {
  RelError error = {SQLITE_OK, NULL};
  RelDeclaration declaration;
  Relationship *inverse;
  char *found;
  relResolveBackref(&error, relationship, "back", &declaration);
  ck_assert_msg(error.rc == SQLITE_OK, "%s", error.message);
  inverse = relResolve(&error, f.model, &declaration);
  ck_assert_msg(error.rc == SQLITE_OK, "%s", error.message);
  ck_assert(relOppositeJoin(relationship, inverse) && relOppositeJoin(inverse, relationship));
  ck_assert_str_eq(inverse->declaration.fields[REL_FIELD_BACK_POPULATES], relationship->name);
  ck_assert_int_eq(inverse->viewonly, relationship->viewonly);
  found = describe(inverse);
  ck_assert_str_eq(found, expected);
  sqlite3_free(found);
  relRelationshipFree(inverse);
  relRelationshipFree(relationship);
  relDeclarationClear(&declaration);
}

START_TEST(backrefsTurnRound) {
  Fixture f = start(BLOG "CREATE TABLE \"o o\"(\"a.b\", \"c,d\", PRIMARY KEY(\"a.b\", \"c,d\"));"
                         "CREATE TABLE \"i\"\"i\"(\"x y\", z);"
                         "CREATE TABLE links(a INT REFERENCES node, b INT REFERENCES node)");
  expectBackref(f, "posts.back MANYTOONE users.id=posts.user_id",
                give(f, "users", "posts", "posts", NULL));
  expectBackref(f, "users.back ONETOMANY users.id=posts.user_id",
                give(f, "posts", "author", "users", NULL));
  expectBackref(f, "comments.back MANYTOONE users.id=comments.editor_id",
                give(f, "users", "edited", "comments", "foreign_keys", "editor_id", NULL));
  expectBackref(f, "comments.back MANYTOONE users.id=comments.editor_id",
                give(f, "users", "edited", "comments", "remote_side", "editor_id", NULL));
  expectBackref(f, "node.back MANYTOONE node.id=node.parent_id",
                give(f, "node", "children", "node", NULL));
  expectBackref(f, "node.back ONETOMANY node.id=node.parent_id",
                give(f, "node", "parent", "node", "remote_side", "id", NULL));
  expectBackref(f, "tags.back MANYTOMANY tags.id=post_tags.tag_id, posts.id=post_tags.post_id",
                give(f, "posts", "tags", "tags", "secondary", "post_tags", NULL));
  expectBackref(
      f, "node.back MANYTOMANY node.id=links.b, node.id=links.a",
      give(f, "node", "near", "node", "secondary", "links", "foreign_keys", "a, b", NULL));
  expectBackref(f, "tags.back MANYTOMANY tags.id=post_tags.tag_id, posts.id=post_tags.post_id",
                give(f, "posts", "tags", "tags", "secondary", "post_tags", "primaryjoin",
                     "posts.id = post_tags.post_id", "viewonly", "1", NULL));
  expectBackref(f, "i\"i.back MANYTOONE o o.a.b=i\"i.x y & o o.c,d=i\"i.z",
                give(f, "o o", "items", "i\"i", "foreign_keys", "\"x y\", \"i\"\"i\".z", NULL));
  expectBackref(f, "posts.back MANYTOONE users.name=posts.title",
                give(f, "users", "p", "posts", "primaryjoin", "users.name = posts.title",
                     "foreign_keys", "title", NULL));
  expectBackref(f, "node.back MANYTOONE node.up=node.parent_id",
                give(f, "node", "p", "node", "primaryjoin", "node.up = node.parent_id",
                     "foreign_keys", "parent_id", NULL));
  end(f);
}
END_TEST

START_TEST(backrefsAreRefused) {
  Fixture f = start(BLOG);
  RelError error = {SQLITE_OK, NULL};
  RelDeclaration inverse;
  Relationship *relationship = give(f, "users", "p", "posts", "primaryjoin",
                                    "users.id = posts.user_id AND posts.title IS NOT NULL", NULL);
  relResolveBackref(&error, relationship, "author", &inverse);
  ck_assert_str_eq(
      error.message,
      "relationship: users.p: backref cannot turn the join's further condition round: ( "
      "posts.title IS NOT NULL\n); declare the inverse by itself and name it in "
      "back_populates");
  relDeclarationClear(&inverse);
  relRelationshipFree(relationship);
  relErrorClear(&error);
  relationship = give(f, "node", "children", "node", NULL);
  relResolveBackref(&error, relationship, "Children", &inverse);
  ck_assert_str_eq(error.message, "relationship: node.children: backref needs a name of its own; "
                                  "\"Children\" is this relationship");
  relDeclarationClear(&inverse);
  relRelationshipFree(relationship);
  relErrorClear(&error);
  end(f);
}
END_TEST

Suite *relTestModelInverses(void) {
  Suite *suite = suite_create("model_inverses");
  TCase *inverses = tcase_create("inverses");
  tcase_add_test(inverses, inversesMustAgree);
  tcase_add_test(inverses, backrefsTurnRound);
  tcase_add_test(inverses, backrefsAreRefused);
  suite_add_tcase(suite, inverses);
  return suite;
}
