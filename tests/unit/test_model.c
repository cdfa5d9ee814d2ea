/*
** model/: from a declaration's words, or the FOREIGN KEYs alone, to relationships. What a
** relationship joins is compared as text: "users.posts ONETOMANY users(id)=posts(user_id)".
*/
#include "unit/suites.h"

#include "model/catalog.h"
#include "model/model.h"
#include "model/resolve.h"

#include <stdarg.h>
#include <stdio.h>

static sqlite3 *openFile(const char *name, const char *sql) {
  sqlite3 *db;
  char *message = NULL;
  ck_assert_int_eq(sqlite3_open(name, &db), SQLITE_OK);
  sqlite3_exec(db, sql, NULL, NULL, &message);
  ck_assert_msg(message == NULL, "%s", message);
  return db;
}

static void run(sqlite3 *db, const char *sql) {
  ck_assert_msg(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, "%s: %s", sql,
                sqlite3_errmsg(db));
}

/* A database and its model. */
typedef struct Fixture {
  sqlite3 *db;
  RelModel *model;
} Fixture;

static RelModel *newModel(sqlite3 *db) {
  RelError error = {SQLITE_OK, NULL};
  RelModel *model = relModelNew(&error, db, "main");
  relModelRefresh(&error, model);
  ck_assert_msg(error.rc == SQLITE_OK, "%s", error.message);
  return model;
}

static Fixture start(const char *sql) {
  Fixture fixture;
  fixture.db = openFile(":memory:", sql);
  fixture.model = newModel(fixture.db);
  return fixture;
}

static void end(Fixture fixture) {
  relModelFree(fixture.model);
  ck_assert_int_eq(sqlite3_close(fixture.db), SQLITE_OK);
}

static void addKey(RelText *text, const RelKey *key) {
  int i;
  for (i = 0; i < key->count; i++) {
    relTextFormat(text, "%s%s.%s=%s.%s", i ? " & " : " ", key->parent->name,
                  relTableColumnName(key->parent, key->parentColumns[i]), key->child->name,
                  relTableColumnName(key->child, key->childColumns[i]));
  }
}

/* The caller frees it. */
static char *describe(const Relationship *relationship) {
  RelError error = {SQLITE_OK, NULL};
  RelText text;
  relTextStart(&text, &error);
  relTextFormat(&text, "%s %s", relationship->label, relDirectionName(relationship->direction));
  addKey(&text, &relationship->key);
  if (relationship->secondary != NULL) {
    relText(&text, ",");
    addKey(&text, &relationship->targetKey);
  }
  if (relationship->condition != NULL) relTextFormat(&text, " if %s", relationship->condition);
  return relTextFinish(&text);
}

/* "owner name target [field value]... NULL" as a declaration. */
static RelDeclaration declarationOf(const char *owner, const char *name, const char *target,
                                    va_list fields) {
  RelError error = {SQLITE_OK, NULL};
  RelDeclaration declaration;
  const char *field;
  memset(&declaration, 0, sizeof declaration);
  declaration.fields[REL_FIELD_OWNER] = relCopy(&error, owner);
  declaration.fields[REL_FIELD_NAME] = relCopy(&error, name);
  declaration.fields[REL_FIELD_TARGET] = relCopy(&error, target);
  while ((field = va_arg(fields, const char *)) != NULL) {
    int i;
    for (i = 0; i < REL_FIELD_COUNT && strcmp(relFieldName((RelField)i), field) != 0; i++) {
    }
    ck_assert_msg(i < REL_FIELD_COUNT, "%s", field);
    declaration.fields[i] = relCopy(&error, va_arg(fields, const char *));
  }
  return declaration;
}

/* The relationship that the words resolve to, or NULL with the refusal in *message. */
static Relationship *resolved(Fixture fixture, char **message, const char *owner, const char *name,
                              const char *target, va_list fields) {
  RelError error = {SQLITE_OK, NULL};
  RelDeclaration declaration = declarationOf(owner, name, target, fields);
  Relationship *relationship = relResolve(&error, fixture.model, &declaration);
  ck_assert((relationship == NULL) == (error.rc != SQLITE_OK));
  *message = error.message;
  relDeclarationClear(&declaration);
  return relationship;
}

/* Resolves and compares with `expected`: a description, or the refusal less "relationship: ". */
static void expect(Fixture fixture, const char *expected, const char *owner, const char *name,
                   const char *target, ...) {
  va_list fields;
  char *message, *found;
  Relationship *relationship;
  va_start(fields, target);
  relationship = resolved(fixture, &message, owner, name, target, fields);
  va_end(fields);
  found = relationship != NULL ? describe(relationship) : sqlite3_mprintf("%s", message + 14);
  ck_assert_str_eq(found, expected);
  sqlite3_free(found);
  sqlite3_free(message);
  relRelationshipFree(relationship);
}

