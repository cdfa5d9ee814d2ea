/*
** The rules of enforce/ that no native foreign key can say: orphans, last links, last references,
** refusals. Each runs with foreign_keys and recursive_triggers on and off, with no foreign key
** declared and with each kind of ON DELETE.
*/
#include "unit/declared.h"

enum { KEYS = 5, MODES = 4 * KEYS };

static const char *const NATIVE[KEYS] = {NULL, "NO ACTION", "CASCADE", "SET NULL", "RESTRICT"};

/* "@users" in a schema becomes a foreign key of the mode's kind, or nothing. */
static Db openMode(int mode, const char *schema) {
  const char *native = NATIVE[mode / 4];
  sqlite3_str *text = sqlite3_str_new(NULL);
  char *sql;
  Db db;
  while (*schema) {
    size_t plain = strcspn(schema, "@"), name;
    sqlite3_str_append(text, schema, (int)plain);
    schema += plain;
    if (*schema == 0) break;
    name = strcspn(++schema, ",)@ ");
    if (native != NULL) {
      sqlite3_str_appendf(text, " REFERENCES %.*s ON DELETE %s", (int)name, schema, native);
    }
    schema += name;
  }
  sql = sqlite3_str_finish(text);
  db = openDb(sql);
  sqlite3_free(sql);
  run(db, mode & 1 ? "PRAGMA foreign_keys = 1" : "PRAGMA foreign_keys = 0");
  run(db, mode & 2 ? "PRAGMA recursive_triggers = 1" : "PRAGMA recursive_triggers = 0");
  return db;
}

static int isNative(int mode, const char *action) {
  return NATIVE[mode / 4] != NULL && strcmp(NATIVE[mode / 4], action) == 0;
}

/* --- one-to-many --- */

static const char BLOG[] =
    "CREATE TABLE users(id INTEGER PRIMARY KEY, name);"
    "CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INT @users, title);"
    "CREATE TABLE comments(id INTEGER PRIMARY KEY, post_id INT NOT NULL @posts, body);"
    "INSERT INTO users VALUES(1, 'ann'), (2, 'bob');"
    "INSERT INTO posts VALUES(1, 1, 'a'), (2, 1, 'b'), (3, 2, 'c'), (4, NULL, 'd');"
    "INSERT INTO comments VALUES(1, 1, 'x'), (2, 3, 'y'), (3, 3, 'z');";

START_TEST(orphansGo) {
  Db db = openMode(_i, BLOG);
  declare(
      db,
      "owner=users; name=posts; target=posts; foreign_keys=user_id; cascade=all, delete-orphan");
  declare(db, "owner=posts; name=comments; target=comments; foreign_keys=post_id; cascade=all, "
              "delete-orphan");
  run(db, "UPDATE posts SET user_id = NULL WHERE id = 1");
  gives(db, "SELECT id FROM posts", "2\n3\n4\n");
  gives(db, "SELECT id FROM comments", "2\n3\n");
  run(db, "UPDATE posts SET user_id = 2 WHERE id = 2");
  run(db, "UPDATE posts SET title = 'e', user_id = user_id");
  run(db, "UPDATE comments SET post_id = NULL WHERE id = 2");
  gives(db, "SELECT id FROM comments", "3\n");
  run(db, "UPDATE OR IGNORE comments SET post_id = NULL, body = 'gone'");
  gives(db, "SELECT * FROM posts", "2,2,e\n3,2,e\n4,NULL,e\n");
  gives(db, "SELECT count(*) FROM comments", "0\n");
  run(db, "DELETE FROM users");
  gives(db, "SELECT * FROM posts", "4,NULL,e\n");
  closeDb(db);
}
END_TEST

/* delete-orphan without delete: members of a deleted owner stay. */
START_TEST(membersOfTheDeadAreNoOrphans) {
  static const char *const DECLARATION =
      "owner=users; name=posts; target=posts; foreign_keys=user_id; cascade=save-update, "
      "delete-orphan; on_delete=set null";
  Db db = openMode(_i, BLOG);
  if (isNative(_i, "CASCADE") || isNative(_i, "RESTRICT")) {
    char *expected = sqlite3_mprintf(
        "relationship: users.posts: delete-orphan without delete cannot be held over "
        "\"posts\".\"user_id\": its foreign key says ON DELETE %s, so members would have to be let "
        "go while the owner is still there, which makes them orphans; add delete to cascade, or "
        "declare the key without ON DELETE",
        NATIVE[_i / 4]);
    refusesToDeclare(db, DECLARATION, expected);
    sqlite3_free(expected);
    gives(db, "SELECT count(*) FROM sqlite_schema WHERE name LIKE '%:%'", "0\n");
  } else {
    declare(db, DECLARATION);
    run(db, "DELETE FROM users WHERE id = 1");
    gives(db, "SELECT * FROM posts", "1,NULL,a\n2,NULL,b\n3,2,c\n4,NULL,d\n");
    run(db, "PRAGMA foreign_keys = 0; UPDATE posts SET user_id = NULL WHERE id = 3");
    gives(db, "SELECT id FROM posts", "1\n2\n4\n");
  }
  closeDb(db);
}
END_TEST

