/*
** fetch/parse: what a selection is taken for, and what is none.
*/
#include "unit/fetched.h"

#include "fetch/selection.h"

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

Suite *relTestFetchParse(void) {
  Suite *suite = suite_create("fetch_parse");
  add(suite, "grammarIsRead", grammarIsRead);
  add(suite, "grammarIsRefused", grammarIsRefused);
  return suite;
}
