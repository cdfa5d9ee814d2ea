/*
** The words of a selection beyond columns and clauses: any() and has(), !inner, FOR EACH, aggregates,
** and what an item may be. Each @ stands for every strategy in turn.
*/
#include "unit/fetched.h"

/* --- any() and has() -------------------------------------------------------------------------- */

typedef struct Condition {
  const char *owner; /* with a column id */
  const char *ours;
  const char *hand; /* the owner is called o */
} Condition;

/* A condition as an item, in WHERE, in ORDER BY, and in FOR EACH. */
static void expectCondition(sqlite3 *db, const Condition *it) {
  enum { PLACES = 4 };
  static const char *const OURS[PLACES] = {"%s AS x", "id WHERE %s", "id ORDER BY %s DESC",
                                           "id FOR EACH %s WHERE %s"};
  static const char *const HAND[PLACES] = {
      "SELECT id, json_object('x', %s) FROM %s AS o ORDER BY id",
      "SELECT id, json_object('id', id) FROM %.0s%s AS o WHERE %s ORDER BY id",
      "SELECT id, json_object('id', id) FROM %.0s%s AS o ORDER BY (%s) DESC, id",
      "SELECT id, json_object('id', id) FROM %.0s%s AS o WHERE %s ORDER BY id"};
  int i;
  for (i = 0; i < PLACES; i++) {
    char *selection =
        i < 3 ? sqlite3_mprintf(OURS[i], it->ours) : sqlite3_mprintf(OURS[i], it->owner, it->ours);
    char *hand = sqlite3_mprintf(HAND[i], it->hand, it->owner, it->hand);
    char *arguments = sqlite3_mprintf("%Q, %Q", it->owner, selection);
    expectDocs(db, arguments, hand);
    sqlite3_free(arguments);
    sqlite3_free(hand);
    sqlite3_free(selection);
  }
}

static void expectConditions(const char *schema, const Condition *list, size_t count) {
  sqlite3 *db = openWith(schema);
  size_t i;
  for (i = 0; i < count; i++) expectCondition(db, &list[i]);
  closeDb(db);
}

#define EXPECT_CONDITIONS(schema, list)                                                            \
  expectConditions(schema, list, sizeof(list) / sizeof *(list))

#define IF_POSTS(more) "EXISTS (SELECT 1 FROM posts p WHERE p.user_id = o.id" more ")"
#define IF_USER(more) "EXISTS (SELECT 1 FROM users u WHERE u.id = o.user_id" more ")"
#define IF_TAGS(more)                                                                              \
  "EXISTS (SELECT 1 FROM post_tags l JOIN tags t ON t.id = l.tag_id WHERE l.post_id = o.id" more ")"

START_TEST(anyIsExists) {
  static const Condition CASES[] = {
      {"users", "any(posts)", IF_POSTS()},
      {"users", "has(posts)", IF_POSTS()},
      {"users", "HAS /* x */ ( -- y\n \"posts\" )", IF_POSTS()},
      {"users", "NOT any(posts)", "NOT " IF_POSTS()},
      {"users", "any(posts, score > 2)", IF_POSTS(" AND score > 2")},
      {"users", "any(posts, posts.score > 2 OR title = 'c')",
       IF_POSTS(" AND (score > 2 OR title = 'c')")},
      {"users", "NOT any(posts, score > 2) AND active",
       "NOT " IF_POSTS(" AND score > 2") " AND active"},
      {"users", "any(posts, id = 3)", IF_POSTS(" AND id = 3")},
      {"users", "any(posts, score)", IF_POSTS(" AND score")},
      {"users", "any(posts, NOT score > 1)", IF_POSTS(" AND NOT score > 1")},
      {"users", "any(posts, NULL)", "id = 0"},
      {"users", "any(posts, (1, 2) IN (SELECT 1, 2))", IF_POSTS()},
      {"users", "any(posts) + any(comments) = 1",
       IF_POSTS() " + EXISTS (SELECT 1 FROM comments c WHERE c.author_id = o.id) = 1"},
      {"users", "CASE WHEN any(posts) THEN name ELSE any(comments) END",
       "CASE WHEN " IF_POSTS() " THEN name ELSE EXISTS (SELECT 1 FROM comments c WHERE "
                               "c.author_id = o.id) END"},
      {"users", "any(posts, (SELECT count(*) FROM comments WHERE post_id = posts.id) > 1)",
       IF_POSTS(" AND (SELECT count(*) FROM comments WHERE post_id = p.id) > 1")},
      {"posts", "any(user)", IF_USER()},
      {"posts", "NOT has(user, active)", "NOT " IF_USER(" AND active")},
      {"posts", "has(user, name LIKE '%n%')", IF_USER(" AND name LIKE '%n%'")},
      {"posts", "any(tags)", IF_TAGS()},
      {"posts", "any(tags, name = 'z')", IF_TAGS(" AND t.name = 'z'")},
      {"posts", "any(tags, post_tags.weight > 5)", IF_TAGS(" AND l.weight > 5")},
      {"posts", "any(tags, weight > 15 AND post_tags.weight < 6 AND tag_id < 3)",
       IF_TAGS(" AND t.weight > 15 AND l.weight < 6 AND l.tag_id < 3")},
      {"posts", "NOT any(tags, tags.weight / 2 > post_tags.weight)",
       "NOT " IF_TAGS(" AND t.weight / 2 > l.weight")},
      {"posts", "any(post_tags, weight > 5)",
       "EXISTS (SELECT 1 FROM post_tags l WHERE l.post_id = o.id AND l.weight > 5)"},
  };
  EXPECT_CONDITIONS(BLOG, CASES);
}
END_TEST

