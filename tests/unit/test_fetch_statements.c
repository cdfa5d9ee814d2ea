/*
** Which statements each strategy runs, and what relationship_explain says of them.
*/
#include "unit/fetched.h"

/* --- what runs -------------------------------------------------------------------------------- */

/* Each run of a statement inside the outermost, a line each: such are told as comments. */
static int noteRun(unsigned kind, void *text, void *statement, void *sql) {
  (void)statement;
  if (kind == SQLITE_TRACE_STMT && strncmp(sql, "-- ", 3) == 0 &&
      strstr(sql, "\"main\".\"") != NULL) {
    sqlite3_str_appendf(text, "%s\n", (const char *)sql + 3);
  }
  return 0;
}

static int occurrences(const char *text, const char *word) {
  int count = 0;
  while ((text = strstr(text, word)) != NULL) {
    count++;
    text += strlen(word);
  }
  return count;
}

/* The statements that a query runs. The caller frees them. */
static char *runsOf(sqlite3 *db, const char *sql) {
  sqlite3_str *text = sqlite3_str_new(NULL);
  sqlite3_trace_v2(db, SQLITE_TRACE_STMT, noteRun, text);
  run(db, sql);
  sqlite3_trace_v2(db, 0, NULL, NULL);
  ck_assert_int_gt(sqlite3_str_length(text), 0);
  return sqlite3_str_finish(text);
}

static int preparedIn(sqlite3 *db) {
  sqlite3_stmt *statement = NULL;
  int count = 0;
  while ((statement = sqlite3_next_stmt(db, statement)) != NULL) count++;
  return count;
}

enum { USERS = 400, BATCHES_AT_MOST = 16 };

/* Only !select runs a statement for each owner, and !joined none for the members. */
START_TEST(strategiesRunOtherStatements) {
  static const struct {
    const char *strategy;
    int least, most; /* runs of statements over posts that are not the owners' own */
  } CASES[] = {{"", 1, BATCHES_AT_MOST},
               {"!selectin", 1, BATCHES_AT_MOST},
               {"!select", USERS, USERS},
               {"!joined", 0, 0},
               {"!subquery", 1, BATCHES_AT_MOST}};
  sqlite3 *db = openWith(BLOG);
  size_t i;
  fillBatches(db);
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    char *sql = sqlite3_mprintf("SELECT count(doc) FROM selectin('users', 'id, posts%s(title)')",
                                CASES[i].strategy);
    int before = preparedIn(db), prepared, all, members, again;
    char *text = runsOf(db, sql);
    prepared = preparedIn(db) - before;
    all = occurrences(text, "\n");
    members = occurrences(text, "_emit(\"relationship keys\".\"relationship slot\",\"posts\"") +
              occurrences(text, "_emit((SELECT") + occurrences(text, "_emit(0,\"posts\"") +
              occurrences(text, "_emit(\"posts\"");
    ck_assert_msg(members >= CASES[i].least && members <= CASES[i].most, "%s: %d of %d\n%.2000s",
                  CASES[i].strategy, members, all, text);
    ck_assert_msg(all - members <= 2 * BATCHES_AT_MOST, "%s: %d and %d", CASES[i].strategy, members,
                  all - members);
    ck_assert_msg(prepared <= 8, "%s: %d prepared", CASES[i].strategy, prepared);
    sqlite3_free(text);
    before = preparedIn(db);
    sqlite3_free(runsOf(db, sql));
    again = preparedIn(db) - before;
    ck_assert_msg(again == 0, "%s: %d prepared again", CASES[i].strategy, again);
    sqlite3_free(sql);
  }
  closeDb(db);
}
END_TEST

/* A row of each of so many selections; how much memory SQLite then has more than before. */
static sqlite3_int64 rotate(sqlite3 *db, int selections) {
  sqlite3_int64 before = sqlite3_memory_used();
  int i;
  for (i = 0; i < selections; i++) {
    char *sql =
        sqlite3_mprintf("SELECT count(doc) FROM selectin('users', 'name AS n%d, posts')", i);
    sqlite3_free(rows(db, sql));
    sqlite3_free(sql);
  }
  return sqlite3_memory_used() - before;
}

