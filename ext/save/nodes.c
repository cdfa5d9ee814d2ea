#include "save/nodes.h"

/* The way through the document: an object whose targets, then whose members are entered. */
typedef struct Frame {
  int node;
  int target; /* the next to enter */
  int placed;
  int member; /* the next to enter, of the list before `list` */
  int list, lists;
} Frame;

typedef struct Reading {
  RelSaver *saver;
  Frame *frames; /* owned */
  int depth, room;
} Reading;

static const RelJsonElement *elementAt(const RelSaver *saver, unsigned element) {
  return &saver->json.elements[element];
}

static int isObject(const RelSaver *saver, unsigned element) {
  return elementAt(saver, element)->kind == REL_JSON_OBJECT;
}

static int isArray(const RelSaver *saver, unsigned element) {
  return elementAt(saver, element)->kind == REL_JSON_ARRAY;
}

static int addNode(RelSaver *saver, int owner, RelSaveEdge *edge, RelSaveTable *table,
                   RelSaveRole role, unsigned element, int place) {
  RelSaveNode *node;
  saver->nodes =
      relGrow(saver->error, saver->nodes, saver->nodeCount, &saver->nodeRoom, sizeof *saver->nodes);
  if (saver->error->rc != SQLITE_OK) return REL_NO_NODE;
  node = &saver->nodes[saver->nodeCount];
  memset(node, 0, sizeof *node);
  node->element = element;
  node->owner = owner;
  node->edge = edge;
  node->table = table;
  node->role = (unsigned char)role;
  node->place = place;
  node->list = -1;
  node->isLink = 1;
  node->firstTarget = node->nextTarget = node->nextMember = node->nextSame = REL_NO_NODE;
  node->same = node->lastSame = saver->nodeCount;
  table->named = saver->stamp + 1;
  return saver->nodeCount++;
}

/* Links that two relationships speak of, or objects of their own, may be there when they are made. */
static void noteLinks(RelSaver *saver, RelSaveEdge *edge) {
  RelSaveTable *links = edge->links;
  if (links->stamp != saver->stamp + 1) links->shared = 0;
  if (links->stamp == saver->stamp + 1 && links->linkedBy != edge) links->shared = 1;
  links->linkedBy = edge;
  links->stamp = saver->stamp + 1;
}

static int addList(RelSaver *saver, int owner, RelSaveEdge *edge, unsigned element, int whole,
                   unsigned verb) {
  RelSaveList *list;
  saver->lists =
      relGrow(saver->error, saver->lists, saver->listCount, &saver->listRoom, sizeof *saver->lists);
  if (saver->error->rc != SQLITE_OK) return -1;
  list = &saver->lists[saver->listCount];
  memset(list, 0, sizeof *list);
  list->owner = owner;
  list->edge = edge;
  list->element = element;
  list->whole = whole;
  list->verb = (int)verb;
  list->first = list->last = REL_NO_NODE;
  if (edge->links != NULL) noteLinks(saver, edge);
  return saver->listCount++;
}

static void addMember(RelSaver *saver, int list, RelSaveRole role, unsigned element, int place) {
  RelSaveList *own = &saver->lists[list];
  int node = addNode(saver, own->owner, own->edge, own->edge->target, role, element, place);
  if (node == REL_NO_NODE) return;
  saver->nodes[node].list = list;
  if (own->first == REL_NO_NODE) own->first = node;
  if (own->last != REL_NO_NODE) saver->nodes[own->last].nextMember = node;
  own->last = node;
}

/* --- members --- */

static void refuseMember(RelSaver *saver, int list, int place) {
  const RelSaveList *own = &saver->lists[list];
  const char *verb = "";
  char *path;
  if (own->verb) verb = relJsonNamed(&saver->json, (unsigned)own->verb, "add") ? ".add" : ".remove";
  path = relFormat(saver->error, "%s%s[%d]", own->edge->relationship->name, verb, place);
  if (path == NULL) return;
  relNodeRefuseField(saver, own->owner, path, "no object: a row is named by one, as in {\"%s\": 1}",
                     relTableKeyName(own->edge->target->table, 0));
  sqlite3_free(path);
}

static void addMembers(RelSaver *saver, int list, RelSaveRole role, unsigned array) {
  int place = 0;
  unsigned at;
  for (at = array + 1; at < elementAt(saver, array)->next; at = elementAt(saver, at)->next) {
    if (!isObject(saver, at)) refuseMember(saver, list, place);
    if (saver->error->rc != SQLITE_OK) return;
    addMember(saver, list, role, at, place++);
  }
}

