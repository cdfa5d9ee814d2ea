/*
** inspect/diagram.c: what the golden files and the renderers cannot show. The function keeps nothing of
** the connection, and what it says of a schema is what the schema is at that moment.
*/
#include "relationship.h"
#include "unit/declared.h"

#define LINES(format)                                                                              \
  "WITH RECURSIVE line(text, rest) AS (SELECT '', relationship_diagram(" format                    \
  ") || char(10) UNION ALL SELECT substr(rest, 1, instr(rest, char(10)) - 1), "                    \
  "substr(rest, instr(rest, char(10)) + 1) FROM line WHERE rest <> '') "                           \
  "SELECT trim(text) FROM line WHERE text LIKE '% : %'"

static Db openExtended(const char *schema) {
  Db db = openDb(schema);
  ck_assert_int_eq(sqlite3_relationship_init(db.db, NULL, NULL), SQLITE_OK);
  return db;
}

static const char SCHEMA[] =
    "CREATE TABLE users(id INTEGER PRIMARY KEY);"
    "CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id REFERENCES users);";

START_TEST(nothingIsKept) {
  Db db = openExtended(SCHEMA);
  sqlite3_stmt *statement;
  run(db, "ATTACH ':memory:' AS aux; CREATE TABLE aux.a(b_id REFERENCES b);");
  ck_assert_int_eq(sqlite3_prepare_v2(db.db,
                                      "SELECT relationship_diagram('dot') FROM sqlite_schema", -1,
                                      &statement, NULL),
                   SQLITE_OK);
  ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
  ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
  /* Only the statement outside is there, and it alone keeps tables from being dropped. */
  ck_assert_ptr_eq(sqlite3_next_stmt(db.db, NULL), statement);
  ck_assert_ptr_null(sqlite3_next_stmt(db.db, statement));
  sqlite3_finalize(statement);
  run(db, "DETACH aux; DROP TABLE posts; DROP TABLE users;");
  gives(db, "SELECT relationship_diagram('mermaid')", "erDiagram\n");
  closeDb(db);
}
END_TEST

START_TEST(itSaysWhatIsThereNow) {
  Db db = openExtended(SCHEMA);
  gives(db, LINES("'mermaid'"), "users |o..o{ posts : \"posts / user\"\n");
  run(db, "BEGIN; CREATE TABLE likes(post_id INT NOT NULL UNIQUE REFERENCES posts);"
          "ALTER TABLE posts RENAME TO articles;"
          "INSERT INTO relationship(owner, name, target, cascade) VALUES"
          " ('users', 'texts', 'articles', 'all');");
  gives(db, LINES("'mermaid'"),
        "articles ||..o| likes : \"likes / post\"\n"
        "users |o--o{ articles : \"texts (all) / user (implied)\"\n");
  run(db, "ROLLBACK");
  gives(db, LINES("'mermaid'"), "users |o..o{ posts : \"posts / user\"\n");
  closeDb(db);
}
END_TEST

/* A declaration that fits no more is not drawn; what the keys imply still is. */
START_TEST(whatNoLongerFitsIsLeftOut) {
  Db db = openExtended(SCHEMA);
  run(db,
      "INSERT INTO relationship(owner, name, target, primaryjoin, foreign_keys, viewonly) VALUES"
      " ('users', 'same', 'posts', 'users.id = posts.id', 'posts.id', 1);"
      "CREATE TABLE other(id INTEGER PRIMARY KEY, post_id REFERENCES posts);"
      "INSERT INTO relationship(owner, name, target) VALUES ('posts', 'others', 'other');"
      "DROP TABLE other;");
  gives(db, LINES("'mermaid'"),
        "users |o..o{ posts : \"posts / user\"\n"
        "users ||--o| posts : \"same (viewonly)\"\n");
  run(db, "CREATE TABLE broken(x REFERENCES gone, y REFERENCES users(missing),"
          " z REFERENCES posts(user_id))");
  gives(db, "SELECT instr(relationship_diagram('mermaid'), 'broken {') > 0", "1\n");
  closeDb(db);
}
END_TEST

/* Two relationships join as the way back does: it goes with the one that it names. */
START_TEST(aWayBackGoesWithTheOneItNames) {
  Db db = openExtended(SCHEMA);
  run(db, "INSERT INTO relationship(owner, name, target, viewonly) VALUES"
          " ('users', 'seen', 'posts', 1);"
          "INSERT INTO relationship(owner, name, target, backref) VALUES"
          " ('posts', 'author', 'users', 'written');"
          "INSERT INTO relationship(owner, name, target) VALUES ('users', 'third', 'posts')");
  gives(db, LINES("'mermaid'"),
        "users |o--o{ posts : \"seen (viewonly)\"\n"
        "users |o--o{ posts : \"third\"\n"
        "users |o--o{ posts : \"written / author\"\n");
  gives(db,
        "SELECT instr(relationship_diagram('dot'), 'color=gray50, fontcolor=gray50, label=\"seen"
        " (viewonly)\"') > 0, relationship_diagram('dot') LIKE '%dashed%'",
        "1,0\n");
  closeDb(db);
}
END_TEST

Suite *relTestInspectDiagram(void) {
  Suite *suite = suite_create("inspect_diagram");
  TCase *drawing = tcase_create("drawing");
  tcase_add_test(drawing, nothingIsKept);
  tcase_add_test(drawing, itSaysWhatIsThereNow);
  tcase_add_test(drawing, whatNoLongerFitsIsLeftOut);
  tcase_add_test(drawing, aWayBackGoesWithTheOneItNames);
  suite_add_tcase(suite, drawing);
  return suite;
}
