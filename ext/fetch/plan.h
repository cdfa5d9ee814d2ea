/*
** A selection resolved against the model: a tree of levels, each with what its rows are written
** from and its SQL. A plan serves one fetch at a time; between fetches it keeps its statements and
** its memory. The model's tables that it names are looked at only while it is made and while
** relFetchStart prepares its statements.
*/
#ifndef REL_FETCH_PLAN_H
#define REL_FETCH_PLAN_H

#include "fetch/fetch.h"
#include "fetch/keys.h"
#include "fetch/orders.h"
#include "fetch/places.h"
#include "fetch/term.h"
#include "model/model.h"

typedef struct RelLevel RelLevel;
typedef struct RelReading RelReading;

/*
** The parameters behind those of the selection: pointers to the level's keys, and to its places; the
** first key and the last, or the values of one key.
*/
enum {
  REL_KEYS_PARAMETER = REL_MAX_ARGUMENTS + 1,
  REL_PLACES_PARAMETER,
  REL_FIRST_PARAMETER,
  REL_LAST_PARAMETER
};

/* One value of a row, as the argument that the level's SQL hands to relationship_emit. */
typedef struct RelArgument {
  int column;       /* of the level's table, -1: its rowid; REL_NO_COLUMN for the others */
  RelSlice slice;   /* the expression, where it is one */
  RelLevel *joined; /* the child whose slot it gives, where it does */
  int kept;         /* an output has it, and a key or the order takes it from there: see RelFound */
} RelArgument;

/*
** What an argument of the row at hand turned out to be when it was written, so that keys need not ask SQLite
** again: a call costs as much as writing an integer. Noting it costs as well, of sixty columns a fiftieth of
** the whole.
*/
typedef struct RelFound {
  sqlite3_int64 integer; /* where it is one */
  int type;
} RelFound;

/* What becomes of loading one relationship alone. */
enum {
  REL_LOAD,
  REL_LOAD_WITHOUT_SQL, /* only where there is nothing to load: lazy = 'raise_on_sql' */
  REL_LOAD_NOTHING      /* it is always empty: lazy = 'noload' */
};

/* How a level's rows come; SQLAlchemy's names. */
typedef enum RelStrategy {
  REL_STRATEGY_AUTO,     /* as selectin, or by reading the whole table where that is less work */
  REL_STRATEGY_SELECTIN, /* one statement for the keys of a batch of owners */
  REL_STRATEGY_SELECT,   /* a statement run for each owner */
  REL_STRATEGY_JOINED,   /* in the owners' own statement */
  REL_STRATEGY_SUBQUERY  /* one statement that finds the owners again */
} RelStrategy;

/* One key of a document. Its prefix has room for, and after it zeros up to, this many bytes. */
enum { REL_SHORT_PREFIX = 32 };
typedef struct RelOutput {
  char *prefix; /* owned: `,"name":`, with the brace where it is the first */
  size_t prefixLength;
  int brief;    /* it is that short */
  int argument; /* whose value follows, or -1 */
  int stored;   /* and that is a stored column's, which has no subtype */
  int integer;  /* and an integer, whatever the row */
  int kept;     /* its argument is */
  int child;    /* the level whose members follow, or -1 */
} RelOutput;

/* How a row says whose it is. */
typedef enum RelSlotSource {
  REL_SLOT_HANDED, /* the first value handed over says the slot */
  REL_SLOT_FED,    /* it belongs to the slot that relationship_keys stands at */
  REL_SLOT_KEYED,  /* one of the values is the key */
  REL_SLOT_PLACED  /* it is that of the place that relationship_places stands at */
} RelSlotSource;

typedef struct RelQuery {
  RelPiece piece;          /* owned; without SQL where the level has no such query */
  sqlite3_stmt *statement; /* owned; prepared when first needed */
  int stepped;             /* gives a row each, in order; else one count, its rows in any order */
  int limited; /* stepped, and its second and third column are LIMIT and OFFSET per slot */
  RelSlotSource slots;
  int cut; /* LIMIT and OFFSET go before the arguments: rows are cut while they come */
} RelQuery;