static void refuseVerbTwice(RelSaver *saver, int owner, const char *name, const char *verb) {
  char *path = relFormat(saver->error, "%s.%s", name, verb);
  if (path != NULL) relNodeRefuseField(saver, owner, path, "given twice");
  sqlite3_free(path);
}

/* {"add": [...], "remove": [...]}: what comes and what goes; the others stay. */
static void readVerbs(RelSaver *saver, int owner, RelSaveEdge *edge, unsigned element) {
  const char *name = edge->relationship->name;
  unsigned at = element + 1;
  int added = 0, removed = 0;
  while (saver->error->rc == SQLITE_OK && at < elementAt(saver, element)->next) {
    int adds = relJsonNamed(&saver->json, at, "add");
    int removes = relJsonNamed(&saver->json, at, "remove");
    unsigned value = at + 1;
    if (!adds && !removes) {
      char *word = relJsonText(saver->error, &saver->json, at);
      relNodeRefuseField(saver, owner, name,
                         "a list of rows: give an array, or an object of \"add\" and "
                         "\"remove\", not \"%s\"",
                         word);
      sqlite3_free(word);
    } else if (!isArray(saver, value)) {
      relNodeRefuseField(saver, owner, name, "%s takes an array", adds ? "add" : "remove");
    } else if (adds ? added++ : removed++) {
      refuseVerbTwice(saver, owner, name, adds ? "add" : "remove");
    } else {
      int list = addList(saver, owner, edge, value, 0, at);
      if (list >= 0) addMembers(saver, list, adds ? REL_ROLE_MEMBER : REL_ROLE_REMOVE, value);
    }
    at = elementAt(saver, value)->next;
  }
}

static void readCollection(RelSaver *saver, int owner, RelSaveEdge *edge, unsigned element) {
  if (isArray(saver, element)) {
    int list = addList(saver, owner, edge, element, 1, 0);
    if (list >= 0) addMembers(saver, list, REL_ROLE_MEMBER, element);
  } else if (isObject(saver, element)) {
    readVerbs(saver, owner, edge, element);
  } else {
    relNodeRefuseField(saver, owner, edge->relationship->name,
                       "a list of rows: give an array, [] for none");
  }
}

static void readScalar(RelSaver *saver, int owner, RelSaveEdge *edge, unsigned element) {
  int list = addList(saver, owner, edge, element, 1, 0);
  if (list >= 0 && isObject(saver, element)) {
    addMember(saver, list, REL_ROLE_MEMBER, element, -1);
  }
}

/* --- fields --- */

static int isRelationship(const RelSaver *saver, const RelSaveField *field, unsigned value) {
  return field->edge != NULL &&
         (field->kind == REL_SAVE_MEMBERS ||
          (field->edge->relationship->direction == REL_MANYTOONE && isObject(saver, value)));
}

static void checkRelationship(RelSaver *saver, int node, const RelSaveField *field,
                              unsigned value) {
  const Relationship *relationship = field->edge->relationship;
  int one = !relationship->uselist;
  unsigned kind = elementAt(saver, value)->kind;
  if (relationship->viewonly) {
    relNodeRefuseField(saver, node, field->name, "%s is viewonly: it cannot be saved through",
                       relationship->label);
  } else if (!(relationship->cascade & REL_SAVE_UPDATE)) {
    relNodeRefuseField(saver, node, field->name,
                       "the cascade of %s has no save-update: it cannot be saved through",
                       relationship->label);
  } else if (one && kind != REL_JSON_OBJECT && kind != REL_JSON_NULL) {
    relNodeRefuseField(saver, node, field->name,
                       "%s is one row, not %s: give an object, or null for none",
                       relationship->label, kind == REL_JSON_ARRAY ? "a list" : "a value");
  } else if (relationship->target->kind != REL_TABLE) {
    relNodeRefuseField(saver, node, field->name, "\"%w\" is no ordinary table",
                       relationship->target->name);
  }
}

static void refuseField(RelSaver *saver, int node, unsigned key) {
  const RelSaveNode *own = &saver->nodes[node];
  const RelTable *table = own->table->table;
  const RelTable *links = own->edge == NULL ? NULL : own->edge->relationship->secondary;
  char *name = relJsonText(saver->error, &saver->json, key);
  RelNearest nearest = {name, NULL, 0};
  int i;
  if (name == NULL) return;
  for (i = 0; i < table->columnCount; i++) relNearestOffer(&nearest, table->columns[i].name);
  relModelSuggest(saver->error, saver->model, table, &nearest);
  if (links != NULL) {
    for (i = 0; i < links->columnCount; i++) relNearestOffer(&nearest, links->columns[i].name);
  }
  if (nearest.best != NULL) {
    relNodeRefuseField(saver, node, name,
                       "\"%w\" has no column or relationship \"%s\"; did you mean \"%s\"?",
                       table->name, name, nearest.best);
  } else {
    relNodeRefuseField(saver, node, name, "\"%w\" has no column or relationship \"%s\"",
                       table->name, name);
  }
  sqlite3_free(name);
}

