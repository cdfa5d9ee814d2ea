/*
** model/: the relationships that FOREIGN KEYs alone imply, the catalog, and the model that both make.
*/
#include "unit/modelled.h"

/* --- implied --- */

/* Every implied relationship as "label>target", with its inverse, one per line. */
static void expectImplied(const char *sql, const char *expected) {
  Fixture fixture = start(sql);
  RelError error = {SQLITE_OK, NULL};
  Relationship *const *list;
  int i, count = relModelImplied(&error, fixture.model, &list);
  RelText text;
  char *found;
  relTextStart(&text, &error);
  for (i = 0; i < count; i++) {
    static const char *const ARROWS[] = {"-<", ">-", "><"};
    relTextFormat(&text, "%s%s %s %s%s%s", i ? "\n" : "", list[i]->label,
                  ARROWS[list[i]->direction], list[i]->target->name, list[i]->inverse ? " ~ " : "",
                  list[i]->inverse ? list[i]->inverse->name : "");
    ck_assert(list[i]->implied);
    ck_assert_ptr_eq(relModelFind(&error, fixture.model, list[i]->owner, list[i]->name), list[i]);
  }
  found = relTextFinish(&text);
  ck_assert_str_eq(found, expected);
  sqlite3_free(found);
  end(fixture);
}

START_TEST(namesComeFromKeysAndTables) {
  expectImplied("CREATE TABLE users(id INTEGER PRIMARY KEY);"
                "CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INT REFERENCES users)",
                "posts.user >- users ~ posts\n"
                "users.posts -< posts ~ user");
  /* _id, Id and ID are left away, in the cases they are written in; nothing else is. */
  expectImplied("CREATE TABLE p(id INTEGER PRIMARY KEY);"
                "CREATE TABLE a(x_id REFERENCES p); CREATE TABLE b(XId REFERENCES p);"
                "CREATE TABLE c(xID REFERENCES p); CREATE TABLE d(X_ID REFERENCES p);"
                "CREATE TABLE e(paid REFERENCES p); CREATE TABLE f(_id REFERENCES p);"
                "CREATE TABLE g(Id REFERENCES p); CREATE TABLE h(owner REFERENCES p)",
                "a.x >- p ~ a\np.a -< a ~ x\n"
                "b.X >- p ~ b\np.b -< b ~ X\n"
                "c.x >- p ~ c\np.c -< c ~ x\n"
                "d.X >- p ~ d\np.d -< d ~ X\n"
                "e.paid >- p ~ e\np.e -< e ~ paid\n"
                "f._id >- p ~ f\np.f -< f ~ _id\n"
                "g.Id >- p ~ g\np.g -< g ~ Id\n"
                "h.owner >- p ~ h\np.h -< h ~ owner");
}
END_TEST

START_TEST(twoKeysBothSayWhich) {
  expectImplied("CREATE TABLE users(id INTEGER PRIMARY KEY);"
                "CREATE TABLE comments(id INTEGER PRIMARY KEY, author_id REFERENCES users,"
                " editor_id REFERENCES users)",
                "comments.author >- users ~ comments_by_author\n"
                "users.comments_by_author -< comments ~ author\n"
                "comments.editor >- users ~ comments_by_editor\n"
                "users.comments_by_editor -< comments ~ editor");
}
END_TEST

START_TEST(associationsAreManyToMany) {
  expectImplied(
      "CREATE TABLE posts(id INTEGER PRIMARY KEY); CREATE TABLE tags(id INTEGER PRIMARY KEY);"
      "CREATE TABLE post_tags(post_id REFERENCES posts, tag_id REFERENCES tags, at,"
      " PRIMARY KEY(tag_id, post_id)) WITHOUT ROWID",
      "post_tags.post >- posts ~ post_tags\n"
      "posts.post_tags -< post_tags ~ post\n"
      "post_tags.tag >- tags ~ post_tags\n"
      "tags.post_tags -< post_tags ~ tag\n"
      "posts.tags >< tags ~ posts\n"
      "tags.posts >< posts ~ tags");
  /* Unique over more or less than the two keys, a third key, no uniqueness: no association. */
  expectImplied("CREATE TABLE a(id INTEGER PRIMARY KEY); CREATE TABLE b(id INTEGER PRIMARY KEY);"
                "CREATE TABLE ab(a_id REFERENCES a, b_id REFERENCES b, at, UNIQUE(a_id, b_id, at))",
                "ab.a >- a ~ ab\na.ab -< ab ~ a\nab.b >- b ~ ab\nb.ab -< ab ~ b");
  expectImplied("CREATE TABLE a(id INTEGER PRIMARY KEY); CREATE TABLE b(id INTEGER PRIMARY KEY);"
                "CREATE TABLE ab(id INTEGER PRIMARY KEY, a_id NOT NULL REFERENCES a,"
                " b_id NOT NULL REFERENCES b); CREATE UNIQUE INDEX i ON ab(b_id, a_id)",
                "ab.a >- a ~ ab\na.ab -< ab ~ a\nab.b >- b ~ ab\nb.ab -< ab ~ b\n"
                "a.b >< b ~ a\nb.a >< a ~ b");
}
END_TEST

