/* fdopen(), fork(), poll() */
#define _POSIX_C_SOURCE 200809L

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "database.h"
#include "measure.h"
#include "peers.h"

#define FOLDER "bench/peers"

enum { START_SECONDS = 60, LINE = 1000 };

struct BenchPeer {
  char name[LINE];
  pid_t process;
  FILE *requests, *answers;
};

/* The program that runs a file; NULL: it is no peer. */
static const char *interpreterOf(const char *file) {
  const char *ending = strrchr(file, '.');
  if (ending == NULL) return NULL;
  return strcmp(ending, ".py") == 0    ? "/usr/bin/python3"
         : strcmp(ending, ".rb") == 0  ? "ruby"
         : strcmp(ending, ".mjs") == 0 ? "node"
                                       : NULL;
}

/* In the child: becomes the peer. */
static void become(const char *file, int requests, int answers) {
  char path[LINE];
  const char *interpreter = interpreterOf(file);
  dup2(requests, STDIN_FILENO);
  dup2(answers, STDOUT_FILENO);
  snprintf(path, sizeof path, FOLDER "/%s", file);
  setenv("PYTHONDONTWRITEBYTECODE", "1", 1);
  execlp(interpreter, interpreter, path, (char *)NULL);
  perror(interpreter);
  _exit(127);
}

static int startProcess(BenchPeer *peer, const char *file) {
  int requests[2], answers[2];
  if (pipe(requests) != 0 || pipe(answers) != 0) return 0;
  /* Another peer that held our end open would keep this one from seeing the end of its requests. */
  fcntl(requests[1], F_SETFD, FD_CLOEXEC);
  fcntl(answers[0], F_SETFD, FD_CLOEXEC);
  fflush(stdout);
  peer->process = fork();
  if (peer->process == 0) {
    close(requests[1]);
    close(answers[0]);
    become(file, requests[0], answers[1]);
  }
  close(requests[0]);
  close(answers[1]);
  peer->requests = fdopen(requests[1], "w");
  peer->answers = fdopen(answers[0], "r");
  return peer->process > 0 && peer->requests != NULL && peer->answers != NULL;
}

/* The next line that begins with the word; the rest of it goes into `answer`. */
static int hear(BenchPeer *peer, const char *word, char *answer, size_t size) {
  char line[LINE];
  size_t length = strlen(word);
  if (fgets(line, sizeof line, peer->answers) == NULL) {
    fprintf(stderr, "%s has ended\n", peer->name);
    return 0;
  }
  line[strcspn(line, "\n")] = '\0';
  if (strncmp(line, word, length) != 0 || line[length] != ' ') {
    fprintf(stderr, "%s: %s\n", peer->name, line);
    return 0;
  }
  snprintf(answer, size, "%s", line + length + 1);
  return 1;
}

static void end(BenchPeer *peer, int kill_it) {
  if (kill_it) kill(peer->process, SIGKILL);
  if (peer->requests != NULL) fclose(peer->requests);
  if (peer->answers != NULL) fclose(peer->answers);
  if (peer->process > 0) waitpid(peer->process, NULL, 0);
  free(peer);
}

static BenchPeer *start(const char *file) {
  BenchPeer *peer = benchAlloc(sizeof *peer);
  char answer[LINE];
  struct pollfd waiting;
  memset(peer, 0, sizeof *peer);
  snprintf(peer->name, sizeof peer->name, "%s", file);
  if (!startProcess(peer, file)) benchFail("%s: no process", file);
  waiting.fd = fileno(peer->answers);
  waiting.events = POLLIN;
  if (poll(&waiting, 1, START_SECONDS * 1000) <= 0 || !hear(peer, "ready", answer, sizeof answer)) {
    fprintf(stderr, "%s does not start, so it is left out\n", file);
    end(peer, 1);
    return NULL;
  }
  benchRecordNote("peer", answer);
  fprintf(stderr, "peer: %s\n", answer);
  answer[strcspn(answer, " ")] = '\0';
  snprintf(peer->name, sizeof peer->name, "%s", answer);
  return peer;
}

static int isPeer(const struct dirent *entry) {
  return interpreterOf(entry->d_name) != NULL;
}

int benchPeersStart(BenchPeer **peers) {
  struct dirent **entries = NULL;
  int i, count = 0, files = scandir(FOLDER, &entries, isPeer, alphasort);
  signal(SIGPIPE, SIG_IGN);
  for (i = 0; i < files; i++) {
    if (count < BENCH_PEERS) peers[count] = start(entries[i]->d_name);
    if (count < BENCH_PEERS && peers[count] != NULL) count++;
    free(entries[i]);
  }
  free(entries);
  return count;
}

void benchPeersEnd(BenchPeer **peers, int count) {
  int i;
  for (i = 0; i < count; i++) end(peers[i], 0);
}

const char *benchPeerName(const BenchPeer *peer) {
  return peer->name;
}

int benchPeerAsk(BenchPeer *peer, const char *word, char *answer, size_t size, const char *format,
                 ...) {
  va_list arguments;
  char *request;
  int sent;
  va_start(arguments, format);
  request = sqlite3_vmprintf(format, arguments);
  va_end(arguments);
  sent = fprintf(peer->requests, "%s\n", request) > 0 && fflush(peer->requests) == 0;
  sqlite3_free(request);
  return sent && hear(peer, word, answer, size);
}

char *benchIdList(const sqlite3_int64 *ids, int count) {
  sqlite3_str *text = sqlite3_str_new(NULL);
  int i;
  if (count == 0) sqlite3_str_appendall(text, "*");
  for (i = 0; i < count; i++) sqlite3_str_appendf(text, i > 0 ? ",%lld" : "%lld", ids[i]);
  return sqlite3_str_finish(text);
}
