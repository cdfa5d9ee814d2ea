#include "database.h"
#include "sql.h"

char *benchIn(const sqlite3_int64 *ids, int count) {
  sqlite3_str *text = sqlite3_str_new(NULL);
  int i;
  sqlite3_str_appendall(text, " IN (");
  for (i = 0; i < count; i++) sqlite3_str_appendf(text, i > 0 ? ", %lld" : "%lld", ids[i]);
  sqlite3_str_appendall(text, ")");
  return sqlite3_str_finish(text);
}

char *benchColumns(const BenchLevel *level, const char *alias) {
  sqlite3_str *text = sqlite3_str_new(NULL);
  int i;
  for (i = 0; i < level->columnCount; i++) {
    sqlite3_str_appendf(text, "%s%s.%s", i > 0 ? ", " : "", alias != NULL ? alias : level->table,
                        level->columns[i]);
  }
  return sqlite3_str_finish(text);
}

char *benchSelectin(const BenchShape *shape, int joined, const char *owners) {
  return sqlite3_mprintf("SELECT doc FROM selectin('%s', '%s')%s%s", shape->root->table,
                         joined ? shape->joined : shape->selection, *owners ? " WHERE key" : "",
                         owners);
}

/* --- documents ------------------------------------------------------------------------------------ */

/* Each level of a statement has a number, which its alias bears: t0 for the owners. */
typedef struct Writing {
  sqlite3_str *text; /* owned */
  BenchForm form;
  int marked;
  const char *owners;
  const BenchLevel *path[BENCH_DEPTH]; /* from the owners down to the level that is written */
  int aliases;                         /* used so far */
} Writing;

static void columns(Writing *to, const BenchLevel *level, int alias) {
  int i;
  for (i = 0; i < level->columnCount; i++) {
    sqlite3_str_appendf(to->text, "%s'%s', t%d.%s", i > 0 ? ", " : "", level->columns[i], alias,
                        level->columns[i]);
  }
}

static const char *prefix(const Writing *to, const BenchLevel *level) {
  return to->form == BENCH_JSONB && level->kind != BENCH_ROOT ? "jsonb" : "json";
}

/* FROM and WHERE of the members of one row of the parent. */
static void membersOf(Writing *to, const BenchLevel *level, int alias, int parent) {
  if (level->kind == BENCH_ONE) {
    sqlite3_str_appendf(to->text, " FROM %s t%d WHERE t%d.id = t%d.%s", level->table, alias, alias,
                        parent, level->key);
  } else if (level->kind == BENCH_MANY) {
    sqlite3_str_appendf(to->text, " FROM %s t%d WHERE t%d.%s = t%d.id", level->table, alias, alias,
                        level->key, parent);
  } else {
    sqlite3_str_appendf(to->text, " FROM %s l JOIN %s t%d ON t%d.id = l.%s WHERE l.%s = t%d.id",
                        level->link, level->table, alias, alias, level->far, level->key, parent);
  }
}

/* An object of the columns, less its last brace where collections follow: no value ends with one. */
static void spliced(Writing *to, const BenchLevel *level, int alias) {
  int i, follows = level->children[0] != NULL;
  sqlite3_str_appendall(to->text, follows ? "rtrim(json_object(" : "json_object(");
  columns(to, level, alias);
  sqlite3_str_appendall(to->text, follows ? "), '}')" : ")");
  for (i = 0; i < BENCH_CHILDREN && level->children[i] != NULL; i++) {
    const BenchLevel *member = level->children[i];
    int one = member->kind == BENCH_ONE, child = ++to->aliases;
    sqlite3_str_appendf(to->text, " || ',\"%s\":%s' || coalesce((SELECT %s", member->name,
                        one ? "" : "[", one ? "" : "group_concat(");
    spliced(to, member, child);
    if (!one) sqlite3_str_appendall(to->text, ")");
    membersOf(to, member, child, alias);
    sqlite3_str_appendall(to->text, one ? "), 'null')" : "), '') || ']'");
  }
  if (follows) sqlite3_str_appendall(to->text, " || '}'");
}

static void correlated(Writing *to, const BenchLevel *level, int alias);

