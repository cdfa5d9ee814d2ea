/*
** fetch/ and tables/selectin.c: documents are compared, byte for byte, with what hand-written
** json_object() and json_group_array() give over the same rows.
*/
#include "unit/fetched.h"

#include "fetch/selection.h"
#include "model/relationship.h"

#include <stdio.h>
#include <stdlib.h>

/* A catalog as declarations leave it, so that rows can be put into it. */
static void makeCatalog(sqlite3 *db) {
  sqlite3_str *sql = sqlite3_str_new(NULL);
  char *words;
  int i;
  sqlite3_str_appendall(sql, "CREATE TABLE relationship_catalog(id INTEGER PRIMARY KEY");
  for (i = 0; i < REL_FIELD_COUNT; i++) {
    sqlite3_str_appendf(sql, ", \"%w\"", relFieldName((RelField)i));
  }
  sqlite3_str_appendall(sql, ")");
  words = sqlite3_str_finish(sql);
  run(db, words);
  sqlite3_free(words);
}

/* --- parsing ---------------------------------------------------------------------------------- */

/* A level as text: what each item and clause was taken for. The caller frees it. */
static char *parsed(const char *text) {
  static const char *const KINDS[] = {"star", "except", "name", "call", "expression"};
  RelError error = {SQLITE_OK, NULL};
  RelSource source;
  RelSelection selection;
  RelSlice all;
  sqlite3_str *out = sqlite3_str_new(NULL);
  int i, j;
  relSourceRead(&error, &source, text, "selectin", "t");
  all.start = text;
  all.end = text + strlen(text);
  relSelectionParse(&error, &source, all, "t", &selection);
  for (i = 0; i < selection.itemCount && error.rc == SQLITE_OK; i++) {
    const RelItem *item = &selection.items[i];
    sqlite3_str_appendf(out, "%s[%.*s]", KINDS[item->kind],
                        (int)(item->whole.end - item->whole.start), item->whole.start);
    if (item->name != NULL) sqlite3_str_appendf(out, " name=%s", item->name);
    if (item->alias != NULL) sqlite3_str_appendf(out, " as=%s", item->alias);
    for (j = 0; j < item->hintCount; j++) {
      sqlite3_str_appendf(out, " !%.*s", (int)(item->hints[j].word.end - item->hints[j].word.start),
                          item->hints[j].word.start);
      if (item->hints[j].depth >= 0) sqlite3_str_appendf(out, "(%lld)", item->hints[j].depth);
    }
    if (item->hasInner) {
      sqlite3_str_appendf(out, " (%.*s)", (int)(item->inner.end - item->inner.start),
                          item->inner.start);
    }
    if (item->stray.start != NULL) {
      sqlite3_str_appendf(out, " stray=%.*s", (int)(item->stray.end - item->stray.start),
                          item->stray.start);
    }
    sqlite3_str_appendall(out, "; ");
  }
  if (selection.where.start != NULL) {
    sqlite3_str_appendf(out, "WHERE[%.*s] ", (int)(selection.where.end - selection.where.start),
                        selection.where.start);
  }
  for (i = 0; i < selection.termCount; i++) {
    sqlite3_str_appendf(out, "BY[%.*s] ", (int)(selection.terms[i].end - selection.terms[i].start),
                        selection.terms[i].start);
  }
  if (selection.limit.start != NULL) {
    sqlite3_str_appendf(out, "LIMIT[%.*s] ", (int)(selection.limit.end - selection.limit.start),
                        selection.limit.start);
  }
  if (selection.offset.start != NULL) {
    sqlite3_str_appendf(out, "OFFSET[%.*s] ", (int)(selection.offset.end - selection.offset.start),
                        selection.offset.start);
  }
  if (error.rc != SQLITE_OK) sqlite3_str_appendf(out, "! %s", error.message);
  relSelectionClear(&selection);
  relSourceClear(&source);
  relErrorClear(&error);
  if (sqlite3_str_length(out) == 0) sqlite3_str_appendall(out, "nothing");
  return sqlite3_str_finish(out);
}

START_TEST(grammarIsRead) {
  static const char *const CASES[][2] = {
      {"", "nothing"},
      {"  -- only a comment", "nothing"},
      {"*", "star[*]; "},
      {"title", "name[title] name=title; "},
      {"\"odd \"\"name\"\"\" AS [x y]", "name[\"odd \"\"name\"\"\"] name=odd \"name\" as=x y; "},
      {"-body", "except[-body] name=body; "},
      {"-body AS b", "expression[-body] as=b; "},
      {"-a.b AS b", "expression[-a.b] as=b; "},
      {"* , - body", "star[*]; except[- body] name=body; "},
      {"posts(title, tags(name))",
       "call[posts(title, tags(name))] name=posts (title, tags(name)); "},
      {"posts!selectin", "call[posts!selectin] name=posts !selectin; "},
      {"p ! inner ! recursive ( 3 ) (a) AS x",
       "call[p ! inner ! recursive ( 3 ) (a)] name=p as=x !inner !recursive(3) (a); "},
      {"p!recursive(3)", "call[p!recursive(3)] name=p !recursive(3); "},
      {"p!recursive(a)", "call[p!recursive(a)] name=p !recursive (a); "},
      {"a != b AS c", "expression[a != b] as=c; "},
      {"upper(a) || b AS c", "call[upper(a) || b] name=upper as=c (a) stray=||; "},
      {"CAST(a AS text) AS c", "call[CAST(a AS text)] name=CAST as=c (a AS text); "},
      {"CASE WHEN a THEN 1 END AS c", "expression[CASE WHEN a THEN 1 END] as=c; "},
      {"(SELECT a FROM b WHERE c ORDER BY d LIMIT 1) AS x",
       "expression[(SELECT a FROM b WHERE c ORDER BY d LIMIT 1)] as=x; "},
      {"a WHERE b AND c IN (1, 2) ORDER BY d DESC, e LIMIT 3 OFFSET 4",
       "name[a] name=a; WHERE[b AND c IN (1, 2)] BY[d DESC] BY[e] LIMIT[3] OFFSET[4] "},
      {"WHERE x", "WHERE[x] "},
      {"order BY x", "BY[x] "},
      {"\"order\", offset, limit_", "name[\"order\"] name=order; name[offset] name=offset; "
                                    "name[limit_] name=limit_; "},
      {"LIMIT ?1 -- last", "LIMIT[?1] "},
      {"a AS", "expression[a AS]; "},
  };
  size_t i;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    char *got = parsed(CASES[i][0]);
    ck_assert_str_eq(got, CASES[i][1]);
    sqlite3_free(got);
  }
}
END_TEST

START_TEST(grammarIsRefused) {
  static const char *const CASES[][2] = {
      {"a,", "! selectin: t: an item is missing (column 3)"},
      {"a,,b", "! selectin: t: an item is missing (column 3)"},
      {", a", "! selectin: t: an item is missing (column 1)"},
      {"a WHERE", "! selectin: t: WHERE needs an expression (column 8)"},
      {"a ORDER BY", "! selectin: t: ORDER BY needs an expression (column 11)"},
      {"a ORDER BY b,", "! selectin: t: ORDER BY needs an expression (column 14)"},
      {"a LIMIT", "! selectin: t: LIMIT needs an expression (column 8)"},
      {"a LIMIT 1, 2",
       "! selectin: t: write LIMIT count OFFSET start, without a comma (column 10)"},
      {"a LIMIT 1 OFFSET", "! selectin: t: OFFSET needs an expression (column 17)"},
      {"a LIMIT 1 WHERE b", "! selectin: t: WHERE cannot stand here: a selection is items, then "
                            "WHERE, ORDER BY, LIMIT and OFFSET, then FOR EACH (column 11)"},
      {"a WHERE b WHERE c", "! selectin: t: WHERE cannot stand here: a selection is items, then "
                            "WHERE, ORDER BY, LIMIT and OFFSET, then FOR EACH (column 11)"},
      {"a)", "! selectin: t: a ) without its ( (column 2)"},
      {"\xc3\xa9\xf0\x9f\x98\x80, (a", "! selectin: t: a ( without its ) (column 7)"},
      {"a; b", "! selectin: t: a semicolon (column 2)"},
      {":a AS a", "! selectin: t: a parameter of a selection is ?1 to ?32, not :a (column 1)"},
      {"?33 AS a", "! selectin: t: the parameters of a selection are ?1 to ?32 (column 1)"},
      {"?0 AS a", "! selectin: t: the parameters of a selection are ?1 to ?32 (column 1)"},
      {"?99999999999 AS a",
       "! selectin: t: the parameters of a selection are ?1 to ?32 (column 1)"},
      {"?32 AS a, ? AS b",
       "! selectin: t: the parameters of a selection are ?1 to ?32 (column 11)"},
  };
  size_t i;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    char *got = parsed(CASES[i][0]);
    ck_assert_msg(strstr(got, CASES[i][1]) != NULL, "%s\ngot: %s", CASES[i][0], got);
    sqlite3_free(got);
  }
}
END_TEST

