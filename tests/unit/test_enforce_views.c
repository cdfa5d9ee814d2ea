/*
** The collection views of enforce/: what they show, and what writing through them does.
*/
#include "unit/declared.h"

#define MISSING "; insert it first, or use unit_of_work"

static Db openBlog(void) {
  return openDb(
      "CREATE TABLE users(id INTEGER PRIMARY KEY, name);"
      "CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INT REFERENCES users, title);"
      "CREATE TABLE comments(id INTEGER PRIMARY KEY, post_id INT NOT NULL REFERENCES posts);"
      "CREATE TABLE profiles(id INTEGER PRIMARY KEY, user_id INT REFERENCES users, bio);"
      "CREATE TABLE tags(id INTEGER PRIMARY KEY, label);"
      "CREATE TABLE post_tags(post_id INT REFERENCES posts, tag_id INT REFERENCES tags,"
      "  rank INT DEFAULT (6 + 1), note, twice AS (rank * 2), PRIMARY KEY(post_id, tag_id));"
      "INSERT INTO users VALUES(1, 'ann'), (2, 'bob');"
      "INSERT INTO posts VALUES(1, 1, 'a'), (2, 1, 'b'), (3, NULL, 'c');"
      "INSERT INTO comments VALUES(1, 1), (2, 2);"
      "INSERT INTO tags VALUES(1, 'red'), (2, 'blue');");
}

START_TEST(membersAreAppendedRemovedMoved) {
  Db db = openBlog();
  declare(db, "owner=users; name=posts; target=posts");
  gives(db, "SELECT * FROM \"users.posts\"", "1,1,1,a\n1,2,1,b\n");
  run(db, "INSERT INTO \"users.posts\"(owner_id, id) VALUES (2, 3), (2, 2)");
  gives(db, "SELECT * FROM posts", "1,1,a\n2,2,b\n3,2,c\n");
  run(db, "INSERT INTO \"users.posts\"(owner_id, id) VALUES (2, 3)");
  run(db, "DELETE FROM \"users.posts\" WHERE owner_id = 2 AND id = 2");
  run(db, "DELETE FROM \"users.posts\" WHERE owner_id = 1 AND id = 2");
  gives(db, "SELECT * FROM posts", "1,1,a\n2,NULL,b\n3,2,c\n");
  run(db, "UPDATE \"users.posts\" SET owner_id = 1 WHERE id = 3");
  gives(db, "SELECT * FROM posts", "1,1,a\n2,NULL,b\n3,1,c\n");
  refuses(db, "INSERT INTO \"users.posts\"(owner_id, id) VALUES (7, 3)",
          "users.posts: \"users\" has no row with this owner_id" MISSING);
  refuses(db, "INSERT INTO \"users.posts\"(owner_id, id) VALUES (1, 7)",
          "users.posts: \"posts\" has no row with this id" MISSING);
  run(db, "UPDATE \"users.posts\" SET owner_id = NULL WHERE id = 1");
  gives(db, "SELECT * FROM posts", "1,NULL,a\n2,NULL,b\n3,1,c\n");
  run(db, "INSERT OR REPLACE INTO \"users.posts\"(owner_id, id) VALUES (1, 1), (1, 1)");
  gives(db, "SELECT * FROM posts", "1,1,a\n2,NULL,b\n3,1,c\n");
  refuses(db, "UPDATE \"users.posts\" SET owner_id = 2, id = 8 WHERE id = 3",
          "users.posts: id is the member's own; update \"posts\" for it");
  refuses(db, "UPDATE \"users.posts\" SET title = 'z'",
          "cannot modify users.posts because it is a view");
  closeDb(db);
}
END_TEST

START_TEST(removedOrphansGo) {
  Db db = openBlog();
  declare(db, "owner=users; name=posts; target=posts; cascade=all, delete-orphan");
  declare(db, "owner=posts; name=comments; target=comments; cascade=all, delete-orphan");
  run(db, "DELETE FROM \"users.posts\" WHERE owner_id = 1 AND id = 1");
  run(db, "DELETE FROM \"posts.comments\" WHERE owner_id = 2");
  gives(db, "SELECT id FROM posts", "2\n3\n");
  gives(db, "SELECT * FROM comments", "");
  closeDb(db);
}
END_TEST