typedef enum RelQueryKind {
  REL_QUERY_ROWS,  /* the rows of the slots in `keys`: what every level has */
  REL_QUERY_SCAN,  /* root: all rows, in order; else all rows, or links, that any slot may have */
  REL_QUERY_KEYED, /* root: as ROWS, for keys given from outside, with the WHERE */
  REL_QUERY_PICK,  /* root: which rows, in order; ROWS then loads them */
  REL_QUERY_PICK_KEYED, /* the same, among the keys given from outside */
  REL_QUERY_SPAN,       /* root: as PICK, of keys from one to another */
  REL_QUERY_SPAN_UP,    /* the same in the order of the keys */
  REL_QUERY_SPAN_DOWN,  /* the same in the opposite order */
  REL_QUERY_GREATEST,   /* root: the greatest integer key */
  REL_QUERY_RANGE,      /* as ROWS, where the keys are integers, each the one before it + 1 */
  REL_QUERY_LINKS,      /* of a linked level: the links of the slots; ROWS then are the targets */
  REL_QUERY_ONE,        /* the rows of one slot */
  REL_QUERY_BOUND, /* the same, its key among the parameters: where that spares working out a view */
  REL_QUERY_PLACES, /* where the rows of the slots stand, from an index alone */
  REL_QUERY_PLACED, /* as ROWS, for the rows of those places */
  REL_QUERY_OWNERS, /* as ROWS, with the keys found from the root's rows */
  REL_QUERY_EMPTY,  /* of an aggregate: the one row of an owner without members */
  REL_QUERY_TEXTS,  /* root: whether a key without type is text */
  REL_QUERY_COUNT
} RelQueryKind;

static inline int relQueryIsSpan(RelQueryKind kind) {
  return kind == REL_QUERY_SPAN || kind == REL_QUERY_SPAN_UP || kind == REL_QUERY_SPAN_DOWN;
}

/* A level's texts stand one behind the other; all together they are shorter than an int can count. */
typedef struct RelRow {
  int start; /* of its text */
  int slot;
} RelRow;

typedef struct RelSlot {
  int first; /* in the level's order */
  int count;
} RelSlot;

/* A link of a many-to-many, from a slot to a row; while links are read, to the target's slot. */
typedef struct RelLink {
  int slot;
  int row;
} RelLink;

typedef struct RelLinks {
  RelKeys keys;  /* of the parent's rows */
  RelLink *list; /* owned */
  int count, room;
  RelLink *spare; /* owned: to bring them in order */
  int spareRoom;
  RelSlot *slots; /* owned: places in `list` */
  int slotCount, slotRoom;
} RelLinks;

/* LIMIT and OFFSET of each slot, where rows are cut while they come: see cut.h. */
typedef struct RelCut {
  int known; /* the next two are */
  sqlite3_int64 limit, offset;
  int width; /* rows of a slot that are kept in order, 0: all */
  int slots; /* that `tops` has room for */
  int *tops; /* owned */
} RelCut;

struct RelLevel {
  RelPlan *plan;
  RelLevel *parent;
  int nesting;
  char *path;                 /* owned: how errors call the level */
  Relationship *relationship; /* borrowed, see above; NULL at the root */
  RelTable *table;            /* borrowed, see above */
  RelStrategy strategy;
  int inner;           /* owners without a member are left out */
  int aggregate;       /* one object for each slot, made of its members */
  int ordered;         /* of an aggregate: the members' order matters */
  int recursive;       /* rows are owners, too: the level is its own last child */
  int depth;           /* of a recursive level: how many levels of members, -1: all */
  RelCounter *counter; /* borrowed from the statistics; NULL at the root */
  int scalar;          /* an object or null; else an array */
  int unique;          /* no row of its table is loaded twice in a batch */
  int linked;          /* a many-to-many loaded in two steps: see links.h */
  int sortable;        /* slots are ordered, if at all, without SQL */
  int unled;    /* no index leads to its rows: its whole table is read, for however few slots */
  int sought;   /* its conditions make SQLite read less of an index than its owners' rows */
  int complete; /* if all owners are loaded, so are all rows of its table that have an owner */

  RelArgument *arguments; /* owned */
  int argumentCount, argumentRoom;
  RelFound *found;    /* owned: [argumentCount], of those that are kept */
  RelOutput *outputs; /* owned */
  int outputCount, outputRoom;
  size_t renderRoom;   /* for what of a row has a known length, and a prefix copied too far */
  RelLevel **children; /* owned */
  int childCount, childRoom;
  int keyArguments[REL_MAX_KEY_WIDTH]; /* the key into this level, among the parent's arguments */
  int slotArgument; /* of a joined level: among the parent's arguments, the slot */
  int gapWidth;     /* integers of a row in `gaps` */

  /* Of a recursive level, among its own arguments: the key into it, and what tells rows apart. */
  int selfArguments[REL_MAX_KEY_WIDTH];
  int identityArguments[REL_MAX_KEY_WIDTH];
  int startArguments[REL_MAX_KEY_WIDTH]; /* what tells rows apart, among the parent's arguments */
  int selfPrefix;                        /* bytes of `,"name":` that go where the key is left out */