START_TEST(anyNestsInAny) {
  static const Condition CASES[] = {
      {"users", "any(posts, any(comments, body = 'two'))",
       IF_POSTS(" AND EXISTS (SELECT 1 FROM comments c WHERE c.post_id = p.id AND body = 'two')")},
      {"users", "any(posts, NOT any(comments))",
       IF_POSTS(" AND NOT EXISTS (SELECT 1 FROM comments c WHERE c.post_id = p.id)")},
      {"users", "any(posts, NOT any(comments, any(post, score < 2)) AND score > 1)",
       IF_POSTS(" AND score > 1 AND NOT EXISTS (SELECT 1 FROM comments c WHERE c.post_id = p.id "
                "AND p.score < 2)")},
      {"tags", "any(posts, has(user, name = 'Bob'))",
       "EXISTS (SELECT 1 FROM post_tags k JOIN posts q ON q.id = k.post_id JOIN users u ON u.id = "
       "q.user_id WHERE k.tag_id = o.id AND u.name = 'Bob')"},
      {"posts", "any(post_tags, any(tag, name = 'x'))", IF_TAGS(" AND t.name = 'x'")},
      {"comments", "has(post, any(tags, post_tags.weight = 5))",
       "EXISTS (SELECT 1 FROM post_tags l WHERE l.post_id = o.post_id AND l.weight = 5)"},
  };
  EXPECT_CONDITIONS(BLOG, CASES);
}
END_TEST

START_TEST(anyStandsInSubqueries) {
  static const Condition CASES[] = {
      {"users", "5 IN (SELECT weight / 2 FROM tags WHERE any(posts))",
       "5 IN (SELECT weight / 2 FROM tags WHERE " IF_POSTS() ")"},
      {"users", "(SELECT max(id * any(posts, score > 2)) FROM tags)",
       "(SELECT max(tags.id * " IF_POSTS(" AND score > 2") ") FROM tags)"},
      {"users", "coalesce((SELECT 1 WHERE NOT any(posts)), 0)", "NOT " IF_POSTS()},
  };
  EXPECT_CONDITIONS(BLOG, CASES);
}
END_TEST

/* A criterion of a table that holds in any() would hold in itself: so these go without FOR EACH. */
START_TEST(anyFollowsATableToItself) {
  static const char *const CASES[][2] = {
      {"any(boss)", "boss_id IS NOT NULL AND boss_id IN (SELECT id FROM users)"},
      {"has(boss, name = 'Ann')",
       "boss_id IS NOT NULL AND boss_id IN (SELECT id FROM users WHERE name = 'Ann')"},
      {"any(boss, users.name = 'Ann')",
       "boss_id IS NOT NULL AND boss_id IN (SELECT id FROM users WHERE name = 'Ann')"},
      {"any(users)", "EXISTS (SELECT 1 FROM users m WHERE m.boss_id = o.id)"},
      {"NOT any(users, active)",
       "NOT EXISTS (SELECT 1 FROM users m WHERE m.boss_id = o.id AND m.active)"},
      {"any(users, any(users))",
       "EXISTS (SELECT 1 FROM users m JOIN users n ON n.boss_id = m.id WHERE m.boss_id = o.id)"},
      {"any(boss, any(boss))",
       "EXISTS (SELECT 1 FROM users m JOIN users n ON n.id = m.boss_id WHERE m.id = o.boss_id)"},
      {"any(boss, any(users, NOT active))",
       "EXISTS (SELECT 1 FROM users m JOIN users n ON n.boss_id = m.id WHERE m.id = o.boss_id AND "
       "NOT n.active)"},
      {"any(users, any(posts, any(comments)))", "EXISTS (SELECT 1 FROM users m JOIN posts p ON "
                                                "p.user_id = m.id JOIN comments c ON c.post_id "
                                                "= p.id WHERE m.boss_id = o.id)"},
  };
  sqlite3 *db = openWith(BLOG);
  size_t i;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    char *quoted = sqlite3_mprintf("%s AS x, id ORDER BY %s, id DESC", CASES[i][0], CASES[i][0]);
    char *arguments = sqlite3_mprintf("'users', %Q", quoted);
    char *hand = sqlite3_mprintf(DOCS("'x', %s, 'id', id", "users o") " ORDER BY %s, id DESC",
                                 CASES[i][1], CASES[i][1]);
    expectDocs(db, arguments, hand);
    sqlite3_free(hand);
    sqlite3_free(arguments);
    sqlite3_free(quoted);
  }
  closeDb(db);
}
END_TEST