/* Resolves what must resolve; the caller frees it. */
static Relationship *give(Fixture fixture, const char *owner, const char *name, const char *target,
                          ...) {
  va_list fields;
  char *message;
  Relationship *relationship;
  va_start(fields, target);
  relationship = resolved(fixture, &message, owner, name, target, fields);
  va_end(fields);
  ck_assert_msg(relationship != NULL, "%s", message);
  return relationship;
}

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

/* --- resolving: joins --- */

#define BLOG                                                                                       \
  "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT);"                                         \
  "CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INT REFERENCES users(id), title, tenant);"   \
  "CREATE TABLE comments(id INTEGER PRIMARY KEY, post_id INT REFERENCES posts,"                    \
  " author_id INT REFERENCES users, editor_id INT REFERENCES users);"                              \
  "CREATE TABLE tags(id INTEGER PRIMARY KEY, name TEXT);"                                          \
  "CREATE TABLE post_tags(post_id INT REFERENCES posts, tag_id INT REFERENCES tags, added,"        \
  " PRIMARY KEY(post_id, tag_id));"                                                                \
  "CREATE TABLE node(id INTEGER PRIMARY KEY, parent_id INT REFERENCES node, up INT);"              \
  "CREATE TABLE plain(a, b, c); CREATE TABLE lines(tenant, post_id, n);"                           \
  "CREATE VIEW active AS SELECT * FROM users;"

START_TEST(keysAreInferred) {
  Fixture f = start(BLOG);
  expect(f, "users.posts ONETOMANY users.id=posts.user_id", "users", "posts", "posts", NULL);
  expect(f, "posts.author MANYTOONE users.id=posts.user_id", "posts", "author", "users", NULL);
  expect(f, "node.children ONETOMANY node.id=node.parent_id", "node", "children", "node", NULL);
  expect(f, "node.parent MANYTOONE node.id=node.parent_id", "node", "parent", "node", "remote_side",
         "id", NULL);
  expect(f, "posts.tags MANYTOMANY posts.id=post_tags.post_id, tags.id=post_tags.tag_id", "posts",
         "tags", "tags", "secondary", "post_tags", NULL);
  expect(f, "USERS.posts ONETOMANY users.id=posts.user_id", "USERS", "posts", "Posts", NULL);
  end(f);
}
END_TEST

START_TEST(foreignKeysChooseAndMake) {
  Fixture f = start(BLOG);
  expect(f, "users.written ONETOMANY users.id=comments.author_id", "users", "written", "comments",
         "foreign_keys", "author_id", NULL);
  expect(f, "users.edited ONETOMANY users.id=comments.editor_id", "users", "edited", "comments",
         "foreign_keys", "Comments . \"editor_id\" -- the other", NULL);
  expect(f, "comments.editor MANYTOONE users.id=comments.editor_id", "comments", "editor", "users",
         "foreign_keys", "[editor_id]", NULL);
  expect(f, "users.edited ONETOMANY users.id=comments.editor_id", "users", "edited", "comments",
         "remote_side", "editor_id", NULL);
  /* Without a declared key: the primary key in order, or the rowid. */
  expect(f, "users.lines ONETOMANY users.id=lines.post_id", "users", "lines", "lines",
         "foreign_keys", "post_id", NULL);
  expect(f, "plain.lines ONETOMANY plain.rowid=lines.n", "plain", "lines", "lines", "foreign_keys",
         "n", NULL);
  expect(f, "node.below ONETOMANY node.id=node.up", "node", "below", "node", "foreign_keys", "up",
         NULL);
  expect(f, "node.above MANYTOONE node.id=node.up", "node", "above", "node", "foreign_keys", "up",
         "remote_side", "id", NULL);
  expect(f, "posts.marks MANYTOMANY posts.id=lines.post_id, tags.id=lines.n", "posts", "marks",
         "tags", "secondary", "lines", "foreign_keys", "post_id, lines.n", NULL);
  expect(f, "node.near MANYTOMANY node.id=lines.post_id, node.id=lines.n", "node", "near", "node",
         "secondary", "lines", "foreign_keys", "post_id, n", NULL);
  end(f);
}
END_TEST

