/*
** Cycles of cascades where a row may be reached on several ways, goes with its last reference, or has
** to wait for others. The first row of a cycle that goes begins a run: what goes with it is put on a
** work list, and the list is worked off in rounds, each job of which may put more on it. A trigger
** that fires during the run only adds to the list. So no trigger ever has to fire inside itself, and
** nothing nests deeper than a few levels, however long the chain.
**
** Phases: first what is deleted, then what may have lost its last reference by that; then what is left
** refuses, or is let go. A run that has to begin while the row is still there stops after the first;
** when the row is gone, another goes on from there.
*/
#include "enforce/worklist.h"

#include "templates.h"

enum { LEVELS = 6 };

typedef enum Phase { DELETING, LAST_REFERENCES, REFUSING, LETTING_GO } Phase;

/* One cycle, and what its statements have in common. */
typedef struct Worklist {
  RelCompiler *compiler;
  const RelCycle *cycle; /* borrowed */
  const char *label; /* of the objects, NULL where the cycle has several relationships; borrowed */
  RelPieces pieces;  /* owned: {run}, {work}, {do}, {keys} */
} Worklist;

/* --- pieces --- */

static char *workName(RelError *error, const RelCycle *cycle) {
  return cycle->width == 1 ? relCopy(error, "relationship:work")
                           : relFormat(error, "relationship:work %d", cycle->width);
}

static char *workWord(RelError *error, const RelCycle *cycle) {
  char *name = workName(error, cycle), *word = relFormat(error, "\"%w\"", name ? name : "");
  sqlite3_free(name);
  return word;
}

static void startPieces(RelPieces *pieces, RelError *error, const RelCycle *cycle) {
  relPiecesStart(pieces, error);
  relPiece(pieces, "run", relFormat(error, "%Q", cycle->label));
  relPiece(pieces, "work", workWord(error, cycle));
  relPiece(pieces, "do", relFormat(error, "\"%w:work\"", cycle->label));
  relPiece(pieces, "keys", relWordKeys(error, NULL, cycle->width));
}

/* The job that deletes a row of a table. */
static char *deleteJob(RelError *error, const RelTable *table) {
  return relFormat(error, "delete %s", table->name);
}

/* True for what does not simply delete a row. */
static int hasOwnJob(const RelAction *action) {
  return action->kind != REL_DELETE_MEMBERS && action->kind != REL_UNLINK;
}

/* The job that an action puts on the list. */
static char *jobOf(RelError *error, const RelAction *action) {
  if (!hasOwnJob(action)) return deleteJob(error, action->to);
  return relFormat(error, "%s: %s", action->relationship->label, action->rule);
}

static char *literal(RelError *error, char *taken) {
  char *word = taken == NULL ? NULL : relFormat(error, "%Q", taken);
  sqlite3_free(taken);
  return word;
}

/*
** That a row of the table is on the list (or, `waits`, that it waits there for what it put on it): the
** + takes the affinity away, which would keep the work table's index from use.
*/
static char *isListed(RelError *error, const RelCycle *cycle, const RelTable *table, int waits) {
  RelPieces pieces;
  RelText text;
  char *listed, *work = workWord(error, cycle);
  int i;
  startPieces(&pieces, error, cycle);
  relPiece(&pieces, "job", literal(error, deleteJob(error, table)));
  relTextStart(&text, error);
  for (i = 0; i < relIdentityWidth(table) && work != NULL; i++) {
    relTextFormat(&text, "\n      AND %s.\"key%d\" = +", work, i + 1);
    relWordColumn(&text, NULL, table, relIdentityColumn(table, i));
  }
  if (waits && work != NULL) relTextFormat(&text, "\n      AND %s.\"state\" IS NOT NULL", work);
  sqlite3_free(work);
  relPiece(&pieces, "is_it", relTextFinish(&text));
  listed = relExpand(&pieces, relTemplate_worklist_listed);
  relPiecesClear(&pieces);
  return listed;
}