/* Keys of several columns, of other types and collations; links that lead nowhere; conditions of the
** declaration. */
START_TEST(anyComparesAsTheParentDoes) {
  static const char SCHEMA[] =
      "CREATE TABLE a(id INTEGER PRIMARY KEY, n TEXT UNIQUE COLLATE NOCASE);"
      "CREATE TABLE b(id INTEGER PRIMARY KEY, x INT, y TEXT, m, UNIQUE(x, y));"
      "CREATE TABLE l(id INTEGER PRIMARY KEY, an TEXT, bx INT, \"by\" TEXT, w INT);"
      "CREATE TABLE t(id INTEGER PRIMARY KEY, k TEXT UNIQUE);"
      "CREATE TABLE c(id INTEGER PRIMARY KEY, k INT REFERENCES t(k));"
      "INSERT INTO a VALUES(1, 'Q'), (2, 'r'), (3, 's'), (4, NULL);"
      "INSERT INTO b VALUES(1, 1, 'b', 1), (2, 1, 'a', 2), (3, -1, 'z', 3), (4, NULL, 'n', 4);"
      "INSERT INTO l(an, bx, \"by\", w) VALUES('q', 1, 'b', 1), ('R', 1, 'a', 2), ('Q', -1, 'z', "
      "3),"
      " ('q', 1, 'a', 4), ('S', 9, 'b', 5), ('s', NULL, 'n', 6), (NULL, 1, 'a', 7), ('r', 1, 'B', "
      "9);"
      "INSERT INTO t VALUES(1, '1'), (2, '01'), (3, 'x'); INSERT INTO c VALUES(1, 1), (2, 'x'), "
      "(3, "
      "7), (4, NULL);"
      "INSERT INTO relationship(owner, name, target, secondary, primaryjoin, secondaryjoin, "
      "viewonly) VALUES"
      " ('a', 'bs', 'b', 'l', 'a.n = l.an', 'b.x = l.bx AND b.y = l.\"by\"', 1),"
      " ('b', 'as', 'a', 'l', 'b.x = l.bx AND b.y = l.\"by\"', 'a.n = l.an', 1);"
      "INSERT INTO relationship(owner, name, target, primaryjoin, viewonly) VALUES"
      " ('a', 'light', 'l', 'a.n = l.an AND l.w < 3', 1), ('l', 'a', 'a', 'l.an = a.n', 1);";
  static const Condition CASES[] = {
      {"a", "any(bs)",
       "EXISTS (SELECT 1 FROM l JOIN b ON b.x = bx AND b.y = \"by\" WHERE o.n = an)"},
      {"a", "any(bs, m = 3 OR w = 2)",
       "EXISTS (SELECT 1 FROM l JOIN b ON b.x = bx AND b.y = \"by\" WHERE o.n = an AND (m = 3 OR w "
       "= "
       "2))"},
      {"b", "NOT any(\"as\", n = 'Q')",
       "NOT EXISTS (SELECT 1 FROM l JOIN a ON a.n = an WHERE o.x = bx AND o.y = \"by\" AND a.n = "
       "'Q')"},
      {"a", "any(light)", "EXISTS (SELECT 1 FROM l WHERE o.n = an AND w < 3)"},
      {"a", "any(light, w = 1 OR w = 4)", "EXISTS (SELECT 1 FROM l WHERE o.n = an AND w = 1)"},
      {"l", "has(a, id < 3)", "EXISTS (SELECT 1 FROM a WHERE a.n = o.an AND a.id < 3)"},
      {"t", "any(c)", "EXISTS (SELECT 1 FROM c WHERE o.k = c.k)"},
      {"c", "any(k)", "EXISTS (SELECT 1 FROM t WHERE t.k = o.k)"},
  };
  EXPECT_CONDITIONS(SCHEMA, CASES);
}
END_TEST

