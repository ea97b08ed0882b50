/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The interpreter of commands: one target at a time, its variables and settings, and what became of
 * all that was done. Scripts, the REPL and recipes are three ways of giving it statements.
 */
#ifndef IJ_REPL_INTERP_H
#define IJ_REPL_INTERP_H

#include <signal.h>

#include "interject/stop.h"
#include "repl/script.h"
#include "repl/value.h"

/** What the interpreter asks of the program around it. */
struct ij_host {
	/** Attach to @pid. Errors: those of ij_session_attach. */
	struct ij_error *(*attach)(void *ctx, pid_t pid, const struct ij_prototypes *protos,
				   struct ij_session **ret);
	void *ctx;
	bool interactive; /* a person types: a failure ends nothing */
};

struct ij_counts {
	unsigned long calls;  /* that were attempted, system calls too */
	unsigned long done;   /* of them */
	unsigned long failed; /* commands */
	int status;           /* the worst exit status */
};

enum { IJ_INTERP_HISTORY = 1000, IJ_INTERP_HISTORY_MAX = 100000 };

struct ij_interp {
	const struct ij_host *host;
	const struct ij_dialect *dialect;
	struct ij_session *session; /* NULL: no target */
	struct ij_stop *stop;       /* held; NULL: the target runs */
	unsigned level;             /* the frame of it that is looked at */
	uint64_t examined;          /* where the last look at memory ended */
	pid_t pid;                  /* of the last one; 0: there was none */
	struct ij_prototypes *protos;
	struct ij_call_options call;
	char *at, *until, *walk; /* places and walkers of `call` as text; NULL: none were set */
	struct ij_vars vars;
	struct ij_counts counts;
	const char *script;         /* that runs; NULL: none */
	struct ij_place place;      /* of the command that runs */
	struct ij_place operand_at; /* and of its operand */
	unsigned depth;             /* of scripts that run scripts */
	bool json, dry_run, quiet, many;
	unsigned history; /* lines that are kept of what is typed */
	bool stories;     /* of each call is told; else explain tells that of the last one */
	char *story;      /* of the last call; NULL: none */
	bool go_on;       /* after a failed command */
	bool quit;        /* no command follows */
	bool told;        /* the error that a command returns was told already */
	bool lost;        /* the target went by itself */
	volatile sig_atomic_t interrupted;
};

/** Zero but for defaults. @protos: owned from now on. */
void ij_interp_init(struct ij_interp *interp, const struct ij_host *host,
		    struct ij_prototypes *protos);
void ij_interp_deinit(struct ij_interp *interp);

/** Attach. Errors: USAGE (there is a target already), those of the host. */
struct ij_error *ij_interp_attach(struct ij_interp *interp, pid_t pid) IJ_CLI_RESULT;
/** Let go of the target, if there is one. Errors: LEFT. */
struct ij_error *ij_interp_detach(struct ij_interp *interp) IJ_CLI_RESULT;

/** Parse the call that @operand is, its variables put in. @ret: NULL if it is empty. */
struct ij_error *ij_interp_callee(struct ij_interp *interp, const char *operand,
				  struct ij_call **ret) IJ_CLI_RESULT;

/**
 * The address that @text means at @stop: a register, "$rip", in the chosen frame; a place in the
 * code, or else the value of an expression.
 *
 * @from: as of ij_interp_eval. Errors: TYPE, those of ij_interp_eval.
 */
struct ij_error *ij_interp_address(struct ij_interp *interp, struct ij_stop *stop, const char *text,
				   size_t from, uint64_t *ret) IJ_CLI_RESULT;

/** Run all of @script, and tell of what fails. Whether what follows it may run. */
bool ij_interp_run(struct ij_interp *interp, const struct ij_script *script);

/** Count @status, and if it is the worst keep it. */
void ij_interp_status(struct ij_interp *interp, int status);
/** Tell of @err, which is consumed, as of a command that failed. */
void ij_interp_fail(struct ij_interp *interp, struct ij_error *err);

/** Give up what is waited for, and run nothing more. Async-signal-safe. */
void ij_interp_interrupt(struct ij_interp *interp);

/** The same again, should what is waited for have begun only after that. False once there is
 * nothing to give up any more. Async-signal-safe. */
bool ij_interp_insist(struct ij_interp *interp);

/** What a command does, by its number. */
typedef struct ij_error *(*ij_verb_fn)(struct ij_interp *interp, const char *operand);
ij_verb_fn ij_verb_function(enum ij_verb verb);

/**
 * Evaluate @text, the operand of the command that runs or a part of it.
 *
 * @from: bytes of the operand before @text, for columns. @end_ret: see ij_formula_eval.
 */
struct ij_error *ij_interp_eval(struct ij_interp *interp, const char *text, size_t from,
				const char **end_ret, struct ij_value *ret) IJ_CLI_RESULT;

/** Put "NAME:LINE:COLUMN: " before an error at @column, from 1, of the operand. */
struct ij_error *ij_interp_wrong(struct ij_interp *interp, unsigned column, struct ij_error *err)
	IJ_CLI_RESULT;

/**
 * Call @expr in the target, or with --dry-run judge it.
 *
 * @show: print its value. @ret: its value; NULL: not wanted.
 */
struct ij_error *ij_interp_call(struct ij_interp *interp, const char *expr, bool show,
				struct ij_value *ret) IJ_CLI_RESULT;
/** ij_interp_call of a system call. @words: @len of them. */
struct ij_error *ij_interp_syscall(struct ij_interp *interp, char *const *words, size_t len)
	IJ_CLI_RESULT;

#endif