/*
** A row that waits for others is not listed again: it is one of a circle of rows. Takes `from` and
** `which`.
*/
static char *push(RelError *error, const RelCycle *cycle, const RelTable *table, Phase phase,
                  char *job, char *from, char *which) {
  RelPieces pieces;
  char *sql, *listed;
  startPieces(&pieces, error, cycle);
  relPiece(&pieces, "phase", relFormat(error, "%d", (int)phase));
  relPiece(&pieces, "job", literal(error, job));
  relPiece(&pieces, "row", relWordIdentity(error, NULL, table, cycle->width));
  relPiece(&pieces, "from", from);
  relPiece(&pieces, "which", which);
  if (cycle->before && phase == DELETING) {
    listed = isListed(error, cycle, table, 1);
    relPiece(&pieces, "unless_listed", relFormat(error, "\n    AND NOT %s", listed ? listed : ""));
    sqlite3_free(listed);
  } else {
    relPiece(&pieces, "unless_listed", relCopy(error, ""));
  }
  sql = relExpand(&pieces, relTemplate_worklist_push);
  relPiecesClear(&pieces);
  return sql;
}

char *relWorklistDelete(RelError *error, const RelCycle *cycle, const RelTable *table,
                        const char *which) {
  return push(error, cycle, table, DELETING, deleteJob(error, table),
              relWordName(error, table->name), relCopy(error, which));
}

char *relWorklistRunning(RelError *error, const RelCycle *cycle) {
  RelPieces pieces;
  char *running;
  startPieces(&pieces, error, cycle);
  running = relExpand(&pieces, relTemplate_worklist_running);
  relPiecesClear(&pieces);
  return running;
}

static void addStep(RelText *body, RelPieces *pieces, const char *rule) {
  char *sql = relExpand(pieces, rule);
  if (sql != NULL) relTextFormat(body, "%s\n", sql);
  sqlite3_free(sql);
}

/* Begins a run that is for the phases up to `last`. Takes the job and the row that name it. */
static void begin(RelText *body, RelPieces *pieces, Phase last, char *job, char *row) {
  relPiece(pieces, "upto", relFormat(pieces->error, "%d", (int)last));
  relPiece(pieces, "job", literal(pieces->error, job));
  relPiece(pieces, "old_row", row);
  addStep(body, pieces, relTemplate_worklist_begin);
}

char *relWorklistRun(RelError *error, const RelCycle *cycle, const char *statements) {
  RelPieces pieces;
  RelText body, none;
  char *end;
  int i;
  startPieces(&pieces, error, cycle);
  relTextStart(&none, error);
  for (i = 0; i < cycle->width; i++) relText(&none, ", NULL");
  relTextStart(&body, error);
  begin(&body, &pieces, LETTING_GO, relCopy(error, "let go"), relTextFinish(&none));
  if (statements != NULL) relTextFormat(&body, "%s\n", statements);
  addStep(&body, &pieces, relTemplate_worklist_work);
  end = relExpand(&pieces, relTemplate_worklist_end);
  if (end != NULL) relText(&body, end);
  sqlite3_free(end);
  relPiecesClear(&pieces);
  return relTextFinish(&body);
}

/* --- what a row's going puts on the list --- */

static Phase phaseOf(const RelAction *action) {
  if (action->kind == REL_REFUSE) return REFUSING;
  if (action->kind == REL_UPDATE_MEMBERS) return LETTING_GO;
  return hasOwnJob(action) ? LAST_REFERENCES : DELETING;
}

/* Done while the row is still there, not when all deletions are: a native ON DELETE is in force. */
static int isImmediate(const RelAction *action) {
  return !relActionDeletes(action) && action->before && !action->after;
}

static int isBefore(const Worklist *worklist, const RelAction *action) {
  const RelGraph *graph = &worklist->compiler->graph;
  if (!relActionDeletes(action)) return isImmediate(action);
  return graph->before[relGraphTable(graph, action->from)] && !action->after;
}

static int isInside(const Worklist *worklist, const RelAction *action) {
  return relActionCycle(&worklist->compiler->graph, action) == worklist->cycle;
}

/* All members of an owner that goes are looked at again when all links that go are gone. */
static char *whichListed(RelError *error, const RelAction *action, const char *row) {
  return action->kind == REL_DELETE_LINKED ? relActionLinked(error, action, row)
                                           : relActionWhich(error, action, row);
}

static char *pushAction(const Worklist *worklist, const RelAction *action) {
  RelError *error = worklist->compiler->error;
  return push(error, worklist->cycle, action->to, phaseOf(action), jobOf(error, action),
              relWordName(error, action->to->name), whichListed(error, action, "OLD"));
}