START_TEST(aKeysNameWinsOverAnAssociations) {
  expectImplied("CREATE TABLE users(id INTEGER PRIMARY KEY);"
                "CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id REFERENCES users);"
                "CREATE TABLE likes(user_id REFERENCES users, post_id REFERENCES posts,"
                " PRIMARY KEY(user_id, post_id));",
                "posts.user >- users ~ posts\n"
                "users.posts -< posts ~ user\n"
                "likes.user >- users ~ likes\n"
                "users.likes -< likes ~ user\n"
                "likes.post >- posts ~ likes\n"
                "posts.likes -< likes ~ post\n"
                "users.posts_by_likes >< posts ~ users\n"
                "posts.users >< users ~ posts_by_likes");
  /* Two associations of the same tables both say which. */
  expectImplied("CREATE TABLE u(id INTEGER PRIMARY KEY); CREATE TABLE p(id INTEGER PRIMARY KEY);"
                "CREATE TABLE likes(u_id REFERENCES u, p_id REFERENCES p, PRIMARY KEY(u_id, p_id));"
                "CREATE TABLE reads(u_id REFERENCES u, p_id REFERENCES p, PRIMARY KEY(u_id, p_id))",
                "likes.u >- u ~ likes\nu.likes -< likes ~ u\n"
                "likes.p >- p ~ likes\np.likes -< likes ~ p\n"
                "u.p_by_likes >< p ~ u_by_likes\np.u_by_likes >< u ~ p_by_likes\n"
                "reads.u >- u ~ reads\nu.reads -< reads ~ u\n"
                "reads.p >- p ~ reads\np.reads -< reads ~ p\n"
                "u.p_by_reads >< p ~ u_by_reads\np.u_by_reads >< u ~ p_by_reads");
}
END_TEST

START_TEST(anotherColumnOfThatNameMakesTheNameLonger) {
  expectImplied("CREATE TABLE users(id INTEGER PRIMARY KEY, posts INT);"
                "CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id REFERENCES users, user TEXT)",
                "posts.user_by_user_id >- users ~ posts_by_user\n"
                "users.posts_by_user -< posts ~ user_by_user_id");
  /* A many-to-one may bear its own column's name. */
  expectImplied("CREATE TABLE users(id INTEGER PRIMARY KEY);"
                "CREATE TABLE posts(id INTEGER PRIMARY KEY, author REFERENCES users)",
                "posts.author >- users ~ posts\nusers.posts -< posts ~ author");
}
END_TEST

START_TEST(selfReferences) {
  expectImplied("CREATE TABLE node(id INTEGER PRIMARY KEY, parent_id REFERENCES node)",
                "node.parent >- node ~ node\nnode.node -< node ~ parent");
  /* The table's name is the one-to-many. */
  expectImplied("CREATE TABLE node(id INTEGER PRIMARY KEY, node_id REFERENCES node)",
                "node.node_by_node_id >- node ~ node\nnode.node -< node ~ node_by_node_id");
  expectImplied("CREATE TABLE person(id INTEGER PRIMARY KEY, mother_id REFERENCES person,"
                " father_id REFERENCES person)",
                "person.mother >- person ~ person_by_mother\n"
                "person.person_by_mother -< person ~ mother\n"
                "person.father >- person ~ person_by_father\n"
                "person.person_by_father -< person ~ father");
  expectImplied("CREATE TABLE users(id INTEGER PRIMARY KEY);"
                "CREATE TABLE follows(follower_id REFERENCES users, followed_id REFERENCES users,"
                " PRIMARY KEY(follower_id, followed_id))",
                "follows.follower >- users ~ follows_by_follower\n"
                "users.follows_by_follower -< follows ~ follower\n"
                "follows.followed >- users ~ follows_by_followed\n"
                "users.follows_by_followed -< follows ~ followed\n"
                "users.users_by_followed >< users ~ users_by_follower\n"
                "users.users_by_follower >< users ~ users_by_followed");
}
END_TEST

