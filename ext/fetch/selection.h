/*
** Selection text → tree, one level at a time. What a name followed by `(` or `!` means (a
** relationship, else a function) only the model knows, so the inside of the parentheses stays a
** slice that is parsed when the plan goes down there.
*/
#ifndef REL_FETCH_SELECTION_H
#define REL_FETCH_SELECTION_H

#include "base/token.h"

enum { REL_MAX_ARGUMENTS = 32, REL_MAX_NESTING = 200 };

typedef struct RelVariable {
  const char *at; /* the token, borrowed */
  int number;     /* the argument it stands for, from 1 */
} RelVariable;

/* The whole text: what error columns are counted in, and what its variables are numbered over. */
typedef struct RelSource {
  const char *text;       /* borrowed */
  const char *caller;     /* borrowed: the function that errors name */
  RelVariable *variables; /* owned, in order of appearance */
  int variableCount;
  int variableRoom;
} RelSource;

typedef enum RelItemKind {
  REL_ITEM_STAR,      /* * */
  REL_ITEM_EXCEPT,    /* -name */
  REL_ITEM_NAME,      /* name: a column, else a relationship */
  REL_ITEM_CALL,      /* name!hint, name(…), name!hint(…): a relationship, else an expression */
  REL_ITEM_EXPRESSION /* anything else */
} RelItemKind;

typedef struct RelHint {
  RelSlice word;
  sqlite3_int64 depth; /* of recursive(n); -1 where none is given */
} RelHint;

typedef struct RelItem {
  RelItemKind kind;
  RelSlice whole;  /* the item without its alias */
  RelSlice nameAt; /* of EXCEPT, NAME and CALL */
  char *name;      /* owned; NULL for the other kinds */
  char *alias;     /* owned; NULL where none is given */
  RelSlice inner;  /* of a CALL: what stands between the parentheses, empty where they are */
  int hasInner;    /* of a CALL: there are parentheses */
  RelHint *hints;  /* owned */
  int hintCount;
  int hintRoom;
  RelSlice stray; /* of a CALL: what a relationship cannot have behind it */
} RelItem;

/* FOR EACH table WHERE expr: what holds for every row of a table, wherever the tree has it. */
typedef struct RelCriterion {
  char *table; /* owned: the name as written, without quotes */
  RelSlice at; /* that name */
  RelSlice where;
  int used;    /* a level, secondary, any() or !inner has the table */
  int writing; /* its condition is being written: any() in it may come to the table again */
} RelCriterion;

typedef struct RelCriteria {
  RelCriterion *list; /* owned */
  int count;
  int room;
} RelCriteria;

void relCriteriaClear(RelCriteria *criteria);

typedef struct RelSelection {
  RelItem *items; /* owned */
  int itemCount;
  int itemRoom;
  RelSlice where;
  RelSlice *terms; /* owned: of ORDER BY */
  int termCount;
  int termRoom;
  RelSlice limit;
  RelSlice offset;
  RelCriteria criteria; /* owned */
} RelSelection;

/*
** Checks the whole text (balanced, no semicolon, no parameter that cannot be bound) and numbers its
** variables. NULL text is the empty selection. `caller` and `path`, the level, are named in errors.
** The caller owns the result (relSourceClear), also after an error.
*/
void relSourceRead(RelError *error, RelSource *source, const char *text, const char *caller,
                   const char *path);
void relSourceClear(RelSource *source);
/* The number of the argument that the variable at `at` stands for; 0 where there is none. */
int relSourceVariable(const RelSource *source, const char *at);

/* Parses one level. The caller owns the result (relSelectionClear), also after an error. */
void relSelectionParse(RelError *error, const RelSource *source, RelSlice text, const char *path,
                       RelSelection *selection);
void relSelectionClear(RelSelection *selection);

/*
** Sets `<caller>: <path>: <message> (column <n>)`, and `; did you mean "<suggestion>"?` where there
** is one. The column is that of `at`, counted in characters from 1; NULL leaves it out.
*/
void relSelectionRefuse(RelError *error, const RelSource *source, const char *path, const char *at,
                        const char *suggestion, const char *format, ...);

#endif
