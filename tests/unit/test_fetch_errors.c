/*
** Every way to get a selection wrong, and what is said of it: the level, the column, counted from 1,
** and what was meant where a name is near.
*/
#include "unit/fetched.h"

typedef struct Wrong {
  const char *owner;
  const char *selection;
  const char *message; /* behind the function's name */
} Wrong;

static void expectWrongs(const Wrong *list, size_t count) {
  sqlite3 *db = openWith(BLOG);
  size_t i;
  for (i = 0; i < count; i++) {
    char *message = sqlite3_mprintf("selectin: %s", list[i].message);
    expectRefusal(db, list[i].owner, list[i].selection, message);
    sqlite3_free(message);
  }
  closeDb(db);
}

#define EXPECT_WRONGS(list) expectWrongs(list, sizeof(list) / sizeof *(list))

#define NO_GROUPS(words, column)                                                                   \
  "a selection has no " words                                                                      \
  ": an aggregate gives one object for all rows of its level; write one for each group, as in "    \
  "count(*) FILTER (WHERE published) AS published, or group what the view of the collection "      \
  "gives (column " column ")"

START_TEST(wrongGrammarIsRefused) {
  static const Wrong CASES[] = {
      {"users", "name,", "users: an item is missing (column 6)"},
      {"users", ", name", "users: an item is missing (column 1)"},
      {"users", "name,, id", "users: an item is missing (column 6)"},
      {"users", "name WHERE", "users: WHERE needs an expression (column 11)"},
      {"users", "name ORDER BY", "users: ORDER BY needs an expression (column 14)"},
      {"users", "name ORDER BY id,", "users: ORDER BY needs an expression (column 18)"},
      {"users", "name LIMIT", "users: LIMIT needs an expression (column 11)"},
      {"users", "name LIMIT 1, 2",
       "users: write LIMIT count OFFSET start, without a comma (column 13)"},
      {"users", "name LIMIT 1 OFFSET", "users: OFFSET needs an expression (column 20)"},
      {"users", "name LIMIT 1 WHERE id",
       "users: WHERE cannot stand here: a selection is items, then WHERE, ORDER BY, LIMIT and "
       "OFFSET, then FOR EACH (column 14)"},
      {"users", "name ORDER BY id WHERE id",
       "users: WHERE cannot stand here: a selection is items, then WHERE, ORDER BY, LIMIT and "
       "OFFSET, then FOR EACH (column 18)"},
      {"users", "name WHERE id WHERE id",
       "users: WHERE cannot stand here: a selection is items, then WHERE, ORDER BY, LIMIT and "
       "OFFSET, then FOR EACH (column 15)"},
      {"users", "name LIMIT 1 LIMIT 2",
       "users: LIMIT cannot stand here: a selection is items, then WHERE, ORDER BY, LIMIT and "
       "OFFSET, then FOR EACH (column 14)"},
      {"users", "posts(id) FOR EACH posts WHERE id > 1 ORDER BY id",
       "users: ORDER cannot stand here: a selection is items, then WHERE, ORDER BY, LIMIT and "
       "OFFSET, then FOR EACH (column 39)"},
      {"users", "(name", "users: a ( without its ) (column 6)"},
      {"users", "name)", "users: a ) without its ( (column 5)"},
      {"users", "posts(title", "users: a ( without its ) (column 12)"},
      {"users", "posts(title))", "users: a ) without its ( (column 13)"},
      {"users", "name; DROP TABLE users", "users: a semicolon (column 5)"},
      {"users", "'name", "users: a quote without its end (column 1)"},
      {"users", "\"name", "users: a quote without its end (column 1)"},
      {"users", "posts(count(*) AS n GROUP BY published)",
       "users.posts: " NO_GROUPS("GROUP BY", "21")},
      {"users", "posts(count(*) AS n, published GROUP BY published HAVING n > 1)",
       "users.posts: " NO_GROUPS("GROUP BY", "32")},
      {"users", "posts(count(*) AS n WHERE 1 GROUP BY published)",
       "users.posts: " NO_GROUPS("GROUP BY", "29")},
      {"users", "count(*) AS n ORDER BY 1 GROUP BY name", "users: " NO_GROUPS("GROUP BY", "26")},
      {"users", "count(*) AS n HAVING n > 1", "users: " NO_GROUPS("HAVING", "15")},
      {"users", "name # id", "users: a character that SQLite cannot read (column 6)"},
      {"users", "name /* x", "users: a comment without its end (column 6)"},
      {"users", "posts(title WHERE)", "users.posts: WHERE needs an expression (column 18)"},
      {"users", "posts(title ORDER BY)", "users.posts: ORDER BY needs an expression (column 21)"},
      {"users", "posts(title LIMIT)", "users.posts: LIMIT needs an expression (column 18)"},
      {"users", "posts(title,)", "users.posts: an item is missing (column 13)"},
      {"users", "posts(title WHERE 1 FOR EACH posts WHERE 1)",
       "users.posts: FOR EACH stands at the end of the whole selection: it holds for every level "
       "(column 30)"},
      {"users", "name FOR EACH", "users: FOR EACH needs the name of a table (column 14)"},
      {"users", "name FOR EACH posts",
       "users: FOR EACH and a table need WHERE and an expression (column 20)"},
      {"users", "name FOR EACH posts WHERE", "users: WHERE needs an expression (column 26)"},
      {"users", "name FOR EACH (posts) WHERE 1",
       "users: FOR EACH needs the name of a table (column 15)"},
      {"users", "name FOR EACH posts p WHERE 1",
       "users: FOR EACH and a table need WHERE and an expression (column 21)"},
      {"users", "name FOR EACH main.posts WHERE 1",
       "users: FOR EACH takes the table's name alone: all tables are of the owner's database "
       "(column 15)"},
  };
  EXPECT_WRONGS(CASES);
}
END_TEST