enum { MOST_FIELDS = (1 << 28) - 1 };

/* The field that `key` of the object at hand is, which it is known by from then on; NULL with the
** error set. */
static RelSaveField *fieldOf(RelSaver *saver, int node, unsigned key, int *expected) {
  RelSaveNode *own = &saver->nodes[node];
  RelSaveField *field = relShapeField(saver->error, &saver->shapes, saver->model, own->table,
                                      own->edge, &saver->json, key, expected);
  if (field == NULL) refuseField(saver, node, key);
  if (saver->error->rc != SQLITE_OK) return NULL;
  saver->json.elements[key].count =
      (unsigned)(field - relShapeFields(own->table, own->edge)->items) & MOST_FIELDS;
  return field;
}

/* Counts what makes an object more than a link, while its targets are read. */
static void countField(RelSaver *saver, int node, const RelSaveField *field, unsigned value) {
  RelSaveNode *own = &saver->nodes[node];
  if (isRelationship(saver, field, value)) {
    own->isLink = 0;
  } else if (field->kind == REL_SAVE_COLUMN && field->isKey) {
    if (own->given < 255) own->given++;
  } else if (field->kind == REL_SAVE_COLUMN) {
    own->isLink = 0;
  }
}

/* What is removed is told by its key: what else is said of it would not be heard. */
static void checkRemoved(RelSaver *saver, int node, const RelSaveField *field) {
  const Relationship *relationship = saver->nodes[node].edge->relationship;
  int i, tells = field->kind == REL_SAVE_COLUMN && field->isKey;
  for (i = 0; i < relationship->uniqueCount && field->kind == REL_SAVE_COLUMN; i++) {
    tells |= relationship->uniqueKey[i] == field->column;
  }
  if (field->kind == REL_SAVE_MEMBERS) {
    tells = field->edge->relationship->direction == REL_MANYTOONE;
  }
  if (!tells) {
    relNodeRefuseField(saver, node, field->name, "remove takes the key of a row, and nothing else");
  }
}

/* One field, the first time: everything about it is checked; the node of a target, or REL_NO_NODE. */
static int readField(RelSaver *saver, int node, unsigned key, int *expected) {
  RelSaveField *field = fieldOf(saver, node, key, expected), *first;
  sqlite3_int64 stamp = saver->stamp + node + 1;
  unsigned value = key + 1;
  if (field == NULL) return REL_NO_NODE;
  first = &relNodeFields(saver, node)->items[field->first];
  if (first->seen == stamp) relNodeRefuseField(saver, node, field->name, "given twice");
  first->seen = stamp;
  if (saver->nodes[node].role == REL_ROLE_REMOVE) checkRemoved(saver, node, field);
  countField(saver, node, field, value);
  if (!isRelationship(saver, field, value)) return REL_NO_NODE;
  checkRelationship(saver, node, field, value);
  if (saver->error->rc != SQLITE_OK) return REL_NO_NODE;
  if (field->edge->relationship->direction != REL_MANYTOONE) {
    saver->nodes[node].hasLists = 1;
    return REL_NO_NODE;
  }
  if (!isObject(saver, value)) {
    saver->nodes[node].hasNulls = 1;
    return REL_NO_NODE;
  }
  return addNode(saver, node, field->edge, field->edge->target, REL_ROLE_TARGET, value, -1);
}

static void readFields(RelSaver *saver, int node) {
  unsigned key, end = elementAt(saver, saver->nodes[node].element)->next;
  int expected = 0, last = REL_NO_NODE;
  for (key = saver->nodes[node].element + 1; key < end; key = elementAt(saver, key + 1)->next) {
    int target = readField(saver, node, key, &expected);
    if (saver->error->rc != SQLITE_OK) return;
    if (target == REL_NO_NODE) continue;
    if (last == REL_NO_NODE) saver->nodes[node].firstTarget = target;
    if (last != REL_NO_NODE) saver->nodes[last].nextTarget = target;
    last = target;
  }
}

