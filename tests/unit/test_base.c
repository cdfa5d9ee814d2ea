/*
** base/: the sticky error, memory, SQL text, tokens, statements. What SQL text says is checked by
** letting SQLite read it.
*/
#include "unit/suites.h"

#include "base/statement.h"
#include "base/token.h"

#include <stdio.h>

/* Names and values that break naive quoting. */
static const char *const ODD[] = {
    "plain",
    "two words",
    "quo\"te",
    "\"",
    "\"\"",
    "it's",
    "''",
    "select",
    "a.b",
    "a;b--c",
    "[brackets]",
    "back`tick",
    "%s%n%q",
    "new\nline",
    "tab\t",
    "\xc3\xa9t\xc3\xa9",
    "\xf0\x9f\x98\x80",
    "back\\slash",
    "",
};
enum { ODD_COUNT = sizeof ODD / sizeof *ODD };

static sqlite3 *openMemory(void) {
  sqlite3 *db;
  ck_assert_int_eq(sqlite3_open(":memory:", &db), SQLITE_OK);
  return db;
}

static void closeMemory(sqlite3 *db) {
  ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
}

/* --- error.h --- */

START_TEST(firstErrorStays) {
  RelError error = {SQLITE_OK, NULL};
  relErrorSet(&error, SQLITE_CONSTRAINT, "%s.%s: %d", "users", "posts", 42);
  relErrorSet(&error, SQLITE_ERROR, "a later one");
  relErrorNoMemory(&error);
  ck_assert_int_eq(error.rc, SQLITE_CONSTRAINT);
  ck_assert_str_eq(error.message, "users.posts: 42");
  relErrorClear(&error);
  ck_assert_int_eq(error.rc, SQLITE_OK);
  ck_assert_ptr_null(error.message);
}
END_TEST

START_TEST(noMemoryHasNoMessage) {
  RelError error = {SQLITE_OK, NULL};
  relErrorNoMemory(&error);
  relErrorSet(&error, SQLITE_ERROR, "a later one");
  ck_assert_int_eq(error.rc, SQLITE_NOMEM);
  ck_assert_ptr_null(error.message);
}
END_TEST

START_TEST(errorComesFromConnection) {
  RelError error = {SQLITE_OK, NULL};
  sqlite3 *db = openMemory();
  relErrorFromDb(&error, SQLITE_OK, db);
  ck_assert_int_eq(error.rc, SQLITE_OK);
  relErrorFromDb(&error, sqlite3_exec(db, "SELECT * FROM nowhere", NULL, NULL, NULL), db);
  ck_assert_int_eq(error.rc, SQLITE_ERROR);
  ck_assert_str_eq(error.message, "no such table: nowhere");
  relErrorClear(&error);
  relErrorFromDb(&error, SQLITE_NOMEM, db);
  ck_assert_int_eq(error.rc, SQLITE_NOMEM);
  ck_assert_ptr_null(error.message);
  closeMemory(db);
}
END_TEST

START_TEST(givingMovesTheMessage) {
  RelError error = {SQLITE_OK, NULL};
  char *target = sqlite3_mprintf("what stood there before");
  relErrorSet(&error, SQLITE_ERROR, "new");
  ck_assert_int_eq(relErrorGive(&error, &target), SQLITE_ERROR);
  ck_assert_str_eq(target, "new");
  ck_assert_int_eq(error.rc, SQLITE_OK);
  ck_assert_ptr_null(error.message);
  ck_assert_int_eq(relErrorGive(&error, &target), SQLITE_OK);
  ck_assert_ptr_null(target);
}
END_TEST

/* --- memory.h --- */

START_TEST(allocationIsZeroed) {
  RelError error = {SQLITE_OK, NULL};
  unsigned char *memory = relAlloc(&error, 100);
  int i;
  for (i = 0; i < 100; i++) ck_assert_uint_eq(memory[i], 0);
  sqlite3_free(memory);
  memory = relAlloc(&error, 0);
  ck_assert_ptr_nonnull(memory);
  sqlite3_free(memory);
}
END_TEST

