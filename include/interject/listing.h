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
	const char *file, *path; /* of the source; NULL: known by its symbol alone */
	const char *module;      /* of a thread-local one the path of the file that has it */
	uint64_t addr; /* 0: it has none, or it is not told; of a thread-local one its offset */
	unsigned line; /* 0: not told */
	const char *name, *type;
	const char *text; /* as the source may have it: "static int f(int);" */
	bool is_thread_local;
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
/** A mapping of the process. */
struct ij_debugger_mapping {
	uint64_t lo, hi, off; /* hi: of the first byte behind it; off: in its file */
	char perms[5];        /* "r-xp", as of proc(5) */
	const char *path;     /* "": none. Borrowed until the process goes on */
};
/** Mapping @idx, from 0; false behind the last one. */
IJ_API bool ij_debugger_mapping(struct ij_debugger *debugger, size_t idx,
				struct ij_debugger_mapping *ret);

/** A section of a module, where it is in memory; hi: of the first byte behind it. */
struct ij_debugger_section {
	const char *name; /* borrowed until the process goes on */
	uint64_t lo, hi;
};
/** Section @idx of module @module_idx, as of ij_debugger_module, both from 0; false behind the last
 * one. */
IJ_API bool ij_debugger_section(struct ij_debugger *debugger, size_t module_idx, size_t idx,
				struct ij_debugger_section *ret);

/** Where a variable of a function is. */
struct ij_debugger_where {
	const char *name;
	const char *text; /* in gdb's words: "a variable in $rax"; NULL: at `addr`, or nowhere */
	uint64_t addr;    /* 0: not at one place of memory */
	uint64_t size;    /* bytes */
};
typedef void (*ij_debugger_where_visit)(void *ctx, const struct ij_debugger_where *where);
/** Visit the variables of the function at @addr that are in scope there, innermost block first.
 * Errors: NOTFOUND (no function with debug information is there), BADDATA, UNSUPPORTED, NOMEM. */
IJ_API_RESULT struct ij_error *ij_debugger_scope(struct ij_debugger *debugger, uint64_t addr,
						 ij_debugger_where_visit visit, void *ctx);

enum { IJ_DEBUGGER_SAVED_MAX = 17 };

/** What more is known of a frame. */
struct ij_debugger_frame_about {
	const char *language; /* by gdb's name: "c"; NULL: not told. Static */
	bool is_inlined;      /* the next one is of the same real frame */
	uint64_t cfa, base;   /* base: where its variables count from; 0: not known */
	uint64_t saved_pc;    /* that it returns to; 0: not known */
	struct {
		const char *name; /* static */
		uint64_t addr;
	} saved[IJ_DEBUGGER_SAVED_MAX]; /* len x: registers of its caller */
	unsigned len;
};
/** Errors: as of ij_debugger_frame. */
IJ_API_RESULT struct ij_error *ij_debugger_frame_about(struct ij_debugger *debugger, unsigned level,
						       struct ij_debugger_frame_about *ret);

/** What is told of the unit that has the code at an address. Borrowed from the files. */
struct ij_debugger_unit {
	const char *folder, *producer; /* NULL: not told */
	const char *language;          /* by gdb's name: "c" */
	unsigned version;              /* of DWARF */
};
/** Errors: NOTFOUND, NOMEM. */
IJ_API_RESULT struct ij_error *ij_debugger_unit(struct ij_debugger *debugger, uint64_t addr,
						struct ij_debugger_unit *ret);

/** The rows of the line table of @file, a name or the end of its path, by address: @addr begins
 * line @line; 0: what follows is of no line of the file. */
typedef void (*ij_debugger_row)(void *ctx, uint64_t addr, unsigned line);
/** Errors: NOTFOUND (no such file), NOMEM. */
IJ_API_RESULT struct ij_error *ij_debugger_rows(struct ij_debugger *debugger, const char *file,
						ij_debugger_row visit, void *ctx);

/** A source file, as its compiler was given it, and where it is. Borrowed until the file or process
 * changes. */
typedef void (*ij_debugger_source)(void *ctx, const char *name, const char *path);
/** Visit those of module @idx, as of ij_debugger_module, each once. Errors: NOTFOUND (it has no
 * debug information), NOMEM. */
IJ_API_RESULT struct ij_error *ij_debugger_sources(struct ij_debugger *debugger, size_t idx,
						   ij_debugger_source visit, void *ctx);

/** The one at @idx, from 0; NULL behind the last. */
IJ_API const struct ij_debugger_definition *
ij_debugger_definition(const struct ij_debugger_definitions *list, size_t idx);
IJ_API void ij_debugger_definitions_free(struct ij_debugger_definitions *list);

#ifdef __cplusplus
}
#endif

#endif
