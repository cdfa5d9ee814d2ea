/*
** What joins owner and target: direction and keys, from the declared FOREIGN KEYs, from
** foreign_keys and remote_side, or from explicit joins.
*/
#ifndef REL_MODEL_JOIN_H
#define REL_MODEL_JOIN_H

#include "model/model.h"

/* Sets direction, key, targetKey and condition of a relationship whose tables are known. */
void relJoinResolve(RelError *error, Relationship *relationship);

/*
** The key that FOREIGN KEY number `n` of `child` makes with `parent`; false, with an empty key,
** where it does not reference `parent` or names columns that do not exist.
*/
int relKeyFromForeignKey(RelError *error, RelTable *child, int n, RelTable *parent, RelKey *key);
void relKeyClear(RelKey *key);

#endif
