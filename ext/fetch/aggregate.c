/*
** A level of aggregates: one object for each owner, made of all its members. The level's clauses
** choose and order the members that go into it.
*/
#include "fetch/pool.h"
#include "fetch/sql.h"
#include "fetch/ways.h"

static const char MEMBERS[] = "relationship members";

static void writeTables(RelCompose *c) {
  const Relationship *relationship = c->level->relationship;
  if (relationship == NULL) {
    relWriteTable(c, c->level->table);
    return;
  }
  relWriteTable(c, relJoinedTable(c));
  if (relationship->secondary != NULL) relWriteTarget(&c->text, relationship);
}

/* FROM and WHERE, as they are without picking. */
static void writeRows(RelCompose *c) {
  if (c->level->relationship != NULL) {
    relWriteMembers(c);
    return;
  }
  relText(&c->text, " FROM ");
  writeTables(c);
  c->word = " WHERE ";
  relWriteConditions(c);
}

static int hasSlots(const RelCompose *c) {
  return c->level->relationship != NULL && (c->feed == REL_FEED_KEYS || c->feed == REL_FEED_OWNERS);
}

static void writeKeptOrder(RelCompose *c) {
  if (hasSlots(c)) {
    relWriteSlotOrder(c);
  } else {
    relWriteOrder(c);
    relWriteLimit(c);
  }
  if (hasSlots(c) || !c->level->limited) relText(&c->text, " LIMIT -1");
}

/* The members as a subquery in order, each by what tells it apart, joined to their tables again. */
static void writePicked(RelCompose *c, const RelIdentity *identity) {
  int i;
  relText(&c->text, " FROM (SELECT ");
  if (hasSlots(c)) relText(&c->text, REL_SLOT_NAME " AS \"" REL_KEYS_SLOT "\",");
  for (i = 0; i < identity->count; i++) {
    if (i > 0) relText(&c->text, ",");
    relWriteColumn(c, identity->tables[i], identity->columns[i]);
    relTextFormat(&c->text, " AS \"relationship row %d\"", i);
  }
  writeRows(c);
  writeKeptOrder(c);
  relTextFormat(&c->text, ") AS \"%s\" CROSS JOIN ", MEMBERS);
  writeTables(c);
  relText(&c->text, " WHERE ");
  for (i = 0; i < identity->count; i++) {
    if (i > 0) relText(&c->text, " AND ");
    relWriteColumn(c, identity->tables[i], identity->columns[i]);
    relTextFormat(&c->text, " = \"%s\".\"relationship row %d\"", MEMBERS, i);
  }
}

static void writeNamed(RelCompose *c, const RelTable *table, const char *name) {
  relText(&c->text, ",");
  relTextName(&c->text, table->name, name);
  relText(&c->text, " AS ");
  relTextName(&c->text, NULL, name);
}

/* What a virtual table has beside its columns: those that are hidden, and row ids, though it need not. */
static void writeBeside(RelCompose *c, const RelTable *table) {
  static const char *const ROWIDS[] = {"rowid", "_rowid_", "oid"};
  sqlite3 *db = c->level->plan->pool->db;
  size_t i;
  int column;
  if (table->kind != REL_VIRTUAL_TABLE) return;
  for (column = 0; column < table->columnCount; column++) {
    if (table->columns[column].hidden) writeNamed(c, table, table->columns[column].name);
  }
  for (i = 0; i < sizeof ROWIDS / sizeof *ROWIDS; i++) {
    if (relScopeBeside(table, ROWIDS[i]) &&
        sqlite3_table_column_metadata(db, table->schema, table->name, ROWIDS[i], NULL, NULL, NULL,
                                      NULL, NULL) == SQLITE_OK) {
      writeNamed(c, table, ROWIDS[i]);
    }
  }
}

/* A view's rows cannot be told apart: the subquery goes by its name, with all its columns. */
static void writeCopied(RelCompose *c, const RelTable *table) {
  if (c->level->limited && hasSlots(c)) {
    relErrorSet(c->error, SQLITE_ERROR,
                "%s: %s: LIMIT with an aggregate needs a key, which the view %s has not: write "
                "!select behind the relationship",
                c->level->plan->source.caller, c->level->path, table->name);
  }
  relText(&c->text, " FROM (SELECT ");
  if (hasSlots(c)) relText(&c->text, REL_SLOT_NAME " AS \"" REL_KEYS_SLOT "\",");
  relTextName(&c->text, NULL, table->name);
  relText(&c->text, ".*");
  writeBeside(c, table);
  writeRows(c);
  writeKeptOrder(c);
  relText(&c->text, ") AS ");
  relTextName(&c->text, NULL, table->name);
}

void relWriteInOrder(RelCompose *c) {
  const RelTable *table = c->level->relationship == NULL ? c->level->table : relJoinedTable(c);
  RelIdentity identity;
  relIdentityOf(c->level, &identity);
  if (identity.count > 0) {
    writePicked(c, &identity);
  } else {
    writeCopied(c, table);
  }
}

void relWriteAggregated(RelCompose *c) {
  if (c->level->ordered || c->level->limited) {
    relWriteInOrder(c);
    if (hasSlots(c)) relText(&c->text, " GROUP BY \"" REL_KEYS_SLOT "\"");
  } else {
    writeRows(c);
    if (hasSlots(c)) relText(&c->text, " GROUP BY " REL_SLOT_NAME);
  }
}

static void writeObject(RelCompose *c) {
  const char *slot = c->level->relationship == NULL ? "0" : relSlotName(c);
  int picked = c->level->ordered || c->level->limited;
  relWriteSelect(c, hasSlots(c) && picked ? "\"" REL_KEYS_SLOT "\"" : slot, 0);
  relWriteAggregated(c);
}

static void composeObjects(RelCompose *c, RelQueryKind kind) {
  relComposeStart(c, kind);
  c->query->stepped = 1;
  writeObject(c);
  relComposeFinish(c);
}

/*
** Each owner's object by a subquery: grouping would ask for the slot of every member, and could not take
** the least or greatest from an index.
*/
static void composeEach(RelCompose *c) {
  relComposeStart(c, REL_QUERY_ROWS);
  c->query->stepped = 1;
  c->feed = REL_FEED_EACH;
  relText(&c->text, "SELECT (");
  writeObject(c);
  relText(&c->text, ") FROM " REL_KEYS_TABLE);
  c->feed = REL_FEED_KEYS;
  relComposeFinish(c);
}

/* What an owner without members has: the aggregates of no rows. */
static void composeEmpty(RelCompose *c) {
  relComposeStart(c, REL_QUERY_EMPTY);
  c->query->stepped = 1;
  relWriteSelect(c, "-1", 0);
  relText(&c->text, " FROM ");
  writeTables(c);
  relText(&c->text, relJoinedTable(c) == c->level->table ? " WHERE 0" : " AND 0");
  relComposeFinish(c);
}

void relComposeAggregate(RelCompose *c) {
  RelLevel *level = c->level;
  if (level->relationship == NULL) {
    composeObjects(c, REL_QUERY_SCAN);
    return;
  }
  if (level->strategy == REL_STRATEGY_SELECT) {
    c->feed = REL_FEED_ONE;
    composeObjects(c, REL_QUERY_ONE);
  } else if (level->strategy == REL_STRATEGY_SUBQUERY) {
    c->feed = REL_FEED_OWNERS;
    composeObjects(c, REL_QUERY_OWNERS);
  } else if (relIsLed(level) && !level->wide) {
    composeEach(c);
  } else {
    composeObjects(c, REL_QUERY_ROWS);
  }
  composeEmpty(c);
}