START_TEST(compositeKeysPairInOrder) {
  Fixture f = start("CREATE TABLE o(t, id, code UNIQUE, PRIMARY KEY(t, id)) WITHOUT ROWID;"
                    "CREATE TABLE i(t, o, n, c, FOREIGN KEY(o, t) REFERENCES o(id, t));"
                    "CREATE TABLE j(t, o); CREATE TABLE k(c REFERENCES o(code));"
                    "CREATE TABLE l(at, ao, bt, bo, FOREIGN KEY(at, ao) REFERENCES o,"
                    " FOREIGN KEY(bt, bo) REFERENCES o, PRIMARY KEY(at, ao, bt, bo))");
  expect(f, "o.i ONETOMANY o.id=i.o & o.t=i.t", "o", "i", "i", NULL);
  expect(f, "o.i ONETOMANY o.id=i.o & o.t=i.t", "o", "i", "i", "foreign_keys", "i.t, o", NULL);
  expect(f, "o.j ONETOMANY o.t=j.t & o.id=j.o", "o", "j", "j", "foreign_keys", "j.t, o", NULL);
  expect(f, "o.j ONETOMANY o.t=j.o & o.id=j.t", "o", "j", "j", "foreign_keys", "o, j.t", NULL);
  expect(f, "o.k ONETOMANY o.code=k.c", "o", "k", "k", NULL);
  expect(f, "o.other MANYTOMANY o.t=l.at & o.id=l.ao, o.t=l.bt & o.id=l.bo", "o", "other", "o",
         "secondary", "l", "foreign_keys", "at, ao, bt, bo", NULL);
  expect(f,
         "o.j: foreign_keys names 1 column for the primary key of \"o\", which has 2; name one for "
         "each, in order, or say primaryjoin",
         "o", "j", "j", "foreign_keys", "o", NULL);
  end(f);
}
END_TEST

START_TEST(explicitJoins) {
  Fixture f = start(BLOG);
  expect(f, "users.posts ONETOMANY users.id=posts.user_id", "users", "posts", "posts",
         "primaryjoin", "posts.user_id == users.id", NULL);
  expect(f, "posts.author MANYTOONE users.id=posts.user_id", "posts", "author", "users",
         "primaryjoin", "posts.user_id = users.id", NULL);
  expect(f,
         "users.p ONETOMANY users.id=posts.user_id if ( posts.title LIKE 'a%' \n) AND ( tenant "
         "BETWEEN 1 AND 2\n)",
         "users", "p", "posts", "primaryjoin",
         "users.id = posts.user_id AND posts.title LIKE 'a%' AND tenant BETWEEN 1 AND 2", NULL);
  expect(f,
         "users.p ONETOMANY users.id=posts.user_id if ( CASE WHEN title = 1 AND tenant = 2 THEN 1 "
         "END\n)",
         "users", "p", "posts", "primaryjoin",
         "users.id = posts.user_id AND CASE WHEN title = 1 AND tenant = 2 THEN 1 END", NULL);
  expect(f, "posts.lines ONETOMANY posts.id=lines.post_id & posts.tenant=lines.tenant", "posts",
         "lines", "lines", "primaryjoin",
         "posts.id = lines.post_id AND lines.tenant = posts.tenant", "foreign_keys",
         "lines.post_id, lines.tenant", NULL);
  expect(f, "node.up_ MANYTOONE node.id=node.up", "node", "up_", "node", "primaryjoin",
         "node.id = node.up", "foreign_keys", "up", "remote_side", "id", NULL);
  expect(f,
         "posts.tags MANYTOMANY posts.id=post_tags.post_id, tags.id=post_tags.tag_id if ( "
         "post_tags.added > 3\n)",
         "posts", "tags", "tags", "secondary", "post_tags", "primaryjoin",
         "posts.id = post_tags.post_id", "secondaryjoin",
         "tags.id = post_tags.tag_id AND post_tags.added > 3", NULL);
  /* Views join by what is said only, and are viewonly. */
  expect(f, "active.posts ONETOMANY active.id=posts.user_id", "active", "posts", "posts",
         "primaryjoin", "active.id = posts.user_id", "foreign_keys", "user_id", NULL);
  end(f);
}
END_TEST

/* Of an ambiguous name in a condition the target's column is meant, then the secondary's. */
START_TEST(conditionsKnowTargetAndSecondary) {
  Fixture f = start("CREATE TABLE a(id INTEGER PRIMARY KEY, x);"
                    "CREATE TABLE b(id INTEGER PRIMARY KEY, x, y);"
                    "CREATE TABLE ab(a REFERENCES a, b REFERENCES b, x, z)");
  Relationship *relationship =
      give(f, "a", "bs", "b", "secondary", "ab", "order_by", "x, z DESC, b.y, ab.x", NULL);
  relRelationshipFree(relationship);
  expect(f, "a.bs: order_by: no such column: a.x; did you mean \"x\"?", "a", "bs", "b", "secondary",
         "ab", "order_by", "a.x", NULL);
  expect(f, "a.bs: order_by: no such column: nope", "a", "bs", "b", "secondary", "ab", "order_by",
         "nope, x", NULL);
  end(f);
}
END_TEST

