#include "fetch/sql.h"

void relComposePiece(RelCompose *c, RelPiece *piece) {
  c->piece = piece;
  c->query = NULL;
  relPieceClear(piece);
  relTextStart(&c->text, c->error);
}

void relComposeStart(RelCompose *c, RelQueryKind kind) {
  relComposePiece(c, &c->level->queries[kind].piece);
  c->query = &c->level->queries[kind];
}

void relComposeFinish(RelCompose *c) {
  c->piece->sql = relTextFinish(&c->text);
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

int relIsForOne(const RelCompose *c) {
  return c->feed == REL_FEED_ONE || c->feed == REL_FEED_BOUND;
}

const char *relSlotName(const RelCompose *c) {
  return relIsForOne(c) ? "(SELECT \"" REL_KEYS_SLOT "\" FROM temp.relationship_keys(?33))"
                        : REL_SLOT_NAME;
}

static const char OWNER[] = "relationship owner";

int relHidesOwner(const Relationship *relationship) {
  return relSame(relationship->owner->name, relationship->target->name) ||
         (relationship->secondary != NULL &&
          relSame(relationship->owner->name, relationship->secondary->name));
}

void relWriteOwner(RelText *text, const Relationship *relationship) {
  const int *columns = relOwnerColumns(relationship);
  int i;
  relText(text, "(SELECT ");
  for (i = 0; i < relationship->key.count; i++) {
    if (i > 0) relText(text, ",");
    relTextName(text, relationship->owner->name,
                relTableColumnName(relationship->owner, columns[i]));
    relTextFormat(text, " AS \"%s %d\"", OWNER, i);
  }
  relTextFormat(text, ") AS \"%s\"", OWNER);
}

/* The n-th value of a slot, converting in comparisons as a column of that affinity does. */
void relWriteKey(RelCompose *c, RelAffinity affinity, int n) {
  const Relationship *relationship = c->level->relationship;
  const char *name =
      affinity == REL_AFFINITY_NUMERIC ? "\"" REL_KEYS_NUMBER "\"" : "\"" REL_KEYS_VALUE "\"";
  if (c->feed == REL_FEED_CORRELATED && relHidesOwner(relationship)) {
    relTextFormat(&c->text, "\"%s\".\"%s %d\"", OWNER, OWNER, n);
  } else if (c->feed == REL_FEED_CORRELATED) {
    relWriteColumn(c, relationship->owner, relOwnerColumns(relationship)[n]);
  } else if (c->feed == REL_FEED_BOUND) {
    relTextFormat(&c->text, "+?%d", REL_FIRST_PARAMETER + n); /* see composeRange */
  } else {
    relText(&c->text, c->feed == REL_FEED_ONE ? "(SELECT " : "\"relationship keys\".");
    relTextFormat(&c->text, name, n);
    if (c->feed == REL_FEED_ONE) relText(&c->text, " FROM temp.relationship_keys(?33))");
  }
}

/* The collation that the n-th value brings along: none, unless it is the owner's column. */
static const char *keyCollation(const RelCompose *c, int n) {
  const Relationship *relationship = c->level->relationship;
  if (relationship == NULL || c->feed == REL_FEED_KEYS || relIsForOne(c) ||
      c->feed == REL_FEED_EACH) {
    return "BINARY";
  }
  return relTableCollation(relationship->owner, relOwnerColumns(relationship)[n]);
}

/* Which collation a column of a view brings along, nothing says. */
static int isUnknown(const RelCompose *c, const RelTable *table) {
  const Relationship *relationship = c->level->relationship;
  return table->kind != REL_TABLE && relationship != NULL && table == relationship->key.child &&
         relationship->key.parent->kind == REL_TABLE;
}

/* The parent column rules a comparison: its affinity is the key's, its collation said explicitly.
 */
void relWriteKeyEquals(RelCompose *c, RelAffinity affinity, const char *collation, int n,
                       const RelTable *table, int column) {
  relWriteKey(c, affinity, n);
  if (!relSame(collation, "BINARY") || !relSame(keyCollation(c, n), "BINARY") ||
      !relSame(relTableCollation(table, column), "BINARY") || isUnknown(c, table)) {
    relText(&c->text, " COLLATE ");
    relTextName(&c->text, NULL, collation);
  }
  relText(&c->text, c->turned ? " = +" : " = ");
  if (c->indexFirst) {
    relTextFormat(&c->text, REL_INDEX_NAME ".\"" REL_INDEX_VALUE "\"", n);
  } else {
    relWriteColumn(c, table, column);
  }
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

/* What an expression is written with: its spots are those of the piece at hand. */
static RelScope scopeFor(RelCompose *c, const RelScope *from) {
  RelScope scope = *from;
  scope.spots = &c->piece->spots;
  return scope;
}

void relWriteExpression(RelCompose *c, RelSlice slice, int flags) {
  RelScope scope = scopeFor(c, &c->reading->scope);
  relText(&c->text, "(");
  relExpressionWrite(&scope, &c->text, slice, flags);
  relText(&c->text, ")");
}

void relWriteWord(RelCompose *c) {
  relText(&c->text, c->word);
  c->word = " AND ";
}

static void writeCondition(const RelScope *scope, RelText *text, RelSlice slice,
                           const char **word) {
  relText(text, *word);
  *word = " AND ";
  relText(text, "(");
  relExpressionWrite(scope, text, slice, 0);
  relText(text, ")");
}

/*
** FOR EACH of one table; inside its own condition it does not hold once more. The table's columns
** come before those of `other` where both have a name.
*/
static void writeCriteria(const RelScope *from, RelText *text, const RelTable *table,
                          const RelTable *other, const char **word) {
  RelScope scope = relScopeFor(from, table, other);
  int i;
  for (i = 0; from->criteria != NULL && i < from->criteria->count; i++) {
    RelCriterion *criterion = &from->criteria->list[i];
    if (criterion->writing || !relSame(criterion->table, table->name)) continue;
    criterion->used = criterion->writing = 1;
    writeCondition(&scope, text, criterion->where, word);
    criterion->writing = 0;
  }
}

void relStandingWrite(const RelScope *from, RelText *text, const Relationship *relationship,
                      const char **word) {
  const RelTable *target = relationship->target, *secondary = relationship->secondary;
  if (relationship->condition != NULL) {
    RelScope scope = relScopeFor(from, target, secondary);
    RelSlice slice;
    slice.start = relationship->condition;
    slice.end = slice.start + strlen(slice.start);
    scope.model = NULL;
    writeCondition(&scope, text, slice, word);
  }
  writeCriteria(from, text, target, secondary, word);
  if (secondary != NULL) writeCriteria(from, text, secondary, target, word);
}

void relWriteConditions(RelCompose *c) {
  RelScope scope = scopeFor(c, &c->reading->scope);
  RelSlice where = c->reading->selection.where;
  int i;
  if (c->level->relationship != NULL) {
    relStandingWrite(&scope, &c->text, c->level->relationship, &c->word);
  } else {
    writeCriteria(&scope, &c->text, c->level->table, NULL, &c->word);
  }
  if (where.start != NULL) {
    relWriteWord(c);
    relWriteExpression(c, where, REL_WITH_ALIASES);
  }
  for (i = 0; i < c->level->childCount; i++) {
    const RelLevel *child = c->level->children[i];
    if (child == c->level || !child->inner) continue;
    relWriteWord(c);
    relPieceWrite(c->error, &c->text, &c->piece->spots, &child->filter);
  }
}

static int isEqualIn(const RelKey *key, int pair, const RelTable *table, int column) {
  return (key->parent == table && key->parentColumns[pair] == column) ||
         (key->child == table && key->childColumns[pair] == column);
}

/*
** SQLite takes the order of a column for settled where the join says that it equals something. Where
** types or collations make different values equal, it is not: a + before the column keeps it.
*/
static int isEqualOnly(const RelKey *key, const RelTable *table, int column) {
  int i;
  for (i = 0; i < key->count; i++) {
    int parent = key->parentColumns[i], child = key->childColumns[i];
    if (isEqualIn(key, i, table, column) &&
        (relTableAffinity(key->parent, parent) != relTableAffinity(key->child, child) ||
         !relSame(relTableCollation(key->parent, parent), "BINARY") ||
         !relSame(relTableCollation(key->child, child), "BINARY"))) {
      return 1;
    }
  }
  return 0;
}

static int isUnsettled(const RelLevel *level, const RelTable *table, int column) {
  const Relationship *relationship = level->relationship;
  if (relationship == NULL || column == REL_NO_COLUMN) return 0;
  if (isEqualOnly(&relationship->key, table, column)) return 1;
  return relationship->secondary != NULL && isEqualOnly(&relationship->targetKey, table, column);
}

/*
** The link's column that equals the target's, or REL_NO_COLUMN. An index of links may be in its order, which
** SQLite does not see in that of the target's.
*/
static int linkColumn(const RelLevel *level, const RelTable *table, int column) {
  const Relationship *relationship = level->relationship;
  int i;
  if (relationship == NULL || relationship->secondary == NULL || table != level->table ||
      isUnsettled(level, table, column)) {
    return REL_NO_COLUMN;
  }
  for (i = 0; i < relationship->targetKey.count; i++) {
    if (relationship->targetKey.parentColumns[i] == column) {
      return relationship->targetKey.childColumns[i];
    }
  }
  return REL_NO_COLUMN;
}

/* A column that rows are ordered by. */
static void writeOrdering(RelCompose *c, const RelTable *table, int column) {
  int link = linkColumn(c->level, table, column);
  if (isUnsettled(c->level, table, column)) relText(&c->text, "+");
  if (link == REL_NO_COLUMN) {
    relWriteColumn(c, table, column);
  } else {
    relWriteColumn(c, c->level->relationship->secondary, link);
  }
}

/* A term that names such a column of the target, by the link's. */
static int writesLink(RelCompose *c, const RelScope *scope, RelSlice term) {
  RelSortTerm sort;
  if (c->level->relationship == NULL || c->level->relationship->secondary == NULL ||
      !relTermSimple(scope, term, &sort) ||
      linkColumn(c->level, c->level->table, sort.column) == REL_NO_COLUMN) {
    return 0;
  }
  writeOrdering(c, c->level->table, sort.column);
  if (sort.descending) relText(&c->text, " DESC");
  return 1;
}

static int isUnsettledTerm(const RelScope *scope, const RelLevel *level, RelSlice term) {
  const RelTable *table = NULL;
  int column = relTermColumn(scope, term, &table);
  return isUnsettled(level, table, column);
}

/*
** The links' own order comes last: where several lead to one row, limits take the same of them however SQLite
** reads them.
*/
static void writeLinkOrder(RelCompose *c, const char *between) {
  const Relationship *relationship = c->level->relationship;
  int i, width, columns[REL_MAX_KEY_WIDTH];
  if (relationship == NULL || relationship->secondary == NULL) return;
  width = relTableIdentity(relationship->secondary, columns);
  for (i = 0; i < width; i++, between = ",") {
    relText(&c->text, between);
    relWriteColumn(c, relationship->secondary, columns[i]);
  }
}

void relWriteTerms(RelCompose *c, int flags) {
  const RelSelection *order = c->reading->order;
  const RelTable *table = c->level->table;
  RelScope scope = scopeFor(c, &c->reading->orderScope);
  const char *between = "";
  int i;
  for (i = 0; i < order->termCount; i++, between = ",") {
    relText(&c->text, between);
    if (writesLink(c, &scope, order->terms[i])) continue;
    if (isUnsettledTerm(&scope, c->level, order->terms[i])) relText(&c->text, "+");
    relTermWrite(&scope, &c->text, order->terms[i], flags);
  }
  for (i = 0; i < relTableKeyWidth(table); i++, between = ",") {
    relText(&c->text, between);
    writeOrdering(c, table, relTableKeyColumn(table, i));
  }
  writeLinkOrder(c, between);
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

void relWriteArgument(RelCompose *c, const RelArgument *argument, int flags) {
  if (argument->joined != NULL) {
    relPieceWrite(c->error, &c->text, &c->piece->spots, &argument->joined->joinedRows);
  } else if (argument->column == REL_NO_COLUMN) {
    relWriteExpression(c, argument->slice, flags);
  } else {
    relWriteColumn(c, c->level->table, argument->column);
  }
}

void relWriteComma(RelCompose *c) {
  relText(&c->text, c->comma);
  c->comma = ",";
}

void relWriteArguments(RelCompose *c, int flags) {
  int i;
  for (i = 0; i < c->level->argumentCount; i++) {
    relWriteComma(c);
    relWriteArgument(c, &c->level->arguments[i], flags);
  }
}

void relWriteSelect(RelCompose *c, const char *slot, int flags) {
  int fed = !c->query->stepped && c->feed == REL_FEED_KEYS && !c->turned;
  c->query->slots = fed ? REL_SLOT_FED : REL_SLOT_HANDED;
  relText(&c->text, "SELECT ");
  c->comma = "";
  if (!c->level->wide) {
    relText(&c->text, c->query->stepped ? "relationship_row(" : "relationship_emit(");
  }
  if (!fed) relWriteComma(c);
  if (!fed) relText(&c->text, slot);
  relWriteArguments(c, flags);
  if (!c->level->wide) relText(&c->text, ")");
}