START_TEST(nothingIsAllocatedAfterAnError) {
  RelError error = {SQLITE_OK, NULL};
  int room = 0;
  relErrorSet(&error, SQLITE_ERROR, "before");
  ck_assert_ptr_null(relAlloc(&error, 8));
  ck_assert_ptr_null(relGrow(&error, NULL, 0, &room, 8));
  ck_assert_int_eq(room, 0);
  ck_assert_ptr_null(relCopy(&error, "text"));
  ck_assert_ptr_null(relCopyBytes(&error, "text", 2));
  ck_assert_ptr_null(relFormat(&error, "%d", 1));
  ck_assert_str_eq(error.message, "before");
  relErrorClear(&error);
}
END_TEST

START_TEST(impossibleAllocationIsNoMemory) {
  RelError error = {SQLITE_OK, NULL};
  ck_assert_ptr_null(relAlloc(&error, (size_t)1 << 40));
  ck_assert_int_eq(error.rc, SQLITE_NOMEM);
}
END_TEST

START_TEST(arraysGrow) {
  RelError error = {SQLITE_OK, NULL};
  int *array = NULL, room = 0, i;
  for (i = 0; i < 1000; i++) {
    array = relGrow(&error, array, i, &room, sizeof *array);
    ck_assert_int_gt(room, i);
    array[i] = i * i;
  }
  for (i = 0; i < 1000; i++) ck_assert_int_eq(array[i], i * i);
  ck_assert_int_eq(error.rc, SQLITE_OK);
  sqlite3_free(array);
}
END_TEST

START_TEST(copies) {
  RelError error = {SQLITE_OK, NULL};
  char *whole = relCopy(&error, "whole"), *part = relCopyBytes(&error, "partial", 4);
  char *formatted = relFormat(&error, "%d-%s", 7, "x");
  ck_assert_str_eq(whole, "whole");
  ck_assert_str_eq(part, "part");
  ck_assert_str_eq(formatted, "7-x");
  ck_assert_ptr_null(relCopy(&error, NULL));
  ck_assert_int_eq(error.rc, SQLITE_OK);
  sqlite3_free(whole);
  sqlite3_free(part);
  sqlite3_free(formatted);
}
END_TEST

START_TEST(namesCompareAsSqliteComparesThem) {
  ck_assert(relSame("Users", "uSERS"));
  ck_assert(relSame("", ""));
  ck_assert(!relSame("users", "user"));
  ck_assert(!relSame("\xc3\xa9", "\xc3\x89")); /* only ASCII letters fold */
  ck_assert(!relSame(NULL, "x"));
  ck_assert(!relSame("x", NULL));
  ck_assert(!relSame(NULL, NULL));
}
END_TEST

/* The suggestion for `name` among the columns below, or "-". */
static const char *suggestion(const char *name) {
  static const char *const COLUMNS[] = {"id",        "title",      "body",
                                        "published", "created_at", "author_id"};
  RelNearest nearest = {NULL, NULL, 0};
  size_t i;
  nearest.name = name;
  for (i = 0; i < sizeof COLUMNS / sizeof *COLUMNS; i++) relNearestOffer(&nearest, COLUMNS[i]);
  relNearestOffer(&nearest, NULL);
  return nearest.best ? nearest.best : "-";
}

START_TEST(nearestSpelling) {
  char longName[200];
  memset(longName, 'x', sizeof longName - 1);
  longName[sizeof longName - 1] = 0;
  ck_assert_str_eq(suggestion("titel"), "title");
  ck_assert_str_eq(suggestion("TITLE"), "title");
  ck_assert_str_eq(suggestion("bodi"), "body");
  ck_assert_str_eq(suggestion("publish"), "published");
  ck_assert_str_eq(suggestion("createdat"), "created_at");
  ck_assert_str_eq(suggestion("authorid"), "author_id");
  ck_assert_str_eq(suggestion("invoice"), "-");
  ck_assert_str_eq(suggestion("x"), "-");
  ck_assert_str_eq(suggestion(""), "-");
  ck_assert_str_eq(suggestion(longName), "-");
  ck_assert_str_eq(suggestion(NULL), "-");
}
END_TEST