/* --- resolving: refusals --- */

START_TEST(ambiguousKeysAreListed) {
  Fixture f = start(BLOG "CREATE TABLE \"a b\"(id PRIMARY KEY, x INT REFERENCES users, \"y z\" INT"
                         " REFERENCES users)");
  expect(f,
         "users.comments: more than one key joins \"users\" and \"comments\": comments(author_id) "
         "references users(id); comments(editor_id) references users(id); say which: "
         "foreign_keys='comments.author_id' or foreign_keys='comments.editor_id'",
         "users", "comments", "comments", NULL);
  expect(
      f,
      "users.ab: more than one key joins \"users\" and \"a b\": \"a b\"(x) references users(id); "
      "\"a b\"(\"y z\") references users(id); say which: foreign_keys='\"a b\".x' or "
      "foreign_keys='\"a b\".\"y z\"'",
      "users", "ab", "a b", NULL);
  expect(f, "users.ab ONETOMANY users.id=a b.y z", "users", "ab", "a b", "foreign_keys",
         "\"a b\".\"y z\"", NULL);
  end(f);
}
END_TEST

START_TEST(aKeyDeclaredTwiceIsOne) {
  Fixture f = start("CREATE TABLE p(id INTEGER PRIMARY KEY);"
                    "CREATE TABLE c(p INT REFERENCES p(id) ON DELETE CASCADE, FOREIGN KEY(p)"
                    " REFERENCES p)");
  expect(f, "p.c ONETOMANY p.id=c.p", "p", "c", "c", NULL);
  end(f);
}
END_TEST

START_TEST(joinsAreRefused) {
  Fixture f = start(BLOG "CREATE TABLE hidden(rowid, _rowid_, oid)");
  expect(
      f,
      "users.plain: no FOREIGN KEY joins \"users\" and \"plain\"; name the column(s) that refer to "
      "the other table in foreign_keys, or the association table in secondary",
      "users", "plain", "plain", NULL);
  expect(
      f,
      "active.posts: \"active\" is a view, so nothing says what joins it to \"posts\"; say "
      "primaryjoin, as in \"active.column = posts.column\", and in foreign_keys which of the two "
      "refers to the other",
      "active", "posts", "posts", NULL);
  expect(f, "active.posts: \"active\" is a view, which has no key; say primaryjoin as well",
         "active", "posts", "posts", "foreign_keys", "user_id", NULL);
  expect(f,
         "hidden.c: \"hidden\" has neither a primary key nor a rowid by any name; say primaryjoin",
         "hidden", "c", "posts", "foreign_keys", "title", NULL);
  expect(f,
         "users.c: foreign_keys: no column \"autor_id\" in \"comments\" or \"users\"; did you "
         "mean \"author_id\"?",
         "users", "c", "comments", "foreign_keys", "autor_id", NULL);
  expect(f, "users.c: foreign_keys: no column \"titel\" in \"posts\"; did you mean \"title\"?",
         "users", "c", "posts", "foreign_keys", "posts.titel", NULL);
  expect(f, "users.c: foreign_keys: table \"tags\" is no part of this relationship", "users", "c",
         "posts", "foreign_keys", "tags.id", NULL);
  expect(f,
         "users.c: foreign_keys: \"id\" is a column of both \"posts\" and \"users\"; write "
         "table.column",
         "users", "c", "posts", "foreign_keys", "id", NULL);
  expect(f, "users.c: foreign_keys is a list of columns such as \"a, b\" or \"table.a\", not 'a b'",
         "users", "c", "posts", "foreign_keys", "a b", NULL);
  expect(f, "users.c: foreign_keys is a list of columns such as \"a, b\" or \"table.a\", not ''",
         "users", "c", "posts", "foreign_keys", "", NULL);
  expect(f, "users.c: foreign_keys names \"USER_ID\" twice", "users", "c", "posts", "foreign_keys",
         "user_id, posts.USER_ID", NULL);
  expect(f, "users.c: foreign_keys names columns of two tables; the foreign key is on one of them",
         "users", "c", "posts", "foreign_keys", "user_id, users.name", NULL);
  expect(f,
         "users.c: remote_side: 'title' is at the far end of no key that joins \"users\" and "
         "\"posts\"; name the primary key for many-to-one, the foreign key for one-to-many",
         "users", "c", "posts", "remote_side", "title", NULL);
  expect(
      f,
      "users.c: primaryjoin joins no columns of \"users\" and \"posts\" by =, and other operators "
      "make no relationship; write it as \"users.column = posts.column\", with further conditions "
      "after AND",
      "users", "c", "posts", "primaryjoin", "users.id > posts.user_id", NULL);
  expect(
      f,
      "users.c: primaryjoin joins no columns of \"users\" and \"posts\" by =, and other operators "
      "make no relationship; write it as \"users.column = posts.column\", with further conditions "
      "after AND",
      "users", "c", "posts", "primaryjoin", "users.id = posts.user_id OR 1", NULL);
  expect(f,
         "users.c: primaryjoin does not tell which side is the foreign key; name its column(s) in "
         "foreign_keys, as table.column",
         "users", "c", "posts", "primaryjoin", "users.name = posts.title", NULL);
  expect(f, "users.c: primaryjoin holds a ) without its (: 'users.id = posts.user_id)'", "users",
         "c", "posts", "primaryjoin", "users.id = posts.user_id)", NULL);
  expect(f, "users.c: primaryjoin: no such column: posts.titel; did you mean \"title\"?", "users",
         "c", "posts", "primaryjoin", "users.id = posts.user_id AND posts.titel = 1", NULL);
  expect(f, "users.c: secondaryjoin needs a secondary; say secondary, or leave it out", "users",
         "c", "posts", "secondaryjoin", "users.id = posts.user_id", NULL);
  end(f);
}
END_TEST

