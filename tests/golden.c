/*
** Runs one SQL file against the extension, linked in, and prints a transcript: each statement
*behind
** "> ", its rows in the shell's list mode with NULL spelled out and blobs as X'..', an error as
** "error: message"; then it goes on. Comments and blank lines are passed through.
** Use: golden FILE.sql DIRECTORY      databases are made in DIRECTORY; run from the top folder
**
** Lines that begin with a dot, outside a statement:
**   .open NAME     a fresh database of that name (or :memory:); the file starts with one, test.db
**   .reopen        closes all connections to the database and opens it again
**   .plain         from here on a second connection, which never saw the extension
**   .ext           back to the connection that has it
**   .print TEXT
**   .demo          loads sql/demo.sql
**   .chinook       loads ../shared/data/chinook.sql; where there is none, the file ends as skipped
**
** Exit status 77 means skipped; anything else but 0 means that the run itself failed: an unknown
** command, a statement or memory still held when the connection closes.
*/
#define _POSIX_C_SOURCE 200809L
#include "relationship.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SKIPPED = 77 };

typedef struct Golden {
  char *top;       /* the folder the run was started in; owned */
  char *name;      /* of the database; owned */
  sqlite3 *ext;    /* the connection with the extension */
  sqlite3 *plain;  /* the one without, opened when first asked for */
  sqlite3 *active; /* one of the two */
} Golden;

static void die(const char *what, const char *detail) {
  fflush(stdout);
  fprintf(stderr, "golden: %s: %s\n", what, detail);
  exit(EXIT_FAILURE);
}

static char *readFile(const char *path) {
  FILE *file = fopen(path, "rb");
  size_t length = 0, room = 1 << 16, got;
  char *text;
  if (file == NULL) return NULL;
  text = malloc(room);
  while (text != NULL && (got = fread(text + length, 1, room - length - 1, file)) > 0) {
    length += got;
    if (room - length == 1) text = realloc(text, room *= 2);
  }
  fclose(file);
  if (text == NULL) die("out of memory", path);
  text[length] = 0;
  return text;
}

static sqlite3 *connection(const char *name) {
  sqlite3 *db;
  if (sqlite3_open(name, &db) != SQLITE_OK) die(name, sqlite3_errmsg(db));
  sqlite3_exec(db, "PRAGMA synchronous=OFF", NULL, NULL,
               NULL); /* for speed; nothing crashes here */
  return db;
}

static void closeConnection(sqlite3 **db) {
  if (sqlite3_close(*db) != SQLITE_OK) die("the connection does not close", sqlite3_errmsg(*db));
  *db = NULL;
}

static void openDatabase(Golden *golden) {
  char *message = NULL;
  golden->ext = golden->active = connection(golden->name);
  if (sqlite3_relationship_init(golden->ext, &message, NULL) != SQLITE_OK) {
    die("the extension does not load", message ? message : "no message");
  }
}

static void closeDatabase(Golden *golden) {
  closeConnection(&golden->ext);
  closeConnection(&golden->plain);
}

static void freshDatabase(Golden *golden, const char *name) {
  static const char *const SUFFIXES[] = {"", "-journal", "-wal", "-shm"};
  size_t i;
  free(golden->name);
  golden->name = strdup(name);
  for (i = 0; i < sizeof SUFFIXES / sizeof *SUFFIXES; i++) {
    char *path = sqlite3_mprintf("%s%s", name, SUFFIXES[i]);
    remove(path);
    sqlite3_free(path);
  }
  openDatabase(golden);
}

static void printValue(sqlite3_stmt *statement, int column) {
  const unsigned char *bytes;
  int i, count;
  switch (sqlite3_column_type(statement, column)) {
  case SQLITE_NULL:
    fputs("NULL", stdout);
    break;
  case SQLITE_BLOB:
    bytes = sqlite3_column_blob(statement, column);
    count = sqlite3_column_bytes(statement, column);
    fputs("X'", stdout);
    for (i = 0; i < count; i++) printf("%02X", (unsigned)bytes[i]);
    fputs("'", stdout);
    break;
  default:
    fputs((const char *)sqlite3_column_text(statement, column), stdout);
  }
}

static void printRow(sqlite3_stmt *statement) {
  int i, count = sqlite3_column_count(statement);
  for (i = 0; i < count; i++) {
    if (i > 0) putchar('|');
    printValue(statement, i);
  }
  putchar('\n');
}