  /* While the plan is made. */
  RelReading *reading; /* owned */
  RelPiece filter;     /* owned: of an inner level, EXISTS for the owner at hand */
  RelPiece joinedRows; /* owned: of a joined level, the subquery that loads an owner's members */
  RelPiece source;     /* owned: FROM and WHERE that find the rows from the root's rows */

  RelSortTerm *sort;  /* owned: the order that is kept without SQL, [ordering.width] */
  int *sortArguments; /* owned: [ordering.width] */
  int scanPlace;      /* of a scan: which of the values handed over is the key */
  int scanConverts;   /* and that one is handed over before the arguments, for it alone */
  int integerOrder;   /* the argument that alone orders rows, ascending; -1: `sort` does */
  int windowed;       /* has a window function */
  int nested;         /* has a subquery, which would see the levels that it stands inside */
  int limited;        /* has a LIMIT */
  RelSlice limitAt;   /* its expression, and that of OFFSET */
  RelSlice offsetAt;
  int untilLook; /* batches until it is looked again how rows stand in their table */
  int scattered; /* they stand there in another order than their slots */
  int leaf;      /* an object without members of its own: its text says it all */
  int wide;      /* more arguments than a function takes: values are read from the statement */
  RelQuery queries[REL_QUERY_COUNT];

  /* What one batch loads. */
  RelKeys keys;
  RelLinks association; /* of a linked level: what leads to `keys` */
  RelCut cut;
  RelPlaces places; /* of its rows, where they are looked for first */
  RelKeys ordering; /* of each row, the values that `sort` compares */
  RelOrders orders; /* where an integer key alone does it: that */
  RelBuffer text;   /* the rows' documents, with gaps where children go */
  RelRow *rows;     /* owned */
  int rowCount, rowRoom;
  int *gaps; /* owned: of each row and child, where in `text` its gap is and which slot fills it, or
                once an object is loaded, which row of the child (-1: none), of a leaf where its
                text is; then of each recursive child, the row's number in its `identities` */
  RelKeys identities; /* of a recursive level: its rows and the parent's, each once */
  char *onPath;       /* owned: of each of them, whether the path being written has it */
  int emptyRow;       /* of an aggregate: the row of an owner without members */
  RelSlot *slots;     /* owned */
  int slotCount, slotRoom;
  int *order; /* owned: row numbers, grouped by slot and in order */
  int orderCount, orderRoom;
  int disordered; /* rows did not come in order: `order` holds; else they are in order themselves */
  int far;        /* its rows, or some below them, stand anywhere in memory */
  int climbing;   /* but each came after the one before, whatever their slots */
  int lastSlot;   /* of the row that came last */
  int stepped;    /* the query at hand is */
  RelSlotSource slotsFrom; /* what the query at hand says */
  int late;                /* the slots of its rows are looked up when they all are there */
  int strays;              /* rows that have turned out to be no slot's */
  int cutting;             /* that its rows are cut while they come */
  int valuesFrom;          /* the place of its first argument */
  int foundBefore;         /* the argument that was read before the row is written, -1: none */
  const RelKeys *fed;      /* the keys that it reads, borrowed */
};

/* What the fetch at hand stands at. */
typedef struct RelRun {
  int running;
  int withoutDocument;
  RelQueryKind kind;                           /* where the root's rows come from */
  int all;                                     /* every row of the root's table will come */
  sqlite3_value *arguments[REL_MAX_ARGUMENTS]; /* owned */
  int argumentCount;
  RelKeys wanted;     /* owned: keys given from outside */
  int wantedAt;       /* the first of them that no batch has had */
  RelKeys window;     /* the part of them that this batch has, borrowed */
  RelKeys ownerKeys;  /* owned: of each row of the root */
  RelKeys identities; /* owned: the same, where there are subqueries */
  int *owners;        /* owned: the root's row numbers, in order */
  int ownerCount, ownerRoom;
  sqlite3_int64 least, greatest; /* of a span: its ends */
  int sorted;         /* owners come all at once, to be sorted by key: 1 ascending, -1 descending */
  int at;             /* the owner at hand, -1 before the first */
  int batch;          /* how many owners the next batch has */
  sqlite3_int64 rows; /* of the root's table, by its greatest key; 0: not asked for yet */
  int total;          /* how many owners all batches have had */
  int finished;       /* no batch after this one */
  RelBuffer document;
  int documentOf; /* the owner whose document that is, or -1 */
  size_t likely;  /* how long the next one may be */
} RelRun;