/* An application has more than a few selections. What they have read is not kept for all of them. */
START_TEST(manySelectionsStayPrepared) {
  enum { SELECTIONS = 100, STATEMENTS = 2 /* of each, at least */, MEBIBYTE = 1 << 20 };
  sqlite3 *db = openWith(BLOG);
  sqlite3_int64 bytes;
  int before = preparedIn(db);
  run(db, "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 3000)"
          " INSERT INTO posts(user_id, title) SELECT 1, hex(zeroblob(100)) FROM n");
  bytes = rotate(db, SELECTIONS);
  ck_assert_int_ge(preparedIn(db) - before, SELECTIONS * STATEMENTS);
  ck_assert_msg(bytes < 40 * MEBIBYTE, "%lld bytes", bytes);
  bytes = rotate(db, SELECTIONS);
  ck_assert_msg(bytes < MEBIBYTE, "%lld bytes more", bytes);
  closeDb(db);
}
END_TEST

/* --- relationship_explain --------------------------------------------------------------------- */

START_TEST(strategiesAreExplained) {
  static const char *const CASES[][4] = {
      /* strategy, what explain calls it, and what its statement has and has not */
      {"", "selectin", "temp.relationship_keys(?33) AS \"relationship keys\" CROSS JOIN ",
       "\"users\""},
      {"!selectin", "selectin", "temp.relationship_keys(?33) AS \"relationship keys\" CROSS JOIN ",
       "\"users\""},
      {"!select", "select",
       "WHERE (SELECT \"relationship number 0\" FROM temp.relationship_keys(?33)) = "
       "\"posts\".\"user_id\"",
       "CROSS JOIN"},
      {"!subquery", "subquery", "CROSS JOIN \"main\".\"users\" ON", "IN (SELECT"},
  };
  sqlite3 *db = openWith(BLOG);
  size_t i;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    char *sql = sqlite3_mprintf(
        "SELECT level, path, strategy, instr(statement, %Q) > 0, instr(statement, %Q) > 0, detail "
        "LIKE '%%SEARCH %%posts USING%% INDEX posts_user (user_id=?)%%', detail LIKE '%%warning%%'"
        " FROM relationship_explain('users', 'id, posts%s(title)') WHERE level = 1 AND strategy <> "
        "'scan' AND strategy NOT LIKE 'place%%'",
        CASES[i][2], CASES[i][3], CASES[i][0]);
    char *expected = sqlite3_mprintf("1|users.posts|%s|1|0|1|0\n", CASES[i][1]);
    expect(db, sql, expected);
    sqlite3_free(expected);
    sqlite3_free(sql);
  }
  expect(db,
         "SELECT level, path, strategy, statement, detail FROM relationship_explain('users', 'id, "
         "posts!joined(title)') WHERE level = 1",
         "1|users.posts|joined|NULL|its rows come with those of users, in one statement\n");
  expect(db,
         "SELECT DISTINCT instr(statement, 'FROM \"main\".\"posts\" WHERE \"users\".\"id\" = "
         "\"posts\".\"user_id\"') > 0 FROM relationship_explain('users', 'id, "
         "posts!joined(title)') WHERE level = 0",
         "1\n");
  expect(db,
         "SELECT level, path, group_concat(DISTINCT strategy) FROM relationship_explain('users', "
         "'name, posts(id, tags(name), comments!select(author!joined(name))), "
         "users!recursive(2)(id)') WHERE strategy NOT LIKE 'scan%' AND strategy NOT LIKE 'place%' "
         "AND level > 0 GROUP BY path "
         "ORDER BY level, path",
         "1|users.posts|selectin\n1|users.users|recursive\n2|users.posts.comments|select\n2|users."
         "posts.tags|selectin, targets,selectin, links\n3|users.posts.comments.author|joined\n");
  expect(db,
         "SELECT path, strategy, detail LIKE '%SCAN%posts%' FROM relationship_explain('posts', "
         "'count(*) AS n')",
         "posts|aggregate|1\n");
  expect(db,
         "SELECT path, strategy FROM relationship_explain('users', 'posts!selectin(count(*) AS "
         "n)') WHERE level = 1",
         "users.posts|selectin\nusers.posts|owners without members\n");
  expect(db, "SELECT count(*) FROM relationship_explain('users') WHERE level > 0", "0\n");
  closeDb(db);
}
END_TEST