/* --- a blog ----------------------------------------------------------------------------------- */

START_TEST(documentsAreAsByHand) {
  static const char *const CASES[][2] = {
      {"'users'", "SELECT id, json_object('id', id, 'name', name, 'active', active, 'boss_id', "
                  "boss_id) FROM users ORDER BY id"},
      {"'users', NULL",
       "SELECT id, json_object('id', id, 'name', name, 'active', active, 'boss_id', "
       "boss_id) FROM users ORDER BY id"},
      {"'USERS', 'NAME, Id'",
       "SELECT id, json_object('name', name, 'id', id) FROM users ORDER BY id"},
      {"'users', '-active, - \"boss_id\"'",
       "SELECT id, json_object('id', id, 'name', name) FROM users ORDER BY id"},
      {"'users', 'upper(name) AS big, name AS \"the name\"'",
       "SELECT id, json_object('big', upper(name), 'the name', name) FROM users ORDER BY id"},
      {"'users', '*, -name, 1 AS one'", "SELECT id, json_object('id', id, 'active', active, "
                                        "'boss_id', boss_id, 'one', 1) FROM users "
                                        "ORDER BY id"},
      {"'users', '*, lower(name) AS name'", "SELECT id, json_object('id', id, 'name', lower(name), "
                                            "'active', active, 'boss_id', boss_id) "
                                            "FROM users ORDER BY id"},
      {"'users', 'json(''[1,2]'') AS list, json_object(''a'', id) AS o, ''[1]'' AS text'",
       "SELECT id, json_object('list', json('[1,2]'), 'o', json_object('a', id), 'text', '[1]') "
       "FROM "
       "users ORDER BY id"},
      {"'users', '-id, -name, -active, -boss_id'", "SELECT id, '{}' FROM users ORDER BY id"},
      {"'users', 'name, posts(title)'",
       "SELECT id, json_object('name', name, 'posts', (SELECT "
       "json_group_array(json_object('title', "
       "title)) FROM posts WHERE user_id = users.id)) FROM users ORDER BY id"},
      {"'users', 'posts(title), name'",
       "SELECT id, json_object('posts', (SELECT json_group_array(json_object('title', "
       "title)) FROM posts WHERE user_id = users.id), 'name', name) FROM users ORDER BY id"},
      {"'users', 'posts(title)'", "SELECT id, json_object('id', id, 'name', name, 'active', "
                                  "active, 'boss_id', boss_id, 'posts', "
                                  "(SELECT json_group_array(json_object('title', title)) FROM "
                                  "posts WHERE user_id = users.id)) "
                                  "FROM users ORDER BY id"},
      {"'users', 'name, posts'", "SELECT id, json_object('name', name, 'posts', (SELECT "
                                 "json_group_array(json_object('id', id, "
                                 "'user_id', user_id, 'title', title, 'body', body, 'score', "
                                 "score, 'created_at', created_at)) "
                                 "FROM posts WHERE user_id = users.id)) FROM users ORDER BY id"},
      {"'users', 'name, posts!selectin() AS written, posts(id) AS again'",
       "SELECT id, json_object('name', name, 'written', (SELECT json_group_array(json_object('id', "
       "id,"
       " 'user_id', user_id, 'title', title, 'body', body, 'score', score, 'created_at', "
       "created_at)) "
       "FROM posts WHERE user_id = users.id), 'again', (SELECT json_group_array(json_object('id', "
       "id)) "
       "FROM posts WHERE user_id = users.id)) FROM users ORDER BY id"},
      {"'posts', 'title, user(name)'", "SELECT id, json_object('title', title, 'user', (SELECT "
                                       "json_object('name', name) FROM users "
                                       "WHERE id = user_id)) FROM posts ORDER BY id"},
      {"'posts', 'tags(name, posts(id, user(name))), comments(body, author(name)), id'",
       "SELECT id, json_object('tags', (SELECT json_group_array(json_object('name', name, 'posts', "
       "(SELECT json_group_array(json_object('id', q.id, 'user', (SELECT json_object('name', name) "
       "FROM "
       "users WHERE id = q.user_id))) FROM (SELECT * FROM posts WHERE id IN (SELECT post_id FROM "
       "post_tags WHERE tag_id = tags.id) ORDER BY id) AS q))) FROM tags WHERE id IN (SELECT "
       "tag_id "
       "FROM post_tags WHERE post_id = posts.id)), 'comments', (SELECT "
       "json_group_array(json_object("
       "'body', body, 'author', (SELECT json_object('name', name) FROM users WHERE id = "
       "author_id))) "
       "FROM comments WHERE post_id = posts.id), 'id', id) FROM posts ORDER BY id"},
      {"'users', 'name, boss(name, boss(name)), users(name)'",
       "SELECT id, json_object('name', name, 'boss', (SELECT json_object('name', name, 'boss', "
       "(SELECT "
       "json_object('name', name) FROM users AS c WHERE c.id = b.boss_id)) FROM users AS b WHERE "
       "b.id = "
       "a.boss_id), 'users', (SELECT json_group_array(json_object('name', name)) FROM users AS m "
       "WHERE "
       "m.boss_id = a.id)) FROM users AS a ORDER BY id"},
  };
  sqlite3 *db = openWith(BLOG);
  size_t i;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) expectDocs(db, CASES[i][0], CASES[i][1]);
  closeDb(db);
}
END_TEST

#define POSTS_OF(inner)                                                                            \
  "SELECT id, json_object('posts', (SELECT json_group_array(json_object('id', id)) FROM (" inner   \
  ")), 'name', name) FROM users ORDER BY id"