/* --- text.h --- */

/* Each odd name goes through SQLite's parser and comes back as the name of a result column. */
START_TEST(quotedNamesAreReadBack) {
  RelError error = {SQLITE_OK, NULL};
  sqlite3 *db = openMemory();
  sqlite3_stmt *statement;
  RelText text;
  char *sql;
  relTextStart(&text, &error);
  relText(&text, "SELECT 1 AS ");
  relTextName(&text, NULL, ODD[_i]);
  sql = relTextFinish(&text);
  statement = relPrepare(&error, db, 0, sql);
  ck_assert_int_eq(error.rc, SQLITE_OK);
  ck_assert_str_eq(sqlite3_column_name(statement, 0), ODD[_i]);
  relFinalize(&error, statement);
  sqlite3_free(sql);
  closeMemory(db);
}
END_TEST

/* A table and a column of each odd name; "qualifier"."name" finds the column. */
START_TEST(qualifiedNamesAreReadBack) {
  RelError error = {SQLITE_OK, NULL};
  sqlite3 *db = openMemory();
  sqlite3_stmt *statement;
  RelText text;
  char *sql;
  relTextStart(&text, &error);
  relText(&text, "CREATE TABLE ");
  relTextName(&text, "main", ODD[_i]);
  relText(&text, "(");
  relTextName(&text, NULL, ODD[_i]);
  relText(&text, "); INSERT INTO ");
  relTextName(&text, NULL, ODD[_i]);
  relText(&text, " VALUES (42)");
  sql = relTextFinish(&text);
  relExecute(&error, db, sql);
  sqlite3_free(sql);
  relTextStart(&text, &error);
  relText(&text, "SELECT ");
  relTextName(&text, ODD[_i], ODD[_i]);
  relText(&text, " FROM ");
  relTextName(&text, NULL, ODD[_i]);
  sql = relTextFinish(&text);
  statement = relPrepare(&error, db, 0, sql);
  ck_assert(relStep(&error, statement));
  ck_assert_int_eq(sqlite3_column_int(statement, 0), 42);
  relFinalize(&error, statement);
  ck_assert_int_eq(error.rc, SQLITE_OK);
  sqlite3_free(sql);
  closeMemory(db);
}
END_TEST

START_TEST(literalsAreReadBack) {
  RelError error = {SQLITE_OK, NULL};
  sqlite3 *db = openMemory();
  sqlite3_stmt *statement;
  RelText text;
  char *sql, *value;
  relTextStart(&text, &error);
  relText(&text, "SELECT ");
  relTextLiteral(&text, ODD[_i]);
  sql = relTextFinish(&text);
  statement = relPrepare(&error, db, 0, sql);
  ck_assert(relStep(&error, statement));
  value = relColumnCopy(&error, statement, 0);
  ck_assert_str_eq(value, ODD[_i]);
  relFinalize(&error, statement);
  sqlite3_free(value);
  sqlite3_free(sql);
  closeMemory(db);
}
END_TEST

START_TEST(textIsPutTogether) {
  RelError error = {SQLITE_OK, NULL};
  RelText text;
  char *sql;
  relTextStart(&text, &error);
  relText(&text, "a");
  relTextBytes(&text, "bcd", 2);
  relTextFormat(&text, " %d %s ", 7, "x");
  relTextLiteral(&text, NULL);
  ck_assert_int_eq(relTextLength(&text), 12);
  sql = relTextFinish(&text);
  ck_assert_str_eq(sql, "abc 7 x NULL");
  sqlite3_free(sql);
}
END_TEST

