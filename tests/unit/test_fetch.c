/*
** fetch/ and tables/selectin.c over a blog and over Chinook: documents are compared, byte for byte, with what
** hand-written json_object() and json_group_array() give over the same rows.
*/
#include "unit/fetched.h"

#include <stdio.h>

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
  add(suite, "documentsAreAsByHand", documentsAreAsByHand);
  add(suite, "clausesHoldPerParent", clausesHoldPerParent);
  add(suite, "argumentsAreBound", argumentsAreBound);
  add(suite, "keysArePushedDown", keysArePushedDown);
  add(suite, "refusalsSayWhere", refusalsSayWhere);
  add(suite, "chinookIsAsByHand", chinookIsAsByHand);
  return suite;
}
