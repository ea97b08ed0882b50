/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * GDB/MI, the language in which editors speak to gdb (gdb's manual, chapter 27; gdb/mi/ of
 * gdb 13.1): a second way to give the commands of repl/gdb, with records for answers. mi.def has
 * its commands; a line that does not begin with a dash is a command of gdb's own.
 *
 * What commands print goes to stdout and stderr, which are streams of ours meanwhile: each piece
 * becomes a record `~"text"` or `&"text"`.
 */
#ifndef IJ_REPL_GDB_MI_H
#define IJ_REPL_GDB_MI_H

#include "repl/gdb/mi_input.h"
#include "repl/gdb/mi_var.h"

struct ij_mi_command;

/** A thread that the other side knows of, by the number that it has for the whole session. */
struct ij_mi_thread {
	pid_t tid;
	unsigned id;
};

struct ij_mi {
	struct ij_gdb *g;
	struct ij_gdb_observer observer;
	struct ij_mi_input input;
	FILE *out;                           /* of records */
	FILE *console, *log;                 /* what stdout and stderr are while a command runs */
	FILE *was_out, *was_err;             /* what they are else; NULL: they are now */
	bool beside;                         /* a console is the main thing: `new-ui` */
	struct ij_text fields;               /* of the record that is being made */
	const char *token;                   /* of the command that runs; "" : none */
	const struct ij_mi_command *command; /* that runs; NULL: one of gdb's own */
	bool ran;          /* the command that runs let the program go on, and that was told */
	bool running;      /* the program does */
	bool quiet_breaks; /* the command tells of breakpoints itself */
	bool quiet_set;    /* and of settings */
	bool one_by_one;   /* -exec-* of MI: a step that was done is not told in words */
	bool ended;
	pid_t pid;   /* that the other side knows of; 0: none */
	bool exited; /* it ended by itself, with `exit_status` */
	int exit_status;
	bool has_exited; /* the last one did */
	IJ_LIST(struct ij_mi_thread) threads;
	IJ_LIST(char *) libraries; /* that it knows of */
	struct ij_mi_vars vars;
	IJ_LIST(uint64_t) registers; /* when they were asked for last */
	char *path;                  /* of the environment, at first; NULL: it was not changed */
};

/** Speak MI until the other side ends it, or gdb's `quit` does. @early: what -ex and -x say. */
void ij_mi_loop(struct ij_gdb *g, void (*early)(void *ctx), void *ctx);

/** Begin to speak upon @in, borrowed, and @out, which is taken. Errors: OS, NOMEM; end it all the
 * same. */
struct ij_error *ij_mi_begin(struct ij_mi *mi, struct ij_gdb *g, int in, int out) IJ_CLI_RESULT;
void ij_mi_end(struct ij_mi *mi);
/** Have what is printed become records, or not any more. */
void ij_mi_speak(struct ij_mi *mi, bool on);
/** Run one line. */
void ij_mi_run(struct ij_mi *mi, const char *line);

/* ---- mi_out.c: records ---- */

/** "text" with its quotes, as MI escapes it. */
void ij_mi_quote(struct ij_text *out, const char *text, size_t len);

/** Add `name="value"` to the record; @name NULL: only the value. */
void ij_mi_field(struct ij_mi *mi, const char *name, const char *value);
void ij_mi_fieldf(struct ij_mi *mi, const char *name, const char *format, ...) IJ_API_PRINTF_(3, 4);
/** An address, in 16 digits. */
void ij_mi_address(struct ij_mi *mi, const char *name, uint64_t addr);
/** Begin `name={` or `name=[`. @kind: '{' or '['. */
void ij_mi_open(struct ij_mi *mi, const char *name, char kind);
void ij_mi_close(struct ij_mi *mi, char kind);

/** Write `HEAD,fields`, as "*stopped", and forget the fields. */
void ij_mi_record(struct ij_mi *mi, const char *token, const char *head);
/** Write a line as it is. */
void ij_mi_line(struct ij_mi *mi, const char *format, ...) IJ_API_PRINTF_(2, 3);
/** A stream whose pieces become records that begin with @mark. NULL: out of memory. */
FILE *ij_mi_stream(struct ij_mi *mi, char mark);