START_TEST(wrongNamesAreRefused) {
  static const Wrong CASES[] = {
      {"users", "titel", "users: no column or relationship \"titel\" (column 1)"},
      {"users", "nmae",
       "users: no column or relationship \"nmae\" (column 1); did you mean \"name\"?"},
      {"users", "[nmae]",
       "users: no column or relationship \"nmae\" (column 1); did you mean \"name\"?"},
      {"users", "name, post",
       "users: no column or relationship \"post\" (column 7); did you mean \"posts\"?"},
      {"users", "posts(titel)",
       "users.posts: no column or relationship \"titel\" (column 7); did you mean \"title\"?"},
      {"users", "posts(comments(boby))",
       "users.posts.comments: no column or relationship \"boby\" (column 16); did you mean "
       "\"body\"?"},
      {"users", "name, posts(id, comments(id, author(nmae)))",
       "users.posts.comments.author: no column or relationship \"nmae\" (column 37); did you mean "
       "\"name\"?"},
      {"posts", "tags(name, wieght)",
       "posts.tags: no column or relationship \"wieght\" (column 12); did you mean \"weight\"?"},
      {"posts", "tags(tag_ids)",
       "posts.tags: no column or relationship \"tag_ids\" (column 6); did you mean \"tag_id\"?"},
      {"users", "psots(id)",
       "users: no relationship \"psots\" (column 1); did you mean \"posts\"?"},
      {"users", "\"psots\"(id)",
       "users: no relationship \"psots\" (column 1); did you mean \"posts\"?"},
      {"users", "psots!inner(id)",
       "users: no relationship \"psots\" (column 1); did you mean \"posts\"?"},
      {"users", "posts!selectin(comment(id))",
       "users.posts: no relationship \"comment\" (column 16); did you mean \"comments\"?"},
      {"users", "posts(id, author(id))",
       "users.posts: no relationship or function \"author\" (column 11)"},
      {"users", "-nam", "users: no column \"nam\" (column 2); did you mean \"name\"?"},
      {"users", "posts(-titel)",
       "users.posts: no column \"titel\" (column 8); did you mean \"title\"?"},
      {"users", "name AS name, name",
       "users: the key \"name\" is there already: give one of them another with AS (column 15)"},
      {"users", "posts, posts",
       "users: the key \"posts\" is there already: give one of them another with AS (column 8)"},
      {"users", "posts(id), posts(title)",
       "users: the key \"posts\" is there already: give one of them another with AS (column 12)"},
      {"users", "upper(name) AS posts, posts",
       "users: the key \"posts\" is there already: give one of them another with AS (column 23)"},
      {"users", "*, *", "users: * is there already (column 4)"},
      {"users", "*, 1 AS x, 2 AS x",
       "users: the key \"x\" is there already: give one of them another with AS (column 12)"},
      {"users", "name || 'x'",
       "users: an expression needs a name: write AS and one behind it (column 1)"},
      {"users", "posts(title || 'x')",
       "users.posts: an expression needs a name: write AS and one behind it (column 7)"},
      {"users", "upper(name)",
       "users: an expression needs a name: write AS and one behind it (column 1)"},
      {"users", "'name'",
       "users: an expression needs a name: write AS and one behind it (column 1)"},
      {"users", "?1", "users: an expression needs a name: write AS and one behind it (column 1)"},
      {"users", "users.name",
       "users: write name without its table, or AS and a name behind it (column 1)"},
      {"users", "name AS", "users: AS needs a name behind it (column 6)"},
      {"users", "id name",
       "users: name cannot stand here: a selection is items with commas between, then WHERE, ORDER "
       "BY, LIMIT and OFFSET, then FOR EACH (column 4)"},
      {"users", "name!inner(id)", "users: \"name\" is a column, not a relationship (column 1)"},
      {"users", "*, -posts",
       "users: \"posts\" is a relationship: it is left out by not naming it (column 5)"},
      {"users", "name WHERE posts",
       "users: \"posts\" is a relationship, not a value: any(posts) is one (column 12)"},
      {"users", "posts(id ORDER BY comments)",
       "users.posts: \"comments\" is a relationship, not a value: any(comments) is one (column "
       "19)"},
      {"users", "posts(id) p",
       "users: only AS and a name can stand behind a relationship (column 11)"},
      {"users", "posts(id) + 1 AS x",
       "users: only AS and a name can stand behind a relationship (column 11)"},
      {"users", "posts(title WHERE titel = 'x')",
       "users.posts: no such column: titel (column 19); did you mean \"title\"?"},
      {"users", "posts(title ORDER BY scor)",
       "users.posts: no such column: scor (column 22); did you mean \"score\"?"},
      {"users", "posts(id, lower(titel) AS t)",
       "users.posts: no such column: titel (column 17); did you mean \"title\"?"},
      {"users", "upper(\"nmae\") AS x",
       "users: no such column: nmae (column 7); did you mean \"name\"?"},
      {"users", "name WHERE \"nmae\" = 'Ann'",
       "users: no such column: nmae (column 12); did you mean \"name\"?"},
      {"users", "up(id)", "users: no relationship or function \"up\" (column 1)"},
      {"users", "up(id, bs(*)) AS x", "users: no relationship or function \"up\" (column 1)"},
      {"users", "posts!joined(id, (SELECT active) AS a)",
       "users.posts: no such column: active (column 26)"},
      {"users", "posts!inner(id WHERE (SELECT active))",
       "users.posts: no such column: active (column 30)"},
      {"posts", "tags(id, weigth + 1 AS w)",
       "posts.tags: no such column: weigth (column 10); did you mean \"weight\"?"},
      {"posts", "tags(name ORDER BY post_tag.weight)",
       "posts.tags: no such column: post_tag.weight (column 20); did you mean \"weight\"?"},
      {"users", "name ORDER BY 2",
       "users: ORDER BY 2: item 2 of this level is no column or expression (column 15)"},
      {"users", "posts(title ORDER BY 0)",
       "users.posts: ORDER BY 0: item 0 of this level is no column or expression (column 22)"},
      {"users", "name, posts(id) ORDER BY 2",
       "users: ORDER BY 2: item 2 of this level is no column or expression (column 26)"},
      {"users", "name, posts(id) AS p ORDER BY p",
       "users: \"p\" is a relationship, not a value (column 31)"},
  };
  EXPECT_WRONGS(CASES);
}
END_TEST