/* Runs the statements of `sql` up to the first that fails. */
static void run(sqlite3 *db, const char *sql) {
  int rc = SQLITE_OK;
  while (rc == SQLITE_OK && *sql) {
    sqlite3_stmt *statement = NULL;
    rc = sqlite3_prepare_v2(db, sql, -1, &statement, &sql);
    while (statement != NULL && (rc = sqlite3_step(statement)) == SQLITE_ROW) printRow(statement);
    rc = statement != NULL ? sqlite3_finalize(statement) : rc;
  }
  if (rc != SQLITE_OK) printf("error: %s\n", sqlite3_errmsg(db));
}

/* Loads a file of statements in one transaction. False where there is no such file. */
static int load(const Golden *golden, const char *relativePath) {
  char *path = sqlite3_mprintf("%s/%s", golden->top, relativePath), *message = NULL;
  char *script = readFile(path);
  sqlite3 *db = golden->ext;
  sqlite3_free(path);
  if (script == NULL) return 0;
  sqlite3_exec(db, "BEGIN", NULL, NULL, NULL);
  if (sqlite3_exec(db, script, NULL, NULL, &message) != SQLITE_OK) die(relativePath, message);
  sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
  free(script);
  return 1;
}

static void finish(Golden *golden) {
  closeDatabase(golden);
  free(golden->name);
  free(golden->top);
  sqlite3_shutdown();
  if (sqlite3_memory_used() != 0) die("at the end", "memory from sqlite3_malloc is still held");
}

static void usePlain(Golden *golden) {
  if (strcmp(golden->name, ":memory:") == 0) die(".plain", "needs a database in a file");
  if (golden->plain == NULL) golden->plain = connection(golden->name);
  golden->active = golden->plain;
}

/* The argument of the dot command `name` where `line` is that command, else NULL. */
static const char *argument(const char *line, const char *name) {
  size_t length = strlen(name);
  if (strncmp(line, name, length) != 0 || (line[length] != 0 && line[length] != ' ')) return NULL;
  return line[length] ? line + length + 1 : "";
}

/* False where the file ends here, skipped. */
static int command(Golden *golden, const char *line) {
  const char *rest;
  if ((rest = argument(line, ".print")) != NULL) {
    puts(rest);
    return 1;
  }
  printf("> %s\n", line);
  if ((rest = argument(line, ".open")) != NULL) {
    closeDatabase(golden);
    freshDatabase(golden, rest);
  } else if (argument(line, ".reopen") != NULL) {
    closeDatabase(golden);
    openDatabase(golden);
  } else if (argument(line, ".plain") != NULL) {
    usePlain(golden);
  } else if (argument(line, ".ext") != NULL) {
    golden->active = golden->ext;
  } else if (argument(line, ".demo") != NULL) {
    if (!load(golden, "sql/demo.sql")) die(".demo", "sql/demo.sql cannot be read");
  } else if (argument(line, ".chinook") != NULL) {
    if (!load(golden, "../shared/data/chinook.sql")) {
      puts("skipped: no chinook");
      return 0;
    }
  } else {
    die("unknown command", line);
  }
  return 1;
}

static int isBlankOrComment(const char *line) {
  line += strspn(line, " \t\r");
  return *line == 0 || strncmp(line, "--", 2) == 0;
}

/* Takes `script` apart in place, line by line. False where it was skipped. */
static int transcript(Golden *golden, char *script) {
  char *start = NULL; /* of the statement being read, or NULL between statements */
  char *line = script;
  while (*line) {
    char *end = line + strcspn(line, "\n"), *next = *end ? end + 1 : end;
    char kept = *next;
    *end = 0;
    if (start == NULL && line[0] == '.') {
      if (!command(golden, line)) return 0;
    } else if (start == NULL && isBlankOrComment(line)) {
      puts(line);
    } else {
      printf("> %s\n", line);
      if (start == NULL) start = line;
      if (next != end) *end = '\n';
      *next = 0;
      if (sqlite3_complete(start)) {
        run(golden->active, start);
        start = NULL;
      }
      *next = kept;
    }
    line = next;
  }
  if (start != NULL) die("the file ends within a statement", start);
  return 1;
}

int main(int count, char **arguments) {
  Golden golden = {NULL, NULL, NULL, NULL, NULL};
  char *script;
  int whole;
  if (count != 3) die("use", "golden FILE.sql DIRECTORY");
  script = readFile(arguments[1]);
  if (script == NULL) die(arguments[1], "cannot be read");
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 1);
  golden.top = getcwd(NULL, 0);
  if (golden.top == NULL || chdir(arguments[2]) != 0) die(arguments[2], "cannot be entered");
  freshDatabase(&golden, "test.db");
  whole = transcript(&golden, script);
  finish(&golden);
  free(script);
  return whole ? EXIT_SUCCESS : SKIPPED;
}
