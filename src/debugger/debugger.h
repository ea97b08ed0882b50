/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of this folder share of a debugger. */
#ifndef IJ_DEBUGGER_DEBUGGER_H
#define IJ_DEBUGGER_DEBUGGER_H

#include "arch/regs.h"
#include "debugger/inferior.h"
#include "debugger/stack.h"
#include "lang/eval.h"
#include "lang/show.h"
#include "obj/lines.h"
#include "session/bare.h"
#include "session/host.h"
#include "session/result.h"

/** A call that was given up, and whose function still runs: what it will return to. */
struct ij_dummy {
	pid_t tid;
	uint64_t addr; /* of the breakpoint that it returns to */
	uint64_t sp;   /* once it has returned */
	struct user_regs_struct gp;
	uint8_t *xstate; /* floating-point and vector state. Owned */
	size_t xstate_size;
};

struct ij_debugger_break {
	unsigned id;
	uint64_t addr;
};

/** What breakpoint `id` stops the program at besides places. */
struct ij_debugger_catching {
	unsigned id;
	enum ij_debugger_catch what;
	int number; /* -1: any */
};

/** A piece of memory that is watched as breakpoint `id`. */
struct ij_debugger_watched {
	unsigned id, size;
	bool reads;
	uint64_t addr, last; /* what is there */
};

/** Types of registers that are no plain number. */
enum ij_debugger_vector {
	IJ_DEBUGGER_ST,
	IJ_DEBUGGER_XMM,
	IJ_DEBUGGER_YMM,
	IJ_DEBUGGER_ZMM,
	IJ_DEBUGGER_EFLAGS,
	IJ_DEBUGGER_MXCSR,
	IJ_DEBUGGER_VECTORS
};

struct ij_debugger {
	struct ij_debugs *debugs;  /* values and types, whatever becomes of files and processes */
	struct ij_session *names;  /* bare: those of the file, or of a process that we started */
	struct ij_session *target; /* of a process that was attached to; NULL: none */
	const struct ij_prototypes *protos;
	struct ij_prototypes *own_protos; /* if none were given */
	char *path;                       /* of the file; NULL: none */
	struct ij_inferior *inf; /* a program that we started, or that is held; NULL: none */
	bool holds;              /* who was attached to is to stand until it is let go on */
	bool seen;               /* a person has seen where it stands: calls do not move it */
	bool names_late;         /* `names` is to be that of `path` again */
	pid_t current;           /* its thread that is looked at */
	unsigned selected;       /* its frame */
	struct ij_stack stack;   /* of `current`, while it stands */
	struct ij_stack_maps maps;
	IJ_VEC(struct ij_dummy) dummies; /* innermost last */
	IJ_VEC(struct ij_debugger_break) breaks;
	IJ_VEC(struct ij_debugger_watched) watches;
	IJ_VEC(struct ij_debugger_catching) catches; /* whether there is a process or not */
	struct ij_debugger_signal signals[IJ_DEBUGGER_SIGNALS];
	struct ij_debugger_hooks hooks;
	struct ij_datum *finished; /* what the function returned that FINISH waited for; or NULL */
	bool unwind_on_signal, no_calls, may_trap, intel, mangled;
	enum ij_debugger_language language;
	uint64_t language_of; /* of which generation the program's is known; 0: none */
	bool program_is_cxx;
	bool used_frame;             /* the last evaluation read variables of the frame */
	struct ij_debug_here *scope; /* whose names are asked for instead; NULL: the frame's */
	bool has_call_event;         /* what stopped a call; see ij_debugger_call_event */
	struct ij_debugger_event call_event;
	struct ij_result *last_call; /* NULL: there was none */
	/* Of registers, made when they are first asked for; of `debugs`. */
	const struct ij_ctype *vector_types[IJ_DEBUGGER_VECTORS];
	const struct ij_ctype *word_types[IJ_DEBUGGER_WORDS]; /* the same of ij_debugger_word */
	const struct ij_ctype *siginfo_type;                  /* the same of $_siginfo */
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
	struct ij_error *(*call)(struct ij_host *host, const struct ij_host_call *call,
				 struct ij_arena *arena, struct ij_val *ret);
	struct ij_error *(*set_variable)(struct ij_host *host, const char *name,
					 const struct ij_val *value);
	struct ij_error *(*write)(struct ij_host *host, ij_addr addr, const void *bytes,
				  size_t size);
	void (*symbol)(struct ij_host *host, ij_addr addr, struct ij_strbuf *out);
	char *said; /* in gdb's words, why a question was answered with an error; NULL: nothing */
};

