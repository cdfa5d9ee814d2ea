#include "fetch/sql.h"

static void refuseRelationship(const RelScope *scope, RelToken name, const char *called) {
  RelNearest nearest = {called, NULL, 0};
  relModelSuggest(scope->error, scope->model, scope->table, &nearest);
  relSelectionRefuse(scope->error, scope->source, scope->path, name.text, nearest.best,
                     "%s has no relationship \"%s\"", scope->table->name, called);
}

/* The owner's value of the n-th column of the key. */
static void writeOwnerValue(RelText *text, const Relationship *relationship, int n) {
  if (relHidesOwner(relationship)) {
    relTextFormat(text, "\"relationship owner\".\"relationship owner %d\"", n);
  } else {
    relTextName(text, relationship->owner->name,
                relTableColumnName(relationship->owner, relOwnerColumns(relationship)[n]));
  }
}

/* The parent's column stands on the left, and so rules the comparison. */
static void writeJoin(RelText *text, const Relationship *relationship) {
  const RelKey *key = &relationship->key;
  int i, toParent = relationship->direction == REL_MANYTOONE;
  for (i = 0; i < key->count; i++) {
    if (i > 0) relText(text, " AND ");
    if (toParent) {
      relTextName(text, key->parent->name, relTableColumnName(key->parent, key->parentColumns[i]));
    } else {
      writeOwnerValue(text, relationship, i);
    }
    relText(text, " = ");
    if (toParent) {
      writeOwnerValue(text, relationship, i);
    } else {
      relTextName(text, key->child->name, relTableColumnName(key->child, key->childColumns[i]));
    }
  }
}

static void writeFrom(RelText *text, const Relationship *relationship) {
  const RelTable *joined =
      relationship->secondary != NULL ? relationship->secondary : relationship->target;
  relText(text, " FROM ");
  if (relHidesOwner(relationship)) {
    relWriteOwner(text, relationship);
    relText(text, " CROSS JOIN ");
  }
  relTextName(text, joined->schema, joined->name);
  if (relationship->secondary != NULL) relWriteTarget(text, relationship);
}

void relExistsWrite(const RelScope *scope, RelText *text, RelToken name, RelSlice expr) {
  char *called = relTokenName(scope->error, name);
  const char *word = " AND ";
  Relationship *relationship =
      called == NULL ? NULL
                     : relModelFind(scope->error, scope->model, (RelTable *)scope->table, called);
  if (relationship == NULL) {
    if (called != NULL) refuseRelationship(scope, name, called);
  } else {
    RelScope member = relScopeFor(scope, relationship->target, relationship->secondary);
    member.outer = scope;
    relText(text, "EXISTS (SELECT 1");
    writeFrom(text, relationship);
    relText(text, " WHERE ");
    writeJoin(text, relationship);
    relStandingWrite(scope, text, relationship, &word);
    if (expr.start != NULL) {
      relText(text, " AND (");
      relExpressionWrite(&member, text, expr, 0);
      relText(text, ")");
    }
    relText(text, ")");
  }
  sqlite3_free(called);
}
