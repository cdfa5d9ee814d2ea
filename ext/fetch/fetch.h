/*
** Nested fetch: a selection over an owner table → one JSON document per owner row. What the tables/
** room calls.
*/
#ifndef REL_FETCH_FETCH_H
#define REL_FETCH_FETCH_H

#include "fetch/stats.h"
#include "model/model.h"

/* Registers the private functions and the private table that the compiled SQL calls. */
int relFetchRegister(sqlite3 *db, RelStats *stats);

/*
** What one connection keeps between fetches. It holds statements, so it lives in a virtual table's
** object; every plan taken from it is given back first.
*/
typedef struct RelPool RelPool;
RelPool *relPoolNew(RelError *error, sqlite3 *db, RelStats *stats); /* borrows `stats` */
void relPoolFree(RelPool *pool);

/*
** To be told when a statement over that virtual table is planned. Where a fetch prepared it, through
** an expression or a view, the statement would keep the virtual table from going when the
** connection closes: so that plan is not kept.
*/
void relPoolReads(RelPool *pool);

/* What is to be fetched. Everything is borrowed. */
typedef struct RelCall {
  const char *owner;     /* the name of a table or view */
  const char *selection; /* NULL: all columns */
  const char *only;      /* NULL; else a relationship: `selection` is its members', and the document
                            of an owner is what the relationship holds */
} RelCall;

/* The function that errors name. */
static inline const char *relCallName(const RelCall *call) {
  return call->only == NULL ? "selectin" : "related";
}

/*
** A selection resolved over its owner, lent until it is given back. `had`, a plan still lent or NULL,
** is given back, or returned where it is the one.
*/
typedef struct RelPlan RelPlan;
RelPlan *relPoolTake(RelError *error, RelPool *pool, RelPlan *had, const RelCall *call);
void relPoolGive(RelPool *pool, RelPlan *plan);

/*
** The table or view that `name` means, in main or an attached database, and its model as it is now;
** both are lent. An unknown name is an error of `caller`.
*/
RelTable *relPoolTable(RelError *error, RelPool *pool, const char *caller, const char *name,
                       RelModel **model);

/* What it was taken by, borrowed. */
const char *relPlanOwner(const RelPlan *plan);
const char *relPlanSelection(const RelPlan *plan);

/*
** True where looking the key up finds every owner that the statement outside may take for equal.
** Not so for a number where a key may be text: next to a numeric column SQLite compares as numbers,
** and '04' equals 4.
*/
int relPlanFinds(RelError *error, RelPlan *plan, sqlite3_value *key);

typedef struct RelFetchRequest {
  sqlite3_value **arguments; /* for ?1 …; NULL entries are NULL */
  int argumentCount;
  enum {
    REL_KEYS_ALL,
    REL_KEYS_ONE, /* only the owner whose key relFetchWant gives */
    REL_KEYS_LIST /* only the owners whose keys relFetchWant gives, ascending and without repeats */
  } keys;
  /* Of integer keys: only owners whose keys are not less and not greater than these; NULL: no such end. */
  const sqlite3_int64 *least, *greatest;
  int order;           /* by integer keys: 1 ascending, -1 descending; 0: as the selection says */
  int first;           /* of its statement, as far as can be told */
  int withoutDocument; /* nobody will ask for documents */
  int expected;        /* how many owners are likely to be asked for, 0 where nobody knows */
} RelFetchRequest;

/* True where the table's rows have one integer for their key, so that the last two may be asked for. */
int relFetchIsByInteger(const RelTable *table);

/*
** Starts a fetch; one that runs is ended. relFetchWant adds a key of a keyed one: more owners than
** those asked for may come, so that whoever asked compares again. relFetchNext moves to the next
** owner (at first, to the first): 0 at the end and on error.
*/
void relFetchStart(RelError *error, RelPlan *plan, const RelFetchRequest *request);
void relFetchWant(RelError *error, RelPlan *plan, sqlite3_value *key);
int relFetchNext(RelError *error, RelPlan *plan);
/* The owner at hand. */
/* A number that tells it apart from the others, the same in every fetch. */
sqlite3_int64 relFetchRowid(const RelPlan *plan);
void relFetchKey(RelError *error, RelPlan *plan, sqlite3_context *context);
void relFetchDocument(RelError *error, RelPlan *plan, sqlite3_context *context);
/* Resets what runs, so that no read transaction stays open. */
void relFetchEnd(RelPlan *plan);

#endif