/* At any level, and about the rows of that level. */
START_TEST(anyStandsAtEveryLevel) {
  sqlite3 *db = openWith(BLOG);
  expectEvery(
      db,
      "'users', 'name, posts@(title, any(comments) AS c WHERE any(tags, name <> ?1) ORDER BY "
      "any(comments, id = ?2), id DESC)', 'y', 1",
      DOCS("'name', name, 'posts', " ALL_OF(
               "'title', title, 'c', c",
               "(SELECT title, EXISTS (SELECT 1 FROM comments "
               "WHERE post_id = p.id) AS c FROM posts p WHERE user_id = u.id AND EXISTS (SELECT 1 "
               "FROM post_tags JOIN tags t ON t.id = tag_id WHERE post_id = p.id AND t.name <> "
               "'y') ORDER BY p.id = 1, p.id DESC)"),
           "users u ORDER BY id"));
  expectEvery(
      db,
      "'posts', 'id, tags@(name WHERE any(posts, user_id = ?) AND post_tags.weight > ?), "
      "user@(name WHERE any(users))', 1, 1",
      DOCS("'id', id, 'tags', " ALL_OF(
               "'name', name",
               "(SELECT t.name FROM post_tags l JOIN tags t ON t.id = "
               "tag_id WHERE post_id = o.id AND l.weight > 1 AND EXISTS (SELECT 1 FROM post_tags "
               "JOIN posts p ON p.id = post_id WHERE tag_id = t.id AND p.user_id = 1) ORDER BY "
               "t.id)") ", 'user', " ONE_OF("'name', name", "users u WHERE u.id = o.user_id AND "
                                                            "EXISTS (SELECT 1 FROM "
                                                            "users m WHERE m.boss_id = u.id)"),
           "posts o ORDER BY id"));
  closeDb(db);
}
END_TEST

/* --- !inner ----------------------------------------------------------------------------------- */

#define POSTS_ID(more)                                                                             \
  ALL_OF("'id', id", "(SELECT id FROM posts p WHERE user_id = u.id" more " ORDER BY id)")
#define WITH_POSTS "'name', name, 'posts', "

START_TEST(innerKeepsOwnersWithMembers) {
  static const char *const CASES[][2] = {
      {"'users', 'name, posts!inner@(id)'",
       DOCS(WITH_POSTS POSTS_ID(""),
            "users u") " WHERE EXISTS (SELECT 1 FROM posts WHERE user_id = "
                       "u.id) ORDER BY id"},
      {"'users', 'name, posts@!inner(id WHERE score > 2)'",
       DOCS(WITH_POSTS POSTS_ID(" AND score > 2"),
            "users u") " WHERE EXISTS (SELECT 1 FROM posts "
                       "WHERE user_id = u.id AND score > 2) ORDER BY id"},
      {"'users', 'name, posts!inner@(id WHERE score IS NULL) ORDER BY name DESC'",
       DOCS(WITH_POSTS POSTS_ID(" AND score IS NULL"),
            "users u") " WHERE id = 2 ORDER BY name DESC"},
      {"'posts', 'id, user!inner@(name)'",
       DOCS("'id', id, 'user', " ONE_OF("'name', name", "users WHERE id = user_id"),
            "posts WHERE user_id IS NOT NULL ORDER BY id")},
      {"'posts', 'id, user!inner@(name WHERE active)'",
       DOCS("'id', id, 'user', " ONE_OF("'name', name", "users WHERE id = user_id"),
            "posts WHERE user_id IN (SELECT id FROM users WHERE active) ORDER BY id")},
      {"'posts', 'id, tags!inner@(name WHERE post_tags.weight > 5 ORDER BY name DESC)'",
       DOCS("'id', id, 'tags', " ALL_OF(
                "'name', name",
                "(SELECT name FROM tags t JOIN post_tags l ON "
                "tag_id = t.id WHERE post_id = o.id AND l.weight > 5 ORDER BY name DESC)"),
            "posts o WHERE id IN (1, 3) ORDER BY id")},
      {"'users', 'id, boss!inner@(name), users!inner@(name)'",
       DOCS("'id', id, 'boss', " ONE_OF(
                "'name', name",
                "users b WHERE b.id = u.boss_id") ", 'users', " ALL_OF("'name', name",
                                                                       "users m WHERE m.boss_id = "
                                                                       "u.id"),
            "users u WHERE id = 2")},
      {"'comments', 'id, post!inner@(id, user!inner@(name WHERE name = ''Ann''))'",
       DOCS("'id', id, 'post', " ONE_OF("'id', id, 'user', " ONE_OF("'name', name",
                                                                    "users WHERE id = "
                                                                    "user_id"),
                                        "posts p WHERE id = post_id"),
            "comments WHERE id IN (1, 2, 4, 5)")},
  };
  sqlite3 *db = openWith(BLOG);
  size_t i;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) expectEvery(db, CASES[i][0], CASES[i][1]);
  closeDb(db);
}
END_TEST