START_TEST(membersThatCannotBeLetGoStay) {
  Db db = openBlog();
  declare(db, "owner=posts; name=comments; target=comments; cascade=all");
  refuses(db, "DELETE FROM \"posts.comments\" WHERE id = 1",
          "posts.comments: \"comments\".\"post_id\" may not be NULL; set cascade to 'all, "
          "delete-orphan', or move the member");
  run(db, "UPDATE \"posts.comments\" SET owner_id = 3 WHERE id = 1");
  gives(db, "SELECT * FROM comments", "1,3\n2,2\n");
  closeDb(db);
}
END_TEST

START_TEST(scalarsAreReplaced) {
  Db db = openBlog();
  run(db, "INSERT INTO profiles VALUES(1, 1, 'x'), (2, NULL, 'y'), (3, 2, 'z')");
  declare(db, "owner=users; name=profile; target=profiles; uselist=0");
  run(db, "INSERT INTO \"users.profile\"(owner_id, id) VALUES(1, 2)");
  gives(db, "SELECT * FROM profiles", "1,NULL,x\n2,1,y\n3,2,z\n");
  run(db, "UPDATE \"users.profile\" SET owner_id = 2 WHERE owner_id = 1");
  gives(db, "SELECT * FROM profiles", "1,NULL,x\n2,2,y\n3,NULL,z\n");
  declare(db, "owner=users; name=profile; target=profiles; uselist=0; cascade=all, delete-orphan");
  run(db, "INSERT INTO \"users.profile\"(owner_id, id) VALUES(2, 2), (2, 3)");
  gives(db, "SELECT * FROM profiles", "1,NULL,x\n3,2,z\n");
  closeDb(db);
}
END_TEST

/* Stealing, replacing and swapping, where the one member may be let go. */
START_TEST(scalarsAreStolenAndSwapped) {
  Db db = openBlog();
  run(db, "INSERT INTO profiles VALUES(1, 1, 'x'), (2, 2, 'y'), (3, NULL, 'z')");
  declare(db, "owner=users; name=profile; target=profiles; uselist=0");
  run(db, "UPDATE \"users.profile\" SET owner_id = 3 - owner_id");
  gives(db, "SELECT * FROM profiles", "1,2,x\n2,1,y\n3,NULL,z\n");
  run(db, "INSERT INTO \"users.profile\"(owner_id, id) VALUES(1, 1)");
  gives(db, "SELECT * FROM profiles", "1,1,x\n2,NULL,y\n3,NULL,z\n");
  run(db, "INSERT OR REPLACE INTO \"users.profile\"(owner_id, id) VALUES(1, 3), (2, 1)");
  gives(db, "SELECT * FROM profiles", "1,2,x\n2,NULL,y\n3,1,z\n");
  run(db, "UPDATE \"users.profile\" SET owner_id = NULL WHERE owner_id = 1");
  gives(db, "SELECT * FROM profiles", "1,2,x\n2,NULL,y\n3,NULL,z\n");
  closeDb(db);
}
END_TEST

/* A list of rows that own each other: cutting one out keeps what it owned, which has a new owner. */
START_TEST(theOldMemberTakesNotTheNewOneAlong) {
  Db db = openDb("CREATE TABLE n(id INTEGER PRIMARY KEY, prev INT REFERENCES n UNIQUE);"
                 "INSERT INTO n VALUES(1, NULL), (2, 1), (3, 2), (4, 3), (5, 4);");
  declare(db, "owner=n; name=next; target=n; cascade=all, delete-orphan");
  run(db, "PRAGMA foreign_keys = 1");
  run(db, _i ? "PRAGMA recursive_triggers = 1" : "PRAGMA recursive_triggers = 0");
  run(db, "INSERT INTO \"n.next\"(owner_id, id) VALUES(1, 3)");
  gives(db, "SELECT * FROM n", "1,NULL\n3,1\n4,3\n5,4\n");
  run(db, "UPDATE \"n.next\" SET owner_id = 1 WHERE id = 5");
  gives(db, "SELECT * FROM n", "1,NULL\n5,1\n");
  run(db, "UPDATE \"n.next\" SET owner_id = NULL");
  gives(db, "SELECT * FROM n", "1,NULL\n");
  closeDb(db);
}
END_TEST

START_TEST(scalarsThatCannotBeLetGoAreNotReplaced) {
  Db db = openBlog();
  declare(db, "owner=posts; name=comment; target=comments; uselist=0; cascade=all");
  refuses(
      db, "INSERT OR IGNORE INTO \"posts.comment\"(owner_id, id) VALUES(1, 2)",
      "posts.comment: \"comments\".\"post_id\" may not be NULL; the member that is there must be "
      "moved or deleted first");
  run(db, "INSERT INTO \"posts.comment\"(owner_id, id) VALUES(3, 2)");
  gives(db, "SELECT * FROM comments", "1,1\n2,3\n");
  closeDb(db);
}
END_TEST

