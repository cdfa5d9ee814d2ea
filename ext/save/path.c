#include "save/nodes.h"

#include <stdarg.h>

/* ".posts[3]", ".posts.add[3]", ".author", "[2]": a node's own part of its path, built backwards. */
static char *ownPart(RelSaver *saver, const RelSaveNode *node, const char *rest) {
  const char *name = node->edge == NULL ? "" : node->edge->relationship->name;
  const char *dot = node->edge == NULL ? "" : ".";
  const char *verb = "";
  if (node->list >= 0 && saver->lists[node->list].verb) {
    verb = node->role == REL_ROLE_REMOVE ? ".remove" : ".add";
  }
  if (node->place < 0) return relFormat(saver->error, "%s%s%s%s", dot, name, verb, rest);
  return relFormat(saver->error, "%s%s%s[%d]%s", dot, name, verb, node->place, rest);
}

enum { LONGEST_PATH = 40 };

char *relNodePath(RelSaver *saver, int node) {
  RelError *kept = saver->error, own = {SQLITE_OK, NULL};
  char *path, *longer;
  int count = 0;
  saver->error = &own;
  path = relCopy(&own, "");
  while (node != REL_NO_NODE && own.rc == SQLITE_OK && count++ < LONGEST_PATH) {
    longer = ownPart(saver, &saver->nodes[node], path);
    sqlite3_free(path);
    path = longer;
    node = saver->nodes[node].owner;
  }
  longer = relFormat(&own, "$%s%s", node == REL_NO_NODE ? "" : "...", path);
  sqlite3_free(path);
  relErrorClear(&own);
  saver->error = kept;
  return longer;
}

static void refuse(RelSaver *saver, int rc, int node, const char *field, const char *message) {
  char *path;
  if (saver->error->rc != SQLITE_OK) return;
  path = relNodePath(saver, node);
  if (path == NULL || message == NULL) {
    relErrorNoMemory(saver->error);
  } else if (field != NULL) {
    relErrorSet(saver->error, rc, "unit_of_work: %s.%s: %s", path, field, message);
  } else {
    relErrorSet(saver->error, rc, "unit_of_work: %s: %s", path, message);
  }
  sqlite3_free(path);
}

void relNodeRefuse(RelSaver *saver, int node, const char *format, ...) {
  va_list arguments;
  char *message;
  va_start(arguments, format);
  message = sqlite3_vmprintf(format, arguments);
  va_end(arguments);
  refuse(saver, SQLITE_ERROR, node, NULL, message);
  sqlite3_free(message);
}

void relNodeRefuseField(RelSaver *saver, int node, const char *field, const char *format, ...) {
  va_list arguments;
  char *message;
  va_start(arguments, format);
  message = sqlite3_vmprintf(format, arguments);
  va_end(arguments);
  refuse(saver, SQLITE_ERROR, node, field, message);
  sqlite3_free(message);
}

void relNodeRefuseTwice(RelSaver *saver, int node, int other) {
  char *path = relNodePath(saver, other);
  if (path == NULL) relErrorNoMemory(saver->error);
  relNodeRefuse(saver, node, "the same row as %s", path);
  sqlite3_free(path);
}

void relNodeRefuseGone(RelSaver *saver, int node, const RelSaveTable *table) {
  relNodeRefuse(saver, node,
                "the row of \"%w\" went with what the document removes: name it where it stays",
                table->table->name);
}

/* The column that SQLite's message ends with, as in "NOT NULL constraint failed: posts.title". */
static const char *columnOf(const RelTable *table, const char *message) {
  size_t length = strlen(message), own = strlen(table->name);
  int i;
  for (i = 0; i < table->columnCount; i++) {
    size_t name = strlen(table->columns[i].name);
    const char *at = message + length - name;
    if (length < name + own + 1 || strcmp(at, table->columns[i].name) != 0) continue;
    if (at[-1] == '.' && strncmp(at - own - 1, table->name, own) == 0) {
      return table->columns[i].name;
    }
  }
  return NULL;
}

void relNodeFail(RelSaver *saver, int node, int rc) {
  char *message;
  if (rc == SQLITE_OK || rc == SQLITE_ROW || rc == SQLITE_DONE) return;
  if (saver->error->rc != SQLITE_OK) return;
  if ((rc & 0xff) == SQLITE_NOMEM) {
    relErrorNoMemory(saver->error);
    return;
  }
  message = sqlite3_mprintf("%s", sqlite3_errmsg(saver->db));
  refuse(saver, rc, node,
         message == NULL ? NULL : columnOf(saver->nodes[node].table->table, message), message);
  sqlite3_free(message);
}
