#include "enforce/actions.h"
#include "enforce/words.h"
#include "inspect/check.h"

/* One key, and what is declared over it. */
typedef struct KeyCheck {
  const RelKey *key;
  const Relationship *relationship; /* that the rows are reported under */
  const Relationship *orphans;      /* whose members must not be without an owner, or NULL */
} KeyCheck;

typedef struct KeyChecks {
  KeyCheck *list; /* owned */
  int count, room;
} KeyChecks;

/* --- the keys --------------------------------------------------------------------------------- */

static int deletesDangling(const Relationship *relationship, const RelKey *key) {
  if (!relActsOnDelete(relationship)) {
    return relSame(key->nativeOnDelete, "CASCADE");
  }
  if (relationship->direction == REL_MANYTOONE) return 0;
  return relationship->direction == REL_MANYTOMANY ||
         relationship->onDelete == REL_ON_DELETE_CASCADE || relHasOrphans(relationship);
}

int relCheckGoes(const RelCheck *check, const RelKey *key) {
  int i, declared = 0, deletes = 0;
  for (i = 0; i < relModelCount(check->model); i++) {
    const Relationship *relationship = relModelAt(check->model, i);
    if (!relSameColumns(&relationship->key, key) &&
        (relationship->direction != REL_MANYTOMANY ||
         !relSameColumns(&relationship->targetKey, key))) {
      continue;
    }
    declared = 1;
    deletes |= deletesDangling(relationship, key);
  }
  if (!declared) deletes = relSame(key->nativeOnDelete, "CASCADE");
  return deletes || !relKeyCanLetGo(key);
}

static void addKey(RelCheck *check, KeyChecks *keys, const RelKey *key,
                   const Relationship *relationship) {
  KeyCheck *added = NULL;
  int i;
  if (key->child->kind != REL_TABLE || key->parent->kind == REL_VIEW) return;
  for (i = 0; i < keys->count && added == NULL; i++) {
    if (relSameColumns(keys->list[i].key, key)) added = &keys->list[i];
  }
  if (added == NULL) {
    keys->list = relGrow(check->error, keys->list, keys->count, &keys->room, sizeof *keys->list);
    if (check->error->rc != SQLITE_OK) return;
    added = &keys->list[keys->count++];
    memset(added, 0, sizeof *added);
    added->key = key;
    added->relationship = relationship;
  } else if (relationship->implied) {
    return;
  } else if (added->relationship->direction == REL_MANYTOONE) {
    added->relationship = relationship;
  }
  if (relationship->direction == REL_ONETOMANY && relHasOrphans(relationship) &&
      relationship->owner != relationship->target) {
    added->orphans = relationship;
  }
}

static void collectKeys(RelCheck *check, KeyChecks *keys) {
  Relationship *const *implied = NULL;
  int i, count;
  for (i = 0; i < relModelCount(check->model); i++) {
    const Relationship *relationship = relModelAt(check->model, i);
    addKey(check, keys, &relationship->key, relationship);
    if (relationship->direction == REL_MANYTOMANY) {
      addKey(check, keys, &relationship->targetKey, relationship);
    }
  }
  count = check->all ? relModelImplied(check->error, check->model, &implied) : 0;
  for (i = 0; i < count; i++) {
    if (implied[i]->direction == REL_ONETOMANY) addKey(check, keys, &implied[i]->key, implied[i]);
  }
  for (i = 0; i < count; i++) { /* a key whose one-to-many found no name */
    if (implied[i]->direction == REL_MANYTOONE) addKey(check, keys, &implied[i]->key, implied[i]);
  }
}

/* --- one pass over a table -------------------------------------------------------------------- */

/* 3 rows of posts */
static void addRows(RelCheck *check, RelText *text, sqlite3_int64 rows, const RelTable *table) {
  (void)check;
  relTextFormat(text, "%lld %s of ", rows, rows == 1 ? "row" : "rows");
  relTextPlainName(text, table->name);
}

