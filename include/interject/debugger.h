/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A part of libinterject's interface: what a debugger's front end needs of a program. Messages of
 * its errors are in gdb's words, so that who reads them today need not learn others.
 *
 * A debugger has a file whose names and types it knows, and at most one process: one that it
 * attached to, which runs on and is stopped for moments only, by the session that was given for it,
 * until somebody wants to look at it (ij_debugger_hold); or one that it started, which is stopped
 * whenever the debugger is asked something, and dies with it.
 *
 * Threads, ownership: as in interject/interject.h.
 */
#ifndef INTERJECT_DEBUGGER_H
#define INTERJECT_DEBUGGER_H

#include "interject/catching.h"
#include "interject/datum.h"
#include "interject/interject.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ij_debugger;

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
	IJ_DEBUGGER_ATTACHED, /* one that was attached to and runs on */
	IJ_DEBUGGER_STOPPED,  /* one that stands: that we started, or that is held */
};
IJ_API enum ij_debugger_state ij_debugger_state_of(const struct ij_debugger *debugger);
/** Is it one that we started, which ends with us? */
IJ_API bool ij_debugger_is_own(const struct ij_debugger *debugger);
/** 0: there is none. */
IJ_API pid_t ij_debugger_pid(const struct ij_debugger *debugger);

/**
 * Take the process of @session, which was opened and is the debugger's from now on.
 *
 * Errors: USAGE (there is a process already; then @session stays the caller's), NOMEM.
 */
IJ_API_RESULT struct ij_error *ij_debugger_attach(struct ij_debugger *debugger,
						  struct ij_session *session);
/**
 * Have a process that was attached to stand until it is let go on. What needs that (frames,
 * registers, going on) does it by itself.
 *
 * Until somebody looks at it, at a frame, a register or a local variable, the stop is ours: a call
 * lets the process go on, to be made where that is safe, and stops it anew. From then on calls are
 * made where it stands, or not at all. Asked for again, what was looked at so far does not count.
 *
 * Errors: NOPROC ("The program is not being run."), those of ij_session_hold.
 */
IJ_API_RESULT struct ij_error *ij_debugger_hold(struct ij_debugger *debugger);
/** Let go of the process. @left_ret: as of ij_session_close; may be NULL. Errors: as there. */
IJ_API_RESULT struct ij_error *ij_debugger_detach(struct ij_debugger *debugger, unsigned *left_ret);
/** The session of a process that was attached to; NULL: there is none. Borrowed. */
IJ_API struct ij_session *ij_debugger_session(struct ij_debugger *debugger);

/* ---- A file, and a program that is started ---- */

/**
 * Know the names and types of the file @path, which is what will be run.
 *
 * @path: NULL: no file any more. Errors: in gdb's words, as "x: No such file or directory."; then
 * the file known before is known still.
 */
IJ_API_RESULT struct ij_error *ij_debugger_file(struct ij_debugger *debugger, const char *path);
/** Its absolute path; NULL: there is none. Borrowed. */
IJ_API const char *ij_debugger_path(const struct ij_debugger *debugger);
/** Whether the process runs the file, as far as their build-ids tell; else their names. */
IJ_API bool ij_debugger_runs_file(struct ij_debugger *debugger);
/** Whether it has debug information. */
IJ_API bool ij_debugger_has_debug(struct ij_debugger *debugger);
/** Changes whenever addresses may have: with the file, and with the modules of the process. */
IJ_API uint64_t ij_debugger_generation(struct ij_debugger *debugger);

/** To be zeroed, and `size` set. Everything is borrowed for the call. */
struct ij_debugger_run {
	size_t size;
	const char *shell;     /* that expands the command line; NULL: none */
	const char *command;   /* with a shell: program and arguments, quoted for it */
	char *const *argv;     /* without */
	char *const *env;      /* NULL: ours */
	const char *cwd, *tty; /* NULL: ours */
	bool random_addresses; /* leave the layout of its memory to chance */
	bool at_once;          /* stop at its first instruction, in the loader */
};

