/*
** What the suites of model/ share: a database with its model, declarations made of words, and
** relationships as text: "users.posts ONETOMANY users.id=posts.user_id".
*/
#ifndef REL_TESTS_MODELLED_H
#define REL_TESTS_MODELLED_H

#include "unit/suites.h"

#include "model/catalog.h"
#include "model/model.h"
#include "model/resolve.h"

#include <stdarg.h>
#include <stdio.h>

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

static inline sqlite3 *openFile(const char *name, const char *sql) {
  sqlite3 *db;
  char *message = NULL;
  ck_assert_int_eq(sqlite3_open(name, &db), SQLITE_OK);
  sqlite3_exec(db, sql, NULL, NULL, &message);
  ck_assert_msg(message == NULL, "%s", message);
  return db;
}

static inline void run(sqlite3 *db, const char *sql) {
  ck_assert_msg(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, "%s: %s", sql,
                sqlite3_errmsg(db));
}

/* A database and its model. */
typedef struct Fixture {
  sqlite3 *db;
  RelModel *model;
} Fixture;

static inline RelModel *newModel(sqlite3 *db) {
  RelError error = {SQLITE_OK, NULL};
  RelModel *model = relModelNew(&error, db, "main");
  relModelRefresh(&error, model);
  ck_assert_msg(error.rc == SQLITE_OK, "%s", error.message);
  return model;
}

static inline Fixture start(const char *sql) {
  Fixture fixture;
  fixture.db = openFile(":memory:", sql);
  fixture.model = newModel(fixture.db);
  return fixture;
}

static inline void end(Fixture fixture) {
  relModelFree(fixture.model);
  ck_assert_int_eq(sqlite3_close(fixture.db), SQLITE_OK);
}

static inline void addKey(RelText *text, const RelKey *key) {
  int i;
  for (i = 0; i < key->count; i++) {
    relTextFormat(text, "%s%s.%s=%s.%s", i ? " & " : " ", key->parent->name,
                  relTableColumnName(key->parent, key->parentColumns[i]), key->child->name,
                  relTableColumnName(key->child, key->childColumns[i]));
  }
}

/* The caller frees it. */
static inline char *describe(const Relationship *relationship) {
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
static inline RelDeclaration declarationOf(const char *owner, const char *name, const char *target,
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
static inline Relationship *resolved(Fixture fixture, char **message, const char *owner,
                                     const char *name, const char *target, va_list fields) {
  RelError error = {SQLITE_OK, NULL};
  RelDeclaration declaration = declarationOf(owner, name, target, fields);
  Relationship *relationship = relResolve(&error, fixture.model, &declaration);
  ck_assert((relationship == NULL) == (error.rc != SQLITE_OK));
  *message = error.message;
  relDeclarationClear(&declaration);
  return relationship;
}

/* Resolves and compares with `expected`: a description, or the refusal less "relationship: ". */
static inline void expect(Fixture fixture, const char *expected, const char *owner,
                          const char *name, const char *target, ...) {
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
static inline Relationship *give(Fixture fixture, const char *owner, const char *name,
                                 const char *target, ...) {
  va_list fields;
  char *message;
  Relationship *relationship;
  va_start(fields, target);
  relationship = resolved(fixture, &message, owner, name, target, fields);
  va_end(fields);
  ck_assert_msg(relationship != NULL, "%s", message);
  return relationship;
}

#endif
