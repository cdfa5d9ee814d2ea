/*
** Which rows are wrong, as SQL that a person would write.
*/
#include "inspect/check_rows.h"

#include "enforce/actions.h"
#include "enforce/words.h"
#include "fetch/plan.h"

/* --- names ------------------------------------------------------------------------------------ */

void relCheckName(RelCheck *check, RelText *text, const char *schema, const char *name) {
  if (check->shadowed || !relSame(schema, "main")) {
    relTextPlainName(text, schema);
    relText(text, ".");
  }
  relTextPlainName(text, name);
}

void relCheckTable(RelCheck *check, RelText *text, const RelTable *table) {
  relCheckName(check, text, table->schema, table->name);
}

char *relCheckFreeName(RelCheck *check, const char *schema, char *wanted) {
  char *name = NULL;
  int i, taken = 1;
  for (i = 1; taken && check->error->rc == SQLITE_OK; i++) {
    sqlite3_stmt *row;
    sqlite3_free(name);
    name = i == 1 ? relCopy(check->error, wanted) : relFormat(check->error, "%s_%d", wanted, i);
    row = relPrepareFormat(check->error, check->db,
                           "SELECT 1 FROM \"%w\".sqlite_schema WHERE name = %Q COLLATE NOCASE",
                           schema, name);
    taken = relStep(check->error, row);
    relFinalize(check->error, row);
  }
  sqlite3_free(wanted);
  return name;
}

void relCheckColumn(RelText *text, const RelTable *table, int column) {
  relTextPlainName(text, relTableColumnName(table, column));
}

char *relCheckColumns(RelCheck *check, const RelKey *key) {
  RelText text;
  int i;
  relTextStart(&text, check->error);
  for (i = 0; i < key->count; i++) {
    relText(&text, i == 0 ? "" : i == key->count - 1 ? " and " : ", ");
    relCheckColumn(&text, key->child, key->childColumns[i]);
  }
  return relTextFinish(&text);
}

void relCheckParentValue(RelText *text, const RelKey *key) {
  int i;
  for (i = 0; i < key->count; i++) {
    if (i > 0) relText(text, ", ");
    relCheckColumn(text, key->parent, key->parentColumns[i]);
  }
}

/*
** A FOREIGN KEY gives the child's value the type of the parent's column, where a join compares both
** as they are, or converts the parent's: 1 refers to '1' of a TEXT column, and never to '01'.
*/
static int isTaken(const RelKey *key, int pair) {
  RelAffinity parent = relTableAffinity(key->parent, key->parentColumns[pair]);
  RelAffinity child = relTableAffinity(key->child, key->childColumns[pair]);
  if (key->nativeOnDelete == NULL) return 0;
  return (parent == REL_AFFINITY_TEXT && child != REL_AFFINITY_TEXT) ||
         (parent == REL_AFFINITY_NONE && child == REL_AFFINITY_NUMERIC);
}

static int isRetyped(const RelKey *key, int pair) {
  return isTaken(key, pair) &&
         relTableAffinity(key->child, key->childColumns[pair]) == REL_AFFINITY_NONE;
}

int relCheckRetypes(const RelKey *key) {
  int i;
  for (i = 0; i < key->count; i++) {
    if (isRetyped(key, i)) return 1;
  }
  return 0;
}

/* The child's columns, in the collation in which the parent compares; + takes its type from each. */
static void addChild(RelText *text, const RelKey *key, int joined) {
  int i;
  for (i = 0; i < key->count; i++) {
    const char *collation = relTableCollation(key->parent, key->parentColumns[i]);
    if (i > 0) relText(text, ", ");
    if (!joined && isTaken(key, i)) relText(text, "+");
    relCheckColumn(text, key->child, key->childColumns[i]);
    if (relSame(collation, relTableCollation(key->child, key->childColumns[i]))) continue;
    relText(text, " COLLATE ");
    relTextPlainName(text, collation);
  }
}

static void addChildValue(RelText *text, const RelKey *key, int joined) {
  if (key->count > 1) relText(text, "(");
  addChild(text, key, joined);
  if (key->count > 1) relText(text, ")");
}

