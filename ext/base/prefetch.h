/*
** Asks the processor for memory that will be read soon. Where no way is known, it asks for nothing.
*/
#ifndef REL_BASE_PREFETCH_H
#define REL_BASE_PREFETCH_H

#if defined(__GNUC__)
#define REL_PREFETCH(address) __builtin_prefetch(address)
#elif defined(_M_X64)
#include <intrin.h>
#define REL_PREFETCH(address) _mm_prefetch((const char *)(address), _MM_HINT_T0)
#else
#define REL_PREFETCH(address) ((void)(address))
#endif

#endif