/** The program's own module in @s; NULL: none is known. Borrowed. */
const struct ij_module *ij_debugger_main(struct ij_session *s);

/* ---- hold.c ---- */

/** Have the process stand, for a person. Errors: NOPROC ("The program is not being run."), those of
 * ij_session_hold. */
struct ij_error *ij_debugger_look(struct ij_debugger *d) IJ_WARN_UNUSED;
/** Have a call of the session made where the process stands. */
struct ij_error *ij_debugger_call_here(struct ij_debugger *d) IJ_WARN_UNUSED;
/** Let a call of the session be made: where nobody has looked the process
 * goes on for it, and stands again afterwards. */
struct ij_error *ij_debugger_call_begin(struct ij_debugger *d) IJ_WARN_UNUSED;
struct ij_error *ij_debugger_call_end(struct ij_debugger *d) IJ_WARN_UNUSED;

/* ---- watch.c ---- */

/** Nothing is watched as @id any more. */
void ij_watch_forget(struct ij_debugger *d, unsigned id);
/** Have it in the process that stands, with what is there now. */
void ij_watch_renew(struct ij_debugger *d);
/** Ask whether what was met stops it for what is watched: into event->hits; whether it does. */
bool ij_watch_hits(struct ij_debugger *d, const struct ij_inferior_event *met,
		   struct ij_debugger_event *event);

/* ---- catch.c ---- */

/** Nothing is caught as @id any more. */
void ij_catch_forget(struct ij_debugger *d, unsigned id);
/** Have the process tell of what is to be caught. */
void ij_catch_renew(struct ij_debugger *d);
/** Ask who stops at what was @met: into event->hits and event->caught; whether anybody does. */
bool ij_catch_hits(struct ij_debugger *d, const struct ij_inferior_event *met,
		   struct ij_debugger_event *event);

/* ---- program.c ---- */

/** A signal that stops nothing is told of. @ctx: the debugger. */
void ij_debugger_told(void *ctx, int signo);
/** So is a child that was let go of. */
void ij_debugger_forked(void *ctx, pid_t child, bool vfork);

/** The process is gone, and d->inf freed: what is known is the file's. */
void ij_debugger_forget(struct ij_debugger *d);
void ij_debugger_signals_init(struct ij_debugger *d);

/* ---- dynamic.c ---- */

/**
 * Make @val what it really is: an object, or what points or refers to it; else it stays.
 * @object_ret: of an object its class; else NULL.
 */
struct ij_error *ij_dynamic_value(struct ij_host *host, struct ij_arena *arena, struct ij_val *val,
				  const struct ij_ctype **object_ret) IJ_WARN_UNUSED;

/* ---- stack.c ---- */

/** What was known of frames holds no more. */
void ij_stack_forget(struct ij_debugger *d);
void ij_stack_maps_deinit(struct ij_stack_maps *maps);
/** Have the frames of the current thread. Errors: NOPROC ("No stack."). */
struct ij_error *ij_stack_get(struct ij_debugger *d) IJ_WARN_UNUSED;
/** One of them, borrowed. Errors: NOTFOUND. */
struct ij_error *ij_stack_frame(struct ij_debugger *d, unsigned level, struct ij_stack_frame **ret)
	IJ_WARN_UNUSED;

/** Its canonical frame address, also of an outermost one; false: it is not known. */
bool ij_stack_cfa(struct ij_debugger *d, const struct ij_stack_frame *frame, ij_addr *ret);

/* ---- locals.c ---- */

/** The variable @name of the selected frame. */
struct ij_error *ij_locals_find(struct ij_debugger *d, const char *name, struct ij_arena *arena,
				struct ij_val *ret, bool *found) IJ_WARN_UNUSED;
/** The source file of the selected frame, as its unit is named; NULL: none. Borrowed. */
const char *ij_locals_file(struct ij_debugger *d);
/** Is the language of the selected frame C++, or of the program where none is? */
bool ij_locals_is_cxx(struct ij_debugger *d);
/** `f::x`. @host: looks f up. */
struct ij_error *ij_locals_static(struct ij_debugger *d, const struct ij_host_name *name,
				  struct ij_host *host, struct ij_arena *arena, struct ij_val *ret,
				  bool *found) IJ_WARN_UNUSED;