START_TEST(wrongHintsAreRefused) {
  static const Wrong CASES[] = {
      {"users", "posts!iner(title)",
       "users: no hint !iner: there are inner, select, selectin, joined, subquery, recursive "
       "(column 7); did you mean \"inner\"?"},
      {"users", "posts!lazy",
       "users: no hint !lazy: there are inner, select, selectin, joined, subquery, recursive "
       "(column 7)"},
      {"users", "posts!", "users: only AS and a name can stand behind a relationship (column 6)"},
      {"users", "posts!!inner",
       "users: only AS and a name can stand behind a relationship (column 6)"},
      {"users", "posts!selectin!joined(id)",
       "users: !joined: another hint says already how the members are loaded (column 16)"},
      {"users", "posts!select!subquery",
       "users: !subquery: another hint says already how the members are loaded (column 14)"},
      {"users", "posts!recursive(id)",
       "users: !recursive needs a relationship of a table to itself: users.posts leads from users "
       "to posts (column 1)"},
      {"users", "posts(user!recursive(id))",
       "users.posts: !recursive needs a relationship of a table to itself: posts.user leads from "
       "posts to users (column 7)"},
      {"users", "users!recursive(0)(id)", "users: !recursive(n) needs at least 1 level (column 1)"},
      {"users", "users!recursive(x)(id)",
       "users: behind !recursive stands the number of levels in parentheses, if you like, then the "
       "members' selection in its own (column 19)"},
      {"users", "users!recursive(9999999999)(id)",
       "users: behind !recursive stands the number of levels in parentheses, if you like, then the "
       "members' selection in its own (column 28)"},
      {"users", "users!recursive(2)(id)(id)",
       "users: behind !recursive stands the number of levels in parentheses, if you like, then the "
       "members' selection in its own (column 23)"},
      {"users", "users!recursive!selectin(id)",
       "users: !recursive loads level by level: no other hint can say how (column 1)"},
      {"users", "users!joined!recursive(id)",
       "users: !recursive loads level by level: no other hint can say how (column 1)"},
      {"users", "users!recursive(count(*) AS n)",
       "users.users: !recursive takes no aggregate (column 17)"},
      {"users", "boss!recursive(nmae)",
       "users.boss: no column or relationship \"nmae\" (column 16); did you mean \"name\"?"},
  };
  EXPECT_WRONGS(CASES);
}
END_TEST