START_TEST(compositeKeysAreOneRelationship) {
  expectImplied("CREATE TABLE orders(tenant, id, PRIMARY KEY(tenant, id));"
                "CREATE TABLE items(tenant, order_id, n, PRIMARY KEY(tenant, order_id, n),"
                " FOREIGN KEY(tenant, order_id) REFERENCES orders)",
                "items.order >- orders ~ items\norders.items -< items ~ order");
}
END_TEST

START_TEST(brokenKeysImplyNothing) {
  expectImplied(
      "CREATE TABLE a(x REFERENCES nowhere, y REFERENCES b(z), w REFERENCES c, v REFERENCES d);"
      "CREATE TABLE b(id INTEGER PRIMARY KEY); CREATE TABLE c(x, y, PRIMARY KEY(x, y));"
      "CREATE VIEW d AS SELECT 1 AS id; CREATE VIRTUAL TABLE e USING fts5(x);"
      "CREATE TABLE \"references\"(a)",
      "");
}
END_TEST

START_TEST(oddNamesAndLikeSettings) {
  expectImplied("PRAGMA case_sensitive_like = ON;"
                "CREATE TABLE \"my users\"(\"the id\" INTEGER PRIMARY KEY);"
                "CREATE TABLE \"a.b\"(\"my user_id\" references \"my users\")",
                "a.b.my user >- my users ~ a.b\nmy users.a.b -< a.b ~ my user");
}
END_TEST

/* --- the model and its catalog --- */

static void declare(sqlite3 *db, const char *owner, const char *name, const char *target, ...) {
  RelError error = {SQLITE_OK, NULL};
  RelDeclaration declaration;
  va_list fields;
  va_start(fields, target);
  declaration = declarationOf(owner, name, target, fields);
  va_end(fields);
  relCatalogCreate(&error, db, "main");
  relCatalogWrite(&error, db, "main", &declaration);
  ck_assert_msg(error.rc == SQLITE_OK && declaration.id > 0, "%s", error.message);
  relDeclarationClear(&declaration);
}

static int refresh(RelModel *model) {
  RelError error = {SQLITE_OK, NULL};
  int read = relModelRefresh(&error, model);
  ck_assert_msg(error.rc == SQLITE_OK, "%s", error.message);
  return read;
}

START_TEST(catalogKeepsWhatIsWritten) {
  sqlite3 *db = openFile(":memory:", BLOG);
  RelError error = {SQLITE_OK, NULL};
  RelDeclarations rows = {NULL, 0, 0};
  relCatalogRead(&error, db, "main", &rows);
  ck_assert_int_eq(rows.count, 0);
  declare(db, "users", "b", "posts", "cascade", "all", "info", "it's \"odd\"", NULL);
  declare(db, "users", "a", "posts", NULL);
  relCatalogRead(&error, db, "main", &rows);
  ck_assert_int_eq(rows.count, 2);
  ck_assert_str_eq(rows.items[0].fields[REL_FIELD_NAME], "b");
  ck_assert_str_eq(rows.items[0].fields[REL_FIELD_INFO], "it's \"odd\"");
  ck_assert_ptr_null(rows.items[1].fields[REL_FIELD_INFO]);
  sqlite3_free(rows.items[1].fields[REL_FIELD_NAME]);
  rows.items[1].fields[REL_FIELD_NAME] = relCopy(&error, "c");
  relCatalogWrite(&error, db, "main", &rows.items[1]);
  relCatalogDelete(&error, db, "main", rows.items[0].id);
  relDeclarationsClear(&rows);
  relCatalogRead(&error, db, "main", &rows);
  ck_assert_int_eq(rows.count, 1);
  ck_assert_str_eq(rows.items[0].fields[REL_FIELD_NAME], "c");
  relDeclarationsClear(&rows);
  ck_assert_int_eq(error.rc, SQLITE_OK);
  ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
}
END_TEST