/* Owners of a nested !inner are the rows of the level around it, at the root as below it. */
START_TEST(innerNests) {
  static const char *const CASES[][2] = {
      {"'users', 'name, posts@(id, comments!inner@(id))'",
       "'id', id, 'comments', " ALL_OF(
           "'id', id",
           "comments WHERE post_id = p.id") ")) FROM posts p WHERE user_id = u.id AND id IN (1, 3, "
                                            "4))) FROM users u ORDER BY id"},
      {"'users', 'name, posts!inner@(id, comments!inner@(id WHERE body > ''o''))'",
       "'id', id, 'comments', " ALL_OF(
           "'id', id",
           "comments WHERE post_id = p.id AND body > 'o'") ")) FROM posts p WHERE user_id = u.id "
                                                           "AND id IN (1, 3))) FROM users u WHERE "
                                                           "id IN (1, 2)"},
      {"'users', 'name, posts!inner@(id, comments!inner@(id, author!inner@(name WHERE NOT "
       "active)))'",
       "'id', id, 'comments', " ALL_OF(
           "'id', id, 'author', json_object('name', 'Bob')",
           "comments WHERE post_id = p.id AND author_id = 2") ")) FROM posts p WHERE user_id = "
                                                              "u.id AND id = 1)) FROM users u "
                                                              "WHERE id = 1"},
      {"'users', 'name, posts!inner@(id, tags!inner@(name WHERE name = ''z''), "
       "comments!inner@(id))'",
       "'id', id, 'tags', json('[{\"name\":\"z\"}]'), 'comments', " ALL_OF(
           "'id', id", "comments WHERE post_id = p.id") ")) FROM posts p WHERE user_id = u.id AND "
                                                        "id = 3)) FROM users u WHERE id = 2"},
  };
  sqlite3 *db = openWith(BLOG);
  size_t i;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    char *hand = sqlite3_mprintf("SELECT id, json_object('name', name, 'posts', (SELECT "
                                 "json_group_array(json_object(%s",
                                 CASES[i][1]);
    expectEvery(db, CASES[i][0], hand);
    sqlite3_free(hand);
  }
  closeDb(db);
}
END_TEST

/* An owner is kept for what is left behind the members' LIMIT and OFFSET; then comes its own LIMIT. */
START_TEST(innerKnowsLimits) {
  static const char *const CASES[][2] = {
      {"'users', 'id, posts!inner@(id LIMIT 0)'", "SELECT 1, 2 WHERE 0"},
      {"'users', 'id, posts!inner@(id LIMIT ?)', 0", "SELECT 1, 2 WHERE 0"},
      {"'users', 'id, posts!inner@(id LIMIT 1)'",
       DOCS("'id', id, 'posts', json_array(json_object('id', CASE id WHEN 1 THEN 1 ELSE 3 END))",
            "users WHERE id < 3")},
      {"'users', 'id, posts!inner@(id LIMIT -1 OFFSET 1)'",
       "SELECT 1, '{\"id\":1,\"posts\":[{\"id\":2},{\"id\":4},{\"id\":6}]}'"},
      {"'users', 'id, posts!inner@(id ORDER BY id DESC LIMIT 2 OFFSET 1)'",
       "SELECT 1, '{\"id\":1,\"posts\":[{\"id\":4},{\"id\":2}]}'"},
      {"'users', 'id, posts!inner@(id LIMIT 2 OFFSET 4)'", "SELECT 1, 2 WHERE 0"},
      {"'users', 'id, posts!inner@(id) ORDER BY id DESC LIMIT 1'",
       "SELECT 2, '{\"id\":2,\"posts\":[{\"id\":3}]}'"},
      {"'users', 'id, posts!inner@(id) LIMIT 5 OFFSET 1'",
       "SELECT 2, '{\"id\":2,\"posts\":[{\"id\":3}]}'"},
      {"'users', 'id, posts@(id, comments!inner@(id LIMIT 1) ORDER BY id DESC LIMIT 1) WHERE id < "
       "4'",
       "SELECT 1, '{\"id\":1,\"posts\":[{\"id\":4,\"comments\":[{\"id\":5}]}]}' UNION ALL SELECT "
       "2, "
       "'{\"id\":2,\"posts\":[{\"id\":3,\"comments\":[{\"id\":3}]}]}' UNION ALL SELECT 3, "
       "'{\"id\":3,\"posts\":[]}'"},
      {"'posts', 'id, user!inner@(id LIMIT 0)'", "SELECT 1, 2 WHERE 0"},
      {"'posts', 'id, tags!inner@(id LIMIT -1 OFFSET 1)'",
       "SELECT 1, '{\"id\":1,\"tags\":[{\"id\":2}]}' UNION ALL SELECT 3, "
       "'{\"id\":3,\"tags\":[{\"id\":3}]}'"},
  };
  sqlite3 *db = openWith(BLOG);
  size_t i;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) expectEvery(db, CASES[i][0], CASES[i][1]);
  closeDb(db);
}
END_TEST

