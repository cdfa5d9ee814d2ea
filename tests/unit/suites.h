/*
** The suites: one for each tests/unit/test_<room>.c, called relTest<Room>. The Makefile lists them
** in build/gen/suites.inc, so that a new file joins by being there.
*/
#ifndef REL_TESTS_SUITES_H
#define REL_TESTS_SUITES_H

#include <check.h>

#define SUITE(function) Suite *function(void);
#include "suites.inc"
#undef SUITE

#endif