/* A refusal that looks at once does not count what is about to go. */
static char *refuseNow(const Worklist *worklist, const RelAction *action) {
  RelError *error = worklist->compiler->error;
  char *which = relActionWhich(error, action, "OLD");
  char *listed = isListed(error, worklist->cycle, action->to, 0), *sql;
  RelPieces pieces;
  relPiecesStart(&pieces, error);
  relPiece(&pieces, "to", relWordName(error, action->to->name));
  relPiece(&pieces, "refusal", relCopy(error, action->words));
  relPiece(&pieces, "which",
           relFormat(error, "%s\n    AND NOT %s", which ? which : "", listed ? listed : ""));
  sql = relExpand(&pieces, relTemplate_members_refuse);
  relPiecesClear(&pieces);
  sqlite3_free(which);
  sqlite3_free(listed);
  return sql;
}

/* Which statements of a table's trigger: those put on the list, or those done before the row goes. */
typedef enum Part { AT_ONCE, LISTED, IMMEDIATE } Part;

static Part partOf(const RelAction *action) {
  if (action->kind == REL_REFUSE && action->atOnce) return AT_ONCE;
  return isImmediate(action) ? IMMEDIATE : LISTED;
}

static int belongs(const Worklist *worklist, const RelAction *action, const RelTable *table,
                   int before) {
  return action->from == table && isInside(worklist, action) &&
         isBefore(worklist, action) == before;
}

static void addPart(const Worklist *worklist, RelText *body, const RelTable *table, int before,
                    Part part) {
  const RelActions *actions = &worklist->compiler->actions;
  int i;
  for (i = 0; i < actions->count; i++) {
    const RelAction *action = &actions->items[i];
    char *sql;
    if (!belongs(worklist, action, table, before) || partOf(action) != part) continue;
    if (part == LISTED) {
      sql = pushAction(worklist, action);
    } else if (part == IMMEDIATE && action->kind == REL_REFUSE) {
      sql = refuseNow(worklist, action);
    } else {
      sql = relActionStatement(worklist->compiler->error, action, "OLD");
    }
    relAddStatement(body, action->relationship->label, action->rule, sql);
    sqlite3_free(sql);
  }
}

/* True where a row's going has anything to do. NULL where it never has. */
static char *anything(const Worklist *worklist, const RelTable *table, int before) {
  RelError *error = worklist->compiler->error;
  const RelActions *actions = &worklist->compiler->actions;
  RelText text;
  int i, count = 0;
  relTextStart(&text, error);
  for (i = 0; i < actions->count; i++) {
    const RelAction *action = &actions->items[i];
    char *which;
    if (!belongs(worklist, action, table, before)) continue;
    which = whichListed(error, action, "OLD");
    if (count++ > 0) relText(&text, "\n  OR ");
    relText(&text, "EXISTS (SELECT 1 FROM ");
    relTextName(&text, NULL, action->to->name);
    relTextFormat(&text, " WHERE %s)", which ? which : "");
    sqlite3_free(which);
  }
  if (count > 0) return relTextFinish(&text);
  relTextDiscard(&text);
  return NULL;
}

/* --- the triggers of a table --- */

static char *old(const Worklist *worklist, const RelTable *table) {
  return relWordIdentity(worklist->compiler->error, "OLD", table, worklist->cycle->width);
}

/* Takes `when`. */
static void addTrigger(Worklist *worklist, const RelTable *table, int before, int running,
                       char *when) {
  RelCompiler *compiler = worklist->compiler;
  RelError *error = compiler->error;
  RelTrigger trigger = {NULL, NULL, NULL, "DELETE", NULL, NULL, NULL, NULL};
  char *isRunning = relWorklistRunning(error, worklist->cycle);
  RelText body;
  relTextStart(&body, error);
  addPart(worklist, &body, table, before, AT_ONCE);
  if (!running) {
    begin(&body, &worklist->pieces, before ? DELETING : LETTING_GO, deleteJob(error, table),
          old(worklist, table));
  }
  addPart(worklist, &body, table, before, LISTED);
  if (!running) addStep(&body, &worklist->pieces, relTemplate_worklist_work);
  addPart(worklist, &body, table, before, IMMEDIATE);
  if (!running) addStep(&body, &worklist->pieces, relTemplate_worklist_end);
  trigger.name = relFormat(error, "%s:%scascade%s", table->name, before ? "before " : "",
                           running ? " in a run" : "");
  trigger.label = worklist->label;
  trigger.time = before ? "BEFORE" : "AFTER";
  trigger.table = table->name;
  trigger.when = relFormat(error, "%s%s\n  AND (%s)", running ? "" : "NOT ",
                           isRunning ? isRunning : "", when ? when : "");
  trigger.body = relTextFinish(&body);
  relAddTrigger(compiler, &trigger);
  sqlite3_free(isRunning);
  sqlite3_free(when);
}