START_TEST(wrongAggregatesAreRefused) {
  static const Wrong CASES[] = {
      {"users", "posts(count(*) AS n, title)",
       "users.posts: a column cannot stand beside an aggregate, which is one object for all "
       "members (column 22)"},
      {"users", "posts(count(*) AS n, *)",
       "users.posts: a column cannot stand beside an aggregate, which is one object for all "
       "members (column 22)"},
      {"users", "posts(-title, count(*) AS n)",
       "users.posts: a column cannot stand beside an aggregate, which is one object for all "
       "members (column 7)"},
      {"users", "posts(count(*) AS n, comments)",
       "users.posts: a relationship cannot stand beside an aggregate, which is one object for all "
       "members (column 22)"},
      {"users", "posts(count(*) AS n, comments(id))",
       "users.posts: a relationship cannot stand beside an aggregate, which is one object for all "
       "members (column 22)"},
      {"users", "posts(count(*) AS n, upper(title) AS t)",
       "users.posts: an expression over columns cannot stand beside an aggregate, which is one "
       "object for all members (column 22)"},
      {"users", "posts(count(*) AS n, posts.id AS t)",
       "users.posts: an expression over columns cannot stand beside an aggregate, which is one "
       "object for all members (column 22)"},
      {"posts", "tags(count(*) AS n, tag_id)",
       "posts.tags: an expression over columns cannot stand beside an aggregate, which is one "
       "object for all members (column 21)"},
      {"users", "posts(count(*))",
       "users.posts: an expression needs a name: write AS and one behind it (column 7)"},
      {"users", "count(*) AS n, name",
       "users: a column cannot stand beside an aggregate, which is one object for all members "
       "(column 16)"},
      {"users", "count(*) AS n, any(posts) AS a",
       "users: an expression over columns cannot stand beside an aggregate, which is one object "
       "for all members (column 16)"},
      {"users", "posts(count(*) AS n, has(user) AS a)",
       "users.posts: an expression over columns cannot stand beside an aggregate, which is one "
       "object for all members (column 22)"},
      {"users", "count(*) AS n, count(*) AS n",
       "users: the key \"n\" is there already: give one of them another with AS (column 16)"},
      {"users", "posts(count(titel) AS n)",
       "users.posts: no such column: titel (column 13); did you mean \"title\"?"},
      {"users", "posts(sum(any(commnets)) AS n)",
       "users.posts: posts has no relationship \"commnets\" (column 15); did you mean "
       "\"comments\"?"},
      {"users", "posts(count(*) AS n WHERE n > 1)",
       "users.posts: \"n\" is an aggregate: WHERE and ORDER BY are about the members that go into "
       "it (column 27)"},
      {"users", "posts(sum(id, id) AS n)",
       "users.posts: wrong number of arguments to function sum() (column 7)"},
  };
  EXPECT_WRONGS(CASES);
}
END_TEST

