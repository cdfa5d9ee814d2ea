/*
** model/resolve: from a declaration's words to what a relationship joins, or a refusal.
*/
#include "unit/modelled.h"

/* --- resolving: joins --- */

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
      {"1", "order_by: 1 is a number, not a column of \"posts\""},
      {"title, (2) DESC", "order_by: 2 is a number, not a column of \"posts\""},
      {"max(id, 1), -(0x1) COLLATE nocase, id",
       "order_by: -1 is a number, not a column of \"posts\""},
      {"1 + id, abs(1), +(1 COLLATE nocase), '1', 1.0", NULL},
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

Suite *relTestModelResolve(void) {
  Suite *suite = suite_create("model_resolve");
  TCase *joins = tcase_create("joins"), *options = tcase_create("options");
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
  suite_add_tcase(suite, joins);
  suite_add_tcase(suite, options);
  return suite;
}