/* Where a run began before the row went, one goes on after. Takes `when`, which may be NULL. */
static char *orLeft(Worklist *worklist, const RelTable *table, char *when) {
  const RelGraph *graph = &worklist->compiler->graph;
  char *left, *either;
  if (!graph->before[relGraphTable(graph, table)]) return when;
  left = relExpand(&worklist->pieces, relTemplate_worklist_left);
  either = relFormat(worklist->compiler->error, "%s%s%s", left ? left : "", when ? "\n  OR " : "",
                     when ? when : "");
  sqlite3_free(left);
  sqlite3_free(when);
  return either;
}

/* Two for each time, so that the one that begins a run is not the one that adds to it. */
static void addTriggers(Worklist *worklist, const RelTable *table) {
  int before, running;
  for (before = 1; before >= 0; before--) {
    for (running = 0; running < 2; running++) {
      char *when = anything(worklist, table, before);
      if (!before && !running) when = orLeft(worklist, table, when);
      if (when != NULL) addTrigger(worklist, table, before, running, when);
    }
  }
}

/* --- the jobs --- */

static void addView(Worklist *worklist) {
  RelCompiler *compiler = worklist->compiler;
  RelError *error = compiler->error;
  char *name = relFormat(error, "%s:work", worklist->cycle->label);
  RelText columns;
  int i;
  relTextStart(&columns, error);
  for (i = 1; i <= worklist->cycle->width; i++) {
    relTextFormat(&columns, "%sNULL AS \"key%d\"", i > 1 ? ", " : "", i);
  }
  relPiece(&worklist->pieces, "name", relWordName(error, name));
  relPiece(&worklist->pieces, "made", relCopy(error, REL_MADE));
  relPiece(&worklist->pieces, "columns", relTextFinish(&columns));
  relAddObject(compiler, "view", name, name, worklist->label,
               relExpand(&worklist->pieces, relTemplate_worklist_view), NULL);
}

/* A trigger on the view. Takes name, when and body. */
static void addViewTrigger(const Worklist *worklist, char *name, char *when, char *body) {
  RelError *error = worklist->compiler->error;
  RelTrigger trigger = {NULL, NULL, "INSTEAD OF", "INSERT", NULL, NULL, NULL, NULL};
  char *view = relFormat(error, "%s:work", worklist->cycle->label);
  trigger.name = relFormat(error, "%s:work %s", worklist->cycle->label, name ? name : "");
  trigger.label = worklist->label;
  trigger.table = view;
  trigger.when = when;
  trigger.body = body;
  relAddTrigger(worklist->compiler, &trigger);
  sqlite3_free(name);
  sqlite3_free(view);
}

static void addLevel(Worklist *worklist, int level) {
  RelError *error = worklist->compiler->error;
  char *todo = relExpand(&worklist->pieces, relTemplate_worklist_todo), *work;
  RelText body;
  relTextStart(&body, error);
  if (level > 0) {
    relPiece(&worklist->pieces, "below", relFormat(error, "%d", level - 1));
    addStep(&body, &worklist->pieces, relTemplate_worklist_rounds);
  } else {
    work = workWord(error, worklist->cycle);
    relPiece(&worklist->pieces, "work_keys",
             work == NULL ? NULL : relWordKeys(error, work, worklist->cycle->width));
    sqlite3_free(work);
    relPiece(&worklist->pieces, "limit", relCopy(error, worklist->cycle->before ? " LIMIT 1" : ""));
    addStep(&body, &worklist->pieces, relTemplate_worklist_round);
  }
  addViewTrigger(worklist, relFormat(error, "%d", level),
                 relFormat(error, "NEW.\"level\" = %d AND %s", level, todo ? todo : ""),
                 relTextFinish(&body));
  sqlite3_free(todo);
}

/* Takes the job. */
static void addJob(Worklist *worklist, char *job, RelText *body) {
  RelError *error = worklist->compiler->error;
  addViewTrigger(worklist, relCopy(error, job), relFormat(error, "NEW.\"job\" = %Q", job),
                 relTextFinish(body));
  sqlite3_free(job);
}

