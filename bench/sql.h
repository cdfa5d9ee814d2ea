/*
** The statements of the sides that are written by hand, made from a shape as somebody would write them.
** All texts are freed with sqlite3_free(). `owners` restricts the owners' ids: " = ?1", " IN (1, 2)",
** or "" for all.
*/
#ifndef BENCH_SQL_H
#define BENCH_SQL_H

#include <sqlite3.h>

#include "shapes.h"

typedef enum BenchForm {
  BENCH_CORRELATED, /* a subquery of json_group_array(json_object(…)) in each object */
  BENCH_GROUPED,    /* collections aggregated by GROUP BY, then joined */
  BENCH_SPLICED,    /* correlated, texts of json_object() put together by || and group_concat() */
  BENCH_ORDERED,    /* correlated, json_group_array(… ORDER BY id) */
  BENCH_JSONB,      /* correlated, jsonb inside and text outside */
  BENCH_READING     /* correlated, but no documents: touch() and touches() are given the values */
} BenchForm;

/* A statement that gives one document per owner, in the order of id. marked: each subquery stands in
** json(), which it has to where SQLite does not know any more that a subquery gave JSON (since 3.54). */
char *benchDocuments(const BenchShape *shape, BenchForm form, int marked, const char *owners);

/* selectin() for these owners; joined: held to the batch join. */
char *benchSelectin(const BenchShape *shape, int joined, const char *owners);

/* Lists the shape's levels, owners first; answers how many there are. */
int benchLevels(const BenchShape *shape, const BenchLevel **levels, const BenchLevel **parents);

/* A statement over all rows of a level's table. `what` stands between SELECT and FROM, with %s for the
** columns. */
char *benchRows(const BenchLevel *level, const char *what);

/* The same over the association table of a LINKED level. */
char *benchLinks(const BenchLevel *level, const char *what);

/* A statement over the level's rows of one parent: ?1 is the parent's id, of a ONE level the member's
** own. */
char *benchRowsOf(const BenchLevel *level);

/* The level's columns, with the alias before each or, where that is NULL, the table. */
char *benchColumns(const BenchLevel *level, const char *alias);

/* " IN (1, 2, 3)" */
char *benchIn(const sqlite3_int64 *ids, int count);

#endif
