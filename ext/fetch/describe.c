#include "fetch/describe.h"

#include "fetch/plan.h"

static const char *rootStrategy(const RelLevel *level, RelQueryKind kind) {
  if (level->aggregate) return "aggregate";
  switch (kind) {
  case REL_QUERY_ROWS:
    return "rows of the keys picked";
  case REL_QUERY_SCAN:
    return "scan";
  case REL_QUERY_KEYED:
    return "key";
  case REL_QUERY_PICK:
    return "pick";
  case REL_QUERY_PICK_KEYED:
    return "pick by key";
  case REL_QUERY_TEXTS:
    return "keys that are text";
  default:
    return "greatest key";
  }
}

static const char *memberStrategy(const RelLevel *level, RelQueryKind kind) {
  switch (kind) {
  case REL_QUERY_SCAN:
    return level->linked ? "scan of the links" : "scan";
  case REL_QUERY_ROWS:
    if (level->recursive) return "recursive";
    return level->linked ? "selectin, targets" : "selectin";
  case REL_QUERY_LINKS:
    return "selectin, links";
  case REL_QUERY_RANGE:
    return "range";
  case REL_QUERY_ONE:
    return "select";
  case REL_QUERY_BOUND:
    return "select, few owners";
  case REL_QUERY_PLACES:
    return "places";
  case REL_QUERY_PLACED:
    return "placed";
  case REL_QUERY_OWNERS:
    return "subquery";
  default:
    return "owners without members";
  }
}

/*
** The table and columns that a level's rows are sought by, and the index that seeks them. A scan is
** meant to read all of it, and the root is asked for as its own WHERE says.
*/
static void describeIndex(RelError *error, const RelLevel *level, RelDescription *description) {
  const Relationship *relationship = level->relationship;
  const RelKey *key = &relationship->key;
  int toParent = relationship->direction == REL_MANYTOONE, i;
  const RelTable *table = toParent ? key->parent : key->child;
  const int *columns = toParent ? key->parentColumns : key->childColumns;
  RelText text;
  if (table->kind != REL_TABLE || error->rc != SQLITE_OK) return;
  description->table = table->name;
  if (relKeyConverts(key, toParent)) return; /* no index serves */
  relTextStart(&text, error);
  relText(&text, "CREATE INDEX ");
  if (!relSame(table->schema, "main")) {
    relTextName(&text, NULL, table->schema);
    relText(&text, ".");
  }
  relTextFormat(&text, "\"%w:index\" ON ", relationship->label);
  relTextName(&text, NULL, table->name);
  for (i = 0; i < key->count; i++) {
    const char *collation = relTableCollation(key->parent, key->parentColumns[i]);
    relText(&text, i == 0 ? "(" : ", ");
    relTextName(&text, NULL, relTableColumnName(table, columns[i]));
    if (!relSame(collation, relTableCollation(table, columns[i]))) {
      relText(&text, " COLLATE ");
      relTextName(&text, NULL, collation);
    }
  }
  relText(&text, ")");
  description->index = relTextFinish(&text);
}

static void describeQuery(RelError *error, const RelLevel *level, RelQueryKind kind,
                          RelDescription *description) {
  description->sql = level->queries[kind].piece.sql;
  if (level->relationship == NULL) {
    description->strategy = rootStrategy(level, kind);
    return;
  }
  description->strategy = memberStrategy(level, kind);
  description->picked = level->limited || level->ordered;
  if (kind != REL_QUERY_SCAN && kind != REL_QUERY_EMPTY && kind != REL_QUERY_PLACED &&
      !(level->linked && kind == REL_QUERY_ROWS)) {
    describeIndex(error, level, description);
  }
}

/*
** Of the root, what only runs where keys or their order are asked for outside is left out: it is the same
** statement once more, with those.
*/
static int isShown(const RelLevel *level, RelQueryKind kind) {
  if (level->queries[kind].piece.sql == NULL || relQueryIsSpan(kind)) return 0;
  return level->relationship != NULL || kind != REL_QUERY_ROWS ||
         level->queries[REL_QUERY_SCAN].piece.sql == NULL;
}

static void describeJoined(RelError *error, const RelLevel *level, RelDescription *description) {
  const RelLevel *at = level;
  int kind = 0;
  while (at->strategy == REL_STRATEGY_JOINED) at = at->parent;
  while (kind + 1 < REL_QUERY_COUNT && !isShown(at, (RelQueryKind)kind)) kind++;
  description->sql = at->queries[kind].piece.sql;
  description->strategy = "joined";
  description->owner = at->path;
  describeIndex(error, level, description);
}

int relPlanDescribe(RelError *error, const RelPlan *plan, int n, RelDescription *description) {
  int i, kind;
  memset(description, 0, sizeof *description);
  for (i = 0; i < plan->levelCount; i++) {
    const RelLevel *level = plan->levels[i];
    description->level = level->nesting;
    description->path = level->path;
    if (level->strategy == REL_STRATEGY_JOINED && n-- == 0) {
      describeJoined(error, level, description);
      return 1;
    }
    for (kind = 0; kind < REL_QUERY_COUNT; kind++) {
      if (!isShown(level, (RelQueryKind)kind) || n-- > 0) continue;
      describeQuery(error, level, (RelQueryKind)kind, description);
      return 1;
    }
  }
  return 0;
}

void relPlanPrepare(RelError *error, RelPlan *plan) {
  int i, kind;
  for (i = plan->levelCount - 1; i >= 0; i--) {
    for (kind = 0; kind < REL_QUERY_COUNT; kind++) {
      if (plan->levels[i]->queries[kind].piece.sql == NULL) continue;
      relLevelPrepare(error, plan->levels[i], (RelQueryKind)kind);
    }
  }
}