void relCheckChildValue(RelText *text, const RelKey *key) {
  addChildValue(text, key, 0);
}

void relCheckMatch(RelText *text, const RelKey *key, const char *owner, const char *member) {
  int i;
  for (i = 0; i < key->count; i++) {
    if (i > 0) relText(text, " AND ");
    if (owner != NULL) {
      relTextFormat(text, "%s.", owner);
      relCheckColumn(text, key->parent, key->parentColumns[i]);
      relText(text, " = ");
      if (isTaken(key, i)) relText(text, "+");
    }
    relTextFormat(text, "%s.", member);
    relCheckColumn(text, key->child, key->childColumns[i]);
  }
}

int relCheckIdentity(const RelTable *table, int n) {
  return table->integerKey >= 0 ? table->integerKey : relIdentityColumn(table, n);
}

static void addIdentity(RelText *text, const RelTable *table) {
  int i;
  for (i = 0; i < relIdentityWidth(table); i++) {
    if (i > 0) relText(text, ", ");
    relCheckColumn(text, table, relCheckIdentity(table, i));
  }
}

/* --- which rows ------------------------------------------------------------------------------- */

static int canBeNull(const RelTable *table, int column) {
  return column >= 0 && column != table->integerKey && !table->columns[column].notNull;
}

/* a IS NOT NULL AND …, for the columns that may be; nothing where none may. True where there is one. */
static int addNotNull(RelText *text, const RelTable *table, const int *columns, int count) {
  int i, said = 0;
  for (i = 0; i < count; i++) {
    if (!canBeNull(table, columns[i])) continue;
    if (said++ > 0) relText(text, " AND ");
    relCheckColumn(text, table, columns[i]);
    relText(text, " IS NOT NULL");
  }
  return said > 0;
}

void relCheckHasKey(RelText *text, const RelKey *key) {
  if (!addNotNull(text, key->child, key->childColumns, key->count)) relText(text, "TRUE");
}

/* value IN (SELECT id FROM users) */
static void addIsIn(RelCheck *check, RelText *text, const RelKey *key, int joined, const char *in) {
  RelText not ;
  char *words;
  addChildValue(text, key, joined);
  relTextFormat(text, " %s (SELECT ", in);
  relCheckParentValue(text, key);
  relText(text, " FROM ");
  relCheckTable(check, text, key->parent);
  relTextStart(&not, check->error);
  addNotNull(&not, key->parent, key->parentColumns, key->count);
  words = relTextFinish(&not );
  if (words != NULL && *words) relTextFormat(text, " WHERE %s", words);
  sqlite3_free(words);
  relText(text, ")");
}

/* NOT IN asks the parent's index, and where there is none makes one: a pass stays a pass. */
char *relCheckDangling(RelCheck *check, const RelKey *key) {
  RelText text;
  relTextStart(&text, check->error);
  if (addNotNull(&text, key->child, key->childColumns, key->count)) relText(&text, " AND ");
  addIsIn(check, &text, key, 0, "NOT IN");
  return relTextFinish(&text);
}

char *relCheckUnjoined(RelCheck *check, const RelKey *key) {
  RelText text;
  relTextStart(&text, check->error);
  if (addNotNull(&text, key->child, key->childColumns, key->count)) relText(&text, " AND ");
  addIsIn(check, &text, key, 1, "NOT IN");
  relText(&text, " AND ");
  addIsIn(check, &text, key, 0, "IN");
  return relTextFinish(&text);
}