static void addDangling(RelCheck *check, const KeyCheck *item, sqlite3_int64 rows,
                        const char *sample) {
  const RelTable *child = item->key->child;
  char *condition = relCheckDangling(check, item->key);
  char *columns = relCheckColumns(check, item->key);
  RelText text;
  int i;
  relTextStart(&text, check->error);
  addRows(check, &text, rows, child);
  relTextFormat(&text, " %s by %s to no row of ", rows == 1 ? "refers" : "refer",
                columns == NULL ? "" : columns);
  relTextPlainName(&text, item->key->parent->name);
  relText(&text, rows == 1 ? ": " : "; the first: ");
  for (i = 0; i < relTableKeyWidth(child); i++) {
    if (i > 0) relText(&text, ", ");
    relTextPlainName(&text, relTableKeyName(child, i));
  }
  relTextFormat(&text, " = %s", sample);
  check->stage = relCheckGoes(check, item->key) ? REL_STAGE_DATA : REL_STAGE_KEYS;
  relCheckAdd(check, REL_SEVERITY_ERROR, item->relationship->label, "dangling reference",
              relTextFinish(&text),
              relCheckRepair(check, item->key, condition, relCheckGoes(check, item->key)));
  check->stage = REL_STAGE_DATA;
  sqlite3_free(condition);
  sqlite3_free(columns);
}

static void addOrphans(RelCheck *check, const KeyCheck *item, sqlite3_int64 rows) {
  RelText text;
  relTextStart(&text, check->error);
  addRows(check, &text, rows, item->key->child);
  relTextFormat(&text, " %s no owner: inserted so, or older than delete-orphan",
                rows == 1 ? "has" : "have");
  relCheckAdd(check, REL_SEVERITY_NOTE, item->orphans->label, "orphan", relTextFinish(&text), NULL);
}

/*
** The key refers to a row that fetches, cascades and views do not find: they compare with =. One that
** is generated, or another key's too, stays as it is.
*/
static void addUnjoined(RelCheck *check, const KeyCheck *item, sqlite3_int64 rows) {
  const RelKey *key = item->key;
  char *condition = relCheckUnjoined(check, key), *columns = relCheckColumns(check, key);
  int i, changes = 1;
  RelText text;
  for (i = 0; i < key->count; i++) {
    changes &= relIsWritable(key->child, key->childColumns[i]) &&
               !relCheckIsShared(check, key, key->childColumns[i]);
  }
  relTextStart(&text, check->error);
  addRows(check, &text, rows, key->child);
  relTextFormat(&text,
                " %s by %s with a number to text of %s: its FOREIGN KEY takes 1 for '1', joins, "
                "fetches and cascades do not",
                rows == 1 ? "refers" : "refer", columns == NULL ? "" : columns, key->parent->name);
  relCheckAdd(check, REL_SEVERITY_WARNING, item->relationship->label, "types differ",
              relTextFinish(&text), changes ? relCheckRetype(check, key, condition) : NULL);
  sqlite3_free(condition);
  sqlite3_free(columns);
}

/* The key of a row, as a literal. */
static void addKeyLiteral(RelText *text, const RelTable *table) {
  int i;
  for (i = 0; i < relTableKeyWidth(table); i++) {
    relText(text, i > 0 ? " || ', ' || quote(" : "quote(");
    relTextPlainName(text, relTableKeyName(table, i));
    relText(text, ")");
  }
}

/*
** For each key of the table: whether the row dangles, whether it lacks the key. The LIMIT keeps SQLite
** from asking that again for each use.
*/
static void composeRows(RelCheck *check, RelText *text, const KeyChecks *keys,
                        const RelTable *table) {
  int i;
  relText(text, "(SELECT ");
  for (i = 0; i < keys->count; i++) {
    const KeyCheck *item = &keys->list[i];
    char *dangling;
    if (item->key->child != table) continue;
    dangling = relCheckDangling(check, item->key);
    relTextFormat(text, "%s AS d%d, ", dangling, i);
    sqlite3_free(dangling);
    if (relCheckRetypes(item->key)) {
      char *unjoined = relCheckUnjoined(check, item->key);
      relTextFormat(text, "%s AS u%d, ", unjoined, i);
      sqlite3_free(unjoined);
    }
    if (item->orphans == NULL) continue;
    relText(text, "NOT (");
    relCheckHasKey(text, item->key);
    relTextFormat(text, ") AS o%d, ", i);
  }
  if (relTableKeyWidth(table) == 1) relTextPlainName(text, relTableKeyName(table, 0));
  if (relTableKeyWidth(table) > 1) addKeyLiteral(text, table);
  if (relTableKeyWidth(table) == 0) relText(text, "NULL");
  relText(text, " AS k FROM ");
  relTextName(text, table->schema, table->name);
  relText(text, " LIMIT -1)");
}

