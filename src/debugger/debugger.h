/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of this folder share of a debugger. */
#ifndef IJ_DEBUGGER_DEBUGGER_H
#define IJ_DEBUGGER_DEBUGGER_H

#include "interject/debugger.h"
#include "lang/eval.h"
#include "lang/show.h"
#include "session/bare.h"
#include "session/host.h"
#include "session/result.h"

struct ij_debugger {
	struct ij_debugs *debugs;  /* values and types, whatever becomes of files and processes */
	struct ij_session *names;  /* bare: those of the file, or of a process that we started */
	struct ij_session *target; /* of a process that was attached to; NULL: none */
	const struct ij_prototypes *protos;
	struct ij_prototypes *own_protos; /* if none were given */
	struct ij_result *last_call;      /* NULL: there was none */
	volatile sig_atomic_t interrupted;
};

struct ij_datum {
	struct ij_arena arena;
	struct ij_val val;
};

/** One evaluation: what lang asks, and what is to be said if it fails. */
struct ij_debugger_host {
	struct ij_session_host sh; /* first */
	struct ij_debugger *debugger;
	struct ij_error *(*variable)(struct ij_host *host, const char *name, struct ij_arena *arena,
				     struct ij_val *ret, bool *found); /* the session's */
	char *said; /* in gdb's words, why a question was answered with an error; NULL: nothing */
};

/** The session that knows names: of the process, else of the file. */
struct ij_session *ij_debugger_names(struct ij_debugger *d);

/** @options: NULL: nothing may be called. @ret: deinit it. */
void ij_debugger_host_init(struct ij_debugger *d, const struct ij_call_options *options,
			   const char *expr, struct ij_debugger_host *ret);
void ij_debugger_host_deinit(struct ij_debugger_host *host);

/** FAULT: "Cannot access memory at address 0x10". */
struct ij_error *ij_debugger_no_access(uint64_t addr) IJ_WARN_UNUSED;

/** @err, which is consumed, in gdb's words. @expr: what was evaluated. @said: see the host; or
 * NULL. */
struct ij_error *ij_debugger_reword(struct ij_error *err, const char *expr, const char *said)
	IJ_WARN_UNUSED;

/** An expression as lang parses it, with the names of the program. Deinit @ast_ret. */
struct ij_error *ij_debugger_parse(struct ij_debugger_host *host, const char *text,
				   struct ij_ast *ast_ret) IJ_WARN_UNUSED;

/** @type as `ptype` writes it, its members in lines; without @expand as `whatis` does. */
struct ij_error *ij_debugger_type_text(const struct ij_ctype *type, bool expand,
				       struct ij_strbuf *out) IJ_WARN_UNUSED;

#endif
