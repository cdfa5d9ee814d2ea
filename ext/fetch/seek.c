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

/* Whether the line seeks in the table, which goes by its schema's name as well or does not. */
static int isAbout(RelError *error, const char *detail, const RelTable *table) {
  char *alone = relFormat(error, "SEARCH %s USING ", table->name);
  char *full = relFormat(error, "SEARCH %s.%s USING ", table->schema, table->name);
  int about =
      alone != NULL && full != NULL &&
      (strncmp(detail, alone, strlen(alone)) == 0 || strncmp(detail, full, strlen(full)) == 0);
  sqlite3_free(alone);
  sqlite3_free(full);
  return about;
}

/* Whether it is about the key's table, and an index in which more is compared than the key. */
static int seeksFurther(RelError *error, const char *detail, const RelKey *key) {
  int i;
  if (!isAbout(error, detail, key->child)) return 0;
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
    all &= strncmp(line, "SEARCH ", 7) == 0 && strstr(line, " AUTOMATIC ") == NULL;
  }
  sqlite3_finalize(plan);
  return all && lines > 0;
}
