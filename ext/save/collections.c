#include "save/ids.h"
#include "save/rows.h"
#include "save/sources.h"
#include "save/steps.h"

/* A member that an owner has now, and, of a many-to-many, the link to it. */
typedef struct Member {
  RelSaveRow row;
  RelSaveRow link;
} Member;

typedef struct Members {
  Member *items; /* owned */
  int count, room;
} Members;

static void clearMembers(const RelSaveEdge *edge, Members *members) {
  int i;
  for (i = 0; i < members->count; i++) {
    relRowClear(edge->target, &members->items[i].row);
    if (edge->links != NULL) relRowClear(edge->links, &members->items[i].link);
  }
  sqlite3_free(members->items);
}

/* Runs `statement`, whose owner is bound, to its end; with one more member bound, it is one at most. */
static void readMembers(RelSaver *saver, int owner, const RelSaveEdge *edge,
                        sqlite3_stmt *statement, Members *members) {
  int rc = SQLITE_DONE;
  while (saver->error->rc == SQLITE_OK && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
    Member *member;
    members->items = relGrow(saver->error, members->items, members->count, &members->room,
                             sizeof *members->items);
    if (saver->error->rc != SQLITE_OK) break;
    member = &members->items[members->count++];
    memset(member, 0, sizeof *member);
    relRowRead(saver, statement, 0, edge->target, &member->row);
    if (edge->links != NULL) {
      relRowRead(saver, statement, relRowWidth(edge->target), edge->links, &member->link);
    }
  }
  relNodeFail(saver, owner, rc);
  sqlite3_reset(statement);
}

static void readAll(RelSaver *saver, const RelSaveList *list, Members *members) {
  RelSaveEdge *edge = list->edge;
  sqlite3_stmt *statement = relRowsMembers(saver, edge);
  relRowBindIdentity(saver, statement, 1, edge->owner, &relNodeFirst(saver, list->owner)->row);
  readMembers(saver, list->owner, edge, statement, members);
}

static void readOne(RelSaver *saver, const RelSaveList *list, const RelSaveRow *row,
                    Members *members) {
  RelSaveEdge *edge = list->edge;
  sqlite3_stmt *statement = relRowsMember(saver, edge);
  relRowBindIdentity(saver, statement, 1, edge->owner, &relNodeFirst(saver, list->owner)->row);
  relRowBindIdentity(saver, statement, 1 + relRowIdentityWidth(edge->owner->table), edge->target,
                     row);
  readMembers(saver, list->owner, edge, statement, members);
}

/* --- letting go --- */

/* A foreign key that cannot be emptied keeps its member, unless orphans are deleted. */
static int canLetGo(RelSaver *saver, const RelSaveList *list) {
  const Relationship *relationship = list->edge->relationship;
  if (list->edge->links != NULL || (relationship->cascade & REL_DELETE_ORPHAN) ||
      relKeyCanLetGo(&relationship->key)) {
    return 1;
  }
  relNodeRefuseField(
      saver, list->owner, relationship->name,
      "a row of \"%w\" is not among them any more, and its %s may not be NULL: name it, or declare "
      "delete-orphan for %s",
      relationship->target->name,
      relTableColumnName(relationship->key.child, relationship->key.childColumns[0]),
      relationship->label);
  return 0;
}

static void letGo(RelSaver *saver, const RelSaveList *list, const Member *member) {
  RelSaveEdge *edge = list->edge;
  sqlite3_stmt *statement;
  int rc;
  if (!canLetGo(saver, list)) return;
  statement = relRowsLetGo(saver, edge);
  if (edge->links != NULL) {
    relRowBindIdentity(saver, statement, 1, edge->links, &member->link);
  } else {
    relRowBindIdentity(saver, statement, 1, edge->target, &member->row);
  }
  if (saver->error->rc != SQLITE_OK) return;
  saver->letGo = 1;
  rc = sqlite3_step(statement);
  relNodeFail(saver, list->owner, rc);
  sqlite3_reset(statement);
}

static void wait(RelSaver *saver, int list, int node) {
  RelSavePending *pending;
  saver->pending = relGrow(saver->error, saver->pending, saver->pendingCount, &saver->pendingRoom,
                           sizeof *saver->pending);
  if (saver->error->rc != SQLITE_OK) return;
  pending = &saver->pending[saver->pendingCount++];
  pending->list = list;
  pending->node = node;
  pending->done = 0;
  pending->next = saver->nodes[node].pending;
  saver->nodes[node].pending = saver->pendingCount;
}