enum ij_debugger_event_kind {
	IJ_DEBUGGER_STARTED,    /* it stands at its first instruction, or at its entry point */
	IJ_DEBUGGER_BREAKPOINT, /* `hits` */
	IJ_DEBUGGER_STEPPED,    /* what was asked for is done */
	IJ_DEBUGGER_RETURNED,   /* the same of FINISH: the function has returned */
	IJ_DEBUGGER_REACHED, /* the same of ADVANCE: it is at a place, or the function has returned
			      */
	IJ_DEBUGGER_SIGNALLED,  /* `signo`, which it receives when it goes on */
	IJ_DEBUGGER_EXECUTED,   /* it runs another program */
	IJ_DEBUGGER_EXITED,     /* with `status` */
	IJ_DEBUGGER_KILLED,     /* by `signo` */
	IJ_DEBUGGER_CALL_ENDED, /* a call that was given up came to its end: `dummy` of the frames
				 */
};

enum { IJ_DEBUGGER_HITS_MAX = 16 };

struct ij_debugger_event {
	enum ij_debugger_event_kind kind;
	pid_t tid;
	int signo, status;
	unsigned hits[IJ_DEBUGGER_HITS_MAX]; /* numbers of breakpoints */
	unsigned hits_len;
	struct ij_debugger_caught caught; /* of BREAKPOINT: it is at none, but at this */
	bool moved; /* another function or frame than when it went on: say where it is */
};

/**
 * Start the program, and stop it at its entry point, where its libraries are loaded.
 *
 * Errors: USAGE (there is a process already), OS, GONE, in gdb's words.
 */
IJ_API_RESULT struct ij_error *ij_debugger_start(struct ij_debugger *debugger,
						 const struct ij_debugger_run *run,
						 struct ij_debugger_event *ret);
/** Kill the process. */
IJ_API void ij_debugger_kill(struct ij_debugger *debugger);

enum { IJ_DEBUGGER_SIGNALS = 65 };

/** What is done with a signal of the program: gdb's `handle`. */
struct ij_debugger_signal {
	bool stop, print, pass;
};
/** That of signal @signo, 1 to 64, to be read and changed. Borrowed. */
IJ_API struct ij_debugger_signal *ij_debugger_signal(struct ij_debugger *debugger, int signo);

enum ij_debugger_how {
	IJ_DEBUGGER_CONTINUE,
	IJ_DEBUGGER_STEP, /* to another line, into functions that have lines */
	IJ_DEBUGGER_NEXT, /* over functions */
	IJ_DEBUGGER_STEPI,
	IJ_DEBUGGER_NEXTI,
	IJ_DEBUGGER_FINISH,  /* until the selected frame has returned */
	IJ_DEBUGGER_UNTIL,   /* as NEXT, but never back */
	IJ_DEBUGGER_ADVANCE, /* to `addrs`, or until the function has returned */
};

/** To be zeroed, and `size` set. */
struct ij_debugger_resume {
	size_t size;
	enum ij_debugger_how how;
	bool alone;            /* the other threads stay where they are */
	bool jumped;           /* a breakpoint where it stands counts: it has just come there */
	bool replace;          /* the signal that it was stopped by is replaced by `signo` */
	int signo;             /* 0: none */
	const uint64_t *addrs; /* of ADVANCE: @len; borrowed for the call */
	size_t addrs_len;
};