START_TEST(targetsAreSetAndTaken) {
  Db db = openBlog();
  declare(db, "owner=posts; name=author; target=users");
  gives(db, "SELECT * FROM \"posts.author\"", "1,1,ann\n2,1,ann\n");
  run(db, "INSERT INTO \"posts.author\"(owner_id, id) VALUES(3, 2), (1, 2)");
  gives(db, "SELECT * FROM posts", "1,2,a\n2,1,b\n3,2,c\n");
  run(db, "DELETE FROM \"posts.author\" WHERE owner_id = 1");
  run(db, "UPDATE \"posts.author\" SET owner_id = 1 WHERE owner_id = 2");
  gives(db, "SELECT * FROM posts", "1,1,a\n2,NULL,b\n3,2,c\n");
  run(db, "UPDATE \"posts.author\" SET owner_id = owner_id");
  gives(db, "SELECT * FROM posts", "1,1,a\n2,NULL,b\n3,2,c\n");
  refuses(db, "INSERT INTO \"posts.author\"(owner_id, id) VALUES(9, 2)",
          "posts.author: \"posts\" has no row with this owner_id" MISSING);
  refuses(db, "INSERT INTO \"posts.author\"(owner_id, id) VALUES(1, 9)",
          "posts.author: \"users\" has no row with this id" MISSING);
  closeDb(db);
}
END_TEST

START_TEST(ownersKeepANecessaryTarget) {
  Db db = openBlog();
  declare(db, "owner=comments; name=post; target=posts");
  refuses(
      db, "DELETE FROM \"comments.post\" WHERE owner_id = 1",
      "comments.post: \"comments\".\"post_id\" may not be NULL; append another target, which takes "
      "its place");
  refuses(
      db, "UPDATE \"comments.post\" SET owner_id = 2 WHERE owner_id = 1",
      "comments.post: \"comments\".\"post_id\" may not be NULL; append another target, which takes "
      "its place");
  run(db, "INSERT INTO \"comments.post\"(owner_id, id) VALUES(1, 3)");
  gives(db, "SELECT * FROM comments", "1,3\n2,2\n");
  closeDb(db);
}
END_TEST

START_TEST(linksAreMadeAndMoved) {
  Db db = openBlog();
  declare(db, "owner=posts; name=tags; target=tags; secondary=post_tags");
  run(db, "INSERT INTO \"posts.tags\"(owner_id, id) VALUES(1, 1), (1, 2), (1, 1)");
  run(db, "INSERT INTO \"posts.tags\"(owner_id, id, link_rank, link_note) VALUES(2, 2, 1, 'n'), "
          "(2, 2, 5, 'kept out')");
  gives(db, "SELECT * FROM \"posts.tags\"",
        "1,1,red,7,NULL,14\n1,2,blue,7,NULL,14\n2,2,blue,1,n,2\n");
  run(db, "UPDATE \"posts.tags\" SET link_note = 'm', link_rank = link_rank + 1 WHERE id = 2");
  run(db, "UPDATE \"posts.tags\" SET owner_id = 3 WHERE owner_id = 1 AND id = 1");
  run(db, "UPDATE \"posts.tags\" SET owner_id = 2 WHERE owner_id = 1 AND id = 2");
  gives(db, "SELECT * FROM post_tags", "2,2,2,m,4\n3,1,7,NULL,14\n");
  run(db, "DELETE FROM \"posts.tags\" WHERE owner_id = 3");
  gives(db, "SELECT * FROM post_tags", "2,2,2,m,4\n");
  refuses(db, "INSERT INTO \"posts.tags\"(owner_id, id) VALUES(9, 1)",
          "posts.tags: \"posts\" has no row with this owner_id" MISSING);
  refuses(db, "INSERT INTO \"posts.tags\"(owner_id, id) VALUES(1, 9)",
          "posts.tags: \"tags\" has no row with this id" MISSING);
  refuses(db, "UPDATE \"posts.tags\" SET link_twice = 1",
          "cannot modify posts.tags because it is a view");
  closeDb(db);
}
END_TEST