/* The node that keeps the row of `first`: names it other than to remove it. Or REL_NO_NODE. */
static int firstNamed(const RelSaver *saver, int first) {
  int node = first;
  while (node != REL_NO_NODE && saver->nodes[node].role == REL_ROLE_REMOVE) {
    node = saver->nodes[node].nextSame;
  }
  return node;
}

/* True where the document says whose member the row is: a relationship fills its foreign key. */
static int isPlaced(const RelSaver *saver, int list, int first) {
  const RelKey *key = &saver->lists[list].edge->relationship->key;
  int node, target;
  for (node = first; node != REL_NO_NODE; node = saver->nodes[node].nextSame) {
    const RelSaveNode *own = &saver->nodes[node];
    if (own->role == REL_ROLE_REMOVE) continue;
    if (own->edge != NULL && own->edge->relationship->direction == REL_ONETOMANY &&
        relSameKey(&own->edge->relationship->key, key)) {
      return 1;
    }
    for (target = own->firstTarget; target != REL_NO_NODE;
         target = saver->nodes[target].nextTarget) {
      if (relSameKey(&saver->nodes[target].edge->relationship->key, key)) return 1;
    }
  }
  return 0;
}

/* Whether it can leave its owner by what else the document says: by its foreign key, or its links. */
static int mayMove(RelSaver *saver, int list, int first) {
  const RelSaveEdge *edge = saver->lists[list].edge;
  const RelKey *key = &edge->relationship->key;
  int node, i;
  if (edge->links != NULL || isPlaced(saver, list, first)) return 1;
  for (node = first; node != REL_NO_NODE; node = saver->nodes[node].nextSame) {
    for (i = 0; i < key->count; i++) {
      if (relNodeElement(saver, node, key->childColumns[i]) != 0) return 1;
    }
  }
  return 0;
}

static void letGoUnless(RelSaver *saver, int list, const Member *member) {
  int first = relIdsFind(saver, saver->lists[list].edge->target, &member->row);
  if (saver->error->rc != SQLITE_OK) return;
  if (first != REL_NO_NODE && saver->lists[list].whole && saver->nodes[first].mark == list + 1) {
    return;
  }
  if (first != REL_NO_NODE && firstNamed(saver, first) != REL_NO_NODE &&
      mayMove(saver, list, first)) {
    wait(saver, list, first);
  } else {
    letGo(saver, &saver->lists[list], member);
  }
}

/* Marks the rows that a list names; none may be there twice. */
static void markList(RelSaver *saver, int list) {
  int node, other;
  for (node = saver->lists[list].first; node != REL_NO_NODE; node = saver->nodes[node].nextMember) {
    RelSaveNode *first = relNodeFirst(saver, node);
    if (first->mark == list + 1) {
      other = saver->lists[list].first;
      while (relNodeFirst(saver, other) != first) other = saver->nodes[other].nextMember;
      relNodeRefuseTwice(saver, node, other);
      return;
    }
    first->mark = list + 1;
  }
}

static void letGoOfOthers(RelSaver *saver, int list) {
  Members members = {NULL, 0, 0};
  int i;
  readAll(saver, &saver->lists[list], &members);
  for (i = 0; i < members.count && saver->error->rc == SQLITE_OK; i++) {
    letGoUnless(saver, list, &members.items[i]);
  }
  clearMembers(saver->lists[list].edge, &members);
}

static void letGoOfNamed(RelSaver *saver, int list) {
  int node;
  for (node = saver->lists[list].first; node != REL_NO_NODE && saver->error->rc == SQLITE_OK;
       node = saver->nodes[node].nextMember) {
    Members members = {NULL, 0, 0};
    if (relNodeFirst(saver, node)->state != REL_STATE_FOUND) continue;
    readOne(saver, &saver->lists[list], &relNodeFirst(saver, node)->row, &members);
    if (members.count > 0) letGoUnless(saver, list, &members.items[0]);
    clearMembers(saver->lists[list].edge, &members);
  }
}