START_TEST(clausesHoldPerParent) {
  static const char *const CASES[][2] = {
      {"'users', 'posts(id WHERE score > 1), name'",
       POSTS_OF("SELECT id FROM posts WHERE user_id = users.id AND score > 1 ORDER BY id")},
      {"'users', 'posts(id WHERE score > 1 OR title = ''d''), name'",
       POSTS_OF("SELECT id FROM posts WHERE user_id = users.id AND (score > 1 OR title = 'd')")},
      {"'users', 'posts(id ORDER BY created_at DESC), name'",
       POSTS_OF("SELECT id FROM posts WHERE user_id = users.id ORDER BY created_at DESC, id")},
      {"'users', 'posts(id ORDER BY score DESC NULLS FIRST, title DESC), name'",
       POSTS_OF(
           "SELECT id FROM posts WHERE user_id = users.id ORDER BY score DESC NULLS FIRST, title "
           "DESC, id")},
      {"'users', 'posts(id ORDER BY body NULLS LAST), name'",
       POSTS_OF("SELECT id FROM posts WHERE user_id = users.id ORDER BY body NULLS LAST, id")},
      {"'users', 'posts(id ORDER BY body), name'",
       POSTS_OF("SELECT id FROM posts WHERE user_id = users.id ORDER BY body, id")},
      {"'users', 'posts(id ORDER BY length(body) + 1, lower(title) DESC), name'",
       POSTS_OF(
           "SELECT id FROM posts WHERE user_id = users.id ORDER BY length(body) + 1, lower(title)"
           " DESC, id")},
      {"'users', 'posts(id ORDER BY id DESC), name'",
       POSTS_OF("SELECT id FROM posts WHERE user_id = users.id ORDER BY id DESC")},
      {"'users', 'posts(id ORDER BY title COLLATE nocase DESC), name'",
       POSTS_OF("SELECT id FROM posts WHERE user_id = users.id ORDER BY title DESC")},
      {"'users', 'posts(id LIMIT 2), name'",
       POSTS_OF("SELECT id FROM posts WHERE user_id = users.id ORDER BY id LIMIT 2")},
      {"'users', 'posts(id LIMIT 2 OFFSET 1), name'",
       POSTS_OF("SELECT id FROM posts WHERE user_id = users.id ORDER BY id LIMIT 2 OFFSET 1")},
      {"'users', 'posts(id LIMIT -1 OFFSET 2), name'",
       POSTS_OF("SELECT id FROM posts WHERE user_id = users.id ORDER BY id LIMIT -1 OFFSET 2")},
      {"'users', 'posts(id LIMIT 0), name'",
       POSTS_OF("SELECT id FROM posts WHERE user_id = users.id ORDER BY id LIMIT 0")},
      {"'users', 'posts(id WHERE body <> ''x'' ORDER BY created_at DESC LIMIT 2), name'",
       POSTS_OF("SELECT id FROM posts WHERE user_id = users.id AND body <> 'x' ORDER BY created_at "
                "DESC, id LIMIT 2")},
      {"'users', 'posts(id ORDER BY length(body) DESC LIMIT 2), name'",
       POSTS_OF(
           "SELECT id FROM posts WHERE user_id = users.id ORDER BY length(body) DESC, id LIMIT 2")},
      {"'users', 'posts(id WHERE (SELECT count(*) FROM comments WHERE post_id = posts.id) > 0), "
       "name'",
       POSTS_OF(
           "SELECT id FROM posts WHERE user_id = users.id AND (SELECT count(*) FROM comments WHERE "
           "post_id = posts.id) > 0")},
      {"'users', 'name WHERE active ORDER BY name DESC LIMIT 2'",
       "SELECT id, json_object('name', name) FROM users WHERE active ORDER BY name DESC, id LIMIT "
       "2"},
      {"'users', 'name ORDER BY active, id DESC'",
       "SELECT id, json_object('name', name) FROM users ORDER BY active, id DESC"},
      {"'users', 'name LIMIT 2 OFFSET 1'",
       "SELECT id, json_object('name', name) FROM users ORDER BY id LIMIT 2 OFFSET 1"},
      {"'users', 'upper(name) AS n, active WHERE n > ''A'' ORDER BY n DESC'",
       "SELECT id, json_object('n', upper(name), 'active', active) FROM users WHERE upper(name) > "
       "'A' "
       "ORDER BY upper(name) DESC, id"},
      {"'users', 'active, name ORDER BY 1 DESC, 2 DESC'",
       "SELECT id, json_object('active', active, 'name', name) FROM users ORDER BY active DESC, "
       "name "
       "DESC, id"},
      {"'users', 'name AS active ORDER BY active'",
       "SELECT id, json_object('active', name) FROM users ORDER BY name, id"},
      {"'posts', 'tags(name ORDER BY post_tags.weight), id'",
       "SELECT id, json_object('tags', (SELECT json_group_array(json_object('name', name)) FROM "
       "(SELECT "
       "name FROM tags JOIN post_tags ON tag_id = tags.id WHERE post_id = posts.id ORDER BY "
       "post_tags.weight)), 'id', id) FROM posts ORDER BY id"},
      {"'posts', 'tags(name, weight, post_tags.weight AS w, weight + 1 AS v WHERE weight > 10 "
       "ORDER BY "
       "weight DESC LIMIT 1), id'",
       "SELECT id, json_object('tags', (SELECT json_group_array(json_object('name', name, "
       "'weight', a, "
       "'w', b, 'v', a + 1)) FROM (SELECT name, tags.weight AS a, post_tags.weight AS b FROM tags "
       "JOIN "
       "post_tags ON tag_id = tags.id WHERE post_id = posts.id AND tags.weight > 10 ORDER BY a "
       "DESC "
       "LIMIT 1)), 'id', id) FROM posts ORDER BY id"},
      {"'posts', 'id, user(name WHERE active)'", "SELECT id, json_object('id', id, 'user', (SELECT "
                                                 "json_object('name', name) FROM users WHERE id = "
                                                 "user_id AND active)) FROM posts ORDER BY id"},
      {"'users', 'posts(id, row_number() OVER (ORDER BY title DESC) AS n, count(*) OVER (PARTITION "
       "BY "
       "created_at) AS same), name'",
       "SELECT id, json_object('posts', (SELECT json_group_array(json_object('id', id, 'n', n, "
       "'same', s)"
       ") FROM (SELECT id, row_number() OVER (ORDER BY title DESC) AS n, count(*) OVER (PARTITION "
       "BY "
       "created_at) AS s FROM posts WHERE user_id = users.id ORDER BY id)), 'name', name) FROM "
       "users "
       "ORDER BY id"},
      {"'users', 'posts(id, count(*) OVER () AS n LIMIT 2), name'",
       "SELECT id, json_object('posts', (SELECT json_group_array(json_object('id', id, 'n', n)) "
       "FROM "
       "(SELECT id, count(*) OVER () AS n FROM posts WHERE user_id = users.id ORDER BY id LIMIT "
       "2)), "
       "'name', name) FROM users ORDER BY id"},
      {"'users', 'name, row_number() OVER (ORDER BY name DESC) AS n'",
       "SELECT id, json_object('name', name, 'n', row_number() OVER (ORDER BY name DESC)) FROM "
       "users "
       "ORDER BY id"},
      {"'users', 'rowid, posts(rowid WHERE rowid > 1)'",
       "SELECT id, json_object('rowid', rowid, 'posts', (SELECT "
       "json_group_array(json_object('rowid', "
       "rowid)) FROM posts WHERE user_id = users.id AND id > 1)) FROM users ORDER BY id"},
  };
  sqlite3 *db = openWith(BLOG);
  size_t i;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) expectDocs(db, CASES[i][0], CASES[i][1]);
  closeDb(db);
}
END_TEST

START_TEST(argumentsAreBound) {
  sqlite3 *db = openWith(BLOG);
  expectDocs(
      db,
      "'users', 'name, posts(id, ?2 AS x WHERE score > ?1 LIMIT ?3) WHERE id < ?4', 1, 'q', 2, 3",
      "SELECT id, json_object('name', name, 'posts', (SELECT json_group_array(json_object('id', "
      "id, 'x', 'q')) FROM (SELECT id FROM posts WHERE user_id = users.id AND score > 1 ORDER BY "
      "id LIMIT 2))) FROM users WHERE id < 3");
  expectDocs(db, "'users', '? AS a, posts(? AS b LIMIT ?), ? AS c LIMIT ?', 'a', NULL, 1, 2.5, 1",
             "SELECT 1, '{\"a\":\"a\",\"posts\":[{\"b\":null}],\"c\":2.5}'");
  expect(db, "SELECT doc FROM selectin('users', 'name, ?2 AS b', 1)",
         "! selectin: users: ?2 has no argument: 1 is given behind the selection (column 7)\n");
  expect(db, "SELECT doc FROM selectin('users', 'posts(? AS a)')",
         "! selectin: users: ?1 has no argument: 0 are given behind the selection (column 7)\n");
  closeDb(db);
}
END_TEST

START_TEST(keysArePushedDown) {
  static const char *const CASES[][2] = {
      {"SELECT key FROM selectin('users', 'posts') WHERE key = 2", "2\n"},
      {"SELECT key FROM selectin('users') WHERE key = 2.0", "2\n"},
      {"SELECT key FROM selectin('users') WHERE key = '2'", "(none)\n"},
      {"SELECT key FROM selectin('users') WHERE key = NULL", "(none)\n"},
      {"SELECT key FROM selectin('users') WHERE key = 4", "(none)\n"},
      {"SELECT key FROM selectin('users') WHERE key IN (5, 1, '3', NULL, 1.0, 'x', 9)", "1\n5\n"},
      {"SELECT key FROM selectin('users') WHERE key IN (SELECT id FROM users WHERE active)",
       "1\n3\n5\n"},
      {"SELECT key FROM selectin('users', 'name WHERE active') WHERE key IN (1, 2, 3)", "1\n3\n"},
      {"SELECT key FROM selectin('users', 'name ORDER BY name DESC') WHERE key IN (1, 2, 3)",
       "3\n2\n1\n"},
      {"SELECT key FROM selectin('users', 'name LIMIT 2') WHERE key IN (2, 3)", "2\n"},
      {"SELECT key FROM selectin('users', 'name LIMIT 2') WHERE key = 3", "(none)\n"},
      {"SELECT u.id, doc FROM users u JOIN selectin('users', 'posts(id LIMIT 1), name') s ON s.key "
       "= "
       "u.boss_id ORDER BY u.id",
       "2|{\"posts\":[{\"id\":1}],\"name\":\"Ann\"}\n3|{\"posts\":[{\"id\":1}],\"name\":\"Ann\"}\n"
       "5|{\"posts\":[{\"id\":3}],\"name\":\"Bob\"}\n"},
      {"SELECT u.id, doc FROM users u LEFT JOIN selectin('users', 'name') s ON s.key = u.boss_id",
       "1|NULL\n2|{\"name\":\"Ann\"}\n3|{\"name\":\"Ann\"}\n5|{\"name\":\"Bob\"}\n"},
      {"SELECT t.name, s.doc FROM (SELECT 'users' AS name UNION ALL SELECT 'tags') t, "
       "selectin(t.name, "
       "'name LIMIT 1') s",
       "users|{\"name\":\"Ann\"}\ntags|{\"name\":\"x\"}\n"},
      {"SELECT a.key, b.key FROM selectin('users', 'name') a, selectin('users', 'name') b WHERE "
       "b.key > "
       "a.key AND a.key > 1",
       "2|3\n2|5\n3|5\n"},
      {"SELECT count(*) FROM selectin('users', 'posts')", "4\n"},
      {"SELECT key FROM selectin('users') LIMIT 1 OFFSET 2", "3\n"},
      {"SELECT owner, selection FROM selectin('users', 'name') LIMIT 1", "users|name\n"},
      {"SELECT doc, length(doc) FROM selectin('tags', 'name') LIMIT 1", "{\"name\":\"x\"}|12\n"},
      {"SELECT json_object('a', doc) FROM selectin('tags', 'name') LIMIT 1",
       "{\"a\":{\"name\":\"x\"}}\n"},
      {"SELECT doc FROM selectin('tags', '(SELECT doc FROM selectin(''tags'', ''name'') WHERE key "
       "= "
       "tags.id + 1) AS next') WHERE key < 4",
       "{\"next\":{\"name\":\"y\"}}\n{\"next\":{\"name\":\"z\"}}\n{\"next\":{\"name\":\"unused\"}}"
       "\n"},
  };
  sqlite3 *db = openWith(BLOG);
  size_t i;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) expect(db, CASES[i][0], CASES[i][1]);
  closeDb(db);
}
END_TEST