/** What the front end is asked while the program stands for a moment. */
struct ij_debugger_hooks {
	void *ctx;
	/** Whether breakpoint @id, which thread @tid has met, is to stop it: its condition. */
	bool (*hit)(void *ctx, unsigned id);
	/** A signal that is told of, and stops nothing. */
	void (*told)(void *ctx, int signo);
	/** A child that it forked, or made by vfork(2), was let go of. NULL: nobody cares. */
	void (*forked)(void *ctx, pid_t child, bool vfork);
	/** Whether a step is to pass over @function of the source @file, which it has been called
	 * in. NULL: none. */
	bool (*skips)(void *ctx, const char *function, const char *file, const char *path);
	/** The number that the session has as @name, as "$_thread". False: it has none. NULL: it
	 * has no such. */
	bool (*number)(void *ctx, const char *name, int64_t *ret);
	/** A setting: its text, which is free(3)d, and what number it is. @ret: NULL: it is none.
	 * NULL: there are none. */
	struct ij_error *(*setting)(void *ctx, const char *name, char **ret, bool *is_number_ret,
				    int64_t *number_ret);
};
IJ_API void ij_debugger_hooks_set(struct ij_debugger *debugger,
				  const struct ij_debugger_hooks *hooks);

/** Let the program go on. Errors: NOPROC ("The program is not being run."), those of an inferior,
 * NOTFOUND (FINISH of the outermost frame). */
IJ_API_RESULT struct ij_error *ij_debugger_resume(struct ij_debugger *debugger,
						  const struct ij_debugger_resume *resume,
						  struct ij_debugger_event *ret);

/**
 * Whether the process has ended unseen: killed by somebody else while it stood, or since it runs
 * after an attach. Then there is none any more; @ret: KILLED, by `signo`; 0: how is not known.
 */
IJ_API bool ij_debugger_died(struct ij_debugger *debugger, struct ij_debugger_event *ret);

/** Breakpoint number @id is at @addr, too. Kept while there is no process. Errors: NOMEM. */
IJ_API_RESULT struct ij_error *ij_debugger_break(struct ij_debugger *debugger, unsigned id,
						 uint64_t addr);
/**
 * Memory is watched as breakpoint @id: @size bytes at @addr, when they change, or with @reads when
 * they are written or read. While single instructions are stepped through reads are not seen.
 *
 * Errors: LIMIT (more than the processor's four, or 32 bytes), NOMEM.
 */
IJ_API_RESULT struct ij_error *ij_debugger_watch(struct ij_debugger *debugger, unsigned id,
						 uint64_t addr, uint64_t size, bool reads);
/**
 * Whether breakpoints of a process that was attached to may be written into its code (int3) where
 * the processor's four do not suffice: that is not fail-open, see interject/stop.h. Without it
 * ij_debugger_resume fails with LIMIT.
 */
IJ_API void ij_debugger_may_trap(struct ij_debugger *debugger, bool may);
/** It is nowhere any more. */
IJ_API void ij_debugger_unbreak(struct ij_debugger *debugger, unsigned id);

/* ---- Threads and frames of a program that stands ---- */

/** Thread @idx, from 0, in the order of their numbers; 0 behind the last one. */
IJ_API pid_t ij_debugger_thread(struct ij_debugger *debugger, size_t idx);
/** Where its thread control block is, which names it to its libraries; 0: it has none. */
IJ_API uint64_t ij_debugger_thread_block(struct ij_debugger *debugger, pid_t tid);
/** The thread that is looked at; 0: none stands. */
IJ_API pid_t ij_debugger_current(const struct ij_debugger *debugger);
/** Errors: NOTFOUND. */
IJ_API_RESULT struct ij_error *ij_debugger_select_thread(struct ij_debugger *debugger, pid_t tid);

struct ij_debugger_frame {
	unsigned level;
	uint64_t pc, cfa;
	const char *function; /* NULL: not known */
	uint64_t function_start;
	const char *file, *path; /* of the source; NULL: no line is known */
	unsigned line;
	bool exact;         /* the line begins at `pc` */
	const char *module; /* without a line: the library that it is of; NULL: the program */
	bool dummy, signal;
	bool inlined, inlines; /* in the next one; the one before it in this */
	bool has_debug;        /* parameters are known */
};

