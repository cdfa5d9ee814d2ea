/*
** The words a declaration may use: cascade, on_delete, lazy, flags. From the declaration's text to
** the relationship's fields, or a refusal.
*/
#ifndef REL_MODEL_OPTIONS_H
#define REL_MODEL_OPTIONS_H

#include "model/relationship.h"

/* Sets the error "relationship: users.posts: ...". The format is sqlite3_mprintf's. */
void relRefuse(RelError *error, const Relationship *relationship, const char *format, ...);

/* Reads what needs no table: viewonly, cascade, passive_deletes, and the validity of all words. */
void relOptionsRead(RelError *error, Relationship *relationship);

/*
** Reads what depends on the resolved join: uselist's default, on_delete's meaning, and whether the
** words agree with the direction.
*/
void relOptionsSettle(RelError *error, Relationship *relationship);

/* Puts the words of a declaration that was resolved in the form in which they are stored. */
void relOptionsNormalise(RelError *error, const Relationship *relationship,
                         RelDeclaration *declaration);

/* The value shown for a field that was not given: its constant default, or NULL. Static. */
const char *relOptionDefault(RelField field);

#endif