/* Every statement of a plan can be prepared by itself, as it stands. */
START_TEST(explainedStatementsAreWhatRuns) {
  static const char *const SELECTIONS[] = {
      "id, posts@(title, tags@(name LIMIT 1)), boss@(name)",
      "id, posts!inner@(count(*) AS n), users!recursive(id)",
      "name, posts@(id ORDER BY title LIMIT ?1) WHERE active ORDER BY name LIMIT ?2"};
  sqlite3 *db = openWith(BLOG);
  size_t i;
  int s;
  fillBatches(db);
  for (i = 0; i < sizeof SELECTIONS / sizeof *SELECTIONS; i++) {
    for (s = 0; s < STRATEGY_COUNT; s++) {
      char *selection = filled(SELECTIONS[i], STRATEGIES[s]);
      char *sql =
               sqlite3_mprintf("SELECT count(doc) FROM selectin('users', %Q, 1, 300)", selection),
           *ran = runsOf(db, sql), *line = ran, *end;
      for (; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        char *known;
        known = sqlite3_mprintf(
            "SELECT count(*) > 0 FROM relationship_explain('users', %Q) WHERE statement = '%.*q'",
            selection, (int)(end - line), line);
        expect(db, known, "1\n");
        sqlite3_free(known);
      }
      sqlite3_free(ran);
      sqlite3_free(sql);
      sqlite3_free(selection);
    }
  }
  closeDb(db);
}
END_TEST

/* A level that must read a whole table says which index it lacks; with that, it does not. */
START_TEST(missingIndexesAreNamed) {
  /* declared, a relationship makes its index: these follow from foreign keys */
  static const char SCHEMA[] =
      "CREATE TABLE u(id INTEGER PRIMARY KEY, code TEXT COLLATE NOCASE UNIQUE, a INT, b INT, "
      "UNIQUE(a, b));"
      "CREATE TABLE p(id INTEGER PRIMARY KEY, u_id INT REFERENCES u, x);"
      "CREATE TABLE c(id INTEGER PRIMARY KEY, code TEXT REFERENCES u(code), x);"
      "CREATE TABLE q(id INTEGER PRIMARY KEY, a INT, b INT, x, FOREIGN KEY(a, b) REFERENCES u(a, "
      "b));"
      "CREATE TABLE \"odd x\"(id INTEGER PRIMARY KEY, \"u \"\"id\" INT REFERENCES u, x);"
      "CREATE TABLE t(id INTEGER PRIMARY KEY);"
      "CREATE TABLE pt(t_id INT REFERENCES t, p_id INT REFERENCES p, UNIQUE(t_id, p_id));"
      "CREATE TABLE k(x, y TEXT COLLATE NOCASE UNIQUE); CREATE TABLE m(id INTEGER PRIMARY KEY, y "
      "TEXT REFERENCES k(y), x);"
      "CREATE INDEX m_y ON m(y);";
  static const char *const CASES[][5] = {
      {"u", "id, p@(x)", "u.p",
       "p is read whole, for want of an index: ", "CREATE INDEX \"u.p:index\" ON \"p\"(\"u_id\");"},
      {"u", "id, c@(x)", "u.c", "c is read whole, for want of an index: ",
       "CREATE INDEX \"u.c:index\" ON \"c\"(\"code\" COLLATE \"NOCASE\");"},
      {"u", "id, q@(x)", "u.q", "q is read whole, for want of an index: ",
       "CREATE INDEX \"u.q:index\" ON \"q\"(\"a\", \"b\");"},
      {"u", "id, \"odd x\"@(x ORDER BY x)", "u.odd x",
       "odd x is read whole, for want of an index: ",
       "CREATE INDEX \"u.odd x:index\" ON \"odd x\"(\"u \"\"id\");"},
      {"u", "id, p@(x ORDER BY x DESC LIMIT 2)", "u.p",
       "p is read whole, for want of an index: ", "CREATE INDEX \"u.p:index\" ON \"p\"(\"u_id\");"},
      {"u", "id, p@(group_concat(x) AS n LIMIT 2)", "u.p",
       "p is read whole, for want of an index: ", "CREATE INDEX \"u.p:index\" ON \"p\"(\"u_id\");"},
      {"u", "id, p@(count(*) AS n)", "u.p",
       "p is read whole, for want of an index: ", "CREATE INDEX \"u.p:index\" ON \"p\"(\"u_id\");"},
      {"p", "id, t@(id)", "p.t", "pt is read whole, for want of an index: ",
       "CREATE INDEX \"p.t:index\" ON \"pt\"(\"p_id\");"},
      {"t", "id, p@(u(p@(x)))", "t.p.u.p",
       "p is read whole, for want of an index: ", "CREATE INDEX \"u.p:index\" ON \"p\"(\"u_id\");"},
      {"k", "x, m@(x)", "k.m", "m is read whole, for want of an index: ",
       "CREATE INDEX \"k.m:index\" ON \"m\"(\"y\" COLLATE \"NOCASE\");"},
  };
  size_t i;
  int s;
  for (i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    for (s = 0; s < STRATEGY_COUNT; s++) {
      sqlite3 *db = openWith(SCHEMA);
      char *selection = filled(CASES[i][1], STRATEGIES[s]);
      char *warning =
          sqlite3_mprintf("SELECT DISTINCT path, substr(detail, instr(detail, 'warning: ') + 9) "
                          "FROM relationship_explain(%Q, %Q) WHERE detail LIKE '%%warning%%'",
                          CASES[i][0], selection);
      char *expected = sqlite3_mprintf("%s|%s%s\n", CASES[i][2], CASES[i][3], CASES[i][4]);
      expect(db, warning, expected);
      run(db, CASES[i][4]);
      expect(db, warning, "(none)\n");
      sqlite3_free(expected);
      sqlite3_free(warning);
      sqlite3_free(selection);
      closeDb(db);
    }
  }
}
END_TEST