START_TEST(anyOwnerThatLetsGoMakesAnOrphan) {
  Db db =
      openMode(_i, "CREATE TABLE a(id INTEGER PRIMARY KEY);"
                   "CREATE TABLE b(id INTEGER PRIMARY KEY);"
                   "CREATE TABLE m(id INTEGER PRIMARY KEY, a INT @a, b INT @b);"
                   "INSERT INTO a VALUES(1), (2); INSERT INTO b VALUES(1), (2);"
                   "INSERT INTO m VALUES(1, 1, 1), (2, 1, 1), (3, 1, 1), (4, 1, 2), (5, 2, 2);");
  declare(db, "owner=a; name=ms; target=m; cascade=all, delete-orphan; foreign_keys=m.a; "
              "primaryjoin=a.id = m.a");
  declare(db, "owner=b; name=ms; target=m; cascade=all, delete-orphan; foreign_keys=m.b; "
              "primaryjoin=b.id = m.b");
  run(db, "UPDATE m SET a = NULL WHERE id = 1");
  run(db, "UPDATE m SET a = NULL, b = NULL WHERE id = 2");
  run(db, "UPDATE m SET a = 2, b = NULL WHERE id = 3");
  gives(db, "SELECT * FROM m", "4,1,2\n5,2,2\n");
  run(db, "DELETE FROM b WHERE id = 2");
  gives(db, "SELECT * FROM m", "");
  closeDb(db);
}
END_TEST

START_TEST(whatCannotBeLetGoIsRefused) {
  Db db = openMode(_i, BLOG);
  declare(db,
          "owner=posts; name=comments; target=comments; foreign_keys=post_id; on_delete=set null");
  refuses(db, "DELETE FROM posts WHERE id = 3",
          "posts.comments: \"comments\".\"post_id\" may not be NULL, so the members of this row of "
          "\"posts\" cannot be let go; set cascade to 'all, delete-orphan', or on_delete");
  run(db, "DELETE FROM posts WHERE id = 2");
  gives(db, "SELECT id FROM posts", "1\n3\n4\n");
  gives(db, "SELECT count(*) FROM comments", "3\n");
  closeDb(db);
}
END_TEST

START_TEST(restrictionsHold) {
  Db db = openMode(_i, BLOG);
  declare(db, "owner=users; name=posts; target=posts; foreign_keys=user_id; on_delete=cascade");
  declare(db,
          "owner=posts; name=comments; target=comments; foreign_keys=post_id; on_delete=restrict");
  refuses(
      db, "DELETE FROM users",
      "posts.comments: this row of \"posts\" still has members in \"comments\", and on_delete is "
      "restrict; delete or move them first");
  run(db, "DELETE FROM comments WHERE post_id = 3; DELETE FROM users WHERE id = 2");
  gives(db, "SELECT id FROM posts", "1\n2\n4\n");
  closeDb(db);
}
END_TEST

/* Rows that refer to others go first, in whatever order the relationships were declared. */
START_TEST(diamondsHaveOneOutcome) {
  static const char *const DECLARATIONS[] = {
      "owner=u; name=as; target=a; foreign_keys=a.u; on_delete=cascade",
      "owner=u; name=ps; target=p; foreign_keys=p.u; on_delete=cascade",
      "owner=p; name=as; target=a; foreign_keys=a.p; on_delete=restrict",
  };
  int order;
  for (order = 0; order < 6; order++) {
    Db db = openMode(_i, "CREATE TABLE u(id INTEGER PRIMARY KEY);"
                         "CREATE TABLE p(id INTEGER PRIMARY KEY, u INT @u);"
                         "CREATE TABLE a(id INTEGER PRIMARY KEY, u INT @u, p INT @p);"
                         "INSERT INTO u VALUES(1), (2); INSERT INTO p VALUES(1, 1), (2, 2);"
                         "INSERT INTO a VALUES(1, 1, 1), (2, 1, 2);");
    int first = order / 2, second = (first + 1 + order % 2) % 3;
    declare(db, DECLARATIONS[first]);
    declare(db, DECLARATIONS[second]);
    declare(db, DECLARATIONS[3 - first - second]);
    refuses(db, "DELETE FROM u WHERE id = 2",
            "p.as: this row of \"p\" still has members in \"a\", and on_delete is restrict; delete "
            "or move them first");
    run(db, "DELETE FROM u WHERE id = 1");
    gives(db, "SELECT 'p', id FROM p UNION ALL SELECT 'a', id FROM a", "p,2\n");
    closeDb(db);
  }
}
END_TEST

