/*
** The text of one row: `,{"key":value,…}`.
*/
#ifndef REL_FETCH_RENDER_H
#define REL_FETCH_RENDER_H

#include "fetch/plan.h"

/*
** Appends it to the level's text, which says where memory runs out. In `gaps`, two for each child, the
** first of a pair is where in the row that child's members go.
*/
void relRender(RelLevel *level, int *gaps, sqlite3_value *const *values);

#endif
