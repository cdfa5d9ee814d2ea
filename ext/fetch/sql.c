#include "fetch/sql.h"

void relComposeStart(RelCompose *c, RelQueryKind kind) {
  c->query = &c->level->queries[kind];
  relTextStart(&c->text, c->error);
}

void relComposeFinish(RelCompose *c) {
  c->query->sql = relTextFinish(&c->text);
}

void relWriteColumn(RelCompose *c, const RelTable *table, int column) {
  relTextName(&c->text, table->name, relTableColumnName(table, column));
}

/* "a"."x", or ("a"."x","a"."y") */
void relWriteColumns(RelCompose *c, const RelTable *table, const int *columns, int count) {
  int i;
  for (i = 0; i < count; i++) {
    if (i > 0) relText(&c->text, ",");
    relWriteColumn(c, table, columns[i]);
  }
}

void relWriteTuple(RelCompose *c, const RelTable *table, const int *columns, int count) {
  if (count > 1) relText(&c->text, "(");
  relWriteColumns(c, table, columns, count);
  if (count > 1) relText(&c->text, ")");
}

void relWriteTable(RelCompose *c, const RelTable *table) {
  relTextName(&c->text, table->schema, table->name);
}

void relWriteKeys(RelCompose *c) {
  relText(&c->text, "temp.relationship_keys(?34) AS \"relationship keys\"");
}

/* The n-th value of a slot, converting in comparisons as a column of that affinity does. */
void relWriteKey(RelCompose *c, RelAffinity affinity, int n) {
  relText(&c->text, "\"relationship keys\".");
  relTextFormat(
      &c->text,
      affinity == REL_AFFINITY_NUMERIC ? "\"" REL_KEYS_NUMBER "\"" : "\"" REL_KEYS_VALUE "\"", n);
}

/* The parent column rules a comparison: its affinity is the key's, its collation said explicitly.
 */
void relWriteKeyEquals(RelCompose *c, RelAffinity affinity, const char *collation, int n,
                       const RelTable *table, int column) {
  relWriteKey(c, affinity, n);
  if (!relSame(collation, "BINARY") || !relSame(relTableCollation(table, column), "BINARY")) {
    relText(&c->text, " COLLATE ");
    relTextName(&c->text, NULL, collation);
  }
  relText(&c->text, " = ");
  relWriteColumn(c, table, column);
}

void relWriteKeyJoin(RelCompose *c, const RelKey *key, int toParent) {
  int i;
  for (i = 0; i < key->count; i++) {
    int parent = key->parentColumns[i], child = key->childColumns[i];
    if (i > 0) relText(&c->text, " AND ");
    relWriteKeyEquals(
        c, toParent ? relTableAffinity(key->child, child) : relTableAffinity(key->parent, parent),
        relTableCollation(key->parent, parent), i, toParent ? key->parent : key->child,
        toParent ? parent : child);
  }
}

/* What an expression is written with: its spots are those of the query at hand. */
static RelScope scopeFor(RelCompose *c, const RelScope *from) {
  RelScope scope = *from;
  scope.spots = &c->query->spots;
  return scope;
}

void relWriteExpression(RelCompose *c, RelSlice slice, int flags) {
  RelScope scope = scopeFor(c, &c->reading->scope);
  relText(&c->text, "(");
  relExpressionWrite(&scope, &c->text, slice, flags);
  relText(&c->text, ")");
}

void relWriteConditions(RelCompose *c, const char *word) {
  const Relationship *relationship = c->level->relationship;
  RelSlice where = c->reading->selection.where;
  if (relationship != NULL && relationship->condition != NULL) {
    RelSlice slice;
    slice.start = relationship->condition;
    slice.end = slice.start + strlen(slice.start);
    relText(&c->text, word);
    relWriteExpression(c, slice, 0);
    word = " AND ";
  }
  if (where.start == NULL) return;
  relText(&c->text, word);
  relWriteExpression(c, where, REL_WITH_ALIASES);
}

void relWriteTerms(RelCompose *c, int flags) {
  const RelSelection *order = c->reading->order;
  const RelTable *table = c->level->table;
  RelScope scope = scopeFor(c, &c->reading->orderScope);
  const char *between = "";
  int i;
  for (i = 0; i < order->termCount; i++, between = ",") {
    relText(&c->text, between);
    relTermWrite(&scope, &c->text, order->terms[i], flags);
  }
  for (i = 0; i < relTableKeyWidth(table); i++, between = ",") {
    relText(&c->text, between);
    relWriteColumn(c, table, relTableKeyColumn(table, i));
  }
}

int relHasOrder(const RelCompose *c) {
  return c->reading->order->termCount > 0 || relTableKeyWidth(c->level->table) > 0;
}

void relWriteOrder(RelCompose *c) {
  if (!relHasOrder(c)) return;
  relText(&c->text, " ORDER BY ");
  relWriteTerms(c, REL_WITH_ALIASES);
}

void relWriteSlotOrder(RelCompose *c) {
  relText(&c->text, " ORDER BY " REL_SLOT_NAME);
  if (!relHasOrder(c)) return;
  relText(&c->text, ",");
  relWriteTerms(c, REL_WITH_ALIASES | REL_PARTITIONED);
}

void relWriteLimit(RelCompose *c) {
  if (c->reading->selection.limit.start == NULL) return;
  relText(&c->text, " LIMIT ");
  relWriteExpression(c, c->reading->selection.limit, 0);
  if (c->reading->selection.offset.start == NULL) return;
  relText(&c->text, " OFFSET ");
  relWriteExpression(c, c->reading->selection.offset, 0);
}

void relWriteArguments(RelCompose *c, const char *slot, int flags) {
  RelLevel *level = c->level;
  int i;
  relText(&c->text, slot);
  for (i = 0; i < level->argumentCount; i++) {
    const RelArgument *argument = &level->arguments[i];
    relText(&c->text, ",");
    if (argument->column == REL_NO_COLUMN) {
      relWriteExpression(c, argument->slice, flags);
    } else {
      relWriteColumn(c, level->table, argument->column);
    }
  }
}

/* An aggregate that writes all rows; or, where they are stepped, a function that writes each. */
void relWriteSelect(RelCompose *c, const char *slot, int flags) {
  relText(&c->text, "SELECT ");
  if (c->level->wide) {
    relWriteArguments(c, slot, flags);
    return;
  }
  relText(&c->text, c->query->stepped ? "relationship_row(?33," : "relationship_emit(?33,");
  relWriteArguments(c, slot, flags);
  relText(&c->text, ")");
}