START_TEST(defaultsAreSet) {
  Db db = openMode(
      _i, "CREATE TABLE users(id INTEGER PRIMARY KEY);"
          "CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INT DEFAULT (1 + 8) @users);"
          "CREATE TABLE pages(id INTEGER PRIMARY KEY, user_id INT NOT NULL DEFAULT 9 @users);"
          "CREATE TABLE notes(id INTEGER PRIMARY KEY, user_id INT @users);"
          "CREATE TABLE files(id INTEGER PRIMARY KEY, user_id INT NOT NULL @users);"
          "INSERT INTO users VALUES(1), (2), (9);"
          "INSERT INTO posts VALUES(1, 1); INSERT INTO pages VALUES(1, 1);"
          "INSERT INTO notes VALUES(1, 1); INSERT INTO files VALUES(1, 2);");
  declare(db, "owner=users; name=posts; target=posts; foreign_keys=user_id; on_delete=set default");
  declare(db, "owner=users; name=pages; target=pages; foreign_keys=user_id; on_delete=set default");
  declare(db, "owner=users; name=notes; target=notes; foreign_keys=user_id; on_delete=set default");
  declare(db, "owner=users; name=files; target=files; foreign_keys=user_id; on_delete=set default");
  run(db, "DELETE FROM users WHERE id = 1");
  gives(db, "SELECT * FROM posts UNION ALL SELECT * FROM pages UNION ALL SELECT * FROM notes",
        "1,9\n1,9\n1,NULL\n");
  refuses(db, "DELETE FROM users WHERE id = 2",
          "users.files: \"files\".\"user_id\" may not be NULL, so the members of this row of "
          "\"users\" cannot be let go; set cascade to 'all, delete-orphan', or on_delete");
  closeDb(db);
}
END_TEST

/* An extra condition of the join says which rows are members at all. */
START_TEST(conditionsSelectMembers) {
  Db db =
      openMode(_i, "CREATE TABLE users(id INTEGER PRIMARY KEY);"
                   "CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INT, kept INT);"
                   "INSERT INTO users VALUES(1), (2); INSERT INTO posts VALUES(1, 1, 0), (2, 1, 1),"
                   "(3, 2, 0), (4, 2, 1);");
  declare(db, "owner=users; name=drafts; target=posts; cascade=all, delete-orphan; "
              "primaryjoin=users.id = posts.user_id AND NOT posts.kept");
  gives(db, "SELECT owner_id, id FROM \"users.drafts\"", "1,1\n2,3\n");
  run(db, "DELETE FROM users WHERE id = 1");
  run(db, "UPDATE posts SET user_id = NULL");
  gives(db, "SELECT * FROM posts", "2,NULL,1\n4,NULL,1\n");
  closeDb(db);
}
END_TEST

/* --- many-to-one --- */

START_TEST(targetsGoWithTheLastReference) {
  Db db = openMode(_i, "CREATE TABLE t(id INTEGER PRIMARY KEY);"
                       "CREATE TABLE o(id INTEGER PRIMARY KEY, t INT @t);"
                       "INSERT INTO t VALUES(1), (2), (3), (4); INSERT INTO o VALUES(1, 1), (2, 1),"
                       "(3, 2), (4, 3), (5, 4), (6, NULL);");
  declare(db, "owner=o; name=the_t; target=t; cascade=all, delete-orphan; foreign_keys=o.t");
  run(db, "DELETE FROM o WHERE id IN (1, 6)");
  gives(db, "SELECT id FROM t", "1\n2\n3\n4\n");
  run(db, "DELETE FROM o WHERE id IN (2, 3)");
  gives(db, "SELECT id FROM t", "3\n4\n");
  run(db, "UPDATE o SET t = 3");
  gives(db, "SELECT id FROM t", "3\n");
  run(db, "UPDATE o SET t = NULL WHERE id = 4");
  run(db, "UPDATE o SET t = 3");
  gives(db, "SELECT id FROM t", "3\n");
  run(db, "UPDATE o SET t = NULL");
  gives(db, "SELECT id FROM t", "");
  closeDb(db);
}
END_TEST