/* ---- mi_parse.c: commands ---- */

struct ij_mi_call {
	char *token; /* digits; "" */
	char *name;  /* NULL: a command of gdb's own, which is `rest` */
	char *rest;  /* what follows the name and the common options */
	char **argv; /* argc x, of `rest` */
	size_t argc;
	size_t at;          /* the argument that is next, once options were taken */
	long thread, frame; /* -1: not given */
	bool all;
};

/** Errors: in gdb's words; @ret has the token all the same, and is to be deinitialised. */
struct ij_error *ij_mi_parse(const char *line, struct ij_mi_call *ret) IJ_CLI_RESULT;
/** Cut `rest` into `argv`. */
struct ij_error *ij_mi_split(struct ij_mi_call *call) IJ_CLI_RESULT;
void ij_mi_call_deinit(struct ij_mi_call *call);

/**
 * The next option of @call: one of @names, which end with NULL; "c:" takes an argument, in
 * @arg_ret.
 *
 * @idx_ret: its number; -1: there are no more. Errors: USAGE.
 */
struct ij_error *ij_mi_option(struct ij_mi_call *call, const char *const *names, int *idx_ret,
			      const char **arg_ret) IJ_CLI_RESULT;

/* ---- The commands ---- */

typedef struct ij_error *(*ij_mi_fn)(struct ij_mi *mi, struct ij_mi_call *call);

struct ij_mi_command {
	const char *name;
	ij_mi_fn run;
	const char *usage, *summary;
};
/** A row without a name ends the list. */
extern const struct ij_mi_command ij_mi_commands[];
const struct ij_mi_command *ij_mi_find(const char *name);

#define IJ_MI_DO(name)                        struct ij_error *ij_mi_do_##name(struct ij_mi *mi, struct ij_mi_call *call)
#define IJ_MI(name, function, usage, summary) IJ_MI_DO(function) IJ_CLI_RESULT;
#include "repl/gdb/mi.def"
#undef IJ_MI

/* ---- What several of them need ---- */

/** Run a line of gdb's own commands, as a person would type it. */
struct ij_error *ij_mi_console(struct ij_mi *mi, const char *line) IJ_CLI_RESULT;
/** Run a command of gdb's own with the words of @call as they are. */
struct ij_error *ij_mi_plain(struct ij_mi *mi, struct ij_mi_call *call, ij_gdb_fn fn) IJ_CLI_RESULT;

/* mi_events.c */
void ij_mi_observe(struct ij_mi *mi);
/** Tell of processes, threads and libraries that came and went. */
void ij_mi_sync(struct ij_mi *mi);
/** The fields of a library. */
void ij_mi_library(struct ij_mi *mi, const struct ij_debugger_module *module);
/** Thread number @id; 0: there is none. */
pid_t ij_mi_thread_tid(const struct ij_mi *mi, unsigned id);
/** Number of thread @tid; 0: it is not known. */
unsigned ij_mi_thread_id(const struct ij_mi *mi, pid_t tid);

/* mi_break.c */
/** `bkpt={...}` of @it. */
void ij_mi_bkpt(struct ij_mi *mi, const struct ij_gdb_break *it);

/* mi_watch.c */
/** Why the program stands, of a watchpoint: its expression and values, or that its frame ended. */
void ij_mi_watch_fields(struct ij_mi *mi, const struct ij_gdb_break *it);

/* mi_stack.c */
/** What `frame={...}` has between its braces. @level, @arguments: with these. */
struct ij_error *ij_mi_frame(struct ij_mi *mi, unsigned level, bool with_level, bool arguments)
	IJ_CLI_RESULT;

/** How much of values is told: --no-values, --all-values, --simple-values, or 0, 1, 2. */
enum ij_mi_values { IJ_MI_NO_VALUES, IJ_MI_ALL_VALUES, IJ_MI_SIMPLE_VALUES };
struct ij_error *ij_mi_values(const char *text, enum ij_mi_values *ret) IJ_CLI_RESULT;

#define IJ_MI_USAGE(...) IJ_GDB_TEXT(USAGE, __VA_ARGS__)

#endif