/* Where comparing converts the sought column's values, no index is proposed: none would serve. */
START_TEST(noIndexIsNamedThatCannotServe) {
  static const char *const SELECTIONS[] = {"'u', 'id, p@(x)'", "'w', 'code, v@(id)'",
                                           "'v', 'id, code@(code) AS w'"};
  static const char *const EXPECTED[] = {
      "p is read whole: the key's columns differ in type, and no index serves while values are "
      "converted to be compared\n",
      "(none)\n",
      "w is read whole: the key's columns differ in type, and no index serves while values are "
      "converted to be compared\n"};
  sqlite3 *db = openWith("CREATE TABLE u(id INTEGER PRIMARY KEY);"
                         "CREATE TABLE p(id INTEGER PRIMARY KEY, u_id REFERENCES u, x);"
                         "CREATE INDEX p_u ON p(u_id);"
                         "CREATE TABLE w(code TEXT PRIMARY KEY);"
                         "CREATE TABLE v(id INTEGER PRIMARY KEY, code INT REFERENCES w);"
                         "CREATE INDEX v_code ON v(code);");
  size_t i;
  int s;
  for (i = 0; i < sizeof SELECTIONS / sizeof *SELECTIONS; i++) {
    for (s = 0; s < STRATEGY_COUNT; s++) {
      char *arguments = filled(SELECTIONS[i], STRATEGIES[s]);
      char *warning =
          sqlite3_mprintf("SELECT DISTINCT substr(detail, instr(detail, 'warning: ') + 9) "
                          "FROM relationship_explain(%s) WHERE detail LIKE '%%warning%%'",
                          arguments);
      expect(db, warning, EXPECTED[i]);
      sqlite3_free(warning);
      sqlite3_free(arguments);
    }
  }
  closeDb(db);
}
END_TEST

Suite *relTestFetchStatements(void) {
  Suite *suite = suite_create("fetch_statements");
  add(suite, "strategiesRunOtherStatements", strategiesRunOtherStatements);
  add(suite, "manySelectionsStayPrepared", manySelectionsStayPrepared);
  add(suite, "strategiesAreExplained", strategiesAreExplained);
  add(suite, "explainedStatementsAreWhatRuns", explainedStatementsAreWhatRuns);
  add(suite, "missingIndexesAreNamed", missingIndexesAreNamed);
  add(suite, "noIndexIsNamedThatCannotServe", noIndexIsNamedThatCannotServe);
  return suite;
}