/**
 * Frame @level. Its strings are borrowed until the program goes on.
 *
 * Errors: NOPROC ("No stack."), NOTFOUND (there are fewer).
 */
IJ_API_RESULT struct ij_error *ij_debugger_frame(struct ij_debugger *debugger, unsigned level,
						 struct ij_debugger_frame *ret);
IJ_API unsigned ij_debugger_selected(const struct ij_debugger *debugger);
IJ_API_RESULT struct ij_error *ij_debugger_select(struct ij_debugger *debugger, unsigned level);

/** Visit the variables of frame @level, parameters or locals; innermost block first. @value: NULL:
 * @problem says why there is none. */
typedef void (*ij_debugger_visit)(void *ctx, const char *name, const struct ij_datum *value,
				  const char *problem);
IJ_API_RESULT struct ij_error *ij_debugger_variables(struct ij_debugger *debugger, unsigned level,
						     bool parameters, ij_debugger_visit visit,
						     void *ctx);

/** What parameter @name of frame @level was worth at the call. @ret: NULL: its caller does not
 * tell; free it with ij_datum_free. Errors: NOPROC, NOTFOUND (no such frame), NOMEM. */
IJ_API_RESULT struct ij_error *ij_debugger_entry(struct ij_debugger *debugger, unsigned level,
						 const char *name, struct ij_datum **ret);

/**
 * What the function of frame @level returns, at the moment when it has returned.
 *
 * @ret: NULL: nothing, or it is not known. Errors: those of reading it.
 */
IJ_API_RESULT struct ij_error *ij_debugger_returned(struct ij_debugger *debugger,
						    struct ij_datum **ret);

/**
 * Leave the selected frame and all below it, as if it had returned @value; NULL: nothing.
 *
 * Errors: NOTFOUND (it is the outermost), TYPE.
 */
IJ_API_RESULT struct ij_error *ij_debugger_pop(struct ij_debugger *debugger,
					       const struct ij_datum *value);
/** The type that the function of the selected frame returns; NULL in @ret: not known. Free it. */
IJ_API_RESULT struct ij_error *ij_debugger_return_type(struct ij_debugger *debugger, char **ret);
IJ_API_RESULT struct ij_error *ij_debugger_jump(struct ij_debugger *debugger, uint64_t addr);

/** What stopped the call of the evaluation that failed last, once; false: nothing did. */
IJ_API bool ij_debugger_call_event(struct ij_debugger *debugger, struct ij_debugger_event *ret);

/** Whether expressions may call functions at all: gdb's `set may-call-functions`. */
IJ_API void ij_debugger_may_call(struct ij_debugger *debugger, bool may);

/** What becomes of a call that a signal or breakpoint stops: gdb's `set unwindonsignal`. */
IJ_API void ij_debugger_unwind_on_signal(struct ij_debugger *debugger, bool on);

/** The machine that programs are of, by the name that gdb has for it. Static. */
IJ_API const char *ij_debugger_architecture(void);

/** Register @idx, from 0, as `info registers` has it: its name, and an expression of its value;
 * NULL behind the last one. Static. */
IJ_API const char *ij_debugger_register(size_t idx);

enum ij_debugger_registers {
	IJ_DEBUGGER_REGISTERS_GENERAL,
	IJ_DEBUGGER_REGISTERS_FLOAT,  /* of the x87 */
	IJ_DEBUGGER_REGISTERS_VECTOR, /* a processor may not have all of them: they are void */
};
/** The same of one group. */
IJ_API const char *ij_debugger_register_of(enum ij_debugger_registers group, size_t idx);

/* ---- Source ---- */

struct ij_debugger_place {
	uint64_t addr; /* 0: only a line, without code */
	const char *function;
	const char
		*instance; /* the function that was inlined there, or is a clone; NULL: neither */
	const char *file, *path;
	unsigned line;
};