START_TEST(emptyTextIsAString) {
  RelError error = {SQLITE_OK, NULL};
  RelText text;
  char *sql;
  relTextStart(&text, &error);
  sql = relTextFinish(&text);
  ck_assert_str_eq(sql, "");
  sqlite3_free(sql);
  relTextStart(&text, &error);
  relText(&text, "dropped");
  relTextDiscard(&text);
  ck_assert_ptr_null(text.str);
}
END_TEST

START_TEST(textAfterAnErrorIsNull) {
  RelError error = {SQLITE_OK, NULL};
  RelText text;
  relTextStart(&text, &error);
  relText(&text, "words");
  relErrorSet(&error, SQLITE_ERROR, "meanwhile");
  ck_assert_ptr_null(relTextFinish(&text));
  ck_assert_str_eq(error.message, "meanwhile");
  relErrorClear(&error);
}
END_TEST

/* --- statement.h --- */

START_TEST(statementsGiveRows) {
  RelError error = {SQLITE_OK, NULL};
  sqlite3 *db = openMemory();
  sqlite3_stmt *statement;
  char *value;
  int sum = 0;
  relExecute(&error, db,
             "CREATE TABLE t(a, b); INSERT INTO t VALUES (1, 'x'), (2, NULL), (3, 'z')");
  statement = relPrepareFormat(&error, db, "SELECT a, b FROM %s ORDER BY a", "t");
  while (relStep(&error, statement)) {
    sum += sqlite3_column_int(statement, 0);
    value = relColumnCopy(&error, statement, 1);
    if (sum == 3) {
      ck_assert_ptr_null(value);
    } else {
      ck_assert_str_eq(value, sum == 1 ? "x" : "z");
    }
    sqlite3_free(value);
  }
  relFinalize(&error, statement);
  ck_assert_int_eq(sum, 6);
  ck_assert_int_eq(error.rc, SQLITE_OK);
  closeMemory(db);
}
END_TEST

START_TEST(failingStatementEndsTheLoop) {
  RelError error = {SQLITE_OK, NULL};
  sqlite3 *db = openMemory();
  sqlite3_stmt *statement;
  int rows = 0;
  statement = relPrepare(
      &error, db, 0, "SELECT abs(v) FROM (SELECT 1 AS v UNION ALL SELECT -9223372036854775808)");
  while (relStep(&error, statement)) rows++;
  ck_assert_int_eq(rows, 1);
  ck_assert_str_eq(error.message, "integer overflow");
  ck_assert_ptr_null(relColumnCopy(&error, statement, 0));
  relFinalize(&error, statement);
  ck_assert_str_eq(error.message, "integer overflow");
  ck_assert_ptr_null(relPrepare(&error, db, 0, "SELECT 1"));
  relErrorClear(&error);
  relExecute(&error, db, "CREATE TABLE t(a); nonsense");
  ck_assert_str_eq(error.message, "near \"nonsense\": syntax error");
  relErrorClear(&error);
  relFinalize(&error, NULL);
  ck_assert_int_eq(error.rc, SQLITE_OK);
  closeMemory(db);
}
END_TEST

/* --- token.h --- */

static const char *const KINDS[] = {"end",  "name",      "quoted",   "string", "number",
                                    "blob", "variable",  "open",     "close",  "comma",
                                    "dot",  "semicolon", "operator", "error"};

/* The tokens of `sql` as "kind:text kind:text", written to `line`. */
static const char *tokens(const char *sql, char *line, size_t room) {
  const char *cursor = sql;
  size_t used = 0;
  RelToken token;
  line[0] = 0;
  while ((token = relTokenNext(&cursor)).kind != REL_TOKEN_END) {
    used += (size_t)snprintf(line + used, room - used, "%s%s:%.*s", used ? " " : "",
                             KINDS[token.kind], token.length, token.text);
    ck_assert_uint_lt(used, room);
    ck_assert_ptr_eq(cursor, token.text + token.length);
  }
  ck_assert_int_eq(token.length, 0);
  ck_assert_int_eq(relTokenNext(&cursor).kind, REL_TOKEN_END);
  ck_assert_ptr_eq(cursor, sql + strlen(sql));
  return line;
}