START_TEST(secondariesAreRefused) {
  Fixture f = start(BLOG "CREATE TABLE links(a INT REFERENCES node, b INT REFERENCES node)");
  expect(f,
         "users.tags: no FOREIGN KEY of \"post_tags\" references \"users\"; name the secondary's "
         "columns in foreign_keys: those for \"users\" first, then those for \"tags\"",
         "users", "tags", "tags", "secondary", "post_tags", NULL);
  expect(
      f,
      "node.near: more than one key of \"links\" references \"node\": links(a) references "
      "node(id); links(b) references node(id); name the secondary's columns in foreign_keys: those "
      "for the owner first, then those for the target",
      "node", "near", "node", "secondary", "links", NULL);
  expect(f, "node.near MANYTOMANY node.id=links.b, node.id=links.a", "node", "near", "node",
         "secondary", "links", "foreign_keys", "b, a", NULL);
  expect(
      f,
      "posts.tags: foreign_keys: \"tag_id\" of \"post_tags\" references \"tags\", not \"posts\"; "
      "name the columns for the owner first, then those for the target",
      "posts", "tags", "tags", "secondary", "post_tags", "foreign_keys", "tag_id, post_id", NULL);
  expect(f,
         "posts.tags: foreign_keys of a many-to-many names the secondary's columns for \"posts\" "
         "first, then those for \"tags\"",
         "posts", "tags", "tags", "secondary", "post_tags", "foreign_keys", "post_id", NULL);
  expect(f, "posts.tags: foreign_keys: no column \"nope\" in \"post_tags\"", "posts", "tags",
         "tags", "secondary", "post_tags", "primaryjoin", "posts.id = post_tags.post_id",
         "foreign_keys", "nope", NULL);
  expect(
      f,
      "posts.tags: secondary \"tags\" is also the owner or the target; an association table is a "
      "third one",
      "posts", "tags", "tags", "secondary", "tags", NULL);
  expect(f, "posts.tags: secondary: no table \"post_tag\"; did you mean \"post_tags\"?", "posts",
         "tags", "tags", "secondary", "post_tag", NULL);
  end(f);
}
END_TEST

START_TEST(tablesAndNamesAreRefused) {
  Fixture f = start(BLOG);
  expect(f, "?.posts: owner is missing; every relationship has owner, name and target", NULL,
         "posts", "posts", NULL);
  expect(f, "users.?: name is missing; every relationship has owner, name and target", "users",
         NULL, "posts", NULL);
  expect(f, "users.posts: target is missing; every relationship has owner, name and target",
         "users", "posts", "", NULL);
  expect(f, "user.posts: owner: no table \"user\"; did you mean \"users\"?", "user", "posts",
         "posts", NULL);
  expect(f, "users.posts: target: no table \"invoices\"; create it first", "users", "posts",
         "invoices", NULL);
  expect(f, "users.s: target \"sqlite_schema\" is an internal table", "users", "s", "sqlite_schema",
         NULL);
  expect(f, "users.s: target \"Relationship_Catalog\" is an internal table", "users", "s",
         "Relationship_Catalog", NULL);
  expect(f, "users.NAME: \"NAME\" is a column of \"users\"; choose another name", "users", "NAME",
         "posts", NULL);
  expect(f, "posts.title: \"title\" is a column of \"posts\"; choose another name", "posts",
         "title", "users", NULL);
  expect(f, "posts.user_id MANYTOONE users.id=posts.user_id", "posts", "user_id", "users", NULL);
  end(f);
}
END_TEST