static char *composePass(RelCheck *check, const KeyChecks *keys, const RelTable *table) {
  int i, literal = relTableKeyWidth(table) > 1;
  RelText text;
  relTextStart(&text, check->error);
  relText(&text, "SELECT ");
  for (i = 0; i < keys->count; i++) {
    const KeyCheck *item = &keys->list[i];
    if (item->key->child != table) continue;
    relTextFormat(&text, "sum(d%d), %s(min(CASE WHEN d%d THEN k END)), ", i, literal ? "" : "quote",
                  i);
    if (relCheckRetypes(item->key)) relTextFormat(&text, "sum(u%d), ", i);
    if (item->orphans != NULL) relTextFormat(&text, "sum(o%d), ", i);
  }
  relText(&text, "0 FROM ");
  composeRows(check, &text, keys, table);
  return relTextFinish(&text);
}

/* A table that cannot be read (its collation is unknown here, say) is a problem of its own. */
static void addUnreadable(RelCheck *check, const RelTable *table, RelError *own) {
  if ((own->rc & 0xff) != SQLITE_ERROR) {
    relErrorSet(check->error, own->rc, "%s",
                own->message != NULL ? own->message : sqlite3_errstr(own->rc));
  } else {
    relCheckAdd(check, REL_SEVERITY_ERROR, NULL, "cannot be read",
                relFormat(check->error, "\"%w\": %s", table->name,
                          own->message != NULL ? own->message : ""),
                NULL);
  }
  relErrorClear(own);
}

/* What the pass found of one key, from that column on; returns the one behind. */
static int addFound(RelCheck *check, const KeyCheck *item, sqlite3_stmt *row, int column) {
  sqlite3_int64 dangling = sqlite3_column_int64(row, column);
  if (dangling > 0) {
    addDangling(check, item, dangling, (const char *)sqlite3_column_text(row, column + 1));
  }
  column += 2;
  if (relCheckRetypes(item->key)) {
    sqlite3_int64 unjoined = sqlite3_column_int64(row, column++);
    if (unjoined > 0) addUnjoined(check, item, unjoined);
  }
  if (item->orphans != NULL) {
    sqlite3_int64 orphans = sqlite3_column_int64(row, column++);
    if (orphans > 0) addOrphans(check, item, orphans);
  }
  return column;
}

static void passTable(RelCheck *check, const KeyChecks *keys, const RelTable *table) {
  RelError own = {SQLITE_OK, NULL};
  char *sql = composePass(check, keys, table);
  sqlite3_stmt *row = sql == NULL ? NULL : relPrepare(&own, check->db, 0, sql);
  int i, column = 0;
  if (relStep(&own, row)) {
    for (i = 0; i < keys->count; i++) {
      if (keys->list[i].key->child == table) {
        column = addFound(check, &keys->list[i], row, column);
      }
    }
  }
  relFinalize(&own, row);
  if (own.rc != SQLITE_OK) addUnreadable(check, table, &own);
  sqlite3_free(sql);
}

void relCheckData(RelCheck *check) {
  KeyChecks keys = {NULL, 0, 0};
  int i, j;
  collectKeys(check, &keys);
  for (i = 0; i < keys.count && check->error->rc == SQLITE_OK; i++) {
    for (j = 0; keys.list[j].key->child != keys.list[i].key->child; j++) continue;
    if (i == j) passTable(check, &keys, keys.list[i].key->child);
  }
  sqlite3_free(keys.list);
}

/* --- what only one of may be ------------------------------------------------------------------ */

/* What the relationship made for itself, of a part of the rows where it has a condition. */
static int isItsOwn(const Relationship *relationship, const RelIndex *index) {
  return index->ours && strncmp(index->name, relationship->label, strlen(relationship->label)) == 0;
}