START_TEST(aScalarLinkIsReplaced) {
  Db db = openBlog();
  declare(db, "owner=posts; name=tag; target=tags; secondary=post_tags; uselist=0; cascade=all, "
              "delete-orphan");
  run(db, "INSERT INTO \"posts.tag\"(owner_id, id) VALUES(1, 1), (1, 2)");
  gives(db, "SELECT post_id, tag_id FROM post_tags", "1,2\n");
  gives(db, "SELECT id FROM tags", "2\n");
  closeDb(db);
}
END_TEST

START_TEST(duplicateLinksAreToldApart) {
  Db db = openDb("CREATE TABLE a(id INTEGER PRIMARY KEY); CREATE TABLE b(id INTEGER PRIMARY KEY);"
                 "CREATE TABLE ab(id INTEGER PRIMARY KEY, a INT REFERENCES a, b INT REFERENCES b);"
                 "INSERT INTO a VALUES(1), (2); INSERT INTO b VALUES(1);"
                 "INSERT INTO ab VALUES(1, 1, 1), (2, 1, 1), (3, 1, 1);");
  declare(db, "owner=a; name=bs; target=b; secondary=ab");
  run(db, "DELETE FROM \"a.bs\" WHERE link_id = 2");
  run(db, "UPDATE \"a.bs\" SET owner_id = 2 WHERE link_id = 3");
  gives(db, "SELECT * FROM ab", "1,1,1\n3,2,1\n");
  run(db, "INSERT INTO \"a.bs\"(owner_id, id) VALUES(1, 1)");
  gives(db, "SELECT count(*) FROM ab", "2\n");
  closeDb(db);
}
END_TEST

START_TEST(viewonlyNamesTheWritableSide) {
  Db db = openBlog();
  declare(db, "owner=posts; name=author; target=users; back_populates=posts");
  declare(db, "owner=users; name=posts; target=posts; viewonly=1; back_populates=author");
  declare(db, "owner=users; name=profiles; target=profiles; viewonly=1");
  refuses(db, "INSERT OR IGNORE INTO \"users.posts\"(owner_id, id) VALUES(1, 3)",
          "users.posts: is viewonly; write \"posts.author\" instead");
  refuses(db, "UPDATE \"users.posts\" SET title = 1",
          "users.posts: is viewonly; write \"posts.author\" instead");
  run(db, "INSERT INTO profiles VALUES(1, 1, 'x')");
  refuses(db, "DELETE FROM \"users.profiles\"",
          "users.profiles: is viewonly; write the table \"profiles\" instead");
  closeDb(db);
}
END_TEST

/* A tree shown from its own table. */
START_TEST(selfReferences) {
  Db db = openDb("CREATE TABLE n(id INTEGER PRIMARY KEY, pid INT REFERENCES n, name);"
                 "CREATE TABLE nn(x INT REFERENCES n, y INT REFERENCES n, PRIMARY KEY(x, y));"
                 "INSERT INTO n VALUES(1, NULL, 'r'), (2, 1, 's'), (3, 1, 't');");
  declare(db, "owner=n; name=children; target=n");
  declare(db, "owner=n; name=parent; target=n; remote_side=id");
  declare(db, "owner=n; name=friends; target=n; secondary=nn; foreign_keys=nn.x, nn.y; "
              "primaryjoin=n.id = nn.x; secondaryjoin=n.id = nn.y");
  gives(db, "SELECT * FROM \"n.children\"", "1,2,1,s\n1,3,1,t\n");
  gives(db, "SELECT * FROM \"n.parent\"", "2,1,NULL,r\n3,1,NULL,r\n");
  run(db, "INSERT INTO \"n.children\"(owner_id, id) VALUES(2, 3)");
  run(db, "INSERT INTO \"n.friends\"(owner_id, id) VALUES(1, 2), (3, 2), (3, 3)");
  gives(db, "SELECT owner_id, id FROM \"n.friends\"", "1,2\n3,2\n3,3\n");
  run(db, "DELETE FROM n WHERE id = 2");
  gives(db, "SELECT * FROM n", "1,NULL,r\n3,NULL,t\n");
  gives(db, "SELECT * FROM nn", "3,3\n");
  closeDb(db);
}
END_TEST