struct RelPlan {
  RelPool *pool;    /* borrowed */
  RelModel *model;  /* borrowed */
  char *owner;      /* owned: the name it was taken by */
  RelPlan *next;    /* in the pool */
  int taken;        /* lent to someone */
  int stale;        /* the model has been read anew, or it must not be kept: goes when given back */
  RelSource source; /* owned; of `text` */
  char *text;       /* owned: the selection it was taken by, or NULL */
  char *only;       /* owned: the one relationship that documents consist of, or NULL */
  int withheld;     /* what `lazy` says of loading that alone: REL_LOAD … */
  RelCriteria criteria; /* owned: of `text` */
  RelLevel *root;       /* owned */
  RelLevel **levels;    /* owned: all levels, parents before children */
  int levelCount, levelRoom;
  int argumentsUsed; /* the highest ?N */
  int maxArguments;  /* of a function */
  int raw;           /* expressions may give JSON, which goes in as it is */

  /* The root's key, as the outside sees it. */
  int keyWidth;                        /* 0: none */
  int keyArguments[REL_MAX_KEY_WIDTH]; /* among the root's arguments */
  int keyIsText;                       /* a single key of TEXT affinity */
  int keysOrdered; /* IN gives single keys in the order that the root's rows come in */

  int subqueries;                           /* a level finds its owners from the root's rows */
  int identityArguments[REL_MAX_KEY_WIDTH]; /* what tells those apart, among the root's arguments */

  RelRun run;
};

/*
** Resolves a selection (NULL: all columns) over `table`, which the caller calls `owner`. The caller
** owns the plan. Once the model has been read anew, no fetch may be started with it; one that runs
** may go on.
*/
RelPlan *relPlanNew(RelError *error, RelPool *pool, RelModel *model, RelTable *table,
                    const RelCall *call);
void relPlanFree(RelPlan *plan);

/* A level below `parent`, or the root. The plan owns it. */
RelLevel *relPlanLevel(RelError *error, RelPlan *plan, RelLevel *parent);

/* What the items of all levels mean, from the root down (resolve.c). */
void relPlanResolve(RelError *error, RelPlan *plan);

/* Refuses a FOR EACH whose table occurs nowhere, once all SQL is written. */
void relPlanCheckCriteria(RelError *error, const RelPlan *plan);

/* The SQL of all levels (compose.c). */
void relPlanCompose(RelError *error, RelPlan *plan);

/* The keys by which the parent's rows ask for this level's. */
static inline RelKeys *relLevelKeys(RelLevel *level) {
  return level->linked ? &level->association.keys : &level->keys;
}

/* The slots that the parent's rows have. */
static inline const RelSlot *relLevelSlots(const RelLevel *level) {
  return level->linked ? level->association.slots : level->slots;
}

/* Whether an owner holds one object or null, and not rows of its own kind. */
static inline int relLevelIsObject(const RelLevel *level) {
  return (level->scalar || level->aggregate) && !level->recursive;
}

/* Sets `wide` and `leaf`, once all arguments and children are known. */
void relLevelMeasure(RelLevel *level);

/*
** The argument that hands over a column of the level's table, added where there is none yet; one for
** an expression; and one for the slot of a joined child.
*/
int relLevelArgument(RelError *error, RelLevel *level, int column);
int relLevelExpression(RelError *error, RelLevel *level, RelSlice slice);
int relLevelSlotArgument(RelError *error, RelLevel *level, RelLevel *joined);

/* The columns of the owner whose values are the key into a relationship. */
const int *relOwnerColumns(const Relationship *relationship);

/*
** The columns that single out a row: the rowid where it has one, else the primary key's. Returns
** how many, 0 where there are none; columns are positions, -1 the rowid.
*/
int relTableIdentity(const RelTable *table, int *columns);

/* The keys that a query reads as slots (prepare.c). */
RelKeys *relLevelFeed(RelLevel *level, RelQueryKind kind);

/* Prepares a query at first use (prepare.c). */
void relLevelPrepare(RelError *error, RelLevel *level, RelQueryKind kind);

/* Takes the connection's error, prefixed with the level's path. A no-op when rc is SQLITE_OK. */
void relLevelError(RelError *error, const RelLevel *level, int rc);

/* Once a batch is loaded: makes room for the paths of recursive levels. */
void relDocumentStart(RelError *error, RelPlan *plan);
/* The document of the owner at hand, in plan->run.document (document.c). */
void relDocumentWrite(RelError *error, RelPlan *plan);

#endif