/* The fields a second time: the lists of members. */
static void readLists(RelSaver *saver, int node) {
  unsigned key, end = elementAt(saver, saver->nodes[node].element)->next;
  for (key = saver->nodes[node].element + 1; key < end; key = elementAt(saver, key + 1)->next) {
    const RelSaveField *field = relNodeField(saver, node, key);
    RelSaveEdge *edge = field->edge;
    if (saver->error->rc != SQLITE_OK) return;
    if (field->kind != REL_SAVE_MEMBERS || edge->relationship->direction == REL_MANYTOONE) continue;
    if (edge->relationship->uselist) {
      readCollection(saver, node, edge, key + 1);
    } else {
      readScalar(saver, node, edge, key + 1);
    }
  }
}

/* Two columns that an alias makes one are counted apart, so more than the key's width is its width. */
static int isWholeKey(const RelSaveNode *node) {
  int width = node->table->width;
  return width > 0 && node->given >= (width < 255 ? width : 255);
}

/* Behind what the object refers to. Those of a list stay together, in the order of the document. */
static void rankNode(RelSaver *saver, RelSaveNode *own) {
  int target, *together = NULL;
  for (target = own->firstTarget; target != REL_NO_NODE; target = saver->nodes[target].nextTarget) {
    if (own->rank <= saver->nodes[target].rank) own->rank = saver->nodes[target].rank + 1;
  }
  if (own->list >= 0) together = &saver->lists[own->list].rank;
  if (own->role == REL_ROLE_ROOT) together = &saver->rootRank;
  if (together != NULL && *together < own->rank) *together = own->rank;
}

/* When all objects are read: owners stand before their members in the order. */
static void rankMembers(RelSaver *saver) {
  int i;
  for (i = 0; i < saver->orderCount; i++) {
    RelSaveNode *own = &saver->nodes[saver->order[i]];
    if (own->list >= 0) {
      int behind = saver->nodes[own->owner].rank + 1, together = saver->lists[own->list].rank;
      own->rank = together > behind ? together : behind;
    } else if (own->role == REL_ROLE_ROOT) {
      own->rank = saver->rootRank;
    }
    if (saver->highestRank < own->rank) saver->highestRank = own->rank;
  }
}

/* All fields of the object are known now. */
static void placeNode(RelSaver *saver, int node) {
  RelSaveNode *own = &saver->nodes[node];
  rankNode(saver, own);
  own->isLink = own->isLink && isWholeKey(own) && own->table->writable > own->table->width;
  if (own->role == REL_ROLE_ROOT) own->isLink = 0;
  saver->order =
      relGrow(saver->error, saver->order, saver->orderCount, &saver->orderRoom, sizeof(int));
  if (saver->error->rc == SQLITE_OK) saver->order[saver->orderCount++] = node;
}

static void enter(Reading *reading, int node) {
  RelSaver *saver = reading->saver;
  Frame *frame;
  if (node == REL_NO_NODE || saver->error->rc != SQLITE_OK) return;
  readFields(saver, node);
  reading->frames = relGrow(saver->error, reading->frames, reading->depth, &reading->room,
                            sizeof *reading->frames);
  if (saver->error->rc != SQLITE_OK) return;
  frame = &reading->frames[reading->depth++];
  memset(frame, 0, sizeof *frame);
  frame->node = node;
  frame->target = saver->nodes[node].firstTarget;
  frame->member = REL_NO_NODE;
}

/* One step: into a target, past the object itself, into a member, or back. */
static void step(Reading *reading) {
  RelSaver *saver = reading->saver;
  Frame *frame = &reading->frames[reading->depth - 1];
  int next = REL_NO_NODE;
  if (frame->target != REL_NO_NODE) {
    next = frame->target;
    frame->target = saver->nodes[next].nextTarget;
  } else if (!frame->placed) {
    frame->placed = 1;
    placeNode(saver, frame->node);
    frame->list = saver->listCount;
    if (saver->nodes[frame->node].hasLists) readLists(saver, frame->node);
    frame->lists = saver->listCount;
  } else if (frame->member != REL_NO_NODE) {
    next = frame->member;
    frame->member = saver->nodes[next].nextMember;
  } else if (frame->list < frame->lists) {
    frame->member = saver->lists[frame->list++].first;
  } else {
    reading->depth--;
  }
  enter(reading, next);
}

static void readRoot(Reading *reading, unsigned element, int place) {
  RelSaver *saver = reading->saver;
  RelSaveTable *table = relShapeTable(saver->error, &saver->shapes, saver->table);
  if (saver->error->rc != SQLITE_OK) return;
  enter(reading, addNode(saver, REL_NO_NODE, NULL, table, REL_ROLE_ROOT, element, place));
  while (reading->depth > 0 && saver->error->rc == SQLITE_OK) step(reading);
}