START_TEST(wrongAnyIsRefused) {
  static const Wrong CASES[] = {
      {"users", "any(pots) AS x",
       "users: users has no relationship \"pots\" (column 5); did you mean \"posts\"?"},
      {"users", "any() AS x",
       "users: any() takes the name of a relationship and, if you like, an expression (column 5)"},
      {"users", "any(1) AS x",
       "users: any() takes the name of a relationship and, if you like, an expression (column 5)"},
      {"users", "any(posts,) AS x",
       "users: any() takes the name of a relationship and, if you like, an expression (column 10)"},
      {"users", "any(posts, titel = 1) AS x",
       "users: no such column: titel (column 12); did you mean \"title\"?"},
      {"users", "any(posts, any(coments)) AS x",
       "users: posts has no relationship \"coments\" (column 16); did you mean \"comments\"?"},
      {"users", "any(posts, 1, 2) AS x",
       "users: any() takes the name of a relationship and, if you like, an expression (column 13)"},
      {"users", "any(posts.comments) AS x",
       "users: any() takes the name of a relationship and, if you like, an expression (column 10)"},
      {"users", "any(posts(id)) AS x",
       "users: any() takes the name of a relationship and, if you like, an expression (column 10)"},
      {"users", "any(posts)",
       "users: an expression needs a name: write AS and one behind it (column 1)"},
      {"users", "name WHERE any(pots)",
       "users: users has no relationship \"pots\" (column 16); did you mean \"posts\"?"},
      {"users", "name WHERE NOT has(bos)",
       "users: users has no relationship \"bos\" (column 20); did you mean \"boss\"?"},
      {"users", "name ORDER BY any(pots)",
       "users: users has no relationship \"pots\" (column 19); did you mean \"posts\"?"},
      {"users", "posts(id WHERE any(coments))",
       "users.posts: posts has no relationship \"coments\" (column 20); did you mean "
       "\"comments\"?"},
      {"users", "name FOR EACH users WHERE any(pots)",
       "users: users has no relationship \"pots\" (column 31); did you mean \"posts\"?"},
      {"users", "any(posts, users.name = 'x') AS x",
       "users: the table users is an outer level's, which is not visible here (column 12)"},
      {"users", "any(posts, active) AS x",
       "users: the column active is an outer level's, which is not visible here (column 12)"},
      {"users", "posts(id WHERE any(comments, posts.id = 1))",
       "users.posts: the table posts is an outer level's, which is not visible here (column 30)"},
  };
  EXPECT_WRONGS(CASES);
}
END_TEST

START_TEST(wrongForEachIsRefused) {
  static const Wrong CASES[] = {
      {"users", "name FOR EACH posts WHERE 1",
       "users: FOR EACH: the selection has no table \"posts\" (column 15)"},
      {"users", "posts(id) FOR EACH post WHERE 1",
       "users: FOR EACH: the selection has no table \"post\" (column 20); did you mean \"posts\"?"},
      {"users", "posts(id, tags(id)) FOR EACH post_tag WHERE 1",
       "users: FOR EACH: the selection has no table \"post_tag\" (column 30); did you mean "
       "\"post_tags\"?"},
      {"users", "posts(id) FOR EACH posts WHERE titel",
       "users.posts: no such column: titel (column 32); did you mean \"title\"?"},
      {"users", "posts(id, tags(id)) FOR EACH post_tags WHERE wieght",
       "users.posts.tags: no such column: wieght (column 46); did you mean \"weight\"?"},
  };
  EXPECT_WRONGS(CASES);
}
END_TEST