/* The collection or member of one row of the parent. */
static void subquery(Writing *to, const BenchLevel *level, int parent) {
  int alias = ++to->aliases;
  sqlite3_str_appendall(to->text, to->marked ? "json((SELECT " : "(SELECT ");
  if (level->kind != BENCH_ONE) sqlite3_str_appendf(to->text, "%s_group_array(", prefix(to, level));
  correlated(to, level, alias);
  if (level->kind != BENCH_ONE) {
    if (to->form == BENCH_ORDERED) sqlite3_str_appendf(to->text, " ORDER BY t%d.id", alias);
    sqlite3_str_appendall(to->text, ")");
  }
  membersOf(to, level, alias, parent);
  sqlite3_str_appendall(to->text, to->marked ? "))" : ")");
}

static void correlated(Writing *to, const BenchLevel *level, int alias) {
  int i;
  sqlite3_str_appendf(to->text, "%s_object(", prefix(to, level));
  columns(to, level, alias);
  for (i = 0; i < BENCH_CHILDREN && level->children[i] != NULL; i++) {
    sqlite3_str_appendf(to->text, ", '%s', ", level->children[i]->name);
    subquery(to, level->children[i], alias);
  }
  sqlite3_str_appendall(to->text, ")");
}

/* The values of a row and of all below it: touches(…) is an aggregate. */
static void reading(Writing *to, const BenchLevel *level, int alias) {
  int i, one = level->kind == BENCH_ROOT || level->kind == BENCH_ONE;
  sqlite3_str_appendall(to->text, one ? "touch(" : "touches(");
  for (i = 0; i < level->columnCount; i++) {
    sqlite3_str_appendf(to->text, "%st%d.%s", i > 0 ? ", " : "", alias, level->columns[i]);
  }
  for (i = 0; i < BENCH_CHILDREN && level->children[i] != NULL; i++) {
    int child = ++to->aliases;
    sqlite3_str_appendall(to->text, ", (SELECT ");
    reading(to, level->children[i], child);
    membersOf(to, level->children[i], child, alias);
    sqlite3_str_appendall(to->text, ")");
  }
  sqlite3_str_appendall(to->text, ")");
}

/* The condition that the column holds the id of a row of path[depth] that belongs to the owners. */
static void belongs(Writing *to, const char *column, int depth) {
  const BenchLevel *level = to->path[depth];
  if (depth == 0) {
    sqlite3_str_appendf(to->text, "%s%s", column, to->owners);
    return;
  }
  sqlite3_str_appendf(to->text, "%s IN (SELECT id FROM %s WHERE ", column, level->table);
  belongs(to, level->key, depth - 1);
  sqlite3_str_appendall(to->text, ")");
}

static void grouped(Writing *to, const BenchLevel *level, int alias, int depth);

/* A table of (k, docs): the collection of each parent that has one. */
static void collection(Writing *to, const BenchLevel *level, int depth) {
  int alias = ++to->aliases;
  char key[100];
  if (level->kind == BENCH_LINKED) {
    sqlite3_snprintf(sizeof key, key, "l.%s", level->key);
  } else {
    sqlite3_snprintf(sizeof key, key, "t%d.%s", alias, level->key);
  }
  sqlite3_str_appendf(to->text, "(SELECT %s AS k, json_group_array(", key);
  grouped(to, level, alias, depth);
  if (*to->owners) {
    sqlite3_str_appendall(to->text, " WHERE ");
    belongs(to, key, depth - 1);
  }
  sqlite3_str_appendf(to->text, " GROUP BY %s)", key);
}

