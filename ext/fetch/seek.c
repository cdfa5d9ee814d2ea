/*
** What SQLite says of the way it would take (EXPLAIN QUERY PLAN), where conditions of a level may let it
** read less than a key alone.
*/
#include "base/statement.h"
#include "fetch/pool.h"
#include "fetch/sql.h"

int relIsFiltered(const RelCompose *c) {
  return c->level->relationship->condition != NULL || c->reading->selection.where.start != NULL ||
         c->level->plan->criteria.count > 0;
}

/* How many columns of an index the line says that are compared. */
static int comparedIn(const char *detail) {
  const char *at = strrchr(detail, '(');
  int count = 1;
  while (at != NULL && (at = strstr(at, " AND ")) != NULL) {
    at += strlen(" AND ");
    count++;
  }
  return count;
}

/* Whether one of them is the column, for equality. */
static int compares(RelError *error, const char *detail, const char *column) {
  char *first = relFormat(error, "(%s=?", column), *other = relFormat(error, " AND %s=?", column);
  int is = first != NULL && other != NULL &&
           (strstr(detail, first) != NULL || strstr(detail, other) != NULL);
  sqlite3_free(first);
  sqlite3_free(other);
  return is;
}

static int usesPartial(RelError *error, const char *detail, const RelTable *table) {
  int i, uses = 0;
  for (i = 0; i < table->indexCount; i++) {
    char *name;
    if (!table->indexes[i].partial) continue;
    name = relFormat(error, " INDEX %s (", table->indexes[i].name);
    uses |= name != NULL && strstr(detail, name) != NULL;
    sqlite3_free(name);
  }
  return uses;
}

static const char *behind(const char *text, const char *start) {
  size_t length = strlen(start);
  return strncmp(text, start, length) == 0 ? text + length : NULL;
}

/* What follows the table's name, which its schema's may stand before; NULL where it is another's. */
static const char *behindName(const char *text, const RelTable *table) {
  const char *name = behind(text, table->schema);
  return behind(name != NULL && *name == '.' ? name + 1 : text, table->name);
}

static int isAbout(const char *line, const RelTable *table) {
  const char *rest = behind(line, "SEARCH ");
  if (rest != NULL) rest = behindName(rest, table);
  return rest != NULL && behind(rest, " USING ") != NULL;
}

/* Whether it is about the key's table, and an index in which more is compared than the key. */
static int seeksFurther(RelError *error, const char *detail, const RelKey *key) {
  int i;
  if (!isAbout(detail, key->child)) return 0;
  for (i = 0; i < key->count; i++) {
    const char *column = relTableColumnName(key->child, key->childColumns[i]);
    if (!compares(error, detail, column)) return 0;
  }
  return comparedIn(detail) > key->count || usesPartial(error, detail, key->child);
}

/* The plan of the SQL at hand. What is wrong with that shows when it is prepared to run. */
static sqlite3_stmt *explain(const RelCompose *c) {
  sqlite3_stmt *plan = NULL;
  char *sql = relFormat(c->error, "EXPLAIN QUERY PLAN %s", c->piece->sql);
  if (sql != NULL) sqlite3_prepare_v2(c->level->plan->pool->db, sql, -1, &plan, NULL);
  sqlite3_free(sql);
  return plan;
}

/* The next of its outermost lines; NULL at the end. */
static const char *nextLine(sqlite3_stmt *plan) {
  enum { PARENT = 1, DETAIL = 3 };
  while (plan != NULL && sqlite3_step(plan) == SQLITE_ROW) {
    if (sqlite3_column_int(plan, PARENT) == 0)
      return (const char *)sqlite3_column_text(plan, DETAIL);
  }
  return NULL;
}

int relSeeksFurther(const RelCompose *c) {
  sqlite3_stmt *plan;
  const char *line;
  int further = 0;
  if (c->level->relationship->direction == REL_MANYTOONE || !relIsFiltered(c)) return 0;
  plan = explain(c);
  while ((line = nextLine(plan)) != NULL) {
    further |= seeksFurther(c->error, line, &c->level->relationship->key);
  }
  sqlite3_finalize(plan);
  return further;
}

int relSeeksAll(const RelCompose *c) {
  sqlite3_stmt *plan = explain(c);
  const char *line;
  int lines = 0, all = 1;
  for (; (line = nextLine(plan)) != NULL; lines++) {
    all &= behind(line, "SEARCH ") != NULL && strstr(line, " AUTOMATIC ") == NULL;
  }
  sqlite3_finalize(plan);
  return all && lines > 0;
}

int relMaterializes(const RelCompose *c) {
  sqlite3_stmt *plan = explain(c);
  const char *line;
  int does = 0;
  while ((line = nextLine(plan)) != NULL) does |= behind(line, "MATERIALIZE ") != NULL;
  sqlite3_finalize(plan);
  return does;
}

/* Whether the line reads a whole table, and not the slots or what has been worked out before. */
static int readsWhole(const char *line, const RelTable *view) {
  const char *what = behind(line, "SCAN "), *rest;
  if (what == NULL) return strstr(line, " AUTOMATIC ") != NULL;
  rest = behindName(what, view);
  return (rest == NULL || *rest != 0) && behind(what, "(subquery") == NULL &&
         behind(what, "CONSTANT ROW") == NULL &&
         strstr(what, "relationship_keys VIRTUAL TABLE") == NULL;
}

int relSeeksThrough(const RelCompose *c) {
  enum { DETAIL = 3 };
  sqlite3_stmt *plan = explain(c);
  int lines = 0, seeks = 1;
  for (; plan != NULL && sqlite3_step(plan) == SQLITE_ROW; lines++) {
    const char *line = (const char *)sqlite3_column_text(plan, DETAIL);
    seeks &= line != NULL && !readsWhole(line, c->level->table);
  }
  sqlite3_finalize(plan);
  return seeks && lines > 0;
}