static const struct {
  const char *sql, *expected;
} TOKENS[] = {
    {"", ""},
    {" \t\r\n\f\v", ""},
    {"posts(title, tags!inner)",
     "name:posts open:( name:title comma:, name:tags operator:! name:inner close:)"},
    {"a.b AS c;", "name:a dot:. name:b name:AS name:c semicolon:;"},
    {"\"a \"\"b\"\"\" `c``d` [e f]", "quoted:\"a \"\"b\"\"\" quoted:`c``d` quoted:[e f]"},
    {"[a]]b", "quoted:[a] error:] name:b"}, /* brackets know no doubling */
    {"'it''s' ''", "string:'it''s' string:''"},
    {"x'00ff' X'' x y'1'", "blob:x'00ff' blob:X'' name:x name:y string:'1'"},
    {"1 1.5 .5 5. 1e10 1.5E-3 2e+4 0xFf",
     "number:1 number:1.5 number:.5 number:5. number:1e10 number:1.5E-3 "
     "number:2e+4 number:0xFf"},
    {"a -- to the end, 'no string'\nb", "name:a name:b"},
    {"a -- to the end of the text", "name:a"},
    {"a/* ( ' */b /* never closed", "name:a name:b error:/* never closed"},
    {"/**/a/***/b", "name:a name:b"},
    {"? ?12 :name @name $name ?1,?2",
     "variable:? variable:?12 variable::name variable:@name variable:$name "
     "variable:?1 comma:, variable:?2"},
    {"a||b->>c->d<=e<>f<<g>=h>>i==j!=k",
     "name:a operator:|| name:b operator:->> name:c operator:-> name:d "
     "operator:<= name:e operator:<> name:f operator:<< name:g operator:>= "
     "name:h operator:>> name:i operator:== name:j operator:!= name:k"},
    {"-+*/%<>=&|~",
     "operator:- operator:+ operator:* operator:/ operator:% operator:<> operator:= operator:& "
     "operator:| operator:~"},
    {"a-b a - -b", "name:a operator:- name:b name:a operator:- operator:- name:b"},
    {"_a a$1 \xc3\xa9\xf0\x9f\x98\x80", "name:_a name:a$1 name:\xc3\xa9\xf0\x9f\x98\x80"},
    {"'open", "error:'open"},
    {"a \"open", "name:a error:\"open"},
    {"`open", "error:`open"},
    {"[open", "error:[open"},
    {"x'open", "error:x'open"},
    {": @ # {", "error:: error:@ error:# error:{"},
};

START_TEST(tokensAreSqlites) {
  char line[500];
  ck_assert_str_eq(tokens(TOKENS[_i].sql, line, sizeof line), TOKENS[_i].expected);
}
END_TEST

START_TEST(wordsAndNames) {
  RelError error = {SQLITE_OK, NULL};
  const char *cursor = "Where \"where\" 'where' `a``b` [c d] \"\"";
  static const char *const NAMES[] = {"Where", "where", NULL, "a`b", "c d", ""};
  int i;
  for (i = 0; i < 6; i++) {
    RelToken token = relTokenNext(&cursor);
    ck_assert_int_eq(relTokenIs(token, "WHERE"), i == 0);
    ck_assert_int_eq(relTokenIsName(token), NAMES[i] != NULL);
    if (NAMES[i] != NULL) {
      char *name = relTokenName(&error, token);
      ck_assert_str_eq(name, NAMES[i]);
      sqlite3_free(name);
    }
  }
  cursor = "wherever";
  ck_assert(!relTokenIs(relTokenNext(&cursor), "where"));
  cursor = "whe";
  ck_assert(!relTokenIs(relTokenNext(&cursor), "where"));
}
END_TEST