char *relCheckRetype(RelCheck *check, const RelKey *key, const char *condition) {
  RelText text;
  int i, said = 0;
  if (condition == NULL) return NULL;
  relTextStart(&text, check->error);
  relText(&text, "UPDATE ");
  relCheckTable(check, &text, key->child);
  for (i = 0; i < key->count; i++) {
    char *name =
        relFormat(check->error, "%s", relTableColumnName(key->child, key->childColumns[i]));
    if (isRetyped(key, i)) {
      relText(&text, said++ > 0 ? ", " : " SET ");
      relTextPlainName(&text, name);
      relText(&text, key->count > 1 ? " = CASE typeof(" : " = CAST(");
      relTextPlainName(&text, name);
      if (key->count > 1) {
        relText(&text, ") WHEN 'blob' THEN ");
        relTextPlainName(&text, name);
        relText(&text, " ELSE CAST(");
        relTextPlainName(&text, name);
      }
      relText(&text, key->count > 1 ? " AS TEXT) END" : " AS TEXT)");
    }
    sqlite3_free(name);
  }
  relTextFormat(&text, " WHERE %s;", condition);
  return relTextFinish(&text);
}

char *relCheckRepeated(RelCheck *check, const RelKey *key, const char *condition) {
  const RelTable *child = key->child;
  int several = relIdentityWidth(child) > 1;
  char *also = relWordAlso(check->error, condition);
  RelText text;
  if (relIdentityWidth(child) == 0) {
    sqlite3_free(also);
    return NULL;
  }
  relTextStart(&text, check->error);
  if (several) relText(&text, "(");
  addIdentity(&text, child);
  if (several) relText(&text, ")");
  relText(&text, " IN (SELECT ");
  addIdentity(&text, child);
  relText(&text, " FROM (SELECT ");
  addIdentity(&text, child);
  relText(&text, ", row_number() OVER (PARTITION BY ");
  addChild(&text, key, 1);
  relText(&text, " ORDER BY ");
  addIdentity(&text, child);
  relText(&text, ") AS nth FROM ");
  relCheckTable(check, &text, child);
  relText(&text, " WHERE ");
  relCheckHasKey(&text, key);
  if (also != NULL) relText(&text, also);
  relText(&text, ") WHERE nth > 1)");
  sqlite3_free(also);
  return relTextFinish(&text);
}

/* --- asking ---------------------------------------------------------------------------------- */

int relCheckGivesRow(RelCheck *check, char *sql) {
  RelError own = {SQLITE_OK, NULL};
  sqlite3_stmt *row;
  int found;
  if (sql == NULL) return 0;
  row = relPrepare(&own, check->db, 0, sql);
  found = relStep(&own, row);
  relFinalize(&own, row);
  sqlite3_free(sql);
  if (own.rc != SQLITE_OK && (own.rc & 0xff) != SQLITE_ERROR) {
    relErrorSet(check->error, own.rc, "%s", sqlite3_errstr(own.rc));
  }
  relErrorClear(&own); /* a table that cannot be read is a problem of its own */
  return found;
}

/* --- all keys --------------------------------------------------------------------------------- */

/* The n-th key of all that are declared or implied: NULL where a relationship has no second one. */
static const RelKey *keyAt(const RelModel *model, Relationship *const *implied, int n) {
  const Relationship *relationship;
  if (n >= 2 * relModelCount(model)) {
    relationship = implied[n - 2 * relModelCount(model)];
    return relationship->direction == REL_MANYTOMANY ? NULL : &relationship->key;
  }
  relationship = relModelAt(model, n / 2);
  if (n % 2 == 0) return &relationship->key;
  return relationship->direction == REL_MANYTOMANY ? &relationship->targetKey : NULL;
}

const RelKey **relCheckKeysTo(RelCheck *check, const RelTable *parent, int *count) {
  Relationship *const *implied = NULL;
  int i, j, all = relModelImplied(check->error, check->model, &implied), room = 0;
  const RelKey **keys = NULL;
  *count = 0;
  all += 2 * relModelCount(check->model);
  for (i = 0; i < all && check->error->rc == SQLITE_OK; i++) {
    const RelKey *key = keyAt(check->model, implied, i);
    if (key == NULL || key->parent != parent || key->child->kind != REL_TABLE) continue;
    for (j = 0; j < *count && !relSameColumns(keys[j], key); j++) continue;
    if (j < *count) continue;
    keys = relGrow(check->error, keys, *count, &room, sizeof *keys);
    if (check->error->rc == SQLITE_OK) keys[(*count)++] = key;
  }
  return keys;
}
