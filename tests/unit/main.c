/*
** Runs the unit tests. Check's own variables choose among them: CK_RUN_SUITE=base, CK_RUN_CASE=...,
** CK_FORK=no for a debugger. The last line is what tests/run adds up.
*/
#define _POSIX_C_SOURCE 200809L /* setenv */

#include "unit/suites.h"

#include <stdio.h>
#include <stdlib.h>

typedef Suite *(*SuiteMaker)(void);

static const SuiteMaker SUITES[] = {
#define SUITE(function) function,
#include "suites.inc"
#undef SUITE
};

int main(void) {
  SRunner *runner;
  int run, failed;
  size_t i;
  /* Seconds a test may take; a busy machine needs many where an idle one needs two. */
  setenv("CK_DEFAULT_TIMEOUT", "300", 0);
  runner = srunner_create(NULL);
  for (i = 0; i < sizeof SUITES / sizeof *SUITES; i++) srunner_add_suite(runner, SUITES[i]());
  srunner_run_all(runner, CK_ENV);
  run = srunner_ntests_run(runner);
  failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  printf("%d passed, %d failed\n", run - failed, failed);
  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