START_TEST(expressionsAreRead) {
  static const struct {
    const char *orderBy, *refusal;
  } CASES[] = {
      {"title COLLATE NOCASE DESC NULLS LAST, id", NULL},
      {"length(title) -- shortest first", NULL},
      {"\"title\", `title`, [title], posts.\"title\"", NULL},
      {"'a;b' /* ; */ , title", NULL},
      {"titel", "order_by: no such column: titel; did you mean \"title\"?"},
      {"\"titel\"", "order_by: no such column: titel; did you mean \"title\"?"},
      {"\"ti`t\"\"el\"", "order_by: no such column: ti`t\"el"},
      {"title LIMIT 4", "order_by: 'title LIMIT 4' cannot stand there: near \"ASC\": syntax error"},
      {"title; DROP TABLE posts", "order_by holds a semicolon: 'title; DROP TABLE posts'"},
      {"title)", "order_by holds a ) without its (: 'title)'"},
      {"", "order_by holds nothing at all: ''"},
      {"title /* newest", "order_by holds a comment without its end: 'title /* newest'"},
      {"?1", "order_by takes no parameter: '?1'"},
      {"nofunction(title)", "order_by: no such function: nofunction"},
      {"users.name", "order_by: no such column: users.name"},
  };
  Fixture f = start(BLOG);
  size_t i;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    char *expected = CASES[i].refusal
                         ? sqlite3_mprintf("users.posts: %s", CASES[i].refusal)
                         : sqlite3_mprintf("users.posts ONETOMANY users.id=posts.user_id");
    expect(f, expected, "users", "posts", "posts", "order_by", CASES[i].orderBy, NULL);
    sqlite3_free(expected);
  }
  end(f);
}
END_TEST

/* --- resolving: options --- */

START_TEST(uselistFollowsFromTheKey) {
  Fixture f = start("CREATE TABLE u(id INTEGER PRIMARY KEY);"
                    "CREATE TABLE profile(u_id INTEGER PRIMARY KEY REFERENCES u);"
                    "CREATE TABLE badge(u_id INT UNIQUE REFERENCES u);"
                    "CREATE TABLE part(u_id INT REFERENCES u);"
                    "CREATE UNIQUE INDEX some ON part(u_id) WHERE u_id > 3;"
                    "CREATE TABLE wide(u_id INT REFERENCES u, x, UNIQUE(u_id, x))");
  static const struct {
    const char *owner, *target, *said;
    int uselist;
  } CASES[] = {
      {"u", "profile", NULL, 0}, {"u", "badge", NULL, 0},   {"u", "part", NULL, 1},
      {"u", "wide", NULL, 1},    {"u", "wide", "0", 0},     {"u", "wide", "false", 0},
      {"u", "badge", "1", 1},    {"profile", "u", NULL, 0},
  };
  size_t i;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    Relationship *relationship =
        give(f, CASES[i].owner, "r", CASES[i].target, "uselist", CASES[i].said, NULL);
    ck_assert_msg(relationship->uselist == CASES[i].uselist, "%zu", i);
    relRelationshipFree(relationship);
  }
  expect(f, "u.r: uselist is 0 or 1, not \"no\"", "u", "r", "wide", "uselist", "no", NULL);
  end(f);
}
END_TEST