START_TEST(wrongParametersAreRefused) {
  static const Wrong CASES[] = {
      {"users", ":a AS a", "users: a parameter of a selection is ?1 to ?32, not :a (column 1)"},
      {"users", "@a AS a", "users: a parameter of a selection is ?1 to ?32, not @a (column 1)"},
      {"users", "$a AS a", "users: a parameter of a selection is ?1 to ?32, not $a (column 1)"},
      {"users", "?0 AS a", "users: the parameters of a selection are ?1 to ?32 (column 1)"},
      {"users", "?33 AS a", "users: the parameters of a selection are ?1 to ?32 (column 1)"},
      {"users", "?99999999999 AS a",
       "users: the parameters of a selection are ?1 to ?32 (column 1)"},
      {"users", "?32 AS a, ? AS b",
       "users: the parameters of a selection are ?1 to ?32 (column 11)"},
      {"users", "name, posts(?2 AS b)",
       "users: ?2 has no argument: 0 are given behind the selection (column 13)"},
      {"users", "posts(id LIMIT ?2)",
       "users: ?2 has no argument: 0 are given behind the selection (column 16)"},
      {"users", "name FOR EACH users WHERE id = ?3",
       "users: ?3 has no argument: 0 are given behind the selection (column 32)"},
  };
  EXPECT_WRONGS(CASES);
}
END_TEST

START_TEST(whatSqliteRefusesIsPlaced) {
  static const Wrong CASES[] = {
      {"users", "name WHERE > 1", "users: near \">\": syntax error (column 12)"},
      {"users", "posts(zzzz(title) AS x)",
       "users.posts: no relationship or function \"zzzz\" (column 7)"},
      {"users", "pots(id) AS p",
       "users: no relationship or function \"pots\" (column 1); did you mean \"posts\"?"},
      {"users", "posts(length() AS x)",
       "users.posts: wrong number of arguments to function length() (column 7)"},
      {"users", "sum(id) OVER (ORDER BY nmae) AS x",
       "users: no such column: nmae (column 24); did you mean \"name\"?"},
      {"users", "name LIMIT 1 OFFSET 'x'", "users: LIMIT and OFFSET must be integers (column 12)"},
      {"users", "name, posts!joined(id LIMIT 'x')",
       "users.posts: LIMIT and OFFSET must be integers (column 29)"},
      {"users", "name, posts!joined(id LIMIT 1 OFFSET 'x')",
       "users.posts: LIMIT and OFFSET must be integers (column 29)"},
      {"users", "name, posts!joined(id, comments!joined(id LIMIT 'x'))",
       "users.posts.comments: LIMIT and OFFSET must be integers (column 49)"},
      {"users", "posts(id, comments!joined(id LIMIT 'x'))",
       "users.posts.comments: LIMIT and OFFSET must be integers (column 36)"},
      {"users", "name, posts!joined(id LIMIT 'x') LIMIT 3",
       "users, or a level joined to it: LIMIT and OFFSET must be integers"},
      {"users", "posts(id LIMIT id)",
       "users.posts: LIMIT and OFFSET are reckoned before any row: they cannot use columns (column "
       "16)"},
      {"users", "posts(id WHERE id >)", "users.posts: the expression is incomplete (column 20)"},
      {"users", "json(name) AS x", "users: malformed JSON"},
      {"users", "posts(json(title) AS x)", "users.posts: malformed JSON"},
      {"users", "abs(-9223372036854775807 - 1) AS x", "users: integer overflow"},
      {"users", "(SELECT doc FROM selectin('nothing')) AS x",
       "users: selectin: no table or view \"nothing\""},
      {"users", "name WHERE EXISTS (DELETE FROM users)",
       "users: near \"DELETE\": syntax error (column 20)"},
      {"users", "(INSERT INTO users DEFAULT VALUES RETURNING id) AS x",
       "users: near \"INSERT\": syntax error (column 2)"},
      {"users", "load_extension('x') AS x",
       "users: the function load_extension() may be called directly only, not from a selection "
       "(column 1)"},
      {"users", "posts(load_extension('x') AS x)",
       "users.posts: the function load_extension() may be called directly only, not from a "
       "selection (column 7)"},
      {"users", "name WHERE load_extension('x')",
       "users: the function load_extension() may be called directly only, not from a selection "
       "(column 12)"},
      {"users", "name FOR EACH users WHERE load_extension('x')",
       "users: the function load_extension() may be called directly only, not from a selection "
       "(column 27)"},
      {"users", "relationship_emit(1, 2) AS x",
       "users: the function relationship_emit() may be called directly only, not from a selection "
       "(column 1)"},
  };
  EXPECT_WRONGS(CASES);
}
END_TEST

START_TEST(wrongTablesAreRefused) {
  static const Wrong CASES[] = {
      {"user", "id", "no table or view \"user\"; did you mean \"users\"?"},
      {"usrs", "id", "no table or view \"usrs\"; did you mean \"users\"?"},
      {"nothing like it", "id", "no table or view \"nothing like it\""},
      {"", "id", "no table or view \"\""},
      {"aux.users", "id", "no table or view \"aux.users\""},
  };
  EXPECT_WRONGS(CASES);
}
END_TEST

