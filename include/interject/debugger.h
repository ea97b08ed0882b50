/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A part of libinterject's interface: what a debugger's front end needs of a program. Messages of
 * its errors are in gdb's words, so that who reads them today need not learn others.
 *
 * A debugger has a file whose names and types it knows, and at most one process: one that it
 * attached to, which runs on and is stopped for moments only, by the session that was given for it;
 * or one that it started, which is stopped whenever the debugger is asked something, and dies with
 * it.
 *
 * Threads, ownership: as in interject/interject.h.
 */
#ifndef INTERJECT_DEBUGGER_H
#define INTERJECT_DEBUGGER_H

#include "interject/interject.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ij_debugger;
struct ij_datum; /* a value that an expression had */

/**
 * A debugger without a file or process.
 *
 * @protos: declarations for its expressions; borrowed for its life. NULL: the built-in table.
 * Errors: NOMEM.
 */
IJ_API_RESULT struct ij_error *ij_debugger_create(const struct ij_prototypes *protos,
						  struct ij_debugger **ret);
/** Let go of a process that it attached to, kill one that it started, and free. Takes NULL. */
IJ_API void ij_debugger_destroy(struct ij_debugger *debugger);

/** Give up what is waited for at this moment. Async-signal-safe. */
IJ_API void ij_debugger_interrupt(struct ij_debugger *debugger);

/* ---- Its process ---- */

enum ij_debugger_state {
	IJ_DEBUGGER_NONE,     /* there is no process */
	IJ_DEBUGGER_ATTACHED, /* one that runs on */
	IJ_DEBUGGER_STOPPED,  /* one that we started, or that a person holds */
};
IJ_API enum ij_debugger_state ij_debugger_state_of(const struct ij_debugger *debugger);
/** 0: there is none. */
IJ_API pid_t ij_debugger_pid(const struct ij_debugger *debugger);

/**
 * Take the process of @session, which was opened and is the debugger's from now on.
 *
 * Errors: USAGE (there is a process already; then @session stays the caller's), NOMEM.
 */
IJ_API_RESULT struct ij_error *ij_debugger_attach(struct ij_debugger *debugger,
						  struct ij_session *session);
/** Let go of the process. @left_ret: as of ij_session_close; may be NULL. Errors: as there. */
IJ_API_RESULT struct ij_error *ij_debugger_detach(struct ij_debugger *debugger, unsigned *left_ret);
/** The session of a process that was attached to; NULL: there is none. Borrowed. */
IJ_API struct ij_session *ij_debugger_session(struct ij_debugger *debugger);

/* ---- Expressions ---- */

enum ij_debugger_eval_flags {
	IJ_DEBUGGER_DRY = 1 << 0, /* its type only: nothing is read, written or called */
};

/**
 * Evaluate @text as gdb's print does: C's expressions, `$1`, `$name`, `$pc`, `a@2`.
 *
 * @options: of calls that it makes; NULL: the defaults.
 * @ret: free it with ij_datum_free. Errors: what is wrong with it, in gdb's words; those of calls.
 */
IJ_API_RESULT struct ij_error *ij_debugger_eval(struct ij_debugger *debugger, const char *text,
						const struct ij_call_options *options,
						unsigned flags, struct ij_datum **ret);
IJ_API void ij_datum_free(struct ij_datum *datum);

/** What came of the last call into a process that was attached to; NULL: none was made. Borrowed
 * until the next evaluation. */
IJ_API const struct ij_result *ij_debugger_last_call(const struct ij_debugger *debugger);

/** How values look: gdb's `set print`. To be initialised by ij_datum_how_init. */
struct ij_datum_how {
	size_t size;       /* sizeof(struct ij_datum_how) where the program was compiled */
	char format;       /* a letter of `print/x`; 0: by the type */
	unsigned elements; /* of an array or string (200); 0: all */
	unsigned repeats;  /* more equal ones are printed as one (10); 0: never */
	unsigned depth;    /* of structs in structs (20) */
	bool pretty, array, indexes, null_stop, sevenbit;
	bool no_union, no_address, no_symbol;
	bool bare; /* a pointer without its type before it, as in lists of variables */
};
IJ_API void ij_datum_how_init(struct ij_datum_how *how, size_t size);

/** The value as text. @ret: free(3) it. Errors: those of reading what it points to; TYPE. */
IJ_API_RESULT struct ij_error *ij_datum_text(struct ij_debugger *debugger,
					     const struct ij_datum *datum,
					     const struct ij_datum_how *how, char **ret);
/** The name of its type. @ret: free(3) it. */
IJ_API_RESULT struct ij_error *ij_datum_type(const struct ij_datum *datum, char **ret);
IJ_API bool ij_datum_is_void(const struct ij_datum *datum);
/** The value as a number, cut as by a cast. False if it is none: @ret is not set. */
IJ_API bool ij_datum_integer(const struct ij_datum *datum, int64_t *ret);
IJ_API bool ij_datum_float(const struct ij_datum *datum, double *ret);
/** Where it is in the program; false: nowhere. */
IJ_API bool ij_datum_address(const struct ij_datum *datum, uint64_t *ret);
/** Bytes of its type; 0: it has none. */
IJ_API uint64_t ij_datum_size(const struct ij_datum *datum);
/**
 * The text that it is, or points to, up to its NUL or @max bytes.
 *
 * @ret: free(3) it. Errors: TYPE (it is no string), FAULT.
 */
IJ_API_RESULT struct ij_error *
ij_datum_string(struct ij_debugger *debugger, const struct ij_datum *datum, size_t max, char **ret);

/** Append it to the history. @ret: its number. Errors: NOMEM. */
IJ_API_RESULT struct ij_error *ij_debugger_keep(struct ij_debugger *debugger,
						const struct ij_datum *datum, unsigned *ret);
/** Set `$name`. @name: with its $. Errors: NOMEM. */
IJ_API_RESULT struct ij_error *ij_debugger_set(struct ij_debugger *debugger, const char *name,
					       const struct ij_datum *datum);
/** The same to a whole number, of C's type int, or long if it takes one. */
IJ_API_RESULT struct ij_error *ij_debugger_set_integer(struct ij_debugger *debugger,
						       const char *name, int64_t value);

/**
 * What `ptype`, or with @expand unset `whatis`, says of an expression or type.
 *
 * @ret: free(3) it. Errors: as ij_debugger_eval.
 */
IJ_API_RESULT struct ij_error *ij_debugger_type(struct ij_debugger *debugger, const char *text,
						bool expand, char **ret);

/* ---- Symbols and memory ---- */

/**
 * "f + 4 in section .text", as `info symbol` has it; NULL in @ret: no symbol is there.
 *
 * @ret: free(3) it. Errors: NOMEM.
 */
IJ_API_RESULT struct ij_error *ij_debugger_symbol(struct ij_debugger *debugger, uint64_t addr,
						  char **ret);

/** Errors: FAULT ("Cannot access memory at address 0x10"). */
IJ_API_RESULT struct ij_error *ij_debugger_read(struct ij_debugger *debugger, uint64_t addr,
						void *buf, size_t size);

/** A module of the process, or the file. */
struct ij_debugger_module {
	const char *path;        /* borrowed until the process goes on */
	uint64_t text, text_end; /* where its section .text is */
	bool is_main, has_symbols, has_debug;
};
/** Module @idx, from 0, in the loader's order; false behind the last one. */
IJ_API bool ij_debugger_module(struct ij_debugger *debugger, size_t idx,
			       struct ij_debugger_module *ret);

#ifdef __cplusplus
}
#endif

#endif