/* What relTextName writes, the tokens read. */
START_TEST(writtenNamesAreReadAsTokens) {
  RelError error = {SQLITE_OK, NULL};
  const char *cursor;
  char *sql, *name;
  RelText text;
  relTextStart(&text, &error);
  relTextName(&text, NULL, ODD[_i]);
  cursor = sql = relTextFinish(&text);
  name = relTokenName(&error, relTokenNext(&cursor));
  ck_assert_str_eq(name, ODD[_i]);
  ck_assert_int_eq(*cursor, 0);
  sqlite3_free(name);
  sqlite3_free(sql);
}
END_TEST

static const struct {
  const char *text;
  int where; /* -1: balanced */
  const char *problem;
} BALANCED[] = {
    {"a = 1 AND (b OR (c))", -1, NULL},
    {"')' || \"(\" /* ( */ -- )", -1, NULL},
    {"a, b DESC", -1, NULL},
    {"a) OR (1", 1, "a ) without its ("},
    {"(a", 2, "a ( without its )"},
    {"a; DROP TABLE t", 1, "a semicolon"},
    {"a = 'x", 4, "a quote without its end"},
    {"a # b", 2, "a character that SQLite cannot read"},
    {"", 0, "nothing at all"},
    {" -- nothing", 11, "nothing at all"},
};

START_TEST(balance) {
  const char *problem = NULL, *where = NULL, *text = BALANCED[_i].text;
  int whole = relTokenBalanced(text, &problem, &where);
  ck_assert_int_eq(whole, BALANCED[_i].where < 0);
  ck_assert_int_eq(relTokenBalanced(text, NULL, NULL), whole);
  if (whole) {
    ck_assert_ptr_null(problem);
    ck_assert_ptr_null(where);
  } else {
    ck_assert_str_eq(problem, BALANCED[_i].problem);
    ck_assert_int_eq((int)(where - text), BALANCED[_i].where);
  }
}
END_TEST

Suite *relTestBase(void) {
  Suite *suite = suite_create("base");
  TCase *error = tcase_create("error"), *memory = tcase_create("memory"),
        *text = tcase_create("text");
  TCase *statement = tcase_create("statement"), *token = tcase_create("token");
  tcase_add_test(error, firstErrorStays);
  tcase_add_test(error, noMemoryHasNoMessage);
  tcase_add_test(error, errorComesFromConnection);
  tcase_add_test(error, givingMovesTheMessage);
  tcase_add_test(memory, allocationIsZeroed);
  tcase_add_test(memory, nothingIsAllocatedAfterAnError);
  tcase_add_test(memory, impossibleAllocationIsNoMemory);
  tcase_add_test(memory, arraysGrow);
  tcase_add_test(memory, copies);
  tcase_add_test(memory, namesCompareAsSqliteComparesThem);
  tcase_add_test(memory, nearestSpelling);
  tcase_add_loop_test(text, quotedNamesAreReadBack, 0, ODD_COUNT);
  tcase_add_loop_test(text, qualifiedNamesAreReadBack, 0, ODD_COUNT);
  tcase_add_loop_test(text, literalsAreReadBack, 0, ODD_COUNT);
  tcase_add_test(text, textIsPutTogether);
  tcase_add_test(text, emptyTextIsAString);
  tcase_add_test(text, textAfterAnErrorIsNull);
  tcase_add_test(statement, statementsGiveRows);
  tcase_add_test(statement, failingStatementEndsTheLoop);
  tcase_add_loop_test(token, tokensAreSqlites, 0, sizeof TOKENS / sizeof *TOKENS);
  tcase_add_test(token, wordsAndNames);
  tcase_add_loop_test(token, writtenNamesAreReadAsTokens, 0, ODD_COUNT);
  tcase_add_loop_test(token, balance, 0, sizeof BALANCED / sizeof *BALANCED);
  suite_add_tcase(suite, error);
  suite_add_tcase(suite, memory);
  suite_add_tcase(suite, text);
  suite_add_tcase(suite, statement);
  suite_add_tcase(suite, token);
  return suite;
}