/* --- FOR EACH --------------------------------------------------------------------------------- */

#define TITLES(more)                                                                               \
  ALL_OF("'title', title", "(SELECT title FROM posts p WHERE user_id = u.id" more ")")
#define NAMED(more) DOCS("'name', name, 'posts', " TITLES(more), "users u")

#define TAGS(more)                                                                                 \
  ALL_OF("'name', name",                                                                           \
         "(SELECT name FROM tags t JOIN post_tags l ON tag_id = t.id WHERE post_id = p.id" more    \
         " ORDER BY t.id)")

START_TEST(forEachHoldsForEveryOccurrence) {
  static const char *const CASES[][2] = {
      {"'users', 'name FOR EACH users WHERE active'", DOCS("'name', name", "users WHERE active")},
      {"'users', 'name WHERE name > ''B'' OR id = 2 ORDER BY name DESC LIMIT 1 FOR EACH users "
       "WHERE id = 1 OR active'",
       DOCS("'name', name", "users WHERE id = 3")},
      {"'users', 'name, posts@(title) FOR EACH posts WHERE score > 1'", NAMED(" AND score > 1")},
      {"'users', 'name, posts@(title) for/**/each POSTS\n where posts.score > 1 OR Posts.title = "
       "''c'''",
       NAMED(" AND (score > 1 OR title = 'c')")},
      {"'users', 'name, posts@(title WHERE id <> 2 ORDER BY id DESC LIMIT 1 OFFSET 1) FOR EACH "
       "posts WHERE id < 6'",
       NAMED(" AND id <> 2 AND id < 6 ORDER BY id DESC LIMIT 1 OFFSET 1")},
      {"'users', 'name, posts@(title) FOR EACH posts WHERE score > 1 FOR EACH posts WHERE id > 1'",
       NAMED(" AND score > 1 AND id > 1")},
      {"'users', 'name, posts@(title) FOR EACH users WHERE active FOR EACH posts WHERE id > 1'",
       NAMED(" AND id > 1") " WHERE active"},
      {"'users', 'name, posts@(title) FOR EACH posts WHERE any(comments, any(author))'",
       NAMED(" AND id IN (SELECT post_id FROM comments WHERE author_id IS NOT NULL)")},
      {"'users', 'name, posts@(title) FOR EACH posts WHERE score > (SELECT min(score) FROM posts)'",
       NAMED(" AND score > 0.1")},
      {"'users', 'name, boss@(name), users@(id) FOR EACH users WHERE id < 5 AND name <> ''Bob'''",
       DOCS(
           "'name', name, 'boss', " ONE_OF(
               "'name', name",
               "users b WHERE b.id = u.boss_id AND "
               "b.name <> 'Bob'") ", 'users', " ALL_OF("'id', id",
                                                       "users m WHERE m.boss_id = u.id AND id = 3"),
           "users u WHERE id IN (1, 3)")},
      {"'posts', 'id, tags@(name) FOR EACH post_tags WHERE weight > 5'",
       DOCS("'id', id, 'tags', " TAGS(" AND l.weight > 5"), "posts p ORDER BY id")},
      {"'posts', 'id, tags@(name) FOR EACH tags WHERE weight > 15'",
       DOCS("'id', id, 'tags', " TAGS(" AND t.weight > 15"), "posts p ORDER BY id")},
      {"'posts', 'id, tags@(name) FOR EACH post_tags WHERE weight > 1 FOR EACH tags WHERE name <> "
       "''y'''",
       DOCS("'id', id, 'tags', " TAGS(" AND l.weight > 1 AND t.name <> 'y'"),
            "posts p ORDER BY id")},
      {"'posts', 'id, tags@(name), post_tags@(tag_id) FOR EACH post_tags WHERE has(tag, name = "
       "''z'')'",
       DOCS("'id', id, 'tags', " TAGS(" AND t.name = 'z'") ", 'post_tags', " ALL_OF(
                "'tag_id', tag_id", "post_tags WHERE post_id = p.id AND tag_id = 3"),
            "posts p ORDER BY id")},
      {"'users', 'any(posts) AS x, any(posts, NOT any(comments)) AS y FOR EACH posts WHERE score > "
       "2 FOR EACH comments WHERE id > 9'",
       DOCS("'x', id = 1, 'y', id = 1", "users")},
      {"'posts', 'any(tags) AS x, id FOR EACH post_tags WHERE weight > 5 FOR EACH tags WHERE id <> "
       "1'",
       DOCS("'x', id IN (3), 'id', id", "posts ORDER BY id")},
      {"'users', 'name, posts!inner@(title) FOR EACH posts WHERE score > 2'",
       NAMED(" AND score > 2") " WHERE id = 1"},
      {"'users', 'name, posts!inner@(title, comments!inner@(id) WHERE id > 0) FOR EACH comments "
       "WHERE body = ''three'''",
       "SELECT 2, '{\"name\":\"Bob\",\"posts\":[{\"title\":\"c\",\"comments\":[{\"id\":3}]}]}'"},
      {"'posts', 'id, user!inner@(name) FOR EACH users WHERE NOT active'",
       "SELECT 3, '{\"id\":3,\"user\":{\"name\":\"Bob\"}}'"},
      {"'posts', 'id, comments@(id, author@(name)) WHERE id = 1 FOR EACH users WHERE active'",
       DOCS("'id', id, 'comments', "
            "json('[{\"id\":1,\"author\":null},{\"id\":2,\"author\":{\"name\":\"C\\\"ec\"}},{"
            "\"id\":4,\"author\":null}]')",
            "posts WHERE id = 1")},
      {"'users', 'id, posts@(count(*) AS n) FOR EACH posts WHERE score > 1'",
       DOCS("'id', id, 'posts', " ONE_OF("'n', count(*)",
                                         "posts WHERE user_id = u.id AND score > 1"),
            "users u")},
      {"'posts', 'count(*) AS n FOR EACH posts WHERE score > 1'", "SELECT NULL, '{\"n\":4}'"},
      {"'users', '(SELECT count(*) FROM posts) AS n, posts@(id) WHERE id = 1 FOR EACH posts WHERE "
       "id > 4'",
       "SELECT 1, '{\"n\":6,\"posts\":[{\"id\":6}]}'"},
      {"'users', 'name, posts@(title WHERE id > ?) FOR EACH posts WHERE score > ? FOR EACH users "
       "WHERE id <> ?1', 2, 1.2",
       NAMED(" AND id > 2 AND score > 1.2") " WHERE id <> 2"},
  };
  sqlite3 *db = openWith(BLOG);
  size_t i;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) expectEvery(db, CASES[i][0], CASES[i][1]);
  closeDb(db);
}
END_TEST