START_TEST(refusalsSayWhere) {
  static const char *const CASES[][3] = {
      {"user", "", "selectin: no table or view \"user\"; did you mean \"users\"?"},
      {"nothing like it", "", "selectin: no table or view \"nothing like it\""},
      {"users", "posts(titel)",
       "selectin: users.posts: no column or relationship \"titel\" (column 7); did you mean "
       "\"title\"?"},
      {"users", "name, posts(title, titel)",
       "selectin: users.posts: no column or relationship \"titel\" (column 20); did you mean "
       "\"title\"?"},
      {"users", "psots",
       "selectin: users: no column or relationship \"psots\" (column 1); did you "
       "mean \"posts\"?"},
      {"users", "psots(title)",
       "selectin: users: no relationship \"psots\" (column 1); did you mean \"posts\"?"},
      {"users", "zzzzzz!selectin", "selectin: users: no relationship \"zzzzzz\" (column 1)"},
      {"users", "\xc3\xa9 AS a, b",
       "selectin: users: no column or relationship \"\xc3\xa9\" (column 1)"},
      {"users", "'\xc3\xa9' AS a, nam",
       "selectin: users: no column or relationship \"nam\" (column 11); did you mean \"name\"?"},
      {"users", "-nam", "selectin: users: no column \"nam\" (column 2); did you mean \"name\"?"},
      {"users", "upper(name)",
       "selectin: users: an expression needs a name: write AS and one behind "
       "it (column 1)"},
      {"users", "name || 'x'",
       "selectin: users: an expression needs a name: write AS and one behind "
       "it (column 1)"},
      {"users", "name, name",
       "selectin: users: the key \"name\" is there already: give one of them "
       "another with AS (column 7)"},
      {"users", "*, *", "selectin: users: * is there already (column 4)"},
      {"users", "posts(title) + 1 AS x",
       "selectin: users: only AS and a name can stand behind a relationship (column 14)"},
      {"users", "posts!iner(title)",
       "selectin: users: no hint !iner: there are inner, select, selectin, joined, subquery, "
       "recursive (column 7); did you mean \"inner\"?"},
      {"users", "posts(title, count(*) AS n)",
       "selectin: users.posts: a column cannot stand beside an aggregate, which is one object for "
       "all members (column 7)"},
      {"users", "posts(title WHERE titel > 1)",
       "selectin: users.posts: no such column: titel (column 19); did you mean \"title\"?"},
      {"users", "posts(title, upper(titel) AS x)",
       "selectin: users.posts: no such column: titel (column 20); did you mean \"title\"?"},
      {"users", "name, posts(zzzz(title) AS x)",
       "selectin: users.posts: no relationship or function \"zzzz\" (column 13)"},
      {"users", "name WHERE name >", "selectin: users: the expression is incomplete (column 18)"},
      {"users", "name ORDER BY 3",
       "selectin: users: ORDER BY 3: item 3 of this level is no column or expression (column 15)"},
      {"users", "name LIMIT 'x'", "selectin: users: LIMIT and OFFSET must be integers (column 12)"},
      {"users", "json(name) AS x", "selectin: users: malformed JSON"},
  };
  sqlite3 *db = openWith(BLOG);
  size_t i;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    expectRefusal(db, CASES[i][0], CASES[i][1], CASES[i][2]);
  }
  expect(db, "SELECT * FROM selectin", "! selectin needs the name of a table: selectin('users')\n");
  expect(db, "SELECT * FROM selectin(NULL)", "! selectin: the name of the table is NULL\n");
  expect(db, "SELECT relationship_emit(1, 2)", "! this function is private to selectin\n");
  expect(db, "SELECT relationship_row(1, 2)", "! this function is private to selectin\n");
  expect(db, "SELECT count(*) FROM relationship_keys(1)", "0\n");
  closeDb(db);
}
END_TEST

/* --- keys and names of every kind ------------------------------------------------------------- */

START_TEST(keysOfEveryKindWork) {
  sqlite3 *db = openWith(
      "CREATE TABLE country(code TEXT COLLATE NOCASE PRIMARY KEY, name);"
      "CREATE TABLE city(id INTEGER PRIMARY KEY, country TEXT REFERENCES country, name);"
      "CREATE INDEX city_country ON city(country COLLATE NOCASE);"
      "INSERT INTO country VALUES('de', 'Germany'), ('FR', 'France'), (x'00ff', 'Blob'), (NULL, "
      "'None');"
      "INSERT INTO city VALUES(1, 'DE', 'Berlin'), (2, 'fr', 'Paris'), (3, 'De', 'Bonn'), (4, "
      "NULL, '-'),"
      " (5, x'00ff', '?');"
      "CREATE TABLE o(a INT, b TEXT, note, PRIMARY KEY(a, b)) WITHOUT ROWID;"
      "CREATE TABLE l(oa INT, ob TEXT, n INT, what, PRIMARY KEY(oa, ob, n), FOREIGN KEY(oa, ob) "
      "REFERENCES o) WITHOUT ROWID;"
      "INSERT INTO o VALUES(2, 'x', 'two'), (1, 'y', 'one y'), (1, 'x', 'one x'), (-7, 'q\"', "
      "'neg');"
      "INSERT INTO l VALUES(1, 'x', 2, 'b'), (1, 'x', 1, 'a'), (1, 'x', 3, 'c'), (2, 'x', 1, 'd');"
      "CREATE TABLE plain(v); INSERT INTO plain VALUES('p'), ('q');"
      "CREATE VIEW v AS SELECT name FROM country WHERE name > 'C' ORDER BY name;");
  expectDocs(
      db, "'country', 'name, city(name)'",
      "SELECT code, json_object('name', name, 'city', (SELECT json_group_array(json_object('name',"
      " name)) FROM city WHERE country.code = city.country)) FROM country ORDER BY code");
  expectDocs(
      db, "'city', 'name, country(name) AS land'",
      "SELECT id, json_object('name', name, 'land', (SELECT json_object('name', name) FROM country "
      "WHERE code = city.country)) FROM city ORDER BY id");
  expect(db,
         "SELECT key, doc FROM selectin('country', 'name') WHERE key IN ('FR', 'de', 'DE', 'x')",
         "de|{\"name\":\"Germany\"}\nFR|{\"name\":\"France\"}\n");
  expect(db, "SELECT key, doc FROM selectin('country', 'name') WHERE key = 'de' COLLATE NOCASE",
         "de|{\"name\":\"Germany\"}\n");
  expect(db, "SELECT doc FROM selectin('country', 'name, city(name)') WHERE key = x'00ff'",
         "{\"name\":\"Blob\",\"city\":[{\"name\":\"?\"}]}\n");
  expectDocs(
      db, "'o', 'note, l(what)'",
      "SELECT json_array(a, b), json_object('note', note, 'l', (SELECT json_group_array("
      "json_object('what', what)) FROM (SELECT what FROM l WHERE oa = a AND ob = b ORDER BY n))) "
      "FROM o ORDER BY a, b");
  expectDocs(
      db, "'o', 'note, l(what ORDER BY n DESC LIMIT 2)'",
      "SELECT json_array(a, b), json_object('note', note, 'l', (SELECT json_group_array("
      "json_object('what', what)) FROM (SELECT what FROM l WHERE oa = a AND ob = b ORDER BY n DESC "
      "LIMIT 2))) FROM o ORDER BY a, b");
  expectDocs(
      db, "'l', 'what, ob(note) AS o'",
      "SELECT json_array(oa, ob, n), json_object('what', what, 'o', (SELECT json_object('note', "
      "note) FROM o WHERE oa = a AND ob = b)) FROM l ORDER BY oa, ob, n");
  expect(db, "SELECT key, doc FROM selectin('o', 'note') WHERE key = '[1,\"y\"]'",
         "[1,\"y\"]|{\"note\":\"one y\"}\n");
  expect(db,
         "SELECT key FROM selectin('o', 'note') WHERE key IN ('[2,\"x\"]', '[1, \"y\"]', '[', 7, "
         "'[-7,\"q\\\"\"]', '[1,\"x\"]', '[1,  \"x\"]')",
         "[-7,\"q\\\"\"]\n[1,\"x\"]\n[2,\"x\"]\n");
  expect(db, "SELECT key, doc FROM selectin('plain')", "1|{\"v\":\"p\"}\n2|{\"v\":\"q\"}\n");
  expect(db, "SELECT key, doc FROM selectin('plain', 'v ORDER BY v DESC') WHERE key > 0",
         "2|{\"v\":\"q\"}\n1|{\"v\":\"p\"}\n");
  expect(db, "SELECT key, doc FROM selectin('v', 'name')",
         "NULL|{\"name\":\"France\"}\nNULL|{\"name\":\"Germany\"}\nNULL|{\"name\":\"None\"}\n");
  expect(
      db,
      "SELECT key, doc FROM selectin('v', 'name WHERE name <> ''None'' ORDER BY 1 DESC LIMIT 1')",
      "NULL|{\"name\":\"Germany\"}\n");
  closeDb(db);
}
END_TEST