/* Of a selection that is right, and of a row that is wrong. */
START_TEST(wrongArgumentsAreRefused) {
  static const char *const CASES[][2] = {
      {"SELECT * FROM selectin", "selectin needs the name of a table: selectin('users')"},
      {"SELECT * FROM selectin(NULL)", "selectin: the name of the table is NULL"},
      {"SELECT * FROM selectin('users', '?2 AS x', 1)",
       "selectin: users: ?2 has no argument: 1 is given behind the selection (column 1)"},
      {"SELECT * FROM selectin('users', '?1 AS x, ?2 AS y') WHERE argument2 = 7",
       "selectin: users: ?1 has no argument: 2 are given behind the selection (column 1)"},
      {"SELECT related('users', 'posts', 1, 'id LIMIT ?1')",
       "related: users: ?1 has no argument: 0 are given behind the selection (column 10)"},
      {"DELETE FROM selectin", "table selectin may not be modified"},
      {"SELECT doc FROM selectin('users', 'v(count(*) AS n LIMIT 1)')",
       "selectin: users.v: LIMIT with an aggregate needs a key, which the view v has not: write "
       "!select behind the relationship"},
      {"SELECT related()", "related() takes a table, a relationship and a key; then a selection "
                           "and its arguments, as you like"},
      {"SELECT related('users', 'posts')", "related() takes a table, a relationship and a key; "
                                           "then a selection and its arguments, as you like"},
      {"SELECT related(NULL, 'posts', 1)", "related: the name of the table is NULL"},
      {"SELECT related('users', NULL, 1)", "related: the name of the relationship is NULL"},
      {"SELECT related('usrs', 'posts', 1)",
       "related: no table or view \"usrs\"; did you mean \"users\"?"},
      {"SELECT related('users', 'psots', 1)",
       "related: users: no relationship \"psots\"; did you mean \"posts\"?"},
      {"SELECT related('users', 'name', 1)", "related: users: no relationship \"name\""},
      {"SELECT related('users', 'posts', 1, 'titel')",
       "related: users.posts: no column or relationship \"titel\" (column 1); did you mean "
       "\"title\"?"},
      {"SELECT related('users', 'posts', 1, 'comments(boby)')",
       "related: users.posts.comments: no column or relationship \"boby\" (column 10); did you "
       "mean \"body\"?"},
      {"SELECT related('users', 'posts', 1, 'id,')",
       "related: users.posts: an item is missing (column 4)"},
      {"SELECT related('users', 'posts', 1, 'json(title) AS x')",
       "related: users.posts: malformed JSON"},
      {"SELECT related('users', 'posts', 1, 'id', 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, "
       "15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33)",
       "related() takes at most 32 arguments for its selection"},
      {"SELECT * FROM selectin('users', '?1 AS x', 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, "
       "15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33)",
       "selectin takes 32 arguments behind the selection at most"},
      {"SELECT * FROM selectin('users', '?1 AS x', 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, "
       "NULL)",
       "selectin: argument ?15 is NULL, which SQLite passes on among the first 14 only: give it a "
       "lower number"},
      {"SELECT * FROM relationship_explain",
       "relationship_explain needs the name of a table: relationship_explain('users', 'posts')"},
      {"SELECT * FROM relationship_explain(NULL)",
       "relationship_explain: the name of the table is NULL"},
      {"SELECT * FROM relationship_explain('usrs')",
       "selectin: no table or view \"usrs\"; did you mean \"users\"?"},
      {"SELECT * FROM relationship_explain('users', 'posts(titel)')",
       "selectin: users.posts: no column or relationship \"titel\" (column 7); did you mean "
       "\"title\"?"},
      {"SELECT * FROM relationship_explain('users', 'posts(id')",
       "selectin: users: a ( without its ) (column 9)"},
      {"SELECT relationship_emit(1, 2)", "this function is private to selectin"},
  };
  sqlite3 *db = openWith(BLOG);
  size_t i;
  run(db, "CREATE VIEW v AS SELECT * FROM posts; INSERT INTO relationship(owner, name, target, "
          "primaryjoin, foreign_keys, viewonly) VALUES('users', 'v', 'v', 'users.id = v.user_id', "
          "'v.user_id', 1)");
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    char *expected = sqlite3_mprintf("! %s\n", CASES[i][1]);
    expect(db, CASES[i][0], expected);
    sqlite3_free(expected);
  }
  closeDb(db);
}
END_TEST