/* What stands in a criterion sees its table without it; other criteria hold there. */
START_TEST(forEachDoesNotHoldInItself) {
  static const char *const CASES[][2] = {
      {"'users', 'id FOR EACH users WHERE any(boss)'",
       DOCS("'id', id", "users WHERE boss_id IN (SELECT id FROM users)")},
      {"'users', 'id, users@(id) FOR EACH users WHERE NOT any(users)'",
       DOCS("'id', id, 'users', json('[]')", "users WHERE id IN (3, 5)")},
      {"'users', 'id FOR EACH users WHERE any(boss) FOR EACH users WHERE id <> 2'",
       DOCS("'id', id", "users WHERE id = 3")},
      {"'users', 'id, posts@(id) FOR EACH users WHERE any(posts, any(user)) FOR EACH posts WHERE "
       "any(user, any(posts, id > 4))'",
       DOCS("'id', id, 'posts', " ALL_OF("'id', id", "posts WHERE user_id = u.id"),
            "users u WHERE id = 1")},
  };
  sqlite3 *db = openWith(BLOG);
  size_t i;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) expectEvery(db, CASES[i][0], CASES[i][1]);
  closeDb(db);
}
END_TEST

START_TEST(forEachTakesAnyName) {
  sqlite3 *db = openWith(
      "CREATE TABLE \"for each\"(id INTEGER PRIMARY KEY, \"for\", \"each\", \"where\");"
      "CREATE TABLE \"odd \"\" [x]\"(id INTEGER PRIMARY KEY, up INT REFERENCES \"for each\");"
      "INSERT INTO \"for each\" VALUES(1, 2, 3, 4), (2, 3, 4, 5); INSERT INTO \"odd \"\" [x]\" "
      "VALUES(1, 1), (2, 1), (3, 2); CREATE VIEW v AS SELECT * FROM \"for each\";"
      "INSERT INTO relationship(owner, name, target, primaryjoin, foreign_keys, viewonly) VALUES("
      "'odd \" [x]', 'v', 'v', '\"odd \"\" [x]\".up = v.id', 'up', 1)");
  expectEvery(
      db,
      "'for each', 'for, each, \"odd \"\" [x]\"@(id) AS o FOR EACH \"odd \"\" [x]\" WHERE id <> 2'",
      DOCS("'for', \"for\", 'each', each, 'o', " ALL_OF(
               "'id', id", "\"odd \"\" [x]\" WHERE up = f.id AND id <> 2"),
           "\"for each\" f"));
  expectEvery(
      db, "'odd \" [x]', 'id, v@(\"where\") FOR EACH V WHERE \"where\" > 4'",
      DOCS("'id', id, 'v', " ONE_OF("'where', \"where\"", "v WHERE v.id = up AND \"where\" > 4"),
           "\"odd \"\" [x]\""));
  expectDocs(db, "'for each', 'each FOR EACH [for each] WHERE `for` = 3'",
             "SELECT 2, '{\"each\":4}'");
  closeDb(db);
}
END_TEST