/**
 * The places that @spec means: FUNCTION, FILE:FUNCTION, FILE:LINE, LINE, +N, -N, *EXPR.
 *
 * @file, @line: what a lone LINE and offsets count from; NULL and 0: nothing.
 * @skip: of functions the place behind their prologue; else their first instruction.
 * @ret: @len_ret of them; free(3) it; strings are borrowed until the file or process changes.
 * Errors: in gdb's words, NOTFOUND of a name.
 */
IJ_API_RESULT struct ij_error *ij_debugger_locate(struct ij_debugger *debugger, const char *spec,
						  const char *file, unsigned line, bool skip,
						  struct ij_debugger_place **ret, size_t *len_ret);

/** The line of @addr, and which addresses it has. Errors: NOTFOUND. */
IJ_API_RESULT struct ij_error *ij_debugger_line(struct ij_debugger *debugger, uint64_t addr,
						struct ij_debugger_place *ret, uint64_t *end_ret);

/** Whether instructions are told in Intel's notation rather than AT&T's. */
IJ_API void ij_debugger_intel(struct ij_debugger *debugger, bool on);
/** Whether addresses and instructions are told with the linker's names of C++. */
IJ_API void ij_debugger_mangled(struct ij_debugger *debugger, bool on);
/** "0x401136 <f+4>". @ret: free(3) it. Errors: NOMEM. */
IJ_API_RESULT struct ij_error *ij_debugger_address(struct ij_debugger *debugger, uint64_t addr,
						   char **ret);
/**
 * The instruction at @addr as text: "call   0x401136 <f>". What it has at an address relative to
 * itself follows as a comment: "        # 0x404010 <x>".
 *
 * @size_ret: its bytes. @ret: free(3) it. Errors: FAULT.
 */
IJ_API_RESULT struct ij_error *ij_debugger_instruction(struct ij_debugger *debugger, uint64_t addr,
						       char **ret, unsigned *size_ret);

/** The function that holds @addr; false: none is known. Borrowed. */
IJ_API bool ij_debugger_function(struct ij_debugger *debugger, uint64_t addr, const char **name_ret,
				 uint64_t *start_ret, uint64_t *end_ret);

/** What the function that holds @addr is called: of C++ with the types of its parameters. @ret:
 * free(3) it; NULL: none is known. Errors: NOMEM. */
IJ_API_RESULT struct ij_error *ij_debugger_title(struct ij_debugger *debugger, uint64_t addr,
						 char **ret);

/* ---- Expressions ---- */

enum ij_debugger_language {
	IJ_DEBUGGER_AUTO, /* that of the selected frame, or of the program */
	IJ_DEBUGGER_C,
	IJ_DEBUGGER_CXX,
};
/** Which language expressions are of, as far as that matters: gdb's `set language`. */
IJ_API void ij_debugger_set_language(struct ij_debugger *debugger,
				     enum ij_debugger_language language);
/** Whether that is C++ now. */
IJ_API bool ij_debugger_is_cxx(struct ij_debugger *debugger);

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

/**
 * Whether code at @addr could evaluate @text: its names are known there, and its types fit. Nothing
 * is read, written or called.
 *
 * Errors: those of ij_debugger_eval.
 */
IJ_API_RESULT struct ij_error *ij_debugger_check(struct ij_debugger *debugger, const char *text,
						 uint64_t addr);

/** Whether the evaluation that was made last read variables of the selected frame. */
IJ_API bool ij_debugger_used_frame(const struct ij_debugger *debugger);

/** What came of the last call into a process that was attached to; NULL: none was made. Borrowed
 * until the next evaluation. */
IJ_API const struct ij_result *ij_debugger_last_call(const struct ij_debugger *debugger);

/** Append it to the history. @ret: its number. Errors: NOMEM. */
IJ_API_RESULT struct ij_error *ij_debugger_keep(struct ij_debugger *debugger,
						const struct ij_datum *datum, unsigned *ret);
