/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A part of libinterject's interface: all that a debugger's program defines. As in
 * interject/debugger.h. */
#ifndef INTERJECT_LISTING_H
#define INTERJECT_LISTING_H

#include "interject/debugger.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What is defined. */
enum ij_debugger_defined { IJ_DEBUGGER_FUNCTIONS, IJ_DEBUGGER_VARIABLES, IJ_DEBUGGER_TYPES };

/** Which definitions are wanted. To be zeroed, and `size` set. */
struct ij_debugger_wanted {
	size_t size;
	enum ij_debugger_defined what;
	/** Whether one of that name, or of a type of that text, is; NULL: any. */
	bool (*name)(void *ctx, const char *name);
	bool (*type)(void *ctx, const char *type);
	void *ctx;
	/** Those, too, that are known by their symbol alone: functions or variables. */
	bool symbols;
};

struct ij_debugger_definition {
	const char *file, *path; /* of the source; NULL: known by its symbol alone, at: */
	uint64_t addr;
	unsigned line; /* 0: not told */
	const char *name, *type;
	const char *text; /* as the source may have it: "static int f(int);" */
	bool is_plain;    /* TYPES: it has a name of its own, as `int` */
};
struct ij_debugger_definitions;

/**
 * What the program and its libraries define outside of functions: by debug information in the order
 * of files and names, each once, then by their symbols alone in the order of modules and addresses.
 *
 * The first time all debug information is gone through. @ret: free it with
 * ij_debugger_definitions_free; what it holds is borrowed from it. Errors: NOMEM.
 */
IJ_API_RESULT struct ij_error *ij_debugger_definitions(struct ij_debugger *debugger,
						       const struct ij_debugger_wanted *wanted,
						       struct ij_debugger_definitions **ret);
/** The one at @idx, from 0; NULL behind the last. */
IJ_API const struct ij_debugger_definition *
ij_debugger_definition(const struct ij_debugger_definitions *list, size_t idx);
IJ_API void ij_debugger_definitions_free(struct ij_debugger_definitions *list);

#ifdef __cplusplus
}
#endif

#endif
