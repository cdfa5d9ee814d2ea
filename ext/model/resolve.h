/*
** A declaration's text → a Relationship, or a refusal that says what to write instead.
*/
#ifndef REL_MODEL_RESOLVE_H
#define REL_MODEL_RESOLVE_H

#include "model/model.h"

/*
** Resolves against the model's tables. The caller owns the result (relRelationshipFree); NULL with
** the error set where the declaration is refused. The declaration is copied.
*/
Relationship *relResolve(RelError *error, RelModel *model, const RelDeclaration *declaration);

/*
** Refuses a back_populates whose other side exists and disagrees: it must join the same columns the
** other way, and name this relationship or nothing. `inverse` may be NULL (not declared yet).
*/
void relResolveInverse(RelError *error, const Relationship *relationship,
                       const Relationship *inverse);

/*
** The declaration that `backref` asks for: the reverse of a resolved relationship, called
** `name`. Fills *inverse, whose strings the caller owns.
*/
void relResolveBackref(RelError *error, const Relationship *relationship, const char *name,
                       RelDeclaration *inverse);

#endif