/* Links that name nothing, or the same twice, or by another spelling. */
START_TEST(oddLinksWork) {
  static const char *const CASES[][2] = {
      {"'a', 'n, b(m)'",
       "json_object('m', m)) FROM (SELECT m FROM l JOIN b ON b.x = l.bx AND b.y = "
       "l.by WHERE a.n = l.an ORDER BY b.x, b.y)"},
      {"'a', 'n, b(m WHERE m <> 2)'", "json_object('m', m)) FROM (SELECT m FROM l JOIN b ON b.x = "
                                      "l.bx AND b.y = l.by WHERE a.n = l.an "
                                      "AND m <> 2 ORDER BY b.x, b.y)"},
      {"'a', 'n, b(m, l.w AS w ORDER BY w DESC)'",
       "json_object('m', m, 'w', w)) FROM (SELECT m, w FROM l JOIN b ON b.x = l.bx AND b.y = l.by "
       "WHERE "
       "a.n = l.an ORDER BY w DESC)"},
      {"'a', 'n, b(m ORDER BY m DESC)'", "json_object('m', m)) FROM (SELECT m FROM l JOIN b ON b.x "
                                         "= l.bx AND b.y = l.by WHERE a.n = l.an "
                                         "ORDER BY m DESC)"},
      {"'a', 'n, b(m ORDER BY m DESC LIMIT 1 OFFSET 1)'",
       "json_object('m', m)) FROM (SELECT m FROM l JOIN b ON b.x = l.bx AND b.y = l.by WHERE a.n = "
       "l.an "
       "ORDER BY m DESC LIMIT 1 OFFSET 1)"},
      {"'a', 'n, b(m, a(n) AS back)'",
       "json_object('m', m, 'back', (SELECT json_group_array(json_object('n', n)) FROM (SELECT z.n "
       "FROM l "
       "k JOIN a z ON z.n = k.an WHERE x = k.bx AND y = k.by ORDER BY z.id)))) FROM (SELECT m, x, "
       "y FROM l "
       "JOIN b ON b.x = l.bx AND b.y = l.by WHERE a.n = l.an ORDER BY b.x, b.y)"},
  };
  sqlite3 *db =
      openWith("CREATE TABLE a(id INTEGER PRIMARY KEY, n TEXT UNIQUE COLLATE NOCASE);"
               "CREATE TABLE b(x INT, y TEXT, m, PRIMARY KEY(x, y));"
               "CREATE TABLE l(id INTEGER PRIMARY KEY, an TEXT, bx INT, by TEXT, w INT);"
               "INSERT INTO a VALUES(1, 'Q'), (2, 'r'), (3, 's'), (4, NULL);"
               "INSERT INTO b VALUES(1, 'b', 1), (1, 'a', 2), (-1, 'z', 3), (NULL, 'n', 4);"
               "INSERT INTO l(an, bx, by, w) VALUES('q', 1, 'b', 1), ('R', 1, 'a', 2), ('Q', -1, "
               "'z', 3), ('q', 1, "
               "'a', 4), ('Q', 9, 'b', 5), ('q', NULL, 'n', 6), (NULL, 1, 'a', 7), ('r', 1, 'a', "
               "8), ('r', 1, 'B', "
               "9);");
  size_t i;
  makeCatalog(db);
  run(db,
      "INSERT INTO relationship_catalog(owner, name, target, secondary, primaryjoin, "
      "secondaryjoin) "
      "VALUES('a', 'b', 'b', 'l', 'a.n = l.an', 'b.x = l.bx AND b.y = l.by'), ('b', 'a', 'a', 'l', "
      "'b.x = l.bx AND b.y = l.by', 'a.n = l.an')");
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    char *hand =
        sqlite3_mprintf("SELECT id, json_object('n', n, 'b', (SELECT json_group_array(%s)) FROM a "
                        "ORDER BY id",
                        CASES[i][1]);
    expectDocs(db, CASES[i][0], hand);
    sqlite3_free(hand);
  }
  closeDb(db);
}
END_TEST

START_TEST(affinityIsTheParents) {
  sqlite3 *db =
      openWith("CREATE TABLE p(k TEXT PRIMARY KEY, n); CREATE TABLE c(id INTEGER PRIMARY KEY, "
               "k INT REFERENCES p(k)); CREATE TABLE r(k REAL PRIMARY KEY); CREATE TABLE s(id "
               "INTEGER PRIMARY KEY, k REFERENCES r(k));"
               "INSERT INTO p VALUES('1', 'one'), ('01', 'other'), ('x', 'x');"
               "INSERT INTO c VALUES(1, 1), (2, 'x'), (3, 7), (4, NULL);"
               "INSERT INTO r VALUES(1), (2.5); INSERT INTO s VALUES(1, 1), (2, 1.0), (3, "
               "'1'), (4, 2.5);");
  expectDocs(
      db, "'p', 'n, c(id)'",
      "SELECT k, json_object('n', n, 'c', (SELECT json_group_array(json_object('id', id)) FROM c "
      "WHERE p.k = c.k)) FROM p ORDER BY k");
  expectDocs(
      db, "'c', 'id, k(n) AS p'",
      "SELECT id, json_object('id', id, 'p', json((SELECT json_object('n', n) FROM p WHERE p.k = "
      "c.k ORDER BY p.k || ''))) FROM c ORDER BY id");
  expectDocs(
      db, "'r', 'k, s(id)'",
      "SELECT k, json_object('k', k, 's', (SELECT json_group_array(json_object('id', id)) FROM s "
      "WHERE r.k = s.k)) FROM r ORDER BY k");
  closeDb(db);
}
END_TEST

START_TEST(oddNamesWork) {
  sqlite3 *db = openWith(
      "CREATE TABLE \"odd \"\" table\"(\"the id\" INTEGER PRIMARY KEY, \"select\" TEXT, \"a.b\");"
      "CREATE TABLE \"\xf0\x9f\x98\x80\"(\"'\" INTEGER PRIMARY KEY, \"order\" INT REFERENCES \"odd "
      "\"\" "
      "table\", \"relationship slot\", [x y] INT);"
      "INSERT INTO \"odd \"\" table\" VALUES(1, 's', 't'), (2, 'u', NULL);"
      "INSERT INTO \"\xf0\x9f\x98\x80\"(\"'\", \"order\", \"relationship slot\") VALUES(10, 1, "
      "'q'), (11, 1, 'r');"
      "");
  expect(db,
         "SELECT key, doc FROM selectin('odd \" table', '\"select\", [a.b], "
         "\"\xf0\x9f\x98\x80\"(\"''\", \"relationship slot\" ORDER BY \"relationship slot\" DESC) "
         "AS [odd \" key]')",
         "1|{\"select\":\"s\",\"a.b\":\"t\",\"odd \\\" key\":[{\"'\":11,\"relationship "
         "slot\":\"r\"},{\"'\":10,"
         "\"relationship slot\":\"q\"}]}\n2|{\"select\":\"u\",\"a.b\":null,\"odd \\\" key\":[]}\n");
  closeDb(db);
}
END_TEST