START_TEST(onDeleteFollowsFromCascadeAndKey) {
  Fixture f = start(
      "CREATE TABLE p(id INTEGER PRIMARY KEY);"
      "CREATE TABLE none(p REFERENCES p); CREATE TABLE na(p REFERENCES p ON DELETE NO ACTION);"
      "CREATE TABLE cas(p REFERENCES p ON DELETE CASCADE);"
      "CREATE TABLE sn(p REFERENCES p ON DELETE SET NULL);"
      "CREATE TABLE sd(p REFERENCES p ON DELETE SET DEFAULT);"
      "CREATE TABLE res(p REFERENCES p ON DELETE RESTRICT);"
      "CREATE TABLE link(p REFERENCES p ON DELETE CASCADE, q REFERENCES q);"
      "CREATE TABLE q(id INTEGER PRIMARY KEY)");
  static const struct {
    const char *owner, *target, *secondary, *cascade, *onDelete;
    RelOnDelete result;
  } CASES[] = {
      {"p", "none", NULL, NULL, NULL, REL_ON_DELETE_SET_NULL},
      {"p", "na", NULL, NULL, NULL, REL_ON_DELETE_SET_NULL},
      {"p", "cas", NULL, NULL, NULL, REL_ON_DELETE_CASCADE},
      {"p", "sn", NULL, NULL, NULL, REL_ON_DELETE_SET_NULL},
      {"p", "sd", NULL, NULL, NULL, REL_ON_DELETE_SET_DEFAULT},
      {"p", "res", NULL, NULL, NULL, REL_ON_DELETE_RESTRICT},
      {"p", "res", NULL, "all", NULL, REL_ON_DELETE_CASCADE},
      {"p", "res", NULL, "Save-Update ,delete", NULL, REL_ON_DELETE_CASCADE},
      {"p", "res", NULL, "delete-orphan", NULL, REL_ON_DELETE_RESTRICT},
      {"p", "cas", NULL, "all", "restrict", REL_ON_DELETE_RESTRICT},
      {"p", "cas", NULL, "all", "No Action", REL_ON_DELETE_NO_ACTION},
      {"p", "cas", NULL, NULL, "set default", REL_ON_DELETE_SET_DEFAULT},
      {"none", "p", NULL, NULL, NULL, REL_ON_DELETE_NO_ACTION},
      {"cas", "p", NULL, NULL, NULL, REL_ON_DELETE_NO_ACTION},
      {"none", "p", NULL, "all", NULL, REL_ON_DELETE_CASCADE},
      {"p", "q", "link", NULL, NULL, REL_ON_DELETE_SET_NULL},
      {"p", "q", "link", "delete", NULL, REL_ON_DELETE_CASCADE},
      {"p", "q", "link", NULL, "no action", REL_ON_DELETE_NO_ACTION},
  };
  size_t i;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    Relationship *relationship =
        give(f, CASES[i].owner, "r", CASES[i].target, "secondary", CASES[i].secondary, "cascade",
             CASES[i].cascade, "on_delete", CASES[i].onDelete, NULL);
    ck_assert_msg(relationship->onDelete == CASES[i].result, "%zu: %d", i, relationship->onDelete);
    relRelationshipFree(relationship);
  }
  expect(f,
         "none.r: on_delete='set null' is for one-to-many; a many-to-one relationship takes "
         "'cascade' or 'no action'",
         "none", "r", "p", "on_delete", "set null", NULL);
  end(f);
}
END_TEST

START_TEST(cascadeWords) {
  static const struct {
    const char *text;
    unsigned flags;
  } CASES[] = {
      {NULL, REL_SAVE_UPDATE | REL_MERGE},
      {"", 0},
      {"none", 0},
      {"all", REL_CASCADE_ALL},
      {"all, delete-orphan", REL_CASCADE_ALL | REL_DELETE_ORPHAN},
      {" ALL ,\tDelete-Orphan\n", REL_CASCADE_ALL | REL_DELETE_ORPHAN},
      {"expunge,refresh-expire", REL_EXPUNGE | REL_REFRESH_EXPIRE},
      {"delete,delete", REL_DELETE},
  };
  Fixture f = start(BLOG);
  size_t i;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    Relationship *relationship = give(f, "users", "posts", "posts", "cascade", CASES[i].text, NULL);
    ck_assert_msg(relationship->cascade == CASES[i].flags, "%zu", i);
    relRelationshipFree(relationship);
  }
  expect(
      f,
      "users.posts: cascade: unknown word \"deleteorphan\"; did you mean \"delete-orphan\"? (there "
      "are: save-update, merge, delete, delete-orphan, refresh-expire, expunge, all, none)",
      "users", "posts", "posts", "cascade", "all, deleteorphan", NULL);
  expect(
      f,
      "users.posts: cascade: unknown word \"all delete-orphan\"; did you mean \"delete-orphan\"? "
      "(there are: save-update, merge, delete, delete-orphan, refresh-expire, expunge, all, none)",
      "users", "posts", "posts", "cascade", "all delete-orphan", NULL);
  end(f);
}
END_TEST

