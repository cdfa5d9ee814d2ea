/*
** What a selection will run: each statement with its query plan, and where it lacks an index.
*/
#ifndef REL_INSPECT_EXPLAIN_H
#define REL_INSPECT_EXPLAIN_H

#include "fetch/fetch.h"

typedef struct RelExplanation {
  int level;
  char *path; /* owned, as are the next */
  char *strategy;
  char *statement; /* NULL: the rows come with another level's statement */
  char *detail;
} RelExplanation;

typedef struct RelExplanations {
  RelExplanation *list; /* owned */
  int count;
  int room;
} RelExplanations;

/* Fills an empty list, which the caller clears, also after an error. */
void relExplain(RelError *error, sqlite3 *db, RelPool *pool, const RelCall *call,
                RelExplanations *explanations);
void relExplanationsClear(RelExplanations *explanations);

#endif