START_TEST(declaredRelationshipsAreFollowed) {
  sqlite3 *db =
      openWith("CREATE TABLE users(id INTEGER PRIMARY KEY, name, author);"
               "CREATE TABLE posts(id INTEGER PRIMARY KEY, author INT, title, rank INT, kind);"
               "CREATE VIEW loud AS SELECT id, author, upper(title) AS shout FROM posts;"
               "INSERT INTO users VALUES(1, 'Ann', 'a'), (2, 'Bob', 'b');"
               "INSERT INTO posts VALUES(1, 1, 'x', 3, 'p'), (2, 1, 'y', 1, 'q'), (3, 2, 'z', 2, "
               "'p'), (4, 1, 'w', 1,"
               " 'p');");
  makeCatalog(db);
  run(db, "INSERT INTO relationship_catalog(owner, name, target, foreign_keys, order_by) "
          "VALUES('users', "
          "'written', 'posts', 'posts.author', 'rank DESC, title'), ('posts', 'author', 'users', "
          "'posts.author', NULL);"
          "INSERT INTO relationship_catalog(owner, name, target, foreign_keys, uselist) "
          "VALUES('users', "
          "'first', 'posts', 'posts.author', '0');"
          "INSERT INTO relationship_catalog(owner, name, target, primaryjoin, viewonly) "
          "VALUES('users', "
          "'ps', 'posts', 'users.id = posts.author AND posts.kind = ''p''', '1'), ('users', "
          "'loud', 'loud',"
          " 'users.id = loud.author', '1');");
  expect(db, "SELECT doc FROM selectin('users', 'name, written(title)')",
         "{\"name\":\"Ann\",\"written\":[{\"title\":\"x\"},{\"title\":\"w\"},{\"title\":\"y\"}]}\n"
         "{\"name\":\"Bob\",\"written\":[{\"title\":\"z\"}]}\n");
  expect(
      db,
      "SELECT doc FROM selectin('users', 'written(title LIMIT 1), first(title), ps(title), loud("
      "shout ORDER BY shout DESC), name')",
      "{\"written\":[{\"title\":\"x\"}],\"first\":{\"title\":\"x\"},\"ps\":[{\"title\":\"x\"},{"
      "\"title\":"
      "\"w\"}],\"loud\":[{\"shout\":\"Y\"},{\"shout\":\"X\"},{\"shout\":\"W\"}],\"name\":\"Ann\"}\n"
      "{\"written\":[{\"title\":\"z\"}],\"first\":{\"title\":\"z\"},\"ps\":[{\"title\":\"z\"}],"
      "\"loud\":[{"
      "\"shout\":\"Z\"}],\"name\":\"Bob\"}\n");
  expect(db,
         "SELECT doc FROM selectin('users', 'name, loud(shout ORDER BY shout LIMIT 1 OFFSET 1)')",
         "{\"name\":\"Ann\",\"loud\":[{\"shout\":\"X\"}]}\n{\"name\":\"Bob\",\"loud\":[]}\n");
  expect(db, "SELECT doc FROM selectin('posts', 'id, author') WHERE key = 1",
         "{\"id\":1,\"author\":1}\n");
  expect(db, "SELECT doc FROM selectin('posts', 'id, author(name)') WHERE key = 1",
         "{\"id\":1,\"author\":{\"name\":\"Ann\"}}\n");
  expect(db, "SELECT doc FROM selectin('posts', 'author(name)') WHERE key = 1",
         "{\"id\":1,\"author\":{\"name\":\"Ann\"},\"title\":\"x\",\"rank\":3,\"kind\":\"p\"}\n");
  closeDb(db);
}
END_TEST

START_TEST(wideRowsWork) {
  sqlite3_str *create = sqlite3_str_new(NULL), *object = sqlite3_str_new(NULL);
  char *sql, *keys, *hand;
  sqlite3 *db;
  int i;
  sqlite3_str_appendall(create, "CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE w(id INTEGER "
                                "PRIMARY KEY, p_id INT REFERENCES p");
  sqlite3_str_appendall(object, "'id', id, 'p_id', p_id");
  for (i = 0; i < 300; i++) sqlite3_str_appendf(create, ", c%d", i);
  sqlite3_str_appendall(create,
                        "); INSERT INTO p VALUES(1), (2), (3); INSERT INTO w(id, p_id, c0, c299) "
                        "VALUES(1, 2, 'x', 9), (2, 1, 'y', 8), (3, 2, NULL, 7);");
  sql = sqlite3_str_finish(create);
  db = openWith(sql);
  keys = sqlite3_str_finish(object);
  /* json_object takes 63 pairs at most, so the oracle compares three of them */
  hand = sqlite3_mprintf(
      "SELECT id, json_object('id', id, 'w', (SELECT json_group_array(json_object(%s, "
      "'c0', c0, 'c299', c299)) FROM w WHERE p_id = p.id)) FROM p ORDER BY id",
      keys);
  expectDocs(db, "'p', 'id, w(id, p_id, c0, c299)'", hand);
  expect(db,
         "SELECT count(*), sum(json_extract(doc, '$.w[0].c299')), sum(json_extract(doc, "
         "'$.w[1].c299')), "
         "group_concat((SELECT count(*) FROM json_each(doc, '$.w[0]'))) FROM selectin('p', 'w')",
         "3|17|7|302,302,0\n");
  expect(db, "SELECT json_extract(doc, '$.c299') FROM selectin('w') ORDER BY key DESC",
         "7\n8\n9\n");
  expect(db, "SELECT json_extract(doc, '$.c299') FROM selectin('w', '* ORDER BY c299')",
         "7\n8\n9\n");
  expect(
      db,
      "SELECT json_extract(doc, '$.w[0].c0', '$.w[1]') FROM selectin('p', 'w(* ORDER BY c299 DESC "
      "LIMIT 1)')",
      "[\"y\",null]\n[\"x\",null]\n[null,null]\n");
  sqlite3_free(hand);
  sqlite3_free(keys);
  sqlite3_free(sql);
  closeDb(db);
}
END_TEST

START_TEST(nestingIsBounded) {
  sqlite3 *db =
      openWith("CREATE TABLE n(id INTEGER PRIMARY KEY, up_id INT REFERENCES n); INSERT INTO n "
               "VALUES(1, NULL);");
  int depth;
  for (depth = 199; depth <= 201; depth++) {
    sqlite3_str *text = sqlite3_str_new(NULL);
    char *selection, *got, *sql;
    int i;
    for (i = 0; i < depth; i++) sqlite3_str_appendall(text, "up(id, ");
    sqlite3_str_appendall(text, "up_id");
    for (i = 0; i < depth; i++) sqlite3_str_appendall(text, ")");
    selection = sqlite3_str_finish(text);
    sql = sqlite3_mprintf("SELECT doc FROM selectin('n', 'id, %s')", selection);
    got = rows(db, sql);
    if (depth <= REL_MAX_NESTING) {
      ck_assert_str_eq(got, "{\"id\":1,\"up\":null}\n");
    } else {
      ck_assert_ptr_nonnull(strstr(got, ": relationships nest 200 deep at most (column 1405)"));
    }
    sqlite3_free(got);
    sqlite3_free(sql);
    sqlite3_free(selection);
  }
  closeDb(db);
}
END_TEST

START_TEST(attachedDatabasesAreFound) {
  sqlite3 *db =
      openWith("CREATE TABLE a(id INTEGER PRIMARY KEY, v); INSERT INTO a VALUES(1, 'main');"
               "ATTACH ':memory:' AS aux; CREATE TABLE aux.a(id INTEGER PRIMARY KEY, v);"
               "CREATE TABLE aux.b(id INTEGER PRIMARY KEY, a_id INT REFERENCES a);"
               "INSERT INTO aux.a VALUES(1, 'aux'), (2, 'more'); INSERT INTO aux.b VALUES(7, 1);");
  expect(db, "SELECT doc FROM selectin('a', 'v')", "{\"v\":\"main\"}\n");
  expect(db, "SELECT doc FROM selectin('aux.a', 'v, b(id)')",
         "{\"v\":\"aux\",\"b\":[{\"id\":7}]}\n{\"v\":\"more\",\"b\":[]}\n");
  expect(db, "SELECT doc FROM selectin('\"aux\".\"a\"', 'v LIMIT 1')", "{\"v\":\"aux\"}\n");
  expect(db, "SELECT doc FROM selectin('b', 'a(v)')",
         "{\"id\":7,\"a_id\":1,\"a\":{\"v\":\"aux\"}}\n");
  run(db, "CREATE TABLE \"aux.a\"(z); INSERT INTO \"aux.a\" VALUES(0)");
  expect(db, "SELECT doc FROM selectin('aux.a')", "{\"z\":0}\n");
  run(db, "CREATE TABLE b(id INTEGER PRIMARY KEY); INSERT INTO b VALUES(70)");
  expect(db, "SELECT doc FROM selectin('b')", "{\"id\":70}\n");
  run(db, "DROP TABLE \"aux.a\"; DROP TABLE b");
  expect(db, "SELECT doc FROM selectin('b', 'id')", "{\"id\":7}\n");
  run(db, "DETACH aux");
  expect(db, "SELECT doc FROM selectin('b', 'id')", "! selectin: no table or view \"b\"\n");
  expect(db, "SELECT doc FROM selectin('a', 'v')", "{\"v\":\"main\"}\n");
  closeDb(db);
}
END_TEST