static void addDone(Worklist *worklist, RelText *body, const char *unlessLater) {
  relPiece(&worklist->pieces, "unless_later", relCopy(worklist->compiler->error, unlessLater));
  addStep(body, &worklist->pieces, relTemplate_worklist_done);
}

/* DELETE FROM to WHERE the row of the job AND ... Takes `also`. */
static void addDelete(Worklist *worklist, RelText *body, const RelTable *table, char *also) {
  RelError *error = worklist->compiler->error;
  char *row = relWordIsRow(error, NULL, table, "NEW");
  relPiece(&worklist->pieces, "to", relWordName(error, table->name));
  relPiece(&worklist->pieces, "which", relFormat(error, "%s%s", row ? row : "", also ? also : ""));
  addStep(body, &worklist->pieces, relTemplate_delete);
  sqlite3_free(row);
  sqlite3_free(also);
}

/* What must go before the row does, as long as it was not looked for. */
static void addExpansions(Worklist *worklist, RelText *body, const RelTable *table) {
  RelError *error = worklist->compiler->error;
  const RelActions *actions = &worklist->compiler->actions;
  char *alias = relWordAlias(error, table), *from = relWordTable(error, table, alias);
  char *row = alias == NULL ? NULL : relWordIsRow(error, alias, table, "NEW");
  int i;
  for (i = 0; i < actions->count && error->rc == SQLITE_OK; i++) {
    const RelAction *action = &actions->items[i];
    char *which, *sql;
    if (!belongs(worklist, action, table, 1) || !relActionDeletes(action)) continue;
    which = whichListed(error, action, alias);
    sql = push(error, worklist->cycle, action->to, phaseOf(action), jobOf(error, action),
               relFormat(error, "%s CROSS JOIN \"%w\"", from, action->to->name),
               relFormat(error, "NEW.\"state\" IS NULL AND %s AND %s", row, which ? which : ""));
    relAddStatement(body, action->relationship->label, action->rule, sql);
    sqlite3_free(which);
    sqlite3_free(sql);
  }
  sqlite3_free(row);
  sqlite3_free(from);
  sqlite3_free(alias);
}

static void addDeleteJob(Worklist *worklist, int number) {
  RelCompiler *compiler = worklist->compiler;
  RelError *error = compiler->error;
  const RelTable *table = compiler->graph.tables[number];
  RelText body;
  relTextStart(&body, error);
  if (compiler->graph.before[number]) {
    char *later = relExpand(&worklist->pieces, relTemplate_worklist_later);
    char *unless = relFormat(error, "\n    AND NOT %s", later ? later : "");
    addExpansions(worklist, &body, table);
    addStep(&body, &worklist->pieces, relTemplate_worklist_expanded);
    addDelete(worklist, &body, table, relCopy(error, unless));
    addDone(worklist, &body, unless ? unless : "");
    sqlite3_free(unless);
    sqlite3_free(later);
  } else {
    addDelete(worklist, &body, table, relCopy(error, ""));
    addDone(worklist, &body, "");
  }
  addJob(worklist, deleteJob(error, table), &body);
}

/* What goes with its last reference, if that was it. */
static void addLastJob(Worklist *worklist, RelText *body, const RelAction *action) {
  RelError *error = worklist->compiler->error;
  const RelGraph *graph = &worklist->compiler->graph;
  char *unreferenced = relActionUnreferenced(error, action);
  char *also = relFormat(error, "\n    AND %s", unreferenced ? unreferenced : "");
  if (graph->before[relGraphTable(graph, action->to)]) {
    char *row = relWordIsRow(error, NULL, action->to, "NEW");
    char *which = relFormat(error, "%s%s", row ? row : "", also ? also : "");
    char *sql = relWorklistDelete(error, worklist->cycle, action->to, which);
    if (sql != NULL) relTextFormat(body, "%s\n", sql);
    sqlite3_free(sql);
    sqlite3_free(which);
    sqlite3_free(row);
    sqlite3_free(also);
  } else {
    addDelete(worklist, body, action->to, also);
  }
  sqlite3_free(unreferenced);
}