/* The object of a row, its FROM, and its collections joined. */
static void grouped(Writing *to, const BenchLevel *level, int alias, int depth) {
  int i, child[BENCH_CHILDREN];
  to->path[depth] = level;
  sqlite3_str_appendall(to->text, "json_object(");
  columns(to, level, alias);
  for (i = 0; i < BENCH_CHILDREN && level->children[i] != NULL; i++) {
    const BenchLevel *member = level->children[i];
    child[i] = ++to->aliases;
    sqlite3_str_appendf(to->text, ", '%s', ", member->name);
    if (member->kind == BENCH_ONE) {
      sqlite3_str_appendf(to->text, "CASE WHEN t%d.id IS NOT NULL THEN json_object(", child[i]);
      columns(to, member, child[i]);
      sqlite3_str_appendall(to->text, ") END");
    } else {
      sqlite3_str_appendf(to->text, "json(coalesce(t%d.docs, '[]'))", child[i]);
    }
  }
  sqlite3_str_appendf(to->text, ")%s FROM ", level->kind == BENCH_ROOT ? "" : ") AS docs");
  if (level->kind == BENCH_LINKED) {
    sqlite3_str_appendf(to->text, "%s l JOIN %s t%d ON t%d.id = l.%s", level->link, level->table,
                        alias, alias, level->far);
  } else {
    sqlite3_str_appendf(to->text, "%s t%d", level->table, alias);
  }
  for (i = 0; i < BENCH_CHILDREN && level->children[i] != NULL; i++) {
    const BenchLevel *member = level->children[i];
    sqlite3_str_appendall(to->text, " LEFT JOIN ");
    if (member->kind == BENCH_ONE) {
      sqlite3_str_appendf(to->text, "%s t%d ON t%d.id = t%d.%s", member->table, child[i], child[i],
                          alias, member->key);
    } else {
      collection(to, member, depth + 1);
      sqlite3_str_appendf(to->text, " t%d ON t%d.k = t%d.id", child[i], child[i], alias);
    }
  }
}

char *benchDocuments(const BenchShape *shape, BenchForm form, int marked, const char *owners) {
  Writing to = {sqlite3_str_new(NULL), form, marked && form != BENCH_JSONB, owners, {NULL}, 0};
  sqlite3_str_appendall(to.text, "SELECT ");
  if (form == BENCH_GROUPED) {
    grouped(&to, shape->root, 0, 0);
  } else if (form == BENCH_SPLICED) {
    spliced(&to, shape->root, 0);
    sqlite3_str_appendf(to.text, " FROM %s t0", shape->root->table);
  } else if (form == BENCH_READING) {
    reading(&to, shape->root, 0);
    sqlite3_str_appendf(to.text, " FROM %s t0", shape->root->table);
  } else {
    correlated(&to, shape->root, 0);
    sqlite3_str_appendf(to.text, " FROM %s t0", shape->root->table);
  }
  if (*owners) sqlite3_str_appendf(to.text, " WHERE t0.id%s", owners);
  sqlite3_str_appendall(to.text, " ORDER BY t0.id");
  return sqlite3_str_finish(to.text);
}

/* --- rows ----------------------------------------------------------------------------------------- */

static int listLevels(const BenchLevel *level, const BenchLevel *parent, const BenchLevel **levels,
                      const BenchLevel **parents, int count) {
  int i;
  levels[count] = level;
  parents[count++] = parent;
  for (i = 0; i < BENCH_CHILDREN && level->children[i] != NULL; i++) {
    count = listLevels(level->children[i], level, levels, parents, count);
  }
  return count;
}

int benchLevels(const BenchShape *shape, const BenchLevel **levels, const BenchLevel **parents) {
  return listLevels(shape->root, NULL, levels, parents, 0);
}

char *benchRows(const BenchLevel *level, const char *what) {
  sqlite3_str *text = sqlite3_str_new(NULL);
  char *list = benchColumns(level, NULL);
  sqlite3_str_appendall(text, "SELECT ");
  sqlite3_str_appendf(text, what, list);
  sqlite3_str_appendf(text, " FROM %s", level->table);
  sqlite3_free(list);
  return sqlite3_str_finish(text);
}

char *benchLinks(const BenchLevel *level, const char *what) {
  sqlite3_str *text = sqlite3_str_new(NULL);
  char *list = sqlite3_mprintf("%s, %s", level->key, level->far);
  sqlite3_str_appendall(text, "SELECT ");
  sqlite3_str_appendf(text, what, list);
  sqlite3_str_appendf(text, " FROM %s", level->link);
  sqlite3_free(list);
  return sqlite3_str_finish(text);
}

char *benchRowsOf(const BenchLevel *level) {
  char *list = benchColumns(level, NULL), *sql;
  if (level->kind == BENCH_LINKED) {
    sql = sqlite3_mprintf("SELECT %s FROM %s JOIN %s ON %s.id = %s.%s WHERE %s.%s = ?1", list,
                          level->link, level->table, level->table, level->link, level->far,
                          level->link, level->key);
  } else {
    sql = sqlite3_mprintf("SELECT %s FROM %s WHERE %s = ?1", list, level->table,
                          level->kind == BENCH_MANY ? level->key : "id");
  }
  sqlite3_free(list);
  return sql;
}