/* SQLite finds views that read themselves, but not through a function. */
START_TEST(viewsThatReadThemselvesEnd) {
  sqlite3 *db = openWith(BLOG);
  run(db, "CREATE VIEW loop AS SELECT key, doc FROM selectin('loop', 'doc');"
          "CREATE VIEW ring AS SELECT id, related('users', 'boss', id, '(SELECT count(boss) FROM "
          "ring) AS n') AS boss FROM users;"
          "CREATE VIEW nested AS SELECT doc FROM selectin('users', '(SELECT doc FROM "
          "selectin(''tags'', ''id, posts(id)'') LIMIT 1) AS d')");
  expect(db, "SELECT * FROM loop",
         "! selectin: loop: selectin: loop: more than 32 fetches stand in each other: does a view "
         "read itself?\n");
  expect(db, "SELECT boss FROM ring WHERE id = 2",
         "! related: users.boss: related: users: more than 32 fetches stand in each other: does a "
         "view read itself?\n");
  expect(db, "SELECT doc ->> '$.d' FROM nested LIMIT 1",
         "{\"id\":1,\"posts\":[{\"id\":1},{\"id\":3}]}\n");
  closeDb(db);
}
END_TEST

/* Whatever the strategy, what SQLite finds while rows are loaded is said of their level. */
START_TEST(errorsOfRowsNameTheirLevel) {
  static const char *const CASES[][2] = {
      {"id, posts@(json(title) AS x)", "selectin: users.posts: malformed JSON"},
      {"id, posts@(id, comments@(abs(-9223372036854775807 - id % 1 - 1) AS x))",
       "selectin: users.posts.comments: integer overflow"},
      {"id, posts@(id WHERE json(title))", "selectin: users.posts: malformed JSON"},
      {"id, posts@(count(*) AS n, max(json(title)) AS x)", "selectin: users.posts: malformed JSON"},
  };
  sqlite3 *db = openWith(BLOG);
  size_t i;
  int s;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    for (s = 0; s < STRATEGY_COUNT; s++) {
      char *selection = filled(CASES[i][0], STRATEGIES[s]);
      if (strcmp(STRATEGIES[s], "!joined") == 0) { /* its rows come with the owner's */
        char *sql = sqlite3_mprintf("SELECT doc FROM selectin('users', %Q)", selection),
             *got = rows(db, sql);
        ck_assert_msg(got[0] == '!' && strstr(got, strrchr(CASES[i][1], ':') + 2) != NULL, "%s: %s",
                      sql, got);
        sqlite3_free(got);
        sqlite3_free(sql);
      } else {
        expectRefusal(db, "users", selection, CASES[i][1]);
      }
      sqlite3_free(selection);
      expect(db, "SELECT count(*) FROM selectin('users', 'posts(id)')", "4\n");
    }
  }
  closeDb(db);
}
END_TEST

Suite *relTestFetchErrors(void) {
  Suite *suite = suite_create("fetch_errors");
  add(suite, "wrongGrammarIsRefused", wrongGrammarIsRefused);
  add(suite, "wrongNamesAreRefused", wrongNamesAreRefused);
  add(suite, "wrongHintsAreRefused", wrongHintsAreRefused);
  add(suite, "wrongAggregatesAreRefused", wrongAggregatesAreRefused);
  add(suite, "wrongAnyIsRefused", wrongAnyIsRefused);
  add(suite, "wrongForEachIsRefused", wrongForEachIsRefused);
  add(suite, "wrongParametersAreRefused", wrongParametersAreRefused);
  add(suite, "whatSqliteRefusesIsPlaced", whatSqliteRefusesIsPlaced);
  add(suite, "wrongTablesAreRefused", wrongTablesAreRefused);
  add(suite, "wrongArgumentsAreRefused", wrongArgumentsAreRefused);
  add(suite, "viewsThatReadThemselvesEnd", viewsThatReadThemselvesEnd);
  add(suite, "errorsOfRowsNameTheirLevel", errorsOfRowsNameTheirLevel);
  return suite;
}