/* A member that is left, and whose owner is gone. */
static void addLeftJob(Worklist *worklist, RelText *body, const RelAction *action) {
  RelError *error = worklist->compiler->error;
  int refuses = action->kind == REL_REFUSE;
  char *row = relWordIsRow(error, NULL, action->to, "NEW");
  char *alias = action->from == action->to ? relWordAlias(error, action->from) : NULL;
  char *owner = relWordTable(error, action->from, alias);
  char *match = relWordMatch(error, action->key, alias, NULL, NULL);
  relPiece(&worklist->pieces, "to", relWordName(error, action->to->name));
  relPiece(&worklist->pieces, refuses ? "refusal" : "values", relCopy(error, action->words));
  relPiece(&worklist->pieces, "is_row",
           relRefersToOne(action->key)
               ? relFormat(error, "%s\n    AND NOT EXISTS (SELECT 1 FROM %s WHERE %s)",
                           row ? row : "", owner ? owner : "", match ? match : "")
               : relCopy(error, row));
  addStep(body, &worklist->pieces,
          refuses ? relTemplate_worklist_refuse : relTemplate_worklist_update);
  sqlite3_free(match);
  sqlite3_free(owner);
  sqlite3_free(alias);
  sqlite3_free(row);
}

/* The job of an action that has one of its own. */
static void addActionJob(Worklist *worklist, const RelAction *action) {
  RelError *error = worklist->compiler->error;
  RelText body;
  if (!hasOwnJob(action)) return;
  if (isImmediate(action) || action->atOnce) return;
  relTextStart(&body, error);
  if (relActionDeletes(action)) {
    addLastJob(worklist, &body, action);
  } else {
    addLeftJob(worklist, &body, action);
  }
  addDone(worklist, &body, "");
  addJob(worklist, jobOf(error, action), &body);
}

/* --- the objects --- */

static int hasObject(const RelScript *script, const char *name) {
  int i;
  for (i = 0; i < script->count; i++) {
    if (strcmp(script->objects[i].name, name) == 0) return 1;
  }
  return 0;
}

/* One work table serves all cycles of the same width, and one index those where rows must wait. */
static void addWorkTable(Worklist *worklist, int index) {
  RelCompiler *compiler = worklist->compiler;
  RelError *error = compiler->error;
  char *table = workName(error, worklist->cycle), *name;
  if (table == NULL) return;
  name = index ? relFormat(error, "%s:index", table) : relCopy(error, table);
  if (name == NULL || hasObject(compiler->script, name)) {
    sqlite3_free(name);
  } else {
    relPiece(&worklist->pieces, "name", relWordName(error, name));
    relPiece(&worklist->pieces, "made", relCopy(error, REL_MADE));
    relPiece(&worklist->pieces, "columns", relWordKeys(error, NULL, worklist->cycle->width));
    relAddObject(compiler, index ? "index" : "table", name, table, NULL,
                 relExpand(&worklist->pieces,
                           index ? relTemplate_worklist_index : relTemplate_worklist_table),
                 NULL);
  }
  sqlite3_free(table);
}

static void addWorklist(Worklist *worklist) {
  RelCompiler *compiler = worklist->compiler;
  const RelGraph *graph = &compiler->graph;
  int i;
  addWorkTable(worklist, 0);
  if (worklist->cycle->before) addWorkTable(worklist, 1);
  addView(worklist);
  for (i = 0; i < LEVELS; i++) addLevel(worklist, i);
  for (i = 0; i < graph->tableCount; i++) {
    if (relGraphCycle(graph, graph->tables[i]) != worklist->cycle) continue;
    addDeleteJob(worklist, i);
    addTriggers(worklist, graph->tables[i]);
  }
  for (i = 0; i < compiler->actions.count; i++) {
    const RelAction *action = &compiler->actions.items[i];
    if (isInside(worklist, action)) addActionJob(worklist, action);
  }
}

void relCompileWorklists(RelCompiler *compiler) {
  int i;
  for (i = 0; i < compiler->graph.cycleCount && compiler->error->rc == SQLITE_OK; i++) {
    const RelCycle *cycle = &compiler->graph.cycles[i];
    Worklist worklist;
    if (cycle->simple) continue;
    worklist.compiler = compiler;
    worklist.cycle = cycle;
    worklist.label = cycle->several ? NULL : cycle->label;
    startPieces(&worklist.pieces, compiler->error, cycle);
    addWorklist(&worklist);
    relPiecesClear(&worklist.pieces);
  }
}
