/*
** The rules of sql/enforce/ and the pieces of SQL that are put into them: a rule names its pieces
** in braces.
*/
#ifndef REL_ENFORCE_TEMPLATE_H
#define REL_ENFORCE_TEMPLATE_H

#include "base/text.h"

enum { REL_PIECES = 32 };

typedef struct RelPieces {
  RelError *error; /* borrowed */
  int count;
  struct {
    const char *name; /* static */
    char *text;       /* owned */
  } items[REL_PIECES];
} RelPieces;

void relPiecesStart(RelPieces *pieces, RelError *error);
void relPiecesClear(RelPieces *pieces);

/* Sets a piece, also one that is set already. Takes `text`, which may be NULL after an error. */
void relPiece(RelPieces *pieces, const char *name, char *text);

/* A rule with its pieces put in. The caller owns it. */
char *relExpand(const RelPieces *pieces, const char *rule);

#endif