/** Set `$name`. @name: with its $. Errors: NOMEM. */
IJ_API_RESULT struct ij_error *ij_debugger_set(struct ij_debugger *debugger, const char *name,
					       const struct ij_datum *datum);
/** The same to a whole number, of C's type int, or long if it takes one. */
IJ_API_RESULT struct ij_error *ij_debugger_set_integer(struct ij_debugger *debugger,
						       const char *name, int64_t value);

/** How many values the history has. */
IJ_API unsigned ij_debugger_history(const struct ij_debugger *debugger);
/** Variable @idx of the session, from 0, the one that was made last first: "$name"; NULL behind the
 * last one. Borrowed until another one is made. */
IJ_API const char *ij_debugger_convenience(const struct ij_debugger *debugger, size_t idx);

/** Function @idx of the session that expressions can call, from 0: "$_streq"; NULL behind the last
 * one. Static. */
IJ_API const char *ij_debugger_session_function(size_t idx);

/**
 * Functions and variables of the program whose names begin with @prefix, sorted, @max at most.
 *
 * @ret: @len_ret names; free them with ij_names_free. Errors: NOMEM.
 */
IJ_API_RESULT struct ij_error *ij_debugger_complete(struct ij_debugger *debugger,
						    const char *prefix, size_t max, char ***ret,
						    size_t *len_ret);

enum ij_debugger_type_flags {
	IJ_DEBUGGER_EXPAND = 1 << 0, /* its definition: `ptype`; else its name: `whatis` */
	IJ_DEBUGGER_RAW = 1 << 1,    /* names as they are: not those that a class gives to types */
	IJ_DEBUGGER_NO_METHODS = 1 << 2,  /* of classes */
	IJ_DEBUGGER_NO_TYPEDEFS = 1 << 3, /* the same */
	IJ_DEBUGGER_OFFSETS = 1 << 4,     /* where members lie, and their sizes */
	IJ_DEBUGGER_HEX = 1 << 5,         /* these in hexadecimal */
	IJ_DEBUGGER_OBJECT = 1 << 6,      /* before it what an object of C++ really is */
};

/**
 * What `ptype` or `whatis` say of an expression or type: "type = int".
 *
 * @flags: of ij_debugger_type_flags. @ret: free(3) it. Errors: as ij_debugger_eval.
 */
IJ_API_RESULT struct ij_error *ij_debugger_type(struct ij_debugger *debugger, const char *text,
						unsigned flags, char **ret);

/* ---- Symbols and memory ---- */

/**
 * "f + 4 in section .text", as `info symbol` has it; NULL in @ret: no symbol is there.
 *
 * @ret: free(3) it. Errors: NOMEM.
 */
IJ_API_RESULT struct ij_error *ij_debugger_symbol(struct ij_debugger *debugger, uint64_t addr,
						  char **ret);

/** What the symbol @name means, "ns::f(int)" of "_ZN2ns1fEi", or the same. @ret: free(3) it.
 * Errors: NOMEM. */
IJ_API_RESULT struct ij_error *ij_debugger_demangle(const char *name, char **ret);

/** Errors: FAULT ("Cannot access memory at address 0x10"). */
IJ_API_RESULT struct ij_error *ij_debugger_read(struct ij_debugger *debugger, uint64_t addr,
						void *buf, size_t size);

/** A module of the process, or the file. */
struct ij_debugger_module {
	const char *path;        /* borrowed until the process goes on */
	uint64_t text, text_end; /* where its section .text is */
	uint64_t entry;          /* its entry point */
	bool is_main, has_symbols, has_debug;
};
/** Module @idx, from 0, in the loader's order; false behind the last one. */
IJ_API bool ij_debugger_module(struct ij_debugger *debugger, size_t idx,
			       struct ij_debugger_module *ret);

#ifdef __cplusplus
}
#endif

#endif
