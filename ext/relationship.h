/*
** The public header: the entry point that sqlite3_load_extension() looks for. A program that links
** the extension instead (compiled with SQLITE_CORE) calls it with its connection and NULL as `api`,
** or hands it to sqlite3_auto_extension().
*/
#ifndef REL_RELATIONSHIP_H
#define REL_RELATIONSHIP_H

#include <sqlite3.h>

#define REL_VERSION "0.1.0"

#if defined(_WIN32)
#define REL_EXPORT __declspec(dllexport)
#elif defined(__GNUC__)
#define REL_EXPORT __attribute__((visibility("default")))
#else
#define REL_EXPORT
#endif

#ifdef __cplusplus
extern "C" {
#endif

struct sqlite3_api_routines;

/*
** Registers everything on `db`. On failure *message says why, and the caller sqlite3_free()s it;
** `message` may be NULL.
*/
REL_EXPORT int sqlite3_relationship_init(sqlite3 *db, char **message,
                                         const struct sqlite3_api_routines *api);

#ifdef __cplusplus
}
#endif

#endif