/* A virtual table's row ids go by their bare name, whichever way its rows are loaded. */
START_TEST(rowidsOfVirtualTablesAreNamed) {
  static const char SCHEMA[] =
      "CREATE TABLE a(id INTEGER PRIMARY KEY);"
      "CREATE VIRTUAL TABLE f USING fts5(body, a_id UNINDEXED);"
      "INSERT INTO a VALUES(1), (2), (3);"
      "INSERT INTO f(rowid, body, a_id) VALUES(7, 'x', 1), (3, 'y', 1), (5, 'z', 2), (1, 'w', 1);"
      "INSERT INTO relationship(owner, name, target, primaryjoin, viewonly)"
      " VALUES('a', 'fs', 'f', 'a.id = f.a_id', 1)";
  sqlite3 *db = openWith("");
  if (sqlite3_compileoption_used("ENABLE_FTS5")) {
    run(db, SCHEMA);
    expectEvery(db, "'a', 'id, fs@(rowid + 0 AS r, body WHERE rowid > 1 ORDER BY oid DESC)'",
                DOCS("'id', id, 'fs', " ALL_OF("'r', r, 'body', body",
                                               "(SELECT rowid AS r, body FROM f WHERE f.a_id = a.id"
                                               " AND f.rowid > 1 ORDER BY f.rowid DESC)"),
                     "a"));
    expectEvery(
        db, "'a', 'id, fs@(f.rowid AS r ORDER BY -f.rowid LIMIT 1)'",
        DOCS("'id', id, 'fs', " ALL_OF("'r', r", "(SELECT rowid AS r FROM f WHERE f.a_id = a.id"
                                                 " ORDER BY f.rowid DESC LIMIT 1)"),
             "a"));
    expectEvery(db, "'a', 'id, fs@(group_concat(rowid) AS r ORDER BY _rowid_)'",
                DOCS("'id', id, 'fs', " ONE_OF("'r', group_concat(r)",
                                               "(SELECT rowid AS r FROM f WHERE f.a_id = a.id"
                                               " ORDER BY f.rowid)"),
                     "a"));
    expectEvery(db, "'a', 'id, fs@(rowid AS r, rank IS NULL AS x ORDER BY f.rowid)'",
                DOCS("'id', id, 'fs', " ALL_OF("'r', r, 'x', 1",
                                               "(SELECT rowid AS r FROM f WHERE f.a_id = a.id"
                                               " ORDER BY f.rowid)"),
                     "a"));
    expectDocs(db,
               "'f', 'rowid AS r, rank AS x, body WHERE f MATCH ''x OR z'' ORDER BY rank, rowid'",
               "SELECT NULL, json_object('r', rowid, 'x', rank, 'body', body) FROM f"
               " WHERE f MATCH 'x OR z' ORDER BY rank, rowid");
    expectDocs(db, "'a', 'id WHERE any(fs, rowid > 5)'", "SELECT 1, json_object('id', 1)");
  }
  closeDb(db);
}
END_TEST

Suite *relTestFetchLanguage(void) {
  Suite *suite = suite_create("fetch_language");
  add(suite, "anyIsExists", anyIsExists);
  add(suite, "anyNestsInAny", anyNestsInAny);
  add(suite, "anyStandsInSubqueries", anyStandsInSubqueries);
  add(suite, "anyFollowsATableToItself", anyFollowsATableToItself);
  add(suite, "anyComparesAsTheParentDoes", anyComparesAsTheParentDoes);
  add(suite, "anyStandsAtEveryLevel", anyStandsAtEveryLevel);
  add(suite, "innerKeepsOwnersWithMembers", innerKeepsOwnersWithMembers);
  add(suite, "innerNests", innerNests);
  add(suite, "innerKnowsLimits", innerKnowsLimits);
  add(suite, "forEachHoldsForEveryOccurrence", forEachHoldsForEveryOccurrence);
  add(suite, "forEachDoesNotHoldInItself", forEachDoesNotHoldInItself);
  add(suite, "forEachTakesAnyName", forEachTakesAnyName);
  add(suite, "rowidsOfVirtualTablesAreNamed", rowidsOfVirtualTablesAreNamed);
  return suite;
}