/* The inverse cascades as well: neither comes back to where it started. */
START_TEST(bothEndsMayCascade) {
  Db db = openMode(_i, BLOG);
  declare(
      db,
      "owner=users; name=posts; target=posts; foreign_keys=user_id; cascade=all, delete-orphan");
  declare(db, "owner=posts; name=author; target=users; cascade=all, delete-orphan; "
              "foreign_keys=posts.user_id");
  declare(db, "owner=posts; name=comments; target=comments; foreign_keys=post_id; cascade=all, "
              "delete-orphan");
  run(db, "DELETE FROM posts WHERE id = 1");
  gives(db, "SELECT id FROM users", "1\n2\n");
  run(db, "DELETE FROM posts WHERE id = 2");
  gives(db, "SELECT id FROM users", "2\n");
  run(db, "DELETE FROM users");
  gives(db, "SELECT * FROM posts", "4,NULL,d\n");
  gives(db, "SELECT * FROM comments", "");
  closeDb(db);
}
END_TEST

/* --- many-to-many --- */

static const char TAGGED[] =
    "CREATE TABLE posts(id INTEGER PRIMARY KEY);"
    "CREATE TABLE tags(id INTEGER PRIMARY KEY);"
    "CREATE TABLE post_tags(post_id INT @posts, tag_id INT @tags, PRIMARY KEY(post_id, tag_id));"
    "INSERT INTO posts VALUES(1), (2), (3); INSERT INTO tags VALUES(1), (2), (3), (4);"
    "INSERT INTO post_tags VALUES(1, 1), (1, 2), (2, 2), (2, 3), (3, 3);";

#define TAGS "owner=posts; name=tags; target=tags; secondary=post_tags; "

START_TEST(linksGoWithEitherEnd) {
  Db db = openMode(_i, TAGGED);
  declare(db, TAGS "foreign_keys=post_tags.post_id, post_tags.tag_id; primaryjoin=posts.id = "
                   "post_tags.post_id; secondaryjoin=tags.id = post_tags.tag_id");
  run(db, "DELETE FROM posts WHERE id = 1");
  gives(db, "SELECT * FROM post_tags", "2,2\n2,3\n3,3\n");
  run(db, "DELETE FROM tags WHERE id = 3");
  gives(db, "SELECT * FROM post_tags", "2,2\n");
  gives(db, "SELECT id FROM posts", "2\n3\n");
  gives(db, "SELECT id FROM tags", "1\n2\n4\n");
  closeDb(db);
}
END_TEST

#define JOINED                                                                                     \
  TAGS "primaryjoin=posts.id = post_tags.post_id; secondaryjoin=tags.id = post_tags.tag_id; "

START_TEST(deleteTakesTheLastLinked) {
  Db db = openMode(_i, TAGGED);
  declare(db, JOINED "cascade=all");
  run(db, "DELETE FROM post_tags WHERE post_id = 3");
  gives(db, "SELECT id FROM tags", "1\n2\n3\n4\n");
  run(db, "DELETE FROM posts WHERE id = 1");
  gives(db, "SELECT id FROM tags", "2\n3\n4\n");
  run(db, "DELETE FROM posts");
  gives(db, "SELECT id FROM tags", "4\n");
  gives(db, "SELECT * FROM post_tags", "");
  closeDb(db);
}
END_TEST

START_TEST(deleteOrphanTakesTheLastUnlinked) {
  static const char *const DECLARATION = JOINED "cascade=save-update, delete-orphan";
  Db db = openMode(_i, TAGGED);
  if (isNative(_i, "SET NULL") || isNative(_i, "RESTRICT")) {
    char *message = tryDeclare(db, DECLARATION);
    ck_assert_ptr_nonnull(message);
    sqlite3_free(message);
  } else {
    declare(db, DECLARATION);
    run(db, "DELETE FROM posts WHERE id = 1");
    gives(db, "SELECT id FROM tags", "1\n2\n3\n4\n");
    run(db, "DELETE FROM post_tags WHERE tag_id = 2");
    gives(db, "SELECT id FROM tags", "1\n3\n4\n");
    run(db, "UPDATE post_tags SET tag_id = 1");
    gives(db, "SELECT id FROM tags", "1\n4\n");
  }
  closeDb(db);
}
END_TEST