/* ---- infcall_x86_64.c ---- */

/** An ij_host's `call`, in a program that stands. */
struct ij_error *ij_infcall(struct ij_host *host, const struct ij_host_call *call,
			    struct ij_arena *arena, struct ij_val *ret) IJ_WARN_UNUSED;
/** Put the thread back to where @dummy, the innermost one, was made, and forget it. */
struct ij_error *ij_infcall_restore(struct ij_debugger *d) IJ_WARN_UNUSED;
/** The value of type @type that a function that has just returned left in registers. */
struct ij_error *ij_infcall_result(struct ij_debugger *d, const struct ij_ctype *type,
				   struct ij_datum *ret) IJ_WARN_UNUSED;
/** Put @value where a function that returns leaves it. Errors: UNSUPPORTED (in memory). */
struct ij_error *ij_infcall_put(struct ij_debugger *d, const struct ij_val *value) IJ_WARN_UNUSED;

/* ---- locate.c ---- */

/** Is @file what @want, a name or the end of a path, calls it? */
bool ij_locate_is_file(const struct ij_line_file *file, const char *want);

/* ---- functions.c ---- */

/** An ij_host's `function`. */
struct ij_error *ij_functions_call(struct ij_host *host, const char *name,
				   const struct ij_val *args, size_t args_len,
				   struct ij_arena *arena, struct ij_val *ret, bool *found)
	IJ_WARN_UNUSED;

/* ---- overload.c ---- */

/** Is the function of symbol @symbol, mangled or not, what people call @wanted: "f", "C::f",
 * "f<int>", "f(int)"? @whole: no scope and no argument of a template may be left out. */
bool ij_overload_matches(const char *wanted, const char *symbol, bool whole);
/** What the symbol of a function of C++ that is called @wanted has in it: "4over". @ret: @size
 * bytes. False: that is not told. */
bool ij_overload_word(const char *wanted, char *ret, size_t size);

/* ---- step.c ---- */

/**
 * Let the program run to the next event that is not to be passed over, in @ret.
 *
 * @internal: addresses that it is to stop at besides; @internal_len of them, set already.
 * @hit_ret: whether it stands at one of these, then @ret says nothing.
 */
struct ij_error *ij_step_run(struct ij_debugger *d, bool step, bool alone, const uint64_t *internal,
			     size_t internal_len, bool *hit_ret, struct ij_debugger_event *ret)
	IJ_WARN_UNUSED;

/** Ask which breakpoints at @pc want to stop, into event->hits; whether there are any. */
bool ij_step_hits(struct ij_debugger *d, uint64_t pc, struct ij_debugger_event *event);

/** The first instruction behind the prologue of the function at @start (gdb/amd64-tdep.c). */
uint64_t ij_step_prologue(struct ij_debugger *d, uint64_t start);

/** Have the bytes of @datum there. */
struct ij_error *ij_debugger_fetch(struct ij_debugger *d, struct ij_datum *datum) IJ_WARN_UNUSED;

/** The session that knows names: of the process, else of the file. */
struct ij_session *ij_debugger_names(struct ij_debugger *d);

/** @options: NULL: nothing may be called. @ret: deinit it. */
void ij_debugger_host_init(struct ij_debugger *d, const struct ij_call_options *options,
			   const char *expr, struct ij_debugger_host *ret);
/** Is @name that of a namespace? */
bool ij_debugger_is_namespace(struct ij_debugger_host *host, const char *name);
void ij_debugger_host_deinit(struct ij_debugger_host *host);

/** Add "f@plt+6" for an address in a PLT, or nothing for its start; false: it is not in one. */
bool ij_debugger_plt(struct ij_debugger *d, ij_addr addr, struct ij_strbuf *out);

/** FAULT: "Cannot access memory at address 0x10". */
struct ij_error *ij_debugger_no_access(uint64_t addr) IJ_WARN_UNUSED;

/** @err, which is consumed, in gdb's words. @expr: what was evaluated. @said: see the host; or
 * NULL. */
struct ij_error *ij_debugger_reword(struct ij_error *err, const char *expr, const char *said,
				    bool is_cxx) IJ_WARN_UNUSED;

/** An expression as lang parses it, with the names of the program. Deinit @ast_ret. */
struct ij_error *ij_debugger_parse(struct ij_debugger_host *host, const char *text,
				   struct ij_ast *ast_ret) IJ_WARN_UNUSED;

#endif