/* Composite keys, in another collation, partly outside the primary key, and under odd names. */
START_TEST(compositeAndOddKeys) {
  Db db = openDb(
      "CREATE TABLE \"the \"\"org\"(tenant INT, \"co de\" TEXT COLLATE NOCASE, name,"
      "  PRIMARY KEY(tenant, \"co de\")) WITHOUT ROWID;"
      "CREATE TABLE \"select\"(tenant INT NOT NULL, \"nr'\" INT, org TEXT,"
      "  PRIMARY KEY(tenant, \"nr'\"),"
      "  FOREIGN KEY(tenant, org) REFERENCES \"the \"\"org\"(tenant, \"co de\"));"
      "INSERT INTO \"the \"\"org\" VALUES(1, 'Aa', 'x'), (1, 'bb', 'y'), (2, 'aa', 'z');"
      "INSERT INTO \"select\" VALUES(1, 1, 'aA'), (1, 2, 'BB'), (2, 1, 'AA'), (2, 2, NULL);");
  declare(db, "owner=the \"org; name=per sons; target=select");
  gives(db, "SELECT * FROM \"the \"\"org.per sons\"", "1,Aa,1,1,aA\n1,bb,1,2,BB\n2,aa,2,1,AA\n");
  gives(db,
        "SELECT \"owner_co de\" FROM \"the \"\"org.per sons\" WHERE owner_tenant = 1 AND "
        "\"owner_co de\" = 'AA'",
        "Aa\n");
  run(db, "INSERT INTO \"the \"\"org.per sons\"(owner_tenant, \"owner_co de\", tenant, \"nr'\") "
          "VALUES(2, 'AA', 2, 2), (1, 'BB', 1, 1)");
  gives(db, "SELECT * FROM \"select\"", "1,1,bb\n1,2,BB\n2,1,AA\n2,2,aa\n");
  run(db, "DELETE FROM \"the \"\"org.per sons\" WHERE tenant = 1 AND \"nr'\" = 1");
  run(db, "DELETE FROM \"the \"\"org\" WHERE tenant = 2");
  gives(db, "SELECT * FROM \"select\"", "1,1,NULL\n1,2,BB\n2,1,NULL\n2,2,NULL\n");
  gives(db, "SELECT sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL",
        "CREATE INDEX \"the \"\"org.per sons:index\" /* made by relationship; sync renews it */ ON "
        "\"select\"(\"tenant\", \"org\" COLLATE \"NOCASE\")\n");
  closeDb(db);
}
END_TEST

/* owner_id as a foreign key is left out; as anything else it is renamed. A rowid shows as itself. */
START_TEST(namesThatCollide) {
  Db db = openDb(
      "CREATE TABLE dogs(id INTEGER PRIMARY KEY, owner_id INT);"
      "CREATE TABLE toys(owner_id INT REFERENCES dogs, name);"
      "CREATE TABLE walks(id INTEGER PRIMARY KEY, dog INT REFERENCES dogs, link_at);"
      "CREATE TABLE joint(dog INT REFERENCES dogs, walk INT REFERENCES walks, at,"
      "  PRIMARY KEY(dog, walk));"
      "INSERT INTO dogs VALUES(1, 70), (2, 71); INSERT INTO toys VALUES(1, 'ball'), (2, 'bone');"
      "INSERT INTO walks VALUES(5, 1, 'noon'); INSERT INTO joint VALUES(1, 5, 'day');");
  declare(db, "owner=dogs; name=toys; target=toys");
  declare(db, "owner=walks; name=whose; target=dogs");
  declare(db, "owner=dogs; name=walks; target=walks; secondary=joint");
  gives(db, "SELECT * FROM \"dogs.toys\"", "1,1,ball\n2,2,bone\n");
  gives(db, "SELECT name FROM pragma_table_info('dogs.toys')", "name\nowner_id\nrowid\n");
  gives(db, "SELECT name FROM pragma_table_info('walks.whose')", "id\nowner_id\ntarget_owner_id\n");
  gives(db, "SELECT owner_id, id, dog, target_link_at, link_at FROM \"dogs.walks\"",
        "1,5,1,noon,day\n");
  run(db, "INSERT INTO \"dogs.toys\"(owner_id, rowid) VALUES(2, 1)");
  gives(db, "SELECT * FROM toys", "2,ball\n2,bone\n");
  run(db, "INSERT INTO \"walks.whose\"(owner_id, id) VALUES(5, 2)");
  gives(db, "SELECT dog FROM walks", "2\n");
  closeDb(db);
}
END_TEST