START_TEST(bothTakeTheLast) {
  Db db = openMode(_i, TAGGED);
  declare(db, JOINED "cascade=all, delete-orphan");
  run(db, "DELETE FROM post_tags WHERE post_id = 3");
  gives(db, "SELECT id FROM tags", "1\n2\n3\n4\n");
  run(db, "DELETE FROM post_tags WHERE tag_id = 3");
  gives(db, "SELECT id FROM tags", "1\n2\n4\n");
  run(db, "DELETE FROM posts WHERE id = 1");
  gives(db, "SELECT id FROM tags", "2\n4\n");
  run(db, "DELETE FROM posts");
  gives(db, "SELECT id FROM tags", "4\n");
  closeDb(db);
}
END_TEST

/* From each side the other goes with its last link; what the link owns goes, too. */
START_TEST(bothSidesTakeTheLast) {
  Db db = openMode(_i, TAGGED);
  run(db, "CREATE TABLE remarks(id INTEGER PRIMARY KEY, post_id INT, tag_id INT);"
          "INSERT INTO remarks SELECT NULL, post_id, tag_id FROM post_tags");
  declare(db, JOINED "cascade=all, delete-orphan");
  declare(db,
          "owner=tags; name=posts; target=posts; secondary=post_tags; cascade=all, delete-orphan;"
          "primaryjoin=tags.id = post_tags.tag_id; secondaryjoin=posts.id = post_tags.post_id");
  declare(db,
          "owner=post_tags; name=remarks; target=remarks; cascade=all; "
          "primaryjoin=post_tags.post_id = remarks.post_id AND post_tags.tag_id = remarks.tag_id; "
          "foreign_keys=remarks.post_id, remarks.tag_id");
  run(db, "DELETE FROM posts WHERE id = 1");
  gives(db, "SELECT * FROM post_tags", "2,2\n2,3\n3,3\n");
  gives(db, "SELECT id FROM tags", "2\n3\n4\n");
  run(db, "DELETE FROM tags WHERE id = 3");
  gives(db, "SELECT id FROM posts", "2\n");
  gives(db, "SELECT post_id, tag_id FROM remarks", "2,2\n");
  run(db, "DELETE FROM tags WHERE id = 2");
  gives(db, "SELECT id FROM posts", "");
  gives(db, "SELECT * FROM remarks", "");
  gives(db, "SELECT id FROM tags", "4\n");
  closeDb(db);
}
END_TEST

/* --- refusals of a declaration --- */

START_TEST(tablesNamedAfterPseudoRowsAreRefused) {
  Db db = openDb("CREATE TABLE new(id INTEGER PRIMARY KEY);"
                 "CREATE TABLE posts(id INTEGER PRIMARY KEY, new_id INT REFERENCES new);");
  refusesToDeclare(db, "owner=new; name=posts; target=posts",
                   "relationship: new.posts: a trigger cannot name the table \"new\", where that "
                   "means the row it fires for; set viewonly, or rename the table");
  declare(db, "owner=new; name=posts; target=posts; viewonly=1");
  closeDb(db);
}
END_TEST

Suite *relTestEnforceRules(void) {
  Suite *suite = suite_create("enforce_rules");
  TCase *modes = tcase_create("modes"), *refusals = tcase_create("refusals");
  tcase_add_loop_test(modes, orphansGo, 0, MODES);
  tcase_add_loop_test(modes, membersOfTheDeadAreNoOrphans, 0, MODES);
  tcase_add_loop_test(modes, anyOwnerThatLetsGoMakesAnOrphan, 0, MODES);
  tcase_add_loop_test(modes, whatCannotBeLetGoIsRefused, 0, MODES);
  tcase_add_loop_test(modes, restrictionsHold, 0, MODES);
  tcase_add_loop_test(modes, diamondsHaveOneOutcome, 0, MODES);
  tcase_add_loop_test(modes, defaultsAreSet, 0, MODES);
  tcase_add_loop_test(modes, conditionsSelectMembers, 0, 4);
  tcase_add_loop_test(modes, targetsGoWithTheLastReference, 0, MODES);
  tcase_add_loop_test(modes, bothEndsMayCascade, 0, MODES);
  tcase_add_loop_test(modes, linksGoWithEitherEnd, 0, MODES);
  tcase_add_loop_test(modes, deleteTakesTheLastLinked, 0, MODES);
  tcase_add_loop_test(modes, deleteOrphanTakesTheLastUnlinked, 0, MODES);
  tcase_add_loop_test(modes, bothTakeTheLast, 0, MODES);
  tcase_add_loop_test(modes, bothSidesTakeTheLast, 0, MODES);
  tcase_add_test(refusals, tablesNamedAfterPseudoRowsAreRefused);
  suite_add_tcase(suite, modes);
  suite_add_tcase(suite, refusals);
  return suite;
}
