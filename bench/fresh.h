/*
** Measurements that each need a process of their own: what the first call costs, and how much memory a
** process comes to need. This program starts itself with --fresh.
*/
#ifndef BENCH_FRESH_H
#define BENCH_FRESH_H

/* What the child does, by the words after --fresh; it prints figures. Answers the exit status. */
int benchFreshChild(int count, char **words);

/* In the parent: runs this program with these words, as for printf, and reads so many figures. */
void benchFresh(double *figures, int count, const char *format, ...);

#endif