/* A member whose foreign key is part of its own key moves by changing it. */
START_TEST(keysInsideKeys) {
  Db db = openDb("CREATE TABLE a(id INTEGER PRIMARY KEY);"
                 "CREATE TABLE m(owner_id INT REFERENCES a, nr INT, t, PRIMARY KEY(owner_id, nr));"
                 "INSERT INTO a VALUES(1), (2); INSERT INTO m VALUES(1, 1, 'x'), (1, 2, 'y');");
  declare(db, "owner=a; name=ms; target=m; cascade=all, delete-orphan");
  run(db, "UPDATE \"a.ms\" SET owner_id = 2 WHERE nr = 1");
  gives(db, "SELECT * FROM m", "1,2,y\n2,1,x\n");
  run(db, "INSERT INTO \"a.ms\"(owner_id, nr) VALUES(1, 2)");
  refuses(db, "INSERT INTO \"a.ms\"(owner_id, nr) VALUES(2, 2)",
          "a.ms: \"m\" has no row with this owner_id, nr" MISSING);
  run(db, "DELETE FROM \"a.ms\" WHERE nr = 2");
  gives(db, "SELECT * FROM m", "2,1,x\n");
  closeDb(db);
}
END_TEST

/* Other links stay what they are when one moves to where another is, whatever part of a key changes. */
START_TEST(movingALinkLeavesOthers) {
  Db db = openDb("CREATE TABLE a(x INT, y TEXT COLLATE NOCASE, PRIMARY KEY(x, y)) WITHOUT ROWID;"
                 "CREATE TABLE b(id INTEGER PRIMARY KEY);"
                 "CREATE TABLE ab(x INT, y TEXT, b INT, w, PRIMARY KEY(x, y, b));"
                 "INSERT INTO a VALUES(1, 'p'), (1, 'q'); INSERT INTO b VALUES(1), (2);"
                 "INSERT INTO ab VALUES(1, 'p', 1, 'p1'), (1, 'p', 2, 'p2'), (1, 'q', 2, 'q2');");
  declare(db, "owner=a; name=bs; target=b; secondary=ab; foreign_keys=x, y, b");
  run(db, "UPDATE \"a.bs\" SET owner_y = 'q' WHERE owner_y = 'p' AND id = 2");
  gives(db, "SELECT * FROM ab", "1,p,1,p1\n1,q,2,q2\n");
  run(db, "UPDATE \"a.bs\" SET owner_y = 'q' WHERE id = 1");
  gives(db, "SELECT * FROM ab", "1,q,1,p1\n1,q,2,q2\n");
  closeDb(db);
}
END_TEST

/* Counting and looking up through the view goes by the index alone, as on the table. */
START_TEST(viewsAreAsFastAsTheirTable) {
  Db db = openBlog();
  declare(db, "owner=users; name=posts; target=posts");
  gives(db, "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL",
        "users.posts:index\n");
  {
    char *plan =
        rows(db, "EXPLAIN QUERY PLAN SELECT count(*) FROM \"users.posts\" WHERE owner_id = 1");
    ck_assert_ptr_nonnull(strstr(plan, "USING COVERING INDEX users.posts:index (user_id=?)"));
    sqlite3_free(plan);
  }
  closeDb(db);
}
END_TEST

Suite *relTestEnforceViews(void) {
  Suite *suite = suite_create("enforce_views");
  TCase *cases = tcase_create("collections");
  tcase_add_test(cases, membersAreAppendedRemovedMoved);
  tcase_add_test(cases, removedOrphansGo);
  tcase_add_test(cases, membersThatCannotBeLetGoStay);
  tcase_add_test(cases, scalarsAreReplaced);
  tcase_add_test(cases, scalarsAreStolenAndSwapped);
  tcase_add_loop_test(cases, theOldMemberTakesNotTheNewOneAlong, 0, 2);
  tcase_add_test(cases, scalarsThatCannotBeLetGoAreNotReplaced);
  tcase_add_test(cases, targetsAreSetAndTaken);
  tcase_add_test(cases, ownersKeepANecessaryTarget);
  tcase_add_test(cases, linksAreMadeAndMoved);
  tcase_add_test(cases, aScalarLinkIsReplaced);
  tcase_add_test(cases, duplicateLinksAreToldApart);
  tcase_add_test(cases, viewonlyNamesTheWritableSide);
  tcase_add_test(cases, selfReferences);
  tcase_add_test(cases, compositeAndOddKeys);
  tcase_add_test(cases, namesThatCollide);
  tcase_add_test(cases, keysInsideKeys);
  tcase_add_test(cases, movingALinkLeavesOthers);
  tcase_add_test(cases, viewsAreAsFastAsTheirTable);
  suite_add_tcase(suite, cases);
  return suite;
}