static int rankOf(const RelSaveNode *node) {
  return node->rank;
}

static int numberOf(const RelSaveNode *node) {
  return node->edge == NULL ? 0 : node->edge->number;
}

/* A stable counting sort of the order, from `from` to `to`, by a number of 0 to `highest`. */
static void sortOrder(RelSaver *saver, const int *from, int *to, int highest,
                      int (*by)(const RelSaveNode *)) {
  int *starts = relAlloc(saver->error, ((size_t)highest + 2) * sizeof *starts);
  int i;
  if (starts == NULL) return;
  for (i = 0; i < saver->orderCount; i++) starts[by(&saver->nodes[from[i]]) + 1]++;
  for (i = 0; i <= highest; i++) starts[i + 1] += starts[i];
  for (i = 0; i < saver->orderCount; i++) to[starts[by(&saver->nodes[from[i]])]++] = from[i];
  sqlite3_free(starts);
}

/*
** Rows of one relationship and rank stand together in the order, in that of the document: then they
** can be inserted together. So does SQLAlchemy, table by table.
*/
static void arrange(RelSaver *saver) {
  int *other = relAlloc(saver->error, (size_t)(saver->orderCount + 1) * sizeof *other);
  if (other == NULL) return;
  rankMembers(saver);
  sortOrder(saver, saver->order, other, saver->shapes.edgeCount, numberOf);
  if (saver->error->rc == SQLITE_OK) {
    sortOrder(saver, other, saver->order, saver->highestRank, rankOf);
  }
  sqlite3_free(other);
}

void relNodesRead(RelSaver *saver) {
  Reading reading = {saver, NULL, 0, 0};
  unsigned at;
  int place = 0;
  if (saver->error->rc != SQLITE_OK) return;
  if (isObject(saver, 0)) {
    readRoot(&reading, 0, -1);
  } else if (!isArray(saver, 0)) {
    relErrorSet(saver->error, SQLITE_ERROR,
                "unit_of_work: doc is an object, or an array of objects");
  }
  for (at = 1; isArray(saver, 0) && at < elementAt(saver, 0)->next && saver->error->rc == SQLITE_OK;
       at = elementAt(saver, at)->next) {
    if (!isObject(saver, at)) {
      relErrorSet(saver->error, SQLITE_ERROR, "unit_of_work: $[%d] is no object", place);
    }
    readRoot(&reading, at, place++);
  }
  sqlite3_free(reading.frames);
  if (saver->error->rc == SQLITE_OK) arrange(saver);
}

static void clearRow(RelSaveNode *node) {
  int i;
  for (i = 0; node->row.kept != NULL && i < node->table->keptCount; i++) {
    sqlite3_value_free(node->row.kept[i]);
  }
  sqlite3_free(node->row.kept);
  sqlite3_free(node->id);
}

enum { NODES_KEPT = 1024 };

void relNodesClear(RelSaver *saver) {
  int i;
  for (i = 0; i < saver->nodeCount; i++) clearRow(&saver->nodes[i]);
  saver->stamp += saver->nodeCount;
  if (saver->nodeRoom > NODES_KEPT) {
    sqlite3_free(saver->nodes);
    sqlite3_free(saver->order);
    saver->nodes = NULL;
    saver->order = NULL;
    saver->nodeRoom = saver->orderRoom = 0;
  }
  if (saver->listRoom > NODES_KEPT) {
    sqlite3_free(saver->lists);
    saver->lists = NULL;
    saver->listRoom = 0;
  }
  sqlite3_free(saver->pending);
  sqlite3_free(saver->ids);
  saver->pending = NULL;
  saver->ids = NULL;
  saver->nodeCount = saver->orderCount = saver->listCount = saver->letGo = 0;
  saver->single = saver->temporary = saver->highestRank = saver->rootRank = 0;
  saver->pendingCount = saver->pendingRoom = saver->idCount = saver->idRoom = 0;
}

unsigned relNodeElement(const RelSaver *saver, int node, int column) {
  const RelSaveNode *own = &saver->nodes[node];
  const RelJsonElement *elements = saver->json.elements;
  unsigned key, end = elements[own->element].next;
  for (key = own->element + 1; key < end; key = elements[key + 1].next) {
    const RelSaveField *field = relNodeField(saver, node, key);
    if (field->kind == REL_SAVE_COLUMN && field->column == column) return key + 1;
  }
  return 0;
}
