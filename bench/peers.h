/*
** Programs in other languages that do the same by their ORMs: co-processes that are asked line by line.
** bench/peers/ has them and says what they are asked.
*/
#ifndef BENCH_PEERS_H
#define BENCH_PEERS_H

#include <sqlite3.h>
#include <stddef.h>

enum { BENCH_PEERS = 8 /* at most */ };

typedef struct BenchPeer BenchPeer;

/* Starts every program in bench/peers/ (.py, .rb, .mjs); those that do not say "ready" are reported and
** left out. Answers how many there are. */
int benchPeersStart(BenchPeer **peers);

/* Asks them to end, and waits. */
void benchPeersEnd(BenchPeer **peers, int count);

/* Of the program: "sqlalchemy". */
const char *benchPeerName(const BenchPeer *peer);

/* The ids as a request has them, and SQL; none: "*", for all. Freed with sqlite3_free(). */
char *benchIdList(const sqlite3_int64 *ids, int count);

/* Sends the request, given as for printf with the formats of SQLite, and puts the answer, without its
** first word, into `answer`. Answers 0, having said so, where the peer fails or says something else
** than `word`. */
int benchPeerAsk(BenchPeer *peer, const char *word, char *answer, size_t size, const char *format,
                 ...);

#endif
