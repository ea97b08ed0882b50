/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The goroutines of a Go program. libinterject(3), Goroutines.
 *
 *	struct ij_goroutines *list;
 *	struct ij_error *err = ij_session_goroutines(session, &list);
 *
 *	for (size_t i = 0; !err && i < ij_goroutines_len(list); i++)
 *		puts(ij_goroutines_text(list, i));
 */
#ifndef INTERJECT_GOROUTINES_H
#define INTERJECT_GOROUTINES_H

#include "interject/interject.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ij_goroutines;

/**
 * What the goroutines of a Go program do, those that are not dead, in the order of their numbers.
 * They are read from its memory while it runs; only a thread that is running one is stopped for a
 * moment, to see where. Injects nothing.
 *
 * @ret: free it with ij_goroutines_free.
 * Errors: UNSUPPORTED (it is no Go program, or keeps them in a way that is not known), NOTFOUND
 * (their list is not found), FAULT, BADDATA, NOMEM.
 */
IJ_API_RESULT struct ij_error *ij_session_goroutines(struct ij_session *session,
						     struct ij_goroutines **ret);
IJ_API void ij_goroutines_free(struct ij_goroutines *goroutines);

IJ_API size_t ij_goroutines_len(const struct ij_goroutines *goroutines);
/** Those that are not in the list: over a million. */
IJ_API uint64_t ij_goroutines_more(const struct ij_goroutines *goroutines);

/* Of the goroutine at @idx, from 0. */
IJ_API uint64_t ij_goroutines_id(const struct ij_goroutines *goroutines, size_t idx);
/** The thread that runs it, or waits for it in a system call; 0: none. */
IJ_API pid_t ij_goroutines_tid(const struct ij_goroutines *goroutines, size_t idx);
/** A line, as interject-goroutines(1) prints it. */
IJ_API const char *ij_goroutines_text(const struct ij_goroutines *goroutines, size_t idx);
/** One JSON object on one line: interject-goroutines(1), JSON. */
IJ_API const char *ij_goroutines_json(const struct ij_goroutines *goroutines, size_t idx);

#ifdef __cplusplus
}
#endif

#endif
