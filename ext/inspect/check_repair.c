/*
** Repairs, as SQL: rows that have to go take along, or are let go by, what refers to them; where no
** declared or native rule sees to that, the repair does.
*/
#include "enforce/actions.h"
#include "enforce/words.h"
#include "fetch/plan.h"
#include "inspect/check.h"

enum { DEEPEST = 8 };

/* A repair being written: which tables' rows it deletes, so that it ends. */
typedef struct Repair {
  RelCheck *check;
  RelText text;
  const RelTable *path[DEEPEST];
  int depth;
} Repair;

static void columnsOf(RelText *text, const RelTable *table, const int *columns, int count) {
  char *words = relWordRowValue(text->error, NULL, table, columns, count);
  if (words != NULL) relText(text, words);
  sqlite3_free(words);
}

/* "fk" IS NOT NULL AND … */
static void notNull(RelText *text, const RelKey *key) {
  int i;
  for (i = 0; i < key->count; i++) {
    if (i > 0) relText(text, " AND ");
    relWordColumn(text, NULL, key->child, key->childColumns[i]);
    relText(text, " IS NOT NULL");
  }
}

char *relCheckDangling(RelCheck *check, const RelKey *key) {
  char *alias = key->child == key->parent ? relWordAlias(check->error, key->parent) : NULL;
  char *match = relWordMatch(check->error, key, alias, NULL, NULL);
  RelText text;
  relTextStart(&text, check->error);
  notNull(&text, key);
  relText(&text, " AND NOT EXISTS (SELECT 1 FROM ");
  relCheckTable(&text, key->parent);
  if (alias != NULL) relTextFormat(&text, " AS %s", alias);
  relTextFormat(&text, " WHERE %s)", match);
  sqlite3_free(match);
  sqlite3_free(alias);
  return relTextFinish(&text);
}

static void groupBy(RelText *text, const RelKey *key) {
  int i;
  for (i = 0; i < key->count; i++) {
    relText(text, i > 0 ? ", " : " GROUP BY ");
    relWordColumn(text, NULL, key->child, key->childColumns[i]);
    relText(text, " COLLATE ");
    relTextName(text, NULL, relTableCollation(key->parent, key->parentColumns[i]));
  }
}

char *relCheckRepeated(RelCheck *check, const RelKey *key, const char *condition) {
  int columns[REL_MAX_KEY_WIDTH], width = relTableIdentity(key->child, columns);
  RelText text;
  if (width != 1) return NULL;
  relTextStart(&text, check->error);
  notNull(&text, key);
  if (condition != NULL) relTextFormat(&text, " AND (%s)", condition);
  relText(&text, " AND ");
  relWordColumn(&text, NULL, key->child, columns[0]);
  relText(&text, " NOT IN (SELECT min(");
  relWordColumn(&text, NULL, key->child, columns[0]);
  relText(&text, ") FROM ");
  relCheckTable(&text, key->child);
  relText(&text, " WHERE ");
  notNull(&text, key);
  if (condition != NULL) relTextFormat(&text, " AND (%s)", condition);
  groupBy(&text, key);
  relText(&text, ")");
  return relTextFinish(&text);
}

/* --- what refers to rows that are deleted ------------------------------------------------------ */

static int seesTo(const Relationship *relationship, const RelKey *key) {
  if (!relActsOnDelete(relationship)) return 0;
  if (relationship->direction == REL_MANYTOMANY) {
    return relSameColumns(&relationship->key, key) || relSameColumns(&relationship->targetKey, key);
  }
  return relationship->direction == REL_ONETOMANY && relationship->condition == NULL &&
         relSameColumns(&relationship->key, key);
}

/* A rule lets go of the rows that refer by this key, or deletes them, when the row goes. */
static int isSeenTo(const RelCheck *check, const RelKey *key) {
  int i;
  for (i = 0; i < relModelCount(check->model); i++) {
    if (seesTo(relModelAt(check->model, i), key)) return 1;
  }
  return check->natives && relNativeDelete(key) != NULL &&
         !relSame(key->nativeOnDelete, "RESTRICT");
}

static void deleteRows(Repair *repair, const RelTable *table, const char *condition);

static void letGo(Repair *repair, const RelKey *key, const char *condition) {
  char *words = relWordLetGo(repair->check->error, key, 0);
  relText(&repair->text, "UPDATE ");
  relCheckTable(&repair->text, key->child);
  relTextFormat(&repair->text, " SET %s WHERE %s; ", words, condition);
  sqlite3_free(words);
}

/* The rows that refer by this key to rows that will be deleted. */
static void handleReferring(Repair *repair, const RelKey *key, const char *condition) {
  RelText text;
  char *referring;
  int i;
  relTextStart(&text, repair->check->error);
  columnsOf(&text, key->child, key->childColumns, key->count);
  relText(&text, " IN (SELECT ");
  for (i = 0; i < key->count; i++) {
    if (i > 0) relText(&text, ", ");
    relWordColumn(&text, NULL, key->parent, key->parentColumns[i]);
  }
  relText(&text, " FROM ");
  relCheckTable(&text, key->parent);
  relTextFormat(&text, " WHERE %s)", condition);
  referring = relTextFinish(&text);
  if (referring == NULL) return;
  if (relKeyCanLetGo(key)) {
    letGo(repair, key, referring);
  } else {
    deleteRows(repair, key->child, referring);
  }
  sqlite3_free(referring);
}

static void deleteRows(Repair *repair, const RelTable *table, const char *condition) {
  Relationship *const *implied = NULL;
  int i, count = relModelImplied(repair->check->error, repair->check->model, &implied);
  for (i = 0; i < repair->depth; i++) {
    if (repair->path[i] == table) return;
  }
  if (repair->depth == DEEPEST) return;
  repair->path[repair->depth++] = table;
  for (i = 0; i < count; i++) {
    const RelKey *key = &implied[i]->key;
    if (implied[i]->direction != REL_ONETOMANY || key->parent != table) continue;
    if (!isSeenTo(repair->check, key)) handleReferring(repair, key, condition);
  }
  relText(&repair->text, "DELETE FROM ");
  relCheckTable(&repair->text, table);
  relTextFormat(&repair->text, " WHERE %s; ", condition);
  repair->depth--;
}

char *relRepair(RelCheck *check, const RelKey *key, const char *condition, int delete) {
  Repair repair = {.check = check, .depth = 0};
  char *sql;
  size_t length;
  if (condition == NULL) return NULL;
  relTextStart(&repair.text, check->error);
  if (!delete &&relKeyCanLetGo(key)) {
    letGo(&repair, key, condition);
  } else {
    deleteRows(&repair, key->child, condition);
  }
  sql = relTextFinish(&repair.text);
  length = sql == NULL ? 0 : strlen(sql);
  if (length > 0 && sql[length - 1] == ' ') sql[length - 1] = 0;
  return sql;
}