/* A column that a foreign hand took away must not read as its own name (SQLite's "strings"). */
START_TEST(aDamagedCatalogIsAnError) {
  sqlite3 *db = openFile(":memory:", BLOG);
  RelError error = {SQLITE_OK, NULL};
  RelModel *model;
  declare(db, "users", "posts", "posts", NULL);
  run(db, "ALTER TABLE relationship_catalog DROP COLUMN unique_key");
  model = relModelNew(&error, db, "main");
  relModelRefresh(&error, model);
  ck_assert_str_eq(error.message, "no such column: c.unique_key");
  ck_assert_int_eq(relModelRowCount(model), 0);
  relErrorClear(&error);
  relModelFree(model);
  ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
}
END_TEST

START_TEST(rowsThatNoLongerResolveSayWhy) {
  Fixture f = start(BLOG);
  Relationship *relationship;
  const char *problem;
  declare(f.db, "users", "gone", "nowhere", NULL);
  declare(f.db, "users", "posts", "posts", "back_populates", "author", NULL);
  declare(f.db, "posts", "author", "users", NULL);
  ck_assert(refresh(f.model));
  ck_assert_int_eq(relModelRowCount(f.model), 3);
  ck_assert_int_eq(relModelCount(f.model), 2);
  relModelRow(f.model, 0, &relationship, &problem);
  ck_assert_ptr_null(relationship);
  ck_assert_str_eq(problem,
                   "relationship: users.gone: target: no table \"nowhere\"; create it first");
  relModelRow(f.model, 1, &relationship, &problem);
  ck_assert_ptr_null(problem);
  ck_assert_ptr_eq(relationship->inverse, relModelAt(f.model, 1));
  ck_assert_ptr_eq(relModelAt(f.model, 1)->inverse, relationship);
  run(f.db, "CREATE TABLE nowhere(user_id INT REFERENCES users)");
  ck_assert(refresh(f.model));
  ck_assert_int_eq(relModelCount(f.model), 3);
  run(f.db, "DROP TABLE comments; DROP TABLE posts");
  ck_assert(refresh(f.model));
  ck_assert_int_eq(relModelCount(f.model), 1);
  end(f);
}
END_TEST

START_TEST(declaredWinsOverImplied) {
  Fixture f = start(BLOG);
  RelError error = {SQLITE_OK, NULL};
  RelNearest nearest = {"postz", NULL, 0};
  RelTable *users;
  declare(f.db, "users", "posts", "posts", "cascade", "all", NULL);
  ck_assert(refresh(f.model));
  users = relModelTable(&error, f.model, "USERS");
  ck_assert(!relModelFind(&error, f.model, users, "Posts")->implied);
  ck_assert(relModelFind(&error, f.model, users, "comments_by_editor")->implied);
  ck_assert_ptr_null(relModelFind(&error, f.model, users, "nothing"));
  relModelSuggest(&error, f.model, users, &nearest);
  ck_assert_str_eq(nearest.best, "posts");
  ck_assert_ptr_null(relModelTable(&error, f.model, "nothing"));
  ck_assert_int_eq(error.rc, SQLITE_OK);
  end(f);
}
END_TEST

START_TEST(refreshSeesThisConnection) {
  Fixture f = start(BLOG);
  RelError error = {SQLITE_OK, NULL};
  ck_assert(!refresh(f.model));
  run(f.db, "INSERT INTO users VALUES (1, 'x')");
  ck_assert(!refresh(f.model));
  run(f.db, "ALTER TABLE users ADD COLUMN age");
  ck_assert(refresh(f.model));
  ck_assert(!refresh(f.model));
  ck_assert_int_eq(relTableColumn(relModelTable(&error, f.model, "users"), "age"), 2);
  relModelForget(f.model);
  ck_assert(refresh(f.model));
  ck_assert(!refresh(f.model));
  end(f);
}
END_TEST