/* An index that is there allows no two rows: over these columns or some of them. */
static int isUnique(const Relationship *relationship, const RelKey *key) {
  int i, j, k;
  for (i = 0; i < key->child->indexCount; i++) {
    const RelIndex *index = &key->child->indexes[i];
    if (!index->unique || (index->partial && !isItsOwn(relationship, index))) continue;
    for (j = 0; j < index->count; j++) {
      for (k = 0; k < key->count && key->childColumns[k] != index->columns[j]; k++) continue;
      if (k == key->count ||
          !relSame(index->collations[j], relTableCollation(key->parent, key->parentColumns[k]))) {
        break;
      }
    }
    if (j == index->count) return 1;
  }
  return key->count == 1 &&
         (key->childColumns[0] < 0 || key->childColumns[0] == key->child->integerKey);
}

/* Rows that only one of may be. */
typedef struct Surplus {
  const Relationship *relationship; /* borrowed, as is the key */
  const RelKey *key;
  const char *problem, *said; /* static */
  char *condition;            /* owned: which rows are too many */
  sqlite3_int64 rows;
} Surplus;

typedef struct Surpluses {
  RelCheck *check; /* borrowed */
  Surplus *list;   /* owned */
  int count, room;
} Surpluses;

static void collectSurplus(Surpluses *surpluses, const Relationship *relationship,
                           const RelKey *key, const char *problem, const char *said) {
  const char *condition = relationship->direction == REL_ONETOMANY ? relationship->condition : NULL;
  Surplus found = {relationship, key, problem, said, NULL, 0};
  RelCheck *check = surpluses->check;
  RelError own = {SQLITE_OK, NULL};
  sqlite3_stmt *row;
  if (key->child->kind != REL_TABLE || isUnique(relationship, key)) return;
  found.condition = relCheckRepeated(check, key, condition);
  if (found.condition == NULL) return;
  row = relPrepareFormat(&own, check->db, "SELECT count(*) FROM \"%w\".\"%w\" WHERE %s",
                         key->child->schema, key->child->name, found.condition);
  if (relStep(&own, row)) found.rows = sqlite3_column_int64(row, 0);
  relFinalize(&own, row);
  if (own.rc != SQLITE_OK) addUnreadable(check, key->child, &own);
  surpluses->list = relGrow(check->error, surpluses->list, surpluses->count, &surpluses->room,
                            sizeof *surpluses->list);
  if (found.rows > 0 && check->error->rc == SQLITE_OK) {
    surpluses->list[surpluses->count++] = found;
  } else {
    sqlite3_free(found.condition);
  }
}

static void collectSurpluses(Surpluses *surpluses, const Relationship *relationship) {
  static const char ONE_MEMBER[] = "an owner has one member at most; the first stays";
  int links = relationship->direction == REL_MANYTOMANY;
  if (!relEnforced(relationship)) return;
  if (!relationship->uselist &&
      (relationship->direction == REL_ONETOMANY || (links && relationship->condition == NULL))) {
    collectSurplus(surpluses, relationship, &relationship->key, "several members", ONE_MEMBER);
  }
  if (relationship->direction != REL_ONETOMANY && relationship->singleParent) {
    collectSurplus(surpluses, relationship, links ? &relationship->targetKey : &relationship->key,
                   "several parents", "under single_parent one parent at most; the first stays");
  }
}

static void addSurplus(RelCheck *check, const Surplus *surplus) {
  const Relationship *relationship = surplus->relationship;
  RelText text;
  relTextStart(&text, check->error);
  addRows(check, &text, surplus->rows, surplus->key->child);
  relTextFormat(&text, " too many: %s", surplus->said);
  relCheckAdd(check, REL_SEVERITY_ERROR, relationship->label, surplus->problem,
              relTextFinish(&text),
              relCheckRepair(check, surplus->key, surplus->condition,
                             relationship->direction == REL_MANYTOMANY ||
                                 relCheckOrphans(check, surplus->key)));
}

/* sync makes UNIQUE indexes only when no rows are too many any more. */
void relCheckSingles(RelCheck *check) {
  Surpluses surpluses = {check, NULL, 0, 0};
  int i;
  for (i = 0; i < relModelCount(check->model) && check->error->rc == SQLITE_OK; i++) {
    collectSurpluses(&surpluses, relModelAt(check->model, i));
  }
  for (i = 0; i < surpluses.count; i++) {
    check->syncsLater = i + 1 < surpluses.count || check->undeclared > 0 || check->taken > 0;
    addSurplus(check, &surpluses.list[i]);
    sqlite3_free(surpluses.list[i].condition);
  }
  check->syncsLater = 0;
  sqlite3_free(surpluses.list);
}