/* Rows that this save made, and lists, are found by their rows, too. */
static void enterMade(RelSaver *saver, int list) {
  int node;
  for (node = saver->lists[list].first; node != REL_NO_NODE && saver->error->rc == SQLITE_OK;
       node = saver->nodes[node].nextMember) {
    int first = saver->nodes[node].same;
    if (saver->nodes[first].state == REL_STATE_MADE) relIdsAddMade(saver, first);
  }
}

void relCollectionsLetGo(RelSaver *saver, int behind) {
  int i;
  for (i = 0; i < saver->listCount && saver->error->rc == SQLITE_OK; i++) {
    const RelSaveList *list = &saver->lists[i];
    int there;
    int removes;
    if (list->edge->orphansOwners != behind) continue;
    there = relNodeFirst(saver, list->owner)->state == REL_STATE_FOUND;
    removes = list->first != REL_NO_NODE && saver->nodes[list->first].role == REL_ROLE_REMOVE;
    if (there) enterMade(saver, i);
    if (!removes) markList(saver, i);
    if (saver->error->rc != SQLITE_OK || !there) continue;
    if (list->whole) {
      letGoOfOthers(saver, i);
    } else if (removes) {
      letGoOfNamed(saver, i);
    }
  }
}

/* --- what went --- */

/* Whether the row of `first` is there still. */
static int isThere(RelSaver *saver, int first) {
  RelSaveNode *own = &saver->nodes[first];
  sqlite3_stmt *read = relRowsRead(saver, own->table);
  int rc = SQLITE_DONE;
  relRowBindIdentity(saver, read, 1, own->table, &own->row);
  if (saver->error->rc != SQLITE_OK) return 0;
  rc = sqlite3_step(read);
  relNodeFail(saver, first, rc);
  sqlite3_reset(read);
  return rc == SQLITE_ROW;
}

/* True where the document names the row once, and there makes it an orphan, as any UPDATE may. */
static int orphansItself(RelSaver *saver, int first) {
  return saver->nodes[first].nextSame == REL_NO_NODE && relSourcesOrphan(saver, first);
}

void relCollectionsCheck(RelSaver *saver) {
  int i;
  for (i = 0; i < saver->orderCount && saver->error->rc == SQLITE_OK && saver->letGo; i++) {
    int first = saver->order[i], named;
    if (saver->nodes[first].same != first || !relSourceIsThere(saver, first)) continue;
    if (isThere(saver, first) || saver->error->rc != SQLITE_OK) continue;
    named = firstNamed(saver, first);
    if (named != REL_NO_NODE && !orphansItself(saver, first)) {
      relNodeRefuseGone(saver, named, saver->nodes[first].table);
    } else {
      saver->nodes[first].state = REL_STATE_GONE;
    }
  }
  saver->letGo = 0;
}

/* --- what waits --- */

void relCollectionsSettle(RelSaver *saver) {
  int i;
  for (i = 0; i < saver->pendingCount && saver->error->rc == SQLITE_OK; i++) {
    RelSavePending *pending = &saver->pending[i];
    const RelSaveList *list = &saver->lists[pending->list];
    Members members = {NULL, 0, 0};
    if (pending->done ||
        (list->edge->links == NULL && isPlaced(saver, pending->list, pending->node)))
      continue;
    readOne(saver, list, &saver->nodes[pending->node].row, &members);
    if (members.count > 0 && saver->error->rc == SQLITE_OK) {
      letGo(saver, list, &members.items[0]);
    }
    clearMembers(list->edge, &members);
    pending->done = 1;
  }
}

int relCollectionsTakeLink(RelSaver *saver, int node, RelSaveRow *link) {
  const RelSaveEdge *edge = saver->nodes[node].edge;
  int i, next;
  if (!edge->relationship->singleParent) return 0;
  for (i = relNodeFirst(saver, node)->pending; i > 0 && saver->error->rc == SQLITE_OK; i = next) {
    RelSavePending *pending = &saver->pending[i - 1];
    const RelSaveList *list = &saver->lists[pending->list];
    Members members = {NULL, 0, 0};
    int taken = 0;
    next = pending->next;
    if (pending->done || list->edge != edge) continue;
    readOne(saver, list, &saver->nodes[pending->node].row, &members);
    if (members.count > 0) {
      *link = members.items[0].link;
      memset(&members.items[0].link, 0, sizeof(RelSaveRow));
      taken = pending->done = 1;
    }
    clearMembers(edge, &members);
    if (taken) return 1;
  }
  return 0;
}