START_TEST(refreshSeesAnotherConnection) {
  char name[64];
  sqlite3 *db, *other;
  RelModel *model;
  RelError error = {SQLITE_OK, NULL};
  snprintf(name, sizeof name, "/tmp/relationship-model-%p.db", (void *)&error);
  remove(name);
  db = openFile(name, BLOG);
  other = openFile(name, "");
  model = newModel(db);
  ck_assert(!refresh(model));
  run(other, "CREATE TABLE more(user_id INT REFERENCES users)");
  ck_assert(refresh(model));
  ck_assert(!refresh(model));
  ck_assert_ptr_nonnull(relModelTable(&error, model, "more"));
  run(other, "BEGIN; DROP TABLE more");
  ck_assert(!refresh(model)); /* not before it is committed */
  run(other, "COMMIT");
  ck_assert(refresh(model));
  ck_assert_ptr_null(relModelTable(&error, model, "more"));
  relModelFree(model);
  ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
  ck_assert_int_eq(sqlite3_close(other), SQLITE_OK);
  remove(name);
}
END_TEST

static int cookie(sqlite3 *db) {
  sqlite3_stmt *row;
  int value;
  ck_assert_int_eq(sqlite3_prepare_v2(db, "PRAGMA main.schema_version", -1, &row, NULL), SQLITE_OK);
  ck_assert_int_eq(sqlite3_step(row), SQLITE_ROW);
  value = sqlite3_column_int(row, 0);
  sqlite3_finalize(row);
  return value;
}

/* The same number of the cookie, twice, for two schemas: after ROLLBACK and other DDL. */
START_TEST(refreshSeesRollback) {
  static const char *const UNDO[] = {"ROLLBACK", "ROLLBACK TO s; COMMIT"};
  size_t i;
  for (i = 0; i < sizeof UNDO / sizeof *UNDO; i++) {
    Fixture f = start(BLOG);
    RelError error = {SQLITE_OK, NULL};
    int inside;
    run(f.db, "BEGIN; SAVEPOINT s; ALTER TABLE users ADD COLUMN one");
    ck_assert(refresh(f.model));
    ck_assert_int_eq(relTableColumn(relModelTable(&error, f.model, "users"), "one"), 2);
    inside = cookie(f.db);
    run(f.db, UNDO[i]);
    ck_assert(refresh(f.model));
    ck_assert_int_eq(relTableColumn(relModelTable(&error, f.model, "users"), "one"), -1);
    run(f.db, "BEGIN; SAVEPOINT s; ALTER TABLE users ADD COLUMN one");
    ck_assert(refresh(f.model));
    run(f.db, UNDO[i]);
    run(f.db, "ALTER TABLE users ADD COLUMN two");
    ck_assert_int_eq(cookie(f.db), inside);
    ck_assert(refresh(f.model));
    ck_assert_int_eq(relTableColumn(relModelTable(&error, f.model, "users"), "one"), -1);
    ck_assert_int_eq(relTableColumn(relModelTable(&error, f.model, "users"), "two"), 2);
    end(f);
  }
}
END_TEST

Suite *relTestModel(void) {
  Suite *suite = suite_create("model");
  TCase *implied = tcase_create("implied"), *model = tcase_create("model");
  tcase_add_test(implied, namesComeFromKeysAndTables);
  tcase_add_test(implied, twoKeysBothSayWhich);
  tcase_add_test(implied, associationsAreManyToMany);
  tcase_add_test(implied, aKeysNameWinsOverAnAssociations);
  tcase_add_test(implied, anotherColumnOfThatNameMakesTheNameLonger);
  tcase_add_test(implied, selfReferences);
  tcase_add_test(implied, compositeKeysAreOneRelationship);
  tcase_add_test(implied, brokenKeysImplyNothing);
  tcase_add_test(implied, oddNamesAndLikeSettings);
  tcase_add_test(model, catalogKeepsWhatIsWritten);
  tcase_add_test(model, aDamagedCatalogIsAnError);
  tcase_add_test(model, rowsThatNoLongerResolveSayWhy);
  tcase_add_test(model, declaredWinsOverImplied);
  tcase_add_test(model, refreshSeesThisConnection);
  tcase_add_test(model, refreshSeesAnotherConnection);
  tcase_add_test(model, refreshSeesRollback);
  suite_add_tcase(suite, implied);
  suite_add_tcase(suite, model);
  return suite;
}