START_TEST(plansFollowTheSchema) {
  sqlite3 *db = openWith(BLOG);
  sqlite3_stmt *open;
  expect(db, "SELECT doc FROM selectin('tags') LIMIT 1",
         "{\"id\":1,\"name\":\"x\",\"weight\":10}\n");
  run(db, "ALTER TABLE tags ADD COLUMN extra DEFAULT 'e'");
  expect(db, "SELECT doc FROM selectin('tags') LIMIT 1",
         "{\"id\":1,\"name\":\"x\",\"weight\":10,\"extra\":\"e\"}\n");
  ck_assert_int_eq(
      sqlite3_prepare_v2(db, "SELECT doc FROM selectin('tags', 'name, extra')", -1, &open, NULL),
      SQLITE_OK);
  ck_assert_int_eq(sqlite3_step(open), SQLITE_ROW);
  run(db, "CREATE TABLE another(x)");
  expect(db, "SELECT doc FROM selectin('tags', 'name, extra') LIMIT 1",
         "{\"name\":\"x\",\"extra\":\"e\"}\n");
  ck_assert_int_eq(sqlite3_step(open), SQLITE_ROW);
  ck_assert_str_eq((const char *)sqlite3_column_text(open, 0), "{\"name\":\"y\",\"extra\":\"e\"}");
  sqlite3_finalize(open);
  expect(db, "SELECT doc FROM selectin('tags', 'name, extra') LIMIT 1",
         "{\"name\":\"x\",\"extra\":\"e\"}\n");
  closeDb(db);
}
END_TEST

/* --- many rows -------------------------------------------------------------------------------- */

static void fillMany(sqlite3 *db, const char *order) {
  char *sql = sqlite3_mprintf(
      "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 700)"
      " INSERT INTO users SELECT i * 3, 'user ' || i, i %% 2, CASE WHEN i > 9 THEN i * 3 / 30 * 3 "
      "END FROM n;"
      "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 3000)"
      " INSERT INTO posts SELECT i, (1 + i * 7919 %% 720) * 3, 'title ' || i, i, i / 7.0, i %% 13 "
      "FROM n "
      "ORDER BY %s;"
      "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 9000)"
      " INSERT INTO comments SELECT i, 1 + i * 104729 %% 3100, 3 * (1 + i %% 800), 'body ' || i "
      "FROM n ORDER "
      "BY %s; INSERT INTO tags SELECT id, name, id FROM users LIMIT 50;"
      "INSERT OR IGNORE INTO post_tags SELECT id, 3 * (1 + id * 31 %% 50), id FROM posts;"
      "INSERT OR IGNORE INTO post_tags SELECT id, 3 * (1 + id * 17 %% 50), id FROM posts;",
      order, order);
  run(db, "DELETE FROM comments; DELETE FROM post_tags; DELETE FROM posts; DELETE FROM users; "
          "DELETE FROM "
          "tags;");
  run(db, sql);
  sqlite3_free(sql);
}

#define MANY_HAND                                                                                  \
  "SELECT u.id, json_object('name', u.name, 'posts', (SELECT json_group_array(json_object('id', "  \
  "p.id, "                                                                                         \
  "'title', p.title, 'comments', (SELECT json_group_array(json_object('id', c.id, 'author', "      \
  "(SELECT "                                                                                       \
  "json_object('name', a.name) FROM users a WHERE a.id = c.author_id))) FROM comments c WHERE "    \
  "c.post_id = "                                                                                   \
  "p.id), 'tags', (SELECT json_group_array(json_object('name', t.name)) FROM (SELECT tags.* FROM " \
  "tags JOIN "                                                                                     \
  "post_tags ON tag_id = tags.id WHERE post_id = p.id ORDER BY tags.id) t))) FROM posts p WHERE "  \
  "p.user_id = "                                                                                   \
  "u.id)) FROM users u"
#define MANY_OURS                                                                                  \
  "SELECT key, doc FROM selectin('users', 'name, posts(id, title, comments(id, author(name)), "    \
  "tags(name))"

START_TEST(manyRowsAreAsByHand) {
  sqlite3 *db = openWith(BLOG);
  int pass;
  for (pass = 0; pass < 2; pass++) {
    fillMany(db, pass == 0 ? "i" : "i * 7 % 101, i");
    expectSame(db, MANY_OURS "')", MANY_HAND " ORDER BY u.id");
    expectSame(db, MANY_OURS " WHERE id % 4 = 1')", MANY_HAND " WHERE u.id % 4 = 1 ORDER BY u.id");
    expectSame(db, MANY_OURS " ORDER BY active, name DESC')",
               MANY_HAND " ORDER BY active, name DESC, u.id");
    expectSame(db, MANY_OURS "') WHERE key IN (SELECT id * 2 FROM users)",
               MANY_HAND " WHERE u.id IN (SELECT id * 2 FROM users) ORDER BY u.id");
    expectSame(db, MANY_OURS " ORDER BY name DESC LIMIT 400 OFFSET 30')",
               MANY_HAND " ORDER BY name DESC LIMIT 400 OFFSET 30");
    expectSame(
        db,
        "SELECT doc FROM selectin('users', 'posts(id, comments(id WHERE id % 3) WHERE id % 5)')",
        "SELECT json_object('id', id, 'name', name, 'active', active, 'boss_id', boss_id, 'posts', "
        "(SELECT json_group_array(json_object('id', p.id, 'comments', (SELECT json_group_array("
        "json_object('id', c.id)) FROM comments c WHERE c.post_id = p.id AND c.id % 3))) FROM "
        "posts p "
        "WHERE p.user_id = users.id AND p.id % 5)) FROM users");
  }
  closeDb(db);
}
END_TEST

/* Statements run and prepared while a query is read to its end. */
typedef struct Count {
  int runs;
  int nested;
} Count;

static int countRun(unsigned kind, void *data, void *statement, void *text) {
  Count *count = data;
  (void)statement;
  /* one inside another is told as a comment; what reads the schema runs once */
  if (kind == SQLITE_TRACE_STMT && strncmp(text, "-- ", 3) == 0 &&
      strstr(text, "\"main\".\"") != NULL) {
    count->runs++;
  }
  return 0;
}

static int statementsOf(sqlite3 *db) {
  sqlite3_stmt *statement = NULL;
  int count = 0;
  while ((statement = sqlite3_next_stmt(db, statement)) != NULL) count++;
  return count;
}

START_TEST(statementsAreFew) {
  static const struct {
    const char *selection;
    int levels;
  } CASES[] = {{"name", 1},
               {"name, posts(id)", 2},
               {"name, posts(id, comments(id))", 3},
               {"name, posts(id, comments(id, author(name)), tags(name))", 5},
               {"name, posts(id ORDER BY created_at DESC LIMIT 2)", 2},
               {"name, posts(id) WHERE active ORDER BY name", 2}};
  sqlite3 *db = openWith(BLOG);
  size_t i;
  int owners[] = {700, 350, 1};
  fillMany(db, "i");
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    int j;
    for (j = 0; j < 3; j++) {
      Count count = {0, 0};
      int before = statementsOf(db), after;
      char *sql = sqlite3_mprintf(
          "SELECT count(doc) FROM selectin('users', %Q) WHERE key IN (SELECT id FROM "
          "users LIMIT %d)",
          CASES[i].selection, owners[j]);
      char *all =
          sqlite3_mprintf("SELECT count(doc) FROM selectin('users', %Q)", CASES[i].selection);
      int allowed = CASES[i].levels * (4 + owners[j] / 32);
      sqlite3_trace_v2(db, SQLITE_TRACE_STMT, countRun, &count);
      run(db, sql);
      ck_assert_msg(count.runs <= allowed, "%s: %d runs", CASES[i].selection, count.runs);
      count.runs = 0;
      run(db, all);
      ck_assert_msg(count.runs <= CASES[i].levels * (4 + 700 / 32), "%s: %d runs",
                    CASES[i].selection, count.runs);
      sqlite3_trace_v2(db, 0, NULL, NULL);
      after = statementsOf(db);
      ck_assert_msg(after - before <= 3 * CASES[i].levels + 4, "%s: %d statements",
                    CASES[i].selection, after - before);
      sqlite3_free(sql);
      sqlite3_free(all);
    }
  }
  closeDb(db);
}
END_TEST

