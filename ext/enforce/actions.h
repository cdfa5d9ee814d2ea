/*
** What the deletion of a row sets off, as data: one action for each thing that a relationship does to
** other rows. The graph asks who takes whom along, the triggers are written from the rest.
*/
#ifndef REL_ENFORCE_ACTIONS_H
#define REL_ENFORCE_ACTIONS_H

#include "model/model.h"

typedef enum RelActionKind {
  REL_DELETE_MEMBERS,  /* one-to-many: the members go */
  REL_UNLINK,          /* many-to-many: the association rows of one end go */
  REL_DELETE_TARGET,   /* many-to-one: the target goes with the last row that refers to it */
  REL_DELETE_LINKED,   /* many-to-many, an owner goes: the members that no other owner has */
  REL_DELETE_UNLINKED, /* many-to-many, a link goes: the member whose last one it was */
  REL_UPDATE_MEMBERS,  /* one-to-many: the members' key becomes NULL, or its default */
  REL_REFUSE           /* one-to-many: the row may not go while it has members */
} RelActionKind;

typedef struct RelAction {
  RelActionKind kind;
  const Relationship *relationship; /* borrowed: the first that says so */
  const RelTable *from;             /* a row of it goes */
  const RelTable *to;               /* rows of it are acted on */
  const RelKey *key;                /* joins them: `from` is its parent, but for DELETE_TARGET and
                                       DELETE_UNLINKED, whose key `from` holds */
  const RelKey *last;               /* DELETE_LINKED: the key from the links to the members */
  const char *condition;            /* what the rows acted on fulfil besides, or NULL; borrowed */
  const char *rule;                 /* static: names the rule in comments */
  char *words; /* owned. UPDATE_MEMBERS: what is set. REFUSE: the refusal, as a literal */
  int before;  /* a native ON DELETE would act before an AFTER trigger */
  int after;   /* must not run while the row is there */
  int atOnce;  /* REFUSE: also where the members would go anyway, by this very key */
} RelAction;

typedef struct RelActions {
  RelAction *items; /* owned */
  int count, room;
} RelActions;

/*
** The actions of all declared relationships; what several say alike is there once. A rule that
** cannot be held is an error. The caller clears the list, also after an error.
*/
void relActionsCollect(RelError *error, RelModel *model, RelActions *actions);
void relActionsClear(RelActions *actions);

/* True for what deletes rows of `to`, as the others do not. */
int relActionDeletes(const RelAction *action);

/*
** The rows of `to` that the action is about, as a condition on that table. `row` is what the row that
** goes is called: OLD, or an alias. The caller owns the text.
*/
char *relActionWhich(RelError *error, const RelAction *action, const char *row);

/* DELETE_LINKED: all rows of `to` that the row is linked to, whatever else they are linked to. */
char *relActionLinked(RelError *error, const RelAction *action, const char *row);
/* For what goes with the last reference: that nothing refers to a row of `to` any more. */
char *relActionUnreferenced(RelError *error, const RelAction *action);

/* True where deleting an owner row is the relationship's business. */
int relActsOnDelete(const Relationship *relationship);
/* True where a member, target or link that is let go is deleted. */
int relHasOrphans(const Relationship *relationship);
/* Native ON DELETE of a key: NULL where none is in force (NO ACTION acts after all triggers). */
const char *relNativeDelete(const RelKey *key);

/* True for the same columns of the same tables. */
int relSameColumns(const RelKey *a, const RelKey *b);
/* True where the keys hold a column in common. */
int relSharesColumn(const RelKey *a, const RelKey *b);

#endif
