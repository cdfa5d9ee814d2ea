/*
** A document as a graph: one node for each object, in the order in which their rows can be written.
** What stands in many-to-one objects comes first, then the object, then its members.
*/
#ifndef REL_SAVE_NODES_H
#define REL_SAVE_NODES_H

#include "save/save.h"
#include "save/shape.h"

enum { REL_NO_NODE = -1 };

typedef enum RelSaveRole {
  REL_ROLE_ROOT,
  REL_ROLE_TARGET, /* of a many-to-one */
  REL_ROLE_MEMBER,
  REL_ROLE_REMOVE /* to be let go */
} RelSaveRole;

typedef enum RelSaveState {
  REL_STATE_NEW,     /* no row, as far as is known */
  REL_STATE_MISSING, /* its key is known, and no row has it yet */
  REL_STATE_FOUND,   /* a row that was there before */
  REL_STATE_MADE,    /* a row that this save inserted */
  REL_STATE_GONE     /* a row that was there, and went: its rowid may be another's */
} RelSaveState;

typedef struct RelSaveNode {
  unsigned element;  /* the object */
  int owner;         /* the node it stands in, or REL_NO_NODE */
  int place;         /* its position in the list, or -1 */
  int rank;          /* behind all that its row refers to */
  int list;          /* the list it stands in, or -1 */
  RelSaveEdge *edge; /* through which, NULL for a root */
  RelSaveTable *table;
  unsigned char role;
  unsigned char state;  /* of the first node of its row; RelSaveState */
  unsigned char isLink; /* it has nothing but its key */
  unsigned char saved;
  unsigned char hasLists; /* it names members */
  unsigned char hasNulls; /* a many-to-one of it is null */
  unsigned char late;     /* waits for a row that is not there yet */
  unsigned char linked;   /* to its owner, in a many-to-many */
  unsigned char byUnique; /* looked for by unique_key */
  unsigned char given;    /* columns of the primary key that it gives, 255 at most */
  int firstTarget;        /* the objects of its many-to-ones, */
  int nextTarget;         /* each the next of the one before */
  int nextMember;         /* the next of its list */
  int same;               /* the first node of the same row: itself, mostly */
  int nextSame;           /* the next one of the same row */
  int lastSame;           /* of a first node: the last one of its row */
  int creator;    /* of a first node: who can make its row, from 1; 0 where it is not known */
  int pending;    /* of a first node: a RelSavePending, from 1 */
  int mark;       /* of a first node: the list, counted from 1, that named it last */
  RelSaveRow row; /* of a first node; owned */
  char *id;       /* owned: what tells the row from others where no rowid does, or NULL */
  int idBytes;
} RelSaveNode;

/* What is said of one relationship of one object: its members, or those to add, or to remove. */
typedef struct RelSaveList {
  int owner;
  RelSaveEdge *edge;
  unsigned element; /* the value, for its path */
  int first;        /* the first member's node, or REL_NO_NODE */
  int last;
  int rank;  /* the least that its members can have, by what they refer to */
  int whole; /* who is not named goes */
  int verb;  /* 0, or the element that says add or remove */
} RelSaveList;

/* A member that was not listed but is named elsewhere: it may move before it is let go. */
typedef struct RelSavePending {
  int list;
  int node; /* the first of its row */
  int next; /* another of the row, from 1 */
  int done;
} RelSavePending;

/* Rows that are inserted with one statement, while it runs. */
typedef struct RelSaveBatch {
  RelSaveEdge *edge;     /* of all of the nodes */
  RelSaveTable *members; /* whose nodes they are */
  RelSaveTable *table;   /* into which they go: the same, or that of the links */
  int first;             /* position in the order */
  int count;             /* nodes behind */
  int more;
  int started; /* relationship_rows was asked: it is ours */
  int links;
  unsigned char state;
  int slots[REL_SAVER_COLUMNS]; /* of each column of relationship_rows */
} RelSaveBatch;

struct RelSaver {
  sqlite3 *db;        /* borrowed */
  RelError *error;    /* borrowed while a save goes on */
  RelModels models;   /* owned */
  RelModel *model;    /* the owner's database's */
  RelTable *table;    /* the roots' */
  RelShapes shapes;   /* owned */
  RelJson json;       /* owned; its text is the caller's */
  RelSaveNode *nodes; /* owned, in the order of the document */
  int nodeCount, nodeRoom;
  int *order; /* owned: nodes, in the order in which they are written */
  int orderCount, orderRoom;
  int rootRank; /* as a list's */
  int highestRank;
  RelSaveList *lists; /* owned */
  int listCount, listRoom;
  RelSavePending *pending; /* owned */
  int pendingCount, pendingRoom;
  int *ids; /* owned: hash table of the first nodes of rows with an identity; -1 where empty */
  int idCount, idRoom;
  RelSaveBatch batch;
  int single;             /* one row of a batch was refused: they go one by one */
  int temporary;          /* 1: there are temp triggers, -1: there are none, 0: not known */
  sqlite3_stmt *triggers; /* owned: whether there are any */
  int letGo;              /* rows were let go, and what went with them is not known yet */
  sqlite3_int64 stamp;    /* nodes of all saves before */
};

/* Reads the document into an empty graph. */
void relNodesRead(RelSaver *saver);
void relNodesClear(RelSaver *saver);

/* "$.posts[3]": where a node stands; the caller owns it. */
char *relNodePath(RelSaver *saver, int node);

/* Sets the error, after the path of a node; the format is sqlite3_mprintf's. */
void relNodeRefuse(RelSaver *saver, int node, const char *format, ...);
/* The same of one of its fields. */
void relNodeRefuseField(RelSaver *saver, int node, const char *field, const char *format, ...);
/* A node that names the row of another of its list. */
void relNodeRefuseTwice(RelSaver *saver, int node, int other);
/* A row of `table`, the node's or its link's, that went with others. */
void relNodeRefuseGone(RelSaver *saver, int node, const RelSaveTable *table);
/* What SQLite refused of a node's row. */
void relNodeFail(RelSaver *saver, int node, int rc);

/* All fields that objects like the node have. */
static inline RelSaveFields *relNodeFields(const RelSaver *saver, int node) {
  return relShapeFields(saver->nodes[node].table, saver->nodes[node].edge);
}

/* What a field of a node is, after it was read: its number stands in the element of its name. */
static inline RelSaveField *relNodeField(const RelSaver *saver, int node, unsigned key) {
  return &relNodeFields(saver, node)->items[saver->json.elements[key].count];
}

/* The element that gives a column of a node, 0 where none does. */
unsigned relNodeElement(const RelSaver *saver, int node, int column);

static inline RelSaveNode *relNodeFirst(const RelSaver *saver, int node) {
  return &saver->nodes[saver->nodes[node].same];
}

#endif