START_TEST(optionsAreRefused) {
  Fixture f = start(BLOG);
  static const struct {
    const char *field, *value, *refusal;
  } CASES[] = {
      {"lazy", "eager",
       "lazy: unknown word \"eager\"; there are: select, selectin, joined, subquery, immediate, "
       "raise, raise_on_sql, noload, dynamic, write_only"},
      {"passive_deletes", "2",
       "passive_deletes: unknown word \"2\"; there are: 0, 1, all, false, true"},
      {"on_delete", "setnull",
       "on_delete: unknown word \"setnull\"; did you mean \"set null\"? (there are: cascade, set "
       "null, set default, restrict, no action)"},
      {"viewonly", "yes", "viewonly is 0 or 1, not \"yes\""},
      {"passive_updates", "-1", "passive_updates is 0 or 1, not \"-1\""},
      {"innerjoin", "2",
       "innerjoin: unknown word \"2\"; there are: 0, 1, false, true, nested, unnested"},
      {"single_parent", "x", "single_parent is 0 or 1, not \"x\""},
      {"post_update", "", "post_update is 0 or 1, not \"\""},
      {"join_depth", "-3", "join_depth is a number of levels, not \"-3\""},
      {"unique_key", "titel",
       "unique_key: no column \"titel\" in \"posts\"; did you mean \"title\"?"},
  };
  size_t i;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    char *expected = sqlite3_mprintf("users.posts: %s", CASES[i].refusal);
    expect(f, expected, "users", "posts", "posts", CASES[i].field, CASES[i].value, NULL);
    sqlite3_free(expected);
  }
  expect(f,
         "users.posts: a viewonly relationship writes nothing, so cascade cannot say delete or "
         "delete-orphan; leave cascade out, or put it on the writable side",
         "users", "posts", "posts", "viewonly", "1", "cascade", "all", NULL);
  expect(
      f,
      "users.posts: passive_deletes='all' never touches the members, so cascade cannot say delete "
      "or delete-orphan; leave one of the two out",
      "users", "posts", "posts", "passive_deletes", "all", "cascade", "delete-orphan", NULL);
  expect(f, "users.posts: a viewonly relationship writes nothing; leave on_delete out", "users",
         "posts", "posts", "viewonly", "true", "on_delete", "cascade", NULL);
  end(f);
}
END_TEST

/* --- inverses --- */

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
  TCase *implied = tcase_create("implied"), *joins = tcase_create("joins"),
        *options = tcase_create("options"), *inverses = tcase_create("inverses"),
        *model = tcase_create("model");
  tcase_add_test(implied, namesComeFromKeysAndTables);
  tcase_add_test(implied, twoKeysBothSayWhich);
  tcase_add_test(implied, associationsAreManyToMany);
  tcase_add_test(implied, aKeysNameWinsOverAnAssociations);
  tcase_add_test(implied, anotherColumnOfThatNameMakesTheNameLonger);
  tcase_add_test(implied, selfReferences);
  tcase_add_test(implied, compositeKeysAreOneRelationship);
  tcase_add_test(implied, brokenKeysImplyNothing);
  tcase_add_test(implied, oddNamesAndLikeSettings);
  tcase_add_test(joins, keysAreInferred);
  tcase_add_test(joins, foreignKeysChooseAndMake);
  tcase_add_test(joins, compositeKeysPairInOrder);
  tcase_add_test(joins, explicitJoins);
  tcase_add_test(joins, conditionsKnowTargetAndSecondary);
  tcase_add_test(joins, ambiguousKeysAreListed);
  tcase_add_test(joins, aKeyDeclaredTwiceIsOne);
  tcase_add_test(joins, joinsAreRefused);
  tcase_add_test(joins, secondariesAreRefused);
  tcase_add_test(joins, tablesAndNamesAreRefused);
  tcase_add_test(joins, expressionsAreRead);
  tcase_add_test(options, uselistFollowsFromTheKey);
  tcase_add_test(options, onDeleteFollowsFromCascadeAndKey);
  tcase_add_test(options, cascadeWords);
  tcase_add_test(options, optionsAreRefused);
  tcase_add_test(inverses, inversesMustAgree);
  tcase_add_test(inverses, backrefsTurnRound);
  tcase_add_test(inverses, backrefsAreRefused);
  tcase_add_test(model, catalogKeepsWhatIsWritten);
  tcase_add_test(model, aDamagedCatalogIsAnError);
  tcase_add_test(model, rowsThatNoLongerResolveSayWhy);
  tcase_add_test(model, declaredWinsOverImplied);
  tcase_add_test(model, refreshSeesThisConnection);
  tcase_add_test(model, refreshSeesAnotherConnection);
  tcase_add_test(model, refreshSeesRollback);
  suite_add_tcase(suite, implied);
  suite_add_tcase(suite, joins);
  suite_add_tcase(suite, options);
  suite_add_tcase(suite, inverses);
  suite_add_tcase(suite, model);
  return suite;
}
