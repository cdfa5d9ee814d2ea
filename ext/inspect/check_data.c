#include "enforce/actions.h"
#include "enforce/words.h"
#include "fetch/plan.h"
#include "inspect/check.h"

/* One key, and what is declared over it. */
typedef struct KeyCheck {
  const RelKey *key;
  const Relationship *relationship; /* who owns the rule for rows without their owner */
  const Relationship *orphans;      /* whose members must not be without an owner, or NULL */
} KeyCheck;

typedef struct KeyChecks {
  KeyCheck *list; /* owned */
  int count, room;
} KeyChecks;

/* --- the keys --------------------------------------------------------------------------------- */

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
    added->key = key;
    added->relationship = relationship;
    added->orphans = NULL;
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
}

/* --- one pass over a table -------------------------------------------------------------------- */

/* Rows without their owner are deleted where they should have gone with it, or cannot do without. */
static int deletesDangling(const KeyCheck *item) {
  const Relationship *relationship = item->relationship;
  if (relationship->implied) return relSame(item->key->nativeOnDelete, "CASCADE");
  return relationship->direction == REL_MANYTOMANY ||
         (relationship->direction == REL_ONETOMANY &&
          relationship->onDelete == REL_ON_DELETE_CASCADE) ||
         item->orphans != NULL;
}

static void addDangling(RelCheck *check, const KeyCheck *item, sqlite3_int64 rows,
                        const char *sample) {
  char *condition = relCheckDangling(check, item->key);
  char *columns = relWordKey(check->error, item->key);
  relCheckAdd(check, REL_SEVERITY_ERROR, item->relationship->label, "dangling reference",
              relFormat(check->error,
                        "%lld %s of \"%w\" %s by %s to no row of \"%w\"; the first has %s %s", rows,
                        rows == 1 ? "row" : "rows", item->key->child->name,
                        rows == 1 ? "refers" : "refer", columns, item->key->parent->name,
                        relTableKeyName(item->key->child, 0), sample),
              relRepair(check, item->key, condition, deletesDangling(item)));
  sqlite3_free(condition);
  sqlite3_free(columns);
}

static void addOrphans(RelCheck *check, const KeyCheck *item, sqlite3_int64 rows) {
  relCheckAdd(
      check, REL_SEVERITY_NOTE, item->orphans->label, "orphan",
      relFormat(check->error,
                "%lld %s of \"%w\" %s no owner, which delete-orphan does not let arise; they "
                "were inserted so, or are older than the rule",
                rows, rows == 1 ? "row" : "rows", item->key->child->name,
                rows == 1 ? "has" : "have"),
      NULL);
}

static void writeAnyNull(RelText *text, const RelKey *key) {
  int i;
  for (i = 0; i < key->count; i++) {
    if (i > 0) relText(text, " OR ");
    relWordColumn(text, NULL, key->child, key->childColumns[i]);
    relText(text, " IS NULL");
  }
}

/* For each key of the table: how many rows dangle, which is the first, how many are orphans. */
static char *composePass(RelCheck *check, const KeyChecks *keys, const RelTable *table) {
  RelText text;
  int i;
  relTextStart(&text, check->error);
  relText(&text, "SELECT 0");
  for (i = 0; i < keys->count; i++) {
    const RelKey *key = keys->list[i].key;
    char *dangling;
    if (key->child != table) continue;
    dangling = relCheckDangling(check, key);
    relTextFormat(&text, ", count(CASE WHEN %s THEN 1 END), quote(min(CASE WHEN %s THEN ", dangling,
                  dangling);
    relTextName(&text, table->name, relTableKeyName(table, 0));
    relText(&text, " END)), count(CASE WHEN ");
    writeAnyNull(&text, key);
    relText(&text, " THEN 1 END)");
    sqlite3_free(dangling);
  }
  relText(&text, " FROM ");
  relTextName(&text, table->schema, table->name);
  return relTextFinish(&text);
}

static void passTable(RelCheck *check, const KeyChecks *keys, const RelTable *table) {
  char *sql = composePass(check, keys, table);
  sqlite3_stmt *row = sql == NULL ? NULL : relPrepare(check->error, check->db, 0, sql);
  int i, column = 1;
  if (relStep(check->error, row)) {
    for (i = 0; i < keys->count; i++) {
      const KeyCheck *item = &keys->list[i];
      if (item->key->child != table) continue;
      if (sqlite3_column_int64(row, column) > 0) {
        addDangling(check, item, sqlite3_column_int64(row, column),
                    (const char *)sqlite3_column_text(row, column + 1));
      }
      if (item->orphans != NULL && sqlite3_column_int64(row, column + 2) > 0) {
        addOrphans(check, item, sqlite3_column_int64(row, column + 2));
      }
      column += 3;
    }
  }
  relFinalize(check->error, row);
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

static void checkSingle(RelCheck *check, const Relationship *relationship, const RelKey *key,
                        const char *condition, const char *problem, const char *said) {
  char * not ;
  sqlite3_stmt *row;
  if (key->child->kind != REL_TABLE || relTableUnique(key->child, key->childColumns, key->count)) {
    return;
  }
  not = relCheckRepeated(check, key, condition);
  if (not == NULL) return;
  row = relPrepareFormat(check->error, check->db, "SELECT count(*) FROM \"%w\".\"%w\" WHERE %s",
                         key->child->schema, key->child->name, not );
  if (relStep(check->error, row) && sqlite3_column_int64(row, 0) > 0) {
    relCheckAdd(
        check, REL_SEVERITY_ERROR, relationship->label, problem,
        relFormat(check->error, "%lld %s of \"%w\" too many: %s", sqlite3_column_int64(row, 0),
                  sqlite3_column_int64(row, 0) == 1 ? "row" : "rows", key->child->name, said),
        relRepair(check, key, not, relationship->direction == REL_MANYTOMANY));
  }
  relFinalize(check->error, row);
  sqlite3_free(not );
}

void relCheckSingles(RelCheck *check) {
  int i;
  for (i = 0; i < relModelCount(check->model) && check->error->rc == SQLITE_OK; i++) {
    const Relationship *relationship = relModelAt(check->model, i);
    if (!relEnforced(relationship)) continue;
    if (relationship->direction == REL_ONETOMANY && !relationship->uselist) {
      checkSingle(check, relationship, &relationship->key, relationship->condition,
                  "several members", "an owner may have one; the first one stays");
    }
    if (relationship->direction != REL_ONETOMANY && relationship->singleParent) {
      checkSingle(
          check, relationship,
          relationship->direction == REL_MANYTOMANY ? &relationship->targetKey : &relationship->key,
          NULL, "several parents", "under single_parent one may refer; the first one stays");
    }
  }
}