/* SQLite holds the outer statement's read transaction itself; ours must not be what keeps it. */
START_TEST(nothingStaysRunning) {
  sqlite3 *db = openWith(BLOG);
  sqlite3_stmt *outer, *statement = NULL;
  ck_assert_int_eq(sqlite3_prepare_v2(db, "SELECT doc FROM selectin('users', 'posts(comments)')",
                                      -1, &outer, NULL),
                   SQLITE_OK);
  ck_assert_int_eq(sqlite3_step(outer), SQLITE_ROW);
  while ((statement = sqlite3_next_stmt(db, statement)) != NULL) {
    ck_assert_msg(statement == outer || !sqlite3_stmt_busy(statement), "%s",
                  sqlite3_sql(statement));
  }
  sqlite3_finalize(outer);
  ck_assert_int_eq(sqlite3_txn_state(db, "main"), SQLITE_TXN_NONE);
  run(db, "DROP TABLE comments");
  closeDb(db);
}
END_TEST

START_TEST(utf16WorksToo) {
  sqlite3 *db = openWith("PRAGMA encoding = 'UTF-16le'");
  run(db, BLOG);
  run(db, "UPDATE posts SET title = char(0x10000) || title WHERE id = 2; UPDATE posts SET title = "
          "char(0xffff)"
          " || title WHERE id = 4");
  expectDocs(
      db, "'users', 'posts(title ORDER BY title), name'",
      "SELECT id, json_object('posts', (SELECT json_group_array(json_object('title', title)) FROM "
      "(SELECT "
      "title FROM posts WHERE user_id = users.id ORDER BY title)), 'name', name) FROM users");
  closeDb(db);
}
END_TEST

/* --- Chinook ---------------------------------------------------------------------------------- */

static char *readFile(const char *name) {
  FILE *file = fopen(name, "rb");
  char *text = NULL;
  long length;
  if (file == NULL) return NULL;
  if (fseek(file, 0, SEEK_END) == 0 && (length = ftell(file)) >= 0 &&
      fseek(file, 0, SEEK_SET) == 0) {
    text = sqlite3_malloc64((sqlite3_uint64)length + 1);
    if (text != NULL) text[fread(text, 1, (size_t)length, file)] = 0;
  }
  fclose(file);
  return text;
}

START_TEST(chinookIsAsByHand) {
  static const char *const CASES[][2] = {
      {"'Artist', 'Name, Album(Title, Track(Name, Milliseconds))'",
       "SELECT ArtistId, json_object('Name', Name, 'Album', (SELECT "
       "json_group_array(json_object('Title', Title, "
       "'Track', (SELECT json_group_array(json_object('Name', Name, 'Milliseconds', Milliseconds)) "
       "FROM Track t "
       "WHERE t.AlbumId = b.AlbumId))) FROM Album b WHERE b.ArtistId = a.ArtistId)) FROM Artist a "
       "ORDER BY 1"},
      {"'Playlist', 'Name, Track(Name, UnitPrice)'",
       "SELECT PlaylistId, json_object('Name', Name, 'Track', (SELECT "
       "json_group_array(json_object('Name', Name, "
       "'UnitPrice', UnitPrice)) FROM (SELECT t.* FROM PlaylistTrack l JOIN Track t USING "
       "(TrackId) WHERE "
       "l.PlaylistId = p.PlaylistId ORDER BY t.TrackId))) FROM Playlist p ORDER BY 1"},
      {"'Track', 'Name, Album(Title, Artist(Name))'",
       "SELECT TrackId, json_object('Name', Name, 'Album', (SELECT json_object('Title', Title, "
       "'Artist', (SELECT "
       "json_object('Name', Name) FROM Artist a WHERE a.ArtistId = b.ArtistId)) FROM Album b WHERE "
       "b.AlbumId = "
       "t.AlbumId)) FROM Track t ORDER BY 1"},
      {"'Employee', 'FirstName, Employee(FirstName, Employee(FirstName)), ReportsTo(LastName)'",
       "SELECT EmployeeId, json_object('FirstName', FirstName, 'Employee', (SELECT "
       "json_group_array(json_object("
       "'FirstName', FirstName, 'Employee', (SELECT json_group_array(json_object('FirstName', "
       "FirstName)) FROM "
       "Employee c WHERE c.ReportsTo = b.EmployeeId))) FROM Employee b WHERE b.ReportsTo = "
       "a.EmployeeId), "
       "'ReportsTo', (SELECT json_object('LastName', LastName) FROM Employee d WHERE d.EmployeeId "
       "= a.ReportsTo)) "
       "FROM Employee a ORDER BY 1"},
      {"'Invoice', 'Total, InvoiceLine(Quantity, UnitPrice * Quantity AS sum ORDER BY sum DESC, 1 "
       "LIMIT 2) WHERE "
       "Total > 10 ORDER BY Total DESC'",
       "SELECT InvoiceId, json_object('Total', Total, 'InvoiceLine', (SELECT "
       "json_group_array(json_object("
       "'Quantity', q, 'sum', s)) FROM (SELECT Quantity AS q, UnitPrice * Quantity AS s FROM "
       "InvoiceLine l WHERE "
       "l.InvoiceId = i.InvoiceId ORDER BY s DESC, q, InvoiceLineId LIMIT 2))) FROM Invoice i "
       "WHERE Total > 10 "
       "ORDER BY Total DESC, InvoiceId"},
      {"'Customer'", "SELECT CustomerId, json_object('CustomerId', CustomerId, 'FirstName', "
                     "FirstName, 'LastName', LastName, "
                     "'Company', Company, 'Address', Address, 'City', City, 'State', State, "
                     "'Country', Country, 'PostalCode', "
                     "PostalCode, 'Phone', Phone, 'Fax', Fax, 'Email', Email, 'SupportRepId', "
                     "SupportRepId) FROM Customer ORDER "
                     "BY 1"},
  };
  char *script = readFile("../shared/data/chinook.sql");
  sqlite3 *db;
  size_t i;
  if (script == NULL) {
    printf("skipped chinookIsAsByHand: no ../shared/data/chinook.sql\n");
    return;
  }
  db = openWith("BEGIN");
  run(db, script);
  run(db, "COMMIT");
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) expectDocs(db, CASES[i][0], CASES[i][1]);
  sqlite3_free(script);
  closeDb(db);
}
END_TEST

Suite *relTestFetch(void) {
  Suite *suite = suite_create("fetch");
  add(suite, "grammarIsRead", grammarIsRead);
  add(suite, "grammarIsRefused", grammarIsRefused);
  add(suite, "documentsAreAsByHand", documentsAreAsByHand);
  add(suite, "clausesHoldPerParent", clausesHoldPerParent);
  add(suite, "argumentsAreBound", argumentsAreBound);
  add(suite, "keysArePushedDown", keysArePushedDown);
  add(suite, "refusalsSayWhere", refusalsSayWhere);
  add(suite, "keysOfEveryKindWork", keysOfEveryKindWork);
  add(suite, "oddLinksWork", oddLinksWork);
  add(suite, "affinityIsTheParents", affinityIsTheParents);
  add(suite, "oddNamesWork", oddNamesWork);
  add(suite, "declaredRelationshipsAreFollowed", declaredRelationshipsAreFollowed);
  add(suite, "wideRowsWork", wideRowsWork);
  add(suite, "nestingIsBounded", nestingIsBounded);
  add(suite, "attachedDatabasesAreFound", attachedDatabasesAreFound);
  add(suite, "plansFollowTheSchema", plansFollowTheSchema);
  add(suite, "manyRowsAreAsByHand", manyRowsAreAsByHand);
  add(suite, "statementsAreFew", statementsAreFew);
  add(suite, "nothingStaysRunning", nothingStaysRunning);
  add(suite, "utf16WorksToo", utf16WorksToo);
  add(suite, "chinookIsAsByHand", chinookIsAsByHand);
  return suite;
}
